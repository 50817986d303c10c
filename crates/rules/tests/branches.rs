//! Local branches of question guides, their faults and their editions.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::date;
use proptest::prelude::*;
use rules::articles::Competence;
use rules::guides::{
    Branches, Choice, Counted, Edition, Guide, Hung, Known, Node, NodeKind, Path, Walked, Way,
    faults, graft, join, median, tally, walk,
};

fn key(text: &str) -> MunicipalityKey {
    MunicipalityKey::new(text).expect("a key")
}

fn choice(text: &str, to: &str) -> Choice {
    Choice { text: text.to_owned(), to: to.to_owned(), only: vec![], line: 0 }
}

fn node(id: &str, kind: NodeKind) -> Node {
    Node {
        id: id.to_owned(),
        title: format!("{id}?"),
        markdown: String::new(),
        line: 0,
        until: None,
        kind,
    }
}

fn question(id: &str, choices: &[(&str, &str)]) -> Node {
    node(id, NodeKind::Question(choices.iter().map(|(text, to)| choice(text, to)).collect()))
}

fn answer(id: &str) -> Node {
    node(id, NodeKind::Answer(vec![Way::Person]))
}

fn guide(nodes: Vec<Node>) -> Guide {
    Guide {
        topic: TopicKey::new("guide-pas").expect("a key"),
        version: 3,
        title: "Pas".to_owned(),
        title_en: "Passport".to_owned(),
        area: "papirer".to_owned(),
        department: DepartmentKey::new("borgerservice").expect("a key"),
        competence: Competence::General,
        urgent: false,
        summary: "x".to_owned(),
        summary_en: "x".to_owned(),
        words: vec![],
        words_en: vec![],
        figures_year: None,
        rules: vec![],
        related: vec![],
        owner: key("furesoe"),
        reviewed: date(2026, 1, 1),
        review: date(2027, 1, 1),
        nodes,
    }
}

fn pas() -> Guide {
    guide(vec![
        question("hvem", &[("Mig", "alder"), ("Et barn", "tid")]),
        question("alder", &[("Over 18", "tid"), ("Under 18", "tal")]),
        answer("tid"),
        answer("tal"),
    ])
}

fn branches(of: u32, nodes: Vec<Node>, choices: &[(&str, &str, &str)]) -> Branches {
    Branches {
        topic: TopicKey::new("guide-pas").expect("a key"),
        of,
        version: 1,
        municipality: key("holbaek"),
        department: DepartmentKey::new("borgerservice").expect("a key"),
        reviewed: date(2026, 1, 1),
        nodes,
        choices: choices
            .iter()
            .map(|(at, text, to)| Hung { at: (*at).to_owned(), choice: choice(text, to) })
            .collect(),
    }
}

fn oroe() -> Branches {
    branches(
        3,
        vec![question("oroe", &[("Ja", "faerge"), ("Nej", "tid")]), answer("faerge")],
        &[("hvem", "Jeg bor på Orø", "oroe")],
    )
}

fn known() -> Known {
    Known {
        topics: BTreeSet::new(),
        departments: [DepartmentKey::new("borgerservice").expect("a key")].into(),
        municipalities: [key("furesoe"), key("holbaek")].into(),
        missing: BTreeSet::new(),
    }
}

/// Code, node, municipality of each fault.
fn found(guide: &Guide, branches: &[Branches]) -> Vec<(&'static str, String, String)> {
    faults(guide, branches, &known(), Some(date(2026, 11, 22)))
        .into_iter()
        .map(|fault| {
            let municipality = fault.municipality.map(|m| m.to_string()).unwrap_or_default();
            (fault.code, fault.node.unwrap_or_default(), municipality)
        })
        .collect()
}

fn one(code: &'static str, node: &str, municipality: &str) -> (&'static str, String, String) {
    (code, node.to_owned(), municipality.to_owned())
}

