//! Reading a municipality's directory server (LDAP, RFC 4511): people and units, page by page.
//!
//! Nothing is ever written there, no referral is followed, and half an answer is none. What the
//! entries say is `rules::directory::ldap`.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchEntry};
use rules::directory::ldap::{Answer, Attributes, Entry};
use rustls::ClientConfig;

/// A connection is made, and each step is answered, within this.
const STEP_WITHIN: Duration = Duration::from_secs(10);
/// All of it is read within this: the job that reads it has a minute.
const READ_WITHIN: Duration = Duration::from_secs(45);
/// Entries that are asked for at a time; Active Directory gives a thousand at most.
const PAGE: i32 = 500;
/// Entries of one answer.
const MOST_ENTRIES: usize = 100_000;
/// Bytes of all values of one answer.
const MOST_BYTES: usize = 128 << 20;
/// Values of one attribute that are looked at.
const MOST_VALUES: usize = 8;
/// Characters of what a server says that are told.
const MOST_WORDS: usize = 300;
/// RFC 4511, appendix A: what a server means by its numbers.
const REFERRAL: u32 = 10;
const LIMITS: [u32; 3] = [3, 4, 11];
const REFUSED: [u32; 4] = [8, 13, 48, 49];

/// How a connection is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From its first byte (`ldaps://`).
    Tls,
    StartTls,
    /// Only on this machine.
    None,
}

