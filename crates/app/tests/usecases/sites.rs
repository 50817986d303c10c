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

use crate::house::{collection, m, reading, scope};

/// A real web server with a folder of pages.
struct Nginx {
    child: Child,
    folder: PathBuf,
    host: String,
}

impl Nginx {
    fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("its address").to_string();
        drop(listener);
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
             server {{ listen {host}; root {at}/site; charset utf-8; }} }}\n"
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
        for _ in 0..200 {
            if std::net::TcpStream::connect(&host).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
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
            Slice::Through(at) => break at,
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
        assert!(matches!(app.crawl_slice(&at).await, Ok(Slice::Through(_))));
        let view = &app.sites(&editor).await.expect("seen")[0];
        assert_eq!((view.pages, view.faults[0].code.as_str()), (0, "robots-away"));
    })
    .await;
}
