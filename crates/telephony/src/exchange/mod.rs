//! The live calls: for each an actor that lets [`rules::calls`] decide and carries out what follows,
//! through signalling ([`crate::sip`]) and sound ([`crate::media`]).
//!
//! Calls live in the memory of one node. What happens to them goes into a channel that never blocks:
//! a call does not wait for whoever writes it down.

mod actor;
mod ends;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use base::{Clock, Rng, UnixMillis};
use rules::calls::{CALLER, Call, CallId, EMERGENCY, Happened, Input, Outlook, Phase, Target};
use rules::contacts::PersonId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::browser::BrowserRefused;
use crate::media::{LegKey, MediaEvent, Plane, PlaneSettings};
use crate::sdp::Codec;
use crate::sip::numbering::Numbering;
use crate::sip::{Arrival, Caller, Count, Counters, Sip, SipSettings, number};

use actor::{Begin, Message};

/// Formats that are spoken here, the better first.
const CODECS: [Codec; 2] = [Codec::G722, Codec::Pcma];

/// How calls are taken.
#[derive(Clone)]
pub struct Settings {
    pub sip: SipSettings,
    pub media: PlaneSettings,
    /// So long a line rings before it is answered: who dialled wrongly can hang up before it costs.
    pub ring: Duration,
    /// Calls at a time; more are refused with 503.
    pub most_calls: usize,
    /// Calls to outside within an hour, but for emergencies: what a stolen telephone can cost.
    pub most_out_per_hour: usize,
}

/// A call that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCall {
    pub call: CallId,
    /// The number called: ours when it came in, the citizen's when it went out.
    pub number: String,
    /// Who calls, as far as that is shown.
    pub caller: Option<String>,
    pub since: UnixMillis,
    pub picture: Call,
}

/// Why a browser got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The call is over, or this person is not in it.
    #[error("this person is not in such a call")]
    NotInCall,
    #[error(transparent)]
    Refused(#[from] BrowserRefused),
}

/// The live calls, for all who use them.
#[derive(Clone)]
pub struct Exchange(Arc<House>);

/// What the actors share.
struct House {
    sip: Sip,
    plane: Plane,
    calls: Mutex<HashMap<CallId, UnboundedSender<Message>>>,
    live: Mutex<BTreeMap<CallId, LiveCall>>,
    happened: UnboundedSender<Happened>,
    clock: Clock,
    rng: Rng,
    ring: Duration,
    most_calls: usize,
    most_out_per_hour: usize,
    /// When calls went out within the last hour.
    went_out: Mutex<VecDeque<Instant>>,
}

impl Exchange {
    /// Opens the sockets and takes calls. What happens to them is given to `happened`, in order.
    ///
    /// # Errors
    /// When an address is taken or a recording cannot be read.
    pub async fn start(
        settings: Settings,
        clock: Clock,
        rng: Rng,
        happened: UnboundedSender<Happened>,
    ) -> io::Result<Self> {
        let (heard, media) = unbounded_channel();
        let plane = Plane::start(settings.media, rng.clone(), heard)?;
        let (arrived, arrivals) = unbounded_channel();
        let sip = Sip::start(settings.sip, clock.clone(), rng.clone(), arrived).await?;
        let house = Arc::new(House {
            sip,
            plane,
            calls: Mutex::default(),
            live: Mutex::default(),
            happened,
            clock,
            rng,
            ring: settings.ring,
            most_calls: settings.most_calls,
            most_out_per_hour: settings.most_out_per_hour,
            went_out: Mutex::default(),
        });
        tokio::spawn(take_arrivals(Arc::downgrade(&house), arrivals));
        tokio::spawn(pass_on(Arc::downgrade(&house), media));
        Ok(Self(house))
    }

    /// Replaces what is known of numbers, trunks and phones.
    pub fn know(&self, numbering: Numbering) {
        self.0.sip.know(numbering);
    }

    /// Tells a call what happened outside of it. One that is over does not hear it.
    pub fn tell(&self, call: CallId, input: Input) {
        self.0.send(call, Message::Told(input));
    }

