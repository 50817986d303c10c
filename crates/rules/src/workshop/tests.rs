use base::UnixMillis;
use proptest::prelude::*;

use super::diff::{SpanKind, diff, spans};
use super::stale::{Choice, affected, settle};
use super::*;
use crate::articles::{Competence, Part, SelfService, leave_behind, merge};

fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}").parse().unwrap()
}

fn article(parts: &[(&str, &str)]) -> Article {
    let day = jiff::civil::date(2027, 6, 2);
    Article {
        topic: TopicKey::new("pas").unwrap(),
        kind: TopicKind::Article,
        version: 1,
        title: "Pas".to_owned(),
        title_en: "Passport".to_owned(),
        area: "id-og-papirer".to_owned(),
        department: base::DepartmentKey::new("borgerservice").unwrap(),
        competence: Competence::General,
        urgent: false,
        summary: "Du bestiller pas i Borgerservice.".to_owned(),
        summary_en: "Order at the citizen service.".to_owned(),
        words: vec![],
        words_en: vec![],
        self_service: None,
        figures_year: None,
        rules: vec![],
        related: vec![],
        owner: MunicipalityKey::new("soroe").unwrap(),
        reviewed: day,
        review: day,
        authority: None,
        facts: vec![],
        parts: parts
            .iter()
            .map(|(id, markdown)| Part {
                id: (*id).to_owned(),
                heading: (*id).to_owned(),
                markdown: (*markdown).to_owned(),
            })
            .collect(),
    }
}

fn variant(parts: &[(&str, &str)]) -> Variant {
    Variant {
        topic: TopicKey::new("pas").unwrap(),
        of: 1,
        municipality: MunicipalityKey::new("furesoe").unwrap(),
        department: base::DepartmentKey::new("borgerservice").unwrap(),
        reviewed: jiff::civil::date(2027, 6, 2),
        demo: true,
        words: vec![],
        facts: vec![],
        self_service: None,
        parts: article(parts).parts,
    }
}

fn texts(before: &Article, after: &Article, local: &Variant) -> (Text, Text, Text) {
    (
        Text::Article(Box::new(before.clone())),
        Text::Article(Box::new(after.clone())),
        Text::Variant(Box::new(local.clone())),
    )
}

