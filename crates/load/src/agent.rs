//! An agent's browser.

use anyhow::{Context as _, bail};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ledger::{Line, lines_of};
use crate::site::{Answer, Site};
use crate::socket::Socket;

/// A sign-in of the demo.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub login: String,
    pub password: String,
    pub municipality: String,
    pub roles: Vec<String>,
}

/// All sign-ins of a running demo.
///
/// # Errors
/// When it does not answer or is no demo.
pub async fn accounts(site: &Site) -> anyhow::Result<Vec<Account>> {
    let answer = site.get("/api/v1/staff/demo-accounts", "").await?;
    serde_json::from_str(&answer.body).context("this is not a demo")
}

/// Somebody of the staff who has signed in.
#[derive(Debug, Clone)]
pub struct Agent {
    pub site: Site,
    pub login: String,
    /// Id of the person.
    pub person: String,
    cookie: String,
}

impl Agent {
    /// Signs in.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn sign_in(site: &Site, account: &Account) -> anyhow::Result<Self> {
        let body = json!({"login": account.login, "password": account.password});
        let path = "/api/v1/staff/login";
        let answer = site.call(Method::POST, path, "", Some(&body)).await?;
        if answer.status != 200 {
            bail!("{} cannot sign in: {} {}", account.login, answer.status, answer.body);
        }
        let cookie = answer.cookies.into_iter().find(|cookie| cookie.contains("straks_staff="));
        let me: Value = serde_json::from_str(&answer.body)?;
        Ok(Self {
            site: site.clone(),
            login: account.login.clone(),
            person: me["person"]["id"].as_str().context("a person")?.to_owned(),
            cookie: cookie.context("a cookie")?,
        })
    }

    /// Signs somebody of the demo in.
    ///
    /// # Errors
    /// When there is no such sign-in or it is refused.
    pub async fn of_demo(site: &Site, login: &str) -> anyhow::Result<Self> {
        let accounts = accounts(site).await?;
        let account = accounts.iter().find(|account| account.login == login);
        Self::sign_in(site, account.with_context(|| format!("no {login} in the demo"))?).await
    }

    /// The same browser at another node.
    #[must_use]
    pub fn at(&self, site: &Site) -> Self {
        Self { site: site.clone(), ..self.clone() }
    }

    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Calls something below `/api/v1/staff`.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn call(
        &self,
        method: Method,
        rest: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let path = format!("/api/v1/staff{rest}");
        self.site.call(method, &path, &self.cookie, body).await
    }

    /// # Errors
    /// When no whole answer comes.
    pub async fn get(&self, rest: &str) -> anyhow::Result<Answer> {
        self.call(Method::GET, rest, None).await
    }

    /// # Errors
    /// When no whole answer comes.
    pub async fn post(&self, rest: &str, body: &Value) -> anyhow::Result<Answer> {
        self.call(Method::POST, rest, Some(body)).await
    }

    /// Says that one is `ready`, `busy`, `break` or `offline`.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn be(&self, state: &str) -> anyhow::Result<()> {
        let body = json!({"state": state, "reason": ""});
        let answer = self.call(Method::PUT, "/presence", Some(&body)).await?;
        if answer.is_good() { Ok(()) } else { bail!("presence: {}", answer.body) }
    }

    /// The contact that is offered now.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn offer(&self) -> anyhow::Result<Option<String>> {
        let desk = self.get("/desk").await?.json();
        Ok(desk["offer"]["contact"].as_str().map(str::to_owned))
    }

    /// # Errors
    /// When no whole answer comes.
    pub async fn accept(&self, contact: &str) -> anyhow::Result<Answer> {
        self.post(&format!("/contacts/{contact}/accept"), &json!({})).await
    }

    /// Sends a message once.
    ///
    /// # Errors
    /// When no whole answer comes: it may have been stored or not.
    pub async fn say(&self, contact: &str, id: Uuid, text: &str) -> anyhow::Result<Answer> {
        let body = json!({"message_id": id, "text": text});
        self.post(&format!("/contacts/{contact}/messages"), &body).await
    }

    /// Says what it was about.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn wrap_up(&self, contact: &str, outcome: &str) -> anyhow::Result<Answer> {
        let body = json!({"topic": null, "outcome": outcome});
        self.post(&format!("/contacts/{contact}/wrap-up"), &body).await
    }

    /// The whole conversation.
    ///
    /// # Errors
    /// When it is out of reach.
    pub async fn transcript(&self, contact: &str) -> anyhow::Result<Vec<Line>> {
        let mut lines = Vec::new();
        let mut after = 0;
        loop {
            let answer = self.get(&format!("/contacts/{contact}/entries?after={after}")).await?;
            if answer.status != 200 {
                bail!("entries: {} {}", answer.status, answer.body);
            }
            let page = answer.json();
            lines.extend(lines_of(&page));
            after = page["head"].as_i64().unwrap_or(after);
            if page["more"] != true {
                return Ok(lines);
            }
        }
    }

    /// Opens the staff's socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn socket(&self) -> anyhow::Result<Socket> {
        Socket::open(&self.site, "/api/v1/live", &self.cookie).await
    }
}
