//! What the search promises, on a handful of pages and a small word list.

#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

use base::{Language, MunicipalityKey, TopicKey};
use proptest::prelude::*;
use search::{Answer, By, Document, DocumentKind, Index, Lexicon, LexiconTexts, Query};

const WORDS: &str = r#"
stop_da = ["jeg", "i", "til", "en", "mit", "og", "er", "hvad", "dit"]
stop_en = ["my", "the", "how", "to", "a"]
connectors = ["og"]
places = ["jægerspris"]
weak = ["ansøgning"]
[irregular]
pas = "pas"
"børn" = "barn"
"#;

fn lexicon() -> Lexicon {
    let dic = include_str!("../../wordlist/tests/small.dic");
    let aff = include_str!("../../wordlist/tests/small.aff");
    Lexicon::load(LexiconTexts {
        list: search::WordList::of(wordlist::compile(dic, aff).unwrap()).unwrap(),
        synonyms: "sygesikringsbevis, gult kort = sundhedskort",
        spelling: "skhjdkort = sundhedskort",
        words: WORDS,
    })
    .unwrap()
}

fn document(topic: &str, title: &str, title_en: &str, body: &str) -> Document {
    Document {
        key: topic.to_owned(),
        topic: TopicKey::new(topic).unwrap(),
        kind: DocumentKind::Article,
        municipality: None,
        title: title.to_owned(),
        title_en: title_en.to_owned(),
        aliases: Vec::new(),
        aliases_en: Vec::new(),
        summary: body.to_owned(),
        summary_en: String::new(),
        body: body.to_owned(),
        url_path: format!("/{topic}"),
        boost: 1.0,
    }
}

fn pages() -> Vec<Document> {
    vec![
        document(
            "pas",
            "Pas: forny dit pas",
            "Passport: renew",
            "Bestil tid og tag et billede med.",
        ),
        document("pasning", "Pasning af børn", "Child care", "Skriv dit barn op til en plads."),
        document("boernehave", "Børnehave", "Kindergarten", "Søg en plads i en børnehave."),
        document("sundhedskort", "Sundhedskort", "Health card", "Det viser din læge."),
        document("flytning", "Flytning: meld ny adresse", "Moving", "Senest fem dage efter."),
        document("rotter", "Rotter", "Rats", "Meld dem med det samme."),
        document("boligstoette", "Boligstøtte", "Housing benefit", "Tilskud til huslejen."),
    ]
}

fn index_of(documents: &[Document]) -> Index {
    let index = Index::in_memory(lexicon()).unwrap();
    let mut writer = index.writer();
    writer.replace_all(documents).unwrap();
    writer.commit(1).unwrap();
    drop(writer);
    index
}

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        municipality: None,
        limit: 10,
        language: Language::Da,
        as_you_type: false,
        with_pages: true,
    }
}

fn ask(index: &Index, text: &str) -> Answer {
    index.search(&query(text)).unwrap()
}

fn topics(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.topic.as_str()).collect()
}

fn first(index: &Index, text: &str) -> String {
    let answer = ask(index, text);
    topics(&answer).first().map(|topic| (*topic).to_owned()).unwrap_or_default()
}

fn score(index: &Index, text: &str) -> f32 {
    ask(index, text).hits.first().map_or(0.0, |hit| hit.score)
}

#[test]
fn digraphs_cost_nothing_and_bare_letters_cost_little() {
    let index = index_of(&pages());
    assert_eq!(first(&index, "boernehave"), "boernehave");
    assert!((score(&index, "boernehave") - score(&index, "børnehave")).abs() < 1e-4);
    assert_eq!(first(&index, "bornehave"), "boernehave");
    assert!(score(&index, "bornehave") < score(&index, "børnehave"));
}

#[test]
fn a_compound_finds_its_parts_and_the_parts_find_the_compound() {
    let index = index_of(&pages());
    assert_eq!(first(&index, "børnehaveplads"), "boernehave");
    assert_eq!(first(&index, "bolig støtte"), "boligstoette");
    assert_eq!(first(&index, "sundheds kort"), "sundhedskort");
    assert_eq!(first(&index, "flytningsansøgning"), "flytning");
}

#[test]
fn a_passport_is_not_child_care() {
    let index = index_of(&pages());
    assert_eq!(topics(&ask(&index, "pas")), ["pas"]);
    assert_eq!(topics(&ask(&index, "pasning")), ["pasning"]);
}

#[test]
fn a_town_in_a_query_says_where_and_takes_no_answer() {
    let index = index_of(&pages());
    for query in ["pas jægerspris", "mit pas i jaegerspris", "my passport jægerspris"] {
        assert_eq!(first(&index, query), "pas");
    }
    assert!(ask(&index, "pas skanderborgsvej").abstained, "no town we know");
}

