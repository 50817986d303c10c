//! Front matter: TOML between two lines of `+++`, with every fault on its line.

use serde::de::DeserializeOwned;

use super::Fault;

/// The longest text that is read, in bytes. A long article has 6,000.
pub(crate) const MAX_TEXT: usize = 200_000;

/// A text taken apart into its front matter and its body.
pub(crate) struct Split<'a> {
    pub(crate) front: &'a str,
    /// The line on which `front` begins.
    pub(crate) front_line: u32,
    pub(crate) body: &'a str,
    /// The line on which `body` begins.
    pub(crate) body_line: u32,
}

/// Takes a text apart at its `+++` lines.
pub(crate) fn split(text: &str) -> Result<Split<'_>, Fault> {
    if text.len() > MAX_TEXT {
        return Err(Fault::new(
            1,
            "too-long",
            format!("the text has {} bytes; at most {MAX_TEXT} are read", text.len()),
        ));
    }
    let mut offset = 0;
    let mut front: Option<(usize, u32)> = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = line_number(index);
        let marker = line.trim_end() == "+++";
        match front {
            None if index == 0 && marker => front = Some((offset + line.len(), number + 1)),
            None => break,
            Some((start, front_line)) if marker => {
                let end = offset + line.len();
                return Ok(Split {
                    front: &text[start..offset],
                    front_line,
                    body: &text[end..],
                    body_line: number + 1,
                });
            }
            Some(_) => {}
        }
        offset += line.len();
    }
    Err(match front {
        None => Fault::new(1, "no-front-matter", "the first line must be +++"),
        Some(_) => Fault::new(1, "no-front-matter", "the front matter has no closing line +++"),
    })
}

/// Reads TOML into a value; the first fault that TOML or the form reports, on its line.
pub(crate) fn read_toml<T: DeserializeOwned>(text: &str, first_line: u32) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().map_or(0, |span| {
            text.as_bytes()[..span.start.min(text.len())].iter().filter(|b| **b == b'\n').count()
        });
        let message = error.message().replace('\n', ", ");
        Fault::new(first_line.saturating_add(line_number(before) - 1), "front-matter", message)
    })
}

/// The day of a TOML date.
pub(crate) fn day(date: &toml::value::Datetime, line: u32) -> Result<jiff::civil::Date, Fault> {
    let no_date =
        || Fault::new(line, "no-date", format!("{date} is not a date of the form 2027-06-01"));
    let only = match (date.date, date.time, date.offset) {
        (Some(only), None, None) => only,
        _ => return Err(no_date()),
    };
    let year = i16::try_from(only.year).map_err(|_| no_date())?;
    let month = i8::try_from(only.month).map_err(|_| no_date())?;
    let day = i8::try_from(only.day).map_err(|_| no_date())?;
    jiff::civil::Date::new(year, month, day).map_err(|_| no_date())
}

/// The first line of a text that holds `needle`, or its first line.
pub(crate) fn line_with(text: &str, needle: &str) -> u32 {
    text.lines().position(|line| line.contains(needle)).map_or(1, line_number)
}

/// The first line of a text that sets the key of a TOML pair, or its first line.
pub(crate) fn line_of_key(text: &str, key: &str) -> u32 {
    let sets =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(sets).map_or(1, line_number)
}

/// The number of the line with this index (the first line is 1).
pub(crate) fn line_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}
