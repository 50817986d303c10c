//! The life of a contact, told as stories; its journal and whatever may come beside them.

mod anything;
mod call_back;
mod journal;

use base::{DepartmentKey, Id, Language, MunicipalityKey, TopicKey, UnixMillis};

use super::*;

fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}").parse().unwrap()
}

fn m(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).unwrap()
}

fn d(key: &str) -> DepartmentKey {
    DepartmentKey::new(key).unwrap()
}

fn topic(key: &str) -> TopicKey {
    TopicKey::new(key).unwrap()
}

const MINUTE: i64 = 60;

/// A contact with its journal and a clock that the test moves.
#[derive(Default)]
struct Story {
    state: Option<Contact>,
    journal: Vec<(UnixMillis, Event)>,
    now: UnixMillis,
}

impl Story {
    fn begun() -> Self {
        let mut story = Self { now: UnixMillis(1_000_000), ..Self::default() };
        story.does(Command::Arrive {
            contact: id(1),
            channel: Channel::Chat,
            municipality: Some(m("frederikssund")),
            department: Some(d("borgerservice")),
            language: Language::Da,
            topic: None,
            urgent: false,
        });
        story
    }

    /// Waiting, offered to agent 7 and taken.
    fn owned_by_7() -> Self {
        let mut story = Self::begun();
        story.says(Party::Citizen, 1);
        story.offered_to(7);
        story.does(Command::Accept { by: id(7) });
        story
    }

    fn tries(&mut self, command: Command) -> Result<usize, Refusal> {
        let events = decide(self.state.as_ref(), &command, self.now)?;
        let count = events.len();
        for event in events {
            self.state = apply(self.state.take(), &event, self.now);
            self.journal.push((self.now, event));
        }
        Ok(count)
    }

    fn does(&mut self, command: Command) -> &mut Self {
        if let Err(refusal) = self.tries(command.clone()) {
            panic!("{command:?} was refused: {refusal}");
        }
        self
    }

    fn refuses(&mut self, command: Command, refusal: Refusal) -> &mut Self {
        let (before, events) = (self.state.clone(), self.journal.len());
        assert_eq!(self.tries(command), Err(refusal));
        assert_eq!((self.state.clone(), self.journal.len()), (before, events));
        self
    }

    fn says(&mut self, from: Party, n: u128) -> &mut Self {
        self.does(Command::Say { message: id(n), from, text: id(n), article: None })
    }

    fn offered_to(&mut self, agent: u128) -> &mut Self {
        let until = self.now.plus_seconds(30);
        self.does(Command::Offer { to: id(agent), until, why: "{}".into() })
    }

    fn later(&mut self, seconds: i64) -> &mut Self {
        self.now = self.now.plus_seconds(seconds);
        self
    }

    fn contact(&self) -> &Contact {
        self.state.as_ref().unwrap()
    }
}

#[test]
fn the_first_word_puts_the_contact_in_line() {
    let mut story = Story::begun();
    assert_eq!(story.contact().phase, Phase::Arrived);
    story.later(5).says(Party::Citizen, 1);
    assert_eq!(story.contact().phase, Phase::Waiting);
    assert_eq!(story.contact().place, Some(Place { since: story.now, contact: id(1) }));
}

#[test]
fn a_lapsed_offer_returns_to_its_place() {
    let mut story = Story::begun();
    story.says(Party::Citizen, 1);
    let place = story.contact().place;
    story.later(10).offered_to(7);
    assert_eq!(story.tries(Command::Lapse), Ok(0), "not before its time");
    story.later(30).does(Command::Lapse);
    assert_eq!(story.contact().phase, Phase::Waiting);
    assert_eq!(story.contact().place, place);
    assert!(story.contact().tried.contains(&id(7)));
    story.refuses(Command::Accept { by: id(7) }, Refusal::OfferGone);
}

#[test]
fn a_later_place_in_the_journal_does_not_replace_an_earlier_one() {
    let mut story = Story::begun();
    story.says(Party::Citizen, 1);
    let place = story.contact().place;
    let later = Place { since: story.now.plus_seconds(60), contact: id(1) };
    let after = apply(story.state, &Event::Queued { place: later }, later.since).unwrap();
    assert_eq!(after.place, place);
}

#[test]
fn two_agents_never_hold_the_same_contact() {
    let mut story = Story::begun();
    story.says(Party::Citizen, 1).offered_to(7);
    story.refuses(Command::Accept { by: id(8) }, Refusal::OfferGone);
    story.refuses(
        Command::Offer { to: id(8), until: UnixMillis(9_999_999), why: String::new() },
        Refusal::NotWaiting,
    );
    story.does(Command::Accept { by: id(7) });
    story.refuses(Command::Accept { by: id(8) }, Refusal::TakenByAnother);
    assert_eq!(story.tries(Command::Accept { by: id(7) }), Ok(0), "sent twice, taken once");
    let say =
        Command::Say { message: id(2), from: Party::Agent(id(8)), text: id(2), article: None };
    story.refuses(say, Refusal::TakenByAnother);
}