#[test]
fn a_typo_is_forgiven_and_a_right_word_is_never_corrected() {
    let index = index_of(&pages());
    assert_eq!(first(&index, "boligstøte"), "boligstoette");
    assert_eq!(first(&index, "sunhedskort"), "sundhedskort");
    assert_eq!(first(&index, "skhjdkort"), "sundhedskort");
    // `ratte` is one letter from `rotte`, and a word of its own.
    assert!(ask(&index, "ratte").abstained);
    assert_eq!(first(&index, "rutter"), "rotter");
}

#[test]
fn what_people_say_finds_the_official_term() {
    let index = index_of(&pages());
    for said in ["sygesikringsbevis", "gult kort", "mit gule kort er et gult kort"] {
        assert_eq!(first(&index, said), "sundhedskort", "{said}");
    }
    let answer = ask(&index, "sygesikringsbevis");
    let word = &answer.hits[0].explain.words[0];
    assert_eq!((word.by, word.matched.as_str()), (By::Synonym, "sundhedskort"));
}

#[test]
fn english_finds_the_english_titles() {
    let index = index_of(&pages());
    assert_eq!(first(&index, "renew my passport"), "pas");
    assert_eq!(first(&index, "housing benefits"), "boligstoette");
}

#[test]
fn nothing_is_found_when_nothing_fits() {
    let index = index_of(&pages());
    for text in ["hamster", "zzkqwp trfl", "", "   ", "?!", "kat og hamster"] {
        let answer = ask(&index, text);
        assert!(answer.abstained && answer.hits.is_empty(), "{text:?}: {:?}", topics(&answer));
    }
    assert!(ask(&index_of(&[]), "pas").abstained);
}

#[test]
fn two_questions_in_one_find_both_pages() {
    let index = index_of(&pages());
    let answer = ask(&index, "flytning og rotter");
    let mut two = topics(&answer)[..2].to_vec();
    two.sort_unstable();
    assert_eq!(two, ["flytning", "rotter"]);
}

#[test]
fn an_unfinished_word_finds_its_pages_while_it_is_typed() {
    let index = index_of(&pages());
    let typing = Query { as_you_type: true, ..query("sundh") };
    assert_eq!(topics(&index.search(&typing).unwrap())[0], "sundhedskort");
    let synonym = Query { as_you_type: true, ..query("sygesik") };
    assert_eq!(topics(&index.search(&synonym).unwrap())[0], "sundhedskort");
    assert!(index.search(&query("sundh")).unwrap().abstained);
}

fn local(topic: &str, municipality: &str, body: &str) -> Document {
    let common = pages().into_iter().find(|page| page.topic.as_str() == topic).unwrap();
    Document {
        key: format!("{topic}/{municipality}"),
        municipality: Some(MunicipalityKey::new(municipality).unwrap()),
        body: body.to_owned(),
        ..common
    }
}

#[test]
fn my_municipalitys_variant_takes_the_place_of_the_common_page() {
    let mut all = pages();
    all.push(local("rotter", "soroe", "Ring til rottefængeren i Sorø."));
    all.push(local("rotter", "holbaek", "Ring til rottefængeren i Holbæk."));
    let index = index_of(&all);
    let keys = |municipality: Option<&str>| -> Vec<String> {
        let municipality = municipality.map(|key| MunicipalityKey::new(key).unwrap());
        let answer = index.search(&Query { municipality, ..query("rotter") }).unwrap();
        answer.hits.into_iter().map(|hit| hit.key).collect()
    };
    assert_eq!(keys(None), ["rotter"]);
    assert_eq!(keys(Some("soroe")), ["rotter/soroe"]);
    assert_eq!(keys(Some("holbaek")), ["rotter/holbaek"]);
    assert_eq!(keys(Some("horsens")), ["rotter"]);
}

#[test]
fn a_change_is_seen_after_its_commit_and_not_before() {
    let index = index_of(&pages());
    let mut writer = index.writer();
    writer.upsert(&document("hegn", "Hegnsyn", "Fences", "Strid om hegn.")).unwrap();
    writer.upsert(&document("rotter", "Mus", "Mice", "Små.")).unwrap();
    writer.remove("pas").unwrap();
    assert!(ask(&index, "hegnsyn").abstained);
    writer.commit(2).unwrap();
    drop(writer);
    assert_eq!(first(&index, "hegnsyn"), "hegn");
    assert_eq!(first(&index, "mus"), "rotter");
    assert!(ask(&index, "pas").abstained && ask(&index, "rotter").abstained);
    assert_eq!((index.len(), index.applied_seq().unwrap()), (7, Some(2)));
}

