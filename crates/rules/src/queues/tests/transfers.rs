//! Sent to a department or to somebody.

use super::*;

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
