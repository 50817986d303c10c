//! An agent at a desk phone who asks somebody while the caller waits, and joins the two by its key.

use std::time::Duration;

use rules::calls::{CallId, Cause, Happened, Input, Phase, Target, Told};

use crate::caller::{Caller, is_hung_up_on, picks_up, stands};
use crate::house::{
    House, LINE, OTHER_LINE, OUTSIDE, SDP, Talker, free, header, ip, person, request,
};
use crate::phones::{Dialog, Phone};

/// A caller, the desk phone of the agent they speak with, and who is outside.
struct Scene {
    house: House,
    call: CallId,
    caller: Caller,
    phone: Phone,
    /// The phone's call with the caller, who is on hold.
    first: Dialog,
    there: Talker,
}

fn outside() -> Target {
    Target::Outside { number: OUTSIDE.to_owned() }
}

impl Scene {
    async fn held() -> Self {
        let outside = free(ip(2)).await;
        let mut house = House::at(outside, Duration::ZERO, 100).await;
        let there = Talker::on(outside, house.address).await;
        let mut phone = Phone::at(ip(4), house.address).await;
        phone.register(3600).await;
        let mut caller = Caller::at(ip(2), house.address, LINE).await;
        caller.calls(&[]).await;
        let call = house.arrived().await;
        house.exchange.tell(call, Input::Said);
        house.exchange.tell(call, Input::Taken { by: person(1) });
        let first = Dialog::answered(&picks_up(&mut phone).await);
        phone.holds(&first, true).await;
        stands(&mut house, |phase| matches!(phase, Phase::Held { .. })).await;
        Self { house, call, caller, phone, first, there }
    }

    /// The phone calls `number`, and the use cases say whom to ring up; what it is answered.
    async fn dials(&mut self, number: &str, target: Option<Target>) -> String {
        let exchange = self.house.exchange.clone();
        let asked = |happened: &Happened| match happened {
            Happened::Asks { call, by, dialled, warm: true, .. } => {
                Some((*call, *by, dialled.clone()))
            }
            _ => None,
        };
        let say = async {
            let call = self.call;
            assert_eq!(self.house.until(asked).await, (call, person(1), number.to_owned()));
            exchange.may_ask(call, target);
        };
        tokio::join!(self.phone.dials(number), say).0
    }

    /// The phone calls somebody outside, where it rings.
    async fn asks(&mut self) -> (Dialog, String) {
        let answer = self.dials(OUTSIDE, Some(outside())).await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        let second = Dialog::begun(&answer);
        self.phone.confirms(&second).await;
        (second, self.there.gets("INVITE").await)
    }

    /// Somebody outside is asked; the phone's call with them, and theirs with us.
    async fn consulting(&mut self) -> (Dialog, Dialog) {
        let (second, invite) = self.asks().await;
        let body = self.there.description();
        self.there.answers(&invite, "200 OK", &[SDP], &body).await;
        self.there.gets("ACK").await;
        let up = |happened: &Happened| match happened {
            Happened::Stands { picture, .. } => picture.is_up(picture.asking()?.1).then_some(()),
            _ => None,
        };
        self.house.until(up).await;
        (second, Dialog::answered(&invite))
    }

    /// Asks to join the call of `dialog` with the one that is named; what is answered.
    async fn refers(&mut self, dialog: &Dialog, replaces: &str) -> String {
        let refer = format!("Refer-To: <sip:+4500151223@straks?Replaces={replaces}>");
        self.phone.within(dialog, "REFER", &[&refer], "").await
    }

    /// The phone is told how it went.
    async fn is_told(&mut self, status: &str) {
        let notify = self.phone.talker.gets("NOTIFY").await;
        assert!(notify.contains(&format!("\r\n\r\nSIP/2.0 {status} ")), "{notify}");
        assert!(header(&notify, "Subscription-State").starts_with("terminated"), "{notify}");
        self.phone.talker.answers(&notify, "200 OK", &[], "").await;
    }

    /// Each of its calls is hung up on, and no other.
    async fn has_no_calls(&mut self, calls: &[&Dialog]) {
        let mut ended = Vec::new();
        for _ in calls {
            let bye = self.phone.talker.gets("BYE").await;
            self.phone.talker.answers(&bye, "200 OK", &[], "").await;
            ended.push(header(&bye, "Call-ID").to_owned());
        }
        ended.sort();
        let mut calls: Vec<&str> = calls.iter().map(|dialog| dialog.call()).collect();
        calls.sort_unstable();
        assert_eq!(ended, calls);
    }

