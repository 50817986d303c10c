//! What is no text, no form, no JSON, no municipality.

use reqwest::Method;
use straks_load::site::Site;
use web::routes::{Guard, Route};

use super::conversation;
use crate::house::{House, SOON};

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
