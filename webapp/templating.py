"""Makes templates print faster: a page prints some 1,500 values, and of each Jinja makes an object (Markup).

Nothing else looks at those pieces than what joins them, so plain text does as well.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, MutableMapping
from typing import Any

import markupsafe
from flask import Flask
from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape


class JoiningGenerator(CodeGenerator):
    """Compiles what stands between two statements of a template to one piece of text.

    Jinja yields each text and each value by itself, through all the templates that a template is included in.
    """

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - named by Jinja
        """Compile texts and values that follow each other."""
        is_outside = frame.require_output_check and self.has_known_extends  # of all blocks: never printed
        if frame.buffer is not None or len(node.nodes) == 1 or is_outside:
            super().visit_Output(node, frame)
            return
        if frame.require_output_check:
            self.writeline("if parent_template is None:")
            self.indent()
        joined = frame.copy()
        joined.require_output_check = False
        joined.buffer = self.temporary_identifier()
        self.writeline(f"{joined.buffer} = []")
        super().visit_Output(node, joined)
        self.writeline(f"yield ''.join({joined.buffer})")
        if frame.require_output_check:
            self.outdent()


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
