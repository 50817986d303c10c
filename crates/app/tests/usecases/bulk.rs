use std::collections::BTreeSet;

use app::App;
use app::workshop::bulk::{BulkAct, BulkView};
use app::workshop::drafts::Written;
use app::workshop::tasks::TaskQuery;
use base::{Language, Problem, Scope};
use rules::bulk::{Phase, Rule};
use testkit::on_both;

use crate::house::{collection, furnished, m, scope, topic};

const DA: Language = Language::Da;

fn rule(find: &str, replace: &str) -> Rule {
    Rule {
        find: find.to_owned(),
        replace: replace.to_owned(),
        whole_word: true,
        fields: BTreeSet::new(),
        areas: BTreeSet::new(),
        local: true,
    }
}

async fn act(app: &App, who: &Scope, bulk: &BulkView, act: BulkAct) -> BulkView {
    app.act_on_bulk(who, bulk.id, act).await.expect("done")
}

/// Sends a change of the passport's text out at once.
async fn out(app: &App, author: &Scope, reviewer: &Scope, rule: Rule) {
    let bulk = app.preview_bulk(author, rule).await.expect("previewed");
    for change in &bulk.changes {
        if change.topic != topic("pas") || change.municipality.is_some() {
            let out = BulkAct::LeaveOut {
                topic: change.topic.clone(),
                municipality: change.municipality.clone(),
                field: None,
                out: true,
            };
            act(app, author, &bulk, out).await;
        }
    }
    let seen = act(app, author, &bulk, BulkAct::Submit).await;
    act(app, reviewer, &bulk, BulkAct::Approve { revision: seen.revision }).await;
    let done = act(app, author, &bulk, BulkAct::Publish { at: None }).await;
    assert_eq!(done.phase, Phase::Published);
}

/// What a citizen of Sorø pays for a passport.
async fn price(app: &App) -> String {
    let view = app.shown(&m("soroe"), &topic("pas"), DA).await.expect("shown");
    view.facts[0].value.clone()
}

#[tokio::test]
async fn a_figure_is_changed_everywhere_at_its_minute_after_a_second_person_has_looked() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let bulk = app.preview_bulk(&rikke, rule("893 kr.", "917 kr.")).await.expect("previewed");
        let pas = bulk.changes.iter().find(|change| change.topic == topic("pas")).expect("pas");
        let fields: Vec<&str> = pas.places.iter().map(|place| place.field.as_str()).collect();
        assert_eq!(fields, ["facts.0.value", "part:price:markdown"]);
        assert!(pas.asks_approval && bulk.can.edit && !bulk.can.publish);
        assert_eq!(price(&app).await, "893 kr.");

        let bulk = act(&app, &rikke, &bulk, BulkAct::Submit).await;
        assert_eq!(bulk.phase, Phase::InReview);
        let own =
            app.act_on_bulk(&rikke, bulk.id, BulkAct::Approve { revision: bulk.revision }).await;
        assert_eq!(own.map(|_| ()), Err(Problem::forbidden("bulk-own-work")));
        let early = app.act_on_bulk(&rikke, bulk.id, BulkAct::Publish { at: None }).await;
        assert_eq!(early.map(|_| ()), Err(Problem::conflict("bulk-awaits-approval")));
        let flemming = scope(&app, "flemming@furesoe.example").await;
        let waiting = app.bulks(&flemming).await.expect("listed");
        assert!(waiting[0].waits_for_me);
        // Changed and sent again while he looks at it, it is not what he approves.
        let place = |out| BulkAct::LeaveOut {
            topic: topic("pas"),
            municipality: None,
            field: Some("facts.0.value".to_owned()),
            out,
        };
        act(&app, &rikke, &bulk, place(true)).await;
        act(&app, &rikke, &bulk, place(false)).await;
        let again = act(&app, &rikke, &bulk, BulkAct::Submit).await;
        let approve = |seen: &BulkView| BulkAct::Approve { revision: seen.revision };
        let unseen = app.act_on_bulk(&flemming, bulk.id, approve(&bulk)).await;
        assert_eq!(unseen.map(|_| ()), Err(Problem::conflict("draft-changed")));
        let bulk = act(&app, &flemming, &again, approve(&again)).await;
        assert_eq!(bulk.phase, Phase::Approved);
        let at = app.now().plus_seconds(40);
        let bulk = act(&app, &rikke, &bulk, BulkAct::Publish { at: Some(at) }).await;
        assert_eq!(bulk.phase, Phase::Scheduled);
        app.publish_bulk_due(bulk.id).await.expect("too early");
        assert_eq!(price(&app).await, "893 kr.");

        app.clock.advance(40_000);
        app.publish_bulk_due(bulk.id).await.expect("published");
        app.publish_bulk_due(bulk.id).await.expect("once");
        assert_eq!(price(&app).await, "917 kr.");
        let view = app.shown(&m("frederikssund"), &topic("pas"), DA).await.expect("shown");
        assert!(!view.stale, "a variant that replaces nothing of it goes along");
        assert!(view.parts.iter().any(|part| part.markdown.contains("917 kr.")));
        assert_eq!(app.knowledge().await.expect("read").articles[&topic("pas")].version, 2);
        // A content folder does not take it back.
        app.import(collection()).await.expect("imported");
        assert_eq!(price(&app).await, "917 kr.");
    })
    .await;
}

