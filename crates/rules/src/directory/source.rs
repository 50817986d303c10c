//! What an import says and what people here say, kept apart: an import replaces only its own.
//!
//! Each thing of the directory is a JSON object. What was changed by hand is kept field by field over
//! what the source says (`null`: the field is not there), so the next import changes what nobody
//! touched and leaves the rest; taking a change back lets the source speak again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An import that would remove more than this share of what it brought before is held back: a file
/// cut short must not empty a directory.
pub const MOST_REMOVED_PERCENT: usize = 20;
/// Fewer than these are removed without asking, however large their share.
const FEW: usize = 5;
/// Fields that say something only together: a number is none where one chats.
const TOGETHER: [&str; 2] = ["way", "address"];

/// One thing of the directory with both its sources.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    /// What the import says; `None` when it never had it, or has it no longer.
    pub imported: Option<Map<String, Value>>,
    /// What was changed by hand; empty when nothing was.
    pub by_hand: Map<String, Value>,
    /// Made here: it stands without any import.
    pub made_here: bool,
    /// Removed by hand: an import does not bring it back.
    pub removed: bool,
}

impl Record {
    /// Made by hand, without any source.
    #[must_use]
    pub fn made(value: Map<String, Value>) -> Self {
        Self { by_hand: value, made_here: true, ..Self::default() }
    }

    /// What holds; `None` when it is not there.
    #[must_use]
    pub fn value(&self) -> Option<Map<String, Value>> {
        if self.removed || (self.imported.is_none() && !self.made_here) {
            return None;
        }
        let mut value = self.imported.clone().unwrap_or_default();
        value.extend(self.by_hand.clone());
        value.retain(|_, said| !said.is_null());
        Some(value)
    }

    /// The same after somebody wrote `value` in its place.
    #[must_use]
    pub fn edited(self, value: Map<String, Value>) -> Self {
        match &self.imported {
            None => Self { by_hand: value, removed: false, ..self },
            Some(imported) => {
                Self { by_hand: difference(imported, &value), removed: false, ..self }
            }
        }
    }

    /// The same after an import that says this of it; `None`: the import has it no longer.
    #[must_use]
    pub fn synced(self, imported: Option<Map<String, Value>>) -> Self {
        Self { imported, ..self }
    }

    /// The same with the source's own word for one field, and for what goes with it; what was made
    /// here has no source.
    #[must_use]
    pub fn as_imported(mut self, field: &str) -> Self {
        if self.imported.is_some() {
            let together = |other: &str| TOGETHER.contains(&field) && TOGETHER.contains(&other);
            self.by_hand.retain(|other, _| other != field && !together(other));
        }
        self
    }
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub removed: Vec<String>,
    /// So many say the same as before.
    pub same: usize,
}

impl Plan {
    /// Whether somebody has to say that so much shall go.
    #[must_use]
    pub fn is_held_back(&self) -> bool {
        let before = self.changed.len() + self.removed.len() + self.same;
        self.removed.len() >= FEW && self.removed.len() * 100 > before * MOST_REMOVED_PERCENT
    }
}

/// Compares what an import brings with what it brought before, by the source's own ids.
#[must_use]
pub fn plan(
    before: &BTreeMap<String, Record>,
    brought: &BTreeMap<String, Map<String, Value>>,
) -> Plan {
    let mut plan = Plan::default();
    for (id, value) in brought {
        match before.get(id).and_then(|record| record.imported.as_ref()) {
            None => plan.added.push(id.clone()),
            Some(old) if old == value => plan.same += 1,
            Some(_) => plan.changed.push(id.clone()),
        }
    }
    let gone = before
        .iter()
        .filter(|(id, record)| record.imported.is_some() && !brought.contains_key(*id));
    plan.removed = gone.map(|(id, _)| id.clone()).collect();
    plan
}

/// What has to be said over `from` for it to become `to`. Values must hold no `null`: a field that is
/// not there is left out.
fn difference(from: &Map<String, Value>, to: &Map<String, Value>) -> Map<String, Value> {
    let differs = |field: &str| from.get(field) != to.get(field);
    let together = TOGETHER.iter().any(|field| differs(field));
    let fields = from.keys().chain(to.keys().filter(|field| !from.contains_key(*field)));
    fields
        .filter(|field| differs(field) || (together && TOGETHER.contains(&field.as_str())))
        .map(|field| (field.clone(), to.get(field).cloned().unwrap_or_default()))
        .collect()
}
