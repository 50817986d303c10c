//! Who a desk phone is: digest (RFC 7616, RFC 8760) with SHA-256 and MD5.
//!
//! A nonce carries its own time and seal, so that none is remembered before it was used well; from
//! then on its count must grow. No secret is kept, only what the digest is made with.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use base::{Rng, UnixMillis};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// So long (ms) a nonce is good.
const NONCE_MS: i64 = 5 * 60 * 1000;
/// Nonces whose count is remembered at most.
const MOST_NONCES: usize = 10_000;

/// How a digest is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Md5,
}

impl Algorithm {
    const ALL: [(Self, &'static str); 2] = [(Self::Sha256, "SHA-256"), (Self::Md5, "MD5")];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| own.eq_ignore_ascii_case(name)).map(|(own, _)| *own)
    }

    fn hash(self, text: &str) -> String {
        match self {
            Self::Sha256 => hex(&Sha256::digest(text.as_bytes())),
            Self::Md5 => hex(&Md5::digest(text.as_bytes())),
        }
    }
}

/// What is kept of a device's secret: the HA1 of each algorithm that it may use. Whoever reads them
/// can be the device at this registrar, and nobody elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    sha256: Option<String>,
    md5: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// As it is stored: both, or `-` for none.
impl std::fmt::Display for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.sha256.as_deref().unwrap_or("-"), self.md5)
    }
}

/// Why a text is no secret that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are no secrets of a device")]
pub struct NoSecrets;

impl std::str::FromStr for Secrets {
    type Err = NoSecrets;
    fn from_str(text: &str) -> Result<Self, NoSecrets> {
        let (sha256, md5) = text.split_once(' ').ok_or(NoSecrets)?;
        let sha256 = Some(sha256.to_owned()).filter(|sha256| sha256 != "-");
        Ok(Self { sha256, md5: md5.to_owned() })
    }
}

impl Secrets {
    /// What is kept of `password`.
    #[must_use]
    pub fn of(user: &str, realm: &str, password: &str) -> Self {
        let text = format!("{user}:{realm}:{password}");
        Self { sha256: Some(Algorithm::Sha256.hash(&text)), md5: Algorithm::Md5.hash(&text) }
    }

    /// The same for a phone that gives up when it is asked by SHA-256 too, as some do.
    #[must_use]
    pub fn of_old_phone(user: &str, realm: &str, password: &str) -> Self {
        Self { sha256: None, ..Self::of(user, realm, password) }
    }

    fn ha1(&self, algorithm: Algorithm) -> Option<&str> {
        match algorithm {
            Algorithm::Sha256 => self.sha256.as_deref(),
            Algorithm::Md5 => Some(&self.md5),
        }
    }
}

/// What a phone says of itself in an Authorization header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub user: String,
    realm: String,
    nonce: String,
    uri: String,
    response: String,
    algorithm: Algorithm,
    count: String,
    own_nonce: String,
}

impl Claim {
    /// Reads a header; `None` when it is no digest with what protects against replay.
    #[must_use]
    pub fn read(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let fields = fields(rest)?;
        let take = |name: &str| fields.get(name).cloned();
        let algorithm = take("algorithm").unwrap_or_else(|| "MD5".to_owned());
        Some(Self {
            user: take("username")?,
            realm: take("realm")?,
            nonce: take("nonce")?,
            uri: take("uri")?,
            response: take("response")?,
            algorithm: Algorithm::named(&algorithm)?,
            count: take("nc").filter(|nc| nc.len() == 8)?,
            own_nonce: take("cnonce")?,
        })
        .filter(|_| take("qop").is_some_and(|qop| qop.eq_ignore_ascii_case("auth")))
    }

    /// Whether it is made by MD5, which RFC 8760 keeps only for old phones.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.algorithm == Algorithm::Md5
    }

    /// Whether this is the answer of who knows the secret.
    fn is_true(&self, secrets: &Secrets, method: &str) -> bool {
        let Some(ha1) = secrets.ha1(self.algorithm) else { return false };
        let hash = |text: String| self.algorithm.hash(&text);
        let ha2 = hash(format!("{method}:{}", self.uri));
        let Self { nonce, count, own_nonce, .. } = self;
        let expected = hash(format!("{ha1}:{nonce}:{count}:{own_nonce}:auth:{ha2}"));
        expected.as_bytes().ct_eq(self.response.to_ascii_lowercase().as_bytes()).into()
    }
}

