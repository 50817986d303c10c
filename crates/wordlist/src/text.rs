//! Text to words: one normal form for everything that is indexed or asked for.
//!
//! NFC, lower case, letters and digits only. Accents fall away (`én` is `en`), Swedish and German
//! letters become their Danish sisters, and a hyphenated word yields its parts and the joined form.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Longer words are no words; they are dropped.
const LONGEST_WORD: usize = 48;

/// A word and where it stands. The joined form of a hyphenated word stands where its first part
/// stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub position: u32,
    /// The joined form of a hyphenated word (`id-kort` → `idkort`).
    pub joined: bool,
}

/// The words of `text`, at most `limit` of them.
#[must_use]
pub fn words(text: &str, limit: usize) -> Vec<Word> {
    let mut reader = Reader { found: Vec::new(), parts: Vec::new(), word: String::new(), at: 0 };
    let mut chars = text.nfc().peekable();
    while let Some(c) = chars.next() {
        if reader.found.len() >= limit {
            break;
        }
        if c.is_alphanumeric() {
            push_plain(c, &mut reader.word);
        } else if is_combining_mark(c) || c == '\u{ad}' {
            // A mark that did not compose, or a soft hyphen: part of the word around it.
        } else if joins(c)
            && !reader.word.is_empty()
            && chars.peek().is_some_and(|next| next.is_alphanumeric())
        {
            // `c/o` is one word; `og/eller` is two.
            if c == '/' && reader.word.chars().count() > 1 {
                reader.end_word();
            } else {
                reader.end_part();
            }
        } else {
            reader.end_word();
        }
    }
    reader.end_word();
    reader.found.truncate(limit);
    reader.found
}

struct Reader {
    found: Vec<Word>,
    parts: Vec<String>,
    word: String,
    at: u32,
}

impl Reader {
    fn end_part(&mut self) {
        if !self.word.is_empty() {
            self.parts.push(std::mem::take(&mut self.word));
        }
    }

    fn end_word(&mut self) {
        self.end_part();
        let parts = std::mem::take(&mut self.parts);
        let several = parts.len() > 1;
        // Single letters are no words beside the joined form (`e-boks`).
        let letter = |part: &str| part.chars().count() == 1 && !part.chars().all(char::is_numeric);
        if several {
            let text = parts.concat();
            // Of `c/o` nothing else is left: it is the word itself.
            let joined = !parts.iter().all(|part| letter(part));
            if text.chars().count() <= LONGEST_WORD && !text.chars().all(char::is_numeric) {
                self.found.push(Word { text, position: self.at, joined });
            }
        }
        for part in parts {
            if part.chars().count() <= LONGEST_WORD && !(several && letter(&part)) {
                self.found.push(Word { text: part, position: self.at, joined: false });
            }
            self.at += 1;
        }
    }
}

fn joins(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '/')
}

fn push_plain(c: char, word: &mut String) {
    for lower in c.to_lowercase() {
        match lower {
            'a'..='z' | '0'..='9' | 'æ' | 'ø' | 'å' => word.push(lower),
            'ä' => word.push('æ'),
            'ö' => word.push('ø'),
            other => {
                let mut kept = false;
                decompose_canonical(other, |part| {
                    if !kept && !is_combining_mark(part) {
                        word.push(part);
                        kept = true;
                    }
                });
            }
        }
    }
}

/// The same for every way of writing æ, ø and å: `aa`, `ae` and `oe` become one letter.
#[must_use]
pub fn digraph_key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let letter = match (c, chars.peek()) {
            ('a', Some('a')) => 'å',
            ('a', Some('e')) => 'æ',
            ('o', Some('e')) => 'ø',
            _ => {
                key.push(c);
                continue;
            }
        };
        chars.next();
        key.push(letter);
    }
    key
}

/// The same for words that differ only in missing rings and strokes, made of a digraph key.
#[must_use]
pub fn fold_key(key: &str) -> String {
    key.chars()
        .map(|c| match c {
            'å' | 'æ' => 'a',
            'ø' => 'o',
            other => other,
        })
        .collect()
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
#[derive(Debug, Clone, Copy)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    #[must_use]
    pub fn of(text: &str) -> u64 {
        Self::default().with(text.as_bytes()).finish()
    }

    #[must_use]
    pub fn with(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    /// The hash, stirred so that its upper bits are as good as its lower ones.
    #[must_use]
    pub fn finish(self) -> u64 {
        let mut hash = self.0;
        hash ^= hash >> 32;
        hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^ (hash >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        words(text, 100).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_hyphenated_word_yields_its_parts_and_the_joined_form() {
        assert_eq!(plain("ID-kort"), ["idkort", "id", "kort"]);
        assert_eq!(plain("e-Boks"), ["eboks", "boks"]);
        assert_eq!(plain("navne- og adresse"), ["navne", "og", "adresse"]);
        assert_eq!(plain("c/o-adresse"), ["coadresse", "adresse"]);
        assert_eq!(plain("og/eller"), ["og", "eller"]);
        let joined: Vec<bool> = words("c/o e-boks", 9).iter().map(|word| word.joined).collect();
        assert_eq!(joined, [false, true, false], "of c/o nothing but the joined form is left");
    }

    #[test]
    fn decomposed_letters_accents_and_case_make_no_difference() {
        assert_eq!(plain("A\u{30a}ben"), plain("åben"));
        assert_eq!(plain("ÉN idé"), ["en", "ide"]);
        assert_eq!(plain("Göteborg"), ["gøteborg"]);
        assert_eq!(plain("§ 109 🙂"), ["109"]);
    }

    #[test]
    fn digraphs_share_a_key_and_bare_letters_share_a_fold() {
        assert_eq!(digraph_key("boernehave"), digraph_key("børnehave"));
        assert_eq!(digraph_key("aabningstid"), "åbningstid");
        assert_eq!(fold_key(&digraph_key("bornehave")), fold_key(&digraph_key("børnehave")));
    }
}
