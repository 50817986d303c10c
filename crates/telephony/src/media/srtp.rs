//! Encrypted packets (SRTP and SRTCP: RFC 3711, RFC 7714). Ciphers and seals are those of the
//! browsers' telephone (str0m); it keeps to itself how packets are put together and counted, which is
//! done here.

use std::sync::LazyLock;

use str0m::crypto::{
    AeadAes256Gcm, AeadAes256GcmCipher, Aes128CmSha1_80, Aes128CmSha1_80Cipher, CryptoProvider,
    from_feature_flags,
};
use subtle::ConstantTimeEq as _;

use super::rtp;
use crate::sdp::{Key, Keys, Suite};

static CRYPTO: LazyLock<CryptoProvider> = LazyLock::new(from_feature_flags);

/// Of a report this much stays readable.
const REPORT_HEAD: usize = 8;
/// Says that a report is encrypted.
const ENCRYPTED: u32 = 1 << 31;
/// Packets are told apart by 48 bits, of which they carry 16.
const MOST_PACKETS: u64 = 1 << 48;
/// So many senders at the other end are remembered.
const SOURCES: usize = 16;

/// What kind of packet it is; the number is where its keys are derived from (RFC 3711, section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sound = 0,
    Report = 3,
}

/// Which packet it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    kind: Kind,
    source: u32,
    index: u64,
}

impl Number {
    /// What is sealed with a packet; reports carry it too.
    const fn trailer(self) -> [u8; 4] {
        match self.kind {
            Kind::Sound => ((self.index >> 16) as u32).to_be_bytes(),
            Kind::Report => (self.index as u32 | ENCRYPTED).to_be_bytes(),
        }
    }
}

/// One direction's cipher for one kind of packet.
#[derive(Debug)]
enum Cipher {
    Cm { cipher: Box<dyn Aes128CmSha1_80Cipher>, salt: [u8; 14], seal: [u8; 20] },
    Gcm { cipher: Box<dyn AeadAes256GcmCipher>, salt: [u8; 12] },
}

/// The bytes of a label (RFC 3711, section 4.3.1).
fn derived<const N: usize>(key: &Key, label: u8) -> [u8; N] {
    let (master, salt) = key.parts();
    let mut input = [0; 16];
    input[..salt.len()].copy_from_slice(salt);
    input[7] ^= label;
    let mut out = [0; N];
    for (round, part) in (0_u16..).zip(out.chunks_mut(16)) {
        input[14..].copy_from_slice(&round.to_be_bytes());
        // The library wants room for two.
        let mut block = [0; 32];
        match key.suite() {
            Suite::Cm80 => CRYPTO.srtp_provider.srtp_aes_128_ecb_round(master, &input, &mut block),
            Suite::Gcm256 => {
                CRYPTO.srtp_provider.srtp_aes_256_ecb_round(master, &input, &mut block)
            }
        }
        part.copy_from_slice(&block[..part.len()]);
    }
    out
}

impl Cipher {
    fn new(key: &Key, kind: Kind, seals: bool) -> Self {
        let label = kind as u8;
        match key.suite() {
            Suite::Cm80 => Self::Cm {
                cipher: CRYPTO
                    .srtp_provider
                    .aes_128_cm_sha1_80()
                    .create_cipher(derived(key, label), seals),
                seal: derived(key, label + 1),
                salt: derived(key, label + 2),
            },
            Suite::Gcm256 => Self::Gcm {
                cipher: CRYPTO
                    .srtp_provider
                    .aead_aes_256_gcm()
                    .create_cipher(derived(key, label), seals),
                salt: derived(key, label + 2),
            },
        }
    }

    /// Seals a packet of which `head` bytes stay readable. `room` is written over.
    fn seal(
        &mut self,
        packet: &mut Vec<u8>,
        head: usize,
        number: Number,
        room: &mut Vec<u8>,
    ) -> Option<()> {
        let body = packet.len() - head;
        let trailer = number.trailer();
        room.clear();
        room.resize(body + AeadAes256Gcm::TAG_LEN, 0);
        match self {
            Self::Cm { cipher, salt, seal } => {
                let begin = Aes128CmSha1_80::rtp_iv(*salt, number.source, number.index);
                cipher.encrypt(&begin, &packet[head..], room).ok()?;
                packet[head..].copy_from_slice(&room[..body]);
                let sealed = tag(seal, packet, trailer);
                if number.kind == Kind::Report {
                    packet.extend(trailer);
                }
                packet.extend(sealed);
            }
            Self::Gcm { cipher, salt } => {
                with_read(&packet[..head], number, |read| {
                    cipher.encrypt(&nonce(*salt, number), read, &packet[head..], room).ok()
                })?;
                packet.truncate(head);
                packet.extend_from_slice(room);
                if number.kind == Kind::Report {
                    packet.extend(trailer);
                }
            }
        }
        Some(())
    }

