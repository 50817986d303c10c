//! The configuration: one TOML file plus `STRAKS_*` variables that win over it.
//!
//! Reading never stops at the first fault: an operator sees all of them at once, each with its line
//! or its variable. Unknown keys are faults, with the nearest known key named.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use store::Address;

mod ldap;
mod telephony;

pub use ldap::Ldap;
pub use telephony::{Telephony, Tls};

/// Everything an operator sets. `docs/operations.md` explains each key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where citizens and staff are served.
    pub listen: SocketAddr,
    /// Where `/metrics` is served; never on the public address.
    pub metrics_listen: SocketAddr,
    /// What links in e-mails begin with, without a slash at the end.
    pub public_address: String,
    /// Folder of the embedded database and the search index.
    pub data: PathBuf,
    pub database: Address,
    pub bus: BusChoice,
    /// Consortium: the name under which rows are kept.
    pub tenant: base::TenantKey,
    /// Folder of members, departments and articles (docs/operations.md); read at every start. Without
    /// it what stands in the database is served.
    pub content: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub mail: Option<Mail>,
    /// The model that searches by meaning; off without it.
    pub embeddings: Option<outbound::EmbedderSettings>,
    /// Who answers for visits to other sites, and which of them may be on the own network.
    pub crawl: ::intake::fetch::Settings,
    /// `None`: no telephone.
    pub telephony: Option<Telephony>,
    /// Municipalities' directory servers.
    pub ldap: Vec<Ldap>,
    pub log: Log,
}

/// How nodes tell each other that something has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusChoice {
    /// One node.
    Alone,
    /// The database's own notifications.
    Postgres,
    /// A NATS server.
    Nats(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub user: Option<String>,
    pub password: Option<String>,
    pub from: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    None,
    StartTls,
    Tls,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    pub json: bool,
    /// For instance `info` or `info,sqlx=warn`.
    pub filter: String,
}

impl Config {
    /// Whether everybody seems to come from one address: https is ended by a proxy in front, and
    /// none is believed. A stranger's wrong passwords would then lock everybody out.
    pub fn hides_who_asks(&self) -> bool {
        self.public_address.starts_with("https://") && self.trusted_proxies.is_empty()
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Line(usize),
    Variable(String),
    Missing(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Line(line) => write!(f, "line {line}: {}", self.message),
            Place::Variable(name) => write!(f, "variable {name}: {}", self.message),
            Place::Missing(key) => write!(f, "{key}: {}", self.message),
        }
    }
}

/// Every key there is.
const KEYS: &[&str] = &[
    "listen",
    "metrics_listen",
    "public_address",
    "data",
    "database",
    "bus",
    "tenant",
    "content",
    "trusted_proxies",
    "mail.host",
    "mail.port",
    "mail.security",
    "mail.user",
    "mail.password",
    "mail.from",
    "embeddings.url",
    "embeddings.key",
    "embeddings.model",
    "embeddings.dim",
    "crawl.contact",
    "crawl.allow_private",
    "crawl.links",
    "log.format",
    "log.filter",
];

/// Keys that take several values, in a variable parted by commas.
const LISTS: &[&str] =
    &["trusted_proxies", "crawl.allow_private", "telephony.phones", "telephony.trunks"];

fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(telephony::KEYS).chain(ldap::KEYS).copied()
}

