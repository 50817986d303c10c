//! Telephone calls as contacts: what the exchange tells becomes the contact's life ([`told`]), and
//! what happens to the contact is told to the exchange ([`orders`]).
//!
//! Calls live in the exchange's memory and go on while the database is away: what was told waits and
//! is written in order when it is back. One node has the telephone; the others see the contacts.

mod account;
mod again;
mod asking;
mod call_out;
mod desk;
mod devices;
mod earlier;
mod orders;
mod prompts;
mod reconcile;
mod recordings;
mod relay;
mod runs;
mod supervision;
mod text_beside;
mod told;
mod voice_mail;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};

use base::{Outcome, Problem, UnixMillis};
use rules::calls::{Call, CallId, Input, LegState, Outlook, Phase, Role, Target};
use rules::contacts::{ContactId, Destination, PersonId};
use tokio::sync::{mpsc, oneshot};

use crate::App;

pub use desk::{AskWhom, CallCommand, CallView, LegView, Ring};
pub use devices::{Device, NewDevice};
pub use earlier::{EarlierContact, KnownBy};
pub use orders::{Numbering, Registered};
pub use prompts::OwnPromptView;
pub use reconcile::Apart;
pub use recordings::{ListenReason, RecordingNow, RecordingRule, RecordingView};
pub use relay::{RelayPass, Relays};
pub use supervision::{LiveCall, Supervising};

/// What the use cases want of the exchange.
#[derive(Debug)]
pub enum Order {
    /// The numbers, telephones and targets there are now.
    Know(Numbering),
    Tell {
        call: CallId,
        input: Input,
    },
    /// Whom an agent may ask who dialled somebody on a desk telephone while the caller waits; nobody:
    /// their call is refused.
    MayAsk {
        call: CallId,
        target: Option<Target>,
    },
    /// Recordings in place of the machine's voice, by language and name: A-law.
    Speak(BTreeMap<String, Vec<u8>>),
    /// What is spoken to who waits.
    Outlook {
        call: CallId,
        outlook: Outlook,
    },
    /// Call a citizen; the agent's telephone first.
    CallBack {
        call: CallId,
        number: String,
        by: PersonId,
    },
    /// An agent's browser offers its telephone (SDP) for a leg of a call.
    Answer {
        call: CallId,
        person: PersonId,
        offer: String,
        answer: oneshot::Sender<Result<String, Unanswered>>,
    },
}

/// Why a browser's telephone was not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// No leg of the call is this person's now.
    NoLeg,
    /// What the browser offers cannot be used.
    BadOffer,
    /// No room, or the exchange is going down.
    Unavailable,
}

/// The exchange as the use cases reach it.
pub struct Telephone {
    pub orders: mpsc::UnboundedSender<Order>,
    /// What a desk telephone's digest needs, of its login and its secret; an old one knows MD5 alone.
    pub secrets: fn(login: &str, secret: &str, old_phone: bool) -> String,
    /// Whether a desk telephone is signed in by a digest that is weaker than it should be (MD5).
    pub weak: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// Where desk telephones register: `sip.example.dk`, as it is typed into them.
    pub registrar: String,
    /// For browsers where UDP is blocked.
    pub relays: Option<Relays>,
}

/// A call as this node knows it.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) contact: ContactId,
    pub(crate) dialled: String,
    pub(crate) since: UnixMillis,
    /// `None` before the exchange has shown it.
    pub(crate) picture: Option<Call>,
    /// What the one who is being asked should know: written by the one who asks.
    pub(crate) note: Option<String>,
    pub(crate) legs: BTreeMap<rules::calls::LegId, store::calls::Leg>,
}

/// The calls of this node.
pub(crate) type Calls = BTreeMap<CallId, Live>;

impl Live {
    /// Refuses what the call would not do now.
    fn check(&self, input: &Input, at: UnixMillis) -> Outcome<()> {
        let may = self.picture.as_ref().is_some_and(|picture| picture.may(input, at));
        if may { Ok(()) } else { Err(Problem::conflict("not-now")) }
    }

    /// Whose telephone rings for it, besides its agent's.
    fn rung_up(&self) -> Option<PersonId> {
        let picture = self.picture.as_ref()?;
        picture.legs.values().find_map(|leg| match (&leg.role, leg.state) {
            (
                Role::Other { target: Target::Person { person } },
                LegState::Ringing { .. } | LegState::Up { .. } | LegState::Missing { .. },
            ) => Some(*person),
            _ => None,
        })
    }
}

impl App {
    /// Gives the use cases an exchange. Without one there is no telephone.
    pub fn use_telephone(&self, telephone: Telephone) {
        if self.0.memory.telephone.set(telephone).is_err() {
            tracing::warn!("there is a telephone already; it stays");
        }
    }

    /// Whether calls can be taken here.
    #[must_use]
    pub fn has_telephone(&self) -> bool {
        self.0.memory.telephone.get().is_some()
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.memory.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, call: CallId) -> Option<Live> {
        self.calls().get(&call).cloned()
    }

    /// The call that goes on in a contact.
    fn call_of(&self, contact: ContactId) -> Option<(CallId, Live)> {
        let calls = self.calls();
        calls.iter().find(|(_, live)| live.contact == contact).map(|(id, live)| (*id, live.clone()))
    }

    /// Whose telephone rings for a contact that is another's.
    pub(crate) fn rung_up_for(&self, contact: ContactId) -> Option<PersonId> {
        self.calls().values().find(|live| live.contact == contact)?.rung_up()
    }

    /// Who of us is in a call of this node, or is rung up by one.
    pub(crate) fn in_calls(&self) -> BTreeSet<PersonId> {
        let calls = self.calls();
        let legs =
            calls.values().flat_map(|live| &live.picture).flat_map(|call| call.legs.values());
        legs.filter_map(|leg| account::person_of(&leg.role)).collect()
    }

    /// Refuses to end a contact whose caller is being put through, or is about to be spoken with:
    /// nobody would have them.
    pub(crate) fn check_ends(&self, contact: ContactId) -> Outcome<()> {
        let picture = self.call_of(contact).and_then(|(_, live)| live.picture);
        match picture.map(|call| call.phase) {
            Some(Phase::Transferring { .. } | Phase::Connecting { .. }) => {
                Err(Problem::conflict("being-put-through"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses to send a contact where its call cannot follow now: both stay.
    pub(crate) fn check_follows(&self, contact: ContactId, to: &Destination) -> Outcome<()> {
        match (self.call_of(contact), told::target_of(to)) {
            (Some((_, live)), Some(target)) => live.check(&Input::Transfer { target }, self.now()),
            _ => Ok(()),
        }
    }

    fn order(&self, order: Order) {
        let Some(telephone) = self.0.memory.telephone.get() else { return };
        if telephone.orders.send(order).is_err() {
            tracing::warn!("the exchange is gone; nobody can be told");
        }
    }

    fn tell_call(&self, call: CallId, input: Input) {
        self.order(Order::Tell { call, input });
    }

    /// Whether a call goes on here, or its end is not written down yet.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        !self.calls().is_empty()
    }

    /// Whether the citizen is on the telephone now.
    pub(crate) fn has_call(&self, contact: ContactId) -> bool {
        self.call_of(contact).is_some()
    }
}
