use std::collections::BTreeSet;

use base::scope::Ground;
use base::{Actor, Id, Problem, Right, Scope, UnixMillis};
use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;
use crate::contacts::{Aim, Grant};
use crate::duty::{Duty, DutyKind};
use crate::hours::Zone;

fn at(text: &str) -> UnixMillis {
    UnixMillis::from_timestamp(text.parse().unwrap())
}

fn id<K>(n: u128) -> Id<K> {
    format!("{n:032x}").parse().unwrap()
}

fn m(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).unwrap()
}

fn d(key: &str) -> DepartmentKey {
    DepartmentKey::new(key).unwrap()
}

fn hotline_members() -> Vec<MunicipalityKey> {
    ["fredensborg", "frederikssund", "furesoe", "holbaek", "soroe"].map(m).to_vec()
}

fn only(departments: &[&str]) -> Departments {
    Departments::Only(departments.iter().map(|k| d(k)).collect())
}

fn grant(role: Role, municipality: &str, departments: Departments) -> RoleGrant {
    RoleGrant { role, municipality: m(municipality), departments }
}

fn member(home: &str, roles: Vec<RoleGrant>) -> Member {
    Member {
        tenant: TenantKey::new("demo").unwrap(),
        id: id(1),
        home: m(home),
        active: true,
        roles,
        areas: Vec::new(),
    }
}

fn agent(home: &str) -> Member {
    member(home, vec![grant(Role::Agent, home, only(&["borgerservice"]))])
}

fn wednesday() -> Duty {
    Duty {
        id: id(100),
        serving: m("furesoe"),
        people: BTreeSet::new(),
        date: date(2027, 6, 2),
        from: time(15, 0, 0, 0),
        to: time(22, 0, 0, 0),
        zone: Zone::default(),
        kind: DutyKind::Hotline,
        cancelled: false,
    }
}

const EVENING: &str = "2027-06-02T20:15:00+02:00";
const CLOSED: &str = "2027-06-02T22:00:00+02:00";

fn scope_at(person: &Member, duties: &[Duty], when: &str) -> Scope {
    scope(person, duties, &hotline_members(), at(when))
}

fn rights(scope: &Scope) -> BTreeSet<(Right, String, Ground)> {
    scope.reach.iter().map(|r| (r.right, r.municipality.to_string(), r.ground)).collect()
}

fn contact(municipality: &str) -> ContactView {
    ContactView {
        municipality: Some(m(municipality)),
        department: Some(d("pension-og-ydelser")),
        aim: Aim::Ladder,
        owner: None,
        offered_to: None,
        grant: None,
        closed_at: None,
        wrapped_by: None,
        hand_overs: Vec::new(),
        mark: Some("mark".into()),
    }
}

#[test]
fn each_role_opens_what_its_row_says_and_nothing_else() {
    use Right::{
        ApproveKnowledge, EditDirectory, EditKnowledge, GuardPrivacy, ManagePeople, PlanDuty,
        ReadDirectory, ReadDuty, ReadFigures, ReadKnowledge, SuperviseCalls, WorkContacts,
        WorkInbox,
    };
    let rows: [(Role, &[Right]); 9] = [
        (Role::Agent, &[WorkContacts, WorkInbox, ReadKnowledge, ReadDirectory, ReadDuty]),
        (Role::DepartmentCoordinator, &[EditDirectory, WorkInbox, ReadDuty, ReadDirectory]),
        (Role::Editor, &[ReadKnowledge, EditKnowledge]),
        (Role::Reviewer, &[ReadKnowledge, ApproveKnowledge]),
        (Role::DutyPlanner, &[ReadDuty, PlanDuty]),
        (Role::Leader, &[ReadFigures, SuperviseCalls]),
        (Role::SecurityOfficer, &[GuardPrivacy]),
        (Role::MunicipalityAdministrator, &[ManagePeople, EditDirectory, ReadDirectory]),
        (Role::Wallboard, &[ReadFigures]),
    ];
    for (role, expected) in rows {
        let person = member("soroe", vec![grant(role, "soroe", Departments::All)]);
        let expected: BTreeSet<_> =
            expected.iter().map(|r| (*r, "soroe".to_owned(), Ground::Role)).collect();
        // Duty of another municipality, and even of one's own, gives nothing without the agent role.
        let own = Duty { serving: m("soroe"), ..wednesday() };
        assert_eq!(rights(&scope_at(&person, &[wednesday()], EVENING)), expected, "{role:?}");
        if role != Role::Agent {
            assert_eq!(rights(&scope_at(&person, &[own], EVENING)), expected, "{role:?}");
        }
    }
}

