use base::Problem;
use proptest::prelude::*;

use super::*;

fn masked(text: &str) -> String {
    mask(text).text
}

#[test]
fn a_cpr_number_is_masked_whole_however_it_is_written() {
    for written in [
        "010170-1234",
        "0101701234",
        "010170 1234",
        "010170 - 1234",
        "01.01.70-1234",
        "01 01 70 1234",
        "01-01-70-1234",
        "01/01/70-1234",
        "010170–1234",
        "010170\u{2212}1234",
        "010170.1234",
        "010170/1234",
        "010170_1234",
        "010170:1234",
        "01 01 70 12 34",
        "0 1 0 1 7 0 1 2 3 4",
        "01011970-1234",
        "01.01.1970-1234",
        "010119701234",
        "010170\u{A0}1234",
        "٠١٠١٧٠-١٢٣٤",
        "０１０１７０-１２３４",
        "610170-1234",
    ] {
        assert_eq!(mask(written).cpr, 1, "{written:?} was not found");
        for text in [written.to_owned(), format!("Mit cpr er {written}."), format!("cpr{written}x")]
        {
            let after = masked(&text);
            assert!(after.contains(CPR_MARK), "{text:?} became {after:?}");
            assert!(!after.chars().any(|c| c.is_numeric()), "{text:?} became {after:?}");
        }
    }
}

#[test]
fn numbers_given_out_since_2007_that_fail_modulus_11_are_masked_too() {
    assert_eq!(mask("170509-4998").cpr, 1);
    assert_eq!(mask("010165-4000").cpr, 1);
}

#[test]
fn the_century_decides_whether_the_29_of_february_exists() {
    assert_eq!(mask("290200-1234").cpr, 0, "1900 was no leap year");
    assert_eq!(mask("290200-4234").cpr, 1, "2000 was one");
    assert_eq!(mask("290200-7234").cpr, 1);
    assert_eq!(mask("290201-4234").cpr, 0);
    assert_eq!(mask("290296-5234").cpr, 1, "1896 was one");
    assert_eq!(mask("29022000-1234").cpr, 0, "the seventh digit says 1900");
}

#[test]
fn what_is_no_date_is_no_cpr_number() {
    for text in ["320170-1234", "001370-1234", "011370-1234", "310470-1234", "9912311234", "1234"] {
        assert_eq!(mask(text), Masked { text: text.to_owned(), cpr: 0, cards: 0 });
    }
}

