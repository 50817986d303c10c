//! Knowledge areas: who keeps them, how they are, which members they are open to.

use std::collections::BTreeMap;

use app::areas::{AreaChange, AreaDetail, AreaView};
use axum::extract::{Path, State};
use axum::response::Response;
use base::Right;
use serde_json::json as json_of;

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, json};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/areas", Guard::Staff, list)
        .gives_as::<Vec<AreaView>>("areas")
        .get("/api/v1/staff/workshop/areas/{key}", Guard::Staff, one)
        .gives::<AreaDetail>()
        .put("/api/v1/staff/workshop/areas/{key}", Guard::Staff, change)
        .takes::<AreaChange>()
        .gives::<AreaDetail>()
}

/// The areas, and the departments that a text may name: who edits need not have a say in the
/// directory.
async fn list(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    let areas = state.app.areas(&me.scope).await?;
    let mut departments = BTreeMap::new();
    for municipality in me.scope.municipalities(Right::EditKnowledge) {
        for entry in state.app.departments(municipality).await? {
            departments.entry(entry.department).or_insert((entry.name, entry.name_en));
        }
    }
    let departments: Vec<_> = departments
        .into_iter()
        .map(|(key, (name, name_en))| json_of!({ "key": key, "name": name, "name_en": name_en }))
        .collect();
    Ok(json(&json_of!({ "areas": areas, "departments": departments })))
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
