//! The real command as a process of its own: what runs for its users, and may be killed.

#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    reason = "a module of test binaries, each of which uses a part"
)]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// How often the server is asked whether it lives before a test gives up, and how long between.
const LIVE_ATTEMPTS_MAX: u32 = 500;
const LIVE_INTERVAL: Duration = Duration::from_millis(10);

/// A server that runs until it is killed or dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
    /// Kept open: who prints into a closed pipe is ended by it.
    _said: BufReader<ChildStdout>,
}

impl Server {
    /// Starts `program serve` over a database, on any free port, and waits until it answers.
    pub async fn start(program: &Path, url: &str) -> Self {
        let (program, url) = (program.to_owned(), url.to_owned());
        let server = tokio::task::spawn_blocking(move || Self::spawn(&program, &url)).await.expect("a server");
        server.wait_until_live().await;
        server
    }

    fn spawn(program: &Path, url: &str) -> Self {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", url]).env("OFFRAMP_LOG", "error");
        let mut child = command
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command runs");
        let mut said = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        said.read_line(&mut line).expect("its output is text");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("the server did not say where it listens: {line:?}"));
        Self { child, address: address.parse().expect("an address"), _said: said }
    }

    async fn wait_until_live(&self) {
        let url = format!("http://{}/live", self.address);
        for _ in 0..LIVE_ATTEMPTS_MAX {
            if reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(LIVE_INTERVAL).await;
        }
        panic!("the server does not answer at {url}");
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Kills it (`kill -9`) after a while that is too short to wait for anything by: it only puts the blow somewhere
    /// within a transaction. `struck` is called right before.
    pub async fn kill_after(mut self, jitter: Duration, struck: impl FnOnce()) {
        tokio::time::sleep(jitter).await;
        assert!(!self.has_ended(), "the server ended by itself");
        struck();
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("a process that ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whether it was killed before does not matter here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A copy of a program, so that what is started later is what was started first, whoever builds meanwhile.
pub fn copy_of(program: &str, folder: &Path) -> PathBuf {
    let copy = folder.join("offramp");
    std::fs::copy(program, &copy).expect("a copy of the command");
    copy
}
