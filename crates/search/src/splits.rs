//! How well compounds are split: a list of words with their parts, and what the splitter makes of it.

use std::collections::HashSet;
use std::fmt;

use crate::lexicon::Lexicon;

/// A line of the list that says nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0}: expected `word = part part | other part part`")]
pub struct LineError(usize);

/// A word that was not split as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub word: String,
    pub split: Vec<String>,
}

/// What the splitter made of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SplitReport {
    pub compounds: usize,
    /// As one of the ways that are right.
    pub exact: usize,
    /// Into right parts, but not all of any way that is right.
    pub partly: usize,
    pub missed: Vec<Fault>,
    /// Into something that is no part of it.
    pub wrong: Vec<Fault>,
    /// Words that are no compounds, and those of them that were split.
    pub wholes: usize,
    pub torn: Vec<Fault>,
}

impl SplitReport {
    fn share(count: usize, of: usize) -> f64 {
        count as f64 / of.max(1) as f64
    }

    /// The share of the compounds that are split as they should be.
    #[must_use]
    pub fn exact_share(&self) -> f64 {
        Self::share(self.exact, self.compounds)
    }

    /// The share of all words that are split as they must not be.
    #[must_use]
    pub fn wrong_share(&self) -> f64 {
        Self::share(self.wrong.len() + self.torn.len(), self.compounds + self.wholes)
    }
}

impl fmt::Display for SplitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |count, of| Self::share(count, of) * 100.0;
        let compounds = self.compounds;
        writeln!(f, "{compounds} compounds")?;
        writeln!(f, "  exact  {:5.1} %", percent(self.exact, compounds))?;
        writeln!(f, "  partly {:5.1} %", percent(self.partly, compounds))?;
        writeln!(f, "  missed {:5.1} %", percent(self.missed.len(), compounds))?;
        writeln!(f, "  wrong  {:5.1} %", percent(self.wrong.len(), compounds))?;
        writeln!(f, "{} other words", self.wholes)?;
        writeln!(f, "  split  {:5.1} %", percent(self.torn.len(), self.wholes))?;
        for (said, faults) in
            [("missed", &self.missed), ("wrong", &self.wrong), ("split", &self.torn)]
        {
            for fault in faults {
                writeln!(f, "{said}: {} {}", fault.word, fault.split.join("+"))?;
            }
        }
        Ok(())
    }
}

/// Splits the words of a list: `word = its parts | another right way`, or the word alone when it is no
/// compound; `#` begins a comment. Parts are compared by their stems.
///
/// # Errors
/// [`LineError`] with the line that is not of this form.
pub fn evaluate(lexicon: &Lexicon, list: &str) -> Result<SplitReport, LineError> {
    let stems = |parts: &[String]| -> Vec<String> {
        parts.iter().map(|part| lexicon.stems.danish(part)).collect()
    };
    let mut report = SplitReport::default();
    for (number, line) in (1..).zip(list.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (word, right) = match line.split_once('=') {
            Some((word, ways)) => (word.trim(), Some(ways)),
            None => (line, None),
        };
        if word.is_empty() || word.contains(' ') {
            return Err(LineError(number));
        }
        let split = lexicon.splitter.split(&lexicon.list, word, |_| false);
        let parts = split.map(|split| split.parts).unwrap_or_default();
        let fault = Fault { word: word.to_owned(), split: parts.clone() };
        let Some(right) = right else {
            report.wholes += 1;
            if !parts.is_empty() {
                report.torn.push(fault);
            }
            continue;
        };
        report.compounds += 1;
        let ways: Vec<Vec<String>> = right
            .split('|')
            .map(|way| stems(&way.split_whitespace().map(str::to_owned).collect::<Vec<_>>()))
            .collect();
        if ways.iter().any(|way| way.len() < 2) {
            return Err(LineError(number));
        }
        let found = stems(&parts);
        let known: HashSet<&String> = ways.iter().flatten().collect();
        if parts.is_empty() {
            report.missed.push(fault);
        } else if ways.contains(&found) {
            report.exact += 1;
        } else if found.iter().all(|part| known.contains(part)) {
            report.partly += 1;
        } else {
            report.wrong.push(fault);
        }
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::LexiconTexts;

    #[test]
    fn exact_missed_wrong_and_torn_words_are_told_apart() {
        let words = r#"[compounds]
            parts = ["sundhed", "kort", "bolig", "støtte", "land", "skab"]"#;
        let lexicon = Lexicon::load(LexiconTexts { words, ..LexiconTexts::default() }).unwrap();
        let list = "sundhedskort = sundhed kort # yes\nboligbidrag = bolig bidrag\n\
            boligstøtte = boli gstøtte\nlandskab\nkommune";
        let report = evaluate(&lexicon, list).unwrap();
        assert_eq!((report.compounds, report.exact, report.missed.len()), (3, 1, 1));
        assert_eq!((report.wrong.len(), report.wholes, report.torn.len()), (1, 2, 1));
        assert_eq!(evaluate(&lexicon, "a b"), Err(LineError(1)));
        assert_eq!(evaluate(&lexicon, "\na = b"), Err(LineError(2)));
    }
}
