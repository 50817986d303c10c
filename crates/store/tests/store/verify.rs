//! The journal tells everything: projections are rebuilt from it and compared.

use base::Rng;
use store::streams::{self, StreamKey, StreamKind};
use store::verify::{Report, verify};
use store::{Database, args};
use testkit::TestDatabase;

use crate::making::{EVENING, arrival, change, tenant, whole_contact};

async fn checked(database: &Database) -> Report {
    verify(database, &tenant()).await.unwrap()
}

async fn evening(database: &Database) {
    let rng = Rng::seeded(1);
    for number in 0..5 {
        let at = EVENING.plus_seconds(number * 60);
        whole_contact(database, &rng, "soroe", rng.id(at), at).await;
    }
    let open = rng.id(EVENING);
    change(database, open, &arrival(open, "furesoe"), EVENING).await;
    let mut tx = database.begin().await.unwrap();
    let events = [("planned", "{}".to_owned()), ("planned", "{}".to_owned())];
    let duty = StreamKey::of_consortium(StreamKind::Duty);
    streams::append(&mut tx, &tenant(), &duty, EVENING, &events).await.unwrap();
    // Asked for and never written to.
    let empty = StreamKey::contact(rng.id(EVENING));
    streams::take(&mut tx, &tenant(), &empty, 0).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_recorded_is_what_the_journal_tells() {
    testkit::on_both(async |database| {
        evening(database).await;
        let report = checked(database).await;
        assert!(report.is_clean(), "{report:#?}");
        assert_eq!((report.contacts, report.streams), (6, 8));
        let rows = database.rows("SELECT seq FROM events", args![]).await.unwrap();
        assert_eq!(report.events, u64::try_from(rows.len()).unwrap());
    })
    .await;
}

#[tokio::test]
async fn every_way_of_differing_is_found() {
    for (damage, told) in [
        ("UPDATE contacts SET phase = 'waiting' WHERE municipality = 'furesoe'", "phase"),
        ("UPDATE contacts SET seq = seq + 1 WHERE municipality = 'furesoe'", "contacts: seq"),
        ("UPDATE contacts SET urgent = NOT urgent WHERE municipality = 'furesoe'", "urgent"),
        (
            "UPDATE contacts SET state = REPLACE(state, '\"transfers\":0', '\"transfers\":1')",
            "contacts.state",
        ),
        ("UPDATE contacts SET state = '{' WHERE municipality = 'furesoe'", "cannot be read"),
        ("DELETE FROM contacts WHERE municipality = 'furesoe'", "row in contacts is missing"),
        ("UPDATE messages SET sender = 'system' WHERE sender = 'citizen'", "sender"),
        ("DELETE FROM messages WHERE sender = 'citizen'", "message 2 is missing"),
        ("UPDATE messages SET seq = seq + 100", "stands in no event"),
        ("UPDATE hand_overs SET phase = 'new'", "phase is not"),
        ("DELETE FROM hand_overs", "hand-over"),
        ("DELETE FROM texts", "missing without an erasure"),
        ("DELETE FROM events WHERE stream_kind = 'contact' AND seq = 2", "2 to 2 are missing"),
        ("DELETE FROM events WHERE kind = 'hand-over-answered'", "are missing"),
        ("DELETE FROM events WHERE stream_kind = 'contact' AND seq = 1", "begin with an arrival"),
        ("UPDATE events SET body = '{}' WHERE kind = 'accepted'", "cannot be read"),
        ("UPDATE events SET kind = 'rated' WHERE kind = 'accepted'", "not of its kind"),
        ("UPDATE streams SET seq = seq - 1 WHERE kind = 'contact' AND seq > 0", "the counter says"),
        ("UPDATE streams SET seq = seq + 1 WHERE kind = 'duty'", "the counter says 3"),
        ("DELETE FROM streams WHERE kind = 'duty'", "2 events and no counter"),
        ("DELETE FROM streams WHERE kind = 'contact'", "rows that no journal accounts for"),
    ] {
        testkit::on_both(async |database| {
            evening(database).await;
            assert!(database.execute(damage, args![]).await.unwrap() > 0, "no damage: {damage}");
            let report = checked(database).await;
            assert!(
                report.differences.iter().any(|difference| difference.what.contains(told)),
                "{damage}: {report:#?}"
            );
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_working_program_may_be_verified() {
    testkit::on_both(async |database: &TestDatabase| {
        let writer = (**database).clone();
        let writing = tokio::spawn(async move {
            let rng = Rng::seeded(8);
            for _ in 0..10 {
                whole_contact(&writer, &rng, "soroe", rng.id(EVENING), EVENING).await;
            }
        });
        while !writing.is_finished() {
            let report = checked(database).await;
            assert!(report.is_clean(), "{report:#?}");
        }
        writing.await.unwrap();
    })
    .await;
}
