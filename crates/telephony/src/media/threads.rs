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
use super::room::{Room, guarded};

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
        turn(&mut rooms, skipped, &mut Scratch { now, shared, bytes: &mut bytes });
    }
}

/// Carries 20 ms of all calls, and takes out what broke.
fn turn(rooms: &mut HashMap<CallId, Room>, skipped: u32, scratch: &mut Scratch<'_>) {
    let shared = scratch.shared;
    for room in rooms.values_mut() {
        if skipped > 0 {
            room.each(|room, at| room.legs[at].skip(skipped));
        }
        room.tick(scratch);
        for leg in room.legs.extract_if(.., |leg| leg.broken) {
            Figures::add(&shared.figures.broken, 1);
            shared.tell(MediaEvent::Broken { leg: leg.key });
            put_away(leg, shared);
        }
    }
    rooms.retain(|_, room| !room.legs.is_empty());
}

fn put_away(mut leg: Leg, shared: &Shared) {
    shared.figures.legs.fetch_sub(1, Ordering::Relaxed);
    // What broke once may break again.
    guarded(|| {
        leg.end_capture(shared);
        drop(leg);
    });
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
            return put_away(room.legs.swap_remove(at), shared);
        }
        (Some(at), command) => {
            let Some(room) = rooms.get_mut(&key.call) else { return };
            let leg = &mut room.legs[at];
            leg.broken |= guarded(|| leg.on(command, now, shared)).is_none();
            return;
        }
    };
    rooms.entry(key.call).or_default().legs.push(new);
    shared.figures.legs.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use base::Rng;
    use uuid::Uuid;

    use super::*;
    use crate::media::line::Line;
    use crate::media::ports::Ports;

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

    #[test]
    fn a_broken_leg_is_told_and_taken_out_and_its_ports_are_free() {
        let (events, mut told) = tokio::sync::mpsc::unbounded_channel();
        let shared = Shared {
            stopped: AtomicBool::new(false),
            figures: Figures::default(),
            events,
            music: [].into(),
            ringing: [].into(),
        };
        let ports = Ports::new(0..0);
        let call = CallId::from_uuid(Uuid::nil());
        let (mut rooms, mut bytes, now) = (HashMap::new(), vec![0; DATAGRAM], Instant::now());
        for leg in [0, 1] {
            let line = Line::open([127, 0, 0, 1].into(), &ports, &Rng::system()).unwrap();
            let command = Command::Line(Box::new(line));
            carry_out(&mut rooms, LegKey { call, leg }, command, now, &shared);
        }
        let mut scratch = Scratch { now, shared: &shared, bytes: &mut bytes };
        for (leg, left) in [(1, 1), (0, 0)] {
            let room = rooms.get_mut(&call).unwrap();
            let at = room.place(leg).unwrap();
            room.legs[at].broken = true;
            turn(&mut rooms, 1, &mut scratch);
            let broken = MediaEvent::Broken { leg: LegKey { call, leg } };
            assert!(std::iter::from_fn(|| told.try_recv().ok()).any(|event| event == broken));
            assert_eq!((ports.taken(), rooms.len()), (2 * left, left));
            assert_eq!(shared.figures.legs.load(Ordering::Relaxed), left as i64);
        }
        assert_eq!(shared.figures.broken.load(Ordering::Relaxed), 2);
    }
}
