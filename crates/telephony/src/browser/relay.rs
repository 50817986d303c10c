//! Relays (TURN, RFC 8656) for browsers in offices that block UDP. They are servers of their own, for
//! instance coturn, that share a secret with us: whoever shows a name that ends in the future and its
//! seal is let in (draft-uberti-behave-turn-rest-00, coturn's `static-auth-secret`). The secret itself
//! stays here.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// What belongs to a relay's user name: HMAC-SHA1 of it under the shared secret, as the draft and
/// coturn want it.
#[must_use]
pub fn credential(secret: &str, user: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut seal) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    seal.update(user.as_bytes());
    BASE64_STANDARD.encode(seal.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::credential;

    #[test]
    fn a_name_is_sealed_as_relays_expect_it() {
        // RFC 2202, section 3, test case 2.
        let sealed = credential("Jefe", "what do ya want for nothing?");
        assert_eq!(sealed, "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    }
}
