//! Sound that comes unevenly, given out evenly.

use super::{CODED, Coded, TICKS, alaw};

/// Ticks of the packets' clock that can be held, about a second; a power of two.
const SPAN: u32 = 8_192;
/// A jump of so much is a new beginning, not a loss (512 ms).
const JUMP: u32 = SPAN / 2;
/// More than so much is not held back: it would be a conversation by letter (400 ms).
const MOST: u32 = 20 * TICKS;
/// Held back at least and at first (40 ms).
const LEAST: u32 = 2 * TICKS;
/// Held back at most, on a line that is uneven (300 ms).
const DEEPEST: u32 = 15 * TICKS;
/// Without a late packet for so many ticks of the house (5 s) the delay becomes shorter by a frame.
const CALM: u32 = 250;
/// After so many ticks of the house without anything (1 s) the sender has stopped.
const STOPPED: u32 = 50;

/// What is given out in one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    Frame,
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
    /// Frames that were not there when their turn came.
    pub missing: u64,
    /// Frames thrown away because too much was waiting.
    pub skipped: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing came yet, or not for a while.
    Idle,
    /// The first packets are held back.
    Gathering,
    Running,
}

/// Puts sound in order by the time its packets carry, however long each of them is, and holds it
/// back a little, by as much as the line needs. Its memory is taken once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buffer {
    /// A byte for every tick of the packets' clock, by its number modulo [`SPAN`].
    ring: Box<[Option<u8>]>,
    state: State,
    /// The time of the next byte to give out.
    next: u32,
    /// The time after the newest byte.
    end: u32,
    /// What is held back before the first is given out.
    depth: u32,
    calm: u32,
    /// Ticks without enough to give.
    empty: u32,
    pub counts: Counts,
}

impl Default for Buffer {
    fn default() -> Self {
        Self {
            ring: vec![None; SPAN as usize].into_boxed_slice(),
            state: State::Idle,
            next: 0,
            end: 0,
            depth: LEAST,
            calm: 0,
            empty: 0,
            counts: Counts::default(),
        }
    }
}

/// How far one time lies behind another; the clock turns.
const fn since(time: u32, earlier: u32) -> i32 {
    time.wrapping_sub(earlier).cast_signed()
}

impl Buffer {
    /// Takes a packet in. One of nothing, or of more than a quarter of a second, is none of sound.
    pub fn push(&mut self, timestamp: u32, payload: &[u8]) {
        let Ok(length) = u32::try_from(payload.len()) else { return };
        if length == 0 || length > SPAN / 4 {
            return;
        }
        self.counts.received += 1;
        let jumped = since(timestamp, self.end).unsigned_abs() > JUMP;
        if self.state == State::Idle || jumped {
            self.restart();
            self.state = State::Gathering;
            (self.next, self.end) = (timestamp, timestamp);
        }
        let end = timestamp.wrapping_add(length);
        if since(end, self.next) <= 0 {
            if self.state == State::Running {
                self.counts.late += 1;
                self.calm = 0;
                // One frame more from the next pause on: what is late now would be again.
                self.depth = (self.depth + TICKS).min(DEEPEST);
                return;
            }
            self.next = timestamp;
        }
        if self.state == State::Gathering && since(self.next, timestamp) > 0 {
            self.next = timestamp;
        }
        if self.slot(timestamp).is_some() {
            self.counts.doubled += 1;
        }
        for (time, byte) in (0..length).map(|at| timestamp.wrapping_add(at)).zip(payload) {
            if since(time, self.next) >= 0 {
                *self.slot(time) = Some(*byte);
            }
        }
        if since(end, self.end) > 0 {
            self.end = end;
        }
        while self.waiting() > MOST {
            self.counts.skipped += 1;
            self.drop_frame();
        }
    }

