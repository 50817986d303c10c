use base::Id;

use super::*;

mod anything;
mod ladder;
mod transfers;
mod waiting;

pub(super) fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}").parse().unwrap()
}

pub(super) fn m(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).unwrap()
}

pub(super) fn d(key: &str) -> DepartmentKey {
    DepartmentKey::new(key).unwrap()
}

/// 2027-06-02, 20:15 in Copenhagen.
pub(super) const NOW: UnixMillis = UnixMillis(1_811_960_100_000);

/// A free agent of Frederikssund with these departments, idle the longer the lower the number.
pub(super) fn agent(n: u128, departments: &[&str]) -> Agent {
    Agent {
        id: id(n),
        post: Post {
            home: m("frederikssund"),
            departments: Departments::Only(departments.iter().map(|k| d(k)).collect()),
            telephone: BTreeSet::new(),
            serves: BTreeSet::new(),
        },
        presence: Presence::Ready,
        reserved: None,
        chats: 0,
        in_call: false,
        capacity: CHATS_AT_ONCE,
        languages: [Language::Da, Language::En].into(),
        skills: BTreeSet::new(),
        idle_since: UnixMillis(i64::try_from(n).unwrap()),
        misses: 0,
    }
}

/// An agent of Furesø on hotline duty for all.
fn on_duty(n: u128) -> Agent {
    let mut agent = agent(n, &["borgerservice"]);
    agent.post.home = m("furesoe");
    agent.post.serves = ["frederikssund", "furesoe", "soroe"].map(m).into();
    agent
}

/// A contact for the pension department of Frederikssund that has waited so many seconds.
fn waiting(n: u128, seconds: i64) -> Waiting {
    let since = NOW.plus_seconds(-seconds);
    Waiting {
        contact: id(n),
        call: false,
        municipality: Some(m("frederikssund")),
        department: Some(d("pension-og-ydelser")),
        aim: Aim::Ladder,
        language: Language::Da,
        topic: None,
        urgent: false,
        place: Place { since, contact: id(n) },
        aimed_at: since,
        visited: BTreeSet::new(),
        tried: BTreeSet::new(),
        lapsed_at: None,
        steps: Steps::default(),
    }
}

fn offers(waiting: &[Waiting], agents: &[Agent]) -> Vec<(u128, u128, Why)> {
    let picture = Picture { waiting: waiting.to_vec(), agents: agents.to_vec() };
    decide(&picture, NOW, &Config::default())
        .into_iter()
        .filter_map(|decision| match decision {
            Decision::Offer { contact, agent, until, why } => {
                let call = waiting.iter().any(|w| w.contact == contact && w.call);
                assert_eq!(until, NOW.plus_seconds(if call { 15 } else { 30 }));
                Some((contact.uuid().as_u128(), agent.uuid().as_u128(), why))
            }
            Decision::Pause { .. } => None,
        })
        .collect()
}

fn pairs(waiting: &[Waiting], agents: &[Agent]) -> Vec<(u128, u128)> {
    offers(waiting, agents).into_iter().map(|(c, a, _)| (c, a)).collect()
}

#[test]
fn a_post_follows_from_roles_and_duty_alone() {
    use crate::duty::{Duty, DutyKind};
    use crate::people::RoleGrant;
    let grant = |role, municipality: &str| RoleGrant {
        role,
        municipality: m(municipality),
        departments: Departments::Only([d("borgerservice")].into()),
    };
    let member = |roles| Member {
        tenant: base::TenantKey::new("demo").unwrap(),
        id: id(1),
        home: m("furesoe"),
        active: true,
        roles,
        areas: vec![],
    };
    let duty = Duty {
        id: id(9),
        serving: m("furesoe"),
        people: BTreeSet::new(),
        date: jiff::civil::date(2027, 6, 2),
        from: jiff::civil::time(15, 0, 0, 0),
        to: jiff::civil::time(22, 0, 0, 0),
        zone: crate::hours::Zone::default(),
        kind: DutyKind::Hotline,
        cancelled: false,
    };
    let telephone = Duty {
        people: [id(1)].into(),
        kind: DutyKind::Telephone { department: d("jobcenter") },
        ..duty.clone()
    };
    let members = [m("furesoe"), m("soroe")];
    let duties = [duty, telephone];
    let person = member(vec![grant(Role::Agent, "furesoe")]);
    let post = Post::of(&person, &duties, &members, NOW).unwrap();
    assert_eq!(post.serves, members.clone().into());
    assert_eq!(post.telephone, [d("jobcenter")].into());
    let late = Post::of(&person, &duties, &members, NOW.plus_seconds(105 * 60)).unwrap();
    assert!(late.serves.is_empty() && late.telephone.is_empty());
    assert_eq!(
        Post::of(&member(vec![grant(Role::Leader, "furesoe")]), &duties, &members, NOW),
        None
    );
    assert_eq!(Post::of(&member(vec![grant(Role::Agent, "soroe")]), &duties, &members, NOW), None);
    let removed = Member { active: false, ..person };
    assert_eq!(Post::of(&removed, &duties, &members, NOW), None);
}
