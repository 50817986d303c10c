//! Script is a text like any other.

use reqwest::Method;
use straks_load::site::{Answer, Site};

use crate::house::House;

const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";

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