    async fn stands(&mut self, wanted: impl Fn(&Phase) -> bool) {
        stands(&mut self.house, wanted).await;
    }
}

/// A call as the phone names it to whom it would replace it at.
fn named(dialog: &Dialog) -> String {
    let tag = |line: &str| line.split("tag=").nth(1).unwrap().to_owned();
    let [from, to, _] = &dialog.lines;
    let call = dialog.call().replace('@', "%40").replace(':', "%3A");
    format!("{call}%3Bto-tag%3D{}%3Bfrom-tag%3D{}", tag(to), tag(from))
}

#[tokio::test]
async fn the_key_that_joins_two_calls_leaves_the_caller_with_who_was_asked() {
    for by_second in [false, true] {
        let mut scene = Scene::held().await;
        let (second, _) = scene.consulting().await;
        let first = scene.first.clone();
        let (dialog, other) = if by_second { (&second, &first) } else { (&first, &second) };
        let answer = scene.refers(dialog, &named(other)).await;
        assert!(answer.starts_with("SIP/2.0 202"), "{answer}");
        scene.is_told("200").await;
        scene.has_no_calls(&[&first, &second]).await;
        let transferred = |happened: &Happened| match happened {
            Happened::Told { told: Told::TransferredTo { target }, .. } => Some(target.clone()),
            _ => None,
        };
        assert_eq!(scene.house.until(transferred).await, outside());
        scene.stands(|phase| matches!(phase, Phase::Outside { .. })).await;
        scene.caller.hangs_up().await;
        is_hung_up_on(&mut scene.there).await;
        scene.house.is_empty().await;
    }
}

#[tokio::test]
async fn a_call_that_is_not_this_phones_other_one_is_joined_with_nobody() {
    let mut scene = Scene::held().await;
    let (second, _) = scene.consulting().await;
    let first = scene.first.clone();
    // Another's call, whatever the phone knows of it.
    let mut stranger = Caller::at(ip(3), scene.house.address, OTHER_LINE).await;
    let answer = stranger.calls(&[]).await;
    let tag = header(&answer, "To").split("tag=").nth(1).unwrap();
    let of_stranger =
        format!("{}%3Bto-tag%3D{tag}%3Bfrom-tag%3Dcaller", header(&answer, "Call-ID"));
    let own = named(&second);
    for (replaces, status) in [
        (own.replace("from-tag%3D", "from-tag%3Dx"), "481"),
        (own.replace("to-tag%3D", "to-tag%3Dx"), "481"),
        (format!("x{own}"), "481"),
        (of_stranger, "481"),
        ("nonsense".to_owned(), "400"),
    ] {
        let answer = scene.refers(&first, &replaces).await;
        assert!(answer.starts_with(&format!("SIP/2.0 {status}")), "{replaces}: {answer}");
    }
    // Its own, and the same.
    let answer = scene.refers(&first, &named(&first)).await;
    assert!(answer.starts_with("SIP/2.0 202"), "{answer}");
    scene.is_told("481").await;
    // One thing at a time.
    let refer = ["Refer-To: <sip:+4500151223@straks>"];
    let answer = scene.phone.within(&first, "REFER", &refer, "").await;
    assert!(answer.starts_with("SIP/2.0 202"), "{answer}");
    scene.is_told("480").await;
    stranger.hangs_up().await;
    let two = scene.house.exchange.live().iter().any(|live| live.picture.asking().is_some());
    assert!(two, "the caller waits and somebody is asked as before");
    // The receiver is put down on the caller's call: the other is there, and has them.
    let answer = scene.phone.within(&first, "BYE", &[], "").await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    scene.has_no_calls(&[&second]).await;
    scene.stands(|phase| matches!(phase, Phase::Outside { .. })).await;
    scene.caller.hangs_up().await;
    is_hung_up_on(&mut scene.there).await;
    scene.house.is_empty().await;
}

