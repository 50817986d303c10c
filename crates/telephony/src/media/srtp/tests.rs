//! Sealed as the RFCs and others seal, opened once, and only when nothing was changed.

use base::Rng;
use proptest::prelude::*;

use super::*;
use crate::media::rtcp;
use crate::media::rtp::Packet;
use crate::sdp::{Ours, Secrecy};

const PRIVATE: Secrecy = Secrecy { private: true, demanded: false };

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// Two ends with keys of their own.
fn ends(suite: Suite, named_by: usize) -> (Srtp, Srtp) {
    let rng = Rng::system();
    let (here, there) = (Key::draw(suite, &rng), Key::draw(suite, &rng));
    (
        Srtp::new(Keys { ours: here, theirs: there, named_by: 0 }),
        Srtp::new(Keys { ours: there, theirs: here, named_by }),
    )
}

fn packet(sequence: u16, source: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let payload = &[7; 160];
    let (payload_type, marker, timestamp) = (8, false, u32::from(sequence) * 160);
    Packet { payload_type, marker, sequence, timestamp, source, payload }.write(&mut bytes);
    bytes
}

fn sealed(srtp: &mut Srtp, mut packet: Vec<u8>) -> Vec<u8> {
    srtp.seal(&mut packet);
    packet
}

/// The key of RFC 3711, appendix B.3, which others test with too.
fn known() -> Key {
    let line = "1 AES_CM_128_HMAC_SHA1_80 inline:4fl6DT4Bi+DWT6MsBt5BOQ7Gda1Jiv7rtpYLOqvm";
    let offer = format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
         m=audio 4000 RTP/SAVP 8\r\na=crypto:{line}\r\n"
    );
    crate::sdp::read(offer.as_bytes(), PRIVATE).unwrap().key.unwrap().key
}

