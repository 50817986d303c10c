//! Sound as it goes over the wire and through the house: 20 ms at a time.
//!
//! Everything here is a function of packets and ticks; sockets and clocks are the caller's.

pub mod alaw;
pub mod digits;
pub mod jitter;
pub mod mixing;
pub mod rtp;
pub mod tone;

/// The time of one frame, in milliseconds.
pub const FRAME_MS: u32 = 20;
/// Samples a second on the telephone.
pub const RATE: u32 = 8_000;
/// Samples of one frame.
pub const FRAME: usize = (RATE / 1_000 * FRAME_MS) as usize;

/// 20 ms of sound, one channel, 16 bits a sample.
pub type Frame = [i16; FRAME];
/// 20 ms of nothing.
pub const SILENCE: Frame = [0; FRAME];
