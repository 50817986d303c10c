//! What Entra ID is documented to send, from the first user to the last, and what of it reaches the
//! directory.

use app::App;
use app::directory::PersonChange;
use app::scim::{NotTaken, Pusher, Shown, Wish};
use base::{MunicipalityKey, Problem, UnitKey};
use rules::directory::Entry;
use rules::scim::{Kind, PER_WINDOW, Refused, Selection, patch, taken};
use serde_json::{Value, json};
use store::Database;
use store::scim::{Member, PushedId};
use testkit::on_both;

use crate::house::{browser, furnished, m, scope};

const FROM: &str = "192.0.2.7";

struct Town {
    app: App,
    pusher: Pusher,
}

impl Town {
    async fn of(database: &Database) -> Self {
        let app = furnished(database).await;
        let pusher = pusher(&app, "furesoe").await;
        Self { app, pusher }
    }

    async fn push(&self, kind: Kind, body: Value) -> Result<Shown, NotTaken> {
        self.app.push_new(&self.pusher, kind, &body).await
    }

    async fn user(&self, name: &str, further: Value) -> PushedId {
        let mut body = json!({"userName": name});
        if let (Some(body), Value::Object(further)) = (body.as_object_mut(), further) {
            body.extend(further);
        }
        id_of(&self.push(Kind::User, body).await.expect("a user"))
    }

    async fn group(&self, name: &str) -> PushedId {
        let body = json!({"displayName": name, "externalId": format!("ext-{name}")});
        id_of(&self.push(Kind::Group, body).await.expect("a group"))
    }

    async fn change(&self, kind: Kind, id: PushedId, operations: Value) -> Result<Shown, NotTaken> {
        let body = json!({"Operations": operations});
        self.app.push_change(&self.pusher, kind, id, None, |old| patch(kind, old, &body)).await
    }

    async fn members(&self, group: PushedId, op: &str, ids: &[PushedId]) {
        let ids: Vec<Value> = ids.iter().map(|id| json!({"$ref": null, "value": id})).collect();
        let operation = json!([{"op": op, "path": "members", "value": ids}]);
        self.change(Kind::Group, group, operation).await.expect("a change");
    }

    async fn gone(&self, kind: Kind, id: PushedId) {
        self.app.push_gone(&self.pusher, kind, id, None).await.expect("gone");
    }

    /// Who is called so in the directory.
    async fn entry(&self, name: &str) -> Option<Entry> {
        let directory = self.app.directory().await.expect("a directory");
        let place = directory.place(&self.pusher.municipality).expect("Furesø");
        place.staff.organisation.entries.values().find(|entry| entry.name == name).cloned()
    }

    /// The name of a unit.
    async fn unit(&self, key: &UnitKey) -> Option<String> {
        let directory = self.app.directory().await.expect("a directory");
        let place = directory.place(&self.pusher.municipality).expect("Furesø");
        place.staff.organisation.units.get(key).map(|unit| unit.name.clone())
    }

    /// Addresses and numbers of somebody, in the order of their letters.
    async fn ways(&self, entry: &Entry) -> Vec<String> {
        let directory = self.app.directory().await.expect("a directory");
        let place = directory.place(&self.pusher.municipality).expect("Furesø");
        let holder = rules::directory::Holder::Entry(entry.id);
        let lines = place.staff.organisation.lines.of(&holder).iter();
        let mut ways: Vec<String> =
            lines.filter_map(|line| line.way.address().map(str::to_owned)).collect();
        ways.sort();
        ways
    }

    async fn found(&self, kind: Kind, filter: &str) -> usize {
        let wish = Wish { filter: Some(filter.to_owned()), ..Wish::default() };
        let listed = self.app.pushed_list(&self.pusher, kind, &wish).await.expect("a list");
        assert_eq!(listed.total, listed.resources.len());
        listed.total
    }
}

async fn pusher(app: &App, municipality: &str) -> Pusher {
    let (_, token) = app.make_push_token(&m(municipality), "Entra ID").await.expect("a token");
    app.pusher(&token, FROM).await.expect("signed in")
}

fn id_of(shown: &Shown) -> PushedId {
    shown.resource["id"].as_str().expect("an id").parse().expect("an id")
}

