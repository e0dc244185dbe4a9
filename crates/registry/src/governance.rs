//! Who governs a log, and who takes part: charters and member marks, folded (docs/control.md 9).
//!
//! The same fold serves the registry, which admits marks, and every reader, who replays them from their leaves.

use std::{collections::BTreeMap, time::Duration};

use bill::{control::Standing, words::Platform};
use crypto::{
    Digest,
    json::{self, Limits, Value},
    key::{Kid, PublicKey},
};
use tlog::tile::LEAF_BYTES_MAX;
use vocab::{Refusal, Timestamp};

use crate::{
    charter::{Authorised, Authority, Charter},
    leaf::PlainMark,
    member::{Member, MemberState, Use},
    refusals::{BAD_MARK, CHARTER_FIRST, MARK_OTHER_LOG, MARK_OUT_OF_COUNT, SIGNATURES_UNCHECKED},
    slot,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The marks of one log so far, folded.
///
/// Invariant: `later` are in the order of their numbers, each taking effect no sooner than the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Governance {
    first: Charter,
    later: Vec<(Timestamp, Charter)>,
    /// The newest member mark of each platform.
    members: BTreeMap<Platform, Member>,
}

/// What a plain mark states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// A charter.
    Charter(Box<Charter>),
    /// A platform's state.
    Member(Member),
}

impl Statement {
    /// Reads a statement. Refused (`not-yet`) for the marks that are not in the first release, and as by the readers of
    /// [`Charter`] and [`Member`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let value = json::parse_canonical(text.as_bytes(), &Limits::bytes(LEAF_BYTES_MAX))?;
        match value.get("v").and_then(Value::as_str) {
            Some("twakow/charter/1") => Ok(Self::Charter(Box::new(Charter::parse(text)?))),
            Some("twakow/member/1") => Ok(Self::Member(Member::parse(text)?)),
            Some("twakow/hold/1" | "twakow/order/1" | "twakow/settle/1" | "twakow/stopped/1") => {
                Err(bill::refusals::NOT_YET.because("a hold, an order, a settle mark or a succession"))
            }
            _ => Err(BAD_MARK.because("its statement is of no known kind")),
        }
    }

    /// The slot that the statement takes up: its subject's, at its own count.
    pub fn slot(&self) -> Digest {
        match self {
            Self::Charter(charter) => slot::mark(&slot::charter(charter.origin()), charter.n()),
            Self::Member(member) => slot::mark(&slot::platform(member.platform()), member.n()),
        }
    }
}

impl Governance {
    /// The log that this mark founds: a charter with number 0, signed by its own authority.
    ///
    /// Refused: `charter-first`, and as by [`Statement::parse`]; `signatures-unchecked` when `authorised` is about
    /// another statement.
    pub fn found(mark: &PlainMark, authorised: &Authorised) -> Result<Self, Refusal> {
        let Statement::Charter(charter) = Statement::parse(&mark.statement)? else {
            return Err(CHARTER_FIRST.because("a member mark"));
        };
        if charter.n() != 0 {
            return Err(CHARTER_FIRST.because(format!("charter {}", charter.n())));
        }
        if !authorised.covers(&mark.statement, charter.authority()) {
            return Err(SIGNATURES_UNCHECKED.because("the charter's own authority"));
        }
        Ok(Self { first: *charter, later: Vec::new(), members: BTreeMap::new() })
    }

    /// The log's origin.
    pub fn origin(&self) -> &str {
        self.first.origin()
    }

    /// The charter in effect at a moment.
    pub fn charter(&self, at: Timestamp) -> &Charter {
        let in_effect = self.later.iter().rev().find(|(from, _)| *from <= at);
        in_effect.map_or(&self.first, |(_, charter)| charter)
    }

