//! The members against each other and against the consortium's departments.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use serde_json::Value;

use super::super::line_with;
use super::{Collection, Finding, Report};
use crate::directory::{Brought, ItemKind, short_rows};
use crate::members::{Member, is_demo_number, is_number};

impl Collection {
    pub(super) fn check_members(&self, findings: &mut Vec<Finding>) {
        // Digits are compared as written: the form is one (`+45 dd dd dd dd`).
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        let mut codes: BTreeMap<u16, &str> = BTreeMap::new();
        if let Some(hotline) = &self.consortium.hotline {
            owners.insert(&hotline.phone, "the hotline");
            self.with("consortium.toml", findings, |report| {
                self.check_demo_number(&hotline.phone, report);
            });
        }
        for member in &self.members {
            let file = format!("members/{}.toml", member.key);
            self.with(&file, findings, |report| {
                if let Some(other) = codes.insert(member.code, &member.short) {
                    let message = format!("{} is the code of {other} too", member.code);
                    report.error(report.key("code"), "code-twice", message);
                }
                for number in member.numbers() {
                    self.check_demo_number(number.phone, report);
                    if let Some(other) = owners.insert(number.phone, &member.short) {
                        let message = format!("{} is a number of {other} too", number.phone);
                        report.error(line_with(report.text, number.phone), "number-twice", message);
                    }
                }
                self.check_departments(member, report);
            });
        }
        for (key, brought) in &self.directories {
            let file = format!("members/{key}.csv");
            self.with(&file, findings, |report| self.check_directory(key, brought, report));
        }
    }

    /// Units and topics that a directory names must be there; what its things say of each other is
    /// judged when they come in.
    fn check_directory(&self, key: &MunicipalityKey, brought: &Brought, report: &mut Report<'_>) {
        for line in short_rows(report.text) {
            let message = "the row has fewer cells than the first row names columns".to_owned();
            report.warning(u32::try_from(line).unwrap_or(u32::MAX), "short-row", message);
        }
        let none = BTreeMap::new();
        let things = |kind| brought.get(&kind).unwrap_or(&none);
        let known = |unit: &str| {
            let department = DepartmentKey::new(unit).ok();
            let department = department.and_then(|unit| self.member(key)?.department(&unit));
            things(ItemKind::Unit).contains_key(unit) || department.is_some()
        };
        for (id, value) in brought.values().flatten() {
            let line = line_with(report.text, id);
            let text = |field: &str| value.get(field).and_then(Value::as_str);
            let holder = value.get("holder").and_then(|holder| holder.get("unit")?.as_str());
            let unit = text("unit").or(text("parent")).or(holder);
            if let Some(unit) = unit.filter(|unit| !known(unit)) {
                report.error(line, "unknown-unit", format!("{key} has no unit {unit}"));
            }
            let topic = text("topic").map(TopicKey::new);
            if let Some(Ok(topic)) = topic
                && !self.has_topic(&topic)
            {
                let message = format!("no article, referral or guide is called {topic}");
                report.error(line, "unknown-topic", message);
            }
            if let Some(number) = text("address").filter(|address| is_number(address)) {
                self.check_demo_number(number, report);
            }
        }
    }

    fn check_demo_number(&self, phone: &str, report: &mut Report<'_>) {
        if self.consortium.demo && !is_demo_number(phone) {
            let message = format!("{phone} may have a subscriber; the demo has +45 00 1x xx xx");
            report.error(line_with(report.text, phone), "demo-number", message);
        }
    }

    fn check_departments(&self, member: &Member, report: &mut Report<'_>) {
        let kinds = self.department_keys();
        for kind in &kinds {
            if member.department(kind).is_none() {
                let message = format!("{} has no {kind}", member.short);
                report.error(1, "department-missing", message);
            }
        }
        let mut claimed = BTreeSet::new();
        for department in &member.departments {
            let line = line_with(report.text, &format!("\"{}\"", department.key));
            if !kinds.contains(&department.key) {
                let message = format!("departments.toml has no {}", department.key);
                report.error(line, "unknown-department", message);
            }
            for topic in &department.topics {
                if !self.has_topic(topic) {
                    let message = format!("no article, referral or guide is called {topic}");
                    report.error(line, "unknown-topic", message);
                }
                if !claimed.insert(topic) {
                    let message = format!("two departments of {} claim {topic}", member.short);
                    report.error(line, "topic-twice", message);
                }
            }
            if self.consortium.demo && !department.email.ends_with(".example") {
                let message =
                    format!("{} may be somebody's; the demo ends in .example", department.email);
                report.error(line_with(report.text, &department.email), "demo-email", message);
            }
        }
    }
}
