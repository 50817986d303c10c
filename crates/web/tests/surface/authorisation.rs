//! Every route with every role and foreign ids. The list of routes is the router's own: a route
//! that stands neither in [`CASES`] nor in `open_routes.txt` fails the test that names it.

use std::collections::{BTreeMap, BTreeSet};

use base::Id;
use jiff::civil::{date, time};
use reqwest::Method;
use rules::duty::{Duty, DutyKind};
use rules::hours::Zone;
use serde_json::{Value, json};
use straks_load::agent::Agent;
use straks_load::citizen::Citizen;
use straks_load::site::{Answer, Site};
use web::routes::{Guard, Route};

use crate::house::{House, m};

/// Routes that say the same to everybody.
const OPEN_ROUTES: &str = include_str!("../open_routes.txt");

/// Somebody of every role of the product, on duty tonight and not, at the serving municipality and
/// at another.
pub const PEOPLE: [&str; 13] = [
    "mette@furesoe.example",
    "amina@furesoe.example",
    "karen@furesoe.example",
    "niels@furesoe.example",
    "birgit@furesoe.example",
    "henrik@furesoe.example",
    "ulla@furesoe.example",
    "admin@furesoe.example",
    "lone@frederikssund.example",
    "hanne@frederikssund.example",
    "poul@frederikssund.example",
    "rasmus@frederikssund.example",
    "admin@frederikssund.example",
];

/// What is put into addresses, queries and bodies.
#[derive(Debug, Clone)]
pub struct Ids {
    pub municipality: String,
    pub contact: String,
    pub hand_over: String,
    pub duty: String,
    pub login: String,
    pub person: String,
    pub draft: String,
    pub task: String,
}

