//! A second telling of the rules, to hold the first one to. It imports nothing of the room under test: a bill is a few
//! small numbers here, parties and platforms are indexes, time is in hours, and the rules are one table of rows.

/// Carrier, exporter, trader, bank, importer.
pub(crate) const PARTIES: usize = 5;
pub(crate) const CARRIER: usize = 0;
pub(crate) const EXPORTER: usize = 1;
/// Whoever has still to be chosen: at home where the asker is.
pub(crate) const SOMEBODY: usize = 5;
const DAY: u64 = 24;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Phase {
    Live,
    Surrendered,
    Closed,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Favour {
    Blank,
    Named(usize),
    Straight(usize),
    Order(usize),
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Title {
    pub(crate) favour: Favour,
    pub(crate) endorsed: Option<Favour>,
    pub(crate) nominee: Option<usize>,
    pub(crate) terms: bool,
    /// The act that made it, who pledged, to whom.
    pub(crate) pledge: Option<(u32, usize, usize)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) now: u64,
    pub(crate) phase: Phase,
    pub(crate) holder: usize,
    pub(crate) homes: [usize; PARTIES + 1],
    /// May the platform sign; is it suspended or dead?
    pub(crate) gone: [bool; 4],
    /// Who surrendered, and at which home: a carrier that surrenders to itself may go on to another.
    remembered: (usize, usize),
    purpose: &'static str,
    paper_asked: bool,
    answer_by: u64,
    /// Who handed it over, and when, if that was the last act.
    window: Option<(usize, u64)>,
    left: Option<u64>,
    pub(crate) title: Title,
    before: Option<Title>,
    acts: u32,
}

/// What somebody tries. `to` matters to acts that name somebody, `all_consent` when others have to agree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    pub(crate) row: &'static str,
    pub(crate) by: usize,
    pub(crate) to: usize,
    pub(crate) all_consent: bool,
    /// Without the endorsement that the row has.
    pub(crate) bare: bool,
}

/// Row; the phase it belongs to; whether the home must sign; the endorsement that it carries, or the purpose it answers.
type Row = (&'static str, Phase, bool, &'static str);
use Phase::{Closed, Live, Surrendered};
pub(crate) const ROWS: [Row; 26] = [
    ("endorse-named", Live, true, "named"),
    ("endorse-to-order", Live, true, "order"),
    ("endorse-blank", Live, true, "blank"),
    ("sign", Live, true, ""),
    ("nominate", Live, true, ""),
    ("pledge-terms", Live, true, ""),
    ("withdraw", Live, true, ""),
    ("move", Live, true, ""),
    ("move-endorse-named", Live, true, "named"),
    ("move-endorse-to-order", Live, true, "order"),
    ("move-endorse-blank", Live, true, "blank"),
    ("pledge", Live, true, "order"),
    ("release", Live, true, "order"),
    ("enforce", Live, true, "order"),
    ("reject", Live, true, ""),
    ("leave", Live, false, ""),
    ("rehome", Live, false, ""),
    ("surrender-delivery", Live, true, ""),
    ("surrender-amendment", Live, true, ""),
    ("surrender-cancel", Live, true, ""),
    ("close-delivered", Surrendered, true, "delivery"),
    ("close-paper", Surrendered, true, "amendment"),
    ("close-replaced", Surrendered, true, "amendment"),
    ("close-void", Surrendered, true, "cancel"),
    ("return", Surrendered, true, ""),
    ("reclaim", Surrendered, false, ""),
];

type Answer = Result<(), &'static str>;

fn unless(broken: bool, code: &'static str) -> Answer {
    if broken { Err(code) } else { Ok(()) }
}

