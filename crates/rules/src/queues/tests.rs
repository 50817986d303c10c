use base::Id;
use proptest::prelude::*;

use super::*;

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
fn an_agent_has_one_call_or_several_chats_and_never_both() {
    let dep = &["pension-og-ydelser"];
    let call = |n, seconds| Waiting { call: true, ..waiting(n, seconds) };
    let chatting = Agent { chats: 1, ..agent(1, dep) };
    let calling = Agent { in_call: true, ..agent(2, dep) };
    assert_eq!(pairs(&[waiting(50, 9)], std::slice::from_ref(&calling)), []);
    assert_eq!(pairs(&[call(50, 9)], &[chatting.clone(), calling]), []);
    assert_eq!(pairs(&[call(50, 9)], &[chatting.clone(), agent(3, dep)]), [(50, 3)]);
    // Who could take the caller finishes the chats first, and gets no further ones.
    assert_eq!(pairs(&[call(50, 9), waiting(51, 5)], std::slice::from_ref(&chatting)), []);
    assert_eq!(pairs(&[waiting(51, 9), call(50, 5)], &[chatting]), [(51, 1)]);
}

#[test]
fn the_own_department_is_asked_first_then_borgerservice_then_the_hotline() {
    let agents = [on_duty(1), agent(2, &["borgerservice"]), agent(3, &["pension-og-ydelser"])];
    let rung_of = |agents: &[Agent], age| {
        let made = offers(&[waiting(50, age)], agents);
        made.first().map(|(_, agent, why)| (*agent, why.rung, why.opened))
    };
    assert_eq!(rung_of(&agents, 100), Some((3, Rung::Department, Opened::First)));
    assert_eq!(rung_of(&agents[..2], 0), Some((2, Rung::FrontOffice, Opened::NobodyBefore)));
    assert_eq!(rung_of(&agents[..1], 0), Some((1, Rung::Hotline, Opened::NobodyBefore)));
    assert_eq!(rung_of(&[], 100), None);
}

#[test]
fn a_step_opens_when_its_waiting_limit_has_passed_and_not_before() {
    let mut expert = agent(3, &["pension-og-ydelser"]);
    expert.chats = 3;
    let agents = [on_duty(1), agent(2, &["borgerservice"]), expert.clone()];
    assert_eq!(pairs(&[waiting(50, 19)], &agents), []);
    assert_eq!(pairs(&[waiting(50, 20)], &agents), [(50, 2)]);
    let mut busy = agents.clone();
    busy[1].presence = Presence::Busy;
    assert_eq!(pairs(&[waiting(50, 44)], &busy), []);
    assert_eq!(pairs(&[waiting(50, 45)], &busy), [(50, 1)]);
    // Steps accumulate: an expert who is free late still comes first.
    busy[2].chats = 0;
    assert_eq!(pairs(&[waiting(50, 500)], &busy), [(50, 3)]);
    let picture = Picture { waiting: vec![waiting(50, 5)], agents: agents.to_vec() };
    let config = Config::default();
    assert_eq!(next_change(&picture, NOW, &config), Some(NOW.plus_seconds(15)));
}

#[test]
fn a_step_that_is_closed_is_skipped() {
    let agents = [on_duty(1), agent(3, &["pension-og-ydelser"])];
    let mut evening = waiting(50, 0);
    evening.steps = Steps { department: false, front_office: false, hotline: true };
    assert_eq!(pairs(&[evening.clone()], &agents), [(50, 1)]);
    evening.steps.hotline = false;
    assert_eq!(pairs(&[evening], &agents), []);
}

#[test]
fn nobody_is_asked_for_a_municipality_they_are_not_on_duty_for() {
    let mut foreign = waiting(50, 500);
    foreign.municipality = Some(m("holbaek"));
    assert_eq!(pairs(&[foreign], &[on_duty(1), agent(2, &["borgerservice"])]), []);
}

