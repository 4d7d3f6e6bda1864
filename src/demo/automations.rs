//! The two automations of the demo, both entered by a customer's first order.

use super::client::Client;
use serde_json::{Value, json};

/// Their names and ids.
pub(super) type Automations = Vec<(&'static str, String)>;

/// Defines both, or finds them where they were defined before.
pub(super) async fn define(client: &Client) -> Result<Automations, String> {
    let until = json!({"before": "1997-10-01T00:00:00Z"});
    let follow_up = json!([{"key": "purchase.made", "window": {"notBefore": "P1D"}, "occurred": until}]);
    let within_30_days = json!([{"key": "purchase.made", "window": {"notBefore": "P1D", "within": "P30D"}}]);
    let any_later = json!([{"key": "purchase.made", "window": {"notBefore": "P1D"}}]);
    Ok(vec![
        ("Follow-up purchase", one(client, "Follow-up purchase", &follow_up, None).await?),
        ("Back within 30 days", one(client, "Back within 30 days", &within_30_days, Some(&any_later)).await?),
    ])
}

async fn one(client: &Client, name: &str, goal: &Value, alternate: Option<&Value>) -> Result<String, String> {
    const FIND: &str = "query Find($name: String!) {
        automations(first: 1, filter: {name: $name}) { nodes { id publishedVersion } } }";
    let found = client.call(FIND, json!({"name": name})).await?;
    let found = &found["automations"]["nodes"][0];
    if let (Some(id), Some(_)) = (found["id"].as_str(), found["publishedVersion"].as_i64()) {
        return Ok(id.to_owned());
    }
    const CREATE: &str = "mutation Create($input: AutomationCreateInput!) {
        automationCreate(input: $input) { automation { id } userErrors { field message } } }";
    let input = json!({"name": name, "reEntry": {"policy": "ONCE"}});
    let made = client.change("automationCreate", CREATE, input).await?;
    let id = made["automation"]["id"].as_str().unwrap_or_default().to_owned();
    rule(client, "entryRuleCreate", "EntryRuleCreateInput", &id, "First order", &json!([{"key": "purchase.made"}]))
        .await?;
    rule(client, "goalCreate", "GoalCreateInput", &id, name, goal).await?;
    if let Some(alternate) = alternate {
        rule(client, "alternateExitRuleCreate", "AlternateExitRuleCreateInput", &id, "Came back later", alternate)
            .await?;
    }
    const PUBLISH: &str = "mutation Publish($input: AutomationPublishInput!) {
        automationPublish(input: $input) { userErrors { field message } } }";
    client.change("automationPublish", PUBLISH, json!({"id": id})).await?;
    Ok(id)
}

async fn rule(
    client: &Client,
    field: &str,
    input_type: &str,
    id: &str,
    name: &str,
    conditions: &Value,
) -> Result<(), String> {
    let query = format!(
        "mutation Add($input: {input_type}!) {{ {field}(input: $input) {{ userErrors {{ field message }} }} }}"
    );
    client.change(field, &query, json!({"automationId": id, "name": name, "conditions": conditions})).await?;
    Ok(())
}
