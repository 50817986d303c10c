//! The checks on save: what an editor is told about a text before anybody else reads it.
//!
//! Read first: [`Finding`] (one thing, where it stands, how bad it is and what to write instead),
//! [`Known`] (what the checks know of the world), [`check_article`], [`check_variant`] and
//! [`check_guide_texts`]. Errors keep a text from being submitted and published; warnings and hints
//! do not. Every check reads a text a fixed number of times, whatever stands in it: the time grows
//! with the length alone, and what is longer than [`MOST_BYTES`] is refused before it is read.

mod links;
mod markdown;
mod marks;
mod numbers;
mod plain;
mod prose;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use base::{MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::Serialize;

pub use links::outer_links;
pub use numbers::{NumberBook, NumberFault};
pub use plain::PlainWords;
pub use prose::{Lix, lix};

use crate::articles::{Article, Fact, SelfService, Variant};
use crate::guides::{Guide, Node, NodeKind, Way};
use markdown::markdown_of;
use prose::Prose;

/// The most a single field may hold, in bytes; a longer one is refused unread.
pub const MOST_BYTES: usize = 100 * 1024;
/// The most of a part that pages show, in bytes (`web::markdown::MAX_MARKDOWN`).
pub const MOST_SHOWN: usize = 32 * 1024;
/// The most a whole text may hold, in bytes.
pub const MOST_WHOLE: usize = 1024 * 1024;
/// Of one kind, so many findings are told of one field: who has fixed them is told of the rest.
const MOST_OF_A_KIND: usize = 25;
/// The longest excerpt in a finding, in characters.
const EXCERPT: usize = 120;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must not be published.
    Error,
    /// Somebody should look at it.
    Warning,
    /// It could be said more simply.
    Hint,
}

/// Something an editor should know about a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of finding it is, for instance `unknown-topic`; its words stand in the language
    /// catalogue under `check-<code>`.
    pub code: &'static str,
    pub severity: Severity,
    /// The part of an article or the node of a guide; `None` for the text's head.
    pub part: Option<String>,
    /// The field: `title`, `summary`, `words.2`, `facts.0.value`, `heading`, `markdown`,
    /// `choices.1.text`, …; `text` for the text as a whole.
    pub field: String,
    /// Where it begins in the field, in characters (of a part: of its Markdown).
    pub from: u32,
    /// Where it ends, exclusive.
    pub to: u32,
    /// What stands there, shortened.
    pub text: String,
    /// What to write instead of `from..to`, where that is known.
    pub suggestion: Option<String>,
    /// What its words name: `number`, `topic`, `words`, …
    pub args: BTreeMap<&'static str, String>,
}

/// What the checks know of the world.
#[derive(Debug, Clone)]
pub struct Known {
    /// Every topic that has a published text.
    pub topics: BTreeSet<TopicKey>,
    /// Those of them whose text has expired.
    pub expired: BTreeSet<TopicKey>,
    pub numbers: NumberBook,
    pub words: PlainWords,
    pub today: Date,
}

/// Whether nothing keeps a text from being published.
#[must_use]
pub fn passes(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Error)
}

/// Checks the common text of an article or a referral.
#[must_use]
pub fn check_article(article: &Article, known: &Known) -> Vec<Finding> {
    let mut report = Report::new(known, None, Some(&article.topic));
    if report.too_big_as_a_whole(&pieces_of_article(article)) {
        return report.done();
    }
    report.head(&Head {
        title: &article.title,
        title_en: &article.title_en,
        summary: &article.summary,
        summary_en: &article.summary_en,
        words: &article.words,
        words_en: &article.words_en,
        rules: &article.rules,
        related: &article.related,
    });
    if let Some(service) = &article.self_service {
        report.self_service(service);
    }
    if let Some(authority) = &article.authority {
        report.line("authority.name", &authority.name, Tongue::Danish);
        report.line(
            "authority.phone",
            authority.phone.as_deref().unwrap_or_default(),
            Tongue::None,
        );
        report.address("authority.url", &authority.url);
    }
    report.facts(&article.facts);
    report.parts_shape(&article.parts, true);
    for part in &article.parts {
        report.part(&part.id, &part.heading, &part.markdown);
    }
    report.figures(article);
    report.readability(
        std::iter::once(article.summary.as_str())
            .chain(article.parts.iter().map(|part| part.markdown.as_str())),
    );
    report.done()
}

