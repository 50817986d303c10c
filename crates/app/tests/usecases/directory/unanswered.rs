//! Who was sent on to and did not answer becomes work of the department that keeps the entry.

use app::App;
use base::Scope;
use rules::calls::{Input, Set, Target};
use rules::contacts::Destination;
use testkit::on_both;

use super::d;
use super::story::{asked, thursday_10};
use crate::exchange::{EMERGENCY, Exchange, be_ready, talking};
use crate::house::{MINUTE, furnished, m, scope, topic};

/// Open tasks of a municipality: what happened, with whose entry, how often.
async fn tasks(app: &App, who: &Scope, municipality: &str) -> Vec<(String, String, i64)> {
    let tasks = app.directory_tasks(who, Some(&m(municipality))).await.expect("read").tasks;
    let told = tasks.into_iter().map(|task| {
        let about = task.about.expect("it is there");
        (task.kind, about.name, task.count)
    });
    told.collect()
}

fn unanswered(name: &str, count: i64) -> (String, String, i64) {
    ("unanswered".to_owned(), name.to_owned(), count)
}

#[tokio::test]
async fn a_chat_that_waits_too_long_where_it_was_sent_is_work_and_one_that_is_taken_is_none() {
    on_both(async |db| {
        let (app, [jakob, kurt, ditte]) = thursday_10(db).await;
        let contact = asked(&app, &jakob, Some(topic("folkepension"))).await;
        be_ready(&app, &kurt).await;
        let department = d("pension-og-ydelser");
        let there = Destination::Department { municipality: m("horsens"), department };
        app.transfer(&jakob, contact, there, "Om pension").await.expect("sent on");
        app.dispatch().await.expect("dispatched");
        app.accept(&kurt, contact).await.expect("taken at once");
        assert_eq!(tasks(&app, &ditte, "horsens").await, []);
        be_ready(&app, &ditte).await;
        let there = Destination::Person { person: ditte.person().expect("a person") };
        app.transfer(&kurt, contact, there, "Ditte ved det").await.expect("sent on");
        app.clock.advance(MINUTE + 1_000);
        be_ready(&app, &ditte).await;
        app.dispatch().await.expect("dispatched");
        app.accept(&ditte, contact).await.expect("taken at last");
        assert_eq!(tasks(&app, &ditte, "horsens").await, [unanswered("Ditte Rønn", 1)]);
    })
    .await;
}

#[tokio::test]
async fn whoever_a_caller_is_put_through_to_and_does_not_answer_is_work_each_time() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, ..) = talking(&app, &mut exchange).await;
        let hanne = scope(&app, "hanne@frederikssund.example").await;
        let admin = scope(&app, "admin@frederikssund.example").await;
        let person = hanne.person().expect("a person");
        let hers = Target::Outside { number: "+45 00 12 61 04".to_owned() };
        // Asked first, then put through to the number that stands at her name.
        line.on(Input::Consult { target: Target::Person { person } }).await;
        line.on(Input::Failed { leg: 2 }).await;
        assert_eq!(tasks(&app, &admin, "frederikssund").await, [unanswered("Hanne Brandt", 1)]);
        line.on(Input::Transfer { target: hers.clone() }).await;
        line.on(Input::Failed { leg: 3 }).await;
        assert_eq!(tasks(&app, &admin, "frederikssund").await, [unanswered("Hanne Brandt", 2)]);
        // Who answers is none, nor is a number that is in nobody's hands here.
        line.on(Input::Answered { leg: 4, on: Set::Browser }).await;
        line.on(Input::Consult { target: hers }).await;
        line.on(Input::Answered { leg: 5, on: Set::Phone }).await;
        line.on(Input::HungUp { leg: 5 }).await;
        line.on(Input::Resume).await;
        let emergency = Target::Outside { number: EMERGENCY.to_owned() };
        line.on(Input::Consult { target: emergency }).await;
        line.on(Input::Failed { leg: 6 }).await;
        assert_eq!(tasks(&app, &admin, "frederikssund").await, [unanswered("Hanne Brandt", 2)]);
    })
    .await;
}
