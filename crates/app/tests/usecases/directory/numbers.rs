//! A telephone number is answered in one place: nobody takes another's calls by writing it down.

use app::App;
use app::directory::{LineChange, Mode};
use base::{MunicipalityKey, Outcome, Problem, Scope};
use rules::directory::source::Record;
use rules::directory::{Holder, ItemKind};
use serde_json::json;
use store::directory::items::{self, Kept};
use store::streams::{self, StreamKey};
use testkit::on_both;

use super::keeping::record;
use super::{d, u};
use crate::house::{furnished, m, scope};

const HORSENS_MAIN: &str = "+45 00 16 00 00";
const PENSION: &str = "+45 00 16 12 35";
const JOBS: &str = "+45 00 16 14 42";

/// Writes a thing past every check, as an older release or another node at the same instant may have.
pub(super) async fn put(
    app: &App,
    municipality: &MunicipalityKey,
    kind: ItemKind,
    value: serde_json::Value,
) -> String {
    let item = app.rng.id::<base::kind::Line>(app.now()).to_string();
    let kept = Kept {
        kind,
        item: item.clone(),
        source: String::new(),
        source_id: String::new(),
        record: Record::made(value.as_object().expect("an object").clone()),
        version: 1,
    };
    let mut tx = app.database.begin().await.expect("begun");
    items::put(&mut tx, &app.tenant, municipality, &kept, app.now()).await.expect("put");
    let stream = StreamKey::directory(municipality);
    let event = [("changed", "{}".to_owned())];
    streams::append(&mut tx, &app.tenant, &stream, app.now(), &event).await.expect("told");
    tx.commit().await.expect("written");
    item
}

async fn telephone(app: &App, who: &Scope, place: &str, unit: &str, number: &str) -> Outcome<()> {
    let line = LineChange {
        holder: Holder::Unit(u(unit)),
        way: "telephone".to_owned(),
        address: Some(number.to_owned()),
        hours: None,
        public: false,
        version: 0,
    };
    app.change_line(who, &m(place), app.rng.id(app.now()), line).await
}

#[tokio::test]
async fn a_number_that_is_answered_elsewhere_is_refused_and_whose_it_is_is_not_told() {
    on_both(async |db| {
        let app = furnished(db).await;
        let taken = |field| Err(Problem::invalid(field, "number-taken"));
        let admin = scope(&app, "admin@furesoe.example").await;
        let directory = app.directory().await.expect("read");
        let hotline = directory.consortium.as_ref().and_then(|one| one.hotline.as_ref());
        let hotline = &*hotline.expect("an evening line").phone;
        for number in [HORSENS_MAIN, PENSION, "00166110", hotline] {
            let done = telephone(&app, &admin, "furesoe", "borgerservice", number).await;
            assert_eq!(done, taken("address"), "{number}");
            let table = format!("kind;unit;way;address\nline;borgerservice;telephone;{number}\n");
            let apply = Mode::Apply { even_if_many: true };
            let done = app.import_directory(&admin, &m("furesoe"), &table, apply).await;
            let faults = done.expect("read").faults;
            assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["number-taken"]);
        }
        // The content speaks for all members: a coordinator's number never keeps it from coming in.
        let table = format!("kind;id;unit;way;address\nline;x;borgerservice;telephone;{PENSION}\n");
        let brought = rules::directory::read_table(&table).expect("a table");
        let apply = Mode::Apply { even_if_many: true };
        let done = app.synchronise(&admin, &m("furesoe"), "content", brought, apply).await;
        assert!(done.expect("read").done);
        // A main number is nobody's way on, in no municipality; another's own number may be.
        for (number, done) in [(HORSENS_MAIN, taken("address")), (PENSION, Ok(()))] {
            let line = LineChange {
                holder: Holder::Unit(u("borgerservice")),
                way: "outside".to_owned(),
                address: Some(number.to_owned()),
                hours: None,
                public: false,
                version: 0,
            };
            let id = app.rng.id(app.now());
            assert_eq!(app.change_line(&admin, &m("furesoe"), id, line).await, done, "{number}");
        }
        // Within a municipality a department's calls are its own.
        let ditte = scope(&app, "ditte@horsens.example").await;
        let done = telephone(&app, &ditte, "horsens", "pension-folkepension", JOBS).await;
        assert_eq!(done, taken("address"));
        let mut change = record(&app, &ditte).await;
        change.phone = JOBS.to_owned();
        let department = d("pension-og-ydelser");
        let done = app.change_department(&ditte, &m("horsens"), &department, change.clone()).await;
        assert_eq!(done, taken("phone"));
        telephone(&app, &ditte, "horsens", "pension-folkepension", PENSION)
            .await
            .expect("her department's, at a team of it");
        // What it has it keeps, whatever else is changed.
        change.phone = PENSION.to_owned();
        change.address = "Rådhustorvet 4".to_owned();
        app.change_department(&ditte, &m("horsens"), &department, change).await.expect("changed");
    })
    .await;
}

