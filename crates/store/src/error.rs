//! What can go wrong in the store, and what the caller can do about it.

use base::Problem;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is away. [`Problem::Unavailable`]: nothing was written, try again.
    #[error("the database says: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored value is not of its form: the data was changed from outside. Restore a backup.
    #[error("the stored value of {0} is damaged")]
    Damaged(&'static str),
    /// The address is neither `sqlite:PATH` nor `postgres://…`.
    #[error("a database is written sqlite:PATH or postgres://USER@HOST/NAME")]
    Address,
    /// The database was written by a later version of Straks: upgrade the program.
    #[error("the database has schema {found}, this program knows up to {known}: upgrade Straks")]
    TooNew { found: i64, known: i64 },
    /// A restore needs an empty database.
    #[error("the database is not empty; restore into an empty one")]
    NotEmpty,
    /// The archive is not one of ours, or is damaged.
    #[error("the backup cannot be read: {0}")]
    Archive(String),
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store could not do what was asked");
        let code = if error.passes() { "database-away" } else { "unexpected" };
        Self::Unavailable { code }
    }
}

impl StoreError {
    /// Whether waiting mends it, as when the database is away, busy or full. What is damaged or
    /// against its rules stays so.
    #[must_use]
    pub fn passes(&self) -> bool {
        use sqlx::error::ErrorKind;
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                matches!(error.kind(), ErrorKind::Other)
            }
            Self::Database(
                sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_)
                | sqlx::Error::Encode(_)
                | sqlx::Error::ColumnNotFound(_),
            ) => false,
            Self::Database(_) | Self::Io(_) => true,
            _ => false,
        }
    }

    /// Whether a unique index stood in the way: somebody else was first.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}
