//! The law of reading: `seq > cursor` gets every event once, in order.

use std::time::Duration;

use base::{MunicipalityKey, Rng, TenantKey};
use store::streams::{self, StreamKey, StreamKind};

use crate::making::{EVENING, tenant};

const WRITERS: usize = 8;
const EACH: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_beside_eight_writers_gets_every_event_once_in_order() {
    testkit::on_both(async |database| {
        let stream = StreamKey::queue(&MunicipalityKey::new("furesoe").unwrap());
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let (database, stream) = ((**database).clone(), stream.clone());
            writers.push(tokio::spawn(async move {
                for number in 0..EACH {
                    let mut tx = database.begin().await.unwrap();
                    let events =
                        [("said", format!("{writer}/{number}/a")), ("said", "b".to_owned())];
                    streams::append(&mut tx, &tenant(), &stream, EVENING, &events).await.unwrap();
                    // Some give up: their numbers must not be missed by anyone.
                    if number % 7 == 3 {
                        drop(tx);
                        let mut tx = database.begin().await.unwrap();
                        streams::append(&mut tx, &tenant(), &stream, EVENING, &events)
                            .await
                            .unwrap();
                        tx.commit().await.unwrap();
                    } else {
                        tx.commit().await.unwrap();
                    }
                }
            }));
        }
        let wanted = WRITERS * EACH * 2;
        let mut seen: Vec<(i64, String)> = Vec::new();
        let reading = async {
            while seen.len() < wanted {
                let cursor = seen.last().map_or(0, |(seq, _)| *seq);
                let got = streams::after(database, &tenant(), &stream, cursor, 37).await.unwrap();
                if got.is_empty() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                seen.extend(got.into_iter().map(|event| (event.seq, event.body)));
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reading).await.expect("the reader starved");
        for writer in writers {
            writer.await.unwrap();
        }
        let numbers: Vec<i64> = seen.iter().map(|(seq, _)| *seq).collect();
        assert_eq!(numbers, (1..=i64::try_from(wanted).unwrap()).collect::<Vec<_>>());
        for writer in 0..WRITERS {
            let own: Vec<usize> = seen
                .iter()
                .filter_map(|(_, body)| {
                    let mut parts = body.split('/');
                    (parts.next()? == writer.to_string()).then_some(())?;
                    parts.next()?.parse().ok()
                })
                .collect();
            assert_eq!(own, (0..EACH).collect::<Vec<_>>(), "the order of writer {writer}");
        }
        let head = streams::head(database, &tenant(), &stream).await.unwrap();
        assert_eq!(head, i64::try_from(wanted).unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_of_many_streams_never_wait_for_each_other_in_a_circle() {
    testkit::on_both(async |database| {
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let database = (**database).clone();
            writers.push(tokio::spawn(async move {
                let rng = Rng::seeded(u64::try_from(writer).unwrap());
                for _ in 0..EACH {
                    let mut chosen: Vec<StreamKey> =
                        all_streams().into_iter().filter(|_| rng.bytes::<1>()[0] < 128).collect();
                    chosen.sort();
                    let mut tx = database.begin().await.unwrap();
                    for stream in &chosen {
                        let events = [("x", String::new())];
                        streams::append(&mut tx, &tenant(), stream, EVENING, &events)
                            .await
                            .unwrap();
                        tokio::task::yield_now().await;
                    }
                    tx.commit().await.unwrap();
                }
            }));
        }
        let all = async {
            for writer in writers {
                writer.await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(60), all).await.expect("writers are stuck");
    })
    .await;
}

#[tokio::test]
async fn streams_of_two_consortia_are_apart() {
    testkit::on_both(async |database| {
        let other = TenantKey::new("other").unwrap();
        let stream = StreamKey::of_consortium(StreamKind::Duty);
        let mut tx = database.begin().await.unwrap();
        let event = [("planned", "{}".to_owned())];
        assert_eq!(streams::append(&mut tx, &tenant(), &stream, EVENING, &event).await.unwrap(), 1);
        assert_eq!(streams::append(&mut tx, &other, &stream, EVENING, &event).await.unwrap(), 1);
        assert_eq!(streams::append(&mut tx, &other, &stream, EVENING, &event).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(streams::after(database, &tenant(), &stream, 0, 10).await.unwrap().len(), 1);
        assert_eq!(streams::after(database, &other, &stream, 1, 10).await.unwrap().len(), 1);
    })
    .await;
}

fn all_streams() -> Vec<StreamKey> {
    let (a, b) = (MunicipalityKey::new("a").unwrap(), MunicipalityKey::new("b").unwrap());
    let rng = Rng::seeded(99);
    vec![
        StreamKey::contact(rng.id(EVENING)),
        StreamKey::contact(rng.id(EVENING)),
        StreamKey::queue(&a),
        StreamKey::queue(&b),
        StreamKey::inbox(&a),
        StreamKey::agent(rng.id(EVENING)),
        StreamKey::of_consortium(StreamKind::Duty),
        StreamKey::of_consortium(StreamKind::Room),
        StreamKey::directory(&a),
        StreamKey::of_consortium(StreamKind::Knowledge),
    ]
}
