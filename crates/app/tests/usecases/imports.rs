//! What comes in as files becomes drafts, imported articles or subjects, all or nothing; what goes
//! out comes in again as it was.

use app::intake::incoming::{Headings, Wanted};
use base::Language;
use intake::files::{Columns, Form, Given};
use rules::content::Collection;
use rules::members::Member;
use testkit::on_both;

use crate::house::{collection, empty, furnished, m, scope, topic};

fn wanted(form: Form) -> Wanted {
    Wanted {
        form,
        area: "id-og-papirer".into(),
        municipality: m("furesoe"),
        department: "borgerservice".parse().expect("a key"),
        columns: Columns::default(),
        headings: Headings {
            first: "Det skal du gøre".into(),
            self_service: "Gør det selv".into(),
            source: "Kilde".into(),
        },
    }
}

fn file(name: &str, text: &str) -> Given {
    Given { name: name.into(), bytes: text.as_bytes().to_vec() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_out_comes_in_again_as_it_was() {
    on_both(async |database| {
        let app = furnished(database).await;
        let files = app.export().await.expect("everything");
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        for path in [
            "README.md",
            "articles/pas.md",
            "guides/guide-pension.md",
            "members/furesoe.toml",
            "data/text_versions.jsonl",
            "areas.toml",
        ] {
            assert!(paths.contains(&path), "{path} in {paths:?}");
        }
        let read = Collection::from_files(files).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(read.articles, collection().articles);
        assert_eq!(read.variants, collection().variants);
        assert_eq!(sorted(&read.members), sorted(&collection().members));
        let digests = |entries: Vec<store::knowledge::Entry>| -> Vec<(String, String)> {
            entries
                .into_iter()
                .map(|e| (format!("{} {:?}", e.topic, e.municipality), e.digest))
                .collect()
        };
        let before =
            digests(store::knowledge::all(&app.database, &app.tenant).await.expect("read"));
        let other = testkit::TestDatabase::sqlite().await;
        let again = empty(&other, true);
        again.import(&read).await.expect("in again");
        let after =
            digests(store::knowledge::all(&again.database, &again.tenant).await.expect("read"));
        assert_eq!(before, after);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_become_drafts_all_or_nothing() {
    on_both(async |database| {
        let app = furnished(database).await;
        let editor = scope(&app, "niels@furesoe.example").await;
        let two = vec![file("a.md", "# Kattelem\nSpørg først."), file("b.md", "# Tom\n")];
        let view = app.import_files(&editor, &wanted(Form::Markdown), two).await.expect("judged");
        assert!(!view.done && view.faults[0].file == "b.md");
        let one = || vec![file("a.md", "# Kattelem\nSpørg først.")];
        let seen = app.preview_import(&editor, &wanted(Form::Markdown), one()).await.expect("seen");
        assert_eq!((seen.faults.len(), seen.texts[0].becomes, seen.done), (0, "draft", false));
        let done = app.import_files(&editor, &wanted(Form::Markdown), one()).await.expect("in");
        assert!(done.done);
        let draft = app.open_draft(&editor, &(topic("kattelem"), None)).await.expect("a draft");
        assert_eq!(draft.body["title"], "Kattelem");
        let again =
            app.import_files(&editor, &wanted(Form::Markdown), one()).await.expect("judged");
        assert_eq!((again.done, again.faults[0].code.as_str()), (false, "draft-open"));
        let there = vec![file("pas.md", "# Pas\nEn tekst, der findes.")];
        let there =
            app.import_files(&editor, &wanted(Form::Markdown), there).await.expect("judged");
        assert_eq!(there.faults[0].code, "topic-exists");
        let agent = crate::house::citizen(&app, "a-mark-of-a-citizen");
        assert!(app.import_files(&agent, &wanted(Form::Markdown), one()).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_of_the_portal_is_found_at_once_and_subjects_are_offered() {
    on_both(async |database| {
        let app = furnished(database).await;
        let (reviewer, portal) = reviewer(&app, Form::BorgerDk).await;
        let subjects = Wanted { form: Form::Kle, ..portal.clone() };
        let xml = |price: &str| {
            let text = format!("<A><ArticleTitle>Lån en måne</ArticleTitle><ArticleUrl>https://www.borger.dk/maane</ArticleUrl><Content>&lt;div id='microArticle_1'&gt;&lt;h2&gt;Månelån&lt;/h2&gt;&lt;p&gt;Det koster {price} kr. at låne en månelampe.&lt;/p&gt;&lt;/div&gt;</Content></A>");
            vec![file("m.xml", &text)]
        };
        let done = app.import_files(&reviewer, &portal, xml("7")).await.expect("in");
        assert_eq!((done.done, done.texts[0].becomes), (true, "new"));
        app.update_index().await.expect("indexed");
        let found = app.search(&m("furesoe"), "månelampe", 5, Language::Da, false).await.expect("found");
        assert_eq!(found.hits[0].slug, topic("borger-dk-laan-en-maane"));
        let same = app.import_files(&reviewer, &portal, xml("7")).await.expect("in");
        assert_eq!(same.texts[0].becomes, "same");
        let changed = app.import_files(&reviewer, &portal, xml("8")).await.expect("in");
        assert_eq!(changed.texts[0].becomes, "changed");
        let key = (topic("borger-dk-laan-en-maane"), None);
        let edited = app.open_draft(&reviewer, &key).await;
        assert!(edited.is_err(), "it is shown, not edited");

        let plan = "<KLE-Emneplan><Hovedgruppe><HovedgruppeNr>98</HovedgruppeNr><HovedgruppeTitel>Måner</HovedgruppeTitel><Gruppe><GruppeNr>98.01</GruppeNr><GruppeTitel>Udlån af måner</GruppeTitel></Gruppe></Hovedgruppe></KLE-Emneplan>";
        let done = app.import_files(&reviewer, &subjects, vec![file("k.xml", plan)]).await.expect("in");
        assert_eq!((done.done, done.subjects), (true, 2));
        let offered = app.kle_subjects(&reviewer, "udl").await.expect("offered");
        assert_eq!(offered[0].number, "98.01");
        let bomb = "<!DOCTYPE a [<!ENTITY x \"x\">]><KLE-Emneplan>&x;</KLE-Emneplan>";
        let refused = app.import_files(&reviewer, &subjects, vec![file("k.xml", bomb)]).await.expect("judged");
        assert_eq!((refused.done, refused.faults[0].code.as_str()), (false, "doctype"));
        assert_eq!(app.kle_subjects(&reviewer, "98").await.expect("offered").len(), 2);
    })
    .await;
}

/// The members with their departments in one order; the directory keeps another.
fn sorted(members: &[Member]) -> Vec<Member> {
    let mut members = members.to_vec();
    for member in &mut members {
        member.departments.sort_by(|a, b| a.key.cmp(&b.key));
    }
    members
}

/// Somebody of the demo who approves the texts of an area, and what such a person brings in.
async fn reviewer(app: &app::App, form: Form) -> (base::Scope, Wanted) {
    for account in app::demo::accounts() {
        let scope = scope(app, &account.login).await;
        let home = m(account.municipality);
        let area = scope.areas.iter().find(|given| given.right == base::Right::ApproveKnowledge);
        let edits = scope.allows(base::Right::EditKnowledge, &home, None).is_some();
        if let (true, Some(area)) = (edits, area) {
            let area = area.area.clone();
            return (scope.clone(), Wanted { area, municipality: home, ..wanted(form) });
        }
    }
    panic!("somebody approves an area")
}
