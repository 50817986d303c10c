//! Telephone numbers in prose: one rule for what the checks allow and what pages make a link of.

use std::ops::Range;

/// A telephone number that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    /// Where it stands, country code and blanks included.
    pub range: Range<usize>,
    /// Its digits without the Danish country code.
    pub digits: String,
}

impl Telephone {
    /// What a `tel:` link dials: national numbers of eight digits with the country code, short
    /// numbers as they are.
    #[must_use]
    pub fn dialled(&self) -> String {
        if self.digits.len() == 8 { format!("+45{}", self.digits) } else { self.digits.clone() }
    }
}

/// Numbers that are dialled as they stand and known to everybody, so no word of calling is needed.
const ALARMS: [&str; 3] = ["112", "114", "1813"];

/// How far before a number its words of calling are looked for, in bytes.
const REACH: usize = 160;

/// The telephone numbers in a text, in their order.
///
/// Eight digits in the groups people write (`70 20 00 00`, `70 201 201`, `70200000`), also after
/// `+45`; six as `116 111`; 112, 114 and 1813 outside of a statute's `§ 112`; and other three to
/// five digits where a word of calling stands before them ("ring til Lev Uden Vold på 1888").
/// Amounts, years, dates, spans and postal codes are none. `before` is the text that stands before
/// it in the same paragraph.
#[must_use]
pub fn telephones(before: &str, text: &str) -> Vec<Telephone> {
    let mut found = Vec::new();
    let before = &before[before.floor_char_boundary(before.len().saturating_sub(REACH))..];
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut start = at;
        // Digits with single blanks between.
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || (bytes[at] == b' ' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)))
        {
            at += 1;
        }
        let mut run = &text[start..at];
        let plus = text[..start].ends_with('+');
        if plus {
            start -= 1;
        }
        if touches(&text[..start], &text[at..]) || measures(&text[at..]) {
            continue;
        }
        let danish = plus && run.starts_with("45 ");
        if danish {
            run = &run["45 ".len()..];
        }
        let near = &text[text.floor_char_boundary(start.saturating_sub(REACH))..start];
        if (plus && danish) || is_telephone(run, before, near) {
            let digits = run.chars().filter(char::is_ascii_digit).collect();
            found.push(Telephone { range: start..at, digits });
        }
    }
    found
}

/// A telephone number as its digits, without the Danish country code.
pub(crate) fn digits(number: &str) -> String {
    let number = number.trim();
    let number = number.strip_prefix("+45").unwrap_or(number);
    number.chars().filter(char::is_ascii_digit).collect()
}

fn is_telephone(run: &str, before: &str, near: &str) -> bool {
    let mut lengths = [0_usize; 4];
    for (index, group) in run.split(' ').enumerate() {
        match lengths.get_mut(index) {
            Some(length) => *length = group.len(),
            None => return false,
        }
    }
    match lengths {
        [8, 0, 0, 0] | [2, 2, 2, 2] | [4, 4, 0, 0] | [2, 3, 3, 0] | [3, 3, 2, 0] | [3, 3, 0, 0] => {
            true
        }
        [3..=5, 0, 0, 0] if ALARMS.contains(&run) => !cites_a_statute(before, near),
        [3..=5, 0, 0, 0] => follows_a_call(before, near),
        _ => false,
    }
}

/// Whether digits are part of something longer: an amount, a date, a span, a name.
fn touches(before: &str, after: &str) -> bool {
    let joins = |c: char| matches!(c, '.' | ',' | '-' | '–' | '/' | '#' | ':');
    let mut after = after.chars();
    let goes_on = match after.next() {
        Some(next) if joins(next) => after.next().is_some_and(char::is_alphanumeric),
        Some(next) => next.is_alphanumeric(),
        None => false,
    };
    goes_on || before.chars().next_back().is_some_and(|c| joins(c) || c.is_alphanumeric())
}

/// Whether what follows makes the digits a measure: `100 000 kr.`, `112 dage`.
fn measures(after: &str) -> bool {
    const UNITS: [&str; 12] =
        ["kr", "kroner", "pct", "procent", "år", "dage", "timer", "meter", "m", "km", "kg", "stk"];
    let after = after.trim_start();
    let word = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    after.starts_with('%') || UNITS.contains(&word)
}

/// Whether the sentence up to here names a paragraph sign: `§§ 112, 113 og 114`.
fn cites_a_statute(before: &str, near: &str) -> bool {
    let sentence = |text: &str| {
        let start = text.rfind(". ").map_or(0, |at| at + 2);
        (text[start..].contains('§'), start > 0)
    };
    match sentence(near) {
        (true, _) => true,
        (false, begins_here) => !begins_here && sentence(before).0,
    }
}

/// Whether a text ends in a word of calling, or in one and a few words more before a "til" or
/// "på": `ring`, `ring til`, `ring til Livslinien på`.
fn follows_a_call(before: &str, near: &str) -> bool {
    const CALLS: [&str; 9] =
        ["ring", "ringe", "ringer", "telefon", "tlf", "nummer", "call", "dial", "phone"];
    const LINKS: [&str; 5] = ["til", "på", "to", "on", "at"];
    let words_of = |text| str::rsplit(text, |c: char| !c.is_alphanumeric());
    let mut words = words_of(near).chain(words_of(before)).filter(|word| !word.is_empty()).take(7);
    let calls = |word: &str| CALLS.contains(&word.to_lowercase().as_str());
    match words.next() {
        Some(last) if LINKS.contains(&last) => words.any(calls),
        Some(last) => calls(last),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<String> {
        telephones("", text).into_iter().map(|telephone| telephone.digits).collect()
    }

    #[test]
    fn telephone_numbers_are_seen() {
        assert_eq!(seen("Ring 112 nu."), ["112"]);
        assert_eq!(seen("Giftlinjen på 82 12 12 12."), ["82121212"]);
        assert_eq!(seen("Livslinien 70 201 201 eller 112"), ["70201201", "112"]);
        assert_eq!(seen("lægevagten (1813 i hovedstaden)"), ["1813"]);
        assert_eq!(seen("Ring til Lev Uden Vold på 1888 hele døgnet"), ["1888"]);
        assert_eq!(seen("Børnetelefonen på 116 111"), ["116111"]);
        assert_eq!(seen("tlf. 1881, +45 00 12 10 01."), ["1881", "00121001"]);
        assert_eq!(telephones("Ring til Lev Uden Vold på ", "1888").len(), 1);
    }

    #[test]
    fn amounts_years_dates_and_statutes_are_no_numbers_to_call() {
        for none in [
            "Gebyret er 1.755 kr. i 2024",
            "3600 Frederikssund, Torvet 2",
            "kl. 8-16, 12. november 2026",
            "serviceloven § 112",
            "serviceloven §§ 112, 113 og 114",
            "99.200 kr. til dig",
            "100 000 kr. om året",
            "efter 112 dage",
            "ring i 2027",
            "https://example.dk/112/sag",
        ] {
            assert_eq!(seen(none), Vec::<String>::new(), "{none}");
        }
    }

    #[test]
    fn a_number_is_dialled_with_its_country_code() {
        let found = telephones("", "Ring +45 00 12 10 01 eller 114");
        assert_eq!(found[0].range, 5..20);
        assert_eq!(found[0].dialled(), "+4500121001");
        assert_eq!(found[1].dialled(), "114");
    }
}