/// How a route is called with ids. `None`: it takes none, and answers about the caller alone.
type Call = Option<fn(&Ids) -> (Vec<(&'static str, String)>, Value)>;

/// Only the ids in the address (named after what they identify), no body.
fn plain(_: &Ids) -> (Vec<(&'static str, String)>, Value) {
    (vec![], Value::Null)
}

/// Whose text, in the body; every part of what a step can be asked with.
fn whose(ids: &Ids) -> (Vec<(&'static str, String)>, Value) {
    let body = json!({
        "municipality": ids.municipality, "version": 1, "part": "local", "choice": "keep",
        "note": "",
    });
    (vec![], body)
}

/// Every route behind a guard: method, path, what `{id}` is, how it is called.
const CASES: &[(&str, &str, &str, Call)] = &[
    // The staff's own.
    ("POST", "/api/v1/staff/login", "", None),
    ("DELETE", "/api/v1/staff/login", "", None),
    ("GET", "/api/v1/staff/logins", "", None),
    ("DELETE", "/api/v1/staff/logins/{id}", "login", Some(plain)),
    ("GET", "/api/v1/staff/me", "", None),
    ("GET", "/api/v1/staff/desk", "", None),
    ("PUT", "/api/v1/staff/presence", "", None),
    // Contacts.
    ("GET", "/api/v1/staff/contacts/{id}", "contact", Some(plain)),
    ("GET", "/api/v1/staff/contacts/{id}/entries", "contact", Some(plain)),
    ("POST", "/api/v1/staff/contacts/{id}/accept", "contact", Some(plain)),
    ("POST", "/api/v1/staff/contacts/{id}/decline", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/messages",
        "contact",
        Some(|_| {
            let message = "3f0c7a1e-5f0e-4d7b-9b86-0d1f5e1b2a33";
            (vec![], json!({"message_id": message, "text": "Hej"}))
        }),
    ),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/read",
        "contact",
        Some(|_| (vec![], json!({"up_to": 1}))),
    ),
    ("POST", "/api/v1/staff/contacts/{id}/end", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/municipality",
        "contact",
        Some(|_| (vec![], json!({"municipality": "soroe"}))),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/targets", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/transfer",
        "contact",
        Some(|ids| {
            let to = json!({"to": "person", "person": ids.person});
            (vec![], json!({"to": to, "note": ""}))
        }),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/hand-over", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/hand-over",
        "contact",
        Some(|ids| {
            let body = json!({
                "hand_over_id": ids.hand_over,
                "municipality": ids.municipality,
                "department": "borgerservice",
                "reply": "status-page",
            });
            (vec![], body)
        }),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/wrap-up", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/wrap-up",
        "contact",
        Some(|_| (vec![], json!({"outcome": "clarified-at-once"}))),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/knowledge", "contact", Some(plain)),
    // Texts for all staff: no ids but topics, which are public.
    ("GET", "/api/v1/staff/knowledge", "", None),
    ("GET", "/api/v1/staff/knowledge/{topic}", "", None),
    ("GET", "/api/v1/staff/knowledge/{topic}/guide", "", None),
    ("GET", "/api/v1/staff/contacts/{id}/guides/{topic}", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/guides/{topic}",
        "contact",
        Some(|_| (vec![], json!({"edition": "1", "path": ""}))),
    ),
    // Knowledge areas and bulk changes: who reads the knowledge base; changing them is decided by
    // the use case.
    ("GET", "/api/v1/staff/workshop/areas", "", None),
    ("GET", "/api/v1/staff/workshop/areas/{key}", "", None),
    ("PUT", "/api/v1/staff/workshop/areas/{key}", "", None),
    ("GET", "/api/v1/staff/workshop/bulk", "", None),
    ("POST", "/api/v1/staff/workshop/bulk", "", None),
    ("GET", "/api/v1/staff/workshop/bulk/{id}", "contact", None),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/leave-out", "contact", None),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/renew", "contact", None),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/submit", "contact", None),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/approve", "contact", None),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/publish", "contact", None),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/cancel", "contact", None),
    // Imports and exports: sites by municipality, the rest about the caller's own reach.
    ("GET", "/api/v1/staff/workshop/imports/sites", "", None),
    ("PUT", "/api/v1/staff/workshop/imports/sites/{municipality}", "", None),
    ("POST", "/api/v1/staff/workshop/imports/sites/{municipality}/crawl", "", None),
    ("POST", "/api/v1/staff/workshop/imports/preview", "", None),
    ("POST", "/api/v1/staff/workshop/imports", "", None),
    ("GET", "/api/v1/staff/workshop/kle", "", None),
    ("GET", "/api/v1/staff/workshop/export", "", None),
    // Words: about the caller's own reach; ids of words are in nobody's other hands.
    ("GET", "/api/v1/staff/workshop/synonyms", "", None),
    ("POST", "/api/v1/staff/workshop/synonyms", "", None),
    ("PUT", "/api/v1/staff/workshop/synonyms/{id}", "contact", None),
    ("DELETE", "/api/v1/staff/workshop/synonyms/{id}", "contact", None),
    ("GET", "/api/v1/staff/workshop/best-bets", "", None),
    ("POST", "/api/v1/staff/workshop/best-bets", "", None),
    ("DELETE", "/api/v1/staff/workshop/best-bets/{id}", "contact", None),
    ("GET", "/api/v1/staff/workshop/word-exceptions", "", None),
    ("POST", "/api/v1/staff/workshop/word-exceptions", "", None),
    ("DELETE", "/api/v1/staff/workshop/word-exceptions/{id}", "contact", None),
    (
        "GET",
        "/api/v1/staff/workshop/search/explain",
        "",
        Some(|ids| {
            let municipality = ids.municipality.clone();
            (vec![("q", "pas".to_owned()), ("municipality", municipality)], Value::Null)
        }),
    ),
    // The workshop: published texts are everybody's, what is written about them its editors'.
    ("GET", "/api/v1/staff/workshop/texts", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/texts",
        "",
        Some(|ids| {
            let body = json!({
                "topic": "pas", "kind": "variant", "area": "", "title": "",
                "municipality": ids.municipality,
            });
            (vec![], body)
        }),
    ),
    ("GET", "/api/v1/staff/workshop/texts/{topic}", "", None),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/draft", "", Some(whose)),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/remove", "", Some(whose)),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/people", "", Some(whose)),
    ("GET", "/api/v1/staff/workshop/texts/{topic}/versions", "", None),
    ("GET", "/api/v1/staff/workshop/texts/{topic}/diff", "", None),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/restore", "", Some(whose)),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/settle", "", Some(whose)),
    (
        "POST",
        "/api/v1/staff/workshop/preview",
        "",
        Some(|ids| {
            let body = json!({"kind": "article", "municipality": ids.municipality, "body": {}});
            (vec![], body)
        }),
    ),
    ("POST", "/api/v1/staff/workshop/check", "", None),
    ("GET", "/api/v1/staff/workshop/drafts/{id}", "draft", Some(plain)),
    (
        "PUT",
        "/api/v1/staff/workshop/drafts/{id}",
        "draft",
        Some(|_| (vec![], json!({"revision": 1, "body": {}}))),
    ),
    ("DELETE", "/api/v1/staff/workshop/drafts/{id}", "draft", Some(plain)),
    ("GET", "/api/v1/staff/workshop/drafts/{id}/kept", "draft", Some(plain)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/check", "draft", Some(plain)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/submit", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/return", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/approve", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/publish", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/here", "draft", Some(plain)),
    ("GET", "/api/v1/staff/workshop/tasks", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/tasks",
        "",
        Some(|ids| {
            let body = json!({
                "kind": "broken-link", "topic": "pas", "area": "id-og-papirer",
                "municipality": ids.municipality,
            });
            (vec![], body)
        }),
    ),
    (
        "POST",
        "/api/v1/staff/workshop/tasks/{id}",
        "task",
        Some(|_| (vec![], json!({"state": "done"}))),
    ),
    ("GET", "/api/v1/staff/workshop/settings/{municipality}", "", Some(plain)),
    (
        "PUT",
        "/api/v1/staff/workshop/settings/{municipality}",
        "",
        Some(|_| (vec![], json!({"approval": false}))),
    ),
    // The workshop of guides: published texts, and what the editor sends itself.
    ("POST", "/api/v1/staff/workshop/guides/{topic}/check", "", None),
    ("POST", "/api/v1/staff/workshop/guides/{topic}/try", "", None),
    ("GET", "/api/v1/staff/workshop/guides/{topic}/statistics", "", None),
    ("GET", "/api/v1/staff/workshop/guides/{topic}/branches", "", None),
    // What citizens looked for: each sees the own municipality's.
    ("GET", "/api/v1/staff/workshop/improvements", "", None),
    ("POST", "/api/v1/staff/workshop/improvements/refresh", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/improvements/{id}",
        "contact",
        Some(|_| (vec![], json!({"version": 1}))),
    ),
    // The inbox.
    (
        "GET",
        "/api/v1/staff/inbox",
        "",
        Some(|ids| (vec![("municipality", ids.municipality.clone())], Value::Null)),
    ),
    ("GET", "/api/v1/staff/inbox/{id}", "hand_over", Some(plain)),
    ("POST", "/api/v1/staff/inbox/{id}/address", "hand_over", Some(plain)),
    ("POST", "/api/v1/staff/inbox/{id}/take", "hand_over", Some(plain)),
    (
        "POST",
        "/api/v1/staff/inbox/{id}/answer",
        "hand_over",
        Some(|_| (vec![], json!({"text": "Svar"}))),
    ),
    ("POST", "/api/v1/staff/inbox/{id}/done", "hand_over", Some(plain)),
    (
        "POST",
        "/api/v1/staff/inbox/{id}/move",
        "hand_over",
        Some(|_| (vec![], json!({"deadline": 1_900_000_000_000_i64}))),
    ),
    // The duty list: whoever sees it sees the whole hotline, but no foreign telephone duty.
    ("GET", "/api/v1/staff/duty", "", None),
    ("POST", "/api/v1/staff/duty", "", Some(|ids| (vec![], duty_of(ids, None)))),
    ("PUT", "/api/v1/staff/duty/{id}", "duty", Some(|ids| (vec![], duty_of(ids, Some(9))))),
    (
        "DELETE",
        "/api/v1/staff/duty/{id}",
        "duty",
        Some(|_| (vec![("version", "9".to_owned())], Value::Null)),
    ),
    // Colleagues.
    ("GET", "/api/v1/staff/room", "", None),
    ("POST", "/api/v1/staff/room", "", None),
    ("GET", "/api/v1/staff/directory", "", None),
    (
        "GET",
        "/api/v1/staff/people",
        "",
        Some(|ids| (vec![("municipality", ids.municipality.clone())], Value::Null)),
    ),
    // The security officer's.
    (
        "GET",
        "/api/v1/staff/audit",
        "",
        Some(|ids| (vec![("municipality", ids.municipality.clone())], Value::Null)),
    ),
    (
        "GET",
        "/api/v1/staff/audit/who-could-see",
        "",
        Some(|ids| (vec![("municipality", ids.municipality.clone())], Value::Null)),
    ),
    ("GET", "/api/v1/staff/privacy/receipts", "", None),
    (
        "POST",
        "/api/v1/staff/privacy/erase",
        "",
        Some(|ids| (vec![], json!({"contact": ids.contact}))),
    ),
    // Live.
    ("GET", "/api/v1/live", "", None),
    (
        "GET",
        "/api/v1/live/poll",
        "",
        Some(|ids| (vec![("stream", format!("contact/{}", ids.contact))], Value::Null)),
    ),
    // The citizen's: all of it is about the own mark.
    ("GET", "/{municipality}/", "", None),
    ("GET", "/{municipality}/search", "", None),
    ("GET", "/{municipality}/topics", "", None),
    ("GET", "/{municipality}/topic/{slug}", "", None),
    ("POST", "/{municipality}/helped", "", None),
    ("GET", "/{municipality}/guide/{slug}", "", None),
    ("GET", "/{municipality}/contact", "", None),
    ("GET", "/{municipality}/contact/{department}", "", None),
    ("GET", "/{municipality}/message", "", None),
    ("POST", "/{municipality}/message", "", None),
    ("GET", "/{municipality}/status/{ticket}", "", None),
    ("GET", "/{municipality}/trail", "", None),
    ("POST", "/{municipality}/trail", "", None),
    ("GET", "/{municipality}/opensearch.xml", "", None),
    ("GET", "/{municipality}/privacy", "", None),
    ("GET", "/{municipality}/accessibility", "", None),
    ("GET", "/{municipality}/chat", "", None),
    ("POST", "/{municipality}/chat", "", None),
    ("POST", "/{municipality}/chat/say", "", None),
    ("POST", "/{municipality}/chat/read", "", None),
    ("POST", "/{municipality}/chat/end", "", None),
    ("POST", "/{municipality}/chat/rate", "", None),
    ("GET", "/{municipality}/chat/entries", "", None),
    ("GET", "/{municipality}/chat/transcript", "", None),
    ("GET", "/{municipality}/chat/live", "", None),
    (
        "GET",
        "/{municipality}/chat/live/poll",
        "",
        Some(|ids| (vec![("stream", format!("contact/{}", ids.contact))], Value::Null)),
    ),
];

