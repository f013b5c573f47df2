"""Detection on small made-up streams: what rises, what does not, and that it can be run again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from configs.load_clearance import load_names
from configs.load_lexicon import load_lexicon
from models.trend import Trend, TrendStage
from tests.builders import make_trend
from trends.detect import detect
from trends.sources import Signal
from trends.store import add_signals, find_trends

AS_OF = date(2026, 11, 15)
LEXICON = load_lexicon()
PEOPLE = ["邻居", "老师", "同事", "表姐", "房东", "司机", "店长", "教练", "室友", "园丁", "厨师", "木匠"]


def signal(title, days_ago):
    day = AS_OF - timedelta(days=days_ago)
    return Signal("posts", f"{title}{day}", day, "zh", title, None, 1.0, None)


def add(session, title, days_ago):
    add_signals(session, [signal(title, days_ago)])


def add_rise(session, phrase, tail="穿搭", days=range(0, 24, 2)):
    add_signals(session, [signal(f"{who}的{phrase}{tail}", ago) for who, ago in zip(PEOPLE, days, strict=False)])


def add_past(session):
    """A year of everyday titles, so that shares have something to be shares of."""
    add_signals(session, [signal(f"{who}第{week}周去钓鱼", 7 * week) for week in range(60) for who in PEOPLE])


def found(session, **how):
    return {trend.phrase: trend for trend in detect(session, AS_OF, LEXICON, **how)}


def test_a_new_style_is_found_with_evidence_meaning_and_reason(session):
    add_past(session)
    add_rise(session, "美拉德")
    trend = found(session)["美拉德"]
    assert trend.stage is TrendStage.EMERGING
    assert trend.rule == "names a style of the lexicon"
    assert trend.meaning["colour"][0] == "brown"
    assert trend.evidence[0] == {"date": "2026-11-15", "title": "邻居的美拉德穿搭", "source": "posts"}
    assert trend.series[-1][0] == "2026-11-09"
    assert "12 distinct titles" in trend.reason


def test_signals_of_later_days_are_not_seen(session):
    add_past(session)
    add_rise(session, "美拉德", days=range(-12, 0))
    assert "美拉德" not in found(session)


def test_a_phrase_that_was_always_there_does_not_rise(session):
    for week in range(70):
        for who in PEOPLE[:4]:
            add(session, f"{who}的牛仔裤第{week}次缝补", 7 * week)
    trend = found(session).get("牛仔裤")
    assert trend is None or trend.score < 1


def test_goods_of_every_winter_do_not_rise_in_november(session):
    add_past(session)
    for year in (0, 364, 728):
        for number, who in enumerate(PEOPLE):
            add(session, f"{who}的羽绒服攻略{year}", year + 2 * number)
    trend = found(session).get("羽绒服")
    assert trend is None or trend.score < 1


def test_news_is_no_goods(session):
    add_past(session)
    for number, who in enumerate(PEOPLE):
        add(session, f"{who}回应台风停运通报{number}", number)
    assert not {phrase for phrase in found(session) if "台风" in phrase or "通报" in phrase}


def test_one_story_told_many_times_is_no_trend(session):
    add_past(session)
    for number in range(9):
        add(session, f"奶茶店回应杯子压容量第{number}天", number)
    assert not {phrase for phrase in found(session) if "容量" in phrase or "杯子" in phrase}


def test_the_same_title_on_many_days_counts_once(session):
    add_past(session)
    for ago in range(14):
        add(session, "老师的美拉德穿搭", ago)
    assert "美拉德" not in found(session)


def test_an_unknown_word_counts_as_goods_when_its_titles_speak_of_goods(session):
    add_past(session)
    add_rise(session, "焦糖云朵", tail="大衣穿搭")
    add_rise(session, "高压电缆", tail="检修")
    rising = found(session)
    assert any("云朵" in phrase for phrase in rising)
    assert not any("电缆" in phrase for phrase in rising)


def test_what_rises_only_beside_a_style_is_told_by_the_style(session):
    add_past(session)
    add_rise(session, "美拉德", tail="大衣搭配")
    rising = found(session)
    assert "大衣" not in rising
    assert rising["美拉德"].meaning["category"][0] == "coat"
    assert "大衣" in rising["美拉德"].reason


def test_two_languages_of_one_style_are_one_trend(session):
    add_past(session)
    add_rise(session, "美拉德")
    for number, who in enumerate(("ann", "bob", "cleo", "dan")):
        add(session, f"{who} in maillard again, day {number}", number)
    assert "maillard" in found(session)["美拉德"].reason
    assert "maillard" not in found(session)


def test_ways_of_writing_one_thing_are_one_trend(session):
    add_past(session)
    told = ("ann at home", "bob outdoors", "cleo again", "dan at last", "eve downtown", "fay upstairs")
    for number, who in enumerate(told):
        add(session, f"{who}: {('shearling-slipper', 'shearling slippers')[number % 2]} outfit", number)
    rising = [trend for phrase, trend in found(session).items() if "slipper" in phrase]
    assert len(rising) == 1


def test_how_sure_it_is_and_who_says_so_is_stored(session):
    add_past(session)
    add_rise(session, "美拉德")
    trend = found(session)["美拉德"]
    assert trend.sources == {"posts": 12}
    assert 0.6 < trend.confidence < 0.71
    assert trend.false_rate < 0.001
    assert not trend.is_pushed
    assert trend.days[-1] == ["2026-11-15", 1, 1.0]


def test_detecting_twice_gives_the_same_rows_and_ids(session):
    add_past(session)
    add_rise(session, "美拉德")
    add_rise(session, "军大衣")
    before = {phrase: trend.id for phrase, trend in found(session).items()}
    assert {phrase: trend.id for phrase, trend in found(session).items()} == before
    assert [trend.id for trend in find_trends(session, AS_OF)] == list(before.values())


def test_what_no_longer_rises_goes_unless_something_stands_on_it(session):
    add_past(session)
    add_rise(session, "美拉德")
    make_trend(session, as_of=AS_OF, phrase="旧词")
    detect(session, AS_OF, LEXICON)
    assert "旧词" not in session.scalars(select(Trend.phrase)).all()


def test_the_list_is_cut_and_fading_ones_come_last(session):
    add_past(session)
    add_rise(session, "美拉德")
    add_rise(session, "军大衣")
    add_rise(session, "新中式", days=range(15, 27))
    assert list(found(session))[-1] == "新中式"
    assert len(found(session, top=1)) == 1


@pytest.mark.parametrize("titles", [[], ["美拉德"]])
def test_too_little_to_say_is_an_empty_list(session, titles):
    for title in titles:
        add(session, title, 1)
    assert found(session) == {}


def test_a_trend_that_names_a_brand_is_told_but_means_nothing_to_design(session):
    add_past(session)
    add_rise(session, "耐克卫衣")
    named = [trend for trend in found(session, names=load_names()).values() if "耐克" in trend.phrase]
    assert named
    assert all(trend.meaning == {} and "names the brand Nike" in trend.reason for trend in named)
