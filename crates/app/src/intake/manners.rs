//! What this node remembers of sites while it visits them: what they ask of visitors, and how often
//! they have asked us to come back later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::intake::fetch::{Reach, Seen, host_of, is_listed};
use ::intake::site::Robots;
use base::{MunicipalityKey, UnixMillis};
use store::sites::Site;
use tokio::task::JoinSet;

use crate::App;

/// What a site asks of visitors is believed so long.
const BELIEVE_RULES_S: i64 = 3_600;
/// A site that asks us to come back later is waited for so often in a row.
const PATIENCE: u32 = 3;
/// Between two requests to a public site, at least.
const PAUSE: Duration = Duration::from_secs(1);
/// On one's own network, where nobody else is disturbed.
const SHORT_PAUSE: Duration = Duration::from_millis(20);

/// What each host of a site asks of visitors.
pub(super) type Rules = Vec<(String, Arc<Robots>)>;

/// See the module.
#[derive(Default)]
pub(crate) struct Manners {
    robots: Mutex<HashMap<String, (UnixMillis, Arc<Robots>)>>,
    waits: Mutex<HashMap<MunicipalityKey, u32>>,
}

impl Manners {
    fn rules(&self, host: &str, now: UnixMillis) -> Option<Arc<Robots>> {
        let robots = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, rules) = robots.get(host)?;
        (at.plus_seconds(BELIEVE_RULES_S) > now).then(|| rules.clone())
    }

    fn keep_rules(&self, host: &str, now: UnixMillis, rules: Arc<Robots>) {
        let mut robots = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
        if rules.are_known() {
            robots.insert(host.to_owned(), (now, rules));
        } else {
            robots.remove(host);
        }
    }

    /// A site asks us to come back later: whether we still do.
    pub(super) fn has_patience(&self, municipality: &MunicipalityKey) -> bool {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = waits.entry(municipality.clone()).or_default();
        *waits = waits.saturating_add(1);
        *waits <= PATIENCE
    }

    /// A site has answered.
    pub(super) fn answered(&self, municipality: &MunicipalityKey) {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).remove(municipality);
    }
}

impl App {
    /// What the hosts of a site ask of visitors: what is remembered, or (`anew`, at the beginning of a
    /// round) as they say now.
    pub(super) async fn rules_of(&self, site: &Site, anew: bool) -> Rules {
        let manners = &self.0.memory.manners;
        let mut rules = Rules::new();
        // All at once: some may not answer.
        let mut asking = JoinSet::new();
        for host in &site.hosts {
            if let Some(known) = manners.rules(host, self.now()).filter(|_| !anew) {
                rules.push((host.clone(), known));
                continue;
            }
            let url = format!("{}/robots.txt", self.origin_of(host));
            let (fetcher, hosts) = (self.fetcher.clone(), site.hosts.clone());
            let host = host.clone();
            asking.spawn(async move {
                let answer = fetcher.get(&url, Reach::Hosts(&hosts), Seen::default()).await;
                (host, Arc::new(Robots::of(&answer)))
            });
        }
        for (host, of_host) in asking.join_all().await {
            manners.keep_rules(&host, self.now(), of_host.clone());
            rules.push((host, of_host));
        }
        rules.sort_by_key(|(host, _)| site.hosts.iter().position(|listed| listed == host));
        rules
    }

    /// A public site is asked by https; one on the operator's own network by http.
    pub(super) fn origin_of(&self, host: &str) -> String {
        let scheme = if self.fetcher.is_opened(host) { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    /// So long nothing is asked before an address: as the site wants it, and a little at least.
    pub(super) fn pause_for(&self, url: &str, rules: &Rules) -> Duration {
        let least = match host_of(url) {
            Some((host, port)) if self.fetcher.is_opened(&format!("{host}:{port}")) => SHORT_PAUSE,
            _ => PAUSE,
        };
        let asked = rules_for(rules, url).and_then(Robots::pause_s).unwrap_or(0.0);
        least.max(Duration::from_secs_f32(asked))
    }
}

/// What the host of an address asks of visitors; none when it is not on the list.
pub(super) fn rules_for<'a>(rules: &'a Rules, url: &str) -> Option<&'a Robots> {
    let (host, port) = host_of(url)?;
    rules
        .iter()
        .find(|(listed, _)| is_listed(std::slice::from_ref(listed), &host, port))
        .map(|(_, rules)| &**rules)
}
