//! What a node keeps in memory of things that are read all the time and seldom change. Each is kept
//! with the number of the stream it was read at, and read anew when the stream has grown: nobody
//! is shown yesterday's duty list.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base::{MunicipalityKey, TopicKey, UnixMillis};
use rules::duty::Duty;
use rules::queues::Picture;
use rules::scim::Pace;
use store::people::PersonId;
use store::scim::TokenId;
use tokio::sync::Semaphore;

use crate::articles::Knowledge;
use crate::calls::{Calls, Telephone};
use crate::directory::Directory;
use crate::improvement::Vocabulary;
use crate::intake::manners::Manners;
use crate::people::PersonCard;
use crate::semantic::Semantic;

/// So long a person's card is believed. A change on this node is seen at once, one on another node
/// after this time.
const CARD_FOR: Duration = Duration::from_secs(1);

/// What people are told of the line may be so old: ten thousand who wait cost one look a second.
const PICTURE_FOR: Duration = Duration::from_secs(1);

/// Passwords are hashed by so many at once: each takes 19 MiB.
const HASHERS: usize = 4;

/// So many bring something into a directory at once: those who wait for their municipality's stream
/// hold no connection that others need.
const BRINGERS: usize = 2;

/// The duty list around an instant, as of a number of its stream.
pub(crate) struct DutiesSeen {
    pub(crate) seq: i64,
    pub(crate) from: UnixMillis,
    pub(crate) to: UnixMillis,
    pub(crate) duties: Vec<Duty>,
}

/// The knowledge base, and the number of its stream up to which nothing else has changed it.
pub(crate) struct KnowledgeSeen {
    pub(crate) seq: i64,
    pub(crate) knowledge: Arc<Knowledge>,
}

pub(crate) struct Memory {
    directory: RwLock<Option<Arc<Directory>>>,
    /// Held by whoever lays the directory out anew.
    pub(crate) laying_out: tokio::sync::Mutex<()>,
    knowledge: RwLock<Option<Arc<KnowledgeSeen>>>,
    /// Held by whoever reads the knowledge base anew.
    pub(crate) reading: tokio::sync::Mutex<()>,
    duties: RwLock<Option<Arc<DutiesSeen>>>,
    vocabulary: RwLock<Option<Arc<Vocabulary>>>,
    /// What citizens of each municipality have read most, as of the last hour.
    most_read: RwLock<Option<Arc<HashMap<MunicipalityKey, Vec<TopicKey>>>>>,
    cards: Mutex<HashMap<PersonId, (Instant, Arc<PersonCard>)>>,
    picture: Mutex<Option<(Instant, Arc<Picture>)>>,
    /// The knowledge base as the citizens of municipalities see it to whom not all of it is open.
    seen_by: Mutex<HashMap<MunicipalityKey, Arc<Knowledge>>>,
    /// The number of the knowledge stream at which the editors' words were read, and when the
    /// first of them ends.
    words: Mutex<Option<(i64, Option<UnixMillis>)>>,
    pub(crate) semantic: std::sync::OnceLock<Semantic>,
    pub(crate) telephone: std::sync::OnceLock<Telephone>,
    pub(crate) calls: Mutex<Calls>,
    /// Held by whoever puts the editors' words in force.
    pub(crate) wording: tokio::sync::Mutex<()>,
    /// Held by whoever brings the search index in step.
    pub(crate) indexing: tokio::sync::Mutex<()>,
    /// The search index is being built anew; the old one answers meanwhile.
    pub(crate) rebuilding: AtomicBool,
    /// Since when the search index has been behind the knowledge base.
    behind_since: Mutex<Option<Instant>>,
    pub(crate) hashers: Semaphore,
    /// Held by whoever brings something into a directory.
    /// For pushes, which bring one thing each.
    pub(crate) bringing_in: Semaphore,
    /// For tables, one at a time: they take long, and let pushes by.
    pub(crate) tables: Semaphore,
    /// How fast each municipality's own directory pushes.
    paces: Mutex<HashMap<TokenId, Pace>>,
    pub(crate) manners: Manners,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            directory: RwLock::default(),
            laying_out: tokio::sync::Mutex::default(),
            knowledge: RwLock::default(),
            reading: tokio::sync::Mutex::default(),
            duties: RwLock::default(),
            vocabulary: RwLock::default(),
            most_read: RwLock::default(),
            cards: Mutex::default(),
            picture: Mutex::default(),
            seen_by: Mutex::default(),
            words: Mutex::default(),
            semantic: std::sync::OnceLock::new(),
            telephone: std::sync::OnceLock::new(),
            calls: Mutex::default(),
            wording: tokio::sync::Mutex::default(),
            indexing: tokio::sync::Mutex::default(),
            rebuilding: AtomicBool::default(),
            behind_since: Mutex::default(),
            hashers: Semaphore::new(HASHERS),
            bringing_in: Semaphore::new(BRINGERS),
            tables: Semaphore::new(1),
            paces: Mutex::default(),
            manners: Manners::default(),
        }
    }
}

impl Memory {
    /// Counts a push; in how many seconds the next one may come when it is one too many.
    pub(crate) fn count_push(&self, token: TokenId, now: UnixMillis) -> Result<(), i64> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        paces.entry(token).or_default().count(now)
    }

    /// For how long the search index has been behind; asked again and again.
    pub(crate) fn behind_for(&self, behind: bool) -> Duration {
        let mut since = self.behind_since.lock().unwrap_or_else(PoisonError::into_inner);
        if behind {
            return since.get_or_insert_with(Instant::now).elapsed();
        }
        *since = None;
        Duration::ZERO
    }

    /// The number of the knowledge stream as of which the editors' words are in force, and when the
    /// first of them ends.
    pub(crate) fn words(&self) -> Option<(i64, Option<UnixMillis>)> {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep_words(&self, seq: i64, ends: Option<UnixMillis>) {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = Some((seq, ends));
    }

    /// The picture of the line, if it is fresh enough for what people are told.
    pub(crate) fn picture(&self) -> Option<Arc<Picture>> {
        let kept = self.picture.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, picture) = kept.as_ref()?;
        (at.elapsed() < PICTURE_FOR).then(|| picture.clone())
    }

    /// Somebody of this node is there or gone: that is seen at once.
    pub(crate) fn forget_picture(&self) {
        *self.picture.lock().unwrap_or_else(PoisonError::into_inner) = None;
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
        knowledge, keep_knowledge: KnowledgeSeen;
        duties, keep_duties: DutiesSeen;
        vocabulary, keep_vocabulary: Vocabulary;
        most_read, keep_most_read: HashMap<MunicipalityKey, Vec<TopicKey>>;
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

    /// What a municipality's citizens see of the knowledge base as of a number of its stream.
    pub(crate) fn seen_by(
        &self,
        municipality: &MunicipalityKey,
        seq: i64,
    ) -> Option<Arc<Knowledge>> {
        let seen = self.seen_by.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(municipality).filter(|seen| seen.seq == seq).cloned()
    }

    pub(crate) fn keep_seen_by(&self, municipality: MunicipalityKey, seen: Arc<Knowledge>) {
        let mut all = self.seen_by.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(municipality, seen);
    }

    pub(crate) fn forget_card(&self, person: PersonId) {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }
}
