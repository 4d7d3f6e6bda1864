//! A subscriber: prints the first exits as they happen.

use futures_util::{SinkExt, Stream, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Exits that are printed.
const SHOWN: usize = 5;

/// Subscribes, and tells of the first exits by `tell` for as long as the task runs.
pub(super) async fn watch(address: SocketAddr, tell: impl Fn(&str) + Send + 'static) -> Result<JoinHandle<()>, String> {
    const SUBSCRIBE: &str =
        "subscription { contactExits { contact { externalId } automation { name } reason exitedAt } }";
    let lost = |error: Error| format!("The subscription could not be opened: {error}");
    let mut request = format!("ws://{address}/graphql").into_client_request().map_err(lost)?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.map_err(lost)?;
    for message in [
        json!({"type": "connection_init"}),
        json!({"type": "subscribe", "id": "exits", "payload": {"query": SUBSCRIBE}}),
    ] {
        socket.send(Message::text(message.to_string())).await.map_err(lost)?;
        if message["type"] == "connection_init" {
            until(&mut socket, "connection_ack").await.ok_or("The server did not acknowledge the subscription.")?;
        }
    }
    Ok(tokio::spawn(async move {
        for _ in 0..SHOWN {
            let Some(exit) = until(&mut socket, "next").await else { return };
            let exit = &exit["payload"]["data"]["contactExits"];
            let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (contact, automation) = (of(&exit["contact"]["externalId"]), of(&exit["automation"]["name"]));
            tell(&format!("  {}  {contact} left \"{automation}\": {}", of(&exit["exitedAt"]), of(&exit["reason"])));
        }
    }))
}

/// The next message of a type.
async fn until(socket: &mut (impl Stream<Item = Result<Message, Error>> + Unpin), wanted: &str) -> Option<Value> {
    while let Some(Ok(message)) = socket.next().await {
        let message: Value = serde_json::from_str(message.to_text().unwrap_or_default()).unwrap_or_default();
        if message["type"] == wanted {
            return Some(message);
        }
    }
    None
}
