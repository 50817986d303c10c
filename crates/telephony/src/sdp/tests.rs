//! Offers and answers.

use base::Rng;
use proptest::prelude::*;

use super::*;

const BOTH: [Codec; 2] = [Codec::G722, Codec::Pcma];

fn offer(media: &str) -> Vec<u8> {
    let head = "v=0\r\no=- 7 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n";
    format!("{head}{}\r\n", media.replace('\n', "\r\n")).into_bytes()
}

/// In the clear.
fn read(bytes: &[u8]) -> Result<Theirs, Unusable> {
    super::read(bytes, Secrecy::default())
}

fn ours() -> Ours {
    ours_at("10.0.0.1:20000", Secrecy::default())
}

fn ours_at(address: &str, secrecy: Secrecy) -> Ours {
    Ours::new(42, address.parse().unwrap(), secrecy, Rng::system())
}

#[test]
fn the_first_of_their_formats_that_we_know_is_taken_with_their_numbers() {
    let theirs = read(&offer(
        "m=audio 4000 RTP/AVP 0 110 8 97\na=rtpmap:110 G722/8000\na=rtpmap:97 telephone-event/8000",
    ))
    .unwrap();
    assert_eq!(theirs.address, SocketAddr::from(([192, 0, 2, 9], 4_000)));
    assert_eq!(theirs.codecs, [(110, Codec::G722), (8, Codec::Pcma)]);
    let mut ours = ours();
    let answer = ours.answer(&theirs, &BOTH, false).unwrap();
    assert!(answer.contains("m=audio 20000 RTP/AVP 110 97\r\na=rtpmap:110 G722/8000\r\n"));
    assert!(answer.contains("a=fmtp:97 0-15\r\na=ptime:20\r\na=sendrecv\r\n"));
    let narrow = ours.clone().answer(&theirs, &[Codec::Pcma], false).unwrap();
    assert!(narrow.contains("m=audio 20000 RTP/AVP 8 97\r\n"));
}

#[test]
fn hold_keeps_the_numbers_and_raises_the_version() {
    let first = read(&offer("m=audio 4000 RTP/AVP 8 101\na=rtpmap:101 telephone-event/8000"));
    let mut ours = ours();
    ours.answer(&first.unwrap(), &BOTH, false).unwrap();
    for (said, answered) in [
        ("sendonly", "recvonly"),
        ("recvonly", "sendonly"),
        ("inactive", "inactive"),
        ("sendrecv", "sendrecv"),
    ] {
        // G.722 is offered first this time, but the call speaks A-law already.
        let again = read(&offer(&format!(
            "m=audio 4000 RTP/AVP 9 8 101\na=rtpmap:101 telephone-event/8000\na={said}"
        )));
        let answer = ours.answer(&again.unwrap(), &BOTH, false).unwrap();
        assert!(answer.contains("RTP/AVP 8 101\r\n") && answer.contains(answered), "{answer}");
    }
    assert!(ours.offer(&BOTH, Direction::SendOnly).contains("o=- 42 6 IN IP4 10.0.0.1\r\n"));
    let old = read(&offer("m=audio 4000 RTP/AVP 8\nc=IN IP4 0.0.0.0")).unwrap();
    assert_eq!(old.direction, Direction::SendOnly);
}

#[test]
fn other_streams_are_refused_in_their_place() {
    let theirs = read(&offer(
        "m=video 5000 RTP/AVP 99\na=rtpmap:99 H264/90000\nm=audio 4000 RTP/SAVP 8\n\
         m=audio 4002 RTP/AVP 8\nm=text 5004 RTP/AVP 98",
    ))
    .unwrap();
    let answer = ours().answer(&theirs, &BOTH, false).unwrap();
    let streams: Vec<&str> = answer.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        streams,
        [
            "m=video 0 RTP/AVP 99",
            "m=audio 0 RTP/SAVP 8",
            "m=audio 20000 RTP/AVP 8",
            "m=text 0 RTP/AVP 98",
        ]
    );
}

#[test]
fn what_cannot_be_spoken_is_told_apart_from_what_cannot_be_read() {
    for media in
        ["m=audio 4000 RTP/AVP 0 18", "m=audio 0 RTP/AVP 8", "m=audio 4000 UDP/TLS/RTP/SAVPF 8"]
    {
        assert_eq!(read(&offer(media)), Err(Unusable::NothingInCommon), "{media}");
    }
    for bytes in [&b""[..], b"hello", b"v=0\r\n", &[0xFF; 40], &[b'v'; 20_000]] {
        assert_eq!(read(bytes), Err(Unusable::Malformed));
    }
    let named = offer("m=audio 4000 RTP/AVP 8\nc=IN IP4 media.example.dk");
    assert_eq!(read(&named), Err(Unusable::Malformed), "no names in the call path");
}

