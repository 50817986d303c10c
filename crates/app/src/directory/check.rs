//! What is wrong with a municipality's directory, with names.

use std::collections::BTreeMap;

use base::{MunicipalityKey, Outcome, Scope, TopicKey, UnitKey, UnixMillis};
use rules::directory::{Against, Finding, Holder, LineId, check, unit_of};
use rules::duty::DutyKind;
use rules::hours::OpenSpan;
use serde::Serialize;
use utoipa::ToSchema;

use super::views::Drawing;
use super::{Place, Reference, TopicReference};
use crate::App;

/// Staffing is looked at for so many days ahead.
const DAYS: i64 = 7;

/// Something that leads a citizen wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingView {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    /// `topic-without-owner`, `unit-gone`, `person-gone`, `deputy-circle`, `unit-circle`,
    /// `number-twice`, `main-number`, `unreachable` or `not-staffed`.
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
        self.findings(&place).await
    }

    /// What is wrong with the directories of all members.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn check_directories(&self) -> Outcome<Vec<FindingView>> {
        let mut findings = Vec::new();
        for place in self.directory().await?.places() {
            findings.extend(self.findings(place).await?);
        }
        Ok(findings)
    }

    async fn findings(&self, place: &Place) -> Outcome<Vec<FindingView>> {
        let now = self.now();
        let within = OpenSpan { from: now, to: now.plus_seconds(DAYS * 24 * 3600) };
        let knowledge = self.knowledge().await?;
        let topics: BTreeMap<TopicKey, Option<UnitKey>> = knowledge
            .heads()
            .map(|head| (head.topic.clone(), place.usual_of(head.topic, head.department)))
            .collect();
        let duty = self.telephone_duty(place, within).await?;
        let against = Against {
            topics: &topics,
            main_number: &place.member.main_number,
            duty: &duty,
            within,
        };
        let presence = BTreeMap::new();
        let drawing = Drawing { place, knowledge: &knowledge, presence: &presence, now };
        let found = check(&place.staff.organisation, against);
        Ok(found
            .into_iter()
            // Where no list of telephone duty is kept, nothing is known of the staffing.
            .filter(|finding| match finding {
                Finding::NotStaffed { unit, .. } => duty.contains_key(unit),
                _ => true,
            })
            .map(|finding| drawing.finding(&finding))
            .collect())
    }

    async fn telephone_duty(
        &self,
        place: &Place,
        within: OpenSpan,
    ) -> Outcome<BTreeMap<UnitKey, Vec<OpenSpan>>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let held = store::duties::between(database, tenant, within.from, within.to).await?;
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
    fn finding(&self, finding: &Finding) -> FindingView {
        let mut view = FindingView {
            municipality: self.place.member.key.clone(),
            finding: "",
            units: vec![],
            people: vec![],
            topic: None,
            number: None,
            spans: vec![],
        };
        let organisation = &self.place.staff.organisation;
        match finding {
            Finding::TopicWithoutOwner { topic } => {
                view.finding = "topic-without-owner";
                view.topic = Some(self.topic(topic));
            }
            Finding::UnitGone { responsibility, unit } => {
                view.finding = "unit-gone";
                view.units.push(self.unit_name(unit));
                let mut all = organisation.responsibilities.iter();
                let one = all.find(|one| one.id == *responsibility);
                view.topic = one.map(|one| self.topic(&one.topic));
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
            Finding::NumberTwice { number, lines } => {
                view.finding = "number-twice";
                view.number = Some(number.clone());
                lines.iter().for_each(|line| self.put_holder(*line, &mut view));
            }
            Finding::MainNumber { line } => {
                view.finding = "main-number";
                view.number = Some(self.place.member.main_number.clone());
                self.put_holder(*line, &mut view);
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
    fn put_holder(&self, line: LineId, view: &mut FindingView) {
        let mut lines = self.place.staff.organisation.lines.iter();
        match lines.find(|one| one.id == line).map(|line| &line.holder) {
            Some(Holder::Unit(unit)) => view.units.push(self.unit_name(unit)),
            Some(Holder::Entry(id)) => view.people.extend(self.person_name(*id)),
            None => {}
        }
    }
}