    /// Where the encrypted part of a packet ends, and what a report carries behind that. `named_by`
    /// bytes name the key.
    fn ends(&self, packet: &[u8], kind: Kind, named_by: usize) -> Option<(usize, Option<u32>)> {
        let tag = match self {
            Self::Cm { .. } => Aes128CmSha1_80::HMAC_TAG_LEN,
            Self::Gcm { .. } => 0,
        };
        let end = packet.len().checked_sub(tag + named_by)?;
        if kind == Kind::Sound {
            return Some((end, None));
        }
        let (rest, trailer) = packet[..end].split_last_chunk()?;
        Some((rest.len(), Some(u32::from_be_bytes(*trailer))))
    }

    /// Opens what [`Self::seal`] sealed, up to `end`, into `room`; `None` when it is not as it was sent.
    fn open(
        &mut self,
        packet: &[u8],
        (head, end): (usize, usize),
        number: Number,
        room: &mut Vec<u8>,
    ) -> Option<()> {
        let read = packet.get(..head)?;
        let body = packet.get(head..end)?;
        room.clear();
        room.extend_from_slice(read);
        room.resize(end, 0);
        match self {
            Self::Cm { cipher, salt, seal } => {
                let sealed = &packet[packet.len().checked_sub(Aes128CmSha1_80::HMAC_TAG_LEN)?..];
                if !bool::from(tag(seal, &packet[..end], number.trailer()).ct_eq(sealed)) {
                    return None;
                }
                let begin = Aes128CmSha1_80::rtp_iv(*salt, number.source, number.index);
                cipher.decrypt(&begin, body, &mut room[head..]).ok()
            }
            Self::Gcm { cipher, salt } => {
                let length = body.len().checked_sub(AeadAes256Gcm::TAG_LEN)?;
                with_read(read, number, |read| {
                    cipher.decrypt(&nonce(*salt, number), &[read], body, &mut room[head..]).ok()
                })?;
                room.truncate(head + length);
                Some(())
            }
        }
    }
}

/// What a packet of AES-CM is sealed with.
fn tag(key: &[u8], packet: &[u8], trailer: [u8; 4]) -> [u8; Aes128CmSha1_80::HMAC_TAG_LEN] {
    let [tag @ .., _, _, _, _, _, _, _, _, _, _] =
        CRYPTO.sha1_hmac_provider.sha1_hmac(key, &[packet, &trailer]);
    tag
}

/// Sound's and reports' are the same but for the length of their numbers (RFC 7714, sections 8.1, 9.1).
fn nonce(salt: [u8; 12], number: Number) -> [u8; 12] {
    AeadAes256Gcm::rtp_iv(salt, number.source, (number.index >> 16) as u32, number.index as u16)
}

/// What stays readable and is sealed all the same.
fn with_read<T>(head: &[u8], number: Number, act: impl FnOnce(&[u8]) -> T) -> T {
    let mut report = [0; REPORT_HEAD + 4];
    match number.kind {
        Kind::Sound => act(head),
        Kind::Report => {
            report[..REPORT_HEAD].copy_from_slice(head);
            report[REPORT_HEAD..].copy_from_slice(&number.trailer());
            act(&report)
        }
    }
}

/// The number of a packet with its turns: the one nearest to the highest before it (RFC 3711, section
/// 3.3.1).
fn nearest(highest: Option<u64>, sequence: u16) -> Option<u64> {
    let Some(highest) = highest else { return Some(sequence.into()) };
    let ahead = sequence.wrapping_sub(highest as u16).cast_signed();
    highest.checked_add_signed(ahead.into()).filter(|index| *index < MOST_PACKETS)
}

/// What came from one source: nothing is taken twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    source: u32,
    highest: u64,
    /// The highest in the lowest bit, and those before it.
    seen: u64,
}

/// What came.
#[derive(Debug, Default)]
struct Windows(Vec<Window>);

impl Windows {
    fn highest(&self, source: u32) -> Option<u64> {
        self.0.iter().find(|window| window.source == source).map(|window| window.highest)
    }

    fn is_new(&self, number: Number) -> bool {
        let Some(window) = self.0.iter().find(|window| window.source == number.source) else {
            return true;
        };
        match window.highest.checked_sub(number.index) {
            None => true,
            Some(behind) => behind < 64 && (window.seen >> behind) & 1 == 0,
        }
    }

    /// A packet that was opened: only they make somebody known.
    fn take(&mut self, Number { source, index, .. }: Number) {
        let at = self.0.iter().position(|window| window.source == source).unwrap_or_else(|| {
            if self.0.len() == SOURCES {
                self.0.remove(0);
            }
            self.0.push(Window { source, highest: index, seen: 0 });
            self.0.len() - 1
        });
        // Who spoke last stays longest.
        self.0[at..].rotate_left(1);
        let Some(window) = self.0.last_mut() else { return };
        if let Some(ahead) = index.checked_sub(window.highest) {
            window.seen =
                u32::try_from(ahead).ok().and_then(|by| window.seen.checked_shl(by)).unwrap_or(0);
            window.highest = index;
        }
        window.seen |= 1 << (window.highest - index);
    }
}

