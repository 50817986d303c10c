//! Whole evenings, played at random with the life of contacts and the router together. What must
//! hold is checked after every step; the invariants are numbered as in the design of operations.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::{NOW, agent, d, id, m};
use super::*;
use crate::contacts::{
    self, Channel, Command, Destination, Event, OutcomeKind, Party, Phase, TRANSFER_LIMIT,
};

#[derive(Debug, Clone)]
enum Step {
    Arrive { municipality: usize, department: usize, urgent: bool, english: bool },
    Pass { seconds: i64 },
    Accept { nth: usize },
    Decline { nth: usize },
    WrapUp { nth: usize },
    Transfer { nth: usize, department: usize },
    TransferToPerson { nth: usize, agent: usize },
    Abandon { nth: usize },
    Reconnect { nth: usize },
    Presence { agent: usize, presence: Presence },
    Crash { agent: usize },
    Duty { on: bool },
}

const MUNICIPALITIES: [&str; 3] = ["frederikssund", "soroe", "furesoe"];
const DEPARTMENTS: [&str; 3] = ["pension-og-ydelser", "jobcenter", "borgerservice"];

fn some_step() -> impl Strategy<Value = Step> {
    let presence = prop::sample::select(vec![
        Presence::Ready,
        Presence::Ready,
        Presence::Busy,
        Presence::Break,
        Presence::Offline,
    ]);
    prop_oneof![
        6 => (0_usize..3, 0_usize..3, prop::bool::weighted(0.2), prop::bool::weighted(0.2)).prop_map(
            |(municipality, department, urgent, english)| Step::Arrive {
                municipality, department, urgent, english
            }
        ),
        6 => (1_i64..50).prop_map(|seconds| Step::Pass { seconds }),
        6 => any::<usize>().prop_map(|nth| Step::Accept { nth }),
        1 => any::<usize>().prop_map(|nth| Step::Decline { nth }),
        4 => any::<usize>().prop_map(|nth| Step::WrapUp { nth }),
        2 => (any::<usize>(), 0_usize..3)
            .prop_map(|(nth, department)| Step::Transfer { nth, department }),
        1 => (any::<usize>(), 0_usize..6)
            .prop_map(|(nth, agent)| Step::TransferToPerson { nth, agent }),
        1 => any::<usize>().prop_map(|nth| Step::Abandon { nth }),
        1 => any::<usize>().prop_map(|nth| Step::Reconnect { nth }),
        2 => (0_usize..6, presence).prop_map(|(agent, presence)| Step::Presence { agent, presence }),
        1 => (0_usize..6).prop_map(|agent| Step::Crash { agent }),
        1 => any::<bool>().prop_map(|on| Step::Duty { on }),
    ]
}

struct Held {
    contact: Contact,
    aimed_at: Option<UnixMillis>,
    lapsed_at: Option<UnixMillis>,
}

struct Evening {
    now: UnixMillis,
    agents: Vec<Agent>,
    held: BTreeMap<ContactId, Held>,
    journal: Vec<String>,
    /// Contacts that arrived, and how often each agent took one.
    arrived: usize,
    config: Config,
}

impl Evening {
    /// Two of pension, one of the job centre, two of Borgerservice, one of Furesø.
    fn begun() -> Self {
        let mut agents = vec![
            agent(0, &["pension-og-ydelser"]),
            agent(1, &["pension-og-ydelser", "borgerservice"]),
            agent(2, &["jobcenter"]),
            agent(3, &["borgerservice"]),
            agent(4, &["borgerservice"]),
            agent(5, &["borgerservice"]),
        ];
        agents[4].post.home = m("soroe");
        agents[5].post.home = m("furesoe");
        agents[3].languages = [Language::Da].into();
        agents[2].capacity = 1;
        let config = Config::default();
        Self { now: NOW, agents, held: BTreeMap::new(), journal: Vec::new(), arrived: 0, config }
    }

