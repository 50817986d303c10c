//! Texts that stand no more: taken away by somebody, or expired. Their history stays, and whoever may
//! write them brings them back as a draft, which is approved and published as any other.

use std::collections::{BTreeMap, BTreeSet};

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use rules::people::may_edit_text;
use rules::workshop::{Text, TextKind};
use serde::Serialize;
use store::knowledge::EntryKey;
use store::workshop::drafts;
use store::workshop::versions::{self, Version};
use utoipa::ToSchema;

use super::publish::{Origin, area_of};
use super::{DraftView, kind_of, text_of};
use crate::App;

/// A text that stands no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RemovedText {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = String)]
    pub kind: TextKind,
    /// `None`: the common text.
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub area: String,
    pub title: String,
    pub title_en: String,
    /// The version to bring back: its last words.
    pub version: i64,
    /// `removed` or `expired`.
    pub what: String,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// Who wrote its end; `None` for the program.
    pub by_name: Option<String>,
}

impl App {
    /// The texts that stand no more and that somebody may bring back, the latest first. What is
    /// being written again already stands in the list of texts.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not read knowledge.
    pub async fn removed_texts(&self, scope: &Scope) -> Outcome<Vec<RemovedText>> {
        self.may_read_knowledge(scope, None)?;
        let (database, tenant) = (&self.database, &self.tenant);
        let ended = versions::ended(database, tenant).await?;
        let knowledge = self.knowledge().await?;
        let mut gone = BTreeMap::new();
        for (key, version) in ended.iter().filter(|(key, _)| key.1.is_none()) {
            gone.insert(key.0.clone(), text_of(kind_of(&version.kind)?, &version.body)?);
        }
        let written = drafts::open(database, tenant).await?;
        let written: BTreeSet<EntryKey> = written.into_iter().map(|draft| draft.key).collect();
        let at = self.now();
        let mut removed = Vec::new();
        for (key, version) in ended {
            let (title, title_en, area) = match (knowledge.head(&key.0), gone.get(&key.0)) {
                (Some(head), _) => (head.title, head.title_en, head.area.to_owned()),
                (None, Some(master)) => {
                    let (title, title_en) = master.titles().unwrap_or_default();
                    (title, title_en, area_of(master))
                }
                (None, None) => continue,
            };
            let may = may_edit_text(scope, &area, key.1.as_ref(), Right::EditKnowledge, at);
            if may.is_err() || Origin::is_foreign(&version.origin) || written.contains(&key) {
                continue;
            }
            removed.push(RemovedText {
                kind: kind_of(&version.kind)?,
                area,
                title: title.to_owned(),
                title_en: title_en.to_owned(),
                version: version.number,
                what: version.what,
                at: version.at,
                by_name: self.maybe_named(version.by).await?.map(|by| by.name),
                topic: key.0,
                municipality: key.1,
            });
        }
        Ok(removed)
    }

    /// A draft of a text that stands no more, with the words of one of its versions.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `master-gone` for a local text whose
    /// master does not stand either; [`Problem::Forbidden`] `imported-text`.
    pub(super) async fn bring_back(
        &self,
        scope: &Scope,
        key: &EntryKey,
        version: &Version,
        text: &Text,
    ) -> Outcome<DraftView> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let area = match key.1 {
            Some(_) => area_of(&self.master_of(key).await?),
            None => area_of(text),
        };
        may_edit_text(scope, &area, key.1.as_ref(), Right::EditKnowledge, at)
            .map_err(|_| Problem::NotFound)?;
        if Origin::is_foreign(&version.origin) {
            return Err(Problem::forbidden("imported-text"));
        }
        let drafted = self.draft_of(me, key.clone(), area, text, 0, at)?;
        self.write_new(scope, drafted, "text-brought-back").await
    }
}
