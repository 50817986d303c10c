//! The duty list: who answers when, edited by planners, and read by everything that asks who may.
//!
//! Duty is the access right (product rule 7), so every change rings the bell of `duty/all` and of
//! each person it concerns, and the list of any earlier instant can be told ([`App::who_could_see`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use base::scope::Ground;
use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use rules::duty::{Duty, DutyId, DutyKind, PlanProblem, plan_check};
use rules::hours::{Edge, Zone};
use rules::people::{Role, may_in};
use serde::Serialize;
use store::duties::Versioned;
use store::people::PersonId;
use store::streams::{self, StreamKey};
use utoipa::ToSchema;

use crate::audit::{Act, AuditLine};
use crate::memory::DutiesSeen;
use crate::people::Named;
use crate::{App, found};

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3600 * 1000;
/// What is asked for around an instant: the night before, and two weeks ahead for "opens when?".
const BACK_MS: i64 = 2 * DAY_MS;
const AHEAD_MS: i64 = 15 * DAY_MS;
/// What is read in addition, so that the list is not read anew every minute.
const SLACK_MS: i64 = 3 * DAY_MS;
/// The longest list that is shown at once, in days.
const LONGEST_LIST: i64 = 100;
/// Looks in the log, so long before and after the instant that was asked about.
const AROUND_MS: i64 = 30 * 60 * 1000;
/// At most so many of them.
const MOST_LOOKS: i64 = 200;

/// A duty as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DutyView {
    #[schema(value_type = String)]
    pub id: DutyId,
    /// `2027-06-02`
    #[schema(value_type = String)]
    pub date: Date,
    /// `15:00`, local time.
    pub from: String,
    /// On the next day when it is not later than `from`.
    pub to: String,
    #[schema(value_type = i64)]
    pub starts_at: UnixMillis,
    #[schema(value_type = i64)]
    pub ends_at: UnixMillis,
    #[schema(value_type = String)]
    pub serving: MunicipalityKey,
    /// On the hotline, when empty, every agent of the serving municipality.
    pub people: Vec<Named>,
    /// `hotline` or `telephone`.
    pub kind: &'static str,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    pub cancelled: bool,
    /// Give it back with a change.
    pub version: i64,
}

/// The list between two dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DutyList {
    pub duties: Vec<DutyView>,
    /// The hotline duty that is going on, or the next one today.
    pub tonight: Option<DutyView>,
    /// What a planner should look at, of what is still to come.
    pub problems: Vec<DutyProblem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DutyProblem {
    /// The text is `duty-problem-<code>` of the catalogue; `gap`: nobody has that evening.
    pub code: &'static str,
    #[schema(value_type = String)]
    pub date: Date,
    #[schema(value_type = Option<String>)]
    pub duty: Option<DutyId>,
}

/// A duty as a planner writes it.
#[derive(Debug, Clone)]
pub struct DutyDraft {
    pub serving: MunicipalityKey,
    pub date: Date,
    pub from: Time,
    pub to: Time,
    pub people: BTreeSet<PersonId>,
    pub kind: DutyKind,
}

/// Who could see a municipality's contacts at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhoCouldSee {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    pub people: Vec<CouldSee>,
    /// What was looked at and done there in the half hour before and after.
    pub looks: Vec<AuditLine>,
}

/// Somebody who could, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CouldSee {
    #[schema(value_type = String)]
    pub person: PersonId,
    pub name: String,
    #[schema(value_type = String)]
    pub home: MunicipalityKey,
    #[schema(value_type = String)]
    pub ground: Ground,
    /// The rights to contacts and hand-overs that it gave.
    #[schema(value_type = Vec<String>)]
    pub rights: BTreeSet<Right>,
    /// The duty, when that was the ground.
    #[schema(value_type = Option<String>)]
    pub duty: Option<DutyId>,
    #[schema(value_type = Option<i64>)]
    pub duty_until: Option<UnixMillis>,
}

