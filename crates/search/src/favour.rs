//! What people have read and found helpful, within narrow bounds: the popular page must not swallow
//! the rest. An overlay like the words of the editors; replaced as a whole by
//! [`crate::Index::set_favour`].

use std::collections::HashMap;

use base::TopicKey;
use serde::{Deserialize, Serialize};

use crate::weights::favour as weight;

/// What was counted of a topic; nothing about anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counted {
    /// Pages shown in the last 30 days.
    pub views: u64,
    /// Answers to "did this help?".
    pub helped: u64,
    pub not_helped: u64,
}

/// What a topic's score is multiplied by, and why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Factors {
    pub views: f32,
    pub helped: f32,
}

impl Default for Factors {
    fn default() -> Self {
        Self { views: 1.0, helped: 1.0 }
    }
}

impl Factors {
    /// The factors for what was counted. `usual` is the share of "yes" over all topics.
    #[must_use]
    pub fn of(counted: Counted, usual: f32) -> Self {
        let views = counted.views.min(weight::MOST_VIEWS) as f32;
        let answers = (counted.helped + counted.not_helped) as f32;
        // Beta-smoothed: as if the usual share had been answered so many times before.
        let share =
            (counted.helped as f32 + usual * weight::PRIOR) / (answers + weight::PRIOR).max(1.0);
        let helped = 1.0 + (share - usual) * weight::FEEDBACK * 2.0;
        Self {
            views: 1.0 + weight::VIEWS * (1.0 + views / weight::VIEWS_UNIT).ln(),
            helped: helped.clamp(1.0 - weight::FEEDBACK, 1.0 + weight::FEEDBACK),
        }
    }

    #[must_use]
    pub fn product(self) -> f32 {
        self.views * self.helped
    }
}

/// The factors of all topics that anything was counted of.
#[derive(Debug, Default)]
pub struct Favour {
    topics: HashMap<TopicKey, Factors>,
}

impl Favour {
    #[must_use]
    pub fn new(counted: &HashMap<TopicKey, Counted>) -> Self {
        let (yes, all) = counted
            .values()
            .fold((0, 0), |(yes, all), one| (yes + one.helped, all + one.helped + one.not_helped));
        let usual = if all == 0 { 0.5 } else { yes as f32 / all as f32 };
        let topics = counted.iter().map(|(topic, one)| (topic.clone(), Factors::of(*one, usual)));
        Self { topics: topics.collect() }
    }

    #[must_use]
    pub fn of(&self, topic: &TopicKey) -> Factors {
        self.topics.get(topic).copied().unwrap_or_default()
    }

    pub(crate) fn topics(&self) -> impl Iterator<Item = (&TopicKey, &Factors)> {
        self.topics.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_counted_changes_nothing() {
        assert!((Factors::of(Counted::default(), 0.7).product() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_million_views_and_a_thousand_thanks_stay_within_bounds() {
        let loved = Counted { views: 1_000_000, helped: 1_000, not_helped: 0 };
        let hated = Counted { views: 0, helped: 0, not_helped: 100_000 };
        let capped = Counted { views: weight::MOST_VIEWS, ..loved };
        assert_eq!(Factors::of(loved, 0.5), Factors::of(capped, 0.5));
        assert!(Factors::of(loved, 0.5).helped <= 1.15);
        assert!(Factors::of(loved, 0.5).product() < 1.7);
        assert!(Factors::of(hated, 0.9).helped >= 0.85 - 1e-6);
    }

    #[test]
    fn two_answers_say_little() {
        let two = Counted { views: 0, helped: 0, not_helped: 2 };
        assert!(Factors::of(two, 0.7).helped > 0.96);
    }
}