#[test]
fn a_transfer_names_a_department_or_a_person_and_a_fourth_is_refused() {
    let mut story = Story::owned_by_7();
    let place = story.contact().place;
    for n in 0..4_u128 {
        let to = Destination::Department {
            municipality: m("frederikssund"),
            department: d(["pension-og-ydelser", "jobcenter"][usize::from(n % 2 == 1)]),
        };
        let transfer = Command::Transfer { by: id(7), to: to.clone(), note: None, reachable: true };
        if n == 3 {
            story.refuses(transfer, Refusal::TransferLimit);
            break;
        }
        story.does(transfer);
        assert_eq!(story.contact().owner(), None);
        assert_eq!(story.contact().place, place);
        story.offered_to(7).does(Command::Accept { by: id(7) });
    }
    assert_eq!(story.contact().transfers, TRANSFER_LIMIT);
    assert_eq!(story.contact().owner(), Some(id(7)), "the agent keeps it");
}

#[test]
fn a_transfer_to_a_closed_target_or_to_oneself_is_refused() {
    let mut story = Story::owned_by_7();
    let to = Destination::Person { person: id(8) };
    story.refuses(
        Command::Transfer { by: id(7), to: to.clone(), note: None, reachable: false },
        Refusal::TargetClosed,
    );
    story.refuses(
        Command::Transfer {
            by: id(7),
            to: Destination::Person { person: id(7) },
            note: None,
            reachable: true,
        },
        Refusal::SameDepartment,
    );
    story.refuses(
        Command::Transfer { by: id(8), to, note: None, reachable: true },
        Refusal::TakenByAnother,
    );
}

fn hand_over(n: u128, by: Party, deadline: UnixMillis) -> Command {
    Command::HandOver {
        hand_over: id(n),
        by,
        municipality: m("frederikssund"),
        department: d("pension-og-ydelser"),
        deadline,
        reply: ReplyWay::Email,
        note: Some(id(50)),
        address: Some(id(51)),
    }
}

#[test]
fn a_hand_over_is_taken_answered_and_done_and_each_may_be_sent_twice() {
    let mut story = Story::owned_by_7();
    let deadline = story.now.plus_seconds(3600);
    let errand = hand_over(9, Party::Agent(id(7)), deadline);
    assert_eq!(story.tries(errand.clone()), Ok(1));
    assert_eq!(story.tries(errand), Ok(0));
    let take = Command::TakeHandOver { hand_over: id(9), by: id(20) };
    assert_eq!((story.tries(take.clone()), story.tries(take)), (Ok(1), Ok(0)));
    let answer = Command::AnswerHandOver { hand_over: id(9), by: id(20), answer: id(52) };
    story.does(answer.clone()).refuses(answer, Refusal::HandOverAnswered);
    let finish = Command::FinishHandOver { hand_over: id(9), by: id(20) };
    assert_eq!((story.tries(finish.clone()), story.tries(finish)), (Ok(1), Ok(0)));
    let errand = &story.contact().hand_overs[&id(9)];
    assert_eq!((errand.phase, errand.taken_by), (HandOverPhase::Done, Some(id(20))));
    story
        .refuses(Command::TakeHandOver { hand_over: id(99), by: id(20) }, Refusal::UnknownHandOver);
}

#[test]
fn a_promise_only_moves_later_and_is_counted() {
    let mut story = Story::owned_by_7();
    let deadline = story.now.plus_seconds(3600);
    story.does(hand_over(9, Party::Agent(id(7)), deadline));
    let to = |deadline| Command::MovePromise { hand_over: id(9), by: Party::System, deadline };
    story.refuses(to(deadline), Refusal::PromiseNotLater);
    story.does(to(deadline.plus_seconds(60)));
    story.later(9 * 3600).refuses(to(deadline.plus_seconds(120)), Refusal::PromiseNotLater);
    assert_eq!(story.contact().hand_overs[&id(9)].moved, 1);
}

#[test]
fn at_the_end_of_duty_the_live_contact_gets_half_an_hour_and_an_offer_goes_back() {
    let mut story = Story::owned_by_7();
    let end = Command::EndDuty { person: id(7) };
    assert_eq!((story.tries(end.clone()), story.tries(end)), (Ok(1), Ok(0)));
    let until = story.now.plus_seconds(30 * MINUTE);
    assert_eq!(story.contact().grant, Some(Grant { person: id(7), until }));
    story.does(Command::WrapUp { by: id(7), topic: None, outcome: OutcomeKind::ClarifiedAtOnce });
    assert_eq!(story.contact().grant, None, "the wrap-up ends it");

    let mut offered = Story::begun();
    offered.says(Party::Citizen, 1).offered_to(7).does(Command::EndDuty { person: id(7) });
    assert_eq!(offered.contact().phase, Phase::Waiting);
    assert!(offered.contact().tried.is_empty(), "it was not the agent who let it pass");
}

