//! The text form of service hours, read and written.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};

use super::{DAY, OnHolidays, ServiceHours, Span};

/// A fault in a text of service hours, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("service hours, character {position}: {fault}")]
pub struct HoursError {
    /// The character, counted from 1.
    pub position: usize,
    pub fault: HoursFault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursFault {
    #[error("a day is mon tue wed thu fri sat sun, \"holidays\" or a date, not {0:?}")]
    UnknownDay(String),
    #[error("{0:?} is no such date")]
    NoSuchDate(String),
    #[error("a span is two times with a dash, such as 08:00-15:00, not {0:?}")]
    NotASpan(String),
    #[error("a time is 00:00 to 24:00, not {0:?}")]
    NotATime(String),
    #[error("a span begins before 24:00 and does not end when it begins")]
    EmptySpan,
    #[error("two spans of a day overlap")]
    Overlap,
    #[error("{0} is named twice")]
    DayTwice(String),
    #[error("a day without spans: write \"closed\" or leave it out")]
    NoSpans,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A piece of the text with its place, so that a fault can be pointed at.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    /// Characters before it.
    before: usize,
}

impl<'a> Piece<'a> {
    fn trim(self) -> Self {
        let cut = self.text.len() - self.text.trim_start().len();
        Self { text: self.text.trim(), before: self.before + self.text[..cut].chars().count() }
    }

    fn split(self, at: char) -> impl Iterator<Item = Piece<'a>> {
        let mut before = self.before;
        self.text.split(at).map(move |text| {
            let piece = Piece { text, before };
            before += text.chars().count() + 1;
            piece.trim()
        })
    }

    fn fault(self, fault: HoursFault) -> HoursError {
        HoursError { position: self.before + 1, fault }
    }
}

pub(super) fn parse(text: &str) -> Result<ServiceHours, HoursError> {
    let mut hours = ServiceHours::default();
    let mut named = [false; 7];
    let mut holidays = false;
    for clause in (Piece { text, before: 0 }).split(';').filter(|c| !c.text.is_empty()) {
        let (day, rest) = match clause.text.split_once(char::is_whitespace) {
            Some((day, rest)) => {
                let before = clause.before + day.chars().count() + 1;
                (Piece { text: day, before: clause.before }, Piece { text: rest, before }.trim())
            }
            None => (clause, Piece { text: "", before: clause.before }),
        };
        let name = day.text.to_ascii_lowercase();
        if name == "holidays" {
            if holidays {
                return Err(day.fault(HoursFault::DayTwice(name)));
            }
            holidays = true;
            hours.holidays = match rest.text {
                "open" => OnHolidays::AsUsual,
                "closed" => OnHolidays::Closed,
                _ => OnHolidays::Spans(spans(rest)?),
            };
        } else if name.starts_with(|c: char| c.is_ascii_digit()) {
            let date = Date::from_str(&name)
                .map_err(|_| day.fault(HoursFault::NoSuchDate(name.clone())))?;
            let plan = if rest.text == "closed" { Vec::new() } else { spans(rest)? };
            if hours.exceptions.insert(date, plan).is_some() {
                return Err(day.fault(HoursFault::DayTwice(name)));
            }
        } else {
            let plan = if rest.text == "closed" { Vec::new() } else { spans(rest)? };
            for index in days(day, &name)? {
                if std::mem::replace(&mut named[index], true) {
                    return Err(day.fault(HoursFault::DayTwice(DAYS[index].to_owned())));
                }
                hours.week[index].clone_from(&plan);
            }
        }
    }
    Ok(hours)
}

/// The days of `mon` or `mon-wed`; a range may pass the end of the week.
fn days(piece: Piece<'_>, name: &str) -> Result<Vec<usize>, HoursError> {
    let index = |text: &str| {
        DAYS.iter()
            .position(|day| *day == text)
            .ok_or_else(|| piece.fault(HoursFault::UnknownDay(text.to_owned())))
    };
    let (first, last) = match name.split_once('-') {
        Some((first, last)) => (index(first)?, index(last)?),
        None => (index(name)?, index(name)?),
    };
    let count = (last + 7 - first) % 7 + 1;
    Ok((0..count).map(|step| (first + step) % 7).collect())
}

fn spans(piece: Piece<'_>) -> Result<Vec<Span>, HoursError> {
    if piece.text.is_empty() {
        return Err(piece.fault(HoursFault::NoSpans));
    }
    let mut all: Vec<Span> = Vec::new();
    for part in piece.split(',') {
        let mut times = part.split('-');
        let (Some(from), Some(to), None) = (times.next(), times.next(), times.next()) else {
            return Err(part.fault(HoursFault::NotASpan(part.text.to_owned())));
        };
        let time = |piece: Piece<'_>| {
            clock(piece.text)
                .ok_or_else(|| piece.fault(HoursFault::NotATime(piece.text.to_owned())))
        };
        let (begins, ends) = (time(from)?, time(to)?);
        if begins >= DAY || begins == ends {
            return Err(part.fault(HoursFault::EmptySpan));
        }
        let span = Span { from: begins, to: if ends < begins { ends + DAY } else { ends } };
        if all.iter().any(|other| span.from < other.to && other.from < span.to) {
            return Err(part.fault(HoursFault::Overlap));
        }
        all.push(span);
    }
    all.sort();
    Ok(all)
}

/// Minutes after midnight of `08:00`; `24:00` is the end of the day.
pub(super) fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, widths: std::ops::RangeInclusive<usize>| {
        let plain = widths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if plain { text.parse::<u16>().ok() } else { None }
    };
    let (hour, minute) = (number(hour, 1..=2)?, number(minute, 2..=2)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY).then_some(minutes)
}

impl FromStr for ServiceHours {
    type Err = HoursError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The text form, in the order week, holidays, exceptions. Reading it again gives the same hours.
impl fmt::Display for ServiceHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut clauses = Vec::new();
        for (first, last, spans) in self.week() {
            let days = if first == last {
                name(first).to_owned()
            } else {
                format!("{}-{}", name(first), name(last))
            };
            clauses.push(format!("{days} {}", plan(spans)));
        }
        match &self.holidays {
            OnHolidays::Closed => {}
            OnHolidays::AsUsual => clauses.push("holidays open".to_owned()),
            OnHolidays::Spans(spans) => clauses.push(format!("holidays {}", plan(spans))),
        }
        for (date, spans) in &self.exceptions {
            clauses.push(format!("{date} {}", plan(spans)));
        }
        f.write_str(&clauses.join("; "))
    }
}

fn name(day: Weekday) -> &'static str {
    DAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())]
}

fn plan(spans: &[Span]) -> String {
    if spans.is_empty() {
        return "closed".to_owned();
    }
    let texts: Vec<String> =
        spans.iter().map(|s| format!("{}-{}", s.from_text(), s.to_text())).collect();
    texts.join(", ")
}
