use std::collections::BTreeSet;

use base::TopicKey;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::articles::{Part, TopicKind, parse_article};
use crate::content::AllowedNumbers;

const ARTICLE: &str = "+++
slug = \"pas\"
kind = \"article\"
version = 1
title = \"Pas\"
title_en = \"Passport\"
area = \"id\"
department = \"borgerservice\"
competence = \"general\"
urgent = false
summary = \"Du bestiller pas i Borgerservice.\"
summary_en = \"Apply at citizen service.\"
words = [\"nyt pas\"]
words_en = [\"new passport\"]
rules = []
related = [\"koerekort\"]
owner = \"furesoe\"
reviewed = 2026-01-01
review = 2027-01-01
+++
## Sådan gør du {#todo}

Bestil tid, og mød op.
";

fn topic(slug: &str) -> TopicKey {
    TopicKey::new(slug).expect("a topic")
}

fn known() -> Known {
    let allowed = AllowedNumbers::parse("112 # Alarm\n70 20 00 00 # Hotline\n").expect("numbers");
    Known {
        topics: ["pas", "koerekort", "ombygning"].into_iter().map(topic).collect(),
        expired: BTreeSet::from([topic("ombygning")]),
        numbers: NumberBook::new(allowed, None, &[]),
        words: PlainWords::parse(
            "såfremt = hvis\nfremsende, fremsender = sende, sender\ni henhold til = efter\n",
        )
        .expect("words"),
        today: date(2026, 11, 22),
    }
}

fn article() -> Article {
    parse_article(ARTICLE).expect("an article")
}

fn with(markdown: &str) -> Vec<Finding> {
    let mut article = article();
    article.parts =
        vec![Part { id: "todo".into(), heading: "Gør sådan".into(), markdown: markdown.into() }];
    check_article(&article, &known())
}

fn titled(title: &str) -> Vec<Finding> {
    check_article(&Article { title: title.to_owned(), ..article() }, &known())
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// The only finding, whose place in the text holds exactly these words.
fn one(markdown: &str, code: &str, at: &str) -> Finding {
    let findings = with(markdown);
    let found: Vec<&Finding> = findings.iter().filter(|finding| finding.code == code).collect();
    assert_eq!(found.len(), 1, "{code} in {markdown:?}: {:?}", codes(&findings));
    let finding = found[0].clone();
    let place: String = markdown
        .chars()
        .skip(finding.from as usize)
        .take((finding.to - finding.from) as usize)
        .collect();
    assert_eq!(place, at, "{code} in {markdown:?}");
    finding
}

#[test]
fn a_good_text_has_no_findings() {
    assert_eq!(check_article(&article(), &known()), []);
    let good = "1. **Bestil tid** i [Borgerservice](topic:koerekort).\n2. Ring på 70 20 00 00.\n\n\
                | Alder | Pris |\n|---|---|\n| 0–11 år | 150 kr. |\n\n### Bemærk\n\nμ-værdi, 5 µg.";
    assert_eq!(with(good), []);
}

#[test]
fn raw_html_scripts_styles_and_drawings_are_errors() {
    let found = one("Hej <script>alert(1)</script>", "script", "<script>");
    assert_eq!(found.severity, Severity::Error);
    for (bad, code) in [
        ("Hej <b onclick=x>du</b>", "raw-html"),
        ("<style>p{display:none}</style>", "style"),
        ("Se <svg onload=alert(1)>", "svg"),
        ("<SCRIPT src=//x></SCRIPT>", "script"),
        ("<iframe src=x></iframe>", "raw-html"),
    ] {
        let found = with(bad);
        assert!(codes(&found).contains(&code), "{bad}: {found:?}");
        assert!(!passes(&found));
        let found = titled(bad);
        assert!(codes(&found).contains(&code), "title {bad}: {found:?}");
    }
    assert_eq!(codes(&titled("Er du < 18 år?")), Vec::<&str>::new());
}

#[test]
fn links_that_run_or_hide_something_are_errors() {
    for bad in [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "[x](&#106;avascript:alert(1))",
        "[x](java&#9;script:alert(1))",
        "[pas][p]\n\n[p]: javascript:alert(1)",
    ] {
        let found = with(bad);
        assert!(codes(&found).contains(&"dangerous-link"), "{bad}: {found:?}");
    }
    assert!(codes(&titled("javascript:alert(1)")).contains(&"dangerous-link"));
    assert!(codes(&titled("data:text/html,hej")).contains(&"dangerous-link"));
    assert!(titled("Data: det, vi ved").is_empty());
    one("[pas](http://x.dk)", "not-https", "[pas](http://x.dk)");
    one("[pas](//x.dk)", "not-https", "[pas](//x.dk)");
    one(
        "[pas](https://mitid.dk@ond.example/)",
        "link-disguised",
        "[pas](https://mitid.dk@ond.example/)",
    );
    one("[pas](https://xn--mitd-3ya.dk/)", "link-encoded", "[pas](https://xn--mitd-3ya.dk/)");
}

#[test]
fn marks_that_hide_or_turn_text_are_errors_with_their_removal() {
    let found = one("Ring\u{202E} nu", "direction-mark", "\u{202E}");
    assert_eq!(found.suggestion.as_deref(), Some(""));
    assert_eq!(found.args["mark"], "U+202E");
    one("pa\u{200B}s", "hidden-mark", "\u{200B}");
    one("pa\u{AD}s", "hidden-mark", "\u{AD}");
    assert!(codes(&titled("Pas\u{2066}")).contains(&"direction-mark"));
}

#[test]
fn letters_of_other_scripts_in_a_word_are_errors_in_links_too() {
    let found = one("Log på med МitID nu", "mixed-letters", "МitID");
    assert_eq!(found.suggestion.as_deref(), Some("MitID"));
    let found = one("Et ｐａｓ", "mixed-letters", "ｐａｓ");
    assert_eq!(found.suggestion.as_deref(), Some("pas"));
    assert_eq!(one("Et рас", "foreign-letters", "рас").severity, Severity::Warning);
    // What is written in another language is no trick.
    assert_eq!(with("På ukrainsk: паспорт громадянина. Ελληνικά."), []);
    let found = with("[MitID](https://mіtid.dk/)");
    let host = found.iter().find(|finding| finding.code == "host-letters").expect("a finding");
    assert_eq!(host.args["latin"], "mitid.dk");
    assert!(codes(&with("[x](https://раура.рф/)")).contains(&"host-letters"));
    assert!(!codes(&with("[køge](https://køge.dk/)")).contains(&"host-letters"));
}

#[test]
fn bombs_are_refused_unread() {
    for (what, bomb) in [
        ("emphasis", "*a ".repeat(5000)),
        ("links", "[".repeat(20_000)),
        ("table", format!("|{}\n|{}\n", "a|".repeat(4000), "-|".repeat(4000))),
        ("quotes", format!("{}a", ">".repeat(10_000))),
        ("code", "`a ".repeat(3000)),
    ] {
        let found = with(&bomb);
        let bomb = found.iter().find(|finding| finding.code == "bomb").expect(what);
        assert_eq!((bomb.args["what"].as_str(), bomb.severity), (what, Severity::Error));
    }
    let deep = (0..40).map(|level| format!("{}- a\n", "  ".repeat(level))).collect::<String>();
    assert!(codes(&with(&deep)).contains(&"deep"));
}

#[test]
fn a_text_of_ten_megabytes_is_refused_before_it_is_read() {
    let paste = "Det er en lang tekst. ".repeat(480_000);
    let mut article = article();
    article.parts[0].markdown = paste.clone();
    let known = known();
    let mut report = Report::new(&known, None, None);
    assert!(report.too_big_as_a_whole(&pieces_of_article(&article)));
    assert_eq!(report.steps, 0);
    assert_eq!(codes(&check_article(&article, &known)), ["text-too-big"]);
    article.parts[0].markdown = paste[..200 * 1024].to_owned();
    article.title = "*".repeat(200 * 1024);
    let found = check_article(&article, &known);
    assert_eq!(codes(&found), ["too-big", "too-big"]);
    assert_eq!(found[1].args["limit"], "100");
    let long = paste[..40 * 1024].to_owned();
    assert!(codes(&with(&long)).contains(&"too-long-to-show"));
}

#[test]
fn an_image_needs_a_text() {
    assert!(codes(&with("![](https://x.dk/a.png)")).contains(&"no-alt"));
    let found = with("![Kort over Farum](https://x.dk/a.png)");
    assert_eq!(codes(&found), ["image"]);
    assert!(codes(&with("![a](data:image/png;base64,xx)")).contains(&"not-https"));
}

#[test]
fn a_link_says_where_it_leads() {
    one("Læs om pas [klik her](topic:koerekort).", "link-vague", "[klik her](topic:koerekort)");
    one("[Læs mere](https://x.dk)", "link-vague", "[Læs mere](https://x.dk)");
    one("<https://x.dk>", "link-address", "<https://x.dk>");
    one("[](https://x.dk)", "link-nameless", "[](https://x.dk)");
}

#[test]
fn a_link_to_a_topic_that_is_gone_is_an_error() {
    let found = one("Se [hus](topic:hus-og-have)", "unknown-topic", "[hus](topic:hus-og-have)");
    assert_eq!(found.args["topic"], "hus-og-have");
    one("Se [bygge](topic:ombygning)", "expired-topic", "[bygge](topic:ombygning)");
    one("Se [pas](topic:pas)", "link-to-itself", "[pas](topic:pas)");
    let mut article = article();
    article.related = vec![topic("ombygning"), topic("ukendt")];
    assert_eq!(codes(&check_article(&article, &known())), ["expired-topic", "unknown-topic"]);
}

#[test]
fn a_number_that_nobody_has_is_an_error() {
    let found = one("Ring til **71 12 34 56** nu", "unknown-number", "71 12 34 56");
    assert_eq!(found.args["number"], "71 12 34 56");
    assert_eq!(with("Ring 112."), []);
    let mut article = article();
    article.facts = vec![Fact { label: "Telefon".into(), value: "71123456".into(), note: None }];
    let found = check_article(&article, &known());
    assert_eq!(found[0].field, "facts.0.value");
}

#[test]
fn numbers_of_municipalities_stand_in_their_own_texts_only() {
    let text = |key: &str| {
        std::fs::read_to_string(format!(
            "{}/../../content/members/{key}.toml",
            env!("CARGO_MANIFEST_DIR")
        ))
        .expect("a member")
    };
    let furesoe = crate::members::parse_member(&text("furesoe")).expect("furesoe");
    let soroe = crate::members::parse_member(&text("soroe")).expect("soroe");
    let book = NumberBook::new(AllowedNumbers::default(), None, &[&furesoe, &soroe]);
    let own = crate::content::digits(&furesoe.departments[0].phone);
    assert_eq!(book.fault(&own, Some(&furesoe.key)), None);
    assert_eq!(book.fault(&own, None), Some(NumberFault::Local(&furesoe.short)));
    assert_eq!(book.fault(&own, Some(&soroe.key)), Some(NumberFault::Foreign(&furesoe.short)));
    let main = crate::content::digits(&furesoe.main_number);
    assert_eq!(book.fault(&main, Some(&furesoe.key)), Some(NumberFault::Main(&furesoe.short)));
    assert_eq!(book.fault("12345678", None), Some(NumberFault::Unknown));
}

#[test]
fn figures_have_a_year_and_it_is_this_one() {
    let mut article = article();
    article.facts = vec![Fact {
        label: "Pris".into(),
        value: "893 kr.".into(),
        note: Some("2024-niveau".into()),
    }];
    assert_eq!(codes(&check_article(&article, &known())), ["figures-undated"]);
    article.figures_year = Some(2025);
    let found = check_article(&article, &known());
    assert_eq!(codes(&found), ["figures-old", "figures-old"]);
    assert_eq!(found[1].field, "facts.0.note");
    article.figures_year = Some(2026);
    assert_eq!(codes(&check_article(&article, &known())), ["figures-old"]);
    article.figures_year = Some(1999);
    assert!(codes(&check_article(&article, &known())).contains(&"year-wrong"));
    one("Det koster 900 kr. (2024-niveau).", "figures-old", "2024-niveau");
}

#[test]
fn missing_english_is_marked_and_does_not_stop_anything() {
    let article = Article {
        title_en: String::new(),
        summary_en: " ".to_owned(),
        words_en: vec![],
        ..article()
    };
    let found = check_article(&article, &known());
    assert_eq!(codes(&found), ["missing-english"; 3]);
    assert!(passes(&found));
}

#[test]
fn words_of_offices_are_put_right_by_one_click() {
    let text = "Vi **flytter** dig. Såfremt du siger nej, bliver du.";
    let found = one(text, "officialese", "Såfremt");
    assert_eq!(found.suggestion.as_deref(), Some("Hvis"));
}

#[test]
fn every_suggestion_makes_the_text_it_promises() {
    let text = "*Æ* 🙂 Såfremt du flytter, fremsender vi brevet i henhold til loven.";
    let mut found = with(text);
    found.retain(|finding| finding.suggestion.is_some());
    found.sort_by_key(|finding| std::cmp::Reverse(finding.from));
    let mut chars: Vec<char> = text.chars().collect();
    for finding in found {
        let better: Vec<char> = finding.suggestion.unwrap_or_default().chars().collect();
        chars.splice(finding.from as usize..finding.to as usize, better);
    }
    let text: String = chars.into_iter().collect();
    assert_eq!(text, "*Æ* 🙂 Hvis du flytter, sender vi brevet efter loven.");
}

#[test]
fn markup_inside_a_phrase_is_left_to_a_person() {
    let found = with("Det sker i **henhold** til loven.");
    assert_eq!(codes(&found), ["officialese"]);
    assert_eq!(found[0].suggestion, None);
}

#[test]
fn long_sentences_and_passives_are_hinted_at() {
    let long = "Du skal ".to_owned() + &"og ret ".repeat(13) + "gå.";
    let found = with(&long);
    assert!(codes(&found).contains(&"long-sentence"), "{found:?}");
    one("Ansøgningen behandles i dag.", "passive", "behandles");
    one("Pengene bliver snart sat ind, når de bliver her.", "passive", "bliver snart sat");
    assert_eq!(with("Kl. 8 er ca. 3 f.eks. nr. 4. Det findes i 1. sal."), []);
}

#[test]
fn the_readability_index_is_bjoernssons() {
    // 11 words, 2 sentences, 3 long: 11/2 + 300/11.
    let found = lix("Kommunen behandler sagen hurtigt. Du får brev om en uge her.");
    let found = found.expect("words");
    assert_eq!((found.words, found.sentences, found.long_words), (11, 2, 3));
    assert!((found.score - (5.5 + 300.0 / 11.0)).abs() < 1e-9);
    assert_eq!(lix("  \n 12 "), None);
    let hard = "Kommunalbestyrelsens sagsbehandlere gennemfører revurderinger vedrørende \
                forsørgelsesgrundlag gennem uddannelsesinstitutionernes administrationssystemer. "
        .repeat(9);
    let found = with(&hard);
    let finding = found.iter().find(|finding| finding.code == "lix").expect("an index");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.args["lix"].parse::<u32>().expect("a number") > 55);
}

#[test]
fn the_shape_of_a_text_is_kept() {
    let mut bad = article();
    bad.parts[0].id = "Forkert".to_owned();
    assert_eq!(codes(&check_article(&bad, &known())), ["part-id", "todo-first"]);
    bad.parts[0].id = "todo".to_owned();
    bad.parts.push(bad.parts[0].clone());
    assert_eq!(codes(&check_article(&bad, &known())), ["part-twice"]);
    bad.parts.clear();
    bad.title = "  ".to_owned();
    bad.summary = "a ".repeat(150);
    let found = check_article(&bad, &known());
    assert_eq!(codes(&found)[..3], ["missing", "summary-long", "no-parts"]);
    assert!(codes(&with("## Overskrift\n\nTekst")).contains(&"heading-high"));
    assert!(codes(&with("##### Overskrift\n\nTekst")).contains(&"heading-skips"));
    assert_eq!(codes(&with("Bestil tid på på nettet")), ["doubled-word"]);
}

#[test]
fn the_shipped_texts_have_no_errors_and_the_shipped_list_can_be_read() {
    let root = format!("{}/../../content", env!("CARGO_MANIFEST_DIR"));
    let words = std::fs::read_to_string(format!("{root}/plain-words.txt")).expect("a list");
    let words = PlainWords::parse(&words).expect("pairs");
    assert!(words.len() > 250, "{}", words.len());
    let numbers = std::fs::read_to_string(format!("{root}/allowed-numbers.txt")).expect("a list");
    let mut known = known();
    known.numbers = NumberBook::new(AllowedNumbers::parse(&numbers).expect("numbers"), None, &[]);
    known.words = words;
    let mut texts = Vec::new();
    for folder in ["articles", "referrals"] {
        for file in std::fs::read_dir(format!("{root}/{folder}")).expect("a folder") {
            let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
            texts.push(parse_article(&text).expect("an article"));
        }
    }
    known.topics.extend(texts.iter().map(|article| article.topic.clone()));
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for article in &texts {
        assert!(matches!(article.kind, TopicKind::Article | TopicKind::Referral));
        for finding in check_article(article, &known) {
            *tally.entry(finding.code).or_default() += 1;
            // Guides are not read here.
            let guide = finding.args.get("topic").is_some_and(|topic| topic.starts_with("guide-"));
            assert!(guide || finding.severity != Severity::Error, "{}: {finding:?}", article.topic);
        }
    }
    assert!(tally.values().sum::<usize>() < 15 * texts.len(), "{tally:?}");
}

/// Texts of the pieces that Markdown, links and letters are made of.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("*"),
        Just("_"),
        Just("["),
        Just("]("),
        Just(")"),
        Just("|"),
        Just("\n"),
        Just("> "),
        Just("- "),
        Just("`"),
        Just("<"),
        Just("<a "),
        Just("!["),
        Just("# "),
        Just("&#106;"),
        Just("https://"),
        Just("topic:pas"),
        Just("javascript:"),
        Just("såfremt "),
        Just("bliver "),
        Just("70 20 00 00 "),
        Just("\u{202E}"),
        Just("м"),
        Just("a"),
        Just(". "),
        Just("   "),
        Just("\\"),
        Just("---\n"),
        Just("2024-niveau "),
        Just("Ø"),
        Just("🙂"),
        Just("\u{1D400}"),
    ];
    proptest::collection::vec(piece, 0..300).prop_map(|pieces| pieces.concat())
}

fn steps_of(text: &str) -> u64 {
    let known = known();
    let mut report = Report::new(&known, None, None);
    report.line("title", text, Tongue::Danish);
    report.markdown("todo", text);
    report.readability(std::iter::once(text));
    for finding in &report.findings {
        assert!(finding.from <= finding.to && finding.to as usize <= text.chars().count());
    }
    report.steps
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_panics_a_check_or_takes_more_than_linear_steps(
        text in prop_oneof![nasty(), any::<String>()],
        times in 1_usize..16,
    ) {
        let text = text.repeat(times);
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let limit = 40 * text.len() as u64 + 1000;
        prop_assert!(steps_of(text) <= limit, "{} for {}", steps_of(text), text.len());
    }
}
