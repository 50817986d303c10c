//! One address, spoken to by HTTP.

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::header::{ACCEPT, COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// Longer than any answer should take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running Straks by its address. Cloning shares the connections.
#[derive(Debug, Clone)]
pub struct Site {
    client: reqwest::Client,
    address: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    /// Where it leads to (`Location`).
    pub location: Option<String>,
    /// `name=value` of the cookies it sets.
    pub cookies: Vec<String>,
    /// What kind of content it says it is.
    pub kind: String,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The `code` of a problem document; empty when it is none.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.status < 400
    }
}

impl Site {
    /// `address` is `http://127.0.0.1:7000`, without a slash at the end.
    ///
    /// # Errors
    /// When it is not on this machine: load is made for nobody else.
    pub fn new(address: &str) -> anyhow::Result<Self> {
        let host = address.strip_prefix("http://").context("the address begins with http://")?;
        let local = ["127.0.0.1:", "localhost:", "[::1]:"];
        if !local.iter().any(|name| host.starts_with(name)) {
            bail!("{address} is not on this machine");
        }
        // The client wants one even where it speaks plain HTTP; a second one is refused, and fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { client, address: address.trim_end_matches('/').to_owned() })
    }

    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `127.0.0.1:7000`
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.strip_prefix("http://").unwrap_or(&self.address)
    }

    /// A request to be completed by the caller.
    pub fn request(&self, method: Method, path: &str, cookie: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address));
        if cookie.is_empty() { request } else { request.header(COOKIE, cookie) }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn send(request: RequestBuilder) -> anyhow::Result<Answer> {
        let response = request.send().await?;
        let text = |name| {
            response
                .headers()
                .get(name)
                .and_then(|v: &reqwest::header::HeaderValue| v.to_str().ok())
        };
        let location = text("location").map(str::to_owned);
        let kind = text("content-type").unwrap_or_default().to_owned();
        let cookies = response
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter_map(|value| value.split(';').next())
            .map(str::to_owned)
            .collect();
        let status = response.status().as_u16();
        let body = String::from_utf8_lossy(&response.bytes().await?).into_owned();
        Ok(Answer { status, body, location, cookies, kind })
    }

    /// Reads a page or a document.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn get(&self, path: &str, cookie: &str) -> anyhow::Result<Answer> {
        Self::send(self.request(Method::GET, path, cookie).header(ACCEPT, "application/json")).await
    }

    /// Sends a form as the citizen's pages do from a script.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn form(
        &self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let request = self.request(Method::POST, path, cookie);
        Self::send(request.header(ACCEPT, "application/json").form(fields)).await
    }

    /// Calls the staff's interface as its own pages do.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let mut request = self.request(method, path, cookie).header("x-straks", "1");
        if let Some(body) = body {
            request = request.json(body);
        }
        Self::send(request).await
    }

    /// Whether it is ready within `patience`.
    pub async fn is_ready_within(&self, patience: Duration) -> bool {
        tokio::time::timeout(patience, async {
            while !self.get("/readyz", "").await.is_ok_and(|answer| answer.status == 200) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_is_made_for_this_machine_only() {
        assert!(Site::new("http://127.0.0.1:7000").is_ok());
        for far in ["http://straks.example", "http://127.0.0.1.evil.example:80", "https://x"] {
            assert!(Site::new(far).is_err(), "{far}");
        }
    }
}
