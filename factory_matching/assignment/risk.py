"""How fast the risk of lateness falls with days to spare."""

import numpy as np
from numpy.typing import NDArray

from factory_matching.registry.register import Ints, Register
from factory_matching.weights import MatchWeights

_HALVINGS = float(np.log2(5))  # from half the orders later than the median lead time to a tenth later than its p90
_LEAST = 0.5  # days; a factory that is always on the day is no surer than its share of late orders


def half_days(register: Register, factories: Ints, weights: MatchWeights) -> NDArray[np.float64]:
    """Days to spare that halve each factory's risk: from its own spread of lead times, with an exponential tail."""
    spread = register.late_days[factories]
    own: NDArray[np.float64] = np.maximum(spread / _HALVINGS, _LEAST)
    return np.where(spread > 0, own, weights.slack_half_days)
