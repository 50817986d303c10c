//! Contacts: taking, talking, sending on, handing over, wrapping up.

use app::calls::{EarlierContact, KnownBy};
use app::chat::{Entries, Said, Say};
use app::contacts::Door;
use app::desk::{ContactDetail, Targets, WrapUpChoices};
use app::hand_overs::{HandOverChoices, NewHandOver, Promise};
use axum::extract::Query;
use axum::response::Response;
use base::{Problem, UnixMillis};
use rules::contacts::{ContactId, Destination, OutcomeKind, ReplyWay};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::directory::About;
use super::{Answer, At, Body, done, field, json};
use crate::problem::Refused;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/contacts/{id}", Guard::Staff, contact)
        .gives::<ContactDetail>()
        .get("/api/v1/staff/contacts/{id}/entries", Guard::Staff, entries)
        .asks::<After>()
        .gives::<Entries>()
        .post("/api/v1/staff/contacts/{id}/accept", Guard::Staff, accept)
        .gives::<ContactDetail>()
        .post("/api/v1/staff/contacts/{id}/decline", Guard::Staff, decline)
        .gives_nothing()
        .post("/api/v1/staff/contacts/{id}/messages", Guard::Staff, say)
        .takes::<MessageBody>()
        .gives::<Said>()
        .post("/api/v1/staff/contacts/{id}/read", Guard::Staff, read)
        .takes::<ReadBody>()
        .gives_nothing()
        .post("/api/v1/staff/contacts/{id}/end", Guard::Staff, end)
        .gives_nothing()
        .post("/api/v1/staff/contacts/{id}/municipality", Guard::Staff, municipality)
        .takes::<MunicipalityBody>()
        .gives_nothing()
        .post("/api/v1/staff/contacts/{id}/topic", Guard::Staff, topic)
        .takes::<TopicBody>()
        .gives_nothing()
        .post("/api/v1/staff/contacts/{id}/earlier", Guard::Staff, earlier)
        .takes::<EarlierBody>()
        .gives::<Vec<EarlierContact>>()
        .post("/api/v1/staff/contacts/{id}/targets", Guard::Staff, targets)
        .takes::<About>()
        .gives::<Targets>()
        .post("/api/v1/staff/contacts/{id}/transfer", Guard::Staff, transfer)
        .takes::<TransferBody>()
        .gives_nothing()
        .get("/api/v1/staff/contacts/{id}/hand-over", Guard::Staff, hand_over_choices)
        .gives::<HandOverChoices>()
        .post("/api/v1/staff/contacts/{id}/hand-over", Guard::Staff, hand_over)
        .takes::<HandOverBody>()
        .gives::<Promise>()
        .get("/api/v1/staff/contacts/{id}/wrap-up", Guard::Staff, wrap_up_choices)
        .gives::<WrapUpChoices>()
        .post("/api/v1/staff/contacts/{id}/wrap-up", Guard::Staff, wrap_up)
        .takes::<WrapUpBody>()
        .gives_nothing()
}

async fn contact(at: At<ContactId>) -> Answer<Response> {
    Ok(json(&at.app.contact(&at.scope, at.id).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
struct After {
    #[serde(default)]
    after: i64,
}

async fn entries(at: At<ContactId>, Query(query): Query<After>) -> Answer<Response> {
    Ok(json(&at.app.entries(&at.scope, Door::Work, at.id, query.after.max(0)).await?))
}

async fn accept(at: At<ContactId>) -> Answer<Response> {
    at.app.accept(&at.scope, at.id).await?;
    Ok(json(&at.app.contact(&at.scope, at.id).await?))
}

async fn decline(at: At<ContactId>) -> Answer<Response> {
    at.app.decline(&at.scope, at.id).await?;
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

async fn say(at: At<ContactId>, Body(body): Body<MessageBody>) -> Answer<Response> {
    let article = body.article.as_deref().map(|topic| field("article", topic)).transpose()?;
    let say = Say { message_id: body.message_id, text: body.text, article };
    Ok(json(&at.app.say(&at.scope, at.id, say).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadBody {
    pub up_to: i64,
}

async fn read(at: At<ContactId>, Body(body): Body<ReadBody>) -> Answer<Response> {
    at.app.mark_read(&at.scope, at.id, body.up_to).await?;
    Ok(done())
}

async fn end(at: At<ContactId>) -> Answer<Response> {
    at.app.end_chat(&at.scope, at.id).await?;
    Ok(done())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MunicipalityBody {
    pub municipality: String,
}

async fn municipality(at: At<ContactId>, Body(body): Body<MunicipalityBody>) -> Answer<Response> {
    let municipality = field("municipality", &body.municipality)?;
    at.app.correct_municipality(&at.scope, at.id, municipality).await?;
    Ok(done())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicBody {
    pub topic: String,
}

async fn topic(at: At<ContactId>, Body(body): Body<TopicBody>) -> Answer<Response> {
    at.app.set_topic(&at.scope, at.id, field("topic", &body.topic)?).await?;
    Ok(done())
}

/// How the citizen is known: `agreed`, `asked`, `mit-id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierBody {
    #[schema(value_type = String)]
    pub known_by: KnownBy,
}

async fn earlier(at: At<ContactId>, Body(body): Body<EarlierBody>) -> Answer<Response> {
    Ok(json(&at.app.earlier_contacts(&at.scope, at.id, body.known_by).await?))
}

async fn targets(at: At<ContactId>, Body(about): Body<About>) -> Answer<Response> {
    let (words, facts) = (about.q.clone(), about.facts());
    Ok(json(&at.app.targets(&at.scope, at.id, &words, &facts).await?))
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

async fn transfer(at: At<ContactId>, Body(body): Body<TransferBody>) -> Answer<Response> {
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
    at.app.transfer(&at.scope, at.id, to, &body.note).await?;
    Ok(done())
}

async fn hand_over_choices(at: At<ContactId>) -> Answer<Response> {
    Ok(json(&at.app.hand_over_choices(&at.scope, at.id).await?))
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

async fn hand_over(at: At<ContactId>, Body(body): Body<HandOverBody>) -> Answer<Response> {
    let wish = NewHandOver {
        id: base::Id::from_uuid(body.hand_over_id),
        municipality: field("municipality", &body.municipality)?,
        department: field("department", &body.department)?,
        deadline: body.deadline.map(UnixMillis),
        reply: body.reply,
        address: body.address,
        note: body.note,
    };
    Ok(json(&at.app.hand_over(&at.scope, at.id, wish).await?))
}

async fn wrap_up_choices(at: At<ContactId>) -> Answer<Response> {
    Ok(json(&at.app.wrap_up_choices(&at.scope, at.id).await?))
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

async fn wrap_up(at: At<ContactId>, Body(body): Body<WrapUpBody>) -> Answer<Response> {
    let topic = body.topic.as_deref().map(|topic| field("topic", topic)).transpose()?;
    at.app.wrap_up(&at.scope, at.id, topic, body.outcome).await?;
    Ok(done())
}