    /// What the next words to the caller need to know.
    pub fn outlook(&self, call: CallId, outlook: Outlook) {
        self.0.send(call, Message::Outlook(outlook));
    }

    /// Says whom an agent's telephone reaches at a number ([`Happened::Asks`]); without a target it is
    /// refused.
    pub fn may_ask(&self, call: CallId, target: Option<Target>) {
        self.0.send(call, Message::MayAsk(target));
    }

    /// Connects a person's browser to a call they are in or that rings for them.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub async fn answer_in_browser(
        &self,
        call: CallId,
        person: PersonId,
        offer: String,
    ) -> Result<String, NoAnswer> {
        let (reply, answer) = oneshot::channel();
        self.0.send(call, Message::Browser { person, offer, reply });
        answer.await.unwrap_or(Err(NoAnswer::NotInCall))
    }

    /// Calls a citizen back: the person's telephone is connected first, then the citizen's rings.
    pub fn call_back(&self, call: CallId, number: String, by: PersonId) {
        let at = self.0.clock.now();
        let (picture, effects) = Call::call_back(number.clone(), by, at);
        let live = LiveCall { call, number, caller: None, since: at, picture };
        let begin = Begin { live, effects, reported: true, trunk: None, sound: None };
        actor::begin(&self.0, begin);
    }

    /// The calls that go on, the oldest first.
    #[must_use]
    pub fn live(&self) -> Vec<LiveCall> {
        lock(&self.0.live).values().cloned().collect()
    }

    /// Takes no more calls; those that go on go on.
    pub fn drain(&self) {
        self.0.sip.drain();
    }

    /// Ends the calls that go on: the program stops, and callers hear that at once.
    pub fn end_all(&self) {
        for live in self.live() {
            self.tell(live.call, Input::Failed { leg: CALLER });
            // A citizen who is being called back is not in the call yet.
            if let Some(person) = live.picture.agent() {
                self.tell(live.call, Input::AgentGone { person });
            }
        }
    }

    /// Whether nothing is left of any call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        lock(&self.0.calls).is_empty() && self.0.sip.open() == (0, 0)
    }

    #[must_use]
    pub fn counters(&self) -> &Counters {
        self.0.sip.counters()
    }

    /// Signalling, for who watches over it.
    #[must_use]
    pub fn sip(&self) -> &Sip {
        &self.0.sip
    }

    /// Sound, for who watches over it.
    #[must_use]
    pub fn plane(&self) -> &Plane {
        &self.0.plane
    }
}

impl House {
    fn send(&self, call: CallId, message: Message) {
        // A call that is over hears nothing more.
        if let Some(mailbox) = lock(&self.calls).get(&call) {
            let _ = mailbox.send(message);
        }
    }

    /// Whether one more call to outside may go out now.
    fn may_go_out(&self, number: &str, to_citizen: bool) -> bool {
        let is_emergency = EMERGENCY.contains(&number);
        let listed = self.sip.numbering().may_call(number);
        let allowed = listed || (to_citizen && number::is_ordinary(number));
        let mut went_out = lock(&self.went_out);
        let now = Instant::now();
        while went_out.front().is_some_and(|at| now.duration_since(*at).as_secs() >= 3_600) {
            went_out.pop_front();
        }
        let fits = is_emergency || (allowed && went_out.len() < self.most_out_per_hour);
        if !fits {
            self.sip.counters().add(Count::Forbidden);
        } else if !is_emergency {
            went_out.push_back(now);
        }
        fits
    }

    /// The trunk a call goes out on: the one it came in on, else the first that lives.
    fn trunk(&self, preferred: Option<&str>) -> Option<String> {
        let known = self.sip.numbering();
        let lives = |key: &str| self.sip.is_alive(key);
        let own = preferred.filter(|key| known.trunk(key).is_some() && lives(key));
        let first = || known.trunks.iter().find(|trunk| lives(&trunk.key)).or(known.trunks.first());
        own.map(str::to_owned).or_else(|| first().map(|trunk| trunk.key.clone()))
    }

