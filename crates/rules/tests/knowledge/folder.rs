//! A member, and a content folder whole.

use proptest::prelude::*;
use rules::articles::{parse_article, parse_variant};
use rules::content::{Collection, Finding, Severity};
use rules::guides::{self, Path};
use rules::members::{parse_consortium, parse_departments, parse_member};

use crate::texts::*;

#[test]
fn a_member_is_read_and_its_faults_have_lines() {
    let member = parse_member(MEMBER).expect("a member");
    assert_eq!(member.closing_days[0].date, jiff::civil::date(2026, 12, 24));
    assert_eq!(member.numbers().count(), 3);
    let faults = |from: &str, to: &str| {
        let found = parse_member(&MEMBER.replace(from, to)).expect_err("a fault");
        found.into_iter().map(|fault| (fault.line, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(faults("190", "19"), [(2, "code")]);
    assert_eq!(faults("#0b5a8a", "blue"), [(5, "colour")]);
    assert_eq!(faults("https://", "http://"), [(7, "website")]);
    assert_eq!(faults("+45 00 13 10 01", "00131001"), [(17, "number")]);
    assert_eq!(faults("13 10 01", "13 00 00"), [(10, "number-twice")]);
    assert_eq!(faults("08:00-15:00", "8 til 15"), [(20, "hours")]);
    assert_eq!(faults("next-working-day 12:00", "soon"), [(14, "promise")]);
    assert_eq!(faults("@", " at "), [(18, "email")]);
    assert_eq!(faults("hotline", "hotlin"), [(8, "front-matter")]);
    assert!(parse_consortium(&CONSORTIUM.replace("\"da\"", "\"en\"")).is_err());
    assert!(parse_departments(&DEPARTMENTS.repeat(2)).is_err());
}

fn folder() -> Vec<(String, String)> {
    let referral = PAS
        .replace("slug = \"pas\"", "slug = \"mistet\"")
        .replace("\"article\"", "\"referral\"")
        .replace("\"borgerservice\"", "\"anden-myndighed\"")
        .replace("\"local\"", "\"other-authority\"")
        .replace("[\"mistet\"]", "[\"pas\"]")
        .replace("topic:mistet", "topic:pas")
        .replace("{#offline}", "{#help}")
        .replace("rules =", "authority = { name = \"Politiet\", phone = \"114\", url = \"https://politi.dk\" }\nrules =")
        .replace("Kommunen.", &"Politiet hjælper dig. ".repeat(30));
    let other = DEPARTMENTS.replace("borgerservice", "anden-myndighed");
    [
        ("consortium.toml", CONSORTIUM.to_owned()),
        ("departments.toml", format!("{DEPARTMENTS}\n{other}")),
        (
            "areas.toml",
            "[[areas]]\nkey = \"papirer\"\nname = \"Papirer\"\nname_en = \"Papers\"\n".to_owned(),
        ),
        ("allowed-numbers.txt", "# who\n112  # Alarm\n114  # Politiet\n".to_owned()),
        ("topics.txt", "article pas\nguide guide-pas\nreferral mistet\n".to_owned()),
        ("members/furesoe.toml", MEMBER.to_owned()),
        ("articles/pas.md", PAS.replace("Kommunen.", &"Kommunen afgør det hele. ".repeat(40))),
        ("referrals/mistet.md", referral),
        ("guides/guide-pas.md", GUIDE.replace("[holbaek] ", "")),
        ("local/furesoe/pas.md", LOKALT.to_owned()),
        ("README.md", "passed over".to_owned()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

fn checked(file: &str, from: &str, to: &str) -> Vec<Finding> {
    let mut files = folder();
    let text = &mut files.iter_mut().find(|(path, _)| path == file).expect("the file").1;
    assert!(text.contains(from), "{from:?} in {text}");
    *text = text.replacen(from, to, 1);
    let collection = Collection::from_files(files).unwrap_or_else(|faults| panic!("{faults:?}"));
    collection.check(jiff::civil::date(2026, 11, 25))
}

#[test]
fn a_sound_folder_has_no_errors() {
    let findings = checked("README.md", "passed", "passed");
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn each_fault_of_a_folder_is_found_in_its_file_on_its_line() {
    for (file, from, to, line, code) in [
        ("articles/pas.md", "topic:mistet", "topic:nix", 30, "unknown-topic"),
        ("articles/pas.md", "[\"mistet\"]", "[\"nix\"]", 18, "unknown-topic"),
        ("articles/pas.md", "[\"mistet\"]", "[\"pas\"]", 18, "related-twice"),
        ("articles/pas.md", "\"papirer\"", "\"nix\"", 7, "unknown-area"),
        ("articles/pas.md", "\"borgerservice\"", "\"nix\"", 8, "unknown-department"),
        ("articles/pas.md", "\"furesoe\"", "\"nix\"", 19, "unknown-municipality"),
        ("articles/pas.md", "2027-06-01", "2026-11-24", 21, "review-overdue"),
        ("articles/pas.md", "\"Bestil pas i Borgerservice.\"", "\" \"", 11, "missing"),
        ("articles/pas.md", "Kom forbi.", "Ring 70 10 20 30.", 38, "unknown-number"),
        ("articles/pas.md", "Kom forbi.", "Ring +45 00 13 10 01.", 38, "local-number"),
        ("articles/pas.md", "Kom forbi.", "Kom kom forbi.", 38, "doubled-word"),
        ("articles/pas.md", "Kom forbi.", "[Kom](http://kom.dk).", 38, "not-https"),
        ("articles/pas.md", "Kom forbi.", "[Kom](javascript:x).", 38, "not-https"),
        ("articles/pas.md", "Kom forbi.", "<b>Kom</b>", 38, "raw-html"),
        ("articles/pas.md", "Kom forbi.", "![Kom](https://kom.dk/x.png)", 38, "image"),
        ("articles/pas.md", "{#offline}", "{#nix}", 5, "part-missing"),
        ("articles/pas.md", "Kommunen afgør", &"ord ".repeat(500), 5, "length"),
        ("articles/pas.md", "https://www.borger.dk", "http://www.borger.dk", 15, "not-https"),
        ("referrals/mistet.md", "\"other-authority\"", "\"case\"", 9, "competence"),
        ("guides/guide-pas.md", "=> topic pas", "=> topic nix", 40, "unknown-topic"),
        ("local/furesoe/pas.md", "of = 2", "of = 1", 3, "master-changed"),
        ("local/furesoe/pas.md", "of = 2", "of = 3", 3, "of"),
        ("local/furesoe/pas.md", "+45 00 13 10 01", "+45 00 13 00 00", 24, "main-number"),
        ("local/furesoe/pas.md", "+45 00 13 10 01", "+45 00 13 10 02", 24, "unknown-number"),
        ("local/furesoe/pas.md", "demo = true", "demo = false", 4, "demo"),
        ("members/furesoe.toml", "+45 00 13 10 01", "+45 47 13 10 01", 17, "demo-number"),
        ("members/furesoe.toml", "+45 00 13 10 01", "+45 00 10 70 00", 17, "number-twice"),
        ("members/furesoe.toml", "topics = []", "topics = [\"nix\"]", 14, "unknown-topic"),
        ("members/furesoe.toml", ".example", ".dk", 18, "demo-email"),
        ("topics.txt", "article pas", "article pas\narticle nix", 2, "not-covered"),
        ("topics.txt", "article pas", "referral pas", 1, "wrong-kind"),
    ] {
        let findings = checked(file, from, to);
        let found = findings.iter().find(|finding| finding.code == code);
        let found =
            found.unwrap_or_else(|| panic!("{from:?} -> {to:?}: no {code} in {findings:?}"));
        assert_eq!((found.file.as_str(), found.line), (file, line), "{found}");
    }
}

#[test]
fn a_file_that_is_not_what_its_place_says_is_refused() {
    for (from, to, code) in [
        ("articles/pas.md", "referrals/pas.md", "wrong-place"),
        ("articles/pas.md", "articles/other.md", "wrong-place"),
        ("local/furesoe/pas.md", "local/soroe/pas.md", "wrong-place"),
        ("guides/guide-pas.md", "articles/guide-pas.md", "wrong-kind"),
        ("areas.toml", "nix.toml", "missing-file"),
    ] {
        let mut files = folder();
        files.iter_mut().find(|(path, _)| path == from).expect("the file").0 = to.to_owned();
        let faults = Collection::from_files(files).expect_err("a fault");
        assert!(faults.iter().any(|fault| fault.fault.code == code), "{faults:?}");
    }
    let mut files = folder();
    files.retain(|(path, _)| path != "articles/pas.md");
    let findings =
        Collection::from_files(files).expect("reads").check(jiff::civil::date(2026, 11, 25));
    assert!(findings.iter().any(|finding| finding.code == "no-master"));
}

proptest! {
    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC*", front in "(?s).{0,80}") {
        let wrapped = format!("+++\n{front}\n+++\n## {text} {{#a}}\n- {text} -> b\n=> {text}\n");
        for text in [&text, &wrapped, &PAS.replace("893", &front), &GUIDE.replace("Mig", &text)] {
            let _ = parse_article(text);
            let _ = parse_variant(text);
            let _ = guides::parse(text);
            let _ = parse_member(text);
            let _ = parse_consortium(text);
            let _ = parse_departments(text);
            let _ = Path::parse(text);
            let _ = rules::content::plain_markdown(text);
            let _ = rules::content::telephones(text, text);
        }
    }

    #[test]
    fn any_text_in_a_folder_is_checked_without_panic(text in "(?s).{0,120}") {
        let mut files = folder();
        for (_, file) in &mut files {
            *file = file.replace("Kom forbi.", &text).replace("893 kr.", &text);
        }
        if let Ok(collection) = Collection::from_files(files) {
            let _ = collection.check(jiff::civil::date(2026, 11, 25));
        }
    }
}
