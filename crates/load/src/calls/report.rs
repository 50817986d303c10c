//! What came of the calls.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

/// What came of them.
#[derive(Debug)]
pub struct Report {
    pub agents: usize,
    pub made: usize,
    pub answered: usize,
    /// Taken back before the answer.
    pub cancelled: usize,
    /// Hung up in line.
    pub gave_up: usize,
    /// Calls that ended otherwise than they should have, and what else went wrong.
    pub faults: Vec<String>,
    /// What was left in the node after the last call: calls, ports, dialogs, contacts.
    pub leaked: u64,
    /// Who was asked for after somebody who came later.
    pub overtaken: usize,
    /// Ticks of the media clock, in milliseconds.
    pub late_p50: f64,
    pub late_p99: f64,
    pub late_most: f64,
    pub ticks_skipped: u64,
    /// What callers and agents received.
    pub packets: u64,
    pub lost: u64,
    pub gaps: u64,
    /// Milliseconds from the answer to the agent's first sound: the greeting and the line.
    pub in_line: Histogram<u64>,
    /// The node's own.
    pub cpu: Duration,
    pub memory: u64,
    /// How long callers were connected, all together.
    pub connected: Duration,
    pub took: Duration,
}

impl Report {
    #[must_use]
    pub fn is_good(&self) -> bool {
        let ended = self.answered + self.cancelled + self.gave_up;
        self.faults.is_empty() && self.leaked == 0 && self.overtaken == 0 && ended == self.made
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "calls made = {}", self.made)?;
        writeln!(f, "answered = {}", self.answered)?;
        writeln!(f, "taken back before the answer = {}", self.cancelled)?;
        writeln!(f, "hung up in line = {}", self.gave_up)?;
        writeln!(f, "agents = {}", self.agents)?;
        writeln!(f, "failures = {}", self.faults.len())?;
        writeln!(f, "calls leaked = {}", self.leaked)?;
        writeln!(f, "order kept = {}", self.overtaken == 0)?;
        writeln!(f, "took = {:.1} s", self.took.as_secs_f64())?;
        writeln!(
            f,
            "media clock late, ms: p50 <{} p99 <{} max {:.1} (ticks left out {})",
            self.late_p50, self.late_p99, self.late_most, self.ticks_skipped
        )?;
        let Self { packets, lost, gaps, .. } = self;
        writeln!(f, "packets received = {packets}, lost = {lost}, gaps in their numbers = {gaps}")?;
        write!(f, "from the answer to an agent, s:")?;
        for (label, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
            let millis = self.in_line.value_at_quantile(quantile);
            write!(f, " {label} {:.1}", Duration::from_millis(millis).as_secs_f64())?;
        }
        writeln!(f, " (n {})", self.in_line.len())?;
        let seconds = self.connected.as_secs_f64();
        let each = 1_000.0 * self.cpu.as_secs_f64() / seconds.max(1.0);
        writeln!(f, "call-seconds = {seconds:.0}")?;
        writeln!(f, "CPU = {:.1} s, {each:.2} ms a call-second", self.cpu.as_secs_f64())?;
        writeln!(f, "memory = {} MB", self.memory >> 20)?;
        for fault in self.faults.iter().take(10) {
            writeln!(f, "fault: {fault}")?;
        }
        Ok(())
    }
}
