//! Claims: what a verdict says, one by one (docs/evidence-bundle.md sections 4 and 5).

use std::fmt;

use vocab::Refusal;

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It is so.
    Pass,
    /// It cannot be said from this file and this trust.
    Indeterminate,
    /// It is not so.
    Fail,
}

impl Outcome {
    /// The word on paper and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Indeterminate => "INDETERMINATE",
            Self::Fail => "FAIL",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, needs [$($need:ident),*];)*) => {
        /// The claims that every verdict makes, in the order in which it makes them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word on paper and in JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The claims that must be PASS before this one can be.
            pub const fn needs(self) -> &'static [Self] {
                match self { $(Self::$name => &[$(Self::$need),*]),* }
            }
        }
    };
}

codes! {
    /// Limits, stray or double paths, the manifest.
    Format = "FORMAT", needs [];
    /// Every signed JSON is its own canonical form.
    Canonical = "CANONICAL", needs [Format];
    /// The document is the one that every act names.
    Document = "DOCUMENT", needs [];
    /// Each act names the one before it.
    Chain = "CHAIN", needs [];
    /// Each act is in the log.
    Logged = "LOGGED", needs [];
    /// The log and enough witnesses signed each checkpoint.
    Cosigned = "COSIGNED", needs [Logged];
    /// Nobody was shown another log.
    Single = "SINGLE", needs [Cosigned];
    /// The times of the log are those of its witnesses.
    Time = "TIME", needs [Logged, Single];
    /// The platforms are those that the authority admitted.
    Members = "MEMBERS", needs [Logged, Cosigned];
    /// Each act is signed by a key of its holder.
    ActSigned = "ACT-SIGNED", needs [];
    /// Those keys were in force.
    KeysInForce = "KEYS-IN-FORCE", needs [Logged, Cosigned, ActSigned];
    /// The home platform signed.
    Countersigned = "COUNTERSIGNED", needs [Members];
    /// The receiving platform signed.
    Accepted = "ACCEPTED", needs [Members];
    /// Each act was its signer's to do.
    ControlRules = "CONTROL-RULES", needs [Chain, KeysInForce, Countersigned, Accepted, Time];
    /// There is no second record of this document.
    Tag = "TAG", needs [Logged, Cosigned];
    /// The parties behind the sets.
    Who = "WHO", needs [Members];
    /// How they proved who they are.
    Identity = "IDENTITY", needs [Who];
    /// What the endorsements say.
    Title = "TITLE", needs [ControlRules, Document];
    /// To paper and back, and replacement.
    Medium = "MEDIUM", needs [ControlRules, Document];
    /// Quantities of split and combined bills; later.
    Conserved = "CONSERVED", needs [ControlRules, Document];
    /// Acts that no holder signed are shown as such.
    Provenance = "PROVENANCE", needs [Chain];
    /// Holds and orders; later.
    Held = "HELD", needs [Chain];
    /// Who was in control at the time asked for.
    ControlAt = "CONTROL-AT", needs [ControlRules, Single];
    /// Nothing came after, as of the witnesses' time.
    NothingLater = "NOTHING-LATER", needs [ControlRules, Single];
    /// That time is recent enough for the reader.
    ControlNow = "CONTROL-NOW", needs [NothingLater];
    /// DCSA's chain says the same.
    Pint = "PINT", needs [Chain, Document, Members];
    /// The algorithms are sound, and will be.
    Algorithms = "ALGORITHMS", needs [Cosigned];
    /// Seals for the long term; later.
    Seals = "SEALS", needs [];
}

impl Code {
    /// What must have passed before anything else is judged.
    pub const FOUNDATION: [Self; 2] = [Self::Format, Self::Canonical];
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What one check found by itself, before what it needs is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    outcome: Outcome,
    reason: String,
    cause: Option<&'static str>,
}

impl Found {
    /// It is so, and this is what is so.
    pub fn pass(reason: impl Into<String>) -> Self {
        Self { outcome: Outcome::Pass, reason: reason.into(), cause: None }
    }

