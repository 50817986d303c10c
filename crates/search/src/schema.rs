//! The fields of the index and how a document becomes them.
//!
//! All text is analysed here and handed to tantivy as ready tokens, so index and query cannot
//! disagree. Danish fields hold stems; `*_parts` hold the stems of the parts of compounds;
//! `surface` and `surface_en` hold each word (and part) as written, which makes the vocabulary.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};

use base::{MunicipalityKey, TopicKey};

use crate::document::{Document, DocumentKind};
use crate::lexicon::Lexicon;
use crate::live::Words;
use crate::text::words;
use crate::weights;

/// Raised whenever the same document would be indexed differently.
pub const VERSION: u32 = 2;

/// Positions between two aliases, so that no phrase reaches across.
const ALIAS_GAP: u32 = 20;

/// A searched field: its weight in the score, how sure a hit in it is, and whether it has phrases.
#[derive(Debug, Clone, Copy)]
pub struct Searched {
    pub name: &'static str,
    pub weight: f32,
    pub sure: f32,
    phrases: bool,
}

const fn searched(name: &'static str, weight: f32, sure: f32, phrases: bool) -> Searched {
    Searched { name, weight, sure, phrases }
}

/// The Danish fields.
pub const DANISH: [Searched; 7] = [
    searched("title", weights::TITLE, weights::SURE_TITLE, true),
    searched("alias", weights::ALIAS, weights::SURE_ALIAS, true),
    searched("summary", weights::SUMMARY, weights::SURE_SUMMARY, false),
    searched("body", weights::BODY, weights::SURE_BODY, true),
    searched("title_parts", weights::TITLE_PARTS, weights::SURE_PARTS, false),
    searched("alias_parts", weights::ALIAS_PARTS, weights::SURE_PARTS, false),
    searched("body_parts", weights::BODY_PARTS, weights::SURE_BODY_PARTS, false),
];
/// The English fields.
pub const ENGLISH: [Searched; 3] = [
    searched("title_en", weights::TITLE_EN, weights::SURE_TITLE, true),
    searched("alias_en", weights::ALIAS_EN, weights::SURE_ALIAS, true),
    searched("summary_en", weights::SUMMARY_EN, weights::SURE_SUMMARY, true),
];

/// The two languages words are indexed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tongue {
    Danish,
    English,
}

impl Tongue {
    #[must_use]
    pub fn fields(self) -> &'static [Searched] {
        match self {
            Self::Danish => &DANISH,
            Self::English => &ENGLISH,
        }
    }
}

/// What is stored of a document: what a hit shows, and its names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    pub key: String,
    pub topic: TopicKey,
    pub kind: DocumentKind,
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
    pub title_en: String,
    pub summary: String,
    pub summary_en: String,
    pub url_path: String,
    pub boost: f32,
    /// [`Document::fingerprint`].
    pub fingerprint: u64,
    pub aliases: Vec<String>,
    pub aliases_en: Vec<String>,
}

/// The schema with its fields at hand.
#[derive(Debug, Clone)]
pub struct Fields {
    pub schema: Schema,
    pub key: Field,
    pub card: Field,
    pub surface: Field,
    pub surface_en: Field,
    pub danish: [Field; DANISH.len()],
    pub english: [Field; ENGLISH.len()],
}

impl Default for Fields {
    fn default() -> Self {
        let mut schema = Schema::builder();
        let key = schema.add_text_field("key", STRING);
        let card = schema.add_text_field("card", STORED);
        let mut indexed = |name: &str, record: IndexRecordOption| {
            let indexing =
                TextFieldIndexing::default().set_tokenizer("raw").set_index_option(record);
            schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
        };
        let record = |field: Searched| {
            if field.phrases {
                IndexRecordOption::WithFreqsAndPositions
            } else {
                IndexRecordOption::WithFreqs
            }
        };
        let danish = DANISH.map(|field| indexed(field.name, record(field)));
        let english = ENGLISH.map(|field| indexed(field.name, record(field)));
        let surface = indexed("surface", IndexRecordOption::Basic);
        let surface_en = indexed("surface_en", IndexRecordOption::Basic);
        Self { schema: schema.build(), key, card, surface, surface_en, danish, english }
    }
}

impl Fields {
    #[must_use]
    pub fn of(&self, tongue: Tongue) -> &[Field] {
        match tongue {
            Tongue::Danish => &self.danish,
            Tongue::English => &self.english,
        }
    }
}

/// Turns documents into tantivy's form; remembers the parts of words it has split.
pub struct Analyzer<'a> {
    fields: &'a Fields,
    lexicon: &'a Lexicon,
    words: &'a Words,
    /// By word, as far as it has been met.
    read: HashMap<String, ReadWord>,
}

/// A Danish word as it is indexed.
struct ReadWord {
    stem: String,
    /// The stems of its parts and the parts.
    parts: Vec<(String, String)>,
}

