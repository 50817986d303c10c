//! G.722 (ITU-T, 09/2012) at 64 kbit/s: 7 kHz of sound in a byte for every two samples.
//!
//! The band is split in two by a quadrature mirror filter, and each half is coded as the difference
//! from what was foretold (ADPCM): 6 bits for the lower, 2 for the upper. Names of steps and tables
//! are those of the recommendation (section 3 and 6.2).

use super::mixing::bounded;
use super::{Coded, Frame};

/// Coefficients of the filters that split and join the bands (table 11, one half).
const QMF: [i32; 12] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];
/// Decision levels of the lower band (table 14).
const Q6: [i32; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023,
    1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
];
/// What a code of the lower band stands for, at 6 bits and at the 4 that both ends foretell with
/// (tables 15 and 16).
const QQ6: [i32; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232,
    -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776,
    -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280,
    11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776,
    2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
];
const QQ4: [i32; 16] = [
    0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584,
    1200, 0,
];
/// What a code of the upper band stands for.
const QQ2: [i32; 4] = [-7408, -1616, 7408, 1616];
/// How the step grows after each code (tables 17 and 19).
const WL: [i32; 16] =
    [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
const WH: [i32; 4] = [798, -214, 798, -214];
/// The step for its logarithm (table 18).
const ILB: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

/// A 16-bit number as the recommendation limits it.
fn limit(value: i32) -> i32 {
    i32::from(bounded(value))
}

/// Whether two numbers have the same sign, zero being positive.
const fn alike(one: i32, other: i32) -> bool {
    (one < 0) == (other < 0)
}

/// What both ends know of one band: the step, and what the next sample is foretold to be.
#[derive(Debug, Clone)]
struct Band {
    /// The step of the quantiser (DET) and its logarithm (NB).
    step: i32,
    log: i32,
    /// What is foretold (S), the part of it from differences (SZ).
    foretold: i32,
    from_zeros: i32,
    /// The last two reconstructed samples (R), partly reconstructed ones (P) and differences (D).
    samples: [i32; 2],
    parts: [i32; 2],
    differences: [i32; 6],
    /// Coefficients of the two poles and the six zeros.
    poles: [i32; 2],
    zeros: [i32; 6],
}

impl Band {
    const fn new(step: i32) -> Self {
        Self {
            step,
            log: 0,
            foretold: 0,
            from_zeros: 0,
            samples: [0; 2],
            parts: [0; 2],
            differences: [0; 6],
            poles: [0; 2],
            zeros: [0; 6],
        }
    }

    /// The difference that a value of a table stands for now (INVQ).
    const fn difference(&self, value: i32) -> i32 {
        (self.step * value) >> 15
    }

    /// Takes in the difference that was sent (LOGSC, SCALE, block 4). `growth`, `most` and `shift`
    /// are the band's own.
    fn adapt(&mut self, difference: i32, growth: i32, most: i32, shift: i32) {
        self.log = (((self.log * 127) >> 7) + growth).clamp(0, most);
        let fine = ILB[((self.log >> 6) & 31) as usize];
        let coarse = shift - (self.log >> 11);
        self.step = if coarse < 0 { fine << -coarse } else { fine >> coarse } << 2;

        let sample = limit(self.foretold + difference);
        let part = limit(self.from_zeros + difference);
        let [first, second] = self.poles;
        // UPPOL2, UPPOL1
        let turned = limit(first << 2);
        let turned = if alike(part, self.parts[0]) { limit(-turned) } else { turned };
        let nudge = if alike(part, self.parts[1]) { 128 } else { -128 };
        let second = ((turned >> 7) + nudge + ((second * 32_512) >> 15)).clamp(-12_288, 12_288);
        let nudge = if alike(part, self.parts[0]) { 192 } else { -192 };
        let bound = limit(15_360 - second);
        let first = limit(nudge + ((first * 32_640) >> 15)).clamp(-bound, bound);
        self.poles = [first, second];
        // UPZERO
        let nudge = if difference == 0 { 0 } else { 128 };
        for (zero, earlier) in self.zeros.iter_mut().zip(self.differences) {
            let nudge = if alike(earlier, difference) { nudge } else { -nudge };
            *zero = limit(nudge + ((*zero * 32_640) >> 15));
        }
        // DELAYA
        self.samples = [sample, self.samples[0]];
        self.parts = [part, self.parts[0]];
        self.differences.rotate_right(1);
        self.differences[0] = difference;
        // FILTEP, FILTEZ, PREDIC
        let weigh = |(weight, value): (&i32, &i32)| (weight * limit(value + value)) >> 15;
        let from_poles: i32 = self.poles.iter().zip(&self.samples).map(weigh).sum();
        let from_zeros: i32 = self.zeros.iter().zip(&self.differences).map(weigh).sum();
        self.from_zeros = limit(from_zeros);
        self.foretold = limit(limit(from_poles) + self.from_zeros);
    }

    fn adapt_lower(&mut self, code: usize) {
        self.adapt(self.difference(QQ4[code >> 2]), WL[code >> 2], 18_432, 8);
    }

    fn adapt_upper(&mut self, code: usize) {
        self.adapt(self.difference(QQ2[code]), WH[code], 22_528, 10);
    }
}

/// Both bands and the last samples in the filter that splits or joins them.
#[derive(Debug, Clone)]
struct State {
    lower: Band,
    upper: Band,
    history: [i32; 24],
}

impl State {
    const fn new() -> Self {
        Self { lower: Band::new(32), upper: Band::new(8), history: [0; 24] }
    }

    /// Takes two values into the filter; its two sums.
    fn filter(&mut self, one: i32, two: i32) -> (i32, i32) {
        self.history.rotate_left(2);
        self.history[22] = one;
        self.history[23] = two;
        let (mut odd, mut even) = (0, 0);
        for (at, pair) in self.history.chunks_exact(2).enumerate() {
            odd += pair[0] * QMF[at];
            even += pair[1] * QMF[11 - at];
        }
        (odd, even)
    }
}

/// Turns sound into bytes; one for each stream.
#[derive(Debug, Clone)]
pub struct Encoder(State);

/// Turns bytes into sound; one for each stream.
#[derive(Debug, Clone)]
pub struct Decoder(State);

impl Default for Encoder {
    fn default() -> Self {
        Self(State::new())
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self(State::new())
    }
}

impl Encoder {
    pub fn encode(&mut self, sound: &Frame, out: &mut Coded) {
        for (byte, pair) in out.iter_mut().zip(sound.chunks_exact(2)) {
            *byte = self.pair(i32::from(pair[0]), i32::from(pair[1]));
        }
    }

    fn pair(&mut self, one: i32, two: i32) -> u8 {
        let (odd, even) = self.0.filter(one, two);
        let lower = self.lower(limit(((even + odd) >> 14) - self.0.lower.foretold));
        let upper = self.upper(limit(((even - odd) >> 14) - self.0.upper.foretold));
        self.0.lower.adapt_lower(lower);
        self.0.upper.adapt_upper(upper);
        ((upper << 6) | lower) as u8
    }

    /// QUANTL: the code of a difference in the lower band.
    fn lower(&self, difference: i32) -> usize {
        let size = if difference < 0 { !difference } else { difference };
        let step = self.0.lower.step;
        let level = Q6.iter().take_while(|level| size >= (*level * step) >> 12).count();
        match (difference < 0, level) {
            (true, 0 | 1) => 63 - level,
            (true, _) => 33 - level,
            (false, _) => 61 - level,
        }
    }

    /// QUANTH: the code of a difference in the upper band.
    fn upper(&self, difference: i32) -> usize {
        let size = if difference < 0 { !difference } else { difference };
        let large = size >= (564 * self.0.upper.step) >> 12;
        match (difference < 0, large) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        }
    }
}

