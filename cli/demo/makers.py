"""Simulated makers answer their offers through the portal's own forms, over real HTTP."""

_DECLINES, _COUNTERS = 0.25, 0.15
_REASONS = ("our line is full until the end of next month", "we cannot get this shell fabric in time")
