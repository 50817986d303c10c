//! Chat: complete with forms and links; the browser's element only makes it quicker.

use std::collections::BTreeMap;

use app::chat::{Entries, Entry, OpenChat, OwnChat, Say, Side};
use app::contacts::Door;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Form, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::{Problem, UnixMillis};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::Section;
use super::letters;
use super::pages::Link;
use super::pages::chat::{AgentFace, Chat, ChatCode, ChatLine, ChatStart, ChatWindow, StartForm};
use super::visit::{Answer, Visit};
use super::when;
use crate::client::From;
use crate::live::{self, FRAME_LIMIT, Who};
use crate::problem::{self, Refused};
use crate::routes::is_of_own_site;
use crate::texts::{self, Texts};

/// What a chat is about, from the page it was begun on.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    topic: String,
    #[serde(default)]
    department: String,
    /// A new conversation is wished though the last is still shown.
    #[serde(default)]
    new: u8,
    /// Something was masked in what was just sent.
    #[serde(default)]
    masked: u8,
}

/// `GET /{municipality}/chat`
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let own = visit.state.app.own_chat(&visit.scope, &visit.key).await?;
    match own {
        Some(chat) if !(is_over(chat.phase) && asked.new == 1) => {
            let mut notes = vec![];
            if asked.masked == 1 {
                notes.push(visit.t().chat_masked().to_owned());
            }
            conversation(&visit, &chat, String::new(), None, notes, StatusCode::OK).await
        }
        _ => {
            let form = StartForm {
                message_id: visit.state.app.rng.uuid().to_string(),
                topic: asked.topic,
                department: asked.department,
                ..StartForm::default()
            };
            start(&visit, form, None).await
        }
    }
}

fn is_over(phase: &str) -> bool {
    matches!(phase, "closed" | "wrapping-up")
}

/// The page a chat begins on; `problem` is why it could not begin.
async fn start(visit: &Visit, form: StartForm, problem: Option<&Problem>) -> Answer {
    let t = visit.t();
    let (frame, facts) = visit.frame(Section::Contact).await?;
    if facts.line.as_ref().is_some_and(|line| !line.open) && problem.is_none() {
        // Nobody would answer: a message with a promise is better than a line that does not move.
        return visit.go("/message");
    }
    // What was written is shown again though nothing else can be read.
    let topic = form.topic.parse().ok().filter(|_| visit.can_ask().is_ok());
    let title = match topic {
        Some(topic) => {
            let knowledge = visit.state.app.knowledge_of(Some(&visit.key)).await.ok();
            knowledge.and_then(|all| Some(all.head(&topic)?.title_in(visit.language).to_owned()))
        }
        None => None,
    };
    let mut ways = visit.ways(&facts);
    // The page itself is the chat.
    ways.ways.retain(|way| way.icon != "chat");
    let short = visit.short_of(&visit.key);
    let line = facts.line.as_ref();
    let page = ChatStart {
        t,
        frame,
        answering: line.and_then(|line| line.answering_text(t, &short, visit.now)),
        topic_title: title,
        form,
        fault_title: problem.map(|problem| problem::title(problem, t.0)).unwrap_or_default(),
        fault: problem.map(|problem| in_words(t, problem)),
        wait: line.and_then(|line| line.wait_text(t)).map(|range| t.wait(range)),
        steps: letters::steps(visit).await.unwrap_or_default(),
        ways,
    };
    visit.page_with(problem.map_or(StatusCode::OK, problem::status), &page)
}

