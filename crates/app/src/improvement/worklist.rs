//! From counts to work: clusters of queries that were not found, and guides that are left half-way,
//! each with an owner, a due date and what can be done.

use std::collections::{BTreeMap, BTreeSet};

use base::{Language, MunicipalityKey, Outcome, TopicKey};
use jiff::ToSpan as _;
use jiff::civil::Date;
use rules::hours::Zone;
use rules::improvement::{
    Cluster, Facts, Led, Near, Phrase, Rate, Suggestion, clusters, guide_leak, shown_phrases,
    suggest,
};
use rules::people::{AreaPart, Role};
use store::improvement::CITIZENS;
use store::improvement::counts::{self, Count, DayCount, LeadKind, LeadSum};
use store::improvement::worklist::{self, Improvement};
use store::people::{Person, PersonId};
use store::workshop::tasks;

use super::Vocabulary;
use super::work::{Body, GuideShown, PhraseShown};
use crate::App;
use crate::articles::Knowledge;

/// So many weeks back are looked at.
pub(super) const WEEKS: i64 = 8;
/// A cluster with fewer failed searches is no work yet.
const FAILED: i64 = 2;
/// Out of ten searches of a cluster, so many must have failed.
const FAILED_TENTHS: i64 = 3;
/// An editor has so many days; fewer when many look for it.
const DAYS: i64 = 14;
const DAYS_URGENT: i64 = 7;
const URGENT_FROM: i64 = 10;
/// Queries that are shown of a cluster.
const SHOWN: usize = 12;
/// Topics that are named as near.
const NEAR: usize = 3;

/// Everything that was counted of one municipality and audience.
#[derive(Default)]
struct Ground<'a> {
    counts: Vec<&'a DayCount>,
    leads: Vec<&'a LeadSum>,
}

impl App {
    /// Brings the worklist up to date; answers with how much work is new and how much has changed.
    pub(super) async fn update_worklist(&self, words: &Vocabulary) -> Outcome<(usize, usize)> {
        let today = Zone::default().date(self.now());
        let first = today.saturating_sub((WEEKS * 7 - 1).days());
        let known = worklist::all(&self.database, &self.tenant).await?;
        let done_on = known.iter().filter_map(|item| item.done_on.as_deref()).min();
        let from = done_on.map_or(first.to_string(), |day| day.min(&first.to_string()).to_owned());
        let all = counts::since(&self.database, &self.tenant, &from).await?;
        let leads = counts::leads_since(&self.database, &self.tenant, &first.to_string()).await?;
        let knowledge = self.knowledge().await?;
        let people = store::people::all(&self.database, &self.tenant).await?;
        let desk = Desk { app: self, words, knowledge: &knowledge, people: &people, today, first };
        let mut grounds: BTreeMap<(&MunicipalityKey, &str), Ground<'_>> = BTreeMap::new();
        for count in &all {
            let ground = grounds.entry((&count.municipality, &count.audience)).or_default();
            ground.counts.push(count);
        }
        for lead in &leads {
            let ground = grounds.entry((&lead.municipality, &lead.audience)).or_default();
            ground.leads.push(lead);
        }
        let mut wanted = Vec::new();
        let mut settled: Vec<Improvement> = Vec::new();
        for ((municipality, audience), ground) in &grounds {
            let mine: Vec<&Improvement> = known
                .iter()
                .filter(|item| item.municipality == **municipality && item.audience == **audience)
                .filter(|item| !item.cluster.starts_with(GUIDE))
                .collect();
            wanted.extend(desk.work_of(municipality, audience, ground, &mine)?);
            settled.extend(mine.iter().filter_map(|item| measured(item, ground)));
        }
        let (leaks, leaks_settled) = self.guide_work(&desk, &known).await?;
        wanted.extend(leaks);
        settled.extend(leaks_settled);
        let (mut made, mut changed) = (0, 0);
        let mut tx = self.database.begin().await?;
        for item in &wanted {
            if item.version == 0 {
                if worklist::add(&mut tx, &self.tenant, item).await? {
                    made += 1;
                    let task = task_of(item, self.rng.id(self.now()), today);
                    tasks::ensure(&mut tx, &self.tenant, &task).await?;
                }
            } else {
                changed += usize::from(worklist::put(&mut tx, &self.tenant, item).await?);
            }
        }
        for item in &settled {
            changed += usize::from(worklist::put(&mut tx, &self.tenant, item).await?);
        }
        tx.commit().await?;
        Ok((made, changed))
    }