#[test]
fn both_ends_understand_each_other() {
    let (mut caller, mut callee) = (ours(), ours_at("10.0.0.2:30000", Secrecy::default()));
    let offered = read(caller.offer(&BOTH, Direction::Both).as_bytes()).unwrap();
    let answered = read(callee.answer(&offered, &[Codec::Pcma], true).unwrap().as_bytes()).unwrap();
    assert_eq!(answered.direction, Direction::SendOnly);
    let agreed = Agreed { codec: Codec::Pcma, payload_type: 8, digits: Some(101), keys: None };
    assert_eq!((caller.take(&answered, &BOTH), callee.agreed()), (Ok(agreed), Some(agreed)));
}

#[test]
fn version_six_is_spoken() {
    let theirs = read(
        b"v=0\r\no=- 1 1 IN IP6 2001:db8::20\r\ns=-\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\nc=IN IP6 2001:db8::20\r\n",
    )
    .unwrap();
    assert_eq!(theirs.address, "[2001:db8::20]:6000".parse().unwrap());
    let mut ours = ours_at("[2001:db8::1]:20000", Secrecy::default());
    let answer = ours.answer(&theirs, &BOTH, false).unwrap();
    assert!(answer.contains("c=IN IP6 2001:db8::1\r\n"));
}

const PRIVATE: Secrecy = Secrecy { private: true, demanded: false };
const DEMANDED: Secrecy = Secrecy { private: true, demanded: true };

fn crypto(tag: u32, key: &Key) -> String {
    key.line(tag).trim_end().to_owned()
}

#[test]
fn keys_are_taken_where_nobody_else_reads_them_and_demanded_where_that_is_said() {
    let key = Key::draw(Suite::Cm80, &Rng::system());
    let keyed = offer(&format!("m=audio 4000 RTP/SAVP 8\n{}", crypto(1, &key)));
    let plain = offer("m=audio 4000 RTP/AVP 8");
    let unknown = offer("m=audio 4000 RTP/SAVP 8\na=crypto:1 F8_128_HMAC_SHA1_80 inline:AAAA");
    let clear = Secrecy::default();
    let demanded_in_the_clear = Secrecy { private: false, demanded: true };
    for (bytes, secrecy, refused) in [
        (&keyed, clear, Some(Unusable::KeysInTheClear)),
        (&keyed, demanded_in_the_clear, Some(Unusable::KeysInTheClear)),
        (&keyed, PRIVATE, None),
        (&keyed, DEMANDED, None),
        (&plain, clear, None),
        (&plain, PRIVATE, None),
        (&plain, DEMANDED, Some(Unusable::NotEncrypted)),
        (&plain, demanded_in_the_clear, Some(Unusable::NotEncrypted)),
        (&unknown, DEMANDED, Some(Unusable::NoKey)),
    ] {
        assert_eq!(super::read(bytes, secrecy).err(), refused, "{secrecy:?}");
    }
    // Who offers both gets what can be had; where both can, the first of them.
    let both = format!("m=audio 4000 RTP/SAVP 8\n{}\nm=audio 4002 RTP/AVP 8", crypto(1, &key));
    assert_eq!(read(&offer(&both)).unwrap().address.port(), 4_002);
    assert_eq!(super::read(&offer(&both), PRIVATE).unwrap().address.port(), 4_000);
}

