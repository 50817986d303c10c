//! Search: an answer where one is sure, hits, or the ways to a person.

use app::improvement::Searched;
use app::search::{FoundHit, QUERY_LIMIT};
use app::trail::{NewStep, StepKind};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use base::{MunicipalityKey, Problem};
use serde::Deserialize;

use super::filters::query_part;
use super::frame::{Section, Ways};
use super::pages::Service;
use super::pages::search::{GuideOffer, HitLink, Results, Short};
use super::topic::Shown;
use super::visit::{self, Answer, Visit};
use super::when;
use crate::problem::Refused;
use crate::texts::Texts;
use crate::{AppState, embed};

/// Hits on a page.
const HITS: usize = 10;
/// Hits of the live list unless it asks for others.
const LIVE_HITS: usize = 6;
/// A guide among the first so many hits is offered.
const GUIDE_WITHIN: usize = 5;
/// When nothing fits, so many single words are tried, and so many pages shown.
const WORDS: usize = 6;
const PERHAPS: usize = 3;
/// Facts in the short answer.
const FACTS: usize = 4;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
pub struct AskedByProgram {
    #[serde(default)]
    q: String,
    limit: Option<usize>,
    /// The last word may be unfinished.
    #[serde(default)]
    typing: u8,
}

/// `GET /api/v1/m/{municipality}/search`
pub async fn api(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(asked): Query<AskedByProgram>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let key: MunicipalityKey = key.parse().map_err(|_| Refused(Problem::NotFound))?;
    let language = visit::language_of(&uri, &headers);
    let limit = asked.limit.unwrap_or(LIVE_HITS);
    let found = state.app.search(&key, &asked.q, limit, language, asked.typing == 1).await?;
    let mut answer = serde_json::json!(found);
    if asked.typing == 1 {
        let offers = state.app.suggest(&key, &asked.q, language, limit).await?;
        add_offers(&mut answer, &key, offers, limit);
    }
    let mut response = axum::Json(answer).into_response();
    if let Some(place) = state.app.directory().await?.place(&key) {
        embed::readable(&mut response, &embed::sites(&state, place), &headers);
    }
    Ok(response)
}

/// Puts what somebody may be about to type after what is found already: the box shows both alike.
fn add_offers(
    answer: &mut serde_json::Value,
    key: &MunicipalityKey,
    offers: Vec<app::words::Offered>,
    limit: usize,
) {
    let Some(hits) = answer["hits"].as_array_mut() else { return };
    for offer in offers {
        let url = match offer.url {
            Some(url) => url,
            None => format!("/{key}/search?q={}", query_part(&offer.text)),
        };
        if hits.len() < limit && !hits.iter().any(|hit| hit["url"] == url.as_str()) {
            let kind = "suggestion";
            hits.push(serde_json::json!({
                "kind": kind, "title": offer.text, "summary": "", "url": url, "score": 0
            }));
        }
    }
}

/// `GET /api/v1/m/{municipality}/suggest`
pub async fn suggest(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(asked): Query<AskedByProgram>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let key: MunicipalityKey = key.parse().map_err(|_| Refused(Problem::NotFound))?;
    let language = visit::language_of(&uri, &headers);
    let limit = asked.limit.unwrap_or(LIVE_HITS);
    let suggestions = state.app.suggest(&key, &asked.q, language, limit).await?;
    let mut response =
        axum::Json(serde_json::json!({ "suggestions": suggestions })).into_response();
    if let Some(place) = state.app.directory().await?.place(&key) {
        embed::readable(&mut response, &embed::sites(&state, place), &headers);
    }
    Ok(response)
}

