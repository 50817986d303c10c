//! SCIM as its senders meet it: every route, the documented requests, and bad input.

use reqwest::Method;
use serde_json::{Value, json};
use straks_load::site::{Answer, Site};
use web::routes::{Guard, Route};

use crate::house::{House, MINUTE, m};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const FORM: &str = "application/scim+json";

struct Sender<'a> {
    site: &'a Site,
    token: String,
}

impl<'a> Sender<'a> {
    async fn of(house: &'a House, municipality: &str) -> Self {
        let made = house.app.make_push_token(&m(municipality), "Entra ID").await;
        Self { site: &house.site, token: made.expect("a token").1 }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.site.request(method, path, "").bearer_auth(&self.token);
        let request = match body {
            None => request,
            Some(body) => request.header("content-type", FORM).body(body.to_string()),
        };
        Site::send(request).await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    async fn make(&self, place: &str, body: Value) -> String {
        let made = self.send(Method::POST, &format!("/scim/v2/{place}"), Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let location = format!("http://straks.example/scim/v2/{place}/{id}");
        assert_eq!(made.location.as_deref(), Some(location.as_str()));
        assert_eq!(made.json()["meta"]["location"], location.as_str());
        id
    }
}

/// A refusal in the form of the RFC.
fn says(answer: &Answer, status: u16, word: Option<&str>) {
    let body = answer.json();
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.kind, FORM, "{}", answer.body);
    assert_eq!(body["schemas"][0], ERROR, "{}", answer.body);
    assert_eq!(body["status"], status.to_string().as_str(), "{}", answer.body);
    assert_eq!(body.get("scimType").and_then(Value::as_str), word, "{}", answer.body);
    assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{}", answer.body);
}

fn routes() -> Vec<Route> {
    let routes = web::routes();
    routes.table().iter().filter(|route| route.guard == Guard::Pusher).cloned().collect()
}

fn quoted(filter: &str) -> String {
    filter.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a28_without_a_token_every_route_says_sign_in_and_a_foreign_one_sees_nothing() {
    let house = House::new().await;
    let sender = Sender::of(&house, "furesoe").await;
    let stranger = Sender::of(&house, "soroe").await;
    let user = sender.make("Users", json!({"userName": "hemmelig@furesoe.example"})).await;
    let group = sender.make("Groups", json!({"displayName": "Hemmelig"})).await;
    let nobody = house.uuid().to_string();
    let admin = house.agent("admin@furesoe.example").await;
    let (_, revoked) = house.app.make_push_token(&m("furesoe"), "").await.expect("a token");
    let id = revoked.split_once('.').expect("two parts").0.parse().expect("an id");
    house.app.revoke_push_token(id).await.expect("revoked");
    assert_eq!(routes().len(), 21, "a route is missing");
    for route in routes() {
        let name = format!("{} {}", route.method, route.path);
        // Or too many wrong tokens come from one address.
        house.app.clock.advance(MINUTE);
        let id = if route.path.contains("Users") { &user } else { &group };
        let path = route.path.replace("{name}", "User");
        let own = path.replace("{id}", id);
        for token in ["", "nonsense", &revoked, &sender.token[..60]] {
            let request = house.site.request(route.method.clone(), &own, admin.cookie());
            let request = if token.is_empty() { request } else { request.bearer_auth(token) };
            says(&Site::send(request).await.expect("an answer"), 401, None);
        }
        let body = json!({"userName": "x", "displayName": "x", "Operations": [
            {"op": "replace", "path": "externalId", "value": "x"}]});
        let body = (route.method != Method::GET).then_some(&body);
        let theirs = stranger.send(route.method.clone(), &own, body).await;
        assert!(!theirs.body.to_lowercase().contains("hemmelig"), "{name}: {}", theirs.body);
        if route.path.contains("{id}") {
            let none = path.replace("{id}", &nobody);
            let nobodys = stranger.send(route.method.clone(), &none, body).await;
            says(&theirs, 404, None);
            assert_eq!(theirs.body, nobodys.body, "{name} tells that it is there");
        }
    }
    let still = sender.get(&format!("/scim/v2/Users/{user}")).await;
    assert_eq!(still.json()["userName"], "hemmelig@furesoe.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_sequence_of_entra_id_goes_through() {
    let house = House::new().await;
    let sender = Sender::of(&house, "furesoe").await;
    // Test connection: nobody of that name.
    let filter = quoted("userName eq \"0b1e-test\"");
    let none = sender.get(&format!("/scim/v2/Users?filter={filter}")).await;
    assert_eq!((none.status, none.kind.as_str()), (200, FORM));
    assert_eq!(none.json()["totalResults"], 0);
    assert_eq!(none.json()["Resources"], json!([]));
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "test@furesoe.example", "active": true,
        "emails": [{"primary": true, "type": "work", "value": "t@furesoe.example"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Test Person", "familyName": "Person", "givenName": "Test"},
        "roles": [],
    });
    let id = sender.make("Users", user.clone()).await;
    says(&sender.send(Method::POST, "/scim/v2/Users", Some(&user)).await, 409, Some("uniqueness"));
    let at = format!("/scim/v2/Users/{id}");
    let shown = sender.get(&at).await.json();
    assert_eq!(shown["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    assert_eq!(shown["emails"], user["emails"]);
    assert_eq!(shown["meta"]["resourceType"], "User");
    assert_eq!(shown["meta"]["created"], "2027-06-02T18:15:00.000Z");
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ny@furesoe.example"},
            {"op": "Replace", "path": "name.familyName", "value": "Ny"},
        ],
    });
    let patched = sender.send(Method::PATCH, &at, Some(&patch)).await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    assert_eq!(patched.json()["emails"][0]["value"], "ny@furesoe.example");
    assert_eq!(patched.json()["name"]["familyName"], "Ny");
    // A group: made empty, asked for without its members, changed without an answer's body.
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0", "displayName": "Plejehjem", "meta": {"resourceType": "Group"},
    });
    let group = sender.make("Groups", group).await;
    let of_group = format!("/scim/v2/Groups/{group}");
    for (op, there) in [("Add", 1), ("Remove", 0), ("Add", 1)] {
        let members = json!([{"$ref": null, "value": id}]);
        let patch = json!({"Operations": [{"op": op, "path": "members", "value": members}]});
        let patched = sender.send(Method::PATCH, &of_group, Some(&patch)).await;
        assert_eq!((patched.status, patched.body.as_str()), (204, ""));
        let shown = sender.get(&of_group).await.json();
        assert_eq!(shown["members"].as_array().map_or(0, Vec::len), there, "{op}");
    }
    let shown = sender.get(&of_group).await.json();
    assert_eq!(shown["members"][0]["$ref"], format!("http://straks.example{at}").as_str());
    let filter = quoted("displayName eq \"Plejehjem\"");
    let path = format!("/scim/v2/Groups?excludedAttributes=members&filter={filter}");
    let found = sender.get(&path).await.json();
    assert_eq!(found["totalResults"], 1);
    assert!(found["Resources"][0].get("members").is_none());
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["userName"], "filter": "active eq true", "startIndex": 1, "count": 10,
    });
    let found = sender.send(Method::POST, "/scim/v2/Users/.search", Some(&search)).await.json();
    assert_eq!(found["Resources"][0]["userName"], "test@furesoe.example");
    assert!(found["Resources"][0].get("emails").is_none());
    // Put whole, then disabled, then removed.
    let put = json!({"userName": "test@furesoe.example", "displayName": "Test"});
    let replaced = sender.send(Method::PUT, &at, Some(&put)).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    assert!(replaced.json().get("emails").is_none());
    let off = json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    let off = sender.send(Method::PATCH, &at, Some(&off)).await;
    assert_eq!(off.json()["active"], false);
    for gone in [&at, &of_group] {
        assert_eq!(sender.send(Method::DELETE, gone, None).await.status, 204);
        says(&sender.get(gone).await, 404, None);
        says(&sender.send(Method::DELETE, gone, None).await, 404, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_we_can_do_is_told() {
    let house = House::new().await;
    let sender = Sender::of(&house, "furesoe").await;
    let config = sender.get("/scim/v2/ServiceProviderConfig").await.json();
    assert_eq!(config["patch"]["supported"], true);
    assert_eq!(config["bulk"]["supported"], false);
    let types = sender.get("/scim/v2/ResourceTypes").await.json();
    assert_eq!(types["totalResults"], 2);
    assert_eq!(sender.get("/scim/v2/ResourceTypes/Group").await.json()["endpoint"], "/Groups");
    let schemas = sender.get("/scim/v2/Schemas").await.json();
    for schema in schemas["Resources"].as_array().expect("schemas") {
        let id = schema["id"].as_str().expect("an id");
        let alone = sender.get(&format!("/scim/v2/Schemas/{id}")).await;
        assert_eq!(alone.json(), *schema);
    }
    says(&sender.get("/scim/v2/Schemas/urn:x").await, 404, None);
    says(&sender.get("/scim/v2/Nobody").await, 404, None);
    says(&sender.send(Method::DELETE, "/scim/v2/Users", None).await, 405, None);
    says(&sender.send(Method::POST, "/scim/v2/Bulk", Some(&json!({}))).await, 501, None);
    says(&sender.get("/scim/v2/Me").await, 501, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a39_bad_input_is_refused_in_its_words_and_changes_nothing() {
    let house = House::new().await;
    let sender = Sender::of(&house, "furesoe").await;
    let user = sender.make("Users", json!({"userName": "a@furesoe.example"})).await;
    let at = format!("/scim/v2/Users/{user}");
    let deep = format!("{}active eq true{}", "(".repeat(400), ")".repeat(400));
    let bitten = "userName eq \"x\" or 1=1; DROP TABLE scim_resources; --";
    for filter in [deep.as_str(), bitten, "userName eq", "nobody pr", &"a".repeat(5_000)] {
        let answer = sender.get(&format!("/scim/v2/Users?filter={}", quoted(filter))).await;
        says(&answer, 400, Some("invalidFilter"));
    }
    let quoted_sql = quoted("userName eq \"'; DROP TABLE scim_resources; --\"");
    let answer = sender.get(&format!("/scim/v2/Users?filter={quoted_sql}")).await;
    assert_eq!(answer.json()["totalResults"], 0);
    says(&sender.get("/scim/v2/Users?startIndex=first").await, 400, None);
    let of_ten_megabytes = json!({"userName": "x", "title": "x".repeat(10 * 1024 * 1024)});
    let answer = sender.send(Method::POST, "/scim/v2/Users", Some(&of_ten_megabytes)).await;
    says(&answer, 413, None);
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies = [
        ("{", "invalidSyntax"),
        (nested.as_str(), "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ("{\"userName\":null}", "invalidValue"),
        ("{\"userName\":\"a\\u0000b\"}", "invalidValue"),
        ("{\"userName\":{\"x\":1}}", "invalidValue"),
    ];
    for (body, word) in bodies {
        for (method, path) in [(Method::POST, "/scim/v2/Users"), (Method::PUT, at.as_str())] {
            let request = house.site.request(method, path, "").bearer_auth(&sender.token);
            let answer = Site::send(request.body(body.to_owned())).await.expect("an answer");
            says(&answer, 400, Some(word));
        }
    }
    for (operation, word) in [
        (json!({"op": "replace", "path": "id", "value": "x"}), "mutability"),
        (json!({"op": "replace", "path": "nobody", "value": "x"}), "invalidPath"),
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "replace", "path": "active", "value": "maybe"}), "invalidValue"),
        (json!({"op": "jump", "path": "active"}), "invalidSyntax"),
    ] {
        let answer =
            sender.send(Method::PATCH, &at, Some(&json!({"Operations": [operation]}))).await;
        says(&answer, 400, Some(word));
    }
    let long = "x".repeat(400);
    for id in ["x", "%00", "..%2F..", &long] {
        says(&sender.get(&format!("/scim/v2/Users/{id}")).await, 404, None);
    }
    let unchanged = sender.get(&at).await.json();
    assert_eq!(unchanged["userName"], "a@furesoe.example");
    assert_eq!(unchanged["meta"]["version"], "W/\"1\"");
}
