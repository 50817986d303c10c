//! A call and its contact stay together, also when another node changes the contact or the agent leaves.

use app::App;
use app::calls::Order;
use app::contacts::{Door, Turn};
use app::hand_overs::LeaveMessage;
use base::{Id, Language, Problem};
use rules::calls::{Call, CallId, Ear, Happened, Input, Set, Target, Told};
use rules::contacts::{Command, ContactId, OutcomeKind, Phase, ReplyWay};
use rules::people::Role;
use store::args;
use testkit::on_both;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::exchange::{
    Exchange, FRONT_OFFICE, JONAS, LOUISE, Line, METTE, be_ready, state, talking,
};
use crate::house::{HOUR, MINUTE, citizen, comes, furnished, m, scope};

/// What the telephone's node tells its call of what it finds at two looks.
async fn looked_twice(app: &App, exchange: &mut Exchange) -> Vec<Input> {
    exchange.told();
    let seen = app.reconcile_calls(&[]).await;
    assert_eq!(exchange.inputs(), [], "it may be on its way");
    app.reconcile_calls(&seen).await;
    exchange.inputs()
}

#[tokio::test]
async fn what_happens_to_a_contact_on_another_node_is_told_to_its_call() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let other = furnished(db).await;
        let mette = scope(&other, METTE).await;
        let by = mette.person().expect("a person");
        let mut line = Line::rings(&app, 7, FRONT_OFFICE, Some(LOUISE)).await;
        let id = line.contact();
        assert_eq!(looked_twice(&app, &mut exchange).await, []);
        be_ready(&other, &mette).await;
        other.dispatch().await.expect("dispatched");
        other.accept(&mette, id).await.expect("taken");
        assert_eq!(looked_twice(&app, &mut exchange).await, [Input::Taken { by }]);
        line.on(Input::Taken { by }).await;
        assert_eq!(looked_twice(&app, &mut exchange).await, [], "together again");
        other.clock.advance(2 * MINUTE);
        other.sweep().await.expect("her browser is gone");
        let gone = Input::AgentGone { person: by };
        assert_eq!(looked_twice(&app, &mut exchange).await, std::slice::from_ref(&gone));
        line.on(gone).await;
        assert_eq!(state(&app, id).await.phase, Phase::Waiting);
        be_ready(&other, &mette).await;
        other.dispatch().await.expect("dispatched");
        other.accept(&mette, id).await.expect("taken");
        line.on(Input::Taken { by }).await;
        let leg = line.call.agent_leg().expect("hers");
        line.on(Input::Answered { leg, on: Set::Browser }).await;
        other.end_chat(&mette, id).await.expect("ended");
        assert_eq!(looked_twice(&app, &mut exchange).await, [Input::HangUp]);
    })
    .await;
}

#[tokio::test]
async fn an_agent_who_leaves_while_it_rings_elsewhere_leaves_no_caller_between() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let person = jonas.person().expect("a person");
        line.on(Input::Transfer { target: Target::Person { person } }).await;
        app.clock.advance(2 * MINUTE);
        be_ready(&app, &jonas).await;
        app.sweep().await.expect("swept");
        let gone = Input::AgentGone { person: mette.person().expect("hers") };
        assert_eq!(exchange.inputs(), std::slice::from_ref(&gone));
        line.on(gone).await;
        let back = state(&app, line.contact()).await;
        assert_eq!((&back.phase, line.call.legs.len()), (&Phase::Waiting, 1));
        app.dispatch().await.expect("dispatched");
        app.accept(&jonas, line.contact()).await.expect("offered to who is there");
        exchange.told();
        line.on(Input::Taken { by: person }).await;
        assert_eq!(line.call.agent(), Some(person));
        assert_ne!(line.call.agent(), mette.person());
    })
    .await;
}

#[tokio::test]
async fn who_speaks_is_at_work_without_a_browser() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, mette, _) = talking(&app, &mut exchange).await;
        for _ in 0..4 {
            app.clock.advance(MINUTE / 2 + 1_000);
            app.reconcile_calls(&[]).await;
        }
        app.sweep().await.expect("swept");
        assert_eq!(state(&app, line.contact()).await.owner(), mette.person());
        assert_eq!(exchange.inputs(), []);
    })
    .await;
}

