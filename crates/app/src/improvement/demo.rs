//! Eight weeks of made-up searches for the demo, as counts: a worklist that is lived in.

use base::{MunicipalityKey, Outcome, Problem, TopicKey};
use jiff::ToSpan as _;
use jiff::civil::Date;
use rules::guides::{Counted, NodeKind, SPANS};
use rules::hours::Zone;
use rules::improvement::Rate;
use store::Tx;
use store::guides::{CountedAt, Walker};
use store::improvement::CITIZENS;
use store::improvement::counts::{self, Count, Lead, LeadKind};
use store::improvement::worklist;

use super::work::{Body, Decision};
use crate::App;

/// Searches of one query: by week, oldest first, those that found nothing and those that did.
struct Asked {
    places: &'static [&'static str],
    phrase: &'static str,
    area: &'static str,
    failed: [i64; 8],
    found: [i64; 8],
    /// None of the failed ones had a hit.
    zero: bool,
    /// How many asked a person afterwards.
    contacts: i64,
    leads: &'static [(LeadKind, &'static str, i64)],
}

const ALL: &[&str] = &["furesoe", "frederikssund", "fredensborg", "holbaek", "soroe"];
const NONE: [i64; 8] = [0; 8];

const fn missed(
    places: &'static [&'static str],
    phrase: &'static str,
    area: &'static str,
    failed: [i64; 8],
    leads: &'static [(LeadKind, &'static str, i64)],
) -> Asked {
    Asked { places, phrase, area, failed, found: NONE, zero: true, contacts: 2, leads }
}

const fn answered(phrase: &'static str, area: &'static str, found: [i64; 8]) -> Asked {
    let failed = [0, 1, 0, 0, 1, 0, 1, 0];
    Asked { places: ALL, phrase, area, failed, found, zero: false, contacts: 0, leads: &[] }
}

/// What was taken up three weeks ago, and by which words it goes.
const DONE: (&str, &str) = ("furesoe", "det blå kort");

/// The question at which a guide is left: municipality, guide, node.
const LEFT: (&str, &str, &str) = ("frederikssund", "guide-pension", "naesten");

/// By week, oldest first: how many were asked it, and how many of them went on.
const WALKED: [(usize, usize); 8] =
    [(4, 3), (5, 3), (4, 2), (6, 3), (5, 2), (7, 3), (6, 2), (8, 3)];

