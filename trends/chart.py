"""A series and its forecast as a few lines of text, for any terminal that shows Unicode blocks."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from trends.forecasting.values import Forecast, Tier

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH = 26
"""Characters for the past and as many for what lies ahead: both fit a line of 80."""
_TOLD_WEEKS = (4, 12, 52)


def chart(series: Sequence[tuple[date, float]], forecast: Forecast) -> str:
    """The past (its last two years), the mean and both ends of the 80% interval on one scale, then what they say."""
    past = squeeze([value for _, value in series][-104:], _WIDTH)
    parts = {name: squeeze(getattr(forecast, name), _WIDTH) for name in ("hi80", "mean", "lo80")}
    top = max([*past, *parts["hi80"]], default=0.0)
    blank = " " * len(past)
    lines = [
        f"upper 80%  {blank} {blocks(parts['hi80'], top)}",
        f"level      {blocks(past, top)} {blocks(parts['mean'], top)}",
        f"lower 80%  {blank} {blocks(parts['lo80'], top)}",
    ]
    if series:
        lines.append(f"           {series[-104:][0][0]} to {series[-1][0]}, then {len(forecast.mean)} weeks")
    return "\n".join([*lines, *_words(forecast)])


def squeeze(values: Sequence[float], width: int) -> list[float]:
    """At most `width` values, each the mean of its neighbours."""
    count = min(width, len(values))
    edges = [len(values) * at // count for at in range(count + 1)] if count else []
    return [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]


def blocks(values: Sequence[float], top: float) -> str:
    """Values as eight-step blocks, `top` the highest; what is not above zero is the lowest."""
    return "".join(_BLOCKS[max(0, min(7, int(8 * value / top)))] if top > 0 else _BLOCKS[0] for value in values)


def _words(forecast: Forecast) -> list[str]:
    told = []
    for weeks in _TOLD_WEEKS:
        if weeks <= len(forecast.mean):
            mean, low, high = forecast.after(weeks)
            told.append(f"in {weeks} weeks {_short(mean)} ({_short(low)} to {_short(high)})")
    return ["80% sure:  " + ", ".join(told), "season:    " + _season(forecast)]


def _season(forecast: Forecast) -> str:
    if not forecast.season or max(forecast.season) <= min(forecast.season):
        known = "none" if forecast.season else "not known, needs two years of weeks"
        return known + (" (interval by rule, too few weeks to measure)" if forecast.tier is Tier.TINY else "")
    high, low = (pick(range(len(forecast.season)), key=forecast.season.__getitem__) for pick in (max, min))
    return f"highest around {forecast.date_at(high)}, lowest around {forecast.date_at(low)}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
