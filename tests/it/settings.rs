//! Settings: who is heard before whom, and what is refused with the way out.

use offramp::config::{Config, Settings, Sources};
use std::path::Path;
use std::process::{Command, Output};

/// What the process might have been told.
#[derive(Default)]
struct Told<'a> {
    file: Option<&'a str>,
    environment: &'a [(&'a str, &'a str)],
    flags: &'a [(&'static str, &'a str)],
}

impl Told<'_> {
    fn settings(&self) -> Result<Settings, String> {
        let environment = self.environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::gather(Sources {
            file: self.file.map(|text| ("shop.toml".into(), text.to_owned())),
            environment: environment.collect(),
            flags: self.flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect(),
        })
    }

    fn config(&self) -> Result<Config, String> {
        Config::read(&self.settings()?)
    }
}

fn of_file(text: &str) -> Result<Config, String> {
    Told { file: Some(text), ..Told::default() }.config()
}

fn of_variable(name: &str, value: &str) -> Result<Config, String> {
    Told { environment: &[(name, value)], ..Told::default() }.config()
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let file = Some("listen = \"127.0.0.1:1\"");
    let environment: &[_] = &[("OFFRAMP_LISTEN", "127.0.0.1:2"), ("PATH", "/bin"), ("OFFRAMP_TEST_X", "1")];
    let flags: &[_] = &[("listen", "127.0.0.1:3")];
    for (told, port, origin) in [
        (Told::default(), 4000, "default"),
        (Told { file, ..Told::default() }, 1, "file shop.toml"),
        (Told { file, environment, flags: &[] }, 2, "environment OFFRAMP_LISTEN"),
        (Told { file, environment, flags }, 3, "flag --listen"),
        (Told { file, environment: &[], flags }, 3, "flag --listen"),
    ] {
        let settings = told.settings().expect("settings");
        assert_eq!(settings.entry("listen").expect("an entry").origin.to_string(), origin);
        assert_eq!(Config::read(&settings).expect("a configuration").listen.port(), port);
    }
}

#[test]
fn each_source_reaches_every_kind_of_setting() {
    let text = "database_url = \"sqlite://shop.db\"\ndrain_timeout_ms = 5\n[engine]\nlanes = 3\n";
    let config = of_file(text).expect("a configuration");
    assert_eq!((config.database_url.as_str(), config.drain_timeout.as_millis()), ("sqlite://shop.db", 5));
    assert_eq!((config.engine.lanes, config.engine.group_events_max), (3, 1_000));
    assert_eq!(of_variable("OFFRAMP_ENGINE_LANES", "2").expect("a configuration").engine.lanes, 2);
    assert_eq!(of_variable("OFFRAMP_LOG", "off").expect("a configuration").log, "off");
    for nothing in ["", "# nothing", "[engine]"] {
        assert_eq!(of_file(nothing), Ok(Config::default()));
    }
}

#[test]
fn unknown_names_are_refused_with_the_nearest_right_one() {
    for (text, expected) in [
        ("listne = \"127.0.0.1:1\"", ["`listne` (shop.toml)", "`listen`?"]),
        ("lanes = 1", ["`lanes`", "`engine.lanes`?"]),
        ("[engine]\nlane = 1", ["`engine.lane`", "`engine.lanes`?"]),
        ("[engin]\nlanes = 1", ["`engin.lanes`", "`engine.lanes`?"]),
        ("[engine.lanes]\nmost = 1", ["`engine.lanes.most`", "`engine.lanes`?"]),
        ("engine = 5", ["`engine`", "write `[engine]`"]),
        ("[[engine]]", ["`engine`", "write `[engine]`"]),
        ("[zzz]", ["`zzz`", "`offramp config`"]),
    ] {
        let said = of_file(text).expect_err(text);
        assert!(said.contains(expected[0]) && said.contains(expected[1]), "{text}: {said}");
    }
    for (name, expected) in [
        ("OFFRAMP_LISTNE", "OFFRAMP_LISTEN?"),
        ("OFFRAMP_DATABSE_URL", "OFFRAMP_DATABASE_URL?"),
        ("OFFRAMP_LANES", "OFFRAMP_ENGINE_LANES?"),
        ("OFFRAMP_CONFG", "OFFRAMP_CONFIG?"),
        ("OFFRAMP_", "`offramp config`"),
    ] {
        let said = of_variable(name, "x").expect_err(name);
        assert!(said.contains(name) && said.contains(expected), "{said}");
    }
    for exempt in
        ["OFFRAMP_TEST_POSTGRES_URL", "OFFRAMP_CI_SEED", "OFFRAMP_BENCH_SECONDS", "OFFRAMP_SIM_SEEDS", "OFFRAMP_CONFIG"]
    {
        assert_eq!(of_variable(exempt, "x"), Ok(Config::default()));
    }
}

