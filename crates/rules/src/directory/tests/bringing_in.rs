//! What other systems say, as tables and as things with two sources.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::directory::source::{Record, plan};

#[test]
fn what_was_changed_by_hand_survives_the_next_import() {
    let first = object(json!({ "name": "Anne Holm", "title": "Rådgiver", "phone": "1" }));
    let record = Record::default().synced(Some(first.clone()));
    let mut edited = first;
    edited.insert("phone".to_owned(), json!("2"));
    edited.remove("title");
    let record = record.edited(edited);
    let later = object(json!({ "name": "Anne Holm-Bech", "title": "Leder", "phone": "3" }));
    let record = record.synced(Some(later));
    let value = record.value().unwrap();
    assert_eq!(Value::Object(value), json!({ "name": "Anne Holm-Bech", "phone": "2" }));
    // Taken back, the source speaks again.
    let back = record.clone().as_imported("phone").as_imported("title").value().unwrap();
    assert_eq!(back["phone"], "3");
    assert_eq!(back["title"], "Leder");
    // Who leaves the source leaves the directory; who was made here stays.
    assert_eq!(record.synced(None).value(), None);
    let made = Record::made(object(json!({ "name": "Vikar" })));
    assert!(made.clone().synced(None).value().is_some());
    assert_eq!(made.clone().as_imported("name"), made, "no source speaks of it");
}

#[test]
fn a_number_is_kept_with_the_way_it_is_used() {
    let said = |value: Value| Record::default().synced(Some(object(value)));
    let number = json!({ "way": "telephone", "address": "1" });
    let record = said(number.clone()).edited(object(json!({ "way": "telephone", "address": "2" })));
    let later = record.clone().synced(Some(object(json!({ "way": "chat" }))));
    assert_eq!(later.value(), Some(object(json!({ "way": "telephone", "address": "2" }))));
    for field in ["way", "address"] {
        assert_eq!(record.clone().as_imported(field).value(), Some(object(number.clone())));
    }
    // Whose a line is stands there whole, whatever the source says of it later.
    let held = said(json!({ "holder": { "unit": "a" } }));
    let held = held.edited(object(json!({ "holder": { "unit": "b" } })));
    let later = held.synced(Some(object(json!({ "holder": { "entry": "c" } }))));
    assert_eq!(later.value(), Some(object(json!({ "holder": { "unit": "b" } }))));
}

#[test]
fn an_import_that_would_empty_the_directory_is_held_back() {
    let said = |n: usize| (format!("{n:03}"), object(json!({ "name": n })));
    let before: BTreeMap<String, Record> =
        (0..100).map(said).map(|(id, value)| (id, Record::default().synced(Some(value)))).collect();
    let brought = |count: usize| (0..count).map(said).collect::<BTreeMap<_, _>>();
    assert!(!plan(&before, &brought(80)).is_held_back());
    let cut = plan(&before, &brought(79));
    assert!(cut.is_held_back());
    assert_eq!((cut.removed.len(), cut.same), (21, 79));
    assert!(!plan(&BTreeMap::new(), &brought(100)).is_held_back());
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..4_i32).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        prop::collection::vec(0..3_i32, 0..3).prop_map(|list| json!(list)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop::collection::btree_map("[a-d]", inner, 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    })
}

fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-d]", any_value(), 0..5)
        .prop_map(|map| map.into_iter().collect())
}

proptest! {
    /// What somebody writes is what holds, and an import of the same leaves it so.
    #[test]
    fn what_was_written_holds(imported in any_object(), written in any_object()) {
        let record = Record::default().synced(Some(imported.clone())).edited(written.clone());
        prop_assert_eq!(record.value(), Some(written.clone()));
        prop_assert_eq!(record.synced(Some(imported)).value(), Some(written));
    }
}

#[test]
fn conditions_are_written_as_they_are_read() {
    for text in [
        "age 18-29",
        "age -29",
        "age 30-",
        "post-code 8700-8740",
        "birth-day 1-15",
        "street Skt. Jørgens Vej 2-40 even",
        "street Nørregade - both",
        "said Har borgeren en sag?",
    ] {
        assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
    }
    for text in ["", "age", "age -", "age 30-18", "birth-day 0-5", "street 2-4 even", "moon 1-2"] {
        assert_eq!(text.parse::<Condition>(), Err(NoCondition), "{text}");
    }
}

#[test]
fn a_table_tells_its_faults_with_their_lines() {
    let table = "kind;id;name;unit;phone;languages\n\
                 person;a;Anne;borgerservice;12345;da\n\
                 person;a2;;borgerservice;;\n\
                 person;a3;Bo;borgerservice;;fr\n\
                 hest;b;;;;\n\
                 team;t;Team;;;\n\
                 team;t;Igen;;;\n\
                 team;t2;Team;;mon 08:00-12:00; tue 08:00-12:00;;\n\
                 person;a4;S\u{fffd}ren;borgerservice;;\n";
    let faults = read_table(table).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.code)).collect();
    let expected = [
        (2, "number-form"),
        (3, "empty"),
        (4, "language-unknown"),
        (5, "kind-unknown"),
        (7, "id-twice"),
        (8, "table-form"),
        (9, "letters-lost"),
    ];
    assert_eq!(told, expected);
    assert_eq!(read_table("kind;løn\n").unwrap_err()[0].code, "column-unknown");
    assert_eq!(read_table("id;name\n").unwrap_err()[0].code, "column-missing");
}

fn any_text() -> impl Strategy<Value = String> {
    "[a-zæøå;\",. ]{1,12}".prop_map(|text| format!("x{}", text.trim()))
}

fn any_things() -> impl Strategy<Value = Brought> {
    let people = prop::collection::btree_map(
        "[a-f]{1,3}",
        (any_text(), prop::option::of(any_text()), prop::collection::btree_set("[a-z]{1,5}", 0..3)),
        1..4,
    );
    let lines = prop::collection::btree_map("[a-f]{1,3}", (0..3_usize, any::<bool>()), 0..4);
    (people, lines).prop_map(|(people, lines)| {
        let people = people.into_iter().map(|(id, (name, title, skills))| {
            let mut value = object(json!({ "unit": "borgerservice", "name": name }));
            value.extend(title.map(|title| ("title".to_owned(), json!(title))));
            if !skills.is_empty() {
                value.insert("skills".to_owned(), json!(skills));
            }
            (id, value)
        });
        let lines = lines.into_iter().map(|(id, (way, public))| {
            let (way, address) = [
                ("telephone", Some("+45 00 15 12 23")),
                ("mail", Some("a@b.example")),
                ("chat", None),
            ][way];
            let mut value = object(json!({ "holder": { "unit": "borgerservice" }, "way": way }));
            value.extend(address.map(|address| ("address".to_owned(), json!(address))));
            if public {
                value.insert("public".to_owned(), json!(true));
            }
            (id, value)
        });
        let mut things = Brought::from([(ItemKind::Person, people.collect())]);
        let lines: BTreeMap<_, _> = lines.collect();
        if !lines.is_empty() {
            things.insert(ItemKind::Line, lines);
        }
        things
    })
}

proptest! {
    /// What is written as a table is read again as it was, and every thing of it can be kept.
    #[test]
    fn a_table_is_read_as_it_was_written(things in any_things()) {
        let table = write_table(&things);
        prop_assert_eq!(read_table(&table), Ok(things.clone()), "{}", table);
        for (kind, things) in things {
            for value in things.into_values() {
                let item = Item::read(kind, value.clone()).unwrap();
                prop_assert_eq!(item.value(), value);
            }
        }
    }
}
