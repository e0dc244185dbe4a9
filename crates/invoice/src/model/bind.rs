//! How a group of business terms is bound to UBL: each field says once where its value stands, and reading and writing
//! both follow from that.

use super::{Kind, Unheld, Why};
use crate::{
    document::{Document, Element, at},
    finding::Teller,
    names::{Attribute, Name},
    schema::{Content, content},
};

/// Where a value stands below its group, in an invoice and in a credit note.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path {
    pub(crate) invoice: &'static [Name],
    pub(crate) credit_note: &'static [Name],
}

impl Path {
    const fn of(self, kind: Kind) -> &'static [Name] {
        match kind {
            Kind::CreditNote => self.credit_note,
            Kind::Invoice => self.invoice,
        }
    }
}

/// What stands at one element: a value, or a group of them.
pub(crate) trait Term: Sized {
    /// Nothing where the element does not hold what it should; the reader then remembers why.
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self>;

    fn write(&self, node: &mut Node);
}

/// A field of a group: once or not at all, or any number of times.
pub(crate) trait Field: Sized {
    fn read(group: Element<'_>, path: Path, reader: &mut Reader) -> Self;

    fn write(&self, group: &mut Node, path: Path);
}

impl<T: Term> Field for Option<T> {
    fn read(group: Element<'_>, path: Path, reader: &mut Reader) -> Self {
        let mut found = group.along(path.of(reader.kind));
        let value = found.next().and_then(|element| T::read(element, reader));
        for again in found {
            reader.leave(again, Why::Repeated);
        }
        value
    }

    fn write(&self, group: &mut Node, path: Path) {
        let Some(value) = self else { return };
        let Some((last, wrappers)) = path.of(group.kind).split_last() else { return };
        let holder = wrappers.iter().fold(group, |node, step| node.wrapper(*step));
        value.write(holder.add(*last));
    }
}

impl<T: Term> Field for Vec<T> {
    fn read(group: Element<'_>, path: Path, reader: &mut Reader) -> Self {
        group.along(path.of(reader.kind)).filter_map(|element| T::read(element, reader)).collect()
    }

    /// The first step of the path repeats: `cac:PartyIdentification` stands again for each identifier.
    fn write(&self, group: &mut Node, path: Path) {
        for value in self {
            let mut node = &mut *group;
            for step in path.of(node.kind) {
                node = node.add(*step);
            }
            value.write(node);
        }
    }
}

/// The kind is the name of the root.
impl Field for Kind {
    fn read(_: Element<'_>, _: Path, reader: &mut Reader) -> Self {
        reader.kind
    }

    fn write(&self, _: &mut Node, _: Path) {}
}

/// Reads terms from a document and remembers what it left.
#[derive(Debug)]
pub(crate) struct Reader {
    kind: Kind,
    held: Vec<bool>,
    left: Vec<(u32, Option<Attribute>, Why)>,
}

impl Reader {
    pub(crate) fn new(document: &Document<'_>) -> Self {
        let kind = if document.is_credit_note() { Kind::CreditNote } else { Kind::Invoice };
        Reader { kind, held: vec![false; document.rows.len()], left: Vec::new() }
    }

    /// The element is taken, with these of its attributes.
    pub(crate) fn hold(&mut self, element: Element<'_>, attributes: &[Attribute]) {
        self.mark(element);
        for row in element.attribute_rows() {
            if !attributes.contains(&row.attribute) {
                self.left.push((element.index(), Some(row.attribute), Why::Unknown));
            }
        }
    }

    /// The element is left, with all that is in it.
    pub(crate) fn leave(&mut self, element: Element<'_>, why: Why) {
        self.left.push((element.index(), None, why));
        self.mark(element);
        let mut within: Vec<Element<'_>> = element.children().collect();
        while let Some(child) = within.pop() {
            self.mark(child);
            within.extend(child.children());
        }
    }

    fn mark(&mut self, element: Element<'_>) {
        if let Some(held) = self.held.get_mut(at(element.index())) {
            *held = true;
        }
    }

