//! Signing in, and what a browser's token is worth at this minute.
//!
//! Wrong password, unknown login and removed person are answered alike and take equally long.
//! Attempts are counted in the database before the password is looked at, per login and per address,
//! so that guessing is slow on every node and at any speed.

use base::scope::Ground;
use base::{Actor, Id, Outcome, Problem, Scope, UnixMillis, kind};
use identity::passwords;
use serde::Serialize;
use store::logins::{Login, LoginId};
use store::people::PersonId;
use store::streams::{self, StreamKey};
use utoipa::ToSchema;

use crate::App;
use crate::audit::Act;
use crate::people::login_of;

/// A login ends after so long, whatever is done.
pub const LONGEST_S: i64 = 12 * 3600;
/// A login ends when it is not used for so long. An open window uses it: who waits ready for a quiet
/// hour is not signed out.
pub const IDLE_S: i64 = 60 * 60;
/// Its use is noted at most this often.
const TOUCH_EVERY_S: i64 = 60;

/// Attempts are counted over this time.
const WINDOW_S: i64 = 15 * 60;
/// So many wrong passwords for one login.
const PER_LOGIN: i64 = 10;
/// So many chats and messages begun from one address.
const PER_WRITER: i64 = 60;
/// So many receipts are mailed to one address: more would be somebody's trick on a third.
const PER_MAILBOX: i64 = 5;
/// So many from one address: a town hall signs in from one, but its people know their passwords.
const PER_ADDRESS: i64 = 60;

/// Longest name of a browser that is kept, in characters.
const BROWSER_LIMIT: usize = 160;

/// Where somebody signs in from.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// What it calls itself (`User-Agent`).
    pub name: String,
    /// The network address, as far as it is known from a trusted place.
    pub address: String,
}

/// A sign-in that has worked.
#[derive(Clone)]
pub struct SignedIn {
    /// What the browser carries; stored nowhere else.
    pub token: String,
    pub person: PersonId,
    pub ends_at: UnixMillis,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({})", self.person)
    }
}

/// One of a person's own sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoginView {
    #[schema(value_type = String)]
    pub id: LoginId,
    #[schema(value_type = i64)]
    pub created_at: UnixMillis,
    #[schema(value_type = i64)]
    pub seen_at: UnixMillis,
    /// What the browser called itself.
    pub agent: String,
    /// It is the one that asks.
    pub current: bool,
}

