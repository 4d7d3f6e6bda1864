//! What the fuzzer was begun with, and what it found, tried again.

// A test says what it expects by failing.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../fuzz/trial.rs"]
mod trial;

#[test]
fn every_condition_of_the_corpus_holds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/condition");
    let files: Vec<_> =
        std::fs::read_dir(folder).expect("the corpus").map(|file| file.expect("a file").path()).collect();
    assert!(files.len() >= 60, "only {} files were found", files.len());
    for file in files {
        trial::try_condition(&std::fs::read(&file).expect("a readable file"));
    }
}
