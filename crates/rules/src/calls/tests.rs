use base::{DepartmentKey, UnixMillis};

use super::*;

fn person(n: u128) -> PersonId {
    format!("{n:032x}").parse().unwrap()
}

/// A call and its clock.
struct Line {
    call: Call,
    at: UnixMillis,
}

impl Line {
    fn new() -> Self {
        Self { call: Call::new(UnixMillis(0)), at: UnixMillis(0) }
    }

    fn on(&mut self, input: Input) -> Vec<Effect> {
        self.call.on(input, self.at)
    }

    /// Time goes by second by second; the legs named are heard all the while.
    fn pass(&mut self, seconds: i64, heard: &[LegId]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for _ in 0..seconds {
            self.at = self.at + 1_000;
            for leg in heard {
                effects.extend(self.on(Input::Heard { leg: *leg }));
            }
            effects.extend(self.on(Input::Tick));
        }
        effects
    }

    /// In line.
    fn waiting() -> Self {
        let mut line = Self::new();
        line.on(Input::Confirmed);
        assert_eq!(line.on(Input::Said), [Effect::Tell { what: Told::Queue }]);
        line
    }

    /// Speaking with agent 1, whose leg is 1.
    fn talking() -> Self {
        let mut line = Self::waiting();
        line.on(Input::Taken { by: person(1) });
        line.on(Input::Answered { leg: 1, on: Set::Browser });
        assert_eq!(line.call.phase, Phase::Talking { agent: 1 });
        line
    }
}

fn to(n: u128) -> Target {
    Target::Person { person: person(n) }
}

#[test]
fn nobody_is_asked_before_the_caller_is_there() {
    let mut line = Line::new();
    assert_eq!(line.on(Input::Taken { by: person(1) }), []);
    assert_eq!(line.on(Input::ClosedNow { voice_mail: false }), []);
    let effects = line.on(Input::NotConfirmed);
    let cause = Cause::Unconfirmed;
    assert_eq!(
        effects,
        [Effect::Release { leg: CALLER }, Effect::Tell { what: Told::Ended { cause } }]
    );
}

#[test]
fn who_waits_is_told_every_minute_and_hears_music_between() {
    let mut line = Line::waiting();
    let effects = line.pass(125, &[CALLER]);
    assert_eq!(effects, vec![Effect::Say { what: Words::Progress }; 2]);
    assert_eq!(heard(&line.call, CALLER), Heard::Music);
}

#[test]
fn pressing_one_keeps_the_place_and_the_promise_holds_though_the_caller_hangs_up() {
    let mut line = Line::waiting();
    let effects = line.on(Input::Key { key: '1' });
    assert!(effects.contains(&Effect::Tell { what: Told::CallBackAsked }));
    line.on(Input::HungUp { leg: CALLER });
    assert_eq!(line.call.phase, Phase::Ended { cause: Cause::CallBack });
}

#[test]
fn a_browser_that_vanishes_gives_the_caller_music_and_then_their_place_in_line() {
    let mut line = Line::talking();
    assert_eq!(line.pass(2, &[CALLER]), []);
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![1]));
    assert_eq!(line.pass(1, &[CALLER]), []);
    assert_eq!(heard(&line.call, CALLER), Heard::Music);
    let effects = line.pass(4, &[CALLER]);
    assert_eq!(
        effects,
        [Effect::Release { leg: 1 }, Effect::Tell { what: Told::Released { from: person(1) } }]
    );
    assert_eq!(heard(&line.call, CALLER), Heard::Music);
}

#[test]
fn a_page_loaded_anew_keeps_the_caller() {
    let mut line = Line::talking();
    assert_eq!(line.pass(5, &[CALLER]), []);
    line.on(Input::Heard { leg: 1 });
    assert_eq!(line.call.phase, Phase::Talking { agent: 1 });
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![1]));
}

#[test]
fn a_desk_telephone_may_be_silent_while_its_owner_listens() {
    let mut line = Line::waiting();
    line.on(Input::Taken { by: person(1) });
    line.on(Input::Answered { leg: 1, on: Set::Phone });
    line.pass(30, &[CALLER]);
    assert_eq!(line.call.phase, Phase::Talking { agent: 1 });
    line.pass(1, &[CALLER]);
    assert!(matches!(line.call.phase, Phase::Waiting { .. }));
}

