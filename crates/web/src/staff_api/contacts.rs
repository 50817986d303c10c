//! Contacts: taking, talking, sending on, handing over, wrapping up.

use app::chat::Say;
use app::contacts::Door;
use app::hand_overs::NewHandOver;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::{Problem, UnixMillis};
use rules::contacts::{ContactId, Destination, OutcomeKind, ReplyWay};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, Body, SignedIn, done, field, json, known};
use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/contacts/{id}", Guard::Staff, contact)
        .get("/api/v1/staff/contacts/{id}/entries", Guard::Staff, entries)
        .post("/api/v1/staff/contacts/{id}/accept", Guard::Staff, accept)
        .post("/api/v1/staff/contacts/{id}/decline", Guard::Staff, decline)
        .post("/api/v1/staff/contacts/{id}/messages", Guard::Staff, say)
        .post("/api/v1/staff/contacts/{id}/read", Guard::Staff, read)
        .post("/api/v1/staff/contacts/{id}/end", Guard::Staff, end)
        .post("/api/v1/staff/contacts/{id}/municipality", Guard::Staff, municipality)
        .get("/api/v1/staff/contacts/{id}/targets", Guard::Staff, targets)
        .post("/api/v1/staff/contacts/{id}/transfer", Guard::Staff, transfer)
        .get("/api/v1/staff/contacts/{id}/hand-over", Guard::Staff, hand_over_choices)
        .post("/api/v1/staff/contacts/{id}/hand-over", Guard::Staff, hand_over)
        .get("/api/v1/staff/contacts/{id}/wrap-up", Guard::Staff, wrap_up_choices)
        .post("/api/v1/staff/contacts/{id}/wrap-up", Guard::Staff, wrap_up)
}

async fn contact(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.contact(&me.scope, known(&id)?).await?))
}

#[derive(Debug, Deserialize)]
struct After {
    #[serde(default)]
    after: i64,
}

async fn entries(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<After>,
) -> Answer<Response> {
    let id: ContactId = known(&id)?;
    Ok(json(&state.app.entries(&me.scope, Door::Work, id, query.after.max(0)).await?))
}

async fn accept(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id: ContactId = known(&id)?;
    state.app.accept(&me.scope, id).await?;
    Ok(json(&state.app.contact(&me.scope, id).await?))
}

async fn decline(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    state.app.decline(&me.scope, known(&id)?).await?;
    Ok(done())
}

/// A message; `message_id` is made by the sender, so that sending again is harmless.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    pub message_id: Uuid,
    pub text: String,
    #[serde(default)]
    pub article: Option<String>,
}

async fn say(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<MessageBody>,
) -> Answer<Response> {
    let article = body.article.as_deref().map(|topic| field("article", topic)).transpose()?;
    let say = Say { message_id: body.message_id, text: body.text, article };
    Ok(json(&state.app.say(&me.scope, known(&id)?, say).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadBody {
    pub up_to: i64,
}

async fn read(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<ReadBody>,
) -> Answer<Response> {
    state.app.mark_read(&me.scope, known(&id)?, body.up_to).await?;
    Ok(done())
}

async fn end(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    state.app.end_chat(&me.scope, known(&id)?).await?;
    Ok(done())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MunicipalityBody {
    pub municipality: String,
}

async fn municipality(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<MunicipalityBody>,
) -> Answer<Response> {
    let municipality = field("municipality", &body.municipality)?;
    state.app.correct_municipality(&me.scope, known(&id)?, municipality).await?;
    Ok(done())
}

#[derive(Debug, Deserialize)]
struct Searched {
    #[serde(default)]
    q: String,
}

async fn targets(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<Searched>,
) -> Answer<Response> {
    Ok(json(&state.app.targets(&me.scope, known(&id)?, &query.q).await?))
}

/// Where to, and what the receiver should know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    pub to: DestinationBody,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "to", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DestinationBody {
    /// `department` is missing only for a main number, and that is refused.
    Department {
        municipality: String,
        department: Option<String>,
    },
    Person {
        person: String,
    },
}

async fn transfer(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<TransferBody>,
) -> Answer<Response> {
    let to = match body.to {
        DestinationBody::Department { department: None, .. } => {
            return Err(Refused(Problem::forbidden("main-number")));
        }
        DestinationBody::Department { municipality, department: Some(department) } => {
            Destination::Department {
                municipality: field("municipality", &municipality)?,
                department: field("department", &department)?,
            }
        }
        DestinationBody::Person { person } => {
            Destination::Person { person: field("person", &person)? }
        }
    };
    state.app.transfer(&me.scope, known(&id)?, to, &body.note).await?;
    Ok(done())
}

async fn hand_over_choices(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.hand_over_choices(&me.scope, known(&id)?).await?))
}

/// What is left with whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverBody {
    pub hand_over_id: Uuid,
    pub municipality: String,
    pub department: String,
    #[serde(default)]
    pub deadline: Option<i64>,
    /// `telephone`, `email`, `status-page`.
    #[schema(value_type = String)]
    pub reply: ReplyWay,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub note: String,
}

async fn hand_over(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<HandOverBody>,
) -> Answer<Response> {
    let wish = NewHandOver {
        id: base::Id::from_uuid(body.hand_over_id),
        municipality: field("municipality", &body.municipality)?,
        department: field("department", &body.department)?,
        deadline: body.deadline.map(UnixMillis),
        reply: body.reply,
        address: body.address,
        note: body.note,
    };
    Ok(json(&state.app.hand_over(&me.scope, known(&id)?, wish).await?))
}

async fn wrap_up_choices(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(json(&state.app.wrap_up_choices(&me.scope, known(&id)?).await?))
}

/// What it was about and what came of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrapUpBody {
    #[serde(default)]
    pub topic: Option<String>,
    #[schema(value_type = String)]
    pub outcome: OutcomeKind,
}

async fn wrap_up(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<WrapUpBody>,
) -> Answer<Response> {
    let topic = body.topic.as_deref().map(|topic| field("topic", topic)).transpose()?;
    state.app.wrap_up(&me.scope, known(&id)?, topic, body.outcome).await?;
    Ok(done())
}
