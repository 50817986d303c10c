//! Keys for sound that stand in the description itself (RFC 4568). Who can read the description can
//! listen to the call: they are spoken of only where the signalling is encrypted too.

use std::fmt;

use base::Rng;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The longest key with its salt, in bytes.
const LONGEST: usize = 44;
/// Some leave out what fills the last letters up.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether keys may be spoken of on a leg, and whether it is to be encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Secrecy {
    /// The signalling is encrypted.
    pub private: bool,
    /// Sound that is not encrypted is refused.
    pub demanded: bool,
}

/// How sound is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    /// RFC 7714
    Gcm256,
    /// RFC 3711; what everybody speaks.
    Cm80,
}

impl Suite {
    /// As we offer them, best first.
    pub const ALL: [Self; 2] = [Self::Gcm256, Self::Cm80];

    const fn name(self) -> &'static str {
        match self {
            Self::Gcm256 => "AEAD_AES_256_GCM",
            Self::Cm80 => "AES_CM_128_HMAC_SHA1_80",
        }
    }

    /// Bytes of a key, and of its salt.
    const fn lengths(self) -> (usize, usize) {
        match self {
            Self::Gcm256 => (32, 12),
            Self::Cm80 => (16, 14),
        }
    }
}

/// A master key with its salt. Nothing shows what it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key {
    suite: Suite,
    /// Behind the key its salt, and zeros.
    bytes: [u8; LONGEST],
}

impl Key {
    /// A new one.
    #[must_use]
    pub fn draw(suite: Suite, rng: &Rng) -> Self {
        let (key, salt) = suite.lengths();
        let mut bytes = rng.bytes();
        bytes[key + salt..].fill(0);
        Self { suite, bytes }
    }

    fn read(suite: Suite, text: &str) -> Option<Self> {
        let (key, salt) = suite.lengths();
        let read = BASE64.decode(text).ok().filter(|read| read.len() == key + salt)?;
        let mut bytes = [0; LONGEST];
        bytes[..key + salt].copy_from_slice(&read);
        Some(Self { suite, bytes })
    }

    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// The key and its salt.
    #[must_use]
    pub fn parts(&self) -> (&[u8], &[u8]) {
        let (key, salt) = self.suite.lengths();
        self.bytes[..key + salt].split_at(key)
    }

    /// The line that says it.
    pub(super) fn line(&self, tag: u32) -> String {
        let (key, salt) = self.suite.lengths();
        let text = BASE64.encode(&self.bytes[..key + salt]);
        format!("a=crypto:{tag} {} inline:{text}\r\n", self.suite.name())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", self.suite)
    }
}

/// A key that the other end says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Its number, which an answer repeats.
    pub tag: u32,
    pub key: Key,
    /// So many bytes in each of their packets name the key; 0 when none do.
    pub named_by: usize,
}

/// The keys of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    pub ours: Key,
    pub theirs: Key,
    /// As in [`Said`].
    pub named_by: usize,
}

/// Reads what stands behind `crypto:`. `None` for what is not as the RFC says or not done here: other
/// suites, several keys at a time, less than full protection.
pub(super) fn read(line: &str) -> Option<Said> {
    let mut words = line.split_ascii_whitespace();
    let tag = number(words.next()?)?;
    let name = words.next()?;
    let suite = Suite::ALL.into_iter().find(|suite| suite.name() == name)?;
    let mut parts = words.next()?.strip_prefix("inline:")?.split('|');
    let key = Key::read(suite, parts.next()?)?;
    let mut rest = parts.next();
    // How many packets it is good for; they count on their own.
    if let Some(lifetime) = rest.filter(|part| !part.contains(':')) {
        let count = lifetime.strip_prefix("2^").unwrap_or(lifetime);
        number(count).filter(|count| *count > 0)?;
        rest = parts.next();
    }
    let named_by = match rest {
        None => 0,
        Some(name) => {
            let (value, length) = name.split_once(':')?;
            let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let length = number(length).filter(|length| digits && (1..=128).contains(length))?;
            usize::try_from(length).ok()?
        }
    };
    // Who says more wants less protection, or something that must be understood; `-` need not be.
    let unknown = words.any(|word| !word.starts_with('-') && !word.starts_with("WSH="));
    (parts.next().is_none() && !unknown).then_some(Said { tag, key, named_by })
}

