//! Telephone calls as contacts: offered in the same line as chats, put through with their story, called
//! back when it was promised, and never lost.

use app::audit::AuditQuery;
use app::calls::{AskWhom, CallCommand, KnownBy, Order};
use app::contacts::Door;
use app::hand_overs::InboxFilter;
use base::{Id, Problem};
use rules::calls::{Call, Ear, Happened, Input, Set, Target};
use rules::contacts::{CloseReason, OutcomeKind, Phase};
use testkit::on_both;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::exchange::{
    EMERGENCY, Exchange, FRONT_OFFICE, HOTLINE, JONAS, LOUISE, Line, MAIN, METTE, PENSION,
    be_ready, state, talking,
};
use crate::house::{HOUR, MINUTE, WEDNESDAY_2015, citizen, comes, furnished, m, scope};

#[tokio::test]
async fn a_call_waits_in_the_same_line_and_its_end_is_the_citizens() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, _) = talking(&app, &mut exchange).await;
        let view = app.call_view(&mette, line.contact()).await.expect("her call");
        assert_eq!((view.phase, view.number.as_deref()), ("talking", Some("+•• •• •• •• 41")));
        assert_eq!(app.callers_number(&mette, line.contact()).await.as_deref(), Ok(LOUISE));
        let stream = store::streams::StreamKey::contact(line.contact());
        let journal = store::streams::after(db, &app.tenant, &stream, 0, 100).await;
        let journal = journal.expect("a journal");
        assert!(journal.iter().all(|event| !event.body.contains("55 41")), "{journal:?}");
        line.on(Input::HungUp { leg: 0 }).await;
        assert!(matches!(state(&app, line.contact()).await.phase, Phase::WrappingUp { .. }));
        let accounts = store::calls::of_contact(db, &app.tenant, line.contact()).await.unwrap();
        assert_eq!(accounts[0].cause.as_deref(), Some("caller-hung-up"));
        let roles: Vec<&str> = accounts[0].legs.iter().map(|leg| leg.role.as_str()).collect();
        assert_eq!(roles, ["caller", "agent"]);
        assert!(accounts[0].legs.iter().all(|leg| leg.answered_at.is_some()));
        assert!(accounts[0].legs.iter().all(|leg| leg.ended_at.is_some()));
        assert_eq!(app.call_view(&mette, line.contact()).await.err(), Some(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_before_the_caller_is_there_and_a_number_of_nobody_is_no_contact() {
    on_both(async |db| {
        let app = furnished(db).await;
        let _exchange = Exchange::of(&app);
        let mette = scope(&app, METTE).await;
        be_ready(&app, &mette).await;
        let mut line = Line::arrives(&app, 7, FRONT_OFFICE, None).await;
        assert_eq!(app.dispatch().await, Ok(0));
        line.on(Input::NotConfirmed).await;
        let closed = state(&app, line.contact()).await.phase;
        assert!(matches!(closed, Phase::Closed { reason: CloseReason::Abandoned, .. }));
        let (call, at) = (Id::from_uuid(Uuid::from_u128(8)), app.now());
        let dialled = "+45 00 19 00 00".to_owned();
        let stranger = Happened::Arrived { call, dialled, caller: None, at };
        assert_eq!(app.hear(&stranger).await, Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn who_hangs_up_while_waiting_and_dials_again_soon_has_the_place_back_once() {
    on_both(async |db| {
        let app = furnished(db).await;
        let _exchange = Exchange::of(&app);
        for (n, dialled, number) in [(7, FRONT_OFFICE, "00195541"), (17, HOTLINE, "00195542")] {
            let abroad = format!("+45{number}");
            let mut first = Line::rings(&app, n, dialled, Some(&abroad)).await;
            let place = state(&app, first.contact()).await.place;
            first.on(Input::HungUp { leg: 0 }).await;
            app.clock.advance(2 * MINUTE);
            let mut again = Line::rings(&app, n + 1, dialled, Some(number)).await;
            let kept = state(&app, first.contact()).await;
            assert_eq!((&kept.phase, kept.place), (&Phase::Waiting, place), "{dialled}");
            again.on(Input::HungUp { leg: 0 }).await;
            Line::rings(&app, n + 2, dialled, Some(&abroad)).await;
            assert!(state(&app, first.contact()).await.is_closed(), "once, on {dialled}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_put_through_brings_its_note_and_the_receiver_reads_it_before_answering() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let person = jonas.person().expect("a person");
        let whom = AskWhom::Person { person };
        let note = "Louise, CPR 010203-1234, spørger om pas".to_owned();
        let consult = CallCommand::Consult { whom, note };
        assert!(app.contact(&jonas, line.contact()).await.is_ok(), "on duty for Frederikssund");
        app.command_call(&mette, line.contact(), consult).await.expect("asked");
        let target = Target::Person { person };
        assert_eq!(exchange.inputs(), [Input::Consult { target: target.clone() }]);
        line.on(Input::Consult { target }).await;
        let rings = app.desk(&jonas).await.expect("a desk").rings;
        assert_eq!((rings.len(), rings[0].warm, rings[0].up), (1, true, false));
        let note = rings[0].note.as_deref().expect("a note");
        assert!(note.starts_with("Louise") && !note.contains("1234"), "{note}");
        line.on(Input::Answered { leg: 2, on: Set::Browser }).await;
        line.on(Input::Complete).await;
        let taken = state(&app, line.contact()).await;
        assert_eq!((taken.owner(), taken.transfers), (jonas.person(), 1));
        let detail = app.contact(&jonas, line.contact()).await.expect("his");
        assert!(detail.notes[0].text.as_deref().expect("kept").starts_with("Louise"));
        let hold = app.command_call(&mette, line.contact(), CallCommand::Hold).await;
        assert_eq!(hold, Err(Problem::NotFound), "no longer hers");
    })
    .await;
}

#[tokio::test]
async fn an_agent_who_vanishes_loses_the_call_to_the_head_of_the_line() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, _) = talking(&app, &mut exchange).await;
        line.on(Input::AgentGone { person: mette.person().expect("hers") }).await;
        let back = state(&app, line.contact()).await;
        assert_eq!((&back.phase, back.owner()), (&Phase::Waiting, None));
        // The other way round: who ends the work with the contact ends the call.
        app.dispatch().await.expect("dispatched");
        let to = match state(&app, line.contact()).await.phase {
            Phase::Offered { to, .. } => to,
            other => panic!("{other:?}"),
        };
        let jonas = scope(&app, JONAS).await;
        let next = if mette.person() == Some(to) { mette } else { jonas };
        exchange.told();
        app.accept(&next, line.contact()).await.expect("taken");
        app.end_chat(&next, line.contact()).await.expect("ended");
        assert_eq!(exchange.inputs(), [Input::Taken { by: to }, Input::HangUp]);
    })
    .await;
}

#[tokio::test]
async fn only_listed_numbers_are_called_and_a_main_number_never() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, mette, _) = talking(&app, &mut exchange).await;
        let to = async |number: &str| {
            let whom = AskWhom::Number { number: number.to_owned() };
            let transfer = CallCommand::Transfer { whom, note: String::new() };
            app.command_call(&mette, line.contact(), transfer).await
        };
        for bad in ["+45 90 12 34 56", "+1 900 123 4567", "90123456", "", "sip:x@y", LOUISE] {
            assert_eq!(to(bad).await, Err(Problem::forbidden("number-not-listed")), "{bad}");
        }
        assert_eq!(to(MAIN).await, Err(Problem::forbidden("main-number")));
        for good in ["112", "114", "00129999", EMERGENCY] {
            assert_eq!(to(good).await, Ok(()), "{good}");
        }
        let called = exchange.inputs().into_iter().map(|input| match input {
            Input::Transfer { target: Target::Outside { number } } => number,
            other => panic!("{other:?}"),
        });
        assert_eq!(called.collect::<Vec<_>>(), ["112", "114", EMERGENCY, EMERGENCY]);
    })
    .await;
}