#[test]
fn a_citizen_is_called_back_when_the_agent_is_there() {
    let number = "+45 00 12 34 56".to_owned();
    let citizen = Target::Outside { number: number.clone() };
    let begin = || {
        let (call, effects) = Call::call_back(number.clone(), person(1), UnixMillis(0));
        assert_eq!(effects, [Effect::Ring { leg: 1, target: to(1) }]);
        Line { call, at: UnixMillis(0) }
    };
    let mut line = begin();
    let effects = line.on(Input::Answered { leg: 1, on: Set::Browser });
    assert_eq!(effects, [Effect::Ring { leg: CALLER, target: citizen }]);
    assert_eq!(heard(&line.call, 1), Heard::Ringing);
    let effects = line.on(Input::Answered { leg: CALLER, on: Set::Phone });
    assert_eq!(effects, [Effect::Tell { what: Told::Reached }]);
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![1]));

    let ended = |mut line: Line, input| {
        line.on(input);
        line.call.phase
    };
    let over = |cause| Phase::Ended { cause };
    assert_eq!(ended(begin(), Input::Failed { leg: 1 }), over(Cause::AgentGone));
    let mut rings = begin();
    rings.on(Input::Answered { leg: 1, on: Set::Browser });
    rings.pass(26, &[1]);
    assert_eq!(rings.call.phase, over(Cause::NotReached));
    let mut given_up = begin();
    given_up.on(Input::Answered { leg: 1, on: Set::Phone });
    assert_eq!(ended(given_up, Input::HungUp { leg: 1 }), over(Cause::NotReached));
    assert_eq!(ended(begin(), Input::HangUp), over(Cause::AgentGone), "nobody was called yet");
    let mut no_way_out = begin();
    no_way_out.on(Input::Answered { leg: 1, on: Set::Phone });
    assert_eq!(ended(no_way_out, Input::NotDialled { leg: CALLER }), over(Cause::NotDialled));
}

#[test]
fn a_caller_on_hold_at_their_own_end_is_not_missed() {
    let mut line = Line::talking();
    line.on(Input::QuietByItself { leg: CALLER });
    line.pass(300, &[1]);
    assert_eq!(line.call.phase, Phase::Talking { agent: 1 });
    line.on(Input::Heard { leg: CALLER });
    line.pass(31, &[1]);
    assert_eq!(line.call.phase, Phase::Ended { cause: Cause::CallerVanished });
}

#[test]
fn a_warm_transfer_lets_the_agent_speak_first_and_then_leave() {
    let mut line = Line::talking();
    line.on(Input::Consult { target: to(2) });
    assert_eq!(heard(&line.call, CALLER), Heard::Music);
    line.on(Input::Answered { leg: 2, on: Set::Browser });
    assert_eq!(heard(&line.call, 1), Heard::Legs(vec![2]), "the caller is not overheard");
    assert_eq!(heard(&line.call, 2), Heard::Legs(vec![1]));
    line.on(Input::Join);
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![1, 2]));
    let effects = line.on(Input::Complete);
    assert_eq!(
        effects,
        [Effect::Release { leg: 1 }, Effect::Tell { what: Told::TransferredTo { target: to(2) } }]
    );
    assert_eq!(line.call.agent(), Some(person(2)));
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![2]));
}

#[test]
fn who_is_asked_and_does_not_answer_leaves_the_caller_with_the_agent() {
    let mut line = Line::talking();
    line.on(Input::Consult { target: to(2) });
    line.pass(26, &[CALLER, 1]);
    assert_eq!(line.call.phase, Phase::Held { agent: 1 });
    line.on(Input::Resume);
    assert_eq!(heard(&line.call, 1), Heard::Legs(vec![CALLER]));
}