/// Reads the file's text and the variables (only those that begin with `STRAKS_`).
///
/// # Errors
/// All faults, in the order of their places.
pub fn read(
    text: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, Vec<Fault>> {
    let mut given = Given::default();
    given.take_file(text);
    given.take_variables(variables);
    let config = given.config();
    let mut faults = given.faults;
    faults.sort_by(|a, b| a.place.cmp(&b.place));
    match config {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(faults),
    }
}

/// The values as given, by dotted key, each with its place.
#[derive(Default)]
struct Given {
    values: BTreeMap<String, (Vec<String>, Place)>,
    /// The sections `[[ldap]]`, each by itself.
    ldap: Vec<Self>,
    /// Passwords of directory servers that are given as variables.
    ldap_passwords: Vec<(String, String, Place)>,
    faults: Vec<Fault>,
}

impl Given {
    fn take_file(&mut self, text: &str) {
        let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
        let table = match toml::de::DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let place = Place::Line(error.span().map_or(1, |span| line(span.start)));
                let message = error.message().to_owned();
                self.faults.push(Fault { place, message });
                return;
            }
        };
        self.take_table("", table.get_ref(), &line);
    }

    fn take_table(
        &mut self,
        within: &str,
        table: &toml::de::DeTable<'_>,
        line: &impl Fn(usize) -> usize,
    ) {
        use toml::de::DeValue;
        for (key, value) in table {
            let place = Place::Line(line(key.span().start));
            let name = match within {
                "" => key.get_ref().to_string(),
                within => format!("{within}.{}", key.get_ref()),
            };
            match value.get_ref() {
                DeValue::Array(sections) if name == ldap::SECTION => {
                    for section in sections.iter() {
                        let mut given = Self::default();
                        match section.get_ref() {
                            DeValue::Table(inner) => given.take_table(&name, inner, line),
                            _ => given.fault(place.clone(), ldap::FORM.to_owned()),
                        }
                        self.ldap.push(given);
                    }
                }
                DeValue::Table(_) if name == ldap::SECTION => {
                    self.fault(place, ldap::FORM.to_owned());
                }
                DeValue::Table(inner) => self.take_table(&name, inner, line),
                value => self.take_value(name, value, place),
            }
        }
    }

    fn take_value(&mut self, name: String, value: &toml::de::DeValue<'_>, place: Place) {
        use toml::de::DeValue;
        let one = |value: &DeValue<'_>| match value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            DeValue::Boolean(yes) => Some(yes.to_string()),
            _ => None,
        };
        let values = match value {
            DeValue::Array(list) => list.iter().map(|item| one(item.get_ref())).collect(),
            value => one(value).map(|text| vec![text]),
        };
        match values {
            Some(values) => self.take(name, values, place),
            None => self.fault(place, format!("{name} is a text, a number or a list of texts")),
        }
    }

    fn take_variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (variable, value) in variables {
            let Some(rest) = variable.strip_prefix("STRAKS_") else { continue };
            let place = Place::Variable(variable.clone());
            let wanted = rest.to_lowercase();
            if let Some(municipality) = ldap::password_of(&wanted) {
                self.ldap_passwords.push((municipality.to_owned(), value, place));
                continue;
            }
            let mut alone = keys().filter(|key| !key.starts_with(ldap::SECTION));
            match alone.find(|key| key.replace('.', "_") == wanted) {
                Some(key) => {
                    let values = if LISTS.contains(&key) {
                        value.split(',').map(|part| part.trim().to_owned()).collect()
                    } else {
                        vec![value]
                    };
                    self.values.insert(key.to_owned(), (values, place));
                }
                None => self.fault(place, unknown(&wanted)),
            }
        }
    }

    fn take(&mut self, name: String, values: Vec<String>, place: Place) {
        if keys().any(|key| key == name) {
            self.values.insert(name, (values, place));
        } else {
            self.fault(place, unknown(&name));
        }
    }

    fn fault(&mut self, place: Place, message: String) {
        self.faults.push(Fault { place, message });
    }

    fn all<T>(&mut self, key: &'static str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let Some((values, place)) = self.values.get(key).cloned() else { return vec![] };
        let mut good = Vec::new();
        for value in values {
            match read(&value) {
                Ok(value) => good.push(value),
                Err(message) => self.fault(place.clone(), format!("{key}: {message}")),
            }
        }
        good
    }

    fn one<T>(&mut self, key: &'static str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if let Some((values, place)) = self.values.get(key)
            && values.len() != 1
        {
            let place = place.clone();
            self.fault(place, format!("{key} takes one value"));
            return None;
        }
        self.all(key, read).pop()
    }

    fn needed<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.values.contains_key(key) {
            self.fault(Place::Missing(key), "is missing".to_owned());
        }
        self.one(key, read)
    }

    fn config(&mut self) -> Option<Config> {
        let listen =
            self.one("listen", address).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 7000)));
        let metrics_listen =
            self.one("metrics_listen", address).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 7001)));
        let public_address = self.needed("public_address", public_address);
        let data = self.needed("data", |text| Ok(PathBuf::from(text)));
        let database =
            self.one("database", |text| Address::from_str(text).map_err(|error| error.to_string()));
        let bus = self.one("bus", bus).unwrap_or(BusChoice::Alone);
        let tenant = self
            .needed("tenant", |text| base::TenantKey::new(text).map_err(|error| error.to_string()));
        let content = self.one("content", |text| Ok(PathBuf::from(text)));
        let trusted_proxies = self
            .all("trusted_proxies", |text| text.parse().map_err(|_| "is no IP address".to_owned()));
        let mail = self.mail();
        let embeddings = self.embeddings();
        let crawl = ::intake::fetch::Settings {
            contact: self
                .one("crawl.contact", |text| Ok(text.to_owned()))
                .or_else(|| public_address.clone())
                .unwrap_or_default(),
            allow_private: self.all("crawl.allow_private", |text| {
                let port = text.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
                port.map(|_| text.to_owned()).ok_or_else(|| "is written HOST:PORT".to_owned())
            }),
            try_links: self
                .one("crawl.links", |text| match text {
                    "on" => Ok(true),
                    "off" => Ok(false),
                    _ => Err("is on or off".to_owned()),
                })
                .unwrap_or(true),
        };
        let telephony = self.telephony();
        let ldap = self.ldap();
        let json = self.one("log.format", |text| match text {
            "text" => Ok(false),
            "json" => Ok(true),
            _ => Err("is text or json".to_owned()),
        });
        let filter = self.one("log.filter", filter).unwrap_or_else(|| "info".to_owned());
        if bus == BusChoice::Postgres && !matches!(database, Some(Address::Postgres(_))) {
            let place = self.values.get("bus").map_or(Place::Missing("bus"), |(_, p)| p.clone());
            self.fault(place, "bus = \"postgres\" needs a postgres:// database".to_owned());
        }
        let data = data?;
        Some(Config {
            listen,
            metrics_listen,
            public_address: public_address?,
            database: database.unwrap_or_else(|| Address::Sqlite(data.join("straks.db"))),
            data,
            bus,
            tenant: tenant?,
            content,
            trusted_proxies,
            mail,
            embeddings,
            crawl,
            telephony,
            ldap,
            log: Log { json: json.unwrap_or(false), filter },
        })
    }

    fn embeddings(&mut self) -> Option<outbound::EmbedderSettings> {
        if !self.values.keys().any(|key| key.starts_with("embeddings.")) {
            return None;
        }
        let text = |text: &str| Ok(text.to_owned());
        let url = self.needed("embeddings.url", |text| {
            let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
            if text.starts_with("https://") || local.iter().any(|own| text.starts_with(own)) {
                Ok(text.to_owned())
            } else {
                Err("is an address that begins with https:// (http:// on this machine only)".into())
            }
        });
        let model = self.needed("embeddings.model", text);
        let dim = self.needed("embeddings.dim", |text| match text.parse() {
            Ok(dim @ 1..=8192) => Ok(dim),
            _ => Err("is a number from 1 to 8192".into()),
        });
        let key = self.one("embeddings.key", text);
        Some(outbound::EmbedderSettings { url: url?, key, model: model?, dim: dim? })
    }

    fn mail(&mut self) -> Option<Mail> {
        if !self.values.keys().any(|key| key.starts_with("mail.")) {
            return None;
        }
        let text = |text: &str| Ok(text.to_owned());
        let host = self.needed("mail.host", text);
        let from = self.needed("mail.from", |text| {
            if text.contains('@') {
                Ok(text.to_owned())
            } else {
                Err("is no e-mail address".into())
            }
        });
        let port =
            self.one("mail.port", |text| text.parse().map_err(|_| "is a port number".into()));
        let security = self
            .one("mail.security", |text| match text {
                "none" => Ok(MailSecurity::None),
                "starttls" => Ok(MailSecurity::StartTls),
                "tls" => Ok(MailSecurity::Tls),
                _ => Err("is none, starttls or tls".to_owned()),
            })
            .unwrap_or(MailSecurity::StartTls);
        let user = self.one("mail.user", text);
        let password = self.one("mail.password", text);
        Some(Mail { host: host?, port: port.unwrap_or(587), security, user, password, from: from? })
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "is written ADDRESS:PORT, for instance 127.0.0.1:7000".to_owned())
}

