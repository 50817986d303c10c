//! Finding departments, units and people: by name, title, skill, number, topic and everyday words.

use std::collections::BTreeSet;

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnitKey};
use rules::directory::{EntryId, Facts, Holder, Matched, Thing, UnitKind, Way, national, owner};
use serde::Serialize;
use utoipa::ToSchema;

use super::ReachState;
use super::views::Drawing;
use crate::App;

/// Longest query, in characters.
const QUERY_LIMIT: usize = 120;
/// So many topics that a query may be about lead to who has them.
const TOPICS: usize = 3;
/// At most so many hits.
const MOST: usize = 60;
/// So many of them who has the topic, however many carry the word.
const BY_TOPIC: usize = 10;

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryHit {
    /// `department`, `unit`, `person`, or a number of the municipality's own: `main` (shown so that
    /// it is recognised, and never a target) and `emergency`.
    pub kind: &'static str,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitKey>,
    pub unit_name: String,
    #[schema(value_type = Option<String>)]
    pub entry: Option<EntryId>,
    pub name: String,
    pub name_en: String,
    pub title: Option<String>,
    /// The names of the units around it, the outermost first.
    pub path: Vec<String>,
    pub because: Option<Because>,
    pub number: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub state: ReachState,
}

/// By what it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Because {
    /// `name`, `title`, `skill`, `words` (of the unit around it), `number` or `topic`.
    pub by: &'static str,
    /// What it was that fitted, where that is not seen anyway.
    pub text: String,
}

impl App {
    /// Who and what the words (or digits) fit, the best first. An empty query finds every
    /// department in reach.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an over-long query; [`Problem::NotFound`] out of reach.
    pub async fn search_directory(
        &self,
        scope: &Scope,
        query: &str,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<Vec<DirectoryHit>> {
        let now = self.now();
        if query.chars().count() > QUERY_LIMIT {
            let limit = i64::try_from(QUERY_LIMIT).ok();
            return Err(Problem::Invalid { field: "q", code: "too-long", limit });
        }
        if let Some(municipality) = municipality {
            rules::people::may_in(scope, Right::ReadDirectory, municipality, None, now)?;
        }
        let directory = self.directory().await?;
        let knowledge = self.knowledge().await?;
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let mut topics: Vec<TopicKey> = Vec::new();
        if query.chars().any(char::is_alphabetic) {
            topics = self.topics_of_words(municipality, &[query.to_owned()]).await?;
            topics.truncate(TOPICS);
            topics.extend(knowledge.topics_titled(&words).into_iter().cloned());
        }
        let presence = self.attendance(now).await?;
        let mut hits = Vec::new();
        for place in directory.places() {
            let key = &place.member.key;
            let wanted = municipality.is_none_or(|wanted| wanted == key)
                && scope.holds_at(now)
                && scope.allows(Right::ReadDirectory, key, None).is_some();
            if wanted {
                let knowledge = &knowledge;
                let drawing = Drawing { place, knowledge, presence: &presence, now };
                hits.extend(drawing.hits(query.trim(), &topics).into_iter().enumerate());
            }
        }
        // The best of each municipality first: nobody is crowded out by namesakes elsewhere.
        hits.sort_by_key(|(rank, _)| *rank);
        Ok(hits.into_iter().map(|(_, hit)| hit).take(MOST).collect())
    }
}

impl Drawing<'_> {
    fn hits(&self, query: &str, topics: &[TopicKey]) -> Vec<DirectoryHit> {
        let mut hits = self.own_numbers(query);
        let mut seen = BTreeSet::new();
        let found = self.place.staff.finder.find(query, MOST);
        let mut by_words: Vec<_> = found
            .into_iter()
            .map(|hit| {
                let entry = match &hit.thing {
                    Thing::Entry(id) => self.place.staff.organisation.entries.get(id),
                    Thing::Unit(_) => None,
                };
                let (by, text) = match (hit.by, entry) {
                    (Matched::Place, Some(entry)) => ("words", self.unit_name(&entry.unit).name),
                    (Matched::Skill, Some(entry)) => {
                        ("skill", entry.skills.iter().cloned().collect::<Vec<_>>().join(", "))
                    }
                    (Matched::Title, _) => ("title", String::new()),
                    (Matched::Number, _) => ("number", String::new()),
                    _ => ("name", String::new()),
                };
                (hit.thing, Some(Because { by, text }))
            })
            .collect();
        // Who has the topic goes before those who only work where the word stands.
        let around = |(_, because): &(Thing, Option<Because>)| {
            because.as_ref().is_some_and(|because| because.by == "words")
        };
        let at = by_words.iter().position(around).unwrap_or(by_words.len()).min(MOST - BY_TOPIC);
        by_words.splice(at..at, topics.iter().flat_map(|topic| self.who_has(topic)));
        let all = self
            .place
            .lines()
            .filter(|_| query.is_empty())
            .map(|line| (Thing::Unit(rules::directory::unit_of(&line.department.key)), None));
        for (thing, because) in by_words.into_iter().chain(all) {
            if seen.insert(thing.clone()) {
                hits.extend(self.hit(&thing, because));
            }
        }
        hits
    }

