//! What is written as a content file is read again word for word.

use jiff::civil::date;
use proptest::prelude::*;
use rules::articles::{
    Article, Authority, Competence, Fact, Part, SelfService, TopicKind, Variant, parse_article,
    parse_variant, write_article, write_variant,
};
use rules::guides::{
    Branches, Choice, Guide, Hung, Node, NodeKind, Way, parse, parse_branches, write_branches,
    write_guide,
};

/// Any line: signs that mean something in TOML and Markdown among them.
fn line() -> impl Strategy<Value = String> {
    "[ -~æøåÆØÅé–“”\\\\\"'#+=\u{1}\u{7f}\u{202e}]{0,40}"
}

/// A line that stands in the body: no control characters, nothing at its ends.
fn words() -> impl Strategy<Value = String> {
    "[!-z|~æøå–][ -z|~æøå–]{0,30}[!-z|~æøå–]"
        .prop_map(|text| text.replace("->", "-").replace("{#", "#"))
}

/// Markdown under a heading: lines, some blank, none that begins a part, nothing blank at the ends.
fn markdown() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof!["[*>a-zæøå0-9|`_.\\[\\]() -]{0,40}", Just("### Under".to_owned())],
        1..6,
    )
    .prop_map(|lines| format!("Tekst\n{}\nslut", lines.join("\n")))
}

fn key() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{1,12}"
}

fn parts(least: usize) -> impl Strategy<Value = Vec<Part>> {
    proptest::collection::vec((words(), markdown()), least..4).prop_map(|parts| {
        let id = |n: usize| if n == 0 { "todo".to_owned() } else { format!("del-{n}") };
        parts
            .into_iter()
            .enumerate()
            .map(|(n, (heading, markdown))| Part { id: id(n), heading, markdown })
            .collect()
    })
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    proptest::collection::vec(
        (line(), line(), proptest::option::of(line())).prop_map(|(label, value, note)| Fact {
            label,
            value,
            note,
        }),
        0..3,
    )
}

fn service() -> impl Strategy<Value = Option<SelfService>> {
    proptest::option::of((line(), line()).prop_map(|(label, url)| SelfService { label, url }))
}

prop_compose! {
    fn article()(
        topic in key(), lines in proptest::array::uniform8(line()), words in proptest::collection::vec(line(), 0..4),
        facts in facts(), parts in parts(1), service in service(), year in proptest::option::of(2020_i16..2040),
        phone in proptest::option::of(line()), referral in any::<bool>(), urgent in any::<bool>(), version in 1_u32..999,
    ) -> Article {
        let [title, title_en, area, summary, summary_en, rule, name, url] = lines;
        Article {
            topic: topic.parse().expect("it is there"),
            kind: if referral { TopicKind::Referral } else { TopicKind::Article },
            version, title, title_en, area,
            department: "borgerservice".parse().expect("it is there"),
            competence: if urgent { Competence::OtherAuthority } else { Competence::Local },
            urgent, summary, summary_en,
            words_en: words.clone(), words,
            self_service: service,
            figures_year: year,
            rules: vec![rule],
            related: vec!["pas".parse().expect("it is there")],
            owner: "furesoe".parse().expect("it is there"),
            reviewed: date(2027, 2, 28), review: date(2027, 12, 31),
            authority: referral.then_some(Authority { name, phone, url }),
            facts, parts,
        }
    }
}

fn node(number: usize) -> impl Strategy<Value = Node> {
    let choices = proptest::collection::vec((words(), any::<bool>()), 1..4).prop_map(|all| {
        NodeKind::Question(
            all.into_iter()
                .map(|(text, local)| Choice {
                    text: text.trim_start_matches(['[', ' ']).to_owned() + ".",
                    to: "svar".into(),
                    only: if local {
                        vec![
                            "furesoe".parse().expect("it is there"),
                            "egedal".parse().expect("it is there"),
                        ]
                    } else {
                        vec![]
                    },
                    line: 0,
                })
                .collect(),
        )
    });
    let ways = words().prop_map(|label| {
        NodeKind::Answer(vec![
            Way::Topic("pas".parse().expect("it is there")),
            Way::Link { url: "https://www.example.dk/a?b=1".into(), label },
            Way::Department("borgerservice".parse().expect("it is there")),
            Way::Person,
        ])
    });
    (words(), proptest::option::of(markdown()), prop_oneof![choices, ways], any::<bool>()).prop_map(
        move |(title, markdown, kind, until)| Node {
            id: if number == 0 { "start".into() } else { format!("svar-{number}") },
            title,
            markdown: markdown.unwrap_or_default().replace("- ", "* ").replace("=>", ""),
            line: 0,
            until: until.then_some(date(2027, 12, 31)),
            kind,
        },
    )
}

/// Lines say where a text stood in its file, not what it says.
fn without_lines(nodes: Vec<Node>) -> Vec<Node> {
    let kind = |kind| match kind {
        NodeKind::Question(choices) => NodeKind::Question(
            choices.into_iter().map(|choice| Choice { line: 0, ..choice }).collect(),
        ),
        answer => answer,
    };
    nodes.into_iter().map(|node| Node { line: 0, kind: kind(node.kind), ..node }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_article_is_read_as_it_was_written(article in article()) {
        prop_assert_eq!(parse_article(&write_article(&article)), Ok(article));
    }

    #[test]
    fn a_variant_is_read_as_it_was_written(
        parts in parts(1), facts in facts(), service in service(), words in proptest::collection::vec(line(), 0..3), of in 1_u32..99, demo in any::<bool>(),
    ) {
        let variant = Variant {
            topic: "pas".parse().expect("it is there"), of, municipality: "egedal".parse().expect("it is there"),
            department: "borgerservice".parse().expect("it is there"), reviewed: date(2027, 1, 1), demo, words, facts,
            self_service: service, parts,
        };
        prop_assert_eq!(parse_variant(&write_variant(&variant)), Ok(variant));
    }

    #[test]
    fn a_guide_and_its_branches_are_read_as_they_were_written(
        article in article(), first in node(0), second in node(1), text in words(),
    ) {
        let guide = Guide {
            topic: article.topic, version: article.version, title: article.title, title_en: article.title_en,
            area: article.area, department: article.department, competence: article.competence,
            urgent: article.urgent, summary: article.summary, summary_en: article.summary_en,
            words: article.words, words_en: article.words_en, figures_year: article.figures_year,
            rules: article.rules, related: article.related, owner: article.owner,
            reviewed: article.reviewed, review: article.review, nodes: vec![first, second.clone()],
        };
        let mut read = parse(&write_guide(&guide)).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{}", write_guide(&guide))))?;
        read.nodes = without_lines(read.nodes);
        prop_assert_eq!(&read, &guide);
        let branches = Branches {
            topic: guide.topic, of: 3, version: 2, municipality: "egedal".parse().expect("it is there"),
            department: "borgerservice".parse().expect("it is there"), reviewed: date(2027, 1, 1), nodes: vec![second],
            choices: vec![Hung { at: "start".into(), choice: Choice { text, to: "svar-1".into(), only: vec![], line: 0 } }],
        };
        let mut read = parse_branches(&write_branches(&branches)).expect("it is there");
        read.nodes = without_lines(read.nodes);
        prop_assert_eq!(read, branches);
    }
}
