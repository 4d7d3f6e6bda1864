//! The business of Offramp, pure: what an event means for a contact, and what is counted of it.
//!
//! Every function here is a function in the mathematical sense. This crate knows nothing about databases, GraphQL,
//! HTTP, clocks, randomness or async; it has no trait through which it could ask for a fact. What a decision needs is
//! loaded first and handed over as a value; what it decides comes back as a value. No collection whose order varies is
//! used, so that the same input gives the same answer, to the byte.
//!
//! The rule numbers in comments (`R12`) are those of the product's semantics; `tests/scenarios` tells each as a story.

pub mod automation;
pub mod check;
pub mod condition;
pub mod contact;
pub mod decide;
pub mod enrollment;
pub mod event;
pub mod facts;
pub mod fault;
pub mod hand;
pub mod ids;
pub mod index;
pub mod limits;
pub mod money;
pub mod order;
pub mod patch;
pub mod product;
pub mod spelling;
pub mod stats;
pub mod time;
pub mod workspace;
