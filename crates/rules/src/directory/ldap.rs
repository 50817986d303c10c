//! The people and units of a directory server (LDAP) as things of our directory.
//!
//! An entry of a person becomes a person with lines; where they work says an attribute, otherwise
//! the unit that their entry lies under. An entry of a unit that is called like one that is here
//! **is** that unit; any other makes a team. One bad entry never stops the others: what cannot be
//! taken is passed over and told.

use std::collections::{BTreeMap, BTreeSet};

use base::{Language, UnitKey};
use serde::Serialize;
use serde_json::{Value, json};

use super::table::object;
use super::{Brought, EntryId, ItemKind, NAME_LIMIT, national, plain};
use crate::members::{is_mail, number_of};
use crate::text::FreeText;

/// The name under which the directory keeps what a directory server says.
pub const SOURCE: &str = "ldap";

/// What is read of an entry.
pub const FIELDS: [&str; 10] =
    ["id", "name", "unit", "title", "login", "phone", "mobile", "email", "language", "unit_name"];

/// Which servers' habits are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    ActiveDirectory,
    OpenLdap,
}

impl Server {
    /// The filter of people who work there.
    #[must_use]
    pub const fn people(self) -> &'static str {
        match self {
            // Accounts of users (no computers, no contacts), and not those with the bit "disabled".
            Self::ActiveDirectory => {
                "(&(sAMAccountType=805306368)\
                 (!(userAccountControl:1.2.840.113556.1.4.803:=2)))"
            }
            Self::OpenLdap => "(objectClass=inetOrgPerson)",
        }
    }
}

/// Which attributes say what. Of several, the first that an entry has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes(BTreeMap<&'static str, Vec<String>>);

impl Attributes {
    /// Those that a kind of server usually has.
    #[must_use]
    pub fn of(server: Server) -> Self {
        let names = match server {
            Server::ActiveDirectory => [
                "objectGUID",
                "displayName cn",
                "department",
                "title",
                "userPrincipalName",
                "telephoneNumber",
                "mobile",
                "mail",
                "preferredLanguage",
                "displayName ou",
            ],
            Server::OpenLdap => [
                "entryUUID",
                "displayName cn",
                "ou departmentNumber",
                "title",
                "uid",
                "telephoneNumber",
                "mobile",
                "mail",
                "preferredLanguage",
                "ou",
            ],
        };
        let mut attributes = Self(BTreeMap::new());
        for (field, names) in FIELDS.into_iter().zip(names) {
            attributes.set(field, names);
        }
        attributes
    }

    /// Reads a field of other attributes, parted by spaces; of none: not at all.
    pub fn set(&mut self, field: &'static str, names: &str) {
        self.0.insert(field, names.split_whitespace().map(str::to_lowercase).collect());
    }

    /// Every attribute that is asked for.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.values().flatten().map(String::as_str).collect()
    }

    fn of_field(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }
}

/// An entry as a server gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Its distinguished name.
    pub dn: String,
    /// The values of its attributes, by names in lower case.
    pub values: BTreeMap<String, Vec<Vec<u8>>>,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    pub people: Vec<Entry>,
    /// `None` when its units are not asked for.
    pub units: Option<Vec<Entry>>,
}

/// Something that is not taken: the whole entry when it has no `id`, `name` or `unit`, otherwise the
/// one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// The distinguished name of its entry.
    pub dn: String,
    /// One of [`FIELDS`].
    pub field: &'static str,
    /// A word of the catalogue (`problem-<code>`).
    pub code: &'static str,
}

/// What the directory knows before.
#[derive(Debug, Clone, Default)]
pub struct Here {
    /// Units that the server does not tell itself, by [`plain`] key and name.
    pub units: BTreeMap<String, UnitKey>,
    /// The [`national`] digits of every number that is nobody's line (product rule 5).
    pub main_numbers: BTreeSet<String>,
}

/// What a server's answer brings to the directory, and what of it does not.
#[must_use]
pub fn things(answer: &Answer, attributes: &Attributes, here: &Here) -> (Brought, Vec<PassedOver>) {
    let mut reading = Reading {
        attributes,
        here,
        brought: Brought::new(),
        passed_over: vec![],
        by_dn: BTreeMap::new(),
        by_name: here.units.iter().map(|(name, key)| (name.clone(), key.to_string())).collect(),
    };
    // A kind that is named is whole: what it has no longer goes.
    for kind in [ItemKind::Person, ItemKind::Line] {
        reading.brought.insert(kind, BTreeMap::new());
    }
    if let Some(units) = &answer.units {
        reading.brought.insert(ItemKind::Unit, BTreeMap::new());
        reading.take_units(units);
    }
    for entry in &answer.people {
        reading.take_person(entry);
    }
    (reading.brought, reading.passed_over)
}

