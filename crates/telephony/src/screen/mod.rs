//! The gate before the SIP stack: what is a message, what is answered at once, what is dropped.
//!
//! [`screen`] reads bytes as they came and gives back a message in one plain form (headers by their
//! long names, folds taken out, no white space around marks), or the refusal that RFC 3261 asks for,
//! or a reason to say nothing. It knows no transaction and no dialog; those are the stack's.
//!
//! The cases of RFC 4475 and RFC 5118 are its tests.

mod address;
mod checks;
mod framing;
mod headers;
mod refusal;
mod words;

use std::fmt;

pub use checks::ALLOWED;
pub use refusal::Refusal;

use headers::Headers;

/// The largest datagram that is read whole; longer ones are answered with 513.
pub const MOST_BYTES: usize = 64 * 1024;

/// What is done with what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// For the stack.
    Pass(Message),
    /// Answered at once, and the stack never sees it.
    Refuse(Refusal),
    /// Said nothing to.
    Drop(Silent),
}

/// Why nothing is said. Each is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Silent {
    /// Line ends that keep an address translation open (RFC 5626, section 3.5.1).
    KeepAlive,
    /// No SIP message at all.
    Noise,
    /// A response that breaks the grammar: nobody is answered with a response to a response.
    BadResponse,
    /// An ACK that breaks the grammar: ACK is never answered.
    BadAck,
    /// A request without a way back: no Via that can be read.
    NoWayBack,
}

/// How a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    Udp,
    /// TCP or TLS: the length says where a message ends, so it must be there.
    Stream,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    Request { method: String, uri: String },
    Response { status: u16, reason: String },
}

/// A message that keeps the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub start: Start,
    headers: Headers,
    pub body: Vec<u8>,
}

impl Message {
    /// The method of a request.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        match &self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    /// The first value of a header, by its long name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.first(name)
    }

    /// Puts one value in the place of all that a header had.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.headers.replace(name, vec![value]);
    }

    /// Refuses a request that keeps the grammar, for a reason that lies elsewhere. `None` for what is
    /// never answered.
    #[must_use]
    pub fn refuse(&self, status: u16, reason: &'static str) -> Option<Refusal> {
        let method = self.method()?;
        (method != "ACK").then(|| Refusal::because(status, reason, &self.headers)).flatten()
    }

    /// Every line of a header, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.all(name)
    }
}

/// The message in its plain form, as bytes for the stack.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.start {
            Start::Request { method, uri } => write!(f, "{method} {uri} SIP/2.0\r\n")?,
            Start::Response { status, reason } => write!(f, "SIP/2.0 {status} {reason}\r\n")?,
        }
        for (name, value) in self.headers.iter() {
            write!(f, "{name}: {value}\r\n")?;
        }
        write!(f, "Content-Length: {}\r\n\r\n", self.body.len())
    }
}

impl Message {
    /// The whole message in its plain form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.to_string().into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Looks at what came.
#[must_use]
pub fn screen(bytes: &[u8], transport: Transport) -> Verdict {
    if bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        return Verdict::Drop(Silent::KeepAlive);
    }
    let framed = match framing::read(bytes) {
        Ok(framed) => framed,
        Err(silent) => return Verdict::Drop(silent),
    };
    match &framed.start {
        framing::First::Response(line) => match checks::response(line, &framed, transport) {
            Some(message) => Verdict::Pass(message),
            None => Verdict::Drop(Silent::BadResponse),
        },
        framing::First::Request(line) => {
            let refused = match checks::request(line, &framed, transport) {
                Ok(message) => return Verdict::Pass(message),
                Err(fault) => fault,
            };
            if line.method == "ACK" {
                return Verdict::Drop(Silent::BadAck);
            }
            match Refusal::of(refused, &framed.headers) {
                Some(refusal) => Verdict::Refuse(refusal),
                None => Verdict::Drop(Silent::NoWayBack),
            }
        }
    }
}