#[tokio::test]
async fn a_call_after_closing_time_is_dialled_at_five_past_eight_and_a_second_time_five_later() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        // Horsens has no evening duty: Wednesday 16:30.
        app.clock.advance(-(3 * HOUR + 45 * MINUTE));
        let mut line = Line::arrives(&app, 7, "+45 00 16 10 01", Some(LOUISE)).await;
        line.on(Input::Confirmed).await;
        // Told at once: no greeting promises a colleague.
        assert_eq!(exchange.inputs(), [Input::ClosedNow { voice_mail: true }]);
        line.on(Input::ClosedNow { voice_mail: true }).await;
        line.on(Input::Key { key: '1' }).await;
        line.on(Input::HungUp { leg: 0 }).await;
        let agent = app::demo::accounts()
            .into_iter()
            .find(|account| account.municipality == "horsens" && account.roles.contains(&"agent"))
            .expect("an agent of Horsens");
        let until = WEDNESDAY_2015 + (11 * HOUR + 45 * MINUTE);
        app.clock.advance((until - app.now()) + 4 * MINUTE);
        let agent = scope(&app, &agent.login).await;
        be_ready(&app, &agent).await;
        assert_eq!(app.dispatch().await, Ok(0), "8:04 is too early");
        app.clock.advance(MINUTE);
        for attempt in [1, 2] {
            be_ready(&app, &agent).await;
            for _ in 0..3 {
                if app.dispatch().await == Ok(1) {
                    break;
                }
                app.clock.advance(30_000);
            }
            exchange.told();
            app.accept(&agent, line.contact()).await.expect("taken");
            let orders = exchange.told();
            let [Order::CallBack { call, number, by }] = &orders[..] else {
                panic!("{attempt}: {orders:?}")
            };
            assert_eq!((number.as_str(), Some(*by)), (LOUISE, agent.person()));
            let (picture, effects) = Call::call_back(number.clone(), *by, app.now());
            let mut back = Line { app: &app, id: *call, call: picture };
            back.told(effects).await;
            back.on(Input::Answered { leg: 1, on: Set::Browser }).await;
            back.on(Input::Failed { leg: 0 }).await;
            assert_eq!(app.dispatch().await, Ok(0), "not at once again");
            app.clock.advance(5 * MINUTE);
        }
        let closed = state(&app, line.contact()).await.phase;
        assert!(matches!(closed, Phase::Closed { reason: CloseReason::Unreachable, .. }));
    })
    .await;
}

