//! A municipality's own site, served on this machine by nginx: visited, changed, visited again.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use app::App;
use app::intake::crawl::Slice;
use app::intake::sites::SiteChange;
use base::{Language, Problem, UnixMillis};
use intake::fetch::Settings;
use testkit::on_both;

use crate::house::{HOUR, collection, m, reading, scope};

const DAY: i64 = 24 * HOUR;

/// A real web server with a folder of pages.
struct Nginx {
    child: Child,
    folder: PathBuf,
    host: String,
}

impl Nginx {
    fn start() -> Self {
        let host = straks_load::node::free_address().expect("a port");
        let name = format!("straks-site-{}-{}", std::process::id(), host.replace(':', "-"));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("site")).expect("a folder");
        let at = folder.display();
        let config = format!(
            "daemon off; pid {at}/pid; error_log {at}/error.log; events {{}}\n\
             http {{ client_body_temp_path {at}/t1; proxy_temp_path {at}/t2;\n\
             fastcgi_temp_path {at}/t3; uwsgi_temp_path {at}/t4; scgi_temp_path {at}/t5;\n\
             types {{ text/html html; application/xml xml; text/plain txt; }}\n\
             log_format main '$request_uri $status'; access_log {at}/access.log main;\n\
             server {{ listen {host}; root {at}/site; charset utf-8;\n\
             include {at}/rules*.conf; }} }}\n"
        );
        std::fs::write(folder.join("nginx.conf"), config).expect("written");
        let child = Command::new("nginx")
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .arg("-p")
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is needed for this test: apt-get install nginx-light");
        let is_there = || std::net::TcpStream::connect(&host).is_ok();
        for _ in 0..3_000 {
            if is_there() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(is_there(), "nginx does not listen");
        let site = Self { child, folder, host };
        site.copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site"));
        site
    }

