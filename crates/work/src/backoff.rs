//! How long to wait before trying again.

/// The longest pause: a mail server that was away all night gets its mail ten minutes after.
const LONGEST_S: i64 = 600;

/// Seconds to wait after the `attempts`-th failure: 1, 2, 4 … up to ten minutes.
#[must_use]
pub fn pause_after(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 20)).unwrap_or(0);
    1_i64.checked_shl(doublings).unwrap_or(LONGEST_S).min(LONGEST_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_and_ends_at_ten_minutes() {
        assert_eq!([1, 2, 3, 4].map(pause_after), [1, 2, 4, 8]);
        assert_eq!(pause_after(11), LONGEST_S);
        assert_eq!(pause_after(i64::MAX), LONGEST_S);
        assert_eq!(pause_after(0), 1);
    }
}
