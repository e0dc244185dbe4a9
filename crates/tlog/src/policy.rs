//! Policies: which logs a reader knows, which witnesses, and how many of them must have cosigned. C2SP tlog-policy.
//!
//! # Quorums must meet (docs/control.md 9)
//!
//! A policy protects its readers from a forked log only if any two quorums share a witness that does not lie: that
//! witness cosigns one history. "Any UK witness and any SG witness" fails when a side has two, for {uk1, sg1} and
//! {uk2, sg2} share nobody. On a side of n witnesses of which k are asked, two quorums share at least 2k − n; with f
//! liars there an honest one is among them when 2k > n + f.
//!
//! [`Policy::parse`] computes the fewest witnesses that two quorums can share, and refuses the policy when that is
//! none. The format lets each name be a member of one group only, so the rule is a tree whose branches have no witness
//! in common, and the number is exact: two quorums share nobody in two different branches; a single witness is shared
//! once; a group with threshold k of n has at least 2k − n members in both quorums, and they can be chosen to be those
//! that cost least, while in each of them the same holds again. So the number of a group is the sum of the 2k − n
//! smallest numbers of its members ([`Policy::liars_needed`]): that many witnesses must lie before two readers can be
//! shown two histories. 1 of 1 and 1 of 1 joined by `all` gives 2; 2 of 3 and 2 of 3 gives 2, one in each country.

use vocab::{Refusal, Timestamp};

use crate::{
    checkpoint::{Checkpoint, SignedCheckpoint, read_decimal},
    key::{KeyKind, Signed, VerifierKey},
    refusals::{BAD_POLICY, LOG_SIGNATURE_MISSING, LOG_UNKNOWN, QUORUM_NOT_MET, QUORUMS_NEED_NOT_MEET},
};

/// Bytes of a policy at most: 64 witnesses with ML-DSA keys take about 120 KiB.
pub const POLICY_BYTES_MAX: usize = 256 * 1024;

/// Logs, witnesses and groups in a policy at most, of each; the standard asks for 32 at least.
pub const POLICY_ITEMS_MAX: usize = 64;

const NONE: &str = "none";

/// A policy whose quorums meet.
///
/// Invariant: every witness occurs in the rule at most once; any two sets of witnesses that satisfy the rule share one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<Witness>,
    rule: Rule,
}

/// A witness as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    name: String,
    key: VerifierKey,
}

