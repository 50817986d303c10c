//! The prose of a file: links, telephone numbers, raw HTML, words written twice.

use base::TopicKey;

use super::super::front::{line_number, split};
use super::super::numbers::telephones;
use super::super::prose::{Piece, doubled_word, pieces};
use super::{Collection, Report, check_https};
use crate::checks::{NumberBook, NumberFault};
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
        let numbers = self.number_book();
        for (index, line) in text.lines().enumerate() {
            let number = line_number(index);
            for telephone in telephones("", line) {
                let found = &telephone.digits;
                if let Some(fault) = numbers.fault(found, member.map(|member| &member.key)) {
                    report.error(number, fault.code(), message_of(found, &fault));
                }
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

    fn number_book(&self) -> NumberBook {
        let members: Vec<&Member> = self.members.iter().collect();
        NumberBook::new(self.allowed_numbers.clone(), Some(&self.consortium), &members)
    }
}

/// What is wrong with a number, for a terminal.
fn message_of(found: &str, fault: &NumberFault<'_>) -> String {
    match fault {
        NumberFault::Unknown => format!(
            "{found} is neither a number of a member nor in allowed-numbers.txt; never invent a \
             number"
        ),
        NumberFault::Main(whose) => {
            format!("{found} is the main number of {whose}: name the department's")
        }
        NumberFault::Local(whose) => {
            format!(
                "{found} is a number of {whose}; the common text names no municipality's number"
            )
        }
        NumberFault::Foreign(whose) => format!("{found} is a number of {whose}"),
    }
}
