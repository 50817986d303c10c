//! The prose of a file: links, telephone numbers, raw HTML, words written twice.

use base::TopicKey;

use super::super::front::{line_number, split};
use super::super::numbers::{digits, telephones};
use super::super::prose::{Piece, doubled_word, pieces};
use super::{Collection, Report, check_https};
use crate::members::Member;

impl Collection {
    /// Checks every line of a file; `member` is whose local text it is, `topic` whose master.
    pub(super) fn check_text(
        &self,
        member: Option<&Member>,
        topic: Option<&TopicKey>,
        report: &mut Report<'_>,
    ) {
        let text = report.text;
        let Ok(split) = split(text) else { return };
        for (line, piece) in pieces(split.body, split.body_line) {
            match piece {
                Piece::Html(html) => {
                    report.error(line, "raw-html", format!("raw HTML is refused: {html}"));
                }
                Piece::Image => report.error(line, "image", "texts have no images".to_owned()),
                Piece::Link(to) => self.check_link(&to, line, topic, report),
            }
        }
        for (index, line) in text.lines().enumerate() {
            let number = line_number(index);
            for telephone in telephones("", line) {
                self.check_number(&telephone.digits, number, member, report);
            }
            if let Some(word) = doubled_word(line) {
                report.warning(number, "doubled-word", format!("{word:?} stands twice in a row"));
            }
        }
    }

    fn check_link(&self, to: &str, line: u32, topic: Option<&TopicKey>, report: &mut Report<'_>) {
        let Some(slug) = to.strip_prefix("topic:") else {
            check_https(to, line, report);
            return;
        };
        match TopicKey::new(slug) {
            Ok(target) if topic == Some(&target) => {
                report.warning(line, "link-to-itself", format!("{slug} links to itself"));
            }
            Ok(target) if self.has_topic(&target) => {}
            _ => {
                let message = format!("no article, referral or guide is called {slug}");
                report.error(line, "unknown-topic", message);
            }
        }
    }

    fn check_number(
        &self,
        found: &str,
        line: u32,
        member: Option<&Member>,
        report: &mut Report<'_>,
    ) {
        let is = |number: &str| digits(number) == found;
        let of_hotline = self.consortium.hotline.as_ref().is_some_and(|line| is(&line.phone));
        if self.allowed_numbers.holds(found) || (of_hotline && member.is_some()) {
            return;
        }
        let owner =
            self.members.iter().find(|other| other.numbers().any(|number| is(number.phone)));
        let Some(owner) = owner else {
            let message = format!(
                "{found} is neither a number of a member nor in allowed-numbers.txt; never invent \
                 a number"
            );
            report.error(line, "unknown-number", message);
            return;
        };
        match member {
            _ if is(&owner.main_number) => {
                let message =
                    format!("{found} is the main number of {}: name the department's", owner.short);
                report.error(line, "main-number", message);
            }
            None => {
                let message = format!(
                    "{found} is a number of {}; the common text names no municipality's number",
                    owner.short
                );
                report.error(line, "local-number", message);
            }
            Some(member) if member.key != owner.key => {
                report.error(
                    line,
                    "foreign-number",
                    format!("{found} is a number of {}", owner.short),
                );
            }
            Some(_) => {}
        }
    }
}
