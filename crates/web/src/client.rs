//! Where a request comes from, as far as that can be believed, and our cookies.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use app::App;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use base::{Outcome, Problem};

use crate::AppState;
use crate::problem::Refused;

/// The address of the browser. `X-Forwarded-For` is believed from configured proxies only, and read
/// from its end: what stands before them could have been written by anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct From(pub IpAddr);

impl FromRequestParts<AppState> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        Ok(Self(origin(peer, &parts.headers, &state.trusted_proxies)))
    }
}

impl From {
    /// Under what attempts of this address are counted: whoever has an IPv6 address has all of its
    /// network.
    #[must_use]
    pub fn counted(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = address.to_bits() >> 64 << 64;
                format!("{}/64", Ipv6Addr::from_bits(network))
            }
        }
    }

    /// Counts somebody who begins to write to us. This machine and the own network are nobody: a proxy
    /// that is not named in `trusted_proxies` is there, and everybody comes through it.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub async fn may_write(self, app: &App) -> Outcome<()> {
        let near = match self.0 {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        };
        if near {
            return Ok(());
        }
        app.count_writer(&self.counted()).await
    }
}

fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    // On a socket for both, an IPv4 address comes as `::ffff:10.0.0.1`.
    let is_trusted = |address: &IpAddr| trusted.iter().any(|own| own.to_canonical() == *address);
    let peer = peer.to_canonical();
    if !is_trusted(&peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter();
    let forwarded: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    // What stands before a hop that cannot be read is not believed either.
    let hops = forwarded.iter().flat_map(|value| value.split(',')).rev();
    hops.map_while(|hop| hop.trim().parse::<IpAddr>().ok())
        .map(|hop| hop.to_canonical())
        .find(|hop| !is_trusted(hop))
        .unwrap_or(peer)
}

/// The value of a cookie.
#[must_use]
pub fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

impl AppState {
    /// The prefix of our cookies' names: with https browsers take such a name from this host alone,
    /// never from a page of another host of the same domain.
    const fn prefix(secure: bool) -> &'static str {
        if secure { "__Host-" } else { "" }
    }

    /// The value of a cookie of ours that the browser brought. With https the plain name is not
    /// ours: any page of the domain could have set it.
    #[must_use]
    pub fn brought(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        cookie_of(headers, &format!("{}{name}", Self::prefix(self.secure())))
    }

    /// A cookie of ours: for this site only, out of reach of scripts. `max_age_s` of `None` means
    /// until the browser is closed.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the value cannot stand in a header.
    pub fn cookie(
        &self,
        name: &str,
        value: &str,
        max_age_s: Option<i64>,
    ) -> Result<HeaderValue, Refused> {
        let prefix = Self::prefix(self.secure());
        let secure = if self.secure() { "; Secure" } else { "" };
        let age = max_age_s.map_or(String::new(), |age| format!("; Max-Age={age}"));
        let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        HeaderValue::from_str(&text)
            .map_err(|_| Refused(Problem::Unavailable { code: "unexpected" }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(text: &'static str) -> HeaderMap {
        [("x-forwarded-for".parse().expect("a name"), HeaderValue::from_static(text))]
            .into_iter()
            .collect()
    }

    #[test]
    fn a22_a_forged_forwarded_for_is_not_believed() {
        let stranger: IpAddr = "203.0.113.9".parse().expect("an address");
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let headers = forwarded("198.51.100.1, 203.0.113.7");
        assert_eq!(origin(stranger, &headers, &[proxy]), stranger);
        assert_eq!(
            origin(proxy, &headers, &[proxy]),
            "203.0.113.7".parse::<IpAddr>().expect("an address"),
            "only what the proxy itself added counts"
        );
        assert_eq!(origin(proxy, &forwarded("nonsense"), &[proxy]), proxy);
        let unread = forwarded("198.51.100.1, 1.2.3.4:5678");
        assert_eq!(origin(proxy, &unread, &[proxy]), proxy, "nor what stands before what is none");
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().expect("an address");
        assert_eq!(origin(mapped, &headers, &[proxy]).to_string(), "203.0.113.7");
    }

    #[test]
    fn a_network_of_one_household_counts_as_one() {
        let counted = |text: &str| From(text.parse().expect("an address")).counted();
        assert_eq!(counted("2001:db8:1:2::7"), counted("2001:db8:1:2:ffff::9"));
        assert_ne!(counted("2001:db8:1:2::7"), counted("2001:db8:1:3::7"));
        assert_ne!(counted("198.51.100.1"), counted("198.51.100.2"));
    }
}
