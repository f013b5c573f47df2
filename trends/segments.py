"""Who a trend's titles come from: shops that sell again, people who buy for themselves, buyers abroad."""

from collections import Counter
from collections.abc import Mapping, Sequence

from models.interest import Segment
from models.lexicon import TermKind
from trends.counting import Title

HOME = "CN"
_PRIOR = 1.0  # one pseudo-title spread evenly: a single post does not make a trend wholly one segment's
_SPEAKERS = {"goods_wholesale": Segment.DOMESTIC_BUSINESS, "goods_abroad": Segment.CROSS_BORDER}


def segment_shares(
    titles: Sequence[Title], countries: Mapping[str, str | None], said: Sequence[str] = ()
) -> dict[str, float]:
    """Segment -> share of the titles that speak from it, smoothed by one title spread evenly; they sum to 1.

    Where a merchandiser `said` who buys it, these share it evenly.

    Words of the wholesale trade make a domestic title a shop's, words of trade abroad a trader's; another language than
    Chinese, or a source that observes another country, is abroad. `countries` gives the country each source observes.
    """
    if said:
        return {one.value: round((one in said) / len(said), 3) for one in Segment}
    counts = Counter(_speaker(title, countries) for title in titles)
    total = len(titles) + _PRIOR
    return {one.value: round((counts[one] + _PRIOR / len(Segment)) / total, 3) for one in Segment}


def _speaker(title: Title, countries: Mapping[str, str | None]) -> Segment:
    seen = title.observed
    if not seen.language.startswith("zh") or (countries.get(seen.source) or HOME) != HOME:
        return Segment.CROSS_BORDER
    keys = sorted(t.key for word in title.words for t in word.terms if t.kind is TermKind.CONTEXT)
    told = [_SPEAKERS[key] for key in keys if key in _SPEAKERS]
    return told[0] if told else Segment.DOMESTIC_CONSUMER
