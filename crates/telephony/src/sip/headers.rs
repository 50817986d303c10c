//! What is read from the stack's messages, and written into them.

use std::net::IpAddr;

use rsipstack::dialog::DialogId;
use rsipstack::sip::headers::Header;
use rsipstack::sip::prelude::ToTypedHeader;
use rsipstack::sip::{HeadersExt, Host, Request};

use super::number;
use super::session::{self, Said, Session};
use crate::screen::ALLOWED;
use crate::sdp::Unusable;

/// What we take inside and outside of calls.
pub fn allow() -> Header {
    Header::Allow(ALLOWED.join(", ").into())
}

/// Why an offer cannot be used, for whoever looks for the fault at the other end.
pub fn because(unusable: Unusable) -> Header {
    Header::Warning(format!("399 straks \"{unusable}\"").into())
}

pub fn sdp() -> Header {
    Header::ContentType("application/sdp".into())
}

/// Tells a desk phone that its key that joins two calls is understood.
pub fn joins() -> Header {
    Header::Supported("replaces".into())
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

/// The Replaces header (RFC 3891) that a call to an address is to carry.
pub fn replaces(address: &str) -> Option<String> {
    let (_, headers) = address.split('>').next()?.split_once('?')?;
    headers
        .split('&')
        .filter_map(|header| header.split_once('='))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("replaces").then(|| unescaped(value)))
}

/// The dialog of ours that a Replaces header names: their `to-tag` is our tag. `None` when it names
/// none.
pub fn replaced(header: &str) -> Option<DialogId> {
    let mut parts = header.split(';').map(str::trim);
    let call_id = parts.next()?.to_owned();
    let tags: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
    let tag = |wanted: &str| {
        let found = tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, tag)| (*tag).to_owned())
    };
    Some(DialogId { call_id, local_tag: tag("to-tag")?, remote_tag: tag("from-tag")? })
}

/// A part of an address without its `%xx`.
fn unescaped(text: &str) -> String {
    let (mut bytes, mut plain) = (text.as_bytes(), Vec::with_capacity(text.len()));
    while let [first, rest @ ..] = bytes {
        let code = rest.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                bytes = &rest[2..];
            }
            None => {
                plain.push(*first);
                bytes = rest;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
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
    fn the_dialog_that_is_to_be_replaced_is_read_from_an_address() {
        let named = |local: &str, remote: &str| {
            let own = |text: &str| text.to_owned();
            Some(DialogId { call_id: own("a@b"), local_tag: own(local), remote_tag: own(remote) })
        };
        for (address, dialog) in [
            ("<sip:1@x?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>;x=y", named("1", "2")),
            ("sip:1@x?a=b&replaces=a@b;from-tag=2;To-Tag=%311;early-only", named("11", "2")),
            ("<sip:1@x?Replaces=a%40b%3Bto-tag%3D1%>", None),
            ("<sip:1@x?Replaces=%>", None),
        ] {
            let replaces = replaces(address).unwrap();
            assert_eq!(replaced(&replaces), dialog, "{address}");
        }
        for none in ["<sip:1@x>", "<sip:1@x?Subject=Replaces>", "sip:1@x>?Replaces=a", ""] {
            assert_eq!(replaces(none), None, "{none}");
        }
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