#[test]
fn a_consortium_administrator_reaches_no_contact_and_no_text() {
    let person =
        member("soroe", vec![grant(Role::ConsortiumAdministrator, "soroe", Departments::All)]);
    let scope = scope_at(&person, &[Duty { serving: m("soroe"), ..wednesday() }], EVENING);
    let given = [Right::ReadDirectory, Right::ManageConsortium];
    assert!(scope.reach.iter().all(|r| given.contains(&r.right)));
    for municipality in hotline_members() {
        let view = contact(municipality.as_str());
        for right in [Right::WorkContacts, Right::WorkInbox, Right::ReadFigures] {
            assert_eq!(may(&scope, right, &view, at(EVENING)), Err(Problem::NotFound));
        }
    }
}

#[test]
fn an_area_gives_its_common_texts_to_its_editors_and_to_nobody_else() {
    let given = |roles| Member {
        areas: vec![AreaGrant { area: "pension".into(), part: AreaPart::Editor }],
        ..member("soroe", roles)
    };
    let ask = |person: &Member, area: &str, municipality: Option<&str>, right| {
        let municipality = municipality.map(m);
        let scope = scope_at(person, &[], EVENING);
        may_edit_text(&scope, area, municipality.as_ref(), right, at(EVENING))
    };
    let (edit, approve) = (Right::EditKnowledge, Right::ApproveKnowledge);
    let editor = given(vec![grant(Role::Editor, "soroe", Departments::All)]);
    assert_eq!(ask(&editor, "pension", None, edit), Ok(()));
    assert_eq!(ask(&editor, "skat", None, edit), Err(Problem::forbidden("not-your-area")));
    assert_eq!(ask(&editor, "pension", None, approve), Err(Problem::forbidden("not-your-area")));
    assert_eq!(ask(&editor, "skat", Some("soroe"), edit), Ok(()));
    assert_eq!(ask(&editor, "pension", Some("holbaek"), edit), Err(Problem::NotFound));
    // The part without its role is nothing; so is everything of who has left.
    let agent = given(vec![grant(Role::Agent, "soroe", Departments::All)]);
    assert_eq!(ask(&agent, "pension", None, edit), Err(Problem::NotFound));
    let reviewer = given(vec![grant(Role::Reviewer, "soroe", Departments::All)]);
    assert!(ask(&reviewer, "pension", None, edit).is_err());
    let gone = Member { active: false, ..editor };
    assert_eq!(ask(&gone, "pension", None, edit), Err(Problem::NotFound));
}

#[test]
fn a_role_elsewhere_gives_nothing_there() {
    for role in [
        Role::Agent,
        Role::DepartmentCoordinator,
        Role::Editor,
        Role::Reviewer,
        Role::Leader,
        Role::SecurityOfficer,
        Role::MunicipalityAdministrator,
    ] {
        let person = member("soroe", vec![grant(role, "holbaek", Departments::All)]);
        assert!(scope_at(&person, &[], EVENING).reach.is_empty(), "{role:?}");
    }
    let planner = member("soroe", vec![grant(Role::DutyPlanner, "holbaek", Departments::All)]);
    assert!(
        may_in(
            &scope_at(&planner, &[], EVENING),
            Right::PlanDuty,
            &m("holbaek"),
            None,
            at(EVENING)
        )
        .is_ok()
    );
}

