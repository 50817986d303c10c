//! An exchange on loopback, and those who speak with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base::{Clock, Rng};
use rules::calls::{CallId, Happened};
use rules::contacts::PersonId;
use telephony::exchange::{Exchange, Settings};
use telephony::media::PlaneSettings;
use telephony::sip::digest::Secrets;
use telephony::sip::numbering::{Account, Device, LineNumber, Network, Numbering, Trunk, Way};
use telephony::sip::{REALM, SipSettings};
use tokio::net::UdpSocket;
use tokio::process::Command;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// Long enough for anything but what is about time itself.
pub const SOON: Duration = Duration::from_secs(60);

/// Of trunk `city`.
pub const LINE: &str = "+45 00 12 10 01";
/// Of trunk `other`.
pub const OTHER_LINE: &str = "+45 00 12 20 02";
/// Listed in the directory.
pub const OUTSIDE: &str = "+45 00 15 12 23";

/// An address of loopback that no other test has; 2 and 3 are trunks, 4 to 9 desk phones.
pub fn ip(last: u8) -> IpAddr {
    let [.., a, b] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, a.max(1), b, last).into()
}

pub fn person(n: u128) -> PersonId {
    format!("{n:032x}").parse().unwrap()
}

pub struct House {
    pub exchange: Exchange,
    pub address: SocketAddr,
    happened: UnboundedReceiver<Happened>,
}

/// A free port at an address of ours.
pub async fn free(ip: IpAddr) -> SocketAddr {
    UdpSocket::bind((ip, 0)).await.unwrap().local_addr().unwrap()
}

/// Waits until it holds; whether it did.
pub async fn comes(mut holds: impl FnMut() -> bool) -> bool {
    let coming = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, coming).await.is_ok()
}

/// What an exchange stands on.
pub struct Ground {
    /// Where it listens, for TLS too if it has what that takes.
    pub here: IpAddr,
    pub tls: Option<Arc<rustls::ServerConfig>>,
    pub tls_out: Option<Arc<rustls::ClientConfig>>,
    /// Where calls to outside go, how, and who we are there.
    pub outside: SocketAddr,
    pub way: Way,
    pub named: Option<&'static str>,
    pub account: Option<Account>,
    /// Transfers to outside are left to the trunk.
    pub refer_out: bool,
    /// Trunks are to encrypt their sound.
    pub srtp: bool,
    /// From where telephones speak beside their own addresses: over TLS they do not choose one.
    pub phones: Option<IpAddr>,
    pub ring: Duration,
    pub most_calls: usize,
    pub most_out_per_hour: usize,
    pub clock: Clock,
}

impl Ground {
    /// Answers at once.
    pub fn with_outside(outside: SocketAddr) -> Self {
        Self {
            here: Ipv4Addr::LOCALHOST.into(),
            tls: None,
            tls_out: None,
            outside,
            way: Way::Udp,
            named: None,
            account: None,
            refer_out: false,
            srtp: false,
            phones: None,
            ring: Duration::ZERO,
            most_calls: 100,
            most_out_per_hour: 100,
            clock: Clock::system(),
        }
    }
}

impl House {
    /// With calls to outside going to `outside` by UDP.
    pub async fn at(outside: SocketAddr, ring: Duration, most_calls: usize) -> Self {
        Self::on(Ground { ring, most_calls, ..Ground::with_outside(outside) }).await
    }

    pub async fn on(ground: Ground) -> Self {
        let any = SocketAddr::new(ground.here, 0);
        let (sender, happened) = unbounded_channel();
        let settings = Settings {
            sip: SipSettings {
                address: any,
                public: None,
                tls: ground.tls.map(|tls| (any, tls)),
                tls_out: ground.tls_out,
            },
            media: PlaneSettings {
                address: any.ip(),
                public: None,
                ports: 0..0,
                browser: any,
                threads: 1,
                recordings: None,
            },
            ring: ground.ring,
            most_calls: ground.most_calls,
            most_out_per_hour: ground.most_out_per_hour,
        };
        let exchange =
            Exchange::start(settings, ground.clock, Rng::system(), sender).await.unwrap();
        let trunk = |key: &str, from: &[IpAddr]| Trunk {
            key: key.to_owned(),
            address: ground.outside,
            way: ground.way,
            named: ground.named.map(str::to_owned),
            from: from.iter().map(|from| Network::from(*from)).collect(),
            account: ground.account.clone(),
            shown: LINE.to_owned(),
            refer_out: ground.refer_out,
            srtp: ground.srtp,
        };
        let line = |trunk: &str| LineNumber { trunk: Some(trunk.to_owned()) };
        let device = |user: &str, n, secrets: fn(&str, &str, &str) -> Secrets| Device {
            user: user.to_owned(),
            person: person(n),
            secrets: secrets(user, REALM, "hemmelig"),
        };
        let six = Ipv6Addr::LOCALHOST.into();
        exchange.know(Numbering {
            trunks: vec![trunk("city", &[ip(2), six]), trunk("other", &[ip(3)])],
            lines: [(LINE, "city"), (OTHER_LINE, "other")]
                .map(|(number, trunk)| (number.to_owned(), line(trunk)))
                .into(),
            devices: vec![device("anne", 1, Secrets::of), device("bo", 2, Secrets::of_old_phone)],
            phones_srtp: true,
            phones: (4..10).map(ip).chain([six]).chain(ground.phones).map(Network::from).collect(),
            outside: [OUTSIDE.to_owned()].into(),
        });
        let address = exchange.sip().address();
        Self { exchange, address, happened }
    }

