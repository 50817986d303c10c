//! What editors have to do: made by what happens to texts (and by what citizens did not find), seen
//! by who works on the text, closed by publishing or by hand.

use std::collections::BTreeMap;

use base::scope::Ground;
use base::{MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnixMillis};
use jiff::civil::Date;
use rules::calendar::{ClosingDays, working_day_after};
use rules::workshop::Phase;
use serde::Serialize;
use serde_json::{Value, json};
use store::Tx;
use store::knowledge::EntryKey;
use store::people::PersonId;
use store::workshop::drafts::{self, Drafted};
use store::workshop::tasks::{self, Task, TaskId};
use utoipa::ToSchema;

use crate::articles::Knowledge;
use crate::audit::Act;
use crate::{App, found};

/// A changed text is looked at within so many working days.
const DUE_IN_DAYS: u8 = 5;
/// The kinds of tasks.
pub const KINDS: [&str; 10] = [
    "stale-variant",
    "review-due",
    "approval",
    "broken-link",
    "number",
    "guide-half-way",
    "not-found",
    "missing-english",
    "expiring",
    "bulk-refused",
];
/// How far a task is.
pub const STATES: [&str; 4] = ["open", "doing", "done", "dropped"];

/// A task as those see it who may do it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TaskView {
    #[schema(value_type = String)]
    pub id: TaskId,
    pub kind: String,
    /// `None` when there is no text yet.
    #[schema(value_type = Option<String>)]
    pub topic: Option<TopicKey>,
    pub title: String,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub area: String,
    /// A word for the reason.
    pub why: String,
    /// What the reason speaks of.
    #[schema(value_type = Object)]
    pub args: Value,
    #[schema(value_type = Option<String>)]
    pub owner: Option<PersonId>,
    pub owner_name: Option<String>,
    /// The day by which it is to be done.
    #[schema(value_type = String)]
    pub due: Date,
    pub overdue: bool,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    /// `open`, `doing`, `done` or `dropped`.
    pub state: String,
}

/// The tasks in reach, and how many of each kind there are.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TaskList {
    pub tasks: Vec<TaskView>,
    /// Of all tasks in reach, whatever was asked for.
    pub counts: BTreeMap<String, usize>,
}

/// Which tasks are wanted.
#[derive(Debug, Clone, Default)]
pub struct TaskQuery {
    pub area: Option<String>,
    pub municipality: Option<MunicipalityKey>,
    pub kind: Option<String>,
    /// Only those of the reader.
    pub mine: bool,
}

/// A task that somebody makes by hand.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub kind: String,
    pub topic: Option<TopicKey>,
    pub municipality: Option<MunicipalityKey>,
    pub area: String,
    pub why: String,
    pub args: Value,
    pub owner: Option<PersonId>,
    /// `None`: in five working days.
    pub due: Option<Date>,
}

/// What somebody changes about a task; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct TaskChange {
    pub state: Option<String>,
    /// `Some(None)`: nobody's.
    pub owner: Option<Option<PersonId>>,
    pub due: Option<Date>,
}

/// What the editors of a text are asked to do, as it arises.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// One of [`KINDS`].
    pub(crate) kind: &'a str,
    pub(crate) key: &'a EntryKey,
    pub(crate) area: &'a str,
    /// A word for the reason.
    pub(crate) why: &'a str,
    /// What the reason speaks of.
    pub(crate) args: Value,
    pub(crate) owner: Option<PersonId>,
    /// `None`: in five working days.
    pub(crate) due: Option<Date>,
}

impl App {
    /// The open tasks of the texts somebody works on, the first due first.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who works on no texts.
    pub async fn tasks(&self, scope: &Scope, query: &TaskQuery) -> Outcome<TaskList> {
        if !scope.holds_at(self.now()) || (Self::own_municipalities(scope).is_empty()) {
            return Err(Problem::NotFound);
        }
        let knowledge = self.knowledge().await?;
        let open = tasks::open(&self.database, &self.tenant).await?;
        let mut list = TaskList { tasks: vec![], counts: BTreeMap::new() };
        for task in open {
            if self.may_work_on(scope, &task.area, task.municipality.as_ref()).is_err() {
                continue;
            }
            *list.counts.entry(task.kind.clone()).or_default() += 1;
            let wanted = query.area.as_ref().is_none_or(|area| *area == task.area)
                && query.kind.as_ref().is_none_or(|kind| *kind == task.kind)
                && (query.municipality.is_none() || query.municipality == task.municipality)
                && (!query.mine || task.owner == scope.person());
            if wanted {
                list.tasks.push(self.task_view(&knowledge, task).await?);
            }
        }
        Ok(list)
    }

    /// Makes a task by hand.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Invalid`] for an unknown kind.
    pub async fn add_task(&self, scope: &Scope, new: NewTask) -> Outcome<TaskView> {
        self.may_work_on(scope, &new.area, new.municipality.as_ref())?;
        if !KINDS.contains(&new.kind.as_str()) {
            return Err(Problem::invalid("kind", "kind-unknown"));
        }
        if new.why.len() > 80 || new.args.to_string().len() > 4000 {
            return Err(Problem::Invalid { field: "args", code: "too-long", limit: Some(4000) });
        }
        let at = self.now();
        let due = match new.due {
            Some(due) => due,
            None => self.due_for(new.municipality.as_ref()).await?,
        };
        let task = Task {
            id: self.rng.id(at),
            kind: new.kind,
            topic: new.topic,
            municipality: new.municipality,
            about: new.why.clone(),
            area: new.area,
            why: new.why,
            args: new.args,
            owner: new.owner,
            due,
            state: "open".to_owned(),
            made_at: at,
        };
        let mut tx = self.database.begin().await?;
        tasks::ensure(&mut tx, &self.tenant, &task).await?;
        self.note_task(&mut tx, scope, &task, "task-made", at).await?;
        tx.commit().await?;
        let knowledge = self.knowledge().await?;
        self.task_view(&knowledge, task).await
    }

