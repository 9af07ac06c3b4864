"""Makes templates print faster: a page prints some 1,500 values, and of each Jinja makes an object (Markup).

Nothing else looks at those pieces than what joins them, so plain text does as well.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import markupsafe
from flask import Flask
from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape


class JoiningGenerator(CodeGenerator):
    """Compiles a template, and each block of it, so that it gives all of its text at once.

    Jinja gives each text and each value by itself, through all the templates that a template is included in.
    """

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Compile statements; those of a whole template or block collect what they print."""
        if frame.buffer is not None or not (frame.rootlevel or frame.block_frame):
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield ''.join({frame.buffer})")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 - named by Jinja
        """Compile an include; one without context would print before what stands before it."""
        if not node.with_context:
            self.fail("Templates here are included with their context.", node.lineno)
        super().visit_Include(node, frame)


class PlainTemplate(Template):
    """A template that prints text as text.

    One that was loaded before must not be asked for with globals of its own: Jinja would add them to those of all.
    """

    @classmethod
    def from_code(
        cls, environment: Environment, code: Any, globals: MutableMapping[str, Any], uptodate: Any = None
    ) -> Template:
        """Give the template of compiled code, whose blocks and macros find what they escape with among its names.

        Templates share one dict of globals where they have none of their own: Jinja gives each a ChainMap over it,
        and going through that is most of what it takes to include a small template.
        """
        own = globals.maps[0] if isinstance(globals, ChainMap) else globals
        template = super().from_code(environment, code, globals if own else environment.globals, uptodate)
        template.root_render_func.__globals__["escape"] = escaped
        return template


def escaped(value: object) -> str:
    """Give what stands for a value in HTML: what markupsafe.escape gives, as plain text where that is what it was."""
    if type(value) is str:
        return _replaced(value)
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else escape(value)


def replaced(text: str) -> str:
    """Give text with its signs of HTML as references, in plain Python."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


_replaced: Callable[[str], str] = getattr(markupsafe, "_escape_inner", replaced)
"""The same in C, of which markupsafe.escape makes its object: a fifth of the time, but not promised to be there."""


def init_app(app: Flask) -> None:
    """Have all templates be compiled so, to be called before any is loaded."""
    app.jinja_env.template_class = PlainTemplate
    app.jinja_env.code_generator_class = JoiningGenerator
