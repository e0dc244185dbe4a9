"""Writes invoices from fresh orders by `twakow invoice new` and has them judged: by the schema of UBL and by the official style
sheets under Saxon. Every order is meant well, so each must be written, and nothing fatal may be found in it.

`orders.py FOLDER TWAKOW STANDARDS`; FOLDER is what `setup` has set up. Each run takes another seed and prints it; `--seed` repeats
a run. What fails is kept in FOLDER/orders.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor
from sheets import SHEETS, unpacked

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
# By profile: the sets that judge it.
SETS = {
    "en16931": ["en-ubl"],
    "peppol": ["en-ubl", "peppol"],
    "peppol-sb": ["en-ubl", "peppol-sb"],
    "pint-sg": ["pint", "pint-sg"],
}
# Category, rates, and why no tax is asked.
EUROPE = [
    ("S", ["20", "5", "12.5"], {}),
    ("Z", ["0"], {}),
    ("E", ["0"], {"reason": "Exempt"}),
    ("G", ["0"], {"reason_code": "VATEX-EU-G"}),
    ("AE", ["0"], {"reason_code": "VATEX-EU-AE", "reason": "Reverse charge"}),
]
SINGAPORE = [
    ("SR", ["9"], {}),
    ("ZR", ["0"], {}),
    ("ES33", ["0"], {"reason": "Financial services"}),
    ("DS", ["9"], {}),
]
UNITS = ["C62", "KGM", "LTR", "TNE", "HUR", "DZN", "CMT"]
WORDS = ["Whisky", "Barley & oats", "Corks <large>", 'Glass "Glencairn"', "山崎 12 年", "Größe L", "Café", "O'Neill's"]


def number(rng: Random, high: int, decimals: int) -> str:
    return str(Decimal(rng.randrange(1, high)).scaleb(-rng.randrange(decimals + 1)))


def party(rng: Random, singapore: bool, is_seller: bool) -> dict[str, Any]:
    country = "SG" if singapore else rng.choice(["GB", "IE", "FR", "MT"])
    made: dict[str, Any] = {
        "name": rng.choice(WORDS),
        "electronic_address": rng.choice(["9932:GB831495816", "0195:SGUEN200312345H", "0088:7300010000001"]),
        "address": {"street": "1 Road", "city": "Town", "post_code": "EH6 7BZ", "country": country},
        "company_number": "200312345H",
    }
    if singapore and is_seller:
        made["gst"] = "M2-1234567-K"
    elif not singapore:
        made["vat"] = f"{country}831495816"
    if rng.random() < 0.3:
        made["trading_name"] = rng.choice(WORDS)
        made["contact"] = {"name": "Desk", "telephone": "+65 1", "email": "desk@example.com"}
    if rng.random() < 0.2:
        made["identifiers"] = "0088:7300010000001"
    return made


def taken(rng: Random, taxes: list[dict[str, Any]]) -> dict[str, Any]:
    """Which entry a line, allowance or charge falls under."""
    tax = rng.choice(taxes)
    return {"tax": tax["category"], "rate": tax["rate"]}


def modifier(rng: Random, taxes: list[dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {"reason": rng.choice(WORDS)}
    made["percentage" if rng.random() < 0.5 or is_singapore(taxes) else "amount"] = number(rng, 30, 1)
    return made


def is_singapore(taxes: list[dict[str, Any]]) -> bool:
    """IRAS takes no total below 0: nothing may be taken off there that could be more than the goods."""
    return any(tax["category"] in {"SR", "ZR", "ES33", "DS"} for tax in taxes)


def line(rng: Random, taxes: list[dict[str, Any]]) -> dict[str, Any]:
    made = {"item": rng.choice(WORDS), "quantity": number(rng, 10_000, 3), "unit": rng.choice(UNITS), **taken(rng, taxes)}
    if rng.random() < 0.2:
        made |= {"gross_price": number(rng, 1000, 2), "discount": "0"}
    else:
        made["price"] = number(rng, 100_000, 4)
    if rng.random() < 0.2:
        made["base_quantity"] = rng.choice(["10", "100", "1000", "3", "7"])
    if rng.random() < 0.1 and not is_singapore(taxes):
        made["quantity"] = "-" + made["quantity"]
    for key, chance in [("allowances", 0.2), ("charges", 0.2)]:
        if rng.random() < chance:
            made[key] = [modifier(rng, taxes) for _ in range(rng.randrange(1, 3))]
    for key, value in [
        ("note", "A note"),
        ("description", rng.choice(WORDS)),
        ("origin", "GB"),
        ("classification", "HS:220830"),
        ("sellers_id", "A-1"),
        ("buyers_id", "B-1"),
        ("standard_id", "0160:07300010000001"),
        ("attributes", {"Colour": "amber"}),
        ("order_line", "1"),
        ("buyer_accounting", "4711"),
        ("period", {"start": "2026-02-01", "end": "2026-02-28"}),
    ]:
        if rng.random() < 0.15:
            made[key] = value
    return made


def order(rng: Random) -> dict[str, Any]:
    profile = rng.choice(list(SETS))
    singapore = profile == "pint-sg"
    kinds = rng.sample(SINGAPORE if singapore else EUROPE, rng.randrange(1, 4))
    taxes = [{"category": c, "rate": r, **why} for c, rates, why in kinds for r in rng.sample(rates, rng.randrange(len(rates)) + 1)]
    made: dict[str, Any] = {
        "profile": profile,
        "kind": rng.choice(["invoice", "invoice", "credit note"]),
        "number": f"N-{rng.randrange(10**6)}",
        "issued": "2026-03-09",
        "terms": "Thirty days",
        "note": rng.choice(WORDS),
        "currency": rng.choice(["GBP", "EUR", "USD", "JPY", "BHD"]),
        "buyer_reference": "REF",
        "seller": party(rng, singapore, True),
        "buyer": party(rng, singapore, False),
        "tax": taxes,
        "lines": [line(rng, taxes) for _ in range(rng.randrange(1, 6))],
        "payment": {"means": "30", "account": "GB33BUKB20201555555555", "reference": "R-1"},
        "due": "2026-05-08",
    }
    if singapore:
        made |= {"tax_currency": "SGD", "exchange_rate": number(rng, 2000, 3)}
    elif rng.random() < 0.2:
        made |= {"tax_currency": "SEK", "exchange_rate": number(rng, 2000, 3)}
    for key in ["allowances", "charges"]:
        if rng.random() < 0.3:
            made[key] = [modifier(rng, taxes) | taken(rng, taxes) for _ in range(rng.randrange(1, 3))]
    for key, value in [
        ("order", "PO-1"),
        ("bill_of_lading", ["TWKW2603001", "TWKW2603002"]),
        ("documents", [{"number": "D-1", "description": "Survey", "uri": "https://example.com/d"}]),
        ("preceding", [{"number": "N-0", "issued": "2026-01-01"}]),
        ("contract", "C-1"),
        ("project", "P-1"),
        ("tender", "T-1"),
        ("despatch_advice", "DA-1"),
        ("receiving_advice", "RA-1"),
        ("buyer_accounting", "4711"),
        ("period", {"start": "2026-02-01", "end": "2026-02-28"}),
        ("delivery", {"date": "2026-03-11", "to": "Warehouse", "address": {"country": "SG", "city": "Singapore"}}),
        ("paid", "1.25"),
        ("rounding", "0.01"),
        ("sales_order", "SO-1"),
        ("tax_point", "2026-03-11"),
    ]:
        if rng.random() < 0.2:
            made[key] = value
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("twakow", type=Path)
    parser.add_argument("standards", type=Path, help="the folder with schemas")
    parser.add_argument("--orders", type=int, default=120)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    unpacked(options.folder)
    kept = options.folder / "orders"
    kept.mkdir(exist_ok=True)
    main_xsd = options.standards / "schemas/ubl-2.1"
    schemas = {name: etree.XMLSchema(file=str(next(main_xsd.rglob(f"UBL-{name}-2.1.xsd")))) for name in ["Invoice", "CreditNote"]}
    saxon = PySaxonProcessor(license=False)
    compiler = saxon.new_xslt30_processor()
    sheets = {name: compiler.compile_stylesheet(stylesheet_file=str(options.folder / f"{name}.xslt")) for name in SHEETS}
    wrong: list[str] = []
    written: Counter[str] = Counter()
    for n in range(options.orders):
        made = order(Random(f"{options.seed} {n}"))
        source, out = kept / f"{options.seed}-{n}.json", kept / f"{options.seed}-{n}.xml"
        source.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
        command = [options.twakow, "--seed", str(n), "invoice", "new", source, "-o", out]
        ran = subprocess.run(command, capture_output=True, text=True)
        said = [] if ran.returncode == 0 else [ran.stderr.strip()]
        if not said:
            root = etree.parse(str(out)).getroot()
            schema = schemas[etree.QName(root).localname]
            said += [] if schema.validate(root) else [f"schema: {schema.error_log.last_error}"]
            node = saxon.parse_xml(xml_file_name=str(out))
            for name in SETS[made["profile"]]:
                try:
                    report = etree.fromstring(sheets[name].transform_to_string(xdm_node=node).encode())
                except PySaxonApiError as error:
                    said.append(f"{name} cannot run: {error}")
                    continue
                fatal = (e for e in report.iter(f"{SVRL}failed-assert") if e.get("flag") != "warning")
                said += [f"{name} {e.get('id')} {e.get('location')}" for e in fatal]
        written[f"{made['profile']} {made['kind']}"] += not said
        if said:
            wrong.append("\n    ".join([f"order {n}, kept as {source}", *said]))
        else:
            source.unlink()
            out.unlink()
    for shown in wrong[:20]:
        print(f"WRONG {shown}")
    print(", ".join(f"{count} {what}" for what, count in sorted(written.items())))
    print(f"seed {options.seed}: {sum(written.values())} passed, {len(wrong)} failed")
    return 1 if wrong or len(written) < 2 * len(SETS) else 0


if __name__ == "__main__":
    sys.exit(main())
