//! A draft: written, checked, approved, published, thrown away.

use app::workshop::drafts::{Went, Written};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use base::{Problem, UnixMillis};
use rules::workshop::{DraftId, TextKind};
use serde::Deserialize;
use serde_json::{Value, json as json_of};
use store::people::PersonId;

use super::{TextBody, Told};
use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, done, field, json, known};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/drafts/{id}", Guard::Staff, one)
        .put("/api/v1/staff/workshop/drafts/{id}", Guard::Staff, write)
        .delete("/api/v1/staff/workshop/drafts/{id}", Guard::Staff, discard)
        .get("/api/v1/staff/workshop/drafts/{id}/kept", Guard::Staff, kept)
        .post("/api/v1/staff/workshop/drafts/{id}/check", Guard::Staff, check)
        .post("/api/v1/staff/workshop/drafts/{id}/submit", Guard::Staff, submit)
        .post("/api/v1/staff/workshop/drafts/{id}/return", Guard::Staff, give_back)
        .post("/api/v1/staff/workshop/drafts/{id}/approve", Guard::Staff, approve)
        .post("/api/v1/staff/workshop/drafts/{id}/publish", Guard::Staff, publish)
        .post("/api/v1/staff/workshop/drafts/{id}/here", Guard::Staff, here)
        .post("/api/v1/staff/workshop/check", Guard::Staff, check_body)
}

async fn one(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.draft(&me.scope, known(&id)?).await?))
}

#[derive(Debug, Deserialize)]
struct Words {
    revision: i64,
    body: Value,
}

async fn write(
    State(state): State<AppState>,
    me: SignedIn,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    words: TextBody<Words>,
) -> Answer<Response> {
    let TextBody(words) = words;
    let id: DraftId = known(&id)?;
    match state.app.write_draft(&me.scope, id, words.revision, words.body).await? {
        Written::Draft(draft) => Ok(json(&draft)),
        Written::Changed(theirs) => {
            let problem = Problem::conflict("draft-changed");
            Told::of(uri, headers).with(&problem, "theirs", &theirs)
        }
    }
}

async fn discard(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    state.app.discard_draft(&me.scope, known(&id)?).await?;
    Ok(done())
}

async fn kept(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    let kept = state.app.kept_texts(&me.scope, known(&id)?).await?;
    Ok(json(&json_of!({ "kept": kept })))
}

async fn check(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    let findings = state.app.check_draft(&me.scope, known(&id)?).await?;
    Ok(json(&json_of!({ "findings": findings })))
}

#[derive(Debug, Deserialize)]
struct Unsaved {
    kind: TextKind,
    body: Value,
}

/// The check of words that are not saved yet.
async fn check_body(
    State(state): State<AppState>,
    me: SignedIn,
    unsaved: TextBody<Unsaved>,
) -> Answer<Response> {
    let TextBody(unsaved) = unsaved;
    let findings = state.app.check_body(&me.scope, unsaved.kind, &unsaved.body).await?;
    Ok(json(&json_of!({ "findings": findings })))
}

/// What is said along with a step; all of it may be left out.
#[derive(Debug, Default, Deserialize)]
struct Step {
    #[serde(default)]
    note: String,
    reviewer: Option<String>,
    at: Option<UnixMillis>,
    expires_at: Option<UnixMillis>,
}

async fn submit(
    State(state): State<AppState>,
    me: SignedIn,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    Body(step): Body<Step>,
) -> Answer<Response> {
    let reviewer: Option<PersonId> = step
        .reviewer
        .as_deref()
        .filter(|reviewer| !reviewer.is_empty())
        .map(|reviewer| field("reviewer", reviewer))
        .transpose()?;
    let went = state.app.submit_draft(&me.scope, known(&id)?, reviewer, &step.note).await?;
    told(went, &Told::of(uri, headers))
}

async fn give_back(
    State(state): State<AppState>,
    me: SignedIn,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    Body(step): Body<Step>,
) -> Answer<Response> {
    let went = state.app.return_draft(&me.scope, known(&id)?, &step.note).await?;
    told(went, &Told::of(uri, headers))
}

async fn approve(
    State(state): State<AppState>,
    me: SignedIn,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    Body(step): Body<Step>,
) -> Answer<Response> {
    let went = state.app.approve_draft(&me.scope, known(&id)?, &step.note).await?;
    told(went, &Told::of(uri, headers))
}

async fn publish(
    State(state): State<AppState>,
    me: SignedIn,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    Body(step): Body<Step>,
) -> Answer<Response> {
    let went = state.app.publish_draft(&me.scope, known(&id)?, step.at, step.expires_at).await?;
    told(went, &Told::of(uri, headers))
}

/// The draft as it is now, or what keeps it from going on.
fn told(went: Went, told: &Told) -> Answer<Response> {
    match went {
        Went::Draft(draft) => Ok(json(&draft)),
        Went::Refused(findings) => {
            told.with(&Problem::invalid("body", "check-failed"), "findings", &findings)
        }
    }
}

async fn here(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    state.app.here_at_draft(&me.scope, known(&id)?).await?;
    Ok(done())
}
