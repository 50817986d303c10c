use base::{Id, Language, TopicKey, UnitKey, UnixMillis};
use serde_json::{Map, Value};

use super::*;
use crate::queues::Presence;

mod bringing_in;
mod checking;
mod finding;
mod resolving;

fn unit(key: &str) -> UnitKey {
    UnitKey::new(key).unwrap()
}

fn topic(key: &str) -> TopicKey {
    TopicKey::new(key).unwrap()
}

fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}").parse().unwrap()
}

fn entry(n: u128) -> EntryId {
    id(n)
}

fn person(n: u128) -> PersonId {
    id(n)
}

/// Local time on a day of June 2027 (summer time, UTC+2): `at(2, 10, 30)`.
fn at(day: i8, hour: i8, minute: i8) -> UnixMillis {
    let local = jiff::civil::date(2027, 6, day).at(hour, minute, 0, 0);
    let zoned = local.to_zoned(jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap()).unwrap();
    UnixMillis::from_timestamp(zoned.timestamp())
}

/// Horsens: the pension department with a team, an owner (1) and her deputy (2), and Borgerservice.
fn horsens() -> Organisation {
    let mut organisation = Organisation::default();
    let mut add = |key: &str, kind, parent: Option<&str>, hours: Option<&str>| {
        let hours = hours.map(|hours| ServiceHours::parse(hours).unwrap());
        let made = Unit {
            key: unit(key),
            kind,
            parent: parent.map(unit),
            name: key.to_owned(),
            name_en: key.to_owned(),
            hours,
        };
        organisation.units.insert(unit(key), made);
    };
    add("velfaerd", UnitKind::Administration, None, Some("mon-fri 08:00-15:00"));
    add("pension-og-ydelser", UnitKind::Department, Some("velfaerd"), Some("mon-fri 08:00-16:00"));
    add("foertidspension", UnitKind::Team, Some("pension-og-ydelser"), None);
    add("borgerservice", UnitKind::Department, None, Some("mon-fri 08:00-15:00"));
    for (n, name, deputies) in [(1, "Anne", vec![entry(2)]), (2, "Bo", vec![])] {
        let made = Entry {
            id: entry(n),
            unit: unit("foertidspension"),
            name: name.to_owned(),
            title: String::new(),
            person: Some(person(n)),
            languages: BTreeSet::from([Language::Da]),
            skills: BTreeSet::new(),
            deputies,
            absences: vec![],
        };
        organisation.entries.insert(entry(n), made);
    }
    for (n, holder, number) in
        [(10, "pension-og-ydelser", "+45 00 15 12 23"), (11, "borgerservice", "+45 00 15 10 01")]
    {
        organisation.lines.push(Line {
            id: id(n),
            holder: Holder::Unit(unit(holder)),
            way: Way::Telephone(number.to_owned()),
            hours: None,
            public: true,
        });
    }
    organisation.responsibilities.push(given(1, "foertidspension", vec![entry(1)], vec![]));
    organisation
}

fn given(n: u128, to: &str, people: Vec<EntryId>, conditions: Vec<Condition>) -> Responsibility {
    Responsibility {
        id: id(n),
        topic: topic("foertidspension"),
        unit: unit(to),
        people,
        conditions,
    }
}

type Present = BTreeMap<PersonId, Presence>;

fn ready() -> Present {
    BTreeMap::from([(person(1), Presence::Ready), (person(2), Presence::Ready)])
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}
