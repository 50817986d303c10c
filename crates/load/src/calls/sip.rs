//! A telephone's signalling: SIP over UDP, as plain as the cheapest telephone speaks it. It shares no
//! code with what it checks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, bail};
use base::Rng;
use sha2::{Digest as _, Sha256};
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout, timeout_at};

/// What is not answered is said again after so long, and then after twice as long (RFC 3261, T1).
pub const AGAIN: Duration = Duration::from_millis(500);
/// A request that is not answered by then never is (64 T1).
pub const PATIENCE: Duration = Duration::from_secs(32);

/// A request or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    start: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    /// `None` for keep-alives and what is no message.
    fn read(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let start = lines.next().filter(|start| !start.is_empty())?.to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Self { start, headers: lines.filter_map(header).collect(), body: body.to_owned() })
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header by its name in small letters; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Of an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.start.strip_prefix("SIP/2.0 ")?.split(' ').next()?.parse().ok()
    }

    /// Of a request.
    #[must_use]
    pub fn is(&self, method: &str) -> bool {
        self.start.strip_prefix(method).is_some_and(|rest| rest.starts_with(' '))
    }

    /// Whether this answers a request of a method.
    fn answers(&self, method: &str) -> bool {
        self.status().is_some() && self.header("cseq").ends_with(method)
    }

    /// What a request is answered with.
    fn answer(&self, status: &str, phone: &Phone, tag: &str, sdp: Option<&str>) -> String {
        let mut text = format!("SIP/2.0 {status}\r\n");
        for via in self.all("via") {
            text.push_str(&format!("Via: {via}\r\n"));
        }
        let to = self.header("to");
        let has_tag = tag.is_empty() || to.contains("tag=");
        let tag = if has_tag { String::new() } else { format!(";tag={tag}") };
        for (name, value) in [
            ("From", self.header("from")),
            ("To", &format!("{to}{tag}")),
            ("Call-ID", self.header("call-id")),
            ("CSeq", self.header("cseq")),
            ("Contact", &phone.contact()),
        ] {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        close(text, sdp)
    }
}

/// What stands in a header between `<` and `>`.
fn address(value: &str) -> &str {
    let inner = value.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(value, |(inner, _)| inner)
}

/// The user in an address: who calls.
#[must_use]
pub fn user(value: &str) -> &str {
    let inside = address(value);
    let after = inside.split_once(':').map_or(inside, |(_, rest)| rest);
    after.split('@').next().unwrap_or_default()
}

