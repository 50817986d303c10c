//! A real browser with a microphone that plays a tone. Its page measures what it hears.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use sound::tone;
use telephony::browser::relay;
use telephony::media::{LegKey, MediaEvent, Plane};
use telephony::sdp::Codec;

use super::house::{HERE, House, leg, pass};
use super::phone::{LOUD, Phone, assert_no_gaps};

const PAGE: &str = include_str!("page.html");
/// The microphone's samples a second.
const MICROPHONE: u32 = 48_000;

/// A browser that ends with the test.
struct Chromium {
    child: Child,
    profile: std::path::PathBuf,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
        let _left = std::fs::remove_dir_all(&self.profile);
    }
}

impl Chromium {
    fn open(page: &str, microphone_hertz: u32) -> Self {
        let port = page.split(['/', ':']).nth(4).unwrap_or_default();
        let name = format!("straks-media-{}-{port}", std::process::id());
        let profile = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&profile).unwrap();
        let tone = profile.join("tone.wav");
        std::fs::write(&tone, microphone(microphone_hertz)).unwrap();
        let program = std::env::var("CHROMIUM").unwrap_or("/usr/bin/chromium".to_owned());
        let child = Command::new(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .arg("--allow-loopback-in-peer-connection")
            .arg("--autoplay-policy=no-user-gesture-required")
            .args(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"])
            .arg(format!("--use-file-for-fake-audio-capture={}", tone.display()))
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(page)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, profile }
    }
}

/// Ten seconds of a tone as the browser reads it: 16 bits, one channel.
fn microphone(hertz: u32) -> Vec<u8> {
    let samples = tone::samples(MICROPHONE, hertz, 8_000).take(10 * MICROPHONE as usize);
    let sound: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let length = sound.len() as u32;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend([16, 0, 0, 0, 1, 0, 1, 0]);
    file.extend(MICROPHONE.to_le_bytes());
    file.extend((2 * MICROPHONE).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(sound);
    file
}

/// So often a page may measure, when this machine was too slow to judge.
const MEASUREMENTS: usize = 3;
/// More of what a page hears is made up by it than may be.
const CONCEALED: f64 = 0.01;

/// What a page measured.
fn figures(result: &str) -> Option<[f64; 4]> {
    let figures: Option<Vec<f64>> = result.split(' ').map(|figure| figure.parse().ok()).collect();
    figures?.try_into().ok()
}

/// Whether this machine was too slow to judge what a page has heard: our own threads came late too, so
/// that the processor was somebody else's. Where we were late by a fault of ours we are so each time.
fn was_slow(plane: &Plane) -> bool {
    let figures = plane.figures();
    let skipped = figures.ticks_skipped.load(Ordering::Relaxed);
    let (p99, most) = (figures.lateness.permille(990), figures.lateness.most());
    let [missing, late] =
        [&figures.missing, &figures.late].map(|count| count.load(Ordering::Relaxed));
    eprintln!(
        "late: p99 {p99} ms, most {most:?}, {skipped} skipped; missing {missing}, late {late}"
    );
    skipped > 0 || p99 > 5
}

/// Serves the page, answers its offer and passes on what it tells.
fn serve(listener: &TcpListener, plane: &Plane, leg: LegKey, told: &Sender<String>) {
    let mut measured = 0;
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        let Some((path, body)) = request(&stream) else { continue };
        let answer = match path.as_str() {
            "/offer" => plane.browser(leg, &body).unwrap(),
            "/measured" => {
                measured += 1;
                let bad = figures(&body).is_none_or(|[_, concealed, ..]| concealed >= CONCEALED);
                let again = was_slow(plane) && bad && measured < MEASUREMENTS;
                if again { "again".to_owned() } else { String::new() }
            }
            "/result" => {
                if told.send(body).is_err() {
                    return;
                }
                String::new()
            }
            _ => PAGE.to_owned(),
        };
        let kind = if path.starts_with("/?") { "text/html" } else { "text/plain" };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            answer.len()
        );
        let _gone = stream.write_all(format!("{head}{answer}").as_bytes());
    }
}