#[tokio::test]
async fn when_one_text_has_changed_since_nothing_is_published_and_it_is_said_which() {
    on_both(async |database| {
        let app = furnished(database).await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let inge = scope(&app, "inge@frederikssund.example").await;
        let first = app.preview_bulk(&niels, rule("893 kr.", "917 kr.")).await.expect("previewed");
        // Another one changes a line of the same table in between.
        out(&app, &niels, &inge, rule("381 kr.", "390 kr.")).await;

        let refused = app.act_on_bulk(&niels, first.id, BulkAct::Submit).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::conflict("bulk-changed")));
        let seen = app.bulk(&niels, first.id).await.expect("seen");
        let changed: Vec<_> =
            seen.changes.iter().filter(|change| change.changed_since).map(|c| &c.topic).collect();
        assert!(changed.contains(&&topic("pas")), "{changed:?}");
        assert_eq!(price(&app).await, "893 kr.");
        let renewed = act(&app, &niels, &first, BulkAct::Renew).await;
        assert!(renewed.changes.iter().all(|change| !change.changed_since));
        let seen = act(&app, &niels, &first, BulkAct::Submit).await;
        act(&app, &inge, &first, BulkAct::Approve { revision: seen.revision }).await;
        let at = app.now().plus_seconds(30);
        act(&app, &niels, &first, BulkAct::Publish { at: Some(at) }).await;
        // Somebody changes a text of it before its minute.
        out(&app, &niels, &inge, rule("150 kr.", "155 kr.")).await;
        let mine =
            TaskQuery { kind: Some("bulk-refused".to_owned()), mine: true, ..TaskQuery::default() };
        let asked = app.tasks(&niels, &mine).await.expect("tasks").tasks;
        assert_eq!(asked.len(), 1, "its author is told while there is time");
        assert_eq!(asked[0].why, "bulk-outdated");
        app.clock.advance(30_000);
        app.publish_bulk_due(first.id).await.expect("refused");
        assert_eq!(price(&app).await, "893 kr.");
        let niels = scope(&app, "niels@furesoe.example").await;
        let back = app.bulk(&niels, first.id).await.expect("seen");
        assert_eq!((back.phase, back.refused.as_str()), (Phase::Preview, "bulk-changed"));
        let asked = app.tasks(&niels, &mine).await.expect("tasks").tasks;
        assert_eq!(asked.len(), 1, "once");
        assert_eq!((asked[0].why.as_str(), asked[0].topic.as_ref()), ("bulk-changed", None));
        assert_eq!(asked[0].args["bulk"], serde_json::json!(first.id));
        act(&app, &niels, &first, BulkAct::Renew).await;
        let asked = app.tasks(&niels, &mine).await.expect("tasks").tasks;
        assert!(asked.is_empty(), "whoever goes on with it has seen it");
    })
    .await;
}