#[test]
fn a_blind_transfer_that_nobody_answers_comes_back_and_then_goes_back_in_line() {
    let mut line = Line::talking();
    let target = Target::Outside { number: "+45 00 15 12 23".to_owned() };
    line.on(Input::Transfer { target: target.clone() });
    assert_eq!(heard(&line.call, CALLER), Heard::Music);
    let effects = line.on(Input::Failed { leg: 2 });
    assert!(effects.contains(&Effect::Tell { what: Told::Unanswered { target } }));
    assert!(effects.contains(&Effect::Tell { what: Told::CameBack { to: person(1) } }));
    assert!(effects.contains(&Effect::Ring { leg: 3, target: to(1) }));
    let effects = line.pass(26, &[CALLER]);
    assert!(effects.contains(&Effect::Tell { what: Told::Released { from: person(1) } }));
    assert!(matches!(line.call.phase, Phase::Waiting { .. }));
}

#[test]
fn a_transfer_to_a_department_puts_the_caller_in_its_line() {
    let mut line = Line::talking();
    let target = Target::Queue { department: DepartmentKey::new("pension-og-ydelser").unwrap() };
    assert_eq!(line.on(Input::Consult { target: target.clone() }), []);
    let effects = line.on(Input::Transfer { target: target.clone() });
    assert_eq!(
        effects,
        [Effect::Release { leg: 1 }, Effect::Tell { what: Told::TransferredTo { target } }]
    );
}

#[test]
fn a_supervisor_is_heard_only_as_far_as_agreed() {
    let mut line = Line::talking();
    line.on(Input::Supervise { person: person(9), ear: Ear::Listen });
    line.on(Input::Answered { leg: 2, on: Set::Browser });
    assert_eq!(heard(&line.call, 2), Heard::Legs(vec![CALLER, 1]));
    assert_eq!(heard(&line.call, 1), Heard::Legs(vec![CALLER]));
    line.on(Input::Supervise { person: person(9), ear: Ear::Whisper });
    assert_eq!(heard(&line.call, 1), Heard::Legs(vec![CALLER, 2]));
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![1]));
    line.on(Input::Supervise { person: person(9), ear: Ear::Join });
    assert_eq!(heard(&line.call, CALLER), Heard::Legs(vec![1, 2]));
}

#[test]
fn a_closed_line_says_so_and_a_message_may_be_left() {
    let mut closed = Line::waiting();
    closed.on(Input::ClosedNow { voice_mail: false });
    closed.on(Input::Said);
    assert_eq!(closed.call.phase, Phase::Ended { cause: Cause::Closed });
    let mut later = Line::waiting();
    later.on(Input::ClosedNow { voice_mail: false });
    let effects = later.on(Input::Key { key: '1' });
    assert!(effects.contains(&Effect::Tell { what: Told::CallBackAsked }));
    later.on(Input::Said);
    assert_eq!(later.call.phase, Phase::Ended { cause: Cause::CallBack });
    let mut mail = Line::waiting();
    mail.on(Input::ClosedNow { voice_mail: true });
    assert_eq!(mail.on(Input::Said), []);
    assert_eq!(kept(&mail.call), Some(Keep::Message));
    mail.on(Input::HungUp { leg: CALLER });
    assert_eq!(mail.call.phase, Phase::Ended { cause: Cause::LeftMessage });
}

fn recording(step: RecordingStep) -> Effect {
    Effect::Tell { what: Told::Recording { step, by: person(1) } }
}

fn record(step: RecordingStep) -> Input {
    Input::Record { step }
}

/// Speaking with agent 1, and recorded.
fn recorded() -> Line {
    let mut line = Line::talking();
    line.on(record(RecordingStep::Started));
    line.on(Input::Said);
    assert_eq!(kept(&line.call), Some(Keep::Conversation { by: person(1) }));
    line
}

#[test]
fn nothing_is_kept_before_both_have_heard_that_it_is_recorded() {
    let mut line = Line::talking();
    assert_eq!(kept(&line.call), None);
    let said = Effect::Say { what: Words::Recording };
    assert_eq!(line.on(record(RecordingStep::Started)), std::slice::from_ref(&said));
    assert_eq!((kept(&line.call), line.on(record(RecordingStep::Started))), (None, vec![]));
    // Words that are broken off were not heard.
    line.on(Input::Hold);
    line.on(Input::Resume);
    assert_eq!((line.on(Input::Said), kept(&line.call)), (vec![], None));
    assert_eq!(line.on(record(RecordingStep::Started)), [said]);
    assert_eq!(line.on(Input::Said), [recording(RecordingStep::Started)]);
    assert_eq!(kept(&line.call), Some(Keep::Conversation { by: person(1) }));
}

