//! Charter and members, replayed from their leaves: claim MEMBERS. And the keys of platforms, by leaf.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bill::{control::Standing, words::Platform};
use crypto::{
    Digest,
    json::{self, Fields, Limits},
    jws,
    key::{Kid, PublicKey},
};
use registry::{
    charter::{AUTHORITY_KEYS_MAX, MARK_TYP, WAIT_HOURS_MAX},
    leaf::PlainMark,
    member::{Member, MemberState, Use},
    slot,
};
use tlog::tile::LEAF_BYTES_MAX;
use vocab::{Refusal, Timestamp};

use super::{
    head::Slots,
    log::{LogView, What, short},
    reading::{MemberFile, Reading},
};
use crate::{claim::Found, refusals::BAD_FORM, trust::Trust};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What a plain mark states.
pub(crate) enum Statement {
    Charter(Charter),
    Member(Member),
    /// Another kind; later.
    Other(String),
}

/// A charter as far as a verdict needs it. Its policy is the log's own affair: what a reader relies on is the policy of
/// the trust file.
pub(crate) struct Charter {
    n: u64,
    origin: String,
    quorum: usize,
    keys: Vec<PublicKey>,
    member_days: u64,
    reject_hours: u64,
}

impl Statement {
    /// Reads a statement's text for its form.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let value = json::parse_canonical(text.as_bytes(), &Limits::bytes(LEAF_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "statement")?;
        match fields.string("v")? {
            "twakow/member/1" => Member::parse(text).map(Self::Member),
            "twakow/charter/1" => {
                let charter = Charter::read(&mut fields)?;
                fields.end()?;
                Ok(Self::Charter(charter))
            }
            other => Ok(Self::Other(other.chars().take(40).collect())),
        }
    }
}

impl Charter {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let (n, origin) = (fields.integer("n")?, fields.string("origin")?.to_owned());
        fields.string("policy")?;
        let mut authority = fields.object("authority")?;
        let keys = authority.array("keys")?.iter().map(PublicKey::from_jwk).collect::<Result<Vec<_>, _>>()?;
        let quorum = usize::try_from(authority.integer("quorum")?).unwrap_or(usize::MAX);
        authority.end()?;
        let mut waits = fields.object("waits")?;
        let member_days = waits.integer("memberDays")?;
        let (rehome_hours, reject_hours) = (waits.integer("rehomeHours")?, waits.integer("rejectHours")?);
        waits.end()?;
        let rising = keys.is_sorted_by(|one, next| one.kid() < next.kid());
        if !rising || keys.len() > AUTHORITY_KEYS_MAX || !(1..=keys.len()).contains(&quorum) {
            return Err(
                BAD_FORM.because("authority keys that do not rise by kid, or a quorum they cannot make")
            );
        }
        if [member_days.saturating_mul(24), rehome_hours, reject_hours]
            .iter()
            .any(|hours| *hours > WAIT_HOURS_MAX)
        {
            return Err(BAD_FORM.because("a wait of more than a year"));
        }
        Ok(Self { n, origin, quorum, keys, member_days, reject_hours })
    }

    fn wait(&self) -> Duration {
        DAY.saturating_mul(u32::try_from(self.member_days).unwrap_or(u32::MAX))
    }

    /// Whether a quorum of this authority signed the mark, and nobody else did.
    fn signed(&self, mark: &PlainMark) -> Result<(), String> {
        let mut before: Option<Kid> = None;
        for signature in &mark.signatures {
            let kid = jws::detached_kid(signature).map_err(|why| why.to_string())?;
            if before.is_some_and(|before| before >= kid) {
                return Err("its signatures do not rise by kid".to_owned());
            }
            before = Some(kid);
            let key = self.keys.iter().find(|key| key.kid() == kid);
            let key = key.ok_or_else(|| format!("{kid} is no key of the authority"))?;
            let verified = jws::verify_detached(signature, mark.statement.as_bytes(), key, MARK_TYP);
            verified.map_err(|why| format!("{kid}: {why}"))?;
        }
        if mark.signatures.len() < self.quorum {
            return Err(format!("{} signatures of {}", mark.signatures.len(), self.quorum));
        }
        Ok(())
    }
}

/// The platforms' states, by leaf, as the bundle lists them. Whether the list is what the authority says is claim
/// MEMBERS; every other check takes it as it stands.
pub(crate) struct Platforms<'a> {
    states: BTreeMap<Platform, Vec<State<'a>>>,
    charters: Vec<(Timestamp, &'a Charter)>,
}

struct State<'a> {
    /// Not known when the mark's proof does not hold.
    index: Option<u64>,
    member: &'a Member,
}

