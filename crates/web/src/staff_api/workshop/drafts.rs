//! A draft: written, checked, approved, published, thrown away.

use app::workshop::DraftView;
use app::workshop::decide::Went;
use app::workshop::drafts::{KeptView, Written};
use axum::extract::State;
use axum::response::Response;
use base::{Problem, UnixMillis};
use rules::workshop::{DraftId, TextKind};
use serde::Deserialize;
use serde_json::{Value, json as json_of};
use utoipa::ToSchema;

use super::{TextBody, Told};
use crate::AppState;
use crate::openapi;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, SignedIn, done, json, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/drafts/{id}", Guard::Staff, one)
        .gives::<DraftView>()
        .put("/api/v1/staff/workshop/drafts/{id}", Guard::Staff, write)
        .takes::<Words>()
        .gives::<DraftView>()
        .delete("/api/v1/staff/workshop/drafts/{id}", Guard::Staff, discard)
        .gives_nothing()
        .get("/api/v1/staff/workshop/drafts/{id}/kept", Guard::Staff, kept)
        .gives_as::<Vec<KeptView>>("kept")
        .post("/api/v1/staff/workshop/drafts/{id}/check", Guard::Staff, check)
        .gives_as::<Vec<openapi::Finding>>("findings")
        .post("/api/v1/staff/workshop/drafts/{id}/submit", Guard::Staff, submit)
        .takes::<Step>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/drafts/{id}/return", Guard::Staff, give_back)
        .takes::<Said>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/drafts/{id}/approve", Guard::Staff, approve)
        .takes::<Step>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/drafts/{id}/publish", Guard::Staff, publish)
        .takes::<Step>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/drafts/{id}/here", Guard::Staff, here)
        .gives_nothing()
        .post("/api/v1/staff/workshop/check", Guard::Staff, check_body)
        .takes::<Unsaved>()
        .gives_as::<Vec<openapi::Finding>>("findings")
}

async fn one(at: At<DraftId>) -> Answer<Response> {
    Ok(json(&at.app.draft(&at.scope, at.id).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Words {
    revision: i64,
    body: Value,
    /// Words that stand in the draft are left out on purpose: they are kept beside it.
    #[serde(default)]
    instead: bool,
}

async fn write(at: At<DraftId>, told: Told, TextBody(words): TextBody<Words>) -> Answer<Response> {
    let Words { revision, body, instead } = words;
    match at.app.write_draft(&at.scope, at.id, revision, body, instead).await? {
        Written::Draft(draft) => Ok(json(&draft)),
        Written::Changed { theirs, differs } => told.with(
            &Problem::conflict("draft-changed"),
            json_of!({ "theirs": theirs, "differs": differs }),
        ),
    }
}

async fn discard(at: At<DraftId>) -> Answer<Response> {
    at.app.discard_draft(&at.scope, at.id).await?;
    Ok(done())
}

async fn kept(at: At<DraftId>) -> Answer<Response> {
    let kept = at.app.kept_texts(&at.scope, at.id).await?;
    Ok(json(&json_of!({ "kept": kept })))
}

async fn check(at: At<DraftId>) -> Answer<Response> {
    let findings = at.app.check_draft(&at.scope, at.id).await?;
    Ok(json(&json_of!({ "findings": findings })))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Unsaved {
    #[schema(value_type = String)]
    kind: TextKind,
    body: Value,
}

/// The check of words that are not saved yet.
async fn check_body(
    State(state): State<AppState>,
    me: SignedIn,
    TextBody(unsaved): TextBody<Unsaved>,
) -> Answer<Response> {
    let findings = state.app.check_body(&me.scope, unsaved.kind, &unsaved.body).await?;
    Ok(json(&json_of!({ "findings": findings })))
}

/// A step of a draft, with what is said along.
#[derive(Debug, Deserialize, ToSchema)]
struct Step {
    /// Of the words that were read: the step is about these.
    revision: i64,
    #[serde(default)]
    note: String,
    reviewer: Option<String>,
    #[schema(value_type = Option<i64>)]
    at: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    expires_at: Option<UnixMillis>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct Said {
    #[serde(default)]
    note: String,
}

async fn submit(at: At<DraftId>, told: Told, Body(step): Body<Step>) -> Answer<Response> {
    let reviewer = named("reviewer", step.reviewer.as_deref().unwrap_or_default())?;
    let went = at.app.submit_draft(&at.scope, at.id, step.revision, reviewer, &step.note).await?;
    answer(went, &told)
}

async fn give_back(at: At<DraftId>, told: Told, Body(said): Body<Said>) -> Answer<Response> {
    let went = at.app.return_draft(&at.scope, at.id, &said.note).await?;
    answer(went, &told)
}

async fn approve(at: At<DraftId>, told: Told, Body(step): Body<Step>) -> Answer<Response> {
    let went = at.app.approve_draft(&at.scope, at.id, step.revision, &step.note).await?;
    answer(went, &told)
}

async fn publish(at: At<DraftId>, told: Told, Body(step): Body<Step>) -> Answer<Response> {
    let Step { revision, at: when, expires_at, .. } = step;
    let went = at.app.publish_draft(&at.scope, at.id, revision, when, expires_at).await?;
    answer(went, &told)
}

/// The draft as it is now, or what keeps it from going on.
fn answer(went: Went, told: &Told) -> Answer<Response> {
    match went {
        Went::Draft(draft) => Ok(json(&draft)),
        Went::Refused(findings) => {
            told.with(&Problem::invalid("body", "check-failed"), json_of!({ "findings": findings }))
        }
    }
}

async fn here(at: At<DraftId>) -> Answer<Response> {
    at.app.here_at_draft(&at.scope, at.id).await?;
    Ok(done())
}
