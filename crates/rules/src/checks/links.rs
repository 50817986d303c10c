//! Where links lead and what they are called.

use std::collections::BTreeSet;

use base::TopicKey;

use super::markdown::{Read, markdown_of};
use super::marks::{Looks, in_latin, judge};
use super::{Field, MOST_BYTES, Report, Severity, say};
use crate::guides::{NodeKind, Way};
use crate::workshop::Text;

/// Names that do not say where a link leads.
const VAGUE: [&str; 24] = [
    "her",
    "klik",
    "klik her",
    "tryk her",
    "link",
    "dette link",
    "via dette link",
    "se her",
    "læs her",
    "læs mere",
    "læs mere her",
    "mere",
    "se mere",
    "hent her",
    "gå til",
    "find det her",
    "here",
    "click here",
    "click",
    "read more",
    "more",
    "this link",
    "see here",
    "learn more",
];

impl Report<'_> {
    /// The links of a Markdown text.
    pub(super) fn links(&mut self, field: &mut Field<'_>, read: &Read) {
        for link in &read.links {
            self.steps += (link.to.len() + link.label.len()) as u64;
            self.link_target(field, link.place.clone(), &link.to);
            let label = link.label.trim_end_matches(['.', ':', '!', '»', ' ']).to_lowercase();
            if label.is_empty() {
                self.add(field, link.place.clone(), say("link-nameless", Severity::Error));
            } else if VAGUE.contains(&label.as_str()) {
                self.add(field, link.place.clone(), say("link-vague", Severity::Warning));
            } else if label.starts_with("http://") || label.starts_with("https://") {
                self.add(field, link.place.clone(), say("link-address", Severity::Hint));
            }
        }
    }

    fn link_target(&mut self, field: &mut Field<'_>, place: std::ops::Range<usize>, to: &str) {
        if let Some(slug) = to.strip_prefix("topic:") {
            let Some((code, severity)) = self.topic_fault(slug) else { return };
            self.add(field, place, say(code, severity).arg("topic", slug));
            return;
        }
        if let Some((code, severity)) = address_fault(to) {
            self.add(field, place.clone(), say(code, severity));
        }
        if let Some(host) = odd_host(to) {
            let said = say("host-letters", Severity::Error)
                .arg("host", host)
                .arg("latin", in_latin(host).unwrap_or_default());
            self.add(field, place, said);
        }
    }

    /// What is wrong with a topic that is referred to.
    fn topic_fault(&self, slug: &str) -> Option<(&'static str, Severity)> {
        match TopicKey::new(slug) {
            Ok(topic) if self.known.expired.contains(&topic) => {
                Some(("expired-topic", Severity::Error))
            }
            Ok(topic) if self.topic == Some(&topic) && self.municipality.is_none() => {
                Some(("link-to-itself", Severity::Warning))
            }
            Ok(topic) if self.known.topics.contains(&topic) => None,
            _ => Some(("unknown-topic", Severity::Error)),
        }
    }

    /// A topic named by a field of its own.
    pub(super) fn topic_reference(&mut self, part: Option<&str>, name: &str, topic: &TopicKey) {
        if let Some((code, severity)) = self.topic_fault(topic.as_str()) {
            self.at(part, name, say(code, severity).arg("topic", topic));
        }
    }

    pub(super) fn related(&mut self, related: &[TopicKey]) {
        for (index, topic) in related.iter().enumerate() {
            self.topic_reference(None, &format!("related.{index}"), topic);
        }
    }

    /// A field that holds an address.
    pub(super) fn address(&mut self, name: &str, url: &str) {
        self.address_in(None, name, url);
    }

    pub(super) fn address_in(&mut self, part: Option<&str>, name: &str, url: &str) {
        if url.len() > MOST_BYTES {
            self.too_big(part, name, url);
            return;
        }
        let mut field = Field::new(part, name, url);
        self.marks(&mut field);
        if let Some((code, severity)) = address_fault(url) {
            self.add(&mut field, 0..url.len(), say(code, severity));
        }
        if let Some(host) = odd_host(url) {
            let said = say("host-letters", Severity::Error)
                .arg("host", host)
                .arg("latin", in_latin(host).unwrap_or_default());
            self.add(&mut field, 0..url.len(), said);
        }
    }
}

/// What is wrong with the form of an address.
fn address_fault(url: &str) -> Option<(&'static str, Severity)> {
    // What browsers leave out of a scheme does not hide it.
    let bare: String = url
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    if ["javascript:", "vbscript:", "data:"].iter().any(|scheme| bare.starts_with(scheme)) {
        return Some(("dangerous-link", Severity::Error));
    }
    if !url.starts_with("https://") || url.contains(char::is_whitespace) {
        return Some(("not-https", Severity::Error));
    }
    let host = host_of(url);
    if url["https://".len()..].split(['/', '?', '#']).next().is_some_and(|who| who.contains('@')) {
        return Some(("link-disguised", Severity::Error));
    }
    if host.split('.').any(|label| label.starts_with("xn--")) {
        return Some(("link-encoded", Severity::Warning));
    }
    if host.is_empty() || !host.contains('.') {
        return Some(("not-https", Severity::Error));
    }
    None
}

/// The host of an address, whatever its scheme.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(rest, |(host, _)| host)
}

/// The host, when a word of it is written in letters that are not what they look like.
fn odd_host(url: &str) -> Option<&str> {
    let host = host_of(url);
    host.split(['.', '-'])
        .any(|label| matches!(judge(label), Some(Looks::Mixed | Looks::Foreign)))
        .then_some(host)
}

/// Where a text leads outside: every `https://` address it names.
#[must_use]
pub fn outer_links(text: &Text) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut markdown = |text: &str| {
        if text.len() <= MOST_BYTES {
            found.extend(markdown_of(text).links.into_iter().map(|link| link.to));
        }
    };
    let nodes = match text {
        Text::Article(article) => {
            article.parts.iter().for_each(|part| markdown(&part.markdown));
            found.extend(article.self_service.iter().map(|service| service.url.clone()));
            found.extend(article.authority.iter().map(|authority| authority.url.clone()));
            &[][..]
        }
        Text::Variant(variant) => {
            variant.parts.iter().for_each(|part| markdown(&part.markdown));
            found.extend(variant.self_service.iter().map(|service| service.url.clone()));
            &[][..]
        }
        Text::Guide(guide) => &guide.nodes[..],
        Text::Branches(branches) => &branches.nodes[..],
    };
    for node in nodes {
        if node.markdown.len() <= MOST_BYTES {
            found.extend(markdown_of(&node.markdown).links.into_iter().map(|link| link.to));
        }
        if let NodeKind::Answer(ways) = &node.kind {
            found.extend(ways.iter().filter_map(|way| match way {
                Way::Link { url, .. } => Some(url.clone()),
                _ => None,
            }));
        }
    }
    found.retain(|url| url.starts_with("https://"));
    found
}
