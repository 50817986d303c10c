//! The body of a text: level-2 headings that carry an id, and what stands under each.

use super::{Fault, front::line_number};

/// What stands under one `## Heading {#id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) heading: String,
    /// The text below the heading, without blank lines at its ends.
    pub(crate) text: String,
    /// The line of the heading.
    pub(crate) line: u32,
    /// The line on which `text` begins.
    pub(crate) text_line: u32,
}

/// The sections of a body whose first line has the number `first_line`, and what is wrong.
pub(crate) fn sections(body: &str, first_line: u32) -> (Vec<Section>, Vec<Fault>) {
    let mut found: Vec<Section> = Vec::new();
    let mut faults = Vec::new();
    let mut stray = false;
    for (index, line) in body.lines().enumerate() {
        let number = first_line.saturating_add(line_number(index) - 1);
        if let Some(rest) = line.strip_prefix("## ") {
            let (heading, id) = match heading_and_id(rest) {
                Some(pair) => pair,
                None => {
                    faults.push(Fault::new(
                        number,
                        "heading-without-id",
                        "a level-2 heading ends in its id: ## Heading {#id}, id of a-z, 0-9 and -",
                    ));
                    (rest.trim(), "")
                }
            };
            if heading.is_empty() {
                faults.push(Fault::new(number, "empty-heading", "this heading has no text"));
            }
            if !id.is_empty() && found.iter().any(|section| section.id == id) {
                faults.push(Fault::new(
                    number,
                    "id-twice",
                    format!("the id {id} stands twice in this text"),
                ));
            }
            found.push(Section {
                id: id.to_owned(),
                heading: heading.to_owned(),
                text: String::new(),
                line: number,
                text_line: number,
            });
        } else if let Some(section) = found.last_mut() {
            if section.text.is_empty() {
                if line.trim().is_empty() {
                    continue;
                }
                section.text_line = number;
            }
            section.text.push_str(line);
            section.text.push('\n');
        } else if !line.trim().is_empty() && !stray {
            stray = true;
            faults.push(Fault::new(
                number,
                "text-before-heading",
                "text must stand under a level-2 heading: ## Heading {#id}",
            ));
        }
    }
    for section in &mut found {
        section.text.truncate(section.text.trim_end().len());
    }
    (found, faults)
}

/// Whether a text can be the id of a part or a node: 1 to 40 of a-z, 0-9 and `-`.
pub(crate) fn is_part_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn heading_and_id(rest: &str) -> Option<(&str, &str)> {
    let (heading, id) = rest.trim_end().strip_suffix('}')?.rsplit_once("{#")?;
    is_part_id(id).then_some((heading.trim(), id))
}
