//! A bulk change goes out at its minute, whole or not at all.

use std::collections::BTreeSet;

use base::{Outcome, Problem, Scope, UnixMillis};
use rules::bulk::{self, BulkId, Command, Effect, Refusal, Rule, apply, places};
use rules::workshop::Text;
use store::Tx;
use store::bulk::{Bulk, Touched};
use store::knowledge::EntryKey;
use store::workshop::drafts;
use store::workshop::tasks::{self, Task};
use work::{Runner, Then};

use super::super::publish::{Origin, Publication};
use super::super::{json_of, kind_of, text_of};
use super::{changed_parts, problem_of, state_of};
use crate::App;

/// Publishes a bulk change; its key is its id.
const JOB_PUBLISH: &str = "publish-bulk";
/// Forgets what ended long ago.
const JOB_FORGET: &str = "forget-bulk";
/// The kind of task that a refused one makes.
pub(super) const TASK_REFUSED: &str = "bulk-refused";
const FORGET_EVERY_S: i64 = 24 * 3600;
/// Bulk changes that ended are kept so long; what they changed stands in the texts' history.
const KEPT_S: i64 = 90 * 24 * 3600;

impl App {
    /// Publishes a bulk change whose instant has come; doing it twice does it once. When a text has
    /// changed since the preview nothing is published, and its author finds it back in preview.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn publish_bulk_due(&self, id: BulkId) -> Outcome<()> {
        let at = self.now();
        let scope = self.system("scheduled-publication");
        let mut tx = self.database.begin().await?;
        self.lock_knowledge(&mut tx).await?;
        let Some(mut bulk) = store::bulk::take(&mut tx, &self.tenant, id).await? else {
            return Ok(());
        };
        let mut texts = store::bulk::texts(&mut tx, &self.tenant, id).await?;
        self.compare(&bulk.rule, &mut texts).await?;
        let state = state_of(&bulk, &texts);
        match bulk::decide(&state, Command::Due, bulk.by, at) {
            Ok((next, effects)) => {
                self.follow_bulk(&mut tx, &scope, &mut bulk, &mut texts, next, &effects, at)
                    .await?;
                let about = id.to_string();
                tasks::close_about(&mut tx, &self.tenant, TASK_REFUSED, &about, at).await?;
                self.note_bulk(&mut tx, &scope, id, "bulk-published", at).await?;
            }
            Err(Refusal::OtherPhase) => return Ok(()),
            Err(refusal) => {
                let back = bulk::decide(&state, Command::Renewed, bulk.by, at);
                let (next, _) = back.map_err(problem_of)?;
                problem_of(refusal).code().clone_into(&mut bulk.refused);
                self.follow_bulk(&mut tx, &scope, &mut bulk, &mut texts, next, &[], at).await?;
                self.ask_bulk_author(&mut tx, &bulk, &texts, &bulk.refused, at).await?;
                self.note_bulk(&mut tx, &scope, id, "bulk-refused", at).await?;
            }
        }
        tx.commit().await?;
        self.ring([&store::knowledge::stream()]);
        Ok(())
    }

    /// A text has got other words, or ended: the authors of the bulk changes that wait for their minute
    /// and cannot go out over it any more hear of it now, not at that minute.
    pub(crate) async fn tell_bulk_authors(
        &self,
        tx: &mut Tx,
        key: &EntryKey,
        text: Option<&Text>,
        at: UnixMillis,
    ) -> Outcome<()> {
        for bulk in store::bulk::scheduled_over(tx, &self.tenant, key).await? {
            let texts = store::bulk::texts(&mut *tx, &self.tenant, bulk.id).await?;
            let previewed = texts.iter().find(|touched| touched.key() == *key);
            let now = text.map(|text| places(text, &bulk.rule));
            if previewed.map(|touched| &touched.places) != now.as_ref() {
                self.ask_bulk_author(tx, &bulk, &texts, "bulk-outdated", at).await?;
            }
        }
        Ok(())
    }

    /// The author of a bulk change that did not go out, or will not, has to look at it again.
    async fn ask_bulk_author(
        &self,
        tx: &mut Tx,
        bulk: &Bulk,
        texts: &[Touched],
        why: &str,
        at: UnixMillis,
    ) -> Outcome<()> {
        // It stands with a text that its author may write.
        let Some(touched) = texts.iter().find(|touched| !touched.text.left_out) else {
            return Ok(());
        };
        let municipality = touched.text.municipality.clone();
        let task = Task {
            id: self.rng.id(at),
            kind: TASK_REFUSED.to_owned(),
            topic: None,
            due: self.due_for(municipality.as_ref()).await?,
            municipality,
            about: bulk.id.to_string(),
            area: touched.area.clone(),
            why: why.to_owned(),
            args: serde_json::json!({
                "query": format!("{} → {}", bulk.rule.find, bulk.rule.replace),
                "bulk": bulk.id,
            }),
            owner: Some(bulk.by),
            state: "open".to_owned(),
            made_at: at,
        };
        Ok(tasks::ensure(tx, &self.tenant, &task).await?)
    }

    /// Tells the runner what to do for bulk changes.
    #[must_use]
    pub fn register_bulk_jobs(&self, runner: Runner) -> Runner {
        let (app, kept) = (self.clone(), self.clone());
        runner
            .on(JOB_PUBLISH, move |job| {
                let app = app.clone();
                async move {
                    if let Ok(id) = job.key.parse() {
                        app.publish_bulk_due(id).await?;
                    }
                    Ok(Then::Done)
                }
            })
            .always(JOB_FORGET, move |_| {
                let app = kept.clone();
                async move {
                    let now = app.now();
                    let mut tx = app.database.begin().await?;
                    let before = now.plus_seconds(-KEPT_S);
                    store::bulk::forget_before(&mut tx, &app.tenant, before).await?;
                    tx.commit().await?;
                    Ok(Then::Again(now.plus_seconds(FORGET_EVERY_S)))
                }
            })
    }

    /// Writes what was decided, and does what follows from it.
    pub(super) async fn follow_bulk(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        bulk: &mut Bulk,
        texts: &mut [Touched],
        next: bulk::Bulk,
        effects: &[Effect],
        at: UnixMillis,
    ) -> Outcome<()> {
        bulk.phase = next.phase;
        bulk.publish_at = next.publish_at;
        bulk.changed_at = at;
        for (touched, text) in texts.iter_mut().zip(next.texts) {
            touched.text = text;
        }
        // Before its texts go out: it is none of those that wait for their minute any more.
        store::bulk::put(tx, &self.tenant, bulk).await?;
        let key = bulk.id.to_string();
        for effect in effects {
            match effect {
                Effect::Publish => self.publish_bulk(tx, scope, bulk, texts, at).await?,
                Effect::Schedule => {
                    let due = bulk.publish_at.unwrap_or(at);
                    let id = self.rng.id(at);
                    store::jobs::add(tx, &self.tenant, id, JOB_PUBLISH, &key, due, "").await?;
                }
                Effect::Unschedule => {
                    store::jobs::cancel(tx, &self.tenant, JOB_PUBLISH, &key).await?;
                }
            }
        }
        Ok(store::bulk::put_texts(tx, &self.tenant, bulk.id, texts).await?)
    }

    /// Publishes every text of a bulk change in the transaction it is given: masters first, so that
    /// local texts are written against them.
    async fn publish_bulk(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        bulk: &Bulk,
        texts: &mut [Touched],
        at: UnixMillis,
    ) -> Outcome<()> {
        let mut fresh: BTreeSet<EntryKey> = BTreeSet::new();
        for touched in texts.iter().filter(|t| !t.text.left_out && t.text.municipality.is_some()) {
            let local = self.standing(tx, &touched.key()).await?;
            let master = self.standing(tx, &(touched.text.topic.clone(), None)).await?;
            if local.0.version() == master.0.version() {
                fresh.insert(touched.key());
            }
        }
        let (masters, locals): (Vec<_>, Vec<_>) = texts
            .iter_mut()
            .filter(|touched| !touched.text.left_out)
            .partition(|touched| touched.text.municipality.is_none());
        for touched in masters.into_iter().chain(locals) {
            let key = touched.key();
            let (mut text, expires_at) = self.standing(tx, &key).await?;
            if apply(&mut text, &bulk.rule, &touched.text.left_fields) == 0 {
                continue;
            }
            if fresh.contains(&key) {
                let (master, _) = self.standing(tx, &(key.0.clone(), None)).await?;
                let affected = self.affected_parts(tx, &master, &text).await?;
                // It follows its master where this change has put right what the master's touches.
                if affected.is_subset(&changed_parts(touched)) {
                    text.written_against(master.version());
                }
            }
            let publication = Publication {
                text,
                by: Some(bulk.by),
                note: format!("{} → {}", bulk.rule.find, bulk.rule.replace),
                origin: Origin::Bulk,
                expires_at,
                digest: None,
            };
            touched.number = self.publish_text(tx, scope, publication, at).await?;
            self.change_open_draft(tx, &bulk.rule, touched, at).await?;
        }
        Ok(())
    }

    /// What somebody is writing over a text that was changed is changed as well: published later it
    /// would take the change back, and nobody would notice.
    async fn change_open_draft(
        &self,
        tx: &mut Tx,
        rule: &Rule,
        touched: &Touched,
        at: UnixMillis,
    ) -> Outcome<()> {
        let open = drafts::held_of_topic(tx, &self.tenant, &touched.text.topic).await?;
        let key = touched.key();
        let Some(mut drafted) = open.into_iter().find(|drafted| drafted.key == key) else {
            return Ok(());
        };
        let mut text = text_of(drafted.kind, &drafted.body)?;
        drafted.base = touched.number;
        if apply(&mut text, rule, &touched.text.left_fields) > 0 {
            drafted.body = json_of(&text)?;
            drafted.draft.revision += 1;
            drafted.changed_at = at;
        }
        Ok(drafts::put(tx, &self.tenant, &drafted).await?)
    }

    /// A text as it stands, and when it expires.
    pub(super) async fn standing(
        &self,
        tx: &mut Tx,
        key: &EntryKey,
    ) -> Outcome<(Text, Option<UnixMillis>)> {
        let entry = store::knowledge::get(&mut *tx, &self.tenant, key).await?;
        let entry = entry.ok_or(Problem::conflict("bulk-changed"))?;
        Ok((text_of(kind_of(&entry.kind)?, &entry.body)?, entry.expires_at))
    }
}
