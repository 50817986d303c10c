//! What can be read but should not be published: the editor's second pair of eyes.

mod members;
mod text;

use std::collections::BTreeSet;

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::Date;
use serde::Serialize;

use super::collection::path_of;
use super::front::line_of_key;
use super::{Collection, word_count};
use crate::articles::{Article, Competence, TopicKind, Variant, merge, plain_text};
use crate::guides::{self, Guide, Known, NodeKind};
use crate::members::OTHER_AUTHORITY;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must not be published.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// Something an editor should know about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// Relative to the content folder, for instance `articles/pas.md`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// What kind of finding it is, for instance `unknown-topic`; stable.
    pub code: &'static str,
    /// In English, for a terminal.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}:{}: {severity}: {} [{}]", self.file, self.line, self.message, self.code)
    }
}

/// Collects the findings of one file.
struct Report<'a> {
    file: &'a str,
    text: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, severity: Severity, line: u32, code: &'static str, message: String) {
        self.findings.push(Finding { severity, file: self.file.to_owned(), line, code, message });
    }

    fn error(&mut self, line: u32, code: &'static str, message: String) {
        self.add(Severity::Error, line, code, message);
    }

    fn warning(&mut self, line: u32, code: &'static str, message: String) {
        self.add(Severity::Warning, line, code, message);
    }

    /// The line that sets a key of the front matter.
    fn key(&self, key: &str) -> u32 {
        line_of_key(self.text, key)
    }
}

/// What articles and guides have in common.
struct Head<'a> {
    kind: TopicKind,
    topic: &'a TopicKey,
    title: &'a str,
    title_en: &'a str,
    area: &'a str,
    department: &'a DepartmentKey,
    summary: &'a str,
    summary_en: &'a str,
    words: &'a [String],
    words_en: &'a [String],
    related: &'a [TopicKey],
    owner: &'a MunicipalityKey,
    reviewed: Date,
    review: Date,
}