#[test]
fn a_recording_is_paused_and_ended_by_its_agent() {
    let mut line = recorded();
    assert_eq!(line.on(record(RecordingStep::Resumed)), []);
    assert_eq!(line.on(record(RecordingStep::Paused)), [recording(RecordingStep::Paused)]);
    assert_eq!(kept(&line.call), None);
    assert_eq!(line.on(record(RecordingStep::Resumed)), [recording(RecordingStep::Resumed)]);
    assert!(kept(&line.call).is_some());
    assert_eq!(line.on(record(RecordingStep::Ended)), [recording(RecordingStep::Ended)]);
    assert_eq!((kept(&line.call), line.call.recording), (None, None));
}

#[test]
fn nothing_is_kept_of_who_waits_or_of_others() {
    let mut line = recorded();
    let mut pauses = |there: Input, back: Input| {
        line.on(there);
        assert_eq!(kept(&line.call), None, "{:?}", line.call.phase);
        line.on(back);
        assert!(kept(&line.call).is_some(), "{:?}", line.call.phase);
    };
    pauses(Input::Hold, Input::Resume);
    pauses(Input::Consult { target: to(2) }, Input::GiveUp);
    let joins = Input::Supervise { person: person(9), ear: Ear::Join };
    line.on(joins);
    line.on(Input::Answered { leg: 3, on: Set::Browser });
    assert_eq!(kept(&line.call), None, "a third one speaks");
    line.on(Input::HungUp { leg: 3 });
    assert!(kept(&line.call).is_some());
    // A page that is loaded anew.
    line.pass(3, &[CALLER]);
    assert_eq!(kept(&line.call), None, "the agent's browser is missing");
}

#[test]
fn who_has_the_call_next_asks_anew() {
    let ended = recording(RecordingStep::Ended);
    let mut warm = recorded();
    warm.on(Input::Consult { target: to(2) });
    warm.on(Input::Answered { leg: 2, on: Set::Browser });
    assert!(warm.on(Input::Complete).contains(&ended));
    assert_eq!((warm.call.recording, kept(&warm.call)), (None, None));
    let mut blind = recorded();
    assert!(blind.on(Input::Transfer { target: to(2) }).contains(&ended));
    let mut over = recorded();
    let effects = over.on(Input::HungUp { leg: CALLER });
    assert_eq!(effects.first(), Some(&ended), "before the end of the call is told");
}

#[test]
fn an_agent_goes_to_and_fro_between_the_caller_and_who_is_asked() {
    let mut line = Line::talking();
    assert_eq!(line.on(Input::ToCaller), []);
    line.on(Input::Consult { target: to(2) });
    line.on(Input::ToCaller);
    assert_eq!(heard(&line.call, 1), Heard::Legs(vec![CALLER]), "it may ring meanwhile");
    line.on(Input::Answered { leg: 2, on: Set::Phone });
    let hear = |line: &Line| [CALLER, 1, 2].map(|leg| heard(&line.call, leg));
    let legs = |legs: &[LegId]| Heard::Legs(legs.to_vec());
    assert_eq!(hear(&line), [legs(&[1]), legs(&[CALLER]), Heard::Music]);
    line.on(Input::ToOther);
    assert_eq!(hear(&line), [Heard::Music, legs(&[2]), legs(&[1])]);
    line.on(Input::Join);
    assert_eq!(hear(&line), [legs(&[1, 2]), legs(&[CALLER, 2]), legs(&[CALLER, 1])]);
    line.on(Input::ToCaller);
    line.on(Input::HungUp { leg: 2 });
    assert_eq!(line.call.phase, Phase::Talking { agent: 1 });
}

#[test]
fn an_agent_who_leaves_while_it_rings_elsewhere_puts_the_caller_back_in_line() {
    let mut line = Line::talking();
    line.on(Input::Transfer { target: to(2) });
    let released = Effect::Tell { what: Told::Released { from: person(1) } };
    let gone = |n| Input::AgentGone { person: person(n) };
    assert_eq!(line.on(gone(2)), [], "who is rung up has nothing to lose");
    assert_eq!(line.on(gone(1)), [Effect::Release { leg: 2 }, released]);
    assert!(matches!(line.call.phase, Phase::Waiting { .. }));
    line.on(Input::Answered { leg: 2, on: Set::Phone });
    assert_eq!(line.call.agent(), None, "too late");
}

