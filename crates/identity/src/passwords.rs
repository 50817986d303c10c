//! Passwords as argon2id hashes (RFC 9106) in PHC form.
//!
//! Hashing takes tens of milliseconds on purpose: call it where blocking is allowed.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use base::Rng;

/// The fewest characters of a password (NIST SP 800-63B asks 15 where it stands alone, ASVS 5.0
/// 6.2.1 asks 8; sign-in is throttled, so 12).
pub const SHORTEST: usize = 12;
/// The most characters: a limit only against floods.
pub const LONGEST: usize = 200;

/// How dear a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// OWASP's figures: 19 MiB, two passes, one lane.
    Full,
    /// For the demo's accounts only, whose passwords are printed anyway: 64 KiB, one pass.
    Demo,
}

impl Cost {
    const fn figures(self) -> (u32, u32) {
        match self {
            Self::Full => (19 * 1024, 2),
            Self::Demo => (64, 1),
        }
    }

    fn hasher(self) -> Result<Argon2<'static>, HashError> {
        let (kib, passes) = self.figures();
        let params = Params::new(kib, passes, 1, Some(32)).map_err(|_| HashError)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The hash could not be made (no memory).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// The hash of a password with a salt of its own, in PHC form (`$argon2id$v=19$…`).
///
/// # Errors
/// [`HashError`] when the machine has not the memory.
pub fn hash(password: &str, cost: Cost, rng: &Rng) -> Result<String, HashError> {
    let hash: PasswordHash = cost
        .hasher()?
        .hash_password_with_salt(password.as_bytes(), &rng.bytes::<16>())
        .map_err(|_| HashError)?;
    Ok(hash.to_string())
}

/// Whether this is the password of the hash; the hash says its own cost.
#[must_use]
pub fn verify(password: &str, hash: &str) -> bool {
    if password.chars().count() > LONGEST {
        return false;
    }
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash that belongs to nobody: checked against for unknown logins, so that time tells nothing.
#[must_use]
pub fn nobodys(cost: Cost) -> &'static str {
    static FULL: LazyLock<String> = LazyLock::new(|| decoy(Cost::Full));
    static DEMO: LazyLock<String> = LazyLock::new(|| decoy(Cost::Demo));
    match cost {
        Cost::Full => &FULL,
        Cost::Demo => &DEMO,
    }
}

fn decoy(cost: Cost) -> String {
    let rng = Rng::system();
    let password = crate::new_token(&rng);
    hash(&password, cost, &rng).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_only() {
        let rng = Rng::seeded(5);
        let hashed = hash("en ret lang sætning", Cost::Demo, &rng).expect("hashed");
        assert!(hashed.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hashed}");
        assert!(verify("en ret lang sætning", &hashed));
        assert!(!verify("en ret lang saetning", &hashed));
        assert!(!verify("", &hashed));
        assert!(!verify("x", "no hash at all"));
        assert_ne!(hashed, hash("en ret lang sætning", Cost::Demo, &rng).expect("hashed"));
    }

    #[test]
    fn ordinary_accounts_cost_what_owasp_asks() {
        let hashed = hash("en ret lang sætning", Cost::Full, &Rng::seeded(5)).expect("hashed");
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(verify("en ret lang sætning", &hashed));
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_somebodys() {
        assert!(nobodys(Cost::Full).starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!verify("", nobodys(Cost::Demo)));
    }

    #[test]
    fn a_flood_is_no_password() {
        let hashed = hash("kort nok til at virke", Cost::Demo, &Rng::seeded(5)).expect("hashed");
        assert!(!verify(&"x".repeat(LONGEST + 1), &hashed));
    }
}
