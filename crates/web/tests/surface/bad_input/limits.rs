//! Every field has a limit and says so; guesses are slowed.

use reqwest::Method;
use serde_json::{Value, json};
use straks_load::agent::Agent;
use straks_load::site::{Answer, Site};

use super::conversation;
use crate::house::House;

fn says_limit(answer: &Answer, field: &str, limit: i64) {
    let problem = answer.json();
    assert_eq!(answer.status, 422, "{field}: {}", answer.body);
    assert_eq!(problem["code"], "too-long", "{field}: {}", answer.body);
    assert_eq!(problem["field"], field, "{}", answer.body);
    assert_eq!(problem["limit"], limit, "{}", answer.body);
    let detail = problem["detail"].as_str().unwrap_or_default().replace('.', "");
    assert!(detail.contains(&limit.to_string()), "{field} does not say its limit: {detail}");
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
