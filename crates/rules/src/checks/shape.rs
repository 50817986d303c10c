//! The shape of a text: its parts and their names, and the years of its figures.

use std::collections::BTreeSet;

use super::prose::{Prose, words};
use super::{Field, Report, Severity, say};
use crate::articles::{Article, Part, TopicKind};
use crate::content::is_part_id;

/// The longest summary, in characters: what a hit shows.
pub(super) const SUMMARY_LIMIT: usize = 200;
/// Years that a text can speak of.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

impl Report<'_> {
    /// What must be there, and be there once.
    pub(super) fn parts_shape(&mut self, parts: &[Part], master: bool) {
        let mut seen = BTreeSet::new();
        for part in parts {
            let at = Some(part.id.as_str());
            if !is_part_id(&part.id) {
                self.at(at, "id", say("part-id", Severity::Error));
            } else if !seen.insert(&part.id) {
                self.at(at, "id", say("part-twice", Severity::Error).arg("part", &part.id));
            }
            if part.heading.trim().is_empty() {
                self.at(at, "heading", say("missing", Severity::Error));
            }
            if part.markdown.trim().is_empty() {
                self.at(at, "markdown", say("part-empty", Severity::Error));
            }
        }
        if master {
            match parts.first() {
                Some(first) if first.id == "todo" => {}
                Some(first) => {
                    self.at(Some(&first.id), "id", say("todo-first", Severity::Error));
                }
                None => self.whole("no-parts", Severity::Error),
            }
        }
    }

    /// Whether the figures of a text are of their year, and the year is said.
    pub(super) fn figures(&mut self, article: &Article) {
        match article.figures_year {
            Some(year) if !(2000..=self.known.today.year() + 1).contains(&year) => {
                self.at(None, "figures_year", say("year-wrong", Severity::Error).arg("year", year));
            }
            Some(year) if year < self.known.today.year() => {
                let said = say("figures-old", Severity::Warning)
                    .arg("year", year)
                    .arg("now", self.known.today.year());
                self.at(None, "figures_year", said);
            }
            Some(_) => {}
            None if article.kind == TopicKind::Article && self.has_amounts(article) => {
                self.at(None, "figures_year", say("figures-undated", Severity::Warning));
            }
            None => {}
        }
        let Some(year) = article.figures_year else { return };
        for (index, fact) in article.facts.iter().enumerate() {
            for (name, text) in [("value", Some(&fact.value)), ("note", fact.note.as_ref())] {
                let Some(text) = text.filter(|text| text.len() <= super::MOST_BYTES) else {
                    continue;
                };
                let name = format!("facts.{index}.{name}");
                let mut field = Field::new(None, &name, text);
                self.levels(&mut field, &Prose::of_line(text), year);
            }
        }
    }

    /// Amounts in kroner in its facts.
    fn has_amounts(&mut self, article: &Article) -> bool {
        article.facts.iter().any(|fact| {
            let value = &fact.value[..fact.value.floor_char_boundary(fact.value.len().min(400))];
            self.steps += value.len() as u64;
            value.contains("kr.") && value.contains(|c: char| c.is_ascii_digit())
        })
    }

    /// A level of a year ("2023-niveau") that is over.
    pub(super) fn years(&mut self, field: &mut Field<'_>, prose: &Prose) {
        self.levels(field, prose, self.known.today.year());
    }

    fn levels(&mut self, field: &mut Field<'_>, prose: &Prose, current: i16) {
        self.steps += prose.text.len() as u64;
        for word in words(&prose.text, 0) {
            let Some((year, rest)) = word.lower.split_once('-') else { continue };
            let year = year.parse::<i16>().ok().filter(|year| YEARS.contains(year));
            let level = ["niveau", "priser", "pris", "takst", "takster", "sats", "satser"];
            if let Some(year) = year
                && year < current
                && level.contains(&rest)
            {
                let said =
                    say("figures-old", Severity::Warning).arg("year", year).arg("now", current);
                self.add(field, prose.place(&word.range), said);
            }
        }
    }
}
