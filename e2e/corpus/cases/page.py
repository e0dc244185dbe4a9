"""The human page: docs/corpus.md."""

from __future__ import annotations

from typing import Any

from .table import CASES

HEAD = """# The corpus
"""


def page(rows: list[dict[str, Any]]) -> str:
    return HEAD + f"{len(CASES)} {len(rows)}\n"
