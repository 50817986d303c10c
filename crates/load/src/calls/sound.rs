//! A telephone's sound: RTP with G.711 A-law, one tone to say and one to listen for.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use base::Rng;
use sound::{RATE, alaw, tone};
use tokio::net::UdpSocket;

/// Bytes of 20 ms, and ticks of the packets' clock.
const FRAME: usize = 160;
/// How loud the tones are.
const PEAK: i16 = 8_000;
/// So many frames with the tone in them mean that it is heard.
const ENOUGH: u32 = 10;
/// A frame is a tone when so much of its power is there.
const PURE: f64 = 0.8;

/// One end of a conversation.
pub struct Sound {
    socket: UdpSocket,
    there: Option<SocketAddr>,
    says: [u8; FRAME],
    listens_for: u32,
    sequence: u16,
    timestamp: u32,
    source: [u8; 4],
    last: Option<u16>,
    /// Frames in which the tone was heard; not counted beyond what is enough.
    heard: u32,
    /// Packets that came, and those that are missing between them.
    pub packets: u64,
    pub lost: u64,
    /// Places where packets are missing or came again.
    pub gaps: u64,
}

impl Sound {
    /// Says one tone and listens for another, both in Hz and multiples of 50: 20 ms of such a tone
    /// can be repeated.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(says: u32, listens_for: u32, rng: &Rng) -> io::Result<Self> {
        let mut frame = [alaw::SILENCE; FRAME];
        for (byte, sample) in frame.iter_mut().zip(tone::samples(RATE, says, PEAK)) {
            *byte = alaw::encode(sample);
        }
        Ok(Self {
            socket: UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            there: None,
            says: frame,
            listens_for,
            sequence: u16::from_be_bytes(rng.bytes()),
            timestamp: u32::from_be_bytes(rng.bytes()),
            source: rng.bytes(),
            last: None,
            heard: 0,
            packets: 0,
            lost: 0,
            gaps: 0,
        })
    }

    /// What it says of itself (SDP).
    ///
    /// # Errors
    /// When the system does not tell the port.
    pub fn description(&self) -> io::Result<String> {
        let own = self.socket.local_addr()?;
        Ok(format!(
            "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\n\
             m=audio {1} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n",
            own.ip(),
            own.port()
        ))
    }

    /// Where the other end wants its sound; false when it does not say.
    pub fn connect(&mut self, description: &str) -> bool {
        let line = |begin: &str| description.lines().find_map(|line| line.strip_prefix(begin));
        let ip = line("c=IN IP4 ").and_then(|ip| ip.trim().parse().ok());
        let port = line("m=audio ").and_then(|rest| rest.split(' ').next()?.parse().ok());
        if let (Some(ip), Some(port)) = (ip, port) {
            self.there = Some(SocketAddr::new(ip, port));
        }
        self.there.is_some()
    }

    /// Whether the tone is heard.
    #[must_use]
    pub const fn is_heard(&self) -> bool {
        self.heard >= ENOUGH
    }

    /// Says 20 ms of the tone.
    pub fn speak(&mut self) {
        let Some(there) = self.there else { return };
        let mut packet = [0; 12 + FRAME];
        packet[..2].copy_from_slice(&[0x80, 8]);
        packet[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        packet[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        packet[8..12].copy_from_slice(&self.source);
        packet[12..].copy_from_slice(&self.says);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        // What cannot be sent is missed at the other end, and that is counted there.
        let _lost = self.socket.try_send_to(&packet, there);
    }

    /// Takes in what has come; waits when nothing has.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn listen(&mut self) -> io::Result<()> {
        let mut space = [0; 512];
        let length = self.socket.recv(&mut space).await?;
        self.take(&space[..length]);
        Ok(())
    }

    fn take(&mut self, packet: &[u8]) {
        let Some((head, sound)) = packet.split_first_chunk::<12>() else { return };
        if head[0] != 0x80 || head[1] & 0x7F != 8 {
            return;
        }
        let sequence = u16::from_be_bytes([head[2], head[3]]);
        if let Some(last) = self.last.replace(sequence) {
            let missing = sequence.wrapping_sub(last).wrapping_sub(1);
            self.gaps += u64::from(missing != 0);
            // What came again, or late, is not missing.
            self.lost += u64::from(if missing < 0x8000 { missing } else { 0 });
        }
        self.packets += 1;
        if !self.is_heard() && share(sound, self.listens_for) > PURE {
            self.heard += 1;
        }
    }
}

/// How much of some A-law sound is a tone: all is 1.
fn share(sound: &[u8], hertz: u32) -> f64 {
    let samples: Vec<i16> = sound.iter().map(|byte| alaw::decode(*byte)).collect();
    let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let amplitude = 32_768.0 * 10_f64.powf(tone::level(&samples, RATE, hertz) / 20.0);
    #[expect(clippy::cast_precision_loss, reason = "a packet is short")]
    let mean = (power / samples.len().max(1) as f64).max(1.0);
    amplitude * amplitude / 2.0 / mean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u16, sound: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x80, 8];
        packet.extend(sequence.to_be_bytes());
        packet.extend([0; 8]);
        packet.extend(sound);
        packet
    }

    #[tokio::test]
    async fn a_tone_is_heard_and_what_is_missing_is_counted() {
        let rng = Rng::system();
        let mut ear = Sound::open(300, 1_000, &rng).await.expect("a port");
        let other = Sound::open(1_000, 300, &rng).await.expect("a port");
        assert!(share(&other.says, 1_000) > 0.95 && share(&ear.says, 1_000) < 0.05);
        for sequence in [65_534, 65_535, 0, 1] {
            ear.take(&packet(sequence, &ear.says.clone()));
        }
        assert_eq!((ear.packets, ear.lost, ear.gaps, ear.heard), (4, 0, 0, 0));
        for sequence in 4..16 {
            ear.take(&packet(sequence, &other.says));
        }
        ear.take(&packet(15, &other.says));
        ear.take(&[0x80; 11]);
        assert!(ear.is_heard());
        assert_eq!((ear.packets, ear.lost, ear.gaps), (17, 2, 2));
    }
}
