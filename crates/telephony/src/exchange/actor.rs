//! One call: what happens to it, what the rules say, and that being done.

mod asking;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base::{Language, UnixMillis};
use rules::calls::{
    CALLER, Call, Cause, Effect, Happened, Heard, Input, Keep, LegId, LegState, Outlook, Phase,
    Role, Set, Target, Told, Words, heard, kept,
};
use rules::contacts::PersonId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior};

use self::asking::Asks;
use super::ends::{Branch, Ends, Outcome, listener};
use super::{CODECS, House, LiveCall, NoAnswer, lock};
use crate::media::{Keep as OfLeg, LegKey, MediaEvent, Utterance, prompts};
use crate::sip::{Arrival, Callee, Count, Leg, LegEvent, number};

/// So often a call looks at the time.
const TICK: Duration = Duration::from_millis(250);
/// An exchange that is there says so within this time.
const TRIED_BY: Duration = Duration::from_secs(10);
/// So long the end of a call waits for the sound that was kept of it.
const KEPT_BY: Duration = Duration::from_secs(10);

/// What a call is told.
pub(super) enum Message {
    Told(Input),
    Outlook(Outlook),
    /// A desk phone of its agent's makes a call.
    Dials(Arrival),
    /// Whom to ring up for that, or for its transfer.
    MayAsk(Option<Target>),
    /// A way out that has said nothing by now leads nowhere.
    Untried(LegId),
    Browser {
        person: PersonId,
        offer: String,
        reply: oneshot::Sender<Result<String, NoAnswer>>,
    },
    /// A telephone's signalling has begun, or could not.
    Dialled {
        leg: LegId,
        branch: Branch,
        end: Option<Leg>,
    },
    Telephone {
        leg: LegId,
        branch: Branch,
        event: LegEvent,
    },
    Sound {
        leg: LegId,
        event: MediaEvent,
    },
}

/// What a call begins with.
pub(super) struct Begin {
    pub live: LiveCall,
    pub effects: Vec<Effect>,
    /// Whether the use cases know of it already.
    pub reported: bool,
    /// The trunk it came in on.
    pub trunk: Option<String>,
    /// Where the sound of who called comes in.
    pub sound: Option<SocketAddr>,
}

/// Begins a call; gives its mailbox.
pub(super) fn begin(house: &Arc<House>, begin: Begin) -> UnboundedSender<Message> {
    let (mailbox, messages) = unbounded_channel();
    let (actor, effects) = Actor::of(house, begin, mailbox.clone());
    tokio::spawn(actor.run(effects, messages));
    mailbox
}

struct Actor {
    house: Arc<House>,
    began: Instant,
    live: LiveCall,
    call: Call,
    ends: BTreeMap<LegId, Ends>,
    /// What each leg was last told to hear.
    hears: BTreeMap<LegId, Heard>,
    outlook: Outlook,
    saying: Option<Utterance>,
    keeps: Option<Keep>,
    /// What was kept and has not come from the plane yet.
    to_come: VecDeque<Keep>,
    /// The call as it was last reported.
    last: Option<Call>,
    reported: bool,
    trunk: Option<String>,
    branches: Branch,
    /// What its agent's telephone wants, and nobody has said yet whether it may.
    asks: Option<Asks>,
    mailbox: UnboundedSender<Message>,
}

impl Drop for Actor {
    /// However it ends, nothing of it is left.
    fn drop(&mut self) {
        lock(&self.house.calls).remove(&self.live.call);
        lock(&self.house.live).remove(&self.live.call);
        for leg in self.ends.keys() {
            self.house.plane.close(self.key(*leg));
        }
        let breaks = std::thread::panicking();
        if breaks || !self.call.has_ended() {
            let count = if breaks { Count::Broken } else { Count::Leaked };
            self.house.sip.counters().add(count);
            // Its legs hang up. A caller who dials again has the place back.
            self.tell(Told::Ended { cause: Cause::CallerVanished });
        }
    }
}