struct Reading<'a> {
    attributes: &'a Attributes,
    here: &'a Here,
    brought: Brought,
    passed_over: Vec<PassedOver>,
    /// What a unit is called in what is brought (a key, or the server's own id), by the
    /// distinguished name of its entry.
    by_dn: BTreeMap<String, String>,
    /// The same by name; of two with one name the first.
    by_name: BTreeMap<String, String>,
}

impl Reading<'_> {
    fn take_units(&mut self, units: &[Entry]) {
        let mut teams = Vec::new();
        for entry in units {
            let name = match self.text(entry, "unit_name") {
                Ok(name) => name,
                Err(code) => {
                    self.pass_over(entry, "unit_name", code);
                    continue;
                }
            };
            let dn = plain_dn(&entry.dn);
            if let Some(unit) = self.here.units.get(&plain(&name)) {
                self.by_dn.insert(dn, unit.to_string());
                continue;
            }
            let Some(id) = self.id(entry, ItemKind::Unit) else { continue };
            self.by_name.entry(plain(&name)).or_insert_with(|| id.clone());
            self.by_dn.insert(dn.clone(), id.clone());
            self.bring(ItemKind::Unit, id.clone(), json!({"kind": "team", "name": name}));
            teams.push((dn, id));
        }
        for (dn, id) in teams {
            let Some(parent) = self.above(&dn) else { continue };
            let team = self.brought.get_mut(&ItemKind::Unit).and_then(|all| all.get_mut(&id));
            if let Some(team) = team {
                team.insert("parent".to_owned(), json!(parent));
            }
        }
    }

    fn take_person(&mut self, entry: &Entry) {
        let name = match self.text(entry, "name") {
            Ok(name) => name,
            Err(code) => return self.pass_over(entry, "name", code),
        };
        let named = self.value(entry, "unit").and_then(|unit| self.by_name.get(&plain(unit)));
        let Some(unit) = named.cloned().or_else(|| self.above(&plain_dn(&entry.dn))) else {
            return self.pass_over(entry, "unit", "unit-unknown");
        };
        let Some(id) = self.id(entry, ItemKind::Person) else { return };
        let mut person = object(json!({"unit": unit, "name": name}));
        if let Some(title) = self.maybe(entry, "title") {
            person.insert("title".to_owned(), json!(title));
        }
        if let Some(login) = self.maybe(entry, "login") {
            person.insert("login".to_owned(), json!(login.to_lowercase()));
        }
        let language = self.value(entry, "language").unwrap_or_default().to_lowercase();
        let language = language.split(['-', '_', ',', ';']).next().and_then(Language::of_code);
        if let Some(language) = language {
            person.insert("languages".to_owned(), json!([language.code()]));
        }
        self.bring(ItemKind::Person, id.clone(), Value::Object(person));
        for (field, way) in [("phone", "outside"), ("mobile", "outside"), ("email", "mail")] {
            let Some(address) = self.address(entry, field) else { continue };
            let line = json!({"holder": {"entry": id}, "way": way, "address": address});
            self.bring(ItemKind::Line, format!("{id}#{field}"), line);
        }
    }

    fn address(&mut self, entry: &Entry, field: &'static str) -> Option<String> {
        let (address, code) = if field == "email" {
            (Some(self.maybe(entry, field)?).filter(|mail| is_mail(mail)), "email-form")
        } else {
            (number_of(self.value(entry, field)?), "number-form")
        };
        match address {
            None => self.pass_over(entry, field, code),
            Some(number) if self.here.main_numbers.contains(&national(&number)) => {
                self.pass_over(entry, field, "number-is-main");
            }
            address => return address,
        }
        None
    }

    /// What the server calls it for ever, once for each thing of a kind.
    fn id(&mut self, entry: &Entry, kind: ItemKind) -> Option<String> {
        let names = self.attributes.of_field("id");
        let mut values = names.iter().filter_map(|name| entry.values.get(name)?.first());
        let Some(id) = values.next().and_then(|id| id_of(id)) else {
            self.pass_over(entry, "id", "not-an-id");
            return None;
        };
        if self.brought.get(&kind).is_some_and(|all| all.contains_key(&id)) {
            self.pass_over(entry, "id", "id-twice");
            return None;
        }
        Some(id)
    }

    /// The first value of a field that says something.
    fn value<'e>(&self, entry: &'e Entry, field: &str) -> Option<&'e str> {
        let names = self.attributes.of_field(field);
        let values = names.iter().filter_map(|name| entry.values.get(name)).flatten();
        let mut texts = values.filter_map(|value| std::str::from_utf8(value).ok()).map(str::trim);
        texts.find(|text| !text.is_empty())
    }

    /// The same as one line of text, or why it cannot be taken.
    fn text(&self, entry: &Entry, field: &'static str) -> Result<String, &'static str> {
        let value = self.value(entry, field).unwrap_or_default();
        let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = FreeText::accept_in(field, &line, NAME_LIMIT);
        text.map(FreeText::into_string).map_err(|problem| problem.code())
    }

    /// The same of what may be missing.
    fn maybe(&mut self, entry: &Entry, field: &'static str) -> Option<String> {
        match self.text(entry, field) {
            Ok(text) => return Some(text),
            Err("empty") => {}
            Err(code) => self.pass_over(entry, field, code),
        }
        None
    }

    /// The nearest unit that an entry lies under.
    fn above(&self, dn: &str) -> Option<String> {
        let mut above = std::iter::successors(parent(dn), |dn| parent(dn));
        above.find_map(|dn| self.by_dn.get(dn)).cloned()
    }

    fn bring(&mut self, kind: ItemKind, id: String, value: Value) {
        self.brought.entry(kind).or_default().insert(id, object(value));
    }

    fn pass_over(&mut self, entry: &Entry, field: &'static str, code: &'static str) {
        self.passed_over.push(PassedOver { dn: entry.dn.clone(), field, code });
    }
}

