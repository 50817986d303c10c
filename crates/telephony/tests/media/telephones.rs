//! Telephones among themselves, and what they are played.

use std::time::Instant;

use base::Language;
use rules::calls::Heard;
use sound::alaw;
use telephony::media::prompts::Piece;
use telephony::media::{MediaEvent, Phrase};
use telephony::sdp::{Codec, Direction};

use super::house::{House, leg, pass};
use super::phone::{LOUD, Phone, assert_no_gaps, keys};

#[test]
fn two_telephones_hear_each_others_tone_without_a_gap() {
    for (one, other) in
        [(Codec::Pcma, Codec::Pcma), (Codec::G722, Codec::G722), (Codec::Pcma, Codec::G722)]
    {
        let house = House::new();
        let legs = [leg(1, 0), leg(1, 1)];
        let caller = Phone::on(&house.plane, legs[0], one, 440);
        let agent = Phone::on(&house.plane, legs[1], other, 1_000);
        house.hear_each_other(&legs);
        pass(400);
        let (beginning, _) = (caller.heard(), agent.heard());
        assert!(beginning[0].marker && !beginning[1].marker);
        pass(1_000);
        for (phone, theirs, own) in [(&caller, 1_000, 440), (&agent, 440, 1_000)] {
            let heard = phone.heard();
            assert_no_gaps(&heard);
            let level = phone.level(&heard, theirs);
            assert!(level > LOUD, "{one:?}, {other:?}: {level} dB");
            assert!(phone.level(&heard, own) < -40.0);
        }
    }
}

#[test]
fn three_hear_the_others_and_not_themselves() {
    let house = House::new();
    let legs = [leg(2, 0), leg(2, 1), leg(2, 2)];
    let tones = [440, 1_000, 2_600];
    let codecs = [Codec::Pcma, Codec::Pcma, Codec::G722];
    let phones: Vec<Phone> =
        (0..3).map(|at| Phone::on(&house.plane, legs[at], codecs[at], tones[at])).collect();
    house.hear_each_other(&legs);
    pass(500);
    phones.iter().for_each(|phone| drop(phone.heard()));
    pass(1_000);
    for (at, phone) in phones.iter().enumerate() {
        let heard = phone.heard();
        assert_no_gaps(&heard);
        for (speaker, hertz) in tones.into_iter().enumerate() {
            let level = phone.level(&heard, hertz);
            if speaker == at {
                assert!(level < -40.0, "{at} hears itself at {level} dB");
            } else {
                assert!(level > LOUD, "{at} hears {hertz} at {level} dB");
            }
        }
    }
}

#[test]
fn a_whisper_reaches_the_agent_alone_and_who_is_muted_nobody() {
    let house = House::new();
    let (caller, agent, supervisor) = (leg(3, 0), leg(3, 1), leg(3, 2));
    let phones = [(caller, 440), (agent, 1_000), (supervisor, 2_600)]
        .map(|(leg, hertz)| Phone::on(&house.plane, leg, Codec::Pcma, hertz));
    house.plane.hears(caller, Heard::Legs(vec![1]));
    house.plane.hears(agent, Heard::Legs(vec![0, 2]));
    house.plane.hears(supervisor, Heard::Legs(vec![0, 1]));
    let heard = |millis| {
        pass(300);
        phones.iter().for_each(|phone| drop(phone.heard()));
        pass(millis);
        [0, 1, 2].map(|at| {
            let packets = phones[at].heard();
            [440, 1_000, 2_600].map(|hertz| phones[at].level(&packets, hertz) > LOUD)
        })
    };
    assert_eq!(heard(600), [[false, true, false], [true, false, true], [true, true, false]]);
    house.plane.mute(agent, true);
    assert_eq!(heard(600), [[false, false, false], [true, false, true], [true, false, false]]);
}

#[test]
fn keys_are_told_once_each_and_sent_in_step() {
    let mut house = House::new();
    let legs = [leg(4, 0), leg(4, 1)];
    let caller = Phone::on(&house.plane, legs[0], Codec::Pcma, 440);
    let agent = Phone::on(&house.plane, legs[1], Codec::Pcma, 1_000);
    house.hear_each_other(&legs);
    pass(200);
    caller.press("159#");
    let mut pressed = String::new();
    let all = house.wait_for(|event| {
        if let MediaEvent::Digit { leg: from, key } = event {
            assert_eq!(from, legs[0]);
            pressed.push(key);
        }
        (pressed.len() == 4).then(|| pressed.clone())
    });
    assert_eq!(all, "159#");
    pass(300);
    assert!(!house.reported().iter().any(|event| matches!(event, MediaEvent::Digit { .. })));

    let begin = Instant::now();
    drop(agent.heard());
    house.plane.press(legs[1], "42*");
    pass(1_000);
    let heard = agent.heard();
    let took = begin.elapsed().as_millis();
    assert_eq!(keys(&heard), "42*");
    assert_no_gaps(&heard);
    // 20 ms a packet, also while keys are pressed: none on top.
    assert!(heard.len() as u128 <= took / 20 + 5, "{} packets in {took} ms", heard.len());
}

