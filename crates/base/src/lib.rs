//! The ground floor: what every other floor speaks in.
//!
//! Read first: [`id`] (typed ids and keys), [`time`] (instants and the [`Clock`] that is passed in),
//! [`problem`] (the one enum of what a user can be told), [`scope`] (who asks, with which reach).

pub mod chance;
pub mod id;
pub mod language;
pub mod paging;
pub mod problem;
pub mod scope;
pub mod time;

pub use chance::Rng;
pub use id::{DepartmentKey, Id, MunicipalityKey, TenantKey, TopicKey, UnitKey, kind};
pub use language::Language;
pub use paging::Page;
pub use problem::{Outcome, Problem};
pub use scope::{Actor, AreaReach, Reach, Right, Scope};
pub use time::{Clock, UnixMillis};
