//! The job runner: claims due jobs, runs their handlers, tries again what failed.
//!
//! Every node runs one; there is no leader. What a job is and what "once" means stands in
//! [`store::jobs`].

mod backoff;
mod runner;

pub use backoff::pause_after;
pub use runner::{Failure, Handled, Runner, Then};
