use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> UnixMillis {
    UnixMillis::from_timestamp(text.parse().unwrap())
}

fn hours(text: &str) -> ServiceHours {
    ServiceHours::parse(text).unwrap()
}

const HOTLINE: &str = "mon-thu 15:00-22:00; fri 13:00-18:00";

#[test]
fn the_hotline_is_open_on_a_wednesday_evening_until_22() {
    let hotline = hours(HOTLINE);
    let evening = at("2027-06-02T20:15:00+02:00");
    assert!(hotline.open_at(evening));
    let ten = at("2027-06-02T22:00:00+02:00");
    assert_eq!(hotline.state(evening), HoursState::Open { until: Some(ten) });
    let opens_at = Some(at("2027-06-03T15:00:00+02:00"));
    assert_eq!(hotline.state(ten), HoursState::Closed { opens_at });
}

#[test]
fn the_edges_belong_to_the_opening_and_not_to_the_closing() {
    let h = hours("wed 08:00-15:00");
    assert!(!h.open_at(at("2027-06-02T07:59:59.999+02:00")));
    assert!(h.open_at(at("2027-06-02T08:00:00+02:00")));
    assert!(h.open_at(at("2027-06-02T14:59:59.999+02:00")));
    assert!(!h.open_at(at("2027-06-02T15:00:00+02:00")));
}

#[test]
fn a_day_may_have_several_spans_and_a_span_may_pass_midnight() {
    let h = hours("thu 08:00-17:00, 18:00-20:00; fri 22:00-02:00");
    assert!(!h.open_at(at("2027-06-03T17:30:00+02:00")));
    assert!(h.open_at(at("2027-06-03T19:59:00+02:00")));
    assert!(h.open_at(at("2027-06-04T23:59:00+02:00")));
    assert!(h.open_at(at("2027-06-05T01:59:00+02:00")));
    assert!(!h.open_at(at("2027-06-05T02:00:00+02:00")));
    assert!(!h.open_at(at("2027-06-04T01:00:00+02:00")), "Thursday's night is not Friday's");
    let until = Some(at("2027-06-05T02:00:00+02:00"));
    assert_eq!(h.state(at("2027-06-04T23:00:00+02:00")), HoursState::Open { until });
}

#[test]
fn spans_that_meet_are_one_opening() {
    let h = hours("fri 22:00-24:00; sat 00:00-03:00");
    let until = Some(at("2027-06-05T03:00:00+02:00"));
    assert_eq!(h.state(at("2027-06-04T22:30:00+02:00")), HoursState::Open { until });
}

#[test]
fn what_never_closes_or_never_opens_says_so() {
    let now = at("2027-06-02T20:15:00+02:00");
    let always = hours("mon-sun 00:00-24:00; holidays open");
    assert_eq!(always.state(now), HoursState::Open { until: None });
    for never in ["", "mon-sun closed"] {
        assert_eq!(hours(never).state(now), HoursState::Closed { opens_at: None });
    }
}

#[test]
fn public_holidays_are_closed_unless_stated() {
    // 2027-05-06 is Kristi himmelfartsdag, a Thursday.
    let noon = at("2027-05-06T12:00:00+02:00");
    assert!(!hours("thu 08:00-15:00").open_at(noon));
    assert!(hours("thu 08:00-15:00; holidays open").open_at(noon));
    assert!(hours("thu 08:00-10:00; holidays 11:00-13:00").open_at(noon));
    assert!(!hours("thu 08:00-15:00; holidays 09:00-10:00").open_at(noon));
    let opens_at = Some(at("2027-05-07T15:00:00+02:00"));
    let opens_friday = hours("wed-fri 15:00-22:00").state(noon);
    assert_eq!(opens_friday, HoursState::Closed { opens_at });
}