    fn does(&mut self, contact: ContactId, command: &Command) -> bool {
        let state = self.held.get(&contact).map(|held| &held.contact);
        let Ok(events) = contacts::decide(state, command, self.now) else { return false };
        for event in events {
            self.journal.push(serde_json::to_string(&(self.now, &event)).unwrap());
            let before = self.held.remove(&contact);
            let (mut aimed_at, mut lapsed_at) =
                before.as_ref().map_or((None, None), |h| (h.aimed_at, h.lapsed_at));
            match &event {
                Event::Transferred { .. } => aimed_at = Some(self.now),
                Event::Released { .. } | Event::Reopened { .. } => aimed_at = None,
                Event::OfferLapsed { to: by } | Event::OfferDeclined { by } => {
                    lapsed_at = Some(self.now);
                    let lapsed = matches!(event, Event::OfferLapsed { .. });
                    let agent = self.agent(*by);
                    agent.misses += u8::from(lapsed);
                }
                Event::Accepted { by } => self.agent(*by).misses = 0,
                Event::WrappedUp { by, .. } => {
                    let now = self.now;
                    self.agent(*by).idle_since = now;
                }
                _ => {}
            }
            let place = before.as_ref().and_then(|h| h.contact.place);
            let contact_before = before.map(|h| h.contact);
            let after = contacts::apply(contact_before, &event, self.now).unwrap();
            // I7: the place never worsens.
            assert!(place.is_none_or(|p| after.place.is_some_and(|q| q <= p)), "{event:?}");
            self.held.insert(contact, Held { contact: after, aimed_at, lapsed_at });
        }
        true
    }

    fn agent(&mut self, person: PersonId) -> &mut Agent {
        self.agents.iter_mut().find(|a| a.id == person).unwrap()
    }

    /// The contacts in one of these phases, by id.
    fn among(&self, phase: impl Fn(&Phase) -> bool) -> Vec<ContactId> {
        self.held.iter().filter(|(_, h)| phase(&h.contact.phase)).map(|(id, _)| *id).collect()
    }

