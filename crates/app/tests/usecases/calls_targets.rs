//! Whom an agent of a call can ask or send it to.

use app::App;
use app::calls::{AskWhom, CallCommand, Order};
use base::scope::Departments;
use base::{Id, Language, Problem, Scope, kind};
use rules::calls::{Happened, Input, Set, Target};
use rules::contacts::{ContactId, Destination, TRANSFER_LIMIT};
use rules::directory::Facts;
use rules::people::{Member, Role, RoleGrant};
use store::Database;
use store::people::Person;
use store::presences::Presence;
use testkit::on_both;

use crate::exchange::{EMERGENCY, Exchange, FRONT_OFFICE, LOUISE, MAIN, PENSION, state, talking};
use crate::house::{HOUR, furnished, m};

/// More than a dialog shows at once.
const MANY: usize = 45;

async fn ask(app: &App, by: &Scope, contact: ContactId, whom: AskWhom) -> Result<(), Problem> {
    let consult = CallCommand::Consult { whom, note: String::new() };
    app.command_call(by, contact, consult).await
}

/// Agents of Frederikssund who are ready, by name.
async fn colleagues(app: &App, db: &Database) -> Vec<Id<kind::Person>> {
    let at = app.now();
    let mut tx = db.begin().await.expect("a transaction");
    let mut ids = Vec::new();
    for n in 0..MANY {
        let id = app.rng.id(at);
        let home = m("frederikssund");
        let roles = vec![];
        let tenant = app.tenant.clone();
        let member = Member { tenant, id, home: home.clone(), active: true, roles, areas: vec![] };
        let person = Person {
            member,
            login: format!("aase{n}@frederikssund.example"),
            name: format!("Åse {n:02}"),
            languages: vec![Language::Da],
            capacity: 3,
        };
        store::people::add(&mut tx, &person, "none").await.expect("added");
        let grant =
            RoleGrant { role: Role::Agent, municipality: home, departments: Departments::All };
        store::people::grant(&mut tx, &app.tenant, id, &grant, at).await.expect("granted");
        let presence = Presence {
            person: id,
            state: "ready".to_owned(),
            reason: String::new(),
            back_at: None,
            since: at,
            idle_since: at,
            misses: 0,
            lease_until: at + HOUR,
        };
        store::presences::set(&mut tx, &app.tenant, &presence).await.expect("ready");
        ids.push(id);
    }
    tx.commit().await.expect("committed");
    ids
}

#[tokio::test]
async fn a_colleague_beyond_the_first_forty_is_asked_and_sent_to_like_the_others() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, mette, _) = talking(&app, &mut exchange).await;
        let person = *colleagues(&app, db).await.last().expect("many");
        let id = line.contact();
        let targets = app.targets(&mette, id, "åse 44", &Facts::default()).await;
        assert_eq!(targets.expect("found by name").targets[0].person, Some(person));
        ask(&app, &mette, id, AskWhom::Person { person }).await.expect("asked");
        let target = Target::Person { person };
        assert_eq!(exchange.inputs(), [Input::Consult { target: target.clone() }]);
        app.transfer(&mette, id, Destination::Person { person }, "").await.expect("put through");
        assert_eq!(exchange.inputs(), [Input::Transfer { target }]);
    })
    .await;
}

#[tokio::test]
async fn help_is_called_for_who_was_sent_round_as_often_as_may_be() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let mut people = [&jonas, &mette].into_iter().cycle();
        for n in 0..TRANSFER_LIMIT {
            let person = people.next().and_then(Scope::person).expect("a person");
            line.on(Input::Transfer { target: Target::Person { person } }).await;
            line.on(Input::Answered { leg: u16::from(n) + 2, on: Set::Browser }).await;
        }
        let id = line.contact();
        let sent = state(&app, id).await;
        assert_eq!((sent.transfers, sent.owner()), (TRANSFER_LIMIT, jonas.person()));
        exchange.told();
        let person = mette.person().expect("a person");
        let limit = Err(Problem::forbidden("transfer-limit"));
        assert_eq!(ask(&app, &jonas, id, AskWhom::Person { person }).await, limit);
        let number = |number: &str| AskWhom::Number { number: number.to_owned() };
        assert_eq!(ask(&app, &jonas, id, number("00129999")).await, limit);
        ask(&app, &jonas, id, number("1 12")).await.expect("help");
        let target = Target::Outside { number: "112".to_owned() };
        assert_eq!(exchange.inputs(), [Input::Consult { target: target.clone() }]);
        // The same from a desk telephone.
        for (dialled, asked) in [("114", true), ("00129999", false)] {
            let (call, by) = (line.id, jonas.person().expect("a person"));
            let (dialled, at) = (dialled.to_owned(), app.now());
            let asks = Happened::Asks { call, by, dialled, warm: true, at };
            app.hear(&asks).await.expect("heard");
            let orders = exchange.told();
            let [Order::MayAsk { target, .. }] = &orders[..] else { panic!("{orders:?}") };
            assert_eq!(target.is_some(), asked);
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_being_asked_is_given_nothing_else_meanwhile() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, _, jonas) = talking(&app, &mut exchange).await;
        let person = jonas.person().expect("a person");
        let in_call = async || {
            let agents = app.picture().await.expect("a picture").agents;
            agents.iter().find(|agent| agent.id == person).expect("at work").in_call
        };
        assert!(!in_call().await);
        line.on(Input::Consult { target: Target::Person { person } }).await;
        assert!(in_call().await, "it rings");
        line.on(Input::Answered { leg: 2, on: Set::Browser }).await;
        assert!(in_call().await);
        line.on(Input::GiveUp).await;
        assert!(!in_call().await);
    })
    .await;
}

