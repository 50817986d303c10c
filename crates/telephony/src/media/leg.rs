//! One leg: an end, what comes from it, and what is on its way to it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rules::calls::{BROWSER_SILENT_MS, Heard};

use super::capture::{Capture, Keep};
use super::digits::Digit;
use super::figures::Figures;
use super::jitter::{Buffer, Given};
use super::line::Line;
use super::plane::{Command, LegKey, MediaEvent, Utterance};
use super::prompts::Sound;
use super::threads::Shared;
use super::voice::{Voice, Widener};
use super::{CODED, Coded, Frame, SILENCE, alaw};
use crate::browser::Browser;
use crate::sdp::Codec;

/// That something comes is told again after so long.
const HEARD_EVERY: Duration = Duration::from_millis(500);

/// What a tick is done with.
pub(crate) struct Scratch<'a> {
    pub now: Instant,
    pub shared: &'a Shared,
    /// Room for one datagram.
    pub bytes: &'a mut [u8],
}

/// What came from an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came<'a> {
    Sound {
        timestamp: u32,
        payload: &'a [u8],
    },
    Digit(Digit),
    /// Something that only the other end can have sent.
    Life,
    Connected,
    Gone,
}

#[derive(Debug)]
enum End {
    Line(Box<Line>),
    /// Until it is connected, a telephone that rings beside it may be answered yet.
    Browser {
        browser: Box<Browser>,
        line: Option<Box<Line>>,
    },
}

impl End {
    fn expects(&self) -> bool {
        match self {
            Self::Line(line) => line.expects(),
            Self::Browser { browser, .. } => browser.is_connected(),
        }
    }
}

/// What comes from an end, on its way into the house.
#[derive(Debug)]
struct Intake {
    buffer: Buffer,
    /// When something came last, and when that was told.
    life: Instant,
    told: Option<Instant>,
    quiet: bool,
}

impl Intake {
    fn new(now: Instant) -> Self {
        Self { buffer: Buffer::default(), life: now, told: None, quiet: false }
    }
}

/// What a leg is played.
#[derive(Debug)]
struct Words {
    utterance: Utterance,
    sounds: VecDeque<Sound>,
    at: usize,
}

impl Words {
    /// The next 20 ms; `None` when all has been said.
    fn next(&mut self) -> Option<Coded> {
        let mut out = [alaw::SILENCE; CODED];
        let mut filled = 0;
        while let Some(sound) = self.sounds.front() {
            let rest = sound.get(self.at..).unwrap_or_default();
            let count = rest.len().min(CODED - filled);
            out[filled..filled + count].copy_from_slice(&rest[..count]);
            filled += count;
            self.at += count;
            if filled == CODED {
                return Some(out);
            }
            self.sounds.pop_front();
            self.at = 0;
        }
        (filled > 0).then_some(out)
    }
}

/// 20 ms of a sound that is repeated; `at` is where it goes on.
fn repeated(sound: &[u8], at: &mut usize) -> Coded {
    let mut out = [alaw::SILENCE; CODED];
    if !sound.is_empty() {
        for byte in &mut out {
            *byte = sound[*at % sound.len()];
            *at = (*at + 1) % sound.len();
        }
    }
    out
}

/// What is sent in a tick.
#[derive(Debug, Clone)]
pub(super) enum Out {
    /// Nothing at all.
    Nothing,
    Quiet,
    /// A-law of our own.
    Narrow(Coded),
    /// What another leg of the same codec said, as it came.
    Same(Coded),
    Mixed(Frame),
}

#[derive(Debug)]
pub(super) struct Leg {
    pub(super) key: LegKey,
    pub(super) hears: Heard,
    /// Something broke in it; it is taken out.
    pub(super) broken: bool,
    end: End,
    voice: Option<Voice>,
    intake: Intake,
    muted: bool,
    /// What was said in this tick, as it came; `None` while the leg says nothing.
    pub(super) said: Option<Coded>,
    /// A frame that was lost is heard as the one before it, once.
    concealed: bool,
    /// The same as sound, when somebody needs it.
    pub(super) frame: Frame,
    pub(super) wanted: bool,
    words: Option<Words>,
    played: usize,
    widener: Widener,
    capture: Option<Capture>,
}

