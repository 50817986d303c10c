//! What comes from those who mean no good, or do not know better.

use std::net::SocketAddr;

use base::Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};

use crate::caller::Caller;
use crate::house::{House, LINE, Talker, ip, options, request};

const INVITE_SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\n\
                          t=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

/// Every kind of defect of RFC 4475 and RFC 5118 once; the kinds one by one are in `torture.rs`.
#[tokio::test]
async fn whatever_comes_is_answered_as_it_should_be_and_honest_questions_after_it_too() {
    let house = House::plain().await;
    let number: String = LINE.split(' ').collect();
    let whole = |first: &str| {
        let lines = ["Content-Type: application/sdp"];
        request(first, "192.0.2.7:5060".parse().unwrap(), &lines, INVITE_SDP)
    };
    let invite = whole(&format!("INVITE sip:{number}@straks SIP/2.0"));
    let asks = options("192.0.2.7:5060".parse().unwrap(), house.address);
    let changed = |from: &str, to: &str| invite.replacen(from, to, 1).into_bytes();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("another version", asks.replace("SIP/2.0\r\n", "SIP/7.0\r\n").into_bytes(), 505),
        ("nobody's method", asks.replace("OPTIONS", "NEWMETHOD").into_bytes(), 501),
        ("a method we lack", asks.replace("OPTIONS", "PRACK").into_bytes(), 405),
        ("two methods", asks.replacen("OPTIONS", "INVITE", 1).into_bytes(), 400),
        ("a length below zero", changed("Content-Length: ", "Content-Length: -"), 400),
        ("a length beyond the end", changed("Content-Length: ", "Content-Length: 9"), 400),
        ("a sequence too large", changed("CSeq: ", "CSeq: 36893488147419103232"), 400),
        ("an open quote", changed("To: <", "To: \"Mr. J <"), 400),
        ("no tag", changed(";tag=f", ";tog=f"), 400),
        ("no Call-ID", changed("Call-ID", "X-Call"), 400),
        ("no Contact", changed("Contact", "X-Contact"), 400),
        ("no Max-Forwards", changed("Max-Forwards", "X-Max"), 400),
        ("a scheme nobody calls", changed("INVITE sip:", "INVITE gopher:"), 416),
        ("an extension we lack", changed("Contact:", "Require: 100rel\r\nContact:"), 420),
        ("content we cannot read", changed("application/sdp", "application/x"), 415),
        ("an address without brackets", changed("straks SIP", "2001:db8::1 SIP"), 400),
        ("white space between words", changed("INVITE sip", "INVITE  sip"), 400),
        (
            "our own way round again",
            changed("192.0.2.7:5060;branch", &format!("{};branch", house.address)),
            482,
        ),
        (
            "a call nobody knows",
            changed("To: <sip:anne@straks>", "To: <sip:anne@straks>;tag=x"),
            481,
        ),
        ("no description", changed("v=0\r\n", "x=0\r\n"), 400),
        ("a format nobody speaks", changed("RTP/AVP 8\r\n", "RTP/AVP 0\r\n"), 488),
        (
            "more than fits",
            changed("Contact:", &format!("X: {}\r\nContact:", "x".repeat(9_000))),
            513,
        ),
        ("no SIP", b"GET / HTTP/1.1\r\n\r\n".to_vec(), 0),
        ("sound", vec![0x80, 0x08, 0, 1, 0, 0, 0, 1], 0),
        (
            "an answer to nothing",
            b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK9\r\n\r\n".to_vec(),
            0,
        ),
    ];
    for (n, (what, bytes, expected)) in cases.into_iter().enumerate() {
        // Each is a transaction of its own.
        let branch = format!("branch=z9hG4bK-{n}-");
        let text = String::from_utf8_lossy(&bytes).replace("branch=z9hG4bK", &branch);
        let bytes = if what == "sound" { bytes } else { text.into_bytes() };
        let mut talker = Talker::at(ip(2), house.address).await;
        assert_eq!(talker.status(&bytes, expected).await, expected, "{what}");
        house.still_answers().await;
    }
    house.is_empty().await;
    assert_eq!(house.count("unreadable"), 0);
}

#[tokio::test]
async fn strangers_are_refused_and_then_not_listened_to() {
    let house = House::plain().await;
    let number: String = LINE.split(' ').collect();
    let mut talker = Talker::at(ip(20), house.address).await;
    for n in 0..10 {
        let first = format!("INVITE sip:{number}@straks SIP/2.0");
        let lines = ["Content-Type: application/sdp"];
        let answer = talker.ask(&request(&first, talker.local, &lines, INVITE_SDP)).await;
        assert!(answer.starts_with("SIP/2.0 403"), "{n}: {answer}");
    }
    assert_eq!((house.count("strangers"), house.count("blocks")), (10, 1));
    let asks = options(talker.local, house.address);
    assert_eq!(talker.status(asks.as_bytes(), 0).await, 0);
    house.still_answers().await;
    assert_eq!(house.exchange.live(), []);
}

