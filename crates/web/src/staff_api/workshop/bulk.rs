//! One figure or term changed in every text that uses it.

use app::workshop::bulk::{BulkAct, BulkView};
use axum::extract::{Path, State};
use axum::response::Response;
use base::{MunicipalityKey, TopicKey, UnixMillis};
use rules::bulk::Rule;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, json, known};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/bulk", Guard::Staff, list)
        .post("/api/v1/staff/workshop/bulk", Guard::Staff, preview)
        .get("/api/v1/staff/workshop/bulk/{id}", Guard::Staff, one)
        .post("/api/v1/staff/workshop/bulk/{id}/leave-out", Guard::Staff, leave_out)
        .post("/api/v1/staff/workshop/bulk/{id}/renew", Guard::Staff, renew)
        .post("/api/v1/staff/workshop/bulk/{id}/submit", Guard::Staff, submit)
        .post("/api/v1/staff/workshop/bulk/{id}/approve", Guard::Staff, approve)
        .post("/api/v1/staff/workshop/bulk/{id}/publish", Guard::Staff, publish)
        .post("/api/v1/staff/workshop/bulk/{id}/cancel", Guard::Staff, cancel)
}

async fn list(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&serde_json::json!({ "bulk": state.app.bulks(&me.scope).await? })))
}

async fn preview(
    State(state): State<AppState>,
    me: SignedIn,
    Body(rule): Body<Rule>,
) -> Answer<Response> {
    let view: BulkView = state.app.preview_bulk(&me.scope, rule).await?;
    Ok(json(&view))
}

async fn one(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.bulk(&me.scope, known(&id)?).await?))
}

/// What is left out of a bulk change, or taken in again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveOutBody {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    /// A single place; without it the whole text.
    #[serde(default)]
    pub field: Option<String>,
    pub left_out: bool,
}

async fn leave_out(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<LeaveOutBody>,
) -> Answer<Response> {
    let act = BulkAct::LeaveOut {
        topic: body.topic,
        municipality: body.municipality,
        field: body.field,
        out: body.left_out,
    };
    follow(&state, &me, &id, act).await
}

async fn renew(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    follow(&state, &me, &id, BulkAct::Renew).await
}

async fn submit(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    follow(&state, &me, &id, BulkAct::Submit).await
}

async fn approve(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    follow(&state, &me, &id, BulkAct::Approve).await
}

/// When a bulk change is published; null is now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBulkBody {
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub at: Option<UnixMillis>,
}

async fn publish(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<PublishBulkBody>,
) -> Answer<Response> {
    follow(&state, &me, &id, BulkAct::Publish { at: body.at }).await
}

async fn cancel(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    follow(&state, &me, &id, BulkAct::Cancel).await
}

async fn follow(state: &AppState, me: &SignedIn, id: &str, act: BulkAct) -> Answer<Response> {
    let view: BulkView = state.app.act_on_bulk(&me.scope, known(id)?, act).await?;
    Ok(json(&view))
}
