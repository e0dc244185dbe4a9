//! Use cases: command in, reply and effects out.
