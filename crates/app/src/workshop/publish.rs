//! The one door through which a published text changes: the text itself, its history, what it means
//! for the texts over it, the tasks it makes and settles, its expiry, the search (by the knowledge
//! stream) and the audit log, all in one transaction.

use std::collections::BTreeSet;
use std::fmt;

use base::{MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnixMillis};
use rules::checks::outer_links;
use rules::workshop::Text;
use rules::workshop::stale::affected;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::StoreError;
use store::Tx;
use store::knowledge::{Entry, EntryKey};
use store::people::PersonId;
use store::streams;
use store::workshop::versions::{self, Version};
use store::workshop::{drafts, tasks};

use super::schedule::{JOB_EXPIRE, JOB_PUBLISH};
use super::tasks::Asked;
use super::{json_of, kind_of, name_of, text_of};
use crate::App;
use crate::audit::Act;

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A content folder.
    Content,
    Workshop,
    /// A change of one figure or term in all texts.
    Bulk,
    /// The national portal's articles: shown as imported, not edited here.
    BorgerDk,
    /// A municipality's own site.
    Site,
    /// It went along when its master changed; nobody wrote it.
    Carried,
}

impl Origin {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Workshop => "workshop",
            Self::Bulk => "bulk",
            Self::BorgerDk => "borger-dk",
            Self::Site => "site",
            Self::Carried => "carried",
        }
    }

    /// Whether a text of this origin belongs to somebody else and is not edited here.
    #[must_use]
    pub fn is_foreign(word: &str) -> bool {
        [Self::BorgerDk.word(), Self::Site.word()].contains(&word)
    }

    /// Whether people changed the text here, so that no content folder takes it back.
    #[must_use]
    pub fn is_own(word: &str) -> bool {
        [Self::Workshop.word(), Self::Bulk.word()].contains(&word)
    }
}

/// A text on its way out.
#[derive(Debug, Clone)]
pub struct Publication {
    pub text: Text,
    /// Who wrote it last; `None` for the program.
    pub by: Option<PersonId>,
    /// Why, in its author's words; shown in the history.
    pub note: String,
    pub origin: Origin,
    pub expires_at: Option<UnixMillis>,
    /// Of the body an import brought, to know it again; `None`: of the text itself.
    pub digest: Option<String>,
}

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its time was up.
    Expired,
    /// Somebody took it away.
    Removed,
}

impl End {
    const fn word(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Removed => "removed",
        }
    }
}

impl App {
    /// Publishes a text, new or changed; answers with its number among its own versions. A master
    /// carries its local texts along where they replace nothing that has changed; the editors of the
    /// others get a task.
    ///
    /// The caller has asked whether it may, commits and rings [`store::knowledge::stream`].
    ///
    /// # Errors
    /// [`Problem::Conflict`] `master-gone` for a local text without a master;
    /// [`Problem::Unavailable`] when the database is away.
    pub(crate) async fn publish_text(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        publication: Publication,
        at: UnixMillis,
    ) -> Outcome<i64> {
        let Publication { mut text, by, note, origin, expires_at, digest } = publication;
        let key = (text.topic().clone(), text.municipality().cloned());
        self.lock_knowledge(tx).await?;
        let before = store::knowledge::get(&mut *tx, &self.tenant, &key).await?;
        let last = versions::last(tx, &self.tenant, &key).await?;
        // A master that was numbered elsewhere keeps its number when it is ahead of ours.
        let least = if key.1.is_none() { i64::from(text.version()) } else { 0 };
        let number = (last + 1).max(least);
        text.number(version_of(number)?);
        let master = match &key.1 {
            None => None,
            Some(_) => {
                let master_key = (key.0.clone(), None);
                let master = store::knowledge::get(&mut *tx, &self.tenant, &master_key).await?;
                Some(master.ok_or(Problem::conflict("master-gone"))?)
            }
        };
        let area = match &master {
            Some(master) => area_of(&text_of(kind_of(&master.kind)?, &master.body)?),
            None => area_of(&text),
        };
        let entry = self.entry_of(&key, &text, number, origin.word(), at, digest)?;
        let entry = Entry {
            expires_at,
            owner_person: before.as_ref().and_then(|entry| entry.owner_person),
            reviewer_person: before.as_ref().and_then(|entry| entry.reviewer_person),
            ..entry
        };
        self.write_version(tx, &entry, "published", by, &note).await?;
        let mut events = vec![("changed", event_of(&key))];
        if key.1.is_none() {
            let carried = self.carry_local_texts(tx, &key.0, &area, &text, at).await?;
            events.extend(carried.iter().map(|key| ("changed", event_of(key))));
        }
        self.settle_tasks(tx, &key, &text, &entry, master.as_ref(), at).await?;
        self.tell_bulk_authors(tx, &key, Some(&text), at).await?;
        self.keep_expiry(tx, &key, expires_at).await?;
        self.tell(tx, at, &events).await?;
        let act = Act {
            ground: scope.person().map(|_| base::scope::Ground::Role),
            municipality: key.1.as_ref(),
            action: "text-published",
            subject: format!("text/{}", name_of(&key)),
            purpose: "knowledge",
        };
        self.note(tx, scope, act, at).await?;
        Ok(number)
    }

