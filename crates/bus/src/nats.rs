//! The bell through NATS core. The client reconnects by itself, for ever.

use std::sync::Arc;

use async_nats::{Client, ConnectOptions, Event};
use futures_util::StreamExt as _;
use tokio::task::JoinHandle;

use crate::line::Line;
use crate::{Inside, Patience, Rung, letter};

const SUBJECT: &str = "straks.bell";

pub(crate) fn start(
    address: &str,
    node: &str,
    line: &Arc<Line>,
    inside: &Inside,
) -> Vec<JoinHandle<()>> {
    let (address, node) = (address.to_owned(), node.to_owned());
    vec![tokio::spawn(run(address, node, line.clone(), inside.clone()))]
}

async fn run(address: String, node: String, line: Arc<Line>, inside: Inside) {
    let mut patience = Patience::new();
    loop {
        match connect(&address, &line, &inside).await {
            Ok(client) => {
                tokio::select! {
                    () = tell(&client, &node, &line) => {}
                    () = listen(&client, &node, &inside) => {}
                }
            }
            Err(error) => tracing::warn!(%error, "the bell is not heard; streams are polled"),
        }
        patience.pause().await;
    }
}

async fn connect(
    address: &str,
    line: &Arc<Line>,
    inside: &Inside,
) -> Result<Client, async_nats::ConnectError> {
    let (line, inside) = (line.clone(), inside.clone());
    ConnectOptions::new()
        .name("straks")
        .no_echo()
        .retry_on_initial_connect()
        .event_callback(move |event| {
            let (line, inside) = (line.clone(), inside.clone());
            async move {
                match event {
                    // Rings may have been missed, by us and by the others.
                    Event::Connected | Event::SlowConsumer(_) => {
                        inside.hear(&Rung::Everything);
                        line.add(&Rung::Everything);
                    }
                    other => tracing::warn!(event = %other, "the bell's server"),
                }
            }
        })
        .connect(address)
        .await
}

/// Ends when the client has been closed.
async fn tell(client: &Client, node: &str, line: &Line) {
    loop {
        let rung = line.take().await;
        for letter in letter::written(node, &rung) {
            if let Err(error) = client.publish(SUBJECT, letter.into()).await {
                tracing::warn!(%error, "the bell cannot be rung; streams are polled meanwhile");
                line.add(&Rung::Everything);
                return;
            }
        }
    }
}

/// Ends when the client has been closed.
async fn listen(client: &Client, node: &str, inside: &Inside) {
    let mut subscription = match client.subscribe(SUBJECT).await {
        Ok(subscription) => subscription,
        Err(error) => {
            tracing::warn!(%error, "the bell is not heard; streams are polled meanwhile");
            return;
        }
    };
    while let Some(message) = subscription.next().await {
        let rung = std::str::from_utf8(&message.payload).ok().and_then(|t| letter::read(node, t));
        if let Some(rung) = rung {
            inside.hear(&rung);
        }
    }
}
