//! HTML that would take hours to take apart is known before anybody tries.

/// Elements within elements; a page that means something has 40.
const DEEPEST: usize = 1_000;
/// Elements that hold nothing, or that end by themselves where the next begins.
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup", "thead", "tbody",
    "tfoot",
];

/// Whether elements stand deeper within each other than any page needs: parsers take time with the
/// square of it.
#[must_use]
pub(crate) fn is_too_deep(html: &str) -> bool {
    let mut depth = 0_usize;
    for piece in html.split('<').skip(1) {
        if piece.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if piece.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let end = piece.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(piece.len());
            let flat = FLAT.iter().any(|name| piece[..end].eq_ignore_ascii_case(name));
            if !flat {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_really_deep_is_too_deep() {
        assert!(is_too_deep(&"<div>".repeat(2_000)));
        assert!(is_too_deep(&"<b><i>".repeat(2_000)));
        assert!(!is_too_deep(&"<div><p>x<br></div>".repeat(20_000)));
        assert!(!is_too_deep(&"<p>x<li>y<img src=a>".repeat(20_000)));
    }
}
