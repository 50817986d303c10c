//! Colleagues: the evening's room, the people a planner chooses from.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Answer, Body, SignedIn, json, known};
use crate::AppState;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/room", Guard::Staff, room)
        .asks::<After>()
        .gives::<app::room::RoomView>()
        .post("/api/v1/staff/room", Guard::Staff, say)
        .takes::<RoomBody>()
        .gives::<app::room::RoomSaid>()
        .get("/api/v1/staff/people", Guard::Staff, people)
        .asks::<Searched>()
        .gives::<Vec<app::people::PersonView>>()
}

#[derive(Debug, Deserialize, IntoParams)]
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

#[derive(Debug, Deserialize, IntoParams)]
struct Searched {
    #[serde(default)]
    municipality: String,
}

async fn people(
    State(state): State<AppState>,
    me: SignedIn,
    Query(searched): Query<Searched>,
) -> Answer<Response> {
    Ok(json(&state.app.people(&me.scope, &known(&searched.municipality)?).await?))
}
