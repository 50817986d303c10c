//! The consortium and its members as files: municipalities, departments, numbers, hours.
//!
//! [`parse_consortium`], [`parse_departments`] and [`parse_member`] read `consortium.toml`,
//! `departments.toml` and `members/*.toml`; what is wrong comes back with its line.

mod parse;
mod write;

pub use parse::{parse_consortium, parse_departments, parse_member};
pub use write::{write_areas, write_consortium, write_departments, write_member};

use base::{DepartmentKey, Language, MunicipalityKey, TenantKey, TopicKey, UnitKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The department key of what no municipality does.
pub const OTHER_AUTHORITY: &str = "anden-myndighed";

/// The municipalities that run one contact centre together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consortium {
    pub key: TenantKey,
    pub name: String,
    pub languages: Vec<Language>,
    /// Demonstration data: every number is one that no subscriber has.
    pub demo: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotline: Option<Hotline>,
}

/// The shared evening duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hotline {
    /// In the form of [`crate::hours::ServiceHours`], for instance `mon-thu 15:00-22:00; fri 13:00-18:00`.
    pub hours: String,
    pub phone: String,
    pub chat: bool,
}

/// A kind of department: the same key in every municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentKind {
    pub key: DepartmentKey,
    pub name: String,
    pub name_en: String,
    pub description: String,
}

/// A municipality of the consortium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub key: MunicipalityKey,
    /// The official municipality code (kommunekode).
    pub code: u16,
    /// For instance "Frederikssund Kommune".
    pub name: String,
    /// For instance "Frederikssund".
    pub short: String,
    /// `#rrggbb`
    pub colour: String,
    /// About how many people live there.
    pub inhabitants: u32,
    /// An `https://` address.
    pub website: String,
    /// The origins (`https://www.furesoe.dk`) whose pages may show ours in a frame and ask our
    /// search.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// Whether it shares the evening hotline.
    pub hotline: bool,
    /// The social emergency duty.
    pub emergency_phone: String,
    /// Never a target of a transfer, never in a text (product rule 5).
    pub main_number: String,
    pub closing_days: Vec<ClosingDay>,
    pub departments: Vec<Department>,
}

/// Whether a text is an origin as browsers name it: a scheme, a host in lower case, perhaps a port,
/// and nothing after. `http` only for this machine, where demonstrations run.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let of_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    let local = host == "localhost" || host == "127.0.0.1";
    !host.is_empty()
        && host.chars().all(of_host)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        && (scheme == "https" || (scheme == "http" && local))
}

impl Member {
    /// The department with this key.
    #[must_use]
    pub fn department(&self, key: &DepartmentKey) -> Option<&Department> {
        self.departments.iter().find(|department| department.key == *key)
    }

    /// Every telephone number of the municipality, the main number first.
    pub fn numbers(&self) -> impl Iterator<Item = Number<'_>> {
        let own = [
            Number { phone: &self.main_number, kind: NumberKind::Main },
            Number { phone: &self.emergency_phone, kind: NumberKind::Emergency },
        ];
        own.into_iter().chain(self.departments.iter().map(|department| Number {
            phone: &department.phone,
            kind: NumberKind::Department(&department.key),
        }))
    }
}

/// A day on which a municipality is closed though it is no holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingDay {
    pub date: Date,
    pub name: String,
}

/// A department of a municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    pub key: DepartmentKey,
    /// The local name.
    pub name: String,
    pub name_en: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    /// Telephone and chat hours in the form of [`crate::hours::ServiceHours`].
    pub hours: String,
    /// In the form of [`crate::hours::PromiseRule`].
    pub promise: String,
    /// Topics this department owns contrary to the articles' own department.
    pub topics: Vec<TopicKey>,
    /// The administration it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<UnitKey>,
}

/// A telephone number of a municipality and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a> {
    pub phone: &'a str,
    pub kind: NumberKind<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind<'a> {
    Main,
    Emergency,
    Department(&'a DepartmentKey),
}

/// Whether a number is written `+45 dd dd dd dd`.
#[must_use]
pub fn is_number(phone: &str) -> bool {
    let bytes = phone.as_bytes();
    phone.starts_with("+45")
        && bytes.len() == 15
        && bytes[3..]
            .chunks(3)
            .all(|group| group[0] == b' ' && group[1].is_ascii_digit() && group[2].is_ascii_digit())
}

/// A Danish number as people write it ("22334455", "0045 22 33 44 55"), written `+45 dd dd dd dd`;
/// `None` when it is none.
#[must_use]
pub fn number_of(written: &str) -> Option<String> {
    let written = written.trim();
    if written.chars().any(|c| !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '/'))) {
        return None;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.len() {
        8 if !written.starts_with('+') => &*digits,
        10 => digits.strip_prefix("45")?,
        12 => digits.strip_prefix("0045")?,
        _ => return None,
    };
    let pair = |place: usize| &national[place..place + 2];
    Some(format!("+45 {} {} {} {}", pair(0), pair(2), pair(4), pair(6)))
}

/// Whether it can be a mail address: something, `@`, and a host with a point.
#[must_use]
pub fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
    })
}

/// Whether a number is one of the demonstration's, which no subscriber has: `+45 00 1x xx xx`.
#[must_use]
pub fn is_demo_number(phone: &str) -> bool {
    is_number(phone) && phone.starts_with("+45 00 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_number_is_one_that_no_subscriber_has() {
        for good in ["+45 00 12 10 01", "+45 00 10 70 00", "+45 00 19 99 99"] {
            assert!(is_demo_number(good), "{good}");
        }
        for bad in
            ["+45 47 35 10 00", "+4500121001", "+45 00 12 10 0", "+45 00 12 10 001", "00 12 10 01"]
        {
            assert!(!is_demo_number(bad), "{bad}");
        }
    }
}
