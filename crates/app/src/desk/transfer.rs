//! Where a contact may go on to, and going there.

use base::{
    DepartmentKey, Id, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis, kind,
};
use rules::contacts::{Command, ContactId, Destination, Party, TRANSFER_LIMIT};
use rules::directory::{Asked, Facts};
use rules::hours::HoursState;
use rules::queues::{Picture, Presence};
use rules::text::FreeText;
use serde::Serialize;
use store::chat::NewText;
use utoipa::ToSchema;

use crate::calls::{AskWhom, CallCommand};
use crate::contacts::{Door, Turn};
use crate::directory::{CandidateView, Reference, Resolved, WhyView};
use crate::{App, found};

/// Longest note of a transfer, in characters.
const NOTE_LIMIT: usize = 2_000;
/// At most so many transfer targets are shown.
const TARGETS: usize = 40;

/// Where a contact may be sent, best first, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Targets {
    pub targets: Vec<Target>,
    /// Who has the topic.
    pub unit: Option<Reference>,
    /// What to ask the citizen: it decides between owners.
    #[schema(value_type = Vec<Object>)]
    pub ask: Vec<Asked>,
    pub why: Vec<WhyView>,
    /// When somebody who has the topic can be reached, when nobody can now.
    #[schema(value_type = Option<i64>)]
    pub next: Option<UnixMillis>,
}

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
    /// As what they have the topic: `owner`, `deputy` or `unit`.
    pub role: Option<&'static str>,
    /// For whom a deputy stands in.
    pub of: Option<String>,
    pub title: Option<String>,
    pub unit_name: Option<String>,
    /// The number of somebody who does not sign in here.
    pub number: Option<String>,
    /// When somebody who is away returns.
    #[schema(value_type = Option<i64>)]
    pub back: Option<UnixMillis>,
    /// Its place among those who have the topic; what has none comes after them.
    #[serde(skip)]
    place: Option<usize>,
}

impl Target {
    /// Without anything that the directory says of it.
    fn new(kind: &'static str, municipality: MunicipalityKey, name: String) -> Self {
        Self {
            kind,
            municipality,
            department: None,
            person: None,
            name,
            state: "away",
            opens_at: None,
            waiting: 0,
            responsible: false,
            refused: None,
            role: None,
            of: None,
            title: None,
            unit_name: None,
            number: None,
            back: None,
            place: None,
        }
    }

    /// What the directory says of somebody who has the topic.
    fn put(&mut self, place: usize, one: &CandidateView) {
        self.place = Some(place);
        self.responsible = true;
        self.role = Some(one.role);
        self.of.clone_from(&one.of);
        self.title.clone_from(&one.title);
        self.unit_name = Some(one.unit_name.clone());
        self.back = one.state.back;
    }

    fn is_open(&self) -> bool {
        matches!(self.state, "open" | "busy")
    }
}

