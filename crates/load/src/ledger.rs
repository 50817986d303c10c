//! What was acknowledged, what was received, and the difference between them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

/// A message as a side received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub seq: i64,
    pub id: Uuid,
    /// `citizen` or `agent`.
    pub from: String,
    pub text: String,
}

impl Line {
    /// The message in an entry of a conversation; `None` for notices.
    #[must_use]
    pub fn of_entry(entry: &Value) -> Option<Self> {
        if entry["type"] != "message" {
            return None;
        }
        Some(Self {
            seq: entry["seq"].as_i64()?,
            id: entry["message_id"].as_str()?.parse().ok()?,
            from: entry["from"].as_str()?.to_owned(),
            text: entry["text"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

/// The messages of a frame or of an answer of `entries`.
#[must_use]
pub fn lines_of(document: &Value) -> Vec<Line> {
    let entries = document["entries"].as_array().into_iter().flatten();
    let events = document["events"].as_array().into_iter().flatten().map(|event| &event["entry"]);
    entries.chain(events).filter_map(Line::of_entry).collect()
}

/// Messages that the server has acknowledged, with the number it gave where it said so.
pub type Acknowledged = BTreeMap<Uuid, Option<i64>>;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Acknowledged and never received.
    pub lost: usize,
    /// Received more than once.
    pub doubled: usize,
    /// Received after a later one, or under another number than was acknowledged.
    pub out_of_order: usize,
}

impl Tally {
    #[must_use]
    pub const fn is_clean(self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.out_of_order == 0
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.out_of_order += other.out_of_order;
    }
}

/// Compares what one side received, in the order of receiving, with what was acknowledged.
#[must_use]
pub fn compare(acknowledged: &Acknowledged, received: &[Line]) -> Tally {
    let ids: BTreeSet<Uuid> = received.iter().map(|line| line.id).collect();
    let backwards = received.windows(2).filter(|pair| pair[1].seq <= pair[0].seq).count();
    let renumbered = received
        .iter()
        .filter(|line| matches!(acknowledged.get(&line.id), Some(Some(seq)) if *seq != line.seq))
        .count();
    Tally {
        lost: acknowledged.keys().filter(|id| !ids.contains(id)).count(),
        doubled: received.len() - ids.len(),
        out_of_order: backwards + renumbered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: i64, id: u128) -> Line {
        Line { seq, id: Uuid::from_u128(id), from: "citizen".to_owned(), text: String::new() }
    }

    #[test]
    fn every_kind_of_difference_is_counted() {
        let acknowledged: Acknowledged = [(1, Some(3)), (2, Some(4)), (3, None)]
            .map(|(id, seq)| (Uuid::from_u128(id), seq))
            .into();
        let good = [line(3, 1), line(4, 2), line(9, 3)];
        assert!(compare(&acknowledged, &good).is_clean());
        assert_eq!(compare(&acknowledged, &good[..2]).lost, 1);
        let doubled = [line(3, 1), line(4, 2), line(9, 3), line(9, 3)];
        assert_eq!(compare(&acknowledged, &doubled).doubled, 1);
        let swapped = [line(4, 2), line(3, 1), line(9, 3)];
        assert_eq!(compare(&acknowledged, &swapped).out_of_order, 1);
        let renumbered = [line(3, 1), line(5, 2), line(9, 3)];
        assert_eq!(compare(&acknowledged, &renumbered).out_of_order, 1);
    }
}
