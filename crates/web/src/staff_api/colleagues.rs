//! Colleagues: the evening's room, the directory, the people a planner chooses from.

use axum::extract::{Query, State};
use axum::response::Response;
use base::MunicipalityKey;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, Body, SignedIn, json, known, named};
use crate::AppState;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/room", Guard::Staff, room)
        .post("/api/v1/staff/room", Guard::Staff, say)
        .get("/api/v1/staff/directory", Guard::Staff, directory)
        .get("/api/v1/staff/people", Guard::Staff, people)
}

#[derive(Debug, Deserialize)]
struct After {
    #[serde(default)]
    after: i64,
}

async fn room(
    State(state): State<AppState>,
    me: SignedIn,
    Query(query): Query<After>,
) -> Answer<Response> {
    Ok(json(&state.app.room_after(&me.scope, query.after.max(0)).await?))
}

/// Something for the colleagues of the evening.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomBody {
    pub message_id: Uuid,
    pub text: String,
}

async fn say(
    State(state): State<AppState>,
    me: SignedIn,
    Body(body): Body<RoomBody>,
) -> Answer<Response> {
    Ok(json(&state.app.say_in_room(&me.scope, body.message_id, &body.text).await?))
}

#[derive(Debug, Deserialize)]
struct Searched {
    #[serde(default)]
    q: String,
    #[serde(default)]
    municipality: String,
}

async fn directory(
    State(state): State<AppState>,
    me: SignedIn,
    Query(searched): Query<Searched>,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &searched.municipality)?;
    let found = state.app.search_directory(&me.scope, &searched.q, municipality.as_ref()).await?;
    Ok(json(&found))
}

async fn people(
    State(state): State<AppState>,
    me: SignedIn,
    Query(searched): Query<Searched>,
) -> Answer<Response> {
    Ok(json(&state.app.people(&me.scope, &known(&searched.municipality)?).await?))
}
