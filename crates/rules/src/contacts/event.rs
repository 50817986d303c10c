//! What happened to a contact, and what that makes of it.

use base::{DepartmentKey, Id, Language, MunicipalityKey, TopicKey, UnixMillis, kind};
use serde::{Deserialize, Serialize};

use crate::calls::RecordingStep;
use crate::calls::call_back::{CallBack, When};

use super::state::{
    Aim, Channel, CloseReason, Contact, ContactId, Destination, Grant, HandOver, HandOverId,
    HandOverPhase, OutcomeKind, OwedCall, Party, PersonId, Phase, Place, ReplyWay, Wrap,
};

/// One entry of a contact's journal. Never changed, never lost; personal text is only pointed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    Arrived {
        contact: ContactId,
        channel: Channel,
        municipality: Option<MunicipalityKey>,
        department: Option<DepartmentKey>,
        language: Language,
        topic: Option<TopicKey>,
        urgent: bool,
    },
    Queued {
        place: Place,
    },
    /// `why` is the router's explanation (rung, rule, who was passed over), for people.
    Offered {
        to: PersonId,
        until: UnixMillis,
        why: String,
    },
    Accepted {
        by: PersonId,
    },
    /// Not taken in time: back to its place.
    OfferLapsed {
        to: PersonId,
    },
    /// Sent back by the agent: back to its place.
    OfferDeclined {
        by: PersonId,
    },
    /// Withdrawn by the system (the agent's duty, role or connection ended).
    OfferWithdrawn {
        to: PersonId,
    },
    /// Something was said. `client_id` was chosen by the sender and makes sending idempotent.
    Message {
        message: Id<kind::Message>,
        from: Party,
        text: Id<kind::Text>,
        /// An article that was sent along.
        article: Option<TopicKey>,
    },
    Read {
        by: Party,
        up_to: i64,
    },
    Transferred {
        by: PersonId,
        to: Destination,
        note: Option<Id<kind::Text>>,
    },
    HandedOver {
        hand_over: HandOverId,
        by: Party,
        municipality: MunicipalityKey,
        department: DepartmentKey,
        deadline: UnixMillis,
        reply: ReplyWay,
        note: Option<Id<kind::Text>>,
        address: Option<Id<kind::Text>>,
    },
    HandOverTaken {
        hand_over: HandOverId,
        by: PersonId,
    },
    HandOverAnswered {
        hand_over: HandOverId,
        by: PersonId,
        answer: Id<kind::Text>,
    },
    HandOverDone {
        hand_over: HandOverId,
        by: PersonId,
    },
    /// The deadline was moved, and the citizen was told before the old one passed.
    PromiseMoved {
        hand_over: HandOverId,
        by: Party,
        deadline: UnixMillis,
    },
    CallBackBooked {
        by: Party,
        when: When,
        number: Id<kind::Text>,
    },
    CalledBack {
        by: PersonId,
        reached: bool,
    },
    /// The citizen of a closed contact is called; it goes on by telephone and is that agent's.
    CalledOut {
        by: PersonId,
        number: Id<kind::Text>,
    },
    /// The conversation is recorded, or is not any more: the citizen had agreed to it aloud.
    Recording {
        by: PersonId,
        step: RecordingStep,
    },
    /// The agent is gone (network, duty, role): the contact goes back to its place.
    Released {
        from: PersonId,
        why: String,
    },
    /// Duty has ended; the owner may finish this one contact until `until`.
    Granted {
        person: PersonId,
        until: UnixMillis,
    },
    /// The conversation is over.
    Ended {
        by: Party,
    },
    WrappedUp {
        by: PersonId,
        topic: Option<TopicKey>,
        outcome: OutcomeKind,
    },
    Abandoned,
    /// The citizen left a message with a department instead of waiting.
    LeftMessage,
    /// Called back as often as is promised, and nobody answered.
    Unreachable,
    Reopened {
        by: Party,
    },
    Merged {
        into: ContactId,
    },
    MunicipalityCorrected {
        by: PersonId,
        municipality: MunicipalityKey,
    },
    TopicSet {
        by: Party,
        topic: TopicKey,
        urgent: bool,
    },
    Rated {
        score: u8,
    },
    /// Personal texts of this contact were erased: retention or the citizen's right.
    Erased {
        why: String,
        texts: u32,
    },
}

