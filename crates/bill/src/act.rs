//! The act: the only event there is (docs/control.md 1). Everything that the registry may see stands here; the rest is
//! behind the digest `details`.
//!
//! Bytes become an [`Act`] by [`Act::parse`], a [`Draft`] becomes bytes by [`Draft::write`]; both pass the same
//! checks, so an act that this room wrote is one that it reads.

use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use vocab::{Refusal, Timestamp};

use crate::{
    keys::{Keys, Recovery},
    refusals::{ACT_TOO_LONG, BAD_SEQ, NOT_YET, UNKNOWN_OP, UNKNOWN_VERSION},
    words::{Controller, Custody, End, JOINT_SETS_MAX, Op, Platform, Purpose, Registry, read_digests, shown},
};

/// The format of this version, member `v`.
pub const ACT_VERSION: &str = "twakow/act/1";
/// Bytes of an act on a bill (docs/control.md 1).
pub const ACT_BYTES_MAX: usize = 4 * 1024;
/// Bytes of a `keyset` or `rekey`, which carry keys (docs/control.md 1).
pub const SET_ACT_BYTES_MAX: usize = 8 * 1024;

/// An act, its bytes kept as they came.
///
/// Invariant: `bytes` are the canonical form of what the other fields say, and `digest` is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Act {
    bytes: Vec<u8>,
    digest: Digest,
    draft: Draft,
}

/// What an act says, before it is bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Draft {
    /// The signer's claim of when; the evidence of time is the log.
    pub at: Timestamp,
    /// Digest of the private part.
    pub details: Digest,
    /// What it does.
    pub body: Body,
}

/// The four shapes of acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Body {
    /// First act of a key set.
    Keyset(Keyset),
    /// Change of a key set.
    Rekey(Rekey),
    /// First act of a bill.
    Issue(Issue),
    /// Any later act of a bill.
    Step(Step),
}

/// First act of a key set (docs/control.md 4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keyset {
    /// Its keys.
    pub keys: Keys,
    /// Who recovers it.
    pub recovery: Recovery,
    /// The one log in which it acts.
    pub registry: Registry,
}

/// Change of a key set: keys and recovery, both whole (docs/control.md 4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rekey {
    /// The set.
    pub record: Digest,
    /// Position in the set's chain.
    pub seq: u64,
    /// Digest of the set's act before.
    pub prev: Digest,
    /// All keys from now on.
    pub keys: Keys,
    /// The recovery from now on, or after the wait.
    pub recovery: Recovery,
}

/// First act of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issue {
    /// The carrier.
    pub by: Controller,
    /// The first holder.
    pub to: Controller,
    /// Last moment at which the registry may admit it.
    pub expires: Timestamp,
    /// What makes a second bill for the same document visible (docs/control.md 6).
    pub tag: Digest,
    /// The one log of this record.
    pub registry: Registry,
    /// Record ids of predecessors; empty for an original bill.
    pub from: Vec<Digest>,
}

/// A later act of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    /// The bill: digest of its first act.
    pub record: Digest,
    /// Position in its chain.
    pub seq: u64,
    /// Digest of the act before.
    pub prev: Digest,
    /// The controller as the signer believes it.
    pub by: Controller,
    /// Last moment at which the registry may admit it.
    pub expires: Timestamp,
    /// What is done.
    pub action: Action,
}

/// What a later act does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// The bill comes back from a foreign platform (not in the first release).
    Adopt {
        /// To whom.
        to: Controller,
    },
    /// The carrier ends the record.
    Close {
        /// How.
        end: End,
        /// Records that take its place; empty unless `end` is `replaced`.
        into: Vec<Digest>,
    },
    /// The controller asks to leave its platform.
    Leave,
    /// Possession passes.
    Move {
        /// To whom.
        to: Controller,
    },
    /// Something is written on the bill; possession stays.
    Note,
    /// The surrenderer takes it back.
    Reclaim,
    /// The controller changes platforms.
    Rehome {
        /// The same sets at the new platform.
        to: Controller,
    },
    /// The new holder hands back what it just received.
    Reject,
    /// The carrier hands it back.
    Return,
    /// The holder hands it to the carrier.
    Surrender {
        /// The carrier.
        to: Controller,
        /// What for.
        purpose: Purpose,
        /// From when on the surrenderer may reclaim; absent only towards a foreign platform.
        answer_by: Option<Timestamp>,
    },
}

