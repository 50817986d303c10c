//! What can be written of a thing of the directory, and why something cannot.

use std::collections::BTreeSet;

use base::{DepartmentKey, Outcome, Problem, UnitKey};
use rules::directory::{
    Condition, EntryId, Holder, Item, LineId, NAME_LIMIT, UnitKind, Way, national,
};
use rules::hours::{PromiseRule, ServiceHours};
use rules::members::{Department, is_mail, number_of};
use rules::text::FreeText;
use serde_json::{Map, Value};
use store::StoreError;

use super::{DepartmentChange, Directory, Place};
use crate::queues::front_office;

/// Longest address or hours.
const TEXT_LIMIT: usize = 400;
/// The most deputies, people, skills or conditions of one thing.
const MOST: usize = 30;

/// The department that a thing belongs to.
pub(super) fn department_of_item(place: &Place, item: &Item) -> Option<DepartmentKey> {
    let unit = match item {
        Item::Unit(unit) => unit.parent.as_ref()?,
        Item::Person(person) => &person.unit,
        Item::Responsibility(one) => &one.unit,
        Item::Line(line) => match &line.holder {
            Holder::Unit(unit) => unit,
            Holder::Entry(entry) => &place.staff.organisation.entries.get(entry)?.unit,
        },
    };
    place.department_of(unit).cloned()
}

/// A department's record as it becomes.
pub(super) fn department_of(
    directory: &Directory,
    place: &Place,
    key: &DepartmentKey,
    change: DepartmentChange,
) -> Outcome<Map<String, Value>> {
    if let Some(part_of) = &change.part_of {
        let parent = place.staff.organisation.units.get(part_of);
        if parent.is_none_or(|unit| unit.kind != UnitKind::Administration) {
            return Err(Problem::invalid("part_of", "unit-unknown"));
        }
    }
    let name = text("name", &change.name, NAME_LIMIT)?;
    let phone = number("phone", place, &change.phone)?;
    if place.line(key).is_none_or(|line| line.department.phone != phone) {
        directory.grants(place, "phone", &Way::Telephone(phone.clone()), Some(key))?;
    }
    let department = Department {
        key: key.clone(),
        name_en: match change.name_en.trim() {
            "" => name.clone(),
            other => text("name_en", other, NAME_LIMIT)?,
        },
        name,
        phone,
        email: mail("email", &change.email)?,
        address: text("address", &change.address, TEXT_LIMIT)?,
        hours: hours(&change.hours)?,
        promise: change
            .promise
            .parse::<PromiseRule>()
            .map(|_| change.promise.trim().to_owned())
            .map_err(|_| Problem::invalid("promise", "promise-form"))?,
        topics: change.topics,
        part_of: change.part_of,
    };
    match serde_json::to_value(&department) {
        Ok(Value::Object(value)) => Ok(value),
        _ => Err(StoreError::Damaged("department").into()),
    }
}

/// What is to be written of a thing, or why it cannot be.
pub(super) fn checked(
    directory: &Directory,
    place: &Place,
    called: &str,
    item: Item,
) -> Outcome<Item> {
    let organisation = &place.staff.organisation;
    let unit = |unit: &UnitKey| organisation.units.contains_key(unit);
    let person = |id: &EntryId| organisation.entries.contains_key(id);
    let item = checked_among(place, called, item, unit, person)?;
    if let Item::Line(line) = &item {
        let id: Option<LineId> = called.parse().ok();
        let stood = organisation.lines.iter().find(|stood| Some(stood.id) == id);
        if stood.is_none_or(|stood| stood.way != line.way) {
            let department = department_of_item(place, &item).unwrap_or_else(front_office);
            directory.grants(place, "address", &line.way, Some(&department))?;
        }
    }
    Ok(item)
}

