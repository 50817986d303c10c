//! What its time is up for goes, what a citizen asks for goes, and the journal stands.

use std::collections::BTreeMap;

use base::{Rng, UnixMillis};
use rules::contacts::{Command, ContactId, Party};
use store::retention::{self, Keep, Policy};
use store::verify::verify;
use store::{Database, args, chat, contacts};

use crate::making::{EVENING, add_text, arrival, change, municipality, say, tenant, whole_contact};

const DAY_S: i64 = 24 * 3600;

async fn count(database: &Database, statement: &'static str) -> i64 {
    database.row(statement, args![]).await.unwrap().unwrap().get("n").unwrap()
}

async fn mark(database: &Database, contact: ContactId, mark: &str, at: UnixMillis) {
    let mut tx = database.begin().await.unwrap();
    chat::set_mark(&mut tx, &tenant(), contact, Some(mark), Some("p"), None, at).await.unwrap();
    tx.execute(
        "INSERT INTO trail (tenant_id, mark, step_id, at, municipality, kind, body)
         VALUES ($1, $2, $3, $4, 'soroe', 'search', '{}')",
        args![&tenant(), mark, Rng::system().uuid(), at],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn clean(database: &Database) {
    let report = verify(database, &tenant()).await.unwrap();
    assert!(report.is_clean(), "{report:#?}");
}

async fn run(database: &Database, now: UnixMillis, policy: &Policy) -> retention::Removed {
    retention::run(database, &tenant(), &Rng::seeded(77), now, policy).await.unwrap()
}

#[tokio::test]
async fn after_thirty_days_texts_and_marks_are_gone_and_the_record_stands() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(1);
        let policy = Policy::default();
        let id = whole_contact(database, &rng, "soroe", rng.id(EVENING), EVENING).await;
        mark(database, id, "m", EVENING).await;
        let early = run(database, EVENING.plus_seconds(30 * DAY_S), &policy).await;
        assert_eq!((early.texts, early.marks, early.trail), (0, 0, 1));

        let removed = run(database, EVENING.plus_seconds(30 * DAY_S + 60), &policy).await;

        assert_eq!((removed.texts, removed.contacts, removed.marks), (5, 1, 1));
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM texts").await, 0);
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM contact_marks").await, 0);
        let (contact, _) = contacts::read(database, &tenant(), id).await.unwrap().unwrap();
        assert!(contact.is_closed());
        assert_eq!(
            count(database, "SELECT COUNT(*) AS n FROM events WHERE kind = 'erased'").await,
            1
        );
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM receipts").await, 2);
        clean(database).await;
        let again = run(database, EVENING.plus_seconds(31 * DAY_S), &policy).await;
        assert_eq!(again, retention::Removed::default());
    })
    .await;
}

#[tokio::test]
async fn a_municipality_may_keep_shorter_and_not_longer() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(2);
        let keep = |text_days| Keep { text_days, record_months: 24 };
        let policy = Policy {
            common: Keep::default(),
            shorter: BTreeMap::from([
                (municipality("soroe"), keep(7)),
                (municipality("furesoe"), keep(90)),
            ]),
        };
        for of in ["soroe", "furesoe", "horsens"] {
            whole_contact(database, &rng, of, rng.id(EVENING), EVENING).await;
        }
        let removed = run(database, EVENING.plus_seconds(8 * DAY_S), &policy).await;
        assert_eq!(removed.contacts, 1);
        let removed = run(database, EVENING.plus_seconds(31 * DAY_S), &policy).await;
        assert_eq!(removed.contacts, 2);
        clean(database).await;
    })
    .await;
}

#[tokio::test]
async fn what_an_unanswered_hand_over_needs_stays() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(3);
        let id: ContactId = rng.id(EVENING);
        change(database, id, &arrival(id, "soroe"), EVENING).await;
        say(database, &rng, id, Party::Citizen, "Hej", EVENING).await;
        let address = add_text(database, &rng, Some(id), "+45 00 10 00 02", EVENING).await;
        let hand_over = rng.id(EVENING);
        let command = Command::HandOver {
            hand_over,
            by: Party::Citizen,
            municipality: municipality("soroe"),
            department: base::DepartmentKey::new("pension").unwrap(),
            deadline: EVENING.plus_seconds(DAY_S),
            reply: rules::contacts::ReplyWay::Telephone,
            note: None,
            address: Some(address),
        };
        change(database, id, &command, EVENING).await;
        change(database, id, &Command::LeaveMessage, EVENING).await;
        let late = EVENING.plus_seconds(40 * DAY_S);
        assert_eq!(run(database, late, &Policy::default()).await.texts, 0);
        let done = Command::FinishHandOver { hand_over, by: rng.id(EVENING) };
        change(database, id, &done, late).await;
        assert_eq!(run(database, late, &Policy::default()).await.texts, 2);
        clean(database).await;
    })
    .await;
}

