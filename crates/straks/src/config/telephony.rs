//! The section `[telephony]`: sockets, trunks, and where desk telephones may speak from.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use telephony::sip::number::plain;
use telephony::sip::numbering::{Account, Network, Trunk, Way};

use super::{Given, address};

/// So long calls go on when nothing else is said: shorter than what systemd waits for.
const DRAIN: Duration = Duration::from_secs(60);

/// How calls are taken. Without the section there is no telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephony {
    /// SIP over UDP and TCP.
    pub listen: SocketAddr,
    /// What is said to others in place of our own address.
    pub public: Option<IpAddr>,
    pub tls: Option<Tls>,
    /// PEM of the authorities that are believed when we call over TLS.
    pub tls_trust: Option<PathBuf>,
    /// Ports for the telephones' sound; empty: whichever the system gives.
    pub ports: Range<u16>,
    /// Where all browsers send their sound (UDP).
    pub browser: SocketAddr,
    pub trunks: Vec<Trunk>,
    /// Where desk telephones may speak from.
    pub phones: Vec<Network>,
    /// Those that sign in over TLS are called with encrypted sound.
    pub phones_srtp: bool,
    /// What is typed into desk telephones as their server.
    pub registrar: Option<String>,
    /// Recordings in place of the spoken prompts.
    pub recordings: Option<PathBuf>,
    pub threads: usize,
    /// Calls at a time.
    pub calls: usize,
    /// Calls to outside within an hour.
    pub calls_out: usize,
    /// Relays (TURN) for browsers where UDP is blocked, and the secret that they share with us.
    pub turn: Vec<String>,
    pub turn_secret: Option<String>,
    /// So long calls may go on when the program is told to stop.
    pub drain: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    pub listen: SocketAddr,
    /// PEM files.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Every key of the section.
pub(super) const KEYS: &[&str] = &[
    "telephony.listen",
    "telephony.public",
    "telephony.tls_listen",
    "telephony.tls_certificate",
    "telephony.tls_key",
    "telephony.tls_trust",
    "telephony.ports",
    "telephony.browser",
    "telephony.trunks",
    "telephony.phones",
    "telephony.phones_srtp",
    "telephony.registrar",
    "telephony.recordings",
    "telephony.threads",
    "telephony.calls",
    "telephony.calls_out",
    "telephony.drain",
    "telephony.turn",
    "telephony.turn_secret",
];

impl Given {
    pub(super) fn telephony(&mut self) -> Option<Telephony> {
        if !self.values.keys().any(|key| key.starts_with("telephony.")) {
            return None;
        }
        let path = |text: &str| Ok(PathBuf::from(text));
        let count = |text: &str| match text.parse() {
            Ok(count @ 1..=100_000) => Ok(count),
            _ => Err("is a number from 1 to 100000".to_owned()),
        };
        let listen = self.needed("telephony.listen", address);
        let browser = self.needed("telephony.browser", address);
        let tls = self.values.contains_key("telephony.tls_listen").then(|| {
            Some(Tls {
                listen: self.one("telephony.tls_listen", address)?,
                certificate: self.needed("telephony.tls_certificate", path)?,
                key: self.needed("telephony.tls_key", path)?,
            })
        });
        let public = self.one("telephony.public", |text| {
            text.parse().map_err(|_| "is an IP address".to_owned())
        });
        let registrar = self.one("telephony.registrar", |text| Ok(text.to_owned()));
        let turn = self.all("telephony.turn", relay);
        let turn_secret = if turn.is_empty() {
            self.one("telephony.turn_secret", |text| Ok(text.to_owned()))
        } else {
            self.needed("telephony.turn_secret", |text| Ok(text.to_owned()))
        };
        Some(Telephony {
            public,
            turn,
            turn_secret,
            tls: tls.flatten(),
            tls_trust: self.one("telephony.tls_trust", path),
            ports: self.one("telephony.ports", ports).unwrap_or(0..0),
            trunks: self.all("telephony.trunks", trunk),
            phones: self.all("telephony.phones", network),
            phones_srtp: self.one("telephony.phones_srtp", yes_or_no).unwrap_or(false),
            recordings: self.one("telephony.recordings", path),
            threads: self.one("telephony.threads", count).unwrap_or(1),
            calls: self.one("telephony.calls", count).unwrap_or(200),
            calls_out: self.one("telephony.calls_out", count).unwrap_or(60),
            drain: self.one("telephony.drain", seconds).unwrap_or(DRAIN),
            registrar,
            listen: listen?,
            browser: browser?,
        })
    }
}

fn network(text: &str) -> Result<Network, String> {
    text.parse().map_err(|_| "is an address or a network such as 192.0.2.0/24".to_owned())
}

fn relay(text: &str) -> Result<String, String> {
    let named = |scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    if ["turn:", "turns:"].into_iter().any(named) && !text.contains(char::is_whitespace) {
        Ok(text.to_owned())
    } else {
        Err("is written like turns:turn.example.dk:443?transport=tcp".to_owned())
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "is true or false".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 0..=3_600) => Ok(Duration::from_secs(seconds)),
        _ => Err("is a number of seconds from 0 to 3600".to_owned()),
    }
}

fn ports(text: &str) -> Result<Range<u16>, String> {
    let read = || {
        let (from, to) = text.split_once('-')?;
        let (from, to): (u16, u16) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (from > 0 && from < to).then_some(from..to)
    };
    read().ok_or_else(|| "is written FROM-TO, for instance 20000-29999".to_owned())
}

