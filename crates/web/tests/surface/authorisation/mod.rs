//! Every route with every role and foreign ids. The list of routes is the router's own: a route
//! that stands neither in [`cases`] nor in `open_routes.txt` fails the test that names it.

mod cases;
mod foreign;
mod kit;
mod visitors;

use std::collections::BTreeSet;

use reqwest::Method;
use straks_load::site::{Answer, Site};
use web::routes::{Guard, Route};

use crate::house::House;
use cases::{cases, id_of, plain};
use kit::{Ids, missing};

/// Routes that say the same to everybody.
const OPEN_ROUTES: &str = include_str!("../../open_routes.txt");

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

fn named(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// The route as an address on the site.
fn address(route: &Route, what: &str, ids: &Ids, query: &[(&'static str, String)]) -> String {
    let mut path = route
        .path
        .replace("{municipality}", &ids.municipality)
        .replace("{topic}", "pas")
        .replace("{slug}", "pas")
        .replace("{department}", "borgerservice")
        .replace("{key}", "id-og-papirer")
        .replace("{unit}", "borgerservice")
        .replace("{language}", "da")
        .replace("{name}", "greeting")
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