/// A contact's call that is recorded, and a code that was said in it and holds until `until`.
async fn called(database: &Database, rng: &Rng, contact: ContactId, until: UnixMillis) {
    let (tenant, soroe, at) = (tenant(), municipality("soroe"), until.plus_seconds(-7200));
    let call = rng.id(at);
    let new = store::calls::NewCall { call, contact, back: false, dialled: "", number: None };
    let leg = store::calls::Leg {
        leg: 0,
        role: "caller".to_owned(),
        person: None,
        number: None,
        began_at: at,
        answered_at: Some(at),
        ended_at: None,
    };
    let rule = store::recordings::Rule { allowed: true, days: 30 };
    let mut tx = database.begin().await.unwrap();
    store::calls::begin(&mut tx, &tenant, &new, at).await.unwrap();
    store::calls::set_leg(&mut tx, &tenant, call, &leg).await.unwrap();
    store::recordings::set_rule(&mut tx, &tenant, &soroe, rule).await.unwrap();
    tx.commit().await.unwrap();
    let recording = store::recordings::Recording {
        id: rng.id(at),
        contact,
        municipality: soroe,
        by: rng.id(at),
        began_at: at,
        ended_at: at,
    };
    store::recordings::keep(database, &tenant, &recording, "UklGRg==").await.unwrap();
    let code = format!("{:06}", contact.uuid().as_u128() % 1_000_000);
    assert!(store::calls::give_code(database, &tenant, contact, &code, at, until).await.unwrap());
}

#[tokio::test]
async fn after_two_years_the_record_is_gone_whole() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(4);
        let old = whole_contact(database, &rng, "soroe", rng.id(EVENING), EVENING).await;
        // Closed on 2 June 2027; 24 months are 731 days, for 2028 is a leap year.
        let two_years = EVENING.plus_seconds(731 * DAY_S);
        let young = whole_contact(database, &rng, "soroe", rng.id(two_years), two_years).await;
        for contact in [old, young] {
            called(database, &rng, contact, two_years.plus_seconds(3600)).await;
        }
        assert_eq!(run(database, two_years, &Policy::default()).await.records, 0);

        let removed = run(database, two_years.plus_seconds(60), &Policy::default()).await;

        assert_eq!((removed.records, removed.recordings), (1, 1));
        assert!(contacts::read(database, &tenant(), old).await.unwrap().is_none());
        assert!(contacts::read(database, &tenant(), young).await.unwrap().is_some());
        for statement in [
            "SELECT COUNT(DISTINCT stream_key) AS n FROM events",
            "SELECT COUNT(*) AS n FROM streams",
            "SELECT COUNT(DISTINCT contact_id) AS n FROM messages",
            "SELECT COUNT(*) AS n FROM hand_overs",
            "SELECT COUNT(*) AS n FROM calls",
            "SELECT COUNT(*) AS n FROM call_legs",
            "SELECT COUNT(*) AS n FROM spoken_codes",
            "SELECT COUNT(*) AS n FROM recordings",
        ] {
            assert_eq!(count(database, statement).await, 1, "{statement}");
        }
        clean(database).await;
    })
    .await;
}

#[tokio::test]
async fn ended_logins_old_throttles_and_forgotten_presences_go() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(5);
        for (ends, revoked) in
            [(EVENING + -1, None), (EVENING + 1, None), (EVENING + 1, Some(EVENING + -5))]
        {
            database
                .execute(
                    "INSERT INTO logins (tenant_id, login_id, token_hash, person_id, made_at,
                       seen_at, ends_at, revoked_at, browser)
                     VALUES ($1, $2, $3, $4, 0, 0, $5, $6, '')",
                    args![&tenant(), rng.uuid(), rng.uuid().to_string(), rng.uuid(), ends, revoked],
                )
                .await
                .unwrap();
        }
        for since in [EVENING, EVENING.plus_seconds(-2 * DAY_S)] {
            database
                .execute(
                    "INSERT INTO throttles (tenant_id, what, since, count) VALUES ($1, $2, $3, 1)",
                    args![&tenant(), since.to_string(), since],
                )
                .await
                .unwrap();
            database
                .execute(
                    "INSERT INTO presences (tenant_id, person_id, state, reason, since, idle_since,
                       misses, lease_until)
                     VALUES ($1, $2, 'ready', '', 0, 0, 0, $3)",
                    args![&tenant(), rng.uuid(), since],
                )
                .await
                .unwrap();
        }
        let removed = run(database, EVENING, &Policy::default()).await;
        assert_eq!((removed.logins, removed.throttles, removed.presences), (2, 1, 1));
    })
    .await;
}

