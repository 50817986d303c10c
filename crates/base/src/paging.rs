//! Long lists in pieces.

use serde::Serialize;

/// One piece of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give this back to get the next piece; `None` at the end.
    pub next: Option<String>,
}
