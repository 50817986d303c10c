//! Instants as people say them: "i aften kl. 22", "mandag den 30. november kl. 12".

use base::{Language, UnixMillis};
use jiff::civil::{Date, DateTime, Weekday};
use rules::hours::{ServiceHours, Span, Zone};

use crate::texts::{self, Texts};

/// From this hour on the day is spoken of as the evening.
const EVENING: i8 = 17;

fn local(at: UnixMillis) -> DateTime {
    Zone::default().civil(at)
}

/// The digits of a time: `22`, `20.15`; in English `22:00`, `20:15`.
fn digits(language: Language, hour: i8, minute: i8) -> String {
    match (language, minute) {
        (Language::Da, 0) => hour.to_string(),
        (Language::Da, minute) => format!("{hour}.{minute:02}"),
        (Language::En, minute) => format!("{hour}:{minute:02}"),
    }
}

fn digits_at(language: Language, at: UnixMillis) -> String {
    let local = local(at);
    digits(language, local.hour(), local.minute())
}

/// Whether people say "i aften" of this instant.
#[must_use]
pub fn is_evening(at: UnixMillis) -> bool {
    local(at).hour() >= EVENING
}

/// "kl. 20.15"
#[must_use]
pub fn clock(t: Texts, at: UnixMillis) -> String {
    t.clock(digits_at(t.0, at))
}

/// "20.15", where the sentence says that it is a time.
#[must_use]
pub fn time(t: Texts, at: UnixMillis) -> String {
    digits_at(t.0, at)
}

/// "i aften kl. 22", "i morgen kl. 8", "mandag den 30. november kl. 12".
#[must_use]
pub fn moment(t: Texts, at: UnixMillis, now: UnixMillis) -> String {
    let time = digits_at(t.0, at);
    let (then, today) = (local(at), local(now).date());
    if then.date() == today {
        if then.hour() >= EVENING { t.tonight_at(time) } else { t.today_at(time) }
    } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == then.date()) {
        t.tomorrow_at(time)
    } else {
        t.date_at(weekday_date(t, then.date()), time)
    }
}

/// The end of opening: "kl. 22" today, else as [`moment`].
#[must_use]
pub fn until(t: Texts, at: UnixMillis, now: UnixMillis) -> String {
    let (then, today) = (local(at), local(now));
    // Shortly after midnight is still tonight.
    if then.date() == today.date() || at - now < 12 * 3_600_000 {
        clock(t, at)
    } else {
        moment(t, at, now)
    }
}

/// "mandag den 30. november"
fn weekday_date(t: Texts, date: Date) -> String {
    t.date_weekday(date.day().to_string(), month(t, date), weekday(t, date.weekday()))
}

/// "12. november 2026"
#[must_use]
pub fn date(t: Texts, date: Date) -> String {
    t.date_full(date.day().to_string(), month(t, date), date.year().to_string())
}

/// The day of an instant: "2. juni 2027".
#[must_use]
pub fn day(t: Texts, at: UnixMillis) -> String {
    date(t, local(at).date())
}

fn month(t: Texts, date: Date) -> String {
    texts::month(t.0, i64::from(date.month()))
}

/// "mandag"
#[must_use]
pub fn weekday(t: Texts, day: Weekday) -> String {
    texts::weekday(t.0, i64::from(day.to_monday_one_offset()))
}

/// The ordinary week as it is written on a door: "Mandag til onsdag", "kl. 8–15".
#[must_use]
pub fn week(t: Texts, hours: &ServiceHours) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for (first, last, spans) in hours.week() {
        let days = if first == last {
            weekday(t, first)
        } else {
            t.days_to(weekday(t, first), weekday(t, last))
        };
        let spans: Vec<String> = spans.iter().map(|span| span_text(t, *span)).collect();
        lines.push((capitalised(&days), spans.join(", ")));
    }
    lines
}

fn span_text(t: Texts, span: Span) -> String {
    if span.from == 0 && span.to == 24 * 60 {
        return t.always_open().to_owned();
    }
    let part = |minutes: u16| {
        let (hour, minute) = ((minutes / 60) % 24, minutes % 60);
        let hour = if minutes == 24 * 60 { 24 } else { hour };
        digits(t.0, i8::try_from(hour).unwrap_or(0), i8::try_from(minute).unwrap_or(0))
    };
    t.span(part(span.from), part(span.to))
}

/// With a capital letter, for the beginning of a line.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DA: Texts = Texts(Language::Da);
    const EN: Texts = Texts(Language::En);

    fn at(text: &str) -> UnixMillis {
        UnixMillis::from_timestamp(text.parse().expect("an instant"))
    }

    #[test]
    fn instants_are_said_as_people_say_them() {
        let now = at("2027-06-02T20:15:00+02:00");
        assert_eq!(clock(DA, now), "kl.\u{a0}20.15");
        assert_eq!(clock(EN, now), "20:15");
        assert_eq!(moment(DA, at("2027-06-02T22:00:00+02:00"), now), "i aften kl.\u{a0}22");
        assert_eq!(moment(DA, at("2027-06-03T12:00:00+02:00"), now), "i morgen kl.\u{a0}12");
        assert_eq!(
            moment(DA, at("2027-06-07T08:00:00+02:00"), now),
            "mandag den 7.\u{a0}juni kl.\u{a0}8"
        );
        assert_eq!(moment(EN, at("2027-06-07T08:00:00+02:00"), now), "Monday 7\u{a0}June at 8:00");
        assert_eq!(until(DA, at("2027-06-02T22:00:00+02:00"), now), "kl.\u{a0}22");
    }

    #[test]
    fn a_week_is_written_as_on_a_door() {
        let hours = ServiceHours::parse("mon-wed 08:00-15:00; thu 08:00-12:00, 13:00-17:30");
        let lines = week(DA, &hours.expect("hours"));
        assert_eq!(
            lines,
            [
                ("Mandag til onsdag".to_owned(), "kl.\u{a0}8–15".to_owned()),
                ("Torsdag".to_owned(), "kl.\u{a0}8–12, kl.\u{a0}13–17.30".to_owned()),
            ]
        );
    }
}
