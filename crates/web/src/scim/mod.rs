//! SCIM 2.0 (RFC 7644) under `/scim/v2`: a municipality's own directory pushes its people and groups
//! here. `docs/scim.md` says how it is set up.
//!
//! These routes stand in no `/openapi.json`: the RFC fixes their paths, bodies and errors, and
//! `/scim/v2/Schemas` describes what is kept.

mod answers;
mod discovery;
mod resources;

use app::App;
use app::scim::Pusher;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use base::Problem;
use rules::scim::Refused as Word;
use serde_json::Value;

use crate::AppState;
use crate::client::From;
use crate::problem::Refused;
use crate::routes::{Passage, Routes};

use answers::Wrong;
pub use answers::problem;

/// Where everything of it begins.
const BASE: &str = "/scim/v2";
/// The largest body, in bytes: a group of some ten thousand members.
const BODY_LIMIT: usize = 1024 * 1024;
/// The longest token that is looked at.
const TOKEN_LIMIT: usize = 200;

/// All routes of it.
#[must_use]
pub fn routes() -> Routes {
    discovery::routes().and(resources::routes())
}

/// Whether an address belongs to it: whatever is refused there is refused in its words.
#[must_use]
pub fn is_for(uri: &Uri) -> bool {
    uri.path().starts_with("/scim/")
}

/// Whose token came with the request.
pub struct Caller {
    app: App,
    pusher: Pusher,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let passage = Passage::from_request_parts(parts, state).await?;
        let Ok(From(address)) = From::from_request_parts(parts, state).await;
        let token = bearer(&parts.headers).ok_or(Refused(Problem::SignedOut))?;
        let pusher = state.app.pusher(token, &address.to_string()).await?;
        passage.shown();
        Ok(Self { app: state.app.clone(), pusher, headers: parts.headers.clone() })
    }
}

impl Caller {
    /// The address of everything, as resources and schemas name it.
    fn base(&self) -> String {
        format!("{}{BASE}", self.app.settings.public_address)
    }

    /// The version that a header like `If-Match: W/"3"` names; `*` and other forms name none.
    fn version(&self, name: HeaderName) -> Option<i64> {
        let text = self.headers.get(name)?.to_str().ok()?.trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= TOKEN_LIMIT).then_some(token)
}

/// A body of JSON.
pub struct Json(Value);

impl FromRequest<AppState> for Json {
    type Rejection = Wrong;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Wrong> {
        read(request.into_body()).await.map(Self)
    }
}

async fn read(body: Body) -> Result<Value, Wrong> {
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Wrong::too_large(BODY_LIMIT))?;
    serde_json::from_slice(&bytes)
        .map_err(|_| Wrong::from(Word::InvalidSyntax.because("the body is no JSON")))
}
