"""Errors named for what happened, carrying facts; the web and the command line map them once.

DomainError
├── InvalidInput        the caller's file, form or argument cannot be used (422, exit 2)
│   ├── InvalidSpec     a GarmentSpec contradicts its category
│   ├── UnreadableSource a source file or feed cannot be read at all
│   ├── UnreadableModel  a picture model cannot be loaded
│   ├── DoesNotFit       a picture model or batch needs more memory than there is
│   └── PrivateAddress  an address outside leads into our own network
├── WorkersLost         work in other processes or on other machines was lost (503, exit 6)
│   └── PainterLost      painters are gone
├── PaymentUnavailable  the payment provider does not answer; the same call later may succeed (503, exit 6)
├── NotFound            nothing under that name (404, exit 3)
│   └── UnknownPhrase    no trend of that phrase
├── NotAllowed          wrong or missing token (403, exit 4)
└── Conflict            the state does not permit it (409, exit 5)
    └── PaymentRefused  the payment provider says no, and would say so again
"""

from collections.abc import Sequence
from datetime import date


class DomainError(Exception):
    """Something the business forbids or cannot do; the message is fit for a person."""

    status = 400
    exit_code = 1


class InvalidInput(DomainError):
    """The input cannot be used; the message says what and where."""

    status = 422
    exit_code = 2


class InvalidSpec(InvalidInput):
    """A garment spec contradicts the rules of its category."""


class UnreadableSource(InvalidInput):
    """A signal or factory source cannot be read at all."""


class UnreadableModel(InvalidInput):
    """A picture model cannot be loaded."""


class DoesNotFit(InvalidInput):
    """A picture model, or so many pictures at once, needs more memory than there is."""


class PrivateAddress(InvalidInput):
    """An address that somebody outside wrote down leads into a private network."""


class WorkersLost(DomainError):
    """Processes that did part of the work are gone, again and again; the same call later may succeed."""

    status = 503
    exit_code = 6


class PainterLost(WorkersLost):
    """Painters were lost, or never found room, and there are no others."""


class PaymentUnavailable(DomainError):
    """The payment provider does not answer, or does not let us in; the same call later may succeed."""

    status = 503
    exit_code = 6


class NotFound(DomainError):
    """Nothing exists under that name."""

    status = 404
    exit_code = 3

    def __init__(self, noun: str, key: object) -> None:
        super().__init__(f"no {noun} {key!r}")


class UnknownPhrase(NotFound):
    """No trend carries that phrase."""

    def __init__(self, phrase: str, near: Sequence[str], until: date) -> None:
        advice = f"near it: {', '.join(near)}" if near else "`demandloom trends list` shows those that there are"
        DomainError.__init__(self, f"no trend {phrase[:60]!r} up to {until}; {advice}")


class NotAllowed(DomainError):
    """The token is missing, wrong or expired."""

    status = 403
    exit_code = 4


class Conflict(DomainError):
    """The present state does not permit this."""

    status = 409
    exit_code = 5


class PaymentRefused(Conflict):
    """The payment provider says no, and would say so again."""
