//! What callers were promised: a place, a call back, somebody who answers. It is kept when the line closes,
//! when telephones and trunks fail, and when they dial again before they are missed.

use app::App;
use app::calls::Order;
use app::hand_overs::InboxFilter;
use base::{Id, Problem, Scope};
use rules::calls::call_back::{AFTER_OPENING_MS, When};
use rules::calls::{Call, Cause, Happened, Input, Set, Target, Told};
use rules::contacts::{CloseReason, Contact, OutcomeKind, Phase};
use store::calls::NewCall;
use store::{Database, args};
use testkit::on_both;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::exchange::{
    EMERGENCY, Exchange, FRONT_OFFICE, HOTLINE, LOUISE, Line, METTE, PENSION, be_ready, state,
    talking,
};
use crate::house::{HOUR, MINUTE, comes, furnished, scope};

/// Of Horsens, which shares no hotline.
const HORSENS: &str = "+45 00 16 10 01";
const DAY: i64 = 24 * HOUR;

/// Waits for an agent who calls back; nobody has tried yet.
fn is_owed(contact: &Contact) -> bool {
    let untried = contact.call_back.as_ref().is_some_and(|owed| owed.back.attempts.is_empty());
    untried && contact.phase == Phase::Waiting
}

/// A caller who pressed 1 in line and heard the words out.
async fn asks<'a>(app: &'a App, n: u128, dialled: &str) -> Line<'a> {
    let mut line = Line::rings(app, n, dialled, Some(LOUISE)).await;
    line.on(Input::Key { key: '1' }).await;
    line.on(Input::Said).await;
    line
}

async fn is_offered(app: &App, line: &Line<'_>, to: &Scope) {
    be_ready(app, to).await;
    for _ in 0..3 {
        app.dispatch().await.expect("dispatched");
        if matches!(state(app, line.contact()).await.phase, Phase::Offered { .. }) {
            return;
        }
        app.clock.advance(MINUTE / 2);
    }
    panic!("{:?}", state(app, line.contact()).await);
}

/// An agent takes a call-back: the call of ours that begins.
async fn called_back<'a>(
    app: &'a App,
    exchange: &mut Exchange,
    line: &Line<'_>,
    agent: &Scope,
) -> Line<'a> {
    is_offered(app, line, agent).await;
    exchange.told();
    app.accept(agent, line.contact()).await.expect("taken");
    let orders = exchange.told();
    let [Order::CallBack { call, number, by }] = &orders[..] else { panic!("{orders:?}") };
    let (picture, effects) = Call::call_back(number.clone(), *by, app.now());
    let mut back = Line { app, id: *call, call: picture };
    back.told(effects).await;
    back.on(Input::Answered { leg: 1, on: Set::Browser }).await;
    back
}

