//! Sound that is kept, and reports.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use sound::{alaw, tone, wav};
use telephony::media::{Keep, MediaEvent, rtcp};
use telephony::sdp::Codec;

use super::house::{HERE, House, leg, pass};
use super::phone::{LOUD, Phone};

/// How loud tones are in a file.
fn levels(file: &[u8], tones: [u32; 2]) -> [f64; 2] {
    let sound = wav::read(file).unwrap().sound;
    let sound: Vec<i16> = sound.into_iter().map(alaw::decode).collect();
    tones.map(|hertz| tone::level(&sound, sound::RATE, hertz))
}

#[test]
fn a_message_keeps_who_speaks_and_a_recording_both() {
    let mut house = House::new();
    for (call, keep, both) in [(10, Keep::Said, false), (11, Keep::Conversation, true)] {
        let legs = [leg(call, 0), leg(call, 1)];
        let caller = Phone::on(&house.plane, legs[0], Codec::Pcma, 440);
        let agent = Phone::on(&house.plane, legs[1], Codec::G722, 1_000);
        house.hear_each_other(&legs);
        pass(300);
        let begin = Instant::now();
        house.plane.keep(legs[0], Some(keep));
        pass(1_000);
        // Closing the leg ends it too.
        if both {
            house.plane.close(legs[0])
        } else {
            house.plane.keep(legs[0], None)
        }
        let kept = house.wait_for(|event| match event {
            MediaEvent::Kept { leg, sound } if leg == legs[0] => Some(sound),
            _ => None,
        });
        // A machine that has too much to do leaves ticks out.
        let took = begin.elapsed().as_millis();
        assert!((500..took + 100).contains(&(kept.millis() as u128)), "{} ms", kept.millis());
        let [said, heard] = levels(&kept.wav(), [440, 1_000]);
        assert!(said > LOUD, "{said} dB");
        assert_eq!(heard > LOUD, both, "{heard} dB");
        drop((caller, agent));
    }
}

#[test]
fn a_recording_holds_both_voices_and_nothing_of_its_pause() {
    let mut house = House::new();
    let legs = [leg(13, 0), leg(13, 1), leg(13, 2)];
    let voices = [440, 1_000, 2_000];
    let phones = [0, 1, 2].map(|at| Phone::on(&house.plane, legs[at], Codec::Pcma, voices[at]));
    let mut took = Vec::new();
    for _ in 0..2 {
        house.hear_each_other(&legs[..2]);
        let begin = Instant::now();
        house.plane.keep(legs[0], Some(Keep::Conversation));
        pass(600);
        house.plane.keep(legs[0], None);
        took.push(begin.elapsed().as_millis());
        // The caller hears somebody else meanwhile.
        house.hear_each_other(&[legs[0], legs[2]]);
        pass(600);
    }
    for took in took {
        let kept = house.wait_for(|event| match event {
            MediaEvent::Kept { sound, .. } => Some(sound),
            _ => None,
        });
        assert!((300..took + 100).contains(&(kept.millis() as u128)), "{} ms", kept.millis());
        let [caller, agent] = levels(&kept.wav(), [440, 1_000]);
        let [other, _] = levels(&kept.wav(), [2_000, 2_000]);
        assert!(caller > LOUD && agent > LOUD, "{caller} and {agent} dB");
        assert!(other < LOUD - 20.0, "{other} dB of the pause");
    }
    drop(phones);
}

#[test]
fn a_telephone_is_told_good_bye_with_a_last_report() {
    let mut house = House::new();
    let key = leg(12, 0);
    // A neighbouring pair of ports, the second for reports.
    let (sound, reports) = loop {
        let sound = UdpSocket::bind((HERE, 0)).unwrap();
        let port = sound.local_addr().unwrap().port();
        if let Some(reports) =
            port.checked_add(1).and_then(|next| UdpSocket::bind((HERE, next)).ok())
        {
            break (sound, reports);
        }
    };
    let there = house.plane.open(key).unwrap();
    let phone = Phone::calling(there, Codec::Pcma, 440);
    let remote = telephony::media::Remote { address: sound.local_addr().unwrap(), ..phone.remote };
    house.plane.connect(key, remote);
    let mut packet = Vec::new();
    let mut sender = telephony::media::rtp::Sender::new(77, 1, 1);
    for _ in 0..10 {
        packet.clear();
        sender.packet(8, &[alaw::SILENCE; 160], 160).write(&mut packet);
        sound.send_to(&packet, there).unwrap();
        pass(20);
    }
    house.plane.close(key);
    reports.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut bytes = [0; 500];
    let (length, _) = reports.recv_from(&mut bytes).unwrap();
    let reported = rtcp::read(&bytes[..length], 77).unwrap();
    assert_eq!(reported.about.map(|block| (block.highest, block.lost)), Some((10, 0)));
    assert_eq!(bytes[length - 7], 203, "the last is a good-bye");
    // The port is free again.
    house.reported();
    pass(50);
    assert!(UdpSocket::bind(there).is_ok());
}
