//! Products, categories and order forms: written by patches, imported, listed and searched, each in its workspace (R22).

use crate::harness::world::{BEGINNING, World, faults};
use crate::on_both;
use offramp_domain::limits::{CATEGORIES_PER_PRODUCT_MAX, CATEGORIES_PER_WORKSPACE_MAX, ORDER_FORMS_PER_WORKSPACE_MAX};
use offramp_entity::{category, order_form, product, product_category};
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

const LATER: &str = "2026-01-02T00:00:00Z";
const HEADER: &str = "external_id,name,categories";

async fn import(world: &World, rows: &[String]) -> Value {
    world.change("productsImport", json!({"csv": format!("{HEADER}\n{}", rows.join("\n"))})).await
}

async fn categories(world: &World, ids: &[&str]) {
    for id in ids {
        let made = world.change("categoryUpsert", json!({"externalId": id, "name": format!("Category {id}")})).await;
        assert_eq!(faults(&made), [""; 0]);
    }
}

/// The external ids that a list shows.
fn listed(connection: &Value) -> Vec<&str> {
    let nodes = connection["nodes"].as_array().expect("nodes").iter();
    nodes.map(|node| node["externalId"].as_str().expect("an external id")).collect()
}

/// Stands up a workspace `second` that has order forms.
async fn classic(world: &World) {
    let input = json!({"name": "second", "currency": "EUR", "edition": "MAX_CLASSIC"});
    assert_eq!(faults(&world.change("workspaceCreate", input).await), [""; 0]);
}

/// `orderFormUpsert` in the workspace `second`.
async fn form(world: &World, input: Value) -> Value {
    let mutation = "mutation O($input: OrderFormUpsertInput!) { orderFormUpsert(input: $input) {
        orderForm { id externalId name archivedAt } userErrors { code field message } } }";
    world.ask_second(mutation, json!({"input": input})).await["data"]["orderFormUpsert"].take()
}

