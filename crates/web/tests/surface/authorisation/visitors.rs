//! What a citizen has is the citizen's own.

use base::Id;
use web::routes::Guard;

use super::kit::{Ids, kit, missing};
use super::{call, named};
use crate::house::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a27_another_browser_reaches_nothing_of_a_citizens_chat() {
    let house = House::new().await;
    let (citizen, ids) = kit(&house, "frederikssund", "HEMMELIGT-C").await;
    let nothing = Ids { municipality: "frederikssund".to_owned(), ..missing(&house) };
    let stranger = house.browser("frederikssund");
    let routes = web::routes();
    for route in routes.table() {
        if !matches!(route.guard, Guard::Visitor | Guard::Token) {
            continue;
        }
        let name = named(route);
        let answer = call(&house.site, route, &stranger.cookie(), &ids).await;
        let other = call(&house.site, route, &stranger.cookie(), &nothing).await;
        assert_eq!(answer.status, other.status, "{name}");
        assert!(!answer.body.contains("HEMMELIGT-C"), "{name} tells the words");
        if answer.status >= 400 && answer.kind.contains("json") {
            assert_eq!(answer.body, other.body, "{name}");
        }
    }
    // The mark alone opens it, in whole and in its own municipality only.
    assert_eq!(citizen.transcript().await.expect("the own chat").len(), 1);
    let mut short = citizen.cookie();
    short.pop();
    let entries = house.site.get("/frederikssund/chat/entries", &short).await;
    assert_eq!(entries.expect("an answer").status, 404);
    let elsewhere = house.site.get("/soroe/chat/entries", &citizen.cookie()).await;
    assert_eq!(elsewhere.expect("an answer").status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a25_a_status_page_opens_with_its_own_token_only() {
    let house = House::new().await;
    let citizen = house.browser("soroe");
    let send = |text: &'static str| {
        let fields = [("text", text), ("reply", "status-page")];
        let (site, path, cookie) = (&house.site, citizen.path("/message"), citizen.cookie());
        async move { site.form(&path, &cookie, &fields).await.expect("an answer") }
    };
    let own = send("HEMMELIGT-D").await.location.expect("the status page");
    let other = send("noget andet").await.location.expect("the status page");
    let (own, other) = (own.replace("?sent=1", ""), other.replace("?sent=1", ""));
    let page = house.site.get(&own, "").await.expect("an answer");
    assert!(page.status == 200 && page.body.contains("HEMMELIGT-D"));
    let (contact, token) = own.rsplit_once('.').expect("id and token");
    let (_, foreign) = other.rsplit_once('.').expect("id and token");
    let nobody = Id::<base::id::kind::Contact>::from_uuid(house.uuid());
    let refused = house.site.get(&format!("/soroe/status/{nobody}.{token}"), "").await;
    let refused = refused.expect("an answer");
    assert_eq!(refused.status, 404);
    let mut cut = token.to_owned();
    cut.pop();
    for wrong in [
        format!("{contact}.{foreign}"),
        format!("{contact}.{cut}"),
        format!("{contact}."),
        contact.to_owned(),
        own.replace("/soroe/", "/frederikssund/"),
    ] {
        let answer = house.site.get(&wrong, "").await.expect("an answer");
        assert_eq!(answer.status, 404, "{wrong}");
        assert!(!answer.body.contains("HEMMELIGT-D"), "{wrong}");
    }
}
