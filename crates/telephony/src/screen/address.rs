//! Addresses: URIs, and the names and parameters around them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::words::{is_token, parameter, quoted_length, split};

/// What a URI is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// `sip`, `sips`
    Sip,
    Tel,
    /// Well formed, and nothing we can call.
    Other,
}

/// A URI as such (RFC 3261, section 25.1; RFC 3986 for other schemes).
pub(super) struct Uri {
    pub scheme: Scheme,
    /// Has a `?` part.
    pub has_headers: bool,
}

/// Reads a URI; `None` when it breaks the grammar.
pub(super) fn uri(text: &str) -> Option<Uri> {
    let (scheme, rest) = text.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !named || rest.is_empty() || !plain(rest) {
        return None;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "sip" | "sips" => sip(rest),
        "tel" => telephone(rest),
        _ => Some(Uri { scheme: Scheme::Other, has_headers: false }),
    }
}

/// Nothing that no URI holds: white space, controls, quotes, brackets, half an escape.
fn plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
                if !hex(bytes.next()) || !hex(bytes.next()) {
                    return false;
                }
            }
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'{' | b'|' | b'}' => return false,
            0..=0x20 | 0x7F.. => return false,
            _ => {}
        }
    }
    true
}

fn sip(rest: &str) -> Option<Uri> {
    // A user part may hold `?`, `;` and `:`; a host may not, so the last @ decides.
    let (user, after) = match rest.rsplit_once('@') {
        Some((user, after)) => (Some(user), after),
        None => (None, rest),
    };
    if user.is_some_and(|user| !is_user(user)) {
        return None;
    }
    let (place, headers) = match after.split_once('?') {
        Some((place, headers)) => (place, Some(headers)),
        None => (after, None),
    };
    if headers.is_some_and(|headers| headers.split('&').any(|pair| !pair.contains('='))) {
        return None;
    }
    let mut parts = place.split(';');
    let host_fits = parts.next().is_some_and(is_host_port);
    let parameters_fit = parts.all(|part| {
        let (name, value) = part.split_once('=').map_or((part, None), |(n, v)| (n, Some(v)));
        !name.is_empty() && value.is_none_or(|value| !value.is_empty())
    });
    (host_fits && parameters_fit)
        .then_some(Uri { scheme: Scheme::Sip, has_headers: headers.is_some() })
}

/// `user[:password]`: unreserved, escaped, and what both may hold.
fn is_user(user: &str) -> bool {
    !user.is_empty()
        && !user.starts_with(':')
        && user.chars().all(|c| c.is_ascii_alphanumeric() || "-_.!~*'()%&=+$,;?/:".contains(c))
}

fn telephone(rest: &str) -> Option<Uri> {
    let mut parts = rest.split(';');
    let number = parts.next()?;
    let digits = number.strip_prefix('+').unwrap_or(number);
    let fits = digits.chars().any(|c| c.is_ascii_hexdigit())
        && digits.chars().all(|c| c.is_ascii_hexdigit() || "*#-.()".contains(c));
    fits.then_some(Uri { scheme: Scheme::Tel, has_headers: false })
}

/// `host [:port]`
pub(super) fn is_host_port(text: &str) -> bool {
    let (host, port) = if let Some(inner) = text.strip_prefix('[') {
        let Some((address, after)) = inner.split_once(']') else { return false };
        if !is_ipv6(address) {
            return false;
        }
        match after.strip_prefix(':') {
            Some(port) => (None, Some(port)),
            None if after.is_empty() => (None, None),
            None => return false,
        }
    } else {
        match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        }
    };
    host.is_none_or(is_host)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    let numbers = name.split('.').all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    if numbers { name.parse::<Ipv4Addr>().is_ok() } else { name.split('.').all(label) }
}

fn is_ipv6(text: &str) -> bool {
    text.replacen(":::", "::", 1).parse::<Ipv6Addr>().is_ok()
}

/// The grammar of RFC 3261 lets three colons stand before the IPv4 part of an IPv6 address; who
/// follows it to the letter is understood, and written with two (RFC 5118, section 4.10).
pub(super) fn plain_host(text: &str) -> String {
    match text.split_once('[') {
        Some((before, after)) => format!("{before}[{}", after.replacen(":::", "::", 1)),
        None => text.to_owned(),
    }
}

/// An address with what stands around it, read for its plain form.
pub(super) struct Address {
    pub written: String,
    pub scheme: Scheme,
}

/// `name-addr` or `addr-spec` with parameters. `None` when it breaks the grammar.
pub(super) fn address(text: &str) -> Option<Address> {
    let text = text.trim();
    let mut parts = split(text, ';')?.into_iter();
    let head = parts.next()?;
    let (written, inner) = match head.find('<').filter(|_| !head.starts_with('"')) {
        Some(at) => (display(&head[..at])?, &head[at..]),
        None if head.starts_with('"') => {
            let length = quoted_length(head)?;
            (head[..length].to_owned(), head[length..].trim())
        }
        None => (String::new(), head),
    };
    let (found, written) = match inner.strip_prefix('<') {
        Some(inner) => {
            let inner = inner.strip_suffix('>')?;
            let space = if written.is_empty() { "" } else { " " };
            (uri(inner)?, format!("{written}{space}<{}>", plain_host(inner)))
        }
        // Without brackets what follows a `;` belongs to the header, and `?` and `,` cannot stand
        // (RFC 3261, section 20.10).
        None if written.is_empty() => {
            let found = uri(inner)?;
            if found.has_headers || inner.contains(['?', ',']) {
                return None;
            }
            (found, format!("<{}>", plain_host(inner)))
        }
        None => return None,
    };
    let mut out = written;
    for part in parts {
        let part = parameter(part)?;
        out.push(';');
        out.push_str(&part);
    }
    Some(Address { written: out, scheme: found.scheme })
}

/// Words of a display name without quotes: tokens with spaces between them.
fn display(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().all(|word| is_token(word)).then(|| words.join(" "))
}
