//! One figure or term changed in every text that uses it: previewed text by text, approved by those
//! whose texts they are, published at a minute, all of it or nothing.

mod publish;
mod view;

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use rules::bulk::{
    self, BulkId, BulkText, Command, MOST_TEXTS, Phase, Refusal, Rule, apply, places,
};
use rules::checks::{self, Finding, Known, Severity};
use rules::people::may_edit_text;
use rules::workshop::Text;
use std::collections::{BTreeMap, BTreeSet};
use store::Tx;
use store::bulk::{Bulk, Touched};
use store::knowledge::EntryKey;
use store::workshop::tasks;

use super::publish::{Origin, area_of, owner_of};
use super::{kind_of, text_of};
use crate::audit::Act;
use crate::{App, found};

pub use view::{BulkCan, BulkRow, BulkView, ChangeView, PlaceView};

/// So many bulk changes are listed.
const LISTED: i64 = 50;

/// What somebody asks of a bulk change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkAct {
    LeaveOut {
        topic: TopicKey,
        municipality: Option<MunicipalityKey>,
        field: Option<String>,
        out: bool,
    },
    Submit,
    /// Of the bulk change as it was seen.
    Approve {
        revision: i64,
    },
    Publish {
        at: Option<UnixMillis>,
    },
    Cancel,
    /// Preview it anew.
    Renew,
}

impl BulkAct {
    const fn name(&self) -> &'static str {
        match self {
            Self::LeaveOut { .. } => "bulk-left-out",
            Self::Submit => "bulk-submitted",
            Self::Approve { .. } => "bulk-approved",
            Self::Publish { at: None } => "bulk-published",
            Self::Publish { .. } => "bulk-scheduled",
            Self::Cancel => "bulk-cancelled",
            Self::Renew => "bulk-renewed",
        }
    }
}

impl App {
    /// Looks what a rule would change, and keeps the preview.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for who edits nothing; [`Problem::Invalid`] for a rule that says
    /// nothing, `bulk-nothing-found` and `bulk-too-many`.
    pub async fn preview_bulk(&self, scope: &Scope, rule: Rule) -> Outcome<BulkView> {
        let by = found(scope.person())?;
        self.may_read_knowledge(scope, None)?;
        if scope.municipalities(Right::EditKnowledge).is_empty() {
            return Err(Problem::forbidden("not-your-role"));
        }
        let rule = rule.accepted()?;
        let at = self.now();
        let (texts, out_of_reach) = self.look(scope, &rule, &[]).await?;
        let bulk = Bulk {
            id: self.rng.id(at),
            rule,
            phase: Phase::Preview,
            by,
            note: String::new(),
            made_at: at,
            changed_at: at,
            publish_at: None,
            refused: String::new(),
            revision: 1,
        };
        let mut tx = self.database.begin().await?;
        store::bulk::put(&mut tx, &self.tenant, &bulk).await?;
        store::bulk::put_texts(&mut tx, &self.tenant, bulk.id, &texts).await?;
        self.note_bulk(&mut tx, scope, bulk.id, "bulk-previewed", at).await?;
        tx.commit().await?;
        let mut view = self.bulk_view(scope, bulk, texts).await?;
        view.out_of_reach = out_of_reach;
        Ok(view)
    }

    /// The bulk changes whose texts somebody works on, the newest first.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not read the knowledge base.
    pub async fn bulks(&self, scope: &Scope) -> Outcome<Vec<BulkRow>> {
        self.may_read_knowledge(scope, None)?;
        let mut rows = Vec::new();
        for (bulk, mut texts) in store::bulk::all(&self.database, &self.tenant, LISTED).await? {
            if !self.may_see_bulk(scope, &bulk, &texts) {
                continue;
            }
            if !bulk.phase.has_ended() {
                self.compare(&bulk.rule, &mut texts).await?;
            }
            let taken = || texts.iter().filter(|touched| !touched.text.left_out);
            rows.push(BulkRow {
                id: bulk.id,
                waits_for_me: bulk.phase == Phase::InReview
                    && scope.person() != Some(bulk.by)
                    && !self.approvable(scope, &texts).is_empty(),
                by: self.named(bulk.by).await?,
                texts: taken().count(),
                changed: match bulk.phase.has_ended() {
                    true => 0,
                    false => taken().filter(|touched| touched.text.changed_since).count(),
                },
                find: bulk.rule.find,
                replace: bulk.rule.replace,
                phase: bulk.phase,
                made_at: bulk.made_at,
                publish_at: bulk.publish_at,
                refused: bulk.refused,
            });
        }
        Ok(rows)
    }

