//! The verifying witness: it reads every leaf and every map root before it cosigns (docs/control.md 9).
//!
//! Its published additional statement: *I read every leaf up to this size: times do not decrease, no slot occurs twice,
//! every map root is right; and when I cosigned, the last leaf's time was within 60 s of my clock.*
//!
//! [`Witness::cosign`] takes what the witness has [`Seen`] and returns what it has seen afterwards with its signatures.
//! The caller makes the new value durable before a signature leaves the house: else a restart could cosign a fork.

use std::{fmt, time::Duration};

use crypto::{Digest, base64};
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{NoteSigner, VerifierKey},
    merkle::{PROOF_HASHES_MAX, verify_consistency},
    note::{NOTE_BYTES_MAX, NoteSignature},
};
use vocab::{Refusal, Timestamp};

use crate::{
    log::Log,
    refusals::{
        BAD_ADD_CHECKPOINT, CLOCKS_APART, LOG_FORKED, LOG_NOT_SIGNED, LOG_NOT_WITNESSED, NO_MAP_LEAF,
        OLD_SIZE_OTHER, SMALLER_TREE,
    },
};

/// How far the last leaf's time may lie from the witness's clock, either way (docs/control.md 9).
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// Bytes of one request at most: a checkpoint, 63 hashes in base64 and their line ends.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + 4096;

/// A witness for one log: whose checkpoints it reads, and the keys it cosigns with.
#[derive(Debug)]
pub struct Witness {
    origin: String,
    log_keys: Vec<VerifierKey>,
    keys: Vec<NoteSigner>,
}

/// What a witness has read and cosigned: its whole memory of one log.
///
/// Invariant: `log` is the log at the size of the last checkpoint cosigned, so nothing that was read and then refused
/// stays in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    log: Log,
    cosigned: Option<Checkpoint>,
}

impl Seen {
    /// Nothing read, nothing cosigned.
    pub const fn new() -> Self {
        Self { log: Log::new(), cosigned: None }
    }

    /// The memory of a witness that cosigned `checkpoint`, from the leaves that it kept. Refused (`log-forked`, or as by
    /// [`Log::read`]) when the leaves are not those of the checkpoint.
    pub fn restore<'a>(
        checkpoint: Checkpoint,
        leaves: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, Refusal> {
        let mut log = Log::new();
        for leaf in leaves {
            log.read(leaf)?;
        }
        if (log.size(), log.root()) != (checkpoint.size(), *checkpoint.root()) {
            return Err(LOG_FORKED.because("the leaves kept are not those of the checkpoint cosigned"));
        }
        Ok(Self { log, cosigned: Some(checkpoint) })
    }

    /// The log as it was when last cosigned.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The last checkpoint cosigned.
    pub const fn cosigned(&self) -> Option<&Checkpoint> {
        self.cosigned.as_ref()
    }

    /// Its size; 0 before the first.
    pub fn size(&self) -> u64 {
        self.cosigned.as_ref().map_or(0, Checkpoint::size)
    }
}

impl Witness {
    /// A witness of the log with these keys, all of them named after its origin. Refused (`log-not-witnessed`) without
    /// a key for this origin.
    pub fn new(origin: &str, log_keys: Vec<VerifierKey>, keys: Vec<NoteSigner>) -> Result<Self, Refusal> {
        let fits = log_keys.iter().all(|key| key.name().as_str() == origin);
        if log_keys.is_empty() || keys.is_empty() || !fits {
            return Err(LOG_NOT_WITNESSED.because(origin));
        }
        Ok(Self { origin: origin.to_owned(), log_keys, keys })
    }

