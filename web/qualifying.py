"""Live qualification: a merchandiser chooses what a thing is and reads how many factories could make it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from factory_matching.demand import Wants
from factory_matching.qualify import Qualification
from factory_matching.registry.techniques import TECHNIQUES
from models.attributes import Category, Closure, Material, PatternKind
from models.category_rules import CATEGORY_RULES
from models.errors import InvalidInput
from models.garment import Colour, GarmentSpec, Pattern
from models.money import Money
from web.held_register import HeldRegister
from web.pages import pages_of
from web.visit import Database, Operating

router = APIRouter(prefix="/console/qualify")
Word = Annotated[str, Query(max_length=60)]
_MOST_KINDS = 12  # of certificates to choose from
_COLOUR, _SECOND = Colour("black", "#1b1b1b"), Colour("white", "#f5f5f2")
"""Colours cost and exclude nothing: any two do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, each choice one that the category has."""

    category: Category
    material: Material
    closure: Closure
    pattern: PatternKind
    sizes: tuple[str, ...]
    certificates: tuple[str, ...]
    market: str
    low: str
    high: str
    currency: str
    quantity: str

    @property
    def spec(self) -> GarmentSpec:
        """The thing: what was chosen, and of all else the first that its category permits."""
        rule = CATEGORY_RULES[self.category]
        second = None if self.pattern is PatternKind.PLAIN else _SECOND
        return GarmentSpec(
            category=self.category,
            colour=_COLOUR,
            material=self.material,
            length=rule.lengths[0],
            sleeve=rule.sleeves[0],
            collar=rule.collars[0],
            closure=self.closure,
            pockets=rule.pockets[0],
            pattern=Pattern(self.pattern, second),
        )

    @property
    def band(self) -> tuple[Money, Money]:
        """Lowest and highest selling price; InvalidInput for what is none."""
        try:
            low, high = Decimal(self.low), Decimal(self.high)
            if not (0 < low <= high < 10_000_000):
                raise InvalidInput(f"prices from {self.low[:20]} to {self.high[:20]} are not a band")
            return Money(low, self.currency), Money(high, self.currency)
        except (InvalidOperation, ValueError):
            raise InvalidInput(f"{self.low[:20]} to {self.high[:20]} {self.currency[:10]} is no price band") from None

    @property
    def units(self) -> int:
        """How many are wanted; InvalidInput for no number from 1 to a million."""
        if not self.quantity.isdecimal() or len(self.quantity) > 7 or not 1 <= int(self.quantity) <= 1_000_000:
            raise InvalidInput(f"{self.quantity[:20]!r} units are not a number from 1 to 1000000")
        return int(self.quantity)


def read_asked(form: Mapping[str, str], sizes: Sequence[str] = (), certificates: Sequence[str] = ()) -> Asked:
    """The form's choices; one that the category does not have becomes its first: another category was chosen."""
    category = _choice(Category, form.get("category", ""), tuple(Category), Category.GREATCOAT)
    rule = CATEGORY_RULES[category]
    return Asked(
        category=category,
        material=_choice(Material, form.get("material", ""), rule.materials, rule.materials[0]),
        closure=_choice(Closure, form.get("closure", ""), rule.closures, rule.closures[0]),
        pattern=_choice(PatternKind, form.get("pattern", ""), tuple(PatternKind), PatternKind.PLAIN),
        sizes=tuple(size for size in rule.sizes if size in sizes),
        certificates=tuple(certificates),
        market=form.get("market", "").strip()[:40],
        low=form.get("low", "").strip() or "1",
        high=form.get("high", "").strip() or "500",
        currency=form.get("currency", "").strip().upper() or "CNY",
        quantity=form.get("quantity", "").strip() or "100",
    )


def _choice(kind: Any, text: str, permitted: tuple[Any, ...], otherwise: Any) -> Any:
    return kind(text) if text in list(kind) and kind(text) in permitted else otherwise


def register_of(request: Request) -> HeldRegister:
    """The app's register."""
    held: HeldRegister = request.app.state.register
    return held


@router.get("")
def show_qualification(
    request: Request,
    visit: Operating,
    session: Database,
    size: Annotated[tuple[Word, ...], Query()] = (),
    certificate: Annotated[tuple[Word, ...], Query()] = (),
) -> HTMLResponse:
    """The form and its answer; HTMX takes both anew at every change, since choices hang on the category."""
    qualifier = register_of(request).qualifier(session)
    kinds = list(qualifier.register.certificates)[:_MOST_KINDS]
    asked = read_asked(request.query_params, size, [kind for kind in certificate if kind in kinds])
    answer: Qualification | None = None
    wrong = ""
    wants = Wants(frozenset(asked.sizes), asked.market or None, frozenset(asked.certificates), visit.now.date())
    began = perf_counter()
    try:
        answer = qualifier.qualify(asked.spec, asked.band, asked.units, wants)
    except InvalidInput as error:
        wrong = str(error)
    return pages_of(request).answer(
        request,
        visit,
        "console/qualify.html",
        asked=asked,
        rule=CATEGORY_RULES[asked.category],
        categories=list(Category),
        patterns=list(PatternKind),
        answer=answer,
        wrong=wrong,
        techniques=" + ".join(_techniques(request, asked, visit.language)),
        kinds=kinds,
        markets=qualifier.register.market_names,
        known=len(qualifier.register.ids),
        milliseconds=1000 * (perf_counter() - began),
    )


def _techniques(request: Request, asked: Asked, language: str) -> list[str]:
    """What the thing asks of a factory beyond cloth and cutting, in words."""
    label = pages_of(request).lexicon.label
    chosen = (("closure", asked.closure.value), ("pattern", asked.pattern.value))
    return [label(kind, value, language) for kind, value in chosen if value in TECHNIQUES]
