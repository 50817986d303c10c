//! Articles and referrals, and whether they helped.

use std::sync::Arc;

use app::articles::{ArticleView, Helped as Answered, Knowledge, WhyNot, topic_path};
use app::trail::{NewStep, StepKind};
use askama::Template as _;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect};
use base::{Language, Problem, TopicKey};
use rules::articles::TopicKind;
use rules::content::plain_markdown;
use serde::Deserialize;
use serde_json::json;

use super::filters::query_part;
use super::frame::{Section, Ways};
use super::pages::topic::{AuthorityBox, Helped, TopicPage};
use super::pages::{FactBox, Link, LocalBlock, Service, TextPart};
use super::search::service;
use super::visit::{Answer, Visit};
use super::when;
use crate::markdown;
use crate::problem::Refused;

/// An article as a municipality's citizens see it, with what is needed to lay it out.
pub struct Shown<'a> {
    visit: &'a Visit,
    knowledge: Arc<Knowledge>,
    pub view: ArticleView,
    /// In Danish, whatever the page's language.
    pub danish_title: String,
    pub summary: String,
    pub summary_en: String,
}

impl<'a> Shown<'a> {
    /// # Errors
    /// [`Problem::NotFound`] for an unknown topic.
    pub async fn of(visit: &'a Visit, topic: &TopicKey) -> Result<Self, Refused> {
        let app = &visit.state.app;
        let view = app.shown(&visit.key, topic, visit.language).await?;
        let knowledge = app.knowledge_of(Some(&visit.key)).await?;
        let head = knowledge.head(topic).ok_or(Refused(Problem::NotFound))?;
        let (danish_title, summary, summary_en) =
            (head.title.to_owned(), head.summary.to_owned(), head.summary_en.to_owned());
        Ok(Self { visit, view, danish_title, summary, summary_en, knowledge })
    }

    /// A text that is not published, in a knowledge base that has it.
    pub fn drafted(
        visit: &'a Visit,
        view: ArticleView,
        knowledge: Knowledge,
    ) -> Result<Self, Refused> {
        let head = knowledge.head(&view.topic).ok_or(Refused(Problem::NotFound))?;
        let (danish_title, summary, summary_en) =
            (head.title.to_owned(), head.summary.to_owned(), head.summary_en.to_owned());
        let knowledge = Arc::new(knowledge);
        Ok(Self { visit, view, danish_title, summary, summary_en, knowledge })
    }

    fn html(&self, text: &str) -> String {
        html(self.visit, &self.knowledge, text)
    }

    /// The common facts.
    pub fn facts(&self) -> Vec<FactBox> {
        self.view.facts.iter().map(fact).collect()
    }

    pub fn self_service(&self) -> Option<Service> {
        self.view.self_service.as_ref().map(service)
    }

    /// The common part of that name.
    pub fn part(&self, id: &str) -> Option<TextPart> {
        self.parts(false).into_iter().find(|part| part.id == id)
    }

    fn parts(&self, local: bool) -> Vec<TextPart> {
        let parts = self.view.parts.iter().filter(|part| part.local == local);
        parts
            .map(|part| TextPart {
                // The frame of local facts is itself called `local`.
                id: if part.local { format!("local-{}", part.id) } else { part.id.clone() },
                heading: part.heading.clone(),
                html: self.html(&part.markdown),
            })
            .collect()
    }

    /// What the municipality says itself; `None` when it says nothing.
    pub fn local(&self) -> Option<LocalBlock> {
        let facts: Vec<FactBox> = self.view.local_facts.iter().map(fact).collect();
        let parts = self.parts(true);
        if facts.is_empty() && parts.is_empty() {
            return None;
        }
        let short = self.visit.short_of(&self.visit.key);
        Some(LocalBlock { heading: self.visit.t().article_local(short), facts, parts })
    }
}

fn fact(fact: &rules::articles::Fact) -> FactBox {
    FactBox { label: fact.label.clone(), value: fact.value.clone(), note: fact.note.clone() }
}

/// Markdown as HTML, links to topics leading to this municipality's pages.
pub fn html(visit: &Visit, knowledge: &Knowledge, text: &str) -> String {
    let address = |topic: &str| {
        let head = knowledge.head(&TopicKey::new(topic).ok()?)?;
        Some(format!("/{}{}", visit.key, topic_path(head.kind, head.topic)))
    };
    markdown::to_html(text, &address).as_str().to_owned()
}

/// `GET /{municipality}/topic/{slug}`
pub async fn page(visit: Visit, Path((_, slug)): Path<(String, String)>) -> Answer {
    let topic: TopicKey = slug.parse().map_err(|_| Refused(Problem::NotFound))?;
    let shown = Shown::of(&visit, &topic).await?;
    if shown.view.kind == TopicKind::Guide {
        return Ok(Redirect::permanent(&shown.view.url).into_response());
    }
    visit.state.app.count_view(&visit.key, &topic);
    visit
        .remember(NewStep {
            municipality: visit.key.clone(),
            kind: StepKind::Article,
            text: None,
            topic: Some(topic.clone()),
            found: None,
        })
        .await;
    visit.state.app.note_opened(&visit.scope, &visit.key, &topic).await;
    visit.page(&lay_out(&visit, &shown).await?)
}

