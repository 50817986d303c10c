//! What coordinators have to look at: change requests, and what contacts told.

use std::collections::BTreeMap;

use base::scope::Ground;
use base::{DepartmentKey, Id, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::directory::{Holder, Item, ItemKind};
use rules::people::may_in;
use rules::text::FreeText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::directory::KeptDepartment;
use store::directory::tasks::Task;
use store::streams::{self, StreamKey};
use store::workshop::tasks::TaskId;
use store::{StoreError, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::checked::{changed_department, checked, department_of_item};
use super::views::Drawing;
use super::{Directory, FreshnessView, Place, Reference, TopicReference};
use crate::queues::front_office;
use crate::{App, found};

/// Longest note or proposed value, in characters.
const NOTE_LIMIT: usize = 400;

/// Something for a coordinator to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryTask {
    #[schema(value_type = String)]
    pub id: TaskId,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub department: Reference,
    /// `request`, `misdirected` or `unanswered`.
    pub kind: String,
    /// What it speaks of.
    pub about: Option<TaskAbout>,
    pub topic: Option<TopicReference>,
    /// Who has the topic.
    pub owner: Option<Reference>,
    /// The field that is wrong, what it says and what it should say.
    pub field: Option<String>,
    pub current: Option<String>,
    pub value: Option<String>,
    pub note: String,
    /// How often it was said.
    pub count: i64,
    pub by: Option<String>,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    #[schema(value_type = i64)]
    pub last_at: UnixMillis,
    pub may_settle: bool,
}

/// What a task speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TaskAbout {
    /// `department`, `unit`, `person` or `line`.
    pub kind: String,
    pub item: String,
    pub name: String,
}

/// What a coordinator has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryTasks {
    pub tasks: Vec<DirectoryTask>,
    /// Own departments whose entries are to be confirmed.
    pub due: Vec<Due>,
}

/// A department whose entries are to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Due {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub department: Reference,
    pub freshness: FreshnessView,
}

/// "This is wrong."
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestWish {
    /// Made by who asks, so that asking again is harmless.
    pub id: Uuid,
    /// `department`, `unit`, `person` or `line`.
    pub kind: String,
    pub item: String,
    /// The field that is wrong.
    #[serde(default)]
    pub field: Option<String>,
    /// What it should say; it is written when the request is accepted.
    #[serde(default)]
    pub value: Option<String>,
    #[serde(default)]
    pub note: String,
}