    /// A bulk change, text by text.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown one, and for who works on none of its texts.
    pub async fn bulk(&self, scope: &Scope, id: BulkId) -> Outcome<BulkView> {
        self.may_read_knowledge(scope, None)?;
        let bulk = store::bulk::get(&self.database, &self.tenant, id).await?;
        let bulk = found(bulk)?;
        let mut texts = store::bulk::texts(&self.database, &self.tenant, id).await?;
        self.compare(&bulk.rule, &mut texts).await?;
        if !self.may_see_bulk(scope, &bulk, &texts) {
            return Err(Problem::NotFound);
        }
        self.bulk_view(scope, bulk, texts).await
    }

    /// Leaves something out, submits, approves, publishes, cancels or previews anew.
    ///
    /// # Errors
    /// [`Problem::NotFound`] as [`App::bulk`]; [`Problem::Forbidden`] `bulk-not-all-yours` where a
    /// text is another's; [`Problem::Conflict`] with what stands in the way (`bulk-changed`,
    /// `bulk-faulty`, `bulk-awaits-approval`, `draft-changed` for an approval of something else than
    /// what stands, …): nothing has changed then.
    pub async fn act_on_bulk(&self, scope: &Scope, id: BulkId, act: BulkAct) -> Outcome<BulkView> {
        let who = found(scope.person())?;
        let at = self.now();
        self.bulk(scope, id).await?;
        let mut tx = self.database.begin().await?;
        // Before the row, as everybody who publishes does.
        self.lock_knowledge(&mut tx).await?;
        let mut bulk = found(store::bulk::take(&mut tx, &self.tenant, id).await?)?;
        let mut texts = store::bulk::texts(&mut tx, &self.tenant, id).await?;
        self.compare(&bulk.rule, &mut texts).await?;
        let command = match act.clone() {
            BulkAct::LeaveOut { topic, municipality, field, out } => {
                let touched = texts
                    .iter()
                    .find(|t| t.text.topic == topic && t.text.municipality == municipality);
                let touched = touched.ok_or(Problem::conflict("bulk-unknown-place"))?;
                self.may_change(scope, std::iter::once(touched))?;
                if field.as_ref().is_some_and(|f| touched.places.iter().all(|p| p.field != *f)) {
                    return Err(Problem::conflict("bulk-unknown-place"));
                }
                Command::LeaveOut { topic, municipality, field, out }
            }
            BulkAct::Submit => {
                self.may_change(scope, texts.iter())?;
                Command::Submit
            }
            // Holding it has counted once.
            BulkAct::Approve { revision } if revision + 1 != bulk.revision => {
                return Err(Problem::conflict("draft-changed"));
            }
            BulkAct::Approve { .. } => Command::Approve { texts: self.approvable(scope, &texts) },
            BulkAct::Publish { at } => {
                self.may_change(scope, texts.iter())?;
                Command::Publish { at }
            }
            BulkAct::Cancel => {
                if who != bulk.by {
                    self.may_change(scope, texts.iter())?;
                }
                Command::Cancel
            }
            BulkAct::Renew => {
                self.may_change(scope, texts.iter())?;
                (texts, _) = self.look(scope, &bulk.rule, &texts).await?;
                Command::Renewed
            }
        };
        let state = state_of(&bulk, &texts);
        let (next, effects) = bulk::decide(&state, command, who, at).map_err(problem_of)?;
        if let BulkAct::LeaveOut { topic, municipality, field: Some(_), .. } = &act {
            let known = self.check_known().await?;
            let key = (topic.clone(), municipality.clone());
            for (touched, next) in texts.iter_mut().zip(&next.texts) {
                if touched.key() == key {
                    let (text, _) = self.standing(&mut tx, &key).await?;
                    touched.findings = new_errors(&text, &bulk.rule, &next.left_fields, &known);
                }
            }
        }
        bulk.refused.clear();
        self.follow_bulk(&mut tx, scope, &mut bulk, &mut texts, next, &effects, at).await?;
        // Whoever goes on with it has seen that it was refused.
        let about = id.to_string();
        tasks::close_about(&mut tx, &self.tenant, publish::TASK_REFUSED, &about, at).await?;
        self.note_bulk(&mut tx, scope, id, act.name(), at).await?;
        tx.commit().await?;
        self.ring([&store::knowledge::stream()]);
        self.bulk(scope, id).await
    }

