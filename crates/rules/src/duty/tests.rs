use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> UnixMillis {
    UnixMillis::from_timestamp(text.parse().unwrap())
}

fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}").parse().unwrap()
}

fn hotline(n: u128, day: Date, from: Time, to: Time) -> Duty {
    Duty {
        id: id(n),
        serving: MunicipalityKey::new("furesoe").unwrap(),
        people: BTreeSet::new(),
        date: day,
        from,
        to,
        zone: Zone::default(),
        kind: DutyKind::Hotline,
        cancelled: false,
    }
}

fn wednesday() -> Duty {
    hotline(1, date(2027, 6, 2), time(15, 0, 0, 0), time(22, 0, 0, 0))
}

#[test]
fn a_duty_begins_and_ends_on_the_millisecond() {
    let duty = wednesday();
    assert_eq!(duty.starts(), at("2027-06-02T15:00:00+02:00"));
    assert_eq!(duty.ends(), at("2027-06-02T22:00:00+02:00"));
    assert!(!duty.covers(duty.starts() + -1));
    assert!(duty.covers(duty.starts()));
    assert!(duty.covers(duty.ends() + -1));
    assert!(!duty.covers(duty.ends()));
    let cancelled = Duty { cancelled: true, ..duty };
    assert!(!cancelled.covers(cancelled.starts()));
}

#[test]
fn a_night_duty_ends_on_the_next_day_and_follows_daylight_saving() {
    let night = |day| hotline(1, day, time(22, 0, 0, 0), time(6, 0, 0, 0));
    let length = |duty: &Duty| (duty.ends() - duty.starts()) / 3_600_000;
    assert_eq!(length(&night(date(2027, 6, 2))), 8);
    assert_eq!(length(&night(date(2027, 3, 27))), 7);
    assert_eq!(length(&night(date(2027, 10, 30))), 9);
}

#[test]
fn an_evening_of_four_hours_is_four_hours_on_the_days_of_daylight_saving() {
    for day in [date(2027, 3, 28), date(2027, 10, 31), date(2028, 2, 29)] {
        let duty = hotline(1, day, time(18, 0, 0, 0), time(22, 0, 0, 0));
        assert_eq!(duty.ends() - duty.starts(), 4 * 3_600_000);
    }
}

#[test]
fn an_empty_list_means_every_agent_of_the_serving_municipality() {
    let furesoe = MunicipalityKey::new("furesoe").unwrap();
    let soroe = MunicipalityKey::new("soroe").unwrap();
    let mut duty = wednesday();
    assert!(duty.includes(id(7), &furesoe));
    assert!(!duty.includes(id(7), &soroe));
    duty.people.insert(id(8));
    assert!(!duty.includes(id(7), &furesoe));
    assert!(duty.includes(id(8), &furesoe));
    duty.people.clear();
    duty.kind = DutyKind::Telephone { department: DepartmentKey::new("jobcenter").unwrap() };
    assert!(!duty.includes(id(7), &furesoe));
}

#[test]
fn the_next_edge_is_a_beginning_or_an_end_and_never_of_a_cancelled_duty() {
    let duties = [
        wednesday(),
        hotline(2, date(2027, 6, 3), time(15, 0, 0, 0), time(22, 0, 0, 0)),
        Duty {
            cancelled: true,
            ..hotline(3, date(2027, 6, 2), time(18, 0, 0, 0), time(21, 0, 0, 0))
        },
    ];
    let evening = at("2027-06-02T20:15:00+02:00");
    assert_eq!(next_edge(&duties, evening), Some(at("2027-06-02T22:00:00+02:00")));
    let after = at("2027-06-02T22:00:00+02:00");
    assert_eq!(next_edge(&duties, after), Some(at("2027-06-03T15:00:00+02:00")));
    assert_eq!(next_edge(&duties, at("2027-06-04T00:00:00+02:00")), None);
    assert_eq!(on_duty_at(&duties, evening).len(), 1);
}

