//! What editors and reviewers do with a draft. One text has one open draft; whoever writes over a
//! revision that has changed meanwhile is told, and keeps the own text.

use base::scope::Ground;
use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use rules::articles::{Article, Competence, Part, TopicKind, Variant};
use rules::checks::{self, Finding};
use rules::guides::{Branches, Guide, Node, NodeKind, Way};
use rules::people::may_edit_text;
use rules::text::FreeText;
use rules::workshop::{
    Command, Draft, DraftId, Effect, Phase, Policy, Refusal, Text, TextKind, decide, stale,
};
use serde::Serialize;
use serde_json::Value;
use store::Tx;
use store::knowledge::EntryKey;
use store::people::PersonId;
use store::workshop::drafts::{self, Drafted, Keepsake};
use utoipa::ToSchema;

use super::check::read_body;
use super::publish::{End, Origin, Publication, area_of, owner_of};
use super::schedule::JOB_PUBLISH;
use super::{
    DraftView, HERE_FOR_S, Here, NOTE_LIMIT, Named, TITLE_LIMIT, json_of, kind_of, name_of, raw,
    text_of,
};
use crate::audit::Act;
use crate::{App, away, found};

/// A text to begin with.
#[derive(Debug, Clone)]
pub struct NewText {
    /// `None`: made from the title.
    pub topic: Option<TopicKey>,
    pub kind: TextKind,
    pub area: String,
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
}

/// What became of words that were sent.
#[derive(Debug, Clone)]
pub enum Written {
    /// They are the draft now.
    Draft(Box<DraftView>),
    /// Somebody was quicker: that draft, while the words that were sent are kept beside it.
    Changed(Box<DraftView>),
}

/// What became of asking for approval or publication.
#[derive(Debug, Clone)]
pub enum Went {
    Draft(Box<DraftView>),
    /// The check has found errors; nothing has changed.
    Refused(Vec<Finding>),
}

/// The words of somebody whom another was quicker than.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KeptView {
    #[schema(value_type = String)]
    pub id: drafts::KeepsakeId,
    pub by: Named,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// The revision they were written over.
    pub revision: i64,
    #[schema(value_type = Object)]
    pub body: Value,
}

