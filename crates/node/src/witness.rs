//! The witness's node: it keeps every leaf it has read, and what it has cosigned before a signature leaves the house.

use crypto::{
    entropy::Entropy,
    json::{self, Fields, Limits, Value},
};
use registry::witness::{AddCheckpoint, Seen, Witness};
use store::{Space, Store, View};
use tlog::{
    checkpoint::SignedCheckpoint,
    key::{NoteSigner, VerifierKey},
};
use vocab::{Refusal, RefusalKind, Timestamp};

use crate::{
    Node, NodeError, Reply, Request, Status,
    wire::{self, UNKNOWN_PATH},
};

/// The path under which a witness is asked.
pub const COSIGN: &str = "/v1/cosign";
/// The path under which a witness tells the last checkpoint it cosigned, with its own signatures.
pub const LAST: &str = "/v1/last";
/// A request to cosign, with the leaves since the last one: a batch of the registry.
pub const COSIGN_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Leaves in one request.
pub const COSIGN_LEAVES_MAX: usize = 65_536;

/// The witness stands at another size than the log believes.
pub const OTHER_SIZE: RefusalKind = RefusalKind {
    code: "witness-other-size",
    sentence: "The witness has cosigned another size than the log believes.",
    remedy: "Ask again from the size that the answer names.",
};

const LEAVES: Space = Space::new("leaves");
const COSIGNED: Space = Space::new("cosigned");
const READ_AT_ONCE: usize = 4096;

/// A verifying witness of one log.
///
/// Invariant: `seen` is what the store holds; it is replaced only after the store has made its successor durable.
pub struct WitnessNode {
    name: String,
    store: Store,
    witness: Witness,
    seen: Seen,
}

impl WitnessNode {
    /// The witness as its store left it: every leaf it has read is read again.
    pub fn open(
        name: &str,
        store: Store,
        origin: &str,
        log_keys: Vec<VerifierKey>,
        keys: Vec<NoteSigner>,
    ) -> Result<Self, NodeError> {
        let witness = Witness::new(origin, log_keys, keys)?;
        let seen = store.read(restore)?;
        Ok(Self { name: name.to_owned(), store, witness, seen })
    }

    /// The size it has cosigned last.
    pub fn size(&self) -> u64 {
        self.seen.size()
    }

    fn cosign(&mut self, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let (request, leaves) = match read_request(body) {
            Ok(read) => read,
            Err(refusal) => return Ok(wire::refused(&refusal)),
        };
        if request.old_size() != self.seen.size() {
            let refusal = OTHER_SIZE.because(self.seen.size().to_string());
            return Ok(Reply { status: Status::Conflict, body: wire::refused(&refusal).body });
        }
        let borrowed = leaves.iter().map(Vec::as_slice);
        let (after, signatures) = match self.witness.cosign(&self.seen, &request, borrowed, now) {
            Ok(cosigned) => cosigned,
            Err(refusal) => return Ok(wire::refused(&refusal)),
        };
        let before = self.seen.size();
        // A log that asks again may send the signatures it has gathered, this witness's among them: it keeps each once.
        let others =
            request.checkpoint().note().signatures().iter().filter(|line| {
                signatures.iter().all(|own| (&own.name, own.key_id) != (&line.name, line.key_id))
            });
        let lines = others.chain(&signatures).cloned().collect();
        let text = match SignedCheckpoint::new(request.checkpoint().checkpoint().clone(), lines) {
            Ok(signed) => signed.to_string(),
            Err(refusal) => return Ok(wire::refused(&refusal)),
        };
        self.store.write(move |txn| -> Result<(), NodeError> {
            for (leaf, length) in leaves.iter().zip(before..) {
                txn.append(LEAVES.key(b"log"), length, leaf)?;
            }
            let version = txn.head(COSIGNED.key(b"checkpoint"))?.map_or(0, |head| head.version);
            txn.set_head(COSIGNED.key(b"checkpoint"), version, text.as_bytes())?;
            Ok(())
        })?;
        self.seen = after;
        let lines: String = signatures.iter().map(ToString::to_string).collect();
        Ok(Reply { status: Status::Ok, body: lines.into_bytes() })
    }
}

