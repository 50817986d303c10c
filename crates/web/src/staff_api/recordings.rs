//! Recordings of conversations: what a municipality allows, and listening afterwards.

use app::calls::{ListenReason, RecordingRule, RecordingView};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Id, MunicipalityKey, kind};
use rules::contacts::ContactId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, At, Body, SignedIn, done, json, named};
use crate::AppState;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/recordings", Guard::Staff, recordings)
        .asks::<Asked>()
        .gives::<Vec<RecordingView>>()
        .post("/api/v1/staff/recordings/{id}/sound", Guard::Staff, sound)
        .takes::<ListenBody>()
        .gives_file("audio/wav")
        .get("/api/v1/staff/recording-settings", Guard::Staff, rules)
        .gives::<Vec<RecordingRule>>()
        .post("/api/v1/staff/recording-settings/{municipality}", Guard::Staff, set_rule)
        .takes::<RuleBody>()
        .gives_nothing()
}

#[derive(Debug, Deserialize, IntoParams)]
struct Asked {
    /// Of this contact alone.
    #[serde(default)]
    contact: String,
}

async fn recordings(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let contact: Option<ContactId> = named("contact", &asked.contact)?;
    Ok(json(&state.app.recordings(&me.scope, contact).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListenBody {
    /// A leader says what for.
    #[serde(default)]
    pub reason: Option<ListenReason>,
}

async fn sound(at: At<Id<kind::Recording>>, Body(body): Body<ListenBody>) -> Answer<Response> {
    let sound = at.app.recording_sound(&at.scope, at.id, body.reason).await?;
    let head = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")];
    Ok((head, sound).into_response())
}

async fn rules(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.recording_rules(&me.scope).await?))
}

/// Whether calls may be recorded, and how many days (1 to 30) recordings are kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    pub allowed: bool,
    pub days: i64,
}

async fn set_rule(at: At<MunicipalityKey>, Body(body): Body<RuleBody>) -> Answer<Response> {
    let RuleBody { allowed, days } = body;
    let rule = RecordingRule { municipality: at.id, allowed, days };
    at.app.set_recording_rule(&at.scope, rule).await?;
    Ok(done())
}
