//! A text on its way to the citizens: written, approved, published, found; the texts over it.

use super::*;

/// Lets Furesø replace the price of a passport, and answers with its draft's id.
async fn furesoe_replaces_the_price(app: &App) -> Scope {
    let rikke = scope(app, "rikke@furesoe.example").await;
    let draft = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("a draft");
    let body = with_part(draft.body.clone(), "price", "Hos os koster et pas 893 kr.");
    let draft = rewrite(app, &rikke, &draft, body).await;
    let done = draft_of(app.publish_draft(&rikke, draft.id, draft.revision, None, None).await);
    assert!(done.ended_at.is_some());
    rikke
}

#[tokio::test]
async fn a_text_goes_from_editor_to_reviewer_to_the_minute_and_its_variants_follow() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = furesoe_replaces_the_price(&app).await;
        assert_eq!(
            shown_part(&app, "furesoe", "pas", "price").await,
            "Hos os koster et pas 893 kr."
        );
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let karin = scope(&app, "karin@frederikssund.example").await;
        let draft = app.open_draft(&lasse, &master("pas")).await.expect("a draft");
        let same = app.open_draft(&karin, &master("pas")).await.expect("the same draft");
        assert_eq!(draft.id, same.id);
        let body = with_part(draft.body.clone(), "price", "Et pas koster 950 kr.");
        let draft = rewrite(&app, &lasse, &draft, body).await;
        // Frederikssund owns the text and asks for a second person.
        let alone = app.publish_draft(&lasse, draft.id, draft.revision, None, None).await;
        assert_eq!(alone.err(), Some(Problem::conflict("awaits-approval")));
        let reviewer = view(&app, &lasse, &master("pas")).await.reviewers;
        assert!(reviewer.iter().any(|named| named.name == "Karin Mose"));
        let asked = draft_of(
            app.submit_draft(&lasse, draft.id, draft.revision, karin.person(), "Ny pris").await,
        );
        assert_eq!(asked.phase, Phase::InReview);
        assert_eq!(open_tasks(&app, &karin, "approval").await, [master("pas")]);
        let own = app.approve_draft(&lasse, draft.id, draft.revision, "").await;
        assert!(matches!(own, Err(Problem::Forbidden { .. })), "an editor approves nothing");
        draft_of(app.approve_draft(&karin, draft.id, draft.revision, "Godt").await);
        assert!(open_tasks(&app, &karin, "approval").await.is_empty());
        let at = app.now() + HOUR;
        let planned =
            draft_of(app.publish_draft(&lasse, draft.id, draft.revision, Some(at), None).await);
        assert_eq!((planned.phase, planned.publish_at), (Phase::Scheduled, Some(at)));
        // A restart in between loses nothing.
        Node::start(&app).stop().await;
        app.clock.advance(HOUR - 1);
        let node = Node::start(&app);
        tokio::time::sleep(Duration::from_millis(600)).await;
        let before = shown_part(&app, "soroe", "pas", "price").await;
        assert!(!before.contains("950"), "not a millisecond early");
        app.clock.advance(1);
        let out = comes(async || {
            shown_part(&app, "soroe", "pas", "price").await == "Et pas koster 950 kr."
        });
        assert!(out.await, "published at the minute");
        node.stop().await;
        app.publish_due(draft.id).await.expect("twice is once");
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let rikke_again = scope(&app, "rikke@furesoe.example").await;
        assert_ne!(rikke.at, rikke_again.at);
        let rikke = rikke_again;
        let versions = app.text_versions(&lasse, &master("pas")).await.expect("versions");
        assert_eq!(versions.iter().map(|v| v.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(versions[0].by_name.as_deref(), Some("Lasse Kragh"));
        assert_eq!(
            (versions[0].origin.as_str(), versions[1].origin.as_str()),
            ("workshop", "content")
        );

        // Frederikssund's own text replaces no changed part: it went along, and nobody is asked.
        let there = app.shown(&m("frederikssund"), &topic("pas"), DA).await.expect("shown");
        assert!(!there.stale && there.parts.iter().any(|part| part.local));
        // Furesø's does: its citizens see the common text alone, never a mix.
        let here = app.shown(&m("furesoe"), &topic("pas"), DA).await.expect("shown");
        assert!(here.stale);
        assert_eq!(shown_part(&app, "furesoe", "pas", "price").await, "Et pas koster 950 kr.");
        assert_eq!(open_tasks(&app, &rikke, "stale-variant").await, [local("pas", "furesoe")]);
        let task = app.tasks(&rikke, &TaskQuery::default()).await.expect("tasks").tasks.remove(0);
        assert_eq!(task.due.to_string(), "2027-06-09", "five working days");
        assert_eq!(task.args["parts"], json!(["price"]));
        let stale = view(&app, &rikke, &local("pas", "furesoe")).await;
        assert!(stale.stale && stale.affected == ["price"]);
        assert_eq!(stale.base.expect("a base").version, 1);
        assert_eq!(stale.master.expect("a master").version, 2);

        // The local editor settles part by part.
        let open = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("a draft");
        let early = app.publish_draft(&rikke, open.id, open.revision, None, None).await;
        assert_eq!(early.err(), Some(Problem::conflict("settle-first")));
        let odd = app.settle_part(&rikke, &local("pas", "furesoe"), "todo", Choice::Keep).await;
        assert!(matches!(odd, Err(Problem::Invalid { code: "part-unknown", .. })));
        let settled = app
            .settle_part(&rikke, &local("pas", "furesoe"), "price", Choice::Keep)
            .await
            .expect("settled");
        assert_eq!(settled.body["of"], 2);
        draft_of(app.publish_draft(&rikke, settled.id, settled.revision, None, None).await);
        let here = app.shown(&m("furesoe"), &topic("pas"), DA).await.expect("shown");
        assert!(!here.stale);
        assert_eq!(
            shown_part(&app, "furesoe", "pas", "price").await,
            "Hos os koster et pas 893 kr."
        );
        assert!(open_tasks(&app, &rikke, "stale-variant").await.is_empty());

        // What has changed, and the way back.
        let diff = app
            .text_diff(&lasse, &master("pas"), Side::Version(1), Side::Version(2))
            .await
            .expect("a diff");
        let changed: Vec<&str> =
            diff.iter().filter(|part| part.has_changed()).map(|p| p.part.as_str()).collect();
        assert_eq!(changed, ["price"]);
        let back = app.restore_version(&lasse, &master("pas"), 1).await.expect("restored");
        assert_eq!(back.phase, Phase::Editing);
        let old = &some_texts().articles[&topic("pas")].parts;
        let old = old.iter().find(|part| part.id == "price").expect("a price");
        let restored = back.body["parts"].as_array().expect("parts");
        let price = restored.iter().find(|part| part["id"] == "price").expect("a price");
        assert_eq!(price["markdown"], old.markdown.as_str());
    })
    .await;
}

