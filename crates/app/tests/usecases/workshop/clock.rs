//! What happens to texts by the clock: expiry, review, publication in the night the clock changes.

use super::*;

#[tokio::test]
async fn a_text_expires_by_the_clock_and_its_editor_hears_of_it_before() {
    on_both(async |database| {
        let app = furnished(database).await;
        let kaj = scope(&app, "mogens@fredensborg.example").await;
        let own = local("rotter", "fredensborg");
        let there = app.text_view(&kaj, &own).await.is_ok();
        let draft = match there {
            true => app.open_draft(&kaj, &own).await.expect("a draft"),
            false => {
                let new = NewText {
                    topic: Some(topic("rotter")),
                    kind: TextKind::Variant,
                    area: String::new(),
                    municipality: Some(m("fredensborg")),
                    title: String::new(),
                    improvement: None,
                };
                app.begin_text(&kaj, new).await.expect("begun")
            }
        };
        let body = with_part(draft.body.clone(), "campaign", "Gift lægges ud hele sommeren.");
        let draft = rewrite(&app, &kaj, &draft, body).await;
        let end = app.now() + 13 * 24 * HOUR;
        let wrong = app.publish_draft(&kaj, draft.id, draft.revision, Some(end), Some(end)).await;
        assert!(matches!(wrong, Err(Problem::Invalid { code: "expires-first", .. })));
        draft_of(app.publish_draft(&kaj, draft.id, draft.revision, None, Some(end)).await);
        app.watch_texts().await.expect("looked");
        assert!(open_tasks(&app, &kaj, "expiring").await.contains(&own));
        app.clock.advance(13 * 24 * HOUR - 1);
        app.expire_due("rotter@fredensborg").await.expect("too early");
        assert!(!shown_part(&app, "fredensborg", "rotter", "campaign").await.is_empty());
        app.clock.advance(1);
        let node = Node::start(&app);
        let gone =
            comes(async || shown_part(&app, "fredensborg", "rotter", "campaign").await.is_empty());
        assert!(gone.await);
        node.stop().await;
        let kaj = scope(&app, "mogens@fredensborg.example").await;
        let versions = app.text_versions(&kaj, &own).await.expect("versions");
        assert_eq!(versions[0].what, "expired");
        assert!(!open_tasks(&app, &kaj, "expiring").await.contains(&own));
    })
    .await;
}

#[tokio::test]
async fn what_must_be_reviewed_is_a_task_a_month_before_and_overdue_after() {
    on_both(async |database| {
        let app = furnished(database).await;
        let review = collection().articles[&topic("pas")].review;
        let today = rules::hours::Zone::default().date(app.now());
        let days = i64::from((review - today).get_days());
        app.clock.advance((days - 29).max(0) * 24 * HOUR);
        app.watch_texts().await.expect("looked");
        app.watch_texts().await.expect("looked twice");
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let due = open_tasks(&app, &lasse, "review-due").await;
        assert_eq!(due.iter().filter(|key| **key == master("pas")).count(), 1);
        let list = app.tasks(&lasse, &TaskQuery::default()).await.expect("tasks");
        let task = list.tasks.iter().find(|t| t.kind == "review-due").expect("a task");
        let change = TaskChange { state: Some("doing".to_owned()), ..TaskChange::default() };
        let changed = app.change_task(&lasse, task.id, change).await.expect("changed");
        assert_eq!(changed.state, "doing");
        let rikke = scope(&app, "mette@furesoe.example").await;
        let foreign = app.change_task(&rikke, task.id, TaskChange::default()).await;
        assert_eq!(foreign.err(), Some(Problem::NotFound));
        app.clock.advance(40 * 24 * HOUR);
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let query = TextQuery { state: Some("overdue".to_owned()), ..TextQuery::default() };
        let rows = app.workshop_texts(&lasse, &query).await.expect("rows");
        assert!(rows.iter().any(|row| row.topic == topic("pas") && row.overdue));
    })
    .await;
}

#[tokio::test]
async fn what_is_scheduled_in_the_night_the_clock_changes_goes_out_at_its_own_half_past_two() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let at = |text: &str| {
            let at: jiff::Timestamp = text.parse().expect("an instant");
            base::UnixMillis::from_timestamp(at)
        };
        // 31 October 2027: half past two comes twice, first in summer time, then in winter time.
        let (summer, winter) = (at("2027-10-31T00:30:00Z"), at("2027-10-31T01:30:00Z"));
        let draft = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("a draft");
        let body = with_part(draft.body.clone(), "price", "Hos os koster et pas 893 kr.");
        let draft = rewrite(&app, &rikke, &draft, body).await;
        let end = winter.plus_seconds(3600);
        let done =
            app.publish_draft(&rikke, draft.id, draft.revision, Some(winter), Some(end)).await;
        assert_eq!(draft_of(done).publish_at, Some(winter));
        let ours = async || {
            shown_part(&app, "furesoe", "pas", "price").await == "Hos os koster et pas 893 kr."
        };
        app.clock.advance(summer.0 - app.now().0);
        app.publish_due(draft.id).await.expect("too early");
        assert!(!ours().await, "that was the first half past two");
        app.clock.advance(HOUR);
        app.publish_due(draft.id).await.expect("published");
        assert!(ours().await);
        app.clock.advance(HOUR - 1);
        app.expire_due("pas@furesoe").await.expect("too early");
        assert!(ours().await);
        app.clock.advance(1);
        app.expire_due("pas@furesoe").await.expect("over");
        assert!(!ours().await);
    })
    .await;
}
