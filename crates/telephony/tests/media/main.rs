//! The plane with real sockets at both ends: telephones, a browser's WebRTC and a browser.
#![expect(clippy::unwrap_used, reason = "a test fails where its ground gives way")]

mod browsers;
mod chromium;
mod house;
mod keeping;
mod phone;
mod prompts;
mod strangers;
mod telephones;
