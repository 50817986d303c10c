use std::collections::BTreeSet;

use base::{TopicKey, UnixMillis};
use proptest::prelude::*;

use super::suggest::Facts;
use super::*;

/// A small language: everything but names is known, and stems are words without their endings.
struct Small;

const UNKNOWN: &[&str] = &["petersen", "hansen", "kvistgaard", "flurbo"];
const STOP: &[&str] = &["hvor", "hvordan", "jeg", "er", "det", "til", "i", "får", "en", "et", "om"];

impl Words for Small {
    fn known(&self, word: &str) -> bool {
        !UNKNOWN.contains(&word)
    }
    fn stop(&self, word: &str) -> bool {
        STOP.contains(&word)
    }
    fn stem(&self, word: &str) -> String {
        for end in ["erne", "ene", "en", "er", "et", "e"] {
            if let Some(stem) = word.strip_suffix(end)
                && stem.chars().count() > 3
            {
                return stem.to_owned();
            }
        }
        word.to_owned()
    }
    fn parts(&self, word: &str) -> Vec<String> {
        match word {
            "byggetilladelse" => vec!["bygge".to_owned(), "tilladels".to_owned()],
            "hundeskat" => vec!["hund".to_owned(), "skat".to_owned()],
            _ => vec![],
        }
    }
}

fn kept(query: &str) -> Option<String> {
    kept_words(query, &Small)
}

#[test]
fn ordinary_questions_are_kept_as_words() {
    for (query, words) in [
        ("Byggetilladelse til carport?", "byggetilladelse til carport"),
        ("  nyt   PAS!! ", "nyt pas"),
        ("id-kort", "id-kort"),
        ("§ 42", "42"),
        ("hvad koster et pas til 3 børn", "hvad koster et pas til 3 børn"),
        ("årsopgørelse 2026", "årsopgørelse"),
        ("skifte navn", "skifte navn"),
        ("hvad hedder min læge", "hvad hedder min læge"),
        ("Pas og Kørekort", "pas og kørekort"),
        ("visum til İstanbul", "visum til istanbul"),
    ] {
        let wanted = if words == "42" { None } else { Some(words.to_owned()) };
        assert_eq!(kept(query), wanted, "{query}");
    }
}

