//! What is done at an instant or again and again: promises watched, mails sent, texts erased when
//! their time is up, the audit log sealed.

use base::{Id, MunicipalityKey, Outcome, Scope, UnixMillis, kind};
use rules::contacts::ReplyWay;
use rules::people::ContactGround;
use serde::Deserialize;
use store::Tx;
use work::{Failure, Runner, Then};

use crate::App;
use crate::hand_overs::{ErrandMail, JOB_MAIL, JOB_WATCH};

/// Retention looks once an hour.
const RETENTION_EVERY_S: i64 = 3600;
/// The audit log is sealed every minute.
const SEAL_EVERY_S: i64 = 60;
/// Searches become counts and work once an hour: what is not found is work the same day.
const IMPROVE_EVERY_S: i64 = 3600;
/// Changed texts are embedded within a minute, where a model is set.
const EMBED_EVERY_S: i64 = 60;

/// What a mail about an errand says, apart from its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFacts {
    pub to: String,
    pub language: base::Language,
    pub what: MailKind,
    pub municipality: String,
    pub department: String,
    pub deadline: UnixMillis,
    /// The answer, when that is what it brings.
    pub answer: Option<String>,
    /// Whole address of the status page.
    pub status_url: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    Promised,
    Moved,
    Answered,
    /// Called back, and nobody answered.
    Unreached,
}

#[derive(Deserialize)]
struct Watched {
    contact: rules::contacts::ContactId,
    hand_over: Id<kind::HandOver>,
}

impl App {
    /// Tells the runner what to do for the jobs of this floor. `write` puts a mail's facts into
    /// words: subject and text.
    #[must_use]
    pub fn register_jobs(
        &self,
        runner: Runner,
        write: fn(&MailFacts) -> (String, String),
    ) -> Runner {
        let (watch, mail, retention, seal) =
            (self.clone(), self.clone(), self.clone(), self.clone());
        let improve = self.clone();
        let embed = self.clone();
        let crawl = self.clone();
        let runner = self.register_bulk_jobs(runner);
        let runner = self.register_link_jobs(runner);
        self.register_workshop_jobs(runner)
            .on(crate::intake::crawl::JOB_CRAWL, move |job| {
                let app = crawl.clone();
                async move { app.run_crawl(&job.key).await }
            })
            .on(JOB_WATCH, move |job| {
                let app = watch.clone();
                async move {
                    let watched: Watched = serde_json::from_str(&job.body)?;
                    app.watch(watched.contact, watched.hand_over).await?;
                    Ok(Then::Done)
                }
            })
            .on(JOB_MAIL, move |job| {
                let app = mail.clone();
                async move {
                    app.send_errand_mail(&serde_json::from_str(&job.body)?, write).await?;
                    Ok(Then::Done)
                }
            })
            .always("retention", move |_| {
                let app = retention.clone();
                async move {
                    app.run_retention().await?;
                    Ok(Then::Again(app.now().plus_seconds(RETENTION_EVERY_S)))
                }
            })
            .always("embeddings", move |_| {
                let app = embed.clone();
                async move {
                    app.embed_texts().await?;
                    Ok(Then::Again(app.now().plus_seconds(EMBED_EVERY_S)))
                }
            })
            .always("improvement", move |_| {
                let app = improve.clone();
                async move {
                    app.join_searches().await?;
                    Ok(Then::Again(app.now().plus_seconds(IMPROVE_EVERY_S)))
                }
            })
            .always("audit-seal", move |_| {
                let app = seal.clone();
                async move {
                    store::audit::seal(&app.database, &app.tenant, app.now()).await?;
                    Ok(Then::Again(app.now().plus_seconds(SEAL_EVERY_S)))
                }
            })
    }

