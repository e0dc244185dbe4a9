//! `twakow consent …`: what a title holder or pledgee who is not in possession lets the possessor do, signed on its own
//! machine, and put beside the act on the possessor's.

use anyhow::{Context, Result, bail, ensure};
use bill::{
    act::{Act as Signed, Body},
    consent::{CONSENT_BYTES_MAX, Consent as Statement, ConsentFile},
    details::Details,
};
use crypto::{
    json::{self, Limits, Value},
    key::{Kid, SigningKey},
};
use node::{
    desk,
    platform::{SetFile, hand_in_body},
};
use vocab::Timestamp;

use super::{Answer, act::ACT_FILE_BYTES_MAX, corridor::SET_FILE_BYTES_MAX, key};
use crate::{args::Consent, console::Console, world::World};

/// An act as it was handed over, with what stands beside it.
struct Offered {
    act: Signed,
    details: Vec<u8>,
    receivers: Vec<Value>,
    document: Option<Vec<u8>>,
}

impl Offered {
    /// Reads what `twakow act` wrote: one act.
    fn read(bytes: &[u8]) -> Result<Self> {
        let file = json::parse(bytes, &Limits::bytes(ACT_FILE_BYTES_MAX))?;
        let acts =
            file.get("acts").and_then(Value::as_array).context("this is not what `twakow act` writes")?;
        let [one] = acts else { bail!("{} acts: a consent is to one", acts.len()) };
        let text = |name: &str| one.get(name).and_then(Value::as_str).context("this is not an act file");
        let receivers = file.get("receivers").and_then(Value::as_array).unwrap_or_default().to_vec();
        let document = file.get("document").and_then(Value::as_str).map(|text| text.as_bytes().to_vec());
        let act = Signed::parse(text("act")?.as_bytes())?;
        Ok(Self { act, details: text("details")?.as_bytes().to_vec(), receivers, document })
    }
}

/// Gives a consent, or puts consents beside an act.
pub(crate) fn run(command: Consent, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Consent::Add { act, consent, key } => {
            let offered = Offered::read(&world.read(&act, ACT_FILE_BYTES_MAX)?)?;
            let files: Vec<ConsentFile> = consent
                .iter()
                // A line feed at its end is the shell's.
                .map(|path| {
                    Ok(ConsentFile::parse(world.read(path, CONSENT_BYTES_MAX + 1)?.trim_ascii_end())?)
                })
                .collect::<Result<_>>()?;
            let signer = key::open(&key, world)?;
            let signed = desk::consented(&offered.act, &offered.details, &files, &signer, world.now)?;
            let file = hand_in_body(&[signed.file()], offered.document.as_deref(), &offered.receivers);
            console.line(String::from_utf8_lossy(&file))?;
            console.say(format!("made {} {}, with its consents", signed.act.op(), signed.act.digest()));
            Ok(Answer::Yes)
        }
        Consent::Give { act, set, key, until } => {
            let offered = Offered::read(&world.read(&act, ACT_FILE_BYTES_MAX)?)?;
            let set = SetFile::read(&world.read(&set, SET_FILE_BYTES_MAX)?)?;
            let signer = key::open(&key, world)?;
            give(&offered, &set, &signer, until, console)
        }
    }
}

fn give(
    offered: &Offered,
    set: &SetFile,
    signer: &SigningKey,
    until: Option<Timestamp>,
    console: &mut Console,
) -> Result<Answer> {
    ensure!(lists(set, signer.kid())?, "the key set does not list this key, so its consent would be refused");
    let expires = until.or(offered.act.expires()).context("the act does not expire: say --until")?;
    let details = Details::parse(&offered.details)?;
    let said = details.of_act(&offered.act)?;
    let consent = Statement::to(&offered.act, said, set.id, expires)?;
    let signature = consent.sign(signer);
    let file = ConsentFile::of(consent, signature)?;
    console.line(String::from_utf8_lossy(file.bytes()))?;
    let words: Vec<String> = said
        .dcsa
        .iter()
        .map(|word| match &word.recipient {
            Some(to) => format!("{} to {to}", word.action),
            None => word.action.to_string(),
        })
        .collect();
    console.say(format!(
        "consents to {} of {} ({}), until {expires}",
        offered.act.op(),
        offered.act.record(),
        words.join(", ")
    ));
    console.say("  for this one act; give it to whoever is in possession: it holds no secret");
    Ok(Answer::Yes)
}

/// Whether the set, by its last act in the file, lists the key.
fn lists(set: &SetFile, kid: Kid) -> Result<bool> {
    let acts = set.value.get("acts").and_then(Value::as_array).unwrap_or_default();
    let last = acts.last().and_then(|file| file.get("act")).and_then(Value::as_str).context("no act")?;
    Ok(match Signed::parse(last.as_bytes())?.body() {
        Body::Keyset(keyset) => keyset.keys.get(kid).is_some(),
        Body::Rekey(rekey) => rekey.keys.get(kid).is_some(),
        Body::Issue(_) | Body::Step(_) => false,
    })
}
