//! The table of acts, as data: for each act, and for each thing that an act can say about title, who may, who signs, what it
//! needs, DCSA's word for it, and what is so afterwards. `docs/acts.md` is printed from it ([`markdown`]), the words
//! in an act's details are checked against it ([`words_of`]), and [`crate::options`] walks its rows.

use std::fmt::Write;

use crate::{
    details::ActionCode,
    signatures::HomeSigns,
    words::{End, Op, Purpose},
};

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The row's own name, stable.
    pub name: &'static str,
    /// The act that does it.
    pub deed: Deed,
    /// Who may.
    pub who: &'static str,
    /// Under what conditions.
    pub needs: &'static str,
    /// DCSA's words, in order; none where DCSA has none.
    pub words: &'static [ActionCode],
    /// Who is in control afterwards.
    pub control: &'static str,
    /// What the title is afterwards.
    pub title: &'static str,
}

/// What a row does: the act, and what distinguishes it from other rows of the same act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// `close` with this end.
    Close(End),
    /// `issue`.
    Issue,
    /// `leave`.
    Leave,
    /// `move`.
    Move(Title),
    /// `note`.
    Note(Title),
    /// `reclaim`.
    Reclaim,
    /// `rehome`.
    Rehome,
    /// `reject`.
    Reject,
    /// `return`.
    Return,
    /// `surrender` for this purpose.
    Surrender(Purpose),
}

/// What an act can say about title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Title {
    /// Nothing.
    Nothing,
    /// Endorsed to a party that cannot endorse further.
    EndorseNamed,
    /// Endorsed to a party's order.
    EndorseToOrder,
    /// Endorsed in blank.
    EndorseBlank,
    /// A bare signature.
    Sign,
    /// Whom the title holder names as the next one.
    Nominate,
    /// Terms of a pledge.
    Pledge,
    /// The pledge ends, back to the pledgor.
    Release,
    /// The pledge ends, to another.
    Enforce,
    /// What was noted is taken back.
    Withdraw,
}

impl Deed {
    /// The act's name.
    pub const fn op(self) -> Op {
        match self {
            Self::Close(_) => Op::Close,
            Self::Issue => Op::Issue,
            Self::Leave => Op::Leave,
            Self::Move(_) => Op::Move,
            Self::Note(_) => Op::Note,
            Self::Reclaim => Op::Reclaim,
            Self::Rehome => Op::Rehome,
            Self::Reject => Op::Reject,
            Self::Return => Op::Return,
            Self::Surrender(_) => Op::Surrender,
        }
    }
}

impl Row {
    /// Who signs, in the order of the signature list.
    pub const fn signs(&self) -> &'static str {
        match (self.deed.op(), HomeSigns::on(self.deed.op())) {
            (Op::Rehome, _) => "holder, home as release (or it is suspended or dead), accept",
            (Op::Issue | Op::Move | Op::Surrender, _) => "holder, home, accept where `to.home` differs",
            (_, HomeSigns::Always) => "holder, home",
            (_, HomeSigns::AsRelease | HomeSigns::Never) => "holder",
        }
    }
}

/// The words that DCSA has for an act: each is one admissible list of Transactions.
pub fn words_of(op: Op) -> impl Iterator<Item = &'static [ActionCode]> {
    ROWS.iter().filter(move |row| row.deed.op() == op).map(|row| row.words)
}

const ENDORSER: &str = "the title holder in possession; of a blank bill, whoever is in possession; else with the title \
                        holder's consent, or to the nominee";
const SAME: &str = "same";
const TO: &str = "`to`";
const UNCHANGED: &str = "same";

