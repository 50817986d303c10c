//! The telephone in an agent's browser: WebRTC, of which we are the lite end.
//!
//! All browsers send to one UDP port, the [`Door`]. Behind it each leg has its own [`Browser`], which
//! the leg's thread drives: ICE, DTLS and SRTP are str0m's, sound and keys are handled as those of any
//! telephone. Packets are taken raw (`rtp_mode`), so that the one jitter buffer of the house orders
//! them.

mod door;
pub mod relay;

use std::sync::Arc;
use std::time::{Duration, Instant};

use base::Rng;
use str0m::change::SdpOffer;
use str0m::format::{Codec as Format, FormatParams};
use str0m::media::{Frequency, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

pub(crate) use door::Door;
use door::{Mailbox, WAITING};

use crate::media::digits::Reader;
use crate::media::figures::Figures;
use crate::media::{Came, Coded, Scratch, TICKS};
use crate::sdp::Codec;

/// An offer longer than this is refused, in bytes.
const LONGEST: usize = 32 * 1_024;
/// Reports go out so often.
const REPORTS: Duration = Duration::from_secs(5);
/// The format of keys, until the browser's own number is known.
const DIGITS: u8 = 126;

/// Why a browser's offer is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrowserRefused {
    #[error("this is no offer of a browser")]
    Malformed,
    #[error("there is no sound in it that can be spoken here")]
    NothingInCommon,
}

/// A browser's end of a leg.
#[derive(Debug)]
pub(crate) struct Browser {
    rtc: Rtc,
    door: Arc<Door>,
    mailbox: Arc<Mailbox>,
    mid: Mid,
    codec: Codec,
    payload_type: Pt,
    digits: Option<Pt>,
    reader: Reader,
    /// The next packet's number with its turns, and its time.
    sequence: u64,
    timestamp: u32,
    /// Nothing was sent before: what comes next is marked as a beginning.
    quiet: bool,
    connected: bool,
    gone: bool,
    /// When str0m wants to be woken.
    wake: Instant,
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.door.forget(&self.mailbox);
    }
}

/// What a browser offered, agreed with and waiting for its first packets.
struct Agreed {
    rtc: Rtc,
    answer: String,
    mid: Mid,
    payload_type: Pt,
    digits: Option<Pt>,
}

impl Browser {
    /// Answers an offer: with the preferred codec if the browser has it, else with the other.
    pub(crate) fn answer(
        door: &Arc<Door>,
        offer: &str,
        preferred: Codec,
        rng: &Rng,
    ) -> Result<(Self, String), BrowserRefused> {
        if offer.len() > LONGEST {
            return Err(BrowserRefused::Malformed);
        }
        let now = Instant::now();
        let mut refused = BrowserRefused::NothingInCommon;
        for codec in [preferred, if preferred == Codec::Pcma { Codec::G722 } else { Codec::Pcma }] {
            let mut agreed = match agree(door, offer, codec, now) {
                Ok(agreed) => agreed,
                Err(why) => {
                    refused = why;
                    continue;
                }
            };
            let name = agreed.rtc.direct_api().local_ice_credentials().ufrag;
            let browser = Self {
                rtc: agreed.rtc,
                door: Arc::clone(door),
                mailbox: door.expect(name),
                mid: agreed.mid,
                codec,
                payload_type: agreed.payload_type,
                digits: agreed.digits,
                reader: Reader::default(),
                // In the lower half: no turn of the counter before the browser knows it.
                sequence: u64::from(u16::from_be_bytes(rng.bytes()) >> 1),
                timestamp: u32::from_be_bytes(rng.bytes()),
                quiet: true,
                connected: false,
                gone: false,
                wake: now,
            };
            return Ok((browser, agreed.answer));
        }
        Err(refused)
    }

    pub(crate) const fn codec(&self) -> Codec {
        self.codec
    }

    pub(crate) const fn is_connected(&self) -> bool {
        self.connected && !self.gone
    }

    /// Ticks were left out.
    pub(crate) const fn pass(&mut self, ticks: u32) {
        self.timestamp = self.timestamp.wrapping_add(ticks.wrapping_mul(TICKS));
        self.quiet = true;
    }

