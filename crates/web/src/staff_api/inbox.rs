//! The department's inbox of hand-overs.

use app::hand_overs::{ErrandStory, HandOverView, Inbox, InboxFilter};
use axum::extract::{Query, State};
use axum::response::Response;
use base::UnixMillis;
use rules::contacts::HandOverId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, At, Body, SignedIn, json, named};
use crate::AppState;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/inbox", Guard::Staff, inbox)
        .asks::<Which>()
        .gives::<Inbox>()
        .get("/api/v1/staff/inbox/{id}", Guard::Staff, errand)
        .gives::<ErrandStory>()
        .post("/api/v1/staff/inbox/{id}/address", Guard::Staff, address)
        .gives::<HandOverView>()
        .post("/api/v1/staff/inbox/{id}/take", Guard::Staff, take)
        .gives::<HandOverView>()
        .post("/api/v1/staff/inbox/{id}/answer", Guard::Staff, answer)
        .takes::<AnswerBody>()
        .gives::<HandOverView>()
        .post("/api/v1/staff/inbox/{id}/done", Guard::Staff, finish)
        .gives::<HandOverView>()
        .post("/api/v1/staff/inbox/{id}/move", Guard::Staff, move_promise)
        .takes::<MoveBody>()
        .gives::<HandOverView>()
}

#[derive(Debug, Deserialize, IntoParams)]
struct Which {
    #[serde(default)]
    municipality: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    filter: InboxFilter,
}

async fn inbox(
    State(state): State<AppState>,
    me: SignedIn,
    Query(which): Query<Which>,
) -> Answer<Response> {
    let municipality = named("municipality", &which.municipality)?;
    let department = named("department", &which.department)?;
    let (municipality, department) = (municipality.as_ref(), department.as_ref());
    let inbox = state.app.inbox(&me.scope, municipality, department, which.filter).await?;
    Ok(json(&inbox))
}

async fn errand(at: At<HandOverId>) -> Answer<Response> {
    Ok(json(&at.app.errand_with_story(&at.scope, at.id).await?))
}

async fn address(at: At<HandOverId>) -> Answer<Response> {
    Ok(json(&at.app.errand_address(&at.scope, at.id).await?))
}

async fn take(at: At<HandOverId>) -> Answer<Response> {
    Ok(json(&at.app.take_errand(&at.scope, at.id).await?))
}

/// The answer to the citizen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    pub text: String,
}

async fn answer(at: At<HandOverId>, Body(body): Body<AnswerBody>) -> Answer<Response> {
    Ok(json(&at.app.answer_errand(&at.scope, at.id, &body.text).await?))
}

async fn finish(at: At<HandOverId>) -> Answer<Response> {
    Ok(json(&at.app.finish_errand(&at.scope, at.id).await?))
}

/// The new promise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    pub deadline: i64,
}

async fn move_promise(at: At<HandOverId>, Body(body): Body<MoveBody>) -> Answer<Response> {
    let deadline = UnixMillis(body.deadline);
    Ok(json(&at.app.move_promise(&at.scope, at.id, deadline).await?))
}