impl App {
    /// Begins a new text, or a municipality's text over a master.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] out of reach; [`Problem::NotFound`] for a
    /// local text without a master, [`Problem::Conflict`] `master-gone` when there was one;
    /// [`Problem::Conflict`] `text-exists`; [`Problem::Invalid`] for a title or an area.
    pub async fn begin_text(&self, scope: &Scope, new: NewText) -> Outcome<DraftView> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        if new.kind.is_local() != new.municipality.is_some() {
            return Err(Problem::invalid("kind", "kind-place"));
        }
        let knowledge = self.knowledge().await?;
        let (key, area, text) = match &new.municipality {
            Some(municipality) => {
                let topic = new.topic.clone().ok_or(Problem::invalid("topic", "empty"))?;
                let key = (topic, Some(municipality.clone()));
                may_edit_text(scope, "", Some(municipality), Right::EditKnowledge, at)?;
                let master = self.master_of(&key).await?;
                let text = self.empty_local(&master, municipality).await?;
                if text.kind() != new.kind {
                    return Err(Problem::invalid("kind", "kind-place"));
                }
                (key, area_of(&master), text)
            }
            None => {
                may_edit_text(scope, &new.area, None, Right::EditKnowledge, at)?;
                let directory = self.directory().await?;
                if !directory.areas.iter().any(|area| area.key == new.area) {
                    return Err(Problem::invalid("area", "area-unknown"));
                }
                let title = FreeText::accept_in("title", &new.title, TITLE_LIMIT)?.into_string();
                let topic = match &new.topic {
                    Some(topic) => topic.clone(),
                    None => topic_of(&title).ok_or(Problem::invalid("title", "empty"))?,
                };
                let home = found(self.person_card(me).await?)?.home.clone();
                let text = self.empty_master(&topic, &new, title, home);
                ((topic, None), new.area.clone(), text)
            }
        };
        let there = match &key.1 {
            None => knowledge.head(&key.0).is_some(),
            Some(municipality) => {
                let branches = knowledge.branches.get(&key.0);
                knowledge.variant(&key.0, municipality).is_some()
                    || branches.is_some_and(|all| all.contains_key(municipality))
            }
        };
        if there {
            return Err(Problem::conflict("text-exists"));
        }
        let drafted = self.draft_of(me, key, area, &text, 0, at)?;
        self.write_new(scope, drafted, "text-begun").await
    }

    /// The open draft of a text, begun from the published one when there is none.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or without a text; [`Problem::Conflict`] `master-gone`
    /// for a local text whose master was taken away; [`Problem::Forbidden`] `imported-text`.
    pub async fn open_draft(&self, scope: &Scope, key: &EntryKey) -> Outcome<DraftView> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let open = drafts::open_of(&self.database, &self.tenant, key).await.map_err(away)?;
        if let Some(open) = open {
            self.may_work_on(scope, &open.area, key.1.as_ref())?;
            return self.draft_view(open).await;
        }
        let entry = store::knowledge::one(&self.database, &self.tenant, key).await.map_err(away)?;
        if let Some(municipality) = &key.1 {
            may_edit_text(scope, "", Some(municipality), Right::EditKnowledge, at)?;
        }
        let master = match key.1 {
            Some(_) => Some(self.master_of(key).await?),
            None => None,
        };
        let entry = found(entry)?;
        let text = text_of(kind_of(&entry.kind)?, &entry.body)?;
        let area = area_of(master.as_ref().unwrap_or(&text));
        may_edit_text(scope, &area, key.1.as_ref(), Right::EditKnowledge, at)?;
        if Origin::is_foreign(&entry.origin) {
            return Err(Problem::forbidden("imported-text"));
        }
        let mut drafted = self.draft_of(me, key.clone(), area, &text, entry.number, at)?;
        drafted.draft.expires_at = entry.expires_at;
        match self.write_new(scope, drafted, "draft-opened").await {
            // Somebody opened it at the same moment: it is the same draft.
            Err(Problem::Conflict { code: "text-exists" }) => {
                let open =
                    drafts::open_of(&self.database, &self.tenant, key).await.map_err(away)?;
                self.draft_view(found(open)?).await
            }
            done => done,
        }
    }

    /// Begins a draft that takes a text away when it is published.
    ///
    /// # Errors
    /// As [`App::open_draft`]; [`Problem::Conflict`] `draft-open` while somebody is writing.
    pub async fn begin_removal(&self, scope: &Scope, key: &EntryKey) -> Outcome<DraftView> {
        let before = drafts::open_of(&self.database, &self.tenant, key).await.map_err(away)?;
        if let Some(open) = before {
            self.may_work_on(scope, &open.area, key.1.as_ref())?;
            return match open.draft.removes {
                true => self.draft_view(open).await,
                false => Err(Problem::conflict("draft-open")),
            };
        }
        let opened = self.open_draft(scope, key).await?;
        let mut tx = self.database.begin().await.map_err(away)?;
        let mut drafted =
            found(drafts::held(&mut tx, &self.tenant, opened.id).await.map_err(away)?)?;
        drafted.draft.removes = true;
        drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(away)?;
        tx.commit().await.map_err(away)?;
        self.draft_view(drafted).await
    }

    /// A draft.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn draft(&self, scope: &Scope, id: DraftId) -> Outcome<DraftView> {
        let drafted = self.reach_draft(scope, id).await?;
        self.draft_view(drafted).await
    }

    /// Writes a draft's words over the revision that was read. CPR and card numbers are masked. What
    /// the workshop knows itself (topic, form, versions) is kept, whatever was sent.
    ///
    /// Whoever was slower than somebody else finds the own words in [`App::kept_texts`].
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] for who only approves;
    /// [`Problem::Invalid`] `too-long` or `text-form`.
    pub async fn write_draft(
        &self,
        scope: &Scope,
        id: DraftId,
        revision: i64,
        body: Value,
    ) -> Outcome<Written> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let known = self.reach_draft(scope, id).await?;
        may_edit_text(scope, &known.area, known.key.1.as_ref(), Right::EditKnowledge, at)?;
        // Its form and length first: nothing long is looked through for numbers.
        read_body(known.kind, &body)?;
        let mut body = body;
        mask_all(&mut body);
        let mut text = read_body(known.kind, &body)?;
        let sent = body.to_string();
        let mut tx = self.database.begin().await.map_err(away)?;
        let mut drafted = found(drafts::held(&mut tx, &self.tenant, id).await.map_err(away)?)?;
        let outcome = match drafted.ended_at {
            Some(_) => Err(Refusal::Changed),
            None => decide(
                &drafted.draft,
                Command::Write { revision },
                me,
                at,
                Policy { approval: true },
            ),
        };
        let (draft, effects) = match outcome {
            Ok(decided) => decided,
            Err(_) => {
                let keepsake =
                    Keepsake { id: self.rng.id(at), draft: id, by: me, revision, body: sent, at };
                drafts::keep(&mut tx, &self.tenant, &keepsake).await.map_err(away)?;
                tx.commit().await.map_err(away)?;
                return Ok(Written::Changed(Box::new(self.draft_view(drafted).await?)));
            }
        };
        text.keep_identity(&text_of(drafted.kind, &drafted.body)?);
        drafted.body = json_of(&text)?;
        drafted.draft = draft;
        drafted.changed_at = at;
        if drafted.key.1.is_none() {
            self.keep_draft_area(scope, &mut drafted, &text, at)?;
        }
        self.follow(&mut tx, scope, &mut drafted, &effects, at).await?;
        drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(away)?;
        tx.commit().await.map_err(away)?;
        Ok(Written::Draft(Box::new(self.draft_view(drafted).await?)))
    }

    /// A master moves to another area only by who may write there too.
    fn keep_draft_area(
        &self,
        scope: &Scope,
        drafted: &mut Drafted,
        text: &Text,
        at: UnixMillis,
    ) -> Outcome<()> {
        let area = area_of(text);
        if area != drafted.area {
            may_edit_text(scope, &area, None, Right::EditKnowledge, at)?;
            drafted.area = area;
        }
        Ok(())
    }

    /// The words that came too late for a draft, newest first: one's own, and for who may write it
    /// everybody's.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn kept_texts(&self, scope: &Scope, id: DraftId) -> Outcome<Vec<KeptView>> {
        self.reach_draft(scope, id).await?;
        let kept = drafts::kept(&self.database, &self.tenant, id).await.map_err(away)?;
        let mut views = Vec::with_capacity(kept.len());
        for keepsake in kept {
            views.push(KeptView {
                id: keepsake.id,
                by: self.named(keepsake.by).await?,
                at: keepsake.at,
                revision: keepsake.revision,
                body: raw(&keepsake.body)?,
            });
        }
        Ok(views)
    }

    /// Asks somebody to approve a draft; without a name whoever may.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `own-work` or `other-phase`;
    /// [`Problem::Invalid`] for a reviewer who may not approve it.
    pub async fn submit_draft(
        &self,
        scope: &Scope,
        id: DraftId,
        reviewer: Option<PersonId>,
        note: &str,
    ) -> Outcome<Went> {
        if let Some(reviewer) = reviewer {
            let known = self.reach_draft(scope, id).await?;
            let reviewers = self.reviewers_of(&known.area, known.key.1.as_ref(), None).await?;
            if !reviewers.iter().any(|person| person.id == reviewer) {
                return Err(Problem::invalid("reviewer", "reviewer-unknown"));
            }
        }
        let note = note_of(note)?;
        self.command(scope, id, Right::EditKnowledge, |sound| Command::Submit {
            reviewer,
            note: note.clone(),
            sound,
        })
        .await
    }

    /// Gives a draft back to its author with a word; its author takes it back the same way.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `other-phase`.
    pub async fn return_draft(&self, scope: &Scope, id: DraftId, note: &str) -> Outcome<Went> {
        let known = self.reach_draft(scope, id).await?;
        let own = scope.person() == Some(known.draft.last_author);
        let right = if own { Right::EditKnowledge } else { Right::ApproveKnowledge };
        let note = note_of(note)?;
        self.command(scope, id, right, |_| Command::Return { note: note.clone() }).await
    }

    /// Approves a draft; never the one who wrote it last.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] for who only writes;
    /// [`Problem::Conflict`] `own-work` or `other-phase`.
    pub async fn approve_draft(&self, scope: &Scope, id: DraftId, note: &str) -> Outcome<Went> {
        let note = note_of(note)?;
        self.command(scope, id, Right::ApproveKnowledge, |_| Command::Approve {
            note: note.clone(),
        })
        .await
    }

    /// Publishes a draft, now or at an instant, perhaps for a time only.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `awaits-approval`, `settle-first`
    /// or `master-gone`; [`Problem::Invalid`] `expires-first`.
    pub async fn publish_draft(
        &self,
        scope: &Scope,
        id: DraftId,
        publish_at: Option<UnixMillis>,
        expires_at: Option<UnixMillis>,
    ) -> Outcome<Went> {
        let known = self.reach_draft(scope, id).await?;
        let at = self.now();
        let place = known.key.1.as_ref();
        // Who approved it may send it out as well.
        let right = [Right::EditKnowledge, Right::ApproveKnowledge]
            .into_iter()
            .find(|right| may_edit_text(scope, &known.area, place, *right, at).is_ok())
            .unwrap_or(Right::EditKnowledge);
        self.command(scope, id, right, |sound| Command::Publish {
            at: publish_at,
            expires_at,
            sound,
        })
        .await
    }

    /// Throws a draft away. It is kept a while out of sight.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] for who only approves.
    pub async fn discard_draft(&self, scope: &Scope, id: DraftId) -> Outcome<()> {
        let at = self.now();
        let known = self.reach_draft(scope, id).await?;
        may_edit_text(scope, &known.area, known.key.1.as_ref(), Right::EditKnowledge, at)?;
        let mut tx = self.database.begin().await.map_err(away)?;
        let mut drafted = found(drafts::held(&mut tx, &self.tenant, id).await.map_err(away)?)?;
        if drafted.ended_at.is_none() {
            self.end_draft(&mut tx, &mut drafted, at).await?;
            self.note_draft(&mut tx, scope, &drafted, "draft-discarded", at).await?;
        }
        tx.commit().await.map_err(away)
    }

    /// Somebody has the draft open.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn here_at_draft(&self, scope: &Scope, id: DraftId) -> Outcome<()> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        self.reach_draft(scope, id).await?;
        drafts::here(&self.database, &self.tenant, id, me, self.now()).await.map_err(away)
    }

    /// Who else has a draft open.
    pub(crate) async fn others_here(&self, scope: &Scope, id: DraftId) -> Outcome<Vec<Here>> {
        let since = self.now().plus_seconds(-HERE_FOR_S);
        let here =
            drafts::who_is_here(&self.database, &self.tenant, id, since).await.map_err(away)?;
        let mut views = Vec::new();
        for (person, seen_at) in here {
            if Some(person) != scope.person() {
                let Named { id, name } = self.named(person).await?;
                views.push(Here { id, name, seen_at });
            }
        }
        Ok(views)
    }

    /// What a draft's check finds.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn check_draft(&self, scope: &Scope, id: DraftId) -> Outcome<Vec<Finding>> {
        let drafted = self.reach_draft(scope, id).await?;
        self.check_text(&text_of(drafted.kind, &drafted.body)?).await
    }

    /// The local editor's answer to one changed part of the master. After the last one the text
    /// counts as written against the new master, and can be published.
    ///
    /// # Errors
    /// As [`App::open_draft`]; [`Problem::Invalid`] `part-unknown` for a part that is not touched.
    pub async fn settle_part(
        &self,
        scope: &Scope,
        key: &EntryKey,
        part: &str,
        choice: stale::Choice,
    ) -> Outcome<DraftView> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        if key.1.is_none() {
            return Err(Problem::NotFound);
        }
        may_edit_text(scope, "", key.1.as_ref(), Right::EditKnowledge, at)?;
        let opened = self.open_draft(scope, key).await?;
        let master = self.master_of(key).await?;
        let mut tx = self.database.begin().await.map_err(away)?;
        let mut drafted =
            found(drafts::held(&mut tx, &self.tenant, opened.id).await.map_err(away)?)?;
        let mut text = text_of(drafted.kind, &drafted.body)?;
        let affected = self.affected_parts(&mut tx, &master, &text).await?;
        let known = affected.contains(part) || drafted.draft.settled.contains(part);
        if !known {
            return Err(Problem::invalid("part", "part-unknown"));
        }
        stale::settle(&mut text, part, choice);
        let revision = drafted.draft.revision;
        let policy = Policy { approval: true };
        let decided = decide(&drafted.draft, Command::Write { revision }, me, at, policy);
        let (draft, effects) = decided.map_err(problem_of)?;
        drafted.draft = draft;
        drafted.draft.settled.insert(part.to_owned());
        let left = self.affected_parts(&mut tx, &master, &text).await?;
        if left.is_subset(&drafted.draft.settled) {
            text.written_against(master.version());
            drafted.draft.settled.clear();
        }
        drafted.body = json_of(&text)?;
        drafted.changed_at = at;
        self.follow(&mut tx, scope, &mut drafted, &effects, at).await?;
        drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(away)?;
        tx.commit().await.map_err(away)?;
        self.draft_view(drafted).await
    }

    /// Loads a draft for who may work on its text.
    pub(crate) async fn reach_draft(&self, scope: &Scope, id: DraftId) -> Outcome<Drafted> {
        let drafted = drafts::by_id(&self.database, &self.tenant, id).await.map_err(away)?;
        let drafted = found(drafted)?;
        self.may_work_on(scope, &drafted.area, drafted.key.1.as_ref())?;
        Ok(drafted)
    }

    /// The master of a local text as it stands.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there never was one, [`Problem::Conflict`] `master-gone` when
    /// there is none any more.
    pub(crate) async fn master_of(&self, key: &EntryKey) -> Outcome<Text> {
        let master_key = (key.0.clone(), None);
        let (database, tenant) = (&self.database, &self.tenant);
        let entry = store::knowledge::one(database, tenant, &master_key).await.map_err(away)?;
        if let Some(entry) = entry {
            return text_of(kind_of(&entry.kind)?, &entry.body);
        }
        let history = store::workshop::versions::all(database, tenant, &master_key).await;
        match history.map_err(away)?.is_empty() {
            true => Err(Problem::NotFound),
            false => Err(Problem::conflict("master-gone")),
        }
    }

    /// The municipality whose rules about approval a draft follows.
    async fn policy_for(&self, drafted: &Drafted) -> Outcome<Policy> {
        match &drafted.key.1 {
            Some(municipality) => self.policy_of(municipality).await,
            None => {
                // What stands decides, not what the draft says of itself.
                let knowledge = self.knowledge().await?;
                let standing = match knowledge.articles.get(&drafted.key.0) {
                    Some(article) => Some(article.owner.clone()),
                    None => knowledge.guides.get(&drafted.key.0).map(|guide| guide.owner.clone()),
                };
                let owner = match standing {
                    Some(owner) => Some(owner),
                    None => owner_of(&text_of(drafted.kind, &drafted.body)?).cloned(),
                };
                match owner {
                    Some(owner) => self.policy_of(&owner).await,
                    None => Ok(Policy { approval: true }),
                }
            }
        }
    }

    /// Whether a text asks for a second person.
    pub(crate) async fn approval_for(
        &self,
        key: &EntryKey,
        owner: &MunicipalityKey,
    ) -> Outcome<bool> {
        Ok(self.policy_of(key.1.as_ref().unwrap_or(owner)).await?.approval)
    }

    /// Carries a command through: the right, the check, the decision, its effects.
    async fn command(
        &self,
        scope: &Scope,
        id: DraftId,
        right: Right,
        make: impl Fn(bool) -> Command,
    ) -> Outcome<Went> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let known = self.reach_draft(scope, id).await?;
        may_edit_text(scope, &known.area, known.key.1.as_ref(), right, at)?;
        let policy = self.policy_for(&known).await?;
        let wants_check = matches!(make(true), Command::Submit { .. } | Command::Publish { .. });
        let publishes = matches!(make(true), Command::Publish { .. });
        let checked = match wants_check && !known.draft.removes {
            true => Some(self.check_text(&text_of(known.kind, &known.body)?).await?),
            false => None,
        };
        let mut tx = self.database.begin().await.map_err(away)?;
        if publishes {
            self.lock_knowledge(&mut tx).await?;
        }
        let mut drafted = found(drafts::held(&mut tx, &self.tenant, id).await.map_err(away)?)?;
        if drafted.ended_at.is_some() {
            return Err(Problem::conflict("draft-ended"));
        }
        if drafted.draft.revision != known.draft.revision {
            return Err(Problem::conflict("draft-changed"));
        }
        let sound = checked.as_ref().is_none_or(|findings| checks::passes(findings));
        let decided = decide(&drafted.draft, make(sound), me, at, policy);
        let (draft, effects) = match (decided, checked) {
            (Err(Refusal::NotSound), Some(checked)) => return Ok(Went::Refused(checked)),
            (Err(refusal), _) => return Err(problem_of(refusal)),
            (Ok(decided), _) => decided,
        };
        let action = match draft.phase {
            _ if effects.contains(&Effect::Publish) => "draft-published",
            Phase::InReview => "draft-submitted",
            Phase::Approved => "draft-approved",
            Phase::Scheduled => "draft-scheduled",
            Phase::Editing => "draft-returned",
        };
        drafted.draft = draft;
        if publishes {
            self.settle_carried(&mut tx, &mut drafted).await?;
        }
        self.follow(&mut tx, scope, &mut drafted, &effects, at).await?;
        if drafted.ended_at.is_none() {
            drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(away)?;
        }
        self.note_draft(&mut tx, scope, &drafted, action, at).await?;
        tx.commit().await.map_err(away)?;
        self.ring([&store::knowledge::stream()]);
        self.wait_for_search().await;
        Ok(Went::Draft(Box::new(self.draft_view(drafted).await?)))
    }

    /// A local text is published over the master as it stands, or not at all: every part of it that
    /// the master touches has been decided about.
    pub(crate) async fn settle_carried(&self, tx: &mut Tx, drafted: &mut Drafted) -> Outcome<()> {
        if drafted.key.1.is_none() || drafted.draft.removes {
            return Ok(());
        }
        let master_key = (drafted.key.0.clone(), None);
        let entry = store::knowledge::get(tx, &self.tenant, &master_key).await.map_err(away)?;
        let entry = entry.ok_or(Problem::conflict("master-gone"))?;
        let mut text = text_of(drafted.kind, &drafted.body)?;
        if i64::from(text.version()) == entry.version {
            return Ok(());
        }
        let master = text_of(kind_of(&entry.kind)?, &entry.body)?;
        let left = self.affected_parts(tx, &master, &text).await?;
        if !left.is_subset(&drafted.draft.settled) {
            return Err(Problem::conflict("settle-first"));
        }
        text.written_against(master.version());
        drafted.draft.settled.clear();
        drafted.body = json_of(&text)?;
        Ok(())
    }

    /// Does what follows from a decision.
    pub(crate) async fn follow(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        drafted: &mut Drafted,
        effects: &[Effect],
        at: UnixMillis,
    ) -> Outcome<()> {
        let key = drafted.id.to_string();
        for effect in effects {
            match effect {
                Effect::ReviewAsked => self.ask_for_approval(tx, drafted, at).await?,
                Effect::ReviewEnded => {
                    let (topic, place) = (&drafted.key.0, drafted.key.1.as_ref());
                    store::workshop::tasks::close(tx, &self.tenant, "approval", topic, place, at)
                        .await
                        .map_err(away)?;
                }
                Effect::Schedule => {
                    let when = drafted.draft.publish_at.unwrap_or(at);
                    let id = self.rng.id(at);
                    store::jobs::add(tx, &self.tenant, id, JOB_PUBLISH, &key, when, "")
                        .await
                        .map_err(away)?;
                }
                Effect::Unschedule => {
                    store::jobs::cancel(tx, &self.tenant, JOB_PUBLISH, &key).await.map_err(away)?;
                }
                Effect::Publish => self.go_out(tx, scope, drafted, at).await?,
            }
        }
        Ok(())
    }

    /// A draft becomes the published text.
    async fn go_out(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        drafted: &mut Drafted,
        at: UnixMillis,
    ) -> Outcome<()> {
        let by = Some(drafted.draft.last_author);
        if drafted.draft.removes {
            self.end_text(tx, scope, &drafted.key, End::Removed, by, at).await?;
        } else {
            let publication = Publication {
                text: text_of(drafted.kind, &drafted.body)?,
                by,
                note: drafted.draft.note.clone(),
                origin: Origin::Workshop,
                expires_at: drafted.draft.expires_at,
                digest: None,
            };
            self.publish_text(tx, scope, publication, at).await?;
        }
        self.end_draft(tx, drafted, at).await
    }

    async fn note_draft(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        drafted: &Drafted,
        action: &'static str,
        at: UnixMillis,
    ) -> Outcome<()> {
        let act = Act {
            ground: scope.person().map(|_| Ground::Role),
            municipality: drafted.key.1.as_ref(),
            action,
            subject: format!("text/{}", name_of(&drafted.key)),
            purpose: "knowledge",
        };
        self.note(tx, scope, act, at).await
    }

    /// A draft of these words, not stored yet.
    pub(crate) fn draft_of(
        &self,
        me: PersonId,
        key: EntryKey,
        area: String,
        text: &Text,
        base: i64,
        at: UnixMillis,
    ) -> Outcome<Drafted> {
        Ok(Drafted {
            id: self.rng.id(at),
            key,
            kind: text.kind(),
            area,
            draft: Draft::begun_by(me),
            base,
            body: json_of(text)?,
            made_at: at,
            changed_at: at,
            ended_at: None,
        })
    }

    pub(crate) async fn write_new(
        &self,
        scope: &Scope,
        drafted: Drafted,
        action: &'static str,
    ) -> Outcome<DraftView> {
        let at = drafted.made_at;
        let mut tx = self.database.begin().await.map_err(away)?;
        drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(|error| {
            if error.is_taken() { Problem::conflict("text-exists") } else { away(error) }
        })?;
        self.note_draft(&mut tx, scope, &drafted, action, at).await?;
        tx.commit().await.map_err(away)?;
        self.draft_view(drafted).await
    }

    /// A draft as its editors see it.
    pub(crate) async fn draft_view(&self, drafted: Drafted) -> Outcome<DraftView> {
        let draft = drafted.draft;
        Ok(DraftView {
            id: drafted.id,
            topic: drafted.key.0,
            kind: drafted.kind,
            municipality: drafted.key.1,
            area: drafted.area,
            phase: draft.phase,
            revision: draft.revision,
            base_version: drafted.base,
            body: raw(&drafted.body)?,
            removes: draft.removes,
            settled: draft.settled.into_iter().collect(),
            author: self.named(draft.author).await?,
            last_author: self.named(draft.last_author).await?,
            reviewer: self.maybe_named(draft.reviewer).await?,
            approved_by: self.maybe_named(draft.approved_by).await?,
            note: draft.note,
            made_at: drafted.made_at,
            changed_at: drafted.changed_at,
            publish_at: draft.publish_at,
            expires_at: draft.expires_at,
            ended_at: drafted.ended_at,
        })
    }

    /// A master without words, to be written.
    fn empty_master(
        &self,
        topic: &TopicKey,
        new: &NewText,
        title: String,
        owner: MunicipalityKey,
    ) -> Text {
        use jiff::ToSpan as _;
        let today = self.today();
        let review = today.saturating_add(1.year());
        let department = crate::queues::front_office();
        if new.kind == TextKind::Guide {
            let start = Node {
                id: "start".to_owned(),
                title: String::new(),
                markdown: String::new(),
                line: 0,
                until: None,
                kind: NodeKind::Answer(vec![Way::Person]),
            };
            return Text::Guide(Box::new(Guide {
                topic: topic.clone(),
                version: 0,
                title,
                title_en: String::new(),
                area: new.area.clone(),
                department,
                competence: Competence::General,
                urgent: false,
                summary: String::new(),
                summary_en: String::new(),
                words: vec![],
                words_en: vec![],
                figures_year: None,
                rules: vec![],
                related: vec![],
                owner,
                reviewed: today,
                review,
                nodes: vec![start],
            }));
        }
        let referral = new.kind == TextKind::Referral;
        let part = Part { id: "todo".to_owned(), heading: String::new(), markdown: String::new() };
        Text::Article(Box::new(Article {
            topic: topic.clone(),
            kind: if referral { TopicKind::Referral } else { TopicKind::Article },
            version: 0,
            title,
            title_en: String::new(),
            area: new.area.clone(),
            department,
            competence: if referral { Competence::OtherAuthority } else { Competence::General },
            urgent: false,
            summary: String::new(),
            summary_en: String::new(),
            words: vec![],
            words_en: vec![],
            self_service: None,
            figures_year: None,
            rules: vec![],
            related: vec![],
            owner,
            reviewed: today,
            review,
            authority: None,
            facts: vec![],
            parts: vec![part],
        }))
    }

    /// A local text without words, written against the master as it stands.
    async fn empty_local(&self, master: &Text, municipality: &MunicipalityKey) -> Outcome<Text> {
        let directory = self.directory().await?;
        let usual = match master {
            Text::Article(article) => article.department.clone(),
            Text::Guide(guide) => guide.department.clone(),
            Text::Variant(_) | Text::Branches(_) => return Err(Problem::NotFound),
        };
        let owner = directory.owner_of(municipality, master.topic(), &usual).cloned();
        let department = owner.unwrap_or(usual);
        let (topic, of) = (master.topic().clone(), master.version());
        let (municipality, reviewed) = (municipality.clone(), self.today());
        Ok(match master {
            Text::Guide(_) => Text::Branches(Box::new(Branches {
                topic,
                of,
                version: 0,
                municipality,
                department,
                reviewed,
                nodes: vec![],
                choices: vec![],
            })),
            _ => Text::Variant(Box::new(Variant {
                topic,
                of,
                municipality,
                department,
                reviewed,
                demo: false,
                words: vec![],
                facts: vec![],
                self_service: None,
                parts: vec![],
            })),
        })
    }
}

