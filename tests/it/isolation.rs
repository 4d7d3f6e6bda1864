//! Nothing crosses a workspace: another's ids are nobody's, and its events, figures and feed are its own.

use crate::harness::world::{any_purchase, bought, tagged};
use crate::on_both;
use serde_json::{Value, json};

on_both! {
    /// Another workspace's ids are not found, in reads, writes and filters.
    async fn ids_of_another_workspace(world) {
        world.second_workspace().await;
        let id = world.automation("Welcome", any_purchase()).await;
        world.ingest(json!([tagged("t", "ann", "lead"), bought("b", "ann", "1.00")])).await;
        let goals = world.data("query G($id: ID!) { automation(id: $id) { goals { id } } }", json!({"id": id})).await;
        let goal = &goals["automation"]["goals"][0]["id"];
        let query = "query O($id: ID!, $goal: ID!) {
            automation(id: $id) { id } goal(id: $goal) { id } automations(first: 10) { totalCount nodes { id } }
            exits(first: 10, filter: {automationIds: [$id]}) { totalCount nodes { id } }
            enrollments(first: 10, filter: {automationId: $id}) { totalCount nodes { id } }
            conversions(first: 10, filter: {automationIds: [$id], goalIds: [$goal]}) { totalCount nodes { id } }
            archived: automations(first: 10, filter: {statusIn: [DRAFT, RUNNING, PAUSED, ARCHIVED]}) { totalCount nodes { id } }
            contactByExternalId(externalId: \"ann\") { id } workspace { name } }";
        let stays = world.data("{ enrollments(first: 1) { nodes { id } } }", Value::Null).await;
        let stay = &stays["enrollments"]["nodes"][0]["id"];
        let none = json!({"totalCount": 0, "nodes": []});
        let answer = world.ask_second(query, json!({"id": id, "goal": goal})).await;
        let expected = json!({"automation": null, "goal": null, "automations": none, "exits": none, "enrollments": none,
            "conversions": none, "archived": none, "contactByExternalId": null, "workspace": {"name": "second"}});
        assert_eq!(answer, json!({"data": expected}));
        for (field, input_type, input) in [
            ("automationPublish", "AutomationPublishInput", json!({"id": id})),
            ("automationPause", "AutomationPauseInput", json!({"id": id})),
            ("automationUpdate", "AutomationUpdateInput", json!({"id": id, "name": "Mine"})),
            ("automationArchive", "AutomationArchiveInput", json!({"id": id})),
            ("goalCreate", "GoalCreateInput", json!({"automationId": id, "conditions": any_purchase()})),
            ("goalUpdate", "GoalUpdateInput", json!({"id": goal, "name": "Mine"})),
            ("goalRank", "GoalRankInput", json!({"id": goal, "rank": 0})),
            ("goalArchive", "GoalArchiveInput", json!({"id": goal})),
            ("enrollmentCreate", "EnrollmentCreateInput", json!({"automationId": id, "contactExternalId": "ann"})),
            ("enrollmentExit", "EnrollmentExitInput", json!({"id": stay})),
        ] {
            let query = format!("mutation M($input: {input_type}!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
            let answer = world.ask_second(&query, json!({"input": input})).await;
            assert_eq!(answer["data"][field]["userErrors"], json!([{"code": "NOT_FOUND"}]));
        }
    }

    /// What is known of a contact in one workspace is not known in the other.
    async fn contacts_of_one_name(world) {
        world.second_workspace().await;
        let upsert = "mutation U($input: ContactUpsertInput!) { contactUpsert(input: $input) { contact { id email } userErrors { code } } }";
        let ours = world.data(upsert, json!({"input": {"externalId": "ann", "email": "ann@ours.example"}})).await;
        let theirs = world.ask_second(upsert, json!({"input": {"externalId": "ann", "firstName": "Ann"}})).await;
        assert_eq!(theirs["data"]["contactUpsert"]["contact"]["email"], Value::Null);
        assert_ne!(theirs["data"]["contactUpsert"]["contact"]["id"], ours["contactUpsert"]["contact"]["id"]);
    }

    /// The same contact and the same key in two workspaces are two contacts and two events, each judged by its own.
    async fn the_same_names_in_two_workspaces(world) {
        world.second_workspace().await;
        world.automation("Welcome", any_purchase()).await;
        let send = "mutation S($input: EventsIngestInput!) { eventsIngest(input: $input) { acceptedCount } }";
        let events = json!({"input": {"events": [tagged("t", "ann", "lead"), bought("b", "ann", "1.00")]}});
        let answer = world.ask_second(send, events.clone()).await;
        assert_eq!(answer["data"]["eventsIngest"]["acceptedCount"], 2);
        let count = "{ enrollments(first: 1) { totalCount } exits(first: 1) { totalCount } }";
        let nothing = json!({"enrollments": {"totalCount": 0}, "exits": {"totalCount": 0}});
        assert_eq!(world.data(count, Value::Null).await, nothing);
        world.data(send, events).await;
        assert_eq!(world.data(count, Value::Null).await, json!({"enrollments": {"totalCount": 1}, "exits": {"totalCount": 1}}));
        assert_eq!(world.ask_second(count, Value::Null).await["data"], nothing);
    }

    /// A cursor of another workspace's feed leads nowhere.
    async fn a_cursor_of_another_workspace(world) {
        world.second_workspace().await;
        world.automation("Welcome", any_purchase()).await;
        world.ingest(json!([tagged("t", "ann", "lead"), bought("b", "ann", "1.00")])).await;
        let exits = world.data("{ exits(last: 1) { nodes { cursor } } }", Value::Null).await;
        let query = "query E($after: String) { exits(first: 1, after: $after) { nodes { id } } }";
        let answer = world.ask_second(query, json!({"after": exits["exits"]["nodes"][0]["cursor"]})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        for list in ["exits", "conversions"] {
            let query = format!("query E($after: String) {{ {list}(first: 1, after: $after) {{ nodes {{ id }} }} }}");
            let head = world.data("{ feedHead { cursor } }", Value::Null).await["feedHead"]["cursor"].take();
            let answer = world.ask_second(&query, json!({"after": head})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{list}");
        }
    }
}