    /// Guides that many leave at one question.
    async fn guide_work(
        &self,
        desk: &Desk<'_>,
        known: &[Improvement],
    ) -> Outcome<(Vec<Improvement>, Vec<Improvement>)> {
        let (database, tenant) = (&self.database, &self.tenant);
        let (first, today) = (desk.first.to_string(), desk.today.to_string());
        let left = store::guides::left_half_way(database, tenant, &first, &today).await?;
        let (mut wanted, mut settled) = (Vec::new(), Vec::new());
        for leak in left.iter().filter(|leak| guide_leak(leak.asked, leak.left)) {
            let Some(guide) = desk.knowledge.guides.get(&leak.topic) else { continue };
            let Some(node) = guide.nodes.iter().find(|node| node.id == leak.node) else { continue };
            let body = Body {
                searches: leak.asked,
                guide: Some(GuideShown {
                    topic: leak.topic.clone(),
                    title: guide.title.clone(),
                    node: leak.node.clone(),
                    question: node.title.clone(),
                    asked: leak.asked,
                    left: leak.left,
                }),
                suggestions: vec![Suggestion::GuideNode {
                    topic: leak.topic.clone(),
                    title: guide.title.clone(),
                    node: leak.node.clone(),
                    question: node.title.clone(),
                }],
                ..Body::default()
            };
            let work = Work {
                cluster: format!("{GUIDE}{}/{}", leak.topic, leak.node),
                area: guide.area.clone(),
                failed: leak.left,
                visitors: leak.asked,
                phrases: BTreeSet::new(),
                body,
                before: Rate { found: leak.asked - leak.left, n: leak.asked },
            };
            let before = known.iter().find(|item| {
                item.cluster == work.cluster && item.municipality == leak.municipality
            });
            wanted.extend(desk.item(work, before, &leak.municipality, CITIZENS)?);
        }
        for item in known.iter().filter(|item| item.cluster.starts_with(GUIDE)) {
            let Some(done_on) = item.done_on.as_deref() else { continue };
            let from = day_after(done_on);
            let since = store::guides::left_half_way(database, tenant, &from, &today).await?;
            let here = since.iter().find(|leak| {
                format!("{GUIDE}{}/{}", leak.topic, leak.node) == item.cluster
                    && leak.municipality == item.municipality
            });
            let after =
                here.map_or(Rate::default(), |l| Rate { found: l.asked - l.left, n: l.asked });
            if after != item.after {
                settled.push(Improvement { after, ..item.clone() });
            }
        }
        Ok((wanted, settled))
    }
}

/// The beginning of the name of work on a guide.
pub(super) const GUIDE: &str = "guide/";

fn day_after(day: &str) -> String {
    day.parse::<Date>().map_or_else(|_| day.to_owned(), |d| d.saturating_add(1.day()).to_string())
}

/// Work as it is known now.
struct Work {
    cluster: String,
    area: String,
    failed: i64,
    visitors: i64,
    phrases: BTreeSet<String>,
    body: Body,
    before: Rate,
}

/// What is needed to make work of counts.
struct Desk<'a> {
    app: &'a App,
    words: &'a Vocabulary,
    knowledge: &'a Knowledge,
    people: &'a [Person],
    today: Date,
    first: Date,
}