#[tokio::test]
async fn a_flood_does_not_reach_those_who_call() {
    let house = House::plain().await;
    let talker = Talker::at(ip(20), house.address).await;
    for n in 0..20_000 {
        talker.say(options(talker.local, house.address).as_bytes()).await;
        if n % 200 == 0 {
            tokio::task::yield_now().await;
        }
    }
    house.still_answers().await;
    crate::house::Sipp::calls("answer", ip(2), house.address, LINE).succeeds().await;
    house.is_empty().await;
    assert!(house.count("rate_limited") > 1_000);
}

#[tokio::test]
async fn what_is_thrown_at_every_open_port_stops_no_call() {
    let mut house = House::plain().await;
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    let answer = caller.calls(&[]).await;
    house.arrived().await;
    let sound = answer.lines().find_map(|line| line.strip_prefix("m=audio ")).unwrap();
    let sound: u16 = sound.split(' ').next().unwrap().parse().unwrap();
    let here = house.address.ip();
    let ports = [house.address.port(), sound, sound + 1].map(|port| SocketAddr::new(here, port));
    let browser = house.exchange.plane().browser_address();
    let thrower = UdpSocket::bind((ip(20), 0)).await.unwrap();
    let rng = Rng::seeded(7);
    // Sound, its reports, STUN, DTLS, and calls, each cut and damaged somewhere.
    let invite = request("INVITE sip:a@straks SIP/2.0", thrower.local_addr().unwrap(), &[], "");
    let heads: [&[u8]; 5] = [
        &[0x80, 8],
        &[0x81, 200, 0, 12],
        &[0, 1, 0, 60, 0x21, 0x12, 0xA4, 0x42],
        &[22, 254, 253],
        invite.as_bytes(),
    ];
    for nth in 0..4_000 {
        let noise: [u8; 64] = rng.bytes();
        let bytes = [heads[nth % 5], &noise[..nth % 64]].concat();
        for to in ports.into_iter().chain([browser]) {
            // What the system does not take is not thrown.
            let _ = thrower.send_to(&bytes, to).await;
        }
        if nth % 50 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let answer = caller.asks("OPTIONS", &[], "").await;
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    let mut next = Caller::at(ip(2), house.address, LINE).await;
    next.calls(&[]).await;
    for caller in [&mut caller, &mut next] {
        caller.hangs_up().await;
    }
    house.is_empty().await;
    assert_eq!((house.count("calls_in"), house.count("blocks")), (2, 1));
}

#[tokio::test]
async fn streams_pass_the_same_gate_message_by_message() {
    let house = House::plain().await;
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let local = stream.local_addr().unwrap();
    let asks = options(local, house.address).replace("UDP", "TCP");
    let torn = format!("\r\n\r\n{asks}{}", asks.replace("OPTIONS", "NEWMETHOD"));
    // As the network may cut it.
    for piece in torn.as_bytes().chunks(40) {
        stream.write_all(piece).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut heard = String::new();
    while !heard.contains("SIP/2.0 501") || !heard.contains("SIP/2.0 200") {
        let mut space = [0; 4_096];
        let length = tokio::time::timeout(crate::house::SOON, stream.read(&mut space));
        let length = length.await.expect("answered").unwrap();
        assert!(length > 0, "closed after {heard}");
        heard.push_str(&String::from_utf8_lossy(&space[..length]));
    }
    assert!(heard.starts_with("\r\n"), "the question for life is answered");
    // What has no end ends the stream.
    stream.write_all(b"OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(crate::house::SOON, stream.read_to_end(&mut rest)).await;
    assert!(closed.is_ok());
    house.still_answers().await;
}

#[tokio::test]
async fn streams_of_strangers_leave_room_for_those_who_call() {
    let house = House::plain().await;
    let open = async |from| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(from, 0)).unwrap();
        socket.connect(house.address).await.unwrap()
    };
    let mut strangers = Vec::new();
    for n in 0..200 {
        strangers.push(open(ip(20 + n / 20)).await);
    }
    let mut space = [0; 4_096];
    let mut late = open(ip(30)).await;
    let closed = tokio::time::timeout(crate::house::SOON, late.read(&mut space)).await;
    assert!(matches!(closed.expect("closed"), Ok(0) | Err(_)));
    assert_eq!(house.count("streams_refused"), 1);
    for from in [ip(2), ip(4)] {
        let mut stream = open(from).await;
        let asks = options(stream.local_addr().unwrap(), house.address).replace("UDP", "TCP");
        stream.write_all(asks.as_bytes()).await.unwrap();
        let length = tokio::time::timeout(crate::house::SOON, stream.read(&mut space)).await;
        assert!(space[..length.expect("answered").unwrap()].starts_with(b"SIP/2.0 200"));
    }
}
