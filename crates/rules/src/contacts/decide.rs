//! Whether something may happen to a contact, and which events it becomes.

use base::{DepartmentKey, Id, Language, MunicipalityKey, Problem, TopicKey, UnixMillis, kind};

use super::event::Event;
use super::state::{
    Channel, Contact, ContactId, Destination, HandOverId, HandOverPhase, OutcomeKind, OwedCall,
    Party, PersonId, Phase, Place, ReplyWay, TRANSFER_LIMIT,
};
use crate::calls::RecordingStep;
use crate::calls::call_back::{ATTEMPTS, When};

/// A wrap-up may be corrected this long.
const WRAP_UP_CORRECTION_S: i64 = 600;
/// A live contact may be finished this long after duty has ended (product rule 7).
const GRANT_S: i64 = 30 * 60;
/// A closed chat that the citizen writes in again is the same contact this long.
const REOPEN_S: i64 = 24 * 3600;

/// What somebody wants to happen. Whether the one who asks may is decided before (`rules::people`);
/// here it is decided whether the contact's life allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Arrive {
        contact: ContactId,
        channel: Channel,
        municipality: Option<MunicipalityKey>,
        department: Option<DepartmentKey>,
        language: Language,
        topic: Option<TopicKey>,
        urgent: bool,
    },
    /// Needs a person now; who wraps up was too early.
    Queue,
    Offer {
        to: PersonId,
        until: UnixMillis,
        why: String,
    },
    Accept {
        by: PersonId,
    },
    Decline {
        by: PersonId,
    },
    /// The countdown has run out.
    Lapse,
    /// The agent may no longer have it offered.
    Withdraw,
    Say {
        message: Id<kind::Message>,
        from: Party,
        text: Id<kind::Text>,
        article: Option<TopicKey>,
    },
    MarkRead {
        by: Party,
        up_to: i64,
    },
    /// `from` is the department the agent speaks for; `reachable` is what the directory says.
    Transfer {
        by: PersonId,
        to: Destination,
        note: Option<Id<kind::Text>>,
        reachable: bool,
    },
    /// Somebody else speaks with the citizen now: a call that was put through.
    PutThrough {
        from: PersonId,
        to: PersonId,
        note: Option<Id<kind::Text>>,
    },
    /// The citizen keeps the place and is called when it is their turn, or at a promised time. What
    /// they are owed already the program alone puts off.
    BookCallBack {
        by: Party,
        when: When,
        number: Id<kind::Text>,
    },
    /// The citizen was called back.
    CalledBack {
        by: PersonId,
        reached: bool,
    },
    /// An agent calls the citizen of a contact that was closed, about an errand that it left.
    CallOut {
        by: PersonId,
        number: Id<kind::Text>,
    },
    /// What was done with the recording of a conversation: a fact, whoever has the contact now.
    Recording {
        by: PersonId,
        step: RecordingStep,
    },
    HandOver {
        hand_over: HandOverId,
        by: Party,
        municipality: MunicipalityKey,
        department: DepartmentKey,
        deadline: UnixMillis,
        reply: ReplyWay,
        note: Option<Id<kind::Text>>,
        address: Option<Id<kind::Text>>,
    },
    TakeHandOver {
        hand_over: HandOverId,
        by: PersonId,
    },
    AnswerHandOver {
        hand_over: HandOverId,
        by: PersonId,
        answer: Id<kind::Text>,
    },
    FinishHandOver {
        hand_over: HandOverId,
        by: PersonId,
    },
    MovePromise {
        hand_over: HandOverId,
        by: Party,
        deadline: UnixMillis,
    },
    Release {
        why: String,
    },
    /// Duty has ended while the agent was talking.
    EndDuty {
        person: PersonId,
    },
    End {
        by: Party,
    },
    WrapUp {
        by: PersonId,
        topic: Option<TopicKey>,
        outcome: OutcomeKind,
    },
    Abandon,
    LeaveMessage,
    Reopen {
        by: Party,
    },
    Merge {
        into: ContactId,
    },
    CorrectMunicipality {
        by: PersonId,
        municipality: MunicipalityKey,
    },
    SetTopic {
        by: Party,
        topic: TopicKey,
        urgent: bool,
    },
    Rate {
        score: u8,
    },
    Erase {
        why: String,
        texts: u32,
    },
}

