//! What an editor can do about a query that is not answered.

use base::TopicKey;
use serde::{Deserialize, Serialize};

/// So often something must have happened before anything is made of it.
const ENOUGH: i64 = 2;
/// Questions of an outline.
const QUESTIONS: usize = 5;
/// Nearest topics that are named.
const NEAREST: usize = 3;
/// Out of ten who come to a question of a guide, so many must leave there for it to be work.
const LEAK_TENTHS: i64 = 3;
/// Fewer who came to a question say nothing.
const LEAK_ENTERED: i64 = 10;

/// Somewhere a search led, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Led<T> {
    pub to: T,
    pub count: i64,
}

/// A topic that is near, with its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    pub topic: TopicKey,
    pub title: String,
}

/// What an editor can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Suggestion {
    /// Who asks for `from` shall find what `to` finds: those who asked again opened `topic`.
    Synonym { from: String, to: String, topic: TopicKey, title: String, times: i64 },
    /// Nothing answers it.
    NewArticle { title: String, questions: Vec<String>, nearest: Vec<Near>, department: String },
    /// The page was read, and a person was asked all the same.
    MissingPart { topic: TopicKey, title: String, questions: Vec<String>, times: i64 },
    /// A guide is left at this question.
    GuideNode { topic: TopicKey, title: String, node: String, question: String },
}

/// What is known of a cluster of failed queries. Only what may be shown.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// Shown queries, commonest first.
    pub phrases: &'a [String],
    /// Opened after it had failed, with title; most often first.
    pub then_opened: &'a [Led<Near>],
    /// The words that were tried afterwards; most often first.
    pub next: &'a [Led<String>],
    /// Read before a person was asked; most often first.
    pub missing_on: &'a [Led<Near>],
    pub nearest: &'a [Near],
    pub department: &'a str,
}

/// What can be done about a cluster, best first. Empty only when no query of it may be shown.
#[must_use]
pub fn suggest(facts: &Facts<'_>) -> Vec<Suggestion> {
    let Some(name) = facts.phrases.first() else { return vec![] };
    let questions = || facts.phrases.iter().take(QUESTIONS).cloned().collect::<Vec<_>>();
    let mut found = Vec::new();
    let all: i64 = facts.then_opened.iter().map(|led| led.count).sum();
    if let Some(led) = facts.then_opened.first()
        && led.count >= ENOUGH
        && led.count * 2 >= all
    {
        let title = led.to.title.to_lowercase();
        // What they wrote then, when it is shorter than the page's title and not the same again.
        let to = facts.next.first().filter(|next| next.count >= ENOUGH && next.to != *name);
        let to = to.map_or(title, |next| next.to.clone());
        if to != *name {
            found.push(Suggestion::Synonym {
                from: name.clone(),
                to,
                topic: led.to.topic.clone(),
                title: led.to.title.clone(),
                times: led.count,
            });
        }
    }
    if let Some(led) = facts.missing_on.first()
        && led.count >= ENOUGH
    {
        found.push(Suggestion::MissingPart {
            topic: led.to.topic.clone(),
            title: led.to.title.clone(),
            questions: questions(),
            times: led.count,
        });
    }
    if found.is_empty() {
        found.push(Suggestion::NewArticle {
            title: capital(name),
            questions: questions(),
            nearest: facts.nearest.iter().take(NEAREST).cloned().collect(),
            department: facts.department.to_owned(),
        });
    }
    found
}

/// Whether so many leave a guide at a question that it is work for an editor.
#[must_use]
pub fn guide_leak(entered: i64, left: i64) -> bool {
    entered >= LEAK_ENTERED && left * 10 >= entered * LEAK_TENTHS
}

/// A query as a heading.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