fn refused<T: std::fmt::Debug>(done: Result<T, NotTaken>) -> Refused {
    match done {
        Err(NotTaken::Refused(refusal)) => refusal.kind,
        other => panic!("{other:?} is not refused"),
    }
}

fn unit(key: &str) -> UnitKey {
    UnitKey::new(key).expect("a key")
}

#[tokio::test]
async fn what_entra_id_sends_becomes_people_in_units_and_goes_again() {
    on_both(async |database| {
        let town = Town::of(database).await;
        assert_eq!(town.found(Kind::User, "userName eq \"liv@furesoe.example\"").await, 0);
        let work = |value: &str| json!([{"primary": true, "type": "work", "value": value}]);
        let liv = json!({
            "schemas": [rules::scim::schema::USER, rules::scim::schema::ENTERPRISE],
            "userName": "Liv@furesoe.example", "externalId": "0a21f0f2", "active": true,
            "emails": work("liv@furesoe.example"), "meta": {"resourceType": "User"},
            "name": {"formatted": "Liv Dam", "familyName": "Dam", "givenName": "Liv"}, "roles": [],
        });
        let made = town.push(Kind::User, liv.clone()).await.expect("a user");
        assert_eq!(made.version, 1);
        assert_eq!(refused(town.push(Kind::User, liv).await), Refused::Uniqueness);
        let liv = id_of(&made);
        for filter in [
            "userName eq \"liv@FURESOE.example\"",
            "externalId eq \"0a21f0f2\"",
            "emails[type eq \"work\"].value eq \"liv@furesoe.example\"",
            &format!("id eq \"{liv}\" and active eq true"),
        ] {
            assert_eq!(town.found(Kind::User, filter).await, 1, "{filter}");
        }
        assert_eq!(town.entry("Liv Dam").await, None, "nobody says where she works");

        let group = town.group("Plejehjem Nord").await;
        town.members(group, "Add", &[liv]).await;
        let entry = town.entry("Liv Dam").await.expect("in the directory");
        assert_eq!(entry.unit, unit("plejehjem-nord"));
        assert_eq!(town.ways(&entry).await, ["liv@furesoe.example"]);
        let asked = format!("id eq \"{group}\" and members eq \"{liv}\"");
        assert_eq!(town.found(Kind::Group, &asked).await, 1);
        assert_eq!(town.found(Kind::Group, "members[value eq \"nobody\"]").await, 0);

        let operations = json!([
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ld@furesoe.example"},
            {"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "00 12 70 07"},
            {"op": "Replace", "path": "name.formatted", "value": "Liv Berg"},
        ]);
        let changed = town.change(Kind::User, liv, operations).await.expect("a change");
        assert_eq!(changed.version, 2);
        let again = town.entry("Liv Berg").await.expect("renamed");
        assert_eq!(again.id, entry.id);
        assert_eq!(town.ways(&again).await, ["+45 00 12 70 07", "ld@furesoe.example"]);

        let renamed = json!([{"op": "Replace", "path": "displayName", "value": "Plejehjem Syd"}]);
        town.change(Kind::Group, group, renamed).await.expect("a change");
        assert_eq!(town.unit(&unit("plejehjem-nord")).await.as_deref(), Some("Plejehjem Syd"));

        let off = json!([{"op": "Replace", "path": "active", "value": "False"}]);
        town.change(Kind::User, liv, off).await.expect("a change");
        assert_eq!(town.entry("Liv Berg").await, None);
        let on = json!([{"op": "Replace", "path": "active", "value": true}]);
        town.change(Kind::User, liv, on).await.expect("a change");
        assert!(town.entry("Liv Berg").await.is_some());

        town.members(group, "Remove", &[liv]).await;
        assert_eq!(town.entry("Liv Berg").await, None);
        town.members(group, "Add", &[liv]).await;
        town.gone(Kind::Group, group).await;
        assert_eq!(town.entry("Liv Berg").await, None);
        assert_eq!(town.unit(&unit("plejehjem-nord")).await, None);
        town.gone(Kind::User, liv).await;
        let whole = Selection::default();
        let shown = town.app.pushed(&town.pusher, Kind::User, liv, &whole).await;
        assert_eq!(shown.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn a_colleague_whose_card_has_the_main_number_is_taken_in_without_it() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let directory = town.app.directory().await.expect("a directory");
        let main = |place: &str| directory.place(&m(place)).expect("it").member.main_number.clone();
        for (n, number) in [main("furesoe"), main("horsens")].into_iter().enumerate() {
            let further = json!({
                "displayName": format!("{} {n}", "Liv ".repeat(60)),
                "phoneNumbers": [{"type": "work", "value": number}],
                rules::scim::schema::ENTERPRISE: {"department": "Borgerservice"},
            });
            town.user(&format!("liv{n}@x.example"), further).await;
        }
        let directory = town.app.directory().await.expect("a directory");
        let entries = &directory.place(&m("furesoe")).expect("it").staff.organisation.entries;
        let there: Vec<&Entry> =
            entries.values().filter(|entry| entry.name.starts_with("Liv Liv")).collect();
        assert_eq!(there.len(), 2);
        for entry in there {
            assert_eq!(town.ways(entry).await, Vec::<String>::new());
        }
    })
    .await;
}

#[tokio::test]
async fn many_pushes_at_once_all_come_in_and_hold_nobody_else_up() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let mut pushes = tokio::task::JoinSet::new();
        for n in 0..40 {
            let (app, pusher) = (town.app.clone(), town.pusher.clone());
            let body = json!({"userName": format!("u{n}@x.example")});
            pushes.spawn(async move { app.push_new(&pusher, Kind::User, &body).await });
        }
        while let Some(pushed) = pushes.join_next().await {
            pushed.expect("to its end").expect("taken in");
            let began = std::time::Instant::now();
            let read = store::directory::heads(database, &town.app.tenant).await;
            read.expect("a connection for others");
            assert!(began.elapsed().as_millis() < 1000, "{:?}", began.elapsed());
        }
        assert_eq!(town.found(Kind::User, "active eq true or userName pr").await, 40);
    })
    .await;
}

