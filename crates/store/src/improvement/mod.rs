//! The improvement loop: searches of the last day ([`episodes`]), what came of them as counts of
//! nobody in particular ([`counts`]), and the editors' worklist ([`worklist`]).
//!
//! Only [`episodes`] holds anything that belongs to one visitor, under a keyed hash that is not the
//! visitor mark, and for less than 24 hours.

pub mod counts;
pub mod episodes;
pub mod worklist;

pub use counts::{AreaCount, FrequentQuery, area_counts, frequent_queries};

/// Searches of citizens.
pub const CITIZENS: &str = "citizen";
/// Searches of staff; counted apart.
pub const STAFF: &str = "staff";
