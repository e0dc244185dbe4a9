//! `twakow bill issue` and `twakow bill amend`: the first act of a bill, composed and signed by its carrier.

use anyhow::{Context, Result};
use bill::{
    act::Issue as IssueAct,
    words::{Controller, Op, Registry},
};
use crypto::{
    Digest, base64url,
    json::{self, Value},
    key::SigningKey,
};
use dcsa::{
    TransportDocument,
    check::check_on,
    document::{DOCUMENT_BYTES_MAX, Identity},
};
use node::{
    desk::{self, Particulars, Signed},
    platform::{ACTS, ISSUER_SALT, SetFile, hand_in_body},
    proposal,
};
use serde::Deserialize;
use vocab::date::Date;

use super::{Answer, act::report_stage, corridor::SET_FILE_BYTES_MAX, key};
use crate::{
    args::{Amend, Issue},
    changes,
    console::Console,
    corridor::Corridor,
    record::Record,
    world::World,
};

/// What a new bill is made from.
struct NewBill {
    document: TransportDocument,
    carrier: SetFile,
    holder: Controller,
    /// The party behind the holder.
    party: Value,
    law: String,
    jurisdiction: String,
    from: Vec<Digest>,
    from_paper: Option<Value>,
}

/// Issues a bill and sees it through.
pub(crate) fn issue(command: &Issue, world: &mut World, console: &mut Console) -> Result<Answer> {
    let document = issuable(&world.read(&command.draft, DOCUMENT_BYTES_MAX)?, world)?;
    let holder = SetFile::read(&world.read(&command.to, SET_FILE_BYTES_MAX)?)?;
    let carrier = SetFile::read(&world.read(&command.carrier, SET_FILE_BYTES_MAX)?)?;
    let signer = key::open(&command.key, world)?;
    let mut corridor = Corridor::open(&command.place, world, &[])?;
    let home = corridor.platform_of(carrier.home.as_str())?;
    let mut bill = NewBill {
        document,
        carrier,
        holder: Controller::own(holder.id, holder.home),
        party: holder.party,
        law: command.law.clone(),
        jurisdiction: command.jurisdiction.clone(),
        from: Vec::new(),
        from_paper: None,
    };
    if let (Some(before), Some(originals)) = (&command.from, &command.originals) {
        let before = Record::read(&corridor.evidence(before, None, world)?)?;
        bill.from.push(before.id());
        bill.from_paper = Some(from_paper(&world.read(originals, ORIGINALS_BYTES_MAX)?)?);
    }
    let signed = bill.sign(&signer, &mut corridor, world)?;
    let body = hand_in_body(&[signed.file()], Some(bill.document.bytes()), &[holder.value]);
    corridor.ask(home, ACTS, &body, world)?;
    corridor.settle(world)?;
    report_stage(&mut corridor, home, &signed.act, world, console)
}

/// Writes the proposal of an amended bill: its first act, which counts for nothing before the holder has surrendered the
/// bill for it and the carrier closes it so.
pub(crate) fn amend(command: &Amend, world: &mut World, console: &mut Console) -> Result<Answer> {
    let document = issuable(&world.read(&command.draft, DOCUMENT_BYTES_MAX)?, world)?;
    let carrier = SetFile::read(&world.read(&command.carrier, SET_FILE_BYTES_MAX)?)?;
    let signer = key::open(&command.key, world)?;
    let mut corridor = Corridor::open(&command.place, world, &[])?;
    let record = Record::read(&corridor.evidence(&command.bill, None, world)?)?;
    let before = TransportDocument::read(record.document()?)?;
    same_number(&before.identity()?, &document.identity()?)?;
    let holder = record.controller().ok_or_else(|| desk::NOTHING_TO_ACT_ON.refuse())?;
    if record.issuer().as_ref() == Some(&holder) {
        return Err(proposal::SURRENDERED_ALREADY.refuse().into());
    }
    let (holder, party, receivers) = match &command.to {
        Some(file) => {
            let set = SetFile::read(&world.read(file, SET_FILE_BYTES_MAX)?)?;
            (Controller::own(set.id, set.home), set.party, vec![set.value])
        }
        None => {
            let set = holder.sets.first().context("a controller without a key set")?;
            let party = record.party(set)?;
            (holder, party, Vec::new())
        }
    };
    let said = |own: &Option<String>, name: &str| {
        let before = record.issue_part().and_then(|part| part.get(name)).and_then(Value::as_str);
        own.clone()
            .or_else(|| before.map(str::to_owned))
            .with_context(|| format!("no {name} is known: name it"))
    };
    let (law, jurisdiction) = (said(&command.law, "law")?, said(&command.jurisdiction, "jurisdiction")?);
    let from = vec![record.id()];
    let bill = NewBill { document, carrier, holder, party, law, jurisdiction, from, from_paper: None };
    let signed = bill.sign(&signer, &mut corridor, world)?;
    let file = hand_in_body(&[signed.file()], Some(bill.document.bytes()), &receivers);
    console.line(String::from_utf8_lossy(&file))?;
    for change in changes::between(before.value(), bill.document.value()) {
        console.say(format!("  {change}"));
    }
    console.say(format!("proposed {}: nothing has changed yet", signed.act.digest()));
    console.say("  next, the holder: twakow act surrender BILL --for amendment --agree THIS-FILE --key KEY");
    Ok(Answer::Yes)
}

