//! What is written down while calls are made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base::Rng;
use hdrhistogram::Histogram;

use super::sound::Sound;

/// A call that was offered to an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offered {
    pub(super) contact: String,
    pub(super) line: String,
    /// Since when the caller has waited, and until when the agent was asked: by the house's clock.
    pub(super) since: i64,
    pub(super) until: i64,
}

/// How many were asked for after somebody who came later to the same line. Only the first offer of a
/// call counts: one that was not taken goes back to its place.
pub(super) fn overtaken(offers: &[Offered]) -> usize {
    let mut first: BTreeMap<&str, &Offered> = BTreeMap::new();
    for offer in offers {
        let known = first.entry(&offer.contact).or_insert(offer);
        if offer.until < known.until {
            *known = offer;
        }
    }
    let mut lines: BTreeMap<&str, Vec<(i64, i64)>> = BTreeMap::new();
    for offer in first.values() {
        lines.entry(&offer.line).or_default().push((offer.until, offer.since));
    }
    let in_line = |offers: &mut Vec<(i64, i64)>| {
        // Those who were asked for at once are as good as in order.
        offers.sort_unstable();
        let mut latest = i64::MIN;
        let behind = offers.iter().filter(|(_, since)| {
            let later = *since < latest;
            latest = latest.max(*since);
            later
        });
        behind.count()
    };
    lines.values_mut().map(in_line).sum()
}

/// What all tasks write into.
pub(super) struct Books {
    pub(super) rng: Rng,
    written: Mutex<Written>,
}

/// What stands in them at the end.
pub(super) struct Written {
    pub(super) offers: Vec<Offered>,
    /// Callers whom an agent heard.
    pub(super) heard: BTreeSet<u32>,
    /// Milliseconds from the house's answer to the agent's first sound.
    pub(super) in_line: Histogram<u64>,
    /// The time that callers were connected.
    pub(super) connected: Duration,
    pub(super) packets: u64,
    pub(super) lost: u64,
    pub(super) gaps: u64,
    pub(super) faults: Vec<String>,
}

impl Books {
    pub(super) fn new() -> anyhow::Result<Self> {
        let written = Written {
            offers: Vec::new(),
            heard: BTreeSet::new(),
            in_line: Histogram::new_with_bounds(1, 600_000, 3)?,
            connected: Duration::ZERO,
            packets: 0,
            lost: 0,
            gaps: 0,
            faults: Vec::new(),
        };
        Ok(Self { rng: Rng::system(), written: Mutex::new(written) })
    }

    /// Everything that is written.
    pub(super) fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn offered(&self, offered: Offered) {
        self.written().offers.push(offered);
    }

    pub(super) fn answered(&self, after: Duration) {
        let after = u64::try_from(after.as_millis()).unwrap_or(u64::MAX).max(1);
        self.written().in_line.saturating_record(after);
    }

    /// An agent has heard the nth caller.
    pub(super) fn heard(&self, nth: u32) {
        self.written().heard.insert(nth);
    }

    /// A caller's connection is over.
    pub(super) fn carried(&self, connected: Duration, sound: &Sound) {
        self.written().connected += connected;
        self.lost(sound);
    }

    /// What an end received, and what not.
    pub(super) fn lost(&self, sound: &Sound) {
        let mut written = self.written();
        written.packets += sound.packets;
        written.lost += sound.lost;
        written.gaps += sound.gaps;
    }

    pub(super) fn fault(&self, fault: String) {
        self.written().faults.push(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_asked_for_after_somebody_who_came_later_was_overtaken() {
        let offered = |contact: &str, line: &str, since, until| Offered {
            contact: contact.to_owned(),
            line: line.to_owned(),
            since,
            until,
        };
        let mut offers = vec![
            offered("a", "x", 1, 10),
            // At once with the next, written down after it.
            offered("c", "x", 3, 20),
            offered("b", "x", 2, 20),
            // Another line.
            offered("d", "y", 0, 30),
            // Again, having lost its first agent.
            offered("a", "x", 1, 40),
        ];
        assert_eq!(overtaken(&offers), 0);
        offers.push(offered("e", "x", 2, 50));
        assert_eq!(overtaken(&offers), 1);
        offers.push(offered("f", "y", 1, 29));
        assert_eq!(overtaken(&offers), 2);
    }
}
