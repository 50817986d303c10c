//! What the node says of itself (`/metrics`) and the system of its process (`/proc`).

use std::time::Duration;

use anyhow::Context as _;

use crate::site::Site;

/// Ticks a second of the times in `/proc` (`USER_HZ`, the same on every Linux).
const TICKS: u64 = 100;

/// What stands in `/metrics`.
pub(super) struct Measured(String);

impl Measured {
    /// # Errors
    /// When the node does not say.
    pub(super) async fn of(metrics: &Site) -> anyhow::Result<Self> {
        Ok(Self(metrics.get("/metrics", "").await?.body))
    }

    /// The value of a series by its name and labels.
    pub(super) fn value(&self, series: &str) -> anyhow::Result<f64> {
        let lines = self.0.lines().filter_map(|line| line.rsplit_once(' '));
        let mut found = lines.filter(|(own, _)| *own == series);
        let (_, value) = found.next().with_context(|| format!("/metrics has no {series}"))?;
        Ok(value.parse()?)
    }

    /// The bounds of a histogram, in seconds, and how many stayed within each.
    fn buckets(&self, name: &str) -> Vec<(f64, f64)> {
        let begin = format!("{name}_bucket{{le=\"");
        let buckets = self.0.lines().filter_map(|line| {
            let (bound, count) = line.strip_prefix(&begin)?.split_once("\"} ")?;
            Some((bound.parse().unwrap_or(f64::INFINITY), count.parse().ok()?))
        });
        buckets.collect()
    }

    /// The bound, in milliseconds, that so much of a histogram stayed within since `before`.
    pub(super) fn within(&self, before: &Self, name: &str, share: f64) -> f64 {
        let (then, now) = (before.buckets(name), self.buckets(name));
        let since: Vec<(f64, f64)> = now
            .iter()
            .zip(then.iter().map(|(_, count)| *count).chain(std::iter::repeat(0.0)))
            .map(|((bound, count), before)| (*bound, count - before))
            .collect();
        let wanted = share * since.last().map_or(0.0, |(_, all)| *all);
        let found = since.iter().find(|(_, count)| *count >= wanted);
        found.map_or(0.0, |(bound, _)| bound * 1_000.0)
    }
}

/// What a process has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Used {
    pub(super) cpu: Duration,
    /// The most memory it had, in bytes.
    pub(super) memory: u64,
}

impl Used {
    /// # Errors
    /// When there is no such process.
    pub(super) fn by(process: u32) -> anyhow::Result<Self> {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}"));
        Self::read(&read("stat")?, &read("status")?).context("what /proc says of the node")
    }

    fn read(stat: &str, status: &str) -> Option<Self> {
        // After the name, which may have anything in it: the state is the third field.
        let (_, fields) = stat.rsplit_once(") ")?;
        let mut times = fields.split(' ').skip(11).map(|ticks| ticks.parse::<u64>().ok());
        let ticks = times.next()?? + times.next()??;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = peak.trim().strip_suffix(" kB")?.parse().ok()?;
        let cpu = Duration::from_millis(ticks * 1_000 / TICKS);
        Some(Self { cpu, memory: kilobytes * 1_024 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_node_are_read() {
        let text = |counts: [u32; 3]| {
            let [a, b, c] = counts;
            Measured(format!(
                "# TYPE straks_calls gauge\nstraks_calls 3\n\
                 x_bucket{{le=\"0.001\"}} {a}\nx_bucket{{le=\"0.01\"}} {b}\n\
                 x_bucket{{le=\"+Inf\"}} {c}\n"
            ))
        };
        let (before, now) = (text([10, 10, 10]), text([59, 109, 110]));
        assert_eq!(now.value("straks_calls").expect("a value"), 3.0);
        assert!(now.value("straks_call").is_err());
        assert_eq!(now.within(&before, "x", 0.49), 1.0);
        assert_eq!(now.within(&before, "x", 0.99), 10.0);
        assert_eq!(now.within(&before, "x", 1.0), f64::INFINITY);
    }

    #[test]
    fn what_a_process_used_is_read() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0";
        let status = "Name:\tx\nVmHWM:\t   2048 kB\nVmRSS:\t 1024 kB\n";
        let used = Used::read(stat, status).expect("it is whole");
        assert_eq!(used, Used { cpu: Duration::from_secs(2), memory: 2 << 20 });
    }
}