/// What a person is told when a draft cannot go on.
pub(crate) fn problem_of(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Changed => Problem::conflict("draft-changed"),
        Refusal::NotSound => Problem::conflict("check-failed"),
        Refusal::OwnWork => Problem::conflict("own-work"),
        Refusal::AwaitsApproval => Problem::conflict("awaits-approval"),
        Refusal::OtherPhase => Problem::conflict("other-phase"),
        Refusal::ExpiresFirst => Problem::invalid("expires_at", "expires-first"),
    }
}

/// A word to an author or a reviewer; may be empty.
fn note_of(note: &str) -> Outcome<String> {
    if note.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(FreeText::accept_in("note", note, NOTE_LIMIT)?.into_string())
}

/// Masks CPR and card numbers in every text of a body (product rule 14).
fn mask_all(value: &mut Value) {
    match value {
        Value::String(text) => {
            let masked = rules::text::mask(text).text;
            if masked != *text {
                *text = masked;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(mask_all),
        Value::Object(fields) => fields.values_mut().for_each(mask_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A title as the key of a topic: Danish letters spelled out, everything else a hyphen.
fn topic_of(title: &str) -> Option<TopicKey> {
    let mut key = String::new();
    for letter in title.to_lowercase().chars() {
        match letter {
            'æ' => key.push_str("ae"),
            'ø' => key.push_str("oe"),
            'å' => key.push_str("aa"),
            'é' => key.push('e'),
            'a'..='z' | '0'..='9' => key.push(letter),
            _ if key.ends_with('-') || key.is_empty() => {}
            _ => key.push('-'),
        }
    }
    let key: String = key.chars().take(60).collect();
    TopicKey::new(key.trim_matches('-')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_key_that_can_be_read() {
        let key = |title: &str| topic_of(title).map(|key| key.to_string());
        assert_eq!(key("Pas til børn under 18 år").as_deref(), Some("pas-til-boern-under-18-aar"));
        assert_eq!(key("  ¿?  "), None);
    }

    #[test]
    fn a_cpr_number_is_masked_wherever_it_stands_in_a_text() {
        let mut body = serde_json::json!({"parts": [{"markdown": "Ring om 010190-1234"}]});
        mask_all(&mut body);
        assert!(!body.to_string().contains("1234"));
    }
}
