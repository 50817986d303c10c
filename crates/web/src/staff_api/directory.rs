//! The directory: reading it, finding in it, keeping it true.

use app::directory::{
    AbsenceChange, DepartmentChange, DirectoryChange, DirectoryHit, DirectoryPerson,
    DirectoryTasks, DirectoryTree, DirectoryUnit, FindingView, FreshnessView, KindPlan, LineChange,
    Mode, PersonChange, RequestWish, Resolved, ResponsibilityChange, Synchronised, UnitChange,
};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use base::{Language, MunicipalityKey, Problem};
use rules::directory::{Facts, ItemKind};
use serde::{Deserialize, Serialize};
use serde_json::json as json_of;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Body, SignedIn, done, field, json, known, named};
use crate::AppState;
use crate::citizen::visit::language_of;
use crate::citizen::when::week;
use crate::problem::{self, Refused};
use crate::routes::{Guard, Routes};
use crate::texts::Texts;

/// The largest table, in bytes.
const TABLE_BODY: usize = 16 * 1024 * 1024;

pub fn routes() -> Routes {
    reading().and(changing()).and(keeping())
}

fn reading() -> Routes {
    Routes::new()
        .get("/api/v1/staff/directory/search", Guard::Staff, search)
        .asks::<Searched>()
        .gives_as::<Vec<DirectoryHit>>("hits")
        .get("/api/v1/staff/directory/{municipality}/tree", Guard::Staff, tree)
        .gives::<DirectoryTree>()
        .get("/api/v1/staff/directory/{municipality}/units/{unit}", Guard::Staff, unit)
        .gives::<StaffUnit>()
        .get("/api/v1/staff/directory/{municipality}/people/{id}", Guard::Staff, person)
        .gives::<DirectoryPerson>()
        .get("/api/v1/staff/directory/{municipality}/history", Guard::Staff, history)
        .asks::<OfItem>()
        .gives_as::<Vec<DirectoryChange>>("changes")
        .post("/api/v1/staff/directory/{municipality}/resolve", Guard::Staff, resolve)
        .takes::<About>()
        .gives::<Resolved>()
        .get("/api/v1/staff/directory/{municipality}/check", Guard::Staff, check)
        .gives_as::<Vec<FindingView>>("findings")
        .get("/api/v1/staff/directory/{municipality}/export", Guard::Staff, export)
        .gives_file("text/csv")
}

fn changing() -> Routes {
    Routes::new()
        .put(
            "/api/v1/staff/directory/{municipality}/departments/{department}",
            Guard::Staff,
            change_department,
        )
        .takes::<DepartmentChange>()
        .gives_nothing()
        .put("/api/v1/staff/directory/{municipality}/units/{unit}", Guard::Staff, change_unit)
        .takes::<UnitChange>()
        .gives_nothing()
        .delete("/api/v1/staff/directory/{municipality}/units/{unit}", Guard::Staff, remove_unit)
        .asks::<Read>()
        .gives_nothing()
        .put("/api/v1/staff/directory/{municipality}/people/{id}", Guard::Staff, change_person)
        .takes::<PersonChange>()
        .gives_nothing()
        .delete("/api/v1/staff/directory/{municipality}/people/{id}", Guard::Staff, remove_person)
        .asks::<Read>()
        .gives_nothing()
        .put("/api/v1/staff/directory/{municipality}/lines/{id}", Guard::Staff, change_line)
        .takes::<LineChange>()
        .gives_nothing()
        .delete("/api/v1/staff/directory/{municipality}/lines/{id}", Guard::Staff, remove_line)
        .asks::<Read>()
        .gives_nothing()
        .put(
            "/api/v1/staff/directory/{municipality}/responsibilities/{id}",
            Guard::Staff,
            change_responsibility,
        )
        .takes::<ResponsibilityChange>()
        .gives_nothing()
        .delete(
            "/api/v1/staff/directory/{municipality}/responsibilities/{id}",
            Guard::Staff,
            remove_responsibility,
        )
        .asks::<Read>()
        .gives_nothing()
        .put("/api/v1/staff/directory/{municipality}/absences/{id}", Guard::Staff, set_absence)
        .takes::<AbsenceChange>()
        .gives_nothing()
        .delete("/api/v1/staff/directory/{municipality}/absences/{id}", Guard::Staff, end_absence)
        .gives_nothing()
        .post("/api/v1/staff/directory/{municipality}/as-imported", Guard::Staff, as_imported)
        .takes::<FieldOfItem>()
        .gives_nothing()
}