#[test]
fn a_variant_is_touched_only_where_it_replaces_what_has_changed() {
    let before = article(&[("todo", "Book en tid."), ("price", "893 kr.")]);
    let after = article(&[("todo", "Book en tid."), ("price", "920 kr.")]);
    let touched = |local: &Variant| {
        let (before, after, local) = texts(&before, &after, local);
        affected(&before, &after, &local).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(touched(&variant(&[("price", "893 kr. hos os")])), ["price"]);
    assert!(touched(&variant(&[("todo", "Kom forbi."), ("place", "Torvet 2")])).is_empty());
    // A part that the new master adds under the variant's own name would be replaced unseen.
    let adds = article(&[("todo", "Book en tid."), ("price", "893 kr."), ("place", "Overalt")]);
    let (before, adds, local) = texts(&before, &adds, &variant(&[("place", "Torvet 2")]));
    assert_eq!(affected(&before, &adds, &local).len(), 1);
}

#[test]
fn a_changed_self_service_link_touches_who_has_a_link_of_their_own() {
    let service = |url: &str| Some(SelfService { label: "Bestil".to_owned(), url: url.to_owned() });
    let before = Article { self_service: service("https://a.example"), ..article(&[]) };
    let after = Article { self_service: service("https://b.example"), ..article(&[]) };
    let own = Variant { self_service: service("https://c.example"), ..variant(&[]) };
    let (before, after, mut local) = texts(&before, &after, &own);
    assert!(affected(&before, &after, &local).contains(diff::SELF_SERVICE));
    settle(&mut local, diff::SELF_SERVICE, Choice::Common);
    assert!(affected(&before, &after, &local).is_empty());
}

#[test]
fn settling_takes_the_common_part_or_keeps_the_own_one() {
    let local = variant(&[("price", "893 kr. hos os"), ("todo", "Kom forbi.")]);
    let mut common = Text::Variant(Box::new(local.clone()));
    settle(&mut common, "price", Choice::Common);
    let mut kept = Text::Variant(Box::new(local.clone()));
    settle(&mut kept, "price", Choice::Keep);
    let Text::Variant(common) = common else { panic!("a variant") };
    assert_eq!(common.parts.len(), 1);
    assert_eq!(kept, Text::Variant(Box::new(local)));
}

#[test]
fn the_words_that_came_and_went_are_told_apart() {
    let spans = spans("Et pas koster 893 kr. for voksne", "Et pas koster 920 kr. for voksne");
    let told: Vec<(SpanKind, &str)> =
        spans.iter().map(|span| (span.kind, span.text.as_str())).collect();
    assert_eq!(
        told,
        [
            (SpanKind::Same, "Et pas koster "),
            (SpanKind::Removed, "893"),
            (SpanKind::Added, "920"),
            (SpanKind::Same, " kr. for voksne"),
        ]
    );
    let before = Text::Article(Box::new(article(&[("todo", "Ring."), ("price", "893 kr.")])));
    let after = Text::Article(Box::new(article(&[("todo", "Ring.")])));
    let changed: Vec<_> = diff(Some(&before), Some(&after))
        .into_iter()
        .filter(diff::PartDiff::has_changed)
        .map(|part| part.part)
        .collect();
    assert_eq!(changed, ["price"]);
}

#[test]
fn an_editors_browser_does_not_decide_whose_text_it_is() {
    let old = Text::Variant(Box::new(variant(&[("price", "1")])));
    let mut sent = variant(&[("price", "2")]);
    sent.municipality = MunicipalityKey::new("soroe").unwrap();
    sent.topic = TopicKey::new("skat").unwrap();
    sent.of = 99;
    let mut sent = Text::Variant(Box::new(sent));
    sent.keep_identity(&old);
    assert_eq!(sent.municipality(), old.municipality());
    assert_eq!((sent.topic(), sent.version()), (old.topic(), 1));
}

#[test]
fn an_instant_that_has_passed_is_refused_and_does_not_publish_at_once() {
    let now = UnixMillis(10_000_000);
    let publish = |at: i64| {
        let command = Command::Publish { at: Some(UnixMillis(at)), expires_at: None, sound: true };
        decide(&Draft::begun_by(id(1)), command, id(1), now, Policy { approval: false })
            .map(|(_, effects)| effects)
    };
    assert_eq!(publish(now.0 - 60_001), Err(Refusal::Past));
    assert_eq!(publish(now.0 - 60_000), Ok(vec![Effect::Publish]), "a minute while it was pressed");
    assert_eq!(publish(now.0 + 1), Ok(vec![Effect::Schedule]));
}

fn command() -> impl Strategy<Value = (Command, u8)> {
    let at = || prop_oneof![Just(None), (0_i64..200_000).prop_map(|at| Some(UnixMillis(at)))];
    let command = prop_oneof![
        (0_i64..8).prop_map(|revision| Command::Write { revision }),
        (prop_oneof![Just(None), (1_u128..4).prop_map(|n| Some(id(n)))], any::<bool>())
            .prop_map(|(reviewer, sound)| Command::Submit { reviewer, note: String::new(), sound }),
        Just(Command::Return { note: String::new() }),
        Just(Command::Approve { note: String::new() }),
        (at(), at(), any::<bool>()).prop_map(|(at, expires_at, sound)| Command::Publish {
            at,
            expires_at,
            sound
        }),
        any::<bool>().prop_map(|sound| Command::Due { sound }),
    ];
    (command, 1_u8..4)
}

proptest! {
    /// Whatever three people do with a draft in whatever order: nothing is published unsound, where
    /// approval is asked for nothing is published that another than its last author has not
    /// approved word for word, and nobody's words are taken over unseen.
    #[test]
    fn nothing_is_published_unsound_or_unapproved_and_no_words_are_lost(
        commands in prop::collection::vec(command(), 1..40),
        approval in any::<bool>(),
    ) {
        let policy = Policy { approval };
        let mut draft = Draft::begun_by(id(1));
        let mut now = UnixMillis(0);
        let mut approved: Option<(PersonId, i64)> = None;
        for (command, who) in commands {
            now = now + 10_000;
            let who: PersonId = id(u128::from(who));
            let before = draft.clone();
            let Ok((next, effects)) = decide(&draft, command.clone(), who, now, policy) else {
                continue;
            };
            match &command {
                Command::Write { revision } => {
                    prop_assert_eq!(*revision, before.revision, "written over unseen words");
                    prop_assert_eq!(next.revision, before.revision + 1);
                    prop_assert_eq!(next.last_author, who);
                    prop_assert_eq!(next.phase, Phase::Editing);
                }
                Command::Approve { .. } => {
                    prop_assert_ne!(who, before.last_author);
                    approved = Some((who, before.revision));
                }
                _ => prop_assert_eq!(next.revision, before.revision),
            }
            if effects.contains(&Effect::Publish) {
                let sound = matches!(
                    command,
                    Command::Publish { sound: true, .. } | Command::Due { sound: true }
                );
                prop_assert!(sound);
                if approval {
                    let (by, revision) = approved.expect("somebody approved it");
                    prop_assert_eq!(revision, before.revision);
                    prop_assert_ne!(by, before.last_author);
                }
                // It has become the text: its life is over.
                break;
            }
            // The clock publishes exactly what is scheduled.
            prop_assert_eq!(next.phase == Phase::Scheduled, next.publish_at.is_some());
            draft = next;
        }
    }

    /// A variant that goes along with its master shows its citizens the same own parts as before;
    /// one that does not is never mixed.
    #[test]
    fn going_along_changes_nothing_that_citizens_see_of_the_own_parts(
        before in prop::collection::vec(("[a-d]", "[x-z]{1,3}"), 1..4),
        after in prop::collection::vec(("[a-d]", "[x-z]{1,3}"), 1..4),
        own in prop::collection::vec(("[a-f]", "[x-z]{1,3}"), 1..4),
    ) {
        let unique = |parts: Vec<(String, String)>| -> Vec<(String, String)> {
            let map: std::collections::BTreeMap<_, _> = parts.into_iter().collect();
            map.into_iter().collect()
        };
        let (before, after, own) = (unique(before), unique(after), unique(own));
        let pairs = |parts: &[(String, String)]| -> Vec<(String, String)> { parts.to_vec() };
        let refs = |parts: &[(String, String)]| -> Article {
            let owned = pairs(parts);
            let some: Vec<(&str, &str)> =
                owned.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            article(&some)
        };
        let (old, new) = (refs(&before), Article { version: 2, ..refs(&after) });
        let local = Variant { parts: refs(&own).parts, ..variant(&[]) };
        let (old_text, new_text, local_text) = texts(&old, &new, &local);
        let touched = affected(&old_text, &new_text, &local_text);
        let carried = Variant { of: 2, ..local.clone() };
        if touched.is_empty() {
            let shown = merge(&new, Some(&carried));
            prop_assert!(!shown.stale);
            for part in &local.parts {
                let here = shown.parts.iter().find(|shown| shown.id == part.id);
                prop_assert_eq!(here.map(|shown| shown.markdown.as_str()), Some(part.markdown.as_str()));
            }
        } else {
            let mut left = local.clone();
            leave_behind(&mut left, &old);
            let shown = merge(&new, Some(&left));
            for part in &new.parts {
                let here = shown.parts.iter().find(|shown| shown.id == part.id);
                prop_assert_eq!(here.map(|shown| shown.markdown.as_str()), Some(part.markdown.as_str()));
            }
            for part in shown.parts.iter().filter(|part| part.local) {
                prop_assert!(old.parts.iter().all(|before| before.id != part.id));
            }
        }
    }
}
