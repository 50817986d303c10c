//! Recording a conversation: one agent and the citizen, after the citizen has agreed to it aloud.
//!
//! Who is recorded hears it said before anything is kept. What others say is never kept: while the
//! caller waits or a third one speaks, nothing is. When somebody else has the call the recording is
//! over, and the citizen is asked anew.

use serde::{Deserialize, Serialize};

use super::{CALLER, Call, Effect, Heard, Phase, Told, Words, heard};
use crate::contacts::PersonId;

/// A recording of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The agent to whom the citizen has agreed.
    pub by: PersonId,
    pub state: RecordingState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingState {
    /// Both are being told.
    Announced,
    On,
    /// The agent has paused it.
    Paused,
}

/// What an agent does with a recording, and the journal says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingStep {
    /// The citizen has agreed.
    Started,
    Paused,
    Resumed,
    Ended,
}

/// Sound of a call that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// What the caller says to a department.
    Message,
    /// What this agent and the citizen say to each other.
    Conversation { by: PersonId },
}

/// What of a call's sound is kept now.
#[must_use]
pub fn kept(call: &Call) -> Option<Keep> {
    match call.recording {
        _ if matches!(call.phase, Phase::VoiceMail { .. }) => Some(Keep::Message),
        Some(Recording { by, state: RecordingState::On }) if call.two_speak() => {
            Some(Keep::Conversation { by })
        }
        _ => None,
    }
}

impl Call {
    /// Whether the agent can do this with a recording now.
    #[must_use]
    pub fn may_record(&self, step: RecordingStep) -> bool {
        match (step, self.recording.map(|recording| recording.state)) {
            (RecordingStep::Started, None) => self.two_speak(),
            (RecordingStep::Paused, Some(RecordingState::On))
            | (RecordingStep::Resumed, Some(RecordingState::Paused))
            | (RecordingStep::Ended, Some(_)) => true,
            _ => false,
        }
    }

    pub(super) fn record(&mut self, step: RecordingStep, out: &mut Vec<Effect>) {
        let Some(by) = self.agent().filter(|_| self.may_record(step)) else { return };
        let state = match step {
            RecordingStep::Started => {
                out.push(Effect::Say { what: Words::Recording });
                RecordingState::Announced
            }
            RecordingStep::Paused => RecordingState::Paused,
            RecordingStep::Resumed => RecordingState::On,
            RecordingStep::Ended => return self.end_recording(out),
        };
        self.recording = Some(Recording { by, state });
        if step != RecordingStep::Started {
            out.push(Effect::Tell { what: Told::Recording { step, by } });
        }
    }

    /// Both have been told.
    pub(super) fn announced(&mut self, out: &mut Vec<Effect>) {
        if let Some(Recording { by, state: state @ RecordingState::Announced }) =
            &mut self.recording
        {
            *state = RecordingState::On;
            let step = RecordingStep::Started;
            out.push(Effect::Tell { what: Told::Recording { step, by: *by } });
        }
    }

    /// After anything that happened: who has the call now was not agreed to, and what was broken off
    /// was not told.
    pub(super) fn check_recording(&mut self, out: &mut Vec<Effect>) {
        let Some(Recording { by, state }) = self.recording else { return };
        let broken_off = state == RecordingState::Announced && !self.two_speak();
        if broken_off || self.agent() != Some(by) {
            self.end_recording(out);
        }
    }

    pub(super) fn end_recording(&mut self, out: &mut Vec<Effect>) {
        if let Some(Recording { by, state }) = self.recording.take()
            && state != RecordingState::Announced
        {
            out.push(Effect::Tell { what: Told::Recording { step: RecordingStep::Ended, by } });
        }
    }

    /// Whether the caller hears the agent and nobody else.
    fn two_speak(&self) -> bool {
        matches!(self.phase, Phase::Talking { agent }
            if heard(self, CALLER) == Heard::Legs(vec![agent]))
    }
}
