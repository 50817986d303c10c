//! What arrives: calls, registrations, questions, and what belongs to calls that go on.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use rsipstack::dialog::DialogId;
use rsipstack::dialog::authenticate::Credential;
use rsipstack::dialog::dialog::{Dialog, DialogState};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::headers::Header;
use rsipstack::sip::{HeadersExt, Method, StatusCode, Transport};
use rsipstack::transaction::{Transaction, TransactionReceiver};
use rules::contacts::PersonId;

use super::counters::Count;
use super::leg::{Begin, First, Leg, Listener, Order, drive};
use super::numbering::{Dialled, Trunk, Way};
use super::{Inner, headers, number, session};
use crate::sdp::{self, Codec, Ours, Secrecy, Theirs, Unusable};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Somebody behind a trunk, with the number that the trunk shows, unless it is hidden.
    Trunk { trunk: String, number: Option<String> },
    /// One of us, at a desk phone that proved who it is.
    Phone { device: String, person: PersonId },
}

/// A call that came and waits to be answered or refused; let go of, it is refused with 480.
pub struct Arrival {
    pub caller: Caller,
    /// In the form of [`number::plain`]. From a trunk it is one of ours.
    pub dialled: String,
    pub incoming: Incoming,
}

/// Its signalling.
pub struct Incoming {
    sip: Arc<Inner>,
    tx: Option<Transaction>,
    way: Way,
    secrecy: Secrecy,
    offer: Option<Box<Theirs>>,
    session: Option<session::Session>,
    device: Option<String>,
    /// Who we are to the trunk, should it ask within the call.
    credential: Option<Credential>,
}

impl Incoming {
    /// Answers after ringing for `after`. `sound` is where our sound comes in.
    #[must_use]
    pub fn answer(
        mut self,
        sound: SocketAddr,
        codecs: &[Codec],
        after: Duration,
        listener: Listener,
    ) -> Option<Leg> {
        let mut tx = self.tx.take()?;
        let sip = self.sip.clone();
        let (sender, states) = sip.layer.new_dialog_state_channel();
        let contact = sip.contact(self.way);
        let dialog = sip.layer.get_or_create_server_invite(
            &tx,
            sender,
            self.credential.take(),
            Some(contact),
        );
        let Ok(dialog) = dialog else {
            tokio::spawn(async move { tx.reply(StatusCode::BadRequest).await });
            return None;
        };
        sip.counters.add(Count::CallsIn);
        let begin = Begin {
            dialog: dialog.clone(),
            states,
            ours: Ours::new(sip.number(), sound, self.secrecy, sip.rng.clone()),
            codecs: codecs.to_vec(),
            listener,
            session: self.session,
            device: self.device.take(),
        };
        let leg = drive(sip, begin, First::Answer { offer: self.offer.take(), after });
        tokio::spawn(handle(dialog, tx));
        Some(leg)
    }

    /// Refuses it.
    pub fn refuse(mut self, status: u16) {
        self.reply(status);
    }

