//! What can be typed. Help texts begin with an example; no single-letter flags.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use vocab::Timestamp;

/// Moves a bill of lading between platforms that do not trust each other, and proves who held it.
#[derive(Debug, Parser)]
#[command(
    name = "twakow",
    version,
    after_help = "Exit codes: 0 yes, 1 no (with the reasons), 2 could not run, 3 cannot be decided."
)]
pub(crate) struct Cli {
    /// Answer in JSON, one document, on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Rehearsal: the time that this command takes for now, such as 2026-03-09T14:05:00.000Z
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    pub(crate) clock: Option<Timestamp>,

    /// Rehearsal: draw all keys and salts from this text, so that the run can be repeated; marks every output as a test
    #[arg(long, global = true, value_name = "TEXT")]
    pub(crate) seed: Option<String>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make and sign an act on the holder's machine; no node sees the key
    #[command(subcommand)]
    Act(Act),
    /// Check, issue and read bills of lading
    #[command(subcommand)]
    Bill(Bill),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Let whoever is in possession do one act, as its title holder or pledgee
    #[command(subcommand)]
    Consent(Consent),
    /// Set up and run a corridor of nodes in one folder
    #[command(subcommand)]
    Corridor(Corridor),
    /// Write the evidence of a bill into one file
    #[command(after_help = "Example: twakow export TWKW2603001 --out whisky.twk")]
    Export(Export),
    /// Check invoices and credit notes in UBL
    #[command(subcommand)]
    Invoice(Invoice),
    /// Make keys, and enrol key sets at a platform
    #[command(subcommand)]
    Key(Key),
    /// Copy a node's store, and make a lost one from a copy
    #[command(subcommand)]
    Node(Node),
    /// What a party may do next with a bill, and why not, and the remedy
    #[command(after_help = "Example: twakow options TWKW2603001 --party exporter")]
    Options {
        #[command(flatten)]
        reading: Reading,
        /// The party: its key-set file, or that file's name without .keyset
        #[arg(long)]
        party: PathBuf,
    },
    /// Have a platform let a bill go: it signs a re-home, which is written to standard output for the new home
    #[command(after_help = "Example: twakow release rehome.act --at platform-a > released.act")]
    Release {
        /// The act file that `twakow act rehome` wrote
        act: PathBuf,
        /// The platform that the bill leaves
        #[arg(long, value_name = "NODE")]
        at: String,
        #[command(flatten)]
        place: Place,
    },
    /// Hand a re-home and the bill's evidence to the new platform, which judges both itself, and see it through
    #[command(after_help = "Example: twakow rehome released.act leaving.twk --at platform-b")]
    Rehome(Rehome),
    /// Draw an evidence file: the bill, who had it when, what is proved, and what to do next
    #[command(after_help = "Example: twakow report whisky.twk --trust corridor.trust --out whisky.html")]
    Report {
        #[command(flatten)]
        verify: Verify,
        /// The page to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Run one consignment end to end from a script of commands
    #[command(after_help = "Example: twakow ship examples/whisky.toml")]
    Ship(Ship),
    /// Hand a signed act to the holder's platform and see it through
    #[command(after_help = "Example: twakow submit move.act --at platform-a")]
    Submit(Submit),
    /// Judge an evidence file offline: PASS, FAIL or INDETERMINATE for each claim, with the reason
    #[command(
        after_help = "Example: twakow verify whisky.twk --trust corridor.trust --at 2026-03-09T14:05:00.000Z"
    )]
    Verify(Verify),
}

