//! Changes of a resource (RFC 7644, section 3.5.2), with the habits of Entra ID: `op` in capitals,
//! booleans as words, values to remove beside the path, and paths as names of values.

use serde_json::{Map, Value, json};

use super::path::{self, Path, Resolved};
use super::schema::{self, Attribute, Kind, member};
use super::{Refusal, Refused, Resource};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

/// The resource after every operation of a body, in their order; nothing of it holds when one is
/// refused.
///
/// # Errors
/// [`Refused::InvalidSyntax`] for what is no patch, [`Refused::InvalidPath`],
/// [`Refused::InvalidValue`], [`Refused::NoTarget`] and [`Refused::Mutability`] as the RFC says.
pub fn patch(kind: Kind, mut resource: Resource, body: &Value) -> Result<Resource, Refusal> {
    let operations = body.as_object().and_then(|body| member(body, "Operations")?.as_array());
    let Some(operations) = operations.filter(|operations| !operations.is_empty()) else {
        return Err(Refused::InvalidSyntax.because("Operations is a list of operations"));
    };
    for operation in operations {
        let Value::Object(operation) = operation else {
            return Err(Refused::InvalidSyntax.because("an operation is an object"));
        };
        apply(kind, &mut resource, operation)?;
    }
    Ok(resource)
}

fn apply(kind: Kind, to: &mut Resource, operation: &Map<String, Value>) -> Result<(), Refusal> {
    let op = member(operation, "op").and_then(Value::as_str).unwrap_or_default();
    let op = match op.to_ascii_lowercase().as_str() {
        "add" => Op::Add,
        "replace" => Op::Replace,
        "remove" => Op::Remove,
        _ => return Err(Refused::InvalidSyntax.because("op is add, replace or remove")),
    };
    let value = member(operation, "value");
    let path = match member(operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path),
        Some(_) => return Err(Refused::InvalidPath.because("path is a text")),
    };
    match (path, op, value) {
        (None, Op::Remove, _) => Err(Refused::NoTarget.because("remove needs a path")),
        (None, op, Some(Value::Object(values))) => each(kind, to, None, op, values),
        (None, ..) => Err(Refused::InvalidValue.because("without a path the value is an object")),
        (Some(path), op, value) => match path::read(kind, path)? {
            Resolved::PassedOver => Ok(()),
            Resolved::Unknown => {
                Err(Refused::InvalidPath.because("the attribute of the path does not exist"))
            }
            Resolved::Extension(urn) => match (op, value) {
                (Op::Remove, _) => {
                    to.remove(urn);
                    Ok(())
                }
                (op, Some(Value::Object(values))) => each(kind, to, Some(urn), op, values),
                _ => Err(Refused::InvalidValue.because("the value is an object")),
            },
            Resolved::At(path) => change(to, &path, op, value),
        },
    }
}

