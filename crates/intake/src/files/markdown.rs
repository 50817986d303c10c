//! Markdown, with our front matter, another's, or none.

use rules::articles::{Part, parse_article};
use rules::content::Fault;

use super::{Defaults, ReadText, article, one_line, words_of};

/// Reads one text. With our own front matter it is read as a content file.
pub(super) fn read(
    name: &str,
    text: &str,
    defaults: &Defaults,
) -> Result<Vec<ReadText>, Vec<Fault>> {
    if text.starts_with("+++") {
        let article = parse_article(text)?;
        return Ok(vec![ReadText { file: name.to_owned(), line: 1, article }]);
    }
    let (front, body, first_line) = front_of(text);
    let said = |keys: &[&str]| {
        front.iter().find(|(key, _)| keys.contains(&key.as_str())).map(|(_, value)| value.clone())
    };
    let (heading, parts) = parts_of(body, &defaults.first_heading);
    let stem = name.rsplit('/').next().unwrap_or(name);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).replace(['-', '_'], " ");
    let title = said(&["title", "titel"]).or(heading).unwrap_or(stem);
    let mut read = article(&title, parts, defaults, first_line).map_err(|fault| vec![fault])?;
    if let Some(area) = said(&["area", "emne", "omraade", "område"]) {
        read.area = area;
    }
    if let Some(words) = said(&["words", "ord", "tags", "keywords", "stikord"]) {
        read.words = words_of(&words);
    }
    if let Some(summary) = said(&["summary", "description", "resume", "manchet"]) {
        read.summary = one_line(&summary);
    }
    Ok(vec![ReadText { file: name.to_owned(), line: first_line, article: read }])
}

/// The simple pairs of a front matter between lines of `---`, the rest, and the line it begins on.
fn front_of(text: &str) -> (Vec<(String, String)>, &str, u32) {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return (vec![], text, 1);
    };
    let mut pairs = Vec::new();
    let (mut offset, mut line) = (0, 2);
    for row in rest.split_inclusive('\n') {
        offset += row.len();
        line += 1;
        if row.trim_end() == "---" {
            return (pairs, &rest[offset..], line);
        }
        if let Some((key, value)) = row.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']).to_owned();
            pairs.push((key.trim().to_lowercase(), value));
        }
    }
    (vec![], text, 1)
}

/// The first level-1 heading, and the parts under level-2 headings. Further level-1 headings are
/// parts as well.
pub(super) fn parts_of(body: &str, first_heading: &str) -> (Option<String>, Vec<Part>) {
    let mut title = None;
    let part = |heading: &str| Part {
        id: String::new(),
        heading: heading.to_owned(),
        markdown: String::new(),
    };
    let mut parts = vec![part(first_heading)];
    let mut fenced = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        let heading = heading_of(line, level);
        match (level, heading) {
            (1, Some(heading)) if !fenced && title.is_none() && parts.len() == 1 => {
                title = Some(heading);
            }
            (1 | 2, Some(heading)) if !fenced => parts.push(part(&heading)),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.markdown.push_str(line);
                    last.markdown.push('\n');
                }
            }
        }
    }
    for part in &mut parts {
        part.markdown = part.markdown.trim().to_owned();
    }
    (title, parts)
}

fn heading_of(line: &str, level: usize) -> Option<String> {
    let rest = line.get(level..)?.strip_prefix(' ')?;
    let rest = rest.trim().trim_end_matches('#').trim();
    // Ids of other systems are dropped; ours are made from the heading.
    let rest = rest.split_once("{#").map_or(rest, |(text, _)| text.trim());
    let plain = rules::content::plain_markdown(rest);
    (!plain.trim().is_empty()).then(|| one_line(&plain))
}
