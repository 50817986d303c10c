//! Drives a running Straks from outside, as browsers do: the same addresses, cookies and sockets,
//! no knowledge of its inside.
//!
//! Read first: [`citizen`] and [`agent`] (the two sides of a conversation), [`ledger`] (what was
//! acknowledged against what was received), [`evening`] (the load run), [`calls`] (the same by
//! telephone). The tests of the program use the same clients.

pub mod agent;
pub mod calls;
pub mod citizen;
pub mod directory;
pub mod evening;
pub mod ledger;
pub mod node;
pub mod search;
pub mod site;
pub mod socket;