fn duty_of(ids: &Ids, version: Option<i64>) -> Value {
    json!({
        "serving": ids.municipality,
        "date": "2027-06-30",
        "from": "15:00",
        "to": "22:00",
        "people": [ids.person],
        "kind": "telephone",
        "department": "borgerservice",
        "version": version,
    })
}

fn named(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

fn cases() -> BTreeMap<String, (&'static str, Call)> {
    CASES
        .iter()
        .map(|(method, path, id, call)| (format!("{method} {path}"), (*id, *call)))
        .collect()
}

fn id_of<'a>(ids: &'a Ids, what: &str) -> &'a str {
    match what {
        "contact" => &ids.contact,
        "hand_over" => &ids.hand_over,
        "duty" => &ids.duty,
        "login" => &ids.login,
        "draft" => &ids.draft,
        "task" => &ids.task,
        _ => "",
    }
}

/// The route as an address on the site.
fn address(route: &Route, what: &str, ids: &Ids, query: &[(&'static str, String)]) -> String {
    let mut path = route
        .path
        .replace("{municipality}", &ids.municipality)
        .replace("{topic}", "pas")
        .replace("{slug}", "pas")
        .replace("{department}", "borgerservice")
        .replace("{ticket}", &format!("{}.{}", ids.contact, "A".repeat(43)))
        .replace("{id}", id_of(ids, what));
    for (number, (name, value)) in query.iter().enumerate() {
        path.push(if number == 0 { '?' } else { '&' });
        path.push_str(&format!("{name}={}", value.replace('/', "%2F")));
    }
    path
}

async fn call(site: &Site, route: &Route, cookie: &str, ids: &Ids) -> Answer {
    let (what, call) = cases()[&named(route)];
    let (query, body) = call.unwrap_or(plain)(ids);
    let path = address(route, what, ids, &query);
    let method = route.method.clone();
    let body = Some(body).filter(|body| !body.is_null());
    site.call(method, &path, cookie, body.as_ref()).await.expect("an answer")
}

/// A municipality's contact with its words, its hand-over and its duty.
async fn kit(house: &House, municipality: &str, secret: &str) -> (Citizen, Ids) {
    let (citizen, contact) = house.asks(municipality, &format!("Det er {secret}")).await;
    let letter = house.browser(municipality);
    let text = format!("Brev om {secret}");
    let fields = [("text", text.as_str()), ("reply", "telephone"), ("phone", "+45 00 12 34 56")];
    let left = house.site.form(&letter.path("/message"), &letter.cookie(), &fields).await;
    let left = left.expect("an answer");
    assert_eq!(left.status, 303, "{}", left.body);
    let key = m(municipality);
    let lines = store::hand_overs::open(&house.app.database, &house.app.tenant, &key).await;
    let hand_over = lines.expect("an inbox").first().expect("an errand").id.to_string();
    let department = "borgerservice".parse().expect("a key");
    let duty = Duty {
        id: house.rng.id(house.app.now()),
        serving: key,
        people: BTreeSet::new(),
        date: date(2027, 6, 3),
        from: time(9, 0, 0, 0),
        to: time(12, 0, 0, 0),
        zone: Zone::default(),
        kind: DutyKind::Telephone { department },
        cancelled: false,
    };
    let id = duty.id.to_string();
    let versioned = store::duties::Versioned { duty, version: 1 };
    let mut tx = house.app.database.begin().await.expect("a transaction");
    store::duties::put(&mut tx, &house.app.tenant, &versioned, house.app.now())
        .await
        .expect("a duty");
    tx.commit().await.expect("committed");
    let somebody = house.agent(&format!("admin@{municipality}.example")).await;
    let logins = somebody.get("/logins").await.expect("an answer").json();
    let (draft, task) = workshop_kit(house, municipality, secret).await;
    let ids = Ids {
        municipality: municipality.to_owned(),
        contact,
        hand_over,
        duty: id,
        login: logins[0]["id"].as_str().expect("a login").to_owned(),
        person: somebody.person,
        draft,
        task,
    };
    (citizen, ids)
}

/// A municipality's draft and task, with the secret in their words.
async fn workshop_kit(house: &House, municipality: &str, secret: &str) -> (String, String) {
    use rules::workshop::{Draft, TextKind};
    use store::workshop::{drafts, tasks};
    let (app, at) = (&house.app, house.app.now());
    let key = ("pas".parse().expect("a key"), Some(m(municipality)));
    let body = json!({
        "topic": "pas", "of": 1, "municipality": municipality, "department": "borgerservice",
        "reviewed": "2027-06-02", "demo": true, "words": [], "facts": [],
        "parts": [{"id": "place", "heading": "Sted", "markdown": secret}],
    });
    let drafted = drafts::Drafted {
        id: house.rng.id(at),
        key: key.clone(),
        kind: TextKind::Variant,
        area: "id-og-papirer".to_owned(),
        draft: Draft::begun_by(house.rng.id(at)),
        base: 0,
        body: body.to_string(),
        made_at: at,
        changed_at: at,
        ended_at: None,
    };
    let task = tasks::Task {
        id: house.rng.id(at),
        kind: "broken-link".to_owned(),
        topic: Some(key.0),
        municipality: key.1,
        about: String::new(),
        area: "id-og-papirer".to_owned(),
        why: "gone".to_owned(),
        args: json!({"url": secret}),
        owner: None,
        due: date(2027, 6, 9),
        state: "open".to_owned(),
        made_at: at,
    };
    let mut tx = app.database.begin().await.expect("a transaction");
    drafts::put(&mut tx, &app.tenant, &drafted).await.expect("a draft");
    tasks::ensure(&mut tx, &app.tenant, &task).await.expect("a task");
    tx.commit().await.expect("committed");
    (drafted.id.to_string(), task.id.to_string())
}

/// Ids that nothing has.
pub fn missing(house: &House) -> Ids {
    let id = || house.uuid().to_string();
    Ids {
        municipality: "intetsteds".to_owned(),
        contact: id(),
        hand_over: id(),
        duty: id(),
        login: id(),
        person: id(),
        draft: id(),
        task: id(),
    }
}

fn staff_routes() -> Vec<Route> {
    let routes = web::routes();
    routes.table().iter().filter(|route| route.guard == Guard::Staff).cloned().collect()
}

#[test]
fn every_route_has_a_case_or_is_listed_as_open() {
    let routes = web::routes();
    let (cases, open): (BTreeSet<String>, BTreeSet<String>) = (
        cases().into_keys().collect(),
        OPEN_ROUTES
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .map(str::to_owned)
            .collect(),
    );
    let mut known = BTreeSet::new();
    for route in routes.table() {
        let name = named(route);
        let (case, listed) = (cases.contains(&name), open.contains(&name));
        assert!(case || listed, "{name} has no case and is not in open_routes.txt");
        assert!(!(case && listed), "{name} has a case and is in open_routes.txt");
        assert!(!listed || route.guard == Guard::Open, "{name} is guarded and listed as open");
        known.insert(name);
    }
    for name in cases.union(&open) {
        assert!(known.contains(name), "{name} is no route any more");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a1_without_a_login_every_staff_route_says_sign_in() {
    let house = House::new().await;
    let ids = missing(&house);
    let citizen = house.browser("furesoe");
    let gone = house.agent("amina@furesoe.example").await;
    let out = gone.call(Method::DELETE, "/login", None).await.expect("an answer");
    assert_eq!(out.status, 204, "{}", out.body);
    for route in staff_routes() {
        for cookie in
            ["", "straks_staff=", "straks_staff=nonsense", &citizen.cookie(), gone.cookie()]
        {
            let answer = call(&house.site, &route, cookie, &ids).await;
            assert_eq!(answer.status, 401, "{} with {cookie:?}: {}", named(&route), answer.body);
            assert_eq!(answer.code(), "signed-out", "{}", named(&route));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a9_no_route_lets_another_site_act_in_a_browsers_name() {
    let house = House::new().await;
    let ids = Ids { municipality: "furesoe".to_owned(), ..missing(&house) };
    let mette = house.agent("mette@furesoe.example").await;
    let citizen = house.browser("furesoe");
    let both = format!("{}; {}", mette.cookie(), citizen.cookie());
    let routes = web::routes();
    for route in routes.table().iter().filter(|route| !route.method.is_safe()) {
        let path = address(route, cases()[&named(route)].0, &ids, &[]);
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]
        {
            let request = house.site.request(route.method.clone(), &path, &both);
            let request = request.header(name, value).header("x-straks", "1");
            let answer = Site::send(request).await.expect("an answer");
            assert_eq!(answer.status, 403, "{} with {name}", named(route));
        }
        if matches!(route.guard, Guard::Staff | Guard::SignIn) {
            let request = house.site.request(route.method.clone(), &path, &both);
            let answer = Site::send(request).await.expect("an answer");
            assert_eq!(answer.status, 403, "{} as a form can send it", named(route));
        }
    }
}

/// A person calls a route with foreign ids and with ids that nothing has: no difference, and none of
/// the foreign words.
async fn looks_missing(agent: &Agent, route: &Route, foreign: &Ids, missing: &Ids, secret: &str) {
    let name = format!("{} as {}", named(route), agent.login);
    let answer = call(&agent.site, route, agent.cookie(), foreign).await;
    assert!(!answer.body.contains(secret), "{name} tells the words: {}", answer.body);
    let (_, asks) = cases()[&named(route)];
    if asks.is_none() {
        return;
    }
    let other = call(&agent.site, route, agent.cookie(), missing).await;
    assert_eq!(answer.status, other.status, "{name}: {} and {}", answer.body, other.body);
    assert_eq!(answer.body, other.body, "{name}");
    assert!(answer.status >= 400, "{name}: {} {}", answer.status, answer.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a1_a2_a3_ids_of_a_foreign_municipality_look_like_ids_that_do_not_exist() {
    let house = House::new().await;
    let (_, horsens) = kit(&house, "horsens", "HEMMELIGT-A").await;
    let (_, frederikssund) = kit(&house, "frederikssund", "HEMMELIGT-B").await;
    let nothing = missing(&house);
    let mut asked = 0;
    for login in PEOPLE {
        let agent = house.agent(login).await;
        // The hotline opens all members to those on duty, and nobody else; Horsens is no member.
        let mut foreign = vec![(&horsens, "HEMMELIGT-A")];
        if login.ends_with("@furesoe.example") && !login.starts_with("mette") {
            foreign.push((&frederikssund, "HEMMELIGT-B"));
        }
        for route in staff_routes() {
            // These end or begin the caller's own sign-in, or are a socket.
            if matches!(named(&route).as_str(), "DELETE /api/v1/staff/login" | "GET /api/v1/live") {
                continue;
            }
            for (ids, secret) in &foreign {
                // The consortium's administrator knows its members, but nothing of what they have.
                let knows = login == "admin@furesoe.example" && ids.municipality != "horsens";
                let mut nothing = nothing.clone();
                if knows {
                    nothing.municipality.clone_from(&ids.municipality);
                }
                looks_missing(&agent, &route, ids, &nothing, secret).await;
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "only {asked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a2_an_own_contact_goes_nowhere_foreign() {
    let house = House::new().await;
    let (_, horsens) = kit(&house, "horsens", "HEMMELIGT-A").await;
    let nothing = missing(&house);
    let mette = house.on_duty("mette").await;
    let (_, contact) = house.asks("soroe", "Hej").await;
    house.takes(&mette, &contact).await;
    let department = |ids: &Ids| {
        json!({"to": "department", "municipality": ids.municipality,
        "department": "borgerservice"})
    };
    let tries: [(&str, fn(&Ids, Value) -> Value); 4] = [
        ("transfer", |_, department| json!({"to": department, "note": ""})),
        ("transfer", |ids, _| json!({"to": {"to": "person", "person": ids.person}, "note": ""})),
        ("municipality", |ids, _| json!({"municipality": ids.municipality})),
        ("hand-over", |ids, _| {
            json!({"hand_over_id": "3f0c7a1e-5f0e-4d7b-9b86-0d1f5e1b2a33", "department":
                "borgerservice", "municipality": ids.municipality, "reply": "status-page"})
        }),
    ];
    for (act, body) in tries {
        let path = format!("/contacts/{contact}/{act}");
        let foreign = mette.post(&path, &body(&horsens, department(&horsens))).await;
        let missing = mette.post(&path, &body(&nothing, department(&nothing))).await;
        let (foreign, missing) = (foreign.expect("an answer"), missing.expect("an answer"));
        assert!(foreign.status >= 400, "{act}: {}", foreign.body);
        assert_eq!((foreign.status, &foreign.body), (missing.status, &missing.body), "{act}");
    }
    // It stands where it stood.
    let seen = mette.get(&format!("/contacts/{contact}")).await.expect("an answer").json();
    assert_eq!(seen["municipality"]["key"], "soroe");
    assert_eq!(seen["mine"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a27_another_browser_reaches_nothing_of_a_citizens_chat() {
    let house = House::new().await;
    let (citizen, ids) = kit(&house, "frederikssund", "HEMMELIGT-C").await;
    let nothing = Ids { municipality: "frederikssund".to_owned(), ..missing(&house) };
    let stranger = house.browser("frederikssund");
    let routes = web::routes();
    for route in routes.table() {
        if !matches!(route.guard, Guard::Visitor | Guard::Token) {
            continue;
        }
        let name = named(route);
        let answer = call(&house.site, route, &stranger.cookie(), &ids).await;
        let other = call(&house.site, route, &stranger.cookie(), &nothing).await;
        assert_eq!(answer.status, other.status, "{name}");
        assert!(!answer.body.contains("HEMMELIGT-C"), "{name} tells the words");
        if answer.status >= 400 && answer.kind.contains("json") {
            assert_eq!(answer.body, other.body, "{name}");
        }
    }
    // The mark alone opens it, in whole and in its own municipality only.
    assert_eq!(citizen.transcript().await.expect("the own chat").len(), 1);
    let mut short = citizen.cookie();
    short.pop();
    let entries = house.site.get("/frederikssund/chat/entries", &short).await;
    assert_eq!(entries.expect("an answer").status, 404);
    let elsewhere = house.site.get("/soroe/chat/entries", &citizen.cookie()).await;
    assert_eq!(elsewhere.expect("an answer").status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a25_a_status_page_opens_with_its_own_token_only() {
    let house = House::new().await;
    let citizen = house.browser("soroe");
    let send = |text: &'static str| {
        let fields = [("text", text), ("reply", "status-page")];
        let (site, path, cookie) = (&house.site, citizen.path("/message"), citizen.cookie());
        async move { site.form(&path, &cookie, &fields).await.expect("an answer") }
    };
    let own = send("HEMMELIGT-D").await.location.expect("the status page");
    let other = send("noget andet").await.location.expect("the status page");
    let (own, other) = (own.replace("?sent=1", ""), other.replace("?sent=1", ""));
    let page = house.site.get(&own, "").await.expect("an answer");
    assert!(page.status == 200 && page.body.contains("HEMMELIGT-D"));
    let (contact, token) = own.rsplit_once('.').expect("id and token");
    let (_, foreign) = other.rsplit_once('.').expect("id and token");
    let nobody = Id::<base::id::kind::Contact>::from_uuid(house.uuid());
    let refused = house.site.get(&format!("/soroe/status/{nobody}.{token}"), "").await;
    let refused = refused.expect("an answer");
    assert_eq!(refused.status, 404);
    let mut cut = token.to_owned();
    cut.pop();
    for wrong in [
        format!("{contact}.{foreign}"),
        format!("{contact}.{cut}"),
        format!("{contact}."),
        contact.to_owned(),
        own.replace("/soroe/", "/frederikssund/"),
    ] {
        let answer = house.site.get(&wrong, "").await.expect("an answer");
        assert_eq!(answer.status, 404, "{wrong}");
        assert!(!answer.body.contains("HEMMELIGT-D"), "{wrong}");
    }
}