on_both! {
    /// What is left out stays, null clears, and the categories are replaced as a whole; a change that changes nothing is
    /// none.
    async fn patches(world) {
        categories(world, &["a", "b", "c"]).await;
        let made = world.change("productUpsert", json!({"externalId": "p"})).await["product"].take();
        let mut expected = json!({"id": made["id"], "externalId": "p", "name": "p", "archivedAt": null, "createdAt": BEGINNING,
            "updatedAt": BEGINNING, "categories": []});
        assert_eq!(made, expected, "it bears its id for a name");
        world.set_clock(LATER);
        let many = |ids: &[&str]| ids.iter().map(|id| json!({"externalId": id})).collect::<Value>();
        for (patch, name, ids, changes) in [
            (json!({}), "p", &[][..], false),
            (json!({"name": " Soap ", "categoryExternalIds": ["c", "a", "c"]}), "Soap", &["a", "c"], true),
            (json!({"name": "Soap"}), "Soap", &["a", "c"], false),
            (json!({"categoryExternalIds": ["a", "c"]}), "Soap", &["a", "c"], false),
            (json!({"categoryExternalIds": ["b", "a"]}), "Soap", &["a", "b"], true),
            (json!({"name": null}), "p", &["a", "b"], true),
            (json!({"name": "Bar", "categoryExternalIds": null}), "Bar", &[], true),
        ] {
            let mut input = patch.clone();
            input["externalId"] = json!("p");
            let changed = world.change("productUpsert", input).await;
            assert_eq!(faults(&changed), [""; 0]);
            (expected["name"], expected["categories"]) = (json!(name), many(ids));
            if changes {
                expected["updatedAt"] = json!(LATER);
            }
            assert_eq!(changed["product"], expected, "{patch}");
        }
        let renamed = world.change("categoryUpsert", json!({"externalId": "a", "name": "Ä"})).await;
        assert_eq!((&renamed["category"]["name"], &renamed["category"]["updatedAt"]), (&json!("Ä"), &json!(LATER)));
        let kept = world.change("categoryUpsert", json!({"externalId": "a"})).await;
        assert_eq!(kept["category"], renamed["category"]);
        assert_eq!(product::Entity::find().count(&world.tables).await.ok(), Some(1));
        assert_eq!(category::Entity::find().count(&world.tables).await.ok(), Some(3));
    }

    /// Every fault is named with its place, and nothing of a bad write is kept.
    async fn bad_input(world) {
        categories(world, &["a"]).await;
        let many: Vec<_> = (0..=CATEGORIES_PER_PRODUCT_MAX).map(|place| format!("c{place}")).collect();
        for (patch, expected) in [
            (json!({"externalId": ""}), &["BLANK input.externalId"][..]),
            (json!({"externalId": " p"}), &["INVALID input.externalId"]),
            (json!({"externalId": "x".repeat(201), "name": "\u{0}"}), &["TOO_LONG input.externalId", "INVALID input.name"]),
            (json!({"name": " "}), &["BLANK input.name"]),
            (json!({"categoryExternalIds": many}), &["TOO_MANY input.categoryExternalIds"]),
            (json!({"categoryExternalIds": ["", "a", "\u{0}"]}), &["BLANK input.categoryExternalIds.0", "INVALID input.categoryExternalIds.2"]),
            (json!({"categoryExternalIds": ["x", "a", "A"]}), &["NOT_FOUND input.categoryExternalIds.0", "NOT_FOUND input.categoryExternalIds.2"]),
        ] {
            let mut input = json!({"externalId": "p"});
            input.as_object_mut().expect("an input").extend(patch.as_object().cloned().expect("fields"));
            let answer = world.change("productUpsert", input).await;
            assert_eq!((faults(&answer).as_slice(), &answer["product"]), (expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), &Value::Null), "{patch}");
        }
        assert_eq!(product::Entity::find().count(&world.tables).await.ok(), Some(0));
        let odd = world.change("productUpsert", json!({"externalId": "Ünï '; --", "name": "Soap 🎯", "categoryExternalIds": ["a"]})).await;
        assert_eq!(odd["product"]["name"], "Soap 🎯");
        for id in ["nobody", "", "\u{0}"] {
            let none = world.data("query P($id: String!) { productByExternalId(externalId: $id) { id } categoryByExternalId(externalId: $id) { id }
                orderFormByExternalId(externalId: $id) { id } }", json!({"id": id})).await;
            assert_eq!(none, json!({"productByExternalId": null, "categoryByExternalId": null, "orderFormByExternalId": null}));
        }
        for (field, id) in [("productArchive", json!("nonsense")), ("categoryArchive", odd["product"]["id"].clone()), ("orderFormArchive", json!(""))] {
            assert_eq!(faults(&world.change(field, json!({"id": id})).await), ["NOT_FOUND input.id"], "{field}");
        }
    }

    /// What is archived leaves the lists and is still found; an upsert brings it back.
    async fn archived(world) {
        categories(world, &["a", "b"]).await;
        let made = world.change("productUpsert", json!({"externalId": "p", "name": "Soap", "categoryExternalIds": ["a", "b"]})).await["product"].take();
        world.change("productUpsert", json!({"externalId": "q"})).await;
        world.set_clock(LATER);
        for _ in 0..2 {
            let archived = world.change("productArchive", json!({"id": made["id"]})).await["product"].take();
            assert_eq!((&archived["archivedAt"], &archived["name"]), (&json!(LATER), &json!("Soap")));
        }
        let category = world.data("{ categoryByExternalId(externalId: \"a\") { id } }", Value::Null).await["categoryByExternalId"]["id"].take();
        world.change("categoryArchive", json!({"id": category})).await;
        let query = "query A($id: ID!) { product(id: $id) { name categories { externalId archivedAt } } productByExternalId(externalId: \"p\") { archivedAt }
            products(first: 9) { totalCount nodes { externalId } } all: products(first: 9, includeArchived: true) { totalCount nodes { externalId } }
            categories(first: 9, includeArchived: false) { totalCount nodes { externalId } } }";
        let read = world.data(query, json!({"id": made["id"]})).await;
        let both = json!([{"externalId": "a", "archivedAt": LATER}, {"externalId": "b", "archivedAt": null}]);
        assert_eq!(read["product"], json!({"name": "Soap", "categories": both}));
        assert_eq!((listed(&read["products"]), &read["products"]["totalCount"]), (vec!["q"], &json!(1)));
        assert_eq!((listed(&read["all"]), &read["all"]["totalCount"]), (vec!["p", "q"], &json!(2)));
        assert_eq!((listed(&read["categories"]), &read["productByExternalId"]["archivedAt"]), (vec!["b"], &json!(LATER)));
        let back = world.change("productUpsert", json!({"externalId": "p"})).await["product"].take();
        assert_eq!((&back["id"], &back["name"], &back["archivedAt"]), (&made["id"], &json!("Soap"), &Value::Null));
        assert_eq!(back["categories"].as_array().map(Vec::len), Some(2));
    }

    /// A search finds what has it in its name or external id, to the letter but for capitals, page by page both ways.
    async fn searched(world) {
        let rows: Vec<_> = ["p1,ÜBER Soap,", "p2,soap 50%,", "SOAP-3,Bar,", "p4,Sponge,", "p_5,Soa_p,", "p6,a\\b '!',"].map(str::to_owned).to_vec();
        assert_eq!(faults(&import(world, &rows).await), [""; 0]);
        let query = "query S($search: String, $first: Int, $last: Int, $after: String, $before: String) {
            products(search: $search, first: $first, last: $last, after: $after, before: $before) { totalCount nodes { externalId } edges { cursor }
                pageInfo { hasNextPage hasPreviousPage } } }";
        for (search, expected) in [
            (Value::Null, &["p1", "p2", "SOAP-3", "p4", "p_5", "p6"][..]),
            (json!(" "), &["p1", "p2", "SOAP-3", "p4", "p_5", "p6"]),
            (json!("sOaP"), &["p1", "p2", "SOAP-3"]),
            (json!("über"), &["p1"]),
            (json!("Über S"), &["p1"]),
            (json!("%"), &["p2"]),
            (json!("_"), &["p_5"]),
            (json!("!"), &["p6"]),
            (json!("\\b '"), &["p6"]),
            (json!("-3"), &["SOAP-3"]),
            (json!("barsoap"), &[]),
        ] {
            let found = world.data(query, json!({"search": search, "first": 100})).await["products"].take();
            assert_eq!((listed(&found), &found["totalCount"]), (expected.to_vec(), &json!(expected.len())), "{search}");
        }
        let all = world.data(query, json!({"search": "soap", "first": 100})).await["products"].take();
        let cursor = |place: usize| all["edges"][place]["cursor"].clone();
        for (page, expected, previous, next) in [
            (json!({"first": 2}), &["p1", "p2"][..], false, true),
            (json!({"first": 2, "after": cursor(1)}), &["SOAP-3"], true, false),
            (json!({"last": 2}), &["p2", "SOAP-3"], true, false),
            (json!({"last": 1, "before": cursor(2)}), &["p2"], true, true),
            (json!({"first": 9, "after": cursor(0), "before": cursor(2)}), &["p2"], true, false),
        ] {
            let mut variables = page.clone();
            variables["search"] = json!("soap");
            let found = world.data(query, variables).await["products"].take();
            assert_eq!(listed(&found), expected, "{page}");
            assert_eq!((&found["totalCount"], &found["pageInfo"]), (&json!(3), &json!({"hasNextPage": next, "hasPreviousPage": previous})), "{page}");
        }
        for arguments in ["", "(first: 0)", "(first: 1, last: 1)", "(first: 1, after: \"x\")", "(first: 1, search: \"a\\u0007b\")", &format!("(first: 1, search: \"{}\")", "x".repeat(201))] {
            for field in ["products", "categories", "orderForms"] {
                let answer = world.ask(&format!("{{ {field}{arguments} {{ totalCount }} }}"), Value::Null).await;
                assert_eq!((&answer["errors"][0]["extensions"]["code"], &answer["data"]), (&json!("BAD_USER_INPUT"), &json!({field: null})), "{field}{arguments}");
            }
        }
    }

    /// An operation runs as many statements for one as for a hundred.
    async fn statements_are_constant(world) {
        let rows: Vec<_> = (0..110).map(|row| format!("p{row},Product {row},c{}|c{}|all", row % 7, row % 5)).collect();
        import(world, &rows).await;
        let run = async |query: &str, variables: Value| {
            let before = world.app.store().statements();
            world.data(query, variables).await;
            // One more looks up the workspace.
            world.app.store().statements() - before - 1
        };
        for (selection, expected) in [
            ("products(first: $size) { nodes { name } }", 1),
            ("products(first: $size, search: \"product\", includeArchived: true) { totalCount nodes { name categories { name } } }", 3),
            ("categories(last: $size) { totalCount nodes { name } } orderForms(first: $size) { nodes { name } }", 3),
        ] {
            for size in [1, 10, 100] {
                assert_eq!(run(&format!("query N($size: Int!) {{ {selection} }}"), json!({"size": size})).await, expected, "{selection}, {size}");
            }
        }
        let ids = world.data("{ products(first: 100) { nodes { id } } }", Value::Null).await["products"]["nodes"].take();
        let ids: Vec<_> = ids.as_array().expect("products").iter().map(|node| node["id"].clone()).collect();
        for size in [1, 10, 100] {
            let query = "query N($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { name categories { name } } } }";
            assert_eq!(run(query, json!({"ids": ids[..size]})).await, 2);
        }
        let mutation = "mutation I($input: ProductsImportInput!) { productsImport(input: $input) { import { madeCount changedCount } } }";
        let mut counts = Vec::new();
        for size in [1, 10, 100] {
            let rows: Vec<_> = (0..size).flat_map(|row| [format!("n{size}-{row},New,d{size}-{row}|all"), format!("p{row},Changed {size},all|c1")]).collect();
            let csv = format!("{HEADER}\n{}", rows.join("\n"));
            counts.push(run(mutation, json!({"input": {"csv": csv}})).await);
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
        let upsert = "mutation U($input: ProductUpsertInput!) { productUpsert(input: $input) { product { name } userErrors { code } } }";
        let mut counts = Vec::new();
        for (id, ids) in [("n1", vec!["all"]), ("n2", vec!["c0", "c1", "c2", "c3", "c4"])] {
            counts.push(run(upsert, json!({"input": {"externalId": id, "categoryExternalIds": ids}})).await);
        }
        assert_eq!(counts[0], counts[1]);
    }

    /// Good rows go through, bad ones are refused alone; what the rows say again changes nothing.
    async fn imports(world) {
        categories(world, &["a"]).await;
        world.change("productUpsert", json!({"externalId": "old", "name": "Old", "categoryExternalIds": ["a"]})).await;
        let file = format!("\u{feff}{HEADER}\r\nold,New,\r\np1,\"Soap, red\",a|b\r\n,Nameless,\r\n\r\np2,,a\r\np3,Bar,a||b\r\np1,Again,\r\np4,Sponge\r\np5,Cream, c | b \r\n");
        let expected = |made: usize, changed: usize, unchanged: usize, categories: usize| json!({"madeCount": made, "changedCount": changed,
            "unchangedCount": unchanged, "categoriesMadeCount": categories, "refusedCount": 5, "refused": [
                {"line": 4, "column": "external_id", "code": "BLANK", "message": "Must not be empty."},
                {"line": 6, "column": "name", "code": "BLANK", "message": "Must not be empty."},
                {"line": 7, "column": "categories", "code": "BLANK", "message": "Must not be empty."},
                {"line": 8, "column": "external_id", "code": "TAKEN", "message": "Line 3 has `p1` already; name each product once."},
                {"line": 9, "column": null, "code": "INVALID", "message": "Has 2 columns; 3 are wanted."}]});
        let first = world.change("productsImport", json!({"csv": file})).await;
        assert_eq!((faults(&first).as_slice(), &first["import"]), (&[][..], &expected(2, 1, 0, 2)));
        world.set_clock(LATER);
        let again = world.change("productsImport", json!({"csv": file})).await;
        assert_eq!(again["import"], expected(0, 0, 3, 0));
        let query = "{ products(first: 9) { nodes { externalId name updatedAt categories { externalId name } } } categories(first: 9) { totalCount } }";
        let read = world.data(query, Value::Null).await;
        let of = |id: &str, name: &str| json!({"externalId": id, "name": name});
        let row = |id: &str, name: &str, categories: Value| json!({"externalId": id, "name": name, "updatedAt": BEGINNING, "categories": categories});
        assert_eq!(read["products"]["nodes"], json!([
            row("old", "New", json!([])),
            row("p1", "Soap, red", json!([of("a", "Category a"), of("b", "b")])),
            row("p5", "Cream", json!([of("b", "b"), of("c", "c")])),
        ]));
        assert_eq!(read["categories"]["totalCount"], 3);
        let third = import(world, &["p1,Soap,b".to_owned(), "p5,Cream,c|b".to_owned()]).await;
        assert_eq!((&third["import"]["changedCount"], &third["import"]["unchangedCount"]), (&json!(1), &json!(1)));
        assert_eq!(product_category::Entity::find().count(&world.tables).await.ok(), Some(3));
    }

    /// Over a limit nothing is written.
    async fn limits(world) {
        for (csv, expected) in [
            ("", "INVALID input.csv"),
            ("id,name\n", "INVALID input.csv"),
            (&format!("{HEADER}\n{}", "p,P,\n".repeat(10_001)), "TOO_MANY input.csv"),
        ] {
            assert_eq!(faults(&world.change("productsImport", json!({"csv": csv})).await), [expected]);
        }
        let (max, each) = (usize::try_from(CATEGORIES_PER_WORKSPACE_MAX).expect("a number"), CATEGORIES_PER_PRODUCT_MAX);
        let row = |row: usize, ids: std::ops::Range<usize>| {
            format!("p{row},P,{}", ids.map(|id| format!("c{id}")).collect::<Vec<_>>().join("|"))
        };
        let rows: Vec<_> = (0..max / each).map(|place| row(place, place * each..(place + 1) * each)).collect();
        let filled = import(world, &rows).await;
        assert_eq!((&filled["import"]["categoriesMadeCount"], &filled["import"]["madeCount"]), (&json!(max), &json!(max / each)), "{filled}");
        assert_eq!(faults(&world.change("categoryUpsert", json!({"externalId": "more"})).await), ["TOO_MANY input"]);
        let more = import(world, &[row(0, 0..1), "new,New,more".to_owned()]).await;
        assert_eq!((faults(&more), &more["import"]), (vec!["TOO_MANY input".to_owned()], &Value::Null));
        let read = world.data("{ productByExternalId(externalId: \"p0\") { categories { externalId } } products(first: 1) { totalCount } }", Value::Null).await;
        assert_eq!((read["productByExternalId"]["categories"].as_array().map(Vec::len), &read["products"]["totalCount"]), (Some(each), &json!(max / each)));
        // One that is archived makes room, and comes back only where there is some.
        let c0 = world.data("{ categoryByExternalId(externalId: \"c0\") { id } }", Value::Null).await["categoryByExternalId"]["id"].take();
        world.change("categoryArchive", json!({"id": c0})).await;
        assert_eq!(faults(&world.change("categoryUpsert", json!({"externalId": "more"})).await), [""; 0]);
        assert_eq!(faults(&world.change("categoryUpsert", json!({"externalId": "c0"})).await), ["TOO_MANY input"]);
        assert_eq!(faults(&world.change("categoryUpsert", json!({"externalId": "c1", "name": "One"})).await), [""; 0]);
    }

    /// There are order forms in edition `MAX_CLASSIC` only (R22), and so many.
    async fn order_forms(world) {
        classic(world).await;
        let refused = world.change("orderFormUpsert", json!({"externalId": "f"})).await;
        assert_eq!((faults(&refused), &refused["orderForm"]), (vec!["EDITION_REQUIRED input".to_owned()], &Value::Null));
        assert_eq!(order_form::Entity::find().count(&world.tables).await.ok(), Some(0));
        let made = form(world, json!({"externalId": "f", "name": "Spring"})).await["orderForm"].take();
        assert_eq!(made, json!({"id": made["id"], "externalId": "f", "name": "Spring", "archivedAt": null}));
        assert_eq!(form(world, json!({"externalId": "f"})).await["orderForm"], made);
        let query = "query F($id: ID!) { orderForm(id: $id) { externalId } node(id: $id) { __typename id } orderFormByExternalId(externalId: \"f\") { name }
            orderForms(first: 9, search: \"SPR\") { totalCount nodes { externalId } } }";
        let read = world.ask_second(query, json!({"id": made["id"]})).await["data"].take();
        assert_eq!(read, json!({"orderForm": {"externalId": "f"}, "node": {"__typename": "OrderForm", "id": made["id"]},
            "orderFormByExternalId": {"name": "Spring"}, "orderForms": {"totalCount": 1, "nodes": [{"externalId": "f"}]}}));
        let row = order_form::Entity::find().one(&world.tables).await.expect("a look").expect("a form");
        let rows = (1..ORDER_FORMS_PER_WORKSPACE_MAX).map(|place| {
            let (id, external_id) = (Uuid::from_u128(place.into()), format!("f{place}"));
            order_form::Model { id, external_id, ..row.clone() }.into_active_model()
        });
        order_form::Entity::insert_many(rows).exec(&world.tables).await.expect("as many as there may be");
        assert_eq!(faults(&form(world, json!({"externalId": "more"})).await), ["TOO_MANY input"]);
        assert_eq!(faults(&form(world, json!({"externalId": "f", "name": "Summer"})).await), [""; 0]);
        let archive = "mutation A($input: OrderFormArchiveInput!) { orderFormArchive(input: $input) { orderForm { archivedAt } } }";
        let archived = world.ask_second(archive, json!({"input": {"id": made["id"]}})).await;
        assert_eq!(archived["data"]["orderFormArchive"]["orderForm"]["archivedAt"], BEGINNING);
        assert_eq!(faults(&form(world, json!({"externalId": "more"})).await), [""; 0]);
    }

    /// Another workspace's ids are nobody's, and its external ids are its own.
    async fn of_another_workspace(world) {
        classic(world).await;
        let made = import(world, &["p,Soap,c".to_owned()]).await;
        assert_eq!(made["import"]["madeCount"], 1);
        let own = world.data("{ productByExternalId(externalId: \"p\") { id } categoryByExternalId(externalId: \"c\") { id } }", Value::Null).await;
        let (product, category) = (&own["productByExternalId"]["id"], &own["categoryByExternalId"]["id"]);
        let named = world.data("query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({"ids": [product, category]})).await;
        assert_eq!(named["nodes"], json!([{"__typename": "Product", "id": product}, {"__typename": "Category", "id": category}]));
        let query = "query O($p: ID!, $c: ID!) { product(id: $p) { id } category(id: $c) { id } nodes(ids: [$p, $c]) { id }
            productByExternalId(externalId: \"p\") { id } categoryByExternalId(externalId: \"c\") { id }
            products(first: 9, includeArchived: true) { totalCount nodes { id } } categories(first: 9) { totalCount nodes { id } } }";
        let none = json!({"totalCount": 0, "nodes": []});
        let read = world.ask_second(query, json!({"p": product, "c": category})).await;
        assert_eq!(read, json!({"data": {"product": null, "category": null, "nodes": [null, null], "productByExternalId": null,
            "categoryByExternalId": null, "products": none, "categories": none}}));
        let upsert = "mutation U($input: ProductUpsertInput!) { productUpsert(input: $input) { product { id name } userErrors { code } } }";
        let refused = world.ask_second(upsert, json!({"input": {"externalId": "p", "categoryExternalIds": ["c"]}})).await;
        assert_eq!(refused["data"]["productUpsert"], json!({"product": null, "userErrors": [{"code": "NOT_FOUND"}]}));
        let theirs = world.ask_second(upsert, json!({"input": {"externalId": "p", "name": "Theirs"}})).await;
        assert_ne!(theirs["data"]["productUpsert"]["product"]["id"], *product);
        for (field, id) in [("productArchive", product), ("categoryArchive", category)] {
            let mut type_name = field.to_owned();
            type_name[..1].make_ascii_uppercase();
            let mutation = format!("mutation A($input: {type_name}Input!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
            let answer = world.ask_second(&mutation, json!({"input": {"id": id}})).await;
            assert_eq!(answer["data"][field]["userErrors"], json!([{"code": "NOT_FOUND"}]));
        }
        let ours = world.data("{ products(first: 9) { nodes { name categories { externalId } } } }", Value::Null).await;
        assert_eq!(ours["products"]["nodes"], json!([{"name": "Soap", "categories": [{"externalId": "c"}]}]));
    }

    /// Of those who write of one product at once none fails, and there is one.
    async fn at_once(world) {
        categories(world, &["a", "b"]).await;
        let node = World::node_with_lanes(&world.url, world.clock.clone(), 2).await;
        let mutation = "mutation U($input: ProductUpsertInput!) { productUpsert(input: $input) { userErrors { code } product { id } } }";
        let writes = (0..12).map(|place| {
            let address = if place % 2 == 0 { world.app.address() } else { node.address() };
            let id = if place % 3 == 0 { "a" } else { "b" };
            world.ask_at(address, mutation, json!({"input": {"externalId": "p", "name": format!("Name {place}"), "categoryExternalIds": [id]}}))
        });
        for answer in futures_util::future::join_all(writes).await {
            assert_eq!(answer["data"]["productUpsert"]["userErrors"], json!([]), "{answer}");
        }
        assert_eq!(product::Entity::find().count(&world.tables).await.ok(), Some(1));
        assert_eq!(product_category::Entity::find().count(&world.tables).await.ok(), Some(1));
        node.stop().await;
    }
}
