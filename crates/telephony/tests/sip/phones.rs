//! Desk phones that sign in.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use md5::{Digest, Md5};
use sha2::Sha256;

use rules::calls::{Happened, Input, Phase, Target};
use telephony::exchange::NoAnswer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::caller::stands;
use crate::house::{
    House, LINE, OUTSIDE, SDP, Sipp, Talker, comes, free, header, ip, person, request,
};

/// A desk phone of Anne's.
pub struct Phone {
    pub talker: Talker,
    house: SocketAddr,
    password: &'static str,
    /// The algorithm it knows.
    algorithm: &'static str,
    sequence: u32,
    nonce: String,
    count: u32,
}

impl Phone {
    pub async fn at(ip: IpAddr, house: SocketAddr) -> Self {
        let talker = Talker::at(ip, house).await;
        let (password, algorithm) = ("hemmelig", "SHA-256");
        Self { talker, house, password, algorithm, sequence: 0, nonce: String::new(), count: 0 }
    }

    /// The line that answers the last question.
    fn proof(&mut self, method: &str) -> String {
        let hash = |text: String| -> String {
            let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            match self.algorithm {
                "MD5" => hex(&Md5::digest(text)),
                _ => hex(&Sha256::digest(text)),
            }
        };
        self.count += 1;
        let (nonce, count) = (&self.nonce, self.count);
        let ha1 = hash(format!("anne:straks:{}", self.password));
        let ha2 = hash(format!("{method}:sip:straks"));
        let response = hash(format!("{ha1}:{nonce}:{count:08x}:own:auth:{ha2}"));
        format!(
            "Authorization: Digest username=\"anne\", realm=\"straks\", nonce=\"{nonce}\", \
             uri=\"sip:straks\", response=\"{response}\", algorithm={}, cnonce=\"own\", \
             qop=auth, nc={count:08x}",
            self.algorithm
        )
    }

    pub async fn asks(&mut self, first: &str, lines: &[&str], body: &str) -> String {
        self.sequence += 1;
        let method = first.split(' ').next().unwrap().to_owned();
        let sequence = format!("CSeq: {} {method}", self.sequence);
        let call = format!("Call-ID: {method}-{}", self.talker.local);
        let proof = (!self.nonce.is_empty()).then(|| self.proof(&method));
        let mut all = vec![sequence.as_str()];
        if !lines.iter().any(|line| line.starts_with("Call-ID")) {
            all.push(&call);
        }
        all.extend(lines);
        all.extend(proof.as_deref());
        let text = request(first, self.talker.local, &all, body);
        let answer = self.talker.ask(&text).await;
        if answer.starts_with("SIP/2.0 401") {
            let algorithm = format!("algorithm={}", self.algorithm);
            let asked = answer.lines().find(|line| line.contains(&algorithm)).unwrap();
            self.nonce = asked.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().into();
            self.count = 0;
        }
        answer
    }

    /// Asks, and when it is asked who it is, says so.
    pub async fn asks_and_proves(&mut self, first: &str, lines: &[&str], body: &str) -> String {
        let answer = self.asks(first, lines, body).await;
        if answer.starts_with("SIP/2.0 401") {
            return self.asks(first, lines, body).await;
        }
        answer
    }

    pub async fn register(&mut self, seconds: u32) -> String {
        let expires = format!("Expires: {seconds}");
        let answer = self.asks_and_proves("REGISTER sip:straks SIP/2.0", &[&expires], "").await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        answer
    }

    /// From now on it does what a scenario says.
    pub async fn becomes(self, scenario: &'static str) -> Sipp {
        let at = self.talker.local;
        drop(self);
        Sipp::is_called(scenario, at).await
    }

    pub fn invite(&self, number: &str) -> (String, String) {
        let number: String = number.split(' ').collect();
        (format!("INVITE sip:{number}@{} SIP/2.0", self.house), self.talker.description())
    }

    /// Calls a number; what is answered.
    pub async fn dials(&mut self, number: &str) -> String {
        let (first, body) = self.invite(number);
        self.asks_and_proves(&first, &[SDP], &body).await
    }

    /// Calls a number, is answered, and confirms that.
    pub async fn calls(&mut self, number: &str) -> Dialog {
        let answer = self.dials(number).await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        let dialog = Dialog::begun(&answer);
        self.confirms(&dialog).await;
        dialog
    }