impl Desk<'_> {
    /// New and changed work of one municipality and audience.
    fn work_of(
        &self,
        municipality: &MunicipalityKey,
        audience: &str,
        ground: &Ground<'_>,
        known: &[&Improvement],
    ) -> Outcome<Vec<Improvement>> {
        let first = self.first.to_string();
        let mut phrases: BTreeMap<&str, Phrase> = BTreeMap::new();
        for count in ground.counts.iter().filter(|c| c.day >= first && !c.count.phrase.is_empty()) {
            let phrase = phrases.entry(&count.count.phrase).or_insert_with(|| Phrase {
                text: count.count.phrase.clone(),
                searches: 0,
                failed: 0,
                first_visitors: 0,
            });
            phrase.searches += count.count.searches;
            phrase.failed += count.count.not_found;
            phrase.first_visitors += count.count.first_visitors;
        }
        let failed: Vec<Phrase> = phrases.into_values().filter(|p| p.failed > 0).collect();
        let mut taken = BTreeSet::new();
        let mut items = Vec::new();
        for cluster in clusters(&failed, self.words) {
            let shown = shown_phrases(&cluster, self.words);
            let Some(name) = shown.first() else { continue };
            let enough = cluster.failed() >= FAILED
                && cluster.failed() * 10 >= cluster.searches() * FAILED_TENTHS;
            let texts: BTreeSet<String> =
                cluster.phrases.iter().map(|phrase| phrase.text.clone()).collect();
            let before = known
                .iter()
                .filter(|item| !taken.contains(&item.id))
                .map(|item| (item, phrases_of(item).intersection(&texts).count()))
                .filter(|(_, shared)| *shared > 0)
                .max_by(|a, b| a.1.cmp(&b.1).then(b.0.id.cmp(&a.0.id)))
                .map(|(item, _)| *item);
            if before.is_none() && !enough {
                continue;
            }
            let mut texts = texts;
            if let Some(before) = before {
                taken.insert(before.id);
                texts.extend(phrases_of(before));
            }
            let name = name.text.clone();
            let work = self.work(municipality, ground, &cluster, name, &shown, texts);
            items.extend(self.item(work, before, municipality, audience)?);
        }
        Ok(items)
    }

    fn work(
        &self,
        municipality: &MunicipalityKey,
        ground: &Ground<'_>,
        cluster: &Cluster,
        name: String,
        shown: &[&Phrase],
        phrases: BTreeSet<String>,
    ) -> Work {
        let first = self.first.to_string();
        let of_cluster: Vec<&&DayCount> = ground
            .counts
            .iter()
            .filter(|count| count.day >= first && phrases.contains(&count.count.phrase))
            .collect();
        let mut sum = Count::default();
        let mut weeks = vec![0; usize::try_from(WEEKS).unwrap_or(8)];
        for count in &of_cluster {
            sum.searches += count.count.searches;
            sum.found += count.count.found;
            sum.not_found += count.count.not_found;
            sum.zero_hits += count.count.zero_hits;
            sum.reformulated += count.count.reformulated;
            sum.contacts += count.count.contacts;
            sum.not_helped += count.count.not_helped;
            let age = count.day.parse::<Date>().ok().and_then(|day| {
                let days = (self.today - day).get_days();
                usize::try_from(WEEKS - 1 - i64::from(days) / 7).ok()
            });
            if let Some(week) = age.and_then(|week| weeks.get_mut(week)) {
                *week += count.count.not_found;
            }
        }
        let led = |kind: LeadKind| -> Vec<Led<String>> {
            let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
            for sum in ground.leads.iter().filter(|sum| sum.lead.kind == kind) {
                if phrases.contains(&sum.lead.phrase) {
                    *sums.entry(&sum.lead.target).or_default() += sum.lead.count;
                }
            }
            let mut led: Vec<Led<String>> =
                sums.into_iter().map(|(to, count)| Led { to: to.to_owned(), count }).collect();
            led.sort_by(|a, b| b.count.cmp(&a.count).then(a.to.cmp(&b.to)));
            led
        };
        let topics = |kind| -> Vec<Led<Near>> {
            led(kind)
                .into_iter()
                .filter_map(|led| Some(Led { to: self.near(&led.to)?, count: led.count }))
                .collect()
        };
        let (then_opened, missing_on) = (topics(LeadKind::ThenOpened), topics(LeadKind::MissingOn));
        let (asked, next) = (topics(LeadKind::Contact), led(LeadKind::Next));
        let nearest = self.nearest(municipality, &name);
        let about = then_opened
            .iter()
            .chain(&missing_on)
            .chain(&asked)
            .map(|led| &led.to)
            .chain(&nearest)
            .find_map(|near| self.knowledge.head(&near.topic));
        let texts: Vec<String> = shown.iter().map(|phrase| phrase.text.clone()).collect();
        let suggestions = suggest(&Facts {
            phrases: &texts,
            then_opened: &then_opened,
            next: &next,
            missing_on: &missing_on,
            nearest: &nearest,
            department: about.map_or("", |head| head.department.as_str()),
        });
        Work {
            cluster: name,
            area: about.map_or_else(String::new, |head| head.area.to_owned()),
            failed: sum.not_found,
            visitors: cluster.visitors(),
            body: Body {
                phrases: shown
                    .iter()
                    .take(SHOWN)
                    .map(|phrase| PhraseShown {
                        text: phrase.text.clone(),
                        searches: phrase.searches,
                        failed: phrase.failed,
                    })
                    .collect(),
                hidden: cluster.phrases.len().saturating_sub(shown.len().min(SHOWN)),
                weeks,
                searches: sum.searches,
                zero_hits: sum.zero_hits,
                reformulated: sum.reformulated,
                contacts: sum.contacts,
                not_helped: sum.not_helped,
                suggestions,
                near: nearest,
                guide: None,
            },
            phrases,
            before: Rate { found: sum.found, n: sum.found + sum.not_found },
        }
    }

    /// The work as it shall be stored; `None` when it stands so already, or is settled.
    fn item(
        &self,
        work: Work,
        before: Option<&Improvement>,
        municipality: &MunicipalityKey,
        audience: &str,
    ) -> Outcome<Option<Improvement>> {
        let damaged = |_| store::StoreError::Damaged("improvements");
        let body = serde_json::to_string(&work.body).map_err(damaged)?;
        let phrases = serde_json::to_string(&work.phrases).map_err(damaged)?;
        if let Some(before) = before {
            if matches!(before.state.as_str(), "done" | "declined") {
                return Ok(None);
            }
            let area = if work.area.is_empty() { before.area.clone() } else { work.area };
            let owner = before.owner.or_else(|| self.owner(&area, municipality));
            let now = Improvement {
                area,
                owner,
                failed: work.failed,
                visitors: work.visitors,
                phrases,
                body,
                before: work.before,
                ..before.clone()
            };
            return Ok((now != *before).then_some(now));
        }
        let at = self.app.now();
        let days = if work.failed >= URGENT_FROM { DAYS_URGENT } else { DAYS };
        let id: base::Id<base::kind::Text> = self.app.rng.id(at);
        Ok(Some(Improvement {
            id: id.uuid(),
            municipality: municipality.clone(),
            audience: audience.to_owned(),
            owner: self.owner(&work.area, municipality),
            area: work.area,
            cluster: work.cluster,
            state: "open".to_owned(),
            due: self.today.saturating_add(days.days()).to_string(),
            made_at: at,
            failed: work.failed,
            visitors: work.visitors,
            phrases,
            body,
            decision: None,
            done_on: None,
            before: work.before,
            after: Rate::default(),
            version: 0,
        }))
    }

    /// Whose work it is: an editor of the area, best one of the municipality; else an editor of the
    /// municipality.
    fn owner(&self, area: &str, municipality: &MunicipalityKey) -> Option<PersonId> {
        let of_area = |person: &&Person| {
            person.member.areas.iter().any(|g| g.part == AreaPart::Editor && g.area == area)
        };
        let here = |person: &&Person| {
            let roles = &person.member.roles;
            roles.iter().any(|g| g.role == Role::Editor && g.municipality == *municipality)
        };
        let people = || self.people.iter();
        let found = people()
            .find(|person| of_area(person) && here(person))
            .or_else(|| people().find(here))
            .or_else(|| people().find(of_area));
        found.map(|person| person.member.id)
    }

    fn near(&self, topic: &str) -> Option<Near> {
        let topic: TopicKey = topic.parse().ok()?;
        let head = self.knowledge.head(&topic)?;
        Some(Near { topic: topic.clone(), title: head.title.to_owned() })
    }

    /// The topics nearest to a query, by all of it or by single words of it.
    fn nearest(&self, municipality: &MunicipalityKey, name: &str) -> Vec<Near> {
        let mut near: Vec<Near> = Vec::new();
        let alone = name.split(' ').filter(|word| word.chars().count() > 3);
        for query in [name].into_iter().chain(alone) {
            if near.len() >= NEAR {
                break;
            }
            // Asked of the index itself: this is nobody's search, so nothing of it is counted.
            let asked = search::Query {
                text: query.to_owned(),
                municipality: Some(municipality.clone()),
                limit: NEAR,
                language: Language::Da,
                as_you_type: false,
                with_pages: false,
            };
            let Ok(found) = self.app.index.search(&asked) else { continue };
            for hit in found.hits {
                if near.len() < NEAR
                    && near.iter().all(|other| other.topic != hit.topic)
                    && let Some(one) = self.near(hit.topic.as_str())
                {
                    near.push(one);
                }
            }
        }
        near
    }
}

