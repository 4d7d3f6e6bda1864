//! A PostgreSQL server for the tests, and a fresh database for each.
//!
//! Either `OFFRAMP_TEST_POSTGRES_URL` names a server on which databases may be created, or one is started from the
//! programs installed here (Linux only). It is shared: nextest runs a process per test, and `initdb` takes longer than
//! most tests. All that it keeps is in one directory under the temporary directory, named by user and checkout:
//!
//! | file          | what it is                                                                                   |
//! |---------------|----------------------------------------------------------------------------------------------|
//! | `users`       | every test process holds a shared lock on it for its life, however that ends                 |
//! | `starting`    | an exclusive lock on it is held while looking for the server, or starting it                 |
//! | `watchdog`    | the watchdog holds an exclusive lock on it, so that there is one, and a dead one is replaced |
//! | `port`        | where the server listens; written when it does                                               |
//! | `data-<port>` | the cluster, with its log and its socket                                                     |
//!
//! The watchdog is a detached shell. When nobody has held `users` for [`IDLE_SECONDS`] it takes that lock exclusively,
//! stops the server and removes the directory; who comes in that moment waits for the lock, sees that the file it
//! locked is no longer the one in the directory, and begins again. A cluster whose server died is thrown away; a server
//! whose directory was removed ends by itself within a minute, because PostgreSQL looks for its own lock file.

#![allow(unreachable_pub, clippy::expect_used, clippy::panic, reason = "a module of test binaries, which may panic")]

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long nobody may use the server before it is stopped.
const IDLE_SECONDS: u32 = 20;

/// Another program may take the free port before PostgreSQL does.
const START_ATTEMPTS_MAX: u32 = 3;

/// Only databases so named are ever dropped.
const NAME_PREFIX: &str = "offramp_test_";

/// The arguments are the directory, the seconds of idleness, and the command that stops the cluster appended to it.
const WATCHDOG: &str = r#"
dir=$1 seconds=$2 idle=0
shift 2
exec 8>"$dir/watchdog" 9<"$dir/users" || exit 1
flock -n 8 || exit 0
while sleep 1 8>&- 9>&-; do
    [ "$dir/users" -ef /dev/fd/9 ] || exit 0
    if ! flock -n 9; then idle=0; continue; fi
    idle=$((idle + 1))
    if [ "$idle" -ge "$seconds" ]; then break; fi
    flock -u 9
done
"$@" "$dir/data-$(cat "$dir/port")"
rm -rf "$dir"
"#;

/// A server on which tests may create databases.
pub struct Server {
    admin_url: String,
    psql: PathBuf,
    /// The lock that keeps the watchdog away; a foreign server needs none.
    _users: Option<File>,
}

/// The server of this test run, if there is one to be had.
///
/// # Panics
/// When there is none and `OFFRAMP_TEST_REQUIRE_POSTGRES` is 1, so that a continuous build cannot pass by skipping; or
/// when the programs are there and the server does not start.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| foreign().or_else(|| programs().map(|bin| shared(&bin)))).as_ref();
    assert!(
        server.is_some() || variable("OFFRAMP_TEST_REQUIRE_POSTGRES").as_deref() != Some("1"),
        "There is no PostgreSQL for the tests, and OFFRAMP_TEST_REQUIRE_POSTGRES=1 asks for one: install the Debian \
         package `postgresql`, or set OFFRAMP_TEST_POSTGRES_URL to a server on which databases may be created, such \
         as postgres://user:password@127.0.0.1:5432/postgres.",
    );
    server
}

impl Server {
    /// Creates an empty database that nobody else uses, and returns its URL.
    pub fn create_database(&self) -> String {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_nanos());
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{NAME_PREFIX}{}_{nanos:x}_{number}", process::id());
        // Not the default template: autovacuum visits that one, and the statement then waits for it.
        self.execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE template0"));
        replace_database(&self.admin_url, &name)
    }

    /// Drops a database that [`Server::create_database`] made. Only a foreign server needs it: ours is thrown away.
    pub fn drop_database(&self, url: &str) {
        let name = split_database(url).1;
        assert!(name.starts_with(NAME_PREFIX), "`{name}` is not a database that the tests created; it is not dropped.");
        self.execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
    }

    fn execute(&self, statement: &str) {
        let options = ["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--command"];
        run(Command::new(&self.psql).arg(&self.admin_url).args(options).arg(statement))
            .unwrap_or_else(|why| panic!("{why}"));
    }
}