    /// Takes a published text away. Its history stays; local texts over a master are not shown until
    /// it stands again, and their editors get a task. `false` when there is no such text.
    ///
    /// The caller has asked whether it may, commits and rings [`store::knowledge::stream`].
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub(crate) async fn end_text(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        key: &EntryKey,
        end: End,
        by: Option<PersonId>,
        at: UnixMillis,
    ) -> Outcome<bool> {
        self.lock_knowledge(tx).await?;
        let Some(entry) = store::knowledge::get(&mut *tx, &self.tenant, key).await? else {
            return Ok(false);
        };
        store::knowledge::remove(tx, &self.tenant, key).await?;
        let number = versions::last(tx, &self.tenant, key).await? + 1;
        let text = text_of(kind_of(&entry.kind)?, &entry.body)?;
        let ended = Version {
            number,
            what: end.word().to_owned(),
            kind: entry.kind.clone(),
            body: entry.body.clone(),
            master: if key.1.is_some() { entry.version } else { 0 },
            at,
            by,
            note: String::new(),
            origin: entry.origin.clone(),
        };
        versions::add(tx, &self.tenant, key, &ended).await?;
        if key.1.is_none() {
            let area = area_of(&text);
            let locals = store::knowledge::local_texts(tx, &self.tenant, &key.0).await?;
            for local in locals {
                let asked = Asked {
                    kind: "stale-variant",
                    key: &(key.0.clone(), local.municipality),
                    area: &area,
                    why: "master-gone",
                    args: json!({}),
                    owner: local.owner_person,
                    due: None,
                };
                self.ask_editors(tx, asked, at).await?;
            }
        }
        let kinds = ["stale-variant", "review-due", "missing-english", "expiring"];
        for kind in kinds {
            tasks::close(tx, &self.tenant, kind, &key.0, key.1.as_ref(), at).await?;
        }
        self.keep_expiry(tx, key, None).await?;
        self.tell_bulk_authors(tx, key, None, at).await?;
        self.tell(tx, at, &[("removed", event_of(key))]).await?;
        let act = Act {
            ground: scope.person().map(|_| base::scope::Ground::Role),
            municipality: key.1.as_ref(),
            action: match end {
                End::Expired => "text-expired",
                End::Removed => "text-removed",
            },
            subject: format!("text/{}", name_of(key)),
            purpose: "knowledge",
        };
        self.note(tx, scope, act, at).await?;
        Ok(true)
    }

    /// Holds the knowledge stream until the transaction ends: texts change one after the other, and
    /// whoever needs a draft's row too takes it afterwards.
    pub(crate) async fn lock_knowledge(&self, tx: &mut Tx) -> Outcome<()> {
        let stream = store::knowledge::stream();
        streams::take(tx, &self.tenant, &stream, 0).await?;
        Ok(())
    }

    async fn tell(&self, tx: &mut Tx, at: UnixMillis, events: &[(&str, String)]) -> Outcome<()> {
        let stream = store::knowledge::stream();
        streams::append(tx, &self.tenant, &stream, at, events).await?;
        Ok(())
    }

