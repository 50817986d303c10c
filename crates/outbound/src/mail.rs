//! One mail, and why it did not go.

/// A plain-text mail to one receiver.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// `name@host`
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail")
    }
}

/// Why a mail did not go. No variant holds anything of the mail or of the server's words, which
/// may repeat the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It will never go: no such address, or the server refuses it for good (5xx).
    #[error("the mail is refused ({code})")]
    Refused { code: u16 },
    /// The server is away, slow, or says later (4xx): try again.
    #[error("the mail could not be delivered now ({code}), try again")]
    TryAgain { code: u16 },
    /// No mail server is configured.
    #[error("no mail server is configured")]
    Off,
}

impl MailError {
    /// Whether sending again would not help.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Off)
    }
}
