//! Knowledge areas: who keeps them, how they are, and which members they are open to.
//!
//! Whom an area is open to is asked in one place: [`App::knowledge_of`] is the knowledge base as the
//! citizens of one municipality see it. Pages, guides, hits and the interfaces for citizens read
//! that; the workshop reads [`App::knowledge`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey};
use jiff::ToSpan as _;
use jiff::civil::Date;
use rules::areas::{Area, OpenTo};
use rules::content::Collection;
use rules::hours::{Edge, Zone};
use rules::people::{AreaGrant, AreaPart};
use serde::{Deserialize, Serialize};
use store::areas::Keeper;
use store::people::PersonId;
use store::streams::{self, StreamKey};
use store::{Tx, improvement};
use utoipa::ToSchema;

use crate::articles::Knowledge;
use crate::audit::Act;
use crate::{App, found};

/// So many days back an area's health looks.
const DAYS: i32 = 30;
/// The most editors and reviewers of an area.
const MOST_KEEPERS: usize = 50;

/// Somebody in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeeperView {
    #[schema(value_type = String)]
    pub id: PersonId,
    pub name: String,
}

/// An area in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaView {
    pub key: String,
    pub name: String,
    pub name_en: String,
    pub editors: Vec<KeeperView>,
    pub reviewers: Vec<KeeperView>,
    /// The members whose citizens see its texts.
    #[schema(value_type = Vec<String>)]
    pub open_to: Vec<MunicipalityKey>,
    /// Articles and referrals.
    pub articles: usize,
    pub guides: usize,
    pub health: AreaHealth,
}

/// How an area is: what is late, and what did not work in the last thirty days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct AreaHealth {
    /// Texts whose review is due.
    pub overdue: usize,
    /// Local texts whose master has changed.
    pub stale: usize,
    /// Searches that led nowhere.
    pub failed_searches: i64,
    /// Answers "no" to "did this help?".
    pub not_helped: i64,
    /// Contacts that came anyway.
    pub contacts: i64,
    /// Guides left without an answer.
    pub half_way: i64,
}

/// An area with what its numbers count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaDetail {
    #[serde(flatten)]
    pub area: AreaView,
    /// From this day on the health is counted.
    #[schema(value_type = String)]
    pub since: Date,
    pub texts: Vec<AreaText>,
    pub counted: Vec<AreaCounted>,
    /// Whether the reader may change it.
    pub can_manage: bool,
    /// Who can be given the area; empty for who may not change it.
    pub people: Vec<Candidate>,
}

/// A text of an area that is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaText {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
    /// `overdue` or `stale`.
    pub why: &'static str,
    /// When its review was due.
    #[schema(value_type = Option<String>)]
    pub due: Option<Date>,
}

/// What was counted about a topic of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaCounted {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub title: String,
    /// `not-helped`, `contacts` or `half-way`.
    pub what: &'static str,
    /// The question where a guide was left.
    pub node: Option<String>,
    pub count: i64,
}

/// Somebody who can be given an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Candidate {
    #[schema(value_type = String)]
    pub id: PersonId,
    pub name: String,
    #[schema(value_type = String)]
    pub home: MunicipalityKey,
    pub editor: bool,
    pub reviewer: bool,
}

/// What an area becomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaChange {
    pub name: String,
    pub name_en: String,
    #[schema(value_type = Vec<String>)]
    pub editors: BTreeSet<PersonId>,
    #[schema(value_type = Vec<String>)]
    pub reviewers: BTreeSet<PersonId>,
    #[schema(value_type = Vec<String>)]
    pub open_to: BTreeSet<MunicipalityKey>,
}

impl Knowledge {
    /// Whether the citizens of a municipality see an area's texts.
    #[must_use]
    pub fn is_open(&self, area: &str, municipality: &MunicipalityKey) -> bool {
        self.closed.get(area).is_none_or(|open| open.includes(municipality))
    }

    /// Whether the citizens of a municipality see everything.
    fn is_all_open(&self, municipality: &MunicipalityKey) -> bool {
        self.closed.values().all(|open| open.includes(municipality))
    }

    /// Without the areas that are not open to a municipality.
    fn seen_by(&self, municipality: &MunicipalityKey) -> Self {
        let mut seen = self.clone();
        seen.articles.retain(|_, article| self.is_open(&article.area, municipality));
        seen.guides.retain(|_, guide| self.is_open(&guide.area, municipality));
        let (articles, guides) = (&seen.articles, &seen.guides);
        seen.variants.retain(|topic, _| articles.contains_key(topic));
        seen.branches.retain(|topic, _| guides.contains_key(topic));
        seen
    }

