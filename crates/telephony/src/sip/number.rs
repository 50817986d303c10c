//! Telephone numbers in one form.

/// A number as the house writes it: `+45 dd dd dd dd`, `+` and digits for other countries, short
/// numbers (`112`) as they are. Takes what stands in a SIP or `tel` address. `None` when it is no
/// number.
#[must_use]
pub fn plain(text: &str) -> Option<String> {
    let text = text.split(';').next()?;
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let (international, digits) = match bare.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => match bare.strip_prefix("00") {
            Some(rest) if rest.len() > 8 => (true, rest),
            _ => (false, bare.as_str()),
        },
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (international, digits.len()) {
        (false, 3..=6) => Some(digits.to_owned()),
        (false, 8) => Some(danish(digits)),
        (true, 10) if digits.starts_with("45") => Some(danish(&digits[2..])),
        (true, 7..=15) if !digits.starts_with("45") => Some(format!("+{digits}")),
        _ => None,
    }
}

fn danish(digits: &str) -> String {
    format!("+45 {} {} {} {}", &digits[..2], &digits[2..4], &digits[4..6], &digits[6..])
}

/// Whether a citizen may be called back at a number: any Danish one that costs no more than others.
/// Numbers of 90 are for services that are paid by the call.
#[must_use]
pub fn is_ordinary(number: &str) -> bool {
    number.strip_prefix("+45 ").is_some_and(|rest| !rest.starts_with("90"))
}

/// A number as it stands in an address: without spaces.
#[must_use]
pub fn dialled(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The number in an address such as `"Anne" <sip:+4500121001@example.dk>;tag=1` or
/// `tel:+45-00-12-10-01`.
#[must_use]
pub fn of_address(address: &str) -> Option<String> {
    plain(user_of(address)?)
}

/// The user part of an address, or the number of a `tel` address.
#[must_use]
pub fn user_of(address: &str) -> Option<&str> {
    let inner = match address.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next()?,
        None => address.split(';').next()?,
    };
    let (scheme, rest) = inner.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "tel" => Some(rest),
        "sip" | "sips" => rest.rsplit_once('@').map(|(user, _)| user),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_number_is_one_number() {
        for written in ["+4500121001", "004500121001", "00121001", "00 12 10 01", "+45 00-12.1001"]
        {
            assert_eq!(plain(written).as_deref(), Some("+45 00 12 10 01"), "{written}");
        }
        assert_eq!(plain("112").as_deref(), Some("112"));
        assert_eq!(plain("+46812345678").as_deref(), Some("+46812345678"));
        for none in ["", "+", "anne", "12", "1234567", "+45001210011", "0012100100"] {
            assert_eq!(plain(none), None, "{none}");
        }
        assert_eq!(dialled("+45 00 12 10 01"), "+4500121001");
    }

    #[test]
    fn nobody_is_called_back_where_it_is_dear() {
        assert!(is_ordinary("+45 00 12 10 01"));
        for dear in ["+45 90 12 34 56", "+46812345678", "1813", "112"] {
            assert!(!is_ordinary(dear), "{dear}");
        }
    }

    #[test]
    fn a_number_is_found_in_an_address() {
        for address in [
            "\"Anne <1>\" <sip:+4500121001@10.0.0.1:5060;user=phone>;tag=1",
            "sip:00121001@example.dk;tag=2",
            "<tel:+45-00-12-10-01;phone-context=dk>",
        ] {
            assert_eq!(of_address(address).as_deref(), Some("+45 00 12 10 01"), "{address}");
        }
        assert_eq!(of_address("<sip:anonymous@anonymous.invalid>"), None);
        assert_eq!(of_address("<sip:10.0.0.1>"), None);
    }
}
