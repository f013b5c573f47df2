from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from configs.load_lexicon import load_lexicon
from design_gen.distance import least_distance
from design_gen.sketch import sketch_batch
from design_gen.spec import LEAST_DISTANCE
from models.attributes import Material
from models.batch import BatchTrend
from models.blobs import BlobStore
from models.design import Design
from models.money import PriceBreak, PriceLadder
from tests.builders import make_batch, make_trend

LADDER = PriceLadder((PriceBreak(50, Decimal("80")), PriceBreak(200, Decimal("70"))))
ANYBODY = SimpleNamespace(count=12, cost_ladder=LADDER, lead_days=9, exclusions={"moq": 3})
NOBODY = SimpleNamespace(count=0, cost_ladder=None, lead_days=None, exclusions={"category": 15})


@pytest.fixture
def batch(session):
    maillard = make_trend(session, phrase="美拉德", meaning={"colour": ["brown", "camel"]})
    klein = make_trend(session, phrase="克莱因蓝", meaning={"colour": ["klein_blue"]})
    batch = make_batch(session, maillard, designs_wanted=7)
    session.add(BatchTrend(batch_id=batch.id, trend_id=klein.id, position=1))
    session.flush()
    return batch


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(f"file://{tmp_path / 'blobs'}")


def sketch(session, batch, blobs, qualify=lambda spec: ANYBODY):
    return sketch_batch(session, batch, load_lexicon().colour, qualify, blobs)


def test_designs_are_shared_out_and_follow_their_trend(session, batch, blobs):
    assert sketch(session, batch, blobs).designs == 7
    designs = session.scalars(select(Design).order_by(Design.id)).all()
    by_trend = {trend_id: [d for d in designs if d.trend_id == trend_id] for trend_id in {d.trend_id for d in designs}}
    assert sorted(map(len, by_trend.values())) == [3, 4]
    palettes = [{design.garment.colour.name for design in group} for group in by_trend.values()]
    assert {"klein_blue"} in palettes
    assert all(palette <= {"brown", "camel", "klein_blue"} for palette in palettes)


def test_sketching_twice_adds_nothing(session, batch, blobs):
    sketch(session, batch, blobs)
    assert sketch(session, batch, blobs).added == 0
    assert session.scalar(select(func.count()).select_from(Design)) == 7


def test_a_design_has_flats_a_tech_pack_and_its_makers(session, batch, blobs):
    sketch(session, batch, blobs)
    design = session.scalars(select(Design)).first()
    assert blobs.get(design.flat_front).startswith(b"<svg")
    assert design.flat_front != design.flat_back
    assert design.tech_pack
    assert (design.makeable_by, design.lead_days, design.exclusions) == (12, 9, {"moq": 3})
    assert PriceLadder.from_json(design.cost_ladder) == LADDER


def test_what_nobody_can_make_is_not_designed(session, batch, blobs):
    def no_cotton(spec):
        return NOBODY if spec.material is Material.COTTON else ANYBODY

    sketched = sketch(session, batch, blobs, no_cotton)
    assert sketched.unmakeable > 0
    assert {design.garment.material for design in session.scalars(select(Design))}.isdisjoint({Material.COTTON})


def test_no_two_designs_of_a_batch_are_alike_though_two_trends_mean_the_same(session, blobs):
    same = {"colour": ["brown"], "category": ["mug", "beanie"], "pattern": ["plain"]}
    first = make_trend(session, phrase="美拉德", meaning=same)
    batch = make_batch(session, first, designs_wanted=6)
    session.add(BatchTrend(batch_id=batch.id, trend_id=make_trend(session, phrase="焦糖", meaning=same).id, position=1))
    session.flush()
    sketch(session, batch, blobs)
    specs = [design.garment for design in session.scalars(select(Design))]
    assert specs
    assert least_distance(specs) >= LEAST_DISTANCE


def test_nothing_is_designed_where_nobody_can_make_anything(session, batch, blobs):
    sketched = sketch(session, batch, blobs, lambda spec: NOBODY)
    assert (sketched.designs, sketched.added) == (0, 0)
    assert sketched.unmakeable > 0
