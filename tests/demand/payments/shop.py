"""A shop with real buyers: a wanted listing, its pre-orders, deposits paid at the tests' bank."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.decision.judge import judge_listing
from demand.interest.record import record
from demand.payments.ask import ask_deposit
from demand.payments.give_back import send_refund
from demand.payments.ledger import load_balance
from demand.payments.provider import Notice, Providers
from demand.payments.take import take_statement
from demand.settlement.settle import settle
from models.batch import DemandRule, Rung
from models.interest import PreOrder, PreOrderState
from models.listing import Listing
from models.outbox import Channel, OutboxMessage
from models.payment import PaymentEntry, Refund, RefundState
from models.settlement import Settlement
from tests.builders import NOW, make_batch, make_listing
from tests.demand.payments.bank import Bank
from tests.demand.shelf import make_act, make_visits

RULE = DemandRule(target_rate=0.05, alpha=0.05, burn_in_viewers=0, min_units=30)
SHARE = Decimal("0.1")


@dataclass
class Shop:
    """One listing whose buyers are people; `bank` holds their deposits."""

    session: Session
    listing: Listing
    bank: Bank = field(default_factory=Bank)
    codes: int = 0

    @property
    def providers(self):
        return Providers(self.bank)

    @contextmanager
    def transaction(self):
        """The test's own session, as a transaction that writes before it ends."""
        yield self.session
        self.session.flush()

    def orders(self) -> list[PreOrder]:
        query = select(PreOrder).where(PreOrder.listing_id == self.listing.id).order_by(PreOrder.id)
        return list(self.session.scalars(query))

    def order(self, visitor="v1", at=NOW, **changes) -> PreOrder:
        """One more pre-order of a person who looked first."""
        acts = [
            make_act(self.listing.id, visitor, at=at),
            make_act(self.listing.id, visitor, Rung.PRE_ORDER, at, **changes),
        ]
        assert record(self.session, acts, SHARE).new == 2
        return self.orders()[-1]

    def ask(self, order, at=NOW):
        """Ask the deposit of a pre-order."""
        self.codes += 1
        code = f"DL-{self.codes}"
        return ask_deposit(self.transaction, self.providers, order.id, at, code, "en", "https://shop.example/")

    def pay(self, order, amount=None, at=NOW):
        """Ask and pay a deposit, and hear of it."""
        request = self.ask(order, at)
        self.bank.pay(request.reference, amount or request.amount)
        self.hear(request.reference, at)
        return request

    def hear(self, reference, at=NOW):
        """The bank's statement is looked up and taken in."""
        statement = self.bank.look_up(Notice(reference))
        assert take_statement(self.session, "bank", statement, at, "bank")

    def send(self, at=NOW):
        """Send what is queued for providers, as the outbox would."""
        query = select(OutboxMessage).where(OutboxMessage.channel == Channel.PAYMENT, OutboxMessage.sent_at.is_(None))
        for message in self.session.scalars(query.order_by(OutboxMessage.id)).all():
            data = message.payload["data"]
            send_refund(self.transaction, self.providers, data["code"], data["attempt"], at)
            message.sent_at = at

    def confirm(self, at):
        """Judge and settle as a flow would; the settlement that it opened."""
        decision = judge_listing(self.session, self.listing.id, at, RULE)
        settle(self.session, decision, at)
        return self.settlement()

    def settlement(self):
        return self.session.scalar(select(Settlement).where(Settlement.listing_id == self.listing.id))

    def check_books(self):
        """For every pre-order, what is held and not promised back is what its state says; the bank agrees."""
        for order in self.orders():
            free = load_balance(self.session, order.id).free
            match order.state:
                case PreOrderState.PLACED:
                    assert 0 <= free < order.deposit or free == order.deposit == 0, (order.state, free)
                case PreOrderState.DEPOSITED | PreOrderState.SETTLED:
                    assert free == order.deposit, (order.state, free)
                case PreOrderState.CANCELLED | PreOrderState.RELEASED:
                    assert free == 0, (order.state, free)


def open_shop(session, people=60, buyers=20) -> Shop:
    """A listing that a third of its viewers pre-ordered, with deposits of 95.40 that nobody has paid."""
    listing = make_listing(session, batch=make_batch(session, simulated=False))
    record(session, make_visits(listing.id, people, converted=buyers), SHARE)
    return Shop(session, listing)


def entries(shop: Shop) -> list[tuple[str, Decimal]]:
    """The ledger as (kind, amount), oldest first."""
    rows = shop.session.execute(select(PaymentEntry.kind, PaymentEntry.amount).order_by(PaymentEntry.id))
    return [(kind.value, amount) for kind, amount in rows]


def refunds(shop: Shop) -> list[tuple[RefundState, Decimal]]:
    """Every refund with how far it has come, oldest first."""
    return list(shop.session.execute(select(Refund.state, Refund.amount).order_by(Refund.id)).tuples())