impl Collection {
    /// Everything an editor should know before this is published, file by file.
    #[must_use]
    pub fn check(&self, today: Date) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_members(&mut findings);
        for article in self.articles.values() {
            let file = path_of(article.kind, &article.topic);
            self.with(&file, &mut findings, |report| self.check_article(article, today, report));
        }
        let known = Known {
            topics: self.topics().into_keys().cloned().collect(),
            departments: self.department_keys().into_iter().cloned().collect(),
            municipalities: self.members.iter().map(|member| member.key.clone()).collect(),
            missing: BTreeSet::new(),
        };
        for guide in self.guides.values() {
            let file = path_of(TopicKind::Guide, &guide.topic);
            self.with(&file, &mut findings, |report| {
                self.check_guide(guide, &known, today, report);
            });
        }
        for variant in self.variants.values() {
            let file = format!("local/{}/{}.md", variant.municipality, variant.topic);
            self.with(&file, &mut findings, |report| self.check_variant(variant, report));
        }
        self.check_coverage(&mut findings);
        findings.sort_by(|a, b| {
            (&a.file, a.line, a.code, &a.message).cmp(&(&b.file, b.line, b.code, &b.message))
        });
        findings.dedup();
        findings
    }

    fn with(&self, file: &str, findings: &mut Vec<Finding>, check: impl FnOnce(&mut Report<'_>)) {
        let text = self.sources.get(file).map_or("", String::as_str);
        check(&mut Report { file, text, findings });
    }

    fn check_article(&self, article: &Article, today: Date, report: &mut Report<'_>) {
        let head = Head {
            kind: article.kind,
            topic: &article.topic,
            title: &article.title,
            title_en: &article.title_en,
            area: &article.area,
            department: &article.department,
            summary: &article.summary,
            summary_en: &article.summary_en,
            words: &article.words,
            words_en: &article.words_en,
            related: &article.related,
            owner: &article.owner,
            reviewed: article.reviewed,
            review: article.review,
        };
        self.check_head(&head, today, report);
        let referral = article.kind == TopicKind::Referral;
        let elsewhere = article.department.as_str() == OTHER_AUTHORITY;
        if referral != elsewhere {
            let line = report.key("department");
            let message = format!("a referral, and only a referral, has {OTHER_AUTHORITY:?}");
            report.error(line, "department", message);
        }
        if referral && article.competence != Competence::OtherAuthority {
            let line = report.key("competence");
            report.error(line, "competence", "a referral is \"other-authority\"".to_owned());
        }
        let (least, most): (usize, usize) = if referral { (80, 250) } else { (150, 500) };
        let body: usize = {
            let shown = merge(article, None);
            let facts = plain_text(&crate::articles::Shown { parts: Vec::new(), ..shown.clone() });
            word_count(&plain_text(&shown)) - word_count(&facts)
        };
        if !(least..=most).contains(&body) {
            let message = format!("the text has {body} words; {least} to {most} are read");
            report.error(report.key("title"), "length", message);
        }
        let needed: &[&str] =
            if referral { &["todo", "help"] } else { &["todo", "offline", "decides"] };
        for id in needed {
            if article.parts.iter().all(|part| part.id != *id) {
                let message = format!("the part {{#{id}}} is missing");
                report.error(report.key("title"), "part-missing", message);
            }
        }
        if !(2..=4).contains(&article.facts.len()) {
            let message = format!("{} key facts; 2 to 4 are shown", article.facts.len());
            report.warning(report.key("title"), "facts", message);
        }
        if let Some(service) = &article.self_service {
            check_https(&service.url, report.key("self_service"), report);
        }
        if let Some(authority) = &article.authority {
            check_https(&authority.url, report.key("authority"), report);
        }
        if article.figures_year.is_some_and(|year| !(2000..=today.year() + 1).contains(&year)) {
            let message = "figures_year is no year of this time".to_owned();
            report.error(report.key("figures_year"), "figures-year", message);
        }
        self.check_text(None, Some(&article.topic), report);
    }

    fn check_guide(&self, guide: &Guide, known: &Known, today: Date, report: &mut Report<'_>) {
        let head = Head {
            kind: TopicKind::Guide,
            topic: &guide.topic,
            title: &guide.title,
            title_en: &guide.title_en,
            area: &guide.area,
            department: &guide.department,
            summary: &guide.summary,
            summary_en: &guide.summary_en,
            words: &guide.words,
            words_en: &guide.words_en,
            related: &guide.related,
            owner: &guide.owner,
            reviewed: guide.reviewed,
            review: guide.review,
        };
        self.check_head(&head, today, report);
        for fault in guides::check(guide, known, Some(today)) {
            report.error(fault.line, fault.code, fault.message);
        }
        let line = guide.nodes.first().map_or(1, |node| node.line);
        if !(6..=20).contains(&guide.nodes.len()) {
            let message = format!("{} nodes; a guide that helps has 6 to 20", guide.nodes.len());
            report.warning(line, "nodes", message);
        }
        for node in &guide.nodes {
            if matches!(node.kind, NodeKind::Question(_)) && !node.title.ends_with('?') {
                let message = format!("the question {:?} has no question mark", node.title);
                report.warning(node.line, "question-mark", message);
            }
        }
        if let Some(member) = self.members.first() {
            let step = guides::walk(guide, &member.key, &guides::Path::default());
            let depth = step.map_or(0, |step| step.longest_way_left + 1);
            if !(2..=5).contains(&depth) {
                let message = format!("the longest way has {depth} questions; 2 to 5 are answered");
                report.warning(line, "depth", message);
            }
        }
        self.check_text(None, Some(&guide.topic), report);
    }

    fn check_variant(&self, variant: &Variant, report: &mut Report<'_>) {
        match self.articles.get(&variant.topic) {
            None => {
                let message = format!("there is no article {}", variant.topic);
                report.error(report.key("article"), "no-master", message);
            }
            Some(master) if variant.of < master.version => {
                let message = format!(
                    "written against version {}, the master is version {}: what replaces its parts \
                     is not shown until this is reviewed",
                    variant.of, master.version
                );
                report.warning(report.key("of"), "master-changed", message);
            }
            Some(master) if variant.of > master.version => {
                let message = format!("the master has only {} versions", master.version);
                report.error(report.key("of"), "of", message);
            }
            Some(_) => {}
        }
        match self.member(&variant.municipality) {
            None => {
                let message = format!("{} is no member", variant.municipality);
                report.error(report.key("municipality"), "unknown-municipality", message);
            }
            Some(member) if member.department(&variant.department).is_none() => {
                let message = format!("{} has no {}", member.short, variant.department);
                report.error(report.key("department"), "unknown-department", message);
            }
            Some(_) => {}
        }
        if let Some(service) = &variant.self_service {
            check_https(&service.url, report.key("url"), report);
        }
        if self.consortium.demo && !variant.demo {
            let message = "a demonstration's local text says demo = true".to_owned();
            report.error(report.key("municipality"), "demo", message);
        }
        self.check_text(self.member(&variant.municipality), None, report);
    }

    fn check_head(&self, head: &Head<'_>, today: Date, report: &mut Report<'_>) {
        for (key, value) in [
            ("title", head.title),
            ("title_en", head.title_en),
            ("summary", head.summary),
            ("summary_en", head.summary_en),
        ] {
            if value.trim().is_empty() {
                report.error(report.key(key), "missing", format!("{key} is empty"));
            }
        }
        let length = head.summary.chars().count();
        if length > 200 {
            let message = format!("the summary has {length} characters; 200 are shown");
            report.error(report.key("summary"), "summary-length", message);
        }
        let words = word_count(head.summary_en);
        if !head.summary_en.trim().is_empty() && !(60..=130).contains(&words) {
            let message = format!("the English summary has {words} words; 60 to 130 are read");
            report.warning(report.key("summary_en"), "summary-en-length", message);
        }
        if self.areas.iter().all(|area| area.key != head.area) {
            let message = format!("areas.toml has no {}", head.area);
            report.error(report.key("area"), "unknown-area", message);
        }
        if self.departments.iter().all(|kind| kind.key != *head.department) {
            let message = format!("departments.toml has no {}", head.department);
            report.error(report.key("department"), "unknown-department", message);
        }
        if head.kind == TopicKind::Guide && head.department.as_str() == OTHER_AUTHORITY {
            let message = "a guide belongs to a department of the municipality".to_owned();
            report.error(report.key("department"), "department", message);
        }
        if self.member(head.owner).is_none() {
            let message = format!("{} is no member", head.owner);
            report.error(report.key("owner"), "unknown-municipality", message);
        }
        for (key, words, usual) in
            [("words", head.words, 6..=60), ("words_en", head.words_en, 2..=20)]
        {
            if !usual.contains(&words.len()) {
                let (least, most) = (usual.start(), usual.end());
                let message = format!("{} {key}; {least} to {most} are usual", words.len());
                report.warning(report.key(key), "words", message);
            }
            let mut seen = BTreeSet::new();
            for word in words {
                if word.trim().is_empty() || !seen.insert(word.to_lowercase()) {
                    let message = format!("{word:?} stands twice or is empty");
                    report.error(report.key(key), "word-twice", message);
                }
            }
        }
        self.check_related(head, report);
        if head.review < today {
            let message = format!("the review was due on {}", head.review);
            report.warning(report.key("review"), "review-overdue", message);
        }
        if head.review <= head.reviewed {
            let message = "the next review comes after the last".to_owned();
            report.error(report.key("review"), "review", message);
        }
    }

    fn check_related(&self, head: &Head<'_>, report: &mut Report<'_>) {
        let line = report.key("related");
        if !(1..=5).contains(&head.related.len()) {
            let message = format!("{} related topics; 1 to 5 are shown", head.related.len());
            report.warning(line, "related", message);
        }
        let mut seen = BTreeSet::from([head.topic]);
        for topic in head.related {
            if !seen.insert(topic) {
                let message = format!("{topic} is this topic itself or stands twice");
                report.error(line, "related-twice", message);
            } else if !self.has_topic(topic) {
                let message = format!("no article, referral or guide is called {topic}");
                report.error(line, "unknown-topic", message);
            }
        }
    }

    fn check_coverage(&self, findings: &mut Vec<Finding>) {
        if self.required.is_empty() {
            return;
        }
        let topics = self.topics();
        self.with("topics.txt", findings, |report| {
            for required in &self.required {
                match topics.get(&required.topic) {
                    None => {
                        let message =
                            format!("there is no {} {}", required.kind.word(), required.topic);
                        report.error(required.line, "not-covered", message);
                    }
                    Some(kind) if *kind != required.kind => {
                        let message = format!(
                            "{} is written as {}, not as {}",
                            required.topic,
                            kind.word(),
                            required.kind.word()
                        );
                        report.error(required.line, "wrong-kind", message);
                    }
                    Some(_) => {}
                }
            }
        });
        let listed: BTreeSet<&TopicKey> = self.required.iter().map(|topic| &topic.topic).collect();
        for (topic, kind) in topics.into_iter().filter(|(topic, _)| !listed.contains(topic)) {
            self.with(&path_of(kind, topic), findings, |report| {
                let message = format!("topics.txt does not list {topic}");
                report.warning(report.key("slug"), "not-listed", message);
            });
        }
    }

    fn has_topic(&self, topic: &TopicKey) -> bool {
        self.articles.contains_key(topic) || self.guides.contains_key(topic)
    }
}

fn check_https(url: &str, line: u32, report: &mut Report<'_>) {
    if !url.starts_with("https://") || url.contains(char::is_whitespace) {
        report.error(line, "not-https", format!("{url:?} is no https:// address"));
    }
}