#[tokio::test]
async fn what_stands_there_already_takes_no_calls_of_a_main_number_a_department_or_the_hotline() {
    on_both(async |db| {
        let app = furnished(db).await;
        let directory = app.directory().await.expect("read");
        let numbers = directory.numbers().into_iter().map(str::to_owned);
        let own = |number: &String| {
            let directory = &directory;
            directory.places().any(|place| {
                place.member.main_number == *number
                    || place.lines().any(|line| line.department.phone == *number)
            })
        };
        let hotline = |number: &String| directory.line_of_number(number) == Some((None, None));
        let numbers: Vec<String> = numbers.filter(|one| own(one) || hotline(one)).collect();
        assert!(numbers.len() > 12, "{numbers:?}");
        let first = directory.places().next().expect("a member").member.key.clone();
        for number in &numbers {
            let line =
                json!({"holder": {"unit": "jobcenter"}, "way": "telephone", "address": number});
            put(&app, &first, ItemKind::Line, line).await;
        }
        let now = app.directory().await.expect("read");
        for number in &numbers {
            assert_eq!(now.line_of_number(number), directory.line_of_number(number), "{number}");
        }
        // The check tells it, where the line stands and where it is missed, but not whose it is.
        let told = |findings: Vec<app::directory::FindingView>| {
            let taken = findings.into_iter().filter(|one| one.finding == "number-taken");
            taken.map(|one| (one.municipality, one.number.expect("a number"))).collect::<Vec<_>>()
        };
        let taken = told(app.check_directories().await.expect("checked"));
        assert!(taken.contains(&(first, HORSENS_MAIN.to_owned())), "{taken:?}");
        assert!(taken.contains(&(m("horsens"), PENSION.to_owned())), "{taken:?}");
    })
    .await;
}

#[tokio::test]
async fn citizens_see_the_numbers_they_may_know_and_no_others() {
    on_both(async |db| {
        let app = furnished(db).await;
        let place = m("horsens");
        let numbers = async || {
            let directory = app.directory().await.expect("read");
            let place = directory.place(&place).expect("a member");
            let numbers = place.public_numbers(&d("pension-og-ydelser")).into_iter();
            numbers.map(|one| (one.name, one.number)).collect::<Vec<_>>()
        };
        let before = numbers().await;
        for (number, public) in [("+45 00 16 61 71", true), ("+45 00 16 61 72", false)] {
            let holder = json!({"unit": "pension-folkepension"});
            let line =
                json!({"holder": holder, "way": "telephone", "address": number, "public": public});
            put(&app, &place, ItemKind::Line, line).await;
        }
        let new: Vec<_> = numbers().await.into_iter().filter(|one| !before.contains(one)).collect();
        assert_eq!(new, [("Folkepension og tillæg".to_owned(), "+45 00 16 61 71".to_owned())]);
        let foreign = app.directory().await.expect("read");
        let jobs = foreign.place(&place).expect("a member").public_numbers(&d("jobcenter"));
        assert!(jobs.iter().all(|one| one.number != "+45 00 16 61 71"));
    })
    .await;
}