/// Bills of lading.
#[derive(Debug, Subcommand)]
pub(crate) enum Bill {
    /// Propose an amended bill in the place of a live one; its holder agrees by surrendering it for the proposal
    #[command(
        after_help = "Example: twakow bill amend TWKW2603001 amended.json --key carrier.key > amended.act"
    )]
    Amend(Amend),
    /// What a carrier, club or counterpart would refuse in a draft, where, and the fix
    #[command(after_help = "Example: twakow bill check examples/whisky/draft.json")]
    Check {
        /// The draft: a DCSA transport document in JSON, or - for standard input
        draft: PathBuf,
    },
    /// Print a rule of the check: what it asks, why, and who says so
    Explain {
        /// The rule's id, as a finding names it; without it, all rules are listed
        rule: Option<String>,
    },
    /// What happened to a bill, in order
    History(Reading),
    /// Issue a bill to its first holder, signed with the carrier's key
    #[command(
        after_help = "Example: twakow bill issue draft.json --to exporter.keyset --law england --jurisdiction england --key carrier.key"
    )]
    Issue(Issue),
    /// A bill as it stands: the document, who has possession, who has title
    Show(Reading),
}

/// Invoices.
#[derive(Debug, Subcommand)]
pub(crate) enum Invoice {
    /// Take the attachments out of an invoice into a folder; addresses are listed and never fetched
    #[command(after_help = "Example: twakow invoice attachments invoice.xml --out attachments/")]
    Attachments {
        /// The invoice or credit note in UBL 2.1, or - for standard input
        file: PathBuf,
        /// The folder to write them into; no file there is ever replaced
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Whether an invoice will be accepted: which rule refuses it, where, and what to write instead
    #[command(after_help = INVOICE_CHECK_HELP)]
    Check {
        /// Invoices and credit notes in UBL 2.1, folders of them (every .xml below), or - for standard input
        #[arg(required = true, value_name = "FILE|DIR")]
        files: Vec<PathBuf>,
        /// Judge it as if it said that it follows this: core, peppol, peppol-sb, pint-sg, sg-local … Else it is asked
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// Judge it by this set of rules alone; may be given again
        #[arg(long, value_name = "NAME", conflicts_with = "profile")]
        set: Vec<String>,
        /// Judge it by the releases that are applied on this day, such as 2026-11-24; else by the newest that we hold
        #[arg(long, value_name = "DAY", value_parser = day)]
        date: Option<String>,
        /// Say also what releases that are published and not yet applied will refuse, and from when
        #[arg(long)]
        next: bool,
        /// Hold it against earlier invoices and credit notes in this folder: duplicates, credit notes over more than the
        /// invoice, a new account of the seller. The document itself must not lie there; may be given again
        #[arg(long, value_name = "DIR")]
        history: Vec<PathBuf>,
        /// Say also how Britain and Singapore tax a supply between them, and by when evidence of export is due
        #[arg(long)]
        tax: bool,
        /// Threads that judge many documents; else one a core
        #[arg(long, value_name = "NUMBER", value_parser = jobs)]
        jobs: Option<usize>,
        /// Write one HTML page with the findings beside the invoice; of one document only
        #[arg(long, value_name = "OUT")]
        html: Option<PathBuf>,
    },
    /// Print a rule for invoices: what it asks, what to write, and who says so
    Explain {
        /// The rule's id, as a finding names it; without it, all rules are listed
        rule: Option<String>,
    },
    /// Write an invoice or credit note from an order: sums and tax are computed, and what is written passes its rules
    #[command(
        after_help = "Example: twakow invoice new examples/invoices/whisky-export.toml -o whisky.xml\n\ndocs/invoice-new.md names every key of an order."
    )]
    New {
        /// The order in TOML or JSON, or - for standard input
        order: PathBuf,
        /// The specification to write by: peppol, peppol-sb, pint-sg, sg-local or en16931; else the order's own
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// The file to write; else the invoice goes to standard output
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the sets of rules for invoices: release, first and last day, number of rules
    Sets,
    /// Show an invoice as a person reads one
    #[command(
        after_help = "Example: twakow invoice view examples/invoices/whisky-export.xml --html whisky.html"
    )]
    View {
        /// The invoice or credit note in UBL 2.1, or - for standard input
        file: PathBuf,
        /// Write it as one HTML page for screen and paper instead
        #[arg(long, value_name = "OUT")]
        html: Option<PathBuf>,
    },
}

