//! The use cases on both databases, with real content and a clock that the test owns.

mod areas;
mod bulk;
mod call_back;
mod calls;
mod calls_reconcile;
mod calls_targets;
mod directory;
mod duty;
mod evening;
mod exchange;
mod guides;
mod house;
mod imports;
mod improvement;
mod knowledge;
mod links;
mod login;
mod people;
mod recordings;
mod room;
mod scim;
mod semantic;
mod sites;
mod trail;
mod words;
mod workshop;