/// `name=value, name="value"`; `None` when a name stands twice or a quote is open.
fn fields(text: &str) -> Option<HashMap<String, String>> {
    let mut fields = HashMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, more) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"')?;
                (&quoted[..end], &quoted[end + 1..])
            }
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        let name = name.trim().to_ascii_lowercase();
        if fields.insert(name, value.trim().to_owned()).is_some() {
            return None;
        }
        let more = more.trim_start();
        rest = match more.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if more.is_empty() => "",
            None => return None,
        };
    }
    Some(fields)
}

/// What is answered to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Known,
    /// The nonce is none of ours, too old or was used: ask again, the phone answers by itself.
    Stale,
    /// Ask again; the device or its secret is wrong.
    Wrong,
}

/// Nonces that were given out and how often each was used.
pub struct Nonces {
    realm: String,
    seal: [u8; 32],
    used: Mutex<HashMap<String, (UnixMillis, u32)>>,
}

impl Nonces {
    #[must_use]
    pub fn new(realm: &str, rng: &Rng) -> Self {
        Self { realm: realm.to_owned(), seal: rng.bytes(), used: Mutex::default() }
    }

    /// The questions to ask who says to be the owner of these secrets, the better algorithm first.
    #[must_use]
    pub fn challenges(
        &self,
        secrets: Option<&Secrets>,
        from: IpAddr,
        stale: bool,
        at: UnixMillis,
    ) -> Vec<String> {
        let nonce = self.nonce(from, at);
        let stale = if stale { ", stale=true" } else { "" };
        let challenge = |(_, name): &(Algorithm, &str)| {
            format!(
                "Digest realm=\"{}\", nonce=\"{nonce}\", qop=\"auth\", algorithm={name}{stale}",
                self.realm
            )
        };
        let asked = Algorithm::ALL
            .iter()
            .filter(|(own, _)| secrets.is_none_or(|secrets| secrets.ha1(*own).is_some()));
        asked.map(challenge).collect()
    }

    /// Judges a claim. A device that is not known costs as much time as one that is.
    #[must_use]
    pub fn judge(
        &self,
        claim: &Claim,
        secrets: Option<&Secrets>,
        method: &str,
        from: IpAddr,
        at: UnixMillis,
    ) -> Answer {
        // Who never saw our question proves nothing: neither the address nor the secret.
        if !self.is_ours(&claim.nonce, from, at) {
            return Answer::Stale;
        }
        let nobody = Secrets::of("", "", "");
        let is_true = claim.is_true(secrets.unwrap_or(&nobody), method);
        if secrets.is_none() || !is_true || claim.realm != self.realm {
            return Answer::Wrong;
        }
        if self.counts_up(claim, at) { Answer::Known } else { Answer::Stale }
    }

