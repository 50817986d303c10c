//! The one way by which the program reads other people's sites (A37).
//!
//! Nothing the caller checks beforehand is trusted: names are resolved by [`Guarded`] at the moment
//! of connecting, so an address that changes between a check and the connection is refused all the
//! same; each redirect is admitted by the same rule as the first address; an address written as a
//! number is no host name. Faults name no network address.

mod addresses;

pub use addresses::is_public;

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Method, StatusCode, Url, header};

/// The largest answer that is read, in bytes.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;
/// A redirect more than these is a fault.
const MOST_REDIRECTS: usize = 5;
/// The longest address that is followed, in bytes.
const LONGEST_ADDRESS: usize = 2048;
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// From the first byte sent to the last byte read.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// What an operator sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Who answers for the visits: an e-mail address or a page, sent with every request.
    pub contact: String,
    /// `host:port` of sites on the operator's own network that may be read all the same, for
    /// instance `127.0.0.1:8099`. Empty in production.
    pub allow_private: Vec<String>,
    /// Whether the outer links of published texts are tried, every night.
    pub try_links: bool,
}

/// Whose sites may be read.
#[derive(Debug, Clone, Copy)]
pub enum Reach<'a> {
    /// These hosts only, written `www.example.dk` or `www.example.dk:8443`; also after redirects.
    Hosts(&'a [String]),
    /// Any host of the public internet (checking where links lead).
    Public,
}

/// What was known of a page at the last visit: an unchanged page is then not sent again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    pub etag: Option<&'a str>,
    pub last_modified: Option<&'a str>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The address that answered, after redirects.
    pub url: String,
    pub status: u16,
    /// As sent, for instance `text/html; charset=utf-8`.
    pub content_type: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The header `x-robots-tag`.
    pub robots_tag: String,
    /// Seconds after which the site asks to be visited again.
    pub retry_after_s: Option<i64>,
    /// Empty for `HEAD` and for an unchanged page (304).
    pub body: Vec<u8>,
}

/// Why there is no answer. No variant holds an address or the words of another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("this is no address of a public web site")]
    BadAddress,
    #[error("this host is not on the list of hosts that may be read")]
    NotListed,
    #[error("the name leads to an address that must not be read")]
    Refused,
    #[error("more than {MOST_REDIRECTS} redirects")]
    Redirects,
    #[error("the answer is larger than {} MB", MOST_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("no answer in time")]
    Slow,
    #[error("the site does not answer")]
    Away,
}

impl FetchError {
    /// The name of its text in the language catalogue, without prefix.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadAddress => "bad-address",
            Self::NotListed => "not-listed",
            Self::Refused => "refused",
            Self::Redirects => "redirects",
            Self::TooLarge => "too-large",
            Self::Slow => "slow",
            Self::Away => "away",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Slow | Self::Away)
    }
}

/// Where names are looked up.
pub trait Names: Send + Sync + 'static {
    /// Every address of a host, as known now.
    fn addresses(&self, host: &str) -> Looking;
}