const SEARCHES: &[Asked] = &[
    missed(ALL, "ladestander", "trafik-og-vej", [0, 1, 1, 2, 2, 3, 4, 5], &[]),
    missed(
        &["furesoe", "holbaek"],
        "ladestander til elbil",
        "trafik-og-vej",
        [0, 0, 1, 1, 2, 1, 3, 2],
        &[],
    ),
    missed(&["furesoe"], "oplade elbil på vejen", "trafik-og-vej", [0, 0, 0, 1, 0, 1, 1, 1], &[]),
    missed(
        &["frederikssund", "soroe"],
        "hundeskov",
        "kultur-fritid-og-erhverv",
        [1, 0, 2, 1, 2, 2, 1, 3],
        &[],
    ),
    missed(
        &["frederikssund"],
        "skov til hund",
        "kultur-fritid-og-erhverv",
        [0, 1, 0, 1, 0, 1, 1, 0],
        &[],
    ),
    missed(
        &["frederikssund", "fredensborg"],
        "fælde træ",
        "bolig-og-byggeri",
        [1, 1, 0, 2, 1, 1, 2, 2],
        &[],
    ),
    missed(
        &["frederikssund"],
        "må jeg fælde et træ",
        "bolig-og-byggeri",
        [0, 0, 1, 0, 1, 0, 1, 1],
        &[],
    ),
    missed(
        &["furesoe", "fredensborg"],
        "mad til ældre",
        "pension-og-aeldre",
        [2, 1, 2, 3, 2, 3, 2, 4],
        &[(LeadKind::ThenOpened, "madservice", 9), (LeadKind::Next, "madservice", 6)],
    ),
    missed(
        &["frederikssund"],
        "mad udefra",
        "pension-og-aeldre",
        [0, 1, 1, 0, 2, 1, 2, 2],
        &[(LeadKind::ThenOpened, "madservice", 5), (LeadKind::Next, "madservice", 4)],
    ),
    missed(
        &["holbaek", "soroe"],
        "skolebus",
        "dagtilbud-og-skole",
        [1, 1, 2, 1, 2, 2, 3, 3],
        &[(LeadKind::ThenOpened, "skolebefordring", 8), (LeadKind::Next, "skolebefordring", 3)],
    ),
    Asked {
        places: &["furesoe", "frederikssund", "holbaek"],
        phrase: "hvornår kommer rottefængeren",
        area: "affald-og-miljoe",
        failed: [1, 0, 1, 2, 1, 2, 2, 2],
        found: [1, 0, 1, 0, 1, 0, 1, 0],
        zero: false,
        contacts: 7,
        leads: &[(LeadKind::MissingOn, "rotter", 7), (LeadKind::Contact, "rotter", 7)],
    },
    Asked {
        places: &["fredensborg", "furesoe"],
        phrase: "boligstøtte når min datter flytter hjem",
        area: "ydelser-og-stoette",
        failed: [0, 1, 0, 1, 1, 1, 1, 2],
        found: [0, 0, 1, 0, 0, 1, 0, 0],
        zero: false,
        contacts: 5,
        leads: &[(LeadKind::MissingOn, "boligstoette", 5), (LeadKind::Contact, "boligstoette", 5)],
    },
    Asked {
        places: &["furesoe"],
        phrase: "det blå kort",
        area: "sundhed",
        failed: [6, 5, 7, 6, 4, 1, 0, 1],
        found: [1, 1, 0, 1, 1, 7, 8, 9],
        zero: true,
        contacts: 3,
        leads: &[
            (LeadKind::ThenOpened, "eu-sygesikringskort", 12),
            (LeadKind::Next, "eu sygesikringskort", 8),
        ],
    },
    answered("pas", "id-og-papirer", [14, 17, 15, 18, 21, 16, 19, 22]),
    answered("nyt pas til barn", "id-og-papirer", [5, 4, 6, 5, 7, 6, 8, 6]),
    answered("åbningstider", "digital-og-kontakt", [11, 9, 12, 10, 13, 9, 12, 11]),
    answered("flytning", "flytning-og-folkeregister", [8, 9, 7, 10, 8, 11, 9, 10]),
    answered("mitid", "digital-og-kontakt", [9, 8, 10, 9, 7, 11, 10, 9]),
    answered("boligstøtte", "ydelser-og-stoette", [6, 7, 5, 6, 8, 7, 6, 9]),
    answered("folkepension", "pension-og-aeldre", [5, 6, 5, 7, 6, 5, 8, 7]),
    answered("kørekort", "id-og-papirer", [7, 6, 8, 7, 9, 8, 7, 8]),
    answered("storskrald", "affald-og-miljoe", [4, 5, 6, 5, 7, 8, 7, 9]),
];

impl App {
    /// Gives the demo its searches, once.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] outside demo mode; [`Problem::Unavailable`] when the database is away.
    pub async fn seed_searches(&self) -> Outcome<usize> {
        if !self.settings.demo {
            return Err(Problem::forbidden("demo-only"));
        }
        let known = counts::since(&self.database, &self.tenant, "").await?;
        if !known.is_empty() {
            return Ok(0);
        }
        let today = Zone::default().date(self.now());
        let mut tx = self.database.begin().await?;
        let mut searches = 0;
        for (number, asked) in SEARCHES.iter().enumerate() {
            for (place, key) in asked.places.iter().enumerate() {
                let municipality =
                    MunicipalityKey::new(*key).map_err(|_| Problem::invalid("key", "not-an-id"))?;
                for week in 0..8 {
                    let Some(count) = count_of(asked, week, place) else { continue };
                    searches += count.searches;
                    let day = day_of(today, week, number + place).to_string();
                    counts::add(&mut tx, &self.tenant, &municipality, CITIZENS, &day, &count)
                        .await?;
                }
                for (kind, target, count) in asked.leads {
                    let lead = Lead {
                        phrase: asked.phrase.to_owned(),
                        kind: *kind,
                        target: (*target).to_owned(),
                        count: *count,
                        ranks: 0,
                    };
                    let day = day_of(today, 6, number).to_string();
                    counts::add_lead(&mut tx, &self.tenant, &municipality, CITIZENS, &day, &lead)
                        .await?;
                }
            }
        }
        self.seed_walks(&mut tx, today).await?;
        tx.commit().await?;
        let words = self.vocabulary().await?;
        self.update_worklist(&words).await?;
        self.settle_one(today).await?;
        self.update_worklist(&words).await?;
        Ok(usize::try_from(searches).unwrap_or(0))
    }

