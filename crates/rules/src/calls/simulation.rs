//! Calls under anything that can happen, in any order.

use std::collections::BTreeSet;

use base::{DepartmentKey, UnixMillis};
use proptest::prelude::*;

use super::*;

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        (1..4_u128).prop_map(|n| Target::Person { person: person(n) }),
        Just(Target::Queue { department: DepartmentKey::new("jobcenter").unwrap() }),
        prop_oneof![Just("+45 00 15 12 23"), Just("112")]
            .prop_map(|number| Target::Outside { number: number.to_owned() }),
    ]
}

fn person(n: u128) -> PersonId {
    format!("{n:032x}").parse().unwrap()
}

fn step() -> impl Strategy<Value = RecordingStep> {
    prop_oneof![
        2 => Just(RecordingStep::Started),
        1 => Just(RecordingStep::Paused),
        1 => Just(RecordingStep::Resumed),
        1 => Just(RecordingStep::Ended),
    ]
}

/// Anything but the caller's own leaving.
fn input() -> impl Strategy<Value = Input> {
    let leg = 1..6_u16;
    let any_leg = 0..6_u16;
    let ear = prop_oneof![Just(Ear::Listen), Just(Ear::Whisper), Just(Ear::Join)];
    prop_oneof![
        2 => Just(Input::Confirmed),
        4 => Just(Input::Said),
        1 => prop_oneof![Just('1'), Just('2')].prop_map(|key| Input::Key { key }),
        5 => (1..4_u128).prop_map(|n| Input::Taken { by: person(n) }),
        8 => (leg.clone(), any::<bool>()).prop_map(|(leg, phone)| {
            Input::Answered { leg, on: if phone { Set::Phone } else { Set::Browser } }
        }),
        3 => leg.clone().prop_map(|leg| Input::Failed { leg }),
        1 => leg.clone().prop_map(|leg| Input::NotDialled { leg }),
        2 => leg.prop_map(|leg| Input::HungUp { leg }),
        2 => any_leg.clone().prop_map(|leg| Input::Heard { leg }),
        1 => any_leg.prop_map(|leg| Input::QuietByItself { leg }),
        1 => Just(Input::Hold),
        1 => Just(Input::Resume),
        3 => target().prop_map(|target| Input::Consult { target }),
        1 => Just(Input::ToCaller),
        1 => Just(Input::ToOther),
        2 => Just(Input::Join),
        2 => Just(Input::Complete),
        1 => Just(Input::GiveUp),
        2 => target().prop_map(|target| Input::Transfer { target }),
        1 => Just(Input::HangUp),
        3 => (1..4_u128).prop_map(|n| Input::AgentGone { person: person(n) }),
        3 => step().prop_map(|step| Input::Record { step }),
        1 => (1..4_u128, ear).prop_map(|(n, ear)| Input::Supervise { person: person(n), ear }),
        1 => any::<bool>().prop_map(|voice_mail| Input::ClosedNow { voice_mail }),
        4 => Just(Input::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The caller is never lost, no leg is left over, who is in the phase is in the call, the caller
    /// always hears something, and only the agent is recorded with them.
    #[test]
    fn the_caller_is_never_lost(steps in prop::collection::vec((input(), 0..1_500_i64), 0..60)) {
        let mut call = Call::new(UnixMillis(0));
        let mut at = UnixMillis(0);
        let mut open = BTreeSet::from([CALLER]);
        let mut confirmed = false;
        let mut recorded = 0;
        for (input, wait) in steps {
            at = at + wait;
            // The caller speaks all the while.
            let _ = call.on(Input::Heard { leg: CALLER }, at);
            confirmed |= input == Input::Confirmed;
            let by_agent = matches!(input, Input::HangUp | Input::HungUp { .. });
            let before = call.phase.clone();
            for effect in call.on(input, at) {
                match effect {
                    Effect::Ring { leg, .. } => prop_assert!(open.insert(leg), "{leg} twice"),
                    Effect::Release { leg } => prop_assert!(open.remove(&leg), "{leg} was not there"),
                    Effect::Tell { what: Told::Queue | Told::TransferredTo { .. } } => {
                        prop_assert!(confirmed);
                    }
                    Effect::Tell { what: Told::Recording { step, .. } } => match step {
                        RecordingStep::Started => recorded += 1,
                        RecordingStep::Ended => recorded -= 1,
                        RecordingStep::Paused | RecordingStep::Resumed => {}
                    },
                    _ => {}
                }
            }
            let told = call.recording.filter(|own| own.state != RecordingState::Announced);
            prop_assert_eq!(recorded, i32::from(told.is_some()));
            prop_assert_eq!(&open, &call.legs.keys().copied().collect::<BTreeSet<_>>());
            if let Phase::Ended { cause } = call.phase {
                prop_assert!(open.is_empty());
                let allowed = match cause {
                    Cause::AgentHungUp | Cause::OtherHungUp => by_agent,
                    Cause::Closed | Cause::CallBack | Cause::LeftMessage => {
                        matches!(before, Phase::Leaving { .. } | Phase::VoiceMail { .. } | Phase::Ended { .. })
                    }
                    Cause::Unconfirmed
                    | Cause::CallerHungUp
                    | Cause::CallerVanished
                    | Cause::NotReached
                    | Cause::NotDialled
                    | Cause::AgentGone => false,
                };
                prop_assert!(allowed, "{:?} from {:?}", cause, before);
                return Ok(());
            }
            prop_assert!(open.contains(&CALLER));
            let supervised =
                call.legs.values().any(|leg| matches!(leg.role, Role::Supervisor { .. }));
            prop_assert!(!supervised || call.agent().is_some());
            prop_assert!(!matches!(heard(&call, CALLER), Heard::Nothing | Heard::Ringing));
            prop_assert!(heard(&call, CALLER) != Heard::Legs(vec![]));
            if let Some(Keep::Conversation { by }) = kept(&call) {
                prop_assert_eq!(call.agent(), Some(by));
                let alone = call.agent_leg().map(|agent| Heard::Legs(vec![agent]));
                prop_assert_eq!(Some(heard(&call, CALLER)), alone);
            }
            let there = |leg: &LegId| {
                call.legs.get(leg).is_some_and(|leg| !matches!(leg.state, LegState::Ringing { .. }))
            };
            match &call.phase {
                Phase::Talking { agent } | Phase::Held { agent } => prop_assert!(there(agent)),
                Phase::Conference { agent, other } => {
                    prop_assert!(there(agent) && there(other));
                }
                Phase::Connecting { agent } => prop_assert!(open.contains(agent)),
                Phase::Consulting { agent, other } | Phase::OtherWaits { agent, other } => {
                    prop_assert!(there(agent) && open.contains(other));
                }
                Phase::Transferring { other, .. } => prop_assert!(open.contains(other)),
                Phase::Outside { other } => prop_assert!(there(other)),
                _ => {}
            }
        }
        // However it stands: when the caller hangs up, everything is let go.
        let _ = call.on(Input::HungUp { leg: CALLER }, at);
        prop_assert!(call.has_ended() && call.legs.is_empty());
    }
}
