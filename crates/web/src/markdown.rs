//! Markdown to HTML, for texts of editors and of anybody else: what a text says is never HTML.
//!
//! Twice guarded: the renderer makes only the few elements it knows and drops raw HTML, and an
//! allow-list looks at the outcome once more.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream, html};
use rules::content::telephones;

/// The most of a text that is read, in bytes; the longest article has 6,000.
pub const MAX_MARKDOWN: usize = 32 * 1024;

/// How deep lists, quotes and emphasis nest; what is deeper keeps its text only.
const MAX_DEPTH: usize = 12;

/// HTML that is safe to put into a page as it stands. Only this module makes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Html(String);

impl Html {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Templates write it without escaping.
impl askama::filters::HtmlSafe for Html {}

static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "h2",
            "h3",
            "h4",
            "ul",
            "ol",
            "li",
            "strong",
            "em",
            "a",
            "blockquote",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "br",
            "code",
            "pre",
            "hr",
        ]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "rel"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("a", HashSet::from(["external", "tel"]))]))
        .url_schemes(HashSet::from(["https", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None);
    builder
});

/// The HTML of a Markdown text.
///
/// `resolve_topic` gives the address of a topic's page for a link to `topic:slug`; where it gives
/// none, the link's words stand without a link. Other links lead to `https://` addresses or are no
/// links. Telephone numbers (see [`telephones`]) become links that call, with the number as written
/// for their name. A `##` heading is an `h2`; a text has no `h1`, the page has one. Raw HTML and
/// images are dropped (an image's words stay). Of a longer text than [`MAX_MARKDOWN`] the rest is
/// left out.
#[must_use]
pub fn to_html(markdown: &str, resolve_topic: &dyn Fn(&str) -> Option<String>) -> Html {
    let markdown = &markdown[..markdown.floor_char_boundary(MAX_MARKDOWN)];
    let mut renderer =
        Renderer { resolve_topic, open: Vec::new(), links: 0, code: 0, said: String::new() };
    let mut events = Vec::new();
    for event in TextMergeStream::new(Parser::new_ext(markdown, Options::ENABLE_TABLES)) {
        renderer.take(event, &mut events);
    }
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events.into_iter());
    Html(ALLOWED.clean(&rendered).to_string())
}

/// What became of the beginning of an element, so that its end follows.
enum Opened {
    Kept,
    Dropped,
    Link,
    Code,
    Table,
}

struct Renderer<'r> {
    resolve_topic: &'r dyn Fn(&str) -> Option<String>,
    open: Vec<Opened>,
    /// Links around this place.
    links: usize,
    /// Code around this place.
    code: usize,
    /// The words before this place in the same block.
    said: String,
}

