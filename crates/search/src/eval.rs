//! Measures search on a file of queries with the topics they should find.
//!
//! The file has three columns between tabs, with a head: `query`, `slugs` (separated by blanks, the
//! best first; empty when nothing should be found) and `type`.

use std::collections::BTreeMap;
use std::fmt;

use base::{Language, MunicipalityKey};
use serde::Serialize;

use crate::answer::{Confidence, Query};
use crate::index::{Index, SearchError};
use crate::text::Fingerprint;

/// How many hits count.
const DEPTH: usize = 10;
/// The type of queries that nothing answers.
pub(crate) const NONE: &str = "none";

/// Why a file of queries cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    #[error("line {0}: expected query, slugs and type between tabs")]
    Line(usize),
    #[error(transparent)]
    Search(#[from] SearchError),
}

/// A query and what it should find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalQuery {
    pub text: String,
    pub topics: Vec<String>,
    pub kind: String,
}

/// The two halves of a file of queries, by a hash of the query: weights and word lists are tuned on
/// the one and judged on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Tune,
    HeldOut,
}

impl Half {
    #[must_use]
    pub fn of(query: &str) -> Self {
        if Fingerprint::of(query).is_multiple_of(2) { Self::HeldOut } else { Self::Tune }
    }
}

impl std::str::FromStr for Half {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "tune" => Ok(Self::Tune),
            "held-out" => Ok(Self::HeldOut),
            other => Err(format!("{other:?} is neither tune nor held-out")),
        }
    }
}

/// Reads a file of queries.
///
/// # Errors
/// [`EvalError::Line`] for a line that has not three columns.
pub fn parse(text: &str) -> Result<Vec<EvalQuery>, EvalError> {
    let lines = text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let columns: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
            let [text, topics, kind] = columns[..] else {
                return Err(EvalError::Line(number + 1));
            };
            Ok(EvalQuery {
                text: text.to_owned(),
                topics: topics.split_whitespace().map(str::to_owned).collect(),
                kind: kind.trim().to_owned(),
            })
        })
        .collect()
}

/// The measures of one type of query, or of all.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Scores {
    pub queries: usize,
    /// Gain 2 for the first topic, 1 for the others. Over queries that have an answer.
    pub ndcg_10: f64,
    pub recall_10: f64,
    /// Of the first right hit.
    pub mrr: f64,
    pub success_1: f64,
    /// Share that was abstained from: right for `none`, wrong for all other types.
    pub abstained: f64,
}

/// Microseconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Latency {
    pub p50_us: u64,
    pub p95_us: u64,
    pub p99_us: u64,
    pub max_us: u64,
}

/// What the evaluation found.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Report {
    /// All queries that have an answer.
    pub overall: Scores,
    /// The queries that have none.
    pub none: Scores,
    pub by_type: BTreeMap<String, Scores>,
    pub latency: Latency,
    pub outcomes: Vec<Outcome>,
}

/// One query's outcome, for looking at what went wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub query: String,
    pub kind: String,
    pub expected: Vec<String>,
    pub found: Vec<String>,
    pub ndcg_10: f64,
    pub abstained: bool,
    pub confidence: Confidence,
    pub took_us: u64,
}

/// How often each query is asked; its time is the median.
const TIMES: usize = 5;

/// Asks every query five times and measures. A query's time is the median of the five, so that a
/// busy machine does not stand for the search.
///
/// # Errors
/// [`EvalError`] when the index cannot be read.
pub fn evaluate(
    index: &Index,
    queries: &[EvalQuery],
    municipality: Option<&MunicipalityKey>,
) -> Result<Report, EvalError> {
    let mut outcomes = Vec::new();
    for asked in queries {
        let query = Query {
            text: asked.text.clone(),
            municipality: municipality.cloned(),
            limit: DEPTH,
            language: Language::Da,
            as_you_type: false,
            with_pages: true,
        };
        let mut answer = index.search(&query)?;
        let mut times = vec![answer.took_us];
        for _ in 1..TIMES {
            answer = index.search(&query)?;
            times.push(answer.took_us);
        }
        times.sort_unstable();
        let found: Vec<String> = answer.hits.iter().map(|hit| hit.topic.to_string()).collect();
        outcomes.push(Outcome {
            ndcg_10: ndcg(&found, &asked.topics),
            query: asked.text.clone(),
            kind: asked.kind.clone(),
            expected: asked.topics.clone(),
            found,
            abstained: answer.abstained,
            confidence: answer.confidence,
            took_us: times[TIMES / 2],
        });
    }
    Ok(report(outcomes))
}

/// Measures what another engine answered to the same queries: for each the topics, best first, and
/// the microseconds. Nothing found is abstaining.
#[must_use]
pub fn judge(queries: &[EvalQuery], answers: Vec<(Vec<String>, u64)>) -> Report {
    let outcomes = queries.iter().zip(answers).map(|(asked, (found, took_us))| Outcome {
        ndcg_10: ndcg(&found, &asked.topics),
        query: asked.text.clone(),
        kind: asked.kind.clone(),
        expected: asked.topics.clone(),
        abstained: found.is_empty(),
        found,
        confidence: Confidence::default(),
        took_us,
    });
    report(outcomes.collect())
}