#[test]
fn a_closing_day_is_closed_and_an_exception_goes_before_it() {
    let closing: ClosingDays = [(date(2026, 12, 24), "Juleaften".to_owned())].into_iter().collect();
    let noon = at("2026-12-24T11:00:00+01:00");
    let usual = hours("mon-fri 08:00-15:00").with_closing_days(closing.clone());
    assert!(!usual.open_at(noon));
    let exception = hours("mon-fri 08:00-15:00; 2026-12-24 10:00-12:00").with_closing_days(closing);
    assert!(exception.open_at(noon));
    let made = usual.with_exception(date(2026, 12, 24), vec![Span { from: 600, to: 720 }]);
    assert!(made.open_at(noon));
    assert!(
        !hours("mon-fri 08:00-15:00; 2026-12-22 closed").open_at(at("2026-12-22T11:00:00+01:00"))
    );
}

#[test]
fn daylight_saving_moves_instants_and_not_the_clock_on_the_wall() {
    let h = hours("mon-sun 18:00-22:00; holidays open");
    for (day, from, to) in [
        (date(2027, 3, 27), "2027-03-27T17:00:00Z", "2027-03-27T21:00:00Z"),
        (date(2027, 3, 28), "2027-03-28T16:00:00Z", "2027-03-28T20:00:00Z"),
        (date(2027, 10, 30), "2027-10-30T16:00:00Z", "2027-10-30T20:00:00Z"),
        (date(2027, 10, 31), "2027-10-31T17:00:00Z", "2027-10-31T21:00:00Z"),
    ] {
        assert_eq!(h.spans_of(day), [OpenSpan { from: at(from), to: at(to) }]);
    }
}

#[test]
fn the_night_that_loses_an_hour_is_an_hour_shorter() {
    // 2027-03-28, 02:00 becomes 03:00 (01:00Z). It is Easter Sunday as well.
    let night = hours("sat 22:00-04:00").spans_of(date(2027, 3, 27));
    assert_eq!(night[0].to - night[0].from, 5 * 3_600_000);
    let open = |text: &str| hours(text).spans_of(date(2027, 3, 28));
    assert_eq!(
        open("sun 02:30-05:00; holidays open"),
        [OpenSpan { from: at("2027-03-28T01:00:00Z"), to: at("2027-03-28T03:00:00Z") }]
    );
    assert_eq!(
        open("sun 00:30-02:30; holidays open"),
        [OpenSpan { from: at("2027-03-27T23:30:00Z"), to: at("2027-03-28T01:00:00Z") }]
    );
    assert_eq!(
        open("sun 02:00-05:00; holidays open"),
        [OpenSpan { from: at("2027-03-28T01:00:00Z"), to: at("2027-03-28T03:00:00Z") }]
    );
    assert_eq!(open("sun 02:10-02:50; holidays open"), [], "the clocks skip it whole");
}

#[test]
fn the_night_that_gains_an_hour_is_an_hour_longer() {
    // 2027-10-31, 03:00 becomes 02:00 (01:00Z).
    let night = hours("sat 22:00-04:00").spans_of(date(2027, 10, 30));
    assert_eq!(night[0].to - night[0].from, 7 * 3_600_000);
    let half_past_two = hours("sun 02:30-05:00").spans_of(date(2027, 10, 31));
    assert_eq!(half_past_two[0].from, at("2027-10-31T00:30:00Z"), "the first 02:30 opens");
    let until_half_past_two = hours("sun 00:30-02:30").spans_of(date(2027, 10, 31));
    assert_eq!(until_half_past_two[0].to, at("2027-10-31T01:30:00Z"), "the second 02:30 closes");
}

#[test]
fn a_leap_day_is_a_day_like_others() {
    let h = hours("tue 08:00-15:00");
    assert_eq!(date(2028, 2, 29).weekday(), Weekday::Tuesday);
    assert!(h.open_at(at("2028-02-29T10:00:00+01:00")));
    let opens_at = Some(at("2028-02-29T08:00:00+01:00"));
    assert_eq!(h.state(at("2028-02-28T10:00:00+01:00")), HoursState::Closed { opens_at });
}

