//! The command: what it refuses, in one sentence with the way out.

use crate::harness::world::{World, any_port, sqlite_url};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

fn offramp(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OFFRAMP_")) {
        command.env_remove(name);
    }
    // Where nobody keeps a settings file.
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).output().expect("the command")
}

/// The one sentence on standard error of a call that must fail.
fn refusal(arguments: &[&str]) -> String {
    let output = offramp(arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn what_cannot_be_served_is_refused_with_the_way_out() {
    let taken = TcpListener::bind(any_port()).expect("a port");
    let taken = taken.local_addr().expect("an address").to_string();
    let (url, _folder) = sqlite_url();
    let listen = ["serve", "--listen"];
    for (arguments, expected) in [
        (vec!["--database-url", "sqlite:///no/such/folder/offramp.db"], "--database-url"),
        (vec!["--database-url", "mysql://localhost/offramp"], "sqlite:// or postgres://"),
        (vec!["--database-url", "sqlite::memory:"], "name a file"),
        (vec!["--database-url", "postgres://offramp:secret@127.0.0.1:1/offramp"], "--database-url"),
    ] {
        let said = refusal(&[&listen[..], &["127.0.0.1:0"], &arguments].concat());
        assert!(said.contains(expected) && !said.contains("secret"), "{said}");
    }
    let said = refusal(&["serve", "--listen", "0.0.0.0:4000", "--database-url", &url]);
    assert!(said.contains("--listen 127.0.0.1:4000"), "{said}");
    let held = TcpListener::bind(&taken).or_else(|_| TcpListener::bind(any_port())).expect("a port that is held");
    let address = held.local_addr().expect("an address").to_string();
    let said = refusal(&["serve", "--listen", &address, "--database-url", &url]);
    assert!(said.contains("another --listen"), "{said}");
}

/// Who has read enough hangs up; a disk that is full is told.
#[test]
fn nothing_breaks_where_nobody_reads() {
    let into = |file: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
        command.arg("schema").current_dir(env!("CARGO_TARGET_TMPDIR"));
        command.stdout(std::fs::OpenOptions::new().write(true).open(file).expect("a place to write to"));
        command.output().expect("the command")
    };
    let full = into("/dev/full");
    let said = String::from_utf8_lossy(&full.stderr);
    assert!(!full.status.success() && said.contains("cannot be written") && said.lines().count() == 1, "{said}");
    let mut schema = Command::new(env!("CARGO_BIN_EXE_offramp"));
    let schema = schema.arg("schema").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut schema = schema.expect("the command");
    drop(schema.stdout.take());
    let ended = schema.wait_with_output().expect("an end");
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn looking_at_a_database_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("typo.db");
    let said = refusal(&["workspace", "list", "--database-url", &format!("sqlite://{}", database.display())]);
    assert!(said.contains("--database-url") && !database.exists(), "{said}");
}

#[test]
fn a_log_with_a_broken_row_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("orders.csv");
    std::fs::write(&log, "customer,date,quantity,amount\n1,1997-01-01,1,10.00\n1,1997-01-32,1,10.00\n").expect("a log");
    let database = folder.path().join("kept.db");
    let url = format!("sqlite://{}", database.display());
    let said = refusal(&["demo", "--exit", "--orders", &log.display().to_string(), "--database-url", &url]);
    assert!(said.contains("line 3") && said.contains("`date`") && said.contains("Nothing was sent"), "{said}");
    assert!(!database.exists(), "not even a database was made");
    let said = refusal(&["demo", "--exit", "--orders", "/no/such/log.csv"]);
    assert!(said.contains("--orders"), "{said}");
}

#[test]
fn the_schema_is_printed_and_a_database_is_migrated() {
    let schema = offramp(&["schema"]);
    assert!(
        String::from_utf8_lossy(&schema.stdout) == include_str!("../../schema.graphql"),
        "another schema is printed"
    );
    let (url, _folder) = sqlite_url();
    for _ in 0..2 {
        let migrated = offramp(&["migrate", "--database-url", &url]);
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    }
}

