//! What is wrong with a municipality's directory, with names.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnitKey, UnixMillis};
use rules::directory::{
    Against, Belongs, Finding, Holder, Line, LineId, ResponsibilityId, Way, check, national,
    unit_of,
};
use rules::duty::DutyKind;
use rules::hours::OpenSpan;
use serde::Serialize;
use utoipa::ToSchema;

use super::views::Drawing;
use super::{Directory, Place, Reference, TopicReference};
use crate::App;

/// Staffing is looked at for so many days ahead.
const DAYS: i64 = 7;
/// Who had telephone duty so many days back, or has it so many ahead, keeps a list.
const KEPT_DAYS: i64 = 60;

/// Something that leads a citizen wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingView {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    /// `topic-without-owner`, `unit-gone`, `person-gone`, `no-department`, `deputy-circle`,
    /// `unit-circle`, `number-twice`, `number-taken`, `main-number`, `unreachable` or `not-staffed`.
    pub finding: &'static str,
    pub units: Vec<Reference>,
    pub people: Vec<Reference>,
    pub topic: Option<TopicReference>,
    pub number: Option<String>,
    pub spans: Vec<OpenTime>,
}

/// A time at which nobody has telephone duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenTime {
    #[schema(value_type = i64)]
    pub from: UnixMillis,
    #[schema(value_type = i64)]
    pub to: UnixMillis,
}

impl App {
    /// What is wrong with a municipality's directory. Staffing is looked at for the week ahead, in
    /// departments that keep a list of telephone duty.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] out of reach.
    pub async fn check_directory(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<Vec<FindingView>> {
        let place = self.place_for(scope, municipality).await?;
        self.findings(&self.directory().await?, &place).await
    }

    /// What is wrong with the directories of all members.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn check_directories(&self) -> Outcome<Vec<FindingView>> {
        let mut findings = Vec::new();
        let directory = self.directory().await?;
        for place in directory.places() {
            findings.extend(self.findings(&directory, place).await?);
        }
        Ok(findings)
    }

    async fn findings(
        &self,
        directory: &Arc<Directory>,
        place: &Arc<Place>,
    ) -> Outcome<Vec<FindingView>> {
        let now = self.now();
        let within = OpenSpan { from: now, to: now.plus_seconds(DAYS * 24 * 3600) };
        let knowledge = self.knowledge().await?;
        let topics: BTreeMap<TopicKey, Option<UnitKey>> = knowledge
            .heads()
            .map(|head| (head.topic.clone(), place.usual_of(head.topic, head.department)))
            .collect();
        let duty = self.telephone_duty(place).await?;
        let (directory, place) = (directory.clone(), place.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let against = Against {
                topics: &topics,
                main_number: &place.member.main_number,
                duty: &duty,
                within,
            };
            let presence = BTreeMap::new();
            let organisation = &place.staff.organisation;
            let drawing =
                Drawing { place: &place, knowledge: &knowledge, presence: &presence, now };
            let lines: BTreeMap<LineId, &Line> =
                organisation.lines.iter().map(|line| (line.id, line)).collect();
            let found = check(organisation, against);
            let of_others = lines.values().filter(|line| match &line.way {
                Way::Telephone(number) => directory.is_of_others(&place, &national(number)),
                Way::Outside(_) | Way::Chat | Way::Mail(_) => false,
            });
            found
                .iter()
                // Where no list of telephone duty is kept, nothing is known of the staffing.
                .filter(|finding| match finding {
                    Finding::NotStaffed { unit, .. } => duty.contains_key(unit),
                    _ => true,
                })
                .map(|finding| drawing.finding(finding, &lines))
                .chain(of_others.map(|line| drawing.taken(line)))
                .collect()
        });
        looking.await.map_err(|_| Problem::Unavailable { code: "unexpected" })
    }

    async fn telephone_duty(&self, place: &Place) -> Outcome<BTreeMap<UnitKey, Vec<OpenSpan>>> {
        let (database, tenant, now) = (&self.database, &self.tenant, self.now());
        let kept_s = KEPT_DAYS * 24 * 3600;
        let (from, to) = (now.plus_seconds(-kept_s), now.plus_seconds(kept_s));
        let held = store::duties::between(database, tenant, from, to).await?;
        let mut duty: BTreeMap<UnitKey, Vec<OpenSpan>> = BTreeMap::new();
        for duty_of in held.into_iter().map(|versioned| versioned.duty) {
            if let DutyKind::Telephone { department } = &duty_of.kind
                && duty_of.serving == place.member.key
                && !duty_of.cancelled
            {
                let span = OpenSpan { from: duty_of.starts(), to: duty_of.ends() };
                duty.entry(unit_of(department)).or_default().push(span);
            }
        }
        Ok(duty)
    }
}