#[tokio::test]
async fn who_is_put_through_while_it_rings_comes_back_when_nobody_answers() {
    let mut scene = Scene::held().await;
    let (second, invite) = scene.asks().await;
    let first = scene.first.clone();
    let answer = scene.refers(&first, &named(&second)).await;
    assert!(answer.starts_with("SIP/2.0 202"), "{answer}");
    scene.is_told("200").await;
    scene.has_no_calls(&[&first, &second]).await;
    scene.stands(|phase| matches!(phase, Phase::Transferring { .. })).await;
    scene.there.answers(&invite, "486 Busy Here", &[], "").await;
    let back = |happened: &Happened| match happened {
        Happened::Told { told: Told::CameBack { to }, .. } => Some(*to),
        _ => None,
    };
    assert_eq!(scene.house.until(back).await, person(1));
    picks_up(&mut scene.phone).await;
    scene.stands(|phase| matches!(phase, Phase::Talking { .. })).await;
    scene.caller.hangs_up().await;
    is_hung_up_on(&mut scene.phone.talker).await;
    scene.house.is_empty().await;
}

#[tokio::test]
async fn what_a_phone_holds_says_whom_its_agent_speaks_with() {
    let mut scene = Scene::held().await;
    let (second, theirs) = scene.consulting().await;
    let first = scene.first.clone();
    // Back to the caller, back to who is asked, and all three.
    scene.phone.holds(&second, true).await;
    scene.phone.holds(&first, false).await;
    scene.stands(|phase| matches!(phase, Phase::OtherWaits { .. })).await;
    scene.phone.holds(&first, true).await;
    scene.phone.holds(&second, false).await;
    scene.stands(|phase| matches!(phase, Phase::Consulting { .. })).await;
    scene.phone.holds(&first, false).await;
    scene.stands(|phase| matches!(phase, Phase::Conference { .. })).await;
    // One can be asked at a time.
    let answer = scene.phone.dials(OUTSIDE).await;
    assert!(answer.starts_with("SIP/2.0 486"), "{answer}");
    // Who was asked hangs up: the phone's call to them is over, and the caller's goes on.
    let lines = theirs.lines.each_ref().map(String::as_str);
    let bye = request(&format!("BYE {} SIP/2.0", theirs.target), scene.there.local, &lines, "");
    let answer = scene.there.ask(&bye).await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    scene.has_no_calls(&[&second]).await;
    scene.stands(|phase| matches!(phase, Phase::Talking { .. })).await;
    let answer = scene.phone.within(&first, "BYE", &[], "").await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    let ended = |happened: &Happened| match happened {
        Happened::Told { told: Told::Ended { cause }, .. } => Some(*cause),
        _ => None,
    };
    assert_eq!(scene.house.until(ended).await, Cause::AgentHungUp);
    is_hung_up_on(&mut scene.caller.talker).await;
    scene.house.is_empty().await;
}

#[tokio::test]
async fn a_phone_that_hangs_up_on_who_is_asked_has_the_caller_on_hold_and_may_ask_again() {
    let mut scene = Scene::held().await;
    let (second, _) = scene.consulting().await;
    let answer = scene.phone.within(&second, "BYE", &[], "").await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    is_hung_up_on(&mut scene.there).await;
    scene.stands(|phase| matches!(phase, Phase::Held { .. })).await;
    // The desk cannot take up a caller whom the telephone holds.
    scene.house.exchange.tell(scene.call, Input::Resume);
    // Nobody can be asked at this number, and that one is dear.
    let answer = scene.dials(LINE, None).await;
    assert!(answer.starts_with("SIP/2.0 480"), "{answer}");
    let answer = scene.phone.dials("+45 90 12 34 56").await;
    assert!(answer.starts_with("SIP/2.0 403"), "{answer}");
    let phase = scene.house.exchange.live()[0].picture.phase.clone();
    assert!(matches!(phase, Phase::Held { .. }), "{phase:?}");
    // Help is called without asking anybody.
    let help = scene.phone.calls("112").await;
    let invite = scene.there.gets("INVITE sip:112@").await;
    scene.there.answers(&invite, "486 Busy Here", &[], "").await;
    scene.has_no_calls(&[&help]).await;
    let first = scene.first.clone();
    scene.phone.holds(&first, false).await;
    scene.stands(|phase| matches!(phase, Phase::Talking { .. })).await;
    scene.caller.hangs_up().await;
    is_hung_up_on(&mut scene.phone.talker).await;
    scene.house.is_empty().await;
}
