//! What editors say of words is in force at once; what is written later is found like the rest; what
//! people read moves a page a little and no further.

#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

use std::collections::{BTreeSet, HashMap};

use base::{Language, MunicipalityKey, TopicKey};
use search::{
    Answer, BestBetEntry, By, Counted, Document, DocumentKind, ExceptionEntry, Index, Lexicon,
    LexiconTexts, PastQuery, Query, SynonymEntry, WordEntries,
};

fn lexicon() -> Lexicon {
    let words = "stop_da = [\"jeg\", \"til\", \"en\", \"mit\", \"og\"]\nstop_en = [\"the\"]\n";
    Lexicon::load(LexiconTexts { words, ..LexiconTexts::default() }).unwrap()
}

fn m(key: &str) -> MunicipalityKey {
    key.parse().unwrap()
}

fn document(topic: &str, title: &str, body: &str) -> Document {
    Document {
        key: topic.to_owned(),
        topic: TopicKey::new(topic).unwrap(),
        kind: DocumentKind::Article,
        municipality: None,
        title: title.to_owned(),
        title_en: format!("English {topic}"),
        aliases: Vec::new(),
        aliases_en: Vec::new(),
        summary: String::new(),
        summary_en: String::new(),
        body: body.to_owned(),
        url_path: format!("/topic/{topic}"),
        boost: 1.0,
    }
}

fn index() -> Index {
    let index = Index::in_memory(lexicon()).unwrap();
    {
        let mut writer = index.writer();
        writer
            .replace_all(&[
                document("sundhedskort", "Sundhedskort", "Kortet viser din læge."),
                document("legitimation", "Legitimationskort", "Bevis for hvem du er."),
                document("pas", "Pas: forny dit pas", "Bestil tid."),
                document("affald", "Affald og genbrug", "Hent en spand."),
                document("flytning", "Flytning", "Meld ny adresse."),
            ])
            .unwrap();
        writer.commit(1).unwrap();
    }
    index
}

fn query(text: &str, municipality: Option<&str>) -> Query {
    Query {
        text: text.to_owned(),
        municipality: municipality.map(m),
        limit: 10,
        language: Language::Da,
        as_you_type: false,
        with_pages: true,
    }
}

fn ask(index: &Index, text: &str, municipality: Option<&str>) -> Answer {
    index.search(&query(text, municipality)).unwrap()
}

fn topics(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.topic.as_str()).collect()
}

fn synonym(id: &str, place: Option<&str>, said: &str, means: &str, both: bool) -> SynonymEntry {
    SynonymEntry {
        id: id.to_owned(),
        municipality: place.map(m),
        said: said.to_owned(),
        means: means.to_owned(),
        both_ways: both,
        weight: 1.0,
    }
}

fn synonyms(entries: Vec<SynonymEntry>) -> WordEntries {
    WordEntries { synonyms: entries, ..WordEntries::default() }
}

#[test]
fn a_synonym_works_at_once_and_says_that_it_was_used() {
    let index = index();
    assert!(ask(&index, "gult kort", None).abstained);
    index
        .set_words(&synonyms(vec![synonym("7", None, "gult kort, gulkort", "sundhedskort", false)]))
        .unwrap();
    for said in ["gult kort", "gulkort", "mit gule kort og gult kort"] {
        let answer = ask(&index, said, None);
        assert_eq!(topics(&answer)[..1], ["sundhedskort"], "{said}");
        let word = &answer.hits[0].explain.words[0];
        assert_eq!((word.by, word.synonym.as_deref()), (By::Synonym, Some("7")));
    }
    index.set_words(&WordEntries::default()).unwrap();
    assert!(ask(&index, "gult kort", None).abstained);
}

#[test]
fn a_misspelt_synonym_is_found_too() {
    let index = index();
    index.set_words(&synonyms(vec![synonym("7", None, "skraldespand", "affald", false)])).unwrap();
    assert_eq!(topics(&ask(&index, "skraldspand", None))[..1], ["affald"]);
}

#[test]
fn one_way_is_one_way_and_both_ways_is_both() {
    let index = index();
    index
        .set_words(&synonyms(vec![synonym("1", None, "pas", "legitimationskort", false)]))
        .unwrap();
    assert!(topics(&ask(&index, "pas", None)).contains(&"legitimation"));
    assert!(!topics(&ask(&index, "legitimationskort", None)).contains(&"pas"));
    index.set_words(&synonyms(vec![synonym("1", None, "pas", "legitimationskort", true)])).unwrap();
    assert!(topics(&ask(&index, "legitimationskort", None)).contains(&"pas"));
}

#[test]
fn what_a_municipality_says_takes_the_place_of_what_all_say() {
    let index = index();
    index
        .set_words(&synonyms(vec![
            synonym("1", None, "gult kort", "sundhedskort", false),
            synonym("2", Some("soroe"), "gult kort", "legitimationskort", false),
        ]))
        .unwrap();
    assert_eq!(topics(&ask(&index, "gult kort", Some("furesoe")))[0], "sundhedskort");
    assert_eq!(topics(&ask(&index, "gult kort", Some("soroe")))[0], "legitimation");
}