const INVOICE_CHECK_HELP: &str = "Examples: twakow invoice check examples/invoices/whisky-export.xml
          twakow --json invoice check invoices/ > verdicts.jsonl

Of one document every finding is told; of many, or of a folder, a line for each and then what became of all.
Exit code 0: every document is accepted; 1: some are not; 2: the command or a file could not be read.";

/// Issuing.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The draft: a DCSA transport document in JSON
    pub(crate) draft: PathBuf,
    /// Key-set file of the first holder
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Law that governs the bill, printed on every rendering
    #[arg(long)]
    pub(crate) law: String,
    /// Courts that decide about the bill, printed on every rendering
    #[arg(long)]
    pub(crate) jurisdiction: String,
    /// Key file of the carrier
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Key-set file of the carrier
    #[arg(long, value_name = "FILE", default_value = "carrier.keyset")]
    pub(crate) carrier: PathBuf,
    /// The record on paper whose place the new one takes
    #[arg(long, value_name = "BILL", requires = "originals")]
    pub(crate) from: Option<String>,
    /// What was collected, in TOML: serials, scans, attestation, statement
    #[arg(long, value_name = "FILE")]
    pub(crate) originals: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Proposing an amended bill.
#[derive(Debug, Args)]
pub(crate) struct Amend {
    /// The bill to be amended
    pub(crate) bill: String,
    /// The amended draft: a DCSA transport document in JSON, of the same number
    pub(crate) draft: PathBuf,
    /// Key-set file of the first holder of the amended bill; without it, whoever holds the bill now
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Law that governs the amended bill; without it, as before
    #[arg(long)]
    pub(crate) law: Option<String>,
    /// Courts that decide about it; without it, as before
    #[arg(long)]
    pub(crate) jurisdiction: Option<String>,
    /// Key file of the carrier
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Key-set file of the carrier
    #[arg(long, value_name = "FILE", default_value = "carrier.keyset")]
    pub(crate) carrier: PathBuf,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Which corridor.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Folder of the corridor
    #[arg(long, value_name = "DIR", default_value = "corridor")]
    pub(crate) corridor: PathBuf,
}

/// Reading one bill.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// The bill: its transport document reference, or its record id or the beginning of it
    pub(crate) bill: String,
    /// The node to ask; without it, the first that knows the bill
    #[arg(long, value_name = "NODE")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Exporting evidence.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// The evidence file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// Handing in an act.
#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// The act file
    pub(crate) act: PathBuf,
    /// The platform to hand it to
    #[arg(long, value_name = "NODE")]
    pub(crate) at: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Rehearsal: what befalls the messages, such as lose:platform-b>platform-a:1 or double:* or reorder
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<String>,
}

/// Taking a bill to another platform.
#[derive(Debug, Args)]
pub(crate) struct Rehome {
    /// The act file, as the old platform released it
    pub(crate) act: PathBuf,
    /// The bill's evidence, as `twakow export` wrote it at the old platform
    pub(crate) evidence: PathBuf,
    /// The new platform
    #[arg(long, value_name = "NODE")]
    pub(crate) at: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Rehearsal: what befalls the messages, as for submit
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<String>,
}

/// Corridors.
#[derive(Debug, Subcommand)]
pub(crate) enum Corridor {
    /// Make a corridor: one directory a node, keys, charter and members
    #[command(after_help = "Example: twakow corridor init corridor/")]
    Init {
        /// The folder to make
        #[arg(default_value = "corridor")]
        dir: PathBuf,
        /// Days until a member's keys count; a real charter has 7
        #[arg(long, value_name = "DAYS", default_value_t = 0)]
        member_days: u64,
    },
    /// Let the nodes finish what is under way
    Run {
        #[command(flatten)]
        place: Place,
    },
    /// Write the trust file of the corridor, which a verifier is given
    Trust {
        #[command(flatten)]
        place: Place,
        /// Key-set file of the carrier
        #[arg(long, value_name = "FILE")]
        carrier: PathBuf,
        /// The carrier as its documents name it: list provider, colon, code
        #[arg(long = "as", value_name = "CODE")]
        name: String,
        /// The file to write
        #[arg(long, value_name = "FILE", default_value = "corridor.trust")]
        out: PathBuf,
    },
}

