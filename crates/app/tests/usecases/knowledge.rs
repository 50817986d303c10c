use app::articles::{Helped, Imported, WhyNot};
use app::guides::GuideWay;
use base::{Language, Problem};
use rules::articles::{Competence, TopicKind};
use testkit::on_both;

use crate::house::{collection, empty, furnished, m, scope, topic, whole};

const DA: Language = Language::Da;

#[tokio::test]
async fn importing_again_writes_nothing_and_what_is_gone_is_removed() {
    on_both(async |database| {
        let app = empty(database, true);
        let first = app.import(whole()).await.expect("imported");
        assert!(first.written > 150 && first.members == 6, "{first:?}");
        let head = app.knowledge().await.expect("read");
        let again = app.import(whole()).await.expect("imported");
        let kept = Imported { kept: first.written, ..Imported::default() };
        assert_eq!(again, kept);
        assert!(std::sync::Arc::ptr_eq(&head, &app.knowledge().await.expect("read")));
        let mut less = whole().clone();
        less.articles.remove(&topic("su"));
        less.articles.get_mut(&topic("pas")).expect("pas").title = "Nyt pas".to_owned();
        let third = app.import(&less).await.expect("imported");
        assert_eq!((third.written, third.removed), (1, 1));
        let knowledge = app.knowledge().await.expect("read");
        assert!(knowledge.head(&topic("su")).is_none());
        assert_eq!(knowledge.head(&topic("pas")).expect("pas").title, "Nyt pas");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_sees_the_common_text_and_the_own_municipalitys_facts_apart() {
    on_both(async |database| {
        let app = furnished(database).await;
        let view = app.shown(&m("frederikssund"), &topic("pas"), DA).await.expect("shown");
        assert_eq!(view.kind, TopicKind::Article);
        assert_eq!(view.title, collection().articles[&topic("pas")].title);
        assert_eq!(view.local_name.as_deref(), Some("Frederikssund"));
        assert!(view.local_facts.iter().any(|fact| fact.value.contains("Torvet 2")));
        assert!(view.demo && !view.stale);
        assert!(view.parts.iter().any(|part| part.local) && view.parts.iter().any(|p| !p.local));
        assert_eq!(view.department_name.as_deref(), Some("Borgerservice"));
        assert_eq!(view.url, "/frederikssund/topic/pas");
        assert!(view.insert.contains("Torvet 2"));
        assert!(view.insert.ends_with("https://straks.example/frederikssund/topic/pas"));
        let other = app.shown(&m("soroe"), &topic("pas"), DA).await.expect("shown");
        assert!(!other.insert.contains("Torvet 2, 3600"));
        let english = app.shown(&m("soroe"), &topic("pas"), Language::En).await.expect("shown");
        assert_ne!(english.summary, other.summary);
        let referral = app.shown(&m("soroe"), &topic("su"), DA).await.expect("shown");
        assert_eq!(referral.competence, Competence::OtherAuthority);
        assert!(referral.authority.is_some() && referral.department.is_none());
        for (place, what) in [("atlantis", "pas"), ("soroe", "no-topic")] {
            let unknown = app.shown(&m(place), &topic(what), DA).await;
            assert_eq!(unknown.map(|_| ()), Err(Problem::NotFound), "{place} {what}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_guide_is_walked_to_an_answer_with_ways_on() {
    on_both(async |database| {
        let app = furnished(database).await;
        let place = m("frederikssund");
        let guide = topic("guide-pension");
        let first = app.guide_step(&place, &guide, None, "", DA).await.expect("the start");
        assert!(first.step.options.len() >= 3 && first.so_far.is_empty());
        assert!(first.longest_way_left > 0);
        let path = &first.step.options[0].path;
        let second = app.guide_step(&place, &guide, None, path, DA).await.expect("on");
        assert_eq!(second.so_far.len(), 1);
        let answer =
            app.guide_step(&place, &guide, None, "naesten.soeg", DA).await.expect("the answer");
        assert!(answer.step.options.is_empty() && answer.longest_way_left == 0);
        assert!(answer.step.ways.iter().any(|way| matches!(
            way,
            GuideWay::Topic { url, .. } if url == "/frederikssund/topic/folkepension"
        )));
        // Nonsense in the address leads to as far as it holds, never to an error.
        let lost =
            app.guide_step(&place, &guide, None, "naesten.<script>", DA).await.expect("a step");
        assert_eq!(lost.path, "naesten");
        let none = app.guide_step(&place, &topic("pas"), None, "", DA).await;
        assert_eq!(none.map(|_| ()), Err(Problem::NotFound));
        let shown = app.shown(&place, &guide, DA).await.expect("shown");
        assert_eq!(shown.guide.map(|guide| guide.step.node), Some(first.step.node));
    })
    .await;
}

#[tokio::test]
async fn search_finds_the_answer_and_the_index_follows_the_stream() {
    on_both(async |database| {
        let app = furnished(database).await;
        assert!(app.index_lag().await.expect("read") > 0);
        app.update_index().await.expect("built");
        assert_eq!(app.index_lag().await.expect("read"), 0);
        let place = m("frederikssund");
        let found = app.search(&place, "nyt pas", 5, DA, false).await.expect("found");
        assert_eq!(found.hits[0].slug, topic("pas"));
        assert_eq!(found.hits[0].url, "/frederikssund/topic/pas");
        let topics: Vec<_> = found.hits.iter().map(|hit| &hit.slug).collect();
        let once: std::collections::BTreeSet<_> = topics.iter().collect();
        assert_eq!(topics.len(), once.len(), "a variant takes the place of the common page");
        let mut changed = collection().clone();
        let article = changed.articles.get_mut(&topic("rotter")).expect("rotter");
        article.title = "Kvadratmeterkartofler".to_owned();
        changed.articles.remove(&topic("pas"));
        changed.variants.retain(|(t, _), _| *t != topic("pas"));
        app.import(&changed).await.expect("imported");
        app.update_index().await.expect("followed");
        let found = app.search(&place, "kvadratmeterkartofler", 5, DA, false).await.expect("found");
        assert_eq!(found.hits[0].slug, topic("rotter"));
        let found = app.search(&place, "nyt pas", 10, DA, false).await.expect("found");
        assert!(found.hits.iter().all(|hit| hit.slug != topic("pas")));
    })
    .await;
}

#[tokio::test]
async fn a_search_is_bounded_and_holds_no_cpr_number() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let place = m("soroe");
        let empty = app.search(&place, "  ", 5, DA, true).await.expect("nothing");
        assert!(empty.hits.is_empty());
        let masked = app.search(&place, "pas til 010190-1234", 5, DA, false).await.expect("found");
        assert!(!masked.query.contains("1234"), "{}", masked.query);
        let long = app.search(&place, &"x".repeat(301), 5, DA, false).await;
        assert!(matches!(long, Err(Problem::Invalid { field: "q", code: "too-long", .. })));
        let hits = app.search(&place, "pas", 10_000, DA, false).await.expect("found").hits;
        assert!(hits.len() <= 50);
        for odd in ["\"", "AND OR NOT", "field:x*", "(((", "a\u{0}b", "🤷‍♀️", "%_'; DROP TABLE"]
        {
            app.search(&place, odd, 5, DA, true).await.expect("harmless");
        }
        let unknown = app.search(&m("atlantis"), "pas", 5, DA, false).await;
        assert_eq!(unknown.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn an_agent_on_duty_sees_what_can_be_finished_tonight_and_only_while_on_duty() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let place = m("frederikssund");
        let mette = scope(&app, "mette@furesoe.example").await;
        let hits = app
            .search_knowledge(&mette, Some(&place), "hjælp til at forny mit pas", DA)
            .await
            .expect("hits");
        assert!(hits.hits.iter().any(|hit| hit.topic == topic("pas") && hit.local));
        for hit in &hits.hits {
            assert_eq!(
                hit.usable,
                hit.competence != Competence::Case
                    && (hit.competence != Competence::Local || hit.local),
                "{}",
                hit.topic
            );
        }
        let view = app.article(&mette, Some(&place), &topic("pas"), DA).await.expect("shown");
        assert_eq!(view.local_name.as_deref(), Some("Frederikssund"));
        let free = app.search_knowledge(&mette, None, "folkepension", DA).await.expect("hits");
        assert!(!free.hits.is_empty());
        let hanne = scope(&app, "hanne@frederikssund.example").await;
        let foreign = app.search_knowledge(&hanne, Some(&m("soroe")), "pas", DA).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::NotFound));
        app.clock.advance(105 * 60_000);
        let over = app.article(&mette, Some(&place), &topic("pas"), DA).await;
        assert_eq!(over.map(|_| ()), Err(Problem::NotFound), "a scope ends when it says so");
    })
    .await;
}

#[tokio::test]
async fn the_panel_is_searched_from_the_citizens_words_for_who_may_see_the_contact() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let citizen = crate::house::citizen(&app, "one");
        let wish = app::chat::OpenChat {
            municipality: m("frederikssund"),
            department: None,
            topic: None,
            language: DA,
            name: None,
        };
        let contact = app.open_chat(&citizen, wish).await.expect("a chat");
        for (n, text) in [(1, "hej"), (2, "hvordan forny jeg mit pas?")] {
            let say = app::chat::Say {
                message_id: uuid::Uuid::from_u128(n),
                text: text.to_owned(),
                article: None,
            };
            app.say(&citizen, contact, say).await.expect("said");
        }
        let mette = scope(&app, "mette@furesoe.example").await;
        let hits = app.contact_knowledge(&mette, contact, "", DA).await.expect("hits");
        assert_eq!(hits.query, "hej hvordan forny jeg mit pas?");
        assert_eq!(hits.hits[0].topic, topic("pas"));
        let typed = app.contact_knowledge(&mette, contact, "rotter", DA).await.expect("hits");
        assert_eq!(typed.hits[0].topic, topic("rotter"));
        let amina = scope(&app, "amina@furesoe.example").await;
        let refused = app.contact_knowledge(&amina, contact, "", DA).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::NotFound));
        let refused = app.contact_knowledge(&citizen, contact, "", DA).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn answers_to_did_this_help_are_counted_by_day() {
    on_both(async |database| {
        let app = furnished(database).await;
        let place = m("soroe");
        // Who says why has said no before.
        let no = [Helped::No(WhyNot::NoReason), Helped::No(WhyNot::HardToRead)];
        for answer in [Helped::Yes, Helped::Yes].into_iter().chain(no) {
            app.helped(&place, &topic("pas"), answer).await.expect("counted");
        }
        app.clock.advance(24 * crate::house::HOUR);
        app.helped(&place, &topic("pas"), Helped::Yes).await.expect("counted");
        let counts = store::knowledge::helped_between(
            database,
            &app.tenant,
            &place,
            "2027-06-02",
            "2027-06-02",
        )
        .await
        .expect("read");
        let pas = |answer: &str, count| (topic("pas"), answer.to_owned(), count);
        assert_eq!(counts, [pas("no", 0), pas("no-hard-to-read", 1), pas("yes", 2)]);
        let unknown = app.helped(&place, &topic("no-topic"), Helped::Yes).await;
        assert_eq!(unknown, Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn a_follower_hears_of_a_change_and_a_pseudonym_stays_the_same() {
    on_both(async |database| {
        let app = furnished(database).await;
        let stop = tokio_util::sync::CancellationToken::new();
        let follower = tokio::spawn(app.clone().follow_knowledge(stop.clone()));
        let mut left = 600;
        while app.index_lag().await.expect("read") > 0 {
            left -= 1;
            assert!(left > 0, "the index follows within seconds");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        stop.cancel();
        follower.await.expect("it stops");
        let one = app.pseudonym(identity::AddressKind::Email, "a@b.dk").await.expect("one");
        app.clock.advance(700 * 24 * crate::house::HOUR);
        let same = app.pseudonym(identity::AddressKind::Email, "A@b.dk").await.expect("the same");
        assert_eq!(one, same);
        app.clock.advance(31 * 24 * crate::house::HOUR);
        let other = app.pseudonym(identity::AddressKind::Email, "a@b.dk").await.expect("another");
        assert_ne!(one, other, "the key has changed with the retention time");
    })
    .await;
}
