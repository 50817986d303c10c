//! Mails to citizens about an errand, in words.

use app::jobs::{MailFacts, MailKind};

use crate::citizen::when;
use crate::texts::Texts;

/// Subject and text of a mail.
#[must_use]
pub fn write(facts: &MailFacts) -> (String, String) {
    let t = Texts(facts.language);
    let by = when::day(t, facts.deadline);
    let clock = when::time(t, facts.deadline);
    let (department, municipality) = (facts.department.as_str(), facts.municipality.as_str());
    let (subject, body) = match facts.what {
        MailKind::Promised => {
            (t.mail_promised_subject(municipality), t.mail_promised_text(&by, &clock, department))
        }
        MailKind::Moved => {
            (t.mail_moved_subject(municipality), t.mail_moved_text(&by, &clock, department))
        }
        MailKind::Answered => (
            t.mail_answered_subject(municipality),
            t.mail_answered_text(facts.answer.as_deref().unwrap_or_default(), department),
        ),
        MailKind::Unreached => {
            (t.mail_unreached_subject(municipality), t.mail_unreached_text().to_owned())
        }
    };
    let end = t.mail_end(municipality, &facts.status_url);
    (subject, format!("{}\n\n{body}\n\n{end}\n", t.mail_greeting()))
}
