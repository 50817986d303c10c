//! What a browser carries, and the little of it that is stored.

use base::Rng;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use crate::Secret;
use crate::secret::hex;

/// 32 random bytes as 43 letters of base64url: a session's or a visitor's token.
#[must_use]
pub fn new_token(rng: &Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>())
}

/// What is stored of a session's token: who reads the database cannot sign in with it.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hash("session", token)
}

/// What is stored of a visitor mark.
#[must_use]
pub fn mark_hash(token: &str) -> String {
    hash("mark", token)
}

/// What is stored of the token with which a municipality's own directory signs in.
#[must_use]
pub fn push_token_hash(token: &str) -> String {
    hash("push", token)
}

/// Whether a token is the one of this hash; takes equally long for every wrong one.
#[must_use]
pub fn is_push_token(token: &str, stored: &str) -> bool {
    push_token_hash(token).as_bytes().ct_eq(stored.as_bytes()).into()
}

fn hash(what: &str, token: &str) -> String {
    hex(&Sha256::new().chain_update(what).chain_update([0]).chain_update(token).finalize())
}

/// The unguessable end of a link to one thing, for one purpose: a link to a status page opens
/// nothing else.
#[must_use]
pub fn link_token(secret: &Secret, purpose: &str, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(secret.mac(&[b"link", purpose.as_bytes(), id.as_bytes()]))
}

/// Whether a token is the one of this thing and purpose; takes equally long for every wrong one.
#[must_use]
pub fn check_link_token(secret: &Secret, purpose: &str, id: &str, token: &str) -> bool {
    link_token(secret, purpose, id).as_bytes().ct_eq(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_one_thing_for_one_purpose() {
        let rng = Rng::seeded(7);
        let (secret, other) = (Secret::generate(&rng), Secret::generate(&rng));
        let token = link_token(&secret, "status", "one");
        assert_eq!(token.len(), 43);
        assert!(check_link_token(&secret, "status", "one", &token));
        assert!(!check_link_token(&secret, "status", "two", &token));
        assert!(!check_link_token(&secret, "answer", "one", &token));
        assert!(!check_link_token(&other, "status", "one", &token));
        assert!(!check_link_token(&secret, "status", "one", ""));
        assert!(!check_link_token(&secret, "status", "one", &token[..42]));
    }

    #[test]
    fn a_mark_is_no_session() {
        let token = new_token(&Rng::seeded(7));
        assert_ne!(token_hash(&token), mark_hash(&token));
        assert_ne!(token_hash(&token), push_token_hash(&token));
        assert!(is_push_token(&token, &push_token_hash(&token)));
        assert!(!is_push_token(&token, &token_hash(&token)));
        assert_eq!(token_hash(&token).len(), 64);
    }
}
