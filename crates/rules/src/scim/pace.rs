//! How many requests a sender may make.

use base::UnixMillis;

/// Requests are counted over this time.
const WINDOW_MS: i64 = 10_000;
/// So many in that time: four times what Entra ID asks for (25 a second).
pub const PER_WINDOW: u32 = 1_000;

/// One sender's requests of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    since: Option<UnixMillis>,
    count: u32,
}

impl Pace {
    /// Counts a request at `now`.
    ///
    /// # Errors
    /// It is one too many: in how many seconds the next one may come.
    pub fn count(&mut self, now: UnixMillis) -> Result<(), i64> {
        // A clock that was put back begins a new window too.
        let running = self.since.filter(|since| (0..WINDOW_MS).contains(&(now.0 - since.0)));
        let Some(since) = running else {
            *self = Self { since: Some(now), count: 1 };
            return Ok(());
        };
        if self.count >= PER_WINDOW {
            return Err((since.0 + WINDOW_MS - now.0).div_euclid(1000).max(1));
        }
        self.count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_in_a_loop_is_held_up_and_goes_on_after_the_window() {
        let mut pace = Pace::default();
        for _ in 0..PER_WINDOW {
            assert_eq!(pace.count(UnixMillis(1_000)), Ok(()));
        }
        assert_eq!(pace.count(UnixMillis(4_000)), Err(7));
        assert_eq!(pace.count(UnixMillis(11_000)), Ok(()));
        assert_eq!(pace.count(UnixMillis(0)), Ok(()), "a clock put back holds nobody up");
    }
}
