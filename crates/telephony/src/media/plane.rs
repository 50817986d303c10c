//! The plane: all sound of all calls, on threads of its own.
//!
//! [`Plane`] is the handle that the rest of the house holds. A call belongs to one thread with all
//! its legs; commands wait in the thread's inbox until its next tick of 20 ms, reports come back as
//! [`MediaEvent`]s.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::Rng;
use rules::calls::{CallId, Heard, LegId};
use tokio::sync::mpsc::UnboundedSender;

use super::capture::{Keep, Kept};
use super::digits::Digit;
use super::figures::Figures;
use super::line::Line;
use super::ports::Ports;
use super::prompts::{Library, Phrase, Sound};
use super::threads::{self, Shared};
use crate::browser::{Browser, BrowserRefused, Door};
use crate::sdp::{Codec, Direction, Keys};

/// A leg of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegKey {
    pub call: CallId,
    pub leg: LegId,
}

/// Where sound comes in, and on how many threads.
#[derive(Debug, Clone)]
pub struct PlaneSettings {
    /// Where telephones send to.
    pub address: IpAddr,
    /// What is said to others in place of `address`, behind a translation of addresses.
    pub public: Option<IpAddr>,
    /// Ports for telephones, two for each leg; empty: whichever the system gives.
    pub ports: Range<u16>,
    /// Where all browsers send to (UDP); port 0: whichever the system gives.
    pub browser: SocketAddr,
    /// Threads that carry calls; at least one is started.
    pub threads: usize,
    /// A folder with recordings in place of the spoken prompts: `da/greeting.wav`, `music.wav`.
    pub recordings: Option<PathBuf>,
}

/// What was agreed with the other end of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// Where their sound is to be sent.
    pub address: SocketAddr,
    pub codec: Codec,
    /// The number of the sound's format.
    pub payload_type: u8,
    /// The number of their keys' format.
    pub digits: Option<u8>,
    /// As they say it.
    pub direction: Direction,
    /// When the sound is encrypted.
    pub keys: Option<Keys>,
}

/// Counts what is said to a leg, so that the end of older words is not taken for the end of newer.
pub type Utterance = u32;

/// What the plane reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaEvent {
    /// A browser is connected: it can hear and be heard.
    Connected { leg: LegKey },
    /// Something came from the leg's other end: first when it comes, then twice a second while it
    /// goes on.
    Heard { leg: LegKey },
    /// Nothing has come for two seconds though it should.
    Quiet { leg: LegKey },
    /// What [`Plane::say`] gave this number has been said. Words that others took the place of are
    /// not reported.
    Said { leg: LegKey, utterance: Utterance },
    /// A key was pressed at the leg's other end.
    Digit { leg: LegKey, key: Digit },
    /// Sound that was kept, when keeping ends or the leg is closed.
    Kept { leg: LegKey, sound: Kept },
    /// A browser said good-bye or failed. The leg waits for another.
    Gone { leg: LegKey },
    /// Something broke in the leg: it is over.
    Broken { leg: LegKey },
}

/// The handle; clones are the same plane. Its threads end with the last of them.
#[derive(Clone)]
pub struct Plane(Arc<Inner>);

struct Inner {
    address: IpAddr,
    public: Option<IpAddr>,
    ports: Ports,
    rng: Rng,
    door: Arc<Door>,
    library: Library,
    shared: Arc<Shared>,
    inboxes: Vec<Arc<Inbox>>,
    utterances: AtomicU32,
    /// What each leg speaks, as far as that is agreed.
    codecs: Mutex<HashMap<LegKey, Codec>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

/// What a thread is asked to do before its next tick.
#[derive(Debug)]
pub(super) enum Command {
    Line(Box<Line>),
    Connect(Remote),
    Browser(Box<Browser>),
    Hears(Heard),
    Say(Utterance, Vec<Sound>),
    Press(String),
    Mute(bool),
    Keep(Option<Keep>),
    Close,
}

/// Commands that wait for a thread's next tick.
#[derive(Debug, Default)]
pub(super) struct Inbox(Mutex<Vec<(LegKey, Command)>>);

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Vec<(LegKey, Command)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what waits, and leaves `emptied` in its place.
    pub(super) fn take(&self, emptied: &mut Vec<(LegKey, Command)>) {
        std::mem::swap(&mut *self.lock(), emptied);
    }
}

impl Plane {
    /// Binds the browsers' port and starts the threads.
    ///
    /// # Errors
    /// When the browsers' port is taken, a thread cannot be started or a recording cannot be read.
    pub fn start(
        settings: PlaneSettings,
        rng: Rng,
        events: UnboundedSender<MediaEvent>,
    ) -> io::Result<Self> {
        let library = Library::open(settings.recordings.as_deref())?;
        let shared = Arc::new(Shared {
            stopped: AtomicBool::new(false),
            figures: Figures::default(),
            events,
            music: library.music(),
            ringing: super::tone::ringing(),
        });
        let door = Door::open(settings.browser, settings.public)?;
        door.start(Arc::clone(&shared))?;
        let inboxes = (0..settings.threads.max(1))
            .map(|number| threads::start(number, Arc::clone(&shared)))
            .collect::<io::Result<_>>()?;
        Ok(Self(Arc::new(Inner {
            address: settings.address,
            public: settings.public,
            ports: Ports::new(settings.ports),
            rng,
            door,
            library,
            shared,
            inboxes,
            utterances: AtomicU32::new(0),
            codecs: Mutex::default(),
        })))
    }

