//! Telephone numbers: whose they are, and whether a text may name them.

use std::collections::BTreeMap;

use base::MunicipalityKey;

use super::prose::Prose;
use super::{Field, Report, Severity, say};
use crate::content::{AllowedNumbers, digits, telephones};
use crate::members::{Consortium, Member, NumberKind};

/// Every number that texts may name, and whose it is.
#[derive(Debug, Clone, Default)]
pub struct NumberBook {
    allowed: AllowedNumbers,
    /// Digits of the shared hotline, which local texts may name.
    hotline: Option<String>,
    /// Digits → whose number it is.
    owners: BTreeMap<String, Owner>,
}

#[derive(Debug, Clone)]
struct Owner {
    municipality: MunicipalityKey,
    short: String,
    main: bool,
}

/// Why a number may not stand in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberFault<'a> {
    /// Nobody's number.
    Unknown,
    /// A main number: nobody is sent back there.
    Main(&'a str),
    /// A municipality's number in a common text.
    Local(&'a str),
    /// Another municipality's number in a local text.
    Foreign(&'a str),
}

impl<'a> NumberFault<'a> {
    /// The code of its finding.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown-number",
            Self::Main(_) => "main-number",
            Self::Local(_) => "local-number",
            Self::Foreign(_) => "foreign-number",
        }
    }

    /// The short name of the municipality whose number it is; empty for nobody's.
    #[must_use]
    pub const fn whose(&self) -> &'a str {
        match self {
            Self::Unknown => "",
            Self::Main(whose) | Self::Local(whose) | Self::Foreign(whose) => whose,
        }
    }
}

impl NumberBook {
    /// The numbers of a consortium.
    #[must_use]
    pub fn new(
        allowed: AllowedNumbers,
        consortium: Option<&Consortium>,
        members: &[&Member],
    ) -> Self {
        let mut owners = BTreeMap::new();
        for member in members {
            for number in member.numbers() {
                let owner = Owner {
                    municipality: member.key.clone(),
                    short: member.short.clone(),
                    main: matches!(number.kind, NumberKind::Main),
                };
                owners.insert(digits(number.phone), owner);
            }
        }
        let hotline = consortium.and_then(|all| all.hotline.as_ref());
        Self { allowed, hotline: hotline.map(|line| digits(&line.phone)), owners }
    }

    /// Why these digits may not stand in a text of a municipality (`None`: in the common text).
    #[must_use]
    pub fn fault(
        &self,
        found: &str,
        municipality: Option<&MunicipalityKey>,
    ) -> Option<NumberFault<'_>> {
        let hotline = self.hotline.as_deref() == Some(found) && municipality.is_some();
        if self.allowed.holds(found) || hotline {
            return None;
        }
        let Some(owner) = self.owners.get(found) else { return Some(NumberFault::Unknown) };
        match municipality {
            _ if owner.main => Some(NumberFault::Main(&owner.short)),
            None => Some(NumberFault::Local(&owner.short)),
            Some(municipality) if owner.municipality != *municipality => {
                Some(NumberFault::Foreign(&owner.short))
            }
            Some(_) => None,
        }
    }
}

impl Report<'_> {
    /// The telephone numbers of a text.
    pub(super) fn telephones(&mut self, field: &mut Field<'_>, prose: &Prose) {
        self.steps += prose.text.len() as u64;
        let mut start = 0;
        for line in prose.text.split_inclusive('\n') {
            for telephone in telephones("", line) {
                let Some(fault) = self.known.numbers.fault(&telephone.digits, self.municipality)
                else {
                    continue;
                };
                let range = start + telephone.range.start..start + telephone.range.end;
                let said = say(fault.code(), Severity::Error)
                    .arg("number", line[telephone.range].trim())
                    .arg("whose", fault.whose());
                self.add(field, prose.place(&range), said);
            }
            start += line.len();
        }
    }
}
