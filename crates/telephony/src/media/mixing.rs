//! Who hears whom: everybody all the others, never themselves.

use super::{FRAME, Frame};

/// What each leg hears, in the order of `said`: the sum of what `hears(listener, speaker)` lets
/// through, bounded, never its own sound. Costs one pass over the legs for all who hear everybody,
/// and one more for each who does not.
#[must_use]
pub fn mix(said: &[Frame], hears: impl Fn(usize, usize) -> bool) -> Vec<Frame> {
    let mut all = [0_i32; FRAME];
    for frame in said {
        for (sum, sample) in all.iter_mut().zip(frame) {
            *sum += i32::from(*sample);
        }
    }
    (0..said.len())
        .map(|listener| {
            let deaf_to = (0..said.len())
                .filter(|speaker| !hears(listener, *speaker) || *speaker == listener);
            let mut heard = all;
            for speaker in deaf_to {
                for (sum, sample) in heard.iter_mut().zip(&said[speaker]) {
                    *sum -= i32::from(*sample);
                }
            }
            let mut frame = [0; FRAME];
            for (out, sum) in frame.iter_mut().zip(heard) {
                *out = bounded(sum);
            }
            frame
        })
        .collect()
}

/// A sample that fits: what is too loud is cut, not wrapped around.
fn bounded(sum: i32) -> i16 {
    let least = i32::from(i16::MIN);
    let most = i32::from(i16::MAX);
    i16::try_from(sum.clamp(least, most)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{SILENCE, tone};
    use super::*;

    #[test]
    fn each_hears_the_others_and_not_itself() {
        let said = [400, 600, 1_000].map(|hertz| tone::frame(hertz, 8_000, 0));
        let heard = mix(&said, |_, _| true);
        for (listener, frame) in heard.iter().enumerate() {
            for (speaker, hertz) in [400, 600, 1_000].into_iter().enumerate() {
                let level = tone::level(frame, hertz);
                if speaker == listener {
                    assert!(level < -40.0, "{listener} hears itself at {level} dB");
                } else {
                    assert!(level > -16.0, "{listener} hears {hertz} at {level} dB");
                }
            }
        }
    }

    #[test]
    fn a_whisper_reaches_the_agent_alone() {
        // Caller 0, agent 1, supervisor 2, who is heard by the agent only.
        let said = [tone::frame(440, 8_000, 0), SILENCE, tone::frame(1_000, 8_000, 0)];
        let heard = mix(&said, |listener, speaker| speaker != 2 || listener == 1);
        assert!(tone::level(&heard[0], 1_000) < -60.0);
        assert!(tone::level(&heard[1], 1_000) > -16.0);
        assert!(tone::level(&heard[2], 440) > -16.0);
    }

    proptest! {
        #[test]
        fn what_is_too_loud_is_cut(samples in prop::collection::vec(any::<i16>(), 1..8)) {
            let said: Vec<Frame> = samples.iter().map(|sample| [*sample; FRAME]).collect();
            for (listener, frame) in mix(&said, |_, _| true).iter().enumerate() {
                let others = samples.iter().enumerate().filter(|(at, _)| *at != listener);
                let sum: i32 = others.map(|(_, sample)| i32::from(*sample)).sum();
                let most = sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
                prop_assert!(frame.iter().all(|sample| i32::from(*sample) == most));
            }
        }
    }
}
