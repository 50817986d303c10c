use base::Problem;
use testkit::on_both;
use uuid::Uuid;

use crate::house::{HOUR, citizen, furnished, scope};

#[tokio::test]
async fn colleagues_on_duty_talk_and_every_message_is_there_once() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let jonas = scope(&app, "jonas@furesoe.example").await;
        let id = Uuid::from_u128(1);
        let said = app.say_in_room(&mette, id, "Nogen, der kan tage 010190-1234?").await;
        let said = said.expect("said");
        assert!(said.masked);
        let again = app.say_in_room(&mette, id, "Nogen, der kan?").await.expect("said before");
        assert_eq!(again.seq, said.seq);
        app.say_in_room(&jonas, id, "Jeg tager den").await.expect("the same id is his own");
        let view = app.room_after(&jonas, 0).await.expect("the room");
        assert_eq!(view.entries.len(), 2);
        assert_eq!(view.head, 2);
        assert_eq!(view.entries[0].name, "Mette Lindholm");
        assert!(!view.entries[0].text.as_ref().expect("a text").contains("1234"));
        assert_eq!(app.room_after(&jonas, 1).await.expect("the room").entries.len(), 1);
        let empty = app.say_in_room(&mette, Uuid::from_u128(2), "  ").await;
        assert!(matches!(empty, Err(Problem::Invalid { code: "empty", .. })));
        let long = app.say_in_room(&mette, Uuid::from_u128(3), &"x".repeat(2_001)).await;
        assert!(matches!(long, Err(Problem::Invalid { code: "too-long", .. })));
    })
    .await;
}

#[tokio::test]
async fn who_is_not_on_duty_hears_nothing() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        app.say_in_room(&mette, Uuid::from_u128(1), "Hej").await.expect("said");
        for outside in
            ["amina@furesoe.example", "emil@soroe.example", "dorte@frederikssund.example"]
        {
            let scope = scope(&app, outside).await;
            assert_eq!(app.room_after(&scope, 0).await.map(|_| ()), Err(Problem::NotFound));
            let said = app.say_in_room(&scope, Uuid::from_u128(2), "Hej").await;
            assert_eq!(said.map(|_| ()), Err(Problem::NotFound));
        }
        assert!(app.room_after(&citizen(&app, "one"), 0).await.is_err());
        let planner = scope(&app, "poul@frederikssund.example").await;
        assert_eq!(app.room_after(&planner, 0).await.expect("planners").entries.len(), 1);
        app.clock.advance(2 * HOUR);
        let late = scope(&app, "mette@furesoe.example").await;
        assert!(app.room_after(&late, 0).await.is_err(), "duty is over");
        assert!(app.room_after(&mette, 0).await.is_err(), "and so is the old scope");
    })
    .await;
}