#[tokio::test]
async fn whom_the_keys_of_a_desk_telephone_reach_is_judged_as_in_the_desk() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let (by, jonas) = (mette.person().expect("hers"), jonas.person().expect("his"));
        let call = line.id;
        let ask = async |exchange: &mut Exchange, by, dialled: &str, warm| {
            let dialled = dialled.to_owned();
            let asks = Happened::Asks { call, by, dialled, warm, at: app.now() };
            app.hear(&asks).await.expect("heard");
            exchange.told()
        };
        let duty = Target::Outside { number: EMERGENCY.to_owned() };
        let colleague = Target::Person { person: jonas };
        for (by, dialled, warm, target) in [
            (by, EMERGENCY, true, Some(duty.clone())),
            (by, EMERGENCY, false, Some(duty.clone())),
            // Nobody of that department is ready.
            (by, FRONT_OFFICE, true, None),
            (by, MAIN, false, None),
            (by, LOUISE, true, None),
            (by, "+45 90 12 34 56", false, None),
            (jonas, EMERGENCY, true, None),
        ] {
            let told = ask(&mut exchange, by, dialled, warm).await;
            let [Order::MayAsk { call: of, target: may }] = told.as_slice() else {
                panic!("{dialled}: {told:?}")
            };
            assert_eq!((*of, may), (call, &target), "{dialled}");
        }
        // What was noted for who was asked before is not for the next.
        let whom = AskWhom::Person { person: jonas };
        let consult = CallCommand::Consult { whom, note: "Louise spørger om pas".to_owned() };
        app.command_call(&mette, line.contact(), consult).await.expect("asked");
        assert_eq!(exchange.inputs(), [Input::Consult { target: colleague.clone() }]);
        line.on(Input::Consult { target: colleague }).await;
        line.on(Input::GiveUp).await;
        ask(&mut exchange, by, EMERGENCY, true).await;
        line.on(Input::Consult { target: duty.clone() }).await;
        line.on(Input::ToCaller).await;
        let view = app.call_view(&mette, line.contact()).await.expect("her call");
        assert_eq!((view.phase, view.note), ("other-waits", None));
        // A department's number is a colleague who is free there, or its queue.
        line.on(Input::GiveUp).await;
        let people = colleagues(&app, db).await;
        let told = ask(&mut exchange, by, FRONT_OFFICE, true).await;
        let [Order::MayAsk { target: Some(Target::Person { person }), .. }] = told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert!(people.contains(person));
        let told = ask(&mut exchange, by, PENSION, false).await;
        let [Order::Tell { input: Input::Transfer { target: Target::Queue { department } }, .. }] =
            told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!(department.as_str(), "pension-og-ydelser");
        let there = state(&app, line.contact()).await;
        assert_eq!((there.owner(), there.transfers), (None, 1));
    })
    .await;
}

#[tokio::test]
async fn what_a_call_cannot_do_now_is_refused_aloud_and_help_is_called_all_the_same() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let id = line.contact();
        let person = jonas.person().expect("his");
        line.on(Input::Consult { target: Target::Person { person } }).await;
        let not_now = Err(Problem::conflict("not-now"));
        assert_eq!(app.command_call(&mette, id, CallCommand::Join).await, not_now, "it rings");
        line.on(Input::Answered { leg: 2, on: Set::Browser }).await;
        let whom = || AskWhom::Department {
            municipality: m("frederikssund"),
            department: "pension-og-ydelser".parse().expect("a key"),
        };
        let send = CallCommand::Transfer { whom: whom(), note: String::new() };
        assert_eq!(app.command_call(&mette, id, send).await, not_now);
        assert_eq!(state(&app, id).await.owner(), mette.person(), "it stays with its call");
        let number = |number: &str| AskWhom::Number { number: number.to_owned() };
        assert_eq!(ask(&app, &mette, id, number(EMERGENCY)).await, not_now);
        assert_eq!(exchange.inputs(), []);
        ask(&app, &mette, id, number("112")).await.expect("help");
        let target = Target::Outside { number: "112".to_owned() };
        assert_eq!(exchange.inputs(), [Input::Consult { target }]);
        line.on(Input::GiveUp).await;
        let send = CallCommand::Transfer { whom: whom(), note: String::new() };
        assert_ne!(app.command_call(&mette, id, send).await, not_now, "nobody is asked any more");
    })
    .await;
}