impl Drawing<'_> {
    fn nothing(&self, finding: &'static str) -> FindingView {
        FindingView {
            municipality: self.place.member.key.clone(),
            finding,
            units: vec![],
            people: vec![],
            topic: None,
            number: None,
            spans: vec![],
        }
    }

    /// A number that is answered here and by somebody else in the consortium; by whom is not told.
    fn taken(&self, line: &Line) -> FindingView {
        let mut view = self.nothing("number-taken");
        view.number = line.way.number().map(str::to_owned);
        self.put_holder(line, &mut view);
        view
    }

    fn finding(&self, finding: &Finding, lines: &BTreeMap<LineId, &Line>) -> FindingView {
        let mut view = self.nothing("");
        let organisation = &self.place.staff.organisation;
        let topic_of = |id: ResponsibilityId| {
            let one = organisation.responsibilities.iter().find(|one| one.id == id);
            one.map(|one| self.topic(&one.topic))
        };
        match finding {
            Finding::TopicWithoutOwner { topic } => {
                view.finding = "topic-without-owner";
                view.topic = Some(self.topic(topic));
            }
            Finding::UnitGone { unit, what } => {
                view.finding = "unit-gone";
                match what {
                    Belongs::Unit(key) => view.units.push(self.unit_name(key)),
                    Belongs::Person(id) => view.people.extend(self.person_name(*id)),
                    Belongs::Line(id) => {
                        let address = lines.get(id).and_then(|line| line.way.address());
                        view.number = address.map(str::to_owned);
                    }
                    Belongs::Responsibility(id) => view.topic = topic_of(*id),
                }
                view.units.push(self.unit_name(unit));
            }
            Finding::NoDepartment { responsibility, unit } => {
                view.finding = "no-department";
                view.units.push(self.unit_name(unit));
                view.topic = topic_of(*responsibility);
            }
            Finding::PersonGone { entry } => {
                view.finding = "person-gone";
                let id = entry.to_string();
                view.people.push(Reference { name: id.clone(), id });
            }
            Finding::DeputyCircle { entries } => {
                view.finding = "deputy-circle";
                view.people = entries.iter().filter_map(|id| self.person_name(*id)).collect();
            }
            Finding::UnitCircle { units } => {
                view.finding = "unit-circle";
                view.units = units.iter().map(|unit| self.unit_name(unit)).collect();
            }
            Finding::NumberTwice { number, lines: same } => {
                view.finding = "number-twice";
                view.number = Some(number.clone());
                let same = same.iter().filter_map(|line| lines.get(line));
                same.for_each(|line| self.put_holder(line, &mut view));
            }
            Finding::MainNumber { line } => {
                view.finding = "main-number";
                view.number = Some(self.place.member.main_number.clone());
                lines.get(line).into_iter().for_each(|line| self.put_holder(line, &mut view));
            }
            Finding::Unreachable { unit } => {
                view.finding = "unreachable";
                view.units.push(self.unit_name(unit));
            }
            Finding::NotStaffed { unit, spans } => {
                view.finding = "not-staffed";
                view.units.push(self.unit_name(unit));
                let spans = spans.iter().map(|span| OpenTime { from: span.from, to: span.to });
                view.spans = spans.collect();
            }
        }
        view
    }

    /// Puts whose a line is into what a finding speaks of.
    fn put_holder(&self, line: &Line, view: &mut FindingView) {
        match &line.holder {
            Holder::Unit(unit) => view.units.push(self.unit_name(unit)),
            Holder::Entry(id) => view.people.extend(self.person_name(*id)),
        }
    }
}
