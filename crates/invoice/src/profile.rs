//! What a document says it follows, and which sets of rules then apply.

use crate::{
    document::Document,
    names::{Name, known::*},
    text::trimmed,
};

/// A specification that an invoice may follow.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// The short name, as `peppol`.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// How `cbc:CustomizationID` begins (BT-24).
    pub specification: &'static str,
    /// The sets of rules that apply, by name. A set that is not held cannot judge: see [`crate::rule_sets`].
    pub sets: &'static [&'static str],
}

const fn profile(
    name: &'static str,
    title: &'static str,
    specification: &'static str,
    sets: &'static [&'static str],
) -> Profile {
    Profile { name, title, specification, sets }
}

/// What is assumed of a document that names nothing known: every invoice in Europe must meet it.
static CORE: Profile = profile("core", "EN 16931", "urn:cen.eu:en16931:2017", &["en-ubl"]);

const PINT_SG: &str = "urn:peppol:pint:billing-1@sg-1";

static OTHERS: [Profile; 10] = [
    profile(
        "peppol",
        "Peppol BIS Billing 3.0",
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        &["en-ubl", "peppol"],
    ),
    profile(
        "peppol-sb",
        "Peppol BIS Self-Billing 3.0",
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0",
        &["en-ubl", "peppol-sb"],
    ),
    // Before the next, which [`Profile::of`] takes of two with one specification.
    profile(
        "pint-sg-ng",
        "PINT Singapore, of a seller who is not registered for GST and hands nothing in to IRAS",
        PINT_SG,
        &["pint", "pint-sg"],
    ),
    profile("pint-sg", "PINT Singapore", PINT_SG, &["pint", "pint-sg", "iras"]),
    profile(
        "sg-local",
        "PINT Singapore for invoices that do not go over Peppol, handed to IRAS alone",
        "urn:peppol:pint:billing-1@sg-1:LocalTaxInvoice:sg:1.0",
        &["iras"],
    ),
    profile("pint", "PINT of another country", "urn:peppol:pint:", &["pint"]),
    profile(
        "sg-bis",
        "Peppol BIS Billing 3 for Singapore, which PINT Singapore replaces",
        "urn:cen.eu:en16931:2017#conformant#urn:fdc:peppol.eu:2017:poacc:billing:international:sg:3.0",
        &["sg-bis", "iras"],
    ),
    profile(
        "sg-bis-local",
        "Peppol BIS Billing 3 for Singapore, for invoices that do not go over Peppol",
        "urn:cen.eu:en16931:2017#conformant#urn:fdc:peppol.eu:2017:poacc:billing:LocalTaxInvoice:sg:1.0",
        &["iras"],
    ),
    profile(
        "xrechnung",
        "XRechnung, of which the rules of EN 16931 are checked",
        "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung",
        &["en-ubl"],
    ),
    profile(
        "factur-x",
        "Factur-X, of which the rules of EN 16931 are checked",
        "urn:factur-x.eu:1p0:",
        &["en-ubl"],
    ),
];

/// Processes (BT-23) that tell a profile where the specification does not.
const PROCESSES: [(&str, &str); 5] = [
    ("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "peppol"),
    ("urn:peppol:bis:billing_with_response", "peppol"),
    ("urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0", "peppol-sb"),
    ("urn:peppol:bis:selfbilling", "peppol-sb"),
    ("urn:peppol:bis:billing", "pint-sg"),
];

/// Every profile that is known, the core first.
pub fn profiles() -> impl Iterator<Item = &'static Profile> {
    std::iter::once(&CORE).chain(&OTHERS)
}

impl Profile {
    /// The profile called `name`.
    pub fn find(name: &str) -> Option<&'static Profile> {
        profiles().find(|profile| profile.name == name)
    }

    /// What `document` follows: the longest specification that its own begins with; else what its process tells; else the
    /// core. An invoice of Singapore all of category NG says that its seller is not registered for GST.
    pub fn of(document: &Document<'_>) -> &'static Profile {
        let said = |name: Name| document.root().first(name).map_or("", |element| trimmed(element.text()));
        let specification = said(CUSTOMIZATION_ID);
        let by_specification = profiles()
            .filter(|profile| specification.starts_with(profile.specification))
            .max_by_key(|profile| profile.specification.len());
        let by_process = || {
            let process = said(PROFILE_ID);
            PROCESSES.iter().find(|(known, _)| *known == process).and_then(|(_, name)| Profile::find(name))
        };
        let found = by_specification.or_else(by_process).unwrap_or(&CORE);
        let unregistered =
            Profile::find("pint-sg-ng").filter(|_| found.name == "pint-sg" && is_all_ng(document));
        unregistered.unwrap_or(found)
    }
}

/// Whether every breakdown is of category NG, and there is one: PINT Singapore then refuses a GST number (BR-NG-02).
fn is_all_ng(document: &Document<'_>) -> bool {
    let mut codes = document.root().along(&[TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY, ID]).peekable();
    codes.peek().is_some() && codes.all(|code| trimmed(code.text()) == "NG")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile_of(specification: &str, process: &str) -> &'static str {
        let source = format!(
            "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
             xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\
             <cbc:CustomizationID>{specification}</cbc:CustomizationID><cbc:ProfileID>{process}</cbc:ProfileID></Invoice>"
        );
        Profile::of(&crate::read(source.as_bytes()).unwrap()).name
    }

    #[test]
    fn the_longest_specification_tells_the_profile_and_the_process_comes_second() {
        const BILLING: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
        const SELF_BILLING: &str =
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0";
        const BILLING_PROCESS: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
        for (specification, process, name) in [
            (BILLING, BILLING_PROCESS, "peppol"),
            (&format!("\n {BILLING} "), "", "peppol"),
            (SELF_BILLING, BILLING_PROCESS, "peppol-sb"),
            ("urn:cen.eu:en16931:2017", BILLING_PROCESS, "core"),
            ("", BILLING_PROCESS, "peppol"),
            ("urn:example:mine", "urn:peppol:bis:selfbilling", "peppol-sb"),
            ("urn:example:mine", "", "core"),
            ("urn:peppol:pint:billing-1@sg-1", "urn:peppol:bis:billing", "pint-sg"),
            ("urn:peppol:pint:billing-1@my-1", "urn:peppol:bis:billing", "pint"),
            ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "", "xrechnung"),
        ] {
            assert_eq!(profile_of(specification, process), name, "{specification:?} {process:?}");
        }
    }
}
