//! Texts that are taken away, and the way back.

use super::*;

#[tokio::test]
async fn a_master_is_taken_away_by_approval_only_and_its_variants_are_not_shown() {
    on_both(async |database| {
        let app = furnished(database).await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let karin = scope(&app, "karin@frederikssund.example").await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let mogens = scope(&app, "mogens@fredensborg.example").await;
        let foreign = app.begin_removal(&mogens, &master("pas")).await;
        assert!(matches!(foreign, Err(Problem::Forbidden { .. })));
        let draft = app.begin_removal(&lasse, &master("pas")).await.expect("a draft");
        assert!(draft.removes);
        let alone = app.publish_draft(&lasse, draft.id, draft.revision, None, None).await;
        assert_eq!(alone.err(), Some(Problem::conflict("awaits-approval")));
        draft_of(app.submit_draft(&lasse, draft.id, draft.revision, None, "").await);
        draft_of(app.approve_draft(&karin, draft.id, draft.revision, "").await);
        draft_of(app.publish_draft(&lasse, draft.id, draft.revision, None, None).await);
        for place in ["frederikssund", "furesoe"] {
            let gone = app.shown(&m(place), &topic("pas"), DA).await;
            assert_eq!(gone.map(|_| ()), Err(Problem::NotFound), "{place}");
        }
        assert_eq!(open_tasks(&app, &rikke, "stale-variant").await, [local("pas", "furesoe")]);
        let gone = Some(Problem::conflict("master-gone"));
        assert_eq!(app.open_draft(&rikke, &local("pas", "furesoe")).await.err(), gone);
        // Its editor reads it all the same, and may take it away instead of waiting.
        let seen = view(&app, &rikke, &local("pas", "furesoe")).await;
        assert!(seen.master.is_none() && seen.can.edit && seen.body.is_some());
        assert_eq!(seen.title, "Pas: bestil eller forny dit pas");
        let left = local("pas", "frederikssund");
        assert!(open_tasks(&app, &lasse, "stale-variant").await.contains(&left));
        let away = app.begin_removal(&lasse, &left).await.expect("a draft");
        draft_of(app.submit_draft(&lasse, away.id, away.revision, None, "").await);
        draft_of(app.approve_draft(&karin, away.id, away.revision, "").await);
        draft_of(app.publish_draft(&lasse, away.id, away.revision, None, None).await);
        app.watch_texts().await.expect("looked");
        assert!(!open_tasks(&app, &lasse, "stale-variant").await.contains(&left), "settled");
        assert_eq!(app.text_view(&lasse, &left).await.err(), Some(Problem::NotFound));
        let begun = NewText {
            topic: Some(topic("pas")),
            kind: TextKind::Variant,
            area: String::new(),
            municipality: Some(m("furesoe")),
            title: String::new(),
            improvement: None,
        };
        assert_eq!(app.begin_text(&rikke, begun).await.err(), gone);
        // Its history stays, and it can stand again; its variants come back with it.
        let back = app.restore_version(&lasse, &master("pas"), 1).await.expect("from its history");
        draft_of(app.submit_draft(&lasse, back.id, back.revision, None, "").await);
        draft_of(app.approve_draft(&karin, back.id, back.revision, "").await);
        draft_of(app.publish_draft(&lasse, back.id, back.revision, None, None).await);
        let versions = app.text_versions(&lasse, &master("pas")).await.expect("versions");
        let told: Vec<_> = versions.iter().map(|v| (v.version, v.what.as_str())).collect();
        assert_eq!(told, [(3, "published"), (2, "removed"), (1, "published")]);
        let shown = app.shown(&m("furesoe"), &topic("pas"), DA).await.expect("shown");
        assert!(!shown.stale && !shown.local_facts.is_empty());
        assert!(open_tasks(&app, &rikke, "stale-variant").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_away_is_found_and_brought_back_by_who_may_write_it() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let own = local("pas", "furesoe");
        let before = view(&app, &rikke, &own).await.body.expect("a text");
        let removal = app.begin_removal(&rikke, &own).await.expect("a draft");
        draft_of(app.publish_draft(&rikke, removal.id, removal.revision, None, None).await);
        let removed = async |who| app.removed_texts(who).await.expect("a list");
        let list = removed(&rikke).await;
        let found = list.iter().find(|text| (text.topic.clone(), text.municipality.clone()) == own);
        let found = found.expect("it is listed");
        assert_eq!((found.what.as_str(), found.version), ("removed", 2));
        assert_eq!(found.by_name.as_deref(), Some("Rikke Bloch"));
        assert_eq!(found.title, "Pas: bestil eller forny dit pas");
        assert_eq!(found.area, "id-og-papirer");
        // Who may not write it neither sees it there nor brings it back.
        for stranger in [&lasse, &mette] {
            assert!(removed(stranger).await.is_empty());
            let theirs = app.restore_version(stranger, &own, 2).await;
            assert!(
                matches!(theirs, Err(Problem::NotFound | Problem::Forbidden { .. })),
                "{theirs:?}"
            );
        }
        // Brought back it is a draft, and the log says so; it waits as any other until it is published.
        let back = app.restore_version(&rikke, &own, 2).await.expect("a draft");
        assert_eq!((back.phase, back.base_version, &back.body), (Phase::Editing, 0, &before));
        let wanted = store::audit::Wanted { from: Some(app.now()), ..Default::default() };
        let log = store::audit::list(database, &app.tenant, &wanted, None, 500).await;
        let log = log.expect("the log").items;
        let said = log.iter().find(|line| line.action == "text-brought-back").expect("it says so");
        assert_eq!(said.subject, "text/pas@furesoe");
        assert!(removed(&rikke).await.is_empty(), "it stands among the drafts");
        assert!(shown_part(&app, "furesoe", "pas", "local").await.is_empty());
        app.discard_draft(&rikke, back.id).await.expect("thrown away");
        assert_eq!(removed(&rikke).await.len(), 1, "and is still to be had");
        let back = app.restore_version(&rikke, &own, 2).await.expect("a draft");
        draft_of(app.publish_draft(&rikke, back.id, back.revision, None, None).await);
        assert!(removed(&rikke).await.is_empty());
        assert_eq!(view(&app, &rikke, &own).await.body, Some(before));
        let said = app.text_versions(&rikke, &own).await.expect("versions");
        let said: Vec<_> = said.iter().map(|line| line.what.as_str()).collect();
        assert_eq!(said, ["published", "removed", "published"]);
    })
    .await;
}

#[tokio::test]
async fn a_version_brought_back_into_a_draft_that_takes_the_text_away_lets_it_stand() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let own = local("pas", "furesoe");
        let removal = app.begin_removal(&rikke, &own).await.expect("a draft");
        let back = app.restore_version(&rikke, &own, 1).await.expect("restored");
        assert_eq!((back.id, back.removes), (removal.id, false));
        draft_of(app.publish_draft(&rikke, back.id, back.revision, None, None).await);
        let shown = app.shown(&m("furesoe"), &topic("pas"), DA).await.expect("shown");
        assert!(!shown.local_facts.is_empty(), "it stands");
    })
    .await;
}

