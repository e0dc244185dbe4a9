//! The clauses of law that a record of title must meet, and the claims that speak to each (table L1–L20).
//!
//! The citations are those of the project's legal reference. A column that nobody has compared with the statute itself is
//! listed in [`Clause::unverified`] and printed as unverified. A verdict is evidence for a clause, not advice on law.

use crate::claim::{
    Code::{self, *},
    Outcome,
};

/// Where a clause stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// UNCITRAL Model Law on Electronic Transferable Records (2017).
    Mletr,
    /// United Kingdom: Electronic Trade Documents Act 2023.
    Uk,
    /// Singapore: Electronic Transactions Act 2010, Part 2A.
    Sg,
}

impl Law {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mletr => "mletr",
            Self::Uk => "uk",
            Self::Sg => "sg",
        }
    }
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Clause {
    /// `L1` to `L20`.
    pub id: &'static str,
    /// What is asked.
    pub requirement: &'static str,
    /// Article of the model law; empty where it has none.
    pub mletr: &'static str,
    /// Section of the British act; empty where it has none.
    pub uk: &'static str,
    /// Section of the Singapore act; empty where it has none.
    pub sg: &'static str,
    /// Columns that nobody has checked against the statute.
    pub unverified: &'static [Law],
    /// The claims that speak to it; none where a file cannot.
    pub claims: &'static [Code],
    /// What the claims do not say about it.
    pub note: &'static str,
}

impl Clause {
    /// What the claims say about the clause; `None` where a file cannot speak to it.
    pub fn outcome(&self, of: impl Fn(Code) -> Option<Outcome>) -> Option<Outcome> {
        if self.claims.is_empty() {
            return None;
        }
        let found = self.claims.iter().filter_map(|code| of(*code));
        Some(found.max().unwrap_or(Outcome::Indeterminate))
    }
}

/// The clauses to which a claim speaks.
pub fn clauses_of(code: &str) -> impl Iterator<Item = &'static Clause> {
    CLAUSES.iter().filter(move |clause| clause.claims.iter().any(|claim| claim.word() == code))
}

