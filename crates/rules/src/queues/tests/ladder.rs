//! Who is asked, in which order.

use super::*;

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