#[test]
fn duty_opens_the_contacts_of_every_hotline_member_until_its_end() {
    let person = agent("furesoe");
    let scope = scope_at(&person, &[wednesday()], EVENING);
    for municipality in hotline_members() {
        assert_eq!(
            may(&scope, Right::WorkContacts, &contact(municipality.as_str()), at(EVENING)),
            Ok(ContactGround::Duty)
        );
    }
    assert_eq!(
        may(&scope, Right::WorkContacts, &contact("horsens"), at(EVENING)),
        Err(Problem::NotFound)
    );
    assert_eq!(
        may_in(&scope, Right::ReadKnowledge, &m("soroe"), None, at(EVENING)),
        Ok(Ground::Duty)
    );
    // Nothing else of that municipality.
    for right in [Right::WorkInbox, Right::ReadFigures, Right::GuardPrivacy, Right::PlanDuty] {
        assert!(may_in(&scope, right, &m("soroe"), None, at(EVENING)).is_err());
    }
    let after = scope_at(&person, &[wednesday()], CLOSED);
    assert_eq!(
        may(&after, Right::WorkContacts, &contact("soroe"), at(CLOSED)),
        Err(Problem::NotFound)
    );
    assert_eq!(
        may_in(&after, Right::ReadKnowledge, &m("soroe"), None, at(CLOSED)),
        Err(Problem::NotFound)
    );
}

#[test]
fn a_scope_ends_at_the_next_edge_of_duty_and_within_the_hour() {
    let person = agent("furesoe");
    let early = scope_at(&person, &[wednesday()], EVENING);
    assert_eq!(early.until, at("2027-06-02T21:15:00+02:00"));
    let late = scope_at(&person, &[wednesday()], "2027-06-02T21:30:00+02:00");
    assert_eq!(late.until, at(CLOSED));
    let view = contact("soroe");
    assert!(may(&late, Right::WorkContacts, &view, at(CLOSED) + -1).is_ok());
    assert_eq!(may(&late, Right::WorkContacts, &view, at(CLOSED)), Err(Problem::NotFound));
    // Its own municipality has to be derived anew as well.
    assert!(may_in(&late, Right::ReadDirectory, &m("furesoe"), None, at(CLOSED)).is_err());
    let before = scope_at(&person, &[wednesday()], "2027-06-02T14:59:00+02:00");
    assert_eq!(before.until, wednesday().starts());
    assert!(may(&before, Right::WorkContacts, &view, at("2027-06-02T14:59:30+02:00")).is_err());
}

#[test]
fn only_the_listed_the_active_and_agents_at_home_are_on_duty() {
    let can = |person: &Member, duty: Duty| {
        let scope = scope_at(person, &[duty], EVENING);
        may(&scope, Right::WorkContacts, &contact("frederikssund"), at(EVENING)).is_ok()
    };
    assert!(can(&agent("furesoe"), wednesday()));
    assert!(!can(&agent("soroe"), wednesday()));
    let listed = Duty { people: [id(1)].into(), ..wednesday() };
    let others = Duty { people: [id(2)].into(), ..wednesday() };
    assert!(can(&agent("furesoe"), listed));
    assert!(!can(&agent("furesoe"), others));
    assert!(!can(&agent("furesoe"), Duty { cancelled: true, ..wednesday() }));
    assert!(!can(&Member { active: false, ..agent("furesoe") }, wednesday()));
    let leader = member("furesoe", vec![grant(Role::Leader, "furesoe", Departments::All)]);
    assert!(!can(&leader, wednesday()));
    let telephone = DutyKind::Telephone { department: d("borgerservice") };
    assert!(!can(&agent("furesoe"), Duty { kind: telephone, ..wednesday() }));
    // Horsens shares no hotline and cannot plan itself onto it.
    assert!(!can(&agent("horsens"), Duty { serving: m("horsens"), ..wednesday() }));
}

#[test]
fn the_own_live_contact_may_be_finished_under_its_grant_and_nothing_else() {
    let person = agent("furesoe");
    let after = scope_at(&person, &[wednesday()], CLOSED);
    let until = at("2027-06-02T22:30:00+02:00");
    let live = ContactView {
        owner: Some(id(1)),
        grant: Some(Grant { person: id(1), until }),
        ..contact("soroe")
    };
    let see = |view: &ContactView, when| may(&after, Right::WorkContacts, view, when);
    assert_eq!(see(&live, at(CLOSED)), Ok(ContactGround::Grant));
    assert_eq!(see(&live, until + -1), Ok(ContactGround::Grant));
    assert_eq!(see(&live, until), Err(Problem::NotFound));
    assert_eq!(see(&contact("soroe"), at(CLOSED)), Err(Problem::NotFound));
    let without_grant = ContactView { grant: None, ..live.clone() };
    assert_eq!(see(&without_grant, at(CLOSED)), Err(Problem::NotFound));
    let of_another = ContactView { grant: Some(Grant { person: id(2), until }), ..live.clone() };
    assert_eq!(see(&of_another, at(CLOSED)), Err(Problem::NotFound));
    let no_more_mine = ContactView { owner: Some(id(2)), ..live.clone() };
    assert_eq!(see(&no_more_mine, at(CLOSED)), Err(Problem::NotFound));
    assert_eq!(may(&after, Right::WorkInbox, &live, at(CLOSED)), Err(Problem::NotFound));
    // A revoked role and a removed person end the grant at once.
    for gone in [member("furesoe", vec![]), Member { active: false, ..agent("furesoe") }] {
        let scope = scope_at(&gone, &[wednesday()], CLOSED);
        assert_eq!(may(&scope, Right::WorkContacts, &live, at(CLOSED)), Err(Problem::NotFound));
    }
}

