"""Find the files of a network, by folder or hub name, and say which exactly they are."""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from models.errors import UnreadableModel
from models.generator_setup import EMBEDDED

EMBEDDED_FOLDER = Path(__file__).parent.parent / "embedded" / "weights"
EMBEDDED_CLASS = "FlatToPicturePipeline"
_VARIANT = re.compile(r"\.(fp16|bf16|fp32|non_ema|ema_only|ema-only)[.-]")
_SETTINGS = (".json", ".txt", ".model", ".jinja")


def pipeline_folder(model: str, download: bool = True) -> Path:
    """The folder of a pipeline; a hub name is downloaded, safetensors only. UnreadableModel says what is missing.

    Without `download` nothing is asked of any network: what was downloaded before is found, else it says so.
    """
    folder = EMBEDDED_FOLDER if model == EMBEDDED else Path(model).expanduser()
    if folder.is_dir():
        if (folder / "model_index.json").is_file():
            return folder
        raise UnreadableModel(f"picture model {model}: {folder} has no model_index.json")
    if model == EMBEDDED or not is_hub_name(model):
        raise UnreadableModel(f"picture model {model}: there is no folder {folder}")
    if not download:
        return _downloaded(model, "picture model", "model_index.json")
    from diffusers import DiffusionPipeline

    try:
        return Path(DiffusionPipeline.download(model, use_safetensors=True))
    # The hub's client raises its own, the network's and the file system's errors.
    except Exception as error:
        raise UnreadableModel(f"picture model {model}: cannot be downloaded: {one_line(error)}") from error


def part_folder(name: str, what: str, download: bool = True) -> Path:
    """The folder, or single file, of a part such as a ControlNet; a hub name is downloaded without its pickles.

    Without `download` as `pipeline_folder`.
    """
    path = Path(name).expanduser()
    if path.exists():
        return path
    if not is_hub_name(name):
        raise UnreadableModel(f"{what} {name}: there is no folder or file {path}")
    if not download:
        return _downloaded(name, what, "config.json")
    from huggingface_hub import snapshot_download

    try:
        patterns = ["*.safetensors", *(f"*{ending}" for ending in _SETTINGS)]
        return Path(snapshot_download(name, allow_patterns=patterns))
    # The hub's client raises its own, the network's and the file system's errors.
    except Exception as error:
        raise UnreadableModel(f"{what} {name}: cannot be downloaded: {one_line(error)}") from error


def is_hub_name(name: str) -> bool:
    """Whether this could be owner/name on the hub rather than a path."""
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and not name.endswith("/")


def class_name(folder: Path) -> str:
    """The pipeline's class as its index names it; UnreadableModel when the index cannot be read."""
    try:
        index: dict[str, Any] = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
        return str(index["_class_name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"picture model {folder}: model_index.json"
        raise UnreadableModel(f"{what}: {type(error).__name__}: {one_line(error)}") from None


def loaded_files(path: Path) -> list[Path]:
    """The weight files that loading reads: of a pipeline only those of its parts, of two number formats the usual one.

    Clones of the hub hold the same weights several times over: as one file for other programs, and as `.fp16.`.
    """
    if path.is_file():
        return [path]
    index = path / "model_index.json"
    if not index.is_file():
        return _usual(path)
    try:
        parts = [name for name, kind in json.loads(index.read_text(encoding="utf-8")).items() if isinstance(kind, list)]
    except (OSError, ValueError, AttributeError):
        return []
    return [file for part in parts for file in _usual(path / part)]


def hash_weights(path: Path) -> str:
    """SHA-256 over the weight files of a folder with their names, or of one file."""
    return _hash(path, _weight_files(path))


def hash_settings(folder: Path) -> str:
    """SHA-256 over what stands beside the weights: configurations, vocabularies, schedules."""
    return _hash(folder, [file for file in folder.rglob("*") if file.suffix in _SETTINGS])


def hash_file(path: Path) -> str:
    """SHA-256 of one file; read again only when its size or time changed since this process last read it."""
    stat = path.stat()
    return _digest(str(path), stat.st_size, stat.st_mtime_ns).hex()


def one_line(error: Exception) -> str:
    """An error's message on one short line."""
    return " ".join(str(error).split())[:200]


def _usual(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.safetensors"))
    plain = [file for file in files if not _VARIANT.search(file.name)]
    return plain or files


def _downloaded(name: str, what: str, file: str) -> Path:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, file)
    if not isinstance(found, str):
        raise UnreadableModel(f"{what} {name}: not downloaded")
    return Path(found).parent


def _weight_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.safetensors"))


def _hash(top: Path, files: Iterable[Path]) -> str:
    ordered = sorted(files)
    digest = hashlib.sha256()
    # hashing lets other threads run: several files of a big model are read at once
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as readers:
        for path, content in zip(ordered, readers.map(hash_file, ordered), strict=True):
            digest.update(b"" if path == top else path.relative_to(top).as_posix().encode())
            digest.update(bytes.fromhex(content))
    return digest.hexdigest()


@cache
def _digest(path: str, size: int, changed: int) -> bytes:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
