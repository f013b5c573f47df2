"""Pictures from outside are hostile until read: bounded bytes and pixels, one line for whatever is wrong."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from models.errors import InvalidInput

MOST_BYTES, MOST_PIXELS = 50_000_000, 50_000_000
SIDE = 1024


def read_picture(path: Path, what: str, formats: tuple[str, ...] | None = None) -> Image.Image:
    """RGB, at most 1024 pixels on a side, what is transparent on white; formats as Pillow names them, None for any.

    InvalidInput that begins with `what` and the path for no file, no picture, another format, or far too large.
    """
    if not path.is_file():
        raise InvalidInput(f"{what} {path}: no such file")
    if path.stat().st_size > MOST_BYTES:
        raise InvalidInput(f"{what} {path}: over {MOST_BYTES // 10**6} MB")
    try:
        with _bombs_are_errors(), Image.open(path, formats=formats) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidInput(f"{what} {path}: over {MOST_PIXELS // 10**6} million pixels")
            # read at once: a small picture of a large file is shrunk while it is decoded
            picture.draft("RGB", (SIDE, SIDE))
            read = _on_white(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInput(f"{what} {path}: not a picture: {' '.join(str(error).split())[:200]}") from None
    read.thumbnail((SIDE, SIDE))
    return read


@contextmanager
def _bombs_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
