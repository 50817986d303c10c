//! Keys pressed during a call (RFC 4733).

/// A key: `0` to `9`, `*`, `#`, `A` to `D`.
pub type Digit = char;

const KEYS: [Digit; 16] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];
/// The last packet of a key is sent so often (RFC 4733, section 2.5.1.4).
const ENDS: u8 = 3;
/// Keys that wait to be sent at most.
const WAITING: usize = 64;
/// A packet that lies back no more than so many ticks of the clock (10 s) was delayed; what lies back
/// further is of a clock that began anew.
const DELAYED: u32 = 10 * super::CLOCK;
/// Loudness of a key that is sent: -10 dBm0.
const VOLUME: u8 = 10;

/// Reads keys out of the packets of a leg. A key is told once, when it is pressed: its packets share
/// a timestamp, however many come, come twice or are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    last: Option<u32>,
}

impl Reader {
    /// The key that a packet begins; `None` for one that goes on, and for what is no key.
    pub fn read(&mut self, timestamp: u32, payload: &[u8]) -> Option<Digit> {
        let [event, _, _, _] = *payload.first_chunk::<4>()?;
        let key = KEYS.get(usize::from(event))?;
        // A packet of an earlier key that was delayed is no new one.
        if self.last.is_some_and(|last| last.wrapping_sub(timestamp) <= DELAYED) {
            return None;
        }
        self.last = Some(timestamp);
        Some(*key)
    }
}

/// One packet of a key that is being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressed {
    pub payload: [u8; 4],
    /// The first packet of the key.
    pub first: bool,
    /// The time at which the key went down, the same for all its packets.
    pub timestamp: u32,
}

/// Sends keys one after the other, a packet every 20 ms, each key 100 ms long and 60 ms apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keypad {
    waiting: std::collections::VecDeque<u8>,
    now: Option<Press>,
    /// Ticks of silence before the next key.
    gap: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Press {
    event: u8,
    begun: u32,
    ticks: u8,
}

impl Keypad {
    const HELD: u8 = 5;
    const APART: u8 = 3;

    /// Presses keys; false, and nothing is pressed, when one of them is no key or too many wait.
    pub fn press(&mut self, digits: &str) -> bool {
        let events: Option<Vec<u8>> = digits
            .chars()
            .map(|digit| KEYS.iter().position(|key| *key == digit.to_ascii_uppercase()))
            .map(|place| place.and_then(|place| u8::try_from(place).ok()))
            .collect();
        let Some(events) = events.filter(|new| self.waiting.len() + new.len() <= WAITING) else {
            return false;
        };
        self.waiting.extend(events);
        true
    }

    /// What is sent in this tick in place of sound, at the leg's clock `timestamp`; `samples` is a
    /// tick of that clock.
    pub fn tick(&mut self, timestamp: u32, samples: u16) -> Option<Pressed> {
        if self.now.is_none() {
            if self.gap > 0 {
                self.gap -= 1;
                return None;
            }
            let event = self.waiting.pop_front()?;
            self.now = Some(Press { event, begun: timestamp, ticks: 0 });
        }
        let press = self.now.as_mut()?;
        press.ticks += 1;
        let ended = press.ticks > Self::HELD;
        let length = u16::from(press.ticks.min(Self::HELD)).saturating_mul(samples);
        let [high, low] = length.to_be_bytes();
        let end = if ended { 0x80 } else { 0 };
        let pressed = Pressed {
            payload: [press.event, end | VOLUME, high, low],
            first: press.ticks == 1,
            timestamp: press.begun,
        };
        if press.ticks == Self::HELD + ENDS {
            self.now = None;
            self.gap = Self::APART;
        }
        Some(pressed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends keys over 4 seconds and gives every packet to `carry`.
    fn sent(digits: &str, mut carry: impl FnMut(usize, Pressed)) {
        let mut keypad = Keypad::default();
        assert!(keypad.press(digits));
        let mut count = 0;
        for tick in 0..200_u32 {
            if let Some(pressed) = keypad.tick((u32::MAX - 1_000).wrapping_add(tick * 160), 160) {
                carry(count, pressed);
                count += 1;
            }
        }
    }

    #[test]
    fn keys_arrive_once_each_and_in_order() {
        let mut reader = Reader::default();
        let mut heard = String::new();
        sent("159#11*d", |_, p| heard.extend(reader.read(p.timestamp, &p.payload)));
        assert_eq!(heard, "159#11*D");
    }

    #[test]
    fn keys_arrive_though_packets_are_lost_doubled_or_late() {
        let mut reader = Reader::default();
        let mut heard = String::new();
        let mut late: Option<Pressed> = None;
        sent("42", |count, pressed| {
            // The first of each key is lost, the third comes twice, the last after the next key.
            match count % 8 {
                0 => {}
                7 => late = Some(pressed),
                place => {
                    for _ in 0..=usize::from(place == 2) {
                        heard.extend(reader.read(pressed.timestamp, &pressed.payload));
                    }
                    if let Some(old) = late.take() {
                        heard.extend(reader.read(old.timestamp, &old.payload));
                    }
                }
            }
        });
        assert_eq!(heard, "42");
    }

    #[test]
    fn keys_are_heard_however_far_back_another_clock_begins() {
        for began in [0, 1 << 31, u32::MAX, 5_000_000] {
            let mut reader = Reader { last: Some(5_000_000_u32.wrapping_add(DELAYED + 1)) };
            assert_eq!(reader.read(began, &[1, 0, 0, 0]), Some('1'), "{began}");
            assert_eq!(reader.read(began, &[1, 0, 0, 0]), None);
            assert_eq!(reader.read(began.wrapping_sub(800), &[2, 0, 0, 0]), None, "delayed");
            assert_eq!(reader.read(began.wrapping_add(800), &[2, 0, 0, 0]), Some('2'));
        }
    }

    #[test]
    fn what_is_no_key_is_not_heard_and_not_sent() {
        let mut reader = Reader::default();
        assert_eq!(reader.read(1, &[16, 0, 0, 0]), None);
        assert_eq!(reader.read(1, &[1, 0]), None);
        let mut keypad = Keypad::default();
        assert!(!keypad.press("12x") && !keypad.press(&"1".repeat(65)));
        assert_eq!(keypad.tick(0, 160), None);
    }
}
