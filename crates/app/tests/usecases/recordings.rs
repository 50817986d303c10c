//! Conversations that are recorded, and who may hear them; recordings that callers hear; and the mail to
//! who could not be called back.

use std::sync::Mutex;

use app::App;
use app::audit::AuditQuery;
use app::calls::{CallCommand, ListenReason, Order, RecordingRule};
use app::contacts::Door;
use app::hand_overs::NewHandOver;
use app::jobs::{MailFacts, MailKind};
use base::{Id, Problem, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rules::calls::{Call, Happened, Input, Keep, RecordingStep, Set};
use rules::contacts::ReplyWay;
use sound::wav;
use testkit::on_both;
use uuid::Uuid;

use crate::exchange::{Exchange, FRONT_OFFICE, LOUISE, Line, METTE, be_ready, talking};
use crate::house::{HOUR, MINUTE, citizen, comes, furnished, m, scope};

const DAY: i64 = 24 * HOUR;
/// Frederikssund's security officer and leader.
const RASMUS: &str = "rasmus@frederikssund.example";
const DORTE: &str = "dorte@frederikssund.example";

/// Calls of Frederikssund may be recorded, and are kept for a week.
async fn allow(app: &App) {
    let rule = RecordingRule { municipality: m("frederikssund"), allowed: true, days: 7 };
    let rasmus = scope(app, RASMUS).await;
    app.set_recording_rule(&rasmus, rule).await.expect("his municipality's");
}

/// A minute of what Mette and the citizen said is there, and the call is over.
async fn recorded<'a>(app: &'a App, exchange: &mut Exchange) -> (Line<'a>, Scope, Scope) {
    allow(app).await;
    let (mut line, mette, jonas) = talking(app, exchange).await;
    line.on(Input::Record { step: RecordingStep::Started }).await;
    line.on(Input::Said).await;
    let (call, from) = (line.id, app.now());
    app.clock.advance(MINUTE);
    let by = mette.person().expect("a person");
    let (keep, audio) = (Keep::Conversation { by }, b"RIFF both".to_vec());
    let kept = Happened::Kept { call, keep, audio, from, at: app.now() };
    app.hear(&kept).await.expect("kept");
    line.on(Input::HungUp { leg: 0 }).await;
    (line, mette, jonas)
}

