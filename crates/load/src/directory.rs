//! The directory's finder on a large municipality.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use base::{Id, UnitKey};
use hdrhistogram::Histogram;
use rules::directory::{Entry, Finder, Holder, Line, Organisation, Unit, UnitKind, Way};

/// Every query is asked so often.
const ROUNDS: usize = 200;
/// Hits of one answer.
const MOST: usize = 60;
/// People of one team.
const TEAM: usize = 12;

const FIRST: [&str; 24] = [
    "Anne",
    "Peter",
    "Mette",
    "Lars",
    "Hanne",
    "Christian",
    "Birgit",
    "Søren",
    "Kirsten",
    "Jens",
    "Inger",
    "Michael",
    "Lene",
    "Henrik",
    "Susanne",
    "Thomas",
    "Marianne",
    "Niels",
    "Åse",
    "Ole",
    "Fatima",
    "Jørgen",
    "Pia",
    "Mohammed",
];
const LAST: [&str; 24] = [
    "Jensen",
    "Nielsen",
    "Hansen",
    "Pedersen",
    "Andersen",
    "Christensen",
    "Larsen",
    "Sørensen",
    "Rasmussen",
    "Jørgensen",
    "Petersen",
    "Madsen",
    "Kristensen",
    "Olsen",
    "Thomsen",
    "Poulsen",
    "Johansen",
    "Møller",
    "Mortensen",
    "Knudsen",
    "Aagaard",
    "Holm",
    "Bech",
    "Yusuf",
];
const TITLES: [&str; 8] = [
    "Socialrådgiver",
    "Sagsbehandler",
    "Jobkonsulent",
    "Sygeplejerske",
    "Pædagog",
    "Lærer",
    "Byggesagsbehandler",
    "Specialkonsulent",
];
const SKILLS: [&str; 8] = [
    "førtidspension",
    "hjælpemidler",
    "merudgifter",
    "rehabilitering",
    "sygedagpenge",
    "BBR",
    "personligt tillæg",
    "visitation",
];
const QUERIES: [&str; 16] = [
    "a",
    "hansen",
    "kristian møller",
    "soerensen",
    "anne",
    "socialrådgiver",
    "jobkonsulent holm",
    "sygedagpenge",
    "team 17",
    "lene aagaard",
    "0010 1234",
    "00101",
    "byggesag",
    "pedersen lars",
    "visitation poulsen",
    "findes ikke",
];

/// What was measured.
#[derive(Debug)]
pub struct Report {
    people: usize,
    built: Duration,
    /// Microseconds.
    asked: Histogram<u64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |quantile| {
            let micros = u32::try_from(self.asked.value_at_quantile(quantile)).unwrap_or(u32::MAX);
            f64::from(micros) / 1000.0
        };
        writeln!(f, "people {}, index built in {} ms", self.people, self.built.as_millis())?;
        let (n, p50, p99) = (self.asked.len(), at(0.5), at(0.99));
        writeln!(f, "queries {n}: p50 {p50:.2} ms, p99 {p99:.2} ms, slowest {:.2} ms", at(1.0))
    }
}

/// Lays out a municipality of so many people and asks its finder.
///
/// # Errors
/// When a key cannot be made.
pub fn measure(people: usize) -> anyhow::Result<Report> {
    let organisation = organisation(people)?;
    let began = Instant::now();
    let finder = Finder::new(&organisation);
    let built = began.elapsed();
    let mut asked = Histogram::new(3)?;
    for _ in 0..ROUNDS {
        for query in QUERIES {
            let began = Instant::now();
            std::hint::black_box(finder.find(query, MOST));
            asked.record(u64::try_from(began.elapsed().as_micros())?)?;
        }
    }
    Ok(Report { people, built, asked })
}

fn organisation(people: usize) -> anyhow::Result<Organisation> {
    let mut organisation = Organisation::default();
    for n in 0..people {
        let team = n / TEAM;
        let unit = UnitKey::new(format!("team-{team}"))?;
        if n % TEAM == 0 {
            let name = format!("Team {team}");
            let made = Unit {
                key: unit.clone(),
                kind: UnitKind::Team,
                parent: None,
                name_en: name.clone(),
                name,
                hours: None,
            };
            organisation.units.insert(unit.clone(), made);
        }
        let id = numbered(n, 1)?;
        let of = |all: &[&'static str], step: usize| all[(n / step + n) % all.len()];
        let entry = Entry {
            id,
            unit,
            name: format!("{} {} {}", of(&FIRST, 1), of(&LAST, 31), of(&LAST, 7)),
            title: of(&TITLES, 3).to_owned(),
            person: None,
            languages: BTreeSet::new(),
            skills: BTreeSet::from([of(&SKILLS, 5).to_owned()]),
            deputies: vec![],
            absences: vec![],
        };
        organisation.entries.insert(id, entry);
        organisation.lines.push(Line {
            id: numbered(n, 2)?,
            holder: Holder::Entry(id),
            way: Way::Outside(format!(
                "+45 00 1{} {:02} {:02}",
                n / 10_000,
                n / 100 % 100,
                n % 100
            )),
            hours: None,
            public: false,
        });
    }
    Ok(organisation)
}

fn numbered<K>(n: usize, kind: usize) -> anyhow::Result<Id<K>> {
    format!("{kind:04x}{n:028x}").parse().context("an id")
}
