//! Whether a second person approves a municipality's texts.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json as json_of;

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, json, known};

pub fn routes() -> Routes {
    Routes::new().get("/api/v1/staff/workshop/settings/{municipality}", Guard::Staff, read).put(
        "/api/v1/staff/workshop/settings/{municipality}",
        Guard::Staff,
        write,
    )
}

async fn read(
    State(state): State<AppState>,
    me: SignedIn,
    Path(municipality): Path<String>,
) -> Answer<Response> {
    let approval = state.app.approval(&me.scope, &known(&municipality)?).await?;
    Ok(json(&json_of!({ "approval": approval })))
}

#[derive(Debug, Deserialize)]
struct Settings {
    approval: bool,
}

async fn write(
    State(state): State<AppState>,
    me: SignedIn,
    Path(municipality): Path<String>,
    Body(settings): Body<Settings>,
) -> Answer<Response> {
    state.app.set_approval(&me.scope, &known(&municipality)?, settings.approval).await?;
    Ok(json(&json_of!({ "approval": settings.approval })))
}
