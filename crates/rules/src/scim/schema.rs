//! Users and groups as we know them: which attributes are kept, and what may stand in each.
//!
//! What the directory does not show is not kept: a home address, a password or a photograph that is
//! pushed along is passed over without a word, as RFC 7643 allows.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Refusal, Refused, Resource};

/// The schema of users.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of what an employer knows besides.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Longest text of an attribute, in characters.
const TEXT_LIMIT: usize = 500;
/// Most values of an attribute that people enter; members are bounded by the length of a request.
const VALUES_LIMIT: usize = 20;

/// What is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    User,
    Group,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// `User` or `Group`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// `Users` or `Groups`: the last part of its address.
    #[must_use]
    pub const fn place(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    /// The attribute that no two have alike.
    #[must_use]
    pub const fn named_by(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }

    pub(super) const fn core(self) -> &'static Schema {
        match self {
            Self::User => &USERS,
            Self::Group => &GROUPS,
        }
    }

    pub(super) const fn extension(self) -> Option<&'static Schema> {
        match self {
            Self::User => Some(&EMPLOYED),
            Self::Group => None,
        }
    }

    /// The resource type as RFC 7643, section 6 describes it.
    #[must_use]
    pub fn resource_type(self, base: &str) -> Value {
        let mut described = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": self.name(),
            "name": self.name(),
            "endpoint": format!("/{}", self.place()),
            "description": self.core().description,
            "schema": self.core().urn,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{base}/ResourceTypes/{}", self.name()),
            },
        });
        if let Some(extension) = self.extension() {
            described["schemaExtensions"] = json!([{"schema": extension.urn, "required": false}]);
        }
        described
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Text,
    Boolean,
    Moment,
    Complex(&'static [Attribute]),
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    pub name: &'static str,
    pub form: Form,
    /// It has several values.
    pub many: bool,
    /// Upper and lower case differ.
    pub exact: bool,
    pub needed: bool,
    /// Ours to say: what is sent counts for nothing.
    pub ours: bool,
}

impl Attribute {
    pub const fn parts(&self) -> &'static [Self] {
        match self.form {
            Form::Complex(parts) => parts,
            Form::Text | Form::Boolean | Form::Moment => &[],
        }
    }

    pub fn part(&self, name: &str) -> Option<&'static Self> {
        self.parts().iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }
}

const fn text(name: &'static str) -> Attribute {
    Attribute { name, form: Form::Text, many: false, exact: false, needed: false, ours: false }
}

const fn exact(name: &'static str) -> Attribute {
    Attribute { exact: true, ..text(name) }
}

const fn needed(name: &'static str) -> Attribute {
    Attribute { needed: true, ..text(name) }
}

const fn of_form(name: &'static str, form: Form) -> Attribute {
    Attribute { form, ..text(name) }
}

const fn many(name: &'static str, parts: &'static [Attribute]) -> Attribute {
    Attribute { form: Form::Complex(parts), many: true, ..text(name) }
}

/// A schema: the attributes that are kept, and those that are known and passed over.
pub(super) struct Schema {
    pub urn: &'static str,
    name: &'static str,
    description: &'static str,
    pub attributes: &'static [Attribute],
    pub passed_over: &'static [&'static str],
}

const REACHED: &[Attribute] =
    &[text("value"), text("display"), text("type"), of_form("primary", Form::Boolean)];

static USERS: Schema = Schema {
    urn: USER,
    name: "User",
    description: "Somebody who stands in the municipality's directory",
    attributes: &[
        needed("userName"),
        of_form(
            "name",
            Form::Complex(&[
                text("formatted"),
                text("familyName"),
                text("givenName"),
                text("middleName"),
                text("honorificPrefix"),
                text("honorificSuffix"),
            ]),
        ),
        text("displayName"),
        text("title"),
        text("preferredLanguage"),
        of_form("active", Form::Boolean),
        many("emails", REACHED),
        many("phoneNumbers", REACHED),
    ],
    passed_over: &[
        "nickName",
        "profileUrl",
        "userType",
        "locale",
        "timezone",
        "password",
        "ims",
        "photos",
        "addresses",
        "groups",
        "entitlements",
        "roles",
        "x509Certificates",
    ],
};