impl Leg {
    fn new(key: LegKey, end: End, now: Instant) -> Self {
        Self {
            key,
            hears: Heard::Nothing,
            broken: false,
            end,
            voice: None,
            intake: Intake::new(now),
            muted: false,
            said: None,
            concealed: false,
            frame: SILENCE,
            wanted: false,
            words: None,
            played: 0,
            widener: Widener::default(),
            capture: None,
        }
    }

    pub(super) fn with_line(key: LegKey, line: Box<Line>, now: Instant) -> Self {
        Self::new(key, End::Line(line), now)
    }

    pub(super) fn with_browser(key: LegKey, browser: Box<Browser>, now: Instant) -> Self {
        let codec = browser.codec();
        let mut leg = Self::new(key, End::Browser { browser, line: None }, now);
        leg.speak(codec);
        leg
    }

    fn speak(&mut self, codec: Codec) {
        if self.codec() != Some(codec) {
            self.voice = Some(Voice::new(codec));
        }
    }

    /// What is spoken, once that is agreed.
    pub(super) fn codec(&self) -> Option<Codec> {
        self.voice.as_ref().map(Voice::codec)
    }

    /// Whether what it hears is kept too.
    pub(super) fn keeps_conversation(&self) -> bool {
        self.capture.as_ref().is_some_and(|capture| capture.keep == Keep::Conversation)
    }

    /// Does what is asked; those that make or end a leg are the room's.
    pub(super) fn on(&mut self, command: Command, now: Instant, shared: &Shared) {
        match command {
            Command::Connect(remote) => {
                if let End::Browser { browser, line } = &mut self.end
                    && !browser.is_connected()
                    && let Some(line) = line.take()
                {
                    self.end = End::Line(line);
                }
                if let End::Line(line) = &mut self.end {
                    // Until now nothing could come.
                    self.intake.life = now;
                    line.connect(remote);
                    self.speak(remote.codec);
                }
            }
            Command::Browser(browser) => {
                let codec = browser.codec();
                let end = End::Browser { browser, line: None };
                let before = std::mem::replace(&mut self.end, end);
                if let End::Browser { line, .. } = &mut self.end {
                    *line = match before {
                        End::Line(line) => Some(line),
                        End::Browser { line, .. } => line,
                    };
                }
                self.intake = Intake::new(now);
                self.speak(codec);
            }
            Command::Hears(heard) if heard != self.hears => {
                if !matches!(heard, Heard::Words | Heard::Music) {
                    self.words = None;
                }
                self.hears = heard;
                self.played = 0;
            }
            Command::Say(utterance, sounds) => {
                self.words = Some(Words { utterance, sounds: sounds.into(), at: 0 });
            }
            Command::Press(digits) => {
                if let End::Line(line) = &mut self.end {
                    line.press(&digits);
                }
            }
            Command::Mute(muted) => self.muted = muted,
            Command::Keep(keep) => {
                self.end_capture(shared);
                self.capture = keep.map(Capture::new);
            }
            Command::Line(_) | Command::Hears(_) | Command::Close => {}
        }
    }

    pub(super) fn end_capture(&mut self, shared: &Shared) {
        if let Some(capture) = self.capture.take() {
            shared.tell(MediaEvent::Kept { leg: self.key, sound: capture.end() });
        }
    }

    /// Ticks were left out.
    pub(super) fn skip(&mut self, ticks: u32) {
        if let End::Line(line) = &mut self.end {
            line.pass(ticks);
        } else if let End::Browser { browser, .. } = &mut self.end {
            browser.pass(ticks);
        }
        for _ in 0..ticks {
            self.intake.buffer.skip();
        }
    }