#[test]
fn who_had_the_call_before_takes_nobody_from_it() {
    let mut line = Line::talking();
    line.on(Input::Transfer { target: to(2) });
    line.on(Input::Answered { leg: 2, on: Set::Browser });
    let before = line.call.clone();
    assert_eq!(line.on(Input::AgentGone { person: person(1) }), []);
    assert_eq!(line.call, before);
    line.on(Input::AgentGone { person: person(2) });
    assert!(matches!(line.call.phase, Phase::Waiting { .. }));
}

#[test]
fn help_is_called_whoever_is_asked_just_now() {
    let help = Target::Outside { number: "112".to_owned() };
    for last in [None, Some(Input::ToCaller), Some(Input::Join)] {
        let mut line = Line::talking();
        line.on(Input::Consult { target: to(2) });
        line.on(Input::Answered { leg: 2, on: Set::Browser });
        if let Some(last) = last {
            line.on(last);
        }
        assert!(!line.call.may(&Input::Consult { target: to(3) }, line.at), "one at a time");
        assert_eq!(line.on(Input::Consult { target: to(3) }), []);
        let consult = Input::Consult { target: help.clone() };
        assert!(line.call.may(&consult, line.at));
        let rings = Effect::Ring { leg: 3, target: help.clone() };
        assert_eq!(line.on(consult), [Effect::Release { leg: 2 }, rings]);
        assert_eq!(line.call.phase, Phase::Consulting { agent: 1, other: 3 });
    }
}

#[test]
fn who_is_put_through_while_it_rings_is_taken_over_or_comes_back() {
    for answered in [true, false] {
        let mut line = Line::talking();
        line.on(Input::Consult { target: to(2) });
        assert_eq!(line.on(Input::Complete), [Effect::Release { leg: 1 }]);
        assert_eq!(line.call.phase, Phase::Transferring { other: 2, from: person(1) });
        if answered {
            line.on(Input::Answered { leg: 2, on: Set::Browser });
            assert_eq!(line.call.agent(), Some(person(2)));
        } else {
            line.pass(26, &[CALLER]);
            assert_eq!(line.call.phase, Phase::Connecting { agent: 3 });
        }
    }
}

#[test]
fn a_supervisor_is_let_go_when_somebody_else_has_the_caller() {
    let supervised = || {
        let mut line = Line::talking();
        line.on(Input::Supervise { person: person(9), ear: Ear::Listen });
        line.on(Input::Answered { leg: 2, on: Set::Browser });
        line
    };
    let department = DepartmentKey::new("pension").unwrap();
    let mut queue = supervised();
    queue.on(Input::Transfer { target: Target::Queue { department } });
    assert_eq!(queue.call.legs.keys().copied().collect::<Vec<_>>(), [CALLER]);
    let mut warm = supervised();
    warm.on(Input::Consult { target: to(3) });
    warm.on(Input::Answered { leg: 3, on: Set::Browser });
    assert!(warm.call.legs.contains_key(&2), "it is the same agent's call yet");
    let effects = warm.on(Input::Complete);
    assert!(effects.contains(&Effect::Release { leg: 2 }));
    assert_eq!(warm.call.legs.keys().copied().collect::<Vec<_>>(), [CALLER, 3]);
}

#[test]
fn who_could_not_be_rung_up_has_left_nothing_unanswered() {
    let mut line = Line::talking();
    let target = Target::Outside { number: "+45 00 15 12 23".to_owned() };
    line.on(Input::Transfer { target });
    let effects = line.on(Input::NotDialled { leg: 2 });
    assert!(effects.contains(&Effect::Tell { what: Told::CameBack { to: person(1) } }));
    let unanswered =
        |effect: &Effect| matches!(effect, Effect::Tell { what: Told::Unanswered { .. } });
    assert!(!effects.iter().any(unanswered));
}
