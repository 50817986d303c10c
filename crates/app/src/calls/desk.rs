//! What an agent does with a call, and what the desk shows of it.

use std::time::Duration;

use base::{DepartmentKey, Id, MunicipalityKey, Outcome, Problem, Scope, UnixMillis, kind};
use rules::calls::{CallId, Ear, Input, LegState, RecordingStep, Role, Set, Target};
use rules::contacts::{Channel, Contact, ContactId, Destination, PersonId, TRANSFER_LIMIT};
use rules::directory::Facts;
use rules::queues::Presence;
use rules::text::FreeText;
use serde::Serialize;
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::account::{person_of, role_code, stage};
use super::orders::emergency;
use super::recordings::RecordingNow;
use super::{Live, Order, Unanswered};
use crate::contacts::Door;
use crate::{App, found};

/// Longest note for the one who is asked, in characters.
const NOTE_LIMIT: usize = 2_000;
/// Longest description of a browser's telephone, in bytes.
const OFFER_LIMIT: usize = 32 * 1024;
/// The exchange answers a browser at once or not at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Whom an agent wants to speak with, or put the caller through to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskWhom {
    /// Whoever of the department is free.
    Department {
        municipality: MunicipalityKey,
        department: DepartmentKey,
    },
    Person {
        person: PersonId,
    },
    Number {
        number: String,
    },
}

/// What an agent does with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallCommand {
    Hold,
    Resume,
    /// Speak with somebody first.
    Consult {
        whom: AskWhom,
        note: String,
    },
    /// Put through without speaking first.
    Transfer {
        whom: AskWhom,
        note: String,
    },
    Join,
    Complete,
    GiveUp,
    HangUp,
    /// Records the conversation, once the citizen has agreed.
    Record(RecordingStep),
}

impl CallCommand {
    /// For the audit log.
    const fn action(&self) -> &'static str {
        match self {
            Self::Hold => "call-hold",
            Self::Resume => "call-resume",
            Self::Consult { .. } => "call-consult",
            Self::Transfer { .. } => "call-transfer",
            Self::Join => "call-join",
            Self::Complete => "call-complete",
            Self::GiveUp => "call-give-up",
            Self::HangUp => "call-hang-up",
            Self::Record(RecordingStep::Started) => "record-agreed",
            Self::Record(RecordingStep::Paused) => "record-pause",
            Self::Record(RecordingStep::Resumed) => "record-resume",
            Self::Record(RecordingStep::Ended) => "record-end",
        }
    }
}

/// A call as somebody who is in it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallView {
    #[schema(value_type = String)]
    pub contact: ContactId,
    /// `greeting`, `waiting`, `connecting`, `calling-back`, `talking`, `held`, `consulting`,
    /// `conference`, `transferring`, `outside`, `leaving`, `voice-mail`, `ended`.
    pub phase: &'static str,
    /// Since when it stands so.
    #[schema(value_type = i64)]
    pub since: UnixMillis,
    /// The caller's number with all but its end hidden; `None` when it was withheld. It identifies
    /// nobody.
    pub number: Option<String>,
    /// The number that was called; empty when we called.
    pub dialled: String,
    pub legs: Vec<LegView>,
    /// What the one who asks wrote for the one who is asked.
    pub note: Option<String>,
    /// Whether a citizen has joined in writing.
    pub text: bool,
    /// Whether the citizen may join in writing, by a code that is said to them.
    pub may_write: bool,
    /// Whether the one who looks may begin to record.
    pub may_record: bool,
    pub recording: Option<RecordingNow>,
}

/// Somebody in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LegView {
    /// `caller`, `agent`, `other`, `supervisor`.
    pub role: &'static str,
    /// `ringing`, `up`, `missing`.
    pub state: &'static str,
    /// Name of the person, or the number outside.
    pub name: Option<String>,
    /// Whether it is the one who looks.
    pub me: bool,
    /// What it was answered on, `browser` or `phone`; a browser until it was.
    #[schema(value_type = String)]
    pub on: Set,
    /// What a supervisor does: `listen`, `whisper`, `join`.
    #[schema(value_type = Option<String>)]
    pub ear: Option<Ear>,
}