fn keeping() -> Routes {
    Routes::new()
        .post(
            "/api/v1/staff/directory/{municipality}/departments/{department}/confirm",
            Guard::Staff,
            confirm,
        )
        .gives::<FreshnessView>()
        .post("/api/v1/staff/directory/{municipality}/requests", Guard::Staff, request)
        .takes::<RequestWish>()
        .gives_nothing()
        .get("/api/v1/staff/directory/tasks", Guard::Staff, tasks)
        .asks::<InMunicipality>()
        .gives::<DirectoryTasks>()
        .post("/api/v1/staff/directory/tasks/{id}", Guard::Staff, settle)
        .takes::<Verdict>()
        .gives_nothing()
        .post("/api/v1/staff/directory/{municipality}/import", Guard::Staff, import)
        .takes::<Table>()
        .gives::<Imported>()
}

type Place = State<AppState>;
/// A municipality, and something in it.
type Names = Path<(String, String)>;

#[derive(Debug, Deserialize, IntoParams)]
struct Searched {
    #[serde(default)]
    q: String,
    #[serde(default)]
    municipality: String,
}

async fn search(
    State(state): Place,
    me: SignedIn,
    Query(searched): Query<Searched>,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &searched.municipality)?;
    let hits = state.app.search_directory(&me.scope, &searched.q, municipality.as_ref()).await?;
    Ok(json(&json_of!({ "hits": hits })))
}

async fn tree(State(state): Place, me: SignedIn, Path(key): Path<String>) -> Answer<Response> {
    Ok(json(&state.app.directory_tree(&me.scope, &known(&key)?).await?))
}

async fn unit(
    State(state): Place,
    me: SignedIn,
    Path((key, unit)): Names,
    uri: Uri,
    headers: HeaderMap,
) -> Answer<Response> {
    let unit = state.app.directory_unit(&me.scope, &known(&key)?, &known(&unit)?).await?;
    Ok(json(&StaffUnit::of(unit, language_of(&uri, &headers))))
}

/// A unit with its hours as they are written on a door.
#[derive(Debug, Serialize, ToSchema)]
struct StaffUnit {
    #[serde(flatten)]
    unit: DirectoryUnit,
    hours: Vec<DaysAndSpans>,
}

/// Days with equal hours: "Mandag til onsdag", "kl. 8–15".
#[derive(Debug, Serialize, ToSchema)]
struct DaysAndSpans {
    days: String,
    spans: String,
}

impl StaffUnit {
    fn of(unit: DirectoryUnit, language: Language) -> Self {
        let lines = unit.week.as_ref().map(|hours| week(Texts(language), hours));
        let hours = lines.unwrap_or_default().into_iter();
        let hours = hours.map(|(days, spans)| DaysAndSpans { days, spans }).collect();
        Self { unit, hours }
    }
}