#[tokio::test]
async fn who_presses_one_after_the_tone_is_called_back_and_what_they_said_is_heard() {
    on_both(async |db| {
        let app = furnished(db).await;
        let _exchange = Exchange::of(&app);
        app.clock.advance(2 * HOUR);
        let mut line = Line::rings(&app, 7, PENSION, Some(LOUISE)).await;
        line.on(Input::ClosedNow { voice_mail: true }).await;
        line.on(Input::Said).await;
        line.on(Input::Key { key: '1' }).await;
        line.leaves_a_message().await;
        let promised = state(&app, line.contact()).await;
        assert!(is_owed(&promised), "{promised:?}");
        let reader = scope(&app, "torben@frederikssund.example").await;
        let inbox = app.inbox(&reader, None, None, InboxFilter::Open).await.expect("an inbox");
        assert_eq!(inbox.items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_caller_who_drops_out_of_a_call_put_through_to_outside_is_back_at_their_place() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let place = state(&app, line.contact()).await.place;
        for wrapped_up in [false, true] {
            let owner = state(&app, line.contact()).await.owner();
            let target = Target::Outside { number: EMERGENCY.to_owned() };
            line.on(Input::Transfer { target }).await;
            let leg = *line.call.legs.last_key_value().expect("a leg").0;
            line.on(Input::Answered { leg, on: Set::Phone }).await;
            assert!(matches!(state(&app, line.contact()).await.phase, Phase::WrappingUp { .. }));
            let agent = if mette.person() == owner { &mette } else { &jonas };
            if wrapped_up {
                let outcome = OutcomeKind::OtherAuthority;
                app.wrap_up(agent, line.contact(), None, outcome).await.expect("wrapped up");
            }
            line.on(Input::Failed { leg }).await;
            let back = state(&app, line.contact()).await;
            assert_eq!((&back.phase, back.place), (&Phase::Waiting, place), "{wrapped_up}");
            is_offered(&app, &line, &mette).await;
            let Phase::Offered { to, .. } = state(&app, line.contact()).await.phase else {
                panic!("offered just now")
            };
            let next = if mette.person() == Some(to) { &mette } else { &jonas };
            exchange.told();
            app.accept(next, line.contact()).await.expect("taken");
            assert_eq!(exchange.inputs(), [Input::Taken { by: to }]);
            line.on(Input::Taken { by: to }).await;
            let leg = line.call.agent_leg().expect("an agent");
            line.on(Input::Answered { leg, on: Set::Browser }).await;
        }
    })
    .await;
}

#[tokio::test]
async fn who_presses_one_while_an_agent_takes_them_is_called_back_all_the_same() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mette = scope(&app, METTE).await;
        let mut line = Line::rings(&app, 7, FRONT_OFFICE, Some(LOUISE)).await;
        is_offered(&app, &line, &mette).await;
        let pressed = line.call.on(Input::Key { key: '1' }, app.now());
        app.accept(&mette, line.contact()).await.expect("taken");
        line.told(pressed).await;
        assert!(is_owed(&state(&app, line.contact()).await), "the agent was first");
        // Taken while the words are spoken: nobody can be called who still holds the receiver.
        is_offered(&app, &line, &mette).await;
        app.accept(&mette, line.contact()).await.expect("taken");
        line.on(Input::Said).await;
        assert!(is_owed(&state(&app, line.contact()).await), "the caller was first");
        called_back(&app, &mut exchange, &line, &mette).await;
    })
    .await;
}

#[tokio::test]
async fn a_call_back_that_ended_with_the_program_is_owed_still_whatever_else_cannot_be_closed() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let nobodys = NewCall {
            call: Id::from_uuid(Uuid::from_u128(1)),
            contact: Id::from_uuid(Uuid::from_u128(1)),
            back: false,
            dialled: PENSION,
            number: None,
        };
        let mut tx = db.begin().await.expect("a transaction");
        store::calls::begin(&mut tx, &app.tenant, &nobodys, app.now()).await.expect("begun");
        tx.commit().await.expect("committed");
        let line = asks(&app, 7, FRONT_OFFICE).await;
        let mette = scope(&app, METTE).await;
        called_back(&app, &mut exchange, &line, &mette).await;
        assert_eq!(state(&app, line.contact()).await.owner(), mette.person());
        restarted(db, &app).await;
        let left = state(&app, line.contact()).await;
        assert!(is_owed(&left), "{left:?}");
        assert_eq!(store::calls::unended(db, &app.tenant).await.expect("read"), []);
    })
    .await;
}

/// The program starts anew and has closed what was left open.
async fn restarted(db: &Database, before: &App) {
    let next = furnished(db).await;
    let _exchange = Exchange::of(&next);
    let (_happened, receiver) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let running = tokio::spawn(next.clone().run_calls(receiver, stop.clone()));
    let closed = async || store::calls::unended(db, &before.tenant).await.expect("read").is_empty();
    assert!(comes(closed).await);
    stop.cancel();
    running.await.expect("ended");
}

#[tokio::test]
async fn a_line_that_opens_nobody_knows_when_names_no_time() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        app.clock.advance(3 * 365 * DAY);
        Line::arrives(&app, 7, HOTLINE, Some(LOUISE)).await;
        assert_eq!(exchange.inputs(), [Input::ClosedNow { voice_mail: false }]);
        let opens = exchange.words.and_then(|words| words.opens).expect("closed");
        assert!(opens - app.now() > 7 * DAY, "a time within a week is spoken");
    })
    .await;
}

