//! Municipalities and departments: who answers for what, under which number, until when.
//!
//! What stands here is public (it is on every municipality's site), so reading it needs no scope;
//! searching it across municipalities is the staff's.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use rules::calendar::ClosingDays;
use rules::content::Area;
use rules::hours::{HoursState, PromiseRule, ServiceHours, promise};
use rules::members::{Consortium, Department, DepartmentKind, Member, NumberKind, OTHER_AUTHORITY};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::desk::MunicipalityTag;
use crate::{App, found};

/// Names of the settings that hold what a consortium says of itself.
pub(crate) const CONSORTIUM: &str = "consortium";
pub(crate) const DEPARTMENT_KINDS: &str = "department-kinds";
/// What the checks on save know: telephone numbers that may be named, and words of offices.
pub(crate) const ALLOWED_NUMBERS: &str = "allowed-numbers";
pub(crate) const PLAIN_WORDS: &str = "plain-words";

/// Longest query for the directory, in characters.
const QUERY_LIMIT: usize = 120;
/// So many topics that a query may be about lead to their departments.
const TOPICS: usize = 3;
/// At most so many entries are found at once.
const MOST: usize = 60;

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    Department,
    /// The main number: shown so that it is recognised, and never a target (product rule 5).
    Main,
    /// The social emergency duty.
    Emergency,
}

/// A line of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryEntry {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub kind: EntryKind,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    pub name: String,
    pub name_en: String,
    pub phone: String,
    pub email: Option<String>,
    pub address: Option<String>,
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
    places: BTreeMap<MunicipalityKey, Place>,
}

/// A municipality with its departments, their hours read.
#[derive(Debug, Clone)]
pub struct Place {
    pub member: Member,
    pub closing: ClosingDays,
    lines: BTreeMap<DepartmentKey, Line>,
}

/// A department with its hours and promise read.
#[derive(Debug, Clone)]
pub struct Line {
    pub department: Department,
    pub hours: ServiceHours,
    pub promise: PromiseRule,
}

impl Directory {
    /// Lays a directory out.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when stored hours or a promise cannot be read.
    pub fn new(
        seq: i64,
        consortium: Option<Consortium>,
        kinds: Vec<DepartmentKind>,
        areas: Vec<Area>,
        members: Vec<Member>,
    ) -> Result<Self, StoreError> {
        let hours =
            |text: &str| ServiceHours::parse(text).map_err(|_| StoreError::Damaged("hours"));
        let hotline = consortium.as_ref().and_then(|consortium| consortium.hotline.as_ref());
        let hotline_hours = hotline.map(|hotline| hours(&hotline.hours)).transpose()?;
        let mut places = BTreeMap::new();
        for member in members {
            let closing: ClosingDays =
                member.closing_days.iter().map(|day| (day.date, day.name.clone())).collect();
            let mut lines = BTreeMap::new();
            for department in &member.departments {
                let line = Line {
                    hours: hours(&department.hours)?.with_closing_days(closing.clone()),
                    promise: department
                        .promise
                        .parse()
                        .map_err(|_| StoreError::Damaged("promise"))?,
                    department: department.clone(),
                };
                lines.insert(department.key.clone(), line);
            }
            places.insert(member.key.clone(), Place { member, closing, lines });
        }
        Ok(Self { seq, consortium, kinds, areas, hotline_hours, places })
    }

    #[must_use]
    pub fn place(&self, municipality: &MunicipalityKey) -> Option<&Place> {
        self.places.get(municipality)
    }

    /// Every municipality, by key.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
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

    /// Which line a number is: a department's own, the front office's by a main number, or (without
    /// a municipality) the hotline's.
    #[must_use]
    pub fn line_of_number(
        &self,
        number: &str,
    ) -> Option<(Option<MunicipalityKey>, Option<DepartmentKey>)> {
        let wanted = national(number);
        if wanted.is_empty() {
            return None;
        }
        let is = |phone: &str| national(phone) == wanted;
        for (key, place) in &self.places {
            if let Some(line) = place.lines.values().find(|line| is(&line.department.phone)) {
                return Some((Some(key.clone()), Some(line.department.key.clone())));
            }
            if is(&place.member.main_number) {
                return Some((Some(key.clone()), Some(crate::queues::front_office())));
            }
        }
        self.hotline_phone().filter(|phone| is(phone)).map(|_| (None, None))
    }

