//! The way in: nothing reaches the stack that did not pass here.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use base::Rng;
use rsipstack::sip::SipMessage;
use rsipstack::transaction::key::{TransactionKey, TransactionRole};

use super::branch;
use super::counters::{Count, Counters};
use super::numbering::{Numbering, Way};
use super::sources::{Admission, Sources, Standing};
use crate::screen::{Message, Silent, Start, Transport, Verdict, screen};

/// The stack cuts what is longer.
const MOST_FOR_THE_STACK: usize = 8_192;

/// What becomes of bytes that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// For the stack.
    Take(Vec<u8>),
    /// Answered here.
    Say(Vec<u8>),
    Nothing,
}

/// Numbering that can be replaced while calls go on.
#[derive(Debug, Clone, Default)]
pub struct Known(Arc<RwLock<Arc<Numbering>>>);

impl Known {
    #[must_use]
    pub fn now(&self) -> Arc<Numbering> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn replace(&self, numbering: Numbering) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(numbering);
    }
}

/// The way in, for every socket.
pub struct Gate {
    sources: Mutex<Sources>,
    pub counters: Arc<Counters>,
    pub known: Known,
    rng: Rng,
    /// Our own address, by which a request is known that comes round again.
    own: OnceLock<SocketAddr>,
}

impl Gate {
    #[must_use]
    pub fn new(counters: Arc<Counters>, known: Known, rng: Rng) -> Self {
        Self { sources: Mutex::default(), counters, known, rng, own: OnceLock::new() }
    }

    /// Where we speak from, once that is known.
    pub fn stands_at(&self, own: SocketAddr) {
        let _ = self.own.set(own);
    }

    /// Who an address is that speaks in this way.
    #[must_use]
    pub fn standing(&self, ip: IpAddr, way: Way) -> Standing {
        Standing::of(&self.known.now(), ip, way)
    }

    /// Counts an attempt that no honest sender makes.
    pub fn strike(&self, ip: IpAddr) {
        // What is said in a trunk's name does not block the trunk, whichever way it came.
        let standing = self.standing(ip, Way::Tls);
        if self.sources().strike(ip, standing, Instant::now()) {
            self.counters.add(Count::Blocks);
            tracing::warn!(%ip, "address blocked: it tries what no telephone does");
        }
    }

    /// The same for what came without a question of ours answered: anybody can put an office's
    /// address on a datagram, and must not silence it so.
    pub fn strike_by(&self, ip: IpAddr, way: Way) {
        if way != Way::Udp || self.standing(ip, way) == Standing::Stranger {
            self.strike(ip);
        }
    }

    /// Judges what came from `from`.
    #[must_use]
    pub fn look(&self, bytes: &[u8], from: SocketAddr, way: Way) -> Passage {
        let standing = self.standing(from.ip(), way);
        match self.sources().admit(from.ip(), standing, Instant::now()) {
            Admission::Listened => {}
            Admission::TooMuch => return self.nothing(Count::RateLimited),
            Admission::Blocked => return self.nothing(Count::Blocked),
        }
        let transport = if way == Way::Udp { Transport::Udp } else { Transport::Stream };
        match screen(bytes, transport) {
            Verdict::Pass(message) => self.pass(message, from, standing, way),
            Verdict::Refuse(refusal) => {
                self.counters.add(Count::Refused);
                Passage::Say(refusal.answer(&self.tag(), from).into_bytes())
            }
            Verdict::Drop(Silent::KeepAlive) => {
                self.counters.add(Count::KeepAlive);
                // A question for life is two line ends, its answer is one (RFC 5626, section 3.5.1).
                let asks = bytes == b"\r\n\r\n";
                if asks { Passage::Say(b"\r\n".to_vec()) } else { Passage::Nothing }
            }
            Verdict::Drop(Silent::Noise) => {
                self.strike_by(from.ip(), way);
                self.nothing(Count::Noise)
            }
            Verdict::Drop(Silent::BadResponse) => self.nothing(Count::BadResponse),
            Verdict::Drop(Silent::BadAck) => self.nothing(Count::BadAck),
            Verdict::Drop(Silent::NoWayBack) => self.nothing(Count::NoWayBack),
        }
    }