#[tokio::test]
async fn desk_telephones_out_of_use_go_and_those_of_who_left_open_nothing() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(8);
        for (login, works_here) in [("anne", true), ("bo", false)] {
            let person = rng.id(EVENING);
            database
                .execute(
                    "INSERT INTO people (tenant_id, person_id, login, name, home, password,
                       languages, capacity, active)
                     VALUES ($1, $2, $3, '', 'soroe', '', '', 1, $4)",
                    args![&tenant(), person, login, works_here],
                )
                .await
                .unwrap();
            for name in ["kept", "revoked"] {
                let device = store::calls::Device {
                    id: rng.id(EVENING),
                    person,
                    name: name.to_owned(),
                    login: format!("{login}-{name}"),
                    secrets: String::new(),
                    made_at: EVENING,
                };
                let mut tx = database.begin().await.unwrap();
                store::calls::add_device(&mut tx, &tenant(), &device).await.unwrap();
                if name == "revoked" {
                    let (id, at) = (device.id, EVENING);
                    store::calls::revoke_device(&mut tx, &tenant(), person, id, at).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        }
        let used = store::calls::devices(database, &tenant()).await.unwrap();
        assert_eq!(used.iter().map(|one| &*one.login).collect::<Vec<_>>(), ["anne-kept"]);
        assert_eq!(run(database, EVENING, &Policy::default()).await.telephone, 2);
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM devices").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_citizen_who_asks_is_erased_from_one_contact_and_no_other() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(6);
        let id = whole_contact(database, &rng, "soroe", rng.id(EVENING), EVENING).await;
        let other = whole_contact(database, &rng, "soroe", rng.id(EVENING), EVENING).await;
        mark(database, id, "mine", EVENING).await;
        mark(database, other, "theirs", EVENING).await;
        let at = EVENING.plus_seconds(3600);
        let mut tx = database.begin().await.unwrap();
        let erased = retention::erase_contact(&mut tx, &tenant(), &rng, id, at, "citizen-asked")
            .await
            .unwrap()
            .unwrap();
        let none =
            retention::erase_contact(&mut tx, &tenant(), &rng, rng.id(at), at, "x").await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!((erased.texts, erased.trail, erased.mark), (5, 1, true));
        assert!(none.is_none());
        assert!(chat::texts_of(database, &tenant(), id).await.unwrap().is_empty());
        assert_eq!(chat::texts_of(database, &tenant(), other).await.unwrap().len(), 5);
        assert!(chat::mark_of(database, &tenant(), id).await.unwrap().is_none());
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM trail").await, 1);
        let list = retention::erasures(database).await.unwrap();
        assert_eq!(list.iter().map(|e| e.contact).collect::<Vec<_>>(), [id]);
        assert_eq!(
            count(database, "SELECT COUNT(*) AS n FROM receipts WHERE kind = 'erasure'").await,
            1
        );
        clean(database).await;
    })
    .await;
}

#[tokio::test]
async fn a_text_that_is_lost_beside_an_erasure_is_found() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(7);
        let id: ContactId = rng.id(EVENING);
        change(database, id, &arrival(id, "soroe"), EVENING).await;
        let late = EVENING.plus_seconds(20 * DAY_S);
        say(database, &rng, id, Party::Citizen, "Hej", EVENING).await;
        say(database, &rng, id, Party::Citizen, "Er der nogen?", late).await;
        let now = EVENING.plus_seconds(31 * DAY_S);
        assert_eq!(run(database, now, &Policy::default()).await.texts, 1);
        clean(database).await;
        database.execute("DELETE FROM texts", args![]).await.unwrap();
        let report = verify(database, &tenant()).await.unwrap();
        assert_eq!(report.differences.len(), 1, "{report:#?}");
    })
    .await;
}

#[tokio::test]
async fn what_was_read_and_walked_is_forgotten_after_thirteen_months() {
    testkit::on_both(async |database| {
        let (topic, soroe) = ("pas".parse().unwrap(), municipality("soroe"));
        // 13 months before the second of June 2027 is the second of May 2026.
        for day in ["2026-05-01", "2026-05-02"] {
            let at = store::guides::CountedAt {
                topic: &topic,
                municipality: &soroe,
                day,
                version: 1,
                who: store::guides::Walker::Citizen,
            };
            let step = rules::guides::Counted::Asked { node: "start".to_owned() };
            let mut tx = database.begin().await.unwrap();
            store::guides::count(&mut tx, &tenant(), at, &[step]).await.unwrap();
            tx.commit().await.unwrap();
            store::searching::count_view(database, &tenant(), &topic, &soroe, day).await.unwrap();
            store::knowledge::count_helped(database, &tenant(), &topic, &soroe, day, "yes", None)
                .await
                .unwrap();
        }
        let removed = run(database, EVENING, &Policy::default()).await;
        assert_eq!(removed.reading_counts, 3);
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM guide_steps").await, 1);
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM article_views").await, 1);
        assert_eq!(count(database, "SELECT COUNT(*) AS n FROM helped").await, 1);
    })
    .await;
}
