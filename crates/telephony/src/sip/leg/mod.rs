//! One leg of a call, from its first message to its last. What is agreed about its sound, its session
//! timer and transfers have files of their own.

mod refer;
mod sound;
mod timer;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TerminatedReason};
use rsipstack::dialog::invitation::InviteAsyncResult;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Response, StatusCode};
use rsipstack::transaction::key::TransactionRole;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::counters::Count;
use super::number::dialled;
use super::session::Session;
use super::{Inner, headers};
use crate::media::Remote;
use crate::sdp::{Codec, Ours, Theirs};

/// So long a good-bye waits for a phone to hear how its transfer went.
const NOTIFIED_BY: Duration = Duration::from_secs(1);

/// What a leg reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEvent {
    /// There is somebody at the other end: an exchange that tries, or a telephone that rings.
    Tried { rings: bool },
    /// Where sound goes from now on.
    Agreed(Remote),
    /// The caller confirmed our answer, or who was called has answered.
    Confirmed,
    /// The other end put the call on hold, or took it from there.
    Held(bool),
    /// A key that came as a message instead of as sound.
    Key(char),
    /// A desk phone that is who it says wants the call put through to a number.
    Refer(String),
    /// It wants those it speaks with here and in another call of its own joined.
    Joins(DialogName),
    /// How a transfer that was left to a trunk goes.
    Referred(u16),
    /// The last that is heard of it.
    Ended(End),
}

/// How a leg ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At the other end.
    HungUp,
    /// The caller gave up before the answer.
    Cancelled,
    /// The caller never confirmed the answer.
    NotConfirmed,
    /// Not answered, with the status.
    Refused(u16),
    /// Nobody was there when the session was to be refreshed.
    Lost,
    /// Here.
    Here,
}

/// Who hears of a leg.
pub type Listener = Arc<dyn Fn(LegEvent) + Send + Sync>;

/// A dialog, by its Call-ID and our tag.
pub type DialogName = (String, String);

/// A leg that is driven, as it is found by the name of its dialog.
#[derive(Debug)]
pub(super) struct Driven {
    pub orders: UnboundedSender<Order>,
    /// The desk phone at the other end.
    pub device: Option<String>,
}

/// What a leg is told to do.
#[derive(Debug)]
pub(super) enum Order {
    Leave,
    Refuse(u16),
    /// The other end hung up while the stack would not have listened.
    Gone,
    Refreshed(Option<Box<Response>>),
    /// How a transfer that a desk phone asked for goes.
    Notify(u16),
    /// Leave a transfer to an address to the other end's exchange.
    Refer(String),
}

/// A leg; letting go of it hangs it up.
#[derive(Debug)]
pub struct Leg {
    orders: UnboundedSender<Order>,
    name: DialogName,
    device: Option<String>,
}

impl Leg {
    #[must_use]
    pub const fn name(&self) -> &DialogName {
        &self.name
    }

    /// The desk phone at the other end.
    #[must_use]
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// Refuses a call that was not answered yet.
    pub fn refuse(&self, status: u16) {
        let _ = self.orders.send(Order::Refuse(status));
    }

    /// Tells a desk phone how the transfer went that it asked for: 200 done, others not.
    pub fn transfer_stands(&self, status: u16) {
        let _ = self.orders.send(Order::Notify(status));
    }

    /// Leaves the call's transfer to a number to the trunk it came from, which is `at`.
    pub fn refer(&self, number: &str, at: SocketAddr) {
        let _ = self.orders.send(Order::Refer(format!("<sip:{}@{at}>", dialled(number))));
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        // A leg that has ended needs no order.
        let _ = self.orders.send(Order::Leave);
    }
}

/// What a leg begins with.
pub(super) struct Begin {
    pub dialog: InviteDialog,
    pub states: DialogStateReceiver,
    pub ours: Ours,
    pub codecs: Vec<Codec>,
    pub listener: Listener,
    pub session: Option<Session>,
    /// The desk phone at the other end.
    pub device: Option<String>,
}

