//! Calls in and out, as SIPp makes and takes them.

use std::time::Duration;

use rules::calls::{Cause, Happened, Input, Keep, Outlook, Phase, RecordingStep, Target, Told};

use crate::caller::Caller;
use crate::house::{House, LINE, OTHER_LINE, OUTSIDE, Sipp, free, ip, person};
use crate::phones::Phone;

fn ended(happened: &Happened) -> Option<Cause> {
    match happened {
        Happened::Told { told: Told::Ended { cause }, .. } => Some(*cause),
        _ => None,
    }
}

/// The phase, whenever it changes.
fn phase(happened: &Happened) -> Option<&Phase> {
    match happened {
        Happened::Stands { picture, .. } => Some(&picture.phase),
        _ => None,
    }
}

#[tokio::test]
async fn a_call_is_answered_reported_when_it_is_confirmed_and_nothing_is_left_of_it() {
    let mut house = House::plain().await;
    Sipp::calls("answer", ip(2), house.address, LINE).succeeds().await;
    let (dialled, caller) = house
        .until(|happened| match happened {
            Happened::Arrived { dialled, caller, .. } => Some((dialled.clone(), caller.clone())),
            _ => None,
        })
        .await;
    assert_eq!((dialled.as_str(), caller.as_deref()), (LINE, Some("+45 00 99 12 34")));
    assert_eq!(house.until(ended).await, Cause::CallerHungUp);
    house.is_empty().await;
    house.still_answers().await;
}

