//! What free text must pass before it is stored.
//!
//! All free text from anyone (chat, search, guide, notes, forms, articles) enters through
//! [`FreeText::accept`]: it is bounded, freed of invisible marks, and CPR and card numbers in it
//! are masked whole (product rule 14). Nothing else makes a [`FreeText`].

mod mask;
mod numbers;
#[cfg(test)]
mod tests;

use base::Problem;
use serde::Serialize;

pub use mask::{CARD_MARK, CPR_MARK, Masked, contains_personal_number, mask};

/// Text that somebody wrote: trimmed, bounded, without invisible marks, with CPR and card numbers
/// masked. It can be written out but not read in, so that nothing passes by the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FreeText {
    text: String,
    #[serde(skip)]
    masked: usize,
}

impl FreeText {
    /// Takes in what somebody wrote in the field called `text`.
    ///
    /// # Errors
    /// [`Problem::Invalid`] `empty` or `too-long` (with the limit in characters).
    pub fn accept(raw: &str, limit_chars: usize) -> Result<Self, Problem> {
        Self::accept_in("text", raw, limit_chars)
    }

    /// The same for a field with a name of its own.
    ///
    /// # Errors
    /// [`Problem::Invalid`] `empty` or `too-long` (with the limit in characters).
    pub fn accept_in(field: &'static str, raw: &str, limit_chars: usize) -> Result<Self, Problem> {
        let clean = without_invisible(raw);
        let trimmed = clean.trim();
        if trimmed.is_empty() {
            return Err(Problem::invalid(field, "empty"));
        }
        // No character is shorter than a byte, so most texts need no counting.
        if trimmed.len() > limit_chars && trimmed.chars().count() > limit_chars {
            let limit = i64::try_from(limit_chars).ok();
            return Err(Problem::Invalid { field, code: "too-long", limit });
        }
        let masked = mask(trimmed);
        Ok(Self { text: masked.text, masked: masked.cpr + masked.cards })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// How many CPR and card numbers were masked on the way in: the writer is told.
    #[must_use]
    pub const fn masked(&self) -> usize {
        self.masked
    }
}

impl AsRef<str> for FreeText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for FreeText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text without control characters (line breaks stay, tabs become spaces), text-direction
/// overrides and zero-width marks: they hide what a text says, and split numbers past the mask.
fn without_invisible(raw: &str) -> String {
    let mut clean = String::with_capacity(raw.len());
    let mut last_digit = false;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let keep = match c {
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    continue;
                }
                Some('\n')
            }
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
            '\t' => Some(' '),
            // The emoji marks are part of a picture, but after a digit they only split a number.
            '\u{FE0F}' | '\u{20E3}' if last_digit => None,
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        };
        if let Some(c) = keep {
            clean.push(c);
            last_digit = numbers::digit(c).is_some();
        }
    }
    clean
}

/// Characters without a picture of their own: direction marks, zero-width marks, fillers, tags,
/// variation selectors (but the one of emoji), and what is no character at all.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0E}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
