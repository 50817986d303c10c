//! The knowledge workshop: what is written, approved, published, expires and has to be looked at.
//!
//! Read first: [`publish`] (the one door through which a text changes), [`drafts`] (what editors
//! do), [`texts`] (what they see). The decisions are in `rules::workshop`; here they are loaded,
//! written and told.

pub mod begin;
pub mod bulk;
pub mod check;
pub mod decide;
pub mod drafts;
pub mod links;
pub mod people;
pub mod preview;
pub mod publish;
pub mod removed;
pub mod schedule;
pub mod tasks;
pub mod texts;
pub mod versions;

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use jiff::civil::Date;
use rules::people::may_edit_text;
use rules::workshop::diff::PartDiff;
use rules::workshop::{DraftId, Phase, Policy, Text, TextKind};
use serde::Serialize;
use serde_json::Value;
use store::StoreError;
use store::knowledge::EntryKey;
use store::people::PersonId;
use utoipa::ToSchema;

use crate::App;
pub use crate::people::Named;

/// Longest text of a draft, in bytes of its JSON.
pub const DRAFT_LIMIT: usize = 1024 * 1024;
/// Longest note to an author or a reviewer, in characters.
pub const NOTE_LIMIT: usize = 2000;
/// Longest title, in characters.
pub const TITLE_LIMIT: usize = 160;
/// So long somebody who has a draft open is shown to the others, in seconds.
pub const HERE_FOR_S: i64 = 60;

/// A text in the list of the workshop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextRow {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub kind: TextKind,
    pub area: String,
    /// `None`: the common text.
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
    pub title_en: String,
    /// Who looks after it.
    pub owner: Option<Named>,
    /// The municipality that owns the master.
    #[schema(value_type = Option<String>)]
    pub owner_municipality: Option<MunicipalityKey>,
    /// Counts its versions; 0: not published yet.
    pub version: i64,
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<UnixMillis>,
    /// When it must be reviewed again.
    #[schema(value_type = Option<String>)]
    pub review: Option<Date>,
    pub overdue: bool,
    /// What is being written, if the reader may work on it.
    pub draft: Option<DraftMark>,
    /// The master has changed under it.
    pub stale: bool,
    pub missing_english: bool,
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<UnixMillis>,
    /// The local texts over it.
    pub variants: Vec<VariantMark>,
    /// `content`, `workshop`, `bulk`, `borger-dk`, `site`; `None`: not published yet.
    pub origin: Option<String>,
}

/// How far somebody's draft of a text is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DraftMark {
    #[schema(value_type = String)]
    pub id: DraftId,
    #[schema(value_type = String)]
    pub phase: Phase,
    #[schema(value_type = String)]
    pub by: PersonId,
    pub by_name: String,
    /// When it was last changed.
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    #[schema(value_type = Option<i64>)]
    pub publish_at: Option<UnixMillis>,
    /// Publishing it takes the text away.
    pub removes: bool,
}

/// A municipality's text over a master.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VariantMark {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    /// The version of the master it was written against; `None`: not published yet.
    pub of: Option<i64>,
    pub stale: bool,
    /// Of its open draft, if the reader may work on it.
    #[schema(value_type = Option<String>)]
    pub draft_phase: Option<Phase>,
}

/// A version of a text with its words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Bodied {
    pub version: i64,
    #[schema(value_type = Object)]
    pub body: Value,
}

/// Everything the editor of a text is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TextView {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub kind: TextKind,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub area: String,
    pub title: String,
    /// Counts its versions; 0: not published.
    pub version: i64,
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
    /// Of a local text: the master as it stands; `None` also when it stands no more.
    pub master: Option<Bodied>,
    /// Of a local text: the master it was written against.
    pub base: Option<Bodied>,
    /// Of a local text: the parts its changed master touches.
    pub affected: Vec<String>,
    pub stale: bool,
    pub draft: Option<DraftView>,
    pub can: Can,
    /// Whether a second person has to approve.
    pub approval: bool,
    /// Who may approve it, the reader not among them.
    pub reviewers: Vec<Named>,
    pub owner_person: Option<Named>,
    pub reviewer_person: Option<Named>,
    #[schema(value_type = Option<i64>)]
    pub published_at: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<UnixMillis>,
    /// Who else has the draft open.
    pub here: Vec<Here>,
    /// The local texts of other municipalities.
    pub others: Vec<VariantMark>,
    /// `borger-dk` or `site`: the text is another's and is not edited here.
    pub imported_from: Option<String>,
}

/// What the reader may do with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Can {
    pub edit: bool,
    pub approve: bool,
    pub publish: bool,
}

/// Somebody who has the draft open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Here {
    #[schema(value_type = String)]
    pub id: PersonId,
    pub name: String,
    #[schema(value_type = i64)]
    pub seen_at: UnixMillis,
}

/// A draft as its editors see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftView {
    #[schema(value_type = String)]
    pub id: DraftId,
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub kind: TextKind,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub area: String,
    /// What the reader may do with it as it stands.
    pub can: Can,
    #[schema(value_type = String)]
    pub phase: Phase,
    /// Give it back when writing.
    pub revision: i64,
    /// The version it began from; 0 for a new text.
    pub base_version: i64,
    #[schema(value_type = Object)]
    pub body: Value,
    /// Publishing it takes the text away.
    pub removes: bool,
    /// The parts of a changed master that have been decided about.
    pub settled: Vec<String>,
    pub author: Named,
    pub last_author: Named,
    pub reviewer: Option<Named>,
    pub approved_by: Option<Named>,
    pub note: String,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    #[schema(value_type = i64)]
    pub changed_at: UnixMillis,
    #[schema(value_type = Option<i64>)]
    pub publish_at: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<UnixMillis>,
    /// It was published or thrown away.
    #[schema(value_type = Option<i64>)]
    pub ended_at: Option<UnixMillis>,
}

