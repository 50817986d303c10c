//! What the telephone knows of the house: trunks, numbers, desk phones, whom one may call.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use rules::calls::EMERGENCY;
use rules::contacts::PersonId;

use super::digest::Secrets;

/// Addresses that share their first bits, such as `192.0.2.0/24`; without `/` one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Why a text names no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no address and no network: {0:?}")]
pub struct NotANetwork(String);

impl Network {
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        let same = |own: u128, other: u128, width: u32| {
            let cut = width - u32::from(self.bits);
            own.checked_shr(cut).unwrap_or(0) == other.checked_shr(cut).unwrap_or(0)
        };
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same(u32::from(own).into(), u32::from(other).into(), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same(own.into(), other.into(), 128),
            _ => false,
        }
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self { address, bits: if address.is_ipv4() { 32 } else { 128 } }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let not = || NotANetwork(text.to_owned());
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let whole = Self::from(address.parse::<IpAddr>().map_err(|_| not())?);
        let Some(bits) = bits else { return Ok(whole) };
        let bits = bits.parse().ok().filter(|bits| *bits <= whole.bits).ok_or_else(not)?;
        Ok(Self { bits, ..whole })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// How messages travel to the other end; the later, the harder it is to speak in another's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    Udp,
    Tcp,
    Tls,
}

/// Who we are to a trunk that asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.user)
    }
}

/// A provider or telephone exchange that calls come from and go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trunk {
    pub key: String,
    /// Where calls go out. An address: names are looked up when the trunk is set up, never while a
    /// call is.
    pub address: SocketAddr,
    pub way: Way,
    /// The name in its certificate; without one that must carry the address.
    pub named: Option<String>,
    /// Where calls may come from.
    pub from: Vec<Network>,
    pub account: Option<Account>,
    /// The number that is shown to whom we call.
    pub shown: String,
    /// Whether transfers to outside may be left to it (RFC 3515): frees our ports, and we no longer
    /// see the call.
    pub refer_out: bool,
    /// Whether sound has to be encrypted, both ways (RFC 4568).
    pub srtp: bool,
}

/// A number that is answered here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineNumber {
    /// The only trunk it may be called on; `None` for any.
    pub trunk: Option<String>,
}

/// A desk phone that may register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it signs in with; never a person's own sign-in.
    pub user: String,
    pub person: PersonId,
    pub secrets: Secrets,
}

/// Everything that is known of numbers. Replaced as a whole when the house changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbering {
    pub trunks: Vec<Trunk>,
    /// By number, in the form of [`plain`](super::number::plain).
    pub lines: BTreeMap<String, LineNumber>,
    pub devices: Vec<Device>,
    /// Where desk phones may speak to us from.
    pub phones: Vec<Network>,
    /// Whether desk phones that registered over TLS are called with encrypted sound.
    pub phones_srtp: bool,
    /// Numbers that the directory lists and that may be called.
    pub outside: BTreeSet<String>,
}

/// What becomes of a number that a trunk calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialled {
    Line,
    /// Another trunk's number: 403.
    NotOnThisTrunk,
    /// 404
    Unknown,
}

impl Numbering {
    /// The trunk that speaks from an address, in the way it is written with or a safer one.
    #[must_use]
    pub fn trunk_at(&self, ip: IpAddr, way: Way) -> Option<&Trunk> {
        let mut trunks = self.trunks.iter().filter(|trunk| way >= trunk.way);
        trunks.find(|trunk| trunk.from.iter().any(|from| from.contains(ip)))
    }

    #[must_use]
    pub fn trunk(&self, key: &str) -> Option<&Trunk> {
        self.trunks.iter().find(|trunk| trunk.key == key)
    }

    /// Whether desk phones may speak from an address.
    #[must_use]
    pub fn is_phone_at(&self, ip: IpAddr) -> bool {
        self.phones.iter().any(|network| network.contains(ip))
    }

    #[must_use]
    pub fn device(&self, user: &str) -> Option<&Device> {
        self.devices.iter().find(|device| device.user == user)
    }

    /// What a number is when `trunk` calls it.
    #[must_use]
    pub fn dialled(&self, number: &str, trunk: &str) -> Dialled {
        match self.lines.get(number) {
            None => Dialled::Unknown,
            Some(LineNumber { trunk: Some(own) }) if own != trunk => Dialled::NotOnThisTrunk,
            Some(_) => Dialled::Line,
        }
    }

    /// Whether a number may be called from here.
    #[must_use]
    pub fn may_call(&self, number: &str) -> bool {
        EMERGENCY.contains(&number) || self.outside.contains(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let inside = |network: &str, ip: &str| {
            network.parse::<Network>().unwrap().contains(ip.parse().unwrap())
        };
        assert!(inside("192.0.2.0/24", "192.0.2.255") && !inside("192.0.2.0/24", "192.0.3.0"));
        assert!(inside("192.0.2.7", "192.0.2.7") && !inside("192.0.2.7", "192.0.2.6"));
        assert!(inside("192.0.2.7", "::ffff:192.0.2.7"), "the same address by another socket");
        assert!(inside("2001:db8::/32", "2001:db8:1::1") && !inside("2001:db8::/32", "::1"));
        assert!(inside("0.0.0.0/0", "9.9.9.9") && !inside("0.0.0.0/0", "::1"));
        for bad in ["", "a", "192.0.2.0/33", "::/129", "192.0.2.0/-1", "192.0.2.0/24/1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn emergency_numbers_are_always_free_and_others_only_when_listed() {
        let mut numbering = Numbering::default();
        assert!(numbering.may_call("112") && numbering.may_call("114"));
        assert!(!numbering.may_call("+45 00 15 12 23") && !numbering.may_call("1813"));
        numbering.outside.insert("+45 00 15 12 23".to_owned());
        assert!(numbering.may_call("+45 00 15 12 23"));
    }
}
