use app::login::Browser;
use base::scope::Ground;
use base::{Problem, Right};
use testkit::on_both;

use crate::house::{HOUR, MINUTE, browser, empty, furnished, m, scope, token};

const METTE: &str = "mette@furesoe.example";

#[tokio::test]
async fn duty_opens_frederikssund_on_wednesday_evening_and_closes_it_at_ten() {
    on_both(async |database| {
        let app = furnished(database).await;
        let token = token(&app, METTE).await;
        let now = app.scope_of(&token).await.expect("signed in");
        let to_frederikssund = now.allows(Right::WorkContacts, &m("frederikssund"), None);
        assert_eq!(to_frederikssund, Some(Ground::Duty));
        assert_eq!(now.allows(Right::WorkContacts, &m("horsens"), None), None);
        assert!(now.until - app.now() <= 105 * MINUTE, "derived anew at 22:00 at the latest");
        app.clock.advance(45 * MINUTE);
        app.scope_of(&token).await.expect("still signed in");
        app.clock.advance(60 * MINUTE - 1);
        let last = app.scope_of(&token).await.expect("still signed in");
        assert!(last.allows(Right::WorkContacts, &m("soroe"), None).is_some());
        assert_eq!(last.until - app.now(), 1);
        app.clock.advance(1);
        let after = app.scope_of(&token).await.expect("still signed in");
        for other in ["frederikssund", "fredensborg", "holbaek", "soroe"] {
            assert!(!after.reach.iter().any(|reach| reach.municipality == m(other)), "{other}");
        }
        assert!(!after.municipalities(Right::WorkContacts).is_empty(), "her own stays");
    })
    .await;
}

