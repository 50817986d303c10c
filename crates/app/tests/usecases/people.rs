use std::collections::BTreeSet;

use app::people::NewPerson;
use base::scope::Departments;
use base::{Language, Problem, Right};
use rules::people::{Role, RoleGrant};
use testkit::on_both;

use crate::house::{furnished, m, scope, token};

fn grant(role: Role, municipality: &str) -> RoleGrant {
    RoleGrant { role, municipality: m(municipality), departments: Departments::All }
}

fn somebody(login: &str, home: &str) -> NewPerson {
    NewPerson {
        login: login.to_owned(),
        name: "Ny Kollega".to_owned(),
        home: m(home),
        password: "et langt første kodeord".to_owned(),
        languages: vec![Language::Da],
        capacity: None,
    }
}

#[tokio::test]
async fn me_tells_whom_one_answers_for_tonight() {
    on_both(async |database| {
        let app = furnished(database).await;
        let me = app.me(&scope(&app, "mette@furesoe.example").await).await.expect("me");
        assert_eq!(
            (me.person.name.as_str(), me.person.initials.as_str()),
            ("Mette Lindholm", "ML")
        );
        assert!(me.duty.on);
        assert_eq!(me.duty.serving, Some(m("furesoe")));
        let five = ["fredensborg", "frederikssund", "furesoe", "holbaek", "soroe"];
        assert_eq!(me.duty.answers_for, five.map(m));
        assert_eq!(me.municipalities.len(), 5);
        assert!(me.municipalities.iter().all(|tag| tag.colour.starts_with('#')));
        assert_eq!(me.presence.state, "offline");
        assert!(me.rights.contains(&Right::WorkContacts) && !me.rights.contains(&Right::PlanDuty));
        assert!(me.demo);
        let hanne = app.me(&scope(&app, "hanne@frederikssund.example").await).await.expect("me");
        assert!(!hanne.duty.on && hanne.duty.answers_for.is_empty());
        assert_eq!(hanne.municipalities.len(), 1);
        assert!(hanne.rights.contains(&Right::WorkInbox));
        let citizen = crate::house::citizen(&app, "a");
        assert_eq!(app.me(&citizen).await.map(|_| ()), Err(Problem::SignedOut));
    })
    .await;
}

#[tokio::test]
async fn an_administrator_gives_nothing_above_or_beside_the_own_municipality() {
    on_both(async |database| {
        let app = furnished(database).await;
        let admin = scope(&app, "admin@frederikssund.example").await;
        let own = scope(&app, "lone@frederikssund.example").await.person().expect("lone");
        let foreign = scope(&app, "mette@furesoe.example").await.person().expect("mette");
        let me = admin.person().expect("me");
        let above =
            app.grant_role(&admin, own, grant(Role::ConsortiumAdministrator, "frederikssund"));
        assert_eq!(above.await, Err(Problem::forbidden("above-own-rights")));
        let beside = app.grant_role(&admin, own, grant(Role::Agent, "furesoe"));
        assert_eq!(beside.await, Err(Problem::NotFound));
        let theirs = app.grant_role(&admin, foreign, grant(Role::Agent, "frederikssund"));
        assert_eq!(theirs.await, Err(Problem::NotFound));
        let oneself = app.grant_role(&admin, me, grant(Role::SecurityOfficer, "frederikssund"));
        assert_eq!(oneself.await, Err(Problem::forbidden("own-roles")));
        assert_eq!(app.deactivate(&admin, foreign).await, Err(Problem::NotFound));
        let agent = scope(&app, "lone@frederikssund.example").await;
        let by_agent = app.grant_role(&agent, me, grant(Role::Editor, "frederikssund"));
        assert_eq!(by_agent.await, Err(Problem::forbidden("not-your-role")));
        let unknown = RoleGrant {
            role: Role::Agent,
            municipality: m("frederikssund"),
            departments: Departments::Only(BTreeSet::from([base::DepartmentKey::new(
                "anden-myndighed",
            )
            .expect("a key")])),
        };
        let unknown = app.grant_role(&admin, own, unknown).await;
        assert_eq!(unknown, Err(Problem::invalid("departments", "department-unknown")));
        // The consortium's administrator may make another one.
        let chief = scope(&app, "admin@furesoe.example").await;
        app.grant_role(&chief, foreign, grant(Role::ConsortiumAdministrator, "furesoe"))
            .await
            .expect("equal rights");
    })
    .await;
}