    /// Changes whose a task is, by when it is to be done, or how far it is. What stands as it did
    /// (a missing translation, a master that has moved on) is asked again by the clock when it is
    /// said to be `done`; `dropped` says that nothing more is to be done about it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Invalid`] for an unknown state;
    /// [`Problem::Conflict`] `task-in-review` for closing the approval of a draft that waits for it.
    pub async fn change_task(
        &self,
        scope: &Scope,
        id: TaskId,
        change: TaskChange,
    ) -> Outcome<TaskView> {
        let task = tasks::by_id(&self.database, &self.tenant, id).await?;
        let mut task = found(task)?;
        self.may_work_on(scope, &task.area, task.municipality.as_ref())?;
        if let Some(state) = change.state {
            if !STATES.contains(&state.as_str()) {
                return Err(Problem::invalid("state", "state-unknown"));
            }
            if ["done", "dropped"].contains(&state.as_str()) && self.is_in_review(&task).await? {
                return Err(Problem::conflict("task-in-review"));
            }
            task.state = state;
        }
        if let Some(owner) = change.owner {
            if let Some(owner) = owner {
                found(self.person_card(owner).await?)?;
            }
            task.owner = owner;
        }
        task.due = change.due.unwrap_or(task.due);
        let at = self.now();
        let mut tx = self.database.begin().await?;
        tasks::change(&mut tx, &self.tenant, &task, at).await.map_err(|error| {
            // Another like it was made after this one was closed.
            if error.is_taken() { Problem::conflict("task-again") } else { error.into() }
        })?;
        self.note_task(&mut tx, scope, &task, "task-changed", at).await?;
        tx.commit().await?;
        let knowledge = self.knowledge().await?;
        self.task_view(&knowledge, task).await
    }

    /// Whether a task is the approval that a draft still waits for.
    async fn is_in_review(&self, task: &Task) -> Outcome<bool> {
        let draft = task.args["draft"].as_str().filter(|_| task.kind == "approval");
        let Some(Ok(id)) = draft.map(str::parse) else { return Ok(false) };
        let draft = drafts::by_id(&self.database, &self.tenant, id).await?;
        Ok(draft.is_some_and(|drafted| {
            drafted.ended_at.is_none() && drafted.draft.phase == Phase::InReview
        }))
    }

    async fn note_task(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        task: &Task,
        action: &'static str,
        at: UnixMillis,
    ) -> Outcome<()> {
        let act = Act {
            ground: Some(Ground::Role),
            municipality: task.municipality.as_ref(),
            action,
            subject: format!("task/{}", task.id),
            purpose: "knowledge",
        };
        self.note(tx, scope, act, at).await
    }

    async fn task_view(&self, knowledge: &Knowledge, task: Task) -> Outcome<TaskView> {
        let title = match &task.topic {
            Some(topic) => knowledge.head(topic).map_or(topic.as_str(), |head| head.title),
            None => "",
        };
        let owner = self.maybe_named(task.owner).await?;
        Ok(TaskView {
            id: task.id,
            kind: task.kind,
            title: title.to_owned(),
            topic: task.topic,
            municipality: task.municipality,
            area: task.area,
            why: task.why,
            args: task.args,
            owner: task.owner,
            owner_name: owner.map(|owner| owner.name),
            due: task.due,
            overdue: task.due < self.today(),
            made_at: task.made_at,
            state: task.state,
        })
    }

    /// The day by which what is asked for today is to be done: five working days of that place.
    pub(crate) async fn due_for(&self, municipality: Option<&MunicipalityKey>) -> Outcome<Date> {
        let directory = self.directory().await?;
        let none = ClosingDays::default();
        let place = municipality.and_then(|municipality| directory.place(municipality));
        let closing = place.map_or(&none, |place| &place.closing);
        let today = self.today();
        Ok(working_day_after(today, DUE_IN_DAYS, closing).unwrap_or(today))
    }

    /// Gives the editors of a text something to do, unless they have it already.
    pub(crate) async fn ask_editors(
        &self,
        tx: &mut Tx,
        asked: Asked<'_>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let (topic, municipality) = asked.key;
        let due = match asked.due {
            Some(due) => due,
            None => self.due_for(municipality.as_ref()).await?,
        };
        let task = Task {
            id: self.rng.id(at),
            kind: asked.kind.to_owned(),
            topic: Some(topic.clone()),
            municipality: municipality.clone(),
            about: String::new(),
            area: asked.area.to_owned(),
            why: asked.why.to_owned(),
            args: asked.args,
            owner: asked.owner,
            due,
            state: "open".to_owned(),
            made_at: at,
        };
        Ok(tasks::ensure(tx, &self.tenant, &task).await?)
    }

    /// A draft waits for its second person.
    pub(crate) async fn ask_for_approval(
        &self,
        tx: &mut Tx,
        drafted: &Drafted,
        at: UnixMillis,
    ) -> Outcome<()> {
        let asked = Asked {
            kind: "approval",
            key: &drafted.key,
            area: &drafted.area,
            why: "submitted",
            args: json!({ "draft": drafted.id, "by": drafted.draft.last_author }),
            owner: drafted.draft.reviewer,
            due: None,
        };
        self.ask_editors(tx, asked, at).await
    }
}
