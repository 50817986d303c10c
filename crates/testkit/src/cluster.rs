//! A PostgreSQL cluster that lives as long as the process that started it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The superuser of throwaway clusters.
const USER: &str = "straks";

/// A running cluster. A watchman process stops it and removes its files when this value is dropped
/// or its process is gone, whatever ended it.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    watchman: Child,
    /// Open as long as we live; its end is what the watchman waits for.
    lifeline: Option<ChildStdin>,
}

impl Cluster {
    /// Makes and starts a cluster. It listens on a socket in its own folder only, and does not wait
    /// for the disk: nothing in it is meant to last.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start; the message says what to do.
    #[must_use]
    pub fn start() -> Self {
        let binaries = binaries();
        let folder = fresh_folder();
        let identity = identity_for_server();
        if let Some((uid, gid)) = identity {
            chown(&folder, Some(uid), Some(gid)).expect("root may give its folder away");
        }
        let data = folder.join("data");
        run(
            identity,
            Command::new(binaries.join("initdb"))
                .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
                .args(["-U", USER, "-D"])
                .arg(&data),
            &folder,
        );
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 \
             -c shared_buffers=64MB -c autovacuum=off -c deadlock_timeout=200ms",
            folder.display()
        );
        run(
            identity,
            Command::new(binaries.join("pg_ctl"))
                .args(["start", "--wait", "--silent", "-D"])
                .arg(&data)
                .arg("-l")
                .arg(folder.join("log"))
                .args(["-o", &options]),
            &folder,
        );
        let mut watchman = watchman(&binaries, &folder, &data, identity);
        let lifeline = watchman.stdin.take();
        Self { folder, watchman, lifeline }
    }

    /// `postgres://straks@localhost?host=FOLDER`: the address without a database.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://{USER}@localhost?host={}", self.folder.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // Nothing can be done here if the watchman is gone already.
        drop(self.watchman.wait());
    }
}

/// The address of a database of the cluster at `cluster`.
pub(crate) fn address_of(cluster: &str, database: &str) -> String {
    match cluster.split_once('?') {
        Some((server, options)) => {
            format!("{}/{database}?{options}", server.trim_end_matches('/'))
        }
        None => format!("{}/{database}", cluster.trim_end_matches('/')),
    }
}

/// A process that does nothing but wait for the end of our pipe, and then cleans up.
fn watchman(binaries: &Path, folder: &Path, data: &Path, identity: Option<(u32, u32)>) -> Child {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(
            "trap '' INT TERM HUP; cat > /dev/null; \
             \"$1/pg_ctl\" stop --silent -m immediate -D \"$2\"; rm -rf \"$3\"",
        )
        .arg("watchman")
        .args([binaries, data, folder])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    as_server(&mut command, identity);
    command.spawn().expect("sh starts")
}

fn run(identity: Option<(u32, u32)>, command: &mut Command, folder: &Path) {
    as_server(command, identity);
    // Not pipes: the server would inherit them and keep them open.
    let said = folder.join("said");
    let file = fs::File::create(&said).expect("the cluster's folder can be written");
    let copy = file.try_clone().expect("a handle can be shared");
    let status = command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(copy)
        .status()
        .expect("the PostgreSQL program starts");
    if !status.success() {
        let said = fs::read_to_string(&said).unwrap_or_default();
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start ({command:?}):\n{said}\n{log}");
    }
}

fn as_server(command: &mut Command, identity: Option<(u32, u32)>) {
    if let Some((uid, gid)) = identity {
        command.uid(uid).gid(gid);
    }
}

/// The server refuses to run as root: as root we take the user `postgres`, or else `nobody`.
fn identity_for_server() -> Option<(u32, u32)> {
    let ours = fs::metadata("/proc/self").expect("the process can see itself").uid();
    if ours != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("the list of users can be read");
    let found = ["postgres", "nobody"].into_iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    Some(found.expect("a user `postgres` or `nobody`, because PostgreSQL refuses to run as root"))
}

/// The folder of initdb and pg_ctl: the newest version that Debian has installed, or the `PATH`.
fn binaries() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .max()
        .map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file())
        .expect("PostgreSQL 15 or later is needed for these tests: apt-get install postgresql")
}

/// A folder that the server's user can reach; its path is short, for a socket lies in it.
fn fresh_folder() -> PathBuf {
    let token = base::Rng::system().bytes::<6>();
    let name: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = std::env::temp_dir().join(format!("straks-{name}"));
    fs::create_dir(&folder).expect("the temporary folder can be written");
    folder
}
