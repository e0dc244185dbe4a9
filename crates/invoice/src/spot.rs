//! Where in an element a child has its place: UBL fixes the order, so a remedy that adds one must say where.

use crate::{
    document::Element,
    names::Name,
    schema::{Content, Place, content},
};

/// Where a child called `name` goes among the children that `holder` has, as `after cbc:ProfileID`.
pub(crate) fn spot(holder: Element<'_>, name: Name) -> Option<String> {
    let places = places(holder)?;
    let own = position(places, name)?;
    let before = holder.children().filter(|child| position(places, child.name()).is_some_and(|at| at < own));
    let last = before.max_by_key(|child| position(places, child.name()));
    Some(match last {
        Some(child) => format!("after {}", child.name().text()),
        None => format!("as the first element of {}", holder.name().text()),
    })
}

/// The first sibling before `element` that must follow it.
pub(crate) fn must_follow(element: Element<'_>) -> Option<Name> {
    let holder = element.parent()?;
    let places = places(holder)?;
    let own = position(places, element.name())?;
    let mut before = holder.children().take_while(|child| *child != element).map(Element::name);
    before.find(|name| position(places, *name).is_some_and(|at| at > own))
}

fn places(holder: Element<'_>) -> Option<&'static [Place]> {
    match content(holder.name()) {
        Content::Elements(places) => Some(places),
        Content::Anything | Content::Unknown | Content::Value(_) => None,
    }
}

fn position(places: &[Place], name: Name) -> Option<usize> {
    places.iter().position(|place| place.name == name)
}
