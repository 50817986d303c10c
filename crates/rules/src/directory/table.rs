//! A directory as one table (CSV): what personnel systems can write, and spreadsheets can read.
//!
//! A row is a unit, a person, a line or a responsibility; ids are the source's own, and rows name
//! each other by them. A table is the whole of the kinds it has rows of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Condition, ItemKind};
use crate::hours::ServiceHours;
use crate::members::{is_mail, number_of};

/// The columns, in the order they are written in.
const COLUMNS: [&str; 20] = [
    "kind",
    "id",
    "name",
    "name_en",
    "unit",
    "title",
    "login",
    "phone",
    "mobile",
    "email",
    "languages",
    "skills",
    "deputies",
    "way",
    "address",
    "public",
    "hours",
    "topic",
    "people",
    CONDITIONS,
];
const CONDITIONS: &str = "conditions";
/// Faults of one table that are told.
const MOST_FAULTS: usize = 100;
/// Longest text of a cell, in characters.
const CELL_LIMIT: usize = 2_000;

/// What a source says, by kind and by the source's own ids. Only the kinds named are synchronised.
/// People are named by their ids in the source (`deputies`, `people`, `holder`).
pub type Brought = BTreeMap<ItemKind, BTreeMap<String, Map<String, Value>>>;

/// Something in a table that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFault {
    pub line: u64,
    /// A word of the catalogue (`problem-<code>`).
    pub code: &'static str,
    /// What stands there.
    pub value: String,
}

/// A row with the names of its columns.
struct Row<'a> {
    line: u64,
    cells: BTreeMap<&'a str, &'a str>,
}

type Taken<T> = Result<T, (&'static str, String)>;

impl<'a> Row<'a> {
    fn cell(&self, column: &str) -> &'a str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn needed(&self, column: &str) -> Taken<&'a str> {
        match self.cell(column) {
            "" => Err(("empty", column.to_owned())),
            cell => Ok(cell),
        }
    }

    fn list(&self, column: &str) -> Vec<&'a str> {
        self.cell(column).split('|').map(str::trim).filter(|one| !one.is_empty()).collect()
    }

    fn unit(&self) -> Taken<(String, Map<String, Value>)> {
        let kind = match self.cell("kind") {
            "administration" => "administration",
            _ => "team",
        };
        let mut value = object(json!({ "kind": kind, "name": self.needed("name")? }));
        self.texts(&mut value, &[("name_en", "name_en"), ("unit", "parent")]);
        self.hours(&mut value)?;
        Ok((self.needed("id")?.to_owned(), value))
    }

    fn person(&self) -> Taken<(String, Map<String, Value>)> {
        let mut value =
            object(json!({ "unit": self.needed("unit")?, "name": self.needed("name")? }));
        self.texts(&mut value, &[("title", "title"), ("login", "login")]);
        for column in ["languages", "skills"] {
            // Kept as sets: in the order of their letters.
            let set: BTreeSet<&str> = self.list(column).into_iter().collect();
            if let Some(bad) = set
                .iter()
                .find(|code| column == "languages" && base::Language::of_code(code).is_none())
            {
                return Err(("language-unknown", (*bad).to_owned()));
            }
            if !set.is_empty() {
                value.insert(column.to_owned(), json!(set));
            }
        }
        let deputies = self.list("deputies");
        if !deputies.is_empty() {
            value.insert("deputies".to_owned(), json!(deputies));
        }
        Ok((self.needed("id")?.to_owned(), value))
    }

    /// The numbers and the address that stand in a person's own row.
    fn lines_of_person(&self, id: &str) -> Taken<Vec<(String, Map<String, Value>)>> {
        let mut lines = Vec::new();
        for (column, way) in [("phone", "outside"), ("mobile", "outside"), ("email", "mail")] {
            let cell = self.cell(column);
            if !cell.is_empty() {
                let address = address(way, cell)?;
                let line = json!({ "holder": { "entry": id }, "way": way, "address": address });
                lines.push((format!("{id}#{column}"), object(line)));
            }
        }
        Ok(lines)
    }

    fn line_of_own(&self) -> Taken<(String, Map<String, Value>)> {
        let holder = match self.cell("people") {
            "" => json!({ "unit": self.needed("unit")? }),
            person => json!({ "entry": person }),
        };
        let way = self.needed("way")?;
        let mut value = object(json!({ "holder": holder, "way": way }));
        match way {
            "chat" => {}
            "telephone" | "outside" | "mail" => {
                value.insert("address".to_owned(), json!(address(way, self.needed("address")?)?));
            }
            way => return Err(("way-unknown", way.to_owned())),
        }
        match self.cell("public") {
            "" | "no" | "nej" => {}
            "yes" | "ja" => {
                value.insert("public".to_owned(), json!(true));
            }
            other => return Err(("yes-or-no", other.to_owned())),
        }
        self.hours(&mut value)?;
        let named = [holder.to_string(), way.to_owned(), self.cell("address").to_owned()];
        Ok((self.id_or(&named), value))
    }

    fn responsibility(&self) -> Taken<(String, Map<String, Value>)> {
        let mut value =
            object(json!({ "topic": self.needed("topic")?, "unit": self.needed("unit")? }));
        let people = self.list("people");
        if !people.is_empty() {
            value.insert("people".to_owned(), json!(people));
        }
        let mut conditions = Vec::new();
        for text in self.list(CONDITIONS) {
            let condition: Condition =
                text.parse().map_err(|_| ("condition-form", text.to_owned()))?;
            conditions.push(condition);
        }
        if !conditions.is_empty() {
            value.insert(CONDITIONS.to_owned(), json!(conditions));
        }
        let named = ["topic", "unit", CONDITIONS].map(|column| self.cell(column).to_owned());
        Ok((self.id_or(&named), value))
    }

    /// Its own id, or what tells it apart from others.
    fn id_or(&self, named: &[String]) -> String {
        match self.cell("id") {
            "" => named.join("/"),
            id => id.to_owned(),
        }
    }

    fn texts(&self, value: &mut Map<String, Value>, columns: &[(&str, &str)]) {
        for (column, field) in columns {
            let cell = self.cell(column);
            if !cell.is_empty() {
                value.insert((*field).to_owned(), json!(cell));
            }
        }
    }

    fn hours(&self, value: &mut Map<String, Value>) -> Taken<()> {
        let cell = self.cell("hours");
        if !cell.is_empty() {
            ServiceHours::parse(cell).map_err(|_| ("hours-form", cell.to_owned()))?;
            value.insert("hours".to_owned(), json!(cell));
        }
        Ok(())
    }
}

