//! What the plane counts. Nothing is written down packet by packet.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Counts whole milliseconds up to 100; what is longer counts as 100.
#[derive(Debug)]
pub struct Histogram {
    counts: [AtomicU64; 101],
    /// In microseconds.
    sum: AtomicU64,
    most: AtomicU64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; 101],
            sum: AtomicU64::new(0),
            most: AtomicU64::new(0),
        }
    }
}

impl Histogram {
    pub(crate) fn record(&self, time: Duration) {
        let millis = time.as_millis().min(100);
        if let Some(count) = usize::try_from(millis).ok().and_then(|at| self.counts.get(at)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.sum.fetch_add(micros, Ordering::Relaxed);
        self.most.fetch_max(micros, Ordering::Relaxed);
    }

    fn counts(&self) -> [u64; 101] {
        std::array::from_fn(|at| self.counts[at].load(Ordering::Relaxed))
    }

    /// How many were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts().iter().sum()
    }

    /// All of them together.
    #[must_use]
    pub fn sum(&self) -> Duration {
        Duration::from_micros(self.sum.load(Ordering::Relaxed))
    }

    /// How many were shorter than `millis` + 1 milliseconds.
    #[must_use]
    pub fn within(&self, millis: usize) -> u64 {
        self.counts().iter().take(millis + 1).sum()
    }

    /// The milliseconds that so many in a thousand stayed below or at; 0 of nothing.
    #[must_use]
    pub fn permille(&self, permille: u64) -> usize {
        permille_of(&self.counts(), permille)
    }

    /// The longest.
    #[must_use]
    pub fn most(&self) -> Duration {
        Duration::from_micros(self.most.load(Ordering::Relaxed))
    }
}

fn permille_of(counts: &[u64; 101], permille: u64) -> usize {
    let wanted = (counts.iter().sum::<u64>() * permille).div_ceil(1_000);
    let within = |millis: usize| counts[..=millis].iter().sum::<u64>();
    (0..=100).find(|millis| within(*millis) >= wanted).unwrap_or(100)
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
    /// Packets of encrypted calls that another key sealed, that were changed, or that came before.
    pub unopened: AtomicU64,
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
    /// Legs that were ended because something broke in them, and datagrams of browsers that broke
    /// something.
    pub broken: AtomicU64,
    /// How often the threads became so late that it is heard.
    pub alarms: AtomicU64,
}

impl Figures {
    pub(crate) fn add(figure: &AtomicU64, count: u64) {
        figure.fetch_add(count, Ordering::Relaxed);
    }
}

/// One in a hundred ticks may be so late (ms). More, or one left out, is heard.
const LATE_MS: usize = 10;

/// Looks from time to time whether the threads are too late.
#[derive(Debug)]
pub struct Watch {
    lateness: [u64; 101],
    skipped: u64,
    late: bool,
}

/// The threads have become too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// The milliseconds that 99 of 100 ticks stayed below or at since the last look.
    pub p99_ms: usize,
    /// Ticks left out since then.
    pub skipped: u64,
}

impl Default for Watch {
    fn default() -> Self {
        Self { lateness: [0; 101], skipped: 0, late: false }
    }
}

impl Watch {
    /// Looks at the time since the last look; tells once, until it has been good for as long.
    pub fn look(&mut self, figures: &Figures) -> Option<Alarm> {
        let lateness = figures.lateness.counts();
        let skipped = figures.ticks_skipped.load(Ordering::Relaxed);
        let since = std::array::from_fn(|at| lateness[at] - self.lateness[at]);
        let alarm = Alarm { p99_ms: permille_of(&since, 990), skipped: skipped - self.skipped };
        let late = alarm.p99_ms > LATE_MS || alarm.skipped > 0;
        let begins = late && !self.late;
        *self = Self { lateness, skipped, late };
        Figures::add(&figures.alarms, begins.into());
        begins.then_some(alarm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_that_is_heard_is_told_once_until_it_was_good_again() {
        let (figures, mut watch) = (Figures::default(), Watch::default());
        let mut minute = |times: &[(u64, u64)]| {
            for (millis, count) in times {
                for _ in 0..*count {
                    figures.lateness.record(Duration::from_millis(*millis));
                }
            }
            watch.look(&figures)
        };
        assert_eq!(minute(&[]), None);
        assert_eq!(minute(&[(0, 990), (40, 10)]), None, "one in a hundred");
        assert_eq!(minute(&[(0, 985), (12, 15)]), Some(Alarm { p99_ms: 12, skipped: 0 }));
        assert_eq!(minute(&[(12, 1_000)]), None, "told before");
        assert_eq!(minute(&[(1, 1_000)]), None);
        Figures::add(&figures.ticks_skipped, 4);
        assert_eq!(watch.look(&figures), Some(Alarm { p99_ms: 0, skipped: 4 }));
        assert_eq!(figures.alarms.load(Ordering::Relaxed), 2);
    }

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