#[tokio::test]
async fn a_group_called_like_a_department_is_that_department() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let group = town.group("  borgerservice ").await;
        let bo = town.user("bo@x.example", json!({"displayName": "Bo Lund"})).await;
        town.members(group, "add", &[bo]).await;
        assert_eq!(town.entry("Bo Lund").await.expect("there").unit, unit("borgerservice"));
        town.gone(Kind::Group, group).await;
        assert!(town.unit(&unit("borgerservice")).await.is_some(), "nobody's push removes it");
        // Without a group the department that the user names.
        let employed = json!({"department": "Borgerservice"});
        let further =
            json!({"displayName": "Ida Friis", rules::scim::schema::ENTERPRISE: employed});
        town.user("ida@x.example", further).await;
        assert_eq!(town.entry("Ida Friis").await.expect("there").unit, unit("borgerservice"));
    })
    .await;
}

#[tokio::test]
async fn groups_in_groups_are_units_in_units_but_never_in_a_circle() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let (outer, inner) = (town.group("Ældre").await, town.group("Hjemmepleje").await);
        town.members(outer, "add", &[inner]).await;
        let directory = town.app.directory().await.expect("a directory");
        let units = &directory.place(&m("furesoe")).expect("Furesø").staff.organisation.units;
        assert_eq!(units[&unit("hjemmepleje")].parent, Some(unit("aeldre")));
        let circle = json!([{"op": "add", "path": "members", "value": [{"value": outer}]}]);
        assert_eq!(refused(town.change(Kind::Group, inner, circle).await), Refused::InvalidValue);
        let own = json!([{"op": "add", "path": "members", "value": [{"value": inner}]}]);
        assert_eq!(refused(town.change(Kind::Group, inner, own).await), Refused::InvalidValue);
    })
    .await;
}

