"""The demo's web application: the page, its JSON interface and its stream of changes, behind one gate.

Refuses to know where it listens and how the book was opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from aiohttp import web

from bot.web.backstage import Backstage
from bot.web.bodies import LARGEST_JSON
from bot.web.clock import ClockAnswers
from bot.web.gate import add_headers, gate
from bot.web.page import Page
from bot.web.phones import PhoneAnswers
from bot.web.sharing import SharingAnswers
from bot.web.thread import ThreadAnswers


def application(backstage: Backstage, names: Collection[str], more: Iterable[web.RouteDef] = ()) -> web.Application:
    """The application for a server that browsers may call by these ``names`` (``127.0.0.1:8300``) and no others."""
    app = web.Application(middlewares=[gate(names)], client_max_size=LARGEST_JSON)
    app.on_response_prepare.append(add_headers)
    for answers in (PhoneAnswers, ThreadAnswers, SharingAnswers, ClockAnswers):
        app.add_routes(answers(backstage).routes())
    app.add_routes([*more, web.get("/api/events", backstage.changes.answer), *Page().routes()])
    return app
