//! The knowledge workshop: texts, drafts, tasks and what belongs to them, under
//! `/api/v1/staff/workshop`.

mod areas;
mod bulk;
mod drafts;
mod guides;
pub mod imports;
mod improvements;
mod settings;
mod tasks;
mod texts;
mod words;

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Answer;
use crate::AppState;
use crate::citizen::visit::language_of;
use crate::problem::{Refused, document};
use crate::routes::Routes;

/// The largest body of a text, in bytes. Its parts have their own, smaller limits.
const TEXT_BODY: usize = 2 * 1024 * 1024;

/// All routes of the workshop.
#[must_use]
pub fn routes() -> Routes {
    texts::routes()
        .and(areas::routes())
        .and(bulk::routes())
        .and(drafts::routes())
        .and(guides::routes())
        .and(imports::routes())
        .and(improvements::routes())
        .and(settings::routes())
        .and(tasks::routes())
        .and(words::routes())
}

/// A body with a whole text in it: larger than other bodies, and told apart when it is too large.
pub(super) struct TextBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<AppState> for TextBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Response> {
        let read = axum::body::to_bytes(request.into_body(), TEXT_BODY).await;
        let Ok(bytes) = read else { return Err(too_long()) };
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Refused(Problem::invalid("body", "body-not-json")).into_response())
    }
}

/// What is longer than any text: 413, in the words for a text that is too long.
fn too_long() -> Response {
    let limit = i64::try_from(app::workshop::DRAFT_LIMIT).ok();
    let problem = Problem::Invalid { field: "body", code: "too-long", limit };
    let mut response = Refused(problem).into_response();
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

/// Who asks, for the words of a problem that carries more than its words.
pub(super) struct Told {
    uri: Uri,
    headers: HeaderMap,
}

impl<S: Sync> FromRequestParts<S> for Told {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self { uri: parts.uri.clone(), headers: parts.headers.clone() })
    }
}

impl Told {
    /// A problem document with what the reader needs to go on.
    pub(super) fn with(&self, problem: &Problem, more: Value) -> Answer<Response> {
        let unexpected = |_| Refused(Problem::Unavailable { code: "unexpected" });
        let language = language_of(&self.uri, &self.headers);
        let mut told = serde_json::to_value(document(problem, language)).map_err(unexpected)?;
        if let (Some(fields), Value::Object(more)) = (told.as_object_mut(), more) {
            fields.extend(more);
        }
        let status =
            StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let mut response = (status, axum::Json(told)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        Ok(response)
    }
}