#[tokio::test]
async fn pressing_one_keeps_the_place_and_the_call_back_reaches_its_owner() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mut line = Line::rings(&app, 7, PENSION, Some(LOUISE)).await;
        let place = state(&app, line.contact()).await.place;
        line.on(Input::Key { key: '1' }).await;
        line.on(Input::Said).await;
        app.clock.advance(20 * MINUTE);
        app.sweep().await.expect("swept");
        let mette = scope(&app, METTE).await;
        be_ready(&app, &mette).await;
        app.dispatch().await.expect("dispatched");
        assert_eq!(state(&app, line.contact()).await.place, place);
        app.accept(&mette, line.contact()).await.expect("taken");
        let orders = exchange.told();
        let [Order::CallBack { call, number, by }] = &orders[..] else { panic!("{orders:?}") };
        let (picture, effects) = Call::call_back(number.clone(), *by, app.now());
        let mut back = Line { app: &app, id: *call, call: picture };
        back.told(effects).await;
        back.on(Input::Answered { leg: 1, on: Set::Browser }).await;
        back.on(Input::Answered { leg: 0, on: Set::Phone }).await;
        let reached = state(&app, line.contact()).await;
        assert_eq!((reached.owner(), reached.call_back), (mette.person(), None));
    })
    .await;
}

#[tokio::test]
async fn a_message_lies_in_the_inbox_with_a_deadline_until_retention_takes_its_sound() {
    on_both(async |db| {
        let app = furnished(db).await;
        let _exchange = Exchange::of(&app);
        app.clock.advance(2 * HOUR);
        let mut line = Line::rings(&app, 7, PENSION, Some(LOUISE)).await;
        line.on(Input::ClosedNow { voice_mail: true }).await;
        line.on(Input::Said).await;
        line.leaves_a_message().await;
        let reader = scope(&app, "torben@frederikssund.example").await;
        let inbox = app.inbox(&reader, None, None, InboxFilter::Open).await.expect("an inbox");
        let [errand] = &inbox.items[..] else { panic!("{:?}", inbox.items) };
        assert_eq!((errand.contact, errand.reply.as_str()), (line.contact(), "telephone"));
        assert_eq!(errand.voice_s, Some(1), "a second begun");
        let sound = app.errand_sound(&reader, errand.id).await;
        assert_eq!(sound.as_deref(), Ok(&b"RIFF sound"[..]));
        let mette = scope(&app, METTE).await;
        assert_eq!(app.errand_sound(&mette, errand.id).await, Err(Problem::NotFound));
        let left = state(&app, line.contact()).await;
        assert_eq!(left.hand_overs.len(), 1);
        assert!(matches!(left.phase, Phase::Closed { reason: CloseReason::LeftMessage, .. }));
        let id = errand.id;
        app.answer_errand(&reader, id, "Vi ringede til dig.").await.expect("answered");
        app.clock.advance(31 * 24 * HOUR);
        app.run_retention().await.expect("retention");
        let reader = scope(&app, "torben@frederikssund.example").await;
        assert_eq!(app.errand_sound(&reader, id).await, Err(Problem::NotFound));
        assert_eq!(app.errand(&reader, id).await.expect("kept without it").voice_s, None);
    })
    .await;
}

