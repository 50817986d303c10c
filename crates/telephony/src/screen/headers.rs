//! Header lines by their long names.

use super::words::{is_token, squeeze};

/// The compact forms (IANA registry of SIP header fields).
const COMPACT: [(&str, &str); 19] = [
    ("a", "Accept-Contact"),
    ("b", "Referred-By"),
    ("c", "Content-Type"),
    ("d", "Request-Disposition"),
    ("e", "Content-Encoding"),
    ("f", "From"),
    ("i", "Call-ID"),
    ("j", "Reject-Contact"),
    ("k", "Supported"),
    ("l", "Content-Length"),
    ("m", "Contact"),
    ("n", "Identity-Info"),
    ("o", "Event"),
    ("r", "Refer-To"),
    ("s", "Subject"),
    ("t", "To"),
    ("u", "Allow-Events"),
    ("v", "Via"),
    ("x", "Session-Expires"),
];

/// Headers whose values are lists that may also stand on lines of their own.
const LISTS: [&str; 12] = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Allow",
    "Contact",
    "Proxy-Require",
    "Record-Route",
    "Require",
    "Route",
    "Supported",
    "Unsupported",
    "Via",
];

/// The names as they are written, for those that something here looks at.
const WRITTEN: [&str; 9] = [
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Max-Forwards",
    "Content-Type",
    "Content-Length",
    "Expires",
    "Via",
];

/// Header lines in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads lines; false when one of them is no header.
    pub fn read(lines: impl Iterator<Item = String>) -> (Self, bool) {
        let mut headers = Vec::new();
        let mut fit = true;
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                fit = false;
                continue;
            };
            let name = name.trim_end_matches([' ', '\t']);
            if !is_token(name) || !is_text(value) {
                fit = false;
                continue;
            }
            headers.push((long(name), squeeze(value)));
        }
        (Self(headers), fit)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Puts the values of a header in the place of what stood there, a line each.
    pub fn replace(&mut self, name: &str, values: Vec<String>) {
        let at = self.0.iter().position(|(own, _)| own.eq_ignore_ascii_case(name));
        self.0.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        let at = at.unwrap_or(self.0.len()).min(self.0.len());
        let lines = values.into_iter().map(|value| (name.to_owned(), value));
        self.0.splice(at..at, lines);
    }
}

/// Controls stand in header text only behind a `\\`.
fn is_text(value: &str) -> bool {
    let mut escaped = false;
    value.chars().all(|c| {
        let fits = !c.is_ascii_control() || c == '\t' || escaped;
        escaped = c == '\\' && !escaped;
        fits
    })
}

/// Whether the values of a header are a list.
pub(super) fn is_list(name: &str) -> bool {
    LISTS.iter().any(|list| list.eq_ignore_ascii_case(name))
}

fn long(name: &str) -> String {
    let compact = COMPACT.iter().find(|(short, _)| short.eq_ignore_ascii_case(name));
    let written = WRITTEN.iter().chain(&LISTS).find(|known| known.eq_ignore_ascii_case(name));
    match (compact, written) {
        (Some((_, long)), _) => (*long).to_owned(),
        (None, Some(known)) => (*known).to_owned(),
        (None, None) => name.to_owned(),
    }
}
