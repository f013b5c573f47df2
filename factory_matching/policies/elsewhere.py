"""The cheapest ways of very many demands among some of the factories, as if these had no other work."""

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from factory_matching.assignment.arrays import Floats, ask, currencies_of, makers_of, shelve
from factory_matching.assignment.price import free_prices
from factory_matching.assignment.retrieve import Found, nothing_found, retrieve
from factory_matching.demand import OpenDemand, Supply
from factory_matching.policies.facts import Flags
from factory_matching.policies.taking import days_of
from factory_matching.registry.register import Ints
from factory_matching.weights import MatchWeights


def look_up(demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, factories: Flags, few: int) -> Found:
    """The `few` cheapest ways of each demand among these factories (F)."""
    if not demands:
        return nothing_found(0, few)
    most: Ints = np.where(factories, np.iinfo(np.int64).max, 0)
    among = replace(supply, most=most)
    currencies = currencies_of(supply.register)
    asked = ask(demands, among, currencies, np.zeros(len(demands)))
    makers = makers_of(among, days_of(demands, among), weights)
    shelf = shelve(supply.register, makers, currencies, weights)
    return retrieve(asked, shelf, makers, free_prices(*makers.made_by.shape), few, os.cpu_count() or 1)[0]


def cheapest_cost(demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, factories: Flags) -> Floats:
    """What a unit of each demand costs at the cheapest of these factories, with its risks and fee; inf without any."""
    return look_up(demands, supply, weights, factories, 1).cost[:, 0]
