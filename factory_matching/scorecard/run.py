"""Score every factory once a day, keep the run, move standings by the rule."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from factory_matching.scorecard.cases import WHO, find_cases
from factory_matching.scorecard.evidence import Evidence
from factory_matching.scorecard.gather import find_yields, gather
from factory_matching.scorecard.rule import MEASURES, Measure, ScoreRule
from factory_matching.scorecard.score import METHOD, Scores, score_factories
from factory_matching.scorecard.standing import GateRule, judge_standing
from factory_matching.scorecard.standings import StandingLinks, move_standing
from factory_matching.scorecard.words import explain
from models.db import insert_new
from models.factory import Factory, FactoryStanding
from models.scorecard import FactoryScore, ScoreRun

_CHUNK = 5000
_GRAVITY = {FactoryStanding.ACTIVE: 0, FactoryStanding.WARNED: 1, FactoryStanding.SUSPENDED: 2}


@dataclass(frozen=True, slots=True)
class Scored:
    """What one run did; all 0 where the day was scored before."""

    factories: int
    warned: int = 0
    suspended: int = 0
    lifted: int = 0
    held: int = 0


def score_day(
    session: Session, now: datetime, rule: ScoreRule, gates: GateRule, links: StandingLinks, simulated: bool = False
) -> Scored:
    """Score as of now, once for each day; standings follow people's orders only. In the caller's transaction."""
    run_id = _begin(session, now, rule, simulated)
    if run_id is None:
        return Scored(0)
    evidence = gather(session, rule, now.date(), simulated)
    scores = score_factories(evidence, rule)
    # A yield is shrunk already; where nobody inspects it is the best that is known of good pieces.
    yields = {
        row.factory_id: row.share
        for row in find_yields(session, rule, now.date(), simulated)
        if row.lots >= rule.least_orders
    }
    _keep(session, run_id, evidence, scores, rule, yields)
    if not simulated:
        _mark_register(session)
    return Scored(len(scores.ids)) if simulated else _move(session, run_id, evidence, scores, gates, links, now)


def _begin(session: Session, now: datetime, rule: ScoreRule, simulated: bool) -> int | None:
    """A run for the day; None where there is one already, also another process's of this moment."""
    row = {
        "scored_on": now.date(),
        "simulated": simulated,
        "scored_at": now,
        "method": METHOD,
        "rule": rule.to_json(),
        "pools": {},
        "factories": 0,
    }
    if not insert_new(session, ScoreRun, [row]):
        return None
    where = (ScoreRun.scored_on == now.date(), ScoreRun.simulated == simulated)
    return session.scalars(select(ScoreRun.id).where(*where)).one()


def _mark_register(session: Session) -> None:
    """Whoever keeps the register reads it again: a touched factory marks a change, and scores are part of it."""
    first = select(func.min(Factory.id)).scalar_subquery()
    touch = update(Factory).where(Factory.id == first).values(state=Factory.state)
    session.execute(touch, execution_options={"synchronize_session": False})


def _keep(
    session: Session,
    run_id: int,
    evidence: Evidence,
    scores: Scores,
    rule: ScoreRule,
    yields: Mapping[int, float],
) -> None:
    pools = {m.value: {name: asdict(pool) for name, pool in scores.measures[m].pools.items()} for m in MEASURES}
    values = {"pools": pools, "factories": len(scores.ids)}
    session.execute(update(ScoreRun).where(ScoreRun.id == run_id).values(**values))
    for start in range(0, len(scores.ids), _CHUNK):
        stop = min(start + _CHUNK, len(scores.ids))
        rows = [_row(run_id, evidence, scores, rule, yields, index) for index in range(start, stop)]
        session.execute(insert(FactoryScore), rows)


def _row(
    run_id: int, evidence: Evidence, scores: Scores, rule: ScoreRule, yields: Mapping[int, float], index: int
) -> dict[str, Any]:
    pool = int(evidence.pool[index])
    inspected = _measured(scores, Measure.FIRST_GOOD, rule, index)
    return {
        "run_id": run_id,
        "factory_id": int(scores.ids[index]),
        "pool": evidence.pools[pool] if pool >= 0 else "",
        "score": float(scores.score[index]),
        "low": float(scores.low[index]),
        "high": float(scores.high[index]),
        "orders": int(evidence.orders[index]),
        "offers": int(evidence.offers[index]),
        "quality": yields.get(int(scores.ids[index])) if inspected is None else inspected,
        "on_time": _measured(scores, Measure.ON_TIME, rule, index),
        "measures": {measure.value: _measure(scores, measure, index) for measure in MEASURES},
        "verdict": {},
    }


def _measured(scores: Scores, measure: Measure, rule: ScoreRule, index: int) -> float | None:
    """What matching goes by, where there is enough of it."""
    known = scores.measures[measure]
    return float(known.mean[index]) if known.events[index] >= rule.least_orders else None


def _measure(scores: Scores, measure: Measure, index: int) -> dict[str, Any]:
    known = scores.measures[measure]
    raw = round(float(known.raw[index]), 6) if known.events[index] > 0 else None
    return {
        "mean": round(float(known.mean[index]), 6),
        "sd": round(float(np.sqrt(known.variance[index])), 6),
        "raw": raw,
        "events": round(float(known.events[index]), 3),
    }


def _move(
    session: Session,
    run_id: int,
    evidence: Evidence,
    scores: Scores,
    gates: GateRule,
    links: StandingLinks,
    now: datetime,
) -> Scored:
    done: Counter[str] = Counter()
    for factory, case in find_cases(session, evidence, scores, gates, now.date()):
        verdict = judge_standing(case, gates)
        if verdict is None:
            continue
        where = (FactoryScore.run_id == run_id, FactoryScore.factory_id == factory.id)
        session.execute(update(FactoryScore).where(*where).values(verdict=verdict.to_json()))
        if verdict.held:
            done["held"] += 1
            continue
        worse = _GRAVITY[verdict.to] > _GRAVITY[factory.state]
        why = {language: explain(verdict, language) for language in ("en", "zh")}
        move_standing(session, factory, verdict.to, now, WHO, why, links)
        done[verdict.to.value if worse else "lifted"] += 1
    return Scored(len(scores.ids), done["warned"], done["suspended"], done["lifted"], done["held"])