#[tokio::test]
async fn who_waits_when_everybody_has_gone_home_hears_so_and_the_time_that_is_booked() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mut line = Line::rings(&app, 7, PENSION, Some(LOUISE)).await;
        exchange.told();
        assert_eq!(exchange.words.expect("words").opens, None);
        app.clock.advance(2 * HOUR);
        let stop = CancellationToken::new();
        let telling = tokio::spawn(app.clone().keep_telling(stop.clone()));
        let closed = Input::ClosedNow { voice_mail: true };
        let is_closed =
            |order: &Order| matches!(order, Order::Tell { input, .. } if *input == closed);
        let told = comes(async || exchange.told().iter().any(is_closed)).await;
        stop.cancel();
        telling.await.expect("ended");
        assert!(told, "music for ever");
        line.on(closed).await;
        line.on(Input::Key { key: '1' }).await;
        let owed = state(&app, line.contact()).await.call_back.expect("owed");
        let When::Booked { within } = owed.back.when else { panic!("{owed:?}") };
        let opens = exchange.words.and_then(|words| words.opens).expect("closed");
        assert_eq!(within.from, opens + AFTER_OPENING_MS);
    })
    .await;
}

#[tokio::test]
async fn who_dials_again_before_the_cut_call_is_missed_goes_on_at_its_place() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mut cut = Line::rings(&app, 7, FRONT_OFFICE, Some(LOUISE)).await;
        let place = state(&app, cut.contact()).await.place;
        app.clock.advance(10_000);
        let other = Line::rings(&app, 8, FRONT_OFFICE, Some("+45 00 19 55 42")).await;
        let again = Line::rings(&app, 9, FRONT_OFFICE, Some(LOUISE)).await;
        app.clock.advance(20_000);
        cut.on(Input::Failed { leg: 0 }).await;
        let kept = state(&app, cut.contact()).await;
        assert_eq!((&kept.phase, kept.place), (&Phase::Waiting, place));
        assert_eq!(state(&app, again.contact()).await.merged_into, Some(cut.contact()));
        assert_eq!(state(&app, other.contact()).await.phase, Phase::Waiting);
        let mette = scope(&app, METTE).await;
        is_offered(&app, &cut, &mette).await;
        exchange.told();
        app.accept(&mette, cut.contact()).await.expect("taken");
        let orders = exchange.told();
        assert!(
            matches!(&orders[..], [Order::Tell { call, input: Input::Taken { .. } }] if *call == again.id),
            "{orders:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_number_is_called_back_once_by_a_line_and_not_by_all_of_them() {
    on_both(async |db| {
        let app = furnished(db).await;
        let _exchange = Exchange::of(&app);
        let first = asks(&app, 7, PENSION).await;
        let same = asks(&app, 8, PENSION).await;
        assert_eq!(state(&app, same.contact()).await.merged_into, Some(first.contact()));
        // What was joined is not the place of who dials again.
        let mut waits = Line::rings(&app, 9, PENSION, Some(LOUISE)).await;
        assert_eq!(state(&app, waits.contact()).await.phase, Phase::Waiting);
        waits.on(Input::HungUp { leg: 0 }).await;
        for (n, line) in [(10, FRONT_OFFICE), (11, HORSENS)] {
            let own = asks(&app, n, line).await;
            assert!(is_owed(&state(&app, own.contact()).await), "{line}");
        }
        let fourth = asks(&app, 12, HOTLINE).await;
        let joined = state(&app, fourth.contact()).await;
        assert!(matches!(joined.phase, Phase::Closed { reason: CloseReason::Merged, .. }));
        let stranger = Line::rings(&app, 13, PENSION, Some("+45 00 19 55 42")).await;
        let mut stranger = stranger;
        stranger.on(Input::Key { key: '1' }).await;
        assert!(is_owed(&state(&app, stranger.contact()).await), "another number");
    })
    .await;
}

#[tokio::test]
async fn a_trunk_that_is_down_is_no_attempt_and_is_tried_again_in_five_minutes() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mette = scope(&app, METTE).await;
        let line = asks(&app, 7, FRONT_OFFICE).await;
        for _ in 0..3 {
            let back = called_back(&app, &mut exchange, &line, &mette).await;
            let (told, at) = (Told::Ended { cause: Cause::NotDialled }, app.now());
            app.hear(&Happened::Told { call: back.id, told, at }).await.expect("heard");
            assert!(is_owed(&state(&app, line.contact()).await));
            be_ready(&app, &mette).await;
            assert_eq!(app.dispatch().await, Ok(0), "not at once again");
            app.clock.advance(5 * MINUTE);
        }
        let mut back = called_back(&app, &mut exchange, &line, &mette).await;
        back.on(Input::Answered { leg: 0, on: Set::Phone }).await;
        let reached = state(&app, line.contact()).await;
        assert_eq!((reached.owner(), reached.call_back), (mette.person(), None));
    })
    .await;
}

