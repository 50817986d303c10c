//! Transfers: those that a desk phone asks for, and those that are left to a trunk (RFC 3515).

use rsipstack::dialog::dialog::TransactionHandle;
use rsipstack::sip::{HeadersExt, Request, StatusCode};

use super::super::counters::Count;
use super::super::{headers, number};
use super::{Driver, LegEvent};

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
        // Two calls are joined in the agent's desk, not by a telephone that names them.
        if headers::replaces(&to) {
            let _ = handle.reply(StatusCode::NotImplemented).await;
            return;
        }
        match number::of_address(&to) {
            Some(to) => {
                let _ = handle.reply(StatusCode::Accepted).await;
                self.tell(LegEvent::Refer(to));
            }
            None => drop(handle.reply(StatusCode::NotFound).await),
        }
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

    /// Tells a desk phone how the transfer goes that it asked for.
    pub(super) fn notify(&self, status: u16) {
        let dialog = self.begin.dialog.clone();
        let state = if status < 200 { "active;expires=60" } else { "terminated;reason=noresource" };
        tokio::spawn(async move { dialog.notify_refer(status.into(), state).await });
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
