//! The worklist as editors see and change it.

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use jiff::civil::Date;
use rules::hours::Zone;
use rules::improvement::{Near, Rate, Suggestion};
use serde::{Deserialize, Serialize};
use store::improvement::worklist::{self, Improvement};
use store::people::PersonId;
use store::searching::{Synonym, put_synonym};
use store::workshop::tasks;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Joined;
use crate::audit::Act;
use crate::workshop::begin::Outline;
use crate::{App, found};

/// What is shown of a piece of work, as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Body {
    pub phrases: Vec<PhraseShown>,
    pub hidden: usize,
    pub weeks: Vec<i64>,
    pub searches: i64,
    pub zero_hits: i64,
    pub reformulated: i64,
    pub contacts: i64,
    pub not_helped: i64,
    pub suggestions: Vec<Suggestion>,
    pub near: Vec<Near>,
    pub guide: Option<GuideShown>,
}

/// A query of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhraseShown {
    pub text: String,
    pub searches: i64,
    pub failed: i64,
}

/// A question at which a guide is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuideShown {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
    pub node: String,
    pub question: String,
    pub asked: i64,
    pub left: i64,
}

/// A share with its interval (95 %), between 0 and 1; without any when nothing was counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct RateView {
    pub found: i64,
    pub n: i64,
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<Rate> for RateView {
    fn from(rate: Rate) -> Self {
        let interval = rate.interval();
        Self {
            found: rate.found,
            n: rate.n,
            share: rate.share(),
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
        }
    }
}

/// What can be done, and whether it was taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SuggestionView {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub suggestion: Suggestion,
    pub accepted: bool,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ImprovementView {
    pub id: Uuid,
    /// The commonest query; a guide's title.
    pub title: String,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    /// `citizen` or `staff`: who looked for it.
    pub audience: String,
    /// Empty when no topic is near.
    pub area: String,
    /// `open`, `doing`, `done`, `declined`.
    pub state: String,
    #[schema(value_type = Option<String>)]
    pub owner: Option<PersonId>,
    pub owner_name: Option<String>,
    pub due: String,
    pub overdue: bool,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    pub done_on: Option<String>,
    pub note: Option<String>,
    pub failed: i64,
    pub visitors: i64,
    pub searches: i64,
    pub zero_hits: i64,
    pub reformulated: i64,
    pub contacts: i64,
    pub not_helped: i64,
    /// Failed searches of the last weeks, the newest last.
    pub weeks: Vec<i64>,
    pub phrases: Vec<PhraseShown>,
    /// Queries of the cluster that are not shown, because too few people wrote them.
    pub hidden: usize,
    pub suggestions: Vec<SuggestionView>,
    #[schema(value_type = Vec<Object>)]
    pub near: Vec<Near>,
    pub guide: Option<GuideShown>,
    pub before: RateView,
    pub after: RateView,
    /// The intervals before and after do not touch.
    pub surely_better: bool,
    /// Send it along with a change.
    pub version: i64,
}

/// The worklist of an editor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Worklist {
    pub improvements: Vec<ImprovementView>,
    /// Searches of the last weeks in these municipalities.
    pub searches: i64,
    pub found: RateView,
    /// Searches of which no word was kept.
    pub not_kept: i64,
    /// Who can be given work: id and name.
    pub people: Vec<Owner>,
}

/// Somebody who can own work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    #[schema(value_type = String)]
    pub id: PersonId,
    pub name: String,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
}

/// What an editor does with a piece of work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default)]
pub struct Change {
    /// The version that was seen.
    pub version: i64,
    /// `open`, `doing`, `done`, `declined`.
    pub state: Option<String>,
    #[schema(value_type = Option<String>)]
    pub owner: Option<PersonId>,
    /// `2027-06-16`.
    #[schema(value_type = Option<String>)]
    pub due: Option<Date>,
    /// The number of the suggestion that is taken up.
    pub accept: Option<usize>,
    pub note: Option<String>,
}

/// What was decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Decision {
    #[serde(default)]
    pub accepted: Vec<Suggestion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
}

/// Longest note, in characters.
const NOTE_LIMIT: usize = 500;
/// How much a suggested synonym counts, in hundredths: as those of the content.
const SYNONYM_WEIGHT: i64 = 100;