    /// Time and a seal over it and where it was given to.
    fn nonce(&self, to: IpAddr, at: UnixMillis) -> String {
        let time = format!("{:016x}", at.0);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.seal) else { return time };
        mac.update(time.as_bytes());
        mac.update(to.to_canonical().to_string().as_bytes());
        let seal = hex(&mac.finalize().into_bytes());
        format!("{time}{}", &seal[..32])
    }

    fn is_ours(&self, nonce: &str, from: IpAddr, at: UnixMillis) -> bool {
        let Some(given) = nonce.get(..16).and_then(|time| i64::from_str_radix(time, 16).ok())
        else {
            return false;
        };
        let age = at.0.saturating_sub(given);
        let sealed = self.nonce(from, UnixMillis(given));
        (-1_000..=NONCE_MS).contains(&age) && bool::from(sealed.as_bytes().ct_eq(nonce.as_bytes()))
    }

    /// Whether a nonce is used for more than it was: what was seen once is not taken again.
    fn counts_up(&self, claim: &Claim, at: UnixMillis) -> bool {
        let Ok(count) = u32::from_str_radix(&claim.count, 16) else { return false };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MOST_NONCES {
            used.retain(|_, (first, _)| at - *first <= NONCE_MS);
        }
        if used.len() >= MOST_NONCES && !used.contains_key(&claim.nonce) {
            return false;
        }
        let (_, last) = used.entry(claim.nonce.clone()).or_insert((at, 0));
        let grows = count > *last;
        *last = count.max(*last);
        grows
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));
    const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

    /// A phone that knows its secret.
    fn claim(challenge: &str, password: &str, count: u32) -> Claim {
        let asked = fields(challenge.strip_prefix("Digest ").unwrap()).unwrap();
        let algorithm = Algorithm::named(&asked["algorithm"]).unwrap();
        let realm = &asked["realm"];
        let ha1 = algorithm.hash(&format!("anne:{realm}:{password}"));
        let ha2 = algorithm.hash("REGISTER:sip:straks");
        let nonce = &asked["nonce"];
        let response = algorithm.hash(&format!("{ha1}:{nonce}:{count:08x}:xyz:auth:{ha2}"));
        let name = &asked["algorithm"];
        Claim::read(&format!(
            "Digest username=\"anne\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"sip:straks\", \
             response=\"{response}\", algorithm={name}, cnonce=\"xyz\", qop=auth, nc={count:08x}"
        ))
        .unwrap()
    }

    #[test]
    fn a_phone_with_its_secret_is_known_by_both_algorithms_and_once_per_count() {
        let nonces = Nonces::new("straks", &Rng::seeded(1));
        let secrets = Secrets::of("anne", "straks", "hemmelig");
        let challenges = nonces.challenges(Some(&secrets), FROM, false, NOW);
        let [better, older] = challenges.as_slice() else { panic!("two challenges") };
        assert!(better.contains("algorithm=SHA-256") && older.contains("algorithm=MD5"));
        let judge = |claim: &Claim, at| nonces.judge(claim, Some(&secrets), "REGISTER", FROM, at);
        assert_eq!(judge(&claim(better, "hemmelig", 1), NOW), Answer::Known);
        assert_eq!(judge(&claim(older, "hemmelig", 2), NOW), Answer::Known);
        // Heard on the way and said again.
        assert_eq!(judge(&claim(better, "hemmelig", 2), NOW), Answer::Stale);
        assert_eq!(judge(&claim(better, "hemmelig", 3), NOW + NONCE_MS + 1), Answer::Stale);
        assert_eq!(judge(&claim(better, "gaet", 4), NOW), Answer::Wrong);
        let elsewhere = "192.0.2.8".parse().unwrap();
        let stolen = claim(better, "hemmelig", 5);
        assert_eq!(
            nonces.judge(&stolen, Some(&secrets), "REGISTER", elsewhere, NOW),
            Answer::Stale
        );
        assert_eq!(nonces.judge(&stolen, Some(&secrets), "INVITE", FROM, NOW), Answer::Wrong);
        assert_eq!(nonces.judge(&stolen, None, "REGISTER", FROM, NOW), Answer::Wrong);
        let old = Secrets::of_old_phone("anne", "straks", "hemmelig");
        let only = nonces.challenges(Some(&old), FROM, false, NOW);
        assert!(only.len() == 1 && only[0].contains("algorithm=MD5"));
        assert_eq!(old.to_string().parse(), Ok(old.clone()));
        assert_eq!(secrets.to_string().parse(), Ok(secrets.clone()));
        assert_eq!(nonces.judge(&stolen, Some(&old), "REGISTER", FROM, NOW), Answer::Wrong);
    }

    #[test]
    fn a_nonce_that_we_did_not_give_is_stale() {
        let nonces = Nonces::new("straks", &Rng::seeded(1));
        let secrets = Secrets::of("anne", "straks", "hemmelig");
        let other = Nonces::new("straks", &Rng::seeded(2)).challenges(None, FROM, false, NOW);
        let forged = claim(&other[0], "hemmelig", 1);
        assert_eq!(nonces.judge(&forged, Some(&secrets), "REGISTER", FROM, NOW), Answer::Stale);
    }

    #[test]
    fn what_is_no_digest_with_protection_is_not_read() {
        let whole = "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\", \
                     algorithm=MD5, cnonce=\"c\", qop=auth, nc=00000001";
        assert!(Claim::read(whole).is_some());
        for damaged in [
            whole.replace("Digest", "Basic"),
            whole.replace(", qop=auth", ""),
            whole.replace("nc=00000001", "nc=1"),
            whole.replace("MD5", "SHA-512"),
            whole.replace("\"x\"", "\"x"),
            format!("{whole}, nc=00000002"),
            "Digest".to_owned(),
            String::new(),
        ] {
            assert_eq!(Claim::read(&damaged), None, "{damaged}");
        }
    }
}