/// Which kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Algorithm {
    /// Ed25519, deterministic
    Ed25519,
    /// ECDSA on P-256
    Es256,
}

/// Keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Have a platform enrol a key, or several, as a key set of a party; each of them signs acts by itself
    #[command(
        after_help = "Example: twakow key enrol exporter.key --party exporter.toml --at platform-a --out exporter.keyset\n\
                      Two devices and a key in the safe: twakow key enrol desk.key --also phone.key --portable safe.key \
                      --party exporter.toml --at platform-a --out exporter.keyset"
    )]
    Enrol {
        /// The key file
        key: PathBuf,
        /// A further key file of the same holder, on another device
        #[arg(long, value_name = "FILE")]
        also: Vec<PathBuf>,
        /// A key file that is kept apart and may change the set's keys; without one KEY may
        #[arg(long, value_name = "FILE")]
        portable: Vec<PathBuf>,
        /// The party, in TOML
        #[arg(long, value_name = "FILE")]
        party: PathBuf,
        /// The platform that enrols it
        #[arg(long, value_name = "NODE")]
        at: String,
        /// The key-set file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Make a key file, encrypted with a passphrase
    #[command(after_help = "Example: twakow key new exporter.key")]
    New {
        /// The file to make; an existing one is never overwritten
        file: PathBuf,
        /// The kind of key
        #[arg(long, value_enum, default_value = "ed25519")]
        algorithm: Algorithm,
    },
    /// Put a new key in the place of one of a key set's keys, signed by a portable key of the set
    #[command(
        after_help = "Example: twakow key rekey exporter.keyset --key exporter.key --new fresh.key --at platform-a --out exporter.keyset\n\
                      A lost key: twakow key rekey exporter.keyset --key safe.key --in-place-of KEY-ID --new fresh.key \
                      --at platform-a --out exporter.keyset"
    )]
    Rekey {
        /// The key-set file
        set: PathBuf,
        /// The key file of a portable key in force
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The key file that shall take the place
        #[arg(long, value_name = "FILE")]
        new: PathBuf,
        /// The key that ends: its key file, and it agrees and ends at once; or its id or the beginning of it (`twakow key
        /// show SET`), and it ends after the set's wait. Without this, the key that signs
        #[arg(long, value_name = "FILE-OR-ID", allow_hyphen_values = true)]
        in_place_of: Option<String>,
        /// The platform that enrolled the set
        #[arg(long, value_name = "NODE")]
        at: String,
        /// The key-set file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Print what a key file says without its passphrase, or the keys of a key-set file: which sign, which end, and when
    #[command(after_help = "Example: twakow key show exporter.keyset")]
    Show {
        /// The key file, or the key-set file
        file: PathBuf,
    },
}

/// Nodes.
#[derive(Debug, Subcommand)]
pub(crate) enum Node {
    /// Copy the store of a node, as it is at one moment, into one file
    #[command(after_help = "Example: twakow node backup registry --out registry.bak")]
    Backup {
        /// The node: its folder in the corridor
        node: String,
        /// The file to write; an existing one is never overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Make a node's store from a copy, where it is lost; says whether the node may serve from it
    #[command(after_help = "Example: twakow node restore registry --from registry.bak")]
    Restore {
        /// The node: its folder in the corridor
        node: String,
        /// The copy
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

/// How a bill is endorsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Endorse {
    /// To the receiver by name, who cannot endorse further
    Named,
    /// To the receiver's order
    ToOrder,
    /// In blank: whoever possesses it
    Blank,
}

/// What a bill is surrendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum For {
    /// The goods
    Delivery,
    /// Paper, another destination, a switched bill
    Amendment,
    /// Nothing: the bill is void
    Cancel,
}

/// Why a bill is surrendered for amendment, in DCSA's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// Change of destination
    Cod,
    /// Switch bill of lading
    Swi,
    /// Switch to paper
    Swtp,
}

