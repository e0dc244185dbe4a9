"""Documents that nobody has judged before: official and own examples with one, two or more changes.

`Documents.make(number)` depends on the seed and the number alone, so that one document can be made again by itself.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from random import Random

from changes import Draft, change
from lxml import etree
from values import Pools

# A larger example (an attachment) makes nothing more likely and everything slower.
EXAMPLE_BYTES_MAX = 60_000
# How many changes a document gets: one, two, three, or many at once.
COUNTS = [1] * 8 + [2] * 8 + [3] * 3 + [6]


class Documents:
    def __init__(self, seed: int, standards: Path, own: Path, schema: Path) -> None:
        self.seed = seed
        self.pools = Pools(standards, schema)
        parser = etree.XMLParser(remove_blank_text=False, resolve_entities=False)
        examples = sorted(standards.glob("examples/*/*.xml"))
        probes = sorted(standards.glob("probes/*.xml"))
        self.examples = self.read([*examples, *sorted(own.glob("*.xml"))], parser)
        self.probes = self.read(probes, parser)
        if not self.examples:
            raise SystemExit(f"no examples in {standards} or {own}")

    @staticmethod
    def read(files: list[Path], parser: etree.XMLParser) -> list[tuple[str, etree._Element]]:
        found = []
        for file in files:
            if file.stat().st_size > EXAMPLE_BYTES_MAX:
                continue
            root = etree.parse(str(file), parser).getroot()
            if etree.QName(root).localname in {"Invoice", "CreditNote"}:
                found.append((f"{file.parent.name}/{file.name}", root))
        return found

    def make(self, number: int) -> tuple[bytes, list[str]]:
        """The document, and what was done to which example."""
        rng = Random(f"{self.seed} {number}")
        name, example = rng.choice(self.probes if self.probes and rng.random() < 0.2 else self.examples)
        draft = Draft(copy.deepcopy(example), rng, self.pools, [root for _, root in self.examples])
        said = [name, *(change(draft) for _ in range(rng.choice(COUNTS)))]
        text = etree.tostring(draft.root, encoding="unicode")
        return spelled(text, rng, said).encode(), said


def spelled(text: str, rng: Random, said: list[str]) -> str:
    """The same document in other letters, at times."""
    match rng.randrange(40):
        case 0:
            said.append("other prefixes")
            for prefix, other in [("cbc", "b"), ("cac", "x.1"), ("ext", "_e")]:
                text = re.sub(rf"(</?|xmlns:){prefix}(?=[:=])", rf"\g<1>{other}", text)
        case 1:
            said.append("line ends of two characters")
            text = text.replace("\n", "\r\n")
        case 2:
            said.append("a mark of byte order")
            return "\ufeff" + text
        case 3:
            said.append("characters by number")
            text = re.sub(r">([^<>&\n])", lambda found: f">&#{ord(found[1])};", text)
        case 4:
            said.append("quotes of the other kind")
            text = re.sub(r"=\"([^\"'<>]*)\"", r"='\1'", text)
        case _:
            pass
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text
