"""The web application: addresses in, pages and fragments out. Everything it knows of feeds comes from `index`."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress
from htmx_flask import Htmx

from index import Library
from webapp import (
    access,
    assets,
    browse,
    builder,
    changes,
    embeds,
    entries,
    errors,
    exports,
    facets,
    feeds,
    filters,
    guide,
    health,
    limiting,
    oembed,
    openapi,
    pins,
    proxies,
    reading,
    repeating,
    revalidation,
    security,
    sharing,
    shortcuts,
    suggest,
    tags,
    templating,
    timing,
    websub,
)
from webapp.formats import FORMATS
from webapp.mending import Mender
from webapp.settings import Settings

__all__ = ["create_app"]

EXPORTED = ["application/json", "text/x-opml", *(form.mimetype for form in FORMATS.values())]


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application over the library in `settings.data` (by default, settings come from the environment)."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None, template_folder=str(assets.folder("templates")))
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "text/css", "text/javascript", "image/svg+xml", *EXPORTED]
    app.extensions["feedsift.settings"] = settings
    app.extensions["feedsift.mender"] = Mender(settings)
    app.extensions["feedsift.library"] = library = Library(
        settings.data, prefers_newer=settings.prefer_newer, rules=settings.rules, on_answer=access.note
    )
    if library.reclean():
        library.publish()
    app.url_map.strict_slashes = True
    access.init_app(app, settings)
    timing.init_app(app, settings)
    repeating.init_app(app, settings)
    Htmx(app)
    assets.init_app(app)
    templating.init_app(app)
    filters.init_app(app)
    shortcuts.init_app(app)
    proxies.init_app(app, settings)
    security.init_app(app, settings)
    limiting.init_app(app, settings)
    sharing.init_app(app, settings)
    errors.init_app(app)
    if settings.metrics:
        _count(app)
    pages = (browse, exports, facets, suggest, entries, changes, tags, feeds, guide, reading, pins, health, websub)
    for module in (*pages, embeds, oembed, builder, openapi):
        app.register_blueprint(module.blueprint)
    Compress(app)
    revalidation.init_app(app)
    return app


def _count(app: Flask) -> None:
    from prometheus_client import CollectorRegistry  # only here: see webapp.metrics

    from webapp.metrics import Requests

    app.extensions["feedsift.metrics"] = registry = CollectorRegistry()
    Requests(registry).init_app(app)