static EMPLOYED: Schema = Schema {
    urn: ENTERPRISE,
    name: "EnterpriseUser",
    description: "What an employer knows besides",
    attributes: &[text("department")],
    passed_over: &["employeeNumber", "costCenter", "organization", "division", "manager"],
};

static GROUPS: Schema = Schema {
    urn: GROUP,
    name: "Group",
    description: "A unit of the municipality: its members work there",
    attributes: &[
        needed("displayName"),
        many("members", &[exact("value"), exact("$ref"), text("type"), text("display")]),
    ],
    passed_over: &[],
};

/// What every resource has (RFC 7643, section 3.1).
pub(super) static COMMON: [Attribute; 4] = [
    Attribute { ours: true, ..exact("id") },
    exact("externalId"),
    Attribute { ours: true, many: true, ..exact("schemas") },
    Attribute {
        ours: true,
        ..of_form(
            "meta",
            Form::Complex(&[
                exact("resourceType"),
                of_form("created", Form::Moment),
                of_form("lastModified", Form::Moment),
                exact("location"),
                exact("version"),
            ]),
        )
    },
];

/// The schemas as RFC 7643, section 7 describes them.
#[must_use]
pub fn schemas(base: &str) -> Vec<Value> {
    [&USERS, &EMPLOYED, &GROUPS]
        .into_iter()
        .map(|schema| {
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
                "id": schema.urn,
                "name": schema.name,
                "description": schema.description,
                "attributes": schema.attributes.iter().map(described).collect::<Vec<_>>(),
                "meta": {
                    "resourceType": "Schema",
                    "location": format!("{base}/Schemas/{}", schema.urn),
                },
            })
        })
        .collect()
}

fn described(attribute: &Attribute) -> Value {
    let kind = match attribute.form {
        Form::Text if attribute.name == "$ref" => "reference",
        Form::Text => "string",
        Form::Boolean => "boolean",
        Form::Moment => "dateTime",
        Form::Complex(_) => "complex",
    };
    let unique = if attribute.needed { "server" } else { "none" };
    let mut described = json!({
        "name": attribute.name,
        "type": kind,
        "multiValued": attribute.many,
        "description": attribute.name,
        "required": attribute.needed,
        "caseExact": attribute.exact,
        "mutability": if attribute.ours { "readOnly" } else { "readWrite" },
        "returned": "default",
        "uniqueness": unique,
    });
    if attribute.name == "$ref" {
        described["referenceTypes"] = json!(["User", "Group"]);
    }
    if !attribute.parts().is_empty() {
        let parts = attribute.parts().iter().map(self::described);
        described["subAttributes"] = parts.collect();
    }
    described
}

/// The resource that a body speaks of: attributes by their right names, values in their right form.
/// What is not ours to keep is left out.
///
/// # Errors
/// [`Refused::InvalidSyntax`] for what is no such resource, [`Refused::InvalidValue`] for a value of
/// the wrong form or a needed one that is missing.
pub fn taken(kind: Kind, body: &Value) -> Result<Resource, Refusal> {
    let Value::Object(body) = body else {
        return Err(Refused::InvalidSyntax.because("the body is a JSON object"));
    };
    if let Some(named) = member(body, "schemas") {
        let named = named.as_array().map(Vec::as_slice).unwrap_or_default();
        let right =
            |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(kind.core().urn));
        if !named.iter().any(right) {
            let detail = format!("schemas must name {}", kind.core().urn);
            return Err(Refused::InvalidSyntax.because(detail));
        }
    }
    let mut resource = attributes(kind.core().attributes, body)?;
    resource.extend(attributes(&COMMON, body)?);
    if let Some(extension) = kind.extension()
        && let Some(Value::Object(further)) = member(body, extension.urn)
    {
        let further = attributes(extension.attributes, further)?;
        if !further.is_empty() {
            resource.insert(extension.urn.to_owned(), Value::Object(further));
        }
    }
    if let Some(missing) = kind
        .core()
        .attributes
        .iter()
        .find(|attribute| attribute.needed && !resource.contains_key(attribute.name))
    {
        return Err(Refused::InvalidValue.because(format!("{} is needed", missing.name)));
    }
    Ok(resource)
}

/// A member of an object by its name, whose case does not count (RFC 7643, section 2.1).
pub(super) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

