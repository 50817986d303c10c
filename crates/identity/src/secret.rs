//! The key of a consortium.

use base::Rng;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// 32 random bytes that never leave the server: the key of links and of pseudonyms.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret is 64 hexadecimal digits")]
pub struct SecretError;

impl Secret {
    #[must_use]
    pub fn generate(rng: &Rng) -> Self {
        Self(rng.bytes())
    }

    /// 64 hexadecimal digits, for the table `settings`.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads what [`Secret::to_hex`] wrote.
    ///
    /// # Errors
    /// [`SecretError`] when it is anything else.
    pub fn from_hex(text: &str) -> Result<Self, SecretError> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(SecretError);
        }
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| SecretError)?;
            if pair.starts_with('+') {
                return Err(SecretError);
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| SecretError)?;
        }
        Ok(Self(bytes))
    }

    /// HMAC-SHA256 (RFC 2104) over the parts, each with its length before it, so that no two lists
    /// of parts are the same message.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // An HMAC takes a key of any length; the error is of other constructions.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_the_settings_table_and_shows_in_no_log() {
        let secret = Secret::generate(&Rng::seeded(1));
        assert_eq!(Secret::from_hex(&secret.to_hex()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret");
        for bad in ["", "00", &"g".repeat(64), &"+f".repeat(32), &"ø".repeat(32)] {
            assert!(Secret::from_hex(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn moving_a_letter_from_one_part_to_the_next_makes_another_message() {
        let secret = Secret::generate(&Rng::seeded(1));
        assert_ne!(secret.mac(&[b"ab", b"c"]), secret.mac(&[b"a", b"bc"]));
    }
}