/// `POST /{municipality}/chat`: begins, and says the first words.
pub async fn begin(visit: Visit, from: From, Form(form): Form<StartForm>) -> Answer {
    let app = &visit.state.app;
    if visit.framed && !visit.marked {
        // The browser keeps no cookies in this frame: the conversation would be lost at the next
        // click. A window of its own takes it over with what has been written.
        let (frame, _) = visit.frame(Section::Contact).await?;
        return visit.page(&ChatWindow { t: visit.t(), frame, form });
    }
    // Words that cannot be taken in are refused before there is a chat without words.
    if let Err(problem) = rules::text::FreeText::accept(&form.text, app::chat::MESSAGE_LIMIT) {
        return start(&visit, form, Some(&problem)).await;
    }
    let open = OpenChat {
        municipality: visit.key.clone(),
        department: form.department.parse().ok(),
        topic: form.topic.parse().ok(),
        language: visit.language,
        name: Some(form.name.clone()).filter(|name| !name.trim().is_empty()),
    };
    let message_id = form.message_id.parse().unwrap_or_else(|_| app.rng.uuid());
    let say = Say { message_id, text: form.text.clone(), article: None };
    let said = async {
        visit.can_ask()?;
        from.may_write(app).await?;
        let contact = app.open_chat(&visit.scope, open).await?;
        app.say(&visit.scope, contact, say).await
    };
    match said.await {
        Ok(said) => visit.go(if said.masked { "/chat?masked=1" } else { "/chat" }),
        Err(problem) => start(&visit, form, Some(&problem)).await,
    }
}

/// `GET /{municipality}/chat/code`
pub async fn code(visit: Visit) -> Answer {
    code_page(&visit, None, StatusCode::OK).await
}

