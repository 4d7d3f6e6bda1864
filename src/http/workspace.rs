//! Which workspace is meant: by header over HTTP, by init payload over WebSocket, `default` where nothing is said.

use super::Doors;
use crate::config::DEFAULT_WORKSPACE;
use crate::graphql::Caller;
use crate::store::workspace;
use axum::http::HeaderMap;
use offramp_domain::fault;
use offramp_domain::limits::NAME_CHARS_MAX;
use offramp_domain::money::Currency;

/// The header that names the workspace.
const HEADER: &str = "x-offramp-workspace";

/// Why there is no caller.
pub(super) enum Unknown {
    /// There is no workspace of that name.
    Workspace(String),
    /// A failure of ours, already logged.
    Failed,
}

/// The name in the header.
pub(super) fn named(headers: &HeaderMap) -> String {
    headers
        .get(HEADER)
        .map_or(DEFAULT_WORKSPACE.to_owned(), |name| String::from_utf8_lossy(name.as_bytes()).into_owned())
}

/// The name in the payload of `connection_init`, under `workspace` or as the header is called: browsers set no headers
/// on a WebSocket, and clients send there what they would have set. None, if nothing is said.
///
/// # Errors
/// A sentence, if what is said is no text.
pub(super) fn named_in(payload: &serde_json::Value) -> Result<Option<String>, String> {
    let said = ["workspace", HEADER].iter().find_map(|name| Some((name, payload.get(name)?)));
    match said {
        None => Ok(None),
        Some((_, serde_json::Value::String(name))) => Ok(Some(name.clone())),
        Some((name, _)) => Err(format!("`{name}` must be the name of a workspace, as a string.")),
    }
}

impl Doors {
    /// Who asks, for the workspace of that name.
    pub(super) async fn caller(&self, name: String) -> Result<Caller, Unknown> {
        if fault::key(&name, NAME_CHARS_MAX).is_err() {
            return Err(Unknown::Workspace(name));
        }
        let row = workspace::find_by_name(&self.store, &name).await.map_err(|error| failed(&error))?;
        let row = row.ok_or(Unknown::Workspace(name))?;
        let currency = Currency::parse(&row.currency).map_err(|error| failed(&error))?;
        Ok(Caller { workspace: row.id.into(), currency })
    }
}

fn failed(error: &impl std::fmt::Display) -> Unknown {
    tracing::error!(%error, "a workspace could not be read");
    Unknown::Failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_socket_names_its_workspace_or_says_nothing_of_it() {
        for (payload, expected) in [
            (json!({}), Ok(None)),
            (json!(null), Ok(None)),
            (json!({"headers": {}}), Ok(None)),
            (json!({"workspace": "shop"}), Ok(Some("shop"))),
            (json!({"x-offramp-workspace": "shop"}), Ok(Some("shop"))),
            (json!({"workspace": 7}), Err(())),
            (json!({"x-offramp-workspace": null}), Err(())),
        ] {
            let named = named_in(&payload).map_err(drop);
            assert_eq!(named, expected.map(|name| name.map(str::to_owned)), "{payload}");
        }
    }
}