    /// Asks something within a call.
    pub async fn within(
        &mut self,
        dialog: &Dialog,
        method: &str,
        more: &[&str],
        body: &str,
    ) -> String {
        let first = format!("{method} {} SIP/2.0", dialog.target);
        let own = dialog.lines.iter().map(String::as_str);
        let lines: Vec<&str> = own.chain(more.iter().copied()).collect();
        self.asks(&first, &lines, body).await
    }

    /// Confirms the answer to what it asked last.
    pub async fn confirms(&mut self, dialog: &Dialog) {
        let sequence = format!("CSeq: {} ACK", self.sequence);
        let own = dialog.lines.iter().map(String::as_str);
        let lines: Vec<&str> = own.chain([sequence.as_str()]).collect();
        let first = format!("ACK {} SIP/2.0", dialog.target);
        let text = request(&first, self.talker.local, &lines, "");
        self.talker.say(text.as_bytes()).await;
    }

    /// Puts a call on hold, or takes it from there.
    pub async fn holds(&mut self, dialog: &Dialog, held: bool) {
        let way = if held { "a=sendonly\r\n" } else { "a=sendrecv\r\n" };
        let body = self.talker.description() + way;
        let answer = self.within(dialog, "INVITE", &[SDP], &body).await;
        assert_eq!(answer.contains("a=recvonly"), held, "{answer}");
        self.confirms(dialog).await;
    }
}

/// One of a phone's calls, as it writes of it.
#[derive(Clone)]
pub struct Dialog {
    pub target: String,
    /// From, To and Call-ID.
    pub lines: [String; 3],
}

impl Dialog {
    /// One that it answered.
    pub fn answered(invite: &str) -> Self {
        let own = |name, of| format!("{name}: {}", header(invite, of));
        let from = own("From", "To") + ";tag=own";
        Self { target: target(invite), lines: [from, own("To", "From"), own("Call-ID", "Call-ID")] }
    }

    /// One that it began.
    pub fn begun(answer: &str) -> Self {
        let own = |name| format!("{name}: {}", header(answer, name));
        Self { target: target(answer), lines: ["From", "To", "Call-ID"].map(own) }
    }

    /// The Call-ID.
    pub fn call(&self) -> &str {
        header(&self.lines[2], "Call-ID")
    }
}

