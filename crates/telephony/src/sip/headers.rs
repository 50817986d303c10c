//! What is read from the stack's messages, and written into them.

use std::net::IpAddr;

use rsipstack::sip::headers::Header;
use rsipstack::sip::prelude::ToTypedHeader;
use rsipstack::sip::{HeadersExt, Host, Request};

use super::number;
use super::session::{self, Said, Session};
use crate::screen::ALLOWED;

/// What we take inside and outside of calls.
pub fn allow() -> Header {
    Header::Allow(ALLOWED.join(", ").into())
}

pub fn sdp() -> Header {
    Header::ContentType("application/sdp".into())
}

/// How the session timer is agreed in an answer.
pub fn session(session: Option<Session>, request: bool) -> Vec<Header> {
    let Some(session) = session else { return vec![Header::Supported("timer".into())] };
    let mut headers = vec![
        Header::Supported("timer".into()),
        Header::SessionExpires(session.header(request).into()),
    ];
    if !request && !session.ours {
        // The caller refreshes: it must know that it is to.
        headers.push(Header::Require("timer".into()));
    }
    headers
}

/// What a message says of session timers, and whether its sender knows them.
pub fn said(message: &impl HeadersExt) -> (Option<Said>, bool) {
    let said = message.header_value("Session-Expires").and_then(|value| session::read(&value));
    (said, has_token(message, "Supported", "timer") || has_token(message, "Require", "timer"))
}

pub fn has_token(message: &impl HeadersExt, name: &str, token: &str) -> bool {
    message
        .headers()
        .iter()
        .filter(|header| header.name().eq_ignore_ascii_case(name))
        .any(|header| header.value().split(',').any(|t| t.trim().eq_ignore_ascii_case(token)))
}

/// Who calls: what the caller's exchange asserts, else what it shows; `None` when it is hidden.
pub fn caller(request: &Request) -> Option<String> {
    let hidden = request.header_value("Privacy").is_some_and(|privacy| {
        privacy.split(';').any(|part| matches!(part.trim(), "id" | "user" | "header"))
    });
    if hidden {
        return None;
    }
    let asserted = request.header_value("P-Asserted-Identity");
    let shown = || request.from_header().ok().map(|from| from.value().to_owned());
    asserted
        .and_then(|address| number::of_address(&address))
        .or_else(|| number::of_address(&shown()?))
}

/// Where a request was sent from.
pub fn source(request: &Request) -> Option<IpAddr> {
    let via = request.via_header().ok()?.typed().ok()?;
    match (via.received(), &via.uri.host_with_port.host) {
        (Some(Ok(received)), _) => Some(received),
        (_, Host::IpAddr(own)) => Some(*own),
        _ => None,
    }
}

/// Every value of a header that may stand on several lines.
pub fn all(request: &Request, name: &str) -> Vec<String> {
    let lines = request.headers.iter().filter(|header| header.name().eq_ignore_ascii_case(name));
    // The gate has put one value on each line.
    lines.map(|header| header.value().trim().to_owned()).collect()
}

/// The session description a message carries, alone or as one part of several.
pub fn description(message: &impl HeadersExt, body: &[u8]) -> Vec<u8> {
    let kind = message.header_value("Content-Type").unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/") {
        return body.to_vec();
    }
    let boundary =
        kind.split(';').filter_map(|part| part.trim().split_once('=')).find_map(|(name, value)| {
            name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"'))
        });
    let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty()) else { return vec![] };
    let text = String::from_utf8_lossy(body);
    let found = text.split(&format!("--{boundary}")).find_map(|part| {
        let (head, body) = part.split_once("\r\n\r\n")?;
        head.to_ascii_lowercase()
            .contains("application/sdp")
            .then(|| format!("{}\r\n", body.trim_end_matches("\r\n")))
    });
    found.unwrap_or_default().into_bytes()
}

/// A key in an INFO (`application/dtmf-relay`, `application/dtmf`).
pub fn key(request: &Request) -> Option<char> {
    let body = String::from_utf8_lossy(&request.body);
    let kind = request.header_value("Content-Type")?.to_ascii_lowercase();
    let text = match kind.as_str() {
        "application/dtmf-relay" => body.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim().eq_ignore_ascii_case("signal").then(|| value.trim().to_owned())
        })?,
        "application/dtmf" => body.trim().to_owned(),
        _ => return None,
    };
    let mut chars = text.chars();
    let key = chars.next().filter(|key| matches!(key, '0'..='9' | '*' | '#' | 'A'..='D'))?;
    chars.next().is_none().then_some(key)
}

/// Whether an address asks that the call to it takes the place of another (RFC 3891).
pub fn replaces(address: &str) -> bool {
    let headers = address.split_once('?').map_or("", |(_, headers)| headers);
    headers.split('&').any(|header| header.to_ascii_lowercase().starts_with("replaces="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(lines: &str) -> Request {
        let head = "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n\
                    From: <sip:+4500121001@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n\
                    CSeq: 1 INVITE\r\n";
        Request::try_from(format!("{head}{lines}\r\n").as_bytes()).unwrap()
    }

    #[test]
    fn what_an_exchange_asserts_counts_more_than_what_is_shown_and_hidden_is_hidden() {
        assert_eq!(caller(&request("")).as_deref(), Some("+45 00 12 10 01"));
        let asserted = request("P-Asserted-Identity: <tel:+4500121002>\r\n");
        assert_eq!(caller(&asserted).as_deref(), Some("+45 00 12 10 02"));
        assert_eq!(caller(&request("Privacy: id;critical\r\n")), None);
    }

    #[test]
    fn a_description_is_found_among_other_parts() {
        let several = request("Content-Type: multipart/mixed; boundary=\"x1\"\r\n");
        let body = b"--x1\r\nContent-Type: text/plain\r\n\r\nhej\r\n--x1\r\n\
                     Content-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n--x1--\r\n";
        assert_eq!(description(&several, body), b"v=0\r\ns=-\r\n");
        let alone = request("Content-Type: application/sdp\r\n");
        assert_eq!(description(&alone, b"v=0\r\n"), b"v=0\r\n");
        assert_eq!(description(&several, b"--x1--"), b"");
    }
}
