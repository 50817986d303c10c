//! Randomness, passed in as [`Rng`] so that a test can repeat what happened.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng};
use uuid::Uuid;

use crate::{Id, UnixMillis};

/// Where ids, tokens and keys come from. Cloning shares the source.
#[derive(Clone)]
pub struct Rng(Arc<Mutex<StdRng>>);

impl Rng {
    /// Seeded by the operating system; fit for secrets (ChaCha12).
    ///
    /// # Panics
    /// When the operating system has no randomness: nothing safe can be done then.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for chance")]
    pub fn system() -> Self {
        let mut seed = [0_u8; 32];
        rand::rng().fill_bytes(&mut seed);
        Self(Arc::new(Mutex::new(StdRng::from_seed(seed))))
    }

    /// Repeats itself for the same seed; for tests and simulations only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A fresh id: UUIDv7 (RFC 9562, section 5.7) at the instant `at`.
    #[must_use]
    pub fn id<K>(&self, at: UnixMillis) -> Id<K> {
        let millis = u64::try_from(at.0).unwrap_or(0);
        Id::from_uuid(
            uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid(),
        )
    }

    /// A random UUID as text, for what must be unguessable and needs no order.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes::<16>()).into_uuid()
    }
}

impl std::fmt::Debug for Rng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rng")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind;

    #[test]
    fn ids_of_later_instants_are_greater() {
        let rng = Rng::seeded(1);
        let early: Id<kind::Contact> = rng.id(UnixMillis(1_000_000));
        let late: Id<kind::Contact> = rng.id(UnixMillis(1_000_001));
        assert!(early < late);
        assert_eq!(early.uuid().get_version_num(), 7);
    }
}
