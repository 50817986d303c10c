//! Question guides: read, walked, refused.

use std::collections::BTreeSet;

use base::TopicKey;
use proptest::prelude::*;
use rules::guides::{self, Choice, Guide, Known, Node, NodeKind, Path, Way, walk};

use crate::texts::*;

fn known() -> Known {
    Known {
        topics: [TopicKey::new("pas").expect("a key")].into(),
        departments: [base::DepartmentKey::new("borgerservice").expect("a key")].into(),
        municipalities: [key("furesoe"), key("holbaek")].into(),
        ..Known::default()
    }
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