    /// The unit that has a topic, and the people in it who have.
    fn who_has(&self, topic: &TopicKey) -> Vec<(Thing, Option<Because>)> {
        let Some(head) = self.knowledge.head(topic) else { return vec![] };
        let organisation = &self.place.staff.organisation;
        let usual = self.place.usual_of(topic, head.department);
        let unit = owner(organisation, topic, usual.as_ref(), &Facts::default()).cloned();
        let people = organisation
            .responsibilities
            .iter()
            .filter(|one| one.topic == *topic)
            .flat_map(|one| one.people.iter().map(|id| Thing::Entry(*id)));
        let because = Some(Because { by: "topic", text: head.title.to_owned() });
        people.chain(unit.map(Thing::Unit)).map(|thing| (thing, because.clone())).collect()
    }

    fn hit(&self, thing: &Thing, because: Option<Because>) -> Option<DirectoryHit> {
        let organisation = &self.place.staff.organisation;
        let municipality = self.place.member.key.clone();
        let reached = |holder: &Holder| {
            let lines = organisation.lines.of(holder);
            let number = lines.iter().find_map(|line| line.way.number()).map(str::to_owned);
            let email = lines.iter().find_map(|line| match &line.way {
                Way::Mail(address) => Some(address.clone()),
                _ => None,
            });
            (number, email)
        };
        match thing {
            Thing::Unit(key) => {
                let unit = organisation.units.get(key)?;
                let (number, email) = reached(&Holder::Unit(key.clone()));
                let mut path = self.path(key);
                path.pop();
                let department =
                    self.place.department_of(key).filter(|d| d.as_str() == key.as_str());
                let line = department.and_then(|department| self.place.line(department));
                Some(DirectoryHit {
                    kind: if unit.kind == UnitKind::Department { "department" } else { "unit" },
                    municipality,
                    unit: Some(key.clone()),
                    unit_name: unit.name.clone(),
                    entry: None,
                    name: unit.name.clone(),
                    name_en: unit.name_en.clone(),
                    title: None,
                    path,
                    because,
                    number,
                    email,
                    address: line.map(|line| line.department.address.clone()),
                    state: self.state_of_unit(key),
                })
            }
            Thing::Entry(id) => {
                let entry = organisation.entries.get(id)?;
                let (number, email) = reached(&Holder::Entry(*id));
                Some(DirectoryHit {
                    kind: "person",
                    municipality,
                    unit: Some(entry.unit.clone()),
                    unit_name: self.unit_name(&entry.unit).name,
                    entry: Some(*id),
                    name: entry.name.clone(),
                    name_en: entry.name.clone(),
                    title: Some(entry.title.clone()).filter(|title| !title.is_empty()),
                    path: self.path(&entry.unit),
                    because,
                    number,
                    email,
                    address: None,
                    state: self.state_of_person(entry),
                })
            }
        }
    }

    /// The main and the emergency number, when they are what is looked for.
    fn own_numbers(&self, query: &str) -> Vec<DirectoryHit> {
        let member = &self.place.member;
        let digits = national(query);
        let by_number = |number: &str| digits.len() >= 4 && national(number).contains(&digits);
        let by_name = query.is_empty()
            || (query.chars().any(char::is_alphabetic)
                && member.name.to_lowercase().contains(&query.to_lowercase()));
        [("main", &member.main_number), ("emergency", &member.emergency_phone)]
            .into_iter()
            .filter(|(_, number)| by_name || by_number(number))
            .map(|(kind, number)| DirectoryHit {
                kind,
                municipality: member.key.clone(),
                unit: None,
                unit_name: String::new(),
                entry: None,
                name: member.name.clone(),
                name_en: member.name.clone(),
                title: None,
                path: vec![],
                because: None,
                number: Some(number.clone()),
                email: None,
                address: None,
                state: ReachState {
                    reach: if kind == "emergency" { "now" } else { "never" },
                    until: None,
                    back: None,
                    at: None,
                },
            })
            .collect()
    }
}
