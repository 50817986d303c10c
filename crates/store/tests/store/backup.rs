//! One archive out of either database and into either.

use std::io::{Cursor, Read as _};

use base::Rng;
use store::backup::{Manifest, backup, restore};
use store::verify::verify;
use store::{Database, StoreError, args, audit, chat, jobs, retention};
use testkit::TestDatabase;

use crate::making::{EVENING, municipality, tenant, whole_contact};

async fn fill(database: &Database) {
    let rng = Rng::seeded(1);
    for number in 0..40 {
        let at = EVENING.plus_seconds(number);
        let id = whole_contact(database, &rng, "soroe", rng.id(at), at).await;
        let mut tx = database.begin().await.unwrap();
        chat::set_mark(&mut tx, &tenant(), id, Some("mærke"), None, None, at).await.unwrap();
        let key = number.to_string();
        jobs::add(&mut tx, &tenant(), rng.id(at), "lapse", &key, at, "\n\"\\ 🙂").await.unwrap();
        let entry = audit::Entry {
            tenant: tenant(),
            id: rng.id(at),
            at,
            actor: "person/1".to_owned(),
            ground: None,
            municipality: Some(municipality("soroe")),
            action: "contact-read".to_owned(),
            subject: String::new(),
            purpose: String::new(),
        };
        audit::write(&mut tx, &entry).await.unwrap();
        tx.execute(
            "INSERT INTO people (tenant_id, person_id, login, name, home, password, languages,
               capacity, active)
             VALUES ($1, $2, $3, 'Åse Ørsted', 'soroe', '', '', 3, $4)",
            args![&tenant(), rng.uuid(), key, number % 2 == 0],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
    audit::seal(database, &tenant(), EVENING).await.unwrap();
}

async fn archive_of(database: &Database) -> (Vec<u8>, Manifest) {
    let mut bytes = Vec::new();
    let manifest = backup(database, &mut bytes, EVENING).await.unwrap();
    (bytes, manifest)
}

async fn put_back(database: &Database, archive: &[u8]) -> Result<Manifest, StoreError> {
    restore(database, Cursor::new(archive), &[], &Rng::seeded(9), EVENING).await
}

async fn is_empty(database: &Database) -> bool {
    let (_, manifest) = archive_of(database).await;
    manifest.tables.iter().all(|table| table.rows == 0)
}

#[tokio::test]
async fn what_goes_from_sqlite_to_postgresql_and_back_is_the_same() {
    let (first, second, third) = (
        TestDatabase::sqlite().await,
        TestDatabase::empty_postgres().await,
        TestDatabase::empty_sqlite().await,
    );
    fill(&first).await;
    let (archive, manifest) = archive_of(&first).await;
    assert_eq!(put_back(&second, &archive).await.unwrap(), manifest);
    let (from_postgres, again) = archive_of(&second).await;
    assert_eq!(again.tables, manifest.tables, "PostgreSQL holds something else");
    put_back(&third, &from_postgres).await.unwrap();
    assert_eq!(archive_of(&third).await.1.tables, manifest.tables, "SQLite holds something else");
    for database in [&first, &second, &third] {
        let report = verify(database, &tenant()).await.unwrap();
        assert!(report.is_clean(), "{report:#?}");
        assert_eq!(report.contacts, 40);
        assert_eq!(audit::check_seals(database, &tenant()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn no_table_and_no_column_is_forgotten() {
    testkit::on_both(async |database| {
        let (_, manifest) = archive_of(database).await;
        for table in &manifest.tables {
            assert!(table.columns.contains(&"tenant_id".to_owned()), "{}", table.name);
        }
        let sqlite = TestDatabase::sqlite().await;
        let known = sqlite
            .rows(
                "SELECT m.name AS tab, c.name AS col FROM sqlite_master m
                 JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT IN ('schema_versions', 'text_meanings')
                 ORDER BY 1, 2",
                args![],
            )
            .await
            .unwrap();
        // What a model made of the texts, it makes again.
        let known: Vec<(String, String)> =
            known.iter().map(|row| (row.get("tab").unwrap(), row.get("col").unwrap())).collect();
        let kept: Vec<(String, String)> = manifest
            .tables
            .iter()
            .flat_map(|table| table.columns.iter().map(|c| (table.name.clone(), c.clone())))
            .collect();
        assert_eq!(kept, known);
    })
    .await;
}

#[tokio::test]
async fn a_damaged_archive_is_refused_and_nothing_is_written() {
    let source = TestDatabase::sqlite().await;
    fill(&source).await;
    let (archive, _) = archive_of(&source).await;
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(archive.as_slice()).read_to_end(&mut plain).unwrap();
    let packed = |plain: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, plain).unwrap();
        encoder.finish().unwrap()
    };
    let changed = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = plain.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
        let mut copy = plain.clone();
        copy[at..at + to.len()].copy_from_slice(to.as_bytes());
        packed(&copy)
    };
    let mut flipped = archive.clone();
    flipped[archive.len() / 2] ^= 1;
    let mut damaged = vec![
        ("nothing", Vec::new()),
        ("no archive", b"straks".to_vec()),
        ("a bit flipped", flipped),
        ("a text changed", changed("min pension?", "din pension?")),
        ("another format", changed("straks-backup-1", "straks-backup-9")),
        ("a table renamed", changed("tables/jobs.jsonl", "tables/jabs.jsonl")),
        ("a table less", {
            let at = plain.windows(17).position(|w| w == b"tables/jobs.jsonl").unwrap();
            let mut cut = plain[..at].to_vec();
            cut.extend([0; 1024]);
            packed(&cut)
        }),
    ];
    for share in [1, 3, 7, 9] {
        damaged.push(("cut short", archive[..archive.len() * share / 10].to_vec()));
    }
    damaged.push(("its last byte is missing", archive[..archive.len() - 1].to_vec()));
    for target in [TestDatabase::sqlite().await, TestDatabase::postgres().await] {
        for (what, bytes) in &damaged {
            let outcome = put_back(&target, bytes).await;
            assert!(
                matches!(outcome, Err(StoreError::Archive(_) | StoreError::Io(_))),
                "{what}: {outcome:?}"
            );
            assert!(is_empty(&target).await, "{what}: something was written");
        }
        put_back(&target, &archive).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_with_anything_in_it_is_left_as_it_is() {
    let source = TestDatabase::sqlite().await;
    fill(&source).await;
    let (archive, before) = archive_of(&source).await;
    testkit::on_both(async |database| {
        database
            .execute(
                "INSERT INTO settings (tenant_id, name, value) VALUES ('demo', 'a', 'b')",
                args![],
            )
            .await
            .unwrap();
        let refused = put_back(database, &archive).await;
        assert!(matches!(refused, Err(StoreError::NotEmpty)), "{refused:?}");
        let (_, manifest) = archive_of(database).await;
        assert_eq!(manifest.tables.iter().map(|table| table.rows).sum::<u64>(), 1);
    })
    .await;
    assert!(matches!(put_back(&source, &archive).await, Err(StoreError::NotEmpty)));
    assert_eq!(archive_of(&source).await.1.tables, before.tables);
}

#[tokio::test]
async fn an_archive_of_a_later_program_is_refused() {
    let source = TestDatabase::sqlite().await;
    let (archive, manifest) = archive_of(&source).await;
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(archive.as_slice()).read_to_end(&mut plain).unwrap();
    let text = format!("\"schema\": {},", manifest.schema);
    let at = plain.windows(text.len()).position(|w| w == text.as_bytes()).unwrap();
    // As long as before, so that the archive is whole.
    let later = format!("\"schema\":9{},", manifest.schema);
    plain[at..at + text.len()].copy_from_slice(later.as_bytes());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &plain).unwrap();
    let target = TestDatabase::empty_sqlite().await;
    let refused = put_back(&target, &encoder.finish().unwrap()).await;
    assert!(matches!(refused, Err(StoreError::TooNew { .. })), "{refused:?}");
}

#[tokio::test]
async fn an_erasure_that_a_backup_missed_is_done_after_the_restore() {
    let source = TestDatabase::sqlite().await;
    let rng = Rng::seeded(4);
    let id = whole_contact(&source, &rng, "soroe", rng.id(EVENING), EVENING).await;
    let kept = whole_contact(&source, &rng, "soroe", rng.id(EVENING), EVENING).await;
    let (archive, _) = archive_of(&source).await;
    let mut tx = source.begin().await.unwrap();
    let at = EVENING.plus_seconds(600);
    retention::erase_contact(&mut tx, &tenant(), &rng, id, at, "citizen-asked").await.unwrap();
    tx.commit().await.unwrap();
    let missed = retention::erasures(&source).await.unwrap();
    for target in [TestDatabase::empty_sqlite().await, TestDatabase::empty_postgres().await] {
        restore(&target, Cursor::new(&archive), &missed, &rng, at).await.unwrap();
        assert!(chat::texts_of(&target, &tenant(), id).await.unwrap().is_empty());
        assert_eq!(chat::texts_of(&target, &tenant(), kept).await.unwrap().len(), 5);
        let report = verify(&target, &tenant()).await.unwrap();
        assert!(report.is_clean(), "{report:#?}");
        assert_eq!(retention::erasures(&target).await.unwrap(), missed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_of_a_working_program_is_of_one_instant() {
    testkit::on_both(async |database| {
        fill(database).await;
        let writer = (**database).clone();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let stopped = stop.clone();
        let writing = tokio::spawn(async move {
            let rng = Rng::seeded(8);
            while !stopped.load(std::sync::atomic::Ordering::SeqCst) {
                whole_contact(&writer, &rng, "furesoe", rng.id(EVENING), EVENING).await;
            }
        });
        for _ in 0..3 {
            let (archive, manifest) = archive_of(database).await;
            let target = TestDatabase::empty_sqlite().await;
            put_back(&target, &archive).await.unwrap();
            assert_eq!(archive_of(&target).await.1.tables, manifest.tables);
            let report = verify(&target, &tenant()).await.unwrap();
            assert!(report.is_clean(), "{report:#?}");
        }
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        writing.await.unwrap();
    })
    .await;
}