/// The table.
pub const CLAUSES: &[Clause] = &[
    Clause {
        id: "L1",
        requirement: "The same information as the paper document",
        mletr: "10(1)(a)",
        uk: "2(1)",
        sg: "16H(1)(a)",
        unverified: &[],
        claims: &[Document],
        note: "Which fields are mandatory is checked when a bill is issued.",
    },
    Clause {
        id: "L2",
        requirement: "The authoritative record can be told from copies",
        mletr: "10(1)(b)(i)",
        uk: "2(2)(a)",
        sg: "16H(1)(b)(i)",
        unverified: &[],
        claims: &[Single, Tag],
        note: "A file is a copy; the record is the one in the log.",
    },
    Clause {
        id: "L3",
        requirement: "Integrity from creation to end, save authorised changes",
        mletr: "10(1)(b)(iii), 10(2)",
        uk: "2(2)(b)",
        sg: "16H(1)(b)(iii), 16H(2)",
        unverified: &[],
        claims: &[Canonical, Document, Chain, Logged, Cosigned],
        note: "",
    },
    Clause {
        id: "L4",
        requirement: "Capable of control from creation until it ceases",
        mletr: "10(1)(b)(ii)",
        uk: "2(2)",
        sg: "16H(1)(b)(ii)",
        unverified: &[],
        claims: &[ControlRules],
        note: "",
    },
    Clause {
        id: "L5",
        requirement: "Exclusive control; joint holders count as one person",
        mletr: "11(1)(a)",
        uk: "2(2)(c), 2(3)(b)",
        sg: "16I(1)(a)",
        unverified: &[],
        claims: &[Single, ActSigned, KeysInForce, ControlRules],
        note: "",
    },
    Clause {
        id: "L6",
        requirement: "The person in control is identified, and can show it",
        mletr: "11(1)(b)",
        uk: "2(2)(d)",
        sg: "16I(1)(b)",
        unverified: &[],
        claims: &[KeysInForce, Who, NothingLater],
        note: "How the person proved an identity is a matter of receipts (IDENTITY).",
    },
    Clause {
        id: "L7",
        requirement: "A transfer fully divests the transferor",
        mletr: "11(2)",
        uk: "2(2)(e)",
        sg: "16I(2)",
        unverified: &[],
        claims: &[ControlRules, NothingLater],
        note: "",
    },
    Clause {
        id: "L8",
        requirement: "Reading is not control",
        mletr: "",
        uk: "2(4)",
        sg: "",
        unverified: &[],
        claims: &[ControlRules],
        note: "Nobody becomes a holder but by an act.",
    },
    Clause {
        id: "L9",
        requirement: "Writing and signature",
        mletr: "8, 9",
        uk: "(general law)",
        sg: "16F-16G",
        unverified: &[Law::Sg],
        claims: &[ActSigned, Algorithms],
        note: "",
    },
    Clause {
        id: "L10",
        requirement: "Endorsement, also in blank",
        mletr: "15",
        uk: "3(1)",
        sg: "16J",
        unverified: &[Law::Sg],
        claims: &[Title],
        note: "",
    },
    Clause {
        id: "L11",
        requirement: "Amendment identified as such",
        mletr: "16",
        uk: "3(2)-(3) (effect as paper)",
        sg: "16L",
        unverified: &[Law::Sg],
        claims: &[Document, Chain],
        note: "An amended bill is a new record that names the old one.",
    },
    Clause {
        id: "L12",
        requirement: "Paper to electronic: reliable method, all information, statement, paper made inoperative",
        mletr: "17",
        uk: "4",
        sg: "16M",
        unverified: &[Law::Uk],
        claims: &[Medium],
        note: "That the paper was destroyed is the carrier's statement.",
    },
    Clause {
        id: "L13",
        requirement: "Electronic to paper, the same",
        mletr: "18",
        uk: "4",
        sg: "16N",
        unverified: &[Law::Uk],
        claims: &[Medium],
        note: "",
    },
    Clause {
        id: "L14",
        requirement: "Reliability factors: rules, integrity, access, security, audit, supervision, industry standard",
        mletr: "12(a)(i)-(vii)",
        uk: "2(5)(a)-(g)",
        sg: "16O(1)(a)",
        unverified: &[],
        claims: &[],
        note: "A file cannot speak to it: it is about the system, not about one record.",
    },
    Clause {
        id: "L15",
        requirement: "Or proven in fact to have fulfilled the function",
        mletr: "12(b)",
        uk: "",
        sg: "16O(1)(b)",
        unverified: &[],
        claims: &[Single, ControlRules, NothingLater],
        note: "Proven for this record only.",
    },
    Clause {
        id: "L16",
        requirement: "Presumption for an accredited system",
        mletr: "",
        uk: "",
        sg: "16O(2)-(3), regulations under 16Q",
        unverified: &[],
        claims: &[],
        note: "A file cannot speak to it: accreditation is granted to a system.",
    },
    Clause {
        id: "L17",
        requirement: "Time and place, place of business",
        mletr: "13, 14",
        uk: "",
        sg: "16K, 16P",
        unverified: &[Law::Sg],
        claims: &[Time],
        note: "Time only; a file cannot speak to the place.",
    },
    Clause {
        id: "L18",
        requirement: "No discrimination against foreign issue or use",
        mletr: "19",
        uk: "(conflict rules)",
        sg: "3",
        unverified: &[],
        claims: &[Document],
        note: "The record names its governing law and jurisdiction.",
    },
    Clause {
        id: "L19",
        requirement: "Consent and opt-out",
        mletr: "7(2)-(3)",
        uk: "5",
        sg: "16E",
        unverified: &[Law::Sg],
        claims: &[],
        note: "A file cannot speak to it: nobody who opted out is issued a record.",
    },
    Clause {
        id: "L20",
        requirement: "Additional information allowed",
        mletr: "6",
        uk: "2(2) (\"logically associated\")",
        sg: "16C",
        unverified: &[],
        claims: &[Document],
        note: "",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_l1_to_l20() {
        for (at, clause) in CLAUSES.iter().enumerate() {
            assert_eq!(clause.id, format!("L{}", at + 1));
        }
        assert_eq!(CLAUSES.len(), 20);
    }

    #[test]
    fn what_a_file_cannot_speak_to_has_no_outcome() {
        for clause in CLAUSES {
            let silent = ["L14", "L16", "L19"].contains(&clause.id);
            assert_eq!(
                clause.outcome(|_| Some(Outcome::Pass)),
                (!silent).then_some(Outcome::Pass),
                "{}",
                clause.id
            );
            assert_eq!(clause.note.starts_with("A file cannot speak to it"), silent);
        }
    }

    #[test]
    fn the_worst_claim_decides_and_no_subject_is_no_evidence() {
        let single = &CLAUSES[1];
        let outcome = |single_found, tag| {
            single.outcome(|code| match code {
                Single => single_found,
                Tag => tag,
                _ => panic!("{code} does not speak to L2"),
            })
        };
        use Outcome::{Fail, Indeterminate, Pass};
        assert_eq!(outcome(Some(Pass), Some(Pass)), Some(Pass));
        assert_eq!(outcome(Some(Pass), Some(Indeterminate)), Some(Indeterminate));
        assert_eq!(outcome(Some(Fail), Some(Indeterminate)), Some(Fail));
        assert_eq!(outcome(None, Some(Pass)), Some(Pass));
        assert_eq!(outcome(None, None), Some(Indeterminate));
    }
}
