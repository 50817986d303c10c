//! What is written down while an evening is played.

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base::Rng;
use hdrhistogram::Histogram;
use uuid::Uuid;

use crate::ledger::{Acknowledged, Line};

/// What all tasks write into.
pub(super) struct Books {
    pub(super) rng: Rng,
    /// When each message was meant to be sent.
    pub(super) meant: Mutex<HashMap<Uuid, Instant>>,
    pub(super) to_agent: Mutex<Histogram<u64>>,
    pub(super) to_citizen: Mutex<Histogram<u64>>,
    pub(super) in_line: Mutex<Histogram<u64>>,
    /// By contact.
    pub(super) conversations: Mutex<HashMap<String, Conversation>>,
    pub(super) sent_twice: AtomicUsize,
    pub(super) cuts: AtomicUsize,
    pub(super) handed_over: AtomicUsize,
    pub(super) faults: Mutex<Vec<String>>,
}

#[derive(Default)]
pub(super) struct Conversation {
    pub(super) acknowledged: Acknowledged,
    pub(super) at_agent: Vec<Line>,
}

impl Books {
    pub(super) fn new() -> anyhow::Result<Self> {
        let times = || Histogram::new_with_bounds(1, 600_000_000, 3).map(Mutex::new);
        Ok(Self {
            rng: Rng::system(),
            meant: Mutex::default(),
            to_agent: times()?,
            to_citizen: times()?,
            in_line: times()?,
            conversations: Mutex::default(),
            sent_twice: AtomicUsize::new(0),
            cuts: AtomicUsize::new(0),
            handed_over: AtomicUsize::new(0),
            faults: Mutex::default(),
        })
    }

    /// A message that is to be sent at an instant.
    pub(super) fn mean(&self, at: Instant) -> Uuid {
        let id = self.rng.uuid();
        held(&self.meant).insert(id, at);
        id
    }

    /// A message has come to the other side.
    pub(super) fn arrived(&self, line: &Line, at: Instant, times: &Mutex<Histogram<u64>>) {
        if let Some(meant) = held(&self.meant).get(&line.id) {
            record(times, at.saturating_duration_since(*meant));
        }
    }

    pub(super) fn acknowledge(&self, contact: &str, id: Uuid, seq: Option<i64>) {
        let mut conversations = held(&self.conversations);
        conversations.entry(contact.to_owned()).or_default().acknowledged.insert(id, seq);
    }

    pub(super) fn fault(&self, fault: String) {
        held(&self.faults).push(fault);
    }
}

pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn record(times: &Mutex<Histogram<u64>>, time: Duration) {
    held(times).saturating_record(u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1));
}
