//! The mailer against a real receiver of SMTP (RFC 5321) on a socket.

use std::sync::{Arc, Mutex};

use outbound::{Encryption, Mail, MailError, Mailer, Smtp};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server says to RCPT.
#[derive(Clone, Copy)]
enum Temper {
    Takes,
    RefusesForGood,
    SaysLater,
}

#[derive(Default)]
struct Letters(Mutex<Vec<String>>);

async fn receiver(temper: Temper) -> (u16, Arc<Letters>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let letters = Arc::new(Letters::default());
    let kept = letters.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, temper, kept.clone()));
        }
    });
    (port, letters)
}

async fn converse(stream: TcpStream, temper: Temper, letters: Arc<Letters>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let _ = write.write_all(b"220 mail.example ESMTP\r\n").await;
    let mut letter: Option<String> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(text) = &mut letter {
            if line == "." {
                letters.0.lock().expect("no panic").push(letter.take().unwrap_or_default());
                let _ = write.write_all(b"250 taken\r\n").await;
            } else {
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                text.push('\n');
            }
            continue;
        }
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (word.as_str(), temper) {
            ("EHLO", _) => "250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            ("RCPT", Temper::RefusesForGood) => "550 no such mailbox\r\n",
            ("RCPT", Temper::SaysLater) => "451 greylisted\r\n",
            ("DATA", _) => {
                letter = Some(String::new());
                "354 go on\r\n"
            }
            ("QUIT", _) => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        let _ = write.write_all(answer.as_bytes()).await;
        if word == "QUIT" {
            return;
        }
    }
}

fn mailer(port: u16, encryption: Encryption) -> Mailer {
    Mailer::smtp(&Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        encryption,
        credentials: None,
        from: "Straks <svar@straks.example>".to_owned(),
    })
    .expect("a configuration")
}

fn mail(to: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Svar på din henvendelse".to_owned(),
        text: "Hej Bodil\n\nDu kan søge fra den 1. juni.\n.\nVenlig hilsen".to_owned(),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole_and_says_that_a_machine_wrote_it() {
    let (port, letters) = receiver(Temper::Takes).await;
    mailer(port, Encryption::Plain).send(&mail("bodil@example.dk")).await.expect("sent");
    let letters = letters.0.lock().expect("no panic");
    let letter = letters.first().expect("one letter");
    assert_eq!(letters.len(), 1);
    assert!(letter.contains("To: bodil@example.dk"), "{letter}");
    assert!(letter.contains("Auto-Submitted: auto-generated"), "{letter}");
    assert!(letter.contains("Subject: ") && letter.contains("From: "), "{letter}");
    assert!(letter.contains("Hej Bodil") && letter.contains("\n.\n"), "{letter}");
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_refused_for_good() {
    let (port, _) = receiver(Temper::RefusesForGood).await;
    let sent = mailer(port, Encryption::Plain).send(&mail("ingen@example.dk")).await;
    assert_eq!(sent, Err(MailError::Refused { code: 550 }));
}

#[tokio::test]
async fn a_server_that_says_later_is_tried_again() {
    let (port, _) = receiver(Temper::SaysLater).await;
    let sent = mailer(port, Encryption::Plain).send(&mail("bodil@example.dk")).await;
    assert_eq!(sent, Err(MailError::TryAgain { code: 451 }));
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    drop(listener);
    let sent = mailer(port, Encryption::Plain).send(&mail("bodil@example.dk")).await;
    assert_eq!(sent, Err(MailError::TryAgain { code: 0 }));
}

#[tokio::test]
async fn nothing_is_sent_in_the_open_where_encryption_is_asked() {
    let (port, letters) = receiver(Temper::Takes).await;
    let sent = mailer(port, Encryption::StartTls).send(&mail("bodil@example.dk")).await;
    assert!(sent.is_err(), "the receiver has no STARTTLS");
    assert!(letters.0.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn an_address_or_subject_that_smuggles_lines_is_refused() {
    let (port, letters) = receiver(Temper::Takes).await;
    let post = mailer(port, Encryption::Plain);
    for to in ["", "no address", "a@b.dk\r\nRCPT TO:<c@d.dk>", "a@b.dk, c@d.dk"] {
        assert_eq!(post.send(&mail(to)).await, Err(MailError::Refused { code: 0 }), "{to:?}");
    }
    let mut smuggler = mail("bodil@example.dk");
    smuggler.subject = "Hej\r\nBcc: alle@example.dk".to_owned();
    assert_eq!(post.send(&smuggler).await, Err(MailError::Refused { code: 0 }));
    assert!(letters.0.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn without_a_server_the_mailer_says_so() {
    assert_eq!(Mailer::Off.send(&mail("bodil@example.dk")).await, Err(MailError::Off));
}
