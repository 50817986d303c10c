//! The one live protocol: a WebSocket for staff and citizens alike, resumed by `(stream, seq)` on
//! any node; where sockets are blocked, [`poll`] answers by the same law.
//!
//! The socket delivers; acts are requests of their own. It is bounded on every side: size of a
//! frame, frames in a time, streams followed, time for the reader to take what is sent. Who is too
//! slow or too loud is let go and resumes by cursor; nothing is lost.

use std::collections::BTreeMap;
use std::time::Duration;

use app::App;
use app::follow::Delivery;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use base::{Actor, Outcome, Problem, Scope};
use serde::{Deserialize, Serialize};
use store::streams::{StreamKey, StreamKind};
use tokio::time::Instant;
use utoipa::ToSchema;

/// Largest frame from outside, in bytes.
pub const FRAME_LIMIT: usize = 16 * 1024;
/// Streams that one socket follows at most.
const STREAMS: usize = 64;
/// Frames in [`FLOOD_WINDOW`] after which a socket is let go.
const FRAMES: u32 = 120;
const FLOOD_WINDOW: Duration = Duration::from_secs(10);
/// Who does not take what is sent within this time is let go.
const SLOW: Duration = Duration::from_secs(10);
/// The reach is computed anew at least this often: the end of duty closes within five seconds.
const RENEW: Duration = Duration::from_secs(2);
const _: () = assert!(RENEW.as_secs() <= 2, "the end of duty is promised within five seconds");
/// How often the browser counts as seen.
const SEEN: Duration = Duration::from_secs(20);

/// What a browser sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FromClient {
    Follow { stream: String, after: i64 },
    Unfollow { stream: String },
    Typing { contact: String },
    Ping,
}

/// What a browser gets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToClient {
    Events(Delivery),
    /// The stream cannot be followed.
    Refused {
        stream: String,
        code: &'static str,
    },
    /// The reach has ended: drop it from the screen.
    Closed {
        stream: String,
        code: &'static str,
    },
    Typing {
        contact: String,
        from: &'static str,
    },
    /// Who one is or what one may has changed: ask again.
    Changed {
        what: &'static str,
    },
    Pong,
    /// The socket ends; `code` says why and whether to come back.
    Bye {
        code: &'static str,
    },
}

/// Whose socket it is: how its reach is computed anew.
#[derive(Debug, Clone)]
pub enum Who {
    Staff { token: String },
    Citizen { mark: String },
}

impl Who {
    /// The reach of this minute.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] when the login has ended.
    pub async fn scope(&self, app: &App) -> Outcome<Scope> {
        match self {
            Self::Staff { token } => app.scope_of(token).await,
            Self::Citizen { mark } => Ok(app.citizen_scope(mark)),
        }
    }

    const fn side(&self) -> &'static str {
        match self {
            Self::Staff { .. } => "agent",
            Self::Citizen { .. } => "citizen",
        }
    }

    const fn other_side(&self) -> &'static str {
        match self {
            Self::Staff { .. } => "citizen",
            Self::Citizen { .. } => "agent",
        }
    }
}

