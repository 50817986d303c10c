//! What editors see: the list of texts with what has to be done about each, and one text whole.

use std::collections::BTreeMap;

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use jiff::civil::Date;
use rules::people::may_edit_text;
use rules::workshop::{Phase, Text};
use store::knowledge::{Entry, EntryKey};
use store::workshop::drafts::{self, Drafted};
use store::workshop::versions;

use super::publish::{Origin, area_of, owner_of};
use super::{Bodied, Can, DraftMark, TextRow, TextView, VariantMark, kind_of, raw, text_of};
use crate::articles::Knowledge;
use crate::{App, found};

/// Which texts are wanted; empty means any.
#[derive(Debug, Clone, Default)]
pub struct TextQuery {
    pub area: Option<String>,
    /// The municipality's own texts only.
    pub municipality: Option<MunicipalityKey>,
    /// `draft`, `review`, `scheduled`, `overdue`, `stale`, `english`, `expiring`.
    pub state: Option<String>,
    /// Words of the title.
    pub q: String,
}

/// What stands in the knowledge base about a topic, in memory.
struct About<'a> {
    title: &'a str,
    title_en: &'a str,
    area: &'a str,
    owner: Option<&'a MunicipalityKey>,
    review: Option<Date>,
    lacks_english: bool,
}

impl App {
    /// The texts that somebody may read, with the drafts of those that are in reach.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not read knowledge, and for an unknown municipality;
    /// [`Problem::Invalid`] for an unknown state.
    pub async fn workshop_texts(&self, scope: &Scope, query: &TextQuery) -> Outcome<Vec<TextRow>> {
        self.may_read_knowledge(scope, None)?;
        if let Some(municipality) = &query.municipality {
            self.known_line(municipality, None).await?;
        }
        let knowledge = self.knowledge().await?;
        let entries = store::knowledge::heads(&self.database, &self.tenant).await?;
        let mut open: BTreeMap<EntryKey, Drafted> = drafts::open(&self.database, &self.tenant)
            .await?
            .into_iter()
            .filter(|open| self.may_work_on(scope, &open.area, open.key.1.as_ref()).is_ok())
            .map(|open| (open.key.clone(), open))
            .collect();
        let masters: BTreeMap<&TopicKey, i64> = entries
            .iter()
            .filter(|entry| entry.municipality.is_none())
            .map(|entry| (&entry.topic, entry.version))
            .collect();
        let mut locals: BTreeMap<&TopicKey, Vec<VariantMark>> = BTreeMap::new();
        for entry in &entries {
            if let Some(municipality) = &entry.municipality {
                let key = (entry.topic.clone(), entry.municipality.clone());
                locals.entry(&entry.topic).or_default().push(VariantMark {
                    municipality: municipality.clone(),
                    of: Some(entry.version),
                    stale: masters.get(&entry.topic) != Some(&entry.version),
                    draft_phase: open.get(&key).map(|open| open.draft.phase),
                });
            }
        }
        let asked = |municipality: &Option<MunicipalityKey>| {
            query.municipality.is_none() || *municipality == query.municipality
        };
        let mut rows = Vec::new();
        // Masters come before the local texts over them, and take no draft of theirs away.
        for entry in entries.iter().filter(|entry| asked(&entry.municipality)) {
            let key = (entry.topic.clone(), entry.municipality.clone());
            let draft = open.remove(&key);
            let stale =
                entry.municipality.is_some() && masters.get(&entry.topic) != Some(&entry.version);
            let mut variants = match entry.municipality {
                None => locals.get(&entry.topic).cloned().unwrap_or_default(),
                Some(_) => vec![],
            };
            for begun in open.values().filter(|open| open.key.0 == entry.topic) {
                let Some(municipality) = &begun.key.1 else { continue };
                let there = variants.iter().any(|mark| mark.municipality == *municipality);
                if entry.municipality.is_none() && !there {
                    variants.push(VariantMark {
                        municipality: municipality.clone(),
                        of: None,
                        stale: false,
                        draft_phase: Some(begun.draft.phase),
                    });
                }
            }
            let about = about(&knowledge, &entry.topic);
            let row = self.text_row(entry, about, draft, stale, variants).await?;
            rows.push(row);
        }
        // What is only begun stands in the list too.
        for begun in open.into_values().filter(|open| asked(&open.key.1)) {
            rows.push(self.begun_row(&knowledge, begun).await?);
        }
        let wanted = self.filter(query)?;
        rows.retain(wanted);
        rows.sort_by_cached_key(|row| (row.title.to_lowercase(), row.municipality.clone()));
        Ok(rows)
    }

