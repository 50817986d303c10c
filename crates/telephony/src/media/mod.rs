//! Sound as it goes over the wire and through the house: 20 ms at a time.
//!
//! [`Plane`] carries all calls. Below it everything is a function of packets and ticks: [`jitter`]
//! evens out what comes in, a room decides what each leg is sent, and only where sound is mixed or
//! changes its format is it decoded at all. [`line`](self) is the end of a telephone (RTP), the end
//! of a browser is [`crate::browser`].

pub mod capture;
pub mod digits;
pub mod figures;
pub mod g722;
mod halving;
pub mod jitter;
mod leg;
mod line;
pub mod mixing;
mod plane;
mod ports;
pub mod prompts;
mod room;
pub mod rtcp;
pub mod rtp;
pub mod srtp;
mod threads;
mod voice;

pub use ::sound::{alaw, tone, wav};
pub use capture::{Keep, Kept};
pub(crate) use leg::{Came, Scratch};
pub use plane::{LegKey, MediaEvent, Plane, PlaneSettings, Remote, Utterance};
pub use prompts::Phrase;
pub(crate) use room::guarded;
pub(crate) use threads::{DATAGRAM, Shared};

/// The time of one frame, in milliseconds.
pub const FRAME_MS: u32 = 20;
/// Samples a second inside the house: 7 kHz of sound.
pub const RATE: u32 = 16_000;
/// Samples of one frame.
pub const FRAME: usize = (RATE / 1_000 * FRAME_MS) as usize;

/// 20 ms of sound, one channel, 16 bits a sample.
pub type Frame = [i16; FRAME];
/// 20 ms of nothing.
pub const SILENCE: Frame = [0; FRAME];

/// Ticks a second of the clock of packets. A-law samples so often; G.722 twice as often, and says
/// this (RFC 3551, section 4.5.2). Either sends a byte a tick.
pub const CLOCK: u32 = 8_000;
/// Bytes of one frame on the wire, and ticks of its clock.
pub const CODED: usize = (CLOCK / 1_000 * FRAME_MS) as usize;
/// The same, as the clock counts.
pub(crate) const TICKS: u32 = CLOCK / 1_000 * FRAME_MS;

/// 20 ms of sound as it goes over the wire.
pub type Coded = [u8; CODED];