/// A URL up to its authority, the database that it names, and its query with the question mark.
fn split_database(url: &str) -> (&str, &str, &str) {
    let (address, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address.split_at(authority).1.find('/').map_or(address.len(), |at| authority + at);
    let (server, name) = address.split_at(end);
    (server, name.trim_start_matches('/'), query)
}

fn replace_database(url: &str, name: &str) -> String {
    let (server, _, query) = split_database(url);
    format!("{server}/{name}{query}")
}

fn foreign() -> Option<Server> {
    let admin_url = variable("OFFRAMP_TEST_POSTGRES_URL")?;
    let psql = programs().map(|bin| bin.join("psql")).filter(|psql| psql.exists());
    Some(Server { admin_url, psql: psql.unwrap_or_else(|| "psql".into()), _users: None })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The directory of the newest PostgreSQL installed here that has a server.
fn programs() -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let version = |bin: &PathBuf| bin.parent().and_then(Path::file_name)?.to_str()?.parse::<u32>().ok();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    found.sort_by_key(version);
    let configured = || run(Command::new("pg_config").arg("--bindir")).ok().map(|bin| PathBuf::from(bin.trim()));
    let has_server =
        |bin: &PathBuf| ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| bin.join(name).exists());
    found.into_iter().rev().find(has_server).or_else(|| configured().filter(has_server))
}

/// The server that all test processes of this user and checkout share, started if it does not run.
fn shared(bin: &Path) -> Server {
    let uid = fs::metadata("/proc/self").expect("Linux has /proc/self").uid();
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    let dir = std::env::temp_dir().join(format!("offramp-pg-{uid}-{:016x}", hasher.finish()));
    let users = join_users(&dir);
    let starting = open(&dir.join("starting")).expect("the directory of the test server is writable");
    starting.lock().expect("a local file can be locked");
    let cluster = Cluster { bin, dir: &dir, as_root: uid == 0 };
    // First, so that what a failed or killed start leaves behind is removed too.
    cluster.watch();
    let port = cluster.running().unwrap_or_else(|| cluster.start());
    let admin_url = format!("postgres://offramp@127.0.0.1:{port}/postgres");
    Server { admin_url, psql: bin.join("psql"), _users: Some(users) }
}

