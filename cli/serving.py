"""`demandloom serve`: the web site."""

import os
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = "Examples: demandloom serve | demandloom serve --home var/demo/001 --port 8080"
LATEST_DEMO = Path("var/demo/latest")


def serve(
    home: Annotated[
        Path | None, typer.Option(help="Serve what is kept here. [default: the latest demo, else as configured]")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: as configured]")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one. [default: as configured]")] = None,
) -> None:
    """Storefront, console, portal and dashboard."""
    chosen = home or _latest_demo()
    if chosen:
        os.environ["DEMANDLOOM_HOME"] = str(chosen)
    if host:
        os.environ["DEMANDLOOM_WEB__HOST"] = host
    if port is not None:
        os.environ["DEMANDLOOM_WEB__PORT"] = str(port)
    from web.serve import serve_site

    serve_site()


def _latest_demo() -> Path | None:
    """The latest demo's folder, unless the environment says where home or the database is."""
    configured = {"DEMANDLOOM_HOME", "DEMANDLOOM_DATABASE_URL"} & set(os.environ)
    if configured or not LATEST_DEMO.exists():
        return None
    folder = Path(LATEST_DEMO.read_text())
    return folder if folder.is_dir() else None
