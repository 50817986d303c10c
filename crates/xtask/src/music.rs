//! The music for those who wait: a short quiet piece for a plucked instrument, written here.

use sound::RATE;

/// A beat, in seconds.
const BEAT: f64 = 0.75;
/// The chords, a bar of four beats each: bass, then the notes that are plucked one after the other
/// (semitones from the A of 110 Hz).
const BARS: [(i32, [i32; 4]); 12] = [
    (3, [15, 19, 22, 27]),
    (0, [12, 15, 19, 24]),
    (8, [15, 20, 24, 27]),
    (10, [14, 17, 22, 26]),
    (3, [15, 19, 22, 27]),
    (7, [14, 19, 22, 26]),
    (8, [15, 20, 24, 27]),
    (10, [14, 17, 20, 26]),
    (0, [12, 15, 19, 24]),
    (5, [12, 17, 20, 24]),
    (10, [14, 17, 22, 26]),
    (3, [15, 19, 22, 27]),
];
/// The tune above them, a note a bar on its third beat.
const TUNE: [i32; 12] = [34, 36, 32, 34, 31, 34, 32, 29, 31, 32, 34, 27];

/// About 36 seconds, made to be repeated: the last notes ring into the first.
pub fn piece() -> Vec<f64> {
    let seconds = BEAT * 4.0 * BARS.len() as f64;
    let mut sound = vec![0.0; (seconds * f64::from(RATE)) as usize];
    for ((bar, (bass, chord)), tune) in BARS.iter().enumerate().zip(TUNE) {
        let begin = bar as f64 * 4.0 * BEAT;
        pluck(&mut sound, begin, *bass, 0.10);
        for (nth, note) in chord.iter().chain(chord.iter().rev()).enumerate() {
            pluck(&mut sound, begin + nth as f64 * BEAT / 2.0, *note, 0.06);
        }
        pluck(&mut sound, begin + 2.0 * BEAT, tune, 0.09);
    }
    sound
}

/// A string that fades over two seconds, its overtones sooner.
fn pluck(sound: &mut [f64], at: f64, semitones: i32, loudness: f64) {
    let hertz = 110.0 * (f64::from(semitones) / 12.0).exp2();
    let first = (at * f64::from(RATE)) as usize;
    for nth in 0..3 * RATE as usize {
        let time = nth as f64 / f64::from(RATE);
        let tone: f64 = [(1.0, 1.0), (2.0, 0.35), (3.0, 0.12)]
            .into_iter()
            .map(|(overtone, share): (f64, f64)| {
                let turn = std::f64::consts::TAU * hertz * overtone * time;
                share * (-time * (1.2 + overtone)).exp() * turn.sin()
            })
            .sum();
        let soft = (time / 0.008).min(1.0);
        let place = (first + nth) % sound.len();
        sound[place] += loudness * soft * tone;
    }
}
