//! Which sound, to where: offers and answers (RFC 3264, RFC 8866).
//!
//! One audio stream per call, A-law or G.722, keys by RFC 4733. What else is offered (video, a
//! second stream, text) is refused in its place, as the answer must have as many streams as the
//! offer. Only the lines that matter to that are read: the parsers at hand stop the program on lines
//! out of order.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use base::Rng;

mod keys;

pub use keys::{Key, Keys, Said, Secrecy, Suite};

/// A description longer than this is refused, in bytes.
const MOST: usize = 16 * 1024;
/// The format of keys that we offer.
const DIGITS: u8 = 101;

/// A way to send sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// 7 kHz at 64 kbit/s. Its clock is said to be 8000, though it samples at 16 kHz (RFC 3551,
    /// section 4.5.2).
    G722,
    /// A-law.
    Pcma,
}

impl Codec {
    /// Static payload type (RFC 3551, table 4).
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::G722 => 9,
            Self::Pcma => 8,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::G722 => "G722/8000",
            Self::Pcma => "PCMA/8000",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::G722, Self::Pcma]
            .into_iter()
            .find(|codec| codec.name().eq_ignore_ascii_case(name.trim_end_matches("/1")))
    }
}

/// Who sends, seen from the one who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    Both,
    /// The other end is on hold.
    SendOnly,
    ReceiveOnly,
    Inactive,
}

impl Direction {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Both, "sendrecv"),
        (Self::SendOnly, "sendonly"),
        (Self::ReceiveOnly, "recvonly"),
        (Self::Inactive, "inactive"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(own, _)| *own == self).map_or("sendrecv", |(_, name)| name)
    }

    /// What the other end answers.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Both => Self::Both,
            Self::SendOnly => Self::ReceiveOnly,
            Self::ReceiveOnly => Self::SendOnly,
            Self::Inactive => Self::Inactive,
        }
    }

    /// Whether sound comes from the one who says it.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::Both | Self::SendOnly)
    }
}

/// What the other end says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// Where their sound is to be sent.
    pub address: SocketAddr,
    /// Their formats that we know, best first, with their numbers.
    pub codecs: Vec<(u8, Codec)>,
    /// The number of their keys.
    pub digits: Option<u8>,
    pub direction: Direction,
    /// Their key, when their sound is encrypted.
    pub key: Option<Said>,
    /// Kind, protocol and formats of every stream, in order, to refuse the others with.
    streams: Vec<[String; 3]>,
    /// Which of them is the one that is taken.
    taken: usize,
}

/// Why a description cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Answered with 400.
    #[error("this is no session description")]
    Malformed,
    /// Answered with 488, as all that follow: another offer might do.
    #[error("there is no sound in it that can be spoken here")]
    NothingInCommon,
    #[error("keys are taken over TLS alone: who reads this signalling could listen")]
    KeysInTheClear,
    #[error("sound has to be encrypted here: RTP/SAVP")]
    NotEncrypted,
    #[error("no key in it can be used here: AEAD_AES_256_GCM or AES_CM_128_HMAC_SHA1_80")]
    NoKey,
}