#[test]
fn an_agent_sees_the_contacts_of_own_departments_only() {
    let person = agent("soroe");
    let scope = scope_at(&person, &[], EVENING);
    let see = |view: &ContactView| may(&scope, Right::WorkContacts, view, at(EVENING));
    assert_eq!(see(&contact("soroe")), Err(Problem::NotFound), "pension is another department");
    let own = ContactView { department: Some(d("borgerservice")), ..contact("soroe") };
    assert_eq!(see(&own), Ok(ContactGround::Role));
    let without = ContactView { department: None, ..contact("soroe") };
    assert_eq!(see(&without), Ok(ContactGround::Role), "the front office takes what has none");
    let sent_here = ContactView {
        aim: Aim::Department { municipality: m("soroe"), department: d("borgerservice") },
        ..contact("soroe")
    };
    assert_eq!(see(&sent_here), Ok(ContactGround::Role));
    let offered = ContactView { offered_to: Some(id(1)), ..contact("soroe") };
    assert_eq!(see(&offered), Ok(ContactGround::Role), "what climbed the ladder to them");
    let offered_abroad = ContactView { offered_to: Some(id(1)), ..contact("holbaek") };
    assert_eq!(see(&offered_abroad), Err(Problem::NotFound));
}

#[test]
fn duty_opens_no_history() {
    let scope = scope_at(&agent("furesoe"), &[wednesday()], EVENING);
    let closed = |by: u128, minutes: i64| ContactView {
        closed_at: Some(at(EVENING) + -minutes * 60_000),
        wrapped_by: Some(id(by)),
        ..contact("frederikssund")
    };
    let see = |view: &ContactView| may(&scope, Right::WorkContacts, view, at(EVENING));
    assert_eq!(see(&closed(1, 5)), Ok(ContactGround::Duty), "the own wrap-up may be corrected");
    assert_eq!(see(&closed(1, 11)), Err(Problem::NotFound));
    assert_eq!(see(&closed(2, 5)), Err(Problem::NotFound));
}

#[test]
fn a_department_reads_the_contact_whose_hand_over_it_has() {
    let pension = member(
        "frederikssund",
        vec![grant(Role::Agent, "frederikssund", only(&["pension-og-ydelser"]))],
    );
    let handed = ContactView {
        department: Some(d("borgerservice")),
        hand_overs: vec![(m("frederikssund"), d("pension-og-ydelser"))],
        ..contact("frederikssund")
    };
    let see =
        |person: &Member, right| may(&scope_at(person, &[], EVENING), right, &handed, at(EVENING));
    assert_eq!(see(&pension, Right::WorkInbox), Ok(ContactGround::Inbox));
    assert_eq!(see(&pension, Right::WorkContacts), Err(Problem::NotFound));
    assert_eq!(see(&agent("frederikssund"), Right::WorkInbox), Err(Problem::NotFound));
    assert_eq!(see(&agent("soroe"), Right::WorkInbox), Err(Problem::NotFound));
}

