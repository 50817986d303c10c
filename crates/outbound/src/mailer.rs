//! The way to the mail server.

use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use crate::{Mail, MailError};

/// How long the server may take over one mail.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the connection to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all: a server on the same machine.
    Plain,
    /// It must say STARTTLS before anything is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Which mail server, and as whom.
#[derive(Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// Name and password, where the server asks for them.
    pub credentials: Option<(String, String)>,
    /// `Name <name@host>` or `name@host`: who the mail comes from.
    pub from: String,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

/// What is wrong with the configuration of the mail server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    #[error("{0:?} is no sender: write Name <name@host>")]
    From(String),
    #[error("no encrypted connection can be made to {0:?}")]
    Tls(String),
}

/// Sends mail, or is off. Cloning shares the connections' configuration.
#[derive(Clone, Default)]
pub enum Mailer {
    /// No mail server is configured.
    #[default]
    Off,
    Smtp(Box<Post>),
}

/// An open way to a mail server.
#[derive(Clone)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "Mailer::Off",
            Self::Smtp(_) => "Mailer::Smtp",
        })
    }
}

impl Mailer {
    /// A mailer for this server. Connects to nothing yet.
    ///
    /// # Errors
    /// [`SmtpError`] when the configuration cannot be right.
    pub fn smtp(smtp: &Smtp) -> Result<Self, SmtpError> {
        let from = smtp.from.parse().map_err(|_| SmtpError::From(smtp.from.clone()))?;
        let tls =
            || TlsParameters::new(smtp.host.clone()).map_err(|_| SmtpError::Tls(smtp.host.clone()));
        let tls = match smtp.encryption {
            Encryption::Plain => Tls::None,
            Encryption::StartTls => Tls::Required(tls()?),
            Encryption::Tls => Tls::Wrapper(tls()?),
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
                .port(smtp.port)
                .tls(tls)
                .timeout(Some(PATIENCE));
        if let Some((name, password)) = &smtp.credentials {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self::Smtp(Box::new(Post { transport: builder.build(), from })))
    }

    /// Delivers one mail to the server. `Ok` means that the server has taken it over.
    ///
    /// # Errors
    /// [`MailError::TryAgain`] when it may go later, the others when it never will.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let Self::Smtp(post) = self else { return Err(MailError::Off) };
        let message = message(&post.from, mail).ok_or(MailError::Refused { code: 0 })?;
        let sent = tokio::time::timeout(PATIENCE * 2, post.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let code = error.status().map_or(0, u16::from);
                // What never left this machine for lack of form is refused; the rest is weather.
                if error.is_permanent() || error.is_client() {
                    Err(MailError::Refused { code })
                } else {
                    Err(MailError::TryAgain { code })
                }
            }
            Err(_) => Err(MailError::TryAgain { code: 0 }),
        }
    }
}

/// The mail in the form of RFC 5322. `None` when the address or the subject has no such form.
fn message(from: &Mailbox, mail: &Mail) -> Option<Message> {
    if mail.subject.contains(['\r', '\n']) {
        return None;
    }
    let message = Message::builder()
        .from(from.clone())
        .to(mail.to.parse::<lettre::Address>().ok()?.into())
        .subject(mail.subject.clone())
        // Other machines do not answer it (RFC 3834), so that no loop begins.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone());
    message.ok()
}
