//! What Microsoft documents that Entra ID sends, what RFC 7644 shows, and what nobody should send.

use base::UnitKey;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::mapping::{self, Membership};
use super::schema::ENTERPRISE;
use super::*;

fn resource(value: Value) -> Resource {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn anna() -> Resource {
    resource(json!({
        "id": "0198f0c4-3b5c-7d11-8a11-000000000001",
        "userName": "Anna.Holm@Nord.example",
        "externalId": "aBc",
        "displayName": "Anna Holm",
        "name": {"givenName": "Anna", "familyName": "Holm"},
        "active": true,
        "emails": [
            {"value": "anna@nord.example", "type": "work", "primary": true},
            {"value": "anna@hjem.example", "type": "home"},
        ],
        "phoneNumbers": [{"value": "+45 00 12 10 07", "type": "work"}],
        ENTERPRISE: {"department": "Pension"},
        "meta": {"created": "2027-06-02T18:15:00.000Z", "lastModified": "2027-06-02T18:15:00.000Z"},
    }))
}

fn holds(filter: &str) -> bool {
    Filter::read(Kind::User, filter)
        .unwrap_or_else(|error| panic!("{filter}: {error}"))
        .holds(&anna())
}

fn refused(filter: &str) -> Refused {
    match Filter::read(Kind::User, filter) {
        Ok(read) => panic!("{filter} is read as {read:?}"),
        Err(refusal) => refusal.kind,
    }
}

fn patched(body: Value) -> Result<Resource, Refused> {
    patch(Kind::User, anna(), &body).map_err(|refusal| refusal.kind)
}

fn one(op: &str, path: &str, value: Value) -> Result<Resource, Refused> {
    patched(json!({"Operations": [{"op": op, "path": path, "value": value}]}))
}

#[test]
fn filters_answer_as_the_rfc_says() {
    for yes in [
        r#"userName eq "anna.holm@nord.example""#,
        r#"USERNAME Eq "ANNA.HOLM@nord.example""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "anna""#,
        r#"externalId eq "aBc""#,
        r#"displayName co "holm" and active eq true"#,
        r#"active eq "True""#,
        r#"displayName ew "x" or name.familyName pr"#,
        r#"displayName eq "x" or displayName eq "Anna Holm" and active eq true"#,
        r#"not (title pr) and (title eq null or active eq false)"#,
        r#"not(active eq false)"#,
        r#"emails co "hjem""#,
        r#"emails.type eq "home""#,
        r#"emails[type eq "work" and value co "@nord"]"#,
        r#"emails[type eq "work"].value eq "anna@nord.example""#,
        r#"displayName ne "Bo""#,
        r#"title ne "Bo""#,
        r#"meta.lastModified gt "2027-06-02T20:00:00+02:00""#,
        r#"meta.lastModified le "2027-06-02T18:15:00Z""#,
        r#"userName gt "anna" and userName lt "b" and userName ge "anna.holm@nord.example""#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "pension""#,
        r#"displayName ne "quote \" and \\ backslash""#,
    ] {
        assert!(holds(yes), "{yes}");
    }
    for no in [
        r#"externalId eq "abc""#,
        r#"active eq false"#,
        r#"emails[type eq "home"].value eq "anna@nord.example""#,
        r#"emails[type eq "work" and value co "hjem"]"#,
        r#"addresses[type eq "work"].country eq "DK""#,
        r#"password pr"#,
        r#"displayName eq "Bo" and (active eq true or active eq false)"#,
        r#"userName eq "x'; DROP TABLE people; --""#,
    ] {
        assert!(!holds(no), "{no}");
    }
}

#[test]
fn what_is_no_filter_is_refused_and_never_overruns_the_stack() {
    let deep = |open: &str, close: &str| {
        format!("{}active eq true{}", open.repeat(300), close.repeat(300))
    };
    let long = format!("displayName eq \"{}\"", "a".repeat(4_000));
    for bad in [
        "",
        " ",
        "userName",
        "userName eq",
        "eq \"x\"",
        "userName eq x",
        "userName xx \"x\"",
        "userName eq \"x",
        "userName eq \"x\" and",
        "userName eq \"x\" userName eq \"y\"",
        "(userName eq \"x\"",
        "userName eq \"x\")",
        "nobody eq \"x\"",
        "emails[type eq \"work\"",
        "userName[type eq \"work\"] pr",
        "active gt true",
        "active eq \"maybe\"",
        "userName eq 5",
        "name.nobody pr",
        "meta.created gt \"yesterday\"",
        "userName eq \"\\x\"",
        "not userName pr",
        &deep("(", ")"),
        &deep("not (", ")"),
        &long,
    ] {
        assert_eq!(refused(bad), Refused::InvalidFilter, "{bad}");
    }
}

#[test]
fn what_can_be_looked_up_is_not_searched_for() {
    let sought = |kind, filter| Filter::read(kind, filter).expect("a filter").sought(kind);
    assert_eq!(
        sought(Kind::User, r#"active eq true and userName eq "A""#),
        Some(Sought::Name("A".to_owned()))
    );
    assert_eq!(
        sought(Kind::Group, r#"displayName eq "Pension""#),
        Some(Sought::Name("Pension".to_owned()))
    );
    assert_eq!(sought(Kind::User, r#"externalId eq "1""#), Some(Sought::External("1".to_owned())));
    assert_eq!(sought(Kind::User, r#"userName eq "a" or active eq true"#), None);
    assert_eq!(sought(Kind::User, r#"not (userName eq "a")"#), None);
}

#[test]
fn the_documented_changes_of_entra_id_are_done() {
    let multi = patched(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ny@nord.example"},
            {"op": "Replace", "path": "name.familyName", "value": "Berg"},
        ],
    }))
    .expect("a change");
    assert_eq!(
        multi["emails"][0],
        json!({"value": "ny@nord.example", "type": "work", "primary": true})
    );
    assert_eq!(multi["emails"][1]["value"], "anna@hjem.example");
    assert_eq!(multi["name"], json!({"givenName": "Anna", "familyName": "Berg"}));
    let renamed = one("Replace", "userName", json!("b@nord.example")).expect("a change");
    assert_eq!(renamed["userName"], "b@nord.example");
    for off in [json!(false), json!("False"), json!("false")] {
        assert_eq!(one("Replace", "active", off).expect("a change")["active"], json!(false));
    }
    let added = one("Add", "phoneNumbers[type eq \"mobile\"].value", json!("+45 00 12 10 08"));
    assert_eq!(
        added.expect("a change")["phoneNumbers"][1],
        json!({"type": "mobile", "value": "+45 00 12 10 08"})
    );
    let whole = patched(json!({"Operations": [{"op": "replace", "value": {
        "displayName": "Anna B.", "name.givenName": "Anne", "active": "True",
        "emails[type eq \"work\"].value": "a@nord.example",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Borgerservice",
        "nobody": 1, "addresses": [], "id": "x", "meta": {},
    }}]}))
    .expect("a change");
    assert_eq!(whole["displayName"], "Anna B.");
    assert_eq!(whole["name"]["givenName"], "Anne");
    assert_eq!(whole["emails"][0]["value"], "a@nord.example");
    assert_eq!(whole[ENTERPRISE], json!({"department": "Borgerservice"}));
    assert_eq!(whole["id"], anna()["id"]);
    let nested = patched(
        json!({"Operations": [{"op": "Add", "value": {ENTERPRISE: {"department": "Job"}}}]}),
    );
    assert_eq!(nested.expect("a change")[ENTERPRISE]["department"], "Job");
    let passed_over = one("Replace", "addresses[type eq \"work\"].country", json!("DK"));
    assert_eq!(passed_over, Ok(anna()));
}

#[test]
fn members_come_and_go_by_either_way_of_writing() {
    let group =
        resource(json!({"displayName": "Pension", "members": [{"value": "1"}, {"value": "2"}]}));
    let change = |operation: Value| {
        let body = json!({"Operations": [operation]});
        let group = patch(Kind::Group, group.clone(), &body).expect("a change");
        let members = group.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
        members.iter().map(|m| m["value"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    let member = |id: &str| json!([{"$ref": null, "value": id}]);
    assert_eq!(
        change(json!({"op": "Add", "path": "members", "value": member("3")})),
        ["1", "2", "3"]
    );
    assert_eq!(change(json!({"op": "Add", "path": "members", "value": member("2")})), ["1", "2"]);
    assert_eq!(change(json!({"op": "Add", "value": {"members": member("3")}})), ["1", "2", "3"]);
    assert_eq!(change(json!({"op": "Remove", "path": "members", "value": member("1")})), ["2"]);
    assert_eq!(change(json!({"op": "remove", "path": "members[value eq \"2\"]"})), ["1"]);
    assert_eq!(change(json!({"op": "remove", "path": "members[value eq \"9\"]"})), ["1", "2"]);
    assert_eq!(change(json!({"op": "replace", "path": "members", "value": member("7")})), ["7"]);
    assert_eq!(change(json!({"op": "remove", "path": "members"})), Vec::<String>::new());
}

#[test]
fn a_change_that_cannot_be_done_is_refused_by_its_name() {
    assert_eq!(one("remove", "userName", Value::Null), Err(Refused::Mutability));
    assert_eq!(one("replace", "userName", json!(" ")), Err(Refused::Mutability));
    assert_eq!(one("replace", "id", json!("x")), Err(Refused::Mutability));
    assert_eq!(one("replace", "nobody", json!("x")), Err(Refused::InvalidPath));
    assert_eq!(one("replace", "emails[type eq", json!("x")), Err(Refused::InvalidPath));
    assert_eq!(one("replace", "emails[type eq \"fax\"].value", json!("x")), Err(Refused::NoTarget));
    assert_eq!(one("add", "emails[type co \"fax\"].value", json!("x")), Err(Refused::NoTarget));
    assert_eq!(one("replace", "active", json!("maybe")), Err(Refused::InvalidValue));
    assert_eq!(one("replace", "title", json!({"x": 1})), Err(Refused::InvalidValue));
    assert_eq!(one("replace", "title", json!("a\u{0}b")), Err(Refused::InvalidValue));
    assert_eq!(one("move", "title", json!("x")), Err(Refused::InvalidSyntax));
    assert_eq!(patched(json!({"Operations": []})), Err(Refused::InvalidSyntax));
    assert_eq!(patched(json!([])), Err(Refused::InvalidSyntax));
    assert_eq!(patched(json!({"Operations": [{"op": "remove"}]})), Err(Refused::NoTarget));
    let many: Vec<Value> = (0..40).map(|n| json!({"value": format!("{n}@nord.example")})).collect();
    assert_eq!(one("add", "emails", json!(many)), Err(Refused::InvalidValue));
    let gone = one("remove", "title", Value::Null).expect("nothing to remove");
    assert_eq!(gone, anna());
}

#[test]
fn of_a_body_only_what_the_directory_shows_is_kept() {
    let body = json!({
        "schemas": [schema::USER, ENTERPRISE, "urn:x"],
        "USERNAME": " anna@nord.example ",
        "id": "mine", "meta": {"created": "x"}, "password": "hemmelig", "roles": [],
        "nickName": "Ann", "title": "", "active": "False", "nobody": {"deep": [[[]]]},
        "emails": [
            {"value": "a@nord.example", "primary": "True"},
            {"value": "b@nord.example", "primary": true},
        ],
        ENTERPRISE: {"department": "Pension", "employeeNumber": "701984", "manager": "x"},
    });
    assert_eq!(
        taken(Kind::User, &body).expect("a user"),
        resource(json!({
            "userName": "anna@nord.example", "active": false,
            "emails": [{"value": "a@nord.example"}, {"value": "b@nord.example", "primary": true}],
            ENTERPRISE: {"department": "Pension"},
        }))
    );
    let refused = |body: Value| taken(Kind::User, &body).expect_err("refused").kind;
    assert_eq!(refused(json!({})), Refused::InvalidValue);
    assert_eq!(refused(json!({"userName": 5})), Refused::InvalidValue);
    assert_eq!(
        refused(json!({"schemas": [schema::GROUP], "userName": "x"})),
        Refused::InvalidSyntax
    );
    assert_eq!(refused(json!("x")), Refused::InvalidSyntax);
}

#[test]
fn an_answer_shows_what_was_chosen() {
    let of = |only, without| Value::Object(Selection::read(Kind::User, only, without).of(anna()));
    let id = anna()["id"].clone();
    assert_eq!(of(Some("userName"), None), json!({"id": id, "userName": "Anna.Holm@Nord.example"}));
    assert_eq!(
        of(Some("name.givenName, emails.value, name.familyName,nobody"), None),
        json!({
            "id": id, "name": {"givenName": "Anna", "familyName": "Holm"},
            "emails": [{"value": "anna@nord.example"}, {"value": "anna@hjem.example"}],
        })
    );
    let without = of(None, Some("emails,name.familyName,id"));
    assert!(without.get("emails").is_none() && without.get("id").is_some());
    assert_eq!(without["name"], json!({"givenName": "Anna"}));
    assert!(!Selection::read(Kind::Group, None, Some("members")).shows("members"));
    assert!(!Selection::read(Kind::Group, Some("displayName"), None).shows("members"));
    assert!(Selection::read(Kind::Group, None, None).shows("members"));
}

#[test]
fn the_schemas_name_what_is_kept() {
    let schemas = schemas("https://straks.example/scim/v2");
    let ids: Vec<&str> = schemas.iter().filter_map(|schema| schema["id"].as_str()).collect();
    assert_eq!(ids, [schema::USER, ENTERPRISE, schema::GROUP]);
    let user_name = &schemas[0]["attributes"][0];
    assert_eq!(user_name["uniqueness"], "server");
    assert_eq!(user_name["required"], json!(true));
    assert!(!schemas[0].to_string().contains("password"));
}

fn unit(key: &str) -> UnitKey {
    UnitKey::new(key).expect("a key")
}

#[test]
fn a_user_is_a_person_in_the_unit_of_the_group() {
    let groups = [
        Membership { name: "Alle ansatte".to_owned(), unit: unit("alle") },
        Membership { name: "PENSION".to_owned(), unit: unit("pension") },
    ];
    let named = |_: &str| Some(unit("navngivet"));
    assert_eq!(mapping::unit_of(&anna(), &groups, named), Some(unit("pension")));
    assert_eq!(mapping::unit_of(&anna(), &groups[..1], named), Some(unit("alle")));
    assert_eq!(mapping::unit_of(&anna(), &[], named), Some(unit("navngivet")));
    let nowhere = taken(Kind::User, &json!({"userName": "x"})).expect("a user");
    assert_eq!(mapping::unit_of(&nowhere, &[], named), None);
    let nobodys = |number: &str| number == "+45 00 12 00 00";
    let things = mapping::things_of_user("id", &anna(), Some(&unit("pension")), nobodys);
    let values: Vec<Value> = things.into_iter().map(|thing| json!(thing.2)).collect();
    assert_eq!(
        values,
        [
            json!({"unit": "pension", "name": "Anna Holm", "login": "anna.holm@nord.example"}),
            json!({"holder": {"entry": "id"}, "way": "outside", "address": "+45 00 12 10 07"}),
            Value::Null,
            json!({"holder": {"entry": "id"}, "way": "mail", "address": "anna@nord.example"}),
        ]
    );
}

#[test]
fn who_is_not_active_or_works_nowhere_is_not_in_the_directory() {
    let mut gone = anna();
    gone.insert("active".to_owned(), json!(false));
    for (user, unit) in [(gone, Some(unit("pension"))), (anna(), None)] {
        let things = mapping::things_of_user("id", &user, unit.as_ref(), |_| false);
        assert!(things.iter().all(|(.., value)| value.is_none()), "{things:?}");
    }
}

#[test]
fn the_main_number_on_a_card_is_no_line_and_what_is_too_long_is_cut() {
    let mut user = anna();
    user.insert("displayName".to_owned(), json!(format!("Anna\n{}", "Å".repeat(300))));
    let is_main = |number: &str| number == "+45 00 12 10 07";
    let things = mapping::things_of_user("id", &user, Some(&unit("pension")), is_main);
    let name = things[0].2.as_ref().expect("there")["name"].as_str().expect("a name");
    assert!(name.starts_with("Anna Å") && name.chars().count() == 120, "{name}");
    assert_eq!(things[1].2, None, "{things:?}");
}

#[test]
fn a_team_gets_a_key_that_can_be_read_and_is_free() {
    let free = |_: &UnitKey| false;
    assert_eq!(mapping::key_for("Børn & Unge, Ældre", free), unit("boern-unge-aeldre"));
    assert_eq!(mapping::key_for("日本", free), unit("team"));
    let taken = |key: &UnitKey| ["team", "team-2"].contains(&key.as_str());
    assert_eq!(mapping::key_for("Team", taken), unit("team-3"));
}

/// JSON as a sender in disorder writes it: our names, any value.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|n| json!(n)),
        "[a-zA-Z@. æ\u{0}\"]{0,12}".prop_map(Value::String),
        Just(json!("True")),
    ];
    let name = prop_oneof![
        Just("value".to_owned()),
        Just("type".to_owned()),
        Just("primary".to_owned()),
        Just("emails".to_owned()),
        Just("members".to_owned()),
        Just("active".to_owned()),
        Just("userName".to_owned()),
        Just("displayName".to_owned()),
        Just("name".to_owned()),
        Just("givenName".to_owned()),
        Just(ENTERPRISE.to_owned()),
        "[a-z]{1,6}",
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map(name.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_path() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("emails".to_owned()),
        Just("members".to_owned()),
        Just("name".to_owned()),
        Just("userName".to_owned()),
        Just("active".to_owned()),
        Just(ENTERPRISE.to_owned()),
        Just("emails[type eq \"work\"].value".to_owned()),
        Just("emails.value".to_owned()),
        Just("emails[type eq \"work\" and primary eq true]".to_owned()),
        Just("members[value eq \"1\"]".to_owned()),
        "[a-zA-Z\\[\\]\". :()]{0,30}",
    ]
}

#[test]
fn a_value_that_says_only_that_it_is_not_primary_leaves_nothing_behind() {
    let operation = json!({"op": "add", "path": "emails", "value": {"primary": false}});
    let changed = patch(Kind::User, anna(), &json!({"Operations": [operation]}));
    assert_eq!(changed.expect("a change")["emails"], anna()["emails"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_brings_the_reader_of_filters_down(text in "[ a-z()\\[\\]\"\\\\.:æ]{0,200}|(\\(|not \\(|emails\\[){0,400}") {
        for kind in Kind::ALL {
            let _ = Filter::read(kind, &text);
        }
    }

    #[test]
    fn a_text_in_a_filter_is_only_a_text(name in "\\PC{1,30}") {
        let filter = format!("displayName eq {}", json!(name));
        let filter = Filter::read(Kind::Group, &filter).expect("a filter");
        let (same, longer) = (json!({"displayName": name}), json!({"displayName": format!("{name}x")}));
        prop_assert!(filter.holds(&resource(same)));
        prop_assert!(!filter.holds(&resource(longer)));
    }

    #[test]
    fn whatever_is_taken_is_taken_the_same_again(body in any_json()) {
        for kind in Kind::ALL {
            if let Ok(once) = taken(kind, &body) {
                prop_assert_eq!(taken(kind, &Value::Object(once.clone())), Ok(once));
            }
        }
    }

    #[test]
    fn whatever_a_change_leaves_is_a_whole_resource(
        op in "add|Replace|remove",
        path in prop::option::of(any_path()),
        value in any_json(),
    ) {
        let body = json!({"Operations": [{"op": op, "path": path, "value": value}]});
        for (kind, begun) in [
            (Kind::User, anna()),
            (Kind::Group, resource(json!({"displayName": "G", "members": [{"value": "1"}]}))),
        ] {
            if let Ok(mut changed) = patch(kind, begun, &body) {
                for ours in ["id", "meta"] {
                    changed.remove(ours);
                }
                prop_assert_eq!(taken(kind, &Value::Object(changed.clone())), Ok(changed));
            }
        }
    }
}
