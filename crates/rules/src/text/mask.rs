//! Masking of CPR numbers and payment card numbers (product rule 14).
//!
//! A CPR number is known by its date, never by modulus 11: numbers given out since 2007 need not
//! satisfy it. Telephone numbers (eight digits, `+45`) are left alone.

use super::numbers::{Chain, Gap, Group, chains};

/// What stands in the place of a CPR number. Without words, so that it reads in every language.
pub const CPR_MARK: &str = "••••••-••••";
/// What stands in the place of a payment card number.
pub const CARD_MARK: &str = "•••• •••• •••• ••••";

/// A text after masking, with how many numbers of each kind it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    pub cpr: usize,
    pub cards: usize,
}

/// Replaces each CPR number and each payment card number whole. Masking twice changes nothing.
#[must_use]
pub fn mask(text: &str) -> Masked {
    let mut found = Vec::new();
    for chain in chains(text) {
        search(&chain.groups[country_code(&chain)..], &mut found);
    }
    let mut masked = Masked { text: String::with_capacity(text.len()), cpr: 0, cards: 0 };
    let mut done = 0;
    for Find { start, end, kind } in found {
        masked.text.push_str(&text[done..start]);
        done = end;
        match kind {
            Kind::Cpr => {
                masked.text.push_str(CPR_MARK);
                masked.cpr += 1;
            }
            Kind::Card => {
                masked.text.push_str(CARD_MARK);
                masked.cards += 1;
            }
        }
    }
    masked.text.push_str(&text[done..]);
    masked
}

/// Whether a CPR number stands in the text.
#[must_use]
pub fn contains_personal_number(text: &str) -> bool {
    mask(text).cpr > 0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cpr,
    Card,
}

struct Find {
    start: usize,
    end: usize,
    kind: Kind,
}

/// How many groups at the beginning are a Danish telephone number with its country code.
fn country_code(chain: &Chain) -> usize {
    if !chain.plus || !chain.groups[0].digits.starts_with(&[4, 5]) {
        return 0;
    }
    let mut digits = 0;
    for (index, group) in chain.groups.iter().enumerate() {
        digits += group.digits.len();
        if digits == 10 {
            return index + 1;
        }
    }
    0
}

/// No number that is masked has more digits, nor therefore more groups.
const LONGEST: usize = 19;

/// Finds the numbers of a chain from left to right. What is left between two finds is looked at as
/// a chain of its own, because it is one in the masked text.
fn search(groups: &[Group], found: &mut Vec<Find>) {
    let mut rest = groups;
    let mut from = 0;
    while from < rest.len() {
        if let Some((to, kind)) = number_at(rest, from) {
            whole(&rest[..from], found);
            found.push(Find { start: rest[from].start, end: rest[to].end, kind });
            rest = &rest[to + 1..];
            from = 0;
        } else {
            from += 1;
        }
    }
    whole(rest, found);
}

/// The last group and the kind of a number that begins at group `from` and is grouped as such
/// numbers are.
fn number_at(groups: &[Group], from: usize) -> Option<(usize, Kind)> {
    let mut best = None;
    let mut digits = 0;
    for (to, group) in groups.iter().enumerate().skip(from) {
        digits += group.digits.len();
        if digits > LONGEST {
            break;
        }
        let window = &groups[from..=to];
        if is_card(window) {
            best = Some((to, Kind::Card));
        } else if best.is_none() && is_cpr(window) {
            best = Some((to, Kind::Cpr));
        }
    }
    best
}

/// A chain that has ten digits in all is a CPR number however it is grouped.
fn whole(groups: &[Group], found: &mut Vec<Find>) {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return };
    if let Some(digits) = ten(groups)
        && born(&digits).is_some()
    {
        found.push(Find { start: first.start, end: last.end, kind: Kind::Cpr });
    }
}

fn ten(groups: &[Group]) -> Option<[u8; 10]> {
    if groups.len() > 10 {
        return None;
    }
    let digits: Vec<u8> = groups.iter().flat_map(|g| g.digits.iter().copied()).collect();
    digits.try_into().ok()
}

