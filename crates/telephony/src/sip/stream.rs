//! TCP and TLS behind the gate: messages are cut out of the stream here, and the stack gets them and
//! gives its own through a channel.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rsipstack::sip::{SipMessage, Transport};
use rsipstack::transport::channel::ChannelConnection;
use rsipstack::transport::{SipAddr, SipConnection, TransportEvent};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_util::sync::CancellationToken;

use super::branch;
use super::counters::Count;
use super::gate::{Gate, Passage};
use super::numbering::Way;
use super::registrar::Flow;
use super::sources::Standing;
use crate::screen::MOST_BYTES;

/// A stream that says nothing for so long is closed; telephones ask for life every two minutes.
const IDLE: Duration = Duration::from_secs(300);
/// A message that has begun must be whole after so long, whichever way it goes.
const WHOLE: Duration = Duration::from_secs(20);
/// Streams of strangers: of one address, and of all.
const OF_STRANGERS: (usize, usize) = (20, 200);
/// Streams of trunks, and of telephones: of one address, which may be a whole office's, and of all.
const OF_KNOWN: (usize, usize) = (500, 2_000);

/// Hands the stack a connection.
pub type Add = Arc<dyn Fn(SipConnection) + Send + Sync>;

/// Says that a stream has ended.
pub type Ended = Arc<dyn Fn(Flow) + Send + Sync>;

/// All streams.
pub struct Streams {
    gate: Arc<Gate>,
    add: Add,
    ended: Ended,
    open: Mutex<HashMap<(Standing, IpAddr), usize>>,
    /// How we speak TLS to who is called.
    connector: Option<TlsConnector>,
    cancel: CancellationToken,
}

impl Streams {
    #[must_use]
    pub fn new(
        gate: Arc<Gate>,
        add: Add,
        ended: Ended,
        connector: Option<TlsConnector>,
        cancel: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self { gate, add, ended, open: Mutex::default(), connector, cancel })
    }

    /// Takes connections until the end.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, tls: Option<TlsAcceptor>) {
        loop {
            let accepted = tokio::select! {
                () = self.cancel.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, from)) = accepted else {
                // Out of descriptors: the ones that are open are served on.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let way = if tls.is_some() { Way::Tls } else { Way::Tcp };
            let standing = self.gate.standing(from.ip(), way);
            let Some(place) = self.place(standing, from.ip()) else {
                self.gate.counters.add(Count::StreamsRefused);
                continue;
            };
            let (streams, tls) = (self.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => drop(streams.attach(stream, from, way, place).await),
                    Some(tls) => match timeout(WHOLE, tls.accept(stream)).await {
                        Ok(Ok(stream)) => drop(streams.attach(stream, from, way, place).await),
                        _ => streams.gate.strike(from.ip()),
                    },
                }
            });
        }
    }

    /// Opens a connection to who is to be called. `named`: what its certificate says, if not its
    /// address.
    ///
    /// # Errors
    /// When nobody answers there within five seconds, or not as TLS asks for.
    pub async fn connect(
        self: &Arc<Self>,
        to: SocketAddr,
        way: Way,
        named: Option<&str>,
    ) -> io::Result<SipConnection> {
        let no = |text: &'static str| io::Error::new(io::ErrorKind::NotConnected, text);
        let name = match named {
            Some(name) => ServerName::try_from(name.to_owned()).map_err(io::Error::other)?,
            None => ServerName::IpAddress(to.ip().into()),
        };
        // Whom we call is no stranger, from wherever it calls us.
        let place = self.place(Standing::Trunk, to.ip());
        let place = place.ok_or_else(|| no("too many streams"))?;
        let connect = async {
            let stream = TcpStream::connect(to).await?;
            match (way, &self.connector) {
                (Way::Tcp, _) => self.attach(stream, to, way, place).await,
                (Way::Tls, Some(connector)) => {
                    let stream = connector.connect(name, stream).await?;
                    self.attach(stream, to, way, place).await
                }
                _ => Err(no("no TLS")),
            }
        };
        timeout(Duration::from_secs(5), connect).await?
    }

    /// Puts a stream under the stack and serves it.
    async fn attach<S>(
        self: &Arc<Self>,
        stream: S,
        with: SocketAddr,
        way: Way,
        place: Place,
    ) -> io::Result<SipConnection>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (to_stack, from_wire) = unbounded_channel();
        let (from_stack, to_wire) = unbounded_channel();
        let transport = if way == Way::Tls { Transport::Tls } else { Transport::Tcp };
        let address = SipAddr { r#type: Some(transport), addr: with.into() };
        let token = self.cancel.child_token();
        let channel = ChannelConnection::create_connection(
            from_wire,
            from_stack,
            address.clone(),
            Some(token.clone()),
        );
        let connection = SipConnection::Channel(channel.await.map_err(io::Error::other)?);
        (self.add)(connection.clone());
        let served = connection.clone();
        let (gate, ended) = (self.gate.clone(), self.ended.clone());
        tokio::spawn(async move {
            let wire = Wire { gate, with, way, address, connection: served, to_stack };
            tokio::select! {
                () = token.cancelled() => {}
                () = wire.serve(stream, to_wire) => token.cancel(),
            }
            ended(Flow { way, address: with });
            drop(place);
        });
        Ok(connection)
    }

    fn place(self: &Arc<Self>, standing: Standing, ip: IpAddr) -> Option<Place> {
        let (of_one, of_all) = if standing == Standing::Stranger { OF_STRANGERS } else { OF_KNOWN };
        let of = (standing, ip);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let alike = open.iter().filter(|((own, _), _)| *own == standing);
        let all: usize = alike.map(|(_, streams)| streams).sum();
        let own = open.get(&of).copied().unwrap_or(0);
        if own >= of_one || all >= of_all {
            return None;
        }
        open.insert(of, own + 1);
        Some(Place { streams: self.clone(), of })
    }
}

