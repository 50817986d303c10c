//! What a municipality's directory server says becomes its directory, and takes nothing from others.

use app::directory::{FromLdap, Mode, PersonChange};
use base::Problem;
use rules::directory::ItemKind;
use rules::directory::ldap::{Answer, Attributes, Entry, Server};
use testkit::on_both;

use super::u;
use crate::house::{furnished, m, scope};

const APPLY: Mode = Mode::Apply { even_if_many: false };

fn entry(dn: &str, values: &[(&str, &str)]) -> Entry {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).into()]));
    Entry { dn: dn.to_owned(), values: values.collect() }
}

fn person(n: usize, title: &str) -> Entry {
    let id = format!("00000000-0000-0000-0000-{n:012}");
    let (name, phone) = (format!("Kollega {n}"), format!("0016 62{n:02}"));
    entry(
        &format!("cn={n},ou=vagt,dc=x"),
        &[("entryuuid", &id), ("cn", &name), ("title", title), ("telephonenumber", &phone)],
    )
}

fn team(name: &str) -> Entry {
    let id = "11111111-0000-0000-0000-000000000001";
    entry("ou=Vagt,dc=x", &[("entryuuid", id), ("ou", name)])
}

fn answer(people: std::ops::Range<usize>, title: &str) -> Answer {
    Answer {
        people: people.map(|n| person(n, title)).collect(), units: Some(vec![team("Æ-Vagt")])
    }
}

#[tokio::test]
async fn a_server_changes_its_own_things_and_what_was_changed_by_hand_stays() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (place, admin) = (m("horsens"), scope(&app, "admin@horsens.example").await);
        let attributes = Attributes::of(Server::OpenLdap);
        let bring = async |answer: &Answer, mode| {
            app.bring_ldap(&admin, &place, &attributes, answer, mode).await
        };
        let counts = |from: &FromLdap, kind: &str| {
            let plan = from.done.kinds.iter().find(|plan| plan.kind == kind).expect("a plan");
            (plan.counts, plan.same)
        };
        let table = async || app.export_directory(&admin, &place).await.expect("written");
        let before = table().await;
        let planned = bring(&answer(1..11, "Vagt"), Mode::Preview).await.expect("planned");
        assert_eq!(counts(&planned, "person"), ([10, 0, 0], 0));
        assert_eq!(table().await, before, "a plan does nothing");
        let brought = bring(&answer(1..11, "Vagt"), APPLY).await.expect("brought");
        assert_eq!((brought.entries, brought.passed_over.len()), (11, 0));
        assert_eq!(counts(&brought, "line"), ([10, 0, 0], 0));
        let unit = app.directory_unit(&admin, &place, &u("ae-vagt")).await.expect("a team");
        assert_eq!((&*unit.unit.name, unit.people.len()), ("Æ-Vagt", 10));

        // By hand: another title, and another place of work.
        let kurt = "00000000-0000-0000-0000-000000000001".parse().expect("an id");
        let read = app.directory_person(&admin, &place, kurt).await.expect("read");
        let change = PersonChange {
            unit: u("jobcenter"),
            name: read.person.name,
            title: "Vagtleder".to_owned(),
            login: None,
            languages: [].into(),
            skills: [].into(),
            deputies: vec![],
            version: read.version,
        };
        app.change_entry(&admin, &place, kurt, change).await.expect("changed");
        let changed = bring(&answer(1..10, "Koordinator"), APPLY).await.expect("brought");
        assert_eq!(counts(&changed, "person"), ([0, 9, 1], 0));
        let read = app.directory_person(&admin, &place, kurt).await.expect("read");
        assert_eq!((&*read.person.title, read.person.unit.as_str()), ("Vagtleder", "jobcenter"));
        let other = "00000000-0000-0000-0000-000000000002".parse().expect("an id");
        let read = app.directory_person(&admin, &place, other).await.expect("read");
        assert_eq!((&*read.person.title, read.person.unit.as_str()), ("Koordinator", "ae-vagt"));

        // The team is called otherwise and stays the same; what others brought is there.
        let renamed =
            Answer { units: Some(vec![team("Døgnvagt")]), ..answer(1..10, "Koordinator") };
        let same = bring(&renamed, APPLY).await.expect("brought");
        assert_eq!(
            (counts(&same, "unit"), counts(&same, "person")),
            (([0, 1, 0], 0), ([0, 0, 0], 9))
        );
        let unit = app.directory_unit(&admin, &place, &u("ae-vagt")).await.expect("the team");
        assert_eq!((&*unit.unit.name, unit.people.len()), ("Døgnvagt", 8));
        let now = table().await;
        assert!(before.lines().all(|row| now.contains(row)), "{now}");

        // Without its units the teams that it made stay, and are found by their names.
        let mut alone = Answer { units: None, ..answer(1..10, "Koordinator") };
        for person in &mut alone.people {
            person.values.insert("ou".to_owned(), vec!["Døgnvagt".into()]);
        }
        let same = bring(&alone, Mode::Preview).await.expect("planned");
        assert_eq!((counts(&same, "person").0, same.done.kinds.len()), ([0, 0, 0], 2));

        // The brakes.
        let few = bring(&answer(1..3, "Koordinator"), APPLY).await.expect("planned");
        assert!(few.done.held_back && !few.done.done);
        let nobody = bring(&Answer::default(), Mode::Apply { even_if_many: true }).await;
        assert_eq!(nobody.map(|_| ()), Err(Problem::conflict("ldap-empty")));
        assert_eq!(table().await, now);
        let mette = scope(&app, "mette@furesoe.example").await;
        let not_hers = app.bring_ldap(&mette, &place, &attributes, &renamed, APPLY).await;
        assert_eq!(not_hers.map(|_| ()), Err(Problem::NotFound));
        let history = app.directory_history(&admin, &place, ItemKind::Unit.code(), "ae-vagt").await;
        assert_eq!(history.expect("read").len(), 2, "made and renamed");
    })
    .await;
}
