//! Whether a second person approves a municipality's texts.

use axum::response::Response;
use base::MunicipalityKey;
use serde::Deserialize;
use serde_json::json as json_of;
use utoipa::ToSchema;

use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, json};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/settings/{municipality}", Guard::Staff, read)
        .gives::<Settings>()
        .put("/api/v1/staff/workshop/settings/{municipality}", Guard::Staff, write)
        .takes::<Settings>()
        .gives::<Settings>()
}

async fn read(at: At<MunicipalityKey>) -> Answer<Response> {
    let approval = at.app.approval(&at.scope, &at.id).await?;
    Ok(json(&json_of!({ "approval": approval })))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Settings {
    approval: bool,
}

async fn write(at: At<MunicipalityKey>, Body(settings): Body<Settings>) -> Answer<Response> {
    at.app.set_approval(&at.scope, &at.id, settings.approval).await?;
    Ok(json(&json_of!({ "approval": settings.approval })))
}