    fn reply(&mut self, status: u16) {
        if let Some(mut tx) = self.tx.take() {
            let with = match status {
                503 => vec![retry_after()],
                _ => vec![],
            };
            tokio::spawn(async move { reject(&mut tx, StatusCode::from(status), with).await });
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.reply(480);
    }
}

/// When a house that is full or closing may be asked again (s).
fn retry_after() -> Header {
    Header::RetryAfter("10".into())
}

/// Takes every transaction that begins.
pub(super) async fn serve(sip: Weak<Inner>, mut incoming: TransactionReceiver) {
    while let Some(tx) = incoming.recv().await {
        let Some(sip) = sip.upgrade() else { return };
        tokio::spawn(take(sip, tx));
    }
}

/// Lets the stack carry a request out and waits for its end.
async fn handle(mut dialog: InviteDialog, mut tx: Transaction) {
    if let Err(error) = dialog.handle(&mut tx).await {
        tracing::debug!(%error, "request not carried out");
    }
}

/// Answers a request to talk and waits for the ACK that ends it.
async fn reject(tx: &mut Transaction, status: StatusCode, with: Vec<Header>) {
    if tx.reply_with(status, with, None).await.is_ok() {
        while tx.receive().await.is_some() {}
    }
}

async fn take(sip: Arc<Inner>, mut tx: Transaction) {
    let connection = tx.connection.as_ref();
    let Some(address) = connection.and_then(|connection| connection.get_remote_addr().cloned())
    else {
        return;
    };
    let Ok(from) = address.get_socketaddr() else { return };
    let way = match address.r#type {
        Some(Transport::Tls) => Way::Tls,
        Some(Transport::Tcp) => Way::Tcp,
        _ => Way::Udp,
    };
    let tagged = tx.original.to_header().is_ok_and(|to| matches!(to.tag(), Ok(Some(_))));
    let method = tx.original.method;
    match method {
        Method::Options if tagged && sip.layer.match_dialog(&tx).is_none() => {
            let _ = tx.reply(StatusCode::CallTransactionDoesNotExist).await;
        }
        Method::Options if !tagged && sip.draining.load(Ordering::Relaxed) => {
            let _ = tx.reply_with(StatusCode::ServiceUnavailable, vec![retry_after()], None).await;
        }
        Method::Options => {
            let with = vec![
                headers::allow(),
                Header::Accept("application/sdp".into()),
                Header::Supported("timer".into()),
            ];
            let _ = tx.reply_with(StatusCode::OK, with, None).await;
        }
        _ if tagged => within(&sip, tx).await,
        Method::Register => sip.register(&mut tx, from, way).await,
        Method::Invite => invite(sip, tx, from, way).await,
        Method::Ack => {}
        Method::Bye | Method::Cancel | Method::Notify | Method::Info | Method::Update => {
            sip.counters.add(Count::NoSuchCall);
            let _ = tx.reply(StatusCode::CallTransactionDoesNotExist).await;
        }
        Method::Refer => {
            // Outside of a call nobody may ask us to call anybody.
            sip.counters.add(Count::Forbidden);
            sip.gate.strike_by(from.ip(), way);
            let _ = tx.reply(StatusCode::Forbidden).await;
        }
        _ => {
            let _ = tx.reply_with(StatusCode::MethodNotAllowed, vec![headers::allow()], None).await;
        }
    }
}

/// A request within a call.
async fn within(sip: &Arc<Inner>, mut tx: Transaction) {
    let Some(Dialog::Invite(dialog)) = sip.layer.match_dialog(&tx) else {
        if tx.original.method != Method::Ack {
            sip.counters.add(Count::NoSuchCall);
            let status = StatusCode::CallTransactionDoesNotExist;
            if tx.original.method == Method::Invite {
                reject(&mut tx, status, vec![]).await;
            } else {
                let _ = tx.reply(status).await;
            }
        }
        return;
    };
    // What is older than what is known is refused; the stack would say nothing.
    let sequence = tx.original.cseq_header().and_then(|cseq| cseq.seq()).unwrap_or_default();
    let method = tx.original.method;
    if sequence < dialog.snapshot().remote_cseq && method != Method::Ack {
        let _ = tx.reply(StatusCode::ServerInternalError).await;
        return;
    }
    match (dialog.state(), method) {
        (DialogState::Confirmed(..), _) | (_, Method::Ack) => handle(dialog, tx).await,
        // Good-bye is understood in every state.
        (_, Method::Bye) => {
            let _ = tx.reply(StatusCode::OK).await;
            let DialogId { call_id, local_tag, .. } = dialog.id();
            if let Some(leg) = sip.legs().get(&(call_id, local_tag)) {
                let _ = leg.orders.send(Order::Gone);
            }
        }
        // One thing at a time: who asks again in a moment is answered then.
        (_, Method::Invite) => {
            let with = vec![Header::RetryAfter("1".into())];
            reject(&mut tx, StatusCode::ServerInternalError, with).await;
        }
        (_, Method::Update) => drop(tx.reply(StatusCode::RequestPending).await),
        _ => {
            let with = vec![Header::RetryAfter("1".into())];
            let _ = tx.reply_with(StatusCode::ServerInternalError, with, None).await;
        }
    }
}

