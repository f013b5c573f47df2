"""Train the filter that keeps names, places, dramas and news out of goods.

    python -m trends.train_filter FOLDER_OF_TITLES [--source TOML] [--lexicon FOLDER] [--out FILE]

Each labelled phrase of the training half is looked at on every fourth Sunday on which three titles of the last four
weeks hold it; all its Sundays together weigh as much as one phrase. The other half is never trained on; its figures go
into the model card. Deterministic: the same titles and labels give the same file.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.errors import DomainError
from models.lexicon import Lexicon
from trends.candidates import Counts
from trends.counting import Counting
from trends.goods_filter import WEIGHTS, GoodsFilter
from trends.labels import Labelled, load_labels
from trends.sources import Reading, Signal, SourceConfig, find_places, parse_source, read_place
from trends.store import Observation
from trends.tally import Tally
from trends.traits import NAMES, traits_of
from trends.vocabulary import Vocabulary

FIRST, LAST, STEP = date(2022, 1, 2), date(2023, 12, 31), timedelta(days=28)
RIDGE = 0.3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled phrase with its traits on one day."""

    labelled: Labelled
    traits: tuple[float, ...]


def main() -> int:
    """Read titles, train, write the weights and print what they are worth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="titles of 2021-12 to 2023-12")
    parser.add_argument("--source", type=Path, default=Path("configs/sources/hot_search.toml"), help="how to read them")
    parser.add_argument("--lexicon", type=Path, default=Path("configs/lexicon"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    lexicon = Lexicon.from_tables(
        (path.name, tomllib.loads(path.read_text("utf-8"))) for path in sorted(arguments.lexicon.glob("*.toml"))
    )
    source = parse_source(tomllib.loads(arguments.source.read_text("utf-8")), arguments.source.name)
    titles = sorted(_read_titles(source, arguments.folder))
    stored = train_and_store(Counting(Tally.read(titles, Vocabulary.of(lexicon))), load_labels(), arguments.out)
    print(json.dumps({half: stored[half] for half in ("training_half", "test_half")}))
    return 0


def _read_titles(source: SourceConfig, folder: Path) -> Iterator[Observation]:
    for place in find_places(source, [folder]):
        if isinstance(place, DomainError):
            raise place
        for item in read_place(source, place, Reading(LAST)):
            if isinstance(item, Signal):
                yield Observation(item.observed_on, item.title, item.weight, item.source, item.language)


def gather(counting: Counting, labels: Sequence[Labelled]) -> list[Example]:
    """The labelled phrases on the days they could have been judged."""
    days = [FIRST + STEP * number for number in range((LAST - FIRST) // STEP + 1)]
    counting.prepare(days)
    return [example for day in days for example in _on_day(counting.on(day), labels)]


def _on_day(counts: Counts, labels: Sequence[Labelled]) -> list[Example]:
    found = []
    for labelled in labels:
        candidate = counts.candidates.get(labelled.phrase)
        if candidate is not None:
            titles = [counts.titles[number] for number in candidate.titles]
            found.append(Example(labelled, tuple(traits_of(candidate, titles))))
    return found


def train(examples: Sequence[Example], ridge: float = RIDGE) -> GoodsFilter:
    """Weights of least logistic loss with a ridge penalty, each phrase weighing one."""
    traits, goods, shares = _arrays(examples)

    def loss(values: Floats) -> tuple[float, Floats]:
        signed = np.where(goods, 1.0, -1.0)
        margin = signed * (traits @ values[:-1] + values[-1])
        slope = -signed * shares / (1 + np.exp(margin))
        gradient = np.append(traits.T @ slope + ridge * values[:-1], slope.sum())
        return float((shares * np.logaddexp(0, -margin)).sum() + ridge / 2 * (values[:-1] ** 2).sum()), gradient

    solved = minimize(loss, np.zeros(traits.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 2_000})
    return GoodsFilter(tuple(round(float(weight), 4) for weight in solved.x[:-1]), round(float(solved.x[-1]), 4))


def judge(trained: GoodsFilter, examples: Sequence[Example]) -> dict[str, float]:
    """How well it tells goods, each phrase weighing one, at a probability of one half."""
    _, goods, shares = _arrays(examples)
    chances = np.array([trained.probability(example.traits) for example in examples])
    kept = chances >= 0.5
    pairs = chances[goods][:, None] - chances[~goods][None, :]
    weights = shares[goods][:, None] * shares[~goods][None, :]
    return {
        "phrases": len({example.labelled.phrase for example in examples}),
        "precision": round(float(shares[kept & goods].sum() / shares[kept].sum()), 3),
        "recall": round(float(shares[kept & goods].sum() / shares[goods].sum()), 3),
        "area_under_curve": round(float((((pairs > 0) + (pairs == 0) / 2) * weights).sum() / weights.sum()), 3),
    }


def _arrays(examples: Sequence[Example]) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    phrases = [example.labelled.phrase for example in examples]
    shares = {phrase: 1 / phrases.count(phrase) for phrase in set(phrases)}
    traits = np.array([example.traits for example in examples], dtype=float)
    goods = np.array([example.labelled.is_goods for example in examples])
    return traits, goods, np.array([shares[phrase] for phrase in phrases])


def card(trained: GoodsFilter, training: Sequence[Example], testing: Sequence[Example]) -> dict[str, Any]:
    """What is stored: the weights and what is known of them."""
    return {
        "purpose": "how likely a rising phrase is about goods rather than people, places, dramas or news",
        "method": f"logistic regression, ridge {RIDGE:g}, on shares of titles; python -m trends.train_filter",
        "titles": "daily hot-search titles of 2022 and 2023 in Chinese; none is stored here",
        "limits": "learned from one network; asked only about Chinese phrases that the lexicon does not name",
        "training_half": judge(trained, training),
        "test_half": judge(trained, testing),
        "bias": trained.bias,
        "weights": dict(zip(NAMES, trained.weights, strict=True)),
    }


def train_and_store(counting: Counting, labels: Sequence[Labelled], out: Path = WEIGHTS) -> dict[str, Any]:
    """Train on one half, judge on the other, write the file."""
    examples = gather(counting, labels)
    training = [example for example in examples if example.labelled.is_for_training]
    testing = [example for example in examples if not example.labelled.is_for_training]
    stored = card(train(training), training, testing)
    out.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return stored


if __name__ == "__main__":
    sys.exit(main())