#[test]
fn synonyms_in_a_circle_do_no_harm() {
    let index = index();
    index
        .set_words(&synonyms(vec![
            synonym("1", None, "sundhedskort", "legitimationskort", false),
            synonym("2", None, "legitimationskort", "sundhedskort", false),
            synonym("3", None, "pas", "pas", true),
        ]))
        .unwrap();
    assert_eq!(topics(&ask(&index, "sundhedskort", None))[0], "sundhedskort");
    assert_eq!(topics(&ask(&index, "legitimationskort", None))[0], "legitimation");
    assert_eq!(topics(&ask(&index, "pas", None))[0], "pas");
}

#[test]
fn a_best_bet_comes_first_even_where_nothing_else_fits() {
    let index = index();
    let bet = |place: Option<&str>, topic: &str| BestBetEntry {
        municipality: place.map(m),
        query: "Storskrald til døren".to_owned(),
        topic: TopicKey::new(topic).unwrap(),
    };
    let best_bets = vec![bet(None, "affald"), bet(Some("soroe"), "flytning"), bet(None, "gone")];
    index.set_words(&WordEntries { best_bets, ..WordEntries::default() }).unwrap();
    let answer = ask(&index, "storskrald doeren", Some("furesoe"));
    assert_eq!((answer.abstained, topics(&answer)), (false, vec!["affald"]));
    assert!(answer.hits[0].explain.best_bet);
    assert_eq!(answer.hits[0].explain.words[0].by, By::BestBet);
    assert_eq!(topics(&ask(&index, "storskrald døren", Some("soroe"))), ["flytning", "affald"]);
    assert!(ask(&index, "storskrald", None).abstained);
}

#[test]
fn an_exception_stops_a_correction() {
    let index = index();
    assert_eq!(topics(&ask(&index, "flydning", None)), ["flytning"]);
    let exceptions =
        vec![ExceptionEntry::NotTypo { word: "flydning".to_owned(), of: "flytning".to_owned() }];
    index.set_words(&WordEntries { exceptions, ..WordEntries::default() }).unwrap();
    assert!(ask(&index, "flydning", None).abstained);
}

#[test]
fn a_word_that_is_never_to_be_split_is_found_by_its_parts_no_more() {
    let index = Index::in_memory(lexicon()).unwrap();
    let said = document("a", "Mandskab", "Om mandskabet på brandstationen.");
    let write = |seq| {
        let mut writer = index.writer();
        writer.upsert(&said).unwrap();
        writer.commit(seq).unwrap();
    };
    write(1);
    let exception =
        |exceptions| index.set_words(&WordEntries { exceptions, ..WordEntries::default() });
    let parts = "mand skab".to_owned();
    let split =
        || vec![ExceptionEntry::Split { word: "mandskab".to_owned(), parts: parts.clone() }];
    exception(split()).unwrap();
    assert_eq!(index.split_otherwise(), BTreeSet::from([said.topic.clone()]));
    write(2);
    assert!(index.split_otherwise().is_empty());
    // One part of one word is not enough for an answer; whether it is seen at all is the point.
    let seen = || ask(&index, "skab", None).confidence.mass > 0.0;
    assert!(seen());
    exception(vec![ExceptionEntry::Whole { word: "mandskab".to_owned() }]).unwrap();
    write(3);
    assert!(!seen());
    exception(vec![ExceptionEntry::Whole { word: "mandskab".to_owned() }]).unwrap();
    assert!(index.split_otherwise().is_empty(), "nothing has changed");
    // What was being written while it changed is written once more.
    let mut writer = index.writer();
    writer.upsert(&said).unwrap();
    exception(split()).unwrap();
    writer.commit(4).unwrap();
    drop(writer);
    assert_eq!(index.split_otherwise(), BTreeSet::from([said.topic.clone()]));
}

#[test]
fn what_is_popular_rises_a_little() {
    let index = Index::in_memory(lexicon()).unwrap();
    {
        let mut writer = index.writer();
        let pair =
            [document("a", "Tilskud til briller", "x"), document("b", "Tilskud til tænder", "x")];
        writer.replace_all(&pair).unwrap();
        writer.commit(1).unwrap();
    }
    let asked = ask(&index, "tilskud", None);
    let last = asked.hits.last().unwrap().topic.clone();
    let counted = Counted { views: 100, helped: 20, not_helped: 0 };
    index.set_favour(&HashMap::from([(last.clone(), counted)]), vec![]);
    let answer = ask(&index, "tilskud", None);
    assert_eq!(answer.hits[0].topic, last);
    assert!(answer.hits[0].explain.favour.product() > 1.0);
    // Who asks for the other gets the other.
    let other = if last.as_str() == "a" { "tænder" } else { "briller" };
    assert_ne!(ask(&index, other, None).hits[0].topic, last);
}

