import math
import re
from dataclasses import replace

import pytest

from demand.decision.decide import Because, Judgement
from demand.decision.explain import explain
from models.decision import Verdict
from models.demand_rule import Rung

JUDGEMENT = Judgement(
    verdict=Verdict.EXTEND,
    because=Because.NOT_YET_CLEAR,
    log_e_confirm=math.log(130),
    log_e_stop=-3.0,
    rate=0.045,
    low=0.02,
    high=0.07,
    viewers=12_000,
    converted=540,
    committed_units=29,
    rung=Rung.PRE_ORDER,
    target_rate=0.03,
    alpha=0.01,
    min_units=60,
    chance=0.012,
    units_chance=0.81,
    units_at_least=0.4,
    early_kill=0.02,
    chosen=3,
    hypotheses=24,
    fdr=0.05,
)


def sentences(text):
    return re.findall(r"[^。.]+(?:\.\d[^。.]*)*[。.]", text)


@pytest.mark.parametrize("because", Because)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_is_two_sentences_with_numbers(because, language):
    for judgement in (
        replace(JUDGEMENT, because=because),
        replace(JUDGEMENT, because=because, viewers=0, converted=0, rate=None, chance=None, units_chance=None),
        replace(JUDGEMENT, because=because, log_e_confirm=900.0, committed_units=60, chosen=None, hypotheses=None),
    ):
        said = explain(judgement, language)
        assert len(said) <= 500
        found = sentences(said)
        assert "".join(found) == said
        assert len(found) == 2, found
        assert all(re.search(r"\d", sentence) for sentence in found)
        assert "{" not in said


def test_the_figures_are_those_of_the_judgement():
    assert explain(JUDGEMENT) == (
        "540 of 12,000 viewers pre-ordered (4.50%; break-even is 3.00%). Not clear yet: the evidence is 130 for above "
        "and 0.0498 for below break-even, 100 is asked."
    )
    assert explain(replace(JUDGEMENT, because=Because.TOO_FEW_UNITS), "zh") == (
        "12,000 位访客中有 540 位预订（4.50%，保本线 3.00%）。"
        "高于保本线，但只承诺了 29 件，至少需要 60 件：继续收单（按期凑齐的可能性为 81.0%）。"
    )
    assert "0.1%" in explain(replace(JUDGEMENT, because=Because.NO_CHANCE, chance=1e-5))
