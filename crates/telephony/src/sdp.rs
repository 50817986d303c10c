//! Which sound, to where: offers and answers (RFC 3264, RFC 8866).
//!
//! One audio stream per call, A-law or G.722, keys by RFC 4733. What else is offered (video, a
//! second stream, text) is refused in its place, as the answer must have as many streams as the
//! offer. Only the lines that matter to that are read: the parsers at hand stop the program on lines
//! out of order.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

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
    /// Answered with 488: another offer might do.
    #[error("there is no sound in it that can be spoken here")]
    NothingInCommon,
}

/// Reads what the other end says.
///
/// # Errors
/// [`Unusable`]: no description, or none with A-law or G.722 over plain RTP.
pub fn read(bytes: &[u8]) -> Result<Theirs, Unusable> {
    if bytes.len() > MOST {
        return Err(Unusable::Malformed);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Malformed)?;
    let (session, streams) = sections(text).ok_or(Unusable::Malformed)?;
    let found = streams.iter().enumerate().find_map(|(at, stream)| {
        let plain = matches!(stream.protocol, "RTP/AVP" | "RTP/AVPF");
        let offered = stream.kind == "audio" && stream.port > 0 && plain;
        let (codecs, digits) = if offered { formats(stream) } else { (vec![], None) };
        (!codecs.is_empty()).then_some((at, stream, codecs, digits))
    });
    let (taken, stream, codecs, digits) = found.ok_or(Unusable::NothingInCommon)?;
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
    Ok(Theirs { address, codecs, digits, direction, streams, taken })
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
}

/// Our side of a leg, over the whole of it: the same numbers every time, and a version that grows
/// (RFC 3264, section 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    session: u64,
    version: u64,
    address: SocketAddr,
    agreed: Option<Agreed>,
}

impl Ours {
    /// `session` tells this leg's descriptions from all others; `address` is where its sound comes
    /// in.
    #[must_use]
    pub const fn new(session: u64, address: SocketAddr) -> Self {
        Self { session, version: 0, address, agreed: None }
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
        let agreed = Agreed { codec, payload_type, digits: offer.digits };
        self.agreed = Some(agreed);
        let direction = match (offer.direction.turned(), held_here) {
            (Direction::Both, true) => Direction::SendOnly,
            (Direction::ReceiveOnly, true) => Direction::Inactive,
            (direction, _) => direction,
        };
        let own = self.stream(&[(payload_type, codec)], offer.digits, direction);
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
        let stream = self.stream(&codecs, digits, direction);
        self.written(&stream)
    }

    /// Takes their answer to our offer.
    ///
    /// # Errors
    /// [`Unusable::NothingInCommon`] when they answer with what was not offered.
    pub fn take(&mut self, answer: &Theirs, allowed: &[Codec]) -> Result<Agreed, Unusable> {
        let found = answer.codecs.iter().find(|(_, codec)| allowed.contains(codec));
        let (payload_type, codec) = *found.ok_or(Unusable::NothingInCommon)?;
        let agreed = Agreed { codec, payload_type, digits: answer.digits };
        self.agreed = Some(agreed);
        Ok(agreed)
    }

