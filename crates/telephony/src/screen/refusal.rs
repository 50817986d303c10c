//! The answer to a request that does not reach the stack.

use std::fmt;

use super::checks::{ALLOWED, via_of};
use super::headers::Headers;
use super::words::split;

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// 400, with words for whoever looks for the fault.
    Bad(&'static str),
    /// 405
    NotAllowed,
    /// 406: the sender cannot read our answer.
    Answer,
    /// 415
    Content,
    /// 416
    Scheme,
    /// 420, with what is not supported.
    Extension(Vec<String>),
    /// 501
    NotImplemented,
    /// 505
    Version,
}

impl Fault {
    /// Status, reason and the header that says what would do.
    fn answer(&self) -> (u16, &'static str, Option<(&'static str, String)>) {
        match self {
            Self::Bad(reason) => (400, reason, None),
            Self::NotAllowed => (405, "Method Not Allowed", Some(("Allow", ALLOWED.join(", ")))),
            Self::Answer => (406, "Not Acceptable", Some(("Accept", "application/sdp".into()))),
            Self::Content => {
                (415, "Unsupported Media Type", Some(("Accept", "application/sdp".into())))
            }
            Self::Scheme => (416, "Unsupported URI Scheme", None),
            Self::Extension(strange) => {
                (420, "Bad Extension", Some(("Unsupported", strange.join(", "))))
            }
            Self::NotImplemented => (501, "Not Implemented", Some(("Allow", ALLOWED.join(", ")))),
            Self::Version => (505, "Version Not Supported", None),
        }
    }
}

/// A finished answer, but for what only the sender of it knows: the tag, and where the request came
/// from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub reason: &'static str,
    /// The Via lines of the request, the nearest first.
    vias: Vec<String>,
    /// Other lines that go back as they came, and what is said besides.
    lines: Vec<(String, String)>,
    /// To, without a tag of its own if it had none.
    to: Option<String>,
}

impl Refusal {
    /// `None` when the request does not say how to answer it.
    pub(super) fn of(fault: Fault, headers: &Headers) -> Option<Self> {
        let (status, reason, more) = fault.answer();
        let more = more.map(|(name, value)| (name.to_owned(), value));
        let refusal = Self::because(status, reason, headers)?;
        Some(Self { lines: refusal.lines.into_iter().chain(more).collect(), ..refusal })
    }

    /// `None` when the request does not say how to answer it.
    pub(super) fn because(status: u16, reason: &'static str, headers: &Headers) -> Option<Self> {
        let vias: Vec<String> = headers
            .all("Via")
            .flat_map(|line| split(line, ',').unwrap_or_default())
            // What cannot be read is left out; without any there is no way back.
            .filter_map(loose_via)
            .collect();
        if vias.is_empty() {
            return None;
        }
        let copied = ["From", "Call-ID", "CSeq"]
            .into_iter()
            .filter_map(|name| headers.first(name).map(|value| (name.to_owned(), clean(value))));
        let lines = copied.collect();
        let to = headers.first("To").map(clean);
        Some(Self { status, reason, vias, lines, to })
    }

    /// The answer as text: `tag` is put to a To that has none; `received` is where the request came
    /// from, written into the nearest Via (RFC 3261, section 18.2.1; RFC 3581).
    #[must_use]
    pub fn answer(&self, tag: &str, received: std::net::SocketAddr) -> String {
        struct Answer<'a>(&'a Refusal, &'a str, std::net::SocketAddr);
        impl fmt::Display for Answer<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self(refusal, tag, from) = self;
                write!(f, "SIP/2.0 {} {}\r\n", refusal.status, refusal.reason)?;
                for (place, via) in refusal.vias.iter().enumerate() {
                    let place_of = if place == 0 {
                        let without: Vec<&str> = via
                            .split(';')
                            .filter(|part| !part.starts_with("rport"))
                            .filter(|part| !part.starts_with("received="))
                            .collect();
                        let (ip, port) = (from.ip(), from.port());
                        format!("{};received={ip};rport={port}", without.join(";"))
                    } else {
                        via.clone()
                    };
                    write!(f, "Via: {place_of}\r\n")?;
                }
                if let Some(to) = &refusal.to {
                    let tagged = to.rsplit('>').next().is_some_and(|rest| rest.contains("tag="));
                    let tag = if tagged { String::new() } else { format!(";tag={tag}") };
                    write!(f, "To: {to}{tag}\r\n")?;
                }
                for (name, value) in &refusal.lines {
                    write!(f, "{name}: {value}\r\n")?;
                }
                f.write_str("Content-Length: 0\r\n\r\n")
            }
        }
        Answer(self, tag, received).to_string()
    }
}

/// A Via by which an answer finds its way, also where its parameters cannot be read.
fn loose_via(text: &str) -> Option<String> {
    via_of(text).map(|via| via.written).or_else(|| {
        let (head, parameters) = text.split_once(';').unwrap_or((text, ""));
        let plain = via_of(head)?.written;
        let branch = parameters.split(';').map(str::trim).find(|part| part.starts_with("branch="));
        Some(match branch.filter(|branch| !branch.contains(char::is_whitespace)) {
            Some(branch) => format!("{plain};{branch}"),
            None => plain,
        })
    })
}

/// What came, without anything that could end a line.
fn clean(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}
