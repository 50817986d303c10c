//! The evening at the level of use cases: a chat, its offer, the end of duty, the errand that is left
//! and answered, and what is erased.

use app::App;
use app::chat::{Entry, OpenChat, Say, Side};
use app::contacts::Door;
use app::hand_overs::{InboxFilter, LeaveMessage, NewHandOver};
use app::queues::SetPresence;
use base::{Id, Language, Problem, Scope, UnixMillis};
use rules::contacts::{ContactId, OutcomeKind, ReplyWay};
use rules::queues::Presence;
use testkit::on_both;
use uuid::Uuid;

use crate::house::{HOUR, MINUTE, citizen, furnished, m, scope};

const METTE: &str = "mette@furesoe.example";
const JONAS: &str = "jonas@furesoe.example";

fn say(n: u128, text: &str) -> Say {
    Say { message_id: Uuid::from_u128(n), text: text.to_owned(), article: None }
}

async fn ask(app: &App, who: &Scope, municipality: &str, text: &str) -> ContactId {
    let wish = OpenChat {
        municipality: m(municipality),
        department: None,
        topic: None,
        language: Language::Da,
        name: None,
    };
    let contact = app.open_chat(who, wish).await.expect("a chat");
    let id = contact.uuid().as_u128();
    app.say(who, contact, say(id, text)).await.expect("said");
    contact
}

async fn be(app: &App, who: &Scope, state: Presence) {
    let wish = SetPresence { state, reason: String::new(), back_at: None };
    app.set_presence(who, wish).await.expect("presence");
}

/// The browser of somebody who stays: its lease is renewed as the socket would.
async fn stays(app: &App, who: &Scope) {
    app.renew_presence(who.person().expect("a person")).await.expect("renewed");
}

async fn taken(app: &App, agent: &Scope, contact: ContactId) {
    be(app, agent, Presence::Ready).await;
    app.dispatch().await.expect("dispatched");
    app.accept(agent, contact).await.expect("taken");
}

#[tokio::test]
async fn the_duty_agent_is_offered_the_citizen_of_another_municipality() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (louise, mette) = (citizen(&app, "louise"), scope(&app, METTE).await);
        be(&app, &mette, Presence::Ready).await;
        let contact = ask(&app, &louise, "frederikssund", "Må jeg få et pas?").await;
        assert_eq!(app.dispatch().await, Ok(1));
        let desk = app.desk(&mette).await.expect("a desk");
        let offer = desk.offer.expect("an offer");
        assert_eq!((offer.contact, offer.municipality), (contact, Some(m("frederikssund"))));
        assert_eq!(app.dispatch().await, Ok(0), "offered once");
        app.accept(&mette, contact).await.expect("taken");
        app.say(&mette, contact, say(7, "Ja.")).await.expect("answered");
        let read = app.entries(&louise, Door::Work, contact, 0).await.expect("read");
        let told: Vec<(Side, Option<&str>)> = read
            .entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Message { from, text, .. } => Some((*from, text.as_deref())),
                Entry::Notice { .. } => None,
            })
            .collect();
        let expected = [(Side::Citizen, Some("Må jeg få et pas?")), (Side::Agent, Some("Ja."))];
        assert_eq!(told, expected);
        assert_eq!(read.state.agent.as_deref(), Some("Mette"));
    })
    .await;
}

#[tokio::test]
async fn a14_a_message_sent_twice_is_there_once() {
    on_both(async |db| {
        let app = furnished(db).await;
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Hej").await;
        let first = app.say(&louise, contact, say(1, "Er der nogen?")).await.expect("said");
        let again = app.say(&louise, contact, say(1, "Er der nogen?")).await.expect("said again");
        assert_eq!(first, again);
        let read = app.entries(&louise, Door::Work, contact, 0).await.expect("read");
        let messages = read.entries.iter().filter(|e| matches!(e, Entry::Message { .. })).count();
        assert_eq!(messages, 2);
    })
    .await;
}

