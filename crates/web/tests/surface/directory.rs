//! The directory by its addresses: everything that is read answers, on the database of one machine.

use serde_json::json;

use crate::house::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_the_directory_is_answered() {
    let house = House::new().await;
    let admin = house.agent("admin@horsens.example").await;
    let get = async |rest: &str| {
        let answer = admin.get(&format!("/directory/{rest}")).await.expect("an answer");
        assert_eq!(answer.status, 200, "{rest}: {}", answer.body);
        answer
    };
    let checked = get("horsens/check").await;
    assert!(checked.json()["findings"].is_array(), "{}", checked.body);
    let table = get("horsens/export").await.body;
    assert!(table.contains(";Kurt Sommer;"), "{table}");
    let found = get("search?q=kurt%20sommer").await;
    let person = found.json()["hits"][0]["entry"].clone();
    assert_eq!(
        get(&format!("horsens/people/{}", person.as_str().expect("an id"))).await.json()["name"],
        "Kurt Sommer"
    );
    for rest in [
        "tasks",
        "horsens/tree",
        "horsens/units/pension-og-ydelser",
        "horsens/history?kind=department&item=pension-og-ydelser",
    ] {
        get(rest).await;
    }
    let known = json!({
        "topic": "folkepension", "age": 67, "street": "Gasvej", "number": 12, "birth_day": 1,
        "yes": ["Er du sygemeldt?"],
    });
    let answer = admin.post("/directory/horsens/resolve", &known).await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let logged = admin.get("/directory/horsens/resolve?topic=folkepension&age=67").await;
    assert_eq!(logged.expect("an answer").status, 405, "addresses say nothing of a citizen");
}