/// The page of a text.
///
/// # Errors
/// [`Problem::Unavailable`] when the database is away.
pub async fn lay_out(visit: &Visit, shown: &Shown<'_>) -> Result<TopicPage, Refused> {
    let t = visit.t();
    let (frame, facts) = visit.frame(Section::Topics).await?;
    let view = &shown.view;
    let topic = &view.topic;
    let about = format!("?topic={}", query_part(topic.as_str()));
    let ways = Ways::of(t, &visit.root(), &facts, t.article_ask(), t.article_ask_lead(), &about);
    let area = visit.directory.areas.iter().find(|area| area.key == view.area);
    let area_name = area.map_or_else(
        || t.menu_topics().to_owned(),
        |area| match visit.language {
            Language::Da => area.name.clone(),
            Language::En => area.name_en.clone(),
        },
    );
    let local = shown.local();
    let local_owner = view
        .department_name
        .as_ref()
        .filter(|_| local.is_some())
        .map(|department| t.article_local_owner(department, visit.short_of(&visit.key)));
    let related = view.related.iter();
    Ok(TopicPage {
        t,
        frame,
        topic: topic.to_string(),
        title: view.title.clone(),
        danish_title: shown.danish_title.clone(),
        area: area_name,
        area_key: view.area.clone(),
        urgent: view.urgent,
        summary: shown.summary.clone(),
        summary_en: shown.summary_en.clone(),
        authority: view.authority.as_ref().map(|authority| AuthorityBox {
            name: authority.name.clone(),
            url: authority.url.clone(),
            phone: authority.phone.clone(),
        }),
        facts: shown.facts(),
        self_service: shown.self_service(),
        parts: shown.parts(false),
        local,
        checked: when::date(t, view.reviewed),
        next_check: when::date(t, view.review),
        figures_year: view.figures_year.map(|year| year.to_string()),
        owner: visit.short_of(&view.owner),
        local_owner,
        rules: view.rules.join(", "),
        stale: view.stale,
        related: related
            .map(|topic| Link { title: topic.title.clone(), url: topic.url.clone() })
            .collect(),
        questions: questions(view, &shown.danish_title, &shown.summary),
        ways,
    })
}

/// An article as questions and answers for search engines: its title is answered by its summary,
/// each heading by what stands below it (schema.org, FAQPage). It is data in the page, so nothing in
/// it may look like markup.
fn questions(view: &ArticleView, title: &str, summary: &str) -> String {
    let question = |name: &str, text: &str| {
        let answer = json!({ "@type": "Answer", "text": text });
        json!({ "@type": "Question", "name": name, "acceptedAnswer": answer })
    };
    let mut all = vec![question(title, summary)];
    all.extend(view.parts.iter().map(|part| {
        let text = plain_markdown(&part.markdown);
        question(&part.heading, &text)
    }));
    let page = json!({
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": "da",
        "mainEntity": all,
    });
    page.to_string().replace('<', "\\u003c")
}

/// The form "did this help?".
#[derive(Deserialize)]
pub struct HelpedForm {
    topic: String,
    answer: String,
    why: Option<WhyNot>,
}

/// `POST /{municipality}/helped`
pub async fn helped(visit: Visit, Form(form): Form<HelpedForm>) -> Answer {
    let topic: TopicKey = form.topic.parse().map_err(|_| Refused(Problem::NotFound))?;
    let yes = form.answer == "yes";
    let answer = match form.why {
        _ if yes => Answered::Yes,
        Some(why) => Answered::No(why),
        None => Answered::No(WhyNot::NoReason),
    };
    let app = &visit.state.app;
    app.helped(&visit.key, &topic, answer).await?;
    app.note_helped(&visit.scope, &visit.key, &topic, yes).await;
    let knowledge = app.knowledge_of(Some(&visit.key)).await?;
    let head = knowledge.head(&topic).ok_or(Refused(Problem::NotFound))?;
    let back_url = format!("/{}{}", visit.key, topic_path(head.kind, head.topic));
    let (frame, facts) = visit.frame(Section::Topics).await?;
    let page = Helped {
        t: visit.t(),
        frame,
        topic: topic.to_string(),
        yes,
        done: form.why.is_some(),
        back_url,
        ways: visit.ways(&facts),
    };
    if visit.fragment {
        let text = page.as_answer().render();
        let text = text.map_err(|_| Refused(Problem::Unavailable { code: "unexpected" }))?;
        return Ok((StatusCode::OK, Html(text)).into_response());
    }
    visit.page(&page)
}
