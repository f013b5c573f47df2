"""Which of many listings may be confirmed together so that few of all confirmed are false. Pure.

The e-Benjamini-Hochberg procedure (R. Wang, A. Ramdas, False discovery rate control with e-values, J. R. Stat. Soc. B
84, 2022): the expected share of false ones among those chosen is at most `level`, however the listings depend on each
other. What it needs of its caller:

- each figure is the log of an e-process *at a stopping time*: now, or where the listing was decided. The largest value
  that it ever had is not an e-value;
- every listing that was launched is in the list, also those stopped early with what they had then: leaving losers out
  raises the share of false ones;
- a listing that may not be confirmed for another reason, such as too few units, comes with minus infinity. Striking it
  out of the answer instead would leave the others without the company that their threshold counted on.

A listing frozen when it was chosen stays chosen at every later look.
"""

from collections.abc import Sequence
from math import inf, isnan, log


def e_bh(log_e: Sequence[float], level: float) -> tuple[bool, ...]:
    """Whether each listing is chosen, from the natural logs of its e-values; ValueError for a NaN or a bad level."""
    threshold = log_threshold(log_e, level)
    return tuple(value >= threshold for value in log_e)


def log_threshold(log_e: Sequence[float], level: float) -> float:
    """Log of the e-value from which listings are chosen; infinity when none is."""
    if not 0 < level < 1:
        raise ValueError(f"a false discovery rate of {level}")
    if any(isnan(value) for value in log_e):
        raise ValueError("an e-value is not a number")
    alone = log(len(log_e) / level) if log_e else inf
    reached = inf
    for rank, value in enumerate(sorted(log_e, reverse=True), 1):
        if value >= alone - log(rank) and value > -inf:
            reached = value
    return reached