#[tokio::test]
async fn who_gives_up_while_it_rings_never_arrived() {
    let nobody = free(ip(2)).await;
    let mut house = House::at(nobody, Duration::from_secs(5), 100).await;
    Sipp::calls("cancel", ip(2), house.address, LINE).succeeds().await;
    house.is_empty().await;
    assert_eq!(house.rest(), []);
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_reason() {
    let mut house = House::plain().await;
    for (scenario, number, count) in [
        ("refused_404", "+45 00 99 99 99", "unknown_number"),
        ("refused_403", OTHER_LINE, "other_trunk"),
        ("refused_488", LINE, "no_common_format"),
        ("refused_420", LINE, "refused"),
        ("refused_422", LINE, "passed"),
    ] {
        Sipp::calls(scenario, ip(2), house.address, number).succeeds().await;
        assert!(house.count(count) > 0, "{scenario} is counted as {count}");
    }
    house.exchange.drain();
    Sipp::calls("refused_503", ip(2), house.address, LINE).succeeds().await;
    house.is_empty().await;
    assert_eq!(house.rest(), []);
}

#[tokio::test]
async fn an_answer_that_is_never_confirmed_is_taken_back_and_nobody_is_asked() {
    let mut house = House::plain().await;
    Sipp::calls("no_ack", ip(2), house.address, LINE).succeeds().await;
    house.is_empty().await;
    assert_eq!((house.rest(), house.count("not_confirmed")), (vec![], 1));
}

#[tokio::test]
async fn offers_may_come_late_and_calls_may_be_held() {
    let mut house = House::plain().await;
    for scenario in ["delayed_offer", "hold"] {
        Sipp::calls(scenario, ip(2), house.address, LINE).succeeds().await;
        assert_eq!(house.until(ended).await, Cause::CallerHungUp, "{scenario}");
    }
    house.is_empty().await;
}

#[tokio::test]
async fn two_trunks_may_use_the_same_call_id() {
    let mut house = House::plain().await;
    let (from, other) = (ip(2).to_string(), ip(3).to_string());
    let to = house.address.to_string();
    let run = |from: &str, number: &str| {
        Sipp::run("answer", &["-i", from, "-s", number, "-cid_str", "same", &to])
    };
    let (one, two) = (run(&from, "+4500121001"), run(&other, "+4500122002"));
    let (first, second) = (house.arrived().await, house.arrived().await);
    assert_ne!(first, second);
    one.succeeds().await;
    two.succeeds().await;
    house.is_empty().await;
}

/// A caller who waits, taken by Anne at her desk phone.
async fn talking(house: &mut House) -> (rules::calls::CallId, Sipp, Sipp) {
    let mut phone = Phone::at(ip(4), house.address).await;
    phone.register(3600).await;
    let desk = phone.becomes("callee").await;
    let caller = Sipp::calls("wait", ip(2), house.address, LINE);
    let call = house.arrived().await;
    // The greeting has been said.
    house.exchange.tell(call, Input::Said);
    house.exchange.tell(call, Input::Taken { by: person(1) });
    house.until(|h| matches!(phase(h), Some(Phase::Talking { .. })).then_some(())).await;
    (call, caller, desk)
}

#[tokio::test]
async fn a_conversation_is_kept_once_both_have_been_told_and_comes_before_the_end_of_the_call() {
    let mut house = House::plain().await;
    let (call, caller, desk) = talking(&mut house).await;
    let steps = |happened: &Happened| match happened {
        Happened::Told { told: Told::Recording { step, .. }, .. } => Some(Ok(*step)),
        Happened::Kept { keep, from, at, .. } => Some(Err((*keep, *at - *from))),
        _ => None,
    };
    let record = |step| house.exchange.tell(call, Input::Record { step });
    record(RecordingStep::Started);
    assert_eq!(house.until(steps).await, Ok(RecordingStep::Started));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let record = |step| house.exchange.tell(call, Input::Record { step });
    record(RecordingStep::Paused);
    record(RecordingStep::Resumed);
    house.exchange.tell(call, Input::HangUp);
    let mut kept = Vec::new();
    let mut told = Vec::new();
    let cause = house
        .until(|happened| {
            match steps(happened) {
                Some(Ok(step)) => told.push(step),
                Some(Err(sound)) => kept.push(sound),
                None => {}
            }
            ended(happened)
        })
        .await;
    assert_eq!(cause, Cause::AgentHungUp);
    assert_eq!(told, [RecordingStep::Paused, RecordingStep::Resumed, RecordingStep::Ended]);
    let [(first, millis), (second, _)] = kept[..] else { panic!("{kept:?}") };
    let both = Keep::Conversation { by: person(1) };
    assert_eq!((first, second), (both, both));
    assert!((200..2_000).contains(&millis), "{millis} ms");
    caller.succeeds().await;
    desk.succeeds().await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_caller_is_put_through_to_outside_and_the_agent_is_free() {
    let outside = free(ip(2)).await;
    let mut house = House::at(outside, Duration::ZERO, 100).await;
    let (call, caller, desk) = talking(&mut house).await;
    let there = Sipp::is_called("callee", outside).await;
    let target = Target::Outside { number: OUTSIDE.to_owned() };
    house.exchange.tell(call, Input::Transfer { target });
    desk.succeeds().await;
    house.until(|h| matches!(phase(h), Some(Phase::Outside { .. })).then_some(())).await;
    // The caller is not heard any more.
    house.exchange.tell(call, Input::Failed { leg: 0 });
    caller.succeeds().await;
    there.succeeds().await;
    assert_eq!(house.until(ended).await, Cause::CallerVanished);
    house.is_empty().await;
}

#[tokio::test]
async fn who_is_put_through_where_it_is_busy_or_not_allowed_comes_back() {
    for (number, busy) in [(OUTSIDE, true), ("+45 90 12 34 56", false)] {
        let outside = free(ip(2)).await;
        let mut house = House::at(outside, Duration::ZERO, 100).await;
        let (call, _caller, desk) = talking(&mut house).await;
        let there = match busy {
            true => Some(Sipp::is_called("callee_busy", outside).await),
            false => None,
        };
        let target = Target::Outside { number: number.to_owned() };
        house.exchange.tell(call, Input::Transfer { target });
        desk.succeeds().await;
        if let Some(there) = there {
            there.succeeds().await;
        }
        let to = house
            .until(|happened| match happened {
                Happened::Told { told: Told::CameBack { to }, .. } => Some(*to),
                _ => None,
            })
            .await;
        assert_eq!((to, house.count("forbidden")), (person(1), u64::from(!busy)));
    }
}

#[tokio::test]
async fn a_citizen_is_called_back_when_the_agent_is_there() {
    let outside = free(ip(2)).await;
    let mut house = House::at(outside, Duration::ZERO, 100).await;
    let mut phone = Phone::at(ip(4), house.address).await;
    phone.register(3600).await;
    let desk = phone.becomes("callee").await;
    let citizen = Sipp::is_called("callee", outside).await;
    let call = base::Rng::system().id(base::Clock::system().now());
    house.exchange.call_back(call, "+45 00 99 12 34".to_owned(), person(1));
    house.until(|h| matches!(h, Happened::Told { told: Told::Reached, .. }).then_some(())).await;
    house.exchange.tell(call, Input::HangUp);
    assert_eq!(house.until(ended).await, Cause::AgentHungUp);
    desk.succeeds().await;
    citizen.succeeds().await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_call_back_that_nobody_takes_or_that_is_too_dear_is_over_at_once() {
    let outside = free(ip(2)).await;
    for (number, busy) in [("+45 00 99 12 34", true), ("+45 90 12 34 56", false)] {
        let mut house = House::at(outside, Duration::ZERO, 100).await;
        let mut phone = Phone::at(ip(4), house.address).await;
        phone.register(3600).await;
        let desk = phone.becomes("callee").await;
        let citizen = match busy {
            true => Some(Sipp::is_called("callee_busy", outside).await),
            false => None,
        };
        let call = base::Rng::system().id(base::Clock::system().now());
        house.exchange.call_back(call, number.to_owned(), person(1));
        // Who was not called has not been missed.
        let cause = if busy { Cause::NotReached } else { Cause::NotDialled };
        assert_eq!(house.until(ended).await, cause);
        desk.succeeds().await;
        if let Some(citizen) = citizen {
            citizen.succeeds().await;
        }
        house.is_empty().await;
    }
}

#[tokio::test]
async fn only_who_can_be_called_back_is_promised_it() {
    let mut house = House::plain().await;
    for (number, may) in [("+46812345678", false), ("+4590123456", false), ("+4500991234", true)] {
        let mut caller = Caller::at(ip(2), house.address, LINE).await;
        caller.from = format!("From: <sip:{number}@x>;tag=caller");
        caller.calls(&[]).await;
        let call = house.arrived().await;
        let language = base::Language::Da;
        let outlook =
            Outlook { language, place: Some(1), wait_min: None, opens: None, call_back: true };
        house.exchange.outlook(call, outlook);
        house.exchange.tell(call, Input::Said);
        let relay = ["Content-Type: application/dtmf-relay"];
        let answer = caller.asks("INFO", &relay, "Signal=1\r\n").await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        caller.hangs_up().await;
        let mut promised = false;
        let over = |happened: &Happened| {
            promised |= matches!(happened, Happened::Told { told: Told::CallBackAsked, .. });
            ended(happened)
        };
        house.until(over).await;
        assert_eq!(promised, may, "{number}");
    }
    house.is_empty().await;
}
