"""IP-Adapter: a pipeline takes over the style of a picture (Ye et al. 2023, arXiv:2308.06721)."""

import inspect
from pathlib import Path
from typing import Any

from PIL import Image

from design_gen.outside_picture import read_picture
from design_gen.painting.weights import one_line, part_folder
from models.errors import UnreadableModel

_USUAL = "models/ip-adapter_sd15.safetensors"


def add_style(pipeline: Any, name: str, scale: float) -> Path:
    """Load an IP-Adapter (NAME or NAME:path/of/file.safetensors) into the pipeline; the folder that was read.

    The folder's image encoder is looked for beside the file, then at the top. UnreadableModel says what is missing.
    """
    source, file = _split(name)
    folder = part_folder(source, "IP-Adapter")
    weights = folder / (file or _only_file(folder))
    if weights.suffix != ".safetensors" or not weights.is_file() or folder not in weights.parents:
        raise UnreadableModel(f"IP-Adapter {name}: there is no safetensors file {weights}")
    try:
        pipeline.load_ip_adapter(str(folder), **_arguments(pipeline, folder, weights))
        pipeline.set_ip_adapter_scale(scale)
    # Broken files raise anything from KeyError to SafetensorError; each means the same to the person.
    except Exception as error:
        raise UnreadableModel(f"IP-Adapter {name}: {type(error).__name__}: {one_line(error)}") from error
    return folder


def read_style(path: Path) -> Image.Image:
    """The style picture, at most 1024 pixels on a side; InvalidInput for what is no picture or far too large."""
    return read_picture(path, "style picture")


def _split(name: str) -> tuple[str, str]:
    source, colon, file = name.rpartition(":")
    return (source, file) if colon and file.endswith(".safetensors") else (name, "")


def _only_file(folder: Path) -> str:
    if (folder / _USUAL).is_file():
        return _USUAL
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("ip*adapter*.safetensors")]
    if len(files) != 1:
        found = ", ".join(sorted(files)[:4]) or "none"
        raise UnreadableModel(f"IP-Adapter {folder}: name the file after a colon; there are: {found}")
    return files[0]


def _arguments(pipeline: Any, folder: Path, weights: Path) -> dict[str, Any]:
    """Families name the same things differently."""
    beside = weights.parent / "image_encoder"
    encoder = (beside if beside.is_dir() else folder / "image_encoder").relative_to(folder).as_posix()
    given = {
        "subfolder": weights.parent.relative_to(folder).as_posix(),
        "weight_name": weights.name,
        # one name alone is looked for beside the file, a path from the top of the folder
        "image_encoder_folder": encoder if "/" in encoder or not beside.is_dir() else "image_encoder",
        "image_encoder_pretrained_model_name_or_path": str(folder),
        "image_encoder_subfolder": encoder,
        "image_encoder_dtype": pipeline.dtype,
    }
    if encoder == "image_encoder" and not beside.is_dir():
        given["image_encoder_folder"] = "./image_encoder"
    known = inspect.signature(pipeline.load_ip_adapter).parameters
    return {name: value for name, value in given.items() if name in known}