/// A version in the history of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionView {
    pub version: i64,
    /// `published`, `expired` or `removed`.
    pub what: String,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    #[schema(value_type = Option<String>)]
    pub by: Option<PersonId>,
    pub by_name: Option<String>,
    pub note: String,
    pub origin: String,
}

/// A part of a text and what became of its words.
pub type DiffView = Vec<PartDiff>;

impl App {
    /// Whether somebody may work on a text at all: write it or approve it.
    pub(crate) fn may_work_on(
        &self,
        scope: &Scope,
        area: &str,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<()> {
        let now = self.now();
        may_edit_text(scope, area, municipality, Right::EditKnowledge, now)
            .or_else(|_| may_edit_text(scope, area, municipality, Right::ApproveKnowledge, now))
            // A draft out of reach looks like one that does not exist.
            .map_err(|_| Problem::NotFound)
    }

    /// The name of somebody, who may have left.
    pub(crate) async fn named(&self, id: PersonId) -> Outcome<Named> {
        let card = self.person_card(id).await?;
        Ok(Named { id, name: card.map(|card| card.name.clone()).unwrap_or_default() })
    }

    pub(crate) async fn maybe_named(&self, id: Option<PersonId>) -> Outcome<Option<Named>> {
        match id {
            Some(id) => self.named(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// What is asked before a text of a municipality (or a master it owns) is published.
    pub(crate) async fn policy_of(&self, municipality: &MunicipalityKey) -> Outcome<Policy> {
        let name = approval_setting(municipality);
        let value = store::settings::get(&self.database, &self.tenant, &name).await?;
        Ok(Policy { approval: value.as_deref() == Some("true") })
    }

    /// Whether a second person approves the texts of a municipality.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for who neither works on its texts nor
    /// administers it.
    pub async fn approval(&self, scope: &Scope, municipality: &MunicipalityKey) -> Outcome<bool> {
        self.known_line(municipality, None).await?;
        let at = self.now();
        let rights = [Right::EditKnowledge, Right::ApproveKnowledge, Right::ManagePeople];
        if !rights
            .iter()
            .any(|right| rules::people::may_in(scope, *right, municipality, None, at).is_ok())
        {
            rules::people::may_in(scope, Right::ManagePeople, municipality, None, at)?;
        }
        Ok(self.policy_of(municipality).await?.approval)
    }

    /// Says whether a second person approves the texts of a municipality. For its administrator: who
    /// writes and approves does not decide about being looked over the shoulder.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for anybody else.
    pub async fn set_approval(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        approval: bool,
    ) -> Outcome<()> {
        let at = self.now();
        self.known_line(municipality, None).await?;
        let ground = rules::people::may_in(scope, Right::ManagePeople, municipality, None, at)?;
        let mut tx = self.database.begin().await?;
        self.write_approval(&mut tx, municipality, approval).await?;
        let act = crate::audit::Act {
            ground: Some(ground),
            municipality: Some(municipality),
            action: if approval { "approval-on" } else { "approval-off" },
            subject: format!("municipality/{municipality}"),
            purpose: "administration",
        };
        self.note(&mut tx, scope, act, at).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn write_approval(
        &self,
        tx: &mut store::Tx,
        municipality: &MunicipalityKey,
        approval: bool,
    ) -> Outcome<()> {
        let name = approval_setting(municipality);
        Ok(store::settings::set(tx, &self.tenant, &name, &approval.to_string()).await?)
    }
}

/// The setting that says whether a municipality's texts are approved by a second person.
fn approval_setting(municipality: &MunicipalityKey) -> String {
    format!("workshop-approval/{municipality}")
}

/// `topic` or `topic@municipality`: a text in keys of jobs and subjects of the log.
pub(crate) fn name_of(key: &EntryKey) -> String {
    match &key.1 {
        Some(municipality) => format!("{}@{municipality}", key.0),
        None => key.0.to_string(),
    }
}

/// The key behind [`name_of`].
pub(crate) fn key_named(name: &str) -> Option<EntryKey> {
    match name.split_once('@') {
        Some((topic, municipality)) => {
            Some((topic.parse().ok()?, Some(municipality.parse().ok()?)))
        }
        None => Some((name.parse().ok()?, None)),
    }
}

/// JSON that was stored as such.
pub(crate) fn raw(body: &str) -> Outcome<Value> {
    serde_json::from_str(body).map_err(|_| StoreError::Damaged("body").into())
}

/// The text of a stored body.
pub(crate) fn text_of(kind: TextKind, body: &str) -> Outcome<Text> {
    Text::read(kind, body).map_err(|_| StoreError::Damaged("body").into())
}

/// The form named in a stored row.
pub(crate) fn kind_of(word: &str) -> Outcome<TextKind> {
    TextKind::of_word(word).ok_or_else(|| StoreError::Damaged("kind").into())
}

/// A text as it is stored.
pub(crate) fn json_of(text: &Text) -> Outcome<String> {
    serde_json::to_string(text).map_err(|_| StoreError::Damaged("body").into())
}
