//! The sections `[[ldap]]`: municipalities' directory servers, one for each.

use std::path::PathBuf;

use ::intake::ldap::{Account, Security, Settings, is_filter};
use base::MunicipalityKey;
use jiff::SignedDuration;
use rules::directory::ldap::{Attributes, FIELDS, Server};

use super::{Given, Place};

/// A municipality's directory server and how often it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ldap {
    pub municipality: MunicipalityKey,
    pub every_s: i64,
    /// PEM of the authorities that are believed; otherwise those of the system.
    pub trust: Option<PathBuf>,
    pub settings: Settings,
}

/// The sections' name.
pub(super) const SECTION: &str = "ldap";
pub(super) const FORM: &str = "ldap is written in sections: [[ldap]]";
/// Every key of a section.
pub(super) const KEYS: &[&str] = &[
    "ldap.municipality",
    "ldap.server",
    "ldap.url",
    "ldap.tls",
    "ldap.trust",
    "ldap.account",
    "ldap.password",
    "ldap.base",
    "ldap.people",
    "ldap.units",
    "ldap.every",
    "ldap.attributes.id",
    "ldap.attributes.name",
    "ldap.attributes.unit",
    "ldap.attributes.title",
    "ldap.attributes.login",
    "ldap.attributes.phone",
    "ldap.attributes.mobile",
    "ldap.attributes.email",
    "ldap.attributes.language",
    "ldap.attributes.unit_name",
];
const ATTRIBUTES: &str = "ldap.attributes.";
/// On this machine nothing is overheard.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The municipality of whose password a variable (without `STRAKS_`, in lower case) speaks, with `_`
/// in the place of `-`.
pub(super) fn password_of(variable: &str) -> Option<&str> {
    variable.strip_prefix("ldap_")?.strip_suffix("_password")
}

impl Given {
    pub(super) fn ldap(&mut self) -> Vec<Ldap> {
        let mut all: Vec<Ldap> = Vec::new();
        for mut section in std::mem::take(&mut self.ldap) {
            let municipality = section.needed("ldap.municipality", |text| {
                MunicipalityKey::new(text).map_err(|error| error.to_string())
            });
            let of = municipality.as_ref().map(|key| key.as_str().replace('-', "_"));
            if let Some(at) =
                self.ldap_passwords.iter().position(|(key, ..)| Some(key) == of.as_ref())
            {
                let (_, password, place) = self.ldap_passwords.remove(at);
                section.values.insert("ldap.password".to_owned(), (vec![password], place));
            }
            let read = municipality.and_then(|key| section.source(key));
            self.faults.append(&mut section.faults);
            let Some(source) = read else { continue };
            if all.iter().any(|one| one.municipality == source.municipality) {
                let message = format!("{} has two sections [[ldap]]", source.municipality);
                self.fault(Place::Missing(SECTION), message);
            }
            all.push(source);
        }
        for (key, _, place) in std::mem::take(&mut self.ldap_passwords) {
            self.fault(place, format!("there is no section [[ldap]] of {key}"));
        }
        all
    }

    fn source(&mut self, municipality: MunicipalityKey) -> Option<Ldap> {
        let text = |text: &str| Ok(text.to_owned());
        let filter = |text: &str| match is_filter(text) {
            true => Ok(text.to_owned()),
            false => Err("is a filter such as (objectClass=person)".to_owned()),
        };
        let server = self.needed("ldap.server", |text| match text {
            "active-directory" => Ok(Server::ActiveDirectory),
            "openldap" => Ok(Server::OpenLdap),
            _ => Err("is active-directory or openldap".to_owned()),
        });
        let url = self.needed("ldap.url", url);
        let start = self.one("ldap.tls", |text| match text {
            "starttls" => Ok(Security::StartTls),
            "none" => Ok(Security::None),
            _ => Err("is starttls or none".to_owned()),
        });
        let security = match (&url, start) {
            (Some((Security::Tls, _)), Some(_)) => {
                self.fault(Place::Missing("ldap.tls"), "ldaps:// is TLS by itself".to_owned());
                Security::Tls
            }
            (Some((security, _)), None) => *security,
            (Some((_, url)), Some(Security::None)) if !is_here(url) => {
                let message = "none is for a server on this machine only".to_owned();
                self.fault(Place::Missing("ldap.tls"), message);
                Security::None
            }
            (_, start) => start.unwrap_or(Security::StartTls),
        };
        let base = self.needed("ldap.base", text);
        let every = self.one("ldap.every", |text| match text.parse::<SignedDuration>() {
            Ok(every) if (300..=604_800).contains(&every.as_secs()) => Ok(every.as_secs()),
            _ => Err("is a time from 5m to 7d (168h), for instance 1h".to_owned()),
        });
        let account = match (self.one("ldap.account", text), self.one("ldap.password", text)) {
            (Some(name), Some(password)) if !password.is_empty() => {
                Some(Account { name, password })
            }
            (None, None) => None,
            // RFC 4513, 5.1.2: a name without a password is nobody, and servers answer it.
            _ => {
                let message = "account and password go together".to_owned();
                self.fault(Place::Missing("ldap.password"), message);
                None
            }
        };
        let mut attributes = Attributes::of(server?);
        for field in FIELDS {
            let key = KEYS.iter().find(|key| key.strip_prefix(ATTRIBUTES) == Some(field));
            if let Some(names) = key.and_then(|key| self.one(key, text)) {
                attributes.set(field, &names);
            }
        }
        let people = self.one("ldap.people", filter);
        Some(Ldap {
            municipality,
            every_s: every.unwrap_or(3600),
            trust: self.one("ldap.trust", |text| Ok(PathBuf::from(text))),
            settings: Settings {
                url: url?.1,
                security,
                account,
                base: base?,
                people: people.unwrap_or_else(|| server.map_or("", Server::people).to_owned()),
                units: self.one("ldap.units", filter),
                attributes,
            },
        })
    }
}