fn phrases_of(item: &Improvement) -> BTreeSet<String> {
    serde_json::from_str(&item.phrases).unwrap_or_default()
}

/// The work among the tasks of the workshop.
fn task_of(item: &Improvement, id: tasks::TaskId, today: Date) -> tasks::Task {
    let body: Body = serde_json::from_str(&item.body).unwrap_or_default();
    let (kind, why, topic, query) = match &body.guide {
        Some(guide) => {
            let question = guide.question.clone();
            ("guide-half-way", "imp-task-guide", Some(guide.topic.clone()), question)
        }
        None => ("not-found", "imp-task-not-found", None, item.cluster.clone()),
    };
    tasks::Task {
        id,
        kind: kind.to_owned(),
        topic,
        municipality: Some(item.municipality.clone()),
        about: item.id.to_string(),
        area: item.area.clone(),
        why: why.to_owned(),
        args: serde_json::json!({ "query": query, "count": item.failed }),
        owner: item.owner,
        due: item.due.parse().unwrap_or(today),
        state: "open".to_owned(),
        made_at: item.made_at,
    }
}

/// Settled work with what has been found since, when that has changed.
fn measured(item: &Improvement, ground: &Ground<'_>) -> Option<Improvement> {
    let done_on = item.done_on.as_deref()?;
    let phrases = phrases_of(item);
    let mut after = Rate::default();
    for count in &ground.counts {
        if count.day.as_str() > done_on && phrases.contains(&count.count.phrase) {
            after.found += count.count.found;
            after.n += count.count.found + count.count.not_found;
        }
    }
    (after != item.after).then(|| Improvement { after, ..item.clone() })
}