    /// Every text the rule changes and somebody may change, and how many more there are. What was
    /// left out `before` stays left out.
    async fn look(
        &self,
        scope: &Scope,
        rule: &Rule,
        before: &[Touched],
    ) -> Outcome<(Vec<Touched>, usize)> {
        let at = self.now();
        let known = self.check_known().await?;
        let entries = store::knowledge::all(&self.database, &self.tenant).await?;
        let mut texts: Vec<Touched> = Vec::new();
        let mut policies: BTreeMap<MunicipalityKey, bool> = BTreeMap::new();
        let mut out_of_reach = 0;
        // Masters come before the local texts over them.
        let mut master: Option<(TopicKey, String, String, Option<MunicipalityKey>)> = None;
        for entry in entries {
            let kind = kind_of(&entry.kind)?;
            let text = text_of(kind, &entry.body)?;
            if let Some((title, _)) = text.titles() {
                let owner = owner_of(&text).cloned();
                master = Some((entry.topic.clone(), title.to_owned(), area_of(&text), owner));
            }
            let Some((_, title, area, owner)) =
                master.as_ref().filter(|(topic, ..)| *topic == entry.topic)
            else {
                continue;
            };
            if Origin::is_foreign(&entry.origin) || !rule.looks_at(kind, area) {
                continue;
            }
            let places = places(&text, rule);
            if places.is_empty() {
                continue;
            }
            let municipality = entry.municipality.clone();
            let right = Right::EditKnowledge;
            if may_edit_text(scope, area, municipality.as_ref(), right, at).is_err() {
                out_of_reach += 1;
                continue;
            }
            if texts.len() == MOST_TEXTS {
                let limit = i64::try_from(MOST_TEXTS).ok();
                return Err(Problem::Invalid { field: "find", code: "bulk-too-many", limit });
            }
            let asks_approval = match municipality.as_ref().or(owner.as_ref()) {
                Some(whose) => match policies.get(whose) {
                    Some(approval) => *approval,
                    None => {
                        let approval = self.policy_of(whose).await?.approval;
                        policies.insert(whose.clone(), approval);
                        approval
                    }
                },
                None => true,
            };
            let before = before.iter().map(|known| &known.text).find(|known| {
                known.topic == entry.topic && known.municipality == entry.municipality
            });
            let mut left_fields = before.map_or_else(BTreeSet::new, |b| b.left_fields.clone());
            left_fields.retain(|field| places.iter().any(|place| place.field == *field));
            texts.push(Touched {
                findings: new_errors(&text, rule, &left_fields, &known),
                text: BulkText {
                    topic: entry.topic.clone(),
                    municipality,
                    left_out: before.is_some_and(|before| before.left_out),
                    left_fields,
                    asks_approval,
                    approved_by: None,
                    changed_since: false,
                    faulty: false,
                },
                kind: entry.kind,
                title: title.clone(),
                area: area.clone(),
                number: entry.number,
                places,
            });
        }
        if texts.is_empty() {
            return Err(Problem::invalid("find", "bulk-nothing-found"));
        }
        Ok((texts, out_of_reach))
    }