#[tokio::test]
async fn a_call_back_is_booked_for_the_time_that_was_said_also_when_the_hotline_opens_first() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        // Wednesday 14:30: the department has closed, and the hotline opens at three.
        app.clock.advance(-(5 * HOUR + 45 * MINUTE));
        let mut line = Line::arrives(&app, 7, PENSION, Some(LOUISE)).await;
        line.on(Input::Confirmed).await;
        let closed = Input::ClosedNow { voice_mail: true };
        assert_eq!(exchange.inputs(), std::slice::from_ref(&closed));
        line.on(closed).await;
        line.on(Input::Key { key: '1' }).await;
        line.on(Input::Said).await;
        let opens = exchange.words.and_then(|words| words.opens).expect("closed");
        assert_eq!(opens - app.now(), HOUR / 2);
        let owed = state(&app, line.contact()).await.call_back.expect("owed");
        let When::Booked { within } = owed.back.when else { panic!("{owed:?}") };
        assert_eq!(within.from, opens + AFTER_OPENING_MS);
        app.clock.advance(within.from - app.now());
        let mette = scope(&app, METTE).await;
        is_offered(&app, &line, &mette).await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_who_ends_a_call_back_that_rings_has_tried_once_and_is_given_it_no_more_at_once() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mette = scope(&app, METTE).await;
        let line = asks(&app, 7, FRONT_OFFICE).await;
        let mut back = called_back(&app, &mut exchange, &line, &mette).await;
        app.end_chat(&mette, line.contact()).await.expect("ended");
        assert_eq!(exchange.inputs(), [Input::HangUp]);
        back.on(Input::HangUp).await;
        let owed = state(&app, line.contact()).await;
        let attempts = owed.call_back.expect("owed").back.attempts;
        assert_eq!((owed.phase, attempts.len()), (Phase::Waiting, 1));
        be_ready(&app, &mette).await;
        assert_eq!(app.dispatch().await, Ok(0), "not at once again");
        app.clock.advance(5 * MINUTE);
        let mut back = called_back(&app, &mut exchange, &line, &mette).await;
        let outcome = OutcomeKind::CitizenLeft;
        app.wrap_up(&mette, line.contact(), None, outcome).await.expect("said");
        back.on(Input::HangUp).await;
        let given_up = state(&app, line.contact()).await;
        let unreachable = CloseReason::Unreachable;
        assert!(matches!(given_up.phase, Phase::Closed { reason, .. } if reason == unreachable));
    })
    .await;
}

#[tokio::test]
async fn a_call_back_whose_number_was_erased_is_no_agents_and_ends_after_two_attempts() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mette = scope(&app, METTE).await;
        let line = asks(&app, 7, FRONT_OFFICE).await;
        is_offered(&app, &line, &mette).await;
        let elsewhere = furnished(db).await;
        let refused = elsewhere.accept(&mette, line.contact()).await.err();
        assert_eq!(refused, Some(Problem::Unavailable { code: "telephone-away" }));
        let number = state(&app, line.contact()).await.call_back.expect("owed").number;
        let erase = "DELETE FROM texts WHERE text_id = $1";
        assert_eq!(db.execute(erase, args![number]).await.expect("erased"), 1);
        exchange.told();
        for attempt in 1..=2 {
            app.accept(&mette, line.contact()).await.expect("taken");
            assert_eq!(exchange.told().len(), 0, "there is no number to call");
            let apart = app.reconcile_calls(&[]).await;
            assert_eq!(state(&app, line.contact()).await.owner(), mette.person());
            app.reconcile_calls(&apart).await;
            let tried = state(&app, line.contact()).await;
            if attempt == 2 {
                let Phase::Closed { reason, .. } = tried.phase else { panic!("{tried:?}") };
                assert_eq!(reason, CloseReason::Unreachable);
                break;
            }
            assert_eq!(tried.phase, Phase::Waiting);
            assert!(!tried.is_due(app.now()) && tried.is_due(app.now() + 5 * MINUTE));
            app.clock.advance(5 * MINUTE);
            is_offered(&app, &line, &mette).await;
        }
    })
    .await;
}
