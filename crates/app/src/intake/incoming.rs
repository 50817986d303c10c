//! What becomes of files that come in: drafts to be reviewed, articles of the national portal as
//! imported texts, subjects of KLE as a list. Everything of an import comes in, or nothing.

use ::intake::files::{Columns, Defaults, Form, Given, Incoming, ReadText, read};
use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::content::Fault;
use rules::people::may_edit_text;
use rules::workshop::{Draft, Text, TextKind};
use serde::Serialize;
use store::workshop::drafts::{self, Drafted};
use utoipa::ToSchema;

use crate::App;
use crate::audit::Act;
use crate::workshop::publish::{Origin, Publication};
use crate::workshop::{json_of, text_of};

/// What somebody wants to bring in, apart from the files.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub form: Form,
    /// The knowledge area of texts that do not say theirs.
    pub area: String,
    /// Whose texts they are.
    pub municipality: MunicipalityKey,
    /// The kind of department that owns them.
    pub department: DepartmentKey,
    pub columns: Columns,
    pub headings: Headings,
}

/// Words that an import needs of its own, in the language of the texts.
#[derive(Debug, Clone)]
pub struct Headings {
    /// Over what stands before the first heading.
    pub first: String,
    pub self_service: String,
    /// The label of the fact that names a source.
    pub source: String,
}