    fn stream(&self, codecs: &[(u8, Codec)], digits: Option<u8>, direction: Direction) -> String {
        let numbers = codecs.iter().map(|(number, _)| *number).chain(digits);
        let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
        let mut out = format!("m=audio {} RTP/AVP {}\r\n", self.address.port(), numbers.join(" "));
        for (number, codec) in codecs {
            let _ = write!(out, "a=rtpmap:{number} {}\r\n", codec.name());
        }
        if let Some(number) = digits {
            let _ =
                write!(out, "a=rtpmap:{number} telephone-event/8000\r\na=fmtp:{number} 0-15\r\n");
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOTH: [Codec; 2] = [Codec::G722, Codec::Pcma];

    fn offer(media: &str) -> Vec<u8> {
        let head = "v=0\r\no=- 7 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n";
        format!("{head}{}\r\n", media.replace('\n', "\r\n")).into_bytes()
    }

    fn ours() -> Ours {
        Ours::new(42, SocketAddr::from(([10, 0, 0, 1], 20_000)))
    }

    #[test]
    fn the_first_of_their_formats_that_we_know_is_taken_with_their_numbers() {
        let theirs = read(&offer(
            "m=audio 4000 RTP/AVP 0 110 8 97\na=rtpmap:110 G722/8000\na=rtpmap:97 telephone-event/8000",
        ))
        .unwrap();
        assert_eq!(theirs.address, SocketAddr::from(([192, 0, 2, 9], 4_000)));
        assert_eq!(theirs.codecs, [(110, Codec::G722), (8, Codec::Pcma)]);
        let mut ours = ours();
        let answer = ours.answer(&theirs, &BOTH, false).unwrap();
        assert!(answer.contains("m=audio 20000 RTP/AVP 110 97\r\na=rtpmap:110 G722/8000\r\n"));
        assert!(answer.contains("a=fmtp:97 0-15\r\na=ptime:20\r\na=sendrecv\r\n"));
        let narrow = ours.clone().answer(&theirs, &[Codec::Pcma], false).unwrap();
        assert!(narrow.contains("m=audio 20000 RTP/AVP 8 97\r\n"));
    }

    #[test]
    fn hold_keeps_the_numbers_and_raises_the_version() {
        let first = read(&offer("m=audio 4000 RTP/AVP 8 101\na=rtpmap:101 telephone-event/8000"));
        let mut ours = ours();
        ours.answer(&first.unwrap(), &BOTH, false).unwrap();
        for (said, answered) in [
            ("sendonly", "recvonly"),
            ("recvonly", "sendonly"),
            ("inactive", "inactive"),
            ("sendrecv", "sendrecv"),
        ] {
            // G.722 is offered first this time, but the call speaks A-law already.
            let again = read(&offer(&format!(
                "m=audio 4000 RTP/AVP 9 8 101\na=rtpmap:101 telephone-event/8000\na={said}"
            )));
            let answer = ours.answer(&again.unwrap(), &BOTH, false).unwrap();
            assert!(answer.contains("RTP/AVP 8 101\r\n") && answer.contains(answered), "{answer}");
        }
        assert!(ours.offer(&BOTH, Direction::SendOnly).contains("o=- 42 6 IN IP4 10.0.0.1\r\n"));
        let old = read(&offer("m=audio 4000 RTP/AVP 8\nc=IN IP4 0.0.0.0")).unwrap();
        assert_eq!(old.direction, Direction::SendOnly);
    }

    #[test]
    fn other_streams_are_refused_in_their_place() {
        let theirs = read(&offer(
            "m=video 5000 RTP/AVP 99\na=rtpmap:99 H264/90000\nm=audio 4000 RTP/SAVP 8\n\
             m=audio 4002 RTP/AVP 8\nm=text 5004 RTP/AVP 98",
        ))
        .unwrap();
        let answer = ours().answer(&theirs, &BOTH, false).unwrap();
        let streams: Vec<&str> = answer.lines().filter(|line| line.starts_with("m=")).collect();
        assert_eq!(
            streams,
            [
                "m=video 0 RTP/AVP 99",
                "m=audio 0 RTP/SAVP 8",
                "m=audio 20000 RTP/AVP 8",
                "m=text 0 RTP/AVP 98",
            ]
        );
    }

    #[test]
    fn what_cannot_be_spoken_is_told_apart_from_what_cannot_be_read() {
        for media in ["m=audio 4000 RTP/AVP 0 18", "m=audio 0 RTP/AVP 8", "m=audio 4000 RTP/SAVP 8"]
        {
            assert_eq!(read(&offer(media)), Err(Unusable::NothingInCommon), "{media}");
        }
        for bytes in [&b""[..], b"hello", b"v=0\r\n", &[0xFF; 40], &[b'v'; 20_000]] {
            assert_eq!(read(bytes), Err(Unusable::Malformed));
        }
        let named = offer("m=audio 4000 RTP/AVP 8\nc=IN IP4 media.example.dk");
        assert_eq!(read(&named), Err(Unusable::Malformed), "no names in the call path");
    }

    #[test]
    fn both_ends_understand_each_other() {
        let (mut caller, mut callee) =
            (ours(), Ours::new(43, SocketAddr::from(([10, 0, 0, 2], 30_000))));
        let offered = read(caller.offer(&BOTH, Direction::Both).as_bytes()).unwrap();
        let answered =
            read(callee.answer(&offered, &[Codec::Pcma], true).unwrap().as_bytes()).unwrap();
        assert_eq!(answered.direction, Direction::SendOnly);
        let agreed = Agreed { codec: Codec::Pcma, payload_type: 8, digits: Some(101) };
        assert_eq!((caller.take(&answered, &BOTH), callee.agreed()), (Ok(agreed), Some(agreed)));
    }

    #[test]
    fn version_six_is_spoken() {
        let theirs = read(
            b"v=0\r\no=- 1 1 IN IP6 2001:db8::20\r\ns=-\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\nc=IN IP6 2001:db8::20\r\n",
        )
        .unwrap();
        assert_eq!(theirs.address, "[2001:db8::20]:6000".parse().unwrap());
        let mut ours = Ours::new(1, "[2001:db8::1]:20000".parse().unwrap());
        let answer = ours.answer(&theirs, &BOTH, false).unwrap();
        assert!(answer.contains("c=IN IP6 2001:db8::1\r\n"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_damaged_description_is_judged(at in 0..200_usize, byte in any::<u8>()) {
            let mut bytes = offer("m=audio 4000 RTP/AVP 9 8 101\na=rtpmap:101 telephone-event/8000");
            let length = bytes.len();
            bytes[at % length] = byte;
            if let Ok(theirs) = read(&bytes) {
                let answer = ours().answer(&theirs, &BOTH, false);
                prop_assert!(answer.is_ok_and(|answer| read(answer.as_bytes()).is_ok()));
            }
        }
    }
}