#[test]
fn an_agent_on_break_or_offline_does_not_hold_a_step_up() {
    for presence in [Presence::Break, Presence::Offline] {
        let mut expert = agent(3, &["pension-og-ydelser"]);
        expert.presence = presence;
        assert_eq!(pairs(&[waiting(50, 0)], &[on_duty(1), expert]), [(50, 1)]);
    }
}

#[test]
fn telephone_duty_goes_before_other_members_of_the_department() {
    let mut on_telephone_duty = agent(9, &["jobcenter"]);
    on_telephone_duty.post.telephone = [d("pension-og-ydelser")].into();
    let agents = [agent(3, &["pension-og-ydelser"]), on_telephone_duty];
    let made = offers(&[waiting(50, 0)], &agents);
    assert_eq!(made[0].1, 9);
    let passed = PassedOver { agent: id(3), reason: Reason::NotOnTelephoneDuty };
    assert_eq!(made[0].2.passed_over, [passed]);
}

#[test]
fn the_least_occupied_and_then_the_longest_idle_is_asked() {
    let dep = &["pension-og-ydelser"];
    let mut agents = [agent(3, dep), agent(4, dep), agent(5, dep)];
    assert_eq!(pairs(&[waiting(50, 0)], &agents), [(50, 3)]);
    agents[0].chats = 1;
    assert_eq!(pairs(&[waiting(50, 0)], &agents), [(50, 4)]);
    agents[2].skills = [TopicKey::new("folkepension").unwrap()].into();
    let mut about = waiting(50, 0);
    about.topic = Some(TopicKey::new("folkepension").unwrap());
    let made = offers(&[about], &agents);
    assert_eq!(made[0].1, 5);
    let reasons: Vec<Reason> = made[0].2.passed_over.iter().map(|p| p.reason).collect();
    assert_eq!(reasons, [Reason::LessSkilled, Reason::LessSkilled]);
}

#[test]
fn an_agent_has_one_offer_at_a_time_and_never_more_chats_than_fit() {
    let dep = &["pension-og-ydelser"];
    let line = [waiting(50, 9), waiting(51, 8), waiting(52, 7)];
    assert_eq!(pairs(&line, &[agent(3, dep), agent(4, dep)]), [(50, 3), (51, 4)]);
    let mut reserved = agent(3, dep);
    reserved.reserved = Some(id(99));
    let mut full = agent(4, dep);
    full.chats = full.capacity;
    assert_eq!(pairs(&line, &[reserved, full]), []);
}

#[test]
fn the_urgent_go_first_and_age_makes_up_for_it() {
    let mut urgent = waiting(51, 5);
    urgent.urgent = true;
    let only = [agent(3, &["pension-og-ydelser"])];
    let made = offers(&[waiting(50, 60), urgent.clone()], &only);
    assert_eq!((made[0].0, made[0].2.overtook, made[0].2.priority), (51, 1, 2));
    // After ten minutes of waiting the other has the same priority and the better place.
    assert_eq!(pairs(&[waiting(50, 600), urgent], &only), [(50, 3)]);
}

#[test]
fn the_language_is_a_condition_while_somebody_speaks_it() {
    let dep = &["pension-og-ydelser"];
    let mut danish_only = agent(3, dep);
    danish_only.languages = [Language::Da].into();
    let mut english = waiting(50, 0);
    english.language = Language::En;
    let both = agent(4, dep);
    assert_eq!(pairs(&[english.clone()], &[danish_only.clone(), both.clone()]), [(50, 4)]);
    let busy = Agent { chats: 3, ..both };
    assert_eq!(pairs(&[english.clone()], &[danish_only.clone(), busy]), []);
    let made = offers(&[english], &[danish_only]);
    assert!(made[0].2.language_waived);
}