/// Checks a municipality's variant of an article.
#[must_use]
pub fn check_variant(variant: &Variant, known: &Known) -> Vec<Finding> {
    let mut report = Report::new(known, Some(&variant.municipality), Some(&variant.topic));
    let mut pieces: Vec<&str> = variant.words.iter().map(String::as_str).collect();
    for part in &variant.parts {
        pieces.extend([part.heading.as_str(), part.markdown.as_str()]);
    }
    pieces.extend(fact_texts(&variant.facts));
    if report.too_big_as_a_whole(&pieces) {
        return report.done();
    }
    report.words("words", &variant.words);
    if let Some(service) = &variant.self_service {
        report.self_service(service);
    }
    report.facts(&variant.facts);
    if variant.parts.is_empty() && variant.facts.is_empty() && variant.self_service.is_none() {
        report.whole("nothing-local", Severity::Error);
    }
    report.parts_shape(&variant.parts, false);
    for part in &variant.parts {
        report.part(&part.id, &part.heading, &part.markdown);
    }
    report.done()
}

/// Checks the texts of a guide: its head and every node. Whether its ways lead on is
/// [`crate::guides::check`].
#[must_use]
pub fn check_guide_texts(guide: &Guide, known: &Known) -> Vec<Finding> {
    let mut report = Report::new(known, None, Some(&guide.topic));
    let mut pieces = vec![guide.title.as_str(), &guide.title_en, &guide.summary, &guide.summary_en];
    pieces.extend(node_texts(&guide.nodes));
    if report.too_big_as_a_whole(&pieces) {
        return report.done();
    }
    report.head(&Head {
        title: &guide.title,
        title_en: &guide.title_en,
        summary: &guide.summary,
        summary_en: &guide.summary_en,
        words: &guide.words,
        words_en: &guide.words_en,
        rules: &guide.rules,
        related: &guide.related,
    });
    report.nodes(&guide.nodes);
    report.done()
}

/// Checks nodes that stand alone: a municipality's own branches of a guide.
#[must_use]
pub fn check_nodes(
    topic: &TopicKey,
    municipality: &MunicipalityKey,
    nodes: &[Node],
    known: &Known,
) -> Vec<Finding> {
    let mut report = Report::new(known, Some(municipality), Some(topic));
    if !report.too_big_as_a_whole(&node_texts(nodes)) {
        report.nodes(nodes);
    }
    report.done()
}

fn pieces_of_article(article: &Article) -> Vec<&str> {
    let mut pieces =
        vec![article.title.as_str(), &article.title_en, &article.summary, &article.summary_en];
    for list in [&article.words, &article.words_en, &article.rules] {
        pieces.extend(list.iter().map(String::as_str));
    }
    for part in &article.parts {
        pieces.extend([part.heading.as_str(), part.markdown.as_str()]);
    }
    pieces.extend(fact_texts(&article.facts));
    pieces
}

fn fact_texts(facts: &[Fact]) -> Vec<&str> {
    facts
        .iter()
        .flat_map(|fact| [Some(fact.label.as_str()), Some(&fact.value), fact.note.as_deref()])
        .flatten()
        .collect()
}

fn node_texts(nodes: &[Node]) -> Vec<&str> {
    let mut texts = Vec::new();
    for node in nodes {
        texts.extend([node.title.as_str(), node.markdown.as_str()]);
        if let NodeKind::Question(choices) = &node.kind {
            texts.extend(choices.iter().map(|choice| choice.text.as_str()));
        }
    }
    texts
}

/// The language a field is written in, for the checks of plain language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Danish,
    English,
    /// Names, addresses and numbers.
    None,
}

/// What every master has.
struct Head<'a> {
    title: &'a str,
    title_en: &'a str,
    summary: &'a str,
    summary_en: &'a str,
    words: &'a [String],
    words_en: &'a [String],
    rules: &'a [String],
    related: &'a [TopicKey],
}

/// The field that is looked at: its text and where every byte of it stands in characters.
struct Field<'a> {
    part: Option<&'a str>,
    name: &'a str,
    text: &'a str,
    chars: Vec<u32>,
    told: BTreeMap<&'static str, usize>,
}

impl<'a> Field<'a> {
    fn new(part: Option<&'a str>, name: &'a str, text: &'a str) -> Self {
        let mut chars = Vec::with_capacity(text.len() + 1);
        let mut count = 0;
        for c in text.chars() {
            chars.resize(chars.len() + c.len_utf8(), count);
            count += 1;
        }
        chars.push(count);
        Self { part, name, text, chars, told: BTreeMap::new() }
    }
}

