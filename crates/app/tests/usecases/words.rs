use app::words::{NewBestBet, NewException, NewSynonym, Saved};
use base::{Language, MunicipalityKey, Problem};
use testkit::on_both;

use crate::house::{comes, furnished, m, scope, topic};

const DA: Language = Language::Da;

fn synonym(place: Option<MunicipalityKey>, said: &str, means: &str, live: bool) -> NewSynonym {
    NewSynonym {
        municipality: place,
        said: said.to_owned(),
        means: means.to_owned(),
        both_ways: false,
        weight: 100,
        live,
    }
}

#[tokio::test]
async fn a_synonym_works_the_moment_it_is_live_and_is_counted_without_the_words() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let editor = scope(&app, "niels@furesoe.example").await;
        let place = m("furesoe");
        let first = async || {
            let found = app.search(&place, "plimsolvognen", 3, DA, false).await.expect("asked");
            found.hits.first().map(|hit| hit.slug.to_string())
        };
        assert_eq!(first().await, None);
        let draft = synonym(None, "plimsolvognen", "pas", false);
        let Saved::Done(id) = app.save_synonym(&editor, None, draft).await.expect("saved") else {
            panic!("no circle");
        };
        assert_eq!(first().await, None, "a draft is no synonym yet");
        let tried = app.explain_search(&editor, Some(&place), "plimsolvognen", Some(id), DA).await;
        assert_eq!(tried.expect("tried").answer.hits[0].topic, topic("pas"));
        assert_eq!(first().await, None, "trying is not setting live");
        let seq = app.index.applied_seq().expect("read");
        let live = synonym(None, "plimsolvognen", "pas", true);
        let begun = std::time::Instant::now();
        app.save_synonym(&editor, Some(id), live).await.expect("live");
        assert_eq!(first().await.as_deref(), Some("pas"));
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
        assert!(app.index.applied_seq().expect("read") > seq);
        // The count comes a moment later.
        comes(async || app.synonyms(&editor).await.expect("read")[0].used > 0).await;
        let seen = app.synonyms(&editor).await.expect("read");
        assert!(seen[0].used >= 1 && seen[0].live && seen[0].can_edit, "{seen:?}");
        app.remove_words(&editor, id).await.expect("removed");
        assert_eq!(first().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_circle_is_refused_and_named() {
    on_both(async |database| {
        let app = furnished(database).await;
        let editor = scope(&app, "niels@furesoe.example").await;
        let one = synonym(None, "gult kort", "sundhedskort", true);
        app.save_synonym(&editor, None, one).await.expect("saved");
        let back = synonym(None, "Sundhedskort", "gult kort", true);
        let refused = app.save_synonym(&editor, None, back.clone()).await.expect("an answer");
        let circle = ["Sundhedskort", "gult kort", "sundhedskort"].map(str::to_owned).to_vec();
        assert_eq!(refused, Saved::Circle(circle));
        assert_eq!(app.synonyms(&editor).await.expect("read").len(), 1);
        let both = NewSynonym { both_ways: true, ..back };
        assert!(matches!(app.save_synonym(&editor, None, both).await, Ok(Saved::Done(_))));
    })
    .await;
}

#[tokio::test]
async fn words_of_others_are_out_of_reach_and_nonsense_is_refused() {
    on_both(async |database| {
        let app = furnished(database).await;
        let editor = scope(&app, "niels@furesoe.example").await;
        let foreign = synonym(Some(m("frederikssund")), "gult kort", "pas", false);
        let refused = app.save_synonym(&editor, None, foreign).await;
        assert!(
            matches!(refused, Err(Problem::NotFound | Problem::Forbidden { .. })),
            "{refused:?}"
        );
        let agent = scope(&app, "mette@furesoe.example").await;
        assert_eq!(app.synonyms(&agent).await, Err(Problem::NotFound));
        for (said, means) in
            [("", "pas"), ("🦀", "pas"), ("gult", "  "), (&*"x".repeat(300), "pas")]
        {
            let odd = app.save_synonym(&editor, None, synonym(None, said, means, true)).await;
            assert!(matches!(odd, Err(Problem::Invalid { .. })), "{said:?} {odd:?}");
        }
        let bet = NewBestBet {
            municipality: None,
            query: "noget".to_owned(),
            topic: topic("no-such-topic"),
            until: None,
        };
        assert!(matches!(app.add_best_bet(&editor, bet).await, Err(Problem::Invalid { .. })));
        let split = |says: &str| NewException {
            kind: "split".to_owned(),
            word: "sundhedskort".to_owned(),
            says: says.to_owned(),
        };
        let wrong = app.add_word_exception(&editor, split("hund kort")).await;
        assert!(matches!(wrong, Err(Problem::Invalid { field: "says", .. })), "{wrong:?}");
        app.add_word_exception(&editor, split("sundhed kort")).await.expect("its parts");
        assert_eq!(app.word_exceptions(&editor).await.expect("read").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_best_bet_is_first_until_its_day_and_local_ones_stay_at_home() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let editor = scope(&app, "niels@furesoe.example").await;
        let bet = NewBestBet {
            municipality: Some(m("furesoe")),
            query: "fastelavn".to_owned(),
            topic: topic("rotter"),
            until: Some(app.now().plus_seconds(3600)),
        };
        app.add_best_bet(&editor, bet).await.expect("saved");
        let first = async |place: &str| {
            let found = app.search(&m(place), "Fastelavn", 3, DA, false).await.expect("asked");
            found.hits.first().map(|hit| hit.slug.to_string())
        };
        assert_eq!(first("furesoe").await.as_deref(), Some("rotter"));
        assert_ne!(first("soroe").await.as_deref(), Some("rotter"));
        app.clock.advance(3_700_000);
        app.update_index().await.expect("followed");
        assert_ne!(first("furesoe").await.as_deref(), Some("rotter"));
    })
    .await;
}

#[tokio::test]
async fn an_index_that_has_lost_a_text_is_built_again() {
    on_both(async |database| {
        let app = furnished(database).await;
        let seq = app.update_index().await.expect("built");
        assert!(app.audit_index().await.expect("compared"));
        {
            let mut writer = app.index.writer();
            writer.remove("rotter").expect("removed");
            writer.commit(seq).expect("committed");
        }
        assert!(!app.audit_index().await.expect("compared"));
        assert!(app.audit_index().await.expect("compared"));
        let found = app.search(&m("furesoe"), "rotter", 3, DA, false).await.expect("asked");
        assert_eq!(found.hits[0].slug, topic("rotter"));
        assert!(app.index_follows().await);
    })
    .await;
}

#[tokio::test]
async fn views_and_answers_are_learned_and_suggestions_lead_to_the_municipalitys_page() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let place = m("furesoe");
        for _ in 0..30 {
            app.helped(&place, &topic("rotter"), app::articles::Helped::Yes)
                .await
                .expect("counted");
        }
        app.count_view(&place, &topic("rotter"));
        let editor = scope(&app, "niels@furesoe.example").await;
        let mut product = 0.0;
        // The count comes a moment later.
        let learned = comes(async || {
            app.learn_from_counts().await.expect("learned");
            let told = app.explain_search(&editor, Some(&place), "rotter", None, DA).await;
            let favour = told.expect("told").answer.hits[0].explain.favour;
            product = favour.product();
            favour.views > 1.0
        });
        assert!(learned.await);
        assert!(product < 1.5, "{product}");
        let offers = app.suggest(&place, "rott", DA, 5).await.expect("offered");
        assert!(offers.iter().any(|one| one.url.as_deref() == Some("/furesoe/topic/rotter")));
        let unknown = app.suggest(&m("atlantis"), "rott", DA, 5).await;
        assert_eq!(unknown, Err(Problem::NotFound));
    })
    .await;
}