#[test]
fn a_local_branch_is_walked_in_its_municipality_and_nowhere_else() {
    let whole = graft(&pas(), &[oroe()]);
    assert_eq!(found(&pas(), &[oroe()]), []);
    let here = walk(&whole, &key("holbaek"), &Path::parse("oroe.faerge")).expect("a node");
    assert_eq!(here.node.id, "faerge");
    assert_eq!(here.so_far[0].answer, "Jeg bor på Orø");
    let back = walk(&whole, &key("holbaek"), &Path::parse("oroe.tid")).expect("a node");
    assert_eq!(back.node.id, "tid", "a branch may lead back into the common tree");
    let elsewhere = walk(&whole, &key("furesoe"), &Path::parse("oroe.faerge")).expect("a node");
    assert_eq!(elsewhere.node.id, "hvem");
    assert_eq!(elsewhere.options.len(), 2);
}

#[test]
fn branches_older_than_the_guide_lose_what_they_hang_on_and_nothing_else() {
    let mut newer = pas();
    newer.version = 4;
    assert_eq!(found(&newer, &[oroe()]), [one("stale", "", "holbaek")]);
    assert_eq!(graft(&newer, &[oroe()]), join(&newer, &oroe()));
    newer.nodes.retain(|node| node.id != "tid" && node.id != "hvem");
    let NodeKind::Question(choices) = &mut newer.nodes[0].kind else { panic!("a question") };
    choices[0].to = "tal".to_owned();
    assert_eq!(graft(&newer, &[oroe()]), newer, "the question it hung on is gone");
    let codes: Vec<&str> = found(&newer, &[oroe()]).iter().map(|fault| fault.0).collect();
    assert!(codes.contains(&"no-hook") && codes.contains(&"unknown-node"), "{codes:?}");
}

#[test]
fn each_fault_of_a_branch_says_its_node_and_its_municipality() {
    let with = |change: &dyn Fn(&mut Branches)| {
        let mut own = oroe();
        change(&mut own);
        assert_eq!(graft(&pas(), std::slice::from_ref(&own)).nodes[..4].len(), 4);
        found(&pas(), &[own])
    };
    let lost = with(&|own| own.nodes.push(answer("glemt")));
    assert_eq!(lost, [one("unreachable", "glemt", "holbaek")]);
    let dead = with(&|own| own.nodes[1].kind = NodeKind::Answer(vec![]));
    assert_eq!(dead, [one("dead-end", "faerge", "holbaek")]);
    let circle = with(&|own| {
        own.nodes[0] = question("oroe", &[("Ja", "faerge"), ("Nej", "hvem")]);
    });
    assert_eq!(circle, [one("loop", "oroe", "holbaek")]);
    let old = with(&|own| own.nodes[1].until = Some(date(2026, 11, 21)));
    assert_eq!(old, [one("expired", "faerge", "holbaek")]);
    let soon = with(&|own| own.nodes[1].until = Some(date(2026, 11, 22)));
    assert_eq!(soon, [one("expires-soon", "faerge", "holbaek")]);
    let same = with(&|own| own.nodes.push(answer("tid")));
    assert_eq!(same, [one("id-twice", "tid", "holbaek")]);
    let hung = with(&|own| own.choices[0].at = "tal".to_owned());
    assert!(hung.contains(&one("hook-is-answer", "tal", "holbaek")), "{hung:?}");
    assert!(hung.contains(&one("unreachable", "oroe", "holbaek")), "{hung:?}");
    let bad = with(&|own| {
        own.nodes[1].kind = NodeKind::Answer(vec![Way::Link {
            url: "javascript:alert(1)".to_owned(),
            label: "x".to_owned(),
        }]);
    });
    assert_eq!(bad, [one("bad-link", "faerge", "holbaek")]);
    let foreign = with(&|own| own.municipality = key("soroe"));
    assert_eq!(foreign, [one("unknown-municipality", "", "")]);
}

