//! The list of texts, one text whole, its history, and how it would look.

use app::workshop::begin::NewText;
use app::workshop::preview::Preview;
use app::workshop::removed::RemovedText;
use app::workshop::texts::TextQuery;
use app::workshop::versions::Side;
use app::workshop::{DraftView, TextRow, TextView, VersionView};
use axum::extract::{Query, State};
use axum::response::Response;
use base::{Language, MunicipalityKey, Problem, TopicKey};
use rules::workshop::TextKind;
use rules::workshop::stale::Choice;
use serde::Deserialize;
use serde_json::{Value, json as json_of};
use store::knowledge::EntryKey;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::TextBody;
use crate::AppState;
use crate::citizen::preview::preview as citizen_preview;
use crate::openapi;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::staff_api::knowledge::StaffArticle;
use crate::staff_api::{Answer, At, Body, SignedIn, done, json, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/texts", Guard::Staff, list)
        .asks::<Asked>()
        .gives_as::<Vec<TextRow>>("texts")
        .post("/api/v1/staff/workshop/texts", Guard::Staff, begin)
        .takes::<Begun>()
        .gives::<DraftView>()
        .get("/api/v1/staff/workshop/removed", Guard::Staff, removed)
        .gives_as::<Vec<RemovedText>>("texts")
        .get("/api/v1/staff/workshop/texts/{topic}", Guard::Staff, one)
        .asks::<Asked>()
        .gives::<TextView>()
        .post("/api/v1/staff/workshop/texts/{topic}/draft", Guard::Staff, draft)
        .takes::<Whose>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/texts/{topic}/remove", Guard::Staff, remove)
        .takes::<Whose>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/texts/{topic}/people", Guard::Staff, people)
        .takes::<Whose>()
        .gives_nothing()
        .get("/api/v1/staff/workshop/texts/{topic}/versions", Guard::Staff, versions)
        .asks::<Asked>()
        .gives::<Vec<VersionView>>()
        .get("/api/v1/staff/workshop/texts/{topic}/diff", Guard::Staff, diff)
        .asks::<Asked>()
        .gives::<openapi::Diff>()
        .post("/api/v1/staff/workshop/texts/{topic}/restore", Guard::Staff, restore)
        .takes::<Whose>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/texts/{topic}/settle", Guard::Staff, settle)
        .takes::<Whose>()
        .gives::<DraftView>()
        .post("/api/v1/staff/workshop/preview", Guard::Staff, preview)
        .takes::<Shown>()
        .gives::<openapi::Preview>()
}

