//! Who has a topic now, and how they are reached.

use proptest::prelude::*;

use super::*;

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
fn a_team_that_has_closed_leaves_it_to_its_open_department() {
    let mut organisation = horsens();
    organisation.lines.push(Line {
        id: id(20),
        holder: Holder::Unit(unit("foertidspension")),
        way: Way::Telephone("+45 00 15 12 99".to_owned()),
        hours: Some(ServiceHours::parse("mon-fri 10:00-12:00").unwrap()),
        public: true,
    });
    let unit_at = |hour| {
        let found = ask(&organisation, &Facts::default(), &BTreeMap::new(), at(2, hour, 0));
        let unit = found.candidates.into_iter().find(|one| one.role == Role::Unit).unwrap();
        (unit.unit, unit.reach)
    };
    assert_eq!(unit_at(11), (unit("foertidspension"), Reach::Now));
    assert_eq!(unit_at(13), (unit("pension-og-ydelser"), Reach::Now));
    // When both are closed it is the one that opens first.
    assert_eq!(unit_at(17).0, unit("pension-og-ydelser"));
}

#[test]
fn an_owner_who_is_away_until_one_leaves_it_to_the_deputy_and_says_so() {
    let mut organisation = horsens();
    let away = Absence { from: at(2, 9, 0), until: at(2, 13, 0) };
    organisation.entries.get_mut(&entry(1)).unwrap().absences.push(away);
    let found = ask(&organisation, &Facts::default(), &ready(), at(2, 10, 0));
    assert_eq!(found.best().unwrap().holder, Holder::Entry(entry(2)));
    let why = |covered| Why::OwnerAway { entry: entry(1), back: at(2, 13, 0), covered };
    assert!(found.why.contains(&why(true)));
    // A deputy who is away too takes nothing.
    let mut both = organisation.clone();
    both.entries.get_mut(&entry(2)).unwrap().absences.push(away);
    let alone = ask(&both, &Facts::default(), &ready(), at(2, 10, 0));
    assert!(alone.why.contains(&why(false)), "{:?}", alone.why);
    // Whoever stands in for an owner who is gone is not the owner.
    both.entries.remove(&entry(1));
    let gone = ask(&both, &Facts::default(), &ready(), at(2, 10, 0));
    assert!(gone.why.iter().all(|why| !matches!(why, Why::OwnerAway { .. })), "{:?}", gone.why);
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
fn who_is_busy_at_closing_time_is_asked_again_when_it_opens() {
    let busy = BTreeMap::from([(person(1), Presence::Busy)]);
    let found = ask(&horsens(), &Facts::default(), &busy, at(2, 16, 30));
    assert_eq!(found.candidates[0].reach, Reach::Closed { at: Some(at(3, 8, 0)) });
    assert_eq!(found.next, Some(at(3, 8, 0)));
}

#[test]
fn a_return_promises_nothing_of_who_has_no_way_to_be_reached() {
    let mut organisation = horsens();
    organisation.units.get_mut(&unit("foertidspension")).unwrap().hours =
        ServiceHours::parse("mon-fri 07:00-20:00").ok();
    let owner = organisation.entries.get_mut(&entry(1)).unwrap();
    owner.person = None;
    owner.deputies.clear();
    let back = at(2, 17, 0);
    owner.absences.push(Absence { from: at(2, 9, 0), until: back });
    let found = ask(&organisation, &Facts::default(), &ready(), at(2, 16, 30));
    let owner = found.candidates.iter().find(|c| c.role == Role::Owner).unwrap();
    assert_eq!(owner.reach, Reach::Away { back, at: None });
    assert_eq!(found.next, Some(at(3, 8, 0)), "the department's own telephone");
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