fn close(mut text: String, sdp: Option<&str>) -> String {
    let body = sdp.unwrap_or_default();
    if !body.is_empty() {
        text.push_str("Content-Type: application/sdp\r\n");
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    text
}

/// A telephone with a socket of its own.
pub struct Phone {
    socket: UdpSocket,
    own: SocketAddr,
    house: SocketAddr,
    user: String,
    rng: Rng,
}

impl Phone {
    /// # Errors
    /// When no port is free.
    pub async fn open(house: SocketAddr, user: &str, rng: &Rng) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let own = socket.local_addr()?;
        Ok(Self { socket, own, house, user: user.to_owned(), rng: rng.clone() })
    }

    fn contact(&self) -> String {
        format!("<sip:{}@{}>", self.user, self.own)
    }

    fn token(&self) -> String {
        format!("{:016x}", u64::from_be_bytes(self.rng.bytes()))
    }

    /// # Errors
    /// When the system does not send it.
    pub async fn say(&self, text: &str) -> io::Result<()> {
        self.socket.send_to(text.as_bytes(), self.house).await.map(drop)
    }

    /// The next message.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn next(&self) -> io::Result<Message> {
        let mut space = [0; 8_192];
        loop {
            let (length, _) = self.socket.recv_from(&mut space).await?;
            let text = String::from_utf8_lossy(&space[..length]);
            if let Some(message) = Message::read(&text) {
                return Ok(message);
            }
        }
    }

    /// Says a request until something answers it; requests that come meanwhile are answered with
    /// 200, so that two who hang up at once both can.
    ///
    /// # Errors
    /// When nothing does.
    pub async fn ask(&self, text: &str, method: &str) -> anyhow::Result<Message> {
        let end = Instant::now() + PATIENCE;
        let mut again = AGAIN;
        while Instant::now() < end {
            self.say(text).await?;
            let next = Instant::now() + again;
            while let Ok(message) = timeout_at(next, self.next()).await {
                let message = message?;
                if message.answers(method) {
                    return Ok(message);
                }
                if message.is("BYE") || message.is("CANCEL") || message.is("OPTIONS") {
                    self.say(&message.answer("200 OK", self, "", None)).await?;
                }
            }
            again *= 2;
        }
        bail!("{method} is not answered")
    }

    /// A question for life.
    #[must_use]
    pub fn question(&self) -> String {
        let mut dialog = Dialog::begin(self, format!("sip:{}", self.house));
        dialog.next_request(self, "OPTIONS", "", None)
    }

    /// Registers (SHA-256), until the house knows the secret.
    ///
    /// # Errors
    /// When it is not let in.
    pub async fn register(&self, registrar: &str, secret: &str) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        let mut dialog = Dialog::begin(self, format!("sip:{registrar}"));
        dialog.remote = self.contact();
        let mut proof = String::new();
        while Instant::now() < end {
            let text = dialog.next_request(self, "REGISTER", &proof, None);
            let answer = self.ask(&text, "REGISTER").await?;
            match answer.status() {
                Some(200) => return Ok(()),
                Some(401) => {}
                _ => bail!("registration: {}", answer.start),
            }
            if !proof.is_empty() {
                // The house has not heard yet that there is such a telephone.
                tokio::time::sleep(AGAIN).await;
            }
            let challenge = answer.all("www-authenticate").find(|one| one.contains("SHA-256"));
            let challenge = challenge.context("a challenge for SHA-256")?;
            let nonce = challenge.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next());
            proof = self.proof(registrar, secret, nonce.context("a nonce")?);
        }
        bail!("{} is not let in", self.user)
    }

    /// The header that answers a challenge (RFC 7616).
    fn proof(&self, registrar: &str, secret: &str, nonce: &str) -> String {
        let hash = |text: String| -> String {
            Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let Self { user, .. } = self;
        let uri = format!("sip:{registrar}");
        let own = hash(format!("{user}:straks:{secret}"));
        let what = hash(format!("REGISTER:{uri}"));
        let response = hash(format!("{own}:{nonce}:00000001:load:auth:{what}"));
        format!(
            "Authorization: Digest username=\"{user}\", realm=\"straks\", nonce=\"{nonce}\", \
             uri=\"{uri}\", response=\"{response}\", algorithm=SHA-256, cnonce=\"load\", \
             qop=auth, nc=00000001\r\nExpires: 3600\r\n"
        )
    }
}

/// A call as this telephone knows it.
pub struct Dialog {
    call: String,
    local: String,
    remote: String,
    target: String,
    branch: String,
    sequence: u32,
    /// Our answer to their request to talk, until they confirm it.
    pub unconfirmed: Option<String>,
}

impl Dialog {
    fn begin(phone: &Phone, target: String) -> Self {
        let contact = phone.contact();
        Self {
            call: phone.token(),
            local: format!("{contact};tag={}", phone.token()),
            remote: format!("<{target}>"),
            target,
            branch: String::new(),
            sequence: 0,
            unconfirmed: None,
        }
    }

    /// A call to a number, and its first request.
    #[must_use]
    pub fn invite(phone: &Phone, number: &str, sdp: &str) -> (Self, String) {
        let mut dialog = Self::begin(phone, format!("sip:{number}@{}", phone.house));
        let text = dialog.next_request(phone, "INVITE", "", Some(sdp));
        (dialog, text)
    }

    /// A call that came in, and our answer to it.
    #[must_use]
    pub fn answer(phone: &Phone, invite: &Message, sdp: &str) -> Self {
        let tag = phone.token();
        Self {
            call: invite.header("call-id").to_owned(),
            local: format!("{};tag={tag}", invite.header("to")),
            remote: invite.header("from").to_owned(),
            target: address(invite.header("contact")).to_owned(),
            branch: String::new(),
            sequence: 0,
            unconfirmed: Some(invite.answer("200 OK", phone, &tag, Some(sdp))),
        }
    }

    #[must_use]
    pub fn call(&self) -> &str {
        &self.call
    }

