import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import factory_matching.briefs
from configs.load_lexicon import load_lexicon
from design_gen.flat import flat_svg
from design_gen.tech_pack import tech_pack
from factory_matching.briefs.aql import SamplingPlan, sampling_plans
from factory_matching.briefs.brief import BriefParts, write_brief
from factory_matching.briefs.issue import issue_briefs
from factory_matching.briefs.pdf import Pictures, render_brief
from factory_matching.offers.answer import accept
from factory_matching.store import get_brief
from models.blobs import BlobStore
from models.errors import NotFound
from models.order import ProductionBrief
from models.outbox import OutboxMessage
from tests.builders import NOW, greatcoat, make_confirmed_demand, make_factory, make_listing, tiny_png
from tests.design_gen.specs import specs
from tests.factory_matching.offered import offers_of, place

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(factory_matching.briefs.__file__).parent / "brief.schema.json").read_text())
)
LABEL = load_lexicon().label
AT = datetime(2026, 11, 2, tzinfo=UTC)


def parts(**changes) -> BriefParts:
    spec = changes.pop("spec", greatcoat())
    values = {
        "order_code": "PO-000012-1",
        "factory": {"code": "F1", "name": "绍兴第一大衣厂", "region": "Zhejiang", "language": "zh"},
        "title_zh": "橄榄绿双排扣羊毛军大衣",
        "title_en": "Olive double-breasted wool greatcoat",
        "spec": spec,
        "lines": [
            {"colour": "olive", "size": "L", "units": 40},
            {"colour": "olive", "size": "S", "units": 20},
            {"colour": "navy", "size": "S", "units": 5},
        ],
        "unit_price": Decimal("121.50"),
        "currency": "CNY",
        "placed_on": date(2026, 11, 2),
        "starts_on": date(2026, 11, 10),
        "due_on": date(2026, 11, 22),
        "tech_pack": tech_pack(spec).to_json(),
        "mockup": "a" * 64,
        "flat_front": "b" * 64,
        "flat_back": "c" * 64,
        "simulated": False,
    }
    return BriefParts(**{**values, **changes})


def pictures(spec=None) -> Pictures:
    spec = spec or greatcoat()
    return Pictures(tiny_png(), flat_svg(spec, "front").encode(), flat_svg(spec, "back").encode())


def text_of(pdf: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        assert not os.environ.get("CI"), "install Debian's poppler-utils"
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    (tmp_path / "brief.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "brief.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout


def test_quantities_add_up_by_colour_and_size():
    found = write_brief(parts(), LABEL)["quantities"]
    assert found["sizes"] == ["S", "L"]
    assert [(c["key"], c["units"], c["total"]) for c in found["colours"]] == [
        ("olive", [20, 40], 60),
        ("navy", [5, 0], 5),
    ]
    assert (found["by_size"], found["total"]) == ([25, 40], 65)


def test_a_brief_says_that_the_picture_is_not_binding():
    brief = write_brief(parts(), LABEL)
    assert "人工智能生成" in brief["binding"]["zh"]
    assert "AI generated" in brief["binding"]["en"]
    assert brief["order"]["total"] == "7897.50"


@given(specs())
@settings(max_examples=40, deadline=None)
def test_the_brief_of_any_spec_meets_its_schema(spec):
    brief = write_brief(parts(spec=spec), LABEL)
    SCHEMA.validate(json.loads(json.dumps(brief)))
    assert all(row["value"]["zh"] and row["value"]["en"] for row in brief["garment"]["words"])


@pytest.mark.parametrize("pack", [{}, {"sizes": ["S"]}, {"notes": [{"zh": "缝", "en": "sew"}]}])
def test_missing_parts_of_a_tech_pack_are_left_out(pack, tmp_path):
    brief = write_brief(parts(tech_pack=pack), LABEL)
    SCHEMA.validate(brief)
    assert "数量" in text_of(render_brief(brief, pictures(), AT), tmp_path)


@pytest.mark.parametrize("units", [0, -5])
def test_a_line_without_units_is_refused(units):
    with pytest.raises(ValueError, match="without units"):
        write_brief(parts(lines=[{"colour": "olive", "size": "S", "units": units}]), LABEL)


def test_the_pdf_shows_the_order_in_both_languages(tmp_path):
    text = text_of(render_brief(write_brief(parts(simulated=True), LABEL), pictures(), AT), tmp_path)
    for word in ("PO-000012-1", "双排扣", "double-breasted", "121.50", "2026-11-22", "模拟数据", "Simulated", "胸宽"):
        assert word in text


def test_the_same_brief_gives_the_same_bytes():
    brief = write_brief(parts(), LABEL)
    assert render_brief(brief, pictures(), AT) == render_brief(brief, pictures(), AT)


def test_names_are_never_code(tmp_path):
    name = '#panic("x") *a* $y$ [b] \\ <c> #read("/etc/hostname") "'
    brief = write_brief(replace(parts(), title_en=name, factory={**parts().factory, "name": name}), LABEL)
    assert '#panic("x") *a* $y$ [b]' in text_of(render_brief(brief, pictures(), AT), tmp_path)


def test_an_accepted_demand_gets_its_brief_once_and_it_is_queued(session, tmp_path):
    blobs = BlobStore(f"file://{tmp_path}/blobs")
    make_factory(session)
    demand = make_confirmed_demand(session, make_listing(session, blobs=blobs))
    place(session)
    accept(session, offers_of(session, demand)[0], NOW)
    code = f"PO-{demand.id:06d}-1"
    with pytest.raises(NotFound):
        get_brief(session, code)
    assert issue_briefs(session, NOW, blobs, LABEL) == 1
    assert issue_briefs(session, NOW, blobs, LABEL) == 0
    brief = get_brief(session, code)
    SCHEMA.validate(brief.content)
    assert blobs.get(brief.pdf).startswith(b"%PDF")
    assert session.scalars(select(ProductionBrief)).all() == [brief]
    keys = session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.like("brief:%"))).all()
    assert sorted(keys) == [f"brief:{code}:file", f"brief:{code}:portal"]


@pytest.mark.parametrize(
    ("lot", "major", "minor"),
    [
        (1, (1, 0), (1, 0)),
        (30, (5, 0), (13, 1)),
        (132, (20, 1), (20, 2)),
        (300, (50, 3), (50, 5)),
        (5_000, (200, 10), (200, 14)),
    ],
)
def test_sampling_follows_the_standard(lot, major, minor):
    assert sampling_plans(lot) == (SamplingPlan(*major), SamplingPlan(*minor))


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.data())
def test_lines_cut_into_parts_lose_nothing(units, data):
    from factory_matching.offers.lines import cut, open_lines

    lines = [{"colour": "olive", "size": str(n), "units": u} for n, u in enumerate(units)]
    first = data.draw(st.integers(1, sum(units)))
    sizes = [first] + ([sum(units) - first] if sum(units) > first else [])
    pieces = cut(lines, sizes)
    assert [sum(line["units"] for line in piece) for piece in pieces] == sizes
    assert open_lines(lines, [line for piece in pieces for line in piece]) == []


def test_a_brief_says_whether_the_goods_must_pass_an_inspection():
    needed, other = (write_brief(parts(must_pass=must), LABEL)["inspection"] for must in (True, False))
    assert (needed["required"], other["required"]) == (True, False)
    assert "shipped only after our inspection has passed" in needed["before_shipping"]["en"]
