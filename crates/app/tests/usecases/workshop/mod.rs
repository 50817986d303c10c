//! The journeys of editors, reviewers and local editors through the workshop.

mod clock;
mod ending;
mod publishing;
mod settling;
mod writing;

use std::time::{Duration, Instant};

use app::App;
use app::workshop::begin::NewText;
use app::workshop::decide::Went;
use app::workshop::drafts::Written;
use app::workshop::preview::Preview;
use app::workshop::tasks::{TaskChange, TaskQuery};
use app::workshop::texts::TextQuery;
use app::workshop::versions::Side;
use app::workshop::{DraftView, TextView};
use base::{Language, MunicipalityKey, Problem, Scope, TopicKey};
use rules::content::Collection;
use rules::workshop::stale::Choice;
use rules::workshop::{DraftId, Phase, TextKind};
use serde_json::{Value, json};
use store::Database;
use store::knowledge::EntryKey;
use testkit::on_both;

use crate::house::{HOUR, MINUTE, collection, comes, empty, m, scope, topic};

const DA: Language = Language::Da;

/// The demo's texts on some topics, leading to no others: what leads nowhere is not published.
fn some_texts() -> Collection {
    let mut some = collection().clone();
    let alone = |text: &str| -> String {
        let mut text = text.to_owned();
        while let Some(begin) = text.find("(topic:") {
            let end = text[begin..].find(')').map_or(text.len(), |end| begin + end + 1);
            text.replace_range(begin..end, "(https://www.borger.dk)");
        }
        text
    };
    for article in some.articles.values_mut() {
        article.related.clear();
        for part in &mut article.parts {
            part.markdown = alone(&part.markdown);
        }
    }
    for variant in some.variants.values_mut() {
        for part in &mut variant.parts {
            part.markdown = alone(&part.markdown);
        }
    }
    some
}

async fn furnished(database: &Database) -> App {
    let app = empty(database, true);
    app.seed(&some_texts()).await.expect("the demo is there");
    app
}

fn master(key: &str) -> EntryKey {
    (topic(key), None)
}

fn local(key: &str, municipality: &str) -> EntryKey {
    (topic(key), Some(m(municipality)))
}

fn draft_of(went: Result<Went, Problem>) -> DraftView {
    match went.expect("it went") {
        Went::Draft(draft) => *draft,
        Went::Refused(findings) => panic!("{findings:?}"),
    }
}

/// The draft with other words.
async fn rewrite(app: &App, who: &Scope, draft: &DraftView, body: Value) -> DraftView {
    match app.write_draft(who, draft.id, draft.revision, body, false).await.expect("written") {
        Written::Draft(draft) => *draft,
        Written::Changed { theirs, .. } => panic!("somebody was quicker: {theirs:?}"),
    }
}

/// A body with another text in one part; the part is added when it is not there.
fn with_part(mut body: Value, id: &str, markdown: &str) -> Value {
    let parts = body["parts"].as_array_mut().expect("parts");
    match parts.iter_mut().find(|part| part["id"] == id) {
        Some(part) => part["markdown"] = json!(markdown),
        None => parts.push(json!({"id": id, "heading": "Priser", "markdown": markdown})),
    }
    body
}

async fn shown_part(app: &App, municipality: &str, key: &str, part: &str) -> String {
    let view = app.shown(&m(municipality), &topic(key), DA).await.expect("shown");
    let part = view.parts.into_iter().find(|shown| shown.id == part);
    part.map(|part| part.markdown).unwrap_or_default()
}

async fn view(app: &App, who: &Scope, key: &EntryKey) -> TextView {
    app.text_view(who, key).await.expect("a text")
}

async fn open_tasks(
    app: &App,
    who: &Scope,
    kind: &str,
) -> Vec<(TopicKey, Option<MunicipalityKey>)> {
    let query = TaskQuery { kind: Some(kind.to_owned()), ..TaskQuery::default() };
    let list = app.tasks(who, &query).await.expect("tasks");
    list.tasks.into_iter().map(|task| (task.topic.expect("a topic"), task.municipality)).collect()
}

/// Runs the jobs that are due by the app's clock, as a node does.
struct Node {
    stop: tokio_util::sync::CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

impl Node {
    fn start(app: &App) -> Self {
        let runner = work::Runner::new(app.database.clone(), app.tenant.clone(), app.clock.clone());
        let runner = app.register_workshop_jobs(runner);
        let stop = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(runner.run(stop.clone()));
        Self { stop, running }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("stopped");
    }
}
