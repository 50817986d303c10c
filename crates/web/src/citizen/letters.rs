//! Leaving a message, its status page, and what is remembered of a visit.

use app::hand_overs::{LeaveMessage, StatusErrand};
use app::trail::{StepView, Which};
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use base::{DepartmentKey, Language, Problem, TopicKey};
use rules::contacts::{ContactId, HandOverPhase, ReplyWay};
use serde::Deserialize;

use super::frame::Section;
use super::pages::letters::{Errand, Fault, Message, MessageForm, Status, Step, Trail};
use super::visit::{Answer, Visit, front_office};
use super::when;
use crate::client::From;
use crate::problem::{self, Refused};
use crate::texts::Texts;

/// What a message is about, from the page it was begun on.
#[derive(Deserialize)]
pub struct About {
    #[serde(default)]
    topic: String,
    #[serde(default)]
    department: String,
}

/// `GET /{municipality}/message`
pub async fn form(visit: Visit, Query(about): Query<About>) -> Answer {
    let mut department = about.department;
    if department.is_empty()
        && let Ok(topic) = about.topic.parse::<TopicKey>()
    {
        let owner = visit.state.app.owner_of(&visit.key, &topic).await?;
        department = owner.map(|key| key.to_string()).unwrap_or_default();
    }
    let message_id = visit.state.app.rng.uuid().to_string();
    let form = MessageForm { message_id, topic: about.topic, department, ..MessageForm::default() };
    write(&visit, form, vec![], None).await
}

/// `POST /{municipality}/message`
pub async fn send(visit: Visit, from: From, Form(form): Form<MessageForm>) -> Answer {
    let t = visit.t();
    let mut faults = Vec::new();
    let mut fault = |field, text: &str| faults.push(Fault { field, text: text.to_owned() });
    if form.text.trim().is_empty() {
        fault("text", t.fault_text_empty());
    }
    let reply = match form.reply.as_str() {
        "telephone" => Some((ReplyWay::Telephone, Some(form.phone.clone()))),
        "email" => Some((ReplyWay::Email, Some(form.email.clone()))),
        "status-page" => Some((ReplyWay::StatusPage, None)),
        _ => None,
    };
    let Some((reply, address)) = reply.filter(|_| faults.is_empty()) else {
        if !matches!(form.reply.as_str(), "telephone" | "email" | "status-page") {
            faults.push(Fault { field: "reply", text: t.fault_reply().to_owned() });
        }
        return write(&visit, form, faults, None).await;
    };
    let app = &visit.state.app;
    let department = form.department.parse::<DepartmentKey>().ok();
    let department = department.filter(|key| visit.directory.line(&visit.key, key).is_some());
    let wish = LeaveMessage {
        id: form.message_id.parse().map_or_else(|_| app.rng.id(visit.now), ContactId::from_uuid),
        municipality: visit.key.clone(),
        department: department.unwrap_or_else(front_office),
        topic: form.topic.parse().ok(),
        language: visit.language,
        text: form.text.clone(),
        reply,
        address,
    };
    let left = async {
        visit.can_ask()?;
        from.may_write(app).await?;
        app.leave_message(&visit.scope, wish).await
    };
    match left.await {
        Ok(promise) => {
            let url = format!("{}?sent=1", promise.status_url);
            Ok(Redirect::to(&url).into_response())
        }
        // Whatever it is, what was written stands in the form again.
        Err(problem) => {
            let (field, text) = in_words(t, &form, &problem);
            write(&visit, form, vec![Fault { field, text }], Some(&problem)).await
        }
    }
}

/// What is wrong with a field of the form, in words that say what to do.
fn in_words(t: Texts, form: &MessageForm, problem: &Problem) -> (&'static str, String) {
    match problem {
        Problem::Invalid { field: "address", .. } if form.reply == "telephone" => {
            ("phone", t.fault_phone().to_owned())
        }
        Problem::Invalid { field: "address", .. } => ("email", t.fault_email().to_owned()),
        Problem::Invalid { code: "too-long", limit: Some(limit), .. } => {
            ("text", t.fault_too_long(*limit))
        }
        problem => ("text", problem::detail(problem, t.0)),
    }
}

