//! Packets of sound (RFC 3550), and whose packets are taken.

use std::net::SocketAddr;

/// The fixed head of a packet, in bytes.
pub(super) const HEAD: usize = 12;

/// What stands before the payload, and stays readable in an encrypted packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// In bytes, with what senders add to it.
    pub length: usize,
    pub sequence: u16,
    pub source: u32,
}

impl Head {
    /// Reads it; `None` for what is no packet (RFC 3550, appendix A.1).
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let first = *bytes.first()?;
        if first >> 6 != 2 {
            return None;
        }
        let mut length = HEAD + usize::from(first & 0x0F) * 4;
        if first & 0x10 != 0 {
            let words = bytes.get(length + 2..length + 4)?.try_into().ok()?;
            length += 4 + usize::from(u16::from_be_bytes(words)) * 4;
        }
        (length <= bytes.len()).then_some(())?;
        Some(Self {
            length,
            sequence: u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?),
            source: u32::from_be_bytes(bytes.get(8..HEAD)?.try_into().ok()?),
        })
    }
}

/// One packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub payload_type: u8,
    /// The first after silence.
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub source: u32,
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` for what is none.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let Head { length, sequence, source } = Head::read(bytes)?;
        let (padded, second) = (bytes[0] & 0x20 != 0, bytes[1]);
        let padding = if padded { usize::from(*bytes.last()?) } else { 0 };
        // Padding counts itself.
        if padded && padding == 0 {
            return None;
        }
        Some(Self {
            payload_type: second & 0x7F,
            marker: second & 0x80 != 0,
            sequence,
            timestamp: u32::from_be_bytes(bytes[4..8].try_into().ok()?),
            source,
            payload: bytes.get(length..bytes.len().checked_sub(padding)?)?,
        })
    }

    /// Writes the packet behind what is in `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(0x80);
        out.push(self.payload_type & 0x7F | if self.marker { 0x80 } else { 0 });
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.source.to_be_bytes());
        out.extend_from_slice(self.payload);
    }
}

/// The outgoing side of a leg: sequence and timestamp go on without a gap for as long as the leg
/// lives, whatever is sent through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    source: u32,
    sequence: u16,
    timestamp: u32,
    quiet: bool,
}

impl Sender {
    /// Begins at values that nobody can guess (RFC 3550, section 5.1): the caller draws them.
    #[must_use]
    pub const fn new(source: u32, sequence: u16, timestamp: u32) -> Self {
        Self { source, sequence, timestamp, quiet: true }
    }

    /// The next packet, `samples` of the clock after the last one.
    pub fn packet<'a>(&mut self, payload_type: u8, payload: &'a [u8], samples: u32) -> Packet<'a> {
        let packet = Packet {
            payload_type,
            marker: self.quiet,
            sequence: self.sequence,
            timestamp: self.timestamp,
            source: self.source,
            payload,
        };
        self.quiet = false;
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(samples);
        packet
    }

    /// A packet of something that lasts (a key held down): it does not move the clock.
    pub const fn within<'a>(
        &mut self,
        payload_type: u8,
        payload: &'a [u8],
        timestamp: u32,
        marker: bool,
    ) -> Packet<'a> {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        Packet { payload_type, marker, sequence, timestamp, source: self.source, payload }
    }

    /// Time goes by and nothing is sent; what comes next is marked as a beginning.
    pub const fn pass(&mut self, samples: u32) {
        self.timestamp = self.timestamp.wrapping_add(samples);
        self.quiet = true;
    }

    #[must_use]
    pub const fn timestamp(&self) -> u32 {
        self.timestamp
    }
}

/// Where a leg's packets come from: the address that was signalled, whenever it speaks. Until it does,
/// another that keeps on is taken for it, so that a telephone behind an address translation is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latch {
    signalled: SocketAddr,
    latched: Option<SocketAddr>,
    /// Who else speaks, and how many packets of theirs were let by.
    other: Option<(SocketAddr, u8)>,
}

impl Latch {
    /// So many packets in a row come from an address that was not signalled before it is taken.
    const GRACE: u8 = 5;

