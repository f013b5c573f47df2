"""A house over a temporary home: rows to start from, a real server, real commands, buyers over HTTP."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from sqlalchemy.orm import Session

from cli.demo.server import free_port, running_server
from configs.load_lexicon import load_lexicon
from design_gen.flat import flat_svg
from design_gen.label import Mark, label_picture
from design_gen.tech_pack import tech_pack
from listings.price import Pricing
from listings.publish import publish
from models.batch import Batch, BatchState, DemandRule
from models.blobs import BlobStore
from models.db import connect, migrate, transaction
from models.design import Mockup
from tests.builders import greatcoat, make_batch, make_design, make_mockup, make_trend

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class House:
    """A home with a server that answers at `address`."""

    home: Path
    address: str

    def run(self, *words: str) -> str:
        """What `demandloom WORDS` prints, as a process of its own; its errors are the test's."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment |= {"DEMANDLOOM_HOME": str(self.home), "DEMANDLOOM_WEB__BASE_URL": self.address}
        command = [sys.executable, "-c", "from cli import main; main()", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    @property
    def operator_token(self) -> str:
        """What operators sign in with."""
        return (self.home / "operator_token").read_text().strip()


def open_home(home: Path) -> BlobStore:
    """Make the database, bind `transaction` to it and return the blob store."""
    url = f"sqlite:///{home / 'demandloom.db'}"
    home.mkdir(parents=True, exist_ok=True)
    migrate(url)
    connect(url)
    return BlobStore(f"file://{home / 'blobs'}")


@contextmanager
def serve(home: Path) -> Iterator[House]:
    """The house of a prepared home, served by a process of its own until the end."""
    with running_server(home, free_port()) as address:
        yield House(home, address)


def make_greatcoat(session: Session, batch: Batch, blobs: BlobStore) -> Mockup:
    """A design with its real drawings and tech pack, and an approved picture that carries its label."""
    spec = greatcoat()
    design = make_design(
        session,
        batch,
        make_trend(session),
        spec,
        blobs,
        tech_pack=tech_pack(spec).to_json(),
        flat_front=blobs.put(flat_svg(spec, "front").encode()),
        flat_back=blobs.put(flat_svg(spec, "back").encode()),
    )
    recipe = {"prompt": "one plain colour, painted by a test"}
    picture = label_picture(Image.new("RGB", (512, 512), spec.colour.hex), Mark.of(recipe))
    return make_mockup(session, design, recipe=recipe, picture=blobs.put(picture))


def open_greatcoat(home: Path, opened_at: datetime) -> str:
    """One published batch with one greatcoat that few people can confirm; the listing's slug."""
    blobs = open_home(home)
    rule = DemandRule(target_rate=0.05, burn_in_viewers=0, min_units=10)
    with transaction() as session:
        batch = make_batch(
            session,
            slug="winter-coats",
            designs_wanted=1,
            opens_at=opened_at,
            closes_at=opened_at + timedelta(days=7),
            rule=rule.to_json(),
            state=BatchState.PUBLISHED,
        )
        mockup = make_greatcoat(session, batch, blobs)
        return publish(session, mockup, load_lexicon(), Pricing(), opened_at, "tests").slug


def send_buyers(address: str, slug: str, since: datetime, viewers: int, buyers: int, quantity: int = 6) -> None:
    """Visitors a minute apart, each with a browser of their own; every third orders and pays until `buyers` did."""
    with httpx.Client(base_url=address, timeout=30) as client:
        for number in range(viewers):
            at = since + timedelta(minutes=number)
            acts = [_act(slug, "view", at)]
            if number % 3 == 0 and number // 3 < buyers:
                variant = {"colour": "olive", "size": "ML"[number % 2], "quantity": quantity}
                acts.append(_act(slug, "pre_order", at + timedelta(seconds=25), **variant))
                acts.append(_act(slug, "deposit", at + timedelta(seconds=40)))
            headers = {"User-Agent": BROWSER, "X-Demandloom-Visitor": f"visitor-{number}"}
            answer = client.post("/api/interest", json=acts, headers=headers)
            assert (answer.status_code, answer.json()["accepted"]) == (200, len(acts)), answer.text


def _act(slug: str, rung: str, at: datetime, **variant: object) -> dict[str, object]:
    act = {"id": str(uuid.uuid4()), "listing": slug, "rung": rung, "segment": "domestic_business"}
    return {**act, "at": at.isoformat(), **variant}


def sign_in(page: Any, house: House) -> None:
    """Through the form that every page of the office leads to."""
    page.goto(f"{house.address}/console")
    assert "/sign-in" in page.url
    page.get_by_label("Operator token").fill(house.operator_token)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{house.address}/console")


def in_minutes(minutes: int) -> str:
    """A moment from now as `--at` reads it."""
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"