impl Event {
    /// The tag under which it is stored.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Arrived { .. } => "arrived",
            Self::Queued { .. } => "queued",
            Self::Offered { .. } => "offered",
            Self::Accepted { .. } => "accepted",
            Self::OfferLapsed { .. } => "offer-lapsed",
            Self::OfferDeclined { .. } => "offer-declined",
            Self::OfferWithdrawn { .. } => "offer-withdrawn",
            Self::Message { .. } => "message",
            Self::Read { .. } => "read",
            Self::Transferred { .. } => "transferred",
            Self::HandedOver { .. } => "handed-over",
            Self::HandOverTaken { .. } => "hand-over-taken",
            Self::HandOverAnswered { .. } => "hand-over-answered",
            Self::HandOverDone { .. } => "hand-over-done",
            Self::PromiseMoved { .. } => "promise-moved",
            Self::CallBackBooked { .. } => "call-back-booked",
            Self::CalledBack { .. } => "called-back",
            Self::CalledOut { .. } => "called-out",
            Self::Recording { .. } => "recording",
            Self::Released { .. } => "released",
            Self::Granted { .. } => "granted",
            Self::Ended { .. } => "ended",
            Self::WrappedUp { .. } => "wrapped-up",
            Self::Abandoned => "abandoned",
            Self::LeftMessage => "left-message",
            Self::Unreachable => "unreachable",
            Self::Reopened { .. } => "reopened",
            Self::Merged { .. } => "merged",
            Self::MunicipalityCorrected { .. } => "municipality-corrected",
            Self::TopicSet { .. } => "topic-set",
            Self::Rated { .. } => "rated",
            Self::Erased { .. } => "erased",
        }
    }
}

/// The state after the event. Total: an event that was decided is a fact, whatever the state.
///
/// Returns `None` only for an event other than `Arrived` before the contact exists; a journal that
/// begins so is damaged.
#[must_use]
pub fn apply(state: Option<Contact>, event: &Event, at: UnixMillis) -> Option<Contact> {
    let Some(mut contact) = state else {
        return arrive(event, at);
    };
    match event {
        Event::Arrived { .. } | Event::Recording { .. } | Event::Erased { .. } => {}
        Event::CallBackBooked { when, number, .. } => {
            let mut back = CallBack::new(*when);
            if let Some(before) = contact.call_back.take() {
                back.attempts = before.back.attempts;
            }
            contact.call_back = Some(OwedCall { back, number: *number });
        }
        Event::Queued { place } => {
            contact.place = Some(contact.place.map_or(*place, |old| old.min(*place)));
            contact.phase = Phase::Waiting;
            contact.aimed_at = Some(at);
        }
        Event::Offered { to, until, .. } => {
            contact.phase = Phase::Offered { to: *to, until: *until };
        }
        Event::Accepted { by } => {
            contact.phase = Phase::Owned { by: *by, since: at };
            contact.owners.insert(*by);
            contact.grant = None;
        }
        Event::OfferLapsed { to: by } | Event::OfferDeclined { by } => {
            contact.tried.insert(*by);
            contact.lapsed_at = Some(at);
            contact.phase = Phase::Waiting;
        }
        Event::OfferWithdrawn { .. } => contact.phase = Phase::Waiting,
        Event::Message { from, .. } => match from {
            Party::Citizen => contact.last_citizen_at = Some(at),
            Party::Agent(_) => {
                contact.last_agent_at = Some(at);
                contact.first_answer_at.get_or_insert(at);
            }
            Party::System => {}
        },
        Event::Read { by, up_to } => {
            let mark = match by {
                Party::Citizen => &mut contact.read_by_citizen,
                _ => &mut contact.read_by_agent,
            };
            *mark = (*mark).max(*up_to);
        }
        Event::Transferred { to, .. } => {
            contact.transfers = contact.transfers.saturating_add(1);
            contact.grant = None;
            contact.tried.clear();
            contact.phase = Phase::Waiting;
            contact.aimed_at = Some(at);
            contact.aim = match to.clone() {
                Destination::Department { municipality, department } => {
                    contact.visited.insert(department.clone());
                    Aim::Department { municipality, department }
                }
                Destination::Person { person } => Aim::Person { person },
            };
        }
        Event::HandedOver {
            hand_over,
            by,
            municipality,
            department,
            deadline,
            reply,
            note,
            address,
        } => {
            let errand = HandOver {
                municipality: municipality.clone(),
                department: department.clone(),
                deadline: *deadline,
                reply: *reply,
                phase: HandOverPhase::New,
                made_at: at,
                made_by: *by,
                taken_by: None,
                note: *note,
                address: *address,
                answer: None,
                moved: 0,
            };
            contact.hand_overs.insert(*hand_over, errand);
        }
        Event::HandOverTaken { hand_over, by } => errand(&mut contact, *hand_over, |errand| {
            errand.phase = HandOverPhase::Taken;
            errand.taken_by = Some(*by);
        }),
        Event::HandOverAnswered { hand_over, by, answer } => {
            errand(&mut contact, *hand_over, |errand| {
                errand.phase = HandOverPhase::Answered;
                errand.taken_by.get_or_insert(*by);
                errand.answer = Some(*answer);
            });
        }
        Event::HandOverDone { hand_over, .. } => {
            errand(&mut contact, *hand_over, |errand| errand.phase = HandOverPhase::Done);
        }
        Event::PromiseMoved { hand_over, deadline, .. } => {
            errand(&mut contact, *hand_over, |errand| {
                errand.deadline = *deadline;
                errand.moved = errand.moved.saturating_add(1);
            });
        }
        Event::CalledBack { by, reached: true } => {
            contact.phase = Phase::Owned { by: *by, since: at };
            contact.owners.insert(*by);
            contact.call_back = None;
        }
        Event::CalledOut { by, .. } => {
            contact.phase = Phase::Owned { by: *by, since: at };
            contact.owners.insert(*by);
            contact.by_telephone = true;
            // What was given up is owed no more.
            contact.call_back = None;
            // Should the call come back to the line, it waits from now on.
            contact.place = Some(Place { since: at, contact: contact.id });
            contact.aim = Aim::Ladder;
            contact.tried.clear();
        }
        Event::CalledBack { .. } => {
            contact.phase = Phase::Waiting;
            contact.aimed_at = Some(at);
            contact.grant = None;
            if let Some(owed) = &mut contact.call_back {
                owed.back.attempts.push(at);
            }
        }
        Event::Released { .. } => {
            contact.phase = Phase::Waiting;
            contact.aim = Aim::Ladder;
            contact.aimed_at = Some(at);
            contact.grant = None;
        }
        Event::Granted { person, until } => {
            contact.grant = Some(Grant { person: *person, until: *until });
        }
        Event::Ended { .. } => {
            if let Phase::Owned { by, .. } = contact.phase {
                contact.phase = Phase::WrappingUp { by, since: at };
            }
        }
        Event::WrappedUp { by, topic, outcome } => {
            if topic.is_some() {
                contact.topic.clone_from(topic);
            }
            contact.wrap = Some(Wrap { by: *by, topic: topic.clone(), outcome: *outcome, at });
            if !contact.is_closed() {
                close(&mut contact, CloseReason::WrappedUp, at);
            }
        }
        Event::Abandoned => close(&mut contact, CloseReason::Abandoned, at),
        Event::LeftMessage => close(&mut contact, CloseReason::LeftMessage, at),
        Event::Unreachable => close(&mut contact, CloseReason::Unreachable, at),
        Event::Reopened { .. } => {
            contact.phase = Phase::Waiting;
            contact.aim = Aim::Ladder;
            contact.tried.clear();
            contact.wrap = None;
        }
        Event::Merged { into } => {
            contact.merged_into = Some(*into);
            close(&mut contact, CloseReason::Merged, at);
        }
        Event::MunicipalityCorrected { municipality, .. } => {
            contact.municipality = Some(municipality.clone());
        }
        Event::TopicSet { topic, urgent, .. } => {
            contact.topic = Some(topic.clone());
            contact.urgent = *urgent;
        }
        Event::Rated { score } => contact.rating = Some(*score),
    }
    Some(contact)
}

