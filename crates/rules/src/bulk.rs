//! One figure or term changed in every text that uses it.
//!
//! Read first: [`Rule`] (what is changed where), [`places`] (what it changes in a text), [`apply`]
//! (the changed text), [`Bulk`] and [`decide`] (previewed, approved, published at a minute, all of
//! it or nothing).

mod life;
mod matching;
#[cfg(test)]
mod tests;

pub use life::{Bulk, BulkId, BulkText, Command, Effect, Phase, Refusal, decide};
pub use matching::matches;

use std::collections::BTreeSet;
use std::ops::Range;

use base::Problem;
use pulldown_cmark::{Event, Options, Parser};
use serde::{Deserialize, Serialize};

use crate::articles::{Fact, Part, SelfService};
use crate::guides::{Choice, Node, NodeKind, Way};
use crate::workshop::{Text, TextKind};

/// The longest word, figure or phrase that is looked for or put in its place, in characters.
pub const RULE_LIMIT: usize = 200;
/// The most texts that one bulk change touches.
pub const MOST_TEXTS: usize = 500;

/// Where a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Titles and headings.
    Titles,
    Summary,
    Facts,
    /// The text of an article's parts.
    Parts,
    /// A guide's questions, choices and answers.
    Nodes,
    /// Everyday words for the search.
    Words,
}

/// What is changed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub find: String,
    pub replace: String,
    /// The find stands alone: not inside a longer word. Figures always do.
    pub whole_word: bool,
    /// Empty: everywhere.
    pub fields: BTreeSet<FieldKind>,
    /// Knowledge areas; empty: all.
    pub areas: BTreeSet<String>,
    /// Municipalities' own texts too.
    pub local: bool,
}

impl Rule {
    /// Makes the rule what it should be: trimmed, bounded, and not the same twice.
    ///
    /// # Errors
    /// [`Problem::Invalid`] `empty`, `too-long` or `bulk-same`.
    pub fn accepted(mut self) -> Result<Self, Problem> {
        let text = |field, text: &str| {
            crate::text::FreeText::accept_in(field, text, RULE_LIMIT).map(|text| text.into_string())
        };
        self.find = text("find", &self.find)?;
        self.replace = text("replace", &self.replace)?;
        if self.find == self.replace {
            return Err(Problem::invalid("replace", "bulk-same"));
        }
        if self.find.contains('\n') || self.replace.contains('\n') {
            return Err(Problem::invalid("find", "bulk-one-line"));
        }
        if !self.find.contains(char::is_alphanumeric) {
            return Err(Problem::invalid("find", "bulk-no-word"));
        }
        Ok(self)
    }

    fn covers(&self, kind: FieldKind) -> bool {
        self.fields.is_empty() || self.fields.contains(&kind)
    }

    /// Whether texts of this form in this area are looked at.
    #[must_use]
    pub fn looks_at(&self, kind: TextKind, area: &str) -> bool {
        (self.local || !kind.is_local()) && (self.areas.is_empty() || self.areas.contains(area))
    }
}

/// A field that the rule changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name within the text: `title`, `facts.0.value`, `part:price:markdown`,
    /// `node:barn:choices.1`.
    pub field: String,
    /// The heading it stands under; empty in a text's head.
    pub heading: String,
    pub before: String,
    pub after: String,
    /// How often the find stands in it.
    pub count: usize,
}

/// What a rule changes in a text, field by field.
#[must_use]
pub fn places(text: &Text, rule: &Rule) -> Vec<Place> {
    let mut found = Vec::new();
    let mut text = text.clone();
    each_field(&mut text, rule, &mut |field, heading, value, markdown| {
        if let Some((after, count)) = replaced(value, rule, markdown) {
            found.push(Place {
                field: field.to_owned(),
                heading: heading.to_owned(),
                before: value.clone(),
                after,
                count,
            });
        }
    });
    found
}

/// The text as the rule leaves it, the fields in `left_out` untouched. Answers with the number of
/// fields that have changed.
pub fn apply(text: &mut Text, rule: &Rule, left_out: &BTreeSet<String>) -> usize {
    let mut changed = 0;
    each_field(text, rule, &mut |field, _, value, markdown| {
        if left_out.contains(field) {
            return;
        }
        if let Some((after, _)) = replaced(value, rule, markdown) {
            *value = after;
            changed += 1;
        }
    });
    changed
}

/// The value with every match replaced; `None` without a match.
fn replaced(value: &str, rule: &Rule, markdown: bool) -> Option<(String, usize)> {
    let mut found = matches(value, rule);
    if markdown && !found.is_empty() {
        let prose = prose_of(value);
        // What is no prose (where a link leads, a table's lines) stays.
        found.retain(|(place, _)| {
            prose.iter().any(|words| words.start <= place.start && place.end <= words.end)
        });
    }
    if found.is_empty() {
        return None;
    }
    let mut after = String::with_capacity(value.len());
    let mut at = 0;
    for (place, replacement) in &found {
        after.push_str(&value[at..place.start]);
        after.push_str(replacement);
        at = place.end;
    }
    after.push_str(&value[at..]);
    Some((after, found.len()))
}

