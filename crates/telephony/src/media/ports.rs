//! Ports for telephones: an even one for sound, the next for reports (RFC 3550, section 11).

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

/// Attempts to find two neighbours when the system chooses.
const ATTEMPTS: usize = 200;

/// Where ports are taken from. The system knows which are free.
#[derive(Debug)]
pub(super) struct Ports {
    range: Range<u16>,
    next: AtomicU16,
    taken: Arc<AtomicUsize>,
}

/// Two neighbouring ports, with sockets that do not wait. They are free again when it is dropped.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) sound: UdpSocket,
    pub(super) reports: UdpSocket,
    taken: Arc<AtomicUsize>,
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.taken.fetch_sub(2, Ordering::Relaxed);
    }
}

impl Ports {
    pub(super) fn new(range: Range<u16>) -> Self {
        Self { range, next: AtomicU16::new(0), taken: Arc::default() }
    }

    /// Ports that are in use now.
    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Ports for sound and for reports.
    pub(super) fn bind(&self, address: IpAddr) -> io::Result<Pair> {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        let begin = self.range.start.next_multiple_of(2);
        let pairs = self.range.end.saturating_sub(begin) / 2;
        let attempts = if self.range.is_empty() { ATTEMPTS } else { usize::from(pairs) };
        for _ in 0..attempts {
            let sound = if self.range.is_empty() {
                UdpSocket::bind(SocketAddr::new(address, 0))
            } else {
                // The port given back longest ago: late packets of its last call have died out.
                let nth = self.next.fetch_add(1, Ordering::Relaxed) % pairs;
                UdpSocket::bind(SocketAddr::new(address, begin + 2 * nth))
            };
            let pair = sound.and_then(|sound| {
                let port = sound.local_addr()?.port();
                if port % 2 == 1 {
                    return Err(io::Error::from(io::ErrorKind::AddrNotAvailable));
                }
                Ok([sound, UdpSocket::bind(SocketAddr::new(address, port + 1))?])
            });
            match pair {
                Ok([sound, reports]) => {
                    for socket in [&sound, &reports] {
                        socket.set_nonblocking(true)?;
                    }
                    self.taken.fetch_add(2, Ordering::Relaxed);
                    return Ok(Pair { sound, reports, taken: Arc::clone(&self.taken) });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn numbers(pair: &Pair) -> [u16; 2] {
        [&pair.sound, &pair.reports].map(|socket| socket.local_addr().unwrap().port())
    }

    #[test]
    fn the_systems_ports_are_neighbours_and_the_first_is_even() {
        let ports = Ports::new(0..0);
        let pairs: Vec<_> = (0..20).map(|_| ports.bind(HERE).unwrap()).collect();
        assert_eq!(ports.taken(), 40);
        for [sound, reports] in pairs.iter().map(numbers) {
            assert!(sound % 2 == 0 && reports == sound + 1);
        }
    }

    #[test]
    fn a_range_is_used_up_and_given_back() {
        // Somewhere free: other tests take ports too.
        let (ports, pairs) = (0..50)
            .find_map(|_| {
                let [free, _] = numbers(&Ports::new(0..0).bind(HERE).unwrap());
                let ports = Ports::new(free - 1..free + 4);
                let pairs = [ports.bind(HERE).ok()?, ports.bind(HERE).ok()?];
                Some((ports, pairs))
            })
            .unwrap();
        let [first, second] = [0, 1].map(|at| numbers(&pairs[at])[0]);
        assert!(first % 2 == 0 && second % 2 == 0 && first.abs_diff(second) == 2);
        assert!(ports.bind(HERE).is_err());
        assert_eq!(ports.taken(), 4);
        drop(pairs);
        assert!(ports.bind(HERE).is_ok());
        assert_eq!(ports.taken(), 0);
    }
}
