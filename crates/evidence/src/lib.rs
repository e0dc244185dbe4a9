//! The evidence bundle and its verdict: bytes and trust in, claims out.