#[test]
fn who_let_it_pass_is_asked_again_only_when_the_others_do_not_take_it() {
    let dep = &["pension-og-ydelser"];
    let mut again = waiting(50, 40);
    again.tried = [id(3)].into();
    again.lapsed_at = Some(NOW);
    // Somebody else is free: they.
    assert_eq!(pairs(&[again.clone()], &[agent(3, dep), agent(4, dep)]), [(50, 4)]);
    // Somebody else is there but occupied: wait a minute for them.
    let occupied = Agent { chats: 3, ..agent(4, dep) };
    assert_eq!(pairs(&[again.clone()], &[agent(3, dep), occupied.clone()]), []);
    again.lapsed_at = Some(NOW.plus_seconds(-60));
    let made = offers(&[again.clone()], &[agent(3, dep), occupied]);
    assert_eq!((made[0].1, made[0].2.asked_again), (3, true));
    // Nobody else is there: after a breath.
    again.lapsed_at = Some(NOW.plus_seconds(-9));
    assert_eq!(pairs(&[again.clone()], &[agent(3, dep)]), []);
    again.lapsed_at = Some(NOW.plus_seconds(-10));
    assert_eq!(pairs(&[again.clone()], &[agent(3, dep)]), [(50, 3)]);
    // The next step opens at once rather than asking the same one again.
    assert_eq!(pairs(&[again], &[agent(3, dep), on_duty(1)]), [(50, 1)]);
}

#[test]
fn two_missed_offers_in_a_row_pause_the_agent() {
    let mut away = agent(3, &["pension-og-ydelser"]);
    away.misses = 2;
    let picture = Picture { waiting: vec![waiting(50, 0)], agents: vec![away, on_duty(1)] };
    let decisions = decide(&picture, NOW, &Config::default());
    assert_eq!(decisions[0], Decision::Pause { agent: id(3), misses: 2 });
    assert!(matches!(decisions[1], Decision::Offer { agent, .. } if agent == id(1)));
    assert_eq!(decisions.len(), 2);
}

#[test]
fn a_transfer_to_a_department_stays_there_while_somebody_is_there() {
    let mut sent = waiting(50, 900);
    sent.aim = Aim::Department { municipality: m("frederikssund"), department: d("jobcenter") };
    sent.visited = [d("jobcenter")].into();
    sent.aimed_at = NOW.plus_seconds(-100);
    let occupied = Agent { chats: 3, ..agent(3, &["jobcenter"]) };
    let others = [agent(2, &["borgerservice"]), on_duty(1), agent(4, &["pension-og-ydelser"])];
    let with = |extra: Agent| [others.to_vec(), vec![extra]].concat();
    assert_eq!(pairs(&[sent.clone()], &with(occupied)), []);
    assert_eq!(pairs(&[sent.clone()], &with(agent(3, &["jobcenter"]))), [(50, 3)]);
    // Everybody there went home: Borgerservice, unless it was sent from there on.
    assert_eq!(pairs(&[sent.clone()], &others), [(50, 2)]);
    sent.visited.insert(d("borgerservice"));
    assert_eq!(pairs(&[sent], &others), [(50, 1)]);
}

#[test]
fn a_transfer_to_a_person_is_kept_for_that_person_for_a_minute() {
    let mut sent = waiting(50, 900);
    sent.aim = Aim::Person { person: id(4) };
    sent.aimed_at = NOW.plus_seconds(-59);
    let dep = &["pension-og-ydelser"];
    let occupied = Agent { chats: 3, ..agent(4, dep) };
    assert_eq!(pairs(&[sent.clone()], &[agent(3, dep), agent(4, dep)]), [(50, 4)]);
    assert_eq!(pairs(&[sent.clone()], &[agent(3, dep), occupied.clone()]), []);
    let gone = Agent { presence: Presence::Offline, ..agent(4, dep) };
    assert_eq!(pairs(&[sent.clone()], &[agent(3, dep), gone]), [(50, 3)]);
    sent.aimed_at = NOW.plus_seconds(-60);
    assert_eq!(pairs(&[sent], &[agent(3, dep), occupied]), [(50, 3)]);
    // Somebody out of reach of the contact is never asked, even by name.
    let mut abroad = waiting(50, 0);
    abroad.aim = Aim::Person { person: id(4) };
    abroad.municipality = Some(m("holbaek"));
    assert_eq!(pairs(&[abroad], &[agent(4, dep)]), []);
}