#[tokio::test]
async fn a27_another_browsers_chat_looks_like_none() {
    on_both(async |db| {
        let app = furnished(db).await;
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Hej").await;
        let stranger = citizen(&app, "stranger");
        let missing = Id::from_uuid(Uuid::from_u128(5));
        let of = async |id| app.entries(&stranger, Door::Work, id, 0).await.err();
        assert_eq!(of(contact).await, Some(Problem::NotFound));
        assert_eq!(of(contact).await, of(missing).await);
        assert_eq!(app.say(&stranger, contact, say(2, "Hej")).await, Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn cpr_numbers_are_masked_before_they_are_stored() {
    on_both(async |db| {
        let app = furnished(db).await;
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Hej").await;
        let said =
            app.say(&louise, contact, say(3, "Mit nummer er 010203-1234.")).await.expect("said");
        assert!(said.masked);
        let texts = store::chat::texts_of(db, &app.tenant, contact).await.expect("texts");
        assert!(texts.values().all(|text| !text.contains("1234")), "{texts:?}");
    })
    .await;
}

#[tokio::test]
async fn a4_the_end_of_duty_leaves_the_live_contact_and_nothing_else() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mette = scope(&app, METTE).await;
        let (henrik, louise) = (citizen(&app, "henrik"), citizen(&app, "louise"));
        let live = ask(&app, &henrik, "soroe", "Min beholder er væk").await;
        taken(&app, &mette, live).await;
        let other = ask(&app, &louise, "soroe", "Jeg venter").await;
        assert!(app.contact(&mette, other).await.is_ok(), "on duty she sees the queue");
        app.clock.advance(HOUR + 46 * MINUTE);
        stays(&app, &mette).await;
        let after = scope(&app, METTE).await;
        stays(&app, &after).await;
        app.sweep().await.expect("swept");
        assert_eq!(app.contact(&after, other).await.err(), Some(Problem::NotFound));
        let detail = app.contact(&after, live).await.expect("her own live contact");
        assert!(detail.grant_until.is_some());
        app.say(&after, live, say(9, "Vi sender en ny.")).await.expect("she may finish");
        app.wrap_up(&after, live, None, OutcomeKind::ClarifiedAtOnce).await.expect("wrapped up");
        assert_eq!(
            app.say(&after, live, say(10, "Og hej igen")).await.err(),
            Some(Problem::NotFound),
            "after the wrap-up the grant is gone"
        );
    })
    .await;
}

#[tokio::test]
async fn an_agent_whose_browser_vanishes_gives_the_contact_back_to_its_place() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (mette, jonas) = (scope(&app, METTE).await, scope(&app, JONAS).await);
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Hej").await;
        taken(&app, &mette, contact).await;
        let place = store::contacts::read(db, &app.tenant, contact).await.expect("read");
        let place = place.expect("a contact").0.place;
        app.clock.advance(2 * MINUTE);
        be(&app, &jonas, Presence::Ready).await;
        app.sweep().await.expect("swept");
        let (state, _) = store::contacts::read(db, &app.tenant, contact)
            .await
            .expect("read")
            .expect("a contact");
        assert_eq!((state.owner(), state.place), (None, place));
        assert_eq!(app.dispatch().await, Ok(1), "a colleague is offered it");
        app.accept(&jonas, contact).await.expect("taken");
    })
    .await;
}

#[tokio::test]
async fn a45_one_of_two_who_accept_at_once_gets_it() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (mette, jonas) = (scope(&app, METTE).await, scope(&app, JONAS).await);
        be(&app, &mette, Presence::Ready).await;
        be(&app, &jonas, Presence::Ready).await;
        let contact = ask(&app, &citizen(&app, "louise"), "holbaek", "Hej").await;
        app.dispatch().await.expect("dispatched");
        let (a, b) = tokio::join!(app.accept(&mette, contact), app.accept(&jonas, contact));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
    })
    .await;
}

#[tokio::test]
async fn an_errand_reaches_its_department_and_the_citizen_gets_the_answer() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mette = scope(&app, METTE).await;
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Hvad får jeg i pension?").await;
        taken(&app, &mette, contact).await;
        let wish = NewHandOver {
            id: Id::from_uuid(Uuid::from_u128(77)),
            municipality: m("frederikssund"),
            department: "pension-og-ydelser".parse().expect("a key"),
            deadline: None,
            reply: ReplyWay::StatusPage,
            address: None,
            note: "Ring ikke, hun læser selv.".to_owned(),
        };
        let promise = app.hand_over(&mette, contact, wish.clone()).await.expect("handed over");
        let again = app.hand_over(&mette, contact, wish.clone()).await.expect("sent again");
        assert_eq!(promise, again);
        let other = NewHandOver { municipality: m("soroe"), ..wish };
        assert!(app.hand_over(&mette, contact, other).await.is_err(), "never to a stranger");
        app.wrap_up(&mette, contact, None, OutcomeKind::HandedOver).await.expect("wrapped up");

        let pension = pension_agent(&app).await;
        let inbox = app.inbox(&pension, None, None, InboxFilter::Open).await.expect("an inbox");
        let errand = inbox.items.first().expect("the errand");
        assert_eq!((errand.id, errand.deadline), (promise.hand_over, promise.deadline));
        assert!(
            app.inbox(&mette, Some(&m("frederikssund")), None, InboxFilter::Open).await.is_err()
        );
        app.take_errand(&pension, errand.id).await.expect("taken");
        app.answer_errand(&pension, errand.id, "Du får 6.000 kr.").await.expect("answered");

        let (_, ticket) = promise.status_url.rsplit_once('/').expect("a path");
        let (_, token) = ticket.split_once('.').expect("a token");
        let status = app.status(contact, token).await.expect("a status page");
        assert_eq!(status.errands[0].answer.as_deref(), Some("Du får 6.000 kr."));
        assert_eq!(app.status(contact, "guess").await.err(), Some(Problem::NotFound));
        let report = store::verify::verify(db, &app.tenant).await.expect("verified");
        assert!(report.is_clean(), "{report:?}");
    })
    .await;
}

