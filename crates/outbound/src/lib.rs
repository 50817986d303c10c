//! E-mail that leaves the house.
//!
//! [`Mailer::send`] delivers one plain-text mail to the configured server or says whether trying
//! again helps. Nothing of a mail is ever logged.

mod embedder;
mod mail;
mod mailer;

pub use embedder::{EmbedError, Embedder, EmbedderSettings};
pub use mail::{Mail, MailError};
pub use mailer::{Encryption, Mailer, Smtp, SmtpError};