async fn person(State(state): Place, me: SignedIn, Path((key, id)): Names) -> Answer<Response> {
    Ok(json(&state.app.directory_person(&me.scope, &known(&key)?, known(&id)?).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
struct OfItem {
    kind: String,
    item: String,
}

async fn history(
    State(state): Place,
    me: SignedIn,
    Path(key): Path<String>,
    Query(of): Query<OfItem>,
) -> Answer<Response> {
    let key = known(&key)?;
    let changes = state.app.directory_history(&me.scope, &key, &of.kind, &of.item).await?;
    Ok(json(&json_of!({ "changes": changes })))
}

/// About what is asked, and what is known of the citizen: it decides between owners. Never part of an
/// address: those are written to logs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct About {
    /// Words that what is offered must have.
    pub(super) q: String,
    topic: String,
    lang: String,
    age: Option<u8>,
    post_code: Option<u16>,
    street: Option<String>,
    number: Option<u16>,
    birth_day: Option<u8>,
    /// Questions answered with yes.
    yes: Vec<String>,
    /// Questions answered with no.
    no: Vec<String>,
}

impl About {
    pub(super) fn facts(self) -> Facts {
        let yes = self.yes.into_iter().map(|question| (question, true));
        let no = self.no.into_iter().map(|question| (question, false));
        Facts {
            age: self.age,
            post_code: self.post_code,
            address: self.street.zip(self.number),
            birth_day: self.birth_day,
            said: yes.chain(no).collect(),
        }
    }
}

async fn resolve(
    State(state): Place,
    me: SignedIn,
    Path(key): Path<String>,
    Body(about): Body<About>,
) -> Answer<Response> {
    let topic = field("topic", &about.topic)?;
    let language = Language::of_code(&about.lang).unwrap_or_default();
    let (municipality, facts) = (known(&key)?, about.facts());
    Ok(json(&state.app.resolve(&me.scope, &municipality, &topic, &facts, language).await?))
}

async fn check(State(state): Place, me: SignedIn, Path(key): Path<String>) -> Answer<Response> {
    let findings = state.app.check_directory(&me.scope, &known(&key)?).await?;
    Ok(json(&json_of!({ "findings": findings })))
}

async fn export(State(state): Place, me: SignedIn, Path(key): Path<String>) -> Answer<Response> {
    let table = state.app.export_directory(&me.scope, &known(&key)?).await?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{key}.csv\""));
    Ok(([kind], [name], table).into_response())
}

async fn change_department(
    State(state): Place,
    me: SignedIn,
    Path((key, department)): Names,
    Body(change): Body<DepartmentChange>,
) -> Answer<Response> {
    let (municipality, department) = (known(&key)?, known(&department)?);
    state.app.change_department(&me.scope, &municipality, &department, change).await?;
    Ok(done())
}

async fn change_unit(
    State(state): Place,
    me: SignedIn,
    Path((key, unit)): Names,
    Body(change): Body<UnitChange>,
) -> Answer<Response> {
    let (municipality, unit) = (known(&key)?, field("key", &unit)?);
    state.app.change_unit(&me.scope, &municipality, &unit, change).await?;
    Ok(done())
}

async fn change_person(
    State(state): Place,
    me: SignedIn,
    Path((key, id)): Names,
    Body(change): Body<PersonChange>,
) -> Answer<Response> {
    state.app.change_entry(&me.scope, &known(&key)?, known(&id)?, change).await?;
    Ok(done())
}

async fn change_line(
    State(state): Place,
    me: SignedIn,
    Path((key, id)): Names,
    Body(change): Body<LineChange>,
) -> Answer<Response> {
    state.app.change_line(&me.scope, &known(&key)?, known(&id)?, change).await?;
    Ok(done())
}

async fn change_responsibility(
    State(state): Place,
    me: SignedIn,
    Path((key, id)): Names,
    Body(change): Body<ResponsibilityChange>,
) -> Answer<Response> {
    state.app.change_responsibility(&me.scope, &known(&key)?, known(&id)?, change).await?;
    Ok(done())
}

/// The version of a thing that was read.
#[derive(Debug, Deserialize, IntoParams)]
struct Read {
    version: i64,
}

async fn remove(
    state: &AppState,
    me: &SignedIn,
    kind: ItemKind,
    (key, item): (String, String),
    read: &Read,
) -> Answer<Response> {
    state.app.remove_item(&me.scope, &known(&key)?, kind, &item, read.version).await?;
    Ok(done())
}

async fn remove_unit(
    State(state): Place,
    me: SignedIn,
    Path(names): Names,
    Query(read): Query<Read>,
) -> Answer<Response> {
    remove(&state, &me, ItemKind::Unit, names, &read).await
}

async fn remove_person(
    State(state): Place,
    me: SignedIn,
    Path(names): Names,
    Query(read): Query<Read>,
) -> Answer<Response> {
    remove(&state, &me, ItemKind::Person, names, &read).await
}

async fn remove_line(
    State(state): Place,
    me: SignedIn,
    Path(names): Names,
    Query(read): Query<Read>,
) -> Answer<Response> {
    remove(&state, &me, ItemKind::Line, names, &read).await
}

async fn remove_responsibility(
    State(state): Place,
    me: SignedIn,
    Path(names): Names,
    Query(read): Query<Read>,
) -> Answer<Response> {
    remove(&state, &me, ItemKind::Responsibility, names, &read).await
}