    /// The row of a text.
    pub(crate) fn entry_of(
        &self,
        key: &EntryKey,
        text: &Text,
        number: i64,
        origin: &str,
        at: UnixMillis,
        digest: Option<String>,
    ) -> Outcome<Entry> {
        let body = json_of(text)?;
        Ok(Entry {
            topic: key.0.clone(),
            municipality: key.1.clone(),
            kind: text.kind().word().to_owned(),
            version: i64::from(text.version()),
            number,
            digest: digest.unwrap_or_else(|| digest_of(&body)),
            body,
            origin: origin.to_owned(),
            published_at: at,
            expires_at: None,
            owner_person: None,
            reviewer_person: None,
        })
    }

    /// Writes the text as it stands from now on, and into its history.
    pub(crate) async fn write_version(
        &self,
        tx: &mut Tx,
        entry: &Entry,
        what: &str,
        by: Option<PersonId>,
        note: &str,
    ) -> Outcome<()> {
        let key = (entry.topic.clone(), entry.municipality.clone());
        store::knowledge::put(tx, &self.tenant, entry).await?;
        let version = Version {
            number: entry.number,
            what: what.to_owned(),
            kind: entry.kind.clone(),
            body: entry.body.clone(),
            master: if key.1.is_some() { entry.version } else { 0 },
            at: entry.published_at,
            by,
            note: note.to_owned(),
            origin: entry.origin.clone(),
        };
        Ok(versions::add(tx, &self.tenant, &key, &version).await?)
    }

    /// What a new master means for the texts and drafts over it: those that replace nothing that has
    /// changed go along; the editors of the others are asked. Answers with the texts that changed.
    pub(crate) async fn carry_local_texts(
        &self,
        tx: &mut Tx,
        topic: &TopicKey,
        area: &str,
        master: &Text,
        at: UnixMillis,
    ) -> Outcome<Vec<EntryKey>> {
        let mut carried = Vec::new();
        let locals = store::knowledge::local_texts(tx, &self.tenant, topic).await?;
        for local in locals {
            if local.version == i64::from(master.version()) {
                continue;
            }
            let key = (topic.clone(), local.municipality.clone());
            let mut text = text_of(kind_of(&local.kind)?, &local.body)?;
            let parts = self.affected_parts(tx, master, &text).await?;
            if !parts.is_empty() {
                let asked = Asked {
                    kind: "stale-variant",
                    key: &key,
                    area,
                    why: "master-changed",
                    args: left_behind(&text, master, &parts),
                    owner: local.owner_person,
                    due: None,
                };
                self.ask_editors(tx, asked, at).await?;
                continue;
            }
            text.written_against(master.version());
            let number = versions::last(tx, &self.tenant, &key).await? + 1;
            text.number(version_of(number)?);
            let entry = Entry {
                origin: local.origin.clone(),
                digest: local.digest.clone(),
                expires_at: local.expires_at,
                owner_person: local.owner_person,
                reviewer_person: local.reviewer_person,
                ..self.entry_of(&key, &text, number, Origin::Carried.word(), at, None)?
            };
            store::knowledge::put(tx, &self.tenant, &entry).await?;
            let version = Version {
                number,
                what: "published".to_owned(),
                kind: entry.kind.clone(),
                body: entry.body.clone(),
                master: entry.version,
                at,
                by: None,
                note: String::new(),
                origin: Origin::Carried.word().to_owned(),
            };
            versions::add(tx, &self.tenant, &key, &version).await?;
            tasks::close(tx, &self.tenant, "stale-variant", topic, key.1.as_ref(), at).await?;
            carried.push(key);
        }
        self.carry_drafts(tx, topic, master).await?;
        Ok(carried)
    }

    /// Open drafts of local texts follow their master the same way; of the others every part has to
    /// be decided about anew.
    async fn carry_drafts(&self, tx: &mut Tx, topic: &TopicKey, master: &Text) -> Outcome<()> {
        let open = drafts::held_of_topic(tx, &self.tenant, topic).await?;
        for mut drafted in open.into_iter().filter(|drafted| drafted.key.1.is_some()) {
            let mut text = text_of(drafted.kind, &drafted.body)?;
            if text.version() == master.version() {
                continue;
            }
            if self.affected_parts(tx, master, &text).await?.is_empty() {
                text.written_against(master.version());
                drafted.body = json_of(&text)?;
            }
            drafted.draft.settled.clear();
            drafts::put(tx, &self.tenant, &drafted).await?;
        }
        Ok(())
    }

