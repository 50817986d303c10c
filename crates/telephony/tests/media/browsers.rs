//! The far end of WebRTC, as a browser has it.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rules::calls::Heard;
use sound::{alaw, tone};
use str0m::change::SdpAnswer;
use str0m::format::{Codec as Format, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc};
use telephony::media::digits::Keypad;
use telephony::media::{CODED, FRAME, LegKey, MediaEvent, Plane, RATE, g722};
use telephony::sdp::Codec;

use super::house::{HERE, House, leg, pass};
use super::phone::{HeardPacket, LOUD, Phone, assert_no_gaps, level};
use super::strangers::noise;

const DIGITS: u8 = 126;

/// A page with a telephone in it, that plays a tone.
struct Page {
    codec: Codec,
    /// Where it speaks from.
    socket: UdpSocket,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    heard: Mutex<Vec<HeardPacket>>,
    keypad: Mutex<Keypad>,
    stop: AtomicBool,
    close: AtomicBool,
}

struct Offered {
    rtc: Rtc,
    socket: UdpSocket,
    sdp: String,
    pending: str0m::change::SdpPendingOffer,
    mid: Mid,
}

fn offer(codecs: &[Codec]) -> Offered {
    let mut config = Rtc::builder().set_rtp_mode(true).clear_codecs();
    for codec in codecs {
        config = match codec {
            Codec::Pcma => config.enable_pcma(true, false),
            Codec::G722 => config.enable_g722(true, false),
        };
    }
    let keys = FormatParams::default();
    let eight = Frequency::EIGHT_KHZ;
    config.codec_config().add_config(DIGITS.into(), None, Format::Tele, eight, None, keys);
    let mut rtc = config.build(Instant::now());
    let socket = UdpSocket::bind((HERE, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
    rtc.add_local_candidate(Candidate::host(socket.local_addr().unwrap(), "udp").unwrap());
    let mut api = rtc.sdp_api();
    let mid = api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    let (offer, pending) = api.apply().unwrap();
    Offered { sdp: offer.to_sdp_string(), rtc, socket, pending, mid }
}

impl Page {
    /// Opens the page on a leg. `mangled`: for each of its packets some broken ones go along.
    fn open(plane: &Plane, leg: LegKey, codecs: &[Codec], hertz: u32, mangled: bool) -> Self {
        let mut offered = offer(codecs);
        let answer = plane.browser(leg, &offered.sdp).unwrap();
        let codec = if answer.contains("PCMA") { Codec::Pcma } else { Codec::G722 };
        let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
        offered.rtc.sdp_api().accept_answer(offered.pending, answer).unwrap();
        let shared = Arc::new(Shared::default());
        let (own, rtc, socket, mid) =
            (Arc::clone(&shared), offered.rtc, offered.socket, offered.mid);
        let there = plane.browser_address();
        let spare = socket.try_clone().unwrap();
        let thread = std::thread::spawn(move || {
            let mut browser = Running {
                rtc,
                socket,
                there,
                mid,
                codec,
                mangled: mangled.then(Vec::new),
                shared: own,
            };
            browser.run(hertz);
        });
        Self { codec, socket: spare, shared, thread: Some(thread) }
    }

    fn heard(&self) -> Vec<HeardPacket> {
        std::mem::take(&mut self.shared.heard.lock().unwrap())
    }

    fn level(&self, packets: &[HeardPacket], hertz: u32) -> f64 {
        level(self.codec, packets, hertz)
    }

    /// Says good-bye, which a page that crashes does not.
    fn leave(&self) {
        self.shared.close.store(true, Ordering::Relaxed);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

struct Running {
    rtc: Rtc,
    socket: UdpSocket,
    there: SocketAddr,
    mid: Mid,
    codec: Codec,
    /// What was sent, to send it again broken.
    mangled: Option<Vec<Vec<u8>>>,
    shared: Arc<Shared>,
}

impl Running {
    fn run(&mut self, hertz: u32) {
        let mut narrow = tone::samples(sound::RATE, hertz, 8_000);
        let mut wide = tone::samples(RATE, hertz, 8_000);
        let mut encoder = g722::Encoder::default();
        let (mut number, mut time, mut next, mut connected) = (1_u64, 1_u32, Instant::now(), false);
        let mut bytes = [0; 2_048];
        while !self.shared.stop.load(Ordering::Relaxed) {
            connected |= self.poll();
            if let Ok((length, source)) = self.socket.recv_from(&mut bytes) {
                let destination = self.socket.local_addr().unwrap();
                let received =
                    Receive::new(Protocol::Udp, source, destination, &bytes[..length]).unwrap();
                self.rtc.handle_input(Input::Receive(Instant::now(), received)).unwrap();
            } else {
                self.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
            }
            connected |= self.poll();
            if self.shared.close.swap(false, Ordering::Relaxed) {
                self.rtc.close().unwrap();
            }
            if !connected || Instant::now() < next || !self.rtc.is_alive() {
                continue;
            }
            next = next.max(Instant::now() - Duration::from_millis(40)) + Duration::from_millis(20);
            let mut coded = [0; CODED];
            match self.codec {
                Codec::Pcma => coded.fill_with(|| alaw::encode(narrow.next().unwrap())),
                Codec::G722 => {
                    let frame: [i16; FRAME] = std::array::from_fn(|_| wide.next().unwrap());
                    encoder.encode(&frame, &mut coded);
                }
            }
            let pressed = self.shared.keypad.lock().unwrap().tick(time, CODED as u16);
            let mut api = self.rtc.direct_api();
            let stream = api.stream_tx_by_mid(self.mid, None).unwrap();
            let packet = |pt: u8, time, payload: &[u8]| {
                RtpWrite::new(Pt::from(pt), number.into(), time, Instant::now(), payload)
            };
            stream.write_rtp(match pressed {
                Some(pressed) => packet(DIGITS, pressed.timestamp, &pressed.payload),
                None => packet(self.codec.payload_type(), time, &coded),
            });
            number += 1;
            time = time.wrapping_add(CODED as u32);
            self.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
        }
    }

    /// Whether it has become connected.
    fn poll(&mut self) -> bool {
        let mut connected = false;
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(_) => return connected,
                Output::Transmit(packet) => self.send(&packet.contents),
                Output::Event(Event::Connected) => connected = true,
                Output::Event(Event::RtpPacket(packet)) => {
                    self.shared.heard.lock().unwrap().push(HeardPacket {
                        payload_type: *packet.header.payload_type,
                        marker: packet.header.marker,
                        sequence: packet.header.sequence_number,
                        timestamp: packet.header.timestamp,
                        payload: packet.payload.to_vec(),
                    });
                }
                Output::Event(_) => {}
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.there).unwrap();
        let Some(sent) = &mut self.mangled else { return };
        sent.push(bytes.to_vec());
        let mut noise = noise().skip(sent.len());
        let mut draw = |most: usize| {
            let (high, low) = (noise.next().unwrap(), noise.next().unwrap());
            usize::from(u16::from_be_bytes([high, low])) % most.max(1)
        };
        for nth in 0..4 {
            let mut broken = sent[draw(sent.len())].clone();
            // Never as it was: a handshake's packet that comes late is none that is broken.
            for _ in 0..=nth {
                let at = draw(broken.len());
                broken[at] ^= 1 + draw(255) as u8;
            }
            if nth == 3 {
                broken.truncate(draw(broken.len()));
            }
            self.socket.send_to(&broken, self.there).unwrap();
        }
    }
}

fn connected(house: &mut House, key: LegKey) {
    house.wait_for(|event| (event == MediaEvent::Connected { leg: key }).then_some(()));
}

#[test]
fn a_browser_and_a_telephone_hear_each_other() {
    let both = [Codec::G722, Codec::Pcma];
    for (spoken, offered, agreed) in [
        (Codec::Pcma, &both[..], Codec::Pcma),
        (Codec::G722, &both[..], Codec::G722),
        (Codec::G722, &both[1..], Codec::Pcma),
    ] {
        let mut house = House::new();
        let legs = [leg(30, 0), leg(30, 1)];
        let caller = Phone::on(&house.plane, legs[0], spoken, 440);
        let page = Page::open(&house.plane, legs[1], offered, 1_000, false);
        assert_eq!(page.codec, agreed, "what the caller speaks needs no conversion");
        connected(&mut house, legs[1]);
        house.hear_each_other(&legs);
        pass(500);
        drop((caller.heard(), page.heard()));
        pass(1_000);
        let (there, here) = (caller.heard(), page.heard());
        assert_no_gaps(&there);
        assert_no_gaps(&here);
        let levels = [caller.level(&there, 1_000), page.level(&here, 440)];
        assert!(levels.iter().all(|level| *level > LOUD), "{levels:?} dB");

        page.shared.keypad.lock().unwrap().press("42#");
        let mut pressed = String::new();
        let all = house.wait_for(|event| {
            if let MediaEvent::Digit { leg: from, key } = event {
                assert_eq!(from, legs[1]);
                pressed.push(key);
            }
            (pressed.len() == 3).then(|| pressed.clone())
        });
        assert_eq!(all, "42#");
    }
}

#[test]
fn a_page_loaded_anew_has_its_sound_back_at_once() {
    let mut house = House::new();
    let legs = [leg(31, 0), leg(31, 1)];
    let caller = Phone::on(&house.plane, legs[0], Codec::Pcma, 440);
    let page = Page::open(&house.plane, legs[1], &[Codec::Pcma], 1_000, false);
    connected(&mut house, legs[1]);
    house.hear_each_other(&legs);
    pass(300);
    drop(page);
    let begin = Instant::now();
    let page = Page::open(&house.plane, legs[1], &[Codec::Pcma], 1_000, false);
    connected(&mut house, legs[1]);
    pass(200);
    page.heard();
    pass(400);
    assert!(page.level(&page.heard(), 440) > LOUD);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_no_gaps(&caller.heard());
}

#[test]
fn a_telephone_that_is_answered_before_a_browser_is_connected_has_the_call() {
    let house = House::new();
    let legs = [leg(36, 0), leg(36, 1)];
    let caller = Phone::on(&house.plane, legs[0], Codec::Pcma, 440);
    let desk = Phone::calling(house.plane.open(legs[1]).unwrap(), Codec::Pcma, 1_000);
    // Its packets never arrive.
    house.plane.browser(legs[1], &offer(&[Codec::Pcma]).sdp).unwrap();
    pass(100);
    house.plane.connect(legs[1], desk.remote);
    house.hear_each_other(&legs);
    pass(500);
    drop((caller.heard(), desk.heard()));
    pass(500);
    let levels = [caller.level(&caller.heard(), 1_000), desk.level(&desk.heard(), 440)];
    assert!(levels.iter().all(|level| *level > LOUD), "{levels:?} dB");
}

#[test]
fn a_page_that_floods_makes_nobody_wait() {
    let mut house = House::new();
    let legs = [leg(35, 0), leg(35, 1)];
    let caller = Phone::on(&house.plane, legs[0], Codec::Pcma, 440);
    let page = Page::open(&house.plane, legs[1], &[Codec::Pcma], 1_000, false);
    connected(&mut house, legs[1]);
    house.hear_each_other(&legs);
    pass(300);
    caller.heard();
    let begin = Instant::now();
    // As it is sent by somebody with a key, but sealed by nobody.
    let mut packet = vec![0x80, 8];
    packet.resize(182, 1);
    while begin.elapsed() < Duration::from_secs(1) {
        page.socket.send_to(&packet, house.plane.browser_address()).unwrap();
    }
    let heard = caller.heard().len();
    assert!(heard >= 5, "{heard} of 50 packets");
    assert!(house.plane.figures().dropped.load(Ordering::Relaxed) > 100);
}

#[test]
fn a_page_that_leaves_is_told_at_once_and_one_that_vanishes_after_two_seconds() {
    let mut house = House::new();
    let (leaves, vanishes) = (leg(32, 0), leg(33, 0));
    let page = Page::open(&house.plane, leaves, &[Codec::Pcma], 440, false);
    connected(&mut house, leaves);
    page.leave();
    house.wait_for(|event| (event == MediaEvent::Gone { leg: leaves }).then_some(()));

    let page = Page::open(&house.plane, vanishes, &[Codec::Pcma], 440, false);
    connected(&mut house, vanishes);
    pass(300);
    let begin = Instant::now();
    drop(page);
    house.wait_for(|event| (event == MediaEvent::Quiet { leg: vanishes }).then_some(()));
    let after = begin.elapsed().as_millis();
    assert!((1_900..20_000).contains(&after), "{after} ms");
}

#[test]
fn broken_packets_of_every_kind_stop_no_browser_and_no_call() {
    let mut house = House::new();
    let legs = [leg(34, 0), leg(34, 1)];
    let caller = Phone::on(&house.plane, legs[0], Codec::Pcma, 440);
    let page = Page::open(&house.plane, legs[1], &[Codec::Pcma], 1_000, true);
    // Whether its handshake survives that is the browser's affair; what is carried is ours.
    house.plane.hears(legs[0], Heard::Legs(vec![1]));
    house.plane.hears(legs[1], Heard::Legs(vec![0]));
    pass(3_000);
    let sound = Page::open(&house.plane, legs[1], &[Codec::Pcma], 1_000, false);
    connected(&mut house, legs[1]);
    pass(800);
    assert!(sound.level(&sound.heard()[10..], 440) > LOUD);
    assert_no_gaps(&caller.heard());
    drop(page);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Offers with lines left out, doubled, out of order and bytes changed.
    #[test]
    fn any_offer_is_answered_or_refused(
        lines in prop::collection::vec(0..60_usize, 0..80),
        bytes in prop::collection::vec((0..4_000_usize, any::<u8>()), 0..6),
        whole in any::<bool>(),
    ) {
        thread_local! {
            static HOUSE: (House, String) = (House::new(), offer(&[Codec::G722, Codec::Pcma]).sdp);
        }
        HOUSE.with(|(house, real)| {
            let all: Vec<&str> = real.lines().collect();
            let picked = lines.iter().filter_map(|at| all.get(*at).copied());
            let mut text = if whole { real.clone() } else { picked.collect::<Vec<_>>().join("\r\n") };
            for (at, byte) in bytes {
                if text.is_char_boundary(at) && text.is_char_boundary(at + 1) && at < text.len() {
                    text.replace_range(at..=at, &char::from(byte).to_string());
                }
            }
            let key = leg(35, 0);
            let _ = house.plane.browser(key, &text);
            house.plane.close(key);
        });
    }
}