/// The path and the body of a request.
fn request(stream: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let (mut path, mut length) = (None, 0);
    for line in reader.by_ref().lines() {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        path = path.or_else(|| line.split(' ').nth(1).map(str::to_owned));
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path?, String::from_utf8(body).ok()?))
}

fn talks(codec: Codec, address: &str, call: u128) {
    let mut house = House::new();
    let legs = [leg(call, 0), leg(call, 1)];
    let caller = Phone::on(&house.plane, legs[0], codec, 440);
    let listener = TcpListener::bind((HERE, 0)).unwrap();
    let page = format!("http://{}/?{address}", listener.local_addr().unwrap());
    let (told, result) = channel();
    let plane = house.plane.clone();
    std::thread::spawn(move || serve(&listener, &plane, legs[1], &told));
    let chromium = Chromium::open(&page, 1_000);
    house.wait_for(|event| (event == MediaEvent::Connected { leg: legs[1] }).then_some(()));
    house.hear_each_other(&legs);
    pass(1_000);
    caller.heard();
    pass(2_000);
    let heard = caller.heard();
    assert_no_gaps(&heard);
    let level = caller.level(&heard, 1_000);
    assert!(level > LOUD, "the microphone's tone at {level} dB");

    let result = result.recv_timeout(Duration::from_secs(60)).unwrap();
    let Some([hertz, concealed, lost, received]) = figures(&result) else { panic!("{result}") };
    eprintln!("{address}: {hertz:.0} Hz, concealed {concealed:.4}, lost {lost} of {received}");
    assert!((hertz - 440.0).abs() < 5.0, "hears {hertz} Hz");
    assert!(concealed < CONCEALED, "{concealed} concealed");
    assert_eq!(lost, 0.0);
    let mut pressed = String::new();
    let all = house.wait_for(|event| {
        if let MediaEvent::Digit { key, .. } = event {
            pressed.push(key);
        }
        (pressed.len() == 3).then(|| pressed.clone())
    });
    assert_eq!(all, "42#");
    drop(chromium);
    house.wait_for(|event| {
        let missed = [MediaEvent::Quiet { leg: legs[1] }, MediaEvent::Gone { leg: legs[1] }];
        missed.contains(&event).then_some(())
    });
}

/// A TURN server that ends with the test.
struct Relay {
    child: Child,
    port: u16,
}

const RELAY_SECRET: &str = "known to the relay and to us";

impl Drop for Relay {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Relay {
    fn open() -> Self {
        let port = TcpListener::bind((HERE, 0)).unwrap().local_addr().unwrap().port();
        let child = Command::new(std::env::var("TURNSERVER").unwrap_or("turnserver".to_owned()))
            .args(["-n", "--no-cli", "--no-tls", "--no-dtls", "--no-udp", "--log-file=stdout"])
            .args(["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--allow-loopback-peers"])
            .args(["--realm=straks.example", "--use-auth-secret", "--pidfile="])
            .arg(format!("--static-auth-secret={RELAY_SECRET}"))
            .arg(format!("--listening-port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let relay = Self { child, port };
        while TcpStream::connect((HERE, port)).is_err() {
            pass(20);
        }
        relay
    }
}

#[test]
fn a_browser_that_may_not_send_udp_speaks_through_a_relay() {
    let relay = Relay::open();
    let until = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + 600;
    let username = format!("{until}:straks");
    let credential = relay::credential(RELAY_SECRET, &username);
    let server = format!(
        r#"{{"urls":"turn:127.0.0.1:{}?transport=tcp","username":"{username}","credential":"{credential}"}}"#,
        relay.port
    );
    talks(Codec::Pcma, &format!("PCMA#{server}"), 42);
}

#[test]
fn chromium_and_a_telephone_hear_each_other_in_a_law() {
    talks(Codec::Pcma, "PCMA", 40);
}

#[test]
fn chromium_and_a_telephone_hear_each_other_in_wide_sound() {
    talks(Codec::G722, "G722", 41);
}