/// A stream's place among those who are to us what its address is.
struct Place {
    streams: Arc<Streams>,
    of: (Standing, IpAddr),
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.of) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.of);
            }
        }
    }
}

/// One stream while it lasts.
struct Wire {
    gate: Arc<Gate>,
    with: SocketAddr,
    way: Way,
    address: SipAddr,
    connection: SipConnection,
    to_stack: UnboundedSender<TransportEvent>,
}

impl Wire {
    async fn serve<S>(self, stream: S, mut out: UnboundedReceiver<TransportEvent>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut reads, mut writes) = tokio::io::split(stream);
        let mut held = Held::default();
        let mut space = vec![0; 16 * 1024];
        let mut until = Instant::now() + IDLE;
        loop {
            tokio::select! {
                event = out.recv() => {
                    let Some(TransportEvent::Incoming(message, ..)) = event else { return };
                    let bytes = message.to_bytes();
                    if write(&mut writes, &branch::unmarked(&bytes)).await.is_err() {
                        return;
                    }
                }
                read = timeout_at(until, reads.read(&mut space)) => {
                    let Ok(Ok(length @ 1..)) = read else { return };
                    if held.bytes.is_empty() {
                        until = Instant::now() + WHOLE;
                    }
                    held.bytes.extend_from_slice(&space[..length]);
                    loop {
                        match held.cut() {
                            Cut::Whole(bytes) => {
                                until = Instant::now() + WHOLE;
                                let Some(answer) = self.take(&bytes) else { continue };
                                if write(&mut writes, &answer).await.is_err() {
                                    return;
                                }
                            }
                            Cut::More => break,
                            // Nothing says where the next message begins.
                            Cut::Never => {
                                if let Some(answer) = self.take(&held.bytes) {
                                    let _ = write(&mut writes, &answer).await;
                                }
                                return;
                            }
                        }
                    }
                    if held.bytes.is_empty() {
                        until = Instant::now() + IDLE;
                    }
                }
            }
        }
    }

    /// What is to be answered at once.
    fn take(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let bytes = match self.gate.look(bytes, self.with, self.way) {
            Passage::Take(bytes) => bytes,
            Passage::Say(answer) => return Some(answer),
            Passage::Nothing => return None,
        };
        let message = SipMessage::try_from(bytes.as_slice()).ok()?;
        let transport = self.address.r#type.unwrap_or_default();
        let message = SipConnection::update_msg_received(message, self.with, transport).ok()?;
        let event =
            TransportEvent::Incoming(message, self.connection.clone(), self.address.clone());
        // The stack is gone only when the program ends.
        let _ = self.to_stack.send(event);
        None
    }
}

/// Who does not read is not waited for.
async fn write(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    timeout(WHOLE, to.write_all(bytes)).await?
}

/// What came and is not cut yet.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    /// How far no head ends: who sends byte by byte does not have all of it looked through each time.
    looked: usize,
    /// Where the first message ends, once its head is there.
    end: Option<usize>,
}

/// The first message of a stream.
#[derive(Debug, PartialEq, Eq)]
enum Cut {
    Whole(Vec<u8>),
    More,
    /// Too long, or it does not say how long it is.
    Never,
}

impl Held {
    fn cut(&mut self) -> Cut {
        if self.end.is_none() {
            match end(&self.bytes, self.looked) {
                End::At(end) => self.end = Some(end),
                End::Later => self.looked = self.bytes.len().saturating_sub(3),
                End::Never => return Cut::Never,
            }
        }
        match self.end.take_if(|end| *end <= self.bytes.len()) {
            Some(end) => {
                self.looked = 0;
                Cut::Whole(self.bytes.drain(..end).collect())
            }
            None => Cut::More,
        }
    }
}

/// Where a message ends.
enum End {
    At(usize),
    Later,
    Never,
}

