//! One figure or term changed in every text that uses it.

use app::workshop::bulk::{BulkAct, BulkRow, BulkView};
use axum::extract::State;
use axum::response::Response;
use base::{MunicipalityKey, TopicKey, UnixMillis};
use rules::bulk::{BulkId, Rule};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::openapi;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, SignedIn, json};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/bulk", Guard::Staff, list)
        .gives_as::<Vec<BulkRow>>("bulk")
        .post("/api/v1/staff/workshop/bulk", Guard::Staff, preview)
        .takes::<openapi::BulkRule>()
        .gives::<BulkView>()
        .get("/api/v1/staff/workshop/bulk/{id}", Guard::Staff, one)
        .gives::<BulkView>()
        .post("/api/v1/staff/workshop/bulk/{id}/leave-out", Guard::Staff, leave_out)
        .takes::<LeaveOutBody>()
        .gives::<BulkView>()
        .post("/api/v1/staff/workshop/bulk/{id}/renew", Guard::Staff, |at| {
            follow(at, BulkAct::Renew)
        })
        .gives::<BulkView>()
        .post("/api/v1/staff/workshop/bulk/{id}/submit", Guard::Staff, |at| {
            follow(at, BulkAct::Submit)
        })
        .gives::<BulkView>()
        .post("/api/v1/staff/workshop/bulk/{id}/approve", Guard::Staff, approve)
        .takes::<ApproveBulkBody>()
        .gives::<BulkView>()
        .post("/api/v1/staff/workshop/bulk/{id}/publish", Guard::Staff, publish)
        .takes::<PublishBulkBody>()
        .gives::<BulkView>()
        .post("/api/v1/staff/workshop/bulk/{id}/cancel", Guard::Staff, |at| {
            follow(at, BulkAct::Cancel)
        })
        .gives::<BulkView>()
}

async fn list(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&serde_json::json!({ "bulk": state.app.bulks(&me.scope).await? })))
}

async fn preview(
    State(state): State<AppState>,
    me: SignedIn,
    Body(rule): Body<Rule>,
) -> Answer<Response> {
    Ok(json(&state.app.preview_bulk(&me.scope, rule).await?))
}

async fn one(at: At<BulkId>) -> Answer<Response> {
    Ok(json(&at.app.bulk(&at.scope, at.id).await?))
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

async fn leave_out(at: At<BulkId>, Body(body): Body<LeaveOutBody>) -> Answer<Response> {
    let act = BulkAct::LeaveOut {
        topic: body.topic,
        municipality: body.municipality,
        field: body.field,
        out: body.left_out,
    };
    follow(at, act).await
}

/// The bulk change that was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveBulkBody {
    pub revision: i64,
}

async fn approve(at: At<BulkId>, Body(body): Body<ApproveBulkBody>) -> Answer<Response> {
    follow(at, BulkAct::Approve { revision: body.revision }).await
}

/// When a bulk change is published; null is now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBulkBody {
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub at: Option<UnixMillis>,
}

async fn publish(at: At<BulkId>, Body(body): Body<PublishBulkBody>) -> Answer<Response> {
    follow(at, BulkAct::Publish { at: body.at }).await
}

async fn follow(at: At<BulkId>, act: BulkAct) -> Answer<Response> {
    Ok(json(&at.app.act_on_bulk(&at.scope, at.id, act).await?))
}