#[test]
fn keys_are_derived_as_the_rfc_says() {
    let key = known();
    assert_eq!(derived::<16>(&key, 0)[..], hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert_eq!(derived::<14>(&key, 2)[..], hex("30CBBC08863D8C85D49DB34A9AE1"));
    assert_eq!(derived::<20>(&key, 1)[..], hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

#[test]
fn a_packet_is_sealed_as_others_seal_it() {
    // libsrtp's own check.
    let mut srtp = Srtp::new(Keys { ours: known(), theirs: known(), named_by: 0 });
    let plain = [hex("800f1234decafbadcafebabe"), vec![0xAB; 16]].concat();
    let expected =
        hex("800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb");
    assert_eq!(sealed(&mut srtp, plain.clone()), expected);
    assert_eq!(srtp.open(&expected), Some(&plain[..]));
    // RFC 7714, section 16.2.1
    let key = std::array::from_fn(|at| at as u8);
    let mut cipher = Cipher::Gcm {
        cipher: CRYPTO.srtp_provider.aead_aes_256_gcm().create_cipher(key, true),
        salt: hex("517569642070726f2071756f").try_into().unwrap(),
    };
    let number = Number { kind: Kind::Sound, source: 0x5501_A0B2, index: 0xF17B };
    let mut bytes = hex("8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e697320646976697361\
         20696e207061727465732074726573");
    cipher.seal(&mut bytes, 12, number, &mut Vec::new()).unwrap();
    let expected = hex(
        "8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ff\
         ae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
    );
    assert_eq!(bytes, expected);
    // Section 17.2.1
    let number = Number { kind: Kind::Report, source: 0x4D61_7273, index: 0x5D4 };
    let mut bytes = hex("81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61\
         deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
    cipher.seal(&mut bytes, 8, number, &mut Vec::new()).unwrap();
    let expected =
        hex("81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be\
         8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4");
    assert_eq!(bytes, expected);
}

#[test]
fn sound_goes_through_turns_of_its_counter_and_nothing_is_heard_twice() {
    for suite in Suite::ALL {
        let (mut here, mut there) = ends(suite, 0);
        // Two turns, 44 minutes, of which little arrives.
        for sequence in (32_000..170_000_u32).step_by(97).map(|n| n as u16) {
            let bytes = sealed(&mut here, packet(sequence, 9));
            assert_ne!(bytes[12..172], [7; 160]);
            assert_eq!(there.open(&bytes), Some(&packet(sequence, 9)[..]), "{sequence}");
            assert_eq!(there.open(&bytes), None);
        }
        // Late ones come to their right, old ones do not.
        let late: Vec<_> =
            (40_000..40_080).map(|sequence| sealed(&mut here, packet(sequence, 9))).collect();
        assert!(there.open(&late[79]).is_some());
        let taken: Vec<bool> = late.iter().map(|packet| there.open(packet).is_some()).collect();
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 63);
        assert!(taken[16..79].iter().all(|taken| *taken));
    }
}

#[test]
fn reports_go_the_same_way_and_are_never_in_the_clear() {
    for (suite, named_by) in
        [(Suite::Cm80, 0), (Suite::Gcm256, 0), (Suite::Cm80, 4), (Suite::Gcm256, 1)]
    {
        let (mut here, mut there) = ends(suite, named_by);
        let mut plain = Vec::new();
        rtcp::write(&mut plain, 77, rtcp::Sent::default(), None, "name");
        assert_eq!(there.open_reports(&plain), None);
        for _ in 0..3 {
            let mut bytes = plain.clone();
            here.seal_reports(&mut bytes);
            assert!(!bytes.windows(4).any(|part| part == b"name"));
            // What names the key stands before the seal of the one, behind all of the other.
            let at = bytes.len() - if suite == Suite::Cm80 { 10 } else { 0 };
            bytes.splice(at..at, vec![9; named_by]);
            assert_eq!(there.open_reports(&bytes), Some(&plain[..]));
            assert_eq!(there.open_reports(&bytes), None, "again");
            for at in 0..bytes.len() - named_by {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                let names = suite == Suite::Gcm256 || at < bytes.len() - 10 - named_by;
                assert!(there.open_reports(&changed).is_none() || !names, "{at}");
            }
        }
        let mut sound = sealed(&mut here, packet(1, 77));
        let at = sound.len() - if suite == Suite::Cm80 { 10 } else { 0 };
        sound.splice(at..at, vec![9; named_by]);
        assert_eq!(there.open(&sound), Some(&packet(1, 77)[..]));
    }
}

#[test]
fn another_key_begins_anew_and_the_same_one_goes_on() {
    let rng = Rng::system();
    let [ours, theirs, fresh] =
        [Suite::Cm80, Suite::Cm80, Suite::Gcm256].map(|suite| Key::draw(suite, &rng));
    let there_keys = Keys { ours: theirs, theirs: ours, named_by: 0 };
    let here_keys = Keys { ours, theirs, named_by: 0 };
    let (mut here, mut there) = (Srtp::new(here_keys), Srtp::new(there_keys));
    let first = sealed(&mut here, packet(60_000, 5));
    assert!(there.open(&first).is_some());
    there.agree(there_keys);
    assert!(there.open(&first).is_none(), "a new agreement lets nothing in twice");
    for sequence in [20_000, 50_000, 10_000] {
        assert!(there.open(&sealed(&mut here, packet(sequence, 5))).is_some());
    }
    // Two turns later comes another key, and its count begins without turns.
    here.agree(Keys { ours: fresh, ..here_keys });
    let next = sealed(&mut here, packet(14_500, 5));
    assert!(there.open(&next).is_none());
    there.agree(Keys { theirs: fresh, ..there_keys });
    assert_eq!(there.open(&next), Some(&packet(14_500, 5)[..]));
    // The first one comes back and has not forgotten its turns.
    here.agree(here_keys);
    there.agree(there_keys);
    let back = sealed(&mut here, packet(16_000, 5));
    assert!(there.open(&back).is_some() && there.open(&first).is_none());
    assert!(Srtp::new(there_keys).open(&back).is_none(), "it has had its turns");
}

#[test]
fn a_flood_of_strangers_is_not_remembered_and_who_has_the_key_may_change_source() {
    let (mut here, mut there) = ends(Suite::Cm80, 0);
    for source in 0..1_000 {
        assert!(there.open(&packet(1, source)).is_none());
    }
    assert!(there.opening.now.1.heard.0.is_empty());
    for source in 0..100 {
        here.sealing.now.1.highest = None;
        let packet = sealed(&mut here, packet(1, source));
        assert!(there.open(&packet).is_some() && there.open(&packet).is_none());
    }
    assert_eq!(there.opening.now.1.heard.0.len(), SOURCES);
}

#[test]
fn what_is_agreed_in_descriptions_opens_what_the_other_end_seals() {
    let rng = Rng::system();
    let side = |port, demanded| {
        let secrecy = Secrecy { private: true, demanded };
        Ours::new(1, ([192, 0, 2, 1], port).into(), secrecy, rng.clone())
    };
    let (mut asks, mut answers) = (side(4_000, true), side(5_000, false));
    let codecs = [crate::sdp::Codec::Pcma];
    let read = |text: String| crate::sdp::read(text.as_bytes(), PRIVATE).unwrap();
    let offer = read(asks.offer(&codecs, crate::sdp::Direction::Both));
    let answer = read(answers.answer(&offer, &codecs, false).unwrap());
    let mut here = Srtp::new(asks.take(&answer, &codecs).unwrap().keys.unwrap());
    let mut there = Srtp::new(answers.agreed().unwrap().keys.unwrap());
    assert!(there.open(&sealed(&mut here, packet(1, 1))).is_some());
    assert!(here.open(&sealed(&mut there, packet(1, 2))).is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_refused(
        head in any::<[u8; 2]>(),
        rest in prop::collection::vec(any::<u8>(), 0..200),
        gcm in any::<bool>(),
        named_by in 0..200_usize,
    ) {
        let (_, mut srtp) = ends(if gcm { Suite::Gcm256 } else { Suite::Cm80 }, named_by);
        let bytes = [&head[..], &rest].concat();
        prop_assert!(srtp.open(&bytes).is_none() && srtp.open_reports(&bytes).is_none());
        let mut own = bytes.clone();
        srtp.seal(&mut own);
        let mut own = bytes;
        srtp.seal_reports(&mut own);
    }

    #[test]
    fn a_changed_packet_is_refused(at in any::<prop::sample::Index>(), by in 1..=255_u8, gcm in any::<bool>()) {
        let (mut here, mut there) = ends(if gcm { Suite::Gcm256 } else { Suite::Cm80 }, 0);
        let whole = sealed(&mut here, packet(500, 6));
        let mut changed = whole.clone();
        changed[at.index(whole.len())] ^= by;
        prop_assert!(there.open(&changed).is_none());
        prop_assert!(there.open(&whole[..at.index(whole.len())]).is_none());
        prop_assert!(there.open(&whole).is_some());
    }

    /// Whatever came before: the number with its turns is right within half a turn.
    #[test]
    fn turns_are_counted(highest in 0..MOST_PACKETS, by in -32_768..32_768_i64) {
        let meant = highest.checked_add_signed(by).filter(|index| *index < MOST_PACKETS);
        let index = meant.unwrap_or(highest.wrapping_add_signed(by));
        prop_assert_eq!(nearest(Some(highest), index as u16), meant);
    }
}
