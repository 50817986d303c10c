//! What editors have to do.

use app::workshop::tasks::{NewTask, TaskChange, TaskList, TaskQuery, TaskView};
use axum::extract::{Query, State};
use axum::response::Response;
use base::{MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use store::people::PersonId;
use store::workshop::tasks::TaskId;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, SignedIn, json, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/tasks", Guard::Staff, list)
        .asks::<Asked>()
        .gives::<TaskList>()
        .post("/api/v1/staff/workshop/tasks", Guard::Staff, add)
        .takes::<Made>()
        .gives::<TaskView>()
        .post("/api/v1/staff/workshop/tasks/{id}", Guard::Staff, change)
        .takes::<Changed>()
        .gives::<TaskView>()
}

#[derive(Debug, Deserialize, IntoParams)]
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

#[derive(Debug, Deserialize, ToSchema)]
struct Made {
    kind: String,
    #[schema(value_type = Option<String>)]
    topic: Option<TopicKey>,
    #[schema(value_type = Option<String>)]
    municipality: Option<MunicipalityKey>,
    #[serde(default)]
    area: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    args: Value,
    #[schema(value_type = Option<String>)]
    owner: Option<PersonId>,
    #[schema(value_type = Option<String>)]
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

#[derive(Debug, Default, Deserialize, ToSchema)]
struct Changed {
    state: Option<String>,
    /// Null: nobody's; left out: as it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    owner: Option<Option<PersonId>>,
    #[schema(value_type = Option<String>)]
    due: Option<Date>,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<PersonId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

async fn change(at: At<TaskId>, Body(changed): Body<Changed>) -> Answer<Response> {
    let change = TaskChange { state: changed.state, owner: changed.owner, due: changed.due };
    Ok(json(&at.app.change_task(&at.scope, at.id, change).await?))
}