    async fn send_errand_mail(
        &self,
        mail: &ErrandMail,
        write: fn(&MailFacts) -> (String, String),
    ) -> Result<(), Failure> {
        let Some(facts) = self.mail_facts(mail).await? else { return Ok(()) };
        let (subject, text) = write(&facts);
        match self.mailer.send(&outbound::Mail { to: facts.to, subject, text }).await {
            Ok(()) => Ok(()),
            Err(error @ outbound::MailError::TryAgain { .. }) => Err(error.into()),
            // Sending again would not help; the status page stands.
            Err(error) => {
                tracing::warn!(%error, "a mail to a citizen did not go");
                Ok(())
            }
        }
    }

    /// What the mail says; `None` when the errand or the address has been erased meanwhile.
    async fn mail_facts(&self, mail: &ErrandMail) -> Outcome<Option<MailFacts>> {
        let (what, contact, hand_over) = match mail {
            ErrandMail::Promised { contact, hand_over } => {
                (MailKind::Promised, contact, Some(hand_over))
            }
            ErrandMail::Moved { contact, hand_over } => (MailKind::Moved, contact, Some(hand_over)),
            ErrandMail::Answered { contact, hand_over } => {
                (MailKind::Answered, contact, Some(hand_over))
            }
            ErrandMail::Unreached { contact } => (MailKind::Unreached, contact, None),
        };
        let read = store::contacts::read(&self.database, &self.tenant, *contact).await?;
        let Some((state, _)) = read else { return Ok(None) };
        let errand = match hand_over {
            Some(id) => state.hand_overs.get(id),
            // The address that the citizen gave last.
            None => state.hand_overs.values().next_back(),
        };
        let errand = errand.filter(|errand| errand.reply == ReplyWay::Email);
        let Some(errand) = errand else { return Ok(None) };
        let text = |id: Option<Id<kind::Text>>| async move {
            match id {
                Some(id) => store::chat::text(&self.database, &self.tenant, id).await,
                None => Ok(None),
            }
        };
        let Some(to) = text(errand.address).await? else { return Ok(None) };
        let answer = match what {
            MailKind::Answered => text(errand.answer).await?,
            _ => None,
        };
        let path = self.status_path(&errand.municipality, *contact);
        Ok(Some(MailFacts {
            to,
            language: state.language,
            what,
            municipality: self.short_name(&errand.municipality).await?,
            department: self.department_name(&errand.municipality, &errand.department).await?,
            deadline: errand.deadline,
            answer,
            status_url: format!("{}{path}", self.settings.public_address),
        }))
    }

    pub(crate) async fn add_job(
        &self,
        kind: &'static str,
        key: &str,
        run_at: UnixMillis,
        body: &str,
    ) -> Outcome<()> {
        let mut tx = self.database.begin().await?;
        let id = self.rng.id(self.now());
        store::jobs::add(&mut tx, &self.tenant, id, kind, key, run_at, body).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn cancel_job(&self, kind: &'static str, key: &str) -> Outcome<()> {
        let mut tx = self.database.begin().await?;
        store::jobs::cancel(&mut tx, &self.tenant, kind, key).await?;
        Ok(tx.commit().await?)
    }

    /// The audit line of an act on a contact, in the act's own transaction.
    pub(crate) async fn audit(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        ground: Option<ContactGround>,
        municipality: Option<&MunicipalityKey>,
        action: &str,
        contact: &str,
        at: UnixMillis,
    ) -> Outcome<()> {
        use base::scope::Ground;
        let entry = store::audit::Entry {
            tenant: self.tenant.clone(),
            id: self.rng.id(at),
            at,
            actor: store::audit::actor_name(&scope.actor),
            ground: match ground {
                Some(ContactGround::Duty | ContactGround::Grant) => Some(Ground::Duty),
                Some(ContactGround::Role | ContactGround::Inbox) => Some(Ground::Role),
                Some(ContactGround::Mark) | None => None,
            },
            municipality: municipality.cloned(),
            action: action.to_owned(),
            subject: format!("contact/{contact}"),
            purpose: match ground {
                Some(ContactGround::Inbox) => "hand-over".to_owned(),
                Some(ContactGround::Grant) => "finish-after-duty".to_owned(),
                _ => "citizen-service".to_owned(),
            },
        };
        Ok(store::audit::write(tx, &entry).await?)
    }
}