#[test]
fn telephone_numbers_amounts_and_dates_are_left_alone() {
    for text in [
        "Ring 20 10 70 12 eller 20107012",
        "+45 00 11 10 01",
        "+4520107012 og +45 20 10 70 12",
        "0045 20 10 70 12",
        "+45 0101 7012",
        "Tlf. 4717 1234, 47171234",
        "den 12.10.2024 kl. 14.30",
        "den 12.10.2024 1430",
        "1.250,50 kr.",
        "12.345.678 kr.",
        "EAN 5798000123456",
        "CVR 12345678",
        "sag 2024-123456",
        "ISBN 978-87-02-12345-6",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_payment_card_is_masked_when_its_check_digit_is_right() {
    for written in [
        "4571 0000 0000 0001",
        "4111111111111111",
        "4111-1111-1111-1111",
        "5500 0055 5555 5559",
        "2223 0031 2200 3222",
        "3714 496353 98431",
        "5019 7170 1010 3742",
    ] {
        let found = mask(&format!("kort {written}, tak"));
        assert_eq!((found.cards, found.cpr), (1, 0), "{written}");
        assert_eq!(found.text, format!("kort {CARD_MARK}, tak"));
    }
    for other in ["4111 1111 1111 1112", "1234567890123456", "9111111111111111"] {
        assert_eq!(masked(other), other);
    }
}

#[test]
fn several_numbers_in_one_text_are_all_masked() {
    let found = mask("Mit: 010170-1234, hendes 020271-4321 og kortet 4111 1111 1111 1111");
    assert_eq!((found.cpr, found.cards), (2, 1));
    assert_eq!(masked("0101701234 0202714321"), format!("{CPR_MARK} {CPR_MARK}"));
    assert_eq!(mask("010 1701 234 020271-4321").cpr, 2, "the first is oddly grouped");
    assert!(contains_personal_number("x 0101701234"));
    assert!(!contains_personal_number("x 4111 1111 1111 1111"));
}

#[test]
fn invisible_marks_do_not_split_a_number_past_the_mask() {
    for written in [
        "0101\u{200B}70-1234",
        "0101\u{AD}70-1234",
        "\u{202E}010170-1234",
        "01\u{FEFF}0170-1234",
        "0\u{FE0F}\u{20E3}10170-1234",
        "010170\u{0}-1234",
        "010170\t1234",
        "010\u{E0031}170-1234",
    ] {
        let text = FreeText::accept(written, 100).unwrap();
        assert_eq!(text.as_str(), CPR_MARK, "{written:?}");
        assert_eq!(text.masked(), 1);
    }
}

#[test]
fn text_is_trimmed_and_its_invisible_marks_are_dropped() {
    let accept = |raw: &str| FreeText::accept(raw, 100).map(FreeText::into_string);
    assert_eq!(accept("  hej \n").unwrap(), "hej");
    assert_eq!(accept("to\r\nlinjer\rog en").unwrap(), "to\nlinjer\nog en");
    assert_eq!(accept("a\u{202E}b\u{7}c\u{1B}[0m\u{200F}").unwrap(), "abc[0m");
    assert_eq!(accept("❤\u{FE0F} ok").unwrap(), "❤\u{FE0F} ok");
}

#[test]
fn empty_and_over_long_text_is_refused_with_the_limit() {
    for blank in ["", "  \n ", "\u{200B}\u{FEFF}", "\u{0}"] {
        assert_eq!(FreeText::accept(blank, 10), Err(Problem::invalid("text", "empty")));
    }
    assert!(FreeText::accept("ærøæøåæøåæ", 10).is_ok());
    assert_eq!(
        FreeText::accept_in("note", "ærøæøåæøåæø", 10),
        Err(Problem::Invalid { field: "note", code: "too-long", limit: Some(10) })
    );
}

#[test]
fn a_free_text_is_written_as_the_bare_text() {
    let text = FreeText::accept("hej", 10).unwrap();
    assert_eq!(serde_json::to_string(&text).unwrap(), "\"hej\"");
}

/// A date of birth with a serial number whose century agrees with it.
fn cpr() -> impl Strategy<Value = (String, String)> {
    (1900_i16..2026, 1_i8..=12, 1_i8..=28, 0_u16..1000).prop_map(|(year, month, day, serial)| {
        let seventh = if year < 2000 { serial % 4 } else { 4 + serial % 3 };
        let seventh = if year >= 2000 && year % 100 >= 37 { 5 } else { seventh };
        (format!("{day:02}{month:02}{:02}", year % 100), format!("{seventh}{serial:03}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_cpr_number_survives_any_text(
        (date, serial) in cpr(),
        before in "[a-zæøå ,.:\n]{0,20}",
        after in "[a-zæøå ,!\n]{0,20}",
        mark in prop::sample::select(vec!["", "-", " ", ".", " - ", "–", "/"]),
    ) {
        let text = format!("{before}{date}{mark}{serial}{after}");
        let found = mask(&text);
        prop_assert_eq!(found.cpr, 1, "{}", text);
        prop_assert!(!found.text.contains(&serial));
        prop_assert!(!found.text.contains(&date));
    }

    #[test]
    fn masking_twice_changes_nothing(text in "([0-9]{1,6}|[-. /:+]| |[a-zæøå]{1,4}|•|\n){0,40}") {
        let once = mask(&text);
        let twice = mask(&once.text);
        prop_assert_eq!(&once.text, &twice.text);
        prop_assert_eq!((twice.cpr, twice.cards), (0, 0));
    }

    #[test]
    fn text_without_digits_is_never_changed(text in "[^0-9\\p{N}]{0,60}") {
        prop_assert_eq!(masked(&text), text);
    }

    #[test]
    fn telephone_numbers_are_never_masked(
        number in 20_000_000_u32..99_999_999,
        form in 0_usize..5,
        before in "[a-zæøå]{1,8}[ :]",
        after in "[ ,.]{0,2}[a-zæøå]{1,8}",
    ) {
        let n = number.to_string();
        let written = match form {
            0 => n.clone(),
            1 => format!("{} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..]),
            2 => format!("{} {}", &n[..4], &n[4..]),
            3 => format!("+45 {} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..]),
            _ => format!("+45{n}"),
        };
        let text = format!("{before}{written}{after}");
        prop_assert_eq!(masked(&text), text);
    }

    #[test]
    fn anything_at_all_is_taken_or_refused_without_a_crash(raw in any::<String>(), limit in 0_usize..50) {
        if let Ok(text) = FreeText::accept(&raw, limit) {
            prop_assert!(!text.as_str().is_empty());
            prop_assert!(!text.as_str().chars().any(|c| c.is_control() && c != '\n'));
            prop_assert_eq!(mask(text.as_str()).text, text.as_str());
        }
    }
}