/// Who reads there.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// A distinguished name; in Active Directory also `straks@horsens.example`.
    pub name: String,
    pub password: String,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where and what is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`.
    pub url: String,
    pub security: Security,
    /// `None`: whatever everybody may read.
    pub account: Option<Account>,
    /// What everything that is read lies under.
    pub base: String,
    /// Filter of people.
    pub people: String,
    /// Filter of units; `None`: they are not read.
    pub units: Option<String>,
    pub attributes: Attributes,
}

/// Whether a filter is of the form of RFC 4515.
#[must_use]
pub fn is_filter(text: &str) -> bool {
    ldap3::parse_filter(text).is_ok()
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{0} does not answer: {1}")]
    Unreachable(String, String),
    #[error("{0} is not who it should be: {1}")]
    Certificate(String, rustls::Error),
    #[error("the server does not take the name or the password: {0}")]
    Refused(String),
    #[error(
        "the server sends us on to {0}, and referrals are not followed: name that server, or a base of this one"
    )]
    Referral(String),
    #[error(
        "the server gives only a part of its answer ({0}): its limits for this account are too low"
    )]
    Limit(String),
    #[error("the answer has more than {0}: the filter takes too much in")]
    TooMuch(&'static str),
    #[error("the server refuses the question: {0}")]
    Answered(String),
    #[error("the server does not speak LDAP as it should")]
    Broken,
}

/// Reads one directory server.
#[derive(Debug, Clone)]
pub struct Reader {
    settings: Settings,
    tls: Option<Arc<ClientConfig>>,
}

impl Reader {
    /// `tls`: whom to believe; `None`: the authorities of the system.
    #[must_use]
    pub fn new(settings: Settings, tls: Option<Arc<ClientConfig>>) -> Self {
        // Somebody else in the process may have chosen one; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { settings, tls }
    }

    /// Which attributes say what.
    #[must_use]
    pub const fn attributes(&self) -> &Attributes {
        &self.settings.attributes
    }

    /// Reads the people and, if they are asked for, the units.
    ///
    /// # Errors
    /// Why nothing was read; a part of an answer is none.
    pub async fn read(&self) -> Result<Answer, ReadError> {
        let read = tokio::time::timeout(READ_WITHIN, self.read_all());
        // What is no LDAP at all makes the reader panic.
        match AssertUnwindSafe(read).catch_unwind().await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => {
                let late = format!("not within {} seconds", READ_WITHIN.as_secs());
                Err(ReadError::Unreachable(self.settings.url.clone(), late))
            }
            Err(_) => Err(ReadError::Broken),
        }
    }

    async fn read_all(&self) -> Result<Answer, ReadError> {
        let Settings { url, security, account, people, units, .. } = &self.settings;
        let mut way = LdapConnSettings::new()
            .set_conn_timeout(STEP_WITHIN)
            .set_starttls(*security == Security::StartTls);
        if let Some(tls) = &self.tls {
            way = way.set_config(tls.clone());
        }
        let (connection, mut ldap) = LdapConnAsync::with_settings(way, url)
            .await
            .map_err(|error| self.not_reached(error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "a directory server hung up");
            }
        });
        if let Some(Account { name, password }) = account {
            let bound = ldap.with_timeout(STEP_WITHIN).simple_bind(name, password).await;
            said(bound.map_err(|error| self.not_reached(error))?)?;
        }
        let mut room = Room { entries: MOST_ENTRIES, bytes: MOST_BYTES };
        let people = self.found(&mut ldap, people, &mut room).await?;
        let units = match units {
            Some(filter) => Some(self.found(&mut ldap, filter, &mut room).await?),
            None => None,
        };
        // The answer is there; how the goodbye goes does not matter.
        let _ = ldap.unbind().await;
        Ok(Answer { people, units })
    }

    async fn found(
        &self,
        ldap: &mut Ldap,
        filter: &str,
        room: &mut Room,
    ) -> Result<Vec<Entry>, ReadError> {
        let failed = |error| self.not_reached(error);
        let pages: Vec<Box<dyn Adapter<'_, _, _>>> =
            vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(PAGE))];
        let Settings { url, base, attributes, .. } = &self.settings;
        let names: Vec<String> = attributes.names().into_iter().map(str::to_owned).collect();
        let mut stream = ldap
            .with_timeout(STEP_WITHIN)
            .streaming_search_with(pages, base, Scope::Subtree, filter, names)
            .await
            .map_err(failed)?;
        let mut entries = Vec::new();
        while let Some(found) = stream.next().await.map_err(failed)? {
            entries.push(room.take(SearchEntry::construct(found))?);
        }
        let end = stream.finish().await;
        let beyond = end.refs.len();
        said(end)?;
        if beyond > 0 {
            tracing::info!(url, beyond, "what other servers have was not read");
        }
        Ok(entries)
    }

    fn not_reached(&self, error: LdapError) -> ReadError {
        let why = match error {
            LdapError::Io { source } => {
                let inner = source.get_ref().and_then(|inner| inner.downcast_ref());
                match inner {
                    Some(error @ rustls::Error::InvalidCertificate(_)) => {
                        return ReadError::Certificate(self.settings.url.clone(), error.clone());
                    }
                    _ => source.to_string(),
                }
            }
            LdapError::LdapResult { result } => return ReadError::Answered(words(&result)),
            LdapError::Timeout { .. } => {
                format!("not within {} seconds", STEP_WITHIN.as_secs())
            }
            LdapError::EndOfStream | LdapError::ResultRecv { .. } => "it hung up".to_owned(),
            error => error.to_string(),
        };
        ReadError::Unreachable(self.settings.url.clone(), why)
    }
}

/// What an answer may still take.
struct Room {
    entries: usize,
    bytes: usize,
}

impl Room {
    fn take(&mut self, found: SearchEntry) -> Result<Entry, ReadError> {
        self.entries = self.entries.checked_sub(1).ok_or(ReadError::TooMuch("100,000 entries"))?;
        let SearchEntry { dn, attrs, bin_attrs } = found;
        let texts = attrs.into_iter().map(|(name, values)| {
            (name, values.into_iter().map(String::into_bytes).collect::<Vec<_>>())
        });
        let mut entry = Entry { dn, ..Entry::default() };
        for (name, mut values) in texts.chain(bin_attrs) {
            values.truncate(MOST_VALUES);
            let bytes = values.iter().map(Vec::len).sum();
            self.bytes = self.bytes.checked_sub(bytes).ok_or(ReadError::TooMuch("128 MB"))?;
            entry.values.insert(name.to_lowercase(), values);
        }
        Ok(entry)
    }
}

/// What a server says of how it went.
fn said(result: LdapResult) -> Result<(), ReadError> {
    match result.rc {
        0 => Ok(()),
        REFERRAL => Err(ReadError::Referral(result.refs.join(", "))),
        code if LIMITS.contains(&code) => Err(ReadError::Limit(words(&result))),
        code if REFUSED.contains(&code) => Err(ReadError::Refused(words(&result))),
        _ => Err(ReadError::Answered(words(&result))),
    }
}

/// A result in the words of the protocol, with what the server adds.
fn words(result: &LdapResult) -> String {
    result.to_string().chars().filter(|letter| !letter.is_control()).take(MOST_WORDS).collect()
}
