//! Reading the consortium's files.

use std::collections::BTreeMap;

use base::{DepartmentKey, Language, MunicipalityKey, TenantKey, TopicKey, UnitKey};
use serde::Deserialize;
use toml::value::Datetime;

use super::{
    ClosingDay, Consortium, Department, DepartmentKind, Hotline, Member, OTHER_AUTHORITY, is_mail,
    is_number, is_origin,
};
use crate::content::{Fault, MAX_TEXT, day, line_with, read_toml};
use crate::hours::{PromiseRule, ServiceHours};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsortiumFile {
    slug: TenantKey,
    name: String,
    languages: Vec<Language>,
    #[serde(default)]
    demo: bool,
    hotline: Option<Hotline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentsFile {
    departments: Vec<DepartmentKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberFile {
    slug: MunicipalityKey,
    code: u16,
    name: String,
    short: String,
    colour: String,
    inhabitants: u32,
    website: String,
    #[serde(default)]
    sites: Vec<String>,
    hotline: bool,
    emergency_phone: String,
    main_number: String,
    #[serde(default)]
    closing_days: Vec<ClosingDayFile>,
    departments: Vec<DepartmentFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClosingDayFile {
    date: Datetime,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentFile {
    key: DepartmentKey,
    name: String,
    name_en: String,
    phone: String,
    email: String,
    address: String,
    hours: String,
    promise: String,
    #[serde(default)]
    topics: Vec<TopicKey>,
    part_of: Option<UnitKey>,
}

/// Reads `consortium.toml`.
///
/// # Errors
/// Every fault, with its line.
pub fn parse_consortium(text: &str) -> Result<Consortium, Vec<Fault>> {
    let file: ConsortiumFile = read(text)?;
    let mut faults = Vec::new();
    if !file.languages.contains(&Language::Da) {
        faults.push(Fault::new(line_with(text, "languages"), "no-danish", "languages lack \"da\""));
    }
    if let Some(hotline) = &file.hotline {
        check_number(text, &hotline.phone, &mut faults);
        check_hours(text, &hotline.hours, &mut faults);
    }
    ok_unless(faults, || Consortium {
        key: file.slug,
        name: file.name,
        languages: file.languages,
        demo: file.demo,
        hotline: file.hotline,
    })
}

/// Reads `departments.toml`: the kinds of department.
///
/// # Errors
/// Every fault, with its line.
pub fn parse_departments(text: &str) -> Result<Vec<DepartmentKind>, Vec<Fault>> {
    let file: DepartmentsFile = read(text)?;
    let mut faults = Vec::new();
    check_twice(text, file.departments.iter().map(|kind| &kind.key), &mut faults);
    ok_unless(faults, || file.departments)
}

/// Reads the file of one member.
///
/// # Errors
/// Every fault, with its line: numbers that are not `+45 dd dd dd dd` or stand twice, unreadable
/// hours or promises, addresses that are none, a department twice.
pub fn parse_member(text: &str) -> Result<Member, Vec<Fault>> {
    let file: MemberFile = read(text)?;
    let mut faults = Vec::new();
    if !(101..=860).contains(&file.code) {
        let message = format!("{} is no municipality code (101 to 860)", file.code);
        faults.push(Fault::new(line_with(text, "code"), "code", message));
    }
    let colour = file.colour.strip_prefix('#').unwrap_or_default();
    if colour.len() != 6 || !colour.bytes().all(|b| b.is_ascii_hexdigit()) {
        let message = format!("{:?} is no colour of the form #0b5a8a", file.colour);
        faults.push(Fault::new(line_with(text, "colour"), "colour", message));
    }
    if !file.website.starts_with("https://") {
        let message = format!("{:?} must begin with https://", file.website);
        faults.push(Fault::new(line_with(text, "website"), "website", message));
    }
    for site in file.sites.iter().filter(|site| !is_origin(site)) {
        let message = format!("{site:?} is no origin of the form https://www.furesoe.dk");
        faults.push(Fault::new(line_with(text, site), "site", message));
    }
    if file.inhabitants == 0 {
        faults.push(Fault::new(line_with(text, "inhabitants"), "inhabitants", "nobody lives here"));
    }
    check_number(text, &file.main_number, &mut faults);
    check_number(text, &file.emergency_phone, &mut faults);
    for department in &file.departments {
        check_department(text, department, &mut faults);
    }
    check_twice(text, file.departments.iter().map(|department| &department.key), &mut faults);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let own = [("main number", &file.main_number), ("emergency", &file.emergency_phone)];
    let of_departments =
        file.departments.iter().map(|department| (department.key.as_str(), &department.phone));
    for (what, phone) in own.into_iter().chain(of_departments) {
        if let Some(first) = seen.insert(phone, what) {
            let message = format!("{phone} belongs to {first} and to {what}");
            faults.push(Fault::new(line_with(text, phone), "number-twice", message));
        }
    }
    let mut closing_days = Vec::new();
    for closing in file.closing_days {
        match day(&closing.date, line_with(text, "closing_days")) {
            Ok(date) => closing_days.push(ClosingDay { date, name: closing.name }),
            Err(fault) => faults.push(fault),
        }
    }
    ok_unless(faults, || Member {
        key: file.slug,
        code: file.code,
        name: file.name,
        short: file.short,
        colour: file.colour,
        inhabitants: file.inhabitants,
        website: file.website,
        sites: file.sites,
        hotline: file.hotline,
        emergency_phone: file.emergency_phone,
        main_number: file.main_number,
        closing_days,
        departments: file
            .departments
            .into_iter()
            .map(|department| Department {
                key: department.key,
                name: department.name,
                name_en: department.name_en,
                phone: department.phone,
                email: department.email,
                address: department.address,
                hours: department.hours,
                promise: department.promise,
                topics: department.topics,
                part_of: department.part_of,
            })
            .collect(),
    })
}

fn check_department(text: &str, department: &DepartmentFile, faults: &mut Vec<Fault>) {
    let line = line_with(text, &format!("\"{}\"", department.key));
    if department.key.as_str() == OTHER_AUTHORITY {
        let message = format!("{OTHER_AUTHORITY} is no department of a municipality");
        faults.push(Fault::new(line, "no-department", message));
    }
    check_number(text, &department.phone, faults);
    check_hours(text, &department.hours, faults);
    if let Err(error) = department.promise.parse::<PromiseRule>() {
        faults.push(Fault::new(line, "promise", error.to_string()));
    }
    if !is_mail(&department.email) {
        let message = format!("{:?} is no e-mail address", department.email);
        faults.push(Fault::new(line_with(text, &department.email), "email", message));
    }
    for (what, value) in [
        ("name", &department.name),
        ("name_en", &department.name_en),
        ("address", &department.address),
    ] {
        if value.trim().is_empty() {
            let message = format!("{} has no {what}", department.key);
            faults.push(Fault::new(line, "empty", message));
        }
    }
}

fn check_number(text: &str, phone: &str, faults: &mut Vec<Fault>) {
    if !is_number(phone) {
        let message = format!("{phone:?} is not written +45 dd dd dd dd");
        faults.push(Fault::new(line_with(text, phone), "number", message));
    }
}

fn check_hours(text: &str, hours: &str, faults: &mut Vec<Fault>) {
    if let Err(error) = ServiceHours::parse(hours) {
        faults.push(Fault::new(line_with(text, hours), "hours", error.to_string()));
    }
}

fn check_twice<'a>(
    text: &str,
    keys: impl Iterator<Item = &'a DepartmentKey>,
    faults: &mut Vec<Fault>,
) {
    let mut seen = std::collections::BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            let line = line_with(text, &format!("\"{key}\""));
            faults.push(Fault::new(line, "department-twice", format!("{key} stands twice")));
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Vec<Fault>> {
    if text.len() > MAX_TEXT {
        let message = format!("the text has {} bytes; at most {MAX_TEXT} are read", text.len());
        return Err(vec![Fault::new(1, "too-long", message)]);
    }
    read_toml(text, 1).map_err(|fault| vec![fault])
}

fn ok_unless<T>(faults: Vec<Fault>, value: impl FnOnce() -> T) -> Result<T, Vec<Fault>> {
    if faults.is_empty() { Ok(value()) } else { Err(faults) }
}