    /// How many topics the citizens of a municipality do not see.
    #[must_use]
    pub fn hidden_from(&self, municipality: &MunicipalityKey) -> usize {
        if self.is_all_open(municipality) {
            return 0;
        }
        self.heads().filter(|head| !self.is_open(head.area, municipality)).count()
    }
}

impl App {
    /// The knowledge base as the citizens of a municipality see it: without the areas that are not
    /// open to it. Without a municipality it is whole.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn knowledge_of(
        &self,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<Arc<Knowledge>> {
        let whole = self.knowledge().await?;
        let Some(municipality) = municipality else { return Ok(whole) };
        if whole.is_all_open(municipality) {
            return Ok(whole);
        }
        if let Some(seen) = self.0.memory.seen_by(municipality, whole.seq) {
            return Ok(seen);
        }
        let seen = Arc::new(whole.seen_by(municipality));
        self.0.memory.keep_seen_by(municipality.clone(), seen.clone());
        Ok(seen)
    }

    /// Every area with its health, in the order they are browsed in.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who neither reads the knowledge base nor decides about it.
    pub async fn areas(&self, scope: &Scope) -> Outcome<Vec<AreaView>> {
        self.may_read_areas(scope)?;
        let health = self.area_health().await?;
        Ok(health.into_iter().map(|(view, _, _)| view).collect())
    }

    /// An area with what its numbers count.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown area, and as [`App::areas`].
    pub async fn area(&self, scope: &Scope, key: &str) -> Outcome<AreaDetail> {
        self.may_read_areas(scope)?;
        let health = self.area_health().await?;
        let (area, texts, counted) =
            found(health.into_iter().find(|(area, _, _)| area.key == key))?;
        let can_manage = self.may_manage_areas(scope).is_ok();
        let people = if can_manage { self.candidates().await? } else { vec![] };
        Ok(AreaDetail { area, since: self.since(), texts, counted, can_manage, people })
    }

    /// Changes an area: its names, who keeps it, whom it is open to.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown area; [`Problem::Forbidden`] for anybody but a
    /// consortium administrator; [`Problem::Invalid`] for empty or long names, unknown
    /// municipalities, and people without the role.
    pub async fn change_area(
        &self,
        scope: &Scope,
        key: &str,
        change: AreaChange,
    ) -> Outcome<AreaDetail> {
        self.may_manage_areas(scope)?;
        let members: BTreeSet<MunicipalityKey> =
            self.municipality_keys().await?.into_iter().collect();
        if !change.open_to.is_subset(&members) {
            return Err(Problem::invalid("open_to", "not-an-id"));
        }
        let candidates = self.candidates().await?;
        for (field, people, part) in [
            ("editors", &change.editors, AreaPart::Editor),
            ("reviewers", &change.reviewers, AreaPart::Reviewer),
        ] {
            let can = |id: &PersonId| {
                candidates.iter().any(|person| {
                    person.id == *id
                        && match part {
                            AreaPart::Editor => person.editor,
                            AreaPart::Reviewer => person.reviewer,
                        }
                })
            };
            if people.len() > MOST_KEEPERS || !people.iter().all(can) {
                return Err(Problem::invalid(field, "area-person-role"));
            }
        }
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let knowledge = store::knowledge::stream();
        streams::take(&mut tx, &self.tenant, &knowledge, 0).await?;
        let areas = store::areas::all(&mut tx, &self.tenant).await?;
        let position = found(areas.iter().position(|area| area.key == key))?;
        let before = &areas[position];
        let mut after = before.clone().named(&change.name, &change.name_en)?;
        after.open_to = OpenTo::of(change.open_to, &members);
        let mut rung = Vec::new();
        if *before != after {
            store::areas::put(&mut tx, &self.tenant, position, &after).await?;
            // Whoever follows the knowledge base reads it anew, the search too.
            let event = [("area", serde_json::json!({ "area": key }).to_string())];
            streams::append(&mut tx, &self.tenant, &knowledge, at, &event).await?;
            rung.push(knowledge);
            rung.extend(self.tell_directory(&mut tx, &members, at).await?);
        }
        let kept = self.keep_area(&mut tx, key, &change.editors, &change.reviewers).await?;
        for person in &kept {
            let stream = StreamKey::agent(*person);
            let event = [("reach", "{}".to_owned())];
            streams::append(&mut tx, &self.tenant, &stream, at, &event).await?;
            rung.push(stream);
        }
        if !rung.is_empty() {
            let act = Act {
                ground: Some(base::scope::Ground::Role),
                municipality: None,
                action: "area-changed",
                subject: format!("area/{key}"),
                purpose: "knowledge",
            };
            self.note(&mut tx, scope, act, at).await?;
        }
        tx.commit().await?;
        for person in kept {
            self.0.memory.forget_card(person);
        }
        self.ring(&rung);
        self.area(scope, key).await
    }