    /// Whether the texts that were published again since the preview have changed where it matters: a
    /// word elsewhere, or a master's new number, stands in nobody's way.
    async fn compare(&self, rule: &Rule, texts: &mut [Touched]) -> Outcome<()> {
        for touched in texts.iter_mut().filter(|touched| touched.text.changed_since) {
            touched.text.changed_since = !self.stands_as_previewed(rule, touched).await?;
        }
        Ok(())
    }

    /// Whether a text stands where it stood, with the same words in the places that the rule changes,
    /// and whoever owns it asks for no approval that was not asked for.
    async fn stands_as_previewed(&self, rule: &Rule, touched: &Touched) -> Outcome<bool> {
        let key = touched.key();
        let entry = store::knowledge::get(&self.database, &self.tenant, &key).await?;
        let Some(entry) = entry.filter(|entry| !Origin::is_foreign(&entry.origin)) else {
            return Ok(false);
        };
        let text = text_of(kind_of(&entry.kind)?, &entry.body)?;
        let same = places(&text, rule) == touched.places;
        let master = match key.1 {
            Some(_) => self.last_master_of(&key).await?.0,
            None => text,
        };
        let asks = match owner_of(&master) {
            Some(owner) => self.approval_for(&key, owner).await?,
            None => true,
        };
        Ok(same && area_of(&master) == touched.area && (touched.text.asks_approval || !asks))
    }

    /// Its author sees a bulk change, and whoever works on one of its texts.
    fn may_see_bulk(&self, scope: &Scope, bulk: &Bulk, texts: &[Touched]) -> bool {
        scope.person() == Some(bulk.by)
            || texts.iter().any(|touched| {
                self.may_work_on(scope, &touched.area, touched.text.municipality.as_ref()).is_ok()
            })
    }

    /// Whether somebody may change all these texts.
    fn may_change<'t>(
        &self,
        scope: &Scope,
        mut texts: impl Iterator<Item = &'t Touched>,
    ) -> Outcome<()> {
        let at = self.now();
        let all = texts.all(|touched| {
            let municipality = touched.text.municipality.as_ref();
            touched.text.left_out
                || may_edit_text(scope, &touched.area, municipality, Right::EditKnowledge, at)
                    .is_ok()
        });
        if all { Ok(()) } else { Err(Problem::forbidden("bulk-not-all-yours")) }
    }

    /// The texts that wait for somebody's approval.
    fn approvable(&self, scope: &Scope, texts: &[Touched]) -> Vec<EntryKey> {
        let at = self.now();
        texts
            .iter()
            .filter(|touched| {
                let text = &touched.text;
                !text.left_out
                    && text.asks_approval
                    && text.approved_by.is_none()
                    && may_edit_text(
                        scope,
                        &touched.area,
                        text.municipality.as_ref(),
                        Right::ApproveKnowledge,
                        at,
                    )
                    .is_ok()
            })
            .map(Touched::key)
            .collect()
    }

    async fn bulk_view(&self, scope: &Scope, bulk: Bulk, texts: Vec<Touched>) -> Outcome<BulkView> {
        let ended = bulk.phase.has_ended();
        let mine = !ended && self.may_change(scope, texts.iter()).is_ok();
        let can = BulkCan {
            edit: mine,
            approve: bulk.phase == Phase::InReview
                && scope.person() != Some(bulk.by)
                && !self.approvable(scope, &texts).is_empty(),
            publish: mine && matches!(bulk.phase, Phase::Approved | Phase::Scheduled),
        };
        let mut changes = Vec::new();
        for touched in texts {
            let approved_by = self.maybe_named(touched.text.approved_by).await?;
            let text = touched.text;
            changes.push(ChangeView {
                places: touched
                    .places
                    .into_iter()
                    .map(|place| PlaceView::of(place, &text.left_fields))
                    .collect(),
                topic: text.topic,
                municipality: text.municipality,
                kind: touched.kind,
                title: touched.title,
                area: touched.area,
                left_out: text.left_out,
                changed_since: text.changed_since && !ended,
                findings: touched.findings,
                asks_approval: text.asks_approval,
                approved_by,
            });
        }
        Ok(BulkView {
            id: bulk.id,
            rule: bulk.rule,
            phase: bulk.phase,
            by: self.named(bulk.by).await?,
            made_at: bulk.made_at,
            publish_at: bulk.publish_at,
            refused: bulk.refused,
            revision: bulk.revision,
            changes,
            out_of_reach: 0,
            can,
        })
    }

    async fn note_bulk(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        id: BulkId,
        action: &'static str,
        at: UnixMillis,
    ) -> Outcome<()> {
        let act = Act {
            ground: scope.person().map(|_| base::scope::Ground::Role),
            municipality: None,
            action,
            subject: format!("bulk/{id}"),
            purpose: "knowledge",
        };
        self.note(tx, scope, act, at).await
    }
}

