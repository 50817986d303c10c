//! For which citizens somebody is responsible: by age, address or day of birth.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Which side of a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parity {
    Both,
    Even,
    Odd,
}

impl Parity {
    const fn includes(self, number: u16) -> bool {
        match self {
            Self::Both => true,
            Self::Even => number.is_multiple_of(2),
            Self::Odd => !number.is_multiple_of(2),
        }
    }
}

/// Something that must hold of the citizen. Bounds are inclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Condition {
    /// Whole years; `None` is open.
    Age { from: Option<u8>, to: Option<u8> },
    /// Four-digit Danish post codes.
    PostCode { from: u16, to: u16 },
    /// House numbers of a street; `None` is open.
    Street { street: String, from: Option<u16>, to: Option<u16>, side: Parity },
    /// Day of the month of birth: how departments often share their citizens.
    BirthDay { from: u8, to: u8 },
    /// Anything else, as the agent asks it; only the agent can say.
    Said { question: String },
}

/// What is known of a citizen. Nothing here is needed: what is missing is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub age: Option<u8>,
    pub post_code: Option<u16>,
    /// The street's name and the house number.
    pub address: Option<(String, u16)>,
    pub birth_day: Option<u8>,
    /// Questions of [`Condition::Said`] that were answered with yes or no.
    pub said: Vec<(String, bool)>,
}

/// What has to be asked to know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "ask", content = "question", rename_all = "kebab-case")]
pub enum Asked {
    Age,
    PostCode,
    Address,
    BirthDay,
    Said(String),
}

/// Whether conditions hold of a citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    Yes,
    No,
    /// Not known before these are answered.
    Ask(Vec<Asked>),
}

impl Condition {
    /// Whether it holds.
    #[must_use]
    pub fn fit(&self, facts: &Facts) -> Fit {
        let known = match self {
            Self::Age { from, to } => {
                facts.age.map(|age| within(age, *from, *to)).ok_or(Asked::Age)
            }
            Self::PostCode { from, to } => {
                let range: RangeInclusive<u16> = *from..=*to;
                facts.post_code.map(|code| range.contains(&code)).ok_or(Asked::PostCode)
            }
            Self::Street { street, from, to, side } => facts
                .address
                .as_ref()
                .map(|(name, number)| {
                    same_street(name, street)
                        && within(*number, *from, *to)
                        && side.includes(*number)
                })
                .ok_or(Asked::Address),
            Self::BirthDay { from, to } => {
                facts.birth_day.map(|day| (*from..=*to).contains(&day)).ok_or(Asked::BirthDay)
            }
            Self::Said { question } => facts
                .said
                .iter()
                .find(|(asked, _)| asked == question)
                .map(|(_, answer)| *answer)
                .ok_or_else(|| Asked::Said(question.clone())),
        };
        match known {
            Ok(true) => Fit::Yes,
            Ok(false) => Fit::No,
            Err(asked) => Fit::Ask(vec![asked]),
        }
    }
}

/// Whether all conditions hold: one that does not decides, whatever else is unknown.
pub(super) fn fit_all(conditions: &[Condition], facts: &Facts) -> Fit {
    let mut ask = Vec::new();
    for condition in conditions {
        match condition.fit(facts) {
            Fit::No => return Fit::No,
            Fit::Ask(more) => ask.extend(more),
            Fit::Yes => {}
        }
    }
    if ask.is_empty() {
        return Fit::Yes;
    }
    ask.sort();
    ask.dedup();
    Fit::Ask(ask)
}

fn within<T: PartialOrd>(value: T, from: Option<T>, to: Option<T>) -> bool {
    from.is_none_or(|from| from <= value) && to.is_none_or(|to| value <= to)
}

/// Whether two people mean the same street: capitals, points and spaces do not tell streets apart
/// ("Skt. Jørgens Vej", "skt jørgensvej").
fn same_street(one: &str, other: &str) -> bool {
    fn plain(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    plain(one).eq(plain(other))
}
