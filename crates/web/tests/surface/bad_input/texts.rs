//! Texts that staff write: whatever stands in them, citizens and staff get text, and what could
//! deceive somebody is not published.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use straks_load::site::{Answer, Site};

use crate::house::House;

/// What is tried to be more than text.
const PAYLOADS: [&str; 8] = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "</script><script>alert(1)</script>\"><img src=x onerror=alert(2)>",
    "<svg onload=alert(1)><path/></svg>",
    "<style>body{display:none}</style><p style=position:fixed>x</p>",
    "<a href=javascript:alert(1) onclick=alert(1)>x</a><iframe src=//evil.example></iframe>",
    "[x](javascript:alert(1)) [y](data:text/html,<script>alert(1)</script>)",
    "![p](data:image/svg+xml;base64,PHN2Zz4=) ![q](javascript:alert(1))",
    "{{7*7}}<!--{# --><img src=x onerror=alert(2)>",
];

/// What a page has in it when one of them has become more than text.
const LIVE: [&str; 10] = [
    "<script>alert",
    "<img",
    "<svg onload",
    "<style>body",
    "<p style",
    "<iframe",
    "<a href=javascript",
    "\"javascript:",
    "href=\"data:",
    "src=\"data:",
];

/// Fields in which somebody writes.
const WRITTEN: [&str; 14] = [
    "title",
    "title_en",
    "summary",
    "summary_en",
    "words",
    "words_en",
    "rules",
    "label",
    "value",
    "note",
    "heading",
    "markdown",
    "text",
    "name",
];

/// Puts a text in every field in which somebody writes, and one that is no address in those of
/// addresses.
fn poison(value: &mut Value, payload: &str) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "url" => "javascript:alert(1)".clone_into(text),
                    Value::String(text) if WRITTEN.contains(&name.as_str()) => {
                        payload.clone_into(text);
                    }
                    Value::Array(all) if WRITTEN.contains(&name.as_str()) => {
                        *all = vec![payload.into()];
                    }
                    _ => poison(field, payload),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| poison(one, payload)),
        _ => {}
    }
}

fn poisoned<T: Serialize + DeserializeOwned>(text: &T, payload: &str) -> T {
    let mut value = serde_json::to_value(text).expect("JSON");
    poison(&mut value, payload);
    serde_json::from_value(value).expect("still of its form")
}

fn is_text(of: &str, html: &str) {
    let low = html.to_lowercase();
    for live in LIVE {
        assert!(!low.contains(live), "{of} has {live}");
    }
}

