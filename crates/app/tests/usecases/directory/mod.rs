//! Departments, units and people: read, found, resolved, changed and kept true.

mod checking;
mod keeping;
mod ldap;
mod numbers;
mod sources;
mod story;
mod unanswered;

use app::directory::Mode;
use base::{DepartmentKey, Problem, UnitKey};
use testkit::on_both;

use crate::house::{HOUR, furnished, m, scope, topic};

fn d(key: &str) -> DepartmentKey {
    DepartmentKey::new(key).expect("a department's key")
}

fn u(key: &str) -> UnitKey {
    UnitKey::new(key).expect("a unit's key")
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
async fn every_number_that_is_answered_here_leads_to_its_department() {
    on_both(async |database| {
        let app = furnished(database).await;
        let directory = app.directory().await.expect("read");
        let line = |number| directory.line_of_number(number);
        let of = |department| Some((Some(m("horsens")), Some(d(department))));
        assert_eq!(line("+45 00 16 12 35"), of("pension-og-ydelser"));
        assert_eq!(line("00166110"), of("jobcenter"), "a team's own");
        assert_eq!(line("+45 00 16 00 00"), of("borgerservice"), "the main number");
        assert_eq!(line("+45 00 16 61 03"), None, "Kurt's is answered by another exchange");
        assert_eq!(line(""), None);
        for number in directory.numbers() {
            assert!(line(number).is_some(), "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_directory_is_found_by_name_topic_and_number_and_the_main_number_is_marked() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let place = m("frederikssund");
        let found = async |query: &str, place| {
            app.search_directory(&mette, query, place).await.expect("found")
        };
        let by_name = found("ydelser", Some(&place)).await;
        assert!(by_name.iter().any(|hit| hit.unit == Some(u("pension-og-ydelser"))));
        let by_number = found("00 12 12 23", None).await;
        assert_eq!(by_number.len(), 1);
        assert_eq!(by_number[0].unit, Some(u("pension-og-ydelser")));
        app.update_index().await.expect("built");
        let by_topic = found("huller", Some(&place)).await;
        let roads = by_topic.iter().find(|hit| hit.unit == Some(u("vej-og-park")));
        let because = roads.and_then(|hit| hit.because.as_ref()).expect("by its topic");
        assert_eq!(because.by, "topic");
        let main = found("+45 00 12 00 00", None).await;
        assert_eq!(main.first().map(|hit| hit.kind), Some("main"));
        // However a name is spelled, by what somebody knows, and by their own number.
        for (query, name) in [
            ("hane brandt", "Hanne Brandt"),
            ("personligt tillæg brandt", "Hanne Brandt"),
            ("sagsbehandler lauge", "Torben Lauge"),
            ("00126104", "Hanne Brandt"),
        ] {
            let hits = found(query, Some(&place)).await;
            assert_eq!(hits.first().map(|hit| &*hit.name), Some(name), "{query}: {hits:?}");
            assert_eq!(hits[0].kind, "person");
        }
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
async fn somebody_is_found_among_the_many_namesakes_of_another_municipality() {
    on_both(async |database| {
        let app = furnished(database).await;
        for (place, people) in [("frederikssund", 70), ("soroe", 1)] {
            let admin = scope(&app, &format!("admin@{place}.example")).await;
            let mut table = "kind;id;name;unit\n".to_owned();
            for n in 0..people {
                table += &format!("person;n-{n};Navnebror {n};borgerservice\n");
            }
            let apply = Mode::Apply { even_if_many: true };
            let done = app.import_directory(&admin, &m(place), &table, apply).await;
            assert!(done.expect("read").done);
        }
        let mette = scope(&app, "mette@furesoe.example").await;
        let hits = app.search_directory(&mette, "navnebror", None).await.expect("found");
        assert_eq!(hits.len(), 60);
        let places: Vec<_> = hits[..3].iter().map(|hit| hit.municipality.as_str()).collect();
        assert_eq!(places, ["frederikssund", "soroe", "frederikssund"]);
    })
    .await;
}

#[tokio::test]
async fn who_has_a_topic_is_found_among_the_many_who_work_where_the_word_stands() {
    on_both(async |database| {
        let app = furnished(database).await;
        let place = m("horsens");
        let admin = scope(&app, "admin@horsens.example").await;
        let mut table = "kind;id;name;unit\n".to_owned();
        table += "team;pension-ude;Folkepension ude;pension-og-ydelser\n";
        for n in 0..70 {
            table += &format!("person;n-{n};Kollega {n};pension-ude\n");
        }
        let apply = Mode::Apply { even_if_many: true };
        assert!(app.import_directory(&admin, &place, &table, apply).await.expect("read").done);
        app.update_index().await.expect("built");
        let hits = app.search_directory(&admin, "folkepension", Some(&place)).await;
        let hits = hits.expect("found");
        let by = |by: &str| {
            hits.iter().position(|hit| hit.because.as_ref().is_some_and(|because| because.by == by))
        };
        let (topic, words) = (by("topic"), by("words"));
        assert!(topic.is_some() && topic < words, "{topic:?} {words:?}");
        assert_eq!(hits.len(), 60);
    })
    .await;
}

#[tokio::test]
async fn the_directory_ends_where_the_reach_ends() {
    on_both(async |database| {
        let app = furnished(database).await;
        let hanne = scope(&app, "hanne@frederikssund.example").await;
        let all = app.search_directory(&hanne, "", None).await.expect("found");
        assert!(!all.is_empty() && all.iter().all(|hit| hit.municipality == m("frederikssund")));
        let foreign = app.search_directory(&hanne, "", Some(&m("soroe"))).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::NotFound));
        let long = app.search_directory(&hanne, &"x".repeat(121), None).await;
        assert!(matches!(long, Err(Problem::Invalid { field: "q", .. })));
        assert_eq!(app.municipalities().await.expect("read").len(), 6);
        assert_eq!(app.hotline_members().await.expect("read").len(), 5);
    })
    .await;
}
