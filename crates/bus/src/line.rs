//! What has been rung and not been heard yet: bounded, and the same key only once.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::Keys;

/// More keys than this are heard as [`Rung::Everything`].
const KEYS_AT_ONCE: usize = 4_096;

/// What a listener hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rung {
    /// These streams may have grown.
    Keys(Keys),
    /// Any stream may have grown: look at all that matter to you.
    Everything,
}

impl Rung {
    pub(crate) fn keys(keys: impl IntoIterator<Item = String>) -> Self {
        Self::Keys(keys.into_iter().collect())
    }
}

/// Waits for someone to take what was rung.
#[derive(Default)]
pub(crate) struct Line {
    waiting: Mutex<Option<Rung>>,
    notify: Notify,
}

impl Line {
    pub(crate) fn add(&self, rung: &Rung) {
        if matches!(rung, Rung::Keys(keys) if keys.is_empty()) {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = Some(match (waiting.take(), rung) {
            (None, rung) => rung.clone(),
            (Some(Rung::Keys(mut known)), Rung::Keys(keys)) => {
                known.extend(keys.iter().cloned());
                if known.len() > KEYS_AT_ONCE { Rung::Everything } else { Rung::Keys(known) }
            }
            _ => Rung::Everything,
        });
        drop(waiting);
        self.notify.notify_one();
    }

    /// Everything that was rung since the last time, as soon as there is something. One taker at a
    /// time. Nothing is lost when the future is dropped.
    pub(crate) async fn take(&self) -> Rung {
        loop {
            let taken = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(rung) = taken {
                return rung;
            }
            self.notify.notified().await;
        }
    }
}

/// Hears what is rung, by this node and the others. However slow it is, nothing is lost and little
/// is kept: rings add up until they are heard.
pub struct Listener(Arc<Line>);

impl Listener {
    pub(crate) const fn of(line: Arc<Line>) -> Self {
        Self(line)
    }

    /// Everything that was rung since the last time, as soon as there is something. May be dropped
    /// and called again without loss.
    pub async fn heard(&mut self) -> Rung {
        self.0.take().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rings_add_up_until_they_are_heard() {
        let line = Line::default();
        for key in ["b", "a", "b"] {
            line.add(&Rung::keys([key.to_owned()]));
        }
        assert_eq!(line.take().await, Rung::keys(["a".to_owned(), "b".to_owned()]));
        line.add(&Rung::keys(["c".to_owned()]));
        line.add(&Rung::Everything);
        line.add(&Rung::keys(["d".to_owned()]));
        assert_eq!(line.take().await, Rung::Everything);
        line.add(&Rung::keys((0..=KEYS_AT_ONCE).map(|n| n.to_string())));
        line.add(&Rung::keys(["e".to_owned()]));
        assert_eq!(line.take().await, Rung::Everything);
    }
}
