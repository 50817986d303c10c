//! How much an address may say, and when it is not listened to any more.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::numbering::{Numbering, Way};

/// Messages in one go, and a second from then on, of who is nobody we know.
const STRANGER: Allowance = Allowance { at_once: 100.0, a_second: 20.0 };
/// The same of desk telephones: an address may be a whole office's.
const PHONE: Allowance = Allowance { at_once: 1_000.0, a_second: 200.0 };
/// The same of a trunk.
const TRUNK: Allowance = Allowance { at_once: 5_000.0, a_second: 2_500.0 };
/// So many attempts that no honest sender makes block an address.
const STRIKES: u32 = 10;
/// Attempts within so long are counted together.
const TOGETHER: Duration = Duration::from_secs(60);
/// So long an address is blocked.
const BLOCKED: Duration = Duration::from_secs(600);
/// Addresses of one standing that are remembered at most, and how often at most those are sought that
/// need not be any more.
const MOST: usize = 10_000;
const SWEEP: Duration = Duration::from_secs(1);

struct Allowance {
    at_once: f64,
    a_second: f64,
}

/// Who an address is to us. What one standing is allowed no other can use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Trunk,
    Phone,
    Stranger,
}

impl Standing {
    /// That of an address that speaks in this way.
    #[must_use]
    pub fn of(known: &Numbering, ip: IpAddr, way: Way) -> Self {
        if known.trunk_at(ip, way).is_some() {
            Self::Trunk
        } else if known.is_phone_at(ip) {
            Self::Phone
        } else {
            Self::Stranger
        }
    }

    const fn allowed(self) -> &'static Allowance {
        match self {
            Self::Trunk => &TRUNK,
            Self::Phone => &PHONE,
            Self::Stranger => &STRANGER,
        }
    }
}

/// What is done with a message before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Listened,
    TooMuch,
    Blocked,
}

struct Source {
    left: f64,
    at: Instant,
    strikes: u32,
    first_strike: Instant,
    blocked_until: Option<Instant>,
}

/// What is remembered of addresses, by their standing.
#[derive(Default)]
pub struct Sources([Room; 3]);

#[derive(Default)]
struct Room {
    sources: HashMap<IpAddr, Source>,
    swept: Option<Instant>,
}

impl Sources {
    /// Judges one more message of an address.
    pub fn admit(&mut self, ip: IpAddr, standing: Standing, now: Instant) -> Admission {
        let allowed = standing.allowed();
        let Some(source) = self.0[standing as usize].of(ip, allowed, now) else {
            return Admission::TooMuch;
        };
        if source.blocked_until.is_some_and(|until| now < until) {
            return Admission::Blocked;
        }
        let since = now.saturating_duration_since(source.at).as_secs_f64();
        source.left = (source.left + since * allowed.a_second).min(allowed.at_once);
        source.at = now;
        if source.left < 1.0 {
            return Admission::TooMuch;
        }
        source.left -= 1.0;
        Admission::Listened
    }

    /// Counts an attempt that no honest sender makes; true when it is the one too many. A trunk is
    /// never blocked.
    pub fn strike(&mut self, ip: IpAddr, standing: Standing, now: Instant) -> bool {
        if standing == Standing::Trunk {
            return false;
        }
        let Some(source) = self.0[standing as usize].of(ip, standing.allowed(), now) else {
            return false;
        };
        if now.saturating_duration_since(source.first_strike) > TOGETHER {
            source.strikes = 0;
            source.first_strike = now;
        }
        source.strikes += 1;
        if source.strikes < STRIKES {
            return false;
        }
        source.strikes = 0;
        source.blocked_until = Some(now + BLOCKED);
        true
    }
}

impl Room {
    /// `None` when there is no room for one more.
    fn of(&mut self, ip: IpAddr, allowed: &Allowance, now: Instant) -> Option<&mut Source> {
        let ip = ip.to_canonical();
        if self.sources.len() >= MOST && !self.sources.contains_key(&ip) {
            if self.swept.is_some_and(|at| now.saturating_duration_since(at) < SWEEP) {
                return None;
            }
            self.swept = Some(now);
            self.sources.retain(|_, source| {
                now.saturating_duration_since(source.at) < TOGETHER
                    || source.blocked_until.is_some_and(|until| now < until)
            });
            if self.sources.len() >= MOST {
                return None;
            }
        }
        Some(self.sources.entry(ip).or_insert_with(|| Source {
            left: allowed.at_once,
            at: now,
            strikes: 0,
            first_strike: now,
            blocked_until: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::Standing::{Phone, Stranger, Trunk};
    use super::*;

    const IP: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    #[test]
    fn a_flood_is_cut_to_what_is_allowed_and_others_are_not_touched() {
        let (mut sources, now) = (Sources::default(), Instant::now());
        let listened = |sources: &mut Sources, standing, at| {
            (0..1_000).filter(|_| sources.admit(IP, standing, at) == Admission::Listened).count()
        };
        assert_eq!(listened(&mut sources, Stranger, now), 100);
        assert_eq!(listened(&mut sources, Stranger, now + Duration::from_secs(1)), 20);
        let other = "192.0.2.8".parse().unwrap();
        assert_eq!(sources.admit(other, Stranger, now), Admission::Listened);
        assert_eq!(listened(&mut sources, Phone, now), 1_000, "an office's morning");
        assert_eq!(listened(&mut sources, Phone, now + Duration::from_secs(1)), 200);
        assert_eq!(
            listened(&mut sources, Trunk, now),
            1_000,
            "what others use up is not a trunk's"
        );
    }

    #[test]
    fn ten_attempts_within_a_minute_block_an_address_for_ten() {
        let (mut sources, now) = (Sources::default(), Instant::now());
        let minute = Duration::from_secs(61);
        for n in 0..18 {
            let at = now + minute * (n / 9);
            assert!(!sources.strike(IP, Stranger, at), "nine a minute are clumsy, not hostile");
        }
        assert!(sources.strike(IP, Stranger, now + minute));
        assert!((0..20).all(|_| !sources.strike(IP, Trunk, now)), "a trunk is never blocked");
        let soon = now + minute + Duration::from_secs(599);
        assert_eq!(sources.admit(IP, Stranger, soon), Admission::Blocked);
        assert_eq!(sources.admit(IP, Trunk, soon), Admission::Listened);
        let later = now + minute + BLOCKED;
        assert_eq!(sources.admit(IP, Stranger, later), Admission::Listened);
    }

    #[test]
    fn a_flood_from_everywhere_takes_nobodys_room_and_no_time() {
        let (mut sources, now) = (Sources::default(), Instant::now());
        let mut said = |n: u32, standing, at| {
            let admission = sources.admit(std::net::Ipv4Addr::from(n).into(), standing, at);
            (admission, sources.0[Stranger as usize].sources.len())
        };
        for n in 0..20_000 {
            said(n, Stranger, now);
        }
        assert_eq!(said(20_000, Stranger, now), (Admission::TooMuch, MOST));
        for standing in [Trunk, Phone] {
            assert_eq!(said(20_000, standing, now), (Admission::Listened, MOST));
        }
        let last = now + TOGETHER - SWEEP / 2;
        assert_eq!(said(20_001, Stranger, last), (Admission::TooMuch, MOST));
        let again = "all were looked through half a second ago";
        assert_eq!(said(20_002, Stranger, last + SWEEP / 2), (Admission::TooMuch, MOST), "{again}");
        assert_eq!(said(20_003, Stranger, last + SWEEP), (Admission::Listened, 1));
    }
}
