//! Signalling: who calls whom, over SIP.
//!
//! What comes in passes the [`gate`] first; transactions and dialogs are the stack's (rsipstack),
//! which nothing outside of this module knows. A call that comes in is an [`Arrival`]; a leg of it,
//! and of every call that goes out, is driven by a task of its own ([`leg`]) that reports
//! [`LegEvent`]s and takes orders through a [`Leg`].
//!
//! The stack writes whole messages, bodies and secrets with them, to its log at `info`: the program's
//! filter must hold the target `rsipstack` at [`STACK_LOG`].

mod arrive;
mod branch;
pub mod counters;
pub mod digest;
mod gate;
mod headers;
mod leg;
pub mod number;
pub mod numbering;
mod outgoing;
mod phones;
pub mod registrar;
mod session;
mod sources;
mod stream;
mod trunks;
mod udp;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use base::{Clock, Rng, UnixMillis};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::{Host, HostWithPort, Scheme, Uri};
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::transport_layer::DomainResolver;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, TransportLayer};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc::UnboundedSender;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_util::sync::CancellationToken;

pub use arrive::{Arrival, Caller, Incoming};
pub use counters::{Count, Counters};
pub use leg::{DialogName, End, Leg, LegEvent, Listener};
pub use outgoing::Callee;

use digest::Nonces;
use gate::{Gate, Known};
use numbering::Numbering;
use registrar::Registrar;
use stream::Streams;

/// The log filter that keeps what people say out of the log.
pub const STACK_LOG: &str = "rsipstack=off";

/// The realm that desk phones sign in to.
pub const REALM: &str = "straks";

/// Where we speak from.
#[derive(Clone)]
pub struct SipSettings {
    /// UDP and TCP; port 0: whichever the system gives.
    pub address: SocketAddr,
    /// What is said to others in place of `address`, behind a translation of addresses.
    pub public: Option<IpAddr>,
    /// TLS: where, and who we are.
    pub tls: Option<(SocketAddr, Arc<rustls::ServerConfig>)>,
    /// Whom we believe when we call over TLS.
    pub tls_out: Option<Arc<rustls::ClientConfig>>,
}

/// Signalling, for all who use it.
#[derive(Clone)]
pub struct Sip(Arc<Inner>);

struct Inner {
    endpoint: EndpointInnerRef,
    layer: Arc<DialogLayer>,
    gate: Arc<Gate>,
    known: Known,
    counters: Arc<Counters>,
    streams: Arc<Streams>,
    registrar: Arc<Mutex<Registrar>>,
    nonces: Nonces,
    names: Names,
    /// Legs that are driven.
    legs: Mutex<HashMap<DialogName, leg::Driven>>,
    /// Trunks that answered when they were last asked.
    alive: Mutex<HashMap<String, bool>>,
    arrivals: UnboundedSender<Arrival>,
    draining: AtomicBool,
    /// When it began, by the clock on the wall and by one that nobody sets.
    began: (UnixMillis, Instant),
    rng: Rng,
    local: SocketAddr,
    tls: Option<SocketAddr>,
    said: SocketAddr,
    cancel: CancellationToken,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Sip {
    /// Opens the sockets and listens. What arrives is given to `arrivals`.
    ///
    /// # Errors
    /// When an address is taken.
    pub async fn start(
        settings: SipSettings,
        clock: Clock,
        rng: Rng,
        arrivals: UnboundedSender<Arrival>,
    ) -> io::Result<Self> {
        let cancel = CancellationToken::new();
        let counters = Arc::new(Counters::default());
        let known = Known::default();
        let gate = Arc::new(Gate::new(counters.clone(), known.clone(), rng.clone()));
        let (udp, tcp) = sockets(settings.address).await?;
        let local = udp.local_addr()?;
        let said = SocketAddr::new(settings.public.unwrap_or(local.ip()), local.port());
        gate.stands_at(said);

        let names = Names::default();
        let layer =
            TransportLayer::new_with_domain_resolver(cancel.child_token(), Box::new(names.clone()));
        let socket = Arc::new(udp::GateSocket::new(udp, gate.clone()));
        let connection = UdpConnection::from_socket(socket, Some(said), Some(cancel.child_token()));
        layer.add_transport(connection.await.map_err(io::Error::other)?.into());
        let endpoint = EndpointBuilder::new()
            .with_user_agent("Straks")
            .with_transport_layer(layer)
            .with_cancel_token(cancel.child_token())
            .build();
        let incoming = endpoint.incoming_transactions().map_err(io::Error::other)?;
        let endpoint = endpoint.inner;

        let under = Arc::downgrade(&endpoint);
        let add: stream::Add = Arc::new(move |connection| {
            if let Some(endpoint) = under.upgrade() {
                endpoint.transport_layer.add_connection(connection);
            }
        });
        let connector = settings.tls_out.map(TlsConnector::from);
        let registrar = Arc::<Mutex<Registrar>>::default();
        let places = registrar.clone();
        let ended: stream::Ended = Arc::new(move |flow| lock(&places).stream_ended(flow));
        let streams = Streams::new(gate.clone(), add, ended, connector, cancel.child_token());
        tokio::spawn(streams.clone().serve(tcp, None));
        let mut tls = None;
        if let Some((address, config)) = settings.tls {
            let listener = TcpListener::bind(address).await?;
            tls = Some(listener.local_addr()?);
            tokio::spawn(streams.clone().serve(listener, Some(TlsAcceptor::from(config))));
        }

        let served = endpoint.clone();
        tokio::spawn(async move {
            if let Err(error) = served.serve().await {
                tracing::error!(%error, "signalling stopped");
            }
        });
        let sip = Self(Arc::new(Inner {
            layer: Arc::new(DialogLayer::new(endpoint.clone())),
            endpoint,
            gate,
            known,
            counters,
            streams,
            registrar,
            nonces: Nonces::new(REALM, &rng),
            names,
            legs: Mutex::default(),
            alive: Mutex::default(),
            arrivals,
            draining: AtomicBool::new(false),
            began: (clock.now(), Instant::now()),
            rng,
            local,
            tls,
            said,
            cancel,
        }));
        tokio::spawn(arrive::serve(Arc::downgrade(&sip.0), incoming));
        tokio::spawn(trunks::ask(Arc::downgrade(&sip.0)));
        Ok(sip)
    }

    /// Replaces what is known of numbers, trunks and phones.
    pub fn know(&self, numbering: Numbering) {
        self.0.known.replace(numbering);
    }

    #[must_use]
    pub fn numbering(&self) -> Arc<Numbering> {
        self.0.known.now()
    }

    /// Where we listen: UDP and TCP.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.local
    }

