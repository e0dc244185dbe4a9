//! The transferable record: acts, key sets, possession and title; check, apply, options.