/// `GET /{municipality}/search`
pub async fn results(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let t = visit.t();
    let mut notes = Vec::new();
    let mut query = asked.q.trim().to_owned();
    if query.chars().count() > QUERY_LIMIT {
        query = query.chars().take(QUERY_LIMIT).collect();
        notes.push(t.search_too_long(QUERY_LIMIT));
    }
    let app = &visit.state.app;
    let found = match app.search(&visit.key, &query, HITS, visit.language, false).await {
        Ok(found) => found,
        // Nothing but invisible characters was asked.
        Err(Problem::Invalid { .. }) => return visit.go("/search"),
        Err(problem) => return Err(Refused(problem)),
    };
    if found.query != query && rules::text::contains_personal_number(&query) {
        // The number must not stay in the address, in the history, or in what is shared.
        return visit.go(&format!("/search?q={}", query_part(&found.query)));
    }
    if found.query.contains(rules::text::CPR_MARK) {
        notes.push(t.search_masked().to_owned());
    }
    let query = found.query;
    if !query.is_empty() {
        visit
            .remember(NewStep {
                municipality: visit.key.clone(),
                kind: StepKind::Search,
                text: Some(query.clone()),
                topic: None,
                found: i64::try_from(found.hits.len()).ok(),
            })
            .await;
    }
    let (frame, facts) = visit.frame(Section::Other).await?;
    let total = found.hits.len();
    let mut hits = found.hits;
    let guide = guide_among(&visit, &hits).await?;
    let answers = hits.first().is_some_and(|hit| matches!(hit.kind, "article" | "referral"));
    if !query.is_empty() {
        let searched = Searched {
            municipality: &visit.key,
            query: &query,
            hits: hits.iter().map(|hit| hit.slug.clone()).collect(),
            // What stands on the municipality's own site is opened there, out of our sight.
            on_page: answers || hits.first().is_some_and(|hit| hit.kind == "page"),
            passing: !visit.marked,
        };
        app.note_search(&visit.scope, searched).await;
    }
    if let Some(guide) = &guide
        && hits.len() > 1
    {
        // It is offered apart.
        hits.retain(|hit| hit.url != guide.url);
    }
    let short = if answers { Some(short(&visit, &hits.remove(0)).await?) } else { None };
    let (perhaps, words) = if total == 0 && !query.is_empty() {
        nearby(&visit, &query).await?
    } else {
        (vec![], vec![])
    };
    let (title, lead) = if total == 0 && !query.is_empty() {
        (t.none_ways(), t.none_ways_lead(query.replace('*', "")))
    } else {
        (t.ways_search_title(), t.ways_search_lead().to_owned())
    };
    let page = Results {
        t,
        frame,
        notes,
        short,
        hits: hits.iter().map(|hit| hit_link(t, hit)).collect(),
        total,
        guide,
        perhaps: perhaps.iter().map(|hit| hit_link(t, hit)).collect(),
        words,
        ways: Ways::of(t, &visit.root(), &facts, title, &lead, ""),
        query,
    };
    visit.page(&page)
}

fn hit_link(t: Texts, hit: &FoundHit) -> HitLink {
    let kind = match hit.kind {
        "guide" => t.kind_guide(),
        "referral" => t.kind_referral(),
        "department" => t.kind_department(),
        "page" => t.kind_page(),
        _ => t.kind_article(),
    };
    HitLink {
        title: hit.title.clone(),
        summary: hit.summary.clone(),
        url: hit.url.clone(),
        kind: kind.to_owned(),
        tagged: hit.kind != "article",
    }
}

/// The best hit as an answer, with the municipality's own facts.
async fn short(visit: &Visit, hit: &FoundHit) -> Result<Short, Refused> {
    let shown = Shown::of(visit, &hit.slug).await?;
    let mut facts = shown.facts();
    facts.truncate(FACTS);
    let mut local = shown.local();
    if let Some(local) = &mut local {
        // The paragraphs stand on the page itself.
        local.parts.clear();
    }
    Ok(Short {
        title: shown.view.title.clone(),
        url: shown.view.url.clone(),
        urgent: shown.view.urgent,
        summary: shown.summary.clone(),
        summary_en: shown.summary_en.clone(),
        steps_html: shown.part("todo").map(|part| part.html).unwrap_or_default(),
        facts,
        local: local.filter(|local| !local.facts.is_empty()),
        self_service: shown.self_service(),
        checked: when::date(visit.t(), shown.view.reviewed),
        owner: visit.short_of(&shown.view.owner),
    })
}

/// A guide among the best hits.
async fn guide_among(visit: &Visit, hits: &[FoundHit]) -> Result<Option<GuideOffer>, Refused> {
    let Some(hit) = hits.iter().take(GUIDE_WITHIN).find(|hit| hit.kind == "guide") else {
        return Ok(None);
    };
    let step = visit.state.app.guide_step(&visit.key, &hit.slug, None, "", visit.language).await?;
    Ok(Some(GuideOffer {
        summary: hit.summary.clone(),
        url: hit.url.clone(),
        most: step.longest_way_left + 1,
    }))
}

/// Pages that single words of the question lead to, and those words.
async fn nearby(visit: &Visit, query: &str) -> Result<(Vec<FoundHit>, Vec<String>), Refused> {
    let mut words: Vec<&str> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 3)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let (mut pages, mut leading): (Vec<FoundHit>, Vec<String>) = (vec![], vec![]);
    for word in words.into_iter().take(WORDS) {
        let Ok(found) = visit.state.app.search(&visit.key, word, 1, visit.language, false).await
        else {
            continue;
        };
        let Some(hit) = found.hits.into_iter().next() else { continue };
        leading.push(word.to_owned());
        if pages.len() < PERHAPS && pages.iter().all(|page| page.slug != hit.slug) {
            pages.push(hit);
        }
    }
    Ok((pages, leading))
}

/// A service as a link.
pub fn service(service: &rules::articles::SelfService) -> Service {
    Service { label: service.label.clone(), url: service.url.clone() }
}
