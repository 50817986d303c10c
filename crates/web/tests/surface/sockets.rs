//! Every frame of the socket with every role and foreign streams; handshakes; floods.

use std::time::Duration;

use serde_json::{Value, json};
use straks_load::agent::Agent;
use straks_load::citizen::Citizen;
use straks_load::socket::{Message, Socket};
use web::live::FromClient;

use crate::authorisation::PEOPLE;
use crate::house::{AT_ONCE, House, SOON};

/// Every frame a browser can send, about a stream. A new kind of frame does not compile before it
/// has a place here.
fn frames(stream: &str) -> Vec<Value> {
    let contact = stream.strip_prefix("contact/").unwrap_or(stream);
    let all = [
        FromClient::Typing { contact: contact.to_owned() },
        FromClient::Unfollow { stream: stream.to_owned() },
        FromClient::Follow { stream: stream.to_owned(), after: 0 },
        FromClient::Ping,
    ];
    all.iter()
        .map(|frame| match frame {
            FromClient::Typing { contact } => json!({"type": "typing", "contact": contact}),
            FromClient::Unfollow { stream } => json!({"type": "unfollow", "stream": stream}),
            FromClient::Follow { stream, after } => {
                json!({"type": "follow", "stream": stream, "after": after})
            }
            FromClient::Ping => json!({"type": "ping"}),
        })
        .collect()
}

/// Sends every frame about a stream; what came back until the pong, without the stream's name.
async fn told(socket: &mut Socket, stream: &str) -> Vec<Value> {
    for frame in frames(stream) {
        socket.send(&frame).await.expect("the socket is open");
    }
    let mut told = Vec::new();
    let hearing = async {
        loop {
            let mut frame = socket.next().await.expect("the socket stays open");
            if frame["type"] == "pong" {
                return;
            }
            // Own events and changes of the reach may come in between.
            if frame["stream"] == stream || frame["type"] == "typing" {
                frame["stream"] = Value::Null;
                told.push(frame);
            }
        }
    };
    tokio::time::timeout(SOON, hearing).await.expect("a pong");
    told
}

/// Streams out of everybody's reach, each with one of the same kind that is not there at all.
fn pairs(house: &House, contact: &str, person: &str) -> Vec<(String, String)> {
    let nobody = house.uuid();
    vec![
        (format!("contact/{contact}"), format!("contact/{nobody}")),
        ("queue/horsens".to_owned(), "queue/intetsteds".to_owned()),
        ("inbox/horsens".to_owned(), "inbox/intetsteds".to_owned()),
        (format!("agent/{person}"), format!("agent/{nobody}")),
        ("directory/horsens".to_owned(), "directory/intetsteds".to_owned()),
        ("contact/horsens".to_owned(), "contact/..%2Fhorsens".to_owned()),
        ("nonsense".to_owned(), "contact/".to_owned()),
    ]
}