fn arrive(event: &Event, at: UnixMillis) -> Option<Contact> {
    let Event::Arrived { contact, channel, municipality, department, language, topic, urgent } =
        event
    else {
        return None;
    };
    Some(Contact {
        id: *contact,
        channel: *channel,
        municipality: municipality.clone(),
        department: department.clone(),
        language: *language,
        topic: topic.clone(),
        urgent: *urgent,
        arrived_at: at,
        phase: Phase::Arrived,
        aim: Aim::Ladder,
        place: None,
        visited: std::collections::BTreeSet::new(),
        tried: std::collections::BTreeSet::new(),
        aimed_at: None,
        lapsed_at: None,
        transfers: 0,
        grant: None,
        hand_overs: std::collections::BTreeMap::new(),
        wrap: None,
        first_answer_at: None,
        last_citizen_at: None,
        last_agent_at: None,
        read_by_citizen: 0,
        read_by_agent: 0,
        rating: None,
        merged_into: None,
        owners: std::collections::BTreeSet::new(),
        call_back: None,
        by_telephone: false,
    })
}

fn close(contact: &mut Contact, reason: CloseReason, at: UnixMillis) {
    contact.phase = Phase::Closed { reason, at };
    contact.grant = None;
    contact.by_telephone = false;
}

fn errand(contact: &mut Contact, id: HandOverId, change: impl FnOnce(&mut HandOver)) {
    if let Some(hand_over) = contact.hand_overs.get_mut(&id) {
        change(hand_over);
    }
}
