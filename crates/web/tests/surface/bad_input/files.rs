//! Files that are brought in: what is wrong with one is said with its line, and nothing comes in.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use straks_load::agent::Agent;
use straks_load::site::Answer;

use crate::house::House;

/// An area whose editor (or reviewer) it is: its texts may be brought in.
async fn own_area(agent: &Agent, keepers: &str) -> String {
    let areas = agent.get("/workshop/areas").await.expect("an answer").json();
    let own = areas["areas"].as_array().expect("areas").iter().find(|area| {
        let keepers = area[keepers].as_array().expect("keepers");
        keepers.iter().any(|keeper| keeper["id"] == agent.person.as_str())
    });
    own.expect("an area")["key"].as_str().expect("a key").to_owned()
}

async fn sends(agent: &Agent, form: &str, name: &str, bytes: &[u8]) -> Answer {
    // An article of borger.dk is shown at once: whoever approves texts answers for it.
    let area = own_area(agent, if form == "borger-dk" { "reviewers" } else { "editors" }).await;
    let body = json!({
        "form": form, "area": area, "municipality": "furesoe",
        "files": [{"name": name, "data": STANDARD.encode(bytes)}],
    });
    agent.post("/workshop/imports", &body).await.expect("an answer")
}

/// Entities that would grow to gigabytes.
fn laughs() -> String {
    let mut xml = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e0 \"lol\">");
    for n in 1..10 {
        let before = format!("&e{};", n - 1).repeat(10);
        xml.push_str(&format!("<!ENTITY e{n} \"{before}\">"));
    }
    xml + "]><KLE-Emneplan>&e9;</KLE-Emneplan>"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a38_a_file_that_is_not_what_it_says_comes_in_nowhere_and_is_told_by_its_fault() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    let outside = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    let zip = [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &[0xFF; 64]].concat();
    let utf16 = "\u{FEFF}# Pas\n\nSkriv.".encode_utf16().flat_map(u16::to_le_bytes);
    let cases: [(&str, &str, Vec<u8>, &str); 9] = [
        ("kle", "laughs.xml", laughs().into_bytes(), "doctype"),
        ("borger-dk", "laughs.xml", laughs().into_bytes(), "doctype"),
        ("borger-dk", "outside.xml", outside.into(), "doctype"),
        ("borger-dk", "deep.xml", "<a>".repeat(100_000).into(), "too-deep"),
        ("kle", "cut.xml", b"<KLE-Emneplan><".to_vec(), "xml"),
        ("markdown", "zip.md", zip.clone(), "encoding"),
        ("html", "zip.html", zip.clone(), "encoding"),
        ("csv", "zip.csv", zip, "encoding"),
        ("markdown", "utf16.md", utf16.collect(), "encoding"),
    ];
    for (form, name, bytes, code) in cases {
        let before = Instant::now();
        let answer = sends(&niels, form, name, &bytes).await;
        assert!(before.elapsed() < Duration::from_secs(30), "{name} takes {:?}", before.elapsed());
        assert_eq!(answer.status, 200, "{form} {name}: {}", answer.body);
        let view = answer.json();
        assert_eq!(view["done"], false, "{form} {name}: {view}");
        let fault = &view["faults"][0];
        assert_eq!((&fault["file"], &fault["code"]), (&name.into(), &code.into()), "{view}");
        assert!(fault["line"].as_u64().is_some_and(|line| line > 0), "{view}");
        assert!(!answer.body.contains("root:"), "{name} shows a file of the machine");
    }
    // Nothing has come in, and what is right still does.
    let list = niels.get("/workshop/texts?q=laughs").await.expect("an answer").json();
    assert_eq!(list["texts"].as_array().map(Vec::len), Some(0), "{list}");
    let good = sends(&niels, "markdown", "cykler.md", "# Cykler\n\nRing.\n".as_bytes()).await;
    assert_eq!(good.json()["done"], true, "{}", good.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_beyond_every_bound_are_refused_in_the_readers_language() {
    let house = House::new().await;
    let niels = house.agent("niels@furesoe.example").await;
    let huge = vec![b'x'; 26 * 1024 * 1024];
    let answer = sends(&niels, "markdown", "huge.md", &huge).await;
    assert_eq!((answer.status, answer.code()), (422, "files-too-large".to_owned()));
    let many: Vec<_> = (0..2_001).map(|n| json!({"name": format!("{n}.md"), "data": ""})).collect();
    let body = json!({"form": "markdown", "municipality": "furesoe", "files": many});
    let answer = niels.post("/workshop/imports", &body).await.expect("an answer");
    assert_eq!((answer.status, answer.code()), (422, "too-many-files".to_owned()));
    assert!(
        answer.json()["detail"].as_str().is_some_and(|d| d.contains("2000")),
        "{}",
        answer.body
    );
    let body = json!({
        "form": "markdown", "municipality": "furesoe", "files": [{"name": "a", "data": "%%%"}],
    });
    let answer = niels.post("/workshop/imports", &body).await.expect("an answer");
    assert_eq!((answer.status, answer.code()), (422, "body-not-json".to_owned()));
    let me = niels.get("/me").await.expect("an answer");
    assert_eq!(me.status, 200);
}