/// What we send.
#[derive(Debug)]
struct Sealing {
    sound: Cipher,
    reports: Cipher,
    highest: Option<u64>,
    reported: u64,
}

impl Sealing {
    fn new(key: &Key) -> Self {
        let [sound, reports] = [Kind::Sound, Kind::Report].map(|kind| Cipher::new(key, kind, true));
        Self { sound, reports, highest: None, reported: 0 }
    }
}

/// What comes.
#[derive(Debug)]
struct Opening {
    sound: Cipher,
    reports: Cipher,
    heard: Windows,
    reported: Windows,
}

impl Opening {
    fn new(key: &Key) -> Self {
        let [sound, reports] =
            [Kind::Sound, Kind::Report].map(|kind| Cipher::new(key, kind, false));
        Self { sound, reports, heard: Windows::default(), reported: Windows::default() }
    }
}

/// A key's state, and that of the key before it: a telephone with two calls goes to and fro between
/// them, and each goes on counting.
#[derive(Debug)]
struct Kept<T> {
    now: (Key, T),
    before: Option<(Key, T)>,
    new: fn(&Key) -> T,
}

impl<T> Kept<T> {
    fn new(key: Key, new: fn(&Key) -> T) -> Self {
        Self { now: (key, new(&key)), before: None, new }
    }

    fn agree(&mut self, key: Key) {
        if self.now.0 == key {
            return;
        }
        let next = self.before.take().filter(|(before, _)| *before == key);
        let next = next.unwrap_or_else(|| (key, (self.new)(&key)));
        self.before = Some(std::mem::replace(&mut self.now, next));
    }
}

/// A leg's encryption, both ways. Its memory is taken once.
#[derive(Debug)]
pub struct Srtp {
    sealing: Kept<Sealing>,
    opening: Kept<Opening>,
    /// As in [`Keys`].
    named_by: usize,
    room: Vec<u8>,
}

impl Srtp {
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        Self {
            sealing: Kept::new(keys.ours, Sealing::new),
            opening: Kept::new(keys.theirs, Opening::new),
            named_by: keys.named_by,
            room: Vec::with_capacity(super::DATAGRAM),
        }
    }

    /// What was agreed anew: a key that stays, or comes back, goes on counting; another begins.
    pub fn agree(&mut self, keys: Keys) {
        self.sealing.agree(keys.ours);
        self.opening.agree(keys.theirs);
        self.named_by = keys.named_by;
    }

    /// Seals a packet; nothing is left of one that cannot be.
    pub fn seal(&mut self, packet: &mut Vec<u8>) {
        let sealed = rtp::Head::read(packet).and_then(|rtp::Head { length, sequence, source }| {
            let Sealing { sound, highest, .. } = &mut self.sealing.now.1;
            let index = nearest(*highest, sequence)?;
            *highest = (*highest).max(Some(index));
            let number = Number { kind: Kind::Sound, source, index };
            sound.seal(packet, length, number, &mut self.room)
        });
        if sealed.is_none() {
            packet.clear();
        }
    }

    /// Seals reports, as [`Self::seal`].
    pub fn seal_reports(&mut self, packet: &mut Vec<u8>) {
        let sealed = source_of(packet).and_then(|source| {
            let Sealing { reports, reported, .. } = &mut self.sealing.now.1;
            // 2^31 of them last for centuries.
            let number = Number { kind: Kind::Report, source, index: *reported };
            *reported += 1;
            reports.seal(packet, REPORT_HEAD, number, &mut self.room)
        });
        if sealed.is_none() {
            packet.clear();
        }
    }

    /// A packet as it was before it was sealed; `None` for one that somebody else sealed, that was
    /// changed, or that came before.
    pub fn open(&mut self, packet: &[u8]) -> Option<&[u8]> {
        let rtp::Head { length, sequence, source } = rtp::Head::read(packet)?;
        let Opening { sound, heard, .. } = &mut self.opening.now.1;
        let index = nearest(heard.highest(source), sequence)?;
        let number = Number { kind: Kind::Sound, source, index };
        let (end, _) = sound.ends(packet, Kind::Sound, self.named_by)?;
        if !heard.is_new(number) {
            return None;
        }
        sound.open(packet, (length, end), number, &mut self.room)?;
        heard.take(number);
        Some(&self.room)
    }

    /// Reports, as [`Self::open`].
    pub fn open_reports(&mut self, packet: &[u8]) -> Option<&[u8]> {
        let Opening { reports, reported, .. } = &mut self.opening.now.1;
        let (end, trailer) = reports.ends(packet, Kind::Report, self.named_by)?;
        let trailer = trailer.filter(|trailer| trailer & ENCRYPTED != 0)?;
        let index = u64::from(trailer & !ENCRYPTED);
        let number = Number { kind: Kind::Report, source: source_of(packet)?, index };
        if !reported.is_new(number) {
            return None;
        }
        reports.open(packet, (REPORT_HEAD, end), number, &mut self.room)?;
        reported.take(number);
        Some(&self.room)
    }
}

/// Whose reports these are.
fn source_of(report: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(report.get(4..REPORT_HEAD)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