impl Action {
    /// The act's name.
    pub const fn op(&self) -> Op {
        match self {
            Self::Adopt { .. } => Op::Adopt,
            Self::Close { .. } => Op::Close,
            Self::Leave => Op::Leave,
            Self::Move { .. } => Op::Move,
            Self::Note => Op::Note,
            Self::Reclaim => Op::Reclaim,
            Self::Rehome { .. } => Op::Rehome,
            Self::Reject => Op::Reject,
            Self::Return => Op::Return,
            Self::Surrender { .. } => Op::Surrender,
        }
    }

    /// The controller that the act names as the next one, where it names one.
    pub const fn to(&self) -> Option<&Controller> {
        match self {
            Self::Adopt { to } | Self::Move { to } | Self::Rehome { to } | Self::Surrender { to, .. } => {
                Some(to)
            }
            Self::Close { .. } | Self::Leave | Self::Note | Self::Reclaim | Self::Reject | Self::Return => {
                None
            }
        }
    }
}

impl Act {
    /// Reads an act.
    ///
    /// # Errors
    /// [`ACT_TOO_LONG`]; what [`json::parse_canonical`] refuses; members missing, unknown or of the wrong kind for
    /// this `op`. What is lawful but not in the first release is read, and refused by [`Act::first_release`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > SET_ACT_BYTES_MAX {
            return Err(ACT_TOO_LONG.because(format!("{} bytes", bytes.len())));
        }
        let value = json::parse_canonical(bytes, &Limits::bytes(SET_ACT_BYTES_MAX))?;
        let draft = Draft::read(&value)?;
        let limit = match draft.body {
            Body::Keyset(_) | Body::Rekey(_) => SET_ACT_BYTES_MAX,
            Body::Issue(_) | Body::Step(_) => ACT_BYTES_MAX,
        };
        if bytes.len() > limit {
            return Err(ACT_TOO_LONG.because(format!("{} bytes, {limit} allowed", bytes.len())));
        }
        Ok(Self { bytes: bytes.to_vec(), digest: Digest::of(bytes), draft })
    }

    /// The canonical bytes that are signed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Digest of the bytes without signatures: the act's name everywhere.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The signer's claim of when.
    pub const fn at(&self) -> Timestamp {
        self.draft.at
    }

    /// Digest of the private part.
    pub const fn details(&self) -> Digest {
        self.draft.details
    }

    /// What it does.
    pub const fn body(&self) -> &Body {
        &self.draft.body
    }

    /// Its name.
    pub const fn op(&self) -> Op {
        match &self.draft.body {
            Body::Keyset(_) => Op::Keyset,
            Body::Rekey(_) => Op::Rekey,
            Body::Issue(_) => Op::Issue,
            Body::Step(step) => step.action.op(),
        }
    }

    /// The record it belongs to: its own digest for a first act.
    pub const fn record(&self) -> Digest {
        match &self.draft.body {
            Body::Keyset(_) | Body::Issue(_) => self.digest,
            Body::Rekey(rekey) => rekey.record,
            Body::Step(step) => step.record,
        }
    }

    /// Its position in the record's chain.
    pub const fn seq(&self) -> u64 {
        match &self.draft.body {
            Body::Keyset(_) | Body::Issue(_) => 0,
            Body::Rekey(rekey) => rekey.seq,
            Body::Step(step) => step.seq,
        }
    }

    /// The act before it; none for a first act.
    pub const fn prev(&self) -> Option<Digest> {
        match &self.draft.body {
            Body::Keyset(_) | Body::Issue(_) => None,
            Body::Rekey(rekey) => Some(rekey.prev),
            Body::Step(step) => Some(step.prev),
        }
    }

    /// The controller that signs; none for key sets, which sign for themselves.
    pub const fn by(&self) -> Option<&Controller> {
        match &self.draft.body {
            Body::Keyset(_) | Body::Rekey(_) => None,
            Body::Issue(issue) => Some(&issue.by),
            Body::Step(step) => Some(&step.by),
        }
    }

    /// The controller that the act names as the next one, where it names one.
    pub const fn to(&self) -> Option<&Controller> {
        match &self.draft.body {
            Body::Keyset(_) | Body::Rekey(_) => None,
            Body::Issue(issue) => Some(&issue.to),
            Body::Step(step) => step.action.to(),
        }
    }

    /// The last moment at which it may be admitted; none for key sets.
    pub const fn expires(&self) -> Option<Timestamp> {
        match &self.draft.body {
            Body::Keyset(_) | Body::Rekey(_) => None,
            Body::Issue(issue) => Some(issue.expires),
            Body::Step(step) => Some(step.expires),
        }
    }

    /// The log that a first act names.
    pub const fn registry(&self) -> Option<&Registry> {
        match &self.draft.body {
            Body::Keyset(keyset) => Some(&keyset.registry),
            Body::Issue(issue) => Some(&issue.registry),
            Body::Rekey(_) | Body::Step(_) => None,
        }
    }

    /// Whether the first release does this act (docs/control.md). Every check of admission asks; a verifier, which can read
    /// the act all the same, answers INDETERMINATE.
    ///
    /// # Errors
    /// [`NOT_YET`], naming what is later.
    pub fn first_release(&self) -> Result<(), Refusal> {
        match &self.draft.body {
            Body::Keyset(_) | Body::Rekey(_) => Ok(()),
            Body::Issue(issue) => issue.first_release(),
            Body::Step(step) => step.first_release(),
        }
    }

    /// The platform that must accept beside the home, where there is one (docs/control.md 2: a platform on both ends
    /// signs once).
    pub fn acceptor(&self) -> Option<Platform> {
        let (by, to) = (self.by()?, self.to()?);
        (by.home != to.home).then_some(to.home)
    }
}

