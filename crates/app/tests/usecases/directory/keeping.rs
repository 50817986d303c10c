//! Who may change the directory, what is remembered of it, and how it is kept true.

use app::App;
use app::directory::{
    AbsenceChange, DepartmentChange, LineChange, Mode, PersonChange, RequestWish,
    ResponsibilityChange, UnitChange,
};
use base::{Problem, Scope};
use rules::contacts::OutcomeKind;
use rules::directory::{Holder, ItemKind, UnitKind};
use testkit::on_both;
use uuid::Uuid;

use super::story::entry_of;
use super::{d, u};
use crate::house::{HOUR, MINUTE, citizen, collection, furnished, m, scope, topic};

const DITTE: &str = "ditte@horsens.example";
const ADMIN: &str = "admin@horsens.example";

pub(super) async fn record(app: &App, who: &Scope) -> DepartmentChange {
    let unit = app.directory_unit(who, &m("horsens"), &u("pension-og-ydelser")).await;
    let record = unit.expect("read").department.expect("a department");
    DepartmentChange {
        name: record.name,
        name_en: record.name_en,
        phone: record.phone,
        email: record.email,
        address: record.address,
        hours: record.hours,
        promise: record.promise,
        part_of: record.part_of,
        topics: record.topics,
        version: record.version,
    }
}

fn team(version: i64) -> UnitChange {
    UnitChange {
        kind: UnitKind::Team,
        parent: Some(u("pension-og-ydelser")),
        name: "Flexteam".to_owned(),
        name_en: String::new(),
        hours: None,
        version,
    }
}

fn somebody(unit: &str, version: i64) -> PersonChange {
    PersonChange {
        unit: u(unit),
        name: "Ny Kollega".to_owned(),
        title: "Vikar".to_owned(),
        login: None,
        languages: [].into(),
        skills: ["enkeltydelser".to_owned()].into(),
        deputies: vec![],
        version,
    }
}

fn invalid(field: &'static str, code: &'static str) -> Result<(), Problem> {
    Err(Problem::invalid(field, code))
}