    fn filter(&self, query: &TextQuery) -> Outcome<impl Fn(&TextRow) -> bool + use<>> {
        const STATES: [&str; 7] =
            ["draft", "review", "scheduled", "overdue", "stale", "english", "expiring"];
        let (area, state) = (query.area.clone(), query.state.clone());
        if state.as_ref().is_some_and(|state| !STATES.contains(&state.as_str())) {
            return Err(Problem::invalid("state", "state-unknown"));
        }
        let words: Vec<String> =
            query.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
        Ok(move |row: &TextRow| {
            let phase = row.draft.as_ref().map(|draft| draft.phase);
            let in_state = match state.as_deref() {
                None => true,
                Some("draft") => phase.is_some(),
                Some("review") => phase == Some(Phase::InReview),
                Some("scheduled") => phase == Some(Phase::Scheduled),
                Some("overdue") => row.overdue,
                Some("stale") => row.stale,
                Some("english") => row.missing_english,
                Some(_) => row.expires_at.is_some(),
            };
            let title = format!("{} {} {}", row.title, row.title_en, row.topic).to_lowercase();
            in_state
                && area.as_ref().is_none_or(|area| *area == row.area)
                && words.iter().all(|word| title.contains(word.as_str()))
        })
    }

    async fn text_row(
        &self,
        entry: &Entry,
        about: Option<About<'_>>,
        draft: Option<Drafted>,
        stale: bool,
        variants: Vec<VariantMark>,
    ) -> Outcome<TextRow> {
        let local = entry.municipality.is_some();
        let review = about.as_ref().and_then(|about| about.review).filter(|_| !local);
        let missing = about.as_ref().is_some_and(|about| about.lacks_english) && !local;
        Ok(TextRow {
            topic: entry.topic.clone(),
            kind: kind_of(&entry.kind)?,
            area: about.as_ref().map_or("", |about| about.area).to_owned(),
            municipality: entry.municipality.clone(),
            title: about.as_ref().map_or(entry.topic.as_str(), |about| about.title).to_owned(),
            title_en: about.as_ref().map_or("", |about| about.title_en).to_owned(),
            owner: self.maybe_named(entry.owner_person).await?,
            owner_municipality: about.as_ref().and_then(|about| about.owner).cloned(),
            version: entry.number,
            published_at: (entry.published_at.0 > 0).then_some(entry.published_at),
            overdue: review.is_some_and(|review| review < self.today()),
            review,
            draft: match draft {
                Some(draft) => Some(self.mark(&draft).await?),
                None => None,
            },
            stale,
            missing_english: missing,
            expires_at: entry.expires_at,
            variants,
            origin: Some(entry.origin.clone()),
        })
    }

    async fn begun_row(&self, knowledge: &Knowledge, begun: Drafted) -> Outcome<TextRow> {
        let text = text_of(begun.kind, &begun.body)?;
        let (title, title_en) = match text.titles() {
            Some((title, title_en)) => (title.to_owned(), title_en.to_owned()),
            None => {
                let head = knowledge.head(&begun.key.0);
                head.map(|head| (head.title.to_owned(), head.title_en.to_owned()))
                    .unwrap_or_default()
            }
        };
        let draft = self.mark(&begun).await?;
        Ok(TextRow {
            topic: begun.key.0,
            kind: begun.kind,
            area: begun.area,
            municipality: begun.key.1,
            title,
            title_en,
            owner: None,
            owner_municipality: owner_of(&text).cloned(),
            version: 0,
            published_at: None,
            review: text.review(),
            overdue: false,
            draft: Some(draft),
            stale: false,
            missing_english: text.lacks_english(),
            expires_at: None,
            variants: vec![],
            origin: None,
        })
    }

