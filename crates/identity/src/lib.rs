//! Passwords, tokens, links that cannot be guessed, and pseudonyms.
//!
//! Read first: [`Secret`] (the key of a consortium), [`passwords`] (argon2id), [`tokens`] (what a
//! browser carries, and what of it is stored), [`pseudonym`] (the same citizen, without an identity).

pub mod passwords;
mod pseudonym;
mod secret;
pub mod tokens;

pub use pseudonym::{AddressKind, pseudonym};
pub use secret::{Secret, SecretError};
pub use tokens::{
    check_link_token, is_push_token, link_token, mark_hash, new_token, push_token_hash, token_hash,
};
