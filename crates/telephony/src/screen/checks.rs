//! What a request or response must keep to reach the stack.

use super::address::{Scheme, address, is_host_port, plain_host, uri};
use super::framing::{Framed, RequestLine};
use super::headers::{Headers, is_list};
use super::refusal::Fault;
use super::words::{is_token, number, parameter, split};
use super::{Message, Start, Transport};

/// Methods that are handled here.
pub const ALLOWED: [&str; 10] =
    ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "UPDATE", "INFO", "REFER", "NOTIFY"];
/// Methods of RFCs that are not handled here: 405. What nobody has heard of gets 501.
const KNOWN: [&str; 4] = ["PRACK", "PUBLISH", "SUBSCRIBE", "MESSAGE"];
/// Extensions that a request may require.
const SUPPORTED: [&str; 1] = ["timer"];
/// Content that a request to talk may carry.
const CONTENT: [&str; 3] = ["application/sdp", "multipart/mixed", "multipart/alternative"];

/// Headers that stand once (RFC 3261, table 2).
const ONCE: [&str; 9] = [
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Max-Forwards",
    "Content-Length",
    "Content-Type",
    "Expires",
    "Session-Expires",
];
/// Headers whose values are addresses.
const ADDRESSES: [&str; 7] =
    ["From", "To", "Contact", "Route", "Record-Route", "Refer-To", "Referred-By"];

/// Checks a request and gives it back in its plain form.
///
/// # Errors
/// [`Fault`]: the first that RFC 3261, section 8.2 comes to; what breaks the grammar before all.
pub(super) fn request(
    line: &RequestLine,
    framed: &Framed<'_>,
    transport: Transport,
) -> Result<Message, Fault> {
    if !line.version.eq_ignore_ascii_case("SIP/2.0") {
        let known = line.version.get(4..).is_some_and(|version| {
            version.split_once('.').is_some_and(|(major, minor)| {
                number(major, u64::MAX).is_some() && number(minor, u64::MAX).is_some()
            })
        });
        return Err(if known { Fault::Version } else { Fault::Bad("Bad SIP version") });
    }
    if line.loose || !is_token(&line.method) {
        return Err(Fault::Bad("Bad request line"));
    }
    let (headers, body) = common(framed, transport)?;
    if !ALLOWED.contains(&line.method.as_str()) {
        let known = KNOWN.contains(&line.method.as_str());
        return Err(if known { Fault::NotAllowed } else { Fault::NotImplemented });
    }
    let sequence = headers.first("CSeq").ok_or(Fault::Bad("Missing CSeq"))?;
    let method = sequence.split_once(' ').map_or("", |(_, method)| method);
    if method != line.method {
        return Err(Fault::Bad("CSeq names another method"));
    }
    let target = uri(&line.uri).ok_or(Fault::Bad("Bad request URI"))?;
    if target.has_headers {
        return Err(Fault::Bad("Headers in the request URI"));
    }
    if target.scheme == Scheme::Other {
        return Err(Fault::Scheme);
    }
    if line.method == "REGISTER" {
        let to = headers.first("To").and_then(address);
        if to.is_none_or(|to| to.scheme == Scheme::Other) {
            return Err(Fault::Bad("Nobody here has such an address"));
        }
    }
    // ACK and CANCEL cannot be asked for extensions (section 8.2.2.3).
    if !matches!(line.method.as_str(), "ACK" | "CANCEL") {
        let wanted = headers.all("Require").flat_map(|line| line.split(',')).map(str::trim);
        let strange: Vec<String> = wanted
            .filter(|wanted| !wanted.is_empty())
            .filter(|wanted| !SUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(wanted)))
            .map(str::to_owned)
            .collect();
        if !strange.is_empty() {
            return Err(Fault::Extension(strange));
        }
    }
    content(&line.method, &headers, &body)?;
    let start = Start::Request { method: line.method.clone(), uri: plain_host(&line.uri) };
    Ok(Message { start, headers, body })
}

/// Checks a response; `None` when it breaks the grammar.
pub(super) fn response(line: &str, framed: &Framed<'_>, transport: Transport) -> Option<Message> {
    let mut parts = line.splitn(3, ' ');
    let version = parts.next()?;
    let status = parts.next().filter(|status| status.len() == 3)?;
    let status = number(status, 699).filter(|status| *status >= 100)?;
    // The words may be missing, the space before them may not (RFC 4475, section 3.1.1.13).
    let reason = parts.next()?;
    if !version.eq_ignore_ascii_case("SIP/2.0") {
        return None;
    }
    let (headers, body) = common(framed, transport).ok()?;
    let start = Start::Response { status: u16::try_from(status).ok()?, reason: reason.to_owned() };
    Some(Message { start, headers, body })
}