/// Every value that is put on a page as HTML.
fn html_in<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(html) if name.ends_with("html") => found.push(html),
                    _ => html_in(field, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| html_in(one, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_whatever_stands_in_a_published_text_is_only_text_to_citizens_and_staff() {
    for payload in PAYLOADS {
        let house = House::with(|knowledge| {
            knowledge.articles.values_mut().for_each(|text| *text = poisoned(text, payload));
            knowledge.guides.values_mut().for_each(|text| *text = poisoned(text, payload));
            knowledge.variants.values_mut().for_each(|text| *text = poisoned(text, payload));
        })
        .await;
        for path in [
            "/furesoe/",
            "/furesoe/topics",
            "/furesoe/topic/pas",
            "/furesoe/topic/pas?lang=en",
            "/furesoe/topic/su",
            "/furesoe/guide/guide-pension",
            "/furesoe/search?q=alert",
            "/furesoe/search?q=script",
            "/furesoe/contact?q=alert",
            "/furesoe/chat?new=1&topic=pas",
            "/furesoe/message?topic=pas",
        ] {
            let page = Site::send(house.site.request(Method::GET, path, "")).await;
            let page = page.expect("an answer");
            assert_eq!(page.status, 200, "{path}");
            is_text(&format!("{path} with {payload:?}"), &page.body);
        }
        for path in ["/api/v1/m/furesoe/search?q=alert", "/api/v1/m/furesoe/suggest?q=alert"] {
            let answer = house.site.get(path, "").await.expect("an answer");
            assert!(answer.kind.starts_with("application/json"), "{path}: {}", answer.kind);
        }
        let niels = house.agent("niels@furesoe.example").await;
        for path in ["/knowledge/pas?municipality=furesoe", "/knowledge/guide-pension/guide"] {
            let answer = niels.get(path).await.expect("an answer");
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let (value, mut html) = (answer.json(), vec![]);
            html_in(&value, &mut html);
            assert!(!html.is_empty(), "{path}: {value}");
            html.into_iter().for_each(|html| is_text(&format!("{path} with {payload:?}"), html));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_the_preview_of_a_draft_shows_only_text() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    for (kind, path) in [
        ("article", "/workshop/texts/pas"),
        ("variant", "/workshop/texts/pas?municipality=furesoe"),
        ("guide", "/workshop/texts/guide-pension"),
    ] {
        let body = niels.get(path).await.expect("an answer").json()["body"].clone();
        assert!(body.is_object(), "{path}");
        for payload in PAYLOADS {
            let mut body = body.clone();
            poison(&mut body, payload);
            for whom in ["citizen", "agent"] {
                let shown =
                    json!({"kind": kind, "municipality": "furesoe", "as": whom, "body": body});
                let answer = niels.post("/workshop/preview", &shown).await.expect("an answer");
                assert_eq!(answer.status, 200, "{kind} {whom}: {}", answer.body);
                let (value, mut html) = (answer.json(), vec![]);
                html_in(&value, &mut html);
                assert!(!html.is_empty(), "{kind} {whom}: {value}");
                for html in html {
                    is_text(&format!("{kind} for {whom} with {payload:?}"), html);
                }
            }
        }
    }
}

/// The texts of the checks, as the workshop shows them.
const WORDS: [&str; 2] = [
    include_str!("../../../../../i18n/da/workshop.ftl"),
    include_str!("../../../../../i18n/en/workshop.ftl"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a20_what_deceives_or_breaks_is_found_named_and_not_published() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    let open = json!({"municipality": "furesoe"});
    let draft = niels.post("/workshop/texts/pas/draft", &open).await.expect("an answer");
    assert_eq!(draft.status, 200, "{}", draft.body);
    let draft = draft.json();
    let path = format!("/workshop/drafts/{}", draft["id"].as_str().expect("an id"));
    let cases: [(String, &str); 16] = [
        ("[borger.dk](https://www.b\u{43E}rger.dk/pas)".into(), "host-letters"),
        ("[borger.dk](https://borger.dk@evil.example/)".into(), "link-disguised"),
        ("Ring i p\u{430}sset.".into(), "mixed-letters"),
        ("Skriv \u{202E}sap\u{202C} her.".into(), "direction-mark"),
        ("Skriv pa\u{200B}s her.".into(), "hidden-mark"),
        ("[pas](data:text/html,hej)".into(), "dangerous-link"),
        ("[pas](<java\tscript:alert(1)>)".into(), "dangerous-link"),
        ("<script>alert(1)</script>".into(), "script"),
        ("<svg onload=alert(1)></svg>".into(), "svg"),
        ("<style>p{display:none}</style>".into(), "style"),
        ("> ".repeat(400) + "x", "deep"),
        ("> ".repeat(10_000) + "x", "bomb"),
        ("[".repeat(30_000), "bomb"),
        ("*a ".repeat(10_000), "bomb"),
        ("[".repeat(100_000), "too-long-to-show"),
        ("x".repeat(200_000), "too-big"),
    ];
    let mut revision = draft["revision"].as_i64().expect("a revision");
    for (text, code) in cases {
        let shown: String = text.chars().take(40).collect();
        let mut body = draft["body"].clone();
        body["parts"] = json!([{"id": "place", "heading": "Sted", "markdown": text}]);
        let before = Instant::now();
        let write = json!({"revision": revision, "body": body});
        let saved = niels.call(Method::PUT, &path, Some(&write)).await.expect("an answer");
        assert_eq!(saved.status, 200, "{shown:?}: {}", saved.body);
        revision = saved.json()["revision"].as_i64().expect("a revision");
        let step = json!({"revision": revision});
        let refused = niels.post(&format!("{path}/submit"), &step).await.expect("an answer");
        assert_eq!(
            (refused.status, refused.code()),
            (422, "check-failed".to_owned()),
            "{shown:?}: {}",
            refused.body
        );
        assert!(has(&refused, code), "{shown:?} is not called {code}: {}", refused.body);
        assert!(
            WORDS.iter().all(|words| words.contains(&format!("\ncheck-{code} ="))),
            "{code} has no words"
        );
        let shown_as = json!({
            "kind": "variant", "municipality": "furesoe", "as": "citizen", "body": body,
        });
        let preview = niels.post("/workshop/preview", &shown_as).await.expect("an answer");
        assert_eq!(preview.status, 200, "{shown:?}: {}", preview.body);
        assert!(preview.body.len() < 1024 * 1024, "{shown:?} grows to {}", preview.body.len());
        assert!(before.elapsed() < Duration::from_secs(30), "{shown:?}: {:?}", before.elapsed());
    }
    // What stands is what stood.
    let page = house.site.get("/furesoe/topic/pas", "").await.expect("an answer");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("id=\"local\""), "the published local text is gone");
}

fn has(refused: &Answer, code: &str) -> bool {
    let problem = refused.json();
    let findings = problem["findings"].as_array().cloned().unwrap_or_default();
    findings.iter().any(|finding| finding["code"] == code && finding["severity"] == "error")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paste_of_ten_megabytes_is_refused_wherever_a_text_is_taken() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    let huge = "x".repeat(10 * 1024 * 1024);
    let body = json!({"topic": "pas", "title": huge});
    for (path, body) in [
        ("/workshop/check", json!({"kind": "article", "body": body})),
        ("/workshop/preview", json!({"kind": "article", "as": "citizen", "body": body})),
        ("/workshop/guides/guide-pension/check", json!({"body": body})),
        ("/workshop/guides/guide-pension/try", json!({"body": body, "municipality": "furesoe"})),
    ] {
        let answer = niels.post(path, &body).await.expect("an answer");
        assert_eq!((answer.status, answer.code()), (413, "too-long".to_owned()), "{path}");
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.starts_with("Teksten er for lang."), "{path}: {detail}");
    }
    for path in ["/workshop/synonyms", "/workshop/best-bets", "/workshop/texts", "/workshop/bulk"] {
        let answer = niels.post(path, &body).await.expect("an answer");
        assert_eq!((answer.status, answer.code()), (422, "body-too-large".to_owned()), "{path}");
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(!detail.is_empty(), "{path}: {}", answer.body);
    }
    assert_eq!(niels.get("/me").await.expect("an answer").status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a16_names_words_and_notes_of_the_workshop_are_only_text() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    let admin = house.agent("admin@furesoe.example").await;
    for payload in PAYLOADS {
        let word = json!({
            "municipality": "furesoe", "said": payload, "means": "pas", "live": true,
        });
        let bet = json!({"municipality": "furesoe", "query": payload, "topic": "pas"});
        let rule = json!({
            "find": "pas", "replace": payload, "whole_word": true, "fields": [], "areas": [],
            "local": true,
        });
        let task = json!({
            "kind": "note", "topic": "pas", "municipality": "furesoe", "area": "id-og-papirer",
            "why": payload,
        });
        for (path, body) in [
            ("/workshop/synonyms", &word),
            ("/workshop/best-bets", &bet),
            ("/workshop/bulk", &rule),
            ("/workshop/tasks", &task),
        ] {
            let answer = niels.post(path, body).await.expect("an answer");
            assert!(
                matches!(answer.status, 200 | 422),
                "{path}: {} {}",
                answer.status,
                answer.body
            );
            assert!(answer.kind.contains("json"), "{path}: {}", answer.kind);
        }
        let mut area = admin.get("/workshop/areas/id-og-papirer").await.expect("an answer").json();
        for name in ["name", "name_en"] {
            area[name] = payload.into();
        }
        for list in ["editors", "reviewers"] {
            let ids = area[list].as_array().expect("people");
            area[list] = ids.iter().map(|one| one["id"].clone()).collect();
        }
        let path = "/workshop/areas/id-og-papirer";
        let named = admin.call(Method::PUT, path, Some(&area)).await.expect("an answer");
        assert!(matches!(named.status, 200 | 422), "{} {}", named.status, named.body);
        for path in ["/furesoe/", "/furesoe/topics", "/furesoe/topic/pas", "/furesoe/search?q=pas"]
        {
            let page = Site::send(house.site.request(Method::GET, path, "")).await;
            let page = page.expect("an answer");
            assert_eq!(page.status, 200, "{path}");
            is_text(&format!("{path} with {payload:?}"), &page.body);
        }
        let colour = "/api/v1/m/furesoe/embed?colour=%3Cscript%3Ealert(1)&lang=%22onload=x";
        let facts = house.site.get(colour, "").await.expect("an answer");
        assert_eq!(facts.status, 200);
        assert!(facts.kind.starts_with("application/json") && !facts.body.contains("script"));
    }
}
