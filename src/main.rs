//! The `offramp` command.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    offramp::cli::run().await
}
