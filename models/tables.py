"""Every table, imported once so that the metadata is complete (migrations, tests)."""

from models.base import Base
from models.batch import Batch, BatchTrend
from models.conduct import Appeal, Dispute, FactoryFinding, Inspection
from models.decision import ConfirmedDemand, ConfirmedDemandLine, DemandDecision
from models.design import Design, Mockup
from models.exposure import ExposurePages, ExposureSnapshot, LearnedPriors, PageShown, PagesLost
from models.factory import Capability, CapacitySlot, Factory, FactoryCertificate, RegisterChange
from models.factory_edit import FactoryEdit, FactoryLink
from models.forecast import TrendForecast
from models.interest import InterestEvent, PreOrder
from models.lesson import FactoryYield, Lesson
from models.lexicon_entry import LexiconEntry
from models.listing import Listing, ListingPriceBreak, ListingVariant
from models.order import Allocation, Offer, ProductionBrief, ProductionOrder
from models.outbox import OutboxMessage
from models.payment import DepositRequest, PaymentEntry, Refund
from models.policy import ForbiddenPair, Pool, PoolMember, PoolPart, PoolPlacing
from models.protected import PicturePrint, ProtectedWork
from models.quote import OfferRound, Quote, Rfq, RfqInvite
from models.rollup import InterestNews, InterestRollup
from models.rule_version import RuleVersion
from models.sale import SaleRecord
from models.scorecard import FactoryScore, RenewalMember, RenewalProposal, ScoreRun
from models.search import SearchCount
from models.series import TrendSeriesValue
from models.settlement import Settlement
from models.signal import TrendSignal
from models.source import SignalSource, SourceMark
from models.state import StateChange
from models.trend import Trend

TABLES: tuple[type[Base], ...] = (
    Allocation,
    Appeal,
    Batch,
    BatchTrend,
    Capability,
    CapacitySlot,
    ConfirmedDemand,
    ConfirmedDemandLine,
    DemandDecision,
    DepositRequest,
    Design,
    Dispute,
    ExposurePages,
    ExposureSnapshot,
    Factory,
    FactoryCertificate,
    FactoryEdit,
    FactoryFinding,
    FactoryLink,
    FactoryScore,
    FactoryYield,
    ForbiddenPair,
    Inspection,
    InterestEvent,
    InterestNews,
    InterestRollup,
    LearnedPriors,
    Lesson,
    LexiconEntry,
    Listing,
    ListingPriceBreak,
    ListingVariant,
    Mockup,
    Offer,
    OfferRound,
    OutboxMessage,
    PageShown,
    PagesLost,
    PaymentEntry,
    PicturePrint,
    Pool,
    PoolMember,
    PoolPart,
    PoolPlacing,
    PreOrder,
    ProductionBrief,
    ProductionOrder,
    ProtectedWork,
    Quote,
    Refund,
    RegisterChange,
    RenewalMember,
    RenewalProposal,
    Rfq,
    RfqInvite,
    RuleVersion,
    SaleRecord,
    ScoreRun,
    SearchCount,
    Settlement,
    SignalSource,
    SourceMark,
    StateChange,
    Trend,
    TrendForecast,
    TrendSeriesValue,
    TrendSignal,
)