/// How the first answer comes about.
pub(super) enum First {
    /// We answer after ringing for so long; without their offer we make one.
    Answer { offer: Option<Box<Theirs>>, after: Duration },
    /// They answer; where the request went.
    Wait { task: JoinHandle<InviteAsyncResult>, to: SocketAddr },
}

/// Drives a leg from its first message to its last.
pub(super) fn drive(sip: Arc<Inner>, begin: Begin, first: First) -> Leg {
    let (orders, taken) = unbounded_channel();
    let id = begin.dialog.id();
    let name = (id.call_id, id.local_tag);
    let device = begin.device.clone();
    let driven = Driven { orders: orders.clone(), device: device.clone() };
    sip.legs().insert(name.clone(), driven);
    let driver = Driver {
        sip,
        begin,
        name: name.clone(),
        orders: orders.clone(),
        due: None,
        awaits_answer: false,
        refreshing: false,
        updates: false,
        confirmed: false,
        leaving: false,
        rang: false,
        referred: false,
        notified: None,
        end: None,
    };
    tokio::spawn(driver.run(first, taken));
    Leg { orders, name, device }
}

struct Driver {
    sip: Arc<Inner>,
    begin: Begin,
    name: DialogName,
    orders: UnboundedSender<Order>,
    /// When the session is to be refreshed or given up.
    due: Option<Pin<Box<Sleep>>>,
    /// We offered, and the answer comes with the ACK.
    awaits_answer: bool,
    refreshing: bool,
    /// The other end takes UPDATE.
    updates: bool,
    confirmed: bool,
    leaving: bool,
    rang: bool,
    /// The other end was asked to transfer the call, and tells how that goes.
    referred: bool,
    /// A desk phone is being told how its transfer went.
    notified: Option<JoinHandle<()>>,
    /// How it ended; without that it broke.
    end: Option<End>,
}

impl Drop for Driver {
    /// However it ends, nothing of it is left, and its call knows.
    fn drop(&mut self) {
        self.sip.layer.remove_dialog(&self.begin.dialog.id());
        self.sip.legs().remove(&self.name);
        if self.end == Some(End::NotConfirmed) {
            self.sip.counters.add(Count::NotConfirmed);
        }
        self.tell(LegEvent::Ended(self.end.unwrap_or(End::Lost)));
    }
}

impl Driver {
    async fn run(mut self, first: First, mut orders: UnboundedReceiver<Order>) {
        let role = self.begin.dialog.role();
        let (mut offer, mut answer, mut task, mut to) = (None, None, None, None);
        match first {
            First::Answer { offer: theirs, after } => {
                offer = theirs;
                if !after.is_zero() {
                    let _ = self.begin.dialog.ringing(None, None);
                }
                answer = Some(Box::pin(sleep_until(Instant::now() + after)));
                self.updates =
                    headers::has_token(&self.begin.dialog.initial_request(), "Allow", "UPDATE");
            }
            First::Wait { task: own, to: at } => (task, to) = (Some(own), Some(at)),
        }
        while self.end.is_none() {
            self.end = tokio::select! {
                biased;
                state = self.begin.states.recv() => match state {
                    Some(state) => self.on_state(state, role, to).await,
                    None => Some(End::Here),
                },
                Some(order) = orders.recv() => self.on_order(order).await,
                () = wait(&mut answer) => {
                    answer = None;
                    self.answer(offer.take().as_deref())
                }
                result = joined(&mut task) => {
                    task = None;
                    unanswered(result, self.confirmed)
                }
                () = wait(&mut self.due) => self.on_due(),
            };
        }
    }

    fn tell(&self, event: LegEvent) {
        (self.begin.listener)(event);
    }

