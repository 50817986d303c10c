//! The agents: each with a browser for the desk and a desk telephone that speaks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::books::{Books, Offered};
use super::caller::{Kind, nth};
use super::conversation::{Over, converse};
use super::sip::{Dialog, Phone, rung, user};
use super::sound::Sound;
use super::{TALK, tones};
use crate::agent::{self, Agent};
use crate::site::Site;

/// The desk is looked at so often even when no bell rings.
const LOOK: Duration = Duration::from_millis(500);
/// A telephone rings so soon after its agent took the call, unless the caller has hung up.
const RINGS: Duration = Duration::from_secs(3);
/// What a call was about can be said so soon after its end.
const WRAPPED_UP: Duration = Duration::from_secs(10);

/// An agent at work.
pub(super) struct Desk {
    agent: Agent,
    phone: Phone,
    /// The number of the line that the agent answers.
    pub(super) number: String,
}

/// Everybody of the demo who answers a department's calls now, each with a telephone.
///
/// # Errors
/// When there is nobody, or a telephone is not let in.
pub(super) async fn open_all(
    site: &Site,
    house: SocketAddr,
    books: &Arc<Books>,
) -> anyhow::Result<Vec<Desk>> {
    let mut opening = JoinSet::new();
    for account in agent::accounts(site).await? {
        if account.roles.iter().any(|role| role == "agent") {
            let (site, books) = (site.clone(), books.clone());
            opening.spawn(async move {
                let agent = Agent::sign_in(&site, &account).await?;
                open(agent, &account.municipality, house, &books).await
            });
        }
    }
    let mut desks = Vec::new();
    while let Some(opened) = opening.join_next().await {
        desks.push(opened??);
    }
    if desks.is_empty() {
        bail!("nobody of the demo answers calls");
    }
    Ok(desks)
}

async fn open(
    agent: Agent,
    municipality: &str,
    house: SocketAddr,
    books: &Books,
) -> anyhow::Result<Desk> {
    let me = agent.get("/me").await?.json();
    let roles = me["roles"].as_array().into_iter().flatten();
    let mut own = roles.filter(|role| role["role"] == "agent");
    let own = own.find_map(|role| role["department"].as_str()).unwrap_or("borgerservice");
    let department = own.to_owned();
    let unit = agent.get(&format!("/directory/{municipality}/units/{department}")).await?.json();
    let number = unit["department"]["phone"].as_str().context("the department's number")?;
    let made = agent.post("/devices", &json!({"name": "Bordtelefon"})).await?.json();
    let said = |name: &str| made[name].as_str().map(str::to_owned).context("a telephone");
    let phone = Phone::open(house, &said("login")?, &books.rng).await?;
    phone.register(&said("registrar")?, &said("secret")?).await?;
    Ok(Desk { agent, phone, number: number.split(' ').collect() })
}

impl Desk {
    /// Takes what is offered, as long as the task lives.
    pub(super) async fn work(self, books: Arc<Books>) {
        let look = Arc::new(Notify::new());
        let mut bells = JoinSet::new();
        bells.spawn(ring(self.agent.clone(), look.clone()));
        let mut before = String::new();
        loop {
            if let Err(error) = self.serve(&mut before, &books).await {
                books.fault(format!("{}: {error:#}", self.agent.login));
            }
            let _ = tokio::time::timeout(LOOK, look.notified()).await;
        }
    }

    /// Takes calls as long as one is offered.
    async fn serve(&self, before: &mut String, books: &Books) -> anyhow::Result<()> {
        loop {
            let desk = self.agent.get("/desk").await?.json();
            let Some(offered) = Offered::read(&desk["offer"]) else { return Ok(()) };
            let contact = offered.contact.clone();
            books.offered(offered);
            let taken = self.agent.accept(&contact).await?;
            if taken.status != 200 {
                // The caller has hung up meanwhile.
                return Ok(());
            }
            let answered = self.answer(before, books).await;
            self.wrap_up(&contact).await?;
            answered?;
        }
    }

    /// Answers the telephone; that nobody is there any more is the caller's right.
    async fn answer(&self, before: &mut String, books: &Books) -> anyhow::Result<()> {
        let Some(invite) = rung(&self.phone, before, RINGS).await else { return Ok(()) };
        let caller = nth(user(invite.header("from"))).context("a caller of ours")?;
        let (listens_for, says) = tones(caller);
        let mut sound = Sound::open(says, listens_for, &books.rng).await?;
        sound.connect(&invite.body);
        let mut dialog = Dialog::answer(&self.phone, &invite, &sound.description()?);
        dialog.call().clone_into(before);
        if let Some(answer) = &dialog.unconfirmed {
            self.phone.say(answer).await?;
        }
        let (begun, hangs_up) = (Instant::now(), Kind::of(caller) == Kind::IsHungUpOn);
        let mut heard_at = None;
        let over = converse(&self.phone, &mut dialog, &mut sound, |sound| {
            if sound.is_heard() && heard_at.is_none() {
                heard_at = Some(Instant::now());
            }
            let talked = heard_at.is_some_and(|at| at.elapsed() > TALK);
            (hangs_up && talked) || begun.elapsed() > 6 * TALK
        })
        .await?;
        if over == Over::Enough {
            dialog.hang_up(&self.phone).await?;
        }
        books.lost(&sound);
        if heard_at.is_some() {
            books.heard(caller);
        }
        Ok(())
    }

    /// Says what it was about, once the call is over.
    async fn wrap_up(&self, contact: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let answer = self.agent.wrap_up(contact, "clarified-at-once").await?;
            if answer.is_good() {
                return Ok(());
            }
            if begun.elapsed() > WRAPPED_UP {
                bail!("wrap-up: {} {}", answer.status, answer.body);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(super) async fn be_ready(&self) -> anyhow::Result<()> {
        self.agent.be("ready").await
    }
}

/// Rings when something happens at the agent's desk, and keeps the agent there.
async fn ring(agent: Agent, look: Arc<Notify>) {
    loop {
        if let Ok(mut socket) = agent.socket().await
            && socket.follow(&format!("agent/{}", agent.person), 0).await.is_ok()
        {
            while socket.next().await.is_some() {
                look.notify_one();
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

impl Offered {
    /// The call that a desk offers.
    fn read(offer: &Value) -> Option<Self> {
        Some(Self {
            contact: offer["contact"].as_str()?.to_owned(),
            line: format!("{}/{}", offer["municipality"], offer["department"]),
            since: offer["waiting_since"].as_i64()?,
            until: offer["until"].as_i64()?,
        })
    }
}