#[test]
fn a_department_of_another_municipality_is_not_asked() {
    let mut astray = waiting(50, 900);
    astray.aim = Aim::Department { municipality: m("soroe"), department: d("jobcenter") };
    let mut abroad = agent(3, &["jobcenter"]);
    abroad.post.home = m("soroe");
    assert_eq!(pairs(&[astray.clone()], &[abroad.clone(), agent(4, &["jobcenter"])]), []);
    assert_eq!(
        pairs(&[astray.clone()], &[abroad.clone(), agent(2, &["borgerservice"])]),
        [(50, 2)]
    );
    // While nobody knows whose it is, it goes where it was sent.
    astray.municipality = None;
    assert_eq!(pairs(&[astray], &[abroad, agent(2, &["borgerservice"])]), [(50, 3)]);
}

#[test]
fn automatic_routing_does_not_return_to_where_it_was_sent_before() {
    let mut back = waiting(50, 900);
    back.visited = [d("pension-og-ydelser")].into();
    let agents = [agent(3, &["pension-og-ydelser"]), agent(2, &["borgerservice"])];
    assert_eq!(pairs(&[back], &agents), [(50, 2)]);
}

#[test]
fn a_contact_whose_municipality_nobody_knows_is_taken_by_whoever_is_on_duty() {
    let mut unknown = waiting(50, 0);
    (unknown.municipality, unknown.department) = (None, None);
    let off_duty = agent(3, &["pension-og-ydelser"]);
    assert_eq!(pairs(&[unknown.clone()], &[off_duty.clone(), on_duty(1)]), [(50, 1)]);
    assert_eq!(pairs(&[unknown], &[off_duty]), []);
}

#[test]
fn the_expected_wait_is_that_of_erlang_a() {
    let pace = Pace { handling_s: 360.0, patience_s: 180.0 };
    for (ahead, seconds) in [(0, 40.0), (1, 73.0), (4, 146.0), (9, 225.0)] {
        let wait = expected_wait(ahead, 9.0, pace).unwrap();
        assert!((wait - seconds).abs() < 1.0, "{ahead} ahead: {wait}");
    }
    assert_eq!(expected_wait(3, 0.0, pace), None);
    assert_eq!(expected_wait(3, 1.0, Pace { handling_s: 0.0, ..pace }), None);
    assert_eq!(expected_wait(3, f64::NAN, pace), None);
}

#[test]
fn a_wait_is_said_as_an_honest_range() {
    for (seconds, range, code) in [
        (0.0, WaitRange::Under1, "under-1"),
        (59.9, WaitRange::Under1, "under-1"),
        (60.0, WaitRange::From1To3, "from-1-to-3"),
        (299.0, WaitRange::From3To5, "from-3-to-5"),
        (300.0, WaitRange::From5To10, "from-5-to-10"),
        (1199.0, WaitRange::From10To20, "from-10-to-20"),
        (5000.0, WaitRange::Over20, "over-20"),
    ] {
        assert_eq!(WaitRange::of_seconds(seconds), range);
        assert_eq!(range.code(), code);
    }
}

#[test]
fn a_published_wait_never_falls_and_then_rises_a_little() {
    assert_eq!(steady_wait(None, 100.0), 100.0);
    assert_eq!(steady_wait(Some(100.0), 80.0), 80.0);
    assert_eq!(steady_wait(Some(80.0), 119.0), 80.0);
    assert_eq!(steady_wait(Some(80.0), 121.0), 121.0);
}

