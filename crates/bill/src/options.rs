//! What a party may do with a bill now, and if not, why not and what would help.
//!
//! Every row of the table of acts is put to the very rules that admit acts, as an act that the party might sign; there is no
//! second copy of them. What depends on a choice not yet made (the recipient, a platform's acceptance or release) is
//! taken as made well.

use crypto::Digest;
use vocab::{Refusal, Timestamp};

use crate::{
    act::{Action, Step},
    control::{self, ANSWER_MIN, Facts, Standing},
    details::{ActionCode, BillDetails, Reason, ToPaper, Transaction},
    party::Party,
    record::Bill,
    refusals::NOT_A_FIRST_ACT,
    table::{self, Row},
    title::{self, Deed, Policy},
    words::{Controller, End, Platform, Purpose},
};

/// One row of the table with the answer for a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The row.
    pub row: &'static Row,
    /// May, or may not because.
    pub answer: Result<(), Refusal>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// Its key set and home.
    pub controller: &'a Controller,
    /// The party behind the set.
    pub party: &'a Party,
}

/// A platform that accepts whatever the answer supposes to be accepted; a code that no list gives to anybody.
const ELSEWHERE: &str = "0000";

/// Every row of the table but `issue`, in its order, with the answer for `asker`.
pub fn options(bill: &Bill, asker: Asker<'_>, facts: &Facts<'_>, policy: Policy) -> Vec<Choice> {
    let answer = |row| Probe { bill, asker, row }.answer(facts, policy);
    let rows = table::ROWS.iter().filter(|row| row.deed != table::Deed::Issue);
    rows.map(|row| Choice { row, answer: answer(row) }).collect()
}

/// One row put to the rules for one party.
struct Probe<'a> {
    bill: &'a Bill,
    asker: Asker<'a>,
    row: &'static Row,
}

impl Probe<'_> {
    fn answer(&self, facts: &Facts<'_>, policy: Policy) -> Result<(), Refusal> {
        let elsewhere = ELSEWHERE.parse::<Platform>().ok();
        let standing = |platform: Platform| {
            if Some(platform) == elsewhere { Standing::Member } else { (facts.standing)(platform) }
        };
        let facts = facts.released(true).with_standing(&standing);
        let action = self.action(facts.now, elsewhere)?;
        let spine = self.bill.control().spine();
        let step = Step {
            record: spine.record(),
            seq: spine.seq() + 1,
            prev: spine.head(),
            by: self.asker.controller.clone(),
            expires: facts.now,
            action,
        };
        control::examine(self.bill.control(), &step, facts.now, &facts)?;
        let to = self.recipient();
        let judge = |details: BillDetails| {
            let deed = Deed {
                act: somebody(),
                action: &step.action,
                by: self.asker.party,
                to: Some(&to),
                details: &details,
                consents: &[],
            };
            title::check(self.bill.title(), &deed, policy).map(|_| ())
        };
        // A release or enforcement is possible when it is so without an endorsement, too.
        judge(self.details(facts.now, &to, self.row.words)).or_else(|refusal| match self.row.deed {
            table::Deed::Move(table::Title::Release | table::Title::Enforce) => {
                judge(self.details(facts.now, &to, &[ActionCode::Transfer]))
            }
            _ => Err(refusal),
        })
    }

    fn action(&self, now: Timestamp, elsewhere: Option<Platform>) -> Result<Action, Refusal> {
        let own = self.asker.controller;
        Ok(match self.row.deed {
            table::Deed::Issue => return Err(NOT_A_FIRST_ACT.refuse()),
            table::Deed::Close(end) => Action::Close { end, into: self.successors(end) },
            table::Deed::Leave => Action::Leave,
            table::Deed::Move(_) => Action::Move { to: Controller::own(somebody(), own.home) },
            table::Deed::Note(_) => Action::Note,
            table::Deed::Reclaim => Action::Reclaim,
            table::Deed::Rehome => Action::Rehome { to: own.clone().at(elsewhere.unwrap_or(own.home)) },
            table::Deed::Reject => Action::Reject,
            table::Deed::Return => Action::Return,
            table::Deed::Surrender(purpose) => Action::Surrender {
                to: self.bill.control().spine().issuer().clone(),
                purpose,
                answer_by: Some(now.plus(ANSWER_MIN)),
            },
        })
    }

    /// The successors that the surrender names, or one that it does not.
    fn successors(&self, end: End) -> Vec<Digest> {
        match (end, self.bill.title().successors_asked()) {
            (End::Replaced, []) => vec![somebody()],
            (End::Replaced, asked) => asked.to_vec(),
            (End::Delivered | End::Paper | End::Void, _) => Vec::new(),
        }
    }

    /// The pledgor for a release, else a party that nobody is.
    fn recipient(&self) -> Party {
        match (self.row.deed, self.bill.title().pledge()) {
            (table::Deed::Move(table::Title::Release), Some(pledge)) => pledge.pledgor.clone(),
            _ => Party::nobody(),
        }
    }

    fn details(&self, now: Timestamp, to: &Party, words: &[ActionCode]) -> BillDetails {
        let title = self.bill.title();
        let paper = ToPaper { serials: vec!["1".to_owned()], statement: "1".to_owned() };
        let mut details = BillDetails::about(title.document(), [0; 16]);
        details.dcsa = words
            .iter()
            .map(|action| Transaction {
                action: *action,
                actor: self.asker.party.clone(),
                at: now,
                recipient: action.has_recipient().then(|| to.clone()),
                reason: None::<Reason>,
                comments: None,
            })
            .collect();
        let pledge = title.pledge().map(|pledge| pledge.act);
        match self.row.deed {
            table::Deed::Note(said) | table::Deed::Move(said) => match said {
                table::Title::Nominate => details.nominee = Some(to.clone()),
                table::Title::Pledge => details.terms = Some(somebody()),
                table::Title::Release | table::Title::Enforce => {
                    details.pledge = Some(pledge.unwrap_or_else(somebody));
                }
                table::Title::Withdraw => details.withdraw = true,
                table::Title::Nothing
                | table::Title::EndorseNamed
                | table::Title::EndorseToOrder
                | table::Title::EndorseBlank
                | table::Title::Sign => {}
            },
            // A pledgee who surrenders cites its pledge.
            table::Deed::Surrender(Purpose::Delivery | Purpose::Amendment | Purpose::Cancel) => {
                details.pledge = pledge;
            }
            table::Deed::Close(End::Paper) => details.to_paper = Some(paper),
            table::Deed::Close(End::Delivered | End::Replaced | End::Void)
            | table::Deed::Issue
            | table::Deed::Leave
            | table::Deed::Reclaim
            | table::Deed::Rehome
            | table::Deed::Reject
            | table::Deed::Return => {}
        }
        details
    }
}

/// A digest of nothing on the record: a recipient, terms or an act that have still to be.
fn somebody() -> Digest {
    Digest::of(b"twakow/somebody")
}