/// What the rules need of a bulk change.
fn state_of(bulk: &Bulk, texts: &[Touched]) -> bulk::Bulk {
    bulk::Bulk {
        phase: bulk.phase,
        by: bulk.by,
        publish_at: bulk.publish_at,
        texts: texts.iter().map(|touched| touched.text.clone()).collect(),
    }
}

/// The named parts (as `rules::workshop::diff` names them) that a bulk change puts right in a text.
fn changed_parts(touched: &Touched) -> BTreeSet<String> {
    touched
        .places
        .iter()
        .filter(|place| !touched.text.left_fields.contains(&place.field))
        .filter_map(|place| {
            let mut names = place.field.split([':', '.']);
            Some(match (names.next()?, names.next()) {
                ("part", Some(id)) => id.to_owned(),
                ("node", Some(id)) => format!("node:{id}"),
                (head, _) => head.to_owned(),
            })
        })
        .collect()
}

/// The errors that the check finds in the changed text and not in the text as it stands.
fn new_errors(text: &Text, rule: &Rule, left: &BTreeSet<String>, known: &Known) -> Vec<String> {
    let check = |text: &Text| -> Vec<Finding> {
        let mut findings = match text {
            Text::Article(article) => checks::check_article(article, known),
            Text::Variant(variant) => checks::check_variant(variant, known),
            Text::Guide(guide) => checks::check_guide_texts(guide, known),
            Text::Branches(own) => {
                checks::check_nodes(&own.topic, &own.municipality, &own.nodes, known)
            }
        };
        findings.retain(|finding| finding.severity == Severity::Error);
        findings
    };
    let before = check(text);
    let mut after = text.clone();
    apply(&mut after, rule, left);
    let is_new = |finding: &Finding| {
        before.iter().all(|known| {
            (known.code, &known.part, &known.field) != (finding.code, &finding.part, &finding.field)
        })
    };
    let codes: BTreeSet<&str> = check(&after)
        .iter()
        .filter(|finding| is_new(finding))
        .map(|finding| finding.code)
        .collect();
    codes.into_iter().map(str::to_owned).collect()
}

fn problem_of(refusal: Refusal) -> Problem {
    Problem::conflict(match refusal {
        Refusal::OtherPhase => "bulk-phase",
        Refusal::Unknown => "bulk-unknown-place",
        Refusal::Nothing => "bulk-nothing-left",
        Refusal::Changed => "bulk-changed",
        Refusal::Faulty => "bulk-faulty",
        Refusal::OwnWork => return Problem::forbidden("bulk-own-work"),
        Refusal::AwaitsApproval => "bulk-awaits-approval",
        Refusal::Past => return Problem::invalid("at", "publish-past"),
    })
}