/// An ongoing look-up.
pub type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The names as the operating system knows them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, host: &str) -> Looking {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A name leads to an address that must not be read.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that must not be read")]
struct NotPublic;

/// `host:port` pairs that may be private.
#[derive(Debug, Clone, Default)]
struct Allowed(BTreeSet<(String, u16)>);

impl Allowed {
    fn of(settings: &Settings) -> Self {
        let pairs = settings.allow_private.iter().filter_map(|entry| {
            let (host, port) = entry.trim().rsplit_once(':')?;
            Some((host.to_lowercase(), port.parse().ok()?))
        });
        Self(pairs.collect())
    }

    fn has_host(&self, host: &str) -> bool {
        self.0.iter().any(|(known, _)| known == host)
    }
}

/// Resolves names for the connections, and refuses those that lead inside.
struct Guarded {
    names: Arc<dyn Names>,
    allowed: Allowed,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().trim_end_matches('.').to_lowercase();
        let anything_goes = self.allowed.has_host(&host);
        let looking = self.names.addresses(&host);
        Box::pin(async move {
            let found = looking.await?;
            // One inner address among public ones is enough to refuse the name: which of them is
            // tried is not ours to choose.
            if !anything_goes && !found.iter().all(|address| is_public(*address)) {
                return Err(NotPublic.into());
            }
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// Reads other people's sites, within bounds. Cloning shares connections.
#[derive(Clone)]
pub struct Fetcher {
    /// `None` when this machine has no list of certificate authorities: nothing can be read then.
    client: Option<Client>,
    allowed: Allowed,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fetcher")
    }
}

impl Fetcher {
    /// Looks names up where the operating system does.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self::with_names(settings, Arc::new(SystemNames))
    }

    /// Looks names up at `names`.
    #[must_use]
    pub fn with_names(settings: &Settings, names: Arc<dyn Names>) -> Self {
        // Somebody else in the process may have chosen one; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed = Allowed::of(settings);
        let agent =
            format!("{}/{} ({})", AGENT, env!("CARGO_PKG_VERSION"), clean(&settings.contact));
        let client = Client::builder()
            .user_agent(agent)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(Guarded { names, allowed: allowed.clone() }))
            .build();
        let client =
            client.inspect_err(|error| tracing::error!(%error, "no other site can be read")).ok();
        Self { client, allowed }
    }

    /// Reads a page. An answer with an error status is an answer.
    ///
    /// # Errors
    /// [`FetchError`] when there is none, or none that may be read.
    pub async fn get(
        &self,
        url: &str,
        reach: Reach<'_>,
        seen: Seen<'_>,
    ) -> Result<Fetched, FetchError> {
        self.fetch(Method::GET, url, reach, seen).await
    }

    /// The status of a public address, for link checks: without the body where the site can say it
    /// so.
    ///
    /// # Errors
    /// [`FetchError`] when nothing answers, or nothing that may be asked.
    pub async fn status(&self, url: &str) -> Result<u16, FetchError> {
        let asked = self.fetch(Method::HEAD, url, Reach::Public, Seen::default()).await;
        match asked {
            Ok(answer) if answer.status < 400 => Ok(answer.status),
            Err(error) if !error.may_pass() => Err(error),
            // Some sites know no HEAD and answer it with anything.
            _ => match self.fetch(Method::GET, url, Reach::Public, Seen::default()).await {
                Ok(answer) => Ok(answer.status),
                // A page larger than we read is there.
                Err(FetchError::TooLarge) => Ok(StatusCode::OK.as_u16()),
                Err(error) => Err(error),
            },
        }
    }

    /// Whether a `host:port` of the operator's own network has been opened.
    #[must_use]
    pub fn is_opened(&self, host: &str) -> bool {
        let pair = host.rsplit_once(':');
        pair.is_some_and(|(name, port)| {
            port.parse().is_ok_and(|port| self.allowed.0.contains(&(name.to_lowercase(), port)))
        })
    }

    async fn fetch(
        &self,
        method: Method,
        url: &str,
        reach: Reach<'_>,
        seen: Seen<'_>,
    ) -> Result<Fetched, FetchError> {
        let client = self.client.as_ref().ok_or(FetchError::Away)?;
        let mut url = self.admit(url, reach)?;
        for _ in 0..=MOST_REDIRECTS {
            let mut request = client.request(method.clone(), url.clone());
            request = request.header(header::ACCEPT_LANGUAGE, "da, en;q=0.5");
            if let Some(etag) = seen.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(at) = seen.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, at);
            }
            let answer = request.send().await.map_err(|error| reason(&error))?;
            let moved = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
            match answer.headers().get(header::LOCATION).filter(|_| moved) {
                None => return read(answer, &method).await,
                Some(to) => {
                    let to = to.to_str().map_err(|_| FetchError::BadAddress)?;
                    let to = url.join(to).map_err(|_| FetchError::BadAddress)?;
                    url = self.admit(to.as_str(), reach)?;
                }
            }
        }
        Err(FetchError::Redirects)
    }

    /// Whether an address may be asked at all; what its name leads to is judged when connecting.
    fn admit(&self, url: &str, reach: Reach<'_>) -> Result<Url, FetchError> {
        if url.len() > LONGEST_ADDRESS {
            return Err(FetchError::BadAddress);
        }
        let mut url = Url::parse(url).map_err(|_| FetchError::BadAddress)?;
        url.set_fragment(None);
        if !matches!(url.scheme(), "http" | "https")
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(FetchError::BadAddress);
        }
        // The parser has turned decimal, octal and hexadecimal hosts into addresses by now.
        let host = url.host_str().ok_or(FetchError::BadAddress)?;
        let host = host.trim_end_matches('.').to_lowercase();
        let port = url.port_or_known_default().ok_or(FetchError::BadAddress)?;
        let listed = match reach {
            Reach::Public => None,
            Reach::Hosts(hosts) => Some(is_listed(hosts, &host, port)),
        };
        if self.allowed.has_host(&host) {
            // Opened for this port of this host, and for nothing else of it.
            let open = self.allowed.0.contains(&(host, port));
            return match (open, listed) {
                (false, _) => Err(FetchError::Refused),
                (true, Some(false)) => Err(FetchError::NotListed),
                (true, _) => Ok(url),
            };
        }
        let is_number = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
        if is_number || !host.contains('.') {
            return Err(FetchError::Refused);
        }
        match listed {
            Some(false) => Err(FetchError::NotListed),
            // Other ports of strange hosts are no web sites.
            None if !matches!(port, 80 | 443) => Err(FetchError::BadAddress),
            _ => Ok(url),
        }
    }
}

