//! A client of the API over HTTP.

use serde_json::{Value, json};
use std::net::SocketAddr;

/// Calls the API.
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { http: reqwest::Client::new(), url: format!("http://{address}/graphql") }
    }

    /// The data of an operation, if it had no error.
    pub(super) async fn call(&self, query: &str, variables: Value) -> Result<Value, String> {
        let request = self.http.post(&self.url).json(&json!({"query": query, "variables": variables}));
        let answer = request.send().await.map_err(|error| format!("The server does not answer: {error}"))?;
        let mut answer: Value = answer.json().await.map_err(|error| format!("The answer cannot be read: {error}"))?;
        match answer.get("errors") {
            Some(errors) => Err(format!("The server answered with errors: {errors}")),
            None => Ok(taken(&mut answer, "data")),
        }
    }

    /// The same for a mutation: its payload, if the caller did nothing wrong.
    pub(super) async fn change(&self, field: &str, query: &str, input: Value) -> Result<Value, String> {
        let mut data = self.call(query, json!({"input": input})).await?;
        let payload = taken(&mut data, field);
        if payload["userErrors"] == json!([]) {
            Ok(payload)
        } else {
            Err(format!("{field}: {}", payload["userErrors"]))
        }
    }
}

/// A field out of an object; null if there is none.
pub(super) fn taken(object: &mut Value, field: &str) -> Value {
    object.get_mut(field).map(Value::take).unwrap_or_default()
}
