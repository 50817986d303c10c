//! The staff application's interface: JSON under `/api/v1/staff`, for signed-in people.
//!
//! A handler reads the request, calls one use case and writes its answer. What may be done is
//! decided there, by the Scope that [`SignedIn`] brings.

mod calls;
mod colleagues;
mod contacts;
mod desk;
mod directory;
mod duty;
mod inbox;
mod knowledge;
mod page;
mod privacy;
mod prompts;
mod recordings;
mod session;
mod socket;
mod workshop;

pub use knowledge::StaffArticle;
pub use workshop::imports::headings as import_headings;

use std::str::FromStr;

use app::App;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base::{Problem, Scope};
use serde::de::DeserializeOwned;

use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Passage, Routes};

/// The cookie of a login. With `https` its name begins with `__Host-`.
pub const COOKIE: &str = "straks_staff";

/// What handlers answer with.
pub type Answer<T> = Result<T, Refused>;

/// All routes of the staff application.
#[must_use]
pub fn routes() -> Routes {
    session::routes()
        .and(desk::routes())
        .and(contacts::routes())
        .and(knowledge::routes())
        .and(inbox::routes())
        .and(calls::routes())
        .and(duty::routes())
        .and(colleagues::routes())
        .and(directory::routes())
        .and(privacy::routes())
        .and(recordings::routes())
        .and(prompts::routes())
        .and(socket::routes())
        .and(workshop::routes())
        .and(page::routes())
}

/// A signed-in person with the reach of this minute.
pub struct SignedIn {
    pub scope: Scope,
    pub token: String,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let passage = Passage::from_request_parts(parts, state).await?;
        let token = state.brought(&parts.headers, COOKIE).ok_or(Refused(Problem::SignedOut))?;
        let scope = state.app.scope_of(&token).await.map_err(Refused)?;
        passage.shown();
        Ok(Self { scope, token })
    }
}

/// Who asks for what the address names by its id or key.
pub struct At<K> {
    pub app: App,
    pub scope: Scope,
    pub id: K,
}

impl<K: FromStr> FromRequestParts<AppState> for At<K> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let me = SignedIn::from_request_parts(parts, state).await?;
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = path.map_err(|_| Refused(Problem::NotFound))?;
        Ok(Self { app: state.app.clone(), scope: me.scope, id: known(&id)? })
    }
}

/// A body of JSON. What cannot be read is answered with a problem that names the place.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(error) if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refused(Problem::invalid("body", "body-too-large")))
            }
            Err(_) => Err(Refused(Problem::invalid("body", "body-not-json"))),
        }
    }
}

/// A typed id or key out of an address. What has not its form looks like what does not exist.
pub fn known<T: FromStr>(text: &str) -> Answer<T> {
    text.parse().map_err(|_| Refused(Problem::NotFound))
}

/// A typed id or key out of a body.
pub fn field<T: FromStr>(name: &'static str, text: &str) -> Answer<T> {
    text.parse().map_err(|_| Refused(Problem::invalid(name, "not-an-id")))
}

/// A typed key out of a query; empty means none.
pub fn named<T: FromStr>(name: &'static str, text: &str) -> Answer<Option<T>> {
    if text.is_empty() { Ok(None) } else { field(name, text).map(Some) }
}

/// An answer of JSON.
pub fn json<T: serde::Serialize>(value: &T) -> Response {
    axum::Json(value).into_response()
}

/// An answer without content.
#[must_use]
pub fn done() -> Response {
    axum::http::StatusCode::NO_CONTENT.into_response()
}
