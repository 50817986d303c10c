//! From the searches of single visitors to counts of nobody in particular.

use std::collections::BTreeMap;

use base::{MunicipalityKey, Outcome};
use rules::hours::Zone;
use rules::improvement::{
    AfterContact, Came, Episode as Search, Judged, Words as _, judge, related,
};
use store::improvement::counts::{self, Count, Lead, LeadKind};
use store::improvement::episodes::{self, Episode};

use super::Vocabulary;
use super::record::CONTACT_WITHIN_S;
use crate::App;
use crate::articles::Knowledge;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Joined {
    /// Searches that were counted.
    pub searches: usize,
    /// New pieces of work.
    pub made: usize,
    /// Pieces of work of which something else is known now.
    pub changed: usize,
}

/// Whose, where, when and which words.
type Place = (MunicipalityKey, String, String, String);

/// Searches to be counted.
#[derive(Default)]
struct Sums {
    counts: BTreeMap<Place, Count>,
    /// By kind and target: how often, and the sum of the places among the hits.
    leads: BTreeMap<(Place, LeadKind, String), (i64, i64)>,
}

impl App {
    /// Counts the searches whose hour is over and brings the worklist up to date. Running it again
    /// changes nothing.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`]: what was not counted is counted next time.
    pub async fn join_searches(&self) -> Outcome<Joined> {
        let words = self.vocabulary().await?;
        let searches = self.count_searches(&words).await?;
        let (made, changed) = self.update_worklist(&words).await?;
        Ok(Joined { searches, made, changed })
    }

    async fn count_searches(&self, words: &Vocabulary) -> Outcome<usize> {
        let knowledge = self.knowledge().await?;
        let now = self.now();
        let over = now.plus_seconds(-CONTACT_WITHIN_S);
        let all = episodes::all(&self.database, &self.tenant).await?;
        let mut topics = BTreeMap::new();
        for contact in all.iter().filter(|one| !one.joined).filter_map(|one| one.contact) {
            let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
            topics.insert(contact, read.and_then(|(contact, _)| contact.topic));
        }
        let mut due = Vec::new();
        for visit in all.chunk_by(|a, b| {
            (&a.visit, &a.municipality, &a.audience) == (&b.visit, &b.municipality, &b.audience)
        }) {
            let searches: Vec<Search> = visit
                .iter()
                .map(|one| Search {
                    at: one.at,
                    phrase: one.phrase.clone(),
                    hits: one.facts.hits.len(),
                    on_page: one.facts.on_page,
                    opened: one.facts.opened.clone(),
                    helped: one.facts.helped,
                    contact: one.contact.map(|contact| AfterContact {
                        at: one.facts.contact_at.unwrap_or(one.at),
                        topic: topics.get(&contact).cloned().flatten(),
                    }),
                })
                .collect();
            let judged = judge(&searches, words);
            for (at, one) in visit.iter().enumerate() {
                if !one.joined && one.at <= over {
                    due.push((visit, at, searches[at].clone(), judged[at].clone()));
                }
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        let mut tx = self.database.begin().await?;
        let (mut sums, mut counted) = (Sums::default(), 0);
        for (visit, at, search, judged) in &due {
            // Another node may count too, and its visitor may just have removed it.
            if episodes::join(&mut tx, &self.tenant, visit[*at].id, now).await? {
                sums.add(visit, *at, search, judged, &knowledge, words);
                counted += 1;
            }
        }
        for ((municipality, audience, day, _), count) in &sums.counts {
            counts::add(&mut tx, &self.tenant, municipality, audience, day, count).await?;
        }
        for (((municipality, audience, day, phrase), kind, target), (count, ranks)) in sums.leads {
            let lead = Lead { phrase, kind, target, count, ranks };
            counts::add_lead(&mut tx, &self.tenant, &municipality, &audience, &day, &lead).await?;
        }
        tx.commit().await?;
        Ok(counted)
    }
}

impl Sums {
    fn add(
        &mut self,
        visit: &[Episode],
        at: usize,
        search: &Search,
        judged: &Judged,
        knowledge: &Knowledge,
        words: &Vocabulary,
    ) {
        let one = &visit[at];
        let phrase = one.phrase.clone().unwrap_or_default();
        let day = Zone::default().date(one.at).to_string();
        let place = (one.municipality.clone(), one.audience.clone(), day, phrase.clone());
        let before = || visit[..at].iter().map(|earlier| earlier.phrase.as_deref());
        let again = before().any(|earlier| earlier == one.phrase.as_deref());
        let alike = again
            || before().flatten().any(|earlier| {
                one.phrase.as_deref().is_some_and(|phrase| related(earlier, phrase, words))
            });
        let area = area_of(one, search, judged, knowledge);
        let one_if = i64::from;
        let count = self.counts.entry(place.clone()).or_default();
        count.phrase = phrase;
        if let Some(area) = area {
            count.area = area;
        }
        count.searches += 1;
        // A mark that came back is a browser's, though its first page was the search.
        let passing = visit.iter().all(|one| one.facts.passing && one.facts.opened.is_empty());
        count.visitors += one_if(!again && !passing);
        count.first_visitors += one_if(!alike && !passing);
        count.found += one_if(judged.came == Came::Found);
        count.not_found += one_if(judged.came == Came::NotFound);
        count.zero_hits += one_if(search.hits == 0);
        count.reformulated += one_if(judged.again.is_some());
        count.contacts += one_if(search.contact.is_some());
        count.helped += one_if(search.helped == Some(true));
        count.not_helped += one_if(search.helped == Some(false));
        if one.phrase.is_none() {
            // Where words led that were not kept says nothing.
            return;
        }
        let mut lead = |kind: LeadKind, target: String, rank: i64| {
            let sum = self.leads.entry((place.clone(), kind, target)).or_default();
            sum.0 += 1;
            sum.1 += rank;
        };
        for opened in &search.opened {
            if let Some(rank) = opened.rank {
                lead(LeadKind::Opened, opened.topic.to_string(), i64::from(rank));
            }
        }
        if let Some(topic) = &judged.then_opened {
            lead(LeadKind::ThenOpened, topic.to_string(), 0);
            let next = judged.again.and_then(|next| visit[next].phrase.as_ref());
            if let Some(next) = next.filter(|next| tells_nobody(next, words)) {
                lead(LeadKind::Next, next.clone(), 0);
            }
        }
        if let Some(topic) = &judged.missing_on {
            lead(LeadKind::MissingOn, topic.to_string(), 0);
        }
        if let Some(topic) = search.contact.as_ref().and_then(|contact| contact.topic.as_ref()) {
            lead(LeadKind::Contact, topic.to_string(), 0);
        }
    }
}

/// Every word is one of the language or of the texts.
fn tells_nobody(phrase: &str, words: &Vocabulary) -> bool {
    phrase.split(' ').all(|word| {
        word.bytes().all(|b| b.is_ascii_digit()) || words.known(word) || words.stop(word)
    })
}

/// The area a search is about: of what was asked a person, was opened, or stood first.
fn area_of(
    one: &Episode,
    search: &Search,
    judged: &Judged,
    knowledge: &Knowledge,
) -> Option<String> {
    let contact = search.contact.as_ref().and_then(|contact| contact.topic.as_ref());
    let opened = search.opened.iter().map(|opened| &opened.topic).next_back();
    let topics = contact
        .into_iter()
        .chain(judged.then_opened.as_ref())
        .chain(opened)
        .chain(one.facts.hits.first());
    let mut areas = topics.filter_map(|topic| knowledge.head(topic)).map(|head| head.area);
    areas.next().map(str::to_owned)
}
