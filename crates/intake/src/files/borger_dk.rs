//! Articles of the national portal borger.dk, in the XML form of its article service: title, header
//! ("manchet"), address, dates, and a content of HTML with micro articles, ways to do it oneself,
//! legislation and a byline, each in an element with a known id.

use dom_query::Document;
use rules::articles::{Fact, Part, SelfService};
use rules::content::Fault;

use super::{Defaults, ReadText, article, html, one_line, topic_of};
use crate::nesting::is_too_deep;
use crate::xml::{Document as Xml, Piece, decoded, fault};

/// The name by which the source is shown.
pub(super) const SOURCE: &str = "borger.dk";
/// What the topics of such articles begin with.
const PREFIX: &str = "borger-dk";

#[derive(Default)]
struct Found {
    line: u32,
    id: String,
    title: String,
    header: String,
    url: String,
    content: String,
    published: String,
    updated: String,
}

pub(super) fn read(
    name: &str,
    bytes: &[u8],
    defaults: &Defaults,
) -> Result<Vec<ReadText>, Vec<Fault>> {
    let text = decoded(bytes).map_err(|fault| vec![fault])?;
    let found = articles_of(&text).map_err(|fault| vec![fault])?;
    if found.is_empty() {
        let message = "there is no article (ArticleTitle and Content) in this file";
        return Err(vec![fault(1, "no-article", message)]);
    }
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for found in &found {
        match text_of(found, name, defaults) {
            Ok(text) => texts.push(text),
            Err(fault) => faults.push(Fault { line: found.line, ..fault }),
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(faults) }
}

/// Every element that holds a title and a content.
fn articles_of(text: &str) -> Result<Vec<Found>, Fault> {
    let mut document = Xml::new(text);
    let mut articles = Vec::new();
    let mut current = Found::default();
    // The depth of the element whose children are being read.
    let mut depth = 0;
    loop {
        match document.next_piece()? {
            Piece::Open(name) => {
                if name == "ArticleTitle" || name == "ArticleID" && current.title.is_empty() {
                    depth = document.path().len() - 1;
                    if current.line == 0 {
                        current.line = document.line();
                    }
                }
            }
            Piece::Text(words) => {
                let field = document.path().last().map(String::as_str).unwrap_or_default();
                match field {
                    "ArticleID" => current.id = words.trim().to_owned(),
                    "ArticleTitle" => current.title = words,
                    "ArticleHeader" => current.header = words,
                    "ArticleUrl" => current.url = words.trim().to_owned(),
                    "Content" => current.content = words,
                    "PublishingDate" => current.published = words.trim().to_owned(),
                    "LastUpdated" => current.updated = words.trim().to_owned(),
                    _ => {}
                }
            }
            Piece::Close(_) => {
                if document.path().len() < depth && depth > 0 {
                    let whole = std::mem::take(&mut current);
                    depth = 0;
                    if !whole.title.trim().is_empty() {
                        articles.push(whole);
                    }
                }
            }
            Piece::End => return Ok(articles),
        }
    }
}

fn text_of(found: &Found, name: &str, defaults: &Defaults) -> Result<ReadText, Fault> {
    if is_too_deep(&found.content) {
        return Err(fault(found.line, "too-deep", "more than 1,000 elements within each other"));
    }
    let document = Document::fragment(found.content.as_str());
    let mut parts = Vec::new();
    let mut core = document.select("[id^=microArticle_]");
    if core.is_empty() {
        core = document.select(".microArticle");
    }
    for micro in core.iter() {
        let headline = micro.select_single("h1, h2, h3");
        let heading = one_line(&headline.text());
        headline.remove();
        let markdown = html::to_markdown(&micro.inner_html())?;
        parts.push(part(&heading, markdown, defaults));
    }
    if parts.is_empty() {
        let core = document.select("#kernetekst");
        let inner = if core.is_empty() { document.html() } else { core.inner_html() };
        parts.push(part("", html::to_markdown(&inner)?, defaults));
    }
    let links: Vec<SelfService> = links_of(&document, "#selvbetjeningslinks a[href]");
    if links.len() > 1 {
        let list: Vec<String> =
            links.iter().map(|link| format!("- [{}]({})", plain(&link.label), link.url)).collect();
        parts.push(part(&defaults.self_service_heading, list.join("\n"), defaults));
    }
    let legislation = document.select("#lovgivning a, #lovgivning li");
    let mut rules: Vec<String> = Vec::new();
    for law in legislation.iter().map(|law| one_line(&law.text())) {
        if !law.is_empty() && !rules.contains(&law) && rules.len() < 20 {
            rules.push(law);
        }
    }
    let byline = one_line(&document.select("#byline").text());
    let mut read = article(&found.title, parts, defaults, found.line)?;
    read.topic = topic_of(&format!("{PREFIX} {}", read.title)).unwrap_or(read.topic);
    if !found.header.trim().is_empty() {
        // The header may hold marks of its own.
        let header = html::to_markdown(&found.header)?;
        read.summary = one_line(&rules::content::plain_markdown(&header));
    }
    read.self_service = links.into_iter().next();
    read.rules = rules;
    let day = [&found.updated, &found.published].into_iter().find_map(|at| at.get(..10));
    let note: Vec<&str> =
        [Some(byline.as_str()), day].into_iter().flatten().filter(|t| !t.is_empty()).collect();
    let value =
        if found.url.starts_with("https://") { found.url.clone() } else { SOURCE.to_owned() };
    read.facts.push(Fact {
        label: defaults.source_label.clone(),
        value,
        note: (!note.is_empty()).then(|| note.join(", ")),
    });
    if let Some(day) = day.and_then(|day| day.parse().ok()) {
        read.reviewed = day;
    }
    Ok(ReadText { file: name.to_owned(), line: found.line, article: read })
}

fn part(heading: &str, markdown: String, defaults: &Defaults) -> Part {
    let heading =
        if heading.is_empty() { defaults.first_heading.clone() } else { heading.to_owned() };
    // A part has no heading of its own level inside.
    let lines: Vec<String> = markdown
        .lines()
        .map(|line| match line.strip_prefix("# ").or_else(|| line.strip_prefix("## ")) {
            Some(rest) => format!("### {rest}"),
            None => line.to_owned(),
        })
        .collect();
    Part { id: String::new(), heading, markdown: lines.join("\n") }
}

fn links_of(document: &Document, query: &str) -> Vec<SelfService> {
    document
        .select(query)
        .iter()
        .filter_map(|link| {
            let url = link.attr("href")?.trim().to_owned();
            let label = one_line(&link.text());
            (url.starts_with("https://") && !url.contains(char::is_whitespace) && !label.is_empty())
                .then_some(SelfService { label, url })
        })
        .take(20)
        .collect()
}

/// A label between brackets.
fn plain(text: &str) -> String {
    text.replace(['[', ']', '\\'], " ")
}
