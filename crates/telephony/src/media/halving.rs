//! Between the telephone's 8,000 samples a second and the 16,000 of wide sound: a half-band filter,
//! even to 3.4 kHz, 44 dB down from 4.5 kHz on.

use super::mixing::bounded;
use super::{CODED, FRAME, Frame};

/// Weights of the samples at odd distances 1, 3, … 23 from the middle, of 32768; the middle weighs
/// a half, even distances nothing.
const WEIGHTS: [i32; 12] =
    [10_399, -3_360, 1_893, -1_229, 839, -580, 397, -266, 171, -103, 57, -26];
/// Samples of the narrow sound that a new one lies ahead of the middle, and of the wide sound.
const NARROW_REACH: usize = WEIGHTS.len();
const WIDE_REACH: usize = 2 * NARROW_REACH - 1;

/// 20 ms of sound at 8,000 samples a second.
pub(super) type Narrow = [i16; CODED];

/// The sum of both sides around a middle that lies between two samples.
fn sides(sample: impl Fn(usize) -> i16, left: usize, right: usize, apart: usize) -> i32 {
    WEIGHTS
        .iter()
        .enumerate()
        .map(|(at, weight)| {
            let (left, right) = (sample(left - at * apart), sample(right + at * apart));
            weight * (i32::from(left) + i32::from(right))
        })
        .sum()
}

/// Doubles the samples.
#[derive(Debug, Clone)]
pub(super) struct Doubler([i16; 2 * NARROW_REACH + CODED]);

impl Default for Doubler {
    fn default() -> Self {
        Self([0; 2 * NARROW_REACH + CODED])
    }
}

impl Doubler {
    pub(super) fn double(&mut self, narrow: &Narrow, wide: &mut Frame) {
        self.0.copy_within(CODED.., 0);
        self.0[2 * NARROW_REACH..].copy_from_slice(narrow);
        for (at, pair) in wide.chunks_exact_mut(2).enumerate() {
            let left = at + NARROW_REACH - 1;
            pair[0] = self.0[left];
            pair[1] = bounded(sides(|at| self.0[at], left, left + 1, 1) >> 14);
        }
    }
}

/// Halves the samples.
#[derive(Debug, Clone)]
pub(super) struct Halver([i16; 2 * WIDE_REACH + FRAME]);

impl Default for Halver {
    fn default() -> Self {
        Self([0; 2 * WIDE_REACH + FRAME])
    }
}

impl Halver {
    pub(super) fn halve(&mut self, wide: &Frame, narrow: &mut Narrow) {
        self.0.copy_within(FRAME.., 0);
        self.0[2 * WIDE_REACH..].copy_from_slice(wide);
        for (at, sample) in narrow.iter_mut().enumerate() {
            let middle = 2 * at + WIDE_REACH;
            let around = sides(|at| self.0[at], middle - 1, middle + 1, 2) >> 15;
            *sample = bounded((i32::from(self.0[middle]) >> 1) + around);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CLOCK, RATE, tone};
    use super::*;

    fn doubled(hertz: u32) -> Vec<i16> {
        let narrow: Vec<i16> = tone::samples(CLOCK, hertz, 8_192).take(50 * CODED).collect();
        let (mut doubler, mut wide) = (Doubler::default(), [0; FRAME]);
        let frames = narrow.as_chunks::<CODED>().0.iter();
        frames.flat_map(|frame| (doubler.double(frame, &mut wide), wide).1).collect()
    }

    fn halved(hertz: u32) -> Vec<i16> {
        let wide: Vec<i16> = tone::samples(RATE, hertz, 8_192).take(50 * FRAME).collect();
        let (mut halver, mut narrow) = (Halver::default(), [0; CODED]);
        let frames = wide.as_chunks::<FRAME>().0.iter();
        frames.flat_map(|frame| (halver.halve(frame, &mut narrow), narrow).1).collect()
    }

    #[test]
    fn the_telephones_band_comes_through_evenly_both_ways() {
        for hertz in [200, 1_000, 3_000, 3_400] {
            let up = tone::level(&doubled(hertz)[RATE as usize / 2..], RATE, hertz);
            let down = tone::level(&halved(hertz)[CLOCK as usize / 2..], CLOCK, hertz);
            assert!((up + 12.0).abs() < 0.2 && (down + 12.0).abs() < 0.2, "{hertz}: {up}, {down}");
        }
    }

    #[test]
    fn nothing_is_heard_where_it_does_not_belong() {
        // The mirror image of a doubled tone, and a tone that does not fit when halved.
        let image = tone::level(&doubled(3_000)[RATE as usize / 2..], RATE, 5_000);
        let folded = tone::level(&halved(5_000)[CLOCK as usize / 2..], CLOCK, 3_000);
        assert!(image < -52.0 && folded < -52.0, "{image}, {folded}");
    }
}