async fn foreign(house: &House) -> (Citizen, String, Agent) {
    let (citizen, contact) = house.asks("horsens", "Det er HEMMELIGT").await;
    let somebody = house.agent("helle@horsens.example").await;
    (citizen, contact, somebody)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a1_a10_a12_no_frame_of_any_role_reaches_or_reveals_a_foreign_stream() {
    let house = House::new().await;
    let (citizen, contact, somebody) = foreign(&house).await;
    let mut own = citizen.socket().await.expect("a socket");
    own.follow(&format!("contact/{contact}"), 0).await.expect("followed");
    let first = own.wait_for(SOON, |frame| frame["type"] == "events").await;
    first.expect("the own chat is told");
    for login in PEOPLE {
        let agent = house.agent(login).await;
        let mut socket = agent.socket().await.expect("a socket");
        for (there, nowhere) in pairs(&house, &contact, &somebody.person) {
            let (foreign, missing) =
                (told(&mut socket, &there).await, told(&mut socket, &nowhere).await);
            assert_eq!(foreign, missing, "{there} as {login}");
            let refused = json!([{"type": "refused", "stream": null, "code": "not-found"}]);
            assert_eq!(Value::Array(foreign), refused, "{there} as {login}");
            let poll = |stream: &str| {
                let path = format!("/api/v1/live/poll?stream={}", stream.replace('%', "%25"));
                let (site, cookie) = (agent.site.clone(), agent.cookie().to_owned());
                async move { site.get(&path, &cookie).await.expect("an answer") }
            };
            let (foreign, missing) = (poll(&there).await, poll(&nowhere).await);
            assert_eq!(foreign.status, 404, "{there} as {login}: {}", foreign.body);
            assert_eq!((foreign.status, foreign.body), (missing.status, missing.body), "{there}");
        }
    }
    // A stranger's browser on the citizens' side.
    let stranger = house.browser("horsens");
    let mut socket = stranger.socket().await.expect("a socket");
    let mut streams = pairs(&house, &contact, &somebody.person);
    for stream in ["room/all", "duty/all", "knowledge/all"] {
        streams.push((stream.to_owned(), "room/nothing".to_owned()));
    }
    for (there, nowhere) in streams {
        let (foreign, missing) =
            (told(&mut socket, &there).await, told(&mut socket, &nowhere).await);
        assert_eq!(foreign, missing, "{there} as a citizen");
        assert_eq!(foreign[0]["type"], "refused", "{there} as a citizen");
    }
    // Nobody's typing came through.
    let typing = own.wait_for(Duration::from_millis(500), |frame| frame["type"] == "typing").await;
    assert_eq!(typing, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a1_streams_of_all_follow_the_law_of_their_pages() {
    let house = House::new().await;
    let pages = [
        ("room/all", "/room?after=0"),
        ("duty/all", "/duty?from=2027-06-01&to=2027-06-07"),
        ("knowledge/all", "/knowledge?q="),
    ];
    for login in PEOPLE {
        let agent = house.agent(login).await;
        let mut socket = agent.socket().await.expect("a socket");
        for (stream, page) in pages {
            let page = agent.get(page).await.expect("an answer");
            let frames = told(&mut socket, stream).await;
            let followed = frames.first().is_some_and(|frame| frame["type"] == "events");
            assert_eq!(followed, page.status == 200, "{stream} as {login}: {}", page.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a9_a_handshake_from_another_site_or_without_a_login_is_refused() {
    let house = House::new().await;
    let mette = house.agent("mette@furesoe.example").await;
    let citizen = house.browser("soroe");
    let own = house.site.address();
    for (path, cookie) in
        [("/api/v1/live", mette.cookie()), ("/soroe/chat/live", citizen.cookie().as_str())]
    {
        for origin in ["https://evil.example", "null", "http://127.0.0.1"] {
            let opened = Socket::open_from(&house.site, path, cookie, Some(origin)).await;
            let error = opened.err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), Some("refused with 403"), "{path} from {origin}");
        }
        assert!(Socket::open_from(&house.site, path, cookie, Some(own)).await.is_ok(), "{path}");
    }
    for cookie in ["", "straks_staff=nonsense", &citizen.cookie()] {
        let opened = Socket::open(&house.site, "/api/v1/live", cookie).await;
        let error = opened.err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("refused with 401"));
    }
}

/// Whose socket is misused, and how the others fare meanwhile.
async fn bystander(house: &House) -> (Citizen, String, Socket) {
    let (citizen, contact) = house.asks("soroe", "Hej").await;
    let mut socket = citizen.socket().await.expect("a socket");
    socket.follow(&format!("contact/{contact}"), 0).await.expect("followed");
    socket.wait_for(SOON, |frame| frame["type"] == "events").await.expect("the own chat");
    (citizen, contact, socket)
}

async fn is_unharmed(house: &House, (citizen, _, socket): &mut (Citizen, String, Socket)) {
    let text = format!("Er I der? {}", house.uuid());
    citizen.say_surely(house.uuid(), &text, SOON).await.expect("acknowledged");
    let heard = socket.wait_for(SOON, |frame| frame.to_string().contains(&text)).await;
    assert!(heard.is_some(), "another's flood has silenced a citizen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a13_a_socket_that_floods_is_let_go_and_the_others_are_unharmed() {
    let house = House::new().await;
    let mut other = bystander(&house).await;
    let mut loud = house.browser("soroe").socket().await.expect("a socket");
    for _ in 0..400 {
        if loud.send(&json!({"type": "ping"})).await.is_err() {
            break;
        }
    }
    let bye = loud.wait_for(SOON, |frame| frame["type"] == "bye").await.expect("a goodbye");
    assert_eq!(bye["code"], "flood");
    assert!(loud.ends_within(AT_ONCE).await);
    is_unharmed(&house, &mut other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a13_frames_that_are_too_large_malformed_or_not_text_end_that_socket_only() {
    let house = House::new().await;
    let mut other = bystander(&house).await;
    let large = json!({"type": "follow", "stream": "x".repeat(1 << 20), "after": 0}).to_string();
    let cases: [(Message, Option<&str>); 6] = [
        (Message::text(large), None),
        (Message::binary(vec![0_u8; 64]), Some("not-text")),
        (Message::text("{"), Some("not-understood")),
        (Message::text("[]"), Some("not-understood")),
        (Message::text(r#"{"type":"say","text":"Hej"}"#), Some("not-understood")),
        (
            Message::text(r#"{"type":"follow","stream":"contact/1","after":"0"}"#),
            Some("not-understood"),
        ),
    ];
    for (frame, code) in cases {
        let mut socket = house.browser("soroe").socket().await.expect("a socket");
        // A frame that is too large may be refused while it is being sent.
        let _ = socket.send_raw(frame).await;
        if let Some(code) = code {
            let bye = socket.wait_for(SOON, |frame| frame["type"] == "bye").await;
            assert_eq!(bye.expect("a goodbye")["code"], code);
        }
        assert!(socket.ends_within(AT_ONCE).await, "{code:?}");
    }
    // A text frame that is no UTF-8, as raw bytes: a masked frame of two bytes.
    let raw = raw_frame(&house, &[0x81, 0x82, 0, 0, 0, 0, 0xFF, 0xFE]).await;
    assert!(raw, "the socket ends at malformed UTF-8");
    is_unharmed(&house, &mut other).await;
}

/// Shakes hands by hand, sends these bytes, and says whether the other side ends the connection.
async fn raw_frame(house: &House, frame: &[u8]) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(house.site.host()).await.expect("connected");
    let citizen = house.browser("soroe");
    let hello = format!(
        "GET /soroe/chat/live HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         Cookie: {}\r\n\r\n",
        house.site.host(),
        citizen.cookie(),
    );
    stream.write_all(hello.as_bytes()).await.expect("sent");
    let mut answer = vec![0_u8; 4096];
    let length = stream.read(&mut answer).await.expect("an answer");
    assert!(answer[..length].starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    stream.write_all(frame).await.expect("sent");
    let ended = async { while stream.read(&mut answer).await.is_ok_and(|length| length > 0) {} };
    tokio::time::timeout(SOON, ended).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a13_a_socket_follows_a_bounded_number_of_streams() {
    let house = House::new().await;
    let (citizen, contact) = house.asks("soroe", "Hej").await;
    let mut socket = citizen.socket().await.expect("a socket");
    // What is out of reach takes no place, so that nobody is locked out by rubbish.
    for _ in 0..70 {
        socket.follow(&format!("contact/{}", house.uuid()), 0).await.expect("sent");
        let refused = socket.wait_for(SOON, |frame| frame["type"] == "refused").await;
        assert_eq!(refused.expect("an answer")["code"], "not-found");
    }
    socket.follow(&format!("contact/{contact}"), 0).await.expect("sent");
    socket.wait_for(SOON, |frame| frame["type"] == "events").await.expect("the own chat");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a14_a_cursor_from_anywhere_is_answered_in_order() {
    let house = House::new().await;
    let (citizen, contact) = house.asks("soroe", "Et").await;
    for text in ["To", "Tre"] {
        citizen.say_surely(house.uuid(), text, SOON).await.expect("acknowledged");
    }
    let stream = format!("contact/{contact}");
    let mut socket = citizen.socket().await.expect("a socket");
    for (after, texts) in [(0, 3), (-5, 3), (i64::MAX, 0), (i64::MIN, 3), (0, 3)] {
        socket.follow(&stream, after).await.expect("sent");
        let told = socket.wait_for(SOON, |frame| frame["type"] == "events").await;
        let told = told.expect("an answer");
        let lines = straks_load::ledger::lines_of(&told);
        assert_eq!(lines.len(), texts, "after {after}: {told}");
        assert!(lines.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    }
}
