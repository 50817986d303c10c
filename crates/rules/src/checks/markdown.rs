//! Markdown read once: its prose, links, images and headings; and what is no text but a bomb.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::prose::Prose;
use super::{Field, MOST_SHOWN, Report, Severity, say};

/// How deep lists, quotes and emphasis may nest; pages show no more (`web::markdown`).
const MOST_DEPTH: usize = 12;
/// The most signs of one kind: a long article has sixty.
const MOST_SIGNS: [(&str, &[u8], usize); 5] = [
    ("emphasis", b"*_~", 2000),
    ("links", b"[", 500),
    ("table", b"|", 3000),
    ("quotes", b">", 500),
    ("code", b"`", 1000),
];

/// A Markdown text as the checks see it.
pub(super) struct Read {
    pub(super) prose: Prose,
    pub(super) links: Vec<Link>,
    pub(super) images: Vec<Link>,
    pub(super) html: Vec<(Range<usize>, String)>,
    pub(super) headings: Vec<(Range<usize>, u8)>,
    /// The place where nesting first is too deep.
    pub(super) too_deep: Option<Range<usize>>,
    /// Where code stands that is not shown as text.
    pub(super) code_blocks: Vec<Range<usize>>,
    pub(super) events: u64,
}

/// A link or an image.
pub(super) struct Link {
    pub(super) place: Range<usize>,
    pub(super) to: String,
    /// Its words, or an image's text.
    pub(super) label: String,
}

/// Reads a Markdown text.
pub(super) fn markdown_of(markdown: &str) -> Read {
    let mut read = Read {
        prose: Prose::new(markdown.len()),
        links: Vec::new(),
        images: Vec::new(),
        html: Vec::new(),
        headings: Vec::new(),
        too_deep: None,
        code_blocks: Vec::new(),
        events: 0,
    };
    let mut depth = 0_usize;
    // Links do not nest, images may stand inside a link: where the words of each begin.
    let mut open: Vec<(bool, Range<usize>, String, usize)> = Vec::new();
    for (event, place) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        read.events += 1;
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > MOST_DEPTH && read.too_deep.is_none() {
                    read.too_deep = Some(place.start..place.start + 1);
                }
                let said = read.prose.text.len();
                match tag {
                    Tag::Link { dest_url, .. } => {
                        open.push((false, place, dest_url.into_string(), said));
                    }
                    Tag::Image { dest_url, .. } => {
                        open.push((true, place, dest_url.into_string(), said));
                    }
                    Tag::Heading { level, .. } => read.headings.push((place, level_of(level))),
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) => read.code_blocks.push(place),
                    _ => {}
                }
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                match end {
                    TagEnd::Link | TagEnd::Image => {
                        if let Some((image, place, to, said)) = open.pop() {
                            let label = read.prose.text[said..].trim().to_owned();
                            let link = Link { place, to, label };
                            if image { read.images.push(link) } else { read.links.push(link) }
                        }
                    }
                    TagEnd::TableCell => read.prose.push(" ", place.end..place.end + 1),
                    TagEnd::Paragraph
                    | TagEnd::Heading(_)
                    | TagEnd::Item
                    | TagEnd::TableRow
                    | TagEnd::TableHead
                    | TagEnd::CodeBlock => read.prose.end_block(place.end),
                    _ => {}
                }
            }
            Event::Text(text) => {
                // A character that was escaped stands after its backslash.
                let start = place.end.saturating_sub(text.len());
                let place = if place.len() == text.len() + 1 { start..place.end } else { place };
                read.prose.push(&text, place);
            }
            Event::Code(code) => {
                let ticks = place.len().saturating_sub(code.len()) / 2;
                read.prose.push(&code, place.start + ticks..place.start + ticks + code.len());
            }
            Event::SoftBreak | Event::HardBreak => {
                read.prose.push(" ", place.start..place.start + 1);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                read.html.push((place, html.into_string()));
            }
            _ => {}
        }
    }
    read
}

const fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// What kind of raw HTML begins a piece: `<script>`, `<style>`, a drawing, anything else.
pub(super) fn html_code(html: &str) -> &'static str {
    let name: String = html
        .trim_start()
        .trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .take(12)
        .collect::<String>()
        .to_ascii_lowercase();
    match name.as_str() {
        "script" => "script",
        "style" => "style",
        "svg" => "svg",
        _ => "raw-html",
    }
}

impl Report<'_> {
    /// Whether a field is a bomb: it is told so and not read.
    pub(super) fn bombs(&mut self, field: &mut Field<'_>) -> bool {
        let bytes = field.text.as_bytes();
        self.steps += (bytes.len() * MOST_SIGNS.len()) as u64;
        let mut found = false;
        for (what, signs, most) in MOST_SIGNS {
            let count = bytes.iter().filter(|byte| signs.contains(byte)).count();
            if count > most {
                let said = say("bomb", Severity::Error)
                    .arg("what", what)
                    .arg("count", count)
                    .arg("limit", most);
                self.add(field, 0..0, said);
                found = true;
            }
        }
        if bytes.len() > MOST_SHOWN {
            let said = say("too-long-to-show", Severity::Error)
                .arg("size", bytes.len().div_ceil(1024))
                .arg("limit", MOST_SHOWN / 1024);
            self.add(field, MOST_SHOWN..bytes.len(), said);
        }
        found
    }

    /// Raw HTML, images, headings and nesting.
    pub(super) fn structure(&mut self, field: &mut Field<'_>, read: &Read) {
        if let Some(place) = &read.too_deep {
            let said = say("deep", Severity::Error).arg("limit", MOST_DEPTH);
            self.add(field, place.clone(), said);
        }
        // The end of an element is told with its beginning.
        for (place, html) in read.html.iter().filter(|(_, html)| !html.starts_with("</")) {
            self.add(field, place.clone(), say(html_code(html), Severity::Error));
        }
        for image in &read.images {
            if image.label.is_empty() {
                self.add(field, image.place.clone(), say("no-alt", Severity::Error));
            }
            if !image.to.starts_with("https://") {
                self.add(field, image.place.clone(), say("not-https", Severity::Error));
            }
            self.add(field, image.place.clone(), say("image", Severity::Warning));
        }
        let mut above = 2;
        for (place, level) in &read.headings {
            if *level < 3 {
                self.add(field, place.clone(), say("heading-high", Severity::Error));
            } else if *level > above + 1 {
                self.add(field, place.clone(), say("heading-skips", Severity::Warning));
            }
            above = (*level).max(2);
        }
        for place in &read.code_blocks {
            self.add(field, place.clone(), say("code-block", Severity::Hint));
        }
    }

    /// What would be markup in a field that has none.
    pub(super) fn markup_in_line(&mut self, field: &mut Field<'_>) {
        let text = field.text;
        self.steps += text.len() as u64;
        let bytes = text.as_bytes();
        for (at, _) in text.match_indices('<') {
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?') {
                let end = text.floor_char_boundary((at + 16).min(text.len()));
                let code = html_code(&text[at..end]);
                self.add(field, at..end, say(code, Severity::Error));
            }
        }
        for (at, _) in text.match_indices(':') {
            let from = text.floor_char_boundary(at.saturating_sub(12));
            let before = text[from..at].to_ascii_lowercase();
            let scheme = ["javascript", "vbscript"].iter().find(|word| before.ends_with(*word));
            let data = before.ends_with("data") && is_media(&text[at + 1..]);
            if scheme.is_some() || data {
                let length = scheme.map_or(4, |word| word.len());
                self.add(field, at - length..at + 1, say("dangerous-link", Severity::Error));
            }
        }
        if text.contains(['\n', '\r']) {
            self.add(field, 0..text.len(), say("line-break", Severity::Error));
        }
    }
}

/// Whether what follows `data:` is a kind of file.
fn is_media(after: &str) -> bool {
    let word = &after[..after.floor_char_boundary(after.len().min(12))];
    ["text/", "image/", "application/", ";base64", ","].iter().any(|kind| word.starts_with(kind))
}
