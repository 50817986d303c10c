//! Words of the grammar (RFC 3261, section 25.1): tokens, quoted strings, lists.

/// `token`
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

/// White space at the ends taken away and, outside quotes and brackets, runs of it made one space.
pub(super) fn squeeze(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut quoted = false;
    let mut escaped = false;
    for c in value.trim_matches([' ', '\t']).chars() {
        let white = matches!(c, ' ' | '\t');
        if white && !quoted && out.ends_with(' ') {
            continue;
        }
        out.push(if white && !quoted { ' ' } else { c });
        if quoted && !escaped && c == '\\' {
            escaped = true;
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = false;
    }
    out
}

/// The parts between marks that stand outside quotes and `<>`. `None` when a quote or bracket is
/// not closed.
pub(super) fn split(value: &str, mark: char) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut quoted = false;
    let mut inside = false;
    let mut escaped = false;
    for (at, c) in value.char_indices() {
        if quoted {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match c {
            '"' if !inside => quoted = true,
            '<' if inside => return None,
            '<' => inside = true,
            '>' if !inside => return None,
            '>' => inside = false,
            c if c == mark && !inside => {
                parts.push(value[begin..at].trim());
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    if quoted || inside {
        return None;
    }
    parts.push(value[begin..].trim());
    Some(parts)
}

/// A parameter: `name`, `name=token`, `name=host`, `name="quoted"`; written without white space.
pub(super) fn parameter(text: &str) -> Option<String> {
    let Some((name, value)) = text.split_once('=') else {
        return is_token(text).then(|| text.to_owned());
    };
    let (name, value) = (name.trim(), value.trim());
    let fits = is_token(name) && (is_quoted(value) || is_value(value));
    fits.then(|| format!("{name}={value}"))
}

/// Where a quoted string ends that begins a text: the length with both quotes.
pub(super) fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn is_quoted(text: &str) -> bool {
    text.starts_with('"') && quoted_length(text) == Some(text.len())
}

/// `token / host`: a host may be an IPv6 address in brackets.
fn is_value(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| is_token_byte(byte) || matches!(byte, b'[' | b']' | b':' | b'/' | b'@'))
}

/// A whole number of digits alone, at most `most`.
pub(super) fn number(text: &str, most: u64) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Leading zeros are allowed and may be many.
    let plain = text.trim_start_matches('0');
    let value = match plain {
        _ if !digits => return None,
        "" => 0,
        plain if plain.len() > 19 => return None,
        plain => plain.parse().ok()?,
    };
    (value <= most).then_some(value)
}
