//! A citizen's browser.

use std::time::Duration;

use anyhow::{Context as _, bail};
use base::Rng;
use serde_json::Value;
use uuid::Uuid;

use crate::ledger::{Line, lines_of};
use crate::site::{Answer, Site};
use crate::socket::Socket;

/// Between two attempts of the same message.
const AGAIN: Duration = Duration::from_millis(50);

/// A browser with a visitor mark of its own, on one municipality's site.
#[derive(Debug, Clone)]
pub struct Citizen {
    pub site: Site,
    pub municipality: String,
    mark: String,
}

impl Citizen {
    #[must_use]
    pub fn new(site: &Site, municipality: &str, rng: &Rng) -> Self {
        let mut mark: String = rng.bytes::<22>().iter().map(|byte| format!("{byte:02x}")).collect();
        // A mark has 43 characters.
        mark.truncate(43);
        Self { site: site.clone(), municipality: municipality.to_owned(), mark }
    }

    /// The same browser at another node.
    #[must_use]
    pub fn at(&self, site: &Site) -> Self {
        Self { site: site.clone(), ..self.clone() }
    }

    #[must_use]
    pub fn cookie(&self) -> String {
        format!("straks_mark={}", self.mark)
    }

    /// `/frederikssund` and what follows.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/{}{rest}", self.municipality)
    }

    /// Opens a chat and says the first words.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn begin(&self, id: Uuid, text: &str) -> anyhow::Result<Answer> {
        let id = id.to_string();
        let fields = [("message_id", id.as_str()), ("text", text)];
        self.site.form(&self.path("/chat"), &self.cookie(), &fields).await
    }

    /// Sends a message once.
    ///
    /// # Errors
    /// When no whole answer comes: it may have been stored or not.
    pub async fn say(&self, id: Uuid, text: &str) -> anyhow::Result<Answer> {
        let id = id.to_string();
        let fields = [("message_id", id.as_str()), ("text", text)];
        self.site.form(&self.path("/chat/say"), &self.cookie(), &fields).await
    }

    /// Sends a message until it is acknowledged, as the page does; its number.
    ///
    /// # Errors
    /// When it is refused, or when no attempt of `patience` succeeds.
    pub async fn say_surely(
        &self,
        id: Uuid,
        text: &str,
        patience: Duration,
    ) -> anyhow::Result<i64> {
        let trying = async {
            loop {
                match self.say(id, text).await {
                    Ok(answer) if answer.status == 200 => {
                        return answer.json()["seq"].as_i64().context("a number");
                    }
                    Ok(answer) if answer.status < 500 => {
                        bail!("{} {}", answer.status, answer.body);
                    }
                    _ => tokio::time::sleep(AGAIN).await,
                }
            }
        };
        tokio::time::timeout(patience, trying).await?
    }

    /// What the conversation holds after a number, with its state.
    ///
    /// # Errors
    /// When no whole answer comes, or it is a refusal.
    pub async fn entries(&self, after: i64) -> anyhow::Result<Value> {
        let path = self.path(&format!("/chat/entries?after={after}"));
        let answer = self.site.get(&path, &self.cookie()).await?;
        if answer.status != 200 {
            bail!("entries: {} {}", answer.status, answer.body);
        }
        Ok(answer.json())
    }

    /// The whole conversation.
    ///
    /// # Errors
    /// As [`Citizen::entries`].
    pub async fn transcript(&self) -> anyhow::Result<Vec<Line>> {
        let mut lines = Vec::new();
        let mut after = 0;
        loop {
            let page = self.entries(after).await?;
            lines.extend(lines_of(&page));
            after = page["head"].as_i64().unwrap_or(after);
            if page["more"] != true {
                return Ok(lines);
            }
        }
    }

    /// The id of its chat here.
    ///
    /// # Errors
    /// When there is none.
    pub async fn contact(&self) -> anyhow::Result<String> {
        let entries = self.entries(0).await?;
        Ok(entries["state"]["contact"].as_str().context("a contact")?.to_owned())
    }

    /// Opens the chat's socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn socket(&self) -> anyhow::Result<Socket> {
        Socket::open(&self.site, &self.path("/chat/live"), &self.cookie()).await
    }
}