    /// Reads the leaves from the last size cosigned to the size of the checkpoint, and cosigns it if all is as the
    /// statement says.
    ///
    /// Refused, with nothing signed and `seen` as it was: `log-not-witnessed`, `log-not-signed`, `note-signature-wrong`,
    /// `old-size-other`, `smaller-tree`, `consistency-wrong`, `log-forked`; for a leaf that cannot be read or stands
    /// wrongly as by [`Log::read`]; `no-map-leaf`; `clocks-apart`.
    pub fn cosign<'a>(
        &self,
        seen: &Seen,
        request: &AddCheckpoint,
        leaves: impl IntoIterator<Item = &'a [u8]>,
        clock: Timestamp,
    ) -> Result<(Seen, Vec<NoteSignature>), Refusal> {
        let checkpoint = request.checkpoint.checkpoint();
        self.check_request(seen, request)?;
        let mut log = seen.log.clone();
        for leaf in leaves {
            if log.size() >= checkpoint.size() {
                return Err(LOG_FORKED.because("more leaves than the checkpoint has"));
            }
            log.read(leaf)?;
        }
        if (log.size(), log.root()) != (checkpoint.size(), *checkpoint.root()) {
            return Err(
                LOG_FORKED.because(format!("the leaves read give another root at size {}", log.size()))
            );
        }
        if !log.is_closed() {
            return Err(NO_MAP_LEAF.because(format!("size {}", log.size())));
        }
        let last = log.last_at().ok_or_else(|| NO_MAP_LEAF.because("size 0"))?;
        if last > clock.plus(CLOCK_TOLERANCE) || last < clock.minus(CLOCK_TOLERANCE) {
            return Err(CLOCKS_APART.because(format!("last leaf {last}, clock {clock}")));
        }
        let signatures = self.keys.iter().map(|key| key.sign(checkpoint, clock)).collect::<Result<_, _>>()?;
        Ok((Seen { log, cosigned: Some(checkpoint.clone()) }, signatures))
    }

    /// What C2SP tlog-witness asks of any witness, before a leaf is read.
    fn check_request(&self, seen: &Seen, request: &AddCheckpoint) -> Result<(), Refusal> {
        let (note, checkpoint) = (request.checkpoint.note(), request.checkpoint.checkpoint());
        if checkpoint.origin() != self.origin {
            return Err(LOG_NOT_WITNESSED.because(checkpoint.origin()));
        }
        let by_log = self.log_keys.iter().map(|key| key.check(note)).collect::<Result<Vec<_>, _>>()?;
        // Every key of the log must have signed: who reads by Ed25519 and who reads by ML-DSA see one log.
        if by_log.iter().any(Option::is_none) {
            return Err(LOG_NOT_SIGNED.because(checkpoint.origin()));
        }
        if checkpoint.size() < seen.size() {
            return Err(SMALLER_TREE.because(format!("{} after {}", checkpoint.size(), seen.size())));
        }
        if request.old_size != seen.size() {
            return Err(OLD_SIZE_OTHER.because(seen.size().to_string()));
        }
        match &seen.cosigned {
            Some(before) if before.size() == checkpoint.size() && before.root() != checkpoint.root() => {
                Err(LOG_FORKED.because(format!("two roots at size {}", before.size())))
            }
            Some(before) => verify_consistency(
                before.size(),
                checkpoint.size(),
                &request.proof,
                before.root(),
                checkpoint.root(),
            ),
            None if request.proof.is_empty() => Ok(()),
            None => Err(BAD_ADD_CHECKPOINT.because("a proof from nothing")),
        }
    }
}

/// A log's request to be cosigned: C2SP tlog-witness, `add-checkpoint`. Its text is the request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    old_size: u64,
    proof: Vec<Digest>,
    checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// The request to go from `old_size` to `checkpoint`. Refused (`bad-add-checkpoint`) with more than 63 hashes.
    pub fn new(old_size: u64, proof: Vec<Digest>, checkpoint: SignedCheckpoint) -> Result<Self, Refusal> {
        if proof.len() > PROOF_HASHES_MAX {
            return Err(BAD_ADD_CHECKPOINT.because(format!("{} hashes", proof.len())));
        }
        Ok(Self { old_size, proof, checkpoint })
    }

    /// Reads a request's body. Refused (`bad-add-checkpoint`, `bad-note`, `bad-checkpoint`) unless it has exactly the
    /// form of the standard.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let refuse = |why: &str| BAD_ADD_CHECKPOINT.because(why);
        if bytes.len() > REQUEST_BYTES_MAX {
            return Err(refuse("it is too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(|| refuse("it has no checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).unwrap_or_default();
        let old_size: u64 = old.parse().map_err(|_| refuse("its old size"))?;
        if old_size.to_string() != old {
            return Err(refuse("its old size"));
        }
        let hash = |line: &str| {
            let bytes = base64::decode(line).ok()?;
            Some(Digest::from_bytes(bytes.try_into().ok()?))
        };
        let proof = lines
            .take(PROOF_HASHES_MAX + 1)
            .map(|line| hash(line).ok_or_else(|| refuse("one of its hashes")));
        Self::new(old_size, proof.collect::<Result<_, _>>()?, SignedCheckpoint::parse(checkpoint.as_bytes())?)
    }

    /// The size from which the log wants to go on.
    pub const fn old_size(&self) -> u64 {
        self.old_size
    }

    /// What shall be cosigned.
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", base64::encode(hash.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
