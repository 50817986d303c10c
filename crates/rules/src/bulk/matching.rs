//! Where a word or a figure stands, and stands for itself.

use std::ops::Range;

use super::Rule;

/// Where the rule's find stands in a value, and what comes there instead.
///
/// A figure is never found inside a longer one: neither `1.234` in `11.234`, `1.234,50` or
/// `1.234.000`, nor `5` in `2,5`. With `whole_word` a word is not found inside another, and a hyphen
/// makes one word of two (`pas-foto`). A find that begins with a small letter is found at the
/// beginning of a sentence too, and what comes instead begins with a capital letter there. Any
/// single blank, a hard one too, is a blank.
#[must_use]
pub fn matches(value: &str, rule: &Rule) -> Vec<(Range<usize>, String)> {
    let find: Vec<char> = rule.find.chars().collect();
    let (Some(first), Some(last)) = (find.first().copied(), find.last().copied()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut free_from = 0;
    for (start, c) in value.char_indices() {
        if start < free_from {
            continue;
        }
        let capital = first.is_lowercase() && c.is_uppercase() && same_letter(first, c);
        if !(capital || same(first, c)) {
            continue;
        }
        let Some(end) = end_of_match(&value[start..], &find).map(|length| start + length) else {
            continue;
        };
        let before = value[..start].chars().next_back();
        if !stands_free(first, before, value[..start].chars().rev().nth(1), rule.whole_word)
            || !stands_free(
                last,
                value[end..].chars().next(),
                value[end..].chars().nth(1),
                rule.whole_word,
            )
        {
            continue;
        }
        let replacement = if capital && begins_a_sentence(&value[..start]) {
            capitalised(&rule.replace)
        } else if capital {
            // A capital inside a sentence is a name, not this word.
            continue;
        } else {
            rule.replace.clone()
        };
        found.push((start..end, replacement));
        free_from = end;
    }
    found
}

/// How long the match is that begins with the value, its first character aside.
fn end_of_match(value: &str, find: &[char]) -> Option<usize> {
    let mut length = 0;
    let mut chars = value.chars();
    for (index, wanted) in find.iter().enumerate() {
        let c = chars.next()?;
        if index > 0 && !same(*wanted, c) {
            return None;
        }
        length += c.len_utf8();
    }
    Some(length)
}

fn same(wanted: char, c: char) -> bool {
    wanted == c || (wanted.is_whitespace() && c.is_whitespace())
}

fn same_letter(small: char, capital: char) -> bool {
    small.to_uppercase().eq(std::iter::once(capital))
}

/// Whether the edge of a match is the edge of what it is: `edge` its outermost character, `next`
/// and `after` what follows outwards.
fn stands_free(edge: char, next: Option<char>, after: Option<char>, whole_word: bool) -> bool {
    let Some(next) = next else { return true };
    if edge.is_numeric() {
        // A digit, or a mark of a figure with a digit behind it.
        let goes_on = next.is_numeric()
            || (matches!(next, '.' | ',' | '/' | ':') && after.is_some_and(char::is_numeric));
        let in_a_word = whole_word && next.is_alphabetic();
        return !(goes_on || in_a_word);
    }
    if !whole_word || !edge.is_alphabetic() {
        return true;
    }
    !(next.is_alphanumeric() || (next == '-' && after.is_some_and(char::is_alphanumeric)))
}

/// Whether a sentence, a line, a list item or a table cell begins here.
fn begins_a_sentence(before: &str) -> bool {
    let near = before.trim_end_matches([' ', '\u{A0}', '*', '_', '[', '"', '»', '(']);
    near.is_empty() || near.ends_with(['.', '!', '?', ':', '\n', '-', '|', '#', '>', ')'])
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