impl App {
    /// Says that something is wrong: the coordinator is told.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or for what is not there; [`Problem::Invalid`] for a field
    /// it has not, and when neither a value nor a note says what is wrong.
    pub async fn request_change(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        wish: RequestWish,
    ) -> Outcome<()> {
        let place = self.place_for(scope, municipality).await?;
        let about = found(self.about(&place, &wish.kind, &wish.item).await?)?;
        let accept = |field: &'static str, text: &str| match text.trim() {
            "" => Ok(String::new()),
            text => FreeText::accept_in(field, text, NOTE_LIMIT).map(FreeText::into_string),
        };
        let note = accept("note", &wish.note)?;
        let value = accept("value", wish.value.as_deref().unwrap_or_default())?;
        if note.is_empty() && value.is_empty() {
            return Err(Problem::invalid("note", "empty"));
        }
        let field = wish.field.filter(|field| !field.is_empty());
        if let Some(field) = &field {
            let has = about.fields().contains(&field.as_str());
            if !has {
                return Err(Problem::invalid("field", "field-unknown"));
            }
            if !value.is_empty() {
                let directory = self.directory().await?;
                about.changed(&directory, &place, field, &value)?;
            }
        }
        let at = self.now();
        let department = about.department.clone().unwrap_or_else(front_office);
        let task = Task {
            id: Id::from_uuid(wish.id),
            municipality: municipality.clone(),
            department,
            kind: "request".to_owned(),
            about: wish.id.to_string(),
            item_kind: wish.kind,
            item: wish.item,
            topic: None,
            value: field.is_some().then_some(value).filter(|value| !value.is_empty()),
            field,
            note,
            by: scope.person(),
            count: 1,
            made_at: at,
            last_at: at,
            is_open: true,
        };
        let mut tx = self.database.begin().await?;
        let directory = self.hold_directory(&mut tx, municipality, at).await?;
        let known = store::directory::tasks::held(&mut tx, &self.tenant, task.id).await?;
        if known.is_some() {
            return Ok(());
        }
        store::directory::tasks::add(&mut tx, &self.tenant, &task).await?;
        let inbox = self.tell_inbox(&mut tx, municipality, at).await?;
        tx.commit().await?;
        self.ring([&inbox, &directory]);
        Ok(())
    }

    /// Tells the municipality's inbox of its tasks. Last of all in a transaction: contacts wait for the
    /// inbox, and must not wait for a table that comes into the directory.
    async fn tell_inbox(
        &self,
        tx: &mut Tx,
        municipality: &MunicipalityKey,
        at: UnixMillis,
    ) -> Outcome<StreamKey> {
        let inbox = StreamKey::inbox(municipality);
        let event = [("directory", "{}".to_owned())];
        streams::append(tx, &self.tenant, &inbox, at, &event).await?;
        Ok(inbox)
    }

    /// What coordinators have to look at; for everybody who reads the directory, with what the
    /// reader may settle.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn directory_tasks(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<DirectoryTasks> {
        let now = self.now();
        if let Some(municipality) = municipality {
            may_in(scope, Right::ReadDirectory, municipality, None, now)?;
        }
        let directory = self.directory().await?;
        let (mut tasks, mut due) = (Vec::new(), Vec::new());
        for place in directory.places() {
            let key = &place.member.key;
            let wanted = municipality.is_none_or(|wanted| wanted == key);
            if !(wanted && scope.holds_at(now) && works_in(scope, key)) {
                continue;
            }
            tasks.extend(self.tasks_of(scope, place, None).await?);
            for (department, freshness) in self.freshness_of(place).await? {
                if freshness.stale
                    && self.may_edit_directory(scope, place, Some(&department)).is_ok()
                {
                    due.push(Due {
                        municipality: key.clone(),
                        department: department_name(place, &department),
                        freshness,
                    });
                }
            }
        }
        Ok(DirectoryTasks { tasks, due })
    }

    pub(super) async fn tasks_of(
        &self,
        scope: &Scope,
        place: &Place,
        department: Option<&DepartmentKey>,
    ) -> Outcome<Vec<DirectoryTask>> {
        let (key, now) = (&place.member.key, self.now());
        let knowledge = self.knowledge().await?;
        let presence = BTreeMap::new();
        let drawing = Drawing { place, knowledge: &knowledge, presence: &presence, now };
        let tasks = store::directory::tasks::open(&self.database, &self.tenant, key).await?;
        let wanted = |task: &Task| department.is_none_or(|one| task.department == *one);
        let mut views = Vec::new();
        for task in tasks.into_iter().filter(wanted) {
            let by = match task.by {
                Some(person) => self.person_card(person).await?.map(|card| card.name.clone()),
                None => None,
            };
            let about = self.about(place, &task.item_kind, &task.item).await?;
            let current = about.as_ref().zip(task.field.as_ref()).and_then(|(about, field)| {
                about.value.get(field).and_then(Value::as_str).map(str::to_owned)
            });
            let owner = match &task.topic {
                Some(topic) => self.owner_of(key, topic).await?,
                None => None,
            };
            views.push(DirectoryTask {
                id: task.id,
                municipality: task.municipality,
                may_settle: self.may_edit_directory(scope, place, Some(&task.department)).is_ok(),
                department: department_name(place, &task.department),
                kind: task.kind,
                about: about.map(|about| TaskAbout {
                    kind: task.item_kind,
                    item: task.item,
                    name: about.name,
                }),
                topic: task.topic.map(|topic| drawing.topic(&topic)),
                owner: owner.map(|owner| department_name(place, &owner)),
                field: task.field,
                current,
                value: task.value,
                note: task.note,
                count: task.count,
                by,
                made_at: task.made_at,
                last_at: task.last_at,
            });
        }
        Ok(views)
    }

    /// Accepts or refuses what a task says; a value that was proposed is written.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a task that is not there, or settled; [`Problem::Forbidden`] for
    /// who may not change the department; what writing the value refuses.
    pub async fn settle_directory_task(
        &self,
        scope: &Scope,
        id: TaskId,
        accept: bool,
    ) -> Outcome<()> {
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let task = store::directory::tasks::held(&mut tx, &self.tenant, id).await?;
        drop(tx);
        let known = |task: &Task| task.is_open && works_in(scope, &task.municipality);
        let task = found(task.filter(known))?;
        let place = self.place_for(scope, &task.municipality).await?;
        self.may_edit_directory(scope, &place, Some(&task.department))?;
        if let (true, Some(field), Some(value)) = (accept, &task.field, &task.value) {
            let about = found(self.about(&place, &task.item_kind, &task.item).await?)?;
            self.write_request(scope, &place, &task, &about, field, value).await?;
        }
        let mut tx = self.database.begin().await?;
        let directory = self.hold_directory(&mut tx, &task.municipality, at).await?;
        // Whoever was quicker has settled it.
        let held = store::directory::tasks::held(&mut tx, &self.tenant, id).await?;
        found(held.filter(|held| held.is_open))?;
        let state = if accept { "accepted" } else { "refused" };
        store::directory::tasks::settle(&mut tx, &self.tenant, id, state, scope.person(), at)
            .await?;
        let inbox = self.tell_inbox(&mut tx, &task.municipality, at).await?;
        tx.commit().await?;
        self.ring([&inbox, &directory]);
        Ok(())
    }

    async fn write_request(
        &self,
        scope: &Scope,
        place: &Place,
        task: &Task,
        about: &About,
        field: &str,
        value: &str,
    ) -> Outcome<()> {
        let directory = self.directory().await?;
        match about.changed(&directory, place, field, value)? {
            Written::Department(key, record) => {
                let ground = self.may_edit_directory(scope, place, Some(&key))?;
                let turn = |kept: KeptDepartment| KeptDepartment {
                    record: kept.record.edited(record),
                    ..kept
                };
                let version = place.line(&key).map(|line| line.kept.version);
                self.write_department(scope, ground, place, &key, version, "request", turn).await
            }
            Written::Item(item) => {
                let kind = item.kind();
                let version = place.staff.stand(kind, &task.item).version;
                self.write_item(scope, place, kind, &task.item, version, Some(item), "request")
                    .await
            }
        }
    }
}