/// The one key that was asked for, or why there is none.
pub(crate) enum KeyFound<'a> {
    Valid(&'a PublicKey),
    /// No mark of the platform is in the bundle.
    NoMark,
    /// There are marks, and the key is not valid by them.
    NotValid,
}

impl<'a> Platforms<'a> {
    pub(crate) fn of(reading: &'a Reading, log: &LogView<'_>) -> Self {
        let mut platforms = Self { states: BTreeMap::new(), charters: Vec::new() };
        for (nth, file) in reading.members.iter().enumerate() {
            match &file.statement {
                Statement::Charter(charter) => {
                    let wait = platforms.charters.last().map_or(Duration::ZERO, |(_, before)| before.wait());
                    platforms.charters.push((file.at.plus(wait), charter));
                }
                Statement::Member(member) => {
                    let state = State { index: log.index(What::Member(nth)), member };
                    platforms.states.entry(member.platform()).or_default().push(state);
                }
                Statement::Other(_) => {}
            }
        }
        platforms
    }

    /// The charter in effect at a leaf's time.
    fn charter(&self, at: Timestamp) -> Option<&'a Charter> {
        let mut in_effect =
            self.charters.iter().rev().filter(|(from, charter)| charter.n == 0 || *from <= at);
        in_effect.next().map(|(_, charter)| *charter)
    }

    /// Hours in which a transfer may be rejected.
    pub(crate) fn reject_hours(&self, at: Timestamp) -> Option<u64> {
        self.charter(at).map(|charter| charter.reject_hours)
    }

    /// What a platform's signatures are worth at a leaf; `None` without a mark before it.
    pub(crate) fn standing(&self, platform: Platform, index: u64) -> Option<Standing> {
        self.newest(platform, index).map(|member| match member.state() {
            MemberState::Dead => Standing::Dead,
            MemberState::Member => Standing::Member,
            MemberState::Suspended => Standing::Suspended,
        })
    }

    /// The key of this name for this use, if it is valid at a leaf.
    pub(crate) fn key(
        &self,
        platform: Platform,
        kid: &Kid,
        purpose: Use,
        leaf: (u64, Timestamp),
    ) -> KeyFound<'a> {
        if !self.states.contains_key(&platform) {
            return KeyFound::NoMark;
        }
        let newest = self.newest(platform, leaf.0);
        newest
            .and_then(|member| member.valid_key(kid, purpose, leaf.1))
            .map_or(KeyFound::NotValid, KeyFound::Valid)
    }

    /// All keys of a platform for a use that are valid at a leaf: where a signature does not name its key.
    pub(crate) fn keys(
        &self,
        platform: Platform,
        purpose: Use,
        leaf: (u64, Timestamp),
    ) -> Vec<&'a PublicKey> {
        let Some(member) = self.newest(platform, leaf.0) else { return Vec::new() };
        let kids = member.keys().iter().map(|key| key.key.kid());
        kids.filter_map(|kid| member.valid_key(&kid, purpose, leaf.1)).collect()
    }

    /// Whether the bundle has any mark of the platform.
    pub(crate) fn knows(&self, platform: Platform) -> bool {
        self.states.contains_key(&platform)
    }

    /// The number of a platform's next mark.
    pub(crate) fn next_count(&self, platform: Platform) -> u64 {
        let marks = self.states.get(&platform).map_or(0, Vec::len);
        u64::try_from(marks).unwrap_or(u64::MAX)
    }

    /// The number of the next charter.
    pub(crate) fn next_charter(&self) -> u64 {
        u64::try_from(self.charters.len()).unwrap_or(u64::MAX)
    }

    fn newest(&self, platform: Platform, index: u64) -> Option<&'a Member> {
        let states = self.states.get(&platform)?.iter().rev();
        states.filter(|state| state.index.is_some_and(|own| own < index)).map(|state| state.member).next()
    }

    /// MEMBERS.
    pub(crate) fn members(
        &self,
        reading: &'a Reading,
        log: &LogView<'_>,
        slots: &Slots<'_>,
        trust: Option<&Trust>,
    ) -> Found {
        let Some(first) = reading.members.first() else {
            return Found::unknown("the bundle holds no charter");
        };
        let mut found = founded(first, log, trust);
        let mut newest: BTreeMap<Platform, &Member> = BTreeMap::new();
        for (nth, file) in reading.members.iter().enumerate() {
            found =
                found.and(self.mark(file, log.origin(), &mut newest).of(format_args!("members/{nth:04}")));
        }
        let (days, count) = (self.charters.len(), newest.len());
        let listed = Found::pass(format!("{days} charters and {count} platforms, complete as of the head"));
        listed.and(found).and(self.complete(reading, log, slots))
    }

    fn mark(&self, file: &'a MemberFile, origin: &str, newest: &mut BTreeMap<Platform, &'a Member>) -> Found {
        let (own_origin, slot, n, next) = match &file.statement {
            Statement::Charter(charter) => {
                let next = self
                    .charters
                    .iter()
                    .position(|(_, known)| std::ptr::eq(*known, charter))
                    .unwrap_or_default();
                let next = u64::try_from(next).unwrap_or(u64::MAX);
                (charter.origin.as_str(), slot::mark(&slot::charter(origin), charter.n), charter.n, next)
            }
            Statement::Member(member) => {
                let next = newest.get(&member.platform()).map_or(0, |before| before.n() + 1);
                let slot = slot::mark(&slot::platform(member.platform()), member.n());
                (member.origin(), slot, member.n(), next)
            }
            Statement::Other(kind) => return Found::unknown(format!("{kind}: not in this version")),
        };
        if own_origin != origin {
            return Found::fail(format!("it is about the log {own_origin}"));
        }
        if n != next {
            return Found::fail(format!("number {n}, where {next} is next"));
        }
        if file.slot != slot {
            return Found::fail("its slot is another");
        }
        let Some(authority) = self.authority(file) else {
            return Found::fail("no charter stands before it");
        };
        if let Err(why) = authority.signed(&file.mark) {
            return Found::fail(why);
        }
        if let Statement::Member(member) = &file.statement {
            let days = self.charter(file.at).map_or(0, |charter| charter.member_days);
            if let Err(why) = member.follows(newest.insert(member.platform(), member), file.at, days) {
                return Found::fail_for(&why);
            }
        }
        Found::pass("")
    }

    /// Who must have signed: for a charter the one before it, for the first its own; else the one in effect.
    fn authority(&self, file: &'a MemberFile) -> Option<&'a Charter> {
        match &file.statement {
            Statement::Charter(charter) if charter.n == 0 => Some(charter),
            Statement::Charter(charter) => {
                self.charters.iter().map(|(_, known)| *known).find(|known| known.n + 1 == charter.n)
            }
            Statement::Member(_) | Statement::Other(_) => self.charter(file.at),
        }
    }

    /// No mark is left out, as of the head.
    fn complete(&self, reading: &Reading, log: &LogView<'_>, slots: &Slots<'_>) -> Found {
        let charter = slot::mark(&slot::charter(log.origin()), self.next_charter());
        let mut found = slots.absent(&charter).of("a later charter").and(slots.is_after_acts(reading, log));
        for platform in appearing(reading) {
            let next = slot::mark(&slot::platform(platform), self.next_count(platform));
            found = found.and(slots.absent(&next).of(format_args!("a later mark on {platform}")));
        }
        found
    }
}