impl Model {
    pub(crate) fn new(favour: Favour) -> Self {
        Self {
            now: 0,
            phase: Live,
            holder: EXPORTER,
            homes: [0, 0, 0, 1, 1, 0],
            gone: [false; 4],
            remembered: (EXPORTER, 0),
            purpose: "",
            paper_asked: false,
            answer_by: 0,
            window: None,
            left: None,
            title: Title { favour, endorsed: None, nominee: None, terms: false, pledge: None },
            before: None,
            acts: 0,
        }
    }

    /// I1, I2: one controller until the close, none after it.
    pub(crate) fn controller(&self) -> Option<usize> {
        (self.phase != Closed).then_some(self.holder)
    }

    /// The rules of possession, then those of title.
    pub(crate) fn judge(&self, it: Try) -> Answer {
        self.possession(it)?;
        self.says(it)
    }

    fn possession(&self, it: Try) -> Answer {
        let (row, phase, home_signs, extra) = *ROWS.iter().find(|row| row.0 == it.row).unwrap();
        let anywhere = row == "leave" || row == "rehome";
        unless(self.phase == Closed, "closed")?;
        unless(self.phase == Live && phase == Surrendered, "not-surrendered")?;
        unless(self.phase == Surrendered && phase == Live && !anywhere, "surrendered")?;
        let reclaims = row == "reclaim";
        unless(reclaims && (it.by, self.homes[it.by]) != self.remembered, "not-surrenderer")?;
        unless(!reclaims && it.by != self.holder, "not-in-control")?;
        unless(moves(row) && it.to == it.by, "already-in-control")?;
        unless(row == "rehome" && it.to % 4 == self.homes[it.by], "rehome-same-home")?;
        unless(row.starts_with("close") && extra != self.purpose, "end-not-purpose")?;
        if row == "reject" {
            let (former, opened) = self.window.ok_or("nothing-to-reject")?;
            unless(self.now > opened + 72, "reject-too-late")?;
            unless(self.gone[self.homes[former]], "former-home-gone")?;
        }
        let recent = self.left.is_some_and(|left| self.now < left + DAY);
        unless(row == "leave" && recent, "left-recently")?;
        unless(reclaims && self.now < self.answer_by, "answer-not-due")?;
        unless(home_signs && self.gone[self.homes[it.by]], "home-not-in-standing")?;
        let target = match row {
            "rehome" => it.to % 4,
            _ if moves(row) => self.homes[it.to],
            _ if row.starts_with("surrender") => self.homes[CARRIER],
            _ => self.homes[it.by],
        };
        unless(target != self.homes[it.by] && self.gone[target], "acceptor-not-in-standing")
    }

    fn needs(&self, it: Try, party: usize) -> Answer {
        unless(it.by != party && !it.all_consent, "consent-needed")
    }

    fn endorses(&self, it: Try, kind: &str) -> Answer {
        match self.title.favour {
            Favour::Blank => Ok(()),
            Favour::Straight(_) => Err("not-negotiable"),
            Favour::Named(_) => Err("no-further-endorsement"),
            Favour::Order(_) if kind != "blank" && self.title.nominee == Some(it.to) => Ok(()),
            Favour::Order(party) => self.needs(it, party),
        }
    }

    fn disposes(&self, it: Try) -> Answer {
        match self.title.favour {
            Favour::Blank => Ok(()),
            Favour::Straight(_) => Err("not-negotiable"),
            Favour::Named(party) | Favour::Order(party) => self.needs(it, party),
        }
    }