fn address(way: &str, cell: &str) -> Taken<String> {
    if way == "mail" {
        return if is_mail(cell) {
            Ok(cell.to_owned())
        } else {
            Err(("email-form", cell.to_owned()))
        };
    }
    number_of(cell).ok_or(("number-form", cell.to_owned()))
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The rows of a table, whichever of `;`, `,` and tab its first row has most of.
fn rows_of(text: &str) -> csv::Reader<&[u8]> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    let delimiter = [b',', b'\t', b';'].into_iter().max_by_key(count).unwrap_or(b';');
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// The lines of rows that end before the last column. They may end before their empty cells; or a
/// separator is missing in their midst.
#[must_use]
pub fn short_rows(text: &str) -> Vec<u64> {
    let mut rows = rows_of(text);
    let columns = rows.headers().map_or(0, csv::StringRecord::len);
    let short = rows.records().flatten().filter(|row| row.len() < columns);
    short.filter_map(|row| Some(row.position()?.line())).collect()
}

/// Reads a table.
///
/// # Errors
/// Every fault (at most a hundred), with its line.
pub fn read_table(text: &str) -> Result<Brought, Vec<TableFault>> {
    let mut reader = rows_of(text);
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        TableFault { line, code: "table-form", value: String::new() }
    };
    let names = match reader.headers() {
        Ok(names) => names.clone(),
        Err(error) => return Err(vec![broken(&error)]),
    };
    let mut faults: Vec<TableFault> = names
        .iter()
        .filter(|name| !COLUMNS.contains(name))
        .map(|name| TableFault { line: 1, code: "column-unknown", value: name.to_owned() })
        .collect();
    if !names.iter().any(|name| name == "kind") {
        let value = "kind".to_owned();
        faults.push(TableFault { line: 1, code: "column-missing", value });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut brought = Brought::new();
    for record in reader.records() {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(broken(&error));
                continue;
            }
        };
        if record.len() > names.len() {
            // A separator inside a cell that is not quoted moves the rest to the right.
            let line = record.position().map_or(1, csv::Position::line);
            let value = record.iter().skip(names.len()).collect();
            faults.push(TableFault { line, code: "table-form", value });
            continue;
        }
        let cells = names.iter().zip(record.iter()).collect();
        let row = Row { line: record.position().map_or(1, csv::Position::line), cells };
        if let Err((code, value)) = take(&row, &mut brought) {
            faults.push(TableFault { line: row.line, code, value });
        }
    }
    if faults.is_empty() { Ok(brought) } else { Err(faults) }
}

