//! What municipalities' own directories push here (SCIM 2.0): users become people of our directory,
//! groups become its units.
//!
//! Read first: [`tokens`] (who may push), then [`push`] (what a push does: the resource and what it
//! brings to the directory are one transaction), [`find`] (what can be asked). No push ever gives
//! anybody a role or a password.

mod find;
mod push;
mod tokens;

use base::{MunicipalityKey, Problem, Scope};
use rules::scim::Refusal;
use serde_json::json;
use store::StoreError;
use store::scim::{Member, Pushed, TokenId};

pub use find::{Listed, MOST, Wish};
pub use push::Shown;
pub use tokens::TokenView;

/// A municipality's own directory, signed in.
#[derive(Debug, Clone)]
pub struct Pusher {
    pub scope: Scope,
    pub municipality: MunicipalityKey,
    pub token: TokenId,
}

/// Why something pushed is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// What was sent is wrong, in the words of the RFC.
    Refused(Refusal),
    /// It has changed since it was read (`If-Match`).
    Changed,
    Problem(Problem),
}

impl From<Refusal> for NotTaken {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for NotTaken {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Problem(error.into())
    }
}

/// A resource as it is shown: with its members and what is ours to say of it.
fn whole(pushed: &Pushed, members: &[Member]) -> rules::scim::Resource {
    let mut resource = pushed.body.clone();
    if !members.is_empty() {
        let members: Vec<_> = members
            .iter()
            .map(|member| json!({"value": member.id, "type": member.kind.name()}))
            .collect();
        resource.insert("members".to_owned(), json!(members));
    }
    resource.insert("id".to_owned(), json!(pushed.id));
    let meta = json!({
        "resourceType": pushed.kind.name(),
        "created": moment(pushed.made_at.0),
        "lastModified": moment(pushed.changed_at.0),
        "version": format!("W/\"{}\"", pushed.version),
    });
    resource.insert("meta".to_owned(), meta);
    resource
}

/// `2027-06-02T18:15:00.000Z`
fn moment(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |at| format!("{at:.3}"))
}
