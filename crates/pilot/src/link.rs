//! The wire between nodes: bytes that get lost, doubled, delayed and reordered, by a plan or by a seed.

use std::collections::{BTreeMap, VecDeque};

use crypto::entropy::Entropy;
use node::{Node, NodeError, Reply, Request};
use vocab::{Refusal, RefusalKind, Timestamp};

/// A fault that cannot be read.
pub const BAD_FAULT: RefusalKind = RefusalKind {
    code: "bad-fault",
    sentence: "This is not a fault that the link knows.",
    remedy: "Write lose, double, delay or lose-reply, then FROM>TO or *, then how often: lose:platform-a>platform-b:2.",
};

/// What befalls a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    Lose,
    /// The request arrives, its reply does not.
    LoseReply,
    /// The request arrives twice.
    Double,
    /// The request arrives after everything else under way.
    Delay,
}

/// One planned fault: what befalls the next `left` messages on a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    fault: Fault,
    /// Sender and receiver; `None` for every way.
    way: Option<(String, String)>,
    left: u32,
}

impl std::str::FromStr for Planned {
    type Err = Refusal;

    /// Reads `lose:platform-a>platform-b:2` or `double:*` (once, where no number is given).
    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_FAULT.because(written.chars().take(80).collect::<String>());
        let mut parts = written.split(':');
        let fault = match parts.next() {
            Some("lose") => Fault::Lose,
            Some("lose-reply") => Fault::LoseReply,
            Some("double") => Fault::Double,
            Some("delay") => Fault::Delay,
            Some(_) | None => return Err(refuse()),
        };
        let way = match parts.next() {
            Some("*") => None,
            Some(way) => {
                let (from, to) = way.split_once('>').ok_or_else(refuse)?;
                Some((from.to_owned(), to.to_owned()))
            }
            None => return Err(refuse()),
        };
        let left = match parts.next() {
            Some(count) => count.parse().map_err(|_| refuse())?,
            None => 1,
        };
        if parts.next().is_some() { Err(refuse()) } else { Ok(Self { fault, way, left }) }
    }
}

/// How a link treats messages.
#[derive(Debug, Default)]
pub struct Link {
    planned: Vec<Planned>,
    /// Of 256 messages, how many meet a random fault.
    pub trouble: u8,
}

impl Link {
    /// A link on which everything arrives, save what is planned.
    pub fn with(planned: Vec<Planned>) -> Self {
        Self { planned, trouble: 0 }
    }

    fn fault(&mut self, from: &str, to: &str, entropy: &mut dyn Entropy) -> Option<Fault> {
        let due = self.planned.iter_mut().find(|planned| {
            planned.left > 0
                && planned.way.as_ref().is_none_or(|(sender, receiver)| sender == from && receiver == to)
        });
        if let Some(planned) = due {
            planned.left -= 1;
            return Some(planned.fault);
        }
        let mut dice = [0_u8; 2];
        entropy.fill(&mut dice);
        let [met, which] = dice;
        if met >= self.trouble {
            return None;
        }
        Some(match which % 4 {
            0 => Fault::Lose,
            1 => Fault::LoseReply,
            2 => Fault::Double,
            _ => Fault::Delay,
        })
    }
}

/// Nodes by name, and the link between them.
pub struct World {
    /// The nodes.
    pub nodes: BTreeMap<String, Box<dyn Node>>,
    /// The wire.
    pub link: Link,
    /// The time that all nodes are told, read once a round.
    pub clock: Box<dyn Clock>,
}

/// Where a world's time comes from.
pub trait Clock {
    /// The time of the next round; never earlier than the one before.
    fn next(&mut self) -> Timestamp;
}

/// The clock of a rehearsal: each round moves it by [`ROUND`], and waiting costs nothing.
#[derive(Debug, Clone, Copy)]
pub struct RehearsalClock {
    /// The time of the next round.
    pub now: Timestamp,
}

impl Clock for RehearsalClock {
    fn next(&mut self) -> Timestamp {
        let now = self.now;
        self.now = now.plus(ROUND);
        now
    }
}

/// How far the clock of a rehearsal moves in a round.
pub const ROUND: std::time::Duration = std::time::Duration::from_millis(200);
/// Whoever has nothing to ask for so long is at rest: what it asks then is about an act that was refused off the record, and
/// whose end the log is waited for.
pub const QUIET: std::time::Duration = std::time::Duration::from_secs(30);
/// Rounds after which a pump stops waiting for quiet: five minutes of the rehearsal's clock.
pub const ROUNDS_MAX: u32 = 1_500;

/// Why a pump stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pumped {
    /// No node has anything left to ask within [`QUIET`].
    Quiet {
        /// Rounds it took.
        rounds: u32,
    },
    /// Somebody is still waiting after the last round: what is under way stays in the outboxes.
    Waiting,
}

impl World {
    /// Carries messages until no node has anything left to ask within [`QUIET`], or `rounds_max` rounds have passed.
    ///
    /// # Errors
    /// A node had an accident.
    pub fn pump(&mut self, rounds_max: u32, entropy: &mut dyn Entropy) -> Result<Pumped, NodeError> {
        for rounds in 0..rounds_max {
            let (busy, now) = self.round(entropy)?;
            if !busy && self.waits_until()?.is_none_or(|due| due > now.plus(QUIET)) {
                return Ok(Pumped::Quiet { rounds });
            }
        }
        Ok(Pumped::Waiting)
    }

    /// When somebody's next request is due; `None` when nobody has anything to ask.
    fn waits_until(&self) -> Result<Option<Timestamp>, NodeError> {
        let mut first: Option<Timestamp> = None;
        for node in self.nodes.values() {
            let due = node.waits_until()?;
            first = first.into_iter().chain(due).min();
        }
        Ok(first)
    }

    /// One round: every node is told the time, and everything due is carried. Whether anything was due, and the time told.
    ///
    /// # Errors
    /// A node had an accident.
    pub fn round(&mut self, entropy: &mut dyn Entropy) -> Result<(bool, Timestamp), NodeError> {
        let now = self.clock.next();
        let mut under_way = VecDeque::new();
        for (name, node) in &mut self.nodes {
            node.pass(now, entropy)?;
            under_way.extend(node.due(now)?.into_iter().map(|request| (name.clone(), request)));
        }
        let busy = !under_way.is_empty();
        let mut late = Vec::new();
        while let Some((from, request)) = under_way.pop_front() {
            match self.link.fault(&from, &request.to, entropy) {
                None => self.carry(&from, &request, true, now, entropy)?,
                Some(Fault::Lose) => {}
                Some(Fault::LoseReply) => self.carry(&from, &request, false, now, entropy)?,
                Some(Fault::Double) => {
                    self.carry(&from, &request, true, now, entropy)?;
                    self.carry(&from, &request, true, now, entropy)?;
                }
                Some(Fault::Delay) => late.push((from, request)),
            }
        }
        for (from, request) in late.into_iter().rev() {
            self.carry(&from, &request, true, now, entropy)?;
        }
        Ok((busy, now))
    }

    fn carry(
        &mut self,
        from: &str,
        request: &Request,
        answer: bool,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<(), NodeError> {
        // A node that is not there is silent: the request stays in the asker's outbox.
        let Some(asked) = self.nodes.get_mut(&request.to) else { return Ok(()) };
        let reply: Reply = asked.serve(from, &request.path, &request.body, now, entropy)?;
        match self.nodes.get_mut(from) {
            Some(asker) if answer => asker.answered(request, &reply, now, entropy),
            Some(_) | None => Ok(()),
        }
    }
}
