//! Which attributes an answer shows (RFC 7644, section 3.9).

use super::Resource;
use super::path::{self, Path, Resolved};
use super::schema::Kind;

/// Names of one request; more are not read.
const MOST: usize = 60;

/// A choice of attributes.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Option<Vec<Path>>,
    without: Vec<Path>,
}

impl Selection {
    /// Reads the lists `attributes` and `excludedAttributes`. Names that do not exist count for
    /// nothing.
    #[must_use]
    pub fn read(kind: Kind, only: Option<&str>, without: Option<&str>) -> Self {
        let paths = |text: &str| -> Vec<Path> {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty()).take(MOST);
            names
                .filter_map(|name| match path::read(kind, name) {
                    Ok(Resolved::At(path)) => Some(path),
                    _ => None,
                })
                .collect()
        };
        Self {
            only: only.filter(|text| !text.trim().is_empty()).map(paths),
            without: without.map(paths).unwrap_or_default(),
        }
    }

    /// Whether an attribute is shown, or a part of it.
    #[must_use]
    pub fn shows(&self, attribute: &str) -> bool {
        let named = |path: &Path| path.attribute.name == attribute;
        let left_out = |path: &Path| named(path) && path.part.is_none();
        self.only.as_ref().is_none_or(|only| only.iter().any(named))
            && !self.without.iter().any(left_out)
    }

    /// The part of a resource that is shown. `id` and `schemas` always are.
    #[must_use]
    pub fn of(&self, resource: Resource) -> Resource {
        let mut shown = match &self.only {
            None => resource,
            Some(only) => {
                let mut shown = Resource::new();
                for always in ["schemas", "id"] {
                    if let Some(value) = resource.get(always) {
                        shown.insert(always.to_owned(), value.clone());
                    }
                }
                for path in only {
                    copy(path, &resource, &mut shown);
                }
                shown
            }
        };
        for path in self.without.iter().filter(|path| path.attribute.name != "id") {
            leave_out(path, &mut shown);
        }
        shown
    }
}

fn copy(path: &Path, from: &Resource, to: &mut Resource) {
    let (from, to) = match path.extension {
        None => (from, to),
        Some(urn) => {
            let Some(from) = from.get(urn).and_then(serde_json::Value::as_object) else { return };
            let inner = to.entry(urn).or_insert_with(|| serde_json::json!({}));
            let Some(inner) = inner.as_object_mut() else { return };
            (from, inner)
        }
    };
    let name = path.attribute.name;
    let Some(value) = from.get(name) else { return };
    let Some(part) = path.part else {
        to.insert(name.to_owned(), value.clone());
        return;
    };
    let of_part = |value: &serde_json::Value| {
        let mut shown = Resource::new();
        if let Some(inner) = value.get(part.name) {
            shown.insert(part.name.to_owned(), inner.clone());
        }
        shown
    };
    match (value.as_array(), to.get_mut(name)) {
        // Another part of the same attribute is shown already.
        (Some(values), Some(serde_json::Value::Array(shown))) => {
            for (value, shown) in values.iter().zip(shown) {
                shown.as_object_mut().into_iter().for_each(|shown| shown.extend(of_part(value)));
            }
        }
        (None, Some(serde_json::Value::Object(shown))) => shown.extend(of_part(value)),
        (Some(values), _) => {
            let shown = values.iter().map(|value| of_part(value).into()).collect();
            to.insert(name.to_owned(), serde_json::Value::Array(shown));
        }
        (None, _) => {
            to.insert(name.to_owned(), of_part(value).into());
        }
    }
}

fn leave_out(path: &Path, resource: &mut Resource) {
    let within = match path.extension {
        None => Some(resource),
        Some(urn) => resource.get_mut(urn).and_then(serde_json::Value::as_object_mut),
    };
    let Some(within) = within else { return };
    let Some(part) = path.part else {
        within.remove(path.attribute.name);
        return;
    };
    match within.get_mut(path.attribute.name) {
        Some(serde_json::Value::Array(values)) => {
            for value in values.iter_mut().filter_map(serde_json::Value::as_object_mut) {
                value.remove(part.name);
            }
        }
        Some(serde_json::Value::Object(value)) => {
            value.remove(part.name);
        }
        _ => {}
    }
}
