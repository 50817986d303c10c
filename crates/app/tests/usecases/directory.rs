use app::directory::EntryKind;
use base::{DepartmentKey, Problem};
use testkit::on_both;

use crate::house::{HOUR, furnished, m, scope, topic};

fn d(key: &str) -> DepartmentKey {
    DepartmentKey::new(key).expect("a department's key")
}

#[tokio::test]
async fn pension_in_frederikssund_is_closed_tonight_and_promises_tomorrow_at_noon() {
    on_both(async |database| {
        let app = furnished(database).await;
        let entry = app.department(&m("frederikssund"), &d("pension-og-ydelser")).await;
        let entry = entry.expect("the department");
        assert_eq!(entry.name, "Ydelser og pension");
        assert!(!entry.open);
        // Thursday 3 June 2027, 8:00.
        assert_eq!(entry.opens_at, Some(crate::house::WEDNESDAY_2015 + (11 * HOUR + 45 * 60_000)));
        let promise = app
            .promise_of(&m("frederikssund"), &d("pension-og-ydelser"), app.now())
            .await
            .expect("a promise");
        assert_eq!(promise, crate::house::WEDNESDAY_2015 + (15 * HOUR + 45 * 60_000));
        app.clock.advance(12 * HOUR);
        let entry = app.department(&m("frederikssund"), &d("pension-og-ydelser")).await;
        assert!(entry.expect("the department").open);
        let unknown = app.department(&m("frederikssund"), &d("anden-myndighed")).await;
        assert_eq!(unknown.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn a_topic_has_an_owner_in_every_municipality_unless_another_authority_does_it() {
    on_both(async |database| {
        let app = furnished(database).await;
        let pass = app.owner_of(&m("frederikssund"), &topic("pas")).await.expect("read");
        assert_eq!(pass, Some(d("borgerservice")));
        let supplement = app.owner_of(&m("frederikssund"), &topic("personligt-tillaeg")).await;
        assert_eq!(supplement.expect("read"), Some(d("pension-og-ydelser")));
        assert_eq!(app.owner_of(&m("frederikssund"), &topic("su")).await.expect("read"), None);
        assert_eq!(
            app.owner_of(&m("frederikssund"), &topic("no-topic")).await.expect("read"),
            None
        );
    })
    .await;
}

#[tokio::test]
async fn the_directory_is_found_by_name_topic_and_number_and_the_main_number_is_marked() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let place = m("frederikssund");
        let by_name = app.search_directory(&mette, "ydelser", Some(&place)).await.expect("found");
        assert!(by_name.iter().any(|e| e.department == Some(d("pension-og-ydelser"))));
        let by_number = app.search_directory(&mette, "00 12 12 23", None).await.expect("found");
        assert_eq!(by_number.len(), 1);
        assert_eq!(by_number[0].department, Some(d("pension-og-ydelser")));
        app.update_index().await.expect("built");
        let by_topic = app.search_directory(&mette, "huller", Some(&place)).await.expect("found");
        assert!(by_topic.iter().any(|e| e.department == Some(d("vej-og-park"))), "{by_topic:?}");
        assert!(by_topic.len() <= 3, "{by_topic:?}");
        let main = app.search_directory(&mette, "+45 00 12 00 00", None).await.expect("found");
        assert_eq!(main.first().map(|entry| entry.kind), Some(EntryKind::Main));
        let directory = app.directory().await.expect("read");
        for written in ["+45 00 12 00 00", "00120000", "0012 0000", "4500120000"] {
            assert_eq!(directory.main_number_of(written), Some(&place), "{written}");
        }
        assert_eq!(directory.main_number_of("00 12 12 23"), None);
        assert_eq!(directory.main_number_of(""), None);
    })
    .await;
}

#[tokio::test]
async fn the_directory_ends_where_the_reach_ends() {
    on_both(async |database| {
        let app = furnished(database).await;
        let hanne = scope(&app, "hanne@frederikssund.example").await;
        let all = app.search_directory(&hanne, "", None).await.expect("found");
        assert!(!all.is_empty() && all.iter().all(|e| e.municipality == m("frederikssund")));
        let foreign = app.search_directory(&hanne, "", Some(&m("soroe"))).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::NotFound));
        let long = app.search_directory(&hanne, &"x".repeat(121), None).await;
        assert!(matches!(long, Err(Problem::Invalid { field: "q", .. })));
        assert_eq!(app.municipalities().await.expect("read").len(), 6);
        assert_eq!(app.hotline_members().await.expect("read").len(), 5);
    })
    .await;
}
