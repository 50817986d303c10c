//! What the plane counts. Nothing is written down packet by packet.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Counts whole milliseconds up to 100; what is longer counts as 100.
#[derive(Debug)]
pub struct Histogram {
    counts: [AtomicU64; 101],
    most: AtomicU64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [const { AtomicU64::new(0) }; 101], most: AtomicU64::new(0) }
    }
}

impl Histogram {
    pub(crate) fn record(&self, time: Duration) {
        let millis = time.as_millis().min(100);
        if let Some(count) = usize::try_from(millis).ok().and_then(|at| self.counts.get(at)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.most.fetch_max(micros, Ordering::Relaxed);
    }

    /// How many were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// How many were shorter than `millis` + 1 milliseconds.
    #[must_use]
    pub fn within(&self, millis: usize) -> u64 {
        self.counts.iter().take(millis + 1).map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// The milliseconds that so many in a thousand stayed below or at; 0 of nothing.
    #[must_use]
    pub fn permille(&self, permille: u64) -> usize {
        let wanted = (self.count() * permille).div_ceil(1_000);
        (0..=100).find(|millis| self.within(*millis) >= wanted).unwrap_or(100)
    }

    /// The longest.
    #[must_use]
    pub fn most(&self) -> Duration {
        Duration::from_micros(self.most.load(Ordering::Relaxed))
    }
}

/// The plane's figures since it was started.
#[derive(Debug, Default)]
pub struct Figures {
    /// How late each tick of each thread was.
    pub lateness: Histogram,
    /// Ticks left out because a thread came more than 60 ms late.
    pub ticks_skipped: AtomicU64,
    /// Packets of sound and keys that were taken in, and sent.
    pub packets_in: AtomicU64,
    pub packets_out: AtomicU64,
    /// Packets from addresses that nothing was agreed with, or that were none.
    pub refused: AtomicU64,
    /// Packets for browsers that were dropped because their thread did not come to them.
    pub dropped: AtomicU64,
    /// Frames that were not there when their turn came, and packets that came after theirs.
    pub missing: AtomicU64,
    pub late: AtomicU64,
    /// Packets that the other ends say they missed.
    pub missed_there: AtomicU64,
    /// To the other ends and back, as their reports let it be known.
    pub round_trips: Histogram,
    /// Legs that are open now.
    pub legs: AtomicI64,
}

impl Figures {
    pub(crate) fn add(figure: &AtomicU64, count: u64) {
        figure.fetch_add(count, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_to_the_millisecond() {
        let histogram = Histogram::default();
        assert_eq!(histogram.permille(990), 0);
        for millis in 1..=200 {
            histogram.record(Duration::from_millis(millis));
        }
        let shares = [100, 250, 990].map(|permille| histogram.permille(permille));
        assert_eq!(shares, [20, 50, 100]);
        assert_eq!((histogram.within(9), histogram.most()), (9, Duration::from_millis(200)));
    }
}
