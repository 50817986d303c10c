//! A plane to test.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base::{Id, Rng};
use rules::calls::{Heard, LegId};
use telephony::media::{LegKey, MediaEvent, Plane, PlaneSettings};
use tokio::sync::mpsc::{UnboundedReceiver, error::TryRecvError, unbounded_channel};

pub const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Sound is carried in real time: one test has the machine at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// A plane and what it reports.
pub struct House {
    pub plane: Plane,
    events: UnboundedReceiver<MediaEvent>,
    _alone: MutexGuard<'static, ()>,
}

impl House {
    pub fn new() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, events) = unbounded_channel();
        let settings = PlaneSettings {
            address: HERE,
            public: None,
            ports: 0..0,
            browser: SocketAddr::new(HERE, 0),
            threads: 2,
            recordings: None,
        };
        let plane = Plane::start(settings, Rng::seeded(7), sender).unwrap();
        Self { plane, events, _alone: alone }
    }

    /// Waits for a report, at most a minute; others are let by.
    pub fn wait_for<T>(&mut self, mut wanted: impl FnMut(MediaEvent) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            match self.events.try_recv() {
                Ok(event) => {
                    if let Some(found) = wanted(event) {
                        return found;
                    }
                }
                Err(TryRecvError::Empty) => std::thread::sleep(Duration::from_millis(2)),
                Err(TryRecvError::Disconnected) => panic!("the plane is gone"),
            }
            assert!(Instant::now() < end, "what is waited for does not come");
        }
    }

    /// What has been reported up to now.
    pub fn reported(&mut self) -> Vec<MediaEvent> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }

    pub fn hear_each_other(&self, legs: &[LegKey]) {
        for leg in legs {
            let others = legs.iter().filter(|other| *other != leg);
            let others: Vec<LegId> = others.map(|other| other.leg).collect();
            self.plane.hears(*leg, Heard::Legs(others));
        }
    }
}

/// A leg of a call.
pub fn leg(call: u128, leg: LegId) -> LegKey {
    LegKey { call: Id::from_uuid(uuid::Uuid::from_u128(call)), leg }
}

pub fn pass(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}
