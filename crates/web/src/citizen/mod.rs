//! The citizen's site: HTML from the server, complete without JavaScript, in Danish and English.
//!
//! Read first: [`visit`] (who asks, where, in which language, and what stands around a page),
//! [`pages`] (the pages as values). A handler asks `app`, lays the answer out and writes the page.

pub mod chat;
pub mod contact;
pub mod filters;
pub mod frame;
pub mod front;
pub mod guide;
pub mod icons;
pub mod letters;
pub mod pages;
pub mod plain;
pub mod preview;
pub mod problems;
pub mod search;
pub mod topic;
pub mod visit;
pub mod when;

use crate::assets;
use crate::routes::{Guard, Routes};

/// All routes of the citizen's site.
#[must_use]
pub fn routes() -> Routes {
    use Guard::{Open, Token, Visitor};
    Routes::new()
        .get("/", Open, front::pick)
        .get("/en", Open, visit::english)
        .get("/en/{*rest}", Open, visit::english)
        .get("/assets/{*name}", Open, assets::serve)
        .get("/theme.css", Open, plain::theme)
        .get("/icon.svg", Open, plain::site_icon)
        .get("/healthz", Open, plain::healthy)
        .get("/readyz", Open, plain::ready)
        .get("/api/v1/m/{municipality}/search", Open, search::api)
        .asks::<search::AskedByProgram>()
        .gives::<app::search::Found>()
        .get("/api/v1/m/{municipality}/suggest", Open, search::suggest)
        .asks::<search::AskedByProgram>()
        .gives_as::<Vec<app::words::Offered>>("suggestions")
        .get("/{municipality}", Open, front::with_slash)
        .get("/{municipality}/", Visitor, front::home)
        .get("/{municipality}/search", Visitor, search::results)
        .get("/{municipality}/topics", Visitor, front::topics)
        .get("/{municipality}/topic/{slug}", Visitor, topic::page)
        .post("/{municipality}/helped", Visitor, topic::helped)
        .get("/{municipality}/guide/{slug}", Visitor, guide::step)
        .get("/{municipality}/contact", Visitor, contact::list)
        .get("/{municipality}/contact/{department}", Visitor, contact::department)
        .get("/{municipality}/message", Visitor, letters::form)
        .post("/{municipality}/message", Visitor, letters::send)
        .get("/{municipality}/status/{ticket}", Token, letters::status)
        .get("/{municipality}/trail", Visitor, letters::trail)
        .post("/{municipality}/trail", Visitor, letters::forget)
        .get("/{municipality}/opensearch.xml", Visitor, plain::opensearch)
        .get("/{municipality}/privacy", Visitor, plain::privacy)
        .get("/{municipality}/accessibility", Visitor, plain::accessibility)
        .get("/{municipality}/chat", Visitor, chat::show)
        .post("/{municipality}/chat", Visitor, chat::begin)
        .get("/{municipality}/chat/code", Visitor, chat::code)
        .post("/{municipality}/chat/code", Visitor, chat::join)
        .post("/{municipality}/chat/say", Visitor, chat::say)
        .post("/{municipality}/chat/read", Visitor, chat::read)
        .post("/{municipality}/chat/end", Visitor, chat::end)
        .post("/{municipality}/chat/rate", Visitor, chat::rate)
        .get("/{municipality}/chat/entries", Visitor, chat::entries)
        .get("/{municipality}/chat/transcript", Visitor, chat::transcript)
        .get("/{municipality}/chat/live", Visitor, chat::socket)
        .get("/{municipality}/chat/live/poll", Visitor, chat::poll)
}
