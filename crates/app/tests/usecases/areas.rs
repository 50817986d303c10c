use std::collections::BTreeSet;

use app::App;
use app::areas::{AreaChange, AreaDetail};
use base::{Language, MunicipalityKey, Problem};
use testkit::on_both;

use crate::house::{collection, furnished, m, scope, topic};

const DA: Language = Language::Da;
const PENSION: &str = "pension-og-aeldre";

fn as_it_is(area: &AreaDetail) -> AreaChange {
    AreaChange {
        name: area.area.name.clone(),
        name_en: area.area.name_en.clone(),
        editors: area.area.editors.iter().map(|person| person.id).collect(),
        reviewers: area.area.reviewers.iter().map(|person| person.id).collect(),
        open_to: area.area.open_to.iter().cloned().collect(),
    }
}

async fn open_pension_to(app: &App, members: &[&str]) -> AreaDetail {
    let admin = scope(app, "admin@furesoe.example").await;
    let area = app.area(&admin, PENSION).await.expect("the area");
    let open_to: BTreeSet<MunicipalityKey> = members.iter().map(|key| m(key)).collect();
    let change = AreaChange { open_to, ..as_it_is(&area) };
    app.change_area(&admin, PENSION, change).await.expect("changed")
}

/// The topics that citizens of a municipality find.
async fn finds(app: &App, place: &str, query: &str) -> BTreeSet<String> {
    app.update_index().await.expect("the index follows");
    let found = app.search(&m(place), query, 10, DA, false).await.expect("an answer");
    found.hits.into_iter().map(|hit| hit.slug.to_string()).collect()
}

#[tokio::test]
async fn an_area_that_is_not_open_to_a_member_is_nowhere_for_its_citizens() {
    on_both(async |database| {
        let app = furnished(database).await;
        let (pension, guide) = (topic("folkepension"), topic("guide-pension"));
        assert!(finds(&app, "soroe", "folkepension").await.contains("folkepension"));
        let area = open_pension_to(&app, &["furesoe", "frederikssund"]).await;
        assert_eq!(area.area.open_to, [m("frederikssund"), m("furesoe")]);

        let shown = app.shown(&m("soroe"), &pension, DA).await;
        assert_eq!(shown.map(|_| ()), Err(Problem::NotFound));
        let step = app.guide_step(&m("soroe"), &guide, None, "", DA).await;
        assert_eq!(step.map(|_| ()), Err(Problem::NotFound));
        let seen = app.knowledge_of(Some(&m("soroe"))).await.expect("read");
        assert!(seen.heads().all(|head| head.area != PENSION));
        let hits = finds(&app, "soroe", "folkepension").await;
        assert!(!hits.contains("folkepension") && !hits.contains("guide-pension"), "{hits:?}");
        // A page of an open area does not lead there either.
        for head in seen.heads() {
            let view = app.shown(&m("soroe"), head.topic, DA).await.expect("shown");
            assert!(view.related.iter().all(|related| related.topic != pension));
        }
        // The staff who help its citizens see what they see.
        let emil = scope(&app, "emil@soroe.example").await;
        let view = app.article(&emil, Some(&m("soroe")), &pension, DA).await;
        assert_eq!(view.map(|_| ()), Err(Problem::NotFound));

        for place in ["furesoe", "frederikssund"] {
            app.shown(&m(place), &pension, DA).await.expect("open there");
            assert!(finds(&app, place, "folkepension").await.contains("folkepension"));
        }
        open_pension_to(&app, &["furesoe", "frederikssund", "soroe"]).await;
        app.shown(&m("soroe"), &pension, DA).await.expect("open again");
        assert!(finds(&app, "soroe", "folkepension").await.contains("folkepension"));
        // An import of the folder opens nothing and closes nothing.
        app.import(collection()).await.expect("imported");
        let holbaek = app.shown(&m("holbaek"), &pension, DA).await;
        assert_eq!(holbaek.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn only_the_consortiums_administrator_gives_an_area_and_only_to_editors() {
    on_both(async |database| {
        let app = furnished(database).await;
        let editor = scope(&app, "niels@furesoe.example").await;
        let area = app.area(&editor, PENSION).await.expect("the area");
        assert!(!area.can_manage && area.people.is_empty());
        let refused = app.change_area(&editor, PENSION, as_it_is(&area)).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::forbidden("not-your-role")));

        let admin = scope(&app, "admin@furesoe.example").await;
        let area = app.area(&admin, PENSION).await.expect("the area");
        let kaj = area.people.iter().find(|person| person.name == "Kaj Winther").expect("kaj");
        let mut change = as_it_is(&area);
        change.name = "Pension".to_owned();
        change.editors = BTreeSet::from([kaj.id]);
        let changed = app.change_area(&admin, PENSION, change.clone()).await.expect("changed");
        assert_eq!(changed.area.editors.len(), 1);
        assert_eq!(changed.area.name, "Pension");
        let directory = app.directory().await.expect("read");
        assert!(directory.areas.iter().any(|area| area.name == "Pension"));
        let kaj_now = scope(&app, "kaj@soroe.example").await;
        assert!(kaj_now.has_area(base::Right::EditKnowledge, PENSION));
        let rikke = scope(&app, "rikke@furesoe.example").await;
        assert!(!rikke.has_area(base::Right::EditKnowledge, PENSION));
        // Its name stands against the folder's.
        app.import(collection()).await.expect("imported");
        let again = app.area(&admin, PENSION).await.expect("the area");
        assert_eq!(again.area.name, "Pension");

        change.editors =
            BTreeSet::from([editor.person().expect("niels"), admin.person().expect("admin")]);
        let refused = app.change_area(&admin, PENSION, change.clone()).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::invalid("editors", "area-person-role")));
        change.editors.clear();
        change.open_to = BTreeSet::from([m("atlantis")]);
        let refused = app.change_area(&admin, PENSION, change).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::invalid("open_to", "not-an-id")));
        let unknown = app.area(&admin, "no-area").await;
        assert_eq!(unknown.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn every_number_of_an_areas_health_has_a_list_of_what_it_counts() {
    on_both(async |database| {
        let app = furnished(database).await;
        let place = m("soroe");
        for _ in 0..3 {
            let no = app::articles::Helped::No(app::articles::WhyNot::Incomplete);
            app.helped(&place, &topic("folkepension"), no).await.expect("counted");
        }
        let niels = scope(&app, "niels@furesoe.example").await;
        let area = app.area(&niels, PENSION).await.expect("the area");
        let counted = |what: &str| -> i64 {
            area.counted.iter().filter(|line| line.what == what).map(|line| line.count).sum()
        };
        let health = area.area.health;
        assert_eq!(health.not_helped, 3);
        assert_eq!(counted("not-helped"), health.not_helped);
        assert_eq!(counted("contacts"), health.contacts);
        assert_eq!(counted("half-way"), health.half_way);
        assert_eq!(area.texts.len(), health.overdue + health.stale);
        let all = app.areas(&niels).await.expect("the areas");
        assert_eq!(all.len(), collection().areas.len());
        assert_eq!(
            all.iter().map(|area| area.articles + area.guides).sum::<usize>(),
            collection().articles.len() + collection().guides.len()
        );
    })
    .await;
}
