//! The live protocol, from the browser's side.

use std::time::Duration;

use anyhow::bail;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;
pub use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::site::Site;

/// Longer than a handshake should take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket at `path` with a cookie.
    ///
    /// # Errors
    /// When it is refused; the status stands in the message.
    pub async fn open(site: &Site, path: &str, cookie: &str) -> anyhow::Result<Self> {
        Self::open_from(site, path, cookie, None).await
    }

    /// The same with an `Origin`, as a browser sends it.
    ///
    /// # Errors
    /// As [`Socket::open`].
    pub async fn open_from(
        site: &Site,
        path: &str,
        cookie: &str,
        origin: Option<&str>,
    ) -> anyhow::Result<Self> {
        let mut request = format!("ws://{}{path}", site.host()).into_client_request()?;
        request.headers_mut().insert("cookie", HeaderValue::from_str(cookie)?);
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", HeaderValue::from_str(origin)?);
        }
        let opening = connect_async_with_config(request, None, true);
        match tokio::time::timeout(PATIENCE, opening).await? {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => bail!("refused with {}", response.status().as_u16()),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends a frame of JSON.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send(&mut self, frame: &Value) -> anyhow::Result<()> {
        self.send_raw(Message::text(frame.to_string())).await
    }

    /// Sends any frame.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send_raw(&mut self, frame: Message) -> anyhow::Result<()> {
        Ok(self.0.send(frame).await?)
    }

    /// Follows a stream from what comes after a number.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn follow(&mut self, stream: &str, after: i64) -> anyhow::Result<()> {
        self.send(&json!({"type": "follow", "stream": stream, "after": after})).await
    }

    /// The next frame; `None` when the socket has ended.
    pub async fn next(&mut self) -> Option<Value> {
        while let Some(Ok(frame)) = self.0.next().await {
            match frame {
                Message::Text(text) => {
                    return Some(serde_json::from_str(text.as_str()).unwrap_or(Value::Null));
                }
                Message::Close(_) => return None,
                _ => {}
            }
        }
        None
    }

    /// The next frame for which `wanted` holds, within `patience`; `None` when none comes.
    pub async fn wait_for(
        &mut self,
        patience: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        tokio::time::timeout(patience, async {
            loop {
                let frame = self.next().await?;
                if wanted(&frame) {
                    return Some(frame);
                }
            }
        })
        .await
        .ok()
        .flatten()
    }

    /// Whether the other side ends it within `patience`.
    pub async fn ends_within(&mut self, patience: Duration) -> bool {
        tokio::time::timeout(patience, async { while self.next().await.is_some() {} }).await.is_ok()
    }
}
