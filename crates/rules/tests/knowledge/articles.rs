//! Articles and their local variants.

use proptest::prelude::*;
use rules::articles::{
    Article, Competence, Part, TopicKind, leave_behind, merge, parse_article, plain_text,
};
use rules::guides::{Guide, NodeKind};

use crate::texts::*;

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
fn what_replaced_a_piece_that_the_master_has_no_more_is_no_addition() {
    let base = article(PAS);
    let mut master = base.clone();
    master.version += 1;
    master.parts.retain(|part| part.id != "price");
    master.self_service = None;
    let mut left = variant(LOKALT);
    leave_behind(&mut left, &base);
    let shown = merge(&master, Some(&left));
    assert!(shown.stale && shown.self_service.is_none());
    let parts: Vec<(&str, bool)> =
        shown.parts.iter().map(|part| (part.id.as_str(), part.local)).collect();
    assert_eq!(parts, [("todo", false), ("offline", false), ("decides", false), ("local", true)]);
    assert_eq!(shown.local_facts.len(), 1);
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

fn any_part() -> impl Strategy<Value = Part> {
    ("[a-f]", "[A-Z][a-z]{0,5}", "[a-z ]{1,20}").prop_map(|(id, heading, markdown)| Part {
        id,
        heading,
        markdown,
    })
}

proptest! {
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
}
