//! Jobs: claimed by one, run at their time, never lost.

use std::collections::BTreeSet;

use base::{Rng, UnixMillis};
use store::jobs::{self, Claimed};
use store::{Database, StoreError};

use crate::making::{EVENING, tenant};

const LEASE_S: i64 = 30;

async fn add(database: &Database, rng: &Rng, key: &str, run_at: UnixMillis) {
    let mut tx = database.begin().await.unwrap();
    jobs::add(&mut tx, &tenant(), rng.id(EVENING), "lapse", key, run_at, "{}").await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(database: &Database, now: UnixMillis) -> Vec<Claimed> {
    jobs::claim(database, &tenant(), now, LEASE_S, 100).await.unwrap()
}

async fn done(database: &Database, job: &Claimed) -> Result<bool, StoreError> {
    let mut tx = database.begin().await?;
    let ours = jobs::done(&mut tx, &tenant(), job.id, job.fence).await?;
    tx.commit().await?;
    Ok(ours)
}

#[tokio::test]
async fn a_job_runs_when_it_is_due_and_not_before() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(1);
        add(database, &rng, "late", EVENING + 200).await;
        add(database, &rng, "soon", EVENING + 100).await;
        let next = jobs::next_run(database, &tenant()).await.unwrap();
        assert_eq!(next, Some(EVENING + 100));
        assert!(claim(database, EVENING + 99).await.is_empty());
        let due = claim(database, EVENING + 200).await;
        let keys: Vec<_> = due.iter().map(|job| job.key.as_str()).collect();
        assert_eq!(keys, ["soon", "late"]);
        assert_eq!(due[0].due_at, EVENING + 100);
        assert!(claim(database, EVENING + 200).await.is_empty(), "claimed twice");
        assert!(done(database, &due[0]).await.unwrap());
        assert!(!done(database, &due[0]).await.unwrap(), "done twice");
    })
    .await;
}

#[tokio::test]
async fn a_job_added_again_moves() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(2);
        add(database, &rng, "a", EVENING).await;
        add(database, &rng, "a", EVENING + 5_000).await;
        assert!(claim(database, EVENING + 4_999).await.is_empty());
        assert_eq!(claim(database, EVENING + 5_000).await.len(), 1);
        let mut tx = database.begin().await.unwrap();
        assert!(jobs::cancel(&mut tx, &tenant(), "lapse", "a").await.unwrap());
        assert!(!jobs::cancel(&mut tx, &tenant(), "lapse", "a").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(jobs::next_run(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_job_added_while_it_runs_runs_once_more() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(3);
        add(database, &rng, "a", EVENING).await;
        let first = claim(database, EVENING).await.remove(0);
        // Even at the very instant at which the lease ends.
        add(database, &rng, "a", EVENING.plus_seconds(LEASE_S)).await;
        assert!(claim(database, EVENING + 1).await.is_empty(), "it runs twice at a time");
        assert!(done(database, &first).await.unwrap());
        let second = claim(database, EVENING.plus_seconds(LEASE_S) + 1).await.remove(0);
        assert_eq!(second.attempts, 1);
        assert!(done(database, &second).await.unwrap());
        assert_eq!(jobs::next_run(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_dead_nodes_job_is_taken_over_and_the_dead_one_is_fenced_off() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(4);
        add(database, &rng, "a", EVENING).await;
        let dead = claim(database, EVENING).await.remove(0);
        let after_lease = EVENING.plus_seconds(LEASE_S);
        assert!(claim(database, after_lease + -1).await.is_empty());
        let heir = claim(database, after_lease).await.remove(0);
        assert_eq!((heir.id, heir.attempts), (dead.id, 2));
        assert!(!done(database, &dead).await.unwrap());
        let late =
            jobs::retry(database, &tenant(), dead.id, dead.fence, EVENING, "late").await.unwrap();
        assert!(!late);
        assert!(done(database, &heir).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_failed_job_is_tried_again_and_says_why() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(5);
        add(database, &rng, "a", EVENING).await;
        let job = claim(database, EVENING).await.remove(0);
        let at = EVENING + 2_000;
        assert!(
            jobs::retry(database, &tenant(), job.id, job.fence, at, "mail server away")
                .await
                .unwrap()
        );
        let failing = jobs::failing(database, &tenant(), 10).await.unwrap();
        assert_eq!(failing[0].error, "mail server away");
        assert!(claim(database, at + -1).await.is_empty());
        let job = claim(database, at).await.remove(0);
        assert_eq!(job.attempts, 2);
        let mut tx = database.begin().await.unwrap();
        assert!(
            jobs::again(&mut tx, &tenant(), job.id, job.fence, at.plus_seconds(60)).await.unwrap()
        );
        tx.commit().await.unwrap();
        let job = claim(database, at.plus_seconds(60)).await.remove(0);
        assert_eq!(job.attempts, 1);
        assert!(jobs::failing(database, &tenant(), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn ensuring_a_job_leaves_the_one_that_is_there() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(6);
        add(database, &rng, "a", EVENING).await;
        let mut tx = database.begin().await.unwrap();
        jobs::ensure(&mut tx, &tenant(), rng.id(EVENING), "lapse", "a", EVENING + 9, "new")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let job = claim(database, EVENING).await.remove(0);
        assert_eq!(job.body, "{}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_nodes_that_claim_at_once_get_each_job_once() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(7);
        let mut tx = database.begin().await.unwrap();
        for number in 0..200 {
            let (id, key) = (rng.id(EVENING), number.to_string());
            jobs::add(&mut tx, &tenant(), id, "lapse", &key, EVENING, "").await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut nodes = Vec::new();
        for _ in 0..8 {
            let database = (**database).clone();
            nodes.push(tokio::spawn(async move {
                let mut keys = Vec::new();
                loop {
                    let got = jobs::claim(&database, &tenant(), EVENING, LEASE_S, 7).await.unwrap();
                    assert!(got.len() <= 7, "more than asked for");
                    if got.is_empty() {
                        return keys;
                    }
                    keys.extend(got.into_iter().map(|job| job.key));
                }
            }));
        }
        let mut all = Vec::new();
        for node in nodes {
            all.extend(node.await.unwrap());
        }
        assert_eq!(all.len(), 200);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200);
    })
    .await;
}