fn founded(first: &MemberFile, log: &LogView<'_>, trust: Option<&Trust>) -> Found {
    let Statement::Charter(charter) = &first.statement else {
        return Found::fail("it is no charter").of("members/0000");
    };
    if charter.n != 0 || log.index(What::Member(0)).is_some_and(|index| index != 0) {
        return Found::fail("the first charter has number 0 and leaf 0").of("members/0000");
    }
    let digest = Digest::of(first.mark.statement.as_bytes());
    match trust.and_then(|trust| trust.registry(log.origin())).map(crate::trust::Registry::charter) {
        Some(Some(trusted)) if trusted == digest => Found::pass(""),
        Some(Some(trusted)) => Found::fail(format!(
            "the charter is {}, the trust file names {}",
            short(&digest),
            short(&trusted)
        )),
        Some(None) => Found::unknown("the trust file names no charter for this log"),
        None => Found::unknown(format!("no trust in the log {}", log.origin())),
    }
}

/// Every platform that signed or is named as a home.
fn appearing(reading: &Reading) -> BTreeSet<Platform> {
    let homes = reading
        .acts
        .iter()
        .flat_map(|file| [file.act.by(), file.act.to()])
        .flatten()
        .map(|controller| controller.home);
    homes.chain(signing(reading)).collect()
}

/// Every platform that signed a counter statement in the bundle.
pub(crate) fn signing(reading: &Reading) -> BTreeSet<Platform> {
    let acts = reading.acts.iter().map(|file| &file.signed.list);
    let sets = reading.sets.values().flatten().map(|file| &file.signed.list);
    let marks = reading.marks.iter().map(|file| &file.list);
    let lists = acts.chain(sets).chain(marks);
    lists.flat_map(|list| &list.platforms).map(super::list::BySaying::platform).collect()
}
