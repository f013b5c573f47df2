"""Styles taken out of the lexicon get their attributes back from the words beside them in the shipped sample."""

from configs.files import CONFIGS, read_toml
from configs.load_lexicon import load_lexicon
from models.db import connect, transaction
from models.lexicon import Lexicon, TermKind
from samples.make_signals import LAST_DAY
from trends.collect import collect
from trends.detect import detect
from trends.sources import parse_source

GONE = {"maillard": ("maillard", "拉德"), "balletcore": ("balletcore", "芭蕾"), "gorpcore": ("gorpcore", "山系")}
SURE = 0.7


def test_styles_that_the_lexicon_lost_are_guessed_from_their_titles_and_wait_for_review(sqlite_url):
    whole = load_lexicon()
    lost = Lexicon({key: term for key, term in whole.terms.items() if term.key not in GONE})
    source = parse_source(read_toml(CONFIGS / "sources" / "sample.toml"), "sample.toml")
    engine = connect(sqlite_url)
    with transaction() as session:
        collect(session, source, [CONFIGS.parent / "samples" / "signals.csv.gz"], LAST_DAY)
        found = detect(session, LAST_DAY, lost, top=40)
    engine.dispose()
    guessed, right = 0, 0
    for key, spellings in GONE.items():
        trends = [one for one in found if one.review and any(text in one.phrase for text in spellings)]
        assert trends, key
        implied = whole.terms[TermKind.STYLE, key].implies
        values = [
            (one["attribute"], one["value"])
            for trend in trends
            for one in trend.attributes
            if one["attribute"] in {"category", "colour"} and one["confidence"] >= SURE
        ]
        assert values, key
        guessed += len(values)
        right += sum(value in implied[attribute] for attribute, value in values)
    assert right >= 0.9 * guessed
