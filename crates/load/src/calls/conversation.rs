//! What both ends of a conversation do: speak, listen, and hear when the other hangs up.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::sip::{AGAIN, Dialog, Phone};
use super::sound::Sound;

/// How a conversation was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// By the one whose end this is.
    Enough,
    /// By the other.
    HungUp,
}

/// Speaks and listens until `enough` or the other end hangs up.
///
/// # Errors
/// When a socket fails.
pub async fn converse(
    phone: &Phone,
    dialog: &mut Dialog,
    sound: &mut Sound,
    mut enough: impl FnMut(&Sound) -> bool,
) -> anyhow::Result<Over> {
    let mut tick = interval(Duration::from_millis(20));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut again = Instant::now() + AGAIN;
    loop {
        tokio::select! {
            message = phone.next() => {
                if dialog.hear(phone, &message?).await? {
                    return Ok(Over::HungUp);
                }
            }
            heard = sound.listen() => heard?,
            now = tick.tick() => {
                sound.speak();
                if enough(sound) {
                    return Ok(Over::Enough);
                }
                if let Some(answer) = dialog.unconfirmed.as_ref().filter(|_| now >= again) {
                    phone.say(answer).await?;
                    again = now + AGAIN;
                }
            }
        }
    }
}
