"""The contact sheet of a batch: for each design its flat, its picture and its numbers, on one PNG."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from design_gen.finding import Label, in_words
from design_gen.flat import flat_svg, render_png
from design_gen.label import Mark, png_marks
from models.attributes import Closure, Fit, Length, PatternKind
from models.errors import InvalidInput
from models.garment import GarmentSpec

MAX_CELLS = 240
_SIDE, _PAD, _TEXT, _MARGIN, _GUTTER, _HEAD, _FOOT = 300, 14, 116, 44, 26, 132, 54
_CARD_WIDTH, _CARD_HEIGHT = 2 * _SIDE + 3 * _PAD, _SIDE + 2 * _PAD + _TEXT
_INK, _SOFT, _LINE, _GOOD, _BAD = "#1b1b1d", "#6b6e73", "#d9dbde", "#2f8e4e", "#c61f2d"
_NOTICE = "AI设计概念图，尚未生产 · AI-designed concepts, not made yet"


@dataclass(frozen=True, slots=True)
class Cell:
    """One design; without a picture it is shown as not drawn yet. `findings` are rows of `Finding.to_json`."""

    spec: GarmentSpec
    picture: bytes | None = None
    """The labelled PNG."""
    seed: int | None = None
    findings: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    makers: int | None = None
    """Factories that could make it; None where nobody was asked."""
    state: str = ""

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that it did not pass."""
        return tuple(str(finding["name"]) for finding in self.findings if not finding["passed"])

    @property
    def colour_distance(self) -> float | None:
        """Median CIEDE2000 to the asked colour; None where it was not measured."""
        return next((float(f["value"]) for f in self.findings if f["name"] == "colour"), None)

    def to_json(self) -> dict[str, Any]:
        """The numbers beside the picture."""
        return {
            "spec": self.spec.to_json(),
            "seed": self.seed,
            "state": self.state,
            "makers": self.makers,
            "colour_distance": self.colour_distance,
            "findings": [dict(finding) for finding in self.findings],
        }


