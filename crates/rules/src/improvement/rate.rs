//! A share with how sure it is.

use serde::{Deserialize, Serialize};

/// The width of an interval that holds the true share in 95 of 100 cases, in standard deviations.
pub const SURE: f64 = 1.959_963_985;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rate {
    pub found: i64,
    pub n: i64,
}

impl Rate {
    /// Between 0 and 1; `None` when nothing was counted.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of searches are far below 2^52")]
    pub fn share(self) -> Option<f64> {
        (self.n > 0).then(|| self.found.clamp(0, self.n) as f64 / self.n as f64)
    }

    /// Wilson's interval, which holds for small counts too: from, to.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of searches are far below 2^52")]
    pub fn interval(self) -> Option<(f64, f64)> {
        let p = self.share()?;
        let n = self.n as f64;
        let z2 = SURE * SURE;
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = SURE / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        Some(((middle - half).max(0.0), (middle + half).min(1.0)))
    }

    /// Whether the share is surely higher than that of `before`: the intervals do not touch.
    #[must_use]
    pub fn surely_above(self, before: Self) -> bool {
        match (self.interval(), before.interval()) {
            (Some((low, _)), Some((_, high))) => low > high,
            _ => false,
        }
    }
}
