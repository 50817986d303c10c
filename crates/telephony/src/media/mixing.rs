//! Several sounds in one.

use super::{FRAME, Frame};

/// The sum of some frames: what is too loud is cut, not wrapped around.
#[must_use]
pub fn mix<'a>(said: impl IntoIterator<Item = &'a Frame>) -> Frame {
    let mut sums = [0_i32; FRAME];
    for frame in said {
        for (sum, sample) in sums.iter_mut().zip(frame) {
            *sum += i32::from(*sample);
        }
    }
    sums.map(bounded)
}

/// The nearest sample there is.
pub(super) fn bounded(sum: i32) -> i16 {
    let most = i32::from(i16::MAX);
    i16::try_from(sum.clamp(i32::from(i16::MIN), most)).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_too_loud_is_cut(samples in prop::collection::vec(any::<i16>(), 0..8)) {
            let said: Vec<Frame> = samples.iter().map(|sample| [*sample; FRAME]).collect();
            let sum: i32 = samples.iter().map(|sample| i32::from(*sample)).sum();
            let heard = sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
            prop_assert!(mix(&said).iter().all(|sample| i32::from(*sample) == heard));
        }
    }
}
