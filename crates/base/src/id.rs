//! Typed ids (UUIDv7) and typed keys (short readable names such as `frederikssund`).
//!
//! An id of one kind cannot be passed for an id of another; a key cannot hold anything but
//! `a-z`, `0-9` and `-`, so it is safe in addresses, file names and logs.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The kinds of things that carry an [`Id`]. They exist only as type parameters.
pub mod kind {
    macro_rules! kinds { ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq)] pub enum $name {})*
    } }
    kinds! {
        /// A citizen's errand, whatever channels it passes.
        Contact,
        /// Somebody who works for a member.
        Person,
        /// One thing said in a contact.
        Message,
        /// A row of personal text that events point to and that can be erased.
        Text,
        /// An errand left with a department, with a deadline.
        HandOver,
        /// One municipality's turn on the hotline, or a person's telephone duty.
        Duty,
        /// A signed-in browser.
        Login,
        /// A row of `jobs`.
        Job,
        /// A row of the audit log.
        Audit,
        /// Proof that retention or erasure has run.
        Receipt,
        /// A knowledge text that is being written.
        Draft,
        /// The text of an editor whom another was quicker than.
        Keepsake,
        /// Something editors have to do.
        Task,
        /// What an editor says about words: a synonym, a best bet, an exception.
        Word,
        /// One figure or term changed in many texts.
        Bulk,
        /// Somebody who stands in the directory, whether or not they sign in here.
        Entry,
        /// A telephone number, chat entry or mail address of the directory.
        Line,
        /// Who owns a topic, and for whom.
        Responsibility,
        /// A time at which somebody of the directory is away.
        Absence,
        /// One change of the directory.
        Change,
        /// What a municipality's own directory signs in with when it pushes people here.
        PushToken,
        /// A user or group that it pushed.
        Pushed,
        /// Sound of a conversation that was recorded.
        Recording,
        /// A desk telephone.
        Device,
        /// A telephone call.
        Call,
    }
}

/// A UUIDv7 that belongs to one kind of thing.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    #[must_use]
    pub const fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_uuid)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key has 1 to 64 of the characters a-z, 0-9 and -, and this is not one: {0:?}")]
pub struct KeyError(pub String);

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// # Errors
            /// [`KeyError`] unless the text has 1 to 64 of the characters `a-z`, `0-9` and `-`.
            pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
                let text = text.into();
                let fits = (1..=64).contains(&text.len())
                    && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
                if fits { Ok(Self(text)) } else { Err(KeyError(text)) }
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = KeyError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

key!(
    /// A consortium of municipalities: the outermost wall between data.
    TenantKey
);
key!(
    /// A municipality by its slug, for instance `frederikssund`.
    MunicipalityKey
);
key!(
    /// A department inside a municipality, for instance `pension-og-ydelser`.
    DepartmentKey
);
key!(
    /// A unit of a municipality: an administration, a department or a team. A department's unit has
    /// the department's own key.
    UnitKey
);
key!(
    /// A topic: the slug of its article, guide or referral, for instance `pas-barn`.
    TopicKey
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_takes_slugs_and_nothing_else() {
        assert!(MunicipalityKey::new("frederikssund").is_ok());
        for bad in ["", "Sorø", "a b", "../etc", "A", &"a".repeat(65)] {
            assert!(MunicipalityKey::new(bad).is_err(), "{bad:?} was taken as a key");
        }
    }

    #[test]
    fn an_id_survives_json() {
        let id: Id<kind::Contact> = Id::from_uuid(Uuid::from_u128(7));
        let text = serde_json::to_string(&id).expect("an id is a string");
        assert_eq!(serde_json::from_str::<Id<kind::Contact>>(&text).expect("and back"), id);
    }
}
