//! What citizens are told of the line: open, how many, how long.

use base::{DepartmentKey, Id, MunicipalityKey, Outcome, UnixMillis};
use rules::contacts::{Contact, Phase};
use rules::duty::Duty;
use rules::hours::HoursState;
use rules::queues::{Config, Outlook, Pace, Picture, Waiting, outlook};
use serde::Serialize;
use utoipa::ToSchema;

use super::{front_office, is_hotline};
use crate::App;

/// So long before closing a line says that it closes soon.
const CLOSING_SOON_S: i64 = 15 * 60;
/// A line of which nobody knows when it opens is taken to open so long (ms) from now: no caller is told a
/// time so far away.
const OPENS_UNKNOWN_MS: i64 = 30 * 24 * 3600 * 1000;

/// A wait as it is said to a citizen: `code` names the text `wait-<code>` of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitRange {
    pub code: &'static str,
}

/// What a citizen is told about a line before asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineState {
    pub open: bool,
    /// When it closes; the evening hotline is counted in when it follows without a gap.
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    pub opens_at: Option<UnixMillis>,
    /// Who answers now when it is not the municipality itself.
    #[schema(value_type = Option<String>)]
    pub answering: Option<MunicipalityKey>,
    pub waiting: usize,
    pub wait: Option<WaitRange>,
    /// Whether somebody is signed in who could take it.
    pub staffed: bool,
    pub closing_soon: bool,
}

/// The hours of a line, its own and the evening hotline's.
struct Opening {
    open: bool,
    until: Option<UnixMillis>,
    opens_at: Option<UnixMillis>,
    answering: Option<MunicipalityKey>,
}

impl App {
    /// The picture for what people are told: at most a second old, looked at once for all. What is
    /// decided by is [`App::picture`].
    pub(crate) async fn told_picture(&self) -> Outcome<Picture> {
        if let Some(picture) = self.0.memory.picture() {
            return Ok(Picture::clone(&picture));
        }
        let picture = self.picture().await?;
        self.0.memory.keep_picture(std::sync::Arc::new(picture.clone()));
        Ok(picture)
    }

    /// Place in line and expected wait of a waiting contact.
    pub(crate) async fn position_of(
        &self,
        contact: &Contact,
    ) -> Outcome<(Option<u32>, Option<WaitRange>)> {
        let found = self.outlook_of_waiting(contact).await?;
        let Some(Outlook { position, wait, .. }) = found else { return Ok((None, None)) };
        Ok((u32::try_from(position).ok(), wait.map(|wait| WaitRange { code: wait.code() })))
    }

    /// How it stands for a waiting contact; `None` when it waits for nobody.
    pub(crate) async fn outlook_of_waiting(&self, contact: &Contact) -> Outcome<Option<Outlook>> {
        let mut picture = self.told_picture().await?;
        let now = self.now();
        // One that is shown to an agent just now stands where it stood.
        if !picture.waiting.iter().any(|waiting| waiting.contact == contact.id) {
            let mut stands = contact.clone();
            stands.phase = Phase::Waiting;
            let duties = self.duties_around(now).await?;
            let steps = self.steps_of(&stands, &duties, now).await?;
            picture.waiting.extend(Waiting::of(&stands, stands.aimed_at, stands.lapsed_at, steps));
        }
        Ok(outlook(&picture, contact.id, now, &Config::default(), Pace::default()))
    }

    /// What a citizen is told about a line before asking.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown municipality or department.
    pub async fn line_state(
        &self,
        municipality: &MunicipalityKey,
        department: Option<&DepartmentKey>,
    ) -> Outcome<LineState> {
        self.known_line(municipality, department).await?;
        let front = front_office();
        let department = department.unwrap_or(&front);
        let Opening { open, until, opens_at, answering } =
            self.opening_of(municipality, department).await?;
        let (waiting, wait, staffed) = self.outlook_of(municipality, department, open).await?;
        let soon = self.now() + CLOSING_SOON_S * 1000;
        Ok(LineState {
            open,
            until,
            opens_at,
            answering,
            waiting,
            wait,
            staffed,
            closing_soon: until.is_some_and(|until| until <= soon),
        })
    }

