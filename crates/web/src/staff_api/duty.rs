//! The duty list: who is on, tonight, this week; changed by planners.

use app::duty::{DutyDraft, DutyList, DutyView};
use axum::extract::{Query, State};
use axum::response::Response;
use base::Problem;
use jiff::civil::{Date, Time};
use rules::duty::{DutyId, DutyKind};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, At, Body, SignedIn, field, json};
use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/duty", Guard::Staff, duties)
        .asks::<Between>()
        .gives::<DutyList>()
        .post("/api/v1/staff/duty", Guard::Staff, add)
        .takes::<DutyBody>()
        .gives::<DutyView>()
        .put("/api/v1/staff/duty/{id}", Guard::Staff, change)
        .takes::<DutyBody>()
        .gives::<DutyView>()
        .delete("/api/v1/staff/duty/{id}", Guard::Staff, cancel)
        .asks::<Seen>()
        .gives::<DutyView>()
}

#[derive(Debug, Deserialize, IntoParams)]
struct Between {
    from: String,
    to: String,
}

async fn duties(
    State(state): State<AppState>,
    me: SignedIn,
    Query(between): Query<Between>,
) -> Answer<Response> {
    let (from, to) = (date("from", &between.from)?, date("to", &between.to)?);
    Ok(json(&state.app.duties(&me.scope, from, to).await?))
}

/// A duty as a planner writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyBody {
    pub serving: String,
    /// `2027-06-02`
    pub date: String,
    /// `15:00`
    pub from: String,
    /// On the next day when it is not later than `from`.
    pub to: String,
    #[serde(default)]
    pub people: Vec<String>,
    /// `hotline` or `telephone`.
    pub kind: String,
    #[serde(default)]
    pub department: Option<String>,
    /// The version that was seen; for changes.
    #[serde(default)]
    pub version: Option<i64>,
}

impl DutyBody {
    fn draft(&self) -> Answer<DutyDraft> {
        let kind = match (self.kind.as_str(), self.department.as_deref()) {
            ("hotline", _) => DutyKind::Hotline,
            ("telephone", Some(department)) => {
                DutyKind::Telephone { department: field("department", department)? }
            }
            _ => return Err(Refused(Problem::invalid("kind", "duty-kind-unknown"))),
        };
        Ok(DutyDraft {
            serving: field("serving", &self.serving)?,
            date: date("date", &self.date)?,
            from: time("from", &self.from)?,
            to: time("to", &self.to)?,
            people: self.people.iter().map(|id| field("people", id)).collect::<Result<_, _>>()?,
            kind,
        })
    }
}

async fn add(
    State(state): State<AppState>,
    me: SignedIn,
    Body(body): Body<DutyBody>,
) -> Answer<Response> {
    Ok(json(&state.app.add_duty(&me.scope, body.draft()?).await?))
}

async fn change(at: At<DutyId>, Body(body): Body<DutyBody>) -> Answer<Response> {
    let version = body.version.ok_or(Refused(Problem::invalid("version", "empty")))?;
    Ok(json(&at.app.change_duty(&at.scope, at.id, version, body.draft()?).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
struct Seen {
    version: i64,
}

async fn cancel(at: At<DutyId>, Query(seen): Query<Seen>) -> Answer<Response> {
    Ok(json(&at.app.cancel_duty(&at.scope, at.id, seen.version).await?))
}

fn date(name: &'static str, text: &str) -> Answer<Date> {
    text.parse().map_err(|_| Refused(Problem::invalid(name, "not-a-date")))
}

fn time(name: &'static str, text: &str) -> Answer<Time> {
    text.parse().map_err(|_| Refused(Problem::invalid(name, "not-a-time")))
}
