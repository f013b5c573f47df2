"""What the standing rule has to know of each factory that it may move."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.scorecard.evidence import Evidence
from factory_matching.scorecard.findings import IN_FORCE
from factory_matching.scorecard.rule import Measure
from factory_matching.scorecard.score import Scores
from factory_matching.scorecard.standing import Case, GateRule
from models.conduct import Appeal, AppealState, FactoryFinding, FindingState
from models.factory import Factory, FactoryStanding
from models.state import StateChange

WHO = "scorecard"
_CHUNK = 500


def find_cases(
    session: Session, evidence: Evidence, scores: Scores, gates: GateRule, today: date
) -> Sequence[tuple[Factory, Case]]:
    """Factories below the gate, with findings, or not active; locked until the transaction ends."""
    low = {int(factory) for factory in scores.ids[scores.high < gates.warn_below]}
    query = select(FactoryFinding).where(FactoryFinding.state.in_(IN_FORCE)).order_by(FactoryFinding.id)
    found: dict[int, list[FactoryFinding]] = defaultdict(list)
    for finding in session.scalars(query):
        found[finding.factory_id].append(finding)
    factories = _lock(session, low | set(found))
    changes = _last_changes(session, [factory.id for factory in factories])
    appealing = set(session.scalars(select(Appeal.factory_id).where(Appeal.state == AppealState.PENDING)))
    place = {int(factory): index for index, factory in enumerate(scores.ids)}
    days = _outcomes(evidence)
    cases = []
    for factory in factories:
        index, change = place.get(factory.id), changes.get(factory.id)
        ages = days[index] if index is not None else []
        case = _case(factory, change, found[factory.id], ages, factory.id in appealing, today)
        if index is not None:
            case = _scored(case, scores, index, evidence)
        cases.append((factory, case))
    return cases


def _case(
    factory: Factory,
    change: StateChange | None,
    findings: Iterable[FactoryFinding],
    ages: Sequence[float],
    appealing: bool,
    today: date,
) -> Case:
    moved = change if change is not None and change.from_state is not None else None
    since = moved.at if moved is not None else None
    days = (today - since.date()).days if since is not None else 10_000
    confirmed = [one for one in findings if one.state is FindingState.CONFIRMED]
    reported = [one for one in findings if one.state is FindingState.REPORTED]
    return Case(
        standing=factory.state,
        days=days,
        by_rule=moved is not None and moved.who == WHO,
        fresh=sum(age < days for age in ages),
        confirmed=tuple(sorted({one.kind.value for one in confirmed})),
        acted_on=since is not None and all(one.judged_at is None or one.judged_at <= since for one in confirmed),
        reported=tuple(sorted({one.kind.value for one in reported if since is None or one.reported_at > since})),
        undecided=bool(reported),
        appealing=appealing,
    )


def _scored(case: Case, scores: Scores, index: int, evidence: Evidence) -> Case:
    return replace(
        case,
        score=float(scores.score[index]),
        low=float(scores.low[index]),
        high=float(scores.high[index]),
        orders=int(evidence.orders[index]),
    )


def _outcomes(evidence: Evidence) -> Mapping[int, list[float]]:
    """How many days ago each factory's orders had their outcome."""
    events = evidence.events[Measure.ON_TIME]
    ages: dict[int, list[float]] = defaultdict(list)
    for index, age in zip(events.factory.tolist(), events.age.tolist(), strict=True):
        ages[index].append(age)
    return ages


def _lock(session: Session, chosen: set[int]) -> list[Factory]:
    """Those chosen and all that are not active, by id."""
    fresh = {"populate_existing": True}
    other = select(Factory.id).where(Factory.state != FactoryStanding.ACTIVE)
    ids = sorted(chosen | set(session.scalars(other)))
    factories: list[Factory] = []
    for start in range(0, len(ids), _CHUNK):
        query = select(Factory).where(Factory.id.in_(ids[start : start + _CHUNK])).order_by(Factory.id)
        factories += session.scalars(query.with_for_update().execution_options(**fresh))
    return factories


def _last_changes(session: Session, ids: Sequence[int]) -> Mapping[int, StateChange]:
    changes: dict[int, StateChange] = {}
    for start in range(0, len(ids), _CHUNK):
        mine = (StateChange.noun == Factory.__tablename__, StateChange.row_id.in_(ids[start : start + _CHUNK]))
        last = select(func.max(StateChange.id)).where(*mine).group_by(StateChange.row_id)
        for change in session.scalars(select(StateChange).where(StateChange.id.in_(last))):
            changes[change.row_id] = change
    return changes