/// Why a command is refused, and what the user can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such contact")]
    Unknown,
    #[error("the contact exists already")]
    Exists,
    #[error("the contact is closed")]
    Closed,
    #[error("another agent has it")]
    TakenByAnother,
    #[error("the offer is gone")]
    OfferGone,
    #[error("only its owner may do this")]
    NotOwner,
    #[error("nobody waits")]
    NotWaiting,
    #[error("transferred {TRANSFER_LIMIT} times already: keep it and hand it over")]
    TransferLimit,
    #[error("the target is closed or away: hand it over instead")]
    TargetClosed,
    #[error("already in that department")]
    SameDepartment,
    #[error("there is no such hand-over")]
    UnknownHandOver,
    #[error("the hand-over has been answered")]
    HandOverAnswered,
    #[error("a new promise must be later than the old one and in the future")]
    PromiseNotLater,
    #[error("a rating is 1 to 5")]
    RatingRange,
    #[error("too late to change")]
    TooLate,
    #[error("a contact cannot be merged into itself")]
    MergeSelf,
    #[error("the department is another municipality's: correct the municipality first")]
    OtherMunicipality,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown | Refusal::UnknownHandOver => Self::NotFound,
            Refusal::Exists => Self::conflict("contact-exists"),
            Refusal::Closed => Self::conflict("contact-closed"),
            Refusal::TakenByAnother => Self::conflict("taken-by-another"),
            Refusal::OfferGone => Self::conflict("offer-gone"),
            Refusal::NotOwner => Self::forbidden("not-owner"),
            Refusal::NotWaiting => Self::conflict("not-waiting"),
            Refusal::TransferLimit => Self::forbidden("transfer-limit"),
            Refusal::TargetClosed => Self::conflict("target-closed"),
            Refusal::SameDepartment => Self::conflict("same-department"),
            Refusal::HandOverAnswered => Self::conflict("hand-over-answered"),
            Refusal::PromiseNotLater => Self::invalid("deadline", "promise-not-later"),
            Refusal::RatingRange => Self::invalid("score", "rating-range"),
            Refusal::TooLate => Self::conflict("too-late"),
            Refusal::MergeSelf => Self::invalid("into", "merge-self"),
            Refusal::OtherMunicipality => Self::conflict("other-municipality"),
        }
    }
}

