//! Words to stems: Snowball with a map of exceptions over it.
//!
//! Danish Snowball merges `have`, `haven` and `hav` and keeps `børn` and `barn` apart. The map
//! (`irregular` in search-words.toml) puts both right; it is asked before and after the stemmer.

use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};

/// Danish and English stemmers with the Danish exceptions.
#[derive(Clone)]
pub struct Stems {
    danish: Stemmer,
    english: Stemmer,
    irregular: HashMap<String, String>,
}

impl Stems {
    /// `irregular` maps forms to the word whose stem they share.
    #[must_use]
    pub fn new(irregular: HashMap<String, String>) -> Self {
        Self {
            danish: Stemmer::new(Algorithm::Danish),
            english: Stemmer::new(Algorithm::English),
            irregular,
        }
    }

    /// The stem of a Danish word in lower case.
    #[must_use]
    pub fn danish(&self, word: &str) -> String {
        if let Some(stem) = self.irregular.get(word) {
            return stem.clone();
        }
        if word.bytes().any(|b| b.is_ascii_digit()) {
            return word.to_owned();
        }
        let stem = self.danish.stem(word);
        // The English -s of the site's own name words and the genitive of short names stay.
        let stem = if stem.chars().count() < 2 { word } else { stem.as_ref() };
        self.irregular.get(stem).cloned().unwrap_or_else(|| stem.to_owned())
    }

    /// The stem of an English word in lower case.
    #[must_use]
    pub fn english(&self, word: &str) -> String {
        self.english.stem(word).into_owned()
    }
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").field("irregular", &self.irregular.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems() -> Stems {
        let pairs = [("børn", "barn"), ("bøger", "bog"), ("haven", "have"), ("have", "have")];
        Stems::new(pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).into())
    }

    #[test]
    fn irregular_plurals_meet_their_singular() {
        assert_eq!(stems().danish("børnene"), stems().danish("barnet"));
        assert_eq!(stems().danish("bøger"), stems().danish("bogen"));
    }

    #[test]
    fn the_garden_is_not_the_sea() {
        assert_ne!(stems().danish("haven"), stems().danish("havet"));
    }
}
