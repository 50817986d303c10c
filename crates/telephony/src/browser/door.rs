//! The one port that all browsers send to.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::media::figures::Figures;
use crate::media::{DATAGRAM, Shared, guarded};

/// The thread looks so often whether the house is being closed.
const LOOK_UP: Duration = Duration::from_millis(200);
/// Datagrams that wait for a browser's thread at most: a handshake, or more than half a second of
/// sound. No more are looked at in a tick: whoever floods makes nobody late.
pub(super) const WAITING: usize = 64;
/// Addresses of one browser that are known at once: its networks.
const ADDRESSES: usize = 8;

/// Reads all browsers' datagrams and puts each into the right mailbox.
#[derive(Debug)]
pub(crate) struct Door {
    socket: UdpSocket,
    /// Where browsers are told to send to.
    said: SocketAddr,
    routes: Mutex<Routes>,
}

#[derive(Debug, Default)]
struct Routes {
    /// By the name that a browser's first messages bear (RFC 8445, section 7.2.2).
    names: HashMap<String, Arc<Mailbox>>,
    addresses: HashMap<SocketAddr, Arc<Mailbox>>,
}

/// What has come for one browser.
#[derive(Debug)]
pub(super) struct Mailbox {
    name: String,
    letters: Mutex<Letters>,
}

#[derive(Debug, Default)]
struct Letters {
    waiting: VecDeque<(SocketAddr, Vec<u8>)>,
    /// Memory of those that were taken.
    spare: Vec<Vec<u8>>,
    /// Where the browser was heard from, oldest first.
    addresses: VecDeque<SocketAddr>,
}

impl Mailbox {
    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next datagram, into `bytes`: its length and where it came from.
    pub(super) fn take(&self, bytes: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let mut letters = self.letters();
        let (from, letter) = letters.waiting.pop_front()?;
        let length = letter.len().min(bytes.len());
        bytes[..length].copy_from_slice(&letter[..length]);
        letters.spare.push(letter);
        Some((length, from))
    }

    /// Whether there was room for it.
    fn put(&self, from: SocketAddr, bytes: &[u8]) -> bool {
        let mut letters = self.letters();
        if letters.waiting.len() >= WAITING {
            return false;
        }
        let mut letter = letters.spare.pop().unwrap_or_default();
        letter.clear();
        letter.extend_from_slice(bytes);
        letters.waiting.push_back((from, letter));
        true
    }
}

impl Door {
    /// Binds the port; `public` is said in place of its address.
    pub(crate) fn open(address: SocketAddr, public: Option<IpAddr>) -> io::Result<Arc<Self>> {
        let socket = UdpSocket::bind(address)?;
        socket.set_read_timeout(Some(LOOK_UP))?;
        // Whoever sends is carrying calls: better a packet lost than all late.
        socket.set_write_timeout(Some(Duration::from_millis(1)))?;
        let bound = socket.local_addr()?;
        let said = SocketAddr::new(public.unwrap_or(bound.ip()), bound.port());
        Ok(Arc::new(Self { socket, said, routes: Mutex::default() }))
    }

    pub(crate) const fn said(&self) -> SocketAddr {
        self.said
    }

    /// Starts the thread that reads.
    pub(crate) fn start(self: &Arc<Self>, shared: Arc<Shared>) -> io::Result<()> {
        let door = Arc::clone(self);
        std::thread::Builder::new().name("media-door".to_owned()).spawn(move || {
            let mut bytes = vec![0; DATAGRAM];
            while !shared.has_stopped() {
                let Ok((length, from)) = door.socket.recv_from(&mut bytes) else { continue };
                let datagram = bytes.get(..length).unwrap_or_default();
                if guarded(|| door.route(datagram, from, &shared.figures)).is_none() {
                    Figures::add(&shared.figures.broken, 1);
                }
            }
        })?;
        Ok(())
    }

    fn routes(&self) -> MutexGuard<'_, Routes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A mailbox for the browser that will call us by this name.
    pub(super) fn expect(&self, name: String) -> Arc<Mailbox> {
        let mailbox = Arc::new(Mailbox { name: name.clone(), letters: Mutex::default() });
        self.routes().names.insert(name, Arc::clone(&mailbox));
        mailbox
    }

    pub(super) fn forget(&self, mailbox: &Arc<Mailbox>) {
        let mut routes = self.routes();
        routes.names.remove(&mailbox.name);
        for address in &mailbox.letters().addresses {
            withdraw(&mut routes.addresses, mailbox, address);
        }
    }

    pub(super) fn send(&self, bytes: &[u8], to: SocketAddr) {
        // What is lost here is lost as anywhere on the way.
        let _lost = self.socket.send_to(bytes, to);
    }

    fn route(&self, bytes: &[u8], from: SocketAddr, figures: &Figures) {
        let mut routes = self.routes();
        let named = called(bytes).and_then(|name| routes.names.get(name).cloned());
        let mailbox = match named {
            Some(mailbox) => {
                introduce(&mut routes.addresses, &mailbox, from);
                mailbox
            }
            None => match routes.addresses.get(&from) {
                Some(mailbox) => Arc::clone(mailbox),
                None => return Figures::add(&figures.refused, 1),
            },
        };
        drop(routes);
        if !mailbox.put(from, bytes) {
            Figures::add(&figures.dropped, 1);
        }
    }
}

