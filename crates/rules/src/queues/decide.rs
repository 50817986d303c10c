//! The decision: which contact is offered to whom now.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use base::UnixMillis;
use serde::{Deserialize, Serialize};

use super::ladder::{Ladder, Opened, Rung, again_at, ladder, stands_on};
use super::why::{PassedOver, Reason, Why};
use super::{Agent, Config, Picture, Presence, Waiting};
use crate::contacts::{ContactId, PersonId};

/// Something to be done now. Each says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Decision {
    Offer {
        contact: ContactId,
        agent: PersonId,
        /// When it goes back to its place unless it is taken.
        until: UnixMillis,
        why: Why,
    },
    /// The agent does not answer: set them on break.
    Pause {
        agent: PersonId,
        /// So many offers in a row ran out.
        misses: u8,
    },
}

/// An explanation names at most so many others.
const PASSED_OVER_LIMIT: usize = 20;

/// What is to be done now. The same picture gives the same decisions, whatever the order of its
/// lists.
#[must_use]
pub fn decide(picture: &Picture, now: UnixMillis, config: &Config) -> Vec<Decision> {
    let mut agents = picture.agents.clone();
    agents.sort_by_key(|agent| agent.id);
    let mut decisions = Vec::new();
    for agent in &mut agents {
        if agent.misses >= config.misses && agent.presence == Presence::Ready {
            decisions.push(Decision::Pause { agent: agent.id, misses: agent.misses });
            agent.presence = Presence::Break;
        }
    }
    let mut line: Vec<&Waiting> = picture.waiting.iter().collect();
    line.sort_by_key(|waiting| waiting.order(now, config));
    // Agents who finish their chats first, because a caller waits for them.
    let mut kept_for_a_call = BTreeSet::new();
    for (index, waiting) in line.iter().enumerate() {
        if !agents.iter().any(|agent| agent.is_free(config)) {
            break;
        }
        let ladder = ladder(waiting, &agents, now, config);
        let Some((chosen, best)) = agents
            .iter()
            .enumerate()
            .filter(|(_, agent)| waiting.call || !kept_for_a_call.contains(&agent.id))
            .filter_map(|(i, a)| Some((i, standing(a, waiting, &ladder, now, config)?)))
            .min_by_key(|(_, standing)| *standing)
        else {
            if waiting.call {
                let on_it = agents.iter().filter(|a| first_rung(a, waiting, &ladder).is_some());
                kept_for_a_call.extend(on_it.map(|agent| agent.id));
            }
            continue;
        };
        let opened = ladder.open.iter().find(|(rung, _)| *rung == best.rung);
        let why = Why {
            rung: best.rung,
            opened: opened.map_or(Opened::First, |(_, opened)| *opened),
            waited_s: now.seconds_since(waiting.place.since),
            priority: waiting.priority(now, config),
            overtook: line[index + 1..].iter().filter(|w| w.place < waiting.place).count(),
            language_waived: ladder.language_waived,
            asked_again: best.tried,
            passed_over: passed_over(&agents, best, waiting, &ladder, now, config),
        };
        let agent = &mut agents[chosen];
        agent.reserved = Some(waiting.contact);
        decisions.push(Decision::Offer {
            contact: waiting.contact,
            agent: agent.id,
            until: now.plus_seconds(if waiting.call {
                config.call_offer_s
            } else {
                config.offer_s
            }),
            why,
        });
    }
    decisions
}

/// How an agent compares for a contact: the least is asked. The order of the fields is the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    tried: bool,
    rung: Rung,
    off_telephone_duty: bool,
    skilled: Reverse<bool>,
    /// Thousandths of the capacity in use.
    occupied: u32,
    idle_since: UnixMillis,
    agent: PersonId,
}

/// How the agent stands for the contact; `None` when they cannot be asked now.
fn standing(
    agent: &Agent,
    waiting: &Waiting,
    ladder: &Ladder,
    now: UnixMillis,
    config: &Config,
) -> Option<Standing> {
    if !agent.is_free(config)
        || !agent.has_room(waiting.call)
        || !(ladder.language_waived || speaks(agent, waiting))
    {
        return None;
    }
    let again = again_at(agent.id, waiting, ladder, config);
    if again.is_some_and(|at| at > now) {
        return None;
    }
    let rung = first_rung(agent, waiting, ladder)?;
    let department = match &waiting.aim {
        crate::contacts::Aim::Department { department, .. } => Some(department),
        _ => waiting.department.as_ref(),
    };
    let on_telephone_duty = department.is_some_and(|d| agent.post.telephone.contains(d));
    Some(Standing {
        tried: again.is_some(),
        rung,
        off_telephone_duty: rung == Rung::Department && !on_telephone_duty,
        skilled: Reverse(waiting.topic.as_ref().is_some_and(|t| agent.skills.contains(t))),
        occupied: u32::from(agent.chats) * 1000 / u32::from(agent.capacity.max(1)),
        idle_since: agent.idle_since,
        agent: agent.id,
    })
}

fn speaks(agent: &Agent, waiting: &Waiting) -> bool {
    agent.languages.contains(&waiting.language)
}

/// The first open step on which the agent stands.
fn first_rung(agent: &Agent, waiting: &Waiting, ladder: &Ladder) -> Option<Rung> {
    ladder.open.iter().map(|(rung, _)| *rung).find(|rung| stands_on(agent, *rung, waiting))
}

/// Who else was near, and why it is not they.
fn passed_over(
    agents: &[Agent],
    best: Standing,
    waiting: &Waiting,
    ladder: &Ladder,
    now: UnixMillis,
    config: &Config,
) -> Vec<PassedOver> {
    agents
        .iter()
        .filter(|a| a.id != best.agent && a.presence != Presence::Offline)
        .filter_map(|a| {
            first_rung(a, waiting, ladder)?;
            let reason = match standing(a, waiting, ladder, now, config) {
                Some(other) => lost_by(best, other),
                None => hindrance(a, waiting, ladder, config),
            };
            Some(PassedOver { agent: a.id, reason })
        })
        .take(PASSED_OVER_LIMIT)
        .collect()
}

fn hindrance(agent: &Agent, waiting: &Waiting, ladder: &Ladder, config: &Config) -> Reason {
    match agent.presence {
        _ if agent.misses >= config.misses => Reason::Paused,
        Presence::Break | Presence::Offline => Reason::OnBreak,
        Presence::Busy => Reason::Busy,
        Presence::Ready if agent.reserved.is_some() => Reason::HasOffer,
        Presence::Ready if agent.in_call => Reason::InCall,
        Presence::Ready if agent.chats >= agent.capacity || !agent.has_room(waiting.call) => {
            Reason::Full
        }
        Presence::Ready if !ladder.language_waived && !speaks(agent, waiting) => Reason::Language,
        Presence::Ready => Reason::Tried,
    }
}

fn lost_by(best: Standing, other: Standing) -> Reason {
    if other.tried != best.tried {
        Reason::Tried
    } else if other.rung != best.rung {
        Reason::LaterStep
    } else if other.off_telephone_duty != best.off_telephone_duty {
        Reason::NotOnTelephoneDuty
    } else if other.skilled != best.skilled {
        Reason::LessSkilled
    } else if other.occupied != best.occupied {
        Reason::MoreOccupied
    } else {
        Reason::LessIdle
    }
}
