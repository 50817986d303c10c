//! What search shall not do with a word.

use base::{Outcome, Problem, Scope};
use serde::{Deserialize, Serialize};
use store::searching::{self, WordId};
use utoipa::ToSchema;

use super::phrase;
use crate::App;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExceptionView {
    #[schema(value_type = String)]
    pub id: WordId,
    /// `whole`, `split`, `not-typo` or `not-offered`.
    pub kind: String,
    /// A word; a whole query for `not-offered`.
    pub word: String,
    pub says: String,
    pub by_name: String,
    pub can_edit: bool,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewException {
    /// `whole`, `split`, `not-typo` or `not-offered`.
    pub kind: String,
    pub word: String,
    #[serde(default)]
    pub says: String,
}

impl App {
    /// What search shall not do with words.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who edits nothing.
    pub async fn word_exceptions(&self, scope: &Scope) -> Outcome<Vec<ExceptionView>> {
        self.words_reach(scope)?;
        let can_edit = self.may_say(scope, None, true).is_ok();
        let mut views = Vec::new();
        for one in searching::exceptions(&self.database, &self.tenant).await? {
            views.push(ExceptionView {
                by_name: self.word_author(one.author).await?,
                id: one.id,
                kind: one.kind,
                word: one.word,
                says: one.says,
                can_edit,
            });
        }
        Ok(views)
    }

    /// Says what search shall not do with a word; everywhere.
    ///
    /// # Errors
    /// As [`App::save_synonym`]; [`Problem::Invalid`] for an unknown kind or a split that does not
    /// make the word.
    pub async fn add_word_exception(&self, scope: &Scope, new: NewException) -> Outcome<WordId> {
        self.may_say(scope, None, true)?;
        let author = scope.person().ok_or(Problem::SignedOut)?;
        let word = phrase("word", &new.word)?.to_lowercase();
        if new.kind != "not-offered" && word.contains([' ', ',']) {
            return Err(Problem::invalid("word", "one-word"));
        }
        let says = match new.kind.as_str() {
            "whole" | "not-offered" => String::new(),
            "split" => {
                let says = phrase("says", &new.says)?.to_lowercase();
                let parts: usize = says.split_whitespace().map(|part| part.chars().count()).sum();
                let begins = says.split_whitespace().next().is_some_and(|p| word.starts_with(p));
                // Between parts stand linking letters, nothing more.
                let count = says.split_whitespace().count();
                if count < 2 || !begins || parts + count < word.chars().count() {
                    return Err(Problem::invalid("says", "not-its-parts"));
                }
                says
            }
            "not-typo" if new.says.trim().is_empty() => String::new(),
            "not-typo" => phrase("says", &new.says)?.to_lowercase(),
            _ => return Err(Problem::invalid("kind", "unknown-kind")),
        };
        let at = self.now();
        let id = self.rng.id(at);
        let exception =
            searching::Exception { id, kind: new.kind, word, says, author, made_at: at };
        let mut tx = self.database.begin().await?;
        searching::put_exception(&mut tx, &self.tenant, &exception).await?;
        self.words_changed(tx, scope, None, "word-exception-saved", id, at).await?;
        Ok(id)
    }
}