/// Reads what the other end says.
///
/// # Errors
/// [`Unusable`]: no description, or none with A-law or G.722 in the `secrecy` of the leg.
pub fn read(bytes: &[u8], secrecy: Secrecy) -> Result<Theirs, Unusable> {
    if bytes.len() > MOST {
        return Err(Unusable::Malformed);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Malformed)?;
    let (session, streams) = sections(text).ok_or(Unusable::Malformed)?;
    let mut why = Unusable::NothingInCommon;
    let found = streams.iter().enumerate().find_map(|(at, stream)| {
        let (codecs, digits) = formats(stream);
        if stream.kind != "audio" || stream.port == 0 || codecs.is_empty() {
            return None;
        }
        let key = key(stream, secrecy).map_err(|unusable| why = unusable).ok()?;
        Some((at, stream, codecs, digits, key))
    });
    let (taken, stream, codecs, digits, key) = found.ok_or(why)?;
    let connection = value(&stream.lines, 'c').or_else(|| value(&session, 'c'));
    let ip = connection.and_then(address_of).ok_or(Unusable::Malformed)?;
    let says =
        |name: &str| [&stream.lines, &session].iter().any(|lines| lines.contains(&('a', name)));
    let said = Direction::ALL.iter().find(|(_, name)| says(name));
    let said = said.map_or(Direction::Both, |(direction, _)| *direction);
    // Hold as it was before RFC 3264: an address that nobody has.
    let direction = match (ip.is_unspecified(), said) {
        (true, Direction::Both) => Direction::SendOnly,
        (true, Direction::ReceiveOnly) => Direction::Inactive,
        (_, said) => said,
    };
    let address = SocketAddr::new(ip, stream.port);
    let owned =
        |stream: &Stream<'_>| [stream.kind, stream.protocol, stream.formats].map(str::to_owned);
    let streams = streams.iter().map(owned).collect();
    Ok(Theirs { address, codecs, digits, direction, key, streams, taken })
}

/// The first key of a stream that can be used; `None` for a stream that is not encrypted.
fn key(stream: &Stream<'_>, secrecy: Secrecy) -> Result<Option<Said>, Unusable> {
    match stream.protocol {
        "RTP/AVP" | "RTP/AVPF" if secrecy.demanded => Err(Unusable::NotEncrypted),
        "RTP/AVP" | "RTP/AVPF" => Ok(None),
        "RTP/SAVP" | "RTP/SAVPF" if !secrecy.private => Err(Unusable::KeysInTheClear),
        "RTP/SAVP" | "RTP/SAVPF" => {
            let lines = stream.lines.iter().filter(|(letter, _)| *letter == 'a');
            let mut said =
                lines.filter_map(|(_, value)| keys::read(value.strip_prefix("crypto:")?));
            said.next().map(Some).ok_or(Unusable::NoKey)
        }
        _ => Err(Unusable::NothingInCommon),
    }
}

/// A line: its letter and what stands behind the `=`.
type Line<'a> = (char, &'a str);

/// A stream as it is offered.
struct Stream<'a> {
    kind: &'a str,
    port: u16,
    protocol: &'a str,
    formats: &'a str,
    lines: Vec<Line<'a>>,
}

/// The lines before the first stream, and the streams. `None` when a line is none, or the
/// description does not begin as one.
fn sections(text: &str) -> Option<(Vec<Line<'_>>, Vec<Stream<'_>>)> {
    let mut session = Vec::new();
    let mut streams: Vec<Stream<'_>> = Vec::new();
    for line in text.lines() {
        let (letter, value) = line.split_once('=')?;
        let letter =
            letter.chars().next().filter(|c| letter.len() == 1 && c.is_ascii_lowercase())?;
        if letter == 'm' {
            let mut words = value.splitn(4, ' ');
            let (kind, port) = (words.next()?, words.next()?);
            // A number of ports may stand behind the first.
            let port = port.split('/').next()?.parse().ok()?;
            let (protocol, formats) = (words.next()?, words.next()?);
            streams.push(Stream { kind, port, protocol, formats, lines: vec![] });
        } else {
            let lines = streams.last_mut().map_or(&mut session, |stream| &mut stream.lines);
            lines.push((letter, value));
        }
    }
    let begins = session.first() == Some(&('v', "0")) && value(&session, 'o').is_some();
    begins.then_some((session, streams))
}

fn value<'a>(lines: &[Line<'a>], letter: char) -> Option<&'a str> {
    lines.iter().find(|(own, _)| *own == letter).map(|(_, value)| *value)
}

/// `IN IP4 192.0.2.1`
fn address_of(connection: &str) -> Option<IpAddr> {
    // A name would have to be looked up, and nothing is looked up while a call is set up.
    connection.split(' ').nth(2)?.split('/').next()?.parse().ok()
}