/// The rows.
pub const ROWS: &[Row] = &[
    Row {
        name: "issue",
        deed: Deed::Issue,
        who: "the carrier",
        needs: "law and jurisdiction; a free tag, or `from` a record closed as paper (the full set, in `fromPaper`) or \
                replaced by this group; a bill born on paper has `fromPaper` too",
        words: &[ActionCode::Issue],
        control: TO,
        title: "as the document's face says",
    },
    Row {
        name: "endorse-named",
        deed: Deed::Note(Title::EndorseNamed),
        who: ENDORSER,
        needs: "an order bill, not pledged; takes effect with the endorser's next move, replaces what was noted before",
        words: &[ActionCode::Endorse],
        control: SAME,
        title: "waits",
    },
    Row {
        name: "endorse-to-order",
        deed: Deed::Note(Title::EndorseToOrder),
        who: ENDORSER,
        needs: "as above",
        words: &[ActionCode::EndorseToOrder],
        control: SAME,
        title: "waits",
    },
    Row {
        name: "endorse-blank",
        deed: Deed::Note(Title::EndorseBlank),
        who: ENDORSER,
        needs: "as above",
        words: &[ActionCode::BlankEndorse],
        control: SAME,
        title: "waits",
    },
    Row {
        name: "sign",
        deed: Deed::Note(Title::Sign),
        who: "the holder",
        needs: "nothing",
        words: &[ActionCode::Sign],
        control: SAME,
        title: UNCHANGED,
    },
    Row {
        name: "nominate",
        deed: Deed::Note(Title::Nominate),
        who: "the title holder in possession, or the possessor with its consent",
        needs: "`nominee`; an order bill that can be endorsed further",
        words: &[],
        control: SAME,
        title: "with the next move the possessor may endorse to the nominee",
    },
    Row {
        name: "pledge-terms",
        deed: Deed::Note(Title::Pledge),
        who: "the title holder in possession, or the possessor with its consent",
        needs: "`terms`; an order bill, not pledged; the next move delivers upon them",
        words: &[],
        control: SAME,
        title: "waits",
    },
    Row {
        name: "withdraw",
        deed: Deed::Note(Title::Withdraw),
        who: "the holder",
        needs: "`withdraw`; something noted that still waits",
        words: &[],
        control: SAME,
        title: "nothing waits",
    },
    Row {
        name: "move",
        deed: Deed::Move(Title::Nothing),
        who: "the holder",
        needs: "another recipient; not pledged",
        words: &[ActionCode::Transfer],
        control: TO,
        title: "what was noted takes effect",
    },
    Row {
        name: "move-endorse-named",
        deed: Deed::Move(Title::EndorseNamed),
        who: ENDORSER,
        needs: "an order bill; not pledged",
        words: &[ActionCode::Endorse, ActionCode::Transfer],
        control: TO,
        title: "named endorsee, who cannot endorse further",
    },
    Row {
        name: "move-endorse-to-order",
        deed: Deed::Move(Title::EndorseToOrder),
        who: ENDORSER,
        needs: "an order bill; not pledged",
        words: &[ActionCode::EndorseToOrder, ActionCode::Transfer],
        control: TO,
        title: "to the endorsee's order",
    },
    Row {
        name: "move-endorse-blank",
        deed: Deed::Move(Title::EndorseBlank),
        who: ENDORSER,
        needs: "an order bill; not pledged",
        words: &[ActionCode::BlankEndorse, ActionCode::Transfer],
        control: TO,
        title: "blank: whoever is in possession",
    },
    Row {
        name: "pledge",
        deed: Deed::Move(Title::Pledge),
        who: "the title holder in possession, or the possessor with its consent",
        needs: "`terms`, its own or noted; an order bill, endorsed by this act or by a note that waits, unless blank (or \
                the reader's policy takes it bare)",
        words: &[ActionCode::EndorseToOrder, ActionCode::Transfer],
        control: "the pledgee",
        title: "as endorsed; the pledgor is the residual party",
    },
    Row {
        name: "release",
        deed: Deed::Move(Title::Release),
        who: "the pledgee, or its agent with its consent",
        needs: "`pledge`: the move that made it; to the pledgor; what was endorsed to the pledgee and is not \
                endorsed back stays to its order",
        words: &[ActionCode::EndorseToOrder, ActionCode::Transfer],
        control: "the pledgor",
        title: "as endorsed; no pledge",
    },
    Row {
        name: "enforce",
        deed: Deed::Move(Title::Enforce),
        who: "the pledgee, or its agent with its consent",
        needs: "`pledge`: the move that made it; to a third party; with the pledge's own `terms` beside it, and no endorsement, \
                the bill goes to the pledgee's agent (or to the pledgor, on trust) and the pledge stands",
        words: &[ActionCode::EndorseToOrder, ActionCode::Transfer],
        control: "the third party",
        title: "as endorsed; no pledge",
    },
    Row {
        name: "reject",
        deed: Deed::Reject,
        who: "the new holder",
        needs: "the last act is the move to it, at most `rejectHours` (72) ago; the former home is a member in good \
                standing",
        words: &[ActionCode::Transfer],
        control: "the former holder",
        title: "as before the move",
    },
    Row {
        name: "leave",
        deed: Deed::Leave,
        who: "the one in control",
        needs: "none in the last 24 hours",
        words: &[],
        control: SAME,
        title: UNCHANGED,
    },
    Row {
        name: "rehome",
        deed: Deed::Rehome,
        who: "the one in control",
        needs: "another home, the same sets; without release or a dead or suspended home: later",
        words: &[],
        control: "same sets, new home",
        title: UNCHANGED,
    },
    Row {
        name: "surrender-delivery",
        deed: Deed::Surrender(Purpose::Delivery),
        who: "of a straight bill the consignee; of an order bill the title holder, or the possessor with its consent; of a \
              blank bill whoever is in possession",
        needs: "to the issuer; `answerBy` 1 to 60 days ahead; of a pledged bill `pledge`, or pledgor's and pledgee's \
                consents",
        words: &[ActionCode::SurrenderForDelivery],
        control: "the carrier; the holder is remembered",
        title: UNCHANGED,
    },
    Row {
        name: "surrender-amendment",
        deed: Deed::Surrender(Purpose::Amendment),
        who: "as for delivery; of a straight bill also the first holder",
        needs: "as for delivery; `successors` where another bill is to take its place; reason SWTP for paper",
        words: &[ActionCode::SurrenderForAmendment],
        control: "the carrier; the holder is remembered",
        title: UNCHANGED,
    },
    Row {
        name: "surrender-cancel",
        deed: Deed::Surrender(Purpose::Cancel),
        who: "as for amendment",
        needs: "as for delivery",
        words: &[ActionCode::SurrenderForAmendment],
        control: "the carrier; the holder is remembered",
        title: UNCHANGED,
    },
    Row {
        name: "close-delivered",
        deed: Deed::Close(End::Delivered),
        who: "the carrier",
        needs: "surrendered for delivery",
        words: &[ActionCode::SurrenderAccepted],
        control: "nobody",
        title: "ended",
    },
    Row {
        name: "close-paper",
        deed: Deed::Close(End::Paper),
        who: "the carrier",
        needs: "surrendered for amendment with the reason SWTP; `toPaper`: originals, serials, statement of replacement; \
                printing waits until the close is final",
        words: &[ActionCode::SurrenderAccepted],
        control: "nobody",
        title: "on paper",
    },
    Row {
        name: "close-replaced",
        deed: Deed::Close(End::Replaced),
        who: "the carrier",
        needs: "surrendered for amendment; `into` equals the surrender's `successors`; admitted together with the issue",
        words: &[ActionCode::SurrenderAccepted],
        control: "nobody",
        title: "in the successor",
    },
    Row {
        name: "close-void",
        deed: Deed::Close(End::Void),
        who: "the carrier",
        needs: "surrendered for cancellation",
        words: &[ActionCode::SurrenderAccepted],
        control: "nobody",
        title: "ended",
    },
    Row {
        name: "return",
        deed: Deed::Return,
        who: "the carrier",
        needs: "surrendered",
        words: &[ActionCode::SurrenderRejected],
        control: "the surrenderer",
        title: UNCHANGED,
    },
    Row {
        name: "reclaim",
        deed: Deed::Reclaim,
        who: "the surrenderer",
        needs: "surrendered; `answerBy` has come",
        words: &[],
        control: "the surrenderer",
        title: UNCHANGED,
    },
];