/// How the carrier ends a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ending {
    /// The goods were delivered
    Delivered,
    /// On paper from now on
    Paper,
    /// An amended bill, to which the surrender agrees, takes its place
    Replaced,
    /// Nothing takes its place
    Void,
}

/// Acts, made on the holder's machine. Each writes an act file to standard output.
#[derive(Debug, Subcommand)]
pub(crate) enum Act {
    /// Ends a bill that the carrier holds
    #[command(
        after_help = "Example: twakow act close TWKW2603001 --end delivered --key carrier.key > close.act"
    )]
    Close {
        #[command(flatten)]
        on: ActOn,
        /// How it ends
        #[arg(long, value_enum)]
        end: Ending,
        /// Replaced: the proposal to which the surrender agrees; both go to the registry together
        #[arg(long, value_name = "FILE", required_if_eq("end", "replaced"))]
        into: Option<PathBuf>,
        /// On paper: the serial number of each original
        #[arg(long, value_name = "TEXT")]
        serial: Vec<String>,
        /// On paper: the statement that the originals replace the electronic record
        #[arg(long, value_name = "TEXT")]
        statement: Option<String>,
    },
    /// Leave a silent platform
    Leave(ActOn),
    /// Hand the bill to another holder, with or without an endorsement
    #[command(
        after_help = "Example: twakow act move TWKW2603001 --endorse named --to bank.keyset --key exporter.key > move.act"
    )]
    Move {
        #[command(flatten)]
        on: ActOn,
        /// Key-set file of the receiver
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The endorsement that the receiver gets with it
        #[arg(long, value_enum)]
        endorse: Option<Endorse>,
        /// A pledge: file with the terms on which it is delivered; only its digest goes into the act
        #[arg(long, value_name = "FILE")]
        terms: Option<PathBuf>,
        /// Release or enforce the pledge that the last move made
        #[arg(long)]
        of_pledge: bool,
    },
    /// Name the party to whom the one in possession may endorse
    #[command(
        after_help = "Example: twakow act nominate TWKW2603001 --to bank.keyset --key exporter.key > nominate.act"
    )]
    Nominate {
        #[command(flatten)]
        on: ActOn,
        /// Key-set file of the nominee
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Endorse or sign without handing over
    #[command(
        after_help = "Example: twakow act note TWKW2603001 --endorse blank --key exporter.key > note.act"
    )]
    Note {
        #[command(flatten)]
        on: ActOn,
        /// Key-set file of the endorsee
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// The endorsement; without one the holder signs
        #[arg(long, value_enum)]
        endorse: Option<Endorse>,
    },
    /// Write the terms of a pledge: the next move delivers the bill upon them
    #[command(
        after_help = "Example: twakow act pledge TWKW2603001 --terms terms.txt --key exporter.key > pledge.act"
    )]
    Pledge {
        #[command(flatten)]
        on: ActOn,
        /// File with the terms; only its digest goes into the act
        #[arg(long, value_name = "FILE")]
        terms: PathBuf,
    },
    /// Take back what the carrier did not answer in time
    Reclaim(ActOn),
    /// Take the bill to another platform; it stays yours. Hand the act to `twakow release`, then to `twakow rehome`
    #[command(
        after_help = "Example: twakow act rehome TWKW2603001 --to platform-b --key exporter.key > rehome.act"
    )]
    Rehome {
        #[command(flatten)]
        on: ActOn,
        /// The new platform
        #[arg(long, value_name = "NODE")]
        to: String,
    },
    /// Send back what was transferred to you
    Reject(ActOn),
    /// Give a surrendered bill back to its holder
    Return(ActOn),
    /// Surrender to the carrier: for delivery, amendment or cancellation
    #[command(
        after_help = "Example: twakow act surrender TWKW2603001 --for delivery --key importer.key > surrender.act"
    )]
    Surrender {
        #[command(flatten)]
        on: ActOn,
        /// What for
        #[arg(long = "for", value_enum)]
        purpose: For,
        /// Why, when it is for amendment
        #[arg(long, value_enum)]
        reason: Option<Reason>,
        /// For amendment: the carrier's proposal of the bill that shall take its place
        #[arg(long, value_name = "FILE")]
        agree: Option<PathBuf>,
        /// A pledgee surrenders: cite the pledge under which it has the bill
        #[arg(long)]
        of_pledge: bool,
        /// Days until the bill may be reclaimed if the carrier is silent
        #[arg(long, value_name = "DAYS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
        answer_within: u64,
    },
    /// Take back the endorsement, nomination or terms that wait for the next move
    Withdraw(ActOn),
}