/// Holds the shared lock on `users`. While it is held nobody removes the directory.
fn join_users(dir: &Path) -> File {
    let path = dir.join("users");
    loop {
        fs::create_dir_all(dir).expect("the temporary directory is writable");
        // The watchdog may remove the directory between any two of these lines.
        let Ok(users) = open(&path) else { continue };
        users.lock_shared().expect("a local file can be locked");
        let locked = users.metadata().expect("an open file has metadata");
        if fs::metadata(&path).is_ok_and(|present| (present.dev(), present.ino()) == (locked.dev(), locked.ino())) {
            return users;
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}

struct Cluster<'a> {
    bin: &'a Path,
    dir: &'a Path,
    as_root: bool,
}

impl Cluster<'_> {
    /// The port of the server, if it answers. Its socket is asked: on a stale port a stranger may listen.
    fn running(&self) -> Option<u16> {
        let port = fs::read_to_string(self.dir.join("port")).ok()?.parse().ok()?;
        UnixStream::connect(self.data(port).join(format!(".s.PGSQL.{port}"))).ok().map(|_| port)
    }

    fn start(&self) -> u16 {
        let mut failure = String::new();
        for _ in 0..START_ATTEMPTS_MAX {
            self.remove_stale();
            match self.try_start() {
                Ok(port) => return port,
                Err(why) => failure = why,
            }
        }
        panic!("The PostgreSQL of {} did not start for the tests: {failure}", self.bin.display());
    }

    fn try_start(&self) -> Result<u16, String> {
        let port = free_port().map_err(|error| format!("there is no free port: {error}"))?;
        let data = self.data(port);
        fs::create_dir(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        if self.as_root {
            run(Command::new("chown").arg("postgres:").arg(&data))?;
        }
        let options = ["--auth=trust", "--username=offramp", "--no-sync", "--encoding=UTF8", "--locale=C", "--pgdata"];
        run(self.program("initdb").args(options).arg(&data))?;
        self.configure(port).map_err(|error| format!("postgresql.conf cannot be extended: {error}"))?;
        run(self
            .program("pg_ctl")
            .args(["start", "--wait", "--silent", "--log"])
            .arg(data.join("log"))
            .arg("-D")
            .arg(&data))
        .map_err(|why| why + &fs::read_to_string(data.join("log")).unwrap_or_default())?;
        fs::write(self.dir.join("port"), port.to_string()).map_err(|error| format!("the port is not kept: {error}"))?;
        Ok(port)
    }

    /// `synchronous_commit` stays on, which the product asserts; without `fsync` it costs nothing.
    fn configure(&self, port: u16) -> io::Result<()> {
        let data = self.data(port);
        let sockets = data.display().to_string().replace('\'', "''");
        let settings = format!(
            "\nport = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{sockets}'\n\
             max_connections = 300\nfsync = off\n"
        );
        io::Write::write_all(&mut File::options().append(true).open(data.join("postgresql.conf"))?, settings.as_bytes())
    }

    /// Removes what dead servers left. An orphan that still writes loses its files; the watchdog takes the rest.
    fn remove_stale(&self) {
        for entry in fs::read_dir(self.dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("data-") {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Sees to it that there is a watchdog; one that is too many ends at once.
    fn watch(&self) {
        let watchdog = open(&self.dir.join("watchdog")).expect("the directory of the test server is writable");
        if watchdog.try_lock().is_err() {
            return;
        }
        drop(watchdog);
        let stop = self.program("pg_ctl");
        let mut shell = Command::new("setsid");
        shell.args(["--fork", "sh", "-c", WATCHDOG, "watchdog"]).arg(self.dir).arg(IDLE_SECONDS.to_string());
        shell.arg(stop.get_program()).args(stop.get_args()).args(["stop", "--silent", "--mode=immediate", "-D"]);
        // Nothing of the test's own: a runner takes an open pipe for a test that has not ended.
        shell.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = Command::new("flock").arg("--version").stdout(Stdio::null()).status().and_then(|_| shell.status());
        assert!(status.is_ok_and(|status| status.success()), "The test server needs flock and setsid of util-linux.");
    }

    fn data(&self, port: u16) -> PathBuf {
        self.dir.join(format!("data-{port}"))
    }

    /// A program of PostgreSQL, which refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let path = self.bin.join(name);
        let mut command = match self.as_root {
            false => Command::new(path),
            true if Path::new("/usr/bin/setpriv").exists() => {
                let mut command = Command::new("/usr/bin/setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(path);
                command
            }
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            }
        };
        command.current_dir(self.dir);
        command
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Runs a program to its end: what it printed, or a sentence with what it complained of.
fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("`{name}` does not run: {error}. "))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(said(&output.stdout)),
        false => {
            Err(format!("`{name}` ended with {}: {}{}", output.status, said(&output.stderr), said(&output.stdout)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{replace_database, split_database};

    #[test]
    fn a_url_keeps_all_but_its_database() {
        let cases = [
            ("postgres://u:p@host:5432/postgres", "postgres://u:p@host:5432/new"),
            ("postgres://host", "postgres://host/new"),
            ("postgres://host/old?sslmode=disable", "postgres://host/new?sslmode=disable"),
            ("postgres://host?sslcert=/a/b", "postgres://host/new?sslcert=/a/b"),
            ("postgres:///old?host=/run/postgresql", "postgres:///new?host=/run/postgresql"),
        ];
        for (url, expected) in cases {
            assert_eq!(replace_database(url, "new"), expected);
            assert_eq!(split_database(expected).1, "new");
        }
    }
}
