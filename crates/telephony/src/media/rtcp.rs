//! Reports about packets (RFC 3550, section 6): how many came, how unevenly, and how far it is.

use std::time::Duration;

/// A report is sent so often.
pub const EVERY: Duration = Duration::from_secs(5);

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;

/// What a report says about one source (section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Block {
    pub source: u32,
    /// Packets lost since the last report, of 256.
    pub fraction: u8,
    /// Packets lost in all.
    pub lost: u32,
    /// The highest number seen, with its turns.
    pub highest: u32,
    /// In ticks of the packets' clock.
    pub jitter: u32,
    /// The middle of the last sender report's time, and how long ago that came (1/65536 s).
    pub last: u32,
    pub since: u32,
}

/// What was sent so far (section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Seconds and fractions of 2^-32; from whenever, so that no clock is needed.
    pub time: u64,
    pub timestamp: u32,
    pub packets: u32,
    pub bytes: u32,
}

/// Seconds and fractions of 2^-32.
#[must_use]
pub fn time(since: Duration) -> u64 {
    (since.as_secs() << 32) | ((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000)
}

/// The middle 32 bits of a time: 1/65536 s.
const fn middle(time: u64) -> u32 {
    (time >> 16) as u32
}

/// Counts a source's packets (appendices A.3 and A.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reception {
    source: Option<u32>,
    first: u32,
    highest: u32,
    received: u32,
    /// Expected and received at the last report.
    before: (u32, u32),
    /// In sixteenths of a tick.
    jitter: u32,
    transit: u32,
    /// The middle of the last sender report's time, and when it came, by our time.
    last: Option<(u32, u64)>,
}

impl Reception {
    /// A packet came, at `now` by the packets' clock.
    pub fn packet(&mut self, source: u32, sequence: u16, timestamp: u32, now: u32) {
        let transit = now.wrapping_sub(timestamp);
        if self.source != Some(source) {
            let first = u32::from(sequence);
            let begun = Self { source: Some(source), first, highest: first, ..Self::default() };
            *self = Self { received: 1, transit, ..begun };
            return;
        }
        self.received = self.received.wrapping_add(1);
        let ahead = sequence.wrapping_sub(self.highest as u16);
        if ahead < u16::MAX / 2 {
            self.highest = self.highest.wrapping_add(u32::from(ahead));
        }
        let moved = transit.wrapping_sub(self.transit).cast_signed().unsigned_abs();
        self.transit = transit;
        self.jitter =
            self.jitter.saturating_add(moved).saturating_sub((self.jitter.saturating_add(8)) >> 4);
    }

    /// A sender report came at `now` by our time.
    pub const fn report(&mut self, sent: Sent, now: u64) {
        self.last = Some((middle(sent.time), now));
    }

    /// What is reported now.
    pub fn block(&mut self, now: u64) -> Option<Block> {
        let source = self.source?;
        let expected = self.highest.wrapping_sub(self.first).wrapping_add(1);
        let (expected_before, received_before) = self.before;
        let expected_since = expected.wrapping_sub(expected_before);
        let lost_since = expected_since.saturating_sub(self.received.wrapping_sub(received_before));
        self.before = (expected, self.received);
        let fraction = (u64::from(lost_since) * 256).checked_div(u64::from(expected_since));
        let (last, since) =
            self.last.map_or((0, 0), |(last, came)| (last, middle(now.saturating_sub(came))));
        Some(Block {
            source,
            fraction: fraction.and_then(|part| u8::try_from(part).ok()).unwrap_or(0),
            lost: expected.saturating_sub(self.received).min(0x7F_FFFF),
            highest: self.highest,
            jitter: self.jitter >> 4,
            last,
            since,
        })
    }
}

/// Writes a report of `source`, with its name, which every report must bear (section 6.1).
pub fn write(out: &mut Vec<u8>, source: u32, sent: Sent, block: Option<Block>, name: &str) {
    let mut words: Vec<u32> = vec![source];
    words.extend([(sent.time >> 32) as u32, sent.time as u32, sent.timestamp]);
    words.extend([sent.packets, sent.bytes]);
    if let Some(block) = block {
        words.extend([block.source, (u32::from(block.fraction) << 24) | block.lost, block.highest]);
        words.extend([block.jitter, block.last, block.since]);
    }
    packet(
        out,
        u8::from(block.is_some()),
        SENDER_REPORT,
        words.iter().flat_map(|w| w.to_be_bytes()),
    );
    let name = name.as_bytes().get(..255).unwrap_or(name.as_bytes());
    // CNAME, and at least one zero behind it that ends the list.
    let length = u8::try_from(name.len()).unwrap_or(0);
    let text = source.to_be_bytes().into_iter().chain([1, length]).chain(name.iter().copied());
    let fill = 4 - (2 + name.len()) % 4;
    packet(out, 1, DESCRIPTION, text.chain(std::iter::repeat_n(0, fill)));
}

/// Writes the end of `source` (section 6.6), behind a report.
pub fn write_goodbye(out: &mut Vec<u8>, source: u32) {
    packet(out, 1, GOODBYE, source.to_be_bytes());
}

