//! What editors and reviewers do with a draft. One text has one open draft; whoever writes over a
//! revision that has changed meanwhile is told, and keeps the own text.

use base::scope::Ground;
use base::{Outcome, Problem, Right, Scope, UnixMillis};
use rules::checks::Finding;
use rules::people::may_edit_text;
use rules::workshop::diff::{PartDiff, diff};
use rules::workshop::{Command, DraftId, Policy, Refusal, Text, decide};
use serde::Serialize;
use serde_json::Value;
use store::Tx;
use store::knowledge::EntryKey;
use store::workshop::drafts::{self, Drafted, Keepsake};
use utoipa::ToSchema;

use super::check::read_body;
use super::publish::area_of;
use super::{DraftView, HERE_FOR_S, Here, Named, json_of, kind_of, name_of, raw, text_of};
use crate::audit::Act;
use crate::{App, found};

/// What became of words that were sent.
#[derive(Debug, Clone)]
pub enum Written {
    /// They are the draft now.
    Draft(Box<DraftView>),
    /// Somebody was quicker: that draft, while the words that were sent are kept beside it.
    Changed {
        theirs: Box<DraftView>,
        /// Part by part, node by node: from their words to those that were sent; only where they
        /// differ.
        differs: Vec<PartDiff>,
    },
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
    /// A draft.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn draft(&self, scope: &Scope, id: DraftId) -> Outcome<DraftView> {
        let drafted = self.reach_draft(scope, id).await?;
        self.draft_view(scope, drafted).await
    }

    /// Writes a draft's words over the revision that was read. CPR and card numbers are masked. What
    /// the workshop knows itself (topic, form, versions) is kept, whatever was sent.
    ///
    /// Whoever was slower than somebody else finds the own words in [`App::kept_texts`]; so does
    /// who has written what now stands and is left out on purpose (`instead`).
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
        instead: bool,
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
        let mut tx = self.database.begin().await?;
        let mut drafted = found(drafts::held(&mut tx, &self.tenant, id).await?)?;
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
                drafts::keep(&mut tx, &self.tenant, &keepsake).await?;
                tx.commit().await?;
                let standing = text_of(drafted.kind, &drafted.body)?;
                let mut differs = diff(Some(&standing), Some(&text));
                differs.retain(PartDiff::has_changed);
                let theirs = Box::new(self.draft_view(scope, drafted).await?);
                return Ok(Written::Changed { theirs, differs });
            }
        };
        text.keep_identity(&text_of(drafted.kind, &drafted.body)?);
        if instead {
            self.keep_beside(&mut tx, &drafted, at).await?;
        }
        drafted.body = json_of(&text)?;
        drafted.draft = draft;
        drafted.changed_at = at;
        if drafted.key.1.is_none() {
            self.keep_draft_area(scope, &mut drafted, &text, at)?;
        }
        self.follow(&mut tx, scope, &mut drafted, &effects, at).await?;
        drafts::put(&mut tx, &self.tenant, &drafted).await?;
        tx.commit().await?;
        Ok(Written::Draft(Box::new(self.draft_view(scope, drafted).await?)))
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

    /// Keeps what stands in a draft beside it, before other words stand there.
    pub(super) async fn keep_beside(
        &self,
        tx: &mut Tx,
        drafted: &Drafted,
        at: UnixMillis,
    ) -> Outcome<()> {
        let keepsake = Keepsake {
            id: self.rng.id(at),
            draft: drafted.id,
            by: drafted.draft.last_author,
            revision: drafted.draft.revision,
            body: drafted.body.clone(),
            at,
        };
        Ok(drafts::keep(tx, &self.tenant, &keepsake).await?)
    }

    /// The words that came too late for a draft or were left out of it, newest first.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn kept_texts(&self, scope: &Scope, id: DraftId) -> Outcome<Vec<KeptView>> {
        self.reach_draft(scope, id).await?;
        let kept = drafts::kept(&self.database, &self.tenant, id).await?;
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

    /// Throws a draft away. It is kept a while out of sight.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] for who only approves.
    pub async fn discard_draft(&self, scope: &Scope, id: DraftId) -> Outcome<()> {
        let at = self.now();
        let known = self.reach_draft(scope, id).await?;
        may_edit_text(scope, &known.area, known.key.1.as_ref(), Right::EditKnowledge, at)?;
        let mut tx = self.database.begin().await?;
        let mut drafted = found(drafts::held(&mut tx, &self.tenant, id).await?)?;
        if drafted.ended_at.is_none() {
            self.end_draft(&mut tx, &mut drafted, at).await?;
            self.note_draft(&mut tx, scope, &drafted, "draft-discarded", at).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Somebody has the draft open.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn here_at_draft(&self, scope: &Scope, id: DraftId) -> Outcome<()> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        self.reach_draft(scope, id).await?;
        Ok(drafts::here(&self.database, &self.tenant, id, me, self.now()).await?)
    }

    /// Who else has a draft open.
    pub(crate) async fn others_here(&self, scope: &Scope, id: DraftId) -> Outcome<Vec<Here>> {
        let since = self.now().plus_seconds(-HERE_FOR_S);
        let here = drafts::who_is_here(&self.database, &self.tenant, id, since).await?;
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

    /// Loads a draft for who may work on its text.
    pub(crate) async fn reach_draft(&self, scope: &Scope, id: DraftId) -> Outcome<Drafted> {
        let drafted = drafts::by_id(&self.database, &self.tenant, id).await?;
        let drafted = found(drafted)?;
        self.may_work_on(scope, &drafted.area, drafted.key.1.as_ref())?;
        Ok(drafted)
    }

    /// Holds a draft that has not ended until the transaction does.
    ///
    /// # Errors
    /// [`Problem::Conflict`] `draft-ended` when it was published or thrown away meanwhile.
    pub(super) async fn hold_draft(&self, tx: &mut Tx, id: DraftId) -> Outcome<Drafted> {
        let drafted = found(drafts::held(tx, &self.tenant, id).await?)?;
        match drafted.ended_at {
            None => Ok(drafted),
            Some(_) => Err(Problem::conflict("draft-ended")),
        }
    }

    /// The master of a local text as it stands.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there never was one, [`Problem::Conflict`] `master-gone` when
    /// there is none any more.
    pub(crate) async fn master_of(&self, key: &EntryKey) -> Outcome<Text> {
        match self.last_master_of(key).await? {
            (master, true) => Ok(master),
            (_, false) => Err(Problem::conflict("master-gone")),
        }
    }

    /// The master of a local text as it stands or as it last stood, and whether it stands.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there never was one.
    pub(crate) async fn last_master_of(&self, key: &EntryKey) -> Outcome<(Text, bool)> {
        let master_key = (key.0.clone(), None);
        let (database, tenant) = (&self.database, &self.tenant);
        let entry = store::knowledge::get(database, tenant, &master_key).await?;
        if let Some(entry) = entry {
            return Ok((text_of(kind_of(&entry.kind)?, &entry.body)?, true));
        }
        let history = store::workshop::versions::all(database, tenant, &master_key).await?;
        let last = found(history.first())?;
        Ok((text_of(kind_of(&last.kind)?, &last.body)?, false))
    }

    pub(super) async fn note_draft(
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

    /// A draft as the reader sees it.
    pub(crate) async fn draft_view(&self, scope: &Scope, drafted: Drafted) -> Outcome<DraftView> {
        let approval = self.policy_for(&drafted).await?.approval;
        let can = self.can(scope, &drafted.area, &drafted.key, Some(&drafted), approval, false);
        let draft = drafted.draft;
        Ok(DraftView {
            id: drafted.id,
            can,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cpr_number_is_masked_wherever_it_stands_in_a_text() {
        let mut body = serde_json::json!({"parts": [{"markdown": "Ring om 010190-1234"}]});
        mask_all(&mut body);
        assert!(!body.to_string().contains("1234"));
    }
}