    /// Every number that is answered here, as it is written.
    #[must_use]
    pub fn numbers(&self) -> Vec<&str> {
        let main = self.places.values().map(|place| place.member.main_number.as_str());
        let lines = self.places.values().flat_map(Place::lines);
        let departments = lines.map(|line| line.department.phone.as_str());
        main.chain(departments).chain(self.hotline_phone()).collect()
    }

    fn hotline_phone(&self) -> Option<&str> {
        self.consortium.as_ref()?.hotline.as_ref().map(|hotline| hotline.phone.as_str())
    }

    /// Numbers of others that may be called from here, as they are written.
    #[must_use]
    pub fn outside_numbers(&self) -> Vec<&str> {
        self.places.values().map(|place| place.member.emergency_phone.as_str()).collect()
    }

    /// A listed number of somebody else, however it is written.
    #[must_use]
    pub fn outside_number(&self, number: &str) -> Option<&str> {
        let wanted = national(number);
        let mut listed = self.outside_numbers().into_iter();
        listed.find(|listed| !wanted.is_empty() && national(listed) == wanted)
    }

    /// Whose main number this is, however it is written. A transfer to it is refused.
    #[must_use]
    pub fn main_number_of(&self, number: &str) -> Option<&MunicipalityKey> {
        let wanted = national(number);
        self.places
            .values()
            .find(|place| !wanted.is_empty() && national(&place.member.main_number) == wanted)
            .map(|place| &place.member.key)
    }

