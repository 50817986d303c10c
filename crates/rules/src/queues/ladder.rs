//! The steps of the ladder: which there are for a contact, which are open, who stands on them.

use base::{MunicipalityKey, UnixMillis};
use serde::{Deserialize, Serialize};

use super::{Agent, Config, FRONT_OFFICE, Waiting};
use crate::contacts::{Aim, PersonId};

/// A step of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// The person it was transferred to.
    Person,
    /// Members of the department and those on telephone duty for it.
    Department,
    /// Borgerservice of the municipality.
    FrontOffice,
    /// The municipality on hotline duty.
    Hotline,
}

/// Why a step is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opened {
    /// It is the first.
    First,
    /// The waiting limit has passed.
    Waited,
    /// Nobody is there on the steps before it.
    NobodyBefore,
}

/// A step of one contact's ladder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub rung: Rung,
    /// Opens at this age; `None`: only when nobody is there on the steps before.
    pub after_s: Option<i64>,
}

/// The ladder of a contact. Automatic routing does not return to a department it was sent to before.
fn steps_of(waiting: &Waiting, config: &Config) -> Vec<Step> {
    let [department, front_office, hotline] = config.steps_s;
    let timed = |offset: i64| {
        vec![
            Step { rung: Rung::Department, after_s: Some(offset + department) },
            Step { rung: Rung::FrontOffice, after_s: Some(offset + front_office) },
            Step { rung: Rung::Hotline, after_s: Some(offset + hotline) },
        ]
    };
    let mut steps = match &waiting.aim {
        Aim::Ladder => timed(0),
        // Somebody chose that department: the others come in only when nobody is there.
        Aim::Department { .. } => vec![
            Step { rung: Rung::Department, after_s: Some(0) },
            Step { rung: Rung::FrontOffice, after_s: None },
            Step { rung: Rung::Hotline, after_s: None },
        ],
        Aim::Person { .. } => {
            let mut steps = vec![Step { rung: Rung::Person, after_s: Some(0) }];
            steps.extend(timed(config.person_s));
            steps
        }
    };
    steps.retain(|step| match step.rung {
        Rung::Person => true,
        Rung::Department => {
            let visited = entry_department(waiting)
                .is_some_and(|d| waiting.visited.iter().any(|v| v.as_str() == d));
            let aimed = matches!(waiting.aim, Aim::Department { .. });
            waiting.steps.department && (aimed || !visited)
        }
        Rung::FrontOffice => {
            let visited = waiting.visited.iter().any(|v| v.as_str() == FRONT_OFFICE);
            waiting.steps.front_office && !visited
        }
        Rung::Hotline => waiting.steps.hotline,
    });
    steps
}

/// The department of the first step: where it was sent, else where it entered.
fn entry_department(waiting: &Waiting) -> Option<&str> {
    match &waiting.aim {
        Aim::Department { department, .. } => Some(department.as_str()),
        _ => waiting.department.as_ref().map(base::DepartmentKey::as_str),
    }
}

/// Whether the agent stands on that step for this contact (language and freedom apart).
pub(super) fn stands_on(agent: &Agent, rung: Rung, waiting: &Waiting) -> bool {
    // Whose contact it is decides who may see it; where it was sent only when that is unknown.
    let municipality = match (&waiting.municipality, &waiting.aim) {
        (Some(own), _) => Some(own),
        (None, Aim::Department { municipality, .. }) => Some(municipality),
        (None, _) => None,
    };
    let at_home = |m: Option<&MunicipalityKey>| m.is_none_or(|m| *m == agent.post.home);
    let on_duty = |m: Option<&MunicipalityKey>| match m {
        Some(m) => agent.post.serves.contains(m),
        None => !agent.post.serves.is_empty(),
    };
    let member_of = |department: &str| {
        let own = match &agent.post.departments {
            base::scope::Departments::All => true,
            base::scope::Departments::Only(some) => some.iter().any(|d| d.as_str() == department),
        };
        own || agent.post.telephone.iter().any(|d| d.as_str() == department)
    };
    match rung {
        Rung::Person => {
            // In reach of the contact at all: nobody is offered what they may not see.
            matches!(waiting.aim, Aim::Person { person } if person == agent.id)
                && (at_home(municipality) || on_duty(municipality))
        }
        Rung::Department => {
            let sent_elsewhere = matches!(&waiting.aim, Aim::Department { municipality: m, .. } if Some(m) != municipality);
            !sent_elsewhere
                && at_home(municipality)
                && entry_department(waiting).is_some_and(member_of)
        }
        Rung::FrontOffice => at_home(municipality) && member_of(FRONT_OFFICE),
        Rung::Hotline => on_duty(municipality),
    }
}

/// Who may be asked for a contact now.
pub(super) struct Ladder {
    pub open: Vec<(Rung, Opened)>,
    /// Nobody who is there speaks the language, so it is no condition.
    pub language_waived: bool,
    /// Nobody is there on an open step who has not let it pass before.
    pub all_tried: bool,
}

pub(super) fn ladder(
    waiting: &Waiting,
    agents: &[Agent],
    now: UnixMillis,
    config: &Config,
) -> Ladder {
    let steps = steps_of(waiting, config);
    let there = |agent: &&Agent| agent.is_there(config);
    let speaks = |agent: &Agent| agent.languages.contains(&waiting.language);
    let language_waived = !agents
        .iter()
        .filter(there)
        .any(|a| speaks(a) && steps.iter().any(|s| stands_on(a, s.rung, waiting)));
    let manned = |rung: Rung| {
        agents.iter().filter(there).any(|a| {
            (language_waived || speaks(a))
                && !waiting.tried.contains(&a.id)
                && stands_on(a, rung, waiting)
        })
    };
    let age = now.seconds_since(waiting.aimed_at);
    let mut open = Vec::new();
    let mut all_tried = true;
    for step in &steps {
        let opened = if step.after_s.is_some_and(|after| age >= after) {
            if open.is_empty() { Opened::First } else { Opened::Waited }
        } else if all_tried {
            if open.is_empty() { Opened::First } else { Opened::NobodyBefore }
        } else {
            continue;
        };
        open.push((step.rung, opened));
        all_tried = all_tried && !manned(step.rung);
    }
    Ladder { open, language_waived, all_tried }
}

/// The steps that are open for a contact now, and why: what the citizen is told will happen.
#[must_use]
pub fn open_rungs(
    waiting: &Waiting,
    agents: &[Agent],
    now: UnixMillis,
    config: &Config,
) -> Vec<(Rung, Opened)> {
    ladder(waiting, agents, now, config).open
}

/// When an agent who let it pass may be asked again; `None` for one who did not.
pub(super) fn again_at(
    agent: PersonId,
    waiting: &Waiting,
    ladder: &Ladder,
    config: &Config,
) -> Option<UnixMillis> {
    if !waiting.tried.contains(&agent) {
        return None;
    }
    let rest = if ladder.all_tried { config.again_alone_s } else { config.again_s };
    Some(waiting.lapsed_at.map_or(UnixMillis(i64::MIN), |at| at.plus_seconds(rest)))
}
