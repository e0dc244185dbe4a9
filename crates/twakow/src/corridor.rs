//! The corridor in a folder, as a command finds it: every node opened, asked one thing, and left to finish.

use anyhow::{Context, Result};
use bill::words::Platform;
use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use node::{Reply, Status, settings::PlatformSettings, wire::Refused};
use pilot::{
    corridor::{Open, PLATFORMS, REGISTRY},
    link::{Clock, Link, Planned, Pumped, ROUNDS_MAX, RehearsalClock, World as Nodes},
};
use vocab::Timestamp;

use crate::{
    args::Place,
    record::Record,
    world::{World, system_clock},
};

/// A refusal that a node answered: its code and text are that node's words.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub(crate) struct NodeRefused {
    /// The stable code.
    pub(crate) code: String,
    /// The sentence, with particulars and place.
    pub(crate) sentence: String,
    /// What to do.
    pub(crate) remedy: String,
}

/// Every node of a corridor, open.
pub(crate) struct Corridor {
    nodes: Nodes,
    settings: Open,
}

/// Reads the system's clock, and waits a little between rounds in which nothing was due.
struct SystemClock {
    last: Timestamp,
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command waits for its own nodes; a rehearsal does not wait"
    )]
    fn next(&mut self) -> Timestamp {
        std::thread::sleep(std::time::Duration::from_millis(20));
        // A clock that cannot be read, or has gone back, stands still: times never decrease.
        self.last = system_clock().map_or(self.last, |now| now.max(self.last));
        self.last
    }
}

impl Corridor {
    /// Opens the corridor.
    pub(crate) fn open(place: &Place, world: &World, faults: &[String]) -> Result<Self> {
        let passphrase = world.passphrase("Passphrase of the corridor's nodes: ")?;
        let mut settings = Open::of(&world.path(&place.corridor), passphrase.as_bytes())?;
        let planned = faults.iter().map(|fault| Ok(fault.parse::<Planned>()?)).collect::<Result<_>>()?;
        let clock: Box<dyn Clock> = if world.rehearsal {
            Box::new(RehearsalClock { now: world.now })
        } else {
            Box::new(SystemClock { last: world.now })
        };
        let nodes = Nodes { nodes: std::mem::take(&mut settings.nodes), link: Link::with(planned), clock };
        Ok(Self { nodes, settings })
    }

    /// The settings of a platform.
    pub(crate) fn platform(&self, name: &str) -> Result<&PlatformSettings> {
        Ok(self.settings.platform(name)?)
    }

    /// The name of the platform with this code.
    pub(crate) fn platform_of(&self, code: &str) -> Result<&'static str> {
        let found = PLATFORMS.iter().find(|(_, known)| *known == code);
        Ok(found.map(|(name, _)| *name).ok_or_else(|| crate::refusals::UNKNOWN_NODE.because(code))?)
    }

    /// Asks a node on the operator's own side.
    pub(crate) fn ask(&mut self, name: &str, path: &str, body: &[u8], world: &mut World) -> Result<Reply> {
        let node =
            self.nodes.nodes.get_mut(name).ok_or_else(|| crate::refusals::UNKNOWN_NODE.because(name))?;
        let reply = node.serve("", path, body, world.now, world.entropy.as_mut())?;
        if reply.status == Status::Refused {
            return Err(refused(&reply.body).into());
        }
        Ok(reply)
    }

    /// Lets the nodes finish what is under way.
    pub(crate) fn settle(&mut self, world: &mut World) -> Result<Pumped> {
        Ok(self.nodes.pump(ROUNDS_MAX, world.entropy.as_mut())?)
    }

    /// Whether the registry serves; else its own refusal, which says why not.
    pub(crate) fn serves(&mut self, world: &mut World) -> Result<()> {
        let reply = self.ask(REGISTRY, node::registrar::LOOKUP, b"", world);
        match reply {
            Ok(reply) if reply.status == Status::Accepted => Err(refused(&reply.body).into()),
            // A question that is none is answered all the same by a registry that serves.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// The evidence of a bill: at the node named, or else at the platform that shows it best. `NAME~1` is the record whose
    /// place the one called NAME took, `NAME~2` the one before that.
    pub(crate) fn evidence(&mut self, bill: &str, at: Option<&str>, world: &mut World) -> Result<Vec<u8>> {
        let (name, back) = match bill.rsplit_once('~') {
            Some((name, back)) => {
                let back: u16 = back.parse().with_context(|| format!("{bill}: after ~ stands a number"))?;
                (name, back)
            }
            None => (bill, 0),
        };
        let mut bytes = self.evidence_of(name, at, world)?;
        for _ in 0..back {
            let before = Record::read(&bytes)?
                .predecessor()
                .ok_or_else(|| crate::refusals::NO_PREDECESSOR.because(bill))?;
            bytes = self.evidence_of(&before.to_string(), at, world)?;
        }
        Ok(bytes)
    }

    /// Of several records of one number the one that took the others' place; of several files of it the longest chain,
    /// and of equals the one with the most private parts.
    fn evidence_of(&mut self, bill: &str, at: Option<&str>, world: &mut World) -> Result<Vec<u8>> {
        let asked = node::platform::question("bill", bill);
        let (mut found, mut last) = (Vec::new(), None);
        for (name, _) in PLATFORMS.iter().filter(|(name, _)| at.is_none_or(|at| at == *name)) {
            match self.ask(name, node::platform::EXPORT, &asked, world) {
                Ok(reply) => found.push((Record::read(&reply.body)?, reply.body)),
                Err(error) => last = Some(error),
            }
        }
        let replaced: Vec<Digest> = found.iter().filter_map(|(record, _)| record.predecessor()).collect();
        let newest = found.into_iter().filter(|(record, _)| !replaced.contains(&record.id()));
        match (newest.max_by_key(|(record, bytes)| (record.length(), bytes.len())), last) {
            (Some((_, bytes)), _) => Ok(bytes),
            (None, Some(error)) => Err(error),
            (None, None) => Err(crate::refusals::UNKNOWN_NODE.because(at.unwrap_or_default()).into()),
        }
    }

    /// How far an act has come at a platform: its stage, and why it was returned.
    pub(crate) fn stage(
        &mut self,
        name: &str,
        act: &str,
        world: &mut World,
    ) -> Result<(String, Option<String>)> {
        let reply = self.ask(name, node::platform::STAGE, &node::platform::question("act", act), world)?;
        let value = json::parse(&reply.body, &Limits::bytes(64 * 1024))?;
        let text = |member: &str| value.get(member).and_then(Value::as_str).map(str::to_owned);
        Ok((text("stage").unwrap_or_default(), text("why")))
    }
}

/// The code of the platform with this name.
pub(crate) fn code_of(name: &str) -> Result<Platform> {
    let found = PLATFORMS.iter().find(|(known, _)| *known == name);
    let (_, code) = found.ok_or_else(|| crate::refusals::UNKNOWN_NODE.because(name))?;
    Ok(code.parse()?)
}

/// The refusal in a node's answer.
pub(crate) fn refused(body: &[u8]) -> NodeRefused {
    let Refused { code, mut sentence, particulars, place, remedy } = Refused::read(body);
    if let Some(particulars) = particulars {
        sentence.push_str(&format!(" ({particulars})"));
    }
    if let Some(place) = place {
        sentence.push_str(&format!(" at {place}"));
    }
    NodeRefused { code, sentence, remedy }
}