/// `ddmmyy-xxxx` or `ddmmyyyy-xxxx`, with or without marks between day, month, year and the rest.
fn is_cpr(window: &[Group]) -> bool {
    let digits: Vec<u8> = window.iter().flat_map(|g| g.digits.iter().copied()).collect();
    let mut breaks = Vec::new();
    let mut seen = 0;
    for group in &window[..window.len() - 1] {
        seen += group.digits.len();
        breaks.push((seen, group.gap));
    }
    match digits.len() {
        10 => {
            let grouped = breaks.iter().all(|(at, gap)| match at {
                2 | 4 => *gap == Gap::Plain,
                6 => true,
                _ => false,
            });
            let Ok(number) = <[u8; 10]>::try_from(digits) else { return false };
            grouped && born(&number).is_some()
        }
        // With the century written out the seventh digit must agree with it; a date followed by a
        // clock time seldom does.
        12 => {
            let grouped = breaks.iter().all(|(at, gap)| match at {
                2 | 4 => *gap == Gap::Plain,
                8 => true,
                _ => false,
            });
            let year = digits[4..8].iter().fold(0, |y, d| y * 10 + i16::from(*d));
            let mut number = [0; 10];
            number[..4].copy_from_slice(&digits[..4]);
            number[4..].copy_from_slice(&digits[6..]);
            grouped && born(&number) == Some(year)
        }
        _ => false,
    }
}

/// The year of birth that a CPR number says; `None` when its first six digits are no date. The
/// seventh digit and the year give the century. Sixty is added to the day in the numbers that
/// hospitals and authorities give to people without one.
fn born(number: &[u8; 10]) -> Option<i16> {
    let two = |at: usize| i16::from(number[at]) * 10 + i16::from(number[at + 1]);
    let (day, month, year) = (two(0), two(2), two(4));
    let day = if day > 60 { day - 60 } else { day };
    let century = match (number[6], year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (4 | 9, _) | (5..=8, ..=57) => 2000,
        _ => 1800,
    };
    let (day, month) = (i8::try_from(day).ok()?, i8::try_from(month).ok()?);
    jiff::civil::Date::new(century + year, month, day).ok().map(jiff::civil::Date::year)
}

/// 13 to 19 digits of a known card family, grouped as on a card or not at all, with a right check
/// digit (Luhn).
fn is_card(window: &[Group]) -> bool {
    let digits: Vec<u8> = window.iter().flat_map(|g| g.digits.iter().copied()).collect();
    let lengths: Vec<usize> = window.iter().map(|g| g.digits.len()).collect();
    let plain = window[..window.len() - 1].iter().all(|g| g.gap == Gap::Plain);
    // Pairs and eights are how telephone numbers stand in a row.
    let grouped = match lengths.as_slice() {
        [_] => true,
        [4, middle @ .., last] => {
            middle.iter().all(|n| (4..=6).contains(n)) && (1..=6).contains(last)
        }
        all => all.iter().all(|n| *n == 1),
    };
    plain && grouped && is_card_family(&digits) && luhn(&digits)
}

/// The families whose cards are used here, by their first digits and their length.
fn is_card_family(digits: &[u8]) -> bool {
    let length = digits.len();
    if !(13..=19).contains(&length) {
        return false;
    }
    let four = digits[..4].iter().fold(0_u16, |n, d| n * 10 + u16::from(*d));
    match four {
        4000..=4999 => matches!(length, 13 | 16 | 18 | 19),
        5100..=5599 | 2221..=2720 => length == 16,
        3400..=3499 | 3700..=3799 => length == 15,
        3000..=3099 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&length),
        // Dankort, Maestro, JCB, Discover, UnionPay.
        5000..=5099 | 5600..=5899 | 3528..=3589 | 6000..=6999 => (16..=19).contains(&length),
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = u32::from(*digit) * (1 + u32::try_from(index % 2).unwrap_or(0));
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}
