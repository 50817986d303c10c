//! What a user can be told when something cannot be done.
//!
//! Every use case of `app` answers with [`Outcome`]. A lower floor has its own error type and turns
//! it into a [`Problem`] where the user's part in it is known. The text stands in the language
//! catalogue under `problem-<code>`; `web` renders it as RFC 9457 JSON or as a page.

use serde::Serialize;

/// What use cases answer with.
pub type Outcome<T> = Result<T, Problem>;

/// The one enum of what a user can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum Problem {
    /// There is no such thing, or the caller may not know that there is.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the login has ended: sign in and try again.
    #[error("sign in first")]
    SignedOut,
    /// The caller is known and may not do this; `code` says why and what to do instead.
    #[error("forbidden: {code}")]
    Forbidden { code: &'static str },
    /// The thing has changed or stands in the way: read it again, then decide.
    #[error("conflict: {code}")]
    Conflict { code: &'static str },
    /// A field is wrong; nothing was stored. `limit` is the number the message speaks of.
    #[error("invalid {field}: {code}")]
    Invalid { field: &'static str, code: &'static str, limit: Option<i64> },
    /// Too much at once: try again after so many seconds.
    #[error("too many, retry after {retry_after_s} s")]
    TooMany { retry_after_s: i64 },
    /// Not now (database away, disk full, shutting down): nothing was lost, try again.
    #[error("unavailable: {code}")]
    Unavailable { code: &'static str },
}

impl Problem {
    #[must_use]
    pub const fn invalid(field: &'static str, code: &'static str) -> Self {
        Self::Invalid { field, code, limit: None }
    }

    #[must_use]
    pub const fn forbidden(code: &'static str) -> Self {
        Self::Forbidden { code }
    }

    #[must_use]
    pub const fn conflict(code: &'static str) -> Self {
        Self::Conflict { code }
    }

    /// The HTTP status that says the same.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::SignedOut => 401,
            Self::Forbidden { .. } => 403,
            Self::Conflict { .. } => 409,
            Self::Invalid { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Unavailable { .. } => 503,
        }
    }

    /// The name of the text in the language catalogue, without the prefix `problem-`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::SignedOut => "signed-out",
            Self::TooMany { .. } => "too-many",
            Self::Forbidden { code }
            | Self::Conflict { code }
            | Self::Invalid { code, .. }
            | Self::Unavailable { code } => code,
        }
    }
}
