//! Relays that a browser's sound may take where UDP is blocked.

use base::{Outcome, Problem, Scope, UnixMillis};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// So long (ms) a pass is good: a working day. A sound that goes on is not cut when it ends.
const GOOD_FOR_MS: i64 = 12 * 60 * 60 * 1_000;

/// Relay servers that know one secret with us.
#[derive(Debug, Clone)]
pub struct Relays {
    /// `turns:turn.example.dk:443?transport=tcp`
    pub urls: Vec<String>,
    pub secret: String,
    /// What belongs to a user name under the secret.
    pub credential: fn(secret: &str, user: &str) -> String,
}

/// What a browser shows to a relay. Without relays there are no `urls`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelayPass {
    pub urls: Vec<String>,
    pub username: String,
    pub credential: String,
    #[schema(value_type = i64)]
    pub until: UnixMillis,
}

impl App {
    /// A pass to the relays for one's own browser. It names nobody.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for anybody but staff.
    pub fn relay_pass(&self, scope: &Scope) -> Outcome<RelayPass> {
        scope.person().ok_or(Problem::SignedOut)?;
        let until = self.now() + GOOD_FOR_MS;
        let relays = self.0.memory.telephone.get().and_then(|there| there.relays.as_ref());
        Ok(match relays {
            Some(Relays { urls, secret, credential }) => {
                let username = format!("{}:straks", until.0 / 1_000);
                let credential = credential(secret, &username);
                RelayPass { urls: urls.clone(), username, credential, until }
            }
            None => {
                let (username, credential) = (String::new(), String::new());
                RelayPass { urls: vec![], username, credential, until }
            }
        })
    }
}