#[tokio::test]
async fn a_version_brought_back_moves_a_master_only_where_its_editor_may_write() {
    on_both(async |database| {
        let app = furnished(database).await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let karin = scope(&app, "karin@frederikssund.example").await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let key = master("folkepension");
        let draft = app.open_draft(&lasse, &key).await.expect("a draft");
        let mut body = draft.body.clone();
        body["area"] = json!("id-og-papirer");
        let draft = rewrite(&app, &lasse, &draft, body).await;
        draft_of(app.submit_draft(&lasse, draft.id, draft.revision, None, "").await);
        draft_of(app.approve_draft(&karin, draft.id, draft.revision, "").await);
        draft_of(app.publish_draft(&lasse, draft.id, draft.revision, None, None).await);
        // Niels writes texts about papers, and none about pensions.
        let foreign = app.restore_version(&niels, &key, 1).await;
        assert_eq!(foreign.err(), Some(Problem::forbidden("not-your-area")));
        assert!(view(&app, &niels, &key).await.draft.is_none(), "nothing was begun");
        let back = app.restore_version(&lasse, &key, 1).await.expect("restored");
        assert_eq!(
            (back.area.as_str(), &back.body["area"]),
            ("pension-og-aeldre", &json!("pension-og-aeldre"))
        );
    })
    .await;
}
