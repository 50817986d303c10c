//! Where desk phones are (RFC 3261, section 10).

use std::collections::HashMap;
use std::net::SocketAddr;

use base::UnixMillis;

use super::numbering::Way;

/// A registration shorter than this (s) costs more than it is worth: 423.
pub const SHORTEST_S: u32 = 60;
/// What a phone gets that asks for more, or for nothing (s).
pub const LONGEST_S: u32 = 3_600;
/// Places where one device can be at a time: the oldest makes room.
const MOST_PLACES: usize = 5;

/// How a phone is reached: the way its registration came, whatever it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    pub way: Way,
    pub address: SocketAddr,
}

/// Where a device is, until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address it wants to be called by.
    pub contact: String,
    pub flow: Flow,
    pub until: UnixMillis,
    /// Whether it proved who it is by MD5.
    pub weak: bool,
    /// Of the registration: a later one of the same sequence must count on (section 10.3).
    call: String,
    sequence: u32,
}

/// What a phone asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Contacts with how long (s) each is to last; empty asks only where it is.
    pub contacts: Vec<(String, u32)>,
    /// `Contact: *`: away everywhere.
    pub all_away: bool,
    pub flow: Flow,
    pub weak: bool,
    pub call: &'a str,
    pub sequence: u32,
}

/// Why a registration is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// 423
    TooBrief,
    /// 500: older than what is known.
    OutOfOrder,
}

/// Where every device is.
#[derive(Debug, Default)]
pub struct Registrar {
    places: HashMap<String, Vec<Place>>,
}

impl Registrar {
    /// Takes a registration of a device that is who it says. All or nothing. Gives where the device
    /// is from now on.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn register(
        &mut self,
        user: &str,
        asked: &Asked<'_>,
        at: UnixMillis,
    ) -> Result<Vec<Place>, Refused> {
        let mut places = self.places(user, at);
        let known = |place: &Place| place.call == asked.call && place.sequence >= asked.sequence;
        if (asked.all_away || !asked.contacts.is_empty()) && places.iter().any(known) {
            return Err(Refused::OutOfOrder);
        }
        if asked.all_away {
            places.clear();
        }
        for (contact, seconds) in &asked.contacts {
            if (1..SHORTEST_S).contains(seconds) {
                return Err(Refused::TooBrief);
            }
            places.retain(|place| place.contact != *contact);
            if *seconds > 0 {
                places.push(Place {
                    contact: contact.clone(),
                    flow: asked.flow,
                    until: at.plus_seconds((*seconds).min(LONGEST_S).into()),
                    weak: asked.weak,
                    call: asked.call.to_owned(),
                    sequence: asked.sequence,
                });
            }
        }
        places.drain(..places.len().saturating_sub(MOST_PLACES));
        if places.is_empty() {
            self.places.remove(user);
        } else {
            self.places.insert(user.to_owned(), places.clone());
        }
        Ok(places)
    }

    /// A stream has ended: no device is reached by it any more.
    pub fn stream_ended(&mut self, flow: Flow) {
        self.places.retain(|_, places| {
            places.retain(|place| place.flow != flow);
            !places.is_empty()
        });
    }

    /// Where a device is.
    #[must_use]
    pub fn places(&self, user: &str, at: UnixMillis) -> Vec<Place> {
        let places = self.places.get(user).map_or(&[][..], Vec::as_slice);
        places.iter().filter(|place| place.until > at).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

    fn asked<'a>(contacts: &[(&str, u32)], call: &'a str, sequence: u32) -> Asked<'a> {
        let flow = Flow { way: Way::Udp, address: SocketAddr::from(([192, 0, 2, 7], 5060)) };
        let contacts = contacts.iter().map(|(uri, s)| ((*uri).to_owned(), *s)).collect();
        Asked { contacts, all_away: false, flow, weak: false, call, sequence }
    }

    #[test]
    fn a_phone_is_where_it_said_until_its_time_is_over() {
        let mut registrar = Registrar::default();
        let first = asked(&[("sip:a@192.0.2.7", 120), ("sip:a@192.0.2.9", 9_999)], "c1", 1);
        let places = registrar.register("anne", &first, NOW).unwrap();
        assert_eq!(places[1].until, NOW.plus_seconds(3_600));
        assert_eq!(registrar.places("anne", NOW.plus_seconds(119)).len(), 2);
        assert_eq!(registrar.places("anne", NOW.plus_seconds(120)).len(), 1);
        assert!(registrar.places("bo", NOW).is_empty());
        // Only asking where it is changes nothing.
        let after = registrar.register("anne", &asked(&[], "c1", 1), NOW.plus_seconds(200));
        assert_eq!(after.unwrap().len(), 1);
        let away = Asked { all_away: true, ..asked(&[], "c1", 2) };
        assert_eq!(registrar.register("anne", &away, NOW), Ok(vec![]));
        assert!(registrar.places("anne", NOW).is_empty());
    }

    #[test]
    fn what_is_too_brief_or_too_old_changes_nothing() {
        let mut registrar = Registrar::default();
        let one = |n: u32| format!("sip:a@192.0.2.{n}");
        registrar.register("anne", &asked(&[(&one(1), 60)], "c1", 5), NOW).unwrap();
        let mixed = asked(&[(&one(2), 600), (&one(3), 59)], "c1", 6);
        assert_eq!(registrar.register("anne", &mixed, NOW), Err(Refused::TooBrief));
        let old = asked(&[(&one(1), 0)], "c1", 5);
        assert_eq!(registrar.register("anne", &old, NOW), Err(Refused::OutOfOrder));
        assert_eq!(registrar.places("anne", NOW).len(), 1);
    }

    #[test]
    fn a_phone_that_comes_by_another_way_each_time_is_where_it_came_last() {
        let mut registrar = Registrar::default();
        let way = |port| Flow { way: Way::Tcp, address: SocketAddr::from(([192, 0, 2, 7], port)) };
        for n in 1..=7_u16 {
            let own = format!("sip:a@192.0.2.7:{n}");
            let from = Asked { flow: way(n), ..asked(&[(&own, 600)], "c1", n.into()) };
            registrar.register("anne", &from, NOW).unwrap();
        }
        let ports = |registrar: &Registrar| -> Vec<u16> {
            registrar.places("anne", NOW).iter().map(|place| place.flow.address.port()).collect()
        };
        assert_eq!(ports(&registrar), [3, 4, 5, 6, 7]);
        registrar.stream_ended(way(6));
        registrar.stream_ended(Flow { way: Way::Tls, ..way(7) });
        assert_eq!(ports(&registrar), [3, 4, 5, 7]);
    }
}
