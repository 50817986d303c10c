//! Tones: made for signals, and found again.

use std::f64::consts::TAU;

use super::{FRAME, Frame, RATE};

/// A frame of a sine: `peak` of 32767, the `nth` frame since it began, so that frames join without
/// a click.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a sine below its peak fits")]
pub fn frame(hertz: u32, peak: i16, nth: u32) -> Frame {
    let mut frame = [0; FRAME];
    let step = TAU * f64::from(hertz) / f64::from(RATE);
    let first = f64::from(nth) * f64::from(u32::try_from(FRAME).unwrap_or(0));
    for (at, sample) in (0_u32..).zip(&mut frame) {
        *sample = (f64::from(peak) * (step * (first + f64::from(at))).sin()) as i16;
    }
    frame
}

/// How loud a tone is in some sound, in dB of full scale (Goertzel's algorithm): 0 for a sine that
/// fills all 16 bits.
#[must_use]
pub fn level(sound: &[i16], hertz: u32) -> f64 {
    let count = u32::try_from(sound.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return f64::NEG_INFINITY;
    }
    let turn = TAU * f64::from(hertz) / f64::from(RATE);
    let factor = 2.0 * turn.cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in sound {
        (last, before) = (f64::from(*sample) + factor * last - before, last);
    }
    let power = last * last + before * before - factor * last * before;
    let amplitude = 2.0 * power.max(0.0).sqrt() / f64::from(count);
    20.0 * (amplitude / 32_768.0).max(1e-9).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_found_at_its_own_place_and_loudness() {
        let sound: Vec<i16> = (0..10).flat_map(|nth| frame(440, 16_384, nth)).collect();
        assert!((level(&sound, 440) + 6.0).abs() < 0.2);
        assert!(level(&sound, 1_000) < -50.0);
        assert!(level(&[], 440) < -100.0);
    }
}