#[tokio::test]
async fn a_revoked_role_closes_what_it_opened_and_leaves_the_rest() {
    on_both(async |database| {
        let app = furnished(database).await;
        let token = token(&app, "mette@furesoe.example").await;
        let before = app.scope_of(&token).await.expect("signed in");
        assert!(before.allows(Right::WorkContacts, &m("soroe"), None).is_some());
        let admin = scope(&app, "admin@furesoe.example").await;
        let mette = before.person().expect("mette");
        app.revoke_role(&admin, mette, Role::Agent, &m("furesoe")).await.expect("revoked");
        let after = app.scope_of(&token).await.expect("still signed in");
        assert!(after.reach.is_empty(), "duty without a role opens nothing");
        let again = app.revoke_role(&admin, mette, Role::Agent, &m("furesoe")).await;
        assert_eq!(again, Err(Problem::NotFound));
        app.grant_role(&admin, mette, grant(Role::Agent, "furesoe")).await.expect("given back");
        let back = app.scope_of(&token).await.expect("still signed in");
        assert!(back.allows(Right::WorkContacts, &m("soroe"), None).is_some());
    })
    .await;
}

#[tokio::test]
async fn a_removed_person_loses_everything_at_once_and_keeps_the_name() {
    on_both(async |database| {
        let app = furnished(database).await;
        let token = token(&app, "jonas@furesoe.example").await;
        let jonas = app.scope_of(&token).await.expect("signed in").person().expect("jonas");
        let admin = scope(&app, "admin@furesoe.example").await;
        app.deactivate(&admin, jonas).await.expect("removed");
        assert_eq!(app.scope_of(&token).await, Err(Problem::SignedOut));
        let planner = scope(&app, "birgit@furesoe.example").await;
        let people = app.people(&planner, &m("furesoe")).await.expect("the people");
        let view = people.iter().find(|person| person.id == jonas).expect("jonas");
        assert!(!view.active && view.roles.is_empty());
        assert_eq!(view.name, "Jonas Bach");
    })
    .await;
}

#[tokio::test]
async fn people_are_listed_for_their_planners_and_administrators_only() {
    on_both(async |database| {
        let app = furnished(database).await;
        for may in ["birgit@furesoe.example", "admin@furesoe.example"] {
            let scope = scope(&app, may).await;
            let people = app.people(&scope, &m("furesoe")).await.expect("the list");
            assert!(people.len() >= 9 && people.iter().all(|p| p.home == m("furesoe")));
            assert!(app.people(&scope, &m("soroe")).await.is_err());
        }
        // On duty for Sorø is not enough, and neither is the own municipality.
        let mette = scope(&app, "mette@furesoe.example").await;
        assert!(app.people(&mette, &m("soroe")).await.is_err());
        assert!(app.people(&mette, &m("furesoe")).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_new_person_has_bounds_and_a_login_of_its_own() {
    on_both(async |database| {
        let app = furnished(database).await;
        let admin = scope(&app, "admin@soroe.example").await;
        let view = app.add_person(&admin, somebody("ny@soroe.dk", "soroe")).await.expect("added");
        assert!(view.roles.is_empty());
        let twice = app.add_person(&admin, somebody(" NY@soroe.dk", "soroe")).await;
        assert_eq!(twice.map(|_| ()), Err(Problem::conflict("login-taken")));
        let abroad = app.add_person(&admin, somebody("x@soroe.dk", "furesoe")).await;
        assert!(matches!(abroad, Err(Problem::NotFound)));
        for (field, change) in [
            ("login", &(|p: &mut NewPerson| p.login = "x".repeat(121)) as &dyn Fn(&mut NewPerson)),
            ("login", &|p| p.login = "a b".to_owned()),
            ("name", &|p| p.name = "\u{202e}\u{200b}".to_owned()),
            ("name", &|p| p.name = "x".repeat(81)),
            ("password", &|p| p.password = "kort".to_owned()),
            ("password", &|p| p.password = "x".repeat(201)),
            ("capacity", &|p| p.capacity = Some(0)),
            ("capacity", &|p| p.capacity = Some(9)),
        ] {
            let mut new = somebody("y@soroe.dk", "soroe");
            change(&mut new);
            let outcome = app.add_person(&admin, new).await;
            assert!(
                matches!(outcome, Err(Problem::Invalid { field: f, .. }) if f == field),
                "{field}"
            );
        }
    })
    .await;
}
