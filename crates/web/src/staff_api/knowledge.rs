//! The knowledge base beside a conversation: searched from the citizen's words, read as the
//! citizen's municipality, guides walked together.

use app::articles::ArticleView;
use app::guides::{ContactWalk, GuideView};
use app::improvement::Searched;
use app::search::KnowledgeHits;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::{Language, MunicipalityKey, Problem, TopicKey};
use rules::contacts::ContactId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, At, Body, SignedIn, json, known, named};
use crate::AppState;
use crate::markdown;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/contacts/{id}/knowledge", Guard::Staff, for_contact)
        .asks::<Asked>()
        .gives::<KnowledgeHits>()
        .get("/api/v1/staff/knowledge", Guard::Staff, search)
        .asks::<Asked>()
        .gives::<KnowledgeHits>()
        .get("/api/v1/staff/knowledge/{topic}", Guard::Staff, article)
        .asks::<Asked>()
        .gives::<StaffArticle>()
        .get("/api/v1/staff/knowledge/{topic}/guide", Guard::Staff, guide)
        .asks::<Asked>()
        .gives::<StaffGuide>()
        .get("/api/v1/staff/contacts/{id}/guides/{topic}", Guard::Staff, contact_guide)
        .asks::<Asked>()
        .gives::<StaffContactWalk>()
        .post("/api/v1/staff/contacts/{id}/guides/{topic}", Guard::Staff, answer_guide)
        .takes::<AnswerForCitizen>()
        .gives::<StaffContactWalk>()
}

#[derive(Debug, Deserialize, IntoParams)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    municipality: String,
    /// Path of choices in a guide.
    #[serde(default)]
    s: String,
    /// The version of the guide that is walked; empty for today's.
    #[serde(default)]
    v: String,
    #[serde(default)]
    lang: String,
}

impl Asked {
    fn language(&self) -> Language {
        Language::of_code(&self.lang).unwrap_or_default()
    }
}

/// Without words of the agent's own the citizen's are searched.
async fn for_contact(at: At<ContactId>, Query(asked): Query<Asked>) -> Answer<Response> {
    let hits = at.app.contact_knowledge(&at.scope, at.id, &asked.q, asked.language()).await?;
    Ok(json(&hits))
}

async fn search(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let hits = state
        .app
        .search_knowledge(&me.scope, municipality.as_ref(), &asked.q, asked.language())
        .await?;
    if let Some(municipality) = municipality.as_ref().filter(|_| !hits.query.is_empty()) {
        let searched = Searched {
            municipality,
            query: &hits.query,
            hits: hits.hits.iter().map(|hit| hit.topic.clone()).collect(),
            on_page: false,
            passing: false,
        };
        state.app.note_search(&me.scope, searched).await;
    }
    Ok(json(&hits))
}

async fn article(at: At<TopicKey>, Query(asked): Query<Asked>) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let language = asked.language();
    let read = at.app.article(&at.scope, municipality.as_ref(), &at.id, language).await;
    let view = match (read, &municipality) {
        // What every citizen may read an agent may too, who finishes a contact after duty.
        (Err(Problem::NotFound), Some(municipality)) => {
            at.app.shown(municipality, &at.id, language).await?
        }
        (read, _) => read?,
    };
    if let Some(municipality) = &municipality {
        at.app.note_opened(&at.scope, municipality, &at.id).await;
    }
    Ok(json(&StaffArticle::of(view, municipality.as_ref())))
}

async fn guide(at: At<TopicKey>, Query(asked): Query<Asked>) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let view = at
        .app
        .guide(&at.scope, municipality.as_ref(), &at.id, Some(&asked.v), &asked.s, asked.language())
        .await?;
    Ok(json(&StaffGuide::of(view, municipality.as_ref())))
}

/// A guide beside a conversation, where the citizen's answers (or a colleague's) have led.
async fn contact_guide(
    State(state): State<AppState>,
    me: SignedIn,
    Path((id, topic)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let id: ContactId = known(&id)?;
    let topic = known(&topic)?;
    let walk = state.app.contact_guide(&me.scope, id, &topic, None, asked.language()).await?;
    Ok(json(&StaffContactWalk::of(walk)))
}

/// An answer given for the citizen.
#[derive(Debug, Deserialize, ToSchema)]
struct AnswerForCitizen {
    edition: String,
    /// The path with the new choice at its end, or one cut short to answer anew.
    path: String,
    #[serde(default)]
    lang: String,
}

/// Longest path that is read, in bytes.
const PATH_LIMIT: usize = 2_000;

async fn answer_guide(
    State(state): State<AppState>,
    me: SignedIn,
    Path((id, topic)): Path<(String, String)>,
    Body(given): Body<AnswerForCitizen>,
) -> Answer<Response> {
    let id: ContactId = known(&id)?;
    let topic = known(&topic)?;
    let path = &given.path[..given.path.floor_char_boundary(PATH_LIMIT)];
    let language = Language::of_code(&given.lang).unwrap_or_default();
    let step = Some((given.edition.as_str(), path));
    let walk = state.app.contact_guide(&me.scope, id, &topic, step, language).await?;
    Ok(json(&StaffContactWalk::of(walk)))
}

/// An article with its parts as HTML of our own making.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffArticle {
    /// As `app::articles::ArticleView`; its parts come as `html`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    article: ArticleView,
    sections: Vec<Section>,
    steps: Option<StaffGuide>,
}

/// A part of an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct Section {
    id: String,
    heading: String,
    html: String,
    local: bool,
}

/// A step of a guide with its text as HTML.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffGuide {
    #[serde(flatten)]
    guide: GuideView,
    html: String,
}

/// A walk beside a conversation with its text as HTML.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffContactWalk {
    #[serde(flatten)]
    walk: ContactWalk,
    html: String,
}

impl StaffContactWalk {
    fn of(walk: ContactWalk) -> Self {
        let html = html(&walk.guide.step.markdown, None);
        Self { walk, html }
    }
}

impl StaffArticle {
    pub(super) fn of(mut article: ArticleView, municipality: Option<&MunicipalityKey>) -> Self {
        let sections = std::mem::take(&mut article.parts)
            .into_iter()
            .map(|part| Section {
                html: html(&part.markdown, municipality),
                id: part.id,
                heading: part.heading,
                local: part.local,
            })
            .collect();
        let steps = article.guide.take().map(|guide| StaffGuide::of(guide, municipality));
        Self { article, sections, steps }
    }
}

impl StaffGuide {
    pub(super) fn of(guide: GuideView, municipality: Option<&MunicipalityKey>) -> Self {
        let html = html(&guide.step.markdown, municipality);
        Self { guide, html }
    }
}

/// Links to other topics lead to the citizen site of that municipality.
fn html(text: &str, municipality: Option<&MunicipalityKey>) -> String {
    let resolve = |topic: &str| municipality.map(|m| format!("/{m}/topic/{topic}"));
    markdown::to_html(text, &resolve).to_string()
}
