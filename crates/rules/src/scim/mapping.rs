//! Which things of the directory a user and a group stand for.
//!
//! A user is a person with numbers and an address; a group is a unit, whose members work there. A
//! group that is called like a department (or another unit that is there) is that unit; any other
//! group makes a team. Who is in no group stands in the unit that their `department` names; who has
//! no unit at all, and who is not active, does not stand in the directory.

use base::{Language, UnitKey};
use serde_json::{Map, Value, json};

use super::Resource;
use super::schema::ENTERPRISE;
use crate::directory::{ItemKind, NAME_LIMIT, plain};
use crate::members::{is_mail, number_of};
use crate::text::FreeText;

/// The name under which the directory keeps what SCIM says.
pub const SOURCE: &str = "scim";
/// Longest key of a team, in characters.
const KEY_LIMIT: usize = 40;

/// One thing for the directory: what it is, what the source calls it, and what is said of it; `None`
/// when it is not (or no longer) there.
pub type Thing = (ItemKind, String, Option<Map<String, Value>>);

/// A group that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub name: String,
    pub unit: UnitKey,
}

fn text<'a>(resource: &'a Resource, name: &str) -> &'a str {
    resource.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The name of a department in a user.
#[must_use]
pub fn department_of(user: &Resource) -> &str {
    let employed = user.get(ENTERPRISE).and_then(Value::as_object);
    employed.map_or("", |employed| text(employed, "department"))
}

/// Where a user works: of several groups the one that their `department` names, otherwise the first;
/// without a group the unit that `department` names.
#[must_use]
pub fn unit_of(
    user: &Resource,
    groups: &[Membership],
    named: impl Fn(&str) -> Option<UnitKey>,
) -> Option<UnitKey> {
    let department = department_of(user);
    let same = |group: &&Membership| plain(&group.name) == plain(department);
    groups
        .iter()
        .find(same)
        .or(groups.first())
        .map(|group| group.unit.clone())
        .or_else(|| named(department).filter(|_| !department.is_empty()))
}

/// A user as a person with lines. A number that `is_main` is nobody's line: many have it on the card
/// of everybody without one of their own.
#[must_use]
pub fn things_of_user(
    id: &str,
    user: &Resource,
    unit: Option<&UnitKey>,
    is_main: impl Fn(&str) -> bool,
) -> Vec<Thing> {
    let unit = unit.filter(|_| user.get("active") != Some(&Value::Bool(false)));
    let person = unit.map(|unit| person(user, unit));
    let there = person.is_some();
    let mut things = vec![(ItemKind::Person, id.to_owned(), person)];
    let phone = |kind: &str| {
        let number = value_of(user, "phoneNumbers", kind).and_then(number_of);
        number.filter(|number| !is_main(number))
    };
    let is_short = |mail: &&str| mail.chars().count() <= NAME_LIMIT;
    let mail = value_of(user, "emails", "work").filter(|mail| is_mail(mail)).filter(is_short);
    let mail = mail.map(str::to_owned);
    let lines = [
        ("phone", "outside", phone("work")),
        ("mobile", "outside", phone("mobile")),
        ("email", "mail", mail),
    ];
    for (name, way, address) in lines {
        let line = address.filter(|_| there).map(|address| {
            object(json!({"holder": {"entry": id}, "way": way, "address": address}))
        });
        things.push((ItemKind::Line, format!("{id}#{name}"), line));
    }
    things
}

fn person(user: &Resource, unit: &UnitKey) -> Map<String, Value> {
    let mut person = object(json!({
        "unit": unit,
        "name": name_of(user),
        "login": text(user, "userName").to_lowercase(),
    }));
    if let Some(title) = line_of(text(user, "title")) {
        person.insert("title".to_owned(), json!(title));
    }
    let language = text(user, "preferredLanguage").to_lowercase();
    let language = language.split(['-', '_', ',']).next().and_then(Language::of_code);
    if let Some(language) = language {
        person.insert("languages".to_owned(), json!([language.code()]));
    }
    person
}

/// What somebody is called: as shown, as written, put together, or as they sign in.
fn name_of(user: &Resource) -> String {
    let part = |part: &str| {
        let name = user.get("name").and_then(Value::as_object);
        name.map_or("", |name| text(name, part))
    };
    let put_together = format!("{} {}", part("givenName"), part("familyName"));
    let names =
        [text(user, "displayName"), part("formatted"), &put_together, text(user, "userName")];
    names.into_iter().find_map(line_of).unwrap_or_default()
}

/// A text as one line that the directory takes, cut where it takes no more; `None` when nothing is
/// left of it.
fn line_of(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(NAME_LIMIT).collect();
    FreeText::accept_in("name", &line, NAME_LIMIT).map(FreeText::into_string).ok()
}

/// The value of a kind (`work`); without any of that kind, of `work` the primary one, or the only
/// one that has no kind at all.
fn value_of<'a>(user: &'a Resource, attribute: &str, kind: &str) -> Option<&'a str> {
    let values = user.get(attribute)?.as_array()?;
    let kind_of = |value: &'a Value| value.get("type").and_then(Value::as_str);
    let of_kind = |value: &&'a Value| kind_of(value).is_some_and(|k| k.eq_ignore_ascii_case(kind));
    let chosen = values.iter().find(of_kind).or_else(|| {
        let untyped = |value: &&'a Value| kind == "work" && kind_of(value).is_none();
        values.iter().find(untyped)
    });
    chosen?.get("value")?.as_str()
}

/// A team that a group made.
#[must_use]
pub fn team(key: &UnitKey, name: &str, parent: Option<&UnitKey>) -> Thing {
    let name = line_of(name).unwrap_or_else(|| key.to_string());
    let mut team = object(json!({"kind": "team", "name": name}));
    if let Some(parent) = parent {
        team.insert("parent".to_owned(), json!(parent));
    }
    (ItemKind::Unit, key.to_string(), Some(team))
}

/// A key for a team of this name that nobody has yet.
#[must_use]
pub fn key_for(name: &str, is_taken: impl Fn(&UnitKey) -> bool) -> UnitKey {
    let mut stem = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'æ' => stem.push_str("ae"),
            'ø' => stem.push_str("oe"),
            'å' => stem.push_str("aa"),
            letter if letter.is_ascii_alphanumeric() => stem.push(letter),
            _ if stem.is_empty() || stem.ends_with('-') => {}
            _ => stem.push('-'),
        }
    }
    stem.truncate(KEY_LIMIT);
    let stem = match stem.trim_end_matches('-') {
        "" => "team",
        stem => stem,
    };
    let keys = std::iter::once(stem.to_owned()).chain((2..).map(|n: u32| format!("{stem}-{n}")));
    keys.filter_map(|key| UnitKey::new(&key).ok())
        .find(|key| !is_taken(key))
        .unwrap_or_else(|| unreachable!("there are more numbers than units"))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => unreachable!("written as an object"),
    }
}