impl Renderer<'_> {
    fn take<'e>(&mut self, event: Event<'e>, out: &mut Vec<Event<'e>>) {
        match event {
            Event::Start(tag) => self.start(tag, out),
            Event::End(tag) => self.end(tag, out),
            Event::Text(text) => {
                if self.links == 0 && self.code == 0 {
                    self.text(&text, out);
                } else {
                    out.push(Event::Text(text.clone()));
                }
                self.said.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.said.push(' ');
                out.push(event);
            }
            Event::Code(code) => {
                self.said.push_str(&code);
                out.push(Event::Code(code));
            }
            Event::Rule => out.push(Event::Rule),
            // Raw HTML says nothing here; the rest is not switched on.
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start<'e>(&mut self, tag: Tag<'e>, out: &mut Vec<Event<'e>>) {
        // A table is one level deep and ends only whole: its rows and cells follow it.
        let in_table = matches!(tag, Tag::TableHead | Tag::TableRow | Tag::TableCell);
        let dropped_table = in_table && matches!(self.open.last(), Some(Opened::Dropped));
        let too_deep = self.open.len() >= MAX_DEPTH && !in_table;
        let opened = match tag {
            _ if too_deep || dropped_table => {
                self.separate(out);
                Opened::Dropped
            }
            Tag::Link { dest_url, .. } => self.link(&dest_url, out),
            Tag::Heading { level, .. } => {
                let level = shifted(level);
                out.push(Event::Start(Tag::Heading {
                    level,
                    id: None,
                    classes: Vec::new(),
                    attrs: Vec::new(),
                }));
                Opened::Kept
            }
            Tag::CodeBlock(kind) => {
                out.push(Event::Start(Tag::CodeBlock(kind)));
                self.code += 1;
                Opened::Code
            }
            Tag::Table(alignments) => {
                out.push(Event::Start(Tag::Table(alignments)));
                Opened::Table
            }
            tag @ (Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong) => {
                out.push(Event::Start(tag));
                Opened::Kept
            }
            Tag::Image { .. }
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => Opened::Dropped,
        };
        self.open.push(opened);
    }

    fn end<'e>(&mut self, tag: TagEnd, out: &mut Vec<Event<'e>>) {
        match self.open.pop() {
            Some(Opened::Kept | Opened::Table) => out.push(Event::End(match tag {
                TagEnd::Heading(level) => TagEnd::Heading(shifted(level)),
                tag => tag,
            })),
            Some(Opened::Code) => {
                self.code -= 1;
                out.push(Event::End(tag));
            }
            Some(Opened::Link) => {
                self.links -= 1;
                out.push(Event::InlineHtml("</a>".into()));
            }
            Some(Opened::Dropped) | None => {}
        }
        if matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell)
        {
            self.said.clear();
        }
    }

    /// Begins a link, or says that these words are none.
    fn link<'e>(&mut self, to: &str, out: &mut Vec<Event<'e>>) -> Opened {
        let mut begin = String::from("<a href=\"");
        if let Some(slug) = to.strip_prefix("topic:") {
            let Some(address) = (self.resolve_topic)(slug) else { return Opened::Dropped };
            escape(&address, &mut begin);
            begin.push_str("\">");
        } else if to.starts_with("https://") {
            escape(to, &mut begin);
            begin.push_str("\" rel=\"noopener noreferrer\" class=\"external\">");
        } else {
            return Opened::Dropped;
        }
        out.push(Event::InlineHtml(begin.into()));
        self.links += 1;
        Opened::Link
    }

    /// Text with its telephone numbers as links.
    fn text<'e>(&mut self, text: &str, out: &mut Vec<Event<'e>>) {
        let mut done = 0;
        for telephone in telephones(&self.said, text) {
            let number = &text[telephone.range.clone()];
            out.push(Event::Text(text[done..telephone.range.start].to_owned().into()));
            let mut link = String::new();
            // Writing to a string cannot fail.
            let _ = write!(link, "<a href=\"tel:{}\" class=\"tel\">", telephone.dialled());
            escape(number, &mut link);
            link.push_str("</a>");
            out.push(Event::InlineHtml(link.into()));
            done = telephone.range.end;
        }
        out.push(Event::Text(text[done..].to_owned().into()));
    }

    /// Keeps the words of dropped blocks apart.
    fn separate<'e>(&mut self, out: &mut Vec<Event<'e>>) {
        self.said.push(' ');
        out.push(Event::Text(" ".into()));
    }
}

/// `#` and `##` are `h2`, `###` is `h3`, what is deeper `h4`.
fn shifted(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H4,
    }
}

fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;

    fn html(markdown: &str) -> String {
        let resolve =
            |slug: &str| (slug == "pas-barn").then(|| "/frederikssund/emne/pas-barn".to_owned());
        to_html(markdown, &resolve).as_str().replace('\n', "")
    }

    #[test]
    fn an_article_keeps_its_headings_lists_and_tables() {
        assert_eq!(
            html(
                "## Priser\n\n| Alder | Pris |\n|---|--:|\n| 0-11 år | 150 kr. |\n\n### Sådan\n\n1. **Bestil** tid\n2. Kom"
            ),
            "<h2>Priser</h2><table><thead><tr><th>Alder</th><th>Pris</th></tr></thead><tbody>\
             <tr><td>0-11 år</td><td>150 kr.</td></tr></tbody></table><h3>Sådan</h3>\
             <ol><li><strong>Bestil</strong> tid</li><li>Kom</li></ol>"
        );
        assert_eq!(html("# Stor"), "<h2>Stor</h2>");
        assert_eq!(html("###### Dyb"), "<h4>Dyb</h4>");
    }

    #[test]
    fn a_topic_link_leads_to_the_topics_page_and_an_unknown_one_is_only_words() {
        assert_eq!(
            html("Se [pas til barn](topic:pas-barn)."),
            "<p>Se <a href=\"/frederikssund/emne/pas-barn\">pas til barn</a>.</p>"
        );
        assert_eq!(html("Se [noget *andet*](topic:ukendt)."), "<p>Se noget <em>andet</em>.</p>");
    }

    #[test]
    fn a_link_outside_says_nothing_of_where_it_came_from() {
        assert_eq!(
            html("[borger.dk](https://www.borger.dk)"),
            "<p><a href=\"https://www.borger.dk\" rel=\"noopener noreferrer\" class=\"external\">borger.dk</a></p>"
        );
        for no in ["http://borger.dk", "//borger.dk", "/staff", "mailto:a@b.dk", "ftp://x"] {
            assert_eq!(html(&format!("[her]({no})")), "<p>her</p>", "{no}");
        }
    }

    #[test]
    fn a_telephone_number_can_be_called() {
        assert_eq!(
            html("Ring +45 00 12 10 01, ved fare **112**."),
            "<p>Ring <a href=\"tel:+4500121001\" class=\"tel\">+45 00 12 10 01</a>, ved fare \
             <strong><a href=\"tel:112\" class=\"tel\">112</a></strong>.</p>"
        );
        assert_eq!(
            html("Politiet på 114 eller 1813"),
            "<p>Politiet på <a href=\"tel:114\" class=\"tel\">114</a> eller \
             <a href=\"tel:1813\" class=\"tel\">1813</a></p>"
        );
        assert_eq!(html("Serviceloven § 112 og 893 kr."), "<p>Serviceloven § 112 og 893 kr.</p>");
        assert_eq!(html("`112` [112](topic:ukendt)").matches("tel:").count(), 1);
        assert!(!html("[ring 112](https://www.112.dk)").contains("tel:"), "no link in a link");
    }

    #[test]
    fn no_text_is_html() {
        let corpus = [
            "<script>alert(1)</script>",
            "a <script src=//evil.example></script> b",
            "<img src=x onerror=alert(1)>",
            "![alt](javascript:alert(1))",
            "![alt](https://evil.example/pixel.gif)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\u{0}script:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](<javascript:alert(1)>)",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:msgbox)",
            "<javascript:alert(1)>",
            "[x](https://a.example\" onmouseover=\"alert(1))",
            "[x](https://a.example/'onmouseover='alert(1) \"t\" onclick=\"x\")",
            "[x](topic:pas-barn \"onclick=alert(1)\")",
            "<svg onload=alert(1)><path/></svg>",
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<style>body{display:none}</style>",
            "<p style=\"position:fixed\">x</p>",
            "<iframe src=https://evil.example></iframe>",
            "<a href=\"https://evil.example\" onclick=\"x\">y</a>",
            "<form action=//evil.example><input name=cpr></form>",
            "<base href=//evil.example>",
            "<!-- --><script>alert(1)</script>",
            "<!--><img src=x onerror=alert(1)>-->",
            "```html\n<script>alert(1)</script>\n```",
            "    <script>alert(1)</script>",
            "`<script>alert(1)</script>`",
            "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
            "## <img src=x onerror=alert(1)> {#x onclick=alert(1)}",
            "- <details open ontoggle=alert(1)>",
            "[<img src=x onerror=alert(1)>](https://a.example)",
            "\u{feff}<script>alert(1)</script>\u{202e}",
            "<scr<script>ipt>alert(1)</scr</script>ipt>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "112<script>alert(1)</script>",
            "ring 112\"><script>alert(1)</script>",
        ];
        for text in corpus {
            for text in [text.to_owned(), format!("> - {text}"), format!("a\n\n{text}\n\nb")] {
                let shown = html(&text);
                only_known_elements(&shown, &text);
            }
        }
    }

    /// Every element and attribute of the HTML is one of the few this module makes.
    fn only_known_elements(shown: &str, of: &str) {
        for tag in shown.split('<').skip(1) {
            let tag = tag.split('>').next().expect("split gives one");
            let mut words = tag.trim_start_matches('/').splitn(2, ' ');
            let name = words.next().expect("split gives one");
            assert!(ALLOWED.clone_tags().contains(name), "{of:?} gave {shown:?}");
            let attributes = words.next().unwrap_or_default();
            let known = attributes.is_empty()
                || attributes.starts_with("start=\"")
                || attributes == "href=\"/frederikssund/emne/pas-barn\""
                || (attributes.starts_with("href=\"tel:")
                    && attributes.ends_with("\" class=\"tel\""))
                || (attributes.starts_with("href=\"https://")
                    && attributes.ends_with("\" rel=\"noopener noreferrer\" class=\"external\"")
                    && attributes.matches('"').count() == 6);
            assert!(known, "{of:?} gave {shown:?}");
        }
    }

    #[test]
    fn what_a_text_quotes_is_shown_as_it_was_written() {
        assert_eq!(html("`<b>` & \"x\""), "<p><code>&lt;b&gt;</code> &amp; \"x\"</p>");
        assert_eq!(html("en <b>fed</b> tekst"), "<p>en fed tekst</p>");
    }

    #[test]
    fn a_bomb_is_bounded() {
        let bombs = [
            ">".repeat(1_000_000),
            "> ".repeat(500_000) + "x",
            "- ".repeat(500_000) + "x",
            "*a ".repeat(300_000),
            "**".repeat(500_000) + "x",
            "[".repeat(1_000_000),
            "![".repeat(500_000),
            "[a](".repeat(250_000),
            "`".repeat(999_999),
            "<".repeat(1_000_000),
            "<!--".repeat(250_000),
            "&".repeat(1_000_000),
            "ring 112 ".repeat(110_000),
            "1 ".repeat(500_000),
            "§ 112 ".repeat(150_000),
            format!("|{}\n|{}\n", "a|".repeat(400_000), "-|".repeat(100_000)),
            "x\n".repeat(500_000),
            "æ".repeat(500_000),
            (0..2000).map(|depth| format!("{}- x\n", "  ".repeat(depth % 500))).collect(),
        ];
        for bomb in bombs {
            let shown = to_html(&bomb, &|_| None);
            let deep = shown.as_str().matches("<blockquote").count();
            assert!(deep <= MAX_DEPTH, "{deep} levels");
            // A numeral of one byte can become a link of forty; nothing grows more than that.
            assert!(shown.as_str().len() <= MAX_MARKDOWN * 50);
        }
    }

    #[test]
    fn words_below_the_deepest_level_are_kept() {
        let shown = html(&("> ".repeat(40) + "ring til os"));
        assert!(shown.contains("ring til os"), "{shown}");
    }

    #[test]
    fn a_template_writes_it_as_it_stands() {
        #[derive(Template)]
        #[template(source = "{{ text }}", ext = "html")]
        struct Page {
            text: Html,
        }
        let page = Page { text: to_html("**ja**", &|_| None) };
        assert_eq!(page.render().expect("renders").trim(), "<p><strong>ja</strong></p>");
    }
}
