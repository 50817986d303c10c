//! Sound of telephones: how it is coded ([`alaw`]), kept ([`wav`]) and made ([`tone`]). Functions
//! only; what carries it is the telephony crate.

pub mod alaw;
pub mod tone;
pub mod wav;

/// Samples a second on the telephone.
pub const RATE: u32 = 8_000;
