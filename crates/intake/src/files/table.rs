//! Tables: a row is a text.

use rules::content::Fault;

use super::markdown::parts_of;
use super::{Defaults, ReadText, article, html, words_of};
use crate::xml::fault;

/// The largest table, in bytes.
const MOST_BYTES: usize = 20 * 1024 * 1024;
const MOST_FAULTS: usize = 100;
/// The usual names of columns.
const TITLE: &[&str] =
    &["titel", "title", "overskrift", "spørgsmål", "sporgsmal", "emne", "question"];
const TEXT: &[&str] = &["tekst", "text", "svar", "indhold", "answer", "body", "brødtekst"];
const AREA: &[&str] = &["område", "omraade", "area", "kategori", "category", "vidensområde"];
const WORDS: &[&str] = &["ord", "words", "søgeord", "stikord", "nøgleord", "tags", "keywords"];

pub(super) fn read(
    name: &str,
    bytes: &[u8],
    defaults: &Defaults,
) -> Result<Vec<ReadText>, Vec<Fault>> {
    if bytes.len() > MOST_BYTES {
        return Err(vec![fault(1, "too-large", "the table is larger than 20 MB")]);
    }
    if bytes.contains(&0) {
        return Err(vec![fault(
            1,
            "encoding",
            "the file is neither UTF-8 nor Western European (ISO 8859-1)",
        )]);
    }
    let text = crate::text_of(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| vec![broken(&error)])?.clone();
    let column = |given: &str, usual: &[&str]| {
        headers.iter().position(|header| {
            let header = header.trim().to_lowercase();
            if given.trim().is_empty() {
                usual.contains(&header.as_str())
            } else {
                header == given.trim().to_lowercase()
            }
        })
    };
    let columns = &defaults.columns;
    let (Some(title), Some(body)) = (column(&columns.title, TITLE), column(&columns.text, TEXT))
    else {
        let names: Vec<&str> = headers.iter().take(20).collect();
        let message =
            format!("no column holds the title or the text; the columns are: {}", names.join(", "));
        return Err(vec![fault(1, "columns", message)]);
    };
    let (area, words) = (column(&columns.area, AREA), column(&columns.words, WORDS));
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for row in reader.records() {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                faults.push(broken(&error));
                break;
            }
        };
        let line = row.position().map_or(1, |at| u32::try_from(at.line()).unwrap_or(u32::MAX));
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim();
        let markdown = match is_html(cell(Some(body))) {
            true => html::to_markdown(cell(Some(body))),
            false => Ok(cell(Some(body)).to_owned()),
        };
        let read = markdown.and_then(|markdown| {
            let (_, parts) = parts_of(&markdown, &defaults.first_heading);
            article(cell(Some(title)), parts, defaults, line)
        });
        match read {
            Ok(mut article) => {
                if !cell(area).is_empty() {
                    article.area = cell(area).to_owned();
                }
                article.words = words_of(cell(words));
                texts.push(ReadText { file: name.to_owned(), line, article });
            }
            Err(found) => faults.push(Fault { line, ..found }),
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(faults) }
}

/// What stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|byte| *byte == sign).count();
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .filter(|sign| count(*sign) > 0)
        .unwrap_or(b',')
}

fn is_html(text: &str) -> bool {
    ["<p", "<br", "<ul", "<ol", "<h2", "<div", "<a "].iter().any(|tag| text.contains(tag))
}

fn broken(error: &csv::Error) -> Fault {
    let line = error.position().map_or(1, |at| u32::try_from(at.line()).unwrap_or(u32::MAX));
    fault(line, "table", "this row of the table cannot be read")
}
