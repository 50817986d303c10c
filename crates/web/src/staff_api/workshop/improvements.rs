//! The improvement loop: what citizens looked for and did not find, as work.

use app::improvement::{Change, ImprovementView, Joined, Worklist};
use axum::extract::{Query, State};
use axum::response::Response;
use base::MunicipalityKey;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::AppState;
use crate::openapi;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, SignedIn, json, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/improvements", Guard::Staff, list)
        .asks::<Asked>()
        .gives::<Worklist>()
        .post("/api/v1/staff/workshop/improvements/refresh", Guard::Staff, refresh)
        .gives::<openapi::Joined>()
        .post("/api/v1/staff/workshop/improvements/{id}", Guard::Staff, change)
        .takes::<Change>()
        .gives::<ImprovementView>()
}

#[derive(Debug, Deserialize, IntoParams)]
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

async fn change(at: At<Uuid>, Body(change): Body<Change>) -> Answer<Response> {
    let view: ImprovementView = at.app.change_improvement(&at.scope, at.id, change).await?;
    Ok(json(&view))
}
