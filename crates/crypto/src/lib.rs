//! Canonical JSON, digests, keys and signatures: the only room that names a cryptographic library.