    /// What keeps the grammar may still be more than the stack can read.
    fn pass(
        &self,
        mut message: Message,
        from: SocketAddr,
        standing: Standing,
        way: Way,
    ) -> Passage {
        if let Some((status, reason)) = self.fault(&message) {
            return self.refuse(&message, status, reason, Count::Refused, from);
        }
        // A telephone behind an address translation is reached where it spoke from. Its registration
        // keeps what it wrote: that is how it knows itself.
        if standing != Standing::Trunk
            && way == Way::Udp
            && message.method() != Some("REGISTER")
            && let Some(moved) = message.header("Contact").and_then(|own| moved_to(own, from))
        {
            message.set("Contact", moved);
        }
        let mut bytes = message.to_bytes();
        if message.method().is_some() {
            branch::mark(&mut bytes, from.ip());
        }
        if bytes.len() > MOST_FOR_THE_STACK {
            return self.refuse(&message, 513, "Message Too Large", Count::TooLong, from);
        }
        if !is_readable(&bytes) {
            return self.refuse(&message, 400, "Not understood", Count::Unreadable, from);
        }
        self.counters.add(Count::Passed);
        Passage::Take(bytes)
    }

    /// What the grammar allows and we do not.
    fn fault(&self, message: &Message) -> Option<(u16, &'static str)> {
        let Start::Request { method, .. } = &message.start else { return None };
        let has_tag = |name| {
            let value = message.header(name).unwrap_or_default();
            value.rsplit('>').next().unwrap_or_default().contains(";tag=")
        };
        // As before RFC 3261: there is nothing to tell its calls apart by.
        if !has_tag("From") {
            return Some((400, "Missing tag"));
        }
        let contacts = message.all("Contact").count();
        if method == "INVITE" && contacts != 1 {
            return Some((400, "One Contact is needed"));
        }
        if message.header("Max-Forwards").is_none() && method != "ACK" && method != "CANCEL" {
            return Some((400, "Missing Max-Forwards"));
        }
        let own = self.own.get().map(ToString::to_string);
        let mut vias = message.all("Via").filter_map(|via| {
            via.split_once(' ').map(|(_, rest)| rest.split(';').next().unwrap_or_default())
        });
        if own.is_some_and(|own| vias.any(|via| via == own)) {
            return Some((482, "Loop Detected"));
        }
        None
    }

    fn refuse(
        &self,
        message: &Message,
        status: u16,
        reason: &'static str,
        count: Count,
        from: SocketAddr,
    ) -> Passage {
        self.counters.add(count);
        match message.refuse(status, reason) {
            Some(refusal) => Passage::Say(refusal.answer(&self.tag(), from).into_bytes()),
            None => Passage::Nothing,
        }
    }

    fn nothing(&self, count: Count) -> Passage {
        self.counters.add(count);
        Passage::Nothing
    }

    fn sources(&self) -> std::sync::MutexGuard<'_, Sources> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tag(&self) -> String {
        format!("{:016x}", u64::from_be_bytes(self.rng.bytes()))
    }
}

/// Whether the stack reads it too: what it cannot read it drops without a word.
fn is_readable(bytes: &[u8]) -> bool {
    match SipMessage::try_from(bytes) {
        Ok(SipMessage::Request(request)) => {
            TransactionKey::from_request(&request, TransactionRole::Server).is_ok()
        }
        Ok(SipMessage::Response(response)) => {
            TransactionKey::from_response(&response, TransactionRole::Client).is_ok()
        }
        Err(_) => false,
    }
}

/// An address with another host and port in it.
fn moved_to(address: &str, to: SocketAddr) -> Option<String> {
    let begin = address.find('<')? + 1;
    let length = address[begin..].find('>')?;
    let uri = &address[begin..begin + length];
    let host = uri.rfind('@').map_or_else(|| uri.find(':'), Some)? + 1;
    let end = uri[host..].find([';', '?']).map_or(uri.len(), |at| host + at);
    let (before, after) = (&address[..begin + host], &address[begin + end..]);
    Some(format!("{before}{to}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_is_reached_where_it_spoke_from() {
        let to = SocketAddr::from(([192, 0, 2, 7], 40_000));
        for (written, moved) in [
            (
                "\"A\" <sip:anne@10.0.0.4:5060;ob>;expires=60",
                "\"A\" <sip:anne@192.0.2.7:40000;ob>;expires=60",
            ),
            ("<sip:10.0.0.4>", "<sip:192.0.2.7:40000>"),
        ] {
            assert_eq!(moved_to(written, to).as_deref(), Some(moved));
        }
        assert_eq!(moved_to("*", to), None);
    }
}
