//! Randomness as an argument.
//!
//! No function of this house draws random bytes by itself: it takes `&mut dyn Entropy`. The binary hands in
//! [`OsEntropy`]; tests and the simulator hand in [`SeededEntropy`], and a run repeats byte for byte.

use zeroize::Zeroizing;

use crate::Digest;

/// A source of random bytes.
pub trait Entropy {
    /// Fills `bytes` with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn bytes<const N: usize>(entropy: &mut dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// The operating system's randomness, through the cryptographic library's generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// # Panics
    /// When the system has no randomness to give. A key or salt made without it would be worse than no process.
    #[expect(clippy::expect_used, reason = "no input can bring this about, and no safe answer exists")]
    fn fill(&mut self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system's source of randomness answers");
    }
}

/// A stream that its seed determines: SHA-256(seed ‖ counter, 8 bytes big-endian), block after block. For tests and
/// simulations only: who knows the seed knows every key made from it.
#[derive(Clone)]
pub struct SeededEntropy {
    seed: Zeroizing<[u8; 32]>,
    counter: u64,
    block: Zeroizing<[u8; 32]>,
    used: usize,
}

impl SeededEntropy {
    /// The stream that `seed` determines.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed: Zeroizing::new(seed), counter: 0, block: Zeroizing::new([0; 32]), used: 32 }
    }

    /// The stream that `label` determines, for tests that want to name their worlds.
    pub fn named(label: &str) -> Self {
        Self::new(*Digest::of(label.as_bytes()).as_bytes())
    }
}

impl std::fmt::Debug for SeededEntropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeededEntropy").field("counter", &self.counter).finish_non_exhaustive()
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.used == self.block.len() {
                let digest = Digest::of_parts(&[&*self.seed, &self.counter.to_be_bytes()]);
                *self.block = *digest.as_bytes();
                self.counter = self.counter.wrapping_add(1);
                self.used = 0;
            }
            *byte = self.block.get(self.used).copied().unwrap_or_default();
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_determines_its_stream_however_it_is_drawn() {
        let whole: [u8; 40] = bytes(&mut SeededEntropy::named("a"));
        let mut again = SeededEntropy::named("a");
        let (first, second): ([u8; 7], [u8; 33]) = (bytes(&mut again), bytes(&mut again));
        assert_eq!([&first[..], &second[..]].concat(), whole);
        // The first block is SHA-256(SHA-256("a") ‖ eight zero bytes), by definition.
        let seed = Digest::of(b"a");
        assert_eq!(whole[..32], *Digest::of_parts(&[seed.as_bytes(), &[0; 8]]).as_bytes());
        assert_ne!(bytes::<40>(&mut SeededEntropy::named("b")), whole);
    }

    #[test]
    fn the_system_does_not_repeat_itself() {
        assert_ne!(bytes::<32>(&mut OsEntropy), bytes::<32>(&mut OsEntropy));
    }
}