fn attributes(known: &'static [Attribute], body: &Map<String, Value>) -> Result<Resource, Refusal> {
    let mut resource = Resource::new();
    for attribute in known.iter().filter(|attribute| !attribute.ours) {
        let value = member(body, attribute.name).map(|value| formed(attribute, value));
        if let Some(value) = value.transpose()?.flatten() {
            resource.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(resource)
}

/// A value in the form of its attribute; `None` when nothing is said.
///
/// # Errors
/// [`Refused::InvalidValue`] when it has another form.
pub(super) fn formed(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Refusal> {
    if !attribute.many {
        return formed_one(attribute, value);
    }
    let given = match value {
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    };
    let mut values = Vec::new();
    for value in given {
        values.extend(formed_one(attribute, value)?);
    }
    several(attribute, values)
}

/// Several values, each once: of two with the same `value` and `type`, or with nothing else than
/// whether they are primary between them, the later one stands in the place of the earlier. Only one
/// is primary, the last that says so.
///
/// # Errors
/// [`Refused::InvalidValue`] when there are more than anybody has.
pub(super) fn several(attribute: &Attribute, values: Vec<Value>) -> Result<Option<Value>, Refusal> {
    let mut places = BTreeMap::new();
    let mut once: Vec<Value> = Vec::new();
    for value in values {
        let text = |part: &str| value.get(part).and_then(Value::as_str).map(str::to_owned);
        let called = match text("value") {
            Some(called) => (called, text("type")),
            None => {
                let mut all = value.clone();
                if let Some(all) = all.as_object_mut() {
                    all.remove("primary");
                }
                (all.to_string(), None)
            }
        };
        match places.get(&called) {
            Some(place) => once[*place] = value,
            None => {
                places.insert(called, once.len());
                once.push(value);
            }
        }
    }
    if attribute.name != "members" && once.len() > VALUES_LIMIT {
        let detail = format!("{} has at most {VALUES_LIMIT} values", attribute.name);
        return Err(Refused::InvalidValue.because(detail));
    }
    if let Some(primary) = once.iter().rposition(is_primary) {
        one_is_primary(&mut once, primary);
        // What said no more than whether it is primary says nothing now.
        once.retain(|value| value.as_object().is_none_or(|value| !value.is_empty()));
    }
    Ok(if once.is_empty() { None } else { Some(Value::Array(once)) })
}

pub(super) fn is_primary(value: &Value) -> bool {
    value.get("primary") == Some(&Value::Bool(true))
}

/// Makes the value at a place the only primary one.
pub(super) fn one_is_primary(values: &mut [Value], primary: usize) {
    for (place, value) in values.iter_mut().enumerate() {
        if let Some(value) = value.as_object_mut().filter(|_| place != primary) {
            value.remove("primary");
        }
    }
}

pub(super) fn formed_one(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Refusal> {
    let wrong =
        |what: &str| Err(Refused::InvalidValue.because(format!("{} is {what}", attribute.name)));
    match (attribute.form, value) {
        (_, Value::Null) => Ok(None),
        (Form::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
        // Entra ID writes booleans as words.
        (Form::Boolean, Value::String(word)) if word.eq_ignore_ascii_case("true") => {
            Ok(Some(Value::Bool(true)))
        }
        (Form::Boolean, Value::String(word)) if word.eq_ignore_ascii_case("false") => {
            Ok(Some(Value::Bool(false)))
        }
        (Form::Boolean, _) => wrong("true or false"),
        (Form::Complex(parts), Value::Object(body)) => {
            let complex = attributes(parts, body)?;
            Ok(if complex.is_empty() { None } else { Some(Value::Object(complex)) })
        }
        // A value alone stands for an object that has only this value.
        (Form::Complex(parts), Value::String(_)) if attribute.part("value").is_some() => {
            let value = formed_one(&parts[0], value)?;
            Ok(value.map(|value| json!({ parts[0].name: value })))
        }
        (Form::Complex(_), _) => wrong("an object"),
        (Form::Text | Form::Moment, Value::String(text)) => {
            if text.chars().count() > TEXT_LIMIT {
                return wrong(&format!("at most {TEXT_LIMIT} characters long"));
            }
            if text.chars().any(char::is_control) {
                return wrong("text without control characters");
            }
            let text = text.trim();
            Ok(if text.is_empty() { None } else { Some(json!(text)) })
        }
        (Form::Text | Form::Moment, _) => wrong("a text"),
    }
}
