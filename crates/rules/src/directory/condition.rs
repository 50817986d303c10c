//! For which citizens somebody is responsible: by age, address or day of birth.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

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
    const fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Even => "even",
            Self::Odd => "odd",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        [Self::Both, Self::Even, Self::Odd].into_iter().find(|side| side.code() == code)
    }

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

/// Not a condition as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no condition of the form `age 18-29`, `post-code 8700-8740`, `birth-day 1-15`, `street Nørregade 2-40 even` or `said Har borgeren en sag?`"
)]
pub struct NoCondition;

impl fmt::Display for Condition {
    /// The form of tables: `age 18-29`, `street Nørregade 2- even`, `said Har borgeren en sag?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn open<T: fmt::Display>(bound: Option<T>) -> String {
            bound.map_or_else(String::new, |bound| bound.to_string())
        }
        match self {
            Self::Age { from, to } => write!(f, "age {}-{}", open(*from), open(*to)),
            Self::PostCode { from, to } => write!(f, "post-code {from}-{to}"),
            Self::BirthDay { from, to } => write!(f, "birth-day {from}-{to}"),
            Self::Street { street, from, to, side } => {
                write!(f, "street {street} {}-{} {}", open(*from), open(*to), side.code())
            }
            Self::Said { question } => write!(f, "said {question}"),
        }
    }
}

impl FromStr for Condition {
    type Err = NoCondition;

    fn from_str(text: &str) -> Result<Self, NoCondition> {
        let (what, rest) = text.trim().split_once(' ').ok_or(NoCondition)?;
        let rest = rest.trim();
        let condition = match what {
            "age" => {
                let (from, to) = range(rest)?;
                Self::Age { from, to }
            }
            "post-code" => {
                let (from, to) = closed(rest)?;
                Self::PostCode { from, to }
            }
            "birth-day" => {
                let (from, to) = closed(rest)?;
                Self::BirthDay { from, to }
            }
            "street" => {
                let (rest, side) = rest.rsplit_once(' ').ok_or(NoCondition)?;
                let side = Parity::of_code(side).ok_or(NoCondition)?;
                let (street, numbers) = rest.trim().rsplit_once(' ').ok_or(NoCondition)?;
                let (from, to) = range(numbers)?;
                Self::Street { street: street.trim().to_owned(), from, to, side }
            }
            "said" => Self::Said { question: rest.to_owned() },
            _ => return Err(NoCondition),
        };
        if condition.is_possible() { Ok(condition) } else { Err(NoCondition) }
    }
}

fn range<T: FromStr>(text: &str) -> Result<(Option<T>, Option<T>), NoCondition> {
    let bound = |text: &str| match text.trim() {
        "" => Ok(None),
        number => number.parse().map(Some).map_err(|_| NoCondition),
    };
    let (from, to) = text.split_once('-').ok_or(NoCondition)?;
    Ok((bound(from)?, bound(to)?))
}

fn closed<T: FromStr>(text: &str) -> Result<(T, T), NoCondition> {
    let (from, to) = range(text)?;
    Ok((from.ok_or(NoCondition)?, to.ok_or(NoCondition)?))
}

impl Condition {
    /// Whether there can be citizens for whom it holds.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        fn ordered<T: PartialOrd>(from: Option<T>, to: Option<T>) -> bool {
            from.zip(to).is_none_or(|(from, to)| from <= to)
        }
        match self {
            Self::Age { from, to } => (from.is_some() || to.is_some()) && ordered(*from, *to),
            Self::PostCode { from, to } => *from >= 1 && from <= to && *to <= 9999,
            Self::BirthDay { from, to } => *from >= 1 && from <= to && *to <= 31,
            Self::Street { street, from, to, .. } => {
                !street.trim().is_empty() && ordered(*from, *to)
            }
            Self::Said { question } => !question.trim().is_empty(),
        }
    }

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
