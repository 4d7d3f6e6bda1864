//! Prints the reference page of the catalogue: `cargo run -p offramp-domain --example reference > docs/conditions.md`.

fn main() {
    print!("{}", offramp_domain::condition::reference::markdown());
}
