//! The journal: every event is written under its own name and read again as it was.

use super::*;
use crate::calls::RecordingStep;
use crate::calls::call_back::When;

#[test]
fn a_journal_that_begins_without_an_arrival_is_damaged() {
    for event in every_event() {
        let made = apply(None, &event, UnixMillis(1));
        assert_eq!(made.is_some(), matches!(event, Event::Arrived { .. }), "{event:?}");
    }
}

/// One event of each kind, and each of their variants that is written differently.
pub(super) fn every_event() -> Vec<Event> {
    let deadline = UnixMillis(5_000_000);
    let department =
        Destination::Department { municipality: m("soroe"), department: d("jobcenter") };
    vec![
        Event::Arrived {
            contact: id(1),
            channel: Channel::Chat,
            municipality: Some(m("soroe")),
            department: None,
            language: Language::En,
            topic: Some(topic("pas")),
            urgent: true,
        },
        Event::Queued { place: Place { since: UnixMillis(5), contact: id(1) } },
        Event::Offered { to: id(7), until: deadline, why: "{\"a\":1}".into() },
        Event::Accepted { by: id(7) },
        Event::OfferLapsed { to: id(7) },
        Event::OfferDeclined { by: id(7) },
        Event::OfferWithdrawn { to: id(7) },
        Event::Message {
            message: id(2),
            from: Party::Agent(id(7)),
            text: id(2),
            article: Some(topic("pas")),
        },
        Event::Message { message: id(3), from: Party::Citizen, text: id(3), article: None },
        Event::Read { by: Party::System, up_to: 4 },
        Event::Transferred { by: id(7), to: department, note: Some(id(4)) },
        Event::Transferred { by: id(7), to: Destination::Person { person: id(8) }, note: None },
        Event::HandedOver {
            hand_over: id(9),
            by: Party::Agent(id(7)),
            municipality: m("soroe"),
            department: d("jobcenter"),
            deadline,
            reply: ReplyWay::StatusPage,
            note: None,
            address: Some(id(5)),
        },
        Event::HandOverTaken { hand_over: id(9), by: id(7) },
        Event::HandOverAnswered { hand_over: id(9), by: id(7), answer: id(6) },
        Event::HandOverDone { hand_over: id(9), by: id(7) },
        Event::PromiseMoved { hand_over: id(9), by: Party::System, deadline },
        Event::CallBackBooked { by: Party::Citizen, when: When::Turn, number: id(4) },
        Event::CalledBack { by: id(7), reached: true },
        Event::CalledBack { by: id(7), reached: false },
        Event::CalledOut { by: id(7), number: id(4) },
        Event::Recording { by: id(7), step: RecordingStep::Started },
        Event::Unreachable,
        Event::Released { from: id(7), why: "gone".into() },
        Event::Granted { person: id(7), until: deadline },
        Event::Ended { by: Party::Citizen },
        Event::WrappedUp { by: id(7), topic: None, outcome: OutcomeKind::OtherAuthority },
        Event::Abandoned,
        Event::LeftMessage,
        Event::Reopened { by: Party::Citizen },
        Event::Merged { into: id(2) },
        Event::MunicipalityCorrected { by: id(7), municipality: m("holbaek") },
        Event::TopicSet { by: Party::System, topic: topic("pas"), urgent: true },
        Event::Rated { score: 5 },
        Event::Erased { why: "retention".into(), texts: 3 },
    ]
}

#[test]
fn every_kind_of_event_survives_json_under_its_own_name() {
    let mut kinds = std::collections::BTreeSet::new();
    for event in every_event() {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["kind"], event.kind(), "{text}");
        kinds.insert(event.kind());
    }
    assert_eq!(kinds.len(), 32, "a new kind of event needs its line in every_event");
}