impl Witness {
    /// Its name within the policy.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key its cosignatures are made with.
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Rule {
    /// This witness must have cosigned; its place in [`Policy::witnesses`].
    Witness(usize),
    /// At least `least` of the members. Invariant: 1 ≤ `least` ≤ number of members.
    Group { least: usize, members: Vec<Self> },
}

impl Policy {
    /// Reads a policy.
    ///
    /// Refused (`bad-policy`, with the line) unless it has exactly the form of the standard, which is read here as
    /// UTF-8; when a key does not fit its task; when one witness has two lines, under one key or under one key name, for
    /// it would count twice; when a log would be its own witness. Refused (`quorums-need-not-meet`) when two quorums can
    /// be without a common witness, `quorum none` included.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > POLICY_BYTES_MAX {
            return Err(BAD_POLICY.because(format!("longer than {POLICY_BYTES_MAX} bytes")));
        }
        if text.contains(|c: char| c.is_ascii_control() && c != '\t' && c != '\n') {
            return Err(BAD_POLICY.because("a control character"));
        }
        let mut reader = Reader::default();
        let body = text.strip_suffix('\n').ok_or_else(|| BAD_POLICY.because("the last line has no end"))?;
        for (number, line) in body.split('\n').enumerate() {
            reader.line(line).map_err(|refusal| refusal.at(format!("line {}", number + 1)))?;
        }
        let policy = reader.finish()?;
        if policy.liars_needed() == 0 {
            return Err(QUORUMS_NEED_NOT_MEET.refuse());
        }
        Ok(policy)
    }

    /// How many witnesses must lie before two readers of this policy can be shown two histories; at least 1.
    pub fn liars_needed(&self) -> usize {
        self.rule.shared()
    }

    /// The keys of the logs it knows; a key's name is its log's origin.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The witnesses it knows.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether the witnesses for which `who` says yes are a quorum.
    pub fn is_quorum(&self, who: impl Fn(&Witness) -> bool) -> bool {
        let epoch = Timestamp::from_unix_ms(0);
        let times: Vec<_> = self.witnesses.iter().map(|witness| epoch.filter(|_| who(witness))).collect();
        self.rule.time(&times).is_some()
    }

    /// Decides whether a checkpoint may be relied upon: signed by its log, cosigned by a quorum.
    ///
    /// Refused: `log-unknown`, `log-signature-missing`, `quorum-not-met`; and `note-signature-wrong` when any signature
    /// by a key of this policy does not hold, whatever the others say.
    pub fn judge(&self, signed: &SignedCheckpoint) -> Result<Cosigned, Refusal> {
        self.judge_by(&mut Checks::of(signed))
    }

    /// As [`Policy::judge`], where other policies judge the same checkpoint: what they have verified is not verified again.
    ///
    /// # Errors
    /// As [`Policy::judge`].
    pub fn judge_by<'a>(&'a self, checks: &mut Checks<'a>) -> Result<Cosigned, Refusal> {
        let checkpoint = checks.signed.checkpoint();
        let mut keys = self.logs.iter().filter(|key| key.name().as_str() == checkpoint.origin()).peekable();
        if keys.peek().is_none() {
            return Err(LOG_UNKNOWN.because(checkpoint.origin()));
        }
        let by_log = keys.map(|key| checks.check(key)).collect::<Result<Vec<_>, _>>()?;
        if by_log.iter().all(Option::is_none) {
            return Err(LOG_SIGNATURE_MISSING.because(checkpoint.origin()));
        }
        let mut times = Vec::with_capacity(self.witnesses.len());
        for witness in &self.witnesses {
            times.push(checks.check(&witness.key)?.and_then(|signature| signature.time()));
        }
        let time = self.rule.time(&times).ok_or_else(|| {
            QUORUM_NOT_MET.because(format!(
                "cosigned by {} of {}",
                times.iter().flatten().count(),
                times.len()
            ))
        })?;
        let witnesses = self.witnesses.iter().zip(&times).filter(|(_, time)| time.is_some());
        Ok(Cosigned {
            checkpoint: checkpoint.clone(),
            time,
            witnesses: witnesses.map(|(witness, _)| witness.name.clone()).collect(),
        })
    }
}

impl Rule {
    /// The fewest witnesses that two quorums share; see the head of this file.
    fn shared(&self) -> usize {
        match self {
            Self::Witness(_) => 1,
            Self::Group { least, members } => {
                let mut shared: Vec<usize> = members.iter().map(Self::shared).collect();
                shared.sort_unstable();
                shared.iter().take((2 * least).saturating_sub(members.len())).sum()
            }
        }
    }

    /// The quorum's time, docs/evidence-bundle.md 5: a witness's own; a group's is the k-th smallest of its members', so the
    /// smallest for `any` and the largest for `all`. `None` when the rule is not met.
    fn time(&self, times: &[Option<Timestamp>]) -> Option<Timestamp> {
        match self {
            Self::Witness(place) => times.get(*place).copied().flatten(),
            Self::Group { least, members } => {
                let mut met: Vec<Timestamp> =
                    members.iter().filter_map(|member| member.time(times)).collect();
                met.sort_unstable();
                met.get(least - 1).copied()
            }
        }
    }
}

/// The signatures on one checkpoint, each verified once, whoever asks for it.
#[derive(Debug)]
pub struct Checks<'a> {
    signed: &'a SignedCheckpoint,
    known: Vec<(&'a VerifierKey, Result<Option<Signed>, Refusal>)>,
}

impl<'a> Checks<'a> {
    /// None verified yet.
    pub const fn of(signed: &'a SignedCheckpoint) -> Self {
        Self { signed, known: Vec::new() }
    }

    /// As [`VerifierKey::check`] on the checkpoint's note.
    ///
    /// # Errors
    /// As [`VerifierKey::check`].
    pub fn check(&mut self, key: &'a VerifierKey) -> Result<Option<Signed>, Refusal> {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        let checked = key.check(self.signed.note());
        self.known.push((key, checked.clone()));
        checked
    }
}

/// A checkpoint that a policy's log has signed and a quorum has cosigned. Only [`Policy::judge`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cosigned {
    checkpoint: Checkpoint,
    time: Timestamp,
    witnesses: Vec<String>,
}