/// Collects the findings of one text, and counts the steps it takes.
struct Report<'a> {
    known: &'a Known,
    municipality: Option<&'a MunicipalityKey>,
    topic: Option<&'a TopicKey>,
    findings: Vec<Finding>,
    /// Bytes, characters, words and Markdown events read, each time they are read.
    steps: u64,
}

/// What is said of a place in a field.
struct Say {
    code: &'static str,
    severity: Severity,
    suggestion: Option<String>,
    args: BTreeMap<&'static str, String>,
}

fn say(code: &'static str, severity: Severity) -> Say {
    Say { code, severity, suggestion: None, args: BTreeMap::new() }
}

impl Say {
    fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.insert(name, value.to_string());
        self
    }

    fn better(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }
}

impl<'a> Report<'a> {
    fn new(
        known: &'a Known,
        municipality: Option<&'a MunicipalityKey>,
        topic: Option<&'a TopicKey>,
    ) -> Self {
        Self { known, municipality, topic, findings: Vec::new(), steps: 0 }
    }

    fn done(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.severity);
        self.findings
    }

    /// Adds a finding about bytes `range` of a field.
    fn add(&mut self, field: &mut Field<'_>, range: std::ops::Range<usize>, say: Say) {
        let told = field.told.entry(say.code).or_default();
        *told += 1;
        if *told > MOST_OF_A_KIND {
            return;
        }
        let end = field.text.floor_char_boundary(range.end.min(field.text.len()));
        let start = field.text.floor_char_boundary(range.start.min(end));
        self.findings.push(Finding {
            code: say.code,
            severity: say.severity,
            part: field.part.map(str::to_owned),
            field: field.name.to_owned(),
            from: field.chars[start],
            to: field.chars[end],
            text: field.text[start..end].chars().take(EXCERPT).collect(),
            suggestion: say.suggestion,
            args: say.args,
        });
    }

    /// Adds a finding about the text as a whole.
    fn whole(&mut self, code: &'static str, severity: Severity) {
        self.at(None, "text", say(code, severity));
    }

    /// Adds a finding about a field as a whole.
    fn at(&mut self, part: Option<&str>, field: &str, say: Say) {
        self.findings.push(Finding {
            code: say.code,
            severity: say.severity,
            part: part.map(str::to_owned),
            field: field.to_owned(),
            from: 0,
            to: 0,
            text: String::new(),
            suggestion: say.suggestion,
            args: say.args,
        });
    }

    /// Whether the text is so long that nothing of it is read.
    fn too_big_as_a_whole(&mut self, pieces: &[&str]) -> bool {
        let bytes: usize = pieces.iter().map(|piece| piece.len()).sum();
        if bytes > MOST_WHOLE {
            let said = say("text-too-big", Severity::Error)
                .arg("size", bytes.div_ceil(1024))
                .arg("limit", MOST_WHOLE / 1024);
            self.at(None, "text", said);
            return true;
        }
        false
    }

    /// Whether a field is so long that it is not read.
    fn too_big(&mut self, part: Option<&str>, name: &str, text: &str) -> bool {
        if text.len() <= MOST_BYTES {
            return false;
        }
        let said = say("too-big", Severity::Error)
            .arg("size", text.len().div_ceil(1024))
            .arg("limit", MOST_BYTES / 1024);
        self.at(part, name, said);
        true
    }

    /// A field of one line: no Markdown.
    fn line(&mut self, name: &str, text: &str, tongue: Tongue) {
        self.line_in(None, name, text, tongue);
    }

    fn line_in(&mut self, part: Option<&str>, name: &str, text: &str, tongue: Tongue) {
        if text.is_empty() || self.too_big(part, name, text) {
            return;
        }
        let mut field = Field::new(part, name, text);
        self.marks(&mut field);
        self.markup_in_line(&mut field);
        let prose = Prose::of_line(text);
        self.telephones(&mut field, &prose);
        if tongue == Tongue::Danish {
            self.plain_language(&mut field, &prose);
        }
    }

    /// A field of Markdown.
    fn markdown(&mut self, part: &str, text: &str) {
        if text.is_empty() || self.too_big(Some(part), "markdown", text) {
            return;
        }
        let mut field = Field::new(Some(part), "markdown", text);
        self.marks(&mut field);
        if self.bombs(&mut field) {
            return;
        }
        let read = markdown_of(text);
        self.steps += read.events;
        self.structure(&mut field, &read);
        self.links(&mut field, &read);
        self.telephones(&mut field, &read.prose);
        self.doubled(&mut field, &read.prose);
        self.plain_language(&mut field, &read.prose);
        self.years(&mut field, &read.prose);
    }

    fn head(&mut self, head: &Head<'_>) {
        for (name, text) in [("title", head.title), ("summary", head.summary)] {
            if text.trim().is_empty() {
                self.at(None, name, say("missing", Severity::Error));
            }
            self.line(name, text, Tongue::Danish);
        }
        let length = head.summary.chars().take(MOST_BYTES).count();
        self.steps += length as u64;
        if length > shape::SUMMARY_LIMIT {
            let said = say("summary-long", Severity::Error)
                .arg("length", length)
                .arg("limit", shape::SUMMARY_LIMIT);
            self.at(None, "summary", said);
        }
        for (name, text) in [("title_en", head.title_en), ("summary_en", head.summary_en)] {
            if text.trim().is_empty() {
                self.at(None, name, say("missing-english", Severity::Warning));
            }
            self.line(name, text, Tongue::English);
        }
        if head.words_en.is_empty() {
            self.at(None, "words_en", say("missing-english", Severity::Warning));
        }
        self.words("words", head.words);
        self.words("words_en", head.words_en);
        for (index, rule) in head.rules.iter().enumerate() {
            self.line(&format!("rules.{index}"), rule, Tongue::None);
        }
        self.related(head.related);
    }

    fn words(&mut self, name: &str, words: &[String]) {
        let mut seen = BTreeSet::new();
        for (index, word) in words.iter().enumerate() {
            let name = format!("{name}.{index}");
            self.line(&name, word, Tongue::None);
            if word.len() <= MOST_BYTES
                && (word.trim().is_empty() || !seen.insert(word.to_lowercase()))
            {
                self.at(None, &name, say("word-twice", Severity::Error));
            }
        }
    }

    fn self_service(&mut self, service: &SelfService) {
        self.line("self_service.label", &service.label, Tongue::Danish);
        self.address("self_service.url", &service.url);
    }

    fn facts(&mut self, facts: &[Fact]) {
        for (index, fact) in facts.iter().enumerate() {
            self.line(&format!("facts.{index}.label"), &fact.label, Tongue::Danish);
            self.line(&format!("facts.{index}.value"), &fact.value, Tongue::Danish);
            if let Some(note) = &fact.note {
                self.line(&format!("facts.{index}.note"), note, Tongue::Danish);
            }
            if fact.label.trim().is_empty() || fact.value.trim().is_empty() {
                self.at(None, &format!("facts.{index}"), say("fact-empty", Severity::Error));
            }
        }
    }

    fn part(&mut self, id: &str, heading: &str, markdown: &str) {
        self.line_in(Some(id), "heading", heading, Tongue::Danish);
        self.markdown(id, markdown);
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            let part = Some(node.id.as_str());
            if node.title.trim().is_empty() {
                self.at(part, "title", say("missing", Severity::Error));
            }
            self.line_in(part, "title", &node.title, Tongue::Danish);
            self.markdown(&node.id, &node.markdown);
            match &node.kind {
                NodeKind::Question(choices) => {
                    for (index, choice) in choices.iter().enumerate() {
                        let name = format!("choices.{index}.text");
                        if choice.text.trim().is_empty() {
                            self.at(part, &name, say("missing", Severity::Error));
                        }
                        self.line_in(part, &name, &choice.text, Tongue::Danish);
                    }
                }
                NodeKind::Answer(ways) => {
                    for (index, way) in ways.iter().enumerate() {
                        self.way(part, index, way);
                    }
                }
            }
        }
    }

    fn way(&mut self, part: Option<&str>, index: usize, way: &Way) {
        match way {
            Way::Topic(topic) => {
                self.topic_reference(part, &format!("ways.{index}.topic"), topic);
            }
            Way::Link { url, label } => {
                self.line_in(part, &format!("ways.{index}.label"), label, Tongue::Danish);
                self.address_in(part, &format!("ways.{index}.url"), url);
            }
            Way::Department(_) | Way::Person => {}
        }
    }
}
