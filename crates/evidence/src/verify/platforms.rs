//! What platforms signed on acts: claims COUNTERSIGNED and ACCEPTED.

use bill::{
    signatures::{HomeSigns, Role},
    words::{Op, Platform},
};

use super::{
    log::{LogView, What},
    members::Platforms,
    reading::{ActFile, MarkFile, Reading},
    sets::by_platform,
};
use crate::claim::Found;

/// Whether the home's statement stands on an act's list.
pub(crate) fn has_home(file: &ActFile) -> bool {
    match HomeSigns::on(file.act.op()) {
        HomeSigns::Always => true,
        HomeSigns::AsRelease => file.signed.list.platforms.len() > 1,
        HomeSigns::Never => false,
    }
}

/// The platform whose acceptance stands on an act's list: on a `rehome` always, also where it breaks the rules by changing
/// nothing.
fn acceptor(file: &ActFile) -> Option<Platform> {
    if file.act.op() == Op::Rehome { file.act.to().map(|to| to.home) } else { file.act.acceptor() }
}

/// COUNTERSIGNED, by itself.
pub(crate) fn countersigned(reading: &Reading, log: &LogView<'_>, platforms: &Platforms<'_>) -> Found {
    let mut found = Found::pass("each act by its home platform, where it has to");
    for (nth, file) in reading.acts.iter().enumerate() {
        let wanted = usize::from(has_home(file)) + usize::from(acceptor(file).is_some());
        let surplus = file.signed.list.platforms.len() > wanted;
        let mut one =
            if surplus { Found::fail("a platform signed that is not asked") } else { Found::pass("") };
        if has_home(file)
            && let Some(home) = file.act.by().map(|by| by.home)
        {
            one = one.and(statement(file, nth, 0, (Role::Home, home), log, platforms));
        }
        found = found.and(one.of(format_args!("act {nth}")));
    }
    for (nth, mark) in reading.marks.iter().enumerate() {
        found = found.and(declined(mark, nth, log, platforms).of(format_args!("mark {nth}")));
    }
    found
}

/// A decline is one statement, by the platform itself; of an act that is shown, by the one that would have to accept it.
fn declined(mark: &MarkFile, nth: usize, log: &LogView<'_>, platforms: &Platforms<'_>) -> Found {
    let [by] = mark.list.platforms.as_slice() else {
        return Found::fail("a decline is signed by one platform");
    };
    if !mark.list.keys.is_empty() || by.counter != mark.counter || mark.counter.role != Role::Decline {
        return Found::fail("its signature is not over this decline");
    }
    if let Some(act) = &mark.act
        && (act.digest() != mark.counter.act || act.acceptor() != Some(mark.counter.platform))
    {
        return Found::fail("the act shown is another, or another platform's to accept");
    }
    by_platform(by, platforms, log.index(What::Mark(nth)).map(|index| (index, mark.leaf.at)))
}

/// ACCEPTED, by itself; `None` when no act needs it.
pub(crate) fn accepted(reading: &Reading, log: &LogView<'_>, platforms: &Platforms<'_>) -> Option<Found> {
    let mut found: Option<Found> = None;
    for (nth, file) in reading.acts.iter().enumerate() {
        let Some(acceptor) = acceptor(file) else { continue };
        let place = usize::from(has_home(file));
        let one = statement(file, nth, place, (Role::Accept, acceptor), log, platforms);
        let so_far = found.unwrap_or_else(|| Found::pass("each crossing by the platform that receives"));
        found = Some(so_far.and(one.of(format_args!("act {nth}"))));
    }
    found
}

fn statement(
    file: &ActFile,
    nth: usize,
    place: usize,
    (role, platform): (Role, Platform),
    log: &LogView<'_>,
    platforms: &Platforms<'_>,
) -> Found {
    let Some(by) = file.signed.list.platforms.get(place) else {
        return Found::fail(format!("{platform} has not signed in the role {role}"));
    };
    if by.platform() != platform || !by.says(role, file.act.digest()) {
        let said = &by.counter;
        return Found::fail(format!(
            "{platform} in the role {role} is wanted, {} in the role {} is there",
            said.platform, said.role
        ));
    }
    let leaf = log.index(What::Act(nth)).map(|index| (index, file.signed.leaf.at));
    by_platform(by, platforms, leaf)
}
