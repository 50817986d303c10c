//! Packets of those who have no business here.

use std::net::UdpSocket;
use std::sync::atomic::Ordering;

use base::Rng;
use telephony::media::MediaEvent;
use telephony::sdp::{Codec, Key, Keys, Suite};

use super::house::{HERE, House, leg, pass};
use super::phone::{LOUD, Phone, assert_no_gaps, keys as keys_in};

/// Numbers without order, the same each time.
pub fn noise() -> impl Iterator<Item = u8> {
    let mut state = 1_u32;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((state >> 24) as u8)
    })
}

#[test]
fn who_was_not_agreed_with_is_not_heard() {
    let house = House::new();
    let legs = [leg(20, 0), leg(20, 1)];
    let to = house.plane.open(legs[0]).unwrap();
    let caller = Phone::calling(to, Codec::Pcma, 440);
    house.plane.connect(legs[0], caller.remote);
    let agent = Phone::on(&house.plane, legs[1], Codec::Pcma, 1_000);
    house.hear_each_other(&legs);
    pass(200);
    let intruder = Phone::calling(to, Codec::Pcma, 2_600);
    pass(300);
    agent.heard();
    pass(800);
    let heard = agent.heard();
    assert!(agent.level(&heard, 440) > LOUD);
    assert!(agent.level(&heard, 2_600) < -60.0);
    assert!(intruder.heard().is_empty());
    // Nor does the next agreement open the door to it.
    house.plane.connect(legs[0], caller.remote);
    pass(500);
    assert!(agent.level(&agent.heard(), 2_600) < -60.0);
    assert!(house.plane.figures().refused.load(Ordering::Relaxed) > 30);
}

#[test]
fn who_speaks_before_the_one_agreed_with_loses_the_call_to_them() {
    let house = House::new();
    let legs = [leg(22, 0), leg(22, 1)];
    let to = house.plane.open(legs[0]).unwrap();
    let agent = Phone::on(&house.plane, legs[1], Codec::Pcma, 1_000);
    house.hear_each_other(&legs);
    let intruder = Phone::calling(to, Codec::Pcma, 2_600);
    // At the beginning, and when the caller's sound moves to another address.
    for _ in 0..2 {
        let caller = Phone::calling(to, Codec::Pcma, 440);
        caller.mute(true);
        house.plane.connect(legs[0], caller.remote);
        pass(300);
        caller.mute(false);
        while caller.heard().is_empty() {
            pass(20);
        }
        // What was said before is played out.
        pass(400);
        agent.heard();
        intruder.heard();
        pass(600);
        let heard = agent.heard();
        let (theirs, strange) = (agent.level(&heard, 440), agent.level(&heard, 2_600));
        assert!(theirs > LOUD && strange < -40.0, "{theirs} dB, {strange} dB");
        assert!(intruder.heard().is_empty() && !caller.heard().is_empty());
    }
}

#[test]
fn an_encrypted_call_hears_who_has_the_key_and_nobody_else() {
    for suite in Suite::ALL {
        let mut house = House::new();
        let legs = [leg(23, 0), leg(23, 1)];
        let to = house.plane.open(legs[0]).unwrap();
        let [ours, theirs] = [(); 2].map(|()| Key::draw(suite, &Rng::system()));
        let keys = Some(Keys { ours, theirs, named_by: 0 });
        let caller = Phone::keyed(to, Codec::Pcma, 440, keys);
        caller.mute(true);
        house.plane.connect(legs[0], caller.remote);
        let agent = Phone::on(&house.plane, legs[1], Codec::Pcma, 1_000);
        house.hear_each_other(&legs);
        // In the clear, at a time when whoever keeps on would be taken for the caller.
        let intruder = Phone::calling(to, Codec::Pcma, 2_600);
        pass(600);
        assert!(agent.level(&agent.heard(), 2_600) < -60.0);
        assert!(intruder.heard().is_empty());
        let unopened = || house.plane.figures().unopened.load(Ordering::Relaxed);
        assert!(unopened() > 20, "{}", unopened());
        drop(intruder);
        caller.mute(false);
        pass(300);
        let forged = unopened();
        drop((caller.heard(), agent.heard()));
        pass(800);
        let (here, there) = (caller.heard(), agent.heard());
        assert!(agent.level(&there, 440) > LOUD && caller.level(&here, 1_000) > LOUD);
        assert_no_gaps(&here);
        assert_eq!(unopened(), forged);
        caller.press("15#");
        house.plane.press(legs[0], "42*");
        let mut pressed = String::new();
        let all = house.wait_for(|event| {
            if let MediaEvent::Digit { key, .. } = event {
                pressed.push(key);
            }
            (pressed.len() == 3).then(|| pressed.clone())
        });
        assert_eq!(all, "15#");
        pass(700);
        assert_eq!(keys_in(&caller.heard()), "42*");
    }
}

#[test]
fn a_call_goes_on_whatever_is_thrown_at_its_ports() {
    let house = House::new();
    let legs = [leg(21, 0), leg(21, 1)];
    let to = house.plane.open(legs[0]).unwrap();
    let caller = Phone::calling(to, Codec::Pcma, 440);
    house.plane.connect(legs[0], caller.remote);
    let agent = Phone::on(&house.plane, legs[1], Codec::Pcma, 1_000);
    house.hear_each_other(&legs);
    pass(300);
    agent.heard();
    let thrower = UdpSocket::bind((HERE, 0)).unwrap();
    let mut noise = noise();
    let reports = std::net::SocketAddr::new(HERE, to.port() + 1);
    for nth in 0..3_000_usize {
        let mut bytes: Vec<u8> = noise.by_ref().take(nth % 300).collect();
        // Heads that look real, so that what follows is read.
        let head: &[u8] = match nth % 5 {
            0 => &[0x80, 8],
            1 => &[0x81, 200, 0, 12],
            2 => &[0, 1, 0, 60, 0x21, 0x12, 0xA4, 0x42],
            3 => &[22, 254, 253],
            _ => &[],
        };
        let length = head.len().min(bytes.len());
        bytes[..length].copy_from_slice(&head[..length]);
        for there in [to, reports, house.plane.browser_address()] {
            thrower.send_to(&bytes, there).unwrap();
        }
        if nth % 10 == 0 {
            pass(1);
        }
    }
    assert_no_gaps(&agent.heard());
    pass(500);
    assert!(agent.level(&agent.heard(), 440) > LOUD);
    assert!(house.plane.figures().refused.load(Ordering::Relaxed) > 1_000);
}
