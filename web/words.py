"""What people call states, rungs and segments; English here, translated by the catalogues."""

from collections.abc import Mapping


def N_(text: str) -> str:  # mark for extraction; translated where it is shown
    """The text itself."""
    return text


WORDS: Mapping[str, str] = {
    # commitment ladder
    "view": N_("viewed"),
    "favourite": N_("favourited"),
    "inquiry": N_("inquired"),
    "pre_order": N_("pre-ordered"),
    "deposit": N_("paid a deposit"),
    # segments
    "domestic_business": N_("small shop"),
    "domestic_consumer": N_("for myself"),
    "cross_border": N_("selling abroad"),
    # listings
    "draft": N_("draft"),
    "approved": N_("approved"),
    "interest_only": N_("collecting interest"),
    "reservable": N_("open for pre-order"),
    "committed": N_("confirmed, maker being chosen"),
    "in_production": N_("in production"),
    "shipping": N_("shipping"),
    "closed": N_("delivered"),
    "stopped": N_("stopped"),
    "refunded": N_("refunded"),
    # mockups
    "drawn": N_("waiting for review"),
    "flagged": N_("flagged by a check"),
    "rejected": N_("rejected"),
    # batches
    "launched": N_("launched"),
    "designed": N_("designed"),
    "published": N_("published"),
    "decided": N_("decided"),
    "placed": N_("placed"),
    # trends
    "emerging": N_("emerging"),
    "rising": N_("rising"),
    "peak": N_("at its peak"),
    "fading": N_("fading"),
    "reviewed": N_("a merchandiser said so"),
    "named": N_("the phrase says so"),
    "beside": N_("words beside it"),
    "implied": N_("the lexicon implies it"),
    "alike": N_("phrases of the same sense"),
    # verdicts
    "confirm": N_("confirm"),
    "extend": N_("extend"),
    "stop": N_("stop"),
    # pre-orders
    "deposited": N_("deposit paid"),
    "settled": N_("settled"),
    "cancelled": N_("cancelled"),
    "released": N_("released"),
    "checking": N_("deposits being checked"),
    "topping_up": N_("units are missing"),
    # money
    "entry_asked": N_("asked"),
    "entry_paid": N_("came in"),
    "entry_refunded": N_("went back"),
    "entry_returned": N_("a refund came back to us"),
    "entry_failed": N_("did not happen"),
    "refund_asked": N_("on its way back"),
    "refund_paid": N_("gone back"),
    "refund_failed": N_("could not be sent, we look into it"),
    "refund_withdrawn": N_("was sent back already"),
    "provider_manual": N_("bank transfer"),
    "provider_stripe": N_("Stripe (card)"),
    "because_cancelled": N_("you cancelled"),
    "because_late": N_("it came after the pre-order had ended"),
    "because_too_much": N_("more was paid than asked"),
    "because_released": N_("the pre-order was released"),
    # offers and production orders
    "sent": N_("waiting for an answer"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "countered": N_("counter-offered"),
    "expired": N_("expired"),
    "withdrawn": N_("withdrawn"),
    "sampled": N_("sample made"),
    "shipped": N_("shipped"),
    "offered": N_("offered to factories"),
    "ordered": N_("ordered"),
    "open": N_("open"),
    "unserved": N_("no factory yet"),
    "one size": N_("one size"),
    # charts
    "raw visitors": N_("raw visitors"),
    "clean people": N_("clean people"),
    "low end": N_("low end"),
    "width of the interval": N_("width of the interval"),
    "rate": N_("rate"),
    "signals a week": N_("signals a week"),
    # why a visitor is not counted
    "supplier": N_("supplier's own interest"),
    "declared_bot": N_("declared bot"),
    "unknown_agent": N_("unknown agent"),
    "too_fast": N_("too fast for a person"),
    "too_many_listings": N_("too many listings for a person"),
    "no_view": N_("ordered without looking"),
    # parts of a spec
    "style": N_("style"),
    "occasion": N_("occasion"),
    "category": N_("category"),
    "colour": N_("colour"),
    "material": N_("material"),
    "length": N_("length"),
    "sleeve": N_("sleeves"),
    "collar": N_("collar"),
    "closure": N_("closure"),
    "pockets": N_("pockets"),
    "fit": N_("fit"),
    "pattern": N_("pattern"),
    "trim": N_("trim"),
    # checks of a picture
    "not_blank": N_("something to see"),
    "lines": N_("lines of the flat"),
    "repetition": N_("unlike other pictures"),
    "clearance": N_("clear of rights"),
    "safety": N_("decency"),
}
