//! Departments: who they are, when they answer, under which number.

use app::directory::Line as Department;
use app::trail::{NewStep, StepKind};
use axum::extract::{Path, Query};
use base::{DepartmentKey, Language, Problem};
use rules::hours::{HoursState, Zone};
use rules::text::FreeText;
use serde::Deserialize;

use super::filters::query_part;
use super::frame::{Line, Section};
use super::pages::Link;
use super::pages::contact::{Contact, Department as DepartmentPage, Row};
use super::visit::{Answer, Visit};
use super::when;
use crate::problem::Refused;

/// Longest question for a department, in characters; what is longer is cut.
const QUERY_LIMIT: usize = 200;
/// Topics of a department shown on its page.
const TOPICS: usize = 30;
/// Closing days shown ahead.
const CLOSING_DAYS: usize = 5;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /{municipality}/contact`
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let t = visit.t();
    let (frame, facts) = visit.frame(Section::Contact).await?;
    let query: String = asked.q.trim().chars().take(QUERY_LIMIT).collect();
    // Marks that nobody sees are not shown again; nothing but such marks is no question.
    let query = FreeText::accept_in("q", &query, QUERY_LIMIT).map(FreeText::into_string);
    let query = query.unwrap_or_default();
    let fitting = if query.is_empty() { None } else { Some(fitting(&visit, &query).await?) };
    let found = fitting.as_ref().map(Vec::len);
    let line = facts.line.as_ref();
    let mut rows = Vec::new();
    for department in in_order(&visit)? {
        let key = &department.department.key;
        if fitting.as_ref().is_some_and(|fit| !fit.is_empty() && !fit.contains(key)) {
            continue;
        }
        rows.push(row(&visit, department, line));
    }
    let now_note = line.filter(|line| line.open).and_then(|line| {
        let (_, name) = line.answering.as_ref()?;
        let until = when::until(t, line.until?, visit.now);
        Some(t.contact_now(name, when::time(t, visit.now), until))
    });
    let ways = visit.ways(&facts);
    visit.page(&Contact { t, frame, query, found, now_note, rows, ways })
}

/// `GET /{municipality}/contact/{department}`
pub async fn department(visit: Visit, Path((_, key)): Path<(String, String)>) -> Answer {
    let t = visit.t();
    let key: DepartmentKey = key.parse().map_err(|_| Refused(Problem::NotFound))?;
    let directory = visit.directory.clone();
    let line = directory.line(&visit.key, &key).ok_or(Refused(Problem::NotFound))?;
    let (frame, facts) = visit.frame(Section::Contact).await?;
    visit
        .remember(NewStep {
            municipality: visit.key.clone(),
            kind: StepKind::Page,
            text: Some(line.department.name.clone()),
            topic: None,
            found: None,
        })
        .await;
    let own = visit.line(Some(&key)).await;
    let promise = visit.state.app.promise_of(&visit.key, &key, visit.now).await.ok();
    let about = format!("?department={}", query_part(key.as_str()));
    let today = Zone::default().date(visit.now);
    let closing = visit.place()?.member.closing_days.iter().filter(|day| day.date >= today);
    let knowledge = visit.state.app.knowledge_of(Some(&visit.key)).await?;
    let owned = knowledge
        .heads()
        .filter(|head| directory.owner_of(&visit.key, head.topic, head.department) == Some(&key));
    let mut topics: Vec<Link> = owned
        .map(|head| super::front::link(&visit, &head))
        .map(|topic| Link { title: topic.title, url: topic.url })
        .collect();
    topics.sort_by_key(|topic| topic.title.to_lowercase());
    topics.truncate(TOPICS);
    let page = DepartmentPage {
        t,
        frame,
        name: name(&visit, line),
        about: about_of(&visit, &key),
        row: row(&visit, line, own.as_ref()),
        numbers: visit
            .place()?
            .public_numbers(&key)
            .into_iter()
            .map(|one| match visit.language {
                Language::Da => (one.name, one.number),
                Language::En => (one.name_en, one.number),
            })
            .collect(),
        address: line.department.address.clone(),
        email: line.department.email.clone(),
        hours: when::week(t, &line.hours),
        closing: closing
            .take(CLOSING_DAYS)
            .map(|day| format!("{}: {}", when::date(t, day.date), day.name))
            .collect(),
        promise: promise.map(|at| t.department_promise_by(when::moment(t, at, visit.now))),
        topics,
        chat_url: own.filter(|line| line.open).map(|_| format!("{}/chat{about}", visit.root())),
        message_url: format!("{}/message{about}", visit.root()),
        ways: visit.ways(&facts),
    };
    visit.page(&page)
}

/// The departments in the order in which the consortium names their kinds.
fn in_order(visit: &Visit) -> Result<Vec<&Department>, Refused> {
    let mut lines: Vec<&Department> = visit.place()?.lines().collect();
    let kinds = &visit.directory.kinds;
    let place = |line: &Department| kinds.iter().position(|kind| kind.key == line.department.key);
    lines.sort_by_key(|line| place(line).unwrap_or(usize::MAX));
    Ok(lines)
}

fn name(visit: &Visit, line: &Department) -> String {
    match visit.language {
        Language::Da => line.department.name.clone(),
        Language::En => line.department.name_en.clone(),
    }
}

/// What this kind of department does. It is written in Danish only; in English the name says it.
fn about_of(visit: &Visit, key: &DepartmentKey) -> String {
    if visit.language == Language::En {
        return String::new();
    }
    let kind = visit.directory.kinds.iter().find(|kind| kind.key == *key);
    kind.map(|kind| kind.description.clone()).unwrap_or_default()
}

/// A department's line in the list. `line` is how it stands with the chat: open in the evening too.
fn row(visit: &Visit, department: &Department, line: Option<&Line>) -> Row {
    let (t, now) = (visit.t(), visit.now);
    let mut lines = Vec::new();
    let evening = line.filter(|line| line.open && line.answering.is_some());
    let (state, label) = match department.hours.state(now) {
        HoursState::Open { until } => {
            lines.extend(until.map(|at| t.contact_until(when::until(t, at, now))));
            ("open", t.contact_open_now())
        }
        HoursState::Closed { opens_at } => {
            let opens = opens_at.map(|at| t.contact_opens(when::moment(t, at, now)));
            lines.extend(opens);
            if evening.is_some() {
                ("open", t.contact_evening())
            } else {
                ("closed", t.contact_closed())
            }
        }
    };
    let key = &department.department.key;
    Row {
        name: name(visit, department),
        about: about_of(visit, key),
        url: format!("{}/contact/{key}", visit.root()),
        phone: department.department.phone.clone(),
        state,
        label: label.to_owned(),
        lines,
    }
}

/// The departments whose name or description has all the words, or that own a topic that fits.
async fn fitting(visit: &Visit, query: &str) -> Result<Vec<DepartmentKey>, Refused> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut keys = Vec::new();
    for line in visit.place()?.lines() {
        let key = &line.department.key;
        let kind = visit.directory.kinds.iter().find(|kind| kind.key == *key);
        let text = format!(
            "{} {} {} {}",
            line.department.name,
            line.department.name_en,
            kind.map_or("", |kind| &kind.name),
            kind.map_or("", |kind| &kind.description)
        )
        .to_lowercase();
        if words.iter().all(|word| text.contains(word.as_str())) {
            keys.push(key.clone());
        }
    }
    let app = &visit.state.app;
    if let Ok(found) = app.search(&visit.key, query, 3, visit.language, false).await {
        for hit in found.hits {
            if let Some(owner) = app.owner_of(&visit.key, &hit.slug).await?
                && !keys.contains(&owner)
            {
                keys.push(owner);
            }
        }
    }
    Ok(keys)
}