impl App {
    /// Signs somebody in.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] `wrong-login`, whatever was wrong; [`Problem::TooMany`] after too many
    /// attempts.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        browser: &Browser,
    ) -> Outcome<SignedIn> {
        // An impossible login costs as much as any other.
        let login = login_of(login).unwrap_or_default();
        let counters = self.counters(&login, &browser.address);
        self.count(&counters).await?;
        let checked = self.check_password(&login, password).await;
        let at = self.now();
        let person = match checked {
            Ok(person) => person,
            Err(problem) => {
                self.note_refusal(&login, at).await?;
                return Err(problem);
            }
        };
        let token = identity::new_token(&self.rng);
        let made = Login {
            id: self.rng.id(at),
            person,
            made_at: at,
            seen_at: at,
            ends_at: at.plus_seconds(LONGEST_S),
            revoked_at: None,
            browser: plain(&browser.name),
        };
        let mut tx = self.database.begin().await?;
        let [(by_login, _), (by_address, _)] = &counters;
        store::logins::forget_attempts(&mut tx, &self.tenant, by_login).await?;
        store::logins::uncount_attempt(&mut tx, &self.tenant, by_address).await?;
        let hash = identity::token_hash(&token);
        store::logins::add(&mut tx, &self.tenant, &made, &hash).await?;
        let scope = self.as_person(person, at);
        let act = Act {
            ground: Some(Ground::Role),
            municipality: None,
            action: "signed-in",
            subject: format!("login/{}", made.id),
            purpose: "sign-in",
        };
        self.note(&mut tx, &scope, act, at).await?;
        tx.commit().await?;
        Ok(SignedIn { token, person, ends_at: made.ends_at })
    }

    /// Signs a browser out. A token that is worth nothing is no error.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn sign_out(&self, token: &str) -> Outcome<()> {
        let hash = identity::token_hash(token);
        let login = store::logins::by_token(&self.database, &self.tenant, &hash).await?;
        let Some(login) = login else { return Ok(()) };
        let scope = self.as_person(login.person, self.now());
        match self.end_login(&scope, login.person, login.id).await {
            Err(Problem::NotFound) => Ok(()),
            ended => ended,
        }
    }

    /// What a token is worth at this minute. Using it keeps it alive.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for every token that is worth nothing.
    pub async fn scope_of(&self, token: &str) -> Outcome<Scope> {
        let hash = identity::token_hash(token);
        let now = self.now();
        let login = store::logins::by_token(&self.database, &self.tenant, &hash)
            .await?
            .ok_or(Problem::SignedOut)?;
        let idle_until = login.seen_at.plus_seconds(IDLE_S);
        if login.revoked_at.is_some() || now >= login.ends_at || now >= idle_until {
            return Err(Problem::SignedOut);
        }
        let person = store::people::by_id(&self.database, &self.tenant, login.person)
            .await?
            .filter(|person| person.member.active)
            .ok_or(Problem::SignedOut)?;
        let duties = self.duties_around(now).await?;
        let hotline = self.hotline_members().await?;
        let mut scope = rules::people::scope(&person.member, &duties, &hotline, now);
        // Its use at this instant makes the idle time begin anew within a minute.
        let still = idle_until.max(now.plus_seconds(IDLE_S - TOUCH_EVERY_S));
        scope.until = scope.until.min(login.ends_at).min(still);
        if now.seconds_since(login.seen_at) >= TOUCH_EVERY_S {
            let noted = store::logins::touch(&self.database, &self.tenant, login.id, now).await;
            if let Err(error) = noted {
                // Reading goes on where nothing can be written.
                tracing::warn!(%error, "could not note that a sign-in is used");
            }
        }
        Ok(scope)
    }

    /// One's own sign-ins that are still good, newest first.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for anybody but a person.
    pub async fn logins(&self, scope: &Scope, token: &str) -> Outcome<Vec<LoginView>> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let now = self.now();
        let hash = identity::token_hash(token);
        let (database, tenant) = (&self.database, &self.tenant);
        let mine = store::logins::by_token(database, tenant, &hash).await?;
        let logins = store::logins::of_person(database, tenant, person, now).await?;
        Ok(logins
            .into_iter()
            .filter(|login| now < login.seen_at.plus_seconds(IDLE_S))
            .map(|login| LoginView {
                current: mine.as_ref().is_some_and(|mine| mine.id == login.id),
                id: login.id,
                created_at: login.made_at,
                seen_at: login.seen_at,
                agent: login.browser,
            })
            .collect())
    }

    /// Revokes one of one's own sign-ins: it closes within seconds, open sockets too.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when it is not one's own or is gone already.
    pub async fn revoke(&self, scope: &Scope, id: LoginId) -> Outcome<()> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        self.end_login(scope, person, id).await
    }

    /// Revokes every sign-in of a person; how many.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for others than the person and the administrator of the person's
    /// municipality.
    pub async fn revoke_all_of(&self, scope: &Scope, person: PersonId) -> Outcome<u64> {
        let at = self.now();
        let card = crate::found(self.person_card(person).await?)?;
        if scope.person() != Some(person) {
            let right = base::Right::ManagePeople;
            rules::people::may_in(scope, right, &card.home, None, at)?;
        }
        let stream = StreamKey::agent(person);
        let mut tx = self.database.begin().await?;
        let event = [("signed-out", "{}".to_owned())];
        streams::append(&mut tx, &self.tenant, &stream, at, &event).await?;
        let ended = store::logins::revoke_all(&mut tx, &self.tenant, person, at).await?;
        let act = Act {
            ground: Some(Ground::Role),
            municipality: Some(&card.home),
            action: "logins-revoked",
            subject: format!("person/{person}"),
            purpose: "sign-in",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(ended)
    }

    async fn end_login(&self, scope: &Scope, person: PersonId, id: LoginId) -> Outcome<()> {
        let at = self.now();
        let stream = StreamKey::agent(person);
        let mut tx = self.database.begin().await?;
        let event = [("signed-out", "{}".to_owned())];
        streams::append(&mut tx, &self.tenant, &stream, at, &event).await?;
        let ended = store::logins::revoke(&mut tx, &self.tenant, person, id, at).await?;
        if !ended {
            return Err(Problem::NotFound);
        }
        let act = Act {
            ground: Some(Ground::Role),
            municipality: None,
            action: "signed-out",
            subject: format!("login/{id}"),
            purpose: "sign-in",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        self.ring([&stream]);
        Ok(())
    }

    /// Whose password it is.
    pub(crate) async fn check_password(&self, login: &str, password: &str) -> Outcome<PersonId> {
        let known = store::people::password_of(&self.database, &self.tenant, login).await?;
        let (person, active, hash) = match known {
            Some((person, hash, active)) => (Some(person), active, Some(hash)),
            None => (None, false, None),
        };
        let cost = self.password_cost();
        let password = password.to_owned();
        let _place = self.0.memory.hashers.acquire().await;
        let fits = tokio::task::spawn_blocking(move || match hash {
            Some(hash) => passwords::verify(&password, &hash),
            None => {
                // As long as for a known login, and never right.
                let _ = passwords::verify(&password, passwords::nobodys(cost));
                false
            }
        })
        .await
        .unwrap_or(false);
        match person {
            Some(person) if fits && active => Ok(person),
            _ => Err(Problem::forbidden("wrong-login")),
        }
    }

    /// The hash of a new password.
    pub(crate) async fn hash_password(
        &self,
        password: &str,
        cost: passwords::Cost,
    ) -> Outcome<String> {
        let length = password.chars().count();
        for (wrong, code, limit) in [
            (length < passwords::SHORTEST, "password-short", passwords::SHORTEST),
            (length > passwords::LONGEST, "password-long", passwords::LONGEST),
        ] {
            if wrong {
                let limit = i64::try_from(limit).ok();
                return Err(Problem::Invalid { field: "password", code, limit });
            }
        }
        let (password, rng) = (password.to_owned(), self.rng.clone());
        let _place = self.0.memory.hashers.acquire().await;
        tokio::task::spawn_blocking(move || passwords::hash(&password, cost, &rng))
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or(Problem::Unavailable { code: "no-memory" })
    }

    /// What the passwords of this consortium cost: the demo's accounts are cheap.
    fn password_cost(&self) -> passwords::Cost {
        if self.settings.demo { passwords::Cost::Demo } else { passwords::Cost::Full }
    }

    /// The names under which attempts are counted, with their limits. Neither login nor address can
    /// be read from them.
    fn counters(&self, login: &str, address: &str) -> [(String, i64); 2] {
        let name = |what: &str, value: &str| {
            let token = identity::link_token(&self.settings.secret, "throttle", value);
            format!("{what}/{token}")
        };
        [(name("login", login), PER_LOGIN), (name("address", address), PER_ADDRESS)]
    }

    /// Counts a guess at the password of somebody who is signed in.
    pub(crate) async fn count_guess(&self, login: &str) -> Outcome<()> {
        let [by_login, _] = self.counters(login, "");
        self.count(&[by_login]).await
    }

    /// Counts a request with a push token that is worth nothing; apart from sign-ins, so that an old
    /// token in a loop keeps nobody at the same address from signing in.
    pub(crate) async fn count_stranger(&self, address: &str) -> Outcome<()> {
        let token = identity::link_token(&self.settings.secret, "throttle", address);
        self.count(&[(format!("push/{token}"), PER_ADDRESS)]).await
    }

    /// Counts a chat or message begun from an address.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub async fn count_writer(&self, address: &str) -> Outcome<()> {
        let token = identity::link_token(&self.settings.secret, "throttle", address);
        self.count(&[(format!("writer/{token}"), PER_WRITER)]).await
    }

    /// Counts a receipt mailed to whoever a stranger named.
    pub(crate) async fn count_receipt(&self, mailbox: &str) -> Outcome<()> {
        let mailbox = mailbox.to_lowercase();
        let token = identity::link_token(&self.settings.secret, "throttle", &mailbox);
        self.count(&[(format!("mailbox/{token}"), PER_MAILBOX)]).await
    }

    async fn count(&self, counters: &[(String, i64)]) -> Outcome<()> {
        let now = self.now();
        for (name, limit) in counters {
            let (count, since) = store::logins::count_attempt(
                &self.database,
                &self.tenant,
                name,
                now,
                WINDOW_S * 1000,
            )
            .await?;
            if count > *limit {
                let retry_after_s = (WINDOW_S - now.seconds_since(since)).max(1);
                return Err(Problem::TooMany { retry_after_s });
            }
        }
        Ok(())
    }

    /// A refused sign-in stands in the log, with the person if the login is somebody's.
    async fn note_refusal(&self, login: &str, at: UnixMillis) -> Outcome<()> {
        let known = store::people::password_of(&self.database, &self.tenant, login).await?;
        let mut tx = self.database.begin().await?;
        let act = Act {
            ground: None,
            municipality: None,
            action: "sign-in-refused",
            subject: known.map(|(person, ..)| format!("person/{person}")).unwrap_or_default(),
            purpose: "sign-in",
        };
        self.note(&mut tx, &self.system("sign-in"), act, at).await?;
        Ok(tx.commit().await?)
    }

    /// A scope that names a person for the log and reaches nothing.
    fn as_person(&self, person: Id<kind::Person>, at: UnixMillis) -> Scope {
        Scope {
            tenant: self.tenant.clone(),
            actor: Actor::Person(person),
            reach: vec![],
            areas: vec![],
            at,
            until: at.plus_seconds(1),
        }
    }
}

/// What a browser calls itself, as far as it can be shown.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(BROWSER_LIMIT).collect()
}