fn report(outcomes: Vec<Outcome>) -> Report {
    let mut by_type: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &outcomes {
        by_type.entry(outcome.kind.clone()).or_default().push(outcome);
    }
    let answerable: Vec<&Outcome> = outcomes.iter().filter(|o| o.kind != NONE).collect();
    let unanswerable: Vec<&Outcome> = outcomes.iter().filter(|o| o.kind == NONE).collect();
    let mut times: Vec<u64> = outcomes.iter().map(|outcome| outcome.took_us).collect();
    times.sort_unstable();
    let percentile = |share: f64| {
        let at = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
        times.get(at).copied().unwrap_or(0)
    };
    Report {
        overall: scores(&answerable),
        none: scores(&unanswerable),
        by_type: by_type.iter().map(|(kind, these)| (kind.clone(), scores(these))).collect(),
        latency: Latency {
            p50_us: percentile(0.5),
            p95_us: percentile(0.95),
            p99_us: percentile(0.99),
            max_us: percentile(1.0),
        },
        outcomes,
    }
}

fn scores(outcomes: &[&Outcome]) -> Scores {
    let mean = |value: &dyn Fn(&Outcome) -> f64| {
        sum(outcomes.iter().map(|outcome| value(outcome))) / outcomes.len().max(1) as f64
    };
    let first =
        |outcome: &Outcome| outcome.found.iter().position(|found| outcome.expected.contains(found));
    Scores {
        queries: outcomes.len(),
        ndcg_10: mean(&|outcome| outcome.ndcg_10),
        recall_10: mean(&|outcome| {
            let held = outcome.expected.iter().filter(|topic| outcome.found.contains(topic));
            held.count() as f64 / outcome.expected.len().max(1) as f64
        }),
        mrr: mean(&|outcome| first(outcome).map_or(0.0, |at| 1.0 / (at + 1) as f64)),
        success_1: mean(&|outcome| f64::from(u8::from(first(outcome) == Some(0)))),
        abstained: mean(&|outcome| f64::from(u8::from(outcome.abstained))),
    }
}

/// The sum of nothing is 0; the standard library's is -0, and is printed so.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

fn ndcg(found: &[String], expected: &[String]) -> f64 {
    let discount = |at: usize| ((at + 2) as f64).log2();
    let gain = |at: usize| if at == 0 { 2.0 } else { 1.0 };
    let best: f64 = (0..expected.len().min(DEPTH)).map(|at| gain(at) / discount(at)).sum();
    if best == 0.0 {
        return 0.0;
    }
    let got = found.iter().take(DEPTH).enumerate().filter_map(|(at, topic)| {
        let rank = expected.iter().position(|wanted| wanted == topic)?;
        Some(gain(rank) / discount(at))
    });
    sum(got) / best
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<12}{:>8}{:>9}{:>11}{:>7}{:>11}{:>11}",
            "type", "queries", "nDCG@10", "recall@10", "MRR", "success@1", "abstained"
        )?;
        let mut row = |name: &str, scores: &Scores| {
            write!(f, "{name:<12}{:>8}", scores.queries)?;
            if name == NONE {
                write!(f, "{:>9}{:>11}{:>7}{:>11}", "–", "–", "–", "–")?;
            } else {
                write!(f, "{:>9.3}{:>11.3}", scores.ndcg_10, scores.recall_10)?;
                write!(f, "{:>7.3}{:>11.3}", scores.mrr, scores.success_1)?;
            }
            writeln!(f, "{:>10.1}%", scores.abstained * 100.0)
        };
        for (kind, scores) in &self.by_type {
            row(kind, scores)?;
        }
        row("all", &self.overall)?;
        let Latency { p50_us, p95_us, p99_us, max_us } = self.latency;
        writeln!(f, "microseconds: p50 {p50_us}, p95 {p95_us}, p99 {p99_us}, max {max_us}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_first_topic_counts_twice() {
        assert!((ndcg(&list("a b"), &list("a b")) - 1.0).abs() < 1e-9);
        let swapped = ndcg(&list("b a"), &list("a b"));
        assert!((swapped - (1.0 + 2.0 / 3f64.log2()) / (2.0 + 1.0 / 3f64.log2())).abs() < 1e-9);
    }

    #[test]
    fn what_finds_nothing_right_is_printed_without_a_sign() {
        assert_eq!(format!("{:.2}", ndcg(&list("x"), &list("a"))), "0.00");
        assert_eq!(format!("{:.2}", scores(&[]).abstained), "0.00");
    }

    #[test]
    fn a_line_without_three_columns_is_named() {
        let text = "query\tslugs\ttype\npas\tpas\tplain\npas pas";
        assert_eq!(
            parse(text).unwrap_err().to_string(),
            "line 3: expected query, slugs and type between tabs"
        );
        assert_eq!(parse("head\nvejr\t\tnone\n").unwrap()[0].topics, Vec::<String>::new());
    }
}
