from decimal import Decimal

import pytest

from factory_matching.registry.records import FactoryRecord, Refused, read_factory_row
from models.factory import FactoryStanding
from tests.factory_matching.registers import ROW


def test_a_flat_row_becomes_a_factory_with_one_capability():
    record = read_factory_row({**ROW, "state": "warned"}, "line 2")
    assert isinstance(record, FactoryRecord)
    assert (record.code, record.daily_capacity, record.on_time) == ("ZJ-0001", 120, 0.95)
    assert record.standing is FactoryStanding.WARNED
    (capability,) = record.capabilities
    assert capability.materials == ("cotton", "wool")
    assert capability.ladder.moq == 50
    assert capability.ladder.unit_price(300) == Decimal("101")


def test_a_nested_object_holds_several_capabilities():
    able = {"category": "greatcoat", "materials": ["wool"], "techniques": [], "prices": [[10, "99.5"], [50, 90]]}
    head = {k: v for k, v in ROW.items() if k not in ("category", "materials", "techniques", "prices")}
    coat = {**able, "category": "coat", "prices": {"20": 80}}
    record = read_factory_row({**head, "on_time": 0, "capabilities": [able, coat]}, "entry 1")
    assert isinstance(record, FactoryRecord)
    assert [capability.ladder.moq for capability in record.capabilities] == [10, 20]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"category": "space_suit"}, "unknown category 'space_suit'"),
        ({"materials": "wool|unobtainium"}, "unknown material 'unobtainium'"),
        ({"materials": ""}, "no material given"),
        ({"techniques": "teleport"}, "unknown technique 'teleport'"),
        ({"prices": "50:80|100:95"}, "not a falling ladder"),
        ({"prices": ""}, "no prices given"),
        ({"prices": "50"}, "is not QUANTITY:PRICE"),
        ({"prices": "50:NaN"}, "is not QUANTITY:PRICE"),
        ({"prices": "50:1e99"}, "is not QUANTITY:PRICE"),
        ({"prices": "-5:10"}, "is not QUANTITY:PRICE"),
        ({"prices": "50:0.001"}, "price break 0.00"),
        ({"moq": "60"}, "is not the first quantity of the prices (50)"),
        ({"currency": "yuan"}, "is not a three-letter code"),
        ({"daily_capacity": "-20"}, "daily_capacity '-20' is not a whole number above 0"),
        ({"daily_capacity": "9" * 5000}, "daily_capacity"),
        ({"lead_days": "soon"}, "lead_days 'soon'"),
        ({"quality": "140%"}, "quality '140%' is not a share"),
        ({"on_time": "nan"}, "on_time 'nan' is not a share"),
        ({"code": "a b"}, "code 'a b' may hold only"),
        ({"code": "x" * 41}, "longer than 40"),
        ({"name": "a\x00b"}, "not plain text"),
        ({"name": ""}, "name is empty"),
        ({"state": "sleeping"}, "unknown state 'sleeping'"),
        ({"webhook_url": "ftp://x"}, "is not an http address"),
        ({"webhook_url": "https://x.example/hook"}, "needs a webhook_secret"),
        ({"capabilities": "many"}, "capabilities is not a list"),
        ({"capabilities": []}, "capabilities is not a list"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(change, reason):
    refused = read_factory_row({**ROW, **change}, "line 7")
    assert isinstance(refused, Refused)
    assert refused.where == "line 7"
    assert reason in refused.reason
