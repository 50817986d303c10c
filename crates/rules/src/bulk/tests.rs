use base::{TopicKey, UnixMillis};
use proptest::prelude::*;

use super::*;
use crate::articles::parse_article;
use crate::contacts::PersonId;

fn rule(find: &str, replace: &str) -> Rule {
    Rule {
        find: find.to_owned(),
        replace: replace.to_owned(),
        whole_word: true,
        fields: BTreeSet::new(),
        areas: BTreeSet::new(),
        local: true,
    }
}

fn change(value: &str, find: &str, replace: &str) -> Option<String> {
    replaced(value, &rule(find, replace), false).map(|(after, _)| after)
}

#[test]
fn a_figure_is_never_found_inside_a_longer_one() {
    for none in ["11.234 kr.", "1.234,50 kr.", "1.234.567 kr.", "5.1.234 kr.", "1.2345"] {
        assert_eq!(change(none, "1.234", "1.300"), None, "{none}");
    }
    assert_eq!(change("11.234 kr.", "1.234 kr.", "1.300 kr."), None);
    for (text, after) in [
        ("1.234 kr.", "1.300 kr."),
        ("(1.234 kr.)", "(1.300 kr.)"),
        ("Prisen er 1.234 kr. Du betaler 1.234 kr.", "Prisen er 1.300 kr. Du betaler 1.300 kr."),
        ("1.234\u{A0}kr.", "1.300 kr."),
    ] {
        assert_eq!(change(text, "1.234 kr.", "1.300 kr.").as_deref(), Some(after));
    }
    assert_eq!(
        change("Kl. 8. Fra 8 år, 8, 18 og 8-10", "8", "9").as_deref(),
        Some("Kl. 9. Fra 9 år, 9, 18 og 9-10")
    );
    assert_eq!(change("2,5 pct. og 5,2", "5", "6"), None);
    let mut loose = rule("234", "300");
    loose.whole_word = false;
    assert_eq!(matches("1.234 kr. og 12345", &loose), []);
}

#[test]
fn a_word_is_whole_with_danish_letters() {
    assert_eq!(change("ø og økonomi og ø", "ø", "å").as_deref(), Some("å og økonomi og å"));
    assert_eq!(change("pasfoto, pas-foto og børnepas", "pas", "rejsepas"), None);
    assert_eq!(
        change("Dit pas, (pas).", "pas", "rejsepas").as_deref(),
        Some("Dit rejsepas, (rejsepas).")
    );
    let mut inside = rule("foto", "billede");
    inside.whole_word = false;
    assert_eq!(replaced("pasfoto", &inside, false), Some(("pasbillede".to_owned(), 1)));
}

#[test]
fn a_capital_begins_a_sentence_and_a_name_stays() {
    assert_eq!(
        change("Kontanthjælp er en ydelse. Får du kontanthjælp?", "kontanthjælp", "basisydelse")
            .as_deref(),
        Some("Basisydelse er en ydelse. Får du basisydelse?")
    );
    assert_eq!(change("Spørg Foreningen Pas på nettet", "pas", "rejsepas"), None);
    assert_eq!(change("- Pas", "pas", "rejsepas").as_deref(), Some("- Rejsepas"));
}

#[test]
fn where_a_link_leads_is_no_word() {
    let text = "Læs om [pas](topic:pas) og **pas**. <https://pas.dk/pas>";
    let after = replaced(text, &rule("pas", "rejsepas"), true).expect("matches").0;
    assert!(after.contains("[rejsepas](topic:pas) og **rejsepas**"), "{after}");
    let table = "| Alder | Pris |\n| --- | --- |\n| 18 år | 893 kr. |";
    let after = replaced(table, &rule("893 kr.", "917 kr."), true).expect("a match").0;
    assert_eq!(after, table.replace("893", "917"));
}

#[test]
fn a_rule_that_says_nothing_is_refused() {
    for (find, replace) in
        [("", "x"), ("x", ""), ("pas", "pas"), ("pas", " pas "), ("..", "x"), ("a\nb", "x")]
    {
        assert!(rule(find, replace).accepted().is_err(), "{find:?} {replace:?}");
    }
    assert!(rule(&"x".repeat(201), "y").accepted().is_err());
    assert_eq!(rule(" 893 kr. ", "917 kr.").accepted().expect("a rule").find, "893 kr.");
}

fn pas() -> Text {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content/articles/pas.md");
    let text = std::fs::read_to_string(root).expect("a text");
    Text::Article(Box::new(parse_article(&text).expect("an article")))
}

#[test]
fn every_place_is_shown_and_can_be_left_out() {
    let rule = rule("893 kr.", "917 kr.");
    let found = places(&pas(), &rule);
    let fields: Vec<&str> = found.iter().map(|place| place.field.as_str()).collect();
    assert_eq!(fields, ["facts.0.value", "part:price:markdown"]);
    assert_eq!(found[0].after, "917 kr.");
    let mut text = pas();
    let left = BTreeSet::from(["part:price:markdown".to_owned()]);
    assert_eq!(apply(&mut text, &rule, &left), 1);
    assert_eq!(places(&text, &rule).len(), 1);
    assert_eq!(apply(&mut text, &rule, &BTreeSet::new()), 1);
    assert_eq!(places(&text, &rule), []);
    let only = Rule { fields: BTreeSet::from([FieldKind::Facts]), ..rule };
    assert_eq!(places(&pas(), &only).len(), 1);
}

