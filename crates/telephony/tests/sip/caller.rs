//! Somebody behind a trunk, word by word.

use std::net::{IpAddr, SocketAddr};

use rules::calls::{CallId, Happened, Input, Phase};

use crate::house::{House, LINE, SDP, Talker, header, ip, person, request};
use crate::phones::Phone;

pub struct Caller {
    pub talker: Talker,
    pub from: String,
    pub call: String,
    to: String,
    target: String,
    sequence: u32,
}

impl Caller {
    /// Who will call `number`.
    pub async fn at(ip: IpAddr, house: SocketAddr, number: &str) -> Self {
        let talker = Talker::at(ip, house).await;
        let number: String = number.split(' ').collect();
        let target = format!("sip:{number}@{house}");
        Self {
            from: format!("From: <sip:+4500991234@{}>;tag=caller", talker.local),
            call: format!("Call-ID: call-{}", talker.local),
            to: format!("To: <{target}>"),
            target,
            talker,
            sequence: 0,
        }
    }

    /// The next request of the call; ACK belongs to the one before.
    pub fn says(&mut self, method: &str, lines: &[&str], body: &str) -> String {
        if method != "ACK" {
            self.sequence += 1;
        }
        let sequence = format!("CSeq: {} {method}", self.sequence);
        let own = [self.from.as_str(), &self.to, &self.call, &sequence];
        let own = own.into_iter().filter(|own| {
            let name = own.split(':').next().unwrap();
            !lines.iter().any(|line| line.split(':').next() == Some(name))
        });
        let all: Vec<&str> = own.chain(lines.iter().copied()).collect();
        request(&format!("{method} {} SIP/2.0", self.target), self.talker.local, &all, body)
    }

    pub async fn asks(&mut self, method: &str, lines: &[&str], body: &str) -> String {
        let text = self.says(method, lines, body);
        self.talker.ask(&text).await
    }

    /// The request to talk, with what it says of its sound.
    pub fn invitation(&mut self, lines: &[&str]) -> String {
        let lines: Vec<&str> = lines.iter().copied().chain([SDP]).collect();
        let body = self.talker.description();
        self.says("INVITE", &lines, &body)
    }

    /// Calls, is answered, and confirms that.
    pub async fn calls(&mut self, lines: &[&str]) -> String {
        let invitation = self.invitation(lines);
        let answer = self.talker.ask(&invitation).await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        self.confirms(&answer).await;
        answer
    }

    /// Keeps who gave an answer.
    pub fn keeps(&mut self, answer: &str) {
        self.to = format!("To: {}", header(answer, "To"));
        let contact = header(answer, "Contact").trim_start_matches('<');
        self.target = contact.split('>').next().unwrap().to_owned();
    }

    /// Confirms an answer.
    pub async fn confirms(&mut self, answer: &str) {
        self.keeps(answer);
        let sequence = format!("CSeq: {}", header(answer, "CSeq").replace("INVITE", "ACK"));
        let text = self.says("ACK", &[&sequence], "");
        self.talker.say(text.as_bytes()).await;
    }

    pub async fn hangs_up(&mut self) {
        let answer = self.asks("BYE", &[], "").await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    }
}

/// A request of the same transaction: the CANCEL of an INVITE, or the ACK of its refusal.
pub fn of_same(invite: &str, method: &str) -> String {
    let (head, _) = invite.split_once("\r\n\r\n").unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with("Content-"));
    let lines = lines.map(|line| match line.split_once(' ') {
        Some(("INVITE", rest)) => format!("{method} {rest}"),
        Some(("CSeq:", _)) => line.replace("INVITE", method),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\r\n") + "\r\nContent-Length: 0\r\n\r\n"
}

/// Waits until a call stands so.
pub async fn stands(house: &mut House, wanted: impl Fn(&Phase) -> bool) {
    let stands = |happened: &Happened| match happened {
        Happened::Stands { picture, .. } => wanted(&picture.phase).then_some(()),
        _ => None,
    };
    house.until(stands).await;
}

/// A caller whom Anne speaks with at her desk phone.
pub async fn talking(house: &mut House, at: IpAddr) -> (CallId, Caller, Phone) {
    let mut phone = Phone::at(at, house.address).await;
    phone.register(3600).await;
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    caller.calls(&[]).await;
    let call = house.arrived().await;
    house.exchange.tell(call, Input::Said);
    house.exchange.tell(call, Input::Taken { by: person(1) });
    picks_up(&mut phone).await;
    stands(house, |phase| matches!(phase, Phase::Talking { .. })).await;
    (call, caller, phone)
}

/// The phone rings and is answered.
pub async fn picks_up(phone: &mut Phone) -> String {
    let invite = phone.talker.gets("INVITE").await;
    let description = phone.talker.description();
    phone.talker.answers(&invite, "200 OK", &[SDP], &description).await;
    phone.talker.gets("ACK").await;
    invite
}

/// Is hung up on.
pub async fn is_hung_up_on(talker: &mut Talker) {
    let bye = talker.gets("BYE").await;
    talker.answers(&bye, "200 OK", &[], "").await;
}