/// The events that the command becomes; none when it has already happened (commands may be sent
/// again).
///
/// # Errors
/// [`Refusal`] when the contact's life does not allow it; nothing has happened then.
pub fn decide(
    state: Option<&Contact>,
    command: &Command,
    at: UnixMillis,
) -> Result<Vec<Event>, Refusal> {
    let Some(contact) = state else { return arrive(command) };
    match command.clone() {
        Command::Arrive { .. } => Err(Refusal::Exists),
        Command::Queue => match contact.phase {
            Phase::Arrived => Ok(vec![Event::Queued {
                place: contact.place.unwrap_or(Place { since: at, contact: contact.id }),
            }]),
            Phase::WrappingUp { by, .. } => {
                Ok(vec![Event::Released { from: by, why: "not-over".to_owned() }])
            }
            Phase::Closed { .. } => Err(Refusal::Closed),
            _ => Ok(vec![]),
        },
        Command::Offer { to, until, why } => match contact.phase {
            Phase::Waiting => Ok(vec![Event::Offered { to, until, why }]),
            _ => Err(Refusal::NotWaiting),
        },
        Command::Accept { by } => match contact.phase {
            Phase::Offered { to, .. } if to == by => Ok(vec![Event::Accepted { by }]),
            Phase::Owned { by: owner, .. } if owner == by => Ok(vec![]),
            Phase::Owned { .. } | Phase::WrappingUp { .. } => Err(Refusal::TakenByAnother),
            _ => Err(Refusal::OfferGone),
        },
        Command::Decline { by } => match contact.phase {
            Phase::Offered { to, .. } if to == by => Ok(vec![Event::OfferDeclined { by }]),
            _ => Err(Refusal::OfferGone),
        },
        Command::Lapse => match contact.phase {
            Phase::Offered { to, until } if at >= until => Ok(vec![Event::OfferLapsed { to }]),
            _ => Ok(vec![]),
        },
        Command::Withdraw => match contact.phase {
            Phase::Offered { to, .. } => Ok(vec![Event::OfferWithdrawn { to }]),
            _ => Ok(vec![]),
        },
        Command::Say { message, from, text, article } => {
            say(contact, from, Event::Message { message, from, text, article }, at)
        }
        Command::MarkRead { by, up_to } => {
            let seen = match by {
                Party::Citizen => contact.read_by_citizen,
                _ => contact.read_by_agent,
            };
            Ok(if up_to > seen { vec![Event::Read { by, up_to }] } else { vec![] })
        }
        Command::Transfer { by, to, note, reachable } => transfer(contact, by, to, note, reachable),
        Command::PutThrough { from, to, note } => match contact.phase {
            Phase::Owned { by, .. } if by == to => Ok(vec![]),
            // Who put it through may have been done with it before it was answered.
            Phase::Owned { by, .. } | Phase::WrappingUp { by, .. } if by == from => Ok(vec![
                Event::Transferred { by: from, to: Destination::Person { person: to }, note },
                Event::Accepted { by: to },
            ]),
            _ => Err(Refusal::NotOwner),
        },
        Command::BookCallBack { by, when, number } => {
            let booked = Event::CallBackBooked { by, when, number };
            match contact.phase {
                _ if contact.call_back.is_some() && by != Party::System => Ok(vec![]),
                Phase::Arrived => {
                    let place = Place { since: at, contact: contact.id };
                    Ok(vec![booked, Event::Queued { place }])
                }
                Phase::Waiting => Ok(vec![booked]),
                Phase::Offered { to, .. } => Ok(vec![Event::OfferWithdrawn { to }, booked]),
                Phase::Closed { .. } => Err(Refusal::Closed),
                Phase::Owned { .. } | Phase::WrappingUp { .. } => Err(Refusal::NotWaiting),
            }
        }
        Command::CalledBack { by, reached } => {
            let Some(owed) = &contact.call_back else { return Ok(vec![]) };
            owned_by(contact, by)?;
            Ok(called_back(owed, by, reached))
        }
        Command::CallOut { by, number } => match contact.phase {
            _ if contact.merged_into.is_some() => Err(Refusal::Closed),
            Phase::Closed { .. } => Ok(vec![Event::CalledOut { by, number }]),
            // Sent twice, it is one call.
            Phase::Owned { by: owner, .. } if owner == by && contact.by_telephone => Ok(vec![]),
            _ => Err(Refusal::TakenByAnother),
        },
        Command::HandOver {
            hand_over,
            by,
            municipality,
            department,
            deadline,
            reply,
            note,
            address,
        } => {
            if let Party::Agent(person) = by {
                owned_by(contact, person)?;
            }
            if contact.hand_overs.contains_key(&hand_over) {
                return Ok(vec![]);
            }
            Ok(vec![Event::HandedOver {
                hand_over,
                by,
                municipality,
                department,
                deadline,
                reply,
                note,
                address,
            }])
        }
        Command::TakeHandOver { hand_over, by } => {
            let errand = contact.hand_overs.get(&hand_over).ok_or(Refusal::UnknownHandOver)?;
            match (errand.phase, errand.taken_by) {
                (HandOverPhase::New, _) => Ok(vec![Event::HandOverTaken { hand_over, by }]),
                (HandOverPhase::Taken, Some(other)) if other == by => Ok(vec![]),
                // A colleague may take over what somebody sits on.
                (HandOverPhase::Taken, _) => Ok(vec![Event::HandOverTaken { hand_over, by }]),
                _ => Err(Refusal::HandOverAnswered),
            }
        }
        Command::AnswerHandOver { hand_over, by, answer } => {
            let errand = contact.hand_overs.get(&hand_over).ok_or(Refusal::UnknownHandOver)?;
            match errand.phase {
                HandOverPhase::New | HandOverPhase::Taken => {
                    Ok(vec![Event::HandOverAnswered { hand_over, by, answer }])
                }
                _ => Err(Refusal::HandOverAnswered),
            }
        }
        Command::FinishHandOver { hand_over, by } => {
            let errand = contact.hand_overs.get(&hand_over).ok_or(Refusal::UnknownHandOver)?;
            match errand.phase {
                HandOverPhase::Done => Ok(vec![]),
                _ => Ok(vec![Event::HandOverDone { hand_over, by }]),
            }
        }
        Command::MovePromise { hand_over, by, deadline } => {
            let errand = contact.hand_overs.get(&hand_over).ok_or(Refusal::UnknownHandOver)?;
            match errand.phase {
                HandOverPhase::New | HandOverPhase::Taken => {
                    if deadline <= errand.deadline || deadline <= at {
                        return Err(Refusal::PromiseNotLater);
                    }
                    Ok(vec![Event::PromiseMoved { hand_over, by, deadline }])
                }
                _ => Err(Refusal::HandOverAnswered),
            }
        }
        Command::Release { why } => match contact.phase {
            Phase::Owned { by, .. } => Ok(vec![Event::Released { from: by, why }]),
            Phase::Offered { to, .. } => Ok(vec![Event::OfferWithdrawn { to }]),
            // The conversation is over; nobody is left to say what it was about.
            Phase::WrappingUp { by, .. } => Ok(vec![Event::WrappedUp {
                by,
                topic: contact.topic.clone(),
                outcome: OutcomeKind::NotStated,
            }]),
            _ => Ok(vec![]),
        },
        Command::EndDuty { person } => match contact.phase {
            Phase::Owned { by, .. } | Phase::WrappingUp { by, .. } if by == person => {
                match contact.grant {
                    Some(_) => Ok(vec![]),
                    None => Ok(vec![Event::Granted { person, until: at.plus_seconds(GRANT_S) }]),
                }
            }
            Phase::Offered { to, .. } if to == person => Ok(vec![Event::OfferWithdrawn { to }]),
            _ => Ok(vec![]),
        },
        Command::End { by } => end(contact, by),
        Command::WrapUp { by, topic, outcome } => wrap_up(contact, by, topic, outcome, at),
        Command::Abandon => match contact.phase {
            Phase::Arrived | Phase::Waiting | Phase::Offered { .. } => Ok(vec![Event::Abandoned]),
            _ => Ok(vec![]),
        },
        Command::LeaveMessage => match contact.phase {
            Phase::Arrived | Phase::Waiting | Phase::Offered { .. } => Ok(vec![Event::LeftMessage]),
            Phase::Closed { .. } => Ok(vec![]),
            _ => Err(Refusal::TakenByAnother),
        },
        Command::Reopen { by } => match contact.phase {
            // A merged contact goes on in the other one.
            Phase::Closed { .. } if contact.merged_into.is_some() => Err(Refusal::Closed),
            Phase::Closed { at: closed, .. } if at.seconds_since(closed) <= REOPEN_S => {
                let place = contact.place.unwrap_or(Place { since: at, contact: contact.id });
                Ok(vec![Event::Reopened { by }, Event::Queued { place }])
            }
            Phase::Closed { .. } => Err(Refusal::TooLate),
            _ => Ok(vec![]),
        },
        Command::Merge { into } if into == contact.id => Err(Refusal::MergeSelf),
        Command::Merge { into } => match contact.merged_into {
            Some(target) if target == into => Ok(vec![]),
            Some(_) => Err(Refusal::Closed),
            None => Ok(vec![Event::Merged { into }]),
        },
        Command::CorrectMunicipality { by, municipality } => {
            owned_by(contact, by)?;
            if contact.municipality.as_ref() == Some(&municipality) {
                return Ok(vec![]);
            }
            Ok(vec![Event::MunicipalityCorrected { by, municipality }])
        }
        Command::SetTopic { by, topic, urgent } => {
            if let Party::Agent(person) = by {
                owned_by(contact, person)?;
            }
            if contact.topic.as_ref() == Some(&topic) && contact.urgent == urgent {
                return Ok(vec![]);
            }
            Ok(vec![Event::TopicSet { by, topic, urgent }])
        }
        Command::Rate { score } if !(1..=5).contains(&score) => Err(Refusal::RatingRange),
        Command::Rate { score } => Ok(vec![Event::Rated { score }]),
        Command::Recording { by, step } => Ok(vec![Event::Recording { by, step }]),
        Command::Erase { why, texts } => Ok(vec![Event::Erased { why, texts }]),
    }
}