    fn pick(ids: &[ContactId], nth: usize) -> Option<ContactId> {
        ids.get(nth.checked_rem(ids.len())?).copied()
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Arrive { municipality, department, urgent, english } => {
                self.arrived += 1;
                let contact = id(1000 + self.arrived as u128);
                self.does(
                    contact,
                    &Command::Arrive {
                        contact,
                        channel: Channel::Chat,
                        municipality: Some(m(MUNICIPALITIES[*municipality])),
                        department: Some(d(DEPARTMENTS[*department])),
                        language: if *english { Language::En } else { Language::Da },
                        topic: None,
                        urgent: *urgent,
                    },
                );
                self.does(contact, &Command::Queue);
            }
            Step::Pass { seconds } => self.now = self.now.plus_seconds(*seconds),
            Step::Accept { nth } => {
                let offered = self.among(|p| matches!(p, Phase::Offered { .. }));
                if let Some(contact) = Self::pick(&offered, *nth)
                    && let Phase::Offered { to, .. } = self.held[&contact].contact.phase
                {
                    assert!(self.does(contact, &Command::Accept { by: to }));
                    // I2, and rule 2: a second one who accepts gets nothing.
                    let other = id(u128::from(to == id(0)));
                    assert!(!self.does(contact, &Command::Accept { by: other }));
                }
            }
            Step::Decline { nth } => {
                let offered = self.among(|p| matches!(p, Phase::Offered { .. }));
                if let Some(contact) = Self::pick(&offered, *nth)
                    && let Phase::Offered { to, .. } = self.held[&contact].contact.phase
                {
                    self.does(contact, &Command::Decline { by: to });
                }
            }
            Step::WrapUp { nth } => self.as_owner(*nth, |by, _| Command::WrapUp {
                by,
                topic: None,
                outcome: OutcomeKind::ClarifiedAtOnce,
            }),
            Step::Transfer { nth, department } => {
                let department = d(DEPARTMENTS[*department]);
                self.as_owner(*nth, |by, own| Command::Transfer {
                    by,
                    to: Destination::Department { municipality: own, department },
                    note: None,
                    reachable: true,
                });
            }
            Step::TransferToPerson { nth, agent } => {
                let person = id(*agent as u128);
                self.as_owner(*nth, |by, _| Command::Transfer {
                    by,
                    to: Destination::Person { person },
                    note: None,
                    reachable: true,
                });
            }
            Step::Abandon { nth } => {
                let all = self.among(|p| !matches!(p, Phase::Closed { .. }));
                if let Some(contact) = Self::pick(&all, *nth) {
                    self.does(contact, &Command::Abandon);
                }
            }
            Step::Reconnect { nth } => {
                let all: Vec<ContactId> = self.held.keys().copied().collect();
                if let Some(contact) = Self::pick(&all, *nth) {
                    let text = id(1);
                    let say =
                        Command::Say { message: id(1), from: Party::Citizen, text, article: None };
                    self.does(contact, &say);
                }
            }
            Step::Presence { agent, presence } => self.set_presence(*agent, *presence),
            Step::Crash { agent } => {
                self.set_presence(*agent, Presence::Offline);
                let person = id(*agent as u128);
                let owned = self.among(|p| matches!(p, Phase::Owned { by, .. } if *by == person));
                for contact in owned {
                    self.does(contact, &Command::Release { why: "gone".into() });
                }
            }
            Step::Duty { on } => {
                let all = MUNICIPALITIES.map(m);
                self.agents[5].post.serves = if *on { all.into() } else { BTreeSet::new() };
                if !*on {
                    let person = id(5);
                    for contact in self.held.keys().copied().collect::<Vec<_>>() {
                        if self.held[&contact].contact.municipality != Some(m("furesoe")) {
                            self.does(contact, &Command::EndDuty { person });
                        }
                    }
                }
            }
        }
    }

    fn set_presence(&mut self, agent: usize, presence: Presence) {
        let now = self.now;
        let agent = &mut self.agents[agent];
        if agent.presence == Presence::Offline && presence != Presence::Offline {
            agent.idle_since = now;
        }
        agent.presence = presence;
        agent.misses = 0;
        let person = agent.id;
        if presence != Presence::Ready {
            let offered = self.among(|p| matches!(p, Phase::Offered { to, .. } if *to == person));
            for contact in offered {
                self.does(contact, &Command::Withdraw);
            }
        }
    }

    /// Something that the owner of the nth owned contact does; the contact's municipality is given.
    fn as_owner(&mut self, nth: usize, command: impl FnOnce(PersonId, MunicipalityKey) -> Command) {
        let owned = self.among(|p| matches!(p, Phase::Owned { .. }));
        let Some(contact) = Self::pick(&owned, nth) else { return };
        let held = &self.held[&contact].contact;
        if let (Some(by), Some(own)) = (held.owner(), held.municipality.clone()) {
            self.does(contact, &command(by, own));
        }
    }

    fn picture(&self) -> Picture {
        let waiting = self
            .held
            .values()
            .filter_map(|h| Waiting::of(&h.contact, h.aimed_at, h.lapsed_at, Steps::default()))
            .collect();
        let agents = self
            .agents
            .iter()
            .map(|agent| {
                let mut agent = agent.clone();
                let owned = self.held.values().filter(|h| h.contact.owner() == Some(agent.id));
                agent.chats = u8::try_from(owned.count()).unwrap();
                agent.reserved = self
                    .held
                    .iter()
                    .find(|(_, h)| {
                        matches!(h.contact.phase, Phase::Offered { to, .. } if to == agent.id)
                    })
                    .map(|(id, _)| *id);
                agent
            })
            .collect();
        Picture { waiting, agents }
    }

    /// Lapses what has run out, then decides until nothing more is to be done.
    fn dispatch(&mut self) {
        for contact in self.held.keys().copied().collect::<Vec<_>>() {
            self.does(contact, &Command::Lapse);
        }
        loop {
            let picture = self.picture();
            let decisions = decide(&picture, self.now, &self.config);
            self.check_order(&picture, &decisions);
            if decisions.is_empty() {
                break;
            }
            for decision in decisions {
                match decision {
                    Decision::Offer { contact, agent, until, why } => {
                        let why = why.to_text();
                        // I11
                        assert!(Why::read(&why).is_some(), "an offer without a why");
                        assert!(self.does(contact, &Command::Offer { to: agent, until, why }));
                    }
                    Decision::Pause { agent, misses } => {
                        assert!(misses >= 2);
                        let n = self.agents.iter().position(|a| a.id == agent).unwrap();
                        self.set_presence(n, Presence::Break);
                    }
                }
            }
        }
    }

    /// I4: of two alike, the one with the better place is offered first. I10: of two agents alike,
    /// the one who was idle longer.
    fn check_order(&self, picture: &Picture, decisions: &[Decision]) {
        let taken: BTreeMap<ContactId, PersonId> = decisions
            .iter()
            .filter_map(|d| match d {
                Decision::Offer { contact, agent, .. } => Some((*contact, *agent)),
                Decision::Pause { .. } => None,
            })
            .collect();
        let alike = |a: &Waiting, b: &Waiting| {
            let class = |w: &Waiting| {
                let untried = w.tried.is_empty() && w.visited.is_empty() && w.aim == Aim::Ladder;
                untried
                    .then(|| (w.municipality.clone(), w.department.clone(), w.language, w.urgent))
            };
            class(a).is_some() && class(a) == class(b)
        };
        for later in picture.waiting.iter().filter(|w| taken.contains_key(&w.contact)) {
            for earlier in picture.waiting.iter().filter(|w| !taken.contains_key(&w.contact)) {
                let overtaken = alike(earlier, later) && earlier.place < later.place;
                assert!(!overtaken, "{later:?} went before {earlier:?}");
            }
        }
        let chosen: BTreeSet<PersonId> = taken.values().copied().collect();
        for a in picture.agents.iter().filter(|a| chosen.contains(&a.id)) {
            for b in picture.agents.iter().filter(|b| !chosen.contains(&b.id)) {
                let equal = a.post == b.post
                    && a.languages == b.languages
                    && a.chats == b.chats
                    && a.capacity == b.capacity
                    && b.is_free(&self.config);
                let tried = taken.iter().any(|(contact, _)| {
                    let w = picture.waiting.iter().find(|w| w.contact == *contact);
                    w.is_some_and(|w| {
                        w.tried.contains(&b.id) || matches!(w.aim, Aim::Person { .. })
                    })
                });
                if equal && !tried {
                    assert!(a.idle_since <= b.idle_since, "{:?} was idle longer", b.id);
                }
            }
        }
    }

    fn check(&self) {
        // I1: everyone who arrived is somewhere, once.
        let count = |phase: fn(&Phase) -> bool| self.among(phase).len();
        let waiting = count(|p| matches!(p, Phase::Arrived | Phase::Waiting));
        let offered = count(|p| matches!(p, Phase::Offered { .. }));
        let owned = count(|p| matches!(p, Phase::Owned { .. } | Phase::WrappingUp { .. }));
        let closed = count(|p| matches!(p, Phase::Closed { .. }));
        assert_eq!(self.arrived, waiting + offered + owned + closed);
        // I2: capacity and one offer.
        let picture = self.picture();
        for agent in &picture.agents {
            let offers =
                self.among(|p| matches!(p, Phase::Offered { to, .. } if *to == agent.id)).len();
            assert!(offers <= 1, "{offers} offers at once");
            assert!(usize::from(agent.chats) + offers <= usize::from(agent.capacity));
        }
        // I3: no free agent while a contact waits on a step that is open for them. Told here by
        // the product's words, not by the router's own functions.
        for waiting in &picture.waiting {
            let age = self.now.seconds_since(waiting.place.since);
            for agent in picture.agents.iter().filter(|a| a.is_free(&self.config)) {
                let home = waiting.municipality.as_ref() == Some(&agent.post.home);
                let member = |key: &str| match &agent.post.departments {
                    Departments::All => true,
                    Departments::Only(some) => some.contains(&d(key)),
                };
                let own = waiting.department.as_ref().is_some_and(|k| member(k.as_str()));
                let on_duty =
                    waiting.municipality.as_ref().is_some_and(|k| agent.post.serves.contains(k));
                let due = (home && own)
                    || (home && member(FRONT_OFFICE) && age >= 20)
                    || (on_duty && age >= 45);
                let free_of_history = waiting.aim == Aim::Ladder
                    && waiting.visited.is_empty()
                    && !waiting.tried.contains(&agent.id);
                assert!(
                    !(due && free_of_history && agent.languages.contains(&waiting.language)),
                    "{:?} is free and {waiting:?} waits",
                    agent.id
                );
            }
        }
        for held in self.held.values() {
            let contact = &held.contact;
            // I6 (the part that is automatic): at most three transfers.
            assert!(contact.transfers <= TRANSFER_LIMIT);
            // The offered and the owning reach the contact: at home, or on duty, or by grant.
            if let Phase::Offered { to, .. } = contact.phase {
                let agent = self.agents.iter().find(|a| a.id == to).unwrap();
                let m = contact.municipality.as_ref().unwrap();
                let reaches = agent.post.home == *m || agent.post.serves.contains(m);
                assert!(reaches, "{to:?} is offered what they may not see");
                assert_eq!(agent.presence, Presence::Ready);
            }
        }
    }
}

