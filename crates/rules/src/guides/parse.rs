//! Reading a guide from its file.

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use serde::Deserialize;
use toml::value::Datetime;

use super::{Choice, Guide, MAX_NODES, Node, NodeKind, Way};
use crate::articles::{Competence, TopicKind};
use crate::content::{Fault, Section, day, is_part_id, line_of_key, read_toml, sections, split};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuideFront {
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
    figures_year: Option<i16>,
    rules: Vec<String>,
    related: Vec<TopicKey>,
    owner: MunicipalityKey,
    reviewed: Datetime,
    review: Datetime,
}

/// Reads a guide.
///
/// # Errors
/// Every fault of its form, with lines. Whether its nodes hang together is [`super::check`]'s.
pub fn parse(text: &str) -> Result<Guide, Vec<Fault>> {
    let split = split(text).map_err(|fault| vec![fault])?;
    let (found, mut faults) = sections(split.body, split.body_line);
    let nodes = nodes_of(found, &mut faults);
    let front: GuideFront = match read_toml(split.front, split.front_line) {
        Ok(front) => front,
        Err(fault) => {
            faults.insert(0, fault);
            return Err(faults);
        }
    };
    let line = line_of_key(text, "kind");
    if front.kind != TopicKind::Guide {
        faults.push(Fault::new(line, "wrong-kind", "a guide has kind = \"guide\""));
    }
    if front.version == 0 {
        faults.push(Fault::new(line_of_key(text, "version"), "version", "versions count from 1"));
    }
    if nodes.len() > MAX_NODES {
        faults.push(Fault::new(
            split.body_line,
            "too-many-nodes",
            format!("the guide has {} nodes; at most {MAX_NODES} are read", nodes.len()),
        ));
    }
    if nodes.is_empty() {
        faults.push(Fault::new(split.body_line, "no-nodes", "the guide has no nodes"));
    }
    let reviewed =
        day(&front.reviewed, line_of_key(text, "reviewed")).map_err(|fault| faults.push(fault));
    let review =
        day(&front.review, line_of_key(text, "review")).map_err(|fault| faults.push(fault));
    match (reviewed, review) {
        (Ok(reviewed), Ok(review)) if faults.is_empty() => Ok(Guide {
            topic: front.slug,
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
            figures_year: front.figures_year,
            rules: front.rules,
            related: front.related,
            owner: front.owner,
            reviewed,
            review,
            nodes,
        }),
        _ => Err(faults),
    }
}

/// The questions and answers under headings.
pub(super) fn nodes_of(found: Vec<Section>, faults: &mut Vec<Fault>) -> Vec<Node> {
    found.into_iter().map(|section| node(section, faults)).collect()
}

fn node(section: Section, faults: &mut Vec<Fault>) -> Node {
    let mut choices = Vec::new();
    let mut ways = Vec::new();
    let mut help: Vec<&str> = Vec::new();
    let mut until = None;
    for (number, line) in (section.text_line..).zip(section.text.lines()) {
        if let Some(rest) = line.strip_prefix("{until ") {
            match rest.trim_end().strip_suffix('}').and_then(|day| day.parse().ok()) {
                Some(day) => until = Some(day),
                None => faults.push(Fault::new(
                    number,
                    "until",
                    "the last day of a node is written: {until 2027-12-31}",
                )),
            }
        } else if let Some(rest) = line.strip_prefix("=>") {
            match way(rest.trim()) {
                Ok(found) => ways.push(found),
                Err(message) => faults.push(Fault::new(number, "way", message)),
            }
        } else if let Some(rest) = line.strip_prefix("- ").filter(|rest| rest.contains("->")) {
            match choice(rest, number) {
                Ok(found) => choices.push(found),
                Err(message) => faults.push(Fault::new(number, "choice", message)),
            }
        } else {
            if !line.trim().is_empty() && (!choices.is_empty() || !ways.is_empty()) {
                faults.push(Fault::new(
                    number,
                    "text-after-choices",
                    "a node's text stands before its choices and ways",
                ));
            }
            help.push(line);
        }
    }
    if !choices.is_empty() && !ways.is_empty() {
        faults.push(Fault::new(
            section.line,
            "question-and-answer",
            format!("{} has both choices (- … -> …) and ways (=> …)", section.id),
        ));
    }
    let kind =
        if choices.is_empty() { NodeKind::Answer(ways) } else { NodeKind::Question(choices) };
    Node {
        id: section.id,
        title: section.heading,
        markdown: help.join("\n").trim().to_owned(),
        line: section.line,
        until,
        kind,
    }
}

fn choice(rest: &str, line: u32) -> Result<Choice, String> {
    const FORM: &str = "a choice is written: - [municipality, …] text -> node-id";
    let (text, to) = rest.rsplit_once("->").ok_or(FORM)?;
    let (mut text, to) = (text.trim(), to.trim());
    let mut only = Vec::new();
    if let Some((list, after)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        for name in list.split(',') {
            only.push(MunicipalityKey::new(name.trim()).map_err(|error| error.to_string())?);
        }
        text = after.trim();
    }
    if text.is_empty() || !is_part_id(to) {
        return Err(FORM.to_owned());
    }
    Ok(Choice { text: text.to_owned(), to: to.to_owned(), only, line })
}

fn way(text: &str) -> Result<Way, String> {
    const FORM: &str = "a way is written: => topic <slug>, => link <https address> | <label>, \
                        => department <key> or => person";
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    match word {
        "person" if rest.is_empty() => Ok(Way::Person),
        "topic" => TopicKey::new(rest).map(Way::Topic).map_err(|error| error.to_string()),
        "department" => {
            DepartmentKey::new(rest).map(Way::Department).map_err(|error| error.to_string())
        }
        "link" => {
            let (url, label) = rest.split_once('|').ok_or(FORM)?;
            let (url, label) = (url.trim(), label.trim());
            if !url.starts_with("https://") || url.contains(char::is_whitespace) || label.is_empty()
            {
                return Err(FORM.to_owned());
            }
            Ok(Way::Link { url: url.to_owned(), label: label.to_owned() })
        }
        _ => Err(FORM.to_owned()),
    }
}
