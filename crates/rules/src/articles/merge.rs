//! Laying a local variant over its master.

use base::MunicipalityKey;
use serde::{Deserialize, Serialize};

use super::{Article, Fact, Part, SelfService, Variant};
use crate::content::plain_markdown;

/// One part as a citizen sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownPart {
    pub id: String,
    pub heading: String,
    pub markdown: String,
    /// The municipality's own text; it stands in the municipality's framed block.
    pub local: bool,
}

/// An article as the citizens of one municipality see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Whose variant it is; `None` when the master stands alone.
    pub municipality: Option<MunicipalityKey>,
    /// The master's facts.
    pub facts: Vec<Fact>,
    /// The municipality's own facts.
    pub local_facts: Vec<Fact>,
    /// The master's parts in their order, then those the variant adds in theirs.
    pub parts: Vec<ShownPart>,
    pub self_service: Option<SelfService>,
    /// The master has changed under the variant: its owner has a task.
    pub stale: bool,
}

/// What the citizens of one municipality see of an article.
///
/// A variant replaces the parts whose id the master has, adds the others, and its self-service link
/// takes the place of the master's. **Versions are never mixed** (product rule 8): when the variant
/// was written against another version of the master (`variant.of != master.version`), nothing of it
/// replaces anything. The master's own parts and self-service link stand, and of the variant only
/// what it *adds* is shown: its facts, its parts of ids the master does not have, and its
/// self-service link if the master has none. What it adds speaks of the place (address, hours,
/// a local fee) and stands in a block of its own, so it holds whatever the common text says; what it
/// replaces may contradict the new text around it.
///
/// What replaced a piece that the master has no more is no addition either: [`leave_behind`] takes it
/// out before.
///
/// A variant of another topic is no variant of this master and is left out.
#[must_use]
pub fn merge(master: &Article, variant: Option<&Variant>) -> Shown {
    let variant = variant.filter(|variant| variant.topic == master.topic);
    let stale = variant.is_some_and(|variant| variant.of != master.version);
    let current = variant.filter(|_| !stale);
    let own = |part: &Part| {
        current.and_then(|variant| variant.parts.iter().find(|local| local.id == part.id))
    };
    let mut parts: Vec<ShownPart> = master
        .parts
        .iter()
        .map(|part| match own(part) {
            Some(local) => shown(local, true),
            None => shown(part, false),
        })
        .collect();
    let added = variant.into_iter().flat_map(|variant| &variant.parts);
    parts.extend(
        added
            .filter(|local| master.parts.iter().all(|part| part.id != local.id))
            .map(|local| shown(local, true)),
    );
    let local_service = variant.and_then(|variant| variant.self_service.clone());
    let self_service = match &master.self_service {
        Some(service) if stale => Some(service.clone()),
        service => local_service.or_else(|| service.clone()),
    };
    Shown {
        municipality: variant.map(|variant| variant.municipality.clone()),
        facts: master.facts.clone(),
        local_facts: variant.map(|variant| variant.facts.clone()).unwrap_or_default(),
        parts,
        self_service,
        stale,
    }
}

/// Leaves of a variant whose master has moved on what it added to the master it was written against
/// (`base`). What it replaced there is outdated, and the next master may no longer have the piece: an
/// abolished rule must not live on as a municipality's own.
pub fn leave_behind(variant: &mut Variant, base: &Article) {
    variant.parts.retain(|own| base.parts.iter().all(|part| part.id != own.id));
    if base.self_service.is_some() {
        variant.self_service = None;
    }
}

/// The words of a shown article without markup, one paragraph a line: what the search reads.
#[must_use]
pub fn plain_text(shown: &Shown) -> String {
    let mut text = String::new();
    for fact in shown.facts.iter().chain(&shown.local_facts) {
        text.push_str(&fact.label);
        text.push_str(": ");
        text.push_str(&fact.value);
        if let Some(note) = &fact.note {
            text.push_str(" (");
            text.push_str(note);
            text.push(')');
        }
        text.push('\n');
    }
    for part in &shown.parts {
        text.push_str(&part.heading);
        text.push('\n');
        text.push_str(&plain_markdown(&part.markdown));
        text.push('\n');
    }
    text
}

fn shown(part: &Part, local: bool) -> ShownPart {
    ShownPart {
        id: part.id.clone(),
        heading: part.heading.clone(),
        markdown: part.markdown.clone(),
        local,
    }
}