impl App {
    /// The worklist of what an editor answers for, of one municipality or of all in reach.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody who edits nothing, or not there.
    pub async fn improvements(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
    ) -> Outcome<Worklist> {
        let now = self.now();
        let own = scope.municipalities(Right::EditKnowledge);
        let areas = scope.areas.iter().any(|area| area.right == Right::EditKnowledge);
        if !scope.holds_at(now) || (own.is_empty() && !areas) {
            return Err(Problem::NotFound);
        }
        if let Some(wanted) = municipality
            && !own.contains(wanted)
            && !areas
        {
            return Err(Problem::NotFound);
        }
        let all = worklist::all(&self.database, &self.tenant).await?;
        let mut improvements = Vec::new();
        for item in all {
            if municipality.is_some_and(|wanted| *wanted != item.municipality)
                || !reaches(scope, &item)
            {
                continue;
            }
            improvements.push(self.improvement_view(item).await?);
        }
        let first = Zone::default().date(now);
        let first = first.saturating_sub(jiff::Span::new().weeks(super::worklist::WEEKS));
        let counts =
            store::improvement::counts::since(&self.database, &self.tenant, &first.to_string())
                .await?;
        let (mut searches, mut not_kept, mut rate) = (0, 0, Rate::default());
        for count in &counts {
            let here = municipality.is_none_or(|wanted| *wanted == count.municipality);
            let in_reach = own.contains(&count.municipality)
                || scope.has_area(Right::EditKnowledge, &count.count.area);
            if here && in_reach && count.audience == store::improvement::CITIZENS {
                searches += count.count.searches;
                rate.found += count.count.found;
                rate.n += count.count.found + count.count.not_found;
                if count.count.phrase.is_empty() {
                    not_kept += count.count.searches;
                }
            }
        }
        let people = store::people::all(&self.database, &self.tenant).await?;
        let people = people
            .into_iter()
            .filter(|person| {
                person.member.roles.iter().any(|grant| {
                    grant.role == rules::people::Role::Editor
                        && (own.contains(&grant.municipality) || areas)
                })
            })
            .map(|person| Owner {
                id: person.member.id,
                name: person.name,
                municipality: person.member.home,
            })
            .collect();
        Ok(Worklist { improvements, searches, found: rate.into(), not_kept, people })
    }

    /// Counts what can be counted now and brings the worklist up to date, for an editor who does
    /// not want to wait for the hour.
    ///
    /// # Errors
    /// As [`App::improvements`].
    pub async fn refresh_improvements(&self, scope: &Scope) -> Outcome<Joined> {
        let edits = !scope.municipalities(Right::EditKnowledge).is_empty()
            || scope.areas.iter().any(|area| area.right == Right::EditKnowledge);
        if !edits || !scope.holds_at(self.now()) {
            return Err(Problem::NotFound);
        }
        self.join_searches().await
    }

    /// Changes a piece of work: state, owner, due date, a suggestion taken up. A synonym that is
    /// taken up becomes a draft in the list of synonyms.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] `changed-meanwhile`;
    /// [`Problem::Invalid`] for an unknown state, suggestion or owner.
    pub async fn change_improvement(
        &self,
        scope: &Scope,
        id: Uuid,
        change: Change,
    ) -> Outcome<ImprovementView> {
        let at = self.now();
        let read = worklist::one(&self.database, &self.tenant, id).await?;
        let mut item = found(read)?;
        if !scope.holds_at(at) || !reaches(scope, &item) {
            return Err(Problem::NotFound);
        }
        if item.version != change.version {
            return Err(Problem::conflict("changed-meanwhile"));
        }
        let mut decision: Decision = item
            .decision
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(damaged)?
            .unwrap_or_default();
        if let Some(owner) = change.owner {
            let card = self.person_card(owner).await?;
            card.ok_or(Problem::invalid("owner", "not-an-id"))?;
            item.owner = Some(owner);
        }
        if let Some(due) = change.due {
            item.due = due.to_string();
        }
        let mut taken = None;
        if let Some(number) = change.accept {
            let body: Body = serde_json::from_str(&item.body).map_err(damaged)?;
            let suggestion = body.suggestions.get(number).cloned();
            let suggestion = suggestion.ok_or(Problem::invalid("accept", "not-an-id"))?;
            if !decision.accepted.contains(&suggestion) {
                decision.accepted.push(suggestion.clone());
                taken = Some(suggestion);
            }
            if item.state == "open" {
                item.state = "doing".to_owned();
            }
        }
        if let Some(note) = change.note.as_deref().map(str::trim).filter(|note| !note.is_empty()) {
            let note = rules::text::FreeText::accept_in("note", note, NOTE_LIMIT)?;
            decision.note = Some(note.into_string());
        }
        if let Some(state) = change.state {
            if !matches!(state.as_str(), "open" | "doing" | "done" | "declined") {
                return Err(Problem::invalid("state", "not-an-id"));
            }
            let today = Zone::default().date(at).to_string();
            item.done_on = match state.as_str() {
                "done" => item.done_on.filter(|_| item.state == "done").or(Some(today)),
                _ => None,
            };
            if state != "done" {
                item.after = Rate::default();
            }
            item.state = state;
        }
        decision.by = scope.person();
        item.decision = Some(serde_json::to_string(&decision).map_err(damaged)?);
        let mut tx = self.database.begin().await?;
        if !worklist::put(&mut tx, &self.tenant, &item).await? {
            return Err(Problem::conflict("changed-meanwhile"));
        }
        let ground = scope.allows(Right::EditKnowledge, &item.municipality, None);
        let act = Act {
            ground,
            municipality: Some(&item.municipality),
            action: "improvement-change",
            subject: format!("improvement/{id}"),
            purpose: "knowledge",
        };
        self.note(&mut tx, scope, act, at).await?;
        if let Some(task) = self.task_of_improvement(id).await? {
            let state = match item.state.as_str() {
                "done" => "done",
                "declined" => "dropped",
                other => other,
            };
            let task = tasks::Task {
                owner: item.owner,
                due: item.due.parse().unwrap_or(task.due),
                state: state.to_owned(),
                ..task
            };
            tasks::change(&mut tx, &self.tenant, &task, at).await?;
        }
        if let (Some(Suggestion::Synonym { from, to, .. }), Some(author)) = (taken, scope.person())
        {
            let draft = Synonym {
                id: self.rng.id(at),
                municipality: Some(item.municipality.clone()),
                said: from,
                means: to,
                both_ways: false,
                weight: SYNONYM_WEIGHT,
                live: false,
                author,
                made_at: at,
            };
            put_synonym(&mut tx, &self.tenant, &draft).await?;
        }
        tx.commit().await?;
        item.version += 1;
        self.improvement_view(item).await
    }

