//! HTML, cleaned to the Markdown that our texts are written in.

use dom_query::Document;
use htmd::HtmlToMarkdown;
use htmd::options::{BulletListMarker, HrStyle, Options};
use rules::content::Fault;

use super::markdown::parts_of;
use super::{Defaults, ReadText, article};
use crate::nesting::is_too_deep;
use crate::site::read_page;
use crate::xml::fault;

/// What never comes in, whatever stands inside it.
const LEFT_OUT: &str = "script, style, noscript, template, svg, math, iframe, object, embed, canvas, \
    audio, video, picture, img, form, button, input, select, textarea, nav, dialog, link, meta, base";
/// The elements that are kept; others give their text.
const LINKS: [&str; 4] = ["https:", "http:", "mailto:", "tel:"];

/// Reads a page as a text.
pub(super) fn read(
    name: &str,
    html: &str,
    defaults: &Defaults,
) -> Result<Vec<ReadText>, Vec<Fault>> {
    if is_too_deep(html) {
        let message = "more than 1,000 elements within each other";
        return Err(vec![fault(1, "too-deep", message)]);
    }
    let page = read_page(html, "");
    let document = Document::from(html);
    let main = ["main", "[role=main]", "article", "body"]
        .iter()
        .map(|query| document.select(query))
        .find(|found| found.length() == 1);
    let inner = main.map(|main| main.inner_html().to_string()).unwrap_or_default();
    let markdown = to_markdown(&inner).map_err(|fault| vec![fault])?;
    let (heading, parts) = parts_of(&markdown, &defaults.first_heading);
    let title = heading.unwrap_or(page.title);
    let article = article(&title, parts, defaults, 1).map_err(|fault| vec![fault])?;
    Ok(vec![ReadText { file: name.to_owned(), line: 1, article }])
}

/// A piece of HTML as Markdown of our subset: paragraphs, headings, lists, tables, strong and weak
/// emphasis, and links that a citizen can follow.
pub(super) fn to_markdown(html: &str) -> Result<String, Fault> {
    if is_too_deep(html) {
        return Err(fault(1, "too-deep", "more than 1,000 elements within each other"));
    }
    let document = Document::fragment(html);
    document.select(LEFT_OUT).remove();
    document.select("[hidden], [aria-hidden=true]").remove();
    for link in document.select("a").iter() {
        let href = link.attr("href").unwrap_or_default().trim().to_lowercase();
        if !LINKS.iter().any(|scheme| href.starts_with(scheme)) {
            link.rename("span");
            link.remove_all_attrs();
        }
    }
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        hr_style: HrStyle::Dashes,
        ..Options::default()
    };
    let converter = HtmlToMarkdown::builder().options(options).build();
    let markdown = converter
        .convert(&document.html())
        .map_err(|_| fault(1, "html", "the HTML cannot be read"))?;
    Ok(markdown.trim().to_owned())
}
