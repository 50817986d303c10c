//! A real `straks demo` as a process of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use base::Rng;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::site::Site;

/// The evening of the product's story.
pub const WEDNESDAY_2015: &str = "2027-06-02T20:15:00+02:00";
/// A node that has not started within this time never will.
const START: Duration = Duration::from_secs(180);

/// A folder that is gone when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// # Errors
    /// When the temporary folder cannot be written.
    pub fn new() -> anyhow::Result<Self> {
        let token = Rng::system().bytes::<6>();
        let name: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = std::env::temp_dir().join(format!("straks-load-{name}"));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is the system's to clean.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// How a node is started.
#[derive(Debug, Clone)]
pub struct Start {
    pub program: PathBuf,
    pub data: PathBuf,
    /// `127.0.0.1:0` for a free one.
    pub listen: String,
    /// `None`: where the demo on this folder left it.
    pub clock: Option<String>,
    /// What else stands on the command line.
    pub more: Vec<String>,
}

impl Start {
    /// On a folder, at a free address, on the evening of the story.
    #[must_use]
    pub fn new(program: &Path, data: &Path) -> Self {
        Self {
            program: program.to_owned(),
            data: data.to_owned(),
            listen: "127.0.0.1:0".to_owned(),
            clock: Some(WEDNESDAY_2015.to_owned()),
            more: vec![],
        }
    }

    /// The command line.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let data = self.data.display().to_string();
        let mut words =
            ["demo", "--data", &data, "--listen", &self.listen].map(str::to_owned).to_vec();
        if let Some(clock) = &self.clock {
            words.extend(["--clock".to_owned(), clock.clone()]);
        }
        words.extend(self.more.iter().cloned());
        words
    }
}

/// A running node. It is killed when this is dropped.
pub struct Node {
    child: Child,
    pub site: Site,
    /// Where it speaks SIP, if it does.
    pub sip: Option<SocketAddr>,
}

impl Node {
    /// Starts a node and waits until it is ready.
    ///
    /// # Errors
    /// When it ends before that; what it said stands in `said` in its folder.
    pub async fn start(start: &Start) -> anyhow::Result<Self> {
        let mut command = Command::new(&start.program);
        command.args(start.words());
        Self::run(command, &start.data).await
    }

    /// Starts a node by a command of the caller's making.
    ///
    /// # Errors
    /// As [`Node::start`].
    pub async fn run(mut command: Command, data: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let said = data.join("said");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&said)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("{command:?} does not start"))?;
        let out = child.stdout.take().context("its standard output")?;
        let mut lines = BufReader::new(out).lines();
        let mut sip = None;
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = line.strip_prefix("sip ") {
                    sip = address.parse().ok();
                }
                if let Some(address) = line.strip_prefix("ready ") {
                    return anyhow::Ok(address.to_owned());
                }
            }
            bail!("it ended: {}", std::fs::read_to_string(&said).unwrap_or_default())
        };
        let address = tokio::time::timeout(START, ready).await.context("it does not start")??;
        Ok(Self { child, site: Site::new(&address)?, sip })
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Tells it to stop (SIGTERM).
    ///
    /// # Errors
    /// When it has ended before.
    pub async fn terminate(&self) -> anyhow::Result<()> {
        let process = self.id().context("it has ended")?.to_string();
        let done = Command::new("kill").args(["-TERM", &process]).status().await?;
        if done.success() { Ok(()) } else { bail!("it has ended") }
    }

    /// Waits until it has ended; whether it did so well.
    ///
    /// # Errors
    /// When the system does not tell.
    pub async fn ended(mut self) -> anyhow::Result<bool> {
        Ok(self.child.wait().await?.success())
    }

    /// Ends it at once and without warning (SIGKILL).
    ///
    /// # Errors
    /// When it has ended before.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// An address of this machine that is free now. Its port is below those from which Linux takes the
/// near end of a connection: nobody else comes by it before the program that is started there.
///
/// # Errors
/// When there is none.
pub fn free_address() -> anyhow::Result<String> {
    let rng = Rng::system();
    for _ in 0..1_000 {
        let port = 20_000 + u16::from_be_bytes(rng.bytes()) % 10_000;
        if let Ok(free) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(free.local_addr()?.to_string());
        }
    }
    bail!("no port is free")
}

/// Runs `straks journal verify` on a demo's folder; what it says.
///
/// # Errors
/// When it finds a difference: it is named in the message.
pub async fn verify(program: &Path, data: &Path) -> anyhow::Result<String> {
    let mut command = Command::new(program);
    command.args(["journal", "verify", "--data"]).arg(data);
    let done = command.stdin(Stdio::null()).output().await?;
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    if done.status.success() { Ok(said) } else { bail!("journal verify: {said}") }
}

/// Moves the clock of the demo that runs on a folder, for instance by `1h45m`.
///
/// # Errors
/// When none runs there.
pub async fn advance(program: &Path, data: &Path, by: &str) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.args(["demo", "--advance", by, "--data"]).arg(data);
    let done = command.stdin(Stdio::null()).output().await?;
    if done.status.success() {
        return Ok(());
    }
    bail!("advance: {}", String::from_utf8_lossy(&done.stderr))
}