impl Decoder {
    pub fn decode(&mut self, coded: &Coded, out: &mut Frame) {
        for (pair, byte) in out.chunks_exact_mut(2).zip(coded) {
            let [one, two] = self.byte(*byte);
            pair[0] = one;
            pair[1] = two;
        }
    }

    fn byte(&mut self, byte: u8) -> [i16; 2] {
        let (lower, upper) = (usize::from(byte & 0x3F), usize::from(byte >> 6));
        let State { lower: low, upper: high, .. } = &mut self.0;
        let limited = |value: i32| value.clamp(-16_384, 16_383);
        let below = limited(low.foretold + low.difference(QQ6[lower]));
        let above = limited(high.foretold + high.difference(QQ2[upper]));
        low.adapt_lower(lower);
        high.adapt_upper(upper);
        let (odd, even) = self.0.filter(below + above, below - above);
        [bounded(even >> 11), bounded(odd >> 11)]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CODED, FRAME, RATE, tone};
    use super::*;

    /// Codes and decodes half a second.
    fn through(sound: impl Iterator<Item = i16>) -> Vec<i16> {
        let (mut encoder, mut decoder) = (Encoder::default(), Decoder::default());
        let sound: Vec<i16> = sound.take(25 * FRAME).collect();
        let (mut coded, mut frame, mut heard) = ([0; CODED], [0; FRAME], Vec::new());
        for said in sound.as_chunks::<FRAME>().0 {
            encoder.encode(said, &mut coded);
            decoder.decode(&coded, &mut frame);
            heard.extend(frame);
        }
        heard
    }

