//! The threads that carry calls: a tick every 20 ms.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rules::calls::CallId;
use tokio::sync::mpsc::UnboundedSender;

use super::FRAME_MS;
use super::figures::Figures;
use super::leg::{Leg, Scratch};
use super::plane::{Command, Inbox, LegKey, MediaEvent};
use super::prompts::Sound;
use super::room::Room;

/// A tick.
const TICK: Duration = Duration::from_millis(FRAME_MS as u64);
/// Who is later than this leaves out what has passed: sound in a burst helps nobody.
const LATEST: Duration = Duration::from_millis(60);
/// The longest datagram that is read, in bytes.
pub(crate) const DATAGRAM: usize = 2_048;

/// What all threads have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(super) stopped: AtomicBool,
    pub figures: Figures,
    pub(super) events: UnboundedSender<MediaEvent>,
    pub(super) music: Sound,
    pub(super) ringing: Sound,
}

impl Shared {
    pub fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(super) fn tell(&self, event: MediaEvent) {
        // Nobody listens any more when the house is being closed.
        let _unheard = self.events.send(event);
    }
}

/// A clock that beats every 20 ms.
#[derive(Debug)]
struct Metronome {
    next: Instant,
}

impl Metronome {
    /// Moves on to the next beat from one that was awaited until `now`; how many beats are left out.
    fn beat(&mut self, now: Instant, figures: &Figures) -> u32 {
        let late = now.saturating_duration_since(self.next);
        figures.lateness.record(late);
        let skipped = if late > LATEST {
            u32::try_from(late.as_millis() / TICK.as_millis()).unwrap_or(u32::MAX)
        } else {
            0
        };
        self.next += TICK * (skipped + 1);
        Figures::add(&figures.ticks_skipped, u64::from(skipped));
        skipped
    }
}

/// Starts a thread; what it is asked goes into its inbox.
pub(super) fn start(number: usize, shared: Arc<Shared>) -> io::Result<Arc<Inbox>> {
    let inbox = Arc::new(Inbox::default());
    let own = Arc::clone(&inbox);
    let name = format!("media-{number}");
    std::thread::Builder::new().name(name).spawn(move || run(&own, &shared))?;
    Ok(inbox)
}

fn run(inbox: &Inbox, shared: &Shared) {
    let mut rooms: HashMap<CallId, Room> = HashMap::new();
    let mut commands = Vec::new();
    let mut bytes = vec![0; DATAGRAM];
    let mut clock = Metronome { next: Instant::now() };
    while !shared.has_stopped() {
        std::thread::sleep(clock.next.saturating_duration_since(Instant::now()));
        let now = Instant::now();
        let skipped = clock.beat(now, &shared.figures);
        inbox.take(&mut commands);
        for (key, command) in commands.drain(..) {
            carry_out(&mut rooms, key, command, now, shared);
        }
        let mut scratch = Scratch { now, shared, bytes: &mut bytes };
        for room in rooms.values_mut() {
            if skipped > 0 {
                for leg in &mut room.legs {
                    leg.skip(skipped);
                }
            }
            room.tick(&mut scratch);
        }
    }
}

fn carry_out(
    rooms: &mut HashMap<CallId, Room>,
    key: LegKey,
    command: Command,
    now: Instant,
    shared: &Shared,
) {
    let leg = rooms.get(&key.call).and_then(|room| room.place(key.leg));
    let new = match (leg, command) {
        (None, Command::Line(line)) => Leg::with_line(key, line, now),
        (None, Command::Browser(browser)) => Leg::with_browser(key, browser, now),
        (None, _) => return,
        (Some(at), Command::Close) => {
            let Some(room) = rooms.get_mut(&key.call) else { return };
            room.legs.swap_remove(at).end_capture(shared);
            shared.figures.legs.fetch_sub(1, Ordering::Relaxed);
            if room.legs.is_empty() {
                rooms.remove(&key.call);
            }
            return;
        }
        (Some(at), command) => {
            let Some(room) = rooms.get_mut(&key.call) else { return };
            return room.legs[at].on(command, now, shared);
        }
    };
    rooms.entry(key.call).or_default().legs.push(new);
    shared.figures.legs.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_beat_is_made_up_for_and_a_very_late_one_left_out() {
        let begin = Instant::now();
        let at = |millis| begin + Duration::from_millis(millis);
        let mut clock = Metronome { next: begin };
        let figures = Figures::default();
        let skipped: Vec<u32> =
            [0, 25, 100, 110, 200].map(|millis| clock.beat(at(millis), &figures)).to_vec();
        // The third is due at 40 ms and comes at 100: not yet too late. The fifth, due at 80, is.
        assert_eq!(skipped, [0, 0, 0, 0, 6]);
        assert_eq!(clock.next, at(220));
        assert_eq!(figures.lateness.within(60), 4);
    }
}
