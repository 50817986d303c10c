use std::time::{Duration, Instant};

use app::App;
use base::Language;
use outbound::{Embedder, EmbedderSettings};
use testkit::model::{Model, Mood};
use testkit::on_both;

use crate::house::{empty, furnished, m};

const DA: Language = Language::Da;
/// Its words are covered in part only, so that the model is asked.
const HALF_COVERED: &str = "hvordan fornyer jeg mit gamle pas når jeg zzkvaps";
/// What nothing answers.
const NOTHING: &str = "zzkvaps zzplimf zzdrofk";

fn client(model: &Model, dim: usize) -> Embedder {
    let settings = EmbedderSettings {
        url: model.url(),
        key: Some("secret".to_owned()),
        model: "three-letters".to_owned(),
        dim,
    };
    Embedder::new(settings).expect("a client")
}

async fn topics(app: &App, query: &str) -> Vec<String> {
    let found = app.search(&m("furesoe"), query, 10, DA, false).await.expect("asked");
    found.hits.iter().map(|hit| hit.slug.to_string()).collect()
}

#[tokio::test]
async fn a_model_that_is_slow_failing_or_mad_changes_nothing() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let by_words = topics(&app, HALF_COVERED).await;
        assert!(!by_words.is_empty(), "the words find something");
        let model = Model::start().await;
        app.use_embedder(client(&model, Model::DIM));
        let slow = Mood::Slow(Duration::from_secs(60));
        for mood in [slow, Mood::Failing, Mood::Garbage, Mood::WrongDimension] {
            model.behave(mood);
            let begun = Instant::now();
            assert_eq!(topics(&app, HALF_COVERED).await, by_words, "{mood:?}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{mood:?} {:?}", begun.elapsed());
        }
        model.behave(Mood::Failing);
        assert_eq!(app.embed_texts().await, Ok(0));
    })
    .await;
}

#[tokio::test]
async fn what_one_node_has_embedded_every_node_knows() {
    on_both(async |database| {
        let one = furnished(database).await;
        let two = empty(database, true);
        let model = Model::start().await;
        one.use_embedder(client(&model, Model::DIM));
        two.use_embedder(client(&model, Model::DIM));
        let made = one.embed_texts().await.expect("embedded");
        let sent = model.asked().len();
        assert_eq!(two.learn_meanings().await, Ok(made));
        assert_eq!(two.learn_meanings().await, Ok(0), "only what is new");
        assert_eq!(two.embed_texts().await, Ok(0));
        assert_eq!(model.asked().len(), sent, "the model is asked for each text once");
    })
    .await;
}

#[tokio::test]
async fn texts_are_embedded_once_and_queries_without_what_is_personal() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let personal = format!("{HALF_COVERED} 010190-1234 anna@firma.dk 20 30 40 50");
        let mut alone = topics(&app, &personal).await;
        let model = Model::start().await;
        app.use_embedder(client(&model, Model::DIM));
        let made = app.embed_texts().await.expect("embedded");
        assert!(made > 5, "{made}");
        assert_eq!(app.embed_texts().await, Ok(0), "nothing has changed");
        let sent = model.asked().len();
        let mut with = topics(&app, &personal).await;
        let asked = model.asked()[sent..].join("\n");
        assert!(!asked.contains(char::is_numeric) && !asked.contains('@'), "{asked}");
        // The same hits, perhaps in another order: the model adds nothing of its own.
        with.sort();
        alone.sort();
        assert_eq!(with, alone);
        // A meaning that came too late to be of use is asked for again.
        let mut sent = model.asked().len();
        for _ in 0..50 {
            topics(&app, HALF_COVERED).await;
            if model.asked().len() == sent {
                break;
            }
            sent = model.asked().len();
        }
        topics(&app, HALF_COVERED).await;
        assert_eq!(model.asked().len(), sent, "a query's meaning is kept");
        assert!(topics(&app, NOTHING).await.is_empty(), "what nothing answers stays unanswered");
        assert_eq!(model.asked().len(), sent, "and the model is not asked for it");
    })
    .await;
}
