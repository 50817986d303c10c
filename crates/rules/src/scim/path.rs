//! The path of an attribute: `[urn:]name[filter].part` (RFC 7644, section 3.5.2).

use serde_json::Value;

use super::filter::{Filter, Scanner};
use super::schema::{Attribute, COMMON, Kind};
use super::{Refusal, Refused, Resource};

/// Where in a resource something stands.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// The schema whose attribute it is, when that stands in an object of its own.
    pub extension: Option<&'static str>,
    pub attribute: &'static Attribute,
    /// Of several values only those that pass.
    pub only: Option<Box<Filter>>,
    pub part: Option<&'static Attribute>,
}

/// A path, resolved.
#[derive(Debug, Clone)]
pub(super) enum Resolved {
    At(Path),
    /// A whole extension.
    Extension(&'static str),
    /// Known, but not kept.
    PassedOver,
    Unknown,
}

impl Path {
    /// The values that stand there.
    pub fn values<'a>(&self, resource: &'a Resource) -> Vec<&'a Value> {
        let within = match self.extension {
            None => Some(resource),
            Some(urn) => resource.get(urn).and_then(Value::as_object),
        };
        let Some(value) = within.and_then(|within| within.get(self.attribute.name)) else {
            return vec![];
        };
        let values: Vec<&Value> = match value {
            Value::Array(values) => values.iter().collect(),
            one => vec![one],
        };
        values
            .into_iter()
            .filter(|value| match &self.only {
                None => true,
                Some(only) => value.as_object().is_some_and(|value| only.holds(value)),
            })
            .filter_map(|value| match self.part {
                None => Some(value),
                Some(part) => value.get(part.name),
            })
            .collect()
    }

    /// The attribute whose values are meant: the part, or the attribute itself. Of several values
    /// with parts that is their part `value`.
    pub fn simple(mut self) -> Self {
        if self.part.is_none() && self.only.is_none() && self.attribute.many {
            self.part = self.attribute.part("value");
        }
        self
    }

    /// What stands at its end.
    pub const fn last(&self) -> &'static Attribute {
        match self.part {
            Some(part) => part,
            None => self.attribute,
        }
    }
}

/// Reads a whole path.
///
/// # Errors
/// [`Refused::InvalidPath`] when it is none.
pub(super) fn read(kind: Kind, text: &str) -> Result<Resolved, Refusal> {
    let broken = || Refused::InvalidPath.because("the path cannot be read");
    let urns = [Some(kind.core()), kind.extension()].into_iter().flatten();
    if let Some(schema) = urns.clone().find(|schema| schema.urn.eq_ignore_ascii_case(text.trim())) {
        let whole = kind.extension().is_some_and(|extension| extension.urn == schema.urn);
        return if whole { Ok(Resolved::Extension(schema.urn)) } else { Err(broken()) };
    }
    let mut scanner = Scanner::new(text).map_err(|_| broken())?;
    let resolved = scanner.path(kind).map_err(|_| broken())?;
    if scanner.is_at_end() { Ok(resolved) } else { Err(broken()) }
}

/// A name with its schema and part, as it stands in a path before any filter.
pub(super) fn named(kind: Kind, text: &str) -> Resolved {
    let schemas = [Some(kind.core()), kind.extension()].into_iter().flatten();
    let mut rest = text;
    let mut asked = None;
    for schema in schemas {
        let urn = schema.urn.len();
        if text.len() > urn
            && text.is_char_boundary(urn)
            && text[..urn].eq_ignore_ascii_case(schema.urn)
            && text[urn..].starts_with(':')
        {
            rest = &text[urn + 1..];
            asked = Some(schema);
        }
    }
    let (name, part) = match rest.split_once('.') {
        None => (rest, None),
        Some((name, part)) => (name, Some(part)),
    };
    let schema = asked.unwrap_or(kind.core());
    let is_extension = kind.extension().is_some_and(|extension| extension.urn == schema.urn);
    let common: &'static [Attribute] = if is_extension { &[] } else { &COMMON };
    let known = schema.attributes.iter().chain(common);
    let attribute = known.into_iter().find(|known| known.name.eq_ignore_ascii_case(name));
    let Some(attribute) = attribute else {
        let passed_over = schema.passed_over.iter().any(|known| known.eq_ignore_ascii_case(name));
        return if passed_over { Resolved::PassedOver } else { Resolved::Unknown };
    };
    let part = match part {
        None => None,
        Some(part) => match attribute.part(part) {
            None => return Resolved::Unknown,
            found => found,
        },
    };
    let extension = is_extension.then_some(schema.urn);
    Resolved::At(Path { extension, attribute, only: None, part })
}