#[tokio::test]
async fn a_coordinator_changes_own_departments_an_administrator_all_and_others_nothing() {
    on_both(async |db| {
        let app = furnished(db).await;
        let place = m("horsens");
        let (ditte, admin) = (scope(&app, DITTE).await, scope(&app, ADMIN).await);
        let kurt = scope(&app, "kurt@horsens.example").await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let not_yours = Err(Problem::forbidden("not-your-role"));
        let mut change = record(&app, &ditte).await;
        change.phone = "00161299".to_owned();
        let department = d("pension-og-ydelser");
        let write = async |who: &Scope, change: &DepartmentChange| {
            app.change_department(who, &place, &department, change.clone()).await
        };
        assert_eq!(write(&kurt, &change).await, not_yours);
        assert_eq!(write(&mette, &change).await, Err(Problem::NotFound));
        write(&ditte, &change).await.expect("her own department");
        assert_eq!(write(&admin, &change).await, Err(Problem::conflict("directory-changed")));
        let read = app.department(&place, &department).await.expect("the department");
        assert_eq!(read.phone, "+45 00 16 12 99", "what everybody reads");
        // Another department, and what belongs to none, are not hers.
        let of_jobs = app.directory_unit(&ditte, &place, &u("jobcenter")).await.expect("read");
        assert!(!of_jobs.may_edit);
        let id = app.rng.id(app.now());
        let in_jobs = app.change_entry(&ditte, &place, id, somebody("jobcenter", 0)).await;
        assert_eq!(in_jobs, not_yours);
        let administration = UnitChange { kind: UnitKind::Administration, parent: None, ..team(0) };
        let made =
            app.change_unit(&ditte, &place, &u("ny-forvaltning"), administration.clone()).await;
        assert_eq!(made, not_yours);
        app.change_unit(&admin, &place, &u("ny-forvaltning"), administration).await.expect("made");
        // A team of hers with somebody, a line and a topic; taken apart again from the inside.
        app.change_unit(&ditte, &place, &u("flexteam"), team(0)).await.expect("made");
        app.change_unit(&ditte, &place, &u("flexteam"), team(0))
            .await
            .expect("sent twice, made once");
        app.change_entry(&ditte, &place, id, somebody("flexteam", 0)).await.expect("added");
        let line = LineChange {
            holder: Holder::Entry(id),
            way: "telephone".to_owned(),
            address: Some("0016 6199".to_owned()),
            hours: None,
            public: false,
            version: 0,
        };
        app.change_line(&ditte, &place, app.rng.id(app.now()), line).await.expect("a line");
        let gives = ResponsibilityChange {
            topic: topic("rotter"),
            unit: u("flexteam"),
            people: vec![id],
            conditions: vec![],
            version: 0,
        };
        let given = app.rng.id(app.now());
        app.change_responsibility(&ditte, &place, given, gives).await.expect("given");
        assert_eq!(app.owner_of(&place, &topic("rotter")).await, Ok(Some(department.clone())));
        let person = app.directory_person(&ditte, &place, id).await.expect("read");
        assert_eq!(person.lines[0].address.as_deref(), Some("+45 00 16 61 99"));
        app.clock.advance(MINUTE);
        let unit = async || app.remove_item(&ditte, &place, ItemKind::Unit, "flexteam", 1).await;
        assert_eq!(unit().await, Err(Problem::conflict("unit-not-empty")));
        for (kind, item) in
            [(ItemKind::Responsibility, given.to_string()), (ItemKind::Person, id.to_string())]
        {
            app.remove_item(&ditte, &place, kind, &item, 1).await.expect("removed");
        }
        unit().await.expect("empty now");
        let directory = app.directory().await.expect("read");
        let lines = &directory.place(&place).expect("a member").staff.organisation.lines;
        assert!(lines.of(&Holder::Entry(id)).is_empty(), "their lines went with them");
        let history = app.directory_history(&kurt, &place, "person", &id.to_string()).await;
        let history = history.expect("everybody reads it");
        assert_eq!(history.len(), 2, "made and removed: {history:?}");
        assert_eq!(history[0].by.as_deref(), Some("Ditte Rønn"));
        assert!(history[0].fields.iter().all(|field| field.after.is_none()));
        let changes = app.directory_history(&kurt, &place, "department", department.as_str()).await;
        let fields = &changes.expect("read")[0].fields;
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].before.as_deref(), Some("+45 00 16 12 35"));
        assert_eq!(fields[0].after.as_deref(), Some("+45 00 16 12 99"));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_so_is_refused_with_its_field() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (place, ditte) = (m("horsens"), scope(&app, DITTE).await);
        let department = d("pension-og-ydelser");
        let good = record(&app, &ditte).await;
        let cases: [(&str, &str, fn(&mut DepartmentChange)); 7] = [
            ("phone", "number-is-main", |c| c.phone = "+45 00 16 00 00".to_owned()),
            ("phone", "number-form", |c| c.phone = "112".to_owned()),
            ("email", "email-form", |c| c.email = "ydelse".to_owned()),
            ("hours", "hours-form", |c| c.hours = "hverdage".to_owned()),
            ("promise", "promise-form", |c| c.promise = "snart".to_owned()),
            ("name", "empty", |c| c.name = " \u{202e} ".to_owned()),
            ("topics", "topic-unknown", |c| c.topics = vec![topic("findes-ikke")]),
        ];
        for (field, code, spoil) in cases {
            let mut change = good.clone();
            spoil(&mut change);
            let done = app.change_department(&ditte, &place, &department, change).await;
            assert_eq!(done, invalid(field, code));
        }
        let (ditte_id, now) = (entry_of(&app, "Ditte Rønn").await, app.now());
        let person = async |change| app.change_entry(&ditte, &place, ditte_id, change).await;
        let of = |unit: &str| PersonChange { version: 1, ..somebody(unit, 1) };
        assert_eq!(person(of("findes-ikke")).await, invalid("unit", "unit-unknown"));
        let own = PersonChange { deputies: vec![ditte_id], ..of("pension-og-ydelser") };
        assert_eq!(person(own).await, invalid("deputies", "deputy-self"));
        let nobody = PersonChange { deputies: vec![app.rng.id(now)], ..of("pension-og-ydelser") };
        assert_eq!(person(nobody).await, invalid("deputies", "person-unknown"));
        let foreign = PersonChange {
            login: Some("mette@furesoe.example".to_owned()),
            ..of("pension-og-ydelser")
        };
        assert_eq!(person(foreign).await, invalid("login", "login-unknown"));
        let own_child = UnitChange { parent: Some(u("pension-folkepension")), ..team(1) };
        let circle = app.change_unit(&ditte, &place, &u("pension-folkepension"), own_child).await;
        assert_eq!(circle, invalid("parent", "unit-circle"));
        let as_team = app.change_unit(&ditte, &place, &u("jobcenter"), team(1)).await;
        assert_eq!(as_team, invalid("kind", "unit-is-department"));
        for (from, until) in [(now, now), (now, now + (500 * 24 * HOUR)), (now + -HOUR, now)] {
            let away = AbsenceChange { entry: ditte_id, from, until };
            let done = app.set_absence(&ditte, &place, app.rng.id(now), away).await;
            assert_eq!(done, invalid("until", "absence-time"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_absence_is_set_by_oneself_or_the_coordinator_and_reaches_into_no_other_municipality() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (place, now) = (m("horsens"), app.now());
        let kurt = scope(&app, "kurt@horsens.example").await;
        let away = async |name, hours| AbsenceChange {
            entry: entry_of(&app, name).await,
            from: now,
            until: now + hours * HOUR,
        };
        let ditte_away = away("Ditte Rønn", 1).await;
        let id = app.rng.id(now);
        let of_another = app.set_absence(&kurt, &place, id, ditte_away.clone()).await;
        assert_eq!(of_another, Err(Problem::forbidden("not-your-role")));
        let ditte = scope(&app, DITTE).await;
        app.set_absence(&ditte, &place, id, ditte_away).await.expect("her own");
        // Whoever has read its id elsewhere cannot write it there, nor take it over at home.
        let admin = scope(&app, "admin@soroe.example").await;
        let directory = app.directory().await.expect("read");
        let soroe = &directory.place(&m("soroe")).expect("a member").staff.organisation;
        let entry = *soroe.entries.keys().next().expect("somebody");
        let theirs = AbsenceChange { entry, ..away("Ditte Rønn", 9).await };
        assert_eq!(app.set_absence(&admin, &m("soroe"), id, theirs).await, Err(Problem::NotFound));
        assert_eq!(app.end_absence(&admin, &m("soroe"), id).await, Err(Problem::NotFound));
        let kurts = app.set_absence(&kurt, &place, id, away("Kurt Sommer", 9).await).await;
        assert_eq!(kurts, Err(Problem::NotFound));
        let person = app.directory_person(&kurt, &place, entry_of(&app, "Ditte Rønn").await).await;
        let absences = person.expect("read").absences;
        assert_eq!(absences.iter().map(|one| one.until).collect::<Vec<_>>(), [now + HOUR]);
    })
    .await;
}

#[tokio::test]
async fn nobody_gives_somebody_to_a_department_that_is_not_theirs() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (place, entry) = (m("horsens"), entry_of(&app, "Nanna Birk").await);
        let (ditte, admin) = (scope(&app, DITTE).await, scope(&app, ADMIN).await);
        let version = app.directory_person(&admin, &place, entry).await.expect("read").version;
        let to = |unit: &str| somebody(unit, version);
        let taken = app.change_entry(&ditte, &place, entry, to("pension-folkepension")).await;
        assert_eq!(taken, Err(Problem::forbidden("not-your-role")));
        app.change_entry(&admin, &place, entry, to("pension-folkepension")).await.expect("moved");
        // The source still says the job department.
        let as_imported =
            async |who| app.as_imported(who, &place, "person", &entry.to_string(), "unit").await;
        assert_eq!(as_imported(&ditte).await, Err(Problem::forbidden("not-your-role")));
        as_imported(&admin).await.expect("moved back");
        let person = app.directory_person(&admin, &place, entry).await.expect("read");
        assert_eq!(person.person.unit, u("job-unge"));
    })
    .await;
}