    /// A telephone's leg: the address for our description of it. Nothing is sent before
    /// [`Plane::connect`].
    ///
    /// # Errors
    /// When no port is free.
    pub fn open(&self, leg: LegKey) -> io::Result<SocketAddr> {
        let line = Line::open(self.0.address, &self.0.ports, &self.0.rng)?;
        let port = line.port();
        self.tell(leg, Command::Line(Box::new(line)));
        Ok(SocketAddr::new(self.0.public.unwrap_or(self.0.address), port))
    }

    /// What was agreed, after each offer and answer.
    pub fn connect(&self, leg: LegKey, remote: Remote) {
        self.codecs().insert(leg, remote.codec);
        self.tell(leg, Command::Connect(remote));
    }

    /// Answers a browser's offer (SDP, with its candidates). A browser that the leg already had
    /// makes room: its page was loaded anew.
    ///
    /// # Errors
    /// [`BrowserRefused`]: no offer, or nothing in it that is spoken here.
    pub fn browser(&self, leg: LegKey, offer: &str) -> Result<String, BrowserRefused> {
        // What the others of the call speak needs no conversion.
        let narrow = self.codecs().iter().any(|(other, codec)| {
            other.call == leg.call && other.leg != leg.leg && *codec == Codec::Pcma
        });
        let preferred = if narrow { Codec::Pcma } else { Codec::G722 };
        let (browser, answer) = Browser::answer(&self.0.door, offer, preferred, &self.0.rng)?;
        self.codecs().insert(leg, browser.codec());
        self.tell(leg, Command::Browser(Box::new(browser)));
        Ok(answer)
    }

    /// What a leg hears from now on. Words that are being said to it go on over music and quiet, and
    /// end when it is to hear somebody.
    pub fn hears(&self, leg: LegKey, heard: Heard) {
        self.tell(leg, Command::Hears(heard));
    }

    /// Says something to a leg in place of what is being said to it; [`MediaEvent::Said`] follows
    /// with the number given here. Afterwards it hears what it heard before.
    pub fn say(&self, leg: LegKey, phrases: &[Phrase]) -> Utterance {
        let utterance = self.0.utterances.fetch_add(1, Ordering::Relaxed);
        let sounds = phrases.iter().map(|phrase| self.0.library.sound(*phrase)).collect();
        self.tell(leg, Command::Say(utterance, sounds));
        utterance
    }

    /// Takes recordings (A-law, by language and name: `da/greeting`) in place of the spoken prompts; all
    /// that were taken before go.
    pub fn speak_with(&self, recordings: BTreeMap<String, Vec<u8>>) {
        let recordings = recordings.into_iter().map(|(name, sound)| (name, sound.into()));
        self.0.library.take(recordings.collect());
    }

    /// Presses keys (RFC 4733) towards a telephone that agreed to hear them.
    pub fn press(&self, leg: LegKey, digits: &str) {
        self.tell(leg, Command::Press(digits.to_owned()));
    }

    /// Whether a leg is heard by nobody.
    pub fn mute(&self, leg: LegKey, muted: bool) {
        self.tell(leg, Command::Mute(muted));
    }

    /// Keeps a leg's sound from now on; `None` ends it, and [`MediaEvent::Kept`] follows.
    pub fn keep(&self, leg: LegKey, keep: Option<Keep>) {
        self.tell(leg, Command::Keep(keep));
    }

    /// The leg is over: its ports are free again. One that is not there is none the worse for it.
    pub fn close(&self, leg: LegKey) {
        self.codecs().remove(&leg);
        self.tell(leg, Command::Close);
    }

    /// What was carried, and how punctually.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.0.shared.figures
    }

    /// Ports of telephones that are in use now.
    #[must_use]
    pub fn ports(&self) -> usize {
        self.0.ports.taken()
    }

    /// Where browsers send to.
    #[must_use]
    pub fn browser_address(&self) -> SocketAddr {
        self.0.door.said()
    }

    fn codecs(&self) -> MutexGuard<'_, HashMap<LegKey, Codec>> {
        self.0.codecs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, leg: LegKey, command: Command) {
        // Ids of one moment differ at their end.
        let (_, low) = leg.call.uuid().as_u64_pair();
        let count = u64::try_from(self.0.inboxes.len()).unwrap_or(1);
        let thread = usize::try_from(low % count).unwrap_or(0);
        if let Some(inbox) = self.0.inboxes.get(thread) {
            inbox.lock().push((leg, command));
        }
    }
}

impl std::fmt::Debug for Plane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plane").field("address", &self.0.address).finish_non_exhaustive()
    }
}
