//! What editors have to do.

use app::workshop::tasks::{NewTask, TaskChange, TaskQuery};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::{MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use store::people::PersonId;

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, json, known, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/tasks", Guard::Staff, list)
        .post("/api/v1/staff/workshop/tasks", Guard::Staff, add)
        .post("/api/v1/staff/workshop/tasks/{id}", Guard::Staff, change)
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    area: String,
    #[serde(default)]
    municipality: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    mine: String,
}

async fn list(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let query = TaskQuery {
        municipality: named("municipality", &asked.municipality)?,
        area: some(asked.area),
        kind: some(asked.kind),
        mine: matches!(asked.mine.as_str(), "1" | "true"),
    };
    Ok(json(&state.app.tasks(&me.scope, &query).await?))
}

#[derive(Debug, Deserialize)]
struct Made {
    kind: String,
    topic: Option<TopicKey>,
    municipality: Option<MunicipalityKey>,
    #[serde(default)]
    area: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    args: Value,
    owner: Option<PersonId>,
    due: Option<Date>,
}

async fn add(
    State(state): State<AppState>,
    me: SignedIn,
    Body(made): Body<Made>,
) -> Answer<Response> {
    let new = NewTask {
        kind: made.kind,
        topic: made.topic,
        municipality: made.municipality,
        area: made.area,
        why: made.why,
        args: made.args,
        owner: made.owner,
        due: made.due,
    };
    Ok(json(&state.app.add_task(&me.scope, new).await?))
}

#[derive(Debug, Default, Deserialize)]
struct Changed {
    state: Option<String>,
    /// Null: nobody's; left out: as it is.
    #[serde(default, deserialize_with = "given")]
    owner: Option<Option<PersonId>>,
    due: Option<Date>,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<PersonId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

async fn change(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(changed): Body<Changed>,
) -> Answer<Response> {
    let change = TaskChange { state: changed.state, owner: changed.owner, due: changed.due };
    Ok(json(&state.app.change_task(&me.scope, known(&id)?, change).await?))
}
