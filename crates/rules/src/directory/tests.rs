use base::{Id, Language, TopicKey, UnitKey, UnixMillis};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::source::{Record, plan};
use super::*;
use crate::hours::OpenSpan;
use crate::queues::Presence;

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

fn ask(
    organisation: &Organisation,
    facts: &Facts,
    presence: &Present,
    at: UnixMillis,
) -> Resolution {
    let question = Question {
        topic: &topic("foertidspension"),
        usual: Some(&unit("pension-og-ydelser")),
        facts,
        language: Language::Da,
        presence,
        at,
    };
    resolve(organisation, question)
}

fn roles(resolution: &Resolution) -> Vec<Role> {
    resolution.candidates.iter().map(|candidate| candidate.role).collect()
}

#[test]
fn the_owner_comes_first_then_the_deputy_then_the_unit() {
    let found = ask(&horsens(), &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!(roles(&found), [Role::Owner, Role::Deputy { of: entry(1) }, Role::Unit]);
    assert_eq!(found.best().unwrap().means, Some(Means::Desk { person: person(1) }));
    assert_eq!(found.unit, Some(unit("foertidspension")));
    assert_eq!(found.why, [Why::Given { unit: unit("foertidspension") }]);
    // The team has no line of its own: its department's is used.
    assert_eq!(found.candidates[2].unit, unit("pension-og-ydelser"));
}

#[test]
fn an_owner_who_is_away_until_one_leaves_it_to_the_deputy_and_says_so() {
    let mut organisation = horsens();
    let away = Absence { from: at(2, 9, 0), until: at(2, 13, 0) };
    organisation.entries.get_mut(&entry(1)).unwrap().absences.push(away);
    let found = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!(found.best().unwrap().holder, Holder::Entry(entry(2)));
    assert!(found.why.contains(&Why::OwnerAway { entry: entry(1), back: at(2, 13, 0) }));
    let owner = found.candidates.last().unwrap();
    let back = at(2, 13, 0);
    assert_eq!(owner.reach, Reach::Away { back, at: Some(back) });
    // An absence expires by itself.
    let later = ask(&organisation, &Facts::default(), &ready(), back);
    assert_eq!(later.best().unwrap().role, Role::Owner);
}

#[test]
fn absences_that_meet_are_one_and_the_return_waits_for_the_opening() {
    let mut organisation = horsens();
    let owner = organisation.entries.get_mut(&entry(1)).unwrap();
    owner.absences = vec![
        Absence { from: at(2, 12, 0), until: at(2, 18, 0) },
        Absence { from: at(2, 9, 0), until: at(2, 12, 0) },
    ];
    assert_eq!(owner.away_until(at(2, 10, 0)), Some(at(2, 18, 0)));
    let found = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    let owner = found.candidates.iter().find(|c| c.role == Role::Owner).unwrap();
    assert_eq!(owner.reach, Reach::Away { back: at(2, 18, 0), at: Some(at(3, 8, 0)) });
}

#[test]
fn after_closing_nobody_is_best_and_the_next_opening_is_told() {
    let found = ask(&horsens(), &Facts::default(), &ready(), at(2, 16, 30));
    assert_eq!(found.best(), None);
    assert_eq!(found.next, Some(at(3, 8, 0)));
    assert!(found.why.contains(&Why::AllClosed));
}

#[test]
fn who_is_busy_comes_after_who_is_free_and_who_is_gone_after_all() {
    let presence = BTreeMap::from([(person(1), Presence::Busy), (person(2), Presence::Offline)]);
    let found = ask(&horsens(), &Facts::default(), &presence, at(2, 10, 0));
    assert_eq!(roles(&found), [Role::Unit, Role::Owner, Role::Deputy { of: entry(1) }]);
    assert_eq!(found.candidates[2].reach, Reach::Never);
}

#[test]
fn who_does_not_sign_in_is_reached_by_their_own_line() {
    let mut organisation = horsens();
    organisation.lines.push(Line {
        id: id(12),
        holder: Holder::Entry(entry(1)),
        way: Way::Telephone("+45 00 15 12 31".to_owned()),
        hours: None,
        public: false,
    });
    let found = ask(&organisation, &Facts::default(), &Present::new(), at(2, 10, 0));
    assert!(matches!(found.best().unwrap().means, Some(Means::Line { .. })));
    assert_eq!(found.best().unwrap().role, Role::Owner);
}

#[test]
fn a_topic_that_nobody_was_given_goes_to_the_department_that_usually_has_it() {
    let mut organisation = horsens();
    organisation.responsibilities.clear();
    let found = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!(found.why, [Why::Usual { unit: unit("pension-og-ydelser") }]);
    assert_eq!(found.best().unwrap().role, Role::Unit);
    organisation.units.remove(&unit("pension-og-ydelser"));
    let nobody = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!((nobody.unit, nobody.candidates.len()), (None, 0));
    assert_eq!(nobody.why, [Why::Nobody]);
}

#[test]
fn what_decides_between_owners_is_asked_and_then_decides() {
    let mut organisation = horsens();
    let young = Condition::Age { from: None, to: Some(29) };
    organisation.responsibilities.push(given(2, "borgerservice", vec![], vec![young]));
    let open = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!(open.ask, [Asked::Age]);
    assert_eq!(open.unit, Some(unit("foertidspension")), "until it is known, who has it for all");
    for (age, owner) in [(29, "borgerservice"), (30, "foertidspension")] {
        let facts = Facts { age: Some(age), ..Facts::default() };
        let found = ask(&organisation, &facts, &ready(), at(2, 10, 0));
        assert_eq!((found.unit, found.ask), (Some(unit(owner)), vec![]));
    }
}

#[test]
fn conditions_take_addresses_and_days_of_birth_as_people_write_them() {
    let street = Condition::Street {
        street: "Skt. Jørgens Vej".to_owned(),
        from: Some(2),
        to: Some(40),
        side: Parity::Even,
    };
    let lives = |street: &str, number| Facts {
        address: Some((street.to_owned(), number)),
        ..Facts::default()
    };
    assert_eq!(street.fit(&lives("skt jørgensvej", 14)), Fit::Yes);
    assert_eq!(street.fit(&lives("skt jørgensvej", 15)), Fit::No);
    assert_eq!(street.fit(&lives("Skt. Jørgens Vej", 42)), Fit::No);
    assert_eq!(street.fit(&lives("Jørgensvej", 14)), Fit::No);
    assert_eq!(street.fit(&Facts::default()), Fit::Ask(vec![Asked::Address]));
    let said = Condition::Said { question: "Har borgeren en sag?".to_owned() };
    let yes = Facts { said: vec![("Har borgeren en sag?".to_owned(), true)], ..Facts::default() };
    assert_eq!(said.fit(&yes), Fit::Yes);
}

#[test]
fn a_colleague_who_speaks_the_language_comes_first_among_equals() {
    let mut organisation = horsens();
    organisation.entries.get_mut(&entry(2)).unwrap().languages.insert(Language::En);
    let question = Question {
        topic: &topic("foertidspension"),
        usual: None,
        facts: &Facts::default(),
        language: Language::En,
        presence: &ready(),
        at: at(2, 10, 0),
    };
    let found = resolve(&organisation, question);
    assert_eq!(found.best().unwrap().holder, Holder::Entry(entry(2)));
}

#[test]
fn deputies_in_a_circle_are_asked_once_each() {
    let mut organisation = horsens();
    organisation.entries.get_mut(&entry(2)).unwrap().deputies = vec![entry(1), entry(2)];
    let found = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!(found.candidates.len(), 3);
}

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
    let number = "+45 00 15 12 23".to_owned();
    for (n, way) in [(12, Way::Outside(number)), (13, Way::Telephone("0015 0000".to_owned()))] {
        let way = if n == 13 { Way::Telephone("+45 00150000".to_owned()) } else { way };
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
            Finding::UnitGone { responsibility: id(2), unit: unit("lukket-afdeling") },
            Finding::PersonGone { entry: entry(7) },
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

fn any_organisation() -> impl Strategy<Value = (Organisation, Present)> {
    let deputies = prop::collection::vec(prop::collection::vec(1..9_u128, 0..4), 8);
    let absent = prop::collection::vec(prop::option::of(0..30_i64), 8);
    let present = prop::collection::vec(0..5_usize, 8);
    let owners = prop::collection::vec(1..9_u128, 0..4);
    (deputies, absent, present, owners).prop_map(|(deputies, absent, present, owners)| {
        let mut organisation = horsens();
        let template = organisation.entries[&entry(1)].clone();
        let mut there = Present::new();
        for n in 1..9_u128 {
            let place = usize::try_from(n - 1).unwrap();
            let absences = absent[place]
                .map(|hours| Absence { from: at(1, 0, 0), until: at(2, 0, 0) + hours * 3_600_000 });
            let made = Entry {
                id: entry(n),
                person: Some(person(n)),
                deputies: deputies[place].iter().map(|d| entry(*d)).collect(),
                absences: absences.into_iter().collect(),
                ..template.clone()
            };
            organisation.entries.insert(entry(n), made);
            let presences = [Presence::Ready, Presence::Busy, Presence::Break, Presence::Offline];
            if let Some(presence) = presences.get(present[place]) {
                there.insert(person(n), *presence);
            }
        }
        organisation.responsibilities =
            vec![given(1, "foertidspension", owners.into_iter().map(entry).collect(), vec![])];
        (organisation, there)
    })
}

proptest! {
    /// Whatever the deputies and absences: nobody is named twice, who can be reached now stands
    /// first, nobody who is away is called reachable, and who cannot be reached has no means.
    #[test]
    fn an_answer_is_always_in_order((organisation, present) in any_organisation(), hour in 0..48_i64) {
        let moment = at(2, 0, 0) + hour * 3_600_000;
        let found = ask(&organisation, &Facts::default(), &present, moment);
        let holders: BTreeSet<&Holder> = found.candidates.iter().map(|c| &c.holder).collect();
        prop_assert_eq!(holders.len(), found.candidates.len());
        let first_later = found.candidates.iter().position(|c| c.reach != Reach::Now);
        let last_now = found.candidates.iter().rposition(|c| c.reach == Reach::Now);
        if let (Some(later), Some(now)) = (first_later, last_now) {
            prop_assert!(now < later);
        }
        for candidate in &found.candidates {
            if let Holder::Entry(id) = &candidate.holder {
                let away = organisation.entries[id].away_until(moment);
                prop_assert_eq!(away.is_some(), matches!(candidate.reach, Reach::Away { .. }));
            }
            if candidate.reach == Reach::Now {
                prop_assert!(candidate.means.is_some());
            }
        }
        let reachable = found.candidates.iter().any(|c| matches!(c.reach, Reach::Now | Reach::Busy));
        prop_assert!(!(reachable && found.next.is_some()));
        if let Some(next) = found.next {
            prop_assert!(next > moment);
            // The promise holds: somebody can be reached then, when the presence is as now.
            let then = ask(&organisation, &Facts::default(), &present, next);
            prop_assert!(then.candidates.iter().any(|c| c.reach != Reach::Never));
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

#[test]
fn what_was_changed_by_hand_survives_the_next_import() {
    let first = object(json!({ "name": "Anne Holm", "title": "Rådgiver", "phone": "1" }));
    let record = Record::default().synced(Some(first.clone()));
    let mut edited = first;
    edited.insert("phone".to_owned(), json!("2"));
    edited.remove("title");
    let record = record.edited(edited);
    let later = object(json!({ "name": "Anne Holm-Bech", "title": "Leder", "phone": "3" }));
    let record = record.synced(Some(later));
    let value = record.value().unwrap();
    assert_eq!(Value::Object(value), json!({ "name": "Anne Holm-Bech", "phone": "2" }));
    // Taken back, the source speaks again.
    let back = record.clone().as_imported("phone").as_imported("title").value().unwrap();
    assert_eq!(back["phone"], "3");
    assert_eq!(back["title"], "Leder");
    // Who leaves the source leaves the directory; who was made here stays.
    assert_eq!(record.synced(None).value(), None);
    let made = Record::made(object(json!({ "name": "Vikar" })));
    assert!(made.synced(None).value().is_some());
}

#[test]
fn an_import_that_would_empty_the_directory_is_held_back() {
    let said = |n: usize| (format!("{n:03}"), object(json!({ "name": n })));
    let before: BTreeMap<String, Record> =
        (0..100).map(said).map(|(id, value)| (id, Record::default().synced(Some(value)))).collect();
    let brought = |count: usize| (0..count).map(said).collect::<BTreeMap<_, _>>();
    assert!(!plan(&before, &brought(80)).is_held_back());
    let cut = plan(&before, &brought(79));
    assert!(cut.is_held_back());
    assert_eq!((cut.removed.len(), cut.same), (21, 79));
    assert!(!plan(&BTreeMap::new(), &brought(100)).is_held_back());
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..4_i32).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        prop::collection::vec(0..3_i32, 0..3).prop_map(|list| json!(list)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop::collection::btree_map("[a-d]", inner, 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    })
}

fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-d]", any_value(), 0..5)
        .prop_map(|map| map.into_iter().collect())
}

proptest! {
    /// What somebody writes is what holds, and an import of the same leaves it so.
    #[test]
    fn what_was_written_holds(imported in any_object(), written in any_object()) {
        let record = Record::default().synced(Some(imported.clone())).edited(written.clone());
        prop_assert_eq!(record.value(), Some(written.clone()));
        prop_assert_eq!(record.synced(Some(imported)).value(), Some(written));
    }
}

fn found(organisation: &Organisation, query: &str) -> Vec<(Thing, Matched)> {
    Finder::new(organisation).find(query, 10).into_iter().map(|hit| (hit.thing, hit.by)).collect()
}

#[test]
fn people_are_found_however_their_names_are_spelled() {
    let mut organisation = horsens();
    let one = organisation.entries.get_mut(&entry(1)).unwrap();
    one.name = "Kristian Møller-Bech".to_owned();
    one.title = "Socialrådgiver".to_owned();
    one.skills = BTreeSet::from(["ankesager".to_owned()]);
    let (kristian, bo) = (Thing::Entry(entry(1)), Thing::Entry(entry(2)));
    for query in ["Christian Moeller", "kristian bech", "MØLLER kris", "kristian"] {
        assert_eq!(found(&organisation, query), [(kristian.clone(), Matched::Name)], "{query}");
    }
    assert_eq!(found(&organisation, "socialraadgiver"), [(kristian.clone(), Matched::Title)]);
    assert_eq!(found(&organisation, "anke"), [(kristian.clone(), Matched::Skill)]);
    // The unit itself before the people in it.
    let in_team = found(&organisation, "foertidspension");
    let team = Thing::Unit(unit("foertidspension"));
    assert_eq!(in_team[0], (team, Matched::Name));
    assert_eq!(in_team[1..], [(bo.clone(), Matched::Place), (kristian, Matched::Place)]);
    // All words must fit.
    assert_eq!(found(&organisation, "kristian larsen"), []);
    assert_eq!(found(&organisation, ""), []);
    let department = (Thing::Unit(unit("pension-og-ydelser")), Matched::Number);
    for number in ["+45 00 15 12 23", "0015 1223", "1512 23"] {
        assert_eq!(found(&organisation, number), std::slice::from_ref(&department), "{number}");
    }
    assert_eq!(found(&organisation, "122"), [], "too few digits");
}

#[test]
fn conditions_are_written_as_they_are_read() {
    for text in [
        "age 18-29",
        "age -29",
        "age 30-",
        "post-code 8700-8740",
        "birth-day 1-15",
        "street Skt. Jørgens Vej 2-40 even",
        "street Nørregade - both",
        "said Har borgeren en sag?",
    ] {
        assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
    }
    for text in ["", "age", "age -", "age 30-18", "birth-day 0-5", "street 2-4 even", "moon 1-2"] {
        assert_eq!(text.parse::<Condition>(), Err(NoCondition), "{text}");
    }
}

#[test]
fn a_table_tells_its_faults_with_their_lines() {
    let table = "kind;id;name;unit;phone;languages\n\
                 person;a;Anne;borgerservice;12345;da\n\
                 person;a2;;borgerservice;;\n\
                 person;a3;Bo;borgerservice;;fr\n\
                 hest;b;;;;\n\
                 team;t;Team;;;\n\
                 team;t;Igen;;;\n\
                 team;t2;Team;;mon 08:00-12:00; tue 08:00-12:00;;\n";
    let faults = read_table(table).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.code)).collect();
    let expected = [
        (2, "number-form"),
        (3, "empty"),
        (4, "language-unknown"),
        (5, "kind-unknown"),
        (7, "id-twice"),
        (8, "table-form"),
    ];
    assert_eq!(told, expected);
    assert_eq!(read_table("kind;løn\n").unwrap_err()[0].code, "column-unknown");
    assert_eq!(read_table("id;name\n").unwrap_err()[0].code, "column-missing");
}