#[test]
fn a_citizen_reaches_the_contact_with_the_own_mark_and_no_other() {
    let tenant = TenantKey::new("demo").unwrap();
    let see = |mark: &str, view: &ContactView, right| {
        may(&citizen_scope(tenant.clone(), mark.into(), at(EVENING)), right, view, at(EVENING))
    };
    let view = contact("soroe");
    assert_eq!(see("mark", &view, Right::WorkContacts), Ok(ContactGround::Mark));
    assert_eq!(see("mark", &view, Right::WorkInbox), Err(Problem::NotFound));
    assert_eq!(see("other", &view, Right::WorkContacts), Err(Problem::NotFound));
    let unmarked = ContactView { mark: None, ..view };
    assert_eq!(see("mark", &unmarked, Right::WorkContacts), Err(Problem::NotFound));
    assert_eq!(see("", &unmarked, Right::WorkContacts), Err(Problem::NotFound));
}

#[test]
fn the_program_itself_passes_by_another_door() {
    let scope = Scope {
        tenant: TenantKey::new("demo").unwrap(),
        actor: Actor::System("retention"),
        reach: Vec::new(),
        areas: Vec::new(),
        at: at(EVENING),
        until: at(CLOSED),
    };
    assert!(may(&scope, Right::WorkContacts, &contact("soroe"), at(EVENING)).is_err());
}

#[test]
fn what_is_out_of_reach_looks_like_what_does_not_exist() {
    let scope = scope_at(&agent("soroe"), &[], EVENING);
    let ask =
        |municipality: &str, right| may_in(&scope, right, &m(municipality), None, at(EVENING));
    assert_eq!(ask("holbaek", Right::ReadDirectory), Err(Problem::NotFound));
    assert_eq!(ask("no-such-place", Right::ReadDirectory), Err(Problem::NotFound));
    assert_eq!(ask("soroe", Right::GuardPrivacy), Err(Problem::forbidden("not-your-role")));
}

#[test]
fn a_role_grant_survives_json() {
    for departments in [Departments::All, only(&["jobcenter"]), only(&[])] {
        let written = grant(Role::DepartmentCoordinator, "soroe", departments);
        let text = serde_json::to_string(&written).unwrap();
        assert_eq!(serde_json::from_str::<RoleGrant>(&text).unwrap(), written, "{text}");
    }
    for role in Role::ALL {
        assert_eq!(Role::of_code(role.code()), Some(role));
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("{:?}", role.code()));
    }
}

fn some_role() -> impl Strategy<Value = RoleGrant> {
    (
        prop::sample::select(Role::ALL.to_vec()),
        prop::sample::select(vec!["furesoe", "soroe", "holbaek", "horsens"]),
        prop::sample::select(vec![
            Departments::All,
            only(&[]),
            only(&["borgerservice"]),
            only(&["jobcenter"]),
        ]),
    )
        .prop_map(|(role, municipality, departments)| grant(role, municipality, departments))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn outside_duty_nobody_reaches_a_contact_of_another_municipality(
        roles in prop::collection::vec(some_role(), 0..5),
        home in prop::sample::select(vec!["furesoe", "soroe", "horsens"]),
        minute in 0_i64..2880,
        active in any::<bool>(),
        listed in any::<bool>(),
        mine in any::<bool>(),
    ) {
        let now = at("2027-06-01T22:00:00Z") + minute * 60_000;
        let mut duty = wednesday();
        if listed {
            duty.people.insert(id(1));
        }
        let person = Member { active, ..member(home, roles) };
        let scope = scope(&person, &[duty.clone()], &hotline_members(), now);
        prop_assert!(scope.until > now && scope.until <= now.plus_seconds(3600));
        let is_agent = person.at_home(Role::Agent).is_some();
        let on_duty = active && is_agent && duty.covers(now) && (listed || home == "furesoe");
        let mut foreign = contact("frederikssund");
        if mine {
            foreign.owner = Some(id(1));
        }
        let seen = may(&scope, Right::WorkContacts, &foreign, now);
        prop_assert_eq!(seen.is_ok(), on_duty);
        // Whatever is reached elsewhere is by duty, or one of the two rights that can be given.
        for reach in &scope.reach {
            prop_assert!(active);
            if reach.municipality != person.home && reach.ground == Ground::Role {
                let given = [
                    Right::PlanDuty,
                    Right::ReadDuty,
                    Right::ReadFigures,
                    Right::ReadDirectory,
                    Right::ManageConsortium,
                ];
                prop_assert!(given.contains(&reach.right), "{:?}", reach);
            }
            if reach.ground == Ground::Duty {
                prop_assert!(on_duty);
            }
        }
    }
}