    /// Everything that was not taken, in the order of the document.
    pub(crate) fn finish(mut self, document: &Document<'_>) -> Vec<Unheld> {
        let unknown = document
            .elements()
            .filter(|element| !element.has_children() && self.held.get(at(element.index())) == Some(&false))
            .map(|element| (element.index(), None, Why::Unknown));
        self.left.extend(unknown);
        self.left.sort_by_key(|(element, ..)| *element);
        let teller = Teller::new(document);
        let tell = |(index, attribute, why): &(u32, Option<Attribute>, Why)| {
            let element = document.element(*index);
            let (line, column) = teller.position(element);
            let (suffix, value) = match attribute {
                Some(attribute) => {
                    (format!("/@{}", attribute.text()), element.attribute(*attribute).unwrap_or_default())
                }
                None => (String::new(), element.text()),
            };
            let xpath = format!("{}{suffix}", teller.xpath(element));
            Unheld { xpath, line, column, value: value.to_owned(), why: *why }
        };
        self.left.iter().map(tell).collect()
    }
}

/// An element that is to be written.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) name: Name,
    pub(crate) attributes: Vec<(Attribute, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    pub(crate) fn new(kind: Kind, name: Name) -> Self {
        Node { kind, name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    /// Another child.
    #[expect(clippy::indexing_slicing, reason = "the child was pushed just before")]
    pub(crate) fn add(&mut self, name: Name) -> &mut Node {
        let last = self.children.len();
        self.children.push(Node::new(self.kind, name));
        &mut self.children[last]
    }

    /// The child that several fields of a group share.
    #[expect(clippy::indexing_slicing, reason = "the child was found there")]
    fn wrapper(&mut self, name: Name) -> &mut Node {
        match self.children.iter().position(|child| child.name == name) {
            Some(index) => &mut self.children[index],
            None => self.add(name),
        }
    }

    /// Its children in the order of the schema; what the schema does not know goes last, where a check will find it.
    pub(crate) fn in_order(&self) -> Vec<&Node> {
        let places = match content(self.name) {
            Content::Elements(places) => places,
            Content::Anything | Content::Unknown | Content::Value(_) => &[],
        };
        let rank =
            |node: &&Node| places.iter().position(|place| place.name == node.name).unwrap_or(usize::MAX);
        let mut children: Vec<&Node> = self.children.iter().collect();
        children.sort_by_key(rank);
        children
    }

    pub(crate) fn attribute(&mut self, attribute: Attribute, value: &str) {
        self.attributes.push((attribute, value.to_owned()));
    }
}

/// A path, the same in both kinds or one for each.
macro_rules! steps {
    ([$($step:expr),*]) => {
        $crate::model::bind::Path { invoice: const { &[$($step),*] }, credit_note: const { &[$($step),*] } }
    };
    ([$($step:expr),*] | [$($other:expr),*]) => {
        $crate::model::bind::Path { invoice: const { &[$($step),*] }, credit_note: const { &[$($other),*] } }
    };
}

/// Declares groups of business terms: `field: kind = [steps of the path];`, and `| [steps]` where a credit note has others.
macro_rules! groups {
    ($(
        $(#[$about:meta])*
        $group:ident {
            $($(#[$says:meta])* $field:ident: $kind:ty = [$($step:expr),*] $(| [$($other:expr),*])?;)+
        }
    )+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $group {
            $($(#[$says])* pub $field: $kind,)+
        }

        impl $crate::model::bind::Term for $group {
            fn read(
                element: $crate::document::Element<'_>,
                reader: &mut $crate::model::bind::Reader,
            ) -> Option<Self> {
                use $crate::model::bind::Field;
                reader.hold(element, &[]);
                Some(Self {
                    $($field: Field::read(element, $crate::model::bind::steps!([$($step),*] $(| [$($other),*])?), reader),)+
                })
            }

            fn write(&self, node: &mut $crate::model::bind::Node) {
                use $crate::model::bind::Field;
                $(self.$field.write(node, $crate::model::bind::steps!([$($step),*] $(| [$($other),*])?));)+
            }
        }

        #[cfg(test)]
        impl $crate::model::tests::Drawn for $group {
            fn draw(lot: &mut $crate::model::tests::Lot<'_>) -> Self {
                Self { $($field: $crate::model::tests::Drawn::draw(lot),)+ }
            }
        }
    )+};
}

pub(crate) use {groups, steps};
