//! A37: nothing inside is reached, whatever an address, a redirect or a name says.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use intake::fetch::{FetchError, Fetcher, Looking, Names, Reach, Seen, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server of one answer; how often it was connected to.
async fn server(answer: Vec<u8>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("it is there");
    let port = listener.local_addr().expect("it is there").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("it is there");
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    (port, count)
}

fn page(text: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len()).into_bytes()
}

fn moved(to: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )
    .into_bytes()
}

/// Names that a stranger controls: the answers in turn, the last again and again.
struct Changing(Vec<Vec<IpAddr>>, AtomicUsize);

impl Names for Changing {
    fn addresses(&self, _: &str) -> Looking {
        let turn = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
        let answer = self.0[turn].clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn settings(allow: &[String]) -> Settings {
    Settings {
        contact: "drift@straks.example".into(),
        allow_private: allow.to_vec(),
        try_links: false,
    }
}

async fn get(fetcher: &Fetcher, url: &str, reach: Reach<'_>) -> Result<String, FetchError> {
    let fetched = fetcher.get(url, reach, Seen::default()).await?;
    Ok(String::from_utf8(fetched.body).expect("it is there"))
}

#[tokio::test]
async fn a37_no_way_of_writing_an_inner_address_is_followed() {
    let (port, count) = server(page("inside")).await;
    let fetcher = Fetcher::new(&settings(&[]));
    let hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "127.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "１２７.０.０.１",
        "intranet",
    ];
    for host in hosts {
        for url in [format!("http://{host}:{port}/"), format!("https://{host}/")] {
            for reach in [Reach::Public, Reach::Hosts(&[format!("{host}:{port}"), host.into()])] {
                let error = get(&fetcher, &url, reach).await.unwrap_err();
                assert!(
                    matches!(error, FetchError::Refused | FetchError::BadAddress),
                    "{url}: {error:?}"
                );
                let said = error.to_string();
                assert!(!said.contains("127") && !said.contains(host), "{said}");
            }
        }
    }
    for url in [
        "file:///etc/passwd",
        "ftp://example.dk/",
        "gopher://example.dk/",
        "javascript:alert(1)",
        "http://someone:secret@www.example.dk/",
        "//www.example.dk/",
        "",
        "http://",
        "http://www.example.dk:22/",
        "data:text/html,x",
    ] {
        assert_eq!(get(&fetcher, url, Reach::Public).await, Err(FetchError::BadAddress), "{url}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "nothing was connected to");
}

#[tokio::test]
async fn a37_a_name_that_changes_between_check_and_connection_is_refused() {
    let (port, count) = server(page("inside")).await;
    let public = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));
    let inside = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for answers in [vec![vec![inside]], vec![vec![public, inside]], vec![vec![inside, public]]] {
        let names = Changing(answers, AtomicUsize::new(0));
        let fetcher = Fetcher::with_names(&settings(&[]), Arc::new(names));
        let listed = [format!("rebind.example:{port}")];
        let url = format!("http://rebind.example:{port}/");
        assert_eq!(get(&fetcher, &url, Reach::Hosts(&listed)).await, Err(FetchError::Refused));
        assert_eq!(fetcher.status("http://rebind.example/").await, Err(FetchError::Refused));
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a37_each_redirect_is_judged_like_the_first_address() {
    let (inner, inner_count) = server(page("inside")).await;
    for to in [
        format!("http://127.0.0.1:{inner}/"),
        format!("//127.0.0.1:{inner}/"),
        format!("http://2130706433:{inner}/"),
        format!("http://localhost:{inner}/"),
        "http://169.254.169.254/latest/".into(),
        "file:///etc/passwd".into(),
        "http://other.example/".into(),
    ] {
        let (port, _) = server(moved(&to)).await;
        let open = [format!("127.0.0.1:{port}")];
        let fetcher = Fetcher::new(&settings(&open));
        let url = format!("http://127.0.0.1:{port}/");
        let error = get(&fetcher, &url, Reach::Hosts(&open)).await.unwrap_err();
        assert!(!error.may_pass(), "{to}: {error:?}");
    }
    assert_eq!(inner_count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let (port, count) = server(moved("/again")).await;
    let open = [format!("127.0.0.1:{port}")];
    let fetcher = Fetcher::new(&settings(&open));
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(get(&fetcher, &url, Reach::Hosts(&open)).await, Err(FetchError::Redirects));
    assert_eq!(count.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn only_the_port_that_was_opened_is_open() {
    let (port, _) = server(page("hej")).await;
    let (other, count) = server(page("inside")).await;
    let open = [format!("127.0.0.1:{port}")];
    let fetcher = Fetcher::new(&settings(&open));
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(get(&fetcher, &url, Reach::Hosts(&open)).await.as_deref(), Ok("hej"));
    assert_eq!(fetcher.status(&url).await, Ok(200));
    let closed = format!("http://127.0.0.1:{other}/");
    assert_eq!(get(&fetcher, &closed, Reach::Public).await, Err(FetchError::Refused));
    assert_eq!(get(&fetcher, &url, Reach::Hosts(&[])).await, Err(FetchError::NotListed));
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let mut endless = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n".to_vec();
    endless.resize(9 * 1024 * 1024, b'x');
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nx".to_vec();
    for answer in [endless, announced] {
        let (port, _) = server(answer).await;
        let open = [format!("127.0.0.1:{port}")];
        let fetcher = Fetcher::new(&settings(&open));
        let url = format!("http://127.0.0.1:{port}/");
        assert_eq!(get(&fetcher, &url, Reach::Hosts(&open)).await, Err(FetchError::TooLarge));
    }
}
