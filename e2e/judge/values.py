"""Values that changes draw from: good ones, bad ones, and those that stand on an edge."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

from lxml import etree

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = UBL + "CommonAggregateComponents-2"
CBC = UBL + "CommonBasicComponents-2"
EXT = UBL + "CommonExtensionComponents-2"
PREFIXES = {"cac": CAC, "cbc": CBC, "ext": EXT}

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:"
CUSTOMIZATIONS = [
    "urn:cen.eu:en16931:2017", PEPPOL + "billing:3.0", PEPPOL + "selfbilling:3.0", "urn:peppol:pint:billing-1@sg-1",
    "urn:peppol:pint:billing-1@sg-10", f" {PEPPOL}billing:3.0 ", PEPPOL + "billing:3.0#conformant#x",
    PEPPOL + "billing:3.0::2.1", "urn:peppol:pint:billing-1*", "", "X",
]
PROFILES = [
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0",
    "urn:peppol:bis:billing_with_response", "urn:peppol:bis:billing", "urn:peppol:bis:selfbilling",
    " urn:fdc:peppol.eu:2017:poacc:billing:01:1.0 ", "urn:fdc:peppol.eu:2017:poacc:billing:02:1.0", "", "X",
]
CREDIT_NAMES = [
    ("Invoice", "CreditNote"), ("InvoiceTypeCode", "CreditNoteTypeCode"), ("InvoiceLine", "CreditNoteLine"),
    ("InvoicedQuantity", "CreditedQuantity"), ("SubInvoiceLine", "SubCreditNoteLine"),
]
COUNTRIES_WITH_RULES = "DE DK GR EL IS IT NL NO SE SG GB XI IE FR BE de 1A SE".split() + ["", "SE "]
VAT_NUMBERS = {
    "DE": ["DE123456789", "DE12", "123/456/789"], "DK": ["DK13585628", "DK1358562", "dk13585628"],
    "GR": ["EL094259216", "GR094259216", "EL123456789", "094259216"], "EL": ["EL094259216"],
    "IT": ["IT01234567890", "IT00743110157", "IT0123456789"], "NL": ["NL123456789B01", "NL123456789B0", "NL00123456789B01"],
    "NO": ["NO974760673MVA", "NO974760674MVA", "974760673", "NO974760673mva"],
    "SE": ["SE556677889901", "SE5566778899", "SE556677889902", "se556677889901", "SE55667788990A"],
    "SG": ["M2-1234567-K", "200312345A"], "GB": ["GB831495816", "XI831495816"], "XI": ["XI831495816"],
    "FR": ["FR12345678901"], "BE": ["BE0123456749"], "IE": ["IE1234567T"],
}
SCHEMES = (
    "0002 0007 0060 0088 0096 0106 0151 0184 0188 0190 0192 0195 0198 0199 0201 0208 0210 0211 0217 0225 9901 9906 9907 9932 "
    "9944 9957 SEPA 130 AN AQ AS AU EM"
).split() + ["", " 0088", "GLN"]
# Schemes with a check digit or a shape, each with right and wrong numbers.
IDENTIFIERS: list[tuple[str, list[str]]] = [
    ("0088", ["7300010000001", "7300010000002", "0", "1234567890128", "73000100000010", " 7300010000001 ", "730001000000X"]),
    ("0192", ["974760673", "974760674", "123456785", "97476067", "000000000", "123456789"]),
    ("0184", ["DK13585628", "13585628", "DK1358562", " 13585628", "DK13585628 ", "dk13585628"]),
    ("0096", ["1234567890", "123456789", "12345678901", " 1234567890"]),
    ("0198", ["DK13585628", "13585628", "DK1358562X"]),
    ("0208", ["0123456749", "0202239951", "0202239952", "202239951", "0000000097"]),
    ("0007", ["5566778899", "5567321707", "2021005489", "2021005488", "556677889", "1234567.89", "-123456789"]),
    ("0151", ["51824753556", "51824753557", "5182475355", "00000000000", "53004085616"]),
    ("0201", ["ABC123", "AB1", "abcdef", "ABC12345", "UF1234"]),
    ("0210", ["RSSMRA85T10A562S", "01234567890", "0123456789", "-0123456789", "RSSMRA85T10A562"]),
    ("9907", ["RSSMRA85T10A562S", "01234567890", "+1234567890", "X"]),
    ("0211", ["IT00743110157", "IT00743110158", "00743110157", "it00743110157", "IT0074311015"]),
    ("0106", ["12345678", "1234567", "123456789"]), ("0190", ["12345678901234567890", "1234567890123456789"]),
    ("0217", ["123456789012", "12345678901"]), ("9944", ["NL123456789B01", "NL12345678B01", "nl123456789B01"]),
    ("0195", ["SGUEN201812345A", "hello"]), ("SEPA", ["DE98ZZZ09999999999"]), ("0199", ["529900T8BM49AURSDO55"]),
]
NUMBERS = (
    "0 0.00 1 -1 1.005 -1.005 10.005 0.005 1.2345 100000000 99999999999999.99 0.1 .5 5. +5 -0 -0.00 1e3 1E-2 1,000.00 1.234,5 "
    "NaN INF 1000.5 -1000.5 0.3 33.333333333 1656.250 0.000000001 12345678901234567.891 abc 0x10 1_000 ٣"
).split() + ["", " ", " 12.50 ", "1 000", "12.50\n", "--1", "-", "."]
DATES = (
    "2026-11-24 2017-11-13 2026-02-29 2024-02-29 2026-13-01 20261124 2026-1-1 24.11.2026 2026-11-24Z 2026-11-24+01:00 "
    "2026-11-24T00:00:00 0000-01-01 -2026-11-24 12026-11-24 2026-11-31 1999-12-31"
).split() + ["", " 2026-11-24 ", "2026-11-24 "]
INDICATORS = ["true", "false", "1", "0", "True", "FALSE", " true ", "yes", "", "2"]
TEXTS = [
    "", " ", "X", "NA", "text", "a" * 300, "1", "#ADU#text", "#XYZ#text", "#AAA#", "##x", "a|b|c|d|e|f", "\u00e9\u6f22\u5b57",
    "#SKONTO#TAGE=14#PROZENT=2.25#\n", "#SKONTO#TAGE=14#PROZENT=2.25#", "#SKONTO#TAGE=x#\n", "0", "-1", "1.5",
    "DE89370400440532013000", "DE89370400440532013001", "GB82 WEST 1234 5698 7654 32", "a@b.example", "+49 30 1", "12345678-1234-1234-1234-123456789abc",
    "{12345678-1234-1234-1234-123456789abc}", "123456789012", "1234********1234", "71#123", "0#12345678",
]


class Pools:
    """What stands in files: codes that rules list, and what UBL allows where."""

    def __init__(self, standards: Path, schema: Path) -> None:
        self.codes: dict[str, list[str]] = {}
        with (standards / "codelists/enforced-codes.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.codes.setdefault(row["rule"], []).append(row["code"])
        self.rules = sorted(self.codes)
        self.children: dict[str, list[str]] = {}
        self.content: dict[str, list[str]] = {}
        for line in schema.read_text(encoding="utf-8").splitlines():
            if line.startswith(("#", "-")) or "\t" not in line:
                continue
            name, content = line.split("\t")
            names = [word.rstrip("?*+") for word in content.split() if ":" in word]
            if names:
                self.children[name.rpartition(":")[2]] = names
                self.content[name] = names

    def code(self, rng: Random, rule: str) -> str:
        """A code of this list; at times of another, or in other letters."""
        if rng.random() < 0.15:
            rule = rng.choice(self.rules)
        code = rng.choice(self.codes[rule])
        return rng.choice([code.lower(), f" {code} ", code + "X", code[:-1]]) if rng.random() < 0.12 else code

    def prefixed(self, element: etree._Element) -> str:
        name = etree.QName(element)
        prefix = next((prefix for prefix, space in PREFIXES.items() if space == name.namespace), "")
        return f"{prefix}:{name.localname}"

    def made(self, name: str, rng: Random, depth: int = 0) -> etree._Element:
        """An element of this name with one or two children down to values."""
        prefix, _, local = name.rpartition(":")
        element = etree.Element(f"{{{PREFIXES[prefix]}}}{local}")
        names = self.content.get(name)
        if names is None:
            element.text = of_name(local, self, rng)
            if local.endswith("Amount"):
                element.set("currencyID", rng.choice(["EUR", "SGD", "GBP"]))
        elif depth < 4:
            chosen = sorted({rng.randrange(len(names)) for _ in range(rng.choice([1, 1, 2]))})
            element.extend(self.made(names[place], rng, depth + 1) for place in chosen)
        return element


LISTS = {
    "AllowanceChargeReasonCode": ["BR-CL-19", "BR-CL-20"], "CreditNoteTypeCode": ["BR-CL-01"], "DescriptionCode": ["BR-CL-06"],
    "DocumentCurrencyCode": ["BR-CL-04"], "DocumentTypeCode": ["BR-CL-01"], "IdentificationCode": ["BR-CL-14", "BR-CL-15"],
    "InvoiceTypeCode": ["BR-CL-01"], "ItemClassificationCode": ["BR-CL-13"], "PaymentMeansCode": ["BR-CL-16"],
    "TaxCurrencyCode": ["BR-CL-05"], "TaxExemptionReasonCode": ["BR-CL-22"],
}


def of_name(name: str, pools: Pools, rng: Random) -> str:
    """A value for an element of this name, more often than not of the right kind."""
    if rng.random() < 0.1:
        return rng.choice(rng.choice([NUMBERS, DATES, INDICATORS, TEXTS]))
    if name in LISTS:
        return pools.code(rng, rng.choice(LISTS[name]))
    if name.endswith(("Amount", "Quantity", "Percent", "Numeric", "Rate")):
        if rng.random() < 0.5:
            return f"{rng.choice(['', '', '-'])}{rng.randrange(10 ** rng.randrange(1, 6))}.{rng.randrange(10 ** rng.randrange(1, 5))}"
        return rng.choice(NUMBERS)
    if name.endswith("Date"):
        return rng.choice(DATES)
    if name.endswith("Time"):
        return rng.choice(["12:00:00", "25:00:00", "12:00:00Z", "12:00", "", "12:00:00.5+08:00"])
    if name.endswith("Indicator"):
        return rng.choice(INDICATORS)
    return rng.choice(TEXTS)
