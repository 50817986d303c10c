//! Tones: made for signals, and found again.

use std::f64::consts::TAU;
use std::sync::Arc;

use crate::{RATE, alaw};

/// A sine without end: `rate` samples a second, `peak` of 32767.
#[expect(clippy::cast_possible_truncation, reason = "a sine below its peak fits")]
pub fn samples(rate: u32, hertz: u32, peak: i16) -> impl Iterator<Item = i16> {
    let step = TAU * f64::from(hertz) / f64::from(rate);
    // Begins anew after a second, when the sine does too.
    (0..rate).cycle().map(move |at| (f64::from(peak) * (step * f64::from(at)).sin()) as i16)
}

/// How loud a tone is in some sound, in dB of full scale (Goertzel's algorithm): 0 for a sine that
/// fills all 16 bits.
#[must_use]
pub fn level(sound: &[i16], rate: u32, hertz: u32) -> f64 {
    let count = u32::try_from(sound.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return f64::NEG_INFINITY;
    }
    let turn = TAU * f64::from(hertz) / f64::from(rate);
    let factor = 2.0 * turn.cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in sound {
        (last, before) = (f64::from(*sample) + factor * last - before, last);
    }
    let power = last * last + before * before - factor * last * before;
    let amplitude = 2.0 * power.max(0.0).sqrt() / f64::from(count);
    20.0 * (amplitude / 32_768.0).max(1e-9).log10()
}

/// That it rings elsewhere, as Danish telephones hear it: 425 Hz for one second in five (ITU-T
/// E.180, supplement 2). A-law, to be repeated.
#[must_use]
pub fn ringing() -> Arc<[u8]> {
    let second = RATE as usize;
    let tone = samples(RATE, 425, 4_000).take(second).map(alaw::encode);
    tone.chain(std::iter::repeat_n(alaw::SILENCE, 4 * second)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_found_at_its_own_place_and_loudness() {
        let sound: Vec<i16> = samples(8_000, 440, 16_384).take(1_600).collect();
        assert!((level(&sound, 8_000, 440) + 6.0).abs() < 0.2);
        assert!(level(&sound, 8_000, 1_000) < -50.0);
        assert!(level(&[], 8_000, 440) < -100.0);
    }
}