    /// What a new text about a piece of work begins with: the suggested outline and the words that
    /// citizens used.
    pub(crate) async fn outline_of(&self, scope: &Scope, id: Uuid) -> Outcome<Outline> {
        let item = found(worklist::one(&self.database, &self.tenant, id).await?)?;
        if !scope.holds_at(self.now()) || !reaches(scope, &item) {
            return Err(Problem::NotFound);
        }
        let body: Body = serde_json::from_str(&item.body).map_err(damaged)?;
        let words = body.phrases.into_iter().map(|phrase| phrase.text).collect();
        let wanted = body.suggestions.into_iter().find_map(|suggestion| match suggestion {
            Suggestion::NewArticle { questions, nearest, department, .. } => Some(Outline {
                words: vec![],
                questions,
                related: nearest.into_iter().map(|near| near.topic).collect(),
                department: department.parse().ok(),
            }),
            _ => None,
        });
        Ok(Outline { words, ..wanted.unwrap_or_default() })
    }

    /// The open task of a piece of work.
    async fn task_of_improvement(&self, id: Uuid) -> Outcome<Option<tasks::Task>> {
        let about = id.to_string();
        let open = tasks::open(&self.database, &self.tenant).await?;
        Ok(open.into_iter().find(|task| task.about == about))
    }

    async fn improvement_view(&self, item: Improvement) -> Outcome<ImprovementView> {
        let body: Body = serde_json::from_str(&item.body).map_err(damaged)?;
        let decision: Decision = item
            .decision
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(damaged)?
            .unwrap_or_default();
        let owner_name = match item.owner {
            Some(owner) => self.person_card(owner).await?.map(|card| card.name.clone()),
            None => None,
        };
        let today = Zone::default().date(self.now()).to_string();
        let mut suggestions = body.suggestions;
        // What was taken up stays, whatever is suggested since.
        for accepted in &decision.accepted {
            if !suggestions.contains(accepted) {
                suggestions.push(accepted.clone());
            }
        }
        let mut shown: Vec<SuggestionView> = suggestions
            .into_iter()
            .map(|suggestion| SuggestionView {
                accepted: decision.accepted.contains(&suggestion),
                suggestion,
            })
            .collect();
        for suggestion in &mut shown {
            if let Suggestion::NewArticle { department, .. } = &mut suggestion.suggestion
                && let Ok(key) = department.parse()
                && let Ok(name) = self.department_name(&item.municipality, &key).await
            {
                *department = name;
            }
        }
        Ok(ImprovementView {
            id: item.id,
            title: body.guide.as_ref().map_or(item.cluster, |guide| guide.title.clone()),
            municipality: item.municipality,
            audience: item.audience,
            area: item.area,
            overdue: matches!(item.state.as_str(), "open" | "doing") && item.due < today,
            state: item.state,
            owner: item.owner,
            owner_name,
            due: item.due,
            made_at: item.made_at,
            done_on: item.done_on,
            note: decision.note,
            failed: item.failed,
            visitors: item.visitors,
            searches: body.searches,
            zero_hits: body.zero_hits,
            reformulated: body.reformulated,
            contacts: body.contacts,
            not_helped: body.not_helped,
            weeks: body.weeks,
            phrases: body.phrases,
            hidden: body.hidden,
            suggestions: shown,
            near: body.near,
            guide: body.guide,
            before: item.before.into(),
            after: item.after.into(),
            surely_better: item.after.surely_above(item.before),
            version: item.version,
        })
    }
}

/// Whether the actor answers for it: by its municipality, or by its area.
fn reaches(scope: &Scope, item: &Improvement) -> bool {
    scope.allows(Right::EditKnowledge, &item.municipality, None).is_some()
        || (!item.area.is_empty() && scope.has_area(Right::EditKnowledge, &item.area))
}

fn damaged(_: serde_json::Error) -> Problem {
    store::StoreError::Damaged("improvements").into()
}