#[tokio::test]
async fn who_is_in_a_group_is_not_looked_up_again_when_somebody_joins() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let group = town.group("Hjemmepleje").await;
        let liv = town.user("liv@x.example", json!({})).await;
        let bo = town.user("bo@x.example", json!({"displayName": "Bo Lund"})).await;
        town.members(group, "add", &[liv]).await;
        // Who looked for Liv would not find her.
        let (tenant, place) = (&town.app.tenant, &town.pusher.municipality);
        let mut tx = database.begin().await.expect("a transaction");
        store::scim::remove(&mut tx, tenant, place, Kind::User, liv).await.expect("gone");
        let member = Member { id: liv, kind: Kind::User };
        store::scim::add_member(&mut tx, tenant, place, group, member).await.expect("a member");
        tx.commit().await.expect("written");
        town.members(group, "add", &[bo]).await;
        assert_eq!(town.entry("Bo Lund").await.expect("there").unit, unit("hjemmepleje"));
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_by_hand_survives_every_push() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let group = town.group("Plejehjem").await;
        let further = json!({"displayName": "Liv Dam", "title": "Assistent"});
        let liv = town.user("liv@x.example", further).await;
        town.members(group, "add", &[liv]).await;
        let entry = town.entry("Liv Dam").await.expect("there");
        let admin = scope(&town.app, "admin@furesoe.example").await;
        let change = PersonChange {
            unit: unit("borgerservice"),
            name: entry.name.clone(),
            title: "Afdelingsleder".to_owned(),
            login: None,
            languages: entry.languages.clone(),
            skills: entry.skills.clone(),
            deputies: vec![],
            version: 1,
        };
        let changed = town.app.change_entry(&admin, &m("furesoe"), entry.id, change).await;
        changed.expect("changed by hand");
        let pushed = json!([
            {"op": "replace", "path": "title", "value": "Teamleder"},
            {"op": "replace", "path": "displayName", "value": "Liv Berg"},
        ]);
        town.change(Kind::User, liv, pushed).await.expect("a change");
        let entry = town.entry("Liv Berg").await.expect("the name nobody touched is new");
        assert_eq!((entry.title.as_str(), &entry.unit), ("Afdelingsleder", &unit("borgerservice")));
    })
    .await;
}

