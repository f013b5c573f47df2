"""What a listing earns on average: Bayesian, shown to people, never the gate of a decision. Pure.

The rate's posterior is the conjugate Beta (A. Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 2); the margin is
linear in the rate. Unlike the evidence it leans on a prior, and its interval does not hold under continuous looking.
"""

from dataclasses import dataclass
from math import inf

from demand.beta import Beta

_INTERVAL = 0.05, 0.95
VIEWERS = 1000


@dataclass(frozen=True, slots=True)
class MarginOutlook:
    """Margin less the cost of exposure for the next thousand viewers, in the currency of the arguments.

    `low` to `high` holds the long-run average with 90% posterior probability; `chance_of_loss` is that of it being
    below zero.
    """

    mean: float
    low: float
    high: float
    chance_of_loss: float

    def __post_init__(self) -> None:
        if not self.low <= self.high or not 0 <= self.chance_of_loss <= 1:
            raise ValueError(f"a margin from {self.low} to {self.high}, lost with {self.chance_of_loss}")


def expected_margin(
    viewers: int, converted: int, prior: Beta, margin_per_conversion: float, cost_per_viewer: float
) -> MarginOutlook:
    """Weigh one listing; without viewers the prior speaks alone.

    ValueError for more conversions than viewers, a margin that is not positive or a negative cost.
    """
    if not 0 <= converted <= viewers:
        raise ValueError(f"{converted} of {viewers} viewers converted")
    if not 0 < margin_per_conversion < inf or not 0 <= cost_per_viewer < inf:
        raise ValueError(f"a margin of {margin_per_conversion} per conversion, {cost_per_viewer} spent per viewer")
    rate = prior.after(converted, viewers - converted)

    def earned(at: float) -> float:
        return VIEWERS * (at * margin_per_conversion - cost_per_viewer)

    low, high = (earned(rate.quantile(chance)) for chance in _INTERVAL)
    return MarginOutlook(earned(rate.mean), low, high, rate.chance_below(cost_per_viewer / margin_per_conversion))
