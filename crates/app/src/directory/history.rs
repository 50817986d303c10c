//! What was changed in the directory, in words.

use std::collections::BTreeSet;

use base::{Id, Outcome, TopicKey, UnitKey, UnixMillis, kind};
use rules::directory::{Condition, EntryId};
use serde::Serialize;
use serde_json::{Map, Value};
use store::directory::changes::Change;
use utoipa::ToSchema;

use super::views::Drawing;
use crate::App;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryChange {
    #[schema(value_type = String)]
    pub id: Id<kind::Change>,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// The name of who did it; `None`: an import.
    pub by: Option<String>,
    /// `by-hand`, `import`, `request` or `confirmed`.
    pub how: String,
    /// `department`, `unit`, `person`, `line`, `responsibility` or `absence`.
    pub kind: String,
    pub item: String,
    /// What it is called, or was.
    pub name: String,
    /// What is different; empty when somebody said that all of it is right.
    pub fields: Vec<ChangedField>,
}

/// A field before and after; ids are written as names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedField {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl App {
    pub(super) async fn changes_told(
        &self,
        drawing: &Drawing<'_>,
        changes: Vec<Change>,
    ) -> Outcome<Vec<DirectoryChange>> {
        let mut told = Vec::with_capacity(changes.len());
        for change in changes {
            let by = match change.by {
                Some(person) => self.person_card(person).await?.map(|card| card.name.clone()),
                None => None,
            };
            let known = change.after.as_ref().or(change.before.as_ref());
            let name = known.map(|value| name_of(drawing, value)).unwrap_or_default();
            let fields = fields(drawing, change.before.as_ref(), change.after.as_ref());
            let Change { id, at, how, kind, item, .. } = change;
            told.push(DirectoryChange { id, at, by, how, kind, item, name, fields });
        }
        Ok(told)
    }
}

/// What a thing is called: its own name, its address, its topic, or whose it is.
fn name_of(drawing: &Drawing<'_>, value: &Map<String, Value>) -> String {
    let named = ["name", "address", "topic", "entry", "way"]
        .into_iter()
        .find_map(|field| value.get(field).map(|value| (field, value)));
    named.map(|(field, value)| text(drawing, field, value)).unwrap_or_default()
}

fn fields(
    drawing: &Drawing<'_>,
    before: Option<&Map<String, Value>>,
    after: Option<&Map<String, Value>>,
) -> Vec<ChangedField> {
    let names: BTreeSet<&String> =
        before.into_iter().chain(after).flat_map(serde_json::Map::keys).collect();
    names
        .into_iter()
        .filter_map(|field| {
            let of = |value: Option<&Map<String, Value>>| value.and_then(|v| v.get(field)).cloned();
            let (before, after) = (of(before), of(after));
            (before != after).then(|| ChangedField {
                before: before.map(|value| text(drawing, field, &value)),
                after: after.map(|value| text(drawing, field, &value)),
                field: field.clone(),
            })
        })
        .collect()
}

/// A value as people read it.
fn text(drawing: &Drawing<'_>, field: &str, value: &Value) -> String {
    match (field, value) {
        (_, Value::Array(all)) => {
            let texts: Vec<String> = all.iter().map(|one| text(drawing, field, one)).collect();
            texts.join(", ")
        }
        ("conditions", value) => serde_json::from_value::<Condition>(value.clone())
            .map_or_else(|_| value.to_string(), |condition| condition.to_string()),
        (_, Value::Object(holder)) => {
            let parts = holder.iter().map(|(field, value)| text(drawing, field, value));
            parts.collect::<Vec<_>>().join(" ")
        }
        ("deputies" | "people" | "entry", Value::String(id)) => {
            let person = id.parse::<EntryId>().ok().and_then(|id| drawing.person_name(id));
            person.map_or_else(|| id.clone(), |person| person.name)
        }
        ("unit" | "parent" | "part_of", Value::String(key)) => {
            UnitKey::new(key).map_or_else(|_| key.clone(), |key| drawing.unit_name(&key).name)
        }
        ("topic" | "topics", Value::String(key)) => {
            TopicKey::new(key).map_or_else(|_| key.clone(), |key| drawing.topic(&key).title)
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}
