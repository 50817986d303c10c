use std::collections::BTreeSet;
use std::sync::Mutex;

use app::workshop::links::AskStatus;
use app::workshop::tasks::TaskQuery;
use testkit::on_both;

use crate::house::{furnished, scope, topic};

const DAY_MS: i64 = 24 * 3_600_000;

/// An internet in which some addresses are gone, and that remembers what it was asked.
#[derive(Default)]
struct Internet {
    gone: BTreeSet<String>,
    asked: Mutex<Vec<String>>,
}

impl AskStatus for Internet {
    async fn status(&self, url: &str) -> Result<u16, String> {
        self.asked.lock().expect("the list").push(url.to_owned());
        Ok(if self.gone.contains(url) { 404 } else { 200 })
    }
}

async fn broken(app: &app::App) -> Vec<String> {
    let niels = scope(app, "niels@furesoe.example").await;
    let query = TaskQuery { kind: Some("broken-link".to_owned()), ..TaskQuery::default() };
    let list = app.tasks(&niels, &query).await.expect("the tasks");
    list.tasks.into_iter().filter_map(|task| task.topic).map(|topic| topic.to_string()).collect()
}

#[tokio::test]
async fn a_link_that_fails_on_two_days_is_somebodys_task_until_it_works_again() {
    on_both(async |database| {
        let app = furnished(database).await;
        let knowledge = app.knowledge().await.expect("read");
        let pas = &knowledge.articles[&topic("pas")];
        let url = pas.self_service.as_ref().expect("a link").url.clone();
        let mut internet = Internet { gone: BTreeSet::from([url.clone()]), ..Internet::default() };
        while app.check_links(&internet).await.expect("checked") {}
        let asked = internet.asked.lock().expect("the list").len();
        assert!(asked > 0);
        assert!(!app.check_links(&internet).await.expect("checked"));
        let again = internet.asked.lock().expect("the list").len();
        assert_eq!(asked, again, "at most once a day per link");
        assert_eq!(broken(&app).await, Vec::<String>::new());

        app.clock.advance(DAY_MS);
        while app.check_links(&internet).await.expect("checked") {}
        assert!(broken(&app).await.contains(&"pas".to_owned()));

        internet.gone.clear();
        app.clock.advance(DAY_MS);
        while app.check_links(&internet).await.expect("checked") {}
        assert_eq!(broken(&app).await, Vec::<String>::new());
    })
    .await;
}
