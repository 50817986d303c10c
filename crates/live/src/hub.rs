//! Who follows which stream in this process.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;

/// How long a follower trusts the bell before it looks by itself.
pub const POLL: Duration = Duration::from_secs(2);

/// Passes rings on to those who follow the stream. Cloning shares the hub.
#[derive(Clone, Default)]
pub struct Hub {
    followers: Arc<Mutex<HashMap<String, Vec<Weak<Shared>>>>>,
}

#[derive(Default)]
struct Shared {
    rung: Mutex<BTreeSet<String>>,
    wake: Notify,
}

/// Which streams to look at, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// These rang.
    Rung(BTreeSet<String>),
    /// None rang for [`POLL`]: look at all that are followed.
    All(BTreeSet<String>),
}

impl Look {
    #[must_use]
    pub fn into_streams(self) -> BTreeSet<String> {
        match self {
            Self::Rung(streams) | Self::All(streams) => streams,
        }
    }
}

/// One follower of any number of streams: a socket, the dispatcher, the search index.
pub struct Listener {
    hub: Hub,
    shared: Arc<Shared>,
    following: BTreeSet<String>,
}

impl Hub {
    #[must_use]
    pub fn listener(&self) -> Listener {
        Listener {
            hub: self.clone(),
            shared: Arc::new(Shared::default()),
            following: BTreeSet::new(),
        }
    }

    /// Tells the followers of a stream in this process. Called after the commit, never before.
    pub fn ring(&self, stream: &str) {
        let mut followers = self.followers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(listeners) = followers.get_mut(stream) else { return };
        listeners.retain(|listener| {
            let Some(shared) = listener.upgrade() else { return false };
            shared.rung.lock().unwrap_or_else(PoisonError::into_inner).insert(stream.to_owned());
            shared.wake.notify_one();
            true
        });
        if listeners.is_empty() {
            followers.remove(stream);
        }
    }

    /// Tells everybody to look: rings may have been lost.
    pub fn ring_all(&self) {
        let streams: Vec<String> = self
            .followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .filter(|stream| !stream.starts_with("typing/"))
            .cloned()
            .collect();
        for stream in streams {
            self.ring(&stream);
        }
    }

    /// How many streams are followed in this process.
    #[must_use]
    pub fn followed(&self) -> usize {
        self.followers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Listener {
    pub fn follow(&mut self, stream: &str) {
        if self.following.insert(stream.to_owned()) {
            self.hub
                .followers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(stream.to_owned())
                .or_default()
                .push(Arc::downgrade(&self.shared));
        }
    }

    pub fn unfollow(&mut self, stream: &str) {
        if self.following.remove(stream) {
            let mut followers = self.hub.followers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(listeners) = followers.get_mut(stream) {
                let mine = Arc::downgrade(&self.shared);
                listeners.retain(|listener| !listener.ptr_eq(&mine));
                if listeners.is_empty() {
                    followers.remove(stream);
                }
            }
        }
    }

    #[must_use]
    pub fn follows(&self, stream: &str) -> bool {
        self.following.contains(stream)
    }

    /// Waits until a followed stream is rung, at most [`POLL`].
    ///
    /// Cancel-safe: a ring that was not taken stays.
    pub async fn rung(&self) -> Look {
        let waited = tokio::time::timeout(POLL, self.shared.wake.notified()).await;
        let rung =
            std::mem::take(&mut *self.shared.rung.lock().unwrap_or_else(PoisonError::into_inner));
        if waited.is_err() && rung.is_empty() {
            Look::All(self.following.clone())
        } else {
            Look::Rung(rung)
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for stream in std::mem::take(&mut self.following) {
            let mut followers = self.hub.followers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(listeners) = followers.get_mut(&stream) {
                let mine = Arc::downgrade(&self.shared);
                listeners.retain(|listener| !listener.ptr_eq(&mine));
                if listeners.is_empty() {
                    followers.remove(&stream);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rings_coalesce_and_none_is_lost() {
        let hub = Hub::default();
        let mut listener = hub.listener();
        listener.follow("contact/a");
        listener.follow("contact/b");
        hub.ring("contact/a");
        hub.ring("contact/a");
        hub.ring("contact/b");
        hub.ring("contact/c");
        let rung = listener.rung().await;
        assert_eq!(rung.into_streams().into_iter().collect::<Vec<_>>(), ["contact/a", "contact/b"]);
    }

    #[tokio::test]
    async fn who_has_gone_is_forgotten() {
        let hub = Hub::default();
        let mut listener = hub.listener();
        listener.follow("contact/a");
        assert_eq!(hub.followed(), 1);
        drop(listener);
        assert_eq!(hub.followed(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_follower_looks_by_itself_when_no_bell_rings() {
        let hub = Hub::default();
        let mut listener = hub.listener();
        listener.follow("contact/a");
        assert_eq!(listener.rung().await, Look::All(["contact/a".to_owned()].into()));
    }
}
