//! Where the first line, the headers and the body of a message are.

use super::Silent;
use super::headers::Headers;

/// A message cut into its parts, nothing judged yet but its shape.
pub(super) struct Framed<'a> {
    pub start: First,
    pub headers: Headers,
    /// A line that is no header was found, or the empty line is missing.
    pub broken: bool,
    pub body: &'a [u8],
}

pub(super) enum First {
    Request(RequestLine),
    Response(String),
}

/// The first line of a request, as it came.
pub(super) struct RequestLine {
    pub method: String,
    pub uri: String,
    pub version: String,
    /// Its parts are not separated by exactly one space each.
    pub loose: bool,
}

/// Cuts a message. Line ends before it are skipped (RFC 3261, section 7.5).
///
/// # Errors
/// [`Silent::Noise`] when the first line is neither of a request nor of a response.
pub(super) fn read(bytes: &[u8]) -> Result<Framed<'_>, Silent> {
    let begin =
        bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).ok_or(Silent::Noise)?;
    let bytes = &bytes[begin..];
    let (head, body, whole) = match find(bytes, b"\r\n\r\n") {
        Some(at) => (&bytes[..at], &bytes[at + 4..], true),
        None => (bytes, &[][..], false),
    };
    let mut lines = split(head).into_iter();
    let first = lines.next().ok_or(Silent::Noise)?;
    let start = start(&text(first)).ok_or(Silent::Noise)?;
    let (headers, headers_fit) = Headers::read(lines.map(text));
    Ok(Framed { start, headers, broken: !whole || !headers_fit, body })
}

/// Header text. What is not UTF-8 is kept as replacement marks: it may stand in what we ignore.
fn text(line: Vec<u8>) -> String {
    String::from_utf8(line)
        .unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned())
}

/// The lines of the head, folds joined by a space (RFC 3261, section 7.3.1). The first line cannot
/// be folded.
fn split(head: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut rest = head;
    loop {
        let (line, more) = match find(rest, b"\r\n") {
            Some(at) => (&rest[..at], Some(&rest[at + 2..])),
            None => (rest, None),
        };
        let folded = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        match lines.last_mut() {
            Some(last) if folded && !last.is_empty() => {
                let at = line.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
                last.push(b' ');
                last.extend_from_slice(&line[at.unwrap_or(line.len())..]);
            }
            _ => lines.push(line.to_vec()),
        }
        match more {
            Some(more) => rest = more,
            None => return lines,
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn start(line: &str) -> Option<First> {
    let version_first = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("SIP/"));
    if version_first {
        return Some(First::Response(line.to_owned()));
    }
    let (method, rest) = line.split_once([' ', '\t'])?;
    let at = rest.to_ascii_uppercase().rfind("SIP/")?;
    let (uri, version) = rest.split_at(at);
    let loose = uri.strip_suffix(' ').is_none_or(|uri| uri.is_empty() || uri.contains([' ', '\t']))
        || version.contains([' ', '\t'])
        || line.as_bytes().get(method.len()) != Some(&b' ');
    Some(First::Request(RequestLine {
        method: method.to_owned(),
        uri: uri.trim().to_owned(),
        version: version.trim().to_owned(),
        loose,
    }))
}
