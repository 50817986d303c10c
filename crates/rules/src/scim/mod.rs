//! SCIM 2.0 (RFC 7643, RFC 7644) as functions of their input: what a municipality's own directory
//! (Entra ID and the like) pushes here, and what becomes of it in ours.
//!
//! A resource is a JSON object in the names and types of [`schema`]: [`taken`] makes one of whatever
//! was sent, [`patch`] changes one, [`Filter`] asks one, [`Selection`] shows a part of one, and
//! [`mapping`] says which things of the directory it stands for.

mod filter;
pub mod mapping;
mod pace;
mod patch;
mod path;
pub mod schema;
mod select;
#[cfg(test)]
mod tests;

pub use filter::{Filter, Sought};
pub use pace::{PER_WINDOW, Pace};
pub use patch::patch;
pub use schema::{Kind, schemas, taken};
pub use select::Selection;

/// A resource as it is kept and shown.
pub type Resource = serde_json::Map<String, serde_json::Value>;

/// Why a request is refused, in the words of RFC 7644, section 3.12.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", kind.code())]
pub struct Refusal {
    pub kind: Refused,
    /// For whoever set the sender up: English, without anything that was sent but names.
    pub detail: String,
}

/// The kinds of refusal that have a name (`scimType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    Mutability,
    NoTarget,
    /// Somebody else of that name is there already.
    Uniqueness,
}

impl Refused {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidPath => "invalidPath",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::Uniqueness => "uniqueness",
        }
    }

    /// The HTTP status it goes with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Uniqueness => 409,
            _ => 400,
        }
    }

    /// With what is said about it.
    #[must_use]
    pub fn because(self, detail: impl Into<String>) -> Refusal {
        Refusal { kind: self, detail: detail.into() }
    }
}
