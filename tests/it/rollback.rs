//! SQLite takes a whole transaction back by itself when its disk is full or fails. Whoever goes on after that begins
//! afresh: what is acknowledged then is stored (R60).

use crate::harness::world::{World, any_purchase};
use offramp_entity::event;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

fn tagged(keys: &[&str]) -> Value {
    let event = |key: &&str| json!({"messageId": key, "type": "tag.added", "contactExternalId": key, "properties": {"tag": "lead"}});
    json!({"events": keys.iter().map(event).collect::<Vec<_>>()})
}

async fn statuses(world: &World, keys: &[&str]) -> Vec<Value> {
    let payload = world.change("eventsIngest", tagged(keys)).await;
    payload["results"].as_array().expect("results").iter().map(|result| result["status"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_after_a_transaction_was_taken_back_is_stored() {
    let world = World::sqlite().await;
    world.automation("Welcome", any_purchase()).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.message_id = 'full' \
                BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END";
    world.tables.execute_unprepared(full).await.expect("a disk that is full for one event");
    assert_eq!(statuses(&world, &["full"]).await, ["FAILED"]);
    for key in ["ann", "ben", "cat"] {
        assert_eq!(statuses(&world, &[key]).await, ["ACCEPTED"]);
        // Nothing new: its transaction is rolled back, and takes back nothing of those before it.
        assert_eq!(statuses(&world, &[key]).await, ["DUPLICATE"]);
    }
    assert_eq!(event::Entity::find().count(&world.tables).await.ok(), Some(3));
    world.tables.execute_unprepared("DROP TRIGGER full").await.expect("a disk with room again");
    assert_eq!(statuses(&world, &["full"]).await, ["ACCEPTED"]);
    world.end().await;
}