#[tokio::test]
async fn a_word_elsewhere_in_a_text_stops_no_change_that_waits_for_its_minute() {
    on_both(async |database| {
        let app = furnished(database).await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let inge = scope(&app, "inge@frederikssund.example").await;
        let bulk = app.preview_bulk(&niels, rule("893 kr.", "917 kr.")).await.expect("previewed");
        let seen = act(&app, &niels, &bulk, BulkAct::Submit).await;
        act(&app, &inge, &bulk, BulkAct::Approve { revision: seen.revision }).await;
        let at = app.now().plus_seconds(30);
        act(&app, &niels, &bulk, BulkAct::Publish { at: Some(at) }).await;
        out(&app, &niels, &inge, rule("uger", "måneder")).await;
        let refused = TaskQuery { kind: Some("bulk-refused".to_owned()), ..TaskQuery::default() };
        assert!(app.tasks(&niels, &refused).await.expect("tasks").tasks.is_empty());
        let seen = app.bulk(&niels, bulk.id).await.expect("seen");
        assert!(seen.changes.iter().all(|change| !change.changed_since));
        app.clock.advance(30_000);
        app.publish_bulk_due(bulk.id).await.expect("published");
        assert_eq!(price(&app).await, "917 kr.");
        let view = app.shown(&m("soroe"), &topic("pas"), DA).await.expect("shown");
        assert!(
            view.facts.iter().any(|fact| fact.value.contains("måneder")),
            "nothing is taken back"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_being_written_is_changed_too_and_does_not_take_the_change_back() {
    on_both(async |database| {
        let app = furnished(database).await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let inge = scope(&app, "inge@frederikssund.example").await;
        let draft = app.open_draft(&niels, &(topic("pas"), None)).await.expect("a draft");
        let mut body = draft.body.clone();
        body["words"][0] = serde_json::json!("passet er blevet væk");
        let written = app.write_draft(&niels, draft.id, draft.revision, body, false).await;
        let Ok(Written::Draft(written)) = written else { panic!("{written:?}") };
        let bulk = app.preview_bulk(&niels, rule("893 kr.", "917 kr.")).await.expect("previewed");
        let seen = act(&app, &niels, &bulk, BulkAct::Submit).await;
        if seen.changes.iter().any(|change| change.asks_approval) {
            act(&app, &inge, &bulk, BulkAct::Approve { revision: seen.revision }).await;
        }
        act(&app, &niels, &bulk, BulkAct::Publish { at: None }).await;
        let now = app.draft(&niels, draft.id).await.expect("still there");
        assert!(now.revision > written.revision, "whoever writes on is told");
        let words = now.body.to_string();
        assert!(words.contains("917 kr.") && !words.contains("893 kr."), "{words}");
        assert_eq!(now.body["words"][0], "passet er blevet væk");
        assert_eq!(price(&app).await, "917 kr.");
    })
    .await;
}

#[tokio::test]
async fn a_text_out_of_reach_is_counted_and_never_changed() {
    on_both(async |database| {
        let app = furnished(database).await;
        // Lasse edits two areas and Frederikssund's own texts.
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let office = rule("Borgerservice", "Borgercenter");
        let bulk = app.preview_bulk(&lasse, office).await.expect("previewed");
        assert!(bulk.out_of_reach > 0);
        let ours = m("frederikssund");
        assert!(bulk.changes.iter().any(|change| change.municipality.as_ref() == Some(&ours)));
        for change in &bulk.changes {
            let own = change.municipality.as_ref() == Some(&ours);
            let area = ["id-og-papirer", "pension-og-aeldre"].contains(&change.area.as_str());
            assert!(own || (change.municipality.is_none() && area), "{change:?}");
        }
        let mette = scope(&app, "mette@furesoe.example").await;
        let refused = app.preview_bulk(&mette, rule("Du", "I")).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::forbidden("not-your-role")));
        let hidden = app.bulk(&mette, bulk.id).await;
        assert_eq!(hidden.map(|_| ()), Err(Problem::NotFound));
        // Another editor of one of its texts sees it, and cannot send the others' texts on.
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let foreign = app.act_on_bulk(&rikke, bulk.id, BulkAct::Submit).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::forbidden("bulk-not-all-yours")));
        let nothing = app.preview_bulk(&lasse, rule("qwertyuiop", "x")).await;
        assert_eq!(nothing.map(|_| ()), Err(Problem::invalid("find", "bulk-nothing-found")));
    })
    .await;
}

#[tokio::test]
async fn a_change_that_would_make_an_error_is_shown_and_refused() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let bad = rule("893 kr.", "<script>917</script>");
        let bulk = app.preview_bulk(&rikke, bad).await.expect("previewed");
        assert!(bulk.changes.iter().any(|change| change.findings.contains(&"script".to_owned())));
        let refused = app.act_on_bulk(&rikke, bulk.id, BulkAct::Submit).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::conflict("bulk-faulty")));
        // Without the places that make it, the rest can go on; also in a preview made anew.
        let place = |field: &str, out: bool| BulkAct::LeaveOut {
            topic: topic("pas"),
            municipality: None,
            field: Some(field.to_owned()),
            out,
        };
        let of_pas = |bulk: &BulkView| {
            let pas = |change: &&app::workshop::bulk::ChangeView| {
                change.topic == topic("pas") && change.municipality.is_none()
            };
            bulk.changes.iter().find(pas).expect("pas").findings.clone()
        };
        for field in ["facts.0.value", "part:price:markdown"] {
            act(&app, &rikke, &bulk, place(field, true)).await;
        }
        let renewed = act(&app, &rikke, &bulk, BulkAct::Renew).await;
        assert_eq!(of_pas(&renewed), Vec::<String>::new());
        let again = act(&app, &rikke, &bulk, place("part:price:markdown", false)).await;
        assert!(of_pas(&again).contains(&"script".to_owned()));
        let left = act(&app, &rikke, &bulk, place("part:price:markdown", true)).await;
        assert_eq!(of_pas(&left), Vec::<String>::new());
    })
    .await;
}