    /// Gives an area to these people and takes it from the others; answers with those for whom
    /// something has changed.
    async fn keep_area(
        &self,
        tx: &mut Tx,
        key: &str,
        editors: &BTreeSet<PersonId>,
        reviewers: &BTreeSet<PersonId>,
    ) -> Outcome<BTreeSet<PersonId>> {
        let before: BTreeSet<(PersonId, AreaPart)> =
            store::areas::keepers(&self.database, &self.tenant)
                .await?
                .into_iter()
                .filter(|keeper| keeper.area == key)
                .map(|keeper| (keeper.person, keeper.part))
                .collect();
        let after: BTreeSet<(PersonId, AreaPart)> = editors
            .iter()
            .map(|person| (*person, AreaPart::Editor))
            .chain(reviewers.iter().map(|person| (*person, AreaPart::Reviewer)))
            .collect();
        let changed: BTreeSet<PersonId> =
            before.symmetric_difference(&after).map(|(person, _)| *person).collect();
        if !changed.is_empty() {
            store::people::take_area(tx, &self.tenant, key).await?;
            for (person, part) in after {
                let grant = AreaGrant { area: key.to_owned(), part };
                store::people::give_area(tx, &self.tenant, person, &grant).await?;
            }
        }
        Ok(changed)
    }

    fn may_read_areas(&self, scope: &Scope) -> Outcome<()> {
        let administers = !scope.municipalities(Right::ManagePeople).is_empty();
        let manages = administers && scope.holds_at(self.now());
        self.may_read_knowledge(scope, None)
            .or_else(|problem| self.may_manage_areas(scope).map_err(|_| problem))
            .or_else(|problem| if manages { Ok(()) } else { Err(problem) })
    }

    fn may_manage_areas(&self, scope: &Scope) -> Outcome<()> {
        if !scope.holds_at(self.now()) {
            return Err(Problem::NotFound);
        }
        if scope.municipalities(Right::ManageConsortium).is_empty() {
            return Err(Problem::forbidden("not-your-role"));
        }
        Ok(())
    }

    /// Who can be given an area: editors and reviewers, by name.
    async fn candidates(&self) -> Outcome<Vec<Candidate>> {
        let people = store::people::all(&self.database, &self.tenant).await?;
        Ok(people
            .into_iter()
            .filter(|person| person.member.active)
            .map(|person| Candidate {
                editor: person.member.at_home(AreaPart::Editor.role()).is_some(),
                reviewer: person.member.at_home(AreaPart::Reviewer.role()).is_some(),
                id: person.member.id,
                name: person.name,
                home: person.member.home,
            })
            .filter(|person| person.editor || person.reviewer)
            .collect())
    }

    fn since(&self) -> Date {
        self.today().saturating_sub(DAYS.days())
    }