/// Why a socket ends.
enum End {
    /// The browser went, or could not be reached.
    Gone,
    /// We end it; the code tells the browser why.
    Bye(&'static str),
}

struct Session {
    app: App,
    who: Who,
    scope: Scope,
    renewed: Instant,
    /// When all followed streams were looked at without a bell.
    looked: Instant,
    seen: Option<Instant>,
    listener: live::Listener,
    cursors: BTreeMap<String, i64>,
    socket: WebSocket,
    window: Instant,
    frames: u32,
}

/// Serves a socket until it ends. `stop` is cancelled when the program drains.
pub async fn serve(
    app: App,
    who: Who,
    socket: WebSocket,
    stop: tokio_util::sync::CancellationToken,
) {
    let Ok(scope) = who.scope(&app).await else { return };
    let listener = app.hub.listener();
    let now = Instant::now();
    let mut session = Session {
        app,
        who,
        scope,
        renewed: now,
        looked: now,
        seen: None,
        listener,
        cursors: BTreeMap::new(),
        socket,
        window: now,
        frames: 0,
    };
    if let Some(person) = session.scope.person() {
        session.listener.follow(&StreamKey::agent(person).to_string());
    }
    let end = tokio::select! {
        end = session.run() => end,
        () = stop.cancelled() => End::Bye("draining"),
    };
    if let End::Bye(code) = end {
        let _ = session.send(&ToClient::Bye { code }).await;
        let close = CloseFrame { code: 1000, reason: code.into() };
        let _ = session.socket.send(Message::Close(Some(close))).await;
    }
}

impl Session {
    async fn run(&mut self) -> End {
        loop {
            let step = tokio::select! {
                frame = self.socket.recv() => match frame {
                    Some(Ok(Message::Text(text))) => self.frame(text.as_str()).await,
                    Some(Ok(Message::Binary(_))) => Err(End::Bye("not-text")),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => self.count(),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
                },
                look = self.listener.rung() => self.rung(look).await,
                () = tokio::time::sleep_until(self.looked + live::POLL) => self.look().await,
            };
            let step = match step {
                Ok(()) => self.keep().await,
                end => end,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Counts frames; who floods is let go.
    fn count(&mut self) -> Result<(), End> {
        if self.window.elapsed() > FLOOD_WINDOW {
            self.window = Instant::now();
            self.frames = 0;
        }
        self.frames += 1;
        if self.frames > FRAMES { Err(End::Bye("flood")) } else { Ok(()) }
    }

    async fn frame(&mut self, text: &str) -> Result<(), End> {
        self.count()?;
        let Ok(frame) = serde_json::from_str::<FromClient>(text) else {
            return Err(End::Bye("not-understood"));
        };
        match frame {
            FromClient::Follow { stream, after } => self.follow(stream, after.max(0)).await,
            FromClient::Unfollow { stream } => {
                self.forget(&stream);
                Ok(())
            }
            FromClient::Typing { contact } => {
                let stream = format!("contact/{contact}");
                if self.cursors.contains_key(&stream) {
                    let name = format!("typing/{contact}/{}", self.who.side());
                    self.app.bus.ring(&[name]);
                }
                Ok(())
            }
            FromClient::Ping => self.send(&ToClient::Pong).await,
        }
    }

    async fn follow(&mut self, stream: String, after: i64) -> Result<(), End> {
        if self.cursors.len() >= STREAMS && !self.cursors.contains_key(&stream) {
            return self.send(&ToClient::Refused { stream, code: "too-many-streams" }).await;
        }
        self.listener.follow(&stream);
        if let Some(contact) = stream.strip_prefix("contact/") {
            self.listener.follow(&format!("typing/{contact}/{}", self.who.other_side()));
        }
        self.stay_in_reach().await?;
        self.cursors.insert(stream.clone(), after);
        match self.deliver(&stream, true).await {
            Err(Refused::Reach(code)) => {
                self.forget(&stream);
                self.send(&ToClient::Refused { stream, code }).await
            }
            Err(Refused::End(end)) => Err(end),
            Ok(()) => {
                self.seen = None;
                Ok(())
            }
        }
    }

    fn forget(&mut self, stream: &str) {
        self.cursors.remove(stream);
        let own = self.scope.person().map(|person| StreamKey::agent(person).to_string());
        if own.as_deref() != Some(stream) {
            self.listener.unfollow(stream);
        }
        if let Some(contact) = stream.strip_prefix("contact/") {
            self.listener.unfollow(&format!("typing/{contact}/{}", self.who.other_side()));
        }
    }

    /// Looks at everything that is followed: a bell may have been lost on its way.
    async fn look(&mut self) -> Result<(), End> {
        let streams = self.cursors.keys().cloned().collect();
        self.rung(live::Look::All(streams)).await
    }

    async fn rung(&mut self, look: live::Look) -> Result<(), End> {
        if matches!(look, live::Look::All(_)) {
            self.looked = Instant::now();
        }
        self.stay_in_reach().await?;
        let by_bell = matches!(look, live::Look::Rung(_));
        let streams = look.into_streams();
        // The person's own stream rings when a role, a duty or the login has changed.
        let own = self.scope.person().map(|person| StreamKey::agent(person).to_string());
        if by_bell && own.is_some_and(|own| streams.contains(&own)) {
            self.renew().await?;
        }
        for stream in streams {
            if let Some((contact, from)) =
                stream.strip_prefix("typing/").and_then(|typing| typing.split_once('/'))
            {
                // Nothing is stored of typing, so there is nothing to look at without a bell.
                if by_bell {
                    let from = if from == "agent" { "agent" } else { "citizen" };
                    self.send(&ToClient::Typing { contact: contact.to_owned(), from }).await?;
                }
            } else if self.cursors.contains_key(&stream) {
                match self.deliver(&stream, false).await {
                    Ok(()) => {}
                    Err(Refused::Reach(code)) => {
                        self.forget(&stream);
                        self.send(&ToClient::Closed { stream, code }).await?;
                    }
                    Err(Refused::End(end)) => return Err(end),
                }
            }
        }
        Ok(())
    }

    /// A reach that has come to its edge is computed anew before it is used: what it still covers
    /// must not look closed.
    async fn stay_in_reach(&mut self) -> Result<(), End> {
        if self.scope.holds_at(self.app.now()) { Ok(()) } else { self.renew().await }
    }

    /// Keeps reach and presence true between rings.
    async fn keep(&mut self) -> Result<(), End> {
        if self.renewed.elapsed() >= RENEW || !self.scope.holds_at(self.app.now()) {
            self.renew().await?;
        }
        if self.seen.is_none_or(|seen| seen.elapsed() >= SEEN) {
            self.seen = Some(Instant::now());
            self.be_seen().await;
        }
        Ok(())
    }

    /// Computes the reach anew and closes what it no longer covers.
    async fn renew(&mut self) -> Result<(), End> {
        let before = self.scope.reach.clone();
        self.scope = match self.who.scope(&self.app).await {
            Ok(scope) => scope,
            Err(Problem::Unavailable { .. }) if self.scope.holds_at(self.app.now()) => {
                return Ok(());
            }
            // What cannot be shown to hold does not hold.
            Err(_) => return Err(End::Bye("signed-out")),
        };
        self.renewed = Instant::now();
        let changed = before != self.scope.reach;
        if changed {
            self.send(&ToClient::Changed { what: "me" }).await?;
        }
        if changed || matches!(self.scope.actor, Actor::Person(_)) {
            let streams: Vec<String> = self.cursors.keys().cloned().collect();
            for stream in streams {
                let key: Result<StreamKey, _> = stream.parse();
                let look = changed || key.is_ok_and(|key| key.kind == StreamKind::Contact);
                if !look {
                    continue;
                }
                match self.deliver(&stream, false).await {
                    Ok(()) => {}
                    Err(Refused::Reach(code)) => {
                        self.forget(&stream);
                        self.send(&ToClient::Closed { stream, code }).await?;
                    }
                    Err(Refused::End(end)) => return Err(end),
                }
            }
        }
        Ok(())
    }

    /// The browser is there: presence is renewed, a waiting citizen keeps the place.
    async fn be_seen(&mut self) {
        let noted = match self.scope.person() {
            Some(person) => self.app.renew_presence(person).await,
            None => {
                let mut noted = Ok(());
                for stream in self.cursors.keys() {
                    let id = stream.strip_prefix("contact/").and_then(|id| id.parse().ok());
                    if let Some(id) = id {
                        noted = noted.and(self.app.saw_citizen(&self.scope, id).await);
                    }
                }
                noted
            }
        };
        if let Err(problem) = noted {
            tracing::debug!(%problem, "could not note that a browser is there");
        }
    }

    /// Sends what stands after the cursor, to the end. `always`: also when there is nothing.
    async fn deliver(&mut self, stream: &str, always: bool) -> Result<(), Refused> {
        let key: StreamKey = stream.parse().map_err(|_| Refused::Reach("not-found"))?;
        let mut first = always;
        loop {
            let cursor = self.cursors.get(stream).copied().unwrap_or(0);
            let delivery = match self.app.deliver(&self.scope, &key, cursor).await {
                Ok(delivery) => delivery,
                // The next bell or poll tries again; nothing is skipped.
                Err(Problem::Unavailable { .. }) => return Ok(()),
                Err(problem) => return Err(Refused::Reach(problem.code())),
            };
            let nothing = delivery.events.is_empty();
            if nothing && !first {
                return Ok(());
            }
            self.cursors.insert(stream.to_owned(), delivery.head);
            self.send(&ToClient::Events(delivery)).await.map_err(Refused::End)?;
            first = false;
            if nothing {
                return Ok(());
            }
        }
    }

    async fn send(&mut self, message: &ToClient) -> Result<(), End> {
        let Ok(text) = serde_json::to_string(message) else { return Ok(()) };
        match tokio::time::timeout(SLOW, self.socket.send(Message::Text(text.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

enum Refused {
    /// Out of reach.
    Reach(&'static str),
    End(End),
}

/// What stands after a cursor, for browsers whose sockets are blocked.
///
/// # Errors
/// [`Problem::NotFound`] out of reach.
pub async fn poll(app: &App, who: &Who, stream: &str, after: i64) -> Outcome<Delivery> {
    let scope = who.scope(app).await?;
    let key: StreamKey = stream.parse().map_err(|_| Problem::NotFound)?;
    let delivery = app.deliver(&scope, &key, after.max(0)).await?;
    match scope.person() {
        Some(person) => {
            if let Err(problem) = app.renew_presence(person).await {
                // Reading goes on where nothing can be written.
                tracing::debug!(%problem, "could not note that a browser is there");
            }
        }
        None => {
            if let Some(id) = key.key.parse().ok().filter(|_| key.kind == StreamKind::Contact) {
                app.saw_citizen(&scope, id).await?;
            }
        }
    }
    Ok(delivery)
}
