//! Municipalities and departments: who answers for what, under which number, until when.
//!
//! What stands here of departments is public (it is on every municipality's site), so reading it
//! needs no scope. The people in them, who is responsible for what and how all of it is kept is the
//! staff's: [`staff`] holds it in memory, [`read`] and [`search`] show it, [`resolve`] says who has a
//! topic now, [`edit`] changes it, [`upkeep`] and [`tasks`] keep it true, [`synchronise`]
//! brings it in from elsewhere ([`ldap`] reads it there, [`bring_in`] takes what is pushed), [`numbers`]
//! says whose calls a number's are, and [`check`] what is wrong with all of it.

mod bring_in;
mod check;
mod checked;
mod demo;
mod edit;
mod history;
mod ldap;
mod numbers;
mod read;
mod resolve;
mod search;
mod staff;
mod synchronise;
mod tasks;
mod upkeep;
mod views;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{DepartmentKey, MunicipalityKey, Outcome, TopicKey, UnitKey, UnixMillis};
use rules::calendar::ClosingDays;
use rules::content::Area;
use rules::directory::{Facts, national, owner, unit_of};
use rules::hours::{HoursState, PromiseRule, ServiceHours, promise};
use rules::members::{Consortium, Department, DepartmentKind, Member, OTHER_AUTHORITY};
use serde::Serialize;
use store::StoreError;
use store::directory::KeptDepartment;
use utoipa::ToSchema;

use crate::desk::MunicipalityTag;
use crate::{App, found};

pub use check::{FindingView, OpenTime};
pub use edit::{
    AbsenceChange, DepartmentChange, LineChange, PersonChange, ResponsibilityChange, UnitChange,
};
pub use history::{ChangedField, DirectoryChange};
pub use ldap::{FromLdap, LdapSource, NotRead};
pub use numbers::PublicNumber;
pub use resolve::{CandidateView, Resolved, WhyView};
pub use search::{Because, DirectoryHit};
pub use staff::Staff;
pub use synchronise::{CSV, KindPlan, Mode, SynchroniseFault, Synchronised};
pub use tasks::{DirectoryTask, DirectoryTasks, Due, RequestWish, TaskAbout};
pub use upkeep::FreshnessView;
pub use views::{
    AbsenceView, DepartmentRecord, DirectoryLine, DirectoryPerson, DirectoryTree, DirectoryUnit,
    PersonRow, ReachState, Reference, ResponsibilityView, TopicReference, TreeUnit,
};

/// Names of the settings that hold what a consortium says of itself.
pub(crate) const CONSORTIUM: &str = "consortium";
pub(crate) const DEPARTMENT_KINDS: &str = "department-kinds";
/// What the checks on save know: telephone numbers that may be named, and words of offices.
pub(crate) const ALLOWED_NUMBERS: &str = "allowed-numbers";
pub(crate) const PLAIN_WORDS: &str = "plain-words";

/// A department as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryEntry {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = String)]
    pub department: DepartmentKey,
    pub name: String,
    pub name_en: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    pub open: bool,
    /// When it closes, if it is open and ever closes.
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
    /// When it opens, if it is closed.
    #[schema(value_type = Option<i64>)]
    pub opens_at: Option<UnixMillis>,
}

/// The directory as of one number of its streams.
#[derive(Debug, Clone)]
pub struct Directory {
    pub(crate) seq: i64,
    /// `None` before any content was imported.
    pub consortium: Option<Consortium>,
    pub kinds: Vec<DepartmentKind>,
    pub areas: Vec<Area>,
    /// `None` where the members share no evening duty.
    pub hotline_hours: Option<ServiceHours>,
    places: BTreeMap<MunicipalityKey, Arc<Place>>,
}

/// A municipality with its departments, their hours read, as of one number of its stream.
#[derive(Debug)]
pub struct Place {
    seq: i64,
    pub member: Member,
    pub closing: ClosingDays,
    lines: BTreeMap<DepartmentKey, Line>,
    /// The departments by the [`national`] digits of the numbers in their own records.
    own_numbers: BTreeMap<String, DepartmentKey>,
    pub staff: Staff,
}

/// A department with its hours and promise read.
#[derive(Debug, Clone)]
pub struct Line {
    pub department: Department,
    pub hours: ServiceHours,
    pub promise: PromiseRule,
    pub(crate) kept: KeptDepartment,
}

impl Directory {
    #[must_use]
    pub fn place(&self, municipality: &MunicipalityKey) -> Option<&Arc<Place>> {
        self.places.get(municipality)
    }

    /// Every municipality, by key.
    pub fn places(&self) -> impl Iterator<Item = &Arc<Place>> {
        self.places.values()
    }

    #[must_use]
    pub fn line(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
    ) -> Option<&Line> {
        self.places.get(municipality)?.lines.get(department)
    }

    /// The municipalities that share the evening hotline.
    #[must_use]
    pub fn hotline_members(&self) -> Vec<MunicipalityKey> {
        self.places
            .values()
            .filter(|place| place.member.hotline)
            .map(|place| place.member.key.clone())
            .collect()
    }

