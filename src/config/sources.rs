//! Where settings are said: a file, the environment of the process, and flags.

use super::settings::{FILE_VARIABLE, PREFIX};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The file in the working directory that is read if none is named.
const USUAL_FILE: &str = "offramp.toml";
/// Bytes of a settings file: a hundred times what there is to say, so that a database named by mistake is not read.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// What was said besides the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Path and text of the settings file.
    pub file: Option<(PathBuf, String)>,
    /// Variables and their values; those of others are not looked at.
    pub environment: Vec<(String, String)>,
    /// Settings that have a flag, by their keys.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// What this process was told: by the file that is named or the usual one, by its environment, and by these flags.
    ///
    /// # Errors
    /// A sentence with the way out, if a named file cannot be read.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<(&'static str, String)>) -> Result<Self, String> {
        let named = file.or_else(|| std::env::var_os(FILE_VARIABLE).map(PathBuf::from));
        let file = match named {
            Some(path) => Some(text_of(&path).map(|text| (path.clone(), text)).map_err(|why| unread(&path, &why))?),
            None => usual()?,
        };
        Ok(Self { file, environment: environment()?, flags })
    }
}

/// The variables that may be settings.
fn environment() -> Result<Vec<(String, String)>, String> {
    let named = std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value));
    let ours = named.filter(|(name, _)| name.starts_with(PREFIX) && name != FILE_VARIABLE);
    ours.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(format!("The variable {name} holds what is no text (UTF-8); set it anew or unset it.")),
    })
    .collect()
}

/// The usual file, if it is there.
fn usual() -> Result<Option<(PathBuf, String)>, String> {
    let path = PathBuf::from(USUAL_FILE);
    match text_of(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(unread(&path, &why)),
    }
}

fn text_of(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(FILE_BYTES_MAX.saturating_add(1)).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= FILE_BYTES_MAX) {
        return Ok(text);
    }
    Err(std::io::Error::new(ErrorKind::FileTooLarge, format!("it is longer than {FILE_BYTES_MAX} bytes")))
}

fn unread(path: &Path, why: &std::io::Error) -> String {
    format!(
        "The settings file {} cannot be read ({why}). Name another with --config or {FILE_VARIABLE}, or none.",
        path.display()
    )
}
