//! What Straks decides, as functions of their input: no clock, no randomness, no I/O, no async.
//!
//! Read first: [`contacts`] (the life of a contact), [`queues`] (who gets it), [`people`] and
//! [`duty`] (who may), [`hours`] (open now? opens when?), [`articles`] and [`guides`] (what this
//! citizen sees), [`text`] (what free text must pass before it is stored).

pub mod areas;
pub mod articles;
pub mod bulk;
pub mod calendar;
pub mod calls;
pub mod checks;
pub mod contacts;
pub mod content;
pub mod directory;
pub mod duty;
pub mod guides;
pub mod hours;
pub mod improvement;
pub mod members;
pub mod people;
pub mod queues;
pub mod scim;
pub mod text;
pub mod workshop;
