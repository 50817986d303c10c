//! Calls in which something breaks.

use std::net::SocketAddr;

use base::{Clock, Rng};
use rules::calls::CallId;
use uuid::Uuid;

use super::super::{Exchange, Settings};
use super::*;
use crate::media::PlaneSettings;
use crate::sip::SipSettings;

async fn exchange() -> (Exchange, UnboundedReceiver<Happened>) {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings {
        sip: SipSettings { address: here, public: None, tls: None, tls_out: None },
        media: PlaneSettings {
            address: here.ip(),
            public: None,
            ports: 0..0,
            browser: here,
            threads: 1,
            recordings: None,
        },
        ring: Duration::ZERO,
        most_calls: 10,
        most_out_per_hour: 10,
    };
    let (tell, happened) = unbounded_channel();
    let exchange = Exchange::start(settings, Clock::system(), Rng::system(), tell).await.unwrap();
    (exchange, happened)
}

/// A call that was just answered, with a port for its caller.
fn call(exchange: &Exchange) -> Begin {
    let (call, since) = (CallId::from_uuid(Uuid::nil()), UnixMillis(0));
    exchange.plane().open(LegKey { call, leg: CALLER }).unwrap();
    let picture = Call::new(since);
    let live = LiveCall { call, number: String::new(), caller: None, since, picture };
    Begin { live, effects: vec![], reported: true, trunk: None, sound: None }
}

/// The caller is gone for the contact, and nothing is left.
async fn is_over(exchange: &Exchange, happened: &mut UnboundedReceiver<Happened>) {
    let vanished = Told::Ended { cause: Cause::CallerVanished };
    let ended = async {
        while let Some(one) = happened.recv().await {
            if matches!(one, Happened::Told { told, .. } if told == vanished) {
                break;
            }
        }
        while !exchange.is_empty() || exchange.plane().ports() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.unwrap();
    assert!(exchange.live().is_empty());
}

#[tokio::test]
async fn a_call_whose_actor_breaks_ends_and_leaves_nothing() {
    let (exchange, mut happened) = exchange().await;
    let (actor, _) = Actor::of(&exchange.0, call(&exchange), unbounded_channel().0);
    let broken = tokio::spawn(async move {
        let _actor = actor;
        panic!("something breaks");
    });
    assert!(broken.await.is_err());
    is_over(&exchange, &mut happened).await;
    let count = |count| exchange.counters().get(count);
    assert_eq!((count(Count::Broken), count(Count::Leaked)), (1, 0));
}

#[tokio::test]
async fn what_a_caller_said_is_waited_for_when_the_machine_is_slow() {
    let (exchange, mut happened) = exchange().await;
    let (mut actor, _) = Actor::of(&exchange.0, call(&exchange), unbounded_channel().0);
    actor.to_come.push_back(Keep::Message);
    let (plane, mut messages) = unbounded_channel();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(800)).await;
        let sound = crate::media::Kept::default();
        let leg = LegKey { call: CallId::from_uuid(Uuid::nil()), leg: CALLER };
        let event = MediaEvent::Kept { leg, sound };
        drop(plane.send(Message::Sound { leg: CALLER, event }));
    });
    actor.wait_for_sound(&mut messages).await;
    assert!(matches!(happened.try_recv(), Ok(Happened::Kept { keep: Keep::Message, .. })));
    assert_eq!(exchange.counters().get(Count::SoundLost), 0);
    // What never comes is counted.
    actor.to_come.push_back(Keep::Message);
    actor.wait_for_sound(&mut messages).await;
    assert_eq!(exchange.counters().get(Count::SoundLost), 1);
}

#[tokio::test]
async fn a_call_whose_callers_sound_breaks_ends() {
    let (exchange, mut happened) = exchange().await;
    let begin = call(&exchange);
    let key = LegKey { call: begin.live.call, leg: CALLER };
    let mailbox = super::begin(&exchange.0, begin);
    let event = MediaEvent::Broken { leg: key };
    mailbox.send(Message::Sound { leg: CALLER, event }).unwrap();
    is_over(&exchange, &mut happened).await;
    assert_eq!(exchange.counters().get(Count::Leaked), 0);
}