fn played(steps: &[Step]) -> Evening {
    let mut evening = Evening::begun();
    for step in steps {
        evening.play(step);
        evening.dispatch();
        evening.check();
    }
    evening
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// I1, I2, I3, I4, I6, I7, I10 (order), I11 after every step of a random evening.
    #[test]
    fn no_evening_breaks_a_promise(steps in prop::collection::vec(some_step(), 1..80)) {
        played(&steps);
    }

    /// I8: the same evening leaves the same bytes.
    #[test]
    fn the_same_evening_leaves_the_same_journal(steps in prop::collection::vec(some_step(), 1..40)) {
        prop_assert_eq!(played(&steps).journal, played(&steps).journal);
    }

    /// I10: agents alike get alike: over a shift their counts differ by little.
    #[test]
    fn equal_agents_get_equal_work(
        agents in 2_usize..6,
        gaps in prop::collection::vec(5_i64..120, 40..120),
        handling in 30_i64..300,
    ) {
        let config = Config::default();
        let mut now = NOW;
        let mut team: Vec<Agent> = (0..agents).map(|n| agent(n as u128, &["jobcenter"])).collect();
        for agent in &mut team {
            agent.capacity = 1;
            agent.idle_since = now;
        }
        let mut count = vec![0_usize; agents];
        let mut busy: Vec<Option<UnixMillis>> = vec![None; agents];
        let mut line: Vec<Waiting> = Vec::new();
        for (n, gap) in gaps.iter().enumerate() {
            for _ in 0..*gap {
                now = now.plus_seconds(1);
                for (agent, until) in team.iter_mut().zip(&mut busy) {
                    if until.is_some_and(|until| until <= now) {
                        (*until, agent.chats, agent.idle_since) = (None, 0, now);
                    }
                }
                if line.is_empty() {
                    continue;
                }
                let picture = Picture { waiting: line.clone(), agents: team.clone() };
                for decision in decide(&picture, now, &config) {
                    if let Decision::Offer { contact, agent, .. } = decision {
                        let at = team.iter().position(|a| a.id == agent).unwrap();
                        count[at] += 1;
                        team[at].chats = 1;
                        busy[at] = Some(now.plus_seconds(handling + (n as i64 * 37) % 50));
                        line.retain(|w| w.contact != contact);
                    }
                }
            }
            let place = Place { since: now, contact: id(1000 + n as u128) };
            line.push(Waiting {
                contact: place.contact,
                call: false,
                municipality: Some(m("frederikssund")),
                department: Some(d("jobcenter")),
                aim: Aim::Ladder,
                language: Language::Da,
                topic: None,
                urgent: false,
                place,
                aimed_at: now,
                visited: BTreeSet::new(),
                tried: BTreeSet::new(),
                lapsed_at: None,
                steps: Steps::default(),
            });
        }
        let mean = count.iter().sum::<usize>() as f64 / agents as f64;
        let (least, most) = (count.iter().min().unwrap(), count.iter().max().unwrap());
        prop_assert!((most - least) as f64 <= 2.0 + 3.0 * mean.sqrt(), "{:?}", count);
    }

    /// I9: while there is more capacity than demand, nobody waits for ever behind the urgent.
    #[test]
    fn the_not_urgent_are_served_although_urgent_ones_keep_coming(every in 20_i64..40) {
        let config = Config::default();
        let mut now = NOW;
        let mut team = [Agent { capacity: 1, idle_since: now, ..agent(1, &["jobcenter"]) }];
        let mut line: Vec<Waiting> = Vec::new();
        let mut busy: Option<UnixMillis> = None;
        let mut longest = 0;
        for second in 0..3600_i64 {
            now = now.plus_seconds(1);
            let urgent = second % every == 0;
            if urgent || second % (every * 12) == 7 {
                let place = Place { since: now, contact: id(1000 + u128::try_from(second).unwrap()) };
                line.push(Waiting {
                    contact: place.contact,
                    call: false,
                    municipality: Some(m("frederikssund")),
                    department: Some(d("jobcenter")),
                    aim: Aim::Ladder,
                    language: Language::Da,
                    topic: None,
                    urgent,
                    place,
                    aimed_at: now,
                    visited: BTreeSet::new(),
                    tried: BTreeSet::new(),
                    lapsed_at: None,
                    steps: Steps::default(),
                });
            }
            if busy.is_some_and(|until| until <= now) {
                (busy, team[0].chats, team[0].idle_since) = (None, 0, now);
            }
            let waits = line.iter().filter(|w| !w.urgent).map(|w| now.seconds_since(w.place.since));
            longest = longest.max(waits.max().unwrap_or(0));
            if busy.is_some() || line.is_empty() {
                continue;
            }
            let picture = Picture { waiting: line.clone(), agents: team.to_vec() };
            for decision in decide(&picture, now, &config) {
                if let Decision::Offer { contact, .. } = decision {
                    line.retain(|w| w.contact != contact);
                    team[0].chats = 1;
                    busy = Some(now.plus_seconds(every * 9 / 10));
                }
            }
        }
        prop_assert!(longest < 1800, "somebody waited {} s", longest);
    }
}