/// What would come in, or has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportView {
    pub texts: Vec<IncomingText>,
    /// Subjects of KLE.
    pub subjects: usize,
    /// With any of these nothing comes in.
    pub faults: Vec<ImportFault>,
    /// It has come in.
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IncomingText {
    pub topic: String,
    pub title: String,
    pub summary: String,
    pub area: String,
    pub file: String,
    pub line: u32,
    /// The headings of its parts.
    pub parts: Vec<String>,
    pub words: usize,
    /// `draft`, `new`, `changed` or `same`.
    pub becomes: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportFault {
    pub file: String,
    pub line: u32,
    pub code: String,
    /// In English, for a terminal.
    pub message: String,
}

impl App {
    /// What files would become, without bringing them in.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for who may not bring such texts in.
    pub async fn preview_import(
        &self,
        scope: &Scope,
        wanted: &Wanted,
        files: Vec<Given>,
    ) -> Outcome<ImportView> {
        Ok(self.judged(scope, wanted, files).await?.0)
    }

    /// Brings files in, all or nothing: with a fault nothing has changed and the answer says which.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for who may not; [`Problem::Conflict`]
    /// `draft-open` when somebody began one of the texts meanwhile.
    pub async fn import_files(
        &self,
        scope: &Scope,
        wanted: &Wanted,
        files: Vec<Given>,
    ) -> Outcome<ImportView> {
        let (mut view, incoming) = self.judged(scope, wanted, files).await?;
        if !view.faults.is_empty() {
            return Ok(view);
        }
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        self.lock_knowledge(&mut tx).await?;
        let mut published = false;
        for (text, shown) in incoming.texts.into_iter().zip(&view.texts) {
            let article = Text::Article(Box::new(text.article));
            let key = (article.topic().clone(), None);
            let standing = store::knowledge::get(&mut tx, &self.tenant, &key).await?;
            if standing.is_some_and(|there| there.origin != Origin::BorgerDk.word()) {
                // Published by somebody since it was looked at.
                return Err(Problem::conflict("text-exists"));
            }
            match shown.becomes {
                "draft" => {
                    let drafted = self.imported_draft(me, &article, at)?;
                    drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(
                        |error| match error.is_taken() {
                            true => Problem::conflict("draft-open"),
                            false => error.into(),
                        },
                    )?;
                }
                "new" | "changed" => {
                    let publication = Publication {
                        text: article,
                        by: Some(me),
                        note: String::new(),
                        origin: Origin::BorgerDk,
                        expires_at: None,
                        digest: None,
                    };
                    self.publish_text(&mut tx, scope, publication, at).await?;
                    published = true;
                }
                _ => {}
            }
        }
        if let Some(edition) = incoming.kle {
            let subjects: Vec<store::kle::Subject> = edition
                .subjects
                .into_iter()
                .map(|subject| store::kle::Subject {
                    number: subject.number,
                    title: subject.title,
                    words: subject.words,
                })
                .collect();
            store::kle::replace(&mut tx, &self.tenant, &edition.published, &subjects).await?;
        }
        let act = Act {
            ground: Some(base::scope::Ground::Role),
            municipality: Some(&wanted.municipality),
            action: "texts-imported",
            subject: format!("municipality/{}", wanted.municipality),
            purpose: "knowledge",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        if published {
            self.ring([&store::knowledge::stream()]);
        }
        view.done = true;
        Ok(view)
    }

    /// The subjects of KLE whose number or words begin like this; at most twenty.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for who edits nothing.
    pub async fn kle_subjects(&self, scope: &Scope, query: &str) -> Outcome<Vec<KleSubject>> {
        if scope.municipalities(Right::EditKnowledge).is_empty() || !scope.holds_at(self.now()) {
            return Err(Problem::forbidden("not-your-role"));
        }
        const MOST: usize = 20;
        let query = query.trim().to_lowercase();
        if query.is_empty() || query.chars().count() > 100 {
            return Ok(vec![]);
        }
        let all = store::kle::all(&self.database, &self.tenant).await?;
        let begins = |text: &str| {
            text.to_lowercase().split(' ').any(|word| word.starts_with(&query))
                || text.to_lowercase().starts_with(&query)
        };
        let fits = |subject: &store::kle::Subject| {
            subject.number.starts_with(&query)
                || begins(&subject.title)
                || subject.words.iter().any(|word| begins(word))
        };
        let found = all.into_iter().filter(fits).take(MOST);
        Ok(found
            .map(|subject| KleSubject {
                number: subject.number,
                title: subject.title,
                words: subject.words,
            })
            .collect())
    }

    async fn judged(
        &self,
        scope: &Scope,
        wanted: &Wanted,
        files: Vec<Given>,
    ) -> Outcome<(ImportView, Incoming)> {
        let at = self.now();
        self.known_line(&wanted.municipality, None).await?;
        let may = |area: &str| {
            let right = match wanted.form {
                // It is shown to citizens at once: whoever approves texts answers for it.
                Form::BorgerDk => Right::ApproveKnowledge,
                _ => Right::EditKnowledge,
            };
            may_edit_text(scope, area, None, right, at)
        };
        let municipality = &wanted.municipality;
        if wanted.form == Form::Kle {
            rules::people::may_in(scope, Right::EditKnowledge, municipality, None, at)?;
        } else {
            rules::people::may_in(scope, Right::EditKnowledge, municipality, None, at)?;
            may(&wanted.area)?;
        }
        let defaults = Defaults {
            area: wanted.area.clone(),
            department: wanted.department.clone(),
            owner: wanted.municipality.clone(),
            today: rules::hours::Zone::default().date(at),
            first_heading: wanted.headings.first.clone(),
            self_service_heading: wanted.headings.self_service.clone(),
            source_label: wanted.headings.source.clone(),
            columns: wanted.columns.clone(),
        };
        let form = wanted.form;
        let incoming = tokio::task::spawn_blocking(move || read(form, &files, &defaults)).await;
        let incoming = incoming.map_err(|_| Problem::Unavailable { code: "unexpected" })?;
        let areas = store::areas::all(&self.database, &self.tenant).await?;
        let knowledge = self.knowledge().await?;
        let mut view = ImportView {
            subjects: incoming.kle.as_ref().map_or(0, |edition| edition.subjects.len()),
            ..ImportView::default()
        };
        for fault in &incoming.faults {
            view.faults.push(told(&fault.file, &fault.fault));
        }
        for text in &incoming.texts {
            let article = &text.article;
            let mut fault = |code: &'static str, message: &str| {
                let fault = Fault { line: text.line, code, message: message.to_owned() };
                view.faults.push(told(&text.file, &fault));
            };
            if !areas.iter().any(|area| area.key == article.area) {
                fault("area-unknown", "there is no such knowledge area");
            } else if may(&article.area).is_err() {
                fault("area-not-yours", "this knowledge area is somebody else's");
            }
            let mut becomes = "draft";
            if form == Form::BorgerDk {
                let there = self.portal_text_stands(text).await?;
                becomes = match there {
                    None if knowledge.head(&article.topic).is_some() => {
                        fault("topic-exists", "a text of ours has this name already");
                        "same"
                    }
                    None => "new",
                    Some(true) => "same",
                    Some(false) => "changed",
                };
            } else if knowledge.head(&article.topic).is_some() {
                fault("topic-exists", "there is a text of this name already");
            } else {
                let key = (article.topic.clone(), None);
                let open = drafts::open_of(&self.database, &self.tenant, &key).await?;
                if open.is_some() {
                    fault("draft-open", "somebody is writing a text of this name");
                }
            }
            view.texts.push(shown(text, becomes));
        }
        Ok((view, incoming))
    }

    /// Whether an article of the portal stands here as it comes; `None` when it does not stand.
    async fn portal_text_stands(&self, text: &ReadText) -> Outcome<Option<bool>> {
        let key = (text.article.topic.clone(), None);
        let entry = store::knowledge::get(&self.database, &self.tenant, &key).await?;
        let Some(entry) = entry.filter(|entry| entry.origin == Origin::BorgerDk.word()) else {
            return Ok(None);
        };
        let Text::Article(there) = text_of(TextKind::Article, &entry.body)? else {
            return Ok(None);
        };
        let as_it_comes = rules::articles::Article {
            version: there.version,
            review: there.review,
            reviewed: there.reviewed,
            ..text.article.clone()
        };
        Ok(Some(*there == as_it_comes))
    }

    fn imported_draft(
        &self,
        me: store::people::PersonId,
        text: &Text,
        at: UnixMillis,
    ) -> Outcome<Drafted> {
        Ok(Drafted {
            id: self.rng.id(at),
            key: (text.topic().clone(), None),
            kind: text.kind(),
            area: crate::workshop::publish::area_of(text),
            draft: Draft::begun_by(me),
            base: 0,
            body: json_of(text)?,
            made_at: at,
            changed_at: at,
            ended_at: None,
        })
    }
}

/// A subject of KLE as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KleSubject {
    pub number: String,
    pub title: String,
    pub words: Vec<String>,
}

fn told(file: &str, fault: &Fault) -> ImportFault {
    ImportFault {
        file: file.to_owned(),
        line: fault.line,
        code: fault.code.to_owned(),
        message: fault.message.clone(),
    }
}

fn shown(text: &ReadText, becomes: &'static str) -> IncomingText {
    let article = &text.article;
    let words = article
        .parts
        .iter()
        .map(|part| rules::content::word_count(&rules::content::plain_markdown(&part.markdown)))
        .sum();
    IncomingText {
        topic: article.topic.to_string(),
        title: article.title.clone(),
        summary: article.summary.clone(),
        area: article.area.clone(),
        file: text.file.clone(),
        line: text.line,
        parts: article.parts.iter().map(|part| part.heading.clone()).collect(),
        words,
        becomes,
    }
}
