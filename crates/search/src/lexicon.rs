//! What search knows of the language, apart from the pages: word list, stems, compounds, stop
//! words, synonyms, known misspellings.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::spelling::nearest;
use crate::split::Splitter;
use crate::stem::Stems;
use crate::text::{Fingerprint, digraph_key, words};
use crate::weights::FIELD_WORDS;
use wordlist::WordList;

/// Why a lexicon cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    #[error("{file}, line {line}: expected `words, words = word`")]
    Line { file: &'static str, line: usize },
    #[error("search-words.toml: {0}")]
    Words(#[from] toml::de::Error),
}

/// What a lexicon is made of.
#[derive(Debug, Clone, Default)]
pub struct LexiconTexts<'a> {
    /// [`crate::built_in_words`], or a list of a test's own.
    pub list: WordList,
    /// `content/synonyms.txt`: what people say = the official term.
    pub synonyms: &'a str,
    /// `content/spelling.txt`: misspelt = right.
    pub spelling: &'a str,
    /// `content/search-words.toml`: stop words, irregular forms, compounds.
    pub words: &'a str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WordsFile {
    stop_da: Vec<String>,
    stop_en: Vec<String>,
    connectors: Vec<String>,
    places: Vec<String>,
    weak: Vec<String>,
    irregular: HashMap<String, String>,
    compounds: CompoundsFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CompoundsFile {
    whole: Vec<String>,
    fixed: HashMap<String, String>,
    endings: Vec<String>,
    beginnings: Vec<String>,
    parts: Vec<String>,
}

/// The official term a synonym stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    pub term: String,
    /// Stems of the term's words.
    pub stems: Vec<String>,
}

/// See the module. Made once, shared by index and queries.
#[derive(Debug)]
pub struct Lexicon {
    pub list: WordList,
    pub splitter: Splitter,
    pub stems: Stems,
    stop_danish: HashSet<String>,
    stop_english: HashSet<String>,
    connectors: HashSet<String>,
    places: HashSet<String>,
    /// Stems of words that many subjects share.
    weak: HashSet<String>,
    /// By the keys of the stems of what people say, joined by blanks.
    synonyms: HashMap<String, Vec<Synonym>>,
    /// Words that are a synonym by themselves: right spellings, like the words of the pages.
    pub synonym_words: Vec<String>,
    longest_synonym: usize,
    spelling: HashMap<String, String>,
    fingerprint: u64,
}

impl Lexicon {
    /// The lexicon of a folder of content, by the paths in it, with the word list built in.
    ///
    /// # Errors
    /// As [`Lexicon::load`].
    pub fn of_content(files: &[(String, String)]) -> Result<Self, LexiconError> {
        let file = |name: &str| {
            files.iter().find(|(path, _)| path == name).map_or("", |(_, text)| text.as_str())
        };
        let mut lexicon = Self::load(LexiconTexts {
            list: crate::built_in_words(),
            synonyms: file("synonyms.txt"),
            spelling: file("spelling.txt"),
            words: file("search-words.toml"),
        })?;
        let texts = files.iter().filter(|(path, _)| path.ends_with(".md"));
        lexicon.learn(texts.map(|(_, text)| text.as_str()));
        Ok(lexicon)
    }

