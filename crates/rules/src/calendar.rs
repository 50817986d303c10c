//! The Danish calendar: public holidays, local closing days, working days.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// A public holiday. The name on screen stands in the language catalogue under `holiday-<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holiday {
    /// *Nytårsdag*
    NewYear,
    /// *Skærtorsdag*
    MaundyThursday,
    /// *Langfredag*
    GoodFriday,
    /// *Påskedag*
    EasterSunday,
    /// *2. påskedag*
    EasterMonday,
    /// *Store bededag*, abolished from 2024.
    GreatPrayerDay,
    /// *Kristi himmelfartsdag*
    Ascension,
    /// *Pinsedag*
    WhitSunday,
    /// *2. pinsedag*
    WhitMonday,
    /// *Juledag*
    ChristmasDay,
    /// *2. juledag*
    SecondChristmasDay,
}

impl Holiday {
    /// The name without spaces, as in the language catalogue.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NewYear => "new-year",
            Self::MaundyThursday => "maundy-thursday",
            Self::GoodFriday => "good-friday",
            Self::EasterSunday => "easter-sunday",
            Self::EasterMonday => "easter-monday",
            Self::GreatPrayerDay => "great-prayer-day",
            Self::Ascension => "ascension",
            Self::WhitSunday => "whit-sunday",
            Self::WhitMonday => "whit-monday",
            Self::ChristmasDay => "christmas-day",
            Self::SecondChristmasDay => "second-christmas-day",
        }
    }
}

/// The last year in which store bededag was a public holiday.
const LAST_GREAT_PRAYER_DAY: i16 = 2023;

/// Easter Sunday by the anonymous Gregorian computation (Meeus, Butcher).
#[must_use]
pub fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let a = y.rem_euclid(19);
    let (b, c) = (y.div_euclid(100), y.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19).rem_euclid(32);
    match (i8::try_from(month), i8::try_from(day)) {
        // The computation gives 22 March to 25 April, so the date exists.
        (Ok(month), Ok(day)) => Date::new(year, month, day).unwrap_or(Date::ZERO),
        _ => Date::ZERO,
    }
}

/// The public holiday on that date, if it is one.
#[must_use]
pub fn holiday(date: Date) -> Option<Holiday> {
    match (date.month(), date.day()) {
        (1, 1) => return Some(Holiday::NewYear),
        (12, 25) => return Some(Holiday::ChristmasDay),
        (12, 26) => return Some(Holiday::SecondChristmasDay),
        _ => {}
    }
    match (date - easter(date.year())).get_days() {
        -3 => Some(Holiday::MaundyThursday),
        -2 => Some(Holiday::GoodFriday),
        0 => Some(Holiday::EasterSunday),
        1 => Some(Holiday::EasterMonday),
        26 if date.year() <= LAST_GREAT_PRAYER_DAY => Some(Holiday::GreatPrayerDay),
        39 => Some(Holiday::Ascension),
        49 => Some(Holiday::WhitSunday),
        50 => Some(Holiday::WhitMonday),
        _ => None,
    }
}

/// Days on which a municipality is closed although they are no public holidays, with the name that
/// its citizens read (for instance *Juleaften*).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClosingDays(BTreeMap<Date, String>);

impl ClosingDays {
    #[must_use]
    pub fn name_of(&self, date: Date) -> Option<&str> {
        self.0.get(&date).map(String::as_str)
    }

    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.0.contains_key(&date)
    }

    /// Dates and names, earliest first.
    pub fn iter(&self) -> impl Iterator<Item = (Date, &str)> {
        self.0.iter().map(|(date, name)| (*date, name.as_str()))
    }
}

impl FromIterator<(Date, String)> for ClosingDays {
    fn from_iter<I: IntoIterator<Item = (Date, String)>>(days: I) -> Self {
        Self(days.into_iter().collect())
    }
}

/// Monday to Friday, no public holiday, no closing day.
#[must_use]
pub fn is_working_day(date: Date, closing: &ClosingDays) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
        && holiday(date).is_none()
        && !closing.contains(date)
}

/// The `nth` working day after `date` (the first for 0 and 1). `None` when there is none within a
/// year or the calendar ends.
#[must_use]
pub fn working_day_after(date: Date, nth: u8, closing: &ClosingDays) -> Option<Date> {
    let mut day = date;
    let mut left = nth.max(1);
    for _ in 0..366 {
        day = day.checked_add(1.day()).ok()?;
        if is_working_day(day, closing) {
            left -= 1;
            if left == 0 {
                return Some(day);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_falls_where_the_church_says() {
        for (year, month, day) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2028, 4, 16),
            (2038, 4, 25),
        ] {
            assert_eq!(easter(year), date(year, month, day), "{year}");
        }
    }

    #[test]
    fn there_are_ten_since_store_bededag_was_abolished() {
        let of = |year: i16| {
            let mut day = date(year, 1, 1);
            let mut all = BTreeSet::new();
            while day.year() == year {
                all.extend(holiday(day));
                day = day.tomorrow().unwrap();
            }
            all
        };
        assert_eq!(of(2023).len(), 11);
        for year in 2024..2040 {
            assert_eq!(of(year).len(), 10, "{year}");
        }
        assert_eq!(holiday(date(2023, 5, 5)), Some(Holiday::GreatPrayerDay));
        assert_eq!(holiday(date(2024, 4, 26)), None);
        assert_eq!(holiday(date(2027, 5, 6)), Some(Holiday::Ascension));
        assert_eq!(holiday(date(2027, 5, 17)), Some(Holiday::WhitMonday));
        // Grundlovsdag is commonly a closing day but no public holiday.
        assert_eq!(holiday(date(2027, 6, 5)), None);
    }

    #[test]
    fn the_year_has_as_many_working_days_as_counted_elsewhere() {
        for (year, expected) in [(2026, 254), (2027, 255), (2028, 253), (2032, 256)] {
            let mut day = date(year, 1, 1);
            let mut count = 0;
            while day.year() == year {
                count += usize::from(is_working_day(day, &ClosingDays::default()));
                day = day.tomorrow().unwrap();
            }
            assert_eq!(count, expected, "{year}");
        }
    }

    #[test]
    fn the_working_day_after_skips_weekends_holidays_and_closing_days() {
        let none = ClosingDays::default();
        // The Wednesday before Easter 2027: Thursday, Friday and Monday are holidays.
        assert_eq!(working_day_after(date(2027, 3, 24), 1, &none), Some(date(2027, 3, 30)));
        let closed: ClosingDays = [(date(2027, 3, 30), "Lukket".to_owned())].into_iter().collect();
        assert_eq!(working_day_after(date(2027, 3, 24), 1, &closed), Some(date(2027, 3, 31)));
        assert_eq!(working_day_after(date(2027, 6, 2), 2, &none), Some(date(2027, 6, 4)));
    }
}
