"""Changes that turn a good invoice into a questionable one. Each takes the document and chance, and says what it did.

A change returns `None` where the document has no place for it; the caller then takes another.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from random import Random

from lxml import etree
from values import (
    CAC, CBC, COUNTRIES_WITH_RULES, CREDIT_NAMES, CUSTOMIZATIONS, EXT, IDENTIFIERS, PROFILES, SCHEMES, VAT_NUMBERS,
    Pools, of_name,
)

Element = etree._Element
Change = Callable[["Draft"], "str | None"]


class Draft:
    """A document that is being changed, with what changes draw from."""

    def __init__(self, root: Element, rng: Random, pools: Pools, donors: list[Element]) -> None:
        self.root = root
        self.rng = rng
        self.pools = pools
        self.donors = donors

    def elements(self) -> list[Element]:
        return [e for e in self.root.iter() if isinstance(e.tag, str)]

    def leaves(self) -> list[Element]:
        return [e for e in self.elements() if not any(isinstance(child.tag, str) for child in e)]

    def named(self, *names: str) -> list[Element]:
        return [e for e in self.elements() if local(e) in names]

    def any_of(self, elements: list[Element]) -> Element | None:
        return self.rng.choice(elements) if elements else None

    def inner(self) -> Element | None:
        """Any element but the root. Lines are many, so half of the choices look at the head first."""
        elements = self.elements()[1:]
        if self.rng.random() < 0.5:
            elements = [e for e in elements if not in_line(e)] or elements
        return self.any_of(elements)


def local(node: Element) -> str:
    """The name without prefix; none for a comment or an instruction."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""


def in_line(element: Element) -> bool:
    return any("Line" in local(e) for e in [element, *element.iterancestors()])


def path(element: Element) -> str:
    steps = []
    for e in [element, *element.iterancestors()]:
        parent = e.getparent()
        same = [s for s in parent if s.tag == e.tag] if parent is not None else [e]
        steps.append(f"{local(e)}[{same.index(e) + 1}]")
    return "/" + "/".join(reversed(steps))


