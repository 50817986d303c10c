//! Sound that comes unevenly, given out evenly.

use std::collections::BTreeMap;

/// Frames kept at most: more would be a conversation by letter (600 ms).
const MOST: usize = 30;
/// Frames held back at least and at first (40 ms).
const LEAST: usize = 2;
/// Without a late packet for so many ticks (5 s) the delay becomes shorter by one frame.
const CALM: u32 = 250;

/// What is given out in one tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Frame(Vec<u8>),
    /// A packet was lost or is late: the caller conceals it.
    Missing,
    /// Nothing is coming.
    Silence,
}

/// Counts for the figures of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub received: u64,
    /// Came after its turn.
    pub late: u64,
    /// Came twice.
    pub doubled: u64,
    /// Was not there when its turn came.
    pub missing: u64,
    /// Thrown away because too much was waiting.
    pub skipped: u64,
}

/// Puts packets in order and holds them back a little, by as much as the line needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buffer {
    waiting: BTreeMap<i64, Vec<u8>>,
    /// The extended number of the next packet to give out.
    next: Option<i64>,
    /// The highest extended number seen.
    highest: Option<i64>,
    /// Frames that are held back before the first is given out.
    depth: usize,
    /// Whether frames are being given out.
    running: bool,
    calm: u32,
    /// Ticks without anything to give.
    empty: u32,
    pub counts: Counts,
}

impl Default for Buffer {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            next: None,
            highest: None,
            depth: LEAST,
            running: false,
            calm: 0,
            empty: 0,
            counts: Counts::default(),
        }
    }
}

impl Buffer {
    /// A jump of so many numbers is a new beginning, not a loss.
    const JUMP: i64 = 1_000;
    /// After so many empty ticks (1 s) the sender has stopped.
    const STOPPED: u32 = 50;

    /// Takes a packet in.
    pub fn push(&mut self, sequence: u16, payload: &[u8]) {
        self.counts.received += 1;
        let mut number = self.extended(sequence);
        if self.highest.is_some_and(|highest| (number - highest).abs() > Self::JUMP) {
            self.restart();
            number = i64::from(sequence);
        }
        self.highest = Some(self.highest.map_or(number, |highest| highest.max(number)));
        if self.running && self.next.is_some_and(|next| number < next) {
            self.counts.late += 1;
            self.calm = 0;
            // One frame more from the next pause on: what is late now would be again.
            self.depth = (self.depth + 1).min(MOST / 2);
            return;
        }
        if self.waiting.insert(number, payload.to_vec()).is_some() {
            self.counts.doubled += 1;
        }
        while self.waiting.len() > MOST {
            self.waiting.pop_first();
            self.counts.skipped += 1;
            self.next = self.waiting.first_key_value().map(|(number, _)| *number);
        }
    }

    /// Gives out what belongs to this tick of 20 ms.
    pub fn tick(&mut self) -> Given {
        if !self.running {
            if self.waiting.len() < self.depth {
                return Given::Silence;
            }
            self.running = true;
            self.next = self.waiting.first_key_value().map(|(number, _)| *number);
        }
        let Some(next) = self.next else { return Given::Silence };
        self.calm += 1;
        if self.calm >= CALM {
            self.calm = 0;
            self.depth = (self.depth - 1).max(LEAST);
            // The sender's clock may be the faster one: what has gathered beyond the need goes.
            if self.waiting.len() > self.depth + 1 {
                self.waiting.pop_first();
                self.counts.skipped += 1;
                self.next = self.waiting.first_key_value().map(|(number, _)| *number);
                return self.tick();
            }
        }
        if let Some(payload) = self.waiting.remove(&next) {
            self.next = Some(next + 1);
            self.empty = 0;
            return Given::Frame(payload);
        }
        if self.waiting.is_empty() {
            // Nothing is there at all: the place in line is kept, so that what is only late is heard.
            self.empty += 1;
            if self.empty >= Self::STOPPED {
                self.pause();
                return Given::Silence;
            }
            self.counts.missing += 1;
            return Given::Missing;
        }
        self.next = Some(next + 1);
        self.empty = 0;
        self.counts.missing += 1;
        Given::Missing
    }

    /// The number with the turns of the 16-bit counter in it (RFC 3550, appendix A.1).
    fn extended(&self, sequence: u16) -> i64 {
        let Some(highest) = self.highest else { return i64::from(sequence) };
        let turn = 1_i64 << 16;
        let near = highest - highest.rem_euclid(turn) + i64::from(sequence);
        [near - turn, near, near + turn]
            .into_iter()
            .min_by_key(|number| (number - highest).abs())
            .unwrap_or(near)
    }

