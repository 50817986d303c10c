//! What a node keeps in memory of things that are read all the time and seldom change. Each is kept
//! with the number of the stream it was read at, and read anew when the stream has grown: nobody
//! is shown yesterday's duty list.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base::UnixMillis;
use rules::duty::Duty;
use rules::queues::Picture;
use store::people::PersonId;
use tokio::sync::Semaphore;

use crate::articles::Knowledge;
use crate::directory::Directory;
use crate::people::PersonCard;

/// So long a person's card is believed. A change on this node is seen at once, one on another node
/// after this time.
const CARD_FOR: Duration = Duration::from_secs(1);

/// What citizens are told of the line may be so old: ten thousand who wait cost one look a second.
const PICTURE_FOR: Duration = Duration::from_secs(1);

/// Passwords are hashed by so many at once: each takes 19 MiB.
const HASHERS: usize = 4;

/// The duty list around an instant, as of a number of its stream.
pub(crate) struct DutiesSeen {
    pub(crate) seq: i64,
    pub(crate) from: UnixMillis,
    pub(crate) to: UnixMillis,
    pub(crate) duties: Vec<Duty>,
}

pub(crate) struct Memory {
    directory: RwLock<Option<Arc<Directory>>>,
    knowledge: RwLock<Option<Arc<Knowledge>>>,
    duties: RwLock<Option<Arc<DutiesSeen>>>,
    cards: Mutex<HashMap<PersonId, (Instant, Arc<PersonCard>)>>,
    picture: Mutex<Option<(Instant, Arc<Picture>)>>,
    pub(crate) hashers: Semaphore,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            directory: RwLock::default(),
            knowledge: RwLock::default(),
            duties: RwLock::default(),
            cards: Mutex::default(),
            picture: Mutex::default(),
            hashers: Semaphore::new(HASHERS),
        }
    }
}

impl Memory {
    /// The picture of the line, if it is fresh enough for what citizens are told.
    pub(crate) fn picture(&self) -> Option<Arc<Picture>> {
        let kept = self.picture.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, picture) = kept.as_ref()?;
        (at.elapsed() < PICTURE_FOR).then(|| picture.clone())
    }

    pub(crate) fn keep_picture(&self, picture: Arc<Picture>) {
        *self.picture.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), picture));
    }
}

macro_rules! kept {
    ($($name:ident, $keep:ident: $type:ty;)*) => { $(
        pub(crate) fn $name(&self) -> Option<Arc<$type>> {
            self.$name.read().unwrap_or_else(PoisonError::into_inner).clone()
        }

        pub(crate) fn $keep(&self, value: Arc<$type>) {
            *self.$name.write().unwrap_or_else(PoisonError::into_inner) = Some(value);
        }
    )* };
}

impl Memory {
    kept! {
        directory, keep_directory: Directory;
        knowledge, keep_knowledge: Knowledge;
        duties, keep_duties: DutiesSeen;
    }

    pub(crate) fn card(&self, person: PersonId) -> Option<Arc<PersonCard>> {
        let cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, card) = cards.get(&person)?;
        (read.elapsed() < CARD_FOR).then(|| card.clone())
    }

    pub(crate) fn keep_card(&self, card: Arc<PersonCard>) {
        let mut cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        cards.insert(card.member.id, (Instant::now(), card));
    }

    pub(crate) fn forget_card(&self, person: PersonId) {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }
}
