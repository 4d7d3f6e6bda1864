//! The reference page says what the catalogue says.

// A test says what it expects by failing.
#![allow(clippy::expect_used, missing_docs)]

use offramp_domain::condition::{catalogue, reference};

#[test]
fn the_page_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conditions.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == reference::markdown(),
        "docs/conditions.md is not what the catalogue says: cargo run -p offramp-domain --example reference > docs/conditions.md"
    );
}

#[test]
fn the_page_tells_every_type_and_filter() {
    let page = reference::markdown();
    for definition in catalogue::all() {
        let (_, behind) =
            page.split_once(&format!("\n### {}\n\n`{}`", definition.name, definition.key)).expect(definition.key);
        let entry = behind.split("\n##").next().unwrap_or_default();
        assert!(definition.every_filter().all(|filter| entry.contains(&format!("| `{}` |", filter.key))), "{entry}");
    }
}