    fn pause(&mut self) {
        self.running = false;
        self.empty = 0;
        self.next = None;
    }

    fn restart(&mut self) {
        self.waiting.clear();
        self.highest = None;
        self.pause();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn payload(n: u64) -> Vec<u8> {
        n.to_be_bytes().to_vec()
    }

    /// Runs a line: for each tick the packets that arrive in it; what came out as numbers.
    fn run(begin: u16, arrivals: &[Vec<u64>]) -> (Vec<Option<u64>>, Buffer) {
        let mut buffer = Buffer::default();
        let mut heard = Vec::new();
        for packets in arrivals {
            for n in packets {
                let sequence = begin.wrapping_add((*n % 65_536) as u16);
                buffer.push(sequence, &payload(*n));
            }
            match buffer.tick() {
                Given::Frame(bytes) => {
                    heard.push(Some(u64::from_be_bytes(bytes.try_into().unwrap_or_default())));
                }
                Given::Missing => heard.push(None),
                Given::Silence => {}
            }
        }
        (heard, buffer)
    }

    #[test]
    fn an_even_line_loses_nothing_over_the_turn_of_the_counter() {
        let arrivals: Vec<Vec<u64>> = (0..70_000).map(|n| vec![n]).collect();
        let (heard, buffer) = run(65_500, &arrivals);
        assert!(heard.iter().zip(0..).all(|(heard, n)| *heard == Some(n)));
        assert_eq!(buffer.counts.missing + buffer.counts.late + buffer.counts.skipped, 0);
        assert!(heard.len() > 69_990, "held back by no more than 40 ms");
    }

    #[test]
    fn packets_out_of_order_and_doubled_come_out_in_order() {
        let arrivals =
            [vec![1], vec![0, 0], vec![3, 2], vec![], vec![5, 4], vec![], vec![6], vec![7]];
        let (heard, buffer) = run(10, &arrivals);
        assert_eq!(heard, (0..7).map(Some).collect::<Vec<_>>());
        assert_eq!(buffer.counts.doubled, 1);
    }

    #[test]
    fn a_lost_packet_is_one_missing_frame() {
        let arrivals: Vec<Vec<u64>> =
            (0..40).map(|n| if n == 20 { vec![] } else { vec![n] }).collect();
        let (heard, buffer) = run(0, &arrivals);
        assert_eq!(heard[19..22], [Some(19), None, Some(21)]);
        assert_eq!(buffer.counts.missing, 1);
    }

    #[test]
    fn a_sender_that_is_a_little_too_fast_does_not_build_up_a_delay() {
        // 200 ppm: one packet more in 5,000; here 60,000 ticks (20 minutes).
        let mut n = 0;
        let arrivals: Vec<Vec<u64>> = (0..60_000)
            .map(|tick| {
                let count = if tick % 5_000 == 4_999 { 2 } else { 1 };
                (0..count)
                    .map(|_| {
                        n += 1;
                        n - 1
                    })
                    .collect()
            })
            .collect();
        let (_, buffer) = run(0, &arrivals);
        assert!(buffer.waiting.len() <= LEAST + 1, "{} waiting", buffer.waiting.len());
        assert!(buffer.counts.skipped <= 14);
    }

    #[test]
    fn who_stops_and_begins_anew_is_heard_again() {
        let mut buffer = Buffer::default();
        for n in 0..10 {
            buffer.push(n, &[1]);
            buffer.tick();
        }
        for _ in 0..100 {
            buffer.tick();
        }
        assert_eq!(buffer.tick(), Given::Silence);
        // Another counter, as after a hold.
        for n in 40_000..40_010_u16 {
            buffer.push(n, &[2]);
        }
        assert_eq!(buffer.tick(), Given::Frame(vec![2]));
    }

    proptest! {
        /// Whatever the line does: what comes out is in order, once each, and never held back by
        /// more than the buffer.
        #[test]
        fn what_comes_out_is_in_order(
            delays in prop::collection::vec((0..8_usize, 0..20_u8), 1..400),
            begin in any::<u16>(),
        ) {
            let mut arrivals = vec![Vec::new(); delays.len() + 8];
            for (n, (delay, luck)) in delays.iter().enumerate() {
                if *luck > 0 {
                    arrivals[n + delay].push(n as u64);
                }
            }
            let (heard, buffer) = run(begin, &arrivals);
            let numbers: Vec<u64> = heard.into_iter().flatten().collect();
            prop_assert!(numbers.is_sorted_by(|one, next| one < next));
            prop_assert!(buffer.waiting.len() <= MOST);
        }
    }
}
