//! What nobody asks for: it is a text like any other, answered at once, and the search goes on.

use std::time::{Duration, Instant};

use reqwest::Method;
use straks_load::agent::Agent;
use straks_load::site::{Answer, Site};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use crate::house::House;

/// Longer than any answer may take, in a build that is not optimised and beside other tests.
const AT_ONCE: Duration = Duration::from_secs(30);

/// Queries that are read like any other.
const ODD: [&str; 26] = [
    // Emoji, joined and flagged.
    "🛂🛂🛂",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇰",
    // Regular expressions, the slow ones too.
    "(a+)+$",
    ".*",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "[[[",
    "a{1,100000}",
    "\\p{L}*?(?=x)",
    // The query languages of search engines.
    "title:* AND NOT (",
    "\"pas",
    "pas~100^9999",
    "+-&&||!(){}[]^\"~*?:\\/",
    "* *",
    // SQL and LIKE.
    "'; DROP TABLE entries; --",
    "' OR '1'='1",
    "%' AND 1=0 UNION SELECT password FROM people --",
    "%_%_%_%_%_%",
    // Script and templates.
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    // Text that runs from right to left, and marks that make it.
    "\u{202E}sap",
    "p\u{200F}a\u{2066}s\u{2069}",
    "جواز سفر",
    // Marks upon marks, and letters that look like others.
    "p\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}as",
    "pаѕ",
    "\u{FEFF}pas\u{0}",
    "pas\r\nSet-Cookie: x=y",
];

/// A house whose texts can be found.
async fn searched() -> House {
    let house = House::new().await;
    house.app.update_index().await.expect("an index");
    house
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every place that takes a query: of citizens and programs, and of the staff.
const OPEN: [&str; 5] = [
    "/soroe/search?q=",
    "/api/v1/m/soroe/search?q=",
    "/api/v1/m/soroe/search?typing=1&q=",
    "/api/v1/m/soroe/suggest?q=",
    "/soroe/contact?q=",
];
const OF_STAFF: [&str; 4] = [
    "/knowledge?municipality=furesoe&q=",
    "/workshop/search/explain?municipality=furesoe&q=",
    "/workshop/texts?q=",
    "/workshop/kle?q=",
];

/// Asks all of them; each has answered, and soon.
async fn ask_everywhere(house: &House, editor: &Agent, query: &str) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    let staff = OF_STAFF.map(|place| (format!("/api/v1/staff{place}"), editor.cookie()));
    let open = OPEN.map(|place| (place.to_owned(), ""));
    for (place, cookie) in open.into_iter().chain(staff) {
        let request = house.site.request(Method::GET, &format!("{place}{query}"), cookie);
        let before = Instant::now();
        let answer = Site::send(request).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(before.elapsed() < AT_ONCE, "{place} takes {:?}", before.elapsed());
        answers.push((place, answer));
    }
    answers
}

/// What is answered to a request that no client of ours would make.
async fn first_line(house: &House, path: &str) -> String {
    let mut wire = tokio::net::TcpStream::connect(house.site.host()).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: straks.example\r\n\r\n");
    wire.write_all(request.as_bytes()).await.expect("sent");
    let mut line = String::new();
    BufReader::new(wire).read_line(&mut line).await.expect("an answer");
    line.trim_end().to_owned()
}

/// The passport is found as ever.
async fn still_answers(house: &House) {
    let found = house.site.get("/api/v1/m/soroe/search?q=pas", "").await.expect("an answer");
    assert_eq!(found.json()["hits"][0]["slug"], "pas", "{}", found.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a39_odd_queries_are_words_like_others_and_harm_nothing() {
    let house = searched().await;
    let editor = house.agent("niels@furesoe.example").await;
    for query in ODD {
        for (place, answer) in ask_everywhere(&house, &editor, &encoded(query)).await {
            assert!(
                matches!(answer.status, 200 | 303 | 422),
                "{place} {query:?}: {} {}",
                answer.status,
                answer.body
            );
            let page = answer.kind.starts_with("text/html");
            assert!(!(page && answer.body.contains("<script>alert")), "{place} {query:?}");
            assert!(!answer.body.contains('\u{202E}'), "{place} {query:?} turns the page around");
            if answer.status == 422 {
                let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
                assert!(!detail.is_empty(), "{place} {query:?}: {}", answer.body);
            }
        }
        still_answers(&house).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_is_too_long_is_cut_for_people_and_refused_for_programs() {
    let house = searched().await;
    let editor = house.agent("niels@furesoe.example").await;
    // As long as an address may be.
    for query in ["p".repeat(60_000), "pas+".repeat(15_000), "a+".repeat(30_000)] {
        for (place, answer) in ask_everywhere(&house, &editor, &query).await {
            assert!(matches!(answer.status, 200 | 422), "{place}: {}", answer.status);
        }
        still_answers(&house).await;
    }
    let long = "pas+".repeat(10_000);
    for (language, cut, refused) in [
        (
            "da",
            "Vi har brugt de første 300 tegn",
            "Teksten er for lang. Der er plads til 300 tegn.",
        ),
        ("en", "We used the first 300 characters", "The text is too long. There is room for 300"),
    ] {
        let path = format!("/soroe/search?lang={language}&q={long}");
        let page = house.site.get(&path, "").await.expect("an answer");
        assert_eq!(page.status, 200);
        assert!(page.body.contains(cut), "{language}: the page does not say that it has cut");
        let path = format!("/api/v1/m/soroe/search?lang={language}&q={long}");
        let answer = house.site.get(&path, "").await.expect("an answer");
        assert_eq!((answer.status, answer.code()), (422, "too-long".to_owned()));
        assert_eq!((&answer.json()["field"], &answer.json()["limit"]), (&"q".into(), &300.into()));
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.starts_with(refused), "{detail}");
    }
    // Longer than an address may be: refused before anything of it is read.
    for place in OPEN {
        let path = format!("{place}{}", "p".repeat(100_000));
        assert_eq!(first_line(&house, &path).await, "HTTP/1.1 414 URI Too Long", "{place}");
    }
    still_answers(&house).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_of_nothing_visible_is_no_query() {
    let house = searched().await;
    let marks = encoded("\u{202E}\u{200F}\u{2066}\u{200B}");
    let page = house.site.get(&format!("/soroe/search?q={marks}"), "").await.expect("an answer");
    assert_eq!((page.status, page.location.as_deref()), (303, Some("/soroe/search")));
    let path = format!("/api/v1/m/soroe/search?lang=en&q={marks}");
    let answer = house.site.get(&path, "").await.expect("an answer");
    assert_eq!((answer.status, answer.code()), (422, "empty".to_owned()), "{}", answer.body);
    still_answers(&house).await;
}