#[test]
fn workspaces_are_made_and_listed() {
    let (url, _folder) = sqlite_url();
    let create = ["workspace", "create", "--database-url", &url];
    let made = offramp(
        &[&create[..], &["shop", "--currency", "EUR", "--time-zone", "europe/berlin", "--edition", "MAX_CLASSIC"]]
            .concat(),
    );
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let listed = offramp(&["workspace", "list", "--database-url", &url]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "shop\tEurope/Berlin\tEUR\tMAX_CLASSIC\n");
    for (arguments, expected) in [
        (&["shop", "--currency", "EUR"][..], "already"),
        (&["other", "--currency", "EURO"], "currency: "),
        (&["other", "--currency", "EUR", "--time-zone", "Berlin"], "time zone"),
    ] {
        let said = refusal(&[&create[..], arguments].concat());
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn products_are_imported_and_every_bad_row_is_told() {
    let (url, folder) = sqlite_url();
    let file = folder.path().join("products.csv");
    let path = file.display().to_string();
    let import = ["import", "products", &path, "--workspace", "shop", "--database-url", &url];
    std::fs::write(&file, "external_id,name,categories\np1,Soap,a|b\np2,Bar,a\n").expect("a file");
    let said = refusal(&import);
    assert!(said.contains("--database-url") && !folder.path().join("test.db").exists(), "{said}");
    assert!(offramp(&["workspace", "create", "shop", "--currency", "EUR", "--database-url", &url]).status.success());
    let told = |output: &Output| (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned());
    let made = "Products: 2 made, 0 changed, 0 as they were. Categories: 2 made. Rows refused: 0.\n";
    assert_eq!(told(&offramp(&import)), (Some(0), made.to_owned()));
    std::fs::write(&file, "external_id,name,categories\np1,Soap,b\np2,Bar,a\np3,,\np4,Cream\n").expect("a file");
    let changed = "Products: 0 made, 1 changed, 1 as they were. Categories: 0 made. Rows refused: 2.\n\
                   line 4, column name: Must not be empty.\nline 5: Has 2 columns; 3 are wanted.\n";
    assert_eq!(told(&offramp(&import)), (Some(1), changed.to_owned()));
    let other = refusal(&["import", "products", &path, "--database-url", &url]);
    assert!(other.contains("no workspace `default`"), "{other}");
    std::fs::write(&file, "sku,title\n").expect("a file");
    let said = refusal(&import);
    assert!(said.contains("external_id,name,categories"), "{said}");
    std::fs::write(&file, [0xff, 0xfe]).expect("a file");
    assert!(refusal(&import).contains("UTF-8"));
    std::fs::remove_file(&file).expect("no file");
    assert!(refusal(&import).contains("cannot be read"));
}

/// The demo's figures do not change when its log is sent again: each order is applied once.
#[tokio::test]
async fn the_demo_twice_over_one_database_is_the_demo_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("orders.csv");
    let rows = [
        "1,1997-01-01,1,10.00",
        "1,1997-01-05,1,20.00",
        "2,1997-01-02,1,5.00",
        "2,1997-03-02,1,5.00",
        "3,1997-01-03,2,0.00",
    ];
    std::fs::write(&log, format!("customer,date,quantity,amount\n{}\n", rows.join("\n"))).expect("a log");
    let url = format!("sqlite://{}", folder.path().join("kept.db").display());
    let run = || offramp(&["demo", "--exit", "--json", "--orders", &log.display().to_string(), "--database-url", &url]);
    let (first, again) = (run(), run());
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    assert_eq!(String::from_utf8_lossy(&first.stdout), String::from_utf8_lossy(&again.stdout));
    let figures: serde_json::Value = serde_json::from_slice(&first.stdout).expect("JSON");
    let follow_up = &figures["automations"][0];
    assert_eq!((&follow_up["entered"], &follow_up["converted"]), (&3.into(), &2.into()), "{figures}");
    assert!(String::from_utf8_lossy(&again.stderr).contains("5 of the orders had been sent"), "the repeats are told");
    drop(World::node(&url, offramp::clock::Clock::system()).await);
}
