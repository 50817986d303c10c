//! The bell: a hint that a stream has grown.
//!
//! [`Bus::ring`] wakes the listeners of this process at once and tells the other nodes, through
//! PostgreSQL's notifications or through NATS. It is called after the commit, never inside the
//! transaction (a NOTIFY inside made PostgreSQL ten times slower). Rings are hints: what was rung
//! is read from the database by `seq > cursor`, so a lost ring costs one poll interval and never an
//! event, and one too many costs a look.
//!
//! Nothing here fails towards the caller: whoever is away is called again for ever, and after every
//! reconnection listeners hear [`Rung::Everything`], because rings may have been missed.

mod letter;
mod line;
mod nats;
mod postgres;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Rng;
use tokio::task::JoinHandle;

use line::Line;
pub use line::{Listener, Rung};

/// How nodes hear of each other.
#[derive(Clone, PartialEq, Eq)]
pub enum Way {
    /// There is one node.
    Alone,
    /// Through the database, by its `postgres://` address.
    Postgres(String),
    /// Through a NATS server, by its `nats://` address.
    Nats(String),
}

impl fmt::Debug for Way {
    /// Without the address: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alone => "Alone",
            Self::Postgres(_) => "Postgres",
            Self::Nats(_) => "Nats",
        })
    }
}

/// The bell of this node. Cloning shares it; with the last clone its connections are closed.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    /// What listeners of this process have not heard yet.
    listeners: Arc<Mutex<Vec<Arc<Line>>>>,
    /// What the other nodes have not been told yet; `None` when there are none.
    outside: Option<Arc<Line>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Bus {
    /// Opens the bell. It answers at once and connects in the background, for ever.
    ///
    /// # Panics
    /// Outside a tokio runtime, unless the way is [`Way::Alone`].
    #[must_use]
    pub fn open(way: Way, rng: &Rng) -> Self {
        let listeners: Arc<Mutex<Vec<Arc<Line>>>> = Arc::default();
        let node = rng.uuid().simple().to_string();
        let inside = Inside(listeners.clone());
        let (outside, tasks) = match way {
            Way::Alone => (None, vec![]),
            Way::Postgres(address) => {
                let line = Arc::new(Line::default());
                let tasks = postgres::start(&address, &node, &line, &inside);
                (Some(line), tasks)
            }
            Way::Nats(address) => {
                let line = Arc::new(Line::default());
                let tasks = nats::start(&address, &node, &line, &inside);
                (Some(line), tasks)
            }
        };
        Self(Arc::new(Inner { listeners, outside, tasks }))
    }

    /// Says that these streams have grown. Call it after the commit. Returns at once; what is rung
    /// while the line is busy is told together.
    pub fn ring<S: AsRef<str>>(&self, keys: &[S]) {
        let keys: Vec<String> = keys.iter().map(|key| key.as_ref().to_owned()).collect();
        Inside(self.0.listeners.clone()).hear(&Rung::keys(keys.clone()));
        if let Some(outside) = &self.0.outside {
            outside.add(&Rung::keys(keys));
        }
    }

    /// A new listener. It hears what is rung from now on, by this node or another.
    #[must_use]
    pub fn listen(&self) -> Listener {
        let line = Arc::new(Line::default());
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
        Listener::of(line)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The listeners of this process.
#[derive(Clone)]
struct Inside(Arc<Mutex<Vec<Arc<Line>>>>);

impl Inside {
    fn hear(&self, rung: &Rung) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has dropped its listener hears nothing more.
        lines.retain(|line| Arc::strong_count(line) > 1);
        for line in lines.iter() {
            line.add(rung);
        }
    }
}

/// Pauses between attempts to connect: doubling from a tenth of a second to five seconds.
struct Patience(Duration);

impl Patience {
    const SHORTEST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(5);

    const fn new() -> Self {
        Self(Self::SHORTEST)
    }

    async fn pause(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(Self::LONGEST);
    }

    const fn reset(&mut self) {
        self.0 = Self::SHORTEST;
    }
}

/// A set of keys, in order.
type Keys = BTreeSet<String>;