impl Act {
    /// What every act takes.
    pub(crate) const fn on(&self) -> &ActOn {
        match self {
            Self::Leave(on)
            | Self::Reclaim(on)
            | Self::Reject(on)
            | Self::Return(on)
            | Self::Withdraw(on) => on,
            Self::Close { on, .. }
            | Self::Move { on, .. }
            | Self::Nominate { on, .. }
            | Self::Note { on, .. }
            | Self::Pledge { on, .. }
            | Self::Rehome { on, .. }
            | Self::Surrender { on, .. } => on,
        }
    }
}

/// What every act takes.
#[derive(Debug, Args)]
pub(crate) struct ActOn {
    /// The bill: its transport document reference, or its record id or the beginning of it
    pub(crate) bill: String,
    /// Key file of the one who acts
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// What the holder wants to add, at most 255 characters
    #[arg(long, value_name = "TEXT")]
    pub(crate) comments: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Consents of who is not in possession. Each writes a file to standard output.
#[derive(Debug, Subcommand)]
pub(crate) enum Consent {
    /// Put consents beside an act and sign it again, on the possessor's machine
    #[command(
        after_help = "Example: twakow consent add surrender.act trader.consent --key importer.key > consented.act"
    )]
    Add {
        /// The act file that was consented to
        act: PathBuf,
        /// The consents
        #[arg(required = true)]
        consent: Vec<PathBuf>,
        /// Key file of the one who acts
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Consent to an act that another has made, and to no other
    #[command(
        after_help = "Example: twakow consent give surrender.act --set trader.keyset --key trader.key > trader.consent"
    )]
    Give {
        /// The act file
        act: PathBuf,
        /// Key-set file of the one who consents
        #[arg(long, value_name = "FILE")]
        set: PathBuf,
        /// Key file of the one who consents
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Until when the act may be admitted; without it, as long as the act itself lives
        #[arg(long, value_name = "TIME", value_parser = moment)]
        until: Option<Timestamp>,
    },
}

/// Verifying.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The evidence file
    pub(crate) file: PathBuf,
    /// The trust file; without it nothing is said about who
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Who had possession and title at this time?
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<Timestamp>,
    /// The reader's clock, for how fresh the file is
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) now: Option<Timestamp>,
    /// Also ask whether the last holder is in control now, to the standard of a payment or of information
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) control_now: Option<Freshness>,
}

/// How fresh control-now must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Freshness {
    /// Ten minutes
    Payment,
    /// A day
    Information,
}

/// Running a consignment.
#[derive(Debug, Args)]
pub(crate) struct Ship {
    /// The script, in TOML
    pub(crate) script: PathBuf,
    /// Folder for everything the run writes
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Print the commands instead of running them
    #[arg(long)]
    pub(crate) print_script: bool,
}

/// A day, as text: days so written sort as they follow each other.
fn jobs(written: &str) -> Result<usize, String> {
    let most = crate::commands::JOBS_MAX;
    let number = written.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("Write a number from 1 to {most}."))
}

fn day(written: &str) -> Result<String, String> {
    moment(&format!("{written}T00:00:00.000Z"))
        .map(|_| written.to_owned())
        .map_err(|_| "Write a day such as 2026-11-24.".to_owned())
}

fn moment(written: &str) -> Result<Timestamp, String> {
    written.parse().map_err(|refusal: vocab::Refusal| format!("{refusal} {}", refusal.remedy()))
}
