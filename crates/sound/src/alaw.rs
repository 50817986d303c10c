//! A-law (ITU-T G.711): the sound of every European telephone.

/// What silence is on the wire: 0xD5, not zero.
pub const SILENCE: u8 = 0xD5;

/// The byte of a sample.
#[must_use]
pub const fn encode(sample: i16) -> u8 {
    // 13 bits; negative values count from minus one down (G.711, table 1a, note 2).
    let positive = sample >= 0;
    let magnitude = (if positive { sample } else { !sample }) >> 3;
    let segment = match magnitude {
        0..=0x1F => 0,
        _ => 11 - (magnitude as u16).leading_zeros() as i16,
    };
    let steps = match segment {
        0 => magnitude >> 1,
        _ => (magnitude >> segment) & 0x0F,
    };
    let code = ((segment << 4) | (steps & 0x0F)) as u8;
    // Even bits are turned over; the sign bit is set for positive.
    (code | if positive { 0x80 } else { 0 }) ^ 0x55
}

/// The sample of a byte.
#[must_use]
pub const fn decode(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let segment = (code & 0x70) >> 4;
    let steps = ((code & 0x0F) as i16) << 4;
    let magnitude = match segment {
        0 => steps + 8,
        _ => (steps + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_as_it_was() {
        for byte in 0..=u8::MAX {
            assert_eq!(encode(decode(byte)), byte, "{byte:#x}");
        }
        assert_eq!(encode(0), SILENCE);
    }

    #[test]
    fn what_is_heard_is_near_what_was_said() {
        for sample in (i16::MIN..=i16::MAX).step_by(7) {
            let heard = i32::from(decode(encode(sample)));
            let said = i32::from(sample);
            // Half a step: 8 near silence, one part in 32 of what is loud.
            let most = 8.max(said.abs() / 32 + 1);
            assert!((heard - said).abs() <= most, "{said} became {heard}");
        }
    }

    #[test]
    fn louder_stays_louder() {
        let heard: Vec<i16> = (i16::MIN..=i16::MAX).map(|sample| decode(encode(sample))).collect();
        assert!(heard.is_sorted());
    }
}
