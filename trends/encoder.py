"""A sentence encoder by name or folder: the only file of trends that loads a net, and only when one is configured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from models.errors import UnreadableModel

Rows = npt.NDArray[np.float32]
"""(texts, width): one unit vector a text, so that a product of two rows is their cosine."""
Row = npt.NDArray[np.float32]
_TOGETHER = 64
_MOST_TOKENS = 64  # titles and phrases are short; what is longer is cut


class Encoder(Protocol):
    """Turns texts into unit vectors; texts of like sense get like vectors."""

    def encode(self, texts: Sequence[str]) -> Rows:
        """(n, width) float32, each row of length 1."""


@dataclass(frozen=True, slots=True)
class NetEncoder:
    """A text net of transformers: the mean of its last states over the tokens of a text, scaled to length 1.

    Mean pooling as N. Reimers and I. Gurevych, "Sentence-BERT", EMNLP 2019, found best.
    """

    tokenizer: Any
    net: Any

    def encode(self, texts: Sequence[str]) -> Rows:
        """(n, width) float32, each row of length 1; but for rounding, other texts beside it play no part."""
        if not texts:
            return np.zeros((0, int(self.net.config.hidden_size)), np.float32)
        return np.concatenate([self._rows(texts[at : at + _TOGETHER]) for at in range(0, len(texts), _TOGETHER)])

    def _rows(self, texts: Sequence[str]) -> Rows:
        import torch

        tokens = self.tokenizer(
            list(texts), padding=True, truncation=True, max_length=_MOST_TOKENS, return_tensors="pt"
        )
        with torch.inference_mode():
            states = self.net(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
        rows: Rows = torch.nn.functional.normalize(mean, dim=1).float().numpy()
        return rows


def load_encoder(name: str) -> Encoder | None:
    """The net by hub name or folder; None for an empty name. UnreadableModel says what is wrong with it."""
    if not name:
        return None
    from transformers import AutoModel, AutoTokenizer

    try:
        return NetEncoder(AutoTokenizer.from_pretrained(name), AutoModel.from_pretrained(name).eval())
    except Exception as error:  # transformers raises whatever a file, a hub or a config gives it
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UnreadableModel(f"text encoder {name}: {reason[:300]}") from None
