//! Which versions somebody walks: the guide's, and the municipality's branches of it.

use std::fmt;
use std::str::FromStr;

/// The version of a guide and, where the municipality has its own branches, theirs. Written `3` or
/// `3.2`, short enough for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition {
    pub guide: u32,
    /// `None`: without branches.
    pub branches: Option<u32>,
}

/// A text that names no edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoEdition;

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.guide)?;
        self.branches.map_or(Ok(()), |branches| write!(f, ".{branches}"))
    }
}

impl FromStr for Edition {
    type Err = NoEdition;

    fn from_str(text: &str) -> Result<Self, NoEdition> {
        let number = |text: &str| -> Result<u32, NoEdition> {
            if text.len() > 9 || !text.bytes().all(|b| b.is_ascii_digit()) {
                return Err(NoEdition);
            }
            text.parse().map_err(|_| NoEdition)
        };
        match text.split_once('.') {
            None => Ok(Self { guide: number(text)?, branches: None }),
            Some((guide, branches)) => {
                Ok(Self { guide: number(guide)?, branches: Some(number(branches)?) })
            }
        }
    }
}
