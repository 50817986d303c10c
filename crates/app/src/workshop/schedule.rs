//! What the workshop does by the clock: publishing at the minute, taking away what has expired, and
//! looking every hour at what has to be reviewed.

use std::collections::BTreeMap;

use base::{Outcome, Problem};
use jiff::ToSpan as _;
use jiff::civil::Date;
use rules::workshop::{Command, DraftId, Refusal, Text, decide};
use serde_json::{Value, json};
use store::workshop::{drafts, tasks};
use work::{Runner, Then};

use super::publish::{End, area_of, left_behind};
use super::tasks::Asked;
use super::{key_named, kind_of, text_of};
use crate::App;

/// Publishes a draft; its key is the draft's id.
pub(crate) const JOB_PUBLISH: &str = "publish-draft";
/// Takes a text away; its key is the text's.
pub(crate) const JOB_EXPIRE: &str = "expire-text";
/// The hourly look at all texts.
const JOB_WATCH: &str = "knowledge-watch";
const WATCH_EVERY_S: i64 = 3600;
/// Editors are reminded so many days before a text must be reviewed.
const REVIEW_AHEAD_DAYS: i64 = 30;
/// Editors are told so many days before a text is taken away.
const EXPIRY_AHEAD_S: i64 = 14 * 24 * 3600;
/// Drafts that ended, texts that came too late and closed tasks are kept so long.
const KEPT_S: i64 = 90 * 24 * 3600;

impl App {
    /// Today in Denmark.
    pub(crate) fn today(&self) -> Date {
        rules::hours::Zone::default().date(self.now())
    }

    /// Tells the runner what to do for the workshop's jobs.
    #[must_use]
    pub fn register_workshop_jobs(&self, runner: Runner) -> Runner {
        let (publish, expire, watch) = (self.clone(), self.clone(), self.clone());
        runner
            .on(JOB_PUBLISH, move |job| {
                let app = publish.clone();
                async move {
                    if let Ok(id) = job.key.parse() {
                        app.publish_due(id).await?;
                    }
                    Ok(Then::Done)
                }
            })
            .on(JOB_EXPIRE, move |job| {
                let app = expire.clone();
                async move {
                    app.expire_due(&job.key).await?;
                    Ok(Then::Done)
                }
            })
            .always(JOB_WATCH, move |_| {
                let app = watch.clone();
                async move {
                    app.watch_texts().await?;
                    Ok(Then::Again(app.now().plus_seconds(WATCH_EVERY_S)))
                }
            })
    }

