//! "The same citizen" without an identity (product rule 12).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Secret;

/// How a citizen was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    Telephone,
    Email,
    /// The hash of a visitor mark.
    Mark,
}

impl AddressKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Mark => "mark",
        }
    }

    /// One spelling for what means the same: `+45 00 12 10 01` and `00121001`.
    fn normal(self, value: &str) -> String {
        match self {
            Self::Telephone => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                let abroad = value.trim_start().starts_with('+');
                let national =
                    if abroad { digits.strip_prefix("45") } else { digits.strip_prefix("0045") };
                national.filter(|d| d.len() == 8).map_or(digits.clone(), str::to_owned)
            }
            Self::Email => value.trim().to_lowercase(),
            Self::Mark => value.trim().to_owned(),
        }
    }
}

/// The same for the same citizen as long as the key lives, and nothing for who has not the key. The
/// key is changed with the retention time and the old one forgotten, so that earlier pseudonyms
/// belong to nobody any more.
#[must_use]
pub fn pseudonym(key: &Secret, kind: AddressKind, value: &str) -> String {
    let normal = kind.normal(value);
    URL_SAFE_NO_PAD.encode(key.mac(&[b"pseudonym", kind.word().as_bytes(), normal.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Rng;

    #[test]
    fn one_citizen_has_one_pseudonym_however_the_number_is_written() {
        let key = Secret::generate(&Rng::seeded(3));
        let of = |value| pseudonym(&key, AddressKind::Telephone, value);
        assert_eq!(of("+45 00 12 10 01"), of("00121001"));
        assert_eq!(of("0045 00121001"), of("00 12 10 01"));
        assert_ne!(of("+46 00 12 10 01"), of("00121001"));
        assert_ne!(of("45001210"), of("001210"));
        let mail = |value| pseudonym(&key, AddressKind::Email, value);
        assert_eq!(mail(" Bodil@Example.dk"), mail("bodil@example.dk"));
    }

    #[test]
    fn a_new_key_forgets_who_was_who() {
        let rng = Rng::seeded(3);
        let (old, new) = (Secret::generate(&rng), Secret::generate(&rng));
        assert_ne!(
            pseudonym(&old, AddressKind::Email, "a@b.dk"),
            pseudonym(&new, AddressKind::Email, "a@b.dk")
        );
    }
}