#[test]
fn wrong_values_are_refused_with_where_they_came_from_and_what_is_wanted() {
    for (text, found, wanted) in [
        ("listen = 5", "is 5", "an address and a port"),
        ("listen = \"localhost\"", "`localhost`", "127.0.0.1:4000"),
        ("listen = \"0.0.0.0:4000\"", "no access control", "--listen 127.0.0.1:4000"),
        ("database_url = \"\"", "is empty", "sqlite://FILE"),
        ("database_url = [\"postgres://ann:secret@host/db\"]", "of the kind array", "postgres://USER@HOST/NAME"),
        ("listen = \"postgres://ann:secret@host/db\"", "ann:***@host", "an address"),
        ("log = \"offramp=loud\"", "`offramp=loud`", "warn,offramp=info"),
        ("loader_delay_ms = 1001", "is 1001", "from 0 to 1000"),
        ("loader_delay_ms = -1", "is -1", "from 0 to 1000"),
        ("drain_timeout_ms = 600001", "is 600001", "from 0 to 600000"),
        ("drain_timeout_ms = 1.5", "is 1.5", "a whole number"),
        ("engine.lanes = 9", "is 9", "from 0 to 8"),
        ("engine.lanes = \"2\"", "the text `2`", "a whole number"),
        ("engine.group_events_max = 0", "is 0", "from 1 to 1000"),
        ("engine.group_events_max = 1001", "is 1001", "from 1 to 1000"),
        ("engine.queue_events_max = 999", "is 999", "from 1000 to 1000000"),
        ("engine.queue_bytes_max = true", "is true", "from 2097152 to 1073741824"),
    ] {
        let said = of_file(text).expect_err(text);
        assert!(said.contains("(file shop.toml)") && said.contains(found) && said.contains(wanted), "{text}: {said}");
        assert!(!said.contains("secret") && said.lines().count() == 1, "{said}");
    }
    let said = of_variable("OFFRAMP_ENGINE_LANES", "two").expect_err("a word");
    assert!(said.contains("`engine.lanes` (environment OFFRAMP_ENGINE_LANES) is the text `two`"), "{said}");
    let two = of_file("loader_delay_ms = 2000\nengine.lanes = 20").expect_err("two faults");
    assert_eq!(two.lines().count(), 2, "{two}");
}

#[test]
fn a_file_that_is_no_toml_is_refused_by_its_line_which_is_not_shown() {
    let said = of_file("log = \"info\"\ndatabase_url = \"postgres://ann:secret@host/db\n").expect_err("an open text");
    assert!(said.contains("shop.toml cannot be read at line 2") && !said.contains("secret"), "{said}");
}

#[test]
fn the_settings_that_are_printed_are_a_settings_file_without_passwords() {
    let url = "postgres://ann:secret@host/db?password=hidden";
    let told = Told {
        file: Some("log = \"a\\\"b=info\"\n[engine]\nlanes = 2"),
        environment: &[("OFFRAMP_DATABASE_URL", url)],
        ..Told::default()
    };
    let printed = told.settings().expect("settings").to_toml();
    assert!(!printed.contains("secret") && !printed.contains("hidden"), "{printed}");
    for line in [
        "listen = \"127.0.0.1:4000\" # default",
        "database_url = \"postgres://ann:***@host/db?password=***\" # environment OFFRAMP_DATABASE_URL",
        "[engine]",
        "lanes = 2 # file shop.toml",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line} is missing in\n{printed}");
    }
    let again = Told { file: Some(&printed), ..Told::default() }.settings().expect("settings");
    for (one, other) in again.entries().iter().zip(told.settings().expect("settings").entries()) {
        assert_eq!(one.key, other.key);
        assert!(one.key == "database_url" || one.value == other.value, "{} came back as {}", other.value, one.value);
    }
}

/// `offramp config` in a folder, told only this.
fn printed(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
    command.arg("config").args(arguments).current_dir(folder).env_clear().envs(environment.iter().copied());
    command.output().expect("the command")
}

#[test]
fn the_command_finds_the_file_that_is_named_or_the_usual_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("offramp.toml", "loader_delay_ms = 7");
    write("named.toml", "loader_delay_ms = 8");
    write("flagged.toml", "loader_delay_ms = 9");
    let named = ("OFFRAMP_CONFIG", "named.toml");
    for (arguments, environment, line) in [
        (&[][..], &[][..], "loader_delay_ms = 7 # file offramp.toml"),
        (&[], &[named], "loader_delay_ms = 8 # file named.toml"),
        (&["--config", "flagged.toml"], &[named], "loader_delay_ms = 9 # file flagged.toml"),
        (&[], &[("OFFRAMP_LOADER_DELAY_MS", "3")], "loader_delay_ms = 3 # environment OFFRAMP_LOADER_DELAY_MS"),
        (&["--listen", "[::1]:1"], &[("OFFRAMP_LISTEN", "127.0.0.1:2")], "listen = \"[::1]:1\" # flag --listen"),
        (&["--log", "debug"], &[("OFFRAMP_LOG", "info")], "log = \"debug\" # flag --log"),
    ] {
        let output = printed(folder.path(), arguments, environment);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.lines().any(|printed| printed == line), "{line}: {output:?}");
    }
    write("long.toml", &"# much\n".repeat(200_000));
    for (arguments, environment, expected) in [
        (&["--config", "missing.toml"][..], &[][..], "missing.toml"),
        (&["--config", "long.toml"], &[], "longer than 1048576 bytes"),
        (&[], &[("OFFRAMP_LISTNE", "127.0.0.1:2")], "OFFRAMP_LISTEN?"),
        (&["--listen", "5"], &[], "`listen` (flag --listen) is the text `5`"),
    ] {
        let output = printed(folder.path(), arguments, environment);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{expected}: {said}");
        assert_eq!((said.lines().count(), output.stdout.len()), (1, 0), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
    command.arg("config").current_dir(env!("CARGO_TARGET_TMPDIR")).env_clear();
    let output = command.env("OFFRAMP_DATABASE_URL", std::ffi::OsStr::from_bytes(b"sqlite://\xff.db")).output();
    let output = output.expect("the command");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("OFFRAMP_DATABASE_URL"), "{said}");
}