fn public_address(text: &str) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    if trimmed.starts_with("https://") || trimmed.starts_with("http://") {
        Ok(trimmed.to_owned())
    } else {
        Err("begins with https:// (or http:// on a machine of your own)".to_owned())
    }
}

fn bus(text: &str) -> Result<BusChoice, String> {
    match text {
        "alone" => Ok(BusChoice::Alone),
        "postgres" => Ok(BusChoice::Postgres),
        url if url.starts_with("nats://") => Ok(BusChoice::Nats(url.to_owned())),
        _ => Err("is alone, postgres or nats://HOST:PORT".to_owned()),
    }
}

fn filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("is for instance info or info,sqlx=warn".to_owned()),
    }
}

fn unknown(name: &str) -> String {
    let nearest = keys().min_by_key(|key| distance(key, name));
    match nearest {
        Some(key) if distance(key, name) <= 4 => {
            format!("there is no key {name}; is {key} meant?")
        }
        _ => format!("there is no key {name}"),
    }
}

/// Levenshtein distance: how many letters to add, drop or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "tenant = \"nord\"\npublic_address = \"https://hjaelp.example/\"\ndata = \"/srv/straks\"\n";

    #[test]
    fn a_short_file_is_enough() {
        let config = read(GOOD, []).expect("it is good");
        assert_eq!(config.public_address, "https://hjaelp.example");
        assert_eq!(config.database, Address::Sqlite("/srv/straks/straks.db".into()));
        assert_eq!(config.bus, BusChoice::Alone);
        assert_eq!(config.mail, None);
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let variables = [("STRAKS_LISTEN".to_owned(), "0.0.0.0:80".to_owned())];
        let config = read(GOOD, variables).expect("it is good");
        assert_eq!(config.listen, SocketAddr::from(([0, 0, 0, 0], 80)));
    }

    #[test]
    fn every_fault_is_said_at_once_with_its_line() {
        let text = "listen = \"nowhere\"\ndataa = \"x\"\nbus = \"rabbit\"\n[mail]\nport = 99999\n[log]\nformat = \"xml\"\n";
        let variables = [("STRAKS_LOG_COLOUR".to_owned(), "red".to_owned())];
        let faults = read(text, variables).expect_err("it is bad");
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        for expected in [
            "line 1: listen: is written",
            "line 2: there is no key dataa; is data meant?",
            "line 3: bus: is alone",
            "line 5: mail.port: is a port number",
            "line 7: log.format: is text or json",
            "variable STRAKS_LOG_COLOUR: there is no key",
            "tenant: is missing",
            "mail.host: is missing",
        ] {
            assert!(said.iter().any(|fault| fault.starts_with(expected)), "{expected}: {said:#?}");
        }
    }

    #[test]
    fn a_broken_file_names_the_line() {
        let faults = read("data = \"x\"\ntenant = = 1\n", []).expect_err("it is broken");
        assert!(faults.iter().any(|fault| fault.place == Place::Line(2)), "{faults:?}");
    }
}