#[tokio::test]
async fn a_conversation_is_recorded_where_that_is_allowed_and_everybody_in_it_sees_so() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (mut line, mette, _) = talking(&app, &mut exchange).await;
        let id = line.contact();
        let record = |step| app.command_call(&mette, id, CallCommand::Record(step));
        let view = || async { app.call_view(&mette, id).await.expect("her call") };
        assert!(!view().await.may_record, "off by default");
        let refused = Err(Problem::forbidden("recording-not-allowed"));
        assert_eq!(record(RecordingStep::Started).await, refused);
        let louise = citizen(&app, "louise");
        let code = app.spoken_code(&mette, id).await.expect("a code");
        app.join_in_writing(&louise, &m("frederikssund"), &code).await.expect("joined");
        allow(&app).await;
        assert!(view().await.may_record);
        for (step, input) in [
            (Some(RecordingStep::Started), Input::Record { step: RecordingStep::Started }),
            (None, Input::Said),
            (None, Input::Hold),
            (None, Input::Resume),
            (Some(RecordingStep::Paused), Input::Record { step: RecordingStep::Paused }),
        ] {
            if let Some(step) = step {
                record(step).await.expect("possible");
                assert_eq!(exchange.inputs(), std::slice::from_ref(&input));
            }
            line.on(input.clone()).await;
            let seen = view().await;
            let state = match input {
                Input::Said | Input::Resume => "on",
                Input::Hold => "waiting",
                Input::Record { step: RecordingStep::Paused } => "paused",
                _ => "announced",
            };
            let recording = seen.recording.expect("a recording");
            assert_eq!((recording.state, recording.name.as_str()), (state, "Mette Lindholm"));
            assert!(recording.me && !seen.may_record);
        }
        let too_late = Err(Problem::conflict("recording-not-now"));
        assert_eq!(record(RecordingStep::Started).await, too_late);
        // A leader who listens sees it too.
        let leader = scope(&app, DORTE).await;
        let person = leader.person().expect("a person");
        let ear = rules::calls::Ear::Listen;
        line.on(Input::Supervise { person, ear }).await;
        let seen = app.call_view(&leader, id).await.expect("in the call");
        assert!(!seen.recording.expect("a recording").me);
        line.on(Input::HungUp { leg: 0 }).await;
        let stream = store::streams::StreamKey::contact(id);
        let journal = store::streams::after(db, &app.tenant, &stream, 0, 100).await;
        let steps: Vec<String> = journal
            .expect("a journal")
            .into_iter()
            .filter(|event| event.kind == "recording")
            .map(|event| event.body)
            .collect();
        for (body, step) in steps.iter().zip(["started", "paused", "ended"]) {
            assert!(body.contains(step), "{body}");
        }
        assert_eq!(steps.len(), 3, "{steps:?}");
        // They are lines of the story for staff, and not for a citizen who writes beside the voice.
        let told = app.entries(&mette, Door::Work, id, 0).await.expect("hers");
        let told = serde_json::to_string(&told.entries).expect("json");
        let places = ["call-recorded", "call-record-paused", "call-record-ended"]
            .map(|code| told.find(code).expect(code));
        assert!(places.is_sorted(), "{told}");
        let told = app.entries(&louise, Door::Work, id, 0).await.expect("she has joined");
        let told = serde_json::to_string(&told.entries).expect("json");
        assert!(told.contains("accepted") && !told.contains("call-record"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn only_the_security_officer_allows_it_and_nobody_keeps_longer() {
    on_both(async |db| {
        let app = furnished(db).await;
        let rule = |days| RecordingRule { municipality: m("frederikssund"), allowed: true, days };
        for login in [DORTE, METTE, "ulla@furesoe.example"] {
            let who = scope(&app, login).await;
            assert!(app.set_recording_rule(&who, rule(7)).await.is_err(), "{login}");
        }
        let rasmus = scope(&app, RASMUS).await;
        let unsaid = RecordingRule { allowed: false, ..rule(30) };
        assert_eq!(app.recording_rules(&rasmus).await, Ok(vec![unsaid]));
        for days in [0, 31] {
            let refused = app.set_recording_rule(&rasmus, rule(days)).await;
            assert!(matches!(refused, Err(Problem::Invalid { field: "days", .. })), "{days}");
        }
        allow(&app).await;
        assert_eq!(app.recording_rules(&rasmus).await, Ok(vec![rule(7)]));
    })
    .await;
}

#[tokio::test]
async fn its_agent_hears_a_recording_and_a_leader_with_a_reason_and_each_time_is_logged() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, mette, jonas) = recorded(&app, &mut exchange).await;
        let id = line.contact();
        let listed = app.recordings(&mette, Some(id)).await.expect("hers");
        let [own] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!((own.seconds, own.needs_reason, own.by.as_str()), (60, false, "Mette Lindholm"));
        assert_eq!(own.kept_until, app.now() + 7 * DAY);
        let heard = app.recording_sound(&mette, own.id, None).await;
        assert_eq!(heard.as_deref(), Ok(&b"RIFF both"[..]));
        // Nobody else of the office, and no leader of another municipality.
        for login in ["steen@fredensborg.example", "bent@soroe.example", "henrik@furesoe.example"] {
            let Some(_) = app::demo::accounts().iter().find(|account| account.login == login)
            else {
                continue;
            };
            let other = scope(&app, login).await;
            assert_eq!(app.recordings(&other, None).await, Ok(vec![]), "{login}");
            let reason = Some(ListenReason::Quality);
            assert!(app.recording_sound(&other, own.id, reason).await.is_err(), "{login}");
        }
        assert!(app.recordings(&jonas, Some(id)).await.is_err());
        assert!(app.recording_sound(&jonas, own.id, None).await.is_err());
        let leader = scope(&app, DORTE).await;
        let listed = app.recordings(&leader, None).await.expect("her municipality's");
        assert!(listed[0].needs_reason && listed[0].id == own.id);
        let refused = app.recording_sound(&leader, own.id, None).await;
        assert_eq!(refused, Err(Problem::invalid("reason", "reason-missing")));
        let reason = Some(ListenReason::Complaint);
        app.recording_sound(&leader, own.id, reason).await.expect("heard");
        let rasmus = scope(&app, RASMUS).await;
        let log = app.audit_log(&rasmus, &m("frederikssund"), AuditQuery::default()).await;
        let log = log.expect("his log").items.into_iter();
        let mut heard: Vec<(String, String)> = log
            .filter(|line| line.action == "listen-recording")
            .map(|line| (line.name.unwrap_or_default(), line.purpose))
            .collect();
        heard.sort();
        let said = |name: &str, purpose: &str| (name.to_owned(), purpose.to_owned());
        assert_eq!(
            heard,
            [said("Dorte Vang", "complaint"), said("Mette Lindholm", "citizen-service")]
        );
    })
    .await;
}

#[tokio::test]
async fn a_recording_goes_after_its_own_days_and_with_what_the_citizen_has_erased() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, _, _) = recorded(&app, &mut exchange).await;
        let kept = || store::recordings::of_contact(db, &app.tenant, line.contact());
        app.clock.advance(7 * DAY);
        assert_eq!(app.run_retention().await.expect("run").recordings, 0);
        app.clock.advance(1);
        let removed = app.run_retention().await.expect("run");
        assert_eq!((removed.recordings, removed.texts), (1, 0));
        assert_eq!(kept().await.expect("read"), []);
    })
    .await;
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let (line, _, _) = recorded(&app, &mut exchange).await;
        let rasmus = scope(&app, RASMUS).await;
        let erased = app.erase(&rasmus, line.contact()).await.expect("erased");
        assert_eq!(erased.recordings, 1);
        let dorte = scope(&app, DORTE).await;
        assert_eq!(app.recordings(&dorte, None).await, Ok(vec![]));
    })
    .await;
}

