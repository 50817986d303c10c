//! The end of a telephone: packets of sound and keys (RTP) on a port of their own, reports (RTCP) on
//! the next.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use base::Rng;

use super::digits::{Keypad, Reader};
use super::leg::{Came, Scratch};
use super::plane::Remote;
use super::ports::{Pair, Ports};
use super::rtp::{self, Latch, Packet, Sender};
use super::srtp::Srtp;
use super::{CLOCK, Coded, TICKS, figures::Figures, rtcp};
use crate::sdp::Direction;

/// So many packets are looked at in a tick. More are a flood; what the system cannot hold of it until
/// the next tick is lost.
const MOST_AT_ONCE: usize = 200;

/// A telephone's end of a leg.
#[derive(Debug)]
pub(super) struct Line {
    ports: Pair,
    port: u16,
    begun: Instant,
    /// What this end is called in reports: says nothing about us (RFC 7022).
    name: String,
    agreed: Option<(Remote, Latch)>,
    srtp: Option<Box<Srtp>>,
    sender: Sender,
    source: u32,
    keypad: Keypad,
    reader: Reader,
    reception: rtcp::Reception,
    sent: rtcp::Sent,
    missed_there: u32,
    reported: Instant,
    packet: Vec<u8>,
}

impl Line {
    pub(super) fn open(address: IpAddr, ports: &Ports, rng: &Rng) -> io::Result<Self> {
        let ports = ports.bind(address)?;
        let port = ports.sound.local_addr()?.port();
        let source = u32::from_be_bytes(rng.bytes());
        // In the lower half: no turn of the counter before the other end knows it (RFC 3711, section 3.3.1).
        let sequence = u16::from_be_bytes(rng.bytes()) >> 1;
        let begun = Instant::now();
        Ok(Self {
            ports,
            port,
            begun,
            name: format!("{:016x}", u64::from_be_bytes(rng.bytes())),
            agreed: None,
            srtp: None,
            sender: Sender::new(source, sequence, u32::from_be_bytes(rng.bytes())),
            source,
            keypad: Keypad::default(),
            reader: Reader::default(),
            reception: rtcp::Reception::default(),
            sent: rtcp::Sent::default(),
            missed_there: 0,
            reported: begun,
            packet: Vec::with_capacity(256),
        })
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn connect(&mut self, remote: Remote) {
        // A new agreement about the same address opens the door to nobody.
        let latch = match self.agreed {
            Some((before, latch)) if before.address == remote.address => latch,
            _ => Latch::new(remote.address),
        };
        self.agreed = Some((remote, latch));
        if let Some(keys) = remote.keys {
            match &mut self.srtp {
                Some(srtp) => srtp.agree(keys),
                None => self.srtp = Some(Box::new(Srtp::new(keys))),
            }
        }
    }

    /// Whether the other end is to be heard.
    pub(super) fn expects(&self) -> bool {
        self.agreed.is_some_and(|(remote, _)| remote.direction.sends())
    }

    pub(super) fn press(&mut self, digits: &str) {
        if self.agreed.is_some_and(|(remote, _)| remote.digits.is_some()) {
            self.keypad.press(digits);
        }
    }

    /// Ticks were left out.
    pub(super) const fn pass(&mut self, ticks: u32) {
        self.sender.pass(ticks.wrapping_mul(TICKS));
    }

    pub(super) fn receive(&mut self, scratch: &mut Scratch<'_>, came: &mut dyn FnMut(Came<'_>)) {
        for _ in 0..MOST_AT_ONCE {
            let Ok((length, from)) = self.ports.sound.recv_from(scratch.bytes) else { break };
            let figures = &scratch.shared.figures;
            let bytes = scratch.bytes.get(..length).unwrap_or_default();
            Figures::add(self.packet(bytes, from, scratch.now, figures, came), 1);
        }
        for _ in 0..MOST_AT_ONCE {
            let Ok((length, from)) = self.ports.reports.recv_from(scratch.bytes) else { break };
            let bytes = scratch.bytes.get(..length).unwrap_or_default();
            if let Err(figure) = self.report(bytes, from, scratch, came) {
                Figures::add(figure, 1);
            }
        }
    }

