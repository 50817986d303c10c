//! Bytes of strangers as text: UTF-8, or the one-byte encoding of Western Europe.

/// What stands at 0x80 to 0x9f in Windows-1252; Latin-1 has control characters there, which no text
/// means.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž',
    '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}',
    'ž', 'Ÿ',
];

/// The text of these bytes: UTF-8 where they are UTF-8 (a byte order mark is dropped), otherwise
/// Windows-1252, of which Latin-1 is the part that texts use.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| western(*byte)).collect(),
    }
}

fn western(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_letters_are_read_in_both_encodings() {
        assert_eq!(
            text_of("Fornyelse på rådhuset – 893 €".as_bytes()),
            "Fornyelse på rådhuset – 893 €"
        );
        assert_eq!(
            text_of(b"Fornyelse p\xe5 r\xe5dhuset \x96 893 \x80"),
            "Fornyelse på rådhuset – 893 €"
        );
        assert_eq!(text_of(b"\xef\xbb\xbf\xc3\xa6"), "æ");
    }
}