    /// Puts the fixture's pages there, with the server's own address in them.
    fn copy(&self, from: &Path) {
        for entry in std::fs::read_dir(from).expect("the fixture") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            self.write(&name, &text);
        }
    }

    fn write(&self, name: &str, text: &str) {
        let text = text.replace("HOST", &self.host);
        std::fs::write(self.folder.join("site").join(name), text).expect("written");
    }

    /// The server follows these rules from now on.
    fn rules(&self, text: &str) {
        std::fs::write(self.folder.join("rules.conf"), text).expect("written");
        let pid = std::fs::read_to_string(self.folder.join("pid")).expect("its number");
        let told = Command::new("kill").arg("-HUP").arg(pid.trim()).status();
        assert!(told.expect("told").success());
        // Its old worker ends; the new one answers.
        std::thread::sleep(Duration::from_millis(500));
    }

    /// What was asked since the last time: path and status, robots.txt and sitemap aside.
    fn asked(&self) -> Vec<String> {
        let log = self.folder.join("access.log");
        let text = std::fs::read_to_string(&log).expect("a log");
        std::fs::write(&log, "").expect("emptied");
        let mut lines: Vec<String> = text
            .trim_matches('\0')
            .lines()
            .filter(|line| !line.contains("robots.txt") && !line.contains("sitemap"))
            .map(|line| line.trim_matches('\0').to_owned())
            .collect();
        lines.sort();
        lines
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap_or_default();
        // The master ends its workers.
        drop(Command::new("kill").arg(pid.trim()).status());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

async fn furnished(database: &store::Database, site: &Nginx) -> App {
    let settings = Settings {
        contact: "drift@straks.example".into(),
        allow_private: vec![site.host.clone()],
        try_links: false,
    };
    let app = reading(database, true, &settings);
    app.seed(collection()).await.expect("the demo is there");
    app
}

/// Visits to the end of the round.
async fn visit(app: &App) -> UnixMillis {
    loop {
        match app.crawl_slice(&m("furesoe")).await.expect("a slice") {
            Slice::More(_) => {}
            Slice::Through(at) | Slice::Away(at) => break at,
            Slice::Off => panic!("it is on"),
        }
    }
}

/// The addresses found on a municipality's site.
async fn found(app: &App, municipality: &str, query: &str) -> Vec<String> {
    app.update_index().await.expect("indexed");
    let found = app.search(&m(municipality), query, 10, Language::Da, false).await;
    let hits = found.expect("an answer").hits;
    hits.into_iter().filter(|hit| hit.kind == "page").map(|hit| hit.url).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_is_found_in_the_same_search_and_followed_as_it_changes() {
    on_both(async |database| {
        let site = Nginx::start();
        let app = furnished(database, &site).await;
        let editor = scope(&app, "niels@furesoe.example").await;
        let change =
            SiteChange { hosts: vec![site.host.clone()], sitemap: String::new(), active: true };
        app.change_site(&editor, &m("furesoe"), change).await.expect("chosen");
        visit(&app).await;
        assert_eq!(
            site.asked(),
            [
                "/boernebiblioteket.html 200",
                "/kattelem.html 200",
                "/skjult.html 200",
                "/trailer.html 200"
            ],
            "what robots.txt forbids, other hosts and itself are left alone"
        );
        let page = |name: &str| format!("http://{}/{name}", site.host);
        assert_eq!(found(&app, "furesoe", "kattelem").await, [page("kattelem.html")]);
        assert_eq!(found(&app, "furesoe", "lån en trailer").await, [page("trailer.html")]);
        assert!(found(&app, "frederikssund", "kattelem").await.is_empty(), "for its citizens only");
        assert!(found(&app, "furesoe", "hemmelighed").await.is_empty(), "noindex");
        assert!(app.audit_index().await.expect("compared"), "its pages belong to the index");
        let view = &app.sites(&editor).await.expect("seen")[0];
        assert_eq!((view.pages, view.fetched, view.visiting), (3, 3, false));
        assert_eq!(view.faults[0].code, "pages-left-out");

        // One page is changed, one taken away.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let kattelem = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/kattelem.html"),
        )
        .expect("the page");
        site.write(
            "kattelem.html",
            &kattelem.replace("Kattelem i lejebolig", "Hundelem i lejebolig"),
        );
        let map = std::fs::read_to_string(site.folder.join("site/sitemap.xml")).expect("the map");
        let without =
            map.lines().filter(|line| !line.contains("trailer")).collect::<Vec<_>>().join("\n");
        site.write("sitemap.xml", &without);
        visit(&app).await;
        assert_eq!(
            site.asked(),
            ["/kattelem.html 200", "/skjult.html 200"],
            "the page whose date stands is not asked for"
        );
        assert_eq!(found(&app, "furesoe", "hundelem").await, [page("kattelem.html")]);
        assert!(found(&app, "furesoe", "lån en trailer").await.is_empty(), "it is gone");
        let view = &app.sites(&editor).await.expect("seen")[0];
        assert_eq!((view.pages, view.fetched), (2, 1));

        // Unchanged pages without a date are asked for, and not sent again.
        let dateless: String = without.replace("<lastmod>2027-05-30</lastmod>", "");
        site.write("sitemap.xml", &dateless);
        visit(&app).await;
        assert_eq!(
            site.asked(),
            ["/boernebiblioteket.html 304", "/kattelem.html 304", "/skjult.html 200"]
        );

        // A site that is away is no reason to forget it.
        drop(site);
        visit(&app).await;
        let view = &app.sites(&editor).await.expect("seen")[0];
        assert_eq!((view.pages, view.faults[0].code.as_str()), (2, "robots-away"));

        // What is no longer read is no longer found.
        let off = SiteChange { hosts: vec![], sitemap: String::new(), active: false };
        app.change_site(&editor, &m("furesoe"), off).await.expect("switched off");
        assert!(found(&app, "furesoe", "hundelem").await.is_empty());
        assert_eq!(app.crawl_slice(&m("furesoe")).await, Ok(Slice::Off));
    })
    .await;
}

/// Follows this site from now on.
async fn chosen(app: &App, site: &Nginx) {
    let editor = scope(app, "niels@furesoe.example").await;
    let hosts = vec![site.host.clone()];
    let change = SiteChange { hosts, sitemap: String::new(), active: true };
    app.change_site(&editor, &m("furesoe"), change).await.expect("chosen");
}

async fn pages_and_faults(app: &App) -> (i64, Vec<String>) {
    // Days pass: a sign-in does not last so long.
    let editor = scope(app, "niels@furesoe.example").await;
    let view = app.sites(&editor).await.expect("seen").remove(0);
    (view.pages, view.faults.into_iter().map(|fault| fault.code).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_is_away_in_the_middle_of_a_visit_is_waited_for_and_not_forgotten() {
    on_both(async |database| {
        let site = Nginx::start();
        let app = furnished(database, &site).await;
        chosen(&app, &site).await;
        visit(&app).await;
        assert_eq!(pages_and_faults(&app).await.0, 3);

        // Every page asks us to come back in a second: that is a minute, three times, and no page is lost.
        site.rules("location ~ html$ { add_header Retry-After 1 always; return 503; }");
        let dateless = std::fs::read_to_string(site.folder.join("site/sitemap.xml"))
            .expect("the map")
            .replace("<lastmod>2027-05-30</lastmod>", "");
        site.write("sitemap.xml", &dateless);
        site.asked();
        app.clock.advance(DAY);
        let slice = async || app.crawl_slice(&m("furesoe")).await.expect("a slice");
        for _ in 0..3 {
            assert_eq!(slice().await, Slice::More(app.now().plus_seconds(60)));
            app.clock.advance(60_000);
        }
        assert_eq!(site.asked(), ["/boernebiblioteket.html 503"; 3]);

        // robots.txt is away too, and what it said an hour ago is forgotten: nothing more is asked.
        site.rules("return 503;");
        app.clock.advance(2 * HOUR);
        let mut waits = 0;
        while let Slice::More(at) = slice().await {
            waits += 1;
            assert!(waits < 20 && at >= app.now().plus_seconds(60));
            app.clock.advance(at.0 - app.now().0);
        }
        assert!(site.asked().is_empty());
        let (pages, faults) = pages_and_faults(&app).await;
        assert_eq!(pages, 3, "{faults:?}");
        assert!(faults.contains(&"robots-away".to_owned()), "{faults:?}");

        // Back again, it goes on as before.
        site.rules("");
        app.clock.advance(DAY);
        visit(&app).await;
        assert_eq!(site.asked().len(), 4);
        assert_eq!(pages_and_faults(&app).await.0, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_of_many_sitemaps_is_read_whole_and_one_that_fails_forgets_nothing() {
    on_both(async |database| {
        let site = Nginx::start();
        let app = furnished(database, &site).await;
        let page = |name: &str| format!("<url><loc>http://HOST/{name}.html</loc></url>");
        let set = |body: &str| format!("<urlset>{body}</urlset>");
        // One of them names its index again.
        let index = |names: &[&str]| {
            let maps =
                names.iter().map(|n| format!("<sitemap><loc>http://HOST/{n}</loc></sitemap>"));
            format!("<sitemapindex>{}</sitemapindex>", maps.collect::<String>())
        };
        site.write("sitemap.xml", &index(&["sitemap-a.xml", "sitemap-liste"]));
        site.write("sitemap-a.xml", &index(&["sitemap.xml", "sitemap-b.xml"]));
        site.write("sitemap-b.xml", &set(&(page("kattelem") + &page("trailer"))));
        site.write("sitemap-liste", &set(&page("boernebiblioteket")));
        chosen(&app, &site).await;
        visit(&app).await;
        assert_eq!(pages_and_faults(&app).await, (3, vec![]));

        // The one whose address ends in no `.xml` is away for a moment.
        site.rules("location = /sitemap-liste { return 500; }");
        app.clock.advance(DAY);
        visit(&app).await;
        let away = vec!["sitemap-away".to_owned()];
        assert_eq!(pages_and_faults(&app).await, (3, away));
        site.rules("");
        site.write("sitemap-b.xml", &set(&page("kattelem")));
        app.clock.advance(DAY);
        visit(&app).await;
        assert_eq!(pages_and_faults(&app).await, (2, vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_site_stand_in_nobodys_way() {
    on_both(async |database| {
        let site = Nginx::start();
        let app = furnished(database, &site).await;
        app.update_index().await.expect("built");
        let before = app.knowledge().await.expect("read");
        chosen(&app, &site).await;
        visit(&app).await;
        app.update_index().await.expect("followed");
        let after = app.knowledge().await.expect("read");
        assert!(std::sync::Arc::ptr_eq(&before, &after), "a page is no reason to read all texts");

        // An agent's hits are texts, and no offer leads to a page of another site.
        let mette = scope(&app, "mette@furesoe.example").await;
        let place = m("furesoe");
        let hits = app.search_knowledge(&mette, Some(&place), "rotter", Language::Da).await;
        assert!(hits.expect("hits").hits.iter().any(|hit| hit.topic.as_str() == "rotter"));
        let hits = app.search_knowledge(&mette, Some(&place), "kattelem", Language::Da).await;
        assert!(hits.expect("hits").hits.is_empty());
        let offers = app.suggest(&place, "kat", Language::Da, 10).await.expect("offers");
        assert!(offers.iter().all(|offer| !offer.text.contains("Kattelem")), "{offers:?}");
        assert!(app.audit_index().await.expect("compared"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_editors_choose_sites_and_only_hosts_can_be_chosen() {
    on_both(async |database| {
        let app = crate::house::furnished(database).await;
        let editor = scope(&app, "niels@furesoe.example").await;
        let change = |hosts: &[&str], sitemap: &str| SiteChange {
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            sitemap: sitemap.to_owned(),
            active: true,
        };
        let at = m("furesoe");
        for host in [
            "localhost",
            "http://www.furesoe.dk",
            "www.furesoe.dk/pas",
            "a b.dk",
            "*.dk",
            "www.furesoe.dk:99999",
        ] {
            let refused = app.change_site(&editor, &at, change(&[host], "")).await;
            assert_eq!(refused, Err(Problem::invalid("hosts", "host-form")), "{host}");
        }
        let elsewhere = app
            .change_site(
                &editor,
                &at,
                change(&["www.furesoe.dk"], "https://evil.example/sitemap.xml"),
            )
            .await;
        assert_eq!(elsewhere, Err(Problem::invalid("sitemap", "sitemap-elsewhere")));
        let foreign = app.change_site(&editor, &m("frederikssund"), change(&["x.dk"], "")).await;
        assert!(matches!(foreign, Err(Problem::NotFound | Problem::Forbidden { .. })));
        let citizen = crate::house::citizen(&app, "a-mark-of-a-citizen");
        assert!(app.sites(&citizen).await.is_err());
        assert_eq!(app.crawl_now(&editor, &at).await, Err(Problem::conflict("site-off")));
        // A host inside is listed by nobody's mistake: it is never connected to.
        let inside = change(&["127.0.0.1:9"], "");
        app.change_site(&editor, &at, inside).await.expect("listed");
        assert!(matches!(app.crawl_slice(&at).await, Ok(Slice::Away(_))));
        let view = &app.sites(&editor).await.expect("seen")[0];
        assert_eq!((view.pages, view.faults[0].code.as_str()), (0, "robots-away"));
    })
    .await;
}