#[derive(Debug, Deserialize, IntoParams)]
struct Asked {
    #[serde(default)]
    area: String,
    #[serde(default)]
    municipality: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Which text: the topic of the address, and whose.
fn key_of(topic: TopicKey, municipality: &str) -> Answer<EntryKey> {
    Ok((topic, named("municipality", municipality)?))
}

async fn list(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let query = TextQuery {
        municipality: named("municipality", &asked.municipality)?,
        area: some(asked.area),
        state: some(asked.state),
        q: asked.q.chars().take(200).collect(),
    };
    let texts = state.app.workshop_texts(&me.scope, &query).await?;
    Ok(json(&json_of!({ "texts": texts })))
}

/// The texts that stand no more.
async fn removed(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    let texts = state.app.removed_texts(&me.scope).await?;
    Ok(json(&json_of!({ "texts": texts })))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Begun {
    topic: Option<String>,
    #[schema(value_type = String)]
    kind: TextKind,
    #[serde(default)]
    area: String,
    municipality: Option<String>,
    #[serde(default)]
    title: String,
    /// The piece of work of the worklist that asks for the text.
    improvement: Option<Uuid>,
}

async fn begin(
    State(state): State<AppState>,
    me: SignedIn,
    Body(begun): Body<Begun>,
) -> Answer<Response> {
    let topic: Option<TopicKey> = begun
        .topic
        .filter(|topic| !topic.is_empty())
        .map(|topic| topic.parse().map_err(|_| Refused(Problem::invalid("topic", "topic-form"))))
        .transpose()?;
    let municipality = named("municipality", begun.municipality.as_deref().unwrap_or_default())?;
    let new = NewText {
        topic,
        kind: begun.kind,
        area: begun.area,
        municipality,
        title: begun.title,
        improvement: begun.improvement,
    };
    Ok(json(&state.app.begin_text(&me.scope, new).await?))
}

async fn one(at: At<TopicKey>, Query(asked): Query<Asked>) -> Answer<Response> {
    let key = key_of(at.id, &asked.municipality)?;
    Ok(json(&at.app.text_view(&at.scope, &key).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Whose {
    municipality: Option<String>,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    part: String,
    #[schema(value_type = Option<String>)]
    choice: Option<Choice>,
    owner: Option<String>,
    reviewer: Option<String>,
}

impl Whose {
    fn key(&self, topic: TopicKey) -> Answer<EntryKey> {
        key_of(topic, self.municipality.as_deref().unwrap_or_default())
    }
}

async fn draft(at: At<TopicKey>, Body(whose): Body<Whose>) -> Answer<Response> {
    Ok(json(&at.app.open_draft(&at.scope, &whose.key(at.id)?).await?))
}

/// Begins a draft that takes the text away when it is published.
async fn remove(at: At<TopicKey>, Body(whose): Body<Whose>) -> Answer<Response> {
    Ok(json(&at.app.begin_removal(&at.scope, &whose.key(at.id)?).await?))
}

/// Who looks after the text, and who approves it.
async fn people(at: At<TopicKey>, Body(whose): Body<Whose>) -> Answer<Response> {
    let owner = named("owner", whose.owner.as_deref().unwrap_or_default())?;
    let reviewer = named("reviewer", whose.reviewer.as_deref().unwrap_or_default())?;
    at.app.set_text_people(&at.scope, &whose.key(at.id)?, owner, reviewer).await?;
    Ok(done())
}

async fn versions(at: At<TopicKey>, Query(asked): Query<Asked>) -> Answer<Response> {
    let key = key_of(at.id, &asked.municipality)?;
    Ok(json(&at.app.text_versions(&at.scope, &key).await?))
}

async fn diff(at: At<TopicKey>, Query(asked): Query<Asked>) -> Answer<Response> {
    let key = key_of(at.id, &asked.municipality)?;
    let (from, to): (Side, Side) = (asked.from.parse()?, asked.to.parse()?);
    Ok(json(&at.app.text_diff(&at.scope, &key, from, to).await?))
}

async fn restore(at: At<TopicKey>, Body(whose): Body<Whose>) -> Answer<Response> {
    let key = whose.key(at.id)?;
    Ok(json(&at.app.restore_version(&at.scope, &key, whose.version).await?))
}

async fn settle(at: At<TopicKey>, Body(whose): Body<Whose>) -> Answer<Response> {
    let key = whose.key(at.id)?;
    let choice = whose.choice.ok_or(Refused(Problem::invalid("choice", "empty")))?;
    Ok(json(&at.app.settle_part(&at.scope, &key, &whose.part, choice).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Shown {
    #[schema(value_type = String)]
    kind: TextKind,
    #[schema(value_type = Option<String>)]
    municipality: Option<MunicipalityKey>,
    body: Value,
    /// `citizen` or `agent`.
    #[serde(rename = "as", default)]
    as_whom: String,
    #[serde(default)]
    lang: String,
}

async fn preview(
    State(state): State<AppState>,
    me: SignedIn,
    TextBody(shown): TextBody<Shown>,
) -> Answer<Response> {
    let language = Language::of_code(&shown.lang).unwrap_or_default();
    let wanted =
        Preview { kind: shown.kind, municipality: shown.municipality, body: shown.body, language };
    let place = wanted.municipality.clone();
    let (view, knowledge) = state.app.preview(&me.scope, wanted).await?;
    if shown.as_whom != "citizen" {
        return Ok(json(&StaffArticle::of(view, place.as_ref())));
    }
    let (html, styles) = citizen_preview(&state, place, language, view, knowledge).await?;
    Ok(json(&json_of!({ "html": html, "styles": styles })))
}