#[test]
fn what_may_be_somebodys_is_dropped_whole() {
    for query in [
        "pas til 010190-1234",
        "0101901234",
        "min mail er jens@firma.dk",
        "jeg hedder Jens og vil have pas",
        "hvad gør jeg jeg hedder jens",
        "mit navn er lise hvad koster pas",
        "Jens Petersen bopæl",
        "flytning til Søndergade 12",
        "Skovvej 2026 12",
        "Jens 2026 Petersen",
        "skifte navn 2026 er lise",
        "Skovvej 3b",
        "bor på 2 th",
        "ring til 20 10 70 12",
        "20107012",
        "sag 24/12345",
        "AB 12 345",
        "https://kommunen.dk/sag",
        "3600 frederikssund",
        "٠١٠١٧٠-١٢٣٤",
        "cpr nummer lise",
        "2024 2025",
        "",
        "🤷",
        &"ord ".repeat(30),
    ] {
        assert_eq!(kept(query), None, "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn nothing_kept_looks_like_a_persons_data(query in ".{0,120}") {
        safe(&query)?;
    }

    #[test]
    fn nothing_kept_holds_numbers_however_they_are_woven_in(
        words in prop::collection::vec(
            prop_oneof![
                "[a-zæøå]{1,8}",
                "[0-9]{1,10}",
                "[0-9]{6}-[0-9]{4}",
                "[a-z]{1,6}@[a-z]{1,6}\\.dk",
                "[a-zæøå]{3,8}vej [0-9]{1,3}",
                "[٠-٩]{1,6}",
                "jeg hedder [A-Z][a-z]{2,6}",
            ],
            0..8,
        ),
        between in "[ ,.\\-/\u{200b}]{1,2}",
    ) {
        safe(&words.join(&between))?;
    }
}

proptest! {
    /// However it is written and whatever stands around it: a query with a CPR number, a telephone
    /// number or a name with an address is dropped whole.
    #[test]
    fn a_query_that_names_somebody_is_never_kept(
        before in "(nyt pas |flytning til |hvor er |min læge ){0,2}",
        somebodys in prop_oneof![
            "(0[1-9]|[12][0-9])(0[1-9]|1[0-2])[0-9]{2}[ -]{0,1}[0-9]{4}",
            "(0[1-9]|[12][0-9]) (0[1-9]|1[0-2]) [0-9]{2} [0-9]{2} [0-9]{2}",
            "(\\+45 |0045 )?[2-9][0-9]( ?[0-9]{2}){3}",
            "[2-9][0-9]{3}[- ][0-9]{4}",
            "[A-Z][a-z]{3,7} [A-Z][a-z]{2,6}sen [A-Z][a-z]{3,7}(vej|gade) [1-9][0-9]{0,2}[A-F]?",
            "[A-Z][a-z]{3,7}(stræde|allé|parken) [1-9][0-9]{0,2}, [1-4]\\. (tv|th)",
        ],
        after in "( pas| koster det| i dag){0,2}",
    ) {
        prop_assert_eq!(kept(&format!("{before}{somebodys}{after}")), None);
    }
}

fn safe(query: &str) -> Result<(), TestCaseError> {
    let Some(kept) = kept(query) else { return Ok(()) };
    let digits = kept.chars().filter(|c| c.is_numeric()).count();
    prop_assert!(digits < 4, "{query:?} kept as {kept:?}");
    prop_assert!(!kept.contains('@') && !kept.contains("jeg hedder"), "{kept:?}");
    prop_assert_eq!(crate::text::mask(&kept).cpr, 0);
    prop_assert_eq!(kept.clone(), kept.to_lowercase());
    prop_assert!(kept.chars().count() <= LONGEST_PHRASE);
    prop_assert_eq!(super::kept_words(&kept, &Small), Some(kept), "kept again, it is the same");
    Ok(())
}

fn topic(key: &str) -> TopicKey {
    TopicKey::new(key).unwrap()
}

fn search(at_s: i64, phrase: &str, hits: usize) -> Episode {
    Episode {
        at: UnixMillis(at_s * 1000),
        phrase: Some(phrase.to_owned()),
        hits,
        on_page: false,
        opened: vec![],
        helped: None,
        contact: None,
    }
}

fn opening(mut one: Episode, what: &str, rank: Option<u32>, after_s: i64) -> Episode {
    let at = one.at.plus_seconds(after_s);
    one.opened.push(Opened { topic: topic(what), rank, at });
    one
}

#[test]
fn an_opened_hit_that_nothing_follows_was_found() {
    let judged = judge(&[opening(search(0, "pas", 3), "pas", Some(1), 9)], &Small);
    assert_eq!(judged[0].came, Came::Found);
}

#[test]
fn no_hits_and_no_click_are_not_found_and_an_answer_on_the_page_is_unclear() {
    let mut shown = search(0, "pas", 3);
    shown.on_page = true;
    let judged = [judge(&[search(0, "x", 0)], &Small), judge(&[search(0, "x", 4)], &Small)];
    assert!(judged.iter().all(|judged| judged[0].came == Came::NotFound));
    assert_eq!(judge(&[shown], &Small)[0].came, Came::Unclear);
}

#[test]
fn who_asks_in_other_words_and_then_opens_has_said_what_was_meant() {
    let visit = [
        search(0, "gult kort", 0),
        search(40, "sundhedskort", 2),
        // A new errand, long after.
        opening(search(4_000, "affald", 2), "affald", Some(2), 5),
    ];
    let mut visit = visit.to_vec();
    visit[1] = opening(visit[1].clone(), "sundhedskort", Some(1), 5);
    let judged = judge(&visit, &Small);
    assert_eq!(judged[0].came, Came::NotFound);
    assert_eq!(judged[0].again, Some(1));
    assert_eq!(judged[0].then_opened, Some(topic("sundhedskort")));
    assert_eq!((judged[1].came, judged[1].again), (Came::Found, None));
    assert_eq!(judged[2].came, Came::Found);
}

#[test]
fn an_opened_hit_followed_by_another_errand_was_found_and_by_the_same_words_was_not() {
    let first = opening(search(0, "hundeskat", 3), "hund", Some(1), 5);
    let other = judge(&[first.clone(), search(60, "pas", 2)], &Small);
    assert_eq!(other[0].came, Came::Found);
    let same = judge(&[first, search(60, "skat hund", 2)], &Small);
    assert_eq!(same[0].came, Came::NotFound);
}

#[test]
fn a_contact_or_a_no_says_what_is_missing_and_a_yes_settles_it() {
    let mut asked = opening(search(0, "pas", 3), "pas", Some(1), 5);
    asked.contact = Some(AfterContact { at: UnixMillis(60_000), topic: None });
    let judged = judge(&[asked.clone()], &Small);
    assert_eq!(
        (judged[0].came, judged[0].missing_on.clone()),
        (Came::NotFound, Some(topic("pas")))
    );
    asked.contact = None;
    asked.helped = Some(true);
    let judged = judge(&[asked, search(20, "pas", 3)], &Small);
    assert_eq!(judged[0].came, Came::Found);
}

fn phrase(text: &str, failed: i64, first_visitors: i64) -> Phrase {
    Phrase { text: text.to_owned(), searches: failed, failed, first_visitors }
}

fn names(clusters: &[Cluster]) -> Vec<Vec<&str>> {
    clusters.iter().map(|c| c.phrases.iter().map(|p| p.text.as_str()).collect()).collect()
}

#[test]
fn queries_that_mean_the_same_are_put_together_under_the_commonest() {
    let phrases = [
        phrase("byggetilladelse carport", 5, 4),
        phrase("byggetiladelse carport", 1, 1),
        phrase("tilladelse til carport", 2, 2),
        phrase("carporte byggetilladelser", 1, 0),
        phrase("hund i skoven", 3, 3),
    ];
    let found = clusters(&phrases, &Small);
    assert_eq!(names(&found)[0][0], "byggetilladelse carport");
    assert_eq!(found[0].phrases.len(), 4, "{:?}", names(&found));
    assert_eq!(found[0].failed(), 9);
    assert_eq!(names(&found)[1], ["hund i skoven"]);
}

#[test]
fn a_common_word_does_not_tie_everything_together() {
    let phrases: Vec<Phrase> = ["briller", "tandlæge", "cykel", "høreapparat", "kurser"]
        .iter()
        .map(|what| phrase(&format!("tilskud {what}"), 2, 2))
        .collect();
    assert_eq!(clusters(&phrases, &Small).len(), 5);
}

#[test]
fn a_word_that_nobody_knows_is_shown_when_three_visitors_wrote_it_and_not_before() {
    let shown = |two: i64| {
        let phrases = [
            phrase("flurbo", 1, 1),
            phrase("flurbo ansøgning", two, two),
            phrase("ansøgning", 1, 1),
        ];
        let cluster = Cluster { phrases: phrases.to_vec() };
        let shown = shown_phrases(&cluster, &Small);
        shown.iter().map(|p| p.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(1), ["ansøgning"]);
    assert_eq!(shown(2), ["flurbo", "flurbo ansøgning", "ansøgning"]);
}

proptest! {
    #[test]
    fn clusters_are_the_same_in_every_order_and_lose_nothing(
        texts in prop::collection::btree_set("(bygge|hund|skat|pas|kort)( (bygge|hund|skat|pas|kort)){0,2}", 1..12),
        turn in 0_usize..12,
    ) {
        let phrases: Vec<Phrase> =
            texts.iter().enumerate().map(|(n, t)| phrase(t, 1 + n as i64 % 3, 1)).collect();
        let mut turned = phrases.clone();
        turned.rotate_left(turn % phrases.len());
        let found = clusters(&phrases, &Small);
        prop_assert_eq!(&found, &clusters(&turned, &Small));
        let all: BTreeSet<String> =
            found.iter().flat_map(|c| &c.phrases).map(|p| p.text.clone()).collect();
        prop_assert_eq!(all, texts);
    }

    #[test]
    fn the_interval_holds_the_share_and_narrows_with_more(found in 0_i64..50, more in 0_i64..50) {
        let rate = Rate { found, n: found + more };
        prop_assume!(rate.n > 0);
        let (low, high) = rate.interval().unwrap();
        let share = rate.share().unwrap();
        prop_assert!(0.0 <= low && low <= share + 1e-9 && share <= high + 1e-9 && high <= 1.0);
        let (low4, high4) = Rate { found: found * 4, n: rate.n * 4 }.interval().unwrap();
        prop_assert!(high4 - low4 < high - low);
    }
}

#[test]
fn a_few_more_found_is_not_surely_better() {
    let before = Rate { found: 1, n: 10 };
    assert!(!Rate { found: 2, n: 3 }.surely_above(before));
    assert!(Rate { found: 18, n: 20 }.surely_above(before));
    assert!(!Rate::default().surely_above(before));
}

#[test]
fn what_they_opened_in_the_end_becomes_a_synonym_and_what_nothing_answers_an_article() {
    let near = Near { topic: topic("sundhedskort"), title: "Sundhedskort".to_owned() };
    let phrases = ["gult kort".to_owned(), "det gule kort".to_owned()];
    let led = [Led { to: near.clone(), count: 3 }];
    let next = [Led { to: "sundhedskort".to_owned(), count: 2 }];
    let facts = Facts { phrases: &phrases, then_opened: &led, next: &next, ..Facts::default() };
    let found = suggest(&facts);
    assert!(
        matches!(&found[..], [Suggestion::Synonym { from, to, times: 3, .. }]
            if from == "gult kort" && to == "sundhedskort"),
        "{found:?}"
    );
    let nothing = Facts { phrases: &phrases, ..Facts::default() };
    assert!(matches!(&suggest(&nothing)[..], [Suggestion::NewArticle { title, questions, .. }]
            if title == "Gult kort" && questions.len() == 2));
    let missing = Facts { phrases: &phrases, missing_on: &led, ..Facts::default() };
    assert!(matches!(&suggest(&missing)[..], [Suggestion::MissingPart { times: 3, .. }]));
    assert!(suggest(&Facts::default()).is_empty());
}

#[test]
fn a_guide_is_work_when_many_leave_at_one_question() {
    assert!(guide_leak(20, 8));
    assert!(!guide_leak(20, 3));
    assert!(!guide_leak(5, 5));
}