impl Cosigned {
    /// What was cosigned.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The quorum's time (docs/evidence-bundle.md 5), in whole seconds.
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// The policy's names of the witnesses that have cosigned.
    pub fn witnesses(&self) -> &[String] {
        &self.witnesses
    }
}

/// What the lines read so far have defined.
#[derive(Default)]
struct Reader {
    logs: Vec<VerifierKey>,
    witnesses: Vec<Witness>,
    groups: usize,
    defined: Vec<Defined>,
    quorum: Option<Rule>,
}

/// A name of a witness or group, and whether it is a member of a group already.
struct Defined {
    name: String,
    rule: Rule,
    member: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Refusal> {
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key.parse()?),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key.parse()?),
            ["group", name, least, members @ ..] => self.group(name, least, members),
            ["quorum", name] => self.quorum(name),
            _ => Err(BAD_POLICY.because("not a line of a policy")),
        }
    }

    fn log(&mut self, key: VerifierKey) -> Result<(), Refusal> {
        match key.kind() {
            KeyKind::Ed25519 | KeyKind::CosignatureMlDsa44 => {}
            KeyKind::CosignatureEd25519 => {
                return Err(BAD_POLICY.because("this kind of key is for witnesses"));
            }
        }
        if self.logs.len() >= POLICY_ITEMS_MAX || self.key_is_known(&key) {
            return Err(BAD_POLICY.because("too many logs, or this key again"));
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: VerifierKey) -> Result<(), Refusal> {
        match key.kind() {
            KeyKind::CosignatureEd25519 | KeyKind::CosignatureMlDsa44 => {}
            KeyKind::Ed25519 => return Err(BAD_POLICY.because("this kind of key is for logs")),
        }
        let named_twice = self.witnesses.iter().any(|witness| witness.key.name() == key.name());
        if self.witnesses.len() >= POLICY_ITEMS_MAX || named_twice || self.key_is_known(&key) {
            return Err(BAD_POLICY.because("too many witnesses, or this one again"));
        }
        self.define(name, Rule::Witness(self.witnesses.len()))?;
        self.witnesses.push(Witness { name: name.to_owned(), key });
        Ok(())
    }

    fn key_is_known(&self, key: &VerifierKey) -> bool {
        let witnesses = self.witnesses.iter().map(|witness| &witness.key);
        self.logs.iter().chain(witnesses).any(|known| known.key_bytes() == key.key_bytes())
    }

    fn group(&mut self, name: &str, least: &str, names: &[&str]) -> Result<(), Refusal> {
        self.groups += 1;
        let least = match least {
            "all" => Some(names.len()),
            "any" => Some(1),
            number => read_decimal(number).and_then(|number| usize::try_from(number).ok()),
        };
        let least = least.filter(|least| (1..=names.len()).contains(least));
        let Some(least) = least.filter(|_| self.groups <= POLICY_ITEMS_MAX) else {
            return Err(BAD_POLICY.because("a group needs 1 to n of its n members"));
        };
        let members = names.iter().map(|member| self.take(member)).collect::<Result<_, _>>()?;
        self.define(name, Rule::Group { least, members })
    }

    fn take(&mut self, name: &str) -> Result<Rule, Refusal> {
        let known = self.defined.iter_mut().find(|known| known.name == name && !known.member);
        let known =
            known.ok_or_else(|| BAD_POLICY.because(format!("{name} is unknown, or a member already")))?;
        known.member = true;
        Ok(known.rule.clone())
    }

    fn define(&mut self, name: &str, rule: Rule) -> Result<(), Refusal> {
        if name == NONE || self.defined.iter().any(|known| known.name == name) {
            return Err(BAD_POLICY.because(format!("{name} is a name already")));
        }
        self.defined.push(Defined { name: name.to_owned(), rule, member: false });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), Refusal> {
        if name == NONE {
            return Err(QUORUMS_NEED_NOT_MEET.because("no witness is asked"));
        }
        let known = self.defined.iter().find(|known| known.name == name);
        let Some(known) = known.filter(|_| self.quorum.is_none()) else {
            return Err(BAD_POLICY.because("a second quorum, or one of an unknown name"));
        };
        self.quorum = Some(known.rule.clone());
        Ok(())
    }

    fn finish(self) -> Result<Policy, Refusal> {
        let rule = self.quorum.ok_or_else(|| BAD_POLICY.because("it has no quorum"))?;
        Ok(Policy { logs: self.logs, witnesses: self.witnesses, rule })
    }
}