impl App {
    /// The duties two days back and two weeks ahead of an instant, as the list stands now.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn duties_around(&self, at: UnixMillis) -> Outcome<Vec<Duty>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let seq = streams::head(database, tenant, &store::duties::stream()).await?;
        let (from, to) = (at + -BACK_MS, at + AHEAD_MS);
        if let Some(seen) = self.0.memory.duties()
            && seen.seq == seq
            && seen.from <= from
            && to <= seen.to
        {
            return Ok(seen.duties.clone());
        }
        let (from, to) = (from + -SLACK_MS, to + SLACK_MS);
        let found = store::duties::between(database, tenant, from, to).await?;
        let duties: Vec<Duty> = found.into_iter().map(|versioned| versioned.duty).collect();
        // A question about another time must not push out what is asked every second.
        let now = self.now();
        if from <= now && now <= to {
            let duties = duties.clone();
            self.0.memory.keep_duties(Arc::new(DutiesSeen { seq, from, to, duties }));
        }
        Ok(duties)
    }

    /// The list from one date to another, both included. Whoever sees the list sees the whole
    /// hotline; telephone duties only of municipalities in reach.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not see it; [`Problem::Invalid`] for dates in wrong order
    /// or too far apart.
    pub async fn duties(&self, scope: &Scope, from: Date, to: Date) -> Outcome<DutyList> {
        let now = self.now();
        let sees = |right: Right| scope.reach.iter().any(|reach| reach.right == right);
        let planner = sees(Right::PlanDuty);
        if !scope.holds_at(now) || !(sees(Right::ReadDuty) || planner) {
            return Err(Problem::NotFound);
        }
        if to < from {
            return Err(Problem::invalid("to", "date-order"));
        }
        if i64::from((to - from).get_days()) > LONGEST_LIST {
            let limit = Some(LONGEST_LIST);
            return Err(Problem::Invalid { field: "to", code: "too-many-days", limit });
        }
        let zone = Zone::default();
        let start = zone.instant(from, 0, Edge::Opens);
        let end = zone.instant(to.saturating_add(1.day()), 0, Edge::Opens);
        let (database, tenant) = (&self.database, &self.tenant);
        let listed = store::duties::between(database, tenant, start, end).await?;
        let mut duties = Vec::new();
        for versioned in &listed {
            let in_list = (from..=to).contains(&versioned.duty.date);
            if in_list && may_see(scope, &versioned.duty) {
                duties.push(self.duty_view(versioned).await?);
            }
        }
        let problems = if planner { self.problems(&listed, from, to, now).await? } else { vec![] };
        Ok(DutyList { duties, tonight: self.tonight().await?, problems })
    }

    /// The hotline duty that is going on, or the next one today; `None` on evenings off. This is
    /// public: every site says who answers.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn tonight(&self) -> Outcome<Option<DutyView>> {
        let now = self.now();
        let today = Zone::default().date(now);
        let duties = self.duties_around(now).await?;
        let tonight = duties
            .iter()
            .filter(|duty| duty.kind == DutyKind::Hotline && !duty.cancelled)
            .filter(|duty| duty.covers(now) || (duty.date == today && duty.starts() > now))
            .min_by_key(|duty| duty.starts());
        let Some(duty) = tonight else { return Ok(None) };
        let found = store::duties::by_id(&self.database, &self.tenant, duty.id).await?;
        match found {
            Some(versioned) => Ok(Some(self.duty_view(&versioned).await?)),
            None => Ok(None),
        }
    }

    /// Adds a duty.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for others than the municipality's planners;
    /// [`Problem::Invalid`] with the first thing that is wrong.
    pub async fn add_duty(&self, scope: &Scope, draft: DutyDraft) -> Outcome<DutyView> {
        let id = self.rng.id(self.now());
        let new = Versioned { duty: duty_of(id, draft, false), version: 1 };
        self.put_duty(scope, "duty-added", None, new).await
    }

    /// Changes a duty. `version` is that of the list the planner looked at.
    ///
    /// # Errors
    /// [`Problem::Conflict`] `duty-changed` when somebody else changed it meanwhile; otherwise as
    /// [`App::add_duty`].
    pub async fn change_duty(
        &self,
        scope: &Scope,
        id: DutyId,
        version: i64,
        draft: DutyDraft,
    ) -> Outcome<DutyView> {
        let before = self.duty_at(scope, id, version).await?;
        let new = Versioned { duty: duty_of(id, draft, false), version: version + 1 };
        self.put_duty(scope, "duty-changed", Some(before), new).await
    }

    /// Cancels a duty: what it opened closes at once.
    ///
    /// # Errors
    /// As [`App::change_duty`].
    pub async fn cancel_duty(&self, scope: &Scope, id: DutyId, version: i64) -> Outcome<DutyView> {
        let before = self.duty_at(scope, id, version).await?;
        let duty = Duty { cancelled: true, ..before.duty.clone() };
        let new = Versioned { duty, version: version + 1 };
        self.put_duty(scope, "duty-cancelled", Some(before), new).await
    }

    async fn duty_at(&self, scope: &Scope, id: DutyId, version: i64) -> Outcome<Versioned> {
        let known = store::duties::by_id(&self.database, &self.tenant, id).await?;
        let known = found(known)?;
        // Whoever may not see it is told nothing of it, who may not plan it not that it has changed.
        if !may_see(scope, &known.duty) {
            return Err(Problem::NotFound);
        }
        may_plan(scope, &known.duty, self.now())?;
        if known.version == version { Ok(known) } else { Err(Problem::conflict("duty-changed")) }
    }

    async fn put_duty(
        &self,
        scope: &Scope,
        action: &'static str,
        before: Option<Versioned>,
        new: Versioned,
    ) -> Outcome<DutyView> {
        let at = self.now();
        let duty = &new.duty;
        if let Some(before) = &before {
            may_plan(scope, &before.duty, at)?;
        }
        let ground = may_plan(scope, duty, at)?;
        let mut concerned: BTreeSet<PersonId> = BTreeSet::new();
        for one in before.iter().map(|before| &before.duty).chain([duty]) {
            concerned.extend(self.people_of(one).await?);
        }
        if !duty.cancelled {
            self.fit_for(duty).await?;
        }
        let mut tx = self.database.begin().await?;
        let mut rung = Vec::new();
        // Counters are locked in their order: people before the list.
        for person in &concerned {
            let stream = StreamKey::agent(*person);
            let event = [("reach", "{}".to_owned())];
            streams::append(&mut tx, &self.tenant, &stream, at, &event).await?;
            rung.push(stream);
        }
        let (from, to) = (duty.starts() + -DAY_MS, duty.ends() + DAY_MS);
        let others: Vec<Duty> = store::duties::held(&mut tx, &self.tenant, from, to)
            .await?
            .into_iter()
            .map(|versioned| versioned.duty)
            .collect();
        if let Some(problem) = plan_check(duty, &others, at).first() {
            return Err(refused(problem));
        }
        if !store::duties::put(&mut tx, &self.tenant, &new, at).await? {
            return Err(Problem::conflict("duty-changed"));
        }
        let act = Act {
            ground: Some(ground),
            municipality: Some(&duty.serving),
            action,
            subject: format!("duty/{}", duty.id),
            purpose: "duty-planning",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        rung.push(store::duties::stream());
        self.ring(&rung);
        self.duty_view(&new).await
    }

    /// Everyone whose reach hangs on a duty.
    async fn people_of(&self, duty: &Duty) -> Outcome<Vec<PersonId>> {
        if !duty.people.is_empty() || duty.kind != DutyKind::Hotline {
            return Ok(duty.people.iter().copied().collect());
        }
        let people = store::people::all(&self.database, &self.tenant).await?;
        Ok(people
            .into_iter()
            .filter(|person| person.member.active && person.member.home == duty.serving)
            .filter(|person| person.member.at_home(Role::Agent).is_some())
            .map(|person| person.member.id)
            .collect())
    }

    /// Whether the people of a duty can do it: agents at work in the serving municipality, which on
    /// the hotline is one that shares it.
    async fn fit_for(&self, duty: &Duty) -> Outcome<()> {
        self.known_line(&duty.serving, None).await?;
        match &duty.kind {
            DutyKind::Hotline => {
                if !self.hotline_members().await?.contains(&duty.serving) {
                    return Err(Problem::invalid("serving", "not-on-the-hotline"));
                }
            }
            DutyKind::Telephone { department } => self
                .known_line(&duty.serving, Some(department))
                .await
                .map_err(|_| Problem::invalid("department", "department-unknown"))?,
        }
        for person in &duty.people {
            let fits = self.person_card(*person).await?.is_some_and(|card| {
                card.member.active
                    && card.home == duty.serving
                    && card.member.at_home(Role::Agent).is_some()
            });
            if !fits {
                return Err(Problem::invalid("people", "not-an-agent-there"));
            }
        }
        Ok(())
    }

    pub(crate) async fn duty_view(&self, versioned: &Versioned) -> Outcome<DutyView> {
        let duty = &versioned.duty;
        let mut people = Vec::with_capacity(duty.people.len());
        for id in &duty.people {
            if let Some(card) = self.person_card(*id).await? {
                people.push(Named { id: *id, name: card.name.clone() });
            }
        }
        people.sort_by(|a, b| a.name.cmp(&b.name));
        let (kind, department) = match &duty.kind {
            DutyKind::Hotline => ("hotline", None),
            DutyKind::Telephone { department } => ("telephone", Some(department.clone())),
        };
        Ok(DutyView {
            id: duty.id,
            date: duty.date,
            from: duty.from.strftime("%H:%M").to_string(),
            to: duty.to.strftime("%H:%M").to_string(),
            starts_at: duty.starts(),
            ends_at: duty.ends(),
            serving: duty.serving.clone(),
            people,
            kind,
            department,
            cancelled: duty.cancelled,
            version: versioned.version,
        })
    }

    /// What a planner should look at, of what is still to come: what the rules would refuse today,
    /// and evenings that nobody has.
    async fn problems(
        &self,
        listed: &[Versioned],
        from: Date,
        to: Date,
        now: UnixMillis,
    ) -> Outcome<Vec<DutyProblem>> {
        let duties: Vec<Duty> = listed.iter().map(|versioned| versioned.duty.clone()).collect();
        let mut problems = Vec::new();
        for duty in duties.iter().filter(|duty| duty.ends() > now) {
            problems.extend(plan_check(duty, &duties, now).iter().map(|problem| DutyProblem {
                code: problem.code(),
                date: duty.date,
                duty: Some(duty.id),
            }));
        }
        let directory = self.directory().await?;
        let Some(hours) = &directory.hotline_hours else { return Ok(problems) };
        for date in from.series(1.day()).take_while(|date| *date <= to) {
            for span in hours.spans_of(date).iter().filter(|span| span.to > now) {
                let manned = duties.iter().any(|duty| {
                    duty.kind == DutyKind::Hotline
                        && !duty.cancelled
                        && duty.starts() < span.to
                        && span.from < duty.ends()
                });
                if !manned {
                    problems.push(DutyProblem { code: "gap", date, duty: None });
                }
            }
        }
        problems.sort_by_key(|problem| problem.date);
        Ok(problems)
    }

    /// Who could see a municipality's contacts and hand-overs at an instant, and why: the roles and
    /// the duty list as they were then, put to the same rule that decides today. Live contacts that
    /// were finished after duty stand in the log under their own purpose.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for anybody but the municipality's security
    /// officer.
    pub async fn who_could_see(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        at: UnixMillis,
    ) -> Outcome<WhoCouldSee> {
        let now = self.now();
        let own = may_in(scope, Right::GuardPrivacy, municipality, None, now)?;
        let (database, tenant) = (&self.database, &self.tenant);
        let people = store::people::at_work(database, tenant, at).await?;
        let duties = store::duties::as_of(database, tenant, at).await?;
        let hotline = self.hotline_members().await?;
        let mut could = Vec::new();
        for person in people {
            let then = rules::people::scope(&person.member, &duties, &hotline, at);
            let opens = |reach: &&base::Reach| {
                reach.municipality == *municipality
                    && matches!(reach.right, Right::WorkContacts | Right::WorkInbox)
            };
            for ground in [Ground::Role, Ground::Duty] {
                let rights: BTreeSet<Right> = then
                    .reach
                    .iter()
                    .filter(opens)
                    .filter(|reach| reach.ground == ground)
                    .map(|reach| reach.right)
                    .collect();
                if rights.is_empty() {
                    continue;
                }
                let duty = duties.iter().find(|duty| {
                    ground == Ground::Duty
                        && duty.kind == DutyKind::Hotline
                        && duty.covers(at)
                        && duty.includes(person.member.id, &person.member.home)
                });
                could.push(CouldSee {
                    person: person.member.id,
                    name: person.name.clone(),
                    home: person.member.home.clone(),
                    ground,
                    rights,
                    duty: duty.map(|duty| duty.id),
                    duty_until: duty.map(Duty::ends),
                });
            }
        }
        let wanted = store::audit::Wanted {
            municipality: Some(municipality.clone()),
            from: Some(at + -AROUND_MS),
            until: Some(at + AROUND_MS),
            ..store::audit::Wanted::default()
        };
        let entries = store::audit::list(database, tenant, &wanted, None, MOST_LOOKS).await?;
        let mut looks = Vec::new();
        for entry in entries.items {
            looks.push(self.audit_line(entry).await?);
        }
        let mut tx = self.database.begin().await?;
        let act = Act {
            ground: Some(own),
            municipality: Some(municipality),
            action: "who-could-see",
            subject: String::new(),
            purpose: "privacy-guard",
        };
        self.note(&mut tx, scope, act, now).await?;
        tx.commit().await?;
        Ok(WhoCouldSee { municipality: municipality.clone(), at, people: could, looks })
    }
}