    async fn on_state(
        &mut self,
        state: DialogState,
        role: TransactionRole,
        to: Option<SocketAddr>,
    ) -> Option<End> {
        match state {
            DialogState::Trying(..) if role == TransactionRole::Client => {
                self.tell(LegEvent::Tried { rings: false });
            }
            DialogState::Early(..) if role == TransactionRole::Client && !self.rang => {
                self.rang = true;
                self.tell(LegEvent::Tried { rings: true });
            }
            DialogState::Confirmed(_, response) => return self.on_confirmed(&response, role, to),
            DialogState::Updated(_, request, handle) => self.renegotiate(&request, &handle).await,
            DialogState::Info(_, request, handle) => {
                let _ = handle.reply(StatusCode::OK).await;
                if let Some(key) = headers::key(&request) {
                    self.tell(LegEvent::Key(key));
                }
            }
            DialogState::Refer(_, request, handle) => self.on_refer(&request, &handle).await,
            DialogState::Notify(_, request, handle) => self.on_notify(&request, &handle).await,
            DialogState::Terminated(_, reason) => {
                return Some(match (reason, role) {
                    (TerminatedReason::UacCancel, TransactionRole::Server) => End::Cancelled,
                    (TerminatedReason::UacBye, TransactionRole::Server)
                    | (TerminatedReason::UasBye, TransactionRole::Client) => End::HungUp,
                    (TerminatedReason::Timeout, TransactionRole::Server) => End::NotConfirmed,
                    (TerminatedReason::Timeout, TransactionRole::Client) => End::Refused(408),
                    (TerminatedReason::UasOther(status), TransactionRole::Client) => {
                        End::Refused(status.into())
                    }
                    (TerminatedReason::ProxyAuthRequired, TransactionRole::Client) => {
                        End::Refused(407)
                    }
                    _ => End::Here,
                });
            }
            _ => {}
        }
        None
    }

    async fn on_order(&mut self, order: Order) -> Option<End> {
        match order {
            Order::Gone => return Some(End::HungUp),
            Order::Refuse(status) => {
                self.refuse(status);
                return Some(End::Refused(status));
            }
            Order::Leave => {
                self.leaving = true;
                let state = self.begin.dialog.state();
                match self.begin.dialog.role() {
                    _ if self.confirmed => {
                        self.hang_up();
                        return Some(End::Here);
                    }
                    TransactionRole::Client => self.hang_up(),
                    // Before the caller confirmed, BYE is not allowed (RFC 3261, section 15).
                    TransactionRole::Server if state.waiting_ack() => {}
                    TransactionRole::Server => {
                        self.refuse(480);
                        return Some(End::Here);
                    }
                }
            }
            Order::Refreshed(response) => {
                self.refreshing = false;
                return self.on_refreshed(response.as_deref());
            }
            Order::Notify(status) => self.notify(status),
            Order::Refer(to) => self.refer(to),
        }
        None
    }

    fn refuse(&self, status: u16) {
        let _ = self.begin.dialog.reject(Some(StatusCode::from(status)), None);
    }

    /// Says good-bye in the way that fits; the answer is waited for elsewhere. News of a transfer
    /// comes first: after the good-bye nobody would know what it is about.
    fn hang_up(&mut self) {
        let (dialog, notified) = (self.begin.dialog.clone(), self.notified.take());
        tokio::spawn(async move {
            if let Some(notified) = notified {
                let _ = timeout(NOTIFIED_BY, notified).await;
            }
            if let Err(error) = dialog.hangup().await {
                tracing::debug!(%error, "good-bye not heard");
            }
        });
    }
}

/// Waits for a time that may not be set.
async fn wait(at: &mut Option<Pin<Box<Sleep>>>) {
    match at {
        Some(at) => at.await,
        None => std::future::pending().await,
    }
}

async fn joined(task: &mut Option<JoinHandle<InviteAsyncResult>>) -> Option<Response> {
    match task {
        Some(task) => task.await.ok().and_then(Result::ok).and_then(|(_, response)| response),
        None => std::future::pending().await,
    }
}

/// A request that ended without the dialog saying so: nobody answered at all.
fn unanswered(response: Option<Response>, confirmed: bool) -> Option<End> {
    let status = response.map_or(408, |response| u16::from(response.status_code));
    (!confirmed && status >= 300).then_some(End::Refused(status))
}
