//! Calls: called back, put through.

use super::*;
use crate::calls::call_back::{AGAIN_MS, When};

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
}

#[test]
fn a_call_that_is_put_through_has_its_new_owner_at_once_and_counts_as_a_transfer() {
    let through = Command::PutThrough { from: id(7), to: id(8), note: None };
    let offer = Command::Offer { to: id(7), until: UnixMillis(9), why: String::new() };
    let talks = after(waiting_call(), &[(1, offer), (2, Command::Accept { by: id(7) })]);
    let contact = after(talks.clone(), &[(3, through.clone()), (4, through.clone())]);
    assert_eq!((contact.owner(), contact.transfers), (Some(id(8)), 1));
    let stranger = Command::PutThrough { from: id(9), to: id(8), note: None };
    assert_eq!(decide(Some(&talks), &stranger, UnixMillis(5)), Err(Refusal::NotOwner));
}