impl Draft {
    /// Writes the canonical bytes.
    ///
    /// # Errors
    /// Whatever [`Act::parse`] refuses, so that nobody signs what nobody will read.
    pub fn write(&self) -> Result<Act, Refusal> {
        Act::parse(&json::canonical(&self.value()?))
    }

    fn value(&self) -> Result<Value, Refusal> {
        let mut members = vec![
            ("v", Value::from(ACT_VERSION)),
            ("at", Value::from(self.at)),
            ("details", Value::from(self.details)),
        ];
        let op = match &self.body {
            Body::Keyset(keyset) => {
                members.extend([
                    ("seq", Value::from(0_u32)),
                    ("keys", keyset.keys.write()),
                    ("recovery", keyset.recovery.write()?),
                    ("registry", keyset.registry.write()),
                ]);
                Op::Keyset
            }
            Body::Rekey(rekey) => {
                members.extend([
                    ("record", Value::from(rekey.record)),
                    ("seq", whole(rekey.seq)?),
                    ("prev", Value::from(rekey.prev)),
                    ("keys", rekey.keys.write()),
                    ("recovery", rekey.recovery.write()?),
                ]);
                Op::Rekey
            }
            Body::Issue(issue) => {
                issue.write(&mut members);
                Op::Issue
            }
            Body::Step(step) => {
                step.write(&mut members)?;
                step.action.op()
            }
        };
        members.push(("op", Value::from(op.as_str())));
        Ok(Value::object(members))
    }

    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "act")?;
        let version = fields.string("v")?;
        if version != ACT_VERSION {
            return Err(UNKNOWN_VERSION.because(shown(version)).at("act/v"));
        }
        let op = fields.string("op")?;
        let op: Op = op.parse().map_err(|_| UNKNOWN_OP.because(shown(op)).at("act/op"))?;
        let (at, details) = (fields.timestamp("at")?, fields.digest("details")?);
        let body = Body::read(op, &mut fields)?;
        fields.end()?;
        Ok(Self { at, details, body })
    }
}

impl Body {
    fn read(op: Op, fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let action = match op {
            Op::Keyset => return Keyset::read(fields).map(Self::Keyset),
            Op::Rekey => return Rekey::read(fields).map(Self::Rekey),
            Op::Issue => return Issue::read(fields).map(Self::Issue),
            Op::Adopt => Action::Adopt { to: Controller::read(fields, "to")? },
            Op::Surrender => read_surrender(fields)?,
            Op::Close => read_close(fields)?,
            Op::Leave => Action::Leave,
            Op::Move => Action::Move { to: Controller::read(fields, "to")? },
            Op::Note => Action::Note,
            Op::Reclaim => Action::Reclaim,
            Op::Rehome => Action::Rehome { to: Controller::read(fields, "to")? },
            Op::Reject => Action::Reject,
            Op::Return => Action::Return,
        };
        Step::read(fields, action).map(Self::Step)
    }
}

impl Keyset {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        first(fields)?;
        Ok(Self {
            keys: Keys::read(fields)?,
            recovery: Recovery::read(fields)?,
            registry: Registry::read(fields)?,
        })
    }
}

impl Rekey {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let (record, seq, prev) = later(fields)?;
        Ok(Self { record, seq, prev, keys: Keys::read(fields)?, recovery: Recovery::read(fields)? })
    }
}