/// A call that rings somebody up: a colleague wants to ask, or puts it through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ring {
    #[schema(value_type = String)]
    pub contact: ContactId,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
    /// Who asks.
    pub from: Option<String>,
    /// Whether the colleague wants to speak first.
    pub warm: bool,
    pub note: Option<String>,
    /// Whether it has been answered.
    pub up: bool,
}

impl App {
    /// Connects the browser of somebody who is in the call, or is rung up by it: an offer (SDP) for an
    /// answer. A browser that was there before is replaced.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when no leg of the call is this person's; [`Problem::Invalid`] when
    /// the offer cannot be used; [`Problem::Unavailable`] without an exchange.
    pub async fn answer_call(
        &self,
        scope: &Scope,
        contact: ContactId,
        offer: String,
    ) -> Outcome<String> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        if offer.len() > OFFER_LIMIT {
            return Err(Problem::invalid("offer", "too-long"));
        }
        let (call, _, _) = self.my_call(scope, contact).await?;
        let (answer, answered) = oneshot::channel();
        self.order(Order::Answer { call, person, offer, answer });
        let answered = tokio::time::timeout(ANSWER_WITHIN, answered).await;
        match answered {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(Unanswered::BadOffer))) => Err(Problem::invalid("offer", "offer-unusable")),
            Ok(Ok(Err(Unanswered::NoLeg))) => Err(Problem::NotFound),
            Ok(Ok(Err(Unanswered::Unavailable)) | Err(_)) | Err(_) => {
                Err(Problem::Unavailable { code: "telephone-away" })
            }
        }
    }

    /// The call as somebody who is in it, or is rung up by it, sees it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for everybody else.
    pub async fn call_view(&self, scope: &Scope, contact: ContactId) -> Outcome<CallView> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (call, live, _) = self.my_call(scope, contact).await?;
        let number = self.number_of(call).await?;
        let mark = store::chat::mark_of(&self.database, &self.tenant, contact).await?;
        let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
        // What began in writing and is answered by a call is not read while the two speak.
        let began_as_call = found(read)?.0.channel == Channel::Call;
        let may_record = self.may_record(person, &live).await?;
        let recording = self.recording_now(person, &live).await?;
        let mut legs = Vec::new();
        for leg in live.picture.iter().flat_map(|picture| picture.legs.values()) {
            let of = person_of(&leg.role);
            legs.push(LegView {
                role: role_code(&leg.role),
                state: match leg.state {
                    LegState::Ringing { .. } => "ringing",
                    LegState::Up { .. } => "up",
                    LegState::Missing { .. } => "missing",
                },
                name: match (&leg.role, of) {
                    (_, Some(person)) => {
                        self.person_card(person).await?.map(|card| card.name.clone())
                    }
                    (Role::Other { target: Target::Outside { number } }, _) => Some(number.clone()),
                    _ => None,
                },
                me: of == Some(person),
                on: leg.on,
                ear: match leg.role {
                    Role::Supervisor { ear, .. } => Some(ear),
                    _ => None,
                },
            });
        }
        Ok(CallView {
            contact,
            phase: live.picture.as_ref().map_or("greeting", |picture| stage(&picture.phase)),
            since: live.since,
            number: number.as_deref().map(with_end_only),
            dialled: live.dialled,
            legs,
            note: live.note,
            may_write: began_as_call,
            text: began_as_call && mark.is_some_and(|mark| mark.mark.is_some()),
            may_record,
            recording,
        })
    }

    /// The caller's whole number; asking is logged as a look-up of its own.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or when it was withheld.
    pub async fn callers_number(&self, scope: &Scope, contact: ContactId) -> Outcome<String> {
        let (state, _, ground) = self.see(scope, Door::Work, contact).await?;
        let accounts = store::calls::of_contact(&self.database, &self.tenant, contact).await?;
        let call = found(accounts.last())?.call;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let (place, subject) = (state.municipality.as_ref(), contact.to_string());
        self.audit(&mut tx, scope, Some(ground), place, "read-number", &subject, at).await?;
        tx.commit().await?;
        found(self.number_of(call).await?)
    }

    /// Does something with one's own call.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or without a call; [`Problem::Forbidden`] `not-owner`,
    /// `main-number`, `number-not-listed`, `transfer-limit`; [`Problem::Conflict`]
    /// `target-closed`, `not-now` when the call stands where nothing would come of it.
    pub async fn command_call(
        &self,
        scope: &Scope,
        contact: ContactId,
        command: CallCommand,
    ) -> Outcome<()> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (call, live, leg) = self.my_call(scope, contact).await?;
        let agent = live.picture.as_ref().and_then(rules::calls::Call::agent) == Some(person);
        if !agent {
            // Who was asked, or listens, may leave; the rest is the agent's.
            return match command {
                CallCommand::HangUp => {
                    self.tell_call(call, Input::HungUp { leg });
                    Ok(())
                }
                _ => Err(Problem::forbidden("not-owner")),
            };
        }
        let (state, _, ground) = self.see(scope, Door::Work, contact).await?;
        let action = command.action();
        let mut asks = None;
        let input = match command {
            CallCommand::Hold => Input::Hold,
            CallCommand::Resume => Input::Resume,
            CallCommand::Join => Input::Join,
            CallCommand::Complete => Input::Complete,
            CallCommand::GiveUp => Input::GiveUp,
            CallCommand::HangUp => Input::HangUp,
            CallCommand::Record(step) => {
                self.check_recording(&live, &state, step).await?;
                Input::Record { step }
            }
            CallCommand::Transfer {
                whom: AskWhom::Department { municipality, department },
                note,
            } => {
                let to = Destination::Department { municipality, department };
                return self.transfer(scope, contact, to, &note).await;
            }
            CallCommand::Consult { whom, note } => {
                asks = Some(note);
                Input::Consult { target: self.target(scope, &state, whom).await? }
            }
            CallCommand::Transfer { whom, note } => {
                asks = Some(note);
                Input::Transfer { target: self.target(scope, &state, whom).await? }
            }
        };
        let at = self.now();
        if asks.is_some() || matches!(input, Input::Join | Input::Complete) {
            live.check(&input, at)?;
        }
        if let Some(note) = asks {
            self.keep_note(call, &note)?;
        }
        let mut tx = self.database.begin().await?;
        let (place, subject) = (state.municipality.as_ref(), contact.to_string());
        self.audit(&mut tx, scope, Some(ground), place, action, &subject, at).await?;
        tx.commit().await?;
        self.tell_call(call, input);
        Ok(())
    }

    /// The calls that ring a person up.
    pub(crate) async fn rings_of(&self, person: PersonId) -> Outcome<Vec<Ring>> {
        let ringing: Vec<Live> =
            self.calls().values().filter(|live| live.rung_up() == Some(person)).cloned().collect();
        let mut rings = Vec::new();
        for live in ringing {
            let read = store::contacts::read(&self.database, &self.tenant, live.contact).await?;
            let (Some((contact, _)), Some(picture)) = (read, &live.picture) else { continue };
            let from = match contact.owner() {
                Some(owner) => self.person_card(owner).await?.map(|card| card.name.clone()),
                None => None,
            };
            rings.push(Ring {
                contact: live.contact,
                municipality: contact.municipality.clone(),
                title: self.title_of(&contact).await?,
                from,
                warm: !matches!(picture.phase, rules::calls::Phase::Transferring { .. }),
                note: live.note.clone(),
                up: picture.legs.values().any(|leg| {
                    person_of(&leg.role) == Some(person)
                        && !matches!(leg.state, LegState::Ringing { .. })
                }),
            });
        }
        Ok(rings)
    }

    /// The call in which the person has a leg, or whose contact is theirs.
    async fn my_call(
        &self,
        scope: &Scope,
        contact: ContactId,
    ) -> Outcome<(CallId, Live, rules::calls::LegId)> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (call, live) = found(self.call_of(contact))?;
        let leg = live.picture.as_ref().and_then(|picture| {
            picture
                .legs
                .iter()
                .find(|(_, leg)| person_of(&leg.role) == Some(person))
                .map(|(id, leg)| (*id, matches!(leg.role, Role::Supervisor { .. })))
        });
        match leg {
            // Rights may have ended since.
            Some((leg, supervises)) => {
                if supervises {
                    self.check_supervisor(scope, contact).await?;
                } else {
                    self.see(scope, Door::Work, contact).await?;
                }
                Ok((call, live, leg))
            }
            None => Err(Problem::NotFound),
        }
    }

    /// Whom the exchange is to ring up.
    async fn target(&self, scope: &Scope, contact: &Contact, whom: AskWhom) -> Outcome<Target> {
        let help = matches!(&whom, AskWhom::Number { number } if emergency(number).is_some());
        if contact.transfers >= TRANSFER_LIMIT && !help {
            return Err(Problem::forbidden("transfer-limit"));
        }
        match whom {
            AskWhom::Person { person } => {
                let picture = self.picture().await?;
                let facts = Facts::default();
                let targets = self.all_targets(scope, contact.id, "", &facts, &picture).await?;
                let target = targets.targets.iter().find(|target| target.person == Some(person));
                let target = found(target)?;
                match (target.refused, target.state) {
                    (Some(code), _) => Err(Problem::conflict(code)),
                    (None, "open") => Ok(Target::Person { person }),
                    (None, _) => Err(Problem::conflict("target-busy")),
                }
            }
            AskWhom::Department { municipality, department } => {
                let but = scope.person().ok_or(Problem::SignedOut)?;
                self.free_in(contact, &municipality, &department, but).await
            }
            AskWhom::Number { number } => self.listed(&number).await,
        }
    }

    /// A colleague of a department who can be asked now, `but` for the one who asks.
    pub(super) async fn free_in(
        &self,
        contact: &Contact,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        but: PersonId,
    ) -> Outcome<Target> {
        if contact.municipality.as_ref() != Some(municipality) {
            return Err(Problem::conflict("other-municipality"));
        }
        self.known_line(municipality, Some(department)).await?;
        let picture = self.picture().await?;
        let free = picture
            .agents
            .iter()
            .filter(|agent| agent.id != but)
            .filter(|agent| agent.post.home == *municipality)
            .filter(|agent| agent.post.departments.covers(Some(department)))
            .filter(|agent| agent.presence == Presence::Ready && agent.reserved.is_none())
            .filter(|agent| !agent.in_call && agent.chats == 0)
            .min_by_key(|agent| (!agent.post.telephone.contains(department), agent.idle_since));
        let free = free.ok_or(Problem::conflict("target-busy"))?;
        Ok(Target::Person { person: free.id })
    }

    /// A number outside that may be called: one that the directory lists, and always 112 and 114.
    pub(super) async fn listed(&self, number: &str) -> Outcome<Target> {
        let directory = self.directory().await?;
        if directory.main_number_of(number).is_some() {
            return Err(Problem::forbidden("main-number"));
        }
        let listed = emergency(number).or_else(|| directory.outside_number(number));
        let number = listed.ok_or(Problem::forbidden("number-not-listed"))?;
        Ok(Target::Outside { number: number.to_owned() })
    }

    pub(super) fn keep_note(&self, call: CallId, note: &str) -> Outcome<()> {
        let note = match note.trim() {
            "" => None,
            note => Some(FreeText::accept_in("note", note, NOTE_LIMIT)?.into_string()),
        };
        if let Some(live) = self.calls().get_mut(&call) {
            live.note = note;
        }
        Ok(())
    }

    async fn number_of(&self, call: CallId) -> Outcome<Option<String>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let text: Option<Id<kind::Text>> = store::calls::number_of(database, tenant, call).await?;
        match text {
            Some(text) => Ok(store::chat::text(database, tenant, text).await?),
            None => Ok(None),
        }
    }
}

/// A number of which only the last two digits are shown.
fn with_end_only(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(2);
    number
        .chars()
        .enumerate()
        .map(|(at, c)| if at < hidden && c.is_ascii_digit() { '•' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_number_is_shown() {
        assert_eq!(with_end_only("+45 00 12 10 41"), "+•• •• •• •• 41");
        assert_eq!(with_end_only("112"), "•12");
        assert_eq!(with_end_only("7"), "7");
    }
}