#[test]
fn suggestions_begin_so_forgive_one_error_and_keep_rare_queries_to_themselves() {
    let index = index();
    let past =
        |text: &str, visitors| PastQuery { text: text.to_owned(), municipality: None, visitors };
    let many =
        vec![past("pas til barn", 9), past("pas til anna hansen", 4), past("pas 010190", 50)];
    index.set_favour(&HashMap::new(), many);
    let said = |typed: &str| -> Vec<String> {
        let offers = index.suggest(typed, None, Language::Da, 6);
        offers.into_iter().map(|offer| offer.text).collect()
    };
    assert_eq!(said("pa"), ["Pas: forny dit pas", "pas til barn"]);
    assert_eq!(said("forny d"), ["Pas: forny dit pas"]);
    assert_eq!(said("sundheskort"), ["Sundhedskort"]);
    assert_eq!(said("Fltn"), ["Flytning"]);
    assert_eq!(said("genbr"), ["Affald og genbrug"]);
    assert_eq!(said("xq"), Vec::<String>::new());
    assert_eq!(said(""), Vec::<String>::new());
    let english = index.suggest("english p", None, Language::En, 6);
    assert_eq!(english[0].topic.as_ref().unwrap().as_str(), "pas");
    for hostile in
        ["🦀🦀🦀🦀", &"æ".repeat(100_000), ".*[a-z]+(", "'; DROP TABLE x; --", "\0\u{202e}"]
    {
        assert!(index.suggest(hostile, None, Language::Da, 6).len() <= 6);
    }
}

#[test]
fn a_query_of_any_kind_is_inert_and_bounded() {
    let index = index();
    index
        .set_words(&synonyms(vec![synonym("1", None, "gult kort", "sundhedskort", true)]))
        .unwrap();
    let long = "affald ".repeat(14_000);
    let one_word = "x".repeat(100_000);
    for text in [
        long.as_str(),
        &one_word,
        "🗑️♻️🧾",
        "^(a+)+$ .* [\\w]{1,99999}",
        "' OR 1=1; DROP TABLE articles; --",
        "title:pas AND -body:* \"",
        "\u{202e}sap\u{0}",
    ] {
        for as_you_type in [false, true] {
            let begun = std::time::Instant::now();
            index.search(&Query { as_you_type, ..query(text, None) }).unwrap();
            assert!(begun.elapsed().as_secs() < 10, "{} bytes", text.len());
        }
    }
    assert_eq!(topics(&ask(&index, &long, None))[0], "affald");
}

/// More pages than are read anew at every commit.
fn large() -> Index {
    let index = Index::in_memory(lexicon()).unwrap();
    let letters = |mut n: usize| -> String {
        let mut word = String::new();
        for _ in 0..4 {
            word.push((b'a' + (n % 16) as u8) as char);
            n /= 16;
        }
        word
    };
    let documents: Vec<Document> = (0..2_600)
        .map(|n| document(&format!("t{n}"), &format!("Emne q{}", letters(n)), "En side om noget."))
        .collect();
    let mut writer = index.writer();
    writer.replace_all(&documents).unwrap();
    writer.commit(1).unwrap();
    drop(writer);
    index
}

#[test]
fn in_a_large_index_a_changed_page_is_found_by_its_new_words_only() {
    let index = large();
    for number in 0..12 {
        let mut writer = index.writer();
        let word = format!("nyord{}", "abcdefghijkl".as_bytes()[number] as char).repeat(2);
        writer.upsert(&document("t7", &format!("Emne {word}"), "Ny tekst.")).unwrap();
        writer.commit(2 + number as i64).unwrap();
        drop(writer);
        assert_eq!(topics(&ask(&index, &word, None)), ["t7"]);
    }
    assert_eq!(index.len(), 2_600);
    assert!(ask(&index, "qhaaa", None).hits.iter().all(|hit| hit.topic.as_str() != "t7"));
    assert_eq!(topics(&ask(&index, "qiaaa", None)), ["t8"]);
    let mut writer = index.writer();
    writer.remove("t8").unwrap();
    writer.commit(99).unwrap();
    drop(writer);
    assert!(topics(&ask(&index, "qiaaa", None)).is_empty());
    assert!(
        index
            .suggest("Emne qiaaa", None, Language::Da, 3)
            .iter()
            .all(|one| { one.topic.as_ref().unwrap().as_str() != "t8" })
    );
}

#[test]
fn the_fingerprint_of_the_documents_follows_their_words() {
    let index = index();
    let before = index.fingerprint_of_documents().unwrap();
    let mut writer = index.writer();
    writer.upsert(&document("pas", "Pas: forny dit pas", "Bestil tid.")).unwrap();
    writer.commit(2).unwrap();
    assert_eq!(index.fingerprint_of_documents().unwrap(), before);
    writer.upsert(&document("pas", "Pas: forny dit pas", "Bestil en tid.")).unwrap();
    writer.commit(3).unwrap();
    drop(writer);
    assert_ne!(index.fingerprint_of_documents().unwrap(), before);
}