fn duty_of(id: DutyId, draft: DutyDraft, cancelled: bool) -> Duty {
    Duty {
        id,
        serving: draft.serving,
        people: draft.people,
        date: draft.date,
        from: draft.from,
        to: draft.to,
        zone: Zone::default(),
        kind: draft.kind,
        cancelled,
    }
}

fn department_of(duty: &Duty) -> Option<&DepartmentKey> {
    match &duty.kind {
        DutyKind::Hotline => None,
        DutyKind::Telephone { department } => Some(department),
    }
}

fn may_plan(scope: &Scope, duty: &Duty, at: UnixMillis) -> Outcome<Ground> {
    may_in(scope, Right::PlanDuty, &duty.serving, department_of(duty), at)
}

fn may_see(scope: &Scope, duty: &Duty) -> bool {
    let reads = |right| scope.allows(right, &duty.serving, department_of(duty)).is_some();
    duty.kind == DutyKind::Hotline || reads(Right::ReadDuty) || reads(Right::PlanDuty)
}

/// What a planner is told about the first thing that is wrong.
fn refused(problem: &PlanProblem) -> Problem {
    match problem {
        PlanProblem::EndBeforeStart => Problem::invalid("to", "duty-end-before-start"),
        PlanProblem::TooShort { at_least, .. } => {
            Problem::Invalid { field: "to", code: "duty-too-short", limit: Some(*at_least) }
        }
        PlanProblem::TooLong { at_most, .. } => {
            Problem::Invalid { field: "to", code: "duty-too-long", limit: Some(*at_most) }
        }
        PlanProblem::Past => Problem::invalid("date", "duty-past"),
        PlanProblem::PersonTwice { .. } => Problem::invalid("people", "duty-person-twice"),
        PlanProblem::Nobody => Problem::invalid("people", "duty-nobody"),
    }
}
