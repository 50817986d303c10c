//! Sound that is kept: a message for a department, a recording the citizen agreed to.

use super::mixing::mix;
use super::voice::Narrower;
use super::{CLOCK, CODED, Coded, Frame, wav};

/// What of a leg is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// What its other end says.
    Said,
    /// What it says and hears.
    Conversation,
}

/// Memory is taken for so many bytes at a time (10 s).
const PIECE: usize = 10 * CLOCK as usize;
/// What is longer goes out as several (1 h).
const PIECES: usize = 360;

/// Kept sound: A-law, in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept(Vec<Vec<u8>>);

impl Kept {
    /// As a file, `audio/wav`.
    #[must_use]
    pub fn wav(&self) -> Vec<u8> {
        wav::write(&self.0.concat(), None)
    }

    /// How long it is, in milliseconds.
    #[must_use]
    pub fn millis(&self) -> usize {
        self.0.iter().map(Vec::len).sum::<usize>() / (CLOCK as usize / 1_000)
    }

    fn push(&mut self, coded: &Coded) {
        match self.0.last_mut() {
            Some(piece) if piece.len() + CODED <= PIECE => piece.extend(coded),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.extend(coded);
                self.0.push(piece);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() == PIECES && self.0.last().is_some_and(|piece| piece.len() + CODED > PIECE)
    }
}

/// Keeps the sound of a leg.
#[derive(Debug, Clone)]
pub(super) struct Capture {
    pub(super) keep: Keep,
    narrower: Narrower,
    kept: Kept,
}

impl Capture {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, narrower: Narrower::default(), kept: Kept::default() }
    }

    /// Takes in a tick; what has been kept, when it has become too long to go on.
    pub(super) fn push(&mut self, said: &Frame, heard: Option<&Frame>) -> Option<Kept> {
        let heard = heard.filter(|_| self.keep == Keep::Conversation);
        let frame = mix(std::iter::once(said).chain(heard));
        self.kept.push(&self.narrower.encode(&frame));
        self.kept.is_full().then(|| std::mem::take(&mut self.kept))
    }

    pub(super) fn end(self) -> Kept {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::SILENCE;
    use super::*;

    #[test]
    fn an_hour_is_a_file_and_then_the_next_begins() {
        let mut capture = Capture::new(Keep::Said);
        for _ in 1..PIECES * PIECE / CODED {
            capture.kept.push(&[0; CODED]);
            assert!(!capture.kept.is_full());
        }
        let hour = capture.push(&SILENCE, None).map(|kept| kept.millis());
        assert_eq!(hour, Some(3_600_000));
        assert_eq!(capture.push(&SILENCE, None), None);
        assert_eq!(capture.end().millis(), 20);
    }
}