#[test]
fn the_number_in_line_counts_those_who_wait_for_the_same_people() {
    let config = Config::default();
    let pension = |n, age| waiting(n, age);
    let mut jobcenter = waiting(60, 100);
    jobcenter.department = Some(d("jobcenter"));
    jobcenter.aimed_at = NOW;
    let busy = |n, department| Agent { chats: 3, ..agent(n, &[department]) };
    let mut picture = Picture {
        waiting: vec![pension(50, 9), pension(51, 8), jobcenter],
        agents: vec![busy(3, "pension-og-ydelser"), busy(4, "jobcenter")],
    };
    assert_eq!(position(&picture, id(50), NOW, &config), Some(1));
    assert_eq!(position(&picture, id(51), NOW, &config), Some(2));
    assert_eq!(position(&picture, id(60), NOW, &config), Some(1));
    assert_eq!(position(&picture, id(61), NOW, &config), None);
    let told = outlook(&picture, id(51), NOW, &config, Pace::default()).unwrap();
    assert_eq!((told.position, told.agents), (2, 1));
    assert_eq!(told.wait, Some(WaitRange::From1To3));
    picture.agents.clear();
    let told = outlook(&picture, id(51), NOW, &config, Pace::default()).unwrap();
    assert_eq!((told.agents, told.expected_s, told.wait), (0, None, None));
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

fn some_agent() -> impl Strategy<Value = Agent> {
    (0_u128..12, 0_usize..5, 0_u8..5, 0_u8..4, any::<bool>(), 0_u8..3, 0_i64..5).prop_map(
        |(n, post, presence, chats, english, misses, idle)| {
            let mut agent = match post {
                0 => agent(n, &["pension-og-ydelser"]),
                1 => agent(n, &["borgerservice"]),
                2 => agent(n, &["borgerservice", "jobcenter"]),
                3 => on_duty(n),
                _ => agent(n, &["jobcenter"]),
            };
            agent.presence = match presence {
                0 => Presence::Busy,
                1 => Presence::Break,
                _ => Presence::Ready,
            };
            if !english {
                agent.languages = [Language::Da].into();
            }
            agent.chats = chats;
            agent.in_call = n == 3;
            agent.misses = misses;
            agent.idle_since = UnixMillis(idle);
            agent
        },
    )
}

fn some_waiting() -> impl Strategy<Value = Waiting> {
    (
        (50_u128..80, 0_i64..700, 0_i64..200, 0_usize..4, 0_usize..4),
        (any::<bool>(), any::<bool>(), prop::collection::btree_set(0_u128..12, 0..3)),
    )
        .prop_map(|((n, age, aimed, department, aim), (urgent, english, tried))| {
            let mut waiting = waiting(n, age);
            waiting.call = n % 3 == 0;
            waiting.aimed_at = NOW.plus_seconds(-aimed.min(age));
            waiting.department = match department {
                0 => Some(d("jobcenter")),
                1 => Some(d("borgerservice")),
                2 => None,
                _ => waiting.department,
            };
            match aim {
                0 => {
                    waiting.aim = Aim::Department {
                        municipality: m("frederikssund"),
                        department: d("jobcenter"),
                    };
                    waiting.visited = [d("jobcenter")].into();
                }
                1 => waiting.aim = Aim::Person { person: id(3) },
                _ => {}
            }
            waiting.urgent = urgent;
            if english {
                waiting.language = Language::En;
            }
            waiting.tried = tried.into_iter().map(id).collect();
            waiting
        })
}

fn some_picture() -> impl Strategy<Value = Picture> {
    (prop::collection::vec(some_waiting(), 0..12), prop::collection::vec(some_agent(), 0..10))
        .prop_map(|(mut waiting, mut agents)| {
            waiting.sort_by_key(|w| w.contact);
            waiting.dedup_by_key(|w| w.contact);
            agents.sort_by_key(|a| a.id);
            agents.dedup_by_key(|a| a.id);
            Picture { waiting, agents }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// I5: open rungs are monotone in age; a higher age never shrinks the eligible set.
    #[test]
    fn waiting_longer_never_closes_a_step(picture in some_picture(), more in 0_i64..200) {
        let config = Config::default();
        for waiting in &picture.waiting {
            let now = open_rungs(waiting, &picture.agents, NOW, &config);
            let later = open_rungs(waiting, &picture.agents, NOW.plus_seconds(more), &config);
            for (rung, _) in now {
                prop_assert!(later.iter().any(|(r, _)| *r == rung), "{:?} closed", rung);
            }
        }
    }

    /// I8: the same picture in any order gives the same bytes.
    #[test]
    fn the_order_of_the_lists_does_not_matter(picture in some_picture(), turn in 0_usize..12) {
        let config = Config::default();
        let mut other = picture.clone();
        other.agents.reverse();
        let turn = turn.min(other.waiting.len());
        other.waiting.rotate_left(turn);
        let write = |p: &Picture| serde_json::to_string(&decide(p, NOW, &config)).unwrap();
        prop_assert_eq!(write(&picture), write(&other));
    }

    /// I8: contacts and agents that have nothing to do with the others change nothing for them.
    #[test]
    fn another_municipality_changes_nothing(picture in some_picture(), line in prop::collection::vec(some_waiting(), 0..5)) {
        let config = Config::default();
        let mut both = picture.clone();
        let mut elsewhere = agent(200, &["borgerservice"]);
        elsewhere.post.home = m("horsens");
        both.agents.push(elsewhere);
        both.waiting.extend(line.into_iter().enumerate().map(|(n, mut w)| {
            (w.municipality, w.aim) = (Some(m("horsens")), Aim::Ladder);
            w.contact = id(900 + n as u128);
            w.place.contact = w.contact;
            w
        }));
        let of = |p: &Picture| -> Vec<(ContactId, PersonId)> {
            decide(p, NOW, &config)
                .into_iter()
                .filter_map(|decision| match decision {
                    Decision::Offer { contact, agent, .. } if contact < id(900) => {
                        Some((contact, agent))
                    }
                    _ => None,
                })
                .collect()
        };
        prop_assert_eq!(of(&picture), of(&both));
    }

    /// I11: every decision says why, and the words survive the journal.
    #[test]
    fn every_offer_explains_itself(picture in some_picture()) {
        let config = Config::default();
        for decision in decide(&picture, NOW, &config) {
            if let Decision::Offer { agent, why, .. } = decision {
                prop_assert_eq!(Why::read(&why.to_text()), Some(why.clone()));
                prop_assert!(why.passed_over.iter().all(|p| p.agent != agent));
            }
        }
    }

    /// Nothing is decided by time alone before the announced instant.
    #[test]
    fn nothing_changes_before_the_announced_instant(picture in some_picture(), part in 0_i64..100) {
        let config = Config::default();
        let quiet = !decide(&picture, NOW, &config).iter().any(|d| matches!(d, Decision::Offer { .. }));
        if quiet && let Some(next) = next_change(&picture, NOW, &config) {
            let between = NOW + (next - NOW - 1) * part / 100;
            let offers = decide(&picture, between, &config);
            let offered = offers.iter().any(|d| matches!(d, Decision::Offer { .. }));
            prop_assert!(!offered, "decided before {:?}", next);
        }
    }

    #[test]
    fn more_ahead_wait_longer_and_more_agents_shorter(
        ahead in 0_usize..200, at_once in 1_u32..50, handling in 10.0..2000.0_f64, patience in 10.0..2000.0_f64,
    ) {
        let pace = Pace { handling_s: handling, patience_s: patience };
        let wait = |ahead, at_once| expected_wait(ahead, f64::from(at_once), pace).unwrap();
        prop_assert!(wait(ahead + 1, at_once) > wait(ahead, at_once));
        prop_assert!(wait(ahead, at_once + 1) < wait(ahead, at_once));
        let naive = (ahead as f64 + 1.0) * handling / f64::from(at_once);
        prop_assert!(wait(ahead, at_once) <= naive + 1e-6);
    }

    #[test]
    fn numbers_in_line_are_at_most_as_many_as_wait(picture in some_picture()) {
        let config = Config::default();
        for waiting in &picture.waiting {
            let position = position(&picture, waiting.contact, NOW, &config).unwrap();
            prop_assert!((1..=picture.waiting.len()).contains(&position));
        }
    }
}
