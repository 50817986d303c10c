//! Providers and telephone exchanges of every kind.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use md5::{Digest, Md5};
use rules::calls::{Cause, Happened, Input, Phase, Target, Told};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use telephony::sip::numbering::{Account, Way};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::caller::{Caller, is_hung_up_on, picks_up, stands, talking};
use crate::house::{
    Ground, House, LINE, OTHER_LINE, OUTSIDE, SDP, SOON, Talker, answer, free, header, ip, person,
    request,
};
use crate::phones::Phone;

/// Who stands at 127.0.0.1 and is sip.example.dk, and who believes it.
pub fn tls() -> (Arc<rustls::ServerConfig>, Arc<rustls::ClientConfig>) {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/certificate.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/key.pem")).unwrap();
    let certificate = certificate.unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let server = rustls::ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    (Arc::new(server.unwrap()), believing(roots))
}

fn believing(roots: rustls::RootCertStore) -> Arc<rustls::ClientConfig> {
    let client = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(client)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Messages on a stream.
pub struct Wire<S> {
    stream: S,
    held: String,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub fn on(stream: S) -> Self {
        Self { stream, held: String::new() }
    }

    pub async fn says(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next message that begins so.
    pub async fn hears(&mut self, wanted: &str) -> String {
        let found = timeout(SOON, async {
            loop {
                if let Some(message) = self.message()
                    && message.starts_with(wanted)
                {
                    return message;
                }
                if !self.held.contains("\r\n\r\n") {
                    let mut space = [0; 4_096];
                    let length = self.stream.read(&mut space).await.unwrap();
                    assert!(length > 0, "closed before {wanted}");
                    self.held.push_str(std::str::from_utf8(&space[..length]).unwrap());
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("no {wanted}"))
    }

    fn message(&mut self) -> Option<String> {
        let head = self.held.find("\r\n\r\n")? + 4;
        let length: usize = header(&self.held[..head], "Content-Length").parse().unwrap();
        assert!(self.held.len() >= head + length, "a message comes whole");
        Some(self.held.drain(..head + length).collect())
    }
}

#[tokio::test]
async fn a_trunk_calls_over_tls_and_is_answered_on_its_own_stream() {
    let (server, client) = tls();
    let outside = free(ip(2)).await;
    let ground = Ground { tls: Some(server), way: Way::Tls, ..Ground::with_outside(outside) };
    let mut house = House::on(ground).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(ip(2), 0)).unwrap();
    let to = house.exchange.sip().tls_address().unwrap();
    let stream = socket.connect(to).await.unwrap();
    let local = stream.local_addr().unwrap();
    let name = ServerName::IpAddress(to.ip().into());
    let stream = TlsConnector::from(client).connect(name, stream).await.unwrap();
    let mut wire = Wire::on(stream);
    let written = |first: &str, lines: &[&str], body: &str| {
        let text = request(first, local, lines, body).replace("SIP/2.0/UDP", "SIP/2.0/TLS");
        text.replace(&format!("anne@{local}"), &format!("anne@{local};transport=tls"))
    };
    let body = Talker::at(ip(2), to).await.description();
    let number: String = LINE.split(' ').collect();
    let own = ["From: <sip:+4500991234@x>;tag=f", "Call-ID: by-tls", "CSeq: 1 INVITE", SDP];
    let invite = written(&format!("INVITE sip:{number}@{to};transport=tls SIP/2.0"), &own, &body);
    wire.says(&invite).await;
    let answered = wire.hears("SIP/2.0 200").await;
    let contact = header(&answered, "Contact").to_lowercase();
    assert!(contact.contains(&format!("{to};transport=tls")), "{contact}");
    let target = contact.trim_start_matches('<').trim_end_matches('>');
    let there = format!("To: {}", header(&answered, "To"));
    let within = |method: &str, sequence: u32| {
        let sequence = format!("CSeq: {sequence} {method}");
        written(&format!("{method} {target} SIP/2.0"), &[own[0], own[1], &there, &sequence], "")
    };
    wire.says(&within("ACK", 1)).await;
    house.arrived().await;
    wire.says(&within("BYE", 2)).await;
    wire.hears("SIP/2.0 200").await;
    house.is_empty().await;
}

#[tokio::test]
async fn nobody_calls_in_a_trunks_name_by_a_way_that_is_easier_to_forge() {
    let number: String = LINE.split(' ').collect();
    for written in [Way::Tcp, Way::Tls] {
        let ground = Ground { way: written, ..Ground::with_outside(free(ip(2)).await) };
        let house = House::on(ground).await;
        let mut forger = Talker::at(ip(2), house.address).await;
        for _ in 0..11 {
            let first = format!("INVITE sip:{number}@straks SIP/2.0");
            let body = forger.description();
            let answer = forger.ask(&request(&first, forger.local, &[SDP], &body)).await;
            assert!(answer.starts_with("SIP/2.0 403"), "{answer}");
        }
        let counts = (house.count("strangers"), house.count("blocks"));
        assert_eq!(counts, (11, 0), "what is forged does not block the trunk");
        assert_eq!(house.exchange.live(), []);
    }
}

/// Anne's desk phone calls a listed number and is answered.
pub async fn anne_calls(house: &House, number: &str) -> Phone {
    let mut phone = Phone::at(ip(4), house.address).await;
    phone.calls(number).await;
    phone
}

#[tokio::test]
async fn a_trunk_is_called_over_tls_and_one_that_cannot_prove_itself_is_not() {
    let (server, believes) = tls();
    let nobody = believing(rustls::RootCertStore::empty());
    for (believed, named, trusted) in [
        (&believes, None, true),
        (&believes, Some("sip.example.dk"), true),
        (&believes, Some("other.example.dk"), false),
        (&nobody, None, false),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let outside = listener.local_addr().unwrap();
        let tls_out = Some(believed.clone());
        let ground = Ground { way: Way::Tls, named, tls_out, ..Ground::with_outside(outside) };
        let house = House::on(ground).await;
        let mut phone = anne_calls(&house, OUTSIDE).await;
        let (stream, _) = timeout(SOON, listener.accept()).await.unwrap().unwrap();
        let accepted = TlsAcceptor::from(server.clone()).accept(stream).await;
        if trusted {
            let mut wire = Wire::on(accepted.unwrap());
            let invite = wire.hears("INVITE sip:+4500151223@").await;
            assert!(header(&invite, "Via").starts_with("SIP/2.0/TLS "), "{invite}");
            let contact = format!("<sip:there@{outside};transport=tls>");
            let body = phone.talker.description();
            wire.says(&answer(&invite, "200 OK", &contact, &[SDP], &body)).await;
            wire.hears("ACK").await;
            house.exchange.tell(house.exchange.live()[0].call, Input::HangUp);
            let bye = wire.hears("BYE").await;
            wire.says(&answer(&bye, "200 OK", &contact, &[], "")).await;
        }
        is_hung_up_on(&mut phone.talker).await;
        house.is_empty().await;
    }
}

/// A field of an answer to the question who we are.
fn field<'a>(proof: &'a str, name: &str) -> &'a str {
    let mut fields = proof.split(", ").map(|field| field.trim_start_matches("Digest "));
    let found = fields.find_map(|field| field.strip_prefix(&format!("{name}=")));
    found.unwrap_or_else(|| panic!("no {name} in {proof}")).trim_matches('"')
}

/// Whether a request proves that we are `straks`.
fn proves(request: &str, by: &str, nonce: &str) {
    let proof = header(request, by);
    let hash = |text: String| -> String {
        Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let method = request.split(' ').next().unwrap();
    let [uri, count, own] = ["uri", "nc", "cnonce"].map(|name| field(proof, name));
    let ha1 = hash("straks:provider:hemmelig".to_owned());
    let ha2 = hash(format!("{method}:{uri}"));
    let expected = hash(format!("{ha1}:{nonce}:{count}:{own}:auth:{ha2}"));
    assert_eq!((field(proof, "nonce"), field(proof, "response")), (nonce, expected.as_str()));
}

fn question(by: &str, nonce: &str, stale: bool) -> String {
    let stale = if stale { ", stale=true" } else { "" };
    format!(
        "{by}: Digest realm=\"provider\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"{stale}"
    )
}

fn asking(outside: SocketAddr) -> Ground {
    let account = Account { user: "straks".to_owned(), password: "hemmelig".to_owned() };
    Ground { account: Some(account), ..Ground::with_outside(outside) }
}

/// The request of this method that answers a question; those from before it are let by.
async fn answering(there: &mut Talker, method: &str, nonce: &str) -> String {
    loop {
        let text = there.gets(method).await;
        if text.contains(&format!("nonce=\"{nonce}\"")) {
            return text;
        }
    }
}

#[tokio::test]
async fn a_trunk_that_asks_who_we_are_is_told_and_told_again_when_its_question_is_stale() {
    let outside = free(ip(2)).await;
    let mut house = House::on(asking(outside)).await;
    let mut there = Talker::on(outside, house.address).await;
    let mut phone = anne_calls(&house, OUTSIDE).await;
    let invite = there.gets("INVITE").await;
    let question_one = question("Proxy-Authenticate", "one", false);
    there.answers(&invite, "407 Proxy Authentication Required", &[&question_one], "").await;
    let invite = answering(&mut there, "INVITE", "one").await;
    proves(&invite, "Proxy-Authorization", "one");
    let question_two = question("Proxy-Authenticate", "two", true);
    there.answers(&invite, "407 Proxy Authentication Required", &[&question_two], "").await;
    let invite = answering(&mut there, "INVITE", "two").await;
    proves(&invite, "Proxy-Authorization", "two");
    let body = there.description();
    there.answers(&invite, "200 OK", &[SDP], &body).await;
    there.gets("ACK").await;
    house.exchange.tell(house.exchange.live()[0].call, Input::HangUp);
    let bye = there.gets("BYE").await;
    let question_three = question("WWW-Authenticate", "three", false);
    there.answers(&bye, "401 Unauthorized", &[&question_three], "").await;
    let bye = answering(&mut there, "BYE", "three").await;
    proves(&bye, "Authorization", "three");
    there.answers(&bye, "200 OK", &[], "").await;
    is_hung_up_on(&mut phone.talker).await;

    // So it is with a call that came in on it.
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    caller.calls(&[]).await;
    let call = house.arrived().await;
    house.exchange.tell(call, Input::ClosedNow { voice_mail: false });
    house.exchange.tell(call, Input::Said);
    let bye = caller.talker.gets("BYE").await;
    let question_four = question("Proxy-Authenticate", "four", false);
    let status = "407 Proxy Authentication Required";
    caller.talker.answers(&bye, status, &[&question_four], "").await;
    let bye = answering(&mut caller.talker, "BYE", "four").await;
    proves(&bye, "Proxy-Authorization", "four");
    caller.talker.answers(&bye, "200 OK", &[], "").await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_trunk_that_does_not_believe_us_is_not_asked_for_ever() {
    let outside = free(ip(2)).await;
    let house = House::on(asking(outside)).await;
    let mut there = Talker::on(outside, house.address).await;
    let mut phone = anne_calls(&house, OUTSIDE).await;
    let status = "407 Proxy Authentication Required";
    let invite = there.gets("INVITE").await;
    there.answers(&invite, status, &[&question("Proxy-Authenticate", "one", false)], "").await;
    let invite = answering(&mut there, "INVITE", "one").await;
    there.answers(&invite, status, &[&question("Proxy-Authenticate", "two", false)], "").await;
    is_hung_up_on(&mut phone.talker).await;
    while let Some(text) = there.hears(Duration::from_millis(700)).await {
        assert!(!text.contains("nonce=\"two\""), "{text}");
    }
    house.is_empty().await;
}

#[tokio::test]
async fn a_citizen_whose_telephone_never_rang_has_not_been_missed() {
    for (answers, most_out_per_hour, cause) in [
        (&["503 Service Unavailable"][..], 9, Cause::NotDialled),
        (&["100 Trying", "404 Not Found"], 9, Cause::NotDialled),
        (&["180 Ringing", "503 Service Unavailable"], 9, Cause::NotReached),
        (&["486 Busy Here"], 9, Cause::NotReached),
        // Nobody is there at all.
        (&[], 9, Cause::NotDialled),
        // The hour's calls are used up.
        (&[], 0, Cause::NotDialled),
    ] {
        let outside = free(ip(2)).await;
        let ground = Ground { most_out_per_hour, ..Ground::with_outside(outside) };
        let mut house = House::on(ground).await;
        let mut there = Talker::on(outside, house.address).await;
        let mut phone = Phone::at(ip(4), house.address).await;
        phone.register(3600).await;
        let call = base::Rng::system().id(base::Clock::system().now());
        house.exchange.call_back(call, "+45 00 99 12 34".to_owned(), person(1));
        picks_up(&mut phone).await;
        if most_out_per_hour > 0 {
            let invite = there.gets("INVITE").await;
            for status in answers {
                there.answers(&invite, status, &[], "").await;
            }
        }
        let ended = |happened: &Happened| match happened {
            Happened::Told { told: Told::Ended { cause }, .. } => Some(*cause),
            _ => None,
        };
        assert_eq!(house.until(ended).await, cause, "{answers:?}");
        is_hung_up_on(&mut phone.talker).await;
    }
}

const FRAGMENT: [&str; 2] = ["Event: refer", "Content-Type: message/sipfrag"];

#[tokio::test]
async fn a_transfer_is_left_to_a_trunk_that_does_that_and_comes_back_when_it_fails() {
    for (answered, told, cause) in [
        ("202 Accepted", Some("SIP/2.0 200 OK"), Some(Cause::OtherHungUp)),
        ("202 Accepted", Some("SIP/2.0 486 Busy Here"), None),
        ("603 Decline", None, None),
    ] {
        let outside = free(ip(2)).await;
        let ground = Ground { refer_out: true, ..Ground::with_outside(outside) };
        let mut house = House::on(ground).await;
        let (call, mut caller, mut phone) = talking(&mut house, ip(4)).await;
        // Nobody is told how a transfer goes that was not asked for.
        let active = [FRAGMENT[0], FRAGMENT[1], "Subscription-State: active;expires=60"];
        let unasked = caller.asks("NOTIFY", &active, "SIP/2.0 200 OK\r\n").await;
        assert!(unasked.starts_with("SIP/2.0 481"), "{unasked}");
        let target = Target::Outside { number: OUTSIDE.to_owned() };
        house.exchange.tell(call, Input::Transfer { target });
        let refer = caller.talker.gets("REFER").await;
        assert_eq!(header(&refer, "Refer-To"), format!("<sip:+4500151223@{outside}>"));
        caller.talker.answers(&refer, answered, &[], "").await;
        is_hung_up_on(&mut phone.talker).await;
        if let Some(told) = told {
            for (text, state) in [("SIP/2.0 100 Trying", "active"), (told, "terminated")] {
                let state = format!("Subscription-State: {state}");
                let lines = [FRAGMENT[0], FRAGMENT[1], &state];
                let answer = caller.asks("NOTIFY", &lines, &format!("{text}\r\n")).await;
                assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
            }
        }
        let Some(cause) = cause else {
            let back = |happened: &Happened| match happened {
                Happened::Told { told: Told::CameBack { to }, .. } => Some(*to),
                _ => None,
            };
            assert_eq!(house.until(back).await, person(1), "{answered}");
            picks_up(&mut phone).await;
            stands(&mut house, |phase| matches!(phase, Phase::Talking { .. })).await;
            continue;
        };
        is_hung_up_on(&mut caller.talker).await;
        let transferred = |happened: &Happened| match happened {
            Happened::Told { told: Told::TransferredTo { .. }, .. } => Some(()),
            _ => None,
        };
        house.until(transferred).await;
        let ended = |happened: &Happened| match happened {
            Happened::Told { told: Told::Ended { cause }, .. } => Some(*cause),
            _ => None,
        };
        assert_eq!(house.until(ended).await, cause);
        house.is_empty().await;
    }
}

#[tokio::test]
async fn a_trunk_may_speak_version_six_of_the_internet_both_ways() {
    let here = IpAddr::from(Ipv6Addr::LOCALHOST);
    let outside = free(here).await;
    let ground = Ground { here, ..Ground::with_outside(outside) };
    let mut house = House::on(ground).await;
    let mut there = Talker::on(outside, house.address).await;
    let six = |text: &str| {
        assert!(
            header(text, "Contact").contains("@[::1]:") || text.contains("<sip:[::1]:"),
            "{text}"
        );
        let origin = text.lines().find(|line| line.starts_with("o=")).unwrap();
        assert!(origin.ends_with("IN IP6 ::1") && text.contains("\r\nc=IN IP6 ::1\r\n"), "{text}");
    };
    let mut caller = Caller::at(here, house.address, LINE).await;
    six(&caller.calls(&[]).await);
    house.arrived().await;
    caller.hangs_up().await;

    let mut phone = Phone::at(here, house.address).await;
    phone.register(3600).await;
    let call = base::Rng::system().id(base::Clock::system().now());
    house.exchange.call_back(call, "+45 00 99 12 34".to_owned(), person(1));
    picks_up(&mut phone).await;
    let invite = there.gets("INVITE sip:+4500991234@[::1]:").await;
    six(&invite);
    let body = there.description();
    there.answers(&invite, "200 OK", &[SDP], &body).await;
    there.gets("ACK").await;
    stands(&mut house, |phase| matches!(phase, Phase::Talking { .. })).await;
    house.exchange.tell(call, Input::HangUp);
    is_hung_up_on(&mut there).await;
    is_hung_up_on(&mut phone.talker).await;
    house.is_empty().await;
}

#[tokio::test]
async fn calls_of_two_trunks_that_look_the_same_are_two_calls() {
    let mut house = House::plain().await;
    let mut one = Caller::at(ip(2), house.address, LINE).await;
    let mut two = Caller::at(ip(3), house.address, OTHER_LINE).await;
    two.call.clone_from(&one.call);
    let branch = |text: &str| header(text, "Via").split(';').nth(1).unwrap().to_owned();
    let invites = [one.invitation(&[]), two.invitation(&[])];
    let same = branch(&invites[0]);
    for (caller, invite) in [(&mut one, &invites[0]), (&mut two, &invites[1])] {
        let answer = caller.talker.ask(&invite.replace(&branch(invite), &same)).await;
        assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
        assert_eq!((branch(&answer), header(&answer, "From")), (same.clone(), &caller.from[6..]));
        caller.confirms(&answer).await;
        house.arrived().await;
    }
    one.hangs_up().await;
    two.hangs_up().await;
    house.is_empty().await;
}

#[tokio::test]
async fn calls_beyond_what_the_house_takes_are_refused_until_one_is_over() {
    let outside = free(ip(2)).await;
    let house = House::at(outside, Duration::ZERO, 2).await;
    let mut callers = Vec::new();
    for (from, number) in [(2, LINE), (3, OTHER_LINE), (2, LINE)] {
        callers.push(Caller::at(ip(from), house.address, number).await);
    }
    callers[0].calls(&[]).await;
    callers[1].calls(&[]).await;
    let invitation = callers[2].invitation(&[]);
    let refused = callers[2].talker.ask(&invitation).await;
    assert!(refused.starts_with("SIP/2.0 503") && refused.contains("Retry-After: "), "{refused}");
    let ack = crate::caller::of_same(&invitation, "ACK");
    callers[2].talker.say(ack.as_bytes()).await;
    assert_eq!(house.count("full"), 1);
    // But for help.
    let mut there = Talker::on(outside, house.address).await;
    let mut phone = anne_calls(&house, "112").await;
    let help = there.gets("INVITE sip:112@").await;
    there.answers(&help, "486 Busy Here", &[], "").await;
    is_hung_up_on(&mut phone.talker).await;
    callers[0].hangs_up().await;
    let mut next = Caller::at(ip(2), house.address, LINE).await;
    next.calls(&[]).await;
    next.hangs_up().await;
    callers[1].hangs_up().await;
    house.is_empty().await;
}

#[tokio::test]
async fn a_stolen_telephone_costs_no_more_than_the_hour_allows_and_112_is_always_called() {
    let outside = free(ip(2)).await;
    let ground = Ground { most_out_per_hour: 1, ..Ground::with_outside(outside) };
    let house = House::on(ground).await;
    let mut there = Talker::on(outside, house.address).await;
    for (number, goes_out) in [(OUTSIDE, true), (OUTSIDE, false), ("112", true)] {
        let mut phone = anne_calls(&house, number).await;
        if goes_out {
            let dialled: String = number.split(' ').collect();
            let invite = there.gets(&format!("INVITE sip:{dialled}@")).await;
            there.answers(&invite, "486 Busy Here", &[], "").await;
        }
        is_hung_up_on(&mut phone.talker).await;
    }
    assert_eq!((house.count("calls_out"), house.count("forbidden")), (2, 1));
    house.is_empty().await;
}