#[derive(Default)]
struct Texts {
    tokens: Vec<Token>,
    next: u32,
}

impl Texts {
    fn push(&mut self, text: String, position: u32) {
        self.tokens.push(Token {
            position: position as usize,
            text,
            position_length: 1,
            ..Token::default()
        });
    }
    fn take(&mut self) -> PreTokenizedString {
        PreTokenizedString { text: String::new(), tokens: std::mem::take(&mut self.tokens) }
    }
}

impl<'a> Analyzer<'a> {
    #[must_use]
    pub fn new(fields: &'a Fields, lexicon: &'a Lexicon, words: &'a Words) -> Self {
        Self { fields, lexicon, words, read: HashMap::new() }
    }

    /// # Errors
    /// When the card is no JSON, which a document cannot cause.
    pub fn analyse(&mut self, document: &Document) -> serde_json::Result<TantivyDocument> {
        let fields = self.fields;
        let mut out = TantivyDocument::default();
        out.add_text(fields.key, &document.key);
        out.add_text(fields.card, serde_json::to_string(&card(document))?);
        let title = [document.title.as_str()];
        let aliases: Vec<&str> = document.aliases.iter().map(String::as_str).collect();
        let summary = [document.summary.as_str()];
        let body = [document.body.as_str()];
        let mut surface = Texts::default();
        let [title_field, alias, summary_field, body_field, title_parts, alias_parts, body_parts] =
            fields.danish;
        for (texts, field, parts_field) in [
            (&title[..], title_field, title_parts),
            (&aliases, alias, alias_parts),
            (&summary, summary_field, body_parts),
            (&body, body_field, body_parts),
        ] {
            let (stems, parts) = self.danish(texts, &mut surface);
            out.add_pre_tokenized_text(field, stems);
            out.add_pre_tokenized_text(parts_field, parts);
        }
        surface.tokens.sort_by(|a, b| a.text.cmp(&b.text));
        surface.tokens.dedup_by(|a, b| a.text == b.text);
        out.add_pre_tokenized_text(fields.surface, surface.take());

        let title = [document.title_en.as_str()];
        let aliases: Vec<&str> = document.aliases_en.iter().map(String::as_str).collect();
        let summary = [document.summary_en.as_str()];
        let mut surface = Texts::default();
        for (texts, field) in [&title[..], &aliases, &summary].into_iter().zip(fields.english) {
            let stems = self.english(texts, &mut surface);
            out.add_pre_tokenized_text(field, stems);
        }
        out.add_pre_tokenized_text(fields.surface_en, surface.take());
        Ok(out)
    }

    fn danish(
        &mut self,
        texts: &[&str],
        surface: &mut Texts,
    ) -> (PreTokenizedString, PreTokenizedString) {
        let mut stems = Texts::default();
        let mut parts = Texts::default();
        for text in texts {
            let from = stems.next;
            for word in words(text, weights::FIELD_WORDS) {
                let position = from + word.position;
                stems.next = position + ALIAS_GAP;
                if let Some(known) = self.read.get(&word.text) {
                    stems.push(known.stem.clone(), position);
                } else {
                    let found = match self.words.split_of(&word.text) {
                        Some(parts) => parts.unwrap_or_default().to_vec(),
                        None => self.lexicon.splitter.all_parts(&self.lexicon.list, &word.text),
                    };
                    let stem_of = |part: String| (self.lexicon.stems.danish(&part), part);
                    let read = ReadWord {
                        stem: self.lexicon.stems.danish(&word.text),
                        parts: found.into_iter().map(stem_of).collect(),
                    };
                    stems.push(read.stem.clone(), position);
                    self.read.insert(word.text.clone(), read);
                }
                for (stem, part) in &self.read[&word.text].parts {
                    parts.push(stem.clone(), position);
                    surface.push(part.clone(), 0);
                }
                surface.push(word.text, 0);
            }
        }
        (stems.take(), parts.take())
    }

    fn english(&self, texts: &[&str], surface: &mut Texts) -> PreTokenizedString {
        let mut stems = Texts::default();
        for text in texts {
            let from = stems.next;
            for word in words(text, weights::FIELD_WORDS) {
                let position = from + word.position;
                stems.push(self.lexicon.stems.english(&word.text), position);
                stems.next = position + ALIAS_GAP;
                surface.push(word.text, 0);
            }
        }
        stems.take()
    }
}

fn card(document: &Document) -> Card {
    Card {
        key: document.key.clone(),
        topic: document.topic.clone(),
        kind: document.kind,
        municipality: document.municipality.clone(),
        title: document.title.clone(),
        title_en: document.title_en.clone(),
        summary: document.summary.clone(),
        summary_en: document.summary_en.clone(),
        url_path: document.url_path.clone(),
        boost: document.boost,
        fingerprint: document.fingerprint(),
        aliases: document.aliases.clone(),
        aliases_en: document.aliases_en.clone(),
    }
}
