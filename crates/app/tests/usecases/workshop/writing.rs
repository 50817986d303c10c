//! Drafts: begun, written by two at once, out of others' reach, refused when they are not sound.

use super::*;

#[tokio::test]
async fn two_editors_at_one_draft_lose_no_words_and_the_second_is_told() {
    on_both(async |database| {
        let app = furnished(database).await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let draft = app.open_draft(&lasse, &master("pas")).await.expect("a draft");
        app.here_at_draft(&lasse, draft.id).await.expect("here");
        let seen = view(&app, &rikke, &master("pas")).await;
        assert_eq!(seen.here.len(), 1);
        let hers = with_part(draft.body.clone(), "price", "Rikkes pris");
        let his = with_part(draft.body.clone(), "price", "Lasses pris");
        let first = rewrite(&app, &lasse, &draft, his).await;
        let second =
            app.write_draft(&rikke, draft.id, draft.revision, hers, false).await.expect("told");
        let Written::Changed { theirs, differs } = second else {
            panic!("the second was not told")
        };
        let changed: Vec<&str> = differs.iter().map(|part| part.part.as_str()).collect();
        assert_eq!(changed, ["price"]);
        assert_eq!(theirs.revision, first.revision);
        assert!(theirs.body.to_string().contains("Lasses pris"));
        let kept = app.kept_texts(&rikke, draft.id).await.expect("kept");
        assert_eq!(kept.len(), 1);
        assert!(kept[0].body.to_string().contains("Rikkes pris"));
        assert_eq!(kept[0].by.name, "Rikke Bloch");
        // Even what comes after the draft has ended is kept.
        app.discard_draft(&lasse, draft.id).await.expect("thrown away");
        let late = with_part(draft.body.clone(), "price", "For sent");
        let late =
            app.write_draft(&rikke, draft.id, first.revision, late, false).await.expect("told");
        assert!(matches!(late, Written::Changed { theirs, .. } if theirs.ended_at.is_some()));
        assert_eq!(app.kept_texts(&rikke, draft.id).await.expect("kept").len(), 2);
        app.clock.advance(2 * MINUTE);
        let again = app.open_draft(&lasse, &master("pas")).await.expect("a new draft");
        assert_ne!(again.id, draft.id);
    })
    .await;
}

#[tokio::test]
async fn words_that_are_left_out_on_purpose_are_kept_beside_the_draft() {
    on_both(async |database| {
        let app = furnished(database).await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let karin = scope(&app, "karin@frederikssund.example").await;
        let draft = app.open_draft(&lasse, &master("pas")).await.expect("a draft");
        let his = with_part(draft.body.clone(), "price", "Lasses pris");
        let draft = rewrite(&app, &lasse, &draft, his).await;
        let other = with_part(draft.body.clone(), "price", "En anden pris");
        let draft = rewrite(&app, &lasse, &draft, other.clone()).await;
        assert!(app.kept_texts(&karin, draft.id).await.expect("kept").is_empty());
        let chosen = with_part(other, "price", "Den valgte pris");
        app.write_draft(&lasse, draft.id, draft.revision, chosen, true).await.expect("written");
        let kept = app.kept_texts(&karin, draft.id).await.expect("kept");
        assert_eq!(kept.len(), 1);
        assert!(kept[0].body.to_string().contains("En anden pris"));
        assert_eq!((kept[0].by.name.as_str(), kept[0].revision), ("Lasse Kragh", draft.revision));
    })
    .await;
}

#[tokio::test]
async fn a_step_is_about_the_words_that_were_read() {
    on_both(async |database| {
        let app = furnished(database).await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let karin = scope(&app, "karin@frederikssund.example").await;
        let changed = Some(Problem::conflict("draft-changed"));
        let draft = app.open_draft(&lasse, &master("pas")).await.expect("a draft");
        let body = with_part(draft.body.clone(), "price", "Det, Karin har læst.");
        let read = rewrite(&app, &lasse, &draft, body).await;
        let early = app.submit_draft(&lasse, draft.id, draft.revision, None, "").await;
        assert_eq!(early.err(), changed);
        draft_of(app.submit_draft(&lasse, read.id, read.revision, None, "").await);
        // Taken home, written in and sent again, while it stands on her screen.
        draft_of(app.return_draft(&lasse, read.id, "").await);
        let body = with_part(read.body.clone(), "price", "Det, hun ikke har læst.");
        let unread = rewrite(&app, &lasse, &read, body).await;
        draft_of(app.submit_draft(&lasse, unread.id, unread.revision, None, "").await);
        let approved = app.approve_draft(&karin, read.id, read.revision, "").await;
        assert_eq!(approved.err(), changed);
        draft_of(app.approve_draft(&karin, unread.id, unread.revision, "").await);
        let out = app.publish_draft(&karin, read.id, read.revision, None, None).await;
        assert_eq!(out.err(), changed);
        draft_of(app.publish_draft(&karin, unread.id, unread.revision, None, None).await);
    })
    .await;
}