    /// Takes a packet of sound or keys, when it is one and comes from the right place; where it counts.
    fn packet<'a>(
        &mut self,
        bytes: &[u8],
        from: SocketAddr,
        now: Instant,
        figures: &'a Figures,
        came: &mut dyn FnMut(Came<'_>),
    ) -> &'a AtomicU64 {
        let Some((remote, latch)) = &mut self.agreed else { return &figures.refused };
        let opened = match remote.keys.and(self.srtp.as_mut()) {
            Some(srtp) => srtp.open(bytes),
            None => Some(bytes),
        };
        let Some(bytes) = opened else { return &figures.unopened };
        let Some(packet) = Packet::read(bytes).filter(|_| latch.takes(from)) else {
            return &figures.refused;
        };
        let clock = clock(now.saturating_duration_since(self.begun));
        self.reception.packet(packet.source, packet.sequence, packet.timestamp, clock);
        if packet.payload_type == remote.payload_type {
            came(Came::Sound { timestamp: packet.timestamp, payload: packet.payload });
        } else if Some(packet.payload_type) == remote.digits
            && let Some(key) = self.reader.read(packet.timestamp, packet.payload)
        {
            came(Came::Digit(key));
        }
        came(Came::Life);
        &figures.packets_in
    }

    /// Takes reports; where they count that are none.
    fn report<'a>(
        &mut self,
        bytes: &[u8],
        from: SocketAddr,
        scratch: &Scratch<'a>,
        came: &mut dyn FnMut(Came<'_>),
    ) -> Result<(), &'a AtomicU64> {
        let figures = &scratch.shared.figures;
        let (remote, latch) = self.agreed.as_ref().ok_or(&figures.refused)?;
        let opened = match remote.keys.and(self.srtp.as_mut()) {
            Some(srtp) => srtp.open_reports(bytes),
            None => Some(bytes),
        };
        let read = rtcp::read(opened.ok_or(&figures.unopened)?, self.source);
        let here = latch.peer().ip() == from.ip();
        let reported = read.filter(|_| here).ok_or(&figures.refused)?;
        let now = rtcp::time(scratch.now.saturating_duration_since(self.begun));
        if let Some(sent) = reported.sent {
            self.reception.report(sent, now);
        }
        if let Some(time) = reported.round_trip(now) {
            figures.round_trips.record(time);
        }
        if let Some(about) = reported.about {
            let more = about.lost.saturating_sub(self.missed_there);
            Figures::add(&figures.missed_there, u64::from(more));
            self.missed_there = about.lost;
        }
        came(Came::Life);
        Ok(())
    }

    /// Sends a tick: sound, or a key that is pressed in its place, or nothing.
    pub(super) fn send(&mut self, sound: Option<&Coded>, scratch: &Scratch<'_>) {
        let Some((remote, latch)) = self.agreed else { return };
        let listens = matches!(remote.direction, Direction::Both | Direction::ReceiveOnly);
        let key = remote.digits.filter(|_| listens).and_then(|payload_type| {
            let pressed = self.keypad.tick(self.sender.timestamp(), TICKS as u16)?;
            Some((payload_type, pressed))
        });
        self.packet.clear();
        if let Some((payload_type, pressed)) = key {
            let packet = self.sender.within(
                payload_type,
                &pressed.payload,
                pressed.timestamp,
                pressed.first,
            );
            packet.write(&mut self.packet);
            self.sender.pass(TICKS);
        } else if let Some(sound) = sound.filter(|_| listens) {
            self.sender.packet(remote.payload_type, sound, TICKS).write(&mut self.packet);
        } else {
            self.sender.pass(TICKS);
        }
        // Payload alone is counted (RFC 3550, section 6.4.1).
        let bytes = u32::try_from(self.packet.len().saturating_sub(rtp::HEAD)).unwrap_or(0);
        if let Some(srtp) = remote.keys.and(self.srtp.as_mut()) {
            srtp.seal(&mut self.packet);
        }
        if !self.packet.is_empty() && self.ports.sound.send_to(&self.packet, latch.peer()).is_ok() {
            self.sent.packets = self.sent.packets.wrapping_add(1);
            self.sent.bytes = self.sent.bytes.wrapping_add(bytes);
            Figures::add(&scratch.shared.figures.packets_out, 1);
        }
        if scratch.now.saturating_duration_since(self.reported) >= rtcp::EVERY {
            self.reported = scratch.now;
            self.send_report(scratch.now, false);
        }
    }

    fn send_report(&mut self, now: Instant, goodbye: bool) {
        let Some((remote, latch)) = self.agreed else { return };
        let time = rtcp::time(now.saturating_duration_since(self.begun));
        self.sent.time = time;
        self.sent.timestamp = self.sender.timestamp();
        self.packet.clear();
        let block = self.reception.block(time);
        rtcp::write(&mut self.packet, self.source, self.sent, block, &self.name);
        if goodbye {
            rtcp::write_goodbye(&mut self.packet, self.source);
        }
        if let Some(srtp) = remote.keys.and(self.srtp.as_mut()) {
            srtp.seal_reports(&mut self.packet);
        }
        let mut there = latch.peer();
        there.set_port(there.port().wrapping_add(1));
        // A report that is lost is followed by another.
        let _lost = self.ports.reports.send_to(&self.packet, there);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.send_report(Instant::now(), true);
    }
}

/// The packets' clock.
fn clock(since: Duration) -> u32 {
    let ticks = since.as_micros() * u128::from(CLOCK) / 1_000_000;
    (ticks & u128::from(u32::MAX)) as u32
}