    /// Answers at once; nobody is outside.
    pub async fn plain() -> Self {
        let nobody = free(ip(2)).await;
        Self::at(nobody, Duration::ZERO, 100).await
    }

    /// The next thing that happened and that `wanted` knows.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(&Happened) -> Option<T>) -> T {
        let found = timeout(SOON, async {
            loop {
                let happened = self.happened.recv().await.unwrap();
                if let Some(found) = wanted(&happened) {
                    return found;
                }
            }
        });
        found.await.expect("it happens soon")
    }

    pub async fn arrived(&mut self) -> CallId {
        self.until(|happened| match happened {
            Happened::Arrived { call, .. } => Some(*call),
            _ => None,
        })
        .await
    }

    /// Everything that has happened and was not asked for yet.
    pub fn rest(&mut self) -> Vec<Happened> {
        std::iter::from_fn(|| self.happened.try_recv().ok()).collect()
    }

    /// No call, no dialog, no leg, no port is left.
    pub async fn is_empty(&self) {
        let left = || {
            let lines = self.exchange.plane().figures().legs.load(Ordering::Relaxed);
            (self.exchange.live().len(), self.exchange.sip().open(), lines)
        };
        assert!(comes(|| left() == (0, (0, 0), 0)).await, "left: {:?}", left());
        assert_eq!(self.count("leaked"), 0);
    }

    /// An honest question is answered.
    pub async fn still_answers(&self) {
        let mut caller = Talker::at(ip(2), self.address).await;
        let answer = caller.ask(&options(caller.local, self.address)).await;
        assert!(answer.starts_with("SIP/2.0 200 "), "{answer}");
    }

    pub fn count(&self, name: &str) -> u64 {
        self.exchange.counters().all().find(|(own, _)| *own == name).unwrap().1
    }
}

/// Whether somebody has a port, by the system's own list: to try it would take it from who comes for it.
fn is_taken(at: SocketAddr) -> bool {
    let IpAddr::V4(ip) = at.ip() else { return false };
    let entry = format!(" {:08X}:{:04X} ", u32::from_ne_bytes(ip.octets()), at.port());
    std::fs::read_to_string("/proc/net/udp").unwrap().contains(&entry)
}