/// `NAME udp|tcp|tls ADDRESS:PORT from NETWORK,… shown NUMBER [named HOST] [user NAME password SECRET]
/// [refer] [srtp]`
fn trunk(text: &str) -> Result<Trunk, String> {
    const FORM: &str = "a trunk is written NAME udp|tcp|tls ADDRESS:PORT from NETWORK,… \
                        shown NUMBER [named HOST] [user NAME password SECRET] [refer] [srtp]";
    let mut words = text.split_whitespace();
    let mut next = || words.next().ok_or_else(|| FORM.to_owned());
    let key = next()?.to_owned();
    let way = match next()? {
        "udp" => Way::Udp,
        "tcp" => Way::Tcp,
        "tls" => Way::Tls,
        _ => return Err(FORM.to_owned()),
    };
    let to = address(next()?)?;
    let (mut from, mut refer_out, mut srtp) = (vec![], false, false);
    let (mut shown, mut named, mut user, mut password) = (None, None, None, None);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| FORM.to_owned());
        match word {
            "from" => from = value()?.split(',').map(network).collect::<Result<_, _>>()?,
            "shown" => shown = plain(value()?),
            "named" => {
                let host = value()?;
                rustls::pki_types::ServerName::try_from(host)
                    .map_err(|_| format!("no name of a host: {host}"))?;
                named = Some(host.to_owned());
            }
            "user" => user = Some(value()?.to_owned()),
            "password" => password = Some(value()?.to_owned()),
            "refer" => refer_out = true,
            "srtp" if way == Way::Tls => srtp = true,
            "srtp" => return Err("srtp needs tls: the keys stand in the signalling".to_owned()),
            _ => return Err(FORM.to_owned()),
        }
    }
    let account = match (user, password) {
        (Some(user), Some(password)) => Some(Account { user, password }),
        (None, None) => None,
        _ => return Err(FORM.to_owned()),
    };
    if from.is_empty() {
        return Err("a trunk says where its calls come from: from NETWORK".to_owned());
    }
    let shown = shown.ok_or("a trunk says which number it shows: shown +4500107000")?;
    Ok(Trunk { key, address: to, way, named, from, account, shown, refer_out, srtp })
}

#[cfg(test)]
mod tests {
    use super::super::read;

    const BASE: &str = "public_address = \"https://x.example\"\ndata = \"d\"\ntenant = \"t\"\n";

    #[test]
    fn without_the_section_there_is_no_telephone() {
        assert_eq!(read(BASE, []).expect("it is good").telephony, None);
    }

    #[test]
    fn a_trunk_says_where_it_is_and_where_its_calls_come_from() {
        let text = format!(
            "{BASE}[telephony]\nlisten = \"192.0.2.1:5060\"\nbrowser = \"192.0.2.1:3478\"\n\
             ports = \"20000-29999\"\nphones = [\"10.0.0.0/8\"]\n\
             trunks = [\"tdc tls 198.51.100.7:5061 from 198.51.100.0/24,203.0.113.9 \
             shown +4500107000 named sip.tdc.example user straks password geheim srtp\"]\n\
             phones_srtp = true\n\
             turn = [\"turns:turn.x.example:443?transport=tcp\"]\nturn_secret = \"s\"\n"
        );
        let telephony = read(&text, []).expect("it is good").telephony.expect("a telephone");
        let [trunk] = &telephony.trunks[..] else { panic!("one trunk") };
        assert_eq!((trunk.key.as_str(), trunk.from.len()), ("tdc", 2));
        assert_eq!(trunk.shown, "+45 00 10 70 00");
        assert_eq!(trunk.named.as_deref(), Some("sip.tdc.example"));
        assert!(trunk.account.is_some() && !trunk.refer_out);
        assert!(trunk.srtp && telephony.phones_srtp);
        assert_eq!((telephony.ports, telephony.calls), (20_000..29_999, 200));
        assert_eq!(telephony.turn, ["turns:turn.x.example:443?transport=tcp"]);
        assert_eq!(telephony.turn_secret.as_deref(), Some("s"));
        assert_eq!(telephony.drain.as_secs(), 60);
    }

    #[test]
    fn a_bad_telephone_is_told_with_its_line() {
        let text = format!(
            "{BASE}[telephony]\nlisten = \"everywhere\"\nports = \"9-1\"\n\
             drain = 9000\nturn = [\"turn.x.example\"]\n\
             trunks = [\"tdc udp 198.51.100.7:5060 shown +4500107000\", \"x\", \
             \"y tcp 198.51.100.7:5060 srtp\"]\nphones_srtp = 2\n"
        );
        let faults = read(&text, []).expect_err("it is bad");
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        for expected in [
            "line 5: telephony.listen: is written",
            "line 6: telephony.ports: is written",
            "line 7: telephony.drain: is a number of seconds",
            "line 8: telephony.turn: is written",
            "line 9: telephony.trunks: a trunk says where its calls come from",
            "line 9: telephony.trunks: a trunk is written",
            "line 9: telephony.trunks: srtp needs tls",
            "line 10: telephony.phones_srtp: is true or false",
            "telephony.browser: is missing",
        ] {
            assert!(said.iter().any(|fault| fault.starts_with(expected)), "{expected}: {said:#?}");
        }
    }
}