/// The body of a request to cosign.
pub(crate) fn write_request(request: &AddCheckpoint, leaves: &[Vec<u8>]) -> Vec<u8> {
    json::canonical(&Value::object([
        ("add", Value::from(request.to_string().as_str())),
        ("leaves", Value::array(leaves.iter().map(|leaf| String::from_utf8_lossy(leaf).into_owned()))),
        ("v", Value::from("twakow/cosign/1")),
    ]))
}

fn read_request(body: &[u8]) -> Result<(AddCheckpoint, Vec<Vec<u8>>), Refusal> {
    let value = json::parse_canonical(body, &Limits::bytes(COSIGN_BYTES_MAX))?;
    let mut fields = Fields::of(&value, "cosign")?;
    fields.constant("v", "twakow/cosign/1")?;
    let request = AddCheckpoint::parse(fields.string("add")?.as_bytes())?;
    let mut leaves = Vec::new();
    for leaf in fields.array("leaves")?.iter().take(COSIGN_LEAVES_MAX) {
        let text = leaf.as_str().ok_or_else(|| wire::BAD_MESSAGE.because("a leaf is not text"))?;
        leaves.push(text.as_bytes().to_vec());
    }
    fields.end()?;
    Ok((request, leaves))
}

fn restore(view: &dyn View) -> Result<Seen, NodeError> {
    let Some(head) = view.head(COSIGNED.key(b"checkpoint"))? else { return Ok(Seen::new()) };
    let checkpoint = SignedCheckpoint::parse(&head.bytes)?.checkpoint().clone();
    let mut leaves = Vec::new();
    loop {
        let from = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        let read = view.read(LEAVES.key(b"log"), from, READ_AT_ONCE)?;
        if read.is_empty() {
            break;
        }
        leaves.extend(read);
    }
    Ok(Seen::restore(checkpoint, leaves.iter().map(Vec::as_slice))?)
}

/// What a request asked to be cosigned.
pub(crate) fn asked_for(body: &[u8]) -> Result<AddCheckpoint, Refusal> {
    read_request(body).map(|(request, _)| request)
}

/// The checkpoint with those lines of a witness's answer that are its own and hold: a line by another key, a line that does
/// not hold, and what cannot be read are left out, for one bad line would spoil the checkpoint for every reader.
pub(crate) fn add_lines(
    mut signed: SignedCheckpoint,
    lines: &[u8],
    keys: &[&VerifierKey],
) -> SignedCheckpoint {
    let text = [signed.checkpoint().to_string().as_bytes(), b"\n", lines].concat();
    let Ok(answered) = SignedCheckpoint::parse(&text) else { return signed };
    for line in answered.note().signatures() {
        let alone = SignedCheckpoint::new(signed.checkpoint().clone(), vec![line.clone()]);
        let holds =
            alone.is_ok_and(|alone| keys.iter().any(|key| matches!(key.check(alone.note()), Ok(Some(_)))));
        if holds && let Ok(more) = signed.clone().with(line.clone()) {
            signed = more;
        }
    }
    signed
}

impl Node for WitnessNode {
    fn name(&self) -> &str {
        &self.name
    }

    fn serve(
        &mut self,
        _from: &str,
        path: &str,
        body: &[u8],
        now: Timestamp,
        _entropy: &mut dyn Entropy,
    ) -> Result<Reply, NodeError> {
        match path {
            COSIGN => self.cosign(body, now),
            LAST => {
                let head = self.store.read(|view| view.head(COSIGNED.key(b"checkpoint")))?;
                Ok(match head {
                    Some(head) => Reply { status: Status::Ok, body: head.bytes },
                    None => Reply { status: Status::NoContent, body: Vec::new() },
                })
            }
            other => Ok(wire::refused(&UNKNOWN_PATH.because(other))),
        }
    }

    fn due(&mut self, _now: Timestamp) -> Result<Vec<Request>, NodeError> {
        Ok(Vec::new())
    }

    fn waits_until(&self) -> Result<Option<Timestamp>, NodeError> {
        Ok(None)
    }

    fn answered(
        &mut self,
        _request: &Request,
        _reply: &Reply,
        _now: Timestamp,
        _entropy: &mut dyn Entropy,
    ) -> Result<(), NodeError> {
        Ok(())
    }

    fn pass(&mut self, _now: Timestamp, _entropy: &mut dyn Entropy) -> Result<(), NodeError> {
        Ok(())
    }
}
