//! What citizens write, and whose it is: by which cookie, once however often it is sent, and not
//! without end.

use reqwest::Method;
use straks_load::site::{Answer, Site};

use crate::house::House;

const WORDS: &str = "Hvem kan hjælpe min mor?";

/// Sends a form as a browser without scripts does, from an address behind the proxy.
async fn form(
    house: &House,
    from: &str,
    path: &str,
    cookie: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let request = house.site.request(Method::POST, path, cookie).form(fields);
    Site::send(request.header("x-forwarded-for", from)).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_https_only_a_cookie_that_this_host_set_is_ours() {
    let house = House::behind_proxy().await;
    let (own, strange) = ("a".repeat(43), "b".repeat(43));
    let ours = format!("__Host-straks_mark={own}");
    let id = house.uuid().to_string();
    let fields = [("message_id", id.as_str()), ("text", WORDS)];
    let both = format!("straks_mark={strange}; {ours}");
    let begun = form(&house, "203.0.113.7", "/soroe/chat", &both, &fields).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    let page = |cookie: String| {
        let request = house.site.request(Method::GET, "/soroe/chat", &cookie);
        async move { Site::send(request).await.expect("an answer").body }
    };
    assert!(page(ours).await.contains(WORDS));
    assert!(page(both).await.contains(WORDS), "the prefixed one wins wherever it stands");
    assert!(!page(format!("straks_mark={strange}")).await.contains(WORDS));
    assert!(!page(format!("straks_mark={own}")).await.contains(WORDS), "the plain one is nobody");

    let mette = house.agent("mette@furesoe.example").await;
    let cookie = mette.cookie();
    let me = "/api/v1/staff/me";
    assert_eq!(house.site.get(me, cookie).await.expect("an answer").status, 200);
    let plain = cookie.strip_prefix("__Host-").expect("its name begins so");
    assert_eq!(house.site.get(me, plain).await.expect("an answer").status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_twice_is_left_once() {
    let house = House::new().await;
    let citizen = house.browser("soroe");
    let page = house.site.request(Method::GET, "/soroe/message", &citizen.cookie());
    let page = Site::send(page).await.expect("an answer").body;
    let id = page.split("name=\"message_id\" value=\"").nth(1).expect("an id of the form");
    let id = id.split('"').next().expect("its end");
    let send = |cookie: String, text: &'static str| {
        let fields = [("message_id", id), ("text", text), ("reply", "status-page")];
        let request = house.site.request(Method::POST, "/soroe/message", &cookie).form(&fields);
        async move { Site::send(request).await.expect("an answer").location.expect("a promise") }
    };
    let (first, second) =
        tokio::join!(send(citizen.cookie(), WORDS), send(citizen.cookie(), WORDS));
    assert_eq!(first, second, "two taps, one errand");
    assert_eq!(first, send(citizen.cookie(), WORDS).await);
    assert_ne!(first, send(citizen.cookie(), "Noget andet").await, "other words are not lost");
    let stranger = house.browser("soroe").cookie();
    assert_ne!(first, send(stranger, WORDS).await, "nobody gets another's status page");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_without_end_is_slowed_and_loses_nothing() {
    let house = House::behind_proxy().await;
    let fields = [("text", WORDS), ("reply", "status-page")];
    let message = |from: &'static str| form(&house, from, "/soroe/message", "", &fields);
    for _ in 0..60 {
        assert_eq!(message("203.0.113.7").await.status, 303);
    }
    let slowed = message("203.0.113.7").await;
    assert_eq!(slowed.status, 429);
    assert!(slowed.kind.starts_with("text/html"), "{}", slowed.kind);
    assert!(slowed.body.contains(WORDS), "{}", slowed.body);
    let chat = form(&house, "203.0.113.7", "/soroe/chat", "", &[("text", WORDS)]).await;
    assert_eq!(chat.status, 429);
    assert!(chat.body.contains(WORDS), "{}", chat.body);
    assert_eq!(message("203.0.113.8").await.status, 303, "another address");
}
