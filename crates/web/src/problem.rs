//! What a user is told when something cannot be done: RFC 9457 for programs, a page for people.
//!
//! A handler answers with [`Refused`]. The text depends on who asks (language, page or program), so
//! it is written by [`crate::citizen::problems`] around the citizen's pages and by [`Refused::json`]
//! for programs; until then the answer carries the [`Problem`] itself.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Language, Problem};
use serde::Serialize;

use crate::texts;

/// A problem as an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Problem);

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProblemDocument {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    pub status: u16,
    /// The name of the problem, for programs.
    pub code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<i64>,
    /// In the reader's language.
    pub detail: String,
}

impl IntoResponse for Refused {
    /// The bare status; the problem goes along as an extension.
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        if let Problem::TooMany { retry_after_s } = self.0
            && let Ok(value) = HeaderValue::from_str(&retry_after_s.to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl Refused {
    /// The problem as a document for programs.
    #[must_use]
    pub fn json(&self, language: Language) -> Response {
        let document = document(&self.0, language);
        let mut response = (status(&self.0), Json(document)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Problem::TooMany { retry_after_s } = self.0
            && let Ok(value) = HeaderValue::from_str(&retry_after_s.to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

/// The document of a problem.
#[must_use]
pub fn document(problem: &Problem, language: Language) -> ProblemDocument {
    let (field, limit) = match problem {
        Problem::Invalid { field, limit, .. } => (Some(*field), *limit),
        _ => (None, None),
    };
    let retry_after_s = match problem {
        Problem::TooMany { retry_after_s } => Some(*retry_after_s),
        _ => None,
    };
    ProblemDocument {
        kind: "about:blank",
        title: title(problem, language),
        status: problem.status(),
        code: problem.code(),
        field,
        limit,
        retry_after_s,
        detail: detail(problem, language),
    }
}

/// The problem as a heading.
#[must_use]
pub fn title(problem: &Problem, language: Language) -> String {
    let none = BTreeMap::new();
    let family = match problem {
        Problem::NotFound => "not-found",
        Problem::SignedOut => "signed-out",
        Problem::Forbidden { .. } => "forbidden",
        Problem::Conflict { .. } => "conflict",
        Problem::Invalid { .. } => "invalid",
        Problem::TooMany { .. } => "too-many",
        Problem::Unavailable { code: "unexpected" } => "unexpected",
        Problem::Unavailable { .. } => "unavailable",
    };
    texts::by_id(language, &format!("problem-{family}-title"), &none).unwrap_or_default()
}

/// What happened and what to do, in the reader's language.
#[must_use]
pub fn detail(problem: &Problem, language: Language) -> String {
    let mut arguments = BTreeMap::new();
    match problem {
        Problem::Invalid { limit: Some(limit), .. } => {
            arguments.insert("limit".to_owned(), limit.to_string());
        }
        Problem::TooMany { retry_after_s } => {
            arguments.insert("seconds".to_owned(), retry_after_s.to_string());
        }
        _ => {}
    }
    let text = |code: &str| texts::by_id(language, &format!("problem-{code}"), &arguments);
    text(problem.code()).or_else(|| text("unexpected")).unwrap_or_default()
}

/// The status that says the same.
#[must_use]
pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The problem that a bare status speaks of: what the router and its extractors refuse themselves.
#[must_use]
pub fn of_status(status: StatusCode) -> Option<Problem> {
    Some(match status {
        StatusCode::NOT_FOUND => Problem::NotFound,
        StatusCode::UNAUTHORIZED => Problem::SignedOut,
        StatusCode::FORBIDDEN => Problem::forbidden("foreign-origin"),
        StatusCode::METHOD_NOT_ALLOWED => Problem::invalid("method", "method"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::invalid("body", "too-large"),
        StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::invalid("body", "malformed"),
        status if status.is_server_error() => Problem::Unavailable { code: "unexpected" },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The codes of problems in a source, where they are written out.
    fn codes(source: &str) -> Vec<&str> {
        let source = source.split("#[cfg(test)]").next().unwrap_or("");
        let mut codes = Vec::new();
        for part in source.split("Problem::").skip(1) {
            let Some((name, rest)) = part.split_once(['(', '{']) else { continue };
            let said = |nth| rest.split(')').next()?.split('"').nth(nth);
            codes.extend(match name {
                "invalid" => said(3),
                "forbidden" | "conflict" => said(1),
                _ => rest
                    .split('}')
                    .next()
                    .and_then(|said| said.split_once("code: \"")?.1.split('"').next()),
            });
        }
        codes
    }

    fn sources(folder: &Path, texts: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, texts);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                texts.push(fs::read_to_string(&path).expect("a source"));
            }
        }
    }

    #[test]
    fn whatever_is_refused_has_words_of_its_own() {
        let mut written = Vec::new();
        for floor in ["rules", "store", "app", "web"] {
            sources(
                &Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(floor).join("src"),
                &mut written,
            );
        }
        let mut known: Vec<&str> = written.iter().flat_map(|source| codes(source)).collect();
        known.sort_unstable();
        known.dedup();
        assert!(known.len() > 130, "{} codes", known.len());
        let ids = texts::IDS;
        let silent = known.iter().filter(|code| !ids.contains(&format!("problem-{code}").as_str()));
        assert_eq!(silent.collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn a_problem_says_what_to_do_in_the_readers_language() {
        let long = Problem::Invalid { field: "text", code: "too-long", limit: Some(4000) };
        let document = document(&long, Language::Da);
        assert_eq!(document.status, 422);
        assert_eq!(document.detail, "Teksten er for lang. Der er plads til 4000 tegn.");
        assert!(detail(&Problem::TooMany { retry_after_s: 7 }, Language::En).contains("7 seconds"));
    }

    #[test]
    fn a_problem_without_a_text_still_says_something() {
        let strange = Problem::conflict("no-such-code");
        assert!(!detail(&strange, Language::Da).is_empty());
        assert!(!title(&strange, Language::Da).is_empty());
    }
}