impl App {
    /// Where a contact may be sent, best first: who has its topic as the directory resolves it, then
    /// what else is open, then the rest with the reason (product rule 5). Main numbers are shown
    /// only to say why not.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn targets(
        &self,
        scope: &Scope,
        id: ContactId,
        q: &str,
        facts: &Facts,
    ) -> Outcome<Targets> {
        let picture = self.told_picture().await?;
        let mut found = self.all_targets(scope, id, q, facts, &picture).await?;
        found.targets.truncate(TARGETS);
        Ok(found)
    }

    /// The same without an end, and as of the `picture`.
    pub(crate) async fn all_targets(
        &self,
        scope: &Scope,
        id: ContactId,
        q: &str,
        facts: &Facts,
        picture: &Picture,
    ) -> Outcome<Targets> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        let Some(municipality) = contact.municipality.clone() else {
            return Ok(Targets {
                targets: vec![],
                unit: None,
                ask: vec![],
                why: vec![],
                next: None,
            });
        };
        let resolved = match &contact.topic {
            Some(topic) => {
                let language = contact.language;
                self.resolved(&municipality, topic, facts, language, picture).await?
            }
            None => Resolved::default(),
        };
        let mut targets = self.departments_to(&municipality, me, picture).await?;
        targets.extend(self.people_to(&municipality, me, picture).await?);
        for (place, one) in resolved.candidates.iter().enumerate() {
            if one.person == Some(me) {
                continue;
            }
            let same = |target: &&mut Target| match one.entry {
                None => target.kind == "department" && target.department == one.department,
                Some(_) => one.person.is_some() && target.person == one.person,
            };
            match targets.iter_mut().find(same) {
                Some(target) => {
                    target.put(place, one);
                    if one.entry.is_some() && one.state.reach == "away" {
                        target.state = "away";
                        target.opens_at = one.state.at;
                    }
                }
                None if one.entry.is_some() => {
                    targets.push(at_telephone(&municipality, place, one));
                }
                None => {}
            }
        }
        let wanted = q.trim().to_lowercase();
        targets.retain(|target| wanted.is_empty() || target.name.to_lowercase().contains(&wanted));
        let full = (contact.transfers >= TRANSFER_LIMIT).then_some("transfer-limit");
        for target in &mut targets {
            let closed = (!target.is_open()).then_some("target-closed");
            target.refused = full.or(target.refused).or(closed);
        }
        if let Some(name) = self.main_number_name(&municipality, &wanted).await? {
            let mut main = Target::new("department", municipality.clone(), name);
            main.state = "closed";
            main.refused = Some("main-number");
            targets.push(main);
        }
        targets.sort_by_key(|target| {
            let order = match target.state {
                "open" => 0,
                "busy" => 1,
                "away" => 2,
                _ => 3,
            };
            let place = target.place.unwrap_or(usize::MAX);
            (target.refused.is_some(), place, order, target.name.clone())
        });
        let Resolved { unit, ask, why, next, .. } = resolved;
        Ok(Targets { targets, unit, ask, why, next })
    }

    /// The departments of a municipality, as one who wants to send a contact there sees them.
    async fn departments_to(
        &self,
        municipality: &MunicipalityKey,
        me: Id<kind::Person>,
        picture: &Picture,
    ) -> Outcome<Vec<Target>> {
        let now = self.now();
        let mut targets = Vec::new();
        for (department, name) in self.department_names(municipality).await? {
            let mut target = Target::new("department", municipality.clone(), name);
            target.waiting = picture
                .waiting
                .iter()
                .filter(|w| w.municipality.as_ref() == Some(municipality))
                .filter(|w| w.department.as_ref() == Some(&department))
                .count();
            let manned = picture.agents.iter().any(|agent| {
                agent.id != me
                    && agent.post.home == *municipality
                    && agent.post.departments.covers(Some(&department))
                    && agent.presence == Presence::Ready
            });
            (target.state, target.opens_at) =
                match self.hours_state(municipality, &department, now).await? {
                    HoursState::Open { .. } if manned && target.waiting == 0 => ("open", None),
                    HoursState::Open { .. } if manned => ("busy", None),
                    HoursState::Open { .. } => ("away", None),
                    HoursState::Closed { opens_at } => ("closed", opens_at),
                };
            target.department = Some(department);
            targets.push(target);
        }
        Ok(targets)
    }

    /// Colleagues who work for a municipality now.
    async fn people_to(
        &self,
        municipality: &MunicipalityKey,
        me: Id<kind::Person>,
        picture: &Picture,
    ) -> Outcome<Vec<Target>> {
        let mut targets = Vec::new();
        for agent in picture.agents.iter().filter(|agent| agent.id != me) {
            let reach =
                agent.post.home == *municipality || agent.post.serves.contains(municipality);
            if !reach {
                continue;
            }
            let Some(card) = self.person_card(agent.id).await? else { continue };
            let home = agent.post.home.clone();
            let mut target = Target::new("person", home, card.name.clone());
            target.person = Some(agent.id);
            target.state = match agent.presence {
                Presence::Ready if !agent.in_call && agent.chats < agent.capacity => "open",
                Presence::Ready => "busy",
                _ => "away",
            };
            targets.push(target);
        }
        Ok(targets)
    }

    /// Sends a contact to a department or a person, with a note. It keeps its place.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] `main-number`, `transfer-limit`; [`Problem::Conflict`]
    /// `target-closed`, `not-now`; [`Problem::NotFound`] for a target out of the contact's reach.
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
        self.check_follows(id, &to)?;
        let picture = self.picture().await?;
        let targets = self.all_targets(scope, id, "", &Facts::default(), &picture).await?;
        let target = targets.targets.iter().find(|target| match &to {
            Destination::Department { municipality, department } => {
                target.municipality == *municipality
                    && target.department.as_ref() == Some(department)
            }
            Destination::Person { person } => target.person == Some(*person),
        });
        let target = found(target)?;
        let reachable = target.is_open();
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

    /// Says what it is about, where that was not known (a caller brings no topic) or wrong: by it the
    /// directory says who has it.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an unknown topic; [`Problem::Forbidden`] when it is another agent's;
    /// [`Problem::NotFound`] out of reach.
    pub async fn set_topic(&self, scope: &Scope, id: ContactId, topic: TopicKey) -> Outcome<()> {
        let by = Party::Agent(scope.person().ok_or(Problem::SignedOut)?);
        let knowledge = self.knowledge().await?;
        let head = knowledge.head(&topic).ok_or(Problem::invalid("topic", "topic-unknown"))?;
        let urgent = head.urgent;
        let turn = Turn::of("set-topic", Command::SetTopic { by, topic, urgent });
        self.change(scope, Door::Work, id, |_, _| Ok(turn)).await?;
        Ok(())
    }
}

/// Somebody who has the topic and is at no desk here now: told by telephone, if at all.
fn at_telephone(municipality: &MunicipalityKey, place: usize, one: &CandidateView) -> Target {
    let mut target = Target::new("person", municipality.clone(), one.name.clone());
    target.put(place, one);
    target.number.clone_from(&one.number);
    (target.state, target.opens_at) = match one.state.reach {
        "now" => ("open", None),
        "busy" => ("busy", None),
        "closed" => ("closed", one.state.at),
        _ => ("away", one.state.at),
    };
    target.refused = target.is_open().then_some("only-by-telephone");
    target
}
