//! The exchange as its neighbours see it: real sockets, real clients.
//!
//! Callers and those who are called are SIPp with the scenarios in `tests/sipp`; telephones that do
//! what no client would do are written out.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod baresip;
mod caller;
mod calls;
mod dialogs;
mod hostile;
mod house;
mod joining;
mod phones;
mod srtp;
mod torture;
mod trunks;
