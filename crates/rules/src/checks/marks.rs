//! Letters that are not what they look like: marks that cannot be seen, marks that turn the
//! direction of a text, and letters of other scripts inside a word.

use super::{Field, Report, Severity, say};
use crate::text::is_invisible;

impl Report<'_> {
    /// Hidden marks and words of several scripts in a field, as it is written.
    pub(super) fn marks(&mut self, field: &mut Field<'_>) {
        let text = field.text;
        self.steps += text.len() as u64;
        let mut word: Option<usize> = None;
        let mut mix = Mix::default();
        for (at, c) in text.char_indices() {
            if c.is_alphabetic() {
                word.get_or_insert(at);
                mix.take(c);
                continue;
            }
            if let Some(start) = word.take() {
                self.word(field, start..at, std::mem::take(&mut mix));
            }
            self.mark(field, at, c);
        }
        if let Some(start) = word {
            self.word(field, start..text.len(), mix);
        }
    }

    fn mark(&mut self, field: &mut Field<'_>, at: usize, c: char) {
        let code = match c {
            '\n' | '\t' | '\r' => return,
            '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}' => "direction-mark",
            // A soft hyphen is set by word processors and does no harm, but splits a word for the
            // search.
            c if c.is_control() || is_invisible(c) => "hidden-mark",
            _ => return,
        };
        let said = say(code, Severity::Error)
            .arg("mark", format!("U+{:04X}", u32::from(c)))
            .better(Some(String::new()));
        self.add(field, at..at + c.len_utf8(), said);
    }

    fn word(&mut self, field: &mut Field<'_>, range: std::ops::Range<usize>, mix: Mix) {
        let word = &field.text[range.clone()];
        let Some(kind) = mix.judge() else { return };
        self.steps += word.len() as u64;
        let (code, severity) = match kind {
            Looks::Mixed => ("mixed-letters", Severity::Error),
            Looks::Foreign => ("foreign-letters", Severity::Warning),
        };
        let said = say(code, severity).better(in_latin(word));
        self.add(field, range, said);
    }
}

/// What is wrong with a word's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Latin letters beside letters of another script that look the same, or letters that are
    /// drawings of letters.
    Mixed,
    /// Not one Latin letter, and every letter looks like one.
    Foreign,
}

/// The scripts met in a word so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mix {
    latin: bool,
    /// Cyrillic or Greek, whatever it looks like.
    other: bool,
    /// A letter that looks like no Latin one.
    unlike: bool,
    /// A drawing of a letter: fullwidth, mathematical.
    drawn: bool,
    letters: usize,
}

impl Mix {
    pub(super) fn take(&mut self, c: char) {
        self.letters += 1;
        match script(c) {
            Script::Latin => self.latin = true,
            Script::Drawn => self.drawn = true,
            Script::Other => {
                self.other = true;
                self.unlike |= look_alike(c).is_none();
            }
            Script::Unknown => self.unlike = true,
        }
    }

    pub(super) fn judge(self) -> Option<Looks> {
        if self.drawn || (self.latin && self.other) {
            return Some(Looks::Mixed);
        }
        (self.other && !self.unlike && self.letters > 1).then_some(Looks::Foreign)
    }
}

/// What is wrong with the letters of a word.
pub(super) fn judge(word: &str) -> Option<Looks> {
    let mut mix = Mix::default();
    word.chars().filter(|c| c.is_alphabetic()).for_each(|c| mix.take(c));
    mix.judge()
}

enum Script {
    Latin,
    /// Cyrillic or Greek.
    Other,
    Drawn,
    Unknown,
}

const fn script(c: char) -> Script {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | '\u{AA}'
        | '\u{BA}'
        | '\u{C0}'..='\u{24F}'
        | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}'
        | '\u{1F00}'..='\u{1FFF}'
        | '\u{400}'..='\u{52F}'
        | '\u{1C80}'..='\u{1C8F}'
        | '\u{2DE0}'..='\u{2DFF}'
        | '\u{A640}'..='\u{A69F}' => Script::Other,
        '\u{FF21}'..='\u{FF3A}'
        | '\u{FF41}'..='\u{FF5A}'
        | '\u{1D400}'..='\u{1D6A3}'
        | '\u{2100}'..='\u{2138}'
        | '\u{24B6}'..='\u{24E9}' => Script::Drawn,
        _ => Script::Unknown,
    }
}

/// The Latin letter that a Cyrillic, Greek or drawn letter looks like.
fn look_alike(c: char) -> Option<char> {
    const PAIRS: &[(char, char)] = &[
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
        ('і', 'i'),
        ('ј', 'j'),
        ('ѕ', 's'),
        ('һ', 'h'),
        ('ԁ', 'd'),
        ('ԛ', 'q'),
        ('ԝ', 'w'),
        ('ӏ', 'l'),
        ('ѵ', 'v'),
        ('ӕ', 'æ'),
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('Х', 'X'),
        ('І', 'I'),
        ('Ј', 'J'),
        ('Ѕ', 'S'),
        ('У', 'Y'),
        ('Ӕ', 'Æ'),
        ('ο', 'o'),
        ('α', 'a'),
        ('ν', 'v'),
        ('ρ', 'p'),
        ('ι', 'i'),
        ('κ', 'k'),
        ('υ', 'u'),
        ('ϲ', 'c'),
        ('ϳ', 'j'),
        ('Α', 'A'),
        ('Β', 'B'),
        ('Ε', 'E'),
        ('Ζ', 'Z'),
        ('Η', 'H'),
        ('Ι', 'I'),
        ('Κ', 'K'),
        ('Μ', 'M'),
        ('Ν', 'N'),
        ('Ο', 'O'),
        ('Ρ', 'P'),
        ('Τ', 'T'),
        ('Υ', 'Y'),
        ('Χ', 'X'),
    ];
    let offset = |first: char, base: u8| {
        u8::try_from(u32::from(c) - u32::from(first)).ok().map(|step| char::from(base + step))
    };
    match c {
        '\u{FF21}'..='\u{FF3A}' => offset('\u{FF21}', b'A'),
        '\u{FF41}'..='\u{FF5A}' => offset('\u{FF41}', b'a'),
        '\u{24B6}'..='\u{24CF}' => offset('\u{24B6}', b'A'),
        '\u{24D0}'..='\u{24E9}' => offset('\u{24D0}', b'a'),
        '\u{1D400}'..='\u{1D6A3}' => {
            let step = u8::try_from((u32::from(c) - 0x1D400) % 52).ok()?;
            Some(char::from(if step < 26 { b'A' + step } else { b'a' + step - 26 }))
        }
        _ => PAIRS.iter().find(|(other, _)| *other == c).map(|(_, latin)| *latin),
    }
}

/// The word (or host) in Latin letters, when every letter of it has one.
pub(super) fn in_latin(word: &str) -> Option<String> {
    word.chars()
        .map(|c| match script(c) {
            Script::Latin => Some(c),
            _ if !c.is_alphabetic() => Some(c),
            _ => look_alike(c),
        })
        .collect()
}