#[tokio::test]
async fn wrong_password_unknown_login_and_removed_person_look_alike() {
    on_both(async |database| {
        let app = furnished(database).await;
        let admin = scope(&app, "admin@furesoe.example").await;
        let amina = scope(&app, "amina@furesoe.example").await.person().expect("a person");
        let accounts = app::demo::accounts();
        let of_amina = accounts.iter().find(|a| a.login.starts_with("amina")).expect("amina");
        app.deactivate(&admin, amina).await.expect("removed");
        let wrong = Err(Problem::forbidden("wrong-login"));
        for (login, password) in [
            (METTE, "not her password"),
            ("nobody@furesoe.example", "not her password"),
            ("", ""),
            ("a b\n", "x"),
            (of_amina.login.as_str(), of_amina.password.as_str()),
        ] {
            let outcome = app.sign_in(login, password, &browser()).await.map(|_| ());
            assert_eq!(outcome, wrong, "{login:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slow_for_a_login_and_for_an_address_and_ends_after_a_while() {
    on_both(async |database| {
        let app = furnished(database).await;
        let from = |n: usize| Browser { name: String::new(), address: format!("198.51.100.{n}") };
        for n in 0..10 {
            let outcome = app.sign_in(METTE, "guess", &from(n)).await.map(|_| ());
            assert_eq!(outcome, Err(Problem::forbidden("wrong-login")));
        }
        let accounts = app::demo::accounts();
        let right = accounts.iter().find(|a| a.login == METTE).expect("mette");
        let outcome = app.sign_in(METTE, &right.password, &from(20)).await.map(|_| ());
        assert_eq!(outcome, Err(Problem::TooMany { retry_after_s: 900 }));
        // Others are not in her way, until one address has tried too many of them.
        for n in 0..60 {
            let login = format!("nobody{n}@furesoe.example");
            let outcome = app.sign_in(&login, "guess", &from(30)).await.map(|_| ());
            assert_eq!(outcome, Err(Problem::forbidden("wrong-login")));
        }
        let outcome = app.sign_in("one-more@furesoe.example", "guess", &from(30)).await;
        assert!(matches!(outcome, Err(Problem::TooMany { .. })));
        app.clock.advance(15 * MINUTE);
        app.sign_in(METTE, &right.password, &from(20)).await.expect("her turn again");
    })
    .await;
}

#[tokio::test]
async fn those_who_know_their_passwords_are_not_counted_against_their_town_hall() {
    on_both(async |database| {
        let app = furnished(database).await;
        for _ in 0..70 {
            token(&app, METTE).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_ends_after_an_idle_hour_and_after_half_a_day_whatever_is_done() {
    on_both(async |database| {
        let app = furnished(database).await;
        let idle = token(&app, METTE).await;
        app.clock.advance(60 * MINUTE);
        assert_eq!(app.scope_of(&idle).await, Err(Problem::SignedOut));
        let busy = token(&app, METTE).await;
        for _ in 0..14 {
            app.clock.advance(50 * MINUTE);
            app.scope_of(&busy).await.expect("in use");
        }
        app.clock.advance(20 * MINUTE);
        assert_eq!(app.scope_of(&busy).await, Err(Problem::SignedOut));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_sign_in_is_worth_nothing_and_the_bell_has_rung() {
    on_both(async |database| {
        let app = furnished(database).await;
        let (one, other) = (token(&app, METTE).await, token(&app, METTE).await);
        let mine = app.scope_of(&one).await.expect("signed in");
        let mut bell = app.bus.listen();
        let logins = app.logins(&mine, &one).await.expect("her sign-ins");
        assert_eq!(logins.iter().filter(|login| login.current).count(), 1);
        let theirs = logins.iter().find(|login| !login.current).expect("the other");
        // Somebody else's sign-in looks like one that never was.
        let jonas = scope(&app, "jonas@furesoe.example").await;
        assert_eq!(app.revoke(&jonas, theirs.id).await, Err(Problem::NotFound));
        app.scope_of(&other).await.expect("still good");
        app.revoke(&mine, theirs.id).await.expect("revoked");
        assert_eq!(app.scope_of(&other).await, Err(Problem::SignedOut));
        app.scope_of(&one).await.expect("this one stays");
        let agent = format!("agent/{}", mine.person().expect("a person"));
        assert!(crate::house::hears(&mut bell, &[&agent]).await, "open sockets hear of it");
        app.sign_out(&one).await.expect("out");
        app.sign_out(&one).await.expect("and again");
        app.sign_out("no token at all").await.expect("and for nobody");
        assert_eq!(app.scope_of(&one).await, Err(Problem::SignedOut));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_signs_every_browser_out() {
    on_both(async |database| {
        let app = furnished(database).await;
        let old = token(&app, METTE).await;
        let mine = app.scope_of(&old).await.expect("signed in");
        let accounts = app::demo::accounts();
        let known = &accounts.iter().find(|a| a.login == METTE).expect("mette").password;
        let new = "en helt ny sætning";
        let refused = app.change_password(&mine, "a guess", new).await;
        assert_eq!(refused, Err(Problem::forbidden("wrong-login")));
        let short = app.change_password(&mine, known, "kort").await;
        assert!(matches!(short, Err(Problem::Invalid { code: "password-short", .. })));
        app.change_password(&mine, known, new).await.expect("changed");
        assert_eq!(app.scope_of(&old).await, Err(Problem::SignedOut));
        let again = app.sign_in(METTE, new, &browser()).await.expect("with the new one").token;
        // Who has forgotten it asks the own administrator, and nobody else's.
        let mette = mine.person().expect("a person");
        let given = "en sætning fra administrator";
        let of_another = scope(&app, "admin@soroe.example").await;
        let refused = app.set_password(&of_another, mette, given).await;
        assert_eq!(refused, Err(Problem::NotFound));
        let admin = scope(&app, "admin@furesoe.example").await;
        let own = app.set_password(&admin, admin.person().expect("a person"), given).await;
        assert_eq!(own, Err(Problem::forbidden("own-password")));
        app.set_password(&admin, mette, given).await.expect("given");
        assert_eq!(app.scope_of(&again).await, Err(Problem::SignedOut));
        app.sign_in(METTE, given, &browser()).await.expect("with the one that was given");
        assert_eq!(app.person_of_login(" Mette@furesoe.example").await, Ok(mette));
        assert_eq!(app.person_of_login("nobody@furesoe.example").await, Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn the_log_tells_of_sign_ins_and_of_refusals_and_holds_no_secret() {
    on_both(async |database| {
        let app = furnished(database).await;
        let token = token(&app, METTE).await;
        let _ = app.sign_in(METTE, "guess", &browser()).await;
        let page = store::audit::list(
            database,
            &app.tenant,
            &store::audit::Wanted { from: Some(app.now()), ..Default::default() },
            None,
            500,
        )
        .await
        .expect("the log");
        let actions: Vec<&str> = page.items.iter().map(|e| e.action.as_str()).collect();
        assert!(actions.contains(&"signed-in") && actions.contains(&"sign-in-refused"));
        let text = format!("{page:?}");
        assert!(!text.contains(&token) && !text.contains("guess"));
    })
    .await;
}

#[tokio::test]
async fn the_first_administrator_is_made_without_a_demo_and_can_sign_in() {
    on_both(async |database| {
        let app = empty(database, false);
        app.import(crate::house::collection()).await.expect("content");
        let new = app::people::NewPerson {
            login: "Chef@Furesoe.dk".to_owned(),
            name: "Ida Holm".to_owned(),
            home: m("furesoe"),
            password: "en ret lang sætning".to_owned(),
            languages: vec![],
            capacity: None,
        };
        app.create_administrator(new.clone()).await.expect("made");
        assert_eq!(app.create_administrator(new).await, Err(Problem::conflict("login-taken")));
        let in_ = app.sign_in("chef@furesoe.dk", "en ret lang sætning", &browser()).await;
        let scope = app.scope_of(&in_.expect("in").token).await.expect("a scope");
        assert!(scope.allows(Right::ManagePeople, &m("furesoe"), None).is_some());
        assert!(scope.allows(Right::ManagePeople, &m("soroe"), None).is_none());
        assert_eq!(app.advance(HOUR).await, Err(Problem::forbidden("demo-only")));
        let seeded = app.seed(crate::house::collection()).await;
        assert_eq!(seeded, Err(Problem::forbidden("demo-only")));
    })
    .await;
}
