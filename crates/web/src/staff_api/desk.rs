//! The desk and presence.

use app::queues::{SetPresence, attendance_of};
use axum::extract::State;
use axum::response::Response;
use base::{Problem, UnixMillis};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Answer, Body, SignedIn, json};
use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/desk", Guard::Staff, desk)
        .gives::<app::desk::Desk>()
        .put("/api/v1/staff/presence", Guard::Staff, set_presence)
        .takes::<PresenceBody>()
        .gives::<app::queues::PresenceView>()
}

async fn desk(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.desk(&me.scope).await?))
}

/// What an agent says of being there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceBody {
    /// `ready`, `busy`, `break`, `offline`.
    pub state: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub back_at: Option<i64>,
}

async fn set_presence(
    State(state): State<AppState>,
    me: SignedIn,
    Body(body): Body<PresenceBody>,
) -> Answer<Response> {
    if !matches!(body.state.as_str(), "ready" | "busy" | "break" | "offline") {
        return Err(Refused(Problem::invalid("state", "presence-unknown")));
    }
    let wish = SetPresence {
        state: attendance_of(&body.state),
        reason: body.reason,
        back_at: body.back_at.map(UnixMillis),
    };
    Ok(json(&state.app.set_presence(&me.scope, wish).await?))
}
