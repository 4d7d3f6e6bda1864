//! The live feed: everything after a cursor, once, in order, and then as it happens (R70, R71).

use crate::harness::socket::Socket;
use crate::harness::world::{World, any_purchase, bought, tagged};
use crate::on_both;
use futures_util::future::join_all;
use offramp::engine::cursor::Cursor;
use serde_json::{Value, json};

const EXITS: &str = "subscription E($after: String, $filter: ContactExitFilterInput, $follow: Boolean! = true) {
    contactExits(after: $after, filter: $filter, follow: $follow) { cursor contact { externalId } automation { name } reason goal { name } } }";

/// So many people enter and leave, each by an event of its own.
async fn leave(world: &World, from: usize, to: usize) {
    let events = (from..to).flat_map(|who| {
        let who = format!("p{who}");
        [tagged(&format!("t{who}"), &who, "lead"), bought(&format!("b{who}"), &who, "1.00")]
    });
    world.ingest(events.collect()).await;
}

async fn contacts(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        let exit = socket.exit().await.expect("an exit");
        names.push(exit["contact"]["externalId"].as_str().expect("a name").to_owned());
    }
    names
}

fn people(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|who| format!("p{who}")).collect()
}

async fn cursors(world: &World) -> Vec<Value> {
    let answer = world.data("{ exits(first: 100) { nodes { cursor } } }", Value::Null).await;
    answer["exits"]["nodes"].as_array().expect("exits").iter().map(|exit| exit["cursor"].clone()).collect()
}

