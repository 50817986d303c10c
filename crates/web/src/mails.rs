//! Mails to citizens about an errand, in words.

use app::jobs::{MailFacts, MailKind};

use crate::citizen::when;
use crate::texts::Texts;

/// Subject and text of a mail.
#[must_use]
pub fn write(facts: &MailFacts) -> (String, String) {
    let t = Texts(facts.language);
    let by = when::day(t, facts.deadline);
    let clock = when::clock(t, facts.deadline);
    let (department, municipality) = (facts.department.as_str(), facts.municipality.as_str());
    let (subject, body) = match facts.what {
        MailKind::Promised => (
            t.mail_promised_subject(municipality),
            t.mail_promised_text(department, &by, &clock),
        ),
        MailKind::Moved => {
            (t.mail_moved_subject(municipality), t.mail_moved_text(department, &by, &clock))
        }
        MailKind::Answered => (
            t.mail_answered_subject(municipality),
            t.mail_answered_text(department, facts.answer.as_deref().unwrap_or_default()),
        ),
    };
    let end = t.mail_end(&facts.status_url, municipality);
    (subject, format!("{}\n\n{body}\n\n{end}\n", t.mail_greeting()))
}
