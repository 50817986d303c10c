//! What two versions of a text have changed: word by word, part by part.

use serde::Serialize;
use similar::{Algorithm, ChangeTag, TextDiff};

use super::Text;
use crate::articles::{Fact, Part, SelfService};
use crate::guides::{Hung, Node, NodeKind, Way};

/// The name of the self-service link among the named parts.
pub const SELF_SERVICE: &str = "self-service";
/// The name of the facts among the named parts.
pub const FACTS: &str = "facts";

/// Texts with more words than this are compared line by line: words would take too long.
const MOST_WORDS: usize = 6_000;

/// A part of a text by its name, as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// A part's id; `title`, `summary`, `facts` …; a node's id behind `node:`.
    pub part: String,
    pub heading: String,
    pub text: String,
}

/// What became of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartDiff {
    pub part: String,
    pub heading: String,
    pub spans: Vec<Span>,
}

impl PartDiff {
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.spans.iter().any(|span| span.kind != SpanKind::Same)
    }
}

/// Words that stood, came or went together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    pub kind: SpanKind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SpanKind {
    Same,
    Added,
    Removed,
}

/// The named parts of a text, in the order they are read in. Empty ones are left out.
#[must_use]
pub fn parts_of(text: &Text) -> Vec<Named> {
    let mut parts = Parts(Vec::new());
    match text {
        Text::Article(a) => {
            parts.add("title", &a.title);
            parts.add("title_en", &a.title_en);
            parts.add("summary", &a.summary);
            parts.add("summary_en", &a.summary_en);
            parts.add("words", &a.words.join("\n"));
            parts.add("words_en", &a.words_en.join("\n"));
            parts.add(FACTS, &facts(&a.facts));
            parts.add(SELF_SERVICE, &service(a.self_service.as_ref()));
            if let Some(authority) = &a.authority {
                let phone = authority.phone.as_deref().unwrap_or_default();
                let lines = [authority.name.as_str(), phone, authority.url.as_str()];
                parts.add("authority", lines.join("\n").trim());
            }
            parts.add("rules", &a.rules.join("\n"));
            let related: Vec<&str> = a.related.iter().map(base::TopicKey::as_str).collect();
            parts.add("related", &related.join("\n"));
            parts.add("review", &a.review.to_string());
            parts.all(&a.parts);
        }
        Text::Variant(v) => {
            parts.add("words", &v.words.join("\n"));
            parts.add(FACTS, &facts(&v.facts));
            parts.add(SELF_SERVICE, &service(v.self_service.as_ref()));
            parts.all(&v.parts);
        }
        Text::Guide(g) => {
            parts.add("title", &g.title);
            parts.add("title_en", &g.title_en);
            parts.add("summary", &g.summary);
            parts.add("summary_en", &g.summary_en);
            parts.add("words", &g.words.join("\n"));
            parts.add("words_en", &g.words_en.join("\n"));
            parts.add("rules", &g.rules.join("\n"));
            parts.add("review", &g.review.to_string());
            parts.nodes(&g.nodes, &[]);
        }
        Text::Branches(b) => {
            parts.nodes(&b.nodes, &b.choices);
        }
    }
    parts.0
}

/// What has changed from one text to another, every part that either has. A text that is not there
/// has no parts.
#[must_use]
pub fn diff(before: Option<&Text>, after: Option<&Text>) -> Vec<PartDiff> {
    let before = before.map(parts_of).unwrap_or_default();
    let after = after.map(parts_of).unwrap_or_default();
    let mut diffs: Vec<PartDiff> = after
        .iter()
        .map(|new| {
            let old = before.iter().find(|old| old.part == new.part);
            PartDiff {
                part: new.part.clone(),
                heading: new.heading.clone(),
                spans: spans(&old.map(whole).unwrap_or_default(), &whole(new)),
            }
        })
        .collect();
    for (place, old) in before.iter().enumerate() {
        if after.iter().any(|new| new.part == old.part) {
            continue;
        }
        let gone = PartDiff {
            part: old.part.clone(),
            heading: old.heading.clone(),
            spans: spans(&whole(old), ""),
        };
        diffs.insert(place.min(diffs.len()), gone);
    }
    diffs
}

/// A part with its heading: a new heading is a change too.
fn whole(part: &Named) -> String {
    if part.heading.is_empty() {
        part.text.clone()
    } else {
        format!("{}\n\n{}", part.heading, part.text)
    }
}

/// The words that stood, came and went between two texts.
#[must_use]
pub fn spans(before: &str, after: &str) -> Vec<Span> {
    let mut config = TextDiff::configure();
    config.algorithm(Algorithm::Patience);
    let words = before.split_whitespace().count().max(after.split_whitespace().count());
    let diff = if words > MOST_WORDS {
        config.diff_lines(before, after)
    } else {
        config.diff_words(before, after)
    };
    let mut spans: Vec<Span> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => SpanKind::Same,
            ChangeTag::Insert => SpanKind::Added,
            ChangeTag::Delete => SpanKind::Removed,
        };
        match spans.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => spans.push(Span { kind, text: change.value().to_owned() }),
        }
    }
    spans
}

struct Parts(Vec<Named>);

impl Parts {
    fn add(&mut self, part: &str, text: &str) {
        self.headed(part.to_owned(), String::new(), text.to_owned());
    }

    fn headed(&mut self, part: String, heading: String, text: String) {
        if !text.is_empty() || !heading.is_empty() {
            self.0.push(Named { part, heading, text });
        }
    }

    fn all(&mut self, parts: &[Part]) {
        for part in parts {
            self.headed(part.id.clone(), part.heading.clone(), part.markdown.clone());
        }
    }

    fn nodes(&mut self, nodes: &[Node], hung: &[Hung]) {
        for node in nodes {
            let mut text = node.markdown.clone();
            if let Some(until) = node.until {
                text.push_str(&format!("\n≤ {until}"));
            }
            match &node.kind {
                NodeKind::Question(choices) => {
                    for choice in choices {
                        text.push_str(&format!("\n- {} → {}", choice.text, choice.to));
                        for municipality in &choice.only {
                            text.push_str(&format!(" ({municipality})"));
                        }
                    }
                }
                NodeKind::Answer(ways) => {
                    for way in ways {
                        text.push_str("\n→ ");
                        match way {
                            Way::Topic(topic) => text.push_str(topic.as_str()),
                            Way::Link { url, label } => text.push_str(&format!("{label} {url}")),
                            Way::Department(department) => text.push_str(department.as_str()),
                            Way::Person => text.push('☎'),
                        }
                    }
                }
            }
            self.headed(format!("node:{}", node.id), node.title.clone(), text.trim().to_owned());
        }
        for hung in hung {
            let text = format!("{} → {}", hung.choice.text, hung.choice.to);
            self.headed(format!("choice:{}:{}", hung.at, hung.choice.to), hung.at.clone(), text);
        }
    }
}

fn facts(facts: &[Fact]) -> String {
    let lines: Vec<String> = facts
        .iter()
        .map(|fact| match &fact.note {
            Some(note) => format!("{}: {} ({note})", fact.label, fact.value),
            None => format!("{}: {}", fact.label, fact.value),
        })
        .collect();
    lines.join("\n")
}

fn service(service: Option<&SelfService>) -> String {
    service.map(|service| format!("{}: {}", service.label, service.url)).unwrap_or_default()
}