    async fn area_health(&self) -> Outcome<Vec<(AreaView, Vec<AreaText>, Vec<AreaCounted>)>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let areas = store::areas::all(database, tenant).await?;
        let keepers = store::areas::keepers(database, tenant).await?;
        let knowledge = self.knowledge().await?;
        let members = self.municipality_keys().await?;
        let (today, since) = (self.today(), self.since());
        let midnight = Zone::default().instant(since, 0, Edge::Opens);
        let day = since.to_string();
        let failed = improvement::counts::area_counts(database, tenant, None, &day).await?;
        let not_helped = store::areas::not_helped_by_topic(database, tenant, &day).await?;
        let contacts = store::areas::contacts_by_topic(database, tenant, midnight).await?;
        let left = store::guides::left_half_way(database, tenant, &day, &today.to_string()).await?;
        let mut counted: BTreeMap<&str, Vec<AreaCounted>> = BTreeMap::new();
        let mut count = |what, topic: &TopicKey, municipality: &MunicipalityKey, node, count| {
            let Some(head) = knowledge.head(topic) else { return };
            counted.entry(head.area).or_default().push(AreaCounted {
                topic: topic.clone(),
                municipality: municipality.clone(),
                title: head.title.to_owned(),
                what,
                node,
                count,
            });
        };
        for (topic, municipality, number) in &not_helped {
            count("not-helped", topic, municipality, None, *number);
        }
        for (topic, municipality, number) in &contacts {
            count("contacts", topic, municipality, None, *number);
        }
        for step in &left {
            let title = knowledge
                .guides
                .get(&step.topic)
                .and_then(|guide| guide.node(&step.node))
                .map_or_else(|| step.node.clone(), |node| node.title.clone());
            count("half-way", &step.topic, &step.municipality, Some(title), step.left);
        }
        Ok(areas
            .into_iter()
            .map(|area| {
                let texts = late(&knowledge, &area.key, today);
                let mut counted = counted.remove(area.key.as_str()).unwrap_or_default();
                counted.sort_by_key(|line| std::cmp::Reverse(line.count));
                let sum = |what| {
                    counted.iter().filter(|line| line.what == what).map(|line| line.count).sum()
                };
                let health = AreaHealth {
                    overdue: texts.iter().filter(|text| text.why == OVERDUE).count(),
                    stale: texts.iter().filter(|text| text.why == STALE).count(),
                    failed_searches: failed.get(&area.key).map_or(0, |area| area.failed_searches),
                    not_helped: sum("not-helped"),
                    contacts: sum("contacts"),
                    half_way: sum("half-way"),
                };
                (view(area, &keepers, &members, &knowledge, health), texts, counted)
            })
            .collect())
    }

    /// Brings a content folder's areas in; whether something has changed. What was named or closed
    /// by people stays so, and an area that a text still stands in is kept.
    pub(crate) async fn import_areas(&self, tx: &mut Tx, collection: &Collection) -> Outcome<bool> {
        let before = store::areas::all(&mut *tx, &self.tenant).await?;
        let mut changed = false;
        for (position, area) in collection.areas.iter().enumerate() {
            let known = before.iter().position(|known| known.key == area.key);
            let after =
                known.map_or_else(|| Area::of_content(area), |known| before[known].imported(area));
            if known == Some(position) && before[position] == after {
                continue;
            }
            store::areas::put(tx, &self.tenant, position, &after).await?;
            changed = true;
        }
        for gone in
            before.iter().filter(|known| collection.areas.iter().all(|area| area.key != known.key))
        {
            store::areas::remove(tx, &self.tenant, &gone.key).await?;
            changed = true;
        }
        Ok(changed)
    }

    /// What the consortium says of itself is read with the directory, so it counts as a change of it.
    async fn tell_directory(
        &self,
        tx: &mut Tx,
        members: &BTreeSet<MunicipalityKey>,
        at: base::UnixMillis,
    ) -> Outcome<Option<StreamKey>> {
        let Some(first) = members.first() else { return Ok(None) };
        let stream = StreamKey::directory(first);
        let event = [("consortium", "{}".to_owned())];
        streams::append(tx, &self.tenant, &stream, at, &event).await?;
        Ok(Some(stream))
    }
}

const OVERDUE: &str = "overdue";
const STALE: &str = "stale";

/// The texts of an area whose review is due, and local texts whose master has changed.
fn late(knowledge: &Knowledge, area: &str, today: Date) -> Vec<AreaText> {
    let mut texts = Vec::new();
    let masters = knowledge
        .articles
        .values()
        .map(|a| (&a.topic, &a.area, &a.title, a.review, a.version))
        .chain(
            knowledge.guides.values().map(|g| (&g.topic, &g.area, &g.title, g.review, g.version)),
        );
    for (topic, of, title, review, version) in masters.filter(|master| master.1 == area) {
        debug_assert_eq!(of, area);
        if review < today {
            texts.push(AreaText {
                topic: topic.clone(),
                municipality: None,
                title: title.clone(),
                why: OVERDUE,
                due: Some(review),
            });
        }
        let variants = knowledge.variants.get(topic).into_iter().flatten();
        let branches = knowledge.branches.get(topic).into_iter().flatten();
        let local = variants.map(|(municipality, variant)| (municipality, variant.of));
        for (municipality, written) in
            local.chain(branches.map(|(municipality, branches)| (municipality, branches.of)))
        {
            if written != version {
                texts.push(AreaText {
                    topic: topic.clone(),
                    municipality: Some(municipality.clone()),
                    title: title.clone(),
                    why: STALE,
                    due: None,
                });
            }
        }
    }
    texts.sort_by(|a, b| (a.why, a.due, &a.topic).cmp(&(b.why, b.due, &b.topic)));
    texts
}

fn view(
    area: Area,
    keepers: &[Keeper],
    members: &[MunicipalityKey],
    knowledge: &Knowledge,
    health: AreaHealth,
) -> AreaView {
    let kept = |part| {
        keepers
            .iter()
            .filter(|keeper| keeper.area == area.key && keeper.part == part)
            .map(|keeper| KeeperView { id: keeper.person, name: keeper.name.clone() })
            .collect()
    };
    AreaView {
        editors: kept(AreaPart::Editor),
        reviewers: kept(AreaPart::Reviewer),
        open_to: members.iter().filter(|member| area.open_to.includes(member)).cloned().collect(),
        articles: knowledge.articles.values().filter(|article| article.area == area.key).count(),
        guides: knowledge.guides.values().filter(|guide| guide.area == area.key).count(),
        key: area.key,
        name: area.name,
        name_en: area.name_en,
        health,
    }
}