#[tokio::test]
async fn an_errand_is_answered_by_telephone_and_who_is_not_reached_keeps_the_promise() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        app.clock.advance(2 * HOUR);
        let mut line = Line::rings(&app, 7, PENSION, Some(LOUISE)).await;
        line.on(Input::ClosedNow { voice_mail: true }).await;
        line.on(Input::Said).await;
        line.leaves_a_message().await;
        let torben = scope(&app, "torben@frederikssund.example").await;
        let inbox = app.inbox(&torben, None, None, InboxFilter::Open).await.expect("an inbox");
        let (id, contact) = (inbox.items[0].id, line.contact());
        let mette = scope(&app, METTE).await;
        assert_eq!(app.call_errand(&mette, id).await, Err(Problem::NotFound));
        let refused = app.call_errand(&torben, id).await;
        assert_eq!(refused, Err(Problem::conflict("not-at-work")));
        be_ready(&app, &torben).await;
        for reached in [false, true] {
            exchange.told();
            assert_eq!(app.call_errand(&torben, id).await, Ok(contact));
            let orders = exchange.told();
            let [Order::CallBack { call, number, by }] = &orders[..] else { panic!("{orders:?}") };
            assert_eq!((number.as_str(), Some(*by)), (LOUISE, torben.person()));
            let again = app.call_errand(&torben, id).await;
            assert_eq!(again, Err(Problem::conflict("in-call")));
            let (picture, effects) = Call::call_back(number.clone(), *by, app.now());
            let mut out = Line { app: &app, id: *call, call: picture };
            out.told(effects).await;
            out.on(Input::Answered { leg: 1, on: Set::Browser }).await;
            let view = app.call_view(&torben, contact).await.expect("his call");
            assert_eq!((view.phase, view.dialled.as_str()), ("calling-back", ""));
            assert_eq!(app.callers_number(&torben, contact).await.as_deref(), Ok(LOUISE));
            let row = app.desk(&torben).await.expect("a desk").conversations;
            assert_eq!((row.len(), row[0].channel), (1, "call"));
            let last = if reached {
                out.on(Input::Answered { leg: 0, on: Set::Phone }).await;
                assert!(matches!(state(&app, contact).await.phase, Phase::Owned { .. }));
                Input::HungUp { leg: 0 }
            } else {
                Input::Failed { leg: 0 }
            };
            out.on(last).await;
            let over = state(&app, contact).await;
            assert!(matches!(over.phase, Phase::WrappingUp { .. }), "{reached}: {:?}", over.phase);
            app.wrap_up(&torben, contact, None, OutcomeKind::HandedOver).await.expect("said");
            let over = state(&app, contact).await;
            assert!(over.is_closed() && over.hand_overs.len() == 1);
        }
        let story = app.errand_with_story(&torben, id).await.expect("a story").story;
        let told = serde_json::to_string(&story).expect("json");
        assert_eq!(told.matches("call-out").count(), 2, "{told}");
        let page = app.entries(&citizen(&app, "louise"), Door::Work, contact, 0).await;
        assert!(page.is_err(), "a caller has no page");
        app.answer_errand(&torben, id, "Vi talte sammen.").await.expect("answered");
    })
    .await;
}