    /// The department that owns a topic in a municipality: one that says so itself, otherwise the
    /// kind of department the article names. `None` when no municipality does it, or the
    /// municipality has no such department.
    #[must_use]
    pub fn owner_of(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        usual: &DepartmentKey,
    ) -> Option<&DepartmentKey> {
        let place = self.places.get(municipality)?;
        let own = place.lines.values().find(|line| line.department.topics.contains(topic));
        if let Some(own) = own {
            return Some(&own.department.key);
        }
        if usual.as_str() == OTHER_AUTHORITY {
            return None;
        }
        place.lines.get_key_value(usual).map(|(key, _)| key)
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

    fn entries(&self, at: UnixMillis) -> Vec<DirectoryEntry> {
        self.member
            .numbers()
            .filter_map(|number| match number.kind {
                NumberKind::Department(key) => {
                    self.lines.get(key).map(|line| line.entry(&self.member.key, at))
                }
                NumberKind::Main => Some(self.own_number(number.phone, EntryKind::Main)),
                NumberKind::Emergency => Some(self.own_number(number.phone, EntryKind::Emergency)),
            })
            .collect()
    }

    fn own_number(&self, phone: &str, kind: EntryKind) -> DirectoryEntry {
        DirectoryEntry {
            municipality: self.member.key.clone(),
            kind,
            department: None,
            name: self.member.name.clone(),
            name_en: self.member.name.clone(),
            phone: phone.to_owned(),
            email: None,
            address: None,
            open: kind == EntryKind::Emergency,
            until: None,
            opens_at: None,
        }
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
            kind: EntryKind::Department,
            department: Some(self.department.key.clone()),
            name: self.department.name.clone(),
            name_en: self.department.name_en.clone(),
            phone: self.department.phone.clone(),
            email: Some(self.department.email.clone()),
            address: Some(self.department.address.clone()),
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
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn directory(&self) -> Outcome<Arc<Directory>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let seq = store::directory::head(database, tenant).await?;
        if let Some(known) = self.0.memory.directory()
            && known.seq == seq
        {
            return Ok(known);
        }
        let members = store::directory::members(database, tenant).await?;
        let areas = store::areas::all(database, tenant).await?;
        let areas = areas
            .into_iter()
            .map(|area| Area { key: area.key, name: area.name, name_en: area.name_en })
            .collect();
        let directory = Directory::new(
            seq,
            self.said_of_itself(CONSORTIUM).await?,
            self.said_of_itself(DEPARTMENT_KINDS).await?.unwrap_or_default(),
            areas,
            members,
        )?;
        let directory = Arc::new(directory);
        self.0.memory.keep_directory(directory.clone());
        Ok(directory)
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
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn municipalities(&self) -> Outcome<Vec<MunicipalityTag>> {
        Ok(self.directory().await?.places().map(Place::tag).collect())
    }

    /// One municipality.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown one.
    pub async fn municipality(&self, key: &MunicipalityKey) -> Outcome<MunicipalityTag> {
        found(self.directory().await?.place(key)).map(Place::tag)
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
    /// [`Problem::Unavailable`] when the database is away.
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
    /// [`Problem::NotFound`] for an unknown department.
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
    /// [`Problem::NotFound`] for an unknown department.
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

    /// One department as the directory shows it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown one.
    pub async fn department(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
    ) -> Outcome<DirectoryEntry> {
        let directory = self.directory().await?;
        let line = found(directory.line(municipality, department))?;
        Ok(line.entry(municipality, self.now()))
    }

    /// Every number of a municipality, the main and the emergency number first.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality.
    pub async fn departments(&self, key: &MunicipalityKey) -> Outcome<Vec<DirectoryEntry>> {
        Ok(found(self.directory().await?.place(key))?.entries(self.now()))
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

    /// The department that owns a topic in a municipality; `None` when another authority does, or
    /// the topic is not known.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn owner_of(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
    ) -> Outcome<Option<DepartmentKey>> {
        let knowledge = self.knowledge().await?;
        let Some(usual) = knowledge.department_of(topic) else { return Ok(None) };
        let directory = self.directory().await?;
        Ok(directory.owner_of(municipality, topic, usual).cloned())
    }

    /// Entries by name, topic or number: all words of the query must be in an entry. An empty query
    /// finds everything in reach.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an over-long query; [`Problem::NotFound`] out of reach.
    pub async fn search_directory(
        &self,
        scope: &Scope,
        query: &str,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<Vec<DirectoryEntry>> {
        let now = self.now();
        if query.chars().count() > QUERY_LIMIT {
            let limit = i64::try_from(QUERY_LIMIT).ok();
            return Err(Problem::Invalid { field: "q", code: "too-long", limit });
        }
        if let Some(municipality) = municipality {
            rules::people::may_in(scope, Right::ReadDirectory, municipality, None, now)?;
        }
        let directory = self.directory().await?;
        let knowledge = self.knowledge().await?;
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let digits = national(query);
        // Which departments own what the words are about.
        let mut topics: Vec<TopicKey> = Vec::new();
        if words.iter().any(|word| word.chars().any(char::is_alphabetic)) {
            topics = self.topics_of_words(municipality, &[query.to_owned()]).await?;
            topics.truncate(TOPICS);
            topics.extend(knowledge.topics_titled(&words).into_iter().cloned());
        }
        let mut entries = Vec::new();
        for place in directory.places() {
            let key = &place.member.key;
            let wanted = municipality.is_none_or(|wanted| wanted == key)
                && scope.holds_at(now)
                && scope.allows(Right::ReadDirectory, key, None).is_some();
            if !wanted {
                continue;
            }
            let owners: Vec<&DepartmentKey> = topics
                .iter()
                .filter_map(|topic| {
                    let usual = knowledge.department_of(topic)?;
                    directory.owner_of(key, topic, usual)
                })
                .collect();
            for entry in place.entries(now) {
                let text = format!("{} {} {}", entry.name, entry.name_en, place.member.name)
                    .to_lowercase();
                let by_number = digits.len() >= 4 && national(&entry.phone).contains(&digits);
                let by_topic = entry.department.as_ref().is_some_and(|d| owners.contains(&d));
                if by_number || by_topic || words.iter().all(|word| text.contains(word)) {
                    entries.push(entry);
                }
            }
        }
        entries.truncate(MOST);
        Ok(entries)
    }
}

/// The digits of a Danish number without the country code.
fn national(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("45") {
        Some(rest) if digits.len() == 10 || number.trim_start().starts_with('+') => rest.to_owned(),
        _ => digits,
    }
}
