//! GraphQL over WebSocket, by the protocol `graphql-transport-ws`.

use super::BODY_BYTES_MAX;
use super::Doors;
use super::refusal::refuse;
use super::workspace::{Unknown, named, named_in};
use async_graphql::Data;
use async_graphql::http::ALL_WEBSOCKET_PROTOCOLS;
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Opens a socket.
pub(super) async fn upgrade(
    State(doors): State<Doors>,
    headers: HeaderMap,
    protocol: Result<GraphQLProtocol, StatusCode>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(socket) = socket else { return only_post() };
    let Ok(protocol) = protocol else {
        let message = "Ask for the WebSocket sub-protocol graphql-transport-ws.";
        return refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", message);
    };
    let header_name = named(&headers);
    let socket = socket.max_message_size(BODY_BYTES_MAX).protocols(ALL_WEBSOCKET_PROTOCOLS);
    let opened = socket.on_upgrade(move |stream| {
        let (schema, mut closing) = (doors.schema.clone(), doors.closing.clone());
        let init = move |payload| init(doors, header_name, payload);
        let serve = GraphQLWebSocket::new(stream, schema, protocol).on_connection_init(init).serve();
        async move {
            // Cut, not completed: a client takes `complete` for the end of the feed, and comes back after a cut.
            // First whether to go: the database is closed as soon as all sockets are.
            tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => {}
                () = serve => {}
            }
        }
    });
    opened.into_response()
}

/// Finds out who asks before anything is answered.
async fn init(doors: Doors, header_name: String, payload: serde_json::Value) -> async_graphql::Result<Data> {
    let caller = doors.caller(named_in(&payload)?.unwrap_or(header_name)).await.map_err(|unknown| match unknown {
        Unknown::Workspace(name) => format!("There is no workspace `{name}`."),
        Unknown::Failed => "The database does not answer; try again.".to_owned(),
    })?;
    let mut data = Data::default();
    data.insert(caller);
    Ok(data)
}

fn only_post() -> Response {
    let message = "Send operations by POST, or open a WebSocket here.";
    let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, "BAD_REQUEST", message);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}
