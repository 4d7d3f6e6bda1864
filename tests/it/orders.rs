//! Orders and payments, told one by one and as events, listed, flagged, and taken back (R19–R25).

use crate::catalogue::statements;
use crate::harness::world::{World, any_purchase, faults, tagged};
use crate::on_both;
use crate::reversals::figures;
use futures_util::future::join_all;
use offramp_entity::{conversion, event, exit};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

/// Payments sent at once.
const PAYMENTS: usize = 40;

pub fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currencyCode": "USD"})
}

/// A mutation about an order or a payment of `ann`; `input` says the rest.
pub async fn tell(world: &World, field: &str, input: Value) -> Value {
    let mut whole = json!({"contactExternalId": "ann"});
    for (name, value) in input.as_object().expect("an input") {
        whole[name] = value.clone();
    }
    world.change(field, whole).await
}

pub async fn place(world: &World, order: &str, amount: &str) {
    let placed = tell(world, "orderPlace", json!({"orderId": order, "amount": usd(amount)})).await;
    assert_eq!(faults(&placed), [""; 0]);
}

pub async fn pay(world: &World, order: &str, payment: &str, amount: &str) -> Value {
    let input = json!({"paymentId": payment, "orderId": order, "amount": usd(amount)});
    let paid = tell(world, "paymentRecord", input).await;
    assert_eq!(faults(&paid), [""; 0]);
    paid["payment"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    let nodes = list["nodes"].as_array().expect("nodes").iter();
    nodes.map(|node| node["externalId"].as_str().expect("an external id")).collect()
}

on_both! {
    /// An order from its placing to its refund, told by mutations: each answers with the order as it is.
    async fn told_one_by_one(world) {
        let automation = world.automation("Welcome", any_purchase()).await;
        world.ingest(json!([tagged("t", "ann", "lead")])).await;
        let line = json!({"productId": "p1", "categoryIds": ["c"], "quantity": 2, "attributes": {"size": "M"}});
        let placed = tell(world, "orderPlace", json!({"orderId": "o", "amount": usd("90.00"), "items": [line], "source": "CART",
            "couponIds": ["ten"], "salesChannel": "WEB"})).await;
        assert_eq!(faults(&placed), [""; 0]);
        let expected = json!({"externalId": "o", "status": "PLACED", "amount": usd("90.00"), "purchasedAmount": null, "refunded": [],
            "items": [line], "source": "CART", "placedAt": "2026-01-01T00:00:00Z", "purchasedAt": null, "flags": []});
        let mut order = placed["order"].clone();
        order.as_object_mut().expect("an order").remove("id");
        assert_eq!(order, expected);
        // What is left out stays, null clears.
        let edited = tell(world, "orderUpdate", json!({"orderId": "o", "amount": usd("100.00")})).await;
        assert_eq!((&edited["order"]["amount"], &edited["order"]["items"]), (&usd("100.00"), &json!([line])));
        let edited = tell(world, "orderUpdate", json!({"orderId": "o", "items": null})).await;
        assert_eq!((&edited["order"]["amount"], &edited["order"]["items"]), (&usd("100.00"), &json!([])));
        world.set_clock("2026-01-01T01:00:00Z");
        let failed = tell(world, "paymentRecord", json!({"paymentId": "p", "orderId": "o", "amount": usd("50.00"), "status": "FAILED",
            "reason": "CARD_DECLINED"})).await;
        assert_eq!((&failed["payment"]["status"], &failed["payment"]["failureCount"]), (&json!("FAILED"), &json!(1)));
        let paid = tell(world, "paymentRecord", json!({"paymentId": "p", "orderId": "o", "amount": usd("50.00"), "paymentType": "CARD"})).await;
        let mut payment = paid["payment"].clone();
        payment.as_object_mut().expect("a payment").remove("id");
        assert_eq!(payment, json!({"externalId": "p", "status": "SUCCEEDED", "amount": usd("50.00"), "paymentType": "CARD",
            "occurredAt": "2026-01-01T01:00:00Z", "failureCount": 1, "awaitsOrder": false, "flags": [],
            "order": {"externalId": "o", "status": "PURCHASED"}}));
        world.set_clock("2026-01-01T02:00:00Z");
        let partly = tell(world, "orderRefund", json!({"orderId": "o", "amount": usd("30.00")})).await;
        assert_eq!((&partly["order"]["status"], &partly["order"]["refunded"]), (&json!("PURCHASED"), &json!([usd("30.00")])));
        let conversions = "{ conversions(first: 1) { nodes { value { amount } reversedValue { amount } netValue { amount } isReversed } } }";
        let shown = world.data(conversions, Value::Null).await["conversions"]["nodes"][0].take();
        let amount = |text: &str| json!({"amount": text});
        assert_eq!(shown, json!({"value": amount("100.00"), "reversedValue": amount("30.00"), "netValue": amount("70.00"), "isReversed": false}));
        let cancelled = tell(world, "orderCancel", json!({"orderId": "o"})).await;
        assert_eq!((&cancelled["order"]["status"], &cancelled["order"]["purchasedAmount"]), (&json!("CANCELLED"), &usd("100.00")));
        let stats = figures(world, &automation).await;
        assert_eq!((&stats["converted"], &stats["convertedReversed"], &stats["convertedNet"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!((&stats["revenue"], &stats["revenueReversed"], &stats["revenueNet"]),
            (&json!([usd("100.00")]), &json!([usd("100.00")]), &json!([usd("0.00")])));
        let reversals = "{ reversals(first: 5) { totalCount nodes { cursor isInFull amount { amount } reversedAt goal { name }
            contact { externalId } automation { name } conversion { isReversed } } } }";
        let mut shown = world.data(reversals, Value::Null).await["reversals"].take();
        assert_eq!((&shown["totalCount"], &shown["nodes"][0]["amount"], &shown["nodes"][1]["amount"]), (&json!(2), &amount("30.00"), &amount("70.00")));
        let mut last = shown["nodes"][1].take();
        last.as_object_mut().expect("a reversal").remove("cursor");
        assert_eq!(last, json!({"isInFull": true, "amount": amount("70.00"), "reversedAt": "2026-01-01T02:00:00Z", "goal": {"name": "Bought"},
            "contact": {"externalId": "ann"}, "automation": {"name": "Welcome"}, "conversion": {"isReversed": true}}));
        assert_eq!(exit::Entity::find().count(&world.tables).await.ok(), Some(1), "nobody is put back");
    }

    /// A payment of an order that nobody knows is kept, is listed as waiting, and joined when the order comes.
    async fn a_payment_before_its_order(world) {
        world.automation("Welcome", any_purchase()).await;
        world.ingest(json!([tagged("t", "ann", "lead")])).await;
        let payment = pay(world, "o", "p", "10.00").await;
        assert_eq!((&payment["awaitsOrder"], &payment["order"]), (&json!(true), &json!({"externalId": "o", "status": "AWAITED"})));
        pay(world, "other", "q", "10.00").await;
        place(world, "known", "5.00").await;
        pay(world, "known", "r", "5.00").await;
        let unbound = tell(world, "paymentRecord", json!({"paymentId": "s", "amount": usd("1.00")})).await["payment"].take();
        assert_eq!((&unbound["awaitsOrder"], &unbound["order"]), (&json!(false), &Value::Null));
        let waiting = "{ waiting: payments(first: 9, filter: {awaitsOrder: true}) { totalCount nodes { externalId } }
            others: payments(first: 9, filter: {awaitsOrder: false, status: SUCCEEDED}) { nodes { externalId } }
            orders(first: 9, filter: {statuses: [AWAITED]}) { nodes { externalId } } }";
        let lists = world.data(waiting, Value::Null).await;
        assert_eq!((names(&lists["waiting"]), names(&lists["others"]), names(&lists["orders"])),
            (vec!["p", "q"], vec!["r", "s"], vec!["o", "other"]));
        place(world, "o", "10.00").await;
        let lists = world.data(waiting, Value::Null).await;
        assert_eq!((names(&lists["waiting"]), &lists["waiting"]["totalCount"]), (vec!["q"], &json!(1)));
        let order = world.data("{ orderByExternalId(contactExternalId: \"ann\", externalId: \"o\") { id status purchasedAt } }", Value::Null).await;
        assert_eq!(order["orderByExternalId"]["status"], "PURCHASED");
        let of_order = "query P($id: ID!) { payments(first: 9, filter: {orderId: $id}) { nodes { externalId } } }";
        let paid = world.data(of_order, json!({"id": order["orderByExternalId"]["id"]})).await;
        assert_eq!(names(&paid["payments"]), ["p"]);
    }

    /// What is odd is accepted, and flagged where it stands.
    async fn flags(world) {
        world.automation("Welcome", any_purchase()).await;
        place(world, "o", "10.00").await;
        world.set_clock("2026-01-01T05:00:00Z");
        let larger = pay(world, "o", "large", "10.01").await;
        assert_eq!(larger["flags"], json!(["EXCEEDS_ORDER"]));
        let late = tell(world, "paymentRecord", json!({"paymentId": "late", "orderId": "o", "amount": usd("1.00"),
            "occurredAt": "2026-01-01T04:00:00Z"})).await;
        assert_eq!(late["payment"]["flags"], json!(["OUT_OF_SEQUENCE"]));
        let euros = json!({"amount": "99.00", "currencyCode": "EUR"});
        let other = tell(world, "paymentRecord", json!({"paymentId": "euros", "orderId": "o", "amount": euros})).await;
        assert_eq!(other["payment"]["flags"], json!(["OTHER_CURRENCY"]));
        let shown = |answer: &Value| answer["order"]["flags"].clone();
        let fine = tell(world, "orderUpdate", json!({"orderId": "o", "amount": usd("12.00")})).await;
        assert_eq!(shown(&fine), json!(["OUT_OF_SEQUENCE"]), "of the very instant of the payment");
        let kept = tell(world, "orderPlace", json!({"orderId": "o", "amount": usd("99.00")})).await;
        let both = json!(["OUT_OF_SEQUENCE", "PLACED_AGAIN"]);
        assert_eq!((&kept["order"]["amount"], shown(&kept)), (&usd("10.00"), both), "it is placed already");
        place(world, "same", "10.00").await;
        let again = tell(world, "orderPlace", json!({"orderId": "same", "amount": usd("10.00")})).await;
        assert_eq!(shown(&again), json!([]), "the same again is nothing odd");
        let refunded = tell(world, "orderRefund", json!({"orderId": "o", "amount": euros})).await;
        assert_eq!(shown(&refunded), json!(["OUT_OF_SEQUENCE", "PLACED_AGAIN", "OTHER_CURRENCY"]));
        assert_eq!(refunded["order"]["status"], "PURCHASED");
        world.set_clock("2026-01-01T06:00:00Z");
        let later = tell(world, "orderUpdate", json!({"orderId": "same", "amount": usd("60.00")})).await;
        pay(world, "same", "first", "10.00").await;
        assert_eq!((&later["order"]["amount"], shown(&later)), (&usd("60.00"), json!([])));
        world.set_clock("2026-01-01T07:00:00Z");
        let said = tell(world, "orderUpdate", json!({"orderId": "same", "amount": usd("60.00"), "occurredAt": "2026-01-01T05:30:00Z"})).await;
        assert_eq!(shown(&said), json!([]), "what changes nothing of the purchase is nothing odd");
    }

    /// A payment is of one order, whichever; one that named none may say it later.
    async fn a_payment_is_of_one_order(world) {
        world.automation("Welcome", any_purchase()).await;
        world.ingest(json!([tagged("t", "ann", "lead")])).await;
        place(world, "o", "5.00").await;
        place(world, "other", "5.00").await;
        tell(world, "paymentRecord", json!({"paymentId": "p", "amount": usd("5.00")})).await;
        let bound = pay(world, "o", "p", "5.00").await;
        assert_eq!(bound["order"], json!({"externalId": "o", "status": "PURCHASED"}));
        let moved = tell(world, "paymentRecord", json!({"paymentId": "p", "orderId": "other", "amount": usd("5.00")})).await;
        assert_eq!(faults(&moved), ["TAKEN input.paymentId"]);
        let order = "{ conversions(first: 1) { nodes { order { externalId } } } orders(first: 9) { nodes { externalId status } } }";
        let shown = world.data(order, Value::Null).await;
        assert_eq!(shown["conversions"]["nodes"][0]["order"]["externalId"], "o");
        assert_eq!(shown["orders"]["nodes"][1], json!({"externalId": "other", "status": "PLACED"}));
    }

    /// Bad input is refused with its place, and nothing of it is kept.
    async fn bad_input(world) {
        let place = |more: Value| ("orderPlace", json!({"orderId": "o", "amount": usd("1.00")}), more);
        let pay = |more: Value| ("paymentRecord", json!({"paymentId": "p", "orderId": "o", "amount": usd("1.00")}), more);
        let money = |amount: &str, code: &str| json!({"amount": {"amount": amount, "currencyCode": code}});
        let many: Vec<_> = (0..501).map(|number| json!({"productId": number.to_string()})).collect();
        for ((field, right, wrong), expected) in [
            (place(money("-1.00", "USD")), "OUT_OF_RANGE input.amount"),
            (place(money("1.00", "BTC")), "INVALID input.amount"),
            (place(money("1.001", "USD")), "INVALID input.amount"),
            (place(json!({"orderId": ""})), "BLANK input.orderId"),
            (place(json!({"contactExternalId": " ann"})), "INVALID input.contactExternalId"),
            (place(json!({"items": [{"productId": "a"}, {"productId": ""}]})), "BLANK input.items.1.productId"),
            (place(json!({"items": many})), "TOO_MANY input.items"),
            (place(json!({"items": [{"productId": "a", "quantity": -1}]})), "WRONG_TYPE input.items.0.quantity"),
            (place(json!({"occurredAt": "2026-01-03T00:00:00Z"})), "OUT_OF_RANGE input.occurredAt"),
            (place(json!({"messageId": ""})), "BLANK input.messageId"),
            (pay(money("-0.01", "USD")), "OUT_OF_RANGE input.amount"),
            (pay(money("1.00", "XYZ")), "INVALID input.amount"),
            (pay(json!({"paymentId": "x".repeat(201)})), "TOO_LONG input.paymentId"),
            (("orderUpdate", json!({"orderId": "o"}), money("-1.00", "USD")), "OUT_OF_RANGE input.amount"),
            (("orderRefund", json!({"orderId": "o"}), money("-1.00", "USD")), "OUT_OF_RANGE input.amount"),
            (("orderCancel", json!({"orderId": "o"}), json!({"orderId": "\u{0}"})), "INVALID input"),
        ] {
            let mut input = right.clone();
            wrong.as_object().expect("what is wrong").iter().for_each(|(name, value)| input[name] = value.clone());
            let answer = tell(world, field, input.clone()).await;
            assert_eq!(faults(&answer), [expected], "{field} {input}");
            assert!(answer["order"].is_null() && answer["payment"].is_null());
        }
        let partial = json!([{"messageId": "r", "type": "order.refunded", "contactExternalId": "ann", "properties": {"orderId": "o", "extent": "PARTIAL"}}]);
        let refused = world.change("eventsIngest", json!({"events": partial})).await;
        assert_eq!(refused["results"][0]["userErrors"], json!([{"code": "REQUIRED", "field": ["input", "events", "0", "properties", "amount"]}]));
        for event_type in ["order.placed", "order.updated", "order.purchased", "order.cancelled", "payment.succeeded"] {
            let event = json!({"type": event_type, "contactExternalId": "ann", "properties": {"orderId": ["o"], "paymentId": "p", "amount": "1.00"}});
            let refused = world.change("eventsIngest", json!({"events": [event]})).await;
            let expected = json!([{"code": "WRONG_TYPE", "field": ["input", "events", "0", "properties", "orderId"]}]);
            assert_eq!(refused["results"][0]["userErrors"], expected, "{event_type}");
        }
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(0));
    }

    /// The same key again changes nothing, and another order under it is refused.
    async fn the_same_again(world) {
        let order = json!({"messageId": "m", "orderId": "o", "amount": usd("10.00")});
        let first = tell(world, "orderPlace", order.clone()).await;
        let again = tell(world, "orderPlace", order).await;
        assert_eq!(again, first);
        let other = tell(world, "orderPlace", json!({"messageId": "m", "orderId": "o", "amount": usd("11.00")})).await;
        assert_eq!(faults(&other), ["IDEMPOTENCY_KEY_REUSED input.messageId"]);
        let back = json!({"messageId": "r", "orderId": "o", "amount": usd("4.00")});
        for _ in 0..2 {
            let refunded = tell(world, "orderRefund", back.clone()).await;
            assert_eq!(refunded["order"]["refunded"], json!([usd("4.00")]));
        }
        assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(2));
    }

    /// However many first payments come at once, to two servers, one of them makes the purchase (R21).
    async fn many_first_payments_at_once(world) {
        let every = json!([{"key": "purchase.made"}]);
        world.automation("Welcome", every).await;
        world.ingest(json!([tagged("t", "ann", "lead")])).await;
        let other = World::node(&world.url, world.clock.clone()).await;
        let nodes = [world.app.address(), other.address()];
        let send = "mutation M($input: PaymentRecordInput!) { paymentRecord(input: $input) { userErrors { code } } }";
        let place = "mutation M($input: OrderPlaceInput!) { orderPlace(input: $input) { userErrors { code } } }";
        let told = (0..PAYMENTS).map(|number| {
            let input = json!({"contactExternalId": "ann", "paymentId": (number / 2).to_string(), "orderId": "o", "amount": usd("1.00")});
            let order = json!({"contactExternalId": "ann", "orderId": "o", "amount": usd("20.00")});
            let (query, input) = if number == PAYMENTS / 2 { (place, order) } else { (send, input) };
            world.ask_at(nodes[number % 2], query, json!({"input": input}))
        });
        for answer in join_all(told).await {
            let field = if answer["data"]["orderPlace"].is_null() { "paymentRecord" } else { "orderPlace" };
            assert_eq!(answer["data"][field]["userErrors"], json!([]), "{answer}");
        }
        other.stop().await;
        let purchases = event::Entity::find().all(&world.tables).await.expect("events");
        assert_eq!(purchases.iter().filter(|event| event.event_type == "order.purchased").count(), 1);
        assert_eq!(conversion::Entity::find().count(&world.tables).await.ok(), Some(1));
        let payments = world.data("{ payments(first: 100) { totalCount } }", Value::Null).await;
        assert_eq!(payments["payments"]["totalCount"], PAYMENTS / 2, "two under one name are one");
    }

    /// As many edits as may be are kept before the first payment; one more is refused, and the others of its batch go
    /// through.
    async fn so_many_edits(world) {
        let edit = |number: usize| json!({"messageId": format!("e{number}"), "type": "order.updated", "contactExternalId": "ann",
            "properties": {"orderId": "o", "couponIds": [number.to_string()]}});
        let edits: Vec<_> = (0..100).map(edit).collect();
        world.ingest(json!(edits)).await;
        let answer = world.change("eventsIngest", json!({"events": [edit(100), tagged("t", "ann", "lead")]})).await;
        assert_eq!((&answer["acceptedCount"], &answer["refusedCount"]), (&json!(1), &json!(1)));
        assert_eq!(answer["results"][0]["userErrors"][0]["code"], "TOO_MANY");
        let told = tell(world, "orderUpdate", json!({"orderId": "o"})).await;
        assert_eq!(faults(&told), ["TOO_MANY input.orderId"]);
        place(world, "o", "1.00").await;
        pay(world, "o", "p", "1.00").await;
        let told = tell(world, "orderUpdate", json!({"orderId": "o", "occurredAt": "2026-01-01T00:00:01Z"})).await;
        assert_eq!(faults(&told), [""; 0], "it can be edited again once it is paid");
    }

    /// Each list is the same number of statements whatever its size, and so is what is taken in.
    async fn statements_are_constant(world) {
        world.automation("Welcome", any_purchase()).await;
        let story = |number: usize| {
            let (who, order) = (format!("p{number}"), format!("o{number}"));
            let event = |event_type: &str, properties: Value| json!({"type": event_type, "contactExternalId": who, "properties": properties});
            [event("tag.added", json!({"tag": "lead"})), event("order.placed", json!({"orderId": order, "amount": "9.00"})),
                event("payment.succeeded", json!({"orderId": order, "paymentId": "p", "amount": "9.00"})),
                event("order.refunded", json!({"orderId": order, "amount": "1.00"}))]
        };
        world.ingest(json!((0..30).flat_map(story).collect::<Vec<_>>())).await;
        let mut counts = Vec::new();
        for (from, to) in [(30, 31), (31, 91)] {
            // First the contacts, so that they are known; then the rest of their stories.
            for step in [0..1, 1..4] {
                let events: Vec<_> = (from..to).flat_map(|number| story(number)[step.clone()].to_vec()).collect();
                let before = world.app.store().statements();
                world.ingest(json!(events)).await;
                counts.push(world.app.store().statements() - before);
            }
        }
        assert_eq!(counts[..2], counts[2..], "one story or sixty");
        for query in [
            "query O($size: Int!) { orders(first: $size) { totalCount nodes { contact { externalId orders(first: 2) { totalCount nodes { id } } }
                status amount { amount } items { productId } flags } } }",
            "query P($size: Int!) { payments(first: $size) { totalCount nodes { contact { externalId } order { externalId } awaitsOrder flags } } }",
            "query R($size: Int!) { reversals(first: $size) { totalCount nodes { contact { externalId } goal { name } conversion { netValue { amount } isReversed } } } }",
            "query C($size: Int!) { conversions(first: $size) { nodes { reversedValue { amount } netValue { amount } isReversed } } }",
        ] {
            let counts = [statements(world, query, json!({"size": 1})).await, statements(world, query, json!({"size": 80})).await];
            assert_eq!(counts[0], counts[1], "{query}");
        }
    }
}