fn take(row: &Row<'_>, brought: &mut Brought) -> Taken<()> {
    if let Some(long) = row.cells.iter().find(|(_, cell)| cell.chars().count() > CELL_LIMIT) {
        return Err(("too-long", (*long.0).to_owned()));
    }
    // Letters were lost on the way here; names without them replace good ones.
    if let Some((_, lost)) = row.cells.iter().find(|(_, cell)| cell.contains('\u{fffd}')) {
        return Err(("letters-lost", (*lost).to_owned()));
    }
    let mut things = Vec::new();
    match row.cell("kind") {
        "administration" | "team" | "unit" => things.push((ItemKind::Unit, row.unit()?)),
        "person" => {
            let person = row.person()?;
            let lines = row.lines_of_person(&person.0)?;
            things.push((ItemKind::Person, person));
            things.extend(lines.into_iter().map(|line| (ItemKind::Line, line)));
        }
        "line" => things.push((ItemKind::Line, row.line_of_own()?)),
        "responsibility" => things.push((ItemKind::Responsibility, row.responsibility()?)),
        other => return Err(("kind-unknown", other.to_owned())),
    }
    for (kind, (id, value)) in things {
        if brought.entry(kind).or_default().insert(id.clone(), value).is_some() {
            return Err(("id-twice", id));
        }
    }
    Ok(())
}

/// Writes what [`read_table`] reads again.
#[must_use]
pub fn write_table(things: &Brought) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let rows = things
        .iter()
        .flat_map(|(kind, things)| things.iter().map(|(id, value)| cells(*kind, id, value)));
    let written = writer.write_record(COLUMNS).and_then(|()| {
        for row in rows {
            writer.write_record(COLUMNS.iter().map(|column| row.get(column).map_or("", |c| c)))?;
        }
        Ok(())
    });
    match (written, writer.into_inner()) {
        (Ok(()), Ok(bytes)) => String::from_utf8(bytes).unwrap_or_default(),
        _ => unreachable!("memory takes every row"),
    }
}

fn cells(kind: ItemKind, id: &str, value: &Map<String, Value>) -> BTreeMap<&'static str, String> {
    let text =
        |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |field: &str| {
        let list = value.get(field).and_then(Value::as_array).map(Vec::as_slice);
        let texts = list.unwrap_or_default().iter().filter_map(Value::as_str);
        texts.collect::<Vec<_>>().join("|")
    };
    let mut row = BTreeMap::from([("id", id.to_owned()), ("kind", kind.code().to_owned())]);
    match kind {
        ItemKind::Unit => {
            row.insert("kind", text("kind"));
            row.insert("unit", text("parent"));
        }
        ItemKind::Line => {
            let holder = |what: &str| {
                let holder = value.get("holder").and_then(|holder| holder.get(what));
                holder.and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            row.insert("unit", holder("unit"));
            row.insert("people", holder("entry"));
            let public = value.get("public").and_then(Value::as_bool).unwrap_or(false);
            row.insert("public", if public { "yes" } else { "" }.to_owned());
        }
        ItemKind::Person | ItemKind::Responsibility => {
            row.insert("unit", text("unit"));
            row.insert("people", list("people"));
        }
    }
    for field in ["name", "name_en", "title", "login", "way", "address", "hours", "topic"] {
        row.insert(field, text(field));
    }
    for field in ["languages", "skills", "deputies"] {
        row.insert(field, list(field));
    }
    let conditions: Vec<Condition> = value
        .get(CONDITIONS)
        .and_then(|list| serde_json::from_value(list.clone()).ok())
        .unwrap_or_default();
    let conditions: Vec<String> = conditions.iter().map(ToString::to_string).collect();
    row.insert(CONDITIONS, conditions.join("|"));
    row
}
