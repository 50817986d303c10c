//! Whatever comes in: a clear answer, and nothing is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use straks_load::agent::Agent;
use straks_load::ledger::{Acknowledged, Tally, compare};
use straks_load::site::{Answer, Site};
use uuid::Uuid;
use web::routes::{Guard, Route};

use crate::house::{House, MINUTE, SOON};

const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";

fn says_limit(answer: &Answer, field: &str, limit: i64) {
    let problem = answer.json();
    assert_eq!(answer.status, 422, "{field}: {}", answer.body);
    assert_eq!(problem["code"], "too-long", "{field}: {}", answer.body);
    assert_eq!(problem["field"], field, "{}", answer.body);
    assert_eq!(problem["limit"], limit, "{}", answer.body);
    let detail = problem["detail"].as_str().unwrap_or_default().replace('.', "");
    assert!(detail.contains(&limit.to_string()), "{field} does not say its limit: {detail}");
}

/// An agent with a contact of its own.
async fn conversation(house: &House) -> (Agent, straks_load::citizen::Citizen, String) {
    let mette = house.on_duty("mette").await;
    let (citizen, contact) = house.asks("soroe", "Hej").await;
    house.takes(&mette, &contact).await;
    (mette, citizen, contact)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_of_the_staff_has_a_limit_and_says_so() {
    let house = House::new().await;
    let (mette, _, contact) = conversation(&house).await;
    let long = |limit: usize| "æ".repeat(limit + 1);
    let at = |rest: &str| format!("/contacts/{contact}/{rest}");
    let hand_over = |note: String, address: Value, reply: &str| {
        json!({"hand_over_id": house.uuid(), "municipality": "soroe", "department": "borgerservice",
            "reply": reply, "address": address, "note": note})
    };
    let (mail, number) = (json!(format!("{}@x.dk", "m".repeat(120))), json!("1".repeat(121)));
    let fields = [
        (at("messages"), json!({"message_id": house.uuid(), "text": long(4000)}), "text", 4000),
        (at("hand-over"), hand_over(long(4000), Value::Null, "status-page"), "note", 4000),
        (at("hand-over"), hand_over(String::new(), mail, "email"), "address", 120),
        (at("hand-over"), hand_over(String::new(), number, "telephone"), "address", 120),
        ("/room".to_owned(), json!({"message_id": house.uuid(), "text": long(2000)}), "text", 2000),
    ];
    for (path, body, field, limit) in fields {
        let answer = mette.post(&path, &body).await.expect("an answer");
        says_limit(&answer, field, limit);
    }
    let jonas = house.on_duty("jonas").await;
    let note = json!({"to": {"to": "person", "person": jonas.person}, "note": long(2000)});
    says_limit(&mette.post(&at("transfer"), &note).await.expect("an answer"), "note", 2000);
    let reason = json!({"state": "break", "reason": long(60)});
    let answer = mette.call(Method::PUT, "/presence", Some(&reason)).await.expect("an answer");
    says_limit(&answer, "reason", 60);
    let ulla = house.agent("ulla@furesoe.example").await;
    let path = format!("/audit?subject={}", "x".repeat(121));
    says_limit(&ulla.get(&path).await.expect("an answer"), "subject", 120);
    // At the limit it is taken.
    let body = json!({"message_id": house.uuid(), "text": "æ".repeat(4000)});
    let answer = mette.post(&at("messages"), &body).await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    // Beyond every field: the body itself.
    let body = json!({"message_id": house.uuid(), "text": "x".repeat(80_000)});
    let answer = mette.post(&at("messages"), &body).await.expect("an answer");
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    assert!(!answer.code().is_empty(), "{}", answer.body);
    // A sign-in of any length is as wrong as any other.
    for (login, password) in
        [("x".repeat(9_000), "p".to_owned()), ("x".to_owned(), "p".repeat(9_000))]
    {
        let body = json!({"login": login, "password": password});
        let answer = house.site.call(Method::POST, "/api/v1/staff/login", "", Some(&body)).await;
        let answer = answer.expect("an answer");
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "wrong-login"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_of_the_citizen_has_a_limit_and_says_so() {
    let house = House::new().await;
    let (citizen, _) = house.asks("soroe", "Hej").await;
    let long = "æ".repeat(4001);
    let said = citizen.say(house.uuid(), &long).await.expect("an answer");
    says_limit(&said, "text", 4000);
    let cookie = citizen.cookie();
    let fresh = house.browser("soroe");
    let (id, name, mail) =
        (house.uuid().to_string(), "n".repeat(81), format!("{}@x.dk", "m".repeat(120)));
    let forms: [(&str, &str, Vec<(&str, &str)>, &str); 4] = [
        ("/soroe/chat/say", &cookie, vec![("message_id", &id), ("text", &long)], "4000"),
        ("/soroe/chat", &fresh.cookie(), vec![("message_id", &id), ("text", &long)], "4000"),
        (
            "/soroe/chat",
            &fresh.cookie(),
            vec![("message_id", &id), ("text", "Hej"), ("name", &name)],
            "80",
        ),
        ("/soroe/message", &cookie, vec![("text", &long), ("reply", "status-page")], "4000"),
    ];
    for (path, cookie, fields, limit) in forms {
        let request = house.site.request(Method::POST, path, cookie).form(&fields);
        let page = Site::send(request).await.expect("an answer");
        assert_eq!(page.status, 422, "{path}");
        assert!(page.kind.starts_with("text/html"), "{path}");
        assert!(page.body.contains(limit), "{path} does not say its limit of {limit}");
        // What was written stands in the form again.
        let (_, text) = fields.iter().find(|(name, _)| *name == "text").expect("a text");
        assert!(page.body.contains(text), "{path} has lost what was written");
    }
    let fields = [("text", "Hej"), ("reply", "email"), ("email", mail.as_str())];
    let page = house.site.form("/soroe/message", &cookie, &fields).await.expect("an answer");
    assert_eq!(page.status, 422);
    // A long question is cut, not refused: the words that count stand first.
    let question = format!("/soroe/search?q={}", "pas+".repeat(2_000));
    let page = house.site.get(&question, &cookie).await.expect("an answer");
    assert!(page.status == 200 || page.status == 414 || page.status == 431, "{}", page.status);
    // Nothing of all this was said, and no chat was begun.
    assert_eq!(citizen.transcript().await.expect("the own chat").len(), 1);
    let none = house.site.get("/soroe/chat/entries", &fresh.cookie()).await.expect("an answer");
    assert_eq!(none.status, 404, "{}", none.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_utf8_json_and_forms_are_refused_and_nothing_breaks() {
    let house = House::new().await;
    let (mette, citizen, contact) = conversation(&house).await;
    let id = house.uuid();
    let form = "application/x-www-form-urlencoded";
    let bad_forms: [Vec<u8>; 5] = [
        format!("message_id={id}&text=%FF%FE").into_bytes(),
        [format!("message_id={id}&text=").as_bytes(), &[0xC3, 0x28]].concat(),
        b"message_id=not-an-id&text=Hej".to_vec(),
        b"text=Hej".to_vec(),
        b"%%%&&&===".to_vec(),
    ];
    for body in bad_forms {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let request = house.site.request(Method::POST, "/soroe/chat/say", &citizen.cookie());
        let request = request.header("content-type", form).body(body);
        let answer = Site::send(request).await.expect("an answer");
        // Broken bytes in a text may also be replaced; they are never kept as they are.
        assert!(answer.status < 500, "{shown}: {} {}", answer.status, answer.body);
    }
    let path = format!("/api/v1/staff/contacts/{contact}/messages");
    let bad_bodies: [&[u8]; 6] = [
        b"{\"message_id\":\"\xFF\",\"text\":\"\xFE\"}",
        b"",
        b"{",
        b"[]",
        b"{\"message_id\":\"00000000-0000-0000-0000-000000000001\",\"text\":\"x\",\"owner\":\"me\"}",
        b"{\"message_id\":\"00000000-0000-0000-0000-000000000001\",\"text\":\"\\ud800\"}",
    ];
    for body in bad_bodies {
        let request = house.site.request(Method::POST, &path, mette.cookie());
        let request = request.header("x-straks", "1").header("content-type", "application/json");
        let answer = Site::send(request.body(body.to_vec())).await.expect("an answer");
        assert_eq!(answer.status, 422, "{}: {}", String::from_utf8_lossy(body), answer.body);
        assert_eq!(answer.code(), "body-not-json", "{}", answer.body);
    }
    for path in [
        "/soroe/search?q=%FF%FE",
        "/soroe/topic/%FF",
        "/soroe/contact/%C3%28",
        "/%FF/",
        "/soroe/status/%00.%00",
        "/soroe/guide/guide-pension?s=%FF",
        "/api/v1/m/soroe/search?q=%FF",
        "/api/v1/m/soroe/search?q=pas&limit=-1",
        "/api/v1/m/soroe/search?q=pas&limit=999999999999999999999",
        "/soroe/chat/entries?after=x",
    ] {
        let answer = house.site.get(path, &citizen.cookie()).await.expect("an answer");
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.body);
    }
    let after = citizen.say(house.uuid(), "Virker det?").await.expect("an answer");
    assert_eq!(after.status, 200, "{}", after.body);
    let said = citizen.transcript().await.expect("the own chat");
    assert!(said.iter().all(|line| !line.text.contains('\u{FFFE}')));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_control_characters_and_overrides_do_not_get_in() {
    let house = House::new().await;
    let (mette, citizen, contact) = conversation(&house).await;
    let written = "a\u{0}b\u{7}c\u{1b}[31md\u{202E}e\u{200B}f\u{FEFF}\r\ng\th";
    let kept = "abc[31mdef\ng h";
    citizen.say_surely(house.uuid(), written, SOON).await.expect("acknowledged");
    let said = mette.say(&contact, house.uuid(), written).await.expect("an answer");
    assert_eq!(said.status, 200, "{}", said.body);
    let lines = citizen.transcript().await.expect("the own chat");
    assert_eq!(lines.iter().filter(|line| line.text == kept).count(), 2, "{lines:?}");
    // Only invisible marks are nothing at all.
    let empty = citizen.say(house.uuid(), "\u{200B}\u{0}\u{202E}").await.expect("an answer");
    assert_eq!((empty.status, empty.code().as_str()), (422, "empty"), "{}", empty.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_script_in_any_text_is_inert_wherever_it_is_shown() {
    let house = House::new().await;
    let mette = house.on_duty("mette").await;
    let citizen = house.browser("soroe");
    let id = house.uuid().to_string();
    let fields = [
        ("message_id", id.as_str()),
        ("text", SCRIPT),
        ("name", SCRIPT),
        ("topic", SCRIPT),
        ("department", SCRIPT),
    ];
    let begun = house.site.form("/soroe/chat", &citizen.cookie(), &fields).await;
    assert_eq!(begun.expect("an answer").status, 303);
    let contact = citizen.contact().await.expect("a contact");
    house.takes(&mette, &contact).await;
    let said = mette.say(&contact, house.uuid(), SCRIPT).await.expect("an answer");
    assert_eq!(said.status, 200, "{}", said.body);
    let message =
        [("text", SCRIPT), ("reply", "status-page"), ("topic", SCRIPT), ("phone", SCRIPT)];
    let left = house.site.form("/soroe/message", &citizen.cookie(), &message).await;
    let status = left.expect("an answer").location.expect("the status page");
    let wrong = [("text", SCRIPT), ("reply", SCRIPT), ("email", SCRIPT), ("department", SCRIPT)];
    let q = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dalert(2)%3E";
    let mut pages = vec![
        format!("/soroe/search?q={q}"),
        format!("/soroe/contact?q={q}"),
        format!("/soroe/chat?new=1&topic={q}&department={q}"),
        format!("/soroe/message?topic={q}&department={q}"),
        format!("/soroe/guide/guide-pension?s={q}"),
        format!("/soroe/topic/{q}"),
        format!("/soroe/?lang={q}"),
        format!("/{q}/"),
        format!("/en/{q}"),
        format!("/?{q}"),
        format!("/soroe/search?{q}={q}&lang=en"),
        status,
    ];
    pages.extend(["/soroe/chat", "/soroe/trail", "/soroe/chat/transcript"].map(str::to_owned));
    for path in pages {
        let request = house.site.request(Method::GET, &path, &citizen.cookie());
        let page = Site::send(request).await.expect("an answer");
        is_inert(&path, &page);
    }
    for path in ["/soroe/message", "/soroe/chat"] {
        let request = house.site.request(Method::POST, path, &citizen.cookie()).form(&wrong);
        is_inert(path, &Site::send(request).await.expect("an answer"));
    }
    // As data it is untouched, and called data.
    let view = mette.get(&format!("/contacts/{contact}")).await.expect("an answer");
    assert!(view.kind.starts_with("application/json"), "{}", view.kind);
    assert!(view.json()["entries"].to_string().contains("onerror=alert(2)"));
}

fn is_inert(path: &str, page: &Answer) {
    assert!(page.status < 500, "{path}: {}", page.status);
    if page.kind.starts_with("text/html") {
        let low = page.body.to_lowercase();
        for bad in ["<script>alert", "<img src=x", "onerror=alert(2)>"] {
            assert!(!low.contains(bad), "{path} shows {bad}");
        }
    } else {
        let kinds = ["text/plain", "application/json", "application/problem+json"];
        let plain = page.kind.is_empty() || kinds.iter().any(|kind| page.kind.starts_with(kind));
        assert!(plain, "{path}: {}", page.kind);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_municipality_is_not_found_on_every_route() {
    let house = House::new().await;
    let citizen = house.browser("soroe");
    let routes = web::routes();
    let mut seen = 0;
    // Staff have the table of `authorisation` for it.
    let of_citizens =
        |route: &&Route| route.guard != Guard::Staff && route.path.contains("{municipality}");
    for route in routes.table().iter().filter(of_citizens) {
        // These begin a socket; the handshake is refused by its own test.
        if route.path.ends_with("/live") {
            continue;
        }
        for name in ["intetsteds", "SOROE", "s%C3%B8", "..%2Fsoroe", "%00", "soroe%20"] {
            let path = route
                .path
                .replace("{municipality}", name)
                .replace("{slug}", "pas")
                .replace("{department}", "borgerservice")
                .replace("{ticket}", "x.y");
            let request = house.site.request(route.method.clone(), &path, &citizen.cookie());
            let request = if route.method == Method::POST {
                let id = house.uuid().to_string();
                request.form(&[
                    ("message_id", id.as_str()),
                    ("text", "Hej"),
                    ("reply", "status-page"),
                    ("up_to", "1"),
                    ("score", "5"),
                    ("remove", "all"),
                    ("topic", "pas"),
                    ("answer", "yes"),
                ])
            } else {
                request
            };
            let answer = Site::send(request).await.expect("an answer");
            // The address without its slash leads to the one with it.
            let led = answer.status == 308 && route.path == "/{municipality}";
            let refused = matches!(answer.status, 404 | 405);
            assert!(led || refused, "{} {path}: {}", route.method, answer.status);
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen}");
}

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
    house.app.clock.advance(MINUTE);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a26_guessing_passwords_is_slowed_and_tells_nothing() {
    let house = House::new().await;
    let attempt = |login: &str| {
        let body = json!({"login": login, "password": "forkert-kodeord-1"});
        let site = house.site.clone();
        async move {
            site.call(Method::POST, "/api/v1/staff/login", "", Some(&body))
                .await
                .expect("an answer")
        }
    };
    let known = attempt("mette@furesoe.example").await;
    let unknown = attempt("ingen@furesoe.example").await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!(known.code(), "wrong-login");
    let mut limited = None;
    for _ in 0..12 {
        let answer = attempt("mette@furesoe.example").await;
        if answer.status == 429 {
            limited = Some(answer);
            break;
        }
    }
    let limited = limited.expect("slowed after ten attempts");
    assert!(limited.json()["retry_after_s"].as_i64().is_some_and(|s| s > 0), "{}", limited.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_huge_paste_leaves_the_draft_as_it_was_and_two_editors_are_told_of_each_other() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    let rikke = house.agent("rikke@furesoe.example").await;
    let open = json!({"municipality": "furesoe"});
    let draft = niels.post("/workshop/texts/pas/draft", &open).await.expect("an answer");
    assert_eq!(draft.status, 200, "{}", draft.body);
    let draft = draft.json();
    let path = format!("/workshop/drafts/{}", draft["id"].as_str().expect("an id"));
    let put = |agent: &Agent, body: Value| {
        let (agent, path) = (agent.at(&house.site), path.clone());
        async move { agent.call(Method::PUT, &path, Some(&body)).await.expect("an answer") }
    };
    let mut huge = draft["body"].clone();
    huge["words"] = json!(["x".repeat(10 * 1024 * 1024)]);
    let refused = put(&niels, json!({"revision": 1, "body": huge})).await;
    assert_eq!((refused.status, refused.code()), (413, "too-long".to_owned()), "{}", refused.body);
    let same = niels.get(&path).await.expect("an answer").json();
    assert_eq!((&same["revision"], &same["body"]), (&draft["revision"], &draft["body"]));
    let words = |words: &str| {
        let mut body = draft["body"].clone();
        body["words"] = json!([words]);
        json!({"revision": 1, "body": body})
    };
    assert_eq!(put(&niels, words("først")).await.status, 200);
    let second = put(&rikke, words("sidst")).await;
    assert_eq!((second.status, second.code()), (409, "draft-changed".to_owned()));
    assert_eq!(second.json()["theirs"]["body"]["words"][0], "først");
    let kept = rikke.get(&format!("{path}/kept")).await.expect("an answer").json();
    assert_eq!(kept["kept"][0]["body"]["words"][0], "sidst");
    let preview = json!({
        "kind": "variant", "topic": "pas", "municipality": "furesoe", "as": "citizen",
        "body": draft["body"],
    });
    let preview = niels.post("/workshop/preview", &preview).await.expect("an answer");
    assert_eq!(preview.status, 200, "{}", preview.body);
    assert!(preview.json()["html"].as_str().is_some_and(|html| html.contains("<h1>")));
}
