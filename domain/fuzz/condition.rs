//! Conditions as JSON, thrown at the core: `cargo fuzz run condition` in `domain`, with `RUSTC_BOOTSTRAP=1` on stable.

#![no_main]

#[path = "trial.rs"]
mod trial;

libfuzzer_sys::fuzz_target!(|data: &[u8]| trial::try_condition(data));
