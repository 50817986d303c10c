//! One leg of a call: its dialog, what was agreed about its sound, its session timer.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rsipstack::dialog::dialog::{
    Dialog, DialogState, DialogStateReceiver, TerminatedReason, TransactionHandle,
};
use rsipstack::dialog::invitation::InviteAsyncResult;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::headers::Header;
use rsipstack::sip::{HeadersExt, Request, Response, StatusCode, StatusCodeKind};
use rsipstack::transaction::key::TransactionRole;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep_until};

use super::counters::Count;
use super::session::{self, Session};
use super::{Inner, headers, number};
use crate::media::Remote;
use crate::sdp::{self, Codec, Direction, Ours, Theirs, Unusable};

/// What a leg reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEvent {
    /// The other end's telephone rings.
    Ringing,
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
    /// Leave a transfer to the other end's exchange.
    Refer(String),
}

/// A leg; letting go of it hangs it up.
#[derive(Debug)]
pub struct Leg(UnboundedSender<Order>);

impl Leg {
    /// Refuses a call that was not answered yet.
    pub fn refuse(&self, status: u16) {
        let _ = self.0.send(Order::Refuse(status));
    }

    /// Tells a desk phone how the transfer goes that it asked for: 100 tries, 200 done, others not.
    pub fn transfer_stands(&self, status: u16) {
        let _ = self.0.send(Order::Notify(status));
    }

    /// Leaves the call's transfer to a number to the trunk it came from.
    pub fn refer(&self, number: &str) {
        let _ = self.0.send(Order::Refer(number.to_owned()));
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        // A leg that has ended needs no order.
        let _ = self.0.send(Order::Leave);
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
    let key = (id.call_id, id.local_tag);
    sip.legs().insert(key.clone(), orders.clone());
    let driver = Driver {
        sip,
        begin,
        key,
        orders: orders.clone(),
        due: None,
        awaits_answer: false,
        refreshing: false,
        updates: false,
        confirmed: false,
        leaving: false,
        rang: false,
    };
    tokio::spawn(driver.run(first, taken));
    Leg(orders)
}

struct Driver {
    sip: Arc<Inner>,
    begin: Begin,
    key: (String, String),
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
        let end = loop {
            let done = tokio::select! {
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
            if let Some(end) = done {
                break end;
            }
        };
        self.sip.layer.remove_dialog(&self.begin.dialog.id());
        self.sip.legs().remove(&self.key);
        if end == End::NotConfirmed {
            self.sip.counters.add(Count::NotConfirmed);
        }
        self.tell(LegEvent::Ended(end));
    }

    fn tell(&self, event: LegEvent) {
        (self.begin.listener)(event);
    }

    fn answer(&mut self, offer: Option<&Theirs>) -> Option<End> {
        let body = match offer {
            Some(theirs) => self.begin.ours.answer(theirs, &self.begin.codecs, false).ok(),
            None => {
                self.awaits_answer = true;
                Some(self.begin.ours.offer(&self.begin.codecs, Direction::Both))
            }
        };
        let Some(body) = body else {
            self.refuse(488);
            return Some(End::Refused(488));
        };
        let mut with = vec![headers::sdp(), headers::allow()];
        with.extend(headers::session(self.begin.session, false));
        if self.begin.dialog.accept(Some(with), Some(body.into_bytes())).is_err() {
            return Some(End::Here);
        }
        if let Some(theirs) = offer {
            self.agreed(theirs);
        }
        None
    }