#[test]
fn another_lexicon_wants_the_index_built_again() {
    let folder = std::env::temp_dir().join(format!("straks-search-{}", std::process::id()));
    let other = || {
        let words = "stop_da = [\"og\"]";
        Lexicon::load(LexiconTexts { words, ..LexiconTexts::default() }).unwrap()
    };
    {
        let index = Index::open(&folder, lexicon()).unwrap();
        assert_eq!(index.applied_seq().unwrap(), None);
        let mut writer = index.writer();
        writer.replace_all(&pages()).unwrap();
        writer.commit(7).unwrap();
    }
    {
        let again = Index::open(&folder, lexicon()).unwrap();
        assert_eq!(again.applied_seq().unwrap(), Some(7));
        assert_eq!(first(&again, "rotter"), "rotter");
    }
    let rebuilt = Index::open(&folder, other()).unwrap();
    assert_eq!((rebuilt.applied_seq().unwrap(), rebuilt.len()), (None, 0));
    drop(rebuilt);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "the old index is gone");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_broken_index_is_built_again() {
    let folder = std::env::temp_dir().join(format!("straks-broken-{}", std::process::id()));
    drop(Index::open(&folder, lexicon()).unwrap());
    let own = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(own.join("meta.json"), "{ not json").unwrap();
    let index = Index::open(&folder, lexicon()).unwrap();
    assert_eq!(index.applied_seq().unwrap(), None);
    drop(index);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_slip_in_a_stop_word_asks_for_nothing() {
    let index = index_of(&pages());
    for text in ["boligstøtte", "hvd er boligstøtte", "boligstøtte tli"] {
        let share = ask(&index, text).confidence.share;
        assert!(share > 0.99, "{text}: {share}");
    }
    assert!(ask(&index, "vhhd er boligstøtte").confidence.share < 0.6);
}

#[test]
fn a_slip_in_words_apart_still_finds_the_compound() {
    let index = index_of(&pages());
    let answer = ask(&index, "bolig stytte");
    assert_eq!(topics(&answer)[0], "boligstoette");
    assert!(answer.hits[0].explain.words.iter().any(|word| word.by == By::Joined));
}

#[test]
fn a_mistyped_word_tells_that_a_query_is_english() {
    let index = index_of(&pages());
    assert_eq!(first(&index, "benefti"), "boligstoette");
}

#[test]
fn doubt_about_a_typo_is_counted_once() {
    let index = index_of(&pages());
    let (right, wrong) = (ask(&index, "boligstøtte"), ask(&index, "bolgstøtte"));
    assert!((right.confidence.share - wrong.confidence.share).abs() < 1e-3);
    assert!(wrong.confidence.mass < right.confidence.mass);
}

#[test]
fn hostile_queries_are_only_words() {
    let index = index_of(&pages());
    let long = "pas ".repeat(25_000);
    let one_word = "a".repeat(100_000);
    let marks = format!("e{}", "\u{301}".repeat(50_000));
    for text in [
        long.as_str(),
        &one_word,
        &marks,
        "🙂🙂🙂 👩‍👩‍👧‍👦",
        "\u{0}\u{1}\u{7f}\u{202e}sap",
        "title:pas AND (body:* OR -pas)^5 \"",
        "[* TO *] {a TO b} pas~2 pas*",
        "'; DROP TABLE topics; --",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "(?:a+)+$",
        "\u{feff}ﬁ ß İ ǅ 漢字 ١٢٣",
        "---///---",
        "a/b/c/d-e-f-g",
    ] {
        let answer = ask(&index, text);
        assert!(answer.hits.len() <= 10);
    }
    assert_eq!(first(&index, &long), "pas");
    let many = Query { limit: usize::MAX, ..query("pas") };
    assert_eq!(index.search(&many).unwrap().hits.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,120}", typing: bool) {
        thread_local!(static INDEX: Index = index_of(&pages()));
        INDEX.with(|index| {
            let answer = index.search(&Query { as_you_type: typing, ..query(&text) }).unwrap();
            prop_assert!(answer.hits.iter().all(|hit| hit.score.is_finite() && hit.score > 0.0));
            prop_assert!(answer.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
            prop_assert!((0.0..=1.001).contains(&answer.confidence.share));
            Ok(())
        })?;
    }

    #[test]
    fn more_words_of_a_title_never_lower_its_page(cut in 1_usize..4) {
        thread_local!(static INDEX: Index = index_of(&pages()));
        INDEX.with(|index| {
            let words = ["flytning", "meld", "ny", "adresse"];
            let fewer = score(index, &words[..cut].join(" "));
            prop_assert!(score(index, &words[..=cut].join(" ")) >= fewer);
            Ok(())
        })?;
    }
}
