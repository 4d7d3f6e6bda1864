//! The API's contract is the committed `schema.graphql`; a change of it is seen in a diff.

#[test]
fn the_committed_schema_is_the_schema() {
    let committed = include_str!("../../schema.graphql");
    assert!(
        committed == offramp::graphql::sdl(),
        "run `cargo run -- schema > schema.graphql` and look at the difference"
    );
}