    /// Walks of a guide that many leave at one question.
    async fn seed_walks(&self, tx: &mut Tx, today: Date) -> Outcome<()> {
        let (place, guide, node) = LEFT;
        let invalid = |_| Problem::invalid("key", "not-an-id");
        let municipality = MunicipalityKey::new(place).map_err(invalid)?;
        let topic = TopicKey::new(guide).map_err(invalid)?;
        let knowledge = self.knowledge().await?;
        let Some(guide) = knowledge.guides.get(&topic) else { return Ok(()) };
        let found = guide.nodes.iter().find(|found| found.id == node);
        let Some(NodeKind::Question(choices)) = found.map(|found| &found.kind) else {
            return Ok(());
        };
        let Some(choice) = choices.first() else { return Ok(()) };
        let node = || node.to_owned();
        for (week, (asked, on)) in WALKED.into_iter().enumerate() {
            let mut steps = vec![Counted::Asked { node: node() }; asked];
            for nth in 0..on {
                steps.push(Counted::On { node: node() });
                steps.push(Counted::To { node: node(), turn: choice.to.clone() });
                let within = SPANS[(4 + nth + week) % 8];
                steps.push(Counted::Stayed { node: node(), within });
            }
            let day = day_of(today, week, week).to_string();
            let (topic, municipality) = (&topic, &municipality);
            let at = CountedAt {
                topic,
                municipality,
                day: &day,
                version: guide.version,
                who: Walker::Citizen,
            };
            store::guides::count(tx, &self.tenant, at, &steps).await?;
        }
        Ok(())
    }

    /// One piece of work was done three weeks ago, and it helped.
    async fn settle_one(&self, today: Date) -> Outcome<()> {
        let all = worklist::all(&self.database, &self.tenant).await?;
        let done = all.into_iter().find(|item| {
            item.municipality.as_str() == DONE.0 && item.cluster == DONE.1 && item.state == "open"
        });
        let (Some(mut item), Some(asked)) =
            (done, SEARCHES.iter().find(|asked| asked.phrase == DONE.1))
        else {
            return Ok(());
        };
        let before = |weeks: &[i64; 8]| weeks[..5].iter().sum::<i64>();
        let (found, failed) = (before(&asked.found), before(&asked.failed));
        item.before = Rate { found, n: found + failed };
        item.state = "done".to_owned();
        let body: Body = serde_json::from_str(&item.body).unwrap_or_default();
        let decision = Decision { accepted: body.suggestions, ..Decision::default() };
        item.decision = serde_json::to_string(&decision).ok();
        item.done_on = Some(today.saturating_sub(21.days()).to_string());
        let mut tx = self.database.begin().await?;
        worklist::put(&mut tx, &self.tenant, &item).await?;
        Ok(tx.commit().await?)
    }
}

/// The counts of a week in the place of that number; the places differ a little. `None` when nobody
/// asked.
fn count_of(asked: &Asked, week: usize, place: usize) -> Option<Count> {
    let less = i64::try_from(place % 3).unwrap_or(0);
    let fewer = |n: i64| if n > less { n - less } else { n.min(1) };
    let (failed, found) = (fewer(asked.failed[week]), fewer(asked.found[week]));
    let searches = failed + found;
    let contacts = if week == 6 { asked.contacts.min(failed) } else { 0 };
    let led = asked.leads.iter().any(|(kind, ..)| *kind == LeadKind::ThenOpened);
    (searches > 0).then(|| Count {
        phrase: asked.phrase.to_owned(),
        area: asked.area.to_owned(),
        searches,
        visitors: searches,
        first_visitors: searches,
        found,
        not_found: failed,
        zero_hits: if asked.zero { failed } else { 0 },
        reformulated: if led { failed / 2 } else { 0 },
        contacts,
        helped: found / 4,
        not_helped: 0,
    })
}

/// A weekday of the week of that number, the last of which ends today.
fn day_of(today: Date, week: usize, turn: usize) -> Date {
    let back = (7 - week) * 7 + turn % 6;
    today.saturating_sub(i64::try_from(back).unwrap_or(0).days())
}