/// What the agent said on the telephone.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `POST /{municipality}/chat/code`: the caller writes beside the voice.
pub async fn join(visit: Visit, Form(form): Form<CodeForm>) -> Answer {
    match visit.state.app.join_in_writing(&visit.scope, &visit.key, &form.code).await {
        Ok(_) => visit.go("/chat"),
        Err(problem @ Problem::Invalid { .. }) => {
            let fault = in_words(visit.t(), &problem);
            code_page(&visit, Some(fault), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(problem) => Err(Refused(problem)),
    }
}

async fn code_page(visit: &Visit, fault: Option<String>, status: StatusCode) -> Answer {
    let (frame, _) = visit.frame(Section::Contact).await?;
    visit.page_with(status, &ChatCode { t: visit.t(), frame, fault })
}

/// A message.
#[derive(Deserialize)]
pub struct SayForm {
    message_id: Uuid,
    #[serde(default)]
    text: String,
}

/// `POST /{municipality}/chat/say`
pub async fn say(visit: Visit, headers: HeaderMap, Form(form): Form<SayForm>) -> Answer {
    let chat = own(&visit).await;
    let say = Say { message_id: form.message_id, text: form.text.clone(), article: None };
    let said = match &chat {
        Ok(chat) => visit.state.app.say(&visit.scope, chat.contact, say).await,
        Err(Refused(problem)) => Err(problem.clone()),
    };
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accepts.is_some_and(|accepts| accepts.starts_with("application/json")) {
        return visit.json(&said?);
    }
    let problem = match said {
        Ok(said) => {
            return visit.go(if said.masked { "/chat?masked=1#say" } else { "/chat#say" });
        }
        Err(Problem::NotFound) => return Err(Refused(Problem::NotFound)),
        Err(problem) => problem,
    };
    // What was written stands in the field again; where the conversation cannot be read, in the
    // form that begins one, which finds this one again.
    if let Ok(chat) = chat {
        let (draft, fault) = (form.text.clone(), Some(in_words(visit.t(), &problem)));
        let status = problem::status(&problem);
        let page = conversation(&visit, &chat, draft, fault, vec![], status).await;
        if page.is_ok() {
            return page;
        }
    }
    let message_id = form.message_id.to_string();
    let form = StartForm { message_id, text: form.text, ..StartForm::default() };
    start(&visit, form, Some(&problem)).await
}

/// What is wrong with what was written; nothing of it is lost.
fn in_words(t: Texts, problem: &Problem) -> String {
    match problem {
        Problem::Invalid { code: "too-long", limit: Some(limit), .. } => t.fault_too_long(*limit),
        Problem::Invalid { code: "empty", .. } => t.fault_text_empty().to_owned(),
        problem => problem::detail(problem, t.0),
    }
}

/// The browser's own chat here.
async fn own(visit: &Visit) -> Result<OwnChat, Refused> {
    visit.can_ask()?;
    let chat = visit.state.app.own_chat(&visit.scope, &visit.key).await?;
    chat.ok_or(Refused(Problem::NotFound))
}

/// Up to where the citizen has read.
#[derive(Deserialize)]
pub struct Read {
    up_to: i64,
}

/// `POST /{municipality}/chat/read`
pub async fn read(visit: Visit, Form(form): Form<Read>) -> Answer {
    let chat = own(&visit).await?;
    visit.state.app.mark_read(&visit.scope, chat.contact, form.up_to).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /{municipality}/chat/end`
pub async fn end(visit: Visit) -> Answer {
    let chat = own(&visit).await?;
    if !is_over(chat.phase) {
        visit.state.app.end_chat(&visit.scope, chat.contact).await?;
    }
    visit.go("/chat")
}

/// What the citizen thought of it.
#[derive(Deserialize)]
pub struct Rating {
    score: u8,
}

/// `POST /{municipality}/chat/rate`
pub async fn rate(visit: Visit, Form(form): Form<Rating>) -> Answer {
    let chat = own(&visit).await?;
    visit.state.app.rate(&visit.scope, chat.contact, form.score).await?;
    visit.go("/chat")
}

/// Which lines.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// `GET /{municipality}/chat/entries`
pub async fn entries(visit: Visit, Query(asked): Query<After>) -> Answer {
    let chat = own(&visit).await?;
    let app = &visit.state.app;
    app.saw_citizen(&visit.scope, chat.contact).await?;
    let entries = app.entries(&visit.scope, Door::Work, chat.contact, asked.after.max(0)).await?;
    visit.json(&entries)
}

/// All lines of a conversation.
async fn all(visit: &Visit, chat: &OwnChat) -> Result<Entries, Refused> {
    let app = &visit.state.app;
    let mut whole = app.entries(&visit.scope, Door::Work, chat.contact, 0).await?;
    while whole.more {
        let next = app.entries(&visit.scope, Door::Work, chat.contact, whole.head).await?;
        whole.entries.extend(next.entries);
        (whole.head, whole.more, whole.state) = (next.head, next.more, next.state);
    }
    Ok(whole)
}

async fn conversation(
    visit: &Visit,
    chat: &OwnChat,
    draft: String,
    fault: Option<String>,
    notes: Vec<String>,
    status: StatusCode,
) -> Answer {
    let t = visit.t();
    let app = &visit.state.app;
    app.saw_citizen(&visit.scope, chat.contact).await?;
    let whole = all(visit, chat).await?;
    // What the other side said last: that it was read is an event too, noted once.
    let said = whole.entries.iter().rev().find_map(|entry| match entry {
        Entry::Message { seq, from: Side::Agent, .. } => Some(*seq),
        _ => None,
    });
    if let Some(said) = said.filter(|said| *said > whole.state.read_by_citizen)
        && !is_over(chat.phase)
        && let Err(problem) = app.mark_read(&visit.scope, chat.contact, said).await
    {
        // Reading goes on where nothing can be written.
        tracing::debug!(%problem, "could not note that a citizen has read");
    }
    let frame = visit.chat_frame().await?;
    let state = &whole.state;
    let own_name = visit.short_of(&visit.key);
    let over = is_over(state.phase);
    let waiting = state.phase == "waiting" || state.phase == "arrived";
    let agent = state.agent.as_ref().map(|name| AgentFace {
        initial: name.chars().take(1).collect(),
        name: name.clone(),
        municipality: state.agent_of.clone().unwrap_or_default(),
    });
    let elsewhere = state.agent_of.as_ref().is_some_and(|of| *of != own_name);
    let range = state
        .wait
        .and_then(|wait| texts::by_id(t.0, &format!("wait-{}", wait.code), &BTreeMap::new()));
    let heading = if over {
        t.chat_ended_title().to_owned()
    } else if waiting {
        t.chat_waiting_title().to_owned()
    } else {
        t.chat_title().to_owned()
    };
    let page = Chat {
        t,
        frame,
        contact: chat.contact.to_string(),
        head: whole.head,
        // Who speaks is not asked whether anybody is there.
        phase: if chat.by_telephone && state.phase == "owned" { "speaking" } else { state.phase },
        heading,
        agent: agent.filter(|_| !over),
        helps: (elsewhere && !over).then(|| t.chat_helps(&own_name)),
        open: !over,
        ends_here: !over && !chat.by_telephone,
        waiting,
        position: state.position,
        line_rest: range
            .map_or_else(|| t.chat_in_line_rest().to_owned(), |range| t.chat_in_line_wait(range)),
        lines: whole.entries.iter().map(|entry| line(visit, entry)).collect(),
        read_by_agent: state.read_by_agent,
        message_id: app.rng.uuid().to_string(),
        draft,
        fault,
        notes,
        rated: state.rating.is_some(),
        kept_days: visit.text_days().await.ok(),
    };
    visit.page_with(status, &page)
}

/// A line of the conversation as the page shows it.
fn line(visit: &Visit, entry: &Entry) -> ChatLine {
    let t = visit.t();
    match entry {
        Entry::Notice { seq, code, args, .. } => ChatLine {
            seq: *seq,
            id: None,
            mine: false,
            by: String::new(),
            text: None,
            article: None,
            notice: Some(notice(t, code, args, visit.now)),
            agreed: matches!(*code, "handed-over" | "promise-moved"),
        },
        Entry::Message { seq, at, message_id, from, name, text, article } => ChatLine {
            seq: *seq,
            id: message_id.map(|id| id.to_string()),
            mine: *from == Side::Citizen,
            by: t.chat_by(when::clock(t, *at), speaker(visit, *from, name.as_deref())),
            text: Some(text.clone().unwrap_or_else(|| t.chat_erased().to_owned())),
            article: article
                .as_ref()
                .map(|link| Link { title: link.title.clone(), url: link.url.clone() }),
            notice: None,
            agreed: false,
        },
    }
}

fn speaker(visit: &Visit, from: Side, name: Option<&str>) -> String {
    match (from, name) {
        (Side::Citizen, _) => visit.t().chat_you().to_owned(),
        (_, Some(name)) => name.to_owned(),
        (_, None) => visit.short_of(&visit.key),
    }
}

/// What happened, in words; instants among the arguments as people say them.
fn notice(t: Texts, code: &str, args: &BTreeMap<&'static str, String>, now: UnixMillis) -> String {
    let said = args.iter().map(|(name, value)| {
        let instant = (*name == "deadline").then(|| value.parse().ok()).flatten();
        let value =
            instant.map_or_else(|| value.clone(), |at| when::moment(t, UnixMillis(at), now));
        ((*name).to_owned(), value)
    });
    texts::by_id(t.0, &format!("notice-{code}"), &said.collect()).unwrap_or_default()
}

/// `GET /{municipality}/chat/transcript`: the conversation as a text file.
pub async fn transcript(visit: Visit) -> Answer {
    let t = visit.t();
    let chat = own(&visit).await?;
    let whole = all(&visit, &chat).await?;
    let title = t.transcript_title(&visit.place()?.member.name);
    let mut text = format!("{title}\n{}\n", when::day(t, visit.now));
    for entry in &whole.entries {
        let line = line(&visit, entry);
        match line.notice {
            Some(notice) => text.push_str(&format!("\n– {notice}\n")),
            None => {
                text.push_str(&format!("\n{}\n{}\n", line.by, line.text.unwrap_or_default()));
                if let Some(article) = line.article {
                    let site = &visit.state.app.settings.public_address;
                    text.push_str(&format!("{}: {site}{}\n", article.title, article.url));
                }
            }
        }
    }
    let day = rules::hours::Zone::default().date(visit.now);
    let name = t.transcript_name(day.to_string());
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text).into_response())
}

/// `GET /{municipality}/chat/live`
pub async fn socket(
    visit: Visit,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refused> {
    if !is_of_own_site(&headers) {
        return Err(Refused(Problem::forbidden("foreign-origin")));
    }
    let who = Who::Citizen { mark: visit.mark };
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT);
    let (app, stop) = (visit.state.app.clone(), visit.state.stop.clone());
    Ok(upgrade.on_upgrade(move |socket| live::serve(app, who, socket, stop)).into_response())
}

/// Which stream, from where on.
#[derive(Deserialize)]
pub struct Polled {
    stream: String,
    #[serde(default)]
    after: i64,
}

/// `GET /{municipality}/chat/live/poll`: the same where sockets are blocked.
pub async fn poll(visit: Visit, Query(asked): Query<Polled>) -> Answer {
    let who = Who::Citizen { mark: visit.mark.clone() };
    let delivery = live::poll(&visit.state.app, &who, &asked.stream, asked.after).await?;
    visit.json(&delivery)
}