/// What requests and responses share.
fn common(framed: &Framed<'_>, transport: Transport) -> Result<(Headers, Vec<u8>), Fault> {
    if framed.broken {
        return Err(Fault::Bad("Bad header line"));
    }
    let mut headers = framed.headers.clone();
    for name in ONCE {
        if headers.all(name).count() > 1 {
            return Err(Fault::Bad("A header stands twice"));
        }
    }
    vias(&mut headers)?;
    for name in ADDRESSES {
        addresses(&mut headers, name)?;
    }
    for name in ["From", "To", "Call-ID"] {
        if headers.first(name).is_none_or(str::is_empty) {
            return Err(Fault::Bad("Missing From, To or Call-ID"));
        }
    }
    if headers.first("Call-ID").is_some_and(|id| id.contains(char::is_whitespace)) {
        return Err(Fault::Bad("Bad Call-ID"));
    }
    let sequence = headers.first("CSeq").ok_or(Fault::Bad("Missing CSeq"))?;
    let (count, method) = sequence.split_once(' ').ok_or(Fault::Bad("Bad CSeq"))?;
    // Below 2**31 (section 8.1.1.5).
    let count = number(count, (1 << 31) - 1).ok_or(Fault::Bad("Bad CSeq"))?;
    if !is_token(method) {
        return Err(Fault::Bad("Bad CSeq"));
    }
    let sequence = format!("{count} {method}");
    headers.replace("CSeq", vec![sequence]);
    for (name, most) in [("Max-Forwards", 255), ("Expires", u64::from(u32::MAX))] {
        if let Some(value) = headers.first(name) {
            let value = number(value, most).ok_or(Fault::Bad("A number is out of bounds"))?;
            headers.replace(name, vec![value.to_string()]);
        }
    }
    if headers.first("Date").is_some_and(|date| !date.ends_with(" GMT")) {
        return Err(Fault::Bad("Bad Date"));
    }
    let body = body(&headers, framed.body, transport)?;
    // The body itself says it from here on.
    headers.replace("Content-Length", vec![]);
    Ok((headers, body))
}

/// The body as long as it says it is. A datagram that goes on longer is cut (section 18.3).
fn body(headers: &Headers, rest: &[u8], transport: Transport) -> Result<Vec<u8>, Fault> {
    let length = match headers.first("Content-Length") {
        Some(length) => {
            let length = number(length, u64::from(u32::MAX));
            length.and_then(|length| usize::try_from(length).ok())
        }
        None if transport == Transport::Udp => Some(rest.len()),
        None => None,
    };
    let length = length.ok_or(Fault::Bad("Bad Content-Length"))?;
    let body = rest.get(..length).ok_or(Fault::Bad("Shorter than its Content-Length"))?;
    Ok(body.to_vec())
}

fn vias(headers: &mut Headers) -> Result<(), Fault> {
    let bad = || Fault::Bad("Bad Via");
    let mut plain = Vec::new();
    for line in headers.all("Via") {
        for via in split(line, ',').ok_or_else(bad)? {
            let via = via_of(via).filter(|via| via.version == "2.0").ok_or_else(bad)?;
            plain.push(via.written);
        }
    }
    if plain.is_empty() {
        return Err(bad());
    }
    headers.replace("Via", plain);
    Ok(())
}

/// One hop of the way back.
pub(super) struct Via<'a> {
    pub version: &'a str,
    pub written: String,
}

/// `SIP / 2.0 / UDP host:port ; branch = …` in its plain form.
pub(super) fn via_of(text: &str) -> Option<Via<'_>> {
    let mut parts = split(text, ';')?.into_iter();
    let head = parts.next()?;
    let mut words = head.splitn(3, '/');
    let (name, version) = (words.next()?.trim(), words.next()?.trim());
    let (transport, host) = words.next()?.trim().split_once(' ')?;
    let host = plain_host(&host.split_whitespace().collect::<String>());
    let fits = name.eq_ignore_ascii_case("SIP")
        && version.split_once('.').is_some_and(|(one, two)| is_token(one) && is_token(two))
        && is_token(transport)
        && is_host_port(&host);
    if !fits {
        return None;
    }
    let mut written = format!("SIP/{version}/{} {host}", transport.to_ascii_uppercase());
    for part in parts {
        let part = parameter(part)?;
        // A branch that is nothing but the mark of RFC 3261 tells no transactions apart.
        if part.eq_ignore_ascii_case("branch=z9hG4bK") {
            return None;
        }
        written.push(';');
        written.push_str(&part);
    }
    Some(Via { version, written })
}

fn addresses(headers: &mut Headers, name: &'static str) -> Result<(), Fault> {
    let bad = || Fault::Bad("Bad address");
    let mut plain = Vec::new();
    for line in headers.all(name) {
        if name == "Contact" && line == "*" {
            plain.push(line.to_owned());
            continue;
        }
        let list = is_list(name);
        let values = if list { split(line, ',').ok_or_else(bad)? } else { vec![line] };
        for value in values {
            let address = address(value).ok_or_else(bad)?;
            plain.push(address.written);
        }
    }
    if !plain.is_empty() {
        headers.replace(name, plain);
    }
    Ok(())
}

/// Whether what a request to talk carries can be read, and its sender can read the answer.
fn content(method: &str, headers: &Headers, body: &[u8]) -> Result<(), Fault> {
    if method != "INVITE" {
        return Ok(());
    }
    let kind =
        |value: &str| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !body.is_empty() {
        let given = headers.first("Content-Type").map(kind).unwrap_or_default();
        let packed = headers
            .first("Content-Encoding")
            .is_some_and(|packed| !packed.eq_ignore_ascii_case("identity"));
        if packed || !CONTENT.contains(&given.as_str()) {
            return Err(Fault::Content);
        }
    }
    let mut accepted = headers.all("Accept").flat_map(|line| line.split(',')).map(kind).peekable();
    let reads = |kind: String| matches!(kind.as_str(), "application/sdp" | "application/*" | "*/*");
    if accepted.peek().is_some() && !accepted.any(reads) {
        return Err(Fault::Answer);
    }
    Ok(())
}
