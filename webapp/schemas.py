"""What the bodies of answers look like, as JSON Schema (2020-12). Called by `addresses`.

They describe what this site writes, which is narrower than what the formats allow: nothing that is not named here
may come.
"""

from __future__ import annotations

from typing import Any

from webapp.formats import jsonfeed

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WORDS: Schema = {"type": "string", "minLength": 1}
ANY_OBJECT: Schema = {"type": "object"}
ADDRESS: Schema = {"type": "string", "format": "uri", "pattern": "^https?://"}
TIME: Schema = {"type": "string", "format": "date-time"}
MAYBE_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
TEXTS: Schema = {"type": "array", "items": TEXT}


def closed(required: Schema, optional: Schema | None = None) -> Schema:
    """Describe an object with these properties and no others."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


ITEM = closed(
    {"id": WORDS, "content_html": TEXT},
    {
        "url": WORDS,
        "title": WORDS,
        "summary": WORDS,
        "date_published": TIME,
        "date_modified": TIME,
        "authors": {"type": "array", "minItems": 1, "items": closed({"name": WORDS})},
        "tags": {"type": "array", "minItems": 1, "items": WORDS},
        "language": WORDS,
        "attachments": {
            "type": "array",
            "minItems": 1,
            "items": closed(
                {"url": ADDRESS, "mime_type": WORDS},
                {"title": WORDS, "size_in_bytes": {"type": "integer", "minimum": 1}},
            ),
        },
    },
)
JSON_FEED = closed(
    {
        "version": {"const": jsonfeed.VERSION},
        "title": WORDS,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
    },
    {"description": WORDS, "next_url": ADDRESS, "language": WORDS},
)
ROW = closed(
    {
        "id": WORDS,
        "title": TEXT,
        "link": TEXT,
        "page": ADDRESS,
        "published": MAYBE_TIME,
        "updated": MAYBE_TIME,
        "author": TEXT,
        "language": TEXT,
        "tags": TEXTS,
        "feeds": TEXTS,
        "text": TEXT,
        "html": TEXT,
        "files": {
            "type": "array",
            "items": closed({"url": ADDRESS, "type": TEXT, "length": {"type": "integer"}, "title": TEXT}),
        },
    }
)
ROWS: Schema = {
    "type": "array",
    "items": {"$ref": "#/components/schemas/Row"},
    "description": "A JSON object in each line",
}
SUGGESTIONS: Schema = {
    "type": "array",
    "description": "The text, how it may go on, what each of these gives, and where",
    "prefixItems": [TEXT, TEXTS, TEXTS, {"type": "array", "items": ADDRESS}],
    "minItems": 4,
    "maxItems": 4,
}
OEMBED = closed(
    {
        "type": {"enum": ["rich", "link"]},
        "version": {"const": "1.0"},
        "title": TEXT,
        "provider_name": WORDS,
        "provider_url": ADDRESS,
        "cache_age": {"type": "integer"},
    },
    {
        "html": WORDS,
        "width": {"type": "integer", "minimum": 1},
        "height": {"type": "integer", "minimum": 1},
        "author_name": WORDS,
        "author_url": ADDRESS,
    },
)
NAMED = {"Item": ITEM, "Row": ROW}
"""Those that others refer to."""
