//! The journal of contacts with its projections.

use base::{Id, Rng, kind};
use rules::contacts::{Command, ContactId, Event, Party, Phase, apply, decide};
use store::args;
use store::contacts::{hold, in_line, owned, read, record};
use store::streams::{self, StreamKey};

use crate::making::{EVENING, arrival, change, say, tenant, whole_contact};

#[tokio::test]
async fn a_contact_is_read_as_it_was_recorded() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(1);
        let id = whole_contact(database, &rng, "soroe", rng.id(EVENING), EVENING).await;

        let (contact, seq) = read(database, &tenant(), id).await.unwrap().unwrap();

        let events =
            streams::after(database, &tenant(), &StreamKey::contact(id), 0, 1000).await.unwrap();
        assert_eq!(i64::try_from(events.len()).unwrap(), seq);
        let folded = events.iter().fold(None, |state, recorded| {
            let event: Event = serde_json::from_str(&recorded.body).unwrap();
            assert_eq!(event.kind(), recorded.kind);
            apply(state, &event, recorded.at)
        });
        assert_eq!(folded, Some(contact.clone()));
        assert!(contact.is_closed());
        assert_eq!(contact.hand_overs.len(), 1);
        let other = base::TenantKey::new("other").unwrap();
        assert!(read(database, &other, id).await.unwrap().is_none(), "another consortium reads it");
    })
    .await;
}

#[tokio::test]
async fn who_waits_stands_in_line_by_place_and_who_talks_is_owned() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(2);
        let (first, second): (ContactId, ContactId) = (rng.id(EVENING), rng.id(EVENING + 1));
        for (id, at) in [(second, EVENING + 5_000), (first, EVENING + 1_000)] {
            change(database, id, &arrival(id, "soroe"), at).await;
            change(database, id, &Command::Queue, at).await;
        }
        let line = in_line(database, &tenant()).await.unwrap();
        assert_eq!(line.iter().map(|(c, _)| c.id).collect::<Vec<_>>(), [first, second]);
        let agent = rng.id(EVENING);
        let offer = Command::Offer { to: agent, until: EVENING + 9_000, why: "rung 1".to_owned() };
        change(database, first, &offer, EVENING + 6_000).await;
        assert_eq!(in_line(database, &tenant()).await.unwrap().len(), 2);
        change(database, first, &Command::Accept { by: agent }, EVENING + 7_000).await;
        assert_eq!(in_line(database, &tenant()).await.unwrap().len(), 1);
        let owned = owned(database, &tenant()).await.unwrap();
        assert_eq!(owned.iter().map(|(c, _)| c.id).collect::<Vec<_>>(), [first]);
    })
    .await;
}

#[tokio::test]
async fn an_agent_is_offered_one_contact_at_a_time() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(3);
        let agent: Id<kind::Person> = rng.id(EVENING);
        let offer = Command::Offer { to: agent, until: EVENING + 9_000, why: String::new() };
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let id: ContactId = rng.id(EVENING);
            change(database, id, &arrival(id, "soroe"), EVENING).await;
            change(database, id, &Command::Queue, EVENING).await;
            waiting.push(id);
        }
        change(database, waiting[0], &offer, EVENING + 1).await;

        let mut tx = database.begin().await.unwrap();
        let held = hold(&mut tx, &tenant(), waiting[1]).await.unwrap();
        let events = decide(held.contact.as_ref(), &offer, EVENING + 2).unwrap();
        let outcome = record(&mut tx, &tenant(), waiting[1], held, &events, EVENING + 2).await;
        assert!(outcome.is_err_and(|error| error.is_taken()));
        drop(tx);

        let (second, _) = read(database, &tenant(), waiting[1]).await.unwrap().unwrap();
        assert_eq!(second.phase, Phase::Waiting, "half of it was written");
        change(database, waiting[0], &Command::Decline { by: agent }, EVENING + 3).await;
        change(database, waiting[1], &offer, EVENING + 4).await;
    })
    .await;
}

#[tokio::test]
async fn two_agents_who_accept_at_once_get_one_owner() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(4);
        let id: ContactId = rng.id(EVENING);
        let agent: Id<kind::Person> = rng.id(EVENING);
        change(database, id, &arrival(id, "soroe"), EVENING).await;
        change(database, id, &Command::Queue, EVENING).await;
        let offer = Command::Offer { to: agent, until: EVENING + 9_000, why: String::new() };
        change(database, id, &offer, EVENING).await;
        let mut racers = Vec::new();
        for _ in 0..6 {
            let database = (**database).clone();
            racers.push(tokio::spawn(async move {
                let mut tx = database.begin().await.unwrap();
                let held = hold(&mut tx, &tenant(), id).await.unwrap();
                let command = Command::Accept { by: agent };
                let events = decide(held.contact.as_ref(), &command, EVENING + 1).unwrap();
                let count = events.len();
                record(&mut tx, &tenant(), id, held, &events, EVENING + 1).await.unwrap();
                tx.commit().await.unwrap();
                count
            }));
        }
        let mut accepted = 0;
        for racer in racers {
            accepted += racer.await.unwrap();
        }
        assert_eq!(accepted, 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_sent_twice_is_stored_once() {
    testkit::on_both(async |database| {
        let rng = Rng::seeded(5);
        let id: ContactId = rng.id(EVENING);
        change(database, id, &arrival(id, "soroe"), EVENING).await;
        let text = say(database, &rng, id, Party::Citizen, "Hej", EVENING).await;
        let known = database
            .row("SELECT message_id FROM messages WHERE text_id = $1", args![text])
            .await
            .unwrap()
            .unwrap();
        let again = Command::Say {
            message: known.id("message_id").unwrap(),
            from: Party::Citizen,
            text: rng.id(EVENING),
            article: None,
        };
        let mut tx = database.begin().await.unwrap();
        let held = hold(&mut tx, &tenant(), id).await.unwrap();
        let events = decide(held.contact.as_ref(), &again, EVENING).unwrap();
        let outcome = record(&mut tx, &tenant(), id, held, &events, EVENING).await;
        assert!(outcome.is_err_and(|error| error.is_taken()), "the second copy was stored");
        drop(tx);
        let rows = database.rows("SELECT seq FROM messages", args![]).await.unwrap();
        assert_eq!(rows.len(), 1);
    })
    .await;
}