impl Actor {
    /// A call that nothing has happened to yet, and what is to be done first.
    fn of(
        house: &Arc<House>,
        begin: Begin,
        mailbox: UnboundedSender<Message>,
    ) -> (Self, Vec<Effect>) {
        let Begin { live, effects, reported, trunk, sound } = begin;
        lock(&house.calls).insert(live.call, mailbox.clone());
        lock(&house.live).insert(live.call, live.clone());
        let mut ends = BTreeMap::new();
        for leg in live.picture.legs.keys() {
            ends.insert(*leg, Ends::default());
        }
        let incoming = effects.is_empty();
        if incoming && let Some(first) = ends.values_mut().next() {
            first.expect(0);
            first.sound = sound;
        }
        let actor = Self {
            house: house.clone(),
            began: Instant::now(),
            call: live.picture.clone(),
            live,
            ends,
            hears: BTreeMap::new(),
            outlook: Outlook {
                language: Language::Da,
                place: None,
                wait_min: None,
                opens: None,
                call_back: false,
            },
            saying: None,
            keeps: None,
            to_come: VecDeque::new(),
            last: None,
            reported,
            trunk,
            branches: 1,
            asks: None,
            mailbox,
        };
        (actor, effects)
    }

    async fn run(mut self, effects: Vec<Effect>, mut messages: UnboundedReceiver<Message>) {
        self.settle(effects);
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.call.has_ended() {
            tokio::select! {
                message = messages.recv() => match message {
                    Some(message) => self.on_message(message),
                    None => break,
                },
                _ = tick.tick() => self.on(Input::Tick),
            }
        }
        if !self.to_come.is_empty() {
            self.wait_for_sound(&mut messages).await;
        }
        if let Phase::Ended { cause } = self.call.phase {
            self.tell(Told::Ended { cause });
            self.report();
        }
    }

    /// The instant, by a clock that nobody sets: calls do not end because a clock was set.
    fn at(&self) -> UnixMillis {
        let since = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.live.since + since
    }

    const fn key(&self, leg: LegId) -> LegKey {
        LegKey { call: self.live.call, leg }
    }

    fn on(&mut self, input: Input) {
        let at = self.at();
        let mut effects = self.call.on(input, at);
        // Nobody speaks by a telephone that holds the caller.
        if let Phase::Talking { agent } = self.call.phase
            && self.ends.get(&agent).is_some_and(Ends::holds_caller)
        {
            effects.extend(self.call.on(Input::Hold, at));
        }
        self.settle(effects);
    }

    fn on_message(&mut self, message: Message) {
        match message {
            Message::Told(input) => {
                if matches!(input, Input::Transfer { .. }) {
                    self.transfer_begins();
                }
                self.on(input);
            }
            Message::Outlook(outlook) => {
                // Who cannot be called back is not promised that.
                let may = self.live.caller.as_deref().is_some_and(number::is_ordinary);
                self.outlook = Outlook { call_back: outlook.call_back && may, ..outlook };
            }
            Message::Untried(leg) => {
                if self.ends.get(&leg).is_some_and(Ends::is_untried) {
                    self.on(Input::NotDialled { leg });
                }
            }
            Message::Dials(arrival) => self.dials(arrival),
            Message::MayAsk(target) => self.may_ask(target),
            Message::Browser { person, offer, reply } => {
                let _ = reply.send(self.browser(person, &offer));
            }
            Message::Dialled { leg, branch, end } => {
                if let Some(ends) = self.ends.get_mut(&leg) {
                    let outcome = ends.dialled(branch, end);
                    self.follow(leg, outcome);
                }
            }
            Message::Telephone { leg, branch, event } => self.telephone(leg, branch, event),
            Message::Sound { leg, event } => self.sound(leg, event),
        }
    }