    /// Gives out what belongs to this tick of 20 ms, into `out`.
    pub fn tick(&mut self, out: &mut Coded) -> Given {
        match self.state {
            State::Idle => return Given::Silence,
            State::Gathering if self.waiting() < self.depth => return self.starve(Given::Silence),
            State::Gathering | State::Running => self.state = State::Running,
        }
        self.calm += 1;
        if self.calm >= CALM {
            self.calm = 0;
            self.depth = (self.depth - TICKS).max(LEAST);
            // The sender's clock may be the faster one: what has gathered beyond the need goes.
            if self.waiting() > self.depth + TICKS {
                self.counts.skipped += 1;
                self.drop_frame();
            }
        }
        if self.waiting() < TICKS {
            // The place in line is kept, so that what is only late is heard.
            return self.starve(Given::Missing);
        }
        self.empty = 0;
        if self.take(out) {
            return Given::Frame;
        }
        self.counts.missing += 1;
        // While nothing is heard anyway, what was held back too long is caught up with.
        while self.waiting() > self.depth + TICKS && self.slot(self.next).is_none() {
            self.drop_frame();
        }
        Given::Missing
    }

    /// Throws away what belongs to a tick that was left out.
    pub fn skip(&mut self) {
        if self.state == State::Running && self.waiting() > self.depth {
            self.counts.skipped += 1;
            self.drop_frame();
        }
    }

    /// The next frame, and whether any of it is there. Holes in it are silent.
    fn take(&mut self, out: &mut Coded) -> bool {
        let mut found = false;
        for byte in out {
            let taken = self.slot(self.next).take();
            found |= taken.is_some();
            *byte = taken.unwrap_or(alaw::SILENCE);
            self.next = self.next.wrapping_add(1);
        }
        found
    }

    fn drop_frame(&mut self) {
        self.take(&mut [0; CODED]);
    }

    fn starve(&mut self, given: Given) -> Given {
        self.empty += 1;
        if self.empty >= STOPPED {
            self.restart();
            return Given::Silence;
        }
        if given == Given::Missing {
            self.counts.missing += 1;
        }
        given
    }

    /// Ticks of the packets' clock between the next byte and the newest.
    fn waiting(&self) -> u32 {
        u32::try_from(since(self.end, self.next)).unwrap_or(0)
    }

    fn slot(&mut self, time: u32) -> &mut Option<u8> {
        &mut self.ring[(time % SPAN) as usize]
    }

    fn restart(&mut self) {
        self.ring.fill(None);
        self.state = State::Idle;
        self.empty = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A frame that says its number.
    fn payload(n: u64) -> Vec<u8> {
        n.to_be_bytes().into_iter().cycle().take(CODED).collect()
    }

    /// Runs a line: for each tick the packets that arrive in it; what came out as numbers.
    fn run(begin: u32, arrivals: &[Vec<u64>]) -> (Vec<Option<u64>>, Buffer) {
        let mut buffer = Buffer::default();
        let mut heard = Vec::new();
        let mut out = [0; CODED];
        for packets in arrivals {
            for n in packets {
                let time = (*n as u32).wrapping_mul(TICKS);
                buffer.push(begin.wrapping_add(time), &payload(*n));
            }
            match buffer.tick(&mut out) {
                Given::Frame => {
                    heard.push(Some(u64::from_be_bytes(out[..8].try_into().unwrap())));
                }
                Given::Missing => heard.push(None),
                Given::Silence => {}
            }
        }
        (heard, buffer)
    }

    #[test]
    fn an_even_line_loses_nothing_over_the_turn_of_the_clock() {
        let arrivals: Vec<Vec<u64>> = (0..20_000).map(|n| vec![n]).collect();
        let (heard, buffer) = run(u32::MAX - 1_000_000, &arrivals);
        assert!(heard.iter().zip(0..).all(|(heard, n)| *heard == Some(n)));
        assert_eq!(buffer.counts.missing + buffer.counts.late + buffer.counts.skipped, 0);
        assert!(heard.len() > 19_990, "held back by no more than 40 ms");
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
        let expected: Vec<Option<u64>> =
            (0..39).map(|n| if n == 20 { None } else { Some(n) }).collect();
        assert_eq!(heard, expected);
        assert_eq!(buffer.counts.missing, 1);
    }

    #[test]
    fn packets_of_any_length_come_out_as_frames() {
        for length in [80_usize, 240, 320, 480] {
            let mut buffer = Buffer::default();
            let (mut out, mut heard, mut sent) = ([0; CODED], Vec::new(), 0_usize);
            for tick in 1..200 {
                while sent + length <= tick * CODED {
                    let sound: Vec<u8> = (sent..sent + length).map(|at| (at % 251) as u8).collect();
                    buffer.push(sent as u32, &sound);
                    sent += length;
                }
                if buffer.tick(&mut out) == Given::Frame {
                    heard.extend(out);
                }
            }
            assert!(heard.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at % 251));
            assert!(heard.len() > 180 * CODED, "{length}");
        }
    }