def draw_sheet(cells: Sequence[Cell], title: str, label: Label, fonts: Path, columns: int = 4) -> bytes:
    """A PNG of 1-240 designs in a grid, with the visible notice and the machine-readable marks of AI pictures.

    `fonts` holds NotoSansSC-Regular.ttf and -Bold.ttf. Raises InvalidInput for other numbers of designs or columns.
    """
    if not 1 <= len(cells) <= MAX_CELLS or not 1 <= columns <= 12:
        raise InvalidInput(f"a sheet shows 1-{MAX_CELLS} designs in 1-12 columns, not {len(cells)} in {columns}")
    columns = min(columns, len(cells))
    rows = -(-len(cells) // columns)
    width = 2 * _MARGIN + columns * _CARD_WIDTH + (columns - 1) * _GUTTER
    height = _HEAD + rows * _CARD_HEIGHT + (rows - 1) * _GUTTER + _FOOT
    paper = Image.new("RGB", (width, height), "#f4f4f2")
    pen = _Pen(paper, fonts, label)
    pen.head(title, cells)
    for index, cell in enumerate(cells):
        row, column = divmod(index, columns)
        x = _MARGIN + column * (_CARD_WIDTH + _GUTTER)
        pen.card(x, _HEAD + row * (_CARD_HEIGHT + _GUTTER), index + 1, cell)
    pen.foot()
    written = io.BytesIO()
    mark = Mark.of({"sheet": title, "cells": [cell.to_json() for cell in cells]})
    paper.save(written, "PNG", pnginfo=png_marks(mark))
    return written.getvalue()


def name_of(spec: GarmentSpec, label: Label, language: str) -> str:
    """What it is in a few words: colour, material, thing."""
    words = [label("colour", spec.colour.name, language)]
    if len(spec.rule.materials) > 1:  # jeans need not be called denim
        words.append(label("material", spec.material, language))
    return ("" if language == "zh" else " ").join((*words, label("category", spec.category, language)))


def details_of(spec: GarmentSpec, label: Label, language: str) -> str:
    """What else tells it from others of its kind."""
    named: list[tuple[str, str]] = []
    if spec.pattern.kind is not PatternKind.PLAIN:
        named.append(("pattern", spec.pattern.kind))
    if spec.length is not Length.NONE and len(spec.rule.lengths) > 1:
        named.append(("length", spec.length))
    if len(spec.rule.collars) > 1:
        named.append(("collar", spec.collar))
    if spec.closure is not Closure.NONE:
        named.append(("closure", spec.closure))
    if spec.fit is not Fit.REGULAR:
        named.append(("fit", spec.fit))
    return ("、" if language == "zh" else ", ").join(label(kind, key, language) for kind, key in named)


@dataclass
class _Pen:
    """Draws on one sheet."""

    paper: Image.Image
    fonts: Path
    label: Label

    @cached_property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.paper)

    @cached_property
    def faces(self) -> dict[tuple[str, int], ImageFont.FreeTypeFont]:
        return {}

    def font(self, weight: str, size: int) -> ImageFont.FreeTypeFont:
        """A face of the sheet's font, read once."""
        if (weight, size) not in self.faces:
            path = self.fonts / f"NotoSansSC-{weight}.ttf"
            try:
                self.faces[weight, size] = ImageFont.truetype(path, size)
            except OSError:
                raise InvalidInput(f"{path}: no readable font") from None
        return self.faces[weight, size]

    def write(self, x: float, y: float, text: str, size: int, *, bold: bool = False, ink: str = _INK) -> float:
        """Text with its baseline at y; returns where it ends."""
        font = self.font("Bold" if bold else "Regular", size)
        self.draw.text((x, y), text, font=font, fill=ink, anchor="ls")
        return x + self.draw.textlength(text, font)

    def fitted(self, text: str, size: int, width: float, *, bold: bool = False) -> str:
        """The text, cut with an ellipsis where it is wider than `width`."""
        font = self.font("Bold" if bold else "Regular", size)
        if self.draw.textlength(text, font) <= width:
            return text
        while text and self.draw.textlength(f"{text}…", font) > width:
            text = text[:-1]
        return f"{text}…"

    def head(self, title: str, cells: Sequence[Cell]) -> None:
        """Title, notice, and what the checks say of the whole sheet."""
        room = self.paper.width - 2 * _MARGIN
        self.write(_MARGIN, 66, self.fitted(title, 36, room, bold=True), 36, bold=True)
        self.write(_MARGIN, 104, self.fitted(f"{_NOTICE}  ·  {_summary(cells)}", 19, room), 19, ink=_SOFT)

    def foot(self) -> None:
        """The notice again, where a cut-out of the sheet may still have it."""
        y = self.paper.height - 20
        self.write(_MARGIN, y, self.fitted(_NOTICE, 16, self.paper.width - 2 * _MARGIN), 16, ink=_SOFT)

    def card(self, x: int, y: int, number: int, cell: Cell) -> None:
        """One design: flat, picture, three lines of words."""
        edge = _BAD if cell.failed else _LINE
        self.draw.rounded_rectangle((x, y, x + _CARD_WIDTH, y + _CARD_HEIGHT), 10, "#ffffff", edge, 2)
        flat = Image.open(io.BytesIO(render_png(flat_svg(cell.spec), _SIDE)))
        self.paper.paste(flat.convert("RGB"), (x + _PAD, y + _PAD))
        self._picture(x + 2 * _PAD + _SIDE, y + _PAD, cell)
        left, room, low = x + _PAD + 4, _CARD_WIDTH - 2 * _PAD - 8, y + _PAD + _SIDE
        start = self.write(left, low + 36, f"{number:02d}  ", 21, bold=True, ink=_SOFT)
        zh = self.fitted(name_of(cell.spec, self.label, "zh"), 21, room * 0.6, bold=True)
        start = self.write(start, low + 36, zh, 21, bold=True)
        zh_details = self.fitted(details_of(cell.spec, self.label, "zh"), 16, left + room - start - 14)
        self.write(start + 14, low + 36, zh_details, 16, ink=_SOFT)
        en = ", ".join(part for part in (name_of(cell.spec, self.label, "en"), self._details(cell)) if part)
        self.write(left, low + 66, self.fitted(en, 16, room), 16, ink=_INK)
        self._numbers(left, low + 98, cell)

    def _details(self, cell: Cell) -> str:
        return details_of(cell.spec, self.label, "en")

    def _picture(self, x: int, y: int, cell: Cell) -> None:
        if cell.picture is None:
            self.draw.rectangle((x, y, x + _SIDE, y + _SIDE), "#ececea")
            self.write(x + 62, y + _SIDE / 2, "尚未绘制 · not drawn yet", 16, ink=_SOFT)
            return
        with Image.open(io.BytesIO(cell.picture)) as picture:
            self.paper.paste(picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), (x, y))

    def _numbers(self, x: float, y: float, cell: Cell) -> None:
        """Swatches and figures on one line; of a picture that failed the first reason instead of the last figures."""
        spec, start = cell.spec, x
        for colour in (spec.colour, spec.pattern.second):
            if colour is not None:
                self.draw.rounded_rectangle((x, y - 15, x + 22, y + 3), 4, colour.hex, _LINE)
                x += 28
        x = self.write(x + 2, y, spec.colour.hex, 15, ink=_SOFT) + 16
        if (gap := cell.colour_distance) is not None:
            x = self.write(x, y, f"色差 dE {gap:.1f}", 15, ink=_BAD if "colour" in cell.failed else _INK) + 16
        if cell.findings:
            good = len(cell.findings) - len(cell.failed)
            words = f"检查 checks {good}/{len(cell.findings)}"
            x = self.write(x, y, words, 15, ink=_BAD if cell.failed else _GOOD) + 16
        if failed := next((finding for finding in cell.findings if not finding["passed"]), None):
            room = start + _CARD_WIDTH - 2 * _PAD - 8 - x
            self.write(x, y, self.fitted(in_words(failed, self.label, "zh"), 15, room), 15, ink=_BAD)
            return
        if cell.makers is not None:
            x = self.write(x, y, f"工厂 makers {cell.makers:,}", 15) + 16
        if cell.seed is not None:
            self.write(x, y, self.fitted(f"seed {cell.seed}", 15, _MARGIN * 4), 15, ink=_SOFT)


def _summary(cells: Sequence[Cell]) -> str:
    drawn = [cell for cell in cells if cell.picture is not None]
    parts = [f"{len(cells)} 款 designs"]
    if checked := [cell for cell in drawn if cell.findings]:
        parts.append(f"检查通过 checks passed {sum(not cell.failed for cell in checked)}/{len(checked)}")
    if gaps := sorted(gap for cell in drawn if (gap := cell.colour_distance) is not None):
        parts.append(f"色差中位数 median dE {gaps[len(gaps) // 2]:.1f}")
    return "  ·  ".join(parts)