/// Somebody of Frederikssund who has the pension department's inbox.
async fn pension_agent(app: &App) -> Scope {
    for account in app::demo::accounts() {
        if account.municipality == "frederikssund" {
            let scope = scope(app, &account.login).await;
            let department = "pension-og-ydelser".parse().expect("a key");
            let inbox = base::Right::WorkInbox;
            if scope.allows(inbox, &m("frederikssund"), Some(&department)).is_some() {
                return scope;
            }
        }
    }
    panic!("the demo has somebody in the pension department")
}

#[tokio::test]
async fn a_promise_is_moved_before_it_is_broken() {
    on_both(async |db| {
        let app = furnished(db).await;
        let louise = citizen(&app, "louise");
        let wish = LeaveMessage {
            id: app.rng.id(app.now()),
            municipality: m("frederikssund"),
            department: "pension-og-ydelser".parse().expect("a key"),
            topic: None,
            language: Language::Da,
            text: "Ring til mig".to_owned(),
            reply: ReplyWay::Telephone,
            address: Some("12 34 56 78".to_owned()),
        };
        let promise = app.leave_message(&louise, wish).await.expect("left");
        let line = store::hand_overs::find(db, &app.tenant, promise.hand_over)
            .await
            .expect("read")
            .expect("an errand");
        app.clock.set_to(UnixMillis(promise.deadline.0 - HOUR));
        app.watch(line.contact, promise.hand_over).await.expect("watched");
        let line = store::hand_overs::find(db, &app.tenant, promise.hand_over)
            .await
            .expect("read")
            .expect("an errand");
        assert!(line.deadline > promise.deadline);
        assert!(app.now() < promise.deadline, "told in time");
    })
    .await;
}

#[tokio::test]
async fn a53_what_is_erased_is_gone_and_the_journal_stands() {
    on_both(async |db| {
        let app = furnished(db).await;
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Noget privat").await;
        let mut erased = None;
        for account in app::demo::accounts() {
            let officer = account.roles.contains(&"security-officer");
            if !officer {
                continue;
            }
            let who = scope(&app, &account.login).await;
            let outcome = app.erase(&who, contact).await;
            if account.municipality == "frederikssund" {
                erased = Some(outcome);
            } else {
                assert_eq!(outcome.err(), Some(Problem::NotFound), "{}", account.login);
            }
        }
        erased.expect("an officer in Frederikssund").expect("erased");
        let texts = store::chat::texts_of(db, &app.tenant, contact).await.expect("texts");
        assert!(texts.is_empty());
        let gone = app.entries(&louise, Door::Work, contact, 0).await.err();
        assert_eq!(gone, Some(Problem::NotFound), "nobody is known by it any more");
        let report = store::verify::verify(db, &app.tenant).await.expect("verified");
        assert!(report.is_clean(), "{report:?}");
    })
    .await;
}

#[tokio::test]
async fn retention_takes_the_texts_after_thirty_days_and_leaves_a_receipt() {
    on_both(async |db| {
        let app = furnished(db).await;
        let louise = citizen(&app, "louise");
        let contact = ask(&app, &louise, "frederikssund", "Hej").await;
        app.end_chat(&louise, contact).await.expect("left");
        app.clock.advance(29 * 24 * HOUR);
        assert_eq!(app.run_retention().await.expect("run").texts, 0);
        app.clock.advance(2 * 24 * HOUR);
        assert!(app.run_retention().await.expect("run").texts >= 1);
        let report = store::verify::verify(db, &app.tenant).await.expect("verified");
        assert!(report.is_clean(), "{report:?}");
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_gets_five_receipts_and_every_message_its_promise() {
    on_both(async |db| {
        let app = furnished(db).await;
        let stranger = citizen(&app, "stranger");
        for n in 0..7 {
            let wish = LeaveMessage {
                id: app.rng.id(app.now()),
                municipality: m("frederikssund"),
                department: "pension-og-ydelser".parse().expect("a key"),
                topic: None,
                language: Language::Da,
                text: format!("Brev {n}"),
                reply: ReplyWay::Email,
                address: Some("Offer@example.dk".to_owned()),
            };
            app.leave_message(&stranger, wish).await.expect("left");
        }
        let due = store::jobs::claim(db, &app.tenant, app.now(), 60, 100).await.expect("due");
        assert_eq!(due.iter().filter(|job| job.kind == app::hand_overs::JOB_MAIL).count(), 5);
    })
    .await;
}