/// An id in words: a UUID as text (OpenLDAP), the sixteen bytes of a GUID (Active Directory, whose
/// first three groups are the other way round), or a text of somebody's own (a number of employees).
fn id_of(value: &[u8]) -> Option<String> {
    let is_text = value.iter().all(u8::is_ascii_graphic);
    match std::str::from_utf8(value) {
        Ok(text) if is_text => match text.parse::<EntryId>() {
            Ok(id) => Some(id.to_string()),
            Err(_) => (1..=NAME_LIMIT).contains(&text.len()).then(|| text.to_owned()),
        },
        _ => {
            let mut guid: [u8; 16] = value.try_into().ok()?;
            for group in [0..4, 4..6, 6..8] {
                guid[group].reverse();
            }
            let digits: String = guid.iter().map(|byte| format!("{byte:02x}")).collect();
            digits.parse::<EntryId>().ok().map(|id| id.to_string())
        }
    }
}

/// A distinguished name but for case and the spaces after commas.
fn plain_dn(dn: &str) -> String {
    let mut plain = String::with_capacity(dn.len());
    let mut rest = dn;
    loop {
        let end = end_of_first(rest);
        plain.push_str(&rest[..end].trim().to_lowercase());
        match rest.get(end + 1..) {
            Some(next) => {
                plain.push(',');
                rest = next;
            }
            None => return plain,
        }
    }
}

/// What a distinguished name lies under.
fn parent(dn: &str) -> Option<&str> {
    dn.get(end_of_first(dn) + 1..)
}