#[tokio::test]
async fn a_request_becomes_a_task_and_what_is_accepted_is_written() {
    on_both(async |db| {
        let app = furnished(db).await;
        let place = m("horsens");
        let (jakob, ditte) = (scope(&app, "jakob@horsens.example").await, scope(&app, DITTE).await);
        let wish = |n: u128, field: Option<&str>, value: &str| RequestWish {
            id: Uuid::from_u128(n),
            kind: "department".to_owned(),
            item: "pension-og-ydelser".to_owned(),
            field: field.map(str::to_owned),
            value: Some(value.to_owned()),
            note: "En borger siger, at nummeret er forkert. CPR 010203-1234".to_owned(),
        };
        app.request_change(&jakob, &place, wish(1, Some("phone"), "00161277")).await.expect("told");
        app.request_change(&jakob, &place, wish(1, Some("phone"), "00161277"))
            .await
            .expect("again");
        app.request_change(&jakob, &place, wish(2, None, "")).await.expect("told");
        let faulty = app.request_change(&jakob, &place, wish(3, Some("phone"), "112")).await;
        assert_eq!(faulty, invalid("phone", "number-form"));
        let strange = app.request_change(&jakob, &place, wish(3, Some("version"), "9")).await;
        assert_eq!(strange, invalid("field", "field-unknown"));
        let tasks = app.directory_tasks(&ditte, None).await.expect("read").tasks;
        assert_eq!(tasks.len(), 2, "{tasks:?}");
        assert!(tasks.iter().all(|task| task.may_settle && !task.note.contains("1234")));
        assert_eq!(tasks[0].current.as_deref(), Some("+45 00 16 12 35"));
        assert_eq!(tasks[0].by.as_deref(), Some("Jakob Winther"));
        let seen = app.directory_tasks(&jakob, Some(&place)).await.expect("read").tasks;
        assert!(seen.iter().all(|task| !task.may_settle));
        let by_jakob = app.settle_directory_task(&jakob, tasks[0].id, true).await;
        assert_eq!(by_jakob, Err(Problem::forbidden("not-your-role")));
        app.settle_directory_task(&ditte, tasks[0].id, true).await.expect("accepted");
        app.settle_directory_task(&ditte, tasks[1].id, false).await.expect("refused");
        let again = app.settle_directory_task(&ditte, tasks[0].id, false).await;
        assert_eq!(again, Err(Problem::NotFound));
        let read = app.department(&place, &d("pension-og-ydelser")).await.expect("read");
        assert_eq!(read.phone, "+45 00 16 12 77");
        // The content's next word does not take it back.
        app.import(collection()).await.expect("imported again");
        let read = app.department(&place, &d("pension-og-ydelser")).await.expect("read");
        assert_eq!(read.phone, "+45 00 16 12 77");
        let undo =
            app.as_imported(&ditte, &place, "department", "pension-og-ydelser", "phone").await;
        undo.expect("taken back");
        let read = app.department(&place, &d("pension-og-ydelser")).await.expect("read");
        assert_eq!(read.phone, "+45 00 16 12 35");
    })
    .await;
}