/// The name by which robots.txt speaks of this program.
pub const AGENT: &str = "Straks";

/// Whether a host and port stand in a list of hosts; one without a port means the usual ones.
#[must_use]
pub fn is_listed(hosts: &[String], host: &str, port: u16) -> bool {
    hosts.iter().any(|listed| match listed.rsplit_once(':') {
        Some((name, number)) => name.eq_ignore_ascii_case(host) && number.parse() == Ok(port),
        None => listed.eq_ignore_ascii_case(host) && matches!(port, 80 | 443),
    })
}

/// The host and port of an address; `None` when it is no address of a web site.
#[must_use]
pub fn host_of(url: &str) -> Option<(String, u16)> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some((url.host_str()?.to_lowercase(), url.port_or_known_default()?))
}

/// What can stand in a header.
fn clean(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(200).collect()
}

async fn read(mut answer: reqwest::Response, method: &Method) -> Result<Fetched, FetchError> {
    let text = |name: header::HeaderName| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let mut fetched = Fetched {
        url: answer.url().to_string(),
        status: answer.status().as_u16(),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        etag: text(header::ETAG),
        last_modified: text(header::LAST_MODIFIED),
        robots_tag: text(header::HeaderName::from_static("x-robots-tag")).unwrap_or_default(),
        retry_after_s: text(header::RETRY_AFTER).and_then(|text| text.trim().parse().ok()),
        body: Vec::new(),
    };
    if *method == Method::HEAD {
        return Ok(fetched);
    }
    let said = answer.content_length().unwrap_or(0);
    if said > MOST_BYTES as u64 {
        return Err(FetchError::TooLarge);
    }
    while let Some(chunk) = answer.chunk().await.map_err(|error| reason(&error))? {
        if fetched.body.len() + chunk.len() > MOST_BYTES {
            return Err(FetchError::TooLarge);
        }
        fetched.body.extend_from_slice(&chunk);
    }
    Ok(fetched)
}

/// What is told of a failure: its kind, never its words, which hold addresses.
fn reason(error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            return FetchError::Refused;
        }
        cause = error.source();
    }
    if error.is_timeout() { FetchError::Slow } else { FetchError::Away }
}
