use super::*;

fn source(language: &str, text: &str) -> Source {
    Source { language: language.to_owned(), file: "citizen".to_owned(), text: text.to_owned() }
}

fn pair(da: &str, en: &str) -> Result<Catalogue, Faults> {
    Catalogue::parse(&[source("da", da), source("en", en)])
}

const COUNT_DA: &str = "-name = Straks\nsearch-count = { $n ->\n    [0] Ingen svar\n    [one] Ét svar\n   *[other] { $n } svar\n } i { -name }\nplain = Søg\n";
const COUNT_EN: &str = "-name = Straks\nsearch-count = { $n ->\n    [0] No answers\n    [one] One answer\n   *[other] { $n } answers\n } in { -name }\nplain = Search\n";

#[test]
fn a_plural_makes_its_argument_a_number_on_both_sides() {
    let catalogue = pair(COUNT_DA, COUNT_EN).expect("a good catalogue");
    let rust = rust(&catalogue);
    assert!(rust.contains("pub fn search_count(lang: Language, n: i64) -> String"), "{rust}");
    assert!(rust.contains("pub fn plain(lang: Language) -> &'static str"), "{rust}");
    let typescript = typescript(&catalogue, "texts", None);
    assert!(typescript.contains("export const search_count = (a: { n: number }): string =>"));
    assert!(typescript.contains("a.n == 1 ? `Ét svar` : `${a.n} svar`"), "{typescript}");
    assert!(typescript.contains(" i Straks`"), "{typescript}");
}

#[test]
fn a_text_missing_in_one_language_is_a_fault() {
    let faults = pair("a = Ja\nb = Nej\n", "a = Yes\n").expect_err("b is missing");
    assert_eq!(faults.0, ["b: missing in en"]);
}

#[test]
fn different_arguments_are_a_fault() {
    let faults = pair("a = Hej { $name }\n", "a = Hello { $who }\n").expect_err("they differ");
    assert!(faults.0[0].starts_with("a: the arguments differ"), "{faults}");
}

#[test]
fn what_is_not_fluent_is_named_with_its_line() {
    let faults = pair("a = Ja\n\nb Nej\n", "a = Yes\n").expect_err("line 3 is no message");
    assert!(faults.0[0].starts_with("da/citizen.ftl:3:"), "{faults}");
}

#[test]
fn a_message_may_not_refer_to_itself() {
    let faults = pair("a = { b }\nb = { a }\n", "a = x\nb = y\n").expect_err("a circle");
    assert!(faults.0.iter().any(|fault| fault.contains("to itself")), "{faults}");
}

#[test]
fn exact_words_choose_a_text() {
    let text = "state = { $what ->\n    [open] Åben\n   *[closed] Lukket\n }\n";
    let catalogue = pair(text, text).expect("a good catalogue");
    assert_eq!(catalogue.messages["state"].arguments["what"], Kind::Text);
    assert!(rust(&catalogue).contains("\"open\" => {"));
    assert!(
        typescript(&catalogue, "texts", None).contains("a.what === 'open' ? `Åben` : `Lukket`")
    );
}

#[test]
fn names_that_a_language_keeps_for_itself_get_a_mark() {
    let catalogue =
        pair("new = Ny { $type }\n", "new = New { $type }\n").expect("a good catalogue");
    assert!(rust(&catalogue).contains("pub fn new_(lang: Language, type_: &str)"));
}
