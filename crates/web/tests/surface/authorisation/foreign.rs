//! What belongs to another municipality looks like what does not exist.

use serde_json::{Value, json};
use straks_load::agent::Agent;
use web::routes::Route;

use super::cases::cases;
use super::kit::{Ids, kit, missing};
use super::{PEOPLE, call, named, staff_routes};
use crate::house::House;

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
    // What is refused for its form says nothing about reach: such a case would test nothing.
    assert!(
        answer.status >= 400 && answer.status != 422,
        "{name}: {} {}",
        answer.status,
        answer.body
    );
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