    async fn mark(&self, draft: &Drafted) -> Outcome<DraftMark> {
        Ok(DraftMark {
            id: draft.id,
            phase: draft.draft.phase,
            by: draft.draft.last_author,
            by_name: self.named(draft.draft.last_author).await?.name,
            at: draft.changed_at,
            publish_at: draft.draft.publish_at,
            removes: draft.draft.removes,
        })
    }

    /// One text with everything its editor is shown.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not read knowledge, and for a text that neither stands nor
    /// is being written in reach.
    pub async fn text_view(&self, scope: &Scope, key: &EntryKey) -> Outcome<TextView> {
        self.may_read_knowledge(scope, None)?;
        let (database, tenant) = (&self.database, &self.tenant);
        let entry = store::knowledge::get(database, tenant, key).await?;
        let open = drafts::open_of(database, tenant, key).await?;
        let open = open.filter(|open| self.may_work_on(scope, &open.area, key.1.as_ref()).is_ok());
        if entry.is_none() && open.is_none() {
            return Err(Problem::NotFound);
        }
        let last_master = match key.1 {
            Some(_) => Some(self.last_master_of(key).await?),
            None => None,
        };
        let standing =
            entry.as_ref().map(|entry| text_of(kind_of(&entry.kind)?, &entry.body)).transpose()?;
        let drafted = open.as_ref().map(|open| text_of(open.kind, &open.body)).transpose()?;
        let whole = found(standing.as_ref().or(drafted.as_ref()))?;
        let top = last_master.as_ref().map_or(whole, |(master, _)| master);
        let master = last_master.as_ref().filter(|(_, stands)| *stands).map(|(master, _)| master);
        let area = area_of(top);
        let owner = found(owner_of(top))?;
        let approval = match &open {
            Some(open) => self.policy_for(open).await?.approval,
            None => self.approval_for(key, owner).await?,
        };
        let written = drafted.as_ref().unwrap_or(whole);
        let base = match key.1 {
            Some(_) => {
                let number = i64::from(written.version());
                let master_key = (key.0.clone(), None);
                let base = versions::get(database, tenant, &master_key, number).await?;
                base.map(|base| {
                    Ok::<_, Problem>(Bodied { version: number, body: raw(&base.body)? })
                })
                .transpose()?
            }
            None => None,
        };
        let affected = match master {
            Some(master) => self.touched(key, master, written).await?,
            None => vec![],
        };
        let foreign = entry.as_ref().is_some_and(|entry| Origin::is_foreign(&entry.origin));
        let title = top.titles().map_or(String::new(), |(title, _)| title.to_owned());
        Ok(TextView {
            topic: key.0.clone(),
            kind: whole.kind(),
            municipality: key.1.clone(),
            can: self.can(scope, &area, key, open.as_ref(), approval, foreign),
            reviewers: self.reviewers_of(&area, key.1.as_ref(), scope.person()).await?,
            area,
            title,
            version: entry.as_ref().map_or(0, |entry| entry.number),
            body: entry.as_ref().map(|entry| raw(&entry.body)).transpose()?,
            master: master
                .map(|master| {
                    let body = serde_json::to_value(master);
                    let body = body.map_err(|_| Problem::Unavailable { code: "unexpected" })?;
                    Ok::<_, Problem>(Bodied { version: i64::from(master.version()), body })
                })
                .transpose()?,
            base,
            affected,
            stale: match (master, &standing) {
                (Some(master), Some(standing)) => master.version() != standing.version(),
                _ => false,
            },
            approval,
            owner_person: self
                .maybe_named(entry.as_ref().and_then(|entry| entry.owner_person))
                .await?,
            reviewer_person: self
                .maybe_named(entry.as_ref().and_then(|entry| entry.reviewer_person))
                .await?,
            published_at: entry
                .as_ref()
                .map(|entry| entry.published_at)
                .filter(|at| *at > UnixMillis(0)),
            expires_at: entry.as_ref().and_then(|entry| entry.expires_at),
            here: match &open {
                Some(open) => self.others_here(scope, open.id).await?,
                None => vec![],
            },
            others: self.others(key, top).await?,
            imported_from: entry
                .map(|entry| entry.origin)
                .filter(|origin| Origin::is_foreign(origin)),
            draft: match open {
                Some(open) => Some(self.draft_view(scope, open).await?),
                None => None,
            },
        })
    }