#[tokio::test]
async fn nobody_chooses_by_the_owner_of_a_text_whether_a_second_person_looks_at_it() {
    on_both(async |database| {
        let app = furnished(database).await;
        let awaits = Some(Problem::conflict("awaits-approval"));
        // Frederikssund asks for a second person, Furesø does not.
        for (login, owner) in
            [("lasse@frederikssund.example", "furesoe"), ("niels@furesoe.example", "frederikssund")]
        {
            let who = scope(&app, login).await;
            let new = NewText {
                topic: Some(topic(&format!("nyt-fra-{owner}"))),
                kind: TextKind::Article,
                area: "id-og-papirer".to_owned(),
                municipality: None,
                title: "Legitimationskort".to_owned(),
                improvement: None,
            };
            let draft = app.begin_text(&who, new).await.expect("begun");
            let mut body =
                serde_json::to_value(&some_texts().articles[&topic("pas")]).expect("JSON");
            body["owner"] = json!(owner);
            let draft = rewrite(&app, &who, &draft, body).await;
            let out = app.publish_draft(&who, draft.id, draft.revision, None, None).await;
            assert_eq!(out.err(), awaits, "{login}");
            let seen = view(&app, &who, &(draft.topic.clone(), None)).await;
            assert!(seen.approval && !seen.can.publish, "{login} is told before");
        }
    })
    .await;
}

#[tokio::test]
async fn a_municipality_reaches_no_other_ones_texts() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let lasse = scope(&app, "lasse@frederikssund.example").await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let foreign = local("pas", "frederikssund");
        let theirs = app.open_draft(&lasse, &foreign).await.expect("their draft");
        let refused = |outcome: Result<(), Problem>| {
            assert_eq!(outcome, Err(Problem::NotFound));
        };
        // Furesø's editor, and an agent on duty for Frederikssund, see neither draft nor its words.
        for stranger in [&rikke, &mette] {
            refused(app.open_draft(stranger, &foreign).await.map(|_| ()));
            refused(app.draft(stranger, theirs.id).await.map(|_| ()));
            refused(app.kept_texts(stranger, theirs.id).await.map(|_| ()));
            let body = theirs.body.clone();
            refused(app.write_draft(stranger, theirs.id, 1, body, false).await.map(|_| ()));
            refused(
                app.publish_draft(stranger, theirs.id, theirs.revision, None, None)
                    .await
                    .map(|_| ()),
            );
            refused(app.discard_draft(stranger, theirs.id).await);
            refused(app.restore_version(stranger, &foreign, 1).await.map(|_| ()));
            refused(
                app.text_diff(stranger, &foreign, Side::Version(1), Side::Draft).await.map(|_| ()),
            );
            let begun = NewText {
                topic: Some(topic("su")),
                kind: TextKind::Variant,
                area: String::new(),
                municipality: Some(m("frederikssund")),
                title: String::new(),
                improvement: None,
            };
            let begun = app.begin_text(stranger, begun).await;
            assert!(
                matches!(begun, Err(Problem::NotFound | Problem::Forbidden { .. })),
                "{begun:?}"
            );
        }
        // The published text everybody may read; the draft is not told of.
        let seen = view(&app, &rikke, &foreign).await;
        assert!(seen.draft.is_none() && !seen.can.edit && !seen.can.publish);
        // No draft can be turned into another municipality's text.
        let own = app.open_draft(&rikke, &local("pas", "furesoe")).await.expect("own draft");
        let mut body = own.body.clone();
        body["municipality"] = json!("frederikssund");
        let own = rewrite(&app, &rikke, &own, body).await;
        assert_eq!(own.body["municipality"], "furesoe");
        // The area is not hers.
        let area = app.open_draft(&rikke, &master("rotter")).await;
        assert!(matches!(area, Err(Problem::Forbidden { code: "not-your-area" })));
        // Who approves does not switch approval off.
        let karin = scope(&app, "karin@frederikssund.example").await;
        let off = app.set_approval(&karin, &m("frederikssund"), false).await;
        assert!(matches!(off, Err(Problem::Forbidden { .. })));
        // Frederikssund's own texts wait for a second person as well.
        let alone = app.publish_draft(&lasse, theirs.id, theirs.revision, None, None).await;
        assert_eq!(alone.err(), Some(Problem::conflict("awaits-approval")));
    })
    .await;
}