/// A new call.
async fn invite(sip: Arc<Inner>, mut tx: Transaction, from: SocketAddr, way: Way) {
    let known = sip.known.now();
    let request = &tx.original;
    // No call here is given away to who names it (RFC 3891, section 3).
    if request.header_value("Replaces").is_some() {
        sip.counters.add(Count::NoSuchCall);
        let status = StatusCode::CallTransactionDoesNotExist;
        return reject(&mut tx, status, vec![]).await;
    }
    let dialled = number::of_address(&format!("<{}>", request.uri));
    let refused: Result<(Caller, String), (u16, Vec<Header>)> =
        if let Some(trunk) = known.trunk_at(from.ip(), way) {
            let what = dialled.as_deref().map(|number| known.dialled(number, &trunk.key));
            match (what, dialled) {
                (Some(Dialled::Line), Some(dialled)) => {
                    let caller = headers::caller(request);
                    Ok((Caller::Trunk { trunk: trunk.key.clone(), number: caller }, dialled))
                }
                (Some(Dialled::NotOnThisTrunk), _) => {
                    sip.counters.add(Count::OtherTrunk);
                    Err((403, vec![]))
                }
                _ => {
                    sip.counters.add(Count::UnknownNumber);
                    Err((404, vec![]))
                }
            }
        } else if known.is_phone_at(from.ip()) {
            match (sip.device_of(request, from.ip(), None), dialled) {
                (Err(challenges), _) => Err((401, challenges)),
                (Ok(claim), Some(dialled)) => match known.device(&claim.user) {
                    Some(device) => {
                        Ok((Caller::Phone { device: claim.user, person: device.person }, dialled))
                    }
                    None => Err((403, vec![])),
                },
                (Ok(_), None) => Err((404, vec![])),
            }
        } else {
            sip.counters.add(Count::Strangers);
            sip.gate.strike(from.ip());
            Err((403, vec![]))
        };
    let (caller, dialled) = match refused {
        Ok(taken) => taken,
        Err((status, with)) => return reject(&mut tx, StatusCode::from(status), with).await,
    };
    let (said, supports) = headers::said(request);
    let session = match session::answer(said, supports) {
        Ok(session) => session,
        Err(least) => {
            let least = vec![Header::MinSE(least.to_string().into())];
            return reject(&mut tx, StatusCode::from(422), least).await;
        }
    };
    let body = headers::description(request, &request.body);
    let demanded = match &caller {
        Caller::Trunk { trunk, .. } => known.trunk(trunk).is_some_and(|trunk| trunk.srtp),
        Caller::Phone { .. } => false,
    };
    let secrecy = Secrecy { private: way == Way::Tls, demanded };
    let offer = match sdp::read(&body, secrecy) {
        _ if request.body.is_empty() => None,
        Ok(theirs) => Some(Box::new(theirs)),
        Err(Unusable::Malformed) => {
            return reject(&mut tx, StatusCode::BadRequest, vec![]).await;
        }
        Err(unusable) => {
            sip.counters.add(Count::of(unusable));
            let why = vec![headers::because(unusable)];
            return reject(&mut tx, StatusCode::NotAcceptableHere, why).await;
        }
    };
    let (device, credential) = match &caller {
        Caller::Phone { device, .. } => (Some(device.clone()), None),
        Caller::Trunk { trunk, .. } => (None, known.trunk(trunk).and_then(Trunk::credential)),
    };
    let arrivals = sip.arrivals.clone();
    let incoming = Incoming { sip, tx: Some(tx), way, secrecy, offer, session, device, credential };
    // Nobody listens any more: letting go of it refuses it.
    drop(arrivals.send(Arrival { caller, dialled, incoming }));
}

impl Inner {
    /// What tells one description from all others.
    pub(super) fn number(&self) -> u64 {
        // SDP numbers are read as signed by some.
        u64::from_be_bytes(self.rng.bytes()) >> 2
    }
}