#[test]
fn a_way_to_a_department_that_a_municipality_lacks_is_a_dead_end_there() {
    let mut guide = pas();
    let jobcenter = DepartmentKey::new("borgerservice").expect("a key");
    guide.nodes[2].kind = NodeKind::Answer(vec![Way::Department(jobcenter.clone())]);
    let mut known = known();
    assert_eq!(faults(&guide, &[], &known, None), []);
    known.missing.insert((key("furesoe"), jobcenter));
    let found = faults(&guide, &[], &known, None);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].node.as_deref()), ("dead-end", Some("tid")));
    assert_eq!(found[0].municipality, Some(key("furesoe")));
}

#[test]
fn a_node_is_true_through_its_last_day() {
    let on = |day| {
        let mut guide = pas();
        guide.nodes[2].until = Some(day);
        found(&guide, &[])
    };
    assert_eq!(on(date(2026, 11, 21)), [one("expired", "tid", "")]);
    assert_eq!(on(date(2026, 11, 22)), [one("expires-soon", "tid", "")]);
    assert_eq!(on(date(2027, 11, 22)), []);
}

#[test]
fn a_guide_of_any_size_is_refused_in_a_moment() {
    let mut nodes: Vec<Node> = (0..100_000)
        .map(|n| question(&format!("n{n}"), &[("x", &format!("n{}", n + 1))]))
        .collect();
    nodes.push(answer("n100000"));
    let codes: Vec<&str> = found(&guide(nodes), &[]).iter().map(|fault| fault.0).collect();
    assert_eq!(codes, ["too-many-nodes"]);
    assert_eq!(found(&guide(vec![]), &[]), [one("no-nodes", "", "")]);
}

#[test]
fn the_branches_of_one_municipality_at_a_time_count_and_hide_no_fault_of_the_guide() {
    let mut lost = pas();
    lost.nodes.push(answer("oede"));
    let tree = |place: &str, most: usize| {
        let ids: Vec<String> = (0..most).map(|n| format!("n{n}")).collect();
        let nodes = ids.iter().map(|id| answer(id)).collect();
        Branches { municipality: key(place), ..branches(3, nodes, &[]) }
    };
    let faults = found(&lost, &[tree("furesoe", 120), tree("holbaek", 120)]);
    assert!(faults.iter().all(|fault| fault.0 != "too-many-nodes"), "each walks its own");
    assert!(faults.contains(&one("unreachable", "oede", "")));
    let faults = found(&lost, &[tree("furesoe", 120), tree("holbaek", 200)]);
    assert!(faults.contains(&one("too-many-nodes", "", "holbaek")));
    assert!(faults.contains(&one("unreachable", "oede", "")));
}

#[test]
fn an_edition_is_written_short_and_nothing_else_is_read() {
    for text in ["3", "3.2", "0", "12.0"] {
        assert_eq!(text.parse::<Edition>().expect("an edition").to_string(), text);
    }
    for text in ["", "3.", ".2", "-1", "+1", "3.2.1", "99999999999", "x", "3,2"] {
        assert!(text.parse::<Edition>().is_err(), "{text}");
    }
}