#[tokio::test]
async fn a28_a_push_reaches_its_own_municipality_and_gives_nobody_a_role() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let theirs = Town { app: town.app.clone(), pusher: pusher(&town.app, "soroe").await };
        let employed = json!({"department": "Borgerservice"});
        let in_borgerservice = |name: &str| {
            json!({"displayName": name, rules::scim::schema::ENTERPRISE: employed,
                "roles": [{"value": "administrator"}], "groups": [{"value": "administrator"}]})
        };
        let mine = town.user("mette@furesoe.example", in_borgerservice("Mette")).await;
        let entry = town.entry("Mette").await.expect("there");
        assert!(entry.person.is_some(), "who signs in here is linked");
        let people = store::people::all(database, &town.app.tenant).await.expect("people");
        theirs.user("mette@furesoe.example", in_borgerservice("Falsk Mette")).await;
        let entry = theirs.entry("Falsk Mette").await.expect("there");
        assert_eq!(entry.person, None, "nobody is linked by another municipality");
        let after = store::people::all(database, &town.app.tenant).await.expect("people");
        assert_eq!(after, people, "no person, login or role has changed");

        let whole = Selection::default();
        let foreign = town.app.pushed(&theirs.pusher, Kind::User, mine, &whole).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::NotFound));
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        let changed = theirs.change(Kind::User, mine, off).await;
        assert_eq!(changed.map(|_| ()), Err(NotTaken::Problem(Problem::NotFound)));
        let gone = theirs.app.push_gone(&theirs.pusher, Kind::User, mine, None).await;
        assert_eq!(gone, Err(NotTaken::Problem(Problem::NotFound)));
        let group = theirs.group("Team").await;
        let taken_in = json!([{"op": "add", "path": "members", "value": [{"value": mine}]}]);
        let done = theirs.change(Kind::Group, group, taken_in).await;
        assert_eq!(refused(done), Refused::InvalidValue);
        let stolen = Pusher { municipality: m("furesoe"), ..theirs.pusher.clone() };
        let done = town.app.push_new(&stolen, Kind::User, &json!({"userName": "x"})).await;
        assert_eq!(done.map(|_| ()), Err(NotTaken::Problem(Problem::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_token_is_worth_nothing_once_revoked_and_guesses_are_slowed() {
    on_both(async |database| {
        let app = furnished(database).await;
        let unknown: MunicipalityKey = m("intetsteds");
        let made = app.make_push_token(&unknown, "").await;
        assert_eq!(made.map(|_| ()), Err(Problem::NotFound));
        let (id, token) = app.make_push_token(&m("furesoe"), "Entra ID").await.expect("a token");
        assert_eq!(app.push_tokens().await.expect("tokens")[0].used_at, None);
        app.pusher(&token, FROM).await.expect("signed in");
        let listed = app.push_tokens().await.expect("tokens");
        assert_eq!(listed[0].used_at, Some(app.now()));
        assert!(!format!("{listed:?}").contains(token.split_once('.').expect("two parts").1));
        for wrong in ["", ".", "x", &token[..40], &format!("{token}x"), &format!("{id}.")] {
            let signed_in = app.pusher(wrong, FROM).await;
            assert_eq!(signed_in.map(|_| ()), Err(Problem::SignedOut), "{wrong}");
        }
        app.revoke_push_token(id).await.expect("revoked");
        assert_eq!(app.pusher(&token, FROM).await.map(|_| ()), Err(Problem::SignedOut));
        assert_eq!(app.revoke_push_token(id).await, Err(Problem::NotFound));
        let mut last = Ok(());
        for _ in 0..80 {
            last = app.pusher("x", FROM).await.map(|_| ());
        }
        assert!(matches!(last, Err(Problem::TooMany { .. })), "{last:?}");
        let browser = app::login::Browser { address: FROM.to_owned(), ..browser() };
        let wrong = app.sign_in("mette@furesoe.example", "forkert", &browser).await;
        assert_eq!(wrong.map(|_| ()), Err(Problem::forbidden("wrong-login")), "nobody else waits");
        let (_, other) = app.make_push_token(&m("soroe"), "").await.expect("a token");
        app.pusher(&other, FROM).await.expect("a right token is taken from any address");
        for _ in 1..PER_WINDOW {
            app.pusher(&other, FROM).await.expect("within the pace");
        }
        let fast = app.pusher(&other, FROM).await.map(|_| ());
        assert!(matches!(fast, Err(Problem::TooMany { .. })), "{fast:?}");
    })
    .await;
}

#[tokio::test]
async fn only_the_version_that_was_read_is_changed() {
    on_both(async |database| {
        let town = Town::of(database).await;
        let liv = town.user("liv@x.example", json!({"title": "A"})).await;
        let (app, pusher) = (&town.app, &town.pusher);
        let body = json!({"userName": "liv@x.example", "title": "B"});
        let put = |version| {
            app.push_change(pusher, Kind::User, liv, version, |_| taken(Kind::User, &body))
        };
        assert_eq!(put(Some(7)).await, Err(NotTaken::Changed));
        assert_eq!(put(Some(1)).await.map(|shown| shown.version), Ok(2));
        assert_eq!(put(None).await.map(|shown| shown.version), Ok(2), "nothing was different");
        assert_eq!(app.push_gone(pusher, Kind::User, liv, Some(1)).await, Err(NotTaken::Changed));
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    on_both(async |database| {
        let town = Town::of(database).await;
        for number in 0..7 {
            // Ids of one millisecond have no order.
            town.app.clock.advance(1);
            town.user(&format!("u{number}@x.example"), json!({"active": number != 3})).await;
        }
        let list = async |filter: Option<&str>, start, count| {
            let filter = filter.map(str::to_owned);
            let wish = Wish { filter, start: Some(start), count: Some(count), ..Wish::default() };
            let listed =
                town.app.pushed_list(&town.pusher, Kind::User, &wish).await.expect("a list");
            let names = listed.resources.iter().map(|user| user["userName"].to_string());
            (listed.total, names.collect::<String>())
        };
        assert_eq!(list(None, 2, 2).await, (7, r#""u1@x.example""u2@x.example""#.to_owned()));
        assert_eq!(list(None, -5, 1).await, (7, r#""u0@x.example""#.to_owned()));
        assert_eq!(list(None, 9, 5).await, (7, String::new()));
        assert_eq!(list(None, 1, 0).await, (7, String::new()));
        let active = Some("active eq true");
        assert_eq!(list(active, 4, 1).await, (6, r#""u4@x.example""#.to_owned()));
        let wish = Wish { filter: Some("nobody eq 1".to_owned()), ..Wish::default() };
        let done = town.app.pushed_list(&town.pusher, Kind::User, &wish).await;
        assert_eq!(refused(done), Refused::InvalidFilter);
    })
    .await;
}