fn packet(out: &mut Vec<u8>, count: u8, kind: u8, body: impl IntoIterator<Item = u8>) {
    let begin = out.len();
    out.extend([0x80 | count, kind, 0, 0]);
    out.extend(body);
    // Words behind the first.
    let words = u16::try_from((out.len() - begin) / 4 - 1).unwrap_or(0);
    out[begin + 2..begin + 4].copy_from_slice(&words.to_be_bytes());
}

/// What others report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reported {
    pub sent: Option<Sent>,
    /// About us.
    pub about: Option<Block>,
}

impl Reported {
    /// To the other end and back (section 6.4.1, figure 2), when the report lets it be known.
    #[must_use]
    pub fn round_trip(&self, now: u64) -> Option<Duration> {
        let block = self.about.filter(|block| block.last != 0)?;
        let units = middle(now).wrapping_sub(block.last).wrapping_sub(block.since);
        // What comes out negative or as hours was invented.
        let millis = (u64::from(units) * 1_000) >> 16;
        (millis < 10_000).then(|| Duration::from_millis(millis))
    }
}

/// Reads a datagram of reports; `None` for what is none (appendix A.2). `source` is ours.
#[must_use]
pub fn read(mut bytes: &[u8], source: u32) -> Option<Reported> {
    let mut reported = Reported::default();
    if !matches!(bytes.get(1), Some(&(SENDER_REPORT | RECEIVER_REPORT))) {
        return None;
    }
    while let Some((head, rest)) = bytes.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([head[2], head[3]])) * 4;
        if head[0] >> 6 != 2 {
            return None;
        }
        let body = rest.get(..length)?;
        bytes = &rest[length..];
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_be_bytes(body.get(at * 4..at * 4 + 4)?.try_into().ok()?))
        };
        let blocks = match head[1] {
            SENDER_REPORT => {
                let time = (u64::from(word(1)?) << 32) | u64::from(word(2)?);
                let (timestamp, packets, bytes) = (word(3)?, word(4)?, word(5)?);
                reported.sent = Some(Sent { time, timestamp, packets, bytes });
                6
            }
            RECEIVER_REPORT => 1,
            _ => continue,
        };
        for at in (0..usize::from(head[0] & 0x1F)).map(|nth| blocks + nth * 6) {
            let lost = word(at + 1)?;
            let block = Block {
                source: word(at)?,
                fraction: (lost >> 24) as u8,
                // Fewer than none when some came twice (section 6.4.1).
                lost: ((lost << 8).cast_signed() >> 8).max(0).unsigned_abs(),
                highest: word(at + 2)?,
                jitter: word(at + 3)?,
                last: word(at + 4)?,
                since: word(at + 5)?,
            };
            if block.source == source {
                reported.about = Some(block);
            }
        }
    }
    Some(reported)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_report_is_read_as_it_was_written_and_tells_the_way_there_and_back() {
        let sent =
            Sent { time: time(Duration::from_millis(7_250)), timestamp: 9, packets: 5, bytes: 800 };
        let mut there = Reception::default();
        there.packet(7, 65_535, 0, 1_000);
        there.packet(7, 1, 320, 1_320);
        there.report(sent, time(Duration::from_secs(100)));
        let block = there.block(time(Duration::from_secs(102)));
        let expected = Block {
            source: 7,
            // One of three.
            fraction: 85,
            lost: 1,
            highest: 65_537,
            jitter: 0,
            last: (7 << 16) | (1 << 14),
            since: 2 << 16,
        };
        assert_eq!(block, Some(expected));
        let mut bytes = Vec::new();
        write(&mut bytes, 3, sent, block, "straks");
        write_goodbye(&mut bytes, 3);
        assert_eq!(bytes.len() % 4, 0);
        let read = read(&bytes, 7);
        assert_eq!(read, Some(Reported { sent: Some(sent), about: block }));
        let now = time(Duration::from_millis(9_300));
        let trip = read.and_then(|reported| reported.round_trip(now)).unwrap();
        assert!((49..=50).contains(&trip.as_millis()), "{trip:?}");
    }

    #[test]
    fn who_got_packets_twice_missed_none() {
        let mut bytes = Vec::new();
        for (lost, read_as) in [(0xFF_FFFF, 0), (0x80_0000, 0), (0x7F_FFFF, 0x7F_FFFF), (3, 3)] {
            bytes.clear();
            let block = Block { source: 7, lost, ..Block::default() };
            write(&mut bytes, 3, Sent::default(), Some(block), "straks");
            let about = read(&bytes, 7).and_then(|reported| reported.about);
            assert_eq!(about.map(|about| about.lost), Some(read_as), "{lost:x}");
        }
    }

    #[test]
    fn an_uneven_line_has_jitter_and_an_even_one_none() {
        let (mut even, mut uneven) = (Reception::default(), Reception::default());
        for n in 0..500_u16 {
            let time = u32::from(n) * 160;
            even.packet(1, n, time, time + 5_000);
            uneven.packet(1, n, time, time + u32::from(n % 2) * 80);
        }
        let jitter = |mut reception: Reception| reception.block(0).map(|block| block.jitter);
        assert_eq!((jitter(even), jitter(uneven)), (Some(0), Some(79)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200),
            real in any::<bool>(),
        ) {
            if real && bytes.len() > 4 {
                bytes[..4].copy_from_slice(&[0x81, SENDER_REPORT, 0, 12]);
            }
            if let Some(reported) = read(&bytes, 7) {
                let _ = reported.round_trip(u64::MAX);
            }
        }
    }
}
