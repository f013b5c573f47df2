"""How long a prompt a pipeline's text encoder reads."""

from collections.abc import Callable
from typing import Any

from design_gen.prompt import Prompt, fit
from models.prompt_template import PromptTemplate

# Tokenizers without a limit say so with a huge number.
_UNLIMITED = 100_000


def token_limit(pipeline: Any, template: PromptTemplate) -> Callable[[Prompt], Prompt]:
    """A function that shortens prompts to what the encoders read: CLIP stops at 77 tokens and drops the rest unsaid.

    The tokenizers that the template names count; the strictest one decides. Nothing is cut for a pipeline without any.
    """
    readers = [reader for name in template.tokenizers if (reader := getattr(pipeline, name, None)) is not None]
    limits = [template.tokens] if template.tokens else []
    limits += [reader.model_max_length for reader in readers if reader.model_max_length < _UNLIMITED]
    if not readers or not limits:
        return lambda prompt: prompt
    most = min(limits)

    def count(text: str) -> int:
        return max(len(reader(text, truncation=False, verbose=False)["input_ids"]) for reader in readers)

    return lambda prompt: fit(prompt, count, most)
