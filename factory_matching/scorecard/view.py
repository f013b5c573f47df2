"""One factory's scorecard as people read it: figures with intervals, findings, appeals, moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.scorecard.appeals import find_appeals
from factory_matching.scorecard.cases import WHO
from factory_matching.scorecard.findings import IN_FORCE, find_findings
from factory_matching.scorecard.rule import MEASURES
from factory_matching.scorecard.score import ALL, interval
from factory_matching.scorecard.standing import Verdict
from factory_matching.scorecard.standings import get_factory
from factory_matching.scorecard.words import explain
from models.conduct import Appeal, AppealState, FactoryFinding
from models.factory import Factory
from models.scorecard import FactoryScore, ScoreRun, find_run
from models.state import StateChange

_RUNS = 60


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure: believed share with its 80% interval, plain average, what its category has, its weight."""

    measure: str
    mean: float
    low: float
    high: float
    raw: float | None
    usual: float
    events: float
    weight: float


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One move of the standing; `verdict` where the rule did it."""

    change: StateChange
    verdict: Verdict | None

    def why(self, language: str) -> str:
        """In the reader's language where the rule did it, else in the words of whoever did."""
        return explain(self.verdict, language) if self.verdict else self.change.why


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything that is known of one factory's work; `score` is None without evidence in the window."""

    factory: Factory
    run: ScoreRun | None
    score: FactoryScore | None
    lines: tuple[MeasureLine, ...]
    held: Verdict | None
    moves: tuple[MoveLine, ...]
    findings: tuple[FactoryFinding, ...]
    appeals: tuple[Appeal, ...]
    series: tuple[tuple[date, float], ...]
    """Scores of the latest runs, oldest first."""

    @property
    def pending(self) -> Appeal | None:
        """The appeal that waits for a decision."""
        return next((appeal for appeal in self.appeals if appeal.state is AppealState.PENDING), None)

    @property
    def accused(self) -> bool:
        """Whether a finding is in force."""
        return any(finding.state in IN_FORCE for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        score = self.score
        return {
            "factory": self.factory.code,
            "standing": self.factory.state.value,
            "scored_on": self.run.scored_on.isoformat() if self.run else None,
            "simulated": self.run.simulated if self.run else None,
            "score": None if score is None else {"mean": score.score, "low": score.low, "high": score.high},
            "orders": score.orders if score else 0,
            "offers": score.offers if score else 0,
            "measures": {
                line.measure: {name: getattr(line, name) for name in MeasureLine.__slots__ if name != "measure"}
                for line in self.lines
            },
            "held": explain(self.held) if self.held else None,
            "findings": [
                {"id": one.id, "kind": one.kind.value, "state": one.state.value, "evidence": one.evidence,
                 "found_by": one.found_by} for one in self.findings
            ],
            "appeals": [{"said": one.said, "state": one.state.value, "reason": one.reason} for one in self.appeals],
            "moves": [
                {"at": line.change.at.isoformat(), "to": line.change.to_state, "who": line.change.who,
                 "why": line.change.why} for line in self.moves
            ],
        }  # fmt: skip


def load_scorecard(session: Session, code: str) -> Scorecard:
    """By the factory's code; of people's orders where there is a run, else of simulated ones. NotFound without it."""
    factory = get_factory(session, code)
    run = find_run(session) or find_run(session, simulated=True)
    score = session.get(FactoryScore, (run.id, factory.id)) if run is not None else None
    verdict = Verdict.from_json(score.verdict) if score is not None and score.verdict else None
    return Scorecard(
        factory=factory,
        run=run,
        score=score,
        lines=_lines(run, score) if run is not None and score is not None else (),
        held=verdict if verdict is not None and verdict.held else None,
        moves=tuple(_find_moves(session, factory)),
        findings=tuple(find_findings(session, factory.id)),
        appeals=tuple(appeal for appeal, _ in find_appeals(session, factory.id)),
        series=_find_series(session, factory, run.simulated) if run is not None else (),
    )


def _lines(run: ScoreRun, score: FactoryScore) -> tuple[MeasureLine, ...]:
    lines = []
    for measure in MEASURES:
        known, pools = score.measures[measure], run.pools[measure]
        low, high = interval(np.array([known["mean"]]), np.array([known["sd"] ** 2]))
        lines.append(
            MeasureLine(
                measure=measure.value,
                mean=known["mean"],
                low=float(low[0]),
                high=float(high[0]),
                raw=known["raw"],
                usual=(pools.get(score.pool) or pools[ALL])["mean"],
                events=known["events"],
                weight=run.rule["weights"][measure],
            )
        )
    return tuple(lines)


def _find_moves(session: Session, factory: Factory) -> Sequence[MoveLine]:
    """Every move, newest first; the rule's own with its figures."""
    query = select(StateChange).where(StateChange.noun == Factory.__tablename__, StateChange.row_id == factory.id)
    verdicts = select(ScoreRun.scored_at, FactoryScore.verdict).join(ScoreRun, ScoreRun.id == FactoryScore.run_id)
    rows = session.execute(verdicts.where(FactoryScore.factory_id == factory.id)).tuples()
    said = {at: Verdict.from_json(verdict) for at, verdict in rows if verdict and not verdict["held"]}
    changes = session.scalars(query.order_by(StateChange.id.desc()))
    return [MoveLine(change, said.get(change.at) if change.who == WHO else None) for change in changes]


def _find_series(session: Session, factory: Factory, simulated: bool) -> tuple[tuple[date, float], ...]:
    query = select(ScoreRun.scored_on, FactoryScore.score).join(FactoryScore, FactoryScore.run_id == ScoreRun.id)
    mine = query.where(FactoryScore.factory_id == factory.id, ScoreRun.simulated == simulated)
    rows = session.execute(mine.order_by(ScoreRun.scored_on.desc()).limit(_RUNS)).tuples().all()
    return tuple((day, score) for day, score in reversed(rows))
