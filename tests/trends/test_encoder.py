"""A sentence encoder from a folder: a real BERT of a few thousand random weights, and one whose sense we know."""

import numpy as np
import pytest

from configs.load_lexicon import load_lexicon
from models.errors import UnreadableModel
from models.lexicon import Lexicon, TermKind
from tests.trends.test_detect import AS_OF, add_past, add_rise
from tests.trends.titles import words
from trends.alike import Calibration, Sense
from trends.detect import detect
from trends.encoder import load_encoder
from trends.interpret import Interpreter
from trends.meaning import Basis

TEXTS = ["美拉德 style", "brown coat", "x", "", "a very long title " * 60]


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory):
    """A folder as `save_pretrained` leaves it."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("tiny_bert")
    letters = [*"abcdefghijklmnopqrstuvwxyz", *"美拉德多巴胺穿搭风大衣军马面裙"]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **shape)).save_pretrained(folder)
    return folder


def test_a_net_from_a_folder_gives_unit_rows_whatever_stands_beside_a_text(tiny_bert):
    encoder = load_encoder(str(tiny_bert))
    together = encoder.encode(TEXTS)
    assert (together.shape, together.dtype) == ((5, 16), np.float32)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-5)
    assert encoder.encode([]).shape == (0, 16)
    assert len(encoder.encode(["a"] * 150)) == 150


def test_no_name_is_no_encoder_and_a_wrong_folder_is_told(tmp_path):
    assert load_encoder("") is None
    with pytest.raises(UnreadableModel, match="text encoder") as raised:
        load_encoder(str(tmp_path))
    assert len(str(raised.value)) < 500


def test_detection_with_a_net_that_knows_nothing_finds_the_same_phrases(session, tiny_bert):
    add_past(session)
    add_rise(session, "美拉德")
    add_rise(session, "军大衣")
    without = {trend.phrase for trend in detect(session, AS_OF, load_lexicon())}
    assert {trend.phrase for trend in detect(session, AS_OF, load_lexicon(), encoder=load_encoder(str(tiny_bert)))} == (
        without
    )


# --- calibration on the lexicon -----------------------------------------------------------------------------------


def test_confidence_is_the_balanced_share_of_right_answers_at_least_as_near():
    calibration = Calibration(np.array([0.5, 0.8, 0.9]), np.array([0.0, 0.1, 0.2, 0.6]), merging=0.9)
    assert calibration.confidence(0.7) == pytest.approx((3 / 5) / (3 / 5 + 1 / 6))
    assert calibration.confidence(0.55) == pytest.approx((3 / 5) / (3 / 5 + 2 / 6))
    assert calibration.confidence(-1) == pytest.approx((4 / 5) / (4 / 5 + 5 / 6))


def test_right_and_wrong_are_told_by_each_spellings_nearest_and_by_words_of_no_style():
    rows = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    calibration = Calibration.of(rows, ["a", "a", "b"], strangers=np.array([[0.6, 0.8]], np.float32))
    assert calibration.right.tolist() == [1, 1]
    assert calibration.wrong == pytest.approx([0, 0.8])
    assert calibration.merging == 0


def test_nothing_to_go_by_is_a_half_and_merges_nothing():
    empty = Calibration.of(np.zeros((0, 2), np.float32), [], np.zeros((0, 2), np.float32))
    assert empty.confidence(0.9) == 0.5
    assert empty.merging > 1


class Letters:
    """Texts are alike by the letters they share: an encoder whose sense we know."""

    def encode(self, texts):
        rows = np.zeros((len(texts), 997), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row[ord(letter) % 997] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)


STYLES = Lexicon.from_tables(
    [
        (
            "styles.toml",
            {
                "colour": [{"key": "brown", "hex": "#704214"}, {"key": "pink", "hex": "#ffc0cb"}],
                "context": [{"key": "news_x", "zh": ["地震", "台风", "高考", "总统", "演唱会", "电视剧"]}],
                "style": [
                    {"key": "maillard", "zh": ["美拉德", "美拉德风"], "implies": {"colour": ["brown"]}},
                    {"key": "ballet", "zh": ["芭蕾核", "芭蕾核风"], "implies": {"colour": ["pink"]}},
                    {"key": "empty", "zh": ["空空", "空空系"]},
                ],
            },
        )
    ]
)


def test_an_unknown_phrase_takes_what_the_nearest_style_implies_and_is_never_sure():
    (brown,) = Sense.of(STYLES, Letters()).attributes("美拉德感")
    assert (brown.kind, brown.value, brown.basis) == (TermKind.COLOUR, "brown", Basis.ALIKE)
    assert 0.65 <= brown.confidence <= 0.7


def test_a_phrase_like_nothing_takes_nothing():
    assert Sense.of(STYLES, Letters()).attributes("xyz") == []
    assert Sense.of(Lexicon({}), Letters()).attributes("美拉德") == []


def test_phrases_merge_only_with_their_mutual_nearest_beyond_what_differs():
    sense = Sense.of(STYLES, Letters())
    assert sense.same(["云朵海", "雾霾", "海云朵", "xyz"]) == {2: 0}
    assert sense.same(["cloudsea", "seacloud"]) == {}  # no spelling in that script tells what differs
    assert sense.same(["云朵海"]) == {}
    assert sense.same([]) == {}


def test_two_phrases_that_the_lexicon_spells_are_never_variants():
    interpreter = Interpreter(load_lexicon(), sense=Sense.of(load_lexicon(), Letters()))
    unknown = [(phrase, words(phrase)) for phrase in ("cloudjelly", "coat", "jellycloud")]
    assert interpreter.same(unknown) == {2: 0}
    assert interpreter.same([(phrase, words(phrase)) for phrase in ("light academia", "dark academia")]) == {}
    assert Interpreter(load_lexicon()).same(unknown) == {}