    /// Where we listen for TLS.
    #[must_use]
    pub fn tls_address(&self) -> Option<SocketAddr> {
        self.0.tls
    }

    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// Dialogs and legs that are there; 0 of both when no call is.
    #[must_use]
    pub fn open(&self) -> (usize, usize) {
        (self.0.layer.len(), self.0.legs().len())
    }

    /// From now on whoever asks is told to look elsewhere: new calls, and questions for life. Calls
    /// that go on are not touched.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Whether a trunk answered when it was last asked.
    #[must_use]
    pub fn is_alive(&self, trunk: &str) -> bool {
        lock(&self.0.alive).get(trunk).copied().unwrap_or(true)
    }
}

impl Inner {
    /// The instant for what lapses: a clock that is set neither signs telephones out nor lets a
    /// nonce live on.
    fn now(&self) -> UnixMillis {
        let (wall, began) = self.began;
        wall + i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn legs(&self) -> MutexGuard<'_, HashMap<DialogName, leg::Driven>> {
        lock(&self.legs)
    }

    /// Our own address, as others are to write it.
    fn contact(&self, way: numbering::Way) -> Uri {
        let mut uri = Uri {
            scheme: Some(Scheme::Sip),
            host_with_port: HostWithPort::from(self.said),
            ..Uri::default()
        };
        let transport = match way {
            numbering::Way::Udp => return uri,
            numbering::Way::Tcp => rsipstack::sip::Transport::Tcp,
            numbering::Way::Tls => rsipstack::sip::Transport::Tls,
        };
        if let (numbering::Way::Tls, Some(tls)) = (way, self.tls) {
            uri.host_with_port = SocketAddr::new(self.said.ip(), tls.port()).into();
        }
        uri.params.push(rsipstack::sip::Param::Transport(transport));
        uri
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One port for UDP and TCP.
async fn sockets(address: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut tries = 0;
    loop {
        let udp = UdpSocket::bind(address).await?;
        match TcpListener::bind(udp.local_addr()?).await {
            Ok(tcp) => return Ok((udp, tcp)),
            // The system gave a port that is free for UDP alone.
            Err(_) if address.port() == 0 && tries < 20 => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Names that stand for addresses we spoke with. Nothing is looked up while a call is set up: a name
/// server that does not answer would hold every call.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<HashMap<String, SipAddr>>>);

/// Names that are remembered at most.
const MOST_NAMES: usize = 1_000;

impl Names {
    /// A trunk that was reached at `at` calls itself by this name.
    fn learn(&self, host: &Host, at: &SipAddr) {
        let Host::Domain(name) = host else { return };
        let mut names = lock(&self.0);
        if names.len() < MOST_NAMES {
            names.insert(name.to_string().to_ascii_lowercase(), at.clone());
        }
    }
}

#[async_trait]
impl DomainResolver for Names {
    async fn resolve(&self, target: &SipAddr) -> rsipstack::Result<SipAddr> {
        let name = target.addr.host.to_string().to_ascii_lowercase();
        let known = lock(&self.0).get(&name).cloned();
        known.ok_or(rsipstack::Error::DnsResolutionError(name))
    }
}
