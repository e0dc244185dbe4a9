//! Durable state behind one contract in prose: streams, heads, blobs, index, claims, outbox, tiles.
