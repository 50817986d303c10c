//! The audit log: who did what, who could, and that nobody changed it since.

use base::scope::Ground;
use base::{Actor, Rng, UnixMillis};
use store::audit::{self, Entry, Fault, Wanted};
use store::{Database, args};

use crate::making::{EVENING, municipality, tenant};

fn entry(rng: &Rng, at: UnixMillis, actor: &str, of: &str, action: &str, subject: &str) -> Entry {
    Entry {
        tenant: tenant(),
        id: rng.id(at),
        at,
        actor: actor.to_owned(),
        ground: Some(Ground::Duty),
        municipality: Some(municipality(of)),
        action: action.to_owned(),
        subject: subject.to_owned(),
        purpose: "vagt".to_owned(),
    }
}

async fn write(database: &Database, entries: &[Entry]) {
    let mut tx = database.begin().await.unwrap();
    for entry in entries {
        audit::write(&mut tx, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn three_sealed_minutes(database: &Database, rng: &Rng) -> Vec<Entry> {
    let mut all = Vec::new();
    for minute in 0..3 {
        let at = EVENING.plus_seconds(60 * minute);
        let subject = format!("contact/{minute}");
        let entries = [
            entry(rng, at, "person/1", "soroe", "contact-read", &subject),
            entry(rng, at + 7, "person/2", "furesoe", "contact-read", "contact/x"),
        ];
        write(database, &entries).await;
        assert_eq!(audit::seal(database, &tenant(), at.plus_seconds(60)).await.unwrap(), 2);
        all.extend(entries);
    }
    all
}

#[tokio::test]
async fn lines_are_found_by_municipality_subject_actor_and_time_newest_first() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(1);
        let all = three_sealed_minutes(database, &rng).await;
        let soroe = Wanted { municipality: Some(municipality("soroe")), ..Wanted::default() };
        let first = audit::list(database, &tenant(), &soroe, None, 2).await.unwrap();
        assert_eq!(first.items, [all[4].clone(), all[2].clone()]);
        let rest =
            audit::list(database, &tenant(), &soroe, first.next.as_deref(), 2).await.unwrap();
        assert_eq!((rest.items, rest.next), (vec![all[0].clone()], None));
        let subject = Wanted { subject: Some("contact/1".to_owned()), ..Wanted::default() };
        let page = audit::list(database, &tenant(), &subject, None, 9).await.unwrap();
        assert_eq!(page.items, [all[2].clone()]);
        let evening = Wanted {
            actor: Some("person/2".to_owned()),
            from: Some(EVENING.plus_seconds(60)),
            until: Some(EVENING.plus_seconds(120)),
            ..Wanted::default()
        };
        let page = audit::list(database, &tenant(), &evening, None, 9).await.unwrap();
        assert_eq!(page.items, [all[3].clone()]);
        let refused = audit::list(database, &tenant(), &evening, Some("'; DROP"), 9).await;
        assert!(refused.is_err());
    })
    .await;
}

#[tokio::test]
async fn an_untouched_chain_holds_and_takes_in_what_came_late() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(3);
        three_sealed_minutes(database, &rng).await;
        assert_eq!(audit::check_seals(database, &tenant()).await.unwrap(), None);
        // Committed late, or written under a clock that was set back.
        let late = entry(&rng, EVENING + -500, "person/9", "soroe", "contact-read", "");
        write(database, &[late]).await;
        assert_eq!(audit::check_seals(database, &tenant()).await.unwrap(), None);
        assert_eq!(audit::seal(database, &tenant(), EVENING).await.unwrap(), 1);
        assert_eq!(audit::seal(database, &tenant(), EVENING).await.unwrap(), 0);
        assert_eq!(audit::check_seals(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_changed_a_removed_and_an_added_line_are_found() {
    for (statement, fault) in [
        ("UPDATE audit SET purpose = 'andet' WHERE seal = 2 AND actor = 'person/1'", Fault::Digest),
        ("UPDATE audit SET at = at + 1 WHERE seal = 2 AND actor = 'person/2'", Fault::Digest),
        ("DELETE FROM audit WHERE seal = 2 AND actor = 'person/1'", Fault::Count),
        ("UPDATE audit SET seal = 2 WHERE seal = 3", Fault::Count),
        ("UPDATE audit_seals SET digest = 'x' WHERE number = 2", Fault::Digest),
        ("DELETE FROM audit_seals WHERE number = 2", Fault::Missing),
    ] {
        testkit::on_both(async |database| {
            let rng = Rng::seeded(4);
            three_sealed_minutes(database, &rng).await;
            database.execute(statement, args![]).await.unwrap();
            let broken = audit::check_seals(database, &tenant()).await.unwrap().unwrap();
            assert_eq!((broken.number, broken.fault), (2, fault), "{statement}");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_seal_at_once_beside_writers_make_one_chain() {
    testkit::on_both(async |database| {
        let mut tasks = Vec::new();
        for number in 0..6_u64 {
            let database = (**database).clone();
            tasks.push(tokio::spawn(async move {
                let rng = Rng::seeded(number);
                for step in 0..20 {
                    let line = entry(&rng, EVENING + step, "person/1", "soroe", "contact-read", "");
                    write(&database, &[line]).await;
                    if number < 3 {
                        audit::seal(&database, &tenant(), EVENING + step).await.unwrap();
                    }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        audit::seal(database, &tenant(), EVENING).await.unwrap();
        assert_eq!(audit::check_seals(database, &tenant()).await.unwrap(), None);
        let unsealed =
            database.rows("SELECT audit_id FROM audit WHERE seal IS NULL", args![]).await.unwrap();
        assert!(unsealed.is_empty());
    })
    .await;
}

#[test]
fn citizens_stand_in_the_log_without_their_mark() {
    assert_eq!(audit::actor_name(&Actor::Citizen { mark: "abc".to_owned() }), "citizen");
    assert_eq!(audit::actor_name(&Actor::System("retention")), "system/retention");
}