/// An amended bill keeps its number: the mark that no bill is issued twice hangs on it.
fn same_number(before: &Identity, after: &Identity) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let told = format!("{} {} {}", after.carrier, after.reference, after.sub_reference);
    Err(proposal::OTHER_NUMBER.because(told.trim_end()).into())
}

fn issuable(draft: &[u8], world: &World) -> Result<TransportDocument> {
    let today = Date::of(world.now);
    Ok(check_on(draft, today)?.issuable()?.issued_on(today))
}

impl NewBill {
    fn sign(&self, signer: &SigningKey, corridor: &mut Corridor, world: &mut World) -> Result<Signed> {
        let home = corridor.platform_of(self.carrier.home.as_str())?;
        let identity = self.document.identity()?;
        let asked = json::canonical(&Value::object([
            ("carrier", identity.carrier.as_str()),
            ("reference", identity.reference.as_str()),
            ("subReference", identity.sub_reference.as_str()),
        ]));
        let salt = corridor.ask(home, ISSUER_SALT, &asked, world)?.body;
        let parts = [identity.carrier.as_str(), &identity.reference, &identity.sub_reference].join("\n");
        let tag = Digest::of_parts(&[b"twakow/tag/1\n", parts.as_bytes(), b"\n", &salt]);
        let settings = corridor.platform(home)?;
        let body = IssueAct {
            by: Controller::own(self.carrier.id, self.carrier.home),
            to: self.holder.clone(),
            expires: desk::expiry(Op::Issue, true, world.now),
            tag,
            registry: Registry { origin: settings.origin.clone(), url: settings.registry_url.clone() },
            from: self.from.clone(),
        };
        let mut more = vec![
            ("issuerSalt", Value::from(base64url::encode(&salt).as_str())),
            ("jurisdiction", Value::from(self.jurisdiction.as_str())),
            ("law", Value::from(self.law.as_str())),
        ];
        more.extend(self.from_paper.clone().map(|paper| ("fromPaper", paper)));
        let issued = desk::transaction("ISSUE", &self.carrier.party, Some(&self.party), world.now);
        let particulars = Particulars { transactions: vec![issued], more };
        let checksum = self.document.checksum();
        Ok(desk::issue(body, checksum, particulars, signer, world.now, world.entropy.as_mut())?)
    }
}

/// Bytes of a file about collected originals at most.
const ORIGINALS_BYTES_MAX: usize = 64 * 1024;

/// What a carrier collected before a bill becomes electronic again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Originals {
    serials: Vec<String>,
    /// SHA-256 of the scan of each original, in hexadecimal.
    scans: Vec<String>,
    attestation: String,
    statement: String,
}

fn from_paper(bytes: &[u8]) -> Result<Value> {
    let text = std::str::from_utf8(bytes).context("the file of originals is not UTF-8")?;
    let mut file: Originals = toml::from_str(text).context("the file of originals")?;
    file.serials.sort_unstable();
    file.scans.sort_unstable();
    Ok(Value::object([
        ("attestation", Value::from(file.attestation.as_str())),
        ("scans", Value::array(file.scans.iter().map(String::as_str))),
        ("serials", Value::array(file.serials.iter().map(String::as_str))),
        ("statement", Value::from(file.statement.as_str())),
    ]))
}
