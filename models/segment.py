"""Kinds of buyers, who want different things and are counted apart."""

from enum import StrEnum


class Segment(StrEnum):
    """Kind of buyer."""

    DOMESTIC_BUSINESS = "domestic_business"
    DOMESTIC_CONSUMER = "domestic_consumer"
    CROSS_BORDER = "cross_border"
