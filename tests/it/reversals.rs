//! What is given back of orders, and what is left of the figures (R18, R19, R25).

use crate::harness::world::{World, any_purchase, faults, tagged};
use crate::on_both;
use crate::orders::{pay, place, tell, usd};
use serde_json::{Value, json};

const FIGURES: &str =
    "query S($id: ID!) { automation(id: $id) { stats { converted convertedReversed convertedNet conversions
    conversionsReversed conversionsNet conversionRate { numerator } netConversionRate { numerator denominator }
    revenue { amount currencyCode } revenueReversed { amount currencyCode } revenueNet { amount currencyCode } } } }";

pub async fn figures(world: &World, automation: &str) -> Value {
    world.data(FIGURES, json!({"id": automation})).await["automation"]["stats"].take()
}

on_both! {
    /// What goes back shows, also where no amount was named, and where it waits for the purchase.
    async fn given_back(world) {
        for order in ["whole", "rest", "early"] {
            place(world, order, "80.00").await;
        }
        let back = async |order: &str, amount: Option<&str>| {
            let refunded = tell(world, "orderRefund", json!({"orderId": order, "amount": amount.map(usd)})).await;
            (refunded["order"]["status"].clone(), refunded["order"]["refunded"].clone())
        };
        assert_eq!(back("early", None).await, (json!("PLACED"), json!([usd("80.00")])));
        for order in ["whole", "rest", "early"] {
            pay(world, order, &format!("pay {order}"), "80.00").await;
        }
        assert_eq!(back("whole", None).await, (json!("REFUNDED"), json!([usd("80.00")])));
        assert_eq!(back("rest", Some("10.00")).await, (json!("PURCHASED"), json!([usd("10.00")])));
        assert_eq!(back("rest", None).await, (json!("REFUNDED"), json!([usd("80.00")])));
        let items = json!({"orderId": "rest", "items": [{"productId": "p"}]});
        assert_eq!(faults(&tell(world, "orderRefund", items).await), ["REQUIRED input.amount"]);
        let query = "{ orders(first: 3) { nodes { externalId isTest payments(first: 5) { totalCount nodes { externalId } } } } }";
        let shown = world.data(query, Value::Null).await["orders"]["nodes"][1].take();
        assert_eq!(shown, json!({"externalId": "rest", "isTest": false, "payments": {"totalCount": 1, "nodes": [{"externalId": "pay rest"}]}}));
    }

    /// Each currency by itself, and what was taken back and earned again (R18, R19, R25).
    async fn gross_reversed_and_net(world) {
        let id = world.automation("Welcome", any_purchase()).await;
        world.change("goalCreate", json!({"automationId": id, "name": "Vip", "conditions": [{"key": "tag.applied",
            "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["vip"]}}]}]})).await;
        world.change("automationPublish", json!({"id": id})).await;
        let buy = |who: &str, order: &str, amount: Value| json!({"messageId": order, "type": "order.purchased", "contactExternalId": who,
            "occurredAt": "2026-01-01T02:00:00Z", "properties": {"orderId": order, "amount": amount}});
        let enter = |who: &str| { let mut event = tagged(who, who, "lead"); event["occurredAt"] = json!("2026-01-01T00:00:00Z"); event };
        world.ingest(json!([enter("ann"), enter("ben"), enter("cat")])).await;
        world.set_clock("2026-01-01T03:00:00Z");
        let euros = json!({"amount": "7.00", "currencyCode": "EUR"});
        world.ingest(json!([buy("ann", "a", usd("10.00")), buy("ben", "b", euros), buy("ann", "again", usd("1.00"))])).await;
        let back = |who: &str, order: &str| json!({"messageId": format!("back {order}"), "type": "order.cancelled", "contactExternalId": who,
            "properties": {"orderId": order}});
        world.ingest(json!([back("ann", "a")])).await;
        let stats = figures(world, &id).await;
        assert_eq!(stats, json!({"converted": 2, "convertedReversed": 1, "convertedNet": 1, "conversions": 3, "conversionsReversed": 1,
            "conversionsNet": 2, "conversionRate": {"numerator": 2}, "netConversionRate": {"numerator": 1, "denominator": 3},
            "revenue": [{"amount": "7.00", "currencyCode": "EUR"}, usd("10.00")], "revenueReversed": [usd("10.00")],
            "revenueNet": [{"amount": "7.00", "currencyCode": "EUR"}, usd("0.00")]}));
        // A late event meets the other goal: the stay counts again, and the revenue stays with the first.
        let mut vip = tagged("vip", "ann", "vip");
        vip["occurredAt"] = json!("2026-01-01T01:00:00Z");
        world.ingest(json!([vip])).await;
        let stats = figures(world, &id).await;
        assert_eq!((&stats["converted"], &stats["convertedReversed"], &stats["convertedNet"]), (&json!(2), &json!(0), &json!(2)));
        assert_eq!(stats["revenueNet"], json!([{"amount": "7.00", "currencyCode": "EUR"}, usd("0.00")]));
        let of_goals = "query G($id: ID!) { automation(id: $id) { goals { name stats { converted convertedReversed convertedNet conversions
            conversionsReversed conversionsNet exits revenue { amount currencyCode } revenueReversed { amount currencyCode }
            revenueNet { amount currencyCode } } } } }";
        let goals = world.data(of_goals, json!({"id": id})).await["automation"]["goals"].take();
        let euros = json!({"amount": "7.00", "currencyCode": "EUR"});
        assert_eq!(goals, json!([
            {"name": "Bought", "stats": {"converted": 2, "convertedReversed": 1, "convertedNet": 1, "conversions": 3, "conversionsReversed": 1,
                "conversionsNet": 2, "exits": 2, "revenue": [euros, usd("10.00")], "revenueReversed": [usd("10.00")],
                "revenueNet": [euros, usd("0.00")]}},
            {"name": "Vip", "stats": {"converted": 1, "convertedReversed": 0, "convertedNet": 1, "conversions": 1, "conversionsReversed": 0,
                "conversionsNet": 1, "exits": 0, "revenue": [], "revenueReversed": [], "revenueNet": []}},
        ]));
        let of_one = "query R($id: ID!) { reversals(first: 9, filter: {automationIds: [$id]}) { totalCount } }";
        assert_eq!(world.data(of_one, json!({"id": id})).await["reversals"]["totalCount"], 1);
    }
}