def take_out(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    element.tail = None
    parent.remove(element)


def write(element: Element, text: str) -> str:
    for child in list(element):
        element.remove(child)
    element.text = text
    return f"{path(element)} := {text!r}"


def delete(draft: Draft) -> str | None:
    element = draft.inner()
    if element is None:
        return None
    where = path(element)
    take_out(element)
    return f"delete {where}"


def duplicate(draft: Draft) -> str | None:
    element = draft.inner()
    if element is None:
        return None
    twin = copy.deepcopy(element)
    parent = element.getparent()
    assert parent is not None
    where = path(element)
    if draft.rng.random() < 0.7:
        element.addnext(twin)
    else:
        parent.append(twin)
    if draft.rng.random() < 0.4:
        inside = Draft(twin, draft.rng, draft.pools, draft.donors)
        leaf = draft.any_of(inside.leaves())
        if leaf is not None:
            return f"duplicate {where}, with {write(leaf, of_name(local(leaf), draft.pools, draft.rng))}"
    return f"duplicate {where}"


def reorder(draft: Draft) -> str | None:
    element = draft.inner()
    parent = None if element is None else element.getparent()
    if element is None or parent is None or len(parent) < 2:
        return None
    where = path(element)
    take_out(element)
    place = draft.rng.randrange(len(parent) + 1)
    parent.insert(place, element)
    return f"move {where} to {place}"


def move_elsewhere(draft: Draft) -> str | None:
    element, parent = draft.inner(), draft.inner()
    if element is None or parent is None or element in [parent, *parent.iterancestors()]:
        return None
    said = f"move {path(element)} into {path(parent)}"
    if draft.rng.random() < 0.5:
        element = copy.deepcopy(element)
    else:
        take_out(element)
    parent.append(element)
    return said


def blank(draft: Draft) -> str | None:
    element = draft.inner()
    return None if element is None else write(element, draft.rng.choice(["", "", " ", "\n\t "]))


def new_value(draft: Draft) -> str | None:
    leaf = draft.any_of(draft.leaves())
    return None if leaf is None else write(leaf, of_name(local(leaf), draft.pools, draft.rng))


def new_value_of_head(draft: Draft) -> str | None:
    leaf = draft.any_of([leaf for leaf in draft.leaves() if not in_line(leaf)])
    return None if leaf is None else write(leaf, of_name(local(leaf), draft.pools, draft.rng))


def value_of_another(draft: Draft) -> str | None:
    one, other = draft.any_of(draft.leaves()), draft.any_of(draft.leaves())
    return None if one is None or other is None else write(one, other.text or "")


def nudge(draft: Draft) -> str | None:
    """A number that is off by a little: the edges of tolerances."""
    numbers = [e for e in draft.leaves() if local(e).endswith(("Amount", "Quantity", "Percent", "Numeric"))]
    element = draft.any_of(numbers)
    if element is None:
        return None
    try:
        number = Decimal((element.text or "").strip())
    except InvalidOperation:
        return None
    step = draft.rng.choice(
        "0.01 -0.01 0.02 -0.02 0.021 0.005 -0.005 0.004 1 -1 0.99 -0.99 1.01 2 -2 1.99 0.001 100".split()
    )
    rng = draft.rng.random()
    if rng < 0.7:
        number += Decimal(step)
    elif rng < 0.85:
        number = -number
    elif rng < 0.95:
        number *= Decimal(draft.rng.choice(["10", "0.1", "0.333", "1.005", "2"]))
    else:
        number = Decimal(0)
    return write(element, f"{number:f}")


def spell_number(draft: Draft) -> str | None:
    """The same number in other letters."""
    element = draft.any_of([e for e in draft.leaves() if local(e).endswith(("Amount", "Quantity", "Percent"))])
    if element is None:
        return None
    text = (element.text or "").strip()
    forms = [f"{text}0", f"{text}.000", f"+{text}", f"0{text}", f" {text}", f"{text} ", f"\t{text}\n", f"{text}e0",
             text.replace(".", ","), f"{text}.", text.lstrip("0"), f"{text}00000", f"{text}\u00a0", f"{text}E1"]
    return write(element, draft.rng.choice(forms))


def other_letters(draft: Draft) -> str | None:
    leaf = draft.any_of([leaf for leaf in draft.leaves() if (leaf.text or "").strip()])
    if leaf is None:
        return None
    text = leaf.text or ""
    forms = [f" {text}", f"{text} ", f"\n  {text}\n", text.lower(), text.upper(), text[:-1], f"{text}X", text[:2],
             f"{text}\u00a0", text + text, f"{text}::1", f"{text}#x", text.replace(" ", "\u2003"), f"\u00e9{text}",
             text.swapcase(), text[1:], f"{text}*", f"{text}\U0001f9fe"]
    return write(leaf, draft.rng.choice(forms))


def attribute(draft: Draft) -> str | None:
    leaf = draft.any_of(draft.leaves())
    if leaf is None or leaf is draft.root:
        return None
    names = list(leaf.attrib)
    if names and draft.rng.random() < 0.7:
        name = draft.rng.choice(names)
        if draft.rng.random() < 0.3:
            del leaf.attrib[name]
            return f"delete {path(leaf)}/@{name}"
    else:
        name = draft.rng.choice(
            "currencyID schemeID schemeName schemeAgencyID schemeVersionID listID listName listAgencyID unitCode mimeCode "
            "filename name languageID format unitCodeListID currencyCodeListVersionID uri characterSetCode".split()
        )
    value = of_attribute(str(name), draft, leaf.get(name, ""))
    leaf.set(name, value)
    return f"{path(leaf)}/@{name} := {value!r}"


def of_attribute(name: str, draft: Draft, old: str) -> str:
    rng = draft.rng
    if rng.random() < 0.25:
        return rng.choice([old.lower(), f" {old}", f"{old} ", "", f"{old}x", "X", old.upper(), f" {old} "])
    match name:
        case "currencyID":
            return rng.choice(["EUR", "SGD", "GBP", "USD", draft.pools.code(rng, "BR-CL-03"), "eur", "XXX"])
        case "schemeID":
            return rng.choice([rng.choice(SCHEMES), draft.pools.code(rng, "BR-CL-10"), draft.pools.code(rng, "BR-CL-25")])
        case "unitCode":
            return draft.pools.code(rng, "BR-CL-23")
        case "mimeCode":
            return rng.choice(["application/pdf", "image/png", "application/xml", "text/csv", "text/plain", "image/PNG"])
        case "listID":
            return draft.pools.code(rng, "BR-CL-13")
        case _:
            return rng.choice(["X", "1", "en", "VAT"])


def graft(draft: Draft) -> str | None:
    """A part of another document, in a place where that document has it."""
    donor = draft.rng.choice(draft.donors)
    parents = {local(e): e for e in draft.elements() if len(e)}
    parts = [e for e in donor.iter() if isinstance(e.tag, str) and e.getparent() is not None
             and local(e.getparent()) in parents]
    part = draft.any_of(parts)
    if part is None:
        return None
    above = part.getparent()
    assert above is not None
    parent = draft.any_of([e for e in draft.elements() if local(e) == local(above)])
    assert parent is not None
    twin = copy.deepcopy(part)
    twin.tail = None
    order = [local(e) for e in above]
    before = set(order[: order.index(local(part)) + 1])
    place = max((i + 1 for i, e in enumerate(parent) if isinstance(e.tag, str) and local(e) in before), default=0)
    if draft.rng.random() < 0.15:
        place = draft.rng.randrange(len(parent) + 1)
    said = f"graft {path(part)} into {path(parent)} at {place}"
    parent.insert(place, twin)
    return said


def child_of_schema(draft: Draft) -> str | None:
    """A child that UBL allows, in its place, with children down to a value."""
    parent = draft.any_of([e for e in draft.elements() if local(e) in draft.pools.children])
    if parent is None:
        return None
    names = draft.pools.children[local(parent)]
    name = draft.rng.choice(names)
    made = draft.pools.made(name, draft.rng)
    before = set(names[: names.index(name) + 1])
    place = max(
        (i + 1 for i, e in enumerate(parent) if isinstance(e.tag, str) and draft.pools.prefixed(e) in before), default=0
    )
    parent.insert(place, made)
    return f"insert {path(made)}"


def currency(draft: Draft) -> str | None:
    codes = draft.named("DocumentCurrencyCode", "TaxCurrencyCode")
    element = draft.any_of(codes)
    if element is None:
        return None
    new = draft.rng.choice(["EUR", "SGD", "GBP", "SEK", "XCG", "STN", "STD", "BGN", "ANG", " EUR ", "eur", ""])
    old = (element.text or "").strip()
    if draft.rng.random() < 0.6:
        for amount in draft.elements():
            if amount.get("currencyID") == old:
                amount.set("currencyID", new)
    return write(element, new)


def second_currency(draft: Draft) -> str | None:
    totals = [e for e in draft.root if isinstance(e.tag, str) and local(e) == "TaxTotal"]
    document = draft.any_of(draft.named("DocumentCurrencyCode"))
    if not totals or document is None:
        return None
    rng = draft.rng
    code = rng.choice(["SGD", "GBP", "USD", document.text or ""])
    if rng.random() < 0.85:
        tax = etree.Element(f"{{{CBC}}}TaxCurrencyCode")
        tax.text = code
        document.addnext(tax)
    total = etree.Element(f"{{{CAC}}}TaxTotal")
    amount = etree.SubElement(total, f"{{{CBC}}}TaxAmount", currencyID=code)
    amount.text = rng.choice(["12.34", "-12.34", "0", "12.345", "0.00"])
    if rng.random() < 0.2:
        total.extend(copy.deepcopy(e) for e in totals[0] if isinstance(e.tag, str) and local(e) == "TaxSubtotal")
    if rng.random() < 0.7:
        totals[-1].addnext(total)
    else:
        totals[0].addprevious(total)
    if rng.random() < 0.5:
        for kind in ["sgdtotal-excl-gst", "sgdtotal-incl-gst"][: rng.choice([1, 2, 2])]:
            sgd_reference(draft, kind)
    return f"tax total in {code!r}"


def sgd_reference(draft: Draft, kind: str) -> None:
    rng = draft.rng
    reference = etree.Element(f"{{{CAC}}}AdditionalDocumentReference")
    for name, text in [("ID", rng.choice(["SGD", "SGD", "EUR"])), ("DocumentTypeCode", kind),
                       ("DocumentDescription", rng.choice(["12.34", "1.234", "", "x", "-5"]))]:
        etree.SubElement(reference, f"{{{CBC}}}{name}").text = text
    supplier = draft.named("AccountingSupplierParty")
    if supplier:
        supplier[0].addprevious(reference)
    else:
        draft.root.append(reference)


def category(draft: Draft) -> str | None:
    """Another category of tax, in one place or in all."""
    rng = draft.rng
    holders = draft.named("TaxCategory", "ClassifiedTaxCategory")
    if not holders:
        return None
    code = rng.choice("S Z E AE K G O L M B SR ZR ES33 ESN33 DS OS NG NA SRCA-S SRRC TXCA X s".split() + [""])
    old = rng.choice(holders).findtext(f"{{{CBC}}}ID")
    chosen = [h for h in holders if h.findtext(f"{{{CBC}}}ID") == old] if rng.random() < 0.6 else [rng.choice(holders)]
    rate = rng.choice([None, "0", "20", "9", "7", "0.0", "0.4", "", "25.00", "0.5"])
    for holder in chosen:
        for e in holder:
            if isinstance(e.tag, str) and local(e) == "ID":
                e.text = code
            elif isinstance(e.tag, str) and local(e) == "Percent" and rate is not None:
                e.text = rate
        if rate is None and rng.random() < 0.5:
            for e in holder.findall(f"{{{CBC}}}Percent"):
                take_out(e)
    if rng.random() < 0.4:
        for holder in draft.named("TaxCategory"):
            place = sum(isinstance(e.tag, str) and local(e) in {"ID", "Name", "Percent"} for e in holder)
            for name in rng.choice([["TaxExemptionReasonCode"], ["TaxExemptionReason"]]):
                e = etree.Element(f"{{{CBC}}}{name}")
                e.text = rng.choice(["VATEX-EU-G", "vatex-eu-ae", "VATEX-EU-O", "Export", "", draft.pools.code(rng, "BR-CL-22")])
                holder.insert(place, e)
    return f"category {old} := {code!r} at {rate} in {len(chosen)} of {len(holders)}"


def tax_scheme(draft: Draft) -> str | None:
    schemes = [e for e in draft.named("ID") if e.getparent() is not None and local(e.getparent()) == "TaxScheme"]
    if not schemes:
        return None
    text = draft.rng.choice(["GST", "vat", " VAT ", "VA", "LOC", "TAX", "", "GST ", "FRE", "VAT\u00a0"])
    chosen = schemes if draft.rng.random() < 0.4 else [draft.rng.choice(schemes)]
    for e in chosen:
        e.text = text
    return f"tax scheme := {text!r} in {len(chosen)} of {len(schemes)}"


def country(draft: Draft) -> str | None:
    """Seller, buyer or both in a country that has rules of its own."""
    rng = draft.rng
    code = rng.choice(COUNTRIES_WITH_RULES)
    parties = draft.named("AccountingSupplierParty", "AccountingCustomerParty")
    if not parties:
        return None
    if rng.random() < 0.3:
        parties = [rng.choice(parties)]
    for party in parties:
        for e in party.iter(f"{{{CBC}}}IdentificationCode"):
            e.text = code
        if rng.random() < 0.7:
            for e in party.iter(f"{{{CBC}}}CompanyID"):
                above = e.getparent()
                if above is not None and local(above) == "PartyTaxScheme":
                    e.text = rng.choice(VAT_NUMBERS.get(code, [code + "123456789"]))
    return f"country {code} for {len(parties)}"


def identifier(draft: Draft) -> str | None:
    """An identifier under a scheme that has a check digit or a shape, right or wrong."""
    rng = draft.rng
    holders = [e for e in draft.named("EndpointID", "CompanyID", "ID")
               if local(e) != "ID" or (e.getparent() is not None and local(e.getparent()) in
                                       {"PartyIdentification", "StandardItemIdentification", "Delivery", "DeliveryLocation",
                                        "PayeeFinancialAccount"})]
    element = draft.any_of(holders)
    if element is None:
        return None
    scheme, numbers = rng.choice(IDENTIFIERS)
    number = rng.choice(numbers)
    if rng.random() < 0.3 and number:
        place = rng.randrange(len(number))
        number = number[:place] + rng.choice("0123456789AZ ") + number[place + 1 :]
    element.set("schemeID", scheme)
    return f"{path(element)}/@schemeID := {scheme}, {write(element, number)}"


def profile(draft: Draft) -> str | None:
    name, values = draft.rng.choice([("CustomizationID", CUSTOMIZATIONS), ("ProfileID", PROFILES)])
    element = draft.any_of(draft.named(name))
    return None if element is None else write(element, draft.rng.choice(values))


def type_code(draft: Draft) -> str | None:
    element = draft.any_of(draft.named("InvoiceTypeCode", "CreditNoteTypeCode", "DocumentTypeCode", "PaymentMeansCode"))
    if element is None:
        return None
    return write(element, draft.rng.choice(
        "380 381 326 384 389 261 393 386 751 130 50 705 916 30 58 48 49 57 59 1 10 ZZZ Z01 Z02 Z03 54 55 31 42".split()
    ))


def other_kind(draft: Draft) -> str | None:
    """The invoice as credit note, the credit note as invoice; half of the time with the order of elements as it was."""
    namespace = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
    to_credit = local(draft.root) == "Invoice"
    names = dict(CREDIT_NAMES if to_credit else [(b, a) for a, b in CREDIT_NAMES])
    for element in draft.elements():
        new = names.get(local(element))
        if new is None or draft.rng.random() < 0.03:
            continue
        space = namespace.format(new) if element is draft.root else etree.QName(element).namespace
        element.tag = f"{{{space}}}{new}"
    return f"as {local(draft.root)}"


def nested(draft: Draft) -> str | None:
    """A line within a line, a party within a party."""
    rng = draft.rng
    line = draft.any_of(draft.named("InvoiceLine", "CreditNoteLine"))
    if line is None:
        return None
    twin = copy.deepcopy(line)
    if rng.random() < 0.7:
        twin.tag = f"{{{CAC}}}Sub{local(line)}"
    line.append(twin)
    return f"line within {path(line)}"


def allowance(draft: Draft) -> str | None:
    rng = draft.rng
    parents = [draft.root, *draft.named("InvoiceLine", "CreditNoteLine", "Price")]
    parent = rng.choice(parents)
    made = etree.Element(f"{{{CAC}}}AllowanceCharge")
    money = rng.choice(["EUR", "SGD", "NOK"]) if rng.random() < 0.2 else (draft.root.findtext(f"{{{CBC}}}DocumentCurrencyCode") or "EUR")

    def put(name: str, texts: list[str], likely: float, **attributes: str) -> None:
        if rng.random() < likely:
            etree.SubElement(made, f"{{{CBC}}}{name}", **attributes).text = rng.choice(texts)

    put("ChargeIndicator", ["true", "false", "true", "false", "1", "0", " true ", "True"], 0.97)
    put("AllowanceChargeReasonCode", ["95", "FC", "AA", "100", "", draft.pools.code(rng, "BR-CL-19"), draft.pools.code(rng, "BR-CL-20")], 0.5)
    put("AllowanceChargeReason", ["Discount", "Freight", ""], 0.6)
    put("MultiplierFactorNumeric", ["10", "0", "-5", "12.5", "0.1", "33.333"], 0.4)
    put("Amount", ["10", "10.00", "1.005", "-3", "0", "20.01", "33.33"], 0.95, currencyID=money)
    put("BaseAmount", ["100", "100.00", "99.995", "0", "200.1"], 0.4, currencyID=money)
    for _ in range(rng.choice([0, 1, 1, 1, 2]) if parent is draft.root else rng.choice([0, 0, 0, 1])):
        tax = etree.SubElement(made, f"{{{CAC}}}TaxCategory")
        etree.SubElement(tax, f"{{{CBC}}}ID").text = rng.choice("S S Z E AE K G O L M SR ZR NG".split())
        if rng.random() < 0.8:
            etree.SubElement(tax, f"{{{CBC}}}Percent").text = rng.choice(["25", "25.0", "0", "20", "9", "10", "-1"])
        scheme = etree.SubElement(tax, f"{{{CAC}}}TaxScheme")
        etree.SubElement(scheme, f"{{{CBC}}}ID").text = rng.choice(["VAT", "VAT", "VAT", "GST", "vat"])
    later = [e for e in parent if isinstance(e.tag, str) and local(e) in
             {"TaxTotal", "LegalMonetaryTotal", "Item", "InvoiceLine", "CreditNoteLine"}]
    if later:
        later[0].addprevious(made)
    else:
        parent.append(made)
    return f"allowance {path(made)}"


def mark_up(draft: Draft) -> str | None:
    """What is no text within a value: a comment, an instruction, an element, a part in CDATA."""
    leaf = draft.any_of([leaf for leaf in draft.leaves() if (leaf.text or "")])
    if leaf is None:
        return None
    text = leaf.text or ""
    place = draft.rng.randrange(len(text) + 1)
    said = path(leaf)
    kind = draft.rng.randrange(4)
    if kind == 3:
        leaf.text = etree.CDATA(text)
        return f"CDATA in {said}"
    inside = [etree.Comment(" x "), etree.ProcessingInstruction("x", "y"), etree.Element(f"{{{CBC}}}Note")][kind]
    leaf.text, inside.tail = text[:place], text[place:]
    leaf.insert(0, inside)
    return f"{['comment', 'instruction', 'element'][kind]} in {said} at {place}"


def foreign(draft: Draft) -> str | None:
    parent = draft.inner()
    if parent is None:
        return None
    name = draft.rng.choice([f"{{{EXT}}}UBLExtensions", "{urn:x}ID", "{urn:x}PriceAmount", f"{{{CBC}}}Unknown",
                             f"{{{CAC}}}ID", f"{{{CBC}}}TaxTotal", "ID", f"{{{CBC}}}InvoiceAmount"])
    made = etree.SubElement(parent, name)
    made.text = draft.rng.choice(["1", "", "1.234", "x"])
    if draft.rng.random() < 0.3:
        made.set(draft.rng.choice(["schemeName", "currencyID", "listID", "name"]), "EUR")
    return f"insert {path(made)}"


# How often each is taken.
CHANGES: list[tuple[int, Change]] = [
    (8, delete), (8, duplicate), (3, reorder), (2, move_elsewhere), (4, blank), (9, new_value), (6, new_value_of_head),
    (2, value_of_another), (8, nudge), (4, spell_number), (5, other_letters), (6, attribute), (10, graft),
    (6, child_of_schema), (3, currency), (4, second_currency), (5, category), (3, tax_scheme), (5, country),
    (5, identifier), (3, profile), (4, type_code), (2, other_kind), (2, nested), (5, allowance), (2, mark_up), (1, foreign),
]


def change(draft: Draft) -> str:
    """One change, whichever fits."""
    while True:
        [chosen] = draft.rng.choices([c for _, c in CHANGES], [weight for weight, _ in CHANGES])
        said = chosen(draft)
        if said is not None:
            return said
