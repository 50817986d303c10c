//! Articles, variants, guides and the collection of a content folder, on small texts.

use std::collections::BTreeSet;

use base::{MunicipalityKey, TopicKey};
use proptest::prelude::*;
use rules::articles::{
    Article, Competence, Part, TopicKind, Variant, merge, parse_article, parse_variant, plain_text,
};
use rules::content::{Collection, Finding, Severity};
use rules::guides::{self, Choice, Guide, Known, Node, NodeKind, Path, Way, walk};
use rules::members::{parse_consortium, parse_departments, parse_member};

const PAS: &str = r#"+++
slug = "pas"
kind = "article"
version = 2
title = "Pas"
title_en = "Passport"
area = "papirer"
department = "borgerservice"
competence = "local"
urgent = false
summary = "Bestil pas i Borgerservice."
summary_en = "Apply for a passport."
words = ["nyt pas"]
words_en = ["passport"]
self_service = { label = "Ansøg", url = "https://www.borger.dk" }
figures_year = 2024
rules = ["Pasloven"]
related = ["mistet"]
owner = "furesoe"
reviewed = 2026-11-12
review = 2027-06-01

[[facts]]
label = "Pris"
value = "893 kr."
note = "2024-niveau"
+++
## Sådan gør du {#todo}

1. **Udfyld** ansøgningen, se [mistet pas](topic:mistet).

## Priser {#price}

893 kr.

## Uden MitID {#offline}

Kom forbi.

## Hvem afgør det {#decides}

Kommunen.
"#;

const LOKALT: &str = r#"+++
article = "pas"
of = 2
municipality = "furesoe"
department = "borgerservice"
reviewed = 2026-11-12
demo = true
words = []

[[facts]]
label = "Sted"
value = "Torvet 1"

[self_service]
label = "Bestil tid"
url = "https://www.furesoe.dk"
+++
## Priser i Furesø {#price}

900 kr. med foto.

## Sådan er det i Furesø {#local}

Ring +45 00 13 10 01.
"#;

const GUIDE: &str = r#"+++
slug = "guide-pas"
kind = "guide"
version = 1
title = "Guide: pas"
title_en = "Guide: passport"
area = "papirer"
department = "borgerservice"
competence = "general"
urgent = false
summary = "Find ud af det."
summary_en = "Find out."
words = ["hvilket pas"]
words_en = ["which passport"]
rules = []
related = ["pas"]
owner = "furesoe"
reviewed = 2026-11-12
review = 2027-06-01
+++
## Skal du rejse? {#rejse}

Kort hjælp.

- Ja -> hvem
- Nej -> person
- Ved ikke -> person

## Hvem skal have pas? {#hvem}

- Mig -> pas
- [holbaek] Os på Orø -> faerge
- Barnet -> person

## Tag færgen {#faerge}

=> link https://www.holbaek.dk | Holbæk
=> department borgerservice

## Bestil pas {#pas}

Gør det nu.

=> topic pas

## Tal med en medarbejder {#person}

=> person
"#;

