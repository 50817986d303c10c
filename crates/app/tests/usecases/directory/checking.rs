//! What the check of a municipality's directory finds.

use app::App;
use app::directory::FindingView;
use app::duty::DutyDraft;
use jiff::civil::{date, time};
use rules::directory::ItemKind;
use rules::duty::DutyKind;
use serde_json::json;
use testkit::on_both;

use super::d;
use super::numbers::put;
use crate::house::{HOUR, furnished, m, scope};

async fn findings(app: &App, finding: &str) -> Vec<FindingView> {
    let all = app.check_directories().await.expect("checked");
    all.into_iter().filter(|one| one.finding == finding).collect()
}

#[tokio::test]
async fn a_department_that_forgot_next_weeks_telephone_duty_is_told() {
    on_both(async |db| {
        let app = furnished(db).await;
        let planner = scope(&app, "birgit@furesoe.example").await;
        let mette = scope(&app, "mette@furesoe.example").await;
        assert!(findings(&app, "not-staffed").await.is_empty(), "no list is kept anywhere");
        let draft = DutyDraft {
            serving: m("furesoe"),
            date: date(2027, 6, 3),
            from: time(9, 0, 0, 0),
            to: time(12, 0, 0, 0),
            people: [mette.person().expect("a person")].into(),
            kind: DutyKind::Telephone { department: d("borgerservice") },
        };
        app.add_duty(&planner, draft).await.expect("planned");
        // Two weeks later nothing is planned at all.
        app.clock.advance(14 * 24 * HOUR);
        let found = findings(&app, "not-staffed").await;
        let named: Vec<_> = found.iter().flat_map(|one| &one.units).map(|one| &*one.id).collect();
        assert_eq!(named, ["borgerservice"]);
        assert!(found[0].spans.len() >= 5, "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn what_belongs_nowhere_is_told() {
    on_both(async |db| {
        let app = furnished(db).await;
        let place = m("horsens");
        let lost = json!({"unit": "nedlagt", "name": "Ene Tilbage"});
        put(&app, &place, ItemKind::Person, lost).await;
        let found = findings(&app, "unit-gone").await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].people[0].name, "Ene Tilbage");
        assert_eq!(found[0].units[0].id, "nedlagt");
        let administration = app.directory().await.expect("read");
        let units = &administration.place(&place).expect("a member").staff.organisation.units;
        let administration =
            units.values().find(|unit| unit.kind == rules::directory::UnitKind::Administration);
        let administration = administration.expect("an administration").key.to_string();
        let given = json!({"topic": "rotter", "unit": administration});
        put(&app, &place, ItemKind::Responsibility, given).await;
        let found = findings(&app, "no-department").await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].units[0].id, administration);
        assert_eq!(found[0].topic.as_ref().map(|topic| topic.topic.as_str()), Some("rotter"));
    })
    .await;
}
