"""The ASGI app: storefront, console, portal, dashboard and interest ingest over one database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Engine, text
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from factory_matching.registry.snapshot import find_state
from factory_matching.store import load_qualifier
from models.db import connect
from models.errors import DomainError, InvalidInput
from web import (
    blobs,
    console,
    dashboard,
    demands,
    deposits,
    factories,
    factory_portal,
    interest,
    learned,
    orders,
    outcomes,
    pool,
    portal,
    qualifying,
    review,
    rfq_portal,
    scorecards,
    settlements,
    shelf,
    sign_in,
    storefront,
    why,
)
from web.config import MOST_FORM_BYTES, WebConfig
from web.held_register import HeldRegister
from web.ingest import interest_routes
from web.limits import BodyLimit, PostRate, SameOrigin, StrictHeaders
from web.notices import notice_route
from web.page_log import PageLog
from web.pages import Pages, pages_of
from web.search import SearchLog
from web.shelf import Policies
from web.visit import SignInFirst, stranger
from web.writer import EventWriter

STATIC = Path(__file__).parent / "static"
PARTS = (
    storefront,
    shelf,
    interest,
    deposits,
    sign_in,
    factories,
    qualifying,
    factory_portal,
    console,
    review,
    orders,
    demands,
    why,
    settlements,
    dashboard,
    learned,
    outcomes,
    pool,
    portal,
    rfq_portal,
    scorecards,
    blobs,
)


def create_app(config: WebConfig) -> FastAPI:
    """The app, bound to the configured database, which must be migrated."""
    engine = connect(config.database_url)
    writer = EventWriter(engine, config.deposit_share)
    app = FastAPI(
        title="demandloom", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_writing(writer, engine)
    )
    app.state.config, app.state.pages, app.state.writer = config, Pages(config.lexicon), writer
    app.state.searches = SearchLog()
    app.state.register = HeldRegister(load_qualifier, find_state)
    app.state.policies, app.state.page_log = Policies(), PageLog(engine)
    for part in PARTS:
        app.include_router(part.router)
    routes = interest_routes(
        writer,
        engine,
        config.secret,
        config.clock,
        simulated_time=config.simulated_time,
        secure_cookie=config.secure_cookies,
    )
    app.router.routes.extend(routes)
    app.router.routes.append(notice_route(config.payments, config.clock))
    app.add_api_route("/health", lambda: _health(engine), methods=["GET"])
    app.mount("/static", StaticFiles(directory=STATIC), "static")
    app.add_exception_handler(DomainError, show_error)
    app.add_exception_handler(RequestValidationError, show_error)
    app.add_exception_handler(HTTPException, show_error)
    if not config.simulated_time:
        app.add_middleware(PostRate, most=config.posts_per_minute)
    app.add_middleware(BodyLimit, most_bytes=MOST_FORM_BYTES)
    app.add_middleware(SameOrigin)
    app.add_middleware(StrictHeaders)
    return app


def show_error(request: Request, error: Exception) -> Response:
    """One page for everything a user can cause; sign-in first where that helps."""
    if isinstance(error, SignInFirst) and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={request.url.path}", 303)
    match error:
        case DomainError():
            status, message = error.status, str(error)
        case RequestValidationError():
            status, message = InvalidInput.status, _first_line(error)
        case HTTPException():
            status, message = error.status_code, str(error.detail)
        case _:
            raise error
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message}, status)
    return pages_of(request).answer(request, stranger(request), "error.html", status, code=status, message=message)


def _first_line(error: RequestValidationError) -> str:
    """What is wrong with the first field that is wrong."""
    first = error.errors()[0]
    return f"{first['loc'][-1]}: {first['msg']}"


def _writing(writer: EventWriter, engine: Engine) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The lifespan: acts are written from the first request to the last."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        page_log: PageLog = app.state.page_log
        with writer, page_log:
            yield
        engine.dispose()

    return lifespan


def _health(engine: Engine) -> Response:
    """200 when the database answers."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok"})
