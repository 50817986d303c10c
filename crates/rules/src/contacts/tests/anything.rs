//! Any commands and events, in any order.

use proptest::prelude::*;

use super::journal::every_event;
use super::*;

const AGENTS: u128 = 4;

fn a_party() -> impl Strategy<Value = Party> {
    prop_oneof![
        Just(Party::Citizen),
        Just(Party::System),
        (0..AGENTS).prop_map(|n| Party::Agent(id(n)))
    ]
}

fn a_destination() -> impl Strategy<Value = Destination> {
    prop_oneof![
        prop::sample::select(vec!["jobcenter", "pension-og-ydelser"]).prop_map(|key| {
            Destination::Department { municipality: m("soroe"), department: d(key) }
        }),
        (0..AGENTS).prop_map(|n| Destination::Person { person: id(n) })
    ]
}

fn an_outcome() -> impl Strategy<Value = OutcomeKind> {
    prop::sample::select(vec![
        OutcomeKind::ClarifiedAtOnce,
        OutcomeKind::HandedOver,
        OutcomeKind::CitizenLeft,
    ])
}

/// Any command, at any time, from anybody: what replays, races and reorderings amount to.
fn a_command() -> impl Strategy<Value = Command> {
    let agent = || (0..AGENTS).prop_map(id::<base::kind::Person>);
    let errand = || (0..2_u128).prop_map(id::<base::kind::HandOver>);
    let often = prop_oneof![
        Just(Command::Queue),
        Just(Command::Lapse),
        agent().prop_map(|to| Command::Offer {
            to,
            until: UnixMillis(1_060_000),
            why: "{}".into()
        }),
        agent().prop_map(|by| Command::Accept { by }),
        agent().prop_map(|by| Command::Accept { by }),
        (1..9_u128, a_party()).prop_map(|(n, from)| Command::Say {
            message: id(n),
            from,
            text: id(n),
            article: None
        }),
        (agent(), a_destination(), any::<bool>()).prop_map(|(by, to, reachable)| {
            Command::Transfer { by, to, note: None, reachable }
        }),
    ];
    let seldom = prop_oneof![
        agent().prop_map(|by| Command::Decline { by }),
        Just(Command::Withdraw),
        (a_party(), 0_i64..9).prop_map(|(by, up_to)| Command::MarkRead { by, up_to }),
        (errand(), a_party(), 0_i64..3_000_000).prop_map(|(hand_over, by, deadline)| {
            Command::HandOver {
                hand_over,
                by,
                municipality: m("soroe"),
                department: d("jobcenter"),
                deadline: UnixMillis(deadline),
                reply: ReplyWay::Telephone,
                note: None,
                address: None,
            }
        }),
        (errand(), agent()).prop_map(|(hand_over, by)| Command::TakeHandOver { hand_over, by }),
        (errand(), agent()).prop_map(|(hand_over, by)| Command::AnswerHandOver {
            hand_over,
            by,
            answer: id(60)
        }),
        (errand(), agent()).prop_map(|(hand_over, by)| Command::FinishHandOver { hand_over, by }),
        (errand(), a_party(), 0_i64..9_000_000).prop_map(|(hand_over, by, deadline)| {
            Command::MovePromise { hand_over, by, deadline: UnixMillis(deadline) }
        }),
        Just(Command::Release { why: "gone".into() }),
        agent().prop_map(|person| Command::EndDuty { person }),
        a_party().prop_map(|by| Command::End { by }),
        (agent(), an_outcome()).prop_map(|(by, outcome)| Command::WrapUp {
            by,
            topic: None,
            outcome
        }),
        Just(Command::Abandon),
        Just(Command::LeaveMessage),
        a_party().prop_map(|by| Command::Reopen { by }),
        (1..3_u128).prop_map(|n| Command::Merge { into: id(n) }),
        agent().prop_map(|by| Command::CorrectMunicipality { by, municipality: m("soroe") }),
        (a_party(), any::<bool>()).prop_map(|(by, urgent)| Command::SetTopic {
            by,
            topic: topic("pas"),
            urgent
        }),
        any::<u8>().prop_map(|score| Command::Rate { score }),
        Just(Command::Erase { why: "retention".into(), texts: 1 }),
    ];
    prop_oneof![3 => often, 1 => seldom]
}

/// Commands that only repeat what was said when they are sent again; what people say, rate and
/// erase is recorded each time, and one who declines twice has no offer left.
fn repeats(command: &Command) -> bool {
    !matches!(
        command,
        Command::Say { .. } | Command::Rate { .. } | Command::Erase { .. } | Command::WrapUp { .. }
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_happens_the_contact_keeps_its_promises(
        steps in prop::collection::vec((a_command(), 0_i64..40), 1..60),
    ) {
        let mut story = Story::begun();
        for (command, seconds) in steps {
            story.later(seconds);
            let before = story.contact().clone();
            let events = match decide(story.state.as_ref(), &command, story.now) {
                Ok(events) => events,
                Err(_) => {
                    continue;
                }
            };
            for event in events {
                let owner = story.contact().owner();
                story.state = apply(story.state.take(), &event, story.now);
                story.journal.push((story.now, event.clone()));
                // It changes hands only by way of nobody, and only to the one it was offered to.
                if let (Some(a), Some(b)) = (owner, story.contact().owner()) {
                    prop_assert_eq!(a, b, "{:?} changed the owner", event);
                }
                if let Event::Accepted { by } = event {
                    let offered =
                        matches!(before.phase, Phase::Offered { to, .. } if to == by);
                    prop_assert!(offered);
                }
            }
            let after = story.contact();
            prop_assert!(after.transfers <= TRANSFER_LIMIT);
            if let Some(place) = before.place {
                prop_assert!(after.place.is_some_and(|p| p <= place), "the place got worse");
            }
            let in_line = matches!(after.phase, Phase::Waiting | Phase::Offered { .. });
            prop_assert!(!in_line || after.place.is_some(), "in line without a place");
            if let Some(grant) = &after.grant {
                prop_assert_eq!(Some(grant.person), after.owner());
                prop_assert!(grant.until <= story.now.plus_seconds(30 * MINUTE));
            }
            prop_assert!(after.owners.is_superset(&before.owners));
            if repeats(&command) {
                let again = decide(story.state.as_ref(), &command, story.now);
                prop_assert!(
                    again.as_ref().map_or(true, Vec::is_empty),
                    "{:?} sent twice became {:?}", command, again
                );
            }
        }
        // A journal that was written down and read again tells the same story.
        let mut folded = None;
        for (at, event) in &story.journal {
            let text = serde_json::to_string(event).unwrap();
            folded = apply(folded, &serde_json::from_str(&text).unwrap(), *at);
        }
        prop_assert_eq!(&folded, &story.state);
        // And so does a stale state that catches up, at every event.
        let state = serde_json::to_string(&story.state).unwrap();
        prop_assert_eq!(serde_json::from_str::<Option<Contact>>(&state).unwrap(), story.state);
    }

    #[test]
    fn an_event_is_a_fact_in_any_state(
        events in prop::collection::vec(prop::sample::select(every_event()), 0..30),
    ) {
        let mut state = Story::begun().state;
        for (n, event) in events.iter().enumerate() {
            state = apply(state, event, UnixMillis(n as i64));
            prop_assert!(state.is_some());
        }
    }
}