#[test]
fn a_fault_names_its_position() {
    for (text, position, fault) in [
        ("mon 08:00-15:00; xyz 08:00-09:00", 18, HoursFault::UnknownDay("xyz".into())),
        ("mon 08:00", 5, HoursFault::NotASpan("08:00".into())),
        ("mon 08:00-25:00", 11, HoursFault::NotATime("25:00".into())),
        ("mon 08:00-15:60", 11, HoursFault::NotATime("15:60".into())),
        ("mon 08:00-08:00", 5, HoursFault::EmptySpan),
        ("mon 24:00-08:00", 5, HoursFault::EmptySpan),
        ("mon 08:00-12:00, 11:00-13:00", 18, HoursFault::Overlap),
        ("mon 22:00-04:00, 23:00-23:30", 18, HoursFault::Overlap),
        ("mon-wed 08:00-09:00; tue 10:00-11:00", 22, HoursFault::DayTwice("tue".into())),
        ("mon", 1, HoursFault::NoSpans),
        ("2027-02-29 closed", 1, HoursFault::NoSuchDate("2027-02-29".into())),
        ("søn 08:00-09:00", 1, HoursFault::UnknownDay("søn".into())),
    ] {
        assert_eq!(ServiceHours::parse(text), Err(HoursError { position, fault }), "{text}");
    }
}

#[test]
fn the_week_is_grouped_as_on_a_door() {
    let h = hours("wed 08:00-15:00; mon-tue 08:00-15:00; thu 08:00-17:00; sat 10:00-12:00");
    assert_eq!(h.to_string(), "mon-wed 08:00-15:00; thu 08:00-17:00; sat 10:00-12:00");
    let lines: Vec<_> = h.week().into_iter().map(|(a, b, s)| (a, b, s.len())).collect();
    assert_eq!(
        lines,
        [
            (Weekday::Monday, Weekday::Wednesday, 1),
            (Weekday::Thursday, Weekday::Thursday, 1),
            (Weekday::Saturday, Weekday::Saturday, 1)
        ]
    );
}

#[test]
fn a_promise_is_the_next_working_day_at_noon() {
    let none = ClosingDays::default();
    let rule: PromiseRule = "next-working-day 12:00".parse().unwrap();
    let due = |made: &str| promise(rule, &none, at(made));
    assert_eq!(due("2027-06-02T20:15:00+02:00"), at("2027-06-03T12:00:00+02:00"));
    assert_eq!(due("2027-06-02T06:00:00+02:00"), at("2027-06-03T12:00:00+02:00"));
    assert_eq!(due("2027-06-04T17:00:00+02:00"), at("2027-06-07T12:00:00+02:00"), "a weekend");
    assert_eq!(due("2027-03-24T20:00:00+01:00"), at("2027-03-30T12:00:00+02:00"), "Easter");
    assert_eq!(due("2027-06-02T23:59:59+02:00"), at("2027-06-03T12:00:00+02:00"));
    // The Tuesday before Easter: a day later than Wednesday is not Maundy Thursday.
    let tuesday = at("2027-03-23T10:00:00+01:00");
    assert_eq!(promise(rule, &none, tuesday), at("2027-03-24T12:00:00+01:00"));
    assert_eq!(promise(rule.a_day_later(), &none, tuesday), at("2027-03-30T12:00:00+02:00"));
    let two: PromiseRule = "2 working-days 12:00".parse().unwrap();
    let closed: ClosingDays = [(date(2027, 6, 4), "Lukket".to_owned())].into_iter().collect();
    let made = at("2027-06-02T20:15:00+02:00");
    assert_eq!(promise(two, &closed, made), at("2027-06-07T12:00:00+02:00"));
}

#[test]
fn a_promise_is_read_as_it_is_written() {
    for text in ["next-working-day 12:00", "2 working-days 09:30", "30 working-days 16:00"] {
        assert_eq!(text.parse::<PromiseRule>().unwrap().to_string(), text);
    }
    for bad in [
        "",
        "tomorrow 12:00",
        "0 working-days 12:00",
        "31 working-days 12:00",
        "next-working-day",
        "next-working-day 24:00",
        "next-working-day 12",
        "999 working-days 12:00",
    ] {
        assert!(bad.parse::<PromiseRule>().is_err(), "{bad:?} was taken");
    }
}

#[test]
fn hours_and_zone_survive_json() {
    let h = hours("mon-wed 08:00-15:00; holidays 10:00-12:00; 2027-12-24 closed");
    let text = serde_json::to_string(&h).unwrap();
    assert_eq!(serde_json::from_str::<ServiceHours>(&text).unwrap(), h);
    assert_eq!(serde_json::to_string(&Zone::default()).unwrap(), "\"Europe/Copenhagen\"");
}

