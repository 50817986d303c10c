//! What happens within a call when both ends speak at once, or one says nothing any more.

use std::time::{Duration, Instant};

use base::{Clock, Rng};
use rules::calls::{CallId, Happened, Input, Phase, Told};

use crate::caller::{Caller, is_hung_up_on, of_same, talking};
use crate::house::{Ground, House, LINE, OTHER_LINE, SDP, Sipp, Talker, free, header, ip};

/// Without sound a call would be over before its session is.
fn keeps_alive(house: &House, call: CallId) {
    let exchange = house.exchange.clone();
    tokio::spawn(async move {
        loop {
            exchange.tell(call, Input::Heard { leg: 0 });
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    });
}

/// All three at once: the shortest session there is lasts a minute and a half.
#[tokio::test]
async fn a_session_lasts_while_whoever_is_to_refreshes_it_and_no_longer() {
    tokio::join!(
        we_refresh_by_an_update(),
        the_caller_refreshes_or_does_not(),
        we_invite_again_who_cannot_be_updated_and_both_wait_when_both_ask_at_once()
    );
}

async fn we_refresh_by_an_update() {
    let mut house = House::plain().await;
    let caller = Sipp::calls("session", ip(2), house.address, LINE);
    let call = house.arrived().await;
    keeps_alive(&house, call);
    caller.succeeds().await;
    house.is_empty().await;
}

async fn the_caller_refreshes_or_does_not() {
    let mut house = House::plain().await;
    let timer = ["Supported: timer", "Session-Expires: 90;refresher=uac"];
    let begin = Instant::now();
    let mut callers = Vec::new();
    for _ in 0..2 {
        let mut caller = Caller::at(ip(2), house.address, LINE).await;
        let answer = caller.calls(&timer).await;
        assert_eq!(header(&answer, "Session-Expires"), "90;refresher=uac");
        assert_eq!(header(&answer, "Require"), "timer");
        let call = house.arrived().await;
        keeps_alive(&house, call);
        callers.push(caller);
    }
    let [silent, refreshing] = callers.as_mut_slice() else { panic!("two callers") };
    tokio::time::sleep(Duration::from_secs(10)).await;
    let brief = ["Supported: timer", "Session-Expires: 60;refresher=uac"];
    let refused = refreshing.asks("UPDATE", &brief, "").await;
    assert!(refused.starts_with("SIP/2.0 422") && refused.contains("Min-SE: 90"), "{refused}");
    let answer = refreshing.asks("UPDATE", &timer, "").await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    assert_eq!(header(&answer, "Session-Expires"), "90;refresher=uac");
    // A third before the end (RFC 4028, section 10).
    let bye = silent.talker.waits_for("BYE", Duration::from_secs(70)).await;
    let after = begin.elapsed().as_secs();
    assert!((59..85).contains(&after), "given up after {after} s");
    silent.talker.answers(&bye, "200 OK", &[], "").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    refreshing.hangs_up().await;
    house.is_empty().await;
}

async fn we_invite_again_who_cannot_be_updated_and_both_wait_when_both_ask_at_once() {
    let mut house = House::plain().await;
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    let timer =
        ["Supported: timer", "Session-Expires: 90;refresher=uas", "Allow: INVITE, ACK, BYE"];
    caller.calls(&timer).await;
    let call = house.arrived().await;
    keeps_alive(&house, call);
    let theirs = caller.talker.waits_for("INVITE", Duration::from_secs(50)).await;
    assert_eq!(header(&theirs, "Session-Expires"), "90;refresher=uac");
    let ours = caller.invitation(&[]);
    let pending = caller.talker.ask(&ours).await;
    assert!(pending.starts_with("SIP/2.0 491"), "{pending}");
    caller.talker.say(of_same(&ours, "ACK").as_bytes()).await;
    caller.talker.answers(&theirs, "491 Request Pending", &[], "").await;
    let sequence = header(&theirs, "CSeq").to_owned();
    // Again in a while.
    let again = loop {
        let again = caller.talker.gets("INVITE").await;
        if header(&again, "CSeq") != sequence {
            break again;
        }
    };
    let lines = [SDP, "Supported: timer", "Require: timer", "Session-Expires: 90;refresher=uac"];
    let body = caller.talker.description();
    caller.talker.answers(&again, "200 OK", &lines, &body).await;
    caller.talker.gets("ACK").await;
    caller.hangs_up().await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_cancel_counts_before_the_answer_and_not_after_it() {
    let nobody = free(ip(2)).await;
    let mut house = House::at(nobody, Duration::from_secs(5), 100).await;
    // In one breath.
    let mut hasty = Caller::at(ip(2), house.address, LINE).await;
    let invite = hasty.invitation(&[]);
    let cancel = of_same(&invite, "CANCEL");
    hasty.talker.say(invite.as_bytes()).await;
    let taken_back = hasty.talker.ask(&cancel).await;
    assert!(taken_back.starts_with("SIP/2.0 200"), "{taken_back}");
    let over = hasty.talker.ask(&invite).await;
    assert!(over.starts_with("SIP/2.0 487"), "{over}");
    hasty.talker.say(of_same(&invite, "ACK").as_bytes()).await;
    house.is_empty().await;
    assert_eq!(house.rest(), []);
    // What nobody asked for cannot be taken back.
    let mut stray = Caller::at(ip(2), house.address, LINE).await;
    let cancel = of_same(&stray.invitation(&[]), "CANCEL");
    let unknown = stray.talker.ask(&cancel).await;
    assert!(unknown.starts_with("SIP/2.0 481"), "{unknown}");

    // Our answer and their second thoughts cross: the call is there, and they hang up.
    let mut house = House::plain().await;
    let mut late = Caller::at(ip(2), house.address, LINE).await;
    let invite = late.invitation(&[]);
    let answer = late.talker.ask(&invite).await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    let too_late = late.talker.ask(&of_same(&invite, "CANCEL")).await;
    assert!(too_late.starts_with("SIP/2.0 200"), "{too_late}");
    late.confirms(&answer).await;
    house.arrived().await;
    late.hangs_up().await;
    house.is_empty().await;
}

#[tokio::test]
async fn within_a_call_each_question_has_its_answer() {
    let mut house = House::plain().await;
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    // Reliable ringing is not spoken; who merely knows it is answered without.
    let invite = caller.invitation(&["Supported: 100rel"]);
    let answer = caller.talker.ask(&invite).await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    assert!(!answer.contains("RSeq") && !answer.contains("100rel"), "{answer}");
    // Before it is confirmed, one thing at a time.
    caller.keeps(&answer);
    let early = caller.asks("UPDATE", &[], "").await;
    assert!(early.starts_with("SIP/2.0 491"), "{early}");
    caller.confirms(&answer).await;
    house.arrived().await;
    let body = caller.talker.description();
    let held = caller.asks("UPDATE", &[SDP], &format!("{body}a=sendonly\r\n")).await;
    assert!(held.starts_with("SIP/2.0 200") && held.contains("a=recvonly"), "{held}");
    assert!(held.contains(" 2 IN IP4 "), "the version grows: {held}");
    for (method, lines, body, status) in [
        ("UPDATE", &[][..], "", "200"),
        ("UPDATE", &[SDP], "x=0\r\n", "400"),
        ("UPDATE", &[SDP], "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n", "488"),
        ("PRACK", &["RAck: 1 1 INVITE"], "", "405"),
        ("MESSAGE", &["Content-Type: text/plain"], "hej", "405"),
        ("OPTIONS", &[], "", "200"),
        ("INFO", &["Content-Type: application/dtmf-relay"], "Signal=5\r\n", "200"),
        ("REFER", &["Refer-To: <sip:+4590123456@straks>"], "", "403"),
        ("NOTIFY", &["Event: refer"], "", "481"),
        // From before.
        ("UPDATE", &["CSeq: 1 UPDATE"], "", "500"),
    ] {
        let answer = caller.asks(method, lines, body).await;
        assert!(answer.starts_with(&format!("SIP/2.0 {status}")), "{method} {body}: {answer}");
    }
    caller.hangs_up().await;
    let after = caller.asks("UPDATE", &[], "").await;
    assert!(after.starts_with("SIP/2.0 481"), "{after}");
    house.is_empty().await;
}

#[tokio::test]
async fn no_call_is_given_to_who_names_it_or_says_to_be_somebody() {
    let mut house = House::plain().await;
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    let answer = caller.calls(&[]).await;
    house.arrived().await;
    let tag = header(&answer, "To").split("tag=").nth(1).unwrap();
    let replaces = format!("Replaces: {};to-tag={tag};from-tag=caller", header(&answer, "Call-ID"));
    let mut other = Caller::at(ip(3), house.address, OTHER_LINE).await;
    let invite = other.invitation(&[&replaces]);
    let refused = other.talker.ask(&invite).await;
    assert!(refused.starts_with("SIP/2.0 481"), "{refused}");
    caller.hangs_up().await;

    // A name of ours and the number of somebody else: shown, and nothing more.
    let (anne, somebody) = ("\"Anne\" <sip:anne@straks>", "<sip:+4500998877@x>");
    for (from, lines, shown) in [
        (anne, &[][..], None),
        (somebody, &[], Some("+45 00 99 88 77")),
        (somebody, &["P-Asserted-Identity: <tel:+4500998866>"], Some("+45 00 99 88 66")),
        (somebody, &["Privacy: id"], None),
    ] {
        let mut caller = Caller::at(ip(2), house.address, LINE).await;
        caller.from = format!("From: {from};tag=caller");
        caller.calls(lines).await;
        let arrived = |happened: &Happened| match happened {
            Happened::Arrived { caller, .. } => Some(caller.clone()),
            _ => None,
        };
        assert_eq!(house.until(arrived).await.as_deref(), shown);
        assert!(house.exchange.live().iter().all(|live| live.picture.agent().is_none()));
        caller.hangs_up().await;
    }
    house.is_empty().await;
}

#[tokio::test]
async fn keys_in_a_conversation_are_told_to_nobody() {
    let mut house = House::plain().await;
    let (_, mut caller, mut phone) = talking(&mut house, ip(4)).await;
    house.rest();
    for key in "0101901234".chars() {
        let body = format!("Signal={key}\r\nDuration=160\r\n");
        let relay = ["Content-Type: application/dtmf-relay"];
        let answer = caller.asks("INFO", &relay, &body).await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    }
    assert_eq!(house.rest(), []);
    assert!(!format!("{:?}", house.exchange.live()).contains("0101901234"));
    caller.hangs_up().await;
    is_hung_up_on(&mut phone.talker).await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_clock_that_is_set_throws_nobody_out() {
    let clock = Clock::system();
    let outside = free(ip(2)).await;
    let ground = Ground { clock: clock.clone(), ..Ground::with_outside(outside) };
    let mut house = House::on(ground).await;
    let (_, mut caller, mut phone) = talking(&mut house, ip(4)).await;
    let mut waiting = Caller::at(ip(2), house.address, LINE).await;
    waiting.calls(&[]).await;
    house.arrived().await;
    house.rest();
    for hours in [1, -2, 24] {
        clock.advance(hours * 3_600_000);
        tokio::time::sleep(Duration::from_millis(600)).await;
        // Signed in as before, and by the same question.
        assert_eq!(house.exchange.sip().places("anne").len(), 1, "{hours} h");
        let answer = phone.asks("REGISTER sip:straks SIP/2.0", &["Expires: 3600"], "").await;
        assert!(answer.starts_with("SIP/2.0 200"), "{hours} h: {answer}");
    }
    let told = |happened: &Happened| match happened {
        Happened::Told { told, .. } => Some(told.clone()),
        _ => None,
    };
    let gone: Vec<Told> = house.rest().iter().filter_map(told).collect();
    assert!(gone.iter().all(|told| *told == Told::Queue), "{gone:?}");
    let phases: Vec<Phase> =
        house.exchange.live().into_iter().map(|live| live.picture.phase).collect();
    assert!(matches!(phases[0], Phase::Talking { .. }) && phases.len() == 2, "{phases:?}");
    caller.hangs_up().await;
    waiting.hangs_up().await;
    is_hung_up_on(&mut phone.talker).await;
    house.is_empty().await;
}

#[tokio::test]
async fn damaged_descriptions_are_judged_and_the_next_caller_is_served() {
    let mut house = House::plain().await;
    let whole = Talker::at(ip(2), house.address).await.description();
    let rng = Rng::seeded(7);
    let chance = |below: usize| usize::from(u16::from_be_bytes(rng.bytes())) % below;
    for nth in 0..120 {
        let mut body = whole.clone().into_bytes();
        for _ in 0..=nth % 4 {
            let at = chance(body.len());
            body[at] = b"\r\n =:/0918.IPvmac-"[chance(18)];
        }
        let body = String::from_utf8(body).unwrap();
        let mut caller = Caller::at(ip(2), house.address, LINE).await;
        let invite = caller.says("INVITE", &[SDP], &body);
        let answer = caller.talker.ask(&invite).await;
        match answer.split(' ').nth(1).unwrap() {
            "200" => {
                caller.confirms(&answer).await;
                caller.hangs_up().await;
            }
            "400" | "488" => caller.talker.say(of_same(&invite, "ACK").as_bytes()).await,
            _ => panic!("{answer}\n{body}"),
        }
    }
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    caller.calls(&[]).await;
    caller.hangs_up().await;
    house.rest();
    house.is_empty().await;
}