    /// A new negotiation: packets are expected from there.
    #[must_use]
    pub const fn new(signalled: SocketAddr) -> Self {
        Self { signalled, latched: None, other: None }
    }

    /// Whether a packet is taken.
    pub fn takes(&mut self, from: SocketAddr) -> bool {
        if from == self.signalled || self.latched == Some(from) {
            self.latched = Some(from);
        } else if self.latched.is_none() {
            let before = self.other.filter(|(other, _)| *other == from).map_or(0, |(_, n)| n);
            self.other = Some((from, before + 1));
            if before + 1 >= Self::GRACE {
                self.latched = Some(from);
            }
        }
        self.latched == Some(from)
    }

    /// Where to send to.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.latched.unwrap_or(self.signalled)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 7], port))
    }

    #[test]
    fn a_packet_is_read_as_it_was_written() {
        let mut sender = Sender::new(7, u16::MAX, u32::MAX - 100);
        let mut bytes = Vec::new();
        for (marker, sequence, timestamp) in
            [(true, u16::MAX, u32::MAX - 100), (false, 0, 59), (false, 1, 219)]
        {
            bytes.clear();
            sender.packet(8, &[1, 2, 3], 160).write(&mut bytes);
            let read = Packet::read(&bytes);
            let source = 7;
            let payload = &[1, 2, 3][..];
            assert_eq!(
                read,
                Some(Packet { payload_type: 8, marker, sequence, timestamp, source, payload })
            );
        }
    }

    #[test]
    fn heads_of_every_length_are_read_and_what_lies_is_not() {
        let mut bytes = vec![0xB2, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        bytes.extend([0; 8]); // two contributing sources
        bytes.extend([0xBE, 0xDE, 0, 1, 9, 9, 9, 9]); // an extension of one word
        bytes.extend([42, 43, 0, 2]); // two bytes of padding
        assert_eq!(Packet::read(&bytes).map(|packet| packet.payload), Some(&[42, 43][..]));
        for length in 0..28 {
            let _ = Packet::read(&bytes[..length]);
        }
        assert_eq!(Packet::read(&[0x40; 20]), None);
        let mut padded = vec![0xA0; 12];
        padded.push(200);
        assert_eq!(Packet::read(&padded), None);
    }

    proptest! {
        /// Whatever comes is a packet or none; one that is, is written as it was read.
        #[test]
        fn any_bytes_are_judged(head in any::<[u8; 2]>(), rest in prop::collection::vec(any::<u8>(), 0..80)) {
            let bytes = [&head[..], &rest].concat();
            if let Some(packet) = Packet::read(&bytes) {
                prop_assert!(packet.payload.len() + HEAD <= bytes.len());
                let mut again = Vec::new();
                packet.write(&mut again);
                prop_assert_eq!(Packet::read(&again), Some(packet));
            }
        }
    }

    #[test]
    fn only_one_address_is_heard_and_the_signalled_one_first() {
        let (signalled, translated, stranger) = (address(1), address(2), address(3));
        let mut direct = Latch::new(signalled);
        assert!(!direct.takes(stranger));
        assert!(direct.takes(signalled));
        assert!((0..9).all(|_| !direct.takes(stranger)));
        let mut behind = Latch::new(signalled);
        let taken = (0..6).filter(|_| behind.takes(translated)).count();
        assert_eq!((taken, behind.peer()), (2, translated));
        assert!(!behind.takes(stranger));
    }

    #[test]
    fn who_floods_before_the_call_is_heard_does_not_keep_it() {
        let (signalled, flooding, other) = (address(1), address(2), address(3));
        let mut latch = Latch::new(signalled);
        // Nobody is let in by what others send.
        assert!((0..20).all(|_| !latch.takes(flooding) && !latch.takes(other)));
        let taken = (0..20).filter(|_| latch.takes(flooding)).count();
        assert_eq!((taken, latch.peer()), (16, flooding));
        assert!(latch.takes(signalled) && !latch.takes(flooding));
        assert_eq!(latch.peer(), signalled);
    }
}
