"""A production brief as a bilingual A4 PDF, typeset by typst from the brief's JSON."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
"""Noto Sans SC, regular and bold (SIL Open Font License)."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Bytes of a brief's pictures: the mockup as PNG, the flats as SVG."""

    mockup: bytes
    flat_front: bytes
    flat_back: bytes


def render_brief(brief: Mapping[str, Any], pictures: Pictures, at: datetime) -> bytes:
    """The PDF; the same brief, pictures and moment give the same bytes.

    Everything in the brief reaches typst as JSON data, never as markup, so no name or title can be code.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "brief.json").write_text(json.dumps(brief, ensure_ascii=False), encoding="utf-8")
        (root / "mockup.png").write_bytes(pictures.mockup)
        (root / "front.svg").write_bytes(pictures.flat_front)
        (root / "back.svg").write_bytes(pictures.flat_back)
        made = _compiler().compile(input=_template(), root=root, format="pdf", timestamp=at)
    if not isinstance(made, bytes):
        raise RuntimeError("typst gave no single document")
    return made


@cache
def _template() -> bytes:
    return (_HERE / "brief.typ").read_bytes()


@cache
def _compiler() -> typst.Compiler:
    """One a process: it keeps the parsed fonts, which cost more than the typesetting."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(font_paths=fonts)
