//! Transfers: those that a desk phone asks for, and those that are left to a trunk (RFC 3515).

use rsipstack::dialog::dialog::TransactionHandle;
use rsipstack::sip::{HeadersExt, Request, StatusCode};

use super::super::counters::Count;
use super::super::{headers, number};
use super::{DialogName, Driver, LegEvent};

impl Driver {
    /// A transfer, which only a desk phone that proves who it is may ask for.
    pub(super) async fn on_refer(&mut self, request: &Request, handle: &TransactionHandle) {
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
        let to = request.header_value("Refer-To").unwrap_or_default();
        let wish = match headers::replaces(&to) {
            Some(replaces) => self.joined(&replaces, device).map(LegEvent::Joins),
            None => number::of_address(&to).map(LegEvent::Refer).ok_or(StatusCode::NotFound),
        };
        match wish {
            Ok(wish) => {
                let _ = handle.reply(StatusCode::Accepted).await;
                self.tell(wish);
            }
            Err(status) => drop(handle.reply(status).await),
        }
    }

    /// The other call of the same phone that a Replaces header names. Of what is not this phone's
    /// nothing is said, not even that it is there (RFC 3891, section 3).
    fn joined(&self, replaces: &str, device: &str) -> Result<DialogName, StatusCode> {
        let dialog = headers::replaced(replaces).ok_or(StatusCode::BadRequest)?;
        let is_there = self.sip.layer.get_dialog(&dialog).is_some();
        let name = (dialog.call_id, dialog.local_tag);
        let legs = self.sip.legs();
        let own = legs.get(&name).is_some_and(|leg| leg.device.as_deref() == Some(device));
        drop(legs);
        if is_there && own { Ok(name) } else { Err(StatusCode::CallTransactionDoesNotExist) }
    }

    /// How a transfer goes that was left to the other end; nobody else is listened to.
    pub(super) async fn on_notify(&self, request: &Request, handle: &TransactionHandle) {
        if !self.referred {
            let _ = handle.reply(StatusCode::CallTransactionDoesNotExist).await;
            return;
        }
        let _ = handle.reply(StatusCode::OK).await;
        let body = String::from_utf8_lossy(&request.body);
        let status = body.split(' ').nth(1).and_then(|status| status.parse().ok());
        if let Some(status) = status.filter(|status| *status >= 200) {
            self.tell(LegEvent::Referred(status));
        }
    }

    /// Tells a desk phone how the transfer went that it asked for. What becomes of it is known at
    /// once, so that is all there is to tell.
    pub(super) fn notify(&mut self, status: u16) {
        let dialog = self.begin.dialog.clone();
        self.notified = Some(tokio::spawn(async move {
            let state = "terminated;reason=noresource";
            if let Err(error) = dialog.notify_refer(status.into(), state).await {
                tracing::debug!(%error, "news of a transfer not heard");
            }
        }));
    }

    /// Asks the other end to call somebody in our place.
    pub(super) fn refer(&mut self, to: String) {
        self.referred = true;
        let (dialog, listener) = (self.begin.dialog.clone(), self.begin.listener.clone());
        tokio::spawn(async move {
            let answer = dialog.refer(to.as_str(), None, None).await;
            let status = answer.ok().flatten().map_or(408, |r| r.status_code.into());
            if status >= 300 {
                listener(LegEvent::Referred(status));
            }
        });
    }
}