/// Where the words of a Markdown text stand; words that follow each other as one piece.
fn prose_of(markdown: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (event, place) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        if !matches!(event, Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak) {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.end == place.start => last.end = place.end,
            _ => found.push(place),
        }
    }
    found
}

/// Looks at every field the rule covers: its name, its heading, its value and whether that is
/// Markdown.
fn each_field(text: &mut Text, rule: &Rule, look: &mut dyn FnMut(&str, &str, &mut String, bool)) {
    match text {
        Text::Article(a) => {
            head(
                rule,
                (&mut a.title, &mut a.title_en),
                (&mut a.summary, &mut a.summary_en),
                (&mut a.words, &mut a.words_en),
                look,
            );
            facts(rule, &mut a.facts, look);
            service(rule, a.self_service.as_mut(), look);
            parts(rule, &mut a.parts, look);
        }
        Text::Variant(v) => {
            list(rule, "words", &mut v.words, look);
            facts(rule, &mut v.facts, look);
            service(rule, v.self_service.as_mut(), look);
            parts(rule, &mut v.parts, look);
        }
        Text::Guide(g) => {
            head(
                rule,
                (&mut g.title, &mut g.title_en),
                (&mut g.summary, &mut g.summary_en),
                (&mut g.words, &mut g.words_en),
                look,
            );
            nodes(rule, &mut g.nodes, look);
        }
        Text::Branches(b) => {
            nodes(rule, &mut b.nodes, look);
            if rule.covers(FieldKind::Nodes) {
                for (index, hung) in b.choices.iter_mut().enumerate() {
                    look(&format!("hung.{index}"), &hung.at, &mut hung.choice.text, false);
                }
            }
        }
    }
}

fn head(
    rule: &Rule,
    titles: (&mut String, &mut String),
    summaries: (&mut String, &mut String),
    words: (&mut Vec<String>, &mut Vec<String>),
    look: &mut dyn FnMut(&str, &str, &mut String, bool),
) {
    if rule.covers(FieldKind::Titles) {
        look("title", "", titles.0, false);
        look("title_en", "", titles.1, false);
    }
    if rule.covers(FieldKind::Summary) {
        look("summary", "", summaries.0, false);
        look("summary_en", "", summaries.1, false);
    }
    list(rule, "words", words.0, look);
    list(rule, "words_en", words.1, look);
}

fn list(
    rule: &Rule,
    name: &str,
    words: &mut [String],
    look: &mut dyn FnMut(&str, &str, &mut String, bool),
) {
    if rule.covers(FieldKind::Words) {
        for (index, word) in words.iter_mut().enumerate() {
            look(&format!("{name}.{index}"), "", word, false);
        }
    }
}

fn facts(rule: &Rule, facts: &mut [Fact], look: &mut dyn FnMut(&str, &str, &mut String, bool)) {
    if !rule.covers(FieldKind::Facts) {
        return;
    }
    for (index, fact) in facts.iter_mut().enumerate() {
        let heading = fact.label.clone();
        look(&format!("facts.{index}.label"), "", &mut fact.label, false);
        look(&format!("facts.{index}.value"), &heading, &mut fact.value, false);
        if let Some(note) = &mut fact.note {
            look(&format!("facts.{index}.note"), &heading, note, false);
        }
    }
}

fn service(
    rule: &Rule,
    service: Option<&mut SelfService>,
    look: &mut dyn FnMut(&str, &str, &mut String, bool),
) {
    if let Some(service) = service
        && rule.covers(FieldKind::Titles)
    {
        look("self-service", "", &mut service.label, false);
    }
}

fn parts(rule: &Rule, parts: &mut [Part], look: &mut dyn FnMut(&str, &str, &mut String, bool)) {
    for part in parts {
        let heading = part.heading.clone();
        if rule.covers(FieldKind::Titles) {
            look(&format!("part:{}:heading", part.id), "", &mut part.heading, false);
        }
        if rule.covers(FieldKind::Parts) {
            look(&format!("part:{}:markdown", part.id), &heading, &mut part.markdown, true);
        }
    }
}

fn nodes(rule: &Rule, nodes: &mut [Node], look: &mut dyn FnMut(&str, &str, &mut String, bool)) {
    if !rule.covers(FieldKind::Nodes) {
        return;
    }
    for node in nodes {
        let heading = node.title.clone();
        look(&format!("node:{}:title", node.id), "", &mut node.title, false);
        look(&format!("node:{}:markdown", node.id), &heading, &mut node.markdown, true);
        match &mut node.kind {
            NodeKind::Question(choices) => {
                for (index, Choice { text, .. }) in choices.iter_mut().enumerate() {
                    look(&format!("node:{}:choices.{index}", node.id), &heading, text, false);
                }
            }
            NodeKind::Answer(ways) => {
                for (index, way) in ways.iter_mut().enumerate() {
                    if let Way::Link { label, .. } = way {
                        look(&format!("node:{}:ways.{index}", node.id), &heading, label, false);
                    }
                }
            }
        }
    }
}