#[tokio::test]
async fn wrong_places_count_against_a_department_until_it_confirms() {
    on_both(async |db| {
        let app = furnished(db).await;
        app.clock.advance(13 * HOUR + 45 * 60_000);
        let place = m("horsens");
        let (jakob, lise) =
            (scope(&app, "jakob@horsens.example").await, scope(&app, "lise@horsens.example").await);
        let freshness = async |who: &Scope, unit: &str| {
            let unit = app.directory_unit(who, &place, &u(unit)).await.expect("read");
            unit.freshness.expect("of a department")
        };
        assert_eq!(freshness(&jakob, "jobcenter").await.score, 100);
        let forgotten = freshness(&jakob, "byg-og-bolig").await;
        assert!(forgotten.stale && forgotten.score < 100, "{forgotten:?}");
        let ready = app::queues::SetPresence {
            state: rules::queues::Presence::Ready,
            reason: String::new(),
            back_at: None,
        };
        app.set_presence(&jakob, ready).await.expect("presence");
        for mark in ["louise", "per"] {
            let wish = app::chat::OpenChat {
                municipality: place.clone(),
                department: Some(d("jobcenter")),
                topic: Some(topic("folkepension")),
                language: base::Language::Da,
                name: None,
            };
            let who = citizen(&app, mark);
            let contact = app.open_chat(&who, wish).await.expect("a chat");
            let (message_id, text) = (contact.uuid(), "Hvornår får jeg pension?".to_owned());
            let say = app::chat::Say { message_id, text, article: None };
            app.say(&who, contact, say).await.expect("said");
            app.dispatch().await.expect("dispatched");
            app.accept(&jakob, contact).await.expect("taken");
            app.end_chat(&jakob, contact).await.expect("ended");
            let about = Some(topic("folkepension"));
            app.wrap_up(&jakob, contact, about.clone(), OutcomeKind::Misdirected)
                .await
                .expect("said");
            app.wrap_up(&jakob, contact, about, OutcomeKind::Misdirected)
                .await
                .expect("said again");
        }
        let tasks = app.directory_tasks(&lise, Some(&place)).await.expect("read");
        let task = &tasks.tasks[0];
        assert_eq!((tasks.tasks.len(), &*task.kind, task.count), (1, "misdirected", 2));
        assert_eq!(task.owner.as_ref().map(|owner| &*owner.id), Some("pension-og-ydelser"));
        assert_eq!(tasks.due.len(), 1);
        let reported = freshness(&lise, "jobcenter").await;
        assert_eq!((reported.score, reported.reports, reported.stale), (60, 2, true));
        let department = d("jobcenter");
        let not_hers = app.confirm_department(&jakob, &place, &department).await;
        assert_eq!(not_hers, Err(Problem::forbidden("not-your-role")));
        let confirmed =
            app.confirm_department(&lise, &place, &department).await.expect("confirmed");
        assert_eq!((confirmed.score, confirmed.stale), (100, false));
        assert_eq!(confirmed.confirmed_by.as_deref(), Some("Lise Markussen"));
        let tasks = app.directory_tasks(&lise, Some(&place)).await.expect("read");
        assert!(tasks.tasks.is_empty() && tasks.due.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_import_brings_changes_and_takes_away_and_what_was_changed_by_hand_stays() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (place, admin) = (m("soroe"), scope(&app, "admin@soroe.example").await);
        let row = |id: &str, name: &str, phone: &str| {
            format!("person;{id};{name};jobcenter;{phone};h-0\n")
        };
        let mut table =
            "kind;id;name;unit;phone;deputies\nperson;h-0;Hans Ny;jobcenter;;\n".to_owned();
        for n in 1..12 {
            table += &row(&format!("h-{n}"), &format!("Ny {n}"), &format!("0015 62{n:02}"));
        }
        let apply = Mode::Apply { even_if_many: false };
        let bring = async |table: &str, mode| {
            app.import_directory(&admin, &place, table, mode).await.expect("read")
        };
        let preview = bring(&table, Mode::Preview).await;
        assert!(!preview.done && preview.faults.is_empty(), "{preview:?}");
        assert_eq!(preview.kinds.iter().map(|k| k.counts[0]).collect::<Vec<_>>(), [12, 11]);
        let people = async || {
            let unit = app.directory_unit(&admin, &place, &u("jobcenter")).await.expect("read");
            unit.people
        };
        let before = people().await.len();
        assert!(bring(&table, apply).await.done);
        assert_eq!(people().await.len(), before + 12);
        let one = people().await.into_iter().find(|one| one.name == "Ny 1").expect("brought");
        assert_eq!(one.deputies.first().map(|deputy| &*deputy.name), Some("Hans Ny"));
        let read = app.directory_person(&admin, &place, one.id).await.expect("read");
        assert_eq!(read.lines[0].address.as_deref(), Some("+45 00 15 62 01"));
        let change = PersonChange {
            name: "Ny Navn".to_owned(),
            title: "Leder".to_owned(),
            ..somebody("jobcenter", read.version)
        };
        app.change_entry(&admin, &place, one.id, change).await.expect("changed by hand");
        let table =
            table.replace("Ny 2;", "Ny To;").replace(&row("h-11", "Ny 11", "0015 6211"), "");
        let done = bring(&table, apply).await;
        assert!(done.done);
        let kind = &done.kinds[0];
        assert_eq!(
            (&kind.changed[..], &kind.removed[..]),
            (&["Ny To".to_owned()][..], &["Ny 11".to_owned()][..])
        );
        let read = app.directory_person(&admin, &place, one.id).await.expect("read");
        assert_eq!((&*read.person.name, &*read.person.title), ("Ny Navn", "Leder"));
        assert_eq!(read.source.as_deref(), Some("csv"));
        assert!(read.by_hand.contains(&"name".to_owned()));
        // A table cut short empties nothing.
        let short: String = table.lines().take(4).map(|line| format!("{line}\n")).collect();
        let held = bring(&short, apply).await;
        assert!(held.held_back && !held.done);
        assert!(bring(&short, Mode::Apply { even_if_many: true }).await.done);
        // What comes out goes in again, and is the same.
        let written = app.export_directory(&admin, &place).await.expect("written");
        bring(&written, apply).await;
        assert_eq!(app.export_directory(&admin, &place).await.expect("written"), written);
        let faults =
            bring("kind;id;name;unit\nperson;x;;nirgendwo\nhest;y;;\n", apply).await.faults;
        let faults: Vec<_> = faults.iter().map(|fault| (fault.line, fault.code)).collect();
        assert_eq!(faults, [(2, "empty"), (3, "kind-unknown")]);
        let mette = scope(&app, "mette@furesoe.example").await;
        let not_hers = app.import_directory(&mette, &place, &table, apply).await.map(|_| ());
        assert_eq!(not_hers, Err(Problem::forbidden("not-your-role")));
    })
    .await;
}

#[tokio::test]
async fn the_demos_directories_have_nothing_wrong_with_them() {
    on_both(async |db| {
        let app = furnished(db).await;
        assert_eq!(app.check_directories().await, Ok(vec![]));
        // Departments that keep a list of telephone duty are held to it.
        let ditte = scope(&app, DITTE).await;
        let table = "kind;unit;way;address\nline;pension-folkepension;telephone;0016 1442\n";
        let admin = scope(&app, ADMIN).await;
        let apply = Mode::Apply { even_if_many: true };
        app.import_directory(&admin, &m("horsens"), table, apply).await.expect("brought");
        let findings = app.check_directory(&ditte, &m("horsens")).await.expect("checked");
        let found: Vec<_> = findings.iter().map(|finding| finding.finding).collect();
        assert_eq!(found, ["number-twice"]);
        let named: Vec<_> = findings[0].units.iter().map(|unit| &*unit.id).collect();
        assert_eq!(named, ["jobcenter", "pension-folkepension"]);
    })
    .await;
}
