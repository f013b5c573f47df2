"""The compiled pass says what plain loops over the register say, whatever is asked."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from statistics import median

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factory_matching.complexity import complexity
from factory_matching.demand import NOTHING_MORE, Wants
from factory_matching.exclusion import Reason
from factory_matching.qualify import LOW_QUANTILE, STEPS, Qualifier
from factory_matching.registry.register import MATERIAL_BIT, SIZE_BIT, TECHNIQUE_BIT
from factory_matching.registry.techniques import techniques_of
from models.money import Money
from tests.builders import greatcoat
from tests.design_gen.specs import specs
from tests.factory_matching.registers import sample_register

TODAY = date(2026, 11, 2)
MARKETS = ("EU", "US", "CN-domestic")


def rich_register():
    """Factories of the sample maker that name markets, sizes, certificates and small orders, at random."""
    register, rng = sample_register(600, seed=5), np.random.default_rng(5)
    factories, capabilities = len(register.ids), len(register.factory)
    return replace(
        register,
        market_names=MARKETS,
        markets=rng.integers(0, 8, factories),
        sizes=rng.integers(0, 1 << 12, capabilities) * (rng.random(capabilities) < 0.4),
        certificates={"BSCI": TODAY.toordinal() + rng.integers(-90, 90, factories)},
        small_units=rng.choice([0, 40], factories),
        small_days=rng.integers(2, 6, factories),
    )


REGISTER = rich_register()
QUALIFIER = Qualifier.of(REGISTER)


def price_of(row, quantity):
    breaks = zip(REGISTER.quantities[row].tolist(), REGISTER.cents[row].tolist(), strict=True)
    return [cents for number, cents in breaks if number <= quantity][-1]


def reason_of(row, spec, currency, highest, quantity, wants):
    """Why a capability is left out, from names rather than masks where there are names; None if it is not."""
    factory = REGISTER.factory[row]
    serves = [name for bit, name in enumerate(MARKETS) if REGISTER.markets[factory] >> bit & 1] or [wants.market]
    cuts = [size for size, bit in SIZE_BIT.items() if REGISTER.sizes[row] & bit] or list(wants.sizes)
    able = {name for name, bit in MATERIAL_BIT.items() if REGISTER.materials[row] & bit}
    able |= {name for name, bit in TECHNIQUE_BIT.items() if REGISTER.techniques[row] & bit}
    if REGISTER.suspended[factory]:
        return Reason.SUSPENDED
    if REGISTER.currency[row] != currency:
        return Reason.CURRENCY
    if spec.material not in able:
        return Reason.MATERIAL
    if techniques_of(spec) - able:
        return Reason.TECHNIQUE
    if wants.sizes - set(cuts):
        return Reason.SIZE
    if wants.market and wants.market not in serves:
        return Reason.MARKET
    for kind in wants.certificates:
        until = int(REGISTER.certificates[kind][factory]) if kind in REGISTER.certificates else 0
        if until < wants.valid_on.toordinal():
            return Reason.CERTIFICATE
    if REGISTER.quantities[row, 0] > quantity:
        return Reason.MOQ
    return Reason.PRICE if price_of(row, quantity) * float(complexity(spec)) > float(highest) * 100 else None


WANTS = st.builds(
    Wants,
    sizes=st.frozensets(st.sampled_from(["S", "M", "L", "98 cm"]), max_size=2),
    market=st.sampled_from([None, *MARKETS, "JP"]),
    certificates=st.frozensets(st.sampled_from(["BSCI", "GOTS"]), max_size=1),
    valid_on=st.just(TODAY),
)


@given(specs(), st.integers(1, 3_000), st.integers(5, 400), WANTS | st.just(NOTHING_MORE))
@example(greatcoat(), 100, 300, NOTHING_MORE)
@example(greatcoat(), 1, 300, NOTHING_MORE)
@settings(max_examples=80, deadline=None)
def test_counts_ladder_and_days_are_those_of_plain_loops(spec, quantity, highest, wants):
    found = QUALIFIER.qualify(spec, (Money(Decimal(1)), Money(Decimal(highest))), quantity, wants)
    span = REGISTER.rows_of(spec.category)
    reasons = [reason_of(row, spec, "CNY", highest, quantity, wants) for row in range(span.start, span.stop)]
    rows = [row for row, reason in enumerate(reasons, start=span.start) if reason is None]
    assert found.count == len(rows)
    assert found.exclusions == {
        reason: count
        for reason in Reason
        if (count := len(REGISTER.ids) - len(reasons) if reason is Reason.CATEGORY else reasons.count(reason))
    }
    if not rows:
        assert found.cost_ladder is found.lead_days is None
        return
    days = []
    for row in rows:
        factory = REGISTER.factory[row]
        lead = REGISTER.small_days if quantity <= REGISTER.small_units[factory] else REGISTER.lead_days
        days.append(int(lead[factory]) + -(-quantity // int(REGISTER.daily_capacity[factory])))
    assert found.lead_days == -(-median(days) // 1)
    for step in found.cost_ladder.breaks:
        if step.from_quantity in STEPS:
            able = [row for row in rows if REGISTER.quantities[row, 0] <= step.from_quantity]
            offered = sorted(price_of(row, step.from_quantity) for row in able)
            cents = offered[int(LOW_QUANTILE * (len(offered) - 1))]
            assert step.unit_price == (Decimal(cents) / 100 * complexity(spec)).quantize(Decimal("0.01"))


def test_the_words_say_the_commonest_reason_first():
    found = QUALIFIER.qualify(greatcoat(), (Money(Decimal(1)), Money(Decimal(300))), 40, Wants(market="EU"))
    said = found.words().split("; ")
    assert [int(part.split()[0]) for part in said] == sorted(found.exclusions.values(), reverse=True)
    assert f"{found.exclusions[Reason.MOQ]} have a minimum above 40" in said
    assert f"{found.exclusions[Reason.MARKET]} do not serve EU" in said
