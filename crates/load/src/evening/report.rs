//! What came of an evening.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::ledger::Tally;

/// What came of it.
#[derive(Debug)]
pub struct Report {
    pub agents: usize,
    pub chats: usize,
    /// Conversations in which every message was answered and seen.
    pub answered: usize,
    pub handed_over: usize,
    pub acknowledged: usize,
    pub sent_twice: usize,
    pub cuts: usize,
    pub tally: Tally,
    pub took: Duration,
    /// Microseconds.
    pub to_agent: Histogram<u64>,
    pub to_citizen: Histogram<u64>,
    /// From asking to being taken.
    pub in_line: Histogram<u64>,
    pub faults: Vec<String>,
}

impl Report {
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.tally.is_clean() && self.answered == self.chats && self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "chats = {}", self.chats)?;
        writeln!(f, "answered = {}", self.answered)?;
        writeln!(f, "agents = {}", self.agents)?;
        writeln!(f, "handed over = {}", self.handed_over)?;
        writeln!(f, "messages acknowledged = {}", self.acknowledged)?;
        writeln!(f, "sent twice = {}", self.sent_twice)?;
        writeln!(f, "sockets cut = {}", self.cuts)?;
        writeln!(f, "lost = {}", self.tally.lost)?;
        writeln!(f, "doubled = {}", self.tally.doubled)?;
        writeln!(f, "out of order = {}", self.tally.out_of_order)?;
        writeln!(f, "took = {:.1} s", self.took.as_secs_f64())?;
        for (name, times) in [
            ("citizen to agent", &self.to_agent),
            ("agent to citizen", &self.to_citizen),
            ("in line", &self.in_line),
        ] {
            write!(f, "{name}, ms:")?;
            for (label, quantile) in
                [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)]
            {
                write!(f, " {label} {:.1}", milliseconds(times.value_at_quantile(quantile)))?;
            }
            writeln!(f, " (n {})", times.len())?;
        }
        for fault in self.faults.iter().take(10) {
            writeln!(f, "fault: {fault}")?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of an evening fit a double")]
fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}
