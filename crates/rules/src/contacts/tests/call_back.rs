//! Calls: called back, put through.

use super::*;
use crate::calls::call_back::{AGAIN_MS, When};
use crate::hours::OpenSpan;

/// A call that waits in line.
fn waiting_call() -> Contact {
    let arrive = Event::Arrived {
        contact: id(1),
        channel: Channel::Call,
        municipality: None,
        department: None,
        language: base::Language::Da,
        topic: None,
        urgent: false,
    };
    let place = Place { since: UnixMillis(0), contact: id(1) };
    let state = apply(None, &arrive, UnixMillis(0));
    apply(state, &Event::Queued { place }, UnixMillis(0)).unwrap()
}

/// The contact after commands, each at its instant.
fn after(mut contact: Contact, commands: &[(i64, Command)]) -> Contact {
    for (at, command) in commands {
        let at = UnixMillis(*at);
        for event in decide(Some(&contact), command, at).unwrap() {
            contact = apply(Some(contact), &event, at).unwrap();
        }
    }
    contact
}

#[test]
fn a_call_back_keeps_the_place_and_is_tried_twice_five_minutes_apart() {
    let book = Command::BookCallBack { by: Party::Citizen, when: When::Turn, number: id(4) };
    let offer = |until| Command::Offer { to: id(7), until: UnixMillis(until), why: String::new() };
    let accept = Command::Accept { by: id(7) };
    let missed = Command::CalledBack { by: id(7), reached: false };
    let mut contact = waiting_call();
    let place = contact.place;
    contact = after(contact, &[(10, book.clone()), (20, offer(99)), (30, accept.clone())]);
    contact = after(contact, &[(40, missed.clone())]);
    assert_eq!((contact.phase.clone(), contact.place), (Phase::Waiting, place));
    assert!(
        !contact.is_due(UnixMillis(39 + AGAIN_MS)) && contact.is_due(UnixMillis(40 + AGAIN_MS))
    );
    let reached = Command::CalledBack { by: id(7), reached: true };
    let again = 50 + AGAIN_MS;
    contact = after(contact, &[(again, offer(again + 9)), (again, accept)]);
    let talks = after(contact.clone(), &[(again, reached)]);
    assert_eq!((talks.owner(), talks.call_back), (Some(id(7)), None));
    let closed = after(contact, &[(again, missed)]);
    assert!(matches!(closed.phase, Phase::Closed { reason: CloseReason::Unreachable, .. }));
    // A call about an errand is one of its own then.
    let out = Command::CallOut { by: id(7), number: id(5) };
    let end = Command::End { by: Party::Agent(id(7)) };
    let called = after(closed, &[(again + 1, out)]);
    assert_eq!(called.call_back, None, "what was given up is owed no more");
    let over = after(called, &[(again + 2, end)]);
    assert!(matches!(over.phase, Phase::WrappingUp { .. }));
}

#[test]
fn an_agent_who_ends_a_call_back_before_it_is_answered_has_tried_once_and_it_is_owed_still() {
    let book = Command::BookCallBack { by: Party::Citizen, when: When::Turn, number: id(4) };
    let offer = |until| Command::Offer { to: id(7), until: UnixMillis(until), why: String::new() };
    let accept = Command::Accept { by: id(7) };
    let end = Command::End { by: Party::Agent(id(7)) };
    let wrap = Command::WrapUp { by: id(7), topic: None, outcome: OutcomeKind::CitizenLeft };
    let rings = after(waiting_call(), &[(10, book), (20, offer(99)), (30, accept.clone())]);
    for done in [end, wrap] {
        let owed = after(rings.clone(), &[(40, done.clone())]);
        assert_eq!(owed.phase, Phase::Waiting);
        let attempts = owed.call_back.clone().expect("owed").back.attempts;
        assert_eq!(attempts, [UnixMillis(40)]);
        let again = 40 + AGAIN_MS;
        let twice =
            after(owed, &[(again, offer(again + 9)), (again, accept.clone()), (again, done)]);
        assert!(matches!(twice.phase, Phase::Closed { reason: CloseReason::Unreachable, .. }));
    }
}

#[test]
fn a_call_back_is_put_off_by_the_program_alone_and_its_attempts_count_still() {
    let booked = |by, from| {
        let within = OpenSpan { from: UnixMillis(from), to: UnixMillis(from + 1) };
        Command::BookCallBack { by, when: When::Booked { within }, number: id(4) }
    };
    let offer = Command::Offer { to: id(7), until: UnixMillis(99), why: String::new() };
    let missed = Command::CalledBack { by: id(7), reached: false };
    let owed = after(waiting_call(), &[(10, booked(Party::Citizen, 20)), (20, offer)]);
    let owed = after(owed, &[(30, Command::Accept { by: id(7) }), (40, missed)]);
    let same = after(owed.clone(), &[(50, booked(Party::Citizen, 9 * AGAIN_MS))]);
    assert_eq!(same, owed);
    let put_off = after(owed, &[(50, booked(Party::System, 2 * AGAIN_MS))]);
    assert_eq!(put_off.phase, Phase::Waiting);
    assert!(!put_off.is_due(UnixMillis(2 * AGAIN_MS - 1)));
    assert!(put_off.is_due(UnixMillis(2 * AGAIN_MS)));
    let attempts = put_off.call_back.expect("owed").back.attempts;
    assert_eq!(attempts, [UnixMillis(40)]);
}

#[test]
fn a_call_that_is_put_through_has_its_new_owner_at_once_and_counts_as_a_transfer() {
    let through = Command::PutThrough { from: id(7), to: id(8), note: None };
    let offer = Command::Offer { to: id(7), until: UnixMillis(9), why: String::new() };
    let talks = after(waiting_call(), &[(1, offer), (2, Command::Accept { by: id(7) })]);
    let contact = after(talks.clone(), &[(4, through.clone()), (5, through.clone())]);
    assert_eq!((contact.owner(), contact.transfers), (Some(id(8)), 1));
    let end = Command::End { by: Party::Agent(id(7)) };
    let done = after(talks.clone(), &[(3, end), (4, through.clone())]);
    assert_eq!((done.owner(), done.phase), (Some(id(8)), contact.phase), "done with it before");
    let stranger = Command::PutThrough { from: id(9), to: id(8), note: None };
    assert_eq!(decide(Some(&talks), &stranger, UnixMillis(5)), Err(Refusal::NotOwner));
}

#[test]
fn who_is_called_about_an_errand_is_the_callers_until_it_is_wrapped_up_and_nobody_elses_meanwhile()
{
    let call = |by| Command::CallOut { by: id(by), number: id(4) };
    let left = after(waiting_call(), &[(1, Command::LeaveMessage)]);
    let talks = after(left.clone(), &[(50, call(7)), (51, call(7))]);
    assert_eq!((talks.owner(), talks.channel_now()), (Some(id(7)), Channel::Call));
    let waits_from = talks.place.map(|place| place.since);
    assert_eq!(waits_from, Some(UnixMillis(50)), "should it come back to the line");
    let refused = decide(Some(&talks), &call(8), UnixMillis(52));
    assert_eq!(refused, Err(Refusal::TakenByAnother));
    let refused = decide(Some(&waiting_call()), &call(7), UnixMillis(1));
    assert_eq!(refused, Err(Refusal::TakenByAnother), "it waits for somebody");
    let wrap = Command::WrapUp { by: id(7), topic: None, outcome: OutcomeKind::ClarifiedAtOnce };
    let end = Command::End { by: Party::Agent(id(7)) };
    let over = after(talks, &[(60, end), (61, wrap)]);
    assert!(over.is_closed() && !over.by_telephone);
}