/// Up to nine digits, as the RFC wants it.
fn number(text: &str) -> Option<u32> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use base::Rng;
    use proptest::prelude::*;

    use super::*;

    /// RFC 4568, section 4.1.
    const CM: &str = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";

    #[test]
    fn a_key_is_read_with_its_lifetime_and_with_what_names_it() {
        for (rest, named_by) in [
            ("", 0),
            ("|2^20", 0),
            ("|1000000", 0),
            ("|2^20|1:4", 4),
            ("|1:1", 1),
            ("|2^31|66051:128 WSH=256 -x=y", 128),
        ] {
            let said = read(&format!("7 AES_CM_128_HMAC_SHA1_80 inline:{CM}{rest}"));
            let said = said.unwrap_or_else(|| panic!("{rest}"));
            assert_eq!((said.tag, said.key.suite(), said.named_by), (7, Suite::Cm80, named_by));
            let (key, salt) = said.key.parts();
            assert_eq!((key, salt), (&b"=-n@%^x!Bjufr9)?"[..], &b",#5h\\`=&]{qiPQ"[..]));
            assert_eq!(
                said.key.line(7),
                format!("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:{CM}\r\n")
            );
            assert_eq!(format!("{:?}", said.key), "Key(Cm80)", "nothing shows it");
        }
        let long = "A".repeat(59);
        assert!(read(&format!("1 AEAD_AES_256_GCM inline:{long}")).is_some(), "unfilled");
        assert!(read(&format!("1 AEAD_AES_256_GCM inline:{long}=")).is_some());
    }

    #[test]
    fn a_bad_key_is_none() {
        let short = &CM[4..];
        for line in [
            String::new(),
            "1".to_owned(),
            format!("1 AES_CM_128_HMAC_SHA1_80 {CM}"),
            format!("x AES_CM_128_HMAC_SHA1_80 inline:{CM}"),
            format!("+1 AES_CM_128_HMAC_SHA1_80 inline:{CM}"),
            format!("1234567890 AES_CM_128_HMAC_SHA1_80 inline:{CM}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{short}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}AAAA"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:!{}", &CM[1..]),
            format!("1 AEAD_AES_256_GCM inline:{CM}"),
            format!("1 AES_CM_128_HMAC_SHA1_32 inline:{CM}"),
            format!("1 F8_128_HMAC_SHA1_80 inline:{CM}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^0"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|soon"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^20|1:129"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^20|1:0"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^20|:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^20|1:4|5"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^20|1:4;inline:{CM}|2^20|2:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM} UNENCRYPTED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM} KDR=1"),
        ] {
            assert_eq!(read(&line), None, "{line}");
        }
    }

    #[test]
    fn keys_are_all_different() {
        let rng = Rng::system();
        let keys: Vec<Key> = (0..4).map(|n| Key::draw(Suite::ALL[n % 2], &rng)).collect();
        for (at, key) in keys.iter().enumerate() {
            assert!(keys[at + 1..].iter().all(|other| other.bytes != key.bytes));
            let said = read(key.line(3).trim_end().strip_prefix("a=crypto:").unwrap());
            assert_eq!(said, Some(Said { tag: 3, key: *key, named_by: 0 }));
        }
    }

    proptest! {
        #[test]
        fn any_line_is_judged(line in "\\PC{0,120}") {
            let _ = read(&line);
        }

        /// What is read is written as it was read.
        #[test]
        fn a_damaged_line_is_judged(at in any::<prop::sample::Index>(), with in "\\PC{0,3}") {
            let line = format!("1 AES_CM_128_HMAC_SHA1_80 inline:{CM}|2^20|1:4 WSH=64");
            let at = at.index(line.len());
            let damaged = format!("{}{with}{}", &line[..at], &line[at + 1..]);
            if let Some(said) = read(&damaged) {
                let line = said.key.line(said.tag);
                let again = read(line.trim_end().strip_prefix("a=crypto:").unwrap());
                prop_assert_eq!(again, Some(Said { named_by: 0, ..said }));
            }
        }
    }
}