/// Where the house is found within a call.
fn target(text: &str) -> String {
    header(text, "Contact").trim_start_matches('<').split('>').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_phone_signs_in_by_either_algorithm_and_out_again() {
    let house = House::plain().await;
    for algorithm in ["SHA-256", "MD5"] {
        let mut phone = Phone { algorithm, ..Phone::at(ip(4), house.address).await };
        let answer = phone.register(120).await;
        assert!(answer.contains(&format!("<sip:anne@{}>;expires=120", phone.talker.local)));
        let places = house.exchange.sip().places("anne");
        assert_eq!((places.len(), places[0].weak), (1, algorithm == "MD5"));
        phone.register(0).await;
        assert_eq!(house.exchange.sip().places("anne").len(), 0);
    }
}

#[tokio::test]
async fn registrations_that_are_too_brief_or_of_somebody_else_are_refused() {
    let house = House::plain().await;
    let mut phone = Phone::at(ip(4), house.address).await;
    phone.register(3600).await;
    let register = "REGISTER sip:straks SIP/2.0";
    let brief = phone.asks(register, &["Expires: 30"], "").await;
    assert!(brief.starts_with("SIP/2.0 423") && brief.contains("Min-Expires: 60"), "{brief}");
    let other = phone.asks(register, &["To: <sip:bo@straks>"], "").await;
    assert!(other.starts_with("SIP/2.0 403"), "{other}");
    // Said once more, word for word: what was proved once proves nothing now.
    phone.count -= 1;
    let again = phone.asks(register, &[], "").await;
    assert!(again.starts_with("SIP/2.0 401") && again.contains("stale=true"), "{again}");
    let outside = Talker::at(ip(20), house.address).await;
    let (mut stranger, first) = (outside, "REGISTER sip:straks SIP/2.0");
    let refused = stranger.ask(&request(first, stranger.local, &[], "")).await;
    assert!(refused.starts_with("SIP/2.0 403"), "{refused}");
}

#[tokio::test]
async fn who_guesses_secrets_is_not_listened_to_any_more() {
    let house = House::plain().await;
    let mut phone = Phone { password: "gæt", ..Phone::at(ip(4), house.address).await };
    for _ in 0..11 {
        let register = "REGISTER sip:straks SIP/2.0";
        let answer = phone.asks(register, &[], "").await;
        assert!(answer.starts_with("SIP/2.0 401"), "{answer}");
        if house.count("blocks") > 0 {
            break;
        }
    }
    assert_eq!((house.count("wrong_secret"), house.count("blocks")), (10, 1));
    let options = crate::house::options(phone.talker.local, house.address);
    phone.talker.say(options.as_bytes()).await;
    assert_eq!(phone.talker.hears(Duration::from_millis(300)).await, None);
    house.still_answers().await;
}

#[tokio::test]
async fn a_phone_calls_listed_numbers_and_lines_and_nothing_that_costs() {
    let mut house = House::plain().await;
    let mut phone = Phone::at(ip(4), house.address).await;
    let (first, body) = phone.invite("+45 90 12 34 56");
    // Without proof nobody is called.
    let answer = phone.asks(&first, &[SDP], &body).await;
    assert!(answer.starts_with("SIP/2.0 401"), "{answer}");
    let answer = phone.asks(&first, &[SDP], &body).await;
    assert!(answer.starts_with("SIP/2.0 403"), "{answer}");
    assert_eq!((house.count("calls_out"), house.count("forbidden")), (0, 1));
    for number in [OUTSIDE, LINE] {
        let mut phone = Phone::at(ip(5), house.address).await;
        let (first, body) = phone.invite(number);
        let answer = phone.asks_and_proves(&first, &[SDP], &body).await;
        assert!(answer.starts_with("SIP/2.0 200") && answer.contains("m=audio"), "{answer}");
    }
    assert_eq!(house.rest(), [], "not confirmed, so nobody is told");
}

#[tokio::test]
async fn a_transfer_that_nobody_signed_is_refused() {
    let house = House::plain().await;
    for from in [ip(2), ip(4), ip(20)] {
        let mut talker = Talker::at(from, house.address).await;
        let first = format!("REFER sip:anne@{} SIP/2.0", house.address);
        let to = ["Refer-To: <sip:+4590123456@straks>"];
        let answer = talker.ask(&request(&first, talker.local, &to, "")).await;
        assert!(answer.starts_with("SIP/2.0 403"), "{answer}");
    }
    assert_eq!(house.count("calls_out"), 0);
}

/// A caller whom Anne has just taken.
async fn taken(house: &mut House) -> (rules::calls::CallId, Sipp) {
    let caller = Sipp::calls("wait", ip(2), house.address, LINE);
    let call = house.arrived().await;
    house.exchange.tell(call, Input::Said);
    house.exchange.tell(call, Input::Taken { by: person(1) });
    (call, caller)
}

async fn talks(house: &mut House) {
    stands(house, |phase| matches!(phase, Phase::Talking { .. })).await;
}

#[tokio::test]
async fn all_phones_of_a_person_ring_and_when_one_is_answered_the_others_stop() {
    let mut house = House::plain().await;
    let mut first = Phone::at(ip(4), house.address).await;
    first.register(3600).await;
    let mut second = Phone::at(ip(5), house.address).await;
    second.register(3600).await;
    let desk = second.becomes("callee").await;
    let (call, caller) = taken(&mut house).await;
    let invite = first.talker.gets("INVITE").await;
    assert!(header(&invite, "From").contains("+4500991234"), "it shows who calls");
    first.talker.answers(&invite, "180 Ringing", &[], "").await;
    let cancel = first.talker.gets("CANCEL").await;
    first.talker.answers(&cancel, "200 OK", &[], "").await;
    first.talker.answers(&invite, "487 Request Terminated", &[], "").await;
    first.talker.gets("ACK").await;
    talks(&mut house).await;
    house.exchange.tell(call, Input::HangUp);
    desk.succeeds().await;
    caller.succeeds().await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_phone_that_says_no_does_not_take_the_call_from_its_owners_browser() {
    let mut house = House::plain().await;
    let mut phone = Phone::at(ip(4), house.address).await;
    phone.register(3600).await;
    for status in ["486 Busy Here", "480 Temporarily Unavailable", "603 Decline"] {
        let (call, caller) = taken(&mut house).await;
        let invite = phone.talker.gets("INVITE").await;
        phone.talker.answers(&invite, status, &[], "").await;
        phone.talker.gets("ACK").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let phase = house.exchange.live()[0].picture.phase.clone();
        assert!(matches!(phase, Phase::Connecting { .. }), "{status}: {phase:?}");
        let offer = "v=0".to_owned();
        let answer = house.exchange.answer_in_browser(call, person(1), offer).await;
        assert!(matches!(answer, Err(NoAnswer::Refused(_))), "{status}: {answer:?}");
        house.exchange.tell(call, Input::HangUp);
        caller.succeeds().await;
    }
    house.is_empty().await;
}

#[tokio::test]
async fn a_phone_is_reached_by_its_stream_while_that_stands() {
    let house = House::plain().await;
    let mut phone = Phone::at(ip(4), house.address).await;
    let register = "REGISTER sip:straks SIP/2.0";
    phone.asks(register, &[], "").await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((ip(4), 0).into()).unwrap();
    let mut stream = socket.connect(house.address).await.unwrap();
    let text =
        request(register, phone.talker.local, &["Expires: 600", &phone.proof("REGISTER")], "");
    stream.write_all(text.replace("/UDP", "/TCP").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"SIP/2.0 200 ");
    let places = || house.exchange.sip().places("anne").len();
    assert_eq!(places(), 1);
    drop(stream);
    assert!(comes(|| places() == 0).await, "nothing is there any more");
}

#[tokio::test]
async fn an_agent_holds_and_transfers_with_the_keys_of_the_desk_phone() {
    let outside = free(ip(2)).await;
    let mut house = House::at(outside, Duration::ZERO, 100).await;
    let mut phone = Phone { algorithm: "MD5", ..Phone::at(ip(4), house.address).await };
    phone.register(3600).await;
    let (call, caller) = taken(&mut house).await;
    let invite = phone.talker.gets("INVITE").await;
    phone.talker.answers(&invite, "200 OK", &[SDP], &phone.talker.description()).await;
    phone.talker.gets("ACK").await;
    talks(&mut house).await;

    let dialog = Dialog::answered(&invite);
    phone.holds(&dialog, true).await;
    stands(&mut house, |phase| matches!(phase, Phase::Held { .. })).await;

    // Nobody transfers who does not say who they are, and nobody to where it is dear.
    phone.nonce.clear();
    let dear = ["Refer-To: <sip:+4590123456@straks>"];
    let answer = phone.within(&dialog, "REFER", &dear, "").await;
    assert!(answer.starts_with("SIP/2.0 401"), "{answer}");
    let answer = phone.within(&dialog, "REFER", &dear, "").await;
    assert!(answer.starts_with("SIP/2.0 202"), "{answer}");
    let notify = phone.talker.gets("NOTIFY").await;
    assert!(notify.contains("SIP/2.0 403"), "{notify}");
    phone.talker.answers(&notify, "200 OK", &[], "").await;

    let there = Sipp::is_called("callee", outside).await;
    let listed = ["Refer-To: <sip:+4500151223@straks>"];
    let answer = phone.within(&dialog, "REFER", &listed, "").await;
    assert!(answer.starts_with("SIP/2.0 202"), "{answer}");
    let asked = |happened: &Happened| match happened {
        Happened::Asks { dialled, warm, .. } => Some((dialled.clone(), *warm)),
        _ => None,
    };
    assert_eq!(house.until(asked).await, (OUTSIDE.to_owned(), false));
    // It hears how it went before the good-bye.
    house.exchange.may_ask(call, Some(Target::Outside { number: OUTSIDE.to_owned() }));
    let notify = phone.talker.gets("NOTIFY").await;
    assert!(notify.contains("SIP/2.0 200"), "{notify}");
    phone.talker.answers(&notify, "200 OK", &[], "").await;
    let bye = phone.talker.gets("BYE").await;
    phone.talker.answers(&bye, "200 OK", &[], "").await;
    stands(&mut house, |phase| matches!(phase, Phase::Outside { .. })).await;
    house.exchange.tell(call, Input::Failed { leg: 0 });
    caller.succeeds().await;
    there.succeeds().await;
    house.is_empty().await;
}
