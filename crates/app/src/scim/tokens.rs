//! The tokens with which municipalities' own directories sign in. They are made and revoked by
//! whoever runs the program; what is stored cannot be signed in with.

use base::scope::{Departments, Ground, Reach};
use base::{Actor, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use serde::Serialize;
use store::scim::{Token, TokenId};

use super::Pusher;
use crate::App;
use crate::audit::Act;

/// Its use is noted at most this often.
const TOUCH_EVERY_S: i64 = 60;
/// So long one request may take.
const REQUEST_S: i64 = 60;
/// Longest name of a token, in characters.
const NAME_LIMIT: usize = 80;

/// A token as its administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenView {
    pub id: TokenId,
    pub municipality: MunicipalityKey,
    pub name: String,
    pub made_at: UnixMillis,
    pub used_at: Option<UnixMillis>,
    pub revoked_at: Option<UnixMillis>,
}

impl App {
    /// Makes a token for a municipality's own directory: the only time that it is shown.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality; [`Problem::Invalid`] for an over-long name.
    pub async fn make_push_token(
        &self,
        municipality: &MunicipalityKey,
        name: &str,
    ) -> Outcome<(TokenId, String)> {
        self.known_line(municipality, None).await?;
        let name = name.trim();
        if name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
            let limit = i64::try_from(NAME_LIMIT).ok();
            return Err(Problem::Invalid { field: "name", code: "too-long", limit });
        }
        let at = self.now();
        let id = self.rng.id(at);
        let secret = identity::new_token(&self.rng);
        let token = Token {
            id,
            municipality: municipality.clone(),
            name: name.to_owned(),
            made_at: at,
            used_at: None,
            revoked_at: None,
        };
        let mut tx = self.database.begin().await?;
        let hash = identity::push_token_hash(&secret);
        store::scim::add_token(&mut tx, &self.tenant, &token, &hash).await?;
        self.note_token(&mut tx, municipality, id, "push-token-made", at).await?;
        tx.commit().await?;
        Ok((id, format!("{id}.{secret}")))
    }

    /// Every token, revoked ones too, the newest first.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn push_tokens(&self) -> Outcome<Vec<TokenView>> {
        let tokens = store::scim::tokens(&self.database, &self.tenant).await?;
        let view = |token: Token| {
            let Token { id, municipality, name, made_at, used_at, revoked_at } = token;
            TokenView { id, municipality, name, made_at, used_at, revoked_at }
        };
        Ok(tokens.into_iter().map(view).collect())
    }

    /// Revokes a token: the next request with it is refused.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is no such one any more.
    pub async fn revoke_push_token(&self, id: TokenId) -> Outcome<()> {
        let known = store::scim::token_of(&self.database, &self.tenant, id).await?;
        let (token, _) = crate::found(known)?;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        if !store::scim::revoke_token(&mut tx, &self.tenant, id, at).await? {
            return Err(Problem::NotFound);
        }
        self.note_token(&mut tx, &token.municipality, id, "push-token-revoked", at).await?;
        Ok(tx.commit().await?)
    }

    /// Who a token belongs to. It reaches the directory of its municipality, and nothing else.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for every token that is worth nothing; [`Problem::TooMany`] for who
    /// tries too many of them, and for who pushes faster than anybody needs to.
    pub async fn pusher(&self, token: &str, address: &str) -> Outcome<Pusher> {
        let (id, secret) = token.split_once('.').unwrap_or_default();
        let known = match id.parse::<TokenId>() {
            Ok(id) => store::scim::token_of(&self.database, &self.tenant, id).await?,
            Err(_) => None,
        };
        let at = self.now();
        // An unknown token is compared as long as a known one.
        let hash = known.as_ref().map_or("", |(_, hash)| hash.as_str());
        let fits = identity::is_push_token(secret, hash);
        let Some((token, _)) = known.filter(|(token, _)| fits && token.revoked_at.is_none()) else {
            self.count_stranger(address).await?;
            return Err(Problem::SignedOut);
        };
        self.0
            .memory
            .count_push(token.id, at)
            .map_err(|retry_after_s| Problem::TooMany { retry_after_s })?;
        if token.used_at.is_none_or(|used| at.seconds_since(used) >= TOUCH_EVERY_S) {
            store::scim::touch_token(&self.database, &self.tenant, token.id, at).await?;
        }
        let reach = Reach {
            municipality: token.municipality.clone(),
            departments: Departments::All,
            right: Right::EditDirectory,
            ground: Ground::Role,
        };
        let scope = Scope {
            tenant: self.tenant.clone(),
            actor: Actor::System("scim"),
            reach: vec![reach],
            areas: vec![],
            at,
            until: at.plus_seconds(REQUEST_S),
        };
        Ok(Pusher { scope, municipality: token.municipality, token: token.id })
    }

    async fn note_token(
        &self,
        tx: &mut store::Tx,
        municipality: &MunicipalityKey,
        id: TokenId,
        action: &'static str,
        at: UnixMillis,
    ) -> Outcome<()> {
        let act = Act {
            ground: None,
            municipality: Some(municipality),
            action,
            subject: format!("push-token/{id}"),
            purpose: "directory",
        };
        self.note(tx, &self.system("scim-token"), act, at).await
    }
}