/// Values under their names, which may be whole paths. What is ours to say and what is not known
/// counts for nothing, as in a whole resource.
fn each(
    kind: Kind,
    to: &mut Resource,
    within: Option<&str>,
    op: Op,
    values: &Map<String, Value>,
) -> Result<(), Refusal> {
    for (name, value) in values {
        let name = within.map_or_else(|| name.clone(), |urn| format!("{urn}:{name}"));
        match (path::read(kind, &name), value) {
            (Ok(Resolved::At(path)), value) if !path.attribute.ours => {
                change(to, &path, op, Some(value))?;
            }
            (Ok(Resolved::Extension(urn)), Value::Object(values)) if within.is_none() => {
                each(kind, to, Some(urn), op, values)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn change(to: &mut Resource, path: &Path, op: Op, value: Option<&Value>) -> Result<(), Refusal> {
    let attribute = path.attribute;
    if attribute.ours {
        return Err(Refused::Mutability.because(format!("{} is not yours to say", attribute.name)));
    }
    let value = match (op, value) {
        (Op::Add | Op::Replace, None) => {
            return Err(Refused::InvalidValue.because("a value is missing"));
        }
        (_, value) => value,
    };
    if let Some(urn) = path.extension {
        let mut inner = match to.remove(urn) {
            Some(Value::Object(inner)) => inner,
            _ => Resource::new(),
        };
        let changed = change_here(&mut inner, path, op, value);
        if !inner.is_empty() {
            to.insert(urn.to_owned(), Value::Object(inner));
        }
        return changed;
    }
    change_here(to, path, op, value)
}

fn change_here(
    to: &mut Resource,
    path: &Path,
    op: Op,
    value: Option<&Value>,
) -> Result<(), Refusal> {
    let attribute = path.attribute;
    if attribute.many {
        let mut values = match to.remove(attribute.name) {
            Some(Value::Array(values)) => values,
            _ => vec![],
        };
        let changed = change_many(&mut values, path, op, value);
        if !values.is_empty() {
            to.insert(attribute.name.to_owned(), Value::Array(values));
        }
        return changed;
    }
    let Some(part) = path.part else { return change_one(to, attribute, op, value) };
    let mut inner = match to.remove(attribute.name) {
        Some(Value::Object(inner)) => inner,
        _ => Resource::new(),
    };
    let changed = change_one(&mut inner, part, op, value);
    if !inner.is_empty() {
        to.insert(attribute.name.to_owned(), Value::Object(inner));
    }
    changed
}

fn change_one(
    to: &mut Resource,
    attribute: &'static Attribute,
    op: Op,
    value: Option<&Value>,
) -> Result<(), Refusal> {
    let formed = match (op, value) {
        (Op::Remove, _) | (_, None) => None,
        (_, Some(value)) => schema::formed_one(attribute, value)?,
    };
    match formed {
        None if attribute.needed => {
            Err(Refused::Mutability.because(format!("{} is needed", attribute.name)))
        }
        None => {
            to.remove(attribute.name);
            Ok(())
        }
        Some(Value::Object(further)) => {
            let at = to.entry(attribute.name).or_insert_with(|| json!({}));
            if let Value::Object(at) = at {
                at.extend(further);
            }
            Ok(())
        }
        Some(value) => {
            to.insert(attribute.name.to_owned(), value);
            Ok(())
        }
    }
}

fn change_many(
    values: &mut Vec<Value>,
    path: &Path,
    op: Op,
    value: Option<&Value>,
) -> Result<(), Refusal> {
    let attribute = path.attribute;
    let chosen = |found: &Value| match &path.only {
        None => true,
        Some(only) => found.as_object().is_some_and(|found| only.holds(found)),
    };
    match (op, path.part, value) {
        (Op::Remove, None, Some(named)) if path.only.is_none() && !named.is_null() => {
            let named = schema::formed(attribute, named)?;
            let named = named.as_ref().and_then(Value::as_array).map(Vec::as_slice);
            let named = named.unwrap_or_default();
            values.retain(|found| !named.iter().any(|named| is_named(found, named)));
        }
        (Op::Remove, None, _) => values.retain(|found| !chosen(found)),
        (Op::Remove, Some(part), _) => {
            for found in values.iter_mut().filter(|found| chosen(found)) {
                found.as_object_mut().into_iter().for_each(|found| {
                    found.remove(part.name);
                });
            }
            values.retain(|found| found.as_object().is_none_or(|found| !found.is_empty()));
        }
        (Op::Add, None, Some(added)) if path.only.is_none() => {
            if let Some(Value::Array(added)) = schema::formed(attribute, added)? {
                values.extend(added);
            }
        }
        (Op::Replace, None, Some(whole)) if path.only.is_none() => {
            values.clear();
            if let Some(Value::Array(whole)) = schema::formed(attribute, whole)? {
                values.extend(whole);
            }
        }
        (op, part, Some(value)) => {
            let further = match part {
                None => schema::formed_one(attribute, value)?,
                Some(part) => {
                    schema::formed_one(part, value)?.map(|value| json!({ part.name: value }))
                }
            };
            let Some(Value::Object(further)) = further else {
                // Nothing is said: the same as taking it away.
                return change_many(values, path, Op::Remove, None);
            };
            if !values.iter().any(chosen) {
                values.push(begun(path, op)?);
            }
            for place in 0..values.len() {
                if !chosen(&values[place]) {
                    continue;
                }
                if let Value::Object(found) = &mut values[place] {
                    found.extend(further.clone());
                }
                if further.get("primary") == Some(&Value::Bool(true)) {
                    schema::one_is_primary(values, place);
                }
            }
        }
        (_, _, None) => {}
    }
    *values = match schema::several(attribute, std::mem::take(values))? {
        Some(Value::Array(values)) => values,
        _ => vec![],
    };
    Ok(())
}

/// Whether a value is the one that is named: by its `value`, otherwise by all that is said.
fn is_named(found: &Value, named: &Value) -> bool {
    match (found.get("value"), named.get("value")) {
        (Some(found), Some(named)) => found == named,
        _ => found == named,
    }
}

/// A new value that passes the filter of the path, for an addition.
fn begun(path: &Path, op: Op) -> Result<Value, Refusal> {
    let Some(only) = &path.only else { return Ok(json!({})) };
    let demanded = only.demands().filter(|_| op == Op::Add);
    let begun = demanded.map(|demanded| schema::formed_one(path.attribute, &demanded.into()));
    match begun.transpose()?.flatten() {
        Some(Value::Object(begun)) if only.holds(&begun) => Ok(begun.into()),
        _ => Err(Refused::NoTarget.because("no value passes the filter of the path")),
    }
}
