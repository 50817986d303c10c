//! Transactions of different senders that bear the same name.
//!
//! A request belongs to a transaction by its branch and by who sent it (RFC 3261, section 17.2.3); the
//! stack looks at the branch alone, and would give one trunk the answers of another. So where a
//! request came from is written behind its branch on the way in, and taken out of the answer.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;

/// Stands between a branch and where it came from.
const MARK: u8 = b'~';

/// Writes where it came from behind the branch of a request in its plain form.
pub fn mark(bytes: &mut Vec<u8>, from: IpAddr) {
    if let Some(branch) = of_nearest(bytes) {
        let from = match from.to_canonical() {
            IpAddr::V4(ip) => format!("~{:08x}", u32::from(ip)),
            IpAddr::V6(ip) => format!("~{:032x}", u128::from(ip)),
        };
        bytes.splice(branch.end..branch.end, from.bytes());
    }
}

/// What goes out: an answer with the branch that its request had, and requests as they are.
pub fn unmarked(bytes: &[u8]) -> Cow<'_, [u8]> {
    let marked = || {
        let branch = of_nearest(bytes).filter(|_| bytes.starts_with(b"SIP/"))?;
        let at = bytes[branch.clone()].iter().rposition(|byte| *byte == MARK)?;
        Some(branch.start + at..branch.end)
    };
    match marked() {
        Some(mark) => Cow::Owned([&bytes[..mark.start], &bytes[mark.end..]].concat()),
        None => Cow::Borrowed(bytes),
    }
}

/// Where the branch of the first Via stands.
fn of_nearest(bytes: &[u8]) -> Option<Range<usize>> {
    let find = |within: &[u8], wanted: &[u8]| {
        within.windows(wanted.len()).position(|part| part.eq_ignore_ascii_case(wanted))
    };
    let line = find(bytes, b"\r\nVia:")? + 2;
    let end = line + find(&bytes[line..], b"\r\n")?;
    let begin = line + find(&bytes[line..end], b";branch=")? + b";branch=".len();
    let length = bytes[begin..end].iter().position(|byte| matches!(byte, b';' | b',' | b' '));
    Some(begin..length.map_or(end, |length| begin + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_says_where_it_came_from_and_goes_back_as_it_was() {
        for (via, ip, marked) in [
            ("h;branch=z9hG4bKa~1;rport", "192.0.2.7", "h;branch=z9hG4bKa~1~c0000207;rport"),
            ("h;rport;Branch=b", "::ffff:192.0.2.7", "h;rport;Branch=b~c0000207"),
            ("h;branch=b", "2001:db8::1", "h;branch=b~20010db8000000000000000000000001"),
            ("h", "192.0.2.7", "h"),
        ] {
            let text = |first: &str, via: &str| {
                format!(
                    "{first}\r\nVia: SIP/2.0/UDP {via}\r\nVia: SIP/2.0/UDP x;branch=x~x\r\n\r\n"
                )
            };
            let mut bytes = text("OPTIONS sip:a SIP/2.0", via).into_bytes();
            mark(&mut bytes, ip.parse().unwrap());
            let plain = text("OPTIONS sip:a SIP/2.0", marked);
            assert_eq!(String::from_utf8_lossy(&bytes), plain);
            assert_eq!(unmarked(&bytes), bytes, "requests go out as they are");
            let answer = text("SIP/2.0 200 OK", marked);
            let back = unmarked(answer.as_bytes());
            assert_eq!(String::from_utf8_lossy(&back), text("SIP/2.0 200 OK", via));
        }
        assert_eq!(unmarked(b"\r\n"), &b"\r\n"[..]);
    }
}