    #[test]
    fn a_sender_with_a_faster_clock_is_kept_near() {
        // 20 packets more in 200 s than there are ticks: 2,000 parts in a million.
        let mut n = 0;
        let arrivals: Vec<Vec<u64>> = (0..10_000)
            .map(|tick| {
                let packets = if tick % 500 == 499 { 2 } else { 1 };
                (0..packets).map(|_| (n, n += 1).0).collect()
            })
            .collect();
        let (_, buffer) = run(0, &arrivals);
        assert!(buffer.waiting() <= LEAST + 2 * TICKS);
        assert_eq!(buffer.counts.missing, 0);
    }

    #[test]
    fn a_sender_who_begins_again_is_heard_from_the_beginning() {
        let mut buffer = Buffer::default();
        let mut out = [0; CODED];
        for n in 0..10 {
            buffer.push(n * TICKS, &payload(1));
        }
        assert_eq!(buffer.tick(&mut out), Given::Frame);
        // Another source, or a counter drawn anew, as after a hold.
        for n in 0..3 {
            buffer.push(4_000_000 + n * TICKS, &payload(2));
        }
        assert_eq!((buffer.tick(&mut out), out.to_vec()), (Given::Frame, payload(2)));
    }

    #[test]
    fn words_after_a_pause_are_not_held_back_longer_than_words_before() {
        let mut buffer = Buffer::default();
        let mut out = [0; CODED];
        // A telephone that sends nothing while nobody speaks: 10 frames, a pause of 400 ms, 10 more.
        for tick in 0..40_u32 {
            if !(10..30).contains(&tick) {
                buffer.push(tick * TICKS, &payload(u64::from(tick)));
            }
            buffer.tick(&mut out);
        }
        assert!(buffer.waiting() <= LEAST + TICKS, "{} behind", buffer.waiting());
    }

    proptest! {
        /// Whatever the line does: what comes out is in order, once each, and never held back by
        /// more than the buffer.
        #[test]
        fn what_comes_out_is_in_order(
            delays in prop::collection::vec((0..8_usize, 0..20_u8), 1..400),
            begin in any::<u32>(),
        ) {
            let mut arrivals = vec![Vec::new(); delays.len() + 8];
            for (n, (delay, luck)) in delays.iter().enumerate() {
                if *luck > 0 {
                    arrivals[n + delay].push(n as u64);
                }
            }
            let (heard, buffer) = run(begin, &arrivals);
            let numbers: Vec<u64> = heard.into_iter().flatten().collect();
            prop_assert!(numbers.is_sorted_by(|one, next| one < next), "{:?}", numbers);
            prop_assert!(buffer.waiting() <= MOST);
        }

        #[test]
        fn whatever_packets_say_is_survived(
            packets in prop::collection::vec((any::<u32>(), 0..3_000_usize, 0..4_u8), 1..200),
        ) {
            let mut buffer = Buffer::default();
            let mut out = [0; CODED];
            for (timestamp, length, ticks) in packets {
                buffer.push(timestamp, &vec![1; length]);
                for _ in 0..ticks {
                    buffer.tick(&mut out);
                    buffer.skip();
                }
                prop_assert!(buffer.waiting() <= MOST);
            }
        }
    }
}