#[test]
fn words_music_and_people_follow_each_other_on_one_stream() {
    let mut house = House::new();
    for (call, codec) in [(5, Codec::Pcma), (6, Codec::G722)] {
        let legs = [leg(call, 0), leg(call, 1)];
        let caller = Phone::on(&house.plane, legs[0], codec, 440);
        house.plane.hears(legs[0], Heard::Words);
        let phrase = |piece| Phrase { language: Language::Da, piece };
        house.plane.say(legs[0], &[phrase(Piece::Greeting)]);
        pass(200);
        let said = house.plane.say(legs[0], &[phrase(Piece::Number(4)), phrase(Piece::Minutes)]);
        // Nobody heard the greeting out.
        let heard_out = house.wait_for(|event| match event {
            MediaEvent::Said { leg, utterance } if leg == legs[0] => Some(utterance),
            _ => None,
        });
        assert_eq!(heard_out, said);
        pass(100);
        let mut heard = caller.heard();
        house.plane.hears(legs[0], Heard::Music);
        // The same once more changes nothing: the music does not begin again.
        house.plane.hears(legs[0], Heard::Music);
        pass(800);
        let music = caller.heard();
        let agent = Phone::on(&house.plane, legs[1], Codec::Pcma, 1_000);
        house.hear_each_other(&legs);
        pass(1_000);
        let people = caller.heard();
        drop(agent);
        let loud =
            |packets: &[_]| (100..1_000).step_by(5).any(|hz| caller.level(packets, hz) > -45.0);
        assert!(loud(&heard) && loud(&music));
        assert!(caller.level(&people[15..], 1_000) > LOUD);
        heard.extend(music.into_iter().chain(people));
        assert_no_gaps(&heard);
    }
    // Quiet is the quiet of A-law.
    let third = leg(7, 0);
    let phone = Phone::on(&house.plane, third, Codec::Pcma, 440);
    house.plane.hears(third, Heard::Words);
    pass(200);
    let quiet = phone.heard();
    assert!(quiet.iter().all(|packet| packet.payload == [alaw::SILENCE; 160]));
}

#[test]
fn who_falls_silent_is_told_and_who_is_on_hold_is_not_missed() {
    let mut house = House::new();
    let key = leg(8, 0);
    let begin = Instant::now();
    let phone = Phone::on(&house.plane, key, Codec::Pcma, 440);
    pass(1_600);
    let heard = house.reported();
    let took = begin.elapsed().as_millis();
    assert!(heard.iter().all(|event| *event == MediaEvent::Heard { leg: key }));
    // Every half second.
    let times = heard.len() as u128;
    assert!((2..=took / 500 + 1).contains(&times), "{times} times in {took} ms");

    phone.mute(true);
    let begin = Instant::now();
    house.wait_for(|event| (event == MediaEvent::Quiet { leg: key }).then_some(()));
    let after = begin.elapsed().as_millis();
    assert!((1_900..20_000).contains(&after), "{after} ms");

    phone.mute(false);
    house.wait_for(|event| (event == MediaEvent::Heard { leg: key }).then_some(()));
    // On hold at its own end: it only listens.
    let on_hold = telephony::media::Remote { direction: Direction::ReceiveOnly, ..phone.remote };
    house.plane.connect(key, on_hold);
    phone.mute(true);
    pass(100);
    house.reported();
    pass(2_300);
    assert_eq!(house.reported(), []);
}

#[test]
fn a_telephone_with_two_calls_speaks_and_hears_in_one_of_them() {
    let house = House::new();
    let legs = [leg(9, 0), leg(9, 1)];
    let listener = Phone::on(&house.plane, legs[0], Codec::Pcma, 2_600);
    let to = house.plane.open(legs[1]).unwrap();
    let tones = [440, 1_000];
    let calls = [(Codec::G722, tones[0]), (Codec::Pcma, tones[1])]
        .map(|(codec, hertz)| Phone::calling(to, codec, hertz));
    house.hear_each_other(&legs);
    for at in [0, 1, 0] {
        let (own, other) = (&calls[at], &calls[1 - at]);
        house.plane.connect(legs[1], own.remote);
        pass(500);
        for phone in [&listener, own, other] {
            drop(phone.heard());
        }
        pass(600);
        let heard = listener.heard();
        assert!(listener.level(&heard, tones[at]) > LOUD, "{at}");
        assert!(listener.level(&heard, tones[1 - at]) < -40.0, "{at}");
        assert!(own.level(&own.heard(), 2_600) > LOUD && other.heard().is_empty(), "{at}");
    }
}