    /// The department that owns a topic in a municipality, as far as that can be said of everybody
    /// ([`owner`]). `None` when no municipality does it, or the municipality has no such department.
    #[must_use]
    pub fn owner_of(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        usual: &DepartmentKey,
    ) -> Option<&DepartmentKey> {
        self.places.get(municipality)?.owner_of(topic, usual)
    }
}

impl Place {
    /// The departments, by key.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    #[must_use]
    pub fn tag(&self) -> MunicipalityTag {
        MunicipalityTag {
            key: self.member.key.clone(),
            name: self.member.name.clone(),
            short: self.member.short.clone(),
            colour: self.member.colour.clone(),
        }
    }

    /// The department that has a topic where the municipality gave it to nobody: the one whose
    /// record names it, otherwise the kind of department that the article names.
    pub(crate) fn usual_of(&self, topic: &TopicKey, usual: &DepartmentKey) -> Option<UnitKey> {
        let own = self.lines.values().find(|line| line.department.topics.contains(topic));
        let key = match own {
            Some(line) => &line.department.key,
            None if usual.as_str() == OTHER_AUTHORITY => return None,
            None => usual,
        };
        Some(unit_of(key))
    }

    fn owner_of(&self, topic: &TopicKey, usual: &DepartmentKey) -> Option<&DepartmentKey> {
        let usual = self.usual_of(topic, usual);
        let organisation = &self.staff.organisation;
        let unit = owner(organisation, topic, usual.as_ref(), &Facts::default())?;
        self.department_of(unit)
    }

    /// The department that a unit is or belongs to.
    pub(crate) fn department_of(&self, unit: &UnitKey) -> Option<&DepartmentKey> {
        let unit = self.staff.organisation.department_of(unit)?;
        let key = DepartmentKey::new(unit.key.as_str()).ok()?;
        self.lines.get_key_value(&key).map(|(key, _)| key)
    }

    pub(crate) fn line(&self, department: &DepartmentKey) -> Option<&Line> {
        self.lines.get(department)
    }
}

impl Line {
    fn entry(&self, municipality: &MunicipalityKey, at: UnixMillis) -> DirectoryEntry {
        let (open, until, opens_at) = match self.hours.state(at) {
            HoursState::Open { until } => (true, until, None),
            HoursState::Closed { opens_at } => (false, None, opens_at),
        };
        DirectoryEntry {
            municipality: municipality.clone(),
            department: self.department.key.clone(),
            name: self.department.name.clone(),
            name_en: self.department.name_en.clone(),
            phone: self.department.phone.clone(),
            email: self.department.email.clone(),
            address: self.department.address.clone(),
            open,
            until,
            opens_at,
        }
    }
}