fn arrive(command: &Command) -> Result<Vec<Event>, Refusal> {
    match command.clone() {
        Command::Arrive { contact, channel, municipality, department, language, topic, urgent } => {
            Ok(vec![Event::Arrived {
                contact,
                channel,
                municipality,
                department,
                language,
                topic,
                urgent,
            }])
        }
        _ => Err(Refusal::Unknown),
    }
}

/// A citizen's first word queues the contact; a word in a closed chat reopens it at its old place.
fn say(
    contact: &Contact,
    from: Party,
    message: Event,
    at: UnixMillis,
) -> Result<Vec<Event>, Refusal> {
    match (from, &contact.phase) {
        (Party::Agent(person), _) => {
            owned_by(contact, person)?;
            Ok(vec![message])
        }
        (Party::System, _) => Ok(vec![message]),
        // A message that is left needs nobody at once.
        (Party::Citizen, Phase::Arrived) if contact.channel == Channel::Message => {
            Ok(vec![message])
        }
        (Party::Citizen, Phase::Arrived) => {
            let place = Place { since: at, contact: contact.id };
            Ok(vec![message, Event::Queued { place }])
        }
        (Party::Citizen, Phase::Closed { at: closed, .. }) => {
            if contact.merged_into.is_some() || at.seconds_since(*closed) > REOPEN_S {
                return Err(Refusal::Closed);
            }
            let place = contact.place.unwrap_or(Place { since: at, contact: contact.id });
            Ok(vec![Event::Reopened { by: from }, message, Event::Queued { place }])
        }
        (Party::Citizen, _) => Ok(vec![message]),
    }
}

