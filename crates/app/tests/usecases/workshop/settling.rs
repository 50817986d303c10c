//! A master that changes under local texts: what may still be shown of them, what their editors are
//! asked, and what they answer.

use super::*;

const GUIDE: &str = "guide-pension";

/// Publishes the next version of a master that Frederikssund owns, as its editor changes it.
async fn next_master(app: &App, key: &str, change: impl FnOnce(&mut Value)) {
    let lasse = scope(app, "lasse@frederikssund.example").await;
    let karin = scope(app, "karin@frederikssund.example").await;
    let draft = app.open_draft(&lasse, &master(key)).await.expect("a draft");
    let mut body = draft.body.clone();
    change(&mut body);
    let draft = rewrite(app, &lasse, &draft, body).await;
    draft_of(app.submit_draft(&lasse, draft.id, draft.revision, None, "").await);
    draft_of(app.approve_draft(&karin, draft.id, draft.revision, "").await);
    draft_of(app.publish_draft(&lasse, draft.id, draft.revision, None, None).await);
}

/// Lets Furesø replace the price of a passport.
async fn furesoe_replaces_the_price(app: &App) -> Scope {
    let rikke = scope(app, "rikke@furesoe.example").await;
    let draft = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("a draft");
    let body = with_part(draft.body.clone(), "price", "Hos os koster et pas 893 kr.");
    let draft = rewrite(app, &rikke, &draft, body).await;
    draft_of(app.publish_draft(&rikke, draft.id, draft.revision, None, None).await);
    rikke
}

#[tokio::test]
async fn what_replaced_a_part_that_the_master_has_no_more_is_shown_when_its_editor_keeps_it() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = furesoe_replaces_the_price(&app).await;
        let own = local("pas", "furesoe");
        next_master(&app, "pas", |body| {
            body["parts"].as_array_mut().expect("parts").retain(|part| part["id"] != "price");
        })
        .await;
        // Neither mixed into the new text, nor told as something of its own.
        assert_eq!(shown_part(&app, "furesoe", "pas", "price").await, "");
        let here = app.shown(&m("furesoe"), &topic("pas"), DA).await.expect("shown");
        assert!(here.stale && !here.local_facts.is_empty(), "what it adds holds");
        assert_eq!(view(&app, &rikke, &own).await.affected, ["price"]);
        let preview = Preview {
            kind: TextKind::Variant,
            municipality: None,
            body: view(&app, &rikke, &own).await.body.expect("a text"),
            language: DA,
        };
        let (seen, _) = app.preview(&rikke, preview).await.expect("seen");
        assert!(seen.parts.iter().all(|part| part.id != "price"), "as its citizens see it");
        let settled = app.settle_part(&rikke, &own, "price", Choice::Keep).await.expect("settled");
        draft_of(app.publish_draft(&rikke, settled.id, settled.revision, None, None).await);
        let kept = shown_part(&app, "furesoe", "pas", "price").await;
        assert_eq!(kept, "Hos os koster et pas 893 kr.");
    })
    .await;
}

