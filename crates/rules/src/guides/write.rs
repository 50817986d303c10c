//! Writing guides and local branches as content files, and reading branches from theirs.

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use serde::Deserialize;
use toml::value::Datetime;

use super::parse::nodes_of;
use super::{Branches, Choice, Guide, Hung, Node, NodeKind, Way};
use crate::articles::{TopicKind, competence_word};
use crate::content::{Fault, Writing, day, line_of_key, read_toml, sections, split};

/// The file of a guide.
#[must_use]
pub fn write_guide(guide: &Guide) -> String {
    let mut file = Writing::new();
    file.text("slug", guide.topic.as_str())
        .text("kind", TopicKind::Guide.word())
        .number("version", guide.version)
        .text("title", &guide.title)
        .text("title_en", &guide.title_en)
        .text("area", &guide.area)
        .text("department", guide.department.as_str())
        .text("competence", competence_word(guide.competence))
        .yes("urgent", guide.urgent)
        .text("summary", &guide.summary)
        .text("summary_en", &guide.summary_en)
        .list("words", &guide.words)
        .list("words_en", &guide.words_en);
    if let Some(year) = guide.figures_year {
        file.number("figures_year", year);
    }
    let related: Vec<&str> = guide.related.iter().map(|topic| topic.as_str()).collect();
    file.list("rules", &guide.rules)
        .list("related", &related)
        .text("owner", guide.owner.as_str())
        .day("reviewed", guide.reviewed)
        .day("review", guide.review)
        .body();
    for node in &guide.nodes {
        file.section(&node.title, &node.id, &node_text(node));
    }
    file.finish()
}

/// The file of a municipality's branches of a guide.
#[must_use]
pub fn write_branches(branches: &Branches) -> String {
    let mut file = Writing::new();
    file.text("guide", branches.topic.as_str())
        .number("of", branches.of)
        .number("version", branches.version)
        .text("municipality", branches.municipality.as_str())
        .text("department", branches.department.as_str())
        .day("reviewed", branches.reviewed);
    for hung in &branches.choices {
        let only: Vec<&str> = hung.choice.only.iter().map(|key| key.as_str()).collect();
        file.begin("choices").text("at", &hung.at).text("text", &hung.choice.text);
        file.text("to", &hung.choice.to).list("only", &only);
    }
    file.body();
    for node in &branches.nodes {
        file.section(&node.title, &node.id, &node_text(node));
    }
    file.finish()
}

fn node_text(node: &Node) -> String {
    let mut text = String::new();
    if let Some(until) = node.until {
        text.push_str(&format!("{{until {until}}}\n\n"));
    }
    if !node.markdown.is_empty() {
        text.push_str(&node.markdown);
        text.push_str("\n\n");
    }
    match &node.kind {
        NodeKind::Question(choices) => {
            for choice in choices {
                text.push_str(&choice_line(choice));
            }
        }
        NodeKind::Answer(ways) => {
            for way in ways {
                text.push_str(&way_line(way));
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn choice_line(choice: &Choice) -> String {
    let only: Vec<&str> = choice.only.iter().map(|key| key.as_str()).collect();
    let only = if only.is_empty() { String::new() } else { format!("[{}] ", only.join(", ")) };
    format!("- {only}{} -> {}\n", choice.text, choice.to)
}

fn way_line(way: &Way) -> String {
    match way {
        Way::Topic(topic) => format!("=> topic {topic}\n"),
        Way::Link { url, label } => format!("=> link {url} | {label}\n"),
        Way::Department(department) => format!("=> department {department}\n"),
        Way::Person => "=> person\n".to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BranchesFront {
    guide: TopicKey,
    of: u32,
    version: u32,
    municipality: MunicipalityKey,
    department: DepartmentKey,
    reviewed: Datetime,
    #[serde(default)]
    choices: Vec<HungFront>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HungFront {
    at: String,
    text: String,
    to: String,
    #[serde(default)]
    only: Vec<MunicipalityKey>,
}

/// Reads a municipality's branches of a guide.
///
/// # Errors
/// Every fault of their form, with lines.
pub fn parse_branches(text: &str) -> Result<Branches, Vec<Fault>> {
    let split = split(text).map_err(|fault| vec![fault])?;
    let (found, mut faults) = sections(split.body, split.body_line);
    let nodes = nodes_of(found, &mut faults);
    let front: BranchesFront = match read_toml(split.front, split.front_line) {
        Ok(front) => front,
        Err(fault) => {
            faults.insert(0, fault);
            return Err(faults);
        }
    };
    let reviewed =
        day(&front.reviewed, line_of_key(text, "reviewed")).map_err(|fault| faults.push(fault));
    match reviewed {
        Ok(reviewed) if faults.is_empty() => Ok(Branches {
            topic: front.guide,
            of: front.of,
            version: front.version,
            municipality: front.municipality,
            department: front.department,
            reviewed,
            nodes,
            choices: front
                .choices
                .into_iter()
                .map(|hung| Hung {
                    at: hung.at,
                    choice: Choice { text: hung.text, to: hung.to, only: hung.only, line: 0 },
                })
                .collect(),
        }),
        _ => Err(faults),
    }
}
