//! A telephone that plays a tone and keeps what it hears.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sound::{alaw, tone};
use telephony::media::digits::{Keypad, Reader};
use telephony::media::rtp::{Packet, Sender};
use telephony::media::srtp::Srtp;
use telephony::media::{CODED, Coded, FRAME, LegKey, Plane, RATE, Remote, g722};
use telephony::sdp::{Codec, Direction, Keys};

use super::house::HERE;

/// The number of its keys.
pub const DIGITS: u8 = 101;

/// A packet that it heard.
#[derive(Debug, Clone)]
pub struct HeardPacket {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub payload: Vec<u8>,
}

pub struct Phone {
    pub remote: Remote,
    codec: Codec,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    heard: Mutex<Vec<HeardPacket>>,
    keypad: Mutex<Keypad>,
    mute: AtomicBool,
    stop: AtomicBool,
}

impl Phone {
    /// A leg of the plane with a telephone at its end.
    pub fn on(plane: &Plane, leg: LegKey, codec: Codec, hertz: u32) -> Self {
        let to = plane.open(leg).unwrap();
        let phone = Self::calling(to, codec, hertz);
        plane.connect(leg, phone.remote);
        phone
    }

    /// A telephone that sends a tone there.
    pub fn calling(to: SocketAddr, codec: Codec, hertz: u32) -> Self {
        Self::keyed(to, codec, hertz, None)
    }

    /// The same; with keys its sound is encrypted.
    pub fn keyed(to: SocketAddr, codec: Codec, hertz: u32, keys: Option<Keys>) -> Self {
        let socket = UdpSocket::bind(SocketAddr::new(HERE, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
        let remote = Remote {
            address: socket.local_addr().unwrap(),
            codec,
            payload_type: codec.payload_type(),
            digits: Some(DIGITS),
            direction: Direction::Both,
            keys,
        };
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        // Theirs are ours.
        let srtp =
            keys.map(|keys| Srtp::new(Keys { ours: keys.theirs, theirs: keys.ours, ..keys }));
        let thread = std::thread::spawn(move || run(&socket, to, codec, hertz, srtp, &own));
        Self { remote, codec, shared, thread: Some(thread) }
    }

    pub fn press(&self, digits: &str) {
        assert!(self.shared.keypad.lock().unwrap().press(digits));
    }

    pub fn mute(&self, muted: bool) {
        self.shared.mute.store(muted, Ordering::Relaxed);
    }

    /// What it has heard since it was last asked.
    pub fn heard(&self) -> Vec<HeardPacket> {
        std::mem::take(&mut self.shared.heard.lock().unwrap())
    }

    /// How loud a tone was in the sound of packets, in dB.
    pub fn level(&self, packets: &[HeardPacket], hertz: u32) -> f64 {
        level(self.codec, packets, hertz)
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

/// How loud a tone was in the sound of packets, in dB.
pub fn level(codec: Codec, packets: &[HeardPacket], hertz: u32) -> f64 {
    let sound = packets.iter().filter(|packet| packet.payload_type == codec.payload_type());
    match codec {
        Codec::Pcma => {
            let bytes = sound.flat_map(|packet| &packet.payload);
            let sound: Vec<i16> = bytes.map(|byte| alaw::decode(*byte)).collect();
            tone::level(&sound, sound::RATE, hertz)
        }
        Codec::G722 => {
            let (mut decoder, mut frame) = (g722::Decoder::default(), [0; FRAME]);
            let sound: Vec<i16> = sound
                .flat_map(|packet| {
                    let coded: &Coded = packet.payload[..].try_into().unwrap();
                    decoder.decode(coded, &mut frame);
                    frame
                })
                .collect();
            tone::level(&sound, RATE, hertz)
        }
    }
}

/// A tone that a telephone plays is heard at -12.3 dB, and a little softer where a frame is left out.
pub const LOUD: f64 = -18.0;

/// Packets follow each other without a gap in number; in time only where ticks were left out, which
/// is marked.
pub fn assert_no_gaps(packets: &[HeardPacket]) {
    assert!(packets.len() > 10, "{} packets", packets.len());
    for pair in packets.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
        let time = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        let key = pair.iter().any(|packet| packet.payload_type == DIGITS);
        assert!(key || pair[1].marker && time % CODED as u32 == 0 || time == CODED as u32);
    }
}

/// The keys in packets.
pub fn keys(packets: &[HeardPacket]) -> String {
    let mut reader = Reader::default();
    let digits = packets.iter().filter(|packet| packet.payload_type == DIGITS);
    digits.filter_map(|packet| reader.read(packet.timestamp, &packet.payload)).collect()
}

fn run(
    socket: &UdpSocket,
    to: SocketAddr,
    codec: Codec,
    hertz: u32,
    mut srtp: Option<Srtp>,
    shared: &Shared,
) {
    let mut narrow = tone::samples(sound::RATE, hertz, 8_000);
    let mut wide = tone::samples(RATE, hertz, 8_000);
    let mut encoder = g722::Encoder::default();
    let mut sender = Sender::new(hertz, 65_500, u32::MAX - 3_000);
    let (mut bytes, mut out, mut next) = ([0; 2_048], Vec::new(), Instant::now());
    while !shared.stop.load(Ordering::Relaxed) {
        if let Ok((length, _)) = socket.recv_from(&mut bytes) {
            let bytes = &bytes[..length];
            let opened = srtp.as_mut().map_or(Some(bytes), |srtp| srtp.open(bytes));
            let packet = opened.and_then(Packet::read).unwrap();
            shared.heard.lock().unwrap().push(HeardPacket {
                payload_type: packet.payload_type,
                marker: packet.marker,
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                payload: packet.payload.to_vec(),
            });
        }
        if Instant::now() < next {
            continue;
        }
        next += Duration::from_millis(20);
        let mut coded = [0; CODED];
        match codec {
            Codec::Pcma => coded.fill_with(|| alaw::encode(narrow.next().unwrap())),
            Codec::G722 => {
                let frame = std::array::from_fn(|_| wide.next().unwrap());
                encoder.encode(&frame, &mut coded);
            }
        }
        out.clear();
        let pressed = shared.keypad.lock().unwrap().tick(sender.timestamp(), CODED as u16);
        if let Some(pressed) = pressed {
            let packet = sender.within(DIGITS, &pressed.payload, pressed.timestamp, pressed.first);
            packet.write(&mut out);
            sender.pass(CODED as u32);
        } else if shared.mute.load(Ordering::Relaxed) {
            sender.pass(CODED as u32);
        } else {
            sender.packet(codec.payload_type(), &coded, CODED as u32).write(&mut out);
        }
        if !out.is_empty() {
            if let Some(srtp) = &mut srtp {
                srtp.seal(&mut out);
            }
            socket.send_to(&out, to).unwrap();
        }
    }
}
