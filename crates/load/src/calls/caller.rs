//! The citizens who call.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::books::Books;
use super::conversation::{Over, converse};
use super::sip::{AGAIN, Dialog, PATIENCE, Phone};
use super::sound::Sound;
use super::{TALK, tones};

/// Who takes the call back does it so long after ringing up: the house rings half a second.
const CHANGES_MIND: Duration = Duration::from_millis(200);
/// Who gives up does it so long after the greeting began: just in line, and before anybody who is free
/// at once is heard.
const GIVES_UP: Duration = Duration::from_millis(5_900);
/// Nobody waits longer for an agent.
const WAITS: Duration = Duration::from_secs(60);

/// What a caller is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Takes the call back before it is answered.
    Cancels,
    /// Hangs up in line.
    GivesUp,
    /// Speaks with somebody and hangs up.
    HangsUp,
    /// Speaks with somebody until they hang up.
    IsHungUpOn,
}

impl Kind {
    /// Of the nth caller.
    pub(super) const fn of(nth: u32) -> Self {
        match nth % 10 {
            3 => Self::Cancels,
            7 => Self::GivesUp,
            even if even % 2 == 0 => Self::HangsUp,
            _ => Self::IsHungUpOn,
        }
    }
}

/// The number that the nth caller shows.
pub(super) fn number(nth: u32) -> String {
    format!("+4500{:06}", FIRST + nth)
}

/// Which caller shows a number.
pub(super) fn nth(number: &str) -> Option<u32> {
    number.strip_prefix("+4500")?.parse::<u32>().ok()?.checked_sub(FIRST)
}

/// Numbers of callers begin here; nobody of the demo has one of them.
const FIRST: u32 = 900_000;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Cancelled,
    GaveUp,
    Answered,
}

/// The nth caller calls a number.
pub(super) async fn call(
    house: SocketAddr,
    dialled: &str,
    nth: u32,
    books: Arc<Books>,
) -> anyhow::Result<Ended> {
    let phone = Phone::open(house, &number(nth), &books.rng).await?;
    let (says, listens_for) = tones(nth);
    let mut sound = Sound::open(says, listens_for, &books.rng).await?;
    let description = sound.description()?;
    let (mut dialog, invite) = Dialog::invite(&phone, dialled, &description);
    let kind = Kind::of(nth);
    let cancel = (kind == Kind::Cancels).then(|| Instant::now() + CHANGES_MIND);
    let answer = ring(&phone, &dialog, &invite, cancel).await?;
    dialog.confirm(&phone, &answer).await?;
    match (answer.status(), kind) {
        (Some(200), _) => {}
        (Some(487), Kind::Cancels) => return Ok(Ended::Cancelled),
        (status, _) => bail!("refused with {}", status.unwrap_or_default()),
    }
    if !sound.connect(&answer.body) {
        bail!("no sound is agreed");
    }
    let begun = Instant::now();
    let spoken = speak(&phone, &mut dialog, &mut sound, kind, begun, &books).await;
    books.carried(begun.elapsed(), &sound);
    spoken
}

/// Rings up until there is an answer; takes it back at `cancel`.
async fn ring(
    phone: &Phone,
    dialog: &Dialog,
    invite: &str,
    mut cancel: Option<Instant>,
) -> anyhow::Result<super::sip::Message> {
    let end = Instant::now() + PATIENCE;
    let mut again = Some(Instant::now());
    let mut pause = AGAIN;
    while Instant::now() < end {
        if again.is_some_and(|at| at <= Instant::now()) {
            phone.say(invite).await?;
            again = Some(Instant::now() + pause);
            pause *= 2;
        }
        if cancel.is_some_and(|at| at <= Instant::now()) {
            dialog.cancel(phone).await?;
            cancel = Some(Instant::now() + AGAIN);
        }
        let until = [again, cancel].into_iter().flatten().min().unwrap_or(end);
        if let Ok(message) = timeout_at(until, phone.next()).await {
            let message = message?;
            match message.status() {
                Some(100..200) => again = None,
                Some(_) if message.header("cseq").ends_with("INVITE") => return Ok(message),
                _ => {}
            }
        }
    }
    bail!("nobody answers")
}

async fn speak(
    phone: &Phone,
    dialog: &mut Dialog,
    sound: &mut Sound,
    kind: Kind,
    begun: Instant,
    books: &Books,
) -> anyhow::Result<Ended> {
    let mut heard_at = None;
    let over = converse(phone, dialog, sound, |sound| {
        if sound.is_heard() && heard_at.is_none() {
            heard_at = Some(Instant::now());
        }
        match (heard_at, kind) {
            // The one that came too late to be taken back.
            (_, Kind::Cancels) => true,
            (Some(at), Kind::IsHungUpOn) => at.elapsed() > 4 * TALK,
            (Some(at), _) => at.elapsed() > TALK,
            (None, Kind::GivesUp) => begun.elapsed() > GIVES_UP,
            (None, _) => begun.elapsed() > WAITS,
        }
    })
    .await?;
    if over == Over::Enough {
        dialog.hang_up(phone).await?;
    }
    if let Some(at) = heard_at {
        books.answered(at - begun);
    }
    match (heard_at, kind, over) {
        (_, Kind::Cancels, _) => Ok(Ended::Cancelled),
        (None, Kind::GivesUp, Over::Enough) => Ok(Ended::GaveUp),
        (None, _, Over::Enough) => bail!("nobody answered within {} s", WAITS.as_secs()),
        (None, _, Over::HungUp) => bail!("hung up on before an agent was heard"),
        (Some(_), Kind::IsHungUpOn, Over::Enough) => bail!("the agent did not hang up"),
        (Some(_), Kind::HangsUp, Over::HungUp) => bail!("hung up on in the middle of the talk"),
        (Some(_), ..) => Ok(Ended::Answered),
    }
}

/// Waits for the moment at which a caller is due.
pub(super) async fn due(began: Instant, nth: u32, rate: f64) {
    sleep_until(began + Duration::from_secs_f64(f64::from(nth) / rate)).await;
}