#[tokio::test]
async fn branches_over_a_changed_guide_go_out_once_their_editor_has_decided() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let own = local(GUIDE, "furesoe");
        let new = NewText {
            topic: Some(topic(GUIDE)),
            kind: TextKind::Branches,
            area: String::new(),
            municipality: Some(m("furesoe")),
            title: String::new(),
            improvement: None,
        };
        let draft = app.begin_text(&rikke, new).await.expect("begun");
        let mut body = draft.body.clone();
        body["nodes"] = json!([{
            "id": "cafe", "title": "Kom i seniorcaféen", "markdown": "Uden tid.",
            "kind": {"answer": ["person"]},
        }]);
        let hung =
            |at: &str| json!({"at": at, "choice": {"text": "Jeg vil tale om det", "to": "cafe"}});
        body["choices"] = json!([hung("naesten"), hung("tidligt")]);
        let draft = rewrite(&app, &rikke, &draft, body).await;
        draft_of(app.publish_draft(&rikke, draft.id, draft.revision, None, None).await);
        next_master(&app, GUIDE, |body| {
            body["related"] = json!([]);
            for node in body["nodes"].as_array_mut().expect("nodes") {
                // Not all that the demo's answers lead to is here.
                if node["kind"].get("answer").is_some() {
                    node["kind"] = json!({"answer": ["person"]});
                }
                if ["naesten", "tidligt"].contains(&node["id"].as_str().unwrap_or_default()) {
                    node["markdown"] = json!("Se alderen i din pensionsoversigt.");
                }
            }
        })
        .await;
        assert_eq!(open_tasks(&app, &rikke, "stale-variant").await, std::slice::from_ref(&own));
        assert_eq!(view(&app, &rikke, &own).await.affected, ["node:naesten", "node:tidligt"]);
        let open = app.open_draft(&rikke, &own).await.expect("a draft");
        let early = app.publish_draft(&rikke, open.id, open.revision, None, None).await;
        assert_eq!(early.err(), Some(Problem::conflict("settle-first")));
        let settle = async |part: &str, choice| {
            app.settle_part(&rikke, &own, part, choice).await.expect("settled")
        };
        let first = settle("node:naesten", Choice::Keep).await;
        assert_eq!(
            (first.settled, first.body["of"].as_i64()),
            (vec!["node:naesten".into()], Some(1))
        );
        let last = settle("node:tidligt", Choice::Common).await;
        assert_eq!(last.body["of"], 2);
        draft_of(app.publish_draft(&rikke, last.id, last.revision, None, None).await);
        assert!(open_tasks(&app, &rikke, "stale-variant").await.is_empty());
        let answers = async |path: &str| -> Vec<String> {
            let step = app.guide_step(&m("furesoe"), &topic(GUIDE), None, path, DA).await;
            step.expect("a step").step.options.into_iter().map(|option| option.text).collect()
        };
        assert!(answers("naesten").await.contains(&"Jeg vil tale om det".to_owned()), "kept");
        assert!(!answers("tidligt").await.contains(&"Jeg vil tale om det".to_owned()), "given up");
    })
    .await;
}

#[tokio::test]
async fn what_nothing_more_is_done_about_is_not_asked_again_until_something_new_happens() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = furesoe_replaces_the_price(&app).await;
        let price = |markdown: &'static str| {
            move |body: &mut Value| *body = with_part(body.clone(), "price", markdown)
        };
        next_master(&app, "pas", price("Et pas koster 950 kr.")).await;
        let query = TaskQuery { kind: Some("stale-variant".to_owned()), ..TaskQuery::default() };
        let to =
            |state: &str| TaskChange { state: Some(state.to_owned()), ..TaskChange::default() };
        let task = app.tasks(&rikke, &query).await.expect("tasks").tasks.remove(0);
        app.change_task(&rikke, task.id, to("done")).await.expect("changed");
        app.watch_texts().await.expect("looked");
        let again = app.tasks(&rikke, &query).await.expect("tasks").tasks.remove(0);
        app.change_task(&rikke, again.id, to("dropped")).await.expect("changed");
        app.watch_texts().await.expect("looked");
        assert!(open_tasks(&app, &rikke, "stale-variant").await.is_empty());
        next_master(&app, "pas", price("Et pas koster 975 kr.")).await;
        let asked = open_tasks(&app, &rikke, "stale-variant").await;
        assert_eq!(asked, [local("pas", "furesoe")], "the next change is another matter");
        // One that was made with the version is the same that the clock would make.
        let task = app.tasks(&rikke, &query).await.expect("tasks").tasks.remove(0);
        app.change_task(&rikke, task.id, to("dropped")).await.expect("changed");
        app.watch_texts().await.expect("looked");
        assert!(open_tasks(&app, &rikke, "stale-variant").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_approval_is_given_or_refused_and_not_ticked_off() {
    on_both(async |database| {
        let app = furnished(database).await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let karin = scope(&app, "karin@frederikssund.example").await;
        let draft = app.open_draft(&lasse, &master("pas")).await.expect("a draft");
        draft_of(app.submit_draft(&lasse, draft.id, draft.revision, None, "").await);
        let query = TaskQuery { kind: Some("approval".to_owned()), ..TaskQuery::default() };
        let task = app.tasks(&karin, &query).await.expect("tasks").tasks.remove(0);
        for state in ["done", "dropped"] {
            let change = TaskChange { state: Some(state.to_owned()), ..TaskChange::default() };
            let closed = app.change_task(&karin, task.id, change).await;
            assert_eq!(closed.err(), Some(Problem::conflict("task-in-review")), "{state}");
        }
        let taken = TaskChange { owner: Some(karin.person()), ..TaskChange::default() };
        app.change_task(&karin, task.id, taken).await.expect("it is hers");
        draft_of(app.approve_draft(&karin, draft.id, draft.revision, "").await);
        assert!(open_tasks(&app, &karin, "approval").await.is_empty());
    })
    .await;
}