#[tokio::test]
async fn the_administrator_records_what_callers_hear_and_the_exchange_is_given_it() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let leader = scope(&app, DORTE).await;
        let file = |sound: &[u8]| STANDARD.encode(wav::write(sound, None));
        let greeting = "da/greeting";
        let refused = app.set_prompt(&leader, greeting, &file(&[7; 800])).await;
        assert_eq!(refused, Err(Problem::forbidden("not-your-role")));
        let admin = scope(&app, "admin@furesoe.example").await;
        let mut wide = wav::write(&[7; 800], None);
        // 16,000 samples a second.
        wide[24..28].copy_from_slice(&16_000_u32.to_le_bytes());
        for (wrong, code, limit) in [
            ("no base64".to_owned(), "not-wav", None),
            (STANDARD.encode("MP3"), "not-wav", None),
            (STANDARD.encode(wide), "wrong-format", None),
            (file(&[]), "empty", None),
            (file(&vec![7; 60 * 8_000 + 1]), "recording-too-long", Some(60)),
        ] {
            let refused = app.set_prompt(&admin, greeting, &wrong).await;
            assert_eq!(refused, Err(Problem::Invalid { field: "sound", code, limit }));
        }
        app.set_prompt(&admin, greeting, &file(&[6; 800])).await.expect("recorded");
        app.set_prompt(&admin, greeting, &file(&[7; 12_000])).await.expect("and anew");
        let own = app.own_prompts(&admin).await.expect("a list");
        assert_eq!((own.len(), own[greeting].seconds), (1, 2));
        let heard = app.prompt_sound(&admin, greeting).await.expect("a file");
        assert_eq!(wav::read(&heard).expect("a file").sound, [7; 12_000]);
        let stop = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(app.clone().keep_telling(stop.clone()));
        let mut given = None;
        comes(async || {
            given = exchange.told().into_iter().find_map(|order| match order {
                Order::Speak(recordings) => Some(recordings),
                _ => None,
            });
            given.is_some()
        })
        .await;
        stop.cancel();
        running.await.expect("stopped");
        assert_eq!(given.expect("told")[greeting], [7; 12_000]);
        app.remove_prompt(&admin, greeting).await.expect("the machine speaks again");
        assert_eq!(app.remove_prompt(&admin, greeting).await, Err(Problem::NotFound));
        assert_eq!(app.prompt_sound(&admin, greeting).await, Err(Problem::NotFound));
    })
    .await;
}

static WRITTEN: Mutex<Vec<MailFacts>> = Mutex::new(Vec::new());

fn write(facts: &MailFacts) -> (String, String) {
    WRITTEN.lock().expect("whole").push(facts.clone());
    (String::new(), String::new())
}

#[tokio::test]
async fn who_could_not_be_called_back_is_written_to_at_the_address_they_gave() {
    on_both(async |db| {
        let app = furnished(db).await;
        let mut exchange = Exchange::of(&app);
        let mette = scope(&app, METTE).await;
        let mut line = Line::rings(&app, 7, FRONT_OFFICE, Some(LOUISE)).await;
        let id = line.contact();
        line.on(Input::Key { key: '1' }).await;
        line.on(Input::HungUp { leg: 0 }).await;
        for attempt in 0..2_u128 {
            be_ready(&app, &mette).await;
            app.dispatch().await.expect("dispatched");
            app.accept(&mette, id).await.expect("taken");
            if attempt == 0 {
                let errand = NewHandOver {
                    id: Id::from_uuid(Uuid::from_u128(70)),
                    municipality: m("frederikssund"),
                    department: "borgerservice".parse().expect("a key"),
                    deadline: None,
                    reply: ReplyWay::Email,
                    address: Some("louise@post.example".to_owned()),
                    note: String::new(),
                };
                app.hand_over(&mette, id, errand).await.expect("handed over");
            }
            let orders = exchange.told();
            let Some(Order::CallBack { call, number, by }) = orders.last() else {
                panic!("{orders:?}")
            };
            let (picture, effects) = Call::call_back(number.clone(), *by, app.now());
            let mut back = Line { app: &app, id: *call, call: picture };
            back.told(effects).await;
            back.on(Input::Answered { leg: 1, on: Set::Browser }).await;
            back.on(Input::Failed { leg: 0 }).await;
            app.clock.advance(5 * MINUTE);
        }
        WRITTEN.lock().expect("whole").clear();
        let runner = work::Runner::new(app.database.clone(), app.tenant.clone(), app.clock.clone());
        let stop = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(app.register_jobs(runner, write).run(stop.clone()));
        let told = || {
            let written = WRITTEN.lock().expect("whole");
            written.iter().find(|mail| mail.what == MailKind::Unreached).cloned()
        };
        comes(async || told().is_some()).await;
        stop.cancel();
        running.await.expect("stopped");
        let mail = told().expect("a mail");
        assert_eq!(
            (mail.to.as_str(), mail.municipality.as_str()),
            ("louise@post.example", "Frederikssund")
        );
    })
    .await;
}
