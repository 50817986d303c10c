//! A text as its readers see it, with the way back to where every letter of it is written.

use std::ops::Range;

/// The words of a field without markup. Blocks, list items and table rows end in a line break.
pub(super) struct Prose {
    pub(super) text: String,
    /// For every byte of `text` the byte of the field it comes from.
    source: Vec<u32>,
}

impl Prose {
    pub(super) fn new(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity), source: Vec::with_capacity(capacity) }
    }

    /// A field without markup.
    pub(super) fn of_line(text: &str) -> Self {
        let mut prose = Self::new(text.len());
        prose.push(text, 0..text.len());
        prose
    }

    /// Adds words that stand at a place of the field.
    pub(super) fn push(&mut self, words: &str, place: Range<usize>) {
        let as_written = place.len() == words.len();
        self.text.push_str(words);
        let start = place.start;
        self.source.extend((0..words.len()).map(|index| {
            let at = if as_written { start + index } else { start };
            u32::try_from(at).unwrap_or(u32::MAX)
        }));
    }

    /// Ends a block.
    pub(super) fn end_block(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n", at..at);
        }
    }

    /// Where a range of the words stands in the field.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let at = |index: usize| self.source.get(index).map_or(0, |at| *at as usize);
        if range.is_empty() {
            return at(range.start)..at(range.start);
        }
        let last = self.text[..range.end].char_indices().next_back();
        let (last, width) = last.map_or((range.start, 1), |(at, c)| (at, c.len_utf8()));
        at(range.start)..at(last) + width
    }

    /// The sentences: they end in a full stop, an exclamation or question mark, or with the block.
    pub(super) fn sentences(&self) -> Vec<Range<usize>> {
        sentences(&self.text)
    }
}

/// A word: letters and digits, with single hyphens and full stops between ("bl.a", "e-mail").
pub(super) struct Word {
    pub(super) range: Range<usize>,
    /// In lower case.
    pub(super) lower: String,
}

/// The words of a text, in their order.
pub(super) fn words(text: &str, offset: usize) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let inside = c.is_alphanumeric()
            || (start.is_some()
                && matches!(c, '-' | '.' | '\'')
                && next.is_some_and(char::is_alphanumeric));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(word(text, from..at, offset));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        found.push(word(text, from..text.len(), offset));
    }
    found
}

fn word(text: &str, range: Range<usize>, offset: usize) -> Word {
    Word {
        lower: text[range.clone()].to_lowercase(),
        range: range.start + offset..range.end + offset,
    }
}

fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    let mut push = |range: Range<usize>| {
        if text[range.clone()].contains(char::is_alphanumeric) {
            found.push(range);
        }
    };
    // The first letter after the blanks, looked up once however long the blanks are.
    let mut ahead: (usize, Option<char>) = (0, None);
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '\n' => true,
            '!' | '?' => chars.peek().is_none_or(|(_, next)| next.is_whitespace()),
            '.' | ':' => match chars.peek() {
                None => true,
                Some((_, next)) if next.is_whitespace() => {
                    if ahead.0 < end {
                        let mut rest = text[end..].char_indices();
                        let next = rest.find(|(_, c)| !c.is_whitespace());
                        ahead = next.map_or((text.len(), None), |(at, c)| (end + at, Some(c)));
                    }
                    // "ca. 3", "kl. 8", "kr. i alt" and "1. januar" go on.
                    ahead.1.is_none_or(|c| {
                        !(c.is_lowercase() || (c.is_numeric() && is_short(text, at)))
                    })
                }
                Some(_) => false,
            },
            _ => false,
        };
        if ends {
            push(start..end);
            start = end;
        }
    }
    push(start..text.len());
    found
}

/// Whether a short word stands before a full stop ("ca.", "kl.", "nr.").
fn is_short(text: &str, dot: usize) -> bool {
    let near = &text[text.floor_char_boundary(dot.saturating_sub(8))..dot];
    near.chars().rev().take_while(|c| c.is_alphanumeric()).count() <= 4
}

/// The readability index and what it was made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lix {
    /// Words per sentence plus the share of long words in per cent: 25 reads like a children's
    /// book, 35 like a novel, 45 like a newspaper, 55 like a statute.
    pub score: f64,
    pub words: usize,
    pub sentences: usize,
    /// Words of more than six letters.
    pub long_words: usize,
}

/// The readability index of a text without markup, one block a line; `None` without words.
///
/// LIX = words / sentences + 100 · long words / words, with words of more than six letters as long
/// ones: C.H. Björnsson, *Läsbarhet*, Stockholm 1968.
#[must_use]
pub fn lix(text: &str) -> Option<Lix> {
    let sentences = sentences(text).len();
    let (mut count, mut long) = (0_usize, 0_usize);
    for word in words(text, 0) {
        if !word.lower.contains(char::is_alphabetic) {
            continue;
        }
        count += 1;
        if word.lower.chars().filter(|c| c.is_alphabetic()).count() > 6 {
            long += 1;
        }
    }
    if count == 0 || sentences == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 words")]
    let score = count as f64 / sentences as f64 + 100.0 * long as f64 / count as f64;
    Some(Lix { score, words: count, sentences, long_words: long })
}
