//! What those see of a bulk change who work on its texts.

use std::collections::BTreeSet;

use base::{MunicipalityKey, TopicKey, UnixMillis};
use rules::bulk::{BulkId, Phase, Place, Rule};
use rules::workshop::diff::{Span, spans};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Named;

/// A bulk change as those see it who work on its texts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkView {
    #[schema(value_type = String)]
    pub id: BulkId,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub rule: Rule,
    #[schema(value_type = String)]
    pub phase: Phase,
    #[schema(value_type = Object)]
    pub by: Named,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    #[schema(value_type = Option<i64>)]
    pub publish_at: Option<UnixMillis>,
    /// Why the clock could not publish it, as the code of a problem; empty: nothing is wrong.
    pub refused: String,
    /// Give it back when approving.
    pub revision: i64,
    pub changes: Vec<ChangeView>,
    /// Texts that have the word too, and that its author may not change.
    pub out_of_reach: usize,
    pub can: BulkCan,
}

/// What a reader may do with a bulk change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkCan {
    pub edit: bool,
    /// A text of it waits for this reader.
    pub approve: bool,
    pub publish: bool,
}

/// A text that a bulk change touches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeView {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub kind: String,
    pub title: String,
    pub area: String,
    pub places: Vec<PlaceView>,
    pub left_out: bool,
    /// It is not any more what was previewed.
    pub changed_since: bool,
    /// What the check has found in what it would become: codes of its findings.
    pub findings: Vec<String>,
    pub asks_approval: bool,
    pub approved_by: Option<Named>,
}

/// A field that is changed, word by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceView {
    pub field: String,
    pub heading: String,
    #[schema(value_type = Vec<Object>)]
    pub spans: Vec<Span>,
    pub count: usize,
    pub left_out: bool,
}

/// A bulk change in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkRow {
    #[schema(value_type = String)]
    pub id: BulkId,
    pub find: String,
    pub replace: String,
    #[schema(value_type = String)]
    pub phase: Phase,
    #[schema(value_type = Object)]
    pub by: Named,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    #[schema(value_type = Option<i64>)]
    pub publish_at: Option<UnixMillis>,
    pub refused: String,
    pub texts: usize,
    /// Texts that have changed since the preview.
    pub changed: usize,
    /// A text of it waits for the reader's approval.
    pub waits_for_me: bool,
}

impl PlaceView {
    /// A place, with whether it is left out.
    pub(super) fn of(place: Place, left: &BTreeSet<String>) -> Self {
        Self {
            spans: spans(&place.before, &place.after),
            left_out: left.contains(&place.field),
            field: place.field,
            heading: place.heading,
            count: place.count,
        }
    }
}
