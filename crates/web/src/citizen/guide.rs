//! Question guides: where somebody stands is the address, so back, links and reloads need nothing.

use app::articles::Knowledge;
use app::guides::{GuideView, GuideWay};
use axum::extract::{Path, Query};
use base::{Problem, TopicKey};
use serde::Deserialize;

use super::filters::query_part;
use super::frame::{Section, Ways};
use super::front::without_kind;
use super::pages::guide::{Exit, GuideOption, GuidePage, Turn};
use super::topic::html;
use super::visit::{Answer, Visit};
use super::when;
use crate::problem::Refused;

/// Longest path that is read, in bytes.
const PATH_LIMIT: usize = 2_000;

/// The answers so far, as the address has them.
#[derive(Deserialize)]
pub struct Answers {
    /// The path, the newest answer last.
    s: Option<String>,
    /// Where the form stood; sent with every answer, so its absence beside `s` tells a missing one.
    at: Option<String>,
    /// The whole path before an answer was changed.
    #[serde(default)]
    was: String,
    /// The version that was begun; it is the one that is finished.
    v: Option<String>,
}

/// `GET /{municipality}/guide/{slug}`
pub async fn step(
    visit: Visit,
    Path((_, slug)): Path<(String, String)>,
    Query(answers): Query<Answers>,
) -> Answer {
    let topic: TopicKey = slug.parse().map_err(|_| Refused(Problem::NotFound))?;
    let fault = answers.at.is_some() && answers.s.is_none();
    let given = answers.s.as_deref().or(answers.at.as_deref()).unwrap_or("");
    let given = &given[..given.floor_char_boundary(PATH_LIMIT)];
    let was = &answers.was[..answers.was.floor_char_boundary(PATH_LIMIT)];
    // Answers that came after a changed one are kept as far as they still apply.
    let changed = answers.at.is_some() && !fault;
    let asked = if changed { with_later(given, was) } else { given.to_owned() };
    let app = &visit.state.app;
    let edition = answers.v.as_deref();
    let view = app.guide_step(&visit.key, &topic, edition, &asked, visit.language).await?;
    let shortened = !view.lost && !asked.is_empty() && view.path != asked;
    app.note_opened(&visit.scope, &visit.key, &topic).await;
    // That it could not be counted or remembered stops nobody.
    if let Err(problem) = app.note_guide_step(&visit.scope, &visit.key, &view).await {
        tracing::debug!(%problem, "a step of a guide was not remembered");
    }
    let knowledge = app.knowledge_of(Some(&visit.key)).await?;
    let came = Came { was, changed, fault, shortened };
    visit.page(&lay_out(&visit, &view, &knowledge, &came).await?)
}

/// How the walk came to where it stands.
#[derive(Default)]
pub struct Came<'a> {
    /// The whole path before an answer was changed.
    was: &'a str,
    changed: bool,
    /// The form was sent without an answer.
    fault: bool,
    /// A later answer no longer applied.
    shortened: bool,
}

/// The page of a step.
///
/// # Errors
/// [`Problem::NotFound`] when the knowledge base has no such guide.
pub async fn lay_out(
    visit: &Visit,
    view: &GuideView,
    knowledge: &Knowledge,
    came: &Came<'_>,
) -> Result<GuidePage, Refused> {
    let t = visit.t();
    let topic = &view.topic;
    let url = format!("/{}/guide/{topic}", visit.key);
    let (frame, facts) = visit.frame(Section::Topics).await?;
    let head = knowledge.head(topic).ok_or(Refused(Problem::NotFound))?;
    let summary_en = head.summary_en.to_owned();
    let whole =
        if came.was.is_empty() || came.changed { view.path.clone() } else { came.was.to_owned() };
    let back_to = |path: &str| {
        let mut address =
            format!("{url}?v={}&was={}", query_part(&view.edition), query_part(&whole));
        if !path.is_empty() {
            address.push_str(&format!("&s={}", query_part(path)));
        }
        address
    };
    let about = format!("?topic={}", query_part(topic.as_str()));
    let ways = Ways::of(t, &visit.root(), &facts, t.guide_doubt(), t.guide_doubt_lead(), &about);
    let keeps = !came.changed && came.was.starts_with(view.path.as_str());
    Ok(GuidePage {
        t,
        frame,
        topic: topic.to_string(),
        title: without_kind(&view.title),
        summary_en: if view.so_far.is_empty() { summary_en } else { String::new() },
        question: view.step.title.clone(),
        expired: view.step.expired.map(|until| t.guide_expired(when::date(t, until))),
        html: html(visit, knowledge, &view.step.markdown),
        options: view
            .step
            .options
            .iter()
            .map(|option| GuideOption {
                text: option.text.clone(),
                path: option.path.clone(),
                chosen: keeps && later_of(&option.path, came.was).is_some(),
            })
            .collect(),
        so_far: view
            .so_far
            .iter()
            .map(|turn| Turn {
                question: turn.question.clone(),
                answer: turn.answer.clone(),
                change_url: back_to(&turn.path),
            })
            .collect(),
        left: view.longest_way_left,
        back_url: view.so_far.last().map(|turn| back_to(&turn.path)),
        at: view.path.clone(),
        was: if keeps { came.was.to_owned() } else { String::new() },
        edition: view.edition.clone(),
        fault: came.fault,
        shortened: came.shortened,
        lost: view.lost,
        exits: view.step.ways.iter().map(|way| exit(visit, way, &about)).collect(),
        talk_url: format!("{}/chat{about}", visit.root()),
        guide_url: url,
        ways,
    })
}

/// The path with the later answers of the path before the change.
fn with_later(path: &str, was: &str) -> String {
    let depth = path.split('.').count();
    let later: Vec<&str> = was.split('.').skip(depth).collect();
    if later.is_empty() { path.to_owned() } else { format!("{path}.{}", later.join(".")) }
}

/// What follows a path in a longer one; `None` when it is not its beginning.
fn later_of<'a>(path: &str, whole: &'a str) -> Option<&'a str> {
    let rest = whole.strip_prefix(path)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

fn exit(visit: &Visit, way: &GuideWay, about: &str) -> Exit {
    let t = visit.t();
    match way {
        GuideWay::Topic { title, url, .. } => {
            Exit { label: t.guide_read(title), url: url.clone(), outside: false }
        }
        GuideWay::Link { label, url } => {
            Exit { label: label.clone(), url: url.clone(), outside: true }
        }
        GuideWay::Department { name, url, .. } => {
            Exit { label: t.guide_department(name), url: url.clone(), outside: false }
        }
        GuideWay::Person { url } => Exit {
            label: t.guide_person().to_owned(),
            url: format!("{url}{about}"),
            outside: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_answers_are_kept_when_one_is_changed() {
        assert_eq!(with_later("a", "b.c.d"), "a.c.d");
        assert_eq!(with_later("a.b", "a.b"), "a.b");
        assert_eq!(later_of("a.b", "a.b.c"), Some("c"));
        assert_eq!(later_of("a.b", "a.bc"), None);
    }
}