fn transfer(
    contact: &Contact,
    by: PersonId,
    to: Destination,
    note: Option<Id<kind::Text>>,
    reachable: bool,
) -> Result<Vec<Event>, Refusal> {
    owned_by(contact, by)?;
    if contact.transfers >= TRANSFER_LIMIT {
        return Err(Refusal::TransferLimit);
    }
    if matches!(&to, Destination::Person { person } if *person == by) {
        return Err(Refusal::SameDepartment);
    }
    // Its people may not see the contact before it is theirs.
    if let (Destination::Department { municipality, .. }, Some(own)) = (&to, &contact.municipality)
        && municipality != own
    {
        return Err(Refusal::OtherMunicipality);
    }
    if !reachable {
        return Err(Refusal::TargetClosed);
    }
    Ok(vec![Event::Transferred { by, to, note }])
}

/// Its agent ends it. Before a citizen who is called back has answered that is one attempt, and the call is
/// owed still.
fn ended(contact: &Contact, by: PersonId) -> Vec<Event> {
    match &contact.call_back {
        Some(owed) => called_back(owed, by, false),
        None => vec![Event::Ended { by: Party::Agent(by) }],
    }
}

fn called_back(owed: &OwedCall, by: PersonId, reached: bool) -> Vec<Event> {
    let mut events = vec![Event::CalledBack { by, reached }];
    if !reached && owed.back.attempts.len() + 1 >= ATTEMPTS {
        events.push(Event::Unreachable);
    }
    events
}

fn end(contact: &Contact, by: Party) -> Result<Vec<Event>, Refusal> {
    match (&contact.phase, by) {
        (Phase::Owned { by: owner, .. }, Party::Agent(person)) if *owner != person => {
            Err(Refusal::NotOwner)
        }
        (Phase::Owned { .. }, Party::Agent(person)) => Ok(ended(contact, person)),
        (Phase::Owned { .. }, _) => Ok(vec![Event::Ended { by }]),
        (Phase::Arrived | Phase::Waiting | Phase::Offered { .. }, Party::Agent(_)) => {
            Err(Refusal::NotOwner)
        }
        (Phase::Arrived | Phase::Waiting | Phase::Offered { .. }, _) => Ok(vec![Event::Abandoned]),
        (Phase::WrappingUp { .. } | Phase::Closed { .. }, _) => Ok(vec![]),
    }
}

fn wrap_up(
    contact: &Contact,
    by: PersonId,
    topic: Option<TopicKey>,
    outcome: OutcomeKind,
    at: UnixMillis,
) -> Result<Vec<Event>, Refusal> {
    let wrapped = Event::WrappedUp { by, topic, outcome };
    match (&contact.phase, &contact.wrap) {
        (Phase::Owned { by: owner, .. }, _) if *owner == by => {
            let mut events = ended(contact, by);
            if contact.call_back.is_none() {
                events.push(wrapped);
            }
            Ok(events)
        }
        (Phase::WrappingUp { by: owner, .. }, _) if *owner == by => Ok(vec![wrapped]),
        (Phase::Closed { .. }, Some(wrap)) if wrap.by == by => {
            if at.seconds_since(wrap.at) > WRAP_UP_CORRECTION_S {
                return Err(Refusal::TooLate);
            }
            Ok(vec![wrapped])
        }
        _ => Err(Refusal::NotOwner),
    }
}

/// The agent talks with the citizen or wraps up.
fn owned_by(contact: &Contact, person: PersonId) -> Result<(), Refusal> {
    match contact.phase {
        Phase::Owned { by, .. } | Phase::WrappingUp { by, .. } if by == person => Ok(()),
        Phase::Owned { .. } | Phase::WrappingUp { .. } => Err(Refusal::TakenByAnother),
        Phase::Closed { .. } => Err(Refusal::Closed),
        _ => Err(Refusal::NotOwner),
    }
}
