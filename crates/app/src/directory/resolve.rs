//! "Who has this topic now, and how are they reached?", with names for the screens.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{
    DepartmentKey, Language, MunicipalityKey, Outcome, Scope, TopicKey, UnitKey, UnixMillis,
};
use rules::directory::{
    Asked, Candidate, EntryId, Facts, Holder, Means, Question, Resolution, Role, Why, resolve,
};
use rules::queues::{Picture, Presence};
use serde::Serialize;
use store::people::PersonId;
use utoipa::ToSchema;

use super::views::Drawing;
use super::{Place, ReachState, Reference};
use crate::{App, found};

/// Who has a topic, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Resolved {
    pub unit: Option<Reference>,
    /// Best first.
    pub candidates: Vec<CandidateView>,
    /// When somebody can be reached, when nobody can now.
    #[schema(value_type = Option<i64>)]
    pub next: Option<UnixMillis>,
    /// What to ask the citizen: it decides between owners.
    #[schema(value_type = Vec<Object>)]
    pub ask: Vec<Asked>,
    pub why: Vec<WhyView>,
}

/// Somebody who could take the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CandidateView {
    /// `owner`, `deputy` or `unit`.
    pub role: &'static str,
    /// For whom a deputy stands in.
    pub of: Option<String>,
    #[schema(value_type = Option<String>)]
    pub entry: Option<EntryId>,
    /// Who signs in here.
    #[schema(value_type = Option<String>)]
    pub person: Option<PersonId>,
    #[schema(value_type = String)]
    pub unit: UnitKey,
    pub unit_name: String,
    /// The department that the unit is or belongs to.
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    pub name: String,
    pub title: Option<String>,
    /// `desk`, `telephone`, `outside` or `chat`; `None`: no way.
    pub means: Option<&'static str>,
    pub number: Option<String>,
    pub state: ReachState,
    /// Speaks the citizen's language, as far as the directory knows.
    pub speaks: bool,
}

/// A reason; its words stand in the language catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhyView {
    /// `given`, `given-for-such`, `usual`, `nobody`, `owner-away` or `all-closed`.
    pub why: &'static str,
    /// The unit or person it speaks of.
    pub name: Option<String>,
    #[schema(value_type = Option<i64>)]
    pub back: Option<UnixMillis>,
    /// Whether somebody who stands in for an owner who is away is there.
    pub covered: bool,
}

impl App {
    /// The department that owns a topic in a municipality; `None` when another authority does, or
    /// the topic is not known.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn owner_of(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
    ) -> Outcome<Option<DepartmentKey>> {
        let knowledge = self.knowledge().await?;
        let Some(usual) = knowledge.department_of(topic) else { return Ok(None) };
        let directory = self.directory().await?;
        Ok(directory.owner_of(municipality, topic, usual).cloned())
    }

    /// Who has a topic now, for somebody who reads the directory.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] out of reach or for an unknown topic.
    pub async fn resolve(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        facts: &Facts,
        language: Language,
    ) -> Outcome<Resolved> {
        self.place_for(scope, municipality).await?;
        let knowledge = self.knowledge().await?;
        found(knowledge.head(topic))?;
        let picture = self.told_picture().await?;
        self.resolved(municipality, topic, facts, language, &picture).await
    }

    /// Who has a topic in a municipality now. `picture` says who works.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown municipality.
    pub async fn resolution(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        facts: &Facts,
        language: Language,
        picture: &Picture,
    ) -> Outcome<(Arc<Place>, Resolution)> {
        let place = found(self.directory().await?.place(municipality))?.clone();
        let knowledge = self.knowledge().await?;
        let usual = knowledge.department_of(topic).and_then(|usual| place.usual_of(topic, usual));
        let presence = free(picture);
        let question = Question {
            topic,
            usual: usual.as_ref(),
            facts,
            language,
            presence: &presence,
            at: self.now(),
        };
        let resolution = resolve(&place.staff.organisation, question);
        Ok((place, resolution))
    }

    pub(crate) async fn resolved(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        facts: &Facts,
        language: Language,
        picture: &Picture,
    ) -> Outcome<Resolved> {
        let (place, resolution) =
            self.resolution(municipality, topic, facts, language, picture).await?;
        let (knowledge, presence) = (self.knowledge().await?, BTreeMap::new());
        let now = self.now();
        let drawing = Drawing { place: &place, knowledge: &knowledge, presence: &presence, now };
        Ok(Resolved {
            unit: resolution.unit.as_ref().map(|unit| drawing.unit_name(unit)),
            candidates: resolution.candidates.iter().map(|one| drawing.candidate(one)).collect(),
            next: resolution.next,
            ask: resolution.ask,
            why: resolution.why.iter().map(|why| drawing.why(why)).collect(),
        })
    }
}

/// Who works, as one who wants to send a contact on sees it: who speaks with somebody, or has as many
/// chats as they can, is busy.
fn free(picture: &Picture) -> BTreeMap<PersonId, Presence> {
    let presence = |agent: &rules::queues::Agent| match agent.presence {
        Presence::Ready if agent.in_call || agent.chats >= agent.capacity => Presence::Busy,
        presence => presence,
    };
    picture.agents.iter().map(|agent| (agent.id, presence(agent))).collect()
}

impl Drawing<'_> {
    fn candidate(&self, one: &Candidate) -> CandidateView {
        let organisation = &self.place.staff.organisation;
        let entry = match &one.holder {
            Holder::Entry(id) => organisation.entries.get(id),
            Holder::Unit(_) => None,
        };
        let (role, of) = match one.role {
            Role::Owner => ("owner", None),
            Role::Deputy { of } => ("deputy", self.person_name(of).map(|person| person.name)),
            Role::Unit => ("unit", None),
        };
        let (means, number, person) = match &one.means {
            Some(Means::Desk { person }) => (Some("desk"), None, Some(*person)),
            Some(Means::Line { way, .. }) => {
                (Some(way.code()), way.number().map(str::to_owned), None)
            }
            None => (None, None, None),
        };
        let unit_name = self.unit_name(&one.unit).name;
        CandidateView {
            role,
            of,
            entry: entry.map(|entry| entry.id),
            person: person.or_else(|| entry.and_then(|entry| entry.person)),
            unit: one.unit.clone(),
            department: self.place.department_of(&one.unit).cloned(),
            name: entry.map_or_else(|| unit_name.clone(), |entry| entry.name.clone()),
            title: entry.map(|entry| entry.title.clone()).filter(|title| !title.is_empty()),
            unit_name,
            means,
            number,
            state: ReachState::of(one.reach, organisation.hours_of(&one.unit), self.now),
            speaks: one.speaks,
        }
    }

    fn why(&self, why: &Why) -> WhyView {
        let of = |why, unit: &UnitKey| WhyView {
            why,
            name: Some(self.unit_name(unit).name),
            back: None,
            covered: false,
        };
        let alone = |why| WhyView { why, name: None, back: None, covered: false };
        match why {
            Why::Given { unit } => of("given", unit),
            Why::GivenForSuch { unit } => of("given-for-such", unit),
            Why::Usual { unit } => of("usual", unit),
            Why::Nobody => alone("nobody"),
            Why::OwnerAway { entry, back, covered } => WhyView {
                why: "owner-away",
                name: self.person_name(*entry).map(|person| person.name),
                back: Some(*back),
                covered: *covered,
            },
            Why::AllClosed => alone("all-closed"),
        }
    }
}