    /// The parts of a local text that its master, as it is now, touches.
    pub(crate) async fn affected_parts(
        &self,
        tx: &mut Tx,
        master: &Text,
        local: &Text,
    ) -> Outcome<BTreeSet<String>> {
        if local.version() == master.version() {
            return Ok(BTreeSet::new());
        }
        let key = (local.topic().clone(), None);
        let base = versions::get(&mut *tx, &self.tenant, &key, i64::from(local.version())).await?;
        Ok(match base {
            Some(base) => affected(&text_of(kind_of(&base.kind)?, &base.body)?, master, local),
            // Nobody knows any more what it was written against: every part is to be looked at.
            None => rules::workshop::diff::parts_of(local).into_iter().map(|p| p.part).collect(),
        })
    }

    /// What publishing a text settles, and what it shows to be missing.
    async fn settle_tasks(
        &self,
        tx: &mut Tx,
        key: &EntryKey,
        text: &Text,
        entry: &Entry,
        master: Option<&Entry>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let (topic, municipality) = (&key.0, key.1.as_ref());
        let mut settled = vec!["approval", "expiring"];
        if master.is_some_and(|master| master.version == entry.version) {
            settled.push("stale-variant");
        }
        if text.review().is_some_and(|review| review > self.today()) {
            settled.push("review-due");
        }
        if outer_links(text).is_empty() {
            settled.push("broken-link");
        }
        if !text.lacks_english() {
            settled.push("missing-english");
        }
        for kind in settled {
            tasks::close(tx, &self.tenant, kind, topic, municipality, at).await?;
        }
        Ok(())
    }

    /// The clock takes a text away when its time is up, and leaves one alone that has no end.
    async fn keep_expiry(
        &self,
        tx: &mut Tx,
        key: &EntryKey,
        expires_at: Option<UnixMillis>,
    ) -> Outcome<()> {
        let name = name_of(key);
        match expires_at {
            Some(end) => {
                let id = self.rng.id(self.now());
                store::jobs::add(tx, &self.tenant, id, JOB_EXPIRE, &name, end, "").await
            }
            None => store::jobs::cancel(tx, &self.tenant, JOB_EXPIRE, &name).await.map(|_| ()),
        }
        .map_err(Problem::from)
    }

    /// Ends a draft that has become a published text, or was thrown away.
    pub(crate) async fn end_draft(
        &self,
        tx: &mut Tx,
        drafted: &mut drafts::Drafted,
        at: UnixMillis,
    ) -> Outcome<()> {
        drafted.ended_at = Some(at);
        drafts::put(tx, &self.tenant, drafted).await?;
        let key = drafted.id.to_string();
        store::jobs::cancel(tx, &self.tenant, JOB_PUBLISH, &key).await?;
        let (topic, municipality) = (&drafted.key.0, drafted.key.1.as_ref());
        tasks::close(tx, &self.tenant, "approval", topic, municipality, at).await?;
        Ok(())
    }
}

/// What a task says of a local text that its master has left behind; the same whoever makes it, so
/// that one that was dropped is known again.
pub(super) fn left_behind(local: &Text, master: &Text, parts: &BTreeSet<String>) -> Value {
    json!({ "of": local.version(), "version": master.version(), "parts": parts })
}

/// The knowledge area of a master; empty for a local text, which has its master's.
pub(crate) fn area_of(text: &Text) -> String {
    match text {
        Text::Article(article) => article.area.clone(),
        Text::Guide(guide) => guide.area.clone(),
        Text::Variant(_) | Text::Branches(_) => String::new(),
    }
}

/// The municipality that owns a master.
pub(crate) fn owner_of(text: &Text) -> Option<&MunicipalityKey> {
    match text {
        Text::Article(article) => Some(&article.owner),
        Text::Guide(guide) => Some(&guide.owner),
        Text::Variant(_) | Text::Branches(_) => None,
    }
}

/// A number among versions as it stands in a body.
pub(crate) fn version_of(number: i64) -> Outcome<u32> {
    u32::try_from(number).map_err(|_| StoreError::Damaged("number").into())
}

/// The body of an event of the knowledge stream.
pub(crate) fn event_of(key: &EntryKey) -> String {
    json!({ "topic": key.0, "municipality": key.1 }).to_string()
}

/// The digest by which a body is known again.
pub(crate) fn digest_of(body: &str) -> String {
    use fmt::Write as _;
    Sha256::digest(body).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
