//! Shapes whose types stand below this crate, where nothing is known of documents. A test holds
//! each against what really comes.

use app::audit::AuditLine;
use utoipa::ToSchema;

use crate::staff_api::StaffArticle;

/// A change in all texts that use a figure or a term (`rules::bulk::Rule`).
#[derive(ToSchema)]
pub struct BulkRule {
    pub find: String,
    pub replace: String,
    /// The find stands alone: not inside a longer word. Figures always do.
    pub whole_word: bool,
    /// `titles`, `summary`, `facts`, `parts`, `nodes`, `words`; empty: everywhere.
    pub fields: Vec<String>,
    /// Knowledge areas; empty: all.
    pub areas: Vec<String>,
    /// Municipalities' own texts too.
    pub local: bool,
}

/// Something an editor should know about a text (`rules::checks::Finding`).
#[derive(ToSchema)]
pub struct Finding {
    /// What kind of finding it is, for instance `unknown-topic`.
    pub code: String,
    /// `error` keeps a text from being published, `warning` and `hint` do not.
    pub severity: String,
    /// The part of an article or the node of a guide.
    pub part: Option<String>,
    /// `title`, `words.2`, `facts.0.value`, `markdown`, …; `text` for the text as a whole.
    pub field: String,
    /// Where it begins in the field, in characters.
    pub from: u32,
    /// Where it ends, exclusive.
    pub to: u32,
    /// What stands there, shortened.
    pub text: String,
    /// What to write instead.
    pub suggestion: Option<String>,
    /// What its words name.
    #[schema(value_type = Object)]
    pub args: (),
}

/// What became of one part of a text (`rules::workshop::diff::PartDiff`).
#[derive(ToSchema)]
pub struct Diff {
    pub part: String,
    pub heading: String,
    pub spans: Vec<Span>,
}

/// Words that stood, came or went together.
#[derive(ToSchema)]
pub struct Span {
    /// `same`, `added`, `removed`.
    pub kind: String,
    pub text: String,
}

/// What counting searches has brought (`app::improvement::Joined`).
#[derive(ToSchema)]
pub struct Joined {
    /// Searches that were counted.
    pub searches: usize,
    /// New pieces of work.
    pub made: usize,
    /// Pieces of work of which something else is known now.
    pub changed: usize,
}

/// Why a search finds what it finds (`app::words::Explained`).
#[derive(ToSchema)]
pub struct Explained {
    pub query: String,
    /// Hits with every step of their score.
    #[schema(value_type = Object)]
    pub answer: (),
}

/// How a text would look: for citizens the main part of their page, for agents an article.
#[derive(ToSchema)]
pub enum Preview {
    Citizen {
        html: String,
        /// Addresses of the page's styles.
        styles: Vec<String>,
    },
    Agent(StaffArticle),
}

/// Lines of the audit log, newest first.
#[derive(ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditLine>,
    /// Give this back as `page` to get the next piece; null at the end.
    pub next: Option<String>,
}

/// What an erasure has deleted (`store::retention::Erased`).
#[derive(ToSchema)]
pub struct Erased {
    pub contact: String,
    pub texts: u64,
    /// Conversations that were recorded.
    pub recordings: u64,
    /// Steps before the contact.
    pub trail: u64,
    /// Whether it was still known whose contact it was.
    pub mark: bool,
    /// The last number of the contact's journal.
    pub seq: i64,
}

/// A sign-in of the demo.
#[derive(ToSchema)]
pub struct DemoAccount {
    pub login: String,
    pub password: String,
    pub name: String,
    pub municipality: String,
    pub roles: Vec<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base::{Rng, UnixMillis};
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    fn same_fields<T: ToSchema>(real: &impl Serialize) {
        let schema = serde_json::to_value(T::schema()).expect("JSON");
        let real = serde_json::to_value(real).expect("JSON");
        let fields = |value: &serde_json::Value| -> BTreeSet<String> {
            value.as_object().expect("an object").keys().cloned().collect()
        };
        assert_eq!(fields(&schema["properties"]), fields(&real), "{}", T::name());
    }

    #[test]
    fn a_borrowed_shape_is_that_of_what_comes() {
        let rule = json!({
            "find": "893", "replace": "900", "whole_word": true, "fields": ["facts"], "areas": [],
            "local": true,
        });
        same_fields::<BulkRule>(&serde_json::from_value::<rules::bulk::Rule>(rule).expect("one"));
        let found = rules::checks::Finding {
            code: "deep",
            severity: rules::checks::Severity::Error,
            part: None,
            field: "title".to_owned(),
            from: 0,
            to: 1,
            text: String::new(),
            suggestion: None,
            args: Default::default(),
        };
        same_fields::<Finding>(&found);
        let span = rules::workshop::diff::Span {
            kind: rules::workshop::diff::SpanKind::Same,
            text: String::new(),
        };
        same_fields::<Span>(&span);
        let part = rules::workshop::diff::PartDiff {
            part: String::new(),
            heading: String::new(),
            spans: vec![span],
        };
        same_fields::<Diff>(&part);
        same_fields::<Joined>(&app::improvement::Joined::default());
        same_fields::<AuditPage>(&base::Page { items: Vec::<u8>::new(), next: None });
        let at = UnixMillis(0);
        let erased = store::retention::Erased {
            contact: Rng::seeded(1).id(at),
            texts: 0,
            recordings: 0,
            trail: 0,
            mark: false,
            seq: 0,
        };
        same_fields::<Erased>(&erased);
        same_fields::<DemoAccount>(app::demo::accounts().first().expect("one"));
    }
}