/// From now on what comes from there is this browser's. Whether it is true is seen by str0m, which
/// checks every message; a lie only leads the liar's own packets astray.
fn introduce(
    addresses: &mut HashMap<SocketAddr, Arc<Mailbox>>,
    mailbox: &Arc<Mailbox>,
    from: SocketAddr,
) {
    let known = addresses.insert(from, Arc::clone(mailbox));
    if known.is_some_and(|known| Arc::ptr_eq(&known, mailbox)) {
        return;
    }
    let mut letters = mailbox.letters();
    if !letters.addresses.contains(&from) {
        letters.addresses.push_back(from);
    }
    if letters.addresses.len() > ADDRESSES
        && let Some(oldest) = letters.addresses.pop_front()
    {
        withdraw(addresses, mailbox, &oldest);
    }
}

/// An address is no longer this browser's. A page that was loaded anew may have it already.
fn withdraw(
    addresses: &mut HashMap<SocketAddr, Arc<Mailbox>>,
    mailbox: &Arc<Mailbox>,
    address: &SocketAddr,
) {
    if addresses.get(address).is_some_and(|other| Arc::ptr_eq(other, mailbox)) {
        addresses.remove(address);
    }
}

/// Our name in a binding request (RFC 8489, section 5): what stands before the colon of its
/// USERNAME.
fn called(bytes: &[u8]) -> Option<&str> {
    const BINDING_REQUEST: [u8; 2] = [0, 1];
    const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
    const USERNAME: u16 = 0x0006;
    if !bytes.starts_with(&BINDING_REQUEST) || bytes.get(4..8)? != COOKIE {
        return None;
    }
    let mut rest = bytes.get(20..)?;
    loop {
        let (head, after) = rest.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = after.get(..length)?;
        if u16::from_be_bytes([head[0], head[1]]) == USERNAME {
            return std::str::from_utf8(value).ok()?.split(':').next();
        }
        rest = after.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(name: &str) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
        bytes.extend([0; 12]);
        // Another attribute first.
        bytes.extend([0x80, 0x22, 0, 2, 1, 2, 0, 0]);
        let user = format!("{name}:theirs");
        bytes.extend([0, 6, 0, user.len() as u8]);
        bytes.extend(user.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn a_browser_is_known_by_its_name_and_then_by_its_address() {
        let door = Door::open(address(0), None).unwrap();
        let (anna, bent) = (door.expect("anna".to_owned()), door.expect("bent".to_owned()));
        let figures = Figures::default();
        let mut bytes = [0; 100];
        let mut taken = |mailbox: &Mailbox| mailbox.take(&mut bytes).map(|(_, from)| from.port());

        door.route(&request("bent"), address(2), &figures);
        door.route(&[128; 20], address(2), &figures);
        assert_eq!([taken(&bent), taken(&bent), taken(&bent)], [Some(2), Some(2), None]);
        // Nobody's.
        door.route(&[128; 20], address(3), &figures);
        door.route(&request("carl"), address(3), &figures);
        assert_eq!(figures.refused.load(std::sync::atomic::Ordering::Relaxed), 2);
        // The page is loaded anew, and its new name comes from the same address.
        door.route(&request("anna"), address(2), &figures);
        door.forget(&bent);
        door.route(&[128; 20], address(2), &figures);
        assert_eq!([taken(&anna), taken(&anna), taken(&bent)], [Some(2), Some(2), None]);
        // What was Bent's once stays Anna's, however many addresses he has later.
        let bent = door.expect("bent".to_owned());
        door.route(&request("bent"), address(2), &figures);
        door.route(&request("anna"), address(2), &figures);
        for port in 10..30 {
            door.route(&request("bent"), address(port), &figures);
        }
        door.route(&[128; 20], address(2), &figures);
        let mut bytes = [0; 100];
        let came = std::iter::from_fn(|| anna.take(&mut bytes)).count();
        assert_eq!(came, 2);
        door.forget(&bent);
        door.forget(&anna);
        assert!(door.routes().addresses.is_empty() && door.routes().names.is_empty());
    }

    #[test]
    fn a_flood_fills_one_mailbox_and_no_more() {
        let door = Door::open(address(0), None).unwrap();
        let mailbox = door.expect("anna".to_owned());
        let figures = Figures::default();
        for port in 1..1_000 {
            door.route(&request("anna"), address(port), &figures);
        }
        assert_eq!(mailbox.letters().waiting.len(), WAITING);
        assert_eq!(door.routes().addresses.len(), ADDRESSES);
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_name_or_none(
            mut bytes in prop::collection::vec(any::<u8>(), 0..100),
            real in any::<bool>(),
        ) {
            if real {
                let head = request("x");
                let length = bytes.len().min(20);
                bytes[..length].copy_from_slice(&head[..length]);
            }
            let _ = called(&bytes);
        }
    }
}
