//! What is wrong with a directory as a whole, and how far it can be trusted.

use super::*;
use crate::hours::OpenSpan;

fn against<'a>(
    topics: &'a BTreeMap<TopicKey, Option<UnitKey>>,
    duty: &'a BTreeMap<UnitKey, Vec<OpenSpan>>,
) -> Against<'a> {
    let within = OpenSpan { from: at(2, 0, 0), to: at(3, 0, 0) };
    Against { topics, main_number: "+45 00 15 00 00", duty, within }
}

fn everybody_on_duty() -> BTreeMap<UnitKey, Vec<OpenSpan>> {
    let day = OpenSpan { from: at(2, 7, 0), to: at(2, 18, 0) };
    ["pension-og-ydelser", "borgerservice"].map(|key| (unit(key), vec![day])).into()
}

#[test]
fn a_directory_in_order_has_no_findings() {
    let topics = BTreeMap::from([
        (topic("foertidspension"), Some(unit("pension-og-ydelser"))),
        (topic("skat"), None),
    ]);
    assert_eq!(check(&horsens(), against(&topics, &everybody_on_duty())), []);
}

#[test]
fn the_check_finds_what_leads_citizens_wrong() {
    let mut organisation = horsens();
    organisation.units.get_mut(&unit("velfaerd")).unwrap().parent =
        Some(unit("pension-og-ydelser"));
    organisation.entries.get_mut(&entry(2)).unwrap().deputies = vec![entry(1), entry(7)];
    organisation.responsibilities.push(given(2, "lukket-afdeling", vec![], vec![]));
    organisation.responsibilities.push(given(3, "direktion", vec![], vec![]));
    let lost = Entry {
        id: entry(3),
        unit: unit("lukket-afdeling"),
        deputies: vec![],
        ..organisation.entries[&entry(1)].clone()
    };
    organisation.entries.insert(lost.id, lost);
    let direction = Unit {
        key: unit("direktion"),
        kind: UnitKind::Team,
        parent: None,
        ..organisation.units[&unit("velfaerd")].clone()
    };
    organisation.units.insert(direction.key.clone(), direction);
    for (n, holder) in [(14, Holder::Unit(unit("lukket-afdeling"))), (15, Holder::Entry(entry(8)))]
    {
        let line = Line { id: id(n), holder, way: Way::Chat, hours: None, public: false };
        organisation.lines.push(line);
    }
    let number = "+45 00 15 12 23".to_owned();
    for (n, way) in [(12, Way::Outside(number)), (13, Way::Telephone("0015 0000".to_owned()))] {
        organisation.lines.push(Line {
            id: id(n),
            holder: Holder::Entry(entry(1)),
            way,
            hours: None,
            public: true,
        });
    }
    let of_front_office = Holder::Unit(unit("borgerservice"));
    let all = std::mem::take(&mut organisation.lines);
    for line in all.iter().filter(|line| line.holder != of_front_office) {
        organisation.lines.push(line.clone());
    }
    let topics = BTreeMap::from([(topic("hegn"), Some(unit("byg-og-bolig")))]);
    let morning = OpenSpan { from: at(2, 8, 0), to: at(2, 12, 0) };
    let late = OpenSpan { from: at(2, 14, 0), to: at(2, 15, 0) };
    let duty = BTreeMap::from([(unit("pension-og-ydelser"), vec![late, morning])]);
    let found = check(&organisation, against(&topics, &duty));
    let line = id::<base::kind::Line>;
    assert_eq!(
        found,
        [
            Finding::TopicWithoutOwner { topic: topic("hegn") },
            Finding::UnitGone { unit: unit("lukket-afdeling"), what: Belongs::Person(entry(3)) },
            Finding::UnitGone { unit: unit("lukket-afdeling"), what: Belongs::Line(line(14)) },
            Finding::UnitGone {
                unit: unit("lukket-afdeling"),
                what: Belongs::Responsibility(id(2)),
            },
            Finding::NoDepartment { responsibility: id(3), unit: unit("direktion") },
            Finding::PersonGone { entry: entry(7) },
            Finding::PersonGone { entry: entry(8) },
            Finding::DeputyCircle { entries: vec![entry(1), entry(2)] },
            Finding::UnitCircle { units: vec![unit("pension-og-ydelser"), unit("velfaerd")] },
            Finding::MainNumber { line: line(13) },
            Finding::NumberTwice {
                number: "+45 00 15 12 23".to_owned(),
                lines: vec![line(10), line(12)],
            },
            Finding::Unreachable { unit: unit("borgerservice") },
            Finding::NotStaffed {
                unit: unit("pension-og-ydelser"),
                spans: vec![
                    OpenSpan { from: at(2, 12, 0), to: at(2, 14, 0) },
                    OpenSpan { from: at(2, 15, 0), to: at(2, 16, 0) },
                ],
            },
        ]
    );
}

#[test]
fn a_long_row_of_deputies_is_walked_once_and_its_circle_found() {
    const MANY: u128 = 50_000;
    let mut organisation = horsens();
    let template = organisation.entries[&entry(2)].clone();
    for n in 1..=MANY {
        // The last one's deputy is the third from the end.
        let deputies = vec![entry(if n < MANY { n + 1 } else { MANY - 2 })];
        organisation.entries.insert(entry(n), Entry { id: entry(n), deputies, ..template.clone() });
    }
    let found = check(&organisation, against(&BTreeMap::new(), &everybody_on_duty()));
    let entries = (MANY - 2..=MANY).map(entry).collect();
    assert_eq!(found, [Finding::DeputyCircle { entries }]);
}

#[test]
fn a_department_goes_before_a_team_of_the_same_name() {
    let mut organisation = horsens();
    let before = organisation.units.clone();
    let team = UnitItem {
        kind: UnitKind::Team,
        parent: None,
        name: "Vagt".to_owned(),
        name_en: String::new(),
        hours: None,
    };
    let put = organisation.put(
        "pension-og-ydelser",
        Item::Unit(team),
        &BTreeMap::new(),
        &crate::calendar::ClosingDays::default(),
    );
    assert_eq!((put, organisation.units), (Ok(()), before));
}

#[test]
fn what_was_confirmed_stays_fresh_for_its_time_and_reports_count_against_it() {
    let day = 24 * 60 * 60 * 1000;
    let confirmed = Some(UnixMillis(0));
    let upkeep = Upkeep { confirmed, reports: vec![] };
    let score = |upkeep: &Upkeep, days| freshness(upkeep, 90, UnixMillis(days * day)).score;
    assert_eq!([0, 90, 180, 270, 400].map(|days| score(&upkeep, days)), [100, 100, 50, 0, 0]);
    let reported = Upkeep { confirmed, reports: vec![UnixMillis(day), UnixMillis(2 * day)] };
    assert_eq!(score(&reported, 3), 60);
    assert!(freshness(&reported, 90, UnixMillis(3 * day)).is_stale(UnixMillis(3 * day)));
    let again = Upkeep { confirmed: Some(UnixMillis(3 * day)), ..reported };
    assert_eq!(score(&again, 4), 100);
    assert_eq!(freshness(&Upkeep::default(), 90, UnixMillis(0)).due, None);
}
