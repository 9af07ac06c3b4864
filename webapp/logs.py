"""What the program writes of its running: a line for each thing, as text or JSON, on standard error.

Set up by each process for itself. Whatever a request, a feed or a file brings into a line, it stays one line and says
nothing to a terminal; where a request is being answered, the line has the request's id.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from enum import StrEnum

from flask import g, has_request_context

from webapp.console import one_line

FACTS = "facts"
"""What a record may have beside its message (`extra={FACTS: {…}}`): more fields of the line, where that is JSON."""
REQUEST_ID = "request_id"
"""What a record may have beside its message: the id of the request that it is of, where this thread answers none."""
_ADDRESS = re.compile(r"(?i)\b(https?://)(?:[^\s/?#\"'<>]*@)?([^\s/?#@\"'<>]+)((?:[/?#][^\s\"'<>]*)?)")


class Form(StrEnum):
    """FEEDSIFT_LOG: warnings and errors alone, or a line for each request and round of fetching too, and how."""

    OFF = "off"
    TEXT = "text"
    JSON = "json"


def set_up(form: Form) -> None:
    """Write warnings and worse to standard error, and, where a form is chosen, what goes as it should."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form is Form.JSON else TextFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("webapp").setLevel(logging.NOTSET if form is Form.OFF else logging.INFO)


class TextFormatter(logging.Formatter):
    """`WARNING webapp.errors: no index: … [request 0c1d…]`; a traceback follows on lines that begin with spaces."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        id = request_id(record)
        message = one_line(without_secrets(record.getMessage()))
        line = f"{record.levelname} {record.name}: {message}{f' [request {id}]' if id else ''}"
        return "\n    ".join([line, *map(one_line, self._traceback(record))])

    def _traceback(self, record: logging.LogRecord) -> list[str]:
        return without_secrets(self.formatException(record.exc_info)).splitlines() if record.exc_info else []


class JsonFormatter(logging.Formatter):
    """An object in ASCII: time, level, logger and message, the request's id, then the record's own facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if id := request_id(record):
            said["request_id"] = id
        if record.exc_info:
            said["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(said | getattr(record, FACTS, {}), default=str)


def without_secrets(text: str) -> str:
    """Give a text with no more than the host of each address in it: all else may be what only a reader is to know."""
    return _ADDRESS.sub(lambda found: found[1] + found[2] + ("/…" if len(found[3]) > 1 else found[3]), text)


def request_id(record: logging.LogRecord) -> str:
    """Give the id of the request that a record is of, or that this thread answers; or nothing."""
    answered = g.get("request_id", "") if has_request_context() else ""
    return str(getattr(record, REQUEST_ID, answered))