    /// Learns what the compounds of these texts are made of.
    fn learn<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let said: HashSet<String> =
            texts.flat_map(|text| words(text, FIELD_WORDS)).map(|word| word.text).collect();
        self.splitter.learn(&self.list, said.iter().map(String::as_str));
        for (part, counts) in &self.splitter.counted {
            let print = Fingerprint::default().with(part.as_bytes());
            let print = counts.iter().fold(print, |print, count| print.with(&count.to_le_bytes()));
            self.fingerprint ^= print.finish();
        }
    }

    /// # Errors
    /// [`LexiconError`] with the file and line that cannot be read.
    pub fn load(texts: LexiconTexts<'_>) -> Result<Self, LexiconError> {
        let file: WordsFile = toml::from_str(texts.words)?;
        let stems = Stems::new(file.irregular);
        let weak = file.weak.iter().map(|word| stems.danish(word)).collect();
        let keys = |words: Vec<String>| words.iter().map(|word| digraph_key(word)).collect();
        let print = Fingerprint::default()
            .with(&texts.list.fingerprint().to_le_bytes())
            .with(texts.words.as_bytes());
        let mut lexicon = Self {
            list: texts.list,
            splitter: Splitter {
                whole: file.compounds.whole.into_iter().collect(),
                fixed: file
                    .compounds
                    .fixed
                    .into_iter()
                    .map(|(word, parts)| (word, parts.split(' ').map(str::to_owned).collect()))
                    .collect(),
                endings: file.compounds.endings.into_iter().collect(),
                beginnings: file.compounds.beginnings.into_iter().collect(),
                parts: file.compounds.parts.into_iter().collect(),
                ..Splitter::default()
            },
            stems,
            stop_danish: keys(file.stop_da),
            stop_english: file.stop_en.into_iter().collect(),
            connectors: keys(file.connectors),
            places: keys(file.places),
            weak,
            synonyms: HashMap::new(),
            synonym_words: Vec::new(),
            longest_synonym: 0,
            spelling: HashMap::new(),
            fingerprint: print.finish(),
        };
        for (line, left, right) in pairs(texts.spelling) {
            let right = right.ok_or(LexiconError::Line { file: "spelling.txt", line })?;
            for wrong in left.split(',') {
                lexicon.spelling.insert(wrong.trim().to_lowercase(), right.to_lowercase());
            }
        }
        for (line, left, right) in pairs(texts.synonyms) {
            let right = right.ok_or(LexiconError::Line { file: "synonyms.txt", line })?;
            lexicon.add_synonyms(left, right);
        }
        Ok(lexicon)
    }

    fn add_synonyms(&mut self, left: &str, right: &str) {
        let stems: Vec<String> = words(right, 12)
            .into_iter()
            .filter(|word| !word.joined && !self.is_stop_danish(&word.text))
            .map(|word| self.stems.danish(&word.text))
            .collect();
        let synonym = Synonym { term: right.to_owned(), stems };
        for phrase in left.split(',') {
            let said = words(phrase, 12);
            let plain: Vec<&str> =
                said.iter().filter(|word| !word.joined).map(|word| word.text.as_str()).collect();
            // `id-kort` is also said in one word; `p-plads` only so, its letter is no word.
            let letter = phrase
                .split([' ', '-'])
                .any(|part| part.chars().count() == 1 && phrase.contains('-'));
            let mut forms = if letter { Vec::new() } else { vec![plain.clone()] };
            forms.extend(said.iter().filter(|word| word.joined).map(|word| vec![&*word.text]));
            for form in forms {
                if let [word] = form[..] {
                    self.synonym_words.push(word.to_owned());
                }
                self.longest_synonym = self.longest_synonym.max(form.len());
                let key = self.synonym_key(form.iter().copied());
                let targets = self.synonyms.entry(key).or_default();
                if !targets.contains(&synonym) {
                    targets.push(synonym.clone());
                }
            }
        }
    }

    /// The same for every inflection and spelling of what is said.
    pub(crate) fn synonym_key<'a>(&self, words: impl Iterator<Item = &'a str>) -> String {
        let stems: Vec<String> = words.map(|word| self.stems.danish(&digraph_key(word))).collect();
        stems.join(" ")
    }

    /// What the words stand for.
    #[must_use]
    pub fn synonyms<'a>(&self, words: impl Iterator<Item = &'a str>) -> &[Synonym] {
        self.synonyms_by_key(&self.synonym_key(words))
    }

    pub(crate) fn synonyms_by_key(&self, key: &str) -> &[Synonym] {
        self.synonyms.get(key).map_or(&[], Vec::as_slice)
    }

    /// Words in the longest synonym.
    #[must_use]
    pub fn longest_synonym(&self) -> usize {
        self.longest_synonym
    }

    /// The right spelling of a word on the list of misspellings.
    #[must_use]
    pub fn right_spelling(&self, word: &str) -> Option<&str> {
        self.spelling.get(word).map(String::as_str)
    }

    /// A town or a municipality: says where, not what.
    #[must_use]
    pub fn is_place(&self, word: &str) -> bool {
        self.places.contains(&digraph_key(word))
    }

    #[must_use]
    pub fn is_stop_danish(&self, word: &str) -> bool {
        self.stop_danish.contains(&digraph_key(word))
    }

    /// Does the stem say little of the subject (`ansøgning`, `pris`)?
    #[must_use]
    pub fn is_weak(&self, stem: &str) -> bool {
        self.weak.contains(stem)
    }

    #[must_use]
    pub fn is_stop_english(&self, word: &str) -> bool {
        self.stop_english.contains(word)
    }

    /// Is what was typed one slip away from a stop word, and nearer to it than to what costs so much?
    pub(crate) fn is_nearer_to_stop(&self, typed: &str, english: bool, cost: f32) -> bool {
        let slip = if english {
            nearest(typed, self.stop_english.iter().map(String::as_str))
        } else {
            nearest(&digraph_key(typed), self.stop_danish.iter().map(String::as_str))
        };
        slip.is_some_and(|slip| slip < cost)
    }

    /// Does the word stand between two intents (`og`)?
    #[must_use]
    pub fn is_connector(&self, word: &str) -> bool {
        self.connectors.contains(&digraph_key(word))
    }

    /// Changes when anything changes that the index was built with. Synonyms and misspellings are
    /// asked at query time only and do not count.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// `left = right` lines with their numbers; `#` begins a comment.
fn pairs(text: &str) -> impl Iterator<Item = (usize, &str, Option<&str>)> {
    text.lines().enumerate().filter_map(|(number, line)| {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            return None;
        }
        let pair = line.split_once('=').map(|(left, right)| (left.trim(), right.trim()));
        Some(match pair {
            Some((left, right)) if !left.is_empty() && !right.is_empty() => {
                (number + 1, left, Some(right))
            }
            _ => (number + 1, line, None),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synonym_is_found_in_every_form_and_spelling() {
        let lexicon = Lexicon::load(LexiconTexts {
            synonyms: "# said = official\nid-kort, gult kort = legitimationskort\nlån = gæld",
            ..LexiconTexts::default()
        })
        .unwrap();
        for said in [&["idkort"][..], &["id", "kort"], &["gult", "kort"], &["laan"]] {
            assert_eq!(lexicon.synonyms(said.iter().copied()).len(), 1, "{said:?}");
        }
        assert!(lexicon.synonyms(["kort"].into_iter()).is_empty());
    }

    #[test]
    fn a_line_without_equals_is_reported_with_its_number() {
        let texts = LexiconTexts { synonyms: "a = b\n\nwrong", ..LexiconTexts::default() };
        let fault = Lexicon::load(texts).unwrap_err();
        assert!(fault.to_string().contains("synonyms.txt, line 3"), "{fault}");
    }

    #[test]
    fn the_fingerprint_follows_what_the_index_is_built_with() {
        let print = |words, synonyms| {
            let texts = LexiconTexts { words, synonyms, ..LexiconTexts::default() };
            Lexicon::load(texts).unwrap().fingerprint()
        };
        assert_eq!(print("", "a = b"), print("", "a = c"));
        assert_ne!(print("", ""), print("stop_da = [\"og\"]", ""));
    }
}
