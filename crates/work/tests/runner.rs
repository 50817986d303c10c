//! The runner on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails where its ground gives way")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base::{Clock, Rng, TenantKey, UnixMillis};
use store::{Database, jobs};
use tokio_util::sync::CancellationToken;
use work::{Runner, Then};

const EVENING: UnixMillis = UnixMillis(1_811_960_100_000);

fn tenant() -> TenantKey {
    TenantKey::new("demo").unwrap()
}

async fn add(database: &Database, kind: &str, key: &str, run_at: UnixMillis) {
    let mut tx = database.begin().await.unwrap();
    let id = Rng::system().id(EVENING);
    jobs::add(&mut tx, &tenant(), id, kind, key, run_at, "").await.unwrap();
    tx.commit().await.unwrap();
}

/// Waits until the count is reached, for ten seconds at most.
async fn reaches(count: &AtomicUsize, wanted: usize) {
    for _ in 0..1000 {
        if count.load(Ordering::SeqCst) >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("only {} of {wanted}", count.load(Ordering::SeqCst));
}

/// Waits until the only job's next try is written down for that time, for ten seconds at most.
async fn is_due(database: &Database, at: UnixMillis) {
    for _ in 0..1000 {
        if jobs::next_run(database, &tenant()).await.unwrap() == Some(at) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} is not {at:?}", jobs::next_run(database, &tenant()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_fires_when_the_clock_is_moved_to_its_time() {
    testkit::on_both(async |database| {
        let clock = Clock::standing_at(EVENING);
        let fired = Arc::new(AtomicUsize::new(0));
        let stop = CancellationToken::new();
        let counter = fired.clone();
        let runner =
            Runner::new((**database).clone(), tenant(), clock.clone()).on("lapse", move |_| {
                counter.fetch_add(1, Ordering::SeqCst);
                async { Ok(Then::Done) }
            });
        add(database, "lapse", "a", EVENING.plus_seconds(3600)).await;
        let bell = runner.bell();
        let running = tokio::spawn(runner.run(stop.clone()));
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(fired.load(Ordering::SeqCst), 0);
        clock.advance(3_600_000);
        bell.notify_one();
        reaches(&fired, 1).await;
        stop.cancel();
        running.await.unwrap();
        assert_eq!(jobs::next_run(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_or_panicked_is_tried_again_later_each_time() {
    testkit::on_both(async |database| {
        let clock = Clock::standing_at(EVENING);
        let tries = Arc::new(AtomicUsize::new(0));
        let stop = CancellationToken::new();
        let counter = tries.clone();
        let runner =
            Runner::new((**database).clone(), tenant(), clock.clone()).on("mail", move |_| {
                let number = counter.fetch_add(1, Ordering::SeqCst);
                async move {
                    match number {
                        0 => Err("the mail server is away".into()),
                        1 => panic!("a handler has a fault"),
                        _ => Ok(Then::Done),
                    }
                }
            });
        add(database, "mail", "a", EVENING).await;
        let running = tokio::spawn(runner.run(stop.clone()));
        reaches(&tries, 1).await;
        is_due(database, EVENING.plus_seconds(1)).await;
        clock.advance(1_000);
        reaches(&tries, 2).await;
        is_due(database, EVENING.plus_seconds(1 + 2)).await;
        clock.advance(1_000);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(tries.load(Ordering::SeqCst), 2, "tried before it is due");
        clock.advance(1_000);
        reaches(&tries, 3).await;
        stop.cancel();
        running.await.unwrap();
        assert_eq!(jobs::next_run(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_run_each_job_once_and_never_more_at_once_than_told() {
    testkit::on_both(async |database| {
        let clock = Clock::standing_at(EVENING);
        let [ran, at_work, most] = [0; 3].map(|_| Arc::new(AtomicUsize::new(0)));
        let stop = CancellationToken::new();
        for number in 0..60 {
            add(database, "count", &number.to_string(), EVENING).await;
        }
        let mut nodes = Vec::new();
        for _ in 0..2 {
            let (ran, at_work, most) = (ran.clone(), at_work.clone(), most.clone());
            let runner = Runner::new((**database).clone(), tenant(), clock.clone()).at_once(3).on(
                "count",
                move |_| {
                    let (ran, at_work, most) = (ran.clone(), at_work.clone(), most.clone());
                    async move {
                        most.fetch_max(
                            at_work.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        tokio::time::sleep(Duration::from_millis(3)).await;
                        at_work.fetch_sub(1, Ordering::SeqCst);
                        ran.fetch_add(1, Ordering::SeqCst);
                        Ok(Then::Done)
                    }
                },
            );
            nodes.push(tokio::spawn(runner.run(stop.clone())));
        }
        reaches(&ran, 60).await;
        stop.cancel();
        for node in nodes {
            node.await.unwrap();
        }
        assert_eq!(ran.load(Ordering::SeqCst), 60);
        assert!(most.load(Ordering::SeqCst) <= 6);
        assert_eq!(jobs::next_run(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runner_that_stops_lets_its_handlers_finish() {
    testkit::on_both(async |database| {
        let clock = Clock::standing_at(EVENING);
        let [begun, ended] = [0; 2].map(|_| Arc::new(AtomicUsize::new(0)));
        let stop = CancellationToken::new();
        let (first, second) = (begun.clone(), ended.clone());
        let runner =
            Runner::new((**database).clone(), tenant(), clock.clone()).on("slow", move |_| {
                let (begun, ended) = (first.clone(), second.clone());
                async move {
                    begun.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    ended.fetch_add(1, Ordering::SeqCst);
                    Ok(Then::Done)
                }
            });
        add(database, "slow", "a", EVENING).await;
        let running = tokio::spawn(runner.run(stop.clone()));
        reaches(&begun, 1).await;
        stop.cancel();
        running.await.unwrap();
        assert_eq!(ended.load(Ordering::SeqCst), 1);
        assert_eq!(jobs::next_run(database, &tenant()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_always_there_runs_each_minute() {
    testkit::on_both(async |database| {
        let clock = Clock::standing_at(EVENING);
        let ran = Arc::new(AtomicUsize::new(0));
        let stop = CancellationToken::new();
        let (counter, handlers_clock) = (ran.clone(), clock.clone());
        let runner =
            Runner::new((**database).clone(), tenant(), clock.clone()).always("seal", move |_| {
                counter.fetch_add(1, Ordering::SeqCst);
                let next = handlers_clock.now().plus_seconds(60);
                async move { Ok(Then::Again(next)) }
            });
        let running = tokio::spawn(runner.run(stop.clone()));
        for minute in 1..=3 {
            reaches(&ran, minute).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            clock.advance(60_000);
        }
        reaches(&ran, 4).await;
        stop.cancel();
        running.await.unwrap();
        assert_eq!(ran.load(Ordering::SeqCst), 4);
    })
    .await;
}
