//! Asking trunks whether they live.

use std::sync::{Arc, Weak};
use std::time::Duration;

use rsipstack::sip::{Method, SipMessage, StatusCodeKind, Uri, typed};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::{Transaction, make_tag};

use super::counters::Count;
use super::numbering::Trunk;
use super::{Inner, lock};

/// So often each trunk is asked.
const EVERY: Duration = Duration::from_secs(30);
/// A trunk that has not answered by then is not there.
const PATIENCE: Duration = Duration::from_secs(8);

/// Asks every trunk, again and again.
pub(super) async fn ask(sip: Weak<Inner>) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        let Some(sip) = sip.upgrade() else { return };
        for trunk in sip.known.now().trunks.clone() {
            let sip = sip.clone();
            tokio::spawn(async move {
                let alive = tokio::time::timeout(PATIENCE, lives(&sip, &trunk)).await;
                let alive = alive.unwrap_or(false);
                if !alive {
                    sip.counters.add(Count::TrunkSilent);
                }
                let was = lock(&sip.alive).insert(trunk.key.clone(), alive).unwrap_or(true);
                if was != alive {
                    tracing::warn!(trunk = trunk.key, alive, "trunk");
                }
            });
        }
    }
}

/// Whether a trunk answers, whatever it answers.
async fn lives(sip: &Arc<Inner>, trunk: &Trunk) -> bool {
    let Ok(to) = sip.reach(trunk.address, trunk.way).await else { return false };
    let Ok(uri) = Uri::try_from(format!("sip:{}", trunk.address).as_str()) else { return false };
    let from = typed::From { display_name: None, uri: sip.contact(trunk.way), params: vec![] };
    let asked = typed::To { display_name: None, uri: uri.clone(), params: vec![] };
    let own = (trunk.way != super::numbering::Way::Udp)
        .then(|| rsipstack::transport::SipAddr { r#type: to.r#type, addr: sip.said.into() });
    let Ok(via) = sip.endpoint.get_via(own, None) else { return false };
    let from = from.with_tag(make_tag());
    let request = sip.endpoint.make_request(Method::Options, uri, via, from, asked, 1, None);
    let Ok(key) = TransactionKey::from_request(&request, TransactionRole::Client) else {
        return false;
    };
    let mut tx = Transaction::new_client(key, request, sip.endpoint.clone(), None);
    tx.destination = Some(to);
    if tx.send().await.is_err() {
        return false;
    }
    while let Some(message) = tx.receive().await {
        if let SipMessage::Response(response) = message
            && response.status_code.kind() != StatusCodeKind::Provisional
        {
            // The stack answers for who did not, with 408.
            return u16::from(response.status_code) != 408;
        }
    }
    false
}
