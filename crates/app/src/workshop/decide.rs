//! A draft on its way: submitted, sent back, approved, published; what follows from each.

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::checks::{self, Finding};
use rules::people::may_edit_text;
use rules::text::FreeText;
use rules::workshop::{Command, DraftId, Effect, Phase, Policy, Refusal, decide, stale};
use store::Tx;
use store::knowledge::EntryKey;
use store::people::PersonId;
use store::workshop::drafts::{self, Drafted};

use super::publish::{End, Origin, Publication, owner_of};
use super::schedule::JOB_PUBLISH;
use super::{DraftView, NOTE_LIMIT, json_of, kind_of, text_of};
use crate::App;

/// What became of asking for approval or publication.
#[derive(Debug, Clone)]
pub enum Went {
    Draft(Box<DraftView>),
    /// The check has found errors; nothing has changed.
    Refused(Vec<Finding>),
}

impl App {
    /// Asks somebody to approve the words of a draft that were read; without a name whoever may.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `own-work`, `other-phase`, or
    /// `draft-changed` when `revision` is not the one that stands; [`Problem::Invalid`] for a reviewer
    /// who may not approve it.
    pub async fn submit_draft(
        &self,
        scope: &Scope,
        id: DraftId,
        revision: i64,
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
        self.command(scope, id, Some(revision), Right::EditKnowledge, |sound| Command::Submit {
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
        self.command(scope, id, None, right, |_| Command::Return { note: note.clone() }).await
    }

    /// Approves the words of a draft that were read; never the one who wrote them last.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] for who only writes;
    /// [`Problem::Conflict`] `own-work`, `other-phase`, or `draft-changed` when `revision` is not the
    /// one that stands.
    pub async fn approve_draft(
        &self,
        scope: &Scope,
        id: DraftId,
        revision: i64,
        note: &str,
    ) -> Outcome<Went> {
        let note = note_of(note)?;
        self.command(scope, id, Some(revision), Right::ApproveKnowledge, |_| Command::Approve {
            note: note.clone(),
        })
        .await
    }

    /// Publishes the words of a draft that were read, now or at an instant, perhaps for a time only.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `awaits-approval`, `settle-first`,
    /// `master-gone`, or `draft-changed` when `revision` is not the one that stands;
    /// [`Problem::Invalid`] `expires-first` or `publish-past`.
    pub async fn publish_draft(
        &self,
        scope: &Scope,
        id: DraftId,
        revision: i64,
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
        self.command(scope, id, Some(revision), right, |sound| Command::Publish {
            at: publish_at,
            expires_at,
            sound,
        })
        .await
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
        let mut tx = self.database.begin().await?;
        let mut drafted = self.hold_draft(&mut tx, opened.id).await?;
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
        drafts::put(&mut tx, &self.tenant, &drafted).await?;
        tx.commit().await?;
        self.draft_view(scope, drafted).await
    }

    /// The rules about approval that a draft follows: its municipality's; for a master its owner's,
    /// and where none stands yet those of its last author's home. The owner that the draft itself
    /// names is asked too, so that nobody chooses who looks over their shoulder.
    pub(super) async fn policy_for(&self, drafted: &Drafted) -> Outcome<Policy> {
        if let Some(municipality) = &drafted.key.1 {
            return self.policy_of(municipality).await;
        }
        let knowledge = self.knowledge().await?;
        let standing = match knowledge.articles.get(&drafted.key.0) {
            Some(article) => Some(article.owner.clone()),
            None => knowledge.guides.get(&drafted.key.0).map(|guide| guide.owner.clone()),
        };
        let first = match standing {
            Some(owner) => Some(owner),
            None => {
                let author = self.person_card(drafted.draft.last_author).await?;
                author.map(|card| card.home.clone())
            }
        };
        let named = owner_of(&text_of(drafted.kind, &drafted.body)?).cloned();
        let (Some(first), Some(named)) = (first, named) else {
            return Ok(Policy { approval: true });
        };
        let policy = self.policy_of(&first).await?;
        if policy.approval || named == first { Ok(policy) } else { self.policy_of(&named).await }
    }

    /// Whether a text asks for a second person.
    pub(crate) async fn approval_for(
        &self,
        key: &EntryKey,
        owner: &MunicipalityKey,
    ) -> Outcome<bool> {
        Ok(self.policy_of(key.1.as_ref().unwrap_or(owner)).await?.approval)
    }

    /// Carries a command through: the right, the check, the decision, its effects. `read` is the
    /// revision whose words the person has seen, where the command is about these.
    async fn command(
        &self,
        scope: &Scope,
        id: DraftId,
        read: Option<i64>,
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
        let mut tx = self.database.begin().await?;
        if publishes {
            self.lock_knowledge(&mut tx).await?;
        }
        let mut drafted = self.hold_draft(&mut tx, id).await?;
        let standing = drafted.draft.revision;
        if standing != known.draft.revision || read.is_some_and(|read| read != standing) {
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
            self.stands_alone(&mut tx, &drafted).await?;
            self.settle_carried(&mut tx, &mut drafted).await?;
        }
        self.follow(&mut tx, scope, &mut drafted, &effects, at).await?;
        if drafted.ended_at.is_none() {
            drafts::put(&mut tx, &self.tenant, &drafted).await?;
        }
        self.note_draft(&mut tx, scope, &drafted, action, at).await?;
        tx.commit().await?;
        self.ring([&store::knowledge::stream()]);
        self.wait_for_search().await;
        Ok(Went::Draft(Box::new(self.draft_view(scope, drafted).await?)))
    }

    /// A text that was begun as a new one takes no other's place: one of its name may have come with
    /// an import meanwhile.
    pub(crate) async fn stands_alone(&self, tx: &mut Tx, drafted: &Drafted) -> Outcome<()> {
        if drafted.base > 0 {
            return Ok(());
        }
        match store::knowledge::get(&mut *tx, &self.tenant, &drafted.key).await? {
            Some(_) => Err(Problem::conflict("text-exists")),
            None => Ok(()),
        }
    }

    /// A local text is published over the master as it stands, or not at all: every part of it that
    /// the master touches has been decided about.
    pub(crate) async fn settle_carried(&self, tx: &mut Tx, drafted: &mut Drafted) -> Outcome<()> {
        if drafted.key.1.is_none() || drafted.draft.removes {
            return Ok(());
        }
        let master_key = (drafted.key.0.clone(), None);
        let entry = store::knowledge::get(&mut *tx, &self.tenant, &master_key).await?;
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
                        .await?;
                }
                Effect::Schedule => {
                    let when = drafted.draft.publish_at.unwrap_or(at);
                    let id = self.rng.id(at);
                    store::jobs::add(tx, &self.tenant, id, JOB_PUBLISH, &key, when, "").await?;
                }
                Effect::Unschedule => {
                    store::jobs::cancel(tx, &self.tenant, JOB_PUBLISH, &key).await?;
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
        Refusal::Past => Problem::invalid("at", "publish-past"),
    }
}

/// A word to an author or a reviewer; may be empty.
fn note_of(note: &str) -> Outcome<String> {
    if note.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(FreeText::accept_in("note", note, NOTE_LIMIT)?.into_string())
}
