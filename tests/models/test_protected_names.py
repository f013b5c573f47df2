import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.load_clearance import load_names
from configs.load_lexicon import load_lexicon
from models.errors import InvalidInput
from models.lexicon import TermKind
from models.protected_names import NameKind, ProtectedNames, fold

NAMES = load_names()


@pytest.mark.parametrize(("text", "name"), [
    ("nike hoodie", "Nike"), ("NIKE", "Nike"), ("Ｎｉｋｅ", "Nike"), ("n.i.k.e", "Nike"), ("N I K E hoodie", "Nike"),
    ("a n-i-k-e shoe", "Nike"), ("n1ke", "Nike"), ("ni\u200bke", "Nike"), ("nіkе", "Nike"), ("nike-style shoe", "Nike"),
    ("apple/nike", "Nike"), ("Nike's", "Nike"), ("耐克卫衣", "Nike"), ("耐 克 卫衣", "Nike"), ("耐·克", "Nike"),
    ("levis jeans", "Levi's"), ("Levi’s", "Levi's"), ("hermes scarf", "Hermès"), ("a kelly bag", "Hermès"),
    ("H & M coat", "H&M"), ("vans old skool", "Vans"), ("dress by yayoi kusama", "Yayoi Kusama"),
    ("草間彌生波点", "Yayoi Kusama"), ("pikachu tee", "Pokémon"), ("皮卡丘T恤", "Pokémon"),
    ("polo ralph lauren", "Ralph Lauren"),
])  # fmt: skip
def test_a_name_is_found_however_it_is_written(text, name):
    found = NAMES.find(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", [
    "apple green", "polo shirt", "kelly green", "mango yellow dress", "coach jacket", "i guess it is a parka",
    "supreme quality cotton", "off-white shirt", "columbia blue", "a gap between two buttons", "top stitch",
    "army greatcoat", "忍耐克制的设计", "苹果绿", "oxford shirt", "jersey", "puma black", "champion of comfort",
    "diesel grey", "vans", "lee", "van gogh", "barbie pink".replace("barbie", "candy"), "", "   ", "。。。", "🧥",
])  # fmt: skip
def test_words_that_only_look_like_names_pass(text):
    assert NAMES.find(text) is None


def test_the_words_that_our_lexicon_reads_as_goods_name_nobody():
    terms = [term for term in load_lexicon().terms.values() if term.kind is not TermKind.CONTEXT]
    spellings = [word for term in terms for word in (*term.zh, *term.en, term.key)]
    assert [(word, NAMES.find(word).name) for word in spellings if NAMES.find(word)] == []


def test_the_refusal_names_what_was_found_in_one_line():
    with pytest.raises(InvalidInput, match="the trend 'gucci loafers' names the brand Gucci") as told:
        NAMES.refuse("gucci\nloafers", "the trend")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("kind", NameKind)
def test_the_shipped_lists_hold_hundreds_of_names_of_each_kind(kind):
    assert sum(name.kind is kind for name in NAMES.names) >= 100


def test_every_spelling_of_the_lists_is_found_where_it_may_be():
    for name in NAMES.names:
        for spelling in name.spellings:
            beside = name.beside[0] if name.beside else ""
            text = f"{spelling} {beside}"
            assert any(_found(name, text)), f"{name.name}: {text}"


def _found(name, text):
    yield ProtectedNames((name,)).find(text) is name


@given(st.text(max_size=200))
def test_any_text_is_read_without_harm(text):
    assert fold(fold(text)) == fold(text) or NAMES.find(text) is NAMES.find(text)


@pytest.mark.parametrize("text", ["a " * 5_000, "." * 10_000, "n.i" * 3_000, "耐 " * 5_000])
def test_ten_thousand_characters_are_read_in_a_moment(text):
    assert NAMES.find(text) is None or NAMES.find(text).name == "Nike"


@pytest.mark.parametrize("table", [
    {"maker": {}}, {"brand": 3}, {"brand": {"Acme": 3}}, {"brand": {"Acme": {"alsoo": []}}}, {"brand": {"---": {}}},
])  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused(table):
    with pytest.raises(InvalidInput, match=r"list\.toml"):
        ProtectedNames.from_tables([("list.toml", table)])
