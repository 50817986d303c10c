//! The history of a text: its versions, what changed between two of them, and the way back.

use base::{Outcome, Problem, Right, Scope};
use rules::people::may_edit_text;
use rules::workshop::Text;
use rules::workshop::diff::diff;
use store::knowledge::EntryKey;
use store::workshop::{drafts, versions};

use super::decide::problem_of;
use super::publish::area_of;
use super::{DiffView, DraftView, VersionView, json_of, kind_of, text_of};
use crate::{App, found};

/// One end of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Version(i64),
    /// What is being written; for who may work on the text.
    Draft,
}

impl std::str::FromStr for Side {
    type Err = Problem;

    /// A number, or `draft`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        if text == "draft" {
            return Ok(Self::Draft);
        }
        text.parse().map(Self::Version).map_err(|_| Problem::invalid("version", "version-unknown"))
    }
}

impl App {
    /// Every version of a text, newest first. Whoever reads the knowledge base may: all of it was
    /// public once.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or for a text that never was.
    pub async fn text_versions(&self, scope: &Scope, key: &EntryKey) -> Outcome<Vec<VersionView>> {
        self.may_read_knowledge(scope, None)?;
        let all = versions::all(&self.database, &self.tenant, key).await?;
        if all.is_empty() {
            return Err(Problem::NotFound);
        }
        let mut views = Vec::with_capacity(all.len());
        for version in all {
            let by = self.maybe_named(version.by).await?;
            views.push(VersionView {
                version: version.number,
                what: version.what,
                at: version.at,
                by: version.by,
                by_name: by.map(|by| by.name),
                note: version.note,
                origin: version.origin,
            });
        }
        Ok(views)
    }

    /// What has changed from one version of a text to another, part by part, word by word.
    /// Version 0 is the empty text.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or for a version that never was.
    pub async fn text_diff(
        &self,
        scope: &Scope,
        key: &EntryKey,
        from: Side,
        to: Side,
    ) -> Outcome<DiffView> {
        self.may_read_knowledge(scope, None)?;
        let from = self.side(scope, key, from).await?;
        let to = self.side(scope, key, to).await?;
        let compared = tokio::task::spawn_blocking(move || diff(from.as_ref(), to.as_ref())).await;
        compared.map_err(|_| Problem::Unavailable { code: "unexpected" })
    }

    async fn side(&self, scope: &Scope, key: &EntryKey, side: Side) -> Outcome<Option<Text>> {
        match side {
            Side::Version(0) => Ok(None),
            Side::Version(number) => {
                let version = versions::get(&self.database, &self.tenant, key, number).await?;
                let version = found(version)?;
                text_of(kind_of(&version.kind)?, &version.body).map(Some)
            }
            Side::Draft => {
                let open = drafts::open_of(&self.database, &self.tenant, key).await?;
                let open = found(open)?;
                self.may_work_on(scope, &open.area, key.1.as_ref())?;
                text_of(open.kind, &open.body).map(Some)
            }
        }
    }

    /// Writes an old version into the draft, for its editor to look at and publish. What stood in
    /// the draft is kept beside it. A master goes back to the area it stood in then, so its editor
    /// must be able to write there too; a draft that was to take the text away does not any more.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or for a version that never was; [`Problem::Forbidden`]
    /// `not-your-area`; as [`App::open_draft`].
    pub async fn restore_version(
        &self,
        scope: &Scope,
        key: &EntryKey,
        number: i64,
    ) -> Outcome<DraftView> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let version = versions::get(&self.database, &self.tenant, key, number).await?;
        let version = found(version)?;
        let mut text = text_of(kind_of(&version.kind)?, &version.body)?;
        let area = area_of(&text);
        if key.1.is_none() {
            may_edit_text(scope, &area, None, Right::EditKnowledge, at)?;
        }
        let opened = match self.open_draft(scope, key).await {
            Ok(opened) => opened,
            // The text was taken away or has expired: it begins anew from its history.
            Err(Problem::NotFound) => {
                return self.bring_back(scope, key, &version, &text).await;
            }
            Err(problem) => return Err(problem),
        };
        may_edit_text(scope, &opened.area, key.1.as_ref(), Right::EditKnowledge, at)?;
        let mut tx = self.database.begin().await?;
        let mut drafted = self.hold_draft(&mut tx, opened.id).await?;
        self.keep_beside(&mut tx, &drafted, at).await?;
        let revision = drafted.draft.revision;
        let command = rules::workshop::Command::Write { revision };
        let policy = rules::workshop::Policy { approval: true };
        let decided = rules::workshop::decide(&drafted.draft, command, me, at, policy);
        let (draft, effects) = decided.map_err(problem_of)?;
        // An old local text keeps the master it was written against: what has changed since is asked.
        let old_master = text.version();
        text.keep_identity(&text_of(drafted.kind, &drafted.body)?);
        if key.1.is_some() {
            text.written_against(old_master);
        }
        drafted.draft = draft;
        drafted.draft.removes = false;
        drafted.draft.settled.clear();
        if key.1.is_none() {
            drafted.area = area;
        }
        drafted.body = json_of(&text)?;
        drafted.changed_at = at;
        self.follow(&mut tx, scope, &mut drafted, &effects, at).await?;
        drafts::put(&mut tx, &self.tenant, &drafted).await?;
        tx.commit().await?;
        self.draft_view(scope, drafted).await
    }
}
