//! What a source says, what was changed by hand over it, and that both can be read together.

use app::App;
use app::directory::{LineChange, Mode, Synchronised};
use base::Scope;
use rules::directory::{Holder, ItemKind, LineId, Way};
use serde_json::json;
use testkit::on_both;

use super::numbers::put;
use super::u;
use crate::house::{furnished, m, scope};

async fn bring(app: &App, admin: &Scope, table: &str) -> Synchronised {
    let apply = Mode::Apply { even_if_many: true };
    app.import_directory(admin, &m("horsens"), table, apply).await.expect("brought")
}

fn line(row: &str) -> String {
    format!("kind;id;unit;way;address\nline;l-1;pension-folkepension;{row}\n")
}

/// The ways of the pension team, but for its department's.
async fn ways(app: &App) -> Vec<(LineId, Way)> {
    let directory = app.directory().await.expect("the directory is there");
    let place = directory.place(&m("horsens")).expect("a member");
    let lines = place.staff.organisation.lines.of(&Holder::Unit(u("pension-folkepension"))).iter();
    lines.map(|line| (line.id, line.way.clone())).collect()
}

#[tokio::test]
async fn a_number_by_hand_and_a_chat_in_the_source_leave_a_directory_that_can_be_read() {
    on_both(async |db| {
        let app = furnished(db).await;
        let admin = scope(&app, "admin@horsens.example").await;
        assert!(bring(&app, &admin, &line("telephone;0016 6177")).await.done);
        let (id, _) = ways(&app).await.into_iter().next_back().expect("brought");
        let place = m("horsens");
        let change = LineChange {
            holder: Holder::Unit(u("pension-folkepension")),
            way: "telephone".to_owned(),
            address: Some("0016 6178".to_owned()),
            hours: None,
            public: false,
            version: 1,
        };
        app.change_line(&admin, &place, id, change).await.expect("by hand");
        for row in ["chat;", "mail;team@horsens.example"] {
            assert!(bring(&app, &admin, &line(row)).await.done);
            let by_hand = Way::Telephone("+45 00 16 61 78".to_owned());
            assert!(ways(&app).await.contains(&(id, by_hand)), "{row}");
        }
        // One field gives both back: a number is none where one writes.
        let called = id.to_string();
        app.as_imported(&admin, &place, "line", &called, "address").await.expect("given back");
        let mail = Way::Mail("team@horsens.example".to_owned());
        assert!(ways(&app).await.contains(&(id, mail)));
    })
    .await;
}

#[tokio::test]
async fn a_thing_that_cannot_be_read_takes_nothing_else_with_it() {
    on_both(async |db| {
        let app = furnished(db).await;
        let broken = json!({"holder": {"unit": "jobcenter"}, "way": "chat", "address": "00161442"});
        put(&app, &m("horsens"), ItemKind::Line, broken).await;
        let directory = app.directory().await.expect("everybody else's is there");
        assert!(directory.line_of_number("+45 00 16 12 35").is_some());
    })
    .await;
}

#[tokio::test]
async fn nobody_stays_in_a_unit_that_the_same_table_takes_away() {
    on_both(async |db| {
        let app = furnished(db).await;
        let admin = scope(&app, "admin@horsens.example").await;
        let head = "kind;id;name;unit\n";
        let team = "team;flex;Flexteam;pension-og-ydelser\n";
        let other = "team;fast;Fastteam;pension-og-ydelser\n";
        let somebody = "person;p-1;Ny Kollega;flex\n";
        assert!(bring(&app, &admin, &format!("{head}{team}{other}{somebody}")).await.done);
        let without = bring(&app, &admin, &format!("{head}{other}{somebody}")).await;
        let faults: Vec<_> = without.faults.iter().map(|fault| fault.code).collect();
        assert_eq!((without.done, &faults[..]), (false, &["unit-unknown"][..]));
    })
    .await;
}