    /// Publishes a draft whose instant has come; doing it twice does it once. A draft that cannot go
    /// out any more (its check fails now, its master has changed or gone) goes back to its author.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn publish_due(&self, id: DraftId) -> Outcome<()> {
        let at = self.now();
        let known = drafts::by_id(&self.database, &self.tenant, id).await?;
        let Some(known) = known else { return Ok(()) };
        let sound = match known.draft.removes {
            true => true,
            false => match self.check_text(&text_of(known.kind, &known.body)?).await {
                Ok(findings) => rules::checks::passes(&findings),
                Err(Problem::NotFound) => false,
                Err(problem) => return Err(problem),
            },
        };
        let scope = self.system("scheduled-publication");
        let mut tx = self.database.begin().await?;
        self.lock_knowledge(&mut tx).await?;
        let held = drafts::held(&mut tx, &self.tenant, id).await?;
        let Some(mut drafted) = held.filter(|drafted| drafted.ended_at.is_none()) else {
            return Ok(());
        };
        // Its approval was asked for when it was scheduled; no word has changed since.
        let policy = rules::workshop::Policy { approval: false };
        let who = drafted.draft.last_author;
        let decided = decide(&drafted.draft, Command::Due { sound }, who, at, policy);
        let settled = match self.stands_alone(&mut tx, &drafted).await {
            Ok(()) => self.settle_carried(&mut tx, &mut drafted).await,
            taken => taken,
        };
        let why = match (&decided, &settled) {
            (Err(Refusal::OtherPhase), _) => return Ok(()),
            (Err(_), _) => Some("check-failed"),
            (_, Err(Problem::Conflict { code })) => Some(*code),
            (_, Err(problem)) => return Err(problem.clone()),
            (Ok(_), Ok(())) => None,
        };
        match (decided, why) {
            (Ok((draft, effects)), None) => {
                drafted.draft = draft;
                self.follow(&mut tx, &scope, &mut drafted, &effects, at).await?;
            }
            (_, why) => {
                let returned = Command::Return { note: String::new() };
                if let Ok((draft, _)) = decide(&drafted.draft, returned, who, at, policy) {
                    drafted.draft = draft;
                }
                drafts::put(&mut tx, &self.tenant, &drafted).await?;
                let asked = Asked {
                    kind: "approval",
                    key: &drafted.key,
                    area: &drafted.area,
                    why: why.unwrap_or("check-failed"),
                    args: json!({ "draft": drafted.id }),
                    owner: Some(who),
                    due: None,
                };
                self.ask_editors(&mut tx, asked, at).await?;
            }
        }
        tx.commit().await?;
        self.ring([&store::knowledge::stream()]);
        Ok(())
    }

    /// Takes a text away whose time is up; doing it twice does it once.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn expire_due(&self, name: &str) -> Outcome<()> {
        let Some(key) = key_named(name) else { return Ok(()) };
        let at = self.now();
        let scope = self.system("expiry");
        let mut tx = self.database.begin().await?;
        self.lock_knowledge(&mut tx).await?;
        let entry = store::knowledge::get(&mut tx, &self.tenant, &key).await?;
        if entry.is_none_or(|entry| entry.expires_at.is_none_or(|end| end > at)) {
            return Ok(());
        }
        self.end_text(&mut tx, &scope, &key, End::Expired, None, at).await?;
        tx.commit().await?;
        self.ring([&store::knowledge::stream()]);
        Ok(())
    }

    /// Looks at every text: what must be reviewed soon or should have been, what expires soon, what
    /// lacks English, which local text its master has left behind. Forgets what is long done.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn watch_texts(&self) -> Outcome<()> {
        let at = self.now();
        let mut tx = self.database.begin().await?;
        // Nothing is published or taken away while this looks.
        self.lock_knowledge(&mut tx).await?;
        // Masters come before the local texts over them.
        let mut masters: BTreeMap<_, Text> = BTreeMap::new();
        for entry in store::knowledge::all(&self.database, &self.tenant).await? {
            let mut noticed = Vec::new();
            let text = text_of(kind_of(&entry.kind)?, &entry.body)?;
            if entry.municipality.is_none() {
                noticed.extend(self.noticed_of_master(&text));
                masters.insert(entry.topic.clone(), text.clone());
            }
            let master = masters.get(&entry.topic);
            let soon = at.plus_seconds(EXPIRY_AHEAD_S);
            if let Some(end) = entry.expires_at.filter(|end| *end <= soon) {
                let day = rules::hours::Zone::default().date(end);
                noticed.push(("expiring", "expires-soon", json!({ "expires_at": end }), Some(day)));
            }
            match master {
                None => noticed.push(("stale-variant", "master-gone", json!({}), None)),
                Some(master) if master.version() != text.version() => {
                    let parts = self.affected_parts(&mut tx, master, &text).await?;
                    let args = left_behind(&text, master, &parts);
                    noticed.push(("stale-variant", "master-changed", args, None));
                }
                Some(_) => {}
            }
            let area = master.map(area_of).unwrap_or_default();
            let key = (entry.topic.clone(), entry.municipality);
            for (kind, why, args, due) in noticed {
                let owner = entry.owner_person;
                let asked = Asked { kind, key: &key, area: &area, why, args, owner, due };
                self.ask_editors(&mut tx, asked, at).await?;
            }
        }
        let before = at.plus_seconds(-KEPT_S);
        let unseen = at.plus_seconds(-super::HERE_FOR_S);
        drafts::sweep(&mut tx, &self.tenant, before, unseen).await?;
        tasks::sweep(&mut tx, &self.tenant, before).await?;
        Ok(tx.commit().await?)
    }

    /// That a master is to be reviewed, and that it lacks English.
    fn noticed_of_master(&self, text: &Text) -> Vec<Noticed> {
        let today = self.today();
        let from = today.saturating_add(REVIEW_AHEAD_DAYS.days());
        let mut noticed = Vec::new();
        if let Some(review) = text.review().filter(|review| *review <= from) {
            let why = if review < today { "review-overdue" } else { "review-soon" };
            noticed.push(("review-due", why, json!({ "review": review }), Some(review)));
        }
        if text.lacks_english() {
            noticed.push(("missing-english", "no-english", json!({}), None));
        }
        noticed
    }
}

/// The kind of a task, a word for its reason, what that speaks of, and the day it is due.
type Noticed = (&'static str, &'static str, Value, Option<Date>);
