//! A small embeddings server: texts become counts of their runs of three letters, hashed into so many
//! places. Texts that share words are near each other. It answers in the OpenAI form, over real
//! HTTP, as fast and as well as it is told to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    #[default]
    Well,
    /// Answers after this time.
    Slow(Duration),
    /// Answers 500.
    Failing,
    /// Answers something that is no JSON.
    Garbage,
    /// Answers vectors of another length.
    WrongDimension,
}

/// The running server; gone when dropped.
#[derive(Debug)]
pub struct Model {
    address: std::net::SocketAddr,
    shared: Arc<Mutex<Shared>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    mood: Mood,
    asked: Vec<String>,
}

impl Model {
    /// Numbers of a vector.
    pub const DIM: usize = 256;

    /// # Panics
    /// When no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let of_server = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&of_server);
                tokio::spawn(async move { answer(stream, &shared).await });
            }
        });
        Self { address, shared, task }
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/v1/embeddings", self.address)
    }

    pub fn behave(&self, mood: Mood) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).mood = mood;
    }

    /// Every text it was sent.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, shared: &Mutex<Shared>) -> Option<()> {
    let mut bytes = Vec::new();
    let body = loop {
        let mut piece = [0_u8; 8192];
        let read = stream.read(&mut piece).await.ok()?;
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(&piece[..read]);
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(head) = head else { continue };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = text.split("content-length:").nth(1)?;
        let length: usize = length.lines().next()?.trim().parse().ok()?;
        if bytes.len() >= head + 4 + length {
            break bytes[head + 4..].to_vec();
        }
    };
    let asked: Value = serde_json::from_slice(&body).ok()?;
    let texts: Vec<String> =
        asked["input"].as_array()?.iter().filter_map(|t| t.as_str().map(str::to_owned)).collect();
    let mood = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.asked.extend(texts.iter().cloned());
        shared.mood
    };
    let dim = if mood == Mood::WrongDimension { Model::DIM / 2 } else { Model::DIM };
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "index": index, "embedding": vector(text, dim) }))
        .collect();
    let (status, body) = match mood {
        Mood::Failing => ("500 Internal Server Error", String::new()),
        Mood::Garbage => ("200 OK", "<html>not a model".to_owned()),
        _ => ("200 OK", json!({ "data": data }).to_string()),
    };
    if let Mood::Slow(time) = mood {
        tokio::time::sleep(time).await;
    }
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()
}

fn vector(text: &str, dim: usize) -> Vec<f32> {
    let letters: Vec<char> = format!(" {} ", text.to_lowercase()).chars().collect();
    let mut counts = vec![0.0_f32; dim];
    for three in letters.windows(3) {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for letter in three {
            hash = (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0000_0100_0000_01b3);
        }
        counts[(hash >> 20) as usize % dim] += 1.0;
    }
    counts.into_iter().map(|count| (1.0 + count).ln()).collect()
}
