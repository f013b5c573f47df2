"""Add LoRA weights into a pipeline's own weights: W + scale * alpha / rank * B A (Hu et al. 2021, arXiv:2106.09685).

diffusers reads the file and translates foreign formats (`lora_state_dict`); adding the product in is all that is left,
so nothing slows the steps down and no further library is needed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from design_gen.painting.weights import one_line, part_folder
from models.errors import UnreadableModel

if TYPE_CHECKING:
    from torch import Tensor, nn

# A matrices under the names that trainers give them; the B matrix is named alike.
_DOWN = re.compile(
    r"^(?P<layer>.+?)(?P<mark>\.lora_A|\.lora\.down|\.lora_down|\.lora_linear_layer\.down|_lora\.down)(\.default)?\.weight$"
)
# The oldest files name attention's layers by its processor rather than as they are.
_OLD_NAMES = {
    "unet": {".processor.to_out": ".to_out.0", ".processor.": "."},
    "text": {".to_q": ".q_proj", ".to_k": ".k_proj", ".to_v": ".v_proj", ".to_out": ".out_proj"},
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """One change: the layer's name inside the pipeline, both matrices, and alpha over rank."""

    layer: str
    down: "Tensor"
    up: "Tensor"
    strength: float


def add_lora(pipeline: Any, name: str, scale: float) -> Path:
    """Change the pipeline's weights in place; the path that was read.

    UnreadableModel: not there, not safetensors, a kind other than plain LoRA, or made for another network.
    """
    path = part_folder(name, "LoRA")
    try:
        state, alphas, described = _read(pipeline, path)
        pairs = list(_pairs(state, alphas, described))
    # Broken files raise anything from KeyError to SafetensorError; each means the same to the person.
    except Exception as error:
        raise UnreadableModel(f"LoRA {name}: {type(error).__name__}: {one_line(error)}") from error
    if foreign := sorted(key for key in state if "dora_scale" in key or "magnitude" in key or "lokr" in key):
        raise UnreadableModel(f"LoRA {name}: {foreign[0]} belongs to another method than LoRA")
    if not pairs:
        raise UnreadableModel(f"LoRA {name}: holds no LoRA matrices")
    for pair in pairs:
        layer = _find(pipeline, pair, name)
        _add(layer, pair, scale, name)
    return path


def _read(pipeline: Any, path: Path) -> tuple[Mapping[str, "Tensor"], Mapping[str, Any], Mapping[str, Any]]:
    """Matrices by name, alphas by layer, and what the file says of itself."""
    folder, file = (path.parent, path.name) if path.is_file() else (path, None)
    net = getattr(pipeline, "unet", None)
    extra = {"unet_config": net.config} if net is not None else {}
    read = type(pipeline).lora_state_dict(
        folder, weight_name=file, use_safetensors=True, local_files_only=True, return_lora_metadata=True, **extra
    )
    # families with a transformer give no alphas: they stand in the file
    return read[0], (read[1] if len(read) == 3 else None) or {}, read[-1] or {}


def _pairs(state: Mapping[str, "Tensor"], alphas: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[_Pair]:
    """Matrices that belong together; KeyError where one of two is missing."""
    for key, down in state.items():
        if (match := _DOWN.match(key)) is None:
            continue
        mark, layer = match["mark"], match["layer"]
        up = state[key.replace(mark, mark.replace("lora_A", "lora_B").replace("down", "up"))]
        stems = (layer, key)  # alphas stand under either, by the age of the format
        alpha = next(
            (table[f"{stem}.alpha"] for table in (alphas, state) for stem in stems if f"{stem}.alpha" in table), None
        )
        if mark == "_lora.down":
            for old, new in _OLD_NAMES["text" if layer.startswith("text_encoder") else "unet"].items():
                layer = layer.replace(old, new)
        rank = down.shape[0]
        strength = _described_alpha(layer, rank, described) if alpha is None else float(alpha)
        yield _Pair(layer, down, up, strength / rank)


def _described_alpha(layer: str, rank: int, described: Mapping[str, Any]) -> float:
    """What the file's own description says of a layer; without one, alpha is the rank."""
    values = json.loads(described) if isinstance(described, str) else described
    component, _, inner = layer.partition(".")
    patterns = values.get(f"{component}.alpha_pattern") or {}
    alpha = next((value for pattern, value in patterns.items() if inner.endswith(pattern)), None)
    if alpha is None:
        alpha = values.get(f"{component}.lora_alpha", rank)
    rooted = bool(values.get(f"{component}.use_rslora"))
    return float(alpha) * (rank**0.5 if rooted else 1.0)


def _find(pipeline: Any, pair: _Pair, name: str) -> "nn.Module":
    component, _, inner = pair.layer.partition(".")
    net = getattr(pipeline, component, None)
    layer: nn.Module | None = dict(net.named_modules()).get(inner) if net is not None else None
    if layer is None or not hasattr(layer, "weight"):
        raise UnreadableModel(f"LoRA {name}: {type(pipeline).__name__} has no layer {pair.layer[:80]}")
    return layer


def _add(layer: "nn.Module", pair: _Pair, scale: float, name: str) -> None:
    import torch

    with torch.no_grad():
        down, up = pair.down.float(), pair.up.float()
        # a convolution's B is 1 x 1, so that the product is one matrix over channels and window
        change = (up.flatten(1) @ down.flatten(1)) * (scale * pair.strength)
        weight: Tensor = layer.weight  # type: ignore[assignment]
        if change.numel() != weight.numel() or change.shape[0] != weight.shape[0]:
            raise UnreadableModel(
                f"LoRA {name}: {pair.layer[:80]} is {tuple(weight.shape)} here, the LoRA is for {tuple(change.shape)}"
            )
        weight.copy_((weight.float() + change.view_as(weight).to(weight.device)).to(weight.dtype))
