//! For security officers: the log, who could see what, erasure and its receipts.

use app::audit::AuditQuery;
use axum::extract::{Query, State};
use axum::response::Response;
use base::{MunicipalityKey, UnixMillis};
use rules::contacts::ContactId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Body, SignedIn, field, json, named};
use crate::AppState;
use crate::openapi;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/audit", Guard::Staff, audit)
        .asks::<Asked>()
        .gives::<openapi::AuditPage>()
        .get("/api/v1/staff/audit/who-could-see", Guard::Staff, who_could_see)
        .asks::<Asked>()
        .gives::<app::duty::WhoCouldSee>()
        .get("/api/v1/staff/privacy/receipts", Guard::Staff, receipts)
        .gives::<Vec<app::privacy::ReceiptView>>()
        .post("/api/v1/staff/privacy/erase", Guard::Staff, erase)
        .takes::<EraseBody>()
        .gives::<openapi::Erased>()
}

#[derive(Debug, Deserialize, IntoParams)]
struct Asked {
    #[serde(default)]
    municipality: String,
    #[serde(default)]
    from: Option<i64>,
    #[serde(default)]
    until: Option<i64>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    at: Option<i64>,
}

/// The officer's own municipality unless another is named.
async fn place(state: &AppState, me: &SignedIn, named_one: &str) -> Answer<MunicipalityKey> {
    Ok(match named("municipality", named_one)? {
        Some(municipality) => municipality,
        None => state.app.me(&me.scope).await?.person.home,
    })
}

async fn audit(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let municipality = place(&state, &me, &asked.municipality).await?;
    let query = AuditQuery {
        from: asked.from.map(UnixMillis),
        until: asked.until.map(UnixMillis),
        subject: asked.subject,
        page: asked.page,
    };
    Ok(json(&state.app.audit_log(&me.scope, &municipality, query).await?))
}

async fn who_could_see(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let municipality = place(&state, &me, &asked.municipality).await?;
    let at = asked.at.map_or_else(|| state.app.now(), UnixMillis);
    Ok(json(&state.app.who_could_see(&me.scope, &municipality, at).await?))
}

async fn receipts(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.receipts(&me.scope).await?))
}

/// Which contact's texts are to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseBody {
    pub contact: String,
}

async fn erase(
    State(state): State<AppState>,
    me: SignedIn,
    Body(body): Body<EraseBody>,
) -> Answer<Response> {
    let contact: ContactId = field("contact", &body.contact)?;
    Ok(json(&state.app.erase(&me.scope, contact).await?))
}
