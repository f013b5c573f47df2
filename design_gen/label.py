"""Say on every picture, to people and to machines, that it was made by AI and that the thing does not exist yet.

China's Measures for Labelling AI-Generated Synthetic Content (人工智能生成合成内容标识办法, in force since 2025-09-01)
ask for an explicit label and for an implicit one in the file's metadata; GB 45438-2025 gives the form: words with "AI"
and "生成", at least 5% of the shorter side high, and a metadata field AIGC with Label, ContentProducer and ProduceID.
IPTC's DigitalSourceType trainedAlgorithmicMedia (XMP) is what other platforms and search engines read.
"""

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from models.errors import InvalidInput

PRODUCER = "demandloom"
DIGITAL_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CHINESE, ENGLISH = "AI生成概念图", "AI concept · not made yet"
MIN_SIDE, MAX_SIDE = 128, 8192
_FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Bold-label.ttf"
_XMP_KEY = "XML:com.adobe.xmp"
# Shares of the shorter side. A character of this font is 0.92 of its size high, so 0.056 gives 5.1%.
_BAND, _CHINESE_SIZE, _ENGLISH_SIZE = 0.088, 0.056, 0.044


@dataclass(frozen=True, slots=True)
class Mark:
    """What a picture says of its own making: the generator and the SHA-256 of its recipe, in hex."""

    generator: str
    recipe_hash: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\x20-\x7e]{1,120}", self.generator):
            raise InvalidInput("a generator's name is 1-120 printable ASCII characters")
        if not re.fullmatch(r"[0-9a-f]{64}", self.recipe_hash):
            raise InvalidInput("a recipe hash is 64 lower-case hex digits")

    @staticmethod
    def of(recipe: Mapping[str, Any], generator: str = PRODUCER) -> "Mark":
        """The mark of a recipe: the hash of its canonical JSON."""
        canonical = json.dumps(recipe, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return Mark(generator, hashlib.sha256(canonical.encode()).hexdigest())


def label_picture(image: Image.Image, mark: Mark) -> bytes:
    """A PNG of the picture with the visible label along its lower edge and the machine-readable marks.

    Raises InvalidInput when a side is outside 128-8192 pixels: smaller, the words could not be read.
    """
    if min(image.size) < MIN_SIDE or max(image.size) > MAX_SIDE:
        raise InvalidInput(
            f"a picture of {image.width}x{image.height} pixels; sides of {MIN_SIDE}-{MAX_SIDE} can be labelled"
        )
    labelled = _with_band(image.convert("RGB"))
    written = io.BytesIO()
    labelled.save(written, "PNG", pnginfo=png_marks(mark), optimize=False)
    return written.getvalue()


def read_marks(png: bytes) -> Mark | None:
    """The mark that `label_picture` wrote; None where a PNG carries none. Raises InvalidInput for other files."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            text = dict(picture.info)
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidInput(f"not a readable PNG: {str(error)[:80]}") from None
    generator, recipe = text.get("Generator"), text.get("RecipeHash")
    if not isinstance(generator, str) or not isinstance(recipe, str) or DIGITAL_SOURCE not in str(text.get(_XMP_KEY)):
        return None
    return Mark(generator, recipe)


def _with_band(picture: Image.Image) -> Image.Image:
    """White words on a dark, slightly translucent band, sized by the shorter side."""
    side = min(picture.size)
    band = round(side * _BAND)
    veil = Image.new("RGBA", (picture.width, band), (18, 18, 20, 214))
    pen = ImageDraw.Draw(veil)
    chinese, english = (ImageFont.truetype(_FONT, round(side * size)) for size in (_CHINESE_SIZE, _ENGLISH_SIZE))
    gap = side * 0.03
    width = pen.textlength(CHINESE, chinese) + gap + pen.textlength(ENGLISH, english)
    left, baseline = (picture.width - width) / 2, band * 0.72
    pen.text((left, baseline), CHINESE, font=chinese, fill="#ffffff", anchor="ls")
    pen.text((left + width, baseline), ENGLISH, font=english, fill="#ffffff", anchor="rs")
    labelled = picture.copy()
    labelled.paste(veil.convert("RGB"), (0, picture.height - band), veil.getchannel("A"))
    return labelled


def png_marks(mark: Mark) -> PngInfo:
    """PNG text chunks: XMP, the AIGC field, the generator and the recipe's hash."""
    aigc = json.dumps(
        {"Label": "1", "ContentProducer": mark.generator, "ProduceID": mark.recipe_hash}, separators=(",", ":")
    )
    chunks = PngInfo()
    chunks.add_itxt(_XMP_KEY, _xmp(mark, aigc))
    chunks.add_text("AIGC", aigc)
    chunks.add_text("Generator", mark.generator)
    chunks.add_text("RecipeHash", mark.recipe_hash)
    chunks.add_itxt("Description", f"{ENGLISH}. {CHINESE}，尚未生产。", lang="zh")
    return chunks


def _xmp(mark: Mark, aigc: str) -> str:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
        f'Iptc4xmpExt:DigitalSourceType="{DIGITAL_SOURCE}" xmp:CreatorTool={quoteattr(mark.generator)} '
        f'TC260:AIGC={quoteattr(aigc)}/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
