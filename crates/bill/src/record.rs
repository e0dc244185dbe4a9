//! A bill as those see it who may read its details: possession and title together.
//!
//! The registry folds [`crate::control`] alone. A platform asks both before it countersigns or accepts, a verifier replays both.

use vocab::Refusal;

use crate::{
    act::{Act, Body},
    consent::Consented,
    control::{self, Facts, Record},
    details::Details,
    party::Party,
    refusals::NOT_HEAD,
    title::{self, Face, Policy, Title},
};

/// Possession and title of one bill between two acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bill {
    control: Record,
    title: Title,
}

/// An act with all that its judge must see.
#[derive(Debug, Clone, Copy)]
pub struct Proposed<'a> {
    /// The act.
    pub act: &'a Act,
    /// Its private part.
    pub details: &'a Details,
    /// The party behind the controller that signs.
    pub by: &'a Party,
    /// The party behind the controller afterwards, where another is: the recipient, for a reject the former holder.
    pub to: Option<&'a Party>,
    /// The consents that the details cite, proved.
    pub consents: &'a [Consented],
}

/// Proof that possession and title rules both hold. Only [`check`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    control: control::Admitted,
    title: title::Retitled,
}

/// Proof that a bill may begin. Only [`check_issue`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedIssue {
    control: control::Begun,
    title: title::Retitled,
}

impl Bill {
    /// Who is in control.
    pub const fn control(&self) -> &Record {
        &self.control
    }

    /// In whose favour it stands.
    pub const fn title(&self) -> &Title {
        &self.title
    }
}

/// May this act follow, by the rules of possession and of title?
///
/// # Errors
/// Those of [`control::check`], then of [`Details::of_act`], then of [`title::check`].
pub fn check(bill: &Bill, it: &Proposed<'_>, facts: &Facts<'_>, policy: Policy) -> Result<Agreed, Refusal> {
    let control = control::check(&bill.control, it.act, facts)?;
    let title = title_after(bill, it, policy)?;
    Ok(Agreed { control, title })
}

/// As [`check`], for a reader who has this record only: what takes its place is that record's own evidence.
///
/// # Errors
/// Those of [`control::check_alone`], then as [`check`].
pub fn check_alone(
    bill: &Bill,
    it: &Proposed<'_>,
    facts: &Facts<'_>,
    policy: Policy,
) -> Result<Agreed, Refusal> {
    let control = control::check_alone(&bill.control, it.act, facts)?;
    let title = title_after(bill, it, policy)?;
    Ok(Agreed { control, title })
}

/// The title rules alone: what a platform must ask of a close in a replacement group, whose possession
/// [`control::check_group`] judges.
///
/// # Errors
/// Those of [`Details::of_act`] and [`title::check`].
pub fn title_after(bill: &Bill, it: &Proposed<'_>, policy: Policy) -> Result<title::Retitled, Refusal> {
    let Body::Step(step) = it.act.body() else {
        return Err(NOT_HEAD.because(format!("{} does not follow a bill's act", it.act.op())));
    };
    let deed = title::Deed {
        act: it.act.digest(),
        action: &step.action,
        by: it.by,
        to: it.to,
        details: it.details.of_act(it.act)?,
        consents: it.consents,
    };
    title::check(&bill.title, &deed, policy)
}

/// The bill after an act that was checked.
pub fn apply(bill: Bill, agreed: Agreed) -> Bill {
    Bill { control: control::apply(bill.control, &agreed.control), title: title::apply(agreed.title) }
}

/// May this act begin a bill? `predecessor` is the closed record that its `from` names.
///
/// # Errors
/// Those of [`control::check_issue`], [`Details::of_act`] and [`title::check_issue`].
pub fn check_issue(
    (act, details): (&Act, &Details),
    face: &Face,
    parties: (&Party, &Party),
    predecessor: Option<&Bill>,
    facts: &Facts<'_>,
) -> Result<AgreedIssue, Refusal> {
    let control = control::check_issue(act, predecessor.map(Bill::control), facts)?;
    let title = title::check_issue(act, details.of_act(act)?, face, parties, predecessor.map(Bill::title))?;
    Ok(AgreedIssue { control, title })
}

/// As [`check_issue`], for a reader who has this record only: what `from` names is that record's own evidence.
///
/// # Errors
/// Those of [`control::check_issue_alone`], [`Details::of_act`] and [`title::check_issue_alone`].
pub fn check_issue_alone(
    (act, details): (&Act, &Details),
    face: &Face,
    parties: (&Party, &Party),
    facts: &Facts<'_>,
) -> Result<AgreedIssue, Refusal> {
    let control = control::check_issue_alone(act, facts)?;
    let title = title::check_issue_alone(details.of_act(act)?, face, parties)?;
    Ok(AgreedIssue { control, title })
}

/// The bill that a first act begins.
pub fn apply_issue(agreed: AgreedIssue) -> Bill {
    Bill { control: control::apply_issue(&agreed.control), title: title::apply(agreed.title) }
}