/// Before `looked` no head ends.
fn end(held: &[u8], looked: usize) -> End {
    // A question for life, or line ends before a message.
    if held.starts_with(b"\r\n\r\n") {
        return End::At(4);
    }
    if held.starts_with(b"\r\n") {
        return if held.len() == 2 || held[2] == b'\r' && held.len() == 3 {
            End::Later
        } else {
            End::At(2)
        };
    }
    let Some(head) = held[looked..].windows(4).position(|four| four == b"\r\n\r\n") else {
        return if held.len() > MOST_BYTES { End::Never } else { End::Later };
    };
    let head = looked + head;
    let lines = String::from_utf8_lossy(&held[..head]);
    let length = lines.split("\r\n").skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let name = name.trim();
        let is_length =
            name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("l");
        is_length.then(|| value.trim().parse::<usize>().ok())
    });
    match length.flatten() {
        Some(length) if head + 4 + length <= MOST_BYTES => End::At(head + 4 + length),
        _ => End::Never,
    }
}

#[cfg(test)]
mod tests {
    use base::Rng;
    use tokio::io::{DuplexStream, duplex};
    use tokio::time::sleep;

    use super::super::gate::Known;
    use super::*;

    fn held(bytes: &[u8]) -> Held {
        Held { bytes: bytes.to_vec(), ..Held::default() }
    }

    #[test]
    fn messages_are_cut_where_they_say_they_end() {
        let whole = b"OPTIONS sip:a SIP/2.0\r\nl : 3\r\n\r\nabcOPTIONS";
        assert_eq!(held(whole).cut(), Cut::Whole(whole[..35].to_vec()));
        let mut slow = Held::default();
        for byte in &whole[..34] {
            slow.bytes.push(*byte);
            assert_eq!(slow.cut(), Cut::More, "{}", slow.bytes.len());
        }
        slow.bytes.extend_from_slice(&whole[34..]);
        assert_eq!(slow.cut(), Cut::Whole(whole[..35].to_vec()));
        assert_eq!((slow.cut(), slow.bytes.as_slice()), (Cut::More, b"OPTIONS".as_slice()));
        assert_eq!(held(b"\r\n\r\nOPTIONS").cut(), Cut::Whole(b"\r\n\r\n".to_vec()));
        assert_eq!(held(b"\r\nOPTIONS").cut(), Cut::Whole(b"\r\n".to_vec()));
        for begun in ["\r\n", "\r\n\r", ""] {
            assert_eq!(held(begun.as_bytes()).cut(), Cut::More);
        }
    }

    #[test]
    fn what_has_no_end_ends_the_stream() {
        for head in
            ["", "Content-Length: -1\r\n", "Content-Length: 70000\r\n", "Content-Length: x\r\n"]
        {
            let message = format!("OPTIONS sip:a SIP/2.0\r\n{head}\r\n");
            assert_eq!(held(message.as_bytes()).cut(), Cut::Never);
        }
        assert_eq!(held(&[b'a'; MOST_BYTES + 1]).cut(), Cut::Never);
    }

    #[test]
    fn what_was_looked_through_is_not_looked_through_again() {
        let mut held = held(&[b'a'; 10_000]);
        assert_eq!((held.cut(), held.looked), (Cut::More, 9_997));
        held.bytes.extend_from_slice(b"\r\nl: 60\r\n\r\n");
        assert_eq!((held.cut(), held.end), (Cut::More, Some(10_071)));
    }

    /// All streams, and the other end of the only one. On the way are at most 16 bytes.
    async fn opened() -> (Arc<Streams>, DuplexStream) {
        let gate = Gate::new(Arc::default(), Known::default(), Rng::seeded(1));
        let token = CancellationToken::new();
        let streams = Streams::new(Arc::new(gate), Arc::new(|_| ()), Arc::new(|_| ()), None, token);
        let with = SocketAddr::from(([192, 0, 2, 7], 5060));
        let place = streams.place(Standing::Stranger, with.ip()).unwrap();
        let (here, there) = duplex(16);
        streams.attach(here, with, Way::Tcp, place).await.unwrap();
        (streams, there)
    }

    fn count(streams: &Streams) -> usize {
        streams.open.lock().unwrap().len()
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_must_be_whole_in_time_however_often_a_byte_of_it_comes() {
        let (streams, mut there) = opened().await;
        // Who asks for life now and then stays, and then has all its time for a message.
        for _ in 0..3 {
            there.write_all(b"\r\n\r\n").await.unwrap();
            sleep(IDLE - Duration::from_secs(1)).await;
        }
        there.write_all(b"O").await.unwrap();
        sleep(WHOLE - Duration::from_secs(1)).await;
        there.write_all(b"P").await.unwrap();
        assert_eq!(count(&streams), 1);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(count(&streams), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_let_go() {
        let (streams, mut there) = opened().await;
        // Each is answered with two bytes.
        for _ in 0..9 {
            there.write_all(b"\r\n\r\n").await.unwrap();
        }
        sleep(WHOLE - Duration::from_secs(1)).await;
        assert_eq!(count(&streams), 1);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(count(&streams), 0);
    }
}
