//! Use cases: check the scope, load, let `rules` decide, write state + event + audit, ring the bell.
//!
//! Read first: [`contacts`] (the one door through which a contact changes), [`chat`] (what citizen
//! and agent say), [`queues`] (who gets it). Every use case is a method of [`App`], takes a
//! [`base::Scope`] first and answers with [`base::Outcome`].

use std::sync::Arc;

use base::{Clock, Outcome, Problem, Rng, TenantKey, UnixMillis};
use live::Hub;
use store::Database;
use store::streams::StreamKey;

pub mod areas;
pub mod articles;
pub mod audit;
pub mod calls;
pub mod chat;
pub mod contacts;
pub mod demo;
pub mod desk;
pub mod directory;
pub mod duty;
pub mod follow;
pub mod guides;
pub mod hand_overs;
pub mod improvement;
pub mod intake;
pub mod jobs;
pub mod login;
pub mod measures;
mod memory;
pub mod people;
pub mod privacy;
pub mod queues;
pub mod room;
pub mod scim;
pub mod search;
mod semantic;
pub mod settings;
pub mod trail;
pub mod words;
pub mod workshop;

/// What the program hands to the use cases.
pub struct Parts {
    pub tenant: TenantKey,
    pub database: Database,
    pub clock: Clock,
    pub rng: Rng,
    pub hub: Hub,
    pub bus: bus::Bus,
    pub index: ::search::Index,
    pub mailer: outbound::Mailer,
    /// Reads other people's sites.
    pub fetcher: ::intake::Fetcher,
    pub settings: Settings,
}

/// What an operator sets.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Demo mode: accounts with printed passwords, a clock that can be moved.
    pub demo: bool,
    /// Whether the outer links of published texts are tried every night.
    pub try_links: bool,
    /// `https://…` without a slash at the end: what links in e-mails begin with.
    pub public_address: String,
    /// The origin of the demonstration of a municipality's own site, which every member lists.
    pub demo_site: Option<String>,
    /// Key of links, marks and pseudonyms; 32 bytes, kept in the database of each consortium.
    pub secret: identity::Secret,
}

/// The use cases. Cloning shares everything.
#[derive(Clone)]
pub struct App(Arc<Whole>);

struct Whole {
    parts: Parts,
    memory: memory::Memory,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Whole { parts, memory: memory::Memory::default() }))
    }

    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// Rings the bell for streams that have grown, on this node and the others. Called after the
    /// commit.
    pub fn ring<'a>(&self, streams: impl IntoIterator<Item = &'a StreamKey>) {
        let names: Vec<String> = streams.into_iter().map(ToString::to_string).collect();
        self.bus.ring(&names);
    }
}

/// `None` looks like something that never was.
pub(crate) fn found<T>(value: Option<T>) -> Outcome<T> {
    value.ok_or(Problem::NotFound)
}