#[test]
fn the_planner_is_told_every_fault_at_once() {
    let now = at("2027-06-02T12:00:00+02:00");
    let check = |from, to| plan_check(&hotline(9, date(2027, 6, 2), from, to), &[], now);
    assert_eq!(check(time(15, 0, 0, 0), time(22, 0, 0, 0)), []);
    assert_eq!(check(time(22, 0, 0, 0), time(2, 0, 0, 0)), [], "a night is no fault");
    assert_eq!(check(time(22, 0, 0, 0), time(15, 0, 0, 0)), [PlanProblem::EndBeforeStart]);
    assert_eq!(check(time(15, 0, 0, 0), time(15, 0, 0, 0)), [PlanProblem::EndBeforeStart]);
    assert_eq!(
        check(time(15, 0, 0, 0), time(15, 20, 0, 0)),
        [PlanProblem::TooShort { minutes: 20, at_least: 30 }]
    );
    assert_eq!(
        check(time(7, 0, 0, 0), time(20, 0, 0, 0)),
        [PlanProblem::TooLong { minutes: 780, at_most: 720 }]
    );
    assert_eq!(check(time(8, 0, 0, 0), time(12, 0, 0, 0)), [PlanProblem::Past]);
    let mut telephone = wednesday();
    telephone.kind = DutyKind::Telephone { department: DepartmentKey::new("jobcenter").unwrap() };
    assert_eq!(plan_check(&telephone, &[], now), [PlanProblem::Nobody]);
}

#[test]
fn nobody_is_on_two_duties_at_once() {
    let now = at("2027-06-01T12:00:00+02:00");
    let with = |mut duty: Duty, people: &[u128]| {
        duty.people = people.iter().map(|p| id(*p)).collect();
        duty
    };
    let duty = with(wednesday(), &[1, 2]);
    let overlaps =
        with(hotline(2, date(2027, 6, 2), time(21, 0, 0, 0), time(23, 0, 0, 0)), &[2, 3]);
    let follows = with(hotline(3, date(2027, 6, 2), time(22, 0, 0, 0), time(23, 0, 0, 0)), &[1]);
    let cancelled = Duty { cancelled: true, ..with(wednesday(), &[1]) };
    let earlier = Duty { id: duty.id, ..overlaps.clone() };
    assert_eq!(
        plan_check(&duty, &[overlaps, follows, Duty { id: id(4), ..cancelled }, earlier], now),
        [PlanProblem::PersonTwice { person: id(2), other: id(2) }]
    );
}

#[test]
fn a_duty_survives_json() {
    let duty = wednesday();
    let text = serde_json::to_string(&duty).unwrap();
    assert!(text.contains("\"kind\":\"hotline\""), "{text}");
    assert_eq!(serde_json::from_str::<Duty>(&text).unwrap(), duty);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn who_is_on_duty_does_not_change_before_the_next_edge(
        plans in prop::collection::vec((0_i8..4, 0_i8..24, 0_i8..24, any::<bool>()), 0..6),
        minute in 0_i64..5 * 1440,
        within in 0_i64..100,
    ) {
        let duties: Vec<Duty> = plans
            .into_iter()
            .enumerate()
            .map(|(n, (day, from, to, cancelled))| Duty {
                cancelled,
                ..hotline(n as u128, date(2027, 3, 27 + day), time(from, 0, 0, 0), time(to, 30, 0, 0))
            })
            .collect();
        let now = at("2027-03-26T23:00:00Z") + minute * 60_000;
        let on = |when| on_duty_at(&duties, when).into_iter().map(|d| d.id).collect::<Vec<_>>();
        match next_edge(&duties, now) {
            Some(edge) => {
                prop_assert!(edge > now);
                prop_assert_eq!(on(now), on(now + (edge - now - 1) * within / 100));
                prop_assert_eq!(on(now), on(edge + -1));
            }
            None => prop_assert!(on(now).is_empty()),
        }
    }
}
