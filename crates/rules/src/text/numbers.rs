//! Numbers in running text: digits of every script, grouped as people group them.

/// A run of digits. `start..end` are byte offsets in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub start: usize,
    pub end: usize,
    pub digits: Vec<u8>,
    /// What stands between this group and the next one of the same chain.
    pub gap: Gap,
}

/// What separates two groups of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Space, dash, dot or slash: as in dates and numbers.
    Plain,
    /// Another mark that people put before the last four digits.
    Odd,
}

/// Groups that one writer may have meant as one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    pub groups: Vec<Group>,
    /// A `+` stands before it: it begins with a country code.
    pub plus: bool,
}

/// At most so many marks stand between two groups of a number.
const GAP_LIMIT: usize = 3;

/// The value of a decimal digit of the scripts that keyboards and telephones offer.
pub(super) fn digit(c: char) -> Option<u8> {
    const ZEROES: [u32; 9] = [0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1FBF0];
    let code = c as u32;
    let after = |zero: u32| u8::try_from(code.checked_sub(zero)?).ok().filter(|d| *d < 10);
    if (0x1D7CE..=0x1D7FF).contains(&code) {
        return u8::try_from((code - 0x1D7CE) % 10).ok();
    }
    ZEROES.into_iter().find_map(after)
}

fn gap(c: char) -> Option<Gap> {
    match c {
        '\n' => None,
        '-'
        | '.'
        | '/'
        | '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{FF0D}'
        | '\u{B7}'
        | '\u{2024}'
        | '\u{2027}'
        | '\u{FF0E}' => Some(Gap::Plain),
        ':' | '_' | '\\' | '*' | '|' | '~' | '=' | '#' => Some(Gap::Odd),
        c if c.is_whitespace() => Some(Gap::Plain),
        _ => None,
    }
}

/// All chains of digit groups in the text, in order.
pub(super) fn chains(text: &str) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    let mut open: Option<Chain> = None;
    let (mut marks, mut between, mut before) = (0_usize, Gap::Plain, ' ');
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if let Some(value) = digit(c) {
            let end = at + c.len_utf8();
            match &mut open {
                Some(chain) => match chain.groups.last_mut() {
                    Some(last) if inside => {
                        last.digits.push(value);
                        last.end = end;
                    }
                    Some(last) => {
                        last.gap = between;
                        chain.groups.push(group(at, end, value));
                    }
                    None => chain.groups.push(group(at, end, value)),
                },
                None => {
                    open = Some(Chain { groups: vec![group(at, end, value)], plus: before == '+' });
                }
            }
            inside = true;
            (marks, between) = (0, Gap::Plain);
        } else {
            inside = false;
            match gap(c) {
                Some(kind) if open.is_some() && marks < GAP_LIMIT => {
                    marks += 1;
                    if kind == Gap::Odd {
                        between = Gap::Odd;
                    }
                }
                _ => {
                    chains.extend(open.take());
                    (marks, between) = (0, Gap::Plain);
                }
            }
        }
        before = c;
    }
    chains.extend(open);
    chains
}

fn group(start: usize, end: usize, value: u8) -> Group {
    Group { start, end, digits: vec![value], gap: Gap::Plain }
}
