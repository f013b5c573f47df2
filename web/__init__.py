"""The ASGI app only: storefront, console, portal, dashboard, interest ingest."""
