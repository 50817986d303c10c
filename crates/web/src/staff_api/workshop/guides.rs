//! The workshop of question guides: what is wrong with a draft, how it feels as a citizen, and how the
//! published one is walked.

use app::guides::{GuideStatistics, GuideText};
use axum::extract::Query;
use axum::response::Response;
use base::{Language, MunicipalityKey, Problem, TopicKey};
use jiff::civil::Date;
use rules::guides::{Branches, GuideFault};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::TextBody;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::staff_api::knowledge::StaffGuide;
use crate::staff_api::{Answer, At, json, known, named};

/// Longest path that is read, in bytes.
const PATH_LIMIT: usize = 2_000;

pub fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/staff/workshop/guides/{topic}/check", Guard::Staff, check)
        .takes::<Written>()
        .gives::<Checked>()
        .post("/api/v1/staff/workshop/guides/{topic}/try", Guard::Staff, try_out)
        .takes::<Tried>()
        .gives::<StaffGuide>()
        .get("/api/v1/staff/workshop/guides/{topic}/statistics", Guard::Staff, statistics)
        .asks::<Between>()
        .gives::<GuideStatistics>()
        .get("/api/v1/staff/workshop/guides/{topic}/branches", Guard::Staff, branches)
        .gives::<Local>()
}

/// A draft's text as it stands on the screen, saved or not.
#[derive(Debug, Deserialize, ToSchema)]
struct Written {
    #[schema(value_type = Object)]
    body: GuideText,
}

/// What is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
struct Checked {
    faults: Vec<Told>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Told {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    fault: GuideFault,
    /// Whether it keeps the guide from being published.
    stops: bool,
}

async fn check(at: At<TopicKey>, TextBody(written): TextBody<Written>) -> Answer<Response> {
    is_about(&written.body, &at.id)?;
    let faults = at.app.check_guide(&at.scope, &written.body).await?;
    let faults = faults.into_iter().map(|fault| Told { stops: fault.stops(), fault }).collect();
    Ok(json(&Checked { faults }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Tried {
    #[schema(value_type = Object)]
    body: GuideText,
    municipality: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    lang: String,
}

async fn try_out(at: At<TopicKey>, TextBody(tried): TextBody<Tried>) -> Answer<Response> {
    is_about(&tried.body, &at.id)?;
    let municipality: MunicipalityKey = known(&tried.municipality)?;
    let path = &tried.path[..tried.path.floor_char_boundary(PATH_LIMIT)];
    let language = Language::of_code(&tried.lang).unwrap_or_default();
    let view = at.app.try_guide(&at.scope, &tried.body, &municipality, path, language).await?;
    Ok(json(&StaffGuide::of(view, Some(&municipality))))
}

#[derive(Debug, Deserialize, IntoParams)]
struct Between {
    #[serde(default)]
    municipality: String,
    from: String,
    to: String,
}

async fn statistics(at: At<TopicKey>, Query(asked): Query<Between>) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let (from, to) = (day("from", &asked.from)?, day("to", &asked.to)?);
    let counted =
        at.app.guide_statistics(&at.scope, &at.id, municipality.as_ref(), from, to).await?;
    Ok(json(&counted))
}

#[derive(Debug, Serialize, ToSchema)]
struct Local {
    #[schema(value_type = Vec<Object>)]
    branches: Vec<Branches>,
}

/// What municipalities have published beside the common guide.
async fn branches(at: At<TopicKey>) -> Answer<Response> {
    let branches = at.app.guide_branches(&at.scope, &at.id).await?;
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
