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
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_util::sync::CancellationToken;

use super::branch;
use super::counters::Count;
use super::gate::{Gate, Passage};
use super::numbering::Way;
use crate::screen::MOST_BYTES;

/// A stream that says nothing for so long is closed; telephones ask for life every two minutes.
const IDLE: Duration = Duration::from_secs(300);
/// A message that has begun must be whole after so long.
const WHOLE: Duration = Duration::from_secs(20);
/// Streams of one address, and of all.
const MOST_OF_ONE: usize = 20;
const MOST: usize = 2_000;

/// Hands the stack a connection.
pub type Add = Arc<dyn Fn(SipConnection) + Send + Sync>;

/// All streams.
pub struct Streams {
    gate: Arc<Gate>,
    add: Add,
    open: Mutex<HashMap<IpAddr, usize>>,
    /// How we speak TLS to who is called.
    connector: Option<TlsConnector>,
    cancel: CancellationToken,
}

impl Streams {
    #[must_use]
    pub fn new(
        gate: Arc<Gate>,
        add: Add,
        connector: Option<TlsConnector>,
        cancel: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self { gate, add, open: Mutex::default(), connector, cancel })
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
            let Some(place) = self.place(from.ip()) else {
                self.gate.counters.add(Count::StreamsRefused);
                continue;
            };
            let (streams, tls) = (self.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => drop(streams.attach(stream, from, Way::Tcp, place).await),
                    Some(tls) => match tokio::time::timeout(WHOLE, tls.accept(stream)).await {
                        Ok(Ok(stream)) => drop(streams.attach(stream, from, Way::Tls, place).await),
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
        let place = self.place(to.ip()).ok_or_else(|| no("too many streams"))?;
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
        tokio::time::timeout(Duration::from_secs(5), connect).await?
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
        let gate = self.gate.clone();
        tokio::spawn(async move {
            let wire = Wire { gate, with, way, address, connection: served, to_stack };
            tokio::select! {
                () = token.cancelled() => {}
                () = wire.serve(stream, to_wire) => token.cancel(),
            }
            drop(place);
        });
        Ok(connection)
    }

    fn place(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let own = open.entry(ip).or_insert(0);
        if *own >= MOST_OF_ONE || all >= MOST {
            return None;
        }
        *own += 1;
        Some(Place { streams: self.clone(), ip })
    }
}

/// A stream's place among all.
struct Place {
    streams: Arc<Streams>,
    ip: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.ip) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.ip);
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
        let mut held = Vec::new();
        let mut space = vec![0; 16 * 1024];
        loop {
            let patience = if held.is_empty() { IDLE } else { WHOLE };
            tokio::select! {
                event = out.recv() => {
                    let Some(TransportEvent::Incoming(message, ..)) = event else { return };
                    let bytes = message.to_bytes();
                    if writes.write_all(&branch::unmarked(&bytes)).await.is_err() {
                        return;
                    }
                }
                read = tokio::time::timeout(patience, reads.read(&mut space)) => {
                    let Ok(Ok(length @ 1..)) = read else { return };
                    held.extend_from_slice(&space[..length]);
                    loop {
                        match cut(&held) {
                            Cut::Whole(length) => {
                                let bytes: Vec<u8> = held.drain(..length).collect();
                                let Some(answer) = self.take(&bytes) else { continue };
                                if writes.write_all(&answer).await.is_err() {
                                    return;
                                }
                            }
                            Cut::More => break,
                            // Nothing says where the next message begins.
                            Cut::Never => {
                                if let Some(answer) = self.take(&held) {
                                    let _ = writes.write_all(&answer).await;
                                }
                                return;
                            }
                        }
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

/// Where the first message of a stream ends.
#[derive(Debug, PartialEq, Eq)]
enum Cut {
    Whole(usize),
    More,
    /// Too long, or it does not say how long it is.
    Never,
}

fn cut(held: &[u8]) -> Cut {
    // A question for life, or line ends before a message.
    if held.starts_with(b"\r\n\r\n") {
        return Cut::Whole(4);
    }
    if held.starts_with(b"\r\n") {
        return if held.len() == 2 || held[2] == b'\r' && held.len() == 3 {
            Cut::More
        } else {
            Cut::Whole(2)
        };
    }
    let Some(head) = held.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if held.len() > MOST_BYTES { Cut::Never } else { Cut::More };
    };
    let lines = String::from_utf8_lossy(&held[..head]);
    let length = lines.split("\r\n").skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let name = name.trim();
        let is_length =
            name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("l");
        is_length.then(|| value.trim().parse::<usize>().ok())
    });
    match length.flatten() {
        Some(length) if head + 4 + length > MOST_BYTES => Cut::Never,
        Some(length) if held.len() >= head + 4 + length => Cut::Whole(head + 4 + length),
        Some(_) => Cut::More,
        None => Cut::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_where_they_say_they_end() {
        let whole = b"OPTIONS sip:a SIP/2.0\r\nl : 3\r\n\r\nabcOPTIONS";
        assert_eq!(cut(whole), Cut::Whole(35));
        for length in 1..35 {
            assert_eq!(cut(&whole[..length]), Cut::More, "{length}");
        }
        assert_eq!(cut(b"\r\n\r\nOPTIONS"), Cut::Whole(4));
        assert_eq!(cut(b"\r\nOPTIONS"), Cut::Whole(2));
        assert_eq!((cut(b"\r\n"), cut(b"\r\n\r"), cut(b"")), (Cut::More, Cut::More, Cut::More));
    }

    #[test]
    fn what_has_no_end_ends_the_stream() {
        for head in
            ["", "Content-Length: -1\r\n", "Content-Length: 70000\r\n", "Content-Length: x\r\n"]
        {
            assert_eq!(cut(format!("OPTIONS sip:a SIP/2.0\r\n{head}\r\n").as_bytes()), Cut::Never);
        }
        assert_eq!(cut(&[b'a'; MOST_BYTES + 1]), Cut::Never);
    }
}
