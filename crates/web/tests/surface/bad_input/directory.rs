//! The directory takes what people and tables of others write.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::House;

/// Tables that are none, and what is said of them.
fn tables() -> [(String, &'static str); 6] {
    [
        ("\u{0}\u{0}\u{0}".to_owned(), "column-unknown"),
        ("kind;id;name\nperson;\"a;b\n\n\n".to_owned(), "empty"),
        ("kind;kind2\n".to_owned(), "column-unknown"),
        ("id;name\nx;y\n".to_owned(), "column-missing"),
        (format!("kind;id;name;unit\nperson;x;{};jobcenter\n", "a".repeat(100_000)), "too-long"),
        ("kind;id;name;unit\nperson;x;Per;' OR 1=1 --\n".to_owned(), "thing-form"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_none_is_told_its_faults_and_changes_nothing() {
    let house = House::new().await;
    let admin = house.agent("admin@horsens.example").await;
    let people = async || {
        let unit = admin.get("/directory/horsens/units/jobcenter").await.expect("an answer").json();
        unit["people"].as_array().expect("people").len()
    };
    let before = people().await;
    for (csv, code) in tables() {
        let body = json!({"csv": csv, "apply": true, "even_if_many": true});
        let answer = admin.post("/directory/horsens/import", &body).await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let done = answer.json();
        assert_eq!(done["done"], false, "{code}");
        assert_eq!(done["faults"][0]["code"], code, "{done}");
        assert!(done["faults"][0]["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
    assert_eq!(people().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_writes_into_the_directory_is_text_and_nothing_else() {
    let house = House::new().await;
    let admin = house.agent("admin@horsens.example").await;
    let id = house.uuid();
    let path = format!("/directory/horsens/people/{id}");
    let person = |name: &str, unit: &str| json!({"unit": unit, "name": name, "skills": ["' OR 1=1", "(a+)+$"], "version": 0});
    let put = async |path: &str, body: &Value| {
        let answer = admin.call(Method::PUT, path, Some(body)).await.expect("an answer");
        (answer.status, answer.code())
    };
    for (body, code) in [
        (json!([]), "body-not-json"),
        (json!({"name": "Per"}), "body-not-json"),
        (person("Per", "../../etc"), "body-not-json"),
        (person("Per", "findes-ikke"), "unit-unknown"),
        (person("", "jobcenter"), "empty"),
        (person(&"Per ".repeat(1_000), "jobcenter"), "too-long"),
        (person("Per\nAdministrator", "jobcenter"), "name-form"),
    ] {
        assert_eq!(put(&path, &body).await, (422, code.to_owned()), "{body}");
    }
    let name = "<script>alert(1)</script> \u{202e}Per\u{200b} 010203-1234";
    assert_eq!(put(&path, &person(name, "jobcenter")).await.0, 204);
    let read = admin.get(&path).await.expect("an answer").json();
    assert_eq!(read["name"], "<script>alert(1)</script> Per ••••••-••••");
    for (path, status) in [
        ("/directory/horsens/people/nobody".to_owned(), 404),
        ("/directory/horsens/units/%3Cscript%3E".to_owned(), 404),
        (format!("/directory/search?q={}", "x".repeat(121)), 422),
        ("/directory/search?q=%27%20OR%201%3D1%20--".to_owned(), 200),
        ("/directory/search?q=(a%2B)%2B%24%F0%9F%98%80".to_owned(), 200),
        ("/directory/search?municipality=%2e%2e%2f".to_owned(), 422),
    ] {
        let answer = admin.get(&path).await.expect("an answer");
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    for (about, status) in [
        (json!({"topic": "findes-ikke"}), 404),
        (json!({"topic": "pas", "age": 300}), 422),
        (json!({"topic": "pas", "cpr": "010203-1234"}), 422),
    ] {
        let answer = admin.post("/directory/horsens/resolve", &about).await.expect("an answer");
        assert_eq!(answer.status, status, "{about}: {}", answer.body);
    }
}
