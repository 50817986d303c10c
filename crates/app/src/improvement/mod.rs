//! The improvement loop: what citizens searched for, what came of it, and what editors make of it.
//!
//! Read first: [`App::note_search`] (what is written down, under a key that is not the visitor
//! mark), [`App::join_searches`] (how it becomes counts and work, once an hour and on demand),
//! [`App::improvements`] (what an editor sees).

mod demo;
mod join;
mod record;
mod work;
mod worklist;

use std::collections::HashSet;
use std::sync::Arc;

use base::{Outcome, Problem};
use rules::improvement::Words;
use search::Lexicon;

use crate::App;
use crate::articles::Knowledge;

pub use join::Joined;
pub use record::Searched;
pub use work::{
    Change, GuideShown, ImprovementView, PhraseShown, RateView, SuggestionView, Worklist,
};

/// What is known of words on this node: the dictionary and the published texts, as of a number of
/// the knowledge stream.
pub struct Vocabulary {
    seq: i64,
    lexicon: Arc<Lexicon>,
    texts: HashSet<String>,
}

impl Vocabulary {
    fn of(knowledge: &Knowledge, lexicon: Arc<Lexicon>) -> Self {
        let mut texts = HashSet::new();
        for document in crate::search::documents(knowledge) {
            let aliases = document.aliases.iter().chain(&document.aliases_en);
            let parts = [
                &document.title,
                &document.title_en,
                &document.summary,
                &document.summary_en,
                &document.body,
            ];
            for text in parts.into_iter().chain(aliases) {
                let words = search::text::words(text, usize::MAX);
                texts.extend(words.into_iter().map(|word| word.text));
            }
        }
        Self { seq: knowledge.seq, lexicon, texts }
    }

    fn in_dictionary(&self, word: &str) -> bool {
        let marks = self.lexicon.list.marks(word);
        // A name stands in the dictionary too, but nothing is made of it.
        marks.is_word() && (marks.is_lemma() || marks.may_begin() || marks.may_end())
    }

    /// Whether every word of a phrase is a small word or stands in the published texts.
    pub(crate) fn published(&self, phrase: &str) -> bool {
        phrase.split(' ').all(|word| {
            let parts = Self::plain(word);
            let stands = !parts.is_empty() && parts.iter().all(|part| self.texts.contains(part));
            stands || self.stop(word)
        })
    }

    /// As the search reads it: `én` is `en`.
    fn plain(word: &str) -> Vec<String> {
        search::text::words(word, 4).into_iter().filter(|w| !w.joined).map(|w| w.text).collect()
    }
}

impl Words for Vocabulary {
    fn known(&self, word: &str) -> bool {
        let parts = Self::plain(word);
        !parts.is_empty()
            && parts.iter().all(|word| {
                self.texts.contains(word)
                    || self.in_dictionary(word)
                    || self.lexicon.right_spelling(word).is_some()
                    || self
                        .lexicon
                        .splitter
                        .split(&self.lexicon.list, word, |part| self.texts.contains(part))
                        .is_some()
            })
    }

    fn stop(&self, word: &str) -> bool {
        self.lexicon.is_stop_danish(word) || self.lexicon.is_stop_english(word)
    }

    fn stem(&self, word: &str) -> String {
        let right = self.lexicon.right_spelling(word).unwrap_or(word);
        self.lexicon.stems.danish(&search::text::digraph_key(right))
    }

    fn parts(&self, word: &str) -> Vec<String> {
        let right = self.lexicon.right_spelling(word).unwrap_or(word);
        let split = self
            .lexicon
            .splitter
            .split(&self.lexicon.list, right, |part| self.texts.contains(part));
        split
            .map(|split| split.parts)
            .unwrap_or_default()
            .iter()
            .map(|part| self.stem(part))
            .collect()
    }
}

impl App {
    /// What is known of words now.
    pub(crate) async fn vocabulary(&self) -> Outcome<Arc<Vocabulary>> {
        let knowledge = self.knowledge().await?;
        if let Some(known) = self.0.memory.vocabulary()
            && known.seq == knowledge.seq
        {
            return Ok(known);
        }
        let lexicon = self.index.lexicon();
        let made = tokio::task::spawn_blocking(move || Vocabulary::of(&knowledge, lexicon)).await;
        let made = Arc::new(made.map_err(|_| Problem::Unavailable { code: "unexpected" })?);
        self.0.memory.keep_vocabulary(made.clone());
        Ok(made)
    }
}
