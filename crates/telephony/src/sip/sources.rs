//! How much an address may say, and when it is not listened to any more.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Messages in one go, and a second from then on, of who is not a trunk.
const STRANGER: Allowance = Allowance { at_once: 100.0, a_second: 20.0 };
/// The same of a trunk.
const TRUNK: Allowance = Allowance { at_once: 5_000.0, a_second: 2_500.0 };
/// So many attempts that no honest sender makes block an address.
const STRIKES: u32 = 10;
/// Attempts within so long are counted together.
const TOGETHER: Duration = Duration::from_secs(60);
/// So long an address is blocked.
const BLOCKED: Duration = Duration::from_secs(600);
/// Addresses that are remembered at most.
const MOST: usize = 10_000;

struct Allowance {
    at_once: f64,
    a_second: f64,
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

/// What is remembered of addresses.
#[derive(Default)]
pub struct Sources(HashMap<IpAddr, Source>);

impl Sources {
    /// Judges one more message of an address.
    pub fn admit(&mut self, ip: IpAddr, is_trunk: bool, now: Instant) -> Admission {
        let allowed = if is_trunk { &TRUNK } else { &STRANGER };
        let Some(source) = self.of(ip, allowed, now) else { return Admission::TooMuch };
        if !is_trunk && source.blocked_until.is_some_and(|until| now < until) {
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

    /// Counts an attempt that no honest sender makes; true when it is the one too many.
    pub fn strike(&mut self, ip: IpAddr, now: Instant) -> bool {
        let Some(source) = self.of(ip, &STRANGER, now) else { return false };
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

    /// `None` when there is no room for one more.
    fn of(&mut self, ip: IpAddr, allowed: &Allowance, now: Instant) -> Option<&mut Source> {
        let ip = ip.to_canonical();
        if self.0.len() >= MOST && !self.0.contains_key(&ip) {
            self.0.retain(|_, source| {
                now.saturating_duration_since(source.at) < TOGETHER
                    || source.blocked_until.is_some_and(|until| now < until)
            });
            if self.0.len() >= MOST {
                return None;
            }
        }
        Some(self.0.entry(ip).or_insert_with(|| Source {
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
    use super::*;

    const IP: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    #[test]
    fn a_flood_is_cut_to_what_is_allowed_and_others_are_not_touched() {
        let (mut sources, now) = (Sources::default(), Instant::now());
        let listened = |sources: &mut Sources, is_trunk, at| {
            (0..1_000).filter(|_| sources.admit(IP, is_trunk, at) == Admission::Listened).count()
        };
        assert_eq!(listened(&mut sources, false, now), 100);
        assert_eq!(listened(&mut sources, false, now + Duration::from_secs(1)), 20);
        let other = "192.0.2.8".parse().unwrap();
        assert_eq!(sources.admit(other, false, now), Admission::Listened);
        assert_eq!(listened(&mut Sources::default(), true, now), 1_000);
    }

    #[test]
    fn ten_attempts_within_a_minute_block_an_address_for_ten() {
        let (mut sources, now) = (Sources::default(), Instant::now());
        let minute = Duration::from_secs(61);
        for n in 0..18 {
            let at = now + minute * (n / 9);
            assert!(!sources.strike(IP, at), "nine a minute are clumsy, not hostile");
        }
        assert!(sources.strike(IP, now + minute));
        let soon = now + minute + Duration::from_secs(599);
        assert_eq!(sources.admit(IP, false, soon), Admission::Blocked);
        assert_eq!(sources.admit(IP, true, soon), Admission::Listened, "a trunk is never blocked");
        let later = now + minute + BLOCKED;
        assert_eq!(sources.admit(IP, false, later), Admission::Listened);
    }

    #[test]
    fn addresses_beyond_what_is_remembered_wait_and_memory_does_not_grow() {
        let (mut sources, now) = (Sources::default(), Instant::now());
        let ip = |n: u32| IpAddr::from(std::net::Ipv4Addr::from(n));
        for n in 0..20_000 {
            sources.admit(ip(n), false, now);
        }
        assert_eq!(sources.0.len(), MOST);
        assert_eq!(sources.admit(ip(20_001), false, now + TOGETHER), Admission::Listened);
        assert_eq!(sources.0.len(), 1);
    }
}