fn any_text() -> impl Strategy<Value = String> {
    "[a-zæøå;\",. ]{1,12}".prop_map(|text| format!("x{}", text.trim()))
}

fn any_things() -> impl Strategy<Value = Brought> {
    let people = prop::collection::btree_map(
        "[a-f]{1,3}",
        (any_text(), prop::option::of(any_text()), prop::collection::btree_set("[a-z]{1,5}", 0..3)),
        1..4,
    );
    let lines = prop::collection::btree_map("[a-f]{1,3}", (0..3_usize, any::<bool>()), 0..4);
    (people, lines).prop_map(|(people, lines)| {
        let people = people.into_iter().map(|(id, (name, title, skills))| {
            let mut value = object(json!({ "unit": "borgerservice", "name": name }));
            value.extend(title.map(|title| ("title".to_owned(), json!(title))));
            if !skills.is_empty() {
                value.insert("skills".to_owned(), json!(skills));
            }
            (id, value)
        });
        let lines = lines.into_iter().map(|(id, (way, public))| {
            let (way, address) = [
                ("telephone", Some("+45 00 15 12 23")),
                ("mail", Some("a@b.example")),
                ("chat", None),
            ][way];
            let mut value = object(json!({ "holder": { "unit": "borgerservice" }, "way": way }));
            value.extend(address.map(|address| ("address".to_owned(), json!(address))));
            if public {
                value.insert("public".to_owned(), json!(true));
            }
            (id, value)
        });
        let mut things = Brought::from([(ItemKind::Person, people.collect())]);
        let lines: BTreeMap<_, _> = lines.collect();
        if !lines.is_empty() {
            things.insert(ItemKind::Line, lines);
        }
        things
    })
}

proptest! {
    /// What is written as a table is read again as it was, and every thing of it can be kept.
    #[test]
    fn a_table_is_read_as_it_was_written(things in any_things()) {
        let table = write_table(&things);
        prop_assert_eq!(read_table(&table), Ok(things.clone()), "{}", table);
        for (kind, things) in things {
            for value in things.into_values() {
                let item = Item::read(kind, value.clone()).unwrap();
                prop_assert_eq!(item.value(), value);
            }
        }
    }
}
