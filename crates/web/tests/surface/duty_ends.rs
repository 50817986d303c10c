//! Duty is the access right: what its end, a swap, a revoked login or a revoked role closes, and how
//! soon, at open sockets too.

use std::time::Instant;

use reqwest::Method;
use rules::people::Role;
use serde_json::json;
use straks_load::socket::Socket;

use crate::house::{AT_ONCE, House, MINUTE, SOON, m};

async fn follow(socket: &mut Socket, contact: &str) {
    let stream = format!("contact/{contact}");
    socket.follow(&stream, 0).await.expect("sent");
    let told = socket.wait_for(SOON, |frame| frame["stream"] == stream.as_str()).await;
    assert_eq!(told.expect("an answer")["type"], "events", "{contact}");
}

/// Whether the socket says at once that this stream is closed.
async fn closes(socket: &mut Socket, contact: &str) -> bool {
    let stream = format!("contact/{contact}");
    let closed =
        |frame: &serde_json::Value| frame["type"] == "closed" && frame["stream"] == stream.as_str();
    socket.wait_for(AT_ONCE, closed).await.is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a4_the_end_of_duty_closes_everything_but_the_own_live_contact_at_once() {
    let house = House::new().await;
    let mette = house.on_duty("mette").await;
    let (owner, own) = house.asks("soroe", "Min egen").await;
    house.takes(&mette, &own).await;
    // Busy: she keeps what she has and is given nothing more.
    mette.be("busy").await.expect("busy");
    let (citizen, other) = house.asks("soroe", "En anden").await;
    let mut socket = mette.socket().await.expect("a socket");
    follow(&mut socket, &own).await;
    follow(&mut socket, &other).await;
    socket.follow("queue/soroe", 0).await.expect("sent");
    socket.wait_for(SOON, |f| f["stream"] == "queue/soroe" && f["type"] == "events").await;

    // 22:00 has come.
    house.app.advance(105 * MINUTE).await.expect("the clock is moved");
    let began = Instant::now();
    let (mut other_closed, mut queue_closed, mut changed) = (false, false, false);
    while !(other_closed && queue_closed && changed) {
        let left = AT_ONCE.saturating_sub(began.elapsed());
        let frame = socket.wait_for(left, |_| true).await;
        let frame = frame.unwrap_or_else(|| {
            panic!("contact {other_closed}, queue {queue_closed}, changed {changed}")
        });
        changed |= frame["type"] == "changed";
        let closed = frame["type"] == "closed";
        other_closed |= closed && frame["stream"] == format!("contact/{other}");
        queue_closed |= closed && frame["stream"] == "queue/soroe";
        assert!(!(closed && frame["stream"] == format!("contact/{own}")), "the own one is closed");
    }
    // What is said there now does not come here.
    citizen.say_surely(house.uuid(), "HEMMELIGT", SOON).await.expect("acknowledged");
    for (path, status) in [(format!("/contacts/{other}"), 404), (format!("/contacts/{own}"), 200)] {
        assert_eq!(mette.get(&path).await.expect("an answer").status, status, "{path}");
    }
    let desk = mette.get("/desk").await.expect("an answer").body;
    assert!(!desk.contains(&other) && desk.contains(&own), "{desk}");
    // The live contact is finished under its grant.
    let said = mette.say(&own, house.uuid(), "Vi gør det færdigt").await.expect("an answer");
    assert_eq!(said.status, 200, "{}", said.body);
    owner.say_surely(house.uuid(), "Tak", SOON).await.expect("acknowledged");
    let heard = socket
        .wait_for(SOON, |frame| {
            let text = frame.to_string();
            assert!(!text.contains("HEMMELIGT"), "{text}");
            text.contains("Tak")
        })
        .await;
    assert!(heard.is_some(), "the granted contact is still told");

    // Half an hour later the grant is over too.
    house.app.advance(31 * MINUTE).await.expect("the clock is moved");
    assert!(closes(&mut socket, &own).await, "the grant has ended");
    assert_eq!(mette.get(&format!("/contacts/{own}")).await.expect("an answer").status, 404);
    let late = mette.say(&own, house.uuid(), "Forsent").await.expect("an answer");
    assert_eq!(late.status, 404, "{}", late.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a4_a_cancelled_duty_closes_at_once_and_the_contact_goes_back_to_its_place() {
    let house = House::new().await;
    let mette = house.on_duty("mette").await;
    let (first, own) = house.asks("soroe", "Først").await;
    house.takes(&mette, &own).await;
    mette.be("busy").await.expect("busy");
    house.app.clock.advance(MINUTE / 2);
    let (second, _) = house.asks("soroe", "Derefter").await;
    let mut socket = mette.socket().await.expect("a socket");
    follow(&mut socket, &own).await;

    let birgit = house.agent("birgit@furesoe.example").await;
    let list = birgit.get("/duty?from=2027-06-02&to=2027-06-02").await.expect("an answer").json();
    let duty = &list["tonight"];
    assert_eq!(duty["serving"], "furesoe", "{list}");
    let path = format!("/duty/{}?version={}", duty["id"].as_str().expect("an id"), duty["version"]);
    let cancelled = birgit.call(Method::DELETE, &path, None).await.expect("an answer");
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    assert!(closes(&mut socket, &own).await, "closed at once");
    assert_eq!(mette.get(&format!("/contacts/{own}")).await.expect("an answer").status, 404);
    house.comes_to(&first, "waiting", AT_ONCE).await;
    // It stands before who came later.
    house.stands(&first, 1).await;
    house.stands(&second, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a11_a_revoked_login_is_cut_from_its_open_socket() {
    let house = House::new().await;
    let here = house.agent("mette@furesoe.example").await;
    let elsewhere = house.agent("mette@furesoe.example").await;
    let mut socket = elsewhere.socket().await.expect("a socket");
    let mut other = here.socket().await.expect("a socket");
    let logins = here.get("/logins").await.expect("an answer").json();
    let strange = logins.as_array().expect("a list").iter().find(|l| l["current"] == false);
    let id = strange.expect("the other sign-in")["id"].as_str().expect("an id").to_owned();
    let revoked = here.call(Method::DELETE, &format!("/logins/{id}"), None).await;
    assert_eq!(revoked.expect("an answer").status, 204);
    let bye = socket.wait_for(AT_ONCE, |frame| frame["type"] == "bye").await;
    assert_eq!(bye.expect("a goodbye")["code"], "signed-out");
    assert!(socket.ends_within(AT_ONCE).await);
    assert_eq!(elsewhere.get("/me").await.expect("an answer").status, 401);
    // The one that revoked goes on.
    other.send(&json!({"type": "ping"})).await.expect("open");
    other.wait_for(SOON, |frame| frame["type"] == "pong").await.expect("a pong");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a11_a_revoked_role_or_a_removed_person_closes_at_the_open_socket() {
    let house = House::new().await;
    let admin = house.agent("admin@furesoe.example").await;
    let token = admin.cookie().trim_start_matches("straks_staff=").to_owned();
    let scope = house.app.scope_of(&token).await.expect("a scope");
    for (name, whole) in [("mette", false), ("jonas", true)] {
        let agent = house.on_duty(name).await;
        let (citizen, contact) = house.asks("soroe", "Hej").await;
        house.takes(&agent, &contact).await;
        let mut socket = agent.socket().await.expect("a socket");
        follow(&mut socket, &contact).await;
        let person = agent.person.parse().expect("an id");
        if whole {
            house.app.deactivate(&scope, person).await.expect("removed");
            let bye = socket.wait_for(AT_ONCE, |frame| frame["type"] == "bye").await;
            assert_eq!(bye.expect("a goodbye")["code"], "signed-out");
        } else {
            let role = Role::Agent;
            house.app.revoke_role(&scope, person, role, &m("furesoe")).await.expect("revoked");
            assert!(closes(&mut socket, &contact).await, "closed at once");
            let seen = agent.get(&format!("/contacts/{contact}")).await.expect("an answer");
            assert_eq!(seen.status, 404, "{}", seen.body);
        }
        house.comes_to(&citizen, "waiting", SOON).await;
        // The citizen has gone, so that the next one is next in line.
        let gone = house.site.form("/soroe/chat/end", &citizen.cookie(), &[]).await;
        assert_eq!(gone.expect("an answer").status, 303);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_duty_does_not_open_the_history() {
    let house = House::new().await;
    let mette = house.on_duty("mette").await;
    let (_, own) = house.asks("soroe", "Gammel sag").await;
    house.takes(&mette, &own).await;
    let wrapped = mette.wrap_up(&own, "clarified-at-once").await.expect("an answer");
    assert!(wrapped.is_good(), "{}", wrapped.body);
    // Hers to correct for ten minutes, nobody else's of the hotline at all.
    let sara = house.agent("sara@furesoe.example").await;
    assert_eq!(mette.get(&format!("/contacts/{own}")).await.expect("an answer").status, 200);
    assert_eq!(sara.get(&format!("/contacts/{own}")).await.expect("an answer").status, 404);
    house.app.advance(11 * MINUTE).await.expect("the clock is moved");
    assert_eq!(mette.get(&format!("/contacts/{own}")).await.expect("an answer").status, 404);
}