/// Runs a SIPp scenario to its end.
pub struct Sipp(tokio::process::Child, &'static str);

impl Sipp {
    /// Somebody at `from` who calls `number`.
    pub fn calls(scenario: &'static str, from: IpAddr, to: SocketAddr, number: &str) -> Self {
        let number: String = number.split(' ').collect();
        Self::run(scenario, &["-i", &from.to_string(), "-s", &number, &to.to_string()])
    }

    /// Somebody at `at` who is called.
    pub async fn is_called(scenario: &'static str, at: SocketAddr) -> Self {
        let (ip, port) = (at.ip().to_string(), at.port().to_string());
        let callee = Self::run(scenario, &["-i", &ip, "-p", &port]);
        // It is there when its port is taken.
        assert!(comes(|| is_taken(at)).await, "{scenario} is not there");
        callee
    }

    pub fn run(scenario: &'static str, args: &[&str]) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sipp");
        let child = Command::new("sipp")
            .args(["-sf", &format!("{folder}/{scenario}.xml"), "-m", "1", "-nostdin"])
            .args(["-timeout", "70s", "-timeout_error", "-cid_str", &format!("%u-{scenario}@%s")])
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        match child {
            Ok(child) => Self(child, scenario),
            Err(error) => panic!("sipp: {error}; install sip-tester (apt), as ./dev test does"),
        }
    }

    /// Its scenario was kept to the last step.
    pub async fn succeeds(self) {
        let Self(child, scenario) = self;
        let output = child.wait_with_output().await.unwrap();
        let (out, errors) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let last = out.rsplit_once("----- Scenario Screen").map_or("", |(_, last)| last);
        assert!(output.status.success(), "{scenario}: {}\n{errors}\n{last}", output.status);
    }
}

/// Somebody who writes their messages out.
pub struct Talker {
    socket: UdpSocket,
    pub local: SocketAddr,
    to: SocketAddr,
}

impl Talker {
    pub async fn at(ip: IpAddr, to: SocketAddr) -> Self {
        Self::on(SocketAddr::new(ip, 0), to).await
    }

    pub async fn on(local: SocketAddr, to: SocketAddr) -> Self {
        let socket = UdpSocket::bind(local).await.unwrap();
        let local = socket.local_addr().unwrap();
        Self { socket, local, to }
    }

    pub async fn say(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.to).await.unwrap();
    }

    /// What is said to it within a moment.
    pub async fn hears(&mut self, within: Duration) -> Option<String> {
        let mut space = vec![0; 65_536];
        let (length, _) = timeout(within, self.socket.recv_from(&mut space)).await.ok()?.unwrap();
        Some(String::from_utf8_lossy(&space[..length]).into_owned())
    }

    /// Asks, again while nobody answers, until there is a final answer.
    pub async fn ask(&mut self, message: &str) -> String {
        let sequence = header(message, "CSeq");
        for _ in 0..6 {
            self.say(message.as_bytes()).await;
            while let Some(answer) = self.hears(Duration::from_millis(500)).await {
                let provisional = answer.starts_with("SIP/2.0 1");
                if is_answer(&answer) && !provisional && header(&answer, "CSeq") == sequence {
                    return answer;
                }
            }
        }
        panic!("no answer to\n{message}");
    }

    /// The status of the final answer to this; 0 when there is none. Where none is `expected`, that
    /// is so after a moment.
    pub async fn status(&mut self, bytes: &[u8], expected: u16) -> u16 {
        self.say(bytes).await;
        let patience = if expected == 0 { Duration::from_millis(400) } else { SOON };
        while let Some(answer) = self.hears(patience).await {
            let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
            if status >= 200 {
                return status;
            }
        }
        0
    }

    /// The next request of this method that it gets; all else is left unanswered.
    pub async fn gets(&mut self, method: &str) -> String {
        self.waits_for(method, SOON).await
    }

    /// The same, with more patience.
    pub async fn waits_for(&mut self, method: &str, patience: Duration) -> String {
        let found = timeout(patience, async {
            loop {
                let text = self.hears(patience).await;
                if let Some(text) = text.filter(|text| text.starts_with(method)) {
                    return text;
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("no {method}"))
    }

    /// Answers a request.
    pub async fn answers(&self, request: &str, status: &str, lines: &[&str], body: &str) {
        let text = answer(request, status, &format!("<sip:anne@{}>", self.local), lines, body);
        self.say(text.as_bytes()).await;
    }

    /// What it says of its sound.
    pub fn description(&self) -> String {
        let ip = self.local.ip();
        let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
        format!(
            "v=0\r\no=- 1 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n\
             m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        )
    }
}

/// That a session description comes with a message.
pub const SDP: &str = "Content-Type: application/sdp";

/// A header of a request or answer.
pub fn header<'a>(text: &'a str, name: &str) -> &'a str {
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(own, _)| *own == name).map(|(_, value)| value).next().unwrap()
}

pub fn is_answer(text: &str) -> bool {
    text.starts_with("SIP/2.0 ")
}

/// An answer to a request, from who is found at `contact`.
pub fn answer(request: &str, status: &str, contact: &str, lines: &[&str], body: &str) -> String {
    let mut text = format!("SIP/2.0 {status}\r\n");
    for line in request.lines() {
        let name = line.split(':').next().unwrap();
        match name {
            "Via" | "From" | "Call-ID" | "CSeq" => text.push_str(&format!("{line}\r\n")),
            "To" if line.contains("tag=") => text.push_str(&format!("{line}\r\n")),
            "To" => text.push_str(&format!("{line};tag=own\r\n")),
            _ => {}
        }
    }
    text.push_str(&format!("Contact: {contact}\r\n"));
    for line in lines {
        text.push_str(&format!("{line}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    text
}

/// A request; `lines` are put to those that every request has.
pub fn request(first: &str, from: SocketAddr, lines: &[&str], body: &str) -> String {
    use std::sync::atomic::AtomicU32;
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let method = first.split(' ').next().unwrap();
    let mut text = format!(
        "{first}\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{n};rport\r\nMax-Forwards: 70\r\n\
         Contact: <sip:anne@{from}>\r\n"
    );
    let has = |name: &str| lines.iter().any(|line| line.starts_with(&format!("{name}:")));
    for (name, line) in [
        ("From", format!("From: <sip:anne@straks>;tag=f{n}")),
        ("To", "To: <sip:anne@straks>".to_owned()),
        ("Call-ID", format!("Call-ID: {n}@{from}")),
        ("CSeq", format!("CSeq: {n} {method}")),
    ] {
        if !has(name) {
            text.push_str(&format!("{line}\r\n"));
        }
    }
    for line in lines {
        text.push_str(&format!("{line}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    text
}

pub fn options(from: SocketAddr, to: SocketAddr) -> String {
    request(&format!("OPTIONS sip:{to} SIP/2.0"), from, &[], "")
}
