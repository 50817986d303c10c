//! A call and its contact stay together, also when another node changes the contact or the agent leaves.

use std::time::Duration;

use app::App;
use base::{Id, Problem};
use rules::calls::{CallId, Ear, Happened, Input, Target, Told};
use rules::contacts::{ContactId, Phase};
use rules::people::Role;
use store::args;
use testkit::on_both;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::exchange::{
    Exchange, FRONT_OFFICE, JONAS, LOUISE, Line, METTE, be_ready, state, talking,
};
use crate::house::{MINUTE, furnished, m, scope};

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
        assert_eq!(looked_twice(&app, &mut exchange).await, [Input::AgentGone]);
        line.on(Input::AgentGone).await;
        assert_eq!(state(&app, id).await.phase, Phase::Waiting);
        be_ready(&other, &mette).await;
        other.dispatch().await.expect("dispatched");
        other.accept(&mette, id).await.expect("taken");
        line.on(Input::Taken { by }).await;
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
        assert_eq!(exchange.inputs(), [Input::AgentGone]);
        line.on(Input::AgentGone).await;
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
        let mut phase = None;
        for _ in 0..100 {
            let read = store::contacts::read(db, &app.tenant, contact).await.expect("read");
            phase = read.map(|(contact, _)| contact.phase);
            if phase == Some(Phase::Waiting) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        stop.cancel();
        running.await.expect("stopped");
        assert_eq!(phase, Some(Phase::Waiting));
        assert_eq!(app.dispatch().await, Ok(1), "and is offered");
    })
    .await;
}
