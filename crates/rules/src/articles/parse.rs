//! Reading articles, referrals and local variants from their files.

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use serde::Deserialize;
use toml::value::Datetime;

use super::{Article, Authority, Competence, Fact, Part, SelfService, TopicKind, Variant};
use crate::content::{Fault, Section, day, line_of_key, read_toml, sections, split};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleFront {
    slug: TopicKey,
    kind: TopicKind,
    version: u32,
    title: String,
    title_en: String,
    area: String,
    department: DepartmentKey,
    competence: Competence,
    urgent: bool,
    summary: String,
    summary_en: String,
    words: Vec<String>,
    words_en: Vec<String>,
    self_service: Option<SelfService>,
    figures_year: Option<i16>,
    rules: Vec<String>,
    related: Vec<TopicKey>,
    owner: MunicipalityKey,
    reviewed: Datetime,
    review: Datetime,
    authority: Option<Authority>,
    #[serde(default)]
    facts: Vec<Fact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFront {
    article: TopicKey,
    of: u32,
    municipality: MunicipalityKey,
    department: DepartmentKey,
    reviewed: Datetime,
    #[serde(default)]
    demo: bool,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    facts: Vec<Fact>,
    self_service: Option<SelfService>,
}

/// Reads an article or a referral.
///
/// # Errors
/// Every fault of its form, with lines: no or unreadable front matter, unknown or missing keys,
/// headings without id, a first part other than `todo`, a referral without its authority.
pub fn parse_article(text: &str) -> Result<Article, Vec<Fault>> {
    let split = split(text).map_err(|fault| vec![fault])?;
    let (found, mut faults) = sections(split.body, split.body_line);
    let front: ArticleFront = match read_toml(split.front, split.front_line) {
        Ok(front) => front,
        Err(fault) => {
            faults.insert(0, fault);
            return Err(faults);
        }
    };
    let line = line_of_key(text, "kind");
    match front.kind {
        TopicKind::Guide => {
            faults.push(Fault::new(line, "wrong-kind", "a guide is no article: kind = \"article\""))
        }
        TopicKind::Referral if front.authority.is_none() => faults.push(Fault::new(
            line,
            "no-authority",
            "a referral says who does it: authority = { name = …, url = … }",
        )),
        TopicKind::Article if front.authority.is_some() => {
            faults.push(Fault::new(line, "authority", "only a referral has an authority"));
        }
        TopicKind::Article | TopicKind::Referral => {}
    }
    if front.version == 0 {
        faults.push(Fault::new(line_of_key(text, "version"), "version", "versions count from 1"));
    }
    match found.first() {
        Some(first) if first.id == "todo" || first.id.is_empty() => {}
        Some(first) => {
            faults.push(Fault::new(
                first.line,
                "todo-first",
                "the first part says what to do: its id is todo",
            ));
        }
        None => faults.push(Fault::new(split.body_line, "no-parts", "the text has no parts")),
    }
    faults.extend(empty_parts(&found));
    let reviewed =
        day(&front.reviewed, line_of_key(text, "reviewed")).map_err(|fault| faults.push(fault));
    let review =
        day(&front.review, line_of_key(text, "review")).map_err(|fault| faults.push(fault));
    match (reviewed, review) {
        (Ok(reviewed), Ok(review)) if faults.is_empty() => Ok(Article {
            topic: front.slug,
            kind: front.kind,
            version: front.version,
            title: front.title,
            title_en: front.title_en,
            area: front.area,
            department: front.department,
            competence: front.competence,
            urgent: front.urgent,
            summary: front.summary,
            summary_en: front.summary_en,
            words: front.words,
            words_en: front.words_en,
            self_service: front.self_service,
            figures_year: front.figures_year,
            rules: front.rules,
            related: front.related,
            owner: front.owner,
            reviewed,
            review,
            authority: front.authority,
            facts: front.facts,
            parts: parts(found),
        }),
        _ => Err(faults),
    }
}

/// Reads a municipality's variant of an article.
///
/// # Errors
/// Every fault of its form, with lines.
pub fn parse_variant(text: &str) -> Result<Variant, Vec<Fault>> {
    let split = split(text).map_err(|fault| vec![fault])?;
    let (found, mut faults) = sections(split.body, split.body_line);
    let front: VariantFront = match read_toml(split.front, split.front_line) {
        Ok(front) => front,
        Err(fault) => {
            faults.insert(0, fault);
            return Err(faults);
        }
    };
    let line = line_of_key(text, "of");
    if front.of == 0 {
        faults.push(Fault::new(line, "version", "versions count from 1"));
    }
    if found.is_empty() && front.facts.is_empty() && front.self_service.is_none() {
        faults.push(Fault::new(line, "nothing-local", "the variant says nothing of its own"));
    }
    faults.extend(empty_parts(&found));
    match day(&front.reviewed, line_of_key(text, "reviewed")).map_err(|fault| faults.push(fault)) {
        Ok(reviewed) if faults.is_empty() => Ok(Variant {
            topic: front.article,
            of: front.of,
            municipality: front.municipality,
            department: front.department,
            reviewed,
            demo: front.demo,
            words: front.words,
            facts: front.facts,
            self_service: front.self_service,
            parts: parts(found),
        }),
        _ => Err(faults),
    }
}

fn empty_parts(found: &[Section]) -> impl Iterator<Item = Fault> + '_ {
    found.iter().filter(|section| section.text.is_empty()).map(|section| {
        Fault::new(
            section.line,
            "empty-part",
            format!("nothing stands under {:?}", section.heading),
        )
    })
}

fn parts(found: Vec<Section>) -> Vec<Part> {
    found
        .into_iter()
        .map(|section| Part { id: section.id, heading: section.heading, markdown: section.text })
        .collect()
}
