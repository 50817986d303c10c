//! What an editor asks of a guide that is being written: what is wrong with it, and how it feels as
//! a citizen.

use std::collections::BTreeSet;

use base::{Language, MunicipalityKey, Outcome, Problem, Scope};
use rules::checks::Finding;
use rules::guides::{Branches, Edition, Guide, GuideFault, Known, MAX_NODES, faults, graft};
use serde::{Deserialize, Serialize};

use super::{GuideView, Shown, Walking, today};
use crate::articles::Knowledge;
use crate::directory::Directory;
use crate::{App, found};

/// The text of a draft: the common guide, or one municipality's branches of a published one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GuideText {
    Guide(Box<Guide>),
    Branches(Box<Branches>),
}

impl App {
    /// Everything that is wrong with a guide or with branches as they are being written. A guide is
    /// looked at with the branches that municipalities have published, branches with the published
    /// guide; of branches only what is wrong in their municipality is told.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody who may not read knowledge, and for branches of a guide
    /// that is not there.
    pub async fn check_guide(&self, scope: &Scope, text: &GuideText) -> Outcome<Vec<GuideFault>> {
        self.may_read_knowledge(scope, None)?;
        let knowledge = self.knowledge().await?;
        let directory = self.directory().await?;
        faults_of(&knowledge, &directory, text, today(self))
    }

    /// What municipalities have published beside the common guide.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody who may not read knowledge.
    pub async fn guide_branches(
        &self,
        scope: &Scope,
        topic: &base::TopicKey,
    ) -> Outcome<Vec<Branches>> {
        self.may_read_knowledge(scope, None)?;
        let knowledge = self.knowledge().await?;
        let all = knowledge.branches.get(topic);
        Ok(all.map(|all| all.values().cloned().collect()).unwrap_or_default())
    }

    /// The same as findings, as the checks on save tell them.
    ///
    /// # Errors
    /// As [`App::check_guide`], except that it asks for nobody: the caller has looked who may.
    pub(crate) async fn guide_findings(&self, text: &GuideText) -> Outcome<Vec<Finding>> {
        let knowledge = self.knowledge().await?;
        let directory = self.directory().await?;
        let faults = faults_of(&knowledge, &directory, text, today(self))?;
        Ok(faults.iter().map(GuideFault::finding).collect())
    }

    /// Where a made-up citizen of a municipality stands in a draft after some answers. Nothing is
    /// counted.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody who may not read knowledge, for an unknown municipality and
    /// for branches of a guide that is not there; [`Problem::Invalid`] for a guide without nodes or
    /// with too many.
    pub async fn try_guide(
        &self,
        scope: &Scope,
        text: &GuideText,
        municipality: &MunicipalityKey,
        path: &str,
        language: Language,
    ) -> Outcome<GuideView> {
        self.may_read_knowledge(scope, None)?;
        self.known_line(municipality, None).await?;
        let knowledge = self.knowledge().await?;
        let directory = self.directory().await?;
        let (guide, own) = match text {
            GuideText::Guide(guide) => {
                let all = knowledge.branches.get(&guide.topic);
                ((**guide).clone(), all.and_then(|all| all.get(municipality)).cloned())
            }
            GuideText::Branches(own) => {
                let guide = found(knowledge.guides.get(&own.topic))?.clone();
                let own = (own.municipality == *municipality).then(|| (**own).clone());
                (guide, own)
            }
        };
        let size = guide.nodes.len() + own.as_ref().map_or(0, |own| own.nodes.len());
        if size > MAX_NODES {
            let limit = i64::try_from(MAX_NODES).ok();
            return Err(Problem::Invalid { field: "body", code: "too-many-nodes", limit });
        }
        let walking = Walking {
            guide: graft(&guide, own.as_slice()),
            edition: Edition {
                guide: guide.version,
                branches: own.as_ref().map(|own| own.version),
            },
            newer: false,
            lost: false,
        };
        let shown = Shown {
            knowledge: &knowledge,
            directory: &directory,
            municipality,
            language,
            today: today(self),
        };
        GuideView::of(&walking, &shown, path).ok_or(Problem::invalid("body", "no-nodes"))
    }
}

fn faults_of(
    knowledge: &Knowledge,
    directory: &Directory,
    text: &GuideText,
    today: jiff::civil::Date,
) -> Outcome<Vec<GuideFault>> {
    let known = known(knowledge, directory);
    match text {
        GuideText::Guide(guide) => {
            let branches: Vec<Branches> = knowledge
                .branches
                .get(&guide.topic)
                .map(|all| all.values().cloned().collect())
                .unwrap_or_default();
            let mut found = faults(guide, &branches, &known, Some(today));
            // That the guide becomes newer than its branches is no fault of the guide. What it
            // breaks in them is pointed out and stops nobody: their municipality gets a task, and
            // until then they are left out where they would lead nowhere.
            found.retain(|fault| fault.code != "stale");
            let own = faults(guide, &[], &known, Some(today));
            for fault in &mut found {
                fault.warns = !own.contains(fault);
            }
            Ok(found)
        }
        GuideText::Branches(own) => {
            let guide = found(knowledge.guides.get(&own.topic))?;
            let found = faults(guide, std::slice::from_ref(own), &known, Some(today));
            let here = |fault: &GuideFault| {
                fault.municipality.as_ref() == Some(&own.municipality)
                    || matches!(fault.code, "too-many-nodes" | "unknown-municipality")
            };
            Ok(found.into_iter().filter(here).collect())
        }
    }
}

/// What guides may lead to, as it stands now.
fn known(knowledge: &Knowledge, directory: &Directory) -> Known {
    let places: Vec<_> = directory.places().collect();
    let departments: BTreeSet<_> = places
        .iter()
        .flat_map(|place| place.member.departments.iter())
        .map(|department| department.key.clone())
        .collect();
    let mut known = Known {
        topics: knowledge.heads().map(|head| head.topic.clone()).collect(),
        municipalities: places.iter().map(|place| place.member.key.clone()).collect(),
        ..Known::default()
    };
    for place in &places {
        let municipality = &place.member.key;
        for department in &departments {
            if directory.line(municipality, department).is_none() {
                known.missing.insert((municipality.clone(), department.clone()));
            }
        }
    }
    known.departments = departments;
    known
}