impl Issue {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        first(fields)?;
        Ok(Self {
            by: Controller::read(fields, "by")?,
            to: Controller::read(fields, "to")?,
            expires: fields.timestamp("expires")?,
            tag: fields.digest("tag")?,
            registry: Registry::read(fields)?,
            from: if fields.has("from") { read_digests(fields, "from", JOINT_SETS_MAX)? } else { Vec::new() },
        })
    }

    pub(crate) fn first_release(&self) -> Result<(), Refusal> {
        self.by.first_release()?;
        self.to.first_release()?;
        single(&self.from, "combine: more than one predecessor")
    }

    fn write(&self, members: &mut Vec<(&'static str, Value)>) {
        members.extend([
            ("seq", Value::from(0_u32)),
            ("by", self.by.write()),
            ("to", self.to.write()),
            ("expires", Value::from(self.expires)),
            ("tag", Value::from(self.tag)),
            ("registry", self.registry.write()),
        ]);
        if !self.from.is_empty() {
            members.push(("from", Value::array(self.from.iter().copied())));
        }
    }
}

impl Step {
    fn read(fields: &mut Fields<'_>, action: Action) -> Result<Self, Refusal> {
        let (record, seq, prev) = later(fields)?;
        let by = Controller::read(fields, "by")?;
        Ok(Self { record, seq, prev, by, expires: fields.timestamp("expires")?, action })
    }

    pub(crate) fn first_release(&self) -> Result<(), Refusal> {
        self.by.first_release()?;
        match &self.action {
            Action::Adopt { .. } => Err(NOT_YET.because("adopt")),
            Action::Close { into, .. } => single(into, "split: more than one successor"),
            Action::Move { to } | Action::Rehome { to } | Action::Surrender { to, .. } => to.first_release(),
            Action::Leave | Action::Note | Action::Reclaim | Action::Reject | Action::Return => Ok(()),
        }
    }

    fn write(&self, members: &mut Vec<(&'static str, Value)>) -> Result<(), Refusal> {
        members.extend([
            ("record", Value::from(self.record)),
            ("seq", whole(self.seq)?),
            ("prev", Value::from(self.prev)),
            ("by", self.by.write()),
            ("expires", Value::from(self.expires)),
        ]);
        if let Some(to) = self.action.to() {
            members.push(("to", to.write()));
        }
        match &self.action {
            Action::Close { end, into } => {
                members.push(("end", Value::from(end.as_str())));
                if !into.is_empty() {
                    members.push(("into", Value::array(into.iter().copied())));
                }
            }
            Action::Surrender { purpose, answer_by, .. } => {
                members.push(("purpose", Value::from(purpose.as_str())));
                members.extend(answer_by.map(|moment| ("answerBy", Value::from(moment))));
            }
            Action::Adopt { .. }
            | Action::Leave
            | Action::Move { .. }
            | Action::Note
            | Action::Reclaim
            | Action::Rehome { .. }
            | Action::Reject
            | Action::Return => {}
        }
        Ok(())
    }
}

/// `answerBy` may be absent only towards a foreign platform.
fn read_surrender(fields: &mut Fields<'_>) -> Result<Action, Refusal> {
    let to = Controller::read(fields, "to")?;
    let purpose = fields.parsed("purpose")?;
    let answer_by = match to.custody {
        Custody::Own => Some(fields.timestamp("answerBy")?),
        Custody::Platform => fields.optional_timestamp("answerBy")?,
    };
    Ok(Action::Surrender { to, purpose, answer_by })
}

/// `into` stands exactly where another record takes the place of this one.
fn read_close(fields: &mut Fields<'_>) -> Result<Action, Refusal> {
    let end = fields.parsed("end")?;
    let into = if end == End::Replaced { read_digests(fields, "into", JOINT_SETS_MAX)? } else { Vec::new() };
    Ok(Action::Close { end, into })
}

fn first(fields: &mut Fields<'_>) -> Result<(), Refusal> {
    let seq = fields.integer("seq")?;
    if seq == 0 { Ok(()) } else { Err(BAD_SEQ.because(format!("{seq} in a first act")).at("act/seq")) }
}

fn later(fields: &mut Fields<'_>) -> Result<(Digest, u64, Digest), Refusal> {
    let seq = fields.integer("seq")?;
    if seq == 0 {
        return Err(BAD_SEQ.because("0 in a later act").at("act/seq"));
    }
    Ok((fields.digest("record")?, seq, fields.digest("prev")?))
}

fn whole(seq: u64) -> Result<Value, Refusal> {
    Value::try_from(seq).map_err(|_| BAD_SEQ.because(format!("{seq}")))
}

fn single(ids: &[Digest], what: &str) -> Result<(), Refusal> {
    if ids.len() > 1 { Err(NOT_YET.because(what)) } else { Ok(()) }
}