    async fn on_state(
        &mut self,
        state: DialogState,
        role: TransactionRole,
        to: Option<SocketAddr>,
    ) -> Option<End> {
        match state {
            DialogState::Early(..) if role == TransactionRole::Client && !self.rang => {
                self.rang = true;
                self.tell(LegEvent::Ringing);
            }
            DialogState::Confirmed(_, response) => return self.on_confirmed(&response, role, to),
            DialogState::Updated(_, request, handle) => self.renegotiate(&request, &handle).await,
            DialogState::Info(_, request, handle) => {
                let _ = handle.reply(StatusCode::OK).await;
                if let Some(key) = key_of(&request) {
                    self.tell(LegEvent::Key(key));
                }
            }
            DialogState::Refer(_, request, handle) => self.on_refer(&request, &handle).await,
            DialogState::Notify(_, request, handle) => {
                let _ = handle.reply(StatusCode::OK).await;
                let body = String::from_utf8_lossy(&request.body);
                let status = body.split(' ').nth(1).and_then(|status| status.parse().ok());
                if let Some(status) = status.filter(|status| *status >= 200) {
                    self.tell(LegEvent::Referred(status));
                }
            }
            DialogState::Message(_, _, handle) => {
                let _ = handle.reply(StatusCode::MethodNotAllowed).await;
            }
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

    fn on_confirmed(
        &mut self,
        response: &Response,
        role: TransactionRole,
        to: Option<SocketAddr>,
    ) -> Option<End> {
        let first = !std::mem::replace(&mut self.confirmed, true);
        let answer = if first && role == TransactionRole::Client {
            self.updates = headers::has_token(response, "Allow", "UPDATE");
            self.begin.session = session::agreed(headers::said(response).0);
            if let (Some(to), Ok(contacts)) = (to, response.typed_contact_headers())
                && let Some(contact) = contacts.first()
            {
                self.sip.names.learn(&contact.uri.host_with_port.host, &to.into());
            }
            Some(headers::description(response, &response.body))
        } else if std::mem::take(&mut self.awaits_answer) {
            let ack = self.begin.dialog.last_remote_ack();
            Some(ack.map_or_else(Vec::new, |ack| headers::description(&ack, &ack.body)))
        } else {
            None
        };
        if first {
            self.restart();
        }
        if let Some(answer) = answer
            && !self.take(&answer)
        {
            self.hang_up();
            return Some(End::Refused(488));
        }
        if first {
            self.tell(LegEvent::Confirmed);
        }
        if self.leaving {
            self.hang_up();
            return Some(End::Here);
        }
        None
    }

    /// Takes their answer to our offer; false when it is none.
    fn take(&mut self, answer: &[u8]) -> bool {
        let Ok(theirs) = sdp::read(answer) else { return false };
        if self.begin.ours.take(&theirs, &self.begin.codecs).is_err() {
            return false;
        }
        self.agreed(&theirs);
        true
    }

    fn agreed(&self, theirs: &Theirs) {
        let Some(agreed) = self.begin.ours.agreed() else { return };
        self.tell(LegEvent::Agreed(Remote {
            address: theirs.address,
            codec: agreed.codec,
            payload_type: agreed.payload_type,
            digits: agreed.digits,
            direction: theirs.direction,
        }));
        // Who only sends plays music to us, or nothing (RFC 3264, section 8.4).
        let held = matches!(theirs.direction, Direction::SendOnly | Direction::Inactive);
        self.tell(LegEvent::Held(held));
    }

    /// Answers a re-INVITE or an UPDATE.
    async fn renegotiate(&mut self, request: &Request, handle: &TransactionHandle) {
        let (said, supports) = headers::said(request);
        let session = match session::answer(said, supports) {
            Ok(session) => session,
            Err(least) => {
                let least = vec![Header::MinSE(least.to_string().into())];
                let _ = handle.respond(StatusCode::from(422), Some(least), None).await;
                return;
            }
        };
        if self.refreshing {
            let _ = handle.reply(StatusCode::RequestPending).await;
            return;
        }
        let offer = headers::description(request, &request.body);
        let is_invite = request.method == rsipstack::sip::Method::Invite;
        let mut theirs = None;
        let body = if !offer.is_empty() {
            match sdp::read(&offer).and_then(|offer| {
                let answer = self.begin.ours.answer(&offer, &self.begin.codecs, false);
                answer.map(|answer| (offer, answer))
            }) {
                Ok((offer, answer)) => {
                    theirs = Some(offer);
                    Some(answer)
                }
                Err(Unusable::Malformed) => {
                    let _ = handle.reply(StatusCode::BadRequest).await;
                    return;
                }
                Err(Unusable::NothingInCommon) => {
                    self.sip.counters.add(Count::NoCommonFormat);
                    let _ = handle.reply(StatusCode::NotAcceptableHere).await;
                    return;
                }
            }
        } else if is_invite {
            self.awaits_answer = true;
            Some(self.begin.ours.offer(&self.begin.codecs, Direction::Both))
        } else {
            None
        };
        let mut with = vec![headers::allow()];
        with.extend(body.is_some().then(headers::sdp));
        with.extend(headers::session(session, false));
        let body = body.map(String::into_bytes);
        let _ = handle.respond(StatusCode::OK, Some(with), body).await;
        // They may have moved (RFC 3261, section 12.2.2); the stack does not follow by itself.
        if let Ok(contacts) = request.typed_contact_headers()
            && let Some(contact) = contacts.first()
        {
            let own = request.contact_header().ok().cloned();
            Dialog::Invite(self.begin.dialog.clone()).set_remote_target(contact.uri.clone(), own);
        }
        self.begin.session = session;
        self.restart();
        if let Some(theirs) = theirs {
            self.agreed(&theirs);
        }
    }

    /// A transfer, which only a desk phone that proves who it is may ask for.
    async fn on_refer(&mut self, request: &Request, handle: &TransactionHandle) {
        let Some(device) = &self.begin.device else {
            self.sip.counters.add(Count::Forbidden);
            let _ = handle.reply(StatusCode::Forbidden).await;
            return;
        };
        let Some(from) = headers::source(request) else {
            let _ = handle.reply(StatusCode::BadRequest).await;
            return;
        };
        if let Err(challenges) = self.sip.device_of(request, from, Some(device)) {
            // Within a call the stack sends one question; the last is the one every phone knows.
            let _ = handle.respond(StatusCode::Unauthorized, Some(challenges), None).await;
            return;
        }
        let to = request.header_value("Refer-To").and_then(|to| number::of_address(&to));
        match to {
            Some(to) => {
                let _ = handle.reply(StatusCode::Accepted).await;
                self.tell(LegEvent::Refer(to));
            }
            None => drop(handle.reply(StatusCode::NotFound).await),
        }
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
            Order::Notify(status) => {
                let dialog = self.begin.dialog.clone();
                let state =
                    if status < 200 { "active;expires=60" } else { "terminated;reason=noresource" };
                tokio::spawn(async move { dialog.notify_refer(status.into(), state).await });
            }
            Order::Refer(number) => {
                let dialog = self.begin.dialog.clone();
                let to = format!("<sip:{}@{}>", number::dialled(&number), self.sip.said.ip());
                let listener = self.begin.listener.clone();
                tokio::spawn(async move {
                    let answer = dialog.refer(to.as_str(), None, None).await;
                    let status = answer.ok().flatten().map_or(408, |r| r.status_code.into());
                    if status >= 300 {
                        listener(LegEvent::Referred(status));
                    }
                });
            }
        }
        None
    }

    fn refuse(&self, status: u16) {
        let _ = self.begin.dialog.reject(Some(StatusCode::from(status)), None);
    }

    /// Says good-bye in the way that fits; the answer is waited for elsewhere.
    fn hang_up(&self) {
        let dialog = self.begin.dialog.clone();
        tokio::spawn(async move {
            if let Err(error) = dialog.hangup().await {
                tracing::debug!(%error, "good-bye not heard");
            }
        });
    }

    /// Starts the session's time anew.
    fn restart(&mut self) {
        self.due = self.begin.session.map(|session| {
            let after = Duration::from_secs(session.due_s().into());
            Box::pin(sleep_until(Instant::now() + after))
        });
    }

    fn on_due(&mut self) -> Option<End> {
        self.due = None;
        let session = self.begin.session?;
        if !session.ours {
            self.hang_up();
            return Some(End::Lost);
        }
        self.refreshing = true;
        let with = headers::session(Some(session), true);
        let (dialog, orders) = (self.begin.dialog.clone(), self.orders.clone());
        let body = (!self.updates)
            .then(|| self.begin.ours.offer(&self.begin.codecs, Direction::Both).into_bytes());
        tokio::spawn(async move {
            let answer = match body {
                None => dialog.update(Some(with), None).await,
                Some(body) => {
                    let with = with.into_iter().chain([headers::sdp()]).collect();
                    dialog.reinvite(Some(with), Some(body)).await
                }
            };
            let _ = orders.send(Order::Refreshed(answer.ok().flatten().map(Box::new)));
        });
        None
    }

    fn on_refreshed(&mut self, response: Option<&Response>) -> Option<End> {
        let again =
            |after| Some(Box::pin(sleep_until(Instant::now() + Duration::from_secs(after))));
        match response.map(|response| (response.status_code.kind(), response)) {
            Some((StatusCodeKind::Successful, response)) => {
                self.begin.session = session::agreed(headers::said(response).0);
                self.restart();
                let answer = headers::description(response, &response.body);
                if !answer.is_empty() {
                    self.take(&answer);
                }
                None
            }
            // Both asked at once: again when the other is done.
            Some((_, response)) if response.status_code == StatusCode::RequestPending => {
                self.due = again(3);
                None
            }
            // Refused, but somebody is there (RFC 4028, section 10).
            Some((_, response))
                if !matches!(u16::from(response.status_code.clone()), 408 | 481) =>
            {
                self.restart();
                None
            }
            _ => {
                self.hang_up();
                Some(End::Lost)
            }
        }
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

/// A key in an INFO (`application/dtmf-relay`, `application/dtmf`).
fn key_of(request: &Request) -> Option<char> {
    let body = String::from_utf8_lossy(&request.body);
    let kind = request.header_value("Content-Type")?.to_ascii_lowercase();
    let text = match kind.as_str() {
        "application/dtmf-relay" => body.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            name.trim().eq_ignore_ascii_case("signal").then(|| value.trim().to_owned())
        })?,
        "application/dtmf" => body.trim().to_owned(),
        _ => return None,
    };
    let mut chars = text.chars();
    let key = chars.next().filter(|key| matches!(key, '0'..='9' | '*' | '#' | 'A'..='D'))?;
    chars.next().is_none().then_some(key)
}
