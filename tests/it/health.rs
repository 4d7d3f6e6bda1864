//! What a supervisor and a person in a browser ask for.

use crate::harness::world::{World, tagged};
use crate::on_both;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

async fn get(world: &World, path: &str) -> (u16, String) {
    let answer = world.http.get(format!("http://{}{path}", world.app.address())).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a text"))
}

on_both! {
    /// Ready is who can write: not while another process holds the row that every exit writes, and again afterwards.
    async fn a_server_is_ready_as_long_as_it_can_write(world) {
        assert_eq!(get(world, "/ready").await, (200, "ready\n".to_owned()));
        let held = world.tables.begin().await.expect("a transaction");
        held.execute_unprepared("UPDATE feed_head SET position = position").await.expect("a lock");
        let (status, why) = get(world, "/ready").await;
        assert_eq!((status, &*why), (503, "not ready: the database has not taken a write for 2 s\n"));
        assert_eq!(get(world, "/live").await, (200, "live\n".to_owned()), "which is no reason to be killed");
        held.rollback().await.expect("no more lock");
        assert_eq!(get(world, "/ready").await, (200, "ready\n".to_owned()));
    }
}

on_both! {
    /// While no event gets through a server is not ready, whatever a small write says; and is again when one got through.
    async fn a_server_is_not_ready_while_nothing_gets_through(world) {
        world.tables.execute_unprepared("ALTER TABLE event RENAME TO hidden").await.expect("a broken schema");
        let query = "mutation S($input: EventsIngestInput!) { eventsIngest(input: $input) { acceptedCount } }";
        let input = json!({"input": {"events": [tagged("t", "ann", "lead")]}});
        let failed = world.ask(query, input.clone()).await;
        assert_eq!(failed["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR", "{failed}");
        let (status, why) = get(world, "/ready").await;
        assert!(status == 503 && why.starts_with("not ready: events do not get through"), "{why}");
        world.set_clock("2026-01-01T00:01:00Z");
        assert_eq!(get(world, "/ready").await.0, 200, "somebody may try again");
        world.ask(query, input.clone()).await;
        assert_eq!(get(world, "/ready").await.0, 503);
        world.tables.execute_unprepared("ALTER TABLE hidden RENAME TO event").await.expect("a whole schema");
        assert_eq!(world.ask(query, input).await["data"]["eventsIngest"]["acceptedCount"], 1);
        assert_eq!(get(world, "/ready").await, (200, "ready\n".to_owned()));
    }
}

#[tokio::test]
async fn a_server_whose_database_is_gone_is_not_ready() {
    let world = World::sqlite().await;
    world.app.store().close().await;
    let (status, why) = get(&world, "/ready").await;
    assert!(status == 503 && why.starts_with("not ready: ") && why.lines().count() == 1, "{why}");
    world.end().await;
}

/// The page runs nothing but files whose hashes it names, and asks the API that served it.
#[tokio::test]
async fn the_page_to_try_the_api_names_what_it_runs() {
    let world = World::sqlite().await;
    let (status, page) = get(&world, "/graphiql").await;
    assert_eq!(status, 200);
    let foreign = page.matches("https://unpkg.com/").count();
    assert_eq!((foreign, page.matches("integrity=\"sha384-").count(), page.matches("://").count()), (4, 4, 4));
    assert!(page.contains("subscriptionUrl") && page.contains("'/graphql'"));
    world.end().await;
}
