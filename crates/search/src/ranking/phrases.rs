//! Words that stand together on the page as they do in the query.

use tantivy::DocSet as _;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::IndexRecordOption;

use super::Ranking;
use crate::index::SearchError;
use crate::reading::{Asked, Reading, Term};
use crate::weights;

impl Ranking<'_> {
    /// For each page (best first) the bonus for words that stand together as in the query.
    pub(super) fn phrases(
        &self,
        reading: &Reading,
        pages: &[u32],
    ) -> Result<Vec<f32>, SearchError> {
        let mut bonus = vec![0.0_f32; pages.len()];
        let mut order: Vec<usize> = (0..pages.len()).collect();
        order.sort_unstable_by_key(|at| pages[*at]);
        for pair in reading.asked.windows(2) {
            let [first, second] = pair else { continue };
            if second.position - first.position > 3 {
                continue;
            }
            let (Some(first), Some(second)) = (single_term(first), single_term(second)) else {
                continue;
            };
            if first.tongue != second.tongue || first.id == second.id {
                continue;
            }
            // Opening and reading positions costs more than asking first.
            let (has_first, has_second) = (self.snapshot.has(first), self.snapshot.has(second));
            let both = |at: &usize| has_first(pages[*at]) && has_second(pages[*at]);
            let order: Vec<usize> = order.iter().copied().filter(both).collect();
            if order.is_empty() {
                continue;
            }
            let fields = self.snapshot.fields.of(first.tongue);
            let (title, body) = (fields[0], fields[if fields.len() > 3 { 3 } else { 2 }]);
            let mass = (first.idf + second.idf) / 2.0;
            for (field, slop, weight) in [
                (title, weights::PHRASE_TITLE_SLOP, weights::PHRASE_TITLE),
                (body, weights::PHRASE_BODY_SLOP, weights::PHRASE_BODY),
            ] {
                self.near(field, first, second, slop, &order, pages, |at| {
                    bonus[at] += weight * mass;
                })?;
            }
        }
        Ok(bonus)
    }

    fn near(
        &self,
        field: tantivy::schema::Field,
        first: &Term,
        second: &Term,
        slop: u32,
        order: &[usize],
        pages: &[u32],
        mut found: impl FnMut(usize),
    ) -> Result<(), SearchError> {
        let segments = &self.snapshot.readers;
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for (number, (segment, base)) in segments.iter().zip(&self.snapshot.bases).enumerate() {
            let end = self.snapshot.bases.get(number + 1).copied().unwrap_or(u32::MAX);
            let mut here = order.iter().filter(|at| (*base..end).contains(&pages[**at])).peekable();
            if here.peek().is_none() {
                continue;
            }
            let a = postings_of(segment, field, &first.stem, true)?;
            let b = postings_of(segment, field, &second.stem, true)?;
            let (Some(mut a), Some(mut b)) = (a, b) else { continue };
            for at in here {
                let document = pages[*at] - base;
                if seek(&mut a, document) && seek(&mut b, document) {
                    a.positions(&mut left);
                    b.positions(&mut right);
                    let close = left
                        .iter()
                        .any(|a| right.iter().any(|b| a != b && a.abs_diff(*b) <= 1 + slop));
                    if close {
                        found(*at);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The term of a word's best alternative, where that is one term.
fn single_term(asked: &Asked) -> Option<&Term> {
    match &asked.alternatives.first()?.terms[..] {
        [term] => Some(term),
        _ => None,
    }
}

fn seek(postings: &mut SegmentPostings, document: u32) -> bool {
    if postings.doc() < document {
        postings.seek(document);
    }
    postings.doc() == document
}

fn postings_of(
    segment: &tantivy::SegmentReader,
    field: tantivy::schema::Field,
    stem: &str,
    positions: bool,
) -> Result<Option<SegmentPostings>, SearchError> {
    let record = if positions {
        IndexRecordOption::WithFreqsAndPositions
    } else {
        IndexRecordOption::WithFreqs
    };
    let inverted = segment.inverted_index(field)?;
    let term = tantivy::Term::from_field_text(field, stem);
    let info = inverted.get_term_info(&term).map_err(tantivy::TantivyError::from)?;
    Ok(info
        .map(|info| inverted.read_postings_from_terminfo(&info, record))
        .transpose()
        .map_err(tantivy::TantivyError::from)?)
}