#[tokio::test]
async fn a_caller_joins_in_writing_by_a_code_that_opens_nothing_twice() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, mette, jonas) = talking(&app, &mut exchange).await;
        let id = line.contact();
        assert!(app.spoken_code(&jonas, id).await.is_err(), "another's call");
        let code = app.spoken_code(&mette, id).await.expect("a code");
        let (louise, stranger) = (citizen(&app, "louise"), citizen(&app, "stranger"));
        let wrong = Err(Problem::invalid("code", "code-wrong"));
        assert_eq!(app.join_in_writing(&louise, &m("soroe"), &code).await, wrong);
        let spoken = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(app.join_in_writing(&louise, &m("frederikssund"), &spoken).await, Ok(id));
        assert_eq!(app.join_in_writing(&stranger, &m("frederikssund"), &code).await, wrong);
        let say = app::chat::Say {
            message_id: Uuid::from_u128(3),
            text: "Inger Thorsø".to_owned(),
            article: None,
        };
        app.say(&louise, id, say).await.expect("said beside the voice");
        assert!(app.call_view(&mette, id).await.expect("her call").text);
        let page = app.own_chat(&louise, &m("frederikssund")).await.expect("read");
        assert!(page.expect("her call").by_telephone);
        let kept = app.end_chat(&louise, id).await;
        assert_eq!(kept, Err(Problem::conflict("call-goes-on")), "the page cuts no call");
        assert!(matches!(state(&app, id).await.phase, Phase::Owned { .. }));
        for _ in 0..6 {
            let _ = app.join_in_writing(&stranger, &m("frederikssund"), "000000").await;
        }
        let again = app.join_in_writing(&stranger, &m("frederikssund"), "000000").await;
        assert!(matches!(again, Err(Problem::TooMany { .. })), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn listening_needs_the_right_is_logged_and_the_agent_sees_it() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, jonas) = talking(&app, &mut exchange).await;
        let id = line.contact();
        let refused = app.supervise_call(&jonas, id, Ear::Listen).await;
        let not_hers = Problem::forbidden("not-your-role");
        assert_eq!(refused.as_ref(), Err(&not_hers));
        assert_eq!(app.live_calls(&jonas).await, Err(not_hers));
        let leader = app::demo::accounts().into_iter().find(|account| {
            account.municipality == "frederikssund" && account.roles.contains(&"leader")
        });
        let leader = scope(&app, &leader.expect("a leader").login).await;
        let [call] = &app.live_calls(&leader).await.expect("a list")[..] else { panic!("one") };
        assert_eq!((call.contact, call.agent.as_str()), (id, "Mette Lindholm"));
        assert!(call.supervisors.is_empty());
        let elsewhere = scope(&app, "bent@soroe.example").await;
        assert_eq!(app.live_calls(&elsewhere).await, Ok(vec![]), "another municipality's call");
        let henrik = scope(&app, "henrik@furesoe.example").await;
        assert!(app.supervise_call(&henrik, id, Ear::Listen).await.is_err());
        app.supervise_call(&leader, id, Ear::Listen).await.expect("her municipality's call");
        let person = leader.person().expect("a person");
        let input = Input::Supervise { person, ear: Ear::Listen };
        assert_eq!(exchange.inputs(), std::slice::from_ref(&input));
        line.on(input).await;
        let view = app.call_view(&mette, id).await.expect("her call");
        let ears: Vec<Option<Ear>> = view.legs.iter().map(|leg| leg.ear).collect();
        assert_eq!(ears, [None, None, Some(Ear::Listen)]);
        assert_eq!(view.legs[2].name.as_deref(), Some("Dorte Vang"));
        let listed = app.live_calls(&leader).await.expect("a list");
        assert!(listed[0].supervisors[0].me);
        assert!(app.call_view(&leader, id).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn earlier_contacts_are_shown_once_it_is_said_how_the_citizen_is_known() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut first, mette, jonas) = talking(&app, &mut exchange).await;
        first.on(Input::HungUp { leg: 0 }).await;
        let outcome = OutcomeKind::ClarifiedAtOnce;
        app.wrap_up(&mette, first.contact(), None, outcome).await.expect("wrapped up");
        app.clock.advance(MINUTE);
        for agent in [&mette, &jonas] {
            be_ready(&app, agent).await;
        }
        let again = Line::rings(&app, 8, FRONT_OFFICE, Some(LOUISE)).await;
        let stranger = Line::rings(&app, 9, FRONT_OFFICE, Some("+45 00 19 55 42")).await;
        let mut asked = Vec::new();
        for line in [&again, &stranger] {
            app.dispatch().await.expect("dispatched");
            let to = match state(&app, line.contact()).await.phase {
                Phase::Offered { to, .. } => to,
                other => panic!("{other:?}"),
            };
            let who = if mette.person() == Some(to) { &mette } else { &jonas };
            app.accept(who, line.contact()).await.expect("taken");
            let earlier = app.earlier_contacts(who, line.contact(), KnownBy::Agreed).await;
            asked.push(earlier.expect("asked"));
            let other = if mette.person() == Some(to) { &jonas } else { &mette };
            let refused = app.earlier_contacts(other, line.contact(), KnownBy::Asked).await;
            assert_eq!(refused, Err(Problem::forbidden("not-owner")));
        }
        let [one] = &asked[0][..] else { panic!("{:?}", asked[0]) };
        assert_eq!((one.channel, one.outcome), ("call", Some("clarified-at-once")));
        assert_eq!(asked[1], [], "another number's");
        let rasmus = scope(&app, "rasmus@frederikssund.example").await;
        let subject = Some(format!("contact/{}", again.contact()));
        let query = AuditQuery { subject, ..AuditQuery::default() };
        let log = app.audit_log(&rasmus, &m("frederikssund"), query).await.expect("a log").items;
        let said = log.iter().find(|line| line.action == "read-earlier").expect("logged");
        assert_eq!(said.purpose, "citizen-agreed");
        // What the municipality does not keep is not shown, before it is deleted too.
        let none = r#"{"common":{"text_days":0,"record_months":24},"shorter":{}}"#;
        let mut tx = db.begin().await.expect("a transaction");
        store::settings::set(&mut tx, &app.tenant, "retention", none).await.expect("set");
        tx.commit().await.expect("committed");
        let owner = state(&app, again.contact()).await.owner();
        let who = if mette.person() == owner { &mette } else { &jonas };
        let earlier = app.earlier_contacts(who, again.contact(), KnownBy::MitId).await;
        assert_eq!(earlier, Ok(vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_desk_telephone_has_a_secret_of_its_own_and_only_its_owner_revokes_it() {
    on_both(async |db| {
        let app = furnished(db).await;
        let (mette, jonas) = (scope(&app, METTE).await, scope(&app, JONAS).await);
        let away = Problem::Unavailable { code: "telephone-away" };
        assert_eq!(app.add_device(&mette, "Kontor", false).await, Err(away));
        let _exchange = Exchange::of(&app);
        let made = app.add_device(&mette, "Kontor", true).await.expect("made");
        assert_eq!((made.secret.len(), made.registrar.as_str()), (20, "sip.straks.example"));
        let listed = app.my_devices(&mette).await.expect("a list");
        assert_eq!((listed.len(), listed[0].weak, made.device.weak), (1, true, false));
        let known = app.numbering().await.expect("numbers").devices;
        assert_eq!((known.len(), known[0].secrets.ends_with(":true:20")), (1, true));
        assert_eq!(app.revoke_device(&jonas, made.device.id).await, Err(Problem::NotFound));
        app.revoke_device(&mette, made.device.id).await.expect("revoked");
        assert!(app.numbering().await.expect("numbers").devices.is_empty());
    })
    .await;
}

#[tokio::test]
async fn calls_that_ended_with_the_program_leave_no_contact_open() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, mette, _) = talking(&app, &mut exchange).await;
        let next = furnished(db).await;
        let _exchange = Exchange::of(&next);
        let (_happened, receiver) = mpsc::unbounded_channel();
        let stop = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(next.clone().run_calls(receiver, stop.clone()));
        let id = line.contact();
        comes(async || matches!(state(&next, id).await.phase, Phase::WrappingUp { .. })).await;
        stop.cancel();
        running.await.expect("ended");
        let left = state(&next, id).await;
        assert!(matches!(left.phase, Phase::WrappingUp { by, .. } if Some(by) == mette.person()));
        let accounts = store::calls::of_contact(db, &app.tenant, id).await.unwrap();
        assert_eq!(accounts[0].cause.as_deref(), Some("program-ended"));
    })
    .await;
}