#[test]
fn the_first_usable_key_is_answered_with_its_number_and_stays_through_hold() {
    let rng = Rng::system();
    let (key, other) = (Key::draw(Suite::Cm80, &rng), Key::draw(Suite::Gcm256, &rng));
    let offered = |key: &Key, says: &str| {
        let media = format!(
            "m=audio 4000 RTP/SAVP 8\na=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:x\n{}|2^31|1:1\n\
             {}\na={says}",
            crypto(3, key),
            crypto(4, &other),
        );
        super::read(&offer(&media), PRIVATE).unwrap()
    };
    let mut ours = ours_at("10.0.0.1:20000", PRIVATE);
    let answer = ours.answer(&offered(&key, "sendrecv"), &BOTH, false).unwrap();
    let keys = ours.agreed().unwrap().keys.unwrap();
    assert_eq!((keys.theirs, keys.named_by, keys.ours.suite()), (key, 1, Suite::Cm80));
    assert!(answer.contains("m=audio 20000 RTP/SAVP 8\r\n"), "{answer}");
    assert!(answer.contains(&keys.ours.line(3)) && answer.matches("a=crypto").count() == 1);
    for says in ["sendonly", "sendrecv"] {
        ours.answer(&offered(&key, says), &BOTH, false).unwrap();
        assert_eq!(ours.agreed().unwrap().keys, Some(keys));
    }
    // Ours to refresh: the same key again, and no other.
    let again = ours.offer(&BOTH, Direction::Both);
    assert!(again.contains(&keys.ours.line(1)) && again.matches("a=crypto").count() == 1);
    let moved = Key::draw(Suite::Cm80, &rng);
    ours.answer(&offered(&moved, "sendrecv"), &BOTH, false).unwrap();
    let after = ours.agreed().unwrap().keys.unwrap();
    assert!(after.theirs == moved && after.ours != keys.ours);
}

#[test]
fn an_offer_of_ours_is_answered_with_one_of_its_keys_or_not_at_all() {
    for pick in [0, 1] {
        let mut ours = ours_at("10.0.0.1:20000", DEMANDED);
        let mut theirs = ours_at("10.0.0.2:30000", PRIVATE);
        let said = ours.offer(&BOTH, Direction::Both);
        assert_eq!(said.matches("a=crypto").count(), 2);
        // They do not know the others.
        let known: Vec<&str> = said
            .lines()
            .filter(|line| {
                !line.starts_with("a=crypto") || line.contains(&format!(":{} ", pick + 1))
            })
            .collect();
        let read = |text: &str| super::read(text.as_bytes(), PRIVATE).unwrap();
        let answer = theirs.answer(&read(&known.join("\r\n")), &BOTH, false).unwrap();
        let agreed = ours.clone().take(&read(&answer), &BOTH).unwrap().keys.unwrap();
        let there = theirs.agreed().unwrap().keys.unwrap();
        assert_eq!((agreed.ours, agreed.theirs), (there.theirs, there.ours));
        assert_eq!(agreed.ours.suite(), Suite::ALL[pick]);
        let tag = format!("a=crypto:{} ", pick + 1);
        for (wrong, refused) in [
            (answer.replace(&tag, &format!("a=crypto:{} ", 2 - pick)), Unusable::NoKey),
            (answer.replace(&tag, "a=crypto:0 "), Unusable::NoKey),
            (answer.replace(&tag, "a=crypto:3 "), Unusable::NoKey),
            (answer.replace("SAVP", "AVP"), Unusable::NotEncrypted),
        ] {
            assert_eq!(ours.clone().take(&read(&wrong), &BOTH), Err(refused), "{wrong}");
        }
    }
    // Nobody is given a key that was not asked for one.
    let mut plain = ours_at("10.0.0.1:20000", PRIVATE);
    let said = plain.offer(&BOTH, Direction::Both);
    assert!(said.contains("RTP/AVP") && !said.contains("crypto"));
    let key = Key::draw(Suite::Cm80, &Rng::system());
    let keyed = offer(&format!("m=audio 4000 RTP/SAVP 8\n{}", crypto(1, &key)));
    let keyed = super::read(&keyed, PRIVATE).unwrap();
    assert_eq!(plain.take(&keyed, &BOTH), Err(Unusable::NoKey));
}

proptest! {
    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn a_damaged_description_is_judged(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        demanded in any::<bool>(),
    ) {
        let key = Key::draw(Suite::Cm80, &Rng::seeded(1));
        let keyed = format!("m=audio 4000 RTP/SAVP 9 8 101\na=rtpmap:101 telephone-event/8000\n{}", crypto(1, &key));
        let mut bytes = offer(&keyed);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let secrecy = Secrecy { private: true, demanded };
        if let Ok(theirs) = super::read(&bytes, secrecy) {
            prop_assert!(theirs.key.is_some() || !demanded);
            let answer = ours_at("10.0.0.1:20000", secrecy).answer(&theirs, &BOTH, false);
            prop_assert!(answer.is_ok_and(|answer| super::read(answer.as_bytes(), secrecy).is_ok()));
        }
    }
}
