//! Where a request comes from, as far as that can be believed, and the cookies we set.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base::Problem;

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

fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse::<IpAddr>().ok());
    let hops: Vec<IpAddr> = forwarded.collect();
    hops.into_iter().rev().find(|hop| !trusted.contains(hop)).unwrap_or(peer)
}

impl AppState {
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
        let (prefix, secure) = if self.secure() { ("__Host-", "; Secure") } else { ("", "") };
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
    }
}