fn article(text: &str) -> Article {
    parse_article(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn variant(text: &str) -> Variant {
    parse_variant(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn guide(text: &str) -> Guide {
    guides::parse(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn key(text: &str) -> MunicipalityKey {
    MunicipalityKey::new(text).expect("a key")
}

fn known() -> Known {
    Known {
        topics: [TopicKey::new("pas").expect("a key")].into(),
        departments: [base::DepartmentKey::new("borgerservice").expect("a key")].into(),
        municipalities: [key("furesoe"), key("holbaek")].into(),
        ..Known::default()
    }
}

#[test]
fn an_article_is_read_whole_and_survives_json() {
    let article = article(PAS);
    assert_eq!(article.topic.as_str(), "pas");
    assert_eq!((article.kind, article.version), (TopicKind::Article, 2));
    assert_eq!(article.competence, Competence::Local);
    assert_eq!(article.review, jiff::civil::date(2027, 6, 1));
    assert_eq!(article.facts[0].note.as_deref(), Some("2024-niveau"));
    let ids: Vec<&str> = article.parts.iter().map(|part| part.id.as_str()).collect();
    assert_eq!(ids, ["todo", "price", "offline", "decides"]);
    assert_eq!(article.parts[1].heading, "Priser");
    assert_eq!(article.parts[1].markdown, "893 kr.");
    let json = serde_json::to_string(&article).expect("writes");
    assert_eq!(serde_json::from_str::<Article>(&json).expect("reads"), article);
    let mut guide = guide(GUIDE);
    // Lines are of the text it was read from, and are not kept.
    for node in &mut guide.nodes {
        node.line = 0;
        if let NodeKind::Question(choices) = &mut node.kind {
            choices.iter_mut().for_each(|choice| choice.line = 0);
        }
    }
    let json = serde_json::to_string(&guide).expect("writes");
    assert_eq!(serde_json::from_str::<Guide>(&json).expect("reads"), guide);
}

#[test]
fn a_fault_says_its_line() {
    let faults = |text: &str| -> Vec<(u32, &'static str)> {
        let faults = parse_article(text).expect_err("a fault");
        faults.into_iter().map(|fault| (fault.line, fault.code)).collect()
    };
    assert_eq!(faults("# Pas"), [(1, "no-front-matter")]);
    assert_eq!(faults("+++\nslug = \"pas\"\n"), [(1, "no-front-matter")]);
    assert_eq!(faults(&PAS.replace("urgent = false", "urgent = 1")), [(10, "front-matter")]);
    assert_eq!(faults(&PAS.replace("urgent", "urgnet")), [(10, "front-matter")]);
    assert_eq!(faults(&PAS.replace("\"local\"", "\"nobody\"")), [(9, "front-matter")]);
    assert_eq!(faults(&PAS.replace(" {#price}", "")), [(32, "heading-without-id")]);
    assert_eq!(faults(&PAS.replace("{#price}", "{#todo}")), [(32, "id-twice")]);
    assert_eq!(faults(&PAS.replace("{#todo}", "{#first}")), [(28, "todo-first")]);
    assert_eq!(faults(&PAS.replace("893 kr.\n\n##", "\n##")), [(32, "empty-part")]);
    assert_eq!(faults(&PAS.replace("\"article\"", "\"referral\"")), [(3, "no-authority")]);
    assert_eq!(faults(&PAS.replace("2027-06-01", "2027-06-01T10:00:00")), [(21, "no-date")]);
    assert_eq!(faults(&"x".repeat(300_000)), [(1, "too-long")]);
}

#[test]
fn a_variant_replaces_and_adds_named_parts() {
    let shown = merge(&article(PAS), Some(&variant(LOKALT)));
    let parts: Vec<(&str, bool)> =
        shown.parts.iter().map(|part| (part.id.as_str(), part.local)).collect();
    assert_eq!(
        parts,
        [("todo", false), ("price", true), ("offline", false), ("decides", false), ("local", true)]
    );
    assert!(!shown.stale);
    assert_eq!(shown.self_service.expect("one").label, "Bestil tid");
    assert_eq!(shown.local_facts[0].value, "Torvet 1");
}

#[test]
fn a_variant_of_an_older_master_only_adds() {
    let mut master = article(PAS);
    master.version = 3;
    let shown = merge(&master, Some(&variant(LOKALT)));
    assert!(shown.stale);
    let price = shown.parts.iter().find(|part| part.id == "price").expect("the part");
    assert_eq!((price.markdown.as_str(), price.local), ("893 kr.", false));
    assert!(shown.parts.iter().any(|part| part.id == "local" && part.local));
    assert_eq!(shown.self_service.as_ref().expect("one").label, "Ansøg");
    assert_eq!(shown.local_facts.len(), 1);
    master.self_service = None;
    let shown = merge(&master, Some(&variant(LOKALT)));
    assert_eq!(shown.self_service.expect("the variant's is added").label, "Bestil tid");
}

#[test]
fn the_search_reads_words_and_no_markup() {
    let text = plain_text(&merge(&article(PAS), Some(&variant(LOKALT))));
    for words in [
        "Pris: 893 kr. (2024-niveau)",
        "Udfyld ansøgningen, se mistet pas.",
        "Torvet 1",
        "med foto",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    assert!(!text.contains("**") && !text.contains("topic:"));
}

#[test]
fn a_guide_is_walked_by_its_path() {
    let guide = guide(GUIDE);
    let start = walk(&guide, &key("furesoe"), &Path::default()).expect("a node");
    assert_eq!((start.node.id.as_str(), start.longest_way_left), ("rejse", 1));
    assert_eq!(start.node.markdown, "Kort hjælp.");
    let paths: Vec<String> = start.options.iter().map(|option| option.path.to_string()).collect();
    assert_eq!(paths, ["hvem", "person", "person~2"]);
    let unsure = walk(&guide, &key("furesoe"), &Path::parse("person~2")).expect("a node");
    assert_eq!((unsure.node.id.as_str(), unsure.so_far[0].answer), ("person", "Ved ikke"));
    assert!(unsure.options.is_empty());
    let end = walk(&guide, &key("furesoe"), &Path::parse("hvem.pas")).expect("a node");
    assert_eq!(
        end.node.kind,
        NodeKind::Answer(vec![Way::Topic(TopicKey::new("pas").expect("a key"))])
    );
    let said: Vec<(&str, &str, String)> = end
        .so_far
        .iter()
        .map(|said| (said.question.id.as_str(), said.answer, said.before.to_string()))
        .collect();
    assert_eq!(said, [("rejse", "Ja", String::new()), ("hvem", "Mig", "hvem".to_owned())]);
}

#[test]
fn a_local_branch_is_offered_only_there() {
    let guide = guide(GUIDE);
    let texts = |municipality: &str| -> Vec<String> {
        let step = walk(&guide, &key(municipality), &Path::parse("hvem")).expect("a node");
        step.options.iter().map(|option| option.text.to_owned()).collect()
    };
    assert_eq!(texts("holbaek"), ["Mig", "Os på Orø", "Barnet"]);
    assert_eq!(texts("furesoe"), ["Mig", "Barnet"]);
    let elsewhere = walk(&guide, &key("furesoe"), &Path::parse("hvem.faerge")).expect("a node");
    assert_eq!(
        (elsewhere.node.id.as_str(), elsewhere.path.to_string()),
        ("hvem", "hvem".to_owned())
    );
}

#[test]
fn a_broken_path_holds_as_far_as_it_goes() {
    let guide = guide(GUIDE);
    for (text, holds) in [
        ("", ""),
        ("hvem.pas.mere", "hvem.pas"),
        ("hvem.person~2", "hvem"),
        ("hvem.<script>", "hvem"),
        ("person~1", ""),
        ("person~99999999999999999999", ""),
        ("..", ""),
        ("nix.hvem", ""),
    ] {
        let step = walk(&guide, &key("holbaek"), &Path::parse(text)).expect("a node");
        assert_eq!(step.path.to_string(), holds, "{text}");
    }
}

#[test]
fn an_answer_changed_keeps_the_later_answers_that_still_apply() {
    // Both answers to the first question now lead to the same second one.
    let guide = guide(&GUIDE.replace("- Nej -> person", "- Nej -> hvem"));
    let keep = |changed: &str, old: &str| {
        let (changed, old) = (Path::parse(changed), Path::parse(old));
        guides::keep_later(&guide, &key("furesoe"), &changed, &old).to_string()
    };
    assert_eq!(keep("hvem~2", "hvem.pas"), "hvem~2.pas");
    assert_eq!(keep("person", "hvem.pas"), "person");
    assert_eq!(keep("hvem.person", "hvem.pas"), "hvem.person");
    assert_eq!(keep("hvem", "nonsens"), "hvem");
}

#[test]
fn a_guide_with_a_bad_end_cannot_be_published() {
    let codes = |from: &str, to: &str| -> Vec<(u32, &'static str)> {
        assert!(GUIDE.contains(from));
        let found = guides::check(&guide(&GUIDE.replace(from, to)), &known(), None);
        found.into_iter().map(|fault| (fault.line, fault.code)).collect()
    };
    assert_eq!(codes("Kort", "Kort"), []);
    assert_eq!(codes("- Mig -> pas\n", "- Mig -> person\n"), [(40, "unreachable")]);
    assert_eq!(codes("- Mig -> pas", "- Mig -> rejse"), [(31, "loop"), (40, "unreachable")]);
    assert_eq!(codes("=> topic pas\n", ""), [(40, "dead-end")]);
    assert_eq!(codes("topic pas", "topic nix"), [(40, "unknown-topic")]);
    assert_eq!(codes("topic pas", "topic guide-pas"), [(40, "leads-to-itself")]);
    assert_eq!(codes("department borgerservice", "department nix"), [(35, "unknown-department")]);
    assert_eq!(codes("- Mig -> pas", "- Mig -> nix"), [(31, "unknown-node"), (40, "unreachable")]);
    assert_eq!(codes("[holbaek]", "[soroe]"), [(32, "unknown-municipality")]);
    assert_eq!(
        codes("- Mig -> pas\n", "- [holbaek] Mig -> pas\n- [holbaek] Nix -> pas\n")
            .iter()
            .filter(|(_, code)| *code == "no-choices-here")
            .count(),
        0
    );
    let only = codes("- Barnet -> person", "").into_iter().collect::<BTreeSet<_>>();
    assert_eq!(only, BTreeSet::new(), "Furesø still has a choice");
    let none =
        GUIDE.replace("- Mig ->", "- [holbaek] Mig ->").replace("- Barnet", "- [holbaek] Barnet");
    let found = guides::check(&guide(&none), &known(), None);
    assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["no-choices-here"]);
    let found = guides::check(&guide(&GUIDE.replace("=> person", "=> topic pas")), &known(), None);
    assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["no-person"; 2]);
}

#[test]
fn a_badly_written_node_is_refused_with_its_line() {
    let fault = |from: &str, to: &str| {
        let found = guides::parse(&GUIDE.replace(from, to)).expect_err("a fault");
        (found[0].line, found[0].code)
    };
    assert_eq!(fault("=> topic pas", "=> emne pas"), (44, "way"));
    assert_eq!(fault("https://www.holbaek.dk |", "http://www.holbaek.dk |"), (37, "way"));
    assert_eq!(fault("- Mig -> pas", "- Mig -> Pas nu"), (31, "choice"));
    assert_eq!(fault("- Mig -> pas", "- [Holbæk] Mig -> pas"), (31, "choice"));
    assert_eq!(fault("=> topic pas", "=> topic pas\n- x -> pas"), (40, "question-and-answer"));
    assert_eq!(fault("- Mig -> pas", "- Mig -> pas\nTekst"), (32, "text-after-choices"));
}

const CONSORTIUM: &str = "slug = \"demo\"\nname = \"Demo\"\nlanguages = [\"da\"]\ndemo = true\n\
    [hotline]\nhours = \"mon-thu 15:00-22:00\"\nphone = \"+45 00 10 70 00\"\nchat = true\n";
const DEPARTMENTS: &str = "[[departments]]\nkey = \"borgerservice\"\nname = \"Borgerservice\"\n\
    name_en = \"Citizen service\"\ndescription = \"x\"\n";
const MEMBER: &str = r##"slug = "furesoe"
code = 190
name = "Furesø Kommune"
short = "Furesø"
colour = "#0b5a8a"
inhabitants = 42000
website = "https://www.furesoe.dk"
hotline = true
emergency_phone = "+45 00 13 99 99"
main_number = "+45 00 13 00 00"
closing_days = [{ date = 2026-12-24, name = "Juleaften" }]

[[departments]]
key = "borgerservice"
name = "Borgerservice"
name_en = "Citizen service"
phone = "+45 00 13 10 01"
email = "borgerservice@furesoe.example"
address = "Stiager 2, 3500 Værløse"
hours = "mon-fri 08:00-15:00"
promise = "next-working-day 12:00"
topics = []
"##;

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

fn any_part() -> impl Strategy<Value = Part> {
    ("[a-f]", "[A-Z][a-z]{0,5}", "[a-z ]{1,20}").prop_map(|(id, heading, markdown)| Part {
        id,
        heading,
        markdown,
    })
}

prop_compose! {
    /// A guide whose choices lead anywhere, also in circles and to nowhere.
    fn any_guide()(nodes in prop::collection::vec(
        prop::collection::vec((0_usize..9, prop::bool::ANY), 0..4), 1..8,
    )) -> Guide {
        let mut guide = guide(GUIDE);
        guide.nodes = nodes.into_iter().enumerate().map(|(index, targets)| Node {
            id: format!("n{index}"),
            title: "?".to_owned(),
            markdown: String::new(),
            line: 1,
            until: None,
            kind: if targets.is_empty() {
                NodeKind::Answer(vec![Way::Person])
            } else {
                NodeKind::Question(targets.into_iter().map(|(to, local)| Choice {
                    text: "x".to_owned(),
                    to: format!("n{to}"),
                    only: if local { vec![key("holbaek")] } else { Vec::new() },
                    line: 1,
                }).collect())
            },
        }).collect();
        guide
    }
}

prop_compose! {
    /// A guide whose choices lead forward only, with one for every municipality.
    fn sound_guide()(nodes in prop::collection::vec(
        prop::collection::vec((0_usize..9, prop::bool::ANY), 0..4), 1..9,
    )) -> Guide {
        let mut guide = guide(GUIDE);
        let last = nodes.len() - 1;
        guide.nodes = nodes.into_iter().enumerate().map(|(index, targets)| Node {
            id: format!("n{index}"),
            title: "?".to_owned(),
            markdown: String::new(),
            line: 1,
            until: None,
            kind: if targets.is_empty() || index == last {
                NodeKind::Answer(vec![Way::Person])
            } else {
                let choices = targets.into_iter().enumerate().map(|(nth, (to, local))| Choice {
                    text: format!("x{nth}"),
                    to: format!("n{}", index + 1 + to % (last - index)),
                    only: if local && nth > 0 { vec![key("holbaek")] } else { Vec::new() },
                    line: 1,
                });
                NodeKind::Question(choices.collect())
            },
        }).collect();
        guide
    }
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

    #[test]
    fn merging_never_loses_a_part_of_the_master(
        master in prop::collection::vec(any_part(), 0..6),
        local in prop::collection::vec(any_part(), 0..6),
        of in 1_u32..4,
    ) {
        let mut article = article(PAS);
        article.parts = master;
        let mut variant = variant(LOKALT);
        variant.parts = local;
        variant.of = of;
        let shown = merge(&article, Some(&variant));
        let ids = |parts: &[Part]| parts.iter().map(|part| part.id.clone()).collect::<Vec<_>>();
        let shown_ids: Vec<String> = shown.parts.iter().map(|part| part.id.clone()).collect();
        prop_assert_eq!(&shown_ids[..article.parts.len()], &ids(&article.parts)[..]);
        for id in ids(&variant.parts) {
            prop_assert!(shown_ids.contains(&id));
        }
        prop_assert_eq!(shown.stale, of != article.version);
        if shown.stale {
            for (part, own) in shown.parts.iter().zip(&article.parts) {
                prop_assert_eq!((&part.markdown, part.local), (&own.markdown, false));
            }
        }
    }

    #[test]
    fn walking_any_guide_stays_on_its_path(guide in any_guide(), turns in "[n0-9.~]{0,60}") {
        for municipality in ["furesoe", "holbaek"] {
            let path = Path::parse(&turns);
            let step = walk(&guide, &key(municipality), &path).expect("a node");
            prop_assert!(path.to_string().starts_with(&step.path.to_string()));
            prop_assert_eq!(step.so_far.len(), step.path.len());
            prop_assert!(step.longest_way_left < guide.nodes.len());
            for option in &step.options {
                let next = walk(&guide, &key(municipality), &option.path).expect("a node");
                prop_assert_eq!(&next.path, &option.path);
                prop_assert_eq!(next.so_far.last().map(|said| said.answer), Some(option.text));
            }
        }
    }

    #[test]
    fn every_walk_in_a_guide_that_may_be_published_ends(
        guide in sound_guide(),
        picks in prop::collection::vec(0_usize..4, 10),
    ) {
        let bad = guides::check(&guide, &known(), None);
        prop_assert!(bad.iter().all(|fault| matches!(fault.code, "choices" | "choice-twice" | "unreachable")));
        for municipality in ["furesoe", "holbaek"] {
            let mut step = walk(&guide, &key(municipality), &Path::default()).expect("a node");
            for pick in &picks {
                if step.options.is_empty() {
                    break;
                }
                let path = step.options[pick % step.options.len()].path.clone();
                let next = walk(&guide, &key(municipality), &path).expect("a node");
                prop_assert!(next.longest_way_left < step.longest_way_left || next.longest_way_left == 0);
                step = next;
            }
            prop_assert!(matches!(step.node.kind, NodeKind::Answer(_)));
        }
    }
}