    pub(crate) fn receive(&mut self, scratch: &mut Scratch<'_>, came: &mut dyn FnMut(Came<'_>)) {
        let figures = &scratch.shared.figures;
        for _ in 0..WAITING {
            let Some((length, source)) = self.mailbox.take(scratch.bytes) else { break };
            let datagram = scratch.bytes.get(..length).unwrap_or_default();
            let destination = self.door.said();
            // What str0m refuses was not the browser's, or was broken on its way: the next may do.
            let taken =
                Receive::new(Protocol::Udp, source, destination, datagram).is_ok_and(|received| {
                    self.rtc.handle_input(Input::Receive(scratch.now, received)).is_ok()
                });
            if !taken {
                Figures::add(&figures.refused, 1);
            }
            self.poll(scratch.now, figures, came);
        }
        if self.wake <= scratch.now && self.rtc.handle_input(Input::Timeout(scratch.now)).is_ok() {
            self.poll(scratch.now, figures, came);
        }
        if !self.rtc.is_alive() {
            self.leave(came);
        }
    }

    /// Sends a tick: sound or nothing.
    pub(crate) fn send(&mut self, sound: Option<&Coded>, scratch: &Scratch<'_>) {
        let written =
            sound.is_some_and(|sound| self.is_connected() && self.write(sound, scratch.now));
        self.quiet = !written;
        self.timestamp = self.timestamp.wrapping_add(TICKS);
        if written && self.rtc.handle_input(Input::Timeout(scratch.now)).is_ok() {
            Figures::add(&scratch.shared.figures.packets_out, 1);
            // Nothing comes in here but what str0m says of itself; that is told at the next tick.
            self.poll(scratch.now, &scratch.shared.figures, &mut |_| {});
        }
    }

    fn write(&mut self, sound: &Coded, now: Instant) -> bool {
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(self.mid, None) else { return false };
        let number = self.sequence.into();
        let packet = RtpWrite::new(self.payload_type, number, self.timestamp, now, &sound[..]);
        stream.write_rtp(packet.marker(self.quiet));
        self.sequence += 1;
        true
    }

    /// Sends what str0m wants sent and takes what it has to tell.
    fn poll(&mut self, now: Instant, figures: &Figures, came: &mut dyn FnMut(Came<'_>)) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(wake)) => return self.wake = wake,
                Ok(Output::Transmit(packet)) => {
                    self.door.send(&packet.contents, packet.destination)
                }
                Ok(Output::Event(event)) => self.on(event, figures, came),
                Err(_) => {
                    self.leave(came);
                    return self.wake = now + Duration::from_secs(1);
                }
            }
        }
    }

    fn on(&mut self, event: Event, figures: &Figures, came: &mut dyn FnMut(Came<'_>)) {
        match event {
            Event::Connected => {
                self.connected = true;
                came(Came::Connected);
            }
            Event::RtpPacket(packet) => {
                Figures::add(&figures.packets_in, 1);
                let (header, payload) = (&packet.header, &packet.payload[..]);
                if header.payload_type == self.payload_type {
                    came(Came::Sound { timestamp: header.timestamp, payload });
                } else if Some(header.payload_type) == self.digits
                    && let Some(key) = self.reader.read(header.timestamp, payload)
                {
                    came(Came::Digit(key));
                }
                came(Came::Life);
            }
            Event::Closed | Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.leave(came);
            }
            _ => {}
        }
    }

    /// It is over, and that is told once.
    fn leave(&mut self, came: &mut dyn FnMut(Came<'_>)) {
        if !self.gone {
            self.gone = true;
            came(Came::Gone);
        }
    }
}

fn agree(door: &Door, offer: &str, codec: Codec, now: Instant) -> Result<Agreed, BrowserRefused> {
    let offer = SdpOffer::from_sdp_string(offer).map_err(|_| BrowserRefused::Malformed)?;
    let mut rtc = unagreed(codec).build(now);
    let candidate = Candidate::host(door.said(), "udp").map_err(|_| BrowserRefused::Malformed)?;
    rtc.add_local_candidate(candidate);
    let answer = rtc.sdp_api().accept_offer(offer).map_err(|_| BrowserRefused::NothingInCommon)?;
    let lines = answer.media_lines.iter().filter(|line| !line.disabled);
    let is_sound = |mid: &Mid| rtc.media(*mid).is_some_and(|it| it.kind() == MediaKind::Audio);
    let mid = lines.map(|line| line.mid()).find(is_sound).ok_or(BrowserRefused::NothingInCommon)?;
    let agreed = rtc.media(mid).map(|media| media.remote_pts().to_vec()).unwrap_or_default();
    let number = |format: Format| {
        let params = rtc.codec_config().params().iter();
        let mut numbers = params.filter(|one| one.spec().codec == format).map(|one| one.pt());
        numbers.find(|number| agreed.contains(number))
    };
    let payload_type = number(format(codec)).ok_or(BrowserRefused::NothingInCommon)?;
    let digits = number(Format::Tele);
    Ok(Agreed { answer: answer.to_sdp_string(), mid, payload_type, digits, rtc })
}

const fn format(codec: Codec) -> Format {
    match codec {
        Codec::Pcma => Format::PCMA,
        Codec::G722 => Format::G722,
    }
}

/// What we can do, before we know what the browser can: one codec, so that it is clear which is
/// spoken, and keys.
fn unagreed(codec: Codec) -> str0m::RtcConfig {
    let mut config = Rtc::builder()
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .set_rtcp_report_interval_audio(REPORTS)
        .clear_codecs();
    config = match codec {
        Codec::Pcma => config.enable_pcma(true, false),
        Codec::G722 => config.enable_g722(true, false),
    };
    let eight = Frequency::EIGHT_KHZ;
    let keys = FormatParams::default();
    config.codec_config().add_config(DIGITS.into(), None, Format::Tele, eight, None, keys);
    config
}