#[test]
fn a_visitor_is_counted_once_at_each_step_whatever_is_loaded_again() {
    let guide = pas();
    let here = key("furesoe");
    let mut walked: Option<Walked> = None;
    let mut go = |path: &str| -> Vec<String> {
        let (now, counted) = tally(&guide, &here, walked.as_ref(), &Path::parse(path), None);
        walked = Some(now);
        counted
            .into_iter()
            .map(|counted| match counted {
                Counted::Asked { node } => format!("?{node}"),
                Counted::Ended { node } => format!("!{node}"),
                Counted::On { node } => format!("+{node}"),
                Counted::To { node, turn } => format!("{node}>{turn}"),
                Counted::Back { node } => format!("<{node}"),
                other => format!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(go(""), ["?hvem"]);
    assert_eq!(go(""), [""; 0], "a reload");
    assert_eq!(go("alder"), ["+hvem", "hvem>alder", "?alder"]);
    assert_eq!(go(""), ["<alder"], "back");
    assert_eq!(go("alder"), [""; 0], "and on again");
    assert_eq!(go("alder.tid"), ["+alder", "alder>tid", "!tid"]);
    assert_eq!(go("alder"), ["<tid"]);
    assert_eq!(go("alder.tal"), ["alder>tal", "!tal"], "another answer; left counts once");
    assert_eq!(go("nonsens"), ["<tal"], "what does not hold is the start");
    let deep = Walked::from(&guide, &here, &Path::parse("alder"));
    let (_, counted) = tally(&guide, &here, Some(&deep), &Path::parse("alder"), None);
    assert_eq!(counted, [Counted::Asked { node: "alder".to_owned() }], "only what is new");
}

#[test]
fn the_time_at_a_question_is_counted_once_and_not_of_who_was_away() {
    let (guide, here) = (pas(), key("furesoe"));
    let times = |steps: &[(&str, Option<i64>)]| {
        let mut walked: Option<Walked> = None;
        let mut times = Vec::new();
        for (path, after) in steps {
            let (now, counted) = tally(&guide, &here, walked.as_ref(), &Path::parse(path), *after);
            walked = Some(now);
            times.extend(counted.into_iter().filter_map(|counted| match counted {
                Counted::Stayed { node, within } => Some((node, within)),
                _ => None,
            }));
        }
        times
    };
    let of = |node: &str, within| (node.to_owned(), within);
    assert_eq!(
        times(&[("", None), ("alder", Some(12)), ("alder.tid", Some(600))]),
        [of("hvem", 15), of("alder", 600)]
    );
    assert_eq!(
        times(&[("", None), ("alder", Some(3)), ("", Some(1)), ("alder", Some(40))]),
        [of("hvem", 5)]
    );
    assert_eq!(times(&[("", None), ("alder", Some(601))]), []);
    assert_eq!(times(&[("alder.tid", Some(4))]), [], "two answers at once tell nothing");
}

#[test]
fn a_median_lies_where_half_have_answered() {
    assert_eq!(median(&BTreeMap::new()), None);
    assert_eq!(median(&BTreeMap::from([(20, 4)])), Some(17));
    assert_eq!(median(&BTreeMap::from([(5, 1), (60, 2), (600, 1)])), Some(52));
    assert_eq!(median(&BTreeMap::from([(5, 9), (600, 1)])), Some(2));
}

prop_compose! {
    /// Questions and answers whose choices lead anywhere among `n0…n7` and `l0…l5`.
    fn any_nodes(letter: &'static str)(nodes in prop::collection::vec(
        (prop::collection::vec((0_usize..9, 0_usize..7, prop::bool::ANY), 0..4), prop::bool::ANY),
        1..7,
    )) -> Vec<Node> {
        nodes.into_iter().enumerate().map(|(index, (targets, way))| {
            let id = format!("{letter}{index}");
            if targets.is_empty() {
                let ways = if way { vec![Way::Person] } else { vec![] };
                return node(&id, NodeKind::Answer(ways));
            }
            let choices = targets.into_iter().enumerate().map(|(nth, (n, l, own))| {
                let to = if own { format!("l{l}") } else { format!("n{n}") };
                choice(&format!("x{nth}"), &to)
            });
            node(&id, NodeKind::Question(choices.collect()))
        }).collect()
    }
}

prop_compose! {
    /// A guide that may be published: every choice leads forward, every node is reached.
    fn sound()(picks in prop::collection::vec((2_usize..4, 0_usize..9), 1..5)) -> Guide {
        let questions = picks.len();
        let mut nodes = Vec::new();
        for (index, (count, spread)) in picks.into_iter().enumerate() {
            let mut targets = vec![format!("n{}", index + 1)];
            for nth in 1..count {
                targets.push(format!("n{}", index + 1 + (spread + nth) % (questions - index)));
            }
            let choices = targets.iter().enumerate().map(|(n, to)| choice(&format!("x{n}"), to));
            nodes.push(node(&format!("n{index}"), NodeKind::Question(choices.collect())));
        }
        nodes.push(node(&format!("n{questions}"), NodeKind::Answer(vec![Way::Person])));
        guide(nodes)
    }
}

prop_compose! {
    fn any_branches()(
        nodes in any_nodes("l"),
        hung in prop::collection::vec((0_usize..6, 0_usize..7), 0..5),
        of in 2_u32..4,
    ) -> Branches {
        let mut own = branches(of, nodes, &[]);
        own.choices = hung.into_iter().enumerate().map(|(n, (at, to))| Hung {
            at: if at == 5 { "l0".to_owned() } else { format!("n{at}") },
            choice: choice(&format!("y{n}"), &format!("l{to}")),
        }).collect();
        own
    }
}

/// Every node that a walk in this municipality can come to.
fn visited(guide: &Guide, municipality: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![Path::default()];
    while let Some(path) = open.pop() {
        let step = walk(guide, &key(municipality), &path).expect("a node");
        if seen.insert(step.node.id.clone()) {
            open.extend(step.options.into_iter().map(|option| option.path));
        }
    }
    seen
}

proptest! {
    #[test]
    fn grafting_any_branches_leaves_no_node_without_a_way_to_it_and_no_walk_without_an_end(
        guide in sound(), own in any_branches(), picks in prop::collection::vec(0_usize..9, 40),
    ) {
        let grafted = graft(&guide, std::slice::from_ref(&own));
        let everywhere = visited(&grafted, "holbaek");
        prop_assert_eq!(everywhere.len(), grafted.nodes.len());
        prop_assert_eq!(visited(&grafted, "furesoe"), visited(&guide, "furesoe"));
        for municipality in ["holbaek", "furesoe"] {
            let mut step = walk(&grafted, &key(municipality), &Path::default()).expect("a node");
            for pick in &picks {
                if step.options.is_empty() {
                    break;
                }
                let path = step.options[pick % step.options.len()].path.clone();
                step = walk(&grafted, &key(municipality), &path).expect("a node");
            }
            let ends = matches!(&step.node.kind, NodeKind::Answer(ways) if !ways.is_empty());
            prop_assert!(ends, "{:?}", step.node);
        }
    }

    #[test]
    fn branches_that_pass_the_check_are_grafted_whole(guide in sound(), own in any_branches()) {
        let bad = faults(&guide, std::slice::from_ref(&own), &known(), None);
        if bad.iter().all(|fault| !fault.stops()) {
            prop_assert_eq!(graft(&guide, std::slice::from_ref(&own)), join(&guide, &own));
        }
        for fault in &bad {
            prop_assert!(fault.municipality.is_some(), "the guide itself is sound: {:?}", fault);
        }
    }

    #[test]
    fn a_walk_of_an_edition_is_the_same_whatever_is_published_after_it(
        guide in sound(), own in any_branches(), later in sound(), turns in "[nl0-9.~]{0,40}",
    ) {
        // What is kept of an edition is the guide and the branches: grafting them again gives the
        // same steps, and the newer guide has no part in it.
        let path = Path::parse(&turns);
        let before = graft(&guide, std::slice::from_ref(&own));
        let newer = Guide { version: guide.version + 1, ..later };
        let again = graft(&guide, std::slice::from_ref(&own));
        prop_assert_eq!(walk(&before, &key("holbaek"), &path), walk(&again, &key("holbaek"), &path));
        let elsewhere = graft(&newer, std::slice::from_ref(&own));
        let step = walk(&elsewhere, &key("holbaek"), &path).expect("a node");
        prop_assert!(step.path.len() <= path.len(), "an old path never breaks the newer guide");
    }
}