/// The form; `problem` is why it was not taken in when that is not what was written.
async fn write(
    visit: &Visit,
    form: MessageForm,
    faults: Vec<Fault>,
    problem: Option<&Problem>,
) -> Answer {
    let t = visit.t();
    let status = match problem {
        Some(problem) => problem::status(problem),
        None if faults.is_empty() => StatusCode::OK,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (frame, facts) = visit.frame(Section::Contact).await?;
    let chosen = form.department.parse::<DepartmentKey>().ok().unwrap_or_else(front_office);
    let promise = match visit.can_ask() {
        Ok(()) => visit.state.app.promise_of(&visit.key, &chosen, visit.now).await.ok(),
        Err(_) => None,
    };
    let departments = visit.place()?.lines().map(|line| {
        let name = match visit.language {
            Language::Da => line.department.name.clone(),
            Language::En => line.department.name_en.clone(),
        };
        (line.department.key.to_string(), name)
    });
    let mut ways = visit.ways(&facts);
    // The page itself is the message.
    ways.ways.retain(|way| way.icon != "mail");
    let page = Message {
        t,
        frame,
        query: String::new(),
        closed: facts.line.as_ref().is_some_and(|line| !line.open),
        form,
        faults_title: problem
            .map_or_else(|| t.errors().to_owned(), |problem| problem::title(problem, t.0)),
        faults,
        promise: promise.or(facts.promise).map(|at| when::moment(t, at, visit.now)),
        departments: departments.collect(),
        ways,
    };
    visit.page_with(status, &page)
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    sent: u8,
}

/// `GET /{municipality}/status/{contact}.{token}`
pub async fn status(
    visit: Visit,
    Path((_, ticket)): Path<(String, String)>,
    Query(sent): Query<Sent>,
) -> Answer {
    let (contact, token) = ticket.split_once('.').ok_or(Refused(Problem::NotFound))?;
    let contact: ContactId = contact.parse().map_err(|_| Refused(Problem::NotFound))?;
    let status = visit.state.app.status(contact, token).await?;
    if status.municipality != visit.key {
        return Err(Refused(Problem::NotFound));
    }
    let (frame, facts) = visit.frame(Section::Other).await?;
    let page = Status {
        t: visit.t(),
        frame,
        just_sent: sent.sent == 1,
        errands: status.errands.iter().map(|errand| errand_of(&visit, errand)).collect(),
        ways: visit.ways(&facts),
    };
    visit.page(&page)
}

fn errand_of(visit: &Visit, errand: &StatusErrand) -> Errand {
    let (t, now) = (visit.t(), visit.now);
    let (state, label) = match errand.phase {
        HandOverPhase::Done if errand.answer.is_none() => ("closed", t.status_done()),
        HandOverPhase::Answered | HandOverPhase::Done => ("open", t.status_answered()),
        HandOverPhase::Taken => ("soon", t.status_taken()),
        HandOverPhase::New => ("soon", t.status_waiting()),
    };
    let waits = matches!(errand.phase, HandOverPhase::New | HandOverPhase::Taken);
    let when = when::moment(t, errand.deadline, now);
    Errand {
        state,
        label: label.to_owned(),
        answer: errand.answer.clone(),
        overdue: waits && errand.deadline < now,
        promise: waits.then(|| when.clone()),
        moved: (waits && errand.moved > 0).then(|| t.status_moved(when)),
        with: t.status_with(&errand.department_name, visit.short_of(&visit.key)),
        reply: match errand.reply {
            ReplyWay::Telephone => t.status_reply_telephone(),
            ReplyWay::Email => t.status_reply_email(),
            ReplyWay::StatusPage => t.status_reply_page(),
        }
        .to_owned(),
        text: errand.message.clone(),
    }
}

#[derive(Deserialize)]
pub struct Removed {
    #[serde(default)]
    removed: u8,
}

/// `GET /{municipality}/trail`
pub async fn trail(visit: Visit, Query(removed): Query<Removed>) -> Answer {
    let (frame, facts) = visit.frame(Section::Other).await?;
    let page = Trail {
        t: visit.t(),
        frame,
        steps: steps(&visit).await?,
        removed: removed.removed == 1,
        ways: visit.ways(&facts),
    };
    visit.page(&page)
}

/// What to forget, and where the form stood.
#[derive(Deserialize)]
pub struct Forget {
    remove: String,
    #[serde(default)]
    back: String,
}

/// `POST /{municipality}/trail`
pub async fn forget(visit: Visit, Form(form): Form<Forget>) -> Answer {
    let which = match form.remove.as_str() {
        "all" => Which::All,
        id => Which::One(id.parse().map_err(|_| Refused(Problem::NotFound))?),
    };
    visit.state.app.remove_steps(&visit.scope, which).await?;
    visit.go(if form.back == "chat" { "/chat" } else { "/trail?removed=1" })
}

/// The visitor's own trail in this municipality, newest first.
pub async fn steps(visit: &Visit) -> Result<Vec<Step>, Refused> {
    visit.can_ask()?;
    let mut steps = visit.state.app.trail(&visit.scope).await?;
    steps.retain(|step| step.municipality == visit.key);
    Ok(steps.iter().rev().map(|step| step_in_words(visit, step)).collect())
}

fn step_in_words(visit: &Visit, step: &StepView) -> Step {
    let t = visit.t();
    let what = match step.kind.as_str() {
        "search" => t.trail_search(&step.text),
        "article" => t.trail_article(&step.text),
        "guide" => {
            let said = step.answers.iter().map(|said| format!("{} {}", said.question, said.answer));
            let said: Vec<String> = std::iter::once(step.text.clone()).chain(said).collect();
            t.trail_guide(said.join(" · "))
        }
        _ => t.trail_page(&step.text),
    };
    Step { id: step.id.to_string(), what, when: when::clock(t, step.at) }
}