    /// Does what the rules said, and tells whom it concerns.
    fn settle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Say { what } => self.say(what),
                Effect::Ring { leg, target } => self.ring(leg, &target),
                Effect::Release { leg } => {
                    self.ends.remove(&leg);
                    self.hears.remove(&leg);
                    self.house.plane.close(self.key(leg));
                }
                // The end is told when what was kept is there.
                Effect::Tell { what: Told::Ended { .. } } => {}
                Effect::Tell { what } => self.tell(what),
            }
        }
        self.stop_asking();
        self.keep();
        let legs: Vec<LegId> = self.call.legs.keys().copied().collect();
        for leg in legs {
            let now = heard(&self.call, leg);
            if self.hears.get(&leg) != Some(&now) {
                self.house.plane.hears(self.key(leg), now.clone());
                self.hears.insert(leg, now);
            }
        }
        if !self.call.has_ended() {
            self.report();
        }
    }

    /// Reports how the call stands, when that is not how it stood.
    fn report(&mut self) {
        let mut plain = self.call.clone();
        for leg in plain.legs.values_mut() {
            if let LegState::Up { heard: Some(heard) } = &mut leg.state {
                *heard = self.live.since;
            }
        }
        if self.last.as_ref() == Some(&plain) {
            return;
        }
        self.last = Some(plain);
        let picture = self.call.clone();
        if let Some(live) = lock(&self.house.live).get_mut(&self.live.call) {
            live.picture = picture.clone();
        }
        let (call, at) = (self.live.call, self.house.clock.now());
        self.happened(Happened::Stands { call, picture, at });
    }

    fn tell(&self, told: Told) {
        let (call, at) = (self.live.call, self.house.clock.now());
        self.happened(Happened::Told { call, told, at });
    }

    fn happened(&self, happened: Happened) {
        if self.reported {
            // Nobody listens only when the program ends.
            let _ = self.house.happened.send(happened);
        }
    }

    fn say(&mut self, what: Words) {
        let phrases = prompts::spoken(what, &self.outlook, self.house.clock.now());
        // That they are recorded is for both.
        if what == Words::Recording
            && let Some(agent) = self.call.agent_leg()
        {
            self.house.plane.say(self.key(agent), &phrases);
        }
        self.saying = Some(self.house.plane.say(self.key(CALLER), &phrases));
    }

    /// Keeps what is to be kept now.
    fn keep(&mut self) {
        let now = kept(&self.call);
        if self.keeps == now {
            return;
        }
        self.to_come.extend(std::mem::replace(&mut self.keeps, now));
        let of_caller = now.map(|keep| match keep {
            Keep::Message => OfLeg::Said,
            Keep::Conversation { .. } => OfLeg::Conversation,
        });
        self.house.plane.keep(self.key(CALLER), of_caller);
    }

    /// Rings somebody up: their telephones at once, their browser when it comes.
    fn ring(&mut self, leg: LegId, target: &Target) {
        self.ends.insert(leg, Ends::of(target));
        let callees: Vec<Callee> = match target {
            Target::Person { person } => self.telephones(*person),
            Target::Outside { number } => {
                let number = number.clone();
                let allowed = self.house.may_go_out(&number, leg == CALLER);
                let trunk = allowed.then(|| self.house.trunk(self.trunk.as_deref())).flatten();
                match trunk {
                    Some(trunk) if self.leave_to(&trunk, &number) => return,
                    Some(trunk) => vec![Callee::Outside { trunk, number }],
                    None => return self.not_dialled(leg),
                }
            }
            // The rules never ring a queue.
            Target::Queue { .. } => return self.not_dialled(leg),
        };
        if callees.is_empty() {
            return;
        }
        let Ok(sound) = self.house.plane.open(self.key(leg)) else {
            return self.not_dialled(leg);
        };
        if matches!(target, Target::Outside { .. }) {
            let mailbox = self.mailbox.clone();
            tokio::spawn(async move {
                tokio::time::sleep(TRIED_BY).await;
                let _ = mailbox.send(Message::Untried(leg));
            });
        }
        for callee in callees {
            let branch = self.next_branch();
            if let Some(ends) = self.ends.get_mut(&leg) {
                ends.sound = Some(sound);
                ends.expect(branch);
            }
            let (sip, mailbox) = (self.house.sip.clone(), self.mailbox.clone());
            tokio::spawn(async move {
                let listener = listener(mailbox.clone(), leg, branch);
                let end = sip.call(callee, sound, &CODECS, listener).await;
                if let Err(error) = &end {
                    tracing::warn!(%error, "call not begun");
                }
                let _ = mailbox.send(Message::Dialled { leg, branch, end: end.ok() });
            });
        }
    }

    const fn next_branch(&mut self) -> Branch {
        let branch = self.branches;
        self.branches = branch.wrapping_add(1);
        branch
    }

    /// Every place where a person's desk phones are.
    fn telephones(&self, person: PersonId) -> Vec<Callee> {
        let known = self.house.sip.numbering();
        let own = known.devices.iter().filter(|device| device.person == person);
        own.flat_map(|device| {
            let places = self.house.sip.places(&device.user);
            places.into_iter().map(|place| Callee::Phone {
                device: device.user.clone(),
                place: Box::new(place),
                shown: self.live.caller.clone(),
            })
        })
        .collect()
    }

    /// Leaves a transfer to the trunk the caller came on, where the trunk does that.
    fn leave_to(&self, trunk: &str, number: &str) -> bool {
        let known = self.house.sip.numbering();
        let does =
            known.trunk(trunk).filter(|own| own.refer_out && self.trunk.as_deref() == Some(trunk));
        let caller = self.ends.get(&CALLER).and_then(Ends::speaking);
        match (&self.call.phase, caller, does) {
            (Phase::Transferring { .. }, Some(caller), Some(trunk)) => {
                caller.refer(number, trunk.address);
                true
            }
            _ => false,
        }
    }

    /// Puts that behind what is being done now.
    fn not_dialled(&self, leg: LegId) {
        let _ = self.mailbox.send(Message::Told(Input::NotDialled { leg }));
    }

    fn telephone(&mut self, leg: LegId, branch: Branch, event: LegEvent) {
        let Some(ends) = self.ends.get_mut(&leg) else { return };
        match event {
            LegEvent::Held(held) => {
                if ends.hold(branch, held) {
                    self.held(leg);
                }
            }
            LegEvent::Key(key) if ends.dialog(branch).is_some() => self.key_pressed(leg, key),
            LegEvent::Refer(number) => self.refers(leg, branch, number),
            LegEvent::Joins(other) => self.join_calls(leg, branch, &other),
            LegEvent::Referred(status) => {
                if let Phase::Transferring { other, .. } = self.call.phase {
                    let leg = other;
                    if status < 300 {
                        // They talk over there; nothing of it is left here.
                        self.on(Input::Answered { leg, on: Set::Phone });
                        self.on(Input::HungUp { leg });
                    } else {
                        self.on(Input::Failed { leg });
                    }
                }
            }
            event => {
                let outcome = ends.on(branch, &event);
                self.follow(leg, outcome);
            }
        }
    }

    fn follow(&mut self, leg: LegId, outcome: Outcome) {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Connect(remote) => self.house.plane.connect(self.key(leg), remote),
            Outcome::Answered if self.call.phase == Phase::Unconfirmed => {
                self.reported = true;
                let LiveCall { call, number, caller, .. } = self.live.clone();
                let at = self.house.clock.now();
                self.happened(Happened::Arrived { call, dialled: number, caller, at });
                self.on(Input::Confirmed);
            }
            Outcome::Answered => self.on(Input::Answered { leg, on: Set::Phone }),
            Outcome::NotConfirmed => {
                self.on(Input::NotConfirmed);
                self.on(Input::Failed { leg });
            }
            Outcome::NotDialled => self.on(Input::NotDialled { leg }),
            Outcome::Failed if self.call.phase == Phase::Unconfirmed => {
                self.on(Input::NotConfirmed)
            }
            Outcome::Failed | Outcome::Lost => self.on(Input::Failed { leg }),
            Outcome::HungUp => self.on(Input::HungUp { leg }),
            Outcome::AskedEnough(remote) => {
                if let Some(remote) = remote {
                    self.house.plane.connect(self.key(leg), remote);
                }
                self.on(Input::GiveUp);
            }
        }
    }

    fn sound(&mut self, leg: LegId, event: MediaEvent) {
        match event {
            MediaEvent::Connected { .. } => {
                if let Some(ends) = self.ends.get_mut(&leg) {
                    ends.answered_by_browser();
                }
                self.on(Input::Heard { leg });
                self.on(Input::Answered { leg, on: Set::Browser });
            }
            MediaEvent::Heard { .. } => {
                if self.ends.get(&leg).is_some_and(|ends| !ends.is_held()) {
                    self.on(Input::Heard { leg });
                }
            }
            MediaEvent::Said { utterance, .. } if self.saying == Some(utterance) => {
                self.saying = None;
                self.on(Input::Said);
            }
            MediaEvent::Digit { key, .. } => self.key_pressed(leg, key),
            MediaEvent::Kept { sound, .. } => self.kept(&sound),
            MediaEvent::Broken { .. } => self.on(Input::Failed { leg }),
            // Who is not heard any more is missed by the rules, in their time.
            MediaEvent::Said { .. } | MediaEvent::Quiet { .. } | MediaEvent::Gone { .. } => {}
        }
    }

    /// A caller's keys are for the call; everybody else's are for those who hear them. None is
    /// written down: it may be a civil registration number.
    fn key_pressed(&mut self, leg: LegId, key: char) {
        if leg == CALLER {
            // Nobody can be called back whose number is hidden.
            if key != '1' || self.outlook.call_back {
                self.on(Input::Key { key });
            }
            return;
        }
        for (listener, heard) in &self.hears {
            if matches!(heard, Heard::Legs(legs) if legs.contains(&leg)) {
                self.house.plane.press(self.key(*listener), key.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn browser(&mut self, person: PersonId, offer: &str) -> Result<String, NoAnswer> {
        let own = self.call.legs.iter().find(|(_, leg)| match &leg.role {
            Role::Agent { person: own }
            | Role::Supervisor { person: own, .. }
            | Role::Other { target: Target::Person { person: own } } => *own == person,
            _ => false,
        });
        let leg = *own.ok_or(NoAnswer::NotInCall)?.0;
        // Their desk phone speaks already.
        if self.ends.get(&leg).is_some_and(|ends| ends.speaking().is_some()) {
            return Err(NoAnswer::NotInCall);
        }
        let answer = self.house.plane.browser(self.key(leg), offer)?;
        if let Some(heard) = self.hears.get(&leg) {
            self.house.plane.hears(self.key(leg), heard.clone());
        }
        Ok(answer)
    }

    fn kept(&mut self, sound: &crate::media::Kept) {
        // What is longer than a piece comes while it goes on.
        let Some(keep) = self.to_come.pop_front().or(self.keeps) else { return };
        let (call, at) = (self.live.call, self.house.clock.now());
        let millis = i64::try_from(sound.millis()).unwrap_or(i64::MAX);
        let from = at + -millis;
        self.happened(Happened::Kept { call, keep, audio: sound.wav(), from, at });
    }

    async fn wait_for_sound(&mut self, messages: &mut UnboundedReceiver<Message>) {
        let wait = async {
            while !self.to_come.is_empty()
                && let Some(message) = messages.recv().await
            {
                if let Message::Sound { event: MediaEvent::Kept { sound, .. }, .. } = message {
                    self.kept(&sound);
                }
            }
        };
        let _ = tokio::time::timeout(KEPT_BY, wait).await;
        if !self.to_come.is_empty() {
            self.house.sip.counters().add(Count::SoundLost);
            tracing::warn!(call = %self.live.call, "what was kept of a call did not come");
        }
    }
}

#[cfg(test)]
mod tests;