    /// Takes a call that arrived. What an agent's telephone calls while it speaks with a caller is
    /// for that call to judge.
    fn arrive(self: &Arc<Self>, arrival: Arrival) {
        let mailbox = match &arrival.caller {
            Caller::Phone { person, .. } => self.call_of(*person),
            Caller::Trunk { .. } => None,
        };
        match mailbox {
            Some(mailbox) => drop(mailbox.send(Message::Dials(arrival))),
            None => self.take(arrival),
        }
    }

    /// The newest call in which a person speaks as agent.
    fn call_of(&self, agent: PersonId) -> Option<UnboundedSender<Message>> {
        let speaks = |live: &&LiveCall| {
            let phase = &live.picture.phase;
            let two = matches!(phase, Phase::Talking { .. } | Phase::Held { .. });
            live.picture.agent() == Some(agent) && (two || live.picture.asking().is_some())
        };
        let call = lock(&self.live).values().rev().find(speaks)?.call;
        lock(&self.calls).get(&call).cloned()
    }

    /// Begins a call that arrived, or refuses it.
    fn take(self: &Arc<Self>, arrival: Arrival) {
        let Arrival { caller, dialled, incoming } = arrival;
        let full = lock(&self.calls).len() >= self.most_calls || self.sip.is_draining();
        // Help is called whatever else goes on.
        if full && !EMERGENCY.contains(&dialled.as_str()) {
            self.sip.counters().add(Count::Full);
            return incoming.refuse(503);
        }
        let since = self.clock.now();
        let call: CallId = self.rng.id(since);
        let is_line = self.sip.numbering().lines.contains_key(&dialled);
        let (picture, effects, shown, trunk, leg) = match caller {
            Caller::Trunk { trunk, number } => {
                (Call::new(since), vec![], number, Some(trunk), CALLER)
            }
            // One of us calls a line of the house: a caller like any other.
            Caller::Phone { .. } if is_line => (Call::new(since), vec![], None, None, CALLER),
            Caller::Phone { person, .. } => {
                if !self.sip.numbering().may_call(&dialled) {
                    self.sip.counters().add(Count::Forbidden);
                    return incoming.refuse(403);
                }
                let (picture, _) = Call::call_back(dialled.clone(), person, since);
                (picture, vec![], None, None, CALLER + 1)
            }
        };
        let key = LegKey { call, leg };
        let Ok(sound) = self.plane.open(key) else {
            self.sip.counters().add(Count::Full);
            return incoming.refuse(503);
        };
        let live = LiveCall { call, number: dialled, caller: shown, since, picture };
        let begin = Begin { live, effects, reported: false, trunk, sound: Some(sound) };
        let mailbox = actor::begin(self, begin);
        let listener = ends::listener(mailbox.clone(), leg, 0);
        match incoming.answer(sound, &CODECS, self.ring, listener) {
            Some(end) => drop(mailbox.send(Message::Dialled { leg, branch: 0, end: Some(end) })),
            None => drop(mailbox.send(Message::Dialled { leg, branch: 0, end: None })),
        }
    }
}

async fn take_arrivals(house: Weak<House>, mut arrivals: UnboundedReceiver<Arrival>) {
    while let Some(arrival) = arrivals.recv().await {
        let Some(house) = house.upgrade() else { return };
        house.arrive(arrival);
    }
}

async fn pass_on(house: Weak<House>, mut media: UnboundedReceiver<MediaEvent>) {
    while let Some(event) = media.recv().await {
        let Some(house) = house.upgrade() else { return };
        let leg = match &event {
            MediaEvent::Connected { leg }
            | MediaEvent::Heard { leg }
            | MediaEvent::Quiet { leg }
            | MediaEvent::Said { leg, .. }
            | MediaEvent::Digit { leg, .. }
            | MediaEvent::Kept { leg, .. }
            | MediaEvent::Gone { leg }
            | MediaEvent::Broken { leg } => *leg,
        };
        house.send(leg.call, Message::Sound { leg: leg.leg, event });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