/// A plan of one day: spans apart from each other, the last one perhaps past midnight.
fn plan() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::btree_set(0_u16..95, 0..6).prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().map(|e| e * 15).collect();
        let mut spans: Vec<Span> =
            edges.chunks_exact(2).map(|p| Span { from: p[0], to: p[1] }).collect();
        if edges.len() % 2 == 1 {
            let from = edges[edges.len() - 1];
            spans.push(Span { from, to: DAY + from / 2 });
        }
        spans
    })
}

fn some_hours() -> impl Strategy<Value = ServiceHours> {
    let holidays = prop_oneof![
        Just(OnHolidays::Closed),
        Just(OnHolidays::AsUsual),
        plan().prop_map(|p| if p.is_empty() { OnHolidays::Closed } else { OnHolidays::Spans(p) }),
    ];
    let exceptions = prop::collection::btree_map(
        (0_i32..400).prop_map(|d| date(2027, 1, 1).checked_add(d.days()).unwrap()),
        plan(),
        0..4,
    );
    (prop::array::uniform7(plan()), holidays, exceptions).prop_map(
        |(week, holidays, exceptions)| ServiceHours {
            week,
            holidays,
            exceptions,
            ..ServiceHours::default()
        },
    )
}

/// Any minute of 2027, with both nights of daylight saving as likely as the rest of the year.
fn instant() -> impl Strategy<Value = UnixMillis> {
    let from = |text: &str, minutes: i64| {
        let start = at(text);
        (0..minutes).prop_map(move |m| start + m * 60_000)
    };
    prop_oneof![
        from("2027-01-01T00:00:00Z", 365 * 1440),
        from("2027-03-27T12:00:00Z", 1440),
        from("2027-10-30T12:00:00Z", 1440),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn hours_are_read_as_they_are_written(h in some_hours()) {
        prop_assert_eq!(ServiceHours::parse(&h.to_string()).unwrap(), h);
    }

    #[test]
    fn open_now_agrees_with_the_spans_of_the_days_around(h in some_hours(), now in instant()) {
        let today = h.zone().date(now);
        let spans = (-2_i32..=2).flat_map(|d| h.spans_of(today.checked_add(d.days()).unwrap()));
        let expected = spans.into_iter().any(|s| s.from <= now && now < s.to);
        prop_assert_eq!(h.open_at(now), expected);
        prop_assert_eq!(h.state(now).is_open(), expected);
    }

    #[test]
    fn at_the_next_edge_it_flips_and_not_before(h in some_hours(), now in instant()) {
        let (open, edge) = match h.state(now) {
            HoursState::Open { until } => (true, until),
            HoursState::Closed { opens_at } => (false, opens_at),
        };
        if let Some(edge) = edge {
            prop_assert!(edge > now);
            prop_assert_eq!(h.open_at(edge), !open);
            prop_assert_eq!(h.open_at(edge + -1), open);
            let step = ((edge - now) / 50).max(1);
            for k in 0..50 {
                let between = now + k * step;
                if between < edge {
                    prop_assert_eq!(h.open_at(between), open);
                }
            }
        }
    }

    #[test]
    fn a_text_is_read_or_refused_inside_it(text in "([a-z]{3}|[-:;, ]|[0-9]{1,2}|2027-0[0-9]-[0-3]1|ø){0,20}") {
        if let Err(error) = ServiceHours::parse(&text) {
            prop_assert!(error.position >= 1 && error.position <= text.chars().count() + 1);
        }
    }

    #[test]
    fn a_promise_is_a_later_working_day(now in instant(), days in 1_u8..10) {
        let rule: PromiseRule = format!("{days} working-days 12:00").parse().unwrap();
        let due = promise(rule, &ClosingDays::default(), now);
        let local = Zone::default().civil(due);
        prop_assert!(due > now);
        prop_assert_eq!((local.hour(), local.minute()), (12, 0));
        prop_assert!(crate::calendar::is_working_day(local.date(), &ClosingDays::default()));
    }
}