    fn says(&self, it: Try) -> Answer {
        let (row, .., extra) = *ROWS.iter().find(|row| row.0 == it.row).unwrap();
        let extra = if it.bare { "" } else { extra };
        let title = &self.title;
        let nothing = title.endorsed.is_none() && title.nominee.is_none() && !title.terms;
        match row {
            "withdraw" => unless(nothing, "nothing-to-withdraw"),
            "nominate" => match title.favour {
                Favour::Named(_) => Err("no-further-endorsement"),
                _ => self.disposes(it),
            },
            "pledge-terms" => {
                unless(title.pledge.is_some(), "pledged")?;
                self.disposes(it)
            }
            _ if row.starts_with("endorse") => {
                unless(title.pledge.is_some(), "pledged")?;
                self.endorses(it, extra)
            }
            _ if moves(row) => {
                match title.pledge {
                    None if row == "release" || row == "enforce" => return Err("no-such-pledge"),
                    None if row == "pledge" || title.terms => {
                        self.disposes(it)?;
                        let given = !extra.is_empty() || title.endorsed.is_some();
                        unless(!given && title.favour != Favour::Blank, "bare-pledge")?;
                    }
                    None => {}
                    Some((_, _, pledgee)) if row == "release" || row == "enforce" => {
                        self.needs(it, pledgee)?
                    }
                    Some(_) => return Err("pledged"),
                }
                if extra.is_empty() { Ok(()) } else { self.endorses(it, extra) }
            }
            _ if row.starts_with("surrender") => {
                match title.favour {
                    Favour::Blank => {}
                    Favour::Straight(party) => {
                        let shipper = it.by == EXPORTER && row != "surrender-delivery";
                        unless(it.by != party && !shipper, "not-consignee")?;
                    }
                    Favour::Named(party) | Favour::Order(party) => self.needs(it, party)?,
                }
                title.pledge.map_or(Ok(()), |(_, _, pledgee)| self.needs(it, pledgee))
            }
            "close-paper" => unless(!self.paper_asked, "paper-not-asked"),
            "close-replaced" => Err("successors-not-agreed"),
            _ => Ok(()),
        }
    }

    /// What is so after an act that may be.
    pub(crate) fn apply(&mut self, it: Try) {
        let (row, .., extra) = *ROWS.iter().find(|row| row.0 == it.row).unwrap();
        let extra = if it.bare { "" } else { extra };
        self.acts += 1;
        let (window, before) = (self.window.take(), self.before.take());
        let endorsement = match extra {
            "named" => Some(Favour::Named(it.to)),
            "order" => Some(Favour::Order(it.to)),
            "blank" => Some(Favour::Blank),
            _ => None,
        };
        match row {
            "withdraw" => (self.title.endorsed, self.title.nominee, self.title.terms) = (None, None, false),
            "nominate" => self.title.nominee = Some(it.to),
            "pledge-terms" => self.title.terms = true,
            "reject" => {
                self.holder = window.unwrap().0;
                self.title = before.unwrap();
            }
            "leave" => self.left = Some(self.now),
            "rehome" => self.homes[it.by] = it.to % 4,
            "return" | "reclaim" => {
                (self.phase, self.holder) = (Live, self.remembered.0);
                self.homes[self.holder] = self.remembered.1;
            }
            _ if row.starts_with("endorse") => self.title.endorsed = endorsement,
            _ if row.starts_with("close") => self.phase = Closed,
            _ if row.starts_with("surrender") => {
                (self.phase, self.remembered) = (Surrendered, (it.by, self.homes[it.by]));
                self.holder = CARRIER;
                self.purpose = row.strip_prefix("surrender-").unwrap();
                (self.paper_asked, self.answer_by) = (row == "surrender-amendment", self.now + 10 * DAY);
            }
            _ if moves(row) => {
                self.before = Some(self.title.clone());
                self.window = Some((it.by, self.now));
                let terms = row == "pledge" || (self.title.terms && self.title.pledge.is_none());
                let old = self.title.endorsed;
                self.title = Title {
                    favour: endorsement.or(old).unwrap_or(self.title.favour),
                    endorsed: None,
                    nominee: None,
                    terms: false,
                    pledge: terms.then_some((self.acts, it.by, it.to)),
                };
                self.holder = it.to;
            }
            _ => {}
        }
    }
}

pub(crate) fn moves(row: &str) -> bool {
    row.starts_with("move") || matches!(row, "pledge" | "release" | "enforce")
}
