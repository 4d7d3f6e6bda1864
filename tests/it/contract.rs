//! What we rely on in the GraphQL library, and what broke in others of its releases: a failed field is null, keys come
//! in the order of the query, an object of which nothing is left is empty, and an omitted variable is not null.

use async_graphql::{EmptySubscription, InputObject, MaybeUndefined, Object, Request, Result, Schema, Variables};
use serde_json::{Value, json};

struct Query;

struct Thing;

#[derive(InputObject)]
struct PatchInput {
    name: MaybeUndefined<String>,
}

#[Object]
impl Thing {
    async fn slow(&self) -> i32 {
        tokio::task::yield_now().await;
        1
    }

    async fn fast(&self) -> i32 {
        2
    }

    async fn broken(&self) -> Option<Result<i32>> {
        Some(Err("broken".into()))
    }
}

#[Object]
impl Query {
    async fn thing(&self) -> Option<Thing> {
        Some(Thing)
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn patch(&self, input: PatchInput) -> String {
        match input.name {
            MaybeUndefined::Undefined => "left out".to_owned(),
            MaybeUndefined::Null => "cleared".to_owned(),
            MaybeUndefined::Value(name) => name,
        }
    }
}

async fn data(query: &str, variables: Value) -> String {
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let answer = schema.execute(Request::new(query).variables(Variables::from_json(variables))).await;
    serde_json::to_string(&answer.data).expect("JSON")
}

#[tokio::test]
async fn a_failed_field_is_null_and_the_others_stay() {
    assert_eq!(data("{ thing { fast broken } }", json!({})).await, r#"{"thing":{"fast":2,"broken":null}}"#);
}

#[tokio::test]
async fn keys_come_in_the_order_of_the_query() {
    assert_eq!(data("{ thing { slow fast } }", json!({})).await, r#"{"thing":{"slow":1,"fast":2}}"#);
}

#[tokio::test]
async fn an_object_of_which_nothing_is_left_is_empty() {
    assert_eq!(data("{ thing { fast @skip(if: true) } }", json!({})).await, r#"{"thing":{}}"#);
}

#[tokio::test]
async fn an_omitted_variable_is_not_null() {
    let patch = "mutation P($name: String) { patch(input: {name: $name}) }";
    for (variables, expected) in
        [(json!({}), "left out"), (json!({"name": null}), "cleared"), (json!({"name": "x"}), "x")]
    {
        assert_eq!(data(patch, variables).await, format!(r#"{{"patch":"{expected}"}}"#));
    }
}
