//! What the benchmarks have in common: a corridor of their own, made by the product's code with a key for everybody; the
//! limits, which are the same signatures and hashes bare; and a clock that other work on the machine does not disturb.

pub mod bundle;
pub mod corridor;
pub mod limit;
pub mod measure;
pub mod tiles;
