//! A WebSocket that speaks `graphql-transport-ws`.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a message may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A socket on which one operation runs.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket for a workspace, and runs an operation on it.
    pub async fn run(address: SocketAddr, workspace: Option<&str>, query: &str, variables: Value) -> Self {
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        let (stream, _) = tokio_tungstenite::connect_async(request).await.expect("a socket");
        let mut socket = Self(stream);
        let payload = workspace.map_or(json!({}), |name| json!({"workspace": name}));
        socket.send(json!({"type": "connection_init", "payload": payload})).await;
        let acknowledged = socket.receive().await;
        assert_eq!(acknowledged.map(|message| message["type"].clone()), Some(json!("connection_ack")));
        let payload = json!({"query": query, "variables": variables});
        socket.send(json!({"type": "subscribe", "id": "1", "payload": payload})).await;
        socket
    }

    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("a message sent");
    }

    /// The next message; none when the socket is closed.
    pub async fn receive(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message in time")?.ok()?;
            match message {
                Message::Text(text) => return Some(serde_json::from_str(&text).expect("a JSON message")),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// The next exit; none when the operation is complete.
    pub async fn exit(&mut self) -> Option<Value> {
        let mut message = self.receive().await?;
        match message["type"].as_str() {
            Some("next") => {
                assert_eq!(message["payload"].get("errors"), None, "{message}");
                Some(message["payload"]["data"]["contactExits"].take())
            }
            Some("complete") => None,
            other => panic!("{other:?}: {message}"),
        }
    }
}
