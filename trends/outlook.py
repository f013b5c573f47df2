"""How far the trends of a day go, and the attributes that they mean; stored beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.forecast import ForecastOf, TrendForecast
from models.trend import Trend
from trends.forecast import YEAR_WEEKS, forecast_panel
from trends.forecasting.values import Floats, Forecast, Panel, Tier

Subject = tuple[ForecastOf, str]
_DIGITS = 4


def forecast_trends(session: Session, as_of: date, horizon: int = YEAR_WEEKS) -> list[TrendForecast]:
    """Carry every trend of a day and every attribute they mean forward; replaces what was said for that day before.

    Trends are what has just risen, so their first weeks ahead tend to be lower than the past alone lets expect: their
    intervals reach at least as far down as up, in proportion.
    """
    session.execute(delete(TrendForecast).where(TrendForecast.as_of == as_of))
    trends = session.scalars(select(Trend).where(Trend.as_of == as_of).order_by(Trend.phrase)).all()
    weeks = {subject: own for subject, own in series_of(trends).items() if any(value > 0 for value in own.values())}
    if not weeks:
        return []
    said = forecast_panel(panel_of(weeks), horizon)
    rows = [_row(as_of, subject, said.of(at)) for at, subject in enumerate(weeks)]
    session.add_all(rows)
    session.flush()
    return rows


def find_forecast(session: Session, as_of: date, name: str, of: ForecastOf = ForecastOf.TREND) -> Forecast | None:
    """What was said for a day of one trend (by its phrase) or attribute (`colour=brown`)."""
    table = TrendForecast
    row = session.scalar(select(table).where(table.as_of == as_of, table.subject == of, table.name == name))
    if row is None:
        return None
    mean, low, high, season = (tuple(map(float, part)) for part in (row.mean, row.lo80, row.hi80, row.season))
    return Forecast(row.first_on, mean, low, high, season, Tier(row.tier))


def series_of(trends: Sequence[Trend]) -> dict[Subject, dict[date, float]]:
    """The weeks of each trend, and of each attribute value: the sum of the trends that likeliest mean it."""
    found: dict[Subject, dict[date, float]] = {}
    for trend in trends:
        weeks = {date.fromisoformat(day): float(value) for day, value in trend.series}
        found[ForecastOf.TREND, trend.phrase] = weeks
        for attribute, values in trend.meaning.items():
            if isinstance(values, list) and values and isinstance(values[0], str):
                total = found.setdefault((ForecastOf.ATTRIBUTE, f"{attribute}={values[0]}"[:200]), {})
                for day, value in weeks.items():
                    total[day] = total.get(day, 0.0) + value
    return found


def panel_of(series: Mapping[Subject, Mapping[date, float]]) -> Panel:
    """Weeks on one grid: a week without titles is 0; before the first title nothing is known."""
    last = max(max(weeks) for weeks in series.values())
    length = 1 + max((last - min(weeks)).days // 7 for weeks in series.values())
    first = last - timedelta(weeks=length - 1)
    values = np.stack([_on_grid(weeks, first, length) for weeks in series.values()])
    return Panel(tuple(f"{of} {name}" for of, name in series), first, values)


def _on_grid(weeks: Mapping[date, float], first: date, length: int) -> Floats:
    own = np.array([weeks.get(first + timedelta(weeks=at), 0.0) for at in range(length)])
    own[: np.flatnonzero(own)[0]] = np.nan
    return own


def as_far_down_as_up(said: Forecast) -> Forecast:
    """The same with the lower end at most as near to the mean as the upper one, as a ratio.

    What is looked at because it rose falls back more often than its own past shows (regression to the mean, Galton
    1886), and a past that mostly rises has no falls to learn from.
    """
    ends = zip(said.lo80, said.mean, said.hi80, strict=True)
    return replace(said, lo80=tuple(min(low, mean * mean / high) if high > 0 else low for low, mean, high in ends))


def _row(as_of: date, subject: Subject, said: Forecast) -> TrendForecast:
    if subject[0] is ForecastOf.TREND:
        said = as_far_down_as_up(said)
    parts = {
        name: [round(value, _DIGITS) for value in getattr(said, name)] for name in ("mean", "lo80", "hi80", "season")
    }
    return TrendForecast(
        as_of=as_of, subject=subject[0], name=subject[1], first_on=said.first_on, tier=said.tier.value, **parts
    )