/// `docs/acts.md`.
pub fn markdown() -> String {
    let mut page = String::from(
        "# The table of acts\n\nFor each act, and for each thing that an act can say about title: who may, who signs, what it \
         needs, DCSA's words for\nit, and what is so afterwards. The forms are in [control.md](control.md); who is *title holder* \
         is in its section 5.\nGenerated from the table that the code runs on: `cargo xtask codegen`.\n\nMembers of the details, \
         beside those of control.md 3: `terms`, `pledge`, `successors`, `consents`, `mandate` (digests or\nlists of digests); \
         `nominee`, `representedParty` (DCSA parties); `withdraw` (true); `toPaper` {`originals`, `serials`,\n`statement`}; \
         `fromPaper` {`attestation`, `scans`, `serials`, `statement`}: serials are sorted text, scans sorted digests.\nA *consent* is \
         a signed statement (control.md 5), for one act and until its end; the details cite it by its file's digest. An *order \
         bill*\nis one that is not straight.\n\n| act | op | who may | who signs | \
         what it needs | DCSA | control after | title after |\n|---|---|---|---|---|---|---|---|\n",
    );
    for row in ROWS {
        let words: Vec<String> = row.words.iter().map(|word| format!("`{word}`")).collect();
        let words = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
        // Writing to a string cannot fail.
        writeln!(
            page,
            "| {} | `{}` | {} | {} | {} | {words} | {} | {} |",
            row.name,
            row.deed.op(),
            row.who,
            row.signs(),
            row.needs,
            row.control,
            row.title,
        )
        .ok();
    }
    page
}