    async fn opening_of(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
    ) -> Outcome<Opening> {
        let now = self.now();
        let own = self.hours_state(municipality, department, now).await?;
        let duties = self.duties_around(now).await?;
        let shares = self.hotline_members().await?.contains(municipality);
        let hotline_at = |at: UnixMillis| {
            duties.iter().find(|duty| shares && is_hotline(duty) && duty.covers(at))
        };
        let next_duty = duties
            .iter()
            .filter(|duty| shares && is_hotline(duty) && !duty.cancelled && duty.starts() > now)
            .map(Duty::starts)
            .min();
        let tonight = hotline_at(now);
        let (open, until, opens_at) = match (own, tonight) {
            (HoursState::Open { until }, tonight) => {
                let follows = until.and_then(hotline_at).map(Duty::ends);
                let until = until.max(follows).max(tonight.map(Duty::ends));
                (true, until, None)
            }
            (HoursState::Closed { .. }, Some(duty)) => (true, Some(duty.ends()), None),
            (HoursState::Closed { opens_at }, None) => {
                let first = [opens_at, next_duty].into_iter().flatten().min();
                (false, None, first)
            }
        };
        let answering = match (own, tonight) {
            (HoursState::Closed { .. }, Some(duty)) if duty.serving != *municipality => {
                Some(duty.serving.clone())
            }
            _ => None,
        };
        Ok(Opening { open, until, opens_at, answering })
    }

    /// When a line opens, far away when nobody knows; `None` while it is open. Without a municipality
    /// it is the hotline's.
    pub(crate) async fn opens(
        &self,
        municipality: Option<&MunicipalityKey>,
        department: Option<&DepartmentKey>,
    ) -> Outcome<Option<UnixMillis>> {
        let now = self.now();
        let known = match municipality {
            Some(municipality) => {
                self.known_line(municipality, department).await?;
                let front = front_office();
                let line = department.unwrap_or(&front);
                let opening = self.opening_of(municipality, line).await?;
                (!opening.open).then_some(opening.opens_at)
            }
            None => {
                let duties = self.duties_around(now).await?;
                let hotline = || duties.iter().filter(|duty| is_hotline(duty) && !duty.cancelled);
                let next = hotline().map(Duty::starts).filter(|starts| *starts > now).min();
                (!hotline().any(|duty| duty.covers(now))).then_some(next)
            }
        };
        Ok(known.map(|opens| opens.unwrap_or(now + OPENS_UNKNOWN_MS)))
    }

    /// How it would stand for somebody who asked now.
    async fn outlook_of(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        open: bool,
    ) -> Outcome<(usize, Option<WaitRange>, bool)> {
        if !open {
            return Ok((0, None, false));
        }
        let mut picture = self.told_picture().await?;
        let now = self.now();
        let waiting = picture
            .waiting
            .iter()
            .filter(|w| w.municipality.as_ref() == Some(municipality))
            .count();
        let id = Id::from_uuid(uuid::Uuid::max());
        let arrives = [
            rules::contacts::Event::Arrived {
                contact: id,
                channel: rules::contacts::Channel::Chat,
                municipality: Some(municipality.clone()),
                department: Some(department.clone()),
                language: base::Language::Da,
                topic: None,
                urgent: false,
            },
            rules::contacts::Event::Queued {
                place: rules::contacts::Place { since: now, contact: id },
            },
        ];
        let contact =
            arrives.iter().fold(None, |state, event| rules::contacts::apply(state, event, now));
        let Some(contact) = contact else { return Ok((waiting, None, false)) };
        let duties = self.duties_around(now).await?;
        let steps = self.steps_of(&contact, &duties, now).await?;
        picture.waiting.extend(Waiting::of(&contact, None, None, steps));
        let found = outlook(&picture, id, now, &Config::default(), Pace::default());
        Ok(match found {
            Some(found) => {
                (waiting, found.wait.map(|wait| WaitRange { code: wait.code() }), found.agents > 0)
            }
            None => (waiting, None, false),
        })
    }

    /// Who answered for a municipality at an instant: the one on hotline duty when it was closed
    /// itself.
    pub(crate) async fn answering_for(
        &self,
        municipality: &MunicipalityKey,
        at: UnixMillis,
    ) -> Outcome<Option<MunicipalityKey>> {
        if self.hours_state(municipality, &front_office(), at).await?.is_open()
            || !self.hotline_members().await?.contains(municipality)
        {
            return Ok(None);
        }
        let duties = self.duties_around(at).await?;
        let duty = duties.iter().find(|duty| is_hotline(duty) && duty.covers(at));
        Ok(duty.map(|duty| duty.serving.clone()))
    }
}
