"""Make `samples/signals.csv.gz`: synthetic posts in Chinese and English over two years, from one seed.

    python -m samples.make_signals [--seed 7] [--out samples/signals.csv.gz]

Planted: rises that detection must find (`RISING`), and what it must not take for a rise: goods that come every season
(`SEASONAL`), goods that sell all year (`STEADY`), trends that are over (`OVER`), bursts of news, and a few bad rows.
"""

import argparse
import csv
import gzip
import io
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from samples import post_words as words

LAST_DAY = date(2026, 11, 15)
DAYS = 730
SEED = 7
NOTE = "# SYNTHETIC posts made by samples/make_signals.py; no real person, brand or post is in them\n"


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase in both languages, words that go with it, and its posts a week in each language."""

    zh: str
    en: str
    beside_zh: tuple[str, ...] = ()
    beside_en: tuple[str, ...] = ()
    peak: float = 6.0
    day: int = 0
    """RISING: days before the last day when the rise is half way up. OVER: of its peak. SEASONAL: day of year."""
    width: float = 14.0


RISING = (
    Topic(
        "军大衣",
        "military greatcoat",
        ("军绿", "双排扣", "铜扣", "过冬"),
        ("olive", "brass buttons", "wool"),
        13,
        16,
        7,
    ),
    Topic(
        "美拉德", "maillard", ("棕色", "焦糖色", "大衣", "毛衣"), ("caramel", "brown", "cardigan", "coat"), 10, 24, 8
    ),
    Topic(
        "新中式", "new chinese style", ("盘扣", "立领", "外套"), ("stand collar", "frog closure", "jacket"), 9, 22, 9
    ),
    Topic("山系", "gorpcore", ("冲锋衣", "机能", "橄榄绿"), ("shell jacket", "olive", "cargo pockets"), 9, 26, 8),
    Topic("东北大花", "northeast floral", ("马甲", "红色", "棉袄"), ("red", "waistcoat", "floral"), 8, 10, 5),
    Topic("格雷系", "tonal grey", ("灰色", "西装", "毛衣"), ("charcoal", "blazer", "knit"), 8, 20, 8),
    Topic("老钱风", "old money", ("藏青色", "针织衫", "马甲"), ("navy", "polo shirt", "blazer"), 7, 25, 9),
    Topic("马面裙", "horse-face skirt", ("织锦", "红色", "披肩"), ("brocade", "crimson", "shawl"), 7, 18, 8),
    Topic("灯芯绒", "corduroy", ("裤子", "外套", "姜黄"), ("trousers", "mustard", "jacket"), 7, 15, 6),
    Topic("芭蕾风", "balletcore", ("粉色", "开衫", "系带"), ("ballet pink", "cardigan", "skirt"), 6, 20, 8),
)
SEASONAL = (
    Topic("羽绒服", "puffer jacket", ("黑色", "保暖"), ("black", "winter"), 12, 355, 34),
    Topic("围巾", "blanket scarf", ("羊绒", "灰色"), ("cashmere", "grey"), 9, 345, 30),
    Topic("毛衣", "cable knit", ("高领", "米色"), ("cream", "winter"), 9, 340, 32),
    Topic("连衣裙", "sundress", ("碎花", "夏日"), ("floral", "summer"), 12, 180, 34),
    Topic("防晒衣", "sun jacket", ("浅蓝色", "户外"), ("pale blue", "outdoor"), 9, 190, 26),
    Topic("短裤", "denim shorts", ("牛仔", "夏天"), ("denim", "beach"), 9, 200, 28),
    Topic("雪地靴", "snow boots", ("加绒", "棕色"), ("fleece", "brown"), 7, 350, 25),
)
STEADY = (
    Topic("牛仔裤", "jeans", ("直筒", "高腰"), ("straight", "indigo"), 7),
    Topic("运动鞋", "sneakers", ("白色", "跑步"), ("white", "running"), 7),
    Topic("衬衫", "oxford shirt", ("条纹", "通勤"), ("striped", "office"), 6),
    Topic("帆布包", "tote bag", ("白色", "开学"), ("canvas", "campus"), 5),
    Topic("卫衣", "sweatshirt", ("圆领", "灰色"), ("grey", "crew neck"), 6),
    Topic("外套", "jacket", ("黑色", "拉链"), ("black", "zip"), 6),
    Topic("开衫", "cardigan", ("白色", "针织"), ("white", "knit"), 5),
    Topic("裤子", "trousers", ("黑色", "宽松"), ("black", "relaxed"), 6),
    Topic("大衣", "wool coat", ("黑色", "长款"), ("black", "longline"), 5),
    Topic("西装", "blazer", ("黑色", "面试"), ("black", "interview"), 5),
    Topic("马甲", "waistcoat", ("灰色", "修身"), ("grey", "fitted"), 4),
    Topic("短裙", "skirt", ("百褶", "黑色"), ("pleated", "black"), 5),
    Topic("针织衫", "polo shirt", ("红色", "棕色"), ("red", "olive"), 5),
    Topic("冲锋衣", "shell jacket", ("蓝色", "登山"), ("blue", "hiking"), 4),
    Topic("马克杯", "ceramic mug", ("白色", "居家"), ("cream", "home"), 4),
)
OVER = (
    Topic("多巴胺", "dopamine dressing", ("黄色", "撞色"), ("yellow", "colour block"), 14, 480, 30),
    Topic("网球风", "tenniscore", ("白色", "短裙"), ("white", "pleated skirt"), 9, 190, 25),
    Topic("美人鱼风", "mermaidcore", ("银色", "长裙"), ("silver", "maxi dress"), 7, 430, 25),
)
NEWS_A_DAY, NEWS_BURST, CHAT_A_DAY = 11.0, 9.0, 14.0


def posts_a_day(topic: Topic, kind: str, day: date) -> float:
    """Expected posts of a topic on a day, both languages together."""
    before_end = (LAST_DAY - day).days
    match kind:
        case "rising":
            level = 0.01 + 1 / (1 + math.exp((before_end - topic.day) / topic.width))
        case "seasonal":
            apart = abs(day.timetuple().tm_yday - topic.day)
            level = 0.03 + math.exp(-0.5 * (min(apart, 365 - apart) / topic.width) ** 2)
        case "over":
            level = 0.02 + math.exp(-0.5 * ((before_end - topic.day) / topic.width) ** 2)
        case _:
            level = 1.0
    return 2 * topic.peak * level / 7


def make_rows(seed: int = SEED) -> Iterator[list[str]]:
    """Rows (post_id, posted_on, language, text, likes), oldest first; the same for the same seed."""
    rng = random.Random(seed)
    topics = [
        (topic, kind)
        for kind, group in (("rising", RISING), ("seasonal", SEASONAL), ("steady", STEADY), ("over", OVER))
        for topic in group
    ]
    number = 0
    for back in range(DAYS - 1, -1, -1):
        day = LAST_DAY - timedelta(days=back)
        texts = [
            _goods_post(rng, topic)
            for topic, kind in topics
            for _ in range(_poisson(rng, posts_a_day(topic, kind, day)))
        ]
        texts += _news_posts(rng) + [_chat_post(rng) for _ in range(_poisson(rng, CHAT_A_DAY))]
        rng.shuffle(texts)
        for language, text in texts:
            number += 1
            yield [f"p{number:06d}", day.isoformat(), language, text, str(int(rng.lognormvariate(3, 1.4)))]


def _goods_post(rng: random.Random, topic: Topic) -> tuple[str, str]:
    if rng.random() < 0.5:
        beside = rng.choice(topic.beside_zh) if rng.random() < 0.6 else ""
        parts = [rng.choice(words.ZH_WHEN), f"{beside}{topic.zh}", rng.choice(words.ZH_REACTION)]
        if rng.random() < 0.6:
            parts[1] += rng.choice(words.ZH_CONTEXT)
        if rng.random() < 0.7:
            parts.insert(1, rng.choice(words.ZH_WHERE))
        return "zh", " ".join(parts)
    beside = f"{rng.choice(topic.beside_en)} " if rng.random() < 0.6 else ""
    context = f" {rng.choice(words.EN_CONTEXT)}" if rng.random() < 0.6 else ""
    return "en", f"{rng.choice(words.EN_WHEN)}: {beside}{topic.en}{context}, {rng.choice(words.EN_REACTION)}"


def _chat_post(rng: random.Random) -> tuple[str, str]:
    """Daily life in the same words as the posts about goods, so that those words alone say nothing about goods."""
    if rng.random() < 0.5:
        about = rng.choice(words.ZH_CHAT)
        return "zh", " ".join(
            [rng.choice(words.ZH_WHEN), rng.choice(words.ZH_WHERE), about, rng.choice(words.ZH_REACTION)]
        )
    return "en", f"{rng.choice(words.EN_WHEN)}: {rng.choice(words.EN_CHAT)}, {rng.choice(words.EN_REACTION)}"


def _news_posts(rng: random.Random) -> list[tuple[str, str]]:
    """Everyday news, and now and then a subject that everyone writes about for a day."""
    posts = [_news_post(rng, None) for _ in range(_poisson(rng, NEWS_A_DAY))]
    if rng.random() < 0.12:
        burst = rng.randrange(len(words.EN_NEWS_SUBJECT))
        posts += [_news_post(rng, burst) for _ in range(_poisson(rng, NEWS_BURST))]
    return posts


def _news_post(rng: random.Random, subject: int | None) -> tuple[str, str]:
    chinese = rng.random() < 0.5
    subjects = words.ZH_NEWS_SUBJECT if chinese else words.EN_NEWS_SUBJECT
    who = rng.choice(subjects) if subject is None else subjects[subject]
    if chinese:
        return "zh", f"{who}{rng.choice(words.ZH_NEWS_VERB)} {rng.choice(words.ZH_NEWS_TAIL)}"
    return "en", f"{who} {rng.choice(words.EN_NEWS_VERB)}, {rng.choice(words.EN_NEWS_TAIL)}"


def _poisson(rng: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


BAD_ROWS: tuple[bytes, ...] = (
    b"b1,2026-13-40,zh,no such day,3\n",
    b"b2,,en,no date at all,3\n",
    b"b3,2031-01-01,en,posted in the future,3\n",
    b"b4,2026-10-01,zh,,3\n",
    b"b5,2026-10-02,en,broken bytes \xff\xfe\xfa,3\n",
    b"b6,2026-10-03,en,likes are no number,many\n",
    b"b7,2026-10-04,en,one value too many,3,4,5\n",
)
"""What real exports contain too; each must be refused with its reason."""


def render(seed: int = SEED) -> bytes:
    """The whole file, uncompressed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["post_id", "posted_on", "language", "text", "likes"])
    writer.writerows(make_rows(seed))
    lines = text.getvalue().encode().splitlines(keepends=True)
    for number, row in enumerate(BAD_ROWS):
        lines.insert(1 + (number + 1) * len(lines) // (len(BAD_ROWS) + 2), row)
    return NOTE.encode() + b"".join(lines)


def main() -> None:
    """Write the compressed file; the time stamp inside is zero so that equal seeds give equal files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "signals.csv.gz")
    arguments = parser.parse_args()
    body = render(arguments.seed)
    arguments.out.write_bytes(gzip.compress(body, compresslevel=9, mtime=0))
    print(f"{arguments.out}: {body.count(10) - 2} rows, {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
