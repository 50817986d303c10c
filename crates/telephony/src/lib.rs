//! Telephony: calls over SIP and from the browser, with media, turned into commands and events.
//!
//! [`screen`] is the gate that every message passes before the SIP stack sees it; [`media`] is sound,
//! packet by packet; [`browser`] is the telephone in an agent's browser.

pub mod browser;
pub mod exchange;
pub mod media;
pub mod screen;
pub mod sdp;
pub mod sip;
