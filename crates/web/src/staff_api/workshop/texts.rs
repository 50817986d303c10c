//! The list of texts, one text whole, its history, and how it would look.

use app::workshop::drafts::NewText;
use app::workshop::preview::Preview;
use app::workshop::texts::TextQuery;
use app::workshop::versions::Side;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::{Language, MunicipalityKey, Problem, TopicKey};
use rules::workshop::TextKind;
use rules::workshop::stale::Choice;
use serde::Deserialize;
use serde_json::{Value, json as json_of};
use store::knowledge::EntryKey;
use store::people::PersonId;

use super::TextBody;
use crate::AppState;
use crate::citizen::topic::preview as citizen_preview;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::staff_api::knowledge::StaffArticle;
use crate::staff_api::{Answer, Body, SignedIn, done, field, json, known, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/texts", Guard::Staff, list)
        .post("/api/v1/staff/workshop/texts", Guard::Staff, begin)
        .get("/api/v1/staff/workshop/texts/{topic}", Guard::Staff, one)
        .post("/api/v1/staff/workshop/texts/{topic}/draft", Guard::Staff, draft)
        .post("/api/v1/staff/workshop/texts/{topic}/remove", Guard::Staff, remove)
        .post("/api/v1/staff/workshop/texts/{topic}/people", Guard::Staff, people)
        .get("/api/v1/staff/workshop/texts/{topic}/versions", Guard::Staff, versions)
        .get("/api/v1/staff/workshop/texts/{topic}/diff", Guard::Staff, diff)
        .post("/api/v1/staff/workshop/texts/{topic}/restore", Guard::Staff, restore)
        .post("/api/v1/staff/workshop/texts/{topic}/settle", Guard::Staff, settle)
        .post("/api/v1/staff/workshop/preview", Guard::Staff, preview)
}

#[derive(Debug, Deserialize)]
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
fn key_of(topic: &str, municipality: &str) -> Answer<EntryKey> {
    Ok((known(topic)?, named("municipality", municipality)?))
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

#[derive(Debug, Deserialize)]
struct Begun {
    topic: Option<String>,
    kind: TextKind,
    #[serde(default)]
    area: String,
    municipality: Option<String>,
    #[serde(default)]
    title: String,
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
    let new =
        NewText { topic, kind: begun.kind, area: begun.area, municipality, title: begun.title };
    Ok(json(&state.app.begin_text(&me.scope, new).await?))
}

async fn one(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let key = key_of(&topic, &asked.municipality)?;
    Ok(json(&state.app.text_view(&me.scope, &key).await?))
}

#[derive(Debug, Deserialize)]
struct Whose {
    municipality: Option<String>,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    part: String,
    choice: Option<Choice>,
    owner: Option<String>,
    reviewer: Option<String>,
}

impl Whose {
    fn key(&self, topic: &str) -> Answer<EntryKey> {
        key_of(topic, self.municipality.as_deref().unwrap_or_default())
    }
}

async fn draft(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(whose): Body<Whose>,
) -> Answer<Response> {
    Ok(json(&state.app.open_draft(&me.scope, &whose.key(&topic)?).await?))
}

/// Begins a draft that takes the text away when it is published.
async fn remove(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(whose): Body<Whose>,
) -> Answer<Response> {
    Ok(json(&state.app.begin_removal(&me.scope, &whose.key(&topic)?).await?))
}

/// Who looks after the text, and who approves it.
async fn people(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(whose): Body<Whose>,
) -> Answer<Response> {
    let person = |name, text: &Option<String>| -> Answer<Option<PersonId>> {
        text.as_deref().filter(|text| !text.is_empty()).map(|text| field(name, text)).transpose()
    };
    let owner = person("owner", &whose.owner)?;
    let reviewer = person("reviewer", &whose.reviewer)?;
    state.app.set_text_people(&me.scope, &whose.key(&topic)?, owner, reviewer).await?;
    Ok(done())
}

async fn versions(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let key = key_of(&topic, &asked.municipality)?;
    Ok(json(&state.app.text_versions(&me.scope, &key).await?))
}

async fn diff(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let key = key_of(&topic, &asked.municipality)?;
    let (from, to): (Side, Side) = (asked.from.parse()?, asked.to.parse()?);
    Ok(json(&state.app.text_diff(&me.scope, &key, from, to).await?))
}

async fn restore(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(whose): Body<Whose>,
) -> Answer<Response> {
    let key = whose.key(&topic)?;
    Ok(json(&state.app.restore_version(&me.scope, &key, whose.version).await?))
}

async fn settle(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(whose): Body<Whose>,
) -> Answer<Response> {
    let key = whose.key(&topic)?;
    let choice = whose.choice.ok_or(Refused(Problem::invalid("choice", "empty")))?;
    Ok(json(&state.app.settle_part(&me.scope, &key, &whose.part, choice).await?))
}

#[derive(Debug, Deserialize)]
struct Shown {
    kind: TextKind,
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
    body: TextBody<Shown>,
) -> Answer<Response> {
    let TextBody(shown) = body;
    let language = Language::of_code(&shown.lang).unwrap_or_default();
    let wanted =
        Preview { kind: shown.kind, municipality: shown.municipality, body: shown.body, language };
    let place = wanted.municipality.clone();
    let (view, knowledge) = state.app.preview(&me.scope, wanted).await?;
    // A guide is a walk: the screen shows its first step as the staff see it.
    if shown.as_whom != "citizen" || view.guide.is_some() {
        return Ok(json(&StaffArticle::of(view, place.as_ref())));
    }
    let (html, styles) = citizen_preview(&state, place, language, view, knowledge).await?;
    Ok(json(&json_of!({ "html": html, "styles": styles })))
}
