"""The loop as its people see it: real processes, a real database on disk, a real browser."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx

from models.db import transaction
from models.order import ProductionOrder
from tests.e2e.house import BROWSER, in_minutes, open_greatcoat, send_buyers, serve, sign_in
from tests.factory_matching.registers import write_csv

VIEWERS, BUYERS, EACH = 40, 12, 6
CRAWLER = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"


def english_page(browser, **options):
    """A page of a person who reads English; a headless browser would otherwise say so and not be counted."""
    return browser.new_context(locale="en-GB", user_agent=BROWSER, **options).new_page()


def figures(page):
    """The numbers on the tiles of a page by what stands under them."""
    tiles = page.locator(".cards .panel").all()
    return {tile.locator("small").inner_text(): tile.locator(".figure").inner_text() for tile in tiles}


def funnel(page, address):
    """Clean people and raw visitors by rung, as the dashboard shows them."""
    page.goto(f"{address}/dashboard")
    shown = {}
    for words, people in figures(page).items():
        rung, raw = words.split(" · ")
        shown[rung] = (int(people), int(re.sub(r"\D", "", raw)))
    return shown


def download(page, name):
    with page.expect_download() as started:
        page.get_by_role("link", name=name).click()
    return started.value.path().read_bytes()


def test_from_a_concept_on_a_page_to_a_brief_that_a_factory_downloads(tmp_path, browser):
    home, opened_at = tmp_path / "home", datetime.now(UTC) - timedelta(days=1)
    slug = open_greatcoat(home, opened_at)
    factories = write_csv(tmp_path / "f.csv", {"prices": "20:88|100:80"}, {"code": "ZJ-2", "category": "blazer"})
    with serve(home) as house:
        house.run("factories", "import", str(factories))
        send_buyers(house.address, slug, opened_at + timedelta(hours=1), VIEWERS, BUYERS, EACH)
        operator, buyer, maker = (english_page(browser) for _ in range(3))
        sign_in(operator, house)
        before = funnel(operator, house.address)
        assert before["viewed"] == (VIEWERS, VIEWERS)
        assert before["pre-ordered"] == (BUYERS, BUYERS)

        pre_order_in_the_shop(buyer, house, slug)
        assert httpx.get(f"{house.address}/listings/{slug}", headers={"User-Agent": CRAWLER}).status_code == 200
        after = funnel(operator, house.address)
        moved = {rung: tuple(a - b for a, b in zip(after[rung], before[rung], strict=True)) for rung in before}
        assert (moved["viewed"], moved["pre-ordered"]) == ((1, 2), (1, 1))
        operator.goto(f"{house.address}/console/listings/{slug}")
        assert f"{BUYERS * EACH + 5} pooled" in operator.inner_text("main")

        said = json.loads(house.run("flows", "run", "winter-coats", "--at", in_minutes(1), "--json"))
        assert [one["verdict"] for one in said["decisions"]] == ["confirm"]
        assert said["orders"]["offers"] == 1
        buyer.goto(f"{house.address}/listings/{slug}")
        assert "Enough people wanted it: it will be made." in buyer.inner_text("main")

        units = accept_in_the_portal(maker, link_in(home))
        said = json.loads(house.run("flows", "place", "--at", in_minutes(5), "--json"))
        assert said["briefs"] == 1
        maker.reload()
        assert download(maker, "Production brief (PDF)").startswith(b"%PDF")
        brief = json.loads(download(maker, "as data (JSON)"))
        buyer.reload()
        assert "It is being made." in buyer.inner_text("main")
        operator.goto(f"{house.address}/console/orders")
        with transaction() as session:
            order = session.query(ProductionOrder).one()
        assert order.code in operator.inner_text("main")
        assert order.code in json.dumps(brief)
        assert order.units == units
        assert [path.read_bytes()[:4] for path in (home / "sent").rglob("*.pdf")] == [b"%PDF"]


def pre_order_in_the_shop(page, house, slug):
    """From the list to a paid deposit, with the plain forms of the pages."""
    pooled = BUYERS * EACH
    page.goto(house.address)
    assert f"{pooled} pooled" in page.inner_text("main")
    page.get_by_role("link", name="See it and pre-order").click()
    page.wait_for_url(f"{house.address}/listings/{slug}")
    assert "AI concept, not made yet" in page.inner_text("main")
    page.locator("label", has=page.locator("input[name=size][value=M]")).click()
    page.get_by_label("Quantity").first.fill("5")
    page.get_by_role("button", name="Pre-order").click()
    page.wait_for_url(f"{house.address}/pre-orders/*")
    assert "Your pre-order is noted" in page.inner_text("main")
    assert f"Together you have pooled {pooled + 5} units" in page.inner_text("main")
    page.get_by_role("button", name=re.compile("as paid")).click()
    page.get_by_text("Pay the deposit").wait_for(state="hidden")
    page.goto(f"{house.address}/listings/{slug}")
    assert f"{pooled + 5} pooled" in page.inner_text("main")


def link_in(home):
    """The portal link as the factory gets it: from the message in the folder of what was sent."""
    messages = [json.loads(path.read_text(encoding="utf-8")) for path in (home / "sent").rglob("*.json")]
    (link,) = {message["data"]["link"] for message in messages}
    return link


def accept_in_the_portal(page, link):
    """Say yes with the button; the units of the offer. The page first speaks the factory's language."""
    page.goto(link)
    page.get_by_role("button", name="接受邀约").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Accept the offer").wait_for()
    shown = figures(page)
    page.get_by_role("button", name="Accept the offer").click()
    page.get_by_text("You accepted this offer.").wait_for()
    assert "The production brief is being written" in page.inner_text("main")
    return int(shown["units"])
