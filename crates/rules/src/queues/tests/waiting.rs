//! How long it takes, and the number in line.

use proptest::prelude::*;

use super::anything::some_picture;
use super::*;

#[test]
fn the_expected_wait_is_that_of_erlang_a() {
    let pace = Pace { handling_s: 360.0, patience_s: 180.0 };
    for (ahead, seconds) in [(0, 40.0), (1, 73.0), (4, 146.0), (9, 225.0)] {
        let wait = expected_wait(ahead, 9.0, pace).unwrap();
        assert!((wait - seconds).abs() < 1.0, "{ahead} ahead: {wait}");
    }
    assert_eq!(expected_wait(3, 0.0, pace), None);
    assert_eq!(expected_wait(3, 1.0, Pace { handling_s: 0.0, ..pace }), None);
    assert_eq!(expected_wait(3, f64::NAN, pace), None);
}

#[test]
fn a_wait_is_said_as_an_honest_range() {
    for (seconds, range, code) in [
        (0.0, WaitRange::Under1, "under-1"),
        (59.9, WaitRange::Under1, "under-1"),
        (60.0, WaitRange::From1To3, "from-1-to-3"),
        (299.0, WaitRange::From3To5, "from-3-to-5"),
        (300.0, WaitRange::From5To10, "from-5-to-10"),
        (1199.0, WaitRange::From10To20, "from-10-to-20"),
        (5000.0, WaitRange::Over20, "over-20"),
    ] {
        assert_eq!(WaitRange::of_seconds(seconds), range);
        assert_eq!(range.code(), code);
    }
}

#[test]
fn a_published_wait_never_falls_and_then_rises_a_little() {
    assert_eq!(steady_wait(None, 100.0), 100.0);
    assert_eq!(steady_wait(Some(100.0), 80.0), 80.0);
    assert_eq!(steady_wait(Some(80.0), 119.0), 80.0);
    assert_eq!(steady_wait(Some(80.0), 121.0), 121.0);
}

#[test]
fn the_number_in_line_counts_those_who_wait_for_the_same_people() {
    let config = Config::default();
    let pension = |n, age| waiting(n, age);
    let mut jobcenter = waiting(60, 100);
    jobcenter.department = Some(d("jobcenter"));
    jobcenter.aimed_at = NOW;
    let busy = |n, department| Agent { chats: 3, ..agent(n, &[department]) };
    let mut picture = Picture {
        waiting: vec![pension(50, 9), pension(51, 8), jobcenter],
        agents: vec![busy(3, "pension-og-ydelser"), busy(4, "jobcenter")],
    };
    assert_eq!(position(&picture, id(50), NOW, &config), Some(1));
    assert_eq!(position(&picture, id(51), NOW, &config), Some(2));
    assert_eq!(position(&picture, id(60), NOW, &config), Some(1));
    assert_eq!(position(&picture, id(61), NOW, &config), None);
    let told = outlook(&picture, id(51), NOW, &config, Pace::default()).unwrap();
    assert_eq!((told.position, told.agents), (2, 1));
    assert_eq!(told.wait, Some(WaitRange::From1To3));
    picture.agents.clear();
    let told = outlook(&picture, id(51), NOW, &config, Pace::default()).unwrap();
    assert_eq!((told.agents, told.expected_s, told.wait), (0, None, None));
}

#[test]
fn a_call_waits_for_an_agent_of_its_own() {
    let config = Config::default();
    let call = Waiting { call: true, ..waiting(50, 9) };
    let one = agent(3, &["pension-og-ydelser"]);
    let expected = |agent: Agent| {
        let picture = Picture { waiting: vec![call.clone()], agents: vec![agent] };
        outlook(&picture, id(50), NOW, &config, Pace::default()).unwrap().expected_s
    };
    let within = |seconds: Option<f64>, of: f64| (seconds.unwrap() - of).abs() < 1e-6;
    assert!(within(expected(Agent { in_call: true, ..one.clone() }), 300.0), "a whole talk");
    assert!(within(expected(Agent { chats: 1, ..one.clone() }), 300.0), "nobody does both");
    assert!(within(expected(one), 0.0));
}

proptest! {
    #[test]
    fn more_ahead_wait_longer_and_more_agents_shorter(
        ahead in 0_usize..200, at_once in 1_u32..50, handling in 10.0..2000.0_f64, patience in 10.0..2000.0_f64,
    ) {
        let pace = Pace { handling_s: handling, patience_s: patience };
        let wait = |ahead, at_once| expected_wait(ahead, f64::from(at_once), pace).unwrap();
        prop_assert!(wait(ahead + 1, at_once) > wait(ahead, at_once));
        prop_assert!(wait(ahead, at_once + 1) < wait(ahead, at_once));
        let naive = (ahead as f64 + 1.0) * handling / f64::from(at_once);
        prop_assert!(wait(ahead, at_once) <= naive + 1e-6);
    }

    #[test]
    fn numbers_in_line_are_at_most_as_many_as_wait(picture in some_picture()) {
        let config = Config::default();
        for waiting in &picture.waiting {
            let position = position(&picture, waiting.contact, NOW, &config).unwrap();
            prop_assert!((1..=picture.waiting.len()).contains(&position));
        }
    }
}