#[tokio::test]
async fn a_saved_text_is_found_within_a_second_and_the_folder_does_not_take_it_back() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.update_index().await.expect("built");
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let draft = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("a draft");
        let body = with_part(
            draft.body.clone(),
            "price",
            "Skriv ikke 010190-1234, men spørg om kvadratkringle.",
        );
        let draft = rewrite(&app, &rikke, &draft, body).await;
        assert!(!draft.body.to_string().contains("010190-1234"), "masked before it is stored");
        draft_of(app.publish_draft(&rikke, draft.id, draft.revision, None, None).await);
        // The quickest of a few: the machine that tests may be busy with something else.
        let mut quickest = Duration::MAX;
        for word in ["kvadratkringle", "kvadratkrone", "kvadratkurv"] {
            let draft = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("a draft");
            let mut body = draft.body.clone();
            body["words"] = json!([word]);
            let draft = rewrite(&app, &rikke, &draft, body).await;
            let begun = Instant::now();
            draft_of(app.publish_draft(&rikke, draft.id, draft.revision, None, None).await);
            app.update_index().await.expect("followed");
            let found = app.search(&m("furesoe"), word, 5, DA, false).await.expect("found");
            quickest = quickest.min(begun.elapsed());
            assert_eq!(found.hits.first().map(|hit| hit.slug.as_str()), Some("pas"), "{word}");
        }
        assert!(quickest < Duration::from_secs(30), "{quickest:?}");
        let again = app.import(&some_texts()).await.expect("imported");
        assert_eq!((again.written, again.removed, again.left), (0, 0, 1));
        assert!(shown_part(&app, "furesoe", "pas", "price").await.contains("kvadratkringle"));
    })
    .await;
}
