//! The live protocol for staff: a socket, and the same by polling.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use base::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, SignedIn, json};
use crate::AppState;
use crate::live::{self, FRAME_LIMIT, Who};
use crate::problem::Refused;
use crate::routes::{Guard, Routes, is_of_own_site};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/live", Guard::Staff, socket)
        .gives_nothing()
        .get("/api/v1/live/poll", Guard::Staff, poll)
        .asks::<Asked>()
        .gives::<app::follow::Delivery>()
}

async fn socket(
    State(state): State<AppState>,
    me: SignedIn,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    if !is_of_own_site(&headers) {
        return Err(Refused(Problem::forbidden("foreign-origin")));
    }
    let who = Who::Staff { token: me.token };
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT);
    let (app, stop) = (state.app.clone(), state.stop.clone());
    Ok(upgrade.on_upgrade(move |socket| live::serve(app, who, socket, stop)).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
struct Asked {
    stream: String,
    #[serde(default)]
    after: i64,
}

async fn poll(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let who = Who::Staff { token: me.token };
    Ok(json(&live::poll(&state.app, &who, &asked.stream, asked.after).await?))
}
