//! The bell through PostgreSQL: NOTIFY on one connection, LISTEN on another.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnection, PgListener};
use sqlx::{Connection as _, Error};
use tokio::task::JoinHandle;

use crate::line::Line;
use crate::{Inside, Patience, Rung, letter};

const CHANNEL: &str = "straks_bell";
/// So often a node says that it is there, to itself above all.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// A listening connection that has been silent for so long is dead, though nobody said so.
const SILENCE: Duration = Duration::from_secs(35);

pub(crate) fn start(
    address: &str,
    node: &str,
    line: &Arc<Line>,
    inside: &Inside,
) -> Vec<JoinHandle<()>> {
    let (address, node) = (address.to_owned(), node.to_owned());
    vec![
        tokio::spawn(tell(address.clone(), node.clone(), line.clone())),
        tokio::spawn(listen(address, node, inside.clone())),
    ]
}

async fn tell(address: String, node: String, line: Arc<Line>) {
    let mut patience = Patience::new();
    loop {
        if let Err(error) = tell_until_fault(&address, &node, &line, &mut patience).await {
            tracing::warn!(%error, "the bell cannot be rung; streams are polled meanwhile");
        }
        // What could not be told is unknown: the others look at everything.
        line.add(&Rung::Everything);
        patience.pause().await;
    }
}

async fn tell_until_fault(
    address: &str,
    node: &str,
    line: &Line,
    patience: &mut Patience,
) -> Result<(), Error> {
    let mut connection = PgConnection::connect(address).await?;
    loop {
        let letters = match tokio::time::timeout(HEARTBEAT, line.take()).await {
            Ok(rung) => letter::written(node, &rung),
            Err(_) => vec![letter::heartbeat(node)],
        };
        for letter in letters {
            sqlx::query("SELECT pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(letter)
                .execute(&mut connection)
                .await?;
        }
        patience.reset();
    }
}

async fn listen(address: String, node: String, inside: Inside) {
    let mut patience = Patience::new();
    loop {
        if let Err(error) = listen_until_fault(&address, &node, &inside, &mut patience).await {
            tracing::warn!(%error, "the bell is not heard; streams are polled meanwhile");
        }
        patience.pause().await;
    }
}

/// Ends with an error, or without one when the connection has been silent for too long.
async fn listen_until_fault(
    address: &str,
    node: &str,
    inside: &Inside,
    patience: &mut Patience,
) -> Result<(), Error> {
    let mut listener = PgListener::connect(address).await?;
    // Reconnecting is ours to do: what was missed meanwhile must be said.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    patience.reset();
    inside.hear(&Rung::Everything);
    loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            Ok(notification) => match notification? {
                Some(notification) => {
                    if let Some(rung) = letter::read(node, notification.payload()) {
                        inside.hear(&rung);
                    }
                }
                None => return Err(Error::WorkerCrashed),
            },
            Err(_) => return Ok(()),
        }
    }
}
