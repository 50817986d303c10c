//! The members against each other and against the consortium's departments.

use std::collections::{BTreeMap, BTreeSet};

use super::super::line_with;
use super::{Collection, Finding, Report};
use crate::members::{Member, is_demo_number};

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
