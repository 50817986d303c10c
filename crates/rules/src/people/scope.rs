//! From roles and duty to reach.

use base::scope::{Departments, Ground};
use base::{Actor, AreaReach, MunicipalityKey, Reach, Right, Scope, TenantKey, UnixMillis};

use super::{AreaPart, Member, Role};
use crate::duty::{Duty, DutyKind, next_edge};

/// A scope is derived anew at least this often.
const LONGEST_S: i64 = 3600;

/// What the person reaches at `at`, until the next edge of duty and at most one hour.
///
/// `duties` are those of the consortium around `at`; `hotline_members` are the municipalities that
/// share the hotline.
#[must_use]
pub fn scope(
    person: &Member,
    duties: &[Duty],
    hotline_members: &[MunicipalityKey],
    at: UnixMillis,
) -> Scope {
    let mut reach = Vec::new();
    let mut areas = Vec::new();
    if person.active {
        by_areas(person, &mut areas);
        by_roles(person, hotline_members, &mut reach);
        by_duty(person, duties, hotline_members, at, &mut reach);
    }
    let longest = at.plus_seconds(LONGEST_S);
    Scope {
        tenant: person.tenant.clone(),
        actor: Actor::Person(person.id),
        reach,
        areas,
        at,
        until: next_edge(duties, at).map_or(longest, |edge| edge.min(longest)),
    }
}

/// A citizen reaches what carries its mark, and nothing else.
#[must_use]
pub fn citizen_scope(tenant: TenantKey, mark: String, at: UnixMillis) -> Scope {
    Scope {
        tenant,
        actor: Actor::Citizen { mark },
        reach: Vec::new(),
        areas: Vec::new(),
        at,
        until: at.plus_seconds(LONGEST_S),
    }
}

/// The table "Roles and rights" of the product, row by row.
fn by_roles(person: &Member, hotline_members: &[MunicipalityKey], reach: &mut Vec<Reach>) {
    for grant in &person.roles {
        let own = grant.departments.clone();
        let rights: Vec<(Right, Departments)> = match grant.role {
            Role::Agent => vec![
                (Right::WorkContacts, own.clone()),
                (Right::WorkInbox, own),
                (Right::ReadKnowledge, Departments::All),
                (Right::ReadDirectory, Departments::All),
                (Right::ReadDuty, Departments::All),
            ],
            Role::DepartmentCoordinator => vec![
                (Right::EditDirectory, own.clone()),
                (Right::WorkInbox, own.clone()),
                (Right::ReadDuty, own),
                (Right::ReadDirectory, Departments::All),
            ],
            Role::Editor => {
                vec![(Right::ReadKnowledge, Departments::All), (Right::EditKnowledge, own)]
            }
            Role::Reviewer => {
                vec![(Right::ReadKnowledge, Departments::All), (Right::ApproveKnowledge, own)]
            }
            Role::DutyPlanner => {
                vec![(Right::ReadDuty, Departments::All), (Right::PlanDuty, own)]
            }
            Role::Leader => vec![(Right::ReadFigures, own.clone()), (Right::SuperviseCalls, own)],
            Role::Wallboard => vec![(Right::ReadFigures, own)],
            Role::SecurityOfficer => vec![(Right::GuardPrivacy, Departments::All)],
            Role::MunicipalityAdministrator => vec![
                (Right::ManagePeople, Departments::All),
                (Right::EditDirectory, Departments::All),
                (Right::ReadDirectory, Departments::All),
            ],
            Role::ConsortiumAdministrator => {
                // Members, the hotline's lines and who has which area; no contacts, no texts.
                for municipality in hotline_members {
                    for right in [Right::ReadDirectory, Right::ManageConsortium] {
                        reach.push(Reach {
                            municipality: municipality.clone(),
                            departments: Departments::All,
                            right,
                            ground: Ground::Role,
                        });
                    }
                }
                continue;
            }
        };
        // Abroad only what the table's second column says can be given.
        let abroad = matches!(grant.role, Role::DutyPlanner | Role::Wallboard);
        if grant.municipality != person.home && !abroad {
            continue;
        }
        reach.extend(rights.into_iter().map(|(right, departments)| Reach {
            municipality: grant.municipality.clone(),
            departments,
            right,
            ground: Ground::Role,
        }));
    }
}

/// An area gives its common texts to who is an editor (or reviewer) at home, and nothing to others.
fn by_areas(person: &Member, areas: &mut Vec<AreaReach>) {
    areas.extend(
        person.areas.iter().filter(|given| person.at_home(given.part.role()).is_some()).map(
            |given| AreaReach {
                area: given.area.clone(),
                right: match given.part {
                    AreaPart::Editor => Right::EditKnowledge,
                    AreaPart::Reviewer => Right::ApproveKnowledge,
                },
            },
        ),
    );
}

/// Being on the hotline opens every member's queue and what is needed to answer, while it lasts.
fn by_duty(
    person: &Member,
    duties: &[Duty],
    hotline_members: &[MunicipalityKey],
    at: UnixMillis,
    reach: &mut Vec<Reach>,
) {
    let on_duty = duties.iter().any(|duty| {
        duty.kind == DutyKind::Hotline
            && duty.covers(at)
            && duty.includes(person.id, &person.home)
            // A municipality outside the hotline cannot make itself serve it.
            && hotline_members.contains(&duty.serving)
    });
    if !on_duty || person.at_home(Role::Agent).is_none() {
        return;
    }
    for municipality in hotline_members {
        for right in [Right::WorkContacts, Right::ReadKnowledge, Right::ReadDirectory] {
            reach.push(Reach {
                municipality: municipality.clone(),
                departments: Departments::All,
                right,
                ground: Ground::Duty,
            });
        }
    }
}
