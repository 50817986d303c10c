//! Writing the consortium's files as they are read again.

use super::{Consortium, DepartmentKind, Member};
use crate::areas::Area;
use crate::content::{Writing, quoted};

/// The file `consortium.toml`.
#[must_use]
pub fn write_consortium(consortium: &Consortium) -> String {
    let mut file = Writing::plain();
    let languages: Vec<&str> = consortium.languages.iter().map(|l| l.code()).collect();
    file.text("slug", consortium.key.as_str())
        .text("name", &consortium.name)
        .list("languages", &languages)
        .yes("demo", consortium.demo);
    if let Some(hotline) = &consortium.hotline {
        file.heading("hotline")
            .text("hours", &hotline.hours)
            .text("phone", &hotline.phone)
            .yes("chat", hotline.chat);
    }
    file.finish()
}

/// The file `departments.toml`.
#[must_use]
pub fn write_departments(kinds: &[DepartmentKind]) -> String {
    let mut file = Writing::plain();
    for kind in kinds {
        file.begin("departments")
            .text("key", kind.key.as_str())
            .text("name", &kind.name)
            .text("name_en", &kind.name_en)
            .text("description", &kind.description);
    }
    file.finish()
}

/// The file `areas.toml`.
#[must_use]
pub fn write_areas(areas: &[Area]) -> String {
    let mut file = Writing::plain();
    for area in areas {
        file.begin("areas")
            .text("key", &area.key)
            .text("name", &area.name)
            .text("name_en", &area.name_en);
    }
    file.finish()
}

/// The file of a member.
#[must_use]
pub fn write_member(member: &Member) -> String {
    let mut file = Writing::plain();
    file.text("slug", member.key.as_str())
        .number("code", member.code)
        .text("name", &member.name)
        .text("short", &member.short)
        .text("colour", &member.colour)
        .number("inhabitants", member.inhabitants)
        .text("website", &member.website)
        .list("sites", &member.sites)
        .yes("hotline", member.hotline)
        .text("emergency_phone", &member.emergency_phone)
        .text("main_number", &member.main_number);
    let days: Vec<String> = member
        .closing_days
        .iter()
        .map(|day| format!("{{ date = {}, name = {} }}", day.date, quoted(&day.name)))
        .collect();
    file.table("closing_days", &format!("[{}]", days.join(", ")));
    for department in &member.departments {
        let topics: Vec<&str> = department.topics.iter().map(|topic| topic.as_str()).collect();
        file.begin("departments")
            .text("key", department.key.as_str())
            .text("name", &department.name)
            .text("name_en", &department.name_en)
            .text("phone", &department.phone)
            .text("email", &department.email)
            .text("address", &department.address)
            .text("hours", &department.hours)
            .text("promise", &department.promise)
            .list("topics", &topics);
        if let Some(part_of) = &department.part_of {
            file.text("part_of", part_of.as_str());
        }
    }
    file.finish()
}