#[tokio::test]
async fn the_list_has_common_and_local_texts_and_can_be_one_municipalitys_alone() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let new = NewText {
            topic: Some(topic("rotter")),
            kind: TextKind::Variant,
            area: String::new(),
            municipality: Some(m("furesoe")),
            title: String::new(),
            improvement: None,
        };
        app.begin_text(&rikke, new).await.expect("begun");
        let keys = async |query: TextQuery| -> Vec<EntryKey> {
            let rows = app.workshop_texts(&rikke, &query).await.expect("rows");
            rows.into_iter().map(|row| (row.topic, row.municipality)).collect()
        };
        let all = keys(TextQuery::default()).await;
        let begun = local("rotter", "furesoe");
        for key in [master("pas"), local("pas", "furesoe"), local("pas", "soroe"), begun.clone()] {
            assert!(all.contains(&key), "{key:?}");
        }
        let ours = TextQuery { municipality: Some(m("furesoe")), ..TextQuery::default() };
        let ours = keys(ours).await;
        assert!(ours.contains(&local("pas", "furesoe")) && ours.contains(&begun));
        assert!(ours.iter().all(|(_, whose)| *whose == Some(m("furesoe"))));
    })
    .await;
}

#[tokio::test]
async fn a_new_text_is_written_checked_and_published_and_seen_before_by_nobody() {
    on_both(async |database| {
        let app = furnished(database).await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let new = NewText {
            topic: None,
            kind: TextKind::Article,
            area: "id-og-papirer".to_owned(),
            municipality: None,
            title: "Legitimationskort til unge".to_owned(),
            improvement: None,
        };
        let draft = app.begin_text(&niels, new.clone()).await.expect("begun");
        assert_eq!(draft.topic, topic("legitimationskort-til-unge"));
        let twice = app.begin_text(&niels, new).await;
        assert_eq!(twice.err(), Some(Problem::conflict("text-exists")));
        let query = TextQuery { q: "legitimation".to_owned(), ..TextQuery::default() };
        let rows = app.workshop_texts(&niels, &query).await.expect("rows");
        assert_eq!((rows.len(), rows[0].version), (1, 0));
        let agent = scope(&app, "mette@furesoe.example").await;
        assert!(app.workshop_texts(&agent, &query).await.expect("rows").is_empty());
        // Empty parts are errors: it does not go out.
        let refused =
            app.publish_draft(&niels, draft.id, draft.revision, None, None).await.expect("checked");
        let Went::Refused(findings) = refused else { panic!("an empty text was published") };
        assert!(!rules::checks::passes(&findings));
        let mut body = serde_json::to_value(&some_texts().articles[&topic("pas")]).expect("JSON");
        body["title"] = json!("Legitimationskort til unge");
        body["owner"] = json!("furesoe");
        let draft = rewrite(&app, &niels, &draft, body.clone()).await;
        assert_eq!(draft.body["topic"], "legitimationskort-til-unge");
        // Seen as any municipality before it is out.
        let preview = |place: &str, body: &Value| Preview {
            kind: TextKind::Article,
            municipality: Some(m(place)),
            body: body.clone(),
            language: DA,
        };
        let (seen, _) = app.preview(&niels, preview("furesoe", &draft.body)).await.expect("seen");
        assert_eq!(seen.title, "Legitimationskort til unge");
        let foreign = app.preview(&niels, preview("holbaek", &draft.body)).await;
        assert_eq!(foreign.err(), Some(Problem::NotFound));
        let known = app.preview(&niels, preview("furesoe", &body)).await.expect("seen").0;
        assert_eq!(known.local_name.as_deref(), Some("Furesø"), "with the local text over it");
        draft_of(app.publish_draft(&niels, draft.id, draft.revision, None, None).await);
        let shown = app.shown(&m("soroe"), &draft.topic, DA).await.expect("shown");
        assert_eq!(shown.title, "Legitimationskort til unge");
        // What is too long is refused, and the draft stays as it is.
        let open = app.open_draft(&niels, &(draft.topic.clone(), None)).await.expect("a draft");
        let huge = with_part(open.body.clone(), "price", &"x".repeat(10 * 1024 * 1024));
        let long = app.write_draft(&niels, open.id, open.revision, huge, false).await;
        assert!(matches!(long, Err(Problem::Invalid { code: "too-long", .. })));
        let same = app.draft(&niels, open.id).await.expect("as before");
        assert_eq!((same.revision, same.body), (open.revision, open.body));
        let odd = app.write_draft(&niels, open.id, open.revision, json!({"title": 1}), false).await;
        assert!(matches!(odd, Err(Problem::Invalid { code: "text-form", .. })));
        let none: DraftId = app.rng.id(app.now());
        assert_eq!(app.draft(&niels, none).await.err(), Some(Problem::NotFound));
    })
    .await;
}
