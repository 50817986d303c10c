//! Markdown read as prose: its words, links, telephone numbers and what does not belong in it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::front::line_number;

/// The words of a Markdown text without markup; blocks, list items and table rows on lines of
/// their own, table cells with a blank between.
#[must_use]
pub fn plain_markdown(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => text.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::CodeBlock,
            ) if !text.ends_with('\n') => text.push('\n'),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// The number of words of a plain text: what stands between blanks and has a letter or a digit.
#[must_use]
pub fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// A piece of a Markdown text that is looked at by the checks, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Where a link leads.
    Link(String),
    /// An image, which content has not.
    Image,
    /// Raw HTML, which content has not.
    Html(String),
}

/// The links, images and raw HTML of a Markdown text whose first line has this number.
pub(crate) fn pieces(markdown: &str, first_line: u32) -> Vec<(u32, Piece)> {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let found = parser.into_offset_iter().filter_map(|(event, range)| {
        let piece = match event {
            Event::Start(Tag::Link { dest_url, .. }) => Piece::Link(dest_url.into_string()),
            Event::Start(Tag::Image { .. }) => Piece::Image,
            Event::Html(html) | Event::InlineHtml(html) => Piece::Html(html.trim().to_owned()),
            _ => return None,
        };
        let before = markdown.as_bytes()[..range.start].iter().filter(|b| **b == b'\n').count();
        Some((first_line.saturating_add(line_number(before) - 1), piece))
    });
    found.collect()
}

/// A word that stands twice in a row (`på på`), unless Danish or English allows it.
pub(crate) fn doubled_word(line: &str) -> Option<&str> {
    const ALLOWED: [&str; 9] = ["der", "det", "den", "de", "som", "at", "er", "that", "had"];
    let mut previous = String::new();
    for word in line.split(' ') {
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let lower = bare.to_lowercase();
        if !previous.is_empty() && lower == previous && !ALLOWED.contains(&lower.as_str()) {
            return Some(bare);
        }
        let plain = word.chars().count() > 1 && word.chars().all(char::is_alphabetic);
        previous = if plain { lower } else { String::new() };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_keeps_words_and_loses_markup() {
        let text = "1. **Bestil tid** i [Borgerservice](topic:tid).\n2. Betal *893 kr.*\n\n\
                    | Alder | Pris |\n|---|---|\n| 0-11 år | 150 kr. |\n";
        assert_eq!(
            plain_markdown(text),
            "Bestil tid i Borgerservice.\nBetal 893 kr.\nAlder Pris \n0-11 år 150 kr."
        );
    }

    #[test]
    fn words_are_counted_without_signs() {
        assert_eq!(word_count("Du får – ca. 3 uger!"), 5);
    }

    #[test]
    fn a_word_written_twice_is_seen() {
        assert_eq!(doubled_word("Bestil tid på på nettet"), Some("på"));
        assert_eq!(doubled_word("når det det kræver"), None);
        assert_eq!(doubled_word("hjem, hjem til dig"), None);
        assert_eq!(doubled_word("- - 3 3"), None);
    }
}