    /// The parts of a local text that its master, as it stands, touches.
    async fn touched(&self, key: &EntryKey, master: &Text, local: &Text) -> Outcome<Vec<String>> {
        if master.version() == local.version() {
            return Ok(vec![]);
        }
        let master_key = (key.0.clone(), None);
        let number = i64::from(local.version());
        let base = versions::get(&self.database, &self.tenant, &master_key, number).await?;
        Ok(match base {
            Some(base) => {
                let base = text_of(kind_of(&base.kind)?, &base.body)?;
                rules::workshop::stale::affected(&base, master, local).into_iter().collect()
            }
            None => rules::workshop::diff::parts_of(local).into_iter().map(|p| p.part).collect(),
        })
    }

    /// What the reader may do with a text, and with its draft if one is open.
    pub(super) fn can(
        &self,
        scope: &Scope,
        area: &str,
        key: &EntryKey,
        open: Option<&Drafted>,
        approval: bool,
        foreign: bool,
    ) -> Can {
        let now = self.now();
        let place = key.1.as_ref();
        let holds = |right| may_edit_text(scope, area, place, right, now).is_ok();
        let edit = holds(Right::EditKnowledge) && !foreign;
        let approves = holds(Right::ApproveKnowledge);
        let draft = open.filter(|open| open.ended_at.is_none()).map(|open| &open.draft);
        let own = draft.is_some_and(|draft| scope.person() == Some(draft.last_author));
        Can {
            edit,
            approve: approves && draft.is_some() && !own,
            publish: (edit || approves)
                && draft.is_some_and(|draft| !approval || draft.approved_by.is_some()),
        }
    }

    /// The local texts of other municipalities over the same master.
    async fn others(&self, key: &EntryKey, master: &Text) -> Outcome<Vec<VariantMark>> {
        let knowledge = self.knowledge().await?;
        let version = master.version();
        let variants = knowledge.variants.get(&key.0).into_iter().flatten();
        let branches = knowledge.branches.get(&key.0).into_iter().flatten();
        let of = variants
            .map(|(municipality, variant)| (municipality, variant.of))
            .chain(branches.map(|(municipality, own)| (municipality, own.of)));
        Ok(of
            .filter(|(municipality, _)| Some(*municipality) != key.1.as_ref())
            .map(|(municipality, of)| VariantMark {
                municipality: municipality.clone(),
                of: Some(i64::from(of)),
                stale: of != version,
                draft_phase: None,
            })
            .collect())
    }
}

fn about<'a>(knowledge: &'a Knowledge, topic: &TopicKey) -> Option<About<'a>> {
    let head = knowledge.head(topic)?;
    let (owner, review) = match (knowledge.articles.get(topic), knowledge.guides.get(topic)) {
        (Some(article), _) => (Some(&article.owner), Some(article.review)),
        (None, Some(guide)) => (Some(&guide.owner), Some(guide.review)),
        (None, None) => (None, None),
    };
    let blank = |text: &str| text.trim().is_empty();
    Some(About {
        title: head.title,
        title_en: head.title_en,
        area: head.area,
        owner,
        review,
        lacks_english: blank(head.title_en) || blank(head.summary_en),
    })
}
