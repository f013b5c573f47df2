"""Pictures and flats by content hash, cached for ever; only what a mockup or design shows is public."""

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from models.blobs import BlobStore
from models.errors import NotFound
from web.store import is_shown_blob
from web.visit import Database, config_of

router = APIRouter()
KEY = Path(pattern="^[0-9a-f]{64}$")
_FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/pictures/{key}.png")
def get_picture(request: Request, session: Database, key: str = KEY) -> Response:
    """A mockup's labelled picture."""
    return _blob(request, session, "picture", key, "image/png")


@router.get("/flats/{key}.svg")
def get_flat(request: Request, session: Database, key: str = KEY) -> Response:
    """A design's technical drawing; sandboxed, so that an SVG opened by itself can do nothing."""
    response = _blob(request, session, "flat", key, "image/svg+xml")
    response.headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@router.get("/favicon.ico")
def get_icon() -> Response:
    """Browsers ask for it by this name whatever the page says."""
    return RedirectResponse("/static/icon.svg", 308)


def blobs_of(request: Request) -> BlobStore:
    """The app's blob store."""
    return BlobStore(config_of(request).blobs_url)


def _blob(request: Request, session: Database, column: str, key: str, kind: str) -> Response:
    etag = f'"{key}"'
    headers = {"cache-control": _FOR_EVER, "etag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if not is_shown_blob(session, column, key):
        raise NotFound(column, key)
    return Response(blobs_of(request).get(key), media_type=kind, headers=headers)
