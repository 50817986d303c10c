//! The improvement loop: what citizens looked for and did not find, as work.

use app::improvement::{Change, ImprovementView, Joined, Worklist};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::MunicipalityKey;
use serde::Deserialize;

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, json, known, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/improvements", Guard::Staff, list)
        .post("/api/v1/staff/workshop/improvements/refresh", Guard::Staff, refresh)
        .post("/api/v1/staff/workshop/improvements/{id}", Guard::Staff, change)
}

#[derive(Debug, Deserialize)]
struct Asked {
    /// Empty for all in reach.
    #[serde(default)]
    municipality: String,
}

async fn list(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let worklist: Worklist = state.app.improvements(&me.scope, municipality.as_ref()).await?;
    Ok(json(&worklist))
}

async fn refresh(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    let joined: Joined = state.app.refresh_improvements(&me.scope).await?;
    Ok(json(&joined))
}

async fn change(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(change): Body<Change>,
) -> Answer<Response> {
    let view: ImprovementView =
        state.app.change_improvement(&me.scope, known(&id)?, change).await?;
    Ok(json(&view))
}
