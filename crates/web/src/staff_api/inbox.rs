//! The department's inbox of hand-overs.

use app::hand_overs::InboxFilter;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::UnixMillis;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Answer, Body, SignedIn, json, known, named};
use crate::AppState;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/inbox", Guard::Staff, inbox)
        .get("/api/v1/staff/inbox/{id}", Guard::Staff, errand)
        .post("/api/v1/staff/inbox/{id}/address", Guard::Staff, address)
        .post("/api/v1/staff/inbox/{id}/take", Guard::Staff, take)
        .post("/api/v1/staff/inbox/{id}/answer", Guard::Staff, answer)
        .post("/api/v1/staff/inbox/{id}/done", Guard::Staff, finish)
        .post("/api/v1/staff/inbox/{id}/move", Guard::Staff, move_promise)
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    municipality: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    filter: InboxFilter,
}

async fn inbox(
    State(state): State<AppState>,
    me: SignedIn,
    Query(which): Query<Which>,
) -> Answer<Response> {
    let municipality = named("municipality", &which.municipality)?;
    let department = named("department", &which.department)?;
    let (municipality, department) = (municipality.as_ref(), department.as_ref());
    let inbox = state.app.inbox(&me.scope, municipality, department, which.filter).await?;
    Ok(json(&inbox))
}

async fn errand(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.errand_with_story(&me.scope, known(&id)?).await?))
}

async fn address(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.errand_address(&me.scope, known(&id)?).await?))
}

async fn take(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.take_errand(&me.scope, known(&id)?).await?))
}

/// The answer to the citizen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    pub text: String,
}

async fn answer(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<AnswerBody>,
) -> Answer<Response> {
    Ok(json(&state.app.answer_errand(&me.scope, known(&id)?, &body.text).await?))
}

async fn finish(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.finish_errand(&me.scope, known(&id)?).await?))
}

/// The new promise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    pub deadline: i64,
}

async fn move_promise(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<MoveBody>,
) -> Answer<Response> {
    let deadline = UnixMillis(body.deadline);
    Ok(json(&state.app.move_promise(&me.scope, known(&id)?, deadline).await?))
}