#[tokio::test]
async fn a_leader_whose_right_has_ended_leaves_the_call() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, _, _) = talking(&app, &mut exchange).await;
        let id = line.contact();
        let leader = scope(&app, "dorte@frederikssund.example").await;
        let person = leader.person().expect("a person");
        app.supervise_call(&leader, id, Ear::Listen).await.expect("her municipality's call");
        line.on(Input::Supervise { person, ear: Ear::Listen }).await;
        assert_eq!(looked_twice(&app, &mut exchange).await, []);
        let admin = scope(&app, "admin@frederikssund.example").await;
        let place = m("frederikssund");
        app.revoke_role(&admin, person, Role::Leader, &place).await.expect("revoked");
        let now = app.scope_of_login("dorte@frederikssund.example").await.expect("still there");
        let refused = app.call_view(&now, id).await;
        assert!(matches!(refused, Err(Problem::NotFound | Problem::Forbidden { .. })));
        assert_eq!(looked_twice(&app, &mut exchange).await, [Input::HungUp { leg: 2 }]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_written_of_one_call_does_not_stop_the_others() {
    on_both(async |db| {
        let app = furnished(db).await;
        let _exchange = Exchange::of(&app);
        let jonas = scope(&app, JONAS).await;
        be_ready(&app, &jonas).await;
        let broken = Line::rings(&app, 7, FRONT_OFFICE, Some(LOUISE)).await;
        let damage = "UPDATE contacts SET state = '{' WHERE phase = 'waiting'";
        assert_eq!(db.execute(damage, args![]).await.expect("damaged"), 1);
        let (happens, happened) = mpsc::unbounded_channel();
        let next: CallId = Id::from_uuid(Uuid::from_u128(8));
        let (at, dialled) = (app.now(), FRONT_OFFICE.to_owned());
        for one in [
            Happened::Told { call: broken.id, told: Told::CallBackAsked, at },
            Happened::Arrived { call: next, dialled, caller: None, at },
            Happened::Told { call: next, told: Told::Queue, at },
        ] {
            happens.send(one).expect("heard");
        }
        let stop = CancellationToken::new();
        let running = tokio::spawn(app.clone().run_calls(happened, stop.clone()));
        let contact: ContactId = Id::from_uuid(next.uuid());
        let waits = comes(async || {
            let read = store::contacts::read(db, &app.tenant, contact).await.expect("read");
            read.is_some_and(|(contact, _)| contact.phase == Phase::Waiting)
        });
        let waits = waits.await;
        stop.cancel();
        running.await.expect("stopped");
        assert!(waits);
        assert_eq!(app.dispatch().await, Ok(1), "and is offered");
    })
    .await;
}

#[tokio::test]
async fn who_is_done_with_it_while_it_rings_elsewhere_loses_no_caller() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let id = line.contact();
        let (by, person) = (mette.person().expect("hers"), jonas.person().expect("his"));
        let transfer = Input::Transfer { target: Target::Person { person } };
        line.on(transfer.clone()).await;
        let refused = Err(Problem::conflict("being-put-through"));
        assert_eq!(app.end_chat(&mette, id).await, refused);
        assert_eq!(app.wrap_up(&mette, id, None, OutcomeKind::HandedOver).await, refused);
        // A node that knows of no call cannot refuse. Whoever answers it has it then.
        let other = furnished(db).await;
        other.end_chat(&mette, id).await.expect("ended");
        assert_eq!(looked_twice(&app, &mut exchange).await, []);
        line.on(Input::Answered { leg: 2, on: Set::Browser }).await;
        assert_eq!(state(&app, id).await.owner(), Some(person));
        assert_eq!(looked_twice(&app, &mut exchange).await, []);
        // And when nobody does, it comes back to who is done with it.
        line.on(Input::Transfer { target: Target::Person { person: by } }).await;
        other.end_chat(&jonas, id).await.expect("ended");
        line.on(Input::Failed { leg: 3 }).await;
        let gone = Input::AgentGone { person };
        assert_eq!(looked_twice(&app, &mut exchange).await, std::slice::from_ref(&gone));
        line.on(gone).await;
        let back = state(&app, id).await;
        assert_eq!((back.phase, line.call.legs.len()), (Phase::Waiting, 1));
    })
    .await;
}

#[tokio::test]
async fn a_caller_who_waits_is_in_line_whatever_closed_the_contact() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, _) = talking(&app, &mut exchange).await;
        let id = line.contact();
        let place = state(&app, id).await.place;
        // Her browser is lost, and what she says it was about is written before that.
        let person = mette.person().expect("hers");
        let lost = line.call.on(Input::AgentGone { person }, app.now());
        let outcome = OutcomeKind::ClarifiedAtOnce;
        app.wrap_up(&mette, id, None, outcome).await.expect("said");
        line.told(lost).await;
        let back = state(&app, id).await;
        assert_eq!((back.phase, back.place), (Phase::Waiting, place));
        // However else it may be closed.
        let abandon = Turn::of("test", Command::Abandon);
        app.change(&app.system("test"), Door::System, id, |_, _| Ok(abandon))
            .await
            .expect("closed");
        assert_eq!(looked_twice(&app, &mut exchange).await, []);
        let back = state(&app, id).await;
        assert_eq!((back.phase, back.place), (Phase::Waiting, place));
    })
    .await;
}

#[tokio::test]
async fn who_is_called_about_what_they_wrote_waits_on_the_line_and_not_on_a_page() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let wish = LeaveMessage {
            id: app.rng.id(app.now()),
            municipality: m("frederikssund"),
            department: "pension-og-ydelser".parse().expect("a key"),
            topic: None,
            language: Language::Da,
            text: "Ring til mig".to_owned(),
            reply: ReplyWay::Telephone,
            address: Some("00195541".to_owned()),
        };
        let promise = app.leave_message(&citizen(&app, "louise"), wish).await.expect("left");
        app.clock.advance(HOUR);
        let torben = scope(&app, "torben@frederikssund.example").await;
        be_ready(&app, &torben).await;
        let id = app.call_errand(&torben, promise.hand_over).await.expect("called");
        let orders = exchange.told();
        let [Order::CallBack { call, number, by }] = &orders[..] else { panic!("{orders:?}") };
        let (picture, effects) = Call::call_back(number.clone(), *by, app.now());
        let mut out = Line { app: &app, id: *call, call: picture };
        out.told(effects).await;
        out.on(Input::Answered { leg: 1, on: Set::Browser }).await;
        out.on(Input::Answered { leg: 0, on: Set::Phone }).await;
        // They have a page of their own, which nobody else may be given.
        let refused = app.spoken_code(&torben, id).await;
        assert_eq!(refused, Err(Problem::conflict("began-in-writing")));
        assert!(!app.call_view(&torben, id).await.expect("his call").may_write);
        out.on(Input::AgentGone { person: *by }).await;
        app.sweep().await.expect("swept");
        let waits = state(&app, id).await;
        assert_eq!((waits.phase, waits.by_telephone), (Phase::Waiting, true));
    })
    .await;
}