    /// Takes in what has come, and what of it is said in this tick.
    pub(super) fn receive(&mut self, scratch: &mut Scratch<'_>) {
        let Self { end, intake, key, .. } = self;
        let (leg, now, shared) = (*key, scratch.now, scratch.shared);
        let mut came = |came: Came<'_>| match came {
            Came::Sound { timestamp, payload } => intake.buffer.push(timestamp, payload),
            Came::Digit(key) => shared.tell(MediaEvent::Digit { leg, key }),
            Came::Life => intake.life = now,
            Came::Connected => {
                intake.life = now;
                shared.tell(MediaEvent::Connected { leg });
            }
            Came::Gone => shared.tell(MediaEvent::Gone { leg }),
        };
        match end {
            End::Line(line) => line.receive(scratch, &mut came),
            End::Browser { browser, line } => {
                browser.receive(scratch, &mut came);
                if browser.is_connected() {
                    *line = None;
                }
            }
        }
        self.watch(now, shared);
        self.take(shared);
    }

    fn watch(&mut self, now: Instant, shared: &Shared) {
        let Intake { life, told, quiet, .. } = &mut self.intake;
        let leg = self.key;
        let silent = now.saturating_duration_since(*life);
        if silent.is_zero() {
            *quiet = false;
            if told.is_none_or(|told| now.saturating_duration_since(told) >= HEARD_EVERY) {
                *told = Some(now);
                shared.tell(MediaEvent::Heard { leg });
            }
        } else if !*quiet
            && self.end.expects()
            && silent.as_millis() >= u128::from(BROWSER_SILENT_MS.unsigned_abs())
        {
            *quiet = true;
            *told = None;
            shared.tell(MediaEvent::Quiet { leg });
        }
    }

    fn take(&mut self, shared: &Shared) {
        let before = self.intake.buffer.counts;
        let mut coded = [0; CODED];
        let given = self.intake.buffer.tick(&mut coded);
        self.wanted = self.capture.is_some();
        self.said = match given {
            Given::Frame => Some(coded),
            Given::Missing if !self.concealed => self.said,
            Given::Missing | Given::Silence => None,
        }
        .filter(|_| !self.muted);
        self.concealed = given != Given::Frame;
        let counts = self.intake.buffer.counts;
        Figures::add(&shared.figures.missing, counts.missing - before.missing);
        Figures::add(&shared.figures.late, counts.late - before.late);
    }

    /// Turns what is said into sound, when somebody wants it.
    pub(super) fn decode(&mut self) {
        if self.wanted {
            self.frame = match (&self.said, &mut self.voice) {
                (Some(coded), Some(voice)) => voice.decode(coded),
                _ => SILENCE,
            };
        }
    }

    /// What it is played now, if that is not other legs.
    pub(super) fn played(&mut self, shared: &Shared) -> Option<Out> {
        self.voice.as_ref()?;
        if let Some(words) = &mut self.words {
            if let Some(coded) = words.next() {
                return Some(Out::Narrow(coded));
            }
            let utterance = words.utterance;
            self.words = None;
            shared.tell(MediaEvent::Said { leg: self.key, utterance });
        }
        match self.hears {
            Heard::Words => Some(Out::Quiet),
            Heard::Music => Some(Out::Narrow(repeated(&shared.music, &mut self.played))),
            Heard::Ringing => Some(Out::Narrow(repeated(&shared.ringing, &mut self.played))),
            Heard::Nothing => Some(Out::Nothing),
            Heard::Legs(_) => None,
        }
    }

    /// Sends what it hears, and keeps what is to be kept.
    pub(super) fn send(&mut self, out: Out, scratch: &Scratch<'_>) {
        let Some(voice) = &mut self.voice else { return };
        let plain = voice.codec() == Codec::Pcma;
        let keeps = self.capture.as_ref().is_some_and(|capture| capture.keep == Keep::Conversation);
        let (coded, frame) = match out {
            Out::Nothing => (None, None),
            Out::Same(coded) => (Some(coded), None),
            Out::Quiet if plain && !keeps => (Some([alaw::SILENCE; CODED]), None),
            Out::Quiet => (None, Some(SILENCE)),
            Out::Narrow(coded) if plain && !keeps => (Some(coded), None),
            Out::Narrow(coded) => (None, Some(self.widener.decode(&coded))),
            Out::Mixed(frame) => (None, Some(frame)),
        };
        let coded = coded.or_else(|| frame.as_ref().map(|frame| voice.encode(frame)));
        match &mut self.end {
            End::Line(line) => line.send(coded.as_ref(), scratch),
            End::Browser { browser, .. } => browser.send(coded.as_ref(), scratch),
        }
        let full = self.capture.as_mut().and_then(|c| c.push(&self.frame, frame.as_ref()));
        if let Some(sound) = full {
            scratch.shared.tell(MediaEvent::Kept { leg: self.key, sound });
        }
    }
}
