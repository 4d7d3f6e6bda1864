//! What was acknowledged, in a file that outlives whoever is killed: on the disk before anybody sends more.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file.
pub struct Ledger {
    path: PathBuf,
    file: File,
}

impl Ledger {
    /// A new ledger, empty.
    pub fn create(path: &Path) -> Self {
        Self { path: path.to_owned(), file: File::create_new(path).expect("a new file") }
    }

    /// Notes message ids as acknowledged; when this returns it is durable.
    pub fn note<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        let lines: String = keys.into_iter().flat_map(|key| [key, "\n"]).collect();
        self.file.write_all(lines.as_bytes()).expect("a writable ledger");
        self.file.sync_data().expect("a durable ledger");
    }

    /// Every message id that was noted.
    pub fn read(&self) -> Vec<String> {
        fs::read_to_string(&self.path).expect("the ledger").lines().map(str::to_owned).collect()
    }
}
