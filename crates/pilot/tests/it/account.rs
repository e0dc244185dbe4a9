//! What nodes have said, and whether it is still so at the end.

use std::collections::{BTreeMap, BTreeSet};

use bill::{
    signatures::{Role, SignatureList},
    words::Platform,
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use node::{
    Reply, Request, Status,
    platform::{ACTS, ENROL},
    registrar::{DECLINE, SUBMIT},
    wire::Refused,
    witness::{COSIGN, LAST},
};
use pilot::corridor::REGISTRY;
use registry::{submission::Submission, witness::AddCheckpoint};
use tlog::checkpoint::SignedCheckpoint;

use crate::rig::Rig;

/// Everything that a node has said and may not take back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    /// Acts that a platform has taken in.
    taken: BTreeSet<(String, Digest)>,
    /// Where the registry said that an act, or a decline of it, is final.
    is_final: BTreeMap<(&'static str, Digest), u64>,
    /// Acts that the registry refused, and its code.
    refused: BTreeMap<Digest, String>,
    /// The largest size that a witness has cosigned.
    cosigned: BTreeMap<String, u64>,
    /// What platforms have signed about acts.
    verdicts: BTreeMap<(Platform, Digest), BTreeSet<&'static str>>,
}

impl Account {
    /// A request leaves its sender: what is signed in it has been said.
    pub(crate) fn asked(&mut self, request: &Request) {
        let parsed = match request.path.as_str() {
            SUBMIT => Submission::parse(&request.body),
            DECLINE => Submission::parse_decline(&request.body),
            _ => return,
        };
        let submission = parsed.unwrap();
        let decline = match &submission {
            Submission::Decline { decline, .. } => Some(decline),
            Submission::Act(_) | Submission::Group { .. } | Submission::Mark(_) => None,
        };
        let lists: Vec<&SignatureList> =
            submission.signed().map(|signed| &signed.signatures).chain(decline).collect();
        for counter in lists.iter().flat_map(|list| list.platforms()).map(|signature| signature.counter()) {
            let word = match counter.role {
                Role::Accept => "accept",
                Role::Decline => "decline",
                Role::Enrol | Role::Home => continue,
            };
            self.verdicts.entry((counter.platform, counter.act)).or_default().insert(word);
        }
    }

    /// A node has answered.
    pub(crate) fn said(&mut self, name: &str, path: &str, body: &[u8], reply: &Reply) {
        match (path, reply.status) {
            (ACTS | ENROL, Status::Accepted) => {
                let said = json::parse(&reply.body, &Limits::bytes(4096)).unwrap();
                let act = said.get("act").and_then(Value::as_str).unwrap().parse().unwrap();
                self.taken.insert((name.to_owned(), act));
            }
            (SUBMIT, Status::Ok) => {
                let act = last(&Submission::parse(body).unwrap());
                self.settled("act", act, index(reply));
            }
            (DECLINE, Status::Ok) => {
                let act = last(&Submission::parse_decline(body).unwrap());
                self.settled("decline", act, index(reply));
            }
            (SUBMIT, Status::Refused) => {
                let Ok(submission) = Submission::parse(body) else { return };
                self.refused.insert(last(&submission), Refused::read(&reply.body).code);
            }
            (COSIGN, Status::Ok) => {
                let value = json::parse(body, &Limits::bytes(1 << 26)).unwrap();
                let add = value.get("add").and_then(Value::as_str).unwrap();
                let size = AddCheckpoint::parse(add.as_bytes()).unwrap().checkpoint().checkpoint().size();
                let cosigned = self.cosigned.entry(name.to_owned()).or_default();
                *cosigned = size.max(*cosigned);
            }
            _ => {}
        }
    }

    /// The same question gets the same answer.
    fn settled(&mut self, what: &'static str, act: Digest, index: u64) {
        let before = self.is_final.insert((what, act), index);
        assert!(before.is_none_or(|before| before == index), "{what} {act} at {before:?} and at {index}");
    }
}

fn last(submission: &Submission) -> Digest {
    match submission {
        Submission::Decline { offer, .. } => offer.act.digest(),
        Submission::Act(_) | Submission::Group { .. } | Submission::Mark(_) => {
            submission.signed().last().unwrap().act.digest()
        }
    }
}

fn index(reply: &Reply) -> u64 {
    let said = json::parse(&reply.body, &Limits::bytes(4096)).unwrap();
    said.get("index").and_then(Value::as_integer).unwrap()
}

/// Everything said still holds: nothing acknowledged is lost, nothing refused is in the log, nobody has accepted and
/// declined one act, and the disk of the registry alone gives the state that it has.
pub(crate) fn check(rig: &mut Rig) {
    let account = rig.account.clone();
    let state = rig.registry().state().clone();
    for ((what, act), index) in &account.is_final {
        let answer = if *what == "act" { state.answer(act) } else { state.declined(act) };
        assert_eq!(answer.map(|answer| answer.index), Some(*index), "{what} {act} was said to be final");
    }
    for (act, code) in &account.refused {
        assert_eq!(state.answer(act), None, "{act} was refused: {code}");
    }
    for (witness, size) in &account.cosigned {
        let reply = rig.ask(witness, LAST, b"").unwrap();
        let last = SignedCheckpoint::parse(&reply.body).unwrap();
        assert!(last.checkpoint().size() >= *size, "{witness} has cosigned {size}");
        assert!(last.checkpoint().size() <= state.log().size(), "{witness} has more than the log");
    }
    for (who, words) in &account.verdicts {
        assert!(words.len() <= 1, "{who:?} {words:?}");
    }
    for (platform, act) in &account.taken {
        let stage = stage_of(rig, platform, act);
        let admitted = state.answer(act).is_some();
        assert_eq!(stage, if admitted { "moved" } else { "returned" }, "{act} at {platform}");
    }
    rig.folds();
    assert!(*rig.registry_replayed().state() == state, "what {REGISTRY} has on its disk is what it holds");
}

/// How far an act has come, as the platform tells its holder.
pub(crate) fn stage_of(rig: &mut Rig, platform: &str, act: &Digest) -> String {
    let asked = node::platform::question("act", &act.to_string());
    let reply = rig.ask(platform, node::platform::STAGE, &asked).unwrap();
    assert_eq!(reply.status, Status::Ok, "{act} was taken in by {platform}");
    let value = json::parse(&reply.body, &Limits::bytes(65_536)).unwrap();
    value.get("stage").and_then(Value::as_str).unwrap().to_owned()
}
