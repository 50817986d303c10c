//! Keys in descriptions, and sound that others sealed.

use std::net::Ipv4Addr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rules::calls::{Cause, Happened, Input, Phase, Told};
use telephony::sip::numbering::Way;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::baresip::{Baresip, Wanted};
use crate::caller::{Caller, is_hung_up_on, stands};
use crate::house::{Ground, House, LINE, OUTSIDE, SDP, answer, comes, free, header, ip, person};
use crate::trunks::{Wire, anne_calls, tls};

/// RFC 4568, section 4.1.
const KEY: &str = "AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20";
/// A tone that a telephone says is heard at about -12 dB.
const LOUD: f64 = -20.0;
/// baresip knocks once in the clear, before it has keys (`PING`, as a report).
const PLAIN: u64 = 1;

/// With a certificate of its own; nobody is outside.
async fn house() -> House {
    let outside = free(ip(2)).await;
    let phones = Some(Ipv4Addr::LOCALHOST.into());
    House::on(Ground { tls: Some(tls().0), phones, ..Ground::with_outside(outside) }).await
}

fn sealed(house: &House) -> (u64, u64) {
    let figures = house.exchange.plane().figures();
    (figures.packets_in.load(Ordering::Relaxed), figures.unopened.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_telephone_with_keys_is_called_and_hears_and_is_heard() {
    let mut house = house().await;
    let server = house.exchange.sip().tls_address().unwrap();
    let wanted = Wanted { server, encrypted: true, tone: 1_000, commands: &[] };
    let phone = Baresip::with(free(ip(4)).await, &wanted);
    let signed_in = comes(|| house.exchange.sip().places("bo").len() == 1).await;
    assert!(signed_in, "{}", phone.log());
    let dial = format!("/dial sip:{}@{}", LINE.replace(' ', ""), house.address);
    let wanted = Wanted { server: house.address, encrypted: false, tone: 440, commands: &[&dial] };
    let caller = Baresip::with(free(ip(2)).await, &wanted);
    let call = house.arrived().await;
    house.exchange.tell(call, Input::Said);
    house.exchange.tell(call, Input::Taken { by: person(2) });
    stands(&mut house, |phase| matches!(phase, Phase::Talking { .. })).await;
    let mut heard = (0.0, 0.0);
    let both = comes(|| {
        heard = (phone.hears(440), caller.hears(1_000));
        heard.0 > LOUD && heard.1 > LOUD
    });
    assert!(both.await, "{heard:?} dB\n{}", phone.log());
    assert!(phone.log().contains("SRTP is Enabled"), "{}", phone.log());
    assert!(sealed(&house).1 <= PLAIN, "{:?}", sealed(&house));
    house.exchange.tell(call, Input::HangUp);
    house.is_empty().await;
}

#[tokio::test]
async fn a_telephone_with_keys_calls_and_is_answered_with_keys() {
    let mut house = house().await;
    let server = house.exchange.sip().tls_address().unwrap();
    let dial = format!("/dial sip:{}@{server};transport=tls", LINE.replace(' ', ""));
    let wanted = Wanted { server, encrypted: true, tone: 440, commands: &[&dial] };
    let phone = Baresip::with(free(ip(5)).await, &wanted);
    let call = house.arrived().await;
    house.exchange.tell(call, Input::ClosedNow { voice_mail: false });
    comes(|| sealed(&house).0 >= 25).await;
    house.exchange.tell(call, Input::Said);
    let cause = house
        .until(|happened| match happened {
            Happened::Told { told: Told::Ended { cause }, .. } => Some(*cause),
            _ => None,
        })
        .await;
    assert_eq!(cause, Cause::Closed, "{}", phone.log());
    let (packets, unopened) = sealed(&house);
    assert!(packets >= 25 && unopened <= PLAIN, "{packets}, {unopened}\n{}", phone.log());
    assert!(phone.log().contains("SRTP is Enabled"), "{}", phone.log());
    house.is_empty().await;
}

#[tokio::test]
async fn keys_that_others_can_read_are_refused_and_why_is_said() {
    let house = House::plain().await;
    let mut caller = Caller::at(ip(2), house.address, LINE).await;
    let body = caller.talker.description().replace("RTP/AVP", "RTP/SAVP");
    let invite = caller.says("INVITE", &[SDP], &format!("{body}a=crypto:1 {KEY}\r\n"));
    let answer = caller.talker.ask(&invite).await;
    assert!(answer.starts_with("SIP/2.0 488"), "{answer}");
    assert!(header(&answer, "Warning").contains("over TLS alone"), "{answer}");
    assert_eq!(house.count("no_common_keys"), 1);
    house.is_empty().await;
}

#[tokio::test]
async fn a_trunk_of_which_keys_are_demanded_is_offered_keys_and_held_to_them() {
    let (server, believes) = tls();
    for (answered, stays) in [
        ("RTP/SAVP", true),
        // Not the number of that key, and no key.
        ("RTP/SAVP wrong", false),
        ("RTP/AVP", false),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let outside = listener.local_addr().unwrap();
        let tls_out = Some(believes.clone());
        let ground = Ground { way: Way::Tls, tls_out, srtp: true, ..Ground::with_outside(outside) };
        let house = House::on(ground).await;
        let mut phone = anne_calls(&house, OUTSIDE).await;
        let (stream, _) = listener.accept().await.unwrap();
        let stream = TlsAcceptor::from(server.clone()).accept(stream).await.unwrap();
        let mut wire = Wire::on(stream);
        let invite = wire.hears("INVITE ").await;
        assert!(invite.contains("RTP/SAVP 9 8 101\r\n"), "{invite}");
        assert_eq!(invite.matches("a=crypto:").count(), 2);
        assert!(invite.contains("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:"));
        let contact = format!("<sip:there@{outside};transport=tls>");
        let tag = if answered.ends_with("wrong") { 1 } else { 2 };
        let protocol = answered.trim_end_matches(" wrong");
        let body = phone.talker.description().replace("RTP/AVP", protocol);
        let body = format!("{body}a=crypto:{tag} {KEY}\r\n");
        wire.says(&answer(&invite, "200 OK", &contact, &[SDP], &body)).await;
        wire.hears("ACK").await;
        if stays {
            tokio::time::sleep(Duration::from_millis(300)).await;
            house.exchange.tell(house.exchange.live()[0].call, Input::HangUp);
        }
        let bye = wire.hears("BYE").await;
        wire.says(&answer(&bye, "200 OK", &contact, &[], "")).await;
        is_hung_up_on(&mut phone.talker).await;
        house.is_empty().await;
    }
}