/// The formats of a stream that we know, in their order, and its keys.
fn formats(stream: &Stream<'_>) -> (Vec<(u8, Codec)>, Option<u8>) {
    let named = |number: u8| {
        stream.lines.iter().filter(|(letter, _)| *letter == 'a').find_map(|(_, value)| {
            let (own, name) = value.strip_prefix("rtpmap:")?.split_once(' ')?;
            (own.parse() == Ok(number)).then(|| name.trim())
        })
    };
    let mut codecs = Vec::new();
    let mut digits = None;
    for number in stream.formats.split_whitespace().filter_map(|number| number.parse::<u8>().ok()) {
        match named(number) {
            Some(name) if name.eq_ignore_ascii_case("telephone-event/8000") => {
                digits = digits.or(Some(number));
            }
            Some(name) => codecs.extend(Codec::of_name(name).map(|codec| (number, codec))),
            None => {
                let known = [Codec::G722, Codec::Pcma];
                let codec = known.into_iter().find(|codec| codec.payload_type() == number);
                codecs.extend(codec.map(|codec| (number, codec)));
            }
        }
    }
    codecs.truncate(8);
    (codecs, digits)
}

/// What was agreed on a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    pub codec: Codec,
    pub payload_type: u8,
    pub digits: Option<u8>,
    /// When the sound is encrypted.
    pub keys: Option<Keys>,
}

/// Our side of a leg, over the whole of it: the same numbers every time, and a version that grows
/// (RFC 3264, section 8).
#[derive(Debug, Clone)]
pub struct Ours {
    session: u64,
    version: u64,
    address: SocketAddr,
    secrecy: Secrecy,
    rng: Rng,
    /// The keys that we offer, or the one that was agreed; each leg and each suite has its own.
    keys: Vec<Key>,
    agreed: Option<Agreed>,
}

impl Ours {
    /// `session` tells this leg's descriptions from all others; `address` is where its sound comes
    /// in; keys are drawn from `rng`.
    #[must_use]
    pub const fn new(session: u64, address: SocketAddr, secrecy: Secrecy, rng: Rng) -> Self {
        Self { session, version: 0, address, secrecy, rng, keys: vec![], agreed: None }
    }

    #[must_use]
    pub const fn secrecy(&self) -> Secrecy {
        self.secrecy
    }

    #[must_use]
    pub const fn agreed(&self) -> Option<Agreed> {
        self.agreed
    }

    /// Answers an offer with the first of their formats that `allowed` has; a format once agreed is
    /// kept as long as it is offered.
    ///
    /// # Errors
    /// [`Unusable::NothingInCommon`]
    pub fn answer(
        &mut self,
        offer: &Theirs,
        allowed: &[Codec],
        held_here: bool,
    ) -> Result<String, Unusable> {
        let usable = || offer.codecs.iter().filter(|(_, codec)| allowed.contains(codec));
        let kept = usable().find(|(_, codec)| self.agreed.is_some_and(|was| was.codec == *codec));
        let (payload_type, codec) =
            *kept.or_else(|| usable().next()).ok_or(Unusable::NothingInCommon)?;
        let keys = offer.key.map(|said| self.keys_with(said));
        self.agree(Agreed { codec, payload_type, digits: offer.digits, keys });
        let direction = match (offer.direction.turned(), held_here) {
            (Direction::Both, true) => Direction::SendOnly,
            (Direction::ReceiveOnly, true) => Direction::Inactive,
            (direction, _) => direction,
        };
        let protocol = &offer.streams[offer.taken][1];
        let first_tag = offer.key.map_or(1, |said| said.tag);
        let codecs = [(payload_type, codec)];
        let own = self.stream(protocol, &codecs, offer.digits, first_tag, direction);
        let streams = offer.streams.iter().enumerate().map(|(at, [kind, protocol, formats])| {
            // Port 0 refuses a stream (RFC 3264, section 6).
            let refused = || format!("m={kind} 0 {protocol} {formats}\r\n");
            if at == offer.taken { own.clone() } else { refused() }
        });
        let streams: String = streams.collect();
        Ok(self.written(&streams))
    }