    /// How many charters there are: the number of the next.
    pub fn charters(&self) -> u64 {
        u64::try_from(self.later.len()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// The newest member mark of a platform.
    pub fn member(&self, platform: Platform) -> Option<&Member> {
        self.members.get(&platform)
    }

    /// Every platform that has a mark.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.values()
    }

    /// What a platform's signatures are worth.
    pub fn standing(&self, platform: Platform) -> Standing {
        match self.member(platform).map(Member::state) {
            Some(MemberState::Dead) => Standing::Dead,
            Some(MemberState::Member) => Standing::Member,
            Some(MemberState::Suspended) => Standing::Suspended,
            None => Standing::Stranger,
        }
    }

    /// The countersigning key of this name, if it is valid at a moment.
    pub fn counter_key(&self, platform: Platform, kid: Kid, at: Timestamp) -> Option<&PublicKey> {
        self.member(platform)?.valid_key(&kid, Use::Counter, at)
    }

    /// The authority that must sign a statement whose leaf is at `at`: for a charter that of the charter before it, else
    /// that of the charter in effect.
    pub fn authority(&self, statement: &Statement, at: Timestamp) -> &Authority {
        match statement {
            Statement::Charter(_) => self.newest().authority(),
            Statement::Member(_) => self.charter(at).authority(),
        }
    }

    /// Checks that the statement may have a leaf at `at`, whoever signed it.
    ///
    /// Refused: `mark-other-log`, `mark-out-of-count`, `key-too-soon`.
    pub fn check_place(&self, statement: &Statement, at: Timestamp) -> Result<(), Refusal> {
        let (origin, n, next) = match statement {
            Statement::Charter(charter) => (charter.origin(), charter.n(), self.charters()),
            Statement::Member(member) => {
                let next = self.member(member.platform()).map_or(0, |newest| newest.n() + 1);
                (member.origin(), member.n(), next)
            }
        };
        if origin != self.origin() {
            return Err(MARK_OTHER_LOG.because(origin));
        }
        if n != next {
            return Err(MARK_OUT_OF_COUNT.because(format!("{n}, {next} is next")));
        }
        match statement {
            Statement::Charter(_) => Ok(()),
            Statement::Member(member) => {
                let days = self.charter(at).waits().member_days;
                member.follows(self.member(member.platform()), at, days)
            }
        }
    }

    /// Checks that the right authority has signed the statement. Refused (`signatures-unchecked`) when `authorised` is
    /// about another text or authority.
    pub fn check_authority(
        &self,
        statement: &Statement,
        authorised: &Authorised,
        text: &str,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        if authorised.covers(text, self.authority(statement, at)) {
            return Ok(());
        }
        Err(SIGNATURES_UNCHECKED.because("another authority"))
    }

    /// The marks after this one, whose leaf is at `at` and which [`Governance::check`] has let pass.
    pub(crate) fn apply(&mut self, statement: Statement, at: Timestamp) {
        match statement {
            Statement::Charter(charter) => {
                let wait = u32::try_from(self.newest().waits().member_days).unwrap_or(u32::MAX);
                let from = at.plus(DAY.saturating_mul(wait));
                let from = self.later.last().map_or(from, |(before, _)| from.max(*before));
                self.later.push((from, *charter));
            }
            Statement::Member(member) => {
                self.members.insert(member.platform(), member);
            }
        }
    }

    fn newest(&self) -> &Charter {
        self.later.last().map_or(&self.first, |(_, charter)| charter)
    }
}

/// Replays a plain mark's leaf: reads, verifies and folds it. For readers of a log; a registry admits its marks by
/// [`crate::state::State::admit`].
pub fn replay(before: Option<Governance>, mark: &PlainMark, at: Timestamp) -> Result<Governance, Refusal> {
    let statement = Statement::parse(&mark.statement)?;
    let Some(mut governance) = before else {
        let Statement::Charter(charter) = &statement else {
            return Err(CHARTER_FIRST.because("a member mark"));
        };
        return Governance::found(mark, &charter.authority().verify(mark)?);
    };
    let authorised = governance.authority(&statement, at).verify(mark)?;
    governance.check_place(&statement, at)?;
    governance.check_authority(&statement, &authorised, &mark.statement, at)?;
    governance.apply(statement, at);
    Ok(governance)
}