#[test]
fn a_crash_of_the_agent_returns_the_contact_to_its_place() {
    let mut story = Story::owned_by_7();
    let place = story.contact().place;
    story.later(600).does(Command::Release { why: "gone".into() });
    assert_eq!((&story.contact().phase, story.contact().place), (&Phase::Waiting, place));
    assert_eq!(story.tries(Command::Release { why: "gone".into() }), Ok(0));
}

#[test]
fn an_ended_contact_is_not_opened_again_by_a_release() {
    let mut story = Story::owned_by_7();
    story.does(Command::End { by: Party::Citizen });
    assert!(matches!(story.contact().phase, Phase::WrappingUp { .. }));
    story.does(Command::Release { why: "gone".into() });
    let reason = CloseReason::WrappedUp;
    assert!(matches!(story.contact().phase, Phase::Closed { reason: r, .. } if r == reason));
    assert_eq!(story.tries(Command::Release { why: "gone".into() }), Ok(0));
}

#[test]
fn a_transfer_to_another_municipality_waits_for_the_correction() {
    let mut story = Story::owned_by_7();
    let to = Destination::Department { municipality: m("soroe"), department: d("jobcenter") };
    let transfer = Command::Transfer { by: id(7), to, note: None, reachable: true };
    story.refuses(transfer.clone(), Refusal::OtherMunicipality);
    story.does(Command::CorrectMunicipality { by: id(7), municipality: m("soroe") });
    story.does(transfer);
}

#[test]
fn a_merged_contact_goes_on_in_the_other_one() {
    let mut story = Story::owned_by_7();
    story.does(Command::Merge { into: id(2) });
    assert_eq!(story.tries(Command::Merge { into: id(2) }), Ok(0));
    story.refuses(Command::Merge { into: id(1) }, Refusal::MergeSelf);
    story.refuses(Command::Reopen { by: Party::Citizen }, Refusal::Closed);
    let say = Command::Say { message: id(3), from: Party::Citizen, text: id(3), article: None };
    story.refuses(say, Refusal::Closed);
}

#[test]
fn a_wrap_up_may_be_corrected_for_ten_minutes_by_its_maker() {
    let wrap = |by, outcome| Command::WrapUp { by: id(by), topic: Some(topic("pas")), outcome };
    let mut story = Story::owned_by_7();
    story.does(wrap(7, OutcomeKind::HandedOver));
    story.refuses(wrap(8, OutcomeKind::Misdirected), Refusal::NotOwner);
    let closed = story.contact().phase.clone();
    story.later(600).does(wrap(7, OutcomeKind::Misdirected));
    assert_eq!(story.contact().phase, closed, "a correction closes nothing anew");
    assert_eq!(story.contact().wrap.as_ref().unwrap().outcome, OutcomeKind::Misdirected);
    story.later(601).refuses(wrap(7, OutcomeKind::HandedOver), Refusal::TooLate);
}

#[test]
fn a_word_within_a_day_reopens_the_chat_at_its_old_place() {
    let mut story = Story::owned_by_7();
    let place = story.contact().place;
    story.does(Command::WrapUp { by: id(7), topic: None, outcome: OutcomeKind::ClarifiedAtOnce });
    story.later(3600).says(Party::Citizen, 2);
    assert_eq!((&story.contact().phase, story.contact().place), (&Phase::Waiting, place));
    story.does(Command::Abandon).later(24 * 3600 + 1);
    let say = Command::Say { message: id(3), from: Party::Citizen, text: id(3), article: None };
    story.refuses(say, Refusal::Closed);
    story.refuses(Command::Reopen { by: Party::Citizen }, Refusal::TooLate);
}

#[test]
fn who_owned_it_earlier_may_not_act_on_it() {
    let mut story = Story::owned_by_7();
    story.does(Command::Release { why: "gone".into() }).offered_to(8);
    story.does(Command::Accept { by: id(8) });
    assert!(story.contact().owners.contains(&id(7)));
    for command in [
        Command::Say { message: id(2), from: Party::Agent(id(7)), text: id(2), article: None },
        Command::CorrectMunicipality { by: id(7), municipality: m("soroe") },
        Command::SetTopic { by: Party::Agent(id(7)), topic: topic("pas"), urgent: false },
        hand_over(9, Party::Agent(id(7)), UnixMillis(99_000_000)),
    ] {
        story.refuses(command, Refusal::TakenByAnother);
    }
    story.refuses(
        Command::WrapUp { by: id(7), topic: None, outcome: OutcomeKind::HandedOver },
        Refusal::NotOwner,
    );
    story.refuses(Command::End { by: Party::Agent(id(7)) }, Refusal::NotOwner);
}

#[test]
fn reading_marks_only_move_forward() {
    let mut story = Story::owned_by_7();
    let read = |up_to| Command::MarkRead { by: Party::Citizen, up_to };
    let mut count = |up_to| story.tries(read(up_to));
    assert_eq!([count(5), count(5), count(3), count(6)], [Ok(1), Ok(0), Ok(0), Ok(1)]);
}