/// The same for what comes in together with other things that it may name.
pub(super) fn checked_among(
    place: &Place,
    called: &str,
    item: Item,
    has_unit: impl Fn(&UnitKey) -> bool,
    has_person: impl Fn(&EntryId) -> bool,
) -> Outcome<Item> {
    let organisation = &place.staff.organisation;
    let unit_known = |field: &'static str, unit: &UnitKey| {
        if has_unit(unit) { Ok(()) } else { Err(Problem::invalid(field, "unit-unknown")) }
    };
    let people_known = |field: &'static str, people: &[EntryId]| {
        let once: BTreeSet<&EntryId> = people.iter().collect();
        if people.len() > MOST || once.len() < people.len() {
            return Err(Problem::invalid(field, "too-many-people"));
        }
        let known = people.iter().all(&has_person);
        if known { Ok(()) } else { Err(Problem::invalid(field, "person-unknown")) }
    };
    Ok(match item {
        Item::Unit(mut unit) => {
            let key = UnitKey::new(called).map_err(|_| Problem::invalid("key", "not-an-id"))?;
            let department = organisation.units.get(&key);
            if unit.kind == UnitKind::Department
                || department.is_some_and(|known| known.kind == UnitKind::Department)
            {
                return Err(Problem::invalid("kind", "unit-is-department"));
            }
            if let Some(parent) = &unit.parent {
                unit_known("parent", parent)?;
                if *parent == key || organisation.chain(parent).any(|above| above.key == key) {
                    return Err(Problem::invalid("parent", "unit-circle"));
                }
            }
            unit.name = text("name", &unit.name, NAME_LIMIT)?;
            unit.name_en = maybe("name_en", &unit.name_en)?;
            unit.hours = unit.hours.as_deref().map(hours).transpose()?;
            Item::Unit(unit)
        }
        Item::Person(mut person) => {
            unit_known("unit", &person.unit)?;
            people_known("deputies", &person.deputies)?;
            if person.deputies.iter().any(|deputy| deputy.to_string() == called) {
                return Err(Problem::invalid("deputies", "deputy-self"));
            }
            person.name = text("name", &person.name, NAME_LIMIT)?;
            person.title = maybe("title", &person.title)?;
            if person.skills.len() > MOST {
                return Err(Problem::invalid("skills", "too-many-skills"));
            }
            let skills = person.skills.iter().map(|skill| text("skills", skill, NAME_LIMIT));
            person.skills = skills.collect::<Outcome<_>>()?;
            Item::Person(person)
        }
        Item::Line(mut line) => {
            match &line.holder {
                Holder::Unit(unit) => unit_known("holder", unit)?,
                Holder::Entry(entry) => people_known("holder", std::slice::from_ref(entry))?,
            }
            line.way = match line.way {
                Way::Telephone(address) => Way::Telephone(number("address", place, &address)?),
                Way::Outside(address) => Way::Outside(number("address", place, &address)?),
                Way::Mail(address) => Way::Mail(mail("address", &address)?),
                Way::Chat => Way::Chat,
            };
            line.hours = line.hours.as_deref().map(hours).transpose()?;
            Item::Line(line)
        }
        Item::Responsibility(mut one) => {
            unit_known("unit", &one.unit)?;
            people_known("people", &one.people)?;
            let possible = one.conditions.iter().all(Condition::is_possible);
            if one.conditions.len() > MOST || !possible {
                return Err(Problem::invalid("conditions", "condition-range"));
            }
            for condition in &mut one.conditions {
                match condition {
                    Condition::Said { question: said } | Condition::Street { street: said, .. } => {
                        *said = text("conditions", said, NAME_LIMIT)?;
                    }
                    _ => {}
                }
            }
            Item::Responsibility(one)
        }
    })
}

/// One line of text.
fn text(field: &'static str, raw: &str, limit: usize) -> Outcome<String> {
    let text = FreeText::accept_in(field, raw, limit)?.into_string();
    if text.contains('\n') {
        return Err(Problem::invalid(field, "name-form"));
    }
    Ok(text)
}

fn maybe(field: &'static str, raw: &str) -> Outcome<String> {
    if raw.trim().is_empty() { Ok(String::new()) } else { text(field, raw, NAME_LIMIT) }
}

/// A number as it is written here; never the main number (product rule 5).
fn number(field: &'static str, place: &Place, raw: &str) -> Outcome<String> {
    let number = number_of(raw).ok_or(Problem::invalid(field, "number-form"))?;
    if national(&number) == national(&place.member.main_number) {
        return Err(Problem::invalid(field, "number-is-main"));
    }
    Ok(number)
}

fn mail(field: &'static str, raw: &str) -> Outcome<String> {
    let address = text(field, raw, NAME_LIMIT)?;
    if is_mail(&address) { Ok(address) } else { Err(Problem::invalid(field, "email-form")) }
}

fn hours(raw: &str) -> Outcome<String> {
    let hours = text("hours", raw, TEXT_LIMIT)?;
    match ServiceHours::parse(&hours) {
        Ok(_) => Ok(hours),
        Err(_) => Err(Problem::invalid("hours", "hours-form")),
    }
}

/// Reads a department's record that was changed as JSON.
pub(super) fn changed_department(
    directory: &Directory,
    place: &Place,
    key: &DepartmentKey,
    value: Map<String, Value>,
) -> Outcome<Map<String, Value>> {
    let department: Department = serde_json::from_value(Value::Object(value))
        .map_err(|_| Problem::invalid("field", "field-unknown"))?;
    let change = DepartmentChange {
        name: department.name,
        name_en: department.name_en,
        phone: department.phone,
        email: department.email,
        address: department.address,
        hours: department.hours,
        promise: department.promise,
        part_of: department.part_of,
        topics: department.topics,
        version: 0,
    };
    department_of(directory, place, key, change)
}
