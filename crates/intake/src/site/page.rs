//! What a page of another site says: its own text, without the furniture around it.
//!
//! Public sites mark their main content (`<main>`, the accessibility act asks for it), so that is
//! taken where it is, without the navigation, forms and banners inside it. A page without such a mark
//! is judged by the density of its text (readability).

use base::Language;
use dom_query::{Document, NodeRef, Selection};
use dom_smoothie::{Config, Readability};

use crate::nesting::is_too_deep;

/// The largest page that is taken apart, in bytes.
const MOST_BYTES: usize = 3 * 1024 * 1024;
/// The longest text that is kept, in characters.
const LONGEST_TEXT: usize = 40_000;
const LONGEST_TITLE: usize = 200;
const LONGEST_SUMMARY: usize = 300;
/// A main part with fewer letters than these is none: the mark stands around something else.
const LEAST_MAIN: usize = 80;

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub title: String,
    /// Of the page's own description, else its first words.
    pub summary: String,
    /// Paragraphs on lines of their own.
    pub text: String,
    pub language: Language,
    /// The address the page itself calls its own, as written there.
    pub canonical: Option<String>,
    /// The page asks not to be found.
    pub noindex: bool,
    /// Where its links lead, as written there.
    pub links: Vec<String>,
}

/// What stands in a page and is no text of it.
const FURNITURE: &str = "script, style, noscript, template, svg, iframe, object, canvas, nav, aside, \
    form, button, select, dialog, [hidden], [aria-hidden=true], [role=navigation], [role=banner], \
    [role=contentinfo], [role=search], [role=dialog], [role=alertdialog], [id*=cookie], \
    [class*=cookie], [id*=consent], [class*=consent], [class*=breadcrumb], [class*=skip-link], \
    [class*=share], [class*=feedback], [class*=menu]";
/// Furniture too, unless it stands inside the main part, where articles have headers of their own.
const AROUND: &str = "body > header, body > footer, body > div > header, body > div > footer";
/// Where the main part may be marked, best first.
const MAIN: [&str; 5] = ["main", "[role=main]", "#main-content", "#content", "article"];
/// Elements that begin a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "br",
    "hr",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "header",
    "footer",
    "main",
    "details",
    "summary",
    "address",
];

/// Takes a page apart. `url` is where it was read.
#[must_use]
pub fn read_page(html: &str, url: &str) -> Page {
    let mut end = html.len().min(MOST_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    // What is deeper than any page is not taken apart: it says nothing.
    let html = if is_too_deep(&html[..end]) { "" } else { &html[..end] };
    let document = Document::from(html);
    let links = links_of(&document);
    let meta = |query: &str| {
        document.select_single(query).attr("content").map(|text| one_line(&text, LONGEST_SUMMARY))
    };
    let noindex = document
        .select("meta[name=robots], meta[name=ROBOTS], meta[name=straks]")
        .iter()
        .filter_map(|element| element.attr("content"))
        .any(|said| is_noindex(&said));
    let language =
        document.select_single("html").attr("lang").map_or(Language::Da, |lang| language_of(&lang));
    let canonical = document
        .select_single("link[rel=canonical]")
        .attr("href")
        .map(|href| href.trim().to_owned());
    let described =
        meta("meta[name=description]").or_else(|| meta("meta[property='og:description']"));
    let og_title = meta("meta[property='og:title']");
    let head_title = one_line(&document.select_single("head title").text(), LONGEST_TITLE);
    document.select(FURNITURE).remove();
    document.select(AROUND).remove();
    let main = main_of(&document);
    let heading = main
        .as_ref()
        .map(|main| main.select_single("h1").text())
        .filter(|text| !text.trim().is_empty())
        .unwrap_or_else(|| document.select_single("h1").text());
    let heading = one_line(&heading, LONGEST_TITLE);
    let title = [heading, og_title.unwrap_or_default(), without_site(&head_title)]
        .into_iter()
        .find(|title| !title.is_empty())
        .unwrap_or_default();
    let text = match main {
        Some(main) => main.nodes().first().map(text_of).unwrap_or_default(),
        None => dense_text(&document, url),
    };
    let text = without_heading(&text, &title);
    let summary = described
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| one_line(text.lines().next().unwrap_or_default(), LONGEST_SUMMARY));
    Page { title, summary, text, language, canonical, noindex, links }
}