    /// Offers what is allowed, best first; after an agreement only that.
    pub fn offer(&mut self, allowed: &[Codec], direction: Direction) -> String {
        let (codecs, digits) = match self.agreed {
            Some(agreed) => (vec![(agreed.payload_type, agreed.codec)], agreed.digits),
            None => {
                let codecs = allowed.iter().map(|codec| (codec.payload_type(), *codec)).collect();
                (codecs, Some(DIGITS))
            }
        };
        if self.agreed.is_none() && self.secrecy.demanded && self.keys.is_empty() {
            self.keys = Suite::ALL.map(|suite| Key::draw(suite, &self.rng)).to_vec();
        }
        let protocol = if self.keys.is_empty() { "RTP/AVP" } else { "RTP/SAVP" };
        let stream = self.stream(protocol, &codecs, digits, 1, direction);
        self.written(&stream)
    }

    /// Takes their answer to our offer.
    ///
    /// # Errors
    /// [`Unusable`] when they answer with what was not offered.
    pub fn take(&mut self, answer: &Theirs, allowed: &[Codec]) -> Result<Agreed, Unusable> {
        let found = answer.codecs.iter().find(|(_, codec)| allowed.contains(codec));
        let (payload_type, codec) = *found.ok_or(Unusable::NothingInCommon)?;
        let keys = match answer.key {
            None if self.keys.is_empty() => None,
            None => return Err(Unusable::NotEncrypted),
            Some(Said { tag, key: theirs, named_by }) => {
                let ours =
                    usize::try_from(tag).ok().and_then(|tag| self.keys.get(tag.checked_sub(1)?));
                let ours =
                    *ours.filter(|ours| ours.suite() == theirs.suite()).ok_or(Unusable::NoKey)?;
                Some(Keys { ours, theirs, named_by })
            }
        };
        let agreed = Agreed { codec, payload_type, digits: answer.digits, keys };
        self.agree(agreed);
        Ok(agreed)
    }

    fn agree(&mut self, agreed: Agreed) {
        self.keys = agreed.keys.iter().map(|keys| keys.ours).collect();
        self.agreed = Some(agreed);
    }

    /// What answers a key of theirs: ours for as long as theirs stays the same. With another they begin
    /// to count anew, and perhaps they are another; so do we.
    fn keys_with(&self, said: Said) -> Keys {
        let before = self.agreed.and_then(|agreed| agreed.keys);
        let ours = match before.filter(|before| before.theirs == said.key) {
            Some(before) => before.ours,
            None => Key::draw(said.key.suite(), &self.rng),
        };
        Keys { ours, theirs: said.key, named_by: said.named_by }
    }

    fn stream(
        &self,
        protocol: &str,
        codecs: &[(u8, Codec)],
        digits: Option<u8>,
        first_tag: u32,
        direction: Direction,
    ) -> String {
        let numbers = codecs.iter().map(|(number, _)| *number).chain(digits);
        let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
        let port = self.address.port();
        let mut out = format!("m=audio {port} {protocol} {}\r\n", numbers.join(" "));
        for (number, codec) in codecs {
            let _ = write!(out, "a=rtpmap:{number} {}\r\n", codec.name());
        }
        if let Some(number) = digits {
            let _ =
                write!(out, "a=rtpmap:{number} telephone-event/8000\r\na=fmtp:{number} 0-15\r\n");
        }
        for (tag, key) in (first_tag..).zip(&self.keys) {
            out.push_str(&key.line(tag));
        }
        let _ = write!(out, "a=ptime:20\r\na={}\r\n", direction.name());
        out
    }

    fn written(&mut self, streams: &str) -> String {
        self.version += 1;
        let ip = self.address.ip();
        let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
        let (session, version) = (self.session, self.version);
        format!(
            "v=0\r\no=- {session} {version} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n{streams}"
        )
    }
}

#[cfg(test)]
mod tests;
