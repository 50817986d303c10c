//! The leg's session timer (RFC 4028).

use std::time::Duration;

use rsipstack::sip::{Response, StatusCode, StatusCodeKind};
use tokio::time::{Instant, sleep_until};

use super::super::{headers, session};
use super::{Driver, End, Order};
use crate::sdp::Direction;

impl Driver {
    /// Starts the session's time anew.
    pub(super) fn restart(&mut self) {
        self.due = self.begin.session.map(|session| {
            let after = Duration::from_secs(session.due_s().into());
            Box::pin(sleep_until(Instant::now() + after))
        });
    }

    pub(super) fn on_due(&mut self) -> Option<End> {
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

    pub(super) fn on_refreshed(&mut self, response: Option<&Response>) -> Option<End> {
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
