//! The workshop of question guides: what is wrong with a draft, how it feels as a citizen, and how the
//! published one is walked.

use app::guides::GuideText;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use base::{Language, MunicipalityKey, Problem, TopicKey};
use jiff::civil::Date;
use rules::guides::{Branches, GuideFault};
use serde::{Deserialize, Serialize};

use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::staff_api::knowledge::StaffGuide;
use crate::staff_api::{Answer, Body, SignedIn, json, known, named};

/// Longest path that is read, in bytes.
const PATH_LIMIT: usize = 2_000;

pub fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/staff/workshop/guides/{topic}/check", Guard::Staff, check)
        .post("/api/v1/staff/workshop/guides/{topic}/try", Guard::Staff, try_out)
        .get("/api/v1/staff/workshop/guides/{topic}/statistics", Guard::Staff, statistics)
        .get("/api/v1/staff/workshop/guides/{topic}/branches", Guard::Staff, branches)
}

/// A draft's text as it stands on the screen, saved or not.
#[derive(Debug, Deserialize)]
struct Written {
    body: GuideText,
}

/// What is wrong with it.
#[derive(Debug, Serialize)]
struct Checked {
    faults: Vec<Told>,
}

#[derive(Debug, Serialize)]
struct Told {
    #[serde(flatten)]
    fault: GuideFault,
    /// Whether it keeps the guide from being published.
    stops: bool,
}

async fn check(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(written): Body<Written>,
) -> Answer<Response> {
    is_about(&written.body, &known(&topic)?)?;
    let faults = state.app.check_guide(&me.scope, &written.body).await?;
    let faults = faults.into_iter().map(|fault| Told { stops: fault.stops(), fault }).collect();
    Ok(json(&Checked { faults }))
}

#[derive(Debug, Deserialize)]
struct Tried {
    body: GuideText,
    municipality: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    lang: String,
}

async fn try_out(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Body(tried): Body<Tried>,
) -> Answer<Response> {
    is_about(&tried.body, &known(&topic)?)?;
    let municipality: MunicipalityKey = known(&tried.municipality)?;
    let path = &tried.path[..tried.path.floor_char_boundary(PATH_LIMIT)];
    let language = Language::of_code(&tried.lang).unwrap_or_default();
    let view = state.app.try_guide(&me.scope, &tried.body, &municipality, path, language).await?;
    Ok(json(&StaffGuide::of(view, Some(&municipality))))
}

#[derive(Debug, Deserialize)]
struct Between {
    #[serde(default)]
    municipality: String,
    from: String,
    to: String,
}

async fn statistics(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
    Query(asked): Query<Between>,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let (from, to) = (day("from", &asked.from)?, day("to", &asked.to)?);
    let topic = known(&topic)?;
    let counted =
        state.app.guide_statistics(&me.scope, &topic, municipality.as_ref(), from, to).await?;
    Ok(json(&counted))
}

#[derive(Debug, Serialize)]
struct Local {
    branches: Vec<Branches>,
}

/// What municipalities have published beside the common guide.
async fn branches(
    State(state): State<AppState>,
    me: SignedIn,
    Path(topic): Path<String>,
) -> Answer<Response> {
    let branches = state.app.guide_branches(&me.scope, &known(&topic)?).await?;
    Ok(json(&Local { branches }))
}

fn day(field: &'static str, text: &str) -> Answer<Date> {
    text.parse().map_err(|_| Refused(Problem::invalid(field, "not-a-date")))
}

fn is_about(text: &GuideText, topic: &TopicKey) -> Answer<()> {
    let about = match text {
        GuideText::Guide(guide) => &guide.topic,
        GuideText::Branches(own) => &own.topic,
    };
    if about == topic { Ok(()) } else { Err(Refused(Problem::invalid("body", "other-topic"))) }
}
