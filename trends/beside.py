"""Which attributes keep company with a phrase: pure arithmetic on counts of titles.

Method: the log-odds ratio with an informative Dirichlet prior of B. L. Monroe, M. P. Colaresi and K. M. Quinn,
"Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the Content of Political Conflict", Political
Analysis 16 (2008), with the variance of all four cells, since ours are small. Of the titles that name any colour, say,
the share that names brown beside the phrase is compared with the share that names brown elsewhere; both are shrunk
towards the latter by PRIOR_TITLES, so that one title proves little. The confidence is the probability that the odds
beside the phrase are at least AT_HOME times those elsewhere. Comparing inside one attribute keeps out that titles about
fashion name more colours than titles about football.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import log, sqrt

from scipy.special import ndtr

from models.lexicon import TermKind
from trends.counting import Title

PRIOR_TITLES = 10.0
"""Weight of what holds elsewhere: where one title in twenty has a value, 1 title of 1 beside the phrase gives 0.65 or
so, 2 of 2 give 0.85, 3 of 3 give 0.95."""
AT_HOME = 2.0

Value = tuple[TermKind, str]


@dataclass(frozen=True, slots=True)
class AttributeCounts:
    """How many distinct titles name a value, and how many name any value of an attribute."""

    values: Mapping[Value, int]
    kinds: Mapping[TermKind, int]

    @staticmethod
    def of(titles: Iterable[Title], but: Collection[str] = ()) -> "AttributeCounts":
        """Count titles, leaving out what the words in `but` name."""
        values: Counter[Value] = Counter()
        kinds: Counter[TermKind] = Counter()
        for title in titles:
            named = {(t.kind, t.key) for word in title.words if word.text not in but for t in word.spelled}
            values.update(named)
            kinds.update({kind for kind, _ in named})
        return AttributeCounts(values, kinds)

    def without(self, titles: Iterable[Title]) -> "AttributeCounts":
        """The same, had these titles not been seen."""
        gone = AttributeCounts.of(titles)
        values = {value: self.values[value] - gone.values.get(value, 0) for value in self.values}
        return AttributeCounts(values, {kind: self.kinds[kind] - gone.kinds.get(kind, 0) for kind in self.kinds})


def at_home(beside: AttributeCounts, elsewhere: AttributeCounts) -> dict[Value, float]:
    """How sure each value named beside a phrase belongs to it, 0-1; neither counts nor answers know an order."""
    choices = Counter(kind for kind, _ in {*beside.values, *elsewhere.values})
    return {
        (kind, key): confidence(
            count, beside.kinds[kind], elsewhere.values.get((kind, key), 0), elsewhere.kinds.get(kind, 0), choices[kind]
        )
        for (kind, key), count in beside.values.items()
    }


def confidence(named: int, titles: int, named_elsewhere: int, titles_elsewhere: int, choices: int) -> float:
    """Probability that a value is at home with a phrase.

    `named` of `titles` beside the phrase name the value, `named_elsewhere` of `titles_elsewhere` do without it;
    `choices` values are known of the attribute. Titles are those that name any value. Laplace's rule with one more,
    unseen choice keeps every share off 0 and 1, so that nothing needs to have been seen elsewhere.
    """
    share = (named_elsewhere + 1) / (titles_elsewhere + choices + 1)
    prior, rest = PRIOR_TITLES * share, PRIOR_TITLES * (1 - share)
    cells = (
        named + prior,
        titles - named + rest,
        named_elsewhere + prior,
        titles_elsewhere - named_elsewhere + rest,
    )
    ratio = log(cells[0] / cells[1]) - log(cells[2] / cells[3])
    return float(ndtr((ratio - log(AT_HOME)) / sqrt(sum(1 / cell for cell in cells))))