fn person(number: u128) -> PersonId {
    format!("00000000-0000-7000-8000-{number:012x}").parse().expect("an id")
}

fn text(topic: &str) -> BulkText {
    BulkText {
        topic: TopicKey::new(topic).expect("a topic"),
        municipality: None,
        left_out: false,
        left_fields: BTreeSet::new(),
        asks_approval: true,
        approved_by: None,
        changed_since: false,
        faulty: false,
    }
}

fn bulk() -> Bulk {
    Bulk {
        phase: Phase::Preview,
        by: person(1),
        publish_at: None,
        texts: vec![text("pas"), text("mitid")],
    }
}

const NOW: UnixMillis = UnixMillis(1_000_000);

fn approve(topic: &str) -> Command {
    Command::Approve { texts: vec![(TopicKey::new(topic).expect("a topic"), None)] }
}

#[test]
fn it_is_published_when_every_text_has_its_approval_and_not_by_its_author() {
    let (bulk, _) = decide(&bulk(), Command::Submit, person(1), NOW).expect("submitted");
    assert_eq!(bulk.phase, Phase::InReview);
    assert_eq!(decide(&bulk, approve("pas"), person(1), NOW), Err(Refusal::OwnWork));
    let (bulk, _) = decide(&bulk, approve("pas"), person(2), NOW).expect("approved");
    let publish = Command::Publish { at: None };
    assert_eq!(decide(&bulk, publish.clone(), person(1), NOW), Err(Refusal::AwaitsApproval));
    let (bulk, _) = decide(&bulk, approve("mitid"), person(3), NOW).expect("approved");
    assert_eq!(bulk.phase, Phase::Approved);
    let at = NOW.plus_seconds(60);
    let (bulk, effects) =
        decide(&bulk, Command::Publish { at: Some(at) }, person(1), NOW).expect("scheduled");
    assert_eq!((bulk.phase, effects), (Phase::Scheduled, vec![Effect::Schedule]));
    assert_eq!(decide(&bulk, Command::Due, person(1), NOW), Err(Refusal::OtherPhase));
    let (done, effects) = decide(&bulk, Command::Due, person(1), at).expect("published");
    assert_eq!(done.phase, Phase::Published);
    assert!(effects.contains(&Effect::Publish));
    assert_eq!(decide(&done, Command::Cancel, person(1), at), Err(Refusal::OtherPhase));
}

#[test]
fn leaving_something_out_takes_back_what_was_approved() {
    let (bulk, _) = decide(&bulk(), Command::Submit, person(1), NOW).expect("submitted");
    let (bulk, _) = decide(&bulk, approve("pas"), person(2), NOW).expect("approved");
    let leave = Command::LeaveOut {
        topic: TopicKey::new("mitid").expect("a topic"),
        municipality: None,
        field: None,
        out: true,
    };
    let (bulk, _) = decide(&bulk, leave, person(1), NOW).expect("left out");
    assert_eq!(bulk.phase, Phase::Preview);
    assert!(bulk.texts.iter().all(|text| text.approved_by.is_none()));
    let mut none = bulk;
    none.texts[0].left_out = true;
    assert_eq!(decide(&none, Command::Submit, person(1), NOW), Err(Refusal::Nothing));
}

#[test]
fn one_text_that_has_changed_or_is_faulty_stops_them_all() {
    let mut one = bulk();
    one.texts[1].changed_since = true;
    assert_eq!(decide(&one, Command::Submit, person(1), NOW), Err(Refusal::Changed));
    one.texts[1].changed_since = false;
    one.texts[1].faulty = true;
    assert_eq!(decide(&one, Command::Submit, person(1), NOW), Err(Refusal::Faulty));
    one.texts[1].left_out = true;
    assert!(decide(&one, Command::Submit, person(1), NOW).is_ok());
}

proptest! {
    #[test]
    fn a_match_is_never_part_of_a_longer_figure(
        before in "[0-9]{1,3}[.,]?", figure in "[0-9]{1,3}(\\.[0-9]{3})?", after in "[.,]?[0-9]{1,3}",
    ) {
        prop_assert_eq!(change(&format!("{before}{figure} kr."), &figure, "x")
            .filter(|changed| changed.contains(&before)), None);
        let changed = change(&format!(" {figure}{after} "), &figure, "x");
        prop_assert!(changed.is_none_or(|changed| !changed.contains(&["x", &after].concat())));
    }

    #[test]
    fn changing_and_changing_back_leaves_every_text_as_it_was(
        pieces in prop::collection::vec(
            prop_oneof![Just("xylofon ".to_owned()), Just("Xylofon. ".to_owned()), ".{0,20}"],
            0..8,
        ),
    ) {
        let text = pieces.concat();
        let there = rule("xylofon", "qvartet");
        let back = rule("qvartet", "xylofon");
        prop_assume!(!text.contains("qvartet") && !text.contains("Qvartet"));
        let changed = replaced(&text, &there, false).map_or(text.clone(), |(after, _)| after);
        let again = replaced(&changed, &back, false).map_or(changed, |(after, _)| after);
        prop_assert_eq!(again, text);
    }
}