async fn set_absence(
    State(state): Place,
    me: SignedIn,
    Path((key, id)): Names,
    Body(change): Body<AbsenceChange>,
) -> Answer<Response> {
    state.app.set_absence(&me.scope, &known(&key)?, known(&id)?, change).await?;
    Ok(done())
}

async fn end_absence(
    State(state): Place,
    me: SignedIn,
    Path((key, id)): Names,
) -> Answer<Response> {
    state.app.end_absence(&me.scope, &known(&key)?, known(&id)?).await?;
    Ok(done())
}

/// A field of a thing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FieldOfItem {
    kind: String,
    item: String,
    field: String,
}

async fn as_imported(
    State(state): Place,
    me: SignedIn,
    Path(key): Path<String>,
    Body(of): Body<FieldOfItem>,
) -> Answer<Response> {
    let key = known(&key)?;
    state.app.as_imported(&me.scope, &key, &of.kind, &of.item, &of.field).await?;
    Ok(done())
}

async fn confirm(
    State(state): Place,
    me: SignedIn,
    Path((key, department)): Names,
) -> Answer<Response> {
    let (municipality, department) = (known(&key)?, known(&department)?);
    Ok(json(&state.app.confirm_department(&me.scope, &municipality, &department).await?))
}

async fn request(
    State(state): Place,
    me: SignedIn,
    Path(key): Path<String>,
    Body(wish): Body<RequestWish>,
) -> Answer<Response> {
    state.app.request_change(&me.scope, &known(&key)?, wish).await?;
    Ok(done())
}

#[derive(Debug, Deserialize, IntoParams)]
struct InMunicipality {
    #[serde(default)]
    municipality: String,
}

async fn tasks(
    State(state): Place,
    me: SignedIn,
    Query(wanted): Query<InMunicipality>,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &wanted.municipality)?;
    Ok(json(&state.app.directory_tasks(&me.scope, municipality.as_ref()).await?))
}

/// Whether it is right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verdict {
    accept: bool,
}

async fn settle(
    State(state): Place,
    me: SignedIn,
    Path(id): Path<String>,
    Body(verdict): Body<Verdict>,
) -> Answer<Response> {
    state.app.settle_directory_task(&me.scope, known(&id)?, verdict.accept).await?;
    Ok(done())
}

/// A table, and whether to take it in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    csv: String,
    #[serde(default)]
    apply: bool,
    /// Also when so much would vanish that it is held back.
    #[serde(default)]
    even_if_many: bool,
}

async fn import(
    State(state): Place,
    me: SignedIn,
    Path(key): Path<String>,
    request: Request,
) -> Answer<Response> {
    let language = language_of(request.uri(), request.headers());
    let bytes = axum::body::to_bytes(request.into_body(), TABLE_BODY)
        .await
        .map_err(|_| Refused(Problem::invalid("body", "body-too-large")))?;
    let table: Table = serde_json::from_slice(&bytes)
        .map_err(|_| Refused(Problem::invalid("body", "body-not-json")))?;
    let mode = match table.apply {
        true => Mode::Apply { even_if_many: table.even_if_many },
        false => Mode::Preview,
    };
    let municipality = known(&key)?;
    let done = state.app.import_directory(&me.scope, &municipality, &table.csv, mode).await?;
    Ok(json(&Imported::of(done, language)))
}

/// What came of a table, its faults in words.
#[derive(Debug, Serialize, ToSchema)]
struct Imported {
    done: bool,
    held_back: bool,
    faults: Vec<FaultInWords>,
    kinds: Vec<KindPlan>,
}

#[derive(Debug, Serialize, ToSchema)]
struct FaultInWords {
    /// 0: not in a line.
    line: u64,
    code: &'static str,
    text: String,
    value: String,
}

impl Imported {
    fn of(done: Synchronised, language: Language) -> Self {
        let Synchronised { done, held_back, faults, kinds } = done;
        let words = |code| problem::detail(&Problem::invalid("csv", code), language);
        let faults = faults
            .into_iter()
            .map(|fault| FaultInWords {
                line: fault.line,
                code: fault.code,
                text: words(fault.code),
                value: fault.value,
            })
            .collect();
        Self { done, held_back, faults, kinds }
    }
}
