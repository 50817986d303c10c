//! Many at once, the same twice, too late: one owner, one order, one place in line.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use straks_load::ledger::{Acknowledged, Tally, compare};
use straks_load::site::Answer;
use uuid::Uuid;

use crate::bad_input::conversation;
use crate::house::{House, MINUTE, SOON};

fn code<E: std::fmt::Debug>(answer: Result<Answer, E>) -> (u16, String) {
    let answer = answer.expect("an answer");
    (answer.status, answer.code())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stale_ids_are_answered_with_what_has_happened_meanwhile() {
    let house = House::new().await;
    let (mette, citizen, contact) = conversation(&house).await;
    let jonas = house.on_duty("jonas").await;
    let taken = (409, "taken-by-another".to_owned());
    assert_eq!(code(jonas.accept(&contact).await), taken);
    let path = format!("/contacts/{contact}/decline");
    assert_eq!(code(jonas.post(&path, &json!({})).await), (409, "offer-gone".to_owned()));
    // Accepting once more what one has is harmless.
    assert_eq!(mette.accept(&contact).await.expect("an answer").status, 200);
    assert_eq!(code(jonas.say(&contact, house.uuid(), "Hej").await), taken);
    let wrapped = code(jonas.wrap_up(&contact, "clarified-at-once").await);
    assert_eq!(wrapped, (403, "not-owner".to_owned()));
    assert!(mette.wrap_up(&contact, "clarified-at-once").await.expect("an answer").is_good());
    let late = code(mette.say(&contact, house.uuid(), "Hov").await);
    assert!(late.0 == 409 || late.0 == 403, "{late:?}");
    // The citizen's next word opens it again, at its old place.
    citizen.say_surely(house.uuid(), "Én ting til", SOON).await.expect("acknowledged");
    assert_ne!(house.state_of(&citizen).await["phase"], "closed");
    // A list that has changed meanwhile is read again before it is changed.
    let birgit = house.agent("birgit@furesoe.example").await;
    let list = birgit.get("/duty?from=2027-06-02&to=2027-06-02").await.expect("an answer").json();
    let id = list["tonight"]["id"].as_str().expect("an id").to_owned();
    let stale = birgit.call(Method::DELETE, &format!("/duty/{id}?version=7"), None).await;
    assert_eq!(code(stale), (409, "duty-changed".to_owned()));
    for bad in ["nonsense", "%00", "..%2Fme", "00000000-0000-0000-0000-000000000000"] {
        let answer = mette.get(&format!("/contacts/{bad}")).await.expect("an answer");
        assert!(matches!(answer.status, 404 | 400), "{bad}: {}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a14_replayed_and_reordered_messages_are_kept_once_in_the_order_of_their_receipts() {
    let house = House::new().await;
    let (citizen, _) = house.asks("soroe", "Hej").await;
    let mut acknowledged = Acknowledged::new();
    let messages: Vec<(Uuid, String)> =
        (0..30).map(|number| (house.uuid(), format!("Besked {number}"))).collect();
    // Each is sent three times, the last ones first, many at once.
    let mut tasks = tokio::task::JoinSet::new();
    for round in 0..3 {
        let mut order: Vec<_> = messages.clone();
        if round != 1 {
            order.reverse();
        }
        for (id, text) in order {
            let citizen = citizen.clone();
            tasks.spawn(async move { (id, citizen.say_surely(id, &text, SOON).await) });
        }
    }
    while let Some(done) = tasks.join_next().await {
        let (id, seq) = done.expect("the task ends well");
        let seq = Some(seq.expect("acknowledged"));
        assert_eq!(*acknowledged.entry(id).or_insert(seq), seq, "one message, one number");
    }
    let stored = citizen.transcript().await.expect("the own chat");
    assert_eq!(compare(&acknowledged, &stored), Tally::default());
    assert_eq!(stored.len(), messages.len() + 1);
    // The same id with other words changes nothing.
    let (id, text) = &messages[0];
    let again = citizen.say(*id, "Noget helt andet").await.expect("an answer");
    assert_eq!(again.json()["seq"].as_i64(), acknowledged[id]);
    let stored = citizen.transcript().await.expect("the own chat");
    assert!(stored.iter().any(|line| line.id == *id && line.text == *text));
    assert_eq!(stored.len(), messages.len() + 1);
    // An id of one chat means nothing in another.
    let (stranger, _) = house.asks("soroe", "Også hej").await;
    let seq = stranger.say_surely(*id, "Mine egne ord", SOON).await.expect("acknowledged");
    let own = stranger.transcript().await.expect("the own chat");
    assert_eq!(own.last().map(|line| (line.seq, line.text.as_str())), Some((seq, "Mine egne ord")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a45_two_agents_who_accept_one_offer_at_once_make_one_owner() {
    let house = House::new().await;
    let (mette, jonas) = (house.on_duty("mette").await, house.on_duty("jonas").await);
    for round in 0..6 {
        let (citizen, contact) = house.asks("soroe", "Hej").await;
        let waiting = async {
            loop {
                for agent in [&mette, &jonas] {
                    if agent.offer().await.expect("a desk").as_deref() == Some(&contact) {
                        return;
                    }
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(SOON, waiting).await.expect("it is offered to one of them");
        let answers = tokio::join!(
            mette.accept(&contact),
            jonas.accept(&contact),
            jonas.accept(&contact),
            mette.accept(&contact)
        );
        let agents = [&mette, &jonas, &jonas, &mette];
        let answers = [answers.0, answers.1, answers.2, answers.3].map(|a| a.expect("an answer"));
        let owners: BTreeSet<&str> = agents
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| answer.status == 200)
            .map(|(agent, _)| agent.login.as_str())
            .collect();
        assert_eq!(owners.len(), 1, "round {round}: {answers:?}");
        let refused = answers.iter().filter(|answer| answer.status != 200);
        assert!(refused.into_iter().all(|answer| answer.status == 409), "{answers:?}");
        let owner = if owners.contains(mette.login.as_str()) { &mette } else { &jonas };
        assert_eq!(house.state_of(&citizen).await["phase"], "owned");
        let wrapped = owner.wrap_up(&contact, "clarified-at-once").await.expect("an answer");
        assert!(wrapped.is_good(), "{}", wrapped.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a46_nobody_is_given_more_than_three_chats_however_many_come_at_once() {
    let house = House::new().await;
    let (mette, jonas) = (house.on_duty("mette").await, house.on_duty("jonas").await);
    let mut citizens = Vec::new();
    for _ in 0..10 {
        citizens.push(house.asks("soroe", "Hej").await);
        house.app.clock.advance(1);
    }
    let taking = async {
        loop {
            let mut owned = 0;
            for agent in [&mette, &jonas] {
                let desk = agent.get("/desk").await.expect("an answer").json();
                let own = desk["conversations"].as_array().map_or(0, Vec::len);
                assert!(own + usize::from(!desk["offer"].is_null()) <= 3, "{desk}");
                if let Some(contact) = desk["offer"]["contact"].as_str() {
                    agent.accept(contact).await.expect("an answer");
                }
                owned += own;
            }
            if owned == 6 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, taking).await.expect("six are taken");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for agent in [&mette, &jonas] {
        assert_eq!(agent.offer().await.expect("a desk"), None, "a fourth is offered");
    }
    let mut positions = Vec::new();
    for (citizen, _) in &citizens {
        positions.extend(house.state_of(citizen).await["position"].as_i64());
    }
    assert_eq!(positions, [1, 2, 3, 4], "who came first stands first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agents_three_chats_go_back_to_their_places_when_the_network_vanishes() {
    let house = House::new().await;
    let mette = house.on_duty("mette").await;
    let mut chats = Vec::new();
    for text in ["Et", "To", "Tre"] {
        let chat = house.asks("soroe", text).await;
        house.takes(&mette, &chat.1).await;
        chats.push(chat);
        house.app.clock.advance(1_000);
    }
    let socket = mette.socket().await.expect("a socket");
    // Who comes later stands behind them, whatever happens.
    let (later, last) = house.asks("soroe", "Fire").await;
    drop(socket);
    // A blink loses nobody.
    house.app.clock.advance(MINUTE / 2);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    for (citizen, _) in &chats {
        assert_eq!(house.state_of(citizen).await["phase"], "owned");
    }
    house.app.clock.advance(2 * MINUTE);
    for (position, (citizen, _)) in (1..).zip(&chats) {
        house.comes_to(citizen, "waiting", SOON).await;
        house.stands(citizen, position).await;
    }
    house.stands(&later, 4).await;
    for (citizen, _) in &chats {
        let entries = citizen.entries(0).await.expect("the own chat");
        assert!(entries["entries"].to_string().contains("released"), "the citizen is told");
        citizen.say_surely(house.uuid(), "Er du der?", SOON).await.expect("acknowledged");
    }
    // A colleague gets them in the order in which they came, with all that was said.
    let jonas = house.on_duty("jonas").await;
    for (_, contact) in &chats {
        house.takes(&jonas, contact).await;
        let lines = jonas.transcript(contact).await.expect("the conversation");
        assert_eq!(lines.len(), 2, "{lines:?}");
    }
    // The one whose network is back has lost them, and is told so.
    let gone = mette.say(&chats[0].1, house.uuid(), "Her er jeg").await.expect("an answer");
    assert_eq!((gone.status, gone.code().as_str()), (409, "taken-by-another"), "{}", gone.body);
    assert!(jonas.offer().await.expect("a desk").is_none_or(|offered| offered != last));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a49_reloading_and_coming_back_cost_no_place_in_line() {
    let house = House::new().await;
    let (first, contact) = house.asks("soroe", "Først").await;
    house.app.clock.advance(1_000);
    let (second, _) = house.asks("soroe", "Derefter").await;
    for _ in 0..3 {
        let again = first.begin(house.uuid(), "Er der nogen?").await.expect("an answer");
        assert_eq!(again.status, 303, "{}", again.body);
        assert_eq!(first.contact().await.expect("a contact"), contact, "the same chat");
    }
    house.stands(&first, 1).await;
    house.stands(&second, 2).await;
}