/// Where the first part of a distinguished name ends: at a comma that is not escaped.
fn end_of_first(dn: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in dn.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => return at,
            _ => {}
        }
    }
    dn.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(dn: &str, values: &[(&str, &str)]) -> Entry {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).into()]));
        Entry { dn: dn.to_owned(), values: values.collect() }
    }

    fn uuid(n: u8) -> String {
        format!("00000000-0000-0000-0000-{n:012}")
    }

    fn person(n: u8, values: &[(&str, &str)]) -> Entry {
        let id = uuid(n);
        let mut values = values.to_vec();
        values.extend([("entryuuid", &*id), ("cn", "Kurt Sommer")]);
        entry(&format!("cn={n},ou=Folkepension,ou=Ydelser,dc=x"), &values)
    }

    fn here() -> Here {
        let key = UnitKey::new("pension-og-ydelser").unwrap();
        let names = ["pension-og-ydelser", "ydelser"];
        Here {
            units: names.into_iter().map(|name| (name.to_owned(), key.clone())).collect(),
            main_numbers: BTreeSet::from(["00160000".to_owned()]),
        }
    }

    fn read(people: Vec<Entry>, units: Option<Vec<Entry>>) -> (Brought, Vec<PassedOver>) {
        things(&Answer { people, units }, &Attributes::of(Server::OpenLdap), &here())
    }

    fn told(passed_over: &[PassedOver]) -> Vec<(&str, &str)> {
        passed_over.iter().map(|one| (one.field, one.code)).collect()
    }

    #[test]
    fn a_person_comes_with_lines_and_stands_where_an_attribute_says() {
        let kurt = person(
            1,
            &[
                ("ou", "  YDELSER "),
                ("title", "Sagsbehandler"),
                ("uid", "Kurt@Horsens.example"),
                ("telephonenumber", "0016 6104"),
                ("mail", "kurt@horsens.example"),
                ("preferredlanguage", "da-DK"),
            ],
        );
        let (brought, passed_over) = read(vec![kurt], None);
        assert_eq!(told(&passed_over), []);
        let id = uuid(1);
        assert_eq!(
            Value::Object(brought[&ItemKind::Person][&id].clone()),
            json!({
                "unit": "pension-og-ydelser", "name": "Kurt Sommer", "title": "Sagsbehandler",
                "login": "kurt@horsens.example", "languages": ["da"],
            })
        );
        let lines: Vec<_> = brought[&ItemKind::Line].keys().cloned().collect();
        assert_eq!(lines, [format!("{id}#email"), format!("{id}#phone")]);
        let phone = &brought[&ItemKind::Line][&format!("{id}#phone")];
        assert_eq!(phone["address"], "+45 00 16 61 04");
        assert!(!brought.contains_key(&ItemKind::Unit), "units that nobody asked for stay");
    }

    #[test]
    fn what_cannot_be_taken_is_told_and_stops_nobody_else() {
        let lost = Entry { dn: "cn=x,dc=elsewhere".to_owned(), ..person(2, &[("ou", "Mars")]) };
        let nameless = entry("cn=y,dc=x", &[("entryuuid", "y"), ("ou", "ydelser")]);
        let anonymous = entry("cn=z,dc=x", &[("cn", "Zoe"), ("ou", "ydelser")]);
        let hidden = person(3, &[("ou", "ydelser"), ("displayname", "\u{202e}\u{200b}")]);
        let long = "x".repeat(NAME_LIMIT + 1);
        let odd = person(
            4,
            &[
                ("ou", "ydelser"),
                ("telephonenumber", "0016 0000"),
                ("mobile", "2929"),
                ("mail", "kurt"),
                ("title", &long),
            ],
        );
        let people = vec![lost, nameless, anonymous, hidden, odd.clone(), odd];
        let (brought, passed_over) = read(people, None);
        let expected = [
            ("unit", "unit-unknown"),
            ("name", "empty"),
            ("id", "not-an-id"),
            ("name", "empty"),
            ("title", "too-long"),
            ("phone", "number-is-main"),
            ("mobile", "number-form"),
            ("email", "email-form"),
            ("id", "id-twice"),
        ];
        assert_eq!(told(&passed_over), expected);
        assert_eq!(brought[&ItemKind::Person].len(), 1);
        assert!(brought[&ItemKind::Line].is_empty(), "an empty kind is told as empty");
    }

    #[test]
    fn units_become_teams_under_the_one_they_lie_under() {
        let unit = |dn: &str, id: &str, name: &str| entry(dn, &[("entryuuid", id), ("ou", name)]);
        let units = vec![
            unit("ou=Vagt,OU=Folkepension, ou=Ydelser,dc=x", "t2", "Vagt"),
            unit("ou=folkepension,ou=ydelser,dc=x", "t1", "Folkepension"),
            unit("ou=Ydelser,dc=x", "d1", "Ydelser"),
            entry("ou=,dc=x", &[("entryuuid", "t3")]),
        ];
        let (brought, passed_over) = read(vec![person(1, &[])], Some(units));
        assert_eq!(told(&passed_over), [("unit_name", "empty")]);
        let teams = &brought[&ItemKind::Unit];
        assert_eq!(teams.keys().collect::<Vec<_>>(), ["t1", "t2"], "Ydelser is here already");
        assert_eq!(
            (&teams["t1"]["parent"], &teams["t2"]["parent"]),
            (&json!("pension-og-ydelser"), &json!("t1"))
        );
        let kurt = &brought[&ItemKind::Person][&uuid(1)];
        assert_eq!(kurt["unit"], "t1", "where the entry lies");
    }

    #[test]
    fn a_guid_of_active_directory_is_written_as_its_own_tools_write_it() {
        let bytes: Vec<u8> = (0..16).map(|n| n * 16 + 1).collect();
        let id = id_of(&bytes).expect("a GUID");
        assert_eq!(id, "31211101-5141-7161-8191-a1b1c1d1e1f1");
        assert_eq!(id_of(b"4711").as_deref(), Some("4711"));
        for nothing in [&b""[..], b"two words", &[0; 15], "\u{e6}".repeat(4).as_bytes()] {
            assert_eq!(id_of(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_comma_inside_a_name_parts_nothing() {
        assert_eq!(parent("cn=Sommer\\, Kurt,ou=a,dc=x"), Some("ou=a,dc=x"));
        assert_eq!(parent("cn=a\\\\,dc=x"), Some("dc=x"));
        assert_eq!(parent("dc=x"), None);
        assert_eq!(plain_dn("CN=A\\, B , OU=c"), "cn=a\\, b,ou=c");
        assert_eq!(plain_dn(""), "");
    }
}