    #[test]
    fn tones_up_to_seven_kilohertz_come_through_as_loud_as_they_were() {
        for hertz in [100, 440, 1_000, 3_000, 5_000, 6_500] {
            let heard = through(tone::samples(RATE, hertz, 8_192));
            let level = tone::level(&heard[FRAME..], RATE, hertz);
            assert!((level + 12.0).abs() < 1.0, "{hertz} Hz at {level} dB");
        }
    }

    #[test]
    fn what_is_added_is_far_below_what_was_said() {
        let said: Vec<i16> = tone::samples(RATE, 1_000, 8_192).take(25 * FRAME).collect();
        let heard = through(said.iter().copied());
        // The filters hold sound back by 22 samples, the standard says.
        let noise = |shift: usize| -> f64 {
            let pairs = heard[FRAME + shift..].iter().zip(&said[FRAME..]);
            pairs.map(|(heard, said)| (f64::from(*heard) - f64::from(*said)).powi(2)).sum()
        };
        let signal: f64 = said[FRAME..].iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let least = (20..24).map(noise).fold(f64::INFINITY, f64::min);
        assert!(signal / least > 1_000.0, "{} dB", 10.0 * (signal / least).log10());
    }

    /// The bytes that the published reference implementation (the one of Carnegie Mellon University
    /// in libg722) makes of the same sound, as a sum over them.
    #[test]
    fn the_bytes_are_those_of_the_reference() {
        let mut encoder = Encoder::default();
        let mut coded = [0; CODED];
        let mut sum = 0_u64;
        let mut noise = 1_u32;
        for nth in 0..500 {
            let mut frame = [0; FRAME];
            for sample in &mut frame {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // From very quiet to full.
                *sample = ((noise >> 16) as u16).cast_signed() >> (nth % 16);
            }
            encoder.encode(&frame, &mut coded);
            for byte in coded {
                sum = sum.wrapping_mul(31).wrapping_add(u64::from(byte));
            }
        }
        assert_eq!(sum, 6_395_177_153_886_430_359);
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_sound(bytes in prop::collection::vec(any::<u8>(), 8 * CODED)) {
            let mut decoder = Decoder::default();
            let mut frame = [0; FRAME];
            for coded in bytes.as_chunks::<CODED>().0 {
                decoder.decode(coded, &mut frame);
            }
        }

        #[test]
        fn any_sound_has_bytes(samples in prop::collection::vec(any::<i16>(), 8 * FRAME)) {
            let mut encoder = Encoder::default();
            let mut coded = [0; CODED];
            for frame in samples.as_chunks::<FRAME>().0 {
                encoder.encode(frame, &mut coded);
            }
        }
    }
}
