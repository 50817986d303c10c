//! Any line and any agents.

use proptest::prelude::*;

use super::*;

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

pub(super) fn some_picture() -> impl Strategy<Value = Picture> {
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
}
