//! What templates do with a text before it is shown. All of them escape.

use std::fmt::{Display, Write as _};

use askama::filters::Safe;
use askama::{Result, Values};

/// Escapes a text for HTML, content and attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The drawing of a name.
#[askama::filter_fn]
pub fn icon(name: impl Display, _: &dyn Values) -> Result<Safe<&'static str>> {
    Ok(Safe(super::icons::icon(&name.to_string())))
}

/// Words between stars become bold, as the language catalogue writes them.
#[askama::filter_fn]
pub fn rich(text: impl Display, _: &dyn Values) -> Result<Safe<String>> {
    let text = escaped(&text.to_string());
    let mut out = String::with_capacity(text.len() + 16);
    for (at, part) in text.split('*').enumerate() {
        if at % 2 == 1 {
            let _ = write!(out, "<b>{part}</b>");
        } else {
            out.push_str(part);
        }
    }
    Ok(Safe(out))
}

/// The address of another site; one that is none leads nowhere.
#[askama::filter_fn]
pub fn outside(address: impl Display, _: &dyn Values) -> Result<String> {
    let address = address.to_string();
    Ok(if address.starts_with("https://") { address } else { "#".to_owned() })
}

/// A number as it is dialled: `+45 00 12 10 01` is `+4500121001`.
#[askama::filter_fn]
pub fn dial(number: impl Display, _: &dyn Values) -> Result<String> {
    Ok(number.to_string().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect())
}

/// A number as it is read in Denmark, never broken over a line: `00 12 10 01`.
#[askama::filter_fn]
pub fn phone(number: impl Display, _: &dyn Values) -> Result<String> {
    Ok(spoken(&number.to_string()))
}

/// The same outside templates.
#[must_use]
pub fn spoken(number: &str) -> String {
    number.strip_prefix("+45").unwrap_or(number).trim().replace(' ', "\u{a0}")
}

/// A text for the part of an address after `?`.
#[askama::filter_fn]
pub fn urlencode(text: impl Display, _: &dyn Values) -> Result<String> {
    Ok(query_part(&text.to_string()))
}

/// The same outside templates.
#[must_use]
pub fn query_part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// A summary with the words of the question marked.
#[askama::filter_fn]
pub fn marked(text: impl Display, _: &dyn Values, query: &str) -> Result<String> {
    let text = text.to_string();
    let query = query.to_lowercase();
    let words: Vec<&str> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .collect();
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let length = rest
            .char_indices()
            .find(|(_, other)| other.is_alphanumeric() != c.is_alphanumeric())
            .map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(length);
        if c.is_alphanumeric() && words.contains(&piece.to_lowercase().as_str()) {
            let _ = write!(out, "<mark>{}</mark>", escaped(piece));
        } else {
            out.push_str(&escaped(piece));
        }
        rest = after;
    }
    Ok(out)
}

/// A fact's text with its telephone numbers as links.
#[askama::filter_fn]
pub fn linked(text: impl Display, _: &dyn Values) -> Result<String> {
    let text = text.to_string();
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text.as_str();
    while let Some(at) = rest.find("+45 ") {
        let (before, from) = rest.split_at(at);
        out.push_str(&escaped(before));
        match from.get(..15).filter(|number| rules::members::is_number(number)) {
            Some(number) => {
                let dialled: String = number.chars().filter(|c| *c != ' ').collect();
                let _ =
                    write!(out, "<a class=\"tel\" href=\"tel:{dialled}\">{}</a>", spoken(number));
                rest = &from[15..];
            }
            None => {
                out.push_str("+45 ");
                rest = &from[4..];
            }
        }
    }
    out.push_str(&escaped(rest));
    Ok(out)
}

/// What somebody wrote in a chat: plain text, `https://` addresses as links that carry nothing.
#[askama::filter_fn]
pub fn plain_links(text: impl Display, _: &dyn Values) -> Result<String> {
    let text = text.to_string();
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text.as_str();
    while let Some(at) = rest.find("https://") {
        let (before, from) = rest.split_at(at);
        out.push_str(&escaped(before));
        let end = from.find(|c: char| c.is_whitespace() || "<>\"'".contains(c));
        let address =
            from[..end.unwrap_or(from.len())].trim_end_matches(['.', ',', ')', '!', '?', ':']);
        if address.len() > "https://".len() {
            let shown = escaped(address);
            let _ =
                write!(out, "<a href=\"{shown}\" rel=\"noopener noreferrer nofollow\">{shown}</a>");
        } else {
            out.push_str(&escaped(address));
        }
        rest = &from[address.len()..];
    }
    out.push_str(&escaped(rest));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> String {
        plain_links::default().execute(text, askama::NO_VALUES).expect("a text")
    }

    #[test]
    fn what_somebody_wrote_is_never_html() {
        let text = links("<script>alert(1)</script> https://borger.dk/a?b=1&c=2, \"x\"");
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("href=\"https://borger.dk/a?b=1&amp;c=2\""), "{text}");
        let text = links("https://a\"onmouseover=alert(1) javascript:alert(1) http://x.dk");
        assert!(text.contains("href=\"https://a\""), "{text}");
        assert_eq!(text.matches("<a ").count(), 1, "{text}");
    }

    #[test]
    fn a_question_is_safe_in_an_address() {
        assert_eq!(query_part("få & æble?"), "f%C3%A5+%26+%C3%A6ble%3F");
    }
}
