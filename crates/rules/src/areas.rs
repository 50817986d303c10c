//! Knowledge areas: what topics are browsed by, who keeps them true, and which members they are
//! open to.

use std::collections::BTreeSet;

use base::{MunicipalityKey, Problem};
use serde::{Deserialize, Serialize};

use crate::content;

/// The longest name of an area, in characters.
pub const NAME_LIMIT: usize = 60;

/// Whom an area is open to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OpenTo {
    /// Every member, also those who join later.
    #[default]
    All,
    /// These members only; empty: nobody yet.
    Only(BTreeSet<MunicipalityKey>),
}

impl OpenTo {
    /// Whether citizens of a municipality may see the area's texts.
    #[must_use]
    pub fn includes(&self, municipality: &MunicipalityKey) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.contains(municipality),
        }
    }

    /// What was chosen out of all members: everybody is written as [`OpenTo::All`].
    #[must_use]
    pub fn of(chosen: BTreeSet<MunicipalityKey>, members: &BTreeSet<MunicipalityKey>) -> Self {
        if members.is_subset(&chosen) { Self::All } else { Self::Only(chosen) }
    }
}

/// A knowledge area as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub key: String,
    pub name: String,
    pub name_en: String,
    pub open_to: OpenTo,
    /// Named in the workshop: an import of a content folder leaves its names alone.
    pub renamed: bool,
}

impl Area {
    /// An area that a content folder brings: open to everybody.
    #[must_use]
    pub fn of_content(area: &content::Area) -> Self {
        Self {
            key: area.key.clone(),
            name: area.name.clone(),
            name_en: area.name_en.clone(),
            open_to: OpenTo::All,
            renamed: false,
        }
    }

    /// What becomes of it when a content folder is imported again: its names follow the folder
    /// unless they were changed in the workshop; whom it is open to was decided by people.
    #[must_use]
    pub fn imported(&self, area: &content::Area) -> Self {
        if self.renamed {
            return self.clone();
        }
        Self { name: area.name.clone(), name_en: area.name_en.clone(), ..self.clone() }
    }

    /// The area under other names.
    ///
    /// # Errors
    /// [`Problem::Invalid`] `empty` or `too-long`.
    pub fn named(mut self, name: &str, name_en: &str) -> Result<Self, Problem> {
        let accepted = |field, text| crate::text::FreeText::accept_in(field, text, NAME_LIMIT);
        let name = accepted("name", name)?.into_string();
        let name_en = accepted("name_en", name_en)?.into_string();
        self.renamed |= name != self.name || name_en != self.name_en;
        (self.name, self.name_en) = (name, name_en);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> MunicipalityKey {
        text.parse().expect("a key")
    }

    fn area() -> Area {
        let area = content::Area {
            key: "pension".to_owned(),
            name: "Pension".to_owned(),
            name_en: "Pension".to_owned(),
        };
        Area::of_content(&area)
    }

    #[test]
    fn an_area_open_to_some_is_closed_to_the_others() {
        let members = BTreeSet::from([key("furesoe"), key("soroe")]);
        let some = OpenTo::of(BTreeSet::from([key("furesoe")]), &members);
        assert!(some.includes(&key("furesoe")) && !some.includes(&key("soroe")));
        assert_eq!(OpenTo::of(members.clone(), &members), OpenTo::All);
        assert!(OpenTo::All.includes(&key("horsens")));
        assert!(!OpenTo::of(BTreeSet::new(), &members).includes(&key("furesoe")));
    }

    #[test]
    fn an_import_leaves_what_people_decided() {
        let content =
            content::Area { key: "pension".into(), name: "Ny".into(), name_en: "New".into() };
        assert_eq!(area().imported(&content).name, "Ny");
        let mut own = area().named("Folkepension", "State pension").expect("names");
        own.open_to = OpenTo::Only(BTreeSet::from([key("soroe")]));
        assert_eq!(own.imported(&content), own);
        assert!(!area().named("Pension", "Pension").expect("names").renamed);
        assert!(area().named(" ", "x").is_err());
        assert!(area().named(&"x".repeat(61), "x").is_err());
    }
}
