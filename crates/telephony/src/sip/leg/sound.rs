//! What is agreed about a leg's sound: offers, answers, and both once more while the call goes on.

use std::net::SocketAddr;

use rsipstack::dialog::dialog::{Dialog, TransactionHandle};
use rsipstack::sip::headers::Header;
use rsipstack::sip::{HeadersExt, Method, Request, Response, StatusCode};
use rsipstack::transaction::key::TransactionRole;

use super::super::counters::Count;
use super::super::{headers, session};
use super::{Driver, End, LegEvent};
use crate::media::Remote;
use crate::sdp::{self, Direction, Theirs, Unusable};

impl Driver {
    pub(super) fn answer(&mut self, offer: Option<&Theirs>) -> Option<End> {
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
        with.extend(self.begin.device.is_some().then(headers::joins));
        if self.begin.dialog.accept(Some(with), Some(body.into_bytes())).is_err() {
            return Some(End::Here);
        }
        if let Some(theirs) = offer {
            self.agreed(theirs);
        }
        None
    }

    pub(super) fn on_confirmed(
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
    pub(super) fn take(&mut self, answer: &[u8]) -> bool {
        let Ok(theirs) = sdp::read(answer, self.begin.ours.secrecy()) else { return false };
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
            keys: agreed.keys,
        }));
        // Who only sends plays music to us, or nothing (RFC 3264, section 8.4).
        let held = matches!(theirs.direction, Direction::SendOnly | Direction::Inactive);
        self.tell(LegEvent::Held(held));
    }

    /// Answers a re-INVITE or an UPDATE.
    pub(super) async fn renegotiate(&mut self, request: &Request, handle: &TransactionHandle) {
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
        let is_invite = request.method == Method::Invite;
        let mut theirs = None;
        let body = if !offer.is_empty() {
            match sdp::read(&offer, self.begin.ours.secrecy()).and_then(|offer| {
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
                Err(unusable) => {
                    self.sip.counters.add(Count::of(unusable));
                    let why = vec![headers::because(unusable)];
                    let _ = handle.respond(StatusCode::NotAcceptableHere, Some(why), None).await;
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
}
