//! What each leg hears.

use super::{CALLER, Call, Ear, LegId, LegState, Phase, Role};

/// What a leg hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// What is being said to it, or quiet until the next words.
    Words,
    Music,
    /// These legs, mixed.
    Legs(Vec<LegId>),
    /// That a telephone rings elsewhere.
    Ringing,
    /// Nothing: it rings.
    Nothing,
}

/// What a leg hears now.
#[must_use]
pub fn heard(call: &Call, listener: LegId) -> Heard {
    let Some(leg) = call.legs.get(&listener) else { return Heard::Nothing };
    if matches!(leg.state, LegState::Ringing { .. }) {
        return Heard::Nothing;
    }
    match leg.role {
        Role::Caller => match call.phase {
            Phase::Talking { .. }
            | Phase::OtherWaits { .. }
            | Phase::Conference { .. }
            | Phase::Outside { .. } => {
                // Nobody is left in silence when the other one is missing.
                Some(room(call, listener))
                    .filter(|heard| *heard != Heard::Legs(vec![]))
                    .unwrap_or(Heard::Music)
            }
            Phase::Waiting { .. }
            | Phase::Connecting { .. }
            | Phase::Held { .. }
            | Phase::Consulting { .. }
            | Phase::Transferring { .. } => Heard::Music,
            Phase::Unconfirmed
            | Phase::Greeting
            | Phase::Leaving { .. }
            | Phase::VoiceMail { .. }
            | Phase::CallingBack { .. }
            | Phase::Ended { .. } => Heard::Words,
        },
        Role::Agent { .. } | Role::Other { .. } if rings(call) => Heard::Ringing,
        Role::Other { .. } if waiting(call) == Some(listener) => Heard::Music,
        Role::Agent { .. } | Role::Other { .. } => room(call, listener),
        // Listens to all who speak, whatever the caller hears.
        Role::Supervisor { .. } => {
            let others = speaking(call).filter(|other| *other != listener);
            Heard::Legs(others.collect())
        }
    }
}

/// Whether the one the agent called rings yet.
fn rings(call: &Call) -> bool {
    let called = match call.phase {
        Phase::CallingBack { .. } => CALLER,
        Phase::Consulting { other, .. } => other,
        _ => return false,
    };
    call.legs.get(&called).is_some_and(|leg| matches!(leg.state, LegState::Ringing { .. }))
}

/// Who waits while the agent speaks with the other of the two.
fn waiting(call: &Call) -> Option<LegId> {
    match call.phase {
        Phase::Held { .. } | Phase::Consulting { .. } => Some(CALLER),
        Phase::OtherWaits { other, .. } => Some(other),
        _ => None,
    }
}

/// The others in the conversation that a leg is part of.
fn room(call: &Call, listener: LegId) -> Heard {
    let (agent, waits) = (call.agent_leg(), waiting(call));
    let others = speaking(call).filter(|speaker| *speaker != listener).filter(|speaker| {
        if Some(*speaker) == waits {
            return false;
        }
        match call.legs.get(speaker).map(|leg| &leg.role) {
            Some(Role::Supervisor { ear, .. }) => match ear {
                Ear::Listen => false,
                Ear::Whisper => agent == Some(listener),
                Ear::Join => true,
            },
            _ => true,
        }
    });
    Heard::Legs(others.collect())
}

fn speaking(call: &Call) -> impl Iterator<Item = LegId> {
    call.legs.keys().copied().filter(|leg| call.is_up(*leg))
}
