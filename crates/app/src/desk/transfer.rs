//! Where a contact may go on to, and going there.

use base::{DepartmentKey, Id, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis, kind};
use rules::contacts::{Command, ContactId, Destination, TRANSFER_LIMIT};
use rules::text::FreeText;
use serde::Serialize;
use store::chat::NewText;
use utoipa::ToSchema;

use crate::calls::{AskWhom, CallCommand};
use crate::contacts::{Door, Turn};
use crate::{App, found};

/// Longest note of a transfer, in characters.
const NOTE_LIMIT: usize = 2_000;
/// At most so many transfer targets are shown.
const TARGETS: usize = 40;

/// Where a contact may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Target {
    /// `department` or `person`.
    pub kind: &'static str,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    #[schema(value_type = Option<String>)]
    pub person: Option<Id<kind::Person>>,
    pub name: String,
    /// `open`, `busy`, `closed`, `away`.
    pub state: &'static str,
    #[schema(value_type = Option<i64>)]
    pub opens_at: Option<UnixMillis>,
    pub waiting: usize,
    /// Responsible for the contact's topic.
    pub responsible: bool,
    /// Why it cannot be chosen, as a code of the catalogue; `None` when it can.
    pub refused: Option<&'static str>,
}

impl App {
    /// Where a contact may be sent, best first: responsible and open, open, then the rest with the
    /// reason (product rule 5). Main numbers are shown only to say why not.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn targets(&self, scope: &Scope, id: ContactId, q: &str) -> Outcome<Vec<Target>> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        let Some(municipality) = contact.municipality.clone() else { return Ok(vec![]) };
        let now = self.now();
        let picture = self.picture().await?;
        let owner = match &contact.topic {
            Some(topic) => self.owner_of(&municipality, topic).await?,
            None => None,
        };
        let wanted = q.trim().to_lowercase();
        let fits = |name: &str| wanted.is_empty() || name.to_lowercase().contains(&wanted);
        let full = (contact.transfers >= TRANSFER_LIMIT).then_some("transfer-limit");
        let mut targets = Vec::new();
        for (department, name) in self.department_names(&municipality).await? {
            let responsible = owner.as_ref() == Some(&department);
            if !fits(&name) {
                continue;
            }
            let hours = self.hours_state(&municipality, &department, now).await?;
            let waiting = picture
                .waiting
                .iter()
                .filter(|w| w.municipality.as_ref() == Some(&municipality))
                .filter(|w| w.department.as_ref() == Some(&department))
                .count();
            let manned = picture.agents.iter().any(|agent| {
                agent.id != me
                    && agent.post.home == municipality
                    && agent.post.departments.covers(Some(&department))
                    && agent.presence == rules::queues::Presence::Ready
            });
            let (state, opens_at) = match hours {
                rules::hours::HoursState::Open { .. } if manned && waiting == 0 => ("open", None),
                rules::hours::HoursState::Open { .. } if manned => ("busy", None),
                rules::hours::HoursState::Open { .. } => ("away", None),
                rules::hours::HoursState::Closed { opens_at } => ("closed", opens_at),
            };
            let refused = full.or((!matches!(state, "open" | "busy")).then_some("target-closed"));
            targets.push(Target {
                kind: "department",
                municipality: municipality.clone(),
                department: Some(department),
                person: None,
                name,
                state,
                opens_at,
                waiting,
                responsible,
                refused,
            });
        }
        for agent in &picture.agents {
            let reach =
                agent.post.home == municipality || agent.post.serves.contains(&municipality);
            let Some(card) = self.person_card(agent.id).await? else { continue };
            if agent.id == me || !reach || !fits(&card.name) {
                continue;
            }
            let state = match agent.presence {
                rules::queues::Presence::Ready
                    if !agent.in_call && agent.chats < agent.capacity =>
                {
                    "open"
                }
                rules::queues::Presence::Ready => "busy",
                _ => "away",
            };
            targets.push(Target {
                kind: "person",
                municipality: agent.post.home.clone(),
                department: None,
                person: Some(agent.id),
                name: card.name.clone(),
                state,
                opens_at: None,
                waiting: 0,
                responsible: false,
                refused: full.or((state == "away").then_some("target-closed")),
            });
        }
        if let Some(name) = self.main_number_name(&municipality, &wanted).await? {
            targets.push(Target {
                kind: "department",
                municipality: municipality.clone(),
                department: None,
                person: None,
                name,
                state: "closed",
                opens_at: None,
                waiting: 0,
                responsible: false,
                refused: Some("main-number"),
            });
        }
        targets.sort_by_key(|target| {
            let order = match target.state {
                "open" => 0,
                "busy" => 1,
                "away" => 2,
                _ => 3,
            };
            (target.refused.is_some(), !target.responsible, order, target.name.clone())
        });
        targets.truncate(TARGETS);
        Ok(targets)
    }

    /// Sends a contact to a department or a person, with a note. It keeps its place.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] `main-number`, `transfer-limit`; [`Problem::Conflict`]
    /// `target-closed`; [`Problem::NotFound`] for a target out of the contact's reach.
    pub async fn transfer(
        &self,
        scope: &Scope,
        id: ContactId,
        to: Destination,
        note: &str,
    ) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        // A person is rung up first: the contact follows when they have the caller.
        if let Destination::Person { person } = to
            && self.has_call(id)
        {
            let whom = AskWhom::Person { person };
            let put_through = CallCommand::Transfer { whom, note: note.to_owned() };
            return Box::pin(self.command_call(scope, id, put_through)).await;
        }
        let targets = self.targets(scope, id, "").await?;
        let target = targets.iter().find(|target| match &to {
            Destination::Department { municipality, department } => {
                target.municipality == *municipality
                    && target.department.as_ref() == Some(department)
            }
            Destination::Person { person } => target.person == Some(*person),
        });
        let target = found(target)?;
        let reachable = matches!(target.state, "open" | "busy");
        let text = match note.trim() {
            "" => None,
            note => Some(NewText {
                id: self.rng.id(self.now()),
                contact: Some(id),
                kind: "note",
                body: FreeText::accept_in("note", note, NOTE_LIMIT)?.into_string(),
            }),
        };
        let note = text.as_ref().map(|text| text.id);
        let turn = Turn {
            commands: vec![Command::Transfer { by, to, note, reachable }],
            texts: text.into_iter().collect(),
            action: "transfer",
        };
        self.change(scope, Door::Work, id, |_, _| Ok(turn)).await?;
        Ok(())
    }

    /// Says whose citizen it is, where that was not known or wrong.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or out of reach.
    pub async fn correct_municipality(
        &self,
        scope: &Scope,
        id: ContactId,
        municipality: MunicipalityKey,
    ) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        self.known_line(&municipality, None).await?;
        if !scope.municipalities(Right::WorkContacts).contains(&municipality) {
            return Err(Problem::NotFound);
        }
        let command = Command::CorrectMunicipality { by, municipality };
        let turn = Turn::of("correct-municipality", command);
        self.change(scope, Door::Work, id, |_, _| Ok(turn)).await?;
        Ok(())
    }
}
