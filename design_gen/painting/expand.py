"""Prompt expansion: a text model adds photographic detail, and may not touch what the spec says."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from design_gen.painting.hardware import free_memory, release_memory
from design_gen.painting.loaded import Loaded
from design_gen.painting.weights import hash_weights, loaded_files, one_line, part_folder
from design_gen.prompt import Prompt
from models.errors import UnreadableModel
from models.garment import GarmentSpec
from models.lexicon import Term, TermKind
from models.protected_names import NO_NAMES, ProtectedNames

_NEW_TOKENS, _MOST_FRAGMENTS, _LONGEST, _WORDS = 48, 6, 60, 4
_ASK = "Add a few words on cloth, light and photography to this product photo. Only a comma-separated list: "
_LOADED: Loaded[tuple[Any, Any, str]] = Loaded(1, 512 * 2**20, free_memory, release_memory)
_ATTRIBUTES = frozenset(kind for kind in TermKind if kind not in (TermKind.STYLE, TermKind.OCCASION, TermKind.CONTEXT))


class Expander:
    """Adds words to prompts with one text model, always the same to the same prompt."""

    def __init__(
        self, model: Any, tokenizer: Any, weights_hash: str, terms: Iterable[Term], names: ProtectedNames = NO_NAMES
    ) -> None:
        self.model, self.tokenizer, self.weights_hash = model, tokenizer, weights_hash
        self._names = names
        self._meanings: dict[str, set[tuple[TermKind, str]]] = defaultdict(set)
        for term in terms:
            if term.kind in _ATTRIBUTES:
                for word in (*term.en, *term.zh):
                    self._meanings[word.lower()].add((term.kind, term.key))

    def expand(self, prompt: Prompt, spec: GarmentSpec) -> Prompt:
        """The prompt with what the model adds, last and so first to go when the encoder has no room.

        Every word of the prompt stays; additions that name another colour, material or attribute than the spec's, or
        something that the prompt avoids, or a brand, an artist or a character, are dropped.
        """
        added = self.check(without_thoughts(self._write(prompt.positive)), prompt, spec)
        if not added:
            return prompt
        fragments = (*(prompt.fragments or (prompt.positive,)), *added)
        return replace(
            prompt,
            positive=prompt.joint.join(fragments),
            fragments=fragments,
            expansion=prompt.joint.join(added),
            expander=self.weights_hash,
        )

    def check(self, text: str, prompt: Prompt, spec: GarmentSpec) -> tuple[str, ...]:
        """The parts of a text that add to the prompt without contradicting spec or prompt; at most six, short ones."""
        said = prompt.positive.lower()
        avoided = [part.strip().lower() for part in re.split(r"[,，]", prompt.negative) if part.strip()]
        added: list[str] = []
        for part in _parts(text):
            lower = part.lower()
            fresh = lower not in said and lower not in (each.lower() for each in added)
            avoids = any(_names(word, lower) for word in avoided) or self._names.find(part) is not None
            if fresh and not avoids and not self._contradicts(lower, spec):
                added.append(part)
        return tuple(added[:_MOST_FRAGMENTS])

    def _contradicts(self, text: str, spec: GarmentSpec) -> bool:
        own = _keys(spec)
        # a word that also names the spec's own value (orange, the fruit and the colour) contradicts nothing
        return any(not self._meanings[word] & own for word in self._named(text))

    def _named(self, text: str) -> Iterator[str]:
        """The lexicon's spellings in a text in lower case: runs of whole Latin words, any place in Chinese."""
        words = re.findall(r"[a-z0-9-]+", text)
        runs = (" ".join(words[i : i + n]) for n in range(1, _WORDS + 1) for i in range(len(words) - n + 1))
        yield from (form for run in runs for form in (run, run.removesuffix("s")) if form in self._meanings)
        yield from (word for word in self._meanings if not word.isascii() and word in text)

    def _write(self, prompt: str) -> str:
        import torch

        asked = _ASK + prompt
        if getattr(self.tokenizer, "chat_template", None):
            talk = [{"role": "user", "content": asked}]
            given = self.tokenizer.apply_chat_template(
                talk, add_generation_prompt=True, return_tensors="pt", return_dict=True, enable_thinking=False
            )
        else:
            given = self.tokenizer(asked, return_tensors="pt")
        room = int(getattr(self.model.config, "max_position_embeddings", 0) or 4096) - _NEW_TOKENS
        given = {name: values[:, -room:] for name, values in given.items() if name in ("input_ids", "attention_mask")}
        with torch.inference_mode():
            written = self.model.generate(
                **given, max_new_tokens=_NEW_TOKENS, do_sample=False, pad_token_id=self.tokenizer.eos_token_id or 0
            )[0]
        start = 0 if self.model.config.is_encoder_decoder else given["input_ids"].shape[1]
        return str(self.tokenizer.decode(written[start:], skip_special_tokens=True))


def without_thoughts(text: str) -> str:
    """A text without what a model that thinks aloud wrote before its answer, even where it did not come to an end."""
    return re.sub(r"<think>.*?(</think>|$)", "", text, flags=re.DOTALL)


@contextmanager
def use_expander(name: str, terms: Sequence[Term], names: ProtectedNames = NO_NAMES) -> Iterator[Expander]:
    """The text model by hub name or folder, on the CPU; UnreadableModel says what is wrong.

    Read once per process, and let go when memory is short and nobody is using it.
    """
    with _LOADED.use(name, partial(_size, name), partial(_read, name)) as (model, tokenizer, weights_hash):
        yield Expander(model, tokenizer, weights_hash, terms, names)


def forget_expanders() -> None:
    """Make room for a picture model."""
    _LOADED.clear()


def _size(name: str) -> int:
    return sum(file.stat().st_size for file in loaded_files(part_folder(name, "text model")))


def _read(name: str) -> tuple[Any, Any, str]:
    folder = part_folder(name, "text model")
    if not Path(folder).is_dir():
        raise UnreadableModel(f"text model {name}: not a folder")
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    try:
        config = AutoConfig.from_pretrained(folder)
        kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        model = kind.from_pretrained(folder, use_safetensors=True).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder)
    # Broken folders raise anything from KeyError to SafetensorError; each means the same to the person.
    except Exception as error:
        raise UnreadableModel(f"text model {name}: {type(error).__name__}: {one_line(error)}") from error
    return model, tokenizer, hash_weights(folder)


def _parts(text: str) -> list[str]:
    parts = (" ".join(part.split()).strip(" .;:!?\"'()[]{}*-") for part in re.split(r"[,，。.\n]", text[:4000]))
    return [part for part in parts if 3 <= len(part) <= _LONGEST and part.isprintable() and re.search(r"\w", part)]


def _keys(spec: GarmentSpec) -> set[tuple[TermKind, str]]:
    keys = {
        (TermKind(name), str(getattr(spec, name)))
        for name in ("category", "material", "length", "sleeve", "collar", "closure", "pockets", "fit", "trim")
    }
    keys |= {(TermKind.COLOUR, spec.colour.name), (TermKind.PATTERN, str(spec.pattern.kind))}
    return keys | ({(TermKind.COLOUR, spec.pattern.second.name)} if spec.pattern.second else set())


def _names(word: str, text: str) -> bool:
    """Whether a text names a word: a whole word in Latin letters, any place in Chinese."""
    return re.search(rf"\b{re.escape(word)}s?\b", text) is not None if word.isascii() else word in text
