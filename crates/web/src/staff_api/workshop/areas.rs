//! Knowledge areas: who keeps them, how they are, which members they are open to.

use app::areas::{AreaChange, AreaDetail};
use axum::extract::{Path, State};
use axum::response::Response;

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, json};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/areas", Guard::Staff, list)
        .get("/api/v1/staff/workshop/areas/{key}", Guard::Staff, one)
        .put("/api/v1/staff/workshop/areas/{key}", Guard::Staff, change)
}

async fn list(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&serde_json::json!({ "areas": state.app.areas(&me.scope).await? })))
}

async fn one(
    State(state): State<AppState>,
    me: SignedIn,
    Path(key): Path<String>,
) -> Answer<Response> {
    let area: AreaDetail = state.app.area(&me.scope, &key).await?;
    Ok(json(&area))
}

async fn change(
    State(state): State<AppState>,
    me: SignedIn,
    Path(key): Path<String>,
    Body(change): Body<AreaChange>,
) -> Answer<Response> {
    let area: AreaDetail = state.app.change_area(&me.scope, &key, change).await?;
    Ok(json(&area))
}