    /// It cannot be said.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self { outcome: Outcome::Indeterminate, reason: reason.into(), cause: None }
    }

    /// It cannot be said, for this refusal.
    pub fn unknown_for(why: &Refusal) -> Self {
        Self { outcome: Outcome::Indeterminate, reason: why.to_string(), cause: Some(why.code()) }
    }

    /// It is not so.
    pub fn fail(reason: impl Into<String>) -> Self {
        Self { outcome: Outcome::Fail, reason: reason.into(), cause: None }
    }

    /// It is not so, for this refusal.
    pub fn fail_for(why: &Refusal) -> Self {
        Self { outcome: Outcome::Fail, reason: why.to_string(), cause: Some(why.code()) }
    }

    /// What was found.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The same, said of something in particular.
    #[must_use]
    pub fn of(mut self, what: impl fmt::Display) -> Self {
        // Where nothing is said there is nothing to say it of; and a verdict asks this of every act many times.
        if self.outcome == Outcome::Pass && self.reason.is_empty() {
            return self;
        }
        self.reason = format!("{what}: {}", self.reason);
        self
    }

    /// The worse of two; of equals the first.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if other.outcome > self.outcome { other } else { self }
    }
}

/// One claim of a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its code: [`Code::word`], or another subject's own.
    pub code: &'static str,
    /// What it is about; `None` when there is nothing of the kind, and then there is no outcome.
    pub subject: Option<String>,
    /// What was found.
    pub outcome: Option<Outcome>,
    /// Why, in a sentence.
    pub reason: String,
    /// The stable code of the refusal behind it, where there is one.
    pub cause: Option<&'static str>,
    /// Needed claims that are not PASS.
    pub because: Vec<Code>,
    /// Whether it counts for the exit code.
    pub counts: bool,
}

impl Claim {
    /// A claim about nothing.
    pub fn about_nothing(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            subject: None,
            outcome: None,
            reason: reason.into(),
            cause: None,
            because: Vec::new(),
            counts: false,
        }
    }

    /// A claim as its check found it.
    pub fn found(code: &'static str, subject: impl Into<String>, finding: Found) -> Self {
        Self {
            code,
            subject: Some(subject.into()),
            outcome: Some(finding.outcome),
            reason: finding.reason,
            cause: finding.cause,
            because: Vec::new(),
            counts: true,
        }
    }

    /// Puts what the claim needs before it: whatever is not FAIL by itself is INDETERMINATE while a need is not PASS.
    pub fn subject_to(&mut self, needs: &[Code], earlier: &[Self]) {
        if self.outcome.is_none() {
            return;
        }
        let met = |need: &Code| {
            let found = earlier.iter().find(|claim| claim.code == need.word());
            found.is_some_and(|claim| matches!(claim.outcome, None | Some(Outcome::Pass)))
        };
        self.because = needs.iter().copied().filter(|need| !met(need)).collect();
        if let Some(first) = self.because.first()
            && self.outcome != Some(Outcome::Fail)
        {
            self.outcome = Some(Outcome::Indeterminate);
            self.reason = format!("{first} is not PASS; by itself: {}", self.reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(code: Code, outcome: Option<Outcome>) -> Claim {
        Claim { outcome, counts: true, ..Claim::about_nothing(code.word(), "") }
    }

    #[test]
    fn a_need_stands_before_what_needs_it() {
        for (at, code) in Code::ALL.iter().enumerate() {
            assert!(code.needs().iter().all(|need| Code::ALL[..at].contains(need)), "{code}");
        }
    }

    #[test]
    fn only_a_fail_stands_without_what_it_needs() {
        let judge = |own, need| {
            let mut later = claim(Code::Single, Some(own));
            later.subject_to(Code::Single.needs(), &[claim(Code::Cosigned, need)]);
            later.outcome.unwrap()
        };
        use Outcome::{Fail, Indeterminate, Pass};
        assert_eq!(judge(Pass, Some(Pass)), Pass);
        assert_eq!(judge(Pass, None), Pass);
        assert_eq!(judge(Pass, Some(Fail)), Indeterminate);
        assert_eq!(judge(Pass, Some(Indeterminate)), Indeterminate);
        assert_eq!(judge(Fail, Some(Fail)), Fail);
        assert_eq!(judge(Fail, Some(Indeterminate)), Fail);
        assert_eq!(judge(Indeterminate, Some(Pass)), Indeterminate);
    }

    #[test]
    fn the_worse_of_two_findings_stays() {
        let worse = |a: Found, b: Found| a.and(b).outcome();
        assert_eq!(worse(Found::pass(""), Found::unknown("")), Outcome::Indeterminate);
        assert_eq!(worse(Found::fail(""), Found::unknown("")), Outcome::Fail);
        assert_eq!(Found::fail("a").and(Found::fail("b")), Found::fail("a"));
    }
}