impl App {
    /// The directory as it stands now.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn directory(&self) -> Outcome<Arc<Directory>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let kept = |seq: i64| self.0.memory.directory().filter(|known| known.seq == seq);
        let seq = store::directory::heads(database, tenant).await?.values().sum();
        if let Some(known) = kept(seq) {
            return Ok(known);
        }
        // Laying out tens of thousands of people is done once, however many wait for it.
        let _turn = self.0.memory.laying_out.lock().await;
        let heads = store::directory::heads(database, tenant).await?;
        let seq = heads.values().sum();
        if let Some(known) = kept(seq) {
            return Ok(known);
        }
        let before = self.0.memory.directory();
        let (members, departments) = store::directory::members(database, tenant).await?;
        let areas = store::areas::all(database, tenant).await?;
        let areas = areas
            .into_iter()
            .map(|area| Area { key: area.key, name: area.name, name_en: area.name_en })
            .collect();
        let consortium: Option<Consortium> = self.said_of_itself(CONSORTIUM).await?;
        let hotline = consortium.as_ref().and_then(|consortium| consortium.hotline.as_ref());
        let hotline_hours = hotline.map(|hotline| read_hours(&hotline.hours)).transpose()?;
        let mut places = BTreeMap::new();
        for member in members {
            let key = member.key.clone();
            let seq = heads.get(&key).copied().unwrap_or_default();
            let known = before.as_ref().and_then(|before| before.places.get(&key));
            let place = match known.filter(|known| known.seq == seq) {
                Some(known) => known.clone(),
                None => Arc::new(self.lay_out(member, &departments, seq).await?),
            };
            places.insert(key, place);
        }
        let kinds = self.said_of_itself(DEPARTMENT_KINDS).await?.unwrap_or_default();
        let directory = Directory { seq, consortium, kinds, areas, hotline_hours, places };
        let directory = Arc::new(directory);
        self.0.memory.keep_directory(directory.clone());
        Ok(directory)
    }

    /// The directory as it was last read, for who cannot read it now.
    #[must_use]
    pub fn last_directory(&self) -> Option<Arc<Directory>> {
        self.0.memory.directory()
    }

    /// The directory as this node knows it, perhaps of a moment ago. It is laid out only where it
    /// never was: whoever is inside a transaction asks nothing of the pool.
    pub(crate) async fn known_directory(&self) -> Outcome<Arc<Directory>> {
        match self.0.memory.directory() {
            Some(known) => Ok(known),
            None => self.directory().await,
        }
    }

    async fn said_of_itself<T: serde::de::DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let text = store::settings::get(&self.database, &self.tenant, name).await?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Damaged(name)))
            .transpose()
    }

    /// Every municipality, by key.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn municipalities(&self) -> Outcome<Vec<MunicipalityTag>> {
        Ok(self.directory().await?.places().map(|place| place.tag()).collect())
    }

    /// One municipality.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown one.
    pub async fn municipality(&self, key: &MunicipalityKey) -> Outcome<MunicipalityTag> {
        found(self.directory().await?.place(key)).map(|place| place.tag())
    }

    pub(crate) async fn municipality_tag(&self, key: &MunicipalityKey) -> Outcome<MunicipalityTag> {
        self.municipality(key).await
    }

    /// The main number of a municipality when its name or number is what is looked for: shown with
    /// the reason why it is no target.
    pub(crate) async fn main_number_name(
        &self,
        municipality: &MunicipalityKey,
        wanted: &str,
    ) -> Outcome<Option<String>> {
        let directory = self.directory().await?;
        let place = found(directory.place(municipality))?;
        let number = &place.member.main_number;
        let digits = national(wanted);
        let by_number = digits.len() >= 4 && national(number).contains(&digits);
        let by_name = !wanted.is_empty() && place.member.name.to_lowercase().contains(wanted);
        Ok((by_number || by_name).then(|| format!("{} {number}", place.member.name)))
    }

    pub(crate) async fn municipality_keys(&self) -> Outcome<Vec<MunicipalityKey>> {
        Ok(self.directory().await?.places().map(|place| place.member.key.clone()).collect())
    }

    /// The municipalities that share the evening hotline.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn hotline_members(&self) -> Outcome<Vec<MunicipalityKey>> {
        Ok(self.directory().await?.hotline_members())
    }

    /// Whether there is such a municipality, and such a department in it.
    pub(crate) async fn known_line(
        &self,
        municipality: &MunicipalityKey,
        department: Option<&DepartmentKey>,
    ) -> Outcome<()> {
        let directory = self.directory().await?;
        let place = found(directory.place(municipality))?;
        match department {
            Some(department) => found(place.lines.get(department)).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Whether a department is open at `at`, and when that changes.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown department.
    pub async fn hours_state(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        at: UnixMillis,
    ) -> Outcome<HoursState> {
        let directory = self.directory().await?;
        Ok(found(directory.line(municipality, department))?.hours.state(at))
    }

    /// By when a department answers an errand left at `at`.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown department.
    pub async fn promise_of(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        at: UnixMillis,
    ) -> Outcome<UnixMillis> {
        let directory = self.directory().await?;
        let place = found(directory.place(municipality))?;
        let line = found(place.lines.get(department))?;
        Ok(promise(line.promise, &place.closing, at))
    }

    /// What may be promised instead of [`App::promise_of`]: a working day later.
    ///
    /// # Errors
    /// As [`App::promise_of`].
    pub async fn later_promise_of(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        at: UnixMillis,
    ) -> Outcome<UnixMillis> {
        let directory = self.directory().await?;
        let place = found(directory.place(municipality))?;
        let line = found(place.lines.get(department))?;
        Ok(promise(line.promise.a_day_later(), &place.closing, at))
    }

    /// One department as the directory shows it.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown one.
    pub async fn department(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
    ) -> Outcome<DirectoryEntry> {
        let directory = self.directory().await?;
        let line = found(directory.line(municipality, department))?;
        Ok(line.entry(municipality, self.now()))
    }

    /// Every department of a municipality, by key.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown municipality.
    pub async fn departments(&self, key: &MunicipalityKey) -> Outcome<Vec<DirectoryEntry>> {
        let (directory, now) = (self.directory().await?, self.now());
        let place = found(directory.place(key))?;
        Ok(place.lines().map(|line| line.entry(key, now)).collect())
    }

    pub(crate) async fn department_name(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
    ) -> Outcome<String> {
        let directory = self.directory().await?;
        Ok(found(directory.line(municipality, department))?.department.name.clone())
    }

    pub(crate) async fn department_names(
        &self,
        municipality: &MunicipalityKey,
    ) -> Outcome<Vec<(DepartmentKey, String)>> {
        let directory = self.directory().await?;
        Ok(found(directory.place(municipality))?
            .lines()
            .map(|line| (line.department.key.clone(), line.department.name.clone()))
            .collect())
    }

    pub(crate) async fn short_name(&self, municipality: &MunicipalityKey) -> Outcome<String> {
        Ok(found(self.directory().await?.place(municipality))?.member.short.clone())
    }
}

fn read_hours(text: &str) -> Result<ServiceHours, StoreError> {
    ServiceHours::parse(text).map_err(|_| StoreError::Damaged("hours"))
}