/// `ldap://HOST[:PORT]`, `ldaps://HOST[:PORT]`, with how the connection is kept from others.
fn url(text: &str) -> Result<(Security, String), String> {
    let text = text.trim_end_matches('/');
    let (security, host) = match text.split_once("://") {
        Some(("ldap", host)) => (Security::StartTls, host),
        Some(("ldaps", host)) => (Security::Tls, host),
        _ => return Err(URL.to_owned()),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(fits) {
        return Err(URL.to_owned());
    }
    Ok((security, text.to_owned()))
}

const URL: &str = "is written ldaps://HOST or ldap://HOST, with :PORT where it is another";

fn is_here(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, host)| host);
    HERE.iter().any(|here| {
        host.strip_prefix(here).is_some_and(|port| port.is_empty() || port.starts_with(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    const BASE: &str = "public_address = \"https://x.example\"\ndata = \"d\"\ntenant = \"t\"\n";
    const HORSENS: &str = "[[ldap]]\nmunicipality = \"horsens\"\nserver = \"active-directory\"\n\
                           url = \"ldaps://dc1.horsens.example\"\nbase = \"DC=horsens,DC=example\"\n";

    fn said(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let faults = read(&format!("{BASE}{text}"), variables).expect_err("it is bad");
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_server_needs_little_and_its_password_may_be_a_variable() {
        let text = format!(
            "{BASE}{HORSENS}account = \"straks@horsens.example\"\n\
             [ldap.attributes]\nphone = \"ipPhone telephoneNumber\"\n\
             [[ldap]]\nmunicipality = \"faaborg-midtfyn\"\nserver = \"openldap\"\n\
             url = \"ldap://127.0.0.1:1389\"\ntls = \"none\"\nbase = \"dc=x\"\nevery = \"15m\"\n\
             units = \"(objectClass=organizationalUnit)\"\n"
        );
        let variables = [("STRAKS_LDAP_HORSENS_PASSWORD".to_owned(), "geheim".to_owned())];
        let config = read(&text, variables).expect("it is good");
        let [horsens, faaborg] = &config.ldap[..] else { panic!("two servers") };
        assert_eq!((horsens.settings.security, horsens.every_s), (Security::Tls, 3600));
        let account = horsens.settings.account.as_ref().expect("an account");
        assert_eq!(account.password, "geheim");
        assert!(!format!("{config:?}").contains("geheim"), "no log shows it");
        assert!(horsens.settings.people.contains("userAccountControl"));
        assert!(horsens.settings.attributes.names().contains("ipphone"));
        assert_eq!((faaborg.settings.security, faaborg.every_s), (Security::None, 900));
        assert_eq!(faaborg.settings.account, None);
    }

    #[test]
    fn nothing_is_sent_where_it_can_be_overheard() {
        let ldap = HORSENS.replace("ldaps:", "ldap:");
        let config = read(&format!("{BASE}{ldap}"), []).expect("it is good");
        assert_eq!(config.ldap[0].settings.security, Security::StartTls);
        let open = said(&format!("{ldap}tls = \"none\"\n"), &[]);
        assert_eq!(open, ["ldap.tls: none is for a server on this machine only"]);
        let near = ldap.replace("dc1.horsens", "127.0.0.1.horsens");
        assert_eq!(said(&format!("{near}tls = \"none\"\n"), &[]).len(), 1);
    }

    #[test]
    fn a_bad_section_is_told_with_its_lines() {
        let text = "[[ldap]]\nmunicipality = \"Sorø\"\nserver = \"novell\"\nurl = \"http://x\"\n\
                    people = \"objectClass\"\nevery = \"1s\"\naccount = \"cn=x\"\nbasis = \"dc=x\"\n\
                    [[ldap]]\nmunicipality = \"horsens\"\nserver = \"novell\"\nurl = \"http://x\"\n\
                    people = \"objectClass\"\nevery = \"1s\"\naccount = \"cn=x\"\nbasis = \"dc=x\"\n";
        let faults = said(text, &[("STRAKS_LDAP_SOROE_PASSWORD", "x")]);
        for expected in [
            "line 5: ldap.municipality: a key has",
            "line 11: there is no key ldap.basis; is ldap.base meant?",
            "line 14: ldap.server: is active-directory or openldap",
            "line 15: ldap.url: is written",
            "line 17: ldap.every: is a time",
            "ldap.password: account and password go together",
            "ldap.base: is missing",
            "variable STRAKS_LDAP_SOROE_PASSWORD: there is no section [[ldap]] of soroe",
        ] {
            assert!(
                faults.iter().any(|fault| fault.starts_with(expected)),
                "{expected}: {faults:#?}"
            );
        }
        assert_eq!(said("[ldap]\nurl = \"ldaps://x\"\n", &[]), [format!("line 4: {FORM}")]);
        let twice = said(&format!("{HORSENS}{HORSENS}"), &[]);
        assert_eq!(twice, ["ldap: horsens has two sections [[ldap]]"]);
        assert_eq!(
            said("ldap = [1]\n", &[]),
            [format!("line 4: {FORM}"), "ldap.municipality: is missing".to_owned()]
        );
    }
}