    fn request(&self, phone: &Phone, method: &str, more: &str, sdp: Option<&str>) -> String {
        let Self { call, local, remote, target, branch, sequence, .. } = self;
        let text = format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch={branch};rport\r\n\
             Max-Forwards: 70\r\nFrom: {local}\r\nTo: {remote}\r\nCall-ID: {call}\r\n\
             CSeq: {sequence} {method}\r\nContact: {}\r\n{more}",
            phone.own,
            phone.contact(),
        );
        close(text, sdp)
    }

    fn next_request(
        &mut self,
        phone: &Phone,
        method: &str,
        more: &str,
        sdp: Option<&str>,
    ) -> String {
        self.sequence += 1;
        self.branch = format!("z9hG4bK{}", phone.token());
        self.request(phone, method, more, sdp)
    }

    /// Confirms an answer to our request to talk.
    ///
    /// # Errors
    /// When the system does not send it.
    pub async fn confirm(&mut self, phone: &Phone, answer: &Message) -> io::Result<()> {
        self.remote = answer.header("to").to_owned();
        if answer.status().is_some_and(|status| status < 300) {
            self.target = address(answer.header("contact")).to_owned();
            self.branch = format!("z9hG4bK{}", phone.token());
        }
        phone.say(&self.request(phone, "ACK", "", None)).await
    }

    /// Takes our request to talk back.
    ///
    /// # Errors
    /// When the system does not send it.
    pub async fn cancel(&self, phone: &Phone) -> io::Result<()> {
        phone.say(&self.request(phone, "CANCEL", "", None)).await
    }

    /// Hangs up.
    ///
    /// # Errors
    /// When that is not answered.
    pub async fn hang_up(&mut self, phone: &Phone) -> anyhow::Result<()> {
        let text = self.next_request(phone, "BYE", "", None);
        let answer = phone.ask(&text, "BYE").await?;
        // 481: they hung up at the same moment.
        match answer.status() {
            Some(200 | 481) => Ok(()),
            _ => bail!("BYE: {}", answer.start),
        }
    }

    /// Takes in what came within the call; true when the other end has hung up.
    ///
    /// # Errors
    /// When what it answers is not sent.
    pub async fn hear(&mut self, phone: &Phone, message: &Message) -> io::Result<bool> {
        if message.header("call-id") != self.call {
            // Of a call before this one, said again: it is over.
            if message.status().is_none() && !message.is("ACK") {
                phone.say(&message.answer("200 OK", phone, "", None)).await?;
            }
            return Ok(false);
        }
        if message.is("ACK") {
            self.unconfirmed = None;
        } else if message.is("INVITE") {
            if let Some(answer) = &self.unconfirmed {
                phone.say(answer).await?;
            }
        } else if message.answers("INVITE") {
            self.confirm(phone, message).await?;
        } else if message.status().is_none() {
            phone.say(&message.answer("200 OK", phone, "", None)).await?;
            return Ok(message.is("BYE"));
        }
        Ok(false)
    }
}

/// Waits for a request to talk that is not of the call before.
pub async fn rung(phone: &Phone, before: &str, within: Duration) -> Option<Message> {
    let ring = async {
        loop {
            let message = phone.next().await.ok()?;
            if message.is("INVITE") && message.header("call-id") != before {
                return Some(message);
            }
            if message.status().is_none() && !message.is("ACK") && !message.is("INVITE") {
                phone.say(&message.answer("200 OK", phone, "", None)).await.ok()?;
            }
        }
    };
    timeout(within, ring).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_and_answered() {
        let text = "INVITE sip:t-1@127.0.0.1:9 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5;branch=b\r\n\
                    From: \"A\" <sip:+4500900007@127.0.0.1>;tag=f\r\nTo: <sip:t-1@127.0.0.1>\r\n\
                    Call-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:127.0.0.1:5>\r\n\r\nv=0\r\n";
        let invite = Message::read(text).expect("a message");
        assert!(invite.is("INVITE") && !invite.is("INV") && invite.status().is_none());
        assert_eq!((user(invite.header("from")), invite.body.as_str()), ("+4500900007", "v=0\r\n"));
        assert_eq!(address(invite.header("contact")), "sip:127.0.0.1:5");
        let refused = Message::read("SIP/2.0 503 Full\r\nCSeq: 1 INVITE\r\n\r\n").expect("one");
        assert!(refused.answers("INVITE") && !refused.answers("BYE"));
        assert_eq!((refused.status(), Message::read("\r\n\r\n")), (Some(503), None));
    }
}