impl App {
    async fn about(&self, place: &Place, kind: &str, called: &str) -> Outcome<Option<About>> {
        if kind == "department" {
            let line = DepartmentKey::new(called).ok().and_then(|key| place.line(&key));
            return Ok(line.map(|line| About {
                of: Of::Department(line.department.key.clone()),
                department: Some(line.department.key.clone()),
                name: line.department.name.clone(),
                value: line.kept.record.value().unwrap_or_default(),
            }));
        }
        let Ok(kind) = kind.parse::<ItemKind>() else { return Ok(None) };
        let (database, tenant) = (&self.database, &self.tenant);
        let kept =
            store::directory::items::one(database, tenant, &place.member.key, kind, called).await?;
        let item = kept.as_ref().map(super::staff::read).transpose()?.flatten();
        let organisation = &place.staff.organisation;
        Ok(item.and_then(|item| {
            let name = match &item {
                Item::Unit(unit) => unit.name.clone(),
                Item::Person(person) => person.name.clone(),
                Item::Line(line) => {
                    let holder = match &line.holder {
                        Holder::Unit(unit) => organisation.units.get(unit).map(|unit| &unit.name),
                        Holder::Entry(id) => organisation.entries.get(id).map(|entry| &entry.name),
                    };
                    holder.cloned().unwrap_or_default()
                }
                Item::Responsibility(_) => return None,
            };
            let department = department_of_item(place, &item);
            Some(About {
                of: Of::Item(kind, called.to_owned()),
                department,
                name,
                value: item.value(),
            })
        }))
    }
}

/// Whether the actor works in a municipality: colleagues on duty read its directory, but neither its
/// tasks nor its history.
pub(super) fn works_in(scope: &Scope, municipality: &MunicipalityKey) -> bool {
    scope.reach.iter().any(|reach| {
        let works = matches!(reach.right, Right::WorkContacts | Right::EditDirectory);
        works && reach.municipality == *municipality && reach.ground == Ground::Role
    })
}

fn department_name(place: &Place, key: &DepartmentKey) -> Reference {
    let line = place.line(key);
    let name = line.map_or_else(|| key.to_string(), |line| line.department.name.clone());
    Reference { id: key.to_string(), name }
}

/// What a request speaks of, as it stands.
struct About {
    of: Of,
    department: Option<DepartmentKey>,
    name: String,
    value: Map<String, Value>,
}

enum Of {
    Department(DepartmentKey),
    Item(ItemKind, String),
}

/// What is written when a request is accepted.
enum Written {
    Department(DepartmentKey, Map<String, Value>),
    Item(Item),
}

impl About {
    /// The fields that somebody may say are wrong.
    const fn fields(&self) -> &'static [&'static str] {
        match self.of {
            Of::Department(_) => {
                &["name", "name_en", "phone", "email", "address", "hours", "promise"]
            }
            Of::Item(ItemKind::Unit, _) => &["name", "name_en", "hours"],
            Of::Item(ItemKind::Person, _) => &["name", "title"],
            Of::Item(ItemKind::Line, _) => &["address", "hours"],
            Of::Item(ItemKind::Responsibility, _) => &[],
        }
    }

    /// The thing with another value in a field.
    fn changed(
        &self,
        directory: &Directory,
        place: &Place,
        field: &str,
        said: &str,
    ) -> Outcome<Written> {
        let mut value = self.value.clone();
        value.insert(field.to_owned(), Value::String(said.to_owned()));
        Ok(match &self.of {
            Of::Department(key) => {
                let record = changed_department(directory, place, key, value)?;
                Written::Department(key.clone(), record)
            }
            Of::Item(kind, called) => {
                let item = Item::read(*kind, value)
                    .map_err(|_| Problem::from(StoreError::Damaged("directory_items")))?;
                Written::Item(checked(directory, place, called, item)?)
            }
        })
    }
}
