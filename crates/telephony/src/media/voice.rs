//! How one leg's sound is coded, both ways.

use super::halving::{Doubler, Halver};
use super::{CODED, Coded, FRAME, Frame, alaw, g722};
use crate::sdp::Codec;

/// A-law for what is coded at 8,000 samples a second.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrower(Halver);

impl Narrower {
    pub(super) fn encode(&mut self, frame: &Frame) -> Coded {
        let mut narrow = [0; CODED];
        self.0.halve(frame, &mut narrow);
        narrow.map(alaw::encode)
    }
}

/// Wide sound of what is A-law.
#[derive(Debug, Clone, Default)]
pub(super) struct Widener(Doubler);

impl Widener {
    pub(super) fn decode(&mut self, coded: &Coded) -> Frame {
        let mut frame = [0; FRAME];
        self.0.double(&coded.map(alaw::decode), &mut frame);
        frame
    }
}

/// The two directions of a codec, each with what it remembers.
#[derive(Debug, Clone)]
pub(super) enum Voice {
    Pcma { from: Widener, to: Narrower },
    G722 { from: g722::Decoder, to: g722::Encoder },
}

impl Voice {
    pub(super) fn new(codec: Codec) -> Self {
        match codec {
            Codec::Pcma => Self::Pcma { from: Widener::default(), to: Narrower::default() },
            Codec::G722 => {
                Self::G722 { from: g722::Decoder::default(), to: g722::Encoder::default() }
            }
        }
    }

    pub(super) const fn codec(&self) -> Codec {
        match self {
            Self::Pcma { .. } => Codec::Pcma,
            Self::G722 { .. } => Codec::G722,
        }
    }

    pub(super) fn decode(&mut self, coded: &Coded) -> Frame {
        match self {
            Self::Pcma { from, .. } => from.decode(coded),
            Self::G722 { from, .. } => {
                let mut frame = [0; FRAME];
                from.decode(coded, &mut frame);
                frame
            }
        }
    }

    pub(super) fn encode(&mut self, frame: &Frame) -> Coded {
        match self {
            Self::Pcma { to, .. } => to.encode(frame),
            Self::G722 { to, .. } => {
                let mut coded = [0; CODED];
                to.encode(frame, &mut coded);
                coded
            }
        }
    }
}
