"""Where hubs tell of news (WebSub): the only address that takes POST. What they send is not used, see index.hubs."""

from __future__ import annotations

from flask import Blueprint, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from index import Callbacks
from webapp import current, standing

LARGEST = 1024 * 1024
"""Bytes of a message, which is read for its signature alone."""
LONGEST_CHALLENGE = 1_000
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}

blueprint = Blueprint("websub", __name__)

Answer = tuple[str, int, dict[str, str]]


@blueprint.get("/websub/<token>/")
def asked(token: str) -> Answer:
    """Answer a hub that makes sure that we asked for its news, or that says it has none for us (section 5.3)."""
    callbacks = Callbacks(current.library().store)
    known = callbacks.find(token)
    mode, topic, challenge = (request.args.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
    if known is None or request.method != "GET":  # HEAD is nobody's question, and must not change anything
        abort(404)
    if mode == "denied" and callbacks.deny(known, topic):
        return "noted\n", 200, _TEXT
    lease = request.args.get("hub.lease_seconds", "")
    is_asked_well = mode == "subscribe" and 0 < len(challenge) <= LONGEST_CHALLENGE
    if is_asked_well and callbacks.confirm(known, topic, lease, standing.now()):
        return challenge, 200, _TEXT
    abort(404)


@blueprint.post("/websub/<token>/")
def told(token: str) -> Answer:
    """Have a feed fetched that a hub has news of. One that is not who it says is answered alike, and ignored."""
    callbacks = Callbacks(current.library().store)
    known = callbacks.find(token)
    if known is None or not callbacks.is_agreed(known, standing.now()):
        return "This is not subscribed to, or not any more.\n", 410, _TEXT
    request.max_content_length = LARGEST
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return f"A message can have {LARGEST:,} bytes.\n", 413, _TEXT
    if callbacks.is_signed(known, request.headers.get("X-Hub-Signature", ""), body):
        current.library().expect(known.feed_id)
    return "", 202, _TEXT
