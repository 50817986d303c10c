//! How a guide is walked, node by node: entered, went where, went back, left.

use std::collections::BTreeMap;

use base::{MunicipalityKey, Outcome, Problem, Scope, TopicKey};
use jiff::civil::Date;
use rules::guides::median;
use serde::Serialize;
use store::guides::{LeftHalfWay, StepCount, Walker, What};
use utoipa::ToSchema;

use crate::App;

/// What was counted of a guide between two days, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GuideStatistics {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    /// `None`: in all municipalities together.
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    #[schema(value_type = String)]
    pub from: Date,
    #[schema(value_type = String)]
    pub to: Date,
    /// What citizens did, by the id of the node. A node that nobody came to is not there.
    pub citizens: BTreeMap<String, NodeStatistics>,
    /// What agents did for citizens.
    pub agents: BTreeMap<String, NodeStatistics>,
    /// Answers to "did this help?" about the guide, in the one municipality.
    pub helped: Option<i64>,
    pub not_helped: Option<i64>,
}

/// What was counted at one node. A visitor counts once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct NodeStatistics {
    /// So many came here.
    pub entered: i64,
    /// So many of them answered the question; 0 at an answer.
    pub on: i64,
    /// So many went no further; 0 at an answer, which is where a guide ends.
    pub left: i64,
    /// So many went back from here.
    pub back: i64,
    /// Where they went, most first.
    pub to: Vec<Turned>,
    /// The median time until the question was answered, in seconds; `None` at an answer, and of
    /// agents.
    pub median_s: Option<i64>,
    /// Answers to "did this help?" by those who had come to this answer.
    pub helped: i64,
    pub not_helped: i64,
}

/// How many answered a question in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Turned {
    /// The node it leads to.
    pub node: String,
    /// Which of the question's choices that lead there, from 1.
    pub nth: u32,
    pub count: i64,
}

impl App {
    /// How a guide is walked, in one municipality or in all, between two days.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Invalid`] when the days are in the wrong order.
    pub async fn guide_statistics(
        &self,
        scope: &Scope,
        topic: &TopicKey,
        municipality: Option<&MunicipalityKey>,
        from: Date,
        to: Date,
    ) -> Outcome<GuideStatistics> {
        self.may_read_knowledge(scope, municipality)?;
        if from > to {
            return Err(Problem::invalid("from", "from-after-to"));
        }
        let (database, tenant) = (&self.database, &self.tenant);
        let (first, last) = (from.to_string(), to.to_string());
        let counts =
            store::guides::counts(database, tenant, topic, municipality, &first, &last).await?;
        let said = match municipality {
            Some(place) => {
                let said = store::knowledge::helped_between(database, tenant, place, &first, &last)
                    .await?;
                let of = |yes: bool| {
                    let own = said
                        .iter()
                        .filter(|(about, answer, _)| about == topic && (answer == "yes") == yes);
                    own.map(|(_, _, count)| count).sum::<i64>()
                };
                Some((of(true), of(false)))
            }
            None => None,
        };
        Ok(GuideStatistics {
            topic: topic.clone(),
            municipality: municipality.cloned(),
            from,
            to,
            citizens: by_node(&counts, Walker::Citizen),
            agents: by_node(&counts, Walker::Agent),
            helped: said.map(|(yes, _)| yes),
            not_helped: said.map(|(_, no)| no),
        })
    }

    /// Where citizens left guides half-way between two days, most first. For the program's own
    /// worklist: it asks for nobody.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn guides_left_half_way(&self, from: Date, to: Date) -> Outcome<Vec<LeftHalfWay>> {
        let (first, last) = (from.to_string(), to.to_string());
        store::guides::left_half_way(&self.database, &self.tenant, &first, &last)
            .await
            .map_err(Problem::from)
    }
}

fn by_node(counts: &[StepCount], who: Walker) -> BTreeMap<String, NodeStatistics> {
    let mut nodes: BTreeMap<String, NodeStatistics> = BTreeMap::new();
    let mut turns: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut times: BTreeMap<&str, BTreeMap<u32, i64>> = BTreeMap::new();
    for step in counts.iter().filter(|step| step.who == who) {
        let node = nodes.entry(step.node.clone()).or_default();
        match &step.what {
            What::Asked => {
                node.entered += step.count;
                node.left += step.count;
            }
            What::Ended => node.entered += step.count,
            What::On => {
                node.on += step.count;
                node.left -= step.count;
            }
            What::Back => node.back += step.count,
            What::Helped => node.helped += step.count,
            What::NotHelped => node.not_helped += step.count,
            What::Stayed(within) => {
                *times.entry(&step.node).or_default().entry(*within).or_default() += step.count;
            }
            What::To(turn) => *turns.entry((&step.node, turn)).or_default() += step.count,
        }
    }
    for ((from, turn), count) in turns {
        let (node, nth) = turn.split_once('~').unwrap_or((turn, "1"));
        let nth = nth.parse().unwrap_or(1);
        if let Some(from) = nodes.get_mut(from) {
            from.to.push(Turned { node: node.to_owned(), nth, count });
        }
    }
    for (at, counts) in times {
        if let Some(node) = nodes.get_mut(at) {
            node.median_s = median(&counts);
        }
    }
    for node in nodes.values_mut() {
        // A visitor who was asked yesterday and answered today.
        node.left = node.left.max(0);
        node.to.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.node.cmp(&b.node)));
    }
    nodes
}