/// The language of a page by its mark; what is neither is taken for Danish.
#[must_use]
pub fn language_of(mark: &str) -> Language {
    let mark = mark.trim().to_lowercase();
    if mark == "en" || mark.starts_with("en-") { Language::En } else { Language::Da }
}

/// Whether two addresses mean the same page: the scheme, `www.` and a closing slash say nothing.
#[must_use]
pub fn same_page(url: &str, other: &str) -> bool {
    let Ok(base) = reqwest::Url::parse(url) else { return false };
    let Ok(other) = base.join(other) else { return false };
    let plain = |url: &reqwest::Url| {
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_lowercase();
        (
            host,
            url.port(),
            url.path().trim_end_matches('/').to_owned(),
            url.query().map(str::to_owned),
        )
    };
    plain(&base) == plain(&other)
}

/// Whether a robots mark (of a page or of its answer) forbids that the page is found.
#[must_use]
pub fn is_noindex(said: &str) -> bool {
    said.split([',', ' ', ':'])
        .any(|word| matches!(word.trim().to_lowercase().as_str(), "noindex" | "none"))
}

fn main_of(document: &Document) -> Option<Selection<'_>> {
    MAIN.iter().find_map(|query| {
        let found = document.select(query);
        // Only one can be the main part.
        let one = found.length() == 1 && letters(&found.text()) >= LEAST_MAIN;
        one.then_some(found)
    })
}

/// Takes out what is mostly links: lists of other pages.
fn without_link_lists(document: &Document) {
    const MOST: usize = 5_000;
    for block in document.select("td, div, ul, ol, section").iter().take(MOST) {
        let anchors = block.select("a");
        if anchors.length() >= 2 && letters(&anchors.text()) * 10 >= letters(&block.text()) * 7 {
            block.remove();
        }
    }
}

fn dense_text(document: &Document, url: &str) -> String {
    without_link_lists(document);
    let config =
        Config { max_elements_to_parse: 100_000, char_threshold: 200, ..Config::default() };
    let base = url.starts_with("http").then_some(url);
    let grabbed = Readability::with_document(document.clone(), base, Some(config))
        .and_then(|mut page| page.parse());
    let dense = grabbed.ok().map(|article| {
        let inner = Document::fragment(article.content);
        text_of(&inner.root())
    });
    match dense.filter(|text| letters(text) >= LEAST_MAIN) {
        Some(text) => text,
        None => document.body().as_ref().map(text_of).unwrap_or_default(),
    }
}

/// The text below a node, block elements on lines of their own.
fn text_of(node: &NodeRef<'_>) -> String {
    let mut text = String::new();
    for below in node.descendants_it() {
        if below.is_text() {
            let words = below.text();
            let spaced = words.starts_with(char::is_whitespace);
            let mut first = true;
            for word in words.split_whitespace() {
                let apart = !first || spaced;
                if apart && !text.is_empty() && !text.ends_with(['\n', ' ']) {
                    text.push(' ');
                }
                text.push_str(word);
                first = false;
            }
            if words.ends_with(char::is_whitespace)
                && !text.is_empty()
                && !text.ends_with(['\n', ' '])
            {
                text.push(' ');
            }
        } else if below.node_name().is_some_and(|name| BLOCKS.contains(&name.as_ref())) {
            while text.ends_with(' ') {
                text.pop();
            }
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        }
        if text.len() > 4 * LONGEST_TEXT {
            break;
        }
    }
    let text: String = text.trim().chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    text.chars().take(LONGEST_TEXT).collect()
}

fn links_of(document: &Document) -> Vec<String> {
    const MOST: usize = 500;
    let anchors = document.select("a[href]");
    let hrefs = anchors.iter().filter_map(|a| a.attr("href"));
    hrefs.take(MOST).map(|href| href.trim().to_owned()).collect()
}

/// The heading is the title already.
fn without_heading(text: &str, title: &str) -> String {
    let rest = text.strip_prefix(title).filter(|rest| rest.is_empty() || rest.starts_with('\n'));
    rest.unwrap_or(text).trim().to_owned()
}

/// `Pas | Example Kommune` is `Pas`.
fn without_site(title: &str) -> String {
    let cut = [" | ", " – ", " - "].iter().find_map(|sign| title.split_once(sign));
    cut.map_or(title, |(own, _)| own).trim().to_owned()
}

fn one_line(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(longest).collect()
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}