on_both! {
    /// What was missed comes first, then what happens, with no gap and no repeat between.
    async fn replay_then_live(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 5).await;
        let cursors = cursors(world).await;
        let mut socket = Socket::run(world.app.address(), None, EXITS, json!({"after": cursors[1]})).await;
        let exit = socket.exit().await.expect("an exit");
        assert_eq!(exit, json!({"cursor": cursors[2], "contact": {"externalId": "p2"}, "automation": {"name": "Welcome"},
            "reason": "GOAL_MET", "goal": {"name": "Bought"}}));
        assert_eq!(contacts(&mut socket, 2).await, people(3, 5));
        leave(world, 5, 8).await;
        assert_eq!(contacts(&mut socket, 3).await, people(5, 8));
    }

    /// A subscriber who was away goes on where it was, however often.
    async fn resuming(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 1).await;
        let (mut after, mut seen) = (cursors(world).await[0].clone(), Vec::new());
        for round in 1..6 {
            leave(world, round * 3 - 2, round * 3 + 1).await;
            let mut socket = Socket::run(world.app.address(), None, EXITS, json!({"after": after})).await;
            // Two of three each time; the third is missed, and comes first the next time.
            for _ in 0..2 {
                let exit = socket.exit().await.expect("an exit");
                after = exit["cursor"].clone();
                seen.push(exit["contact"]["externalId"].as_str().expect("a name").to_owned());
            }
        }
        let mut socket = Socket::run(world.app.address(), None, EXITS, json!({"after": after, "follow": false})).await;
        seen.extend(contacts(&mut socket, 5).await);
        assert_eq!(seen, people(1, 16));
        assert_eq!(socket.exit().await, None);
    }

    /// More than a page of the table was missed.
    async fn a_long_absence(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 1).await;
        let first = cursors(world).await[0].clone();
        for batch in 0..3 {
            leave(world, 1 + batch * 450, 1 + (batch + 1) * 450).await;
        }
        let mut socket = Socket::run(world.app.address(), None, EXITS, json!({"after": first, "follow": false})).await;
        assert_eq!(contacts(&mut socket, 1_350).await, people(1, 1_351));
        assert_eq!(socket.exit().await, None, "it completes at the head");
    }

    /// Without a cursor a stream begins now; `follow: false` is complete at once.
    async fn from_now_on(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 3).await;
        let mut socket = Socket::run(world.app.address(), None, EXITS, json!({"follow": false})).await;
        assert_eq!(socket.exit().await, None);
        let mut socket = Socket::run(world.app.address(), None, EXITS, json!({})).await;
        // An operation that was answered on the same socket's server after it subscribed is no proof that it reads
        // already; that somebody else's exit arrives is.
        let mut probe = 3;
        let first = loop {
            leave(world, probe, probe + 1).await;
            probe += 1;
            tokio::select! {
                exit = socket.exit() => break exit.expect("an exit"),
                () = tokio::task::yield_now() => {}
            }
        };
        let name = first["contact"]["externalId"].as_str().expect("a name").to_owned();
        assert!(people(3, probe).contains(&name), "{name} had left before");
    }

    /// Filters share the feed's cursor.
    async fn filtered(world) {
        let vip = json!([{"key": "tag.applied", "filters": [{"key": "tag", "operator": "ANY_OF", "value": {"texts": ["vip"]}}]}]);
        let first = world.automation("First", any_purchase()).await;
        let second = world.automation("Second", vip).await;
        leave(world, 0, 3).await;
        let start = cursors(world).await[0].clone();
        world.ingest(json!([tagged("v1", "p1", "vip"), tagged("v2", "p2", "vip")])).await;
        for (filter, expected) in [
            (json!({"automationIds": [second]}), vec!["p1", "p2"]),
            (json!({"automationIds": [first]}), vec!["p1", "p2"]),
            (json!({"automationIds": [first, second]}), vec!["p1", "p2", "p1", "p2"]),
            (json!({"reasons": ["ALTERNATE_EXIT"]}), vec![]),
        ] {
            let variables = json!({"after": start, "follow": false, "filter": filter});
            let mut socket = Socket::run(world.app.address(), None, EXITS, variables).await;
            assert_eq!(contacts(&mut socket, expected.len()).await, expected, "{filter}");
            assert_eq!(socket.exit().await, None, "{filter}");
        }
    }

    /// What another server committed reaches a subscriber of this one.
    async fn from_another_server(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 1).await;
        let other = World::node(&world.url, world.clock.clone()).await;
        let variables = json!({"after": cursors(world).await[0]});
        let mut socket = Socket::run(other.address(), None, EXITS, variables).await;
        leave(world, 1, 4).await;
        assert_eq!(contacts(&mut socket, 3).await, people(1, 4));
        other.stop().await;
        assert_eq!(socket.receive().await, None, "a server that stops cuts its sockets, and completes nothing");
    }

    /// A server that stops in the middle of a replay cuts it: no error, no `complete`, and who comes back has the rest.
    async fn a_stop_in_the_middle_of_a_replay(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 1).await;
        let first = cursors(world).await[0].clone();
        leave(world, 1, 61).await;
        let other = World::node(&world.url, world.clock.clone()).await;
        let mut sockets = Vec::new();
        for _ in 0..4 {
            let mut socket = Socket::run(other.address(), None, EXITS, json!({"after": first})).await;
            assert_eq!(contacts(&mut socket, 5).await, people(1, 6));
            sockets.push(socket);
        }
        other.stop().await;
        for mut socket in sockets {
            let (mut seen, mut last) = (people(1, 6), None);
            while let Some(message) = socket.receive().await {
                assert_eq!(message["type"], "next", "{message}");
                let exit = &message["payload"]["data"]["contactExits"];
                assert_eq!(message["payload"].get("errors"), None, "{message}");
                seen.push(exit["contact"]["externalId"].as_str().expect("a name").to_owned());
                last = Some(exit["cursor"].clone());
            }
            if let Some(last) = last {
                let variables = json!({"after": last, "follow": false});
                let mut back = Socket::run(world.app.address(), None, EXITS, variables).await;
                let missing = 60 - seen.len();
                seen.extend(contacts(&mut back, missing).await);
                assert_eq!(seen, people(1, 61));
                assert_eq!(back.exit().await, None);
            }
        }
    }

    /// A cursor that is none, of another workspace, or of another life of the database is an error and not silence.
    async fn bad_cursors(world) {
        world.automation("Welcome", any_purchase()).await;
        world.second_workspace().await;
        leave(world, 0, 1).await;
        let mine = cursors(world).await[0].as_str().expect("a cursor").to_owned();
        let mut other_life = Cursor::decode(&mine).expect("a cursor");
        other_life.epoch += 1;
        for (workspace, after, code) in [
            (None, "bad", "BAD_USER_INPUT"),
            (None, "", "BAD_USER_INPUT"),
            (None, "AQ", "BAD_USER_INPUT"),
            (Some("second"), &*mine, "BAD_USER_INPUT"),
            (None, &*other_life.encode(), "CURSOR_EPOCH_CHANGED"),
        ] {
            let mut socket = Socket::run(world.app.address(), workspace, EXITS, json!({"after": after})).await;
            let message = socket.receive().await.expect("an answer");
            assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], code, "{message}");
        }
    }

    /// A subscriber of a workspace sees nothing of another.
    async fn of_another_workspace(world) {
        world.automation("Welcome", any_purchase()).await;
        world.second_workspace().await;
        let variables = json!({"follow": false});
        leave(world, 0, 3).await;
        let mut socket = Socket::run(world.app.address(), Some("second"), EXITS, variables).await;
        assert_eq!(socket.exit().await, None);
    }

    /// Subscribers of two servers, while both write, see the same exits in the same order, each once.
    async fn while_two_servers_write(world) {
        world.automation("Welcome", any_purchase()).await;
        leave(world, 0, 1).await;
        let start = json!({"after": cursors(world).await[0]});
        let other = World::node(&world.url, world.clock.clone()).await;
        let nodes = [world.app.address(), other.address()];
        let mut sockets = Vec::new();
        for node in nodes {
            sockets.push(Socket::run(node, None, EXITS, start.clone()).await);
        }
        let send = "mutation S($input: EventsIngestInput!) { eventsIngest(input: $input) { acceptedCount } }";
        let writes = (1..=40).map(|who| {
            let who = format!("p{who}");
            let events = json!([tagged(&format!("t{who}"), &who, "lead"), bought(&format!("b{who}"), &who, "1.00")]);
            let node = nodes[who.len() % 2];
            async move { world.ask_at(node, send, json!({"input": {"events": events}})).await }
        });
        let reads = sockets.iter_mut().map(|socket| contacts(socket, 40));
        let (_, mut seen) = tokio::join!(join_all(writes), join_all(reads));
        assert_eq!(seen[0], seen[1]);
        seen[0].sort();
        let mut all = people(1, 41);
        all.sort();
        assert_eq!(seen[0], all);
        other.stop().await;
    }

    /// The head of an empty feed is a cursor: who subscribes after it misses nothing, however late.
    async fn from_the_head_of_an_empty_feed(world) {
        world.automation("Welcome", any_purchase()).await;
        let head = world.data("{ feedHead { cursor } exits(first: 1) { totalCount } }", Value::Null).await;
        assert_eq!(head["exits"]["totalCount"], 0);
        leave(world, 0, 2).await;
        let after = json!({"after": head["feedHead"]["cursor"], "follow": false});
        let mut socket = Socket::run(world.app.address(), None, EXITS, after).await;
        assert_eq!(contacts(&mut socket, 2).await, people(0, 2));
        assert_eq!(socket.exit().await, None);
        let now = world.data("{ feedHead { cursor } conversions(last: 1) { nodes { cursor } } exits(last: 1) { nodes { cursor } } }", Value::Null).await;
        let last = [&now["conversions"]["nodes"][0]["cursor"], &now["exits"]["nodes"][0]["cursor"]];
        assert!(last.contains(&&now["feedHead"]["cursor"]), "the head is the place of what happened last");
    }
}
